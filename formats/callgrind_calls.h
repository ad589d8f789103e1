/*
 * Whose costs follow: the current object, file and function of a callgrind file, and the function
 * that the next calls= goes to. Layer: formats; uses model/builder.
 */
#ifndef PK_FORMATS_CALLGRIND_CALLS_H
#define PK_FORMATS_CALLGRIND_CALLS_H

#include "model/builder.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/callgrind_header.h" /* IWYU pragma: export */
#include "formats/callgrind_names.h"  /* IWYU pragma: export */

struct pk_callgrind_found { /* the function of a name that was found last: mostly there is one */
    uint32_t object, file;
    pk_frame_id frame; /* PK_NONE: none yet */
};

struct pk_callgrind_calls {
    struct pk_callgrind_names names;
    PK_ARRAY(struct pk_callgrind_found) found; /* [text of a name] */
    PK_ARRAY(uint32_t) home; /* [text of a name] file of its last block; only of Xdebug */
    uint32_t n_frames;       /* of the builder that were met */
    uint64_t label_bytes;    /* what the names of all frames take */
    uint32_t unknown;        /* the text "???" */

    uint32_t object, file, inner; /* texts of ob=, fl=, and of the latest of fl=, fi=, fe= */
    uint32_t costed;              /* the file of the last cost line: where a callee is by default */
    pk_frame_id function;         /* PK_NONE before the first fn= */
    bool has_fl;

    uint32_t callee_object, callee_file, callee_name; /* of cob=, cfl= and its like, cfn= */
    bool has_callee_object, has_callee_file, has_callee_name;
    bool is_callee_new; /* one of them came since `callee` was found */
    pk_frame_id callee; /* of the last calls=, PK_NONE without any */
};

/* Begin without a function: names and cost lines may come before the first fn=. Texts and frames
 * go to the builder, also those of names that nothing else is said of. */
void pk_callgrind_calls_init(struct pk_callgrind_calls *calls, struct pk_builder *builder);

/* Free what it holds; texts and frames are the builder's. */
void pk_callgrind_calls_fini(struct pk_callgrind_calls *calls);

/* What a line that names something did. */
enum pk_callgrind_naming {
    PK_CALLGRIND_NO_NAME,    /* it is no such line */
    PK_CALLGRIND_NAMED,      /* taken */
    PK_CALLGRIND_FUNCTION,   /* taken: another function begins, see pk_callgrind_calls_enter */
    PK_CALLGRIND_NAMES_FULL, /* the names of all functions take more than the file may */
};

/* Take "fl=(3) main.c" and the like. `seen` is how many bytes of the file were read. With
 * PK_CALLGRIND_FUNCTION, `*name` is what pk_callgrind_calls_enter wants. */
enum pk_callgrind_naming pk_callgrind_calls_name(struct pk_callgrind_calls *calls,
                                                 struct pk_str line, uint64_t seen, uint32_t *name);

/* Begin the function of this name in the current object and file; PK_CALLGRIND_NAMED, or _FULL. */
enum pk_callgrind_naming pk_callgrind_calls_enter(struct pk_callgrind_calls *calls, uint32_t name,
                                                  enum pk_callgrind_dialect dialect, uint64_t seen);

/* Find the callee of a calls= line. False when no cfn= named one, or `*naming` is _FULL. */
bool pk_callgrind_calls_callee(struct pk_callgrind_calls *calls, enum pk_callgrind_dialect dialect,
                               uint64_t seen, enum pk_callgrind_naming *naming);

/* The function is over and unknown: a new file or part begins. */
void pk_callgrind_calls_leave(struct pk_callgrind_calls *calls);

/* By frame of the builder, `n` of them: true for a level of recursion that stands at most once on a
 * stack, which valgrind tells by keeping the next level apart, f from f'2. Free it with pk_free. */
bool *pk_callgrind_calls_once(const struct pk_callgrind_calls *calls, uint32_t *n);

/* The text of the current file, as lines give it; missing when unknown. */
struct pk_str pk_callgrind_calls_file(const struct pk_callgrind_calls *calls);

#endif
