/*
 * Stack filters, with the meaning that pprof gives the words (FilterSamplesByName and ShowFrom in
 * its profile/filter.go; doc/README.md, "Report options"):
 *
 *   focus      keeps the stacks in which any frame matches
 *   ignore     leaves out the stacks in which any frame matches, whatever focus says
 *   hide       takes matching frames out of the stacks; their time is their caller's then
 *   show       takes out all frames but matching ones
 *   show_from  takes out what calls the first matching frame, from the root down, and leaves out
 *              stacks without one; it sees what hide and show have left
 *
 * Focus and ignore look at whole stacks, hidden frames too. A stack of which no frame is left is
 * left out, as in pprof, and counted apart. What "matches" means is decided before, for each frame
 * once. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_FILTER_H
#define PK_ANALYZE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

enum pk_filter_word {
    PK_FILTER_FOCUS = 1,
    PK_FILTER_IGNORE = 2,
    PK_FILTER_HIDE = 4,
    PK_FILTER_SHOW = 8,
    PK_FILTER_SHOW_FROM = 16,
    PK_FILTER_WORDS = 31
};

struct pk_filter {
    unsigned words;       /* the filters that were given; 0: nothing is filtered */
    const uint8_t *marks; /* [frame] those whose patterns the frame matches */
};

enum pk_filter_fate { PK_FILTER_KEPT, PK_FILTER_LEFT_OUT, PK_FILTER_HIDDEN };

struct pk_filtered {    /* what becomes of the stacks that end at each node of a tree */
    uint8_t *fate;      /* [node] enum pk_filter_fate */
    pk_node_id *end;    /* [node] where its stack ends now, PK_NONE unless kept */
    pk_node_id *parent; /* [node] its caller, for nodes that are some end or call one */
};

/* Decide about every node of a recorded tree. Never fails; free with pk_filter_fini. */
void pk_filter_tree(struct pk_filtered *filtered, const struct pk_filter *filter,
                    const struct pk_tree *tree);
void pk_filter_fini(struct pk_filtered *filtered);

#endif
