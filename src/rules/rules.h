/*
 * A file of rules, laid flat: elements with their attributes and text. Those of the program are
 * laid flat when it is built (flatten.sh), so that it starts without a library for XML and reads
 * none; rules_xml.h reads files. Who asks for elements may rely on the schema, which a test holds
 * ours against, and need not check again. Layer: rules; uses base.
 */
#ifndef PK_RULES_RULES_H
#define PK_RULES_RULES_H

#include <stdint.h>

#include "base/arena.h" /* IWYU pragma: export */
#include "base/map.h"   /* IWYU pragma: export */
#include "base/str.h"   /* IWYU pragma: export */

struct pk_rules_attribute {
    struct pk_str name, value;
};

struct pk_rules_element {
    struct pk_str name;
    struct pk_str text; /* all that stands directly in it, joined; child elements left out */
    uint32_t parent;    /* index of the element around it; PK_NONE for the root */
    uint32_t line;      /* 0 in rules of the program: a test has seen that nothing is wrong */
    const struct pk_rules_attribute *attributes;
    uint32_t n_attributes;
};

struct pk_rules {
    struct pk_arena arena; /* owns everything below */
    struct pk_rules_element *elements;
    uint32_t n; /* in the order of the file, the root first: parents stand before children */
};

/* The elements of a text that flatten.sh made, which has to live as long. */
void pk_rules_init(struct pk_rules *rules, const char *flat);
void pk_rules_fini(struct pk_rules *rules);

/* The value of an attribute, or the missing string. */
struct pk_str pk_rules_attribute(const struct pk_rules_element *element, const char *name);

#endif
