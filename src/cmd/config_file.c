/*
 * The text of a configuration file: [section] lines, "key = value" lines, and comments, which begin
 * with # or ; and have a line of their own, since a value may hold both. No quotes, no escapes, no
 * lines that go on. Every mistake ends the reading at its place: a threshold that was misspelt and
 * then ignored would change what a check lets pass.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "cmd/config.h"

struct parser {
    struct pk_config *config;
    struct pk_error *error;
    const char *file;
    uint64_t number; /* of the line, from 1 */
    struct pk_str line;
    const struct pk_config_key *section; /* the first key of it; NULL: none yet */
};

/* `part` is a piece of the line, so its address tells the column. */
static struct pk_place place_of(const struct parser *p, struct pk_str part)
{
    return pk_place_line(p->number, (uint64_t)(part.data - p->line.data) + 1);
}

/* "unknown WHAT 'found'", with the nearest of `known`. */
static bool fail_unknown(const struct parser *p, const char *what, struct pk_str found,
                         const char *const *known)
{
    struct pk_buf typed = {0};
    char quoted[320];
    const char *nearest;

    pk_buf_str(&typed, found);
    nearest = pk_opts_nearest(typed.data ? typed.data : "", known);
    p->error->file = p->file;
    pk_error_set(p->error, PK_USAGE, place_of(p, found), "unknown %s %s", what,
                 pk_error_quote(quoted, sizeof quoted, found));
    if (nearest)
        pk_error_hint(p->error, "did you mean '%s'?", nearest);
    pk_buf_fini(&typed);
    return false;
}

/* "expected WANTED, found 'found'". */
static bool fail_expected(const struct parser *p, const char *wanted, struct pk_str found)
{
    char quoted[320];

    p->error->file = p->file;
    return pk_error_set(p->error, PK_USAGE, place_of(p, found), "expected %s, found %s", wanted,
                        pk_error_quote(quoted, sizeof quoted, found));
}

/* Not isspace, which follows the locale and takes line ends too. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static struct pk_str trim(struct pk_str s)
{
    size_t from = 0;

    while (s.size && is_space(s.data[s.size - 1]))
        s.size--;
    while (from < s.size && is_space(s.data[from]))
        from++;
    return pk_str_slice(s, from, s.size);
}

/* "[thresholds]". */
static bool parse_section(struct parser *p, struct pk_str text)
{
    const char *names[32];
    size_t n = 0;
    struct pk_str name;

    if (text.data[text.size - 1] != ']')
        return fail_expected(p, "']' at the end of a section", text);
    name = trim(pk_str_slice(text, 1, text.size - 1));
    for (const struct pk_config_key *key = pk_config_keys; key->section; key++) {
        if (pk_str_equal(pk_str_of(key->section), name)) {
            p->section = key;
            return true;
        }
        if ((n == 0 || names[n - 1] != key->section) && n + 1 < sizeof names / sizeof *names)
            names[n++] = key->section;
    }
    names[n] = NULL;
    return fail_unknown(p, "section", name, names);
}

/* The key of this name in the section; one without a name takes any. */
static const struct pk_config_key *find_key(const struct parser *p, struct pk_str name)
{
    for (const struct pk_config_key *key = p->section;
         key->section && strcmp(key->section, p->section->section) == 0; key++)
        if (!key->value.name || pk_str_equal(pk_str_of(key->value.name), name))
            return key;
    return NULL;
}

/* The keys of this section are offered, not those of others that may be nearer. */
static bool fail_key(const struct parser *p, struct pk_str name)
{
    const char *names[32];
    size_t n = 0;
    char what[64];

    for (const struct pk_config_key *key = p->section;
         key->section && strcmp(key->section, p->section->section) == 0; key++)
        if (n + 1 < sizeof names / sizeof *names)
            names[n++] = key->value.name;
    names[n] = NULL;
    snprintf(what, sizeof what, "key of [%s]", p->section->section);
    return fail_unknown(p, what, name, names);
}

/* A mistake in a rule is one of the file: its line, and the column of the line. */
static bool store_rule(struct parser *p, const char *name, struct pk_str text)
{
    struct pk_config_rule rule = {name, {.n_names = 0}};

    if (!pk_rule_parse(text, &p->config->arena, &rule.rule, p->error)) {
        p->error->file = p->file;
        p->error->place = place_of(p, pk_str_slice(text, p->error->place.column - 1, text.size));
        return false;
    }
    pk_array_push(&p->config->rules, rule);
    return true;
}

