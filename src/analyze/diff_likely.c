/*
 * Functions that are likely the same under another name: see diff_private.h. One that only the
 * earlier side has and one that only the later side has are held against each other by
 *
 *   callers   the overlap of what comes in, by caller: the weighted Jaccard index (Ruzicka 1958) of
 *             both as shares, sum of the lesser by sum of the greater
 *   body      the same of what they are made of: their self, and what each callee takes
 *   weight    the lesser total by the greater, as shares of their profiles; where both sides count
 *             calls, the geometric mean of that and of the lesser number of calls by the greater
 *
 * and the score is the product. A pair is likely when each is the best of the other, nothing else
 * comes within 0.1, and the score is at least 0.5, or 0.8 where they have only one function in
 * common: leaves of one caller are alike in all but their weight. Functions that call each other
 * may all have been renamed, so what only one side has counts as one neighbour, and is looked at
 * again once it is known: in rounds, until one finds nothing new.
 *
 * Cost: of each side the MOST heaviest take part, each round is linear in their edges but for the
 * sums of pairs that have a neighbour in common, at most MOST for an edge.
 *
 * Trap: swapped sides must find the same, so shares are integers, whose sums know no order, and
 * nothing depends on the numbers of functions, which are those of the side that was read first.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/diff_private.h"
#include "base/array.h"

#define MOST 500u
#define ROUNDS 16u
#define PARTS (INT64_C(1) << 30) /* of one: a share of a neighbour */
#define CLOSE 0.1                /* the next best must be lower by this */
#define ENOUGH 0.5
#define ENOUGH_OF_ONE 0.8

enum { CALLERS, BODY, ENDS };

struct link { /* a neighbour of a candidate, or its share */
    uint32_t candidate, end, neighbour;
    int64_t weight;
};

struct links {
    PK_ARRAY(struct link) all;
};

struct candidate {
    uint32_t group;
    struct pk_str key;
    double share; /* of its profile */
    int64_t total;
};

struct best { /* of one candidate among those of the other side */
    double score, second;
    uint32_t other, shared;
};

struct search {
    const struct pk_diff *diff;
    const struct pk_intern *keys;
    uint32_t n[2];
    struct candidate *candidate[2];
    uint32_t *known;          /* [group] what it is called as a neighbour: itself, or what it was */
    struct links edges[2];    /* as they are: a neighbour is a group */
    struct links shares[2];   /* of this round: a neighbour is what it is known as */
    int64_t (*sums[2])[ENDS]; /* [side][candidate] of its shares */
    struct best *best[2];
};

/* Neighbours that are no function of both sides. */
#define UNKNOWN (PK_NONE - 1)
#define NOBODY (PK_NONE - 2)
#define ITSELF (PK_NONE - 3)

/* --- candidates --- */

static int heavier_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return pk_str_compare(a->key, b->key);
}

/* What only this side has, and has a weight. */
static void find_candidates(struct search *search, unsigned s, struct pk_arena *arena)
{
    const struct pk_diff_groups *groups = search->diff->groups;
    const struct pk_side *side = &search->diff->side[s];
    double whole = (double)pk_profile_total(side->profile, side->metric);
    struct candidate *list = PK_NEW_ARRAY(arena, struct candidate, groups[s].n);
    uint32_t n = 0;

    for (uint32_t g = 0; g < groups[s].n && whole > 0; g++)
        if (groups[s].frame[g] != PK_NONE && groups[1 - s].frame[g] == PK_NONE &&
            groups[s].total[g] > 0)
            list[n++] = (struct candidate){g, pk_intern_text(search->keys, g),
                                           (double)groups[s].total[g] / whole, groups[s].total[g]};
    qsort(list, n, sizeof *list, heavier_first);
    search->n[s] = n < MOST ? n : MOST;
    search->candidate[s] = list;
}

/* --- their neighbours --- */

static void add_link(struct links *links, uint32_t candidate, uint32_t end, uint32_t neighbour,
                     int64_t weight)
{
    if (candidate != PK_NONE && weight > 0)
        pk_array_push(&links->all, ((struct link){candidate, end, neighbour, weight}));
}

