/*
 * Building a profile again from what its slices recorded: without changes it is the same profile,
 * by the canonical dump and by the bytes of its .pk file, which holds all there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "model/rebuild.h"
#include "support.h"
#include "tests/pk_file.h"

static const struct pk_limits *limits(void)
{
    static struct pk_limits standard;

    standard = pk_limits_default();
    return &standard;
}

static struct pk_profile *rebuilt(const struct pk_profile *profile, const struct pk_rebuild *how)
{
    return support_freeze(pk_rebuild(profile, how, limits()));
}

/* --- a profile of many kinds of rows --- */

static void enter(struct pk_builder *b, const char *process, const char *thread, const char *value)
{
    struct pk_label label = {PK_STR("user"), pk_str_of(value)};

    pk_builder_slice(
        b, &(struct pk_slice){pk_str_of(process), pk_str_of(thread), &label, value ? 1u : 0u});
}

/* Two metrics, of which some rows say one; stacks with lines and times, edges, lines, flat rows. */
static struct pk_builder *any_builder(struct support_random *random)
{
    struct pk_builder *b = support_builder();
    struct pk_metric counts = {.name = PK_STR("time/samples"), .unit = PK_UNIT_COUNT};
    pk_frame_id f[4];

    pk_builder_metric(b, &counts);
    pk_builder_keep_times(b);
    for (unsigned i = 0; i < 4; i++)
        f[i] = support_frame(b, (const char *[]){"main", "load", "parse", "draw"}[i]);
    for (unsigned i = 0; i < 40; i++) {
        static const char *const threads[] = {NULL, "a", "b"}, *const users[] = {NULL, "x", "y"};
        int64_t values[2] = {support_below(random, 3) ? (int64_t)support_below(random, 9)
                                                      : PK_MISSING,
                             support_below(random, 2) ? 1 : PK_MISSING};
        struct pk_calls calls = {(int64_t)support_below(random, 5), PK_MISSING};
        pk_frame_id stack[5];
        uint32_t lines[5], n = 1 + support_below(random, 5);

        for (uint32_t k = 0; k < n; k++) {
            stack[k] = f[support_below(random, 4)];
            lines[k] = support_below(random, 3);
        }
        enter(b, support_below(random, 2) ? "p" : NULL, threads[support_below(random, 3)],
              users[support_below(random, 3)]);
        switch (support_below(random, 4)) {
        case 0:
            pk_builder_recorded_at(b, support_below(random, 2) ? PK_GRAPH : PK_FLAT);
            pk_builder_self(b, stack[0], values, values, calls);
            break;
        case 1:
            pk_builder_edge(b, stack[0], stack[n - 1], values, NULL, calls);
            pk_builder_recorded_at(b, PK_GRAPH);
            pk_builder_line(b, stack[0], PK_STR("x.c"), 7, n > 2 ? stack[1] : PK_NONE, values,
                            calls);
            break;
        default:
            pk_builder_moment(b, 0, (int64_t)support_below(random, 100));
            pk_builder_stack(b, stack, lines, n, values);
        }
    }
    pk_builder_fact(b, "format", PK_STR("folded"));
    pk_builder_tally(b, "samples", 40);
    return b;
}

static void assert_same_bytes(const struct pk_profile *a, const struct pk_profile *b)
{
    struct pk_buf left = pk_file_of(a), right = pk_file_of(b);

    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.data, right.data, left.size);
    pk_buf_fini(&left);
    pk_buf_fini(&right);
}

static void without_changes_it_is_the_same(void **state)
{
    struct support_random random = {5};

    (void)state;
    for (uint32_t i = 0; i < support_cases(300); i++) {
        struct pk_profile *profile = support_freeze(any_builder(&random));
        struct pk_profile *again = rebuilt(profile, &(struct pk_rebuild){.keeps_times = true});

        support_assert_equal(profile, again);
        assert_same_bytes(profile, again);
        pk_profile_free(profile);
        pk_profile_free(again);
    }
}

/* --- slices --- */

