/*
 * Writes an input of the benchmark to stdout: generate FORMAT BYTES [unique | stacks=N] [depth=N].
 * FORMAT is perf, collapsed, callgrind or pstats; BYTES takes k, M and G (1000 each); the output is
 * the first whole record past that size, of pstats about that size. 200 MB take a second or two, so
 * that inputs need not be kept. Stacks are among 4,000 of 20 to 80 frames, few of which come up
 * often; `unique` makes nearly every one new, and of callgrind every call another edge; of stacks=N
 * each comes up as often; depth=N is the frames of each.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "program.h"
#include "pstats.h"

#define FUNCTIONS 4000u
#define MOST_LINE 256u /* bytes of a line, at most */

/* `width` columns at least, blanks in front. */
static void hex(uint64_t value, size_t width)
{
    char digits[16];
    size_t at = sizeof digits;

    memset(digits, ' ', sizeof digits);
    do
        digits[--at] = "0123456789abcdef"[value & 15];
    while (value >>= 4);
    if (sizeof digits - at < width)
        at = sizeof digits - width;
    out_bytes(digits + at, sizeof digits - at);
}

/* --- perf script --- */

static void perf_frame(const struct function *function, uint32_t offset)
{
    out_text("\t");
    hex(function->address + offset, 16);
    out_text(" ");
    out_text(function->name);
    out_text("+0x");
    hex(offset, 0);
    out_text(" (");
    out_text(function->module);
    out_text(")\n");
}

/* Four threads, each for a while, and weights that vary, as `perf record -F` gives them. */
static void perf(struct program *program, uint64_t size)
{
    uint64_t time = 5000000000u;
    unsigned thread = 0;

    while (out_written() < size) {
        const struct stack *stack = program_sample(program);
        uint64_t x = program_random(program);
        char line[MOST_LINE];

        if (x % 16 == 0)
            thread = (unsigned)(x >> 8) % 4;
        time += 100000 + (x >> 16) % 1000;
        snprintf(line, sizeof line, "server %u/%u [%03u] %llu.%06llu: %10llu cycles:P: \n", 4711u,
                 4711 + thread, thread, (unsigned long long)(time / 1000000000),
                 (unsigned long long)(time / 1000 % 1000000),
                 (unsigned long long)(200000 + (x >> 32) % 100000));
        out_text(line);
        for (uint32_t i = stack->depth; i-- > 0;)
            perf_frame(&program->functions[stack->function[i]], stack->offset[i]);
        out_text("\n");
    }
}

/* --- collapsed --- */

static void collapsed(struct program *program, uint64_t size)
{
    while (out_written() < size) {
        const struct stack *stack = program_sample(program);

        out_text("server");
        for (uint32_t i = 0; i < stack->depth; i++) {
            out_text(";");
            out_text(program->functions[stack->function[i]].name);
        }
        out_text(" ");
        out_number(1 + program_random(program) % 100);
        out_text("\n");
    }
}

/* --- callgrind --- */

static void callgrind_name(const char *key, uint32_t id, const char *name, bool *is_known)
{
    out_text(key);
    out_text("=(");
    out_number(id);
    out_text(")");
    if (!is_known[id]) {
        out_text(" ");
        out_text(name);
    }
    is_known[id] = true;
    out_text("\n");
}

struct known { /* what was named: a name stands where it comes up first, as valgrind does it */
    bool *functions, *files;
    uint64_t total; /* self of all */
};

/* Twenty functions share a file. */
static uint32_t file_of(uint32_t function)
{
    return function / 20;
}

static void callgrind_file(const char *key, uint32_t function, struct known *known)
{
    char name[32];

    snprintf(name, sizeof name, "module_%" PRIu32 ".c", file_of(function));
    callgrind_name(key, 1 + file_of(function), name, known->files);
}

static void callgrind_self(uint64_t cost, struct known *known)
{
    out_number(cost);
    out_text("\n");
    known->total += cost;
}

/* Twelve calls in 150 lines, each of another function, which may be any of the program. */
static void callgrind_unique_function(struct program *program, uint32_t id, struct known *known)
{
    const struct function *function = &program->functions[id];
    uint64_t x = program_random(program);

    callgrind_name("fn", id, function->name, known->functions);
    for (uint32_t i = 0; i < 150; i++) {
        out_number(function->line + i);
        out_text(" ");
        callgrind_self(1 + (x >> (i % 32)) % 10000, known);
        if (i % 13 != 12)
            continue;
        uint32_t callee = program_callee(program, id, i / 13);

        callgrind_name("cfn", callee, program->functions[callee].name, known->functions);
        out_text("calls=");
        out_number(1 + x % 100);
        out_text(" ");
        out_number(program->functions[callee].line);
        out_text("\n");
        out_number(function->line + i);
        out_text(" ");
        out_number(1000 + (x >> 7) % 100000);
        out_text("\n");
    }
    out_text("\n");
}

