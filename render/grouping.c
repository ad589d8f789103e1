/*
 * Words for groups: see grouping.h. A class is still a class where some of its rows are functions
 * that belong to none: they are listed among classes, not the other way round.
 */
#include "render/grouping.h"

#include <stddef.h>
#include <stdint.h>

/* The coarsest first: what was grouped by module later is modules, whatever it was before. */
static const struct pk_grouping groupings[] = {
    {"by module", "MODULE", "module", "modules"}, {"by file", "FILE", "file", "files"},
    {"by class", "CLASS", "class", "classes"},    {"by line", "LINE", "line", "lines"},
    {NULL, "FUNCTION", "function", "functions"}, /* stands for all that is not grouped */
};

/* A profile has several such facts where recursion was collapsed, too. */
static bool is_grouped(const struct pk_profile *profile, const char *fact)
{
    uint32_t n;
    const struct pk_fact *facts = pk_profile_facts(profile, &n);

    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(facts[i].key, PK_STR("grouped")) &&
            pk_str_equal(facts[i].value, pk_str_of(fact)))
            return true;
    return false;
}

const struct pk_grouping *pk_grouping_of(const struct pk_profile *profile)
{
    const struct pk_grouping *grouping = groupings;

    while (grouping->fact && !is_grouped(profile, grouping->fact))
        grouping++;
    return grouping;
}

void pk_grouping_count(struct pk_buf *out, const struct pk_profile *profile, int64_t count,
                       const char *more)
{
    const struct pk_grouping *grouping = pk_grouping_of(profile);

    pk_units_count(out, count);
    pk_buf_text(out, more);
    pk_buf_text(out, count == 1 ? grouping->one : grouping->many);
}

/* Frames that stand for source text keep their title: it is none of a function. */
void pk_grouping_title(struct pk_table *table)
{
    const struct pk_grouping *grouping = pk_grouping_of(table->profile);

    for (uint32_t c = 0; c < table->n_columns && grouping->fact; c++)
        if (table->columns[c].kind == PK_COLUMN_FRAME && !table->columns[c].is_source)
            table->columns[c].title = grouping->title;
}
