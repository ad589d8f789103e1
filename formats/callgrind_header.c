/*
 * Headers: see callgrind_header.h. An event that is not among the columns but has a formula is
 * derived: a sum of columns with whole factors, "Ir + 10 L1m + 100 LLm". Formulas may name other
 * derived events; they are resolved in passes, so one that needs itself is never resolved.
 *
 * Traps: "event: sysTime : sysTime (elapsed ns)" is a label and no formula; pprofile's hits are
 * counts of calls on call lines, and its usphit is a ratio, which nothing can add up.
 */
#include "formats/callgrind_header.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/callgrind_units.h"

#define MOST_DECLARATIONS 64u /* event: lines of one file; valgrind writes at most three */

void pk_callgrind_header_init(struct pk_callgrind_header *header)
{
    memset(header, 0, sizeof *header);
    pk_arena_init(&header->arena);
}

void pk_callgrind_header_fini(struct pk_callgrind_header *header)
{
    pk_array_fini(&header->declarations);
    pk_array_fini(&header->columns);
    pk_array_fini(&header->derived);
    pk_arena_fini(&header->arena);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct pk_str trim(struct pk_str s)
{
    while (s.size && is_blank(s.data[s.size - 1]))
        s.size--;
    while (s.size && is_blank(s.data[0]))
        s = pk_str_slice(s, 1, s.size);
    return s;
}

/* The next word, taken off the front of `rest`; empty when there is none. */
static struct pk_str next_word(struct pk_str *rest)
{
    size_t end = 0;
    struct pk_str word;

    *rest = trim(*rest);
    while (end < rest->size && !is_blank(rest->data[end]))
        end++;
    word = pk_str_slice(*rest, 0, end);
    *rest = pk_str_slice(*rest, end, rest->size);
    return word;
}

/* The same columns again, as every part has them, keep their metrics. */
static bool is_same(const struct pk_callgrind_header *header, struct pk_str value)
{
    for (size_t i = 0; i < header->columns.size; i++)
        if (!pk_str_equal(next_word(&value), header->columns.data[i].name))
            return false;
    return header->columns.size > 0 && !next_word(&value).size;
}

/* Other columns mean other metrics, which are made when the first cost needs them. */
bool pk_callgrind_header_events(struct pk_callgrind_header *header, struct pk_str value)
{
    struct pk_str word;

    if (is_same(header, value))
        return true;
    header->columns.size = 0;
    header->is_bound = false;
    while ((word = next_word(&value)).size) {
        if (header->columns.size == PK_CALLGRIND_MOST_EVENTS)
            return false;
        pk_array_push(&header->columns,
                      ((struct pk_callgrind_column){.name = pk_arena_str(&header->arena, word),
                                                    .multiplier = 1}));
    }
    return true;
}

/* Where a name or formula ends: at the first of `stops`. */
static size_t span(struct pk_str text, const char *stops)
{
    size_t n = 0;

    while (n < text.size && (text.data[n] == '\0' || !strchr(stops, text.data[n])))
        n++;
    return n;
}

/* Every part of a file repeats its declarations: the same again is no news. */
static void declare(struct pk_callgrind_header *header,
                    const struct pk_callgrind_declaration *found)
{
    struct pk_callgrind_declaration *place = NULL;

    for (size_t i = 0; i < header->declarations.size; i++)
        if (pk_str_equal(header->declarations.data[i].name, found->name))
            place = &header->declarations.data[i];
    if (place && pk_str_equal(place->formula, found->formula) &&
        pk_str_equal(place->label, found->label))
        return;
    if (!place && header->declarations.size == MOST_DECLARATIONS)
        return;
    if (!place) {
        pk_array_push(&header->declarations, ((struct pk_callgrind_declaration){.name = {0}}));
        place = &header->declarations.data[header->declarations.size - 1];
    }
    place->name = pk_arena_str(&header->arena, found->name);
    place->formula = pk_arena_str(&header->arena, found->formula);
    place->label = pk_arena_str(&header->arena, found->label);
    header->is_bound = false;
}

/* "NAME", "NAME = formula" and ": label" behind either. Spaces may stand anywhere or nowhere:
 * pprofile writes "usphit :microseconds/hit". */
void pk_callgrind_header_event(struct pk_callgrind_header *header, struct pk_str value)
{
    struct pk_str text = trim(value), rest;
    struct pk_callgrind_declaration found = {0};
    size_t end = span(text, " \t=:");

    if (end == 0)
        return;
    found.name = pk_str_slice(text, 0, end);
    rest = trim(pk_str_slice(text, end, text.size));
    if (rest.size && rest.data[0] == '=') {
        end = span(rest, ":");
        found.formula = trim(pk_str_slice(rest, 1, end));
        rest = pk_str_slice(rest, end, rest.size);
    }
    if (rest.size && rest.data[0] == ':')
        found.label = trim(pk_str_slice(rest, 1, rest.size));
    declare(header, &found);
}

/* The first word is enough; versions change more than names. */
void pk_callgrind_header_creator(struct pk_callgrind_header *header, struct pk_str value)
{
    header->has_creator = true;
    header->is_uncounted = header->is_flat = false; /* of another file before this one */
    if (pk_str_starts(value, PK_STR("callgrind")))
        header->dialect = PK_CALLGRIND_VALGRIND;
    else if (pk_str_starts(value, PK_STR("profkit ")))
        header->dialect = PK_CALLGRIND_PROFKIT;
    else if (pk_str_starts(value, PK_STR("xdebug")))
        header->dialect = PK_CALLGRIND_XDEBUG;
    else if (pk_str_starts(value, PK_STR("pprofile")))
        header->dialect = PK_CALLGRIND_PPROFILE;
    else
        header->dialect = PK_CALLGRIND_OTHER;
    header->is_bound = false;
}

/* The order is that of the words on each cost line. */
bool pk_callgrind_header_positions(struct pk_callgrind_header *header, struct pk_str value,
                                   struct pk_callgrind_costs *costs)
{
    unsigned n = 0;
    int line_at = -1;
    bool has_instr = false;
    struct pk_str word;

    while ((word = next_word(&value)).size) {
        bool is_line = pk_str_equal(word, PK_STR("line"));
        bool is_instr = pk_str_equal(word, PK_STR("instr"));

        if (n == 3 || !(is_line || is_instr || pk_str_equal(word, PK_STR("bb"))))
            return false;
        if (is_line)
            line_at = (int)n;
        has_instr |= is_instr;
        n++;
    }
    if (n == 0)
        return false;
    header->has_instr = has_instr;
    costs->n_positions = n;
    costs->line_at = line_at;
    return true;
}

/* --- what the columns are --- */

/* "cpu(ms)": a name and a unit, as only pprof writes them. */
static bool has_pprof_name(const struct pk_callgrind_header *header)
{
    struct pk_str name;

    if (header->columns.size != 1 || !header->has_instr)
        return false;
    name = header->columns.data[0].name;
    return pk_str_ends(name, PK_STR(")")) && memchr(name.data, '(', name.size);
}

/* The first column is what such producers are known by. */
static bool has_column(const struct pk_callgrind_header *header, const char *name)
{
    return header->columns.size && pk_str_equal(header->columns.data[0].name, pk_str_of(name));
}

/* Producers that do not name themselves are known by what they write. */
void pk_callgrind_header_guess(struct pk_callgrind_header *header, bool starts_by_fi)
{
    if (header->has_creator)
        return;
    header->dialect = PK_CALLGRIND_OTHER;
    if (header->is_old_xdebug)
        header->dialect = PK_CALLGRIND_XDEBUG;
    else if (header->has_version || header->has_calls_comment)
        return;
    else if (header->has_cache_desc)
        header->dialect = PK_CALLGRIND_CACHEGRIND;
    else if (has_pprof_name(header))
        header->dialect = PK_CALLGRIND_PPROF;
    else if (has_column(header, "wall_time") || has_column(header, "process_time"))
        header->dialect = PK_CALLGRIND_RUBY_PROF;
    else if (has_column(header, "Ticks") && starts_by_fi)
        header->dialect = PK_CALLGRIND_CALLTREE;
}

/* NULL for an event that no event: line speaks of, which most are. */
static const struct pk_callgrind_declaration *declared(const struct pk_callgrind_header *header,
                                                       struct pk_str name)
{
    for (size_t i = 0; i < header->declarations.size; i++)
        if (pk_str_equal(header->declarations.data[i].name, name))
            return &header->declarations.data[i];
    return NULL;
}

/* The index of the column of this name, PK_NONE if none. */
static uint32_t column_of(const struct pk_callgrind_header *header, struct pk_str name)
{
    for (uint32_t i = 0; i < header->columns.size; i++)
        if (pk_str_equal(header->columns.data[i].name, name))
            return i;
    return PK_NONE;
}

/* The metric; where the builder has finer values already, the multiplier makes up for it. */
static uint32_t make_metric(struct pk_builder *builder, struct pk_str name,
                            struct pk_callgrind_unit unit, int decimals, int64_t *multiplier)
{
    struct pk_metric metric = {
        .name = name, .unit = unit.unit, .scale = (int8_t)(unit.scale - decimals)};
    uint32_t id = pk_builder_metric(builder, &metric);

    *multiplier = unit.multiplier;
    for (int scale = metric.scale; scale > pk_builder_scale(builder, id); scale--)
        if (__builtin_mul_overflow(*multiplier, 10, multiplier))
            *multiplier = INT64_MAX; /* any value then does not fit */
    return id;
}

/* pprofile's own traps are settled here; all else is a matter of units. */
static void bind_column(struct pk_callgrind_header *header, struct pk_builder *builder,
                        struct pk_callgrind_column *column, int decimals)
{
    const struct pk_callgrind_declaration *found = declared(header, column->name);
    bool is_pprofile = header->dialect == PK_CALLGRIND_PPROFILE;
    struct pk_str label;

    column->is_inclusive = !is_pprofile || !pk_str_equal(column->name, PK_STR("hits"));
    if (is_pprofile && pk_str_equal(column->name, PK_STR("usphit"))) {
        column->metric = PK_NONE;
        return;
    }
    label = found ? found->label : PK_STR_NULL;
    column->metric = make_metric(builder, pk_callgrind_units_name(header, column->name, label),
                                 pk_callgrind_units_of(header, column->name, label), decimals,
                                 &column->multiplier);
}

/* --- formulas --- */

/* A whole factor, 1 when there is none; false when it does not fit. */
static bool read_factor(struct pk_str *text, int64_t *factor)
{
    size_t at = 0;
    int64_t number = 0;

    for (; at < text->size && text->data[at] >= '0' && text->data[at] <= '9'; at++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, text->data[at] - '0', &number))
            return false;
    *factor = at ? number : 1;
    *text = trim(pk_str_slice(*text, at, text->size));
    if (at && text->size && text->data[0] == '*')
        *text = trim(pk_str_slice(*text, 1, text->size));
    return true;
}

