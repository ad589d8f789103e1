/*
 * The laws of a profile. Each check names its law, so that a fuzzer's finding reads as a sentence.
 * Laws about values hold for metrics without negative values; order and shape always hold.
 */
#include "model/validate.h"

#include <stddef.h>
#include <stdint.h>

#include "model/profile_private.h"

#define AHEAD 16u /* names that memory may fetch meanwhile: they stand anywhere */

struct check {
    const struct pk_profile *p;
    struct pk_error *error;
};

/* One sentence per law; the place is the index of the frame, edge, node or metric. */
static bool breach(const struct check *c, const char *law, uint64_t where)
{
    return pk_error_set(c->error, PK_INTERNAL, pk_place_none(), "law broken: %s (at %llu)", law,
                        (unsigned long long)where);
}

/* The order of freeze, written again on purpose: a check that shares code cannot see its
 * mistakes. */
static int compare_frames(const struct pk_frame *a, const struct pk_frame *b)
{
    int order = pk_str_compare(a->name, b->name);

    if (!order)
        order = pk_str_compare(a->file, b->file);
    if (!order)
        order = (a->line > b->line) - (a->line < b->line);
    if (!order)
        order = pk_str_compare(a->module, b->module);
    return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

/* Strictly ascending: equal neighbours would be one function counted as two. */
static bool check_frames(const struct check *c)
{
    for (uint32_t i = 1; i < c->p->n_frames; i++) {
        if (i + AHEAD < c->p->n_frames)
            __builtin_prefetch(c->p->frames[i + AHEAD].name.data);
        if (compare_frames(&c->p->frames[i - 1], &c->p->frames[i]) >= 0)
            return breach(c, "frames stand in order, each once", i);
    }
    return true;
}

/* Edges and both of their indexes. */
static bool check_edges(const struct check *c)
{
    const struct pk_graph *g = &c->p->graph;

    for (uint32_t e = 0; e < g->n; e++) {
        if (g->caller[e] >= c->p->n_frames || g->callee[e] >= c->p->n_frames)
            return breach(c, "an edge joins two frames", e);
        if (e && (g->caller[e] < g->caller[e - 1] ||
                  (g->caller[e] == g->caller[e - 1] && g->callee[e] <= g->callee[e - 1])))
            return breach(c, "edges stand in order, each once", e);
        if (e < g->out_start[g->caller[e]] || e >= g->out_start[g->caller[e] + 1])
            return breach(c, "out edges are found by their caller", e);
    }
    for (uint32_t f = 0; f < c->p->n_frames; f++)
        for (uint32_t i = g->in_start[f]; i < g->in_start[f + 1]; i++)
            if (g->callee[g->in_edge[i]] != f)
                return breach(c, "in edges are found by their callee", f);
    return true;
}

/* Ranges nest, and siblings stand in order: what every walk over a tree relies on. */
static bool check_shape(const struct check *c, const struct pk_tree *t)
{
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t parent = t->parent[i], limit = parent == PK_NONE ? t->n : t->end[parent];
        uint32_t sibling = t->end[i];

        if (t->frame[i] >= c->p->n_frames)
            return breach(c, "a node is a frame", i);
        if (t->end[i] <= i || t->end[i] > limit || (parent != PK_NONE && parent >= i))
            return breach(c, "a subtree is a range inside its parent's", i);
        if (sibling < limit &&
            (t->parent[sibling] != parent || t->frame[sibling] < t->frame[i] ||
             (t->frame[sibling] == t->frame[i] && (!t->line || t->line[sibling] <= t->line[i]))))
            return breach(c, "siblings stand in order, each once", i);
    }
    return true;
}

/* Whether incl = self + the children's incl at node i; both may be missing. */
static bool adds_up(const struct pk_tree *t, uint32_t i, uint32_t m)
{
    int64_t sum = t->self[m][i];

    for (uint32_t child = i + 1; child < t->end[i] && sum != PK_MISSING; child = t->end[child])
        if (t->incl[m][child] != PK_MISSING)
            sum += t->incl[m][child];
    return sum == t->incl[m][i];
}

