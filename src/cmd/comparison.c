/*
 * Two sides of a comparison: see comparison.h. Options are read before any file, so that a mistake
 * in one costs no time.
 */
#include "cmd/comparison.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "analyze/verdict.h"
#include "base/code.h"
#include "base/escape.h"
#include "cmd/diff_measure.h"
#include "cmd/diff_names.h"
#include "render/view_diff.h"

/* 1 when --swap exchanges the sides, so that every sign and colour is turned, else 0. */
static unsigned is_swapped(const struct pk_comparison *c)
{
    return pk_opts_has(&c->args->opts, "swap");
}

/* What is said to be before is after from here on; a pair has one file and exchanges its counts. */
static void swap_sides(struct pk_comparison *c)
{
    struct pk_diff_sides sides = c->sides;

    if (!is_swapped(c))
        return;
    for (unsigned s = 0; !sides.is_pair && s < 2; s++) {
        memcpy(&c->sides.path[s], &sides.path[1 - s], sizeof sides.path[s]);
        c->sides.name[s] = sides.name[1 - s];
    }
}

/* --- the metric of both sides --- */

/* Never two different things: neither by name nor by unit. */
static bool match_metrics(struct pk_comparison *c, struct pk_error *error)
{
    const struct pk_profile *after = c->loaded[1].profile;
    const struct pk_metric *metric = pk_profile_metric(c->loaded[0].profile, c->loaded[0].metric);
    uint32_t other = pk_same_metric(after, metric->name);
    char quoted[320], second[320];

    pk_error_quote(quoted, sizeof quoted, metric->name);
    if (other == PK_NONE) {
        pk_error_set(
            error, PK_USAGE, pk_place_none(),
            "only the first file has the metric %s; the second has %s", quoted,
            pk_error_quote(second, sizeof second,
                           pk_profile_metric(after, pk_profile_default_metric(after))->name));
        for (uint32_t m = 0; m < pk_profile_metrics(c->loaded[0].profile); m++) {
            metric = pk_profile_metric(c->loaded[0].profile, m);
            if (pk_same_metric(after, metric->name) != PK_NONE)
                pk_error_hint(error, "both have --metric %s" PK_CODE("E044"),
                              pk_error_quote(quoted, sizeof quoted, metric->name));
        }
        return false;
    }
    if (pk_profile_metric(after, other)->unit != metric->unit)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "the metric %s is in %s in the first file and in %s in the second",
                            quoted, pk_units_name(metric->unit),
                            pk_units_name(pk_profile_metric(after, other)->unit));
    c->loaded[1].metric = other;
    for (unsigned s = 0; s < 2; s++)
        c->side[s] = (struct pk_side){c->loaded[s].profile, c->loaded[s].metric};
    return true;
}

/* Both counts of a collapsed file are metrics of one profile. */
static bool match_pair(struct pk_comparison *c, struct pk_error *error)
{
    static const char *const names[] = {"before", "after"};
    const struct pk_profile *profile = c->loaded[0].profile;

    for (unsigned s = 0; s < 2; s++) {
        c->side[s] =
            (struct pk_side){profile, pk_same_metric(profile, pk_str_of(names[s ^ is_swapped(c)]))};
        if (c->side[s].metric == PK_NONE) {
            pk_error_set(error, PK_USAGE, pk_place_none(),
                         "one file is both sides only when its lines have two counts");
            pk_error_hint(error, "profkit diff BEFORE AFTER");
            return false;
        }
    }
    return true;
}

/* --- loading --- */

/* Names and identities of both, for the header, JSON, and the refusal to write over an input. */
static void join(struct pk_comparison *c)
{
    for (unsigned s = c->is_alone ? 1 : 0; s < (c->is_pair ? 1u : 2u); s++) {
        for (size_t i = 0; i + 1 < c->loaded[s].names.size; i++)
            pk_array_push(&c->both.names, c->loaded[s].names.data[i]);
        for (size_t i = 0; i < c->loaded[s].identities.size; i++)
            pk_array_push(&c->both.identities, c->loaded[s].identities.data[i]);
    }
    pk_array_push(&c->both.names, NULL);
    for (unsigned s = c->is_alone ? 1 : 0; s < 2; s++)
        c->names[s] =
            c->sides.name[s] ? c->sides.name[s] : c->loaded[c->is_pair ? 0 : s].names.data[0];
}

