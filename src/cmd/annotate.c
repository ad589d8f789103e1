/*
 * profkit annotate: source lines with their costs, of a function or of a source file. The word is
 * the name of a function if there is one of exactly that name, else the end of a path of a source
 * file, else what `calls` takes it for.
 */
#include "analyze/annotate.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/annotate_source.h"
#include "cmd/common.h"
#include "cmd/path_map.h"
#include "model/lines.h"
#include "render/view_annotate.h"
#include "render/writers.h"

#define DEFAULT_CONTEXT 5
#define DEFAULT_PERCENT 1000000 /* millionths: 1 % */
#define MOST_CANDIDATES 20

static const struct pk_opt options[] = {
    {"source-root", 0, PK_OPT_TEXT, "DIR", NULL, "where sources are (default: the current folder)",
     false},
    PK_PATH_MAP_OPTION,
    {"context", 0, PK_OPT_COUNT, "N", NULL, "lines around each hot one (default 5)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, "lines that hold less are not hot (default 1)",
     false},
    {"all", 0, PK_OPT_FLAG, NULL, NULL, "every line of the function or file", false},
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* --- what to annotate --- */

static const char *take_word(struct pk_args *args, struct pk_error *error)
{
    size_t n = args->opts.operands.size;

    /* A profile alone is to be read, and not to be looked for in the newest one here. */
    if (n == 0 || (n == 1 && pk_names_profile(args->opts.operands.data[0]))) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "annotate which function or source file?");
        pk_error_hint(error, "profkit annotate [FILE...] FUNC|SRC");
        return NULL;
    }
    return args->opts.operands.data[--args->opts.operands.size];
}

/* The whole path, or the end of it from a folder on. */
static bool is_end_of(struct pk_str word, struct pk_str path)
{
    if (!path.size || !word.size || !pk_str_ends(path, word))
        return false;
    return path.size == word.size || path.data[path.size - word.size - 1] == '/' ||
           path.data[path.size - word.size - 1] == '\\';
}

static int order_paths(const void *left, const void *right)
{
    return pk_str_compare(*(const struct pk_str *)left, *(const struct pk_str *)right);
}

struct paths {
    PK_ARRAY(struct pk_str) list;
};

/* The files of functions and of lines that the word ends, each once. */
static void find_paths(const struct pk_profile *profile, struct pk_str word, struct paths *found)
{
    const struct pk_lines *lines = pk_profile_lines(profile);
    size_t n = 0;

    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (is_end_of(word, pk_profile_frame(profile, f)->file))
            pk_array_push(&found->list, pk_profile_frame(profile, f)->file);
    for (uint32_t i = 0; lines && i < lines->n_files; i++)
        if (is_end_of(word, lines->files[i]))
            pk_array_push(&found->list, lines->files[i]);
    if (found->list.size)
        qsort(found->list.data, found->list.size, sizeof *found->list.data, order_paths);
    for (size_t i = 0; i < found->list.size; i++)
        if (n == 0 || !pk_str_equal(found->list.data[i], found->list.data[n - 1]))
            found->list.data[n++] = found->list.data[i];
    found->list.size = n;
}

/* As for functions: the error, then what may be chosen. */
static void list_paths(const struct paths *found, struct pk_str word, struct pk_error *error)
{
    struct pk_buf escaped = {0};
    char quoted[320];

    pk_error_set(error, PK_USAGE, pk_place_none(), "%s is the end of %zu files; name one of them",
                 pk_error_quote(quoted, sizeof quoted, word), found->list.size);
    pk_error_print(error, stderr);
    for (size_t i = 0; i < found->list.size && i < MOST_CANDIDATES; i++) {
        pk_buf_reset(&escaped);
        pk_escape_terminal(&escaped, found->list.data[i]);
        fprintf(stderr, "  %s\n", escaped.data);
    }
    if (found->list.size > MOST_CANDIDATES)
        fprintf(stderr, "  and %zu more\n", found->list.size - MOST_CANDIDATES);
    memset(error, 0, sizeof *error);
    pk_buf_fini(&escaped);
}

static bool is_function(const struct pk_profile *profile, struct pk_str word)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_str_equal(pk_profile_frame(profile, f)->name, word))
            return true;
    return false;
}

/* False when nothing was chosen; then the error may be printed already, as by pk_choose_function.
 */
static bool choose(const struct pk_loaded *loaded, const char *text,
                   struct pk_annotate_scope *scope, struct pk_error *error)
{
    struct pk_str word = pk_str_of(text);
    struct paths found = {0};
    size_t n;

    *scope = (struct pk_annotate_scope){.frame = PK_NONE};
    if (!is_function(loaded->profile, word))
        find_paths(loaded->profile, word, &found);
    n = found.list.size;
    for (size_t i = 0; i < n; i++)
        if (n == 1 || pk_str_equal(found.list.data[i], word))
            scope->file = found.list.data[i];
    if (n > 1 && !scope->file.data)
        list_paths(&found, word, error);
    pk_array_fini(&found.list);
    if (n)
        return scope->file.data != NULL;
    scope->frame = pk_choose_function(loaded, text, error);
    return scope->frame != PK_NONE;
}

/* --- the command --- */

/* Programs that read costs alone get the lines around only when they ask for them. */
static struct pk_table *view(const struct pk_args *args, struct pk_loaded *loaded,
                             const struct pk_target *target, struct pk_annotate_scope scope,
                             struct pk_annotate_source *source)
{
    int64_t context = pk_opts_number(&args->opts, "context", DEFAULT_CONTEXT);
    bool for_people = target->writer == &pk_writer_text || target->writer == &pk_writer_md;
    struct pk_view_annotate_options how = {
        .context = context > UINT32_MAX ? UINT32_MAX : (uint32_t)context,
        .min_percent = pk_min_percent(args, DEFAULT_PERCENT),
        .is_all = pk_opts_has(&args->opts, "all"),
        .has_near = for_people || pk_opts_has(&args->opts, "context"),
        .for_people = for_people,
        .source = pk_annotate_source_open,
        .source_context = source};
    struct pk_annotation annotation =
        pk_annotate(loaded->profile, loaded->metric, scope, &loaded->arena);

    source->annotation = &annotation;
    return pk_view_annotate(&loaded->arena, loaded->profile, loaded->metric, &annotation, &how);
}

/* What is annotated is found before the output is opened, so that a wrong name leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *word = take_word(args, error);
    struct pk_loaded loaded;
    struct pk_target target;
    struct pk_annotate_scope scope;
    struct pk_annotate_source source = {.args = NULL};
    int status = PK_USAGE;

    if (!word)
        return PK_USAGE;
    args->keeps = PK_KEEP_LINES;
    if (!pk_load(args, &loaded, error) ||
        !pk_annotate_source_init(&source, args, &loaded, false, error)) {
        status = (int)error->status;
    } else if (choose(&loaded, word, &scope, error)) {
        if (pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
            struct pk_table *table = view(args, &loaded, &target, scope, &source);
            bool done = pk_target_table(args, &target, table, error);

            pk_annotate_source_fini(&source, &target);
            pk_target_finish(args, &loaded, &target, done, error);
        }
        status = (int)error->status;
    }
    pk_annotate_source_fini(&source, NULL);
    pk_loaded_fini(args, &loaded);
    return status;
}

const struct pk_cmd pk_cmd_annotate = {
    .name = "annotate",
    .summary = "source lines with what they cost, of a function or file",
    .usage = "[OPTION...] [FILE...] FUNC|SRC",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit annotate callgrind.out.77 parse",
};
