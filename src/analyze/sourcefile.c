/*
 * Which files are tried for a path of a profile, and their lines: see sourcefile.h.
 *
 * A path may be relative, absolute on this machine, or absolute on another one. Without a root that
 * the user named, only what lies below the current folder by the very path is read: a profile of
 * somebody else must not choose among the files of a home folder by their last names.
 */
#include "analyze/sourcefile.h"

#include <linux/limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#define MOST_FOLDERS 64u /* of a path, tried one after the other */

struct pk_str pk_sourcefile_below(struct pk_str path, struct pk_str folder)
{
    while (folder.size && folder.data[folder.size - 1] == '/')
        folder.size--;
    if (!pk_str_starts(path, folder) || path.size <= folder.size + 1 ||
        path.data[folder.size] != '/')
        return PK_STR_NULL;
    return pk_str_slice(path, folder.size + 1, path.size);
}

/* Try one; what is told of a failure is the first path, which the user can compare with. */
static bool try_path(struct pk_sourcefile *file, const char *root, struct pk_str path,
                     struct pk_arena *arena)
{
    struct pk_below below;
    bool is_first = !file->path.data;
    bool done = pk_below_read(root, path, PK_SOURCEFILE_MOST, &below);

    if (!done && !is_first && below.is_absent) {
        pk_buf_fini(&below.bytes);
        return false;
    }
    pk_buf_fini(&file->below.bytes);
    file->below = below;
    file->is_found = done;
    file->path = pk_arena_str(arena, path);
    return done || !below.is_absent;
}

/* From each folder of the path on. */
static void try_suffixes(struct pk_sourcefile *file, const char *root, struct pk_str path,
                         struct pk_arena *arena)
{
    unsigned tried = 0;

    while (tried++ < MOST_FOLDERS) {
        const char *slash = path.size ? memchr(path.data, '/', path.size) : NULL;

        if (slash != path.data && try_path(file, root, path, arena))
            return;
        if (!slash)
            return;
        path = pk_str_slice(path, (size_t)(slash - path.data) + 1, path.size);
    }
}

/* The first map that fits: an absolute target is a root of its own, since the user named it. True
 * when one did. */
static bool try_maps(struct pk_sourcefile *file, const struct pk_sourcefile_options *options,
                     struct pk_str path, struct pk_arena *arena)
{
    for (uint32_t i = 0; i < options->n_maps; i++) {
        const struct pk_sourcefile_map *map = &options->maps[i];
        struct pk_str rest = pk_sourcefile_below(path, map->from);
        struct pk_buf joined = {0};

        if (!rest.data)
            continue;
        if (map->to[0] == '/') {
            try_path(file, map->to, rest, arena);
            return true;
        }
        pk_buf_text(&joined, map->to);
        pk_buf_text(&joined, *map->to ? "/" : "");
        pk_buf_str(&joined, rest);
        try_path(file, options->root ? options->root : ".", pk_buf_view(&joined), arena);
        pk_buf_fini(&joined);
        return true;
    }
    return false;
}

/* The root as a path that can be compared with that of a profile; an absolute one is as it is. */
static struct pk_str absolute_root(const char *root, char *room, size_t size)
{
    if (root && root[0] == '/')
        return pk_str_of(root);
    if ((!root || strcmp(root, ".") == 0) && getcwd(room, size))
        return pk_str_of(room);
    return PK_STR_NULL;
}

/* Where each line begins, and where the last ends. A file without a last newline has that line. */
static void find_lines(struct pk_sourcefile *file, struct pk_arena *arena)
{
    struct pk_str bytes = pk_buf_view(&file->below.bytes);
    uint32_t n = 0;

    for (size_t i = 0; i < bytes.size; i++)
        n += bytes.data[i] == '\n' || i + 1 == bytes.size;
    file->starts = PK_NEW_ARRAY(arena, size_t, (size_t)n + 1);
    file->n_lines = n;
    n = 0;
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.data[i] == '\n' || i + 1 == bytes.size)
            file->starts[++n] = i + 1;
}

void pk_sourcefile_open(struct pk_sourcefile *file, const struct pk_sourcefile_options *options,
                        struct pk_str path, struct pk_arena *arena)
{
    const char *root = options->root ? options->root : ".";
    char room[PATH_MAX];
    struct pk_str rest;

    memset(file, 0, sizeof *file);
    if (!try_maps(file, options, path, arena)) {
        rest = pk_sourcefile_below(path, absolute_root(options->root, room, sizeof room));
        if (path.size == 0 || path.data[0] != '/')
            rest = path;
        if (options->root)
            try_suffixes(file, root, rest.data ? rest : path, arena);
        else if (rest.data)
            try_path(file, root, rest, arena);
        else
            memcpy(file->below.why, "not below the current folder",
                   sizeof "not below the current folder");
    }
    if (!file->path.data)
        file->path = pk_arena_str(arena, path);
    if (file->is_found)
        find_lines(file, arena);
}

struct pk_str pk_sourcefile_line(const struct pk_sourcefile *file, uint32_t line, bool *is_cut)
{
    struct pk_str text;
    size_t length, at = 0;

    *is_cut = false;
    if (!file->is_found || line == 0 || line > file->n_lines)
        return PK_STR_NULL;
    text =
        pk_str_slice(pk_buf_view(&file->below.bytes), file->starts[line - 1], file->starts[line]);
    if (text.size && text.data[text.size - 1] == '\n')
        text.size--;
    if (text.size && text.data[text.size - 1] == '\r')
        text.size--;
    *is_cut = text.size > PK_SOURCEFILE_LINE;
    /* On a character boundary, or the cut would make an invalid one. */
    while (*is_cut && at < PK_SOURCEFILE_LINE) {
        pk_utf8_decode(text, at, &length);
        if (at + length > PK_SOURCEFILE_LINE)
            break;
        at += length;
    }
    return *is_cut ? pk_str_slice(text, 0, at) : text;
}

void pk_sourcefile_fini(struct pk_sourcefile *file)
{
    pk_buf_fini(&file->below.bytes);
}
