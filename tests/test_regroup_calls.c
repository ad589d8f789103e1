/*
 * Calls by other names. Expected values are worked out by hand from the stacks; random programs are
 * regrouped twice, as the stacks that really were and as the calls that a tracer saw, and the
 * second may say nothing that the first does not bear out.
 */
#include "analyze/regroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "regroup_programs.h"
#include "support.h"

/* --- calls --- */

static void edges_between_groups_add_up(void **state)
{
    struct pk_profile *p = regroup(support_freeze(layered()), joining, before_dot);
    const struct pk_flat *flat = pk_profile_flat(p);
    const struct pk_graph *graph = pk_profile_graph(p);
    pk_frame_id m = support_find(p, "m");
    pk_edge_id into = edge(p, "main", "m");

    (void)state;
    assert_int_equal(flat->self[0][m], 59);
    assert_int_equal(flat->incl[0][m], 99); /* 59 and what leaves it */
    assert_int_equal(high(p, m), NO);
    assert_int_equal(flat->calls[m], 9);
    assert_int_equal(flat->primitive[m], 5); /* four of them from within */
    assert_int_equal(graph->n, 2);
    assert_int_equal(graph->incl[0][into], 99);
    assert_int_equal(graph->self[0][into], NO); /* 29 are its entries, 30 it spends by itself */
    assert_int_equal(graph->calls[into], 5);
    assert_int_equal(graph->primitive[into], 5);
    assert_int_equal(graph->self[0][edge(p, "m", "out")], 40);
    assert_int_equal(flat->incl[0][support_find(p, "main")], 100);
    pk_profile_free(p);
}

static void a_group_on_a_cycle_has_a_range(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;
    const struct pk_flat *flat;
    pk_frame_id m;

    /* main;m.a;x;m.b 40 and main;m.b 10: m has 50 + 5 of m.a; x lies between. */
    (void)state;
    add(b, "main", 1, 66, no_calls);
    add(b, "m.a", 5, 55, no_calls);
    add(b, "x", 10, 50, no_calls);
    add(b, "m.b", 50, 50, no_calls);
    join(b, "main", "m.a", 55, NO, NO);
    join(b, "m.a", "x", 50, NO, NO);
    join(b, "x", "m.b", 40, NO, NO);
    join(b, "main", "m.b", 10, NO, NO);
    p = regroup(support_freeze(b), joining, before_dot);
    flat = pk_profile_flat(p);
    m = support_find(p, "m");
    assert_int_equal(flat->self[0][m], 55);
    assert_int_equal(flat->incl[0][m], 65); /* what enters: here the truth */
    assert_int_equal(high(p, m), NO);
    /* Of one function the file said it; one edge between two functions is once per stack still. */
    assert_int_equal(flat->incl[0][support_find(p, "x")], 50);
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "m", "x")], 50);
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "main", "m")], 65);
    pk_profile_free(p);
}

static void several_edges_on_a_cycle_cannot_be_added(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;
    pk_frame_id m, n;

    /* m.a;n.a;m.b;n.b 8 on one stack: from m to n are two edges of 8 each, but not 16. */
    (void)state;
    add(b, "m.a", 0, 8, no_calls);
    add(b, "n.a", 0, 8, no_calls);
    add(b, "m.b", 0, 8, no_calls);
    add(b, "n.b", 8, 8, no_calls);
    join(b, "m.a", "n.a", 8, NO, NO);
    join(b, "n.a", "m.b", 8, NO, NO);
    join(b, "m.b", "n.b", 8, NO, NO);
    p = regroup(support_freeze(b), joining, before_dot);
    m = support_find(p, "m");
    n = support_find(p, "n");
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "m", "n")], NO);
    assert_int_equal(pk_profile_flat(p)->incl[0][m], 0);
    assert_int_equal(high(p, m), 8);
    assert_int_equal(pk_profile_flat(p)->incl[0][n], 8);
    assert_int_equal(pk_profile_total(p, 0), 8);
    pk_profile_free(p);
}

