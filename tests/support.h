/*
 * What tests share: profiles from literals, and random programs whose true call tree is known.
 * Layer: tests.
 */
#ifndef PK_TESTS_SUPPORT_H
#define PK_TESTS_SUPPORT_H

#include <stdint.h>

#include "model/builder.h" /* IWYU pragma: export */

/* A builder with the stacks of "main;parse 3\nmain;draw 5\n" under the metric "samples". Free it.
 */
struct pk_builder *support_stacks(const char *folded);

/* The same, frozen; the test fails when freezing does. */
struct pk_profile *support_profile(const char *folded);

/* Freeze and free a builder; the test fails when freezing does. */
struct pk_profile *support_freeze(struct pk_builder *builder);

/* Builder, frame and metric shorthands: a function by name; the metric "time" in ns as metric 0. */
struct pk_builder *support_builder(void);
pk_frame_id support_frame(struct pk_builder *builder, const char *name);

/* A builder that keeps times; a sample of one stack for it, one letter a frame, without a time for
 * PK_MISSING. */
struct pk_builder *support_timed(void);
void support_sample(struct pk_builder *builder, const struct pk_slice *slice, int64_t time,
                    const char *letters, int64_t value);

/* Add what a file of calls says of a function, or of a caller and a callee, by their names, in
 * metric 0; PK_MISSING where it does not. All calls are primitive. */
void support_function(struct pk_builder *builder, const char *name, int64_t self, int64_t incl,
                      int64_t calls);
void support_edge(struct pk_builder *builder, const char *caller, const char *callee, int64_t incl,
                  int64_t self, int64_t calls);

/* The id of the function of this name in a profile, PK_NONE if none. */
pk_frame_id support_find(const struct pk_profile *profile, const char *name);

/* The id that a function of `profile` has in another profile of the program, which must have it. */
pk_frame_id support_same(const struct pk_profile *other, const struct pk_profile *profile,
                         pk_frame_id frame);

/* Fail unless the two profiles have the same canonical text. */
void support_assert_equal(const struct pk_profile *a, const struct pk_profile *b);

/* A small deterministic generator (xorshift64*): the next number, and one below a bound. */
struct support_random {
    uint64_t state;
};
uint64_t support_next(struct support_random *random);
uint32_t support_below(struct support_random *random, uint32_t bound);

/* How much to try: a number from the environment, else `fallback`. PROFKIT_CASES of random cases,
 * PLACES of places in each of them, MUTATIONS of each file. With PROFKIT_EVERY=5 a fallback is
 * divided by 5, but not below 10 where it was more: for builds that are slow, beside one that tries
 * it all. */
uint32_t support_count(const char *variable, uint32_t fallback);

/* One in how many of what has no count: that of PROFKIT_EVERY, else 1. */
uint32_t support_every(void);

/* That of PROFKIT_CASES. */
uint32_t support_cases(uint32_t fallback);

struct support_program { /* how a random program looks */
    uint32_t functions, nodes, depth;
    bool is_recursive; /* any function may call any; else only higher numbered ones */
    int64_t largest;   /* self of a node is 0 to this */
};

/* The true stacks of a random program whose self times depend on context, as a TREE in metric
 * "time". */
struct pk_builder *support_program(struct support_random *random,
                                   const struct support_program *program);

/* The GRAPH that a tracing profiler would record of a program: self and inclusive per function,
 * inclusive per edge, and with `has_edge_self` self per edge; without `has_inclusive` functions
 * have only self (callgrind). */
struct pk_builder *support_traced(const struct pk_profile *truth, bool has_edge_self,
                                  bool has_inclusive);

/* The test fails unless a file was refused (PK_INPUT) in this line, in a text with these words. */
void support_expect_error(const struct pk_error *error, const char *file, uint64_t line,
                          const char *words);

#endif
