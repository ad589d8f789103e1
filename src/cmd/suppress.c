/*
 * Suppressions at work: see suppress.h. Today is that of UTC, so that a build ends a suppression at
 * the same moment everywhere; SOURCE_DATE_EPOCH makes it another day, for builds that are to be
 * repeated.
 */
#include "cmd/suppress.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/escape.h"
#include "render/label.h"

#define DAY 86400
#define LAST_SECOND 253402300799 /* of the year 9999 */

/* The date of a day, counted from 1970-01-01. Source: Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms", civil_from_days: years begin in March, so that the leap day is their last. */
static void add_date(struct pk_buf *out, int64_t days)
{
    int64_t era, year, month;
    int64_t day_of_era, year_of_era, day_of_year;

    days += 719468;
    era = days / 146097;
    day_of_era = days % 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    year = year_of_era + era * 400 + (month >= 10);
    pk_buf_printf(out, "%04d-%02d-%02d", (int)year, (int)(month < 10 ? month + 3 : month - 9),
                  (int)(day_of_year - (153 * month + 2) / 5 + 1));
}

/* A variable that is no number, or beyond the calendar, is as good as none. */
static void add_today(struct pk_buf *out)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    long long seconds = text && *text ? strtoll(text, &end, 10) : -1;

    if (!end || *end || seconds < 0 || seconds > LAST_SECOND)
        seconds = time(NULL);
    add_date(out, seconds / DAY);
}

/* By its display name or the one in the file. */
static bool is_called(const struct pk_profile *profile, pk_frame_id frame, struct pk_str word)
{
    struct pk_buf name = {0};
    bool is_it;

    if (frame == PK_NONE)
        return false;
    pk_label_name(&name, pk_profile_frame(profile, frame));
    is_it = pk_str_equal(pk_buf_view(&name), word) ||
            pk_str_equal(pk_profile_frame(profile, frame)->name, word);
    pk_buf_fini(&name);
    return is_it;
}

/* The rule, or the whole id; a function is the one to change or the one with the loop. */
static bool suppresses(const struct pk_suppression *one, const struct pk_profile *profile,
                       const struct pk_finding *finding)
{
    if (pk_str_equal(one->rule, finding->fingerprint))
        return true;
    return pk_str_equal(one->rule, finding->detector->id) &&
           (!one->function.size || is_called(profile, finding->at, one->function) ||
            is_called(profile, finding->caller, one->function));
}

/* The first that suppresses it and has not ended; all that would are used. */
static const struct pk_suppression *find(const struct pk_found *found,
                                         const struct pk_profile *profile,
                                         const struct pk_finding *finding)
{
    const struct pk_suppression *first = NULL;

    for (uint32_t i = 0; i < found->n_suppressions; i++) {
        struct pk_suppressing *one = &found->suppressions[i];

        if (!suppresses(one->suppression, profile, finding))
            continue;
        one->used++;
        first = first || one->is_over ? first : one->suppression;
    }
    return first;
}

void pk_suppress_findings(const struct pk_args *args, struct pk_loaded *loaded,
                          struct pk_found *found)
{
    const struct pk_config *config = &args->config;
    struct pk_findings *findings = &found->findings;
    struct pk_buf today = {0};
    uint32_t kept = 0;

    add_today(&today);
    found->n_suppressions = (uint32_t)config->suppressed.size;
    found->suppressions =
        PK_NEW_ARRAY(&loaded->arena, struct pk_suppressing, config->suppressed.size);
    found->suppressed.list = PK_NEW_ARRAY(&loaded->arena, struct pk_finding, findings->n);
    for (uint32_t i = 0; i < found->n_suppressions; i++) {
        found->suppressions[i].suppression = &config->suppressed.data[i];
        found->suppressions[i].is_over =
            pk_suppression_is_over(&config->suppressed.data[i], pk_buf_view(&today));
    }
    for (uint32_t i = 0; i < findings->n; i++) {
        struct pk_finding *one = &findings->list[i];

        one->suppression = find(found, loaded->profile, one);
        if (one->suppression)
            found->suppressed.list[found->suppressed.n++] = *one;
        else
            findings->list[kept++] = *one;
    }
    findings->n = kept;
    pk_buf_fini(&today);
}

/* "profkit: .profkit:3: warning: " */
static void add_place(struct pk_buf *out, const struct pk_suppression *one)
{
    pk_buf_text(out, "profkit: ");
    pk_escape_terminal(out, pk_str_of(one->file));
    pk_buf_printf(out, ":%llu: warning: ", (unsigned long long)one->line);
}

void pk_suppress_warn(const struct pk_args *args, const struct pk_found *found)
{
    bool is_looked_for = found->findings.has_counts || found->findings.has_stacks;
    struct pk_buf out = {0};

    for (uint32_t i = 0; i < found->n_suppressions && !pk_is_quiet(args); i++) {
        const struct pk_suppressing *one = &found->suppressions[i];
        const struct pk_suppression *what = one->suppression;

        if (!one->is_over && (one->used || !is_looked_for))
            continue;
        add_place(&out, what);
        pk_buf_text(&out, one->used       ? "no longer suppressed: "
                          : is_looked_for ? "nothing found to suppress: "
                                          : "has ended: ");
        pk_escape_terminal(&out, what->key);
        if (one->is_over)
            pk_buf_printf(&out, ", until %.*s", (int)what->until.size, what->until.data);
        pk_buf_char(&out, '\n');
    }
    if (out.size)
        pk_buf_write(&out, stderr);
    pk_buf_fini(&out);
}
