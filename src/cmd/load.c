/*
 * Loading: from operands to a frozen profile. The shortest way must work: without an operand a
 * command reads stdin when something is there (a pipe or a file), else the newest profile of the
 * folder, and says so.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/code.h"
#include "base/escape.h"
#include "base/oserror.h"
#include "base/progress.h"
#include "cmd/common.h"
#include "cmd/load_options.h"
#include "render/label.h"

bool pk_is_quiet(const struct pk_args *args)
{
    return pk_opts_has(&args->opts, "quiet");
}

/* The list always ends with NULL, which does not count. */
static void keep_name(struct pk_loaded *loaded, const char *name)
{
    if (loaded->names.size)
        loaded->names.size--; /* the NULL at the end */
    pk_array_push(&loaded->names, pk_arena_str(&loaded->arena, pk_str_of(name)).data);
    pk_array_push(&loaded->names, NULL);
}

/* --- the newest profile
 * ---------------------------------------------------------------------------------- */

struct candidate {
    const char *name;
    struct timespec when;
};

/* Names decide between equal times, so the choice does not depend on the folder. */
static int order_newest_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    if (a->when.tv_sec != b->when.tv_sec)
        return a->when.tv_sec > b->when.tv_sec ? -1 : 1;
    if (a->when.tv_nsec != b->when.tv_nsec)
        return a->when.tv_nsec > b->when.tv_nsec ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Content decides; a name never does. Formats that are only recognised cannot be shown. */
static bool is_profile(const char *name, int least)
{
    struct pk_error ignored = {0};
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_open(name, &limits, &ignored);
    const struct pk_reader *reader = input ? pk_reader_detect(input, &ignored) : NULL;
    bool is_one = reader && reader->read && reader->bid(input) >= least;

    pk_input_free(input);
    return is_one;
}

bool pk_names_profile(const char *name)
{
    struct stat status;

    return stat(name, &status) == 0 && S_ISREG(status.st_mode) && is_profile(name, PK_BID_GUESS);
}

/* NULL at the end, and then errno is 0 unless the folder cannot be read. */
static const struct dirent *next_entry(DIR *folder)
{
    errno = 0;
    return folder ? readdir(folder) : NULL;
}

const char *pk_newest_profile(struct pk_arena *arena, struct pk_error *error)
{
    PK_ARRAY(struct candidate) found = {0};
    DIR *folder = opendir(".");
    int number = folder ? 0 : errno;
    char text[PK_OSERROR_ROOM];
    const char *newest = NULL;

    for (const struct dirent *entry; (entry = next_entry(folder));) {
        struct stat status;

        /* Only regular files: opening a FIFO would wait for a writer. */
        if (entry->d_name[0] != '.' && stat(entry->d_name, &status) == 0 &&
            S_ISREG(status.st_mode) && status.st_size > 0)
            pk_array_push(&found,
                          ((struct candidate){pk_arena_str(arena, pk_str_of(entry->d_name)).data,
                                              status.st_mtim}));
    }
    if (folder) {
        number = errno;
        closedir(folder);
    }
    if (number == ENOMEM)
        pk_out_of_memory();
    if (found.size > 1)
        qsort(found.data, found.size, sizeof *found.data, order_newest_first);
    /* Of half a folder the newest may be the wrong one. */
    for (size_t i = 0; i < found.size && !newest && !number; i++)
        if (is_profile(found.data[i].name, PK_BID_NONE))
            newest = found.data[i].name;
    if (number) {
        pk_error_set(error, PK_INPUT, pk_place_none(), "cannot look for a profile here: %s",
                     pk_oserror_text(text, number));
    } else if (!newest) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "no file given, and no profile among the %zu file%s here", found.size,
                     found.size == 1 ? "" : "s");
        pk_error_hint(error, "record one: python3 -m cProfile -o out.prof app.py");
    }
    pk_array_fini(&found);
    return newest;
}

/* What to read when no operand says it. */
static const char *implied_input(const struct pk_args *args, struct pk_loaded *loaded,
                                 struct pk_error *error)
{
    struct stat status;
    const char *newest;

    if (fstat(STDIN_FILENO, &status) == 0 &&
        (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode) || S_ISSOCK(status.st_mode)))
        return "-";
    newest = pk_newest_profile(&loaded->arena, error);
    if (newest && !pk_is_quiet(args)) {
        struct pk_buf text = {0};

        pk_escape_terminal(&text, pk_str_of(newest));
        fprintf(stderr, "reading %s, the newest profile here\n", text.data);
        pk_buf_fini(&text);
    }
    return newest;
}

