/*
 * Which threads, processes and labels are wanted: by what a slice says, else by its root frames.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyze/select.h"
#include "base/buf.h"
#include "support.h"

static void want(struct pk_select *select, uint32_t bit, const char *key, const char *pattern)
{
    struct pk_error error = {0};
    struct pk_match *match = pk_match_new(pk_str_of(pattern), &error);

    assert_non_null(match);
    assert_true(pk_select_add(select, bit, pk_str_of(key), match));
}

/* The process, thread and label of a slice, and the stack "a;b;c" of its own. */
static void add(struct pk_builder *b, const char *process, const char *thread, const char *user,
                enum pk_frame_kind root, const char *name)
{
    struct pk_label label = {PK_STR("user"), pk_str_of(user)};
    struct pk_frame frame = {.name = pk_str_of(name), .kind = root};
    static const int64_t value = 1;
    pk_frame_id stack[2] = {pk_builder_frame(b, &frame), support_frame(b, "run")};

    pk_builder_slice(
        b, &(struct pk_slice){pk_str_of(process), pk_str_of(thread), &label, user ? 1u : 0u});
    pk_builder_stack(b, stack, NULL, 2, &value);
}

/* The roots of all stacks that are wanted, in order: "a b". */
static void assert_wanted(struct pk_builder *b, struct pk_select *select, const char *expected)
{
    struct pk_profile *profile = support_freeze(b);
    const struct pk_tree *tree = pk_record_tree(profile);
    struct pk_selection selection;
    struct pk_error error = {0};
    struct pk_buf found = {0};

    pk_buf_text(&found, "");
    assert_true(pk_selection_init(&selection, select, profile, &error));
    for (pk_node_id i = 0; i < tree->n; i++)
        for (uint32_t s = 0; s < pk_record_slices(profile); s++) {
            const struct pk_record_rows *rows = &pk_record_slice(profile, s)->stacks;

            for (uint32_t row = 0; row < rows->n; row++)
                if (rows->item[row] == i && pk_selection_takes(&selection, s, i)) {
                    assert_true(selection.is_taken[s]);
                    pk_buf_text(&found, found.size ? " " : "");
                    pk_buf_str(&found,
                               pk_profile_frame(profile, tree->frame[tree->parent[i]])->name);
                }
        }
    assert_string_equal(found.data ? found.data : "", expected);
    pk_buf_fini(&found);
    pk_selection_fini(&selection);
    pk_select_fini(select);
    pk_profile_free(profile);
}

static struct pk_builder *four(void)
{
    struct pk_builder *b = support_builder();

    add(b, "web", "main", "ann", PK_KIND_FUNCTION, "a");
    add(b, "web", "worker-1", "bob", PK_KIND_FUNCTION, "b");
    add(b, "job", "worker-2", NULL, PK_KIND_FUNCTION, "c");
    add(b, NULL, NULL, "eve", PK_KIND_FUNCTION, "d");
    return b;
}

static void a_thread_is_found_anywhere_in_its_name(void **state)
{
    struct pk_select select = {0};

    (void)state;
    want(&select, PK_SELECT_THREAD, NULL, "work");
    assert_wanted(four(), &select, "b c");
}

static void any_pattern_of_an_option_is_enough(void **state)
{
    struct pk_select select = {0};

    (void)state;
    want(&select, PK_SELECT_THREAD, NULL, "^main$");
    want(&select, PK_SELECT_THREAD, NULL, "2$");
    assert_wanted(four(), &select, "a c");
}

static void all_options_must_be_met(void **state)
{
    struct pk_select select = {0};

    (void)state;
    want(&select, PK_SELECT_THREAD, NULL, "work");
    want(&select, PK_SELECT_PROCESS, NULL, "web");
    assert_wanted(four(), &select, "b");
}

static void labels_are_told_apart_by_key(void **state)
{
    struct pk_select any = {0}, other = {0}, both = {0};

    (void)state;
    want(&any, PK_SELECT_LABEL, "user", "ann");
    want(&any, PK_SELECT_LABEL, "user", "eve");
    assert_wanted(four(), &any, "a d");
    want(&other, PK_SELECT_LABEL, "us", "ann");
    assert_wanted(four(), &other, "");
    want(&both, PK_SELECT_LABEL, "user", ".");
    want(&both, PK_SELECT_LABEL, "host", ".");
    assert_wanted(four(), &both, "");
}

static void what_does_not_say_is_not_wanted(void **state)
{
    struct pk_select select = {0};

    (void)state;
    want(&select, PK_SELECT_PROCESS, NULL, "");
    assert_wanted(four(), &select, "a b c");
}

static void root_frames_stand_for_processes_and_threads(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_select select = {0};

    (void)state;
    add(b, NULL, NULL, NULL, PK_KIND_PROCESS, "web");
    add(b, NULL, NULL, NULL, PK_KIND_THREAD, "web");
    add(b, NULL, NULL, NULL, PK_KIND_FUNCTION, "web");
    add(b, "job", NULL, NULL, PK_KIND_PROCESS, "web x");
    want(&select, PK_SELECT_PROCESS, NULL, "web");
    assert_wanted(b, &select, "web");
}

static void keys_run_out_at_some_number(void **state)
{
    struct pk_select select = {0};
    struct pk_error error = {0};
    struct pk_match *match = pk_match_new(PK_STR("x"), &error);

    (void)state;
    for (unsigned i = 0; i < PK_SELECT_KEYS; i++) {
        struct pk_str key = {"0123456789012345678901234567890", i};

        assert_true(
            pk_select_add(&select, PK_SELECT_LABEL, key, pk_match_new(PK_STR("y"), &error)));
    }
    assert_false(pk_select_add(&select, PK_SELECT_LABEL, PK_STR("one more"), match));
    assert_int_equal(select.wanted, UINT32_MAX & ~3u);
    pk_match_free(match);
    pk_select_fini(&select);
}

static void a_match_that_takes_too_long_is_an_error(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_select select = {0};
    struct pk_selection selection;
    struct pk_error error = {0};
    struct pk_profile *profile;

    (void)state;
    add(b, NULL, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", NULL, PK_KIND_FUNCTION, "x");
    want(&select, PK_SELECT_THREAD, NULL, "(a+)+$");
    profile = support_freeze(b);
    assert_false(pk_selection_init(&selection, &select, profile, &error));
    assert_int_equal(error.status, PK_USAGE);
    pk_selection_fini(&selection);
    pk_select_fini(&select);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_is_found_anywhere_in_its_name),
        cmocka_unit_test(any_pattern_of_an_option_is_enough),
        cmocka_unit_test(all_options_must_be_met),
        cmocka_unit_test(labels_are_told_apart_by_key),
        cmocka_unit_test(what_does_not_say_is_not_wanted),
        cmocka_unit_test(root_frames_stand_for_processes_and_threads),
        cmocka_unit_test(keys_run_out_at_some_number),
        cmocka_unit_test(a_match_that_takes_too_long_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
