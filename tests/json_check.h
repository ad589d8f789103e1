/*
 * Whether a text is JSON by RFC 8259, checked without any code of profkit: one value, strict
 * strings (no bare control byte, valid UTF-8, known escapes, surrogates in pairs) and numbers, no
 * comma too many. Layer: tests.
 */
#ifndef PK_TESTS_JSON_CHECK_H
#define PK_TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { JSON_CHECK_DEPTH = 64 };

static inline bool json_check_hex(const char *s, unsigned *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *found = s[i] ? strchr(digits, s[i]) : NULL;

        if (!found)
            return false;
        *value =
            *value * 16 + (unsigned)(found - digits > 15 ? found - digits - 6 : found - digits);
    }
    return true;
}

/* The end of a string whose opening quote stands at `s`; NULL when it is none. */
static inline const char *json_check_string(const char *s)
{
    unsigned high = 0, value;

    for (s++; *s != '"'; high = 0) {
        unsigned char c = (unsigned char)*s;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;

        if (c < 0x20 || (c >= 0x80 && more == 0) || c > 0xf4)
            return NULL;
        s++;
        for (; more; more--, s++)
            if (((unsigned char)*s & 0xc0) != 0x80)
                return NULL;
        if (c != '\\')
            continue;
        if (*s != 'u') {
            if (!*s || !strchr("\"\\/bfnrt", *s))
                return NULL;
            s++;
            continue;
        }
        if (!json_check_hex(s + 1, &value))
            return NULL;
        s += 5;
        if (value >= 0xdc00 && value < 0xe000)
            return NULL; /* a low surrogate alone */
        if (value >= 0xd800 && value < 0xdc00) {
            if (s[0] != '\\' || s[1] != 'u' || !json_check_hex(s + 2, &high) || high < 0xdc00 ||
                high >= 0xe000)
                return NULL;
            s += 6;
        }
    }
    return s + 1;
}

/* The end of a number, or NULL. */
static inline const char *json_check_number(const char *s)
{
    const char *digits = "0123456789";
    size_t n;

    s += *s == '-';
    n = strspn(s, digits);
    if (n == 0 || (n > 1 && *s == '0'))
        return NULL;
    s += n;
    if (*s == '.') {
        n = strspn(++s, digits);
        s += n;
        if (n == 0)
            return NULL;
    }
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '+' || *s == '-';
        n = strspn(s, digits);
        s += n;
        if (n == 0)
            return NULL;
    }
    return s;
}

/* The end of a string, number or word; NULL when it is none. */
static inline const char *json_check_scalar(const char *s)
{
    if (*s == '"')
        return json_check_string(s);
    if (strncmp(s, "true", 4) == 0 || strncmp(s, "null", 4) == 0)
        return s + 4;
    return strncmp(s, "false", 5) == 0 ? s + 5 : json_check_number(s);
}

/* True when `text` is one JSON value and a line end. No recursion, at most 64 levels. */
static inline bool json_check(const char *text)
{
    char open[JSON_CHECK_DEPTH];
    size_t depth = 0;
    bool wants_value = true, may_close = false;

    for (;;) {
        if (wants_value && depth && open[depth - 1] == '{' && *text != '}') {
            if (*text != '"' || !(text = json_check_string(text)) || *text++ != ':')
                return false;
            may_close = false;
        }
        if (wants_value && (*text == '{' || *text == '[')) {
            if (depth == JSON_CHECK_DEPTH)
                return false;
            open[depth++] = *text++;
            may_close = true;
            continue;
        }
        if (!wants_value || (may_close && (*text == '}' || *text == ']'))) {
            if (!depth)
                return strcmp(text, "\n") == 0;
            if (*text == ',' && !wants_value) {
                text++;
                wants_value = true;
                may_close = false;
                continue;
            }
            if (*text++ != (open[--depth] == '{' ? '}' : ']'))
                return false;
            wants_value = false;
            continue;
        }
        text = json_check_scalar(text);
        if (!text)
            return false;
        wants_value = may_close = false;
    }
}

#endif