/* --- one file
 * ---------------------------------------------------------------------------------------------- */

/* That a run may hold: what it adds up, or compares, and the file being read. */
static uint64_t profiles_at_once(const struct pk_args *args)
{
    return UINT64_C(1) << ((args->opts.operands.size > 1) + pk_opts_has(&args->opts, "baseline"));
}

/* A builder of its own for each file, so that positions in warnings belong to one file. The first
 * is taken as it is: merged into an empty one it would be the same, and stand there twice. */
static bool read_input(const struct pk_args *args, struct pk_input *input,
                       struct pk_read_options options, const struct pk_reader *forced,
                       struct pk_builder **into, struct pk_error *error)
{
    struct pk_reading reading = {.input = input, .options = options};
    uint64_t memory = options.memory / profiles_at_once(args);
    bool done;

    reading.builder = pk_builder_new(pk_input_limits(input));
    if (memory)
        pk_builder_budget(reading.builder, memory);
    else if (args->keeps & PK_KEEP_RECORD || pk_transform_needs_times(args))
        pk_builder_keep_times(reading.builder);
    if (!(args->keeps & (PK_KEEP_LINES | PK_KEEP_RECORD)) && !pk_transform_reads_record(args))
        pk_builder_leave_lines(reading.builder);
    if (args->cmd->reads_functions && !pk_transform_reads_record(args))
        pk_builder_leave_edges(reading.builder);
    done = pk_reader_run(&reading, forced, error) && !pk_builder_failed(reading.builder, error);
    pk_progress_clear();
    if (done)
        pk_verbose_input(args, input, reading.reader);
    /* A failed run prints one error and nothing else. */
    if (done && !pk_is_quiet(args))
        pk_notes_print(pk_builder_notes(reading.builder), pk_input_name(input),
                       !reading.reader->is_native, stderr);
    if (done && memory && (reading.reader->gives != PK_TREE || reading.reader->is_native))
        pk_load_warn_unbounded(args, pk_input_name(input));
    if (done && !*into) {
        *into = reading.builder;
        return true;
    }
    if (done) {
        pk_builder_merge(*into, reading.builder);
        pk_builder_spare(*into);
    }
    done = done && !pk_builder_failed(*into, error);
    pk_builder_free(reading.builder);
    return done;
}

bool pk_load_file(const struct pk_args *args, const char *path, struct pk_builder **into,
                  struct pk_loaded *loaded, struct pk_error *error)
{
    struct pk_read_options options;
    struct pk_limits limits;
    const struct pk_reader *forced;
    struct pk_identity identity;
    struct pk_input *input;
    bool done;

    if (!pk_load_options(args, &options, &limits, error) || !pk_load_reader(args, &forced, error))
        return false;
    input = pk_input_open(path, &limits, error);
    if (!input) {
        error->file =
            error->file ? pk_arena_str(&loaded->arena, pk_str_of(error->file)).data : path;
        return false;
    }
    keep_name(loaded, pk_input_name(input));
    if (pk_input_identity(input, &identity.device, &identity.inode))
        pk_array_push(&loaded->identities, identity);
    done = read_input(args, input, options, forced, into, error);
    loaded->bytes += pk_input_position(input, NULL);
    if (!done) /* the input, which owns the name, goes before the error is printed */
        error->file = loaded->names.data[loaded->names.size - 2];
    pk_input_free(input);
    return done;
}

/* --- the metric
 * ---------------------------------------------------------------------------------------------- */

/* The metrics but one, for messages. */
static void name_metrics(const struct pk_profile *profile, uint32_t but, struct pk_buf *out)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        if (m == but)
            continue;
        if (out->size)
            pk_buf_text(out, ", ");
        pk_escape_terminal(out, pk_profile_metric(profile, m)->name);
    }
}

/* What --metric and its other names say, or NULL. */
static const char *wanted_metric(const struct pk_args *args)
{
    return pk_opts_text(
        &args->opts, "metric",
        pk_opts_text(&args->opts, "event", pk_opts_text(&args->opts, "sample-type", NULL)));
}

/* The metric that is wanted, else the default; `found` tells whether what was wanted is there. */
static uint32_t find_metric(const struct pk_args *args, const struct pk_profile *profile,
                            bool *found)
{
    const char *wanted = wanted_metric(args);
    uint32_t metric = pk_profile_default_metric(profile);

    *found = !wanted;
    for (uint32_t m = 0; wanted && m < pk_profile_metrics(profile); m++)
        if (pk_str_equal(pk_profile_metric(profile, m)->name, pk_str_of(wanted))) {
            metric = m;
            *found = true;
        }
    return metric;
}

