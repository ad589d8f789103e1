/*
 * What became of findings: paired by fingerprints, and worse only beyond the tolerance.
 */
#include "analyze/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

#define MOST 4

struct side { /* findings by hand: 10,000 in all */
    struct pk_finding list[MOST];
    struct pk_findings findings;
    struct pk_lifecycle_side side;
};

static void begin(struct side *s, bool is_sampled)
{
    *s = (struct side){.findings = {.list = s->list, .has_counts = !is_sampled},
                       .side = {.total = 10000, .is_exact = true, .samples = -1}};
    s->side.findings = &s->findings;
    s->side.wide = &s->findings;
    if (is_sampled)
        s->side.samples = 10000;
}

static struct pk_finding *add(struct side *s, const char *fingerprint, int64_t cost, int64_t calls)
{
    struct pk_finding *one = &s->list[s->findings.n++];

    *one = (struct pk_finding){.fingerprint = pk_str_of(fingerprint),
                               .cost = cost,
                               .sink_calls = calls,
                               .is_sampled = s->side.samples > 0};
    return one;
}

/* What one finding is called that had a cost and calls, and has others now. */
static enum pk_finding_state state_of(bool is_sampled, int64_t cost, int64_t calls,
                                      int64_t cost_before, int64_t calls_before)
{
    struct side now, before;
    struct pk_arena arena;

    begin(&now, is_sampled);
    begin(&before, is_sampled);
    add(&now, "a", cost, calls);
    add(&before, "a", cost_before, calls_before);
    pk_arena_init(&arena);
    pk_lifecycle_compare(now.side, before.side, &arena);
    pk_arena_fini(&arena);
    return now.list[0].state;
}

static void findings_are_paired_by_fingerprints(void **state)
{
    struct side now, before;
    struct pk_lifecycle lifecycle;
    struct pk_arena arena;
    (void)state;

    begin(&now, false);
    begin(&before, false);
    add(&now, "b", 500, 100);
    add(&now, "new", 400, 100);
    add(&now, "a", 300, 100);
    add(&before, "gone", 900, 100);
    add(&before, "a", 300, 100);
    add(&before, "b", 100, 100);
    pk_arena_init(&arena);
    lifecycle = pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_WORSE);
    assert_int_equal(now.list[0].cost_before, 100);
    assert_int_equal(now.list[1].state, PK_FINDING_NEW);
    assert_int_equal(now.list[2].state, PK_FINDING_SAME);
    assert_int_equal(now.list[2].calls_before, 100);
    assert_int_equal(lifecycle.count[PK_FINDING_NEW], 1);
    assert_int_equal(lifecycle.count[PK_FINDING_WORSE], 1);
    assert_int_equal(lifecycle.count[PK_FINDING_SAME], 1);
    assert_int_equal(lifecycle.n_fixed, 1);
    assert_ptr_equal(lifecycle.fixed[0], &before.list[0]);
    pk_arena_fini(&arena);
}

/* Overloads have one fingerprint: two then and three now are two and a new one. */
static void equal_fingerprints_are_paired_in_their_order(void **state)
{
    struct side now, before;
    struct pk_lifecycle lifecycle;
    struct pk_arena arena;
    (void)state;

    begin(&now, false);
    begin(&before, false);
    for (int64_t i = 0; i < 3; i++)
        add(&now, "f", 900 - i, 100);
    for (int64_t i = 0; i < 2; i++)
        add(&before, "f", 900 - i, 100);
    pk_arena_init(&arena);
    lifecycle = pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].cost_before, 900);
    assert_int_equal(now.list[1].cost_before, 899);
    assert_int_equal(now.list[2].state, PK_FINDING_NEW);
    assert_int_equal(lifecycle.n_fixed, 0);
    lifecycle = pk_lifecycle_compare(before.side, now.side, &arena);
    assert_int_equal(lifecycle.n_fixed, 1);
    assert_ptr_equal(lifecycle.fixed[0], &now.list[2]);
    pk_arena_fini(&arena);
}

/* A tenth of it, and a hundredth of 10,000. */
static void worse_is_beyond_a_tenth_and_a_hundredth_of_the_whole(void **state)
{
    (void)state;
    assert_int_equal(state_of(false, 1100, 50, 1000, 50), PK_FINDING_SAME);
    assert_int_equal(state_of(false, 1101, 50, 1000, 50), PK_FINDING_WORSE);
    assert_int_equal(state_of(false, 600, 50, 500, 50), PK_FINDING_SAME); /* 1 % of the whole */
    assert_int_equal(state_of(false, 601, 50, 500, 50), PK_FINDING_WORSE);
    assert_int_equal(state_of(false, 10, 50, 9000, 50), PK_FINDING_SAME);
}

/* 2.0 % now and 1.9 % then is no new finding, where 2 % is the threshold; nor is it fixed when it
 * is the other way round. */
