/*
 * What frames are called in their own language. The spellings are those that the programs wrote
 * into profiles: cProfile of 3.11, pprofile, perf with CPython 3.13's trampoline, austin, valgrind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/symbol.h"

struct spelling {
    const char *name, *file;
    enum pk_symbol_language language;
    const char *symbol;
};

static void assert_spellings(const struct spelling *table, size_t n)
{
    struct pk_buf room = {0};

    for (size_t i = 0; i < n; i++) {
        struct pk_frame frame = {.name = pk_str_of(table[i].name),
                                 .file = pk_str_of(table[i].file)};
        struct pk_symbol symbol = pk_symbol_of(&frame, &room);

        if (!pk_str_equal(symbol.name, pk_str_of(table[i].symbol)))
            print_error("%s: found %.*s\n", table[i].name, (int)symbol.name.size, symbol.name.data);
        assert_true(pk_str_equal(symbol.name, pk_str_of(table[i].symbol)));
        assert_int_equal(symbol.language, table[i].language);
    }
    pk_buf_fini(&room);
}

static void builtins_of_cprofile_get_their_dotted_name(void **state)
{
    static const struct spelling table[] = {
        {"<method 'execute' of 'sqlite3.Connection' objects>", NULL, PK_SYMBOL_BUILTIN,
         "sqlite3.Connection.execute"},
        {"{method 'append' of 'list' objects}", NULL, PK_SYMBOL_BUILTIN, "list.append"},
        {"<built-in method posix.stat>", NULL, PK_SYMBOL_BUILTIN, "posix.stat"},
        {"<built-in method __new__ of type object at 0x9584a0>", NULL, PK_SYMBOL_BUILTIN,
         "__new__"},
        {"<function SocketIO.close at 0x7fa4ac574fe0>", NULL, PK_SYMBOL_BUILTIN, "SocketIO.close"},
        {"<slot wrapper '__init__' of 'object' objects>", NULL, PK_SYMBOL_BUILTIN,
         "object.__init__"},
    };
    (void)state;

    assert_spellings(table, sizeof table / sizeof *table);
}

static void python_functions_are_the_same_in_every_profile(void **state)
{
    static const struct spelling table[] = {
        {"loads", "/usr/lib/python3.11/json/__init__.py", PK_SYMBOL_PYTHON, "loads"},
        {"loads:299", "/usr/lib/python3.11/json/__init__.py", PK_SYMBOL_PYTHON, "loads"},
        {"py::loads:/usr/lib/python3.13/json/__init__.py", NULL, PK_SYMBOL_PYTHON, "loads"},
        {"py::Logger.debug:/usr/lib/python3.13/logging/__init__.py", NULL, PK_SYMBOL_PYTHON,
         "debug"},
        {"py::f.<locals>.<lambda>:app.py", NULL, PK_SYMBOL_PYTHON, "f.<locals>.<lambda>"},
        {"<module>:1", "app/bad.py", PK_SYMBOL_PYTHON, "<module>"},
        {"_find_and_load", "<frozen importlib._bootstrap>", PK_SYMBOL_PYTHON, "_find_and_load"},
    };
    (void)state;

    assert_spellings(table, sizeof table / sizeof *table);
}

static void versions_and_clones_of_c_functions_are_the_function(void **state)
{
    static const struct spelling table[] = {
        {"pthread_mutex_lock@@GLIBC_2.2.5", NULL, PK_SYMBOL_C, "pthread_mutex_lock"},
        {"pthread_mutex_lock@plt", NULL, PK_SYMBOL_C, "pthread_mutex_lock"},
        {"_PyDict_Next.part.0", NULL, PK_SYMBOL_C, "_PyDict_Next"},
        {"compiler_body.constprop.0", "compile.c", PK_SYMBOL_C, "compiler_body"},
        {"_dl_map_object_deps'2", "dl-deps.c", PK_SYMBOL_C, "_dl_map_object_deps"},
    };
    (void)state;

    assert_spellings(table, sizeof table / sizeof *table);
}

/* As c++filt prints them: only instances of templates have a return type. */
static void functions_of_cpp_lose_their_return_type(void **state)
{
    static const struct spelling table[] = {
        {"void std::sort<int*>(int*, int*)", NULL, PK_SYMBOL_C, "std::sort<int*>(int*, int*)"},
        {"std::vector<int, std::allocator<int> > f<int>(int (*)(int))", NULL, PK_SYMBOL_C,
         "f<int>(int (*)(int))"},
        {"std::ostream& std::operator<< <char>(std::ostream&, char)", NULL, PK_SYMBOL_C,
         "std::operator<< <char>(std::ostream&, char)"},
        {"bool std::operator< <int>(int const&, int const&)", NULL, PK_SYMBOL_C,
         "std::operator< <int>(int const&, int const&)"},
        {"operator new(unsigned long)", NULL, PK_SYMBOL_C, "operator new(unsigned long)"},
        {"void (anonymous namespace)::f<int>(int)", NULL, PK_SYMBOL_C,
         "(anonymous namespace)::f<int>(int)"},
        {"a::(anonymous namespace)::f(int, char)", NULL, PK_SYMBOL_C,
         "a::(anonymous namespace)::f(int, char)"},
        {"std::function<void (int)>::operator()(int) const", NULL, PK_SYMBOL_C,
         "std::function<void (int)>::operator()(int) const"},
        {"sync.(*Mutex).Lock", NULL, PK_SYMBOL_C, "sync.(*Mutex).Lock"},
        {"unsigned ", NULL, PK_SYMBOL_C, "unsigned "},
        {">> (", NULL, PK_SYMBOL_C, "("},
    };
    (void)state;

    assert_spellings(table, sizeof table / sizeof *table);
}

