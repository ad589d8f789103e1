/*
 * The services of a loaded profile, for the commands that show them. Layer: cmd.
 */
#ifndef PK_CMD_SERVICES_ASK_H
#define PK_CMD_SERVICES_ASK_H

#include "cmd/services_sets.h" /* IWYU pragma: export */

#include <stdint.h>

enum { PK_SERVICES_TOP = 5 }; /* rows of each kind below a service, unless asked */

struct pk_services_asked { /* what is to be shown; lives in the arena of what was loaded */
    struct pk_services_made made;
    struct pk_services services;
    pk_frame_id function; /* the only entry point, or PK_NONE */
    const pk_frame_id *entries;
    const uint8_t *way;
    uint32_t n_entries, n_found;
};

/* Ask about what was made, for the entry points that are worth a row where `top` rows are shown (0:
 * all). */
void pk_services_ask(struct pk_loaded *loaded, struct pk_services_asked *asked, uint32_t top);

/* The answer as a table; services that hold less than `min_percent` (in millionths) are left out.
 */
struct pk_table *pk_services_table(struct pk_loaded *loaded, const struct pk_services_asked *asked,
                                   uint32_t top, uint32_t min_percent);

#endif
