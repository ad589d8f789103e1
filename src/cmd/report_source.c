/*
 * The source view of a report: see report_source.h. Somebody else may get the page, so it holds
 * only what the view shows: of functions that hold at least a hundredth of the run the lines that
 * hold a hundredth of the function, and those around them. There are bounds on functions and
 * bytes, whatever the profile says; functions with most self come first, and what finds no room is
 * told.
 *
 * A function that no text was found of is shown only where its lines have costs: the line of its
 * definition alone says nothing that other views do not.
 */
#include "cmd/report_source.h"

#include <stdint.h>
#include <string.h>

#include "analyze/hotspots.h"
#include "base/units.h"
#include "model/lines.h"
#include "render/json_parts.h"
#include "render/view_annotate.h"

#define MOST_FUNCTIONS 100u
#define MOST_BYTES ((size_t)4 << 20)    /* of all documents */
#define MOST_BYTES_OF ((size_t)1 << 20) /* of a function */
#define CONTEXT 5                       /* as `annotate` has it without options, as the next */
#define PERCENT 1000000                 /* millionths: 1 % */

bool pk_report_source_init(struct pk_report_source *source, const struct pk_args *args,
                           struct pk_loaded *loaded, struct pk_error *error)
{
    static const char *const with[] = {"source-root", "path-map"};

    *source = (struct pk_report_source){.is_wanted = pk_opts_has(&args->opts, "embed-source"),
                                        .loaded = loaded};
    for (unsigned i = 0; !source->is_wanted && i < 2; i++)
        if (pk_opts_has(&args->opts, with[i])) {
            pk_error_set(error, PK_USAGE, pk_place_none(), "--%s is for --embed-source", with[i]);
            pk_error_hint(error, "without it no source text is read or written");
            return false;
        }
    if (!source->is_wanted)
        return true;
    return pk_annotate_source_init(&source->files, args, loaded, true, error);
}

/* --- a function --- */

static const struct pk_sourcefile *open_source(void *context, struct pk_str path)
{
    struct pk_report_source *source = context;
    const struct pk_sourcefile *file = pk_annotate_source_open(&source->files, path);

    source->has_text |= file->is_found;
    return file;
}

/* Whether there can be anything to show; asked first, since looking for lines takes time. */
static bool names_source(const struct pk_profile *profile, pk_frame_id f)
{
    const struct pk_lines *lines = pk_profile_lines(profile);
    const struct pk_frame *frame = pk_profile_frame(profile, f);

    return (frame->file.size && frame->kind != PK_KIND_BUILTIN) ||
           (lines && lines->start[f] < lines->start[f + 1]);
}

/* What `annotate --json --context 5` says; false where that is nothing. */
static bool annotate(struct pk_report_source *source, pk_frame_id f, struct pk_arena *arena,
                     struct pk_buf *json)
{
    struct pk_loaded *loaded = source->loaded;
    struct pk_annotate_scope scope = {.frame = f};
    struct pk_annotation annotation = pk_annotate(loaded->profile, loaded->metric, scope, arena);
    struct pk_view_annotate_options how = {.context = CONTEXT,
                                           .min_percent = PERCENT,
                                           .has_near = true,
                                           .source = open_source,
                                           .source_context = source};
    struct pk_table *table;

    source->files.annotation = &annotation;
    source->has_text = false;
    table = pk_view_annotate(arena, loaded->profile, loaded->metric, &annotation, &how);
    if (!annotation.has_lines && !source->has_text)
        return false;
    pk_json_parts_table(table, loaded->names.data, json);
    return true;
}

/* --- all of them --- */

static void leave_out(struct pk_report_source *source, pk_frame_id f)
{
    const int64_t *self = pk_profile_flat(source->loaded->profile)->self[source->loaded->metric];

    source->n_left_out++;
    if (self && self[f] != PK_MISSING &&
        __builtin_add_overflow(source->left_out, self[f], &source->left_out))
        source->left_out = INT64_MAX;
}

static struct pk_str keep(struct pk_report_source *source, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(&source->loaded->arena, pk_buf_view(text));

    pk_buf_fini(text);
    return kept;
}

