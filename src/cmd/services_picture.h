/*
 * Services as a picture of what flows from entry points to them and on. Layer: cmd.
 */
#ifndef PK_CMD_SERVICES_PICTURE_H
#define PK_CMD_SERVICES_PICTURE_H

#include "analyze/services.h" /* IWYU pragma: export */

#include <stdint.h>

#include "cmd/common.h" /* IWYU pragma: export */

struct pk_services_drawn {
    const struct pk_service_sets *sets;
    const struct pk_services *services;
    pk_frame_id function; /* the one entry point, or PK_NONE: some of `entries` */
    const pk_frame_id *entries;
    uint32_t n_entries;
    const uint8_t *way; /* enum pk_service_way */
};

/* Draw it. False fills `error`, also where there is nothing to draw. */
bool pk_services_draw(const struct pk_args *args, struct pk_loaded *loaded,
                      const struct pk_services_drawn *drawn, struct pk_target *target,
                      struct pk_error *error);

#endif
