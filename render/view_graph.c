/*
 * A call graph as boxes and arrows: see view_graph.h. Nothing is estimated here: functions and
 * edges have what the file says of them, a lower bound is marked, and what the file does not say is
 * not drawn as zero.
 */
#include "render/view_graph.h"

#include <stdint.h>

#include "render/grouping.h"
#include "render/label.h"

struct graph_view {
    struct pk_arena *arena;
    const struct pk_profile *profile;
    const struct pk_metric *metric;
    uint32_t metric_id;
    int64_t whole;
    uint32_t *place; /* [frame] index of its node */
};

/* A column that the file does not give is missing for every function and every edge. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* Texts live as long as the net; the buffer is freed. */
static struct pk_str keep(const struct graph_view *v, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(v->arena, pk_buf_view(text));

    pk_buf_fini(text);
    return kept;
}

/* In thousandths, held to 0 to 1,000. */
static uint32_t share(const struct graph_view *v, int64_t value)
{
    if (value == PK_MISSING || value <= 0 || v->whole <= 0)
        return 0;
    return value >= v->whole ? 1000 : (uint32_t)((__int128)value * 1000 / v->whole);
}

/* "8.033 s (64.4 %)" */
static void add_value(struct pk_buf *text, const struct graph_view *v, int64_t value)
{
    pk_units_value(text, v->metric->unit, v->metric->scale, value);
    if (v->whole <= 0 || value < 0 || value > v->whole)
        return;
    pk_buf_text(text, " (");
    pk_units_percent(text, value, v->whole);
    pk_buf_text(text, " %)");
}

/* A function without calls out of it has one value: its total is its self. */
static void fill_node(const struct graph_view *v, struct pk_net_node *node, pk_frame_id frame)
{
    const struct pk_flat *flat = pk_profile_flat(v->profile);
    int64_t total = at(flat->incl[v->metric_id], frame), self = at(flat->self[v->metric_id], frame);
    struct pk_buf name = {0}, place = {0}, value = {0}, own = {0};

    pk_label_name(&name, pk_profile_frame(v->profile, frame));
    pk_label_place(&place, pk_profile_frame(v->profile, frame));
    if (at(flat->incl_high[v->metric_id], frame) != PK_MISSING)
        pk_buf_text(&value, "≥");
    if (total != PK_MISSING)
        add_value(&value, v, total);
    if (self != PK_MISSING && self != total) {
        pk_buf_text(&own, "self ");
        add_value(&own, v, self);
    }
    node->frame = frame;
    node->total = share(v, total);
    node->self = share(v, self);
    node->name = keep(v, &name);
    node->place = keep(v, &place);
    node->values[0] = keep(v, &value);
    node->values[1] = keep(v, &own);
}

/* Its value; where the file has none, the calls. */
static void fill_edge(const struct graph_view *v, struct pk_net_edge *edge, pk_edge_id id)
{
    const struct pk_graph *graph = pk_profile_graph(v->profile);
    int64_t value = at(graph->incl[v->metric_id], id), calls = at(graph->calls, id);
    struct pk_buf label = {0};

    edge->from = v->place[graph->caller[id]];
    edge->to = v->place[graph->callee[id]];
    edge->is_unknown = value == PK_MISSING;
    edge->share = share(v, value);
    if (value != PK_MISSING) {
        pk_units_value(&label, v->metric->unit, v->metric->scale, value);
    } else if (calls != PK_MISSING) {
        pk_units_count(&label, calls);
        pk_buf_text(&label, calls == 1 ? " call" : " calls");
    }
    edge->label = keep(v, &label);
}

/* "1,232 of 1,432 functions (3.2 % of self) and 12 calls between the others are not drawn" */
static struct pk_str left_out(const struct graph_view *v, const struct pk_callgraph *chosen)
{
    uint32_t functions = chosen->n_functions - chosen->n_nodes;
    uint32_t calls = chosen->n_calls - chosen->n_edges;
    struct pk_buf text = {0};

    if (functions == 0 && calls == 0)
        return PK_STR_NULL;
    if (functions) {
        pk_units_count(&text, functions);
        pk_buf_text(&text, " of ");
        pk_grouping_count(&text, v->profile, chosen->n_functions, " ");
        if (v->whole > 0 && chosen->left_out >= 0 && chosen->left_out <= v->whole) {
            pk_buf_text(&text, " (");
            pk_units_percent(&text, chosen->left_out, v->whole);
            pk_buf_text(&text, " % of self)");
        }
    }
    if (calls) {
        pk_buf_text(&text, functions ? " and " : "");
        pk_units_count(&text, calls);
        pk_buf_text(&text, calls == 1 ? " call edge" : " call edges");
        pk_buf_text(&text, functions ? " between the others" : "");
    }
    pk_buf_text(&text, functions + calls == 1 ? " is not drawn" : " are not drawn");
    return keep(v, &text);
}

/* Edges name nodes by their place in the order of weight, so the first node is the heaviest. */
struct pk_net *pk_view_graph(struct pk_arena *arena, const struct pk_profile *profile,
                             uint32_t metric, const struct pk_callgraph *chosen,
                             struct pk_str title)
{
    struct graph_view v = {.arena = arena,
                           .profile = profile,
                           .metric = pk_profile_metric(profile, metric),
                           .metric_id = metric,
                           .whole = pk_profile_total(profile, metric)};
    struct pk_net *net = PK_NEW(arena, struct pk_net);
    struct pk_buf subtitle = {0};

    v.place = PK_NEW_ARRAY(arena, uint32_t, pk_profile_frames(profile));
    net->profile = profile;
    net->title = title;
    pk_buf_str(&subtitle, v.metric->name);
    pk_buf_text(&subtitle, ": ");
    pk_units_value(&subtitle, v.metric->unit, v.metric->scale, v.whole);
    net->subtitle = keep(&v, &subtitle);
    net->left_out = left_out(&v, chosen);
    net->n_nodes = chosen->n_nodes;
    net->n_edges = chosen->n_edges;
    net->node = PK_NEW_ARRAY(arena, struct pk_net_node, net->n_nodes);
    net->edge = PK_NEW_ARRAY(arena, struct pk_net_edge, net->n_edges);
    for (uint32_t i = 0; i < net->n_nodes; i++) {
        v.place[chosen->node[i]] = i;
        fill_node(&v, &net->node[i], chosen->node[i]);
    }
    for (uint32_t i = 0; i < net->n_edges; i++)
        fill_edge(&v, &net->edge[i], chosen->edge[i]);
    return net;
}
