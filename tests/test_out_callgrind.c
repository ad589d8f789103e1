/*
 * Callgrind output: what stands in it, and that reading it back gives the same functions and edges.
 * The form is that of valgrind's manual (cl-format).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "render/writers.h"
#include "support.h"
#include "tests/callgrind_written.h"

static void functions_and_edges_are_written_as_valgrind_does(void **state)
{
    char *text = callgrind_written(support_profile("main;load;parse 30\nmain;load 5\n"));

    (void)state;
    assert_true(pk_str_starts(pk_str_of(text), PK_STR("# callgrind format\nversion: 1\n"
                                                      "creator: profkit ")));
    assert_string_equal(callgrind_from_line(text, "desc: Calls"),
                        "desc: Calls: not counted, each edge is written as one\n"
                        "positions: line\n"
                        "events: samples\n"
                        "\nfl=(1) ???\nfn=(1) load\n0 5\n"
                        "cfi=(1)\ncfn=(3) parse\ncalls=1 0\n0 30\n"
                        "\nfl=(1)\nfn=(2) main\n0 0\n"
                        "cfi=(1)\ncfn=(1)\ncalls=1 0\n0 35\n"
                        "\nfl=(1)\nfn=(3)\n0 30\n"
                        "\ntotals: 35\n");
    free(text);
}

static void modules_files_and_lines_are_written_where_known(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = pk_builder_frame(
        b, &(struct pk_frame){
               .name = PK_STR("f"), .file = PK_STR("a.c"), .module = PK_STR("app"), .line = 7});
    pk_frame_id g = pk_builder_frame(
        b, &(struct pk_frame){
               .name = PK_STR("g"), .file = PK_STR("b.c"), .module = PK_STR("libg"), .line = 9});
    char *text;

    (void)state;
    callgrind_add(b, f, 4, 10);
    callgrind_add(b, g, 6, 6);
    pk_builder_edge(b, f, g, &(int64_t){6}, NULL, (struct pk_calls){3, PK_MISSING});
    text = callgrind_written(support_freeze(b));
    assert_string_equal(callgrind_from_line(text, "positions"),
                        "positions: line\n"
                        "event: time : time (ns)\n"
                        "events: time\n"
                        "\nob=(1) app\nfl=(1) a.c\nfn=(1) f\n7 4\n"
                        "cob=(2) libg\ncfi=(2) b.c\ncfn=(2) g\ncalls=3 0\n7 6\n"
                        "\nob=(2)\nfl=(2)\nfn=(2)\n9 6\n"
                        "\ntotals: 10\n");
    free(text);
}

/* --- events --- */

static void events_have_names_that_viewers_take(void **state)
{
    static const struct {
        struct pk_metric metric;
        const char *head;
    } table[] = {
        {{.name = PK_STR("samples")}, "positions: line\nevents: samples\n"},
        {{.name = PK_STR("cycles:u")}, "event: cycles_u : cycles:u\nevents: cycles_u\n"},
        {{.name = PK_STR("9 lives")}, "event: event_9_lives : 9 lives\nevents: event_9_lives\n"},
        {{.name = PK_STR("")}, "event: event_ : \nevents: event_\n"},
        {{.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = 3},
         "event: time : time (us)\nevents: time\n"},
        {{.name = PK_STR("t"), .unit = PK_UNIT_NS, .scale = 1}, "event: t : t (10ns)\nevents: t\n"},
        {{.name = PK_STR("mem"), .unit = PK_UNIT_BYTES}, "event: mem : mem (bytes)\nevents: mem\n"},
        {{.name = PK_STR("w"), .scale = -2}, "event: w : w [1 / 1e2]\nevents: w\n"},
        {{.name = PK_STR("t"), .unit = PK_UNIT_NS, .scale = -1},
         "event: t : t [ns / 1e1]\nevents: t\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_limits limits = pk_limits_default();
        struct pk_builder *b = pk_builder_new(&limits);
        char *text;

        pk_builder_metric(b, &table[i].metric);
        callgrind_add(b, support_frame(b, "f"), 1, 1);
        text = callgrind_written(support_freeze(b));
        assert_true(pk_str_starts(pk_str_of(callgrind_from_line(text, i ? "event: " : "positions")),
                                  pk_str_of(table[i].head)));
        free(text);
    }
}

static void several_metrics_are_several_events(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    static const int64_t values[] = {1, 2, 3};
    pk_frame_id f;
    char *text;

    (void)state;
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("a b")});
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("a:b")});
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("a_b")});
    f = support_frame(b, "f");
    pk_builder_stack(b, &f, NULL, 1, values);
    text = callgrind_written(support_freeze(b));
    assert_string_equal(callgrind_from_line(text, "events:"), "events: a_b a_b_2 a_b_3\n"
                                                              "\nfl=(1) ???\nfn=(1) f\n0 1 2 3\n"
                                                              "\ntotals: 1 2 3\n");
    free(text);
}

