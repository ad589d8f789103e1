#include "pstats.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "program.h"

#define MADE 0x80u /* FLAG_REF of marshal: later objects may refer to this one */
#define FILE_FUNCTIONS 14u
#define MOST_CALLERS 20u

/* Which objects were written, as 1 + their number. */
struct made {
    uint32_t *functions, *files, small[257], file_of_c, n;
    unsigned flag; /* 0: nothing is ever referred to */
};

struct times {
    uint32_t calls;
    double own, total;
};

struct callers {
    uint32_t n, id[MOST_CALLERS];
    struct times times[MOST_CALLERS], sum;
};

uint32_t pstats_functions(uint64_t size, bool is_spelled)
{
    return (uint32_t)(size / (is_spelled ? 280 : 140)) + 10;
}

/* --- marshal --- */

static void marshal_number(unsigned type, uint32_t value)
{
    unsigned char le[5] = {(unsigned char)type, (unsigned char)value, (unsigned char)(value >> 8),
                           (unsigned char)(value >> 16), (unsigned char)(value >> 24)};

    out_bytes(le, sizeof le);
}

static void marshal_text(unsigned type, const char *s)
{
    size_t size = strlen(s);
    unsigned char head[2] = {(unsigned char)type, (unsigned char)size};

    out_bytes(head, sizeof head);
    out_bytes(s, size);
}

/* Little-endian machines only, as the rest of the benchmark. */
static void marshal_float(double value)
{
    out_bytes("g", 1);
    out_bytes(&value, sizeof value);
}

/* True behind a reference; else the object has to follow, and has a number from now on. */
static bool refers(struct made *made, uint32_t *number)
{
    if (*number) {
        marshal_number('r', *number - 1);
        return true;
    }
    if (made->flag)
        *number = ++made->n;
    return false;
}

/* Small numbers are one object each, larger ones are made anew. */
static void marshal_int(struct made *made, uint32_t value)
{
    if (value >= 257)
        marshal_number('i', value);
    else if (!refers(made, &made->small[value]))
        marshal_number('i' | made->flag, value);
}

/* --- entries --- */

/* (file, line, name) */
static void write_function(struct made *made, const struct function *function, uint32_t id)
{
    uint32_t file = id / FILE_FUNCTIONS;
    char path[100] = "~";
    bool is_c = id % 8 == 7;

    if (refers(made, &made->functions[id]))
        return;
    out_bytes(made->flag ? "\xa9\3" : ")\3", 2);
    if (!is_c)
        snprintf(path, sizeof path, "/srv/app/package_%u/module_%u.py", file / 10, file);
    if (!refers(made, is_c ? &made->file_of_c : &made->files[file]))
        marshal_text('z' | made->flag, path);
    marshal_int(made, is_c ? 0 : function->line);
    made->n += made->flag ? 1 : 0; /* of the name, which is of this function alone */
    marshal_text((made->flag && !is_c ? 'Z' : 'z') | made->flag, function->name);
}

/* (calls, primitive calls, own time, total time): no call is inside of another. */
static void write_times(struct made *made, struct times times, bool has_callers)
{
    out_bytes(has_callers ? ")\5" : ")\4", 2);
    marshal_int(made, times.calls);
    marshal_int(made, times.calls);
    marshal_float(times.own);
    marshal_float(times.total);
}

/* One caller in three is a neighbour, the others mostly are few functions; those with odd numbers
 * call nothing. A caller comes before its callees, so that no time is longer than its caller's. */
static uint32_t draw_caller(uint32_t id, uint64_t x)
{
    double share = (double)(x >> 32 & 0xffff) / 0x10000;
    uint32_t near = 1 + (uint32_t)(x >> 8) % 8;

    return (x % 3 == 0 && near < id ? id - near : (uint32_t)(share * share * share * id)) & ~1u;
}

/* Four counts in five are small numbers. */
static struct times draw_times(const struct program *program, uint32_t id, uint64_t x)
{
    return (struct times){.calls = 1 + (uint32_t)(x >> 8) % (x % 5 ? 200 : 100000),
                          .own = (double)(x >> 40) * 1e-11,
                          .total = 2e-4 + (double)(program->n_functions - id) * 1e-8};
}

/* Most functions have one caller, few have many: of ten functions the first has a third of all. */
static void draw_callers(struct program *program, uint32_t id, struct callers *callers)
{
    static const uint8_t counts[100] = {MOST_CALLERS, 6, 6, 6, 4, 4, 4, 4};
    uint32_t rank = (uint32_t)(program_random(program) % 100), most = counts[rank];

    callers->n = 0;
    callers->sum = (struct times){0};
    if (!most)
        most = rank < 30 ? 2 : 1;
    while (most-- > 0) {
        uint32_t caller = draw_caller(id, program_random(program)), i = 0;
        struct times times = draw_times(program, id, program_random(program));

        while (i < callers->n && callers->id[i] != caller)
            i++;
        if (i < callers->n)
            continue;
        callers->id[callers->n] = caller;
        callers->times[callers->n++] = times;
        callers->sum.calls += times.calls;
        callers->sum.own += times.own;
        callers->sum.total += times.total;
    }
}

static void write_entry(struct program *program, struct made *made, uint32_t id)
{
    struct callers callers;

    draw_callers(program, id, &callers);
    if (id == 0) {
        callers.sum = callers.times[0];
        callers.n = 0;
    }
    write_function(made, &program->functions[id], id);
    write_times(made, callers.sum, true);
    out_bytes("{", 1);
    for (uint32_t i = 0; i < callers.n; i++) {
        write_function(made, &program->functions[callers.id[i]], callers.id[i]);
        write_times(made, callers.times[i], false);
    }
    out_bytes("0", 1);
}

void pstats_write(struct program *program)
{
    struct made made = {.functions = calloc(program->n_functions, sizeof(uint32_t)),
                        .files = calloc(program->n_functions, sizeof(uint32_t)),
                        .flag = program->n_stacks ? MADE : 0};

    out_bytes("{", 1);
    for (uint32_t id = 0; id < program->n_functions; id++)
        write_entry(program, &made, id);
    out_bytes("0", 1);
    free(made.functions);
    free(made.files);
}
