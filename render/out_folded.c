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
        fwrite(counts.data, 1, counts.size, to);
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
    for (uint32_t i = 0; i < f.tree->n; i++) {
        enter(&f, i);
        if (has_value(&f, i))
            add_line(&f, i);
    }
    write_lines(&f, to);
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
