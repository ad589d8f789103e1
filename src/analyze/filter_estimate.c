/*
 * Filtering an estimated tree: see filter_estimate.h. Three passes.
 *
 * 1. From the roots down: what each path has met. Every answer is no, maybe or yes; besides, what
 *    is drawn decides, so that focus and ignore of one pattern still part the total.
 * 2. From the leaves up: how much of the inclusive T of each path is kept, K, and left out, D. Both
 *    are bounded from two sides, as T = K + D: K.lo = max(sum of lows kept, T.lo - D.hi) and so on.
 * 3. The frames that stay make the new tree. Where it is not sure that a path stands where it is
 *    drawn (hidden or begun elsewhere), its low is 0, and everything it may be part of instead gets
 *    its high: all that stands below the caller that is sure. That is `stray`, which adds up on the
 *    way from the root.
 *
 * Highs are sums of highs; they are cut at what the caller has.
 */
#include "analyze/filter_estimate.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/map.h"
#include "model/bounds.h"
#include "model/cycles.h"

#define MOVING (PK_FILTER_HIDE | PK_FILTER_SHOW | PK_FILTER_SHOW_FROM)

struct path {                           /* one node of the estimated tree */
    uint8_t focus, ignore, shown, from; /* enum pk_answer: met on the way, this frame included */
    bool draws_focus, draws_ignore, draws_from, draws_shown; /* the same for what is drawn */
    bool stays;                                              /* its frame is drawn */
    bool is_stray;              /* nobody knows whether it stands where it is drawn */
    pk_node_id left;            /* the last node up to here whose frame is drawn, or PK_NONE */
    uint32_t node;              /* in the new tree, of `left`; PK_NONE: none yet */
    struct pk_range kept, lost; /* of its inclusive */
    int64_t drawn;              /* of its inclusive, kept */
};

struct new_node {
    pk_frame_id frame;
    uint32_t parent;
    int64_t incl, self;
    struct pk_range incl_range, self_range;
    int64_t stray; /* what may stand anywhere below it, or be its self */
};

struct filtering {
    const struct pk_filter *filter;
    const struct pk_attributed *from;
    struct pk_cycles cycles;
    uint32_t n_frames;
    struct path *paths; /* [node] */
    PK_ARRAY(struct new_node) nodes;
    struct pk_map index; /* {parent, frame, node of the old tree where it must stay alone} */
    int64_t stray;       /* what may stand anywhere at all */
    unsigned met;        /* the words that any frame of the profile matches */
    struct pk_filter_kept *kept;
};

/* --- down: what paths have met --- */

static bool is_cycle(const struct filtering *f, pk_frame_id frame)
{
    return frame >= f->n_frames && !pk_profile_special(frame);
}

/* Whether a frame matches the patterns of a word. */
static enum pk_answer match(const struct filtering *f, pk_frame_id frame, enum pk_filter_word word)
{
    const struct pk_cycles *cycles = &f->cycles;
    uint32_t n = 0, box = frame - PK_FRAME_CYCLE;

    if (frame < f->n_frames)
        return f->filter->marks[frame] & word ? PK_YES : PK_NO;
    if (!is_cycle(f, frame))
        return frame == PK_FRAME_NO_CALLERS ? PK_MAYBE : PK_NO;
    for (uint32_t i = cycles->member_start[box]; i < cycles->member_start[box + 1]; i++)
        n += (f->filter->marks[cycles->member[i]] & word) != 0;
    if (n == 0)
        return PK_NO;
    return n == cycles->member_start[box + 1] - cycles->member_start[box] ? PK_YES : PK_MAYBE;
}

/* Frames that stand for what nobody knows are never taken away. */
static enum pk_answer is_shown(const struct filtering *f, pk_frame_id frame)
{
    enum pk_answer hides = PK_NO, shows = PK_YES;

