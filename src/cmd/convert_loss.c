/*
 * What a target cannot hold: see convert_loss.h. One table of losses serves both; a loss is said of
 * a profile only when the profile has what is lost.
 */
#include "cmd/convert_loss.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "model/lines.h"
#include "model/timeline.h"

/* A list in words, with commas. */
static void add_part(struct pk_buf *out, const char *what)
{
    pk_buf_text(out, out->size ? ", " : "");
    pk_buf_text(out, what);
}

/* --- whether a profile has it --- */

/* A profile of mixed rungs has no stacks of its own. */
static bool has_stacks(const struct pk_loaded *loaded)
{
    return pk_profile_tree(loaded->profile) != NULL;
}

static bool has_edges(const struct pk_loaded *loaded)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);

    return graph && graph->n > 0;
}

/* Whoever rounds, rounds every profile. */
static bool has_digits(const struct pk_loaded *loaded)
{
    (void)loaded;
    return true;
}

/* Samples have none. */
static bool has_calls(const struct pk_loaded *loaded)
{
    return pk_profile_flat(loaded->profile)->calls != NULL;
}

/* Edges without any count are samples; some counts may be missing after a merge. */
static bool has_uncounted(const struct pk_loaded *loaded)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);

    for (uint32_t e = 0; graph && e < graph->n; e++)
        if (!graph->calls || graph->calls[e] == PK_MISSING)
            return true;
    return false;
}

/* Only recursion makes the two counts differ. */
static bool has_primitive(const struct pk_loaded *loaded)
{
    const struct pk_flat *flat = pk_profile_flat(loaded->profile);

    for (pk_frame_id f = 0; flat->primitive && f < pk_profile_frames(loaded->profile); f++)
        if (flat->primitive[f] != PK_MISSING && flat->calls && flat->primitive[f] != flat->calls[f])
            return true;
    return false;
}

/* Derived ones can be derived again. */
static bool has_edge_self(const struct pk_loaded *loaded)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);

    return graph && graph->origin == PK_RECORDED && graph->self[loaded->metric];
}

/* A file with two counts keeps both in collapsed text. */
static bool has_metrics(const struct pk_loaded *loaded)
{
    const struct pk_profile *p = loaded->profile;

    if (pk_profile_metrics(p) == 2 &&
        pk_str_equal(pk_profile_metric(p, 0)->name, PK_STR("before")) &&
        pk_str_equal(pk_profile_metric(p, 1)->name, PK_STR("after")))
        return false;
    return pk_profile_metrics(p) > 1;
}

static bool has_unit(const struct pk_loaded *loaded)
{
    return pk_profile_metric(loaded->profile, loaded->metric)->unit != PK_UNIT_COUNT;
}

static bool has_decimals(const struct pk_loaded *loaded)
{
    for (uint32_t m = 0; m < pk_profile_metrics(loaded->profile); m++)
        if (pk_profile_metric(loaded->profile, m)->scale < 0)
            return true;
    return false;
}

static bool has_modules(const struct pk_loaded *loaded)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(loaded->profile); f++)
        if (pk_profile_frame(loaded->profile, f)->module.size)
            return true;
    return false;
}

static bool has_lines(const struct pk_loaded *loaded)
{
    return pk_profile_has_line_costs(loaded->profile);
}

static bool has_slices(const struct pk_loaded *loaded)
{
    return pk_profile_slices(loaded->profile) > 1;
}

static bool has_times(const struct pk_loaded *loaded)
{
    return pk_profile_has_times(loaded->profile);
}

/* --- one profile --- */

static const struct {
    enum pk_loss loss;
    bool (*has)(const struct pk_loaded *);
    const char *words;
    unsigned rungs; /* bits of the rungs that may have it, for --list */
} losses[] = {
    {PK_LOSES_STACKS, has_stacks, "stacks", 1u << PK_TREE},
    {PK_LOSES_EDGES, has_edges, "who called what", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_DIGITS, has_digits, "exact values", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_CALLS, has_calls, "call counts", 1u << PK_GRAPH},
    {PK_LOSES_UNCOUNTED, has_uncounted, "that calls were not counted", 1u << PK_TREE},
    {PK_LOSES_PRIMITIVE, has_primitive, "recursive calls apart", 1u << PK_GRAPH},
    {PK_LOSES_EDGE_SELF, has_edge_self, "self by caller", 1u << PK_GRAPH},
    {PK_LOSES_METRICS, has_metrics, "the other metrics", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_UNIT, has_unit, "the unit", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_DECIMALS, has_decimals, "the decimal point", 1u << PK_TREE},
    {PK_LOSES_MODULES, has_modules, "modules", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_LINES, has_lines, "costs of lines", 1u << PK_GRAPH},
    {PK_LOSES_SLICES, has_slices, "values by thread", 1u << PK_TREE | 1u << PK_GRAPH},
    {PK_LOSES_TIMES, has_times, "times of samples", 1u << PK_TREE},
};

