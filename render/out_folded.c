/*
 * Collapsed stacks: "root;...;leaf count", sorted by bytes, one line for each stack that has a
 * value. Stacks come from the recorded tree, told apart by executing line where one was recorded. A
 * profile that holds no stacks is refused unless the command has climbed it, because a collapsed
 * file cannot mark an estimate.
 *
 * Frames are written in the one canonical form of pk_label_folded; reading it back gives the same
 * frames. One metric fits; two called before and after are written as two counts. Decimals keep
 * their scale.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "render/label.h"
#include "render/writers.h"

#define MICROSECONDS 3 /* as a power of ten of the nanosecond */
#define FLUSHED ((size_t)64 << 10)

struct line {
    size_t start; /* in folding.lines, which holds the stack and the blank behind it */
    int64_t values[2];
};

struct folding {
    const struct pk_profile *profile;
    const struct pk_tree *tree;
    struct pk_buf path, lines;
    PK_ARRAY(size_t) ends;   /* path.size after each open frame */
    PK_ARRAY(uint32_t) open; /* the nodes of the path */
    PK_ARRAY(struct line) sorted;
    uint32_t metrics[2], n_metrics;
    bool is_estimated; /* the tree then has one metric, at index 0 */
};

/* Open node i: close what does not contain it, then add its frame to the path. */
static void enter(struct folding *f, uint32_t i)
{
    while (f->open.size && f->tree->end[f->open.data[f->open.size - 1]] <= i) {
        f->open.size--;
        f->ends.size--;
    }
    f->path.size = f->ends.size ? f->ends.data[f->ends.size - 1] : 0;
    if (f->ends.size)
        pk_buf_char(&f->path, ';');
    pk_label_folded(&f->path, pk_profile_frame(f->profile, f->tree->frame[i]),
                    f->tree->line ? f->tree->line[i] : 0);
    pk_array_push(&f->ends, f->path.size);
    pk_array_push(&f->open, i);
}

/* A missing value has no line; 0 is what its place then holds. */
static int64_t value_of(const struct folding *f, uint32_t i, uint32_t m)
{
    const int64_t *self = f->tree->self[f->is_estimated ? 0 : f->metrics[m]];

    return self && self[i] != PK_MISSING ? self[i] : 0;
}

/* True when the stack was in the file for the metrics written: also a leaf that only ever counted
 * 0, but not one that only other metrics know. */
static bool has_value(const struct folding *f, uint32_t i)
{
    bool is_known = false;

    for (uint32_t m = 0; m < f->n_metrics; m++) {
        const int64_t *self = f->tree->self[f->is_estimated ? 0 : f->metrics[m]];

        if (value_of(f, i, m) != 0)
            return true;
        is_known |= self && self[i] != PK_MISSING;
    }
    for (uint32_t m = 0; !f->is_estimated && m < pk_profile_metrics(f->profile); m++) {
        const int64_t *self = f->tree->self[m];

        if (self && self[i] != PK_MISSING && self[i] != 0)
            return false;
    }
    return is_known && f->tree->end[i] == i + 1;
}

/* A collapsed file has one way to tell a time: the microseconds of austin's stacks. */
static int written_scale(const struct folding *f, uint32_t m)
{
    const struct pk_metric *metric = pk_profile_metric(f->profile, f->metrics[m]);

    if (metric->unit == PK_UNIT_NS &&
        pk_str_equal(pk_profile_fact(f->profile, "format"), PK_STR("folded")))
        return metric->scale - MICROSECONDS;
    return metric->scale < 0 ? metric->scale : 0;
}

/* True when the path ends in a blank and a number, which with the count would look like a file of
 * two counts. */
static bool ends_in_number(struct pk_str path)
{
    size_t at = path.size;

    while (at && path.data[at - 1] >= '0' && path.data[at - 1] <= '9')
        at--;
    return at && at < path.size && (path.data[at - 1] == ' ' || path.data[at - 1] == '\t');
}

