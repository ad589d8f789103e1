/*
 * What the parts of the fuzz target share. Whatever a check does not like ends the process: that is
 * how libFuzzer and the replay learn of it.
 */
#ifndef PK_TESTS_FUZZ_LAWS_H
#define PK_TESTS_FUZZ_LAWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "formats/reader.h"
#include "model/profile.h"
#include "render/table.h"

/* A broken promise: say which, and end as a crash so that the fuzzer keeps the input. */
void fuzz_laws_fail(const char *what, const struct pk_error *error);

/* One input, which may be changed, through all of it: see fuzz_readers.c. */
void fuzz_laws_run(uint8_t *data, size_t size);

/* What a writer makes of a profile, in memory; free the text. */
char *fuzz_laws_write(const char *writer, const struct pk_profile *profile, size_t *size);

/* A builder with all that `bytes` hold, also times, or NULL and the error; `forced` as in
 * pk_reader_run. */
struct pk_builder *fuzz_laws_read(struct pk_str bytes, const struct pk_reader *forced,
                                  struct pk_read_options options, struct pk_error *error);

/* All that can be made of a profile, drawn by `which`. What another format cannot hold comes only
 * out of .pk, which can hold any name: the laws of the others are for what text can say. */
void fuzz_laws_check(const struct pk_profile *profile, size_t which,
                     const struct pk_reading *reading);

/* The same bytes whatever the order and grouping in which this input and a part of it are merged.
 */
void fuzz_laws_merge(struct pk_str bytes, const struct pk_reader *forced,
                     struct pk_read_options options);

/* A table in every output of tables, and whatever else `profile` is written as but a picture; each
 * is checked by the rules of its format. `which` chooses the style. */
void fuzz_outputs_table(const struct pk_table *table, size_t which);
void fuzz_outputs_check(const struct pk_profile *profile, size_t which);

#endif
