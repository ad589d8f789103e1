/*
 * The steps of freezing, shared by freeze*.c, combine.c, derive*.c, profile.c
 * and record.c alone. Layer: model; uses builder_private, profile_private.
 */
#ifndef PK_MODEL_FREEZE_PRIVATE_H
#define PK_MODEL_FREEZE_PRIVATE_H

#include "model/builder_private.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "model/profile_private.h" /* IWYU pragma: export */

struct pk_freezing {
    const struct pk_builder *builder;
    struct pk_builder *taken; /* the same when it may be emptied meanwhile, else NULL */
    struct pk_keeping keep;
    bool has_rung[PK_TREE + 1]; /* some chosen slice was recorded at it */
    bool is_mixed;              /* at several of them */
    bool is_laid_out;           /* the tree has its shape, and its nodes are those of the builder */
    uint32_t n_nodes;           /* of the builder */
    bool *is_chosen;            /* [slice of the builder] */
    struct pk_str *kept; /* [text of the builder] its copy in the profile, once there is one; NULL
                            when taken */
    uint32_t *frame_id;  /* [frame of the builder] its id in the profile, or PK_NONE */
    uint32_t *edge_id;   /* [edge of the builder] likewise, in the graph recorded as edges */
    uint32_t *node_id;   /* [node of the builder] likewise, in the finest recorded tree; any number
                            where no stack passes; NULL where they are the same and no
                            record is made */
    uint32_t *slice_id;  /* [chosen slice of the builder] its id in the profile */
    uint32_t *metric_of; /* [metric of the profile] its id in the builder */
};

/* Have the profile own the texts that it will have: those of a builder that is taken, else copies.
 */
void pk_freeze_own_texts(struct pk_freezing *freezing, struct pk_profile *profile);

/* Fill the frames of the profile, in canonical order, and frame_id. */
void pk_freeze_frames(struct pk_freezing *freezing, struct pk_profile *profile);

/* A builder's text as the profile owns it. */
struct pk_str pk_freeze_text(const struct pk_freezing *freezing, struct pk_profile *profile,
                             uint32_t text);

/* True when the builder's slice is chosen, was recorded at `rung` and says profile metric `m`. */
bool pk_freeze_says(const struct pk_freezing *freezing, uint32_t slice, enum pk_rung rung,
                    uint32_t m);

/* Fill the flat table (and for PK_GRAPH the graph) of `part` from the self values and edges
 * recorded at `rung`; inclusive times that the file does not give are derived from the edges. */
void pk_freeze_tables(const struct pk_freezing *freezing, struct pk_profile *part,
                      enum pk_rung rung);

/* Make the shape of the tree of the nodes of a builder that is taken, which go, if they stand as
 * they would in it: in preorder, siblings in order, with a stack that ends in each leaf and no
 * lines. False, with nothing done, if not. */
bool pk_freeze_laid_nodes(const struct pk_freezing *freezing, struct pk_tree *tree,
                          struct pk_arena *arena);

/* Fill the trees of `part` from the stacks, then its graph and flat table from the tree. */
void pk_freeze_tree(const struct pk_freezing *freezing, struct pk_profile *part);

/* Keep what each slice recorded, by the ids of the profile, whose tables are filled. */
void pk_freeze_record(const struct pk_freezing *freezing, struct pk_profile *profile);

/* Free parts of a builder that is taken as soon as nothing reads them: what finds ids (at once),
 * the frames (once the profile has them), unwanted lines (once it is known that there are any),
 * the list of texts (once slices and facts are copied), nodes (once they are in a draft), rows
 * (once they are summed; mixed rungs read them more than once). */
void pk_freeze_release_lookups(const struct pk_freezing *freezing);
void pk_freeze_release_frames(const struct pk_freezing *freezing);
void pk_freeze_release_unwanted_lines(const struct pk_freezing *freezing);
void pk_freeze_release_texts(const struct pk_freezing *freezing);
void pk_freeze_release_nodes(const struct pk_freezing *freezing);
void pk_freeze_release_rows(const struct pk_freezing *freezing, const struct pk_rows *rows);

/* Fill `whole`'s flat table and, if every part has one, its graph with the sums of its parts. */
void pk_combine_parts(struct pk_profile *whole);

/* Fill flat of a profile whose tree is set: values once per stack. Its graph is due then. */
void pk_derive_from_tree(struct pk_profile *profile);

/* Fill the graph that is due, if it is; pk_profile_graph does so too. */
void pk_derive_graph(struct pk_profile *profile);

/* [metric] columns of n missing values; a metric that no stack says has none. */
int64_t **pk_derive_columns(struct pk_profile *profile, size_t n);

/* Fill the inclusive values that a graph's file does not give, as exact values or as ranges in
 * cycles. */
void pk_derive_inclusive(struct pk_profile *profile);

/* Say which metrics the tables of `profile` will have values of. */
void pk_freeze_choose_values(const struct pk_freezing *freezing, struct pk_profile *profile);

/* Fill the totals of the others, from their slices. */
void pk_freeze_totals(struct pk_profile *profile);

/* A zeroed column of PK_MISSING in the arena. */
int64_t *pk_freeze_column(struct pk_arena *arena, size_t n);

/* [metric] columns, each no pointer until it is filled: see profile.h. */
int64_t **pk_freeze_columns(struct pk_arena *arena, uint32_t n_metrics);

/* Such a column: what stands where values were left out. */
int64_t *pk_freeze_left_out(void);

/* The upper bounds of a flat table that has none yet. */
int64_t **pk_freeze_no_ranges(struct pk_profile *part);

/* NULL when nothing in the column is known, else the column. */
int64_t *pk_freeze_known(int64_t *column, size_t n);

/* Make the indexes out_start, in_start and in_edge of a graph whose edges are in order. */
void pk_graph_index(struct pk_graph *graph, uint32_t n_frames, struct pk_arena *arena);

/* Add to a sum in which PK_MISSING means nothing added yet. */
static inline void pk_sum_add(int64_t *sum, int64_t value)
{
    if (value != PK_MISSING)
        *sum = *sum == PK_MISSING ? value : *sum + value;
}

#endif
