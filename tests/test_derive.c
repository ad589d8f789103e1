/*
 * Lower rungs from higher ones, against a count that works on whole stacks instead of a tree: every
 * stack is written out, and functions and edges are counted once in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/cycles.h"
#include "model/validate.h"
#include "support.h"

#define MOST 32

struct count { /* by function, and by pair */
    int64_t self[MOST], incl[MOST], edge_incl[MOST][MOST], edge_self[MOST][MOST];
};

static void count_stack(struct count *c, const pk_frame_id *stack, uint32_t n, int64_t value)
{
    bool seen[MOST] = {false}, seen_edge[MOST][MOST] = {{false}};

    c->self[stack[n - 1]] += value;
    if (n > 1)
        c->edge_self[stack[n - 2]][stack[n - 1]] += value;
    for (uint32_t i = 0; i < n; i++) {
        if (!seen[stack[i]])
            c->incl[stack[i]] += value;
        seen[stack[i]] = true;
        if (i == 0)
            continue;
        if (!seen_edge[stack[i - 1]][stack[i]])
            c->edge_incl[stack[i - 1]][stack[i]] += value;
        seen_edge[stack[i - 1]][stack[i]] = true;
    }
}

static void count_stacks(struct count *c, const struct pk_tree *tree)
{
    for (uint32_t i = 0; i < tree->n; i++) {
        pk_frame_id stack[64];
        uint32_t n = 0;

        for (uint32_t at = i; at != PK_NONE; at = tree->parent[at])
            n++;
        for (uint32_t at = i, left = n; left-- > 0; at = tree->parent[at])
            stack[left] = tree->frame[at];
        count_stack(c, stack, n, tree->self[0][i]);
    }
}

static void derived_tables_equal_a_count_over_stacks(void **state)
{
    struct support_random random = {42};
    uint32_t cases = support_cases(1000);

    (void)state;
    for (uint32_t k = 0; k < cases; k++) {
        struct support_program program = {.functions = 2 + support_below(&random, 20),
                                          .nodes = 2 + support_below(&random, 150),
                                          .depth = 2 + support_below(&random, 40),
                                          .is_recursive = true,
                                          .largest = 1000};
        struct pk_profile *p = support_freeze(support_program(&random, &program));
        static struct count c;

        memset(&c, 0, sizeof c);
        count_stacks(&c, pk_profile_tree(p));
        for (pk_frame_id f = 0; f < pk_profile_frames(p); f++) {
            assert_int_equal(pk_profile_flat(p)->self[0][f], c.self[f]);
            assert_int_equal(pk_profile_flat(p)->incl[0][f], c.incl[f]);
            assert_true(c.incl[f] <= pk_profile_total(p, 0));
        }
        for (uint32_t e = 0; e < pk_profile_graph(p)->n; e++) {
            pk_frame_id a = pk_profile_graph(p)->caller[e], b = pk_profile_graph(p)->callee[e];

            assert_int_equal(pk_profile_graph(p)->incl[0][e], c.edge_incl[a][b]);
            assert_int_equal(pk_profile_graph(p)->self[0][e], c.edge_self[a][b]);
        }
        pk_profile_free(p);
    }
}

static void inclusive_from_edges_holds_the_truth(void **state)
{
    struct support_random random = {4711};
    uint32_t cases = support_cases(1000), ranges = 0;

    (void)state;
    for (uint32_t k = 0; k < cases; k++) {
        struct support_program program = {.functions = 2 + support_below(&random, 16),
                                          .nodes = 2 + support_below(&random, 120),
                                          .depth = 2 + support_below(&random, 30),
                                          .is_recursive = k % 2 != 0,
                                          .largest = 1000};
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *traced = support_freeze(support_traced(truth, false, false));

        for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++) {
            const int64_t *high = pk_profile_flat(traced)->incl_high[0];
            int64_t low = pk_profile_flat(traced)->incl[0][f];
            int64_t real = pk_profile_flat(truth)->incl[0][f];

            assert_true(low <= real);
            assert_true(real <= (high && high[f] != PK_MISSING ? high[f] : low));
            ranges += high && high[f] != PK_MISSING;
        }
        pk_profile_free(traced);
        pk_profile_free(truth);
    }
    assert_true(ranges > 0); /* some program had a cycle, or nothing was tested */
}

static void recursion_never_passes_the_total(void **state)
{
    struct pk_profile *p = support_profile("a;a;a 3\nb;a;b;a 2\n");

    (void)state;
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "a")], 5);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "b")], 2);
    assert_int_equal(pk_profile_graph(p)->incl[0][0], 3); /* a -> a once per stack */
    pk_profile_free(p);
}

