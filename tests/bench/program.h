/*
 * The program that the inputs of the benchmark pretend to have profiled: functions with names as C,
 * C++ and the kernel have them, who calls whom, and stacks drawn from that. All of it follows from
 * a seed, so two runs write the same bytes.
 */
#ifndef PK_BENCH_PROGRAM_H
#define PK_BENCH_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define PROGRAM_CALLEES 12   /* of each function */
#define PROGRAM_DEEPEST 1000 /* frames of a stack, at most */

struct function {
    char name[100];
    const char *module;
    uint64_t address; /* where it begins */
    uint32_t line;
};

struct stack { /* root first */
    uint32_t depth;
    uint32_t function[PROGRAM_DEEPEST];
    uint32_t offset[PROGRAM_DEEPEST]; /* bytes into the function: where it calls, or is */
};

struct program {
    uint32_t n_functions;
    struct function *functions;
    uint32_t shallowest, deepest;
    uint32_t n_stacks; /* 0: no two samples are drawn from the same list */
    struct stack *stacks;
    uint32_t *by_rank; /* a slot of it drawn evenly is a stack drawn by Zipf's law, or NULL */
    uint8_t callee_by_rank[256]; /* the same for callees */
    uint64_t random;
    struct stack fresh;
};

struct program_shape {
    uint32_t n_functions;
    bool is_unique;    /* nearly every sample has a stack of its own; else: */
    uint32_t n_stacks; /* so many stacks, drawn evenly; 0: 4,000 of them by Zipf's law */
    uint32_t depth;    /* frames of each stack; 0: 20 to 80 */
};

/* Make a program of such a shape. */
void program_init(struct program *program, const struct program_shape *shape, uint64_t seed);
void program_fini(struct program *program);

/* An even 64-bit number. */
uint64_t program_random(struct program *program);

/* Who is called from the k-th place in a function. */
uint32_t program_callee(const struct program *program, uint32_t function, uint32_t k);

/* The stack of the next sample, valid until the next call; its leaf stands anywhere in its
 * function.
 */
const struct stack *program_sample(struct program *program);

#endif
