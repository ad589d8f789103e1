/*
 * The tree of a changed program: see whatif.h. From the roots down each path has some changes, may
 * have others (circles are one frame, pruned paths hold anything), and so three factors: what is
 * left of its self at least, at most, and by the estimate. From the leaves up the inclusive is
 * bounded from two sides, as what is left and as what goes.
 *
 * Rounding goes outward for bounds and to the nearest for what is drawn, so that a path which no
 * change touches keeps its very values.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/whatif_private.h"
#include "base/array.h"
#include "model/bounds.h"
#include "model/cycles.h"

struct path {
    uint32_t sure, maybe;       /* changes that it has, and may have */
    uint64_t lo, hi;            /* what is left of its self, of PK_WHATIF_ALL */
    double estimate;            /* the same */
    int64_t value;              /* drawn: self, later inclusive */
    int64_t self;               /* drawn */
    struct pk_range left, gone; /* of the inclusive */
    struct pk_range own;        /* of the self, left */
    uint32_t at;                /* in the new tree */
};

struct walk {
    const struct pk_whatif_work *work;
    const struct pk_tree *tree;
    const int64_t *unseen;
    const struct pk_graph *graph;
    struct pk_cycles cycles;
    uint32_t n_frames;
    uint64_t nothing; /* what is left where every change is met */
    struct path *paths;
};

/* For what is drawn; all and nothing have no rounding. */
int64_t pk_whatif_near(int64_t value, double part)
{
    if (part == 1)
        return value;
    return part == 0 ? 0 : (int64_t)llround((double)value * part);
}

/* --- down: what paths have --- */

static bool is_circle(const struct walk *w, pk_frame_id frame)
{
    return frame >= w->n_frames && !pk_profile_special(frame);
}

/* Whether a frame of the tree is a function, or a circle that it is in. */
static enum pk_answer is_function(const struct walk *w, pk_frame_id frame, pk_frame_id function)
{
    if (frame < w->n_frames)
        return frame == function ? PK_YES : PK_NO;
    if (is_circle(w, frame))
        return w->cycles.box[function] == frame - PK_FRAME_CYCLE ? PK_MAYBE : PK_NO;
    return PK_MAYBE;
}

/* Whether the end of an edge is below its other end. Both may be in one circle; a function that
 * calls itself is one frame of the climbed tree, whichever of its calls it is. */
static enum pk_answer is_below(const struct walk *w, const struct pk_whatif_change *change,
                               pk_frame_id caller, pk_frame_id frame)
{
    enum pk_answer above = caller == PK_NONE ? PK_NO : is_function(w, caller, change->caller),
                   within = PK_NO;

    if (frame >= w->n_frames)
        within = is_function(w, frame, change->caller);
    else if (change->caller == change->frame && w->cycles.is_cycle &&
             w->cycles.is_cycle[w->cycles.box[frame]])
        within = PK_MAYBE;
    return above > within ? above : within;
}

/* Whether this node has a change, as its function or as the end of an edge. */
static enum pk_answer meets(const struct walk *w, const struct pk_whatif_change *change,
                            pk_frame_id caller, pk_frame_id frame)
{
    enum pk_answer callee = is_function(w, frame, change->frame), above;

    if (change->caller == PK_NONE || callee == PK_NO)
        return callee;
    above = is_below(w, change, caller, frame);
    return above < callee ? above : callee;
}

/* Of a circle that a change is in, the part that the change costs of it: an estimate. */
static double part_of(const struct walk *w, uint32_t k, pk_node_id i)
{
    int64_t incl = w->tree->incl[0][i], cost = w->work->cost[k].value;

    return incl > cost && incl > 0 ? (double)cost / (double)incl : 1;
}

/* One node, after its caller. A change that a path may have lowers what is left at least, one that
 * it has for sure also what is left at most; each does so once. The estimate is lowered by what is
 * sure, even where it was lowered a little by a circle before; the bounds hold it. */
static void step(struct walk *w, pk_node_id i)
{
    pk_node_id parent = w->tree->parent[i];
    pk_frame_id frame = w->tree->frame[i];
    pk_frame_id caller = parent == PK_NONE ? PK_NONE : w->tree->frame[parent];
    struct path *path = &w->paths[i];

    *path = parent == PK_NONE
                ? (struct path){.lo = PK_WHATIF_ALL, .hi = PK_WHATIF_ALL, .estimate = 1}
                : (struct path){.sure = w->paths[parent].sure,
                                .maybe = w->paths[parent].maybe,
                                .lo = w->paths[parent].lo,
                                .hi = w->paths[parent].hi,
                                .estimate = w->paths[parent].estimate};
    for (uint32_t k = 0; k < w->work->n; k++) {
        const struct pk_whatif_share *share = &w->work->share[k];
        enum pk_answer answer =
            path->sure & 1u << k ? PK_NO : meets(w, &w->work->change[k], caller, frame);

        if (answer == PK_NO)
            continue;
        if (!(path->maybe & 1u << k)) {
            path->lo = pk_whatif_part_down(path->lo, PK_WHATIF_ALL - share->hi);
            if (answer == PK_MAYBE && is_circle(w, frame))
                path->estimate *= 1 - share->estimate * part_of(w, k, i);
        }
        if (answer == PK_YES) {
            path->hi = pk_whatif_part_up(path->hi, PK_WHATIF_ALL - share->lo);
            path->estimate *= 1 - share->estimate;
        }
        path->sure |= answer == PK_YES ? 1u << k : 0;
        path->maybe |= 1u << k;
    }
}

/* --- up: what is left --- */

