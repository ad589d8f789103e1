/*
 * What is asked about services: see services_ask.h. Which entry points are worth a row is decided
 * here: without a function they are the question, and with one it is the only entry point.
 */
#include "cmd/services_ask.h"

#include <stdint.h>

#include "render/view_services.h"

#define MOST_ENTRIES 100u
#define MOST_ENTRIES_EVER 1000u

void pk_services_ask(struct pk_loaded *loaded, struct pk_services_asked *asked, uint32_t top)
{
    uint32_t most = top == 0 || top > MOST_ENTRIES ? MOST_ENTRIES_EVER : MOST_ENTRIES;
    struct pk_service_question question = {
        .metric = loaded->metric, .sets = &asked->made.sets, .function = asked->function};

    if (asked->made.is_slices) {
        asked->services = asked->made.slices;
        return;
    }
    if (asked->function == PK_NONE) {
        asked->way = pk_services_ways(loaded);
        asked->entries =
            pk_services_entries(loaded->profile, loaded->metric, &asked->made.sets, asked->way,
                                most, &asked->n_entries, &asked->n_found, &loaded->arena);
    }
    question.entries = asked->entries;
    question.n_entries = asked->n_entries;
    asked->services = pk_services_find(loaded->profile, &question, &loaded->arena);
}

struct pk_table *pk_services_table(struct pk_loaded *loaded, const struct pk_services_asked *asked,
                                   uint32_t top, uint32_t min_percent)
{
    struct pk_view_services view = {.sets = &asked->made.sets,
                                    .services = &asked->services,
                                    .function = asked->function,
                                    .top = top,
                                    .min_percent = min_percent,
                                    .n_entries_left_out = asked->n_found - asked->n_entries,
                                    .n_services_left_out = asked->made.n_left_out,
                                    .has_parts = !asked->made.is_slices};

    return pk_view_services_table(&loaded->arena, loaded->profile, loaded->metric, &view);
}
