/*
 * The picture of `services`: see services_picture.h. Of the entry points the heaviest few are
 * drawn. A main function has all that those below it have, so it is drawn only where there is no
 * other.
 */
#include "cmd/services_picture.h"

#include <stdint.h>
#include <stdlib.h>

#include "cmd/picture.h"
#include "render/view_flow.h"

enum { MOST_DRAWN = 8 };

struct ranked {
    int64_t value;
    pk_frame_id frame;
};

/* The largest first, then by frame. */
static int order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->value != b->value)
        return a->value > b->value ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* What an entry point has of all services; they overlap, so it only ranks. */
static int64_t value_of(const struct pk_services *services, pk_frame_id frame)
{
    int64_t sum = 0;

    for (uint32_t s = 0; s < services->n; s++)
        for (uint32_t i = 0; i < services->list[s].n_entries; i++)
            if (services->list[s].entries[i].frame == frame &&
                __builtin_add_overflow(sum, services->list[s].entries[i].part.value, &sum))
                sum = INT64_MAX;
    return sum;
}

/* The entry points to draw; returns how many. */
static uint32_t choose(const struct pk_services_drawn *drawn, pk_frame_id chosen[MOST_DRAWN])
{
    struct ranked *ranked = pk_calloc((size_t)drawn->n_entries + 1, sizeof *ranked);
    uint32_t n = 0, mains = 0, taken = 0;

    for (uint32_t i = 0; i < drawn->n_entries; i++) {
        int64_t value = value_of(drawn->services, drawn->entries[i]);

        if (value <= 0)
            continue;
        mains += drawn->way[drawn->entries[i]] == PK_WAY_MAIN;
        ranked[n++] = (struct ranked){value, drawn->entries[i]};
    }
    if (n)
        qsort(ranked, n, sizeof *ranked, order);
    for (uint32_t i = 0; i < n && taken < MOST_DRAWN; i++)
        if (mains == n || drawn->way[ranked[i].frame] != PK_WAY_MAIN)
            chosen[taken++] = ranked[i].frame;
    pk_free(ranked);
    return taken;
}

/* Each of them alone, as if it had been named. */
static struct pk_view_flow_entry *ask_entries(struct pk_loaded *loaded,
                                              const struct pk_services_drawn *drawn, uint32_t *n)
{
    struct pk_view_flow_entry *entries =
        PK_NEW_ARRAY(&loaded->arena, struct pk_view_flow_entry, MOST_DRAWN);
    pk_frame_id chosen[MOST_DRAWN] = {drawn->function};

    *n = 1;
    if (drawn->function != PK_NONE) {
        entries[0] = (struct pk_view_flow_entry){drawn->function, drawn->services};
        return entries;
    }
    *n = choose(drawn, chosen);
    for (uint32_t i = 0; i < *n; i++) {
        struct pk_service_question question = {
            .metric = loaded->metric, .sets = drawn->sets, .function = chosen[i]};
        struct pk_services *found = PK_NEW(&loaded->arena, struct pk_services);

        *found = pk_services_find(loaded->profile, &question, &loaded->arena);
        entries[i] = (struct pk_view_flow_entry){chosen[i], found};
    }
    return entries;
}

/* "time: 12.48 s"; heights are shares of it, or of the function that was named. */
static void set_titles(const struct pk_args *args, struct pk_loaded *loaded,
                       const struct pk_services_drawn *drawn, struct pk_flow *flow)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    struct pk_buf text = {0};

    flow->title = pk_picture_title_of(args, loaded);
    pk_buf_str(&text, metric->name);
    pk_buf_text(&text, ": ");
    pk_units_value(&text, metric->unit, metric->scale, drawn->services->whole);
    pk_buf_text(&text, drawn->function == PK_NONE ? "" : " in the function");
    pk_buf_text(&text, " · services overlap where one is within another");
    flow->subtitle = pk_arena_str(&loaded->arena, pk_buf_view(&text));
    if (drawn->services->is_estimated)
        flow->notes = PK_STR("≈, dashed or hatched: estimated; the table has the proven bounds");
    pk_buf_fini(&text);
}

bool pk_services_draw(const struct pk_args *args, struct pk_loaded *loaded,
                      const struct pk_services_drawn *drawn, struct pk_target *target,
                      struct pk_error *error)
{
    struct pk_view_flow view = {.sets = drawn->sets, .services = drawn->services};
    struct pk_flow *flow;

    if (!pk_picture_check(args, target, error))
        return false;
    view.entries = ask_entries(loaded, drawn, &view.n_entries);
    flow = pk_view_flow(&loaded->arena, loaded->profile, loaded->metric, &view);
    if (flow->n_nodes == 0) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "nothing to draw: no service is called");
        pk_error_hint(error, "--service NAME=REGEX names one of your own");
        return false;
    }
    pk_picture_style(args, target);
    set_titles(args, loaded, drawn, flow);
    return target->writer->flow(flow, &target->style, pk_output_stream(target->output), error);
}
