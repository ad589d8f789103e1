/*
 * Climbing from GRAPH to an estimated TREE, the one place where profkit goes beyond what a file
 * says. Edges do not determine call paths: a function called by two callers may spend its time
 * differently for each. The one assumption is that it spends it in the same proportions whoever
 * called it; the estimate follows it, and the ranges hold without it.
 *
 * The rules. Write range(x, W, r) = [max(0, r.lo + x - W), min(r.hi, x)]: of a whole W, the piece x
 * is known, and a context holds r of W. (If the context holds r of W, at most W - r of x lies
 * outside it.)
 * 1. Boxes: cycles are merged (attribute_boxes.c). W(b) is the whole of box b, R(b) = W(b) -
 * self(b).
 * 2. Contradictions: W(b) = max(incl, sum in, self + sum out). What the entries lack is a root,
 * what self and exits lack is a child "(not recorded)". So lows never add up to more than there is.
 * 3. Ranges of inclusive T, self S and rest N of a path P ending in b. Root: T = [w, w]. Callee c:
 *    T(Pc) = range(edge, R(b), N(P)). Where the edge records the callee's self s (pstats) and c is
 * no cycle: S = range(s, R(b), N(P)), N = range(edge - s, R(b), N(P)). Otherwise S = range(self(c),
 * W(c), T(Pc)) and N = [max(0, T.lo - S.hi), min(T.hi - S.lo, R(c))]. A function that is a root and
 * records s: what its edges leave of its self, exactly.
 * 4. Estimate: each piece times N(P) / R(b), or self(c) / W(c) where S has no s. Pieces are cut at
 * running sums rounded down, so each is the floor or the ceiling of its exact share, all of them
 * add up to the whole, and each stays inside its (integer) range. Inside a cycle of several
 * functions the members stand by self.
 * 5. Cut-off: a path under 1/20,000 of the total goes into a visible "(pruned)" child; past 200,000
 * nodes that doubles and the walk starts again. Chains deeper than 5,000 calls are pruned there.
 * 6. No weight on an edge at all (old `profile`): by call counts, range [0, min(N.hi, W(c))]; a
 * sole caller has all of its callee, exactly.
 *
 * Proof obligations, tested on random programs whose true tree is known: no true value outside its
 * range, no estimate outside its range, no sum lost, lows of children and self never above the
 * parent's low.
 */
#include "model/attribute.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "model/attribute_private.h"
#include "model/bounds.h"

#define FINEST_CUT 20000
#define MOST_NODES 200000u
#define DEEPEST_PATH 5000u

struct context { /* one path: the box it ends in, what is known, and what is drawn */
    pk_frame_id frame;
    uint32_t box;    /* PK_NONE: a leaf without a box (members of cycles, special frames) */
    uint32_t parent; /* node of the tree, or PK_NONE */
    uint32_t depth;
    struct pk_range incl, self, rest;
    int64_t drawn, drawn_self, drawn_rest;
    int64_t unseen; /* the most that children hold of which nothing is drawn */
};

struct climb {
    const struct pk_boxes *boxes;
    const struct pk_flat *flat;
    uint32_t metric;
    int64_t cut;                    /* paths drawn below this are pruned */
    PK_ARRAY(struct context) open;  /* contexts to visit, the next one last */
    PK_ARRAY(struct context) nodes; /* visited, in preorder */
    PK_ARRAY(struct context) below; /* children of the context being visited */
};

/* The law of the head comment, range(x, W, r). */
static struct pk_range range(int64_t piece, int64_t whole, struct pk_range held)
{
    /* No overflow: everything is at most INT64_MAX / 4 (attribute_boxes.c). */
    return (struct pk_range){pk_bounds_most(0, held.lo + piece - whole),
                             pk_bounds_least(held.hi, piece)};
}

/* Shares of `amount` for pieces of `whole`, handed out one after the other: floor(amount * running
 * / whole) minus what was handed out before is the floor or the ceiling of each exact share. */
struct sharing {
    int64_t amount, whole, running, given;
};

