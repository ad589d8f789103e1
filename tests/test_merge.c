/*
 * Merging builders: whatever the order and the grouping, the same profile. Values are compared
 * through the canonical dump, which holds everything a profile can show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/dump.h"
#include "support.h"

/* A random builder: stacks, or self values and edges, in a random slice, with one or two metrics.
 */
static struct pk_builder *random_builder(uint64_t seed)
{
    struct support_random random = {seed * 2654435761u + 1};
    struct support_program program = {.functions = 2 + support_below(&random, 8),
                                      .nodes = 2 + support_below(&random, 30),
                                      .depth = 6,
                                      .is_recursive = true,
                                      .largest = 50};
    struct pk_builder *stacks = support_program(&random, &program), *traced;
    struct pk_error error = {0};
    struct pk_profile *truth;
    static const int64_t two[] = {PK_MISSING, 6};
    pk_frame_id f = support_frame(stacks, "f00");

    if (support_below(&random, 3) == 0) {
        struct pk_metric metric = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};

        pk_builder_slice(stacks, &(struct pk_slice){.thread = PK_STR("9")});
        pk_builder_metric(stacks, &metric);
        pk_builder_stack(stacks, &f, NULL, 1, two);
    }
    pk_builder_fact(stacks, "producer", support_below(&random, 2) ? PK_STR("a") : PK_STR("b"));
    pk_builder_tally(stacks, "lines", support_below(&random, 9));
    if (support_below(&random, 2))
        pk_builder_rescale(stacks, 0, -(int)support_below(&random, 3));
    if (support_below(&random, 2))
        return stacks;
    truth = pk_builder_freeze(stacks, NULL, NULL, &error);
    assert_non_null(truth);
    traced = support_traced(truth, support_below(&random, 2) != 0, support_below(&random, 2) != 0);
    pk_profile_free(truth);
    pk_builder_free(stacks);
    return traced;
}

/* Merge the builders of three seeds, grouped ((a b) c) or (a (b c)), and give the dump. */
static struct pk_buf merged(uint64_t a, uint64_t b, uint64_t c, bool right_first)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *parts[3] = {random_builder(a), random_builder(b), random_builder(c)};
    struct pk_builder *all = pk_builder_new(&limits), *pair = pk_builder_new(&limits);
    struct pk_profile *profile;
    struct pk_buf out = {0};
    unsigned first = right_first ? 1 : 0;

    pk_builder_merge(pair, parts[first]);
    pk_builder_merge(pair, parts[first + 1]);
    if (right_first)
        pk_builder_merge(all, parts[0]);
    pk_builder_merge(all, pair);
    if (!right_first)
        pk_builder_merge(all, parts[2]);
    for (unsigned i = 0; i < 3; i++)
        pk_builder_free(parts[i]);
    pk_builder_free(pair);
    profile = support_freeze(all);
    pk_dump_profile(profile, &out);
    pk_profile_free(profile);
    return out;
}

static void order_and_grouping_cannot_show(void **state)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    uint32_t cases = support_cases(200);

    (void)state;
    for (uint64_t k = 1; k <= cases; k++) {
        uint64_t seed[3] = {k * 3, k * 3 + 1, k * 3 + 2};
        struct pk_buf expected = merged(seed[0], seed[1], seed[2], false);

        for (unsigned i = 0; i < 12; i++) {
            const unsigned *o = orders[i / 2];
            struct pk_buf got = merged(seed[o[0]], seed[o[1]], seed[o[2]], i % 2 != 0);

            assert_string_equal(got.data, expected.data);
            pk_buf_fini(&got);
        }
        pk_buf_fini(&expected);
    }
}

static void the_sum_of_two_files_is_the_file_of_both(void **state)
{
    struct pk_builder *a = support_stacks("main;x 1\nmain;y 2\n"),
                      *b = support_stacks("main;x 10\nz 5\n");
    struct pk_profile *both = support_profile("main;x 11\nmain;y 2\nz 5\n"), *sum;

    (void)state;
    pk_builder_merge(a, b);
    pk_builder_free(b);
    sum = support_freeze(a);
    support_assert_equal(sum, both);
    pk_profile_free(sum);
    pk_profile_free(both);
}

static void one_summand_without_calls_makes_the_sum_missing(void **state)
{
    struct pk_builder *a = support_builder(), *b = support_builder();
    static const int64_t self = 1;
    struct pk_profile *p;

    (void)state;
    pk_builder_self(a, support_frame(a, "both"), &self, &self, (struct pk_calls){3, 3});
    pk_builder_self(a, support_frame(a, "only a"), &self, &self, (struct pk_calls){4, 4});
    pk_builder_self(b, support_frame(b, "both"), &self, &self, PK_CALLS_MISSING);
    pk_builder_merge(a, b);
    pk_builder_free(b);
    p = support_freeze(a);
    assert_true(pk_profile_flat(p)->calls[support_find(p, "both")] == PK_MISSING);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "only a")], 4);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "both")], 2);
    pk_profile_free(p);
}

