/*
 * Text of 64 letters, held to the examples of RFC 4648, section 10, whole and in pieces of every
 * size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/base64.h"

/* In pieces of `step` bytes. */
static void check(const void *bytes, size_t size, size_t step, const char *expected)
{
    struct pk_base64 base64 = {.n_held = 0};
    struct pk_buf out = {0};

    for (size_t at = 0; at < size; at += step)
        pk_base64_add(&base64, (const char *)bytes + at, size - at < step ? size - at : step, &out);
    pk_base64_end(&base64, &out);
    assert_string_equal(out.size ? out.data : "", expected);
    pk_buf_fini(&out);
}

static void the_examples_of_the_standard_hold_in_pieces_of_any_size(void **state)
{
    static const struct {
        const char *bytes, *letters;
    } examples[] = {{"", ""},
                    {"f", "Zg=="},
                    {"fo", "Zm8="},
                    {"foo", "Zm9v"},
                    {"foob", "Zm9vYg=="},
                    {"fooba", "Zm9vYmE="},
                    {"foobar", "Zm9vYmFy"}};

    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        for (size_t step = 1; step <= 7; step++)
            check(examples[i].bytes, strlen(examples[i].bytes), step, examples[i].letters);
}

static void the_last_letters_stand_for_the_highest_bits(void **state)
{
    static const unsigned char bytes[] = {0xff, 0xef, 0xbe, 0x00}; /* 111111 111110 111110 111110 */

    (void)state;
    check(bytes, sizeof bytes, 4, "/+++AA==");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard_hold_in_pieces_of_any_size),
        cmocka_unit_test(the_last_letters_stand_for_the_highest_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
