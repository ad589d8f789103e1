/*
 * Verdicts by the numbers of a function alone: see verdict.h.
 *
 * The samples of a function are its part of all samples of the profile. Where samples weigh
 * differently (cycles of perf) that is a mean; the overdispersion covers what it hides.
 *
 * The interval is that of the difference as it is shown. Where both sides are absolute, shares are
 * worth what their side took in all: a share alone would call every other function faster when one
 * got slower.
 */
#include "analyze/verdict.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"
#include "analyze/quality.h"
#include "analyze/verdict_private.h"

struct judging {
    struct pk_diff *diff;
    enum pk_method method;
    bool has_calls;    /* on both sides, and they are calls */
    double samples[2]; /* of the whole of each side */
    double factor;
};

const char *pk_verdict_name(enum pk_verdict verdict)
{
    static const char *const names[] = {
        [PK_VERDICT_NO_CHANGE] = "no change",
        [PK_VERDICT_SLOWER] = "slower",
        [PK_VERDICT_FASTER] = "faster",
        [PK_VERDICT_MORE_CALLS] = "more calls",
        [PK_VERDICT_FEWER_CALLS] = "fewer calls",
        [PK_VERDICT_DEARER] = "dearer per call",
        [PK_VERDICT_CHEAPER] = "cheaper per call",
        [PK_VERDICT_NEW] = "new",
        [PK_VERDICT_GONE] = "gone",
        [PK_VERDICT_MOVED] = "moved",
        [PK_VERDICT_INLINED] = "inlined",
        [PK_VERDICT_WITHIN_NOISE] = "within noise",
        [PK_VERDICT_TOO_FEW] = "too few samples",
        [PK_VERDICT_TOO_FEW_RUNS] = "too few runs",
        [PK_VERDICT_NOISE_UNKNOWN] = "noise unknown",
    };

    return names[verdict];
}

const char *pk_method_name(enum pk_method method)
{
    static const char *const names[] = {[PK_METHOD_NONE] = "none",
                                        [PK_METHOD_EXACT] = "exact",
                                        [PK_METHOD_SHARES] = "shares",
                                        [PK_METHOD_RUNS] = "runs"};

    return names[method];
}

bool pk_verdict_is_change(enum pk_verdict verdict)
{
    return verdict > PK_VERDICT_NO_CHANGE && verdict < PK_VERDICT_WITHIN_NOISE;
}

bool pk_verdict_concerns(enum pk_verdict verdict, enum pk_concern concern)
{
    switch (concern) {
    case PK_CONCERN_SLOWER:
        return verdict == PK_VERDICT_SLOWER || verdict == PK_VERDICT_MORE_CALLS ||
               verdict == PK_VERDICT_DEARER;
    case PK_CONCERN_FASTER:
        return verdict == PK_VERDICT_FASTER || verdict == PK_VERDICT_FEWER_CALLS ||
               verdict == PK_VERDICT_CHEAPER;
    case PK_CONCERN_NEW:
        return verdict == PK_VERDICT_NEW;
    case PK_CONCERN_GONE:
        return verdict == PK_VERDICT_GONE;
    case PK_CONCERN_CHANGED:
        return pk_verdict_is_change(verdict);
    case PK_CONCERN_UNDECIDED:
        return verdict == PK_VERDICT_TOO_FEW || verdict == PK_VERDICT_TOO_FEW_RUNS ||
               verdict == PK_VERDICT_NOISE_UNKNOWN;
    }
    return false;
}

/* --- what the numbers rest on --- */

/* Events that valgrind counted, not times and not samples: a second run counts the same. pprof's
 * callgrind files hold samples, and know of no calls; our own say what they were before. */
static bool is_counted(const struct pk_side *side)
{
    const struct pk_graph *graph;
    struct pk_str format = pk_profile_fact(side->profile, "format");
    struct pk_str origin = pk_profile_fact(side->profile, "origin");

    if (pk_profile_metric(side->profile, side->metric)->unit != PK_UNIT_COUNT ||
        !pk_str_equal(format, PK_STR("callgrind")) ||
        (origin.size > 0 && !pk_str_equal(origin, format)))
        return false;
    graph = pk_profile_graph(side->profile);
    return !graph || graph->n == 0 || graph->calls;
}

/* The samples of a side, or 0 when its values are none. */
static double samples_of(const struct pk_side *side)
{
    int64_t samples = pk_quality_of(side->profile, side->metric).samples;

    return samples > 0 && pk_profile_total(side->profile, side->metric) > 0 ? (double)samples : 0;
}

enum pk_method pk_verdicts_method(const struct pk_diff *diff)
{
    const struct pk_side *side = diff->side;

