/*
 * Names that changed between two profiles, as the user says: --rename for functions, --path-map for
 * files and modules. They are applied to both sides before anything is matched, and what is shown
 * keeps the names it has. Layer: analyze; uses base, model.
 */
#ifndef PK_ANALYZE_RENAMES_H
#define PK_ANALYZE_RENAMES_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stdint.h>

#include "analyze/canonical.h"  /* IWYU pragma: export */
#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "base/match.h"         /* IWYU pragma: export */

struct pk_rename {
    struct pk_str text; /* as it was written */
    struct pk_match *match;
    struct pk_str replacement; /* for pk_match_replace */
    bool all;                  /* not only the first match in a name */
    bool is_used;              /* it changed a name */
};

struct pk_renames { /* free with pk_renames_fini; all zero renames nothing */
    uint32_t n, n_maps;
    struct pk_rename *list;               /* one after the other, on what the one before made */
    const struct pk_sourcefile_map *maps; /* the first that fits decides */
    bool *is_map_used;                    /* [map] */
    bool follows;                         /* what is likely another name is taken for one */
    struct pk_error error;                /* a match that was given up: nothing counts any more */
};

/* Read "/REGEX/NEW/" or "/REGEX/NEW/g" with any punctuation for the slash; a backslash before it
 * makes it part of either. `rename` is in `arena` but for what it matches by. False fills `error`
 * (PK_USAGE) and leaves nothing to free. */
bool pk_rename_parse(struct pk_str text, struct pk_arena *arena, struct pk_rename *rename,
                     struct pk_error *error);

/* Append the canonical name of a frame, renamed. `renames` may be NULL. A frame without a symbol
 * has no name. */
void pk_renames_name(struct pk_renames *renames, const struct pk_frame *frame, struct pk_buf *out);

/* A file or module under the name that counts: `path` itself, or what a map makes of it and of what
 * lies below it, which stands in `room` until that is used again. `renames` may be NULL. */
struct pk_str pk_renames_path(struct pk_renames *renames, struct pk_str path, struct pk_buf *room);

/* False where a match was given up; it fills `error`. `renames` may be NULL. */
bool pk_renames_held(const struct pk_renames *renames, struct pk_error *error);

/* Free what names are matched by. */
void pk_renames_fini(struct pk_renames *renames);

#endif