static void a_slice_that_is_not_kept_takes_its_functions_along(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t value = 3;
    struct pk_profile *profile, *left;
    pk_frame_id f;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        enter(b, NULL, i ? "b" : "a", NULL);
        f = support_frame(b, i ? "of_b" : "of_a");
        pk_builder_stack(b, &f, NULL, 1, &value);
    }
    profile = support_freeze(b);
    left = rebuilt(profile, &(struct pk_rebuild){.keeps_slice = (bool[]){false, true}});
    assert_int_equal(pk_profile_slices(left), 1);
    assert_int_equal(pk_profile_frames(left), 1);
    assert_true(support_find(left, "of_b") != PK_NONE);
    assert_int_equal(pk_profile_total(left, 0), 3);
    pk_profile_free(profile);
    pk_profile_free(left);
}

/* The sum of two choices that share no slice is the whole. */
static void slices_and_the_others_add_up(void **state)
{
    struct support_random random = {8};

    (void)state;
    for (uint32_t i = 0; i < support_cases(200); i++) {
        struct pk_profile *profile = support_freeze(any_builder(&random)), *whole;
        uint32_t n = pk_record_slices(profile);
        struct pk_builder *sum = NULL;
        bool keeps[64];

        assert_true(n <= 64);
        for (unsigned k = 0; k < 2; k++) {
            struct pk_builder *part;

            for (uint32_t s = 0; s < n; s++)
                keeps[s] = s % 2 == k;
            part = pk_rebuild(
                profile,
                &(struct pk_rebuild){.keeps_slice = keeps, .keeps_times = true, .is_part = k == 1},
                limits());
            if (!sum) {
                sum = part;
                continue;
            }
            pk_builder_merge(sum, part);
            pk_builder_free(part);
        }
        whole = support_freeze(sum);
        support_assert_equal(profile, whole);
        assert_same_bytes(profile, whole);
        pk_profile_free(profile);
        pk_profile_free(whole);
    }
}

/* --- stacks --- */

static pk_node_id caller(void *context, uint32_t slice, pk_node_id node)
{
    const struct pk_tree *tree = context;

    (void)slice;
    return tree->parent[node];
}

static void stacks_can_end_at_their_callers(void **state)
{
    struct pk_profile *profile = support_profile("main;load;parse 3\nmain;draw 2\nmain 1\n");
    struct pk_profile *expected = support_profile("main;load 3\nmain 2\n");
    struct pk_profile *left = rebuilt(
        profile, &(struct pk_rebuild){.place = caller, .context = (void *)pk_record_tree(profile)});

    (void)state;
    support_assert_equal(left, expected);
    pk_profile_free(profile);
    pk_profile_free(expected);
    pk_profile_free(left);
}

/* A million frames need no recursion. */
static void a_deep_stack_is_built_again(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f[2] = {support_frame(b, "a"), support_frame(b, "b")};
    uint32_t n = 1000000;
    pk_frame_id *stack = pk_calloc(n, sizeof *stack);
    static const int64_t value = 1;
    struct pk_profile *profile, *again;

    (void)state;
    for (uint32_t i = 0; i < n; i++)
        stack[i] = f[i % 2];
    pk_builder_stack(b, stack, NULL, n, &value);
    pk_free(stack);
    profile = support_freeze(b);
    again = rebuilt(profile, &(struct pk_rebuild){0});
    assert_int_equal(pk_profile_tree(again)->n, n);
    pk_profile_free(profile);
    pk_profile_free(again);
}

/* --- times --- */

