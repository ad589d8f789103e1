/*
 * By what diff compares: see diff_measure.h. A pattern is compiled before anything is read, so that
 * a wrong one costs no time.
 */
#include "cmd/diff_measure.h"

#include <stdint.h>
#include <string.h>

#include "analyze/noise.h"
#include "analyze/quality.h"
#include "analyze/verdict.h"
#include "base/duration.h"
#include "base/escape.h"
#include "cmd/common.h"

/* --- options --- */

/* "calls:REGEX" has a colon, which no other word has. */
static bool read_normal(const char *text, struct pk_measure *measure, struct pk_error *error)
{
    char quoted[320];

    for (int normal = PK_NORMAL_AUTO; normal < PK_NORMAL_CALLS; normal++)
        if (strcmp(text, pk_measure_name((enum pk_normal)normal)) == 0) {
            measure->normal = (enum pk_normal)normal;
            return true;
        }
    if (strncmp(text, "calls:", 6) == 0) {
        measure->normal = PK_NORMAL_CALLS;
        measure->calls_of = pk_match_new(pk_str_of(text + 6), error);
        return measure->calls_of != NULL;
    }
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--normalize takes auto, none, time, total or calls:REGEX, not %s",
                        pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

/* "10ms" is of both sides, "10ms,1ms" of one each. */
static bool read_period(const char *text, struct pk_measure *measure, struct pk_error *error)
{
    struct pk_str all = pk_str_of(text);
    const char *comma = strchr(text, ',');
    size_t at = comma ? (size_t)(comma - text) : all.size;
    char quoted[320];
    int64_t ns[2];

    if (pk_duration_parse(pk_str_slice(all, 0, at), &ns[0]) && ns[0] > 0 &&
        (!comma || pk_duration_parse(pk_str_slice(all, at + 1, all.size), &ns[1])) &&
        (!comma || ns[1] > 0)) {
        measure->period[0] = (struct pk_rational){ns[0], 1};
        measure->period[1] = (struct pk_rational){comma ? ns[1] : ns[0], 1};
        return true;
    }
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--period takes a time like 10ms, or two with a comma between, not %s",
                        pk_error_quote(quoted, sizeof quoted, all));
}

double pk_diff_overdispersion(const struct pk_args *args)
{
    const double unit = 1000000; /* of PK_OPT_DECIMAL */

    return (double)pk_opts_number(&args->opts, "overdispersion",
                                  (int64_t)(PK_NOISE_FACTOR * unit)) /
           unit;
}

bool pk_diff_measure_options(const struct pk_args *args, struct pk_measure *measure,
                             struct pk_error *error)
{
    const char *period = pk_opts_text(&args->opts, "period", NULL);

    struct pk_opt_key concern[PK_OPT_MOST_KEYS];
    unsigned n = pk_opts_keys(&args->opts, "fail-on", concern);

    *measure = (struct pk_measure){.normal = PK_NORMAL_AUTO};
    for (unsigned i = 0; i < n; i++)
        if (concern[i].is_reversed)
            return pk_error_set(error, PK_USAGE, pk_place_none(),
                                "--fail-on takes no word with a - before it");
    if (pk_diff_overdispersion(args) < 1)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "--overdispersion is at least 1: independent samples");
    return read_normal(pk_opts_text(&args->opts, "normalize", "auto"), measure, error) &&
           (!period || read_period(period, measure, error));
}

bool pk_diff_measure_fails(const struct pk_args *args, const struct pk_diff *diff)
{
    struct pk_opt_key concern[PK_OPT_MOST_KEYS];
    unsigned n = pk_opts_keys(&args->opts, "fail-on", concern);

    for (unsigned i = 0; i < n; i++)
        for (uint32_t r = 0; r < diff->n; r++)
            if (pk_verdict_concerns(diff->row[r].judged.verdict,
                                    (enum pk_concern)concern[i].choice))
                return true;
    return false;
}

/* --- what is said --- */

