/*
 * Boxes: steps 1, 2 and 6 of climbing (attribute.c holds the rules). Each recursion cycle becomes
 * one box, so that what is left has no cycles and every stack enters and leaves a box at most once.
 * For boxes, and only for boxes, inclusive = self + what leaves, and what does not come in through
 * an edge is a root.
 *
 * Traps: real files contradict themselves (same-label collisions in pstats, cut dumps in
 * callgrind), so a box's whole is the largest of all that is known of it; and 64-bit sums of edges
 * can overflow where each edge fits, so sums are clipped, which only makes a hostile file's
 * estimate poor.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/attribute_private.h"

#define ROUNDING \
    16 /* ns that sums of rounded parts may differ by before it is called a contradiction */

/* What is missing or negative has no share in a picture of areas. */
static int64_t known(const int64_t *column, uint32_t i)
{
    int64_t value = column ? column[i] : PK_MISSING;

    return value == PK_MISSING || value < 0 ? 0 : value;
}

/* Clipped, see the trap above. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;

    /* A quarter of the range, so that a few such sums can be added again. */
    return __builtin_add_overflow(a, b, &sum) || sum > INT64_MAX / 4 ? INT64_MAX / 4 : sum;
}

static int64_t largest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A recursive function alone is its own frame; only boxes of several functions have a name of their
 * own. */
pk_frame_id pk_boxes_frame(const struct pk_boxes *boxes, uint32_t box)
{
    const struct pk_cycles *c = &boxes->cycles;

    return c->member_start[box + 1] - c->member_start[box] > 1 ? PK_FRAME_CYCLE + box
                                                               : c->member[c->member_start[box]];
}

/* --- links
 * --------------------------------------------------------------------------------------------- */

struct raw_link {
    uint32_t caller, callee, edge;
};

/* By boxes, then by edge, so that sums are made in one order. */
static int order_links(const void *left, const void *right)
{
    const struct raw_link *a = left, *b = right;

    if (a->caller != b->caller)
        return a->caller < b->caller ? -1 : 1;
    if (a->callee != b->callee)
        return a->callee < b->callee ? -1 : 1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

/* Edges inside a box are left out: what a cycle does within itself is its self. The caller frees
 * the array. */
static struct raw_link *edges_between_boxes(const struct pk_graph *graph,
                                            const struct pk_cycles *cycles, uint32_t *n)
{
    struct raw_link *raw = pk_calloc(graph->n, sizeof *raw);

    *n = 0;
    for (uint32_t e = 0; e < graph->n; e++)
        if (cycles->box[graph->caller[e]] != cycles->box[graph->callee[e]])
            raw[(*n)++] =
                (struct raw_link){cycles->box[graph->caller[e]], cycles->box[graph->callee[e]], e};
    qsort(raw, *n, sizeof *raw, order_links);
    return raw;
}

/* Add one edge to its link. Without a weight the link is a guess and collects calls in `weight` for
 * now. */
static void add_edge(struct pk_link *link, const struct pk_graph *graph, uint32_t metric,
                     uint32_t edge)
{
    int64_t incl = graph->incl[metric] ? graph->incl[metric][edge] : PK_MISSING;
    int64_t self = graph->self[metric] ? graph->self[metric][edge] : PK_MISSING;

    if (incl == PK_MISSING) {
        if (!link->is_guess)
            link->weight = 0;
        link->is_guess = true;
        link->weight = add(link->weight, largest(known(graph->calls, edge), 1));
    } else if (!link->is_guess) {
        link->weight = add(link->weight, largest(incl, 0));
    }
    link->self = self == PK_MISSING || link->self == PK_MISSING ? PK_MISSING
                                                                : add(link->self, largest(self, 0));
}

/* Edges of the same two boxes become one link: seen from outside it does not matter which member
 * calls and which is called. */
static void make_links(struct pk_boxes *boxes, const struct pk_graph *graph, uint32_t metric,
                       struct pk_arena *arena)
{
    uint32_t n, last = PK_NONE, size = 0;
    struct raw_link *raw = edges_between_boxes(graph, &boxes->cycles, &n);

    boxes->link = PK_NEW_ARRAY(arena, struct pk_link, n);
    boxes->link_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)boxes->cycles.n_boxes + 1);
    for (uint32_t i = 0; i < n; i++) {
        if (last == PK_NONE || raw[last].caller != raw[i].caller ||
            raw[last].callee != raw[i].callee) {
            boxes->link[size++] = (struct pk_link){.callee = raw[i].callee};
            boxes->link_start[raw[i].caller + 1]++;
        }
        last = i;
        add_edge(&boxes->link[size - 1], graph, metric, raw[i].edge);
    }
    for (uint32_t b = 0; b < boxes->cycles.n_boxes; b++)
        boxes->link_start[b + 1] += boxes->link_start[b];
    pk_free(raw);
}

/* --- sums
 * ---------------------------------------------------------------------------------------------- */

/* The largest inclusive of a member is a lower bound of its box. */
static void sum_members(struct pk_boxes *boxes, const struct pk_flat *flat, uint32_t metric)
{
    for (uint32_t b = 0; b < boxes->cycles.n_boxes; b++) {
        struct pk_box_sums *sums = &boxes->box[b];

        for (uint32_t i = boxes->cycles.member_start[b]; i < boxes->cycles.member_start[b + 1];
             i++) {
            pk_frame_id frame = boxes->cycles.member[i];

            sums->self = add(sums->self, known(flat->self[metric], frame));
            sums->whole = largest(sums->whole, add(0, known(flat->incl[metric], frame)));
        }
    }
}

