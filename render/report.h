/*
 * What a page to explore holds, before anyone knows how it is written: one profile with the stacks
 * that its pictures show, the tables that were made of it, and what is read without a script. All
 * of it is borrowed. Layer: render; uses model, table, scene.
 */
#ifndef PK_RENDER_REPORT_H
#define PK_RENDER_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_tree.h" /* IWYU pragma: export */
#include "model/attribute.h"   /* IWYU pragma: export */
#include "render/scene.h"      /* IWYU pragma: export */
#include "render/table.h"      /* IWYU pragma: export */

enum { PK_REPORT_NODES = 1000000 }; /* of a tree, unless more were asked for */

struct pk_report_document { /* what a command says with --json, for a view of its own */
    const char *name;       /* "findings" */
    struct pk_str json;
};

struct pk_report_diff {              /* a comparison: its functions take the place of frames */
    const struct pk_diff_tree *tree; /* values in its measure */
    struct pk_metric metric;         /* of the measure */
    const bool *is_noise;            /* [function] grey whatever its difference */
    bool is_estimated[2];            /* the stacks of a side */
    int64_t step[PK_CHANGE_STEPS];   /* the least difference of each shade */
};

struct pk_report {
    struct pk_str title;  /* not escaped */
    struct pk_str header; /* lines for people: what was read, how far to trust it; escaped for a
                             terminal */
    const struct pk_profile *profile;
    uint32_t metric;
    const struct pk_tree *tree; /* NULL: nobody knows who called what */
    uint32_t tree_metric;
    const struct pk_attributed *attributed; /* holds the tree when it is estimated, else NULL */
    uint32_t max_nodes;                     /* of the tree in the page; 0: all */
    const struct pk_table *table;           /* the largest functions, for those without a script */
    const struct pk_scene *picture;         /* the same stacks, not too small; NULL: none */
    const struct pk_report_diff *diff;      /* NULL: no comparison. With it there is no `tree`, and
                                               `profile` is the later side */
    const struct pk_report_document *documents;
    size_t n_documents;
    bool is_compat; /* data is not packed: for browsers that cannot unpack */
};

#endif
