/*
 * Judging rules: see rule_judge.h. A value within its bound passes whatever the noise: a gate is no
 * proof that all is well, only that nothing is known to be wrong. So noise is asked for only where
 * a rule is broken, and it can only turn a failure into something milder.
 *
 * One rule is one test at 5 %. Nothing is held down over several rules: whoever writes twenty of
 * them on samples will see one fail by chance in one run out of about two, were they all at their
 * very bound; docs/ci.md says what to do about it.
 */
#include "analyze/rule_judge.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/noise_family.h"
#include "analyze/quality.h"
#include "analyze/verdict.h"

struct judging {
    const struct pk_rule *rule;
    const struct pk_rule_case *on;
    struct pk_arena *arena;
    struct pk_rule_value raw[2];
    struct pk_gate gate;
};

const char *pk_gate_name(enum pk_gate_result result)
{
    static const char *const names[] = {
        [PK_GATE_PASS] = "pass", [PK_GATE_FAIL] = "fail", [PK_GATE_UNDECIDED] = "undecided"};

    return names[result];
}

static void decide(struct judging *j, enum pk_gate_result result, const char *why)
{
    j->gate.result = result;
    j->gate.why = why ? pk_str_of(why) : PK_STR_NULL;
}

/* With a reason that was made for it; the text is freed. */
static void decide_text(struct judging *j, enum pk_gate_result result, struct pk_buf *text)
{
    decide(j, result, pk_arena_str(j->arena, pk_buf_view(text)).data);
    pk_buf_fini(text);
}

/* --- units --- */

/* What the quantity is of: the metric, calls, or a ratio of either. */
static bool is_of_metric(const struct pk_rule *rule)
{
    return rule->quantity == PK_RULE_SELF || rule->quantity == PK_RULE_TOTAL ||
           rule->quantity == PK_RULE_EDGE_TOTAL;
}

static const struct pk_metric *metric_of(const struct pk_rule_case *on)
{
    return on->diff ? &on->diff->measure.metric
                    : pk_profile_metric(on->side[PK_AFTER].profile, on->side[PK_AFTER].metric);
}

/* The time of a sample, where values are samples of one profile and the file says it; else 0. */
static double period_of(const struct pk_rule_case *on)
{
    const struct pk_side *side = &on->side[PK_AFTER];
    struct pk_rational period = {0, 0};

    if (!on->diff && pk_measure_is_samples(pk_profile_metric(side->profile, side->metric)))
        period = pk_measure_period(side->profile);
    return period.den ? (double)period.num / (double)period.den : 0;
}

static enum pk_rule_unit unit_of(const struct judging *j)
{
    if (j->rule->quantity == PK_RULE_SHARE)
        return PK_RULE_PERCENT;
    if (!is_of_metric(j->rule))
        return PK_RULE_PLAIN;
    switch (metric_of(j->on)->unit) {
    case PK_UNIT_NS:
        return PK_RULE_NS;
    case PK_UNIT_BYTES:
        return PK_RULE_BYTES;
    case PK_UNIT_PERCENT:
    case PK_UNIT_POINTS:
        return PK_RULE_PERCENT;
    case PK_UNIT_COUNT:
        break;
    }
    return j->rule->unit == PK_RULE_NS && period_of(j->on) > 0 ? PK_RULE_NS : PK_RULE_PLAIN;
}

/* A value of one profile in base units. */
static double of_profile(const struct judging *j, double value)
{
    if (j->gate.unit == PK_RULE_NS && period_of(j->on) > 0)
        value *= period_of(j->on);
    return value * pow(10, metric_of(j->on)->scale);
}

static uint32_t runs_of(const struct pk_rule_case *on, unsigned s)
{
    return on->diff ? on->diff->measure.runs[s] : on->n_runs;
}

/* A value of all runs of a side, as the mean of them. Ratios are the same for any number. */
static double convert(const struct judging *j, unsigned s, double value)
{
    double runs = runs_of(j->on, s) > 1 ? runs_of(j->on, s) : 1;

    if (!is_of_metric(j->rule))
        return j->rule->quantity == PK_RULE_CALLS || j->rule->quantity == PK_RULE_EDGE_CALLS
                   ? value / runs
                   : value;
    if (j->on->diff)
        return pk_diff_measured(j->on->diff, s, value) * pow(10, metric_of(j->on)->scale);
    return of_profile(j, value) / runs;
}

