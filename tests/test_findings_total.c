/*
 * What findings save together: never less than the time that they are about, which random programs
 * tell, and never more than their sum or the whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"
#include "tests/found.h"

#define MOST 6

/* ---- random programs */

/* A finding at an edge: all that is called along it, or all calls of a function that calls itself.
 */
static struct pk_finding finding_at(const struct pk_profile *profile, pk_edge_id edge)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    pk_frame_id caller = graph->caller[edge], callee = graph->callee[edge];
    int64_t most = graph->incl[0][edge];

    if (caller == callee) {
        most = pk_profile_flat(profile)->incl[0][callee];
        if (pk_profile_flat(profile)->incl_high[0] &&
            pk_profile_flat(profile)->incl_high[0][callee] != PK_MISSING)
            most = pk_profile_flat(profile)->incl_high[0][callee];
    }
    return (struct pk_finding){.caller = caller,
                               .callee = callee,
                               .at = caller,
                               .sink = callee,
                               .loop = {edge, 1, 1},
                               .saving = {0, most}};
}

/* The time below any of the edges, once: of the true stacks. */
static int64_t true_time(const struct pk_profile *truth, const struct pk_profile *profile,
                         const struct pk_findings *findings)
{
    const struct pk_tree *tree = pk_profile_tree(truth);
    int64_t sum = 0;

    for (pk_node_id node = 0; node < tree->n;) {
        pk_frame_id frame = support_same(profile, truth, tree->frame[node]), parent = PK_NONE;
        bool is_covered = false;

        if (tree->parent[node] != PK_NONE)
            parent = support_same(profile, truth, tree->frame[tree->parent[node]]);
        for (uint32_t i = 0; i < findings->n; i++) {
            const struct pk_finding *one = &findings->list[i];

            is_covered |= one->callee == frame && (one->caller == parent || one->caller == frame);
        }
        sum += is_covered ? tree->incl[0][node] : 0;
        node = is_covered ? tree->end[node] : node + 1;
    }
    return sum;
}

/* Some edges of a graph; returns whether the bound is below the sum. */
static bool check(struct support_random *random, const struct pk_profile *truth,
                  const struct pk_profile *profile)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    struct pk_finding list[MOST];
    struct pk_findings findings = {.list = list, .has_counts = true};
    int64_t sum = 0, most;
    struct pk_arena arena;

    for (uint32_t i = 0; i < MOST && graph->n; i++) {
        pk_edge_id edge = support_below(random, graph->n);
        bool is_new = graph->incl[0][edge] != PK_MISSING; /* else no cost, and no finding */

        for (uint32_t k = 0; k < findings.n; k++)
            is_new &= list[k].loop.edge != edge;
        if (is_new) {
            list[findings.n] = finding_at(profile, edge);
            sum += list[findings.n++].saving.hi;
        }
    }
    pk_arena_init(&arena);
    most = pk_findings_most(profile, 0, &findings, findings.n, &arena);
    pk_arena_fini(&arena);
    assert_true(most >= true_time(truth, profile, &findings));
    assert_true(most <= sum);
    assert_true(most <= pk_profile_total(profile, 0));
    return most < sum;
}

static void the_bound_holds_the_true_time_of_random_programs(void **state)
{
    struct support_random random = {4711};
    uint32_t cases = support_cases(1500), below = 0;
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        struct support_program program = {2 + support_below(&random, 9), 40, 12, i % 3 == 0, 50};
        struct pk_builder *true_stacks = support_program(&random, &program);
        struct pk_profile *truth = support_freeze(true_stacks);
        struct pk_profile *python = support_freeze(support_traced(truth, true, true));
        struct pk_profile *valgrind = support_freeze(support_traced(truth, false, false));

        below += check(&random, truth, python);
        below += check(&random, truth, valgrind);
        pk_profile_free(valgrind);
        pk_profile_free(python);
        pk_profile_free(truth);
    }
    assert_true(below > cases / 4); /* or nothing was ever told to overlap */
}

/* ---- by hand */

static void of_nested_findings_the_outer_one_counts(void **state)
{
    static const char xml[] =
        "<detectors><detector id='a' sink='query' grade='proven' calls='1' per-call='8' "
        "sampled='likely' sampled-percent='20'>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
        "<detector id='b' sink='strlen' grade='proven' calls='1' per-call='8' "
        "sampled='likely' sampled-percent='20'>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector></detectors>";
    struct found f;
    (void)state;

    /* 30 samples of strlen are within the query, 25 are not. Callers of row are load and last, with
     * 40 and 25 samples; load is called by first, which has no more than it. What chance may have
     * kept from 65 of 100 is 1.645 times the square root of 100 * 0.65 * 0.35, which is 7.85. */
    found_init(&f,
               support_profile("main;first;load;sqlite3_exec;row;strlen 30\n"
                               "main;first;load;sqlite3_exec 10\n"
                               "main;last;row;strlen 25\nmain 35\n"),
               PK_STR(xml));
    assert_int_equal(f.findings.n, 2);
    assert_int_equal(f.findings.list[0].cost, 55);
    assert_int_equal(f.findings.list[1].cost, 40);
    assert_int_equal(pk_findings_most(f.profile, 0, &f.findings, 2, &f.arena), 65 + 8);
    assert_int_equal(pk_findings_most(f.profile, 0, &f.findings, 1, &f.arena), 65 + 8);
    assert_int_equal(pk_findings_most(f.profile, 0, &f.findings, 0, &f.arena), 0);
    found_fini(&f);
}

/* Each holds all of the other, so one of them counts, and neither may be left out for the other. */
static void findings_in_a_circle_count(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_finding list[2];
    struct pk_findings findings = {.list = list, .n = 2, .has_counts = true};
    struct pk_profile *profile;
    struct pk_arena arena;
    (void)state;

    support_function(builder, "main", 0, 100, 1);
    support_function(builder, "load", 60, 100, 9);
    support_function(builder, "query", 40, 100, 9);
    support_edge(builder, "main", "load", 100, 60, 1);
    support_edge(builder, "load", "query", 100, 40, 9);
    support_edge(builder, "query", "load", 100, 60, 8);
    profile = support_freeze(builder);
    for (uint32_t i = 0, n = 0; i < 3; i++)
        if (!pk_str_equal(pk_profile_frame(profile, pk_profile_graph(profile)->caller[i])->name,
                          PK_STR("main")))
            list[n++] = finding_at(profile, i);
    pk_arena_init(&arena);
    assert_in_range(pk_findings_most(profile, 0, &findings, 2, &arena), 100, 200);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_holds_the_true_time_of_random_programs),
        cmocka_unit_test(of_nested_findings_the_outer_one_counts),
        cmocka_unit_test(findings_in_a_circle_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
