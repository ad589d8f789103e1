/*
 * A way to fail, tried on a command line: what the run leaves behind is held against a run without
 * a fault. What is wrong is told in full and counted, and the test goes on; a test ends by
 * try_expect_none. Layer: tests; uses run, matrix. Include it behind cmocka.h.
 */
#ifndef TESTS_FAULTS_TRY_H
#define TESTS_FAULTS_TRY_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/faults/matrix.h" /* IWYU pragma: export */
#include "tests/faults/run.h"    /* IWYU pragma: export */

enum { SAME = 0, INPUT = 3, OUTPUT = 4, MEMORY = 70 };

struct try_row { /* a way to fail, and the status of the run that it ends in */
    enum fault_call call;
    int number;
    unsigned count;
    int on_input, on_output;
};

extern struct fault_run try_clean, try_run;    /* the last run without a fault, and with one */
extern struct pk_buf try_clean_file, try_file; /* what these wrote with -o */
extern int try_files;                          /* in the folder before a run */

/* How many places are tried in each case: PLACES of the environment, or a default. */
unsigned try_places(void);

/* The i-th of `n` places among `total`, from 0; the start wanders with the case `number`, so that
 * all cases together meet them all. */
unsigned try_place(unsigned i, unsigned n, unsigned total, unsigned number);

/* Run the case once, over the older output where it writes to a file. */
void try_on(const struct matrix_case *one, const struct fault *fault, struct fault_run *into,
            struct pk_buf *written);

/* Without a fault: fills try_clean, which tells how many calls there are. False when this build or
 * machine lacks a part that the case needs. */
bool try_without(const struct matrix_case *one);

/* With the call number `at` of the row failing. */
void try_fault(const struct matrix_case *one, const struct try_row *row, unsigned at);

/* The places of all rows are laid end to end, and tried as far as there is time. */
void try_case(const struct matrix_case *one, const struct try_row *rows, size_t n_rows);

/* What is tried on a case; try_clean is that of the case. */
typedef void try_how(const struct matrix_case *one);

/* All cases, or with a `step` of 2 only those to stdout (from 0) or to a file (from 1). Of those of
 * samples no more than about PROFKIT_CASES or one in PROFKIT_EVERY, but every output among them. */
void try_each(unsigned from, unsigned step, try_how *how);

/* Tell what is wrong with try_run; only the first few are told, all are counted. */
void try_complain(const struct matrix_case *one, const struct fault *fault, const char *what);

bool try_is_equal(const struct pk_buf *a, const struct pk_buf *b);

/* What was on stdout before a failure is nothing, or whole buffers of a long result. */
bool try_is_no_result(struct pk_str out, bool may_be_part);

/* The case is answered by another program: in how many pieces it answers is not ours to say, nor
 * how many calls take them. */
bool try_is_answered(const struct matrix_case *one);

/* Fail the test when something was wrong. */
void try_expect_none(void);

/* Fixtures of a test and of the group: count from zero; a folder with the inputs of the matrix. */
int try_reset(void **state);
int try_begin(void **state);
int try_end(void **state);

#endif
