/*
 * From the path that a profile gives of a source file to its lines. The user decides where is
 * looked: below one root, the current folder unless another was named, and below the folders that
 * maps of old to new paths name. What a profile says can only choose a file in there (below.h).
 * Layer: analyze; uses base.
 */
#ifndef PK_ANALYZE_SOURCEFILE_H
#define PK_ANALYZE_SOURCEFILE_H

#include "base/arena.h" /* IWYU pragma: export */
#include "base/below.h" /* IWYU pragma: export */

#define PK_SOURCEFILE_MOST ((size_t)16 << 20) /* bytes of a file: longer ones are no source */
#define PK_SOURCEFILE_LINE ((size_t)1000)     /* bytes of a line that are given */

struct pk_sourcefile_map { /* a file below `from` lies below `to` */
    struct pk_str from;
    const char *to;
};

struct pk_sourcefile_options {
    const char *root; /* NULL: the current folder, and only what the path says lies in it */
    const struct pk_sourcefile_map *maps; /* the first that fits decides */
    uint32_t n_maps;
};

struct pk_sourcefile { /* free with pk_sourcefile_fini */
    struct pk_below below;
    bool is_found;      /* else below.why says why not */
    struct pk_str path; /* what was read, or what was looked for first; in the arena */
    uint32_t n_lines;
    size_t *starts; /* [line .. n_lines]: where each begins; in the arena */
};

/* What is behind `folder` in `path` when it is below it, by components; else missing: how maps are
 * held against paths. */
struct pk_str pk_sourcefile_below(struct pk_str path, struct pk_str folder);

/* Look for the file that a profile calls `path`. With a root, a path from another machine is also
 * tried from each of its folders on, the longest first: "/build/app/src/a.c" is src/a.c below the
 * root where app/src/a.c is not there. */
void pk_sourcefile_open(struct pk_sourcefile *file, const struct pk_sourcefile_options *options,
                        struct pk_str path, struct pk_arena *arena);

/* A line, counting from 1, without its end and cut at PK_SOURCEFILE_LINE bytes (`is_cut` says so);
 * a missing string where there is none. Borrowed from the file. */
struct pk_str pk_sourcefile_line(const struct pk_sourcefile *file, uint32_t line, bool *is_cut);

/* Free the content; the path stays with the arena. */
void pk_sourcefile_fini(struct pk_sourcefile *file);

#endif
