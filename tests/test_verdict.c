/*
 * Verdicts on the functions of a diff. Intervals and p were worked out by another program from the
 * formulas of their papers; the rest is counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "analyze/noise.h"
#include "analyze/verdict.h"
#include "support.h"

struct judged { /* a comparison and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
};

static struct judged judge(struct pk_profile *before, struct pk_profile *after, double factor)
{
    struct judged j = {.profile = {before, after}};
    struct pk_error error = {0};

    pk_arena_init(&j.arena);
    assert_true(pk_diff_find((struct pk_side[]){{before, 0}, {after, 0}}, PK_DIFF_SELF, &j.arena,
                             &j.diff, &error));
    pk_verdicts_judge(&j.diff, factor);
    return j;
}

static void judged_fini(struct judged *j)
{
    pk_arena_fini(&j->arena);
    pk_profile_free(j->profile[0]);
    if (j->profile[1] != j->profile[0])
        pk_profile_free(j->profile[1]);
}

/* The row of a function; the test fails without one. */
static const struct pk_diff_row *row_of(const struct judged *j, const char *name)
{
    for (uint32_t i = 0; i < j->diff.n; i++) {
        const struct pk_diff_row *row = &j->diff.row[i];
        unsigned side = row->frame[PK_AFTER] == PK_NONE ? PK_BEFORE : PK_AFTER;

        if (pk_str_equal(pk_profile_frame(j->profile[side], row->frame[side])->name,
                         pk_str_of(name)))
            return row;
    }
    fail_msg("no row of %s", name);
    return NULL;
}

static void assert_verdict(const struct judged *j, const char *name, const char *verdict)
{
    assert_string_equal(pk_verdict_name(row_of(j, name)->judged.verdict), verdict);
}

/* --- counted events and times, with calls --- */

struct fn { /* a function that main calls */
    const char *name;
    int64_t self, calls;
};

/* main calls all of them; a self below zero ends the list. */
static struct pk_profile *called(bool is_counted, const struct fn *fns)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    pk_frame_id top;
    int64_t zero = 0;

    pk_builder_metric(b, is_counted
                             ? &(struct pk_metric){.name = PK_STR("Ir")}
                             : &(struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS});
    pk_builder_fact(b, "format", is_counted ? PK_STR("callgrind") : PK_STR("pstats"));
    top = support_frame(b, "main");
    pk_builder_self(b, top, &zero, NULL, (struct pk_calls){1, PK_MISSING});
    for (; fns->name; fns++) {
        pk_frame_id id = support_frame(b, fns->name);

        pk_builder_self(b, id, &fns->self, NULL, (struct pk_calls){fns->calls, PK_MISSING});
        pk_builder_edge(b, top, id, &fns->self, NULL, (struct pk_calls){fns->calls, PK_MISSING});
    }
    return support_freeze(b);
}

static const struct fn calls_before[] = {
    {"oftener", 100, 10}, {"seldom", 300, 30}, {"dear", 100, 10},
    {"cheap", 500, 10},   {"both", 100, 10},   {"idle", 0, 5},
    {"same", 70, 7},      {"old", 20, 1},      {NULL, 0, 0}};
static const struct fn calls_after[] = {{"oftener", 210, 20}, {"seldom", 90, 10}, {"dear", 190, 11},
                                        {"cheap", 90, 10},    {"both", 90, 20},   {"idle", 0, 8},
                                        {"same", 70, 7},      {"fresh", 25, 1},   {NULL, 0, 0}};

/* The larger part names it: "both" is called twice as often (+100), each call costs less than half
 * (-110): together -10. */
