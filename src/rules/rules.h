/*
 * A file of rules: XML that its RELAX NG schema has found valid, laid flat. The files are part of
 * the program, but read as if they were not: nothing is fetched, and a document type declaration is
 * refused as a whole, so that no entity can name a file or grow without end. Who reads the elements
 * may rely on the schema and need not check again. Layer: rules; uses base; the only place of the
 * product that includes libxml2.
 */
#ifndef PK_RULES_RULES_H
#define PK_RULES_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h" /* IWYU pragma: export */
#include "base/map.h"   /* IWYU pragma: export */

struct pk_rules_attribute {
    struct pk_str name, value;
};

struct pk_rules_element {
    struct pk_str name;
    struct pk_str text; /* all that stands directly in it, joined; child elements left out */
    uint32_t parent;    /* index of the element around it; PK_NONE for the root */
    uint32_t line;
    const struct pk_rules_attribute *attributes;
    uint32_t n_attributes;
};

struct pk_rules {
    struct pk_arena arena; /* owns everything below */
    struct pk_rules_element *elements;
    uint32_t n; /* in the order of the file, the root first: parents stand before children */
};

/* Read `xml`, called `file` in errors, and hold it against `schema`; a NULL one is for rules of our
 * own that a test holds against it, which takes longer than all the rest. False leaves `rules`
 * empty and fills `error` (PK_INPUT) with the line, and the column where it is known. */
bool pk_rules_read(struct pk_rules *rules, const char *file, struct pk_str xml,
                   struct pk_str schema, struct pk_error *error);
void pk_rules_fini(struct pk_rules *rules);

/* The value of an attribute, or the missing string. */
struct pk_str pk_rules_attribute(const struct pk_rules_element *element, const char *name);

#endif