    if (is_counted(&side[0]) && is_counted(&side[1]))
        return PK_METHOD_EXACT;
    if (diff->runs)
        return PK_METHOD_RUNS;
    return samples_of(&side[0]) > 0 && samples_of(&side[1]) > 0 ? PK_METHOD_SHARES : PK_METHOD_NONE;
}

/* A sampler has no calls, whatever its file calls so. */
static bool has_calls(const struct pk_diff *diff)
{
    for (unsigned s = 0; s < 2; s++)
        if (pk_quality_of(diff->side[s].profile, diff->side[s].metric).has_sampled_calls)
            return false;
    return diff->has_calls;
}

/* --- exact: counted calls and events --- */

/* Δ = Δcalls × old cost per call + Δcost per call × new calls: which part is larger. Without a cost
 * to multiply the calls alone decide. */
static enum pk_verdict split(const struct pk_diff_row *row)
{
    double before = (double)row->calls.side[0], after = (double)row->calls.side[1];
    double self = (double)row->self.side[0], delta = (double)row->self.delta;
    double by_calls = before > 0 ? (after - before) * self / before : 0;

    if (row->calls.delta != 0 && (row->self.delta == 0 || before <= 0 ||
                                  (fabs(by_calls) >= fabs(delta - by_calls) && by_calls != 0)))
        return row->calls.delta > 0 ? PK_VERDICT_MORE_CALLS : PK_VERDICT_FEWER_CALLS;
    return delta > 0 ? PK_VERDICT_DEARER : PK_VERDICT_CHEAPER;
}

/* What is there on one side only; false for others. */
static bool is_one_sided(const struct pk_diff_row *row, enum pk_verdict *verdict)
{
    *verdict = row->frame[PK_BEFORE] == PK_NONE ? PK_VERDICT_NEW : PK_VERDICT_GONE;
    return pk_diff_is_one_sided(row);
}

static bool has_values(const struct pk_diff_row *row)
{
    return row->self.delta != PK_MISSING &&
           (row->frame[0] == PK_NONE || row->self.side[0] != PK_MISSING) &&
           (row->frame[1] == PK_NONE || row->self.side[1] != PK_MISSING);
}

/* Counted values: what differs, differs. */
static void judge_counted(const struct judging *j, struct pk_diff_row *row)
{
    bool knows_calls = j->has_calls && row->calls.delta != PK_MISSING;
    struct pk_judged *judged = &row->judged;

    judged->method = PK_METHOD_EXACT;
    if (is_one_sided(row, &judged->verdict))
        return;
    if (row->self.delta == 0 && (!knows_calls || row->calls.delta == 0))
        judged->verdict = PK_VERDICT_NO_CHANGE;
    else if (knows_calls)
        judged->verdict = split(row);
    else
        judged->verdict = row->self.delta > 0 ? PK_VERDICT_SLOWER : PK_VERDICT_FASTER;
}

/* Times of one run: what is there and how often it is called was counted, the rest is not known. */
static void judge_traced(const struct judging *j, struct pk_diff_row *row)
{
    judge_counted(j, row);
    switch (row->judged.verdict) {
    case PK_VERDICT_SLOWER:
    case PK_VERDICT_FASTER:
    case PK_VERDICT_DEARER:
    case PK_VERDICT_CHEAPER:
        row->judged = (struct pk_judged){.verdict = PK_VERDICT_NOISE_UNKNOWN};
        break;
    default:
        break;
    }
}

/* --- samples of one run a side --- */

/* Half a sample is lost where samples are counted back from weights. */
bool pk_verdict_has_few(const struct pk_share share[2])
{
    return fmax(share[0].part, share[1].part) < PK_VERDICT_SAMPLES - 0.5;
}

/* A function's samples of a side; nothing where it is not there. False where values are no parts of
 * the whole: some are below zero. */
static bool share_of(const struct judging *j, int64_t value, unsigned s, struct pk_share *share)
{
    double whole = (double)j->diff->normal_total.side[s];

    *share = (struct pk_share){0, j->samples[s]};
    if (value == PK_MISSING)
        return true;
    share->part = j->samples[s] * ((double)value / whole);
    return value >= 0 && share->part <= share->whole;
}

/* Interval and p; false where there are too few samples for either. */
static bool test_shares(const struct judging *j, struct pk_diff_row *row)
{
    const double worth[2] = {(double)j->diff->normal_total.side[0],
                             (double)j->diff->normal_total.side[1]};
    struct pk_judged *judged = &row->judged;
    struct pk_share share[2];
    struct pk_interval interval;

    judged->method = PK_METHOD_SHARES;
    judged->verdict = PK_VERDICT_TOO_FEW;
    if (!share_of(j, row->self.side[0], 0, &share[0]) ||
        !share_of(j, row->self.side[1], 1, &share[1])) {
        *judged = (struct pk_judged){.verdict = PK_VERDICT_NOISE_UNKNOWN};
        return false;
    }
    interval = pk_noise_worth_interval(share[0], share[1], worth, j->factor);
    judged->has_interval = true;
    judged->low = interval.low;
    judged->high = interval.high;
    if (pk_verdict_has_few(share))
        return false;
    judged->p = pk_noise_worth_p(share[0], share[1], worth, j->factor);
    judged->has_p = true;
    return true;
}

