/*
 * Which files diff compares: see diff_sides.h. Runs are read twice: added up for the comparison,
 * then each by itself for the noise, so that memory holds one run beside the sums.
 */
#include "cmd/diff_sides.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyze/diff_runs.h"
#include "analyze/noise.h"
#include "base/oserror.h"

/* --- folders --- */

static bool fail(struct pk_error *error, const char *path, int number)
{
    char text[PK_OSERROR_ROOM];

    error->file = path;
    return pk_error_set(error, PK_INPUT, pk_place_none(), "%s", pk_oserror_text(text, number));
}

/* Whether it is a folder. What is not there or closed to us is none: opening it fails, with a text
 * that helps more. False when that cannot be told. */
static bool ask_folder(const char *path, bool *is_folder, struct pk_error *error)
{
    static const int none[] = {ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG};
    struct stat status;
    bool is_there = stat(path, &status) == 0;
    size_t i = 0;

    *is_folder = is_there && S_ISDIR(status.st_mode);
    while (!is_there && i < sizeof none / sizeof *none && errno != none[i])
        i++;
    return i < sizeof none / sizeof *none || fail(error, path, errno);
}

/* Adds "runs/a.prof", unless it is hidden, no regular file, or gone again. A run that cannot be
 * looked at is not left out in silence. */
static bool add_run(struct pk_diff_sides *sides, unsigned side, const char *folder,
                    const char *name, struct pk_arena *arena, struct pk_error *error)
{
    struct pk_buf path = {0};
    struct stat status = {0};
    size_t size = strlen(folder);
    const char *kept;
    bool is_known;

    pk_buf_text(&path, folder);
    if (size == 0 || folder[size - 1] != '/')
        pk_buf_char(&path, '/');
    pk_buf_text(&path, name);
    kept = pk_arena_str(arena, pk_buf_view(&path)).data;
    pk_buf_fini(&path);
    is_known = name[0] == '.' || stat(kept, &status) == 0 || errno == ENOENT;
    if (name[0] != '.' && S_ISREG(status.st_mode))
        pk_array_push(&sides->path[side], kept);
    return is_known || fail(error, kept, errno);
}

static int order_paths(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* NULL at the end, and then errno is 0 unless the folder cannot be read. */
static const struct dirent *next_entry(DIR *folder)
{
    errno = 0;
    return folder ? readdir(folder) : NULL;
}

/* Files by name: the order of a folder is nobody's, and must not show. */
static bool add_folder(struct pk_diff_sides *sides, unsigned side, const char *name,
                       struct pk_arena *arena, struct pk_error *error)
{
    size_t first = sides->path[side].size;
    DIR *folder = opendir(name);
    int number = folder ? 0 : errno;
    bool done = true;

    for (const struct dirent *entry; done && (entry = next_entry(folder));)
        done = add_run(sides, side, name, entry->d_name, arena, error);
    if (folder) {
        number = done ? errno : 0;
        closedir(folder);
    }
    if (number == ENOMEM)
        pk_out_of_memory();
    if (!done || number)
        return done && fail(error, name, number);
    if (sides->path[side].size == first) {
        error->file = name;
        return pk_error_set(error, PK_INPUT, pk_place_none(), "no file in this folder");
    }
    qsort(sides->path[side].data + first, sides->path[side].size - first,
          sizeof *sides->path[side].data, order_paths);
    return true;
}

static bool add(struct pk_diff_sides *sides, unsigned side, const char *path,
                struct pk_arena *arena, struct pk_error *error)
{
    bool is_folder;

    if (!ask_folder(path, &is_folder, error))
        return false;
    if (!is_folder) {
        pk_array_push(&sides->path[side], path);
        return true;
    }
    sides->name[side] = path;
    return add_folder(sides, side, path, arena, error);
}

/* --- operands and options --- */

static bool usage(const struct pk_args *args, struct pk_error *error, size_t n)
{
    pk_error_set(error, PK_USAGE, pk_place_none(), "%s compares two files, not %zu",
                 args->cmd->name, n);
    pk_error_hint(error, "profkit %s BEFORE AFTER", args->cmd->name);
    return false;
}

/* Two, or one that may hold two counts. */
static bool add_operands(const struct pk_args *args, struct pk_diff_sides *sides,
                         struct pk_arena *arena, struct pk_error *error)
{
    const char *const *operand = args->opts.operands.data;
    size_t n = args->opts.operands.size;
    bool is_folder = false;

    if (n == 0 || n > 2)
        return usage(args, error, n);
    if (n == 2 && strcmp(operand[0], "-") == 0 && strcmp(operand[1], "-") == 0)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "both sides cannot come from standard input");
    if (n == 1 && !ask_folder(operand[0], &is_folder, error))
        return false;
    sides->is_pair = n == 1 && !is_folder;
    if (n == 1 && !sides->is_pair)
        return usage(args, error, n);
    for (unsigned s = 0; s < n; s++)
        if (!add(sides, s, operand[s], arena, error))
            return false;
    return true;
}

/* In the order of the command line. */
static bool add_options(const struct pk_args *args, struct pk_diff_sides *sides,
                        struct pk_arena *arena, struct pk_error *error)
{
    for (size_t i = 0; i < args->opts.values.size; i++) {
        const struct pk_opt_value *value = &args->opts.values.data[i];
        char letter = value->opt->letter;

        if ((letter == 'b' || letter == 'a') &&
            !add(sides, letter == 'a' ? PK_AFTER : PK_BEFORE, value->text, arena, error))
            return false;
    }
    if (args->opts.operands.size || !sides->path[0].size || !sides->path[1].size)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "name all runs by -b and -a, or one file or folder a side without "
                            "them");
    return true;
}

