/*
 * profkit report: one HTML file with everything there is to see of a profile. The page computes
 * from the profile what depends on what one looks at; what takes rules or sources is a document of
 * the command that answers it, as it says it with --json, so that both say the same.
 *
 * Documents are findings (all of them, of every grade, and what is doubtful about the profile),
 * services (as without options), of one file whose samples have times the timeline and, on demand,
 * sources (report_source.h). One that would be empty is not made, and the page then has no such
 * view. Stacks are those that `flame` would draw: filtered, and estimated where the file holds
 * calls.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd/common.h"
#include "cmd/path_map.h"
#include "cmd/picture.h"
#include "cmd/report_source.h"
#include "cmd/services_ask.h"
#include "cmd/stacks.h"
#include "cmd/suppress.h"
#include "cmd/timed.h"
#include "render/json_parts.h"
#include "render/report.h"
#include "render/view_findings.h"
#include "render/view_flame.h"
#include "render/view_rows.h"
#include "render/view_timeline.h"
#include "render/writers.h"

#define BUCKETS 200 /* of time */
#define THREADS 40
#define STATIC_ROWS 100
#define STATIC_WIDTH 1200
#define STATIC_DEPTH 60
#define STATIC_PERCENT 200000 /* millionths: boxes of less than a fifth of a percent are merged */

