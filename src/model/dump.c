/*
 * The canonical text of a profile, for goldens and for comparing two profiles as bytes. One fact a
 * line; names are escaped as for a terminal, missing values are "-". Not an exchange format:
 * nothing reads it back.
 */
#include "model/dump.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "model/profile_private.h"

static const char *const rung_names[] = {"?", "flat", "graph", "tree"};
static const char *const kind_names[] = {
    "function", "builtin", "kernel",     "inlined", "jit",    "interpreted", "c1",
    "waker",    "partial", "unresolved", "process", "thread", "separator",   "special"};

/* Missing is "-", which no number can be taken for. */
static void dump_value(struct pk_buf *out, int64_t value)
{
    pk_buf_char(out, ' ');
    if (value == PK_MISSING)
        pk_buf_char(out, '-');
    else
        pk_buf_int(out, value);
}

/* One word for the column, then a value per metric in the order of the metric lines. */
static void dump_columns(struct pk_buf *out, const char *name, int64_t *const *columns, uint32_t n,
                         uint32_t i)
{
    pk_buf_char(out, ' ');
    pk_buf_text(out, name);
    for (uint32_t m = 0; m < n; m++)
        dump_value(out, columns[m] ? columns[m][i] : PK_MISSING);
}

/* Quotes show trailing spaces; a leading "-" tells the missing string from the empty one. */
static void dump_str(struct pk_buf *out, struct pk_str s)
{
    if (!s.data)
        pk_buf_char(out, '-');
    pk_buf_char(out, '\'');
    pk_escape_terminal(out, s);
    pk_buf_char(out, '\'');
}

/* What is not there is not printed, so that goldens of simple files stay readable. */
static void dump_frames(const struct pk_profile *p, struct pk_buf *out)
{
    for (uint32_t i = 0; i < p->n_frames; i++) {
        const struct pk_frame *frame = &p->frames[i];

        pk_buf_printf(out, "frame %u ", i);
        dump_str(out, frame->name);
        if (frame->file.data) {
            pk_buf_text(out, " file ");
            dump_str(out, frame->file);
        }
        if (frame->module.data) {
            pk_buf_text(out, " module ");
            dump_str(out, frame->module);
        }
        if (frame->line)
            pk_buf_printf(out, " line %u", frame->line);
        if (frame->kind != PK_KIND_FUNCTION)
            pk_buf_printf(out, " %s", kind_names[frame->kind]);
        dump_columns(out, "self", p->flat.self, p->n_metrics, i);
        dump_columns(out, "incl", p->flat.incl, p->n_metrics, i);
        for (uint32_t m = 0; m < p->n_metrics; m++)
            if (p->flat.incl_high[m] && p->flat.incl_high[m][i] != PK_MISSING) {
                pk_buf_text(out, " high");
                dump_value(out, p->flat.incl_high[m][i]);
            }
        if (p->flat.calls) {
            pk_buf_text(out, " calls");
            dump_value(out, p->flat.calls[i]);
            dump_value(out, p->flat.primitive ? p->flat.primitive[i] : PK_MISSING);
        }
        pk_buf_char(out, '\n');
    }
}

/* Ends by frame number: the frame lines above give their names. */
static void dump_edges(const struct pk_profile *p, struct pk_buf *out)
{
    pk_profile_graph(p); /* a profile of stacks makes it now */
    for (uint32_t e = 0; e < p->graph.n; e++) {
        pk_buf_printf(out, "edge %u -> %u", p->graph.caller[e], p->graph.callee[e]);
        dump_columns(out, "incl", p->graph.incl, p->n_metrics, e);
        dump_columns(out, "self", p->graph.self, p->n_metrics, e);
        if (p->graph.calls) {
            pk_buf_text(out, " calls");
            dump_value(out, p->graph.calls[e]);
            dump_value(out, p->graph.primitive ? p->graph.primitive[e] : PK_MISSING);
        }
        pk_buf_char(out, '\n');
    }
}

/* Parents stand before their children, as in the arrays. */
static void dump_tree(const struct pk_profile *p, const struct pk_tree *tree, const char *name,
                      struct pk_buf *out)
{
    for (uint32_t i = 0; i < tree->n; i++) {
        pk_buf_printf(out, "%s %u", name, i);
        if (tree->parent[i] != PK_NONE)
            pk_buf_printf(out, " below %u", tree->parent[i]);
        pk_buf_printf(out, " frame %u", tree->frame[i]);
        if (tree->line)
            pk_buf_printf(out, " line %u", tree->line[i]);
        dump_columns(out, "self", tree->self, p->n_metrics, i);
        dump_columns(out, "incl", tree->incl, p->n_metrics, i);
        pk_buf_char(out, '\n');
    }
}

/* Self rows give the line's cost, rows with a callee what its calls there cost. */
static void dump_lines(const struct pk_profile *p, struct pk_buf *out)
{
    const struct pk_lines *lines = &p->lines;

    for (uint32_t i = 0; i < lines->n; i++) {
        pk_buf_printf(out, "line %u ", lines->frame[i]);
        dump_str(out, lines->files[lines->file[i]]);
        pk_buf_printf(out, " %u", lines->line[i]);
        if (lines->callee[i] != PK_NONE)
            pk_buf_printf(out, " -> %u", lines->callee[i]);
        dump_columns(out, lines->callee[i] == PK_NONE ? "self" : "incl", lines->values,
                     p->n_metrics, i);
        if (lines->callee[i] != PK_NONE) {
            pk_buf_text(out, " calls");
            dump_value(out, lines->calls ? lines->calls[i] : PK_MISSING);
        }
        pk_buf_char(out, '\n');
    }
}