static void counted_events_tell_calls_from_their_cost(void **state)
{
    struct judged j = judge(called(true, calls_before), called(true, calls_after), 2);

    (void)state;
    assert_int_equal(pk_verdicts_method(&j.diff), PK_METHOD_EXACT);
    assert_verdict(&j, "oftener", "more calls");
    assert_verdict(&j, "seldom", "fewer calls");
    assert_verdict(&j, "dear", "dearer per call");
    assert_verdict(&j, "cheap", "cheaper per call");
    assert_verdict(&j, "both", "cheaper per call");
    assert_verdict(&j, "idle", "more calls");
    assert_verdict(&j, "old", "gone");
    assert_verdict(&j, "fresh", "new");
    assert_verdict(&j, "main", "no change");
    for (uint32_t i = 0; i < j.diff.n; i++) {
        assert_int_equal(j.diff.row[i].judged.method, PK_METHOD_EXACT);
        assert_false(j.diff.row[i].judged.has_interval || j.diff.row[i].judged.has_p);
    }
    judged_fini(&j);
}

/* Calls are counted also where times are not exact. */
static void times_of_one_run_have_unknown_noise(void **state)
{
    struct judged j = judge(called(false, calls_before), called(false, calls_after), 2);

    (void)state;
    assert_int_equal(pk_verdicts_method(&j.diff), PK_METHOD_NONE);
    assert_verdict(&j, "oftener", "more calls");
    assert_verdict(&j, "seldom", "fewer calls");
    assert_verdict(&j, "dear", "noise unknown");
    assert_verdict(&j, "cheap", "noise unknown");
    assert_verdict(&j, "both", "noise unknown");
    assert_verdict(&j, "old", "gone");
    assert_verdict(&j, "fresh", "new");
    assert_int_equal(row_of(&j, "dear")->judged.method, PK_METHOD_NONE);
    judged_fini(&j);
}

static void without_calls_counted_events_are_slower_or_faster(void **state)
{
    struct pk_profile *p[2];
    struct judged j;

    (void)state;
    for (int s = 0; s < 2; s++) {
        struct pk_limits limits = pk_limits_default();
        struct pk_builder *b = pk_builder_new(&limits);

        pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("Ir")});
        pk_builder_fact(b, "format", PK_STR("callgrind"));
        pk_builder_self(b, support_frame(b, "f"), &(int64_t){s ? 7 : 5}, NULL, PK_CALLS_MISSING);
        pk_builder_self(b, support_frame(b, "g"), &(int64_t){s ? 1 : 2}, NULL, PK_CALLS_MISSING);
        p[s] = support_freeze(b);
    }
    j = judge(p[0], p[1], 2);
    assert_verdict(&j, "f", "slower");
    assert_verdict(&j, "g", "faster");
    judged_fini(&j);
}

/* --- samples --- */

/* By Python, from the papers: Wilson's limits of both shares, of samples divided by the factor,
 * each times its whole and taken together; p by the pooled score with Yates's correction. The first
 * p is also that of prop.test(c(48, 64), c(80, 80)) of R 4.2.2. */
static void samples_have_an_interval_and_a_p(void **state)
{
    static const struct {
        const char *before, *after;
        double factor, low, high, p;
    } table[] = {
        {"f 48\ng 32\n", "f 64\ng 16\n", 1, 4.638537608, 26.529967050, 0.00966062299748},
        {"f 48\ng 32\n", "f 64\ng 16\n", 2, -0.082712253, 30.478379740, 0.0876687951299},
        {"f 100\ng 900\n", "f 300\ng 950\n", 2, 150.515965157, 249.585184775, 1.07039846725e-14},
        {"g 400\n", "f 90\ng 400\n", 2, 67.403019166, 116.088171201, 4.44441378962e-12},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct judged j = judge(support_profile(table[i].before), support_profile(table[i].after),
                                table[i].factor);
        const struct pk_judged *f = &row_of(&j, "f")->judged;

        assert_int_equal(f->method, PK_METHOD_SHARES);
        assert_true(f->has_interval && f->has_p);
        assert_true(fabs(f->low - table[i].low) < 1e-6);
        assert_true(fabs(f->high - table[i].high) < 1e-6);
        assert_true(fabs(f->p / table[i].p - 1) < 1e-9);
        judged_fini(&j);
    }
}

