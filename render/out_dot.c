/*
 * Call graphs as DOT. Source: the DOT language and attribute pages of Graphviz. Every text is a
 * double-quoted string through pk_escape_dot; nodes are numbered, so no name is ever syntax. There
 * are no HTML labels, no URLs and no files in it, so a name can make Graphviz do nothing.
 *
 * Colours are those of flame graphs. The size of a name grows with self and the width of a line
 * with what it carries, both in whole steps: no number here depends on a locale.
 */
#include "render/out_dot.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "render/theme.h"
#include "render/view_graph.h"
#include "render/writers.h"

#define WIDEST_NAME 50 /* cells; the tooltip has all of it */

/* One line of a label, shortened at its front: the end of a name tells it apart. */
static void add_line(struct pk_buf *out, struct pk_str text, const char *before)
{
    struct pk_buf whole = {0};

    if (text.size == 0)
        return;
    pk_buf_text(out, before);
    pk_escape_terminal(&whole, text); /* no controls, and one line */
    if (pk_utf8_width(pk_buf_view(&whole)) > WIDEST_NAME) {
        size_t skip = pk_utf8_suffix(pk_buf_view(&whole), WIDEST_NAME - 1);

        pk_buf_text(out, "…");
        pk_escape_dot(out, pk_str_slice(pk_buf_view(&whole), skip, whole.size));
    } else {
        pk_escape_dot(out, pk_buf_view(&whole));
    }
    pk_buf_fini(&whole);
}

/* The integer square root: areas, not lengths, are compared by eye. */
static uint32_t root(uint32_t value)
{
    uint32_t result = 0;

    while ((result + 1) * (result + 1) <= value)
        result++;
    return result;
}

/* Two widths of the border are enough: what holds half of the run stands out. */
static void add_node(struct pk_buf *out, const struct pk_net *net, uint32_t i,
                     enum pk_palette palette)
{
    const struct pk_net_node *node = &net->node[i];
    struct pk_color fill = pk_theme_fill(palette, pk_profile_frame(net->profile, node->frame));

    pk_buf_printf(out, "  n%u [label=\"", i);
    add_line(out, node->name, "");
    add_line(out, node->place, "\\n");
    add_line(out, node->values[0], "\\n");
    add_line(out, node->values[1], "\\n");
    pk_buf_text(out, "\", tooltip=\"");
    pk_escape_dot(out, node->name);
    pk_buf_printf(out, "\", fontsize=%u, fillcolor=\"#%02x%02x%02x\"", 10 + root(node->self) / 2,
                  fill.r, fill.g, fill.b);
    if (node->total >= 500)
        pk_buf_text(out, ", penwidth=2");
    pk_buf_text(out, "];\n");
}

/* The weight keeps heavy calls short and straight. */
static void add_edge(struct pk_buf *out, const struct pk_net_edge *edge)
{
    /* blanks keep the text off its own line */
    pk_buf_printf(out, "  n%u -> n%u [label=\"%s", edge->from, edge->to,
                  edge->label.size ? "  " : "");
    pk_escape_dot(out, edge->label);
    pk_buf_printf(out, "\", weight=%u, penwidth=%u%s];\n", 1 + edge->share, 1 + edge->share / 200,
                  edge->is_unknown ? ", style=dashed" : "");
}

void pk_dot_text(struct pk_buf *out, const struct pk_net *net, const struct pk_style *style)
{
    pk_buf_text(out, "digraph profkit {\n"
                     "  graph [labelloc=t, fontname=\"sans-serif\", fontsize=14, label=\"");
    add_line(out, net->title, "");
    add_line(out, net->subtitle, "\\n");
    if (net->left_out.size) {
        pk_buf_text(out, "\\n");
        pk_escape_dot(out, net->left_out);
    }
    pk_buf_text(out, "\"];\n"
                     "  node [shape=box, style=filled, fontname=\"sans-serif\"];\n"
                     "  edge [fontname=\"sans-serif\", fontsize=10, tooltip=\" \"];\n");
    for (uint32_t i = 0; i < net->n_nodes; i++)
        add_node(out, net, i, style->palette);
    for (uint32_t i = 0; i < net->n_edges; i++)
        add_edge(out, &net->edge[i]);
    pk_buf_text(out, "}\n");
}

/* Cannot fail: errors of the stream are the output's to find. */
static bool write_net(const struct pk_net *net, const struct pk_style *style, FILE *to,
                      struct pk_error *error)
{
    struct pk_buf out = {0};

    (void)error;
    pk_dot_text(&out, net, style);
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return true;
}

/* A whole profile as it is, however large the graph may be. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    const struct pk_callgraph_options all = {0};
    struct pk_callgraph chosen;
    struct pk_arena arena;
    bool done;

    if (!pk_profile_graph(profile))
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "this profile does not say who called what");
    pk_arena_init(&arena);
    chosen = pk_callgraph_find(profile, style->metric, &all, &arena);
    done = write_net(pk_view_graph(&arena, profile, style->metric, &chosen, PK_STR("profile")),
                     style, to, error);
    pk_arena_fini(&arena);
    return done;
}

const struct pk_writer pk_writer_dot = {
    .name = "dot",
    .summary = "call graph for Graphviz",
    .extension = ".dot",
    .loses = PK_LOSES_STACKS | PK_LOSES_CALLS | PK_LOSES_PRIMITIVE | PK_LOSES_EDGE_SELF |
             PK_LOSES_METRICS | PK_LOSES_DIGITS | PK_LOSES_MODULES | PK_LOSES_LINES |
             PK_LOSES_SLICES | PK_LOSES_TIMES,
    .net = write_net,
    .profile = write_profile};
