/*
 * What the two halves of the callgrind writer share: out_callgrind_names.c makes names that the
 * format can hold, out_callgrind.c writes the records. Nobody else includes this.
 */
#ifndef PK_RENDER_OUT_CALLGRIND_PRIVATE_H
#define PK_RENDER_OUT_CALLGRIND_PRIVATE_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/array.h"    /* IWYU pragma: export */
#include "base/intern.h"   /* IWYU pragma: export */
#include "model/lines.h"   /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_callgrind_text { /* names of one of the three spaces of the format */
    struct pk_intern texts;
    uint32_t *number; /* [id] "(number) name" at the first mention, then "(number)"; 0: not yet */
    uint32_t numbers; /* given so far */
};

struct pk_callgrind_labels {
    struct pk_callgrind_text objects, files;
    struct pk_intern functions;         /* names; two functions may have one */
    uint32_t *object, *file, *function; /* [frame] ids of texts */
    pk_frame_id *order;                 /* frames in the order of what is written of them */
    uint32_t *rank;                     /* [frame] its place there: its number is one more */
    bool *is_written;                   /* [frame] its name was defined already */
    uint32_t *line_file;                /* [file of pk_lines] id of a text; NULL without lines */
    bool has_objects;                   /* some frame has a module */
};

/* Names for all frames, escaped, such that different frames stay different functions: where object,
 * file and name are equal, the line of the definition is added, where only their folders differ the
 * folder of the file, "<module> [urllib]", and then a number. */
void pk_callgrind_labels_init(struct pk_callgrind_labels *labels, const struct pk_profile *profile);
void pk_callgrind_labels_fini(struct pk_callgrind_labels *labels);

/* Append "key=(number) name" and a line end at the first mention of a text, "key=(number)" later.
 */
void pk_callgrind_labels_write(struct pk_buf *out, const char *key, struct pk_callgrind_text *space,
                               uint32_t id);

/* Append "key=(number) name" and a line end at the first mention of a function, "key=(number)"
 * later. Each function has a number of its own: KCachegrind takes what has the number of another
 * for that other, whatever its file and object. */
void pk_callgrind_labels_function(struct pk_buf *out, const char *key,
                                  struct pk_callgrind_labels *labels, pk_frame_id frame);

/* Append the name of an event, letters, digits and '_', which is all that KCachegrind takes; one
 * that is not among the `n` in `others` yet. */
void pk_callgrind_labels_event(struct pk_buf *out, struct pk_str metric,
                               const struct pk_str *others, uint32_t n);

/* Append the unit of an event as readers know it, "ns", "10ns", "bytes"; a fraction as "ns / 1000".
 * Nothing for a plain count. */
void pk_callgrind_labels_unit(struct pk_buf *out, const struct pk_metric *metric,
                              bool *is_fraction);

enum pk_callgrind_source { /* where the costs of an entry stand */
                           PK_CALLGRIND_OF_FUNCTION,
                           PK_CALLGRIND_OF_EDGE,
                           PK_CALLGRIND_OF_LINE,
                           PK_CALLGRIND_OF_BLOCK, /* in its `costs`, from `index` on */
};

struct pk_callgrind_entry { /* what a line costs, or the calls that stand there */
    uint32_t file, line;    /* the file as an id of a text */
    pk_frame_id callee;     /* PK_NONE: self */
    enum pk_callgrind_source source;
    size_t index;  /* frame, edge or row there: a function of a million lines has no copy of them */
    int64_t calls; /* PK_MISSING: nobody counted; of self it says nothing */
};

struct pk_callgrind_block { /* what one function has; the upper half is given by the caller */
    const struct pk_profile *profile;
    const struct pk_graph *graph; /* NULL: only functions */
    const struct pk_lines *lines; /* NULL: no costs of lines */
    const struct pk_callgrind_labels *labels;
    const uint32_t *metrics; /* those that are written */
    size_t n_metrics;

    pk_frame_id frame;
    PK_ARRAY(struct pk_callgrind_entry) entries; /* in the order of writing; never empty */
    PK_ARRAY(int64_t) costs;                     /* of entries that no table has */
    PK_ARRAY(int64_t) rest;                      /* what lines leave of self and of each edge */
};

/* Fill the lower half for a function: its self and calls by file and line, equal places added up.
 */
void pk_callgrind_block_fill(struct pk_callgrind_block *block, pk_frame_id frame);

/* What an entry costs in the metric `metrics[i]`; missing values are no costs: 0. */
int64_t pk_callgrind_block_cost(const struct pk_callgrind_block *block,
                                const struct pk_callgrind_entry *entry, size_t i);

/* Free the lower half. */
void pk_callgrind_block_fini(struct pk_callgrind_block *block);

#endif
