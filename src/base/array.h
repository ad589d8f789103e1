/*
 * A typed growing array on the heap: PK_ARRAY(int) a = {0}; pk_array_push(&a, 3); a.data[0];
 * pk_array_fini(&a). All zero is a valid empty array. Growth doubles, so n pushes cost O(n). Layer:
 * base; uses arena.
 */
#ifndef PK_BASE_ARRAY_H
#define PK_BASE_ARRAY_H

#include "base/arena.h" /* IWYU pragma: export */

#include <stddef.h>

#define PK_ARRAY(type)     \
    struct {               \
        type *data;        \
        size_t size, room; \
    }

/* Make room for `count` more items without changing the size. */
#define pk_array_reserve(array, count)                                                       \
    do {                                                                                     \
        size_t need_ = (array)->size + (count);                                              \
        if (need_ > (array)->room) {                                                         \
            (array)->room =                                                                  \
                need_ > 2 * (array)->room ? (need_ < 8 ? 8 : need_) : 2 * (array)->room;     \
            (array)->data = pk_realloc((array)->data, (array)->room, sizeof *(array)->data); \
        }                                                                                    \
    } while (0)

/* Append one item. */
#define pk_array_push(array, item)               \
    do {                                         \
        pk_array_reserve((array), 1);            \
        (array)->data[(array)->size++] = (item); \
    } while (0)

/* Free the items and leave an empty array. */
#define pk_array_fini(array)               \
    do {                                   \
        pk_free((array)->data);            \
        (array)->data = NULL;              \
        (array)->size = (array)->room = 0; \
    } while (0)

#endif