/* True when a line beginning so would be taken for metadata, a byte order mark or a packed file. */
static bool looks_foreign(struct pk_str line)
{
    static const struct pk_str starts[] = {
        PK_STR("# "),
        PK_STR("\xef\xbb\xbf"),
        PK_STR("\xff\xfe"),
        PK_STR("\xfe\xff"),
        PK_STR("\x1f\x8b"),
        PK_STR("BZh"),
        PK_STR("\xfd"
               "7zXZ"),
        PK_STR("\x28\xb5\x2f\xfd"),
    };

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (pk_str_starts(line, starts[i]))
            return true;
    }
    /* A skippable frame of zstd: 5x 2a 4d 18. */
    return line.size >= 4 && (line.data[0] & 0xf0) == 0x50 &&
           memcmp(line.data + 1, "*M\x18", 3) == 0;
}

/* True when the last frame would not be read again: readers drop the blanks before the count, then
 * one empty frame, which is heaptrack's way to end a stack. */
static bool loses_last_frame(struct pk_str path)
{
    size_t at = path.size;

    while (at && (path.data[at - 1] == ' ' || path.data[at - 1] == '\t'))
        at--;
    return path.size && (at == 0 || path.data[at - 1] == ';');
}

/* Lines are collected first, since they are written in the order of their bytes. */
static void add_line(struct folding *f, uint32_t i)
{
    struct pk_str path = pk_buf_view(&f->path);
    struct line line = {.start = f->lines.size};

    if (looks_foreign(path))
        pk_buf_char(&f->lines, ';'); /* an empty frame at the root is dropped again */
    pk_buf_str(&f->lines, path);
    if (loses_last_frame(path))
        pk_buf_char(&f->lines, ';');
    if (f->n_metrics == 1 && ends_in_number(path))
        pk_buf_char(&f->lines, ' '); /* two counts are one blank apart */
    pk_buf_text(&f->lines, " \n");
    for (uint32_t m = 0; m < f->n_metrics; m++)
        line.values[m] = value_of(f, i, m);
    pk_array_push(&f->sorted, line);
}

static struct pk_str text_of(const char *lines, const struct line *line)
{
    const char *text = lines + line->start;

    return (struct pk_str){text, (size_t)((const char *)rawmemchr(text, '\n') - text)};
}

/* The bytes, as sort does in the C locale. */
static int order_lines(const void *left, const void *right, void *lines)
{
    return pk_str_compare(text_of(lines, left), text_of(lines, right));
}

/* Frames that differ only in what collapsed text cannot hold (modules) give one line: its values
 * add up, as they would for any reader. They are parts of a total that fits. */
static void write_lines(struct folding *f, FILE *to)
{
    struct pk_buf counts = {0};

    if (f->sorted.size > 1)
        qsort_r(f->sorted.data, f->sorted.size, sizeof *f->sorted.data, order_lines, f->lines.data);
    for (size_t i = 0; i < f->sorted.size; i++) {
        struct line *line = &f->sorted.data[i];
        struct pk_str text = text_of(f->lines.data, line);

        while (i + 1 < f->sorted.size &&
               pk_str_equal(text, text_of(f->lines.data, &f->sorted.data[i + 1]))) {
            i++;
            for (uint32_t m = 0; m < f->n_metrics; m++)
                line->values[m] += f->sorted.data[i].values[m];
        }
        counts.size = 0;
        for (uint32_t m = 0; m < f->n_metrics; m++) {
            if (m)
                pk_buf_char(&counts, ' ');
            pk_units_raw(&counts, line->values[m], written_scale(f, m));
        }
        pk_buf_char(&counts, '\n');
        fwrite(text.data, 1, text.size, to);
        pk_buf_write(&counts, to);
    }
    pk_buf_fini(&counts);
}

/* A file of two counts is written as it came: both on each line. */
static void choose_metrics(struct folding *f, uint32_t metric)
{
    const struct pk_profile *p = f->profile;

    f->metrics[f->n_metrics++] = metric;
    if (pk_profile_metrics(p) == 2 &&
        pk_str_equal(pk_profile_metric(p, 0)->name, PK_STR("before")) &&
        pk_str_equal(pk_profile_metric(p, 1)->name, PK_STR("after"))) {
        f->metrics[0] = 0;
        f->metrics[f->n_metrics++] = 1;
    }
}

