/*
 * Decoder of Python's marshal data, versions 0 to 5. Source: CPython's Python/marshal.c, 2.7
 * and 3.6 to 3.14.
 *
 * Values are built by an explicit stack: `open` holds the containers being read, `stack` the values
 * that wait for their container. A container takes its values only when all are there, so a count
 * that the file merely claims never sizes anything.
 *
 * Traps. (1) A flagged object takes its slot in the reference table when its type byte is read,
 * before its children; assigning it afterwards shifts every later reference and still gives
 * plausible values. (2) The flag means nothing on N F T . S 0 r R. (3) Type t feeds the string
 * table of Python 2 (read by R) when not flagged, the reference table of Python 3 when flagged; the
 * two never meet in one file.
 */
#include "formats/wire_marshal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "formats/wire_marshal_plain.h"
#include "formats/wire_marshal_private.h"

#define KEY_PARTS 3u /* file, line, name: what a key of PK_MARSHAL_SLOT_KEY holds */

/* `data` is borrowed, and texts of values point into it. No layout of code objects is known before
 * the first one was met. */
struct pk_marshal *pk_marshal_new(const void *data, size_t size, const struct pk_limits *limits)
{
    struct pk_marshal *marshal = pk_calloc(1, sizeof *marshal);

    pk_bytes_init(&marshal->bytes, data, size);
    marshal->limits = *limits;
    pk_arena_init(&marshal->arena);
    pk_arena_init(&marshal->scratch);
    pk_arena_init(&marshal->trial_arena);
    marshal->layout = -1;
    marshal->kept_at = SIZE_MAX;
    return marshal;
}

/* All values go with it; they lie in the arenas. */
void pk_marshal_free(struct pk_marshal *marshal)
{
    if (!marshal)
        return;
    pk_array_fini(&marshal->stack);
    pk_array_fini(&marshal->slots);
    pk_array_fini(&marshal->strings);
    pk_array_fini(&marshal->open);
    pk_arena_fini(&marshal->arena);
    pk_arena_fini(&marshal->scratch);
    pk_arena_fini(&marshal->trial_arena);
    pk_free(marshal);
}

size_t pk_marshal_offset(const struct pk_marshal *marshal)
{
    return marshal->bytes.at;
}

/* The first fault wins; formatted at once, since the values it names may belong to a trial that is
 * undone. */
void pk_marshal_fail(struct pk_marshal *marshal, enum pk_marshal_fault_kind kind, size_t offset,
                     const char *format, ...)
{
    va_list args;

    if (marshal->fault.kind != PK_MARSHAL_FAULT_NONE)
        return;
    marshal->fault.kind = kind;
    marshal->fault.offset = offset;
    va_start(args, format);
    vsnprintf(marshal->fault.text, sizeof marshal->fault.text, format, args);
    va_end(args);
}

void pk_marshal_fail_cut(struct pk_marshal *marshal)
{
    pk_marshal_fail(marshal, PK_MARSHAL_FAULT_CUT, marshal->bytes.size,
                    "unexpected end of the file");
}

bool pk_marshal_is_well(const struct pk_marshal *marshal)
{
    return !marshal->bytes.failed && marshal->fault.kind == PK_MARSHAL_FAULT_NONE;
}

struct pk_arena *pk_marshal_arena(struct pk_marshal *marshal)
{
    if (marshal->trial.is_active)
        return &marshal->trial_arena;
    return marshal->is_kept ? &marshal->arena : &marshal->scratch;
}

void pk_marshal_done(struct pk_marshal *marshal)
{
    pk_arena_reset(&marshal->scratch);
}

/* What may be referred to is kept, with all that is in it. */
static void choose_arena(struct pk_marshal *marshal, bool is_referable)
{
    marshal->is_kept = is_referable || marshal->kept_at < marshal->open.size;
}

/* --- without making values --- */

struct pk_marshal_plain pk_marshal_plain(struct pk_marshal *marshal)
{
    return (struct pk_marshal_plain){.at = marshal->bytes.data + marshal->bytes.at,
                                     .end = marshal->bytes.data + marshal->bytes.size,
                                     .begin = marshal->bytes.data,
                                     .slots = marshal->slots.data,
                                     .n_slots = marshal->slots.size,
                                     .again = SIZE_MAX,
                                     .marshal = marshal};
}