bool pk_rule_judge_run(const struct pk_rule *rule, const struct pk_rule_case *on, unsigned side,
                       const struct pk_side *run, const struct pk_rule_names names[2],
                       struct pk_rule_value *value, struct pk_error *error)
{
    struct judging j = {.rule = rule, .on = on};
    struct pk_rational factor;
    double times = 1;

    *value = pk_rule_value_of(rule, run, names);
    if (value->unknown || !is_of_metric(rule))
        return true;
    j.gate.unit = unit_of(&j);
    if (on->diff && !pk_measure_run(&on->diff->measure, run, side, &factor, error))
        return false;
    if (on->diff)
        times = (double)factor.num / (double)factor.den * pow(10, metric_of(on)->scale);
    value->low = on->diff ? value->low * times : of_profile(&j, value->low);
    value->high = on->diff ? value->high * times : of_profile(&j, value->high);
    return true;
}

/* --- the numbers --- */

/* Numbers of one side; false where they are unknown, and then the rule is undecided. */
static bool fill_side(struct judging *j, unsigned s, struct pk_gate_number *number)
{
    struct pk_rule_value *raw = &j->raw[s];

    *raw = pk_rule_value_of(j->rule, &j->on->side[s], j->on->names[s]);
    if (raw->unknown) {
        decide(j, PK_GATE_UNDECIDED, raw->unknown);
        return false;
    }
    number->is_known = true;
    number->low = convert(j, s, raw->low);
    number->high = convert(j, s, raw->high);
    return true;
}

/* The function that is shown: of the later side where it is there. */
static void fill_frame(struct judging *j)
{
    unsigned s = j->raw[PK_AFTER].frame != PK_NONE || !j->on->has_before ? PK_AFTER : PK_BEFORE;

    j->gate.frame = j->raw[s].frame;
    j->gate.profile = j->on->side[s].profile;
    for (unsigned i = 0; i < j->rule->n_names; i++)
        j->gate.is_unmatched |= j->on->names[PK_AFTER][i].n == 0 &&
                                (!j->on->has_before || j->on->names[PK_BEFORE][i].n == 0);
}

/* How the bound sees a pair of values: as they are, as their difference, or as percent of the
 * first. Something that came from nothing is more than any percentage. */
static double change(const struct pk_rule *rule, double before, double after)
{
    if (!rule->is_relative)
        return after;
    if (rule->unit != PK_RULE_PERCENT)
        return after - before;
    if (before <= 0)
        return after > before ? HUGE_VAL : 0;
    return (after - before) / before * 100;
}

/* A bound in time says nothing of a count. */
static bool suits(const struct judging *j)
{
    enum pk_rule_unit bound = j->rule->unit;

    if (j->rule->is_relative && (bound == PK_RULE_PERCENT || bound == PK_RULE_POINTS))
        return true;
    return bound == j->gate.unit;
}

static const char *why_unsuited(const struct judging *j)
{
    switch (j->gate.unit) {
    case PK_RULE_NS:
        return "the metric is a time: the bound needs ms, s, ...";
    case PK_RULE_BYTES:
        return "the metric is in bytes: the bound needs B, kB, ...";
    case PK_RULE_PERCENT:
        return "samples are compared as shares: --period makes them times";
    default:
        return "the metric is a count: the bound has a unit that it has not";
    }
}

/* --- noise --- */

/* Values of runs as integers, which is what is permuted; as fine as doubles are. */
static void fill_runs(const struct judging *j, double scale, int64_t *value)
{
    size_t n = 0;

    for (unsigned s = 0; s < 2; s++)
        for (uint32_t i = 0; i < j->on->runs[s].n; i++)
            value[n++] = llround(j->on->runs[s].value[i].low * scale);
}

static double largest_run(const struct judging *j)
{
    double most = 0;

    for (unsigned s = 0; s < 2; s++)
        for (uint32_t i = 0; i < j->on->runs[s].n; i++)
            most = fmax(most, fabs(j->on->runs[s].value[i].low));
    return most;
}

