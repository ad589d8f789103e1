/*
 * profkit findings: what is done again and again in a loop, with the counts that show it.
 */
#include "cmd/annotate_source.h"
#include "cmd/baseline.h"
#include "cmd/load_options.h"
#include "cmd/path_map.h"
#include "cmd/suppress.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "analyze/findings_source.h"
#include "analyze/unseen.h"
#include "base/escape.h"
#include "render/view_findings.h"
#include "render/writers.h"

#define KINDS (PK_TARGET_PAGE | PK_TARGET_NOTICES | PK_TARGET_MARKDOWN)

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N findings; 0 shows all (default 20)", false},
    {"grade", 0, PK_OPT_CHOICE, "GRADE", "proven,likely,possible",
     "only findings of this grade or a better one (default possible)", false},
    {"min-saving", 0, PK_OPT_TEXT, "PERCENT", NULL,
     "only findings that may save this much of the whole (default 1%)", false},
    {"baseline", 0, PK_OPT_TEXT, "FILE", NULL,
     "compare with the findings of an earlier profile: new, worse, same, fixed", false},
    {"fail-on", 0, PK_OPT_KEYS, "WHAT", "proven,likely,possible,new,worse",
     "exit with status 1 when a finding has this grade or a better one, and this state", false},
    {"source-root", 0, PK_OPT_TEXT, "DIR", NULL,
     "look at the calls in the source below DIR, which adds, raises or refutes findings", false},
    PK_PATH_MAP_OPTION,
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the findings", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* All that the run looks at; begin with all zero. */
struct looked {
    struct pk_args *args;
    struct pk_loaded loaded;
    struct pk_found found;
    struct pk_baseline baseline;
    struct pk_gate_of_findings gate;
    struct pk_sourcefile_options where; /* of sources, where has_sources says that they are read */
    struct pk_findings_sources sources;
    int64_t least;      /* of --min-saving, in millionths of a percent */
    uint32_t n_small;   /* that save less */
    uint32_t n_failing; /* for which the gate fails */
};

/* The words of --fail-on: of several grades the worst counts, of several states any. */
static bool read_gate(const struct pk_args *args, struct pk_gate_of_findings *gate,
                      struct pk_error *error)
{
    struct pk_opt_key words[PK_OPT_MOST_KEYS];
    unsigned n = pk_opts_keys(&args->opts, "fail-on", words);
    bool has_grade = false;

    *gate = (struct pk_gate_of_findings){.is_asked = n > 0};
    for (unsigned i = 0; i < n; i++) {
        enum pk_grade grade = (enum pk_grade)words[i].choice; /* the grades come first */

        if (words[i].is_reversed)
            return pk_error_set(error, PK_USAGE, pk_place_none(),
                                "--fail-on takes no word with a - before it");
        if (words[i].choice <= PK_POSSIBLE) {
            gate->grade = has_grade && gate->grade > grade ? gate->grade : grade;
            has_grade = true;
        } else {
            gate->has_states = true;
            *(words[i].choice == PK_POSSIBLE + 1 ? &gate->fails_new : &gate->fails_worse) = true;
        }
    }
    if (!has_grade)
        gate->grade = PK_POSSIBLE;
    if (!gate->has_states || pk_opts_has(&args->opts, "baseline"))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "nothing is new or worse without a baseline");
    pk_error_hint(error, "profkit findings --baseline OLD --fail-on new NEW");
    return false;
}

/* The grade of --grade, the worst where it is not given. */
static enum pk_grade worst_grade(const struct pk_args *args)
{
    const char *word = pk_opts_text(&args->opts, "grade", "possible");

    if (strcmp(word, "proven") == 0)
        return PK_PROVEN;
    return strcmp(word, "likely") == 0 ? PK_LIKELY : PK_POSSIBLE;
}

