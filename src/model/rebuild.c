/*
 * From a record to a builder: see rebuild.h. The rows are walked slice by slice, as a .pk file has
 * them; only nodes that still have a stack are made, so memory follows what is left.
 *
 * Trap: slices are closed, since a slice that says no more than another one may still be of another
 * file, and "missing" is decided by slice (merge.c). Where a span takes metrics away, slices that
 * differed by them alone become one.
 */
#include "model/rebuild.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"

struct rebuilding {
    const struct pk_profile *profile;
    const struct pk_rebuild *how;
    struct pk_builder *into;
    const struct pk_tree *tree;     /* of stacks, or NULL */
    const struct pk_graph *graph;   /* of edges, or NULL */
    uint32_t *metrics;              /* [metric] its id in the builder, or PK_NONE */
    uint32_t *counts;               /* [metric] which metric counts its samples, or PK_NONE */
    uint32_t *frames;               /* [frame] its id in the builder, PK_NONE until it is used */
    uint32_t *nodes;                /* [node] likewise */
    int64_t *self, *incl;           /* a row by metric of the builder */
    struct pk_record_slice last;    /* the slice opened last: its names and new metrics */
    uint32_t closed;                /* and what resumes it, or PK_NONE */
    PK_ARRAY(pk_node_id) ancestors; /* of the node being made */
};

/* --- metrics, frames, nodes --- */

uint32_t pk_rebuild_counts(const struct pk_profile *profile, uint32_t event)
{
    struct pk_str name = pk_profile_metric(profile, event)->name;

    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        struct pk_str other = pk_profile_metric(profile, m)->name;

        if (other.size == name.size + sizeof "/samples" - 1 && pk_str_starts(other, name) &&
            pk_str_ends(other, PK_STR("/samples")))
            return m;
    }
    return PK_NONE;
}

/* With a span only metrics of which there are moments are known by time. */
static void mark_timed(const struct rebuilding *r, bool *is_timed)
{
    const struct pk_timeline *timeline = pk_profile_timeline(r->profile);

    for (uint64_t i = 0; timeline && i < timeline->n; i++)
        is_timed[timeline->moments[i].metric] = true;
    for (uint32_t m = 0; m < pk_profile_metrics(r->profile); m++)
        if (is_timed[m] && r->counts[m] != PK_NONE)
            is_timed[r->counts[m]] = true;
}

static void begin_metrics(struct rebuilding *r)
{
    uint32_t n = pk_profile_metrics(r->profile);
    bool *is_timed = pk_calloc(n, sizeof *is_timed);

    r->metrics = pk_calloc(n, sizeof *r->metrics);
    r->counts = pk_calloc(n, sizeof *r->counts);
    for (uint32_t m = 0; m < n; m++)
        r->counts[m] = r->how->span ? pk_rebuild_counts(r->profile, m) : PK_NONE;
    mark_timed(r, is_timed);
    for (uint32_t m = 0; m < n; m++) {
        r->metrics[m] = PK_NONE;
        if (r->how->span && !is_timed[m])
            continue;
        r->metrics[m] = pk_builder_metric(r->into, pk_profile_metric(r->profile, m));
        pk_builder_rank(r->into, r->metrics[m], pk_record_rank(r->profile, m));
    }
    r->self = pk_calloc(n, sizeof *r->self);
    r->incl = pk_calloc(n, sizeof *r->incl);
    pk_free(is_timed);
}

/* An array of PK_NONE. */
static uint32_t *none(uint32_t n)
{
    uint32_t *ids = pk_calloc(n, sizeof *ids);

    for (uint32_t i = 0; i < n; i++)
        ids[i] = PK_NONE;
    return ids;
}

static pk_frame_id frame_of(struct rebuilding *r, pk_frame_id frame)
{
    if (frame == PK_NONE)
        return PK_NONE;
    if (r->frames[frame] == PK_NONE)
        r->frames[frame] = pk_builder_frame(r->into, pk_profile_frame(r->profile, frame));
    return r->frames[frame];
}

static pk_node_id parent_of(const struct rebuilding *r, pk_node_id node)
{
    return r->how->parent ? r->how->parent[node] : r->tree->parent[node];
}

/* Ancestors that are not there yet come first; no recursion, as a stack may be a million deep. */
static pk_node_id node_of(struct rebuilding *r, pk_node_id node)
{
    pk_node_id at = node;

    for (; at != PK_NONE && r->nodes[at] == PK_NONE; at = parent_of(r, at))
        pk_array_push(&r->ancestors, at);
    for (; r->ancestors.size; r->ancestors.size--) {
        pk_node_id parent = at;

        at = r->ancestors.data[r->ancestors.size - 1];
        r->nodes[at] =
            pk_builder_node(r->into, parent == PK_NONE ? PK_NONE : r->nodes[parent],
                            frame_of(r, r->tree->frame[at]), r->tree->line ? r->tree->line[at] : 0);
    }
    return r->nodes[node];
}

