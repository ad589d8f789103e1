/*
 * Calls that fail when a test says so. The linker gives the calls of the program to the functions
 * of calls.c (ld --wrap, the list is fault_calls in Makefile.am), so what runs is the program as it
 * is, with any compiler and sanitizer, and needs no rights. Memory of the C library and of the
 * picture libraries is left out; that of the other libraries is asked for through our allocator, or
 * their answer is in the list. Layer: tests.
 */
#ifndef TESTS_FAULTS_CALLS_H
#define TESTS_FAULTS_CALLS_H

#include <limits.h>
#include <stdbool.h>

enum fault_call {
    FAULT_MEMORY,  /* malloc, calloc, realloc */
    FAULT_LIBRARY, /* calls of libraries that may have found no memory of their own */
    FAULT_OPEN,
    FAULT_STAT, /* of a name or a descriptor */
    FAULT_READ,
    FAULT_WRITE,
    FAULT_SYNC,
    FAULT_CLOSE,
    FAULT_RENAME,
    FAULT_LINK,   /* reading where a symbolic link leads */
    FAULT_ACCESS, /* asking whether a file may be written */
    FAULT_MODE,   /* changing the mode of the temporary */
    FAULT_OWNER,  /* changing its owner */
    FAULT_COPY,   /* of a descriptor */
    FAULT_RANDOM,
    FAULT_FOLDER, /* opening or reading one */
    FAULT_SOCKET, /* the streams of a child process */
    FAULT_SPAWN,  /* its start */
    FAULT_POLL,
    FAULT_SEND,
    FAULT_RECEIVE,
    FAULT_WAIT,  /* for its end */
    FAULT_BELOW, /* opening on the way to a source file: a run goes on without it */
    FAULT_MAP,   /* mmap, mremap: malloc does in their place */
    FAULT_ANY,   /* all of the above, counted together */
    FAULT_CALLS
};

#define FAULT_SHORT 0           /* in place of an errno: one byte is read or written */
#define FAULT_FOR_GOOD UINT_MAX /* as a count */

struct fault {
    enum fault_call call;
    unsigned at;    /* the first that fails, counting from 1; 0: none */
    unsigned count; /* how many fail from there on */
    int number;     /* errno, or FAULT_SHORT */
    int signal;     /* raised before the call instead, unless 0 */
};

/* What happened in a run; in memory that it shares with the test. */
struct fault_report {
    unsigned calls[FAULT_CALLS];
    bool is_hit;    /* a call failed */
    bool on_output; /* ... on a descriptor or name that is written to */
};

/* From here on count calls into `report`, and let those of `fault` fail. */
void faults_begin(const struct fault *fault, struct fault_report *report);

#endif
