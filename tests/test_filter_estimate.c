/*
 * Filters on estimated trees, against programs whose true stacks are known: each true stack is
 * filtered by pprof's rule, and no outcome may lie outside the range that the estimate has for it.
 * Boxes are found here by reachability (Warshall), not by the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyze/filter_estimate.h"
#include "base/arena.h"
#include "base/map.h"
#include "model/cycles.h"
#include "support.h"

#define MOST_FUNCTIONS 64
#define MOST_PATHS 4096

struct truth { /* the filtered stacks, with each run of frames of one box taken together */
    uint32_t box[MOST_FUNCTIONS]; /* [frame] the lowest frame of its box */
    bool reaches[MOST_FUNCTIONS][MOST_FUNCTIONS];
    bool is_shared[MOST_FUNCTIONS]; /* [frame] its box has several functions */
    struct pk_map paths;            /* {parent path, box} */
    int64_t incl[MOST_PATHS], self[MOST_PATHS], member[MOST_PATHS][MOST_FUNCTIONS];
    int64_t kept, hidden;
};

struct outcome {
    uint32_t outside, estimates_outside, sums_lost, lows_above, nodes;
};

/* --- the truth --- */

static void find_boxes(struct truth *t, const struct pk_profile *profile)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = pk_profile_frames(profile);

    assert_true(n <= MOST_FUNCTIONS);
    for (uint32_t e = 0; e < graph->n; e++)
        t->reaches[graph->caller[e]][graph->callee[e]] = true;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                t->reaches[i][j] |= t->reaches[i][k] && t->reaches[k][j];
    for (uint32_t i = 0; i < n; i++) {
        t->box[i] = i;
        for (uint32_t j = 0; j < n; j++)
            if (j != i && t->reaches[i][j] && t->reaches[j][i]) {
                t->box[i] = j < t->box[i] ? j : t->box[i];
                t->is_shared[i] = true;
            }
    }
}

/* pprof's rule for one stack, root first; what is left of it. */
static size_t filter_stack(const struct pk_filter *filter, const pk_frame_id *stack, size_t n,
                           pk_frame_id *left, bool *is_hidden)
{
    bool is_focused = !(filter->words & PK_FILTER_FOCUS), is_ignored = false;
    size_t kept = 0, from = 0;

    *is_hidden = false;
    for (size_t i = 0; i < n; i++) {
        unsigned marks = filter->marks[stack[i]];

        is_focused |= (marks & PK_FILTER_FOCUS) != 0;
        is_ignored |= (marks & PK_FILTER_IGNORE) != 0;
        if (!(marks & PK_FILTER_HIDE) &&
            (!(filter->words & PK_FILTER_SHOW) || marks & PK_FILTER_SHOW))
            left[kept++] = stack[i];
    }
    if (!is_focused || is_ignored)
        return 0;
    *is_hidden = kept == 0;
    if (!(filter->words & PK_FILTER_SHOW_FROM))
        return kept;
    while (from < kept && !(filter->marks[left[from]] & PK_FILTER_SHOW_FROM))
        from++;
    memmove(left, left + from, (kept - from) * sizeof *left);
    return kept - from;
}

static void add_stack(struct truth *t, const pk_frame_id *stack, size_t n, int64_t value)
{
    uint32_t path = PK_NONE;

    for (size_t i = 0; i < n; i++) {
        uint32_t key[2] = {path, t->box[stack[i]]};

        if (i > 0 && t->box[stack[i - 1]] == key[1])
            continue;
        path = pk_map_add(&t->paths, key, NULL);
        assert_true(path < MOST_PATHS);
        t->incl[path] += value;
    }
    t->self[path] += value;
    t->member[path][stack[n - 1]] += value;
    t->kept += value;
}

static void find_truth(struct truth *t, const struct pk_profile *profile,
                       const struct pk_filter *filter)
{
    const struct pk_tree *tree = pk_profile_tree(profile);

    pk_map_init(&t->paths, 2 * sizeof(uint32_t));
    for (uint32_t i = 0; i < tree->n; i++) {
        pk_frame_id stack[512], left[512];
        size_t n = 0, kept;
        bool is_hidden;

        for (uint32_t node = i; node != PK_NONE; node = tree->parent[node])
            n++;
        for (uint32_t node = i, at = (uint32_t)n; node != PK_NONE; node = tree->parent[node])
            stack[--at] = tree->frame[node];
        kept = filter_stack(filter, stack, n, left, &is_hidden);
        if (kept)
            add_stack(t, left, kept, tree->self[0][i]);
        if (is_hidden)
            t->hidden += tree->self[0][i];
    }
}

/* --- the comparison --- */

