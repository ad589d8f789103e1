/*
 * What became of findings: see lifecycle.h.
 *
 * Traps: functions that differ in their parameters have one fingerprint, so several findings may;
 * they are paired in their order, the heaviest first. The order of the findings themselves must not
 * change, so it is indexes that are sorted.
 */
#include "analyze/lifecycle.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/noise.h"

struct entry { /* one finding of a side, for sorting */
    struct pk_str fingerprint;
    uint32_t at;
};

/* By fingerprint; equal ones in the order of the findings, which is that of their cost. */
static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = pk_str_compare(a->fingerprint, b->fingerprint);

    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* The findings stay where they are: their order is that of the output. */
static struct entry *sorted(const struct pk_findings *findings, struct pk_arena *arena)
{
    struct entry *entries = PK_NEW_ARRAY(arena, struct entry, findings->n);

    for (uint32_t i = 0; i < findings->n; i++)
        entries[i] = (struct entry){findings->list[i].fingerprint, i};
    if (findings->n)
        qsort(entries, findings->n, sizeof *entries, compare);
    return entries;
}

/* `value` of a metric of scale `from` in one of scale `to`; decimals of two profiles may differ. */
static int64_t rescaled(int64_t value, int from, int to)
{
    if (value == PK_MISSING)
        return value;
    for (; from > to; from--)
        if (__builtin_mul_overflow(value, 10, &value))
            return INT64_MAX;
    for (; from < to; from++)
        value /= 10;
    return value;
}

/* More than a tenth above: products would overflow, a quotient rounds down. */
static bool is_above(int64_t now, int64_t before)
{
    return now > before && now - before > before / PK_LIFECYCLE_TENTH;
}

/* Shares of samples: beyond both tolerances, and beyond noise. A sample may weigh more than one, so
 * the shares are those of weights, and the number of samples says how sure they are. */
static bool has_grown(const struct pk_lifecycle_side *now, int64_t cost,
                      const struct pk_lifecycle_side *before, int64_t old)
{
    double share, share_before;
    struct pk_share after, then;

    if (now->total <= 0 || before->total <= 0 || now->samples <= 0 || before->samples <= 0)
        return false;
    share = fmin((double)cost / (double)now->total, 1);
    share_before = fmin((double)old / (double)before->total, 1);
    after = (struct pk_share){share * (double)now->samples, (double)now->samples};
    then = (struct pk_share){share_before * (double)before->samples, (double)before->samples};
    return share > share_before * (1 + 1.0 / PK_LIFECYCLE_TENTH) &&
           share - share_before > 1.0 / PK_LIFECYCLE_LEAST &&
           pk_noise_worth_interval(then, after, (double[]){1, 1}, PK_NOISE_FACTOR).low > 0;
}

/* Samples have no calls, and calls need no samples: each is judged by what it has. A cost that was
 * measured in one run is not judged at all. */
static enum pk_finding_state judge(const struct pk_lifecycle_side *now,
                                   const struct pk_finding *one,
                                   const struct pk_lifecycle_side *before,
                                   const struct pk_finding *old)
{
    if (one->is_quality)
        return PK_FINDING_SAME;
    if (one->is_sampled)
        return has_grown(now, one->cost, before, old->cost) ? PK_FINDING_WORSE : PK_FINDING_SAME;
    if (is_above(one->sink_calls, old->sink_calls) ||
        (now->is_exact && is_above(one->cost, one->cost_before) && before->total > 0 &&
         one->cost - one->cost_before >
             rescaled(before->total, before->scale, now->scale) / PK_LIFECYCLE_LEAST))
        return PK_FINDING_WORSE;
    return PK_FINDING_SAME;
}

/* For each of `a` the one of `b` that it is, or NULL, in one walk through both. */
static const struct pk_finding **match(const struct pk_findings *a, const struct pk_findings *b,
                                       struct pk_arena *arena)
{
    const struct pk_finding **found = PK_NEW_ARRAY(arena, const struct pk_finding *, a->n);
    const struct entry *left = sorted(a, arena), *right = sorted(b, arena);
    uint32_t i = 0, k = 0;

    while (i < a->n && k < b->n) {
        int order = pk_str_compare(left[i].fingerprint, right[k].fingerprint);

        if (order == 0)
            found[left[i].at] = &b->list[right[k].at];
        i += order <= 0;
        k += order >= 0;
    }
    return found;
}

struct pk_lifecycle pk_lifecycle_compare(struct pk_lifecycle_side now,
                                         struct pk_lifecycle_side before, struct pk_arena *arena)
{
    struct pk_lifecycle result = {
        .fixed = PK_NEW_ARRAY(arena, const struct pk_finding *, before.findings->n)};
    const struct pk_finding **then = match(now.findings, before.wide, arena);
    const struct pk_finding **still = match(before.findings, now.wide, arena);

    for (uint32_t i = 0; i < now.findings->n; i++) {
        struct pk_finding *one = &now.findings->list[i];

        one->state = PK_FINDING_NEW;
        if (then[i]) {
            one->cost_before = rescaled(then[i]->cost, before.scale, now.scale);
            one->calls_before = then[i]->sink_calls;
            one->state = judge(&now, one, &before, then[i]);
        }
        result.count[one->state]++;
    }
    for (uint32_t i = 0; i < before.findings->n; i++)
        if (!still[i])
            result.fixed[result.n_fixed++] = &before.findings->list[i];
    return result;
}

bool pk_lifecycle_fails(const struct pk_gate_of_findings *gate, const struct pk_finding *finding)
{
    return gate->is_asked && !finding->is_quality && finding->grade <= gate->grade &&
           (!gate->has_states || (gate->fails_new && finding->state == PK_FINDING_NEW) ||
            (gate->fails_worse && finding->state == PK_FINDING_WORSE));
}

const char *pk_lifecycle_word(enum pk_finding_state state)
{
    static const char *const words[] = {[PK_FINDING_UNCOMPARED] = NULL,
                                        [PK_FINDING_NEW] = "new",
                                        [PK_FINDING_WORSE] = "worse",
                                        [PK_FINDING_SAME] = "same"};

    return words[state];
}