/* Where the stack ends now, in the builder; PK_NONE when it is left out. */
static pk_node_id place(struct rebuilding *r, uint32_t slice, pk_node_id node)
{
    if (r->how->place)
        node = r->how->place(r->how->context, slice, node);
    return node == PK_NONE ? PK_NONE : node_of(r, node);
}

/* --- slices --- */

/* Slices that may have become equal stand side by side in the record, as metrics come last in its
 * order. */
static bool is_open(const struct rebuilding *r, const struct pk_record_slice *slice)
{
    return r->closed != PK_NONE && r->last.rung == slice->rung &&
           memcmp(r->last.metrics, slice->metrics, sizeof slice->metrics) == 0 &&
           pk_str_equal(r->last.slice.process, slice->slice.process) &&
           pk_str_equal(r->last.slice.thread, slice->slice.thread) &&
           pk_slice_same_labels(&r->last.slice, &slice->slice);
}

/* Called as soon as a row stays, so that no slice is left without one. */
static void enter(struct rebuilding *r, uint32_t s, bool *has_entered)
{
    struct pk_record_slice slice = *pk_record_slice(r->profile, s);
    uint64_t metrics[4] = {0};

    if (*has_entered)
        return;
    *has_entered = true;
    for (uint32_t m = 0; m < pk_profile_metrics(r->profile); m++)
        if (slice.metrics[m / 64] >> (m % 64) & 1 && r->metrics[m] != PK_NONE)
            metrics[r->metrics[m] / 64] |= UINT64_C(1) << (r->metrics[m] % 64);
    memcpy(slice.metrics, metrics, sizeof metrics);
    if (!is_open(r, &slice)) {
        r->closed = pk_builder_closed_slice(r->into, &slice.slice, slice.rung, metrics);
        r->last = slice;
    }
    pk_builder_resume(r->into, r->closed);
}

/* --- rows --- */

/* The values that stand at `row`, one for each metric of the slice, by metric of the builder. */
static void spread(const struct rebuilding *r, const struct pk_record_slice *slice,
                   const int64_t *row, int64_t *values)
{
    for (uint32_t m = 0; m < pk_profile_metrics(r->profile); m++)
        values[m] = PK_MISSING;
    for (uint32_t m = 0, i = 0; m < pk_profile_metrics(r->profile); m++)
        if (slice->metrics[m / 64] >> (m % 64) & 1) {
            if (r->metrics[m] != PK_NONE)
                values[r->metrics[m]] = row[i];
            i++;
        }
}

static void add_functions(struct rebuilding *r, uint32_t s, const struct pk_record_slice *slice,
                          bool *has_entered)
{
    for (uint32_t i = 0; i < slice->functions.n; i++) {
        const int64_t *row = pk_record_row(&slice->functions, i);

        enter(r, s, has_entered);
        spread(r, slice, row, r->self);
        spread(r, slice, row + slice->n_metrics, r->incl);
        row += 2 * (size_t)slice->n_metrics;
        pk_builder_self(r->into, frame_of(r, slice->functions.item[i]), r->self, r->incl,
                        (struct pk_calls){row[0], row[1]});
    }
}

/* Edges are written inclusive first, and recorded self first, as functions are. */
static void add_edges(struct rebuilding *r, uint32_t s, const struct pk_record_slice *slice,
                      bool *has_entered)
{
    for (uint32_t i = 0; i < slice->edges.n; i++) {
        const int64_t *row = pk_record_row(&slice->edges, i);
        uint32_t edge = slice->edges.item[i];

        enter(r, s, has_entered);
        spread(r, slice, row, r->self);
        spread(r, slice, row + slice->n_metrics, r->incl);
        row += 2 * (size_t)slice->n_metrics;
        pk_builder_edge(r->into, frame_of(r, r->graph->caller[edge]),
                        frame_of(r, r->graph->callee[edge]), r->incl, r->self,
                        (struct pk_calls){row[0], row[1]});
    }
}

static void add_lines(struct rebuilding *r, uint32_t s, const struct pk_record_slice *slice,
                      bool *has_entered)
{
    uint32_t n;
    const struct pk_record_line *lines = pk_record_lines(r->profile, &n);

    for (uint32_t i = 0; i < slice->lines.n; i++) {
        const int64_t *row = pk_record_row(&slice->lines, i);
        const struct pk_record_line *line = &lines[slice->lines.item[i]];

        enter(r, s, has_entered);
        spread(r, slice, row, r->self);
        pk_builder_line(r->into, frame_of(r, line->frame), line->file, line->line,
                        frame_of(r, line->callee), r->self,
                        (struct pk_calls){row[slice->n_metrics], PK_MISSING});
    }
}

