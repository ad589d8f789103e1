/*
 * Draws the stacks of the benchmark: see program.h. Callees and whole stacks are drawn by Zipf's
 * law (the k-th with a weight of 1/k), as in real programs few paths take most of the time. A call
 * stands at one place of its caller, so a return address is the same in every sample; only the leaf
 * moves.
 */
#include "program.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL 4000u /* stacks of a repetitive input */
#define RANK_SLOTS 65536u
#define PLACES 256u /* instructions of a function */

static const char *const modules[] = {"/usr/lib/x86_64-linux-gnu/libc.so.6",
                                      "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30",
                                      "/opt/server/bin/server",
                                      "/opt/server/lib/libstorage.so",
                                      "/opt/server/lib/libquery.so.2",
                                      "/usr/lib/x86_64-linux-gnu/libssl.so.3",
                                      "/usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
                                      "[kernel.kallsyms]"};
static const char *const words[] = {
    "read",  "write", "parse",  "index", "query",  "cache", "page",    "buffer", "lock", "node",
    "tree",  "hash",  "stream", "frame", "packet", "token", "request", "handle", "row",  "column",
    "merge", "sort",  "scan",   "flush", "commit", "log",   "session", "plan",   "eval", "copy"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One step of splitmix64: any number to an even one. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t program_random(struct program *program)
{
    return mix(program->random++);
}

static const char *word(uint64_t x)
{
    return words[x % COUNT(words)];
}

static void name_function(struct function *function, uint32_t id)
{
    uint64_t x = mix(id);
    const char *a = word(x >> 8), *b = word(x >> 16), *c = word(x >> 24), *d = word(x >> 32);

    function->module = modules[x % COUNT(modules)];
    function->address = 0x400000u + (uint64_t)id * 4096;
    function->line = 10 + (uint32_t)(x >> 40) % 3000;
    if (function->module[0] == '[')
        snprintf(function->name, sizeof function->name, "%s_%s_%u", a, b, id);
    else if (x >> 62 == 0)
        snprintf(function->name, sizeof function->name,
                 "server::%s_%s::%s_%s_%u<unsigned long>(server::%s const&, int)", a, b, c, d, id,
                 b);
    else
        snprintf(function->name, sizeof function->name, "%s_%s_%s_%u", a, b, c, id);
    if (function->module[0] == '[')
        function->address |= 0xffffffff80000000u;
}

/* slot[0 .. n): ranks 0 .. most - 1, each as often as 1 / (rank + 1) says. */
static void fill_ranks(uint32_t *slot, uint32_t n, uint32_t most)
{
    double total = 0, sum = 0;
    uint32_t at = 0;

    for (uint32_t rank = 0; rank < most; rank++)
        total += 1.0 / (rank + 1);
    for (uint32_t rank = 0; rank < most; rank++) {
        sum += 1.0 / (rank + 1);
        while (at < n && at < sum / total * n)
            slot[at++] = rank;
    }
    while (at < n)
        slot[at++] = 0;
}

uint32_t program_callee(const struct program *program, uint32_t function, uint32_t k)
{
    return 1 +
           (uint32_t)(mix((uint64_t)function * PROGRAM_CALLEES + k) % (program->n_functions - 1));
}

/* A walk from main down to a depth that is drawn as well. */
static void walk(struct program *program, struct stack *stack)
{
    uint32_t function = 0;

    stack->depth = program->shallowest + (uint32_t)(program_random(program) %
                                                    (program->deepest - program->shallowest + 1));
    for (uint32_t i = 0; i < stack->depth; i++) {
        uint32_t k = program->callee_by_rank[program_random(program) % 256];

        stack->function[i] = function;
        stack->offset[i] = 4 * (1 + (uint32_t)(mix((uint64_t)function << 8 | k) % PLACES));
        function = program_callee(program, function, k);
    }
}

void program_init(struct program *program, const struct program_shape *shape, uint64_t seed)
{
    uint32_t ranks[256], n_functions = shape->n_functions;

    memset(program, 0, sizeof *program);
    program->random = mix(seed);
    program->n_functions = n_functions;
    program->shallowest = shape->depth ? shape->depth : 20;
    program->deepest = shape->depth ? shape->depth : 80;
    program->functions = calloc(n_functions, sizeof *program->functions);
    for (uint32_t i = 0; i < n_functions; i++)
        name_function(&program->functions[i], i);
    fill_ranks(ranks, 256, PROGRAM_CALLEES);
    for (unsigned i = 0; i < 256; i++)
        program->callee_by_rank[i] = (uint8_t)ranks[i];
    if (shape->is_unique)
        return;
    program->n_stacks = shape->n_stacks ? shape->n_stacks : POOL;
    program->stacks = calloc(program->n_stacks, sizeof *program->stacks);
    for (uint32_t i = 0; i < program->n_stacks; i++)
        walk(program, &program->stacks[i]);
    if (shape->n_stacks)
        return;
    program->by_rank = calloc(RANK_SLOTS, sizeof *program->by_rank);
    fill_ranks(program->by_rank, RANK_SLOTS, POOL);
}

void program_fini(struct program *program)
{
    free(program->functions);
    free(program->stacks);
    free(program->by_rank);
}

const struct stack *program_sample(struct program *program)
{
    uint64_t x = program_random(program);
    struct stack *stack = &program->fresh;

    if (program->by_rank)
        stack = &program->stacks[program->by_rank[x % RANK_SLOTS]];
    else if (program->n_stacks)
        stack = &program->stacks[(x >> 8) % program->n_stacks];
    else
        walk(program, stack);
    stack->offset[stack->depth - 1] = 4 * (uint32_t)(x >> 32) % (4 * PLACES);
    return stack;
}
