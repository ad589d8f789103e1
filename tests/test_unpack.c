/*
 * One step after the other through packed bytes: how they are cut into pieces must not show in what
 * comes out, and no damage may pass for good data.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/unpack.h"
#include "tests/packed.h"
#include "tests/support.h"

enum ending { CLEAN, CUT, DAMAGED, NOT_BUILT };

static char problem_text[100]; /* of the last damage */

/* Unpack all of `from`, given `in_step` bytes at a time, `out_step` bytes at a time, into `out`. */
static enum ending unpack(struct pk_str from, size_t in_step, size_t out_step, struct pk_buf *out)
{
    struct pk_error error = {0};
    struct pk_unpack *u = pk_unpack_new(pk_unpack_detect(from.data, from.size), &error);
    const unsigned char *data = (const unsigned char *)from.data;
    size_t at = 0, room = out_step;
    const char *problem = NULL;
    enum ending ending = CLEAN;

    if (!u)
        return NOT_BUILT;
    while (!problem && (at < from.size || room == 0)) {
        unsigned char made[512];
        size_t size = from.size - at < in_step ? from.size - at : in_step;
        struct pk_unpack_io io = {data + at, size, made, out_step};

        problem = pk_unpack_step(u, &io);
        at += size - io.in_size;
        room = io.out_room;
        pk_buf_add(out, made, out_step - room);
    }
    snprintf(problem_text, sizeof problem_text, "%s", problem ? problem : "");
    if (problem)
        ending = DAMAGED;
    else if (!pk_unpack_is_between(u))
        ending = CUT;
    pk_unpack_free(u);
    return ending;
}

static struct pk_buf joined(struct pk_str a, struct pk_str b)
{
    struct pk_buf both = {0};

    pk_buf_str(&both, a);
    pk_buf_str(&both, b);
    return both;
}

static void unpack_tells_packings_by_their_magic_number(void **state)
{
    static const struct {
        struct pk_str bytes;
        enum pk_unpack_kind kind;
    } cases[] = {
        {PK_STR(""), PK_UNPACK_NONE},
        {PK_STR("\x1f"), PK_UNPACK_NONE},
        {PK_STR("\x1f\x8b"), PK_UNPACK_GZIP},
        {PK_STR("\x1f\x9d"), PK_UNPACK_NONE}, /* compress, not gzip */
        {PK_STR("\x28\xb5\x2f\xfd"), PK_UNPACK_ZSTD},
        {PK_STR("\x28\xb5\x2f"), PK_UNPACK_NONE},
        {PK_STR("\x50\x2a\x4d\x18"), PK_UNPACK_ZSTD}, /* skippable frames, 50 to 5f */
        {PK_STR("\x5f\x2a\x4d\x18"), PK_UNPACK_ZSTD},
        {PK_STR("\x60\x2a\x4d\x18"), PK_UNPACK_NONE},
        {PK_STR("\xfd\x37zXZ\0"), PK_UNPACK_XZ},
        {PK_STR("\xfd\x37zXZ1"), PK_UNPACK_NONE},
        {PK_STR("BZh"), PK_UNPACK_BZ2},
        {PK_STR("BZh9"), PK_UNPACK_BZ2},
        {PK_STR("BZh91AY&SYxx"), PK_UNPACK_BZ2},
        {PK_STR("BZh1\x17rE8P\x90"), PK_UNPACK_BZ2}, /* no block at all */
        {PK_STR("BZh0"), PK_UNPACK_NONE},
        {PK_STR("BZh1;main 3\n"), PK_UNPACK_NONE}, /* a frame of that name */
        {PK_STR("BZhang;main 3\n"), PK_UNPACK_NONE},
        {PK_STR("main;parse 3\n"), PK_UNPACK_NONE},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_unpack_detect(cases[i].bytes.data, cases[i].bytes.size), cases[i].kind);
}

static void unpack_gives_the_same_whatever_the_steps(void **state)
{
    static const size_t steps[] = {1, 2, 7, 64, 512};
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++)
        for (size_t in = 0; in < 5; in++)
            for (size_t out = 0; out < 5; out++) {
                struct pk_buf got = {0};
                enum ending ending = unpack(packed[i].all, steps[in], steps[out], &got);

                if (ending != NOT_BUILT) {
                    assert_int_equal(ending, CLEAN);
                    assert_int_equal(got.size, text.size);
                    assert_memory_equal(got.data, text.data, text.size);
                }
                pk_buf_fini(&got);
            }
    pk_buf_fini(&text);
}

static void unpack_reads_members_in_a_row(void **state)
{
    static const struct pk_str paddings[] = {PK_STR(""), PK_STR("\0"), PK_STR("\0\0\0\0\0\0\0\0")};
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT * 3; i++) {
        const struct packed *p = &packed[i / 3];
        struct pk_buf head = joined(p->one, paddings[i % 3]);
        struct pk_buf row = joined(pk_buf_view(&head), p->two), got = {0};

        for (size_t step = 1; step <= 512; step *= 8) {
            enum ending ending = unpack(pk_buf_view(&row), step, step, &got);

            if (ending != NOT_BUILT) {
                assert_int_equal(ending, CLEAN);
                assert_string_equal(got.data, ONE TWO);
            }
            pk_buf_reset(&got);
        }
        pk_buf_fini(&head);
        pk_buf_fini(&row);
        pk_buf_fini(&got);
    }
}

