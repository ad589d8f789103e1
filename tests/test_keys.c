/*
 * Keys out of bytes: each sequence whole, in pieces, and followed by others.
 */
#include "base/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct {
    const char *bytes;
    int32_t key;
} known[] = {
    {"a", 'a'},
    {"\xc3\xa9", 0xe9},
    {"\xe6\x97\xa5", 0x65e5},
    {"\xf0\x9f\x94\xa5", 0x1f525},
    {"\r", PK_KEY_ENTER},
    {"\n", PK_KEY_ENTER},
    {"\t", PK_KEY_TAB},
    {"\x7f", PK_KEY_BACKSPACE},
    {"\b", PK_KEY_BACKSPACE},
    {"\x03", 3},
    {"\x1b[A", PK_KEY_UP},
    {"\x1bOA", PK_KEY_UP},
    {"\x1b[1;5A", PK_KEY_UP}, /* with Ctrl */
    {"\x1b[B", PK_KEY_DOWN},
    {"\x1b[C", PK_KEY_RIGHT},
    {"\x1b[D", PK_KEY_LEFT},
    {"\x1b[H", PK_KEY_HOME},
    {"\x1b[1~", PK_KEY_HOME},
    {"\x1b[7~", PK_KEY_HOME},
    {"\x1bOF", PK_KEY_END},
    {"\x1b[4~", PK_KEY_END},
    {"\x1b[5~", PK_KEY_PAGE_UP},
    {"\x1b[6;2~", PK_KEY_PAGE_DOWN},
    {"\x1b[3~", PK_KEY_DELETE},
    {"\x1b[Z", PK_KEY_BACK_TAB},
    {"\x1b[200~", PK_KEY_NONE}, /* begin of a paste */
    {"\x1b[?64;1;2c", PK_KEY_NONE},
    {"\x1bx", PK_KEY_NONE}, /* Alt */
    {"\xff", PK_KEY_NONE},
};

#define KNOWN (sizeof known / sizeof *known)

static void each_key_is_taken_as_a_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOWN; i++) {
        char both[32];
        int32_t key;
        size_t size = strlen(known[i].bytes);

        assert_int_equal(pk_keys_take(pk_str_of(known[i].bytes), false, &key), size);
        assert_int_equal(key, known[i].key);
        memcpy(both, known[i].bytes, size);
        memcpy(both + size, "q", 2);
        assert_int_equal(pk_keys_take(pk_str_of(both), false, &key), size);
        assert_int_equal(key, known[i].key);
    }
}

static void a_part_of_a_key_waits_for_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOWN; i++)
        for (size_t cut = 1; cut < strlen(known[i].bytes); cut++) {
            int32_t key;

            assert_int_equal(pk_keys_take((struct pk_str){known[i].bytes, cut}, false, &key), 0);
        }
}

static void an_escape_alone_is_a_key_when_nothing_follows(void **state)
{
    int32_t key;

    (void)state;
    assert_int_equal(pk_keys_take(PK_STR("\x1b"), true, &key), 1);
    assert_int_equal(key, PK_KEY_ESCAPE);
    assert_int_equal(pk_keys_take(PK_STR("\x1b\x1b"), false, &key), 1);
    assert_int_equal(key, PK_KEY_ESCAPE);
    assert_int_equal(pk_keys_take(PK_STR("\x1b["), true, &key), 2);
    assert_int_equal(key, PK_KEY_NONE);
    assert_int_equal(pk_keys_take(PK_STR("\xe6\x97"), true, &key), 1);
    assert_int_equal(key, PK_KEY_NONE);
    assert_int_equal(pk_keys_take(PK_STR(""), true, &key), 0);
}

/* Whatever comes, something is taken of enough of it, and never more than there is. */
static void any_bytes_end(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int n = 0; n < 20000; n++) {
        char bytes[40];
        size_t size = 1 + (size_t)n % sizeof bytes, at = 0;

        for (size_t i = 0; i < size; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = "\x1b[O;5A~\xe6\x97q\xff"[seed >> 24 & 7];
        }
        while (at < size) {
            int32_t key;
            size_t taken = pk_keys_take((struct pk_str){bytes + at, size - at}, true, &key);

            assert_in_range(taken, 1, size - at);
            at += taken;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_is_taken_as_a_whole),
        cmocka_unit_test(a_part_of_a_key_waits_for_the_rest),
        cmocka_unit_test(an_escape_alone_is_a_key_when_nothing_follows),
        cmocka_unit_test(any_bytes_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
