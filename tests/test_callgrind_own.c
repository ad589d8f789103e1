/*
 * Callgrind files that profkit wrote itself: the head says what was converted, and the reader takes
 * it from there. What the words are is settled here, independently of the writer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "render/writers.h"
#include "tests/callgrind_check.h"
#include "tests/written.h"

#define OWN "# callgrind format\nversion: 1\ncreator: profkit 0.1.0\n"

static void the_origin_is_that_of_the_converted_file(void **state)
{
    struct pk_error error = {0};
    struct pk_profile *p =
        read_text(OWN "desc: From: pstats\ndesc: Producer: cProfile\nevents: time\n"
                      "fn=f\n1 2\ntotals: 2\n",
                  (struct pk_read_options){0}, &error);

    (void)state;
    assert_non_null(p);
    assert_true(pk_str_equal(pk_profile_fact(p, "origin"), PK_STR("pstats")));
    assert_true(pk_str_equal(pk_profile_fact(p, "producer"), PK_STR("cProfile")));
    pk_profile_free(p);
}

static void labels_hold_the_names_of_metrics(void **state)
{
    static const struct text_case cases[] = {
        {OWN "event: cycles_u : cycles:u\nevents: cycles_u\nfn=f\n1 2\ntotals: 2\n",
         "cycles:u count e0 2\n"},
        {OWN "event: time : time (us)\nevents: time\nfn=f\n1 2\ntotals: 2\n", "time ns e3 2\n"},
        {OWN "event: cpu_ms_ : cpu(ms) (ms)\nevents: cpu_ms_\nfn=f\n1 2\ntotals: 2\n",
         "cpu(ms) ns e6 2\n"},
        {OWN "event: t : t [ns / 1e1]\nevents: t\nfn=f\n1 2\ntotals: 2\n", "t ns e-1 2\n"},
        {OWN "event: t : t [1 * 1e12]\nevents: t\nfn=f\n1 2\ntotals: 2\n", "t count e12 2\n"},
        /* no power of ten that a metric can have */
        {OWN "event: t : t [ns / 1e19]\nevents: t\nfn=f\n1 2\ntotals: 2\n", "t count e0 2\n"},
        {OWN "event: t : t [ns / 1e]\nevents: t\nfn=f\n1 2\ntotals: 2\n", "t count e0 2\n"},
        {OWN "event: f_x_ : f (x)\nevents: f_x_\nfn=f\n1 2\ntotals: 2\n", "f (x) count e0 2\n"},
        {OWN "events: Ir\nfn=f\n1 2\ntotals: 2\n", "Ir count e0 2\n"},
        /* of others a label says more than a name */
        {"version: 1\ncreator: other\nevent: Ir : Instructions\nevents: Ir\nfn=f\n1 2\n",
         "Ir count e0 2\n"},
    };
    (void)state;

    CHECK(cases, METRICS | NOTES);
}