/* 128 bits: amount and running are both up to INT64_MAX / 4. Pieces are more than their whole only
 * where that was cut at the end of its range: then the last ones get less, but never below 0. */
static int64_t share(struct sharing *s, int64_t piece)
{
    int64_t upto;

    s->running = pk_bounds_least(s->running + piece, s->whole);
    upto = s->whole > 0 ? (int64_t)((__int128)s->amount * s->running / s->whole) : 0;
    piece = upto - s->given;
    s->given = upto;
    return piece;
}

/* --- one step
 * ------------------------------------------------------------------------------------------ */

/* Rule 3, second half: self and rest from the inclusive range alone; and rule 4 for what is drawn.
 */
static void split_by_whole(const struct climb *c, struct context *at)
{
    const struct pk_box_sums *sums = &c->boxes->box[at->box];
    struct sharing s = {.amount = at->drawn, .whole = sums->whole};

    at->self = range(sums->self, sums->whole, at->incl);
    at->rest =
        (struct pk_range){pk_bounds_most(0, at->incl.lo - at->self.hi),
                          pk_bounds_least(at->incl.hi - at->self.lo, sums->whole - sums->self)};
    at->drawn_self = share(&s, sums->self);
    at->drawn_rest = at->drawn - at->drawn_self;
}

/* The child of a context along one link: its ranges and what is drawn of it. */
static struct context enter_link(const struct climb *c, const struct context *caller,
                                 const struct pk_link *link, struct sharing *s)
{
    const struct pk_box_sums *from = &c->boxes->box[caller->box],
                             *to = &c->boxes->box[link->callee];
    int64_t rest = from->whole - from->self;
    struct context at = {.frame = pk_boxes_frame(c->boxes, link->callee),
                         .box = link->callee,
                         .depth = caller->depth + 1};

    if (link->is_guess) {
        at.incl = (struct pk_range){0, pk_bounds_least(caller->rest.hi, to->whole)};
        at.drawn = pk_bounds_least(share(s, link->weight), at.incl.hi);
        split_by_whole(c, &at);
    } else if (link->self != PK_MISSING && !c->boxes->cycles.is_cycle[link->callee]) {
        at.incl = range(link->weight, rest, caller->rest);
        at.self = range(link->self, rest, caller->rest);
        at.rest = range(link->weight - link->self, rest, caller->rest);
        /* Only a contradictory file can say more rest than the callee has. */
        at.rest.hi = pk_bounds_least(at.rest.hi, to->whole - to->self);
        at.rest.lo = pk_bounds_least(at.rest.lo, at.rest.hi);
        at.drawn_self = share(s, link->self);
        at.drawn_rest = share(s, link->weight - link->self);
        if (at.drawn_rest > at.rest.hi) {
            at.drawn_self += at.drawn_rest - at.rest.hi;
            at.drawn_rest = at.rest.hi;
        }
        /* What was moved from rest to self must stay inside the range of self. */
        at.self.hi = pk_bounds_most(at.self.hi, at.drawn_self);
        at.drawn = at.drawn_self + at.drawn_rest;
    } else {
        at.incl = range(link->weight, rest, caller->rest);
        at.drawn = share(s, link->weight);
        split_by_whole(c, &at);
    }
    return at;
}

/* A child without children of its own: all of it is self. */
static struct context leaf(pk_frame_id frame, const struct context *parent, struct pk_range value,
                           int64_t drawn)
{
    return (struct context){.frame = frame,
                            .box = PK_NONE,
                            .depth = parent->depth + 1,
                            .incl = value,
                            .self = value,
                            .drawn = drawn,
                            .drawn_self = drawn};
}

/* The members of a cycle of several functions take over the self of its box, in no order of
 * calling. */
