/*
 * Judging rules: what passes, what fails, and when nobody can tell. Expected verdicts follow from
 * counts by hand; p of runs is the share of ways to deal them out, 2 of 252 for five a side that
 * lie wholly apart.
 */
#include "analyze/rule_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "analyze/diff_runs.h"
#include "analyze/verdict.h"
#include "base/buf.h"
#include "support.h"

/* The function called `word`, or with a second letter of '*' all but main. */
static void mark(const struct pk_profile *profile, struct pk_str word, struct pk_arena *arena,
                 struct pk_rule_names *names)
{
    names->is_in = PK_NEW_ARRAY(arena, bool, pk_profile_frames(profile) + 1);
    names->n = 0;
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_str_equal(pk_profile_frame(profile, f)->name, word)) {
            names->is_in[f] = true;
            names->n++;
        }
}

struct judged {
    struct pk_gate gate;
    char why[200];
};

/* One rule on one profile, or with `before` on what changed; both may hold several runs. */
static struct judged judge(const char *text, struct pk_profile *before, struct pk_profile *after,
                           const struct pk_rule_runs runs[2], struct pk_diff *diff)
{
    struct pk_profile *profile[2] = {before, after};
    struct pk_rule_case on = {.has_before = before != NULL, .diff = diff, .n_runs = 1, .factor = 2};
    struct pk_error error = {0};
    struct pk_arena arena;
    struct pk_rule rule;
    struct judged judged;

    pk_arena_init(&arena);
    assert_true(pk_rule_parse(pk_str_of(text), &arena, &rule, &error));
    for (unsigned s = before ? 0 : 1; s < 2; s++) {
        on.side[s] = (struct pk_side){profile[s], 0};
        on.runs[s] = runs ? runs[s] : (struct pk_rule_runs){NULL, 0};
        for (unsigned i = 0; i < rule.n_names; i++)
            mark(profile[s], rule.name[i], &arena, &on.names[s][i]);
    }
    judged.gate = pk_rule_judge(&rule, &on, &arena);
    judged.why[0] = '\0';
    if (judged.gate.why.size < sizeof judged.why && judged.gate.why.size)
        memcpy(judged.why, judged.gate.why.data, judged.gate.why.size + 1);
    pk_arena_fini(&arena);
    return judged;
}

static void assert_judged(struct judged judged, enum pk_gate_result result, const char *why)
{
    assert_string_equal(pk_gate_name(judged.gate.result), pk_gate_name(result));
    assert_string_equal(judged.why, why);
}

/* --- one profile --- */

/* 10 of 100 samples: twice as scattered as independent ones, Wilson's interval is about 4 to 21 %.
 */
static void a_share_of_samples_fails_beyond_its_noise(void **state)
{
    struct pk_profile *p = support_profile("main;hot 10\nmain 90\n");
    (void)state;

    assert_judged(judge("share('hot') < 12%", NULL, p, NULL, NULL), PK_GATE_PASS, "");
    assert_judged(judge("share('hot') < 9%", NULL, p, NULL, NULL), PK_GATE_UNDECIDED,
                  "within the noise of samples: 10 of 100");
    assert_judged(judge("share('hot') < 2%", NULL, p, NULL, NULL), PK_GATE_FAIL, "");
    assert_judged(judge("share('hot') > 30%", NULL, p, NULL, NULL), PK_GATE_FAIL, "");
    pk_profile_free(p);
}

static void what_a_profile_does_not_say_is_undecided(void **state)
{
    struct pk_profile *p = support_profile("main;hot 10\nmain 90\n");
    (void)state;

    assert_judged(judge("calls('hot') < 12", NULL, p, NULL, NULL), PK_GATE_UNDECIDED,
                  "the file counts no calls");
    assert_judged(judge("total('hot') < 12s", NULL, p, NULL, NULL), PK_GATE_UNDECIDED,
                  "the metric is a count: the bound has a unit that it has not");
    assert_judged(judge("total('hot') < +1%", NULL, p, NULL, NULL), PK_GATE_UNDECIDED,
                  "a change needs a profile from before");
    pk_profile_free(p);
}

