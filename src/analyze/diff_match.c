/*
 * From frames to functions that can be compared: see diff_private.h. Self and calls of the members
 * of a function add up. Totals overlap where members call each other, so a total is counted again:
 *
 *   with stacks      a node counts when no node of the same function is above it;
 *   with edges       self + what leaves to other functions, where no other function leads back;
 *                    else at least the largest member, at most their sum.
 */
#include "analyze/diff_private.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/renames.h"
#include "base/array.h"
#include "model/cycles.h"

/* A column that the file does not give is missing everywhere. */
static int64_t at(const int64_t *column, uint32_t index)
{
    return column ? column[index] : PK_MISSING;
}

/* The sum, a missing value being no news; what does not fit is missing. */
static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;

    if (a == PK_MISSING || b == PK_MISSING)
        return a == PK_MISSING ? b : a;
    return __builtin_add_overflow(a, b, &sum) ? PK_MISSING : sum;
}

/* With sizes, so that no name can look like the end of another. Returns that of the name. */
static size_t add_key(struct pk_buf *key, const struct pk_frame *frame, const struct pk_diff *diff)
{
    struct pk_buf room = {0};
    struct pk_str path;
    size_t name, file;

    pk_renames_name(diff->renames, frame, key);
    name = key->size;
    pk_buf_char(key, '\0');
    path = pk_diff_files_name(&diff->files, pk_renames_path(diff->renames, frame->file, &room));
    file = path.size;
    pk_buf_str(key, path);
    pk_buf_char(key, '\0');
    path = pk_diff_files_name(&diff->modules, pk_renames_path(diff->renames, frame->module, &room));
    pk_buf_str(key, path);
    pk_buf_char(key, '\0');
    pk_buf_printf(key, "%zu %zu", name, file);
    pk_buf_fini(&room);
    return name;
}

/* Functions of other metrics are not there; with two counts in one file, nor are zeros. */
static bool is_there(const struct pk_side *side, pk_frame_id f, bool skips_zero)
{
    const struct pk_flat *flat = pk_profile_flat(side->profile);
    int64_t self = at(flat->self[side->metric], f), total = at(flat->incl[side->metric], f);

    if (skips_zero)
        return (self != PK_MISSING && self != 0) || (total != PK_MISSING && total != 0);
    return self != PK_MISSING || total != PK_MISSING || at(flat->calls, f) != PK_MISSING;
}

/* Time follows the bytes of the names: each is made canonical once. */
void pk_diff_match(const struct pk_side *side, const struct pk_diff *diff, bool skips_zero,
                   struct pk_intern *keys, struct pk_diff_groups *groups, struct pk_arena *arena)
{
    uint32_t n = pk_profile_frames(side->profile);
    struct pk_buf key = {0};

    groups->group = PK_NEW_ARRAY(arena, uint32_t, n);
    groups->is_plain = PK_NEW_ARRAY(arena, bool, n);
    for (pk_frame_id f = 0; f < n; f++) {
        groups->group[f] = PK_NONE;
        if (!is_there(side, f, skips_zero))
            continue;
        pk_buf_reset(&key);
        groups->is_plain[f] = add_key(&key, pk_profile_frame(side->profile, f), diff) ==
                              pk_profile_frame(side->profile, f)->name.size;
        groups->group[f] = pk_intern_id(keys, pk_buf_view(&key));
    }
    pk_buf_fini(&key);
}

/* --- totals of functions with several frames --- */

/* Once per stack: every node that has no node of its function above it. */
static void total_of_stacks(const struct pk_side *side, struct pk_diff_groups *groups)
{
    const struct pk_tree *tree = pk_profile_tree(side->profile);
    uint32_t *above = pk_calloc((size_t)groups->n + 1, sizeof *above);
    PK_ARRAY(uint32_t) open = {0};

    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t group = groups->group[tree->frame[i]];

        while (open.size && tree->end[open.data[open.size - 1]] <= i) {
            uint32_t left = groups->group[tree->frame[open.data[--open.size]]];

            if (left != PK_NONE)
                above[left]--;
        }
        pk_array_push(&open, i);
        if (group == PK_NONE)
            continue;
        /* Functions of one frame have their exact total already. */
        if (above[group]++ == 0 && groups->members[group] > 1)
            groups->total[group] = plus(groups->total[group], at(tree->incl[side->metric], i));
    }
    pk_array_fini(&open);
    pk_free(above);
}

/* Edges between different functions, by caller: what pk_cycles_find needs of a graph. */
static struct pk_graph between_groups(const struct pk_graph *graph,
                                      const struct pk_diff_groups *groups, struct pk_arena *arena)
{
    struct pk_graph between = {.out_start = PK_NEW_ARRAY(arena, uint32_t, (size_t)groups->n + 2),
                               .caller = PK_NEW_ARRAY(arena, pk_frame_id, graph->n),
                               .callee = PK_NEW_ARRAY(arena, pk_frame_id, graph->n)};
    uint32_t *fill = between.out_start + 1; /* one ahead: it ends as the start of the next */

    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t e = 0; e < graph->n; e++) {
            uint32_t caller = groups->group[graph->caller[e]];
            uint32_t callee = groups->group[graph->callee[e]];

            if (caller == PK_NONE || callee == PK_NONE || caller == callee)
                continue;
            if (pass == 0) {
                between.n++;
                fill[caller + 1]++;
            } else {
                between.caller[fill[caller]] = caller;
                between.callee[fill[caller]++] = callee;
            }
        }
        for (uint32_t g = 0; pass == 0 && g < groups->n; g++)
            fill[g + 1] += fill[g];
    }
    return between;
}