static const struct pk_opt options[] = {
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title (default: the file's name)", false},
    {"max-nodes", 0, PK_OPT_COUNT, "N", NULL,
     "nodes of the call tree to keep, the heaviest (default 1,000,000)", false},
    {"full", 0, PK_OPT_FLAG, NULL, NULL, "keep all nodes of the call tree", false},
    {"html-compat", 0, PK_OPT_FLAG, NULL, NULL, "do not pack the data, for older browsers", false},
    {"embed-source", 0, PK_OPT_FLAG, NULL, NULL,
     "put the source lines that cost most into the page", false},
    {"source-root", 0, PK_OPT_TEXT, "DIR", NULL, "where sources are (default: the current folder)",
     false},
    PK_PATH_MAP_OPTION,
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

struct making {
    const struct pk_args *args;
    struct pk_loaded *loaded;
    struct pk_stacks stacks;
    bool has_stacks;
    struct pk_report report;
    struct pk_report_documents documents;
    struct pk_report_source source;
};

/* Texts live as long as what was loaded, which is until the page is written. */
static struct pk_str keep(struct making *m, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(&m->loaded->arena, pk_buf_view(text));

    pk_buf_fini(text);
    return kept;
}

/* In the order in which they are made, so that equal inputs give equal bytes. */
static void add_document(struct making *m, const char *name, struct pk_buf *json)
{
    pk_array_push(&m->documents.list, ((struct pk_report_document){name, keep(m, json)}));
}

/* All of them: the page has room, and says the grade of each. */
static void add_findings(struct making *m)
{
    struct pk_buf json = {0};
    struct pk_found found;

    pk_found_init(&found, m->loaded, 1);
    pk_found_add_quality(&found, m->loaded);
    pk_suppress_findings(m->args, m->loaded, &found);
    if (found.findings.n || found.suppressed.n) {
        struct pk_findings_view view = {
            .profile = m->loaded->profile,
            .metric = m->loaded->metric,
            .findings = &found.findings,
            .shown = found.findings.n,
            .most = pk_findings_most(m->loaded->profile, m->loaded->metric, &found.findings,
                                     found.findings.n, &m->loaded->arena),
            .small = "0",
            .cure = "",
            .suppressed = &found.suppressed,
            .suppressions = found.suppressions,
            .n_suppressions = found.n_suppressions,
        };

        pk_view_findings_json(&view, m->loaded->names.data, &json);
        add_document(m, "findings", &json);
    }
    pk_found_fini(&found);
}

/* As the command does without options. False fills `error`: a configured service may be wrong. */
static bool add_services(struct making *m, struct pk_error *error)
{
    struct pk_services_asked asked = {.function = PK_NONE};
    struct pk_table *table;
    struct pk_buf json = {0};

    if (!m->has_stacks || !pk_profile_graph(m->loaded->profile))
        return true;
    if (!pk_services_make(m->args, m->loaded, "service", &asked.made, error))
        return false;
    pk_services_ask(m->loaded, &asked, PK_SERVICES_TOP);
    table = pk_services_table(m->loaded, &asked, PK_SERVICES_TOP, 0);
    if (table->n_rows) {
        pk_json_parts_table(table, m->loaded->names.data, &json);
        add_document(m, "services", &json);
    }
    return true;
}

/* Of one file whose samples have times. What cannot be shown is no error here. */
static void add_timeline(struct making *m)
{
    static const struct pk_timed_words words = {"", "", ""};
    struct pk_activity_options wanted = {.most_buckets = BUCKETS, .most_rows = THREADS};
    struct pk_error none = {0};
    struct pk_activity activity;
    struct pk_buf json = {0};

    if (m->args->opts.operands.size > 1 || !pk_timed_check(m->loaded, &words, &none))
        return;
    activity = pk_activity_find(m->loaded->profile, m->loaded->metric, &wanted, &m->loaded->arena);
    pk_json_parts_table(
        pk_view_timeline(&m->loaded->arena, m->loaded->profile, m->loaded->metric, &activity, 0),
        m->loaded->names.data, &json);
    add_document(m, "timeline", &json);
}

/* What people without a script see of the stacks. */
static const struct pk_scene *static_picture(struct making *m)
{
    struct pk_flame_options flame = {.is_inverted = true,
                                     .max_depth = STATIC_DEPTH,
                                     .min_percent = STATIC_PERCENT,
                                     .width = STATIC_WIDTH};

    return pk_view_flame(&m->loaded->arena, m->loaded->profile, m->loaded->metric,
                         m->stacks.view.tree, m->stacks.attributed, &flame);
}

/* Differences have no stacks that could be drawn; functions alone have none at all. */
static void add_stacks(struct making *m)
{
    struct pk_error none = {0};

    m->has_stacks =
        pk_stacks_check(m->loaded, &none) && pk_stacks_check_signs(m->loaded, "area", &none);
    if (!m->has_stacks)
        return;
    pk_stacks_init(&m->stacks, m->args, m->loaded);
    m->report.tree = m->stacks.view.tree;
    m->report.tree_metric = m->stacks.view.metric;
    m->report.attributed = m->stacks.attributed;
    m->report.picture = static_picture(m);
}

/* The header is the one of all tables, so that a page says of its profile what the terminal
 * says. */
static bool make(struct making *m, const struct pk_style *style, struct pk_error *error)
{
    const struct pk_args *args = m->args;
    struct pk_loaded *loaded = m->loaded;
    struct pk_hotspots hotspots =
        pk_hotspots_find(loaded->profile, loaded->metric, PK_HOTSPOTS_SELF, &loaded->arena);
    struct pk_buf header = {0};

    pk_header(loaded, style, &header);
    m->report = (struct pk_report){
        .title = pk_picture_title_of(args, loaded),
        .header = keep(m, &header),
        .profile = loaded->profile,
        .metric = loaded->metric,
        .max_nodes = (uint32_t)pk_opts_number(&args->opts, "max-nodes", PK_REPORT_NODES),
        .table = pk_view_rows_hotspots(&loaded->arena, loaded->profile, loaded->metric, &hotspots,
                                       STATIC_ROWS),
        .is_compat = pk_opts_has(&args->opts, "html-compat"),
    };
    if (pk_opts_has(&args->opts, "full"))
        m->report.max_nodes = 0;
    add_stacks(m);
    add_findings(m);
    add_timeline(m);
    if (!add_services(m, error))
        return false;
    pk_report_source_add(&m->source, &m->documents);
    m->report.documents = m->documents.list.data;
    m->report.n_documents = m->documents.list.size;
    return true;
}

/* "api.prof.html" in the folder one is in, whatever folder the profile is in, which may be one for
 * reading only; several files have the name of the first. */
static const char *output_name(struct pk_args *args, const struct pk_loaded *loaded)
{
    const char *name = pk_picture_base_name(loaded->names.data[0]);
    struct pk_buf path = {0};
    const char *kept;

    pk_buf_text(&path, strcmp(name, "-") == 0 ? "stdin" : name);
    pk_buf_text(&path, ".html");
    kept = pk_arena_str(&args->paths, pk_buf_view(&path)).data;
    pk_buf_fini(&path);
    return kept;
}

/* The name of the output follows from the inputs, so it is known only once they are loaded: a
 * profile of the folder may have been chosen by itself. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;
    struct making m = {.args = args, .loaded = &loaded};

    args->keeps = PK_KEEP_RECORD | PK_KEEP_METRICS; /* for times */
    if (pk_opts_has(&args->opts, "embed-source"))
        args->keeps |= PK_KEEP_LINES;
    if (pk_load(args, &loaded, error) && pk_report_source_init(&m.source, args, &loaded, error)) {
        args->fallback_output = output_name(args, &loaded);
        if (pk_target_open(args, &loaded, &pk_writer_html, PK_TARGET_REPORT, &target, error)) {
            bool done = make(&m, &target.style, error) &&
                        target.writer->report(&m.report, &target.style,
                                              pk_output_stream(target.output), error);

            pk_report_source_fini(&m.source, &target);
            pk_target_finish(args, &loaded, &target, done, error);
        }
    }
    if (m.has_stacks)
        pk_stacks_fini(&m.stacks);
    pk_report_source_fini(&m.source, NULL);
    pk_array_fini(&m.documents.list);
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_report = {
    .name = "report",
    .summary = "one HTML file to explore everything, offline",
    .usage = "[OPTION...] [FILE...] [-o OUT.html]",
    .group = "Draw",
    .opts = options,
    .reads = true,
    .writes = true,
    .filters_estimates = true,
    .run = run,
    .example = "profkit report out.prof",
};
