/*
 * Services as a table: for each one a row, and below it the entry points that reach it, the calls
 * into it and what it spends its time in. Layer: render; uses model, results of analyze, table.
 */
#ifndef PK_RENDER_VIEW_SERVICES_H
#define PK_RENDER_VIEW_SERVICES_H

#include "analyze/services.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/table.h" /* IWYU pragma: export */

struct pk_view_services {
    const struct pk_service_sets *sets;
    const struct pk_services *services;
    pk_frame_id function;         /* what shares are of; PK_NONE: the run */
    uint32_t top;                 /* rows of each kind below a service; 0: all */
    uint32_t min_percent;         /* services that hold less are left out; in millionths */
    uint32_t n_entries_left_out;  /* entry points that were not asked about */
    uint32_t n_services_left_out; /* likewise */
    bool has_parts;               /* false: only services have rows */
};

/* True when a service has a row: it is reached, or was asked for with a function. */
bool pk_view_services_shows(const struct pk_view_services *view, const struct pk_service *service);

/* The table in `arena`; the footer says what was left out. */
struct pk_table *pk_view_services_table(struct pk_arena *arena, const struct pk_profile *profile,
                                        uint32_t metric, const struct pk_view_services *view);

#endif
