/*
 * Climbing, against programs whose true call tree is known: the tracer's view of the program goes
 * in, and no true value may lie outside the range that comes out. Boxes are found here by
 * reachability (Warshall), not by the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "model/attribute.h"
#include "model/cycles.h"
#include "support.h"

#define MOST_FUNCTIONS 64

struct truth { /* the true tree with each run of frames of one box taken together */
    const struct pk_profile *profile;
    uint32_t box[MOST_FUNCTIONS]; /* [frame] the lowest frame of its box */
    bool reaches[MOST_FUNCTIONS][MOST_FUNCTIONS];
    struct pk_map paths; /* {parent path, box} */
    int64_t incl[512], self[512];
    int64_t member[512][MOST_FUNCTIONS]; /* [path][frame] */
};

static void find_boxes(struct truth *t)
{
    const struct pk_graph *graph = pk_profile_graph(t->profile);
    uint32_t n = pk_profile_frames(t->profile);

    assert_true(n <= MOST_FUNCTIONS);
    for (uint32_t e = 0; e < graph->n; e++)
        t->reaches[graph->caller[e]][graph->callee[e]] = true;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                t->reaches[i][j] |= t->reaches[i][k] && t->reaches[k][j];
    for (uint32_t i = 0; i < n; i++) {
        t->box[i] = i;
        for (uint32_t j = i; j-- > 0;)
            if (t->reaches[i][j] && t->reaches[j][i])
                t->box[i] = j;
    }
}

static void find_paths(struct truth *t)
{
    const struct pk_tree *tree = pk_profile_tree(t->profile);
    uint32_t path_of[512];

    pk_map_init(&t->paths, 2 * sizeof(uint32_t));
    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t parent = tree->parent[i];
        uint32_t key[2] = {parent == PK_NONE ? PK_NONE : path_of[parent], t->box[tree->frame[i]]};
        bool enters = parent == PK_NONE || t->box[tree->frame[parent]] != key[1];

        path_of[i] = enters ? pk_map_add(&t->paths, key, NULL) : path_of[parent];
        if (enters)
            t->incl[path_of[i]] += tree->incl[0][i];
        t->self[path_of[i]] += tree->self[0][i];
        t->member[path_of[i]][tree->frame[i]] += tree->self[0][i];
    }
}

struct outcome {
    uint32_t outside, estimates_outside, sums_lost, lows_above;
};

static bool is_inside(int64_t value, struct pk_range range, int64_t tighten)
{
    return value >= range.lo + tighten && value <= range.hi;
}

/* The path of an estimated node in the truth; PK_NONE when it never happened (or stands for no
 * box). */
static uint32_t path_of(const struct truth *t, const struct pk_cycles *cycles,
                        const struct pk_tree *tree, const uint32_t *paths, uint32_t i)
{
    pk_frame_id frame = tree->frame[i];
    uint32_t key[2] = {tree->parent[i] == PK_NONE ? PK_NONE : paths[tree->parent[i]], 0};

    if (pk_profile_special(frame) || (tree->parent[i] != PK_NONE && key[0] == PK_NONE))
        return PK_NONE;
    if (frame >= PK_FRAME_CYCLE)
        frame = cycles->member[cycles->member_start[frame - PK_FRAME_CYCLE]];
    key[1] = t->box[frame];
    return pk_map_find(&t->paths, key);
}

static void compare_node(const struct truth *t, const struct pk_tree *tree, const uint32_t *paths,
                         uint32_t i, int64_t tighten, struct outcome *out)
{
    uint32_t parent = tree->parent[i];
    bool is_member = parent != PK_NONE && tree->frame[parent] >= PK_FRAME_CYCLE &&
                     !pk_profile_special(tree->frame[parent]) && tree->frame[i] < MOST_FUNCTIONS &&
                     paths[i] == PK_NONE - 1;
    int64_t incl = 0, self = 0;

    if (pk_profile_special(tree->frame[i]))
        return;
    if (is_member) {
        incl = self = paths[parent] == PK_NONE ? 0 : t->member[paths[parent]][tree->frame[i]];
    } else if (paths[i] != PK_NONE) {
        incl = t->incl[paths[i]];
        self = tree->frame[i] >= PK_FRAME_CYCLE ? 0 : t->self[paths[i]];
    }
    out->outside += !is_inside(incl, tree->incl_range[i], tighten);
    out->outside += !is_inside(self, tree->self_range[i], 0);
}

