/*
 * profkit check: the gate for CI. Rules on one profile, or on what changed between two; a status of
 * 1 when one fails. What is compared and how is comparison.h's, as for diff.
 */
#include "cmd/check_rules.h"

#include <stdint.h>
#include <stdio.h>

#include "cmd/check_calibrate.h"
#include "cmd/check_findings.h"
#include "cmd/check_report.h"
#include "cmd/diff_measure.h"
#include "cmd/diff_names.h"
#include "render/view_check.h"
#include "render/writers.h"

static const struct pk_opt options[] = {
    PK_CHECK_RULES_OPTIONS,
    {"top", 'n', PK_OPT_COUNT, "N", NULL,
     "show N outcomes besides those that fail; 0 shows all (default 20)", false},
    PK_DIFF_SIDES_OPTIONS,
    PK_DIFF_MEASURE_OPTIONS(PK_DIFF_CONCERNS ",new-finding"),
    PK_DIFF_NAMES_OPTIONS,
    PK_CHECK_REPORT_OPTION,
    {"calibrate", 0, PK_OPT_FLAG, NULL, NULL,
     "judge nothing: measure the noise of runs of one program, propose thresholds", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Two operands, or a --before. A gate names what it judges: the newest profile of a folder may be
 * anybody's. */
static bool count_sides(const struct pk_args *args, bool *has_before, struct pk_error *error)
{
    const struct pk_opts *opts = &args->opts;

    *has_before = opts->operands.size > 1 || pk_opts_has(opts, "before");
    if (opts->operands.size > 2 || (opts->operands.size == 0 && !pk_opts_has(opts, "after"))) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "check judges one profile or two, not %zu",
                     opts->operands.size);
        pk_error_hint(error, "profkit check BEFORE AFTER, or profkit check FILE --rule EXPR");
        return false;
    }
    return true;
}

/* A doubt fails only where that is asked for, and then all of them do: rules as well as functions.
 * It is done here and not where they are judged, so that the reason stays the one of the doubt. */
static void count(struct pk_check_rules *rules, struct pk_checked *checked)
{
    checked->gate = rules->gates.data;
    checked->n = (uint32_t)rules->gates.size;
    for (size_t i = 0; i < rules->gates.size; i++) {
        struct pk_gate *gate = &rules->gates.data[i];

        if (gate->result == PK_GATE_UNDECIDED && rules->regression.fails[PK_CONCERN_UNDECIDED])
            gate->result = PK_GATE_FAIL;
        checked->count[gate->result]++;
    }
}

static void warn(const struct pk_comparison *c, const struct pk_checked *checked)
{
    uint32_t n = checked->count[PK_GATE_UNDECIDED];

    if (!c->is_alone)
        pk_comparison_warn(c);
    if (!c->is_alone && c->diff.likely.n && !c->diff.likely.merged && !pk_is_quiet(c->args))
        fprintf(stderr,
                "profkit: warning: %u new %s likely an old one under another name; "
                "--follow-renames compares them as one\n",
                c->diff.likely.n, c->diff.likely.n == 1 ? "function is" : "functions are each");
    if (n && !pk_is_quiet(c->args))
        fprintf(stderr,
                "profkit: warning: %u undecided: nobody can tell; --fail-on undecided fails %s\n",
                n, n == 1 ? "it" : "them");
}

/* The result, and behind it the reports. */
static bool write(struct pk_comparison *c, const struct pk_checked *checked,
                  struct pk_check_rules *rules, const struct pk_check_reports *reports,
                  struct pk_target *target, struct pk_error *error)
{
    bool is_text = target->writer == &pk_writer_text && !target->style.no_header;
    FILE *to = pk_output_stream(target->output);
    struct pk_table *table = pk_view_check(&rules->arena, checked, pk_top(c->args, 20));
    struct pk_check_told told = {pk_view_check_notices(&rules->arena, checked), table,
                                 checked->count[PK_GATE_FAIL] > 0};

    if (!c->is_alone)
        table->warnings = pk_comparison_warnings_in(c, &rules->arena);
    if (is_text && !c->is_alone)
        pk_comparison_header(c, target->style.is_ascii, to);
    return (target->writer->notices
                ? target->writer->notices(&told.notices, &target->style, to, error)
                : pk_target_table(c->args, target, table, error)) &&
           pk_check_reports_write(reports, &c->both, &told, target, error);
}

/* What was judged, for whoever shows it. */
static struct pk_checked gather(const struct pk_comparison *c, struct pk_check_rules *rules)
{
    struct pk_checked checked = {
        .side = c->side[PK_AFTER], .diff = c->is_alone ? NULL : &c->diff, .names = c->names};

    for (unsigned s = 0; s < 2; s++)
        checked.runs[s] = (uint32_t)c->sides.path[s].size;
    count(rules, &checked);
    return checked;
}

/* Options first, then files, then rules on them. */
static bool judge(struct pk_comparison *c, struct pk_check_rules *rules,
                  struct pk_check_reports **reports, struct pk_error *error)
{
    bool has_before = false;

    return count_sides(c->args, &has_before, error) &&
           pk_check_rules_read(c->args, has_before, rules, error) &&
           (*reports = pk_check_reports_read(c->args, &rules->arena, error)) != NULL &&
           (has_before ? pk_comparison_find(c, error) : pk_comparison_load_after(c, error)) &&
           pk_check_rules_judge(c, rules, error) &&
           (!rules->has_findings || pk_check_findings(c, rules, error));
}

/* Everything that can be refused is refused before the output is opened. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_comparison c = {.args = args};
    struct pk_check_rules rules = {0};
    struct pk_check_reports *reports = NULL;
    struct pk_target target;
    bool fails = false;

    if (pk_opts_has(&args->opts, "calibrate"))
        return pk_check_calibrate(args, error);
    pk_arena_init(&args->paths);
    if (judge(&c, &rules, &reports, error) &&
        pk_target_open(args, &c.both, &pk_writer_text, PK_TARGET_TABLE | PK_TARGET_NOTICES, &target,
                       error)) {
        struct pk_checked checked = gather(&c, &rules);
        bool done;

        fails = checked.count[PK_GATE_FAIL] > 0;
        warn(&c, &checked);
        done = write(&c, &checked, &rules, reports, &target, error);
        pk_comparison_doubts(&c, &target);
        done = pk_check_reports_close(reports, done, error);
        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
    }
    pk_comparison_fini(&c);
    pk_check_rules_fini(&rules);
    return error->status == PK_OK && fails ? PK_CONDITION : (int)error->status;
}

const struct pk_cmd pk_cmd_check = {
    .name = "check",
    .summary = "whether a profile keeps rules, or got slower: the gate for CI",
    .usage = "[OPTION...] [BEFORE] AFTER",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit check before.prof after.prof --max-regression 5% --min-change 20ms",
};
