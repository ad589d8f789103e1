/*
 * Detectors out of detectors.xml: see detectors.h. The schema has judged everything but the names
 * of families, which are those of this program, and that no id stands twice.
 */
#include "rules/detectors.h"

#include <stdint.h>
#include <stdlib.h>

#include "rules/assets.h"

/* Elements of these names; what they mean stands at the top of detectors.xml. A new one needs a
 * judge in findings_judge.c and a line in detectors.rng. */
static const char *const condition_names[PK_CONDITIONS] = {
    [PK_UNLESS] = "unless",       [PK_ONLY_IF] = "only-if",   [PK_PAIR] = "pair",
    [PK_SELDOM] = "seldom",       [PK_NOT_WITH] = "not-with", [PK_DOUBT] = "doubt",
    [PK_COMPANION] = "companion",
};

/* One family; 0 and the error when there is none of that name. */
static uint64_t family_of(struct pk_str id, uint32_t line, struct pk_error *error)
{
    char quoted[320];

    for (int i = 0; i < PK_FAMILIES; i++)
        if (pk_str_equal(id, pk_str_of(pk_family_ids[i])))
            return PK_FAMILY_BIT(i);
    pk_error_set(error, PK_INPUT, pk_place_line(line, 0), "there is no family %s",
                 pk_error_quote(quoted, sizeof quoted, id));
    return 0;
}

/* The families of an attribute, with spaces between. */
static uint64_t families_of(const struct pk_rules_element *element, const char *attribute,
                            struct pk_error *error)
{
    struct pk_str list = pk_rules_attribute(element, attribute);
    uint64_t families = 0;
    size_t start = 0;

    for (size_t i = 0; i <= list.size; i++) {
        if (i < list.size && list.data[i] != ' ')
            continue;
        if (i > start)
            families |= family_of(pk_str_slice(list, start, i), (uint32_t)element->line, error);
        start = i + 1;
    }
    return families;
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

static enum pk_source_rule source_of(struct pk_str word)
{
    if (pk_str_equal(word, PK_STR("text")))
        return PK_SOURCE_TEXT;
    return pk_str_equal(word, PK_STR("constant")) ? PK_SOURCE_CONSTANT : PK_SOURCE_NONE;
}

/* A detector of its own: its attributes. Several may give findings of one id, each by other sinks.
 */
static void begin(struct pk_detectors *to, const struct pk_rules_element *element,
                  struct pk_error *error)
{
    struct pk_detector *one = &to->list[to->n];

    *one = (struct pk_detector){
        .id = pk_rules_attribute(element, "id"),
        .yields_to = pk_rules_attribute(element, "yields-to"),
        .sink = families_of(element, "sink", error),
        .grade = grade_of(pk_rules_attribute(element, "grade")),
        .steady = grade_of(pk_rules_attribute(element, "steady")),
        .is_pace_possible = pk_rules_attribute(element, "once").size > 0,
        .sampled = grade_of(pk_rules_attribute(element, "sampled")),
        .sampled_sink = families_of(element, "sampled-sink", error),
        .sampled_percent = number_of(element, "sampled-percent"),
        .sampled_around = number_of(element, "sampled-around"),
        .min_calls = number_of(element, "calls"),
        .min_per_call = number_of(element, "per-call"),
        .min_percent = number_of(element, "percent"),
        .min_ns = number_of(element, "ns"),
        .min_instructions = number_of(element, "instructions"),
        .max_apart = number_of(element, "apart"),
        .max_apart_ns = number_of(element, "apart-ns"),
        .source = source_of(pk_rules_attribute(element, "source")),
        .is_around = pk_rules_attribute(element, "around").size > 0,
    };
    if (one->sampled_sink == 0)
        one->sampled_sink = one->sink;
    for (uint32_t i = 0; i < to->n; i++)
        if (pk_str_equal(to->list[i].id, one->id) && to->list[i].sink == one->sink)
            pk_error_set(error, PK_INPUT, pk_place_line(element->line, 0),
                         "a detector for a second time");
    to->n++;
}

/* What stands in a detector: a condition or a text. */
static void add(struct pk_detector *one, const struct pk_rules_element *element,
                struct pk_error *error)
{
    for (int i = 0; i < PK_CONDITIONS; i++)
        if (pk_str_equal(element->name, pk_str_of(condition_names[i])))
            one->conditions[i] = (struct pk_condition){
                .families = families_of(element, "family", error),
                .percent = number_of(element, "percent"),
                .without = families_of(element, "without", error),
                .is_beside_possible = pk_rules_attribute(element, "beside").size > 0,
            };
    if (pk_str_equal(element->name, PK_STR("summary")))
        one->summary = element->text;
    else if (pk_str_equal(element->name, PK_STR("advice")))
        one->advice = element->text;
    else if (pk_str_equal(element->name, PK_STR("settle")))
        one->settle = element->text;
}

/* Elements stand in the order of the file, so what follows a detector belongs to the one that was
 * begun last. */
bool pk_detectors_of_rules(struct pk_detectors *detectors, struct pk_rules *rules,
                           struct pk_error *error)
{
    *detectors = (struct pk_detectors){.rules = *rules};
    detectors->list = PK_NEW_ARRAY(&detectors->rules.arena, struct pk_detector, rules->n);
    for (uint32_t i = 1; i < rules->n; i++) { /* 0 is the root */
        const struct pk_rules_element *element = &rules->elements[i];

        if (element->parent == 0)
            begin(detectors, element, error);
        else
            add(&detectors->list[detectors->n - 1], element, error);
    }
    if (error->status == PK_OK)
        return true;
    pk_detectors_fini(detectors);
    return false;
}

/* A test has held ours against the schema: that they cannot be taken now is a fault of the program.
 */
void pk_detectors_init(struct pk_detectors *detectors)
{
    struct pk_error error = {0};
    struct pk_rules rules;

    pk_rules_init(&rules, pk_flat_detectors);
    if (!pk_detectors_of_rules(detectors, &rules, &error))
        abort();
}

void pk_detectors_fini(struct pk_detectors *detectors)
{
    pk_rules_fini(&detectors->rules);
    *detectors = (struct pk_detectors){0};
}
