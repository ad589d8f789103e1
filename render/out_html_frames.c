/*
 * The columns of functions: names as people see them, places, modules, and the index of their
 * colour, so that a function has the colour of all pictures.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/varint.h"
#include "render/label.h"
#include "render/out_html_private.h"
#include "render/theme.h"

/* A text is its size and its bytes. */
static void put_text(struct pk_html_work *d, struct pk_str text)
{
    pk_varint_put(&d->columns.bytes, text.size);
    pk_buf_str(&d->columns.bytes, text);
}

/* With those that only the tree has. */
static uint32_t frames_of(const struct pk_html_work *d)
{
    if (d->report->diff)
        return d->report->diff->tree->n_functions + 1;
    return pk_profile_frames(d->report->profile) + (uint32_t)d->special.size;
}

/* Special ones stand behind those of the profile. */
static const struct pk_frame *frame_at(const struct pk_html_work *d, uint32_t i)
{
    uint32_t n = pk_profile_frames(d->report->profile);
    const struct pk_report_diff *diff = d->report->diff;

    if (diff && i < diff->tree->n_functions && diff->tree->frame[i])
        return diff->tree->frame[i];
    if (diff) /* also a function that stands on no path */
        return pk_profile_special(PK_FRAME_NOT_RECORDED);
    return pk_profile_frame(d->report->profile, i < n ? i : d->special.data[i - n]);
}

/* For sorting and for finding. */
static int order_ids(const void *left, const void *right)
{
    pk_frame_id a = *(const pk_frame_id *)left, b = *(const pk_frame_id *)right;

    return (a > b) - (a < b);
}

/* Special ids are far above all others; a page has no gaps between its numbers. */
uint32_t pk_html_frame_index(const struct pk_html_work *d, pk_frame_id frame)
{
    uint32_t n = pk_profile_frames(d->report->profile);
    const pk_frame_id *found;

    if (frame < n)
        return frame;
    found = bsearch(&frame, d->special.data, d->special.size, sizeof frame, order_ids);
    return n + (uint32_t)(found - d->special.data);
}

/* (pruned) is always among them: nobody knows yet whether it will be needed. */
void pk_html_special(struct pk_html_work *d)
{
    const struct pk_tree *tree = d->report->tree;
    uint32_t n = pk_profile_frames(d->report->profile), kept = 0;
    pk_frame_id pruned = PK_FRAME_PRUNED;

    pk_array_push(&d->special, pruned);
    for (pk_node_id i = 0; i < tree->n; i++)
        if (tree->frame[i] >= n)
            pk_array_push(&d->special, tree->frame[i]);
    qsort(d->special.data, d->special.size, sizeof *d->special.data, order_ids);
    for (size_t i = 0; i < d->special.size; i++)
        if (i == 0 || d->special.data[i] != d->special.data[kept - 1])
            d->special.data[kept++] = d->special.data[i];
    d->special.size = kept;
}

/* Names as they are shown: what would drive a terminal or deceive the eye is made visible. */
static void label_name(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_name(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

static void label_place(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_place(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

static void label_module(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf raw = {0};

    pk_label_module(&raw, frame);
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* What the file calls it, where it is shown by another name. */
static void label_raw(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf shown = {0};

    label_name(&shown, frame);
    if (!pk_str_equal(pk_buf_view(&shown), frame->name))
        pk_buf_str(out, frame->name);
    pk_buf_fini(&shown);
}

/* A column of texts: each by itself, or as its place in the column "texts" where many functions
 * share it. */
static void add_labels(struct pk_html_work *d, const char *name, bool is_shared,
                       void (*label)(struct pk_buf *, const struct pk_frame *))
{
    uint32_t n = frames_of(d);
    size_t begin = d->columns.bytes.size;
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < n; i++) {
        pk_buf_reset(&text);
        label(&text, frame_at(d, i));
        if (is_shared)
            pk_html_put(&d->columns, pk_intern_id(&d->texts, pk_buf_view(&text)));
        else
            put_text(d, pk_buf_view(&text));
    }
    if (is_shared)
        pk_html_column(&d->columns, name);
    else
        pk_html_column_of_bytes(&d->columns, name, begin, n);
    pk_buf_fini(&text);
}

/* As the file has it: links and searches go by it. */
static void label_file(struct pk_buf *out, const struct pk_frame *frame)
{
    pk_buf_str(out, frame->file);
}

/* Of the definition; 0 where it is not known. */
static unsigned line_of(const struct pk_frame *frame)
{
    return frame->line;
}

/* By enum pk_frame_kind. */
static unsigned kind_of(const struct pk_frame *frame)
{
    return frame->kind;
}

/* By enum pk_label_owner. What we made ourselves is no library: it is never hidden. */
static unsigned owner_of(const struct pk_frame *frame)
{
    return frame->kind == PK_KIND_SPECIAL ? PK_OWNER_OWN : pk_label_owner(frame);
}

/* The palette that pictures have unless asked. */
static unsigned module_fill(const struct pk_frame *frame)
{
    return pk_theme_index(PK_PALETTE_MODULE, frame);
}

/* The palette that tells own code from libraries. */
static unsigned kind_fill(const struct pk_frame *frame)
{
    return pk_theme_index(PK_PALETTE_KIND, frame);
}

/* Small ones, most of a byte. */
static void add_numbers(struct pk_html_work *d, const char *name,
                        unsigned (*number)(const struct pk_frame *))
{
    uint32_t n = frames_of(d);

    for (uint32_t i = 0; i < n; i++)
        pk_html_put(&d->columns, number(frame_at(d, i)));
    pk_html_column(&d->columns, name);
}

/* Last, when all that point to it were added. */
static void add_texts(struct pk_html_work *d)
{
    uint32_t n = (uint32_t)d->texts.texts.size;
    size_t begin = d->columns.bytes.size;

    for (uint32_t i = 0; i < n; i++)
        put_text(d, pk_intern_text(&d->texts, i));
    pk_html_column_of_bytes(&d->columns, "texts", begin, n);
}

/* Names and places as texts of their own, files and modules by number: many functions share
 * them. */
void pk_html_frames(struct pk_html_work *d)
{
    pk_intern_init(&d->texts);
    add_labels(d, "frame.name", false, label_name);
    add_labels(d, "frame.raw", false, label_raw);
    add_labels(d, "frame.place", false, label_place);
    add_labels(d, "frame.file", true, label_file);
    add_labels(d, "frame.module", true, label_module);
    add_numbers(d, "frame.line", line_of);
    add_numbers(d, "frame.kind", kind_of);
    add_numbers(d, "frame.owner", owner_of);
    add_numbers(d, "frame.fill", module_fill);
    add_numbers(d, "frame.kindfill", kind_fill);
    add_texts(d);
    pk_intern_fini(&d->texts);
}
