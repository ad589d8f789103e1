/*
 * The pstats reader on files that are odd, cut short or damaged: what is kept with a note, and
 * which error is told at which byte. Offsets were counted by hand along the marshal form
 * (marshal_text.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tests/pstats_check.h"

/* --- what is odd, but kept --- */

static void pstats_last_of_equal_keys_counts(void **state)
{
    struct pk_buf bytes = {0};

    (void)state;
    /* The first entry of f goes with its caller; g has one caller twice. Offsets counted by hand.
     */
    marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{('a.py',2,'g'):(1,1,1.0,1.0)}),"
                         " ('a.py',1,'f'):(2,2,3.0,3.0,{}),"
                         " ('a.py',2,'g'):(1,1,0.0,0.0,{('a.py',1,'f'):(1,1,0.0,0.0),"
                         "('a.py',1,'f'):(1,1,0.5,0.5)})}");
    check_bytes(pk_buf_view(&bytes), false,
                "f@a.py:1 3000000000|3000000000 2/2\n"
                "g@a.py:2 0|0 1/1\n"
                "f@a.py:1 -> g@a.py:2 500000000|500000000 1/1\n"
                "cProfile\n"
                "note overwritten-function 1 @0\n"
                "note repeated-key 2 @103\n");
    check_bytes(pk_buf_view(&bytes), true,
                "@103: 2 repeated keys: the last one counts (without --strict this is a warning)");
    pk_buf_fini(&bytes);
}

static void pstats_edge_above_its_function_is_known_of_the_producer(void **state)
{
    (void)state;
    /* Two lambdas on one line: the second entry overwrote the first, the callers of leaf were
     * merged. */
    check("{('a.py',8,'<lambda>'):(2,2,0.5,0.5,{}),"
          " ('a.py',3,'leaf'):(4,4,1.0,1.0,{('a.py',8,'<lambda>'):(4,4,1.0,1.0)})}",
          "<lambda>@a.py:8 500000000|500000000 2/2\n"
          "leaf@a.py:3 1000000000|1000000000 4/4\n"
          "<lambda>@a.py:8 -> leaf@a.py:3 1000000000|1000000000 4/4\n"
          "cProfile\n"
          "note overwritten-function 1 @0\n");
}

static void pstats_edge_may_exceed_by_one_nanosecond_of_rounding(void **state)
{
    (void)state;
    check("{('a.py',1,'m'):(1,1,0.0,0.000000001,{}),"
          " ('a.py',2,'r'):(1,1,0.0,0.000000001,{('a.py',1,'m'):(1,1,0.0,0.000000002)})}",
          "m@a.py:1 0|1 1/1\n"
          "r@a.py:2 0|1 1/1\n"
          "m@a.py:1 -> r@a.py:2 0|2 1/1\n"
          "cProfile\n");
    check("{('a.py',1,'m'):(1,1,0.0,1.0,{}),"
          " ('a.py',2,'r'):(1,1,0.0,0.000000001,{('a.py',1,'m'):(1,1,0.0,0.000000003)})}",
          "m@a.py:1 0|1000000000 1/1\n"
          "r@a.py:2 0|1 1/1\n"
          "m@a.py:1 -> r@a.py:2 0|3 1/1\n"
          "cProfile\n"
          "note overwritten-function 1 @0\n");
}

static void pstats_edge_may_exceed_a_recursive_function(void **state)
{
    (void)state;
    check("{('a.py',2,'r'):(1,2,1.0,1.0,{}),"
          " ('a.py',3,'x'):(1,1,2.0,2.0,{('a.py',2,'r'):(1,1,2.0,2.0)})}",
          "r@a.py:2 1000000000|1000000000 2/1\n"
          "x@a.py:3 2000000000|2000000000 1/1\n"
          "r@a.py:2 -> x@a.py:3 2000000000|2000000000 1/1\n"
          "cProfile\n");
}

static void pstats_negative_times_are_kept_and_counted(void **state)
{
    (void)state;
    check("{('a.py',1,'f'):(1,1,-0.5,1.0,{}), ('a.py',2,'g'):(1,1,-0.25,-0.25,{})}",
          "f@a.py:1 -500000000|1000000000 1/1\n"
          "g@a.py:2 -250000000|-250000000 1/1\n"
          "note negative-time 3 @41\n");
}

static void pstats_bytes_after_the_end_are_ignored_with_a_note(void **state)
{
    struct pk_buf bytes = {0};

    (void)state;
    marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{})}");
    pk_buf_text(&bytes, "rest");
    check_bytes(pk_buf_view(&bytes), true, /* harmless, so --strict does not mind */
                "f@a.py:1 1000000000|1000000000 1/1\n"
                "note trailing-bytes 4 @54\n");
    pk_buf_fini(&bytes);
}

/* --- cut files --- */

static void pstats_cut_file_keeps_its_complete_entries(void **state)
{
    struct pk_buf bytes = {0};
    size_t first;

    (void)state;
    marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{})");
    first = bytes.size;
    marshal_text(&bytes, "('a.py',2,'g'):(1,1,1.0,1.0,{})");
    for (size_t size = first; size < bytes.size; size++)
        check_bytes((struct pk_str){bytes.data, size}, false,
                    "f@a.py:1 1000000000|1000000000 1/1\n"
                    "note cut-short 1 @53\n");
    check_bytes(
        (struct pk_str){bytes.data, bytes.size - 1}, true,
        "@53: the file is cut short: what follows is missing (without --strict this is a warning)");
    pk_buf_fini(&bytes);
}

