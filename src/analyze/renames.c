/*
 * Renaming by expressions and maps: see renames.h. The form is that of sed's s command, without the
 * s; expressions and groups are PCRE2's (match.h).
 *
 * Trap: within a class, as in [/], sed takes a delimiter for a character. Here it ends the
 * expression, as in Perl: where it ends must not need a parser of expressions.
 */
#include "analyze/renames.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FORM "--rename takes /REGEX/NEW/ or /REGEX/NEW/g"

/* ASCII punctuation but the backslash: a letter could not be told from an escape. */
static bool is_delimiter(char c)
{
    return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a' && c != '\\') ||
           (c > 'z' && c < '\x7f');
}

/* The end of the part that begins at `from`: where the delimiter stands without a backslash. */
static size_t end_of_part(struct pk_str text, size_t from)
{
    size_t at = from;

    while (at < text.size && text.data[at] != text.data[0])
        at += text.data[at] == '\\' && at + 1 < text.size ? 2 : 1;
    return at;
}

static bool fail(struct pk_str text, size_t at, const char *what, struct pk_error *error)
{
    pk_error_set(error, PK_USAGE, pk_place_none(), FORM ": %s, at byte %zu", what, at + 1);
    pk_error_show(error, text, at);
    pk_error_hint(error, "--rename '/^old_(.*)/new_$1/'");
    return false;
}

bool pk_rename_parse(struct pk_str text, struct pk_arena *arena, struct pk_rename *rename,
                     struct pk_error *error)
{
    struct pk_buf replacement = {0};
    size_t middle, end;
    bool done;

    *rename = (struct pk_rename){.text = text};
    if (text.size == 0 || !is_delimiter(text.data[0]))
        return fail(text, 0, "it begins with a delimiter", error);
    middle = end_of_part(text, 1);
    if (middle >= text.size)
        return fail(text, text.size, "the expression has no end", error);
    if (middle == 1)
        return fail(text, 1, "there is no expression", error);
    end = end_of_part(text, middle + 1);
    if (end >= text.size)
        return fail(text, text.size, "the new name has no end", error);
    rename->all = end + 2 == text.size && text.data[end + 1] == 'g';
    if (end + 1 != text.size && !rename->all)
        return fail(text, end + 1, "only g may follow", error);
    rename->match = pk_match_new(pk_str_slice(text, 1, middle), error);
    done = rename->match && pk_match_replacement(rename->match, pk_str_slice(text, middle + 1, end),
                                                 &replacement, error);
    rename->replacement = pk_arena_str(arena, pk_buf_view(&replacement));
    pk_buf_fini(&replacement);
    if (!done)
        pk_match_free(rename->match);
    return done;
}

/* Each on what the one before made. */
void pk_renames_name(struct pk_renames *renames, const struct pk_frame *frame, struct pk_buf *out)
{
    size_t begin = out->size;

    pk_canonical_name(out, frame);
    if (out->size == begin || !renames)
        return;
    for (uint32_t i = 0; i < renames->n && renames->error.status == PK_OK; i++) {
        struct pk_rename *rename = &renames->list[i];
        struct pk_str name = pk_str_slice(pk_buf_view(out), begin, out->size);
        struct pk_buf made = {0};

        if (pk_match_replace(rename->match, name, rename->replacement, rename->all, &made,
                             &renames->error)) {
            rename->is_used |= !pk_str_equal(name, pk_buf_view(&made));
            out->size = begin;
            pk_buf_str(out, pk_buf_view(&made));
        }
        pk_buf_fini(&made);
    }
}

/* A target loses its last slash, or a path would have two. */
struct pk_str pk_renames_path(struct pk_renames *renames, struct pk_str path, struct pk_buf *room)
{
    for (uint32_t i = 0; renames && i < renames->n_maps; i++) {
        const struct pk_sourcefile_map *map = &renames->maps[i];
        struct pk_str below = pk_sourcefile_below(path, map->from), to = pk_str_of(map->to);

        if (!below.data && !pk_str_equal(path, map->from))
            continue;
        renames->is_map_used[i] = true;
        while (below.data && to.size && to.data[to.size - 1] == '/')
            to.size--;
        pk_buf_reset(room);
        pk_buf_str(room, to);
        pk_buf_text(room, below.data && *map->to ? "/" : "");
        pk_buf_str(room, below);
        return pk_buf_view(room);
    }
    return path;
}

bool pk_renames_held(const struct pk_renames *renames, struct pk_error *error)
{
    if (!renames || renames->error.status == PK_OK)
        return true;
    *error = renames->error;
    return false;
}

void pk_renames_fini(struct pk_renames *renames)
{
    for (uint32_t i = 0; i < renames->n; i++)
        pk_match_free(renames->list[i].match);
}
