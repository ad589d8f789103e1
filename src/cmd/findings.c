/*
 * profkit findings: what is done again and again in a loop, with the counts that show it.
 */
#include "analyze/findings.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd/common.h"
#include "render/view_findings.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N findings; 0 shows all (default 20)", false},
    {"grade", 0, PK_OPT_CHOICE, "GRADE", "proven,likely,possible",
     "only findings of this grade or a better one (default possible)", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the findings", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* How many of the findings are shown: they come with the best grade first. */
static uint32_t count_shown(const struct pk_args *args, const struct pk_findings *findings)
{
    const char *word = pk_opts_text(&args->opts, "grade", "possible");
    enum pk_grade worst = strcmp(word, "proven") == 0   ? PK_PROVEN
                          : strcmp(word, "likely") == 0 ? PK_LIKELY
                                                        : PK_POSSIBLE;
    uint32_t top = pk_top(args, 20), n = 0;

    while (n < findings->n && findings->list[n].grade <= worst && (top == 0 || n < top))
        n++;
    return n;
}

static void write_out(const struct pk_loaded *loaded, const struct pk_findings_view *view,
                      struct pk_target *target)
{
    struct pk_buf out = {0};

    if (target->writer == &pk_writer_json) {
        pk_view_findings_json(view, target->style.inputs, &out);
    } else {
        if (!target->style.no_header) {
            pk_header(loaded, &target->style, &out);
            pk_buf_char(&out, '\n');
        }
        pk_view_findings_text(view, &target->style, &out);
    }
    fwrite(out.data, 1, out.size, pk_output_stream(target->output));
    pk_buf_fini(&out);
}

/* The rules are read only when there is something to look at. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_PAGE, &target, error)) {
        struct pk_families *families = pk_families_new();
        struct pk_detectors detectors;
        struct pk_findings findings;
        struct pk_findings_view view;

        pk_detectors_init(&detectors);
        findings =
            pk_findings_find(loaded.profile, loaded.metric, families, &detectors, &loaded.arena);
        view = (struct pk_findings_view){loaded.profile, loaded.metric, &findings,
                                         count_shown(args, &findings), "--top 0 --grade possible"};
        write_out(&loaded, &view, &target);
        pk_detectors_fini(&detectors);
        pk_families_free(families);
        pk_target_finish(args, &loaded, &target, true, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
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