/* Each was seen in a perf or callgrind profile of a program that calls the function behind it. */
static void what_libraries_wrap_round_a_name_comes_off_a_layer_at_a_time(void **state)
{
    static const struct {
        const char *name, *last;
    } table[] = {
        {"__GI___libc_write", "write"},   {"__GI___mkdir", "mkdir"},
        {"__strlen_avx2", "strlen"},      {"__memmove_avx_unaligned_erms", "memmove"},
        {"__open64_nocancel", "open"},    {"__GI___fstatat64", "fstatat"},
        {"emit_reading", "emit_reading"}, {"64", "64"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_str name = pk_str_of(table[i].name);
        size_t size = name.size;

        while (pk_symbol_unwrap(&name)) { /* shorter each time, so it ends */
            assert_true(name.size < size && name.size > 0);
            size = name.size;
        }
        assert_true(pk_str_equal(name, pk_str_of(table[i].last)));
    }
}

static void names_that_say_nothing_stay_as_they_are(void **state)
{
    static const struct spelling table[] = {
        {"", NULL, PK_SYMBOL_C, ""},
        {"<>", NULL, PK_SYMBOL_C, "<>"},
        {"<method x", NULL, PK_SYMBOL_C, "<method x"},
        {"{method of", NULL, PK_SYMBOL_C, "{method of"},
        {"py::", NULL, PK_SYMBOL_C, "py::"},
        {"py::x", NULL, PK_SYMBOL_C, "py::x"},
        {":12", "a.py", PK_SYMBOL_PYTHON, ":12"},
        {"12", "a.py", PK_SYMBOL_PYTHON, "12"},
        {"@plt", NULL, PK_SYMBOL_C, "@plt"},
    };
    (void)state;

    assert_spellings(table, sizeof table / sizeof *table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtins_of_cprofile_get_their_dotted_name),
        cmocka_unit_test(python_functions_are_the_same_in_every_profile),
        cmocka_unit_test(versions_and_clones_of_c_functions_are_the_function),
        cmocka_unit_test(functions_of_cpp_lose_their_return_type),
        cmocka_unit_test(what_libraries_wrap_round_a_name_comes_off_a_layer_at_a_time),
        cmocka_unit_test(names_that_say_nothing_stay_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