/* What must hold without knowing the truth: sums, estimates inside their ranges, lows below the
 * parent's. */
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

static void check_pruned(const struct truth *t, const struct pk_tree *tree, const uint32_t *paths,
                         uint32_t i, struct outcome *out)
{
    uint32_t parent = tree->parent[i];
    int64_t shown = 0, all = 0;
    uint32_t end = parent == PK_NONE ? tree->n : tree->end[parent];

    for (uint32_t p = 0; p < t->paths.size; p++) {
        const uint32_t *key = pk_map_key(&t->paths, p);

        if (key[0] == (parent == PK_NONE ? PK_NONE : paths[parent]) &&
            (parent == PK_NONE || paths[parent] != PK_NONE))
            all += t->incl[p];
    }
    for (uint32_t c = parent == PK_NONE ? 0 : parent + 1; c < end; c = tree->end[c])
        if (paths[c] < PK_NONE - 1)
            shown += t->incl[paths[c]];
    out->outside += !is_inside(all - shown, tree->incl_range[i], 0);
}

/* Compare the climbed tree of `traced` with the truth; every range's low is raised by `tighten`
 * first. */
static struct outcome compare(struct truth *t, const struct pk_profile *traced, int64_t tighten)
{
    struct pk_attributed *attributed = pk_attribute_new(traced, 0);
    const struct pk_tree *tree = &attributed->tree;
    uint32_t *paths = pk_calloc(tree->n, sizeof *paths);
    struct pk_arena arena;
    struct pk_cycles cycles;
    struct outcome out = {0};

    pk_arena_init(&arena);
    cycles = pk_cycles_find(pk_profile_graph(traced), pk_profile_frames(traced), &arena);
    for (uint32_t i = 0; i < tree->n; i++) {
        uint32_t parent = tree->parent[i];

        paths[i] = path_of(t, &cycles, tree, paths, i);
        /* A member of a cycle stands below its own box: mark it, it is no path. */
        if (parent != PK_NONE && tree->frame[parent] >= PK_FRAME_CYCLE &&
            !pk_profile_special(tree->frame[parent]) && tree->frame[i] < MOST_FUNCTIONS &&
            cycles.box[tree->frame[i]] == tree->frame[parent] - PK_FRAME_CYCLE)
            paths[i] = PK_NONE - 1;
    }
    for (uint32_t i = 0; i < tree->n; i++) {
        compare_node(t, tree, paths, i, tighten, &out);
        if (tree->frame[i] == PK_FRAME_PRUNED)
            check_pruned(t, tree, paths, i, &out);
    }
    check_inner(tree, &out);
    out.sums_lost += attributed->total != pk_profile_total(t->profile, 0);
    assert_int_equal(attributed->contradictions, 0);
    pk_arena_fini(&arena);
    pk_free(paths);
    pk_attribute_free(attributed);
    return out;
}

static struct outcome try_program(struct support_random *random, bool has_edge_self,
                                  bool has_inclusive, int64_t tighten)
{
    struct support_program program = {.functions = 3 + support_below(random, 24),
                                      .nodes = 5 + support_below(random, 200),
                                      .depth = 3 + support_below(random, 30),
                                      .is_recursive = support_below(random, 2) != 0,
                                      .largest = support_below(random, 3) ? 1000000 : 20};
    struct truth *t = pk_calloc(1, sizeof *t);
    struct pk_profile *traced;
    struct outcome out;

    t->profile = support_freeze(support_program(random, &program));
    traced = support_freeze(support_traced(t->profile, has_edge_self, has_inclusive));
    find_boxes(t);
    find_paths(t);
    out = compare(t, traced, tighten);
    pk_profile_free(traced);
    pk_profile_free((struct pk_profile *)t->profile);
    pk_map_fini(&t->paths);
    pk_free(t);
    return out;
}