/* Self and what leaves, exact where no other function leads back; the members' bounds elsewhere. */
static void total_of_edges(const struct pk_side *side, struct pk_diff_groups *groups,
                           struct pk_arena *arena)
{
    const struct pk_graph *graph = pk_profile_graph(side->profile);
    struct pk_graph between = between_groups(graph, groups, arena);
    struct pk_cycles cycles = pk_cycles_find(&between, groups->n, arena);
    bool *is_range = pk_calloc((size_t)groups->n + 1, sizeof *is_range);
    int64_t *out = PK_NEW_ARRAY(arena, int64_t, groups->n);

    for (uint32_t g = 0; g < groups->n; g++) {
        is_range[g] = cycles.is_cycle[cycles.box[g]];
        out[g] = groups->self[g] == PK_MISSING ? 0 : groups->self[g];
    }
    for (uint32_t e = 0; e < graph->n; e++) {
        uint32_t caller = groups->group[graph->caller[e]];
        int64_t leaving = at(graph->incl[side->metric], e);

        if (caller == PK_NONE || caller == groups->group[graph->callee[e]])
            continue;
        is_range[caller] |= leaving == PK_MISSING;
        out[caller] = plus(out[caller], leaving);
    }
    for (uint32_t g = 0; g < groups->n; g++)
        if (groups->members[g] > 1 && !is_range[g]) {
            groups->total[g] = out[g];
            groups->total_high[g] = PK_MISSING;
        }
    pk_free(is_range);
}

/* At least the largest member, at most all of them together, and no more than there is. */
static void total_of_members(const struct pk_side *side, struct pk_diff_groups *groups)
{
    const struct pk_flat *flat = pk_profile_flat(side->profile);
    int64_t whole = pk_profile_total(side->profile, side->metric);

    for (pk_frame_id f = 0; f < pk_profile_frames(side->profile); f++) {
        uint32_t g = groups->group[f];
        int64_t low = at(flat->incl[side->metric], f);
        int64_t high = at(flat->incl_high[side->metric], f);

        if (g == PK_NONE)
            continue;
        if (groups->members[g] == 1) {
            groups->total[g] = low;
            groups->total_high[g] = high;
        } else {
            if (low > groups->total[g]) /* PK_MISSING is below all */
                groups->total[g] = low;
            groups->total_high[g] = plus(groups->total_high[g], high == PK_MISSING ? low : high);
        }
    }
    for (uint32_t g = 0; g < groups->n; g++)
        if (groups->members[g] > 1) {
            if (groups->total_high[g] > whole)
                groups->total_high[g] = whole;
            if (groups->total_high[g] <= groups->total[g])
                groups->total_high[g] = PK_MISSING; /* one member has it all: exact */
        }
}

/* --- all of it --- */

/* An array of missing values. */
static int64_t *missing(struct pk_arena *arena, uint32_t n)
{
    int64_t *values = PK_NEW_ARRAY(arena, int64_t, n);

    for (uint32_t i = 0; i < n; i++)
        values[i] = PK_MISSING;
    return values;
}

/* The member that stands for a function: not a copy of the compiler, then the largest total. */
static bool stands_better(const struct pk_side *side, const struct pk_diff_groups *groups,
                          pk_frame_id f, pk_frame_id than)
{
    const int64_t *total = pk_profile_flat(side->profile)->incl[side->metric];

    if (than == PK_NONE || groups->is_plain[f] != groups->is_plain[than])
        return than == PK_NONE || groups->is_plain[f];
    return at(total, f) > at(total, than);
}

/* Values of all members of a function but the total. */
static void sum_members(const struct pk_side *side, struct pk_diff_groups *groups)
{
    const struct pk_flat *flat = pk_profile_flat(side->profile);

    for (pk_frame_id f = 0; f < pk_profile_frames(side->profile); f++) {
        uint32_t g = groups->group[f];

        if (g == PK_NONE)
            continue;
        if (stands_better(side, groups, f, groups->frame[g]))
            groups->frame[g] = f;
        groups->members[g]++;
        groups->self[g] = plus(groups->self[g], at(flat->self[side->metric], f));
        groups->calls[g] = plus(groups->calls[g], at(flat->calls, f));
    }
}

/* Totals are counted again only when some function has several frames, which is rare. */
void pk_diff_sum(const struct pk_side *side, struct pk_diff_groups *groups, uint32_t n,
                 struct pk_arena *arena)
{
    bool has_many = false;

    groups->n = n;
    groups->frame = PK_NEW_ARRAY(arena, pk_frame_id, n);
    groups->members = PK_NEW_ARRAY(arena, uint32_t, n);
    groups->self = missing(arena, n);
    groups->calls = missing(arena, n);
    groups->total = missing(arena, n);
    groups->total_high = missing(arena, n);
    for (uint32_t g = 0; g < n; g++)
        groups->frame[g] = PK_NONE;
    sum_members(side, groups);
    for (uint32_t g = 0; g < n; g++)
        has_many |= groups->members[g] > 1;
    total_of_members(side, groups);
    if (has_many && pk_profile_tree(side->profile)) {
        for (uint32_t g = 0; g < n; g++)
            if (groups->members[g] > 1)
                groups->total[g] = groups->total_high[g] = PK_MISSING;
        total_of_stacks(side, groups);
    } else if (has_many && pk_profile_graph(side->profile)) {
        total_of_edges(side, groups, arena);
    }
}