size_t pk_marshal_plain_slot(struct pk_marshal_plain *plain, enum pk_marshal_slot_state state)
{
    struct pk_marshal *marshal = plain->marshal;
    struct pk_marshal_slot slot = {.as.offset = (size_t)(plain->at - plain->begin), .state = state};

    if (plain->again != SIZE_MAX)
        return plain->again++;
    pk_array_push(&marshal->slots, slot);
    plain->slots = marshal->slots.data;
    plain->n_slots = marshal->slots.size;
    return plain->n_slots - 1;
}

void pk_marshal_go(struct pk_marshal *marshal, const struct pk_marshal_plain *plain)
{
    marshal->bytes.at = (size_t)(plain->at - marshal->bytes.data);
}

void pk_marshal_plain_drop(struct pk_marshal_plain *plain, size_t slot)
{
    plain->marshal->slots.size = plain->n_slots = slot;
}

struct pk_marshal_state pk_marshal_state(const struct pk_marshal *marshal)
{
    return (struct pk_marshal_state){marshal->bytes.at, marshal->slots.size, marshal->strings.size,
                                     marshal->layout};
}

/* What went wrong inside a value has left containers open, and maybe a trial of layouts. */
void pk_marshal_back(struct pk_marshal *marshal, const struct pk_marshal_state *state)
{
    marshal->bytes.at = state->at;
    marshal->bytes.failed = false;
    marshal->slots.size = state->n_slots;
    marshal->strings.size = state->n_strings;
    marshal->layout = state->layout;
    marshal->stack.size = marshal->open.size = 0;
    marshal->kept_at = SIZE_MAX;
    marshal->fault.kind = PK_MARSHAL_FAULT_NONE;
    marshal->trial.is_active = false;
}

/* --- making them --- */

/* What a type code makes, plus one; 0 for those that make nothing of their own. */
static const unsigned char kinds[PK_MARSHAL_FLAG_REF] = {
    ['N'] = PK_MARSHAL_NONE + 1,    ['F'] = PK_MARSHAL_BOOL + 1,
    ['T'] = PK_MARSHAL_BOOL + 1,    ['.'] = PK_MARSHAL_ELLIPSIS + 1,
    ['S'] = PK_MARSHAL_STOP + 1,    ['i'] = PK_MARSHAL_INT + 1,
    ['I'] = PK_MARSHAL_INT + 1,     ['l'] = PK_MARSHAL_INT + 1,
    ['g'] = PK_MARSHAL_FLOAT + 1,   ['f'] = PK_MARSHAL_FLOAT_TEXT + 1,
    ['x'] = PK_MARSHAL_COMPLEX + 1, ['y'] = PK_MARSHAL_COMPLEX + 1,
    ['s'] = PK_MARSHAL_BYTES + 1,   ['t'] = PK_MARSHAL_TEXT + 1,
    ['u'] = PK_MARSHAL_TEXT + 1,    ['a'] = PK_MARSHAL_TEXT + 1,
    ['A'] = PK_MARSHAL_TEXT + 1,    ['z'] = PK_MARSHAL_TEXT + 1,
    ['Z'] = PK_MARSHAL_TEXT + 1,    ['('] = PK_MARSHAL_TUPLE + 1,
    [')'] = PK_MARSHAL_TUPLE + 1,   ['['] = PK_MARSHAL_LIST + 1,
    ['<'] = PK_MARSHAL_SET + 1,     ['>'] = PK_MARSHAL_SET + 1,
    ['{'] = PK_MARSHAL_DICT + 1,    [':'] = PK_MARSHAL_SLICE + 1,
    ['c'] = PK_MARSHAL_CODE + 1,
};

/* A value remembers where its type byte stood, for messages about what it holds. */
static struct pk_marshal_value *make(struct pk_arena *arena, enum pk_marshal_kind kind,
                                     size_t offset)
{
    struct pk_marshal_value *value = PK_NEW(arena, struct pk_marshal_value);

    value->kind = kind;
    value->offset = offset;
    return value;
}

