/*
 * Runs the fuzz target over files without libFuzzer, so that seeds and past findings are tests of
 * every build. usage: replay [-p PLACES] FILE... With -p each file is also replayed cut short: at
 * every byte, or at PLACES places spread over a larger file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Run the target over the first `size` bytes, in memory of just that size: a read past the end is
 * seen. */
static void run(const struct pk_buf *bytes, size_t size)
{
    uint8_t *copy = pk_alloc(size ? size : 1);

    if (size)
        memcpy(copy, bytes->data, size);
    LLVMFuzzerTestOneInput(copy, size);
    pk_free(copy);
}

static size_t replay(const struct pk_buf *bytes, size_t places)
{
    size_t runs = 0;

    if (places > 0 && bytes->size > 0) {
        size_t step = bytes->size / places + 1;

        for (size_t size = 0; size < bytes->size; size += step, runs++)
            run(bytes, size);
    }
    run(bytes, bytes->size);
    return runs + 1;
}

int main(int argc, char **argv)
{
    size_t places = 0, runs = 0;
    int files = 0, first = 1;

    if (argc > 2 && strcmp(argv[1], "-p") == 0) {
        places = (size_t)strtoul(argv[2], NULL, 10);
        first = 3;
    }
    for (int i = first; i < argc; i++) {
        struct pk_buf bytes = {0};

        if (!read_file(argv[i], &bytes))
            return 1;
        /* Named before it runs: a crash is then the last line. */
        fprintf(stderr, "%s\n", argv[i]);
        runs += replay(&bytes, places);
        files++;
        pk_buf_fini(&bytes);
    }
    printf("ok %zu inputs from %d files\n", runs, files);
    return files == 0;
}