/* Of each candidate: its edges, its self, and what nobody called. */
static void find_edges(struct search *search, unsigned s)
{
    const struct pk_diff_groups *groups = &search->diff->groups[s];
    const struct pk_graph *graph = pk_profile_graph(search->diff->side[s].profile);
    const int64_t *incl = graph->incl[search->diff->side[s].metric];
    uint32_t *index = pk_calloc((size_t)groups->n + 1, sizeof *index);
    int64_t *root = pk_calloc((size_t)search->n[s] + 1, sizeof *root);
    struct links *edges = &search->edges[s];

    for (uint32_t g = 0; g < groups->n; g++)
        index[g] = PK_NONE;
    for (uint32_t i = 0; i < search->n[s]; i++) {
        index[search->candidate[s][i].group] = i;
        root[i] = search->candidate[s][i].total;
        add_link(edges, i, BODY, ITSELF, groups->self[search->candidate[s][i].group]);
    }
    for (uint32_t e = 0; incl && e < graph->n; e++) {
        uint32_t caller = groups->group[graph->caller[e]], callee = groups->group[graph->callee[e]];

        if (caller == PK_NONE || callee == PK_NONE || caller == callee || incl[e] <= 0)
            continue;
        add_link(edges, index[caller], BODY, callee, incl[e]);
        add_link(edges, index[callee], CALLERS, caller, incl[e]);
        if (index[callee] != PK_NONE)
            root[index[callee]] = root[index[callee]] > incl[e] ? root[index[callee]] - incl[e] : 0;
    }
    for (uint32_t i = 0; i < search->n[s]; i++)
        add_link(edges, i, CALLERS, NOBODY, root[i]);
    pk_free(index);
    pk_free(root);
}

static int by_candidate(const void *left, const void *right)
{
    const struct link *a = left, *b = right;

    if (a->candidate != b->candidate)
        return a->candidate < b->candidate ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return (a->neighbour > b->neighbour) - (a->neighbour < b->neighbour);
}

static int by_neighbour(const void *left, const void *right)
{
    const struct link *a = left, *b = right;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->neighbour != b->neighbour)
        return a->neighbour < b->neighbour ? -1 : 1;
    return (a->candidate > b->candidate) - (a->candidate < b->candidate);
}

/* Edges of one neighbour become one, by what it is known as by now. */
static void join_edges(struct search *search, unsigned s)
{
    const struct links *edges = &search->edges[s];
    struct links *shares = &search->shares[s];

    shares->all.size = 0;
    for (size_t i = 0; i < edges->all.size; i++) {
        struct link link = edges->all.data[i];

        if (link.neighbour < search->diff->groups[s].n)
            link.neighbour = search->known[link.neighbour];
        pk_array_push(&shares->all, link);
    }
    if (shares->all.size)
        qsort(shares->all.data, shares->all.size, sizeof *shares->all.data, by_candidate);
}

/* Weights as parts of those of one end of a candidate; what comes to none is left out. */
static void take_shares(struct search *search, unsigned s)
{
    struct link *all = search->shares[s].all.data;
    size_t n = search->shares[s].all.size, kept = 0;

    for (uint32_t i = 0; i < search->n[s]; i++)
        search->sums[s][i][CALLERS] = search->sums[s][i][BODY] = 0;
    for (size_t i = 0, end; i < n; i = end) {
        __int128 sum = 0;
        int64_t *parts = &search->sums[s][all[i].candidate][all[i].end];

        for (end = i;
             end < n && all[end].candidate == all[i].candidate && all[end].end == all[i].end; end++)
            sum += all[end].weight;
        for (size_t k = i; k < end;) {
            struct link link = all[k];
            __int128 weight = 0;

            for (; k < end && all[k].neighbour == link.neighbour; k++)
                weight += all[k].weight;
            link.weight = (int64_t)(weight * PARTS / sum);
            *parts += link.weight;
            if (link.weight)
                all[kept++] = link;
        }
    }
    search->shares[s].all.size = kept;
}

/* --- pairs --- */

struct overlap { /* of one candidate with each of the other side */
    int64_t lesser[ENDS];
    uint32_t shared; /* neighbours that are functions */
};

