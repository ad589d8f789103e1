/*
 * Marshalled values that are read without being made: numbers, texts, keys, containers that nothing
 * can refer to later, and references to earlier ones. Nearly all of a file is such values, and most
 * of the time they take is what making them takes. What may be referred to has a slot that tells
 * where it stands, and is made when pk_marshal_next meets a reference to it. Each function takes
 * the next value if it is of the kind asked for; false leaves the cursor anywhere, and whoever
 * asked goes back and takes the value by pk_marshal_next, which knows all the rest and what is
 * wrong with it. Layer: formats; uses wire_marshal.
 */
#ifndef PK_FORMATS_WIRE_MARSHAL_PLAIN_H
#define PK_FORMATS_WIRE_MARSHAL_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/wire_marshal.h" /* IWYU pragma: export */

#define PK_MARSHAL_FLAG_REF 0x80 /* of a type byte: it takes a slot, by which it is referred to */

enum pk_marshal_slot_state {
    PK_MARSHAL_SLOT_OPEN, /* the value is not complete */
    PK_MARSHAL_SLOT_MADE,
    PK_MARSHAL_SLOT_LEAF, /* a number or a text that was not made */
    PK_MARSHAL_SLOT_KEY /* a tuple that was not made: of three, each a leaf or a reference to one */
};

struct pk_marshal_slot {
    union {
        struct pk_marshal_value *value; /* MADE */
        size_t offset;                  /* of the type byte: LEAF, KEY */
    } as;
    uint32_t mark; /* of one that was not made: as that of a value */
    enum pk_marshal_slot_state state;
};

struct pk_marshal_plain {
    const unsigned char *at, *end; /* bytes not read yet */
    const unsigned char *begin;    /* of the file */
    struct pk_marshal_slot *slots;
    size_t n_slots;
    size_t again; /* the slot of the next flagged value, where it was read before; else SIZE_MAX */
    struct pk_marshal *marshal;
};

/* A cursor at the next byte of the decoder, which does not move with it; but slots are taken. It is
 * good until the decoder is asked for a value. */
struct pk_marshal_plain pk_marshal_plain(struct pk_marshal *marshal);

/* The value whose type byte comes next gets a slot, or has it: its number. */
size_t pk_marshal_plain_slot(struct pk_marshal_plain *plain, enum pk_marshal_slot_state state);

/* Take back all slots from this one on. */
void pk_marshal_plain_drop(struct pk_marshal_plain *plain, size_t slot);

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

/* A leaf of this type with at least `size` bytes behind it; one with a flag takes its slot. */
static inline bool pk_marshal_plain_leaf(struct pk_marshal_plain *plain, int type, size_t size)
{
    if ((size_t)(plain->end - plain->at) <= size || (plain->at[0] & ~PK_MARSHAL_FLAG_REF) != type)
        return false;
    if (plain->at[0] & PK_MARSHAL_FLAG_REF)
        pk_marshal_plain_slot(plain, PK_MARSHAL_SLOT_LEAF);
    return true;
}

/* The slot that a reference is to, or NULL. */
static inline struct pk_marshal_slot *pk_marshal_plain_reference(struct pk_marshal_plain *plain)
{
    uint32_t slot;

    if (!pk_marshal_plain_is(plain, 'r', 4))
        return NULL;
    slot = pk_marshal_plain_u32(plain->at + 1);
    plain->at += 5;
    return slot < plain->n_slots ? &plain->slots[slot] : NULL;
}

/* The leaf in a slot, if it is of this type and was not made; else NULL. All of it is there. */
static inline const unsigned char *pk_marshal_plain_unmade(const struct pk_marshal_plain *plain,
                                                           const struct pk_marshal_slot *slot,
                                                           int type)
{
    const unsigned char *at = plain->begin + slot->as.offset;

    return slot->state == PK_MARSHAL_SLOT_LEAF && (at[0] & ~PK_MARSHAL_FLAG_REF) == type ? at
                                                                                         : NULL;
}

/* The value in a slot, if it was made and is of this kind; else NULL. */
static inline struct pk_marshal_value *pk_marshal_plain_made(const struct pk_marshal_slot *slot,
                                                             enum pk_marshal_kind kind)
{
    return slot->state == PK_MARSHAL_SLOT_MADE && slot->as.value->kind == kind ? slot->as.value
                                                                               : NULL;
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
    const struct pk_marshal_slot *slot;
    const struct pk_marshal_value *value;
    const unsigned char *leaf;

