/*
 * Rows that share what they have in common, and builders that freezing may empty: neither can show
 * in a profile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/builder_private.h"
#include "model/dump.h"
#include "model/lines.h"
#include "model/record.h"
#include "support.h"

static uint32_t add_metric(struct pk_builder *b, const char *name)
{
    return pk_builder_metric(b, &(struct pk_metric){.name = pk_str_of(name)});
}

/* All that is said of zeros is said in turn with other values and with nothing. */
static void zeros_of_a_row_change_alone(void **state)
{
    struct pk_builder *b = support_builder();
    const int64_t zeros[2] = {0, 0}, some[2] = {0, 7}, silent[2] = {PK_MISSING, PK_MISSING};
    uint32_t second = add_metric(b, "second");
    struct pk_profile *p;
    const struct pk_flat *flat;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        pk_frame_id f = support_frame(b, (const char *[]){"a", "b", "c"}[i]);
        const int64_t *values[] = {zeros, some, silent};

        pk_builder_self(b, f, zeros, NULL, PK_CALLS_MISSING);
        pk_builder_self(b, f, values[i], NULL, PK_CALLS_MISSING);
    }
    pk_builder_self(b, support_frame(b, "d"), silent, NULL, PK_CALLS_MISSING);
    p = support_freeze(b);
    flat = pk_profile_flat(p);
    for (unsigned m = 0; m < 2; m++)
        for (pk_frame_id f = 0; f < 4; f++)
            assert_true(flat->self[m][f] == (f == 3 ? PK_MISSING : f == 1 && m == second ? 7 : 0));
    pk_profile_free(p);
}

/* The metrics pass the powers of two at which rows get wider. */
static void a_metric_that_comes_later_is_missing_in_rows_of_zeros(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;
    const struct pk_flat *flat;
    char name[2] = "a";

    (void)state;
    for (uint32_t n = 1; n <= 9;
         n++, name[0]++) { /* function n says n metrics: 0, the last n - 1 */
        int64_t values[9] = {0};

        if (n > 1)
            add_metric(b, name);
        values[n - 1] = n - 1;
        pk_builder_self(b, support_frame(b, name), n % 3 ? values : (const int64_t[9]){0}, NULL,
                        PK_CALLS_MISSING);
    }
    p = support_freeze(b);
    flat = pk_profile_flat(p);
    for (uint32_t f = 0; f < 9; f++)
        for (uint32_t m = 0; m < 9 && flat->self[m]; m++)
            assert_true(flat->self[m][f] == (m > f                        ? PK_MISSING
                                             : m == f && (f + 1) % 3 != 0 ? (int64_t)f
                                                                          : 0));
    pk_profile_free(p);
}

static struct pk_builder *with_everything(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    const int64_t one = 1, two = 2;

    pk_builder_self(b, f, &one, NULL, PK_CALLS_MISSING);
    pk_builder_self(b, g, &two, NULL, (struct pk_calls){3, 3});
    pk_builder_edge(b, f, g, &two, NULL, (struct pk_calls){3, 3});
    pk_builder_line(b, f, PK_STR("f.c"), 7, PK_NONE, &one, PK_CALLS_MISSING);
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("t")});
    pk_builder_stack(b, (const pk_frame_id[]){f, g}, NULL, 2, &two);
    pk_builder_fact(b, "format", PK_STR("none"));
    pk_builder_tally(b, "lines", 5);
    return b;
}

static struct pk_buf dumped(struct pk_profile *profile)
{
    struct pk_buf text = {0};

    assert_non_null(profile);
    pk_dump_profile(profile, &text);
    pk_profile_free(profile);
    return text;
}

static void a_builder_that_is_taken_gives_the_same_profile(void **state)
{
    struct pk_builder *stays = with_everything(), *goes = with_everything();
    struct pk_error error = {0};
    struct pk_buf a = dumped(pk_builder_freeze(stays, NULL, NULL, &error));
    struct pk_buf b =
        dumped(pk_builder_freeze_take(goes, (struct pk_keeping){.parts = PK_KEEP_ALL}, &error));

    (void)state;
    assert_string_equal(a.data, b.data);
    pk_buf_fini(&a);
    pk_buf_fini(&b);
    pk_builder_free(goes);
    pk_builder_free(stays);
}

static void what_is_not_kept_is_left_out_alone(void **state)
{
    struct pk_builder *all = with_everything(), *bare = with_everything();
    struct pk_error error = {0};
    struct pk_profile *a = pk_builder_freeze(all, NULL, NULL, &error);
    struct pk_profile *b =
        pk_builder_freeze_take(bare, (struct pk_keeping){.parts = PK_KEEP_METRICS}, &error);

    (void)state;
    assert_non_null(pk_profile_lines(a));
    assert_null(pk_profile_lines(b));
    assert_true(pk_profile_has_line_costs(b));
    assert_int_equal(pk_record_slices(a), 2);
    assert_int_equal(pk_record_slices(b), 0);
    assert_int_equal(pk_profile_frames(b), 2);
    assert_int_equal(pk_profile_total(b, 0), 1 + 2 + 2);
    assert_int_equal(pk_profile_slices(b), 2);
    assert_non_null(pk_profile_part(b, PK_TREE));
    pk_profile_free(a);
    pk_profile_free(b);
    pk_builder_free(bare);
    pk_builder_free(all);
}