/* Nothing is there, and it is said that nothing matched. */
static void a_function_that_is_not_there_has_nothing(void **state)
{
    struct pk_profile *p = support_profile("main;hot 10\nmain 90\n");
    struct judged judged = judge("share('cold') < 12%", NULL, p, NULL, NULL);
    (void)state;

    assert_judged(judged, PK_GATE_PASS, "");
    assert_true(judged.gate.is_unmatched);
    assert_int_equal(judged.gate.frame, PK_NONE);
    assert_false(judge("share('hot') < 12%", NULL, p, NULL, NULL).gate.is_unmatched);
    pk_profile_free(p);
}

/* Each of them has to break the rule. */
static void one_run_that_keeps_a_rule_is_a_doubt(void **state)
{
    struct pk_profile *p = support_profile("main;hot 10\nmain 90\n");
    const struct pk_rule_value bad = {.low = 9, .high = 9}, good = {.low = 7, .high = 7};
    const struct pk_rule_value mixed[] = {bad, good, bad}, all[] = {bad, bad, bad};
    (void)state;

    assert_judged(
        judge("self('hot') < 8", NULL, p, (struct pk_rule_runs[]){{NULL, 0}, {mixed, 3}}, NULL),
        PK_GATE_UNDECIDED, "1 of 3 runs keep it");
    assert_judged(
        judge("self('hot') < 8", NULL, p, (struct pk_rule_runs[]){{NULL, 0}, {all, 3}}, NULL),
        PK_GATE_FAIL, "");
    pk_profile_free(p);
}

/* --- two profiles --- */

struct pair {
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
};

static struct pair compared(struct pk_profile *before, struct pk_profile *after)
{
    struct pair pair = {.profile = {before, after}};
    struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_measure measure = {.normal = PK_NORMAL_NONE};
    struct pk_error error = {0};

    pk_arena_init(&pair.arena);
    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_true(
        pk_diff_find_by(sides, &measure, NULL, PK_DIFF_SELF, &pair.arena, &pair.diff, &error));
    pk_verdicts_judge(&pair.diff, 2);
    return pair;
}

static struct judged judge_pair(const char *text, struct pair *pair,
                                const struct pk_rule_runs runs[2])
{
    return judge(text, pair->profile[0], pair->profile[1], runs, &pair->diff);
}

static void pair_fini(struct pair *pair)
{
    pk_arena_fini(&pair->arena);
    for (unsigned s = 0; s < 2; s++)
        pk_profile_free(pair->profile[s]);
}

/* 1,000 of 10,000 samples to 1,020 may be noise, to 1,400 not; 10 to 20 are too few to tell. */
static void samples_of_two_runs_are_tested(void **state)
{
    struct pair pair =
        compared(support_profile("main;hot 1000\nmain;warm 1000\nmain;rare 10\nmain 7990\n"),
                 support_profile("main;hot 1400\nmain;warm 1020\nmain;rare 20\nmain 7560\n"));
    struct judged judged = judge_pair("self('hot') < +3%", &pair, NULL);
    (void)state;

    assert_judged(judged, PK_GATE_FAIL, "");
    assert_true(judged.gate.has_p && judged.gate.p < 0.001);
    assert_judged(judge_pair("self('warm') < +1%", &pair, NULL), PK_GATE_PASS, "within noise");
    assert_judged(judge_pair("self('warm') < +3%", &pair, NULL), PK_GATE_PASS, "");
    assert_judged(judge_pair("self('rare') < +3%", &pair, NULL), PK_GATE_UNDECIDED,
                  "too few samples: 10 before, 20 after");
    assert_judged(judge_pair("share('hot') < +1pp", &pair, NULL), PK_GATE_FAIL, "");
    assert_judged(judge_pair("share('hot') < +5pp", &pair, NULL), PK_GATE_PASS, "");
    assert_judged(judge_pair("self('hot') < -10", &pair, NULL), PK_GATE_FAIL, "");
    pair_fini(&pair);
}