/* That everywhere; and the roots add up to the total. */
static bool check_sums(const struct check *c, const struct pk_tree *t, uint32_t m)
{
    int64_t total = 0;

    if (!t->self[m])
        return true;
    for (uint32_t i = t->n; i-- > 0;) /* the deepest first: what is wrong below is wrong above */
        if ((t->self[m][i] == PK_MISSING) != (t->incl[m][i] == PK_MISSING))
            return breach(c, "self and inclusive of a node are known together", i);
        else if (!adds_up(t, i, m))
            return breach(c, "inclusive of a node = its self + its children", i);
    for (uint32_t i = 0; i < t->n; i = t->end[i])
        if (t->incl[m][i] != PK_MISSING)
            total += t->incl[m][i];
    return total == c->p->totals[m] || breach(c, "the roots of the tree add up to the total", m);
}

/* With negative values an inclusive time may be below a self time; only sums stay laws. */
static bool has_negative(const struct pk_profile *p, uint32_t m)
{
    for (uint32_t i = 0; i < p->tree.n; i++)
        if (p->tree.self[m][i] != PK_MISSING && p->tree.self[m][i] < 0)
            return true;
    return false;
}

/* What must hold between the rungs when the lower ones were derived from the tree. */
static bool check_entries(const struct check *c, uint32_t m)
{
    const struct pk_profile *p = c->p;
    int64_t *entered = pk_calloc(p->n_frames, sizeof *entered);
    bool holds = true;

    for (uint32_t i = 0; i < p->tree.n; i++)
        if (p->tree.parent[i] == PK_NONE && p->tree.self[m][i] != PK_MISSING)
            entered[p->tree.frame[i]] += p->tree.self[m][i];
    for (uint32_t e = 0; e < p->graph.n; e++)
        if (p->graph.self[m][e] != PK_MISSING)
            entered[p->graph.callee[e]] += p->graph.self[m][e];
    for (uint32_t f = 0; f < p->n_frames; f++)
        if (p->flat.self[m][f] != PK_MISSING && p->flat.self[m][f] != entered[f])
            holds = breach(c, "self of a function = self as a root + self of its edges", f);
    pk_free(entered);
    return holds;
}

static bool check_bounds(const struct check *c, uint32_t m)
{
    const struct pk_profile *p = c->p;
    uint32_t n_edges = p->is_graph_due ? 0 : p->graph.n;

    for (uint32_t f = 0; f < p->n_frames; f++)
        if (p->flat.incl[m][f] > p->totals[m] || p->flat.incl[m][f] < p->flat.self[m][f])
            return breach(c, "self <= inclusive <= total", f);
    for (uint32_t e = 0; e < n_edges; e++)
        if (p->graph.incl[m][e] > p->flat.incl[m][p->graph.callee[e]] ||
            p->graph.incl[m][e] > p->flat.incl[m][p->graph.caller[e]] ||
            p->graph.incl[m][e] < p->graph.self[m][e])
            return breach(c, "self <= inclusive of an edge <= that of both its ends", e);
    return true;
}

/* A graph that is not made yet breaks no law. */
static bool check_derived(const struct check *c, uint32_t m)
{
    const struct pk_profile *p = c->p;

    return !p->tree.self[m] ||
           ((p->is_graph_due || check_entries(c, m)) && (has_negative(p, m) || check_bounds(c, m)));
}

/* Holds on every rung: readers, sums over slices and parts all end here. */
static bool check_flat(const struct check *c, uint32_t m)
{
    const struct pk_flat *flat = &c->p->flat;
    int64_t sum = 0;

    for (uint32_t f = 0; flat->self[m] && f < c->p->n_frames; f++) {
        if (flat->self[m][f] != PK_MISSING)
            sum += flat->self[m][f];
        if (flat->incl_high[m] && flat->incl_high[m][f] != PK_MISSING &&
            flat->incl_high[m][f] < flat->incl[m][f])
            return breach(c, "an upper bound is not below the lower one", f);
    }
    if (sum != c->p->totals[m])
        return breach(c, "the self of all functions adds up to the total", m);
    return true;
}