/* Three events: `f` and `g` call each other, so there are ranges, and a thread has one event. */
static struct pk_builder *with_three_events(void)
{
    struct pk_builder *b = support_builder();
    const int64_t self[] = {4, 5, 6}, calls[] = {1, PK_MISSING, 3};
    pk_frame_id f, g;

    add_metric(b, "second");
    add_metric(b, "third");
    f = support_frame(b, "f");
    g = support_frame(b, "g");
    pk_builder_self(b, f, self, NULL, PK_CALLS_MISSING);
    pk_builder_self(b, g, self, NULL, (struct pk_calls){3, 3});
    pk_builder_edge(b, f, g, calls, NULL, (struct pk_calls){3, 3});
    pk_builder_edge(b, g, f, calls, NULL, (struct pk_calls){2, 2});
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("t")});
    pk_builder_self(b, g, (const int64_t[]){PK_MISSING, PK_MISSING, 7}, NULL, PK_CALLS_MISSING);
    return b;
}

/* As an event is chosen by its place among those that `names` has. */
static uint32_t last_of(const struct pk_profile *names, void *context)
{
    *(uint32_t *)context = pk_profile_metrics(names);
    return pk_profile_metrics(names) - 1;
}

static void tables_of_one_metric_have_its_values_and_all_totals(void **state)
{
    struct pk_builder *all = with_three_events(), *one = with_three_events();
    struct pk_error error = {0};
    uint32_t asked = 0;
    struct pk_profile *a = pk_builder_freeze(all, NULL, NULL, &error);
    struct pk_profile *b =
        pk_builder_freeze_take(one, (struct pk_keeping){0, last_of, &asked}, &error);
    const struct pk_flat *x = pk_profile_flat(a), *y = pk_profile_flat(b);

    (void)state;
    assert_int_equal(asked, 3);
    assert_int_equal(pk_profile_metrics(b), 3);
    assert_int_equal(pk_profile_total(b, 0), 4 + 4);
    assert_int_equal(pk_profile_total(b, 1), 5 + 5);
    assert_int_equal(pk_profile_total(b, 2), 6 + 6 + 7);
    assert_int_equal(pk_profile_slice_total(b, 1, 2), 7);
    for (uint32_t m = 0; m < 3; m += 2) /* the first names cycles */
        for (uint32_t f = 0; f < 2; f++) {
            assert_int_equal(x->self[m][f], y->self[m][f]);
            assert_int_equal(x->incl[m][f], y->incl[m][f]);
        }
    assert_int_equal(pk_profile_graph(b)->calls[0], 3);
    /* Neither "the file does not say" nor a value: an address that cannot be read. */
    assert_non_null(y->self[1]);
    assert_ptr_equal(y->self[1], y->incl[1]);
    assert_ptr_equal(y->self[1], y->incl_high[1]);
    assert_ptr_equal(y->self[1], pk_profile_graph(b)->incl[1]);
    pk_profile_free(a);
    pk_profile_free(b);
    pk_builder_free(one);
    pk_builder_free(all);
}

/* Of mixed rungs as well: what .pk is written from. */
static void a_record_needs_no_values_in_the_tables(void **state)
{
    struct pk_builder *(*const make[])(void) = {with_everything, with_three_events};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct pk_builder *all = make[i](), *bare = make[i]();
        struct pk_error error = {0};
        struct pk_profile *a = pk_builder_freeze(all, NULL, NULL, &error);
        struct pk_profile *b =
            pk_builder_freeze_take(bare, (struct pk_keeping){.parts = PK_KEEP_RECORD}, &error);

        assert_non_null(b);
        assert_int_equal(pk_record_slices(a), pk_record_slices(b));
        for (uint32_t s = 0; s < pk_record_slices(a); s++) {
            const struct pk_record_slice *x = pk_record_slice(a, s), *y = pk_record_slice(b, s);

            assert_int_equal(x->functions.n, y->functions.n);
            assert_int_equal(x->edges.n, y->edges.n);
            assert_int_equal(x->stacks.n, y->stacks.n);
        }
        for (uint32_t m = 0; m < pk_profile_metrics(a); m++)
            assert_int_equal(pk_profile_total(a, m), pk_profile_total(b, m));
        assert_non_null(pk_profile_flat(b)->calls);
        pk_profile_free(a);
        pk_profile_free(b);
        pk_builder_free(bare);
        pk_builder_free(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_of_a_row_change_alone),
        cmocka_unit_test(a_metric_that_comes_later_is_missing_in_rows_of_zeros),
        cmocka_unit_test(a_builder_that_is_taken_gives_the_same_profile),
        cmocka_unit_test(what_is_not_kept_is_left_out_alone),
        cmocka_unit_test(tables_of_one_metric_have_its_values_and_all_totals),
        cmocka_unit_test(a_record_needs_no_values_in_the_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
