/*
 * Name compression: see callgrind_names.h. Source: the format's note, checked against valgrind's
 * dump.c.
 *
 * Traps: "(below main)" is a literal name, since no digit follows; numbers may be as large as 64
 * bits, so they are hashed; tables live as long as the file, since a later thread uses names that
 * an earlier one defined. With --compress-mangled=yes a name is itself a list of numbers,
 * "(1050)'(0)", which is expanded once, when it is defined. A chain of such lists doubles each
 * time, so one name may not grow past a limit, nor all of them past a multiple of what was read.
 */
#include "formats/callgrind_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_EXPANDED ((size_t)64 << 10)  /* bytes of one name made of others */
#define EXPANDED_FREE (UINT64_C(1) << 20) /* bytes of all of them, and for each byte read */
#define EXPANDED_PER_BYTE 4
#define LOW 64u /* numbers that always are in the array; the map has what is far above them */

struct name_key { /* no padding: it is hashed as bytes */
    uint64_t number;
    uint64_t space;
};

/* The builder has ids 0 and 1 for no text and the empty one: name 0 is no name. */
void pk_callgrind_names_init(struct pk_callgrind_names *names, struct pk_builder *builder)
{
    *names = (struct pk_callgrind_names){.builder = builder};
    pk_map_init(&names->ids, sizeof(struct name_key));
}

void pk_callgrind_names_fini(struct pk_callgrind_names *names)
{
    for (unsigned space = 0; space < 3; space++)
        pk_array_fini(&names->low[space]);
    pk_map_fini(&names->ids);
    pk_array_fini(&names->text_of);
    pk_buf_fini(&names->scratch);
}

struct pk_str pk_callgrind_names_text(const struct pk_callgrind_names *names, uint32_t id)
{
    return pk_builder_text_of(names->builder, id);
}

size_t pk_callgrind_names_number(struct pk_str text, uint64_t *number)
{
    size_t at = 1;

    *number = 0;
    if (text.size < 3 || text.data[0] != '(')
        return 0;
    for (; at < text.size && text.data[at] >= '0' && text.data[at] <= '9'; at++)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(text.data[at] - '0'), number))
            return 0;
    return at > 1 && at < text.size && text.data[at] == ')' ? at + 1 : 0;
}

/* The text of a number, PK_NONE when nothing defined it. */
static uint32_t find(const struct pk_callgrind_names *names, enum pk_callgrind_space space,
                     uint64_t number)
{
    struct name_key key = {number, space};
    uint32_t id;

    if (number < names->low[space].size && names->low[space].data[number])
        return names->low[space].data[number];
    id = pk_map_find(&names->ids, &key);
    return id == PK_NONE ? PK_NONE : names->text_of.data[id];
}

/* Replace each "(n)" that a function has, into the scratch buffer; false when it gets too long. */
static bool expand(struct pk_callgrind_names *names, struct pk_str name)
{
    pk_buf_reset(&names->scratch);
    while (name.size) {
        uint64_t number;
        size_t size = pk_callgrind_names_number(name, &number);
        uint32_t text = size ? find(names, PK_CALLGRIND_FUNCTIONS, number) : PK_NONE;

        if (text != PK_NONE) {
            pk_buf_str(&names->scratch, pk_callgrind_names_text(names, text));
        } else {
            size = size ? size : 1;
            pk_buf_add(&names->scratch, name.data, size);
        }
        name = pk_str_slice(name, size, name.size);
        if (names->scratch.size > MOST_EXPANDED)
            return false;
    }
    return true;
}

/* The id of a name as it stands, or as what its numbers stand for. */
static uint32_t name_id(struct pk_callgrind_names *names, enum pk_callgrind_space space,
                        struct pk_str name, uint64_t seen)
{
    uint64_t number, most = EXPANDED_FREE + EXPANDED_PER_BYTE * seen;

    if (space == PK_CALLGRIND_FUNCTIONS && pk_callgrind_names_number(name, &number) &&
        find(names, space, number) != PK_NONE && expand(names, name) &&
        names->expanded + names->scratch.size <= most) {
        names->expanded += names->scratch.size;
        name = pk_buf_view(&names->scratch);
    }
    return pk_builder_text(names->builder, name);
}

/* "?(12)": what a reference to nothing is called. */
static uint32_t undefined_id(struct pk_callgrind_names *names, struct pk_str reference)
{
    names->undefined++;
    pk_buf_reset(&names->scratch);
    pk_buf_char(&names->scratch, '?');
    pk_buf_str(&names->scratch, reference);
    return pk_builder_text(names->builder, pk_buf_view(&names->scratch));
}

/* Producers count from 1, also what they then leave out, so a number is mostly its place in an
 * array, which gets no larger than what was read of the file. What is in the array counts before
 * what is in the map. */
static void define(struct pk_callgrind_names *names, enum pk_callgrind_space space, uint64_t number,
                   uint32_t text, uint64_t seen)
{
    struct name_key key = {number, space};
    bool is_new;
    uint32_t id;

    if (number < LOW + seen / sizeof text) {
        while (names->low[space].size <= number)
            pk_array_push(&names->low[space], 0);
        names->low[space].data[number] = text;
        return;
    }
    id = pk_map_add(&names->ids, &key, &is_new);
    if (is_new)
        pk_array_push(&names->text_of, text);
    else
        names->text_of.data[id] = text; /* the last definition wins */
}

/* A definition may stand in any line that names something, be it one that is otherwise ignored. */
uint32_t pk_callgrind_names_read(struct pk_callgrind_names *names, enum pk_callgrind_space space,
                                 struct pk_str text, uint64_t seen)
{
    uint64_t number;
    size_t size = pk_callgrind_names_number(text, &number);
    struct pk_str name = pk_str_slice(text, size, text.size);
    uint32_t known;

    if (!size)
        return text.size ? name_id(names, space, text, seen) : 0;
    while (name.size && name.data[0] == ' ')
        name = pk_str_slice(name, 1, name.size);
    if (!name.size) {
        known = find(names, space, number);
        return known == PK_NONE ? undefined_id(names, pk_str_slice(text, 0, size)) : known;
    }
    known = name_id(names, space, name, seen);
    define(names, space, number, known, seen);
    return known;
}
