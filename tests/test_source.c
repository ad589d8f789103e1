/*
 * Unpacking as a whole: packings alone and in each other, cut at every byte, damaged, and made to
 * burst. How bytes are read from files is in test_input.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/source.h"
#include "base/str.h"
#include "tests/packed.h"
#include "tests/skip.h"

#define HEAD ((size_t)512)

/* bzip2 -9 of 10 and of 11 MiB of zero bytes: more than a hundred thousand to one. */
static const unsigned char zeros_10m[] = {
    0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x33, 0x54, 0x53,
    0x79, 0x00, 0x50, 0x50, 0x40, 0x20, 0xc0, 0x00, 0x00, 0x04, 0x00, 0x08, 0x20,
    0x00, 0x30, 0xcc, 0x05, 0x29, 0xa6, 0x04, 0x81, 0x36, 0x20, 0x90, 0x27, 0x8b,
    0xb9, 0x22, 0x9c, 0x28, 0x48, 0x19, 0xaa, 0x29, 0xbc, 0x80,
};
static const unsigned char zeros_11m[] = {
    0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x29, 0xb8, 0x8f,
    0xb2, 0x00, 0x58, 0x58, 0x40, 0x10, 0xc0, 0x00, 0x00, 0x04, 0x00, 0x08, 0x20,
    0x00, 0x30, 0xcc, 0x05, 0x29, 0xa6, 0x0a, 0x41, 0x4d, 0x88, 0x52, 0x0a, 0x78,
    0xbb, 0x92, 0x29, 0xc2, 0x84, 0x81, 0x4d, 0xc4, 0x7d, 0x90,
};

struct outcome { /* all that taking everything tells */
    struct pk_buf bytes;
    struct pk_error error;
    bool is_truncated;
};

static struct pk_limits limits;

static struct pk_source source_of(struct pk_str bytes)
{
    return (struct pk_source){.limits = limits,
                              .fd = -1,
                              .memory = (const unsigned char *)bytes.data,
                              .size = bytes.size};
}

/* Take everything in pieces of `step` bytes. */
static struct outcome take_all(struct pk_str bytes, size_t step)
{
    struct pk_source source = source_of(bytes);
    struct outcome o = {0};
    size_t got;

    pk_source_start(&source, HEAD);
    do {
        pk_buf_reserve(&o.bytes, step);
        got = pk_source_take(&source, o.bytes.data + o.bytes.size, step);
        o.bytes.size += got;
        o.bytes.data[o.bytes.size] = '\0';
    } while (got > 0);
    assert_int_equal(pk_source_take(&source, &(char){0}, 1), 0); /* and it stays at the end */
    o.is_truncated = source.is_truncated;
    o.error = source.failure;
    pk_source_fini(&source);
    return o;
}

/* Not every build can unpack all forms, but the one whose tests decide (CI=true) must. */
static bool is_built_in(const struct packed *p)
{
    struct outcome o = take_all(p->one, 512);
    bool is_built = o.error.status == PK_OK;
    const char *ci = getenv("CI");

    assert_true(is_built || (strstr(o.error.text, p->name) && strstr(o.error.text, "this build")));
    assert_true(is_built || !ci || strcmp(ci, "true") != 0);
    pk_buf_fini(&o.bytes);
    return is_built;
}

/* Store bytes in a gzip member without deflating them: one stored block, whose checksum is zlib's.
 */
static void put_gzip(struct pk_buf *out, struct pk_str bytes)
{
    uint32_t crc = 0xffffffffu;
    uint16_t size = (uint16_t)bytes.size;

    assert_true(bytes.size < 0x10000);
    for (size_t i = 0; i < bytes.size; i++) {
        crc ^= (unsigned char)bytes.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    crc = ~crc;
    pk_buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", 11);
    pk_buf_add(out, (char[]){(char)size, (char)(size >> 8), (char)~size, (char)(~size >> 8)}, 4);
    pk_buf_str(out, bytes);
    for (int i = 0; i < 32; i += 8)
        pk_buf_char(out, (char)(crc >> i));
    pk_buf_add(out, (char[]){(char)size, (char)(size >> 8), 0, 0}, 4);
}

static void source_unpacks_every_packing(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        struct outcome o;

        if (!is_built_in(&packed[i]))
            continue;
        o = take_all(packed[i].all, 300);
        assert_true(pk_str_equal(pk_buf_view(&o.bytes), pk_buf_view(&text)));
        assert_int_equal(o.error.status, PK_OK);
        assert_false(o.is_truncated);
        pk_buf_fini(&o.bytes);
    }
    pk_buf_fini(&text);
}

