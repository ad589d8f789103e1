/*
 * Calls in the text of programs: which function they are of, which loop they stand in, and what
 * they are given. What is expected follows from when the interpreter or the compiler has each run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "analyze/sourcetext.h"
#include "base/buf.h"
#include "support.h"

/* "3", "3@2" in the loop of line 2; "c": the same argument each time, "t": makes text, "p": plain.
 * "none": no such function. */
static void assert_calls(const char *path, const char *code, const char *name, uint32_t line,
                         const char *callee, const char *expected)
{
    struct pk_sourcetext text;
    struct pk_sourcecall *calls;
    struct pk_buf out = {0};
    struct pk_arena arena;
    uint32_t n;

    pk_arena_init(&arena);
    assert_true(pk_sourcetext_init(&text, pk_str_of(code), pk_str_of(path)));
    calls = pk_sourcetext_calls(&text, pk_str_of(name), line, pk_str_of(callee), &arena, &n);
    pk_buf_text(&out, calls ? "" : "none");
    for (uint32_t i = 0; i < n; i++) {
        pk_buf_printf(&out, i ? " %u" : "%u", calls[i].line);
        if (calls[i].loop_line)
            pk_buf_printf(&out, "@%u", calls[i].loop_line);
        pk_buf_text(&out, calls[i].is_constant ? "c" : "");
        pk_buf_text(&out, calls[i].makes_text ? "t" : "");
        pk_buf_text(&out, calls[i].is_plain ? "p" : "");
    }
    assert_string_equal(out.data ? out.data : "", expected);
    pk_buf_fini(&out);
    pk_sourcetext_fini(&text);
    pk_arena_fini(&arena);
}

static void python(const char *code, const char *name, uint32_t line, const char *callee,
                   const char *expected)
{
    assert_calls("app/a.py", code, name, line, callee, expected);
}

static void c(const char *code, const char *name, uint32_t line, const char *callee,
              const char *expected)
{
    assert_calls("src/a.c", code, name, line, callee, expected);
}

/* ---- Python */

static void loops_of_python_are_told_by_indentation(void **state)
{
    (void)state;
    python("def f(x):\n    g(x)\n", "f", 1, "g", "2p");
    python("def f(x):\n    for a in x:\n        if a:\n            g(a)\n    g(x)\n", "f", 1, "g",
           "4@2p 5p");
    python("def f(x):\n  while x:\n\n    # for\n    for a in x: pass\n    g(a)\n", "f", 1, "g",
           "6@2p");
    python("async def f(x):\n\tasync for a in x:\n\t\tawait g(a)\n", "f", 1, "g", "3@2p");
    python("def f(x):\n    for a in x: g(a)\n", "f", 1, "g", "2@2p");
    python("def f(x):\n    for a in x:\n        y = [\n0,\n            g(a)]\n", "f", 1, "g",
           "5@2p");
    python("for a in x:\n    g(a)\n", "<module>", 0, "g", "2@1p");
}

/* Once for the iterable, each time for the condition. */
static void headers_run_once_or_each_time(void **state)
{
    (void)state;
    python("def f(x):\n    for a in g(x):\n        pass\n", "f", 1, "g", "2p");
    python("def f(x):\n    while g(x):\n        pass\n", "f", 1, "g", "2@2p");
    python("def f(x):\n    y = [g(a) for a in x]\n", "f", 1, "g", "2@2p");
    python("def f(x):\n    y = [h(g(a), 1) for a in x]\n", "f", 1, "g", "2p");
    python("def f(x):\n    y = [a for a in g(x)]\n", "f", 1, "g", "2p");
    python("def f(x):\n    y = g(x), [a for a in x]\n", "f", 1, "g", "2p");
    python("def f(x):\n    y = [\n        g(a)\n        for a in x]\n", "<listcomp>", 2, "g",
           "3@3p");
    python("def f(x):\n    y = [a for a in g(x)]\n", "<listcomp>", 2, "g", "");
}

static void functions_within_are_other_functions(void **state)
{
    static const char code[] =
        "def f(x):\n    for a in x:\n        def h():\n            g(a)\n"
        "        y = lambda: g(a)\n    class K:\n        z = g(1)\n    g(x)\n";
    (void)state;

    python(code, "f", 1, "g", "8p");
    python(code, "h", 3, "g", "4p");
}