    if (frame >= f->n_frames && !is_cycle(f, frame))
        return f->filter->words & (PK_FILTER_HIDE | PK_FILTER_SHOW) ? PK_MAYBE : PK_YES;
    if (f->filter->words & PK_FILTER_HIDE)
        hides = match(f, frame, PK_FILTER_HIDE);
    if (f->filter->words & PK_FILTER_SHOW)
        shows = match(f, frame, PK_FILTER_SHOW);
    if (hides == PK_YES || shows == PK_NO)
        return PK_NO;
    return hides == PK_NO && shows == PK_YES ? PK_YES : PK_MAYBE;
}

/* A leaf whose frames nobody knows. */
static bool is_unknown(pk_frame_id frame)
{
    return frame == PK_FRAME_PRUNED || frame == PK_FRAME_NOT_RECORDED;
}

static enum pk_answer later(enum pk_answer a, enum pk_answer b)
{
    return a > b ? a : b;
}

static enum pk_answer both(enum pk_answer a, enum pk_answer b)
{
    return a < b ? a : b;
}

/* Begin with what the caller has met; words that were not given are met from the start. */
static struct path begin(const struct filtering *f, pk_node_id parent)
{
    unsigned words = f->filter->words;
    struct path path = {.left = PK_NONE, .node = PK_NONE};

    if (parent != PK_NONE)
        return f->paths[parent];
    path.focus = words & PK_FILTER_FOCUS ? PK_NO : PK_YES;
    path.from = words & PK_FILTER_SHOW_FROM ? PK_NO : PK_YES;
    path.draws_focus = path.focus == PK_YES;
    path.draws_from = path.from == PK_YES;
    return path;
}

/* Only where frames can go or stacks begin later is the place of a path a question. */
static void place(const struct filtering *f, struct path *path, pk_frame_id frame, pk_node_id i,
                  enum pk_answer shown, enum pk_answer from_before)
{
    bool draws = shown != PK_NO;

    if (draws && match(f, frame, PK_FILTER_SHOW_FROM) != PK_NO && frame != PK_FRAME_NO_CALLERS)
        path->draws_from = true;
    path->draws_shown |= draws;
    path->stays = draws && path->draws_from;
    if (path->stays)
        path->left = i;
    if ((shown == PK_MAYBE && frame != PK_FRAME_NO_CALLERS) || from_before == PK_MAYBE ||
        ((path->stays || is_unknown(frame)) && path->from != PK_YES))
        path->is_stray = true;
}

static void step(struct filtering *f, pk_node_id i)
{
    const struct pk_tree *tree = &f->from->tree;
    pk_frame_id frame = tree->frame[i];
    struct path path = begin(f, tree->parent[i]);
    enum pk_answer shown = is_shown(f, frame), before = (enum pk_answer)path.from;
    enum pk_answer focus = match(f, frame, PK_FILTER_FOCUS), ignore = PK_NO;

    if (f->filter->words & PK_FILTER_IGNORE)
        ignore = match(f, frame, PK_FILTER_IGNORE);
    path.draws_focus |= focus != PK_NO && frame != PK_FRAME_NO_CALLERS;
    path.draws_ignore |= ignore != PK_NO && frame != PK_FRAME_NO_CALLERS;
    if (is_unknown(frame)) { /* below it anything may match that matches anywhere */
        focus = f->met & PK_FILTER_FOCUS ? PK_MAYBE : PK_NO;
        ignore = f->met & PK_FILTER_IGNORE ? PK_MAYBE : PK_NO;
        if (f->met & PK_FILTER_SHOW_FROM)
            path.from = (uint8_t)later((enum pk_answer)path.from, PK_MAYBE);
    }
    path.focus = (uint8_t)later((enum pk_answer)path.focus, focus);
    path.ignore = (uint8_t)later((enum pk_answer)path.ignore, ignore);
    path.shown = (uint8_t)later((enum pk_answer)path.shown, shown);
    path.from = (uint8_t)later((enum pk_answer)path.from,
                               both(shown, match(f, frame, PK_FILTER_SHOW_FROM)));
    path.node = PK_NONE;
    place(f, &path, frame, i, shown, before);
    f->paths[i] = path;
}

