/*
 * The list of all formats, one word each: a new reader adds its word here, its file to Makefile.am,
 * and that is all. `pk_reader_<word>` is defined in the file of its format; what is only recognised
 * stands in recognise.c and its neighbours. Layer: formats.
 *
 * Entries without a rung (gives == 0) are no profiles but files that people give by mistake: they
 * are known by their content only, never by a name after -f.
 */
#ifndef PK_FORMATS_READERS_H
#define PK_FORMATS_READERS_H

#include "formats/reader.h" /* IWYU pragma: export */

/* What each recogniser bids: the documented order of detection, so that no two can be equal by
 * accident. */
enum {
    PK_RECOGNISE_MAGIC = PK_BID_CERTAIN,
    PK_RECOGNISE_PPROF = 96,
    PK_RECOGNISE_XML = 94,
    PK_RECOGNISE_JSON = 92,
    PK_RECOGNISE_CALLGRIND = 90, /* before massif, which shares desc: and cmd: */
    PK_RECOGNISE_MASSIF = 88,
    PK_RECOGNISE_HEAPTRACK = 86,
    PK_RECOGNISE_GPROF = 84,
    PK_RECOGNISE_PERF = 82,
    PK_RECOGNISE_BPFTRACE = 80,
    PK_RECOGNISE_DTRACE = 78,
    PK_RECOGNISE_DUMP = 76,
    PK_RECOGNISE_REPORT = 60, /* printed reports of other tools */
    PK_RECOGNISE_CODE = 32,   /* source of a program, also with a line that says what runs it */
    PK_RECOGNISE_OTHER = 30,  /* XML, JSON and scripts of no known kind */
};

/* clang-format off */
/* Those that read; profiles not read yet; files of other kinds. */
#define PK_READERS(X)                                                                              \
    X(pstats) X(collapsed) X(callgrind) X(perf) X(pk)                                              \
    X(massif) X(heaptrack) X(gprof) X(bpftrace) X(dtrace) X(dump)                                  \
    X(speedscope) X(cpuprofile) X(chrome) X(firefox) X(otlp) X(jaeger) X(zipkin) X(bpftrace_json)  \
    X(pprof) X(svg) X(sysprof) X(xctrace)                                                          \
    X(perf_data) X(gmon) X(jfr) X(elf) X(zip) X(sqlite) X(hprof) X(sysprof_capture) X(v8_log)      \
    X(pickle) X(pyc) X(mojo) X(gperftools) X(packed) X(picture)                                    \
    X(html) X(other_svg) X(xctrace_toc) X(xml) X(pyinstrument) X(json)                             \
    X(perf_report) X(ftrace) X(pstats_text) X(ghc) X(instruments) X(vtune) X(vsprof) X(pmcstat)    \
    X(pprof_text) X(python) X(script)
/* clang-format on */

#define PK_READER_DECLARE(word) extern const struct pk_reader pk_reader_##word;
PK_READERS(PK_READER_DECLARE)

#endif