static void add_stacks(struct rebuilding *r, uint32_t s, const struct pk_record_slice *slice,
                       bool *has_entered)
{
    for (uint32_t i = 0; i < slice->stacks.n; i++) {
        pk_node_id node = place(r, s, slice->stacks.item[i]);

        if (node == PK_NONE)
            continue;
        enter(r, s, has_entered);
        spread(r, slice, pk_record_row(&slice->stacks, i), r->self);
        pk_builder_node_self(r->into, node, r->self);
    }
}

/* With a span a stack is what its moments say, so they come before the times are kept. */
static void add_moments(struct rebuilding *r, uint32_t s, bool *has_entered)
{
    const struct pk_timeline *timeline = pk_profile_timeline(r->profile);
    const struct pk_span *span = r->how->span;

    for (uint64_t i = timeline ? timeline->start[s] : 0; timeline && i < timeline->start[s + 1];
         i++) {
        const struct pk_moment *moment = &timeline->moments[i];
        uint32_t counts = r->counts[moment->metric];
        pk_node_id node;

        if (span && (moment->time < span->from || moment->time >= span->to))
            continue;
        node = place(r, s, moment->node);
        if (node == PK_NONE)
            continue;
        enter(r, s, has_entered);
        if (span) {
            for (uint32_t m = 0; m < pk_profile_metrics(r->profile); m++)
                r->self[m] = PK_MISSING;
            r->self[r->metrics[moment->metric]] = moment->value;
            if (counts != PK_NONE)
                r->self[r->metrics[counts]] = 1;
            pk_builder_node_self(r->into, node, r->self);
        }
        if (r->how->keeps_times)
            pk_builder_node_moment(r->into, node, r->metrics[moment->metric], moment->time,
                                   moment->value);
    }
}

/* --- all of it --- */

static void add_slice(struct rebuilding *r, uint32_t s)
{
    const struct pk_record_slice *slice = pk_record_slice(r->profile, s);
    bool has_entered = false;

    if (!r->how->span) {
        add_functions(r, s, slice, &has_entered);
        add_edges(r, s, slice, &has_entered);
        add_lines(r, s, slice, &has_entered);
        add_stacks(r, s, slice, &has_entered);
    }
    if (r->how->span || r->how->keeps_times)
        add_moments(r, s, &has_entered);
}

/* What was lost when the file was read was lost for every part of it, too. */
static void add_origin(struct rebuilding *r)
{
    uint32_t n;
    const struct pk_fact *facts = pk_profile_facts(r->profile, &n);

    for (uint32_t i = 0; i < n; i++) {
        struct pk_str key = facts[i].key; /* ends with a NUL: the profile made it from a C string */

        pk_builder_fact(r->into, key.data, facts[i].value);
    }
    for (uint32_t i = 0; i < pk_record_tallies(r->profile) && !r->how->is_part; i++) {
        struct pk_record_tally tally = pk_record_tally(r->profile, i);

        pk_builder_tally(r->into, tally.key.data, tally.n);
    }
    pk_notes_merge(pk_builder_notes(r->into), pk_profile_notes(r->profile));
}

struct pk_builder *pk_rebuild(const struct pk_profile *profile, const struct pk_rebuild *how,
                              const struct pk_limits *limits)
{
    struct rebuilding r = {.profile = profile,
                           .how = how,
                           .into = pk_builder_new(limits),
                           .tree = pk_record_tree(profile),
                           .graph = pk_record_graph(profile),
                           .closed = PK_NONE};

    if (pk_profile_has_times(profile)) /* said, not kept: no stack follows */
        pk_builder_moment(r.into, 0, 0);
    if (how->keeps_times)
        pk_builder_keep_times(r.into);
    begin_metrics(&r);
    r.frames = none(pk_profile_frames(profile));
    r.nodes = none(r.tree ? r.tree->n : 0);
    for (uint32_t s = 0; s < pk_record_slices(profile); s++)
        if ((!how->keeps_slice || how->keeps_slice[s]) && !pk_builder_failed(r.into, NULL))
            add_slice(&r, s);
    add_origin(&r);
    pk_free(r.metrics);
    pk_free(r.counts);
    pk_free(r.frames);
    pk_free(r.nodes);
    pk_free(r.self);
    pk_free(r.incl);
    pk_array_fini(&r.ancestors);
    return r.into;
}