static void the_outermost_function_has_the_inclusive_of_its_group(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p, *out;
    struct pk_frame frames[4];
    bool is_outermost[4] = {false};
    struct pk_regrouping how = {.frames = frames, .is_outermost = is_outermost, .joins = true};
    pk_frame_id f;

    /* As valgrind: main calls f, which calls f'2, which calls g, which calls f'2. */
    (void)state;
    add(b, "main", 1, 91, (struct pk_calls){1, NO});
    add(b, "f", 20, 90, (struct pk_calls){3, NO});
    add(b, "f'2", 30, NO, (struct pk_calls){40, NO});
    add(b, "g", 40, NO, (struct pk_calls){30, NO});
    join(b, "main", "f", 90, NO, 3);
    join(b, "f", "f'2", 70, NO, 10);
    join(b, "f'2", "g", NO, NO, 30);
    join(b, "g", "f'2", NO, NO, 30);
    p = support_freeze(b);
    for (pk_frame_id i = 0; i < 4; i++) {
        frames[i] = *pk_profile_frame(p, i);
        before_quote(&frames[i]);
    }
    is_outermost[support_find(p, "f")] = true;
    out = support_freeze(pk_regroup(p, &how, limits()));
    f = support_find(out, "f");
    assert_int_equal(pk_profile_frames(out), 3);
    assert_int_equal(pk_profile_flat(out)->self[0][f], 50);
    assert_int_equal(pk_profile_flat(out)->incl[0][f], 90);
    assert_int_equal(high(out, f), NO);
    assert_int_equal(pk_profile_flat(out)->calls[f], 43);
    assert_int_equal(edge(out, "f", "f"), PK_NONE);
    assert_int_equal(pk_profile_graph(out)->calls[edge(out, "g", "f")], 30);
    pk_profile_free(p);
    pk_profile_free(out);
}

static void recursion_goes_from_edges_too(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    add(b, "main", 1, 10, (struct pk_calls){1, 1});
    add(b, "f", 9, 9, (struct pk_calls){5, 1});
    join(b, "main", "f", 9, 4, 1);
    join(b, "f", "f", 6, 5, 4);
    p = regroup(support_freeze(b), joining, NULL);
    assert_int_equal(pk_profile_graph(p)->n, 1);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "f")], 9);
    assert_int_equal(pk_profile_flat(p)->primitive[support_find(p, "f")], 1);
    assert_null(pk_profile_graph(p)->self[0]);
    pk_profile_free(p);
}

static void functions_alone_have_no_inclusive_together(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    pk_builder_recorded_at(b, PK_FLAT);
    add(b, "m.a", 1, 10, (struct pk_calls){1, 1});
    add(b, "m.b", 2, 5, (struct pk_calls){2, 2});
    add(b, "x", 3, 4, (struct pk_calls){3, 3});
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_rung(p), PK_FLAT);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "m")], 3);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->primitive[support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "m")], 3);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "x")], 4);
    pk_profile_free(p);
}

static void calls_of_which_a_part_is_unknown_are_unknown(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    add(b, "m.a", 1, NO, (struct pk_calls){1, NO});
    add(b, "m.b", 2, NO, no_calls);
    add(b, "x", 2, NO, (struct pk_calls){4, NO});
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "x")], 4);
    pk_profile_free(p);
}

/* --- laws --- */

static char group_of[64];

/* f07 becomes the letter that was drawn for it. */
static void drawn(struct pk_frame *frame)
{
    unsigned number =
        (unsigned)(frame->name.data[1] - '0') * 10 + (unsigned)(frame->name.data[2] - '0');

    frame->name = (struct pk_str){&group_of[number], 1};
}

/* What calls tell of group f may be less than stacks do, never other; and outside cycles of groups
 * it is all. `reaches` is by transitive closure (Warshall), not by the code under test. */