/* Add `factor` times a column or an event resolved before. */
static bool add_term(const struct pk_callgrind_header *header, struct pk_callgrind_derived *out,
                     struct pk_str name, int64_t factor)
{
    uint32_t column = column_of(header, name);

    if (column != PK_NONE)
        return header->columns.data[column].metric != PK_NONE &&
               !__builtin_add_overflow(out->factor[column], factor, &out->factor[column]);
    for (size_t i = 0; i < header->derived.size; i++) {
        const struct pk_callgrind_derived *other = &header->derived.data[i];

        if (!pk_str_equal(other->name, name))
            continue;
        for (size_t c = 0; c < header->columns.size; c++) {
            int64_t product;

            if (__builtin_mul_overflow(other->factor[c], factor, &product) ||
                __builtin_add_overflow(out->factor[c], product, &out->factor[c]))
                return false;
        }
        return true;
    }
    return false;
}

/* "[+-] [number [*]] name" again and again; false when anything else stands there, or a name is not
 * known (yet). */
static bool resolve(const struct pk_callgrind_header *header, struct pk_str formula,
                    struct pk_callgrind_derived *out)
{
    struct pk_str rest = trim(formula);
    bool is_first = true;

    while (rest.size) {
        bool is_minus = rest.data[0] == '-';
        int64_t factor;
        size_t end;

        if (rest.data[0] == '+' || is_minus)
            rest = trim(pk_str_slice(rest, 1, rest.size));
        else if (!is_first)
            return false;
        if (!read_factor(&rest, &factor))
            return false;
        end = span(rest, " \t+-*=");
        if (end == 0 ||
            !add_term(header, out, pk_str_slice(rest, 0, end), is_minus ? -factor : factor))
            return false;
        rest = trim(pk_str_slice(rest, end, rest.size));
        is_first = false;
    }
    return !is_first;
}

