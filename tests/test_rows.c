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
    struct pk_buf b = dumped(pk_builder_freeze_take(goes, PK_KEEP_ALL, &error));

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
    struct pk_profile *b = pk_builder_freeze_take(bare, 0, &error);

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_of_a_row_change_alone),
        cmocka_unit_test(a_metric_that_comes_later_is_missing_in_rows_of_zeros),
        cmocka_unit_test(a_builder_that_is_taken_gives_the_same_profile),
        cmocka_unit_test(what_is_not_kept_is_left_out_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
