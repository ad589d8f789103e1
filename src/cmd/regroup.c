/*
 * Names by --by, --collapse-recursion and --inlines: see regroup.h. Each step freezes what there is
 * as a record and builds it again, so the price is the record of what was read, and without these
 * options there is none.
 *
 * Frames that are no functions (processes, threads, the separator of kernel stacks, what profkit
 * made) stay themselves in all groupings: they say whose the rest is. A function that the key says
 * nothing about is in "(no file)" or "(no module)"; one without a class stays itself, as most
 * languages have such, and one group of them all would only hide them.
 */
#include "cmd/regroup.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "analyze/recursion.h"
#include "analyze/regroup.h"
#include "cmd/common.h"
#include "model/record.h"
#include "render/label.h"

struct grouping { /* one --by that renames frames */
    const char *name;
    /* The group of a function; false: the key says nothing about it. Texts live in `arena`. */
    bool (*group)(const struct pk_frame *frame, struct pk_frame *group, struct pk_arena *arena);
    const char *rest;  /* name of the group of those, or NULL: they stay */
    const char *lacks; /* "no function of this profile ..." */
};

/* The last part of a path, of any system. */
static struct pk_str base_name(struct pk_str path)
{
    size_t from = path.size;

    while (from > 0 && path.data[from - 1] != '/' && path.data[from - 1] != '\\')
        from--;
    return pk_str_slice(path, from, path.size);
}

/* Called by its last part, as that is what fits into a box; the path tells equal ones apart. */
static bool by_file(const struct pk_frame *frame, struct pk_frame *group, struct pk_arena *arena)
{
    (void)arena;
    if (frame->file.size == 0)
        return false;
    group->name = base_name(frame->file);
    if (group->name.size == 0)
        group->name = frame->file;
    group->file = frame->file;
    return true;
}

/* It is its own module, so that it has the colour that its functions had. */
static bool by_module(const struct pk_frame *frame, struct pk_frame *group, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    pk_label_module(&text, frame);
    group->name = group->module = pk_arena_str(arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return group->name.size > 0;
}

/* Classes of Python and JavaScript have short names: their file is a part of them. Those of C++ and
 * its like are scattered over files. */
static bool by_class(const struct pk_frame *frame, struct pk_frame *group, struct pk_arena *arena)
{
    struct pk_buf text = {0};
    bool found = pk_label_class(&text, frame);

    group->name = pk_arena_str(arena, pk_buf_view(&text));
    group->module = frame->module;
    if (!memmem(frame->name.data, frame->name.size, "::", 2))
        group->file = frame->file;
    pk_buf_fini(&text);
    return found;
}

static const struct grouping groupings[] = {
    {"file", by_file, "(no file)", "no function of this profile says its file"},
    {"module", by_module, "(no module)", "no function of this profile tells its module"},
    {"class", by_class, NULL, "no function of this profile belongs to a class"},
};

static bool is_function(const struct pk_frame *frame)
{
    return frame->kind != PK_KIND_PROCESS && frame->kind != PK_KIND_THREAD &&
           frame->kind != PK_KIND_SEPARATOR && frame->kind != PK_KIND_SPECIAL;
}

/* What has no symbol is shown as that: the doubt stays visible. */
static struct pk_frame rest_of(const struct grouping *by, const struct pk_frame *frame)
{
    if (!by->rest)
        return *frame;
    if (frame->kind == PK_KIND_UNRESOLVED)
        return (struct pk_frame){.name = PK_STR("[unknown]"), .kind = PK_KIND_UNRESOLVED};
    return (struct pk_frame){.name = pk_str_of(by->rest), .kind = PK_KIND_SPECIAL};
}

/* --- the steps, each from a record to a builder --- */

static struct pk_builder *rename_frames(const struct grouping *by, const struct pk_profile *record,
                                        const struct pk_limits *limits, struct pk_error *error)
{
    uint32_t n = pk_profile_frames(record), found = 0;
    struct pk_frame *frames = pk_calloc(n, sizeof *frames);
    struct pk_regrouping how = {.frames = frames, .joins = true};
    struct pk_builder *builder = NULL;
    struct pk_arena arena;

    pk_arena_init(&arena);
    for (pk_frame_id f = 0; f < n; f++) {
        const struct pk_frame *frame = pk_profile_frame(record, f);

        if (!is_function(frame))
            frames[f] = *frame;
        else if (by->group(frame, &frames[f], &arena))
            found++;
        else
            frames[f] = rest_of(by, frame);
    }
    if (found)
        builder = pk_regroup(record, &how, limits);
    else
        pk_error_set(error, PK_USAGE, pk_place_none(), "--by %s: %s", by->name, by->lacks);
    pk_arena_fini(&arena);
    pk_free(frames);
    return builder;
}

static struct pk_builder *name_lines(const struct pk_profile *record,
                                     const struct pk_limits *limits, struct pk_error *error)
{
    if (pk_regroup_has_lines(record))
        return pk_regroup_lines(record, limits);
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "--by line: this profile does not say which lines were executed");
    pk_error_hint(error, "--by function, file and module need none");
    return NULL;
}

