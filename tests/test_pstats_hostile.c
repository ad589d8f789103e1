/*
 * The pstats reader on hostile bytes: every cut and thousands of mutations of real files end in a
 * valid profile or in one clean error, and files that unfold to far more than they are end soon.
 * Real files are those of samples/ and, where PROFKIT_SHARED (default ../shared beside the sources)
 * has it, those of the corpus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/validate.h"
#include "tests/pstats_check.h"
#include "tests/support.h"

#define SMALL ((size_t)4096) /* a file of up to so many bytes is cut at every byte, */
#define CUTS ((size_t)100)   /* a larger one at so many places */
#define MUTATIONS 400u       /* of a small file, fewer of a large one */

static uint64_t random_state;

/* splitmix64: the same numbers on every machine. */
static uint64_t next_random(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Read bytes; anything but a valid profile or an input error at a place inside the file fails. */
static bool read_within(struct pk_str bytes, const struct pk_limits *limits, struct pk_error *error)
{
    struct pk_input *input = pk_input_memory("hostile", bytes.data, bytes.size, limits);
    struct pk_builder *builder = pk_builder_new(limits);
    struct pk_reading reading = {.input = input, .builder = builder};
    struct pk_profile *profile = NULL;

    *error = (struct pk_error){0};
    if (pk_reader_pstats.read(&reading, error))
        profile = pk_builder_freeze(builder, NULL, NULL, error);
    if (profile)
        assert_true(pk_validate(profile, error));
    else if (error->status != PK_INPUT || !error->text[0] ||
             (error->place.kind == PK_AT_OFFSET && error->place.offset > bytes.size))
        fail_msg("status %d, @%" PRIu64 ": %s", (int)error->status, error->place.offset,
                 error->text);
    pk_profile_free(profile);
    pk_builder_free(builder);
    pk_input_free(input);
    return error->status == PK_OK;
}

static bool read_safely(struct pk_str bytes, struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();

    return read_within(bytes, &limits, error);
}

static void read_file(const char *path, struct pk_buf *out)
{
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t size;

    assert_non_null(file);
    while ((size = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(out, block, size);
    fclose(file);
}

typedef void file_test(const struct pk_buf *bytes);

static size_t for_each_match(const char *folder, const char *pattern, file_test *test)
{
    struct pk_buf path = {0};
    glob_t found = {0};
    size_t count = 0;

    pk_buf_text(&path, folder);
    pk_buf_text(&path, pattern);
    if (glob(path.data, 0, NULL, &found) == 0) {
        for (count = 0; count < found.gl_pathc; count++) {
            struct pk_buf bytes = {0};

            read_file(found.gl_pathv[count], &bytes);
            test(&bytes);
            pk_buf_fini(&bytes);
        }
    }
    globfree(&found);
    pk_buf_fini(&path);
    return count;
}

static void for_each_file(file_test *test)
{
    const char *shared = getenv("PROFKIT_SHARED"), *srcdir = getenv("srcdir");
    struct pk_buf beside = {0};
    size_t own, corpus;

    srcdir = srcdir ? srcdir : ".";
    pk_buf_text(&beside, srcdir);
    pk_buf_text(&beside, "/../shared");
    shared = shared ? shared : beside.data;
    random_state = 20240229;
    own = for_each_match(srcdir, "/samples/pstats/*/*.prof", test);
    corpus = for_each_match(shared, "/formats/samples/pstats/*.prof", test) +
             for_each_match(shared, "/corpus/pstats/*/input.*", test);
    pk_buf_fini(&beside);
    print_message("%zu samples, %zu files of the corpus\n", own, corpus);
    assert_true(own > 0);
    if (getenv("CI") && strcmp(getenv("CI"), "true") == 0)
        assert_true(corpus > 0);
}

static size_t mutations(size_t size)
{
    size_t n = support_count("MUTATIONS", MUTATIONS);

    return size <= SMALL ? n : n * SMALL / size;
}

static void cut_everywhere(const struct pk_buf *bytes)
{
    size_t all = bytes->size <= SMALL ? SMALL + 1 : CUTS;
    size_t step = bytes->size / support_count("MUTATIONS", (uint32_t)all) + 1;
    struct pk_error error;
    bool was_good = false;

    for (size_t size = 0; size < bytes->size; size += step) {
        bool is_good = read_safely((struct pk_str){bytes->data, size}, &error);

        assert_true(is_good ||
                    !was_good); /* once an entry is complete, every longer cut keeps it */
        was_good = is_good;
    }
    assert_true(read_safely(pk_buf_view(bytes), &error));
}

static void pstats_every_cut_of_a_file_ends_well(void **state)
{
    (void)state;
    for_each_file(cut_everywhere);
}

static void flip_bits(const struct pk_buf *bytes)
{
    for (size_t i = mutations(bytes->size); i > 0; i--) {
        struct pk_buf changed = {0};
        struct pk_error error;

        pk_buf_str(&changed, pk_buf_view(bytes));
        for (uint64_t flips = 1 + next_random() % 4; flips > 0; flips--)
            changed.data[next_random() % changed.size] ^= (char)(1 << next_random() % 8);
        read_safely(pk_buf_view(&changed), &error);
        pk_buf_fini(&changed);
    }
}

static void pstats_mutated_files_end_well(void **state)
{
    (void)state;
    for_each_file(flip_bits);
}

/* Type codes and small lengths where they hurt most: swap, repeat or drop runs of bytes. */
static void move_bytes(const struct pk_buf *bytes)
{
    for (size_t i = mutations(bytes->size) / 2; i > 0; i--) {
        size_t from = next_random() % bytes->size, to = next_random() % bytes->size;
        size_t size = next_random() % 40;
        struct pk_buf changed = {0};
        struct pk_error error;

        size = size < bytes->size - from ? size : bytes->size - from;
        pk_buf_add(&changed, bytes->data, to);
        pk_buf_add(&changed, bytes->data + from, size);
        pk_buf_add(&changed, bytes->data + to, bytes->size - to);
        read_safely(pk_buf_view(&changed), &error);
        pk_buf_fini(&changed);
    }
}

static void pstats_files_with_moved_bytes_end_well(void **state)
{
    (void)state;
    for_each_file(move_bytes);
}

/* --- files that unfold --- */

static void add_reference(struct pk_buf *out, uint32_t slot)
{
    char bytes[5] = {'r'};

    marshal_u32(bytes + 1, slot);
    pk_buf_add(out, bytes, sizeof bytes);
}

static void pstats_shared_callers_do_not_unfold(void **state)
{
    struct pk_buf bytes = {0};
    struct pk_error error;

    (void)state;
    /* One dict of 20,000 callers, and 20,000 entries that refer to it: 400 million edges in 1.4 MB.
     */
    pk_buf_text(&bytes, "{");
    for (int i = 0; i < 20000; i++) {
        char key[] = {')', 3, 'z', 1, 'a', 'i', (char)(i & 0xff), (char)(i >> 8),
                      0,   0, 'z', 1, 'f'};

        pk_buf_add(&bytes, key, sizeof key);
        pk_buf_add(&bytes, ")\x05i\0\0\0\0i\0\0\0\0i\0\0\0\0i\0\0\0\0", 22);
        if (i > 0) {
            add_reference(&bytes, 0);
            continue;
        }
        pk_buf_char(&bytes, (char)('{' | 0x80));
        for (int k = 0; k < 20000; k++) {
            key[6] = (char)(k & 0xff);
            key[7] = (char)(k >> 8);
            pk_buf_add(&bytes, key, sizeof key);
            pk_buf_add(&bytes, "i\1\0\0\0", 5);
        }
        pk_buf_char(&bytes, '0');
    }
    pk_buf_char(&bytes, '0');
    assert_false(read_safely(pk_buf_view(&bytes), &error));
    assert_string_equal(error.text,
                        "expected at most as many callers as the file has bytes, found more");
    pk_buf_fini(&bytes);
}

static void pstats_shared_long_name_does_not_unfold(void **state)
{
    struct pk_buf bytes = {0}, name = {0};
    struct pk_error error;

    (void)state;
    /* A name of 1 MB in 20,000 functions: 20 GB of names in 1.8 MB. */
    pk_buf_text(&bytes, "{");
    for (int i = 0; i < 20000; i++) {
        char key[] = {')', 3, 'z', 1, 'a', 'i', (char)(i & 0xff), (char)(i >> 8), 0, 0};

        pk_buf_add(&bytes, key, sizeof key);
        if (i > 0) {
            add_reference(&bytes, 0);
        } else {
            marshal_length(&bytes, (char)('u' | 0x80), 1 << 20);
            for (int k = 0; k < 1 << 20; k++)
                pk_buf_char(&name, 'n');
            pk_buf_str(&bytes, pk_buf_view(&name));
        }
        pk_buf_add(&bytes, ")\x05i\0\0\0\0i\0\0\0\0i\0\0\0\0i\0\0\0\0{0", 24);
    }
    pk_buf_char(&bytes, '0');
    assert_false(read_safely(pk_buf_view(&bytes), &error));
    assert_non_null(strstr(error.text, "expected names of at most "));
    pk_buf_fini(&bytes);
    pk_buf_fini(&name);
}

static void pstats_nesting_stops_at_the_limit(void **state)
{
    struct pk_buf bytes = {0};
    struct pk_error error;

    (void)state;
    pk_buf_char(&bytes, '{');
    for (int i = 0; i < 1000000; i++)
        pk_buf_add(&bytes, "(\1\0\0\0", 5);
    assert_false(read_safely(pk_buf_view(&bytes), &error));
    assert_int_equal(error.place.offset, 501); /* the 101st */
    assert_non_null(strstr(error.text, "100"));
    assert_non_null(strstr(error.hint, "--limit depth="));
    pk_buf_fini(&bytes);
}

static void pstats_functions_stop_at_the_limit(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf bytes = {0};
    struct pk_error error;

    (void)state;
    marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{}), ('a.py',2,'g'):(1,1,1.0,1.0,{})}");
    limits.frames = 2;
    assert_true(read_within(pk_buf_view(&bytes), &limits, &error));
    limits.frames = 1;
    assert_false(read_within(pk_buf_view(&bytes), &limits, &error));
    assert_non_null(strstr(error.hint, "--limit frames="));
    pk_buf_fini(&bytes);
}

static void pstats_calls_past_64_bits_are_an_error(void **state)
{
    /* Two functions of 2^62 calls each: the sum is no int64. */
#define MANY "l\x05\0\0\0\0\0\0\0\0\0\0\0\x04\0"
    static const char bytes[] = "{)\3z\1ai\1\0\0\0z\1"
                                "f)\5i\1\0\0\0" MANY "i\0\0\0\0i\0\0\0\0{0"
                                ")\3z\1ai\2\0\0\0z\1"
                                "g)\5i\1\0\0\0" MANY "i\0\0\0\0i\0\0\0\0{00";
    struct pk_error error;

    (void)state;
    assert_false(read_safely((struct pk_str){bytes, sizeof bytes - 1}, &error));
    assert_non_null(strstr(error.text, "64 bits"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pstats_every_cut_of_a_file_ends_well),
        cmocka_unit_test(pstats_mutated_files_end_well),
        cmocka_unit_test(pstats_files_with_moved_bytes_end_well),
        cmocka_unit_test(pstats_shared_callers_do_not_unfold),
        cmocka_unit_test(pstats_shared_long_name_does_not_unfold),
        cmocka_unit_test(pstats_nesting_stops_at_the_limit),
        cmocka_unit_test(pstats_functions_stop_at_the_limit),
        cmocka_unit_test(pstats_calls_past_64_bits_are_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
