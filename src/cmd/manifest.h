/*
 * The manifest of a merge: which files went into a sum, by their digests, so
 * that none goes in twice. The file has the form of `xxh128sum`, sorted, so
 * that it can be checked by that program, joined by `sort -u`, and is the same
 * whatever the order of merging. Layer: cmd.
 */
#ifndef PK_CMD_MANIFEST_H
#define PK_CMD_MANIFEST_H

#include "base/map.h"   /* IWYU pragma: export */
#include "cmd/common.h" /* IWYU pragma: export */

#include "base/digest.h" /* IWYU pragma: export */

struct pk_manifest_line {
    char digest[PK_DIGEST_SIZE];
    const char *path; /* in the arena */
    bool is_new;      /* of this run */
};

struct pk_manifest { /* free with pk_manifest_fini */
    const char *name;
    struct pk_map digests; /* of all lines, in their order */
    PK_ARRAY(struct pk_manifest_line) lines;
    struct pk_arena arena;
    struct pk_output *output;
};

/* Read the manifest; one that is not there is empty. False fills `error`
 * (PK_INPUT). */
bool pk_manifest_read(struct pk_manifest *manifest, const char *name, struct pk_error *error);
void pk_manifest_fini(struct pk_manifest *manifest);

/* Add the operands. One that is there, or comes twice, is refused (PK_INPUT);
 * with --keep-going it is told and left out of the operands, and so is what
 * cannot be read. */
bool pk_manifest_add(struct pk_manifest *manifest, struct pk_args *args, struct pk_error *error);

/* Write what is known of the manifest and what of the operands was `loaded`
 * into a temporary file beside it: all but the commit, which asks for no
 * memory. An input or `target` itself is refused.
 */
bool pk_manifest_begin(struct pk_manifest *manifest, const struct pk_loaded *loaded,
                       const char *target, struct pk_error *error);
bool pk_manifest_commit(struct pk_manifest *manifest, struct pk_error *error);

#endif