/* "the unit (us)": a number without it means nothing. */
static const char *unit_words(const struct pk_metric *metric)
{
    if (metric->unit == PK_UNIT_BYTES)
        return "the unit (bytes)";
    return metric->scale == 3 ? "the unit (us)" : "the unit (ns)";
}

/* "the metric memory, which has values below zero" */
static void add_refused(const struct pk_loaded *loaded, const struct pk_writer *writer,
                        struct pk_buf *out)
{
    for (uint32_t m = 0; writer->takes && m < pk_profile_metrics(loaded->profile); m++) {
        if (writer->takes(loaded->profile, m))
            continue;
        add_part(out, "the metric ");
        pk_escape_terminal(out, pk_profile_metric(loaded->profile, m)->name);
        pk_buf_text(out, pk_profile_flat(loaded->profile)->self[m] ? " (values below zero)"
                                                                   : " (no self)");
    }
}

/* In the order of the table, so that messages can be compared. */
void pk_convert_loss(const struct pk_loaded *loaded, const struct pk_writer *writer,
                     struct pk_buf *out)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (writer->loses & losses[i].loss && losses[i].has(loaded))
            add_part(out, losses[i].loss == PK_LOSES_UNIT
                              ? unit_words(pk_profile_metric(loaded->profile, loaded->metric))
                              : losses[i].words);
    add_refused(loaded, writer, out);
}

/* --- all pairs --- */

/* The formats of one rung, "folded, perf". */
static void add_readers(struct pk_buf *out, enum pk_rung rung)
{
    struct pk_buf names = {0};

    for (size_t i = 0; pk_reader_list[i]; i++)
        if (pk_reader_list[i]->read && pk_reader_list[i]->gives == rung)
            add_part(&names, pk_reader_list[i]->name);
    pk_buf_str(out, pk_buf_view(&names));
    pk_buf_fini(&names);
}

/* "values kept, stacks lost": the words that decide, then the rest of what is lost. */
static void add_pair(struct pk_buf *out, enum pk_rung rung, const struct pk_writer *writer)
{
    struct pk_buf lost = {0};
    const char *kept = rung == PK_TREE ? "values and stacks kept" : "values and calls kept";

    if (rung == PK_TREE && writer->loses & PK_LOSES_STACKS)
        kept = "values and edges kept";
    if (writer->loses & PK_LOSES_EDGES)
        kept = "values of functions kept";
    if (rung == PK_GRAPH && writer->loses & PK_NEEDS_STACKS)
        kept = "only estimated stacks (--estimate)";
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        if (writer->loses & losses[i].loss && losses[i].rungs & 1u << rung)
            add_part(&lost, losses[i].words);
    pk_buf_printf(out, "  %-10s %s", writer->name, lost.size ? kept : "everything kept");
    if (lost.size)
        pk_buf_printf(out, "; lost: %s", lost.data);
    pk_buf_char(out, '\n');
    pk_buf_fini(&lost);
}

/* By rung, not by format: formats of one rung lose the same. */
void pk_convert_list(struct pk_buf *out)
{
    static const enum pk_rung rungs[] = {PK_TREE, PK_GRAPH};

    for (size_t r = 0; r < sizeof rungs / sizeof *rungs; r++) {
        pk_buf_text(out, r ? "\nfrom functions and calls (" : "from stacks (");
        add_readers(out, rungs[r]);
        pk_buf_text(out, ") to\n");
        for (size_t i = 0; pk_writer_list[i]; i++)
            if (pk_writer_list[i]->profile)
                add_pair(out, rungs[r], pk_writer_list[i]);
    }
    pk_buf_text(out, "\nwhat a file does not have cannot be lost; convert says what was\n");
}