/* Slices are few, and always printed: an empty one says that the file names no thread. */
static void dump_slices(const struct pk_profile *p, struct pk_buf *out)
{
    for (uint32_t i = 0; i < p->n_slices; i++) {
        pk_buf_text(out, "slice process ");
        dump_str(out, p->slices[i].process);
        pk_buf_text(out, " thread ");
        dump_str(out, p->slices[i].thread);
        for (uint32_t l = 0; l < p->slices[i].n_labels; l++) {
            pk_buf_text(out, " label ");
            dump_str(out, p->slices[i].labels[l].key);
            pk_buf_char(out, '=');
            dump_str(out, p->slices[i].labels[l].value);
        }
        pk_buf_text(out, " self");
        for (uint32_t m = 0; m < p->n_metrics; m++)
            dump_value(out, p->slice_totals[m][i]);
        pk_buf_char(out, '\n');
    }
}

/* As recorded, by the numbers of the merged tables; the values without a word each, in the order of
 * record.h. */
static void dump_rows(const struct pk_record_rows *rows, const char *name, struct pk_buf *out)
{
    for (uint32_t i = 0; i < rows->n; i++) {
        pk_buf_printf(out, "  %s %u", name, rows->item[i]);
        for (uint32_t k = 0; k < rows->width; k++)
            dump_value(out, pk_record_row(rows, i)[k]);
        pk_buf_char(out, '\n');
    }
}

/* Only where times were kept, so that goldens of other files do not change. */
static void dump_moments(const struct pk_profile *p, struct pk_buf *out)
{
    const struct pk_timeline *timeline = pk_profile_timeline(p);

    for (uint32_t s = 0; timeline && s < p->n_record; s++)
        for (uint64_t i = timeline->start[s]; i < timeline->start[s + 1]; i++) {
            const struct pk_moment *moment = &timeline->moments[i];

            pk_buf_printf(out, "moment %u at", s);
            dump_value(out, moment->time);
            pk_buf_printf(out, " node %u metric %u", moment->node, moment->metric);
            dump_value(out, moment->value);
            pk_buf_char(out, '\n');
        }
}

/* One slice recorded what the tables say; of several the tables are only the sums. */
static void dump_record(const struct pk_profile *p, struct pk_buf *out)
{
    for (uint32_t i = 0; p->n_record > 1 && i < p->n_record; i++) {
        const struct pk_record_slice *slice = &p->record[i];

        pk_buf_printf(out, "recorded %s process ", rung_names[slice->rung]);
        dump_str(out, slice->slice.process);
        pk_buf_text(out, " thread ");
        dump_str(out, slice->slice.thread);
        pk_buf_text(out, " metrics");
        for (uint32_t m = 0; m < p->n_metrics; m++)
            if (slice->metrics[m / 64] >> (m % 64) & 1)
                pk_buf_printf(out, " %u", m);
        pk_buf_char(out, '\n');
        dump_rows(&slice->functions, "function", out);
        dump_rows(&slice->edges, "edge", out);
        dump_rows(&slice->stacks, "stack", out);
        dump_rows(&slice->lines, "line", out);
    }
}

/* Facts and counters before the numbers, as a reader of a golden wants to know the producer. */
static void dump_origin(const struct pk_profile *p, struct pk_buf *out)
{
    for (uint32_t i = 0; i < p->n_facts; i++) {
        pk_buf_text(out, "fact ");
        dump_str(out, p->facts[i].key);
        pk_buf_char(out, '=');
        dump_str(out, p->facts[i].value);
        pk_buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->n_tallies; i++) {
        pk_buf_printf(out, "tally %s", p->tallies[i].key);
        dump_value(out, p->tallies[i].n);
        pk_buf_char(out, '\n');
    }
    for (size_t i = 0; i < p->notes.list.size; i++) {
        pk_buf_text(out, "note ");
        pk_notes_describe(&p->notes.list.data[i], out);
        pk_buf_char(out, '\n');
    }
}

/* Parts of a mixed profile follow whole, so nothing of the profile can differ unseen. */
void pk_dump_profile(const struct pk_profile *p, struct pk_buf *out)
{
    pk_buf_printf(out, "rung %s\n", rung_names[p->rung]);
    for (uint32_t m = 0; m < p->n_metrics; m++) {
        pk_buf_text(out, "metric ");
        dump_str(out, p->metrics[m].name);
        pk_buf_printf(out, " %s scale %d%s total", pk_units_name(p->metrics[m].unit),
                      p->metrics[m].scale, p->metrics[m].is_signed ? " signed" : "");
        dump_value(out, p->totals[m]);
        pk_buf_char(out, '\n');
    }
    dump_slices(p, out);
    dump_origin(p, out);
    dump_frames(p, out);
    if (p->rung >= PK_GRAPH)
        dump_edges(p, out);
    dump_lines(p, out);
    if (p->rung == PK_TREE)
        dump_tree(p, &p->tree, "node", out);
    if (p->rung == PK_TREE && p->has_lines)
        dump_tree(p, &p->line_tree, "line-node", out);
    dump_record(p, out);
    if (!p->is_part)
        dump_moments(p, out);
    for (unsigned rung = 0; rung <= PK_TREE; rung++)
        if (p->parts[rung]) {
            pk_buf_printf(out, "part %s\n", rung_names[rung]);
            pk_dump_profile(p->parts[rung], out);
        }
}