static void what_only_just_passes_a_threshold_is_not_new(void **state)
{
    struct side now, before, none;
    struct pk_lifecycle lifecycle;
    struct pk_arena arena;
    (void)state;

    begin(&now, false);
    begin(&before, false);
    begin(&none, false);
    add(&now, "a", 200, 100);
    add(&before, "a", 190, 100);
    pk_arena_init(&arena);
    none.side.wide = &before.findings;
    lifecycle = pk_lifecycle_compare(now.side, none.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    assert_int_equal(lifecycle.n_fixed, 0);
    lifecycle = pk_lifecycle_compare(none.side, now.side, &arena);
    assert_int_equal(lifecycle.n_fixed, 0);
    none.side.wide = &none.findings;
    lifecycle = pk_lifecycle_compare(none.side, now.side, &arena);
    assert_int_equal(lifecycle.n_fixed, 1);
    pk_arena_fini(&arena);
}

/* Twice the time may be another machine; twice the calls are not. */
static void times_of_one_run_make_nothing_worse(void **state)
{
    struct side now, before;
    struct pk_arena arena;
    (void)state;

    begin(&now, false);
    begin(&before, false);
    now.side.is_exact = before.side.is_exact = false;
    add(&now, "a", 8000, 100);
    add(&now, "b", 100, 120);
    add(&before, "a", 4000, 100);
    add(&before, "b", 100, 100);
    pk_arena_init(&arena);
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    assert_int_equal(now.list[1].state, PK_FINDING_WORSE);
    pk_arena_fini(&arena);
}

/* A sample of perf weighs thousands of cycles: what counts is how many samples there are. */
static void weights_are_no_samples(void **state)
{
    struct side now, before;
    struct pk_arena arena;
    (void)state;

    begin(&now, true);
    begin(&before, true);
    add(&now, "a", 2500, PK_MISSING);
    add(&before, "a", 1500, PK_MISSING);
    pk_arena_init(&arena);
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_WORSE);
    now.side.samples = before.side.samples = 60; /* 15 of 60 and 9 of 60 */
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    now.side.samples = -1;
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    pk_arena_fini(&arena);
}

static void more_calls_are_worse_whatever_they_cost(void **state)
{
    (void)state;
    assert_int_equal(state_of(false, 100, 1100, 100, 1000), PK_FINDING_SAME);
    assert_int_equal(state_of(false, 100, 1101, 100, 1000), PK_FINDING_WORSE);
    assert_int_equal(state_of(false, 100, INT64_MAX, 100, 1), PK_FINDING_WORSE);
}

/* Of 10,000 samples 110 more than 1,080 are beyond both tolerances, but not beyond noise: at twice
 * the variance of independent samples that is 1.96 * sqrt(2 * 2 * 0.11 * 0.89 / 10000) = 1.2
 * points to either side. */
static void samples_must_be_beyond_noise(void **state)
{
    (void)state;
    assert_int_equal(state_of(true, 1250, PK_MISSING, 1100, PK_MISSING), PK_FINDING_WORSE);
    assert_int_equal(state_of(true, 1190, PK_MISSING, 1080, PK_MISSING), PK_FINDING_SAME);
    assert_int_equal(state_of(true, 3310, PK_MISSING, 3000, PK_MISSING), PK_FINDING_WORSE);
    assert_int_equal(state_of(true, 3290, PK_MISSING, 3000, PK_MISSING), PK_FINDING_SAME);
}

/* Twice as long a recording has twice the samples of everything. */
static void samples_are_compared_by_shares(void **state)
{
    struct side now, before;
    struct pk_arena arena;
    (void)state;

    begin(&now, true);
    begin(&before, true);
    now.side.total = now.side.samples = 20000;
    add(&now, "a", 4000, PK_MISSING);
    add(&before, "a", 2000, PK_MISSING);
    pk_arena_init(&arena);
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    now.list[0].cost = 8000;
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_WORSE);
    before.side.total = 0; /* differences may add up to nothing: then nobody can tell */
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    pk_arena_fini(&arena);
}

static void decimals_of_both_sides_may_differ(void **state)
{
    struct side now, before;
    struct pk_arena arena;
    (void)state;

    begin(&now, false);
    begin(&before, false);
    now.side.scale = -2;
    now.side.total = 1000000;
    add(&now, "a", 100000, 50);
    add(&before, "a", 1000, 50);
    pk_arena_init(&arena);
    pk_lifecycle_compare(now.side, before.side, &arena);
    assert_int_equal(now.list[0].cost_before, 100000);
    assert_int_equal(now.list[0].state, PK_FINDING_SAME);
    pk_arena_fini(&arena);
}

static void a_gate_fails_by_grade_and_state_together(void **state)
{
    struct pk_finding likely = {.grade = PK_LIKELY, .state = PK_FINDING_NEW};
    struct pk_gate_of_findings gate = {.is_asked = false, .grade = PK_POSSIBLE};
    (void)state;

    assert_false(pk_lifecycle_fails(&gate, &likely));
    gate.is_asked = true;
    assert_true(pk_lifecycle_fails(&gate, &likely));
    gate.grade = PK_PROVEN;
    assert_false(pk_lifecycle_fails(&gate, &likely));
    gate.grade = PK_LIKELY;
    gate.has_states = gate.fails_new = true;
    assert_true(pk_lifecycle_fails(&gate, &likely));
    likely.state = PK_FINDING_WORSE;
    assert_false(pk_lifecycle_fails(&gate, &likely));
    gate.fails_worse = true;
    assert_true(pk_lifecycle_fails(&gate, &likely));
    likely.state = PK_FINDING_SAME;
    assert_false(pk_lifecycle_fails(&gate, &likely));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_paired_by_fingerprints),
        cmocka_unit_test(equal_fingerprints_are_paired_in_their_order),
        cmocka_unit_test(worse_is_beyond_a_tenth_and_a_hundredth_of_the_whole),
        cmocka_unit_test(what_only_just_passes_a_threshold_is_not_new),
        cmocka_unit_test(times_of_one_run_make_nothing_worse),
        cmocka_unit_test(weights_are_no_samples),
        cmocka_unit_test(more_calls_are_worse_whatever_they_cost),
        cmocka_unit_test(samples_must_be_beyond_noise),
        cmocka_unit_test(samples_are_compared_by_shares),
        cmocka_unit_test(decimals_of_both_sides_may_differ),
        cmocka_unit_test(a_gate_fails_by_grade_and_state_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
