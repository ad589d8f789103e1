/*
 * Samples by outputs by destinations: see matrix.h. A packing changes only how bytes come in or go
 * out, so packed inputs and outputs are combined with one table and one file format only.
 */
#include "tests/faults/matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/faults/run.h"
#include "tests/packed.h"

struct input {
    const char *path;     /* below samples/, or in the folder of the test */
    const char *function; /* one that calls or is called */
};

static const struct input samples[] = {
    {"callgrind/word-count/callgrind.out", "make_word"},
    {"folded/log-report/log-report.folded", "make_log"},
    {"folded/word-count/word-count.folded", "find"},
    {"perf/thumbnails/thumbnails.perf.txt", "average"},
    {"perf/word-count/word-count.perf.txt", "find"},
    {"pstats/backtest/backtest.prof", "str.join"},
    {"pstats/formulas/formulas.prof", "factor"},
    {"pstats/reminders-fixed/reminders.prof", "str.join"},
    {"pstats/reminders-pypy/reminders.prof", "str.join"},
    {"pstats/reminders/reminders.prof", "read_contacts"},
};

static const char *const made[] = {"input.pk",   "input.utf16", "input.gzip",
                                   "input.zstd", "input.xz",    "input.bz2"};

#define SAMPLES (sizeof samples / sizeof *samples)
#define MADE (sizeof made / sizeof *made)

/* "%" stands for the input, "=" for its function. */
static const char *const outputs[][10] = {
    {"hotspots", "--to", "text", "%"}, /* this and the next also for what is packed */
    {"convert", "--to", "json", "%"},
    {"hotspots", "--json", "%"},
    {"summary", "--to", "text", "%"},
    {"summary", "--json", "%"},
    {"info", "--to", "text", "%"},
    {"info", "--json", "%"},
    {"annotate", "--to", "text", "%", "="},
    {"annotate", "--json", "%", "="},
    {"calls", "--to", "text", "%", "="},
    {"calls", "--json", "%", "="},
    {"diff", "--to", "text", "%", "%"},
    {"diff", "--json", "%", "%"},
    {"diff", "--to", "text", "-b", "%", "-b", "%", "-a", "%"},
    {"check", "--to", "text", "%", "%"},
    {"check", "--json", "--rule", "share('a') < 101%", "%"},
    {"check", "--to", "text", "--report", "junit", "--report", "sarif", "%", "%"},
    {"check", "--to", "md", "--report", "github", "%", "%"},
    {"check", "--calibrate", "--to", "text", "%", "%"},
    {"check", "--json", "--rule=self('a') < +3%", "-b", "%", "-b", "%", "-a", "%"},
    {"diff", "--to", "svg", "--shape", "max", "%", "%"},
    {"diff", "--to", "term", "%", "%"},
    {"hotspots", "--to", "csv", "%"},
    {"hotspots", "--to", "md", "%"},
    {"hotspots", "--to", "tsv", "%"},
    {"findings", "--to", "text", "%"},
    {"findings", "--json", "%"},
    {"findings", "--to", "md", "%"},
    {"findings", "--to", "sarif", "--fail-on", "proven", "%"},
    {"findings", "--to", "junit", "%"},
    {"findings", "--baseline", "%", "--fail-on", "new", "--to", "text", "%"},
    {"paths", "--to", "text", "%"},
    {"paths", "--json", "%"},
    {"tree", "--collapse-recursion", "--inlines", "merge", "--to", "text", "%"},
    {"services", "--to", "text", "%"},
    {"services", "--to", "svg", "--service", "own=.", "%"},
    {"services", "--json", "--by", "library", "--service", "own=a", "%", "="},
    {"tree", "--to", "text", "%"},
    {"whatif", "--to", "text", "--memo", "=", "--drop", "=", "%"},
    {"whatif", "--to", "svg", "--drop", "=", "%"},
    {"tree", "--bottom-up", "--json", "%", "="},
    {"graph", "--to", "dot", "%"},
    {"flame", "--to", "svg", "%"},
    {"flame", "--to", "svg", "--reverse", "%"},
    {"flame", "--to", "text", "%"},
    {"convert", "--to", "folded", "--estimate", "%"},
    {"convert", "--to", "callgrind", "%"},
    {"convert", "--to", "pk", "%"},
    {"merge", "--to", "pk", "%", "%"},
};

/* What other programs' code draws: slow, and no other for another input. */
static const char *const drawn[][8] = {
    {"flame", "--to", "png", "%"},
    {"flame", "--to", "pdf", "%"},
    {"graph", "--to", "svg", "%"},
};

/* What only some samples know enough for; the first does. */
static const char *const grouped[][8] = {
    {"hotspots", "--by", "file", "--json", "%"},
    {"hotspots", "--by", "line", "--json", "%"},
};

/* What only samples with times have; the fourth has some. A page has a file of its own unless it is
 * told where to go, and the last word on that counts. */
static const char *const timed[][8] = {
    {"timeline", "--to", "text", "%"},
    {"timeline", "--json", "%"},
    {"report", "-o", "-", "--to", "html", "%"},
};

/* What is written of stacks only; the second has them. */
static const char *const stacks[][8] = {
    {"diff", "--to", "folded", "%", "%"},
};

/* What is empty where nothing is found; in the sixth something is. */
static const char *const found[][8] = {
    {"findings", "--to", "github", "%"},
};