uint32_t pk_same_metric(const struct pk_profile *profile, struct pk_str name)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
        if (pk_str_equal(pk_profile_metric(profile, m)->name, name))
            return m;
    return PK_NONE;
}

/* Without --metric the default is shown, and what else there is is said once; outputs that hold all
 * metrics show none. */
bool pk_choose_metric(const struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error)
{
    const char *wanted = wanted_metric(args);
    struct pk_buf others = {0};
    char quoted[320];
    bool found;

    loaded->metric = find_metric(args, loaded->profile, &found);
    name_metrics(loaded->profile, found ? loaded->metric : PK_NONE, &others);
    if (!found) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "this profile has no metric %s",
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(wanted)));
        pk_error_hint(error, "it has %s" PK_CODE("E043"), others.data ? others.data : "none");
    } else if (!wanted && !args->keeps_metrics && others.size && !pk_is_quiet(args)) {
        struct pk_buf own = {0};

        pk_escape_terminal(&own, pk_profile_metric(loaded->profile, loaded->metric)->name);
        fprintf(stderr, "showing %s; --metric also takes %s\n", own.data ? own.data : "''",
                others.data);
        pk_buf_fini(&own);
    }
    pk_buf_fini(&others);
    return found;
}

/* --- all of it
 * -----------------------------------------------------------------------------------------------
 */

static bool list_formats_asked(const struct pk_args *args)
{
    const char *format = pk_opts_text(&args->opts, "format", "");

    return strcmp(format, "help") == 0;
}

struct choice {
    const struct pk_args *args;
    const struct pk_loaded *like; /* its metric, or NULL */
};

/* The metric that will be shown, known as soon as all is read: a profile of sixteen takes the
 * memory of one or two then. What is wanted but not there is an error later. */
static uint32_t shown_metric(const struct pk_profile *names, void *context)
{
    const struct choice *choice = context;
    bool found;

    return choice->like
               ? pk_same_metric(
                     names, pk_profile_metric(choice->like->profile, choice->like->metric)->name)
               : find_metric(choice->args, names, &found);
}

/* What was read, frozen through the filters that the options ask for. */
static struct pk_profile *freeze(const struct pk_args *args, const struct pk_transform *transform,
                                 struct pk_builder *builder, struct choice *choice,
                                 struct pk_loaded *loaded, struct pk_error *error)
{
    struct pk_keeping keeping = {args->keeps, args->keeps_metrics ? NULL : shown_metric, choice};
    struct pk_read_options options;
    struct pk_limits limits;

    return pk_load_options(args, &options, &limits, error)
               ? pk_transform_freeze(transform, builder, keeping, &limits, &loaded->arena,
                                     &loaded->transformed, error)
               : NULL;
}

/* Names are made in many places: how they are to look is said once, before all of them. */
static void choose_names(const struct pk_args *args)
{
    const char *how = pk_opts_text(&args->opts, "demangle", "short");

    pk_label_choose(strcmp(how, "full") == 0   ? PK_LABEL_FULL
                    : strcmp(how, "none") == 0 ? PK_LABEL_NONE
                                               : PK_LABEL_SHORT);
}

/* Forget the names behind the first `n` ones, as of files that gave nothing. */
static void drop_names(struct pk_loaded *loaded, size_t n)
{
    if (loaded->names.size <= n + 1)
        return;
    loaded->names.size = n;
    pk_array_push(&loaded->names, NULL);
}

/* With --keep-going a file of several that cannot be read is told and left out; what was read of it
 * is in no builder. A sum that is past 64 bits is no fault of the one file. */
static bool is_skippable(const struct pk_args *args, const struct pk_builder *builder, size_t n,
                         const struct pk_error *error)
{
    struct pk_error ignored = {0};

    return n > 1 && error->status == PK_INPUT && pk_opts_has(&args->opts, "keep-going") &&
           !(builder && pk_builder_failed(builder, &ignored));
}

/* Always true: the run goes on. */
static bool skip_input(struct pk_loaded *loaded, size_t names, struct pk_error *error,
                       size_t *skipped)
{
    pk_progress_clear();
    pk_error_print(error, stderr);
    *error = (struct pk_error){0};
    drop_names(loaded, names);
    ++*skipped;
    return true;
}

