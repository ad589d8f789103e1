/*
 * Reading whole callgrind texts. Expected values are added up by hand from the texts, after the
 * format's note.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/callgrind_check.h"

#define HEAD "# callgrind format\nevents: Ir\n"

/* The example of the manual. */
static const char manual[] = HEAD "\nfl=file1.c\nfn=main\n16 20\ncfn=func1\ncalls=1 50\n16 400\n"
                                  "cfi=file2.c\ncfn=func2\ncalls=3 20\n16 400\n\nfn=func1\n51 100\n"
                                  "cfi=file2.c\ncfn=func2\ncalls=2 20\n51 300\n\nfl=file2.c\n"
                                  "fn=func2\n20 700\n";

static void the_example_of_the_manual_is_read(void **state)
{
    static const struct text_case cases[] = {
        {manual, "Ir count e0 820\n"
                 "process  thread : 820\n"
                 "file1.c:func1: 100 of 400 calls 1\n"
                 "file2.c:func2: 700 of 700 calls 5\n"
                 "file1.c:main: 20 of 820\n"
                 "file1.c:func1 -> file2.c:func2: 300 calls 2\n"
                 "file1.c:main -> file1.c:func1: 400 calls 1\n"
                 "file1.c:main -> file2.c:func2: 400 calls 3\n"
                 "func1 file1.c:51: 100\n"
                 "func1 file1.c:51 -> func2: 300 calls 2\n"
                 "func2 file2.c:20: 700\n"
                 "main file1.c:16: 20\n"
                 "main file1.c:16 -> func1: 400 calls 1\n"
                 "main file1.c:16 -> func2: 400 calls 3\n"},
    };
    (void)state;

    CHECK(cases, METRICS | SLICES | FUNCTIONS | EDGES | LINES | NOTES);
}

