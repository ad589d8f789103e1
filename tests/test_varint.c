/*
 * Short numbers: spelling, and the one spelling that is read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/varint.h"

struct spelling {
    uint64_t number;
    struct pk_str bytes;
};

/* By hand: groups of seven bits, least first. */
static const struct spelling spellings[] = {
    {0, {"\x00", 1}},
    {1, {"\x01", 1}},
    {127, {"\x7f", 1}},
    {128, {"\x80\x01", 2}},
    {300, {"\xac\x02", 2}},
    {16383, {"\xff\x7f", 2}},
    {16384, {"\x80\x80\x01", 3}},
    {UINT32_MAX, {"\xff\xff\xff\xff\x0f", 5}},
    {UINT64_MAX, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
};

static void a_number_has_the_spelling_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct pk_buf out = {0};
        struct pk_bytes in;

        pk_varint_put(&out, spellings[i].number);
        assert_true(pk_str_equal(pk_buf_view(&out), spellings[i].bytes));
        pk_bytes_init(&in, out.data, out.size);
        assert_true(pk_varint_take(&in) == spellings[i].number);
        assert_false(in.failed);
        assert_int_equal(pk_bytes_left(&in), 0);
        pk_buf_fini(&out);
    }
}

static void a_value_has_the_spelling_of_the_table(void **state)
{
    static const struct {
        int64_t value;
        struct pk_str bytes;
    } cases[] = {
        {PK_MISSING, {"\x00", 1}},
        {0, {"\x01", 1}},
        {-1, {"\x02", 1}},
        {1, {"\x03", 1}},
        {-2, {"\x04", 1}},
        {63, {"\x7f", 1}},
        {-64, {"\x80\x01", 2}},
        {INT64_MAX, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
        {-INT64_MAX, {"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};
        struct pk_bytes in;

        pk_varint_put_value(&out, cases[i].value);
        assert_true(pk_str_equal(pk_buf_view(&out), cases[i].bytes));
        pk_bytes_init(&in, out.data, out.size);
        assert_true(pk_varint_take_value(&in) == cases[i].value);
        assert_false(in.failed);
        pk_buf_fini(&out);
    }
}

/* What is not the one spelling: cut, too long for what it says, beyond 64 bits. */
static void other_spellings_fail_where_they_begin(void **state)
{
    static const struct pk_str cases[] = {
        {"", 0},
        {"\x80", 1},
        {"\xff\xff\xff", 3},
        {"\x80\x00", 2},
        {"\xff\x80\x00", 3},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01", 11},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf bytes = {0};
        struct pk_bytes in;

        pk_buf_char(&bytes, 5);
        pk_buf_str(&bytes, cases[i]);
        pk_bytes_init(&in, bytes.data, bytes.size);
        assert_true(pk_varint_take(&in) == 5);
        assert_true(pk_varint_take(&in) == 0);
        assert_true(in.failed);
        assert_int_equal(in.at, 1);
        assert_true(pk_varint_take_value(&in) == 0); /* it stays failed */
        pk_buf_fini(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_the_spelling_of_the_table),
        cmocka_unit_test(a_value_has_the_spelling_of_the_table),
        cmocka_unit_test(other_spellings_fail_where_they_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
