/*
 * Which files went into a sum: see manifest.h.
 *
 * The sum is committed before its manifest. A run that dies between the two
 * leaves a sum whose manifest does not name all of it, and is run again with
 * the same result; the other way round a file would be called merged that is
 * not.
 */
#include "cmd/manifest.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- reading --- */

/* Undo what add_path wrote. */
static const char *read_path(struct pk_arena *arena, struct pk_str text, bool is_escaped)
{
    char *path = pk_arena_alloc(arena, text.size + 1);
    size_t to = 0;

    for (size_t i = 0; i < text.size; i++) {
        bool escapes = is_escaped && text.data[i] == '\\' && i + 1 < text.size;

        i += escapes;
        path[to++] = escapes && text.data[i] == 'n' ? '\n' : text.data[i];
    }
    path[to] = '\0';
    return path;
}

/* "<32 digits>  path", behind a backslash when the path has one or a line feed.
 */
static bool read_line(struct pk_manifest *manifest, struct pk_str line)
{
    bool is_escaped = line.size > 0 && line.data[0] == '\\';
    struct pk_str rest = pk_str_slice(line, is_escaped, line.size);
    struct pk_manifest_line one = {.is_new = false};
    bool is_new;

    if (rest.size < PK_DIGEST_SIZE + 3 || rest.data[PK_DIGEST_SIZE] != ' ')
        return false;
    for (size_t i = 0; i < PK_DIGEST_SIZE; i++)
        if (!memchr("0123456789abcdef", rest.data[i], 16))
            return false;
    memcpy(one.digest, rest.data, PK_DIGEST_SIZE);
    one.path =
        read_path(&manifest->arena, pk_str_slice(rest, PK_DIGEST_SIZE + 2, rest.size), is_escaped);
    pk_map_add(&manifest->digests, one.digest, &is_new);
    if (is_new)
        pk_array_push(&manifest->lines, one);
    return true;
}

static bool read_lines(struct pk_manifest *manifest, struct pk_str text, struct pk_error *error)
{
    for (uint64_t line = 1; text.size > 0; line++) {
        struct pk_str one = pk_str_take_line(&text);

        if (one.size > 0 && !read_line(manifest, one)) {
            error->file = manifest->name;
            return pk_error_set(error, PK_INPUT, pk_place_line(line, 0),
                                "expected 32 digits of a digest, two spaces and a name");
        }
    }
    return true;
}

bool pk_manifest_read(struct pk_manifest *manifest, const char *name, struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf text = {0};
    struct pk_input *input;
    struct stat status;
    bool done;

    *manifest = (struct pk_manifest){.name = name};
    pk_arena_init(&manifest->arena);
    pk_map_init(&manifest->digests, PK_DIGEST_SIZE);
    if (stat(name, &status) != 0 && errno == ENOENT)
        return true;
    input = pk_input_open(name, &limits, error);
    done = input && pk_input_read_all(input, &text, error);
    if (!done)
        error->file = name;
    pk_input_free(input);
    done = done && read_lines(manifest, pk_buf_view(&text), error);
    pk_buf_fini(&text);
    return done;
}

void pk_manifest_fini(struct pk_manifest *manifest)
{
    pk_map_fini(&manifest->digests);
    pk_array_fini(&manifest->lines);
    pk_arena_fini(&manifest->arena);
    pk_output_abort(manifest->output);
}

/* --- operands --- */

/* One file; false when it cannot be read, or is there. */
static bool add_file(struct pk_manifest *manifest, const char *path, struct pk_error *error)
{
    struct pk_manifest_line line = {.path = path, .is_new = true};
    char digest[PK_DIGEST_SIZE + 1], before[320], name[320];
    bool is_new;
    uint32_t id;

    if (!pk_digest_file(path, digest, error))
        return false;
    memcpy(line.digest, digest, PK_DIGEST_SIZE);
    id = pk_map_add(&manifest->digests, line.digest, &is_new);
    if (is_new) {
        pk_array_push(&manifest->lines, line);
        return true;
    }
    error->file = path;
    pk_error_set(error, PK_INPUT, pk_place_none(), "was merged before, as %s of the manifest %s",
                 pk_error_quote(before, sizeof before, pk_str_of(manifest->lines.data[id].path)),
                 pk_error_quote(name, sizeof name, pk_str_of(manifest->name)));
    pk_error_hint(error, "--keep-going leaves it out");
    return false;
}

