/*
 * The parts of the fuzz target beside the readers, each chosen by its name in PROFKIT_FUZZ_READER:
 * what meets bytes of strangers without a whole profile round it. Layer: tests.
 */
#ifndef PK_TESTS_FUZZ_PARTS_H
#define PK_TESTS_FUZZ_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/opt.h"
#include "base/str.h"

struct fuzz_part {
    const char *name;
    void (*run)(struct pk_str bytes);
};

/* Every reader bids on the same head: within the scale, the same twice, and the one that detection
 * chooses bid highest alone. What nobody takes is told in one line. */
void fuzz_detect(struct pk_str bytes);

/* A command line: the first byte chooses the command, NUL and line ends part the words. */
void fuzz_options(struct pk_str bytes);

/* The text of a configuration file. */
void fuzz_config(struct pk_str bytes);

/* A rule of profkit check. */
void fuzz_expression(struct pk_str bytes);

/* A file of symbol families. */
void fuzz_rules(struct pk_str bytes);

/* The path of a source file, and behind the first line end what the file holds. */
void fuzz_source(struct pk_str bytes);

/* An argument of --limit, and numbers of any size in the units for people. */
void fuzz_limits(struct pk_str bytes);
void fuzz_units(struct pk_str bytes);

/* One name through one escape function, which the first byte chooses, and back. */
void fuzz_escape(struct pk_str bytes);

/* Ends the process unless `error` is of this status and printed as one line of at most 1000 bytes
 * with nothing that drives a terminal, perhaps a line that is shown with a caret below, and perhaps
 * an indented hint. */
void fuzz_error_check(const struct pk_error *error, enum pk_status status);

/* Ends the process unless a value that was taken is one that `tables`, ended by NULL, allow. */
void fuzz_option_check(const struct pk_opt_value *value, const struct pk_opt *const *tables);

/* True for valid UTF-8, by a judge that is not ours. */
bool fuzz_is_utf8(struct pk_str text);

#endif
