/*
 * The pstats reader: which files are its own and what they mean. Values of the shared corpus are
 * compared by corpus_pstats.py; oddities and damage are in test_pstats_damage.c, hostile files in
 * test_pstats_hostile.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/pstats_check.h"

static void pstats_is_known_by_its_first_bytes(void **state)
{
    static const struct {
        struct pk_str head;
        int bid;
    } cases[] = {
        {{"\x7b\x28\x03\0\0\0", 6}, 100}, /* the table of the format note */
        {{"\x7b\x29\x03", 3}, 100},
        {{"\x7b\xa9\x03", 3}, 100},
        {{"\xfb\x28\x03\0\0\0", 6}, 100},
        {{"\xfb\xa8\x03\0\0\0", 6}, 100},
        {{"\xfb\x29\x03\xda\x06mix.py", 11}, 100},
        {{"\xfb\xa9\x03", 3}, 100},
        {{"\x7b\x29\x01", 3}, 100},
        {{"\xfb\xa8\x01\0\0\0", 6}, 100},
        {{"{0", 2}, 100},
        {{"\xfb"
          "0",
          2},
         100},
        {{"\xfb\xa8\x03\0", 4}, 50}, /* cut inside */
        {{"\xfb\x29", 2}, 50},
        {{"", 0}, 0},
        {{"{", 1}, 0},
        {{"{0} main;parse 3", 16}, 0},
        {{"{\"a\":1}", 7}, 0},
        {{"{}", 2}, 0},
        {{"{ \n", 3}, 0},
        {{"{(main) 3", 9}, 0},
        {{"{)\x05", 3}, 0},
        {{"{(\x03\0\0\x01", 6}, 0},
        {{"\x80\x04\x95", 3}, 0},
        {{"(\x03\0\0\0", 5}, 0},
    };
    struct pk_limits limits = pk_limits_default();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_input *input =
            pk_input_memory("x", cases[i].head.data, cases[i].head.size, &limits);

        if (pk_reader_pstats.bid(input) != cases[i].bid)
            fail_msg("case %zu: expected %d, found %d", i, cases[i].bid,
                     pk_reader_pstats.bid(input));
        pk_input_free(input);
    }
}

/* fact(6) of the format note: 6 calls, 1 primitive; from itself 5 calls, 1 of them outermost on
 * that edge. */
static void pstats_node_and_edge_have_their_calls_in_opposite_order(void **state)
{
    (void)state;
    check("{('a.py',1,'main'):(1,1,0.5,2.0,{}),"
          " ('a.py',8,'fact'):(1,6,1.5,1.5,{('a.py',1,'main'):(1,1,0.25,1.5),"
          "('a.py',8,'fact'):(5,1,1.25,1.0)})}",
          "fact@a.py:8 1500000000|1500000000 6/1\n"
          "main@a.py:1 500000000|2000000000 1/1\n"
          "fact@a.py:8 -> fact@a.py:8 1250000000|1000000000 5/1\n"
          "main@a.py:1 -> fact@a.py:8 250000000|1500000000 1/1\n"
          "cProfile\n");
}

static void pstats_functions_in_c_have_no_place(void **state)
{
    (void)state;
    check("{('~',0,'<built-in method builtins.exec>'):(1,1,1.0,1.0,{}),"
          " ('',0,'join'):(1,1,2.0,2.0,{}),"
          " ('~',7,'f'):(1,1,0.0,0.0,{}), ('',7,'g'):(1,1,0.0,0.0,{})}",
          "<built-in method builtins.exec>[C] 1000000000|1000000000 1/1\n"
          "f@~:7 0|0 1/1\n"
          "g@:7 0|0 1/1\n"
          "join[C] 2000000000|2000000000 1/1\n");
}

static void pstats_of_the_profile_module_has_counts_for_callers(void **state)
{
    (void)state;
    check("{('profile',0,'profiler'):(0,0,0,0,{}),"
          " ('a.py',1,'f'):(2,2,1.0,1.0,{('profile',0,'profiler'):1,('',0,'exec'):1}),"
          " ('',0,'exec'):(1,1,0.5,1.5,{('profile',0,'profiler'):1})}",
          "exec[C] 500000000|1500000000 1/1\n"
          "f@a.py:1 1000000000|1000000000 2/2\n"
          "profiler@profile:0 0|0 0/0\n"
          "exec[C] -> f@a.py:1 -|- 1/-\n"
          "profiler@profile:0 -> exec[C] -|- 1/-\n"
          "profiler@profile:0 -> f@a.py:1 -|- 1/-\n"
          "profile\n");
}

static void pstats_keeps_a_profiler_that_took_time(void **state)
{
    (void)state;
    check("{('profile',0,'profiler'):(1,1,1.0,1.0,{})}",
          "profiler@profile:0 1000000000|1000000000 1/1\n");
}

