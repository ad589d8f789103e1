/*
 * Which lines are shown: see view_annotate_private.h. A line is shown for its own sake when its
 * self or its total is a large enough share of the whole; what is not known by line always is.
 * Around each stand some lines of the source, with their own costs where they have any.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/threshold.h"
#include "render/view_annotate_private.h"

#define MOST_NEAR 50000u /* a file may have millions of empty lines */

static void push(struct pk_annotate_plan *p, enum pk_annotate_row_kind kind, uint32_t line,
                 uint32_t at)
{
    pk_array_push(&p->rows, ((struct pk_annotate_row){kind, line, at, PK_STR_NULL, false}));
}

/* The text goes with its file when the next is opened, so it is copied. */
static void add_text(struct pk_annotate_plan *p, const struct pk_sourcefile *source,
                     uint32_t number)
{
    struct pk_annotate_row *row = &p->rows.data[p->rows.size - 1];

    row->text = pk_arena_str(p->arena, pk_sourcefile_line(source, number, &row->is_cut));
}

static bool is_share(const struct pk_annotate_plan *p, int64_t value)
{
    int64_t whole = p->annotation->whole;

    if (value == PK_MISSING || whole == PK_MISSING)
        return false;
    return !pk_threshold_is_small(value, whole, p->options->min_percent);
}

static bool is_hot(const struct pk_annotate_plan *p, const struct pk_annotate_line *line)
{
    return p->options->is_all || !p->annotation->has_lines || line->line == 0 ||
           is_share(p, line->self) || is_share(p, line->total);
}

static void add_line(struct pk_annotate_plan *p, const struct pk_sourcefile *source, uint32_t i)
{
    const struct pk_annotate_line *line = &p->annotation->lines[i];

    push(p, PK_ANNOTATE_LINE, i, 0);
    add_text(p, source, line->line);
    for (uint32_t c = 0; c < line->n_calls; c++)
        push(p, PK_ANNOTATE_CALL, i, c);
}

/* Lines from `number` up to the one before `end`, which have no costs, in the file of line `i`;
 * returns `end`. */
static uint32_t add_near(struct pk_annotate_plan *p, const struct pk_sourcefile *source, uint32_t i,
                         uint32_t number, uint32_t end)
{
    for (; number < end; number++) {
        if (!p->near_left) {
            p->is_short = true;
            return end;
        }
        p->near_left--;
        push(p, PK_ANNOTATE_NEAR, i, number);
        add_text(p, source, number);
    }
    return end;
}

/* The first and the last line that are shown with the one of index `i`. */
static void range_of(const struct pk_annotate_plan *p, const struct pk_sourcefile *source,
                     uint32_t i, uint32_t *first, uint32_t *last)
{
    uint32_t line = p->annotation->lines[i].line;
    uint32_t context = p->options->is_all ? 0 : p->options->context;

    *first = line > context ? line - context : 1;
    *last = line > UINT32_MAX - 1 - context ? UINT32_MAX - 1 : line + context;
    if (*last > source->n_lines)
        *last = source->n_lines > line ? source->n_lines : line;
    if (!p->options->has_near || !source->is_found || line > source->n_lines)
        *first = *last = line;
}

struct cursor {     /* of one file */
    uint32_t done;  /* all lines up to this one are decided */
    uint32_t until; /* and so far the last hot line reaches */
    uint32_t hot;   /* the index of the first hot line from the current one on */
    uint32_t end;   /* the index behind the last line */
};

/* Whether line `i` is hot or stands so near before a hot one that it is shown with it; then the
 * lines that are shown with that one. */
static bool is_reached(const struct pk_annotate_plan *p, const struct pk_sourcefile *source,
                       uint32_t i, struct cursor *at, uint32_t *first, uint32_t *last)
{
    const struct pk_annotate_line *lines = p->annotation->lines;

    if (at->hot < i)
        at->hot = i;
    while (at->hot < at->end && !is_hot(p, &lines[at->hot]))
        at->hot++;
    if (at->hot == at->end || lines[at->hot].line == 0)
        return false;
    range_of(p, source, at->hot, first, last);
    return *first <= lines[i].line;
}

