/*
 * Two sides of a comparison, read and compared: what diff shows and check judges. What cannot be
 * compared is refused; what makes a comparison doubtful is said. A collapsed file with two counts
 * is both sides by itself. Layer: cmd.
 */
#ifndef PK_CMD_COMPARISON_H
#define PK_CMD_COMPARISON_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include "cmd/common.h"     /* IWYU pragma: export */
#include "cmd/diff_sides.h" /* IWYU pragma: export */

struct pk_comparison { /* begin with all zero but these two; free with pk_comparison_fini */
    struct pk_args *args;
    bool keeps_units;                 /* without --normalize values stay what they are */
    struct pk_loaded loaded[2], both; /* both: names and identities only */
    struct pk_side side[2];
    struct pk_diff_sides sides;
    const char *names[2];
    bool is_pair; /* one file with two counts: loaded[1] is empty */
    struct pk_measure measure;
    struct pk_renames renames;
    struct pk_diff diff; /* judged */
    bool is_alone;       /* there is no before */
    bool has_sides;      /* loading began, so there is something to free */
};

/* Read the options of PK_DIFF_SIDES_OPTIONS, PK_DIFF_MEASURE_OPTIONS and PK_DIFF_NAMES_OPTIONS,
 * then the files, and compare them. False fills `error`. */
bool pk_comparison_find(struct pk_comparison *c, struct pk_error *error);

/* The same for the later side alone, without anything to compare it with: side[PK_AFTER] is all its
 * runs added up. */
bool pk_comparison_load_after(struct pk_comparison *c, struct pk_error *error);

/* The same for runs of one program alone, at least two: all of them as the earlier side, and the
 * first as the later one. */
bool pk_comparison_find_runs(struct pk_comparison *c, struct pk_error *error);

/* Append what makes the comparison doubtful, a line each without "warning": other producers,
 * threads or periods, and recordings of another length. */
void pk_comparison_warnings(const struct pk_comparison *c, struct pk_buf *lines);

/* The same as a text in `arena`. */
struct pk_str pk_comparison_warnings_in(const struct pk_comparison *c, struct pk_arena *arena);

/* Say on stderr what is doubtful, and what was taken for the same under another name; nothing with
 * -q. */
void pk_comparison_warn(const struct pk_comparison *c);

/* "before.prof 12.48 s -> after.prof 9.12 s  -3.36 s (x0.73)  absolute time", and what both sides
 * and the verdicts rest on, for people. */
void pk_comparison_header(const struct pk_comparison *c, bool is_ascii, FILE *to);

/* Have `target` say what is to be doubted of each side: see pk_say_doubts. */
void pk_comparison_doubts(const struct pk_comparison *c, struct pk_target *target);

/* Free all of it but what an error may borrow, which goes to `args`. */
void pk_comparison_fini(struct pk_comparison *c);

#endif
