/*
 * The bytes of all samples of a format, for tests that cut and damage them: files of
 * formats/samples/NAME and the inputs of corpus/NAME in the shared folder, loaded once by a group's
 * set-up. Include it behind cmocka.h.
 */
#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h" // IWYU pragma: export
#include "base/buf.h"   // IWYU pragma: export
#include "tests/corpus.h"
#include "tests/skip.h"

struct sample {
    char path[4096];
    struct pk_buf bytes;
};

static PK_ARRAY(struct sample) samples;

static inline void samples_load_file(const char *path)
{
    struct sample sample = {0};
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t got;

    if (!file) /* a file that is there and cannot be read must not be left out in silence */
        fail_msg("%s cannot be opened", path);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(&sample.bytes, block, got);
    fclose(file);
    snprintf(sample.path, sizeof sample.path, "%s", path);
    pk_array_push(&samples, sample);
}

/* What lies beside the profiles of a folder. */
static inline bool samples_is_other(const char *name)
{
    return strstr(name, ".json") || strstr(name, ".svg") || strstr(name, ".cpp");
}

/* Every file of `folder` whose name begins with `prefix`, or those one folder below. */
static inline void samples_load_folder(const char *folder, const char *prefix, bool is_deep)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir))) {
        char path[4096];

        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        if (is_deep)
            samples_load_folder(path, prefix, false);
        else if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
                 !samples_is_other(entry->d_name))
            samples_load_file(path);
    }
    closedir(dir);
}

/* `name` is that of the two folders. */
static inline void samples_load(const char *name)
{
    char path[4200]; /* corpus_shared has at most 4096 */

    snprintf(path, sizeof path, "%s/formats/samples/%s", corpus_shared(), name);
    samples_load_folder(path, "", false);
    snprintf(path, sizeof path, "%s/corpus/%s", corpus_shared(), name);
    samples_load_folder(path, "input", true);
}

static inline int samples_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < samples.size; i++)
        pk_buf_fini(&samples.data[i].bytes);
    pk_array_fini(&samples);
    return 0;
}

/* Without any sample a test cannot be done. */
static inline void samples_needed(void)
{
    if (samples.size == 0)
        skip_because("no samples in the shared folder");
}

#endif
