/*
 * What verdicts on samples are worth, tried out: how often they call noise a change, and which
 * changes they find. docs/diff.md has the tables; with PROFKIT_TABLES set they are printed. Each is
 * done in both measures that samples have by themselves: shares of the total, where nobody knows
 * how much time passed between two of them, and as many as they are, where it is the same.
 *
 * A program is a list of functions with a share of the time each. A recording draws samples from
 * it; those of real recordings hang together, so a sample repeats the one before with a chance of
 * one third, by which counts scatter twice as much as independent ones (a Markov chain that stays
 * with chance r scatters by (1 + r) / (1 - r)). All seeds are fixed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyze/noise.h"
#include "analyze/verdict.h"
#include "support.h"

#define MOST_FUNCTIONS 200
#define STAYS 0.3333333333333333

struct program { /* functions "f0", "f1", ... called by main */
    uint32_t n;
    double share[MOST_FUNCTIONS];
};

/* The first function has `hot` of the time, the others share the rest as words share a text: the
 * k-th in 1/k (Zipf), which is how profiles look, too. */
static struct program program_of(uint32_t n, double hot)
{
    struct program p = {.n = n, .share = {hot}};
    double sum = 0;

    for (uint32_t i = 1; i < n; i++)
        sum += 1.0 / (i + 1);
    for (uint32_t i = 1; i < n; i++)
        p.share[i] = (1 - hot) / (i + 1) / sum;
    return p;
}

/* From 0 up to 1. */
static double uniform(struct support_random *random)
{
    return (double)(support_next(random) >> 11) / 9007199254740992.0;
}

/* The function that a number from 0 to 1 falls on: shares are sums here, so that time is a few
 * steps. */
static uint32_t pick(const double *sums, uint32_t n, double at)
{
    uint32_t low = 0, high = n - 1;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (at < sums[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* A recording of so many samples; `stays` is the chance of a sample to repeat the last one. */
static struct pk_profile *record(const struct program *p, uint32_t samples, double stays,
                                 struct support_random *random)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    int64_t count[MOST_FUNCTIONS] = {0};
    double sums[MOST_FUNCTIONS], sum = 0;
    pk_frame_id stack[2];
    uint32_t last = 0;

    for (uint32_t i = 0; i < p->n; i++)
        sums[i] = sum += p->share[i];
    for (uint32_t i = 0; i < samples; i++) {
        if (i == 0 || stays <= 0 || uniform(random) >= stays)
            last = pick(sums, p->n, uniform(random) * sum);
        count[last]++;
    }
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("samples")});
    stack[0] = support_frame(b, "main");
    for (uint32_t i = 0; i < p->n; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%u", i);
        stack[1] = support_frame(b, name);
        if (count[i])
            pk_builder_stack(b, stack, NULL, 2, &count[i]);
    }
    return support_freeze(b);
}

enum { SHARES, TIMES, MEASURES };

struct outcome {           /* of one comparison */
    uint32_t changes;      /* verdicts that something changed */
    bool is_first_f0;      /* the first row is of f0, which got slower */
    bool is_slower_f0;     /* and its verdict says so */
    bool has_other_change; /* a verdict on another function: a false one */
};

/* As `profkit diff` does it: by itself it chooses shares here. */
static struct outcome compare(const struct pk_profile *before, const struct pk_profile *after,
                              unsigned by, double factor)
{
    const struct pk_side sides[] = {{before, 0}, {after, 0}};
    struct pk_measure measure = {.normal = by == SHARES ? PK_NORMAL_AUTO : PK_NORMAL_NONE};
    struct outcome outcome = {0};
    struct pk_arena arena;
    struct pk_diff diff;
    struct pk_error error = {0};

    pk_arena_init(&arena);
    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_int_equal(measure.normal, by == SHARES ? PK_NORMAL_TOTAL : PK_NORMAL_NONE);
    assert_true(pk_diff_find_by(sides, &measure, NULL, PK_DIFF_SELF, &arena, &diff, &error));
    pk_verdicts_judge(&diff, factor);
    for (uint32_t i = 0; i < diff.n; i++) {
        const struct pk_diff_row *row = &diff.row[i];
        bool is_f0 =
            row->frame[PK_AFTER] != PK_NONE &&
            pk_str_equal(pk_profile_frame(after, row->frame[PK_AFTER])->name, PK_STR("f0"));
        bool is_change = pk_verdict_is_change(row->judged.verdict);

        outcome.changes += is_change;
        outcome.is_first_f0 |= i == 0 && is_f0 && row->self.delta > 0;
        outcome.is_slower_f0 |= is_f0 && row->judged.verdict == PK_VERDICT_SLOWER;
        outcome.has_other_change |= is_change && !is_f0;
    }
    pk_arena_fini(&arena);
    return outcome;
}

static bool prints_tables(void)
{
    return getenv("PROFKIT_TABLES") != NULL;
}

/* --- false verdicts --- */