/* The slot of a value that may be referred to from here on. */
static struct pk_marshal_slot complete(struct pk_marshal_value *value)
{
    return (struct pk_marshal_slot){.as.value = value, .state = PK_MARSHAL_SLOT_MADE};
}

/* Turn the innermost container and its values on the stack into one value. Only here is memory
 * taken for a container, and for as many values as really came. */
static struct pk_marshal_value *close_container(struct pk_marshal *marshal)
{
    const struct pk_marshal_container *top = &marshal->open.data[--marshal->open.size];
    size_t count = marshal->stack.size - top->base;
    struct pk_marshal_value *value;

    choose_arena(marshal, top->slot != PK_MARSHAL_NO_SLOT);
    value = make(pk_marshal_arena(marshal), top->kind, top->offset);

    if (top->kind == PK_MARSHAL_CODE) {
        pk_marshal_make_code(marshal, top, value);
    } else if (count > 0) {
        value->as.items.data =
            PK_NEW_ARRAY(pk_marshal_arena(marshal), struct pk_marshal_value *, count);
        memcpy(value->as.items.data, marshal->stack.data + top->base,
               count * sizeof *value->as.items.data);
        value->as.items.size = count;
    }
    marshal->stack.size = top->base;
    if (top->slot != PK_MARSHAL_NO_SLOT)
        marshal->slots.data[top->slot] = complete(value);
    return value;
}

/* Hand a value to the container that waits for it, and close every container that is now complete:
 * the last value of a tuple that is the last of another closes both. A dict is closed by its end
 * mark. */
static void deliver(struct pk_marshal *marshal, struct pk_marshal_value *value)
{
    for (;;) {
        struct pk_marshal_container *top;

        pk_array_push(&marshal->stack, value);
        if (marshal->open.size == 0)
            return;
        top = &marshal->open.data[marshal->open.size - 1];
        if (top->kind == PK_MARSHAL_CODE && !pk_marshal_take_code_part(marshal, top))
            return;
        if (top->left == PK_MARSHAL_NO_COUNT || --top->left > 0)
            return;
        value = close_container(marshal);
    }
}

/* An empty container is complete at once, and may complete what is around it. */
void pk_marshal_open(struct pk_marshal *marshal, struct pk_marshal_container container)
{
    /* The stacks are on the heap, so the limit is a promise to users and not what keeps us alive.
     */
    if (marshal->open.size >= marshal->limits.depth) {
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_DEPTH, container.offset, "too deep");
        return;
    }
    container.base = marshal->stack.size;
    if (marshal->kept_at >= marshal->open.size) /* else one around it is kept already */
        marshal->kept_at = container.slot == PK_MARSHAL_NO_SLOT ? SIZE_MAX : marshal->open.size;
    pk_array_push(&marshal->open, container);
    if (container.left == 0)
        deliver(marshal, close_container(marshal));
}

static struct pk_marshal_value *made(struct pk_marshal *marshal, size_t slot);

/* What comes next within a key that was read before: a leaf, which may have this slot, or a
 * reference. */
static struct pk_marshal_value *make_part(struct pk_marshal *marshal, size_t *slot)
{
    size_t offset = marshal->bytes.at;
    int byte = pk_bytes_u8(&marshal->bytes), type = byte & ~PK_MARSHAL_FLAG_REF;
    struct pk_marshal_slot *own = byte == type ? NULL : &marshal->slots.data[(*slot)++];
    struct pk_marshal_value *value;

    if (type == 'r')
        return made(marshal, pk_bytes_u32(&marshal->bytes));
    value = make(&marshal->arena, (enum pk_marshal_kind)(kinds[type] - 1), offset);
    pk_marshal_take_leaf(marshal, type, value);
    if (!own)
        return value;
    if (own->state == PK_MARSHAL_SLOT_LEAF) { /* else it was made before the key is */
        value->mark = own->mark;
        *own = complete(value);
    }
    return own->as.value;
}