static void costs_of_one_function_add_up_wherever_they_stand(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fn=f\n1 2\nfn=g\n1 5\nfn=f\n7 30\n", "f: 32 of 32\ng: 5 of 5\n"},
        {HEAD "fl=(1) a.c\nfn=(1) f\n1 2\nfl=(2) a.c\nfn=(9) f\n1 3\n", "a.c:f: 5 of 5\n"},
        {HEAD "ob=x\nfn=f\n1 2\nob=y\nfn=f\n1 3\n", "f [x]: 2 of 2\nf [y]: 3 of 3\n"},
        {HEAD "fl=a.c\nfn=f\n1 2\nfl=b.c\nfn=f\n1 3\n", "a.c:f: 2 of 2\nb.c:f: 3 of 3\n"},
        {"events: Ir\r\nfn=f\r\n1 2\r\n", "f: 2 of 2\n"},
        {HEAD "fn=f\n\n# a comment\n1 2\n  \n1 3", "f: 5 of 5\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void unknown_names_are_not_names(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "ob=???\nfl=???\nfn=f\n1 2\n", "f: 2 of 2\n"},
        {HEAD "fl=\nfn=f\n1 2\n", "f: 2 of 2\n"}, /* ruby-prof */
        {HEAD "fn=???\n1 2\n", "????: 2 of 2\n"}, /* the name, then the mark of no name */
        {HEAD "fn=0x000000000486d360\n1 2\n", "0x000000000486d360?: 2 of 2\n"},
        {HEAD "fn=0x1b'main\n1 2\n", "0x1b'main?: 2 of 2\n"},
        {HEAD "fn=0xcafe_init\n1 2\n", "0xcafe_init: 2 of 2\n"},
        {HEAD "1 2\n", "????: 2 of 2\n"}, /* costs without a function are kept */
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* These callees have no costs of their own, so their callers have more than there is. */
#define ABOVE "1 function costs more with its calls than all there is: taken as all\n"

static void a_callee_is_where_the_caller_last_had_a_cost(void **state)
{
    static const struct text_case cases[] = {
        /* cfi= and cob= hold for one call; then the caller's own file and object count */
        {HEAD "ob=x\nfl=a.c\nfn=f\n1 1\ncob=y\ncfi=b.c\ncfn=g\ncalls=1 1\n1 5\n"
              "cfn=h\ncalls=1 1\n1 7\n",
         "a.c:f [x] -> b.c:g [y]: 5 calls 1\na.c:f [x] -> a.c:h [x]: 7 calls 1\n" ABOVE},
        /* a pending fi= without a cost of its own does not count */
        {HEAD "fl=a.c\nfn=f\n1 1\nfi=b.c\ncfn=g\ncalls=1 1\n1 5\n",
         "a.c:f -> a.c:g: 5 calls 1\n" ABOVE},
        {HEAD "fl=a.c\nfn=f\nfi=b.c\n1 1\nfe=a.c\ncfn=g\ncalls=1 1\n1 5\n",
         "a.c:f -> b.c:g: 5 calls 1\n" ABOVE},
        {HEAD "fl=a.c\nfn=f\nfi=b.c\n1 1\nfn=f2\ncfn=g\ncalls=1 1\n1 5\n",
         "a.c:f2 -> a.c:g: 5 calls 1\n" ABOVE},
        /* one cfn= for several calls */
        {HEAD "fl=a.c\nfn=f\ncfi=b.c\ncfn=g\ncalls=1 1\n1 5\ncalls=2 1\n3 6\n",
         "a.c:f -> b.c:g: 11 calls 3\n" ABOVE},
        /* bzr: cfn= before cfi=, fi= instead of fl= */
        {HEAD "fi=a.c\nfn=f\n1 1\ncfn=g\ncfi=b.c\ncalls=1 1\n1 5\n",
         "a.c:f -> b.c:g: 5 calls 1\n" ABOVE},
        /* what a function left pending does not leak into the next */
        {HEAD "fl=a.c\nfn=f\n1 1\ncfl=z.c\nfn=h\ncfn=g\ncalls=1 1\n1 5\n",
         "a.c:h -> a.c:g: 5 calls 1\n" ABOVE},
        /* a zero-cost call: no edge */
        {HEAD "fn=f\n1 1\ncfn=g\nfn=h\n1 1\n", ""},
        {HEAD "fn=f\ncfn=g\nrcalls=4 1\n1 5\n", "f -> g: 5 calls 4\n" ABOVE},
    };
    (void)state;

    CHECK(cases, EDGES | NOTES);
}

static void lines_keep_the_file_of_inlined_code(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fl=a.c\nfn=f\n10 1\nfi=b.h\n20 2\nfe=a.c\n11 4\nfi=b.h\n20 8\nfn=g\n12 16\n",
         "f a.c:10: 1\nf a.c:11: 4\nf b.h:20: 10\ng a.c:12: 16\n"},
        {"events: Ir\npositions: instr line\nfn=f\n0x10 5 1\n+4 * 2\n+4 +1 4\n",
         "f :5: 3\nf :6: 4\n"},
        {"events: Ir\npositions: bb line\nfn=f\n0x10 5 1\n* * 2\n", "f :5: 3\n"},
        {"events: Ir\npositions: instr\nfn=f\n0x10 5\n+4 6\n", ""}, /* no lines at all */
        {HEAD "fn=f\n0 5\n0 6\n", ""},                              /* nor here: line 0 */
        {HEAD "fn=f\n0 5\n1 6\n", "f :0: 5\nf :1: 6\n"},
        {HEAD "fn=f\n3 5\n4294967296 6\n", "f :0: 6\nf :3: 5\n"}, /* past 32 bits: unknown */
    };
    (void)state;

    CHECK(cases, LINES | NOTES);
}

