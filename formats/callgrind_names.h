/*
 * Names of a callgrind file: "(12) main" defines, "(12)" refers, anything else is literal. Objects,
 * files and functions count apart. Equal names get one text, whatever their numbers. Layer:
 * formats; uses model/builder, which is where the texts are kept.
 */
#ifndef PK_FORMATS_CALLGRIND_NAMES_H
#define PK_FORMATS_CALLGRIND_NAMES_H

#include "base/buf.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"      /* IWYU pragma: export */
#include "model/builder.h" /* IWYU pragma: export */

enum pk_callgrind_space { PK_CALLGRIND_OBJECTS, PK_CALLGRIND_FILES, PK_CALLGRIND_FUNCTIONS };

struct pk_callgrind_names {
    struct pk_builder *builder; /* has the texts */
    PK_ARRAY(uint32_t) low[3];  /* [space][number] the text of one that is not far too high */
    struct pk_map ids;          /* {space, number of the file} of others */
    PK_ARRAY(uint32_t) text_of; /* [id of `ids`] the text it stands for */
    struct pk_buf scratch;
    uint64_t expanded;  /* bytes that lists of numbers were expanded to */
    uint64_t undefined; /* references to a number that nothing defined */
};

/* Begin without names; free them all. */
void pk_callgrind_names_init(struct pk_callgrind_names *names, struct pk_builder *builder);
void pk_callgrind_names_fini(struct pk_callgrind_names *names);

/* The text that stands behind '=' of a name line, as an id of the builder; 0 for no name. `seen` is
 * how many bytes of the file were read: what lists expand to is held against it. */
uint32_t pk_callgrind_names_read(struct pk_callgrind_names *names, enum pk_callgrind_space space,
                                 struct pk_str text, uint64_t seen);

/* "(12)" at the start of `text`: how many bytes it takes, 0 when there is none. */
size_t pk_callgrind_names_number(struct pk_str text, uint64_t *number);

/* The bytes of a text. */
struct pk_str pk_callgrind_names_text(const struct pk_callgrind_names *names, uint32_t id);

#endif