/* The first link of a neighbour among those of the later side. */
static size_t first_of(const struct links *links, const struct link *like)
{
    size_t low = 0, high = links->all.size;
    struct link first = {.end = like->end, .neighbour = like->neighbour};

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_neighbour(&links->all.data[middle], &first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_overlaps(const struct search *search, const struct link *link,
                         struct overlap *overlaps)
{
    const struct links *after = &search->shares[PK_AFTER];

    for (size_t i = first_of(after, link); i < after->all.size; i++) {
        const struct link *other = &after->all.data[i];

        if (other->end != link->end || other->neighbour != link->neighbour)
            break;
        overlaps[other->candidate].lesser[link->end] +=
            other->weight < link->weight ? other->weight : link->weight;
        overlaps[other->candidate].shared += link->neighbour < ITSELF;
    }
}

static double lesser_by_greater(double a, double b)
{
    return a < b ? a / b : b / a;
}

static double score_of(const struct search *search, uint32_t before, uint32_t after,
                       const struct overlap *overlap)
{
    const struct candidate *a = &search->candidate[PK_BEFORE][before];
    const struct candidate *b = &search->candidate[PK_AFTER][after];
    const struct pk_diff_groups *groups = search->diff->groups;
    int64_t calls[2] = {groups[PK_BEFORE].calls[a->group], groups[PK_AFTER].calls[b->group]};
    double score = lesser_by_greater(a->share, b->share);

    if (calls[0] > 0 && calls[1] > 0)
        score = sqrt(score * lesser_by_greater((double)calls[0], (double)calls[1]));
    for (unsigned end = 0; end < ENDS; end++) {
        int64_t both = search->sums[PK_BEFORE][before][end] + search->sums[PK_AFTER][after][end];

        if (both - overlap->lesser[end] <= 0)
            return 0;
        score *= (double)overlap->lesser[end] / (double)(both - overlap->lesser[end]);
    }
    return score;
}

static void offer(struct best *best, uint32_t other, double score, uint32_t shared)
{
    if (score > best->score) {
        *best = (struct best){score, best->score, other, shared};
    } else if (score > best->second) {
        best->second = score;
    }
}

/* True while a candidate has no partner. */
static bool is_open(const struct search *search, unsigned s, uint32_t candidate)
{
    return search->known[search->candidate[s][candidate].group] == UNKNOWN;
}

/* Every pair with a neighbour in common. */
static void compare_all(struct search *search)
{
    const struct links *before = &search->shares[PK_BEFORE];
    struct overlap *overlaps = pk_calloc((size_t)search->n[PK_AFTER] + 1, sizeof *overlaps);

    for (unsigned s = 0; s < 2; s++)
        for (uint32_t i = 0; i < search->n[s]; i++)
            search->best[s][i] = (struct best){0};
    for (size_t i = 0; i < before->all.size;) {
        uint32_t candidate = before->all.data[i].candidate;

        for (uint32_t k = 0; k < search->n[PK_AFTER]; k++)
            overlaps[k] = (struct overlap){0};
        while (!is_open(search, PK_BEFORE, candidate) && i < before->all.size &&
               before->all.data[i].candidate == candidate)
            i++;
        for (; i < before->all.size && before->all.data[i].candidate == candidate; i++)
            add_overlaps(search, &before->all.data[i], overlaps);
        for (uint32_t k = 0; k < search->n[PK_AFTER]; k++)
            if (overlaps[k].shared && is_open(search, PK_AFTER, k)) {
                double score = score_of(search, candidate, k, &overlaps[k]);

                offer(&search->best[PK_BEFORE][candidate], k, score, overlaps[k].shared);
                offer(&search->best[PK_AFTER][k], candidate, score, overlaps[k].shared);
            }
    }
    pk_free(overlaps);
}

static bool is_clear(const struct best *best)
{
    return best->score >= (best->shared > 1 ? ENOUGH : ENOUGH_OF_ONE) &&
           best->score - best->second >= CLOSE;
}

static struct pk_str lesser_key(const struct search *search, uint32_t a, uint32_t b)
{
    struct pk_str key = pk_intern_text(search->keys, a), other = pk_intern_text(search->keys, b);

    return pk_str_compare(key, other) <= 0 ? key : other;
}

/* Each the best of the other; false when none is new. */
static bool accept(struct search *search, struct pk_diff_likely *likely)
{
    uint32_t n = likely->n;

    for (uint32_t i = 0; i < search->n[PK_BEFORE]; i++) {
        const struct best *best = &search->best[PK_BEFORE][i];
        const struct best *back = &search->best[PK_AFTER][best->other];
        uint32_t group[2] = {search->candidate[PK_BEFORE][i].group,
                             search->candidate[PK_AFTER][best->other].group};

        if (!is_clear(best) || !is_clear(back) || back->other != i)
            continue;
        likely->list[likely->n++] =
            (struct pk_diff_rename){.key = lesser_key(search, group[0], group[1]),
                                    .group = {group[0], group[1]},
                                    .frame = {search->diff->groups[0].frame[group[0]],
                                              search->diff->groups[1].frame[group[1]]},
                                    .score = best->score,
                                    .share = fmax(search->candidate[PK_BEFORE][i].share,
                                                  search->candidate[PK_AFTER][best->other].share)};
    }
    for (uint32_t i = n; i < likely->n; i++)
        search->known[likely->list[i].group[0]] = search->known[likely->list[i].group[1]] =
            likely->list[i].group[0];
    return likely->n > n;
}

/* --- all of it --- */

static int by_weight(const void *left, const void *right)
{
    const struct pk_diff_rename *a = left, *b = right;

    if (a->share < b->share || a->share > b->share)
        return a->share > b->share ? -1 : 1;
    return pk_str_compare(a->key, b->key);
}

/* A function of both sides is known as itself. */
static uint32_t *known_groups(const struct pk_diff *diff, struct pk_arena *arena)
{
    uint32_t *known = PK_NEW_ARRAY(arena, uint32_t, diff->groups[0].n);

    for (uint32_t g = 0; g < diff->groups[0].n; g++)
        known[g] = diff->groups[0].frame[g] != PK_NONE && diff->groups[1].frame[g] != PK_NONE
                       ? g
                       : UNKNOWN;
    return known;
}

static void search_rounds(struct search *search, struct pk_diff_likely *likely)
{
    for (unsigned s = 0; s < 2; s++)
        find_edges(search, s);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned s = 0; s < 2; s++) {
            join_edges(search, s);
            take_shares(search, s);
        }
        if (search->shares[PK_AFTER].all.size)
            qsort(search->shares[PK_AFTER].all.data, search->shares[PK_AFTER].all.size,
                  sizeof *search->shares[PK_AFTER].all.data, by_neighbour);
        compare_all(search);
        if (!accept(search, likely))
            break;
    }
    for (unsigned s = 0; s < 2; s++) {
        pk_array_fini(&search->edges[s].all);
        pk_array_fini(&search->shares[s].all);
    }
}

