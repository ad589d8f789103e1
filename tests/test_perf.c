/*
 * perf script to a profile. Texts are shaped as perf 6.1 prints them (compare the format's note and
 * its samples); what is expected follows from counting by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "analyze/quality.h"
#include "tests/perf_check.h"

#define H(period) "p 7 1.000000: " #period " cycles: \n"
#define OPTIONS ((struct pk_read_options){0})

struct example {
    const char *text, *expected;
};

static void check_all(const struct example *cases, size_t n, struct pk_read_options options,
                      bool has_head)
{
    for (size_t i = 0; i < n; i++)
        perf_assert(cases[i].text, options, has_head, cases[i].expected);
}

#define CHECK(cases, options, has_head) \
    check_all(cases, sizeof cases / sizeof *cases, options, has_head)

static void frames_are_split_into_symbol_and_dso(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t            127b hot+0x21 (/srv/demo/p rog)\n"
              "\t            1334 main+0x4f (/srv/demo/p rog)\n\n",
         "main@/srv/demo/p rog;hot@/srv/demo/p rog 5\n"},
        /* blanks and brackets in both */
        {H(5) "\t 1 (anonymous namespace)::T<a, b (int)>::operator()+0x2b (/tmp/x (deleted))\n\n",
         "(anonymous namespace)::T<a, b (int)>::operator()@/tmp/x (deleted) 5\n"},
        {H(5) "\t 1 S::operator<<+0xf (/p)\n\n", "S::operator<<@/p 5\n"},
        {H(5) "\t 1 operator->+0xf (//anon)\n\n", "operator->@//anon 5\n"},
        /* only the last offset goes, and only once */
        {H(5) "\t 1 f+0x1+0x2 (/p)\n\n", "f+0x1@/p 5\n"},
        {H(5) "\t 1 f+0xg (/p)\n\n", "f+0xg@/p 5\n"},
        {H(5) "\t 1 f\n\n", "f 5\n"},                                 /* -F without dso */
        {H(5) "\t 1 f+0x2 (/p) ilen: 2 insn: 48 89\n\n", "f@/p 5\n"}, /* -F +insn */
        /* brackets that do not match */
        {H(5) "\t 1 f ([k])/x)\n\n", "f@[k])/x!k 5\n"},
        {H(5) "            13a80b608e0a f:1 (/p)\n\n", "f:1@/p 5\n"}, /* tabs were lost */
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void frames_have_the_kind_of_their_dso(void **state)
{
    static const struct example cases[] = {
        {H(5) "\tffffffff81c3a5b3 f+0x83 ([kernel.kallsyms])\n\n", "f@[kernel.kallsyms]!k 5\n"},
        {H(5) "\t 1 f ([nf_conntrack])\n\n", "f@[nf_conntrack]!k 5\n"},
        {H(5) "\t 1 f (/lib/modules/4.1.0/build/vmlinux)\n\n",
         "f@/lib/modules/4.1.0/build/vmlinux!k 5\n"},
        {H(5) "\t 1 f (/usr/lib/debug/boot/vmlinux-6.1.0)\n\n",
         "f@/usr/lib/debug/boot/vmlinux-6.1.0!k 5\n"},
        {H(5) "\t 1 f (/proc/kcore)\n\n", "f@/proc/kcore!k 5\n"},
        {H(5) "\t 1 f (/srv/vmlinux-6/tool)\n\n", "f@/srv/vmlinux-6/tool 5\n"},
        {H(5) "\t 1 f (/lib/modules/m.ko.xz)\n\n", "f@/lib/modules/m.ko.xz!k 5\n"},
        {H(5) "\t 1 f ([vdso])\n\n", "f@[vdso] 5\n"}, /* looks like a module, is user code */
        {H(5) "\t 1 f (/tmp/perf-12.map)\n\n", "f@/tmp/perf-12.map!j 5\n"},
        {H(5) "\t 1 f (/tmp/perf-.map)\n\n", "f@/tmp/perf-.map 5\n"},
        {H(5) "\t 1 f (/tmp/jitted-1-2.so)\n\n", "f@/tmp/jitted-1-2.so!j 5\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void frames_without_a_symbol_are_named_by_their_dso(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t 1 [unknown] (/lib/libc.so)\n\t 2 [unknown] (/usr/libc.so)\n\n",
         "[libc.so]@/usr/libc.so!u;[libc.so]@/lib/libc.so!u 5\n"},
        {H(5) "\t756e696c2d34365f [unknown] ([unknown])\n\t 0 [unknown] ([unknown])\n\n",
         "[unknown]!u;[unknown]!u 5\n"},
        {H(5) "\t 1 [unknown] ([kernel.kallsyms])\n\n",
         "[kernel.kallsyms]@[kernel.kallsyms]!u 5\n"},
        {H(5) "\t7f1e2215d058  (/lib/libc.so)\n\n", "[libc.so]@/lib/libc.so!u 5\n"},
        {H(5) "\t 1 [unknown]\n\n", "[unknown]!u 5\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void inlined_frames_are_in_the_dso_of_the_next_physical_one(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t 1a14 copy+0x724 (inlined)\n\t 1a14 P+0x724 (inlined)\n\t 1a14 main+0x724 (/p)\n"
              "\t 2724 start+0x7a (/libc)\n\n",
         "start@/libc;main@/p;P@/p!i;copy@/p!i 5\n"},
        /* the same text in another dso is another function */
        {H(5) "\t 1 f (inlined)\n\t 1 a (/p)\n\n" H(5) "\t 1 f (inlined)\n\t 1 a (/q)\n\n",
         "a@/p;f@/p!i 5\na@/q;f@/q!i 5\n"},
        {H(5) "\t 1 f (inlined)\n\n", "f!i 5\n"}, /* nothing below */
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void a_body_inlined_under_its_caller_s_name_is_no_recursion(void **state)
{
    static const struct example cases[] = {
        /* at the top an address is no return address */
        {H(5) "\t 127b hot+0x21 (/p)\n\t 127b hot+0x21 (/p)\n\t 9 main (/p)\n\n",
         "main@/p;hot@/p 5\n"},
        /* further out equal return addresses are what recursion looks like */
        {H(5) "\t 1 f (/p)\n\t 12e0 rec+0x3e (/p)\n\t 12e0 rec+0x3e (/p)\n\n",
         "rec@/p;rec@/p;f@/p 5\n"},
        {H(5) "\t 127b hot+0x21 (/p)\n\t 127c hot+0x22 (/p)\n\n", "hot@/p;hot@/p 5\n"},
        /* one address, two source lines */
        {H(5) "\t 1 f (/p)\n  a.c:1\n\t 2 g (/p)\n  a.c:11\n\t 2 g (/p)\n  a.c:12\n\n",
         "g@/p<a.c>:12;f@/p<a.c>:1 5\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void source_lines_are_executing_lines(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t 1 f+0x2 (/p)\n  p.c:9\n\t 2 main (/p)\n  p.c:14\n\n",
         "main@/p<p.c>:14;f@/p<p.c>:9 5\n"},
        /* the mark moves to the second line */
        {H(5) "\t 1 f+0x2\n  f.h:61 (inlined)\n\t 1 main (/p)\n  p.c:14\n\n",
         "main@/p<p.c>:14;f@/p<f.h>:61!i 5\n"},
        {H(5) "\t 1 f (/lib/libc.so)\n  libc.so[27b25]\n\t 2 g (/p)\n  ??:0\n\n",
         "g@/p;f@/lib/libc.so 5\n"},
        /* an unknown frame has an empty line, which ends nothing */
        {H(5) "\t 1 f (/p)\n  p.c:9\n\t 2 [unknown] ([unknown])\n\n\t 3 main (/p)\n  p.c:1\n\n" H(
             1) "\t 1 g (/p)\n  p.c:3\n\n",
         "g@/p<p.c>:3 1 1\nmain@/p<p.c>:1;[unknown]!u;f@/p<p.c>:9 5 1\n"},
        /* where it is the last, the second empty line ends the record */
        {H(5) "\t 1 f (/p)\n  p.c:9\n\t 2 [unknown] ([unknown])\n\n\n",
         "[unknown]!u;f@/p<p.c>:9 5\n"},
        {H(5) "\t 1 f (/p)\n  p.c:99999999999\n\n", "f@/p 5\n"}, /* no line number */
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void java_chains_in_perf_maps_are_inlined_frames(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t 1 La;::b->Lc;::d->e+0x1 (/tmp/perf-3.map)\n\n",
         "La;::b@/tmp/perf-3.map!j;Lc;::d@/tmp/perf-3.map!i;e@/tmp/perf-3.map!i 5\n"},
        {H(5) "\t 1 a->b (/p)\n\n", "a->b@/p 5\n"}, /* no perf map */
        {H(5) "\t 1 X::operator-> (/tmp/perf-3.map)\n\n", "X::operator->@/tmp/perf-3.map!j 5\n"},
        /* an operator of C++ is no chain, even there */
        {H(5) "\t 1 S::operator->+0x3 (/tmp/perf-1.map)\n\t 1 S::operator->* (/tmp/perf-1.map)\n\n",
         "S::operator->*@/tmp/perf-1.map!j;S::operator->@/tmp/perf-1.map!j 5\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void events_are_kept_apart(void **state)
{
    static const struct example cases[] = {
        {"p 7 1.000000: 5 cycles: \n\t 1 f (/p)\n\n"
         "p 7 1.000000: 3 instructions:u: \n\t 1 g (/p)\n\n",
         "metric cycles count\nmetric instructions:u count\nslice p | p-7\nf@/p 5 0\ng@/p 0 3\n"},
        /* clocks count ns when they have a period */
        {"p 7 1.000000: 5 cpu-clock:uhH:\n\t 1 f (/p)\n\n",
         "metric cpu-clock:uhH ns\nslice p | p-7\nf@/p 5\n"},
        {"p 7 1.000000: 5 task-clock/period=5/u:\n\t 1 f (/p)\n\n",
         "metric task-clock/period=5/u ns\nslice p | p-7\nf@/p 5\n"},
        {"p 7 1.000000: cpu-clock:\n\t 1 f (/p)\n\n",
         "metric cpu-clock count\nslice p | p-7\nf@/p 1\n"},
        {"p 7 1.000000: 5 cpu-clocks:\n\t 1 f (/p)\n\n",
         "metric cpu-clocks count\nslice p | p-7\nf@/p 5\n"},
        {"p 7 1.000000: \n\t 1 f (/p)\n\n", "metric samples count\nslice p | p-7\nf@/p 1\n"},
        {"p 7 1.000000: sched:sched_switch: prev=a 3.000000: (x)\n\t 1 f (/p)\n\n",
         "metric sched:sched_switch count\nslice p | p-7\nf@/p 1\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, true);
}

static void samples_are_counted_where_weights_vary(void **state)
{
    static const struct example cases[] = {
        {H(5) "\t 1 f (/p)\n\n" H(5) "\t 1 f (/p)\n\n",
         "metric cycles count\nslice p | p-7\nf@/p 10\n"},
        /* what came before the first that differs is counted too */
        {H(5) "\t 1 f (/p)\n\n" H(5) "\t 1 f (/p)\n\n" H(5) "\t 1 g (/p)\n\n" H(
             6) "\t 1 f (/p)\n\n",
         "metric cycles count\nmetric cycles/samples count\nslice p | p-7\nf@/p 16 3\ng@/p 5 1\n"},
        /* each event for itself; 0 is no weight */
        {H(5) "\t 1 f (/p)\n\np 7 1.000000: 1 x: \n\t 1 f (/p)\n\np 7 1.000000: 0 x: \n\t 1 f "
              "(/p)\n\n" H(6) "\t 1 f (/p)\n\n",
         "metric cycles count\nmetric x count\nmetric cycles/samples count\nslice p | p-7\n"
         "f@/p 11 2 2\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, true);
}

static void the_samples_of_the_event_shown_are_known(void **state)
{
    static const struct {
        const char *text;
        int64_t samples[3];    /* by metric */
        const char *doubts[2]; /* of metrics 0 and 1 */
    } cases[] = {
        {H(5) "\t 1 f (/p)\n\n" H(5) "\t 1 g (/p)\n\n",
         {2, 0, 0},
         {"only 2 samples: shares are rough", NULL}}, /* one weight, one event */
        {H(5) "\t 1 f (/p)\n\n" H(6) "\t 1 g (/p)\n\np 7 1.000000: 9 x: \n\t 1 f (/p)\n\n",
         {2, -1, -1}, /* cycles, x, cycles/samples */
         {"only 2 samples: shares are rough", "only 3 samples of all events: shares are rough"}},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_limits limits = pk_limits_default();
        struct pk_error error = {0};
        struct pk_profile *profile = perf_bytes(pk_str_of(cases[i].text), OPTIONS, &limits, &error);

        assert_non_null(profile);
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
            assert_int_equal(pk_quality_of(profile, m).samples, cases[i].samples[m]);
        for (uint32_t m = 0; m < pk_profile_metrics(profile) && m < 2; m++) {
            struct pk_quality quality = pk_quality_of(profile, m);
            struct pk_buf doubts = {0};

            pk_quality_doubts(&quality, &doubts);
            assert_string_equal(doubts.data, cases[i].doubts[m]);
            pk_buf_fini(&doubts);
        }
        pk_profile_free(profile);
    }
}

static void commands_and_ids_become_slices(void **state)
{
    static const struct example cases[] = {
        {"a b 1/2 1.000000: 5 c: \n\t 1 f (/p)\n\na b 1/3 1.000000: 5 c: \n\t 1 f (/p)\n\n"
         "x 4 1.000000: 5 c: \n\t 1 f (/p)\n\n",
         "metric c count\nslice x | x-4\nslice a b-1 | a b-2\nslice a b-1 | a b-3\nf@/p 15\n"},
        {"4 1.000000: 5 c: \n\t 1 f (/p)\n\n", "metric c count\nslice  | 4\nf@/p 5\n"},
        {"p rog \n\t 1 f (/p)\n\n", "metric samples count\nslice p rog | \nf@/p 1\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, true);
}

static void records_end_as_their_layout_has_it(void **state)
{
    static const struct example cases[] = {
        /* no call chains: the frame on the header's line, and no blank lines */
        {"         p rog 28404   887.161166:    5025125 cpu-clock:u:      560f3976c27b hot+0x21 "
         "(/srv/p rog)\n"
         "         p rog 28404   887.161167:    5025125 cpu-clock:u:      560f3976c280 hot+0x25 "
         "(/srv/p rog)\n",
         "hot@/srv/p rog 10050250\n"},
        {"              dd 12 cycles:      560f3976c27b hot (/p)\n"
         "              dd 12 cycles:      560f3976c27b hot (/p)\n",
         "hot@/p 2\n"}, /* "dd" is hexadecimal too */
        /* no headers: two blank lines part the records */
        {"\n\t 127b hot\n\t 12e0 rec\n\n\n\t 127b hot\n\n\n\t 127b hot\n\t 12e0 rec\n\n",
         "hot 1\nrec;hot 2\n"},
        /* neither: each line is a sample */
        {"     560f3976c27b hot\n     560f3976c280 hot\n     560f3976c290 cold\n",
         "cold 1\nhot 2\n"},
        /* report_sample.py: kernel addresses fill their field, there are no tabs */
        {"app\t31850/31850 [000] 684943.449622: 3 cpu-cycles:\nffffffc000085e20 el0 "
         "([kernel.kallsyms])\n      7f8a12345678 main (/p)\n\n",
         "main@/p;el0@[kernel.kallsyms]!k 3\n"},
        /* a sample without a stack is a sample */
        {"p 7 1.000000: 5 c: \n\np 7 1.000000: 5 c: \n\t 1 f (/p)\n\n",
         "(empty stack)!s 5\nf@/p 5\n"},
        {"p 7 1.000000: 5 c: x=1\np 7 1.000000: 5 c: x=2\n", "(empty stack)!s 10\n"},
        /* a header ends the record before it */
        {H(5) "\t 1 f (/p)\n" H(5) "\t 1 g (/p)\n\n", "f@/p 5\ng@/p 5\n"},
        {"p rog 12248 cpu-clock: \n\t 127b hot (/p)\n\n", "hot@/p 1\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void lines_that_are_no_samples_are_left_out(void **state)
{
    static const struct example cases[] = {
        {"# captured on: x\np 7 1.000000: PERF_RECORD_COMM: p:7/7\np 7 1.000000: PERF_RECORD_MMAP2 "
         "7/7: [0x1(0x2) @ 0 0:0 0 0]: r-xp /p\n" H(5) "\t 1 f (/p)\n# x\n\n",
         "f@/p 5\n"},
        {"p 7 1.000000: PERF_RECORD_LOST lost 12\n" H(
             5) "\t 1 f (/p)\n\np 7 1.000000: PERF_RECORD_LOST lost 3\n",
         "f@/p 5\nnote 15 events lost by perf, first at line 1\n"},
        {H(5) "\t 1 f (/p)\n 0x4005a1/0x4005b0/P/-/-/0\n\t 00401136\tinsn: 55\n ABI:2 AX:0x1\n\n",
         "f@/p 5\nnote 3 lines of branches, registers or instructions not used, first at line 3\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

/* Most are what perf 6.1 printed for these options. */
static void layouts_with_few_fields_are_read(void **state)
{
    static const struct example cases[] = {
        /* -F event,ip,sym: names are aligned to the right */
        {"page-faults: \n\t            1ab70 _start\n\n  cpu-clock: \n\t            1646 f\n\n"
         " task-clock: \n\t            1646 f\n\n",
         "metric page-faults count\nmetric cpu-clock count\nmetric task-clock count\nslice  | \n"
         "_start 1 0 0\nf 0 1 1\n"},
        /* -F comm,ip,sym: a name that ends in digits looks like a thread id */
        {"de mo (x) \n\t 1 f\n\nmy thr (x) 12 \n\t 1 f\n\nw/2: a[0] \n\t 1 f\n\n",
         "metric samples count\nslice my thr (x) | my thr (x)-12\nslice de mo (x) | \n"
         "slice w/2: a[0] | \nf 3\n"},
        /* the same without call chains */
        {"   my thr (x) 12      55ae79712646 f (/p)\n       w/2: a[0]      55ae79712650 f (/p)\n",
         "metric samples count\nslice my thr (x) | my thr (x)-12\nslice w/2: a[0] | \nf@/p 2\n"},
        {" cpu-clock:      55ae79712646 f (/p)\ntask-clock:      55ae79712650 f (/p)\n",
         "metric cpu-clock count\nmetric task-clock count\nslice  | \nf@/p 1 1\n"},
        /* -F ip: the width of an address is all there is */
        {"\n\tffffffff821e8700\n\t    7f0ff46f2ad7\n\n\n\t    7f0ff46f2ad7\n\n",
         "metric samples count\nslice  | \n[unknown]!u 1\n[unknown]!u;[unknown]!u 1\n"},
        /* text before the frame that nobody reads is no end of a name */
        {"p 7 1.000000: 5 c: x=1      55ae79712646 f (/p)\n",
         "metric c count\nslice p | p-7\nf@/p 5\n"},
        /* no address */
        {H(5) "\tf+0x1 (/p)\n\tg (inl) ([kernel.kallsyms])\n\n",
         "metric cycles count\nslice p | p-7\ng (inl)@[kernel.kallsyms]!k;f@/p 5\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, true);
}

static void fields_that_look_like_frames_are_none(void **state)
{
    static const struct example cases[] = {
        /* -F +addr: where the data is, printed with its symbol; then the chain */
        {"p 7 1.000000: 5 c:     558eb058e090 buffer+0x0 (/a b)\n\t 1 f (/p)\n\t 2 g (/p)\n\n",
         "g@/p;f@/p 5\n"},
        /* -F +data_src */
        {"p 7 1.000000: 5 c:       1e05080021 |OP N/A|LVL N/A|BLK  N/A\n\t 1 f (/p)\n\n",
         "f@/p 5\n"},
        /* -F +phys_addr and +insn end a record in place of the blank line */
        {H(5) "\t 1 f (/p)\n               0\n" H(5) "\t 1 f (/p)\n insn: 01 c2\n",
         "f@/p 10\n"
         "note 2 lines of branches, registers or instructions not used, first at line 3\n"},
        /* without call chains all stands on one line: -F +iregs, +phys_addr, +brstack (perf) */
        {"   p 7 1.000000: 5 c:      7fb22c2b35cf f+0x1 (/a (b)) ABI:2    SP:0x7fb2    IP:0x7fb2 \n"
         "   p 7 1.000000: 5 c:      7fb22c2b35cf f+0x2 (/a (b))               0\n"
         "   p 7 1.000000: 5 c:      7fb22c2b35cf f+0x3 (/a (b))  0x4005a1/0x4005b0/P/-/-/0 \n"
         "   p 7 1.000000: 5 c:      7fb22c2b35cf f+0x4 (/a (b)) insn: 01 c2\n"
         "   p 7 1.000000: 5 c:      7fb22c2b35cf f(int) (/a (b))\n",
         "f(int)@/a (b) 5\nf@/a (b) 20\n"},
        /* where a branch went */
        {"   p 7 1.000000: 5 c:            401136 f+0x1 (/p) =>           401140 g+0x0 (/q)\n",
         "f@/p 5\n"},
        {H(5) "\t 1 f (/p)\n\t          401136 insn: 55\n\n",
         "f@/p 5\nnote 1 line of branches, registers or instructions not used, at line 3\n"},
        /* -F +srccode: behind the blank line */
        {H(5) "\t 1 f (/p)\n\n|11       for (;;) v++;\n" H(5) "\t 1 f (/p)\n\n",
         "f@/p 10\nnote 1 line of branches, registers or instructions not used, at line 4\n"},
        /* --show-task-events without times, --show-round-events */
        {"p 7 PERF_RECORD_COMM: p:7/7\nPERF_RECORD_FINISHED_ROUND\np 7 c: \n\t 1 f (/p)\n\n"
         "p 7 PERF_RECORD_EXIT(7:7):(7:7)\n",
         "f@/p 1\n"},
    };
    (void)state;

    CHECK(cases, OPTIONS, false);
}

static void deep_stacks_are_told(void **state)
{
    struct pk_buf text = {0};
    char *shown;
    (void)state;

    pk_buf_text(&text, H(5));
    for (int i = 0; i < 127; i++)
        pk_buf_printf(&text, "\t %x f%d (/p)\n", i + 16, i);
    pk_buf_text(&text, "\n");
    shown = perf_show(text.data, OPTIONS, false);
    assert_non_null(strstr(shown, "note 1 stack of 127 frames, where the kernel stops"));
    pk_free(shown);
    pk_buf_fini(&text);
}

static void windows_line_ends_change_nothing(void **state)
{
    (void)state;
    perf_assert("p 7 1.000000: 5 c: \r\n\t 1 f+0x1 (/p)\r\n\r\np 7 1.000000: 5 c: \r\n\t 1 f+0x2 "
                "(/p)\r\n\r\n",
                OPTIONS, false, "f@/p 10\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_split_into_symbol_and_dso),
        cmocka_unit_test(frames_have_the_kind_of_their_dso),
        cmocka_unit_test(frames_without_a_symbol_are_named_by_their_dso),
        cmocka_unit_test(inlined_frames_are_in_the_dso_of_the_next_physical_one),
        cmocka_unit_test(a_body_inlined_under_its_caller_s_name_is_no_recursion),
        cmocka_unit_test(source_lines_are_executing_lines),
        cmocka_unit_test(java_chains_in_perf_maps_are_inlined_frames),
        cmocka_unit_test(events_are_kept_apart),
        cmocka_unit_test(samples_are_counted_where_weights_vary),
        cmocka_unit_test(the_samples_of_the_event_shown_are_known),
        cmocka_unit_test(commands_and_ids_become_slices),
        cmocka_unit_test(records_end_as_their_layout_has_it),
        cmocka_unit_test(lines_that_are_no_samples_are_left_out),
        cmocka_unit_test(layouts_with_few_fields_are_read),
        cmocka_unit_test(fields_that_look_like_frames_are_none),
        cmocka_unit_test(deep_stacks_are_told),
        cmocka_unit_test(windows_line_ends_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