static void a_missing_edge_value_leaves_inclusive_missing(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t self = 5;
    pk_frame_id caller = support_frame(b, "caller"), callee = support_frame(b, "leaf");
    struct pk_profile *p;

    (void)state;
    pk_builder_self(b, caller, &self, NULL, PK_CALLS_MISSING);
    pk_builder_self(b, callee, &self, NULL, PK_CALLS_MISSING);
    pk_builder_edge(b, caller, callee, NULL, NULL, (struct pk_calls){2, 2});
    p = support_freeze(b);
    assert_true(pk_profile_flat(p)->incl[0][support_find(p, "caller")] == PK_MISSING);
    assert_null(pk_profile_graph(p)->incl[0]);
    assert_int_equal(pk_profile_graph(p)->calls[0], 2);
    pk_profile_free(p);
}

static void lines_tell_nodes_apart_but_not_functions(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id path[2] = {support_frame(b, "main"), support_frame(b, "work")};
    static const uint32_t lines[][2] = {{1, 10}, {1, 12}, {2, 10}};
    static const int64_t values[] = {1, 2, 4};
    struct pk_profile *p;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        pk_builder_stack(b, path, lines[i], 2, &values[i]);
    p = support_freeze(b);
    assert_int_equal(pk_profile_tree(p)->n, 2);
    assert_int_equal(pk_profile_tree(p)->self[0][1], 7);
    assert_int_equal(pk_profile_line_tree(p)->n, 5);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "work")], 7);
    pk_profile_free(p);
}

static void a_stack_of_a_million_frames_is_read_and_totalled(void **state)
{
    uint32_t n = 1000000;
    struct pk_builder *b = support_builder();
    pk_frame_id *stack = pk_calloc(n, sizeof *stack);
    static const int64_t value = 3;
    struct pk_profile *p;

    (void)state;
    for (uint32_t i = 0; i < n; i++)
        stack[i] = support_frame(b, i % 2 ? "odd" : "even");
    pk_builder_stack(b, stack, NULL, n, &value);
    p = support_freeze(b);
    assert_int_equal(pk_profile_tree(p)->n, n);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "even")], 3);
    pk_profile_free(p);
    pk_free(stack);
}

/* --- cycles
 * ------------------------------------------------------------------------------------------------
 */

static void boxes_are_the_functions_that_reach_each_other(void **state)
{
    struct support_random random = {1972};
    uint32_t cases = support_cases(300);

    (void)state;
    for (uint32_t k = 0; k < cases; k++) {
        struct support_program program = {.functions = 3 + support_below(&random, 20),
                                          .nodes = 40,
                                          .depth = 8,
                                          .is_recursive = true,
                                          .largest = 9};
        struct pk_profile *p = support_freeze(support_program(&random, &program));
        const struct pk_graph *graph = pk_profile_graph(p);
        bool reaches[MOST][MOST] = {{false}};
        uint32_t n = pk_profile_frames(p);
        struct pk_arena arena;
        struct pk_cycles cycles;

        pk_arena_init(&arena);
        cycles = pk_cycles_find(graph, n, &arena);
        for (uint32_t e = 0; e < graph->n; e++) {
            reaches[graph->caller[e]][graph->callee[e]] = true;
            assert_true(cycles.box[graph->caller[e]] >= cycles.box[graph->callee[e]]);
        }
        for (uint32_t via = 0; via < n; via++)
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t j = 0; j < n; j++)
                    reaches[i][j] |= reaches[i][via] && reaches[via][j];
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(cycles.is_cycle[cycles.box[i]], reaches[i][i]);
            for (uint32_t j = 0; j < n; j++)
                assert_int_equal(cycles.box[i] == cycles.box[j],
                                 i == j || (reaches[i][j] && reaches[j][i]));
        }
        pk_arena_fini(&arena);
        pk_profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derived_tables_equal_a_count_over_stacks),
        cmocka_unit_test(inclusive_from_edges_holds_the_truth),
        cmocka_unit_test(recursion_never_passes_the_total),
        cmocka_unit_test(a_missing_edge_value_leaves_inclusive_missing),
        cmocka_unit_test(lines_tell_nodes_apart_but_not_functions),
        cmocka_unit_test(a_stack_of_a_million_frames_is_read_and_totalled),
        cmocka_unit_test(boxes_are_the_functions_that_reach_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