/* How many of `trials` pairs of recordings of the same program have any verdict of a change. */
static void count_false_alarms(uint32_t trials, uint32_t functions, uint32_t samples, double stays,
                               double factor, uint32_t alarms[MEASURES])
{
    struct program p = program_of(functions, 0.2);
    struct support_random random = {4711 + samples + functions};

    alarms[SHARES] = alarms[TIMES] = 0;

    for (uint32_t i = 0; i < trials; i++) {
        struct pk_profile *before = record(&p, samples, stays, &random);
        struct pk_profile *after = record(&p, samples, stays, &random);

        for (unsigned by = 0; by < MEASURES; by++)
            alarms[by] += compare(before, after, by, factor).changes > 0;
        pk_profile_free(before);
        pk_profile_free(after);
    }
}

/* UX.md section 4, item 10: at most 5 % of 1,000 trials. */
static void recordings_of_the_same_program_do_not_differ(void **state)
{
    static const struct {
        uint32_t functions, samples;
        double stays;
    } table[] = {{50, 1000, STAYS}, {50, 10000, STAYS}, {150, 10000, STAYS}, {50, 10000, 0}};
    const uint32_t trials = 1000;

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint32_t alarms[MEASURES];

        count_false_alarms(trials, table[i].functions, table[i].samples, table[i].stays,
                           PK_NOISE_FACTOR, alarms);
        if (prints_tables())
            printf("| %u | %u | %s | %.1f %% | %.1f %% |\n", table[i].functions, table[i].samples,
                   table[i].stays > 0 ? "yes" : "no", 100.0 * alarms[SHARES] / trials,
                   100.0 * alarms[TIMES] / trials);
        assert_true(alarms[SHARES] <= trials / 20);
        assert_true(alarms[TIMES] <= trials / 20);
    }
}

/* The experiment can fail: with the factor of independent samples it does, since they are not. */
static void without_the_factor_there_are_too_many_alarms(void **state)
{
    uint32_t alarms[MEASURES];

    (void)state;
    count_false_alarms(300, 50, 10000, STAYS, 1, alarms);
    if (prints_tables())
        printf("factor 1: %.1f %%, %.1f %%\n", alarms[SHARES] / 3.0, alarms[TIMES] / 3.0);
    assert_true(alarms[SHARES] > 300 / 20);
    assert_true(alarms[TIMES] > 300 / 20);
}

/* --- changes that are found --- */

struct found { /* of 200 trials */
    uint32_t first, slower, others;
};

/* One function with `hot` of the time gets slower by a tenth; the run is longer for it. */
static void try_slowdowns(double hot, uint32_t samples, double stays, struct found found[MEASURES])
{
    struct program before = program_of(50, hot), after = before;
    struct support_random random = {(uint64_t)(hot * 1000) + samples};

    for (unsigned by = 0; by < MEASURES; by++)
        found[by] = (struct found){0};
    after.share[0] *= 1.1;
    for (uint32_t i = 0; i < 200; i++) {
        struct pk_profile *p = record(&before, samples, stays, &random);
        struct pk_profile *q =
            record(&after, (uint32_t)(samples * (1 + 0.1 * hot) + 0.5), stays, &random);

        for (unsigned by = 0; by < MEASURES; by++) {
            struct outcome outcome = compare(p, q, by, PK_NOISE_FACTOR);

            found[by].first += outcome.is_first_f0;
            found[by].slower += outcome.is_slower_f0;
            found[by].others += outcome.has_other_change;
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
}

/* UX.md section 4, item 10: first in at least 95 % of 200 trials at 10,000 samples, for a function
 * that holds two fifths of the time. A smaller one needs more samples: its tenth is less than what
 * others scatter. */
static void a_slowdown_of_a_tenth_is_named_first(void **state)
{
    static const struct {
        double hot;
        uint32_t samples;
        bool is_first[MEASURES], is_said[MEASURES]; /* promised */
    } table[] = {
        {0.1, 10000, {false, false}, {false, false}}, {0.2, 10000, {false, true}, {false, false}},
        {0.4, 10000, {true, true}, {false, false}},   {0.6, 10000, {true, true}, {false, true}},
        {0.1, 100000, {true, true}, {true, true}},    {0.2, 100000, {true, true}, {true, true}}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct found found[MEASURES];

        try_slowdowns(table[i].hot, table[i].samples, 0, found);
        for (unsigned by = 0; by < MEASURES; by++) {
            if (prints_tables())
                printf("| %s | %.0f %% | %u | %.1f %% | %.1f %% | %.1f %% |\n",
                       by == SHARES ? "shares" : "times", 100 * table[i].hot, table[i].samples,
                       found[by].first / 2.0, found[by].slower / 2.0, found[by].others / 2.0);
            assert_true(!table[i].is_first[by] || found[by].first >= 190);
            assert_true(!table[i].is_said[by] || found[by].slower >= 190);
        }
        /* of shares it is true that those of all others fell */
        assert_true(found[TIMES].others <= 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recordings_of_the_same_program_do_not_differ),
        cmocka_unit_test(without_the_factor_there_are_too_many_alarms),
        cmocka_unit_test(a_slowdown_of_a_tenth_is_named_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
