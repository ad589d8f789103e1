/*
 * What events measure and how derived ones are computed, through whole texts. Units of dialects are
 * those of the format's note; formulas are worked out by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/callgrind_check.h"

#define FG "fn=f\n1 3 5\ncfn=g\ncalls=1 1\n1 7 11\nfn=g\n2 7 11\n"

static void units_come_from_names_labels_and_producers(void **state)
{
    static const struct text_case cases[] = {
        {"version: 1\ncreator: xdebug 3.2.0\nevents: Time_(10ns) Memory_(bytes)\nfn=f\n1 3 -4\n"
         "summary: 3 -4\n",
         "Time_(10ns) ns e1 3\nMemory_(bytes) bytes e0 -4\n1 negative cost\n"},
        {"version: 1\ncreator: xdebug 2.6.0\nevents: Time Memory\nfn=f\n1 3 4\nsummary: 3 4\n",
         "Time ns e3 3\nMemory bytes e0 4\n"},
        {"version: 0.9.6\nevents: Time Cycles Peakmemory\nfn=f\n1 3 4 5\nsummary: 3 4 5\n",
         "Time ns e3 3\nCycles count e0 4\nPeakmemory bytes e0 5\n"},
        {"events: Time\nfn=f\n1 3\n", "Time count e0 3\n"}, /* nobody known */
        {"# callgrind format\nversion: 1\ncreator: callgrind-3.19\n"
         "event: sysTime : sysTime (elapsed ns)\nevents: Ir sysTime\nfn=f\n1 3 4\ntotals: 3 4\n",
         "Ir count e0 3\nsysTime ns e0 4\n"},
        {"creator: callgrind-3.19\nevents: Ir sysTime\nevent: sysTime : sysTime (elapsed ms)\n"
         "fn=f\n1 3 4\ntotals: 3 4\n",
         "Ir count e0 3\nsysTime ns e6 4\n"}, /* also behind events: */
        {"creator: pyprof2calltree\nevent: ns : Nanoseconds\nevents: ns\nfn=f\n1 3\n",
         "ns ns e0 3\n"},
        {"events: wall_time\n\nfl=\nfn=f\n1 3\n", "wall_time ns e3 3\n"},
        {"events: Ticks\nfi=~\nfn=f\n1 3\n", "Ticks ns e6 3\n"},
        {"events: Ticks\nfl=a.c\nfn=f\n1 3\n", "Ticks count e0 3\n"},
        {"positions: instr line\nevents: cpu(ms)\nfn=f\n1 1 3\n", "cpu(ms) ns e6 3\n"},
        {"positions: instr line\nevents: space(kB)\nfn=f\n1 1 3\n", "space(kB) bytes e0 3072\n"},
        {"positions: instr line\nevents: cpu(mins)\nfn=f\n1 1 3\n", "cpu(mins) ns e10 18\n"},
        {"positions: instr line\nevents: samples(count)\nfn=f\n1 1 3\n",
         "samples(count) count e0 3\n"},
    };
    (void)state;

    CHECK(cases, METRICS | NOTES);
}

static void fractions_make_the_scale_finer(void **state)
{
    static const struct text_case cases[] = {
        {"events: A\nfn=f\n1 3\n2 0.5\nfn=g\n1 0.25\n",
         "A count e-2 375\nf: 350 of 350\ng: 25 of 25\n"},
        {"events: usec\nfn=f\n1 0.0000015\n",
         "usec ns e-3 2\nf: 2 of 2\n1 cost rounded to 6 decimals\n"},
    };
    (void)state;

    CHECK(cases, METRICS | FUNCTIONS | NOTES);
}

static void hits_of_pprofile_are_not_inclusive(void **state)
{
    static const struct text_case cases[] = {
        {"version: 1\ncreator: pprofile\nevent: usphit :microseconds/hit\n"
         "events: hits microseconds usphit\nfl=pp.py\nfn=f\n1 2 10 5\ncfl=pp.py\ncfn=g\ncalls=3 7\n"
         "1 3 30 10\nfn=g\n7 3 30 10\n",
         "hits count e0 5\nmicroseconds ns e3 40\n"
         "pp.py:f: 2 10 of - 40\npp.py:g: 3 30 of 3 30 calls 3\n"
         "pp.py:f -> pp.py:g: - 30 calls 3\n"},
    };
    (void)state;

    CHECK(cases, METRICS | FUNCTIONS | EDGES | NOTES);
}

