/*
 * Text formats that are not read yet, and printed reports that people give by mistake: each is
 * known by lines of its own in the first 4 KiB. Sources: the Detection part of each format's note.
 *
 * A format takes its place in the order of the notes by what it bids (readers.h), not by where it
 * stands here; a text with the marks of two formats goes to the earlier one of that order.
 *
 * Traps: massif shares "desc:" and "cmd:" with cachegrind; bpftrace maps and FreeBSD's pmcstat both
 * begin with "@".
 */
#include "formats/head.h"

#include <stddef.h>
#include <string.h>

#include "formats/readers.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* perf prints addresses in lower case without 0x. */
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Blanks of one line; line ends are gone already. */
static struct pk_str trim_start(struct pk_str s)
{
    while (s.size && (s.data[0] == ' ' || s.data[0] == '\t'))
        s = pk_str_slice(s, 1, s.size);
    return s;
}

static struct pk_str trim(struct pk_str s)
{
    while (s.size && (s.data[s.size - 1] == ' ' || s.data[s.size - 1] == '\t'))
        s.size--;
    return trim_start(s);
}

/* Leading hexadecimal digits. */
static size_t hex_span(struct pk_str s)
{
    size_t n = 0;

    while (n < s.size && is_hex(s.data[n]))
        n++;
    return n;
}

/* Digits and nothing else: no sign, no separators, not empty. */
static bool is_number(struct pk_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        if (!is_digit(s.data[i]))
            return false;
    }
    return s.size > 0;
}

/* For marks that stand anywhere: behind a log prefix, or in the middle of a line. */
static bool has_text(struct pk_input *input, const char *text)
{
    return pk_head_contains(pk_input_text_head(input), pk_str_of(text));
}

/* --- massif, heaptrack, gprof --- */

/* The three header lines in their fixed order. */
static int bid_massif(struct pk_input *input)
{
    static const char *const starts[] = {"desc:", "cmd:", "time_unit:"};
    struct pk_head head = pk_head_of(input);
    struct pk_str line;

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (!pk_head_line(&head, &line) || !pk_str_starts(line, pk_str_of(starts[i])))
            return PK_BID_NONE;
    }
    return PK_RECOGNISE_MASSIF;
}

const struct pk_reader pk_reader_massif = {.name = "massif",
                                           .summary = "massif output",
                                           .gives = PK_TREE,
                                           .bid = bid_massif,
                                           .hint = "ms_print prints it as text"};

/* "v 10400 3", then "X command". */
static int bid_heaptrack(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    size_t n;

    if (!pk_head_line(&head, &line) || !pk_str_starts(line, PK_STR("v ")))
        return PK_BID_NONE;
    line = pk_str_slice(line, 2, line.size);
    n = hex_span(line);
    if (n == 0 || n + 1 >= line.size || line.data[n] != ' ')
        return PK_BID_NONE;
    line = pk_str_slice(line, n + 1, line.size);
    if (hex_span(line) != line.size)
        return PK_BID_NONE;
    return pk_head_has_line(input, PK_STR("X ")) ? PK_RECOGNISE_HEAPTRACK : PK_BID_NONE;
}

const struct pk_reader pk_reader_heaptrack = {.name = "heaptrack",
                                              .summary = "a heaptrack recording",
                                              .gives = PK_TREE,
                                              .bid = bid_heaptrack,
                                              .hint = "heaptrack_print -F out.folded -f in.zst"};

