/*
 * The functions of two call trees that are laid over each other: see diff_tree.h. What each frame
 * of either side is called, and the place of that in the order of names, is all that the walk over
 * both (diff_walk.c) has to know of them.
 *
 * Siblings that are one function (f and f.cold) become one path. What the estimate of a tree adds
 * to it, such as "(pruned)" or a circle of calls, is no function of the comparison: it is matched
 * by name, and circles by the functions in them (diff_cycles.c).
 *
 * Trap: in one file with two counts every path stands on both sides; there a side has a path only
 * when it has any value on or below it.
 */
#include "analyze/diff_tree_private.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int64_t pk_diff_add(struct pk_diff_joining *j, int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum)) {
        j->is_too_large = true;
        return 0;
    }
    return sum;
}

/* In the measure of the comparison. */
int64_t pk_diff_in_measure(struct pk_diff_joining *j, unsigned side, int64_t value)
{
    int64_t result = 0;

    if (!pk_measure_value(value, j->diff->measure.factor[side], &result))
        j->is_too_large = true;
    return result;
}

/* --- functions of both sides --- */

/* What is no function of the comparison is known by its name, a circle of calls by its number. */
static uint32_t extra_of(struct pk_diff_joining *j, unsigned side, pk_frame_id f)
{
    const struct pk_frame *frame = pk_profile_frame(j->diff->side[side].profile, f);
    uint32_t box = f - PK_FRAME_CYCLE, id;
    struct pk_buf name = {0};

    if (f >= PK_FRAME_CYCLE && box < j->cycles.n_boxes[side] &&
        j->cycles.pair[side][box] != PK_NONE)
        pk_buf_printf(&name, "%u", j->cycles.pair[side][box]); /* no name of ours is a number */
    else
        pk_buf_str(&name, frame->name);
    id = pk_intern_id(&j->names, pk_buf_view(&name));
    pk_buf_fini(&name);
    while (j->extra.size <= id)
        pk_array_push(&j->extra, (struct pk_diff_extra){{NULL}});
    if (!j->extra.data[id].frame[side])
        j->extra.data[id].frame[side] = frame;
    return id;
}

/* The function of a frame; what has no group stands behind all functions. */
uint32_t pk_diff_function_of(struct pk_diff_joining *j, unsigned side, pk_frame_id f)
{
    const struct pk_diff_groups *groups = &j->diff->groups[side];

    if (f < pk_profile_frames(j->diff->side[side].profile) && groups->group[f] != PK_NONE)
        return groups->group[f];
    return groups->n + extra_of(j, side, f);
}

/* Numbers of what has no group are those of first mention, whatever is asked for later. */
static void find_functions(struct pk_diff_joining *j)
{
    for (unsigned s = 0; s < 2; s++) {
        const struct pk_tree *tree = j->stacks[s].tree;
        uint32_t n = pk_profile_frames(j->diff->side[s].profile);
        uint32_t *function = PK_NEW_ARRAY(j->arena, uint32_t, n);

        j->function[s] = function;
        for (uint32_t f = 0; f < n; f++)
            function[f] = PK_NONE;
        for (uint32_t i = 0; i < tree->n; i++)
            if (tree->frame[i] >= n)
                (void)pk_diff_function_of(j, s, tree->frame[i]);
            else if (function[tree->frame[i]] == PK_NONE)
                function[tree->frame[i]] = pk_diff_function_of(j, s, tree->frame[i]);
    }
}

/* --- names --- */

/* The frame that stands for a function on one side, or NULL. */
static const struct pk_frame *frame_of(const struct pk_diff_joining *j, unsigned side,
                                       uint32_t function)
{
    const struct pk_diff_groups *groups = &j->diff->groups[side];

    if (function >= groups->n)
        return j->extra.data[function - groups->n].frame[side];
    return groups->frame[function] == PK_NONE
               ? NULL
               : pk_profile_frame(j->diff->side[side].profile, groups->frame[function]);
}