/* The unit that all columns of a sum share, else a plain count. */
static struct pk_callgrind_unit common_unit(const struct pk_callgrind_header *header,
                                            const struct pk_callgrind_derived *derived)
{
    struct pk_callgrind_unit unit = {PK_UNIT_COUNT, 0, 1};
    bool is_first = true;

    for (size_t c = 0; c < header->columns.size; c++) {
        struct pk_str name = header->columns.data[c].name;
        const struct pk_callgrind_declaration *found = declared(header, name);
        struct pk_callgrind_unit one;

        if (!derived->factor[c])
            continue;
        one = pk_callgrind_units_of(header, name, found ? found->label : PK_STR_NULL);
        if (!is_first &&
            (one.unit != unit.unit || one.scale != unit.scale || one.multiplier != unit.multiplier))
            return (struct pk_callgrind_unit){PK_UNIT_COUNT, 0, 1};
        unit = one;
        is_first = false;
    }
    return unit;
}

/* True for what needs no formula (any more): a column, a mere label, an event resolved before. */
static bool is_settled(const struct pk_callgrind_header *header,
                       const struct pk_callgrind_declaration *declaration)
{
    if (!declaration->formula.data || column_of(header, declaration->name) != PK_NONE)
        return true;
    for (size_t i = 0; i < header->derived.size; i++)
        if (pk_str_equal(header->derived.data[i].name, declaration->name))
            return true;
    return false;
}

