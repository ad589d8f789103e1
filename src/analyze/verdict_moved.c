/*
 * Cost that only changed its place: see verdict_private.h. A caller whose total is as before while
 * its self and that of its callees swap does the same work, written down elsewhere: code was moved
 * between them, or, where the callee is there on one side only, it was inlined or is no longer.
 *
 * A callee may be inlined into many callers, and a caller be split into many callees, so each end
 * is held against the sum of all its others. Ends must match within a tenth (a quarter where there
 * is noise); of times of one run only what is a hundredth of the whole is looked at, since among
 * many small differences some match by chance.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"
#include "analyze/verdict_private.h"
#include "base/map.h"

struct moving {
    struct pk_diff *diff;
    uint32_t *row;       /* [group] PK_NONE: it does not differ */
    double *up, *down;   /* [row] self that its callers lost or won for it; its callees */
    double tolerance;    /* of a difference */
    double least;        /* differences below it are not looked at */
    bool needs_verdict;  /* nor are those within noise */
    struct pk_map pairs; /* struct pair, of both sides */
};

struct pair { /* rows */
    uint32_t caller, callee;
};

static bool is_candidate(const struct moving *m, uint32_t row)
{
    const struct pk_diff_row *r = row == PK_NONE ? NULL : &m->diff->row[row];

    return r && r->self.delta != PK_MISSING && r->self.delta != 0 &&
           fabs((double)r->self.delta) >= m->least &&
           (!m->needs_verdict || pk_verdict_is_change(r->judged.verdict));
}

/* The caller does as much as before. */
static bool stays(const struct moving *m, uint32_t row)
{
    const struct pk_diff_row *caller = &m->diff->row[row];

    return caller->total.delta != PK_MISSING &&
           fabs((double)caller->total.delta) <= m->tolerance * fabs((double)caller->self.delta);
}

/* And one end won what the other lost. */
static bool swaps(const struct moving *m, const struct pair *pair)
{
    return stays(m, pair->caller) && (m->diff->row[pair->caller].self.delta > 0) !=
                                         (m->diff->row[pair->callee].self.delta > 0);
}

/* Whether there can be any pair: the calls of stacks are only made when somebody asks for them. */
static bool may_swap(const struct moving *m)
{
    bool has[2] = {false, false}, has_caller[2] = {false, false}; /* [self is more than before] */

    for (uint32_t i = 0; i < m->diff->n; i++) {
        bool is_more = m->diff->row[i].self.delta > 0;

        if (!is_candidate(m, i))
            continue;
        has[is_more] = true;
        has_caller[is_more] |= stays(m, i);
    }
    return (has_caller[0] && has[1]) || (has_caller[1] && has[0]);
}

/* Calls of both sides, each pair once. Their order does not matter: sums of doubles that hold
 * integers of at most 2^53 are exact, and above that the tolerance is wider. */
static void collect(struct moving *m)
{
    for (unsigned s = 0; s < 2; s++) {
        const struct pk_graph *graph = pk_profile_graph(m->diff->side[s].profile);
        const uint32_t *group = m->diff->groups[s].group;

        for (uint32_t e = 0; graph && e < graph->n; e++) {
            uint32_t caller = group[graph->caller[e]], callee = group[graph->callee[e]];
            struct pair pair;

            if (caller == PK_NONE || callee == PK_NONE || caller == callee)
                continue;
            pair = (struct pair){m->row[caller], m->row[callee]};
            if (is_candidate(m, pair.caller) && is_candidate(m, pair.callee) && swaps(m, &pair))
                pk_map_add(&m->pairs, &pair, NULL);
        }
    }
}

static bool matches(const struct moving *m, double sum, uint32_t row)
{
    double delta = (double)m->diff->row[row].self.delta;

    return fabs(sum + delta) <= m->tolerance * fabs(delta);
}

/* Both ends share a verdict, but an end that was inlined with another one stays so. */
static void mark(struct pk_diff_row *caller, struct pk_diff_row *callee)
{
    struct pk_diff_row *ends[2] = {caller, callee};
    bool is_inlined = pk_diff_is_one_sided(caller) || pk_diff_is_one_sided(callee);

    for (unsigned i = 0; i < 2; i++)
        if (is_inlined || ends[i]->judged.verdict != PK_VERDICT_INLINED)
            ends[i]->judged.verdict = is_inlined ? PK_VERDICT_INLINED : PK_VERDICT_MOVED;
}

/* The sums first, then what they explain. */
static void explain(struct moving *m)
{
    for (uint32_t i = 0; i < m->pairs.size; i++) {
        const struct pair *pair = pk_map_key(&m->pairs, i);

        m->up[pair->callee] += (double)m->diff->row[pair->caller].self.delta;
        m->down[pair->caller] += (double)m->diff->row[pair->callee].self.delta;
    }
    for (uint32_t i = 0; i < m->pairs.size; i++) {
        const struct pair *pair = pk_map_key(&m->pairs, i);

        if (matches(m, m->up[pair->callee], pair->callee) ||
            matches(m, m->down[pair->caller], pair->caller))
            mark(&m->diff->row[pair->caller], &m->diff->row[pair->callee]);
    }
}

void pk_verdicts_find_moved(struct pk_diff *diff)
{
    enum pk_method method = pk_verdicts_method(diff);
    bool is_exact = method == PK_METHOD_EXACT;
    double whole = fmax((double)diff->normal_total.side[0], (double)diff->normal_total.side[1]);
    uint32_t n = diff->groups[0].n;
    struct moving m = {.diff = diff,
                       .row = pk_alloc(((size_t)n + 1) * sizeof *m.row),
                       .up = pk_calloc((size_t)diff->n + 1, sizeof *m.up),
                       .down = pk_calloc((size_t)diff->n + 1, sizeof *m.down),
                       .tolerance = is_exact || method == PK_METHOD_NONE ? 0.1 : 0.25,
                       .least = method == PK_METHOD_NONE ? whole / 100 : 0,
                       .needs_verdict = !is_exact && method != PK_METHOD_NONE};

    for (uint32_t g = 0; g < n; g++)
        m.row[g] = PK_NONE;
    for (uint32_t i = 0; i < diff->n; i++)
        m.row[diff->row[i].group] = i;
    pk_map_init(&m.pairs, sizeof(struct pair));
    if (may_swap(&m))
        collect(&m);
    explain(&m);
    pk_map_fini(&m.pairs);
    pk_free(m.row);
    pk_free(m.up);
    pk_free(m.down);
}