/* The samples of a span, added up as if nothing else had been recorded. */
static void a_span_holds_its_samples_alone(void **state)
{
    struct support_random random = {31};
    static const char *const names[] = {"main", "load", "draw"};

    (void)state;
    for (uint32_t i = 0; i < support_cases(200); i++) {
        struct pk_builder *all = support_builder(), *part = support_builder();
        struct pk_span span = {(int64_t)support_below(&random, 50), 0};
        struct pk_profile *profile, *expected, *left;
        bool is_empty = true;

        span.to = span.from + 1 + support_below(&random, 60);
        pk_builder_keep_times(all);
        pk_builder_keep_times(part);
        for (unsigned k = 0; k < 30; k++) {
            int64_t time = (int64_t)support_below(&random, 100);
            int64_t value = 1 + (int64_t)support_below(&random, 9);
            uint32_t n = 1 + support_below(&random, 4);
            const char *thread = support_below(&random, 2) ? "a" : "b";
            uint32_t chosen[4];

            for (uint32_t d = 0; d < n; d++)
                chosen[d] = support_below(&random, 3);
            for (unsigned w = 0; w < 2; w++) {
                struct pk_builder *b = w ? part : all;
                pk_frame_id stack[4];

                if (w && (time < span.from || time >= span.to))
                    continue;
                is_empty &= !w;
                for (uint32_t d = 0; d < n; d++)
                    stack[d] = support_frame(b, names[chosen[d]]);
                enter(b, "p", thread, NULL);
                pk_builder_moment(b, 0, time);
                pk_builder_stack(b, stack, NULL, n, &value);
            }
        }
        profile = support_freeze(all);
        if (is_empty) {
            pk_builder_free(part);
            pk_profile_free(profile);
            continue;
        }
        expected = support_freeze(part);
        left = rebuilt(profile, &(struct pk_rebuild){.span = &span, .keeps_times = true});
        support_assert_equal(left, expected);
        assert_same_bytes(left, expected);
        pk_profile_free(profile);
        pk_profile_free(expected);
        pk_profile_free(left);
    }
}

/* Samples are counted beside their weights; what has no times at all is left out. */
static void a_span_counts_samples_and_leaves_out_what_has_no_times(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_metric counts = {.name = PK_STR("time/samples"), .unit = PK_UNIT_COUNT};
    struct pk_metric other = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    static const int64_t values[] = {7, 1, 100}, more[] = {5, 1, PK_MISSING};
    struct pk_span span = {10, 20};
    pk_frame_id f = support_frame(b, "main");
    struct pk_profile *profile, *left;

    (void)state;
    pk_builder_metric(b, &counts);
    pk_builder_metric(b, &other);
    pk_builder_keep_times(b);
    pk_builder_moment(b, 0, 10);
    pk_builder_stack(b, &f, NULL, 1, values);
    pk_builder_moment(b, 0, 19);
    pk_builder_stack(b, &f, NULL, 1, more);
    pk_builder_moment(b, 0, 20);
    pk_builder_stack(b, &f, NULL, 1, more);
    profile = support_freeze(b);
    left = rebuilt(profile, &(struct pk_rebuild){.span = &span});
    assert_int_equal(pk_profile_metrics(left), 2);
    assert_int_equal(pk_profile_total(left, 0), 12);
    assert_int_equal(pk_profile_total(left, 1), 2);
    assert_null(pk_profile_timeline(left));
    assert_true(pk_profile_has_times(left));
    pk_profile_free(profile);
    pk_profile_free(left);
}

static void a_part_has_no_counters_of_the_whole(void **state)
{
    struct pk_builder *b = support_stacks("main 3\n");
    struct pk_profile *profile, *left;

    (void)state;
    pk_builder_tally(b, "samples", 3);
    pk_builder_fact(b, "format", PK_STR("folded"));
    profile = support_freeze(b);
    left = rebuilt(profile, &(struct pk_rebuild){.is_part = true});
    assert_int_equal(pk_profile_tally(left, "samples"), -1);
    assert_true(pk_str_equal(pk_profile_fact(left, "format"), PK_STR("folded")));
    pk_profile_free(profile);
    pk_profile_free(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_changes_it_is_the_same),
        cmocka_unit_test(a_slice_that_is_not_kept_takes_its_functions_along),
        cmocka_unit_test(slices_and_the_others_add_up),
        cmocka_unit_test(stacks_can_end_at_their_callers),
        cmocka_unit_test(a_deep_stack_is_built_again),
        cmocka_unit_test(a_span_holds_its_samples_alone),
        cmocka_unit_test(a_span_counts_samples_and_leaves_out_what_has_no_times),
        cmocka_unit_test(a_part_has_no_counters_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