static void metrics_are_never_added_across(void **state)
{
    struct pk_builder *a = support_stacks("f 3\n"), *b = support_builder();
    static const int64_t value = 100;
    pk_frame_id f = support_frame(b, "f");
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f, NULL, 1, &value);
    pk_builder_merge(a, b);
    pk_builder_free(b);
    p = support_freeze(a);
    assert_int_equal(pk_profile_metrics(p), 2);
    assert_int_equal(pk_profile_total(p, 0) + pk_profile_total(p, 1), 103);
    assert_int_equal(pk_profile_metric(p, pk_profile_default_metric(p))->unit, PK_UNIT_NS);
    pk_profile_free(p);
}

static void different_rungs_meet_at_the_lower_one(void **state)
{
    struct pk_builder *a = support_builder(), *b = support_builder();
    static const int64_t self = 10, incl = 15, value = 4;
    pk_frame_id path[2];
    struct pk_profile *p;

    (void)state;
    pk_builder_self(a, support_frame(a, "main"), &self, &incl, (struct pk_calls){1, 1});
    path[0] = support_frame(b, "main");
    path[1] = support_frame(b, "leaf");
    pk_builder_stack(b, path, NULL, 2, &value);
    pk_builder_merge(a, b);
    pk_builder_free(b);
    p = support_freeze(a);
    assert_int_equal(pk_profile_rung(p), PK_GRAPH);
    assert_int_equal(pk_profile_total(p, 0), 14);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "main")], 19);
    assert_null(pk_profile_flat(p)->calls); /* the stacks have none, and main stands in both */
    assert_int_equal(pk_profile_tree(pk_profile_part(p, PK_TREE))->n, 2);
    assert_null(pk_profile_part(p, PK_FLAT));
    pk_profile_free(p);
}

static void a_failed_builder_fails_the_merge(void **state)
{
    struct pk_builder *a = support_stacks("f 9223372036854775807\n"), *b = support_stacks("f 1\n");

    (void)state;
    pk_builder_merge(a, b);
    assert_true(pk_builder_failed(a, NULL));
    pk_builder_free(a);
    a = support_stacks("f 1\n");
    pk_builder_free(b);
    b = support_stacks("f 9223372036854775807\ng 1\n");
    assert_true(pk_builder_failed(b, NULL));
    pk_builder_merge(a, b);
    assert_true(pk_builder_failed(a, NULL));
    pk_builder_free(a);
    pk_builder_free(b);
}

/* In any order: a value that a missing one absorbs counts as much as one that is added. */
static void the_order_cannot_decide_who_is_beyond_64_bits(void **state)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const struct {
        int64_t incl[3];
        int scale[3];
        bool fails;
    } cases[] = {
        {{INT64_MAX / 2 + 1, PK_MISSING, INT64_MAX / 2 + 1}, {0, 0, 0}, true},
        {{INT64_MAX / 2, PK_MISSING, INT64_MAX / 2}, {0, 0, 0}, false},
        {{1, 1, 1}, {3, 0, -16}, true}, /* no factor has 19 zeros */
        {{1, 1, 1}, {3, 0, -15}, false},
        {{INT64_MAX / 10, 1, 1}, {0, -1, 0}, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < 6; k++) {
            struct pk_limits limits = pk_limits_default();
            struct pk_builder *sum = pk_builder_new(&limits);

            for (unsigned at = 0; at < 3; at++) {
                struct pk_builder *part = pk_builder_new(&limits);
                struct pk_metric metric = {.name = PK_STR("t"),
                                           .scale = (int8_t)cases[i].scale[orders[k][at]]};

                pk_builder_metric(part, &metric);
                pk_builder_self(part, support_frame(part, "f"), &(int64_t){0},
                                &cases[i].incl[orders[k][at]], PK_CALLS_MISSING);
                pk_builder_merge(sum, part);
                pk_builder_free(part);
            }
            assert_int_equal(pk_builder_failed(sum, NULL), cases[i].fails);
            pk_builder_free(sum);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_grouping_cannot_show),
        cmocka_unit_test(the_sum_of_two_files_is_the_file_of_both),
        cmocka_unit_test(one_summand_without_calls_makes_the_sum_missing),
        cmocka_unit_test(metrics_are_never_added_across),
        cmocka_unit_test(different_rungs_meet_at_the_lower_one),
        cmocka_unit_test(a_failed_builder_fails_the_merge),
        cmocka_unit_test(the_order_cannot_decide_who_is_beyond_64_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
