/*
 * Outcomes as rows: see view_check.h. Rules ask for different things, so a column of values has no
 * common unit: people get each with its own, machines get numbers in base units, in one pair of
 * columns for values and in another for ratios.
 */
#include "render/view_check.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "render/view_diff.h"

#define MILLION 1000000
#define RULE_CELLS 60 /* of a rule that is shown to people */

enum {
    RESULT,
    OUTCOME,
    VALUE,
    WHY,
    RULE,
    FULL_RULE,
    NAME,
    UNIT,
    NOW,
    NOW_HIGH,
    THEN,
    RATIO,
    RATIO_HIGH,
    RATIO_BEFORE,
    P,
    FUNCTION,
    COLUMNS
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [RESULT] = {.key = "", .title = "RESULT", .kind = PK_COLUMN_TEXT, .is_text_only = true},
    [OUTCOME] = MACHINE("result", PK_COLUMN_TEXT),
    [VALUE] = {.key = "measured", .title = "MEASURED", .kind = PK_COLUMN_TEXT},
    [WHY] = {.key = "why", .title = "WHY", .kind = PK_COLUMN_TEXT, .drop = 2},
    [RULE] = {.key = "", .title = "RULE", .kind = PK_COLUMN_TEXT, .drop = 1, .is_text_only = true},
    [FULL_RULE] = MACHINE("rule", PK_COLUMN_TEXT),
    [NAME] = MACHINE("rule_name", PK_COLUMN_TEXT),
    [UNIT] = MACHINE("unit", PK_COLUMN_TEXT),
    [NOW] = MACHINE("value", PK_COLUMN_VALUE),
    [NOW_HIGH] = MACHINE("value_high", PK_COLUMN_VALUE),
    [THEN] = MACHINE("value_before", PK_COLUMN_VALUE),
    [RATIO] = MACHINE("ratio", PK_COLUMN_RATIO),
    [RATIO_HIGH] = MACHINE("ratio_high", PK_COLUMN_RATIO),
    [RATIO_BEFORE] = MACHINE("ratio_before", PK_COLUMN_RATIO),
    [P] = MACHINE("p", PK_COLUMN_RATIO),
    [FUNCTION] = {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
};

/* --- numbers --- */

static int64_t rounded(double value)
{
    return fabs(value) < 9e18 ? llround(value) : PK_MISSING;
}

/* Means of runs may be no integers: counts have three decimals while there is room. Changes of
 * percentages are points, never percent: "+3 %" of a share could be either. */
static void add_number(struct pk_buf *out, const struct pk_gate *gate, double value)
{
    bool is_fine = gate->unit == PK_RULE_PLAIN && fabs(value) < 1e9;

    switch (gate->unit) {
    case PK_RULE_PERCENT:
    case PK_RULE_POINTS:
        pk_units_percent(out, rounded(value * 1000), 100000);
        pk_buf_text(out, gate->is_change ? " pp" : " %");
        break;
    case PK_RULE_NS:
        pk_units_value(out, PK_UNIT_NS, 0, rounded(value));
        break;
    case PK_RULE_BYTES:
        pk_units_value(out, PK_UNIT_BYTES, 0, rounded(value));
        break;
    case PK_RULE_PLAIN:
        if (is_fine && fabs(value - floor(value + 0.5)) > 0.0005)
            pk_units_value(out, PK_UNIT_COUNT, -3, rounded(value * 1000));
        else
            pk_units_count(out, rounded(value));
        break;
    }
}

/* "+0.41 s x1.33" */
static void add_change(struct pk_buf *out, const struct pk_gate *gate)
{
    double before = gate->before.low, after = gate->after.low, most = fmax(before, after);
    double times = most > 0 && most < 1e12 ? 1e6 : 1;

    pk_buf_text(out, after > before ? "+" : "");
    add_number(out, gate, after - before);
    if (before > 0 && after > 0) {
        pk_buf_char(out, ' ');
        pk_units_ratio(out, rounded(after * times), rounded(before * times));
    }
}

void pk_view_check_value(struct pk_buf *out, const struct pk_gate *gate)
{
    if (!gate->after.is_known || (gate->is_change && !gate->before.is_known))
        return;
    if (gate->is_change) {
        add_change(out, gate);
        return;
    }
    add_number(out, gate, gate->after.low);
    if (gate->after.high > gate->after.low) {
        pk_buf_text(out, " to ");
        add_number(out, gate, gate->after.high);
    }
}

/* The reason, "p 0.008", or both. */
static void add_why(struct pk_buf *out, const struct pk_gate *gate)
{
    int thousandths = (int)(gate->p * 1000 + 0.5);

    pk_buf_str(out, gate->why);
    if (!gate->has_p)
        return;
    pk_buf_text(out, gate->why.size ? ", " : "");
    pk_buf_text(out, gate->is_q ? "q " : "p ");
    if (thousandths < 1)
        pk_buf_text(out, "below 0.001");
    else if (thousandths >= 1000)
        pk_buf_char(out, '1');
    else
        pk_buf_printf(out, "0.%03d", thousandths);
}

void pk_view_check_message(struct pk_buf *out, const struct pk_gate *gate)
{
    size_t before = out->size;

    pk_view_check_value(out, gate);
    if (out->size > before && (gate->why.size || gate->has_p))
        pk_buf_text(out, ", ");
    add_why(out, gate);
    if (out->size > before)
        pk_buf_text(out, ": ");
    if (gate->name.size) {
        pk_buf_str(out, gate->name);
        pk_buf_text(out, ", ");
    }
    pk_buf_str(out, gate->rule);
}

void pk_view_check_counts(struct pk_buf *out, const struct pk_checked *checked)
{
    const uint32_t *count = checked->count;

    pk_buf_printf(out, "%u failed, %u passed, %u undecided", count[PK_GATE_FAIL],
                  count[PK_GATE_PASS], count[PK_GATE_UNDECIDED]);
}

/* --- rows --- */

static struct pk_str keep(struct pk_arena *arena, struct pk_buf *text)
{
    struct pk_str kept = text->size ? pk_arena_str(arena, pk_buf_view(text)) : PK_STR_NULL;