/* Read twice: mistakes are told at their place in the line, and what is kept outlives it. */
static bool store_suppression(struct parser *p, struct pk_str name, struct pk_str text)
{
    struct pk_suppression one = {.file = p->file, .line = p->number};
    struct pk_str found;

    if (!pk_suppression_read_key(&one, name))
        return fail_expected(p, "a rule such as n-plus-one-query", name);
    switch (pk_suppression_read(&one, text, &found)) {
    case PK_SUPPRESSION_NO_DATE:
        return fail_expected(p, "a date such as 2027-03-01 behind 'until'",
                             found.size ? found : pk_str_slice(text, text.size, text.size));
    case PK_SUPPRESSION_NO_REASON:
        return fail_expected(p, "a reason before 'until'", text);
    case PK_SUPPRESSION_FINE:
        break;
    }
    pk_suppression_read_key(&one, pk_arena_str(&p->config->arena, name));
    pk_suppression_read(&one, pk_arena_str(&p->config->arena, text), &found);
    pk_array_push(&p->config->suppressed, one);
    return true;
}

/* What the value means. */
static bool store(struct parser *p, const struct pk_config_key *key, struct pk_str name,
                  struct pk_str text)
{
    struct pk_config *config = p->config;
    const char *value = pk_arena_str(&config->arena, text).data;
    struct pk_config_pair pair = {NULL, value};
    struct pk_opt_value ignored;
    struct pk_buf wanted = {0};

    if (!pk_opts_check(&key->value, value, &ignored)) {
        pk_opts_wants(&key->value, &wanted);
        fail_expected(p, wanted.data, text);
        pk_buf_fini(&wanted);
        return false;
    }
    if (key->kind == PK_CONFIG_SUPPRESS)
        return store_suppression(p, name, text);
    pair.key = pk_arena_str(&config->arena, name).data;
    if (key->kind == PK_CONFIG_RULE)
        return store_rule(p, pair.key, text);
    if (key->kind == PK_CONFIG_OPTION)
        pk_array_push(&config->defaults, ((struct pk_config_default){key, value}));
    else if (key->kind == PK_CONFIG_OWN)
        pk_array_push(&config->own, value);
    else if (key->kind == PK_CONFIG_MODULE)
        pk_array_push(&config->modules, pair);
    else
        pk_array_push(&config->services, pair);
    return true;
}

/* "top = 30". */
static bool parse_pair(struct parser *p, struct pk_str text)
{
    const char *equals = memchr(text.data, '=', text.size);
    const struct pk_config_key *key;
    struct pk_str name, value;

    if (!equals)
        return fail_expected(p, "'key = value'", text);
    /* A function may be called operator==: there the sign with spaces around it decides. */
    if (p->section && p->section->kind == PK_CONFIG_SUPPRESS &&
        memmem(text.data, text.size, " = ", 3))
        equals = (const char *)memmem(text.data, text.size, " = ", 3) + 1;
    name = trim(pk_str_slice(text, 0, (size_t)(equals - text.data)));
    value = trim(pk_str_slice(text, (size_t)(equals - text.data) + 1, text.size));
    if (!p->section)
        return fail_expected(p, "a [section] before the first key", name);
    if (name.size == 0)
        return fail_expected(p, "a key before '='", text);
    key = find_key(p, name);
    if (!key)
        return fail_key(p, name);
    if (value.size == 0)
        return fail_expected(p, "a value behind '='", value);
    return store(p, key, name, value);
}

/* Control characters mark a file that is no text, such as a picture of that name. */
static bool parse_line(struct parser *p)
{
    struct pk_str text = trim(p->line);

    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20 && text.data[i] != '\t')
            return fail_expected(p, "text", pk_str_slice(text, i, i + 1));
    if (text.size == 0 || text.data[0] == '#' || text.data[0] == ';')
        return true;
    return text.data[0] == '[' ? parse_section(p, text) : parse_pair(p, text);
}

/* Editors may have left a byte-order mark or CRLF: both are fine, as in profiles. */
bool pk_config_parse(struct pk_config *config, const char *file, struct pk_str text,
                     struct pk_error *error)
{
    struct parser p = {.config = config, .error = error, .file = file};

    if (pk_str_starts(text, PK_STR("\xef\xbb\xbf")))
        text = pk_str_slice(text, 3, text.size);
    while (text.size) {
        p.number++;
        p.line = pk_str_take_line(&text);
        if (pk_str_ends(p.line, PK_STR("\r")))
            p.line.size--;
        if (!parse_line(&p))
            return false;
    }
    return true;
}