static void samples_are_slower_faster_within_noise_or_too_few(void **state)
{
    struct judged j = judge(support_profile("a 1000\nb 1000\nc 500\nd 20\ne 29\ng 200\n"),
                            support_profile("a 1500\nb 600\nc 510\nd 5\ne 30\nh 200\n"), 2);

    (void)state;
    assert_verdict(&j, "a", "slower");
    assert_verdict(&j, "b", "faster");
    assert_verdict(&j, "c", "within noise");
    assert_verdict(&j, "d", "too few samples");
    assert_false(row_of(&j, "d")->judged.has_p);
    assert_true(row_of(&j, "d")->judged.has_interval);
    assert_verdict(&j, "e", "within noise"); /* 30 on one side are enough to be tested */
    assert_verdict(&j, "g", "gone");
    assert_verdict(&j, "h", "new");
    judged_fini(&j);
}

/* What three samples found is no proof that it was not there. */
static void few_samples_are_not_new(void **state)
{
    struct judged j = judge(support_profile("a 1000\n"), support_profile("a 1000\nb 3\n"), 2);

    (void)state;
    assert_verdict(&j, "b", "too few samples");
    judged_fini(&j);
}

/* One function takes twice as long, the others take what they took: their shares fell, their time
 * did not. */
static void others_are_not_faster_because_one_is_slower(void **state)
{
    struct judged j = judge(support_profile("a 5000\nb 2500\nc 2500\n"),
                            support_profile("a 10000\nb 2501\nc 2499\n"), 2);

    (void)state;
    assert_verdict(&j, "a", "slower");
    assert_verdict(&j, "b", "within noise");
    assert_verdict(&j, "c", "within noise");
    judged_fini(&j);
}

/* Twenty tests, nineteen of functions as they were: q is twenty times the p of the one that is
 * left. */
static void unchanged_functions_count_among_the_tests(void **state)
{
    struct pk_buf text[2] = {{0}, {0}};
    struct judged j;

    (void)state;
    for (int s = 0; s < 2; s++) {
        pk_buf_printf(&text[s], "f %d\n", s ? 130 : 100);
        for (int i = 0; i < 19; i++)
            pk_buf_printf(&text[s], "g%d 100\n", i);
    }
    j = judge(support_profile(text[0].data), support_profile(text[1].data), 1);
    assert_int_equal(j.diff.n, 1);
    assert_true(row_of(&j, "f")->judged.p < PK_NOISE_LEVEL);
    assert_true(fabs(row_of(&j, "f")->judged.q - 20 * row_of(&j, "f")->judged.p) < 1e-12);
    assert_verdict(&j, "f", "within noise");
    judged_fini(&j);
    pk_buf_fini(&text[0]);
    pk_buf_fini(&text[1]);
}

static void parts_below_zero_are_no_shares(void **state)
{
    struct judged j =
        judge(support_profile("a 100\nb -20\nc 50\n"), support_profile("a 300\nb 5\nc 50\n"), 2);

    (void)state;
    assert_verdict(&j, "b", "noise unknown");
    judged_fini(&j);
}

/* --- moved and inlined --- */

static void a_swap_under_an_equal_total_is_a_move(void **state)
{
    struct judged j = judge(support_profile("main;f 4000\nmain;f;g 1000\nmain;h 3000\n"),
                            support_profile("main;f 2000\nmain;f;g 3000\nmain;h 3000\n"), 2);

    (void)state;
    assert_verdict(&j, "f", "moved");
    assert_verdict(&j, "g", "moved");
    judged_fini(&j);
}

/* The same swap, but all of it takes longer. */
static void a_swap_under_another_total_is_none(void **state)
{
    struct judged j = judge(support_profile("main;f 4000\nmain;f;g 1000\nmain;h 3000\n"),
                            support_profile("main;f 2000\nmain;f;g 6000\nmain;h 3000\n"), 2);

    (void)state;
    assert_verdict(&j, "f", "faster");
    assert_verdict(&j, "g", "slower");
    judged_fini(&j);
}

