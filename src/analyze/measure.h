/*
 * By what two profiles are compared: their values as they are, time, shares of the whole, or cost
 * per call. Layer: analyze; uses model, base/match.
 *
 * A side is brought to the measure by one factor, a fraction of integers. Values are rounded in the
 * order of their functions so that each sum of the first n is right: what is rounded up in one is
 * taken from the next, and all together are the rounded whole, exactly.
 */
#ifndef PK_ANALYZE_MEASURE_H
#define PK_ANALYZE_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"    /* IWYU pragma: export */
#include "base/match.h"    /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

enum { PK_BEFORE, PK_AFTER }; /* indexes of sides */

struct pk_side {
    const struct pk_profile *profile;
    uint32_t metric;
};

struct pk_rational { /* both above 0 where there is one; {0, 0}: there is none */
    int64_t num, den;
};

enum pk_normal {
    PK_NORMAL_AUTO,  /* time for samples whose periods are known, the total where they are not; what
                        is time or was counted already stays as it is */
    PK_NORMAL_NONE,  /* values as they are read */
    PK_NORMAL_TIME,  /* samples times the period of their side */
    PK_NORMAL_TOTAL, /* shares of the total of their side, in percent */
    PK_NORMAL_CALLS, /* by the calls of what a pattern matches */
};

struct pk_measure {
    enum pk_normal normal;        /* what is asked for, and then what was chosen: no longer AUTO */
    struct pk_match *calls_of;    /* for CALLS; borrowed */
    struct pk_rational period[2]; /* ns of a sample: given, or taken from the file */
    uint32_t runs[2];             /* added up in each side, which is divided by them; 0 is 1 */
    int64_t calls[2];             /* for CALLS: of the functions that match */
    struct pk_metric read;        /* of the values as they are read, in the finer of both scales */
    struct pk_metric metric;      /* its unit and scale are those of the results */
    struct pk_rational raw[2];    /* to the finer scale of both sides, and by its runs */
    struct pk_rational factor[2]; /* to `metric` */
};

/* Fill the rest of a measure of which `normal`, `calls_of` and maybe `period` are set. The metrics
 * of both sides have one unit. False fills `error`: PK_USAGE where a side lacks what is asked for,
 * PK_INPUT where the scales lie too far apart. */
bool pk_measure_choose(const struct pk_side sides[2], struct pk_measure *measure,
                       struct pk_error *error);

/* The factor of one run of a side, as the measure that was chosen for all of them has it: its own
 * total, its own calls. False fills `error` as above. */
bool pk_measure_run(const struct pk_measure *measure, const struct pk_side *run, unsigned side,
                    struct pk_rational *factor, struct pk_error *error);

/* What a file says of the time between its samples: by the fact "period", a length of time like
 * "10ms", by "frequency" in Hz, or by the command line of perf record. {0, 0} when it does not. */
struct pk_rational pk_measure_period(const struct pk_profile *profile);

/* True for a metric that counts samples. */
bool pk_measure_is_samples(const struct pk_metric *metric);

/* value * factor, rounded, halves away from 0, which is the same for both signs. False when it does
 * not fit. */
bool pk_measure_value(int64_t value, struct pk_rational factor, int64_t *result);

struct pk_measure_sum { /* of the values of one side so far; begin with its factor alone */
    struct pk_rational factor;
    int64_t sum, before; /* as they are, and in the measure */
};

/* The part of the next value: what the sum with all before it is more than the sum of those, so
 * that no rounding is lost. False when it does not fit. */
bool pk_measure_next(struct pk_measure_sum *sum, int64_t value, int64_t *part);

/* The word of --normalize. */
const char *pk_measure_name(enum pk_normal normal);

#endif
