/*
 * One reading of perf script, line by line: of a file, or of a part of it beside others. Once a
 * header with a time was seen (PK_PERF_TIMED) and a record is closed, what a line means does not
 * depend on any record before. Layer: formats; uses base, perf_record, perf_stack.
 */
#ifndef PK_FORMATS_PERF_PASS_H
#define PK_FORMATS_PERF_PASS_H

#include "base/scan.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "formats/perf_header.h" /* IWYU pragma: export */
#include "formats/perf_record.h" /* IWYU pragma: export */
#include "formats/perf_stack.h"  /* IWYU pragma: export */
#include "formats/reader.h"      /* IWYU pragma: export */

struct pk_perf_pass { /* one file being read */
    struct pk_reading *reading;
    struct pk_error *error;
    struct pk_scan scan;
    struct pk_perf_stack stack;
    struct pk_perf_record record;
    enum pk_perf_strength strength; /* of the headers so far */
    bool is_open, has_header;       /* a record is open; it began with a header */
    bool is_weak;                   /* that header could be any text */
    bool has_inner_frame;           /* its frame stands on the header's line */
    bool has_extra;                 /* a line of another field stands behind its frames */
    bool is_paused;                 /* a blank line came behind an [unknown] frame */
    bool saw_header, saw_frames;    /* in the file, frames on lines of their own */
    bool saw_bare;                  /* a frame line without dso */
    bool saw_srcline;
    uint64_t lines, bad, samples;
    struct pk_place first_bad, weak; /* where the first bad line is, and the open weak header */
    char first_bad_text[300], weak_text[300];
};

/* Begin and free all but the scan's input; the caller begins the scan. */
void pk_perf_pass_init(struct pk_perf_pass *run, struct pk_reading *reading,
                       struct pk_error *error);
void pk_perf_pass_fini(struct pk_perf_pass *run);

/* Read the line handed out last, and with it usual lines of frames that follow. False: the error
 * says why. */
bool pk_perf_pass_line(struct pk_perf_pass *run, struct pk_str line);

/* End the open record, if one is. */
bool pk_perf_pass_close(struct pk_perf_pass *run);

/* Note that the last line is cut; say that the first bad line is one (always false). */
bool pk_perf_pass_cut(struct pk_perf_pass *run);
bool pk_perf_pass_fail(struct pk_perf_pass *run);

#endif
