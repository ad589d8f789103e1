/*
 * What the rows of a profile are: functions, or what --by took together. A profile says of itself
 * how its frames were grouped (the fact "grouped"), so a .pk file that was written so is named
 * right too. Layer: render; uses model.
 */
#ifndef PK_RENDER_GROUPING_H
#define PK_RENDER_GROUPING_H

#include "model/profile.h" /* IWYU pragma: export */

#include "render/table.h" /* IWYU pragma: export */

struct pk_grouping {
    const char *fact;       /* as the profile says it: "by file"; NULL: not grouped */
    const char *title;      /* "FILE", over a column */
    const char *one, *many; /* "file", "files", in sentences */
};

/* Never NULL. Where a profile was grouped more than once, the coarsest. */
const struct pk_grouping *pk_grouping_of(const struct pk_profile *profile);

/* Append "1 file" or "1,432 files"; `more` stands between. */
void pk_grouping_count(struct pk_buf *out, const struct pk_profile *profile, int64_t count,
                       const char *more);

/* Name the columns of functions after what they hold, where that is something else. */
void pk_grouping_title(struct pk_table *table);

#endif
