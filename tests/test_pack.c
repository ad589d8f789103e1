/*
 * Packing: what comes out is unpacked by our own reader of packed files, which tests/packed.h holds
 * to the tools of these names; tests/cli/packed.test has the tools themselves unpack it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/output.h"
#include "base/pack.h"
#include "tests/folder.h"

static const enum pk_pack_kind kinds[] = {PK_PACK_GZIP, PK_PACK_ZSTD};

/* `text` packed, with `step` bytes of room at each call. The caller frees. */
static struct pk_buf packed_in_steps(enum pk_pack_kind kind, struct pk_str text, size_t step)
{
    struct pk_pack *pack = pk_pack_new(kind);
    struct pk_pack_io io = {.in = (const unsigned char *)text.data, .in_size = text.size};
    unsigned char room[4096];
    struct pk_buf out = {0};
    bool has_more = true;

    while (has_more) {
        io.out = room;
        io.out_room = step;
        has_more = pk_pack_step(pack, &io, true) || io.in_size > 0;
        pk_buf_add(&out, (const char *)room, step - io.out_room);
    }
    pk_pack_free(pack);
    return out;
}

static void assert_unpacks_to(const struct pk_buf *packed, struct pk_str expected)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("packed", packed->data, packed->size, &limits);
    struct pk_error error = {0};
    struct pk_buf all = {0};

    assert_true(pk_input_read_all(input, &all, &error));
    assert_false(pk_input_is_truncated(input));
    assert_int_equal(all.size, expected.size);
    assert_memory_equal(all.data, expected.data, expected.size);
    pk_buf_fini(&all);
    pk_input_free(input);
}

static struct pk_buf long_text(void)
{
    struct pk_buf text = {0};

    for (int i = 0; i < 20000; i++)
        pk_buf_printf(&text, "main;worker_%d;step_%d %d\n", i * 7 % 13, i % 5, i * i % 9973);
    return text;
}

static void pack_gives_what_unpacks_to_the_same_whatever_the_room(void **state)
{
    struct pk_buf text = long_text();
    const char *name;
    (void)state;

    for (size_t k = 0; k < 2; k++) {
        if (!pk_pack_is_there(kinds[k], &name))
            continue;
        for (size_t step = 1; step <= 4096; step *= 64) {
            struct pk_buf packed = packed_in_steps(kinds[k], pk_buf_view(&text), step);

            assert_true(packed.size < text.size / 3);
            assert_unpacks_to(&packed, pk_buf_view(&text));
            pk_buf_fini(&packed);
        }
    }
    pk_buf_fini(&text);
}

static void pack_of_nothing_is_a_complete_file(void **state)
{
    const char *name;
    (void)state;

    for (size_t k = 0; k < 2; k++) {
        struct pk_buf packed;

        if (!pk_pack_is_there(kinds[k], &name))
            continue;
        packed = packed_in_steps(kinds[k], PK_STR(""), 64);
        assert_true(packed.size > 0);
        assert_unpacks_to(&packed, PK_STR(""));
        pk_buf_fini(&packed);
    }
}

/* RFC 1952: ID1 ID2 CM FLG MTIME(4) XFL OS. No name (FLG 0) and no time. */
static void gzip_header_has_no_name_and_no_time(void **state)
{
    static const unsigned char expected[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    struct pk_buf packed = packed_in_steps(PK_PACK_GZIP, PK_STR("main 1\n"), 4096);
    (void)state;

    assert_true(packed.size > sizeof expected);
    assert_memory_equal(packed.data, expected, sizeof expected);
    pk_buf_fini(&packed);
}

static void a_path_says_how_it_is_packed(void **state)
{
    static const struct {
        const char *path, *bare;
        enum pk_pack_kind kind;
    } cases[] = {
        {"out.svg", "out.svg", PK_PACK_NONE},
        {"out.svg.gz", "out.svg", PK_PACK_GZIP},
        {"out.svgz", "out.svg", PK_PACK_GZIP},
        {"a/b.folded.zst", "a/b.folded", PK_PACK_ZSTD},
        {"out.gz.folded", "out.gz.folded", PK_PACK_NONE},
        {".gz", "", PK_PACK_GZIP},
        {"gz", "gz", PK_PACK_NONE},
        {"", "", PK_PACK_NONE},
        {"x.json.xz", "x.json.xz", PK_PACK_NONE},
        {"x.gz.gz", "x.gz", PK_PACK_GZIP},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str path = pk_str_of(cases[i].path);

        assert_int_equal(pk_pack_for_path(&path), cases[i].kind);
        assert_true(pk_str_equal(path, pk_str_of(cases[i].bare)));
    }
}

static void zstd_is_there_as_the_build_says(void **state)
{
    const char *name;
    (void)state;

#ifdef HAVE_ZSTD
    assert_true(pk_pack_is_there(PK_PACK_ZSTD, &name));
#else
    assert_false(pk_pack_is_there(PK_PACK_ZSTD, &name));
#endif
    assert_string_equal(name, "zstd");
    assert_true(pk_pack_is_there(PK_PACK_GZIP, &name));
    assert_true(pk_pack_is_there(PK_PACK_NONE, &name));
}

/* The bytes told are those of the file, and an aborted one leaves nothing. */
static void output_packed_counts_what_is_in_the_file(void **state)
{
    struct pk_buf text = long_text(), expected;
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open("out.gz", &error);
    uint64_t bytes = 0;
    (void)state;

    assert_non_null(output);
    pk_output_pack(output, PK_PACK_GZIP);
    fwrite(text.data, 1, text.size, pk_output_stream(output));
    assert_true(pk_output_commit(output, &bytes, &error));
    expected = packed_in_steps(PK_PACK_GZIP, pk_buf_view(&text), 4096);
    assert_int_equal(bytes, expected.size);
    unlink("out.gz");

    output = pk_output_open("out.gz", &error);
    pk_output_pack(output, PK_PACK_GZIP);
    fwrite(text.data, 1, text.size, pk_output_stream(output));
    pk_output_abort(output);
    assert_int_equal(count_files(), 0);
    pk_buf_fini(&expected);
    pk_buf_fini(&text);
}

static void output_packed_to_a_full_device_is_an_error(void **state)
{
    struct pk_error error = {0};
    struct pk_output *output = pk_output_open("/dev/full", &error);
    (void)state;

    assert_non_null(output);
    pk_output_pack(output, PK_PACK_GZIP);
    fputs("main 1\n", pk_output_stream(output)); /* nothing is written before the end */
    assert_false(pk_output_commit(output, NULL, &error));
    assert_int_equal(error.status, PK_OUTPUT);
    assert_string_equal(error.text, "cannot write: no space left on device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pack_gives_what_unpacks_to_the_same_whatever_the_room),
        cmocka_unit_test(pack_of_nothing_is_a_complete_file),
        cmocka_unit_test(gzip_header_has_no_name_and_no_time),
        cmocka_unit_test(a_path_says_how_it_is_packed),
        cmocka_unit_test(zstd_is_there_as_the_build_says),
        cmocka_unit_test(output_packed_counts_what_is_in_the_file),
        cmocka_unit_test(output_packed_to_a_full_device_is_an_error),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
