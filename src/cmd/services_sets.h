/*
 * Which functions are a service: the families that the program knows, those that the user names by
 * --service or in a configuration, or every library or module. Or whose values they are: processes,
 * threads, labels, which have no calls. Layer: cmd.
 */
#ifndef PK_CMD_SERVICES_SETS_H
#define PK_CMD_SERVICES_SETS_H

#include "analyze/services.h" /* IWYU pragma: export */

#include "cmd/common.h" /* IWYU pragma: export */

struct pk_services_made {
    struct pk_service_sets sets;
    uint32_t n_left_out; /* smaller modules */
    bool is_slices;      /* `slices` is the answer, and there is nothing to ask */
    struct pk_services slices;
};

/* Make them by "service", "library" and so on, in the arena of `loaded`. False fills `error`
 * (PK_USAGE). */
bool pk_services_make(const struct pk_args *args, struct pk_loaded *loaded, const char *by,
                      struct pk_services_made *made, struct pk_error *error);

/* What stands between roots and entry points, by frame: enum pk_service_way. */
uint8_t *pk_services_ways(struct pk_loaded *loaded);

#endif