/* All files into one builder; `skipped` gets how many were left out on request. */
static bool read_inputs(const struct pk_args *args, const char *const *paths, size_t n,
                        struct pk_builder **builder, struct pk_loaded *loaded, size_t *skipped,
                        struct pk_error *error)
{
    for (size_t i = 0; i < n; i++) {
        size_t names = loaded->names.size ? loaded->names.size - 1 : 0;

        pk_progress_phase("reading", paths[i], (unsigned)i + 1, (unsigned)n);
        if (!pk_load_file(args, paths[i], builder, loaded, error) &&
            !(is_skippable(args, *builder, n, error) && skip_input(loaded, names, error, skipped)))
            return false;
    }
    if (*skipped && *skipped == n)
        return pk_error_set(error, PK_INPUT, pk_place_none(), "none of the %zu files can be read",
                            n);
    return true;
}

/* Into one builder, then frozen: what was read from where cannot show. */
static bool load(struct pk_args *args, const char *const *paths, size_t n,
                 const struct pk_loaded *like, struct pk_loaded *loaded, struct pk_error *error)
{
    struct choice choice = {args, like};
    struct pk_transform *transform = pk_transform_new(args, error);
    struct pk_builder *builder = NULL;
    size_t skipped = 0;
    bool done = transform != NULL;

    choose_names(args);
    if (done && n > 1 && pk_transform_needs_times(args))
        done = pk_error_set(error, PK_USAGE, pk_place_none(),
                            "times of several files cannot be compared: give one file");
    done = done && read_inputs(args, paths, n, &builder, loaded, &skipped, error);
    args->is_partial |= skipped > 0;
    if (done) {
        pk_progress_phase("adding up", NULL, 1, 1);
        loaded->profile = freeze(args, transform, builder, &choice, loaded, error);
        done = loaded->profile && pk_profile_metrics(loaded->profile) > 0;
        if (!loaded->profile && loaded->names.size == 2)
            error->file = loaded->names.data[0];
        else if (!done)
            pk_error_set(error, PK_INPUT, pk_place_none(), "no sample in this profile");
        else
            loaded->metric = shown_metric(loaded->profile, &choice);
        if (done)
            pk_verbose_profile(args, loaded->profile);
        if (done && skipped && !pk_is_quiet(args))
            fprintf(stderr, "skipped %zu of %zu files\n", skipped, n);
    }
    pk_builder_free(builder);
    pk_transform_free(transform);
    return done;
}

bool pk_load_paths(struct pk_args *args, const char *const *paths, size_t n,
                   const struct pk_loaded *like, struct pk_loaded *loaded, struct pk_error *error)
{
    memset(loaded, 0, sizeof *loaded);
    pk_arena_init(&loaded->arena);
    if (list_formats_asked(args))
        exit(pk_cmd_formats.run(args, error));
    return load(args, paths, n, like, loaded, error);
}

/* Filters that wait for an estimated tree have it now that the metric is chosen. */
static bool filter_estimate(const struct pk_args *args, struct pk_loaded *loaded,
                            struct pk_error *error)
{
    if (!loaded->transformed.filter.words)
        return true;
    loaded->filtered =
        pk_transform_estimate(args, loaded->profile, loaded->metric, &loaded->transformed, error);
    if (!loaded->filtered && loaded->names.size == 2)
        error->file = loaded->names.data[0];
    return loaded->filtered != NULL;
}

bool pk_load(struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error)
{
    const char *implied;

    if (args->opts.operands.size > 0 || list_formats_asked(args))
        return pk_load_paths(args, args->opts.operands.data, args->opts.operands.size, NULL, loaded,
                             error) &&
               pk_choose_metric(args, loaded, error) && filter_estimate(args, loaded, error);
    memset(loaded, 0, sizeof *loaded);
    pk_arena_init(&loaded->arena);
    implied = implied_input(args, loaded, error);
    return implied && load(args, &implied, 1, NULL, loaded, error) &&
           pk_choose_metric(args, loaded, error) && filter_estimate(args, loaded, error);
}

void pk_loaded_fini(struct pk_args *args, struct pk_loaded *loaded)
{
    pk_attribute_free(loaded->filtered);
    pk_profile_free(loaded->profile);
    pk_array_fini(&loaded->names);
    pk_array_fini(&loaded->identities);
    /* Not freed here: the error that main is about to print may name a file from it. */
    args->kept[args->kept[0].last != NULL] = loaded->arena;
}
