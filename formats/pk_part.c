/*
 * The cursor over a part of a .pk file: see pk_part.h. Whatever a number claims is compared with
 * what there is before it is used: a count with the bytes left, a reference with what it refers to.
 * A text takes at most PK_PKFILE_SHARED bytes from the one before, so a small file cannot grow to a
 * large one.
 */
#include "formats/pk_part.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"

bool pk_part_fail(struct pk_part *part, size_t offset, const char *what, uint64_t found)
{
    return pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                        "expected %s, found %" PRIu64, what, found);
}

/* A number was not there: it is either cut by the end of the part, or not spelled as numbers are.
 */
static void fail_number(struct pk_part *part, const char *what)
{
    const struct pk_bytes *at = &part->at;
    size_t left = pk_bytes_left(at), n = 0;

    while (n < left && n < PK_VARINT_MAX && at->data[at->at + n] >= 0x80)
        n++;
    if (n == left)
        pk_error_set(part->error, PK_INPUT, pk_place_offset(at->size),
                     "expected %s, found the end of the %s", what, part->name);
    else
        pk_error_set(part->error, PK_INPUT, pk_place_offset(at->at),
                     "expected %s, found a number that is longer than it may be", what);
}

uint64_t pk_part_long_number(struct pk_part *part, uint64_t below, const char *what)
{
    size_t offset = part->at.at;
    uint64_t number;

    if (!pk_part_is_good(part))
        return 0;
    number = pk_varint_take(&part->at);
    if (part->at.failed)
        fail_number(part, what);
    else if (number >= below)
        pk_part_fail(part, offset, what, number);
    return pk_part_is_good(part) ? number : 0;
}

uint32_t pk_part_too_far(struct pk_part *part, size_t offset, uint64_t from, uint64_t step,
                         const char *what)
{
    if (pk_part_is_good(part))
        pk_part_fail(part, offset, what, step > UINT64_MAX - from ? step : from + step);
    return 0;
}

int64_t pk_part_long_value(struct pk_part *part)
{
    int64_t value;

    if (!pk_part_is_good(part))
        return 0;
    value = pk_varint_take_value(&part->at);
    if (part->at.failed)
        fail_number(part, "a value");
    return pk_part_is_good(part) ? value : 0;
}

int64_t pk_part_calls(struct pk_part *part)
{
    size_t offset = part->at.at;
    int64_t calls = pk_part_value(part);

    if (calls < 0 && calls != PK_MISSING)
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected a count of calls, found %" PRId64, calls);
    return pk_part_is_good(part) ? calls : 0;
}

uint32_t pk_part_count(struct pk_part *part, size_t least, const char *what)
{
    size_t offset = part->at.at;
    uint64_t count = pk_part_number(part, UINT32_MAX, what);

    if (pk_part_is_good(part) && count > pk_bytes_left(&part->at) / least)
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected %s, found %" PRIu64 " with %zu bytes left", what, count,
                     pk_bytes_left(&part->at));
    return pk_part_is_good(part) ? (uint32_t)count : 0;
}

/* --- texts
 * --------------------------------------------------------------------------------------------- */

void pk_part_spend(struct pk_part *part, size_t offset, uint64_t reference)
{
    part->spent += part->texts.data[reference].size;
    if (pk_part_is_good(part) && part->spent > part->most)
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected names that are at most %d times the file in all, found more",
                     PK_PKFILE_GROWTH);
}

uint32_t pk_part_reference(struct pk_part *part)
{
    size_t offset = part->at.at;
    uint64_t reference = pk_part_number(part, part->texts.size, "the number of a text");

    pk_part_spend(part, offset, reference);
    return pk_part_is_good(part) ? (uint32_t)reference : 0;
}

struct pk_str pk_part_text(struct pk_part *part)
{
    return part->texts.data[pk_part_reference(part)];
}

/* What reaches a terminal unescaped, because programs are trusted, must look like it. */
static bool is_plain(struct pk_str word)
{
    struct pk_buf shown = {0};
    bool is_same;

    pk_escape_terminal(&shown, word);
    is_same = word.size > 0 && pk_str_equal(pk_buf_view(&shown), word);
    pk_buf_fini(&shown);
    return is_same;
}

const char *pk_part_word(struct pk_part *part, uint32_t *reference)
{
    size_t offset = part->at.at;
    uint32_t number = pk_part_reference(part);
    struct pk_str word = part->texts.data[number];

    if (pk_part_is_good(part) && !is_plain(word))
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected a word of profkit, found %s",
                     word.data ? "one with other characters" : "none");
    if (reference)
        *reference = number;
    return pk_part_is_good(part) ? word.data : "";
}

/* One text: what it shares with the last one, and its own end. */
static void read_text(struct pk_part *part, struct pk_buf *text)
{
    size_t offset = part->at.at;
    uint64_t same =
        pk_part_number(part, (text->size < PK_PKFILE_SHARED ? text->size : PK_PKFILE_SHARED) + 1,
                       "how much of the text before is shared");
    uint32_t size = pk_part_count(part, 1, "the length of a text");
    struct pk_str rest = pk_bytes_take(&part->at, size);
    struct pk_str last;

    if (!pk_part_is_good(part))
        return;
    text->size = same;
    pk_buf_str(text, rest);
    last = part->texts.data[part->texts.size - 1];
    if (pk_str_compare(pk_buf_view(text), last) <= 0) {
        pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                     "expected a text that follows the one before");
        return;
    }
    pk_array_push(&part->texts, pk_arena_str(&part->arena, pk_buf_view(text)));
}

bool pk_part_read_texts(struct pk_part *part)
{
    struct pk_buf text = {0};

    while (pk_part_has_more(part))
        read_text(part, &text);
    pk_buf_fini(&text);
    return pk_part_is_good(part);
}