/* Also the callers of each box, for the guesses of step 6. */
static void sum_links(struct pk_boxes *boxes)
{
    for (uint32_t b = 0; b < boxes->cycles.n_boxes; b++)
        for (uint32_t i = boxes->link_start[b]; i < boxes->link_start[b + 1]; i++) {
            struct pk_link *link = &boxes->link[i];
            struct pk_box_sums *callee = &boxes->box[link->callee];

            callee->callers++;
            if (link->is_guess) {
                callee->has_guess_in = true;
                callee->in_self = PK_MISSING;
                continue;
            }
            if (link->self != PK_MISSING && link->self > link->weight)
                link->self = link->weight;
            boxes->box[b].out = add(boxes->box[b].out, link->weight);
            callee->in = add(callee->in, link->weight);
            callee->in_self = link->self == PK_MISSING || callee->in_self == PK_MISSING
                                  ? PK_MISSING
                                  : add(callee->in_self, link->self);
        }
}

/* Step 2. The whole is the largest of what is known; what that leaves over on either side is
 * visible: a root, or a child (not recorded). */
static void settle(struct pk_boxes *boxes, uint32_t b)
{
    struct pk_box_sums *sums = &boxes->box[b];
    int64_t parts = add(sums->self, sums->out);
    int64_t stated = sums->whole;
    bool has_guess_out = false;
    bool is_several = boxes->cycles.member_start[b + 1] - boxes->cycles.member_start[b] > 1;

    for (uint32_t i = boxes->link_start[b]; i < boxes->link_start[b + 1]; i++)
        has_guess_out |= boxes->link[i].is_guess;
    sums->whole = largest(stated, largest(sums->in, parts));
    sums->missing = has_guess_out ? 0 : sums->whole - parts;
    /* A cycle of several functions has more time than any one of its members; a function has just
     * its own. */
    if (stated > parts + ROUNDING ? !has_guess_out
                                  : parts > stated + ROUNDING && stated && !is_several)
        boxes->contradictions++;
    else if (sums->in > largest(stated, parts) + ROUNDING)
        boxes->contradictions++;
}

/* --- guesses (step 6)
 * ---------------------------------------------------------------------------------- */

/* A guessed link from calls to a weight: all of a sole caller's callee, which is then no guess;
 * else the part of the callee's whole that the calls suggest. */
static void weigh_guesses(struct pk_boxes *boxes)
{
    int64_t *calls = pk_calloc(boxes->cycles.n_boxes, sizeof *calls);

    for (uint32_t i = 0; i < boxes->link_start[boxes->cycles.n_boxes]; i++)
        if (boxes->link[i].is_guess)
            calls[boxes->link[i].callee] = add(calls[boxes->link[i].callee], boxes->link[i].weight);
    /* Callees have lower numbers than callers, so a callee is settled before its callers ask for
     * it. */
    for (uint32_t b = 0; b < boxes->cycles.n_boxes; b++) {
        for (uint32_t i = boxes->link_start[b]; i < boxes->link_start[b + 1]; i++) {
            struct pk_link *link = &boxes->link[i];
            struct pk_box_sums *callee = &boxes->box[link->callee];

            if (!link->is_guess)
                continue;
            if (callee->callers == 1) {
                link->is_guess = callee->has_guess_in = false;
                link->weight = callee->in = callee->whole;
                link->self = callee->in_self = callee->self;
                boxes->box[b].out = add(boxes->box[b].out, link->weight);
            } else {
                link->weight =
                    (int64_t)((__int128)callee->whole * link->weight / calls[link->callee]);
            }
        }
        settle(boxes, b);
    }
    pk_free(calls);
}

/* Guesses share what the known parts of their caller leave, so no more is handed out than there is.
 */
static void fit_guesses(struct pk_boxes *boxes, uint32_t b)
{
    struct pk_box_sums *sums = &boxes->box[b];
    /* Below 0 only where sums were cut at the end of their range. */
    int64_t left = largest(sums->whole - sums->self - sums->out, 0), wanted = 0;

    for (uint32_t i = boxes->link_start[b]; i < boxes->link_start[b + 1]; i++)
        if (boxes->link[i].is_guess)
            wanted = add(wanted, boxes->link[i].weight);
    for (uint32_t i = boxes->link_start[b]; wanted > left && i < boxes->link_start[b + 1]; i++)
        if (boxes->link[i].is_guess)
            boxes->link[i].weight = (int64_t)((__int128)boxes->link[i].weight * left / wanted);
    sums->missing = left;
    for (uint32_t i = boxes->link_start[b]; i < boxes->link_start[b + 1]; i++)
        if (boxes->link[i].is_guess)
            sums->missing -= boxes->link[i].weight;
}

/* Sums need all links, guesses need the sums, and fitting them needs the guesses. */
struct pk_boxes pk_boxes_new(const struct pk_profile *profile, uint32_t metric,
                             struct pk_arena *arena)
{
    struct pk_boxes boxes = {.cycles = pk_cycles_find(&profile->graph, profile->n_frames, arena)};

    boxes.box = PK_NEW_ARRAY(arena, struct pk_box_sums, boxes.cycles.n_boxes);
    make_links(&boxes, &profile->graph, metric, arena);
    sum_members(&boxes, &profile->flat, metric);
    sum_links(&boxes);
    weigh_guesses(&boxes);
    for (uint32_t b = 0; b < boxes.cycles.n_boxes; b++)
        fit_guesses(&boxes, b);
    return boxes;
}