static void list_members(struct climb *c, struct context *at)
{
    const struct pk_cycles *cycles = &c->boxes->cycles;
    const struct pk_box_sums *sums = &c->boxes->box[at->box];
    struct sharing s = {.amount = at->drawn, .whole = sums->whole};

    if (at->frame < PK_FRAME_CYCLE || pk_profile_special(at->frame))
        return;
    for (uint32_t i = cycles->member_start[at->box]; i < cycles->member_start[at->box + 1]; i++) {
        int64_t self = c->flat->self[c->metric] ? c->flat->self[c->metric][cycles->member[i]] : 0;
        int64_t drawn;

        if (self <= 0)
            continue;
        self = pk_bounds_least(self, sums->self); /* which attribute_boxes.c cut where it had to */
        drawn = share(&s, self);
        if (!drawn)
            at->unseen += range(self, sums->whole, at->incl).hi;
        else
            pk_array_push(&c->below,
                          leaf(cycles->member[i], at, range(self, sums->whole, at->incl), drawn));
    }
    at->self = (struct pk_range){0, 0};
    at->drawn_self = 0;
}

/* Push what is drawn; collect the rest in (pruned). */
static void keep_or_prune(struct climb *c, const struct context *child, struct context *pruned)
{
    if (child->drawn >= c->cut && child->depth < DEEPEST_PATH) {
        pk_array_push(&c->below, *child);
        return;
    }
    pruned->drawn += child->drawn;
    pruned->incl.lo += child->incl.lo;
    pruned->incl.hi += pk_bounds_least(child->incl.hi, INT64_MAX / 4 - pruned->incl.hi);
}