/* One pass over all declarations: how many stay open. */
static uint64_t resolve_pass(struct pk_callgrind_header *header)
{
    uint64_t open = 0;

    for (size_t i = 0; i < header->declarations.size; i++) {
        const struct pk_callgrind_declaration *declaration = &header->declarations.data[i];
        struct pk_callgrind_derived one = {.name = declaration->name};

        if (is_settled(header, declaration))
            continue;
        if (resolve(header, declaration->formula, &one))
            pk_array_push(&header->derived, one);
        else
            open++;
    }
    return open;
}

/* Passes until nothing new is resolved: an event may be declared before those that it names. */
static void bind_derived(struct pk_callgrind_header *header, struct pk_builder *builder,
                         int decimals)
{
    size_t before;

    header->derived.size = 0;
    do {
        before = header->derived.size;
        header->refused = resolve_pass(header);
    } while (header->derived.size > before && header->refused > 0);
    for (size_t i = 0; i < header->derived.size; i++) {
        struct pk_callgrind_derived *one = &header->derived.data[i];
        int64_t multiplier;

        one->metric =
            make_metric(builder, one->name, common_unit(header, one), decimals, &multiplier);
        for (size_t c = 0; c < header->columns.size; c++)
            if (__builtin_mul_overflow(one->factor[c], multiplier, &one->factor[c]))
                one->factor[c] = INT64_MAX;
    }
}

/* Columns before formulas, which need to know what was left out. */
void pk_callgrind_header_bind(struct pk_callgrind_header *header, struct pk_builder *builder,
                              int decimals)
{
    for (size_t i = 0; i < header->columns.size; i++)
        bind_column(header, builder, &header->columns.data[i], decimals);
    bind_derived(header, builder, decimals);
    header->is_bound = true;
    header->bindings++;
}

/* --- values --- */

/* Add a product to a value that may be missing so far. */
static bool add_product(int64_t *value, int64_t number, int64_t factor)
{
    int64_t product;

    if (*value == PK_MISSING)
        *value = 0;
    return !__builtin_mul_overflow(number, factor, &product) &&
           !__builtin_add_overflow(*value, product, value) && *value != PK_MISSING;
}

/* Reset first: a column that is left out on call lines must not keep its last value. Two columns of
 * one name are one metric, so values add up. */
bool pk_callgrind_header_values(const struct pk_callgrind_header *header, const int64_t *columns,
                                bool is_call, int64_t *values)
{
    for (size_t c = 0; c < header->columns.size; c++)
        if (header->columns.data[c].metric != PK_NONE)
            values[header->columns.data[c].metric] = PK_MISSING;
    for (size_t i = 0; i < header->derived.size; i++)
        values[header->derived.data[i].metric] = PK_MISSING;
    for (size_t c = 0; c < header->columns.size; c++) {
        const struct pk_callgrind_column *column = &header->columns.data[c];

        if (column->metric != PK_NONE && (column->is_inclusive || !is_call) &&
            !add_product(&values[column->metric], columns[c], column->multiplier))
            return false;
    }
    for (size_t i = 0; i < header->derived.size; i++) {
        const struct pk_callgrind_derived *one = &header->derived.data[i];

        for (size_t c = 0; c < header->columns.size; c++)
            if (one->factor[c] && !add_product(&values[one->metric], columns[c], one->factor[c]))
                return false;
    }
    return true;
}

/* pprof samples: it writes calls=0 because the format wants a number. Our own writer says so. */
bool pk_callgrind_header_has_calls(const struct pk_callgrind_header *header)
{
    return header->dialect != PK_CALLGRIND_PPROF && !header->is_uncounted;
}
