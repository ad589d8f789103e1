/*
 * profkit findings: what is done again and again in a loop, with the counts that show it.
 */
#include "cmd/found.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "render/view_findings.h"
#include "render/writers.h"

#define KINDS (PK_TARGET_PAGE | PK_TARGET_NOTICES | PK_TARGET_MARKDOWN)

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N findings; 0 shows all (default 20)", false},
    {"grade", 0, PK_OPT_CHOICE, "GRADE", "proven,likely,possible",
     "only findings of this grade or a better one (default possible)", false},
    {"fail-on", 0, PK_OPT_CHOICE, "GRADE", "proven,likely,possible",
     "exit with status 1 when there is a finding of this grade or a better one", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the findings", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* The grade that an option names, the worst where it is not given. */
static enum pk_grade grade_of(const struct pk_args *args, const char *option)
{
    const char *word = pk_opts_text(&args->opts, option, "possible");

    if (strcmp(word, "proven") == 0)
        return PK_PROVEN;
    return strcmp(word, "likely") == 0 ? PK_LIKELY : PK_POSSIBLE;
}

/* How many of the findings are shown: they come with the best grade first. A page has an end; what
 * a program shows beside the code does not. */
static uint32_t count_shown(const struct pk_args *args, const struct pk_target *target,
                            const struct pk_findings *findings)
{
    enum pk_grade worst = grade_of(args, "grade");
    uint32_t top = pk_top(args, target->writer->notices ? 0 : 20), n = 0;

    while (n < findings->n && findings->list[n].grade <= worst && (top == 0 || n < top))
        n++;
    return n;
}

/* Also by findings that other options do not show: a gate must not open by what is printed. */
static bool fails(const struct pk_args *args, const struct pk_findings *findings)
{
    return pk_opts_text(&args->opts, "fail-on", NULL) && findings->n &&
           findings->list[0].grade <= grade_of(args, "fail-on");
}

/* The forms that are a text of the command's own. */
static void write_page(const struct pk_loaded *loaded, const struct pk_findings_view *view,
                       const struct pk_target *target, struct pk_buf *out)
{
    if (target->writer == &pk_writer_json) {
        pk_view_findings_json(view, target->style.inputs, out);
    } else if (target->writer == &pk_writer_md) {
        pk_view_findings_md(view, out);
    } else {
        if (!target->style.no_header) {
            pk_header(loaded, &target->style, out);
            pk_buf_char(out, '\n');
        }
        pk_view_findings_text(view, &target->style, out);
    }
}

/* There is no table, since the evidence of one finding is as long as a line. */
static bool write_out(const struct pk_args *args, struct pk_loaded *loaded,
                      const struct pk_findings_view *view, struct pk_target *target,
                      struct pk_error *error)
{
    FILE *to = pk_output_stream(target->output);
    struct pk_buf out = {0};

    if (target->writer->notices) {
        struct pk_notices notices = pk_view_findings_notices(view, &loaded->arena);

        if (view->shown < view->findings->n && !pk_is_quiet(args))
            fprintf(stderr, "not in the %s: %u more with %s\n", target->writer->name,
                    view->findings->n - view->shown, view->cure);
        return target->writer->notices(&notices, &target->style, to, error);
    }
    write_page(loaded, view, target, &out);
    fwrite(out.data, 1, out.size, to);
    pk_buf_fini(&out);
    return true;
}

/* The rules are read only when there is something to look at. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;
    bool is_failed = false;

    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, KINDS, &target, error)) {
        struct pk_findings_view view;
        struct pk_found found;
        bool done;

        pk_found_init(&found, &loaded);
        view = (struct pk_findings_view){.profile = loaded.profile,
                                         .metric = loaded.metric,
                                         .findings = &found.findings,
                                         .shown = count_shown(args, &target, &found.findings),
                                         .cure = "--top 0 --grade possible",
                                         .fails = grade_of(args, "fail-on"),
                                         .has_gate = pk_opts_has(&args->opts, "fail-on")};
        is_failed = fails(args, &found.findings);
        done = write_out(args, &loaded, &view, &target, error);
        pk_found_fini(&found);
        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return error->status == PK_OK && is_failed ? PK_CONDITION : (int)error->status;
}

const struct pk_cmd pk_cmd_findings = {
    .name = "findings",
    .summary = "what is done again and again in a loop, with the counts that show it",
    .usage = "[OPTION...] [FILE...]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit findings out.prof",
};