/* --- in order at once: no line is kept --- */

struct turn { /* what stands next in a node: the line of a child, or all below the child */
    uint32_t rank, node, depth;
    bool is_line;
};

struct ordered {
    struct folding *f;
    struct pk_buf labels, out;
    size_t *label;  /* [frame .. n_frames] where its text starts in labels */
    uint32_t *rank; /* [2 * frame + is_line] */
    PK_ARRAY(struct turn) turns;
};

/* The text of a frame, which begins behind that of the frame before. */
static struct pk_str label_of(const struct ordered *o, pk_frame_id frame)
{
    return pk_str_slice(pk_buf_view(&o->labels), o->label[frame], o->label[frame + 1]);
}

/* Each frame is named once. False when a name makes its line different from the path and a count.
 */
static bool make_labels(struct ordered *o)
{
    uint32_t n = pk_profile_frames(o->f->profile);

    o->label = pk_calloc((size_t)n + 1, sizeof *o->label);
    for (pk_frame_id frame = 0; frame < n; frame++) {
        struct pk_str label;

        pk_label_folded(&o->labels, pk_profile_frame(o->f->profile, frame), 0);
        o->label[frame + 1] = o->labels.size;
        label = label_of(o, frame);
        if (label.size == 0 || looks_foreign(label) || loses_last_frame(label))
            return false;
    }
    return true;
}

/* A byte of the text of a slot, which is a label and what stands behind it; -1: the text has ended.
 */
static int byte_at(struct pk_str label, uint32_t slot, size_t at)
{
    const char *end = slot % 2 == 0 ? ";" : ends_in_number(label) ? "  " : " ";

    if (at < label.size)
        return (unsigned char)label.data[at];
    return at - label.size < strlen(end) ? end[at - label.size] : -1;
}

/* The texts of two slots by bytes, without making them. */
static int order_slots(const void *left, const void *right, void *ordered)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    struct pk_str x = label_of(ordered, a / 2), y = label_of(ordered, b / 2);
    size_t at = x.size < y.size ? x.size : y.size;
    int order = memcmp(x.data, y.data, at);

    for (; order == 0 && byte_at(x, a, at) >= 0; at++)
        order = byte_at(x, a, at) - byte_at(y, b, at);
    return order ? order : -(byte_at(y, b, at) >= 0);
}

/* Behind a frame stands ";" or the blank before the count, which both take part in the order of
 * bytes: "a b" is before "a;b" and behind "a 1". False when two frames have one text: their lines
 * would have to be added. */
static bool make_ranks(struct ordered *o)
{
    uint32_t n = 2 * pk_profile_frames(o->f->profile);
    uint32_t *order = pk_calloc(n, sizeof *order);
    bool is_unique = true;

    for (uint32_t slot = 0; slot < n; slot++)
        order[slot] = slot;
    if (n > 0)
        qsort_r(order, n, sizeof *order, order_slots, o);
    o->rank = pk_calloc(n, sizeof *o->rank);
    for (uint32_t i = 0; i < n; i++) {
        is_unique &= i == 0 || order_slots(&order[i - 1], &order[i], o) != 0;
        o->rank[order[i]] = i;
    }
    pk_free(order);
    return is_unique;
}

static int order_turns(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;

    return (a->rank < b->rank) - (a->rank > b->rank); /* the first to come stands last */
}

/* Add what stands in the nodes [from, end) and below them, which are siblings. */
static void add_turns(struct ordered *o, uint32_t from, uint32_t end, uint32_t depth)
{
    const struct pk_tree *tree = o->f->tree;
    size_t start = o->turns.size;

    for (uint32_t i = from; i < end; i = tree->end[i]) {
        const uint32_t *rank = &o->rank[2 * (size_t)tree->frame[i]];

        if (has_value(o->f, i))
            pk_array_push(&o->turns, ((struct turn){rank[1], i, depth, true}));
        if (tree->end[i] > i + 1)
            pk_array_push(&o->turns, ((struct turn){rank[0], i, depth, false}));
    }
    if (o->turns.size - start > 1)
        qsort(o->turns.data + start, o->turns.size - start, sizeof *o->turns.data, order_turns);
}