static void calls_mean_nothing_where_nobody_counted_them(void **state)
{
#define CALL "events: Ir\nfn=f\n1 2\ncfn=g\ncalls=1 0\n1 5\nfn=g\n2 5\ntotals: 7\n"
    static const struct text_case cases[] = {
        {OWN "desc: Calls: not counted, each edge is written as one\n" CALL,
         "f: 2 of 7\ng: 5 of 5\nf -> g: 5 calls -\n"},
        {OWN CALL, "f: 2 of 7\ng: 5 of 5 calls 1\nf -> g: 5 calls 1\n"},
        {"version: 1\ncreator: other\ndesc: Calls: not counted, each edge is written as one\n" CALL,
         "f: 2 of 7\ng: 5 of 5 calls 1\nf -> g: 5 calls 1\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
#undef CALL
}

/* What cachegrind knows of a function is its self; the inclusive is no less unknown afterwards. */
static void functions_alone_stay_functions_alone(void **state)
{
    static const struct text_case cases[] = {
        {OWN "desc: Calls: not recorded\nevents: Ir\nfn=f\n1 2\nfn=g\n2 5\ntotals: 7\n",
         "f: 2 of -\ng: 5 of -\n"},
        {OWN "events: Ir\nfn=f\n1 2\nfn=g\n2 5\ntotals: 7\n", "f: 2 of 2\ng: 5 of 5\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* They contradict the head, and there is no table that could hold them. */
static void calls_in_a_file_of_functions_alone_are_damage(void **state)
{
#define BODY "events: Ir\nfn=f\n1 2\n2 2\n3 2\n4 2\n5 2\n6 2\ncfn=g\ncalls=1 0\n1 5\ntotals: 12\n"
    static const struct text_case cases[] = {
        {OWN "desc: Calls: not recorded\n" BODY, "f: 12 of -\n1 line skipped, at line 14\n"},
        {"desc: I1 cache: 32768 B\n" BODY, "f: 12 of -\n1 line skipped, at line 11\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
#undef BODY
}

/* The writer always ends in totals:, so a file without is cut. */
static void a_file_without_totals_is_cut(void **state)
{
    static const struct text_case cases[] = {
        {OWN "events: Ir\nfn=f\n1 2\n",
         "f: 2 of 2\nthe file is cut short: no totals at its end, at line 6\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* As a callgrind file. */
static char *converted(const char *text)
{
    struct pk_error error = {0};
    struct pk_profile *profile = read_text(text, (struct pk_read_options){0}, &error);
    char *out;

    assert_non_null(profile);
    out = written_profile(&pk_writer_callgrind, profile, &(struct pk_style){0}, &error);
    assert_int_equal(error.status, PK_OK);
    pk_profile_free(profile);
    return out;
}

/* The first text holds all that the format can, so the second is the same. */
static void converting_again_changes_nothing(void **state)
{
    static const struct {
        const char *text, *holds;
    } cases[] = {
        {"version: 1\ncreator: callgrind-3.19.0\nevents: Ir Dr\nob=x\nfl=a.c\nfn=f\nfi=???\n0 7\n"
         "fe=a.c\n1 2 1\ncfn=f'2\ncalls=1 1\n3 9\nfn=f'2\n1 4\ncfn=f'2\ncalls=2 1\n1 5\n"
         "totals: 13 1\n",
         "\nfi=(2) ???\n0 7 0\nfe=(1)\n"},
        {"desc: I1 cache: 32768 B\ncmd: ./a\nevents: Ir Dr \nfl=a.c\nfn=f\n4 10 1\n"
         "summary: 10 1\n",
         "\ndesc: Calls: not recorded\n"},
        {"positions: instr line\nevents: cpu(ms)\n\nob=(1) a\nfl=(1) a.c\nfn=(1) f\n0x10 2 30\n"
         "cfl=(1)\ncfn=(2) g\ncalls=0 0x20 5\n* * 20\n\nfn=(2)\n0x20 5 20\n",
         "\ndesc: Calls: not counted, each edge is written as one\n"},
        {"version: 1\ncreator: xdebug 3.2.0\nevents: Time_(10ns)\nfl=php:internal\nfn=php::f\n"
         "1 3\n\nfl=/a.php\nfn={main}\n1 2\ncfl=php:internal\ncfn=php::f\ncalls=1 0 0\n2 3\n"
         "summary: 9\n",
         "\nevent: Time__10ns_ : Time_(10ns) (10ns)\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *first = converted(cases[i].text);
        char *second = converted(first);

        if (!strstr(first, cases[i].holds))
            fail_msg("no '%s' in\n%s", cases[i].holds, first);
        assert_string_equal(second, first);
        free(first);
        free(second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_origin_is_that_of_the_converted_file),
        cmocka_unit_test(labels_hold_the_names_of_metrics),
        cmocka_unit_test(calls_mean_nothing_where_nobody_counted_them),
        cmocka_unit_test(functions_alone_stay_functions_alone),
        cmocka_unit_test(calls_in_a_file_of_functions_alone_are_damage),
        cmocka_unit_test(a_file_without_totals_is_cut),
        cmocka_unit_test(converting_again_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
