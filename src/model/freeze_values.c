/*
 * Which metrics the tables have values of, and the columns that hold them. A file of sixteen events
 * has sixteen columns for each function, edge and node, of which most commands read one, and .pk
 * none: a few bytes of a hostile file would cost hundreds (RELIABILITY.md, memory).
 *
 * Trap: what was left out must not look like NULL or PK_MISSING, which mean that the file does not
 * say it. So its column is no pointer at all.
 */
#include <stdint.h>
#include <string.h>

#include "model/freeze_private.h"

/* Missing, not zero: only a row may turn it into a number. */
int64_t *pk_freeze_column(struct pk_arena *arena, size_t n)
{
    int64_t *column = PK_NEW_ARRAY(arena, int64_t, n);

    for (size_t i = 0; i < n; i++)
        column[i] = PK_MISSING;
    return column;
}

/* An address that no system maps, so that a mistake is a crash and not a missing value. */
int64_t *pk_freeze_left_out(void)
{
    int64_t *column;

    memset(&column, 0xf8, sizeof column);
    return column;
}

int64_t **pk_freeze_columns(struct pk_arena *arena, uint32_t n_metrics)
{
    int64_t **columns = PK_NEW_ARRAY(arena, int64_t *, n_metrics);

    for (uint32_t m = 0; m < n_metrics; m++)
        columns[m] = pk_freeze_left_out();
    return columns;
}

int64_t **pk_freeze_no_ranges(struct pk_profile *part)
{
    int64_t **columns = pk_freeze_columns(&part->arena, part->n_metrics);

    for (uint32_t m = 0; m < part->n_metrics; m++)
        if (pk_profile_has_values(part, m))
            columns[m] = NULL;
    return columns;
}

/* A column of nothing but missing values is no column: NULL is what users of a table test. */
int64_t *pk_freeze_known(int64_t *column, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (column[i] != PK_MISSING)
            return column;
    return NULL;
}

/* The first metric beside the one shown, since cycles are named by it. All where rungs are mixed:
 * whether a part has a function is asked of every metric there. */
void pk_freeze_choose_values(const struct pk_freezing *f, struct pk_profile *profile)
{
    bool has_all = f->keep.parts & PK_KEEP_METRICS || f->is_mixed;
    uint32_t shown;

    if (profile->n_metrics == 0 || (!(f->keep.parts & PK_KEEP_METRICS) && !f->keep.shown))
        return;
    shown = has_all ? 0 : f->keep.shown(profile, f->keep.context);
    for (uint32_t m = 0; m < profile->n_metrics; m++)
        if (has_all || m == 0 || m == shown)
            profile->has_values[m / 64] |= UINT64_C(1) << (m % 64);
}

/* What the slices add up to: all that is known of a metric without values. */
static int64_t total_of_slices(const struct pk_profile *profile, uint32_t m)
{
    int64_t total = 0;

    for (uint32_t i = 0; i < profile->n_slices; i++)
        if (profile->slice_totals[m][i] != PK_MISSING)
            total += profile->slice_totals[m][i];
    return total;
}

void pk_freeze_totals(struct pk_profile *profile)
{
    for (uint32_t m = 0; m < profile->n_metrics; m++)
        if (!pk_profile_has_values(profile, m))
            profile->totals[m] = total_of_slices(profile, m);
}
