/*
 * Rules of the program: see rules.h. Their flat form is a run of texts that each end in a NUL: the
 * number of elements, then for each the number of the one around it ("-": none), its name, the
 * names and values of its attributes, nothing, and its text.
 */
#include "rules/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next text; `at` goes behind its NUL. */
static struct pk_str next(const char **at)
{
    struct pk_str text = pk_str_of(*at);

    *at += text.size + 1;
    return text;
}

static uint32_t number_of(struct pk_str digits)
{
    uint32_t value = 0;

    for (size_t i = 0; i < digits.size; i++)
        value = value * 10 + (uint32_t)(digits.data[i] - '0');
    return value;
}

/* Up to the empty name behind the last. They are counted first. */
static void take_attributes(struct pk_rules *rules, struct pk_rules_element *to, const char **at)
{
    struct pk_rules_attribute *list;
    const char *from = *at;

    for (; next(at).size > 0; to->n_attributes++)
        next(at);
    list = PK_NEW_ARRAY(&rules->arena, struct pk_rules_attribute, to->n_attributes);
    to->attributes = list;
    for (uint32_t i = 0; i < to->n_attributes; i++) {
        list[i].name = next(&from);
        list[i].value = next(&from);
    }
}

void pk_rules_init(struct pk_rules *rules, const char *flat)
{
    const char *at = flat;

    *rules = (struct pk_rules){0};
    rules->n = number_of(next(&at));
    rules->elements = PK_NEW_ARRAY(&rules->arena, struct pk_rules_element, rules->n);
    for (uint32_t i = 0; i < rules->n; i++) {
        struct pk_rules_element *to = &rules->elements[i];
        struct pk_str parent = next(&at);

        to->parent = pk_str_equal(parent, PK_STR("-")) ? PK_NONE : number_of(parent);
        to->name = next(&at);
        take_attributes(rules, to, &at);
        to->text = next(&at);
    }
}

void pk_rules_fini(struct pk_rules *rules)
{
    pk_arena_fini(&rules->arena);
    *rules = (struct pk_rules){0};
}

struct pk_str pk_rules_attribute(const struct pk_rules_element *element, const char *name)
{
    for (uint32_t i = 0; i < element->n_attributes; i++)
        if (pk_str_equal(element->attributes[i].name, pk_str_of(name)))
            return element->attributes[i].value;
    return PK_STR_NULL;
}
