/*
 * What a format reader is, and how to add one: copy the nearest reader to formats/<name>.c, write
 * `bid` (it sees only the first 4 KiB, never the file name) and `read` (one function per record
 * kind), add one word to readers.h and one line to Makefile.am, put a small real file in
 * samples/<name>/ and say in profkit-formats(7) which rung and columns the format gives.
 *
 * Readers include builder.h, never look into a profile, and never print. Layer: formats; uses base,
 * model/builder.
 */
#ifndef PK_FORMATS_READER_H
#define PK_FORMATS_READER_H

#include "base/input.h" /* IWYU pragma: export */

#include <stdint.h>

#include "model/builder.h" /* IWYU pragma: export */

/* The bid scale. Formats are tried in the documented order by bidding higher, not by standing
 * first. */
enum pk_bid {
    PK_BID_NONE = 0,
    PK_BID_GUESS = 10,    /* collapsed: only when nothing else fits */
    PK_BID_LIKELY = 50,   /* several typical lines */
    PK_BID_CERTAIN = 100, /* a magic number or an unmistakable header */
};

/* How perf script is read for `convert --to folded`: as stackcollapse-perf.pl would print it. The
 * command (with its ids) becomes a root frame and names lose what that script drops. It is done
 * while reading, since the model keeps neither addresses nor merges what differs in dso or
 * arguments only; stacks then add up where their text is the same. */
struct pk_perf_folding {
    bool is_on;
    bool has_pid, has_tid;        /* in the name of the root */
    bool marks_kernel, marks_jit; /* _[k], _[j] */
    bool has_addresses;           /* of frames without a symbol */
};

/* When and how several threads read a text. Zero: one thread. */
struct pk_read_pool {
    unsigned threads;
    size_t lead;    /* bytes that one thread reads first, and again where parts could not be cut */
    size_t part;    /* bytes that a thread takes at a time, about */
    uint64_t turns; /* not 0: no threads, but the same in turns that follow from it, for tests */
};

#define PK_READ_BYTES_PER_TEXT 2048u /* of `memory`, for each frame text remembered */
#define PK_READ_LEAD ((size_t)4 << 20)
#define PK_READ_PART ((size_t)1 << 20)

struct pk_read_options {
    bool is_strict;      /* damage is an error instead of a note */
    bool keeps_going;    /* more than one bad line in ten is no error */
    bool strips_offsets; /* func+0x1f and func+31 are func */
    struct pk_perf_folding perf_folding;
    uint64_t memory;          /* bytes that the profile may take, about; 0: any */
    struct pk_read_pool pool; /* what is read does not depend on it, nor what an error says but
                                 where all of a file together is too much */
};

struct pk_reading { /* one file being read; everything is borrowed */
    struct pk_input *input;
    struct pk_builder *builder;
    struct pk_read_options options;
    const struct pk_reader *reader; /* the one that was chosen; set by pk_reader_run */
};

struct pk_reader {
    const char *name, *alias; /* "folded", "collapsed"; alias may be NULL */
    const char *summary;      /* for `profkit formats` and -f help */
    const char *title;        /* what people call it, where that is not the name; may be NULL */
    enum pk_rung gives;
    int (*bid)(struct pk_input *input); /* 0 to 100, from pk_input_head or pk_input_text_head */
    bool (*read)(struct pk_reading *reading,
                 struct pk_error *error); /* NULL: recognised, not yet read */
    const char *hint;                     /* when read is NULL: what to do instead, or NULL */
    bool is_native; /* its files say themselves what they were made from, and what was lost */
};

/* Count damage or an oddity. Under --strict damage becomes an error (PK_INPUT) at `place`: then
 * false. */
bool pk_reader_note(struct pk_reading *reading, const struct pk_note_kind *kind, uint64_t count,
                    struct pk_place place, struct pk_error *error);

/* A part of a file cannot be read: where its builder was full depends on what else the thread has
 * read, so that is an error without a place. Always false. */
bool pk_reader_fail_part(const struct pk_reading *reading, struct pk_error *error);

/* All readers, ended by NULL: those that read, then those that only recognise. */
extern const struct pk_reader *const pk_reader_list[];

/* The reader of a name or alias, or NULL. */
const struct pk_reader *pk_reader_find(const char *name);

/* The reader for this input from its content alone; NULL fills `error` (PK_INPUT), naming what was
 * seen. */
const struct pk_reader *pk_reader_detect(struct pk_input *input, struct pk_error *error);

/* Detect (unless `forced`), read and add to reading->builder; notes and facts go there too. */
bool pk_reader_run(struct pk_reading *reading, const struct pk_reader *forced,
                   struct pk_error *error);

#endif