/* The p of the quantity itself, by all ways to deal out its runs. */
static void judge_runs(struct judging *j)
{
    const struct pk_rule_runs *runs = j->on->runs;
    double q, most = largest_run(j);
    int64_t *value;

    for (unsigned s = 0; s < 2; s++)
        for (uint32_t i = 0; i < runs[s].n; i++)
            if (runs[s].value[i].unknown) {
                decide(j, PK_GATE_UNDECIDED, runs[s].value[i].unknown);
                return;
            }
    if (pk_noise_runs_best(runs[0].n, runs[1].n) >= PK_NOISE_LEVEL) {
        decide(j, PK_GATE_UNDECIDED, "too few runs: record 5 a side");
        return;
    }
    value = pk_calloc((size_t)runs[0].n + runs[1].n, sizeof *value);
    fill_runs(j, most > 0 ? 0x1p52 / most : 1, value);
    pk_noise_family(&(struct pk_family){value, 1, {runs[0].n, runs[1].n}}, &j->gate.p, &q);
    pk_free(value);
    j->gate.has_p = true;
    if (j->gate.p < PK_NOISE_LEVEL)
        decide(j, PK_GATE_FAIL, NULL);
    else
        decide(j, PK_GATE_PASS, "within noise");
}

/* Samples of a side that the quantity is; those of the whole. */
static struct pk_share share_of(const struct judging *j, unsigned s)
{
    const struct pk_side *side = &j->on->side[s];
    double whole = (double)pk_profile_total(side->profile, side->metric);
    double samples = (double)pk_quality_of(side->profile, side->metric).samples;
    double part = j->rule->quantity == PK_RULE_SHARE ? j->raw[s].low / 100 : j->raw[s].low / whole;

    return (struct pk_share){fmin(fmax(part, 0), 1) * samples, samples};
}

/* Two shares of samples, by what all samples of each side are worth, as verdicts on functions have
 * it. The whole itself has no share: how long a program ran is one number a side, and how much that
 * scatters only several runs can tell. */
static void judge_shares(struct judging *j)
{
    const struct pk_share share[2] = {share_of(j, 0), share_of(j, 1)};
    double worth[2] = {1, 1};
    struct pk_buf text = {0};

    for (unsigned s = 0; s < 2 && j->rule->quantity != PK_RULE_SHARE; s++)
        worth[s] = (double)j->on->diff->normal_total.side[s];
    if (pk_verdict_has_few(share)) {
        pk_buf_text(&text, "too few samples: ");
        pk_units_count(&text, llround(share[0].part));
        pk_buf_text(&text, " before, ");
        pk_units_count(&text, llround(share[1].part));
        pk_buf_text(&text, " after");
        decide_text(j, PK_GATE_UNDECIDED, &text);
        return;
    }
    if (j->rule->n_names == 0) {
        decide(j, PK_GATE_UNDECIDED, "noise between runs unknown: record 5 a side");
        return;
    }
    j->gate.p = pk_noise_worth_p(share[0], share[1], worth, j->on->factor);
    j->gate.has_p = true;
    if (j->gate.p < PK_NOISE_LEVEL)
        decide(j, PK_GATE_FAIL, NULL);
    else
        decide(j, PK_GATE_PASS, "within noise");
}

/* A change beyond its bound. Calls, and what is made of them, are counted whatever the times beside
 * them are: one run a side is enough to know them. */
static void judge_change(struct judging *j)
{
    bool is_counted = !is_of_metric(j->rule) && j->rule->quantity != PK_RULE_SHARE;

    switch (is_counted ? PK_METHOD_EXACT : pk_verdicts_method(j->on->diff)) {
    case PK_METHOD_EXACT:
        decide(j, PK_GATE_FAIL, NULL);
        break;
    case PK_METHOD_RUNS:
        judge_runs(j);
        break;
    case PK_METHOD_SHARES:
        judge_shares(j);
        break;
    case PK_METHOD_NONE:
        decide(j, PK_GATE_UNDECIDED, "noise unknown: one run a side");
        break;
    }
}

