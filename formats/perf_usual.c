/*
 * Decides which lines are usual: see perf_usual.h. An address is looked at in one go, since it is a
 * fifth of a line.
 */
#include "formats/perf_usual.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FIELD 16u /* columns of an address, %16lx */

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* The value of a field of 16 columns: hexadecimal digits with blanks in front, one digit at least.
 * All columns are looked at at once; false: it is something else. */
static bool field_value(const char *field, uint64_t *value)
{
    unsigned __int128 other, blanks;
    bytes16 text, digits, is_digit, is_letter, is_blank;
    uint64_t half[2];

    memcpy(&text, field, sizeof text);
    is_digit = (bytes16)(text - '0' < 10);
    is_letter = (bytes16)(text - 'a' < 6);
    is_blank = (bytes16)(text == ' ');
    other = (unsigned __int128)~(is_digit | is_letter);
    blanks = (unsigned __int128)is_blank;
    /* What is no digit stands in front (the lowest bytes), is a blank, and is not all there is. */
    if (other != blanks || (other & (other + 1)) != 0 || other == ~(unsigned __int128)0)
        return false;
    digits = (text & 15) + (is_letter & 9);
    digits &= ~is_blank;
    memcpy(half, &digits, sizeof half);
    for (unsigned i = 0; i < 2; i++) { /* eight digits, a byte each, the first lowest */
        half[i] = __builtin_bswap64(half[i]);
        half[i] = (half[i] | half[i] >> 4) & 0x00ff00ff00ff00ff;
        half[i] = (half[i] | half[i] >> 8) & 0x0000ffff0000ffff;
        half[i] = (half[i] | half[i] >> 16) & 0x00000000ffffffff;
    }
    *value = half[0] << 32 | half[1];
    return true;
}

/* "\t    7f5d2d34ab12 hot+0x21 (/srv/p)": one that ends in a bracket is complete, and no other
 * field of perf can be meant. */
bool pk_perf_usual_take(const char *line, const char *end, struct pk_perf_usual *usual)
{
    const char *text = line + PK_PERF_USUAL_FRONT;

    if (end - line < PK_PERF_USUAL_FRONT + 5 || end - line > PK_PERF_USUAL_SIZE ||
        line[0] != '\t' || text[-1] != ' ' || end[-1] != ')' || memcmp(text, "insn:", 5) == 0 ||
        !field_value(line + 1, &usual->address))
        return false;
    usual->text = (struct pk_str){text, (size_t)(end - text)};
    return true;
}

bool pk_perf_usual_front(const char *line, size_t size)
{
    uint64_t address;

    return size > PK_PERF_USUAL_FRONT && line[0] == '\t' && line[PK_PERF_USUAL_FRONT - 1] == ' ' &&
           field_value(line + 1, &address);
}

uint64_t pk_perf_usual_address(const char *line)
{
    uint64_t address = 0;

    field_value(line + 1, &address);
    return address;
}