/* Siblings under one caller exchange time, their caller has none of its own: nothing moved. */
static void siblings_do_not_move(void **state)
{
    struct judged j = judge(support_profile("main;f 4000\nmain;g 1000\n"),
                            support_profile("main;f 1000\nmain;g 4000\n"), 2);

    (void)state;
    assert_verdict(&j, "f", "faster");
    assert_verdict(&j, "g", "slower");
    judged_fini(&j);
}

/* Into both of its callers, and, the sides swapped, out of them. */
static void a_callee_of_one_side_is_inlined(void **state)
{
    static const char *const apart =
        "main;a 2000\nmain;a;g 900\nmain;b 3000\nmain;b;g 600\nmain 9\n";
    static const char *const together = "main;a 2900\nmain;b 3600\nmain 9\n";

    (void)state;
    for (int s = 0; s < 2; s++) {
        struct judged j =
            judge(support_profile(s ? together : apart), support_profile(s ? apart : together), 2);

        assert_verdict(&j, "g", "inlined");
        assert_verdict(&j, "a", "inlined");
        assert_verdict(&j, "b", "inlined");
        judged_fini(&j);
    }
}

/* Exact counts need no size; times of one run do. */
static void small_swaps_of_one_run_prove_nothing(void **state)
{
    static const char *const before = "main;f 20\nmain;f;g 10\nmain;h 9000\n";
    static const char *const after = "main;f 15\nmain;f;g 15\nmain;h 9000\n";

    (void)state;
    for (int is_counted = 0; is_counted < 2; is_counted++) {
        struct pk_profile *p[2];
        struct judged j;

        for (int s = 0; s < 2; s++) {
            struct pk_profile *stacks = support_profile(s ? after : before);
            struct pk_limits limits = pk_limits_default();
            struct pk_builder *b = pk_builder_new(&limits);
            const struct pk_graph *graph = pk_profile_graph(stacks);

            pk_builder_metric(b,
                              &(struct pk_metric){.name = PK_STR("Ir"),
                                                  .unit = is_counted ? PK_UNIT_COUNT : PK_UNIT_NS});
            pk_builder_fact(b, "format", is_counted ? PK_STR("callgrind") : PK_STR("pstats"));
            for (pk_frame_id f = 0; f < pk_profile_frames(stacks); f++)
                pk_builder_self(b, pk_builder_frame(b, pk_profile_frame(stacks, f)),
                                &pk_profile_flat(stacks)->self[0][f],
                                &pk_profile_flat(stacks)->incl[0][f], (struct pk_calls){1, 1});
            for (uint32_t e = 0; e < graph->n; e++)
                pk_builder_edge(b, pk_builder_frame(b, pk_profile_frame(stacks, graph->caller[e])),
                                pk_builder_frame(b, pk_profile_frame(stacks, graph->callee[e])),
                                &graph->incl[0][e], NULL, (struct pk_calls){1, 1});
            p[s] = support_freeze(b);
            pk_profile_free(stacks);
        }
        j = judge(p[0], p[1], 2);
        assert_verdict(&j, "f", is_counted ? "moved" : "noise unknown");
        assert_verdict(&j, "g", is_counted ? "moved" : "noise unknown");
        judged_fini(&j);
    }
}

/* What --fail-on takes: every verdict of a change is one of the first four, or a move. */
static void concerns_are_of_changes_or_of_doubt(void **state)
{
    (void)state;
    for (enum pk_verdict v = PK_VERDICT_NO_CHANGE; v <= PK_VERDICT_NOISE_UNKNOWN; v++) {
        unsigned named = 0;

        for (enum pk_concern c = PK_CONCERN_SLOWER; c <= PK_CONCERN_GONE; c++)
            named += pk_verdict_concerns(v, c);
        assert_true(named <= 1);
        assert_int_equal(named == 1 || v == PK_VERDICT_MOVED || v == PK_VERDICT_INLINED,
                         pk_verdict_concerns(v, PK_CONCERN_CHANGED));
        assert_false(pk_verdict_concerns(v, PK_CONCERN_CHANGED) &&
                     pk_verdict_concerns(v, PK_CONCERN_UNDECIDED));
    }
    assert_true(pk_verdict_concerns(PK_VERDICT_DEARER, PK_CONCERN_SLOWER));
    assert_true(pk_verdict_concerns(PK_VERDICT_TOO_FEW, PK_CONCERN_UNDECIDED));
    assert_false(pk_verdict_concerns(PK_VERDICT_WITHIN_NOISE, PK_CONCERN_UNDECIDED));
}

