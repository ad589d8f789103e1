/*
 * What is said of functions that are likely renamed. The pairs are put in by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/builder.h"
#include "render/view_renames.h"
#include "support.h"

/* A function by name and file. */
static struct pk_profile *profile_of(const char *name, const char *file)
{
    struct pk_builder *b = support_builder();
    const int64_t self = 5;

    pk_builder_self(
        b,
        pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(name), .file = pk_str_of(file)}),
        &self, &self, PK_CALLS_MISSING);
    return support_freeze(b);
}

static void check_words(const char *before, const char *after, double score, const char *want)
{
    struct pk_profile *sides[] = {profile_of(before, "old.c"), profile_of(after, "new.c")};
    struct pk_diff_rename pair = {.score = score};
    struct pk_diff diff = {.side = {{sides[0], 0}, {sides[1], 0}}, .likely = {1, &pair, NULL}};
    struct pk_buf out = {0};

    pk_view_renames_pair(&out, &diff, 0);
    assert_string_equal(out.data, want);
    pk_buf_fini(&out);
    pk_profile_free(sides[0]);
    pk_profile_free(sides[1]);
}

static void a_pair_has_its_names_and_score(void **state)
{
    (void)state;
    check_words("load", "fetch", 1, "load -> fetch, alike by 1.00");
    /* nothing is alike by 1 that is not */
    check_words("load", "fetch", 0.99999, "load -> fetch, alike by 0.99");
    check_words("load", "fe\033tch", 0.5, "load -> fe\\x1btch, alike by 0.50");
}

static void files_tell_equal_names_apart(void **state)
{
    (void)state;
    check_words("load", "load", 0.75, "load  old.c -> load  new.c, alike by 0.75");
}

static void machines_have_all_of_it(void **state)
{
    struct pk_profile *sides[] = {profile_of("load", "old.c"), profile_of("fetch", "new.c")};
    struct pk_diff_rename pair = {.score = 0.625};
    uint32_t merged = 0;
    struct pk_diff diff = {.side = {{sides[0], 0}, {sides[1], 0}}, .likely = {1, &pair, &merged}};
    struct pk_buf out = {0};
    struct pk_arena arena;
    struct pk_table *table;

    (void)state;
    pk_arena_init(&arena);
    table = pk_view_renames(&arena, &diff);
    assert_int_equal(table->n_rows, 1);
    assert_string_equal(table->columns[0].key, "before");
    assert_true(pk_str_equal(pk_table_cell(table, 0, 0)->text, PK_STR("load")));
    assert_true(pk_str_equal(pk_table_cell(table, 0, 1)->text, PK_STR("fetch")));
    assert_true(pk_str_equal(pk_table_cell(table, 0, 2)->text, PK_STR("old.c")));
    assert_int_equal(pk_table_cell(table, 0, 4)->value * 8, pk_table_cell(table, 0, 4)->whole * 5);
    assert_int_equal(pk_table_cell(table, 0, 5)->value, 1);
    pk_view_renames_words(&out, &diff, 0); /* they are one: nothing to suggest */
    assert_int_equal(out.size, 0);
    pk_buf_fini(&out);
    pk_arena_fini(&arena);
    pk_profile_free(sides[0]);
    pk_profile_free(sides[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_has_its_names_and_score),
        cmocka_unit_test(files_tell_equal_names_apart),
        cmocka_unit_test(machines_have_all_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
