/*
 * A borrowed run of bytes. Names in profiles may hold any byte, NUL included, so they are never
 * plain C strings. `data` is NULL when the file does not say; an empty name has data and size 0.
 * The owner is whoever made the bytes (an arena, an interner, a line of a scanner); a pk_str never
 * frees. Layer: base; includes nothing of profkit.
 */
#ifndef PK_BASE_STR_H
#define PK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct pk_str {
    const char *data;
    size_t size;
};

#define PK_STR(literal) ((struct pk_str){(literal), sizeof(literal) - 1})
#define PK_STR_NULL ((struct pk_str){NULL, 0})

/* The bytes of a C string, without its NUL; NULL gives the missing string. */
static inline struct pk_str pk_str_of(const char *text)
{
    return text ? (struct pk_str){text, strlen(text)} : PK_STR_NULL;
}

/* True when both hold the same bytes; a missing string equals only a missing one. */
static inline bool pk_str_equal(struct pk_str a, struct pk_str b)
{
    return (a.data == NULL) == (b.data == NULL) && a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Order by bytes, missing first, a prefix before what it begins: < 0, 0 or > 0. */
static inline int pk_str_compare(struct pk_str a, struct pk_str b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n ? memcmp(a.data, b.data, n) : 0;

    if (order)
        return order;
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return (a.data != NULL) - (b.data != NULL);
}

/* The bytes [from, to) of `s`; the caller keeps 0 <= from <= to <= size. */
static inline struct pk_str pk_str_slice(struct pk_str s, size_t from, size_t to)
{
    return (struct pk_str){s.data + from, to - from};
}

/* Take the first line off a text that has one, its newline (which the last may lack) left out. */
static inline struct pk_str pk_str_take_line(struct pk_str *rest)
{
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end ? (size_t)(end - rest->data) : rest->size;
    struct pk_str line = pk_str_slice(*rest, 0, size);

    *rest = pk_str_slice(*rest, size + (end != NULL), rest->size);
    return line;
}

/* True when `s` begins with `prefix`. */
static inline bool pk_str_starts(struct pk_str s, struct pk_str prefix)
{
    return s.size >= prefix.size &&
           (prefix.size == 0 || memcmp(s.data, prefix.data, prefix.size) == 0);
}

/* True when `s` ends with `suffix`. */
static inline bool pk_str_ends(struct pk_str s, struct pk_str suffix)
{
    return s.size >= suffix.size && (suffix.size == 0 || memcmp(s.data + s.size - suffix.size,
                                                                suffix.data, suffix.size) == 0);
}

#endif
