/*
 * Parsing of rules: see rule.h. One pass over the text, word by word; the grammar does not nest, so
 * nothing recurses. Numbers are read as integers and a power of ten, free of locale.
 *
 * Every mistake says what could stand at its place. A unit that does not suit the quantity is a
 * mistake too: whoever writes share("x") < 10 may mean a tenth or ten percent.
 */
#include "analyze/rule.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/opt.h"

#define MOST_DIGITS 18

struct parser {
    struct pk_str text;
    size_t at;
    struct pk_rule *rule;
    struct pk_arena *arena;
    struct pk_error *error;
};

enum kind { KIND_SHARE, KIND_VALUE, KIND_CALLS, KIND_FAN };

static const struct {
    const char *word, *field; /* field: what stands behind the parentheses, or NULL */
    unsigned least, most;     /* names */
    enum pk_rule_quantity quantity;
    enum kind kind;
} quantities[] = {
    {"share", NULL, 1, 1, PK_RULE_SHARE, KIND_SHARE},
    {"self", NULL, 1, 1, PK_RULE_SELF, KIND_VALUE},
    {"total", NULL, 0, 1, PK_RULE_TOTAL, KIND_VALUE},
    {"calls", NULL, 1, 1, PK_RULE_CALLS, KIND_CALLS},
    {"edge", "calls", 2, 2, PK_RULE_EDGE_CALLS, KIND_CALLS},
    {"edge", "fan", 2, 2, PK_RULE_EDGE_FAN, KIND_FAN},
    {"edge", "total", 2, 2, PK_RULE_EDGE_TOTAL, KIND_VALUE},
};

#define QUANTITIES (sizeof quantities / sizeof *quantities)

static const struct {
    const char *word;
    enum pk_rule_unit unit;
    double factor;
} units[] = {
    {"", PK_RULE_PLAIN, 1},          {"k", PK_RULE_PLAIN, 1e3},
    {"M", PK_RULE_PLAIN, 1e6},       {"G", PK_RULE_PLAIN, 1e9},
    {"%", PK_RULE_PERCENT, 1},       {"pp", PK_RULE_POINTS, 1},
    {"ns", PK_RULE_NS, 1},           {"us", PK_RULE_NS, 1e3},
    {"ms", PK_RULE_NS, 1e6},         {"s", PK_RULE_NS, 1e9},
    {"min", PK_RULE_NS, 60e9},       {"B", PK_RULE_BYTES, 1},
    {"kB", PK_RULE_BYTES, 1e3},      {"MB", PK_RULE_BYTES, 1e6},
    {"GB", PK_RULE_BYTES, 1e9},      {"KiB", PK_RULE_BYTES, 1024},
    {"MiB", PK_RULE_BYTES, 1048576}, {"GiB", PK_RULE_BYTES, 1073741824},
};

#define UNITS (sizeof units / sizeof *units)

/* --- errors --- */

/* Line and column, counted from 1, of a byte of the text. */
static struct pk_place place_of(struct pk_str text, size_t at)
{
    uint64_t line = 1;
    size_t start = 0;

    for (size_t i = 0; i < at; i++)
        if (text.data[i] == '\n') {
            line++;
            start = i + 1;
        }
    return pk_place_line(line, at - start + 1);
}

/* The word that begins at `at`: letters and digits, or one other byte. */
static struct pk_str word_at(struct pk_str text, size_t at)
{
    size_t end = at;

    while (end < text.size && ((text.data[end] >= 'a' && text.data[end] <= 'z') ||
                               (text.data[end] >= 'A' && text.data[end] <= 'Z') ||
                               (text.data[end] >= '0' && text.data[end] <= '9')))
        end++;
    return pk_str_slice(text, at, end == at && at < text.size ? at + 1 : end);
}

/* "expected WHAT, found 'x'", with the place shown. */
static bool fail(struct parser *p, size_t at, const char *what)
{
    char quoted[320];

    if (at >= p->text.size)
        pk_error_set(p->error, PK_USAGE, place_of(p->text, at), "expected %s, found the end", what);
    else
        pk_error_set(p->error, PK_USAGE, place_of(p->text, at), "expected %s, found %s", what,
                     pk_error_quote(quoted, sizeof quoted, word_at(p->text, at)));
    pk_error_show(p->error, p->text, at);
    return false;
}

/* --- words --- */

