/*
 * Lists and parts: see merge_list.h.
 *
 * A list has one name a line, or as `find -print0` writes it. Parts are dealt
 * out from the sorted names, so that every machine with the same list has the
 * same parts, in whatever order it was found: together they are the list, no
 * two of them share a file, and sizes differ by one at most.
 */
#include "cmd/merge_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SHARDS 1000000

/* A name at `text` that ends at `end`. A CR before a line feed is none of its
 * letters. */
static size_t add_name(struct pk_args *args, struct pk_arena *arena, struct pk_str text, char end)
{
    const char *found = memchr(text.data, end, text.size);
    size_t size = found ? (size_t)(found - text.data) : text.size;
    struct pk_str name = pk_str_slice(text, 0, size);

    if (end == '\n' && size > 0 && name.data[size - 1] == '\r')
        name.size--;
    if (name.size > 0)
        pk_array_push(&args->opts.operands, pk_arena_str(arena, name).data);
    return size + (found != NULL);
}

static bool add_list(struct pk_args *args, const char *path, struct pk_arena *arena,
                     struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_open(path, &limits, error);
    struct pk_buf text = {0};
    bool done = input && pk_input_read_all(input, &text, error);
    struct pk_str rest = pk_buf_view(&text);
    char end = done && rest.size && memchr(rest.data, '\0', rest.size) ? '\0' : '\n';

    if (!done && !error->file)
        error->file = path;
    while (done && rest.size > 0)
        rest = pk_str_slice(rest, add_name(args, arena, rest, end), rest.size);
    if (done && args->opts.operands.size == 0) {
        error->file = path;
        done = pk_error_set(error, PK_USAGE, pk_place_none(), "this list names no file");
    }
    pk_input_free(input);
    pk_buf_fini(&text);
    return done;
}

/* "3/12": both from 1 on. */
static bool parse_shard(const char *text, size_t *index, size_t *count, struct pk_error *error)
{
    char *end, quoted[320];
    unsigned long long i = strtoull(text, &end, 10),
                       n = *end == '/' ? strtoull(end + 1, &end, 10) : 0;

    if (*text < '0' || *text > '9' || !strchr(text, '/') || strchr(text, '/')[1] < '0' ||
        strchr(text, '/')[1] > '9' || *end || i < 1 || i > n || n > MOST_SHARDS) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "--shard takes I/N, not %s",
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
        pk_error_hint(error, "--shard 1/8 is the first of eight parts");
        return false;
    }
    *index = (size_t)i;
    *count = (size_t)n;
    return true;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Every `count`th of the sorted names. */
static bool keep_shard(struct pk_args *args, const char *shard, struct pk_error *error)
{
    const char **operand = args->opts.operands.data;
    size_t n = args->opts.operands.size, index, count, kept = 0;

    if (!parse_shard(shard, &index, &count, error))
        return false;
    if (index > n) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "part %zu of %zu has no file: there %s %zu",
                     index, count, n == 1 ? "is" : "are", n);
        pk_error_hint(error, "at most as many parts as files");
        return false;
    }
    qsort(operand, n, sizeof *operand, by_name);
    for (size_t i = index - 1; i < n; i += count)
        operand[kept++] = operand[i];
    args->opts.operands.size = kept;
    return true;
}

bool pk_merge_list(struct pk_args *args, struct pk_arena *arena, struct pk_error *error)
{
    const char *list = pk_opts_text(&args->opts, "files-from", NULL);
    const char *shard = pk_opts_text(&args->opts, "shard", NULL);

    return (!list || add_list(args, list, arena, error)) &&
           (!shard || keep_shard(args, shard, error));
}