void pk_diff_measure_words(const struct pk_diff *diff, bool is_pair, struct pk_buf *out)
{
    const struct pk_measure *measure = &diff->measure;

    switch (measure->normal) {
    case PK_NORMAL_TOTAL:
        pk_buf_text(out, "share of all ");
        break;
    case PK_NORMAL_TIME:
        pk_buf_text(out, diff->metric.unit == PK_UNIT_NS ? "absolute " : "time of ");
        break;
    case PK_NORMAL_CALLS:
        pk_buf_text(out, "per call, of ");
        pk_units_count(out, measure->calls[PK_BEFORE]);
        pk_buf_text(out, " before and ");
        pk_units_count(out, measure->calls[PK_AFTER]);
        pk_buf_text(out, " after: ");
        break;
    case PK_NORMAL_AUTO:
    case PK_NORMAL_NONE:
        pk_buf_text(out, "absolute ");
        break;
    }
    pk_escape_terminal(out, is_pair ? PK_STR("counts") : diff->metric.name);
}

/* "pstats by cProfile · 2,520 samples · every 10 ms" */
static void add_side(const struct pk_diff *diff, unsigned s, const char *separator,
                     struct pk_buf *out)
{
    const struct pk_side *side = &diff->side[s];
    struct pk_str format = pk_profile_fact(side->profile, "format");
    struct pk_str producer = pk_profile_fact(side->profile, "producer");
    struct pk_rational period = diff->measure.period[s];
    int64_t samples = pk_quality_of(side->profile, side->metric).samples, ns;

    pk_buf_text(out, s ? "after   " : "before  ");
    /* "callgrind-3.19.0" names its format */
    if (!producer.data || !pk_str_starts(producer, format))
        pk_escape_terminal(out, format.data ? format : PK_STR("profile"));
    if (producer.data) {
        pk_buf_text(out, pk_str_starts(producer, format) ? "" : " by ");
        pk_escape_terminal(out, producer);
    }
    if (samples >= 0) {
        pk_buf_text(out, separator);
        pk_units_count(out, samples);
        pk_buf_text(out, samples == 1 ? " sample" : " samples");
    }
    if (period.den && pk_measure_value(1, period, &ns)) {
        pk_buf_text(out, " every ");
        pk_units_value(out, PK_UNIT_NS, 0, ns);
    }
    pk_buf_char(out, '\n');
}

/* With few runs a side not even runs that lie wholly apart would prove anything. */
static void add_runs(const struct pk_diff *diff, struct pk_buf *out)
{
    const uint32_t *n = diff->runs->n;
    double best = pk_noise_runs_best(n[PK_BEFORE], n[PK_AFTER]);

    pk_buf_printf(out, "%u runs before, %u after, means of them: ", n[PK_BEFORE], n[PK_AFTER]);
    if (best < PK_NOISE_LEVEL)
        pk_buf_text(out, "verdicts at 5 % by permutation\n");
    else
        pk_buf_printf(out, "no p can be below 0.%02d, record 5 a side\n",
                      (int)(best * 100 < 99 ? best * 100 : 99));
}

void pk_diff_measure_header(const struct pk_diff *diff, bool is_pair, bool is_ascii,
                            struct pk_buf *out)
{
    for (unsigned s = 0; s < 2 && !is_pair; s++)
        add_side(diff, s, is_ascii ? " - " : " · ", out);
    switch (pk_verdicts_method(diff)) {
    case PK_METHOD_EXACT:
        pk_buf_text(out, "counted events: differences are exact\n");
        break;
    case PK_METHOD_RUNS:
        add_runs(diff, out);
        break;
    case PK_METHOD_SHARES:
        pk_buf_text(out, "1 run each side: verdicts at 5 % on samples, noise between runs "
                         "unknown\n");
        break;
    default:
        pk_buf_text(out, "1 run each side: run-to-run noise unknown\n");
        break;
    }
}

/* Traced times may differ as much as they like, that is what was asked; a sampler that ran longer
 * has more of everything. */
void pk_diff_measure_warn(const struct pk_diff *diff, struct pk_buf *lines)
{
    double before = (double)diff->normal_total.side[PK_BEFORE];
    double after = (double)diff->normal_total.side[PK_AFTER];

    if (diff->measure.metric.unit != PK_UNIT_NS || pk_verdicts_method(diff) != PK_METHOD_SHARES ||
        (after <= 1.2 * before && before <= 1.2 * after))
        return;
    pk_buf_text(lines, "the time of samples differs: ");
    pk_units_ratio(lines, diff->normal_total.side[PK_AFTER], diff->normal_total.side[PK_BEFORE]);
    pk_buf_text(lines, "; --normalize total compares shares\n");
}