/* The document of a function, and its number into the list; false where there is nothing. */
static bool add_function(struct pk_report_source *source, pk_frame_id f, struct pk_json *list,
                         size_t *bytes, struct pk_report_documents *documents)
{
    struct pk_buf name = {0}, json = {0};
    struct pk_arena arena;
    bool is_there, fits;

    pk_arena_init(&arena);
    is_there = annotate(source, f, &arena, &json);
    pk_arena_fini(&arena);
    fits = json.size <= MOST_BYTES_OF && json.size <= MOST_BYTES - *bytes;
    if (is_there && !fits)
        leave_out(source, f);
    if (is_there && fits) {
        *bytes += json.size;
        pk_buf_printf(&name, "annotate/%u", f);
        pk_array_push(&documents->list,
                      ((struct pk_report_document){keep(source, &name).data, keep(source, &json)}));
        pk_json_value(list, f);
    }
    pk_buf_fini(&json);
    return is_there && fits;
}

/* The functions that hold enough, those with most self first. */
static uint32_t add_functions(struct pk_report_source *source, struct pk_json *list,
                              struct pk_report_documents *documents)
{
    struct pk_loaded *loaded = source->loaded;
    struct pk_hotspots hot =
        pk_hotspots_find(loaded->profile, loaded->metric, PK_HOTSPOTS_SELF, &loaded->arena);
    size_t bytes = 0;
    uint32_t n = 0;

    pk_hotspots_leave_out(&hot, loaded->profile, loaded->metric, PERCENT);
    for (uint32_t i = 0; i < hot.n; i++) {
        if (!names_source(loaded->profile, hot.frame[i]))
            continue;
        if (n == MOST_FUNCTIONS)
            leave_out(source, hot.frame[i]);
        else if (add_function(source, hot.frame[i], list, &bytes, documents))
            n++;
    }
    return n;
}

/* What is said of files stands in the page as it does on a terminal, since who reads the one need
 * not have seen the other. */
void pk_report_source_add(struct pk_report_source *source, struct pk_report_documents *documents)
{
    struct pk_buf text = {0}, doubts = {0};
    struct pk_json json;
    uint32_t n;

    if (!source->is_wanted || source->loaded->filtered) /* lines of estimates are not known */
        return;
    pk_json_init(&json, &text);
    pk_json_object(&json);
    pk_json_key(&json, "functions");
    pk_json_array(&json);
    n = add_functions(source, &json, documents);
    pk_json_array_end(&json);
    pk_annotate_source_doubts(&source->files, &doubts);
    pk_json_parts_lines(&json, "doubts", pk_buf_view(&doubts));
    pk_json_key(&json, "left_out");
    pk_json_object(&json);
    pk_json_key(&json, "functions");
    pk_json_value(&json, source->n_left_out);
    pk_json_key(&json, "self");
    pk_json_value(&json, source->left_out);
    pk_json_object_end(&json);
    pk_json_object_end(&json);
    if (n || doubts.size)
        pk_array_push(&documents->list,
                      ((struct pk_report_document){"source", keep(source, &text)}));
    else
        source->is_empty = true;
    pk_buf_fini(&text);
    pk_buf_fini(&doubts);
}

static void say(const struct pk_report_source *source, struct pk_buf *out)
{
    const struct pk_metric *metric =
        pk_profile_metric(source->loaded->profile, source->loaded->metric);

    if (source->loaded->filtered)
        pk_buf_text(out, "profkit: warning: no source: costs of lines are not estimated\n");
    else if (source->is_empty)
        pk_buf_text(out, "profkit: warning: no source: the profile names none for what holds 1 % "
                         "or more\n");
    if (!source->n_left_out)
        return;
    pk_buf_printf(out, "profkit: warning: no room for the source of %u more function%s, with ",
                  source->n_left_out, source->n_left_out == 1 ? "" : "s");
    pk_units_value(out, metric->unit, metric->scale, source->left_out);
    pk_buf_text(out, " of self: a page has that of 100 and 4 MiB at most\n");
}

void pk_report_source_fini(struct pk_report_source *source, struct pk_target *target)
{
    if (!source->is_wanted)
        return;
    if (target && !pk_is_quiet(source->files.args))
        say(source, &target->doubts);
    pk_annotate_source_fini(&source->files, target);
}