/* What can be read only once has one value for each function, and no noise. */
static bool check_runs(const struct pk_diff_sides *sides, struct pk_error *error)
{
    size_t n = sides->path[0].size + sides->path[1].size;

    if (n > PK_NOISE_RUNS)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "at most %d runs can be compared",
                            PK_NOISE_RUNS);
    for (unsigned s = 0; s < 2 && n > 2; s++)
        for (size_t i = 0; i < sides->path[s].size; i++)
            if (strcmp(sides->path[s].data[i], "-") == 0)
                return pk_error_set(error, PK_USAGE, pk_place_none(),
                                    "runs are read twice, which standard input cannot be");
    return true;
}

/* "5 runs", where they have no folder. */
static void name_side(struct pk_diff_sides *sides, unsigned s, struct pk_arena *arena)
{
    struct pk_buf name = {0};

    if (sides->path[s].size > 1 && !sides->name[s]) {
        pk_buf_printf(&name, "%zu runs", sides->path[s].size);
        sides->name[s] = pk_arena_str(arena, pk_buf_view(&name)).data;
    }
    pk_buf_fini(&name);
}

bool pk_diff_sides_find_after(const struct pk_args *args, struct pk_diff_sides *sides,
                              struct pk_arena *arena, struct pk_error *error)
{
    const struct pk_opts *opts = &args->opts;
    bool done = true;

    for (size_t i = 0; i < opts->operands.size && done; i++)
        done = add(sides, PK_AFTER, opts->operands.data[i], arena, error);
    for (size_t i = 0; i < opts->values.size && done; i++)
        if (opts->values.data[i].opt->letter == 'a')
            done = add(sides, PK_AFTER, opts->values.data[i].text, arena, error);
    if (!done || !check_runs(sides, error))
        return false;
    name_side(sides, PK_AFTER, arena);
    return true;
}

bool pk_diff_sides_are_runs(const struct pk_diff_sides *sides)
{
    return sides->path[0].size > 1 || sides->path[1].size > 1;
}

bool pk_diff_sides_find(const struct pk_args *args, struct pk_diff_sides *sides,
                        struct pk_arena *arena, struct pk_error *error)
{
    bool has_options = pk_opts_has(&args->opts, "before") || pk_opts_has(&args->opts, "after");

    if (!(has_options ? add_options(args, sides, arena, error)
                      : add_operands(args, sides, arena, error)) ||
        !check_runs(sides, error))
        return false;
    for (unsigned s = 0; s < 2; s++)
        name_side(sides, s, arena);
    return true;
}

/* --- each run by itself --- */

static bool read_run(struct pk_args *args, const char *path, const struct pk_loaded *like,
                     const struct pk_diff_seer *seer, unsigned side, uint32_t index,
                     struct pk_error *error)
{
    struct pk_loaded run;
    bool done = pk_load_paths(args, &path, 1, like, &run, error);

    if (done) {
        run.metric =
            pk_same_metric(run.profile, pk_profile_metric(like->profile, like->metric)->name);
        if (run.metric == PK_NONE)
            done = pk_error_set(error, PK_INPUT, pk_place_none(),
                                "this run has not the metric of the others");
        else
            done = seer->see(seer->context, &run, side, index, error);
    }
    if (!done)
        error->file = path;
    /* Not pk_loaded_fini, which keeps the names of an input or two: these are those of `path`. */
    pk_attribute_free(run.filtered);
    pk_profile_free(run.profile);
    pk_array_fini(&run.names);
    pk_array_fini(&run.identities);
    pk_arena_fini(&run.arena);
    return done;
}

bool pk_diff_sides_see_runs(struct pk_args *args, const struct pk_diff_sides *sides,
                            const struct pk_loaded *like, const struct pk_diff_seer *seer,
                            struct pk_error *error)
{
    static const struct pk_opt quiet = {.name = "quiet", .kind = PK_OPT_FLAG};
    bool done = true;

    /* All that a file has to say was said when it was read first. */
    pk_array_push(&args->opts.values, (struct pk_opt_value){.opt = &quiet});
    for (unsigned s = 0; s < 2; s++)
        for (uint32_t i = 0; i < sides->path[s].size && done; i++)
            done = read_run(args, sides->path[s].data[i], like, seer, s, i, error);
    args->opts.values.size--;
    return done;
}

static bool add_to_diff(void *diff, const struct pk_loaded *run, unsigned side, uint32_t index,
                        struct pk_error *error)
{
    return pk_diff_runs_add(diff, side, index, &(struct pk_side){run->profile, run->metric}, error);
}

bool pk_diff_sides_read_runs(struct pk_args *args, const struct pk_diff_sides *sides,
                             const struct pk_loaded *like, struct pk_diff *diff,
                             struct pk_arena *arena, struct pk_error *error)
{
    const uint32_t n[2] = {(uint32_t)sides->path[0].size, (uint32_t)sides->path[1].size};

    pk_diff_runs_begin(diff, n, arena);
    return pk_diff_sides_see_runs(args, sides, like, &(struct pk_diff_seer){add_to_diff, diff},
                                  error);
}

void pk_diff_sides_fini(struct pk_diff_sides *sides)
{
    pk_array_fini(&sides->path[0]);
    pk_array_fini(&sides->path[1]);
}
