/*
 * Frame texts as the tools write them. Inputs are lines of real files (the corpus and the format's
 * note) or small variations that must not be taken for the same thing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "formats/collapsed_frame.h"
#include "render/label.h"

static void assert_text(struct pk_str found, const char *expected, const char *input)
{
    if (!pk_str_equal(found, pk_str_of(expected)))
        fail_msg("%s: '%.*s' instead of '%s'", input, (int)found.size, found.data ? found.data : "",
                 expected ? expected : "(missing)");
}

static const struct {
    const char *text, *name, *file; /* file NULL: none */
    uint32_t line;
    enum pk_frame_kind kind;
} plain_frames[] = {
    {"main", "main", NULL, 0, PK_KIND_FUNCTION},
    {"", "", NULL, 0, PK_KIND_FUNCTION},
    {" b", " b", NULL, 0, PK_KIND_FUNCTION},
    {"do_sys_[k]", "do_sys", NULL, 0, PK_KIND_KERNEL},
    {"beginRead_[i]", "beginRead", NULL, 0, PK_KIND_INLINED},
    {"Client.run_[j]", "Client.run", NULL, 0, PK_KIND_JIT},
    {"run_[0]", "run", NULL, 0, PK_KIND_INTERPRETED},
    {"run_[1]", "run", NULL, 0, PK_KIND_COMPILED_C1},
    {"waker_[w]", "waker", NULL, 0, PK_KIND_WAKER},
    {"run_[p]", "run", NULL, 0, PK_KIND_PARTIAL},
    {"_[k]", "", NULL, 0, PK_KIND_KERNEL},
    {"f_[k]_[k]", "f_[k]", NULL, 0, PK_KIND_KERNEL}, /* one suffix, once */
    {"f_[x]", "f_[x]", NULL, 0, PK_KIND_FUNCTION},
    {"f_[kk]", "f_[kk]", NULL, 0, PK_KIND_FUNCTION},
    {"f_[k] ", "f_[k] ", NULL, 0, PK_KIND_FUNCTION},
    {"w/2:_a[0]", "w/2:_a[0]", NULL, 0, PK_KIND_FUNCTION}, /* a thread's name */
    {"[unknown]", "[unknown]", NULL, 0, PK_KIND_UNRESOLVED},
    {"[unknown]_[k]", "[unknown]", NULL, 0, PK_KIND_KERNEL},
    {"0x7f8a9de5db9f", "0x7f8a9de5db9f", NULL, 0, PK_KIND_UNRESOLVED},
    {"0xF1BDE348", "0xF1BDE348", NULL, 0, PK_KIND_UNRESOLVED},
    {"0x", "0x", NULL, 0, PK_KIND_FUNCTION},
    {"0xfoo", "0xfoo", NULL, 0, PK_KIND_FUNCTION},
    {"[NSFoo bar]", "[NSFoo bar]", NULL, 0, PK_KIND_FUNCTION}, /* Objective-C */
    {"-", "-", NULL, 0, PK_KIND_SEPARATOR},
    {"--", "--", NULL, 0, PK_KIND_SEPARATOR},
    {"---", "---", NULL, 0, PK_KIND_FUNCTION},
    {"-[NSFoo bar:]", "-[NSFoo bar:]", NULL, 0, PK_KIND_FUNCTION},
    /* py-spy */
    {"main (click/core.py:1078)", "main", "click/core.py", 1078, PK_KIND_FUNCTION},
    {"<module> (flameshow:6)", "<module>", "flameshow", 6, PK_KIND_FUNCTION},
    {"f (<frozen importlib._bootstrap>:1027)", "f", "<frozen importlib._bootstrap>", 1027,
     PK_KIND_FUNCTION},
    {"f (a.py)", "f", "a.py", 0, PK_KIND_FUNCTION},
    {"f (a.py:0)", "f", "a.py", 0, PK_KIND_FUNCTION},
    {"f (C:\\x.py:12)", "f", "C:\\x.py", 12, PK_KIND_FUNCTION},
    {"f (C:\\Program Files (x86)\\a.py:12)", "f", "C:\\Program Files (x86)\\a.py", 12,
     PK_KIND_FUNCTION},
    {"f (odd)name.py:3)", "f", "odd)name.py", 3, PK_KIND_FUNCTION}, /* brackets do not pair up */
    {"<lambda> (<string>)", "<lambda>", "<string>", 0, PK_KIND_FUNCTION},
    {"operator() (foo.cpp:12)", "operator()", "foo.cpp", 12, PK_KIND_FUNCTION},
    {"f(int) (a.cc)_[i]", "f(int)", "a.cc", 0, PK_KIND_INLINED},
    {"call_init (dl-init.c)", "call_init", "dl-init.c", 0, PK_KIND_FUNCTION}, /* heaptrack_print */
    {"0x7f8a9de5db9f (rtld.c)", "0x7f8a9de5db9f", "rtld.c", 0, PK_KIND_UNRESOLVED},
    {" (a.py:1)", "", "a.py", 1, PK_KIND_FUNCTION},
    {"f (a.py:4294967295)", "f", "a.py", UINT32_MAX, PK_KIND_FUNCTION},
    /* no places */
    {"f (a.py:4294967296)", "f (a.py:4294967296)", NULL, 0, PK_KIND_FUNCTION},
    {"f (a.py:012)", "f (a.py:012)", NULL, 0, PK_KIND_FUNCTION}, /* could not be written back */
    {"f (foo:0)", "f (foo:0)", NULL, 0, PK_KIND_FUNCTION}, /* written back it would be "f (foo)" */
    {"f (:12)", "f (:12)", NULL, 0, PK_KIND_FUNCTION},
    {"f (.py)", "f (.py)", NULL, 0, PK_KIND_FUNCTION},
    {"f(a.py:12)", "f(a.py:12)", NULL, 0, PK_KIND_FUNCTION},
    {"f (a.py:12", "f (a.py:12", NULL, 0, PK_KIND_FUNCTION},
    {"f (a.py c)", "f (a.py c)", NULL, 0, PK_KIND_FUNCTION},
    {"std::function<void (int)>::f(int)", "std::function<void (int)>::f(int)", NULL, 0,
     PK_KIND_FUNCTION},
    {"void f<int> (int, char)", "void f<int> (int, char)", NULL, 0, PK_KIND_FUNCTION},
    {"my_thr (x)", "my_thr (x)", NULL, 0, PK_KIND_FUNCTION},
    {"f (Foo.Bar)", "f (Foo.Bar)", NULL, 0, PK_KIND_FUNCTION},
    {"file.c:12", "file.c:12", NULL, 0, PK_KIND_FUNCTION},
    {"a.py:f:12", "a.py:f:12", NULL, 0, PK_KIND_FUNCTION}, /* only austin writes this */
};