/* Costs are unsigned there: what has negative ones is left out, or refused when nothing is left. */
static void negative_values_are_not_written(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    struct pk_error error = {0};
    struct pk_profile *only = support_profile("f 3\ng -1\n");
    pk_frame_id f;
    char *text;

    (void)state;
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("memory")});
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("time")});
    f = support_frame(b, "f");
    pk_builder_stack(b, &f, NULL, 1, (int64_t[]){-5, 7});
    text = callgrind_written(support_freeze(b));
    assert_string_equal(callgrind_from_line(text, "events:"), "events: time\n"
                                                              "\nfl=(1) ???\nfn=(1) f\n0 7\n"
                                                              "\ntotals: 7\n");
    free(text);
    assert_null(written_profile(&pk_writer_callgrind, only, &(struct pk_style){0}, &error));
    assert_int_equal(error.status, PK_USAGE);
    assert_string_equal(
        error.text, "a callgrind file cannot hold values below zero, and every metric has some");
    pk_profile_free(only);
}

/* --- calls --- */

/* callgrind_annotate takes the cost behind calls=0 as self cost: never write that. */
static void calls_are_none_only_where_they_cost_nothing(void **state)
{
    static const struct {
        int64_t total, calls;
        const char *expected;
    } table[] = {{6, 3, "calls=3 0\n0 6\n"},          {0, 3, "calls=3 0\n0 0\n"},
                 {6, 0, "calls=1 0\n0 6\n"},          {0, 0, "calls=0 0\n0 0\n"},
                 {6, PK_MISSING, "calls=1 0\n0 6\n"}, {PK_MISSING, 2, "calls=2 0\n0 0\n"}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_builder *b = support_builder();
        pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
        char *text;

        callgrind_add(b, f, 4, 10);
        callgrind_add(b, g, 6, 6);
        pk_builder_edge(b, f, g, table[i].total == PK_MISSING ? NULL : &table[i].total, NULL,
                        (struct pk_calls){table[i].calls, PK_MISSING});
        text = callgrind_written(support_freeze(b));
        assert_true(pk_str_starts(pk_str_of(callgrind_from_line(text, "calls=")),
                                  pk_str_of(table[i].expected)));
        free(text);
    }
}

/* --- lines --- */

/* f in a.c has self 10 and calls g three times for 6: in lines 3 and 5 of a.c, and in h.h. */
static struct pk_builder *inlined(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f =
        pk_builder_frame(b, &(struct pk_frame){.name = PK_STR("f"), .file = PK_STR("a.c")});
    pk_frame_id g =
        pk_builder_frame(b, &(struct pk_frame){.name = PK_STR("g"), .file = PK_STR("b.c")});
    const struct pk_str own = PK_STR("a.c"), header = PK_STR("h.h");

    callgrind_add(b, f, 10, 16);
    callgrind_add(b, g, 6, 6);
    pk_builder_edge(b, f, g, &(int64_t){6}, NULL, (struct pk_calls){3, PK_MISSING});
    pk_builder_line(b, f, own, 3, PK_NONE, &(int64_t){1}, PK_CALLS_MISSING);
    pk_builder_line(b, f, header, 70, PK_NONE, &(int64_t){4}, PK_CALLS_MISSING);
    pk_builder_line(b, f, header, 70, g, &(int64_t){2}, (struct pk_calls){1, PK_MISSING});
    pk_builder_line(b, f, own, 5, g, &(int64_t){4}, (struct pk_calls){2, PK_MISSING});
    pk_builder_line(b, f, own, 5, PK_NONE, &(int64_t){5}, PK_CALLS_MISSING);
    return b;
}

static void lines_stand_under_their_files(void **state)
{
    char *text = callgrind_written(support_freeze(inlined()));

    (void)state;
    assert_string_equal(callgrind_from_line(text, "\nfl="),
                        "\nfl=(1) a.c\nfn=(1) f\n3 1\n5 5\n"
                        "cfi=(2) b.c\ncfn=(2) g\ncalls=2 0\n5 4\n"
                        "fi=(3) h.h\n70 4\n"
                        "cfi=(2)\ncfn=(2)\ncalls=1 0\n70 2\n"
                        "fe=(1)\n"
                        "\nfl=(2)\nfn=(2)\n0 6\n"
                        "\ntotals: 16\n");
    free(text);
}

static void what_no_line_holds_stands_at_the_definition(void **state)
{
    struct pk_builder *b = inlined();
    pk_frame_id f =
        pk_builder_frame(b, &(struct pk_frame){.name = PK_STR("f"), .file = PK_STR("a.c")});
    pk_frame_id g =
        pk_builder_frame(b, &(struct pk_frame){.name = PK_STR("g"), .file = PK_STR("b.c")});
    char *text;

    (void)state;
    callgrind_add(b, f, 7, 16);
    callgrind_add(b, g, 9, 9);
    pk_builder_edge(b, f, g, &(int64_t){9}, NULL, (struct pk_calls){4, PK_MISSING});
    text = callgrind_written(support_freeze(b));
    assert_string_equal(callgrind_from_line(text, "\nfl="),
                        "\nfl=(1) a.c\nfn=(1) f\n0 7\n"
                        "cfi=(2) b.c\ncfn=(2) g\ncalls=4 0\n0 9\n"
                        "3 1\n5 5\ncfi=(2)\ncfn=(2)\ncalls=2 0\n5 4\n"
                        "fi=(3) h.h\n70 4\ncfi=(2)\ncfn=(2)\ncalls=1 0\n70 2\nfe=(1)\n"
                        "\nfl=(2)\nfn=(2)\n0 15\n"
                        "\ntotals: 32\n");
    free(text);
}

