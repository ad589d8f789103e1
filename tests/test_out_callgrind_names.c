/*
 * Names in callgrind output: no name can break the form, and no two functions become one, neither
 * by the rules of the format nor for KCachegrind, which looks at less.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "support.h"
#include "tests/callgrind_written.h"

static void names_cannot_break_lines_or_numbers(void **state)
{
    static const struct {
        struct pk_str name;
        const char *expected;
    } table[] = {
        {PK_STR("main"), "main"},
        {PK_STR("a\nfn=b"), "a fn=b"},
        {PK_STR("a\r\0b"), "a  b"},
        {PK_STR(" a "), "_a_"},
        {PK_STR("\t\n"), "__"},
        {PK_STR("(below main)"), "(below main)"},
        {PK_STR("(3) x"), "[3) x"},
        {PK_STR("("), "("},
        {PK_STR("f(int)"), "f(int)"},
        {PK_STR("\xff"), "\xff"},
        {PK_STR(""), ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_buf out = {0};

        pk_escape_callgrind(&out, table[i].name);
        assert_true(pk_str_equal(pk_buf_view(&out), pk_str_of(table[i].expected)));
        pk_buf_fini(&out);
    }
}

/* The names of functions in the order of the file. */
static void assert_functions(const char *text, const char *expected)
{
    struct pk_buf names = {0};

    for (const char *at = text; (at = strstr(at, "fn=("));) {
        const char *name = strchr(at, ')') + 1, *end = strchr(at, '\n');

        at = end;
        if (name == end) /* a reference */
            continue;
        pk_buf_add(&names, name + 1, (size_t)(end - name - 1));
        pk_buf_char(&names, '|');
    }
    assert_string_equal(names.data, expected);
    pk_buf_fini(&names);
}

/* There a function is object, file and name: the line must not be what tells two apart. */
static void functions_of_one_name_stay_apart(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_frame frame = {.name = PK_STR("__init__"), .file = PK_STR("a.py"), .line = 10};
    struct pk_profile *back;
    char *text;

    (void)state;
    callgrind_add(b, pk_builder_frame(b, &frame), 1, 1);
    frame.line = 20;
    callgrind_add(b, pk_builder_frame(b, &frame), 2, 2);
    frame.file = PK_STR("b.py");
    callgrind_add(b, pk_builder_frame(b, &frame), 4, 4);
    frame = (struct pk_frame){.name = PK_STR("k")};
    callgrind_add(b, pk_builder_frame(b, &frame), 8, 8);
    frame.kind = PK_KIND_KERNEL;
    callgrind_add(b, pk_builder_frame(b, &frame), 16, 16);
    frame = (struct pk_frame){.name = PK_STR("k #1")};
    callgrind_add(b, pk_builder_frame(b, &frame), 32, 32);
    text = callgrind_written(support_freeze(b));
    assert_functions(text, "__init__|__init__:10|__init__:20|k #1|k #2|k #3|");
    back = callgrind_read_back(text);
    assert_int_equal(pk_profile_frames(back), 6);
    assert_int_equal(pk_profile_total(back, 0), 63);
    pk_profile_free(back);
    free(text);
}

/* KCachegrind's key is the name, and file and object without their folders. */
static void functions_in_files_of_one_name_stay_apart(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_frame frame = {.name = PK_STR("<module>"), .line = 1};
    static const struct pk_str files[] = {
        PK_STR("/lib/email/__init__.py"), PK_STR("/lib/urllib/__init__.py"),
        PK_STR("/old/urllib/__init__.py"), PK_STR("__init__.py"), PK_STR("email.py")};
    char *text;

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        frame.file = files[i];
        callgrind_add(b, pk_builder_frame(b, &frame), 1, 1);
    }
    text = callgrind_written(support_freeze(b));
    assert_functions(text, "<module>|<module> #1|<module> [email]|<module> [urllib]|"
                           "<module> [urllib] #2|");
    free(text);
}

/* KCachegrind takes a number for one function, whatever file and object stand above it. */
static void every_function_has_a_number_of_its_own(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_frame frame = {.name = PK_STR("f"), .file = PK_STR("a.c")};
    pk_frame_id first = pk_builder_frame(b, &frame), second;
    char *text;

    (void)state;
    frame.file = PK_STR("b.c");
    second = pk_builder_frame(b, &frame);
    callgrind_add(b, first, 1, 3);
    callgrind_add(b, second, 2, 2);
    pk_builder_edge(b, first, second, &(int64_t){2}, NULL, (struct pk_calls){1, PK_MISSING});
    text = callgrind_written(support_freeze(b));
    assert_string_equal(callgrind_from_line(text, "\nfl="),
                        "\nfl=(1) a.c\nfn=(1) f\n0 1\n"
                        "cfi=(2) b.c\ncfn=(2) f\ncalls=1 0\n0 2\n"
                        "\nfl=(2)\nfn=(2)\n0 2\n"
                        "\ntotals: 3\n");
    free(text);
}

/* Names that differ only in what the format cannot hold. */
static void hostile_names_keep_the_number_of_records(void **state)
{
    static const struct pk_str names[] = {
        PK_STR("a\nb"), PK_STR("a b"),  PK_STR("a\rb"),      PK_STR("(1)"),       PK_STR("[1)"),
        PK_STR(""),     PK_STR("???"),  PK_STR("fn=(1)"),    PK_STR("calls=5 1"), PK_STR("5 5"),
        PK_STR("# x"),  PK_STR("+3 *"), PK_STR("(1) (2)"),   PK_STR("events: x"), PK_STR(" x"),
        PK_STR("_x"),   PK_STR("x'2"),  PK_STR("totals: 1"), PK_STR("\xff\xfe"),
    };
    enum { COUNT = sizeof names / sizeof *names };
    struct pk_builder *b = support_builder();
    struct pk_profile *back;
    pk_frame_id main_id;
    char *text;

    (void)state;
    main_id = support_frame(b, "main");
    callgrind_add(b, main_id, 0, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        pk_frame_id f = pk_builder_frame(b, &(struct pk_frame){.name = names[i]});

        callgrind_add(b, f, 1, 1);
        pk_builder_edge(b, main_id, f, &(int64_t){1}, NULL, (struct pk_calls){1, PK_MISSING});
    }
    text = callgrind_written(support_freeze(b));
    back = callgrind_read_back(text);
    assert_int_equal(pk_profile_frames(back), COUNT + 1);
    assert_int_equal(pk_profile_graph(back)->n, COUNT);
    assert_int_equal(pk_profile_total(back, 0), COUNT);
    pk_profile_free(back);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_cannot_break_lines_or_numbers),
        cmocka_unit_test(functions_of_one_name_stay_apart),
        cmocka_unit_test(functions_in_files_of_one_name_stay_apart),
        cmocka_unit_test(every_function_has_a_number_of_its_own),
        cmocka_unit_test(hostile_names_keep_the_number_of_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