/* The ones to be merged keep their order and move to the front. */
bool pk_manifest_add(struct pk_manifest *manifest, struct pk_args *args, struct pk_error *error)
{
    const char **operand = args->opts.operands.data;
    size_t n = args->opts.operands.size, kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (add_file(manifest, operand[i], error)) {
            operand[kept++] = operand[i];
            continue;
        }
        if (!pk_opts_has(&args->opts, "keep-going"))
            return false;
        pk_error_print(error, stderr);
        *error = (struct pk_error){0};
        args->is_partial = true;
    }
    args->opts.operands.size = kept;
    return kept > 0 || pk_error_set(error, PK_INPUT, pk_place_none(),
                                    "none of the %zu files is to be merged", n);
}

/* --- writing --- */

static int by_digest(const void *left, const void *right)
{
    const struct pk_manifest_line *a = left, *b = right;

    return memcmp(a->digest, b->digest, PK_DIGEST_SIZE);
}

/* As coreutils does: a name of several lines stays on one. */
static void add_line(struct pk_buf *out, const struct pk_manifest_line *line)
{
    bool is_escaped = strpbrk(line->path, "\\\n") != NULL;

    pk_buf_text(out, is_escaped ? "\\" : "");
    pk_buf_add(out, line->digest, PK_DIGEST_SIZE);
    pk_buf_text(out, "  ");
    for (const char *c = line->path; *c; c++) {
        if (is_escaped && (*c == '\\' || *c == '\n'))
            pk_buf_text(out, *c == '\n' ? "\\n" : "\\\\");
        else
            pk_buf_char(out, *c);
    }
    pk_buf_char(out, '\n');
}

/* Forget the operands that loading left out: they are not in the sum. The names
 * of what was loaded are operands in their order. */
static void keep_loaded(struct pk_manifest *manifest, const struct pk_loaded *loaded)
{
    size_t kept = 0, next = 0, n = loaded->names.size ? loaded->names.size - 1 : 0;

    for (size_t i = 0; i < manifest->lines.size; i++) {
        struct pk_manifest_line line = manifest->lines.data[i];

        if (line.is_new && (next == n || strcmp(line.path, loaded->names.data[next]) != 0))
            continue;
        next += line.is_new;
        manifest->lines.data[kept++] = line;
    }
    manifest->lines.size = kept;
}

bool pk_manifest_begin(struct pk_manifest *manifest, const struct pk_loaded *loaded,
                       const char *target, struct pk_error *error)
{
    struct pk_buf text = {0};

    if (target && strcmp(target, manifest->name) == 0)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "the output and its manifest have one name");
    manifest->output = pk_output_open(manifest->name, error);
    if (!manifest->output)
        return false;
    for (size_t i = 0; i < loaded->identities.size; i++)
        if (!pk_output_refuse_input(manifest->output, loaded->identities.data[i].device,
                                    loaded->identities.data[i].inode, error))
            return false;
    keep_loaded(manifest, loaded);
    qsort(manifest->lines.data, manifest->lines.size, sizeof *manifest->lines.data, by_digest);
    for (size_t i = 0; i < manifest->lines.size; i++)
        add_line(&text, &manifest->lines.data[i]);
    pk_buf_write(&text, pk_output_stream(manifest->output));
    pk_buf_fini(&text);
    return true;
}

bool pk_manifest_commit(struct pk_manifest *manifest, struct pk_error *error)
{
    bool done = pk_output_commit(manifest->output, NULL, error);

    manifest->output = NULL;
    return done;
}
