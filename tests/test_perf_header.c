/*
 * The header line of perf script. Lines marked "perf" were printed by perf 6.1 or stand in the
 * format's note as real; the others vary one field of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "formats/perf_header.h"

/* "comm|pid|tid|event|period|rest", "~" where the line does not say. */
static char *show(const struct pk_perf_header *header)
{
    const struct pk_str parts[4] = {header->comm, header->pid, header->tid, header->event};
    struct pk_buf out = {0};

    for (unsigned i = 0; i < 4; i++) {
        pk_buf_str(&out, parts[i].data ? parts[i] : PK_STR("~"));
        pk_buf_char(&out, '|');
    }
    if (header->has_period)
        pk_buf_int(&out, (int64_t)header->period);
    else
        pk_buf_char(&out, '~');
    pk_buf_char(&out, '|');
    pk_buf_str(&out, header->rest);
    return out.data;
}

static void check(const char *line, enum pk_perf_strength strength, const char *expected)
{
    struct pk_perf_header header;
    char *shown;

    pk_perf_header_parse(pk_str_of(line), &header);
    shown = show(&header);
    if (strcmp(shown, expected) != 0)
        fail_msg("'%s' gave '%s' instead of '%s'", line, shown, expected);
    if (header.strength != strength)
        fail_msg("'%s' has strength %d instead of %d", line, (int)header.strength, (int)strength);
    pk_free(shown);
}

static void fields_stand_left_of_the_first_time(void **state)
{
    static const struct {
        const char *line, *expected;
    } cases[] = {
        /* perf */
        {"my thr (x) 12 27115   832.685815:    2004008 cpu-clock: ",
         "my thr (x) 12|~|27115|cpu-clock|2004008| "},
        {"w/2: a[0] 27160   833.773793:    5025125  cpu-clock: ",
         "w/2: a[0]|~|27160|cpu-clock|5025125| "},
        {"           p rog 28404   887.161166:    5025125 cpu-clock:u:      560f3976c27b hot+0x21 "
         "(/srv/demo/p rog)",
         "p rog|~|28404|cpu-clock:u|5025125|      560f3976c27b hot+0x21 (/srv/demo/p rog)"},
        {"p rog 12248/12248  1185.407035:    2004008 cpu-clock: ",
         "p rog|12248|12248|cpu-clock|2004008| "},
        {"noploop 1 [003] 2217.581638:       cycles: ", "noploop|~|1|cycles|~| "},
        {"instrument   28386  2379.256448:    5050505 cpu_core/cycles/P: ",
         "instrument|~|28386|cpu_core/cycles/P|5050505| "},
        {"inline-counter 26037  8801.193547:     250000 cpu-clock:uhH:",
         "inline-counter|~|26037|cpu-clock:uhH|250000|"},
        {"sh 29202  1956.716954: ", "sh|~|29202|~|~| "},
        {"p rog 27112 U       832.682605:    2004008 cpu-clock: ",
         "p rog|~|27112|cpu-clock|2004008| "},
        /* the same with other fields */
        {"p 12 [000] KE 1.000000: 7 cpu/event=0x3c/u: ", "p|~|12|cpu/event=0x3c/u|7| "},
        {"p 12 1.123456789: 7 x: ", "p|~|12|x|7| "},     /* --ns */
        {"p 12 0.000000: 7 x: ", "p|~|12|x|7| "},        /* --reltime */
        {":-1    -1 1.000000: 7 x: ", ":-1|~|-1|x|7| "}, /* a process that has ended */
        {"swapper 0/0 1.000000: 7 x: ", "swapper|0|0|x|7| "},
        {"12 34 1.000000: 7 x: ", "12|~|34|x|7| "}, /* a command that is a number */
        {"a\t31850/31851 [000] 684943.449622: 1 cpu-cycles:", "a|31850|31851|cpu-cycles|1|"},
        {"34 1.000000: 7 x: ", "|~|34|x|7| "},      /* -F tid,time,... */
        {"   1.000000: 7 x: ", "|~|~|x|7| "},       /* -F time,... */
        {"p [001] 1.000000: 7 x: ", "p|~|~|x|7| "}, /* -F comm,cpu,time,... */
        {"p 12 1.000000: 99", "p|~|12|~|99|"},      /* a period alone */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].line, PK_PERF_TIMED, cases[i].expected);
}

