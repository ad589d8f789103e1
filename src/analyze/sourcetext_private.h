/*
 * Between the parts of sourcetext: sourcetext.c reads the text, sourcetext_python.c and
 * sourcetext_c.c find functions and what is around their calls, sourcetext_calls.c looks at the
 * arguments. Layer: analyze.
 */
#ifndef PK_ANALYZE_SOURCETEXT_PRIVATE_H
#define PK_ANALYZE_SOURCETEXT_PRIVATE_H

#include "analyze/sourcetext.h" /* IWYU pragma: export */

struct pk_sourcesearch { /* for the calls of one name in one function */
    const struct pk_sourcetext *text;
    struct pk_str name, callee;
    uint32_t line;     /* of the function; 0: unknown */
    size_t first, end; /* lines of it, of Python */
    PK_ARRAY(struct pk_sourcecall) found;
};

/* A byte of a name. */
bool pk_sourcetext_is_word(char c);

/* Whether this word stands at `at`, on its own. */
bool pk_sourcetext_is_at(const struct pk_sourcetext *text, size_t at, struct pk_str word);

/* The next call of `name` from `from` on and before `to`: where its name stands, or `to`. */
size_t pk_sourcetext_next(const struct pk_sourcetext *text, struct pk_str name, size_t from,
                          size_t to);

/* What is behind blanks and ends of lines. */
size_t pk_sourcetext_skip(const struct pk_sourcetext *text, size_t at, size_t to);

/* Behind the bracket that belongs to the one at `at`, or `to`. */
size_t pk_sourcetext_match(const struct pk_sourcetext *text, size_t at, size_t to);

/* The line of the file in which a byte stands. */
uint32_t pk_sourcetext_line(const struct pk_sourcetext *text, size_t at);

#define PK_SOURCETEXT_MOST 100u /* calls of one name in one function: each takes a look around */

/* Whether no more calls are wanted. */
static inline bool pk_sourcetext_is_full(const struct pk_sourcesearch *search)
{
    return search->found.size >= PK_SOURCETEXT_MOST;
}

/* Add the call at `at`; loop_line as in struct pk_sourcecall. */
void pk_sourcetext_add(struct pk_sourcesearch *search, size_t at, uint32_t loop_line);

/* Whether the function sets the variable whose name stands at `at`; true where that is not known.
 */
bool pk_sourcetext_sets(const struct pk_sourcesearch *search, size_t at);

/* Add all calls; false: the function is not there. */
bool pk_sourcetext_python(struct pk_sourcesearch *search);
bool pk_sourcetext_c(struct pk_sourcesearch *search);

#endif