static void skip_blanks(struct parser *p)
{
    while (p->at < p->text.size && strchr(" \t\r\n", p->text.data[p->at]) && p->text.data[p->at])
        p->at++;
}

/* Takes one byte, where it is the next. */
static bool take(struct parser *p, char c)
{
    skip_blanks(p);
    if (p->at >= p->text.size || p->text.data[p->at] != c)
        return false;
    p->at++;
    return true;
}

/* A name in quotes, which are not part of it. Both kinds of quotes are taken, since the shell wants
 * one of them round the whole rule. A NUL would end the name for PCRE2 and for nobody else. */
static bool parse_name(struct parser *p, struct pk_str *name)
{
    struct pk_buf out = {0};
    size_t start;
    char quote;

    skip_blanks(p);
    start = p->at;
    if (start >= p->text.size || (p->text.data[start] != '"' && p->text.data[start] != '\''))
        return fail(p, start, "a name in quotes");
    quote = p->text.data[p->at++];
    while (p->at < p->text.size && p->text.data[p->at] != quote) {
        char c = p->text.data[p->at++];

        if (c == '\\' && p->at < p->text.size && strchr("\"'", p->text.data[p->at]) &&
            p->text.data[p->at])
            c = p->text.data[p->at++];
        else if (c == '\\' && p->at < p->text.size && p->text.data[p->at] == '\\') {
            pk_buf_char(&out, c); /* two stay two, but the second hides no quote */
            c = p->text.data[p->at++];
        }
        pk_buf_char(&out, c);
    }
    *name = pk_arena_str(p->arena, pk_buf_view(&out));
    pk_buf_fini(&out);
    if (p->at >= p->text.size)
        return fail(p, p->at,
                    quote == '"' ? "'\"' at the end of the name" : "\"'\" at the end of the name");
    if (name->size == 0 || memchr(name->data, '\0', name->size))
        return fail(p, start, "a name between the quotes");
    p->at++;
    return true;
}

/* --- the quantity --- */

/* The nearest of the words there are. */
static bool fail_word(struct parser *p, size_t at, struct pk_str word, bool is_field)
{
    const char *known[QUANTITIES + 1];
    struct pk_buf typed = {0};
    const char *nearest;
    size_t n = 0;

    for (size_t i = 0; i < QUANTITIES; i++)
        if (!is_field || quantities[i].field)
            known[n++] = is_field ? quantities[i].field : quantities[i].word;
    known[n] = NULL;
    pk_buf_str(&typed, word);
    nearest = typed.data ? pk_opts_nearest(typed.data, known) : NULL;
    fail(p, at,
         is_field ? ".calls, .fan or .total behind edge(...)"
                  : "share, self, total, calls or edge");
    if (nearest)
        pk_error_hint(p->error, "did you mean '%s'?", nearest);
    pk_buf_fini(&typed);
    return false;
}

/* "(" names ")"; how many suit is known by the word. */
static bool parse_names(struct parser *p, unsigned least, unsigned most)
{
    struct pk_rule *rule = p->rule;

    if (!take(p, '('))
        return fail(p, p->at, "'('");
    if (least == 0 && take(p, ')'))
        return true;
    do {
        if (rule->n_names == most)
            return fail(p, p->at - 1, "')'");
        if (!parse_name(p, &rule->name[rule->n_names]))
            return false;
        rule->n_names++;
    } while (take(p, ','));
    if (rule->n_names < least)
        return fail(p, p->at, "',' and the name of the callee");
    return take(p, ')') || fail(p, p->at, most == 2 ? "')'" : "')' behind the name");
}

/* "edge(...)" alone says nothing: what of it stands behind a point. */
static bool parse_field(struct parser *p, size_t row, size_t *chosen)
{
    struct pk_str word;
    size_t at;

    *chosen = row;
    if (!quantities[row].field)
        return true;
    if (!take(p, '.'))
        return fail(p, p->at, ".calls, .fan or .total behind edge(...)");
    at = p->at;
    word = word_at(p->text, at);
    for (size_t i = row; i < QUANTITIES; i++)
        if (quantities[i].field && pk_str_equal(pk_str_of(quantities[i].field), word)) {
            p->at += word.size;
            *chosen = i;
            return true;
        }
    return fail_word(p, at, word, true);
}

