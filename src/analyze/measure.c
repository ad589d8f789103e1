/*
 * By what two profiles are compared: see measure.h. Sample counts alone say nothing of time: the
 * same program sampled ten times as often has ten times as many. So they become time by the period
 * of their own side where it is known, else shares of their total.
 */
#include "analyze/measure.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>

#include "base/duration.h"

#define WHOLE INT64_C(1000000000000) /* 100 % ... */
#define WHOLE_SCALE (-10)            /* ... times 10^this */
#define PER_CALL 1000                /* cost per call and means have three more digits */
#define PER_CALL_SCALE 3
#define SECOND INT64_C(1000000000)

__extension__ typedef __int128 wide;

const char *pk_measure_name(enum pk_normal normal)
{
    static const char *const names[] = {"auto", "none", "time", "total", "calls"};

    return names[normal];
}

bool pk_measure_is_samples(const struct pk_metric *metric)
{
    return metric->unit == PK_UNIT_COUNT && metric->scale == 0 &&
           (pk_str_equal(metric->name, PK_STR("samples")) ||
            pk_str_ends(metric->name, PK_STR("/samples")));
}

/* --- the time between samples --- */

/* A whole number at the start of a text, 0 when there is none or it is too long to be a frequency.
 */
static int64_t number(struct pk_str text)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.size && i < 12 && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        value = value * 10 + (text.data[i] - '0');
    return value;
}

/* "-F 99", "-F99", "--freq 99" or "--freq=99" in the words of perf's command line. */
static int64_t frequency_of(struct pk_str line)
{
    bool is_next = false;

    for (size_t at = 0, end; at < line.size; at = end + 1) {
        struct pk_str word;

        for (end = at; end < line.size && line.data[end] != ' '; end++)
            continue;
        word = pk_str_slice(line, at, end);
        if (is_next)
            return number(word);
        is_next = pk_str_equal(word, PK_STR("-F")) || pk_str_equal(word, PK_STR("--freq"));
        if (pk_str_starts(word, PK_STR("--freq=")))
            return number(pk_str_slice(word, sizeof "--freq=" - 1, word.size));
        if (!is_next && pk_str_starts(word, PK_STR("-F")))
            return number(pk_str_slice(word, 2, word.size));
    }
    return 0;
}

struct pk_rational pk_measure_period(const struct pk_profile *profile)
{
    struct pk_str period = pk_profile_fact(profile, "period");
    struct pk_str frequency = pk_profile_fact(profile, "frequency");
    struct pk_str line = pk_profile_fact(profile, "perf.cmdline");
    int64_t ns, hertz = 0;

    if (period.size && pk_duration_parse(period, &ns) && ns > 0)
        return (struct pk_rational){ns, 1};
    if (frequency.size)
        hertz = number(frequency);
    else if (line.size)
        hertz = frequency_of(line);
    return hertz > 0 ? (struct pk_rational){SECOND, hertz} : (struct pk_rational){0, 0};
}

/* --- fractions --- */

/* The product of two in lowest terms; false when it does not fit. */
static bool times(struct pk_rational a, struct pk_rational b, struct pk_rational *product)
{
    wide num = (wide)a.num * b.num, den = (wide)a.den * b.den, x = num, y = den;

    while (y) { /* Euclid: after it x divides both */
        wide rest = x % y;

        x = y;
        y = rest;
    }
    num /= x;
    den /= x;
    *product = (struct pk_rational){(int64_t)num, (int64_t)den};
    return num <= INT64_MAX && den <= INT64_MAX;
}

bool pk_measure_value(int64_t value, struct pk_rational factor, int64_t *result)
{
    wide over = (wide)value * factor.num, half = factor.den / 2;

    over = (over < 0 ? over - half : over + half) / factor.den;
    *result = (int64_t)over;
    return over > INT64_MIN && over <= INT64_MAX; /* the lowest number stands for a missing value */
}