static void unpack_steps_over_skippable_frames_of_zstd(void **state)
{
    /* magic, size 3 little-endian, three bytes of anything */
    struct pk_buf skippable = joined(PK_STR("\x53\x2a\x4d\x18\x03\0\0\0abc"), packed[1].one);
    struct pk_buf twice = joined(pk_buf_view(&skippable), pk_buf_view(&skippable)), got = {0};
    (void)state;

    if (unpack(pk_buf_view(&twice), 5, 512, &got) != NOT_BUILT)
        assert_string_equal(got.data, ONE ONE);
    pk_buf_fini(&skippable);
    pk_buf_fini(&twice);
    pk_buf_fini(&got);
}

static void unpack_knows_every_cut_from_the_end(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++)
        for (size_t cut = 10; cut < packed[i].all.size; cut += support_every()) {
            struct pk_buf got = {0};
            enum ending ending = unpack(pk_str_slice(packed[i].all, 0, cut), 512, 512, &got);

            if (ending != NOT_BUILT) {
                assert_int_equal(ending, CUT);
                assert_true(got.size <= text.size);
                assert_memory_equal(got.data ? got.data : "", text.data, got.size);
            }
            pk_buf_fini(&got);
        }
    pk_buf_fini(&text);
}

/* A few bits mean nothing: window sizes, the rest of a last byte. They may pass, with the true
 * text. */
static void unpack_never_takes_a_flipped_bit_for_good(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        struct pk_buf bytes = joined(packed[i].all, PK_STR(""));
        struct pk_buf one = {0};
        size_t noticed = 0, bits = 0;

        for (size_t bit = 80 /* behind all magic numbers */; bit < 8 * bytes.size;
             bit += support_every(), bits++) {
            struct pk_buf got = {0};
            enum ending ending;

            bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
            ending = unpack(pk_buf_view(&bytes), 512, 512, &got);
            bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
            if (ending == CLEAN)
                assert_true(got.size == text.size && memcmp(got.data, text.data, text.size) == 0);
            noticed += ending != CLEAN;
            pk_buf_fini(&got);
        }
        assert_true(unpack(packed[i].one, 512, 512, &one) == NOT_BUILT ||
                    noticed * 100 > bits * 99);
        pk_buf_fini(&one);
        pk_buf_fini(&bytes);
    }
    pk_buf_fini(&text);
}

static void unpack_refuses_what_follows_and_is_no_member(void **state)
{
    (void)state;

    for (size_t i = 0; i < PACKED_COUNT; i++) {
        struct pk_buf bytes = joined(packed[i].one, PK_STR("garbage that is long enough")),
                      got = {0};
        enum ending ending = unpack(pk_buf_view(&bytes), 512, 512, &got);

        if (ending != NOT_BUILT) {
            assert_int_equal(ending, DAMAGED);
            assert_string_equal(got.data, ONE); /* and what came before it is there */
        }
        pk_buf_fini(&bytes);
        pk_buf_fini(&got);
    }
}

static void unpack_says_what_is_wrong_in_lower_case(void **state)
{
    static const struct {
        struct pk_str bytes;
        const char *problem;
    } cases[] = {
        {PK_STR("\x1f\x8b\x09\0"), "unknown compression method"},
        /* a window of 2 GiB, which is only claimed */
        {PK_STR("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"),
         "frame requires too much memory for decoding"},
        /* a dictionary of 4 GiB - 1, with the right checksums */
        {PK_STR("\xfd\x37zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x28\0\0\0\xe6\xa0\x11\xb3"),
         "unpacking takes more than 128 MiB of memory"},
        {PK_STR("\xfd\x37zXZ\0\0\x04\0\0\0\0"), "the bytes or their checksum are wrong"},
        {PK_STR("BZh91AY&SY\0\0\0\0\xff\xff\xff\xff"), "the bytes or their checksum are wrong"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf got = {0};

        if (unpack(cases[i].bytes, 512, 512, &got) != NOT_BUILT)
            assert_string_equal(problem_text, cases[i].problem);
        assert_int_equal(got.size, 0);
        pk_buf_fini(&got);
    }
}

static void unpack_names_the_packing_it_was_built_without(void **state)
{
    struct pk_error error = {0};
    (void)state;

    assert_null(pk_unpack_new(PK_UNPACK_NONE, &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text,
                        "this file is packed with none, which this build cannot unpack");
    for (size_t i = 0; i < PACKED_COUNT; i++)
        assert_string_equal(
            pk_unpack_name(pk_unpack_detect(packed[i].one.data, packed[i].one.size)),
            packed[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpack_tells_packings_by_their_magic_number),
        cmocka_unit_test(unpack_gives_the_same_whatever_the_steps),
        cmocka_unit_test(unpack_reads_members_in_a_row),
        cmocka_unit_test(unpack_steps_over_skippable_frames_of_zstd),
        cmocka_unit_test(unpack_knows_every_cut_from_the_end),
        cmocka_unit_test(unpack_never_takes_a_flipped_bit_for_good),
        cmocka_unit_test(unpack_refuses_what_follows_and_is_no_member),
        cmocka_unit_test(unpack_says_what_is_wrong_in_lower_case),
        cmocka_unit_test(unpack_names_the_packing_it_was_built_without),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
