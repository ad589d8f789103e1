/*
 * The picture of `profkit diff`. Layer: cmd.
 */
#ifndef PK_CMD_DIFF_PICTURE_H
#define PK_CMD_DIFF_PICTURE_H

#include "analyze/diff.h" /* IWYU pragma: export */
#include "cmd/common.h"   /* IWYU pragma: export */

/* The options of pictures, as lines of the table of `diff`. clang-format would put the ends of
 * these lines behind column 100. */
/* clang-format off */
#define PK_DIFF_PICTURE_OPTIONS \
    {"shape", 0, PK_OPT_CHOICE, "WHAT", "after,before,max,delta", \
     "what is wide in a picture (default after)", false}, \
    {"delta", 0, PK_OPT_CHOICE, "WHAT", "total,self", \
     "what the colours of a picture show (default total)", false}, \
    {"diff-scale", 0, PK_OPT_DECIMAL, "PERCENT", NULL, \
     "deepest colour from here on (default 10 % of the larger total, or the largest change)", \
     false}, \
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title of a picture (default: the names)", false}, \
    {"subtitle", 0, PK_OPT_TEXT, "TEXT", NULL, \
     "second line (default: metric and totals)", false}, \
    {"notes", 0, PK_OPT_TEXT, "TEXT", NULL, "text to keep in the picture", false}, \
    {"height", 0, PK_OPT_COUNT, "N", NULL, "px of one frame (default 16)", false}, \
    {"scale", 0, PK_OPT_DECIMAL, "N", NULL, "pixels of a px in PNG (default 2)", false}, \
    {"minwidth", 0, PK_OPT_DECIMAL, "PX", NULL, \
     "merge boxes narrower than this (default 0.1)", false}, \
    {"max-depth", 0, PK_OPT_COUNT, "N", NULL, \
     "levels to draw (default 1000, on a terminal 40)", false}, \
    {"inverted", 0, PK_OPT_FLAG, NULL, NULL, "root on top (icicle)", false}
/* clang-format on */

/* True when what was chosen to be written is a picture. Else the options above are refused:
 * `error` is then set (PK_USAGE). */
bool pk_diff_is_picture(const struct pk_args *args, const struct pk_target *target,
                        struct pk_error *error);

/* Draw a comparison, or with `table` write it as a page to explore that has these rows; scales and
 * shapes are for pictures, the page has its own. `names` are those of the two sides, both may be
 * one; its rows are judged. False fills `error`: it does not say who called what, or holds
 * differences (PK_USAGE), or there is nothing to draw (PK_INPUT). */
bool pk_diff_picture(const struct pk_args *args, const struct pk_diff *diff,
                     const char *const names[2], struct pk_arena *arena,
                     const struct pk_table *table, struct pk_target *target,
                     struct pk_error *error);

#endif
