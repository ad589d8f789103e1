/*
 * Folding library functions away. The rule: a library function that a library function calls is
 * hidden, so of each visit to a library the function that was called stays, and what happens inside
 * is one line, "[12 frames hidden: json, re]". Own functions that are called back from in there
 * stand below that line. A line in place of a single frame would save nothing, and a tree of
 * nothing but library functions would be empty, so these are left as they are.
 *
 * Lines are ordered anew, since a fold gathers rows from several places below one function.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "render/label.h"
#include "render/view_tree_private.h"

#define MOST_MODULES 3

struct fold { /* the hidden rows below one visible row */
    uint32_t n, line, n_modules;
    bool has_more_modules;
    struct pk_str module[MOST_MODULES];
};

struct folding {
    struct pk_arena *arena;
    const struct pk_profile *profile;
    const struct pk_calltree *rows;
    bool *is_hidden;   /* [row] */
    uint32_t *head;    /* [row] of hidden ones: the visible row they are below */
    struct fold *fold; /* [row] of visible ones */
    uint32_t *line_of; /* [row] of visible ones */
    struct pk_tree_line *line;
    uint32_t n_lines;
};

/* Shared objects keep their functions apart from the program's, whatever file they were made of. */
bool pk_view_tree_is_library(const struct pk_frame *frame)
{
    if (frame->kind == PK_KIND_KERNEL)
        return true;
    if (frame->kind == PK_KIND_SPECIAL || frame->kind == PK_KIND_PROCESS ||
        frame->kind == PK_KIND_THREAD)
        return false;
    return pk_label_owner(frame) != PK_OWNER_OWN ||
           (frame->file.size == 0 && frame->module.size &&
            memmem(frame->module.data, frame->module.size, ".so", 3));
}

/* The same of a row. */
static bool is_library(const struct folding *f, uint32_t row)
{
    return pk_view_tree_is_library(pk_profile_frame(f->profile, f->rows->row[row].frame));
}

/* The visible row above a hidden one. */
static uint32_t head_of(const struct folding *f, uint32_t row)
{
    uint32_t parent = f->rows->row[row].parent;

    return f->is_hidden[parent] ? f->head[parent] : parent;
}

/* Remember a module, the first ones only: rows come with the heaviest first. */
static void add_module(struct folding *f, struct fold *fold, pk_frame_id frame)
{
    struct pk_buf name = {0};
    uint32_t i = 0;

    pk_label_module(&name, pk_profile_frame(f->profile, frame));
    while (i < fold->n_modules && !pk_str_equal(fold->module[i], pk_buf_view(&name)))
        i++;
    if (name.size && i == fold->n_modules) {
        if (i < MOST_MODULES)
            fold->module[fold->n_modules++] = pk_arena_str(f->arena, pk_buf_view(&name));
        else
            fold->has_more_modules = true;
    }
    pk_buf_fini(&name);
}

/* Which rows are hidden, and below which row. */
static void hide(struct folding *f)
{
    uint32_t n = f->rows->n, n_own = 0;

    for (uint32_t r = 0; r < n; r++)
        n_own += !is_library(f, r) &&
                 pk_profile_frame(f->profile, f->rows->row[r].frame)->kind != PK_KIND_SPECIAL;
    for (uint32_t r = 0; r < n && n_own > 0; r++) {
        uint32_t parent = f->rows->row[r].parent;

        f->is_hidden[r] = parent != PK_NONE && is_library(f, r) && is_library(f, parent);
        if (f->is_hidden[r]) {
            f->head[r] = head_of(f, r);
            f->fold[f->head[r]].n++;
        }
    }
    for (uint32_t r = 0; r < n; r++) /* a single one is shown: below it nothing is hidden */
        if (f->is_hidden[r] && f->fold[f->head[r]].n == 1) {
            f->fold[f->head[r]].n = 0;
            f->is_hidden[r] = false;
        }
    for (uint32_t r = 0; r < n; r++)
        if (f->is_hidden[r])
            add_module(f, &f->fold[f->head[r]], f->rows->row[r].frame);
}

/* "json, re, …" */
static struct pk_str module_names(const struct folding *f, const struct fold *fold)
{
    struct pk_buf text = {0};
    struct pk_str result;