static void a_function_is_where_the_profile_says(void **state)
{
    static const char code[] = "@cache\n@other(\n  1)\ndef f(x):\n    g(1)\n\nclass K:\n"
                               "    def f(self):\n        g(2)\n";
    (void)state;

    python(code, "f", 1, "g", "5cp");
    python(code, "f", 8, "g", "9cp");
    python(code, "f", 5, "g", "none");
    python(code, "f", 90, "g", "none");
    python(code, "f", 0, "g", "none"); /* which? */
    python(code, "K", 0, "g", "none");
    python("def f(x):\n    h(x)\n", "f", 0, "g", "");
    python("def f(x):\n    g\n    gg(x)\n    x.g.h(1)\n    self.g (x)\n", "f", 0, "g", "5p");
}

static void what_is_in_literals_and_comments_is_no_call(void **state)
{
    (void)state;
    python("def f(x):\n    '''g(1)\n  for g(2)\n'''\n    r'\\'; g(3) # g(4)\n", "f", 1, "g", "");
    python("def f(x):\n    '\\\\'; g(x)\n", "f", 1, "g", "2p");
    python("def f(x):\n    y = \"(\" # )\n    for a in x:\n        g(a)\n", "f", 1, "g", "4@3p");
    c("int f(void)\n{\n  /* g(1); */ // g(2)\n  h(\"g(3)\", '\"', g(4), '\"');\n}\n", "f", 0, "g",
      "4cp");
}