static struct outcome try_many(uint64_t seed, uint32_t cases, bool has_edge_self,
                               bool has_inclusive, int64_t tighten)
{
    struct support_random random = {seed};
    struct outcome sum = {0};

    for (uint32_t i = 0; i < cases; i++) {
        struct outcome one = try_program(&random, has_edge_self, has_inclusive, tighten);

        sum.outside += one.outside;
        sum.estimates_outside += one.estimates_outside;
        sum.sums_lost += one.sums_lost;
        sum.lows_above += one.lows_above;
    }
    return sum;
}

static void assert_proven(struct outcome outcome)
{
    assert_int_equal(outcome.outside, 0);
    assert_int_equal(outcome.estimates_outside, 0);
    assert_int_equal(outcome.sums_lost, 0);
    assert_int_equal(outcome.lows_above, 0);
}

static void ranges_hold_the_truth_with_self_per_edge(void **state)
{
    (void)state;
    assert_proven(try_many(20261121, support_cases(1500), true, true, 0));
}

static void ranges_hold_the_truth_without_self_per_edge(void **state)
{
    (void)state;
    assert_proven(try_many(7, support_cases(1500), false, true, 0));
}

static void ranges_hold_the_truth_with_self_alone(void **state)
{
    (void)state;
    assert_proven(try_many(99, support_cases(1000), false, false, 0));
}

static void a_bound_off_by_one_is_noticed(void **state)
{
    (void)state;
    assert_true(try_many(20261121, 50, true, true, 1).outside > 0);
    assert_true(try_many(7, 50, false, true, 1).outside > 0);
}

/* --- by hand
 * ------------------------------------------------------------------------------------------------
 */

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

static void a_shared_callee_is_split_in_proportion_with_bounds(void **state)
{
    /* main calls a (60) and b (40); both call work; of work's 50, 30 were for a and 20 for b. leaf
     * has 10 of work's 50: where is unknown, so between 0 and 10 for each, 6 and 4 by proportion.
     */
    struct pk_builder *b = support_builder();
    pk_frame_id f[5];
    static const char *const names[] = {"main", "a", "b", "work", "leaf"};
    static const int64_t self[] = {0, 30, 20, 40, 10}, incl[] = {100, 60, 40, 50, 10};
    static const int64_t w[] = {60, 40, 30, 20, 10}, s[] = {30, 20, 24, 16, 10};
    static const unsigned edge[][2] = {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}};
    struct pk_profile *profile;
    struct pk_attributed *out;
    uint32_t node;

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        f[i] = support_frame(b, names[i]);
        pk_builder_self(b, f[i], &self[i], &incl[i], PK_CALLS_MISSING);
    }
    for (unsigned i = 0; i < 5; i++)
        pk_builder_edge(b, f[edge[i][0]], f[edge[i][1]], &w[i], &s[i], PK_CALLS_MISSING);
    profile = support_freeze(b);
    out = pk_attribute_new(profile, 0);
    node = find_node(profile, &out->tree, PK_NONE, "main");
    node = find_node(profile, &out->tree, node, "a");
    node = find_node(profile, &out->tree, node, "work");
    assert_int_equal(out->tree.incl[0][node], 30);
    assert_int_equal(out->tree.incl_range[node].lo, 30);
    assert_int_equal(out->tree.self_range[node].lo, 24);
    assert_int_equal(out->tree.self_range[node].hi, 24);
    /* work under a has 30 - 24 = 6 beside its self, all of it leaf: exact, because the rest per
     * edge is known. */
    node = find_node(profile, &out->tree, node, "leaf");
    assert_int_equal(out->tree.incl[0][node], 6);
    assert_int_equal(out->tree.incl_range[node].lo, 6);
    assert_int_equal(out->proven, 100);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

