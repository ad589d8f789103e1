/*
 * What commands say that need times: see timed.h.
 */
#include "cmd/timed.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/code.h"
#include "base/escape.h"
#include "model/timeline.h"

/* Without a hint of its own the command has one for what holds sums. */
static const struct {
    const char *format, *why, *hint;
} reasons[] = {
    {"folded", "collapsed stacks hold no times", "the output of perf script does"},
    {"callgrind", "callgrind files hold sums, not moments", NULL},
    {"pstats", "cProfile files hold sums, not moments", NULL},
    {"perf", "these samples have no times", "perf script -F +time prints them"},
};

/* Of a merged profile the reasons may differ. */
static bool refuse(const struct pk_profile *profile, const struct pk_timed_words *words,
                   struct pk_error *error)
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
        pk_error_set(error, PK_USAGE, pk_place_none(), "%s: %s", words->refusal, reasons[i].why);
        pk_error_hint(error, "%s" PK_CODE("E042"),
                      reasons[i].hint ? reasons[i].hint : words->for_sums);
        return false;
    }
    pk_error_set(error, PK_USAGE, pk_place_none(), "%s: no sample here has a time", words->refusal);
    pk_error_hint(error, "the output of perf script does" PK_CODE("E042"));
    return false;
}

/* The numbers of samples stand beside their weights, and the weights have the times. */
static bool refuse_metric(const struct pk_loaded *loaded, const struct pk_timed_words *words,
                          struct pk_error *error)
{
    const struct pk_profile *profile = loaded->profile;
    struct pk_buf names = {0};
    char quoted[320];

    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        if (pk_timeline_facts(profile, m).weight == 0)
            continue;
        if (names.size)
            pk_buf_text(&names, ", ");
        pk_escape_terminal(&names, pk_profile_metric(profile, m)->name);
    }
    pk_error_set(
        error, PK_USAGE, pk_place_none(), "%s: values of %s have no times", words->refusal,
        pk_error_quote(quoted, sizeof quoted, pk_profile_metric(profile, loaded->metric)->name));
    pk_error_hint(error, "--metric %s", names.data);
    pk_buf_fini(&names);
    return false;
}

bool pk_timed_check(const struct pk_loaded *loaded, const struct pk_timed_words *words,
                    struct pk_error *error)
{
    if (!pk_profile_timeline(loaded->profile))
        return refuse(loaded->profile, words, error);
    return pk_timeline_facts(loaded->profile, loaded->metric).weight > 0 ||
           refuse_metric(loaded, words, error);
}

void pk_timed_say(const struct pk_args *args, const struct pk_loaded *loaded,
                  const struct pk_timed_words *words)
{
    struct pk_timeline_facts facts = pk_timeline_facts(loaded->profile, loaded->metric);
    int64_t total = pk_profile_total(loaded->profile, loaded->metric);
    struct pk_buf text = {0};

    if (pk_is_quiet(args) || facts.weight == total)
        return;
    pk_units_percent(&text, facts.weight, total);
    fprintf(stderr, "times are known for %s %% of the total; the rest is not %s\n", text.data,
            words->shown);
    pk_buf_fini(&text);
}
