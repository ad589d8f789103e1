/*
 * Digests of files: the values are those that the makers of XXH3 publish, and
 * what xxh128sum prints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest.h"
#include "tests/folder.h"

static void write_bytes(const char *name, const char *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void check(const char *bytes, size_t size, const char *expected)
{
    char digest[PK_DIGEST_SIZE + 1];
    struct pk_error error = {0};

    write_bytes("x", bytes, size);
    assert_true(pk_digest_file("x", digest, &error));
    assert_string_equal(digest, expected);
}

static void digests_are_those_of_xxh128sum(void **state)
{
    (void)state;
    check("", 0, "99aa06d3014798d86001c324468d497f");
    check("a", 1, "a96faf705af16834e6c632b61e964e1f");
    check("abc", 3, "06b05ab6733a618578af5f94892f3950");
}

/* Longer than a block, and equal but for its last byte. */
static void every_byte_counts(void **state)
{
    enum { SIZE = 200000 };
    char *bytes = pk_calloc(SIZE, 1), one[PK_DIGEST_SIZE + 1], two[PK_DIGEST_SIZE + 1];
    struct pk_error error = {0};
    (void)state;

    write_bytes("x", bytes, SIZE);
    assert_true(pk_digest_file("x", one, &error));
    bytes[SIZE - 1] = 1;
    write_bytes("x", bytes, SIZE);
    assert_true(pk_digest_file("x", two, &error));
    assert_string_not_equal(one, two);
    pk_free(bytes);
}

static void what_is_no_file_has_none(void **state)
{
    char digest[PK_DIGEST_SIZE + 1];
    struct pk_error error = {0};
    (void)state;

    assert_false(pk_digest_file("nowhere", digest, &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.file, "nowhere");
    error = (struct pk_error){0};
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_false(pk_digest_file("pipe", digest, &error)); /* and nobody waits for a writer */
    assert_string_equal(error.text, "is no regular file, so it has no digest");
    error = (struct pk_error){0};
    assert_false(pk_digest_file(".", digest, &error));
    assert_int_equal(error.status, PK_INPUT);
}

/* The folder must be empty. */
static int tear_down(void **state)
{
    return unlink("x") == 0 && unlink("pipe") == 0 ? folder_teardown(state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_xxh128sum),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(what_is_no_file_has_none),
    };

    return cmocka_run_group_tests(tests, folder_setup, tear_down);
}