static bool is_inside(int64_t value, struct pk_range range, int64_t tighten)
{
    return value >= range.lo + tighten && value <= range.hi;
}

static bool is_box(pk_frame_id frame)
{
    return frame >= PK_FRAME_CYCLE && !pk_profile_special(frame);
}

/* The path of a node in the truth; PK_NONE when it never happened. */
static uint32_t path_of(const struct truth *t, const struct pk_cycles *cycles,
                        const struct pk_tree *tree, const uint32_t *paths, uint32_t i)
{
    uint32_t parent = tree->parent[i];
    pk_frame_id frame = tree->frame[i];
    uint32_t key[2] = {parent == PK_NONE ? PK_NONE : paths[parent], 0};

    if (pk_profile_special(frame) || (parent != PK_NONE && key[0] == PK_NONE))
        return PK_NONE;
    if (is_box(frame))
        frame = cycles->member[cycles->member_start[frame - PK_FRAME_CYCLE]];
    key[1] = t->box[frame];
    return pk_map_find(&t->paths, key);
}

static void compare_node(const struct truth *t, const struct pk_tree *tree, const uint32_t *paths,
                         uint32_t i, bool is_member, int64_t tighten, struct outcome *out)
{
    uint32_t parent = tree->parent[i], path = is_member ? PK_NONE : paths[i];
    int64_t incl = 0, self = 0;

    if (pk_profile_special(tree->frame[i]))
        return;
    if (is_member && paths[parent] != PK_NONE)
        incl = self = t->member[paths[parent]][tree->frame[i]];
    if (path != PK_NONE) {
        incl = t->incl[path];
        self = is_box(tree->frame[i]) ? 0 : t->self[path];
    }
    out->outside += !is_inside(incl, tree->incl_range[i], tighten);
    out->outside += !is_inside(self, tree->self_range[i], 0);
    out->nodes++;
}

static void check_inner(const struct pk_tree *tree, struct outcome *out)
{
    for (uint32_t i = 0; i < tree->n; i++) {
        int64_t sum = tree->self[0][i], lows = tree->self_range[i].lo;

        for (uint32_t c = i + 1; c < tree->end[i]; c = tree->end[c]) {
            sum += tree->incl[0][c];
            lows += tree->incl_range[c].lo;
        }
        out->sums_lost += sum != tree->incl[0][i];
        out->lows_above += lows > tree->incl_range[i].lo;
        out->estimates_outside += !is_inside(tree->incl[0][i], tree->incl_range[i], 0);
        out->estimates_outside += !is_inside(tree->self[0][i], tree->self_range[i], 0);
    }
}

static int64_t compare(struct truth *t, const struct pk_profile *traced,
                       const struct pk_filter *filter, int64_t tighten, struct outcome *out)
{
    struct pk_attributed *all = pk_attribute_new(traced, 0);
    struct pk_filter_kept kept;
    struct pk_attributed *left = pk_filter_estimate(traced, filter, all, &kept);
    const struct pk_tree *tree = &left->tree;
    uint32_t *paths = pk_calloc(tree->n, sizeof *paths);
    struct pk_arena arena;
    struct pk_cycles cycles;

    pk_arena_init(&arena);
    cycles = pk_cycles_find(pk_profile_graph(traced), pk_profile_frames(traced), &arena);
    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t parent = tree->parent[i];
        bool is_member = parent != PK_NONE && is_box(tree->frame[parent]) &&
                         tree->frame[i] < MOST_FUNCTIONS &&
                         cycles.box[tree->frame[i]] == tree->frame[parent] - PK_FRAME_CYCLE;

        paths[i] = is_member ? PK_NONE : path_of(t, &cycles, tree, paths, i);
        compare_node(t, tree, paths, i, is_member, tighten, out);
    }
    check_inner(tree, out);
    out->sums_lost += left->total != kept.kept;
    out->sums_lost += kept.kept > all->total;
    out->estimates_outside += !is_inside(kept.kept, kept.range, 0);
    out->outside += !is_inside(t->kept, kept.range, 0);
    pk_arena_fini(&arena);
    pk_free(paths);
    pk_attribute_free(all);
    pk_attribute_free(left);
    return kept.kept;
}

/* --- random programs and filters --- */

static void any_marks(struct support_random *random, unsigned words, uint8_t *marks)
{
    uint32_t one_in = 2 + support_below(random, 6);

    for (unsigned i = 0; i < MOST_FUNCTIONS; i++)
        for (unsigned word = 1; word <= PK_FILTER_WORDS; word *= 2)
            if (words & word && support_below(random, one_in) == 0)
                marks[i] |= (uint8_t)word;
}

