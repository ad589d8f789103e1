/*
 * What the text of a program says about the calls in one of its functions: whether they stand in a
 * loop, and what their arguments are. A few rules of each language, no parser: where they do not
 * fit nothing is claimed. Layer: analyze; uses base.
 */
#ifndef PK_ANALYZE_SOURCETEXT_H
#define PK_ANALYZE_SOURCETEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h" /* IWYU pragma: export */
#include "base/array.h" /* IWYU pragma: export */
#include "base/buf.h"   /* IWYU pragma: export */

enum pk_sourcetext_language { PK_SOURCETEXT_PYTHON, PK_SOURCETEXT_C };

/* Stands for every byte of a literal in `code`, its quotes included. Comments are blanks there, and
 * all else is as it is. */
#define PK_SOURCETEXT_LITERAL '\1'

struct pk_sourceline { /* of Python: a logical line, or the part before a comment */
    size_t from, to;
    uint32_t number, indent; /* number: of the line in the file where it begins */
};

struct pk_sourcetext {   /* free with pk_sourcetext_fini */
    struct pk_str bytes; /* borrowed */
    enum pk_sourcetext_language language;
    char *code;                           /* [bytes.size] */
    PK_ARRAY(struct pk_sourceline) lines; /* those that are not blank */
};

struct pk_sourcecall {
    uint32_t line;      /* where its name stands */
    uint32_t loop_line; /* where the innermost loop around it begins; 0: none is seen */
    bool is_constant;   /* the first argument is a literal, or a name in capitals */
    bool makes_text;    /* the arguments join or format text, or call something */
    bool is_plain;      /* none of them does, and none is a variable that the function sets */
};

/* Take the text of a file of this name; false: not in a language that is known. */
bool pk_sourcetext_init(struct pk_sourcetext *text, struct pk_str bytes, struct pk_str path);
void pk_sourcetext_fini(struct pk_sourcetext *text);

/* The name that a call has in the text, out of one of a profile: "<method 'execute' of
 * 'sqlite3.Cursor' objects>" is execute, "ns::f(int)" is f. Borrowed; missing where there is none.
 */
struct pk_str pk_sourcetext_name(struct pk_str name);

/* The calls of `callee`, a hundred at most, in the function `name` that begins at `line` (0:
 * unknown, then it must be the only one of its name), in the order of the text and in the arena.
 * `n` gets how many; NULL: the function is not there, so the text may be that of another version.
 * Functions within it are no part of it. */
struct pk_sourcecall *pk_sourcetext_calls(const struct pk_sourcetext *text, struct pk_str name,
                                          uint32_t line, struct pk_str callee,
                                          struct pk_arena *arena, uint32_t *n);

/* The function written in C that this line of Python calls, as cProfile names it, when it is the
 * only call there: "<built-in method time.sleep>", "<method 'pop' of 'list' objects>" for
 * self.waiting.pop(0), "<method '__contains__' of 'list' objects>" for the operator "in". Whether
 * there is such a function is not known: names of modules and variables look alike. False: none. */
bool pk_sourcetext_builtin(const struct pk_sourcetext *text, uint32_t line, struct pk_buf *name);

#endif
