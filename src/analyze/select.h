/*
 * Which threads, processes and labels are wanted. A slice says itself whose values it holds; a
 * format that has processes and threads only as root frames (perf's collapsed stacks) keeps them in
 * its stacks, and the same patterns are held against those frames there. Layer: analyze; uses model
 * and match.
 */
#ifndef PK_ANALYZE_SELECT_H
#define PK_ANALYZE_SELECT_H

#include "base/array.h" /* IWYU pragma: export */
#include "base/match.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/record.h" /* IWYU pragma: export */

#define PK_SELECT_PROCESS 1u
#define PK_SELECT_THREAD 2u
#define PK_SELECT_LABEL 4u /* and the bits above, one for each key */
#define PK_SELECT_KEYS 30u

struct pk_select_want { /* one pattern */
    uint32_t bit;       /* any of the patterns of a bit is enough, and each bit that is wanted */
    struct pk_str key;  /* of a label */
    struct pk_match *match;
};

struct pk_select { /* begin with zero */
    PK_ARRAY(struct pk_select_want) wants;
    uint32_t wanted; /* all bits */
};

/* Add a pattern, which belongs to the select from then on. A key of a label seen for the first time
 * takes a bit of its own; false when there are too many. */
bool pk_select_add(struct pk_select *select, uint32_t bit, struct pk_str key,
                   struct pk_match *match);
void pk_select_fini(struct pk_select *select);

struct pk_selection { /* what the patterns found in one profile; free with pk_selection_fini */
    uint32_t wanted;
    uint32_t *slice; /* [slice of pk_record_slice] bits that it has */
    uint32_t *asks;  /* [slice] bits that its stacks decide, since the slice does not say */
    uint32_t *node;  /* [node of pk_record_tree] bits that a frame up to there has */
    bool *is_taken;  /* [slice] it may be: what its stacks decide is decided for each */
};

/* Look at all slices and stacks. False fills `error`: a match was given up. */
bool pk_selection_init(struct pk_selection *selection, const struct pk_select *select,
                       const struct pk_profile *profile, struct pk_error *error);
void pk_selection_fini(struct pk_selection *selection);

/* True when a stack of the slice that ends at `node` is wanted. */
bool pk_selection_takes(const struct pk_selection *selection, uint32_t slice, pk_node_id node);

#endif
