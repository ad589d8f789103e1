/*
 * Keys out of the bytes that a terminal sends: characters of UTF-8, control characters, and the
 * escape sequences of the keys that have no character. Reads no terminal itself. Layer: base; uses
 * str, utf8.
 *
 * Sources: ECMA-48 (CSI), and what xterm, rxvt, the Linux console and tmux send.
 */
#ifndef PK_BASE_KEYS_H
#define PK_BASE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

enum pk_key { /* above all code points; any other key is the code point of its character */
              PK_KEY_NONE = 0x200000, /* a sequence of no key we know */
              PK_KEY_UP,
              PK_KEY_DOWN,
              PK_KEY_LEFT,
              PK_KEY_RIGHT,
              PK_KEY_HOME,
              PK_KEY_END,
              PK_KEY_PAGE_UP,
              PK_KEY_PAGE_DOWN,
              PK_KEY_DELETE,
              PK_KEY_BACK_TAB,
              PK_KEY_ENTER,
              PK_KEY_BACKSPACE,
              PK_KEY_ESCAPE,
              PK_KEY_TAB,
};

/* Take the first key off `bytes` into `*key`: how many bytes it was, or 0 when more of them are
 * needed. With `is_all` nothing more came for a while: then an escape alone is the key of it. */
size_t pk_keys_take(struct pk_str bytes, bool is_all, int32_t *key);

#endif
