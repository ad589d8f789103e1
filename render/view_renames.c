/*
 * Likely renames: see view_renames.h. Names stand as each side has them. A score is cut and never
 * rounded up, so that nothing is said to be alike by 1 that is not.
 */
#include "render/view_renames.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "render/label.h"

#define PRECISE INT64_C(1000000) /* parts of one in JSON */

enum { BEFORE, AFTER, BEFORE_FILE, AFTER_FILE, SCORE, MERGED, COLUMNS };

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [BEFORE] = MACHINE("before", PK_COLUMN_TEXT),
    [AFTER] = MACHINE("after", PK_COLUMN_TEXT),
    [BEFORE_FILE] = MACHINE("before_file", PK_COLUMN_TEXT),
    [AFTER_FILE] = MACHINE("after_file", PK_COLUMN_TEXT),
    [SCORE] = MACHINE("score", PK_COLUMN_RATIO),
    [MERGED] = MACHINE("merged", PK_COLUMN_FLAG),
};

static const struct pk_frame *frame_of(const struct pk_diff *diff, uint32_t index, unsigned s)
{
    return pk_profile_frame(diff->side[s].profile, diff->likely.list[index].frame[s]);
}

struct pk_table *pk_view_renames(struct pk_arena *arena, const struct pk_diff *diff)
{
    struct pk_table *table = pk_table_new(arena, layout, COLUMNS, diff->likely.n);

    for (uint32_t i = 0; i < diff->likely.n; i++) {
        struct pk_cell *cell = pk_table_cell(table, i, 0);

        for (unsigned s = 0; s < 2; s++) {
            cell[BEFORE + s].text = frame_of(diff, i, s)->name;
            cell[BEFORE_FILE + s].text = frame_of(diff, i, s)->file;
        }
        cell[SCORE].value = (int64_t)(diff->likely.list[i].score * (double)PRECISE);
        cell[SCORE].whole = PRECISE;
        cell[MERGED].value = diff->likely.merged != NULL;
    }
    return table;
}

void pk_view_renames_pair(struct pk_buf *out, const struct pk_diff *diff, uint32_t index)
{
    int hundredths = (int)(diff->likely.list[index].score * 100);
    struct pk_buf name[2] = {{0}, {0}}, place = {0};
    bool is_same;

    for (unsigned s = 0; s < 2; s++)
        pk_label_name(&name[s], frame_of(diff, index, s));
    is_same = pk_str_equal(pk_buf_view(&name[0]), pk_buf_view(&name[1]));
    for (unsigned s = 0; s < 2; s++) {
        pk_buf_text(out, s ? " -> " : "");
        pk_escape_terminal(out, pk_buf_view(&name[s]));
        pk_buf_reset(&place);
        if (is_same)
            pk_label_place(&place, frame_of(diff, index, s));
        pk_buf_text(out, place.size ? "  " : "");
        pk_escape_terminal(out, pk_buf_view(&place));
        pk_buf_fini(&name[s]);
    }
    pk_buf_printf(out, ", alike by %d.%02d", hundredths / 100, hundredths % 100);
    pk_buf_fini(&place);
}

void pk_view_renames_words(struct pk_buf *out, const struct pk_diff *diff, uint32_t top)
{
    uint32_t n = diff->likely.n, shown = top && top < n ? top : n;

    if (diff->likely.merged)
        return;
    for (uint32_t i = 0; i < shown; i++) {
        pk_buf_text(out, "Likely renamed: ");
        pk_view_renames_pair(out, diff, i);
        pk_buf_char(out, '\n');
    }
    if (shown < n)
        pk_buf_printf(out, "Likely renamed: %u more (--top 0 shows all)\n", n - shown);
    if (n)
        pk_buf_printf(out, "--follow-renames compares %s as one function\n",
                      n == 1 ? "these two" : "each pair");
}
