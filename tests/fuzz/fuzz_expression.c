/*
 * A rule of profkit check: see fuzz_parts.h. What is taken is finite and asks for what it says; put
 * into a configuration, where it has one line, it is taken there too. What is not taken is one
 * mistake of usage at a place the text has.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/rule.h"
#include "base/buf.h"
#include "cmd/config.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"

static void expect(bool is_true, const char *what)
{
    if (!is_true)
        fuzz_laws_fail(what, NULL);
}

/* A bound that no value is on both sides of. */
static void check_rule(const struct pk_rule *rule)
{
    bool is_edge = rule->quantity >= PK_RULE_EDGE_CALLS;

    expect(isfinite(rule->bound), "a bound that is no number");
    expect(rule->n_names <= 2 && is_edge == (rule->n_names == 2), "names that do not suit");
    for (unsigned i = 0; i < rule->n_names; i++)
        expect(rule->name[i].size > 0 && strlen(rule->name[i].data) == rule->name[i].size,
               "a name that is no text");
    expect(rule->is_relative || rule->bound >= 0, "below zero without a sign");
    expect(pk_rule_holds(rule, rule->bound) ==
               (rule->order == PK_RULE_AT_MOST || rule->order == PK_RULE_AT_LEAST ||
                rule->order == PK_RULE_EQUAL),
           "the bound itself");
}

/* The line of a configuration that has the rule, where it can: it has no control bytes. */
static void check_config(struct pk_str bytes)
{
    struct pk_config config = {0};
    struct pk_error error = {0};
    struct pk_buf text = {0};

    for (size_t i = 0; i < bytes.size; i++)
        if ((unsigned char)bytes.data[i] < ' ')
            return;
    pk_buf_text(&text, "[rules]\nx = ");
    pk_buf_str(&text, bytes);
    if (!pk_config_parse(&config, "fuzz", pk_buf_view(&text), &error))
        fuzz_laws_fail("a rule is none in a configuration", &error);
    expect(config.rules.size == 1, "one rule");
    pk_buf_fini(&text);
    pk_config_fini(&config);
}

static void check_place(const struct pk_error *error, struct pk_str bytes)
{
    uint64_t lines = 1;

    for (size_t i = 0; i < bytes.size; i++)
        lines += bytes.data[i] == '\n';
    if (error->place.line < 1 || error->place.line > lines ||
        error->place.column > (uint64_t)bytes.size + 1)
        fuzz_laws_fail("a mistake at a place that is not there", error);
}

void fuzz_expression(struct pk_str bytes)
{
    struct pk_error error = {0};
    struct pk_arena arena;
    struct pk_rule rule;

    pk_arena_init(&arena);
    if (pk_rule_parse(bytes, &arena, &rule, &error)) {
        check_rule(&rule);
        check_config(bytes);
    } else {
        error.file = "fuzz";
        fuzz_error_check(&error, PK_USAGE);
        check_place(&error, bytes);
    }
    pk_arena_fini(&arena);
}