static void missing_costs_are_zero(void **state)
{
    static const struct text_case cases[] = {
        {"events: A B C\nfn=f\n1 5\n2 6 7\n3\n", "f: 11 7 0 of 11 7 0\n"},
        {"events: A B \nfn=f\n1 5 6 \ncfn=g\ncalls=1 1 \n1 0 9 \nfn=g\n1 0 9\n",
         "f: 5 6 of 5 15\ng: 0 9 of 0 9 calls 1\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void jumps_cost_nothing_but_define_names(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fl=(1) a.c\nfn=(1) f\n10 1\njump=3 +5\n*\n+1 2\njcnd=1/3 20\n12\njfi=(2) b.c\n"
              "jfn=(2) g\njump=1 7\n13\nfl=(2)\nfn=(2)\n9 4\n",
         "f a.c:10: 1\nf a.c:11: 2\ng b.c:9: 4\n"},
        {HEAD "fn=f\n10 1\njcnd=1 3 20\n+2\n+1 2\n",
         "f :10: 1\nf :13: 2\n"}, /* the position counts */
    };
    (void)state;

    CHECK(cases, LINES | NOTES);
}

static void blocks_and_contexts_are_passed_over(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fn=(1) f\nbb=0x1aba0 3 0\nln=10\n10 1\n* 1\n", "f: 2 of 2\n"},
        {HEAD "frfn=(7) outer\nfn=(1) f\n10 1\nrec=1\nfrfn=(spontaneous)\n10 2\nfn=(7)\n3 4\n",
         "f: 3 of 3\nouter: 4 of 4\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void recursion_is_counted_once(void **state)
{
    static const struct text_case cases[] = {
        /* f calls itself: the edge counts the inner call again, the function must not */
        {HEAD "fn=f\n1 10\ncfn=f\ncalls=3 1\n1 24\ncfn=g\ncalls=4 1\n1 5\nfn=g\n1 5\n",
         "f: 10 of 15 calls 3\ng: 5 of 5 calls 4\nf -> f: - calls 3\nf -> g: 5 calls 4\n"
         "f :1: 10\nf :1 -> f: - calls 3\nf :1 -> g: 5 calls 4\ng :1: 5\n"},
        /* a and b call each other; what each takes is known only as a range */
        {HEAD "fn=main\n1 1\ncfn=a\ncalls=1 1\n1 30\nfn=a\n1 10\ncfn=b\ncalls=2 1\n1 25\n"
              "fn=b\n1 20\ncfn=a\ncalls=1 1\n1 6\n",
         "a: 10 of 30 calls 2\nb: 20 of 20..30 calls 2\nmain: 1 of 31\n"
         "a -> b: - calls 2\nb -> a: - calls 1\nmain -> a: 30 calls 1\n"
         "a :1: 10\na :1 -> b: - calls 2\nb :1: 20\nb :1 -> a: - calls 1\n"
         "main :1: 1\nmain :1 -> a: 30 calls 1\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | LINES | NOTES);
}

static void no_function_costs_more_than_all_there_is(void **state)
{
    static const struct text_case cases[] = {
        /* 10 + 50 behind the call, of 40 in all */
        {HEAD "fn=f\n1 10\ncfn=g\ncalls=1 1\n1 50\nfn=g\n1 30\n",
         "f: 10 of 40\ng: 30 of 30 calls 1\n" ABOVE},
        /* one in a thousand and less is how producers round */
        {HEAD "fn=f\n1 10\ncfn=g\ncalls=1 1\n1 1992\nfn=g\n1 1990\n",
         "f: 10 of 2000\ng: 1990 of 1990 calls 1\n"},
        {HEAD "fn=f\n1 10\ncfn=g\ncalls=1 1\n1 1993\nfn=g\n1 1990\n",
         "f: 10 of 2000\ng: 1990 of 1990 calls 1\n" ABOVE},
        /* each thread has a total of its own: f has 60 of 10 in the first, 1 of 100 in the second
         */
        {"thread: 1\n" HEAD "fn=f\n1 10\ncfn=g\ncalls=1 1\n1 50\nthread: 2\n" HEAD
         "fn=f\n1 1\nfn=g\n1 99\n",
         "f: 11 of 11\ng: 99 of 99 calls 1\n" ABOVE},
        /* what a cycle may take ends at the total as well */
        {HEAD "fn=a\n1 10\ncfn=b\ncalls=1 1\n1 5\ncfn=c\ncalls=1 1\n1 90\nfn=b\n1 20\ncfn=a\n"
              "calls=1 1\n1 5\n",
         "a: 10 of 30 calls 1\nb: 20 of 20..30 calls 1\nc: - of - calls 1\n"},
        /* beside values below zero a part can be more than its whole */
        {HEAD "fn=f\n1 10\ncfn=g\ncalls=1 1\n1 50\nfn=h\n1 -30\n",
         "f: 10 of 60\ng: - of - calls 1\nh: -30 of -30\n1 negative cost\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* valgrind keeps the first level apart: f is then once on any stack, even inside a cycle. */
static void the_first_level_of_recursion_is_exact(void **state)
{
/* stacks: main 1, main;f 10, main;f;g 4, main;f;g;f'2 30, main;g 2, main;g;f 5 */
#define LEVELS                                                                                     \
    "events: Ir\nfn=main\n1 1\ncfn=f\ncalls=1 1\n1 44\ncfn=g\ncalls=1 1\n1 7\nfn=f\n1 15\ncfn=g\n" \
    "calls=1 1\n1 34\nfn=g\n1 6\ncfn=f'2\ncalls=1 1\n1 30\ncfn=f\ncalls=1 1\n1 5\nfn=f'2\n1 30\n"  \
    "totals: 52\n"
    static const struct text_case cases[] = {
        {"creator: callgrind-3.19\n" LEVELS,
         "f: 15 of 49 calls 2\nf'2: 30 of 30 calls 1\ng: 6 of 36..51 calls 2\nmain: 1 of 52\n"},
        {"creator: other\n" LEVELS, "f: 15 of 44..51 calls 2\nf'2: 30 of 30 calls 1\n"
                                    "g: 6 of 36..51 calls 2\nmain: 1 of 52\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS);
#undef LEVELS
}

static void parts_and_threads_are_slices(void **state)
{
    static const struct text_case cases[] = {
        {"# callgrind format\ncreator: callgrind-3\npid: 7\npart: 1\nthread: 1\nevents: Ir\n"
         "ob=(1) x\nfn=(1) f\n1 2\ntotals: 2\n\npart: 2\nthread: 1\nevents: Ir\nfn=(1)\n1 3\n"
         "totals: 3\npart: 2\nthread: 2\nevents: Ir\nob=(1)\nfn=(1)\n1 5\ntotals: 5\n",
         "process 7 thread 1 part=1: 2\nprocess 7 thread 1 part=2: 3\n"
         "process 7 thread 2 part=2: 5\nf [x]: 10 of 10\n"},
        /* a header in the middle: another program, whose names are still those above */
        {"# callgrind format\nversion: 1\npid: 7\nevents: Ir\nfn=(1) f\n1 2\n# callgrind format\n"
         "version: 1\npid: 8\nevents: Ir\nfn=(1)\n1 3\n",
         "process 7 thread : 2\nprocess 8 thread : 3\nf: 5 of 5\n"},
        /* columns change; a part that lacks one is missing in its sum only */
        /* a part that names no thread is of all, not of the last one named */
        {"part: 1\nthread: 2\nevents: Ir\nfn=f\n1 2\npart: 2\nevents: Ir\nfn=f\n1 3\n",
         "process  thread  part=2: 3\nprocess  thread 2 part=1: 2\nf: 5 of 5\n"},
        {"part: 1\nevents: A B\nfn=f\n1 2 3\npart: 2\nevents: B C\nfn=f\n1 10 20\n",
         "process  thread  part=1: 2 3 -\nprocess  thread  part=2: - 10 20\n"
         "f: 2 13 20 of 2 13 20\n"},
        {"==== NEW PROFILING FILE ====\nversion: 0.9.6\nevents: Ir\nfn=f\n1 2\n"
         "==== NEW PROFILING FILE ====\nversion: 0.9.6\nevents: Ir\nfn={main}\n\n"
         "summary: 7\n\n1 3\n",
         "process  thread : 5\nf: 2 of 2\n{main}: 3 of 3\n"},
    };
    (void)state;

    CHECK(cases, SLICES | FUNCTIONS | NOTES);
}

static void a_call_of_an_earlier_part_has_cost_without_count(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fn=f\ncfn=g\ncalls=0 6\n58 185\nfn=g\n3 185\n",
         "f: 0 of 185\ng: 185 of 185 calls 0\nf -> g: 185 calls 0\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
}

/* A function may be the root of one thread and be called in another. */
static void a_root_of_one_thread_was_called_in_another(void **state)
{
    static const struct text_case cases[] = {
        {"thread: 1\nevents: Ir\nfn=f\n1 1\ncfn=g\ncalls=3 1\n1 2\nfn=g\n1 2\n"
         "thread: 2\nevents: Ir\nfn=g\n1 4\n",
         "f: 1 of 3\ng: 6 of 6 calls 3\nf -> g: 2 calls 3\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | EDGES | NOTES);
}

static void cachegrind_knows_no_callers(void **state)
{
    static const struct text_case cases[] = {
        {"desc: I1 cache: 32768 B\ncmd: ./a\nevents: Ir Dr \nfl=a.c\nfn=f\n4 10 1\n5 2\n"
         "summary: 12 1\n",
         "Ir count e0 12\nDr count e0 1\na.c:f: 12 1 of - -\nf a.c:4: 10 1\nf a.c:5: 2 0\n"},
    };
    (void)state;

    CHECK(cases, METRICS | FUNCTIONS | EDGES | LINES | NOTES);
}

static void differing_totals_are_said(void **state)
{
#define DIFFER "1 part has other totals than the sum of its costs, which counts\n"
    static const struct text_case cases[] = {
        {HEAD "fn=f\n1 2\ntotals: 2\n", ""},
        {HEAD "fn=f\n1 2\ntotals: 3\n", DIFFER},
        {HEAD "summary: 3\nfn=f\n1 2\n", DIFFER},
        {HEAD "summary: 3\nfn=f\n1 2\ntotals: 2\n", ""}, /* a summary may be larger */
        {HEAD "fn=f\n1 2\ntotals: 2\nsummary: 3\n", ""}, /* wherever it stands */
        {"events: A B\nfn=f\n1 2 0\ntotals: 2\n", ""},   /* zeros at the end are left out */
        {"events: A B\nfn=f\n1 2 4\ntotals: 2\n", DIFFER},
        /* of a cut file only that is said */
        {"version: 1\ncreator: callgrind-3\nevents: Ir\nsummary: 3\nfn=f\n1 2\n",
         "the file is cut short: no totals at its end, at line 6\n"},
        {HEAD "fn=f\n1 2\ntotals: 3\npart: 2\nfn=f\n1 2\ntotals: 4\n",
         "2 parts have other totals than the sums of their costs, which count\n"},
    };
    (void)state;

    CHECK(cases, NOTES);
#undef DIFFER
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_manual_is_read),
        cmocka_unit_test(costs_of_one_function_add_up_wherever_they_stand),
        cmocka_unit_test(unknown_names_are_not_names),
        cmocka_unit_test(a_callee_is_where_the_caller_last_had_a_cost),
        cmocka_unit_test(lines_keep_the_file_of_inlined_code),
        cmocka_unit_test(missing_costs_are_zero),
        cmocka_unit_test(jumps_cost_nothing_but_define_names),
        cmocka_unit_test(blocks_and_contexts_are_passed_over),
        cmocka_unit_test(recursion_is_counted_once),
        cmocka_unit_test(no_function_costs_more_than_all_there_is),
        cmocka_unit_test(the_first_level_of_recursion_is_exact),
        cmocka_unit_test(parts_and_threads_are_slices),
        cmocka_unit_test(a_call_of_an_earlier_part_has_cost_without_count),
        cmocka_unit_test(a_root_of_one_thread_was_called_in_another),
        cmocka_unit_test(cachegrind_knows_no_callers),
        cmocka_unit_test(differing_totals_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