    pk_buf_fini(text);
    return kept;
}

static struct pk_str unit_of(const struct pk_gate *gate)
{
    switch (gate->unit) {
    case PK_RULE_NS:
        return PK_STR("ns");
    case PK_RULE_BYTES:
        return PK_STR("bytes");
    case PK_RULE_PERCENT:
    case PK_RULE_POINTS:
        return PK_STR("percent");
    case PK_RULE_PLAIN:
        break;
    }
    return gate->is_metric ? PK_STR("count") : PK_STR("calls");
}

/* Shares and means are ratios, times and counts are values: one of the two is null. */
static void fill_number(struct pk_cell *value, struct pk_cell *ratio, const struct pk_gate *gate,
                        bool is_known, double number)
{
    bool is_percent = gate->unit == PK_RULE_PERCENT || gate->unit == PK_RULE_POINTS;
    bool is_ratio = is_percent || gate->is_ratio;

    value->value = is_known && !is_ratio ? rounded(number) : PK_MISSING;
    ratio->whole = is_percent ? (int64_t)100 * MILLION : MILLION;
    ratio->value =
        is_known && is_ratio && fabs(number) < 9e12 ? rounded(number * MILLION) : PK_MISSING;
}

/* The front of a rule says what it asks for. */
static struct pk_str short_rule(const struct pk_gate *gate, struct pk_arena *arena)
{
    struct pk_str rule = gate->name.size ? gate->name : gate->rule;
    struct pk_buf text = {0};

