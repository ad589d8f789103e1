/*
 * Services as a flow: see view_flow.h. A caller is one node, however many services it calls; a part
 * belongs to its service. What goes from an entry point to a caller is what this caller asks of all
 * services below the entry point. Entry points may be below each other: then more would come into a
 * caller than leaves it, and what comes in is scaled down, marked as an estimate.
 *
 * Values below zero and nothing have no height and are left out; tables show them.
 */
#include "render/view_flow.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/units.h"
#include "model/attribute.h"
#include "model/bounds.h"
#include "render/label.h"
#include "render/theme.h"

enum { ENTRY, CALLER, SERVICE, PART, COLUMNS };
enum { MOST_SERVICES = 8, MOST_CALLERS = 6, MOST_PARTS = 5 };

#define OTHERS (PK_NONE - 1) /* in place of a frame: the callers or parts that are not drawn */

static const char *const columns[] = {"entry points", "callers", "services",
                                      "their time goes into"};

struct node {             /* before its place among the others is known */
    uint32_t column, set; /* set: of services and parts, else 0 */
    pk_frame_id frame;    /* PK_NONE: a service, or stacks that begin in one */
    int64_t value;
    struct pk_range range;
    uint32_t count; /* of functions that are others */
};

struct link {
    uint32_t from, to;
    int64_t value;
    struct pk_range range;
};

struct work {
    const struct pk_profile *profile;
    const struct pk_metric *metric;
    const struct pk_view_flow *view;
    struct pk_arena *arena;
    PK_ARRAY(struct node) nodes;
    PK_ARRAY(struct link) links;
    uint8_t *is_other; /* callers that are others for some service: see place_of */
};

/* Values below zero have no height, and no part in a sum of heights. */
static void add_range(int64_t *value, struct pk_range *range, const struct pk_service_part *part)
{
    *value = pk_bounds_plus(*value, part->value > 0 ? part->value : 0);
    range->lo = pk_bounds_plus(range->lo, part->range.lo > 0 ? part->range.lo : 0);
    range->hi = pk_bounds_plus(range->hi, part->range.hi > 0 ? part->range.hi : 0);
}

/* A node, which is added where it is new; there are a few dozen, so a linear search. */
static uint32_t find_node(struct work *w, uint32_t column, uint32_t set, pk_frame_id frame)
{
    for (uint32_t i = 0; i < w->nodes.size; i++)
        if (w->nodes.data[i].column == column && w->nodes.data[i].set == set &&
            w->nodes.data[i].frame == frame)
            return i;
    pk_array_push(&w->nodes, ((struct node){.column = column, .set = set, .frame = frame}));
    return (uint32_t)w->nodes.size - 1;
}

/* The same for a link: what goes between two nodes is one, however many edges it is. */
static void add_link(struct work *w, uint32_t from, uint32_t to, const struct pk_service_part *part)
{
    size_t i = 0;

    while (i < w->links.size && (w->links.data[i].from != from || w->links.data[i].to != to))
        i++;
    if (i == w->links.size)
        pk_array_push(&w->links, ((struct link){.from = from, .to = to}));
    add_range(&w->links.data[i].value, &w->links.data[i].range, part);
}

/* A node that is there, or OTHERS of its column and set. */
static uint32_t drawn_or_others(struct work *w, uint32_t column, uint32_t set, pk_frame_id frame)
{
    for (uint32_t i = 0; i < w->nodes.size; i++)
        if (w->nodes.data[i].column == column && w->nodes.data[i].set == set &&
            w->nodes.data[i].frame == frame)
            return i;
    return find_node(w, column, set, OTHERS);
}

/* Of the functions on one side of a service so many are drawn by themselves, those of the largest
 * flows, and all that another service has drawn; a function may have several flows. The rest is one
 * node, so that no height is lost, which counts functions. */
struct side {
    uint32_t column, set, most, n;
    uint8_t *is_drawn, *is_other; /* [frame .. n_frames]: the last is PK_NONE */
};

static uint32_t place_of(struct work *w, struct side *side, pk_frame_id frame)
{
    uint32_t at = frame == PK_NONE ? pk_profile_frames(w->profile) : frame, node;

    if (!side->is_drawn[at] && !side->is_other[at] && side->n < side->most) {
        side->is_drawn[at] = true;
        side->n++;
    }
    if (side->is_drawn[at])
        return find_node(w, side->column, side->set, frame);
    node = drawn_or_others(w, side->column, side->set, frame);
    if (w->nodes.data[node].frame == OTHERS && !side->is_other[at])
        w->nodes.data[node].count++;
    side->is_other[at] |= w->nodes.data[node].frame == OTHERS;
    return node;
}

