/*
 * Services as a flow: entry points, callers at the boundary, services, and what their time goes
 * into. Layer: render; uses model, results of analyze, flow.
 */
#ifndef PK_RENDER_VIEW_FLOW_H
#define PK_RENDER_VIEW_FLOW_H

#include "analyze/services.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/arena.h"  /* IWYU pragma: export */
#include "render/flow.h" /* IWYU pragma: export */

struct pk_view_flow_entry { /* an entry point, and the services as it alone reaches them */
    pk_frame_id frame;
    const struct pk_services *services;
};

struct pk_view_flow {
    const struct pk_service_sets *sets;
    const struct pk_services *services;
    const struct pk_view_flow_entry *entries;
    uint32_t n_entries;
};

/* The flow in `arena`, without a title; no node where no service is reached. Callers and parts
 * beyond the heaviest are one node each, so that nothing is lost. */
struct pk_flow *pk_view_flow(struct pk_arena *arena, const struct pk_profile *profile,
                             uint32_t metric, const struct pk_view_flow *view);

#endif
