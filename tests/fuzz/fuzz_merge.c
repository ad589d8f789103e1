/*
 * Merging in any order and grouping gives the same bytes. What an input is merged with is its own
 * first half, which shares names, metrics and slices with it; where half of it is no profile (a
 * .pk file), a small one of another format.
 *
 * Trap: a sum that overflows must do so in every order too, so that the error is compared as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/reader.h"
#include "fuzz_laws.h"
#include "model/builder.h"

/* Stacks, with a function that other samples have too. */
#define OTHER "main;draw 3\nmain;parse;read 1\n(root) 2\n"

/* The .pk file of two builders merged into an empty one, or NULL where that fails. */
static char *merged(const struct pk_builder *first, const struct pk_builder *second, size_t *size)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_builder *into = pk_builder_new(&limits);
    struct pk_error error = {0};
    struct pk_profile *profile;
    char *bytes = NULL;

    pk_builder_merge(into, first);
    pk_builder_merge(into, second);
    profile = pk_builder_freeze_take(into, (struct pk_keeping){.parts = PK_KEEP_ALL}, &error);
    if (profile)
        bytes = fuzz_laws_write("pk", profile, size);
    else if (error.status != PK_INPUT)
        fuzz_laws_fail("merging fails other than by the input", &error);
    pk_profile_free(profile);
    pk_builder_free(into);
    return bytes;
}

/* The builder again, by way of a .pk file of its own; NULL where it cannot be frozen. */
static struct pk_builder *packed(const struct pk_builder *builder)
{
    struct pk_error error = {0};
    struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error);
    struct pk_builder *again;
    size_t size;
    char *bytes;

    if (!profile)
        return NULL;
    bytes = fuzz_laws_write("pk", profile, &size);
    again = fuzz_laws_read((struct pk_str){bytes, size}, NULL, (struct pk_read_options){0}, &error);
    if (!again)
        fuzz_laws_fail("a .pk file is not read back", &error);
    free(bytes);
    pk_profile_free(profile);
    return again;
}

static void compare(const struct pk_builder *first, const struct pk_builder *second,
                    const char *bytes, size_t size, const char *what)
{
    size_t size_again = 0;
    char *again = merged(first, second, &size_again);

    if (!again != !bytes || (bytes && (size != size_again || memcmp(bytes, again, size) != 0)))
        fuzz_laws_fail(what, NULL);
    free(again);
}

void fuzz_laws_merge(struct pk_str bytes, const struct pk_reader *forced,
                     struct pk_read_options options)
{
    struct pk_error error = {0};
    struct pk_builder *whole = fuzz_laws_read(bytes, forced, options, &error);
    struct pk_builder *part =
        fuzz_laws_read(pk_str_slice(bytes, 0, bytes.size / 2), forced, options, &error);
    struct pk_builder *again;
    char *once;
    size_t size = 0;

    if (!whole)
        fuzz_laws_fail("an input is read once only", &error);
    if (!part) {
        error = (struct pk_error){0};
        part = fuzz_laws_read(PK_STR(OTHER), pk_reader_find("folded"), (struct pk_read_options){0},
                              &error);
    }
    once = merged(whole, part, &size);
    compare(part, whole, once, size, "the order of merging shows");
    again = packed(whole);
    if (again)
        compare(part, again, once, size, "that a part of a merge was a .pk file shows");
    pk_builder_free(again);
    free(once);
    pk_builder_free(whole);
    pk_builder_free(part);
}