/* Two magic numbers are there from the first cut on; what a shorter piece is, nobody can know. */
static void source_cut_anywhere_gives_a_beginning_and_is_truncated(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        if (!is_built_in(&packed[i]))
            continue;
        for (size_t cut = 6; cut < packed[i].all.size; cut++) {
            struct outcome o = take_all(pk_str_slice(packed[i].all, 0, cut), 1000);

            assert_int_equal(o.error.status, PK_OK);
            assert_true(o.is_truncated);
            assert_true(o.bytes.size <= text.size);
            assert_memory_equal(o.bytes.data, text.data, o.bytes.size);
            pk_buf_fini(&o.bytes);
        }
    }
    pk_buf_fini(&text);
}

static void source_cut_between_members_is_whole(void **state)
{
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        struct pk_buf row = {0};

        pk_buf_str(&row, packed[i].one);
        pk_buf_str(&row, packed[i].two);
        for (size_t cut = packed[i].one.size; is_built_in(&packed[i]) && cut <= row.size; cut++) {
            struct outcome o = take_all((struct pk_str){row.data, cut}, 1000);
            bool is_whole = cut == packed[i].one.size || cut == row.size;

            assert_int_equal(o.error.status, PK_OK);
            assert_int_equal(o.is_truncated, !is_whole);
            assert_memory_equal(o.bytes.data, ONE TWO, o.bytes.size);
            assert_true(o.bytes.size >= sizeof ONE - 1);
            pk_buf_fini(&o.bytes);
        }
        pk_buf_fini(&row);
    }
}

static void source_tells_damage_with_the_packed_offset(void **state)
{
    struct pk_buf bytes = {0};
    struct outcome o;
    (void)state;

    pk_buf_str(&bytes, packed[0].one);
    bytes.data[bytes.size - 8] = (char)(bytes.data[bytes.size - 8] ^ 0x10); /* of the checksum */
    o = take_all(pk_buf_view(&bytes), 1000);
    assert_string_equal(o.bytes.data, ONE); /* what it held is not withheld */
    assert_int_equal(o.error.status, PK_INPUT);
    assert_string_equal(o.error.text, "damaged gzip data: incorrect data check");
    assert_int_equal(o.error.place.kind, PK_AT_OFFSET);
    assert_int_equal(o.error.place.offset,
                     bytes.size - 4); /* behind the checksum, before the size */
    assert_false(o.is_truncated);
    pk_buf_fini(&o.bytes);
    pk_buf_fini(&bytes);
}

static void source_unpacks_two_packings_deep_and_no_deeper(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        struct pk_buf twice = {0}, thrice = {0};
        struct outcome o;

        put_gzip(&twice, packed[i].all);
        put_gzip(&thrice, pk_buf_view(&twice));
        if (is_built_in(&packed[i])) {
            o = take_all(pk_buf_view(&twice), 300);
            assert_int_equal(o.error.status, PK_OK);
            assert_true(pk_str_equal(pk_buf_view(&o.bytes), pk_buf_view(&text)));
            pk_buf_fini(&o.bytes);
        }
        o = take_all(pk_buf_view(&thrice), 300);
        assert_int_equal(o.error.status, PK_INPUT);
        assert_string_equal(o.error.text, "packed more than twice");
        assert_int_equal(o.bytes.size, 0);
        pk_buf_fini(&o.bytes);
        pk_buf_fini(&twice);
        pk_buf_fini(&thrice);
    }
    pk_buf_fini(&text);
}

static void source_two_deep_cut_anywhere_is_truncated(void **state)
{
    struct pk_buf twice = {0};
    (void)state;

    put_gzip(&twice, packed[0].two);
    for (size_t cut = 2; cut < twice.size; cut++) {
        struct outcome o = take_all((struct pk_str){twice.data, cut}, 1000);

        assert_int_equal(o.error.status, PK_OK);
        assert_true(o.is_truncated);
        /* with one byte of the inner magic number the inner packing is not known yet */
        if (cut != 16)
            assert_memory_equal(o.bytes.data, TWO, o.bytes.size);
        pk_buf_fini(&o.bytes);
    }
    pk_buf_fini(&twice);
}