static int compare_frames(const struct pk_frame *a, const struct pk_frame *b)
{
    int order = pk_str_compare(a->name, b->name);

    if (order == 0)
        order = pk_str_compare(a->file, b->file);
    return order ? order : pk_str_compare(a->module, b->module);
}

/* The name by which a function is put in order must not depend on which side is which: the first
 * of both. */
static const struct pk_frame *first_frame(const struct pk_diff_joining *j, uint32_t function)
{
    const struct pk_frame *before = frame_of(j, PK_BEFORE, function);
    const struct pk_frame *after = frame_of(j, PK_AFTER, function);

    if (!before || !after)
        return before ? before : after;
    return compare_frames(before, after) <= 0 ? before : after;
}

struct ordered {
    const struct pk_frame *frame;
    uint32_t function;
};

static int by_frame(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;
    int order = compare_frames(a->frame, b->frame);

    return order ? order : (a->function > b->function) - (a->function < b->function);
}

/* What each function is called, and its place in the order of names. */
static void name_functions(struct pk_diff_joining *j)
{
    uint32_t n = j->diff->groups[0].n + (uint32_t)j->extra.size;
    struct ordered *ordered = pk_calloc((size_t)n + 1, sizeof *ordered);
    uint32_t used = 0;

    j->tree->n_functions = n;
    j->tree->frame = PK_NEW_ARRAY(j->arena, const struct pk_frame *, n);
    j->rank = PK_NEW_ARRAY(j->arena, uint32_t, n);
    j->ranked = PK_NEW_ARRAY(j->arena, uint32_t, n);
    for (uint32_t f = 0; f < n; f++) {
        const struct pk_frame *after = frame_of(j, PK_AFTER, f);

        j->tree->frame[f] = after ? after : frame_of(j, PK_BEFORE, f);
        if (j->tree->frame[f])
            ordered[used++] = (struct ordered){first_frame(j, f), f};
    }
    qsort(ordered, used, sizeof *ordered, by_frame);
    for (uint32_t i = 0; i < used; i++) {
        j->rank[ordered[i].function] = i;
        j->ranked[i] = ordered[i].function;
    }
    pk_free(ordered);
}

/* The row of each function that differs, and the totals of all. */
static void find_rows(struct pk_diff_joining *j)
{
    const struct pk_diff *diff = j->diff;

    for (unsigned s = 0; s < 2; s++) {
        int64_t *whole = PK_NEW_ARRAY(j->arena, int64_t, j->tree->n_functions);

        for (uint32_t f = 0; f < j->tree->n_functions; f++)
            whole[f] = f < diff->groups[s].n && diff->groups[s].total[f] != PK_MISSING
                           ? pk_diff_in_measure(j, s, diff->groups[s].total[f])
                           : PK_MISSING;
        j->tree->whole[s] = whole;
    }
    j->tree->row = PK_NEW_ARRAY(j->arena, const struct pk_diff_row *, j->tree->n_functions);
    for (uint32_t i = 0; i < diff->n; i++)
        j->tree->row[diff->row[i].group] = &diff->row[i];
}

bool pk_diff_tree_find(const struct pk_diff *diff, const struct pk_diff_stacks sides[2],
                       const struct pk_diff_cutting *cutting, struct pk_arena *arena,
                       struct pk_diff_tree *tree, struct pk_error *error)
{
    struct pk_diff_joining j = {
        .diff = diff, .stacks = sides, .cutting = cutting, .tree = tree, .arena = arena};

    *tree = (struct pk_diff_tree){0};
    j.is_pair = diff->side[0].profile == diff->side[1].profile &&
                diff->side[0].metric != diff->side[1].metric;
    j.cycles = pk_diff_cycles_find(diff, arena);
    pk_intern_init(&j.names);
    find_functions(&j);
    name_functions(&j);
    find_rows(&j);
    pk_diff_walk(&j);
    pk_intern_fini(&j.names);
    pk_array_fini(&j.extra);
    return !j.is_too_large || pk_error_set(error, PK_INPUT, pk_place_none(),
                                           "a difference of these profiles does not fit 64 bits");
}