/* Of calls that are no nodes anything between nothing and all that their caller keeps is left. */
static void begin_sums(struct walk *w, pk_node_id i)
{
    struct path *path = &w->paths[i];
    struct pk_range self = w->tree->self_range[i];
    int64_t unseen = w->unseen[i];

    path->own =
        (struct pk_range){pk_whatif_down(self.lo, path->lo), pk_whatif_up(self.hi, path->hi)};
    path->left = (struct pk_range){path->own.lo,
                                   pk_bounds_plus(path->own.hi, pk_whatif_up(unseen, path->hi))};
    path->gone =
        (struct pk_range){pk_whatif_down(self.lo, PK_WHATIF_ALL - path->hi),
                          pk_bounds_plus(pk_whatif_up(self.hi, PK_WHATIF_ALL - path->lo),
                                         pk_whatif_up(unseen, PK_WHATIF_ALL - w->nothing))};
    path->self = path->value = pk_bounds_most(
        0, pk_bounds_clip(pk_whatif_near(pk_bounds_most(0, w->tree->self[0][i]), path->estimate),
                          path->own));
}

/* One node, after all that it calls: T = left + gone bounds each of both by the other. */
static void add_up(struct walk *w, pk_node_id i)
{
    struct path *path = &w->paths[i], *above;
    struct pk_range incl = w->tree->incl_range[i], left = path->left, gone = path->gone;

    left.lo = pk_bounds_most(left.lo, incl.lo - path->gone.hi);
    left.hi = pk_bounds_least(pk_bounds_least(left.hi, pk_whatif_up(incl.hi, path->hi)),
                              incl.hi - path->gone.lo);
    gone.lo = pk_bounds_most(gone.lo, incl.lo - path->left.hi);
    gone.hi = pk_bounds_least(gone.hi, incl.hi - path->left.lo);
    path->left = left;
    path->gone = gone;
    if (w->tree->parent[i] == PK_NONE)
        return;
    above = &w->paths[w->tree->parent[i]];
    above->value = pk_bounds_plus(above->value, path->value);
    above->left = (struct pk_range){pk_bounds_plus(above->left.lo, left.lo),
                                    pk_bounds_plus(above->left.hi, left.hi)};
    above->gone = (struct pk_range){pk_bounds_plus(above->gone.lo, gone.lo),
                                    pk_bounds_plus(above->gone.hi, gone.hi)};
}

/* --- the new tree --- */

/* What is drawn was rounded to the nearest, which may be past a bound by one. */
static struct pk_range around(struct pk_range range, int64_t value)
{
    return (struct pk_range){pk_bounds_least(range.lo, value), pk_bounds_most(range.hi, value)};
}

/* What nothing is left of is no node, nor anything below it. */
static void copy(struct walk *w, pk_node_id i, struct pk_attributed *out)
{
    struct path *path = &w->paths[i];
    struct pk_tree *tree = &out->tree;
    uint32_t at = tree->n;

    if (path->value <= 0)
        return;
    tree->n++;
    path->at = at;
    tree->frame[at] = w->tree->frame[i];
    tree->parent[at] = w->tree->parent[i] == PK_NONE ? PK_NONE : w->paths[w->tree->parent[i]].at;
    tree->end[at] = at + 1;
    tree->self[0][at] = path->self;
    tree->incl[0][at] = path->value;
    tree->self_range[at] = around(path->own, path->self);
    tree->incl_range[at] = around(path->left, path->value);
    out->unseen[at] = pk_whatif_up(w->unseen[i], path->hi);
    out->total += path->self;
    out->proven += path->own.lo < path->self ? path->own.lo : path->self;
    out->pruned += tree->frame[at] == PK_FRAME_PRUNED ? path->self : 0;
}

/* Down, up, and down again for those that stay; the numbers of nodes are in preorder. */
struct pk_attributed *pk_whatif_tree(const struct pk_whatif_work *work,
                                     const struct pk_attributed *from, struct pk_whatif_part *total)
{
    const struct pk_tree *tree = &from->tree;
    const struct pk_profile *part = pk_profile_part(work->profile, PK_GRAPH);
    struct walk w = {.work = work,
                     .tree = tree,
                     .unseen = from->unseen,
                     .graph = pk_profile_graph(work->profile),
                     .n_frames = pk_profile_frames(work->profile),
                     .nothing = PK_WHATIF_ALL,
                     .paths = pk_calloc((size_t)tree->n + 1, sizeof *w.paths)};
    struct pk_attributed *out = pk_attribute_empty(tree->n);
    struct pk_arena scratch;

    pk_arena_init(&scratch);
    if (part)
        w.cycles = pk_cycles_find(pk_profile_graph(part), w.n_frames, &scratch);
    for (uint32_t k = 0; k < work->n; k++)
        w.nothing = pk_whatif_part_down(w.nothing, PK_WHATIF_ALL - work->share[k].hi);
    for (pk_node_id i = 0; i < tree->n; i++) {
        step(&w, i);
        begin_sums(&w, i);
    }
    *total = (struct pk_whatif_part){0, {0, 0}};
    for (pk_node_id i = tree->n; i-- > 0;) {
        add_up(&w, i);
        if (tree->parent[i] != PK_NONE)
            continue;
        total->value = pk_bounds_plus(total->value, w.paths[i].value);
        total->range.lo = pk_bounds_plus(total->range.lo, w.paths[i].left.lo);
        total->range.hi = pk_bounds_plus(total->range.hi, w.paths[i].left.hi);
    }
    for (pk_node_id i = 0; i < tree->n; i++)
        copy(&w, i, out);
    pk_attribute_close(&out->tree);
    out->contradictions = from->contradictions;
    pk_free(w.paths);
    pk_arena_fini(&scratch);
    return out;
}
