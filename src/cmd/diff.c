/*
 * profkit diff: two profiles, function by function, as tables or as a picture. What is compared and
 * how is comparison.h's.
 */
#include "cmd/comparison.h"

#include <stdint.h>
#include <stdio.h>

#include "cmd/diff_folded.h"
#include "cmd/diff_measure.h"
#include "cmd/diff_names.h"
#include "cmd/diff_picture.h"
#include "render/view_causes.h"
#include "render/view_diff.h"
#include "render/view_renames.h"
#include "render/writers.h"

#define MOST_CAUSES 10
#define KINDS (PK_TARGET_TABLE | PK_TARGET_SCENE | PK_TARGET_STACKS | PK_TARGET_REPORT)

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N functions; 0 shows all (default 20)", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "self,total,calls,name",
     "one list, largest change by KEY,KEY... first; -KEY turns it round", false},
    PK_DIFF_SIDES_OPTIONS,
    PK_DIFF_MEASURE_OPTIONS(PK_DIFF_CONCERNS),
    PK_DIFF_NAMES_OPTIONS,
    {"raw", 0, PK_OPT_FLAG, NULL, NULL, "print base units", false},
    {"no-header", 0, PK_OPT_FLAG, NULL, NULL, "only the rows", false},
    {"swap", 0, PK_OPT_FLAG, NULL, NULL, "take BEFORE for after and AFTER for before", false},
    PK_DIFF_PICTURE_OPTIONS,
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Suggestions stand last, since nothing above depends on them. */
static void write_renames(const struct pk_diff *diff, uint32_t top, FILE *to)
{
    struct pk_buf out = {0};

    pk_view_renames_words(&out, diff, top);
    if (out.size) {
        fputc('\n', to);
        pk_buf_write(&out, to);
    }
    pk_buf_fini(&out);
}

/* All that is said of functions: rows of them, why they differ, and what likely has another name.
 */
static struct pk_table *table_of(struct pk_comparison *c, const struct pk_target *target,
                                 uint32_t top)
{
    struct pk_arena *arena = &c->loaded[0].arena;
    struct pk_causes causes = pk_causes_find(&c->diff, MOST_CAUSES, arena);
    struct pk_order orders[PK_OPT_MOST_KEYS];
    unsigned n = pk_orders(c->args, orders);
    struct pk_table *table;

    if (n)
        pk_diff_sort(&c->diff, orders, n);
    else
        pk_diff_split(&c->diff);
    table = pk_view_diff(arena, &c->diff, c->names, top);
    table->causes = pk_view_causes(arena, &c->diff, &causes, target->writer != &pk_writer_text);
    table->warnings = pk_comparison_warnings_in(c, arena);
    table->renames = pk_view_renames(arena, &c->diff);
    return table;
}

/* The header is for people: other writers have it as members. */
static bool write(struct pk_comparison *c, struct pk_target *target, struct pk_error *error)
{
    FILE *to = pk_output_stream(target->output);
    uint32_t top = pk_top(c->args, 20);
    struct pk_table *table = table_of(c, target, top);
    bool done;

    if (target->writer == &pk_writer_text && !target->style.no_header)
        pk_comparison_header(c, target->style.is_ascii, to);
    if (target->writer == &pk_writer_text && c->diff.n == 0) {
        fputs(target->style.no_header ? "" : "no difference\n", to);
        return true;
    }
    done = pk_target_table(c->args, target, table, error);
    if (done && table->causes->n_rows && target->writer == &pk_writer_text &&
        !target->style.no_header) {
        fputc('\n', to);
        done = pk_target_table(c->args, target, table->causes, error);
    }
    if (done && target->writer == &pk_writer_text && !target->style.no_header)
        write_renames(&c->diff, top, to);
    return done;
}

/* Everything that can be refused is refused before the output is opened. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_comparison c = {.args = args};
    struct pk_target target;
    bool fails = false;

    /* Collapsed text has no unit, and other tools expect counts in it. */
    c.keeps_units = pk_target_writer(args, &pk_writer_text, KINDS) == &pk_writer_folded;
    if (pk_comparison_find(&c, error) &&
        pk_target_open(args, &c.both, &pk_writer_text, KINDS, &target, error)) {
        bool done;

        fails = pk_diff_measure_fails(args, &c.diff);
        pk_comparison_warn(&c);
        if (target.writer->report)
            done = pk_diff_picture(args, &c.diff, c.names, &c.loaded[0].arena,
                                   table_of(&c, &target, pk_top(args, 0)), &target, error);
        else if (pk_diff_is_picture(args, &target, error))
            done =
                pk_diff_picture(args, &c.diff, c.names, &c.loaded[0].arena, NULL, &target, error);
        else if (error->status == PK_OK && target.writer == &pk_writer_folded)
            done = pk_diff_folded(&c.diff, &c.loaded[0].arena, &target, error);
        else
            done = error->status == PK_OK && write(&c, &target, error);
        pk_comparison_doubts(&c, &target);
        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
    }
    pk_comparison_fini(&c);
    return error->status == PK_OK && fails ? PK_CONDITION : (int)error->status;
}

const struct pk_cmd pk_cmd_diff = {
    .name = "diff",
    .summary = "what changed between two profiles",
    .usage = "[OPTION...] BEFORE AFTER",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit diff before.prof after.prof",
};
