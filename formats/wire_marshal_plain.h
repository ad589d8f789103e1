/*
 * Marshalled values that are read without being made: numbers, texts and containers that nothing
 * can refer to later, and references to earlier numbers and texts. Nearly all of a file is such
 * values, and most of the time they take is what making them takes. Each function takes the next
 * value if it is of the kind asked for; false leaves the cursor anywhere, and whoever asked goes
 * back and takes the value by pk_marshal_next, which knows all the rest and what is wrong with it.
 * Layer: formats; uses wire_marshal.
 */
#ifndef PK_FORMATS_WIRE_MARSHAL_PLAIN_H
#define PK_FORMATS_WIRE_MARSHAL_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/wire_marshal.h" /* IWYU pragma: export */

struct pk_marshal_plain {
    const unsigned char *at, *end; /* bytes not read yet */
    struct pk_marshal_value *const *slots;
    size_t n_slots;
};

/* A cursor at the next byte of the decoder, which does not move with it. It is good until the
 * decoder is asked for a value. */
struct pk_marshal_plain pk_marshal_plain(const struct pk_marshal *marshal);

/* The decoder goes on where the cursor is. */
void pk_marshal_go(struct pk_marshal *marshal, const struct pk_marshal_plain *plain);

struct pk_marshal_state { /* all that reading a value changes */
    size_t at, n_slots, n_strings;
    int layout;
};

/* Where the decoder is, between two values; and back to there, as if nothing had been read since,
 * not even something wrong. Values made since are good until pk_marshal_done or the end. */
struct pk_marshal_state pk_marshal_state(const struct pk_marshal *marshal);
void pk_marshal_back(struct pk_marshal *marshal, const struct pk_marshal_state *state);

static inline uint32_t pk_marshal_plain_u32(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t pk_marshal_plain_u64(const unsigned char *at)
{
    return pk_marshal_plain_u32(at) | (uint64_t)pk_marshal_plain_u32(at + 4) << 32;
}

/* Whether this type byte comes next with at least `size` bytes behind it. */
static inline bool pk_marshal_plain_is(const struct pk_marshal_plain *plain, int type, size_t size)
{
    return (size_t)(plain->end - plain->at) > size && plain->at[0] == type;
}

/* The complete value that a reference is to, or NULL. */
static inline struct pk_marshal_value *pk_marshal_plain_reference(struct pk_marshal_plain *plain)
{
    uint32_t slot;

    if (!pk_marshal_plain_is(plain, 'r', 4))
        return NULL;
    slot = pk_marshal_plain_u32(plain->at + 1);
    plain->at += 5;
    return slot < plain->n_slots ? plain->slots[slot] : NULL;
}

/* The front of a tuple of so many values (under 256), which follow. */
static inline bool pk_marshal_plain_tuple(struct pk_marshal_plain *plain, unsigned size)
{
    bool is_small = pk_marshal_plain_is(plain, ')', 1);

    if (!is_small && !pk_marshal_plain_is(plain, '(', 4))
        return false;
    plain->at += is_small ? 2 : 5;
    return (is_small ? plain->at[-1] : pk_marshal_plain_u32(plain->at - 4)) == size;
}

/* The front of a dict; its end mark, which moves on only where there is one. */
static inline bool pk_marshal_plain_dict(struct pk_marshal_plain *plain)
{
    return pk_marshal_plain_is(plain, '{', 0) && plain->at++;
}

static inline bool pk_marshal_plain_end(struct pk_marshal_plain *plain)
{
    return pk_marshal_plain_is(plain, '0', 0) && plain->at++;
}

/* An integer of 64 bits. */
static inline bool pk_marshal_plain_int(struct pk_marshal_plain *plain, int64_t *number)
{
    const struct pk_marshal_value *shared;

    if (pk_marshal_plain_is(plain, 'i', 4)) {
        *number = (int32_t)pk_marshal_plain_u32(plain->at + 1);
        plain->at += 5;
        return true;
    }
    shared = pk_marshal_plain_reference(plain);
    if (!shared || shared->kind != PK_MARSHAL_INT)
        return false;
    *number = shared->as.number;
    return true;
}

/* A double; integers are none. */
static inline bool pk_marshal_plain_real(struct pk_marshal_plain *plain, double *number)
{
    const struct pk_marshal_value *shared;
    uint64_t bits;

    if (pk_marshal_plain_is(plain, 'g', 8)) {
        bits = pk_marshal_plain_u64(plain->at + 1);
        memcpy(number, &bits, sizeof bits);
        plain->at += 9;
        return true;
    }
    shared = pk_marshal_plain_reference(plain);
    if (!shared || shared->kind != PK_MARSHAL_FLOAT)
        return false;
    *number = shared->as.real;
    return true;
}

/* A text or bytes; `shared` is the value of one that was referred to, else NULL. */
static inline bool pk_marshal_plain_text(struct pk_marshal_plain *plain, struct pk_str *text,
                                         struct pk_marshal_value **shared)
{
    size_t size, front;
    int type = plain->at < plain->end ? plain->at[0] : 0;

    *shared = NULL;
    if (type == 'r') {
        *shared = pk_marshal_plain_reference(plain);
        if (!*shared || ((*shared)->kind != PK_MARSHAL_TEXT && (*shared)->kind != PK_MARSHAL_BYTES))
            return false;
        *text = (*shared)->as.text;
        return true;
    }
    front = type == 'z' || type == 'Z' ? 2 : 5;
    if ((front == 5 && type != 'u' && type != 's' && type != 'a' && type != 'A') ||
        (size_t)(plain->end - plain->at) < front)
        return false;
    size = front == 2 ? plain->at[1] : pk_marshal_plain_u32(plain->at + 1);
    if (size > (size_t)(plain->end - plain->at) - front)
        return false;
    *text = (struct pk_str){(const char *)plain->at + front, size};
    plain->at += front + size;
    return true;
}

#endif
