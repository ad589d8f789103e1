/*
 * Display names. The expected forms are those of UX.md section 1.3; the raw names were taken from
 * real files (cProfile, perf with demangled C++, rustc) or follow the documents of the demanglers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "render/label.h"

#define E "\xe2\x80\xa6" /* the ellipsis */

struct name_case {
    enum pk_frame_kind kind;
    const char *name, *expected;
};

static void check_names(const struct name_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pk_frame frame = {.name = pk_str_of(cases[i].name), .kind = cases[i].kind};
        struct pk_buf out = {0};

        pk_label_name(&out, &frame);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

static void python_builtins_are_named_by_module_class_and_method(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_BUILTIN, "<built-in method builtins.exec>", "builtins.exec [C]"},
        {PK_KIND_BUILTIN, "<built-in method from_bytes>", "from_bytes [C]"},
        {PK_KIND_BUILTIN, "<method 'join' of 'str' objects>", "str.join [C]"},
        {PK_KIND_BUILTIN, "<method 'execute' of 'sqlite3.Cursor' objects>",
         "sqlite3.Cursor.execute [C]"},
        {PK_KIND_BUILTIN, "<slot wrapper '__init__' of 'object' objects>", "object.__init__ [C]"},
        {PK_KIND_BUILTIN, "<built-in method __new__ of type object at 0x7f10a8c0>",
         "type.__new__ [C]"},
        {PK_KIND_BUILTIN, "<function Random.seed at 0x000002249A03F1C0>", "Random.seed [C]"},
        {PK_KIND_BUILTIN, "<range>", "range [C]"},
        {PK_KIND_BUILTIN, "<time.sleep>", "time.sleep [C]"},
        {PK_KIND_BUILTIN, "memcpy", "memcpy [C]"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void python_functions_keep_their_names(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_FUNCTION, "<module>", "<module>"},
        {PK_KIND_FUNCTION, "<lambda>", "<lambda>"},
        {PK_KIND_FUNCTION, "load.<locals>.<listcomp>", "load.<locals>.<listcomp>"},
        {PK_KIND_FUNCTION, "Parser.parse", "Parser.parse"},
        {PK_KIND_FUNCTION, "", "(no name)"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void cxx_names_lose_parameters_and_fold_template_arguments(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_FUNCTION, "parse(char const*, int)", "parse"},
        {PK_KIND_FUNCTION, "ns::Parser::next() const", "ns::Parser::next"},
        {PK_KIND_FUNCTION, "ns::Parser::next() const &", "ns::Parser::next"},
        {PK_KIND_FUNCTION, "std::vector<int, std::allocator<int> >::push_back(int&&)",
         "std::vector<" E ">::push_back"},
        {PK_KIND_FUNCTION, "std::map<K, V>::operator[](K const&)", "std::map<" E ">::operator[]"},
        {PK_KIND_FUNCTION, "std::function<void (int)>::operator()(int) const",
         "std::function<" E ">::operator()"},
        {PK_KIND_FUNCTION, "operator<(A const&, A const&)", "operator<"},
        {PK_KIND_FUNCTION, "operator<<(std::ostream&, A const&)", "operator<<"},
        {PK_KIND_FUNCTION, "std::operator<< <std::char_traits<char> >(std::ostream&, char const*)",
         "std::operator<<<" E ">"},
        {PK_KIND_FUNCTION, "A::operator->() const", "A::operator->"},
        {PK_KIND_FUNCTION, "A::operator<=>(A const&) const", "A::operator<=>"},
        {PK_KIND_FUNCTION, "operator+(A const&, A const&)", "operator+"},
        {PK_KIND_FUNCTION, "A::operator=(A&&)", "A::operator="},
        {PK_KIND_FUNCTION, "it<int*>::operator*() const", "it<" E ">::operator*"},
        {PK_KIND_FUNCTION, "it<int*>::operator++()", "it<" E ">::operator++"},
        {PK_KIND_FUNCTION, "A::operator~() const", "A::operator~"},
        {PK_KIND_FUNCTION, "std::operator|(mode, mode)", "std::operator|"},
        {PK_KIND_FUNCTION, "A::operator bool() const", "A::operator bool"},
        {PK_KIND_FUNCTION, "operator new[](unsigned long)", "operator new[]"},
        {PK_KIND_FUNCTION, "f<&A::operator< >(int)", "f<" E ">"},
        {PK_KIND_FUNCTION, "my_operator<int>(int)", "my_operator<" E ">"},
        {PK_KIND_FUNCTION, "(anonymous namespace)::walk(Node*)", "(anonymous namespace)::walk"},
        {PK_KIND_FUNCTION, "ns::(anonymous namespace)::walk(Node*)",
         "ns::(anonymous namespace)::walk"},
        {PK_KIND_FUNCTION, "run(int)::{lambda(int)#1}::operator()(int) const",
         "run::{lambda#1}::operator()"},
        {PK_KIND_FUNCTION, "run(int)::'lambda'(int)::operator()(int) const",
         "run::'lambda'::operator()"},
        {PK_KIND_FUNCTION, "walk(Node*) [clone .cold]", "walk [clone .cold]"},
        {PK_KIND_FUNCTION, "name[abi:cxx11](int)", "name[abi:cxx11]"},
        {PK_KIND_FUNCTION, "f<(a > b)>::g(int)", "f<" E ">::g"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void levels_and_callers_of_valgrind_stay(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_FUNCTION, "fib(int)'2", "fib'2"},
        {PK_KIND_FUNCTION, "A::go(int) const'2", "A::go'2"},
        {PK_KIND_FUNCTION, "A::go(int)'2'B::go(int)'main", "A::go'2'B::go'main"},
        {PK_KIND_FUNCTION, "f(int)'main'(below main)", "f'main'(below main)"},
        {PK_KIND_FUNCTION, "f(int)'(below main)", "f'(below main)"},
        {PK_KIND_FUNCTION, "f(int)'", "f(int)'"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void brackets_that_are_no_parameters_stay(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_FUNCTION, "net/http.(*conn).serve", "net/http.(*conn).serve"},
        {PK_KIND_FUNCTION, "block (2 levels) in run", "block (2 levels) in run"},
        {PK_KIND_FUNCTION, "(garbage collector)", "(garbage collector)"},
        {PK_KIND_FUNCTION, "-[NSView drawRect:]", "-[NSView drawRect:]"},
        {PK_KIND_FUNCTION, "GHC.Base.<$>", "GHC.Base.<$>"},
        {PK_KIND_FUNCTION, "f(a) and g", "f(a) and g"},
        {PK_KIND_FUNCTION, "a<b", "a<b"},
        {PK_KIND_FUNCTION, "f(a", "f(a"},
        /* cut at its first "(" by another tool: what is lost cannot be guessed */
        {PK_KIND_FUNCTION, "std::_Function_handler<std::unique_ptr<int> ",
         "std::_Function_handler<" E},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void rust_names_lose_their_hash(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_FUNCTION, "core::fmt::write::h0123456789abcdef", "core::fmt::write"},
        {PK_KIND_FUNCTION, "<alloc::vec::Vec<T> as core::ops::Drop>::drop::hfedcba9876543210",
         "<alloc::vec::Vec<" E "> as core::ops::Drop>::drop"},
        {PK_KIND_FUNCTION, "core::fmt::write::h0123456789abcdeg",
         "core::fmt::write::h0123456789abcdeg"},
        {PK_KIND_FUNCTION, "core::fmt::write::h0123", "core::fmt::write::h0123"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void kinds_are_marked(void **state)
{
    static const struct name_case cases[] = {
        {PK_KIND_KERNEL, "do_syscall_64", "do_syscall_64 [k]"},
        {PK_KIND_INLINED, "ns::min<int>(int, int)", "ns::min<" E "> (inl)"},
        {PK_KIND_UNRESOLVED, "[libfoo.so]", "[libfoo.so]"},
        {PK_KIND_UNRESOLVED, "[unknown]", "[unknown]"},
        {PK_KIND_UNRESOLVED, "0x7f12ab", "[unknown]"},
        {PK_KIND_UNRESOLVED, "7f12ab34cd56", "[unknown]"},
        {PK_KIND_UNRESOLVED, "deadbee", "deadbee"},
        {PK_KIND_PROCESS, "process 7:\"sh -c (x)\"", "process 7:\"sh -c (x)\""},
        {PK_KIND_SPECIAL, "(pruned)", "(pruned)"},
    };
    (void)state;

    check_names(cases, sizeof cases / sizeof *cases);
}

static void an_address_in_a_known_module_shows_the_module(void **state)
{
    struct pk_frame frame = {.name = PK_STR("0x7f12ab"),
                             .module = PK_STR("/usr/lib/libfoo.so"),
                             .kind = PK_KIND_UNRESOLVED};
    struct pk_buf out = {0};
    (void)state;

    pk_label_name(&out, &frame);
    assert_string_equal(out.data, "[libfoo.so]");
    pk_buf_fini(&out);
}

static void places_begin_at_the_package_root(void **state)
{
    static const struct {
        const char *file;
        uint32_t line;
        const char *expected;
    } cases[] = {
        {"/usr/lib/python3.11/json/encoder.py", 204, E "/json/encoder.py:204"},
        {"/home/u/venv/lib/python3.12/site-packages/requests/api.py", 14, E "/requests/api.py:14"},
        {"/usr/lib/python3/dist-packages/apt/cache.py", 3, E "/apt/cache.py:3"},
        {"C:\\Python310\\lib\\random.py", 128, E "/random.py:128"},
        {"/usr/lib/pypy3.9/json/decoder.py", 5, E "/json/decoder.py:5"},
        {"/app/node_modules/lodash/map.js", 9, E "/lodash/map.js:9"},
        {"/home/u/python3/tool.py", 1, "/home/u/python3/tool.py:1"}, /* a folder of one's own */
        {"orders/models.py", 88, "orders/models.py:88"},
        {"./orders/models.py", 88, "orders/models.py:88"},
        {"././main.c", 0, "main.c"},
        {"<frozen importlib._bootstrap>", 1002, "<frozen importlib._bootstrap>:1002"},
        {"parse.c", 0, "parse.c"},
        {NULL, 7, ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_frame frame = {
            .name = PK_STR("f"), .file = pk_str_of(cases[i].file), .line = cases[i].line};
        struct pk_buf out = {0};

        pk_label_place(&out, &frame);
        assert_string_equal(out.data ? out.data : "", cases[i].expected);
        pk_buf_fini(&out);
    }
}

static void places_are_relative_to_the_current_directory(void **state)
{
    char *here = getcwd(NULL, 0);
    struct pk_buf path = {0}, out = {0};
    struct pk_frame frame = {.name = PK_STR("f"), .line = 41};
    (void)state;

    pk_buf_text(&path, here);
    pk_buf_text(&path, "/orders/api.py");
    frame.file = pk_buf_view(&path);
    pk_label_place(&out, &frame);
    assert_string_equal(out.data, "orders/api.py:41");

    pk_buf_reset(&path);
    pk_buf_reset(&out);
    pk_buf_text(&path, here);
    pk_buf_text(&path, "-old/api.py"); /* a sibling that only begins the same */
    frame.file = pk_buf_view(&path);
    frame.line = 0;
    pk_label_place(&out, &frame);
    assert_string_equal(out.data, path.data);
    pk_buf_fini(&path);
    pk_buf_fini(&out);
    free(here);
}

static void modules_come_from_what_the_frame_knows(void **state)
{
    static const struct {
        struct pk_frame frame;
        const char *expected;
    } cases[] = {
        {{.name = PK_STR("f"), .module = PK_STR("/usr/lib/libc.so.6"), .file = PK_STR("a/b.c")},
         "libc.so.6"},
        {{.name = PK_STR("f"), .file = PK_STR("/usr/lib/python3.11/json/encoder.py")}, "json"},
        {{.name = PK_STR("f"), .file = PK_STR("/usr/lib/python3.11/re.py")}, "re"},
        {{.name = PK_STR("f"), .file = PK_STR("/home/u/shop/orders/models.py")}, "orders"},
        {{.name = PK_STR("f"), .file = PK_STR("app.py")}, "app"},
        {{.name = PK_STR("f"), .file = PK_STR("<frozen importlib._bootstrap>")}, "importlib"},
        {{.name = PK_STR("<method 'execute' of 'sqlite3.Cursor' objects>"),
          .kind = PK_KIND_BUILTIN},
         "sqlite3"},
        {{.name = PK_STR("<method 'join' of 'str' objects>"), .kind = PK_KIND_BUILTIN}, "builtins"},
        {{.name = PK_STR("php::sleep"), .kind = PK_KIND_BUILTIN}, "php"},
        {{.name = PK_STR("std::sort<int>(int*, int*)")}, "std"},
        {{.name = PK_STR("HNSW<float>::search(int)")}, "HNSW"},
        {{.name = PK_STR("<alloc::vec::Vec<T> as Drop>::drop")}, "alloc"},
        {{.name = PK_STR("net/http.(*conn).serve")}, "net/http"},
        {{.name = PK_STR("java/util/HashMap.put")}, "java/util"},
        {{.name = PK_STR("java.util.HashMap.put")}, "java.util"},
        {{.name = PK_STR("memcpy@GLIBC_2.2.5")}, ""},
        {{.name = PK_STR("parse.part.0")}, ""},
        {{.name = PK_STR("main")}, ""},
        {{.name = PK_STR("(pruned)"), .kind = PK_KIND_SPECIAL}, ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_label_module(&out, &cases[i].frame);
        assert_string_equal(out.data ? out.data : "", cases[i].expected);
        pk_buf_fini(&out);
    }
}

static void owners_are_told_by_the_folder(void **state)
{
    static const struct {
        const char *file;
        enum pk_label_owner expected;
    } cases[] = {
        {"/usr/lib/python3.11/json/encoder.py", PK_OWNER_RUNTIME},
        {"/usr/lib/python3.11/site-packages/requests/api.py",
         PK_OWNER_LIBRARY}, /* the last root decides */
        {"<frozen importlib._bootstrap>", PK_OWNER_RUNTIME},
        {"shop/orders.py", PK_OWNER_OWN},
        {NULL, PK_OWNER_OWN},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_frame frame = {.name = PK_STR("f"), .file = pk_str_of(cases[i].file)};

        assert_int_equal(pk_label_owner(&frame), cases[i].expected);
    }
}

static void folded_names_carry_place_and_kind(void **state)
{
    static const struct {
        struct pk_frame frame;
        uint32_t line;
        const char *expected;
    } cases[] = {
        {{.name = PK_STR("load"), .file = PK_STR("a.py"), .line = 88}, 0, "load (a.py:88)"},
        {{.name = PK_STR("load"), .file = PK_STR("a.py"), .line = 88}, 91, "load (a.py:91)"},
        {{.name = PK_STR("load"), .file = PK_STR("a.py")}, 0, "load (a.py)"},
        {{.name = PK_STR("load")}, 91, "load"},
        {{.name = PK_STR("read"), .kind = PK_KIND_KERNEL}, 0, "read_[k]"},
        {{.name = PK_STR("min"), .file = PK_STR("a.c"), .line = 3, .kind = PK_KIND_INLINED},
         0,
         "min (a.c:3)_[i]"},
        {{.name = PK_STR("f"), .kind = PK_KIND_JIT}, 0, "f_[j]"},
        {{.name = PK_STR("f"), .kind = PK_KIND_INTERPRETED}, 0, "f_[0]"},
        {{.name = PK_STR("f"), .kind = PK_KIND_COMPILED_C1}, 0, "f_[1]"},
        {{.name = PK_STR("f"), .kind = PK_KIND_WAKER}, 0, "f_[w]"},
        {{.name = PK_STR("f"), .kind = PK_KIND_PARTIAL}, 0, "f_[p]"},
        {{.name = PK_STR("<built-in method builtins.exec>"), .kind = PK_KIND_BUILTIN},
         0,
         "<built-in method builtins.exec>"},
        {{.name = PK_STR("[libfoo.so]"), .kind = PK_KIND_UNRESOLVED}, 0, "[libfoo.so]"},
        {{.name = PK_STR("--"), .kind = PK_KIND_SEPARATOR}, 0, "--"},
        {{.name = PK_STR("a;b\nc"), .file = PK_STR("d;e")}, 0, "a:b c (d:e)"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_label_folded(&out, &cases[i].frame, cases[i].line);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

/* Each of these made a scan from every bracket cost the square of the length: half a million
 * million steps. */
static void hostile_names_cost_linear_time(void **state)
{
    static const char *const units[] = {"a<", "a(", "operator<", "a(b", "<(", "::h"};
    enum { SIZE = 1 << 20 };
    (void)state;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct pk_buf name = {0}, out = {0};

        while (name.size < SIZE)
            pk_buf_text(&name, units[i]);
        if (i == 3)
            while (name.size < SIZE + SIZE)
                pk_buf_char(&name, ')');
        pk_buf_text(&name, "x y");
        pk_label_short(&out, pk_buf_view(&name));
        assert_true(out.size > 0);
        pk_buf_fini(&name);
        pk_buf_fini(&out);
    }
}

static void any_bytes_are_a_name(void **state)
{
    uint32_t random = 1;
    (void)state;

    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        struct pk_frame frame = {.name = {bytes, 0}, .file = {bytes, 0}, .module = {bytes, 0}};
        struct pk_buf out = {0};

        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525u + 1013904223u;
            bytes[i] =
                "<>()[]{}:.o/\\'&@ ;a\0\xff\xe2\n1"[random >> 24 & 31 ? (random >> 20) % 24 : 10];
        }
        frame.name.size = frame.file.size = (random >> 16) % sizeof bytes;
        frame.kind = (enum pk_frame_kind)((random >> 8) % (PK_KIND_SPECIAL + 1));
        pk_label_name(&out, &frame);
        assert_true(out.size > 0);
        pk_label_place(&out, &frame);
        pk_label_module(&out, &frame);
        pk_label_folded(&out, &frame, random & 1);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(python_builtins_are_named_by_module_class_and_method),
        cmocka_unit_test(python_functions_keep_their_names),
        cmocka_unit_test(cxx_names_lose_parameters_and_fold_template_arguments),
        cmocka_unit_test(levels_and_callers_of_valgrind_stay),
        cmocka_unit_test(brackets_that_are_no_parameters_stay),
        cmocka_unit_test(rust_names_lose_their_hash),
        cmocka_unit_test(kinds_are_marked),
        cmocka_unit_test(an_address_in_a_known_module_shows_the_module),
        cmocka_unit_test(places_begin_at_the_package_root),
        cmocka_unit_test(places_are_relative_to_the_current_directory),
        cmocka_unit_test(modules_come_from_what_the_frame_knows),
        cmocka_unit_test(owners_are_told_by_the_folder),
        cmocka_unit_test(folded_names_carry_place_and_kind),
        cmocka_unit_test(hostile_names_cost_linear_time),
        cmocka_unit_test(any_bytes_are_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
