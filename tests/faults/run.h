/*
 * One run of the whole program in a child process, with calls that fail and everything it leaves
 * behind caught. Layer: tests; uses calls.
 */
#ifndef TESTS_FAULTS_RUN_H
#define TESTS_FAULTS_RUN_H

#include "base/buf.h"           /* IWYU pragma: export */
#include "tests/faults/calls.h" /* IWYU pragma: export */

/* main of src/main.c under another name. */
int profkit_main(int argc, char **argv);

struct fault_run {
    int status; /* of the shell: 128+n for a signal */
    struct pk_buf out, err;
    struct fault_report report;
};

/* Run the command line `words` (words[0] is the program, NULL ends them) with `fault`; `run` begins
 * all zero or with what an earlier run left. A run that hangs ends by SIGALRM. */
void fault_run(const char *const *words, const struct fault *fault, struct fault_run *run);

void fault_run_fini(struct fault_run *run);

#endif