static void trace_text_further_right_cannot_win(void **state)
{
    (void)state;
    check("sh  4356 [000]  2037.703132: sched:sched_process_exec: filename=/usr/bin/sh pid=4356",
          PK_PERF_TIMED, "sh|~|4356|sched:sched_process_exec|~| filename=/usr/bin/sh pid=4356");
    check("a 1 2.000000: t:x: comm=b 9 3.000000: 5 y: (x)", PK_PERF_TIMED,
          "a|~|1|t:x|~| comm=b 9 3.000000: 5 y: (x)");
}

static void lines_without_times_are_read_from_the_right(void **state)
{
    static const struct {
        const char *line;
        enum pk_perf_strength strength;
        const char *expected;
    } cases[] = {
        {"p rog 27112 cpu-clock: ", PK_PERF_THREAD, "p rog|~|27112|cpu-clock|~|"}, /* perf */
        {"my thr (x) 12 12250 cpu-clock: ", PK_PERF_THREAD, "my thr (x) 12|~|12250|cpu-clock|~|"},
        {"w/2: a[0] 12251 cpu-clock: ", PK_PERF_THREAD, "w/2: a[0]|~|12251|cpu-clock|~|"},
        {"node-v011 31912/31913 cycles:u: ", PK_PERF_THREAD, "node-v011|31912|31913|cycles:u|~|"},
        {"p 12 [001] cycles: ", PK_PERF_THREAD, "p|~|12|cycles|~|"},
        /* the period's field is ten wide, %10lu */
        {"p rog 27112    2004008 cpu-clock: ", PK_PERF_THREAD, "p rog|~|27112|cpu-clock|2004008|"},
        {"p 7 27112 cpu-clock: ", PK_PERF_THREAD, "p 7|~|27112|cpu-clock|~|"},
        /* -F comm,event,period, with and without call chains (perf) */
        {"de mo (x)          1 page-faults: ", PK_PERF_THREAD, "de mo (x)|~|~|page-faults|1|"},
        {"   my thr (x) 12    2000000 cpu-clock: ", PK_PERF_THREAD,
         "my thr (x)|~|12|cpu-clock|2000000|"}, /* nobody can tell */
        {"p rog 12345678901 cycles: ", PK_PERF_THREAD, "p rog|~|~|cycles|12345678901|"},
        {"    500000   cpu-clock: ", PK_PERF_THREAD, "|~|~|cpu-clock|500000|"},
        {"swapper     0 cycles: ", PK_PERF_THREAD, "swapper|~|0|cycles|~|"},
        {"swapper 4194304 cycles: ", PK_PERF_THREAD, "swapper|~|4194304|cycles|~|"},
        /* what stands before a frame (perf, without call chains) */
        {"   my thr (x) 12 30941      55ae79712646 S::operator<<", PK_PERF_THREAD,
         "my thr (x) 12|~|30941|~|~|     55ae79712646 S::operator<<"},
        {"       w/2: a[0]      55ae79712646 f (/a b)", PK_PERF_WEAK,
         "w/2: a[0]|~|~|~|~|     55ae79712646 f (/a b)"},
        {"  cpu-clock:      55ae79712646 f (/a b)", PK_PERF_WEAK,
         "|~|~|cpu-clock|~|     55ae79712646 f (/a b)"},
        {"p 12 sched:sched_switch: prev_comm=a 3", PK_PERF_THREAD,
         "p|~|12|sched:sched_switch|~| prev_comm=a 3"},
        {"p rog 27112 ", PK_PERF_THREAD, "p rog|~|27112|~|~|"},
        {"p rog ", PK_PERF_WEAK, "p rog|~|~|~|~|"}, /* perf */
        {"cpu-clock: ", PK_PERF_WEAK, "|~|~|cpu-clock|~|"},
        {"Warning:", PK_PERF_WEAK, "|~|~|Warning|~|"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].line, cases[i].strength, cases[i].expected);
}