static void frames_are_split_by_the_dialects(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof plain_frames / sizeof *plain_frames; i++) {
        struct pk_collapsed_frame found =
            pk_collapsed_frame_parse(pk_str_of(plain_frames[i].text), PK_COLLAPSED_PLAIN, false);

        assert_text(found.frame.name, plain_frames[i].name, plain_frames[i].text);
        assert_text(found.frame.file, plain_frames[i].file, plain_frames[i].text);
        assert_int_equal(found.line, plain_frames[i].line);
        assert_int_equal(found.frame.kind, plain_frames[i].kind);
        assert_int_equal(found.frame.line, 0);
    }
}

static void modules_come_from_library_names_in_brackets(void **state)
{
    static const struct {
        const char *text, *module;
        enum pk_frame_kind kind;
    } cases[] = {
        {"[libstdc++.so.6.0.30]", "libstdc++.so.6.0.30", PK_KIND_UNRESOLVED},
        {"[libc.so.6 <7f00>]", "libc.so.6", PK_KIND_UNRESOLVED},
        {"[[kernel.kallsyms]]", "[kernel.kallsyms]", PK_KIND_UNRESOLVED},
        {"[unknown <7f00>]", NULL, PK_KIND_UNRESOLVED},
        {"[deopt]", NULL, PK_KIND_UNRESOLVED},
        {"[dd]", NULL, PK_KIND_UNRESOLVED},
        {"[libc.so.6 7f00]", NULL, PK_KIND_FUNCTION},
        {"[]", NULL, PK_KIND_FUNCTION},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_frame found =
            pk_collapsed_frame_parse(pk_str_of(cases[i].text), PK_COLLAPSED_PLAIN, false);

        assert_text(found.frame.name, cases[i].text,
                    cases[i].text); /* kept, so that it can be written back */
        assert_text(found.frame.module, cases[i].module, cases[i].text);
        assert_int_equal(found.frame.kind, cases[i].kind);
    }
}