/* --- up: how much is kept --- */

/* Whether a stack that ends here is kept. */
static enum pk_answer keeps(const struct path *path)
{
    enum pk_answer not_ignored = path->ignore == PK_YES     ? PK_NO
                                 : path->ignore == PK_MAYBE ? PK_MAYBE
                                                            : PK_YES;

    return both(both((enum pk_answer)path->focus, not_ignored),
                both((enum pk_answer)path->shown, (enum pk_answer)path->from));
}

static bool draws(const struct path *path)
{
    return path->draws_focus && !path->draws_ignore && path->draws_shown && path->draws_from;
}

/* What the children have left in kept and lost, and the node's own self; then T = K + D. */
static void add_up(struct filtering *f, pk_node_id i)
{
    const struct pk_tree *tree = &f->from->tree;
    struct path *path = &f->paths[i];
    struct pk_range self = tree->self_range[i], incl = tree->incl_range[i];
    int64_t unseen = f->from->unseen[i];
    enum pk_answer answer = keeps(path);
    struct pk_range kept, lost;

    if (answer == PK_YES)
        path->kept.lo += self.lo;
    if (answer == PK_NO)
        path->lost.lo += self.lo;
    if (answer != PK_NO)
        path->kept.hi = pk_bounds_plus(path->kept.hi, self.hi);
    if (answer != PK_YES)
        path->lost.hi = pk_bounds_plus(path->lost.hi, self.hi);
    /* Whatever is called there may be kept, where anything is. */
    if (path->ignore != PK_YES && (path->focus != PK_NO || f->met & PK_FILTER_FOCUS))
        path->kept.hi = pk_bounds_plus(path->kept.hi, unseen);
    if (answer != PK_YES || f->met & PK_FILTER_IGNORE)
        path->lost.hi = pk_bounds_plus(path->lost.hi, unseen);
    kept = (struct pk_range){pk_bounds_most(path->kept.lo, incl.lo - path->lost.hi),
                             pk_bounds_least(path->kept.hi, incl.hi - path->lost.lo)};
    lost = (struct pk_range){pk_bounds_most(path->lost.lo, incl.lo - path->kept.hi),
                             pk_bounds_least(path->lost.hi, incl.hi - path->kept.lo)};
    path->kept = kept;
    path->lost = lost;
    if (draws(path))
        path->drawn += tree->self[0][i];
    else if (path->draws_focus && !path->draws_ignore && !path->draws_shown)
        f->kept->hidden += tree->self[0][i];
    if (tree->parent[i] != PK_NONE) {
        struct path *parent = &f->paths[tree->parent[i]];

        parent->kept.lo += kept.lo;
        parent->kept.hi = pk_bounds_plus(parent->kept.hi, kept.hi);
        parent->lost.lo += lost.lo;
        parent->lost.hi = pk_bounds_plus(parent->lost.hi, lost.hi);
        parent->drawn += path->drawn;
    } else {
        f->kept->kept += path->drawn;
        f->kept->range.lo += kept.lo;
        f->kept->range.hi = pk_bounds_plus(f->kept->range.hi, kept.hi);
    }
}

/* --- the new tree --- */

/* Where hidden callers are gone, children of one name are one. */
static uint32_t node_of(struct filtering *f, uint32_t parent, pk_node_id i)
{
    uint32_t key[3] = {parent, f->from->tree.frame[i], f->filter->words & MOVING ? PK_NONE : i};
    bool is_new;
    uint32_t id = pk_map_add(&f->index, key, &is_new);

    if (is_new)
        pk_array_push(&f->nodes, ((struct new_node){.frame = key[1], .parent = parent}));
    return id;
}

