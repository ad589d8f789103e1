/*
 * What the two halves of a comparison share: diff_match.c makes functions from frames, diff.c
 * compares them. Nobody else includes this.
 */
#ifndef PK_ANALYZE_DIFF_PRIVATE_H
#define PK_ANALYZE_DIFF_PRIVATE_H

#include "analyze/diff.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/intern.h" /* IWYU pragma: export */

struct pk_diff_groups { /* the functions of one side, by group: an id of the keys of both sides */
    uint32_t n;
    pk_frame_id *frame;          /* [group] the largest member, PK_NONE: not on this side */
    uint32_t *members;           /* [group] how many frames */
    int64_t *self, *calls;       /* [group] */
    int64_t *total, *total_high; /* [group] */
    uint32_t *group;             /* [frame] PK_NONE: has nothing of the metric */
    bool *is_plain;              /* [frame] its name is canonical as it stands */
};

/* Which files of the one side are files of the other under another name, or which modules, after
 * what the user renamed (NULL: nothing); in `arena`. */
struct pk_diff_files pk_diff_files_find(const struct pk_side sides[2], struct pk_renames *renames,
                                        bool is_of_modules, struct pk_arena *arena);

/* The name that stands for a file on both sides: its own unless it was renamed. */
struct pk_str pk_diff_files_name(const struct pk_diff_files *files, struct pk_str file);

/* Give every frame that has anything of the metric the id of its key, which knows the renamed files
 * and modules of `diff`; new keys are added.
 * `skips_zero` leaves out frames whose values are all 0. */
void pk_diff_match(const struct pk_side *side, const struct pk_diff *diff, bool skips_zero,
                   struct pk_intern *keys, struct pk_diff_groups *groups, struct pk_arena *arena);

/* Fill the values of each of `n` groups. */
void pk_diff_sum(const struct pk_side *side, struct pk_diff_groups *groups, uint32_t n,
                 struct pk_arena *arena);

/* Which functions of one side are likely such of the other under another name; groups must be
 * summed up. In `arena`. */
struct pk_diff_likely pk_diff_likely_find(const struct pk_diff *diff, const struct pk_intern *keys,
                                          struct pk_arena *arena);

/* Make one function of each pair that was found, under the lesser key, so that swapped sides are
 * the same; sums are to be made anew. */
void pk_diff_likely_merge(struct pk_diff *diff, const struct pk_intern *keys,
                          struct pk_arena *arena);

/* Frames of a side, or of one of its runs, go to the functions that stand for theirs. */
void pk_diff_likely_apply(const struct pk_diff_likely *likely, uint32_t n_groups,
                          struct pk_diff_groups *groups, uint32_t n_frames);

struct pk_diff_cycles { /* circles of calls, by the boxes of pk_cycles_find */
    uint32_t *pair[2];  /* [side][box] one number for what is one circle; PK_NONE: no partner */
    uint32_t n_boxes[2];
};

/* Which circle of calls of one side is which of the other; in `arena`. */
struct pk_diff_cycles pk_diff_cycles_find(const struct pk_diff *diff, struct pk_arena *arena);

#endif