/* A count below zero cannot come from a file (readers refuse it), only from an overflow. */
static bool check_counts(const struct check *c)
{
    const struct pk_flat *flat = &c->p->flat;

    for (uint32_t f = 0; pk_profile_has_any_values(c->p) && f < c->p->n_frames; f++)
        if ((flat->calls && flat->calls[f] != PK_MISSING && flat->calls[f] < 0) ||
            (flat->primitive && flat->primitive[f] != PK_MISSING && flat->primitive[f] < 0))
            return breach(c, "calls are not negative", f);
    return true;
}

/* What the rows of one slice say of metric m, and that they stand in order. */
static bool check_rows(const struct check *c, const struct pk_record_rows *rows, uint32_t n_items,
                       uint32_t column, int64_t *sum)
{
    for (uint32_t i = 0; i < rows->n; i++) {
        int64_t value = pk_record_row(rows, i)[column];

        if (rows->item[i] >= n_items || (i && rows->item[i] <= rows->item[i - 1]))
            return breach(c, "rows of a slice stand in order, each once", i);
        if (value != PK_MISSING)
            *sum += value;
    }
    return true;
}

/* Self of functions and of stacks: no slice has both. Without a record the sums of slices remain.
 */
static bool check_record(const struct check *c, uint32_t m)
{
    const struct pk_tree *tree = pk_record_tree(c->p);
    int64_t sum = 0;

    for (uint32_t i = 0; c->p->n_record == 0 && i < c->p->n_slices; i++)
        if (c->p->slice_totals[m][i] != PK_MISSING)
            sum += c->p->slice_totals[m][i];
    for (uint32_t i = 0; i < c->p->n_record; i++) {
        const struct pk_record_slice *slice = &c->p->record[i];
        uint32_t column = 0;

        if (!(slice->metrics[m / 64] >> (m % 64) & 1))
            continue;
        for (uint32_t before = 0; before < m; before++)
            column += (uint32_t)(slice->metrics[before / 64] >> (before % 64) & 1);
        if (!check_rows(c, &slice->functions, c->p->n_frames, column, &sum) ||
            !check_rows(c, &slice->stacks, tree ? tree->n : 0, column, &sum))
            return false;
    }
    return sum == c->p->totals[m] || breach(c, "what slices recorded adds up to the total", m);
}

/* Strictly by time, metric, node, value; two samples may be equal in all of them. */
static bool is_before(const struct pk_moment *a, const struct pk_moment *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->metric != b->metric)
        return a->metric < b->metric;
    return a->node != b->node ? a->node < b->node : a->value < b->value;
}