/* What may stand anywhere below the new node `at`, or anywhere at all. */
static void add_stray(struct filtering *f, uint32_t at, int64_t value)
{
    int64_t *stray = at == PK_NONE ? &f->stray : &f->nodes.data[at].stray;

    *stray = pk_bounds_plus(*stray, value);
}

/* A path that is kept becomes a part of a new node; what is hidden adds to its caller's self. */
static void move(struct filtering *f, pk_node_id i)
{
    const struct pk_tree *tree = &f->from->tree;
    struct path *path = &f->paths[i];
    uint32_t above = tree->parent[i] == PK_NONE ? PK_NONE : f->paths[tree->parent[i]].node;
    bool was_stray = tree->parent[i] != PK_NONE && f->paths[tree->parent[i]].is_stray;
    enum pk_answer answer = keeps(path);
    struct new_node *node;
    bool is_lost;

    path->node = above;
    if (path->stays && path->kept.hi > 0) { /* also what only others draw */
        path->node = node_of(f, above, i);
        node = &f->nodes.data[path->node];
        node->incl += path->drawn;
        node->incl_range.lo += path->is_stray ? 0 : path->kept.lo;
        node->incl_range.hi = pk_bounds_plus(node->incl_range.hi, path->kept.hi);
    }
    /* From the first path on that is not sure; what is below it is in its high. */
    if (path->is_stray && !was_stray)
        add_stray(f, above, path->kept.hi);
    else if (!path->is_stray && f->filter->words & MOVING &&
             (path->from != PK_YES || f->filter->words & (PK_FILTER_HIDE | PK_FILTER_SHOW)))
        add_stray(f, path->from == PK_YES ? path->node : PK_NONE, f->from->unseen[i]);
    if (path->node == PK_NONE)
        return;
    node = &f->nodes.data[path->node];
    /* What a circle calls goes to one of its functions, and nobody knows to which. */
    is_lost = is_cycle(f, node->frame) && !path->stays;
    if (draws(path))
        node->self += tree->self[0][i];
    if (answer == PK_YES && !path->is_stray && !is_lost)
        node->self_range.lo += tree->self_range[i].lo;
    if (answer != PK_NO)
        node->self_range.hi = pk_bounds_plus(node->self_range.hi, tree->self_range[i].hi);
    if (is_lost && answer != PK_NO)
        add_stray(f, path->node, tree->self_range[i].hi);
}

/* Callers have lower numbers than what they call. */
static void settle(struct filtering *f)
{
    for (size_t i = 0; i < f->nodes.size; i++) {
        struct new_node *node = &f->nodes.data[i];
        bool is_root = node->parent == PK_NONE;
        int64_t stray = is_root ? f->stray : f->nodes.data[node->parent].stray;
        int64_t limit = is_root ? f->kept->range.hi : f->nodes.data[node->parent].incl_range.hi;

        node->incl_range.hi = pk_bounds_least(pk_bounds_plus(node->incl_range.hi, stray), limit);
        node->stray = pk_bounds_plus(node->stray, stray);
        node->self_range.hi =
            pk_bounds_least(pk_bounds_plus(node->self_range.hi, node->stray), node->incl_range.hi);
    }
}

/* --- preorder --- */

struct sibling {
    uint32_t parent, frame, node;
};