static void add_service(struct work *w, const struct pk_service *service)
{
    uint32_t own = find_node(w, SERVICE, service->set, PK_NONE);
    size_t n = (size_t)pk_profile_frames(w->profile) + 1;
    struct side callers = {CALLER, 0, MOST_CALLERS, 0, pk_calloc(n, 1), w->is_other};
    struct side parts = {PART, service->set, MOST_PARTS, 0, pk_calloc(n, 1), pk_calloc(n, 1)};

    add_range(&w->nodes.data[own].value, &w->nodes.data[own].range, &service->part);
    for (uint32_t i = 0; i < service->n_in; i++) {
        const struct pk_service_flow *flow = &service->in[i];
        uint32_t from;

        if (flow->part.value <= 0)
            continue;
        from = place_of(w, &callers, flow->from);
        add_range(&w->nodes.data[from].value, &w->nodes.data[from].range, &flow->part);
        add_link(w, from, own, &flow->part);
    }
    for (uint32_t i = 0; i < service->n_out; i++) {
        const struct pk_service_flow *flow = &service->out[i];
        uint32_t to;

        if (flow->part.value <= 0)
            continue;
        to = place_of(w, &parts, flow->to == PK_NONE ? flow->from : flow->to);
        add_range(&w->nodes.data[to].value, &w->nodes.data[to].range, &flow->part);
        add_link(w, own, to, &flow->part);
    }
    pk_free(callers.is_drawn);
    pk_free(parts.is_drawn);
    pk_free(parts.is_other);
}

/* A service beyond the heaviest has no node, and nothing that leads to it is drawn. */
static bool is_drawn(const struct work *w, uint32_t set)
{
    for (uint32_t i = 0; i < w->nodes.size; i++)
        if (w->nodes.data[i].column == SERVICE && w->nodes.data[i].set == set)
            return true;
    return false;
}

/* Stacks that begin in a service have no caller, and so nothing comes in from an entry point. */
static void add_entry(struct work *w, const struct pk_view_flow_entry *entry)
{
    for (uint32_t s = 0; s < entry->services->n; s++) {
        const struct pk_service *service = &entry->services->list[s];

        if (!is_drawn(w, service->set))
            continue;
        for (uint32_t i = 0; i < service->n_in; i++) {
            const struct pk_service_flow *flow = &service->in[i];
            uint32_t from;

            if (flow->part.value <= 0 || flow->from == PK_NONE)
                continue;
            from = find_node(w, ENTRY, 0, entry->frame);
            add_range(&w->nodes.data[from].value, &w->nodes.data[from].range, &flow->part);
            add_link(w, from, drawn_or_others(w, CALLER, 0, flow->from), &flow->part);
        }
    }
}

/* No more comes into a caller than leaves it. */
static void fit_entries(struct work *w)
{
    for (uint32_t n = 0; n < w->nodes.size; n++) {
        int64_t in = 0, out = w->nodes.data[n].value;

        if (w->nodes.data[n].column != CALLER)
            continue;
        for (size_t i = 0; i < w->links.size; i++)
            in = pk_bounds_plus(in, w->links.data[i].to == n ? w->links.data[i].value : 0);
        for (size_t i = 0; i < w->links.size && in > out; i++)
            if (w->links.data[i].to == n) {
                w->links.data[i].range.lo = 0;
                w->links.data[i].value = (int64_t)((__int128)w->links.data[i].value * out / in);
            }
    }
}

/* --- names, facts, order --- */

static struct pk_str keep(const struct work *w, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(w->arena, pk_buf_view(text));

    pk_buf_fini(text);
    return kept;
}

/* Names as tables show them; the writer escapes. */
static struct pk_str name_of(const struct work *w, const struct node *node)
{
    struct pk_buf text = {0};

    if (node->column == SERVICE)
        return w->view->sets->name[node->set];
    if (node->frame == OTHERS) {
        pk_units_count(&text, node->count);
        pk_buf_text(&text, " more");
    } else if (node->frame == PK_NONE) {
        pk_buf_text(&text, "(begins there)");
    } else {
        pk_label_name(&text, pk_profile_frame(w->profile, node->frame));
    }
    return keep(w, &text);
}

/* What leads to several services holds some time more than once, as they overlap: then it has a
 * height, but no number that could pass the whole. */
static bool has_sum(const struct work *w, uint32_t i)
{
    uint32_t services = 0;

    if (w->nodes.data[i].column == ENTRY)
        return false;
    for (size_t l = 0; l < w->links.size; l++)
        services += w->links.data[l].from == i;
    return w->nodes.data[i].column != CALLER || services == 1;
}

/* "4.914 s (39.4 %)", of an estimate with its bounds. */
static struct pk_str fact_of(const struct work *w, int64_t value, struct pk_range range)
{
    struct pk_buf text = {0};