/* "5%" or "5", in millionths. */
static bool read_min_saving(const struct pk_args *args, int64_t *least, struct pk_error *error)
{
    static const struct pk_opt percent = {.name = "min-saving", .kind = PK_OPT_DECIMAL};
    const char *text = pk_opts_text(&args->opts, "min-saving", "1%");
    size_t size = strlen(text);
    struct pk_buf digits = {0};
    struct pk_opt_value value = {0};
    char quoted[320];
    bool done;

    pk_buf_add(&digits, text, size && text[size - 1] == '%' ? size - 1 : size);
    done = digits.size && pk_opts_check(&percent, digits.data, &value);
    pk_buf_fini(&digits);
    *least = value.number;
    return done || pk_error_set(error, PK_USAGE, pk_place_none(),
                                "--min-saving needs a percentage, found %s",
                                pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

/* Whether it may save as much as --min-saving asks: saving / total >= least / 100,000,000. What is
 * doubtful about the profile saves nothing, and concerns all of it. */
static bool is_large(const struct looked *l, const struct pk_finding *one)
{
    int64_t total = pk_profile_total(l->loaded.profile, l->loaded.metric);

    return one->is_quality || (double)one->saving.hi * 1e8 >= (double)total * (double)l->least;
}

/* In which order they stand. */
enum importance {
    FAILS, /* the gate, which neither opens by what other options show nor stays unexplained */
    SHOWN,
    SMALL, /* saves too little, else it would be shown */
    HIDDEN,
    IMPORTANCES
};

static enum importance importance_of(const struct looked *l, const struct pk_finding *one)
{
    if (pk_lifecycle_fails(&l->gate, one))
        return FAILS;
    if (one->grade > worst_grade(l->args))
        return HIDDEN;
    return is_large(l, one) ? SHOWN : SMALL;
}

/* Put those first that are most important, each kind in the order that it had; counts them. */
static void sort_by_importance(struct looked *l, uint32_t counts[IMPORTANCES])
{
    struct pk_findings *findings = &l->found.findings;
    struct pk_finding *list = PK_NEW_ARRAY(&l->loaded.arena, struct pk_finding, findings->n);
    uint32_t n = 0;

    for (enum importance kind = 0; kind < IMPORTANCES; kind++) {
        uint32_t before = n;

        for (uint32_t i = 0; i < findings->n; i++)
            if (importance_of(l, &findings->list[i]) == kind)
                list[n++] = findings->list[i];
        counts[kind] = n - before;
    }
    findings->list = list;
}

/* How many are shown. A page has an end; what a program shows beside the code does not. */
static uint32_t choose_shown(struct looked *l, const struct pk_target *target)
{
    uint32_t counts[IMPORTANCES], n, top = pk_top(l->args, target->writer->notices ? 0 : 20);

    sort_by_importance(l, counts);
    l->n_failing = counts[FAILS];
    l->n_small = counts[SMALL];
    n = counts[FAILS] + counts[SHOWN];
    if (top < counts[FAILS] && top)
        top = counts[FAILS];
    return top && top < n ? top : n;
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

        uint32_t more = view->findings->n - view->shown;

        if (more && !pk_is_quiet(args))
            fprintf(stderr, "not in the %s: %u more with %s%s\n", target->writer->name, more,
                    view->n_small ? "--min-saving 0 " : "", view->cure);
        return target->writer->notices(&notices, &target->style, to, error);
    }
    write_page(loaded, view, target, &out);
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return true;
}

/* What is shown of all that was looked at; borrows from `l`. */
static struct pk_findings_view view_of(struct looked *l, const struct pk_target *target)
{
    bool has_baseline = l->baseline.path != NULL;
    uint32_t shown = choose_shown(l, target);

    return (struct pk_findings_view){
        .profile = l->loaded.profile,
        .metric = l->loaded.metric,
        .findings = &l->found.findings,
        .shown = shown,
        .most = pk_findings_most(l->loaded.profile, l->loaded.metric, &l->found.findings, shown,
                                 &l->loaded.arena),
        .n_small = l->n_small,
        .small = pk_opts_text(&l->args->opts, "min-saving", "1%"),
        .cure = "--top 0 --grade possible",
        .gate = l->gate,
        .suppressed = &l->found.suppressed,
        .suppressions = l->found.suppressions,
        .n_suppressions = l->found.n_suppressions,
        .n_refuted = l->sources.n_refuted,
        .lifecycle = has_baseline ? &l->baseline.findings.lifecycle : NULL,
        .before = l->baseline.loaded.profile,
        .before_metric = l->baseline.loaded.metric,
        .baseline = l->baseline.path,
    };
}

/* Without a root nothing is read: a profile may come from anybody. */
static bool has_sources(const struct pk_args *args)
{
    return pk_opts_has(&args->opts, "source-root") || pk_opts_has(&args->opts, "path-map");
}

/* Show the calls that only the text knows. Not where two profiles are compared: their lines may be
 * of different texts, and what is seen in one of them alone would look new. */
static bool add_unseen(struct looked *l, struct pk_error *error)
{
    struct pk_keeping keeping = {.parts = PK_KEEP_METRICS};
    struct pk_read_options reading;
    struct pk_limits limits;
    struct pk_families *families;
    struct pk_builder *builder;
    struct pk_profile *profile;

    if (!has_sources(l->args))
        return true;
    if (!pk_path_sources(l->args, &l->where, &l->loaded.arena, error) ||
        !pk_load_options(l->args, &reading, &limits, error))
        return false;
    if (pk_opts_has(&l->args->opts, "baseline"))
        return true;
    families = pk_families_new();
    builder = pk_unseen_calls(l->loaded.profile, l->loaded.metric, families, &l->where, &limits,
                              &l->loaded.arena);
    pk_families_free(families);
    if (!builder)
        return true;
    profile = pk_builder_freeze_take(builder, keeping, error);
    pk_builder_free(builder);
    if (!profile)
        return false;
    pk_profile_free(l->loaded.profile);
    l->loaded.profile = profile;
    return true;
}

/* Behind the comparison: what is refuted now was no better before. */
static void look_at_sources(struct looked *l)
{
    struct pk_buf doubt = {0};

    if (!has_sources(l->args))
        return;
    l->sources =
        pk_findings_source(&l->found.findings, l->loaded.profile, &l->where, &l->loaded.arena);
    for (enum pk_finding_state s = 0; s <= PK_FINDING_SAME; s++)
        l->baseline.findings.lifecycle.count[s] -= l->sources.refuted[s];
    if (l->sources.newest > pk_annotate_recorded_at(&l->loaded) && !pk_is_quiet(l->args)) {
        pk_buf_text(&doubt, "profkit: warning: ");
        pk_escape_terminal(&doubt, l->sources.newest_file);
        fprintf(stderr, "%s was changed after the recording: lines may be wrong\n", doubt.data);
    }
    pk_buf_fini(&doubt);
}

/* Options first, then files. The rules are read only when there is something to look at. */
static bool look(struct looked *l, struct pk_error *error)
{
    l->args->keeps = has_sources(l->args) ? PK_KEEP_RECORD : 0;
    if (!read_gate(l->args, &l->gate, error) || !read_min_saving(l->args, &l->least, error) ||
        !pk_load(l->args, &l->loaded, error) || !add_unseen(l, error))
        return false;
    pk_found_init(&l->found, &l->loaded, 1);
    pk_found_add_quality(&l->found, &l->loaded);
    pk_suppress_findings(l->args, &l->loaded, &l->found);
    if (!pk_baseline_find(l->args, &l->loaded, &l->found, &l->baseline, error))
        return false;
    look_at_sources(l);
    return true;
}

static int run(struct pk_args *args, struct pk_error *error)
{
    struct looked l = {.args = args};
    struct pk_target target;
    bool is_failed = false;

    if (look(&l, error) &&
        pk_target_open(args, &l.loaded, &pk_writer_text, KINDS, &target, error)) {
        struct pk_findings_view view = view_of(&l, &target);
        bool done = write_out(args, &l.loaded, &view, &target, error);

        pk_suppress_warn(args, &l.found);
        is_failed = l.n_failing > 0;
        pk_target_finish(args, &l.loaded, &target, done, error);
    }
    pk_found_fini(&l.found);
    pk_baseline_fini(args, &l.baseline);
    pk_loaded_fini(args, &l.loaded);
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