/* Siblings by frame id, as in recorded trees; special frames have the highest ids. */
static int order_contexts(const void *left, const void *right)
{
    const struct context *a = left, *b = right;

    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Backwards, so that the first child is visited next: preorder. */
static void push_below(struct climb *c, uint32_t parent)
{
    if (c->below.size > 1)
        qsort(c->below.data, c->below.size, sizeof *c->below.data, order_contexts);
    for (size_t i = c->below.size; i-- > 0;) {
        c->below.data[i].parent = parent;
        pk_array_push(&c->open, c->below.data[i]);
    }
    c->below.size = 0;
}

/* Nothing pruned, no child. The highs of many pruned paths add up past what their parent can have,
 * so the sum is cut at its rest, but never below what is drawn. */
static void finish_pruned(struct climb *c, struct context *pruned, int64_t most_rest)
{
    if (pruned->drawn == 0) /* pk_attributed.unseen has it */
        return;
    pruned->incl.hi = pk_bounds_most(pk_bounds_least(pruned->incl.hi, most_rest), pruned->drawn);
    pruned->self = pruned->incl;
    pruned->drawn_self = pruned->drawn;
    pk_array_push(&c->below, *pruned);
}

/* One path: emit it, then hand its rest out to what its box calls. */
static void visit(struct climb *c, struct context at)
{
    const struct pk_box_sums *sums;
    struct sharing s;
    struct context pruned = leaf(PK_FRAME_PRUNED, &at, (struct pk_range){0, 0}, 0);
    struct pk_range missing;
    bool has_guess = false;
    int64_t left;

    if (at.box == PK_NONE) {
        pk_array_push(&c->nodes, at);
        return;
    }
    list_members(c, &at);
    pk_array_push(&c->nodes, at);
    sums = &c->boxes->box[at.box];
    s = (struct sharing){.amount = at.drawn_rest, .whole = sums->whole - sums->self};
    left = at.drawn_rest;
    for (uint32_t i = c->boxes->link_start[at.box]; i < c->boxes->link_start[at.box + 1]; i++) {
        struct context child = enter_link(c, &at, &c->boxes->link[i], &s);

        left -= child.drawn;
        has_guess |= c->boxes->link[i].is_guess;
        keep_or_prune(c, &child, &pruned);
    }
    missing = range(sums->missing, sums->whole - sums->self, at.rest);
    if (has_guess)
        missing = (struct pk_range){0, at.rest.hi};
    if (left)
        pk_array_push(&c->below, leaf(PK_FRAME_NOT_RECORDED, &at, missing, left));
    finish_pruned(c, &pruned, at.rest.hi);
    c->nodes.data[c->nodes.size - 1].unseen = pk_bounds_least(
        at.incl.hi, at.unseen + (pruned.drawn ? 0 : pruned.incl.hi) + (left ? 0 : missing.hi));
    push_below(c, (uint32_t)c->nodes.size - 1);
}

/* --- roots
 * --------------------------------------------------------------------------------------------- */

/* What enters a box through no edge begins there. Guessed entries leave nothing for a root. */
static struct context root_of(const struct climb *c, uint32_t box)
{
    const struct pk_box_sums *sums = &c->boxes->box[box];
    struct context at = {.frame = pk_boxes_frame(c->boxes, box), .box = box, .parent = PK_NONE};
    int64_t weight = sums->has_guess_in ? 0 : sums->whole - sums->in;
    int64_t self = sums->in_self == PK_MISSING ? -1 : sums->self - sums->in_self;

    at.drawn = weight;
    at.incl = (struct pk_range){weight, weight};
    if (!c->boxes->cycles.is_cycle[box] && self >= 0 && self <= weight &&
        weight - self <= sums->whole - sums->self) {
        at.self = (struct pk_range){self, self};
        at.rest = (struct pk_range){weight - self, weight - self};
        at.drawn_self = self;
        at.drawn_rest = weight - self;
    } else {
        split_by_whole(c, &at);
    }
    return at;
}

/* Stops when there are too many nodes; the caller then cuts coarser. */
static void climb_once(struct climb *c)
{
    struct context top = {.depth = (uint32_t)-1};
    struct context pruned = leaf(PK_FRAME_PRUNED, &top, (struct pk_range){0, 0}, 0);

    c->open.size = c->nodes.size = c->below.size = 0;
    for (uint32_t box = 0; box < c->boxes->cycles.n_boxes; box++) {
        struct context root = root_of(c, box);

        if (root.drawn > 0)
            keep_or_prune(c, &root, &pruned);
    }
    finish_pruned(c, &pruned, INT64_MAX);
    push_below(c, PK_NONE);
    while (c->open.size && c->nodes.size <= MOST_NODES)
        visit(c, c->open.data[--c->open.size]);
}

/* Ends: the cut doubles until even the roots are pruned. */
static void climb_graph(struct climb *c, int64_t total)
{
    c->cut = pk_bounds_most(1, total / FINEST_CUT);
    do {
        climb_once(c);
        c->cut *= 2;
    } while (c->open.size);
    pk_array_fini(&c->open);
    pk_array_fini(&c->below);
}

/* --- the result
 * ---------------------------------------------------------------------------------------- */

/* The slices that recorded stacks stand as recorded, exact. */
static void add_recorded(struct climb *c, const struct pk_profile *part)
{
    uint32_t base = (uint32_t)c->nodes.size;
    const struct pk_tree *tree = &part->tree;

    for (uint32_t i = 0; i < tree->n && tree->self[c->metric]; i++) {
        int64_t self = tree->self[c->metric][i], incl = tree->incl[c->metric][i];
        struct context at = {.frame = tree->frame[i],
                             .parent =
                                 tree->parent[i] == PK_NONE ? PK_NONE : base + tree->parent[i]};

        at.drawn = incl == PK_MISSING ? 0 : incl;
        at.drawn_self = self == PK_MISSING ? 0 : self;
        at.incl = (struct pk_range){at.drawn, at.drawn};
        at.self = (struct pk_range){at.drawn_self, at.drawn_self};
        pk_array_push(&c->nodes, at);
    }
}

/* Functions whose callers no slice recorded stand under one special frame, exact. */
static void add_flat(struct climb *c, const struct pk_profile *part)
{
    uint32_t top = (uint32_t)c->nodes.size;
    struct context at = {.frame = PK_FRAME_NO_CALLERS, .parent = PK_NONE};

    at.drawn = part->totals[c->metric];
    at.incl = (struct pk_range){at.drawn, at.drawn};
    pk_array_push(&c->nodes, at);
    for (uint32_t f = 0; f < part->n_frames && part->flat.self[c->metric]; f++) {
        int64_t self = part->flat.self[c->metric][f];
        struct context child = leaf(f, &at, (struct pk_range){self, self}, self);

        child.parent = top;
        if (self != PK_MISSING && self != 0)
            pk_array_push(&c->nodes, child);
    }
}

struct pk_attributed *pk_attribute_empty(uint32_t n)
{
    struct pk_attributed *out = pk_calloc(1, sizeof *out);
    struct pk_tree *tree = &out->tree;

    pk_arena_init(&out->arena);
    tree->origin = PK_ESTIMATED;
    tree->frame = PK_NEW_ARRAY(&out->arena, pk_frame_id, n);
    tree->parent = PK_NEW_ARRAY(&out->arena, pk_node_id, n);
    tree->end = PK_NEW_ARRAY(&out->arena, pk_node_id, n);
    tree->self = PK_NEW_ARRAY(&out->arena, int64_t *, 1);
    tree->incl = PK_NEW_ARRAY(&out->arena, int64_t *, 1);
    tree->self[0] = PK_NEW_ARRAY(&out->arena, int64_t, n);
    tree->incl[0] = PK_NEW_ARRAY(&out->arena, int64_t, n);
    tree->incl_range = PK_NEW_ARRAY(&out->arena, struct pk_range, n);
    tree->self_range = PK_NEW_ARRAY(&out->arena, struct pk_range, n);
    out->unseen = PK_NEW_ARRAY(&out->arena, int64_t, n);
    return out;
}

void pk_attribute_close(struct pk_tree *tree)
{
    for (uint32_t i = tree->n; i-- > 0;)
        if (tree->parent[i] != PK_NONE && tree->end[tree->parent[i]] < tree->end[i])
            tree->end[tree->parent[i]] = tree->end[i];
}

/* Sizes are known now: copy into arrays. */
static struct pk_attributed *finish(const struct climb *c)
{
    uint32_t n = (uint32_t)c->nodes.size;
    struct pk_attributed *out = pk_attribute_empty(n);
    struct pk_tree *tree = &out->tree;

    tree->n = n;
    for (uint32_t i = 0; i < n; i++) {
        const struct context *at = &c->nodes.data[i];

        tree->frame[i] = at->frame;
        tree->parent[i] = at->parent;
        tree->end[i] = i + 1;
        tree->incl[0][i] = at->drawn;
        tree->self[0][i] = at->drawn_self;
        tree->incl_range[i] = at->incl;
        tree->self_range[i] = at->self;
        out->unseen[i] = at->unseen;
        out->proven += at->self.lo;
        out->total += at->drawn_self;
        out->pruned += at->frame == PK_FRAME_PRUNED ? at->drawn : 0;
    }
    pk_attribute_close(tree);
    return out;
}

/* Each part as its rung deserves; what follows the climbed part has later node numbers. */
struct pk_attributed *pk_attribute_new(const struct pk_profile *profile, uint32_t metric)
{
    struct pk_attributed *out;
    const struct pk_profile *graph = pk_profile_part(profile, PK_GRAPH);
    const struct pk_profile *tree = pk_profile_part(profile, PK_TREE);
    const struct pk_profile *flat = pk_profile_part(profile, PK_FLAT);
    struct climb c = {.metric = metric};
    uint64_t contradictions = 0;

    if (graph && graph->flat.self[metric]) {
        struct pk_arena scratch;
        struct pk_boxes boxes;

        pk_arena_init(&scratch);
        boxes = pk_boxes_new(graph, metric, &scratch);
        c.boxes = &boxes;
        c.flat = &graph->flat;
        climb_graph(&c, graph->totals[metric]);
        contradictions = boxes.contradictions;
        pk_arena_fini(&scratch);
    }
    if (tree)
        add_recorded(&c, tree);
    if (flat)
        add_flat(&c, flat);
    out = finish(&c);
    out->contradictions = contradictions;
    pk_array_fini(&c.nodes);
    return out;
}

void pk_attribute_free(struct pk_attributed *attributed)
{
    if (!attributed)
        return;
    pk_arena_fini(&attributed->arena);
    pk_free(attributed);
}

/* Under a thousandth a range is not worth a hatch; nor is one unit, which rounding makes. */
bool pk_attribute_is_uncertain(int64_t value, struct pk_range range)
{
    return range.hi - range.lo > pk_bounds_most(1, value / 1000);
}
