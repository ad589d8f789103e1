/*
 * The words of `flame --flamechart`. Most formats hold sums: who asks for an order that is not in
 * the file is told why, before an output is opened.
 */
#include "cmd/flamechart.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/code.h"
#include "base/escape.h"
#include "render/view_chart.h"

static const struct {
    const char *format, *why, *hint;
} reasons[] = {
    {"folded", "collapsed stacks hold no times", "the output of perf script does"},
    {"callgrind", "callgrind files hold sums, not moments", "without --flamechart they are drawn"},
    {"pstats", "cProfile files hold sums, not moments", "without --flamechart they are drawn"},
    {"perf", "these samples have no times", "perf script -F +time prints them"},
};

/* Of a merged profile the reasons may differ. */
static bool refuse(const struct pk_profile *profile, struct pk_error *error)
{
    struct pk_str format = PK_STR_NULL;
    uint32_t n, n_formats = 0;
    const struct pk_fact *facts = pk_profile_facts(profile, &n);

    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(facts[i].key, PK_STR("format"))) {
            format = facts[i].value;
            n_formats++;
        }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons && n_formats == 1; i++) {
        if (!pk_str_equal(format, pk_str_of(reasons[i].format)))
            continue;
        pk_error_set(error, PK_USAGE, pk_place_none(), "no flame chart: %s", reasons[i].why);
        pk_error_hint(error, "%s" PK_CODE("E042"), reasons[i].hint);
        return false;
    }
    pk_error_set(error, PK_USAGE, pk_place_none(), "no flame chart: no sample here has a time");
    pk_error_hint(error, "the output of perf script does" PK_CODE("E042"));
    return false;
}

/* The numbers of samples stand beside their weights, and the weights have the times. */
static bool refuse_metric(const struct pk_loaded *loaded, struct pk_error *error)
{
    const struct pk_profile *profile = loaded->profile;
    struct pk_buf names = {0};
    char quoted[320];

    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        if (pk_view_chart_facts(profile, m).weight == 0)
            continue;
        if (names.size)
            pk_buf_text(&names, ", ");
        pk_escape_terminal(&names, pk_profile_metric(profile, m)->name);
    }
    pk_error_set(
        error, PK_USAGE, pk_place_none(), "no flame chart: values of %s have no times",
        pk_error_quote(quoted, sizeof quoted, pk_profile_metric(profile, loaded->metric)->name));
    pk_error_hint(error, "--metric %s", names.data);
    pk_buf_fini(&names);
    return false;
}

bool pk_flamechart_check(const struct pk_loaded *loaded, struct pk_error *error)
{
    if (!pk_profile_timeline(loaded->profile))
        return refuse(loaded->profile, error);
    return pk_view_chart_facts(loaded->profile, loaded->metric).weight > 0 ||
           refuse_metric(loaded, error);
}

/* A percentage with its sign, as in sentences. */
static void add_percent(struct pk_buf *out, int64_t part, int64_t whole)
{
    pk_units_percent(out, part, whole);
    pk_buf_text(out, " %");
}

void pk_flamechart_subtitle(const struct pk_loaded *loaded, struct pk_buf *out)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    struct pk_chart_facts facts = pk_view_chart_facts(loaded->profile, loaded->metric);
    int64_t total = pk_profile_total(loaded->profile, loaded->metric);

    pk_buf_str(out, metric->name);
    pk_buf_text(out, ": ");
    pk_units_value(out, metric->unit, metric->scale, facts.weight);
    if (facts.weight != total) {
        pk_buf_text(out, " with times (");
        add_percent(out, facts.weight, total);
        pk_buf_text(out, " of the total)");
    }
    pk_buf_text(out, " · flame chart over ");
    pk_units_value(out, PK_UNIT_NS, 0, facts.last - facts.first);
    pk_buf_text(out, ": left to right is the order in time");
    if (facts.n_slices > 1)
        pk_buf_printf(out, " within each of %" PRIu32 " threads", facts.n_slices);
    pk_buf_text(out, ", widths are values, not time: gaps without samples are left out");
}

void pk_flamechart_say(const struct pk_args *args, const struct pk_loaded *loaded)
{
    struct pk_chart_facts facts = pk_view_chart_facts(loaded->profile, loaded->metric);
    int64_t total = pk_profile_total(loaded->profile, loaded->metric);
    struct pk_buf text = {0};

    if (pk_is_quiet(args) || facts.weight == total)
        return;
    add_percent(&text, facts.weight, total);
    fprintf(stderr, "times are known for %s of the total; the rest is not drawn\n", text.data);
    pk_buf_fini(&text);
}
