/*
 * The binary cursor at its edges. Expected values are written as the bytes stand, least first.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/str.h"

static void bytes_reads_little_endian_one_after_the_other(void **state)
{
    static const unsigned char data[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x87, 0x08,
                                         0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0xff};
    struct pk_bytes bytes;
    (void)state;

    pk_bytes_init(&bytes, data, sizeof data);
    assert_int_equal(pk_bytes_u8(&bytes), 0x01);
    assert_int_equal(pk_bytes_u16(&bytes), 0x0302);
    assert_int_equal(pk_bytes_u32(&bytes), 0x87060504); /* the top bit does not make it negative */
    assert_true(pk_bytes_u64(&bytes) == UINT64_C(0xff0e0d0c0b0a0908));
    assert_int_equal(pk_bytes_left(&bytes), 0);
    assert_false(bytes.failed);
}

static void bytes_fails_for_good_where_the_short_read_began(void **state)
{
    static const unsigned char data[] = {0xff, 0xff, 0xff};
    struct pk_bytes bytes;
    (void)state;

    pk_bytes_init(&bytes, data, sizeof data);
    assert_int_equal(pk_bytes_u16(&bytes), 0xffff);
    assert_int_equal(pk_bytes_u32(&bytes), 0); /* not 0xff of what is left */
    assert_true(bytes.failed);
    assert_int_equal(bytes.at, 2);
    assert_int_equal(pk_bytes_u8(&bytes), 0); /* one byte is there, but the record is lost */
    assert_int_equal(pk_bytes_u64(&bytes), 0);
    assert_null(pk_bytes_take(&bytes, 1).data);
    assert_int_equal(bytes.at, 2);
}

static void bytes_checks_every_width_against_what_is_left(void **state)
{
    static const unsigned char data[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    (void)state;

    for (size_t size = 0; size <= 8; size++) {
        struct pk_bytes b[4];

        for (size_t i = 0; i < 4; i++)
            pk_bytes_init(&b[i], data, size);
        pk_bytes_u8(&b[0]);
        pk_bytes_u16(&b[1]);
        pk_bytes_u32(&b[2]);
        pk_bytes_u64(&b[3]);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(b[i].failed, size < (size_t)1 << i);
    }
}

static void bytes_takes_views_and_refuses_sizes_out_of_a_file(void **state)
{
    struct pk_bytes bytes;
    (void)state;

    pk_bytes_init(&bytes, "abcdef", 6);
    assert_true(pk_str_equal(pk_bytes_take(&bytes, 4), PK_STR("abcd")));
    assert_true(pk_str_equal(pk_bytes_take(&bytes, 0), PK_STR(""))); /* empty, not missing */
    assert_null(pk_bytes_take(&bytes, SIZE_MAX).data); /* 4 + SIZE_MAX would wrap to 3 */
    assert_true(bytes.failed);
    assert_int_equal(pk_bytes_left(&bytes), 2);
}

static void bytes_peeks_without_failing(void **state)
{
    struct pk_bytes bytes;
    (void)state;

    pk_bytes_init(&bytes, "\xfe", 1);
    assert_int_equal(pk_bytes_peek(&bytes), 0xfe); /* not -2 */
    assert_int_equal(pk_bytes_u8(&bytes), 0xfe);
    assert_int_equal(pk_bytes_peek(&bytes), -1);
    assert_false(bytes.failed);
}

static void bytes_of_nothing_are_an_empty_record(void **state)
{
    struct pk_bytes bytes;
    (void)state;

    pk_bytes_init(&bytes, NULL, 0);
    assert_int_equal(pk_bytes_peek(&bytes), -1);
    assert_non_null(pk_bytes_take(&bytes, 0).data);
    assert_false(bytes.failed);
    assert_int_equal(pk_bytes_u8(&bytes), 0);
    assert_true(bytes.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_reads_little_endian_one_after_the_other),
        cmocka_unit_test(bytes_fails_for_good_where_the_short_read_began),
        cmocka_unit_test(bytes_checks_every_width_against_what_is_left),
        cmocka_unit_test(bytes_takes_views_and_refuses_sizes_out_of_a_file),
        cmocka_unit_test(bytes_peeks_without_failing),
        cmocka_unit_test(bytes_of_nothing_are_an_empty_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