/* A pair has its metrics by their names; two files are asked for one by --metric or default. */
static bool load(struct pk_comparison *c, struct pk_error *error)
{
    const struct pk_diff_sides *sides = &c->sides;

    c->is_pair = sides->is_pair;
    c->args->keeps = c->is_pair ? PK_KEEP_METRICS : 0;
    if (!pk_load_paths(c->args, sides->path[0].data, sides->path[0].size, NULL, &c->loaded[0],
                       error))
        return false;
    if (!c->is_pair && (!pk_load_paths(c->args, sides->path[1].data, sides->path[1].size,
                                       &c->loaded[0], &c->loaded[1], error) ||
                        !pk_choose_metric(c->args, &c->loaded[0], error)))
        return false;
    join(c);
    return c->is_pair ? match_pair(c, error) : match_metrics(c, error);
}

/* --- what is said about it --- */

/* Never silently: what was taken for the same could be wrong. */
static void add_renamed(const struct pk_diff_files *files, const char *kind, struct pk_buf *out)
{
    for (uint32_t i = 0; i < files->n; i++) {
        const struct pk_diff_file *file = &files->renamed[i];

        pk_buf_text(out, "taking ");
        pk_escape_terminal(out, file->name[PK_BEFORE]);
        pk_buf_text(out, " and ");
        pk_escape_terminal(out, file->name[PK_AFTER]);
        pk_buf_printf(out, " for one %s: they share %u of %u functions\n", kind, file->shared,
                      file->functions);
    }
}

static void say_renamed(const struct pk_comparison *c)
{
    const struct pk_diff *diff = &c->diff;
    struct pk_buf out = {0};

    add_renamed(&diff->files, "file", &out);
    add_renamed(&diff->modules, "module", &out);
    if (out.size)
        pk_buf_write(&out, stderr);
    pk_buf_fini(&out);
}

static void say_doubts(const struct pk_comparison *c)
{
    struct pk_buf lines = {0};
    struct pk_str rest;

    pk_comparison_warnings(c, &lines);
    for (rest = pk_buf_view(&lines); rest.size;) {
        struct pk_str line = pk_str_take_line(&rest);

        fprintf(stderr, "profkit: warning: %.*s\n", (int)line.size, line.data);
    }
    pk_buf_fini(&lines);
}

/* Doubts about the comparison go to stderr, so that they are seen beside any output. */
void pk_comparison_warn(const struct pk_comparison *c)
{
    if (pk_is_quiet(c->args))
        return;
    say_doubts(c);
    pk_diff_names_warn(&c->diff);
    say_renamed(c);
}

void pk_comparison_doubts(const struct pk_comparison *c, struct pk_target *target)
{
    for (unsigned s = c->is_alone ? 1 : 0; s < 2; s++)
        pk_say_doubts(c->args, c->side[s].profile, c->side[s].metric,
                      c->is_pair ? (s ? "after" : "before") : c->names[s], target);
}

/* A count of a pair is called as it stands in the file, whichever side it is. */
static struct pk_str side_name(const struct pk_comparison *c, unsigned s)
{
    return c->is_pair ? pk_profile_metric(c->side[s].profile, c->side[s].metric)->name
                      : pk_str_of(c->names[s]);
}

void pk_comparison_header(const struct pk_comparison *c, bool is_ascii, FILE *to)
{
    const struct pk_diff *diff = &c->diff;
    const struct pk_metric *metric = &diff->metric;
    struct pk_buf out = {0};

    for (unsigned s = 0; s < 2; s++) {
        pk_buf_text(&out, s ? " -> " : "");
        pk_escape_terminal(&out, side_name(c, s));
        pk_buf_char(&out, ' ');
        pk_units_value(&out, metric->unit, metric->scale, diff->total.side[s]);
    }
    pk_buf_text(&out, "   ");
    pk_view_diff_delta(&out, metric, diff->total.delta);
    pk_buf_text(&out, " (");
    pk_units_ratio(&out, diff->total.side[1], diff->total.side[0]);
    pk_buf_text(&out, ")   ");
    pk_diff_measure_words(diff, c->is_pair, &out);
    pk_buf_char(&out, '\n');
    pk_diff_measure_header(diff, c->is_pair, is_ascii, &out);
    pk_buf_char(&out, '\n');
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
}