#define OUTPUTS (sizeof outputs / sizeof *outputs)
#define PACKED_OUTPUTS 2
#define DRAWN (sizeof drawn / sizeof *drawn)
#define GROUPED (sizeof grouped / sizeof *grouped)
#define STACKS (sizeof stacks / sizeof *stacks)
#define TIMED (sizeof timed / sizeof *timed)
#define FOUND (sizeof found / sizeof *found)
#define MODULE "profkit-cairo.so"

/* Names of the target that have it packed: links, so that all cases write to one file. */
static const char *const packing_targets[] = {MATRIX_TARGET ".gz", MATRIX_TARGET ".zst"};

#define PACKINGS (sizeof packing_targets / sizeof *packing_targets)

/* ---- inputs that are made */

static void write_bytes(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static const char *sample_path(size_t i)
{
    static char paths[SAMPLES][4096];
    const char *srcdir = getenv("srcdir");

    /* The test has gone into a folder of its own. */
    snprintf(paths[i], sizeof paths[i], "%s%s/samples/%s", srcdir && *srcdir == '/' ? "" : "../",
             srcdir ? srcdir : ".", samples[i].path);
    return paths[i];
}

/* The module that draws is looked for beside the program, which here is the test. The link stays
 * until `make clean`: another test may run beside this one. */
static const char *beside_test(void)
{
    static char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - sizeof MODULE);

    assert_true(size > 0);
    while (path[size - 1] != '/')
        size--;
    memcpy(path + size, MODULE, sizeof MODULE);
    return path;
}

void matrix_begin(void)
{
    if (symlink("../" MODULE, beside_test()) != 0)
        assert_int_equal(errno, EEXIST);

    const char *convert[] = {"profkit", "convert", "-q", sample_path(6), "-o", "input.pk", NULL};
    struct pk_buf text = packed_long_text(), wide = {0};
    struct fault_run run = {0};

    fault_run(convert, &(struct fault){0}, &run);
    assert_int_equal(run.status, 0);
    fault_run_fini(&run);
    pk_buf_add(&wide, "\xff\xfe", 2);
    for (size_t i = 0; i < text.size; i++)
        pk_buf_add(&wide, (char[]){text.data[i], '\0'}, 2);
    write_bytes("input.utf16", wide.data, wide.size);
    for (size_t i = 0; i < PACKED_COUNT; i++) {
        char name[32];

        snprintf(name, sizeof name, "input.%s", packed[i].name);
        write_bytes(name, packed[i].all.data, packed[i].all.size);
    }
    for (size_t i = 0; i < PACKINGS; i++)
        assert_int_equal(symlink(MATRIX_TARGET, packing_targets[i]), 0);
    pk_buf_fini(&wide);
    pk_buf_fini(&text);
}

void matrix_end(void)
{
    for (size_t i = 0; i < MADE; i++)
        assert_int_equal(unlink(made[i]), 0);
    for (size_t i = 0; i < PACKINGS; i++)
        assert_int_equal(unlink(packing_targets[i]), 0);
}

/* ---- cases */

static void fill(struct matrix_case *one, const char *const output[8], const char *path,
                 const char *function, const char *target)
{
    size_t n = 0;

    one->words[n++] = "profkit";
    for (size_t i = 0; output[i]; i++) {
        const char *word = output[i];

        one->words[n++] = strcmp(word, "%") == 0 ? path : strcmp(word, "=") == 0 ? function : word;
    }
    if (one->to_file) {
        one->words[n++] = "-o";
        one->words[n++] = target;
    }
    one->words[n] = NULL;
}

unsigned matrix_row(void)
{
    return 2 * OUTPUTS;
}

bool matrix_case(unsigned number, struct matrix_case *one)
{
    size_t whole = SAMPLES * OUTPUTS, at = number / 2;

    *one = (struct matrix_case){.to_file = number % 2 == 1, .number = number};
    one->is_whole = at < whole;
    if (at < whole)
        fill(one, outputs[at % OUTPUTS], sample_path(at / OUTPUTS), samples[at / OUTPUTS].function,
             MATRIX_TARGET);
    else if ((at -= whole) < MADE * PACKED_OUTPUTS)
        fill(one, outputs[at % PACKED_OUTPUTS], made[at / PACKED_OUTPUTS], NULL, MATRIX_TARGET);
    else if ((at -= MADE * PACKED_OUTPUTS) < PACKINGS * PACKED_OUTPUTS)
        fill(one, outputs[at % PACKED_OUTPUTS], sample_path(at), NULL,
             packing_targets[at / PACKED_OUTPUTS]);
    else if ((at -= PACKINGS * PACKED_OUTPUTS) < DRAWN)
        fill(one, drawn[at], sample_path(2), NULL, MATRIX_TARGET);
    else if ((at -= DRAWN) < GROUPED)
        fill(one, grouped[at], sample_path(0), NULL, MATRIX_TARGET);
    else if ((at -= GROUPED) < STACKS)
        fill(one, stacks[at], sample_path(1), NULL, MATRIX_TARGET);
    else if ((at -= STACKS) < FOUND)
        fill(one, found[at], sample_path(5), NULL, MATRIX_TARGET);
    else if ((at -= FOUND) < TIMED)
        fill(one, timed[at], sample_path(3), NULL, MATRIX_TARGET);
    else
        return false;
    return true;
}