    for (uint32_t i = 0; i < fold->n_modules; i++) {
        pk_buf_text(&text, i ? ", " : "");
        pk_buf_str(&text, fold->module[i]);
    }
    pk_buf_text(&text, fold->has_more_modules ? ", …" : "");
    result = pk_arena_str(f->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* A line for a visible row, behind it one for what is hidden below. */
static void add_lines(struct folding *f)
{
    for (uint32_t r = 0; r < f->rows->n; r++) {
        const struct pk_calltree_row *row = &f->rows->row[r];
        uint32_t parent = row->parent;

        if (f->is_hidden[r])
            continue;
        if (parent != PK_NONE)
            parent = f->is_hidden[parent] ? f->fold[f->head[parent]].line : f->line_of[parent];
        f->line_of[r] = f->n_lines;
        f->line[f->n_lines++] = (struct pk_tree_line){
            .row = r, .parent = parent, .total = row->total, .range = row->total_range};
        if (f->fold[r].n == 0)
            continue;
        f->fold[r].line = f->n_lines;
        f->line[f->n_lines++] = (struct pk_tree_line){.row = PK_NONE,
                                                      .parent = f->line_of[r],
                                                      .n_hidden = f->fold[r].n,
                                                      .modules = module_names(f, &f->fold[r])};
    }
    for (uint32_t r = 0; r < f->rows->n; r++) { /* only the outermost: the others are in them */
        const struct pk_calltree_row *row = &f->rows->row[r];

        if (f->is_hidden[r] && !f->is_hidden[row->parent]) {
            struct pk_tree_line *line = &f->line[f->fold[row->parent].line];

            line->total += row->total;
            line->range.lo += row->total_range.lo;
            if (__builtin_add_overflow(line->range.hi, row->total_range.hi, &line->range.hi))
                line->range.hi = INT64_MAX;
        }
    }
}

/* --- order --- */

struct child {
    uint32_t parent, line; /* the parent plus one, so that 0 is none */
    int64_t total;
};

/* Children of one line stand together, the lightest first, since the last one is the next. */
static int by_parent(const void *left, const void *right)
{
    const struct child *a = left, *b = right;

    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    if (a->total != b->total)
        return a->total < b->total ? -1 : 1;
    return (a->line < b->line) - (a->line > b->line);
}

/* Into preorder, with a stack of lines to come in place of recursion. */
static void put_in_order(struct folding *f)
{
    uint32_t n = f->n_lines, size = 0, done = 0;
    struct child *child = pk_calloc((size_t)n + 1, sizeof *child);
    uint32_t *start = pk_calloc((size_t)n + 2, sizeof *start);
    uint32_t *todo = pk_calloc((size_t)n + 1, sizeof *todo);
    uint32_t *place = pk_calloc((size_t)n + 1, sizeof *place);
    struct pk_tree_line *ordered = PK_NEW_ARRAY(f->arena, struct pk_tree_line, n);

    for (uint32_t i = 0; i < n; i++) {
        /* Lines stand in the order of their rows, which is that of the keys. */
        child[i] =
            (struct child){f->line[i].parent + 1, i, f->rows->has_keys ? 0 : f->line[i].total};
        start[child[i].parent + 1]++;
    }
    for (uint32_t i = 0; i <= n; i++)
        start[i + 1] += start[i];
    qsort(child, n, sizeof *child, by_parent);
    for (uint32_t i = start[0]; i < start[1]; i++)
        todo[size++] = child[i].line;
    while (size > 0) {
        uint32_t at = todo[--size];
        struct pk_tree_line line = f->line[at];

        place[at] = done;
        if (line.parent != PK_NONE) {
            line.parent = place[line.parent];
            line.depth = ordered[line.parent].depth + 1;
        }
        ordered[done++] = line;
        for (uint32_t i = start[at + 1]; i < start[at + 2]; i++)
            todo[size++] = child[i].line;
    }
    f->line = ordered;
    pk_free(child);
    pk_free(start);
    pk_free(todo);
    pk_free(place);
}

/* Rows stand in preorder already, so only folding makes a new order necessary. */
struct pk_tree_lines pk_tree_lines_find(struct pk_arena *arena, const struct pk_profile *profile,
                                        const struct pk_calltree *rows, bool is_folded)
{
    struct folding f = {.arena = arena, .profile = profile, .rows = rows};
    struct pk_tree_lines lines = {0};

    f.is_hidden = PK_NEW_ARRAY(arena, bool, rows->n);
    f.head = PK_NEW_ARRAY(arena, uint32_t, rows->n);
    f.fold = PK_NEW_ARRAY(arena, struct fold, rows->n);
    f.line_of = PK_NEW_ARRAY(arena, uint32_t, rows->n);
    f.line = PK_NEW_ARRAY(arena, struct pk_tree_line, 2 * (size_t)rows->n);
    if (is_folded)
        hide(&f);
    add_lines(&f);
    if (is_folded)
        put_in_order(&f);
    for (uint32_t i = 0; i < f.n_lines; i++) {
        if (!is_folded && f.line[i].parent != PK_NONE)
            f.line[i].depth = f.line[f.line[i].parent].depth + 1;
        lines.n_folds += f.line[i].row == PK_NONE;
    }
    lines.n = f.n_lines;
    lines.line = f.line;
    return lines;
}
