/*
 * Bytes to keys: see keys.h. A terminal sends an escape alone for the key of it, and an escape with
 * more behind it for the others: only time tells the two apart, which is the caller's matter.
 *
 * Trap: a sequence that is not known has to be taken as a whole, or its end is read as letters,
 * which are keys too.
 */
#include "base/keys.h"

#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

#define ESCAPE '\x1b'
#define LONGEST 32 /* of a sequence; what is longer is none */

/* ESC [ A and ESC O A alike; with modifiers a number stands before the letter. */
static int32_t by_letter(char letter)
{
    switch (letter) {
    case 'A':
        return PK_KEY_UP;
    case 'B':
        return PK_KEY_DOWN;
    case 'C':
        return PK_KEY_RIGHT;
    case 'D':
        return PK_KEY_LEFT;
    case 'F':
        return PK_KEY_END;
    case 'H':
        return PK_KEY_HOME;
    case 'M':
        return PK_KEY_ENTER; /* of the keypad */
    case 'Z':
        return PK_KEY_BACK_TAB;
    default:
        return PK_KEY_NONE;
    }
}

/* ESC [ 5 ~ */
static int32_t by_number(unsigned number)
{
    switch (number) {
    case 1:
    case 7:
        return PK_KEY_HOME;
    case 4:
    case 8:
        return PK_KEY_END;
    case 3:
        return PK_KEY_DELETE;
    case 5:
        return PK_KEY_PAGE_UP;
    case 6:
        return PK_KEY_PAGE_DOWN;
    default:
        return PK_KEY_NONE;
    }
}

/* Parameters and intermediates, then one final byte (ECMA-48, 5.4). */
static size_t take_sequence(struct pk_str bytes, bool is_all, int32_t *key)
{
    unsigned number = 0;
    size_t i = 2;

    *key = PK_KEY_NONE;
    while (i < bytes.size && i < LONGEST && bytes.data[i] >= 0x20 && bytes.data[i] < 0x40) {
        if (bytes.data[i] >= '0' && bytes.data[i] <= '9' && number < 1000)
            number = number * 10 + (unsigned)(bytes.data[i] - '0');
        else if (bytes.data[i] == ';') /* modifiers follow, which mean nothing here */
            break;
        i++;
    }
    while (i < bytes.size && i < LONGEST && bytes.data[i] >= 0x20 && bytes.data[i] < 0x40)
        i++;
    if (i == bytes.size)
        return is_all ? i : 0;
    *key = bytes.data[i] == '~' ? by_number(number) : by_letter(bytes.data[i]);
    return i + 1;
}

/* Behind an escape: a sequence, or a letter with Alt, which means nothing here. */
static size_t take_escape(struct pk_str bytes, bool is_all, int32_t *key)
{
    *key = PK_KEY_ESCAPE;
    if (bytes.size == 1)
        return is_all ? 1 : 0;
    if (bytes.data[1] == '[')
        return take_sequence(bytes, is_all, key);
    if (bytes.data[1] == 'O') {
        if (bytes.size == 2)
            return is_all ? 2 : 0;
        *key = by_letter(bytes.data[2]);
        return 3;
    }
    if (bytes.data[1] == ESCAPE) /* the key twice */
        return 1;
    *key = PK_KEY_NONE;
    return 2;
}

/* How many bytes a character has by its first. */
static size_t length_of(unsigned char first)
{
    return first < 0xc0 || first > 0xf7 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Nothing is taken of a sequence that may go on, until nothing more comes: Escape alone is a
 * key. */
size_t pk_keys_take(struct pk_str bytes, bool is_all, int32_t *key)
{
    size_t length;

    *key = PK_KEY_NONE;
    if (bytes.size == 0)
        return 0;
    switch (bytes.data[0]) {
    case ESCAPE:
        return take_escape(bytes, is_all, key);
    case '\r':
    case '\n':
        *key = PK_KEY_ENTER;
        return 1;
    case '\t':
        *key = PK_KEY_TAB;
        return 1;
    case '\b':
    case '\x7f':
        *key = PK_KEY_BACKSPACE;
        return 1;
    default:
        break;
    }
    if (length_of((unsigned char)bytes.data[0]) > bytes.size && !is_all)
        return 0;
    *key = pk_utf8_decode(bytes, 0, &length);
    if (*key < 0)
        *key = PK_KEY_NONE;
    return length;
}