/* --- laws --- */

/* Every verdict has its twin, and p and q do not know which side came first. */
static void swapped_sides_have_the_twin_verdict(void **state)
{
    static const enum pk_verdict twin[] = {
        [PK_VERDICT_NO_CHANGE] = PK_VERDICT_NO_CHANGE,
        [PK_VERDICT_SLOWER] = PK_VERDICT_FASTER,
        [PK_VERDICT_FASTER] = PK_VERDICT_SLOWER,
        [PK_VERDICT_NEW] = PK_VERDICT_GONE,
        [PK_VERDICT_GONE] = PK_VERDICT_NEW,
        [PK_VERDICT_MOVED] = PK_VERDICT_MOVED,
        [PK_VERDICT_INLINED] = PK_VERDICT_INLINED,
        [PK_VERDICT_WITHIN_NOISE] = PK_VERDICT_WITHIN_NOISE,
        [PK_VERDICT_TOO_FEW] = PK_VERDICT_TOO_FEW,
    };
    struct support_random random = {31};

    (void)state;
    for (uint32_t i = 0; i < support_cases(30); i++) {
        struct pk_buf text[2] = {{0}, {0}};
        struct judged forth, back;

        for (int s = 0; s < 2; s++)
            for (uint32_t k = 0; k < 40; k++)
                pk_buf_printf(&text[s], "main;f%u;g%u %u\n", support_below(&random, 5),
                              support_below(&random, 9), 1 + support_below(&random, 200));
        forth = judge(support_profile(text[0].data), support_profile(text[1].data), 2);
        back = judge(support_profile(text[1].data), support_profile(text[0].data), 2);
        assert_int_equal(forth.diff.n, back.diff.n);
        for (uint32_t r = 0; r < forth.diff.n; r++) {
            const struct pk_judged *a = &forth.diff.row[r].judged, *b = &back.diff.row[r].judged;

            assert_int_equal(twin[a->verdict], b->verdict);
            assert_true(!a->has_p || (fabs(a->p - b->p) < 1e-12 && fabs(a->q - b->q) < 1e-12));
            assert_true(fabs(a->low + b->high) < 1e-6 && fabs(a->high + b->low) < 1e-6);
        }
        judged_fini(&forth);
        judged_fini(&back);
        pk_buf_fini(&text[0]);
        pk_buf_fini(&text[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_events_tell_calls_from_their_cost),
        cmocka_unit_test(times_of_one_run_have_unknown_noise),
        cmocka_unit_test(without_calls_counted_events_are_slower_or_faster),
        cmocka_unit_test(samples_have_an_interval_and_a_p),
        cmocka_unit_test(samples_are_slower_faster_within_noise_or_too_few),
        cmocka_unit_test(few_samples_are_not_new),
        cmocka_unit_test(others_are_not_faster_because_one_is_slower),
        cmocka_unit_test(unchanged_functions_count_among_the_tests),
        cmocka_unit_test(parts_below_zero_are_no_shares),
        cmocka_unit_test(a_swap_under_an_equal_total_is_a_move),
        cmocka_unit_test(a_swap_under_another_total_is_none),
        cmocka_unit_test(siblings_do_not_move),
        cmocka_unit_test(a_callee_of_one_side_is_inlined),
        cmocka_unit_test(small_swaps_of_one_run_prove_nothing),
        cmocka_unit_test(concerns_are_of_changes_or_of_doubt),
        cmocka_unit_test(swapped_sides_have_the_twin_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
