/*
 * The gate over all functions: see regression.h. It judges self, as verdicts do: what a callee does
 * is the matter of the callee, or one change would fail a row of callers.
 */
#include "analyze/regression.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

struct judging {
    const struct pk_diff *diff;
    const struct pk_regression *regression;
    double scale; /* of a value of the measure, to base units */
    double least; /* in base units */
};

static bool is_share(const struct judging *j)
{
    return j->diff->measure.metric.unit == PK_UNIT_PERCENT;
}

/* --- thresholds --- */

static bool set_least(struct judging *j, struct pk_error *error)
{
    enum pk_unit unit = j->diff->measure.metric.unit;

    j->least = j->regression->least;
    if (j->regression->unit == PK_RULE_PERCENT) {
        j->least *= (double)j->diff->normal_total.side[PK_BEFORE] * j->scale / 100;
        return true;
    }
    if (j->regression->unit == pk_rule_unit_of(unit) || j->least <= 0)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "--min-change has a unit that the metric has not");
    if (is_share(j))
        pk_error_hint(error, "samples are compared as shares: give percent of the whole, such as "
                             "1%%, or the time between samples by --period");
    else
        pk_error_hint(error, "values are in %s; percent of the whole, such as 1%%, always suits",
                      pk_units_name(unit));
    return false;
}

static double side_of(const struct judging *j, const struct pk_diff_row *row, unsigned s)
{
    return row->self.side[s] == PK_MISSING ? 0 : (double)row->self.side[s] * j->scale;
}

/* Passes both thresholds in the direction that fails: less is a matter of the one who asks. A
 * function that comes from nothing passes any percentage, so only the amount counts for it; that is
 * why the amount has a default. */
static bool is_large(const struct judging *j, const struct pk_diff_row *row)
{
    double before = side_of(j, row, PK_BEFORE), delta = side_of(j, row, PK_AFTER) - before;
    const bool *fails = j->regression->fails;
    bool counts_less =
        fails[PK_CONCERN_FASTER] || fails[PK_CONCERN_GONE] || fails[PK_CONCERN_CHANGED];

    if (row->self.delta == PK_MISSING || (delta < 0 && !counts_less) || row->self.delta == 0)
        return false;
    return fabs(delta) >= j->least && fabs(delta) > j->regression->most / 100 * before;
}

/* --- one function --- */

/* What took the place of something makes the whole no larger. */
static void judge_new(const struct judging *j, struct pk_gate *gate)
{
    double grown = (double)j->diff->normal_total.delta * j->scale;

    if (is_share(j)) {
        gate->result = PK_GATE_UNDECIDED;
        gate->why = PK_STR("new; shares do not tell whether the whole grew");
    } else if (grown > 0 && grown >= j->least) {
        gate->result = PK_GATE_FAIL;
    } else {
        gate->why = PK_STR("new, but the whole did not grow by as much");
    }
}

static bool is_asked_for(const struct judging *j, enum pk_verdict verdict)
{
    for (int c = 0; c <= PK_CONCERN_UNDECIDED; c++)
        if (j->regression->fails[c] && pk_verdict_concerns(verdict, (enum pk_concern)c))
            return true;
    return false;
}

static void judge_row(const struct judging *j, const struct pk_diff_row *row, struct pk_gate *gate)
{
    enum pk_verdict verdict = row->judged.verdict;

    gate->why = pk_str_of(pk_verdict_name(verdict));
    if (verdict == PK_VERDICT_NEW && j->regression->fails[PK_CONCERN_NEW] &&
        !j->regression->fails[PK_CONCERN_CHANGED])
        judge_new(j, gate);
    else if (is_asked_for(j, verdict))
        gate->result = PK_GATE_FAIL;
    else if (pk_verdict_concerns(verdict, PK_CONCERN_UNDECIDED))
        gate->result = PK_GATE_UNDECIDED;
}

static struct pk_gate gate_of(const struct judging *j, const struct pk_diff_row *row)
{
    unsigned s = row->frame[PK_AFTER] != PK_NONE ? PK_AFTER : PK_BEFORE;
    double before = side_of(j, row, PK_BEFORE), after = side_of(j, row, PK_AFTER);
    struct pk_gate gate = {.result = PK_GATE_PASS,
                           .rule = j->regression->text,
                           .is_change = true,
                           .is_of_all = true,
                           .is_metric = true,
                           .unit = pk_rule_unit_of(j->diff->measure.metric.unit),
                           .before = {true, before, before},
                           .after = {true, after, after},
                           .has_p = row->judged.has_p,
                           .is_q = true,
                           .p = row->judged.q,
                           .frame = row->frame[s],
                           .profile = j->diff->side[s].profile};

    judge_row(j, row, &gate);
    return gate;
}

/* --- all of them --- */

static double change_of(const struct pk_gate *gate)
{
    return fabs(gate->after.low - gate->before.low);
}

static int order(const void *left, const void *right)
{
    static const int ranks[] = {[PK_GATE_FAIL] = 0, [PK_GATE_UNDECIDED] = 1, [PK_GATE_PASS] = 2};
    const struct pk_gate *a = left, *b = right;
    double more = change_of(b) - change_of(a);

    if (a->result != b->result)
        return ranks[a->result] - ranks[b->result];
    if (more < 0 || more > 0)
        return more > 0 ? 1 : -1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

bool pk_regression_find(const struct pk_diff *diff, const struct pk_regression *regression,
                        struct pk_arena *arena, struct pk_regressions *found,
                        struct pk_error *error)
{
    struct judging j = {
        .diff = diff, .regression = regression, .scale = pow(10, diff->measure.metric.scale)};

    if (!set_least(&j, error))
        return false;
    *found = (struct pk_regressions){PK_NEW_ARRAY(arena, struct pk_gate, (size_t)diff->n + 1), 0};
    for (uint32_t i = 0; i < diff->n; i++)
        if (is_large(&j, &diff->row[i]))
            found->gate[found->n++] = gate_of(&j, &diff->row[i]);
    if (found->n == 0)
        found->gate[found->n++] = (struct pk_gate){.result = PK_GATE_PASS,
                                                   .is_of_all = true,
                                                   .rule = regression->text,
                                                   .why = PK_STR("no function is beyond it"),
                                                   .frame = PK_NONE};
    qsort(found->gate, found->n, sizeof *found->gate, order);
    return true;
}
