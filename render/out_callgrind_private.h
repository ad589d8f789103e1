/*
 * What the two halves of the callgrind writer share: out_callgrind_names.c makes names that the
 * format can hold, out_callgrind.c writes the records. Nobody else includes this.
 */
#ifndef PK_RENDER_OUT_CALLGRIND_PRIVATE_H
#define PK_RENDER_OUT_CALLGRIND_PRIVATE_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stdint.h>

#include "base/intern.h"   /* IWYU pragma: export */
#include "model/profile.h" /* IWYU pragma: export */

struct pk_callgrind_text { /* names of one of the three spaces of the format */
    struct pk_intern texts;
    bool *is_written; /* [id] defined already: "(id) name"; from then on "(id)" */
};

struct pk_callgrind_labels {
    struct pk_callgrind_text objects, files;
    struct pk_intern functions;         /* names; two functions may have one */
    uint32_t *object, *file, *function; /* [frame] ids of texts */
    bool *is_written;                   /* [frame] its name was defined already */
    uint32_t *line_file;                /* [file of pk_lines] id of a text; NULL without lines */
    bool has_objects;                   /* some frame has a module */
};

/* Names for all frames, escaped, such that different frames stay different functions: where object,
 * file and name are equal, the line of the definition is added, where only their folders differ the
 * folder of the file, "<module> [urllib]", and then a number. */
void pk_callgrind_labels_init(struct pk_callgrind_labels *labels, const struct pk_profile *profile);
void pk_callgrind_labels_fini(struct pk_callgrind_labels *labels);

/* Append "key=(id) name" and a line end at the first mention of a text, "key=(id)" later. */
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

#endif
