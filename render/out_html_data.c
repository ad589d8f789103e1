/*
 * What the script of a page reads: the profile in columns, as out_html_columns.c writes them, and
 * the documents. JSON in front names them; data.js is the reader.
 *
 * The bytes are: the size of the head (four bytes, least first), the head as JSON, the columns,
 * the documents. The head has "columns" and "documents" as lists of [name, numbers, bytes, width],
 * in the order in which they stand. Each begins at a multiple of eight bytes. Columns, one number
 * for each function, edge or node:
 *
 *   frame.name      as it is shown; control characters are made visible
 *   frame.raw       what the file says, empty where that is the same
 *   frame.place     "path:line" for people
 *   frame.file      index of `texts`: the raw path
 *   frame.module    index of `texts`
 *   frame.line      of the definition, 0: not known
 *   frame.kind      enum pk_frame_kind
 *   frame.owner     enum pk_label_owner: own code, library, runtime
 *   frame.fill      index of "fills" in the head, by module
 *   frame.kindfill  the same, by kind
 *   frame.noise     of a comparison: 1 where a difference is within noise
 *   texts           the texts that others point to
 *   flat.*          self, total, high (bound of a total that is a lower one), calls, primitive,
 *                   which may be missing or below zero
 *   edge.caller     the difference to the caller before; edges are ordered by it
 *   edge.callee     a function
 *   edge.*          total, self, calls: as flat.*
 *   node.up         how much less deep a node is than a child of the node before it
 *   node.frame      a function
 *   node.self       what pictures draw: nothing below zero
 *   node.*          low, high, selflow, selfhigh: proven bounds, of estimates only
 *   before.*        of a comparison: self and bounds of the earlier side, of the same nodes
 *
 * Edges are there where the file recorded calls; where it recorded stacks the script counts them
 * from the nodes, as src/model/derive.c does. Columns without a value are not there at all.
 *
 * A tree with more nodes than a page may have keeps its heaviest ones. What is left out stands as
 * one (pruned) child below the node it belongs to, so that sums stay.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "render/json_parts.h"
#include "render/out_html_private.h"
#include "render/theme.h"

/* --- tables --- */

/* Exact numbers of functions and, where the file holds calls, of calls. */
static void add_tables(struct pk_html_work *d)
{
    const struct pk_profile *profile = d->report->profile;
    const struct pk_flat *flat = pk_profile_flat(profile);
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_frames(profile), m = d->report->metric;

    pk_html_values(&d->columns, "flat.self", flat->self[m], n);
    pk_html_values(&d->columns, "flat.total", flat->incl[m], n);
    pk_html_values(&d->columns, "flat.high", flat->incl_high[m], n);
    pk_html_values(&d->columns, "flat.calls", flat->calls, n);
    pk_html_values(&d->columns, "flat.primitive", flat->primitive, n);
    if (!graph || graph->origin != PK_RECORDED)
        return;
    for (pk_edge_id e = 0; e < graph->n; e++)
        pk_html_put(&d->columns, graph->caller[e] - (e ? graph->caller[e - 1] : 0));
    pk_html_column(&d->columns, "edge.caller");
    for (pk_edge_id e = 0; e < graph->n; e++)
        pk_html_put(&d->columns, graph->callee[e]);
    pk_html_column(&d->columns, "edge.callee");
    pk_html_values(&d->columns, "edge.total", graph->incl[m], graph->n);
    pk_html_values(&d->columns, "edge.self", graph->self[m], graph->n);
    pk_html_values(&d->columns, "edge.calls", graph->calls, graph->n);
}

/* --- stacks --- */

struct node { /* of the tree in the page */
    uint32_t depth, frame;
    int64_t self;
    struct pk_range total_range, self_range;
};

struct stacks {
    PK_ARRAY(struct node) nodes;
    int64_t least;    /* nodes that hold less are left out */
    uint64_t n_small; /* so many of them */
    int64_t small;    /* their self added up */
};

/* What pictures draw: a value below zero, which no sample has, as nothing. */
static int64_t drawn(int64_t value)
{
    return value > 0 ? value : 0; /* PK_MISSING is below zero, too */
}

static int order_values(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (b > a) - (b < a);
}

/* The least value of the `most` heaviest nodes; 0 where there are not more. A child never holds
 * more than its parent, so that what is kept stays a tree. */
static int64_t least_value(const struct pk_tree *tree, uint32_t metric, uint32_t most)
{
    int64_t *sorted, least;

    if (most == 0 || tree->n <= most)
        return 0;
    sorted = pk_calloc(tree->n, sizeof *sorted);
    memcpy(sorted, tree->incl[metric], tree->n * sizeof *sorted);
    qsort(sorted, tree->n, sizeof *sorted, order_values);
    least = sorted[most];
    pk_free(sorted);
    return least < INT64_MAX ? least + 1 : least;
}

/* What was recorded is its own bounds. */
static struct pk_range range_of(const struct pk_range *ranges, pk_node_id i, int64_t value)
{
    return ranges ? ranges[i] : (struct pk_range){value, value};
}

