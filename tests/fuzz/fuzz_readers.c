/*
 * The fuzz target over all readers, end to end: bytes -> detected or forced reader -> profile
 * -> laws -> flame graph -> SVG in memory, which an independent XML parser must accept; -> table
 * and graph in every output of those, each by the rules of its format; -> collapsed text, which
 * must read back as the same text; -> callgrind, which must read back as the same functions and
 * edges; -> .pk, which must read back as the same profile and the same bytes; -> a comparison with
 * itself, which must be empty; -> merged with a part of itself, the same .pk file in any order.
 * Anything but success or an input error is a finding.
 *
 * PROFKIT_FUZZ_READER=NAME in the environment forces one reader, so that every file of its format
 * is a seed as it is. Without it a first byte from 1 to 8 forces the reader with that number and is
 * taken off (no profile begins with one of these), and every other input is detected from its
 * content. The checksum of a .pk file is made to fit, or no change would get past it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/limits.h"
#include "base/pkfile.h"
#include "formats/reader.h"
#include "fuzz_laws.h"
#include "model/builder.h"
#include "model/validate.h"

#define FORCED_READERS 8

/* Small limits: a run must be quick, and past a limit there is only an error to see. */
static struct pk_limits small_limits(void)
{
    struct pk_limits limits = pk_limits_default();

    limits.inflate = (uint64_t)4 << 20;
    limits.line = (uint64_t)1 << 20;
    return limits;
}

/* The reader that the environment forces, or NULL. */
static const struct pk_reader *forced_always(void)
{
    const char *name = getenv("PROFKIT_FUZZ_READER");
    const struct pk_reader *reader = name && *name ? pk_reader_find(name) : NULL;

    if (name && *name && (!reader || !reader->read))
        fuzz_laws_fail("PROFKIT_FUZZ_READER names no reader", NULL);
    return reader;
}

/* The forced reader of a first byte, or NULL to detect. */
static const struct pk_reader *forced_by(const uint8_t *data, size_t size)
{
    if (size == 0 || data[0] < 1 || data[0] > FORCED_READERS)
        return NULL;
    for (int i = 0; pk_reader_list[i] && pk_reader_list[i]->read; i++)
        if (i + 1 == data[0])
            return pk_reader_list[i];
    return NULL;
}

/* Of a .pk file that a change has broken. */
static void seal(uint8_t *data, size_t size)
{
    uint32_t checksum;

    if (size < PK_PKFILE_MAGIC_SIZE + 2 + PK_PKFILE_CHECKSUM ||
        memcmp(data, PK_PKFILE_MAGIC, PK_PKFILE_MAGIC_SIZE) != 0)
        return;
    size -= PK_PKFILE_CHECKSUM;
    checksum = pk_pkfile_checksum(0, data, size);
    for (unsigned i = 0; i < PK_PKFILE_CHECKSUM; i++)
        data[size + i] = (uint8_t)(checksum >> (8 * i));
}

/* How an input is read: whatever the command line could say, drawn from what formats hardly look
 * at, the last byte and the size. */
static struct pk_read_options options_by(const uint8_t *data, size_t size)
{
    return (struct pk_read_options){
        .is_strict = size % 7 == 0,
        .keeps_going = size > 0 && data[size - 1] % 2 == 1,
        .strips_offsets = size % 5 == 0,
        .perf_folding = {.is_on = size % 3 == 0,
                         .has_pid = size & 4,
                         .has_tid = size & 8,
                         .marks_kernel = size & 16,
                         .marks_jit = size & 32,
                         .has_addresses = size & 64},
    };
}

/* One input through all of it. */
static void run(uint8_t *data, size_t size, const struct pk_reader *forced)
{
    const struct pk_limits limits = small_limits();
    struct pk_error error = {0};
    struct pk_input *input;
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_profile *profile = NULL;

    seal(data, size);
    input = pk_input_memory("fuzz", (const char *)data, size, &limits);
    struct pk_reading reading = {
        .input = input, .builder = builder, .options = options_by(data, size)};
    if (size % 2 == 0)
        pk_builder_keep_times(builder);
    if (pk_reader_run(&reading, forced, &error))
        profile = pk_builder_freeze(builder, NULL, NULL, &error);
    if (profile) {
        if (!pk_validate(profile, &error))
            fuzz_laws_fail("a law of the model", &error);
        fuzz_laws_check(profile, size, &reading);
        if (size % 4 == 0) /* reads it several times more */
            fuzz_laws_merge((struct pk_str){(const char *)data, size}, reading.reader,
                            reading.options);
        pk_profile_free(profile);
    } else if (error.status != PK_INPUT) {
        fuzz_laws_fail("an error that does not blame the input", &error);
    }
    pk_builder_free(builder);
    pk_input_free(input);
}

void fuzz_laws_run(uint8_t *data, size_t size)
{
    const struct pk_reader *forced = forced_always();

    if (!forced) {
        forced = forced_by(data, size);
        size -= forced != NULL;
        data += forced != NULL;
    }
    run(data, size, forced);
}
