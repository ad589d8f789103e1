/*
 * What is freed of marshalled values when the caller is done with them, and what is not: whatever a
 * later reference may name, with all that is inside it. Expected values are spelled out in the
 * bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "formats/wire_marshal.h"
#include "formats/wire_marshal_plain.h"

#define BYTES(text) {text, sizeof(text) - 1}

struct example {
    struct pk_str bytes;
    const char *expected; /* of the first object that may be referred to */
};

/* "(5, (x))": integers, texts and what holds them; no deeper than the examples. */
static void show(const struct pk_marshal_value *value, struct pk_buf *out)
{
    const struct pk_marshal_value *const *items;
    struct {
        const struct pk_marshal_value *value;
        size_t at;
    } open[8];
    size_t depth = 0;

    open[depth++].value = value;
    open[0].at = 0;
    while (depth > 0) {
        value = open[depth - 1].value;
        if (value->kind != PK_MARSHAL_TUPLE) {
            if (value->kind == PK_MARSHAL_INT)
                pk_buf_int(out, value->as.number);
            else
                pk_buf_str(out, value->as.text);
            depth--;
            continue;
        }
        pk_buf_text(out, open[depth - 1].at == 0 ? "(" : " ");
        if (open[depth - 1].at == value->as.items.size) {
            pk_buf_char(out, ')');
            depth--;
            continue;
        }
        items = (const struct pk_marshal_value *const *)value->as.items.data;
        assert_true(depth < 8);
        open[depth].at = 0;
        open[depth].value = items[open[depth - 1].at++];
        depth++;
    }
}

static const struct example examples[] = {
    {BYTES("\xfa\2ab"), "ab"},                                 /* a text */
    {BYTES("(\2\0\0\0\xfa\2abi\1\0\0\0"), "ab"},               /* a text in what is freed */
    {BYTES("\xa9\2i\5\0\0\0)\2z\1xi\7\0\0\0"), "(5 (x 7 ) )"}, /* all that is in it */
    {BYTES(")\2\xa9\2i\5\0\0\0)\1z\1xi\2\0\0\0"), "(5 (x ) )"},
    {BYTES(")\2)\1)\1i\7\0\0\0\xa9\1)\1z\1y"), "((y ) )"}, /* behind others that were closed */
    {BYTES(")\2\xa9\1)\1z\1y)\1)\1i\7\0\0\0"), "((y ) )"}, /* in front of others */
    {BYTES(")\3i\1\0\0\0)\2\xe9\4\0\0\0z\1ai\1\0\0\0"), "4"},
};

/* Others take the place of what was freed, then the first is asked for again. */
static void what_may_be_referred_to_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct pk_limits limits = pk_limits_default();
        struct pk_error error = {0};
        struct pk_buf in = {0}, shown = {0};
        struct pk_marshal *marshal;
        struct pk_marshal_value *value;

        pk_buf_str(&in, examples[i].bytes);
        for (int k = 0; k < 50; k++)
            pk_buf_add(&in, ")\3z\1pi\3\0\0\0)\1N", 13);
        pk_buf_add(&in, "r\0\0\0\0", 5);
        marshal = pk_marshal_new(in.data, in.size, &limits);
        for (int k = 0; k < 51; k++) {
            assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
            pk_marshal_done(marshal);
        }
        assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
        show(value, &shown);
        assert_string_equal(shown.data, examples[i].expected);
        pk_marshal_free(marshal);
        pk_buf_fini(&in);
        pk_buf_fini(&shown);
    }
}

/* Python 2 refers to its interned strings (t) by another table. */
static void interned_strings_of_python_2_are_kept(void **state)
{
    const struct pk_limits limits = pk_limits_default();
    const struct pk_str bytes = BYTES(")\1t\3\0\0\0abc)\1s\3\0\0\0xyzR\0\0\0\0");
    struct pk_error error = {0};
    struct pk_marshal *marshal = pk_marshal_new(bytes.data, bytes.size, &limits);
    struct pk_marshal_value *value;
    (void)state;

    for (int k = 0; k < 2; k++) {
        assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
        pk_marshal_done(marshal);
    }
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    assert_true(pk_str_equal(value->as.text, PK_STR("abc")));
    pk_marshal_free(marshal);
}

/* What a quick look passes over without making it is made when something refers to it, once: the
 * same value comes again, whether a part of it was asked for before or after the whole. */
static void what_was_passed_over_is_made_when_it_is_asked_for(void **state)
{
    /* slots: 0 the key, 1 its file, 2 its line, 3 its name */
    const struct pk_str bytes = BYTES("\xa9\3\xfa\4a.py\xe9\7\0\0\0\xda\2fn"
                                      "r\3\0\0\0"
                                      ")\4r\0\0\0\0r\1\0\0\0r\2\0\0\0r\3\0\0\0"
                                      "r\0\0\0\0");
    const struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_marshal *marshal = pk_marshal_new(bytes.data, bytes.size, &limits);
    struct pk_marshal_plain plain = pk_marshal_plain(marshal);
    struct pk_marshal_value *value, *name, *const *items;
    struct pk_buf shown = {0};
    struct pk_str text;
    uint32_t *mark;
    int64_t line;
    (void)state;

    pk_marshal_plain_slot(&plain, PK_MARSHAL_SLOT_KEY);
    plain.at += 2;
    assert_true(pk_marshal_plain_text(&plain, &text, &mark));
    assert_true(pk_marshal_plain_int(&plain, &line) && line == 7);
    assert_true(pk_marshal_plain_text(&plain, &text, &mark));
    assert_true(pk_str_equal(text, PK_STR("fn")));
    *mark = 42; /* goes on with the value */
    pk_marshal_go(marshal, &plain);

    assert_int_equal(pk_marshal_next(marshal, &name, &error), PK_MARSHAL_VALUE);
    assert_true(pk_str_equal(name->as.text, PK_STR("fn")));
    assert_int_equal(name->mark, 42);
    assert_int_equal(name->offset, 13);
    pk_marshal_done(marshal);
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    show(value, &shown);
    assert_string_equal(shown.data, "((a.py 7 fn ) a.py 7 fn )");
    items = value->as.items.data;
    assert_ptr_equal(items[3], name);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(items[0]->as.items.data[i], items[i + 1]);
    value = items[0];
    pk_marshal_done(marshal);
    assert_int_equal(pk_marshal_next(marshal, &name, &error), PK_MARSHAL_VALUE);
    assert_ptr_equal(name, value);
    pk_marshal_free(marshal);
    pk_buf_fini(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_referred_to_is_kept),
        cmocka_unit_test(interned_strings_of_python_2_are_kept),
        cmocka_unit_test(what_was_passed_over_is_made_when_it_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