static void times_have_six_or_nine_decimals(void **state)
{
    static const struct {
        const char *line;
        size_t end, start;
    } cases[] = {
        {"a 1 2.123456: x", 13, 4},  {"a 1 2.123456789: x", 16, 4},
        {"a 1 2.12345: x", 0, 0},    {"a 1 2.1234567: x", 0, 0},
        {"a 1 .123456: x", 0, 0},    {"a 1 v2.123456: x", 0, 0},
        {"2.123456:", 9, 0},         {"a 1 2.123456 x", 0, 0},
        {"a: b: 2.123456: ", 15, 6}, {"", 0, 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t start = 0;

        assert_int_equal(pk_perf_header_time(pk_str_of(cases[i].line), 0, &start), cases[i].end);
        assert_int_equal(start, cases[i].start);
    }
}

static void records_of_other_kinds_are_told_apart(void **state)
{
    static const struct {
        const char *line;
        uint64_t lost;
    } cases[] = {
        {"p rog 27112   832.677452: PERF_RECORD_COMM exec: p rog:27112/27112", 0},
        {"p rog 12248  1185.402049: PERF_RECORD_MMAP2 12248/12248: [0x55(0x1) @ 0]: r-xp /p", 0},
        {"swapper     0     0.000000: PERF_RECORD_MMAP -1/0: [0xf(0x1) @ 0xf]: x [k]_text", 0},
        {"p 1 2.000000: PERF_RECORD_FORK(1:2):(3:4)", 0},
        {"p 1 2.000000: PERF_RECORD_LOST lost 12", 12},
        {"p 1 2.000000: PERF_RECORD_LOST_SAMPLES lost 3", 3},
        {"p 1 2.000000: PERF_RECORD_LOST lost", 0},
        /* without times (perf) */
        {"de mo (x) 30927 PERF_RECORD_COMM: de mo (x):30927/30927", 0},
        {"12: 34 (x)  30927 PERF_RECORD_EXIT(30927:30927):(30925:30925)", 0},
        {"p 1 PERF_RECORD_LOST lost 12", 12},
        {"PERF_RECORD_FINISHED_ROUND", 0},
    };
    struct pk_perf_header header;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pk_perf_header_parse(pk_str_of(cases[i].line), &header);
        assert_true(header.is_side_band);
        assert_int_equal(header.lost, cases[i].lost);
    }
    pk_perf_header_parse(PK_STR("p 1 2.000000: 3 cycles: PERF_RECORD_MMAP2"), &header);
    assert_false(header.is_side_band);
    pk_perf_header_parse(PK_STR("p 1 t:x: text=PERF_RECORD_LOST lost 3"), &header);
    assert_false(header.is_side_band);
}

static void periods_that_do_not_fit_are_told(void **state)
{
    struct pk_perf_header header;
    (void)state;

    pk_perf_header_parse(PK_STR("p 1 2.000000: 9223372036854775807 cycles: "), &header);
    assert_false(header.is_too_big);
    assert_true(header.period == INT64_MAX);
    pk_perf_header_parse(PK_STR("p 1 2.000000: 9223372036854775808 cycles: "), &header);
    assert_true(header.is_too_big);
}

static void frames_on_the_same_line_are_found(void **state)
{
    static const struct {
        const char *rest, *frame;
    } cases[] = {
        {"      556d3b25227b hot+0x21 (/p)", "556d3b25227b hot+0x21 (/p)"},
        {"  ffffffff9b201293 [unknown] ([unknown])", "ffffffff9b201293 [unknown] ([unknown])"},
        /* behind trace text */
        {" prev_prio=120 ffffffff9b201293 f ([k])", "ffffffff9b201293 f ([k])"},
        {" n=1     7f4fa68b1f24 f (/p)", "7f4fa68b1f24 f (/p)"},
        /* the address of data stands before that of the code (perf, -F +addr) */
        {"     558eb058e090 buffer+0x0 (/a b)      55ae79712646 f (/p)", "55ae79712646 f (/p)"},
        {" 55aa f (/p)", "55aa f (/p)"}, /* blanks were lost */
        {" prev_comm=a prev_pid=0", NULL},
        {" bad luck", NULL}, /* "bad" is hexadecimal, but there is no dso */
        {" ", NULL},
        {"", NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_str frame = PK_STR_NULL;
        bool is_found = pk_perf_header_frame(pk_str_of(cases[i].rest), &frame);

        assert_int_equal(is_found, cases[i].frame != NULL);
        if (is_found && !pk_str_equal(frame, pk_str_of(cases[i].frame)))
            fail_msg("'%s' gave '%.*s'", cases[i].rest, (int)frame.size, frame.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_stand_left_of_the_first_time),
        cmocka_unit_test(trace_text_further_right_cannot_win),
        cmocka_unit_test(lines_without_times_are_read_from_the_right),
        cmocka_unit_test(times_have_six_or_nine_decimals),
        cmocka_unit_test(records_of_other_kinds_are_told_apart),
        cmocka_unit_test(periods_that_do_not_fit_are_told),
        cmocka_unit_test(frames_on_the_same_line_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