    if (rule.size <= RULE_CELLS)
        return rule;
    pk_buf_add(&text, rule.data, RULE_CELLS);
    pk_buf_text(&text, "...");
    return keep(arena, &text);
}

static void fill_row(const struct pk_table *table, uint32_t at, const struct pk_gate *gate,
                     struct pk_arena *arena)
{
    static const char *const words[] = {
        [PK_GATE_PASS] = "ok", [PK_GATE_FAIL] = "FAIL", [PK_GATE_UNDECIDED] = "?"};
    struct pk_cell *cell = pk_table_cell(table, at, 0);
    struct pk_buf value = {0}, why = {0};

    cell[RESULT].text = pk_str_of(words[gate->result]);
    cell[OUTCOME].text = pk_str_of(pk_gate_name(gate->result));
    pk_view_check_value(&value, gate);
    add_why(&why, gate);
    cell[VALUE].text = keep(arena, &value);
    cell[WHY].text = keep(arena, &why);
    cell[RULE].text = short_rule(gate, arena);
    cell[FULL_RULE].text = gate->rule;
    cell[NAME].text = gate->name;
    cell[UNIT].text = unit_of(gate);
    fill_number(&cell[NOW], &cell[RATIO], gate, gate->after.is_known, gate->after.low);
    fill_number(&cell[NOW_HIGH], &cell[RATIO_HIGH], gate, gate->after.is_known, gate->after.high);
    fill_number(&cell[THEN], &cell[RATIO_BEFORE], gate, gate->before.is_known, gate->before.low);
    cell[P].value = gate->has_p ? rounded(gate->p * MILLION) : PK_MISSING;
    cell[P].whole = MILLION;
    cell[FUNCTION].frame = gate->frame;
    cell[FUNCTION].profile = gate->profile;
    if (gate->frame == PK_NONE)
        cell[FUNCTION].text = gate->is_unmatched ? PK_STR("(none matches)") : PK_STR("(all)");
}

/* "1 failed, 1 passed, 1 undecided · 5 runs before, 5 after" */
static struct pk_str note(const struct pk_checked *checked, struct pk_arena *arena)
{
    struct pk_buf text = {0};

    pk_view_check_counts(&text, checked);
    if (checked->diff && (checked->runs[PK_BEFORE] > 1 || checked->runs[PK_AFTER] > 1))
        pk_buf_printf(&text, "; %u runs before, %u after", checked->runs[PK_BEFORE],
                      checked->runs[PK_AFTER]);
    else if (checked->runs[PK_AFTER] > 1)
        pk_buf_printf(&text, "; %u runs", checked->runs[PK_AFTER]);
    return keep(arena, &text);
}

/* What fails is always shown, wherever it stands. */
static uint32_t count_shown(const struct pk_checked *checked, uint32_t top)
{
    uint32_t n = checked->n, most = checked->count[PK_GATE_FAIL] + top;

    return top && most < n ? most : n;
}

static void fill_rows(struct pk_table *table, const struct pk_checked *checked, uint32_t n,
                      struct pk_arena *arena)
{
    uint32_t others = n - checked->count[PK_GATE_FAIL], row = 0;

    for (uint32_t i = 0; i < checked->n; i++) {
        const struct pk_gate *gate = &checked->gate[i];

        if (gate->result != PK_GATE_FAIL && others == 0)
            continue;
        others -= gate->result != PK_GATE_FAIL;
        fill_row(table, row++, gate, arena);
    }
}

struct pk_table *pk_view_check(struct pk_arena *arena, const struct pk_checked *checked,
                               uint32_t top)
{
    uint32_t n = count_shown(checked, top);
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, n);
    struct pk_buf left = {0};

    table->schema = "profkit.check/1";
    table->profile = checked->side.profile;
    table->metric = checked->side.metric;
    if (checked->diff)
        table->compared = pk_view_diff_compared(arena, checked->diff, checked->names);
    fill_rows(table, checked, n, arena);
    table->n_left_out = checked->n - n;
    if (table->n_left_out) {
        pk_buf_printf(&left, "%u more that did not fail (--top 0 shows all)", table->n_left_out);
        table->footer = keep(arena, &left);
    }
    table->note = note(checked, arena);
    return table;
}