static void pstats_takes_name_and_file_of_a_code_object(void **state)
{
    /* Key and caller are the code object of <module> in m.py, line 7, as Python 3.8 writes it; the
     * module body itself, of the same name, file and line, stays apart. */
#define CODE38                                                                      \
    "c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x40\0\0\0s\0\0\0\0)\0)\0)\0)\0)\0" \
    "z\x04m.pyz\x08<module>\x07\0\0\0s\0\0\0\0"
#define BODY "z\x04m.pyi\x07\0\0\0z\x08<module>"
    static const char bytes[] =
        "{)\x03z\x07profilei\0\0\0\0" CODE38 ")\x05i\x01\0\0\0i\x01\0\0\0i\x01\0\0\0i\x03\0\0\0{0"
        ")\x03" BODY ")\x05i\x01\0\0\0i\x01\0\0\0i\x02\0\0\0i\x02\0\0\0{"
        ")\x03z\x07profilei\0\0\0\0" CODE38 "i\x01\0\0\0"
        "00";

    (void)state;
    check_bytes((struct pk_str){bytes, sizeof bytes - 1}, false,
                "<module>@m.py:0 1000000000|3000000000 1/1\n"
                "<module>@m.py:7 2000000000|2000000000 1/1\n"
                "<module>@m.py:0 -> <module>@m.py:7 -|- 1/-\n"
                "profile\n");
}

static void pstats_follows_references_to_numbers_names_and_keys(void **state)
{
    /* Slots: 0 dict, 1 key, 2 "a.py", 3 int 3, 4 "f", 5 int 1. The caller of f is f, by reference
     * to its key. */
    static const char bytes[] = "\xfb\xa9\x03\xda\x04"
                                "a.py\xe9\x03\0\0\0\xda\x01"
                                "f"
                                ")\x05\xe9\x01\0\0\0r\x05\0\0\0i\x02\0\0\0i\x02\0\0\0{"
                                "r\x01\0\0\0)\x04r\x05\0\0\0r\x05\0\0\0i\x01\0\0\0i\x01\0\0\0"
                                "00";

    (void)state;
    check_bytes((struct pk_str){bytes, sizeof bytes - 1}, false,
                "f@a.py:3 2000000000|2000000000 1/1\n"
                "f@a.py:3 -> f@a.py:3 1000000000|1000000000 1/1\n"
                "cProfile\n");
}

static void pstats_of_the_sampling_profiler_has_samples_and_no_calls(void **state)
{
    (void)state;
    /* run was on the stack in 8 samples, hot in 8 and on top in 7. The marker may stand last. */
    check("{('a.py',10,'run'):(0,8,0.0,0.08,{}),"
          " ('a.py',3,'hot'):(7,8,0.07,0.08,{('a.py',10,'run'):8}),"
          " ('__sampled__',):True}",
          "hot@a.py:3 70000000|80000000 7|8\n"
          "run@a.py:10 0|80000000 0|8\n"
          "run@a.py:10 -> hot@a.py:3 -|- -|8\n"
          "sampled\nprofiling.sampling\n");
}

static void pstats_neighbours_in_samples_are_no_inclusive_under_recursion(void **state)
{
    (void)state;
    /* f calls f, and the pair f, g is there nine times in eight samples. */
    check("{('__sampled__',):True,"
          " ('a.py',1,'f'):(1,8,0.01,0.08,{('a.py',1,'f'):3,('a.py',2,'g'):9}),"
          " ('a.py',2,'g'):(7,20,0.07,0.2,{})}",
          "f@a.py:1 10000000|80000000 1|8\n"
          "g@a.py:2 70000000|200000000 7|20\n"
          "f@a.py:1 -> f@a.py:1 -|- -|-\n"
          "g@a.py:2 -> f@a.py:1 -|- -|-\n"
          "sampled\nprofiling.sampling\n");
}

static void pstats_caller_without_an_entry_is_a_function_without_values(void **state)
{
    (void)state;
    check("{('a.py',1,'f'):(1,1,1.0,1.0,{('a.py',9,'lost'):(1,1,1.0,1.0)})}",
          "f@a.py:1 1000000000|1000000000 1/1\n"
          "lost@a.py:9 -|-\n"
          "lost@a.py:9 -> f@a.py:1 1000000000|1000000000 1/1\n"
          "cProfile\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pstats_is_known_by_its_first_bytes),
        cmocka_unit_test(pstats_node_and_edge_have_their_calls_in_opposite_order),
        cmocka_unit_test(pstats_functions_in_c_have_no_place),
        cmocka_unit_test(pstats_of_the_profile_module_has_counts_for_callers),
        cmocka_unit_test(pstats_keeps_a_profiler_that_took_time),
        cmocka_unit_test(pstats_takes_name_and_file_of_a_code_object),
        cmocka_unit_test(pstats_follows_references_to_numbers_names_and_keys),
        cmocka_unit_test(pstats_of_the_sampling_profiler_has_samples_and_no_calls),
        cmocka_unit_test(pstats_neighbours_in_samples_are_no_inclusive_under_recursion),
        cmocka_unit_test(pstats_caller_without_an_entry_is_a_function_without_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
