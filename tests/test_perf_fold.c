/*
 * The names of stackcollapse-perf.pl. Cases marked "script" are examples in that script's own
 * comments; the others follow its regular expressions one by one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "tests/perf_check.h"

static struct pk_read_options folding(const char *what)
{
    struct pk_read_options options = {.perf_folding = {.is_on = true}};

    options.perf_folding.has_pid = strchr(what, 'p') != NULL;
    options.perf_folding.has_tid = strchr(what, 't') != NULL;
    options.perf_folding.marks_kernel = strchr(what, 'k') != NULL;
    options.perf_folding.marks_jit = strchr(what, 'j') != NULL;
    options.perf_folding.has_addresses = strchr(what, 'a') != NULL;
    return options;
}

/* One frame of command `comm`; what it is called below the root. */
static void check_frame(const char *comm, const char *what, const char *frame, const char *expected)
{
    struct pk_buf text = {0}, want = {0};

    pk_buf_printf(&text, "%s 7 1.000000: 5 c: \n\t 7f12 %s\n\n", comm, frame);
    pk_buf_printf(&want, "%s!p;%s 5\n", comm, expected);
    perf_assert(text.data, folding(what), false, want.data);
    pk_buf_fini(&text);
    pk_buf_fini(&want);
}

static void names_are_cleaned_up(void **state)
{
    static const struct {
        const char *comm, *frame, *expected;
    } cases[] = {
        {"p", "cpu_startup_entry+0x800047c022ec ([kernel.kallsyms])", "cpu_startup_entry"},
        {"p", "RegExp:[&<>\\\"\\'] (/tmp/perf-7539.map)", "RegExp:[&<>\\\\]"}, /* script */
        {"p", "v8::F::Call(v8::H<v8::V>, int) (/p)", "v8::F::Call"},
        {"p", "net/http.(*Client).Do (/go)", "net/http.(*Client).Do"}, /* script */
        {"p", "main.(*T).f(int) (/go)", "main.(*T).f(int)"},
        {"p", "std::function<int (int)>::operator() (/p)", "std::function<int "},
        {"p", "(anonymous namespace)::f(int) (/p)", "(anonymous namespace)::f"},
        {"p", "a;b (/p)", "a:b"},
        /* script */
        {"java",
         "Lorg/mozilla/javascript/MemberBox;.<init>(Ljava/lang/reflect/Method;)V (/tmp/perf-1.map)",
         "org/mozilla/javascript/MemberBox:.<init>"},
        {"javac", "La/B;.c (/p)", "a/B:.c"},
        {"p", "La/B;.c (/p)", "La/B:.c"},
        {"java", "Loop (/p)", "Loop"}, /* no slash: no class */
        {"p", "[unknown] ([unknown])", "[unknown]"},
        {"p", "[unknown] (/lib/libc.so)", "[libc.so]"},
        {"p", "[unknown] ([kernel.kallsyms])", "[[kernel.kallsyms]]"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_frame(cases[i].comm, "", cases[i].frame, cases[i].expected);
}

static void any_arrow_parts_a_chain(void **state)
{
    (void)state;
    check_frame("p", "", "a->b->c+0x1 (/p)", "a;b!i;c!i");
    check_frame("p", "", "X::operator-> (/p)", "X::operator");
    check_frame("p", "j", "a->b (/tmp/perf-1.map)", "a!j;b!i");
    check_frame("p", "", "a->b_[i] (/p)", "a;b_[i]"); /* is marked already */
}

static void options_mark_kernel_and_jit(void **state)
{
    static const struct {
        const char *what, *frame, *expected;
    } cases[] = {
        {"", "f ([kernel.kallsyms])", "f"},
        {"k", "f ([kernel.kallsyms])", "f!k"},
        {"k", "f ([nf_conntrack_ipv4])", "f!k"},
        {"k", "f ([vdso])", "f!k"}, /* the script cannot tell */
        {"k", "f (/lib/modules/4.3.0-rc1-virtual/build/vmlinux)", "f!k"},
        {"k", "[unknown] ([unknown])", "[unknown]"},
        {"k", "f (/p)", "f"},
        {"j", "f ([kernel.kallsyms])", "f"},
        {"j", "f (/tmp/perf-19982.map)", "f!j"},
        {"j", "f_[j] (/tmp/perf-19982.map)", "f_[j]"},
        {"kj", "f (/tmp/perf-19982.map)", "f!j"},
        {"a", "[unknown] (/lib/libc.so)", "[libc.so <7f12>]"},
        {"a", "[unknown] ([unknown])", "[unknown <7f12>]"},
        {"a", "f (/p)", "f"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_frame("p", cases[i].what, cases[i].frame, cases[i].expected);
}

static void the_command_is_the_root(void **state)
{
    static const struct {
        const char *what, *header, *expected;
    } cases[] = {
        {"", "V8 Worker 25607 1.000000: 5 c: ", "V8_Worker!p;f 5\n"},
        {"p", "java 12688/12764 1.000000: 5 c: ", "java-12688!p;f 5\n"},
        {"t", "java 12688/12764 1.000000: 5 c: ", "java-12688/12764!t;f 5\n"},
        {"pt", "java 12688/12764 1.000000: 5 c: ", "java-12688/12764!t;f 5\n"},
        {"p", "java 12764 1.000000: 5 c: ", "java-?!p;f 5\n"},
        {"t", "java 12764 1.000000: 5 c: ", "java-?/12764!t;f 5\n"},
        {"t", "swapper 0/0 1.000000: 5 c: ", "swapper-?/0!t;f 5\n"}, /* 0 is false in Perl */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf text = {0};

        pk_buf_printf(&text, "%s\n\t 1 f (/p)\n\n", cases[i].header);
        perf_assert(text.data, folding(cases[i].what), false, cases[i].expected);
        pk_buf_fini(&text);
    }
    /* A sample without frames is the command's own. */
    perf_assert("p 7 1.000000: 5 c: \n\n", folding(""), false, "p!p 5\n");
    /* Without headers there is no command. */
    perf_assert("\n\t 1 f\n\n\n\t 1 f\n\n", folding(""), false, "f 2\n");
}

static void what_the_text_cannot_tell_apart_adds_up(void **state)
{
    (void)state;
    perf_assert("p 7 1.000000: 5 c: \n\t 1 f(int) (/p)\n  a.c:1\n\n"
                "p 8 1.000000: 5 c: \n\t 2 f(char)+0x1 (/q)\n  b.c:2\n\n",
                folding(""), false, "p!p;f 10\n");
    /* addresses keep unknown frames apart only when asked for */
    perf_assert("p 7 1.000000: 5 c: \n\t 1 [unknown] (/p)\n\t 2 [unknown] (/p)\n\n", folding("a"),
                false, "p!p;[p <2>];[p <1>] 5\n");
    /* a line printed twice stays twice */
    perf_assert("p 7 1.000000: 5 c: \n\t 1 f (/p)\n\t 1 f (/p)\n\n", folding(""), false,
                "p!p;f;f 5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_cleaned_up),
        cmocka_unit_test(any_arrow_parts_a_chain),
        cmocka_unit_test(options_mark_kernel_and_jit),
        cmocka_unit_test(the_command_is_the_root),
        cmocka_unit_test(what_the_text_cannot_tell_apart_adds_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