static bool parse_quantity(struct parser *p, enum kind *kind)
{
    struct pk_str word;
    size_t at, row = 0;

    skip_blanks(p);
    at = p->at;
    word = word_at(p->text, at);
    while (row < QUANTITIES && !pk_str_equal(pk_str_of(quantities[row].word), word))
        row++;
    if (row == QUANTITIES)
        return fail_word(p, at, word, false);
    p->at += word.size;
    if (!parse_names(p, quantities[row].least, quantities[row].most) || !parse_field(p, row, &row))
        return false;
    p->rule->quantity = quantities[row].quantity;
    *kind = quantities[row].kind;
    return true;
}

/* --- order and bound --- */

static bool parse_order(struct parser *p)
{
    static const struct {
        struct pk_str word;
        enum pk_rule_order order;
    } orders[] = {{{"<=", 2}, PK_RULE_AT_MOST},
                  {{">=", 2}, PK_RULE_AT_LEAST},
                  {{"==", 2}, PK_RULE_EQUAL},
                  {{"<", 1}, PK_RULE_BELOW},
                  {{">", 1}, PK_RULE_ABOVE}};
    struct pk_str rest;

    skip_blanks(p);
    rest = pk_str_slice(p->text, p->at, p->text.size);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (pk_str_starts(rest, orders[i].word)) {
            p->rule->order = orders[i].order;
            p->at += orders[i].word.size;
            return true;
        }
    return fail(p, p->at, "<, <=, >, >= or ==");
}

/* Digits with ',' between and perhaps a point; at least one, and no more than a double can hold. */
static bool parse_number(struct parser *p, double *value)
{
    int64_t digits = 0;
    unsigned n = 0, behind = 0;
    size_t start = p->at;
    bool has_point = false;

    for (; p->at < p->text.size; p->at++) {
        char c = p->text.data[p->at];

        if (c == '.' && !has_point && n) {
            has_point = true;
        } else if (c >= '0' && c <= '9') {
            if (++n > MOST_DIGITS)
                return fail(p, start, "a number of at most 18 digits");
            digits = digits * 10 + (c - '0');
            behind += has_point;
        } else if (c != ',' || n == 0 || has_point) {
            break;
        }
    }
    *value = (double)digits;
    for (unsigned i = 0; i < behind; i++)
        *value /= 10;
    return n > 0 || fail(p, start, "a number such as 10%, 20ms or +3%");
}

/* What units suit, in words; NULL: this one does.
 *
 * Percent of a share is what a reader takes it for only while nothing else could be meant: a bound
 * without a sign is on the share itself, and one with a sign is on how much it changed, as for all
 * other quantities. Points are written pp, so that neither can be taken for the other. A time is
 * not held against its metric here, which nobody knows yet: rule_judge.c does that. */
static const char *wanted_unit(enum kind kind, bool is_relative, enum pk_rule_unit unit)
{
    bool is_percent = unit == PK_RULE_PERCENT;

    switch (kind) {
    case KIND_SHARE:
        if (is_percent || (is_relative && unit == PK_RULE_POINTS))
            return NULL;
        return is_relative ? "% of the baseline, or pp, behind the change of a share"
                           : "% behind the bound of a share";
    case KIND_VALUE:
        if (is_relative || (!is_percent && unit != PK_RULE_POINTS))
            return NULL;
        return "a value such as 20ms (shares are share(...) < 10%, changes have a sign)";
    case KIND_CALLS:
    case KIND_FAN:
        break;
    }
    if (unit == PK_RULE_PLAIN || (is_relative && is_percent))
        return NULL;
    return is_relative ? "a count or %" : "a count";
}

/* A number and its unit, in base units; `at` gets the place of the unit. */
static bool parse_amount(struct parser *p, double *value, enum pk_rule_unit *unit, size_t *at)
{
    struct pk_str word;
    size_t row = 0;

    skip_blanks(p);
    if (!parse_number(p, value))
        return false;
    skip_blanks(p);
    *at = p->at;
    word = word_at(p->text, p->at);
    while (row < UNITS && !pk_str_equal(pk_str_of(units[row].word), word))
        row++;
    if (row == UNITS)
        return fail(p, p->at, "a unit: %, pp, ns, us, ms, s, min, k, M, G, B, kB, MB, KiB, MiB");
    p->at += word.size;
    *unit = units[row].unit;
    *value *= units[row].factor;
    skip_blanks(p);
    return p->at == p->text.size || fail(p, p->at, "the end: one rule has one bound");
}