    if (pk_marshal_plain_leaf(plain, 'i', 4)) {
        *number = (int32_t)pk_marshal_plain_u32(plain->at + 1);
        plain->at += 5;
        return true;
    }
    slot = pk_marshal_plain_reference(plain);
    if (!slot)
        return false;
    leaf = pk_marshal_plain_unmade(plain, slot, 'i');
    value = pk_marshal_plain_made(slot, PK_MARSHAL_INT);
    *number = leaf ? (int32_t)pk_marshal_plain_u32(leaf + 1) : value ? value->as.number : 0;
    return leaf || value;
}

/* The mark of the key in a slot, made or not; 0 where it has none, or is no tuple. */
static inline uint32_t pk_marshal_plain_key_mark(const struct pk_marshal_slot *slot)
{
    if (slot->state == PK_MARSHAL_SLOT_KEY)
        return slot->mark;
    return pk_marshal_plain_made(slot, PK_MARSHAL_TUPLE) ? slot->as.value->mark : 0;
}

/* A double; integers are none. */
static inline bool pk_marshal_plain_real(struct pk_marshal_plain *plain, double *number)
{
    const struct pk_marshal_slot *slot;
    const struct pk_marshal_value *value = NULL;
    const unsigned char *leaf = plain->at;
    uint64_t bits;

    if (pk_marshal_plain_leaf(plain, 'g', 8)) {
        plain->at += 9;
    } else {
        slot = pk_marshal_plain_reference(plain);
        if (!slot)
            return false;
        leaf = pk_marshal_plain_unmade(plain, slot, 'g');
        value = pk_marshal_plain_made(slot, PK_MARSHAL_FLOAT);
    }
    if (!leaf) {
        *number = value ? value->as.real : 0;
        return value;
    }
    bits = pk_marshal_plain_u64(leaf + 1);
    memcpy(number, &bits, sizeof bits);
    return true;
}

/* How many bytes stand in front of a text of this type, or 0 for what is none. */
static inline size_t pk_marshal_plain_front(int type)
{
    if (type == 'z' || type == 'Z')
        return 2;
    return type == 'u' || type == 's' || type == 'a' || type == 'A' ? 5 : 0;
}

static inline struct pk_str pk_marshal_plain_view(const unsigned char *at, size_t front)
{
    return (struct pk_str){(const char *)at + front,
                           front == 2 ? at[1] : pk_marshal_plain_u32(at + 1)};
}

/* A text or bytes that an earlier one is. */
static inline bool pk_marshal_plain_old_text(struct pk_marshal_plain *plain, struct pk_str *text,
                                             uint32_t **mark)
{
    struct pk_marshal_slot *slot = pk_marshal_plain_reference(plain);
    const unsigned char *at;
    size_t front;

    if (!slot || slot->state == PK_MARSHAL_SLOT_OPEN)
        return false;
    if (slot->state == PK_MARSHAL_SLOT_MADE) {
        *mark = &slot->as.value->mark;
        *text = slot->as.value->as.text;
        return slot->as.value->kind == PK_MARSHAL_TEXT || slot->as.value->kind == PK_MARSHAL_BYTES;
    }
    at = plain->begin + slot->as.offset;
    front = pk_marshal_plain_front(at[0] & ~PK_MARSHAL_FLAG_REF); /* 0 also for a key */
    if (front == 0)
        return false;
    *mark = &slot->mark;
    *text = pk_marshal_plain_view(at, front);
    return true;
}

/* A text or bytes; `mark` is that of one that may be referred to, good until the next slot is
 * taken, else NULL. */
static inline bool pk_marshal_plain_text(struct pk_marshal_plain *plain, struct pk_str *text,
                                         uint32_t **mark)
{
    const unsigned char *at = plain->at;
    size_t left = (size_t)(plain->end - at), front;

    *mark = NULL;
    if (pk_marshal_plain_is(plain, 'r', 4))
        return pk_marshal_plain_old_text(plain, text, mark);
    front = left > 0 ? pk_marshal_plain_front(at[0] & ~PK_MARSHAL_FLAG_REF) : 0;
    if (front == 0 || left < front)
        return false;
    *text = pk_marshal_plain_view(at, front);
    if (text->size > left - front)
        return false;
    if (at[0] & PK_MARSHAL_FLAG_REF) {
        size_t slot = pk_marshal_plain_slot(plain, PK_MARSHAL_SLOT_LEAF);

        *mark = &plain->slots[slot].mark; /* which may have moved */
    }
    plain->at += front + text->size;
    return true;
}

#endif