static void austin_frames_name_file_function_and_line(void **state)
{
    static const struct {
        const char *text, *name, *file;
        uint32_t line;
    } cases[] = {
        {"__main__.py:base:2", "base", "__main__.py", 2},
        {"<frozen importlib._bootstrap>:<module>:1546", "<module>", "<frozen importlib._bootstrap>",
         1546},
        {"decorators.py:wrapper:4)", "wrapper", "decorators.py",
         4}, /* as in austin-diff's test data */
        {"C:\\a.py:f:12", "f", "C:\\a.py", 12},
        {"a.py::12", "", "a.py", 12},
        {"base (__main__.py:2)", "base", "__main__.py", 2}, /* our own form, read back */
        {"base (C:\\x.py:12)", "base", "C:\\x.py", 12},
        {"a.py:12", "a.py:12", NULL, 0},
        {"a.py:f:", "a.py:f:", NULL, 0},
        {"a.py:f:1x", "a.py:f:1x", NULL, 0},
        {":f:1", ":f:1", NULL, 0},
        {"a.py:f:0", "f", "a.py", 0},
        {"foo:f:0", "foo:f:0", NULL, 0},
        {"a (b).py:f:3", "f", "a (b).py", 3},
        {":5(py:new:87", ":5(py:new:87", NULL, 0}, /* "new (:5(py:87)" would be cut elsewhere */
        {"a)b.py:f:3", "a)b.py:f:3", NULL, 0},
        {"idle", "idle", NULL, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_frame found =
            pk_collapsed_frame_parse(pk_str_of(cases[i].text), PK_COLLAPSED_AUSTIN, false);

        assert_text(found.frame.name, cases[i].name, cases[i].text);
        assert_text(found.frame.file, cases[i].file, cases[i].text);
        assert_int_equal(found.line, cases[i].line);
    }
}

static void offsets_are_stripped_only_when_asked(void **state)
{
    static const char *const cases[][2] = {
        {"do_syscall_64+113", "do_syscall_64"},
        {"cv_wait+0x5c", "cv_wait"},
        {"f+0x1f_[k]", "f"},
        {"f+0x1f (a.c)", "f"},
        {"operator+", "operator+"},
        {"f+x", "f+x"},
        {"+12", "+12"},
        {"a+b+7", "a+b"},
        {"f+", "f+"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str text = pk_str_of(cases[i][0]);

        assert_text(pk_collapsed_frame_parse(text, PK_COLLAPSED_PLAIN, true).frame.name,
                    cases[i][1], cases[i][0]);
    }
    assert_text(pk_collapsed_frame_parse(PK_STR("f+0x1f"), PK_COLLAPSED_PLAIN, false).frame.name,
                "f+0x1f", "kept");
}

static void roots_stand_for_processes_and_threads(void **state)
{
    static const struct {
        const char *text;
        size_t position;
        enum pk_frame_kind kind;
    } cases[] = {
        {"process 123:\"python a.py\"", 0, PK_KIND_PROCESS}, /* py-spy */
        {"process 123:\"cut at a semi", 0, PK_KIND_PROCESS},
        {"process 123", 0, PK_KIND_PROCESS},
        {"Process 123", 0, PK_KIND_PROCESS}, /* austin 1 -C */
        {"process 123 x", 0, PK_KIND_FUNCTION},
        {"process", 0, PK_KIND_FUNCTION},
        {"process x", 0, PK_KIND_FUNCTION},
        {"thread (0x7F51): MainThread", 1, PK_KIND_THREAD},
        {"thread (0x7f51)", 0, PK_KIND_THREAD},
        {"thread (): x", 0, PK_KIND_FUNCTION},
        {"thread (0x7f51", 0, PK_KIND_FUNCTION},
        {"Thread 5616a7fa3550", 0, PK_KIND_THREAD},
        {"Thread 0x7f", 0, PK_KIND_THREAD},
        {"Thread pool", 0, PK_KIND_FUNCTION},
        {"Thread ", 0, PK_KIND_FUNCTION},
        {"[main tid=123]", 0, PK_KIND_THREAD}, /* async-profiler -t */
        {"[tid=123]", 0, PK_KIND_THREAD},
        {"tid=123", 0, PK_KIND_THREAD},
        {"[main tid=]", 0, PK_KIND_FUNCTION},
        {"[squid=12]", 0, PK_KIND_FUNCTION},
        {"my_thr_(x)-?/12", 0, PK_KIND_THREAD}, /* stackcollapse-perf --tid, pid not known */
        {"p_rog-12248/12248", 0, PK_KIND_THREAD},
        {"p_rog-12248/12248", 1, PK_KIND_FUNCTION},
        {"p_rog-12248", 0, PK_KIND_FUNCTION}, /* "--pid", but also any name that ends so */
        {"-1/2", 0, PK_KIND_FUNCTION},
        {"a-x/2", 0, PK_KIND_FUNCTION},
        {"P123", 0, PK_KIND_FUNCTION}, /* austin only when a thread follows */
        {"main", 0, PK_KIND_FUNCTION},
        {"", 0, PK_KIND_FUNCTION},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum pk_frame_kind kind = pk_collapsed_frame_root(pk_str_of(cases[i].text),
                                                          cases[i].position, PK_COLLAPSED_PLAIN);

        if (kind != cases[i].kind)
            fail_msg("%s: kind %d instead of %d", cases[i].text, (int)kind, (int)cases[i].kind);
    }
    assert_int_equal(pk_collapsed_frame_root(PK_STR("P1"), 0, PK_COLLAPSED_AUSTIN),
                     PK_KIND_PROCESS);
    assert_int_equal(pk_collapsed_frame_root(PK_STR("Tx8"), 1, PK_COLLAPSED_AUSTIN),
                     PK_KIND_THREAD);
    assert_int_equal(pk_collapsed_frame_root(PK_STR("a.py:f:1"), 2, PK_COLLAPSED_AUSTIN),
                     PK_KIND_FUNCTION);
}

static void the_first_frames_tell_the_dialect(void **state)
{
    static const struct {
        const char *stack;
        enum pk_collapsed_dialect dialect;
    } cases[] = {
        {"P403;Tx87;__main__.py:base:2", PK_COLLAPSED_AUSTIN},
        {"P245906;T0:245906", PK_COLLAPSED_AUSTIN},
        {"P1;T0x7f;f", PK_COLLAPSED_AUSTIN},
        {"P1", PK_COLLAPSED_PLAIN},
        {"P1;f", PK_COLLAPSED_PLAIN},
        {"P1;Task;f", PK_COLLAPSED_PLAIN},
        {"P1x;T1;f", PK_COLLAPSED_PLAIN},
        {"Thread 5616a7fa3550;f (a.py);L12", PK_COLLAPSED_AUSTIN1},
        {"Thread 5616a7fa3550", PK_COLLAPSED_AUSTIN1}, /* an idle sample */
        {"Process 12;Thread 5616a7fa3550;f", PK_COLLAPSED_AUSTIN1},
        {"Thread 12;f (a.py);L12", PK_COLLAPSED_AUSTIN1}, /* short id, but a line follows */
        {"Thread 12;f;g", PK_COLLAPSED_PLAIN},
        {"Thread 12", PK_COLLAPSED_PLAIN},
        {"main;Thread 5616a7fa3550", PK_COLLAPSED_PLAIN},
        {"", PK_COLLAPSED_PLAIN},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (pk_collapsed_frame_dialect(pk_str_of(cases[i].stack)) != cases[i].dialect)
            fail_msg("%s", cases[i].stack);
    }
}

static void austin_1_lines_are_an_l_and_a_number(void **state)
{
    static const char *const others[] = {"L",  "L0",          "L012", "l12", "L12x",
                                         "Lx", "L4294967296", "LL1",  ""};
    uint32_t line;
    (void)state;

    assert_true(pk_collapsed_frame_is_line(PK_STR("L988"), &line));
    assert_int_equal(line, 988);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(pk_collapsed_frame_is_line(pk_str_of(others[i]), &line));
}

/* The law that collapsed in and out again is identity, frame by frame. */
static void a_frame_is_written_back_as_it_was(void **state)
{
    static const char *const cases[] = {"main",
                                        "do_sys_[k]",
                                        "f_[k]_[k]",
                                        "_[k]",
                                        "[unknown]",
                                        "[libc.so.6 <7f00>]",
                                        "0x7f (rtld.c)",
                                        "-",
                                        "f (a.py:12)",
                                        "f (odd)name.py:3)",
                                        "f (a.py:012)",
                                        "f (a (b:3)",
                                        "f(int) (a.cc)_[i]",
                                        " (a.py:1)",
                                        "f (C:\\P (x86)\\a.py:12)",
                                        "std::function<void (int)>::f(int)",
                                        "<lambda> (<string>)",
                                        "w/2:_a[0]",
                                        "a b"};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_collapsed_frame found =
            pk_collapsed_frame_parse(pk_str_of(cases[i]), PK_COLLAPSED_PLAIN, false);
        struct pk_buf out = {0};

        pk_label_folded(&out, &found.frame, found.line);
        assert_string_equal(out.data, cases[i]);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_split_by_the_dialects),
        cmocka_unit_test(modules_come_from_library_names_in_brackets),
        cmocka_unit_test(austin_frames_name_file_function_and_line),
        cmocka_unit_test(offsets_are_stripped_only_when_asked),
        cmocka_unit_test(roots_stand_for_processes_and_threads),
        cmocka_unit_test(the_first_frames_tell_the_dialect),
        cmocka_unit_test(austin_1_lines_are_an_l_and_a_number),
        cmocka_unit_test(a_frame_is_written_back_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
