/*
 * What if, as rows: see view_whatif.h. First the total now and then, which is the answer; below it
 * each change as if it were the only one, to see which of them is worth it. Blank cells are not
 * said by the row, and are null for machines. The rows of single changes do not add up to what all
 * of them save: changes may be on one stack.
 */
#include "render/view_whatif.h"

#include <stdint.h>

#include "render/label.h"

enum {
    CHANGE,
    TOTAL,
    TOTAL_LOW,
    TOTAL_HIGH,
    SAVES,
    SHARE,
    SAVES_LOW,
    SAVES_HIGH,
    CALLS,
    CALLER,
    SPEEDUP,
    FUNCTION,
    COLUMNS
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [CHANGE] = MACHINE("change", PK_COLUMN_TEXT),
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 1},
    [TOTAL_LOW] = MACHINE("total_low", PK_COLUMN_VALUE),
    [TOTAL_HIGH] = MACHINE("total_high", PK_COLUMN_VALUE),
    [SAVES] = {.key = "saves", .title = "SAVES", .kind = PK_COLUMN_VALUE, .drop = 2},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 3},
    [SAVES_LOW] = MACHINE("saves_low", PK_COLUMN_VALUE),
    [SAVES_HIGH] = MACHINE("saves_high", PK_COLUMN_VALUE),
    [CALLS] = {.key = "calls", .title = "CALLS", .kind = PK_COLUMN_COUNT, .drop = 4},
    [CALLER] = MACHINE("caller", PK_COLUMN_TEXT),
    [SPEEDUP] = MACHINE("speedup", PK_COLUMN_RATIO),
    [FUNCTION] = {.key = "function", .title = "WHAT IF", .kind = PK_COLUMN_FRAME},
};

static const char *const words[] = {"memo", "drop", "hoist", "speedup"};

/* By more than rounding, as in pictures: a bound beside each number would hide those that matter.
 */
static bool is_open(const struct pk_whatif_part *part)
{
    return pk_attribute_is_uncertain(part->value, part->range);
}

void pk_view_whatif_value(struct pk_buf *out, const struct pk_metric *metric,
                          const struct pk_whatif_part *part)
{
    if (!is_open(part)) {
        pk_units_value(out, metric->unit, metric->scale, part->value);
        return;
    }
    pk_buf_text(out, "≈");
    pk_units_value(out, metric->unit, metric->scale, part->value);
    pk_buf_text(out, " (");
    pk_units_value(out, metric->unit, metric->scale, part->range.lo);
    pk_buf_text(out, " to ");
    pk_units_value(out, metric->unit, metric->scale, part->range.hi);
    pk_buf_char(out, ')');
}

/* "2x", "1.5x": as it was typed, but for zeros at its end. */
static void add_speedup(struct pk_buf *out, int64_t speedup)
{
    int64_t rest = speedup % 1000000;

    pk_buf_printf(out, "%lld", (long long)(speedup / 1000000));
    if (rest) {
        int digits = 6;

        for (; rest % 10 == 0; rest /= 10)
            digits--;
        pk_buf_printf(out, ".%0*lld", digits, (long long)rest);
    }
    pk_buf_char(out, 'x');
}

/* "memo ", "2x ": what stands before a function. */
static void add_word(struct pk_buf *out, const struct pk_whatif_change *change)
{
    if (change->kind == PK_WHATIF_SPEEDUP)
        add_speedup(out, change->speedup);
    else
        pk_buf_text(out, words[change->kind]);
    pk_buf_char(out, ' ');
}

void pk_view_whatif_words(struct pk_buf *out, const struct pk_profile *profile,
                          const struct pk_whatif_change *changes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        pk_buf_text(out, i ? ", " : "");
        add_word(out, &changes[i]);
        pk_label_name(out, pk_profile_frame(profile, changes[i].frame));
        if (changes[i].caller != PK_NONE) {
            pk_buf_text(out, " out of ");
            pk_label_name(out, pk_profile_frame(profile, changes[i].caller));
        }
    }
}

struct rows {
    struct pk_table *table;
    struct pk_arena *arena;
    const struct pk_metric *metric;
    int64_t whole;
};

/* A text of a cell lives as long as the table; the buffer ends here. */
static struct pk_str keep(const struct rows *rows, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(rows->arena, pk_buf_view(text));

    pk_buf_fini(text);
    return kept;
}

/* A row that is about the whole, with its numbers missing until they are filled in. */
static struct pk_cell *begin_row(const struct rows *rows, uint32_t row, const char *change)
{
    struct pk_cell *cell = pk_table_cell(rows->table, row, 0);

    cell[CHANGE].text = pk_str_of(change);
    for (unsigned c = TOTAL; c <= SPEEDUP; c++) {
        cell[c].value = PK_MISSING;
        cell[c].is_blank = true;
    }
    cell[FUNCTION].frame = PK_NONE;
    return cell;
}