static void compare(const struct pk_profile *truth, const struct pk_profile *traced,
                    bool has_edge_self)
{
    const struct pk_graph *graph = pk_profile_graph(truth), *other = pk_profile_graph(traced);
    uint32_t n = pk_profile_frames(truth);
    bool reaches[64][64] = {{false}};

    assert_int_equal(pk_profile_frames(traced), n);
    assert_int_equal(pk_profile_total(traced, 0), pk_profile_total(truth, 0));
    assert_int_equal(other->n, graph->n);
    for (uint32_t e = 0; e < graph->n; e++)
        reaches[graph->caller[e]][graph->callee[e]] = true;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                reaches[i][j] |= reaches[i][k] && reaches[k][j];
    for (pk_frame_id f = 0; f < n; f++) {
        int64_t incl = pk_profile_flat(truth)->incl[0][f];
        int64_t low = pk_profile_flat(traced)->incl[0][f];

        assert_int_equal(pk_profile_flat(traced)->self[0][f], pk_profile_flat(truth)->self[0][f]);
        assert_int_not_equal(low, NO);
        assert_true(low <= incl);
        assert_true(incl <= (high(traced, f) == NO ? low : high(traced, f)));
        if (!reaches[f][f])
            assert_int_equal(high(traced, f), NO);
    }
    for (uint32_t e = 0; e < graph->n; e++) {
        int64_t incl = other->incl[0] ? other->incl[0][e] : NO;
        int64_t self = other->self[0] ? other->self[0][e] : NO;

        if (incl != NO || !reaches[graph->callee[e]][graph->caller[e]])
            assert_int_equal(incl, graph->incl[0][e]);
        if (self != NO)
            assert_int_equal(self, graph->self[0][e]);
        assert_true(has_edge_self || self == NO);
    }
}

/* Incl of a tracer that counts nested calls again in cycles is missing there, as callgrind's is. */
static struct pk_builder *nested(const struct pk_profile *truth)
{
    struct pk_builder *b = support_traced(truth, false, false);

    pk_builder_settle_cycles(b, NULL, 0, false);
    return b;
}

static void try_program(struct support_random *random)
{
    struct support_program program = {.functions = 4 + support_below(random, 20),
                                      .nodes = 5 + support_below(random, 120),
                                      .depth = 3 + support_below(random, 14),
                                      .is_recursive = support_below(random, 2),
                                      .largest = 1000};
    struct pk_profile *truth = support_freeze(support_program(random, &program));
    uint32_t letters = 2 + support_below(random, program.functions);
    struct pk_profile *stacks;

    for (unsigned i = 0; i < sizeof group_of; i++)
        group_of[i] = (char)('A' + support_below(random, letters));
    stacks = regrouped(truth, joining, drawn);
    for (unsigned tracer = 0; tracer < 4; tracer++) {
        struct pk_builder *builder =
            tracer < 3 ? support_traced(truth, tracer & 1, tracer & 2) : nested(truth);
        struct pk_profile *traced = regroup(support_freeze(builder), joining, drawn);

        compare(stacks, traced, tracer == 1);
        pk_profile_free(traced);
    }
    pk_profile_free(stacks);
    pk_profile_free(truth);
}

static void calls_say_no_more_than_stacks_bear_out(void **state)
{
    struct support_random random = {.state = 20250611};

    (void)state;
    for (uint32_t i = support_cases(1500); i-- > 0;)
        try_program(&random);
}

/* A second time nothing is left to do. */
static void regrouping_twice_is_regrouping_once(void **state)
{
    struct support_random random = {.state = 7};
    struct support_program program = {
        .functions = 12, .nodes = 90, .depth = 12, .is_recursive = true, .largest = 50};

    (void)state;
    memset(group_of, 'A', sizeof group_of);
    for (unsigned i = 0; i < 12; i += 2)
        group_of[i] = (char)('A' + i % 3);
    for (uint32_t i = support_cases(100); i-- > 0;) {
        struct pk_profile *once =
            regroup(support_freeze(support_program(&random, &program)), joining, drawn);
        struct pk_profile *twice = regrouped(once, joining, NULL);

        support_assert_equal(twice, once);
        pk_profile_free(once);
        pk_profile_free(twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_between_groups_add_up),
        cmocka_unit_test(a_group_on_a_cycle_has_a_range),
        cmocka_unit_test(several_edges_on_a_cycle_cannot_be_added),
        cmocka_unit_test(the_outermost_function_has_the_inclusive_of_its_group),
        cmocka_unit_test(recursion_goes_from_edges_too),
        cmocka_unit_test(functions_alone_have_no_inclusive_together),
        cmocka_unit_test(calls_of_which_a_part_is_unknown_are_unknown),
        cmocka_unit_test(calls_say_no_more_than_stacks_bear_out),
        cmocka_unit_test(regrouping_twice_is_regrouping_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