static int order_siblings(const void *left, const void *right)
{
    const struct sibling *a = left, *b = right;

    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static void copy_node(struct pk_attributed *out, uint32_t at, const struct new_node *node)
{
    struct pk_tree *tree = &out->tree;

    tree->frame[at] = node->frame;
    tree->end[at] = at + 1;
    tree->incl[0][at] = node->incl;
    tree->self[0][at] = node->self;
    tree->incl_range[at] = node->incl_range;
    tree->self_range[at] = node->self_range;
    out->total += node->self;
    out->proven += node->self_range.lo;
    out->pruned += node->frame == PK_FRAME_PRUNED ? node->self : 0;
}

/* What is drawn, siblings sorted by frame; of a parent they stand in one run, which begins at
 * start[parent + 1]: roots come first, as PK_NONE + 1 is 0. */
static struct sibling *sort_siblings(const struct filtering *f, uint32_t *start)
{
    struct sibling *siblings = pk_calloc(f->nodes.size, sizeof *siblings);
    size_t n = 0;

    for (uint32_t i = 0; i < f->nodes.size; i++)
        if (f->nodes.data[i].incl > 0)
            siblings[n++] =
                (struct sibling){f->nodes.data[i].parent + 1, f->nodes.data[i].frame, i};
    if (n > 1)
        qsort(siblings, n, sizeof *siblings, order_siblings);
    for (uint32_t i = 0, at = 0; i < f->nodes.size + 2; i++) {
        while (at < n && siblings[at].parent < i)
            at++;
        start[i] = at;
    }
    return siblings;
}

static void lay_out(const struct filtering *f, struct pk_attributed *out)
{
    struct pk_tree *tree = &out->tree;
    size_t n = f->nodes.size;
    uint32_t *start = pk_calloc(n + 2, sizeof *start), *place = pk_calloc(n, sizeof *place);
    struct sibling *siblings = sort_siblings(f, start);
    PK_ARRAY(uint32_t) open = {0};

    for (uint32_t i = start[1]; i-- > start[0];)
        pk_array_push(&open, siblings[i].node);
    for (uint32_t at = 0; open.size; at++) {
        uint32_t node = open.data[--open.size];

        place[node] = at;
        copy_node(out, at, &f->nodes.data[node]);
        tree->parent[at] =
            f->nodes.data[node].parent == PK_NONE ? PK_NONE : place[f->nodes.data[node].parent];
        for (uint32_t i = start[node + 2]; i-- > start[node + 1];)
            pk_array_push(&open, siblings[i].node);
    }
    pk_attribute_close(tree);
    pk_array_fini(&open);
    pk_free(siblings);
    pk_free(start);
    pk_free(place);
}

static struct pk_attributed *new_tree(const struct filtering *f)
{
    struct pk_attributed *out;
    uint32_t n = 0;

    for (size_t i = 0; i < f->nodes.size; i++)
        n += f->nodes.data[i].incl > 0;
    out = pk_attribute_empty(n);
    out->contradictions = f->from->contradictions;
    out->tree.n = n;
    lay_out(f, out);
    return out;
}

struct pk_attributed *pk_filter_estimate(const struct pk_profile *profile,
                                         const struct pk_filter *filter,
                                         const struct pk_attributed *from,
                                         struct pk_filter_kept *kept)
{
    const struct pk_profile *graph = pk_profile_part(profile, PK_GRAPH);
    struct filtering f = {.filter = filter,
                          .from = from,
                          .n_frames = pk_profile_frames(profile),
                          .paths = pk_calloc(from->tree.n, sizeof *f.paths),
                          .kept = kept};
    struct pk_attributed *out;
    struct pk_arena scratch;

    *kept = (struct pk_filter_kept){0};
    pk_arena_init(&scratch);
    if (graph)
        f.cycles = pk_cycles_find(pk_profile_graph(graph), f.n_frames, &scratch);
    pk_map_init(&f.index, 3 * sizeof(uint32_t));
    for (pk_frame_id frame = 0; frame < f.n_frames; frame++)
        f.met |= filter->marks[frame];
    for (pk_node_id i = 0; i < from->tree.n; i++)
        step(&f, i);
    for (pk_node_id i = from->tree.n; i-- > 0;)
        add_up(&f, i);
    for (pk_node_id i = 0; i < from->tree.n; i++)
        move(&f, i);
    settle(&f);
    out = new_tree(&f);
    pk_map_fini(&f.index);
    pk_array_fini(&f.nodes);
    pk_free(f.paths);
    pk_arena_fini(&scratch);
    return out;
}
