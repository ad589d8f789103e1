/*
 * Reports of check: see check_report.h. A CI job wants several at once: annotations in its log, a
 * file for the list of tests, a comment for the review. All files are written before the first of
 * them takes its place, so that a full disk leaves none of them half new.
 */
#include "cmd/check_report.h"

#include <stdio.h>
#include <string.h>

#include "render/writers.h"

struct report {
    const struct pk_writer *writer;
    const char *path; /* NULL: stdout */
    struct pk_output *output;
};

struct pk_check_reports {
    size_t n;
    struct report *list;
};

/* --- options --- */

/* Only what outcomes can be written as, one by one or in a table. */
static const struct pk_writer *writer_of(const char *name)
{
    static const struct pk_writer *const list[] = {
        &pk_writer_github, &pk_writer_junit, &pk_writer_sarif, &pk_writer_md,
        &pk_writer_csv,    &pk_writer_tsv,   &pk_writer_json,  &pk_writer_text};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    return NULL;
}

static bool read_report(const char *text, struct pk_arena *arena, struct report *report,
                        struct pk_error *error)
{
    static const char *const known[] = {"github", "junit", "sarif", "md", "csv",
                                        "tsv",    "json",  "text",  NULL};
    struct pk_str all = pk_str_of(text);
    size_t size = strcspn(text, ":");
    const char *name = pk_arena_str(arena, pk_str_slice(all, 0, size)).data, *nearest;
    char quoted[320];

    *report = (struct report){.writer = writer_of(name)};
    if (size < all.size)
        report->path = text + size + 1;
    if (report->path && !*report->path)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "--report %s: needs a file",
                            pk_error_quote(quoted, sizeof quoted, pk_str_of(name)));
    if (report->writer)
        return true;
    nearest = pk_opts_nearest(name, known);
    pk_error_set(error, PK_USAGE, pk_place_none(), "no report is called %s",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(name)));
    if (nearest)
        pk_error_hint(error, "did you mean '%s'?", nearest);
    else
        pk_error_hint(error, "github, junit, sarif, md, csv, tsv, json or text, and :FILE");
    return false;
}

struct pk_check_reports *pk_check_reports_read(const struct pk_args *args, struct pk_arena *arena,
                                               struct pk_error *error)
{
    struct pk_check_reports *reports = PK_NEW(arena, struct pk_check_reports);
    const struct pk_opt_value *value = NULL;

    reports->list = PK_NEW_ARRAY(arena, struct report, pk_opts_count(&args->opts, "report"));
    while ((value = pk_opts_next(&args->opts, "report", value)))
        if (!read_report(value->text, arena, &reports->list[reports->n++], error))
            return NULL;
    return reports;
}

/* --- writing --- */

static bool refuse_inputs(const struct report *report, const struct pk_loaded *loaded,
                          struct pk_error *error)
{
    for (size_t i = 0; i < loaded->identities.size; i++)
        if (!pk_output_refuse_input(report->output, loaded->identities.data[i].device,
                                    loaded->identities.data[i].inode, error))
            return false;
    return true;
}

/* A heading for a comment, which has no command above it. */
static bool write_report(const struct report *report, const struct pk_check_told *told,
                         const struct pk_style *like, FILE *to, struct pk_error *error)
{
    struct pk_style style = {.metric = like->metric, .inputs = like->inputs};
    struct pk_buf out = {0};

    if (report->writer->notices)
        return report->writer->notices(&told->notices, &style, to, error);
    if (report->writer == &pk_writer_md)
        pk_buf_text(&out, told->fails ? "### profkit check: failed\n\n"
                                      : "### profkit check: passed\n\n");
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return report->writer->table(told->table, &style, to, error);
}

bool pk_check_reports_write(const struct pk_check_reports *reports, const struct pk_loaded *loaded,
                            const struct pk_check_told *told, struct pk_target *target,
                            struct pk_error *error)
{
    bool is_stdout = !target->path || strcmp(target->path, "-") == 0, done = true;

    for (size_t i = 0; i < reports->n && done; i++) {
        struct report *report = &reports->list[i];
        bool shares = is_stdout && (!report->path || strcmp(report->path, "-") == 0);

        report->output = shares ? NULL : pk_output_open(report->path, error);
        done = (shares || (report->output && refuse_inputs(report, loaded, error))) &&
               write_report(report, told, &target->style,
                            pk_output_stream(shares ? target->output : report->output), error);
    }
    return done;
}

bool pk_check_reports_close(struct pk_check_reports *reports, bool done, struct pk_error *error)
{
    for (size_t i = 0; i < reports->n; i++) {
        struct pk_output *output = reports->list[i].output;

        if (done && output)
            done = pk_output_commit(output, NULL, error);
        else
            pk_output_abort(output);
    }
    return done;
}