bool pk_measure_next(struct pk_measure_sum *sum, int64_t value, int64_t *part)
{
    int64_t after;

    if (__builtin_add_overflow(sum->sum, value, &sum->sum) ||
        !pk_measure_value(sum->sum, sum->factor, &after))
        return false;
    *part = after - sum->before;
    sum->before = after;
    return true;
}

/* --- choosing --- */

/* To the finer of both scales. */
static bool set_scale(const struct pk_side sides[2], struct pk_measure *measure)
{
    int scale[2];

    for (unsigned s = 0; s < 2; s++)
        scale[s] = pk_profile_metric(sides[s].profile, sides[s].metric)->scale;
    measure->read =
        *pk_profile_metric(sides[scale[1] < scale[0]].profile, sides[scale[1] < scale[0]].metric);
    measure->metric = measure->read;
    for (unsigned s = 0; s < 2; s++) {
        measure->raw[s] = (struct pk_rational){1, measure->runs[s] ? measure->runs[s] : 1};
        for (int more = scale[s] - measure->metric.scale; more > 0; more--)
            if (__builtin_mul_overflow(measure->raw[s].num, 10, &measure->raw[s].num))
                return false;
        measure->factor[s] = measure->raw[s];
    }
    return true;
}

static bool have_periods(const struct pk_side sides[2], struct pk_measure *measure)
{
    for (unsigned s = 0; s < 2; s++)
        if (measure->period[s].den == 0)
            measure->period[s] = pk_measure_period(sides[s].profile);
    return measure->period[0].den && measure->period[1].den;
}

/* Nothing but samples needs to be brought to anything. */
static enum pk_normal by_itself(const struct pk_side sides[2], struct pk_measure *measure)
{
    for (unsigned s = 0; s < 2; s++)
        if (!pk_measure_is_samples(pk_profile_metric(sides[s].profile, sides[s].metric)) ||
            pk_profile_total(sides[s].profile, sides[s].metric) <= 0)
            return PK_NORMAL_NONE;
    return have_periods(sides, measure) ? PK_NORMAL_TIME : PK_NORMAL_TOTAL;
}

static bool too_far_apart(struct pk_error *error)
{
    return pk_error_set(error, PK_INPUT, pk_place_none(),
                        "a difference of these profiles does not fit 64 bits");
}

/* What is time already stays. */
static bool to_time(const struct pk_side sides[2], struct pk_measure *measure,
                    struct pk_error *error)
{
    if (measure->metric.unit == PK_UNIT_NS)
        return true;
    for (unsigned s = 0; s < 2; s++)
        if (!pk_measure_is_samples(pk_profile_metric(sides[s].profile, sides[s].metric)))
            return pk_error_set(error, PK_USAGE, pk_place_none(),
                                "only samples can become time, and the metric is no count of "
                                "samples");
    if (!have_periods(sides, measure)) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "the files do not say how much time passed between samples");
        pk_error_hint(error, "--period 10ms, or --period BEFORE,AFTER where they differ");
        return false;
    }
    for (unsigned s = 0; s < 2; s++)
        if (!times(measure->factor[s], measure->period[s], &measure->factor[s]))
            return too_far_apart(error);
    measure->metric.unit = PK_UNIT_NS;
    return true;
}

static bool to_total(const struct pk_side sides[2], struct pk_measure *measure,
                     struct pk_error *error)
{
    for (unsigned s = 0; s < 2; s++) {
        int64_t total = pk_profile_total(sides[s].profile, sides[s].metric);

        if (total <= 0)
            return pk_error_set(error, PK_USAGE, pk_place_none(),
                                "the total of a side is %" PRId64 ", of which there are no shares",
                                total);
        measure->factor[s] = (struct pk_rational){WHOLE, total};
    }
    measure->metric.unit = PK_UNIT_PERCENT;
    measure->metric.scale = WHOLE_SCALE;
    return true;
}