static bool parse_bound(struct parser *p, enum kind kind)
{
    struct pk_rule *rule = p->rule;
    bool is_minus = take(p, '-');
    const char *wanted;
    size_t at;

    rule->is_relative = is_minus || take(p, '+');
    if (!parse_amount(p, &rule->bound, &rule->unit, &at))
        return false;
    if (is_minus)
        rule->bound = -rule->bound;
    wanted = wanted_unit(kind, rule->is_relative, rule->unit);
    return !wanted || fail(p, at, wanted);
}

bool pk_rule_parse_amount(struct pk_str text, double *value, enum pk_rule_unit *unit)
{
    struct pk_error ignored = {0};
    struct parser p = {.text = text, .error = &ignored};
    size_t at;

    return parse_amount(&p, value, unit, &at);
}

bool pk_rule_parse(struct pk_str text, struct pk_arena *arena, struct pk_rule *rule,
                   struct pk_error *error)
{
    struct parser p = {.text = text, .rule = rule, .arena = arena, .error = error};
    enum kind kind = KIND_VALUE;

    *rule = (struct pk_rule){.text = pk_arena_str(arena, text)};
    if (text.size > PK_RULE_MOST_BYTES)
        return pk_error_set(error, PK_USAGE, pk_place_line(1, 1),
                            "a rule has at most %d bytes, not %zu", PK_RULE_MOST_BYTES, text.size);
    return parse_quantity(&p, &kind) && parse_order(&p) && parse_bound(&p, kind);
}

/* The last '=' parts them: an expression may hold some, a percentage none. */
bool pk_rule_parse_share(struct pk_str text, struct pk_arena *arena, struct pk_rule *rule,
                         struct pk_error *error)
{
    struct parser p = {.text = text, .rule = rule, .arena = arena, .error = error};
    const char *equals = text.size ? memrchr(text.data, '=', text.size) : NULL;
    struct pk_buf whole = {0};
    const char *wanted;
    size_t at;

    *rule = (struct pk_rule){
        .quantity = PK_RULE_SHARE, .n_names = 1, .order = PK_RULE_AT_MOST, .text = PK_STR_NULL};
    if (text.size > PK_RULE_MOST_BYTES)
        return pk_error_set(error, PK_USAGE, pk_place_line(1, 1),
                            "a rule has at most %d bytes, not %zu", PK_RULE_MOST_BYTES, text.size);
    if (!equals)
        return fail(&p, text.size, "PATTERN=10%");
    if (equals == text.data)
        return fail(&p, 0, "the name of a function, or an expression");
    p.at = (size_t)(equals - text.data) + 1;
    rule->name[0] = pk_arena_str(arena, pk_str_slice(text, 0, p.at - 1));
    if (!parse_amount(&p, &rule->bound, &rule->unit, &at))
        return false;
    wanted = wanted_unit(KIND_SHARE, false, rule->unit);
    if (wanted)
        return fail(&p, at, wanted);
    pk_buf_text(&whole, "max-share ");
    pk_buf_str(&whole, text);
    rule->text = pk_arena_str(arena, pk_buf_view(&whole));
    pk_buf_fini(&whole);
    return true;
}

bool pk_rule_holds(const struct pk_rule *rule, double value)
{
    switch (rule->order) {
    case PK_RULE_BELOW:
        return value < rule->bound;
    case PK_RULE_AT_MOST:
        return value <= rule->bound;
    case PK_RULE_ABOVE:
        return value > rule->bound;
    case PK_RULE_AT_LEAST:
        return value >= rule->bound;
    case PK_RULE_EQUAL:
        break;
    }
    return !(value < rule->bound) && !(value > rule->bound);
}

enum pk_rule_unit pk_rule_unit_of(enum pk_unit unit)
{
    static const enum pk_rule_unit of[] = {[PK_UNIT_COUNT] = PK_RULE_PLAIN,
                                           [PK_UNIT_NS] = PK_RULE_NS,
                                           [PK_UNIT_BYTES] = PK_RULE_BYTES,
                                           [PK_UNIT_PERCENT] = PK_RULE_PERCENT,
                                           [PK_UNIT_POINTS] = PK_RULE_POINTS};

    return of[unit];
}