static struct pk_builder *collapse_recursion(const struct pk_profile *record,
                                             const struct pk_limits *limits)
{
    uint32_t n = pk_profile_frames(record);
    struct pk_frame *frames = pk_calloc(n, sizeof *frames);
    bool *is_outermost = pk_calloc(n, sizeof *is_outermost);
    struct pk_regrouping how = {
        .frames = frames, .is_outermost = is_outermost, .joins = true, .keeps_lines = true};
    struct pk_builder *builder;

    pk_recursion_levels(record, frames, is_outermost);
    builder = pk_regroup(record, &how, limits);
    pk_free(frames);
    pk_free(is_outermost);
    return builder;
}

/* Of formats that do not name inlined functions too: scripts may always ask for this. */
static struct pk_builder *merge_inlined(const struct pk_args *args, const struct pk_profile *record,
                                        const struct pk_limits *limits)
{
    static const struct pk_regrouping how = {.merges_inlined = true, .keeps_lines = true};
    const struct pk_tree *tree = pk_record_tree(record);
    bool has_inlined = false;

    for (uint32_t i = 0; tree && i < tree->n && !has_inlined; i++)
        has_inlined = pk_profile_frame(record, tree->frame[i])->kind == PK_KIND_INLINED;
    if (!has_inlined && !pk_is_quiet(args))
        fputs("--inlines merge: no inlined function is named in this profile\n", stderr);
    return pk_regroup(record, &how, limits);
}

/* --- all of them --- */

enum step { INLINES, RECURSION, BY, STEPS };

static bool is_asked(const struct pk_args *args, enum step step)
{
    switch (step) {
    case INLINES:
        return strcmp(pk_opts_text(&args->opts, "inlines", "keep"), "merge") == 0;
    case RECURSION:
        return pk_opts_has(&args->opts, "collapse-recursion");
    default:
        return !args->cmd->has_own_by &&
               strcmp(pk_opts_text(&args->opts, "by", "function"), "function") != 0;
    }
}

bool pk_regroup_is_asked(const struct pk_args *args)
{
    return is_asked(args, INLINES) || is_asked(args, RECURSION) || is_asked(args, BY);
}

static struct pk_builder *take_step(const struct pk_args *args, enum step step,
                                    const struct pk_profile *record, const struct pk_limits *limits,
                                    struct pk_error *error)
{
    const char *by = pk_opts_text(&args->opts, "by", "function");

    if (step == INLINES)
        return merge_inlined(args, record, limits);
    if (step == RECURSION)
        return collapse_recursion(record, limits);
    for (size_t i = 0; i < sizeof groupings / sizeof *groupings; i++)
        if (strcmp(by, groupings[i].name) == 0)
            return rename_frames(&groupings[i], record, limits, error);
    return name_lines(record, limits, error);
}

static void say_step(const struct pk_args *args, enum step step, struct pk_builder *builder)
{
    struct pk_buf text = {0};

    if (step == INLINES) {
        pk_buf_text(&text, "inlined functions merged");
    } else if (step == RECURSION) {
        pk_buf_text(&text, "recursion collapsed");
    } else {
        pk_buf_text(&text, "by ");
        pk_buf_text(&text, pk_opts_text(&args->opts, "by", ""));
    }
    pk_builder_fact(builder, "grouped", pk_buf_view(&text));
    pk_buf_fini(&text);
}

struct pk_profile *pk_regroup_freeze(const struct pk_args *args, struct pk_builder *builder,
                                     struct pk_keeping keeping, const struct pk_limits *limits,
                                     struct pk_error *error)
{
    const struct pk_keeping record_only = {.parts = PK_KEEP_RECORD};
    struct pk_builder *own = NULL; /* of the last step; `builder` is the caller's */
    struct pk_profile *profile = NULL;
    bool done = true;

    for (unsigned step = INLINES; step < STEPS && done; step++) {
        struct pk_profile *record;

        if (!is_asked(args, (enum step)step))
            continue;
        record = pk_builder_freeze_take(builder, record_only, error);
        pk_builder_free(own);
        own = NULL;
        if (record)
            builder = own = take_step(args, (enum step)step, record, limits, error);
        if (own) /* a file that is written so says it of itself */
            say_step(args, (enum step)step, own);
        done = record && own;
        pk_profile_free(record);
    }
    if (done)
        profile = pk_builder_freeze_take(builder, keeping, error);
    pk_builder_free(own);
    return profile;
}
