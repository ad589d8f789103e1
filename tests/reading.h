/*
 * Reading a text with one reader in a test, by the rules of any input. Include it behind cmocka.h.
 */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include <string.h>

#include "formats/readers.h" // IWYU pragma: export

/* Read with `reader` and freeze; NULL fills `error`. The input is called "t". */
static inline struct pk_profile *reading_profile(const struct pk_reader *reader, struct pk_str text,
                                                 struct pk_read_options options,
                                                 const struct pk_limits *limits,
                                                 struct pk_error *error)
{
    struct pk_input *input = pk_input_memory("t", text.data, text.size, limits);
    struct pk_builder *builder = pk_builder_new(limits);
    struct pk_reading reading = {.input = input, .builder = builder, .options = options};
    struct pk_profile *profile = NULL;

    if (pk_reader_run(&reading, reader, error))
        profile = pk_builder_freeze(builder, NULL, NULL, error);
    if (error->file) /* it belongs to the input */
        error->file = strcmp(error->file, "t") == 0 ? "t" : NULL;
    pk_builder_free(builder);
    pk_input_free(input);
    return profile;
}

#endif
