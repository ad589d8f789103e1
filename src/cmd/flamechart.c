/*
 * The words of `flame --flamechart`. Most formats hold sums: who asks for an order that is not in
 * the file is told why, before an output is opened.
 */
#include "cmd/flamechart.h"

#include <inttypes.h>
#include <stdint.h>

#include "cmd/timed.h"
#include "model/timeline.h"

static const struct pk_timed_words words = {
    .refusal = "no flame chart",
    .for_sums = "without --flamechart they are drawn",
    .shown = "drawn",
};

bool pk_flamechart_check(const struct pk_loaded *loaded, struct pk_error *error)
{
    return pk_timed_check(loaded, &words, error);
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
    struct pk_timeline_facts facts = pk_timeline_facts(loaded->profile, loaded->metric);
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
    if (facts.n_threads > 1)
        pk_buf_printf(out, " within each of %" PRIu32 " threads", facts.n_threads);
    pk_buf_text(out, ", widths are values, not time: gaps without samples are left out");
}

void pk_flamechart_say(const struct pk_args *args, const struct pk_loaded *loaded)
{
    pk_timed_say(args, loaded, &words);
}