static void pstats_cut_inside_the_first_entry_is_an_error(void **state)
{
    struct pk_buf bytes = {0};

    (void)state;
    marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{})}");
    for (size_t size = 1; size + 1 < bytes.size; size++) {
        char expected[200];

        snprintf(expected, sizeof expected,
                 "@%zu: the file ends before its first entry does "
                 "(was the file cut short? it has %zu bytes   [profkit explain E031])",
                 size, size);
        check_bytes((struct pk_str){bytes.data, size}, false, expected);
    }
    check_bytes(PK_STR(""), false, "the file is empty");
    pk_buf_fini(&bytes);
}

static void pstats_cut_of_a_packed_file_is_a_cut(void **state)
{
    /* gzip -n9 of {('a.py',1,'f'):(1,1,2,2,{})}; the last eight bytes are its checksum and size. */
    static const unsigned char packed[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0xd6, 0x60,
        0x66, 0x60, 0x60, 0x28, 0x66, 0x01, 0x12, 0x89, 0x7a, 0x05, 0x95, 0x99, 0x8c,
        0x20, 0x1e, 0x88, 0x48, 0xd3, 0x60, 0x05, 0x92, 0x60, 0x3e, 0x84, 0x60, 0x82,
        0x11, 0xd5, 0x06, 0x06, 0x00, 0x92, 0x5b, 0x21, 0x9f, 0x36, 0x00, 0x00, 0x00,
    };

    (void)state;
    check_bytes((struct pk_str){(const char *)packed, sizeof packed}, true,
                "f@a.py:1 2000000000|2000000000 1/1\n");
    check_bytes((struct pk_str){(const char *)packed, sizeof packed - 3}, false,
                "f@a.py:1 2000000000|2000000000 1/1\n"
                "note cut-short 1 @54\n");
}

/* --- errors --- */

static void pstats_tells_what_is_wrong_and_where(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"('a.py',1,'f')", "@0: expected a marshal dict, found type byte 0x28"},
        {"{}", "no function in this profile"},
        {"{('__sampled__',):True}", "no function in this profile"},
        {"{'a.py':1}", "@1: expected a key of file, line and function, found a string"},
        {"{('a.py',1):1}", "@1: expected a key of file, line and function, found a tuple of 2"},
        {"{('sampled',):True}",
         "@1: expected a key of file, line and function, found a tuple of 1"},
        {"{(1,1,'f'):1}", "@6: expected a file name, found 1"},
        {"{('a.py',None,'f'):1}", "@15: expected a line number, found None"},
        {"{('a.py',1,2):1}", "@20: expected a function name, found 2"},
        {"{('a.py',1,'f'):1}", "@26: expected an entry of 5 values, found 1"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0)}",
         "@26: expected an entry of 5 values, found a tuple of 4"},
        {"{('a.py',1,'f'):(-1,1,1.0,1.0,{})}", "@31: expected a call count, found -1"},
        {"{('a.py',1,'f'):(1,1.0,1.0,1.0,{})}", "@36: expected a call count, found a float"},
        {"{('a.py',1,'f'):(1,True,1.0,1.0,{})}", "@36: expected a call count, found a bool"},
        {"{('a.py',1,'f'):(1,1,nan,1.0,{})}",
         "@41: expected a time in seconds, found one that is not finite"},
        {"{('a.py',1,'f'):(1,1,1.0,None,{})}", "@46: expected a time in seconds, found None"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0,None)}", "@51: expected a dict of callers, found None"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0,{'g':1})}",
         "@52: expected a key of file, line and function, found a string"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0,{('a.py',1,'g'):(1,1,1.0)})}",
         "@77: expected a call count or a tuple of 4 for a caller, found a tuple of 3"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0,{('a.py',1,'g'):-2})}",
         "@77: expected a call count, found -2"},
        {"{('a.py',1,'f'):(1,1,1.0,1.0,{('a.py',1,'g'):(1,'x',1.0,1.0)})}",
         "@87: expected a call count, found a string"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, cases[i].expected);
}

static void pstats_damage_is_an_error_also_after_good_entries(void **state)
{
    static const struct {
        struct pk_str rest;
        const char *expected;
    } cases[] = {
        {{"\x7f", 1}, "@53: expected a marshal type code, found 0x7f"},
        {{"(\x03\0\0\0r\x09\0\0\0", 10},
         "@58: expected a reference to one of 0 earlier objects, found 9"},
        {{"s\xff\xff\xff\xff", 5}, "@54: expected a length of at most 0, found -1"},
        {{"s\0\0\0\x7f", 5}, "@54: expected a length of at most 0, found 2130706432"},
        {{"N0", 2}, "@54: expected the value of a key, found the end mark of a dict"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf bytes = {0};

        marshal_text(&bytes, "{('a.py',1,'f'):(1,1,1.0,1.0,{})");
        pk_buf_str(&bytes, cases[i].rest);
        check_bytes(pk_buf_view(&bytes), false, cases[i].expected);
        pk_buf_fini(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pstats_last_of_equal_keys_counts),
        cmocka_unit_test(pstats_edge_above_its_function_is_known_of_the_producer),
        cmocka_unit_test(pstats_edge_may_exceed_by_one_nanosecond_of_rounding),
        cmocka_unit_test(pstats_edge_may_exceed_a_recursive_function),
        cmocka_unit_test(pstats_negative_times_are_kept_and_counted),
        cmocka_unit_test(pstats_bytes_after_the_end_are_ignored_with_a_note),
        cmocka_unit_test(pstats_cut_file_keeps_its_complete_entries),
        cmocka_unit_test(pstats_cut_inside_the_first_entry_is_an_error),
        cmocka_unit_test(pstats_cut_of_a_packed_file_is_a_cut),
        cmocka_unit_test(pstats_tells_what_is_wrong_and_where),
        cmocka_unit_test(pstats_damage_is_an_error_also_after_good_entries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
