/*
 * Calls that a profile does not show, by the text: profilers of Python that look at its frames
 * (austin, py-spy) have no functions written in C, so a line that calls list.pop or time.sleep
 * has all of their time as its own. Where such a line calls nothing else, it can be told. Layer:
 * analyze; uses rules.
 */
#ifndef PK_ANALYZE_UNSEEN_H
#define PK_ANALYZE_UNSEEN_H

#include "analyze/sourcefile.h" /* IWYU pragma: export */
#include "model/builder.h"      /* IWYU pragma: export */
#include "rules/families.h"     /* IWYU pragma: export */

/* The same profile with a frame below each line that has a good part of the metric as its self and
 * calls one function that the families know. Such a frame has the line that calls it as its own,
 * and pk_unseen_is is true of it; all sums stay. NULL where there is nothing to add: the profile
 * has no stacks with lines, or no such line is found in a file below the folder that the user
 * named. The profile keeps its record (PK_KEEP_RECORD). Free the builder with pk_builder_free. */
struct pk_builder *pk_unseen_calls(const struct pk_profile *profile, uint32_t metric,
                                   const struct pk_families *families,
                                   const struct pk_sourcefile_options *options,
                                   const struct pk_limits *limits, struct pk_arena *arena);

/* Whether a frame is only known by the text of a program. */
bool pk_unseen_is(const struct pk_frame *frame);

#endif