/* Leave out the subtree of `i`, into a child of the node at `parent`; siblings share one. */
static void prune(struct stacks *s, const struct pk_report *report, pk_node_id i, uint32_t depth,
                  uint32_t pruned)
{
    const struct pk_tree *tree = report->tree;
    int64_t value = drawn(tree->incl[report->tree_metric][i]);
    struct pk_range range = range_of(tree->incl_range, i, value);
    struct node *last = s->nodes.size ? &s->nodes.data[s->nodes.size - 1] : NULL;

    s->n_small += tree->end[i] - i;
    s->small += value;
    if (value == 0 && range.hi <= 0)
        return;
    if (last && last->depth == depth && last->frame == pruned) {
        last->self += value;
        last->total_range.lo += range.lo;
        last->total_range.hi += range.hi;
        last->self_range = last->total_range;
    } else {
        struct node node = {depth, pruned, value, range, range};

        pk_array_push(&s->nodes, node);
    }
}

/* The nodes in preorder; what is pruned of a parent may become several children of it, which the
 * page takes together. */
static void take_nodes(struct pk_html_work *d, struct stacks *s)
{
    const struct pk_tree *tree = d->report->tree;
    uint32_t m = d->report->tree_metric, *depth = pk_calloc((size_t)tree->n + 1, sizeof *depth);
    uint32_t pruned = pk_html_frame_index(d, PK_FRAME_PRUNED);

    s->least = least_value(tree, m, d->report->max_nodes);
    for (pk_node_id i = 0; i < tree->n;) {
        int64_t self = drawn(tree->self[m][i]), value = drawn(tree->incl[m][i]);

        depth[i] = tree->parent[i] == PK_NONE ? 0 : depth[tree->parent[i]] + 1;
        if (value < s->least) {
            prune(s, d->report, i, depth[i], pruned);
            i = tree->end[i];
        } else {
            struct node node = {depth[i], pk_html_frame_index(d, tree->frame[i]), self,
                                range_of(tree->incl_range, i, value),
                                range_of(tree->self_range, i, self)};

            pk_array_push(&s->nodes, node);
            i++;
        }
    }
    pk_free(depth);
}

/* A node is at most one deeper than the one before it: the column says how much less deep. */
static void add_nodes(struct pk_html_work *d, const struct stacks *s)
{
    const struct node *node = s->nodes.data;

    for (size_t i = 0; i < s->nodes.size; i++)
        pk_html_put(&d->columns, (i ? node[i - 1].depth + 1 : 0) - node[i].depth);
    pk_html_column(&d->columns, "node.up");
    for (size_t i = 0; i < s->nodes.size; i++)
        pk_html_put(&d->columns, node[i].frame);
    pk_html_column(&d->columns, "node.frame");
    for (size_t i = 0; i < s->nodes.size; i++)
        pk_html_put(&d->columns, (uint64_t)node[i].self);
    pk_html_column(&d->columns, "node.self");
}

/* Bounds of the total and of the self, of estimates only. */
static void add_ranges(struct pk_html_work *d, const struct stacks *s)
{
    static const char *const names[] = {"node.low", "node.high", "node.selflow", "node.selfhigh"};

    for (unsigned c = 0; c < 4; c++) {
        for (size_t i = 0; i < s->nodes.size; i++) {
            const struct node *node = &s->nodes.data[i];
            const struct pk_range *range = c < 2 ? &node->total_range : &node->self_range;

            pk_html_put(&d->columns, (uint64_t)drawn(c % 2 ? range->hi : range->lo));
        }
        pk_html_column(&d->columns, names[c]);
    }
}

/* --- the head --- */