    pk_buf_text(&text, pk_attribute_is_uncertain(value, range) ? "≈" : "");
    pk_units_value(&text, w->metric->unit, w->metric->scale, value);
    pk_buf_text(&text, " (");
    pk_units_percent(&text, value, w->view->services->whole);
    pk_buf_text(&text, " %)");
    if (pk_attribute_is_uncertain(value, range)) {
        pk_buf_text(&text, ", ");
        pk_units_value(&text, w->metric->unit, w->metric->scale, range.lo);
        pk_buf_text(&text, " to ");
        pk_units_value(&text, w->metric->unit, w->metric->scale, range.hi);
    }
    return keep(w, &text);
}

/* A service and its parts have the colour of its name. */
static unsigned fill_of(const struct work *w, const struct node *node)
{
    struct pk_frame frame = {.kind = PK_KIND_FUNCTION};

    if (node->column >= SERVICE) {
        frame.name = frame.module = w->view->sets->name[node->set];
        return pk_theme_index(PK_PALETTE_MODULE, &frame);
    }
    if (node->frame == OTHERS || node->frame == PK_NONE)
        return PK_THEME_SPECIAL;
    return pk_theme_index(PK_PALETTE_MODULE, pk_profile_frame(w->profile, node->frame));
}

/* By column, then as services are, then the largest first. */
static int order_nodes(const void *left, const void *right, void *context)
{
    const struct work *w = context;
    const struct node *a = &w->nodes.data[*(const uint32_t *)left];
    const struct node *b = &w->nodes.data[*(const uint32_t *)right];

    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    for (uint32_t s = 0; a->set != b->set && s < w->view->services->n; s++) {
        if (w->view->services->list[s].set == a->set)
            return -1;
        if (w->view->services->list[s].set == b->set)
            return 1;
    }
    if (a->value != b->value)
        return a->value > b->value ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* As they leave their nodes, from the top. */
static int order_links(const void *left, const void *right)
{
    const struct pk_flow_link *a = left, *b = right;

    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/* Nodes get their places, and links follow them there. */
static struct pk_flow *finish(struct work *w)
{
    struct pk_flow *flow = PK_NEW(w->arena, struct pk_flow);
    uint32_t n = (uint32_t)w->nodes.size, *order = PK_NEW_ARRAY(w->arena, uint32_t, n);
    uint32_t *place = PK_NEW_ARRAY(w->arena, uint32_t, n);

    flow->columns = columns;
    flow->n_columns = COLUMNS;
    flow->n_nodes = n;
    flow->n_links = (uint32_t)w->links.size;
    flow->node = PK_NEW_ARRAY(w->arena, struct pk_flow_node, n);
    flow->link = PK_NEW_ARRAY(w->arena, struct pk_flow_link, flow->n_links);
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    if (n)
        qsort_r(order, n, sizeof *order, order_nodes, w);
    for (uint32_t i = 0; i < n; i++) {
        const struct node *node = &w->nodes.data[order[i]];

        place[order[i]] = i;
        flow->node[i] = (struct pk_flow_node){
            node->column,
            name_of(w, node),
            has_sum(w, order[i]) ? fact_of(w, node->value, node->range) : PK_STR_NULL,
            node->value,
            fill_of(w, node),
            pk_attribute_is_uncertain(node->value, node->range)};
    }
    for (uint32_t i = 0; i < flow->n_links; i++) {
        const struct link *link = &w->links.data[i];
        const struct node *from = &w->nodes.data[link->from], *to = &w->nodes.data[link->to];

        flow->link[i] = (struct pk_flow_link){place[link->from],
                                              place[link->to],
                                              fact_of(w, link->value, link->range),
                                              link->value,
                                              fill_of(w, to->column == SERVICE ? to : from),
                                              pk_attribute_is_uncertain(link->value, link->range)};
    }
    if (flow->n_links)
        qsort(flow->link, flow->n_links, sizeof *flow->link, order_links);
    return flow;
}

/* Services first: they decide which callers are drawn, and entry points only lead to those. */
struct pk_flow *pk_view_flow(struct pk_arena *arena, const struct pk_profile *profile,
                             uint32_t metric, const struct pk_view_flow *view)
{
    struct work w = {.profile = profile,
                     .metric = pk_profile_metric(profile, metric),
                     .view = view,
                     .arena = arena,
                     .is_other = pk_calloc((size_t)pk_profile_frames(profile) + 1, 1)};
    struct pk_flow *flow;

    for (uint32_t i = 0, n = 0; i < view->services->n && n < MOST_SERVICES; i++)
        if (view->services->list[i].part.value > 0) {
            add_service(&w, &view->services->list[i]);
            n++;
        }
    for (uint32_t i = 0; i < view->n_entries; i++)
        add_entry(&w, &view->entries[i]);
    fit_entries(&w);
    flow = finish(&w);
    pk_array_fini(&w.nodes);
    pk_array_fini(&w.links);
    pk_free(w.is_other);
    return flow;
}