static void source_stops_bombs_by_ratio_after_ten_mebibytes(void **state)
{
    static const struct pk_str small = PACKED(zeros_10m), large = PACKED(zeros_11m);
    struct outcome o;
    (void)state;

    if (!is_built_in(&packed[3]))
        skip_because("bzip2 is not built in");
    o = take_all(small, 1 << 20);
    assert_int_equal(o.error.status, PK_OK);
    assert_int_equal(o.bytes.size, 10 << 20);
    pk_buf_fini(&o.bytes);
    o = take_all(large, 1 << 20);
    assert_int_equal(o.error.status, PK_INPUT);
    assert_non_null(strstr(o.error.hint, "--limit ratio="));
    pk_buf_fini(&o.bytes);
    limits.ratio = 1000000;
    o = take_all(large, 1 << 20);
    assert_int_equal(o.error.status, PK_OK);
    assert_int_equal(o.bytes.size, 11 << 20);
    pk_buf_fini(&o.bytes);
    limits = pk_limits_default();
}

/* 49 bytes give 11 MiB, which one more gzip cannot hide: both are compared with the file. */
static void source_stops_a_bomb_inside_another_packing(void **state)
{
    static const struct pk_str large = PACKED(zeros_11m);
    struct pk_buf twice = {0};
    struct outcome o;
    (void)state;

    if (!is_built_in(&packed[3]))
        skip_because("bzip2 is not built in");
    put_gzip(&twice, large);
    o = take_all(pk_buf_view(&twice), 1 << 20);
    assert_int_equal(o.error.status, PK_INPUT);
    assert_non_null(strstr(o.error.hint, "--limit ratio="));
    pk_buf_fini(&o.bytes);
    pk_buf_fini(&twice);
}

static void source_stops_at_the_inflate_limit_and_not_before(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t less = 0; less <= 1; less++) {
        struct outcome o;

        limits.inflate = text.size - less;
        o = take_all(packed[0].all, 1000);
        assert_int_equal(o.error.status, less ? PK_INPUT : PK_OK);
        assert_true(!less || strstr(o.error.hint, "--limit inflate="));
        pk_buf_fini(&o.bytes);
        o = take_all(pk_buf_view(&text), 1000); /* what is not packed has no such limit */
        assert_int_equal(o.error.status, PK_OK);
        pk_buf_fini(&o.bytes);
    }
    limits = pk_limits_default();
    pk_buf_fini(&text);
}

static void source_unpacks_no_more_than_the_head_to_look_at_it(void **state)
{
    struct pk_buf twice = {0};
    (void)state;

    /* One byte more would be an error, told before anything was taken. */
    limits.inflate = 100;
    put_gzip(&twice, packed[0].all);
    for (int i = 0; i < 2; i++) {
        struct pk_str bytes = i ? pk_buf_view(&twice) : packed[0].all;
        struct pk_source source = source_of(bytes);

        pk_source_start(&source, 100);
        assert_int_equal(source.failure.status, PK_OK);
        assert_int_equal(pk_source_peek(&source, 100)->end, 100);
        assert_int_equal(source.failure.status, PK_OK);
        assert_int_equal(pk_source_peek(&source, 101)->end, 101);
        assert_int_equal(source.failure.status, PK_INPUT);
        pk_source_fini(&source);
    }
    limits = pk_limits_default();
    pk_buf_fini(&twice);
}

static int setup(void **state)
{
    (void)state;
    limits = pk_limits_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source_unpacks_every_packing),
        cmocka_unit_test(source_cut_anywhere_gives_a_beginning_and_is_truncated),
        cmocka_unit_test(source_cut_between_members_is_whole),
        cmocka_unit_test(source_tells_damage_with_the_packed_offset),
        cmocka_unit_test(source_unpacks_two_packings_deep_and_no_deeper),
        cmocka_unit_test(source_two_deep_cut_anywhere_is_truncated),
        cmocka_unit_test(source_stops_bombs_by_ratio_after_ten_mebibytes),
        cmocka_unit_test(source_stops_a_bomb_inside_another_packing),
        cmocka_unit_test(source_stops_at_the_inflate_limit_and_not_before),
        cmocka_unit_test(source_unpacks_no_more_than_the_head_to_look_at_it),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