/* --- all of it --- */

/* By the measure that was asked for. */
static bool compare(struct pk_comparison *c, struct pk_error *error)
{
    struct pk_arena *arena = &c->loaded[0].arena;

    for (unsigned s = 0; s < 2; s++)
        c->measure.runs[s] = (uint32_t)c->sides.path[s].size;
    if (!pk_measure_choose(c->side, &c->measure, error) ||
        !pk_diff_find_by(c->side, &c->measure, &c->renames, PK_DIFF_SELF, arena, &c->diff, error) ||
        (pk_diff_sides_are_runs(&c->sides) &&
         !pk_diff_sides_read_runs(c->args, &c->sides, &c->loaded[0], &c->diff, arena, error)))
        return false;
    pk_verdicts_judge(&c->diff, pk_diff_overdispersion(c->args));
    return true;
}

/* Before any file, so that a mistake costs no time. */
static bool read_options(struct pk_comparison *c, struct pk_error *error)
{
    struct pk_arena *arena = &c->args->paths;

    pk_arena_init(arena);
    return pk_diff_measure_options(c->args, &c->measure, error) &&
           pk_diff_names_read(c->args, &c->renames, arena, error);
}

bool pk_comparison_find(struct pk_comparison *c, struct pk_error *error)
{
    if (!read_options(c, error) || !pk_diff_sides_find(c->args, &c->sides, &c->args->paths, error))
        return false;
    if (c->keeps_units && c->measure.normal == PK_NORMAL_AUTO)
        c->measure.normal = PK_NORMAL_NONE;
    c->has_sides = true;
    swap_sides(c);
    return load(c, error) && compare(c, error);
}

bool pk_comparison_find_runs(struct pk_comparison *c, struct pk_error *error)
{
    struct pk_diff_sides *sides = &c->sides;

    if (!read_options(c, error) ||
        !pk_diff_sides_find_after(c->args, sides, &c->args->paths, error))
        return false;
    if (sides->path[PK_AFTER].size < 2) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "one run has no noise: name at least two");
        pk_error_hint(error, "profkit check --calibrate runs/");
        return false;
    }
    for (size_t i = 0; i < sides->path[PK_AFTER].size; i++)
        pk_array_push(&sides->path[PK_BEFORE], sides->path[PK_AFTER].data[i]);
    sides->path[PK_AFTER].size = 1;
    c->has_sides = true;
    return load(c, error) && compare(c, error);
}

bool pk_comparison_load_after(struct pk_comparison *c, struct pk_error *error)
{
    struct pk_loaded *loaded = &c->loaded[PK_AFTER];
    const struct pk_diff_sides *sides = &c->sides;

    if (!read_options(c, error) ||
        !pk_diff_sides_find_after(c->args, &c->sides, &c->args->paths, error))
        return false;
    c->has_sides = true;
    pk_arena_init(&c->loaded[PK_BEFORE].arena);
    c->is_alone = true;
    if (!pk_load_paths(c->args, sides->path[PK_AFTER].data, sides->path[PK_AFTER].size, NULL,
                       loaded, error) ||
        !pk_choose_metric(c->args, loaded, error))
        return false;
    c->side[PK_AFTER] = (struct pk_side){loaded->profile, loaded->metric};
    join(c);
    return true;
}

void pk_comparison_fini(struct pk_comparison *c)
{
    for (unsigned s = 0; c->has_sides && s < 2; s++)
        pk_loaded_fini(c->args, &c->loaded[s]);
    pk_match_free(c->measure.calls_of);
    pk_renames_fini(&c->renames);
    pk_diff_sides_fini(&c->sides);
    pk_array_fini(&c->both.names);
    pk_array_fini(&c->both.identities);
}