/* The row of a stack in a slice, or PK_NONE. */
static uint32_t find_row(const struct pk_record_rows *rows, uint32_t item)
{
    uint32_t low = 0, high = rows->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (rows->item[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->n && rows->item[low] == item ? low : PK_NONE;
}

/* What is left of each stack of a slice when its moments are taken away: never less than nothing.
 */
static bool check_slice_moments(const struct check *c, uint32_t s)
{
    const struct pk_record_slice *slice = &c->p->record[s];
    const struct pk_moment *moments = c->p->timeline.moments;
    const struct pk_record_rows *rows = &slice->stacks;
    int64_t *left = pk_calloc((size_t)rows->n * rows->width, sizeof *left);
    bool holds = true;

    for (uint32_t i = 0; i < rows->n; i++)
        for (uint32_t k = 0; k < rows->width; k++) {
            int64_t value = pk_record_row(rows, i)[k];

            left[(size_t)i * rows->width + k] = value == PK_MISSING ? 0 : value;
        }
    for (uint64_t i = c->p->timeline.start[s]; i < c->p->timeline.start[s + 1] && holds; i++) {
        const struct pk_moment *moment = &moments[i];
        uint32_t row = find_row(rows, moment->node), column = 0;

        if (moment->time < 0 || moment->value <= 0 || row == PK_NONE ||
            !(slice->metrics[moment->metric / 64] >> (moment->metric % 64) & 1))
            holds = breach(c, "a moment is of a stack of its slice", i);
        else if (i > c->p->timeline.start[s] && is_before(moment, moment - 1))
            holds = breach(c, "moments of a slice stand in order", i);
        for (uint32_t m = 0; m < moment->metric; m++)
            column += (uint32_t)(slice->metrics[m / 64] >> (m % 64) & 1);
        if (holds && (left[(size_t)row * rows->width + column] -= moment->value) < 0)
            holds = breach(c, "the moments of a stack are parts of it", i);
    }
    pk_free(left);
    return holds;
}

static bool check_timeline(const struct check *c)
{
    for (uint32_t s = 0; c->p->timeline.n && s < c->p->n_record; s++)
        if (!check_slice_moments(c, s))
            return false;
    return true;
}

/* Rows each once, in order, and found by their function. */
static bool check_lines(const struct check *c)
{
    const struct pk_lines *l = &c->p->lines;

    for (uint32_t i = 0; i < l->n; i++) {
        uint64_t here = (uint64_t)l->frame[i] << 32 | l->file[i];
        uint64_t rest = (uint64_t)l->line[i] << 32 | (uint32_t)(l->callee[i] + 1);

        if (l->frame[i] >= c->p->n_frames || l->file[i] >= l->n_files ||
            (l->callee[i] != PK_NONE && l->callee[i] >= c->p->n_frames))
            return breach(c, "a line is of a function and a file", i);
        if (i < l->start[l->frame[i]] || i >= l->start[l->frame[i] + 1])
            return breach(c, "lines are found by their function", i);
        if (i && (here < ((uint64_t)l->frame[i - 1] << 32 | l->file[i - 1]) ||
                  (here == ((uint64_t)l->frame[i - 1] << 32 | l->file[i - 1]) &&
                   rest <= ((uint64_t)l->line[i - 1] << 32 | (uint32_t)(l->callee[i - 1] + 1)))))
            return breach(c, "lines stand in order, each once", i);
    }
    for (uint32_t i = 1; i < l->n_files; i++)
        if (pk_str_compare(l->files[i - 1], l->files[i]) >= 0)
            return breach(c, "files of lines stand in order, each once", i);
    return true;
}

/* Shape first: the laws about sums walk along it. They are asked of what the tables have; the
 * record has all metrics. */
static bool check_one(const struct check *c)
{
    const struct pk_profile *p = c->p;
    bool has_tree = p->rung == PK_TREE;

    if (!check_frames(c) || !check_counts(c) ||
        (p->rung >= PK_GRAPH && !p->is_graph_due && !check_edges(c)))
        return false;
    if (has_tree && (!check_shape(c, &p->tree) || (p->has_lines && !check_shape(c, &p->line_tree))))
        return false;
    for (uint32_t m = 0; m < p->n_metrics; m++) {
        bool has_values = pk_profile_has_values(p, m);

        if ((has_values && !check_flat(c, m)) || (!p->is_part && !check_record(c, m)))
            return false;
        if (has_values && has_tree &&
            (!check_sums(c, &p->tree, m) || !check_derived(c, m) ||
             (p->has_lines && !check_sums(c, &p->line_tree, m))))
            return false;
    }
    return true;
}

/* Parts share the frames of the whole but have tables of their own. */
bool pk_validate(const struct pk_profile *profile, struct pk_error *error)
{
    struct check c = {profile, error};

    for (unsigned rung = 0; rung <= PK_TREE; rung++) {
        struct check part = {profile->parts[rung], error};

        if (part.p && !check_one(&part))
            return false;
    }
    return check_lines(&c) && check_timeline(&c) && check_one(&c);
}