static void pprof_counts_no_calls(void **state)
{
    static const struct text_case cases[] = {
        {"positions: instr line\nevents: cpu(ms)\n\nob=(1) x\nfl=(1) a.c\nfn=(1) f\n0x10 1 3\n"
         "cfl=(1)\ncfn=(2) g\ncalls=0 * 4\n* * 7\nfn=(2)\n+1 4 7\n",
         "a.c:f [x]: 3 of 10\na.c:g [x]: 7 of 7\na.c:f [x] -> a.c:g [x]: 7 calls -\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
}

static void builtins_have_no_place(void **state)
{
    static const struct text_case cases[] = {
        {"version: 1\ncreator: xdebug 3\nevents: Time\nfl=(1) php:internal\nfn=(1) php::strlen\n"
         "3 5\nsummary: 5\n",
         "php::strlen!: 5 of 5\n"},
        {"events: Ticks\nfi=~\nfn=<len>\n0 5\n", "<len>!: 5 of 5\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void derived_events_follow_their_formula(void **state)
{
    static const struct text_case cases[] = {
        {"event: Sum = A + B\nevents: A B\n" FG,
         "f: 3 5 8 of 10 16 26\ng: 7 11 18 of 7 11 18 calls 1\n"},
        {"events: A B\nevent: X = 10 A + 2*B - A : weighted\n" FG,
         "f: 3 5 37 of 10 16 122\ng: 7 11 85 of 7 11 85 calls 1\n"},
        /* one derived event in another, declared before it */
        {"event: Y = 2 X + A\nevent: X = A - B\nevents: A B\n" FG,
         "f: 3 5 -2 -1 of 10 16 -6 -2\ng: 7 11 -4 -1 of 7 11 -4 -1 calls 1\n"},
        {"event: A = B + B : only a name\nevents: A B\n" FG,
         "f: 3 5 of 10 16\ng: 7 11 of 7 11 calls 1\n"}, /* columns are as they are */
        /* a later part may bring one, for its own costs */
        {"part: 1\nevents: A B\nfn=f\n1 2 3\npart: 2\nevent: S = A + B\nevents: A B\nfn=f\n1 4 5\n",
         "f: 6 8 9 of 6 8 9\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void formulas_that_mean_nothing_are_dropped(void **state)
{
    static const struct text_case cases[] = {
        {"event: X = Y\nevent: Y = X\nevents: A B\n" FG,
         "A count e0 10\nB count e0 16\n"
         "2 derived events dropped: their formulas are not understood\n"},
        {"event: X = A +\nevents: A B\n" FG,
         "A count e0 10\nB count e0 16\n"
         "1 derived event dropped: its formula is not understood\n"},
        {"event: X = Q\nevent: Z = \nevent: W = A B\nevent: V = 99999999999999999999 A\n"
         "events: A B\n" FG,
         "A count e0 10\nB count e0 16\n"
         "4 derived events dropped: their formulas are not understood\n"},
    };
    (void)state;

    CHECK(cases, METRICS | NOTES);
}

static void a_sum_of_times_is_a_time(void **state)
{
    static const struct text_case cases[] = {
        {"event: t = user(ms) + sys(ms)\nevents: user(ms) sys(ms)\n" FG,
         "user(ms) ns e6 10\nsys(ms) ns e6 16\nt ns e6 26\n"},
        {"event: t = user(ms) + n\nevents: user(ms) n\n" FG,
         "user(ms) ns e6 10\nn count e0 16\nt count e0 26\n"},
    };
    (void)state;

    CHECK(cases, METRICS | NOTES);
}

static void a_newer_version_is_read_with_a_warning(void **state)
{
    static const struct text_case cases[] = {
        {"version: 2\nevents: A\nfn=f\n1 3\n", "1 format version is newer than the known 1\n"},
        {"version: 1\nevents: A\nfn=f\n1 3\n", ""},
        {"version: 0.9.6\nevents: A\nfn=f\n1 3\nsummary: 3\n", ""},
    };
    (void)state;

    CHECK(cases, NOTES);
}

static const char *command_of(const char *creator, const char *cmd, char *out, size_t size)
{
    char text[200];
    struct pk_error error = {0};
    struct pk_profile *profile;
    struct pk_str fact;

    snprintf(text, sizeof text, "version: 1\n%scmd: %s\nevents: Ir\nfn=f\n1 2\ntotals: 2\n",
             creator, cmd);
    profile = read_text(text, (struct pk_read_options){0}, &error);
    assert_non_null(profile);
    fact = pk_profile_fact(profile, "command");
    snprintf(out, size, "%.*s", (int)fact.size, fact.data);
    pk_profile_free(profile);
    return out;
}

static void escapes_of_a_command_are_those_of_valgrind(void **state)
{
    char out[100];
    (void)state;

    assert_string_equal(
        command_of("creator: callgrind-3.19.0\n", "./a 'b\\nc' d\\\\n \\t", out, sizeof out),
        "./a 'b\nc' d\\n \\t");
    assert_string_equal(command_of("creator: callgrind-3.19.0\n", "end\\", out, sizeof out),
                        "end\\");
    /* others write paths of Windows as they are */
    assert_string_equal(command_of("creator: xdebug 2.6.0\n", "c:\\new\\\\x.php", out, sizeof out),
                        "c:\\new\\\\x.php");
}

static void the_summary_of_xdebug_counts_more_than_functions(void **state)
{
    static const struct text_case cases[] = {
        {"version: 1\ncreator: xdebug 3.2.0\nevents: Time_(10ns)\nfn=f\n1 3\nsummary: 5\n", ""},
        {"version: 0.9.6\nevents: Time\nfn={main}\nsummary: 5\n1 3\n", ""},
        {"version: 1\ncreator: other\nevents: Time\nfn=f\n1 3\nsummary: 5\n",
         "1 part has other totals than the sum of its costs, which counts\n"},
    };
    (void)state;

    CHECK(cases, NOTES);
}

/* Its calls name no file: builtins, and functions of other files, would fall into two each. */
static void callees_of_old_xdebug_are_the_last_of_their_name(void **state)
{
#define OLD "version: 0.9.6\ncmd: /a.php\npart: 1\n\nevents: Time\n\n"
    static const struct text_case cases[] = {
        {OLD "fl=php:internal\nfn=php::strlen\n3 10\n\nfl=/b.php\nfn=g\n1 4\n\n"
             "fl=/a.php\nfn={main}\n\nsummary: 200\n\n0 100\n"
             "cfn=php::strlen\ncalls=1 0 0\n5 10\ncfn=g\ncalls=1 0 0\n6 4\n",
         "/b.php:g: 4 of 4 calls 1\nphp::strlen!: 10 of 10 calls 1\n/a.php:{main}: 100 of 114\n"
         "/a.php:{main} -> /b.php:g: 4 calls 1\n/a.php:{main} -> php::strlen!: 10 calls 1\n"},
        /* two of one name: a call comes right behind the block of what it called */
        {OLD "fl=/b.php\nfn=f\n1 4\n\nfl=/b.php\nfn=g\n1 2\ncfn=f\ncalls=1 0 0\n3 4\n\n"
             "fl=/c.php\nfn=f\n1 7\n\nfl=/a.php\nfn={main}\n0 1\n"
             "cfn=g\ncalls=1 0 0\n5 6\ncfn=f\ncalls=1 0 0\n6 7\nsummary: 14\n",
         "/b.php:f: 4 of 4 calls 1\n/c.php:f: 7 of 7 calls 1\n/b.php:g: 2 of 6 calls 1\n"
         "/a.php:{main}: 1 of 14\n/b.php:g -> /b.php:f: 4 calls 1\n"
         "/a.php:{main} -> /c.php:f: 7 calls 1\n/a.php:{main} -> /b.php:g: 6 calls 1\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
#undef OLD
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_come_from_names_labels_and_producers),
        cmocka_unit_test(fractions_make_the_scale_finer),
        cmocka_unit_test(hits_of_pprofile_are_not_inclusive),
        cmocka_unit_test(pprof_counts_no_calls),
        cmocka_unit_test(builtins_have_no_place),
        cmocka_unit_test(derived_events_follow_their_formula),
        cmocka_unit_test(formulas_that_mean_nothing_are_dropped),
        cmocka_unit_test(a_sum_of_times_is_a_time),
        cmocka_unit_test(a_newer_version_is_read_with_a_warning),
        cmocka_unit_test(escapes_of_a_command_are_those_of_valgrind),
        cmocka_unit_test(the_summary_of_xdebug_counts_more_than_functions),
        cmocka_unit_test(callees_of_old_xdebug_are_the_last_of_their_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