static int64_t try_filter(const struct pk_profile *truth, const struct pk_profile *traced,
                          const struct pk_filter *filter, int64_t tighten, struct outcome *out)
{
    struct truth *t = pk_calloc(1, sizeof *t);
    int64_t kept;

    find_boxes(t, truth);
    find_truth(t, truth, filter);
    kept = compare(t, traced, filter, tighten, out);
    pk_map_fini(&t->paths);
    pk_free(t);
    return kept;
}

static struct outcome try_many(uint64_t seed, uint32_t cases, bool has_edge_self, unsigned words,
                               int64_t tighten)
{
    struct support_random random = {seed};
    struct outcome sum = {0};

    for (uint32_t i = 0; i < cases; i++) {
        struct support_program program = {.functions = 3 + support_below(&random, 20),
                                          .nodes = 5 + support_below(&random, 150),
                                          .depth = 3 + support_below(&random, 20),
                                          .is_recursive = support_below(&random, 2) != 0,
                                          .largest = support_below(&random, 3) ? 1000000 : 20};
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *traced =
            support_freeze(support_traced(truth, has_edge_self, has_edge_self));
        uint8_t marks[MOST_FUNCTIONS] = {0};
        unsigned given = words ? words : 1 + support_below(&random, PK_FILTER_WORDS);

        any_marks(&random, given, marks);
        try_filter(truth, traced, &(struct pk_filter){given, marks}, tighten, &sum);
        pk_profile_free(truth);
        pk_profile_free(traced);
    }
    return sum;
}

static void assert_proven(struct outcome outcome)
{
    assert_int_equal(outcome.outside, 0);
    assert_int_equal(outcome.estimates_outside, 0);
    assert_int_equal(outcome.sums_lost, 0);
    assert_int_equal(outcome.lows_above, 0);
    /* a thousand, or some where a run asks for fewer cases */
    assert_true(outcome.nodes > (support_cases(300) < 300 ? 0 : 1000));
}

static void ranges_of_focus_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(1, support_cases(300), true, PK_FILTER_FOCUS, 0));
    assert_proven(try_many(2, support_cases(300), false, PK_FILTER_FOCUS, 0));
}

static void ranges_of_ignore_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(3, support_cases(300), true, PK_FILTER_IGNORE, 0));
    assert_proven(try_many(4, support_cases(300), false, PK_FILTER_IGNORE, 0));
}

static void ranges_of_hide_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(5, support_cases(300), true, PK_FILTER_HIDE, 0));
    assert_proven(try_many(6, support_cases(300), false, PK_FILTER_HIDE, 0));
}

static void ranges_of_show_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(7, support_cases(300), true, PK_FILTER_SHOW, 0));
    assert_proven(try_many(8, support_cases(300), false, PK_FILTER_SHOW, 0));
}

static void ranges_of_show_from_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(9, support_cases(300), true, PK_FILTER_SHOW_FROM, 0));
    assert_proven(try_many(10, support_cases(300), false, PK_FILTER_SHOW_FROM, 0));
}

static void ranges_of_all_words_together_hold_the_truth(void **state)
{
    (void)state;
    assert_proven(try_many(11, support_cases(1000), true, 0, 0));
    assert_proven(try_many(12, support_cases(1000), false, 0, 0));
}

static void a_bound_off_by_one_is_noticed(void **state)
{
    (void)state;
    assert_true(try_many(1, 50, true, PK_FILTER_FOCUS, 1).outside > 0);
    assert_true(try_many(5, 50, true, PK_FILTER_HIDE, 1).outside > 0);
}

static void focus_and_ignore_of_one_pattern_are_the_whole(void **state)
{
    struct support_random random = {77};

    (void)state;
    for (uint32_t i = 0; i < support_cases(200); i++) {
        struct support_program program = {
            .functions = 12, .nodes = 80, .depth = 12, .is_recursive = true, .largest = 1000};
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *traced = support_freeze(support_traced(truth, true, true));
        uint8_t focus[MOST_FUNCTIONS] = {0}, ignore[MOST_FUNCTIONS] = {0};
        struct outcome out = {0};
        int64_t sum;

        any_marks(&random, PK_FILTER_FOCUS, focus);
        for (unsigned f = 0; f < MOST_FUNCTIONS; f++)
            ignore[f] = focus[f] ? PK_FILTER_IGNORE : 0;
        sum = try_filter(truth, traced, &(struct pk_filter){PK_FILTER_FOCUS, focus}, 0, &out) +
              try_filter(truth, traced, &(struct pk_filter){PK_FILTER_IGNORE, ignore}, 0, &out);
        assert_int_equal(sum, pk_profile_total(truth, 0));
        assert_int_equal(out.outside, 0);
        pk_profile_free(truth);
        pk_profile_free(traced);
    }
}