struct pk_diff_likely pk_diff_likely_find(const struct pk_diff *diff, const struct pk_intern *keys,
                                          struct pk_arena *arena)
{
    struct pk_diff_likely likely = {0};
    struct search search = {.diff = diff, .keys = keys};

    /* Rungs tell whether there are edges: the graph of stacks is made when it is asked for. */
    if (pk_profile_rung(diff->side[0].profile) < PK_GRAPH ||
        pk_profile_rung(diff->side[1].profile) < PK_GRAPH ||
        diff->side[0].profile == diff->side[1].profile)
        return likely;
    for (unsigned s = 0; s < 2; s++)
        find_candidates(&search, s, arena);
    if (search.n[0] == 0 || search.n[1] == 0)
        return likely;
    for (unsigned s = 0; s < 2; s++) {
        search.sums[s] = pk_arena_array(arena, search.n[s], sizeof *search.sums[s]);
        search.best[s] = PK_NEW_ARRAY(arena, struct best, search.n[s]);
    }
    search.known = known_groups(diff, arena);
    likely.list = PK_NEW_ARRAY(arena, struct pk_diff_rename, search.n[0]);
    search_rounds(&search, &likely);
    if (likely.n)
        qsort(likely.list, likely.n, sizeof *likely.list, by_weight);
    return likely;
}

/* --- merging --- */

void pk_diff_likely_apply(const struct pk_diff_likely *likely, uint32_t n_groups,
                          struct pk_diff_groups *groups, uint32_t n_frames)
{
    for (uint32_t f = 0; likely->merged && f < n_frames; f++)
        if (groups->group[f] < n_groups) /* nor PK_NONE */
            groups->group[f] = likely->merged[groups->group[f]];
}

void pk_diff_likely_merge(struct pk_diff *diff, const struct pk_intern *keys,
                          struct pk_arena *arena)
{
    struct pk_diff_likely *likely = &diff->likely;
    uint32_t n = diff->groups[0].n;

    likely->merged = PK_NEW_ARRAY(arena, uint32_t, n);
    for (uint32_t g = 0; g < n; g++)
        likely->merged[g] = g;
    for (uint32_t i = 0; i < likely->n; i++) {
        const uint32_t *group = likely->list[i].group;
        bool is_later = pk_str_compare(pk_intern_text(keys, group[PK_BEFORE]),
                                       pk_intern_text(keys, group[PK_AFTER])) > 0;

        likely->merged[group[!is_later]] = group[is_later];
    }
    for (unsigned s = 0; s < 2; s++)
        pk_diff_likely_apply(likely, n, &diff->groups[s], pk_profile_frames(diff->side[s].profile));
}
