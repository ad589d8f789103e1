/*
 * Canonical names. Expected names are what gcc, clang, rustc, HotSpot and CPython document as made
 * up; everything else must stay, because two functions of one name are added up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "analyze/canonical.h"

static void assert_canonical(enum pk_frame_kind kind, const char *name, const char *expected)
{
    struct pk_frame frame = {.name = pk_str_of(name), .kind = kind};
    struct pk_buf out = {0};

    pk_canonical_name(&out, &frame);
    if (!pk_str_equal(pk_buf_view(&out), pk_str_of(expected)))
        fail_msg("'%s' became '%s', not '%s'", name, out.data ? out.data : "", expected);
    pk_buf_fini(&out);
}

static void what_the_compiler_made_up_is_dropped(void **state)
{
    static const struct {
        const char *name, *expected;
    } table[] = {
        {"parse.constprop.0", "parse"},
        {"parse.isra.12", "parse"},
        {"parse.part.3.cold", "parse"},
        {"parse.cold.1", "parse"},
        {"parse.llvm.1234567890123", "parse"},
        {"parse.constprop.0.isra.0", "parse"},
        {"f.lto_priv.4", "f"},
        {"core::fmt::write::h0123456789abcdef", "core::fmt::write"},
        {"a::b::{closure#3}", "a::b::{closure#}"},
        {"main::{lambda(int)#2}::operator()(int) const",
         "main::{lambda(int)#}::operator()(int) const"},
        {"<lambda_3f2a91>::operator()", "<lambda_>::operator()"},
        {"Shop$$Lambda$14/0x00007f12.run", "Shop$$Lambda$.run"},
        {"Shop$$Lambda$15.run", "Shop$$Lambda$.run"},
        {"Shop$$Lambda/0x00007f12.run", "Shop$$Lambda/0x.run"},
        {"<function f at 0x7f1234>", "<function f at 0x>"},
        {"parse:118", "parse"},
        {"<listcomp>:6_1", "<listcomp>"},
        {"ns::118", "ns::118"},
        {":118", ":118"},
        {"port:80a", "port:80a"},
        {"f_12", "f_12"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_canonical(PK_KIND_FUNCTION, table[i].name, table[i].expected);
}

static void everything_else_stays(void **state)
{
    static const char *const names[] = {
        "main",
        "",
        "a.part",         /* a word alone may be a name; see below */
        "Class.method.2", /* no word of a compiler */
        "x.cold2",
        "h0123456789abcdef",   /* no :: before it */
        "a::h0123456789abcde", /* 15 digits */
        "a::h0123456789abcdeg",
        "#1",
        "issue#12",
        "f at 0x7f", /* no > behind it */
        "at 0x7f>",
        "Lambda$14",
        "<lambda>",
        "fact'2",     /* a level of recursion is a frame of its own */
        "0x7f001122", /* a name, unless the reader said that it is none */
        "b\xff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (i != 2)
            assert_canonical(PK_KIND_FUNCTION, names[i], names[i]);
    assert_canonical(PK_KIND_FUNCTION, "a.part", "a");    /* clang writes it so, without a number */
    assert_canonical(PK_KIND_FUNCTION, ".cold", ".cold"); /* never nothing */
}

/* An address differs in every run: what is left of such a frame is its module. */
static void a_frame_without_a_symbol_has_no_name(void **state)
{
    (void)state;
    assert_canonical(PK_KIND_UNRESOLVED, "0x7f001122", "");
    assert_canonical(PK_KIND_UNRESOLVED, "7f0011223344", "");
    assert_canonical(PK_KIND_UNRESOLVED, "[unknown]", "[unknown]");
    assert_canonical(PK_KIND_UNRESOLVED, "[libfoo.so]", "[libfoo.so]");
    assert_canonical(PK_KIND_UNRESOLVED, "face", "face"); /* four digits are a word */
    assert_canonical(PK_KIND_UNRESOLVED, "0x", "0x");
}

/* What comes out is canonical itself. */
static void a_canonical_name_stays_as_it_is(void **state)
{
    static const char *const names[] = {"parse.part.3.cold", "a::{closure#3}", "f at 0x12>",
                                        "X$$Lambda$14/0x7f", "a::b::h0123456789abcdef"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct pk_frame frame = {.name = pk_str_of(names[i])};
        struct pk_buf once = {0};

        pk_canonical_name(&once, &frame);
        assert_canonical(PK_KIND_FUNCTION, once.data, once.data);
        pk_buf_fini(&once);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_compiler_made_up_is_dropped),
        cmocka_unit_test(everything_else_stays),
        cmocka_unit_test(a_frame_without_a_symbol_has_no_name),
        cmocka_unit_test(a_canonical_name_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