/* --- by hand --- */

static uint32_t find_node(const struct pk_profile *profile, const struct pk_tree *tree,
                          uint32_t parent, const char *name)
{
    for (uint32_t i = 0; i < tree->n; i++)
        if (tree->parent[i] == parent &&
            pk_str_equal(pk_profile_frame(profile, tree->frame[i])->name, pk_str_of(name)))
            return i;
    fail_msg("no node %s", name);
    return PK_NONE;
}

/* All of it has one caller, so nothing is a guess. */
static void what_has_one_caller_is_exact(void **state)
{
    struct pk_profile *truth = support_profile("main;load;parse 30\nmain;load 5\nmain;draw 15\n");
    struct pk_profile *traced = support_freeze(support_traced(truth, true, true));
    struct pk_attributed *all = pk_attribute_new(traced, 0), *left;
    uint8_t marks[4] = {0};
    struct pk_filter_kept kept;
    uint32_t node;

    (void)state;
    marks[support_find(traced, "load")] = PK_FILTER_HIDE;
    left = pk_filter_estimate(traced, &(struct pk_filter){PK_FILTER_HIDE, marks}, all, &kept);
    assert_int_equal(kept.range.lo, 50);
    assert_int_equal(kept.range.hi, 50);
    node = find_node(traced, &left->tree, PK_NONE, "main");
    assert_int_equal(left->tree.self[0][node], 5);
    assert_int_equal(left->tree.self_range[node].lo, 5);
    assert_int_equal(left->tree.self_range[node].hi, 5);
    node = find_node(traced, &left->tree, node, "parse");
    assert_int_equal(left->tree.incl_range[node].lo, 30);
    assert_int_equal(left->tree.incl_range[node].hi, 30);
    pk_attribute_free(all);
    pk_attribute_free(left);
    pk_profile_free(traced);
    pk_profile_free(truth);
}

/* ping and pong call each other: who says that a stack with the one has the other? */
static void a_circle_that_matches_in_part_is_drawn_and_not_proven(void **state)
{
    struct pk_profile *truth = support_profile("main;ping 4\nmain;pong;ping 6\nmain;ping;pong 8\n");
    struct pk_profile *traced = support_freeze(support_traced(truth, true, true));
    struct pk_attributed *all = pk_attribute_new(traced, 0), *left;
    uint8_t marks[3] = {0};
    struct pk_filter_kept kept;

    (void)state;
    marks[support_find(traced, "pong")] = PK_FILTER_FOCUS;
    left = pk_filter_estimate(traced, &(struct pk_filter){PK_FILTER_FOCUS, marks}, all, &kept);
    assert_int_equal(kept.kept, 18);
    assert_int_equal(kept.range.lo, 8); /* the self of pong */
    assert_int_equal(kept.range.hi, 18);
    pk_attribute_free(all);
    pk_attribute_free(left);
    pk_profile_free(traced);
    pk_profile_free(truth);
}

static void what_is_all_hidden_leaves_no_node(void **state)
{
    struct pk_profile *truth = support_profile("main;load 5\n");
    struct pk_profile *traced = support_freeze(support_traced(truth, true, true));
    struct pk_attributed *all = pk_attribute_new(traced, 0), *left;
    uint8_t marks[2] = {PK_FILTER_HIDE, PK_FILTER_HIDE};
    struct pk_filter_kept kept;

    (void)state;
    left = pk_filter_estimate(traced, &(struct pk_filter){PK_FILTER_HIDE, marks}, all, &kept);
    assert_int_equal(left->tree.n, 0);
    assert_int_equal(kept.kept, 0);
    assert_int_equal(kept.hidden, 5);
    pk_attribute_free(all);
    pk_attribute_free(left);
    pk_profile_free(traced);
    pk_profile_free(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_focus_hold_the_truth),
        cmocka_unit_test(ranges_of_ignore_hold_the_truth),
        cmocka_unit_test(ranges_of_hide_hold_the_truth),
        cmocka_unit_test(ranges_of_show_hold_the_truth),
        cmocka_unit_test(ranges_of_show_from_hold_the_truth),
        cmocka_unit_test(ranges_of_all_words_together_hold_the_truth),
        cmocka_unit_test(a_bound_off_by_one_is_noticed),
        cmocka_unit_test(focus_and_ignore_of_one_pattern_are_the_whole),
        cmocka_unit_test(what_has_one_caller_is_exact),
        cmocka_unit_test(a_circle_that_matches_in_part_is_drawn_and_not_proven),
        cmocka_unit_test(what_is_all_hidden_leaves_no_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
