/*
 * Classes by names, and mangled names. Expected texts are what the languages mean by them; those of
 * mangled names were asked of c++filt (binutils 2.40).
 */
#include "render/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"

/* --- classes --- */

static void assert_class(const char *name, enum pk_frame_kind kind, const char *expected)
{
    struct pk_buf out = {0};
    struct pk_frame frame = {.name = pk_str_of(name), .kind = kind};

    assert_int_equal(pk_label_class(&out, &frame), expected != NULL);
    assert_string_equal(out.data ? out.data : "", expected ? expected : "");
    pk_buf_fini(&out);
}

static void classes_stand_before_their_functions(void **state)
{
    static const struct {
        const char *name, *class_name;
    } table[] = {
        {"Shop::Item::price(int) const", "Shop::Item"},
        {"std::vector<int, std::allocator<int> >::push_back(int const&)", "std::vector<\u2026>"},
        {"std::vector<int> ns::Maker::make<int>(int)", "ns::Maker"},
        {"ns::operator<<(std::ostream&, int)", "ns"},
        {"Foo::operator->() const", "Foo"},
        {"Foo::operator std::string() const", "Foo"},
        {"(anonymous namespace)::Pool::get()", "(anonymous namespace)::Pool"},
        {"<alloc::vec::Vec<T> as core::ops::Drop>::drop",
         "<alloc::vec::Vec<\u2026> as core::ops::Drop>"},
        {"core::ptr::drop_in_place<T>::h0123456789abcdef", "core::ptr"},
        {"_ZN4Shop4Item5priceEi", "Shop::Item"},
        {"App\\Cart->add", "App\\Cart"},
        {"App\\Cart::make", "App\\Cart"},
        {"ActiveRecord::Base#find", "ActiveRecord::Base"},
        {"java/util/HashMap.get", "java/util/HashMap"},
        {"com.example.Outer$Inner.run", "com.example.Outer$Inner"},
        {"Encoder.encode", "Encoder"},
        {"json.encoder.JSONEncoder.encode", "json.encoder.JSONEncoder"},
        {"Shape.draw.<locals>.edge", "Shape"},
        {"_Private.run", "_Private"},
        {"net/http.(*conn).serve", "net/http.(*conn)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_class(table[i].name, PK_KIND_FUNCTION, table[i].class_name);
}

static void functions_without_a_class_have_none(void **state)
{
    static const char *const names[] = {"main",
                                        "json.loads",
                                        "outer.<locals>.inner",
                                        "operator new(unsigned long)",
                                        "net/http.Get",
                                        "<module>",
                                        "a<b",
                                        "::",
                                        "f(a::b)",
                                        "{lambda()#1}",
                                        "",
                                        ".",
                                        "foo.part.0",
                                        "memcpy@plt"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_class(names[i], PK_KIND_FUNCTION, NULL);
}

static void types_of_python_in_c_are_classes(void **state)
{
    (void)state;
    assert_class("<method 'get' of 'dict' objects>", PK_KIND_BUILTIN, "dict");
    assert_class("<method 'execute' of 'sqlite3.Cursor' objects>", PK_KIND_BUILTIN,
                 "sqlite3.Cursor");
    assert_class("<built-in method builtins.len>", PK_KIND_BUILTIN, NULL);
    assert_class("php::sleep", PK_KIND_BUILTIN, NULL);
    assert_class("Foo::bar", PK_KIND_PROCESS, NULL);
    assert_class("Foo::bar", PK_KIND_UNRESOLVED, NULL);
}

/* --- mangled names --- */

static void assert_demangled(const char *name, const char *expected)
{
    struct pk_buf out = {0};

    assert_int_equal(pk_label_demangle(&out, pk_str_of(name)), expected != NULL);
    assert_string_equal(out.data ? out.data : "", expected ? expected : "");
    pk_buf_fini(&out);
}

static void mangled_names_are_read(void **state)
{
    static const struct {
        const char *name, *full;
    } table[] = {
        {"_ZN3foo3barEv", "foo::bar()"},
        {"_ZNSt6vectorIiSaIiEE9push_backERKi",
         "std::vector<int, std::allocator<int> >::push_back(int const&)"},
        {"_Z3addii.constprop.0", "add(int, int) [clone .constprop.0]"},
        {"_ZN3foo3barEv@plt", "foo::bar()@plt"},
        {"_ZN3foo3barEv'2", "foo::bar()'2"},
        {"_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core::fmt::Formatter::pad"},
        {"_ZN38_$LT$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
         "<T as core::fmt::Debug>::fmt"},
        {"_ZN4core3fmt3pad17h0123456789abcdefE.llvm.4711", "core::fmt::pad"},
    };

    (void)state;
    for (unsigned twice = 0; twice < 2; twice++) /* the second time from memory */
        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
            assert_demangled(table[i].name, table[i].full);
}

static void other_names_are_left_alone(void **state)
{
    static const char *const names[] = {
        "main",
        "",
        "_Z",
        "_Zebra",
        "_ZN",
        "_ZN3fo",
        "_ZN99999999999999999999fooEv",
        "_RNvCs1234_7mycrate3foo",
        "_ZN3foo17h0123456789abcdeE",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_demangled(names[i], NULL);
}

/* Parts that are repeated by reference double the size: twenty of them make 35 MB. */
static void names_that_would_grow_are_left_alone(void **state)
{
    struct pk_buf name = {0};
    static const char digits[] = "0123456789ABCDEFGHIJ";

    (void)state;
    pk_buf_text(&name, "_Z1f1pIiiE");
    for (size_t i = 0; i < sizeof digits - 1; i++)
        pk_buf_printf(&name, "S_IS%c_S%c_E", digits[i], digits[i]);
    assert_demangled(name.data, NULL);
    pk_buf_reset(&name);
    pk_buf_text(&name, "_Z1f");
    for (size_t i = 0; i < 600; i++)
        pk_buf_char(&name, 'P');
    pk_buf_char(&name, 'i');
    assert_demangled(name.data, NULL);
    pk_buf_fini(&name);
}

/* The deepest that is let through, on the 256 kB of stack that every input must do with. The limit
 * of the process cannot be lowered while it runs, so the size is left to the command line tests. */
static void deep_names_are_read(void **state)
{
    struct pk_buf name = {0}, out = {0};

    (void)state;
    pk_buf_text(&name, "_Z1f");
    while (name.size < 500)
        pk_buf_char(&name, 'P');
    pk_buf_char(&name, 'i');
    assert_true(pk_label_demangle(&out, pk_buf_view(&name)));
    assert_int_equal(out.size, strlen("f(int)") + 496);
    pk_buf_fini(&name);
    pk_buf_fini(&out);
}

static void assert_label(enum pk_label_style style, const char *name, const char *expected)
{
    struct pk_buf out = {0};
    struct pk_frame frame = {.name = pk_str_of(name)};

    pk_label_choose(style);
    pk_label_name(&out, &frame);
    assert_string_equal(out.data, expected);
    pk_label_choose(PK_LABEL_SHORT);
    pk_buf_fini(&out);
}

static void names_are_shown_in_the_chosen_style(void **state)
{
    const char *mangled = "_ZNSt6vectorIiSaIiEE9push_backERKi";
    const char *full = "std::vector<int, std::allocator<int> >::push_back(int const&)";

    (void)state;
    assert_label(PK_LABEL_SHORT, mangled, "std::vector<\u2026>::push_back");
    assert_label(PK_LABEL_FULL, mangled, full);
    assert_label(PK_LABEL_NONE, mangled, mangled);
    assert_label(PK_LABEL_SHORT, full, "std::vector<\u2026>::push_back");
    assert_label(PK_LABEL_FULL, full, full);
    assert_label(PK_LABEL_NONE, full, full);
    assert_label(PK_LABEL_FULL, "core::fmt::pad::h0123456789abcdef", "core::fmt::pad");
}

static void modules_of_mangled_names_are_known(void **state)
{
    struct pk_buf out = {0};
    struct pk_frame frame = {.name = PK_STR("_ZN3foo3barEv")};

    (void)state;
    pk_label_module(&out, &frame);
    assert_string_equal(out.data, "foo");
    pk_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_stand_before_their_functions),
        cmocka_unit_test(functions_without_a_class_have_none),
        cmocka_unit_test(types_of_python_in_c_are_classes),
        cmocka_unit_test(mangled_names_are_read),
        cmocka_unit_test(other_names_are_left_alone),
        cmocka_unit_test(names_that_would_grow_are_left_alone),
        cmocka_unit_test(deep_names_are_read),
        cmocka_unit_test(names_are_shown_in_the_chosen_style),
        cmocka_unit_test(modules_of_mangled_names_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
