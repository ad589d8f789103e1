/*
 * The inside of the marshal decoder, for its own files: wire_marshal.c (the machine),
 * wire_marshal_leaf.c (values without values inside) and wire_marshal_code.c (the layouts of code
 * objects). Layer: formats.
 */
#ifndef PK_FORMATS_WIRE_MARSHAL_PRIVATE_H
#define PK_FORMATS_WIRE_MARSHAL_PRIVATE_H

#include "base/array.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"           /* IWYU pragma: export */
#include "formats/wire_marshal.h" /* IWYU pragma: export */
#include "formats/wire_marshal_plain.h"

#define PK_MARSHAL_NO_SLOT SIZE_MAX
#define PK_MARSHAL_NO_COUNT SIZE_MAX /* a dict does not say how many values follow */

enum pk_marshal_fault_kind { /* of several, the last in this order is told */
                             PK_MARSHAL_FAULT_NONE,
                             PK_MARSHAL_FAULT_BAD,
                             PK_MARSHAL_FAULT_CUT,
                             PK_MARSHAL_FAULT_DEPTH,
};

struct pk_marshal_fault {
    enum pk_marshal_fault_kind kind;
    size_t offset;
    char text[120];
};

struct pk_marshal_container { /* one being read */
    enum pk_marshal_kind kind;
    size_t slot, offset;
    size_t base;  /* its first value on the stack */
    size_t left;  /* values still to come */
    int32_t line; /* of a code object */
};

struct pk_marshal_trial { /* what to go back to when a layout of code objects does not fit */
    bool is_active;
    struct pk_marshal_container code;
    size_t at, n_slots, n_strings, n_stack, n_open;
    struct pk_marshal_fault fault; /* the weightiest so far */
};

struct pk_marshal {
    struct pk_bytes bytes;
    struct pk_limits limits;
    struct pk_arena arena, /* values that may be referred to, and all that is inside them */
        scratch,           /* others: gone when the caller is done with the value around them */
        trial_arena;       /* a trial's values are apart, so that a failed one costs no memory */
    bool is_kept;          /* what is made now goes into `arena` */
    size_t kept_at;        /* the outermost open container that may be referred to; any number from
                              open.size on: none */
    PK_ARRAY(struct pk_marshal_value *) stack, strings;
    PK_ARRAY(struct pk_marshal_slot) slots;
    PK_ARRAY(struct pk_marshal_container) open;
    struct pk_marshal_fault fault;
    struct pk_marshal_trial trial;
    int layout; /* of code objects; -1: not known yet */
};

/* Remember what went wrong, unless something did before. */
void pk_marshal_fail(struct pk_marshal *marshal, enum pk_marshal_fault_kind kind, size_t offset,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The input ends before the value does. */
void pk_marshal_fail_cut(struct pk_marshal *marshal);

/* True while nothing went wrong. */
bool pk_marshal_is_well(const struct pk_marshal *marshal);

/* The arena for what is made now, which depends on what it is. */
struct pk_arena *pk_marshal_arena(struct pk_marshal *marshal);

/* Begin to read a container whose `left` is known. */
void pk_marshal_open(struct pk_marshal *marshal, struct pk_marshal_container container);

/* A 32-bit length in front of that many items of one byte or more, all of which must still fit. */
size_t pk_marshal_take_length(struct pk_marshal *marshal);

/* Read what follows the type byte of a value without values inside. */
void pk_marshal_take_leaf(struct pk_marshal *marshal, int type, struct pk_marshal_value *value);

/* Begin to read a code object, in the layout of the file or, if that is not known yet, in the
 * first. */
void pk_marshal_open_code(struct pk_marshal *marshal, struct pk_marshal_container code);

/* A part of the open code object has come: check it, and read the line number when that is next. */
bool pk_marshal_take_code_part(struct pk_marshal *marshal, struct pk_marshal_container *code);

/* Finish a code object from its parts; a trial of its layout has then succeeded. */
void pk_marshal_make_code(struct pk_marshal *marshal, const struct pk_marshal_container *code,
                          struct pk_marshal_value *value);

/* After a fault: go back and try the next layout. False when there is none; the fault then says
 * most. */
bool pk_marshal_retry_code(struct pk_marshal *marshal);

#endif