static void flush(struct ordered *o, FILE *to)
{
    pk_buf_write(&o->out, to);
    pk_buf_reset(&o->out);
}

/* The line of a node, whose path is open. */
static void write_line(struct ordered *o, uint32_t node, FILE *to)
{
    struct folding *f = o->f;

    pk_buf_str(&o->out, pk_buf_view(&f->path));
    /* two counts are one blank apart */
    pk_buf_text(&o->out, f->n_metrics == 1 && ends_in_number(pk_buf_view(&f->path)) ? "  " : " ");
    for (uint32_t m = 0; m < f->n_metrics; m++) {
        if (m)
            pk_buf_char(&o->out, ' ');
        pk_units_raw(&o->out, value_of(f, node, m), written_scale(f, m));
    }
    pk_buf_char(&o->out, '\n');
    if (o->out.size > FLUSHED)
        flush(o, to);
}

/* Down the tree, at each node in the order of the bytes that its lines will have: lines that share
 * a front stand together, so nothing is sorted but siblings, by number. */
static void write_turns(struct ordered *o, FILE *to)
{
    struct folding *f = o->f;

    add_turns(o, 0, f->tree->n, 0);
    while (o->turns.size) {
        struct turn turn = o->turns.data[--o->turns.size];

        f->path.size = turn.depth ? f->ends.data[turn.depth - 1] : 0;
        f->ends.size = turn.depth;
        if (turn.depth)
            pk_buf_char(&f->path, ';');
        pk_buf_str(&f->path, label_of(o, f->tree->frame[turn.node]));
        if (turn.is_line) {
            write_line(o, turn.node, to);
            continue;
        }
        pk_array_push(&f->ends, f->path.size);
        add_turns(o, turn.node + 1, f->tree->end[turn.node], turn.depth + 1);
    }
    flush(o, to);
}

/* Write all lines as they are found; false when they have to be collected first. Nodes that differ
 * in executing line may make one line; an estimated tree has frames that no profile lists. */
static bool write_ordered(struct folding *f, FILE *to)
{
    struct ordered o = {.f = f};
    bool is_done = !f->is_estimated && !f->tree->line && f->n_metrics == 1 && make_labels(&o) &&
                   make_ranks(&o);

    if (is_done)
        write_turns(&o, to);
    pk_buf_fini(&o.labels);
    pk_buf_fini(&o.out);
    pk_free(o.label);
    pk_free(o.rank);
    pk_array_fini(&o.turns);
    return is_done;
}

/* The recorded tree with its executing lines if there is one, else the estimate that was asked
 * for. */
static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    const struct pk_tree *lines = pk_profile_line_tree(profile);
    struct folding f = {.profile = profile, .tree = lines ? lines : pk_profile_tree(profile)};

    if (!f.tree)
        f.tree = style->estimated;
    if (!f.tree) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "%s no stacks, and collapsed text cannot mark an estimate",
                     pk_profile_part(profile, PK_TREE) ? "part of this profile holds"
                                                       : "this profile holds");
        pk_error_hint(error, "--to pk keeps all of it; --estimate writes the estimated stacks");
        return false;
    }
    choose_metrics(&f, style->metric);
    f.is_estimated = f.tree == style->estimated;
    if (!write_ordered(&f, to)) {
        for (uint32_t i = 0; i < f.tree->n; i++) {
            enter(&f, i);
            if (has_value(&f, i))
                add_line(&f, i);
        }
        write_lines(&f, to);
    }
    pk_buf_fini(&f.path);
    pk_buf_fini(&f.lines);
    pk_array_fini(&f.ends);
    pk_array_fini(&f.open);
    pk_array_fini(&f.sorted);
    return true;
}

const struct pk_writer pk_writer_folded = {
    .name = "folded",
    .summary = "collapsed stacks, the glue between tools",
    .extension = ".folded",
    .loses = PK_NEEDS_STACKS | PK_LOSES_CALLS | PK_LOSES_METRICS | PK_LOSES_UNIT |
             PK_LOSES_MODULES | PK_LOSES_SLICES | PK_LOSES_TIMES,
    .needs = PK_KEEP_METRICS,
    .profile = write_profile};