/* Were they written, the reader would count more than the profile has. */
static void lines_that_say_more_than_their_function_are_left_out(void **state)
{
    static const struct {
        pk_frame_id callee; /* 1: g */
        int64_t value, calls;
    } table[] = {{PK_NONE, 1, PK_MISSING}, {1, 1, 0}, {1, 0, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_builder *b = inlined();
        char *text;

        pk_builder_line(b, 0, PK_STR("a.c"), 9, table[i].callee, &table[i].value,
                        (struct pk_calls){table[i].calls, PK_MISSING});
        text = callgrind_written(support_freeze(b));
        assert_string_equal(callgrind_from_line(text, "\nfl="),
                            "\nfl=(1) a.c\nfn=(1) f\n0 10\n"
                            "cfi=(2) b.c\ncfn=(2) g\ncalls=3 0\n0 6\n"
                            "\nfl=(2)\nfn=(2)\n0 6\n"
                            "\ntotals: 16\n");
        free(text);
    }
}

/* All that the format can hold is in the first text, so the second is the same. */
static void lines_read_back_as_they_were(void **state)
{
    char *first = callgrind_written(support_freeze(inlined()));
    char *second = callgrind_written(callgrind_read_back(first));

    (void)state;
    assert_string_equal(callgrind_from_line(first, "\nfl="), callgrind_from_line(second, "\nfl="));
    free(first);
    free(second);
}

/* --- reading back --- */

/* Self of every function and total of every edge outside cycles, which is what the form holds. */
static void assert_same_graph(const struct pk_profile *p, const struct pk_profile *back)
{
    const struct pk_graph *a = pk_profile_graph(p), *b = pk_profile_graph(back);

    assert_int_equal(pk_profile_frames(back), pk_profile_frames(p));
    assert_int_equal(b->n, a->n);
    for (pk_frame_id f = 0; f < pk_profile_frames(p); f++) {
        assert_true(pk_str_equal(pk_profile_frame(back, f)->name, pk_profile_frame(p, f)->name));
        assert_int_equal(pk_profile_flat(back)->self[0][f], pk_profile_flat(p)->self[0][f]);
    }
    for (uint32_t e = 0; e < a->n; e++) {
        assert_int_equal(b->caller[e], a->caller[e]);
        assert_int_equal(b->callee[e], a->callee[e]);
        if (b->incl[0] && b->incl[0][e] != PK_MISSING)
            assert_int_equal(b->incl[0][e], a->incl[0][e]);
    }
}

static void what_was_written_reads_back_as_the_same_graph(void **state)
{
    struct support_random random = {31337};

    (void)state;
    for (uint32_t i = 0; i < support_cases(40); i++) {
        const struct support_program program = {10, 100, 12, i % 2, 1000};
        struct pk_profile *p = support_freeze(support_program(&random, &program));
        struct pk_error error = {0};
        char *text = written_profile(&pk_writer_callgrind, p, &(struct pk_style){0}, &error);
        struct pk_profile *back = callgrind_read_back(text);
        char *again;

        assert_same_graph(p, back);
        assert_int_equal(pk_profile_metric(back, 0)->unit, PK_UNIT_NS);
        /* Without recursion nothing is lost on the way, so writing it again changes no cost. */
        again = written_profile(&pk_writer_callgrind, back, &(struct pk_style){0}, &error);
        if (i % 2 == 0)
            assert_string_equal(callgrind_from_line(again, "positions"),
                                callgrind_from_line(text, "positions"));
        pk_profile_free(p);
        pk_profile_free(back);
        free(text);
        free(again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_and_edges_are_written_as_valgrind_does),
        cmocka_unit_test(modules_files_and_lines_are_written_where_known),
        cmocka_unit_test(events_have_names_that_viewers_take),
        cmocka_unit_test(several_metrics_are_several_events),
        cmocka_unit_test(negative_values_are_not_written),
        cmocka_unit_test(calls_are_none_only_where_they_cost_nothing),
        cmocka_unit_test(lines_stand_under_their_files),
        cmocka_unit_test(what_no_line_holds_stands_at_the_definition),
        cmocka_unit_test(lines_that_say_more_than_their_function_are_left_out),
        cmocka_unit_test(lines_read_back_as_they_were),
        cmocka_unit_test(what_was_written_reads_back_as_the_same_graph),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
