/*
 * What the faults are tried on: every sample and packing, with every command and format that is
 * written, to stdout and over an older file. Layer: tests.
 */
#ifndef TESTS_FAULTS_MATRIX_H
#define TESTS_FAULTS_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#define MATRIX_OLD "the older output\n"
#define MATRIX_TARGET "target"
#define MATRIX_WORDS 16

struct matrix_case {
    const char *words[MATRIX_WORDS]; /* the command line */
    bool to_file;                    /* over MATRIX_TARGET, which holds MATRIX_OLD */
    unsigned number;                 /* of the case, from 0 */
    bool is_whole; /* a sample with each output in turn; else an input or output of its own */
};

/* Make the inputs that are no sample in the folder ".". */
void matrix_begin(void);

/* Remove them. */
void matrix_end(void);

/* How many cases one sample has: every output, to stdout and to a file. Those of all samples come
 * first, one sample after the other and in the same order. */
unsigned matrix_row(void);

/* The cases from number 0 on: fills `one`; false past the last. */
bool matrix_case(unsigned number, struct matrix_case *one);

#endif
