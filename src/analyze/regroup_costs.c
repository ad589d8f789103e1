/*
 * Source lines as functions, from the LINES table of one slice. A line has its own self, and its
 * inclusive is that and what it calls: a line that calls into no cycle is on a stack once. One that
 * does, or has a call without a cost, has no inclusive.
 *
 * What a function has beyond its lines (a file without lines merged with one that has some) stays
 * with it at line 0, so that the sum is the same.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/regroup_private.h"

struct costs {
    struct pk_regroup *r;
    const struct pk_record_slice *from;
    uint32_t n;               /* metrics of the slice */
    struct pk_map lines;      /* frame of the builder */
    PK_ARRAY(int64_t) values; /* [line * 2n]: self, then inclusive */
    int64_t *rest;            /* [row of functions * n] self that no line has */
    bool *has_lines;          /* [row of functions] */
};

/* The line of a function as a frame. The file of the line wins over that of the function: there
 * inlined code is. */
static int64_t *line_at(struct costs *c, pk_frame_id function, struct pk_str file, uint32_t line)
{
    struct pk_frame frame = *pk_profile_frame(c->r->profile, function);
    pk_frame_id id;
    bool is_new;
    uint32_t at;

    if (line)
        frame.file = file;
    frame.line = line;
    id = pk_builder_frame(c->r->builder, &frame);
    at = pk_map_add(&c->lines, &id, &is_new);
    for (uint32_t i = 0; is_new && i < 2 * c->n; i++)
        pk_array_push(&c->values, 0);
    return c->values.data + (size_t)at * 2 * c->n;
}

/* The row of a function in the slice, or PK_NONE: binary search, as rows stand in order. */
static uint32_t row_of(const struct costs *c, pk_frame_id function)
{
    const struct pk_record_rows *rows = &c->from->functions;
    uint32_t low = 0, high = rows->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (rows->item[middle] < function)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->n && rows->item[low] == function ? low : PK_NONE;
}

static void add_self(struct costs *c, const struct pk_record_line *line, const int64_t *said)
{
    int64_t *values = line_at(c, line->frame, line->file, line->line);
    uint32_t row = row_of(c, line->frame);

    for (uint32_t k = 0; k < c->n; k++) {
        if (said[k] == PK_MISSING)
            continue;
        values[k] += said[k];
        if (values[c->n + k] != PK_MISSING)
            values[c->n + k] += said[k];
        if (row != PK_NONE)
            c->rest[(size_t)row * c->n + k] -= said[k];
    }
    if (row != PK_NONE)
        c->has_lines[row] = true;
}

static void add_call(struct costs *c, const struct pk_record_line *line, const int64_t *said)
{
    const struct pk_cycles *cycles = &c->r->cycles;
    bool is_inside = cycles->box && cycles->box[line->frame] == cycles->box[line->callee];
    int64_t *incl = line_at(c, line->frame, line->file, line->line) + c->n;

    for (uint32_t k = 0; k < c->n; k++)
        if (is_inside || said[k] == PK_MISSING || incl[k] == PK_MISSING ||
            __builtin_add_overflow(incl[k], said[k], &incl[k]))
            incl[k] = PK_MISSING;
}

/* What no line has; with a line that is not known it may be a part of what stands there already. */
static void add_rest(struct costs *c, uint32_t row)
{
    pk_frame_id function = c->from->functions.item[row];
    const int64_t *said = pk_record_row(&c->from->functions, row);
    const int64_t *rest = c->rest + (size_t)row * c->n;
    bool is_needed = !c->has_lines[row];
    int64_t *values;

    for (uint32_t k = 0; k < c->n; k++)
        is_needed |= said[k] != PK_MISSING && rest[k] != 0;
    if (!is_needed)
        return;
    values = line_at(c, function, PK_STR_NULL, 0);
    for (uint32_t k = 0; k < c->n; k++) {
        if (said[k] != PK_MISSING)
            values[k] += rest[k];
        values[c->n + k] = c->has_lines[row] ? PK_MISSING : said[c->n + k];
    }
}

static void add_all(struct costs *c)
{
    uint32_t n_lines;
    const struct pk_record_line *lines = pk_record_lines(c->r->profile, &n_lines);

    for (uint32_t row = 0; row < c->from->functions.n; row++)
        for (uint32_t k = 0; k < c->n; k++) {
            int64_t self = pk_record_row(&c->from->functions, row)[k];

            c->rest[(size_t)row * c->n + k] = self == PK_MISSING ? 0 : self;
        }
    for (uint32_t i = 0; i < c->from->lines.n; i++) {
        const struct pk_record_line *line = &lines[c->from->lines.item[i]];
        const int64_t *said = pk_record_row(&c->from->lines, i);

        if (line->callee == PK_NONE)
            add_self(c, line, said);
        else
            add_call(c, line, said);
    }
    for (uint32_t row = 0; row < c->from->functions.n; row++)
        add_rest(c, row);
}

/* The calls of a line are those of its callees, not of itself: nobody counted how often it ran. */
void pk_regroup_costs(struct pk_regroup *regroup, uint32_t slice)
{
    struct costs c = {.r = regroup, .from = pk_record_slice(regroup->profile, slice)};

    c.n = c.from->n_metrics;
    pk_map_init(&c.lines, sizeof(pk_frame_id));
    c.rest = pk_calloc((size_t)c.from->functions.n * c.n, sizeof *c.rest);
    c.has_lines = pk_calloc(c.from->functions.n, sizeof *c.has_lines);
    add_all(&c);
    pk_regroup_enter(regroup, slice, PK_FLAT);
    for (uint32_t i = 0; i < c.lines.size; i++) {
        const int64_t *values = c.values.data + (size_t)i * 2 * c.n;

        pk_regroup_spread(regroup, c.from, values, regroup->self);
        pk_regroup_spread(regroup, c.from, values + c.n, regroup->incl);
        pk_builder_self(regroup->builder, *(const pk_frame_id *)pk_map_key(&c.lines, i),
                        regroup->self, regroup->incl, PK_CALLS_MISSING);
    }
    pk_map_fini(&c.lines);
    pk_array_fini(&c.values);
    pk_free(c.rest);
    pk_free(c.has_lines);
}