/* GNU, BSD and the old UNIX forms: any of the headings will do. */
static int bid_gprof(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;

    while (pk_head_line(&head, &line)) {
        struct pk_str text = trim_start(line);

        /* macOS sample has "Call graph:", with a colon. */
        if (pk_str_starts(text, PK_STR("Flat profile:")) ||
            pk_str_equal(trim(text), PK_STR("Call graph")) ||
            pk_str_starts(text, PK_STR("Call graph (")) ||
            pk_str_starts(text, PK_STR("call graph profile:")) ||
            pk_str_starts(text, PK_STR("granularity: each sample hit covers")))
            return PK_RECOGNISE_GPROF;
        if (pk_str_starts(text, PK_STR("index")) && pk_head_contains(text, PK_STR("% time")) &&
            pk_head_contains(text, PK_STR("called")))
            return PK_RECOGNISE_GPROF;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_gprof = {
    .name = "gprof", .summary = "gprof output", .gives = PK_GRAPH, .bid = bid_gprof};

/* --- bpftrace, DTrace, dumps --- */

/* "@[" or "@name[": a map, whose end may lie behind the window. */
static int bid_bpftrace(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;

    while (pk_head_line(&head, &line)) {
        size_t at = 1;

        if (!line.size || line.data[0] != '@')
            continue;
        while (at < line.size && (line.data[at] == '_' || is_digit(line.data[at]) ||
                                  ((line.data[at] | 32) >= 'a' && (line.data[at] | 32) <= 'z')))
            at++;
        if (at < line.size && line.data[at] == '[')
            return PK_RECOGNISE_BPFTRACE;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_bpftrace = {.name = "bpftrace",
                                             .summary = "bpftrace output",
                                             .gives = PK_TREE,
                                             .bid = bid_bpftrace,
                                             .hint =
                                                 "stackcollapse-bpftrace.pl in.txt | profkit -"};

/* Frames with a back-tick, and a line that is nothing but a number; or the header of the D script.
 */
static int bid_dtrace(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    /* Two frames are asked for: one line with a back-tick is in any Markdown text. */
    unsigned frames = 0, counts = 0;

    while (pk_head_line(&head, &line)) {
        struct pk_str text = trim(line);

        if (pk_str_starts(line, PK_STR("CPU ")) && pk_head_contains(line, PK_STR("FUNCTION:NAME")))
            return PK_RECOGNISE_DTRACE;
        frames += text.size < line.size && memchr(text.data, '`', text.size) != NULL;
        counts += is_number(text);
    }
    return frames >= 2 && counts > 0 ? PK_RECOGNISE_DTRACE : PK_BID_NONE;
}

const struct pk_reader pk_reader_dtrace = {.name = "dtrace",
                                           .summary = "DTrace output",
                                           .gives = PK_TREE,
                                           .bid = bid_dtrace,
                                           .hint = "stackcollapse.pl in.txt | profkit -"};

/* "goroutine 18 [running]:" */
static bool is_goroutine(struct pk_str line)
{
    size_t at = sizeof "goroutine " - 1, from = at;

    if (!pk_str_starts(line, PK_STR("goroutine ")))
        return false;
    while (at < line.size && is_digit(line.data[at]))
        at++;
    return at > from && at + 1 < line.size && line.data[at] == ' ';
}

/* Stacks printed once: Go, Java, Python, gdb. A log may stand before them. */
static int bid_dump(struct pk_input *input)
{
    static const char *const marks[] = {"goroutine profile: total", "Full thread dump",
                                        "java.lang.Thread.State", "(most recent call first)",
                                        "Traceback (most recent call last)"};
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    bool after_thread = false;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (has_text(input, marks[i]))
            return PK_RECOGNISE_DUMP;
    }
    while (pk_head_line(&head, &line)) {
        if (is_goroutine(line) || (after_thread && pk_str_starts(line, PK_STR("#0 "))))
            return PK_RECOGNISE_DUMP;
        after_thread = pk_str_starts(line, PK_STR("Thread ")) && line.data[line.size - 1] == ':';
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_dump = {.name = "stack-dump",
                                         .summary = "a stack dump of Go, Java, Python or gdb",
                                         .gives = PK_TREE,
                                         .bid = bid_dump};

/* --- printed reports --- */

/* With call chains perf's first column is another. */
static int bid_perf_report(struct pk_input *input)
{
    return has_text(input, "# Overhead ") || has_text(input, "# Children      Self ")
               ? PK_RECOGNISE_REPORT
               : PK_BID_NONE;
}

const struct pk_reader pk_reader_perf_report = {.name = "perf-report",
                                                .summary =
                                                    "a perf report, which has lost its stacks",
                                                .bid = bid_perf_report,
                                                .hint = "perf script -i perf.data | profkit -"};

/* One entry: known by a text that stands anywhere in the window. */
#define REPORT(word, text, mark, offset, what, remedy)                               \
    static int bid_##word(struct pk_input *input)                                    \
    {                                                                                \
        return has_text(input, mark) ? PK_RECOGNISE_REPORT + (offset) : PK_BID_NONE; \
    }                                                                                \
    const struct pk_reader pk_reader_##word = {                                      \
        .name = (text), .summary = (what), .bid = bid_##word, .hint = (remedy)};

REPORT(ftrace, "ftrace", "# tracer: ", 1, "ftrace output, which profkit does not read", NULL)
REPORT(pstats_text, "pstats-text", "ncalls  tottime  percall", 2,
       "a printed Python profile, not its data", "python -m cProfile -o out.prof PROGRAM.py")
REPORT(ghc, "ghc-prof", "Time and Allocation Profiling Report", 3,
       "a GHC profile, which profkit does not read",
       "ghc-prof-flamegraph in.prof gives collapsed stacks")
REPORT(instruments, "sample", "Analysis of sampling ", 4,
       "output of macOS sample, which profkit does not read",
       "stackcollapse-sample.awk in.txt | profkit -")
REPORT(vtune, "vtune", "Function Stack,CPU Time", 5, "a VTune table, which profkit does not read",
       "inferno-collapse-vtune in.csv | profkit -")
REPORT(vsprof, "vsprof", "Level,Function Name,", 6,
       "a Visual Studio call tree, which profkit does not read",
       "inferno-collapse-vsprof in.csv | profkit -")

#undef REPORT

/* "@ inst_retired.any [35705 samples]" */
static int bid_pmcstat(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;

    while (pk_head_line(&head, &line)) {
        if (pk_str_starts(line, PK_STR("@ ")) && pk_str_ends(line, PK_STR(" samples]")))
            return PK_RECOGNISE_REPORT + 7;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_pmcstat = {
    .name = "pmcstat",
    .summary = "FreeBSD pmcstat output, which profkit does not read",
    .bid = bid_pmcstat,
    .hint = "stackcollapse-pmc.pl in.txt | profkit -"};

/* What pprof wrote before it had a protocol buffer. */
static int bid_pprof_text(struct pk_input *input)
{
    static const char *const starts[] = {"heap profile: ", "--- contention",
                                         "--- threadz",    "--- heapz",
                                         "--- growthz",    "threadcreate profile: total",
                                         "heap_v2/",       "# cmdline"};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (pk_str_starts(pk_head_trimmed(input), pk_str_of(starts[i])))
            return PK_RECOGNISE_REPORT + 8;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_pprof_text = {
    .name = "pprof-text",
    .summary = "an old text profile of pprof, which profkit does not read",
    .bid = bid_pprof_text,
    .hint = "pprof -proto PROGRAM in.prof > out.pb.gz"};