/* Functions that have not changed were tested, too: they count among all tests. */
static size_t count_unchanged(const struct judging *j, const bool *is_row)
{
    const struct pk_diff_groups *groups = j->diff->groups;
    size_t n = 0;

    for (uint32_t g = 0; g < groups[0].n; g++)
        for (unsigned s = 0; s < 2 && !is_row[g]; s++) {
            double whole =
                (double)pk_profile_total(j->diff->side[s].profile, j->diff->side[s].metric);

            if (groups[s].self[g] != PK_MISSING &&
                (double)groups[s].self[g] / whole * j->samples[s] >= PK_VERDICT_SAMPLES) {
                n++;
                break;
            }
        }
    return n;
}

/* q of all rows that have a p. */
static void hold_down(const struct judging *j)
{
    struct pk_diff *diff = j->diff;
    bool *is_row = pk_calloc((size_t)diff->groups[0].n + 1, sizeof *is_row);
    size_t n, unchanged;
    double *p;

    for (uint32_t i = 0; i < diff->n; i++)
        is_row[diff->row[i].group] = true;
    unchanged = count_unchanged(j, is_row);
    p = pk_calloc(diff->n + unchanged + 1, sizeof *p);
    for (n = 0; n < diff->n; n++)
        p[n] = diff->row[n].judged.has_p ? diff->row[n].judged.p : NAN;
    for (; n < diff->n + unchanged; n++)
        p[n] = 1;
    pk_noise_discoveries(p, n);
    for (uint32_t i = 0; i < diff->n; i++)
        diff->row[i].judged.q = p[i];
    pk_free(p);
    pk_free(is_row);
}

/* A difference that is more than noise. */
static enum pk_verdict changed(const struct pk_diff_row *row)
{
    enum pk_verdict verdict;

    if (is_one_sided(row, &verdict))
        return verdict;
    return row->self.delta > 0 ? PK_VERDICT_SLOWER : PK_VERDICT_FASTER;
}

static void judge_samples(const struct judging *j)
{
    for (uint32_t i = 0; i < j->diff->n; i++)
        test_shares(j, &j->diff->row[i]);
    hold_down(j);
    for (uint32_t i = 0; i < j->diff->n; i++) {
        struct pk_diff_row *row = &j->diff->row[i];

        if (row->self.delta == 0)
            row->judged.verdict = PK_VERDICT_NO_CHANGE;
        else if (row->judged.has_p)
            row->judged.verdict =
                row->judged.q < PK_NOISE_LEVEL ? changed(row) : PK_VERDICT_WITHIN_NOISE;
    }
}

/* --- several runs a side --- */

static void judge_runs(const struct judging *j)
{
    pk_verdicts_judge_runs(j->diff);
    for (uint32_t i = 0; i < j->diff->n; i++) {
        struct pk_diff_row *row = &j->diff->row[i];

        if (!has_values(row))
            row->judged = (struct pk_judged){.verdict = PK_VERDICT_NOISE_UNKNOWN};
        else if (row->judged.verdict == PK_VERDICT_SLOWER &&
                 !is_one_sided(row, &row->judged.verdict))
            row->judged.verdict =
                j->has_calls && row->calls.delta != PK_MISSING ? split(row) : changed(row);
    }
}

/* --- all of it --- */

void pk_verdicts_judge(struct pk_diff *diff, double factor)
{
    struct judging j = {.diff = diff,
                        .method = pk_verdicts_method(diff),
                        .has_calls = has_calls(diff),
                        .samples = {samples_of(&diff->side[0]), samples_of(&diff->side[1])},
                        .factor = factor};

    for (uint32_t i = 0; i < diff->n; i++) {
        struct pk_diff_row *row = &diff->row[i];

        row->judged = (struct pk_judged){.verdict = PK_VERDICT_NOISE_UNKNOWN};
        if (!has_values(row))
            continue;
        if (j.method == PK_METHOD_EXACT)
            judge_counted(&j, row);
        else if (j.method == PK_METHOD_NONE)
            judge_traced(&j, row);
    }
    if (j.method == PK_METHOD_SHARES)
        judge_samples(&j);
    else if (j.method == PK_METHOD_RUNS)
        judge_runs(&j);
    pk_verdicts_find_moved(diff);
}