/* All calls of what matches; a sampler's are none. */
static bool count_calls(const struct pk_side *side, struct pk_match *match, int64_t *calls,
                        struct pk_error *error)
{
    const struct pk_flat *flat = pk_profile_flat(side->profile);

    *calls = 0;
    for (pk_frame_id f = 0; flat->calls && f < pk_profile_frames(side->profile); f++) {
        bool is_one = pk_match_find(match, pk_profile_frame(side->profile, f)->name, error);

        if (error->status)
            return false;
        if (is_one && flat->calls[f] != PK_MISSING &&
            __builtin_add_overflow(*calls, flat->calls[f], calls))
            return too_far_apart(error);
    }
    return true;
}

static bool per_call(const struct pk_side sides[2], struct pk_measure *measure,
                     struct pk_error *error)
{
    for (unsigned s = 0; s < 2; s++) {
        if (!count_calls(&sides[s], measure->calls_of, &measure->calls[s], error))
            return false;
        if (measure->calls[s] <= 0)
            return pk_error_set(error, PK_USAGE, pk_place_none(),
                                "no calls are counted %s of what --normalize names",
                                s ? "after" : "before");
        /* Calls are of all runs, and so are the values. */
        if (!times((struct pk_rational){measure->raw[s].num, 1},
                   (struct pk_rational){PER_CALL, measure->calls[s]}, &measure->factor[s]))
            return too_far_apart(error);
    }
    measure->metric.scale = (int8_t)(measure->metric.scale - PER_CALL_SCALE);
    return true;
}

/* Means of counts are no counts: to a whole one, rounding would be half of what small ones differ
 * by. Of more than there is room for, digits behind the point say nothing. */
static bool refine_means(const struct pk_side sides[2], struct pk_measure *measure)
{
    const int64_t most = INT64_MAX / PER_CALL / PER_CALL;

    for (unsigned s = 0; s < 2; s++)
        if (pk_profile_total(sides[s].profile, sides[s].metric) > most / measure->raw[s].num)
            return true;
    if ((measure->runs[0] <= 1 && measure->runs[1] <= 1) || measure->metric.unit != PK_UNIT_COUNT)
        return true;
    measure->metric.scale = (int8_t)(measure->metric.scale - PER_CALL_SCALE);
    return times(measure->factor[0], (struct pk_rational){PER_CALL, 1}, &measure->factor[0]) &&
           times(measure->factor[1], (struct pk_rational){PER_CALL, 1}, &measure->factor[1]);
}

bool pk_measure_choose(const struct pk_side sides[2], struct pk_measure *measure,
                       struct pk_error *error)
{
    if (!set_scale(sides, measure))
        return too_far_apart(error);
    if (measure->normal == PK_NORMAL_AUTO)
        measure->normal = by_itself(sides, measure);
    switch (measure->normal) {
    case PK_NORMAL_TIME:
        return to_time(sides, measure, error);
    case PK_NORMAL_TOTAL:
        return to_total(sides, measure, error);
    case PK_NORMAL_CALLS:
        return per_call(sides, measure, error);
    case PK_NORMAL_AUTO:
    case PK_NORMAL_NONE:
        break;
    }
    return refine_means(sides, measure) || too_far_apart(error);
}

/* Against itself, which chooses the same; what differs is the scale, which is the finest of all. */
bool pk_measure_run(const struct pk_measure *measure, const struct pk_side *run, unsigned side,
                    struct pk_rational *factor, struct pk_error *error)
{
    const struct pk_side both[2] = {*run, *run};
    const struct pk_rational period = measure->period[side];
    struct pk_measure one = {
        .normal = measure->normal, .calls_of = measure->calls_of, .period = {period, period}};

    if (!pk_measure_choose(both, &one, error))
        return false;
    *factor = one.factor[0];
    for (int more = one.metric.scale - measure->metric.scale;
         more > 0 && one.normal != PK_NORMAL_TOTAL; more--)
        if (!times(*factor, (struct pk_rational){10, 1}, factor))
            return too_far_apart(error);
    return true;
}