/* One call in three is of a neighbour, the others mostly of few functions: a tenth of all has half
 * of the calls, as in files of valgrind. */
static uint32_t callgrind_callee(struct program *program, uint32_t id, uint64_t x)
{
    double share = (double)(x >> 32 & 0xffff) / 0x10000;

    if (x % 3 == 0)
        return (id + 1 + (uint32_t)(x >> 8) % 20) % program->n_functions;
    return (uint32_t)(share * share * share * share * program->n_functions);
}

/* Five calls in 30 lines, one of them from a second line; lines as distances, as valgrind writes
 * them. */
static void callgrind_function(struct program *program, uint32_t id, struct known *known)
{
    uint64_t x = program_random(program);
    uint32_t callee = 0;

    callgrind_file("fl", id, known);
    callgrind_name("fn", id, program->functions[id].name, known->functions);
    out_number(program->functions[id].line);
    out_text(" ");
    callgrind_self(7, known);
    for (uint32_t i = 0; i < 15; i++) {
        out_text(i % 4 == 3 ? "* " : "+1 ");
        callgrind_self(1 + (x >> i) % 10000, known);
        if (i % 3 != 2)
            continue;
        if (i != 8)
            callee = callgrind_callee(program, id, program_random(program));
        if (file_of(callee) != file_of(id))
            callgrind_file("cfi", callee, known);
        callgrind_name("cfn", callee, program->functions[callee].name, known->functions);
        out_text("calls=");
        out_number(1 + (x >> i) % 100);
        out_text(" ");
        out_number(program->functions[callee].line);
        out_text("\n* ");
        out_number(1000 + (x >> 7) % 100000);
        out_text("\n");
    }
    out_text("\n");
}

/* As many functions as the size asks for: a real file has each once. */
static void callgrind(struct program *program, uint64_t size)
{
    void (*write)(struct program *, uint32_t, struct known *) =
        program->n_stacks ? callgrind_function : callgrind_unique_function;
    struct known known = {.functions = calloc(program->n_functions, sizeof(bool)),
                          .files = calloc(program->n_functions, sizeof(bool))};

    out_text("# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\npositions: line\n"
             "events: Ir\n\n");
    if (!program->n_stacks)
        out_text("fl=(1) server.c\n");
    for (uint32_t id = 0; out_written() < size; id = (id + 1) % program->n_functions)
        write(program, id, &known);
    out_text("totals: ");
    out_number(known.total);
    out_text("\n");
    free(known.functions);
    free(known.files);
}

/* --- pstats: see pstats.h; how many functions were asked for follows from the size --- */

static void pstats(struct program *program, uint64_t size)
{
    (void)size;
    pstats_write(program);
}

/* --- */

/* How many functions are there to name: pstats and callgrind have each once. */
static uint32_t functions_for(const char *format, uint64_t size, bool is_unique)
{
    if (strcmp(format, "pstats") == 0)
        return pstats_functions(size, is_unique);
    return strcmp(format, "callgrind") == 0 ? (uint32_t)(size / (is_unique ? 2000 : 330)) + 100
                                            : FUNCTIONS;
}

static uint64_t parse_size(const char *s)
{
    char *end;
    uint64_t size = strtoull(s, &end, 10);

    if (*end == 'k')
        size *= 1000;
    if (*end == 'M')
        size *= 1000000;
    return *end == 'G' ? size * 1000000000 : size;
}

/* The words behind the size; false for one that means nothing. */
static bool parse_shape(struct program_shape *shape, char **words)
{
    for (; *words; words++) {
        uint32_t n = strchr(*words, '=') ? (uint32_t)parse_size(strchr(*words, '=') + 1) : 0;

        if (strcmp(*words, "unique") == 0)
            shape->is_unique = true;
        else if (n > 0 && strncmp(*words, "stacks=", 7) == 0)
            shape->n_stacks = n;
        else if (n > 0 && n <= PROGRAM_DEEPEST && strncmp(*words, "depth=", 6) == 0)
            shape->depth = n;
        else
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct program *, uint64_t);
    } formats[] = {
        {"perf", perf}, {"collapsed", collapsed}, {"callgrind", callgrind}, {"pstats", pstats}};
    struct program_shape shape = {0};
    struct program program;
    uint64_t size = argc > 2 ? parse_size(argv[2]) : 0;

    if (argc > 3 && !parse_shape(&shape, argv + 3))
        size = 0;
    for (size_t i = 0; size && i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(argv[1], formats[i].name) != 0)
            continue;
        shape.n_functions = functions_for(argv[1], size, shape.is_unique);
        program_init(&program, &shape, 1);
        formats[i].write(&program, size);
        out_flush();
        program_fini(&program);
        return fflush(stdout) == 0 ? 0 : 4;
    }
    fprintf(stderr, "usage: generate perf|collapsed|callgrind|pstats BYTES "
                    "[unique | stacks=N] [depth=N]\n");
    return 2;
}