/* From nothing to something is more than any percentage. */
static void what_is_new_grew_without_bound(void **state)
{
    struct pair pair =
        compared(support_profile("main 9000\n"), support_profile("main;fresh 900\nmain 9000\n"));
    (void)state;

    assert_judged(judge_pair("self('fresh') < +1000000%", &pair, NULL), PK_GATE_FAIL, "");
    assert_judged(judge_pair("self('fresh') < +1000", &pair, NULL), PK_GATE_PASS, "");
    pair_fini(&pair);
}

static void fill(struct pk_rule_value *value, const int *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] = (struct pk_rule_value){.low = numbers[i], .high = numbers[i]};
}

/* Five a side that lie apart: 2 ways of 252. Mixed ones prove nothing, three a side cannot. */
static void several_runs_are_permuted(void **state)
{
    struct pair pair =
        compared(support_profile("main;hot 100\n"), support_profile("main;hot 150\n"));
    static const int slow[] = {150, 151, 149, 152, 148}, fast[] = {100, 101, 99, 102, 98},
                     wild[] = {90, 210, 95, 250, 105};
    struct pk_rule_value before[5], after[5], noisy[5];
    struct judged judged;
    (void)state;

    pair.diff.runs = PK_NEW(&pair.arena, struct pk_diff_runs);
    fill(before, fast, 5);
    fill(after, slow, 5);
    fill(noisy, wild, 5);
    judged =
        judge_pair("self('hot') < +5%", &pair, (struct pk_rule_runs[]){{before, 5}, {after, 5}});
    assert_judged(judged, PK_GATE_FAIL, "");
    assert_true(fabs(judged.gate.p - 2.0 / 252) < 1e-9);
    assert_judged(
        judge_pair("self('hot') < +5%", &pair, (struct pk_rule_runs[]){{before, 5}, {noisy, 5}}),
        PK_GATE_PASS, "within noise");
    assert_judged(
        judge_pair("self('hot') < +5%", &pair, (struct pk_rule_runs[]){{before, 3}, {after, 3}}),
        PK_GATE_UNDECIDED, "too few runs: record 5 a side");
    pair_fini(&pair);
}

/* A run is measured as its side is. */
static void a_run_has_the_unit_of_its_side(void **state)
{
    struct pk_profile *run = support_profile("main;hot 40\nmain 60\n");
    struct pk_rule_case on = {.side = {{NULL, 0}, {run, 0}}, .n_runs = 3};
    struct pk_rule_names names[2] = {{NULL, 0}, {NULL, 0}};
    struct pk_error error = {0};
    struct pk_rule_value value;
    struct pk_arena arena;
    struct pk_rule rule;
    (void)state;

    pk_arena_init(&arena);
    assert_true(pk_rule_parse(PK_STR("self('hot') < 3"), &arena, &rule, &error));
    mark(run, rule.name[0], &arena, &names[0]);
    assert_true(pk_rule_judge_run(&rule, &on, PK_AFTER, &on.side[PK_AFTER], names, &value, &error));
    assert_int_equal((int)value.low, 40);
    pk_arena_fini(&arena);
    pk_profile_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_samples_fails_beyond_its_noise),
        cmocka_unit_test(what_a_profile_does_not_say_is_undecided),
        cmocka_unit_test(a_function_that_is_not_there_has_nothing),
        cmocka_unit_test(one_run_that_keeps_a_rule_is_a_doubt),
        cmocka_unit_test(samples_of_two_runs_are_tested),
        cmocka_unit_test(what_is_new_grew_without_bound),
        cmocka_unit_test(several_runs_are_permuted),
        cmocka_unit_test(a_run_has_the_unit_of_its_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
