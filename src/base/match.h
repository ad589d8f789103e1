/*
 * Regular expressions over names, as PCRE2 has them. Patterns come from the user, subjects from a
 * profile: any bytes are allowed as a subject, and a match that takes too many steps is an error of
 * its own, so that no name can make the program hang. Layer: base; uses error, str, buf, arena; the
 * only place that includes pcre2.
 */
#ifndef PK_BASE_MATCH_H
#define PK_BASE_MATCH_H

#include <stdbool.h>

#include "base/buf.h"   /* IWYU pragma: export */
#include "base/error.h" /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */

struct pk_match; /* opaque; belongs to one thread */

/* Compile a pattern, compiled further to machine code where PCRE2 can. NULL fills `error`
 * (PK_USAGE) with what is wrong and where. Free with pk_match_free. */
struct pk_match *pk_match_new(struct pk_str pattern, struct pk_error *error);

/* The same without machine code, which takes longer to make than some hundred searches save. */
struct pk_match *pk_match_new_for_few(struct pk_str pattern, struct pk_error *error);
void pk_match_free(struct pk_match *match);

/* True when the pattern is found anywhere in the subject; parts of it that are no UTF-8 match
 * nothing. A match that is given up fills `error` (PK_USAGE) and counts as not found. */
bool pk_match_find(struct pk_match *match, struct pk_str subject, struct pk_error *error);

/* Append what pk_match_replace takes for a text that a person wrote: $1, ${1}, ${name} and \1 are
 * groups of the pattern, $0 and \0 are what matched, $$ is a dollar, \\ a backslash. False fills
 * `error` (PK_USAGE) with what is wrong and where; groups that the pattern has not are. */
bool pk_match_replacement(const struct pk_match *match, struct pk_str text, struct pk_buf *out,
                          struct pk_error *error);

/* Append the subject with the first match, or all of them, replaced. False, with nothing appended,
 * where the pattern is not found; a match that is given up fills `error` (PK_USAGE). */
bool pk_match_replace(struct pk_match *match, struct pk_str subject, struct pk_str replacement,
                      bool all, struct pk_buf *out, struct pk_error *error);

#endif