static void a_cycle_lists_its_members_in_no_order(void **state)
{
    struct pk_profile *truth = support_profile("main;ping;pong;ping 6\nmain;ping;pong 4\nmain 2\n");
    struct pk_profile *profile = support_freeze(support_traced(truth, true, true));
    struct pk_attributed *out = pk_attribute_new(profile, 0);
    uint32_t box = find_node(profile, &out->tree, 0, "(cycle: ping, pong)");

    (void)state;
    assert_int_equal(out->tree.incl[0][box], 10);
    assert_int_equal(out->tree.self[0][box], 0);
    assert_int_equal(out->tree.incl[0][find_node(profile, &out->tree, box, "ping")], 6);
    assert_int_equal(out->tree.incl[0][find_node(profile, &out->tree, box, "pong")], 4);
    pk_attribute_free(out);
    pk_profile_free(profile);
    pk_profile_free(truth);
}

static void what_edges_lack_is_a_visible_child(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t self = 10, incl = 100;
    struct pk_profile *profile;
    struct pk_attributed *out;
    uint32_t node;

    (void)state;
    pk_builder_self(b, support_frame(b, "main"), &self, &incl, PK_CALLS_MISSING);
    profile = support_freeze(b);
    out = pk_attribute_new(profile, 0);
    node = find_node(profile, &out->tree, 0, "(not recorded)");
    assert_int_equal(out->tree.incl[0][node], 90);
    assert_int_equal(out->contradictions, 1);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

/* Two functions of a cycle, each with half of what 64 bits hold: none is wider than its parent. */
static void no_estimate_leaves_the_range(void **state)
{
    struct pk_builder *b = support_builder();
    const pk_frame_id f[] = {support_frame(b, "ping"), support_frame(b, "pong")};
    static const int64_t self = INT64_MAX / 2, one = 1;
    struct pk_profile *profile;
    struct pk_attributed *out;
    struct outcome found = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        pk_builder_self(b, f[i], &self, NULL, PK_CALLS_MISSING);
        pk_builder_edge(b, f[i], f[1 - i], &one, NULL, PK_CALLS_MISSING);
    }
    out = pk_attribute_new(profile = support_freeze(b), 0);
    check_inner(&out->tree, &found);
    assert_int_equal(found.sums_lost + found.lows_above + found.estimates_outside, 0);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

static void edges_without_weight_are_shared_by_calls(void **state)
{
    /* The old profile module: f (40) called once by a and three times by b; both have time for it.
     */
    struct pk_builder *b = support_builder();
    static const int64_t self[] = {0, 10, 10, 40}, incl[] = {80, 30, 50, 40};
    static const char *const names[] = {"main", "a", "b", "f"};
    pk_frame_id id[4];
    struct pk_profile *profile;
    struct pk_attributed *out;
    uint32_t node;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        id[i] = support_frame(b, names[i]);
        pk_builder_self(b, id[i], &self[i], &incl[i], (struct pk_calls){1, 1});
    }
    pk_builder_edge(b, id[0], id[1], NULL, NULL, (struct pk_calls){1, PK_MISSING});
    pk_builder_edge(b, id[0], id[2], NULL, NULL, (struct pk_calls){1, PK_MISSING});
    pk_builder_edge(b, id[1], id[3], NULL, NULL, (struct pk_calls){1, PK_MISSING});
    pk_builder_edge(b, id[2], id[3], NULL, NULL, (struct pk_calls){3, PK_MISSING});
    profile = support_freeze(b);
    out = pk_attribute_new(profile, 0);
    /* a has a sole caller: exact. f is a guess under both: 10 and 30, at least 0. */
    node = find_node(profile, &out->tree, find_node(profile, &out->tree, PK_NONE, "main"), "a");
    assert_int_equal(out->tree.incl_range[node].lo, 30);
    node = find_node(profile, &out->tree, node, "f");
    assert_int_equal(out->tree.incl[0][node], 10);
    assert_int_equal(out->tree.incl_range[node].lo, 0);
    assert_int_equal(out->tree.incl_range[node].hi, 20);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

static void a_chain_of_a_million_calls_ends(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t self = 1;
    pk_frame_id last = PK_NONE;
    struct pk_profile *profile;
    struct pk_attributed *out;
    uint32_t n = 1000000;

    (void)state;
    for (uint32_t i = 0; i < n; i++) {
        char name[16];
        pk_frame_id f;
        int64_t incl = n - i;

        snprintf(name, sizeof name, "f%07u", i);
        f = support_frame(b, name);
        pk_builder_self(b, f, &self, &incl, PK_CALLS_MISSING);
        if (last != PK_NONE)
            pk_builder_edge(b, last, f, &incl, &self, PK_CALLS_MISSING);
        last = f;
    }
    profile = support_freeze(b);
    out = pk_attribute_new(profile, 0);
    assert_int_equal(out->total, n);
    assert_true(out->pruned > 0 && out->tree.n <= 200001);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

static void a_mixed_profile_climbs_only_what_was_not_recorded(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *stacks = pk_builder_new(&limits);
    struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS};
    static const int64_t self = 10, incl = 10, value = 7;
    pk_frame_id path[2];
    struct pk_profile *profile;
    struct pk_attributed *out;

    (void)state;
    pk_builder_self(b, support_frame(b, "traced"), &self, &incl, PK_CALLS_MISSING);
    pk_builder_metric(stacks, &time);
    path[0] = support_frame(stacks, "main");
    path[1] = support_frame(stacks, "sampled");
    pk_builder_stack(stacks, path, NULL, 2, &value);
    pk_builder_merge(b, stacks);
    pk_builder_free(stacks);
    profile = support_freeze(b);
    assert_int_equal(pk_profile_rung(profile), PK_GRAPH);
    assert_null(pk_profile_tree(profile));
    out = pk_attribute_new(profile, 0);
    assert_int_equal(out->total, 17);
    assert_int_equal(out->proven, 17);
    assert_int_equal(out->tree.incl[0][find_node(profile, &out->tree, PK_NONE, "main")], 7);
    assert_int_equal(out->tree.incl[0][find_node(profile, &out->tree, PK_NONE, "traced")], 10);
    pk_attribute_free(out);
    pk_profile_free(profile);
}

static void a_mark_needs_more_than_one_unit_and_a_thousandth(void **state)
{
    (void)state;
    assert_false(pk_attribute_is_uncertain(5, (struct pk_range){4, 5}));
    assert_true(pk_attribute_is_uncertain(5, (struct pk_range){3, 5}));
    assert_false(pk_attribute_is_uncertain(10000, (struct pk_range){9995, 10005}));
    assert_true(pk_attribute_is_uncertain(10000, (struct pk_range){9995, 10006}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_the_truth_with_self_per_edge),
        cmocka_unit_test(ranges_hold_the_truth_without_self_per_edge),
        cmocka_unit_test(ranges_hold_the_truth_with_self_alone),
        cmocka_unit_test(a_bound_off_by_one_is_noticed),
        cmocka_unit_test(a_shared_callee_is_split_in_proportion_with_bounds),
        cmocka_unit_test(a_cycle_lists_its_members_in_no_order),
        cmocka_unit_test(what_edges_lack_is_a_visible_child),
        cmocka_unit_test(no_estimate_leaves_the_range),
        cmocka_unit_test(edges_without_weight_are_shared_by_calls),
        cmocka_unit_test(a_chain_of_a_million_calls_ends),
        cmocka_unit_test(a_mixed_profile_climbs_only_what_was_not_recorded),
        cmocka_unit_test(a_mark_needs_more_than_one_unit_and_a_thousandth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