/* The value of a slot; NULL while it is open. One that was read without being made is made now: it
 * was looked at then, so nothing in it is wrong, and the slots of what is inside follow its own. It
 * stays, whatever is being tried: its slot is older than that. */
static struct pk_marshal_value *made(struct pk_marshal *marshal, size_t slot)
{
    struct pk_marshal_slot *own = &marshal->slots.data[slot];
    size_t at = marshal->bytes.at, next = slot + 1;
    struct pk_marshal_value *value;

    if (own->state == PK_MARSHAL_SLOT_MADE)
        return own->as.value;
    if (own->state == PK_MARSHAL_SLOT_OPEN)
        return NULL;
    marshal->bytes.at = own->as.offset;
    if (own->state == PK_MARSHAL_SLOT_LEAF) {
        value = make_part(marshal, &slot);
    } else {
        value = make(&marshal->arena, PK_MARSHAL_TUPLE, own->as.offset);
        value->mark = own->mark;
        value->as.items.size = KEY_PARTS;
        value->as.items.data = PK_NEW_ARRAY(&marshal->arena, struct pk_marshal_value *, KEY_PARTS);
        *own = complete(value);
        marshal->bytes.at += 2; /* type, size */
        for (size_t i = 0; i < KEY_PARTS; i++)
            value->as.items.data[i] = make_part(marshal, &next);
    }
    marshal->bytes.at = at;
    return value;
}

/* The value that an earlier flagged object (r) or string (R) became. */
static void take_reference(struct pk_marshal *marshal, size_t offset, bool is_string)
{
    size_t count = is_string ? marshal->strings.size : marshal->slots.size;
    uint32_t index = pk_bytes_u32(&marshal->bytes);
    struct pk_marshal_value *value;

    if (marshal->bytes.failed)
        return;
    if (index >= count) {
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, offset,
                        "expected a reference to one of %zu earlier %s, found %" PRIu32, count,
                        is_string ? "strings" : "objects", index);
        return;
    }
    value = is_string ? marshal->strings.data[index] : made(marshal, index);
    if (value)
        deliver(marshal, value);
    else /* a cycle: nothing that a profile holds */
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, offset,
                        "expected a reference to a complete object, found %" PRIu32, index);
}

/* The end mark 0 closes a dict that waits for a key. */
static void take_end(struct pk_marshal *marshal, size_t offset)
{
    const struct pk_marshal_container *top =
        marshal->open.size ? &marshal->open.data[marshal->open.size - 1] : NULL;

    if (top && top->left == PK_MARSHAL_NO_COUNT && (marshal->stack.size - top->base) % 2 == 0)
        deliver(marshal, close_container(marshal));
    else
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, offset,
                        "expected a value, found the end mark of a dict");
}

/* How many values follow: one byte for a small tuple, start, stop and step for a slice, nothing for
 * a dict, else a length of four bytes. */
static void take_container(struct pk_marshal *marshal, int type,
                           struct pk_marshal_container container)
{
    switch (type) {
    case 'c':
        pk_marshal_open_code(marshal, container);
        return;
    case '{':
        container.left = PK_MARSHAL_NO_COUNT;
        break;
    case ':':
        container.left = 3;
        break;
    case ')':
        container.left = pk_bytes_u8(&marshal->bytes);
        break;
    default:
        container.left = pk_marshal_take_length(marshal);
    }
    if (pk_marshal_is_well(marshal))
        pk_marshal_open(marshal, container);
}

