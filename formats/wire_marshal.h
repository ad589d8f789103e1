/*
 * Python's marshal data as values: every type code of versions 0 to 5 (Python 2.4 to 3.14), told
 * apart by the type byte alone, since no file names its version. What a value means is for the
 * readers; nothing here knows profiles. Values and the bytes they show belong to the decoder and to
 * the input it borrows. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_WIRE_MARSHAL_H
#define PK_FORMATS_WIRE_MARSHAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h" /* IWYU pragma: export */
#include "base/str.h"    /* IWYU pragma: export */

enum pk_marshal_kind {
    PK_MARSHAL_NONE,
    PK_MARSHAL_BOOL,
    PK_MARSHAL_ELLIPSIS,
    PK_MARSHAL_STOP,       /* StopIteration */
    PK_MARSHAL_INT,        /* i, I, and l when it fits 64 bits */
    PK_MARSHAL_LONG,       /* an l past 64 bits: only its kind is known */
    PK_MARSHAL_FLOAT,      /* g: eight bytes */
    PK_MARSHAL_FLOAT_TEXT, /* f: decimal text, kept as text so that the reader rounds once */
    PK_MARSHAL_COMPLEX,    /* only its kind is known */
    PK_MARSHAL_BYTES,      /* s: bytes of Python 3, str of Python 2 */
    PK_MARSHAL_TEXT,       /* t, u, a, A, z, Z: any bytes, UTF-8 is not checked */
    PK_MARSHAL_TUPLE,
    PK_MARSHAL_LIST,
    PK_MARSHAL_SET, /* also frozenset */
    PK_MARSHAL_DICT,
    PK_MARSHAL_SLICE,
    PK_MARSHAL_CODE,
};

struct pk_marshal_code { /* what a code object tells about its function */
    struct pk_str name, file;
    int32_t line;
};

struct pk_marshal_value {
    enum pk_marshal_kind kind;
    uint32_t mark; /* 0 at first; free for the caller, so that shared values are looked at once */
    size_t offset; /* of the type byte */
    union {
        int64_t number;     /* BOOL, INT */
        double real;        /* FLOAT */
        struct pk_str text; /* FLOAT_TEXT, BYTES, TEXT */
        struct {
            struct pk_marshal_value **data; /* a dict holds key, value, key, value, ... */
            size_t size;
        } items; /* TUPLE to SLICE; shared values make this a graph, never a cycle */
        const struct pk_marshal_code *code; /* CODE */
    } as;
};

enum pk_marshal_status {
    PK_MARSHAL_VALUE, /* a whole value */
    PK_MARSHAL_END,   /* the end mark of the open dict */
    PK_MARSHAL_CUT, /* the input ends inside a value, or before the end mark; no error is filled */
    PK_MARSHAL_BAD, /* damage or a limit: the error says where */
};

struct pk_marshal; /* a decoder over borrowed bytes */

/* Begin at the first byte; the bytes must outlive the decoder. Free with pk_marshal_free. */
struct pk_marshal *pk_marshal_new(const void *data, size_t size, const struct pk_limits *limits);

/* Free the decoder and every value it gave; NULL is allowed. */
void pk_marshal_free(struct pk_marshal *marshal);

/* Step into the dict that begins here, so that its keys and values can be taken one by one with
 * pk_marshal_next and those before a cut are not lost. PK_MARSHAL_VALUE, _CUT or _BAD. */
enum pk_marshal_status pk_marshal_open_dict(struct pk_marshal *marshal, struct pk_error *error);

/* Decode the next whole value into `value`; after anything but PK_MARSHAL_VALUE stop asking. */
enum pk_marshal_status pk_marshal_next(struct pk_marshal *marshal, struct pk_marshal_value **value,
                                       struct pk_error *error);

/* The caller is done with the values that it was given: those that nothing further on can refer to
 * are freed. Most of a file is such values, and without this they would take seven times its size.
 */
void pk_marshal_done(struct pk_marshal *marshal);

/* Offset of the next byte to decode. */
size_t pk_marshal_offset(const struct pk_marshal *marshal);

/* What a value is, for messages: "a string", "a tuple of 2", "-3"; written to `out`, which is
 * returned. */
const char *pk_marshal_describe(const struct pk_marshal_value *value, char *out, size_t room);

#endif
