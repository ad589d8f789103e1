/*
 * Runs the fuzz target over files without libFuzzer, so that seeds and past findings are tests of
 * every build. usage: replay [-p PLACES] [-s SMALL] [-m MUTATIONS] FILE...
 *
 * With -p each file is also replayed cut short: at every byte of a file of up to SMALL bytes, at
 * PLACES places spread over a larger one. With -m it is also replayed with a few bits flipped,
 * MUTATIONS times; which ones depends on the number of the mutation and the size of the file alone,
 * so a finding comes back. An input that takes 20 s ends the run by SIGALRM.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_file(const char *path, struct pk_buf *bytes)
{
    char block[65536];
    size_t n;
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        return 0;
    }
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(bytes, block, n);
    fclose(file);
    return 1;
}

static char doing[64]; /* what a crash is told with */

static void tell(int number)
{
    ssize_t ignored = write(STDERR_FILENO, doing, strlen(doing));

    (void)ignored;
    signal(number, SIG_DFL);
    raise(number);
}

/* Run the target over the first `size` bytes, in memory of just that size: a read past the end is
 * seen. */
static void run(const struct pk_buf *bytes, size_t size, const char *what, size_t which)
{
    uint8_t *copy = pk_alloc(size ? size : 1);

    alarm(20);
    snprintf(doing, sizeof doing, "%s %zu\n", what, which);
    if (size)
        memcpy(copy, bytes->data, size);
    LLVMFuzzerTestOneInput(copy, size);
    pk_free(copy);
}

static size_t replay_cut(const struct pk_buf *bytes, size_t places, size_t small)
{
    size_t step = bytes->size <= small ? 1 : bytes->size / places + 1, runs = 0;

    for (size_t size = 0; size < bytes->size; size += step, runs++)
        run(bytes, size, "cut at", size);
    return runs;
}

/* One to four bits of a file, chosen by splitmix64. */
static void mutate(struct pk_buf *bytes, uint64_t number)
{
    uint64_t state = (number + 1) * 0x9e3779b97f4a7c15u + bytes->size;
    unsigned flips = 1 + number % 4;

    while (flips-- > 0) {
        uint64_t x = state += 0x9e3779b97f4a7c15u;

        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
        x = (x ^ x >> 27) * 0x94d049bb133111ebu;
        x ^= x >> 31;
        bytes->data[(x >> 3) % bytes->size] ^= (char)(1 << (x & 7));
    }
}

static size_t replay_mutated(struct pk_buf *bytes, size_t mutations)
{
    for (size_t i = 0; i < mutations; i++) {
        mutate(bytes, i);
        run(bytes, bytes->size, "mutation", i);
        mutate(bytes, i); /* the same flips again undo them */
    }
    return mutations;
}

struct plan {
    size_t places, small, mutations;
};

static size_t replay(struct pk_buf *bytes, const struct plan *plan)
{
    size_t runs = 1;

    run(bytes, bytes->size, "whole", 0);
    if (bytes->size > 0 && plan->places > 0)
        runs += replay_cut(bytes, plan->places, plan->small);
    if (bytes->size > 0)
        runs += replay_mutated(bytes, plan->mutations);
    return runs;
}

int main(int argc, char **argv)
{
    struct plan plan = {0};
    size_t runs = 0;
    int files = 0, option;

    signal(SIGABRT, tell);
    signal(SIGALRM, tell);
    while ((option = getopt(argc, argv, "p:s:m:")) != -1) {
        if (option == '?')
            return 1;
        *(option == 'p'   ? &plan.places
          : option == 's' ? &plan.small
                          : &plan.mutations) = (size_t)strtoul(optarg, NULL, 10);
    }
    for (int i = optind; i < argc; i++) {
        struct pk_buf bytes = {0};

        if (!read_file(argv[i], &bytes))
            return 1;
        /* Named before it runs: a crash is then the last line. */
        fprintf(stderr, "%s\n", argv[i]);
        runs += replay(&bytes, &plan);
        files++;
        pk_buf_fini(&bytes);
    }
    printf("ok %zu inputs from %d files\n", runs, files);
    return files == 0;
}