static void arguments_are_looked_at(void **state)
{
    static const struct {
        const char *call, *expected;
    } cases[] = {
        {"g('text')", "2cp"},
        {"g(rb'a' \"b\", x)", "2cp"},
        {"g(f'{x}')", "2t"},
        {"g(f'text')", "2cp"},
        {"g('%s' % x)", "2t"},
        {"g('a' + x)", "2t"},
        {"g(x + 'a')", "2t"},
        {"g(x + y)", "2p"},
        {"g('%s', x)", "2cp"},
        {"g('%s', str(x))", "2ct"},
        {"g('{}'.format(x))", "2t"},
        {"g(lambda: h(x))", "2"},
        {"g(PATH)", "2cp"},
        {"g(conf.PATH, 'r')", "2cp"},
        {"g(Path)", "2p"},
        {"g(A)", "2p"},
        {"g(100)", "2cp"},
        {"g()", "2p"},
        {"g(x, 'text')", "2p"},
        {"g(*x)", "2p"},
        {"g(\n  'text',\n  x)", "2cp"},
        {"g('a'[x])", "2p"},
        {"g('a', exc_info=1)", "2cp"},
        {"g(", "2p"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf code = {0};

        pk_buf_printf(&code, "def f(x):\n    %s\n", cases[i].call);
        python(code.data, "f", 1, "g", cases[i].expected);
        pk_buf_fini(&code);
    }
}

/* What is handed over may have been made on a line before. */
static void a_variable_that_is_set_is_not_plain(void **state)
{
    (void)state;
    python("def f(x, y):\n    for a in x:\n        g(a, y)\n", "f", 1, "g", "3@2p");
    python("def f(x):\n    a = h(x)\n    g('', a)\n", "f", 1, "g", "3c");
    python("def f(x):\n    (b, a) = x\n    g(a)\n    g(x)\n", "f", 1, "g", "3 4p");
    python("def f(x):\n    x += h()\n    g(x.y)\n    g(y.x)\n", "f", 1, "g", "3 4p");
    python("def f(x):\n    if x == h(a=2): g(a)\n    b = 1\n    g(a)\n", "f", 1, "g", "2p 4p");
}

static void a_line_tells_the_only_function_of_c_that_it_calls(void **state)
{
    static const struct {
        const char *line, *expected;
    } cases[] = {
        {"    time.sleep(0.5)\n", "<built-in method time.sleep>"},
        {"    x = pickle.loads(y) # f(x)\n", "<built-in method _pickle.loads>"},
        {"    return open(name)\n", "<built-in method io.open>"},
        {"    y = sorted (x)\n", "<built-in method builtins.sorted>"},
        {"    a, b = self.waiting.pop(0)\n", "<method 'pop' of 'list' objects>"},
        {"    rows[k].insert( 0 , 'f(x)')\n", "<method 'insert' of 'list' objects>"},
        {"    names.sort(key=lambda one: one[0])\n", "<method 'sort' of 'list' objects>"},
        {"    at = names.index(\n        name)\n", "<method 'index' of 'list' objects>"},
        {"    if name in names:\n", "<method '__contains__' of 'list' objects>"},
        {"    while (a and\n           b not in self.c):\n",
         "<method '__contains__' of 'list' objects>"},
        {"    return [a for a in b if a in c]\n", "<method '__contains__' of 'list' objects>"},
        {"    x.pop()\n", "<built-in method x.pop>"}, /* by its looks: x may be a module */
        /* Two calls, none, the end of a list, a value of unknown type, no search, no call. */
        {"    if name in names: names.pop(0)\n", ""},
        {"    os.fsync(out.fileno())\n", ""},
        {"    x = y + 1\n", ""},
        {"    self.x.pop()\n", ""},
        {"    self.x.pop(0x10)\n", ""},
        {"    self.out.write(x)\n", ""},
        {"    f()(x)\n", ""},
        {"    for a in b:\n", ""},
        {"    x = [a for a in b]\n", ""},
        {"    if a in ('x', 'y'):\n", ""},
        {"    if a in 'xyz':\n", ""},
        {"    if (a and b):\n", ""},
        {"    'time.sleep(1)'\n", ""},
        {"def time(x): pass\n", ""},
        {"class A(B): pass\n", ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_sourcetext text;
        struct pk_buf code = {0}, name = {0};
        bool is_told;

        pk_buf_printf(&code, "import time\n\n%s\n\nf(1)\n", cases[i].line);
        assert_true(pk_sourcetext_init(&text, pk_buf_view(&code), PK_STR("a.py")));
        is_told = pk_sourcetext_builtin(&text, 3, &name);
        assert_int_equal(is_told, cases[i].expected[0] != 0);
        assert_true(!is_told || pk_str_equal(pk_buf_view(&name), pk_str_of(cases[i].expected)));
        assert_false(pk_sourcetext_builtin(&text, 1, &name));
        assert_false(pk_sourcetext_builtin(&text, 99, &name));
        pk_sourcetext_fini(&text);
        pk_buf_fini(&name);
        pk_buf_fini(&code);
    }
}

/* A line within a call of several lines is a part of it. */
static void a_line_is_a_part_of_the_whole_one(void **state)
{
    struct pk_sourcetext text;
    struct pk_buf name = {0};
    (void)state;

    assert_true(pk_sourcetext_init(&text, PK_STR("at = names.index(\n    name,\n    0)\n\nx = 1\n"),
                                   PK_STR("a.py")));
    for (uint32_t line = 1; line <= 5; line++)
        assert_int_equal(pk_sourcetext_builtin(&text, line, &name), line <= 3);
    pk_sourcetext_fini(&text);
    assert_true(pk_sourcetext_init(&text, PK_STR("time.sleep(1)\n"), PK_STR("a.c")));
    assert_false(pk_sourcetext_builtin(&text, 1, &name));
    pk_sourcetext_fini(&text);
    pk_buf_fini(&name);
}

/* ---- C */

static void loops_of_c_are_told_by_brackets(void **state)
{
    (void)state;
    c("void f(int n)\n{\n  for (int i = 0; i < n; i++) {\n    if (i)\n      g(i);\n"
      "  }\n  g(n);\n}\n",
      "f", 0, "g", "5@3 7");
    c("void f(int n) {\n  while (n--)\n    g(n);\n  g(n);\n}\n", "f", 0, "g", "3@2 4");
    c("void f(int n) {\n  do {\n    if (n) { g(n); }\n  } while (n--);\n}\n", "f", 0, "g", "3@2");
    c("void f(int n) {\n  if (n) ;\n  else for (;;) g(n);\n}\n", "f", 0, "g", "3@3");
    c("void f(int n) {\n  for (int i = g(1); i < n; i++) ;\n}\n", "f", 0, "g", "2cp");
    c("void f(int n) {\n  for (int i = 0; i < g(n); i++) ;\n}\n", "f", 0, "g", "2@2");
    c("void f(int n) {\n  struct x y[] = {{1}, {2}};\n  g(n);\n}\n", "f", 0, "g", "3");
}

static void a_definition_has_braces(void **state)
{
    static const char code[] = "int f(int n);\nint h(void) { return f(1) + g(1); }\n"
                               "int f(int n)\n{\n  return g(2);\n}\n"
                               "K::f(char c) const noexcept(true) : a(1), b(c)\n{\n  g(3);\n}\n";
    (void)state;

    c(code, "h", 0, "g", "2cp");
    c(code, "f", 0, "g", "none");
    c(code, "f", 4, "g", "5cp");
    c(code, "f", 7, "g", "9cp");
    c(code, "f", 90, "g", "none");
    c("int f(int n)\n{\n", "f", 0, "g", "");
}

/* ---- names, and any bytes */

static void a_name_is_the_one_that_is_called_by(void **state)
{
    static const struct {
        const char *name, *expected;
    } cases[] = {
        {"<method 'execute' of 'sqlite3.Cursor' objects>", "execute"},
        {"<built-in method io.open>", "open"},
        {"ns::K<int>::f(int, char const*)", "f"},
        {"Class.method", "method"},
        {"strlen", "strlen"},
        {"operator==", ""},
        {"<lambda>", ""},
        {"", ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str name = pk_sourcetext_name(pk_str_of(cases[i].name));

        assert_int_equal(name.size, strlen(cases[i].expected));
        assert_true(!name.size || pk_str_equal(name, pk_str_of(cases[i].expected)));
    }
}

static void other_languages_are_not_looked_at(void **state)
{
    struct pk_sourcetext text;
    (void)state;

    assert_false(pk_sourcetext_init(&text, PK_STR("f()"), PK_STR("a.js")));
    assert_false(pk_sourcetext_init(&text, PK_STR("f()"), PK_STR("py")));
}

/* Ends, and reads nothing that is not there: a tool that checks memory sees it. */
static void any_bytes_are_a_text(void **state)
{
    static const char *const pieces[] = {"def f(", "x", "):",    "\n", "    ", "for", " a in ",
                                         "g(",     ")", "'",     "\"", "'''",  "\\",  "#",
                                         "lambda", "[", "]",     "{",  "}",    "/*",  "*/",
                                         "//",     ";", "while", "f",  "\t"};
    struct support_random random = {12};
    uint32_t found = 0;
    (void)state;

    for (uint32_t i = 0, cases = support_cases(4000); i < cases; i++) {
        struct pk_buf code = {0};
        struct pk_sourcetext text;
        struct pk_buf name = {0};
        struct pk_arena arena;
        uint32_t n = 0;

        pk_buf_text(&code, i % 2 ? "def f(x):\n " : "int f(int n) {\n");
        for (uint32_t k = support_below(&random, 40); k > 0; k--)
            pk_buf_text(&code, pieces[support_below(&random, sizeof pieces / sizeof *pieces)]);
        pk_arena_init(&arena);
        assert_true(pk_sourcetext_init(&text, pk_buf_view(&code), pk_str_of(i % 2 ? ".py" : ".c")));
        pk_sourcetext_calls(&text, PK_STR("f"), i % 3, PK_STR("g"), &arena, &n);
        found += n > 0;
        for (uint32_t line = 0; line < 5; line++)
            pk_sourcetext_builtin(&text, line, &name);
        pk_buf_fini(&name);
        pk_sourcetext_fini(&text);
        pk_arena_fini(&arena);
        pk_buf_fini(&code);
    }
    assert_true(found > support_cases(4000) / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_of_python_are_told_by_indentation),
        cmocka_unit_test(headers_run_once_or_each_time),
        cmocka_unit_test(functions_within_are_other_functions),
        cmocka_unit_test(a_function_is_where_the_profile_says),
        cmocka_unit_test(what_is_in_literals_and_comments_is_no_call),
        cmocka_unit_test(arguments_are_looked_at),
        cmocka_unit_test(a_variable_that_is_set_is_not_plain),
        cmocka_unit_test(a_line_tells_the_only_function_of_c_that_it_calls),
        cmocka_unit_test(a_line_is_a_part_of_the_whole_one),
        cmocka_unit_test(loops_of_c_are_told_by_brackets),
        cmocka_unit_test(a_definition_has_braces),
        cmocka_unit_test(a_name_is_the_one_that_is_called_by),
        cmocka_unit_test(other_languages_are_not_looked_at),
        cmocka_unit_test(any_bytes_are_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