/* A value of its own, whose type byte stood at `offset`. */
static void take_value(struct pk_marshal *marshal, size_t offset, int type, bool is_flagged)
{
    enum pk_marshal_kind kind = (enum pk_marshal_kind)(kinds[type] - 1);
    size_t slot = PK_MARSHAL_NO_SLOT;
    struct pk_marshal_value *value;

    /* Constants take no slot, whatever their flag says: CPython's writer shares them anyway. */
    if (is_flagged && kind > PK_MARSHAL_STOP) {
        slot = marshal->slots.size;
        pk_array_push(&marshal->slots, (struct pk_marshal_slot){.state = PK_MARSHAL_SLOT_OPEN});
    }
    if (kind >= PK_MARSHAL_TUPLE) {
        take_container(marshal, type,
                       (struct pk_marshal_container){.kind = kind, .slot = slot, .offset = offset});
        return;
    }
    choose_arena(marshal, slot != PK_MARSHAL_NO_SLOT || type == 't');
    value = make(pk_marshal_arena(marshal), kind, offset);
    pk_marshal_take_leaf(marshal, type, value);
    if (!pk_marshal_is_well(marshal))
        return;
    if (slot != PK_MARSHAL_NO_SLOT)
        marshal->slots.data[slot] = complete(value);
    else if (type == 't')
        pk_array_push(&marshal->strings, value);
    deliver(marshal, value);
}

/* Read one type byte and what belongs to it, up to the next type byte. */
static void take_object(struct pk_marshal *marshal)
{
    size_t offset = marshal->bytes.at;
    int byte = pk_bytes_u8(&marshal->bytes), type = byte & ~PK_MARSHAL_FLAG_REF;

    if (marshal->bytes.failed)
        return;
    if (type == '0')
        take_end(marshal, offset);
    else if (type == 'r' || type == 'R')
        take_reference(marshal, offset, type == 'R');
    else if (kinds[type])
        take_value(marshal, offset, type, byte & PK_MARSHAL_FLAG_REF);
    else
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, offset,
                        "expected a marshal type code, found 0x%02x", (unsigned)byte);
}

/* Tell the caller what went wrong. */
static enum pk_marshal_status report(const struct pk_marshal *marshal, struct pk_error *error)
{
    struct pk_place place = pk_place_offset(marshal->fault.offset);

    if (marshal->fault.kind == PK_MARSHAL_FAULT_CUT)
        return PK_MARSHAL_CUT;
    if (marshal->fault.kind == PK_MARSHAL_FAULT_DEPTH)
        pk_limits_error(error, place, "depth", marshal->limits.depth, "levels of nested values");
    else
        pk_error_set(error, PK_INPUT, place, "%s", marshal->fault.text);
    return PK_MARSHAL_BAD;
}

/* Only the outermost dict is opened by hand, so that its entries can be handed out one by one and
 * those in front of a cut are not lost. */
enum pk_marshal_status pk_marshal_open_dict(struct pk_marshal *marshal, struct pk_error *error)
{
    size_t offset = marshal->bytes.at;
    int byte = pk_bytes_u8(&marshal->bytes);

    if (marshal->bytes.failed)
        pk_marshal_fail_cut(marshal);
    else if ((byte & ~PK_MARSHAL_FLAG_REF) != '{')
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, offset,
                        "expected a marshal dict, found type byte 0x%02x", (unsigned)byte);
    else if (byte & PK_MARSHAL_FLAG_REF)
        /* never filled: nothing inside may refer to the whole */
        pk_array_push(&marshal->slots, (struct pk_marshal_slot){.state = PK_MARSHAL_SLOT_OPEN});
    return pk_marshal_is_well(marshal) ? PK_MARSHAL_VALUE : report(marshal, error);
}

/* One value with all that is inside it. A cut inside one loses that value alone. */
enum pk_marshal_status pk_marshal_next(struct pk_marshal *marshal, struct pk_marshal_value **value,
                                       struct pk_error *error)
{
    int first = pk_bytes_peek(&marshal->bytes);

    marshal->stack.size = 0; /* the value given last time lives on, its place here does not */
    if (first >= 0 && (first & ~PK_MARSHAL_FLAG_REF) == '0') {
        pk_bytes_u8(&marshal->bytes);
        return PK_MARSHAL_END;
    }
    do {
        take_object(marshal);
        while (!pk_marshal_is_well(marshal)) { /* each layout may fail at its first byte */
            if (marshal->bytes.failed)
                pk_marshal_fail_cut(marshal);
            if (!pk_marshal_retry_code(marshal))
                return report(marshal, error);
        }
    } while (marshal->open.size > 0);
    *value = marshal->stack.data[0];
    return PK_MARSHAL_VALUE;
}