/* A value with its bounds; no longer blank. */
static void set_total(struct pk_cell *cell, const struct pk_whatif_part *part)
{
    cell[TOTAL] = (struct pk_cell){.value = part->value, .is_estimated = is_open(part)};
    cell[TOTAL_LOW].value = part->range.lo;
    cell[TOTAL_HIGH].value = part->range.hi;
}

/* The same for what is saved, with its share of the total now. */
static void set_saves(const struct rows *rows, struct pk_cell *cell,
                      const struct pk_whatif_part *part)
{
    cell[SAVES] = (struct pk_cell){.value = part->value, .is_estimated = is_open(part)};
    cell[SHARE] = pk_table_share(rows->metric, part->value, rows->whole);
    cell[SHARE].is_estimated = is_open(part) && cell[SHARE].value != PK_MISSING;
    cell[SAVES_LOW].value = part->range.lo;
    cell[SAVES_HIGH].value = part->range.hi;
}

/* ", 0 to 830 ns": bounds of what a row says. */
static void add_bounds(const struct rows *rows, struct pk_buf *out, const char *front,
                       const struct pk_whatif_part *part)
{
    if (!is_open(part))
        return;
    pk_buf_text(out, front);
    pk_units_value(out, rows->metric->unit, rows->metric->scale, part->range.lo);
    pk_buf_text(out, " to ");
    pk_units_value(out, rows->metric->unit, rows->metric->scale, part->range.hi);
}

/* A change alone: what it saves, of how many calls, and where its bounds are wide, those too. */
static void fill_change(const struct rows *rows, uint32_t row, const struct pk_whatif *whatif,
                        const struct pk_whatif_change *change, uint32_t i)
{
    const struct pk_whatif_effect *effect = &whatif->effect[i];
    struct pk_cell *cell = begin_row(rows, row, words[change->kind]);
    struct pk_buf lead = {0}, text = {0};

    set_saves(rows, cell, &effect->saved);
    cell[CALLS] = (struct pk_cell){.value = effect->calls};
    cell[FUNCTION].frame = change->frame;
    pk_buf_text(&lead, "  ");
    add_word(&lead, change);
    cell[FUNCTION].lead = keep(rows, &lead);
    if (change->kind == PK_WHATIF_SPEEDUP)
        cell[SPEEDUP] = (struct pk_cell){.value = change->speedup, .whole = 1000000};
    if (change->caller != PK_NONE) {
        pk_label_name(&text, pk_profile_frame(rows->table->profile, change->caller));
        cell[CALLER].text = pk_arena_str(rows->arena, pk_buf_view(&text));
        pk_buf_reset(&text);
        pk_buf_text(&text, "out of ");
        pk_buf_str(&text, cell[CALLER].text);
    }
    add_bounds(rows, &text, text.size ? ", saves " : "saves ", &effect->saved);
    cell[FUNCTION].text = keep(rows, &text);
}

/* The first two rows. What all changes save is less than the sum of what each does, where they
 * meet. */
static void fill_whole(const struct rows *rows, const struct pk_whatif *whatif)
{
    const struct pk_whatif_part now = {whatif->whole, {whatif->whole, whatif->whole}};
    struct pk_cell *cell = begin_row(rows, 0, "now");
    struct pk_buf text = {0};

    set_total(cell, &now);
    cell[FUNCTION].text = PK_STR("now");
    cell = begin_row(rows, 1, "all");
    set_total(cell, &whatif->total);
    set_saves(rows, cell, &whatif->saved);
    pk_buf_text(&text, "then");
    add_bounds(rows, &text, ", ", &whatif->total);
    cell[FUNCTION].text = keep(rows, &text);
}

/* The order of the rows is that of the options, so that a reader finds each again. */
struct pk_table *pk_view_whatif_table(struct pk_arena *arena, const struct pk_profile *profile,
                                      uint32_t metric, const struct pk_whatif *whatif,
                                      const struct pk_whatif_change *changes, uint32_t n)
{
    struct rows rows = {pk_table_new(arena, layout, COLUMNS, n + 2), arena,
                        pk_profile_metric(profile, metric), whatif->whole};
    bool has_calls = false;

    rows.table->schema = "profkit.whatif/1";
    rows.table->profile = profile;
    rows.table->metric = metric;
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            rows.table->columns[c].unit = rows.metric->unit;
            rows.table->columns[c].scale = rows.metric->scale;
        }
    fill_whole(&rows, whatif);
    for (uint32_t i = 0; i < n; i++) {
        fill_change(&rows, i + 2, whatif, &changes[i], i);
        has_calls |= whatif->effect[i].calls != PK_MISSING;
    }
    /* Samples have no calls: the column would only hold dashes. */
    rows.table->columns[CALLS].is_machine_only = !has_calls;
    if (whatif->is_uncounted)
        rows.table->note =
            PK_STR("calls are not counted here: the most that can be saved is taken for it");
    return rows.table;
}
