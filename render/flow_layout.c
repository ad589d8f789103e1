/*
 * The layout of a flow: see flow_layout.h. A node is as high as the largest of its value, of what
 * comes in and of what goes out: services overlap, so these may differ, and nothing may stick out.
 * Links leave a node in the order of the nodes they lead to, and so cross as little as that allows.
 * Between nodes there is room for a line of text, so that labels of low nodes never meet.
 */
#include "render/flow_layout.h"

#include <stdint.h>

#define GAP 18
#define LEAST_HEIGHT 260
#define ROW 30
#define MARGIN 10
#define LABEL 260

/* At least a line that can be seen. */
static double high(double value, double scale)
{
    double px = value * scale;

    return px < 1.5 ? 1.5 : px;
}

/* What a node has to hold. */
static double *find_sizes(const struct pk_flow *flow, struct pk_arena *arena)
{
    double *size = PK_NEW_ARRAY(arena, double, flow->n_nodes);
    double *in = PK_NEW_ARRAY(arena, double, flow->n_nodes);
    double *out = PK_NEW_ARRAY(arena, double, flow->n_nodes);

    for (uint32_t i = 0; i < flow->n_links; i++) {
        out[flow->link[i].from] += (double)flow->link[i].value;
        in[flow->link[i].to] += (double)flow->link[i].value;
    }
    for (uint32_t i = 0; i < flow->n_nodes; i++) {
        size[i] = (double)flow->node[i].value;
        size[i] = in[i] > size[i] ? in[i] : size[i];
        size[i] = out[i] > size[i] ? out[i] : size[i];
    }
    return size;
}

/* The scale by which the fullest column fits, and the height that it is given. */
static double find_scale(const struct pk_flow *flow, const double *size, double *height)
{
    double largest = 0, scale = 0;
    uint32_t most = 0;

    for (uint32_t c = 0; c < flow->n_columns; c++) {
        double sum = 0;
        uint32_t n = 0;

        for (uint32_t i = 0; i < flow->n_nodes; i++)
            if (flow->node[i].column == c) {
                sum += size[i];
                n++;
            }
        largest = sum > largest ? sum : largest;
        most = n > most ? n : most;
    }
    *height = most * ROW > LEAST_HEIGHT ? most * ROW : LEAST_HEIGHT;
    if (largest > 0)
        scale = (*height - (double)most * GAP) / largest;
    return scale;
}

/* Nodes come by column and links by node, so one pass over each finds all places. */
struct pk_flow_layout pk_flow_lay_out(const struct pk_flow *flow, double width, double top,
                                      struct pk_arena *arena)
{
    struct pk_flow_layout layout = {.top = top, .bottom = top};
    double *size = find_sizes(flow, arena), height, scale = find_scale(flow, size, &height);
    double *left = PK_NEW_ARRAY(arena, double, flow->n_nodes);
    double *right = PK_NEW_ARRAY(arena, double, flow->n_nodes);
    double *y = PK_NEW_ARRAY(arena, double, flow->n_columns);
    double step = (width - 2 * MARGIN - LABEL - PK_FLOW_NODE_WIDTH) /
                  (flow->n_columns > 1 ? flow->n_columns - 1 : 1);

    layout.node = PK_NEW_ARRAY(arena, struct pk_flow_place, flow->n_nodes);
    layout.link = PK_NEW_ARRAY(arena, struct pk_flow_ribbon, flow->n_links);
    for (uint32_t i = 0; i < flow->n_nodes; i++) {
        uint32_t column = flow->node[i].column;
        struct pk_flow_place *place = &layout.node[i];

        place->x = MARGIN + step * column;
        place->y = top + y[column];
        place->height = high(size[i], scale);
        place->room = (column + 1 < flow->n_columns ? step : LABEL + PK_FLOW_NODE_WIDTH) -
                      PK_FLOW_NODE_WIDTH - 8;
        y[column] += place->height + GAP;
        left[i] = right[i] = place->y;
        if (place->y + place->height > layout.bottom)
            layout.bottom = place->y + place->height;
    }
    for (uint32_t i = 0; i < flow->n_links; i++) {
        const struct pk_flow_link *link = &flow->link[i];
        struct pk_flow_ribbon *ribbon = &layout.link[i];

        ribbon->height = (double)link->value * scale;
        ribbon->height = ribbon->height < 0.5 ? 0.5 : ribbon->height;
        ribbon->x0 = layout.node[link->from].x + PK_FLOW_NODE_WIDTH;
        ribbon->x1 = layout.node[link->to].x;
        ribbon->y0 = right[link->from];
        ribbon->y1 = left[link->to];
        right[link->from] += (double)link->value * scale;
        left[link->to] += (double)link->value * scale;
    }
    return layout;
}
