/*
 * Reading a part of a .pk file: numbers, values and texts at a cursor that knows its place in the
 * file and the end of its part. Failure is sticky, as everywhere: after the first error every read
 * gives zero, and a record is checked once. Layer: formats; uses base, reader.
 */
#ifndef PK_FORMATS_PK_PART_H
#define PK_FORMATS_PK_PART_H

#include "base/pkfile.h" /* IWYU pragma: export */
#include "base/varint.h" /* IWYU pragma: export */

#include <stdint.h>

#include "formats/reader.h" /* IWYU pragma: export */

struct pk_part {
    struct pk_bytes at; /* `at.size` is the end of the part, `at.at` the place in the file */
    const char *name;   /* "frames" */
    struct pk_error *error;
    PK_ARRAY(struct pk_str) texts; /* by number, 0: missing, 1: empty */
    struct pk_arena arena;         /* owns them */
    uint64_t spent, most;          /* bytes of all texts that were named, and how many may be */
};

/* True when nothing failed so far. */
static inline bool pk_part_is_good(const struct pk_part *part)
{
    return part->error->status == PK_OK;
}

/* True while the part has more records. */
static inline bool pk_part_has_more(const struct pk_part *part)
{
    return pk_part_is_good(part) && part->at.at < part->at.size;
}

/* Fail at an offset: "expected WHAT, found NUMBER". Always false. */
bool pk_part_fail(struct pk_part *part, size_t offset, const char *what, uint64_t found);

/* A number below `below`; `what` says what was expected ("a frame"). */
uint64_t pk_part_long_number(struct pk_part *part, uint64_t below, const char *what);

/* The same, of which nearly all have one or two bytes: those are taken here, and whatever is wrong
 * is left to the one above. */
static inline uint64_t pk_part_number(struct pk_part *part, uint64_t below, const char *what)
{
    const unsigned char *from = part->at.data + part->at.at;
    size_t left = part->at.size - part->at.at;

    if (!pk_part_is_good(part) || left < 2)
        return pk_part_long_number(part, below, what);
    if (from[0] < 0x80 && from[0] < below) {
        part->at.at++;
        return from[0];
    }
    if (from[0] >= 0x80 && from[1] - 1u < 0x7f && (from[0] & 0x7fu) + from[1] * 0x80u < below) {
        part->at.at += 2;
        return (from[0] & 0x7fu) + from[1] * 0x80u;
    }
    return pk_part_long_number(part, below, what);
}

/* Fail, if nothing did before: a step leads too far. Always 0. */
uint32_t pk_part_too_far(struct pk_part *part, size_t offset, uint64_t from, uint64_t step,
                         const char *what);

/* The number `from` + what is written, which stays below `below`: for what stands in order. */
static inline uint32_t pk_part_step(struct pk_part *part, uint64_t from, uint64_t below,
                                    const char *what)
{
    size_t offset = part->at.at;
    uint64_t step = pk_part_number(part, UINT64_MAX, what);

    if (below > from && step < below - from && pk_part_is_good(part))
        return (uint32_t)(from + step);
    return pk_part_too_far(part, offset, from, step, what);
}

/* A value, which may be missing. */
int64_t pk_part_long_value(struct pk_part *part);

/* The same, with short ones taken here as above. */
static inline int64_t pk_part_value(struct pk_part *part)
{
    const unsigned char *from = part->at.data + part->at.at;
    size_t left = part->at.size - part->at.at;
    int64_t zigzag;

    if (!pk_part_is_good(part) || left < 2)
        return pk_part_long_value(part);
    if (from[0] < 0x80) {
        zigzag = from[0] - 1;
        part->at.at++;
    } else if (from[1] - 1u < 0x7f) {
        zigzag = (from[0] & 0x7f) + from[1] * 0x80 - 1;
        part->at.at += 2;
    } else {
        return pk_part_long_value(part);
    }
    return zigzag < 0 ? PK_MISSING : zigzag & 1 ? -(zigzag >> 1) - 1 : zigzag >> 1;
}

/* A count of calls: missing, or not negative. */
int64_t pk_part_calls(struct pk_part *part);

/* How many records of at least `least` bytes follow; more than fit are refused. */
uint32_t pk_part_count(struct pk_part *part, size_t least, const char *what);

/* Count a text that is named: a file whose few long texts stand in every record is refused, since
 * each mention costs as if it were written out. */
void pk_part_spend(struct pk_part *part, size_t offset, uint64_t reference);

/* The number of a text, and its bytes. The program's own words (keys, sentences of notes) are there
 * and show as they are on a terminal. */
uint32_t pk_part_reference(struct pk_part *part);
struct pk_str pk_part_text(struct pk_part *part);
const char *pk_part_word(struct pk_part *part, uint32_t *reference);

/* Read the part of texts. */
bool pk_part_read_texts(struct pk_part *part);

#endif
