/*
 * What the script of a page reads: the profile in columns, each a sequence of numbers as varint
 * has them, and the documents. Columns of one kind pack several times better than records, and are
 * read into typed arrays without an object for each row. JSON in front names them; data.js is the
 * reader.
 *
 * Numbers are exact here. A script has doubles: a value beyond 2^53 loses its last digits there,
 * which no picture shows.
 *
 * A tree with more nodes than a page may have keeps its heaviest ones. What is left out stands as
 * one (pruned) child below the node it belongs to, so that sums stay.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/intern.h"
#include "base/varint.h"
#include "render/json_parts.h"
#include "render/label.h"
#include "render/out_html_private.h"
#include "render/theme.h"

struct data {
    const struct pk_report *report;
    struct pk_json json; /* the head, into `head` */
    struct pk_buf head, bytes;
    struct pk_intern texts;
    PK_ARRAY(pk_frame_id) special; /* those of the tree, ascending */
};

/* --- columns --- */

/* Numbers are added to d->bytes between this and the end. */
static size_t begin_column(struct data *d, const char *name, uint64_t n)
{
    pk_json_array(&d->json);
    pk_json_text(&d->json, name);
    pk_json_value(&d->json, (int64_t)n);
    return d->bytes.size;
}

static void end_column(struct data *d, size_t begin)
{
    pk_json_value(&d->json, (int64_t)(d->bytes.size - begin));
    pk_json_array_end(&d->json);
}

/* A column of values that may be missing; nothing where nobody says any. */
static void add_values(struct data *d, const char *name, const int64_t *values, uint32_t n)
{
    size_t begin;

    if (!values)
        return;
    begin = begin_column(d, name, n);
    for (uint32_t i = 0; i < n; i++)
        pk_varint_put_value(&d->bytes, values[i]);
    end_column(d, begin);
}

/* A text is its size and its bytes. */
static void put_text(struct data *d, struct pk_str text)
{
    pk_varint_put(&d->bytes, text.size);
    pk_buf_str(&d->bytes, text);
}

/* --- functions --- */

static uint32_t frames_of(const struct data *d)
{
    return pk_profile_frames(d->report->profile) + (uint32_t)d->special.size;
}

/* Special ones stand behind those of the profile. */
static const struct pk_frame *frame_at(const struct data *d, uint32_t i)
{
    uint32_t n = pk_profile_frames(d->report->profile);

    return pk_profile_frame(d->report->profile, i < n ? i : d->special.data[i - n]);
}

static int order_ids(const void *left, const void *right)
{
    pk_frame_id a = *(const pk_frame_id *)left, b = *(const pk_frame_id *)right;

    return (a > b) - (a < b);
}

/* The index of a frame of the tree. */
static uint32_t index_of(const struct data *d, pk_frame_id frame)
{
    uint32_t n = pk_profile_frames(d->report->profile);
    const pk_frame_id *found;

    if (frame < n)
        return frame;
    found = bsearch(&frame, d->special.data, d->special.size, sizeof frame, order_ids);
    return n + (uint32_t)(found - d->special.data);
}

static void find_special(struct data *d)
{
    const struct pk_tree *tree = d->report->tree;
    uint32_t n = pk_profile_frames(d->report->profile), kept = 0;
    pk_frame_id pruned = PK_FRAME_PRUNED;

    pk_array_push(&d->special, pruned);
    for (pk_node_id i = 0; i < tree->n; i++)
        if (tree->frame[i] >= n)
            pk_array_push(&d->special, tree->frame[i]);
    qsort(d->special.data, d->special.size, sizeof *d->special.data, order_ids);
    for (size_t i = 0; i < d->special.size; i++)
        if (i == 0 || d->special.data[i] != d->special.data[kept - 1])
            d->special.data[kept++] = d->special.data[i];
    d->special.size = kept;
}