static void add_shade(struct pk_json *json, struct pk_color c)
{
    struct pk_buf text = {0};

    pk_buf_printf(&text, "#%02x%02x%02x", c.r, c.g, c.b);
    pk_json_str(json, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Fills and surfaces by their index in theme.h, so that a function has its colour of all pictures.
 */
static void add_theme(struct pk_json *json, bool is_dark)
{
    pk_json_key(json, is_dark ? "dark" : "light");
    pk_json_object(json);
    pk_json_key(json, "fills");
    pk_json_array(json);
    for (unsigned i = 0; i < PK_THEME_FILLS; i++)
        add_shade(json, is_dark ? pk_theme_shades(i).dark : pk_theme_shades(i).light);
    pk_json_array_end(json);
    pk_json_key(json, "surfaces");
    pk_json_array(json);
    for (enum pk_surface i = 0; i < PK_SURFACES; i++)
        add_shade(json, is_dark ? pk_theme_surface(i).dark : pk_theme_surface(i).light);
    pk_json_array_end(json);
    pk_json_object_end(json);
}

/* Metric and total of the measure, and what colours mean. */
static void add_diff(struct pk_json *json, const struct pk_report_diff *diff)
{
    pk_json_key(json, "metric");
    pk_json_object(json);
    pk_json_key(json, "name");
    pk_json_str(json, diff->metric.name);
    pk_json_key(json, "unit");
    pk_json_text(json, pk_units_name(diff->metric.unit));
    pk_json_key(json, "scale");
    pk_json_value(json, diff->metric.scale);
    pk_json_object_end(json);
    pk_json_key(json, "totals");
    pk_json_array(json);
    for (unsigned s = 0; s < 2; s++)
        pk_json_value(json, diff->tree->total[s]);
    pk_json_array_end(json);
    pk_json_key(json, "steps");
    pk_json_array(json);
    for (unsigned i = 0; i < PK_CHANGE_STEPS; i++)
        pk_json_value(json, diff->step[i]);
    pk_json_array_end(json);
    pk_json_key(json, "shades"); /* much less to much more, and what is within noise */
    pk_json_array(json);
    for (int level = -PK_CHANGE_STEPS; level <= PK_CHANGE_STEPS; level++)
        pk_json_value(json, pk_theme_change(level));
    pk_json_value(json, pk_theme_change(PK_THEME_NOISE));
    pk_json_array_end(json);
}

/* All but the columns. */
static void begin_head(struct pk_html_work *d, const struct pk_style *style)
{
    const struct pk_report *report = d->report;
    struct pk_json *json = &d->columns.json;

    pk_json_init(json, &d->columns.head);
    pk_json_object(json);
    pk_json_parts_head(json, NULL, style->inputs);
    pk_json_key(json, "title");
    pk_json_str(json, report->title);
    pk_json_key(json, "header");
    pk_json_str(json, report->header);
    if (report->diff)
        add_diff(json, report->diff);
    else
        pk_json_parts_metric(json, report->profile, report->metric);
    pk_json_parts_shown(json, report->profile);
    pk_json_parts_quality(json, report->profile, report->metric);
    pk_json_key(json, "origin");
    if (report->tree)
        pk_json_text(json, pk_json_parts_origin(report->tree->origin));
    else if (report->diff)
        pk_json_text(json, report->diff->is_estimated[PK_AFTER] ? "estimated" : "recorded");
    else
        pk_json_null(json);
    pk_json_key(json, "proven");
    pk_json_value(json, report->attributed ? report->attributed->proven : PK_MISSING);
    add_theme(json, false);
    add_theme(json, true);
}

/* Documents stand behind the columns in the bytes, and so in the head. */
static void end_head(struct pk_html_work *d, const struct stacks *s)
{
    pk_json_key(&d->columns.json, "pruned");
    pk_json_object(&d->columns.json);
    pk_json_key(&d->columns.json, "nodes");
    pk_json_value(&d->columns.json, (int64_t)s->n_small);
    pk_json_key(&d->columns.json, "value");
    pk_json_value(&d->columns.json, s->small);
    pk_json_key(&d->columns.json, "least");
    pk_json_value(&d->columns.json, s->least);
    pk_json_object_end(&d->columns.json);
    pk_json_key(&d->columns.json, "documents");
    pk_json_array(&d->columns.json);
    for (size_t i = 0; i < d->report->n_documents; i++) {
        const struct pk_report_document *document = &d->report->documents[i];
        size_t begin = d->columns.bytes.size;

        pk_buf_str(&d->columns.bytes, document->json);
        pk_html_column_of_bytes(&d->columns, document->name, begin, 1);
    }
    pk_json_array_end(&d->columns.json);
    pk_json_object_end(&d->columns.json);
}

/* The head is complete only when all sizes are known, so it is written last and stands first. */
void pk_html_data(const struct pk_report *report, const struct pk_style *style, struct pk_buf *out)
{
    struct pk_html_work d = {.report = report};
    struct stacks stacks = {.nodes = {0}};

    begin_head(&d, style);
    pk_json_key(&d.columns.json, "columns");
    pk_json_array(&d.columns.json);
    if (report->tree)
        pk_html_special(&d);
    pk_html_frames(&d);
    if (report->diff)
        pk_html_diff(&d.columns, report->diff);
    else
        add_tables(&d);
    if (report->tree) {
        take_nodes(&d, &stacks);
        add_nodes(&d, &stacks);
        if (report->attributed)
            add_ranges(&d, &stacks);
    }
    pk_json_array_end(&d.columns.json);
    end_head(&d, &stacks);
    while ((4 + d.columns.head.size) % PK_HTML_ALIGNMENT)
        pk_buf_char(&d.columns.head, ' ');
    for (unsigned i = 0; i < 4; i++)
        pk_buf_char(out, (char)(d.columns.head.size >> (8 * i) & 255));
    pk_buf_str(out, pk_buf_view(&d.columns.head));
    pk_buf_str(out, pk_buf_view(&d.columns.bytes));
    pk_array_fini(&stacks.nodes);
    pk_array_fini(&d.special);
    pk_buf_fini(&d.columns.head);
    pk_buf_fini(&d.columns.bytes);
    pk_array_fini(&d.columns.numbers);
}
