/*
 * Detectors out of detectors.xml: see detectors.h. The schema has judged everything but the names
 * of families, which are those of this program, and that no id stands twice.
 */
#include "rules/detectors.h"

#include <stdint.h>
#include <stdlib.h>

#include "rules/assets.h"

/* The family of an attribute; PK_FAMILIES and the error when there is none of that name. */
static enum pk_family family_of(const struct pk_rules_element *element, const char *attribute,
                                struct pk_error *error)
{
    struct pk_str id = pk_rules_attribute(element, attribute);
    char quoted[320];
    size_t i = 0;

    while (i < PK_FAMILIES && !pk_str_equal(id, pk_str_of(pk_family_ids[i])))
        i++;
    if (i == PK_FAMILIES)
        pk_error_set(error, PK_INPUT, pk_place_line(element->line, 0), "there is no family %s",
                     pk_error_quote(quoted, sizeof quoted, id));
    return (enum pk_family)i;
}

/* At most 1,000,000, as the schema says; a '+' in front is allowed there. */
static int64_t number_of(const struct pk_rules_element *element, const char *attribute)
{
    struct pk_str text = pk_rules_attribute(element, attribute);
    int64_t value = 0;

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            value = value * 10 + (text.data[i] - '0');
    return value;
}

/* The schema has no other words. */
static enum pk_grade grade_of(struct pk_str word)
{
    if (pk_str_equal(word, PK_STR("proven")))
        return PK_PROVEN;
    return pk_str_equal(word, PK_STR("likely")) ? PK_LIKELY : PK_POSSIBLE;
}

/* A detector of its own: its attributes. Conditions that it does not have name no family. */
static void begin(struct pk_detectors *to, const struct pk_rules_element *element,
                  struct pk_error *error)
{
    struct pk_detector *one = &to->list[to->n];
    struct pk_condition none = {PK_FAMILIES, 0};

    *one = (struct pk_detector){
        .id = pk_rules_attribute(element, "id"),
        .sink = family_of(element, "sink", error),
        .grade = grade_of(pk_rules_attribute(element, "grade")),
        .min_calls = number_of(element, "calls"),
        .min_per_call = number_of(element, "per-call"),
        .min_percent = number_of(element, "percent"),
        .unless = none,
        .only_if = none,
    };
    for (uint32_t i = 0; i < to->n; i++)
        if (pk_str_equal(to->list[i].id, one->id))
            pk_error_set(error, PK_INPUT, pk_place_line(element->line, 0),
                         "a detector for a second time");
    to->n++;
}

/* What stands in a detector: a condition or a text. */
static void add(struct pk_detector *one, const struct pk_rules_element *element,
                struct pk_error *error)
{
    bool is_unless = pk_str_equal(element->name, PK_STR("unless"));

    if (is_unless || pk_str_equal(element->name, PK_STR("only-if")))
        *(is_unless ? &one->unless : &one->only_if) = (struct pk_condition){
            family_of(element, "family", error), number_of(element, "percent")};
    else if (pk_str_equal(element->name, PK_STR("summary")))
        one->summary = element->text;
    else if (pk_str_equal(element->name, PK_STR("advice")))
        one->advice = element->text;
    else
        one->settle = element->text;
}

bool pk_detectors_read(struct pk_detectors *detectors, const char *file, struct pk_str xml,
                       struct pk_error *error)
{
    *detectors = (struct pk_detectors){0};
    if (pk_rules_read(&detectors->rules, file, xml, pk_str_of(pk_asset_detectors_rng), error)) {
        detectors->list =
            PK_NEW_ARRAY(&detectors->rules.arena, struct pk_detector, detectors->rules.n);
        for (uint32_t i = 1; i < detectors->rules.n; i++) { /* 0 is the root */
            const struct pk_rules_element *element = &detectors->rules.elements[i];

            if (element->parent == 0)
                begin(detectors, element, error);
            else
                add(&detectors->list[detectors->n - 1], element, error);
        }
    }
    if (error->status == PK_OK)
        return true;
    error->file = file;
    pk_detectors_fini(detectors);
    return false;
}

/* Ours was read by a test of each build: that it cannot be now is a fault of the program. */
void pk_detectors_init(struct pk_detectors *detectors)
{
    struct pk_error error = {0};

    if (!pk_detectors_read(detectors, "detectors.xml", pk_str_of(pk_asset_detectors_xml), &error))
        abort();
}

void pk_detectors_fini(struct pk_detectors *detectors)
{
    pk_rules_fini(&detectors->rules);
    *detectors = (struct pk_detectors){0};
}