/* Of several runs each has to break the rule. */
static void judge_each_run(struct judging *j)
{
    const struct pk_rule_runs *runs = &j->on->runs[PK_AFTER];
    struct pk_buf text = {0};
    uint32_t holds = 0;

    for (uint32_t i = 0; i < runs->n; i++)
        holds += runs->value[i].unknown || pk_rule_holds(j->rule, runs->value[i].low) ||
                 pk_rule_holds(j->rule, runs->value[i].high);
    decide(j, PK_GATE_FAIL, NULL);
    if (holds) {
        pk_buf_printf(&text, "%u of %u runs keep it", holds, runs->n);
        decide_text(j, PK_GATE_UNDECIDED, &text);
    }
}

/* A value beyond its bound, in one run: samples scatter. Wilson's interval holds for few samples,
 * too, so nothing is asked of their number; counted events and traced times are taken as they are,
 * since a bound on one run of them is a bound on that run. */
static void judge_samples(struct judging *j)
{
    const struct pk_side *side = &j->on->side[PK_AFTER];
    struct pk_interval interval;
    struct pk_share share;
    struct pk_buf text = {0};
    double per;

    decide(j, PK_GATE_FAIL, NULL);
    if (pk_quality_of(side->profile, side->metric).samples <= 0 || j->rule->n_names == 0 ||
        (!is_of_metric(j->rule) && j->rule->quantity != PK_RULE_SHARE))
        return;
    share = share_of(j, PK_AFTER);
    interval = pk_noise_share_interval(share, j->on->factor);
    per = j->rule->quantity == PK_RULE_SHARE
              ? 100
              : convert(j, PK_AFTER, (double)pk_profile_total(side->profile, side->metric));
    if (pk_rule_holds(j->rule, interval.low * per) || pk_rule_holds(j->rule, interval.high * per)) {
        pk_buf_text(&text, "within the noise of samples: ");
        pk_units_count(&text, llround(share.part));
        pk_buf_text(&text, " of ");
        pk_units_count(&text, llround(share.whole));
        decide_text(j, PK_GATE_UNDECIDED, &text);
    }
}

/* --- all of it --- */

/* The ends of what the bound sees; a range may lie across it.
 *
 * The change is least between the most there was and the least there is, and the other way round:
 * both ends are possible at once, since nothing is known of where in its range each side lies. That
 * is wide where both sides were recorded alike, but never wrong. */
static void judge_known(struct judging *j)
{
    const struct pk_gate_number *b = &j->gate.before, *a = &j->gate.after;
    double low = change(j->rule, b->high, a->low), high = change(j->rule, b->low, a->high);
    bool low_holds = pk_rule_holds(j->rule, low), high_holds = pk_rule_holds(j->rule, high);
    bool is_across = low < j->rule->bound && high > j->rule->bound;

    decide(j, PK_GATE_PASS, NULL);
    if (low_holds && high_holds)
        return;
    if (low_holds || high_holds || is_across)
        decide(j, PK_GATE_UNDECIDED, "calls leave a range: who was below whom is not recorded");
    else if (j->rule->is_relative)
        judge_change(j);
    else if (j->on->runs[PK_AFTER].n > 1)
        judge_each_run(j);
    else
        judge_samples(j);
}

struct pk_gate pk_rule_judge(const struct pk_rule *rule, const struct pk_rule_case *on,
                             struct pk_arena *arena)
{
    struct judging j = {.rule = rule, .on = on, .arena = arena};
    bool is_known;

    j.raw[PK_BEFORE].frame = PK_NONE;
    j.gate = (struct pk_gate){.rule = rule->text,
                              .frame = PK_NONE,
                              .is_change = rule->is_relative,
                              .is_ratio = rule->quantity == PK_RULE_EDGE_FAN,
                              .is_metric = is_of_metric(rule)};
    j.gate.unit = unit_of(&j);
    is_known = fill_side(&j, PK_AFTER, &j.gate.after) &&
               (!on->has_before || fill_side(&j, PK_BEFORE, &j.gate.before) || !rule->is_relative);
    fill_frame(&j);
    if (!is_known)
        return j.gate;
    if (rule->is_relative && !on->has_before)
        decide(&j, PK_GATE_UNDECIDED, "a change needs a profile from before");
    else if (!suits(&j))
        decide(&j, PK_GATE_UNDECIDED, why_unsuited(&j));
    else
        judge_known(&j);
    return j.gate;
}