/* Names as they are shown: what would drive a terminal or deceive the eye is made visible. */
static void label_name(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_name(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

static void label_place(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_place(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

static void label_module(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_module(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* A column of texts that are mostly different: names and places. */
static void add_labels(struct data *d, const char *name,
                       void (*label)(struct pk_buf *, const struct pk_frame *))
{
    uint32_t n = frames_of(d);
    size_t begin = begin_column(d, name, n);
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < n; i++) {
        pk_buf_reset(&text);
        label(&text, frame_at(d, i));
        put_text(d, pk_buf_view(&text));
    }
    end_column(d, begin);
    pk_buf_fini(&text);
}

/* What the file calls it, where it is shown by another name. */
static void label_raw(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf shown = {0};

    label_name(&shown, frame);
    if (!pk_str_equal(pk_buf_view(&shown), frame->name))
        pk_buf_str(out, frame->name);
    pk_buf_fini(&shown);
}

/* A column of texts that many functions share, as places in the column "texts". */
static void add_shared(struct data *d, const char *name,
                       void (*label)(struct pk_buf *, const struct pk_frame *))
{
    uint32_t n = frames_of(d);
    size_t begin = begin_column(d, name, n);
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < n; i++) {
        pk_buf_reset(&text);
        label(&text, frame_at(d, i));
        pk_varint_put(&d->bytes, pk_intern_id(&d->texts, pk_buf_view(&text)));
    }
    end_column(d, begin);
    pk_buf_fini(&text);
}

static void label_file(struct pk_buf *out, const struct pk_frame *frame)
{
    pk_buf_str(out, frame->file);
}

static unsigned line_of(const struct pk_frame *frame)
{
    return frame->line;
}

static unsigned kind_of(const struct pk_frame *frame)
{
    return frame->kind;
}

static unsigned owner_of(const struct pk_frame *frame)
{
    return frame->kind == PK_KIND_SPECIAL ? PK_OWNER_OWN : pk_label_owner(frame);
}

static unsigned module_fill(const struct pk_frame *frame)
{
    return pk_theme_index(PK_PALETTE_MODULE, frame);
}

static unsigned kind_fill(const struct pk_frame *frame)
{
    return pk_theme_index(PK_PALETTE_KIND, frame);
}

static void add_numbers(struct data *d, const char *name,
                        unsigned (*number)(const struct pk_frame *))
{
    uint32_t n = frames_of(d);
    size_t begin = begin_column(d, name, n);

    for (uint32_t i = 0; i < n; i++)
        pk_varint_put(&d->bytes, number(frame_at(d, i)));
    end_column(d, begin);
}

static void add_texts(struct data *d)
{
    uint32_t n = (uint32_t)d->texts.texts.size;
    size_t begin = begin_column(d, "texts", n);

    for (uint32_t i = 0; i < n; i++)
        put_text(d, pk_intern_text(&d->texts, i));
    end_column(d, begin);
}

static void add_frames(struct data *d)
{
    pk_intern_init(&d->texts);
    add_labels(d, "frame.name", label_name);
    add_labels(d, "frame.raw", label_raw);
    add_labels(d, "frame.place", label_place);
    add_shared(d, "frame.file", label_file);
    add_shared(d, "frame.module", label_module);
    add_numbers(d, "frame.line", line_of);
    add_numbers(d, "frame.kind", kind_of);
    add_numbers(d, "frame.owner", owner_of);
    add_numbers(d, "frame.fill", module_fill);
    add_numbers(d, "frame.kindfill", kind_fill);
    add_texts(d);
    pk_intern_fini(&d->texts);
}

/* Exact numbers of functions and, where the file holds calls, of calls. */
static void add_tables(struct data *d)
{
    const struct pk_profile *profile = d->report->profile;
    const struct pk_flat *flat = pk_profile_flat(profile);
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_frames(profile), m = d->report->metric;
    size_t begin;

    add_values(d, "flat.self", flat->self[m], n);
    add_values(d, "flat.total", flat->incl[m], n);
    add_values(d, "flat.high", flat->incl_high[m], n);
    add_values(d, "flat.calls", flat->calls, n);
    add_values(d, "flat.primitive", flat->primitive, n);
    if (!graph || graph->origin != PK_RECORDED)
        return;
    begin = begin_column(d, "edge.caller", graph->n);
    for (pk_edge_id e = 0; e < graph->n; e++)
        pk_varint_put(&d->bytes, graph->caller[e] - (e ? graph->caller[e - 1] : 0));
    end_column(d, begin);
    begin = begin_column(d, "edge.callee", graph->n);
    for (pk_edge_id e = 0; e < graph->n; e++)
        pk_varint_put(&d->bytes, graph->callee[e]);
    end_column(d, begin);
    add_values(d, "edge.total", graph->incl[m], graph->n);
    add_values(d, "edge.self", graph->self[m], graph->n);
    add_values(d, "edge.calls", graph->calls, graph->n);
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
static void take_nodes(struct data *d, struct stacks *s)
{
    const struct pk_tree *tree = d->report->tree;
    uint32_t m = d->report->tree_metric, *depth = pk_calloc((size_t)tree->n + 1, sizeof *depth);
    uint32_t pruned = index_of(d, PK_FRAME_PRUNED);

    s->least = least_value(tree, m, d->report->max_nodes);
    for (pk_node_id i = 0; i < tree->n;) {
        int64_t self = drawn(tree->self[m][i]), value = drawn(tree->incl[m][i]);

        depth[i] = tree->parent[i] == PK_NONE ? 0 : depth[tree->parent[i]] + 1;
        if (value < s->least) {
            prune(s, d->report, i, depth[i], pruned);
            i = tree->end[i];
        } else {
            struct node node = {depth[i], index_of(d, tree->frame[i]), self,
                                range_of(tree->incl_range, i, value),
                                range_of(tree->self_range, i, self)};

            pk_array_push(&s->nodes, node);
            i++;
        }
    }
    pk_free(depth);
}

/* A node is at most one deeper than the one before it: the column says how much less deep. */
static void add_nodes(struct data *d, const struct stacks *s)
{
    uint64_t n = s->nodes.size;
    const struct node *node = s->nodes.data;
    size_t begin = begin_column(d, "node.up", n);

    for (uint64_t i = 0; i < n; i++)
        pk_varint_put(&d->bytes, (i ? node[i - 1].depth + 1 : 0) - node[i].depth);
    end_column(d, begin);
    begin = begin_column(d, "node.frame", n);
    for (uint64_t i = 0; i < n; i++)
        pk_varint_put(&d->bytes, node[i].frame);
    end_column(d, begin);
    begin = begin_column(d, "node.self", n);
    for (uint64_t i = 0; i < n; i++)
        pk_varint_put(&d->bytes, (uint64_t)node[i].self);
    end_column(d, begin);
}

/* Bounds of the total and of the self, of estimates only. */
static void add_ranges(struct data *d, const struct stacks *s)
{
    static const char *const names[] = {"node.low", "node.high", "node.selflow", "node.selfhigh"};

    for (unsigned c = 0; c < 4; c++) {
        size_t begin = begin_column(d, names[c], s->nodes.size);

        for (uint64_t i = 0; i < s->nodes.size; i++) {
            const struct node *node = &s->nodes.data[i];
            const struct pk_range *range = c < 2 ? &node->total_range : &node->self_range;

            pk_varint_put(&d->bytes, (uint64_t)drawn(c % 2 ? range->hi : range->lo));
        }
        end_column(d, begin);
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

/* All but the columns. */
static void begin_head(struct data *d, const struct pk_style *style)
{
    const struct pk_report *report = d->report;
    struct pk_json *json = &d->json;

    pk_json_init(json, &d->head);
    pk_json_object(json);
    pk_json_parts_head(json, "profkit.report/1", style->inputs);
    pk_json_key(json, "title");
    pk_json_str(json, report->title);
    pk_json_key(json, "header");
    pk_json_str(json, report->header);
    pk_json_parts_metric(json, report->profile, report->metric);
    pk_json_parts_shown(json, report->profile);
    pk_json_parts_quality(json, report->profile, report->metric);
    pk_json_key(json, "origin");
    if (report->tree)
        pk_json_text(json, pk_json_parts_origin(report->tree->origin));
    else
        pk_json_null(json);
    pk_json_key(json, "proven");
    pk_json_value(json, report->attributed ? report->attributed->proven : PK_MISSING);
    add_theme(json, false);
    add_theme(json, true);
}

static void end_head(struct data *d, const struct stacks *s)
{
    pk_json_key(&d->json, "pruned");
    pk_json_object(&d->json);
    pk_json_key(&d->json, "nodes");
    pk_json_value(&d->json, (int64_t)s->n_small);
    pk_json_key(&d->json, "value");
    pk_json_value(&d->json, s->small);
    pk_json_key(&d->json, "least");
    pk_json_value(&d->json, s->least);
    pk_json_object_end(&d->json);
    pk_json_key(&d->json, "documents");
    pk_json_array(&d->json);
    for (size_t i = 0; i < d->report->n_documents; i++) {
        size_t begin = begin_column(d, d->report->documents[i].name, 1);

        pk_buf_str(&d->bytes, d->report->documents[i].json);
        end_column(d, begin);
    }
    pk_json_array_end(&d->json);
    pk_json_object_end(&d->json);
}

void pk_html_data(const struct pk_report *report, const struct pk_style *style, struct pk_buf *out)
{
    struct data d = {.report = report};
    struct stacks stacks = {.nodes = {0}};

    begin_head(&d, style);
    pk_json_key(&d.json, "columns");
    pk_json_array(&d.json);
    if (report->tree)
        find_special(&d);
    add_frames(&d);
    add_tables(&d);
    if (report->tree) {
        take_nodes(&d, &stacks);
        add_nodes(&d, &stacks);
        if (report->attributed)
            add_ranges(&d, &stacks);
    }
    pk_json_array_end(&d.json);
    end_head(&d, &stacks);
    for (unsigned i = 0; i < 4; i++)
        pk_buf_char(out, (char)(d.head.size >> (8 * i) & 255));
    pk_buf_str(out, pk_buf_view(&d.head));
    pk_buf_str(out, pk_buf_view(&d.bytes));
    pk_array_fini(&stacks.nodes);
    pk_array_fini(&d.special);
    pk_buf_fini(&d.head);
    pk_buf_fini(&d.bytes);
}