/* A line with costs: behind what is shown before it. */
static void add_costly(struct pk_annotate_plan *p, const struct pk_sourcefile *source, uint32_t i,
                       struct cursor *at)
{
    const struct pk_annotate_line *line = &p->annotation->lines[i];
    uint32_t first = 0, last = 0;
    bool is_shown;

    if (line->line == 0) {
        add_line(p, source, i);
        return;
    }
    is_shown = is_reached(p, source, i, at, &first, &last);
    if (at->until > at->done) {
        uint32_t end = at->until + 1 < line->line ? at->until + 1 : line->line;

        if (end > at->done + 1)
            at->done = add_near(p, source, i, at->done + 1, end) - 1;
    }
    if (!is_shown && line->line > at->until) {
        p->n_left_out++;
        if (line->self != PK_MISSING &&
            __builtin_add_overflow(p->left_out, line->self, &p->left_out))
            p->left_out = INT64_MAX;
        return;
    }
    if (is_shown) {
        if (first <= at->done)
            first = at->done + 1;
        if (at->done && first > at->done + 1 && p->options->for_people)
            push(p, PK_ANNOTATE_GAP, 0, 0);
        if (first < line->line)
            add_near(p, source, i, first, line->line);
        if (last > at->until)
            at->until = last;
    }
    add_line(p, source, i);
    at->done = line->line;
}

/* With --all the file as a whole, or a function from its first known line to its last. */
static void add_edges(struct pk_annotate_plan *p, const struct pk_sourcefile *source, uint32_t from,
                      uint32_t to, struct cursor *at)
{
    bool is_file = p->annotation->scope.frame == PK_NONE;
    uint32_t first = UINT32_MAX, last = 0;

    if (!p->options->is_all || !p->options->has_near || !source->is_found)
        return;
    for (uint32_t i = from; i < to; i++)
        if (p->annotation->lines[i].line) {
            if (p->annotation->lines[i].line < first)
                first = p->annotation->lines[i].line;
            last = p->annotation->lines[i].line;
        }
    if (!is_file) {
        const struct pk_frame *frame = pk_profile_frame(p->profile, p->annotation->scope.frame);

        if (frame->line && frame->line < first &&
            pk_str_equal(frame->file, p->annotation->lines[from].file))
            first = frame->line;
    }
    if (is_file)
        first = 1;
    at->until = is_file || last > source->n_lines ? source->n_lines : last;
    at->done = first - 1;
    if (at->until < at->done)
        at->until = at->done;
}

/* The lines of one file. Those of functions that begin in one line share its number. */
static void add_file(struct pk_annotate_plan *p, uint32_t from, uint32_t to)
{
    const struct pk_annotate_line *lines = p->annotation->lines;
    const struct pk_sourcefile *source =
        p->options->source(p->options->source_context, lines[from].file);
    struct cursor at = {.hot = from, .end = to};
    size_t heading = p->rows.size;

    if (p->options->for_people)
        push(p, PK_ANNOTATE_FILE, from, 0);
    add_edges(p, source, from, to, &at);
    for (uint32_t i = from; i < to; i++)
        add_costly(p, source, i, &at);
    if (at.until > at.done && source->is_found)
        add_near(p, source, from, at.done + 1, at.until + 1);
    if (p->options->for_people && p->rows.size == heading + 1) /* all of it is left out */
        p->rows.size = heading;
}

void pk_annotate_plan(struct pk_annotate_plan *plan)
{
    const struct pk_annotation *annotation = plan->annotation;
    uint32_t from = 0;

    plan->near_left = MOST_NEAR;
    while (from < annotation->n) {
        uint32_t to = from + 1;

        while (to < annotation->n &&
               pk_str_equal(annotation->lines[to].file, annotation->lines[from].file))
            to++;
        add_file(plan, from, to);
        from = to;
    }
}
