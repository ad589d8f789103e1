/*
 * Services. By hand on small programs, and by random programs whose true stacks are known: what is
 * said of the graph that a tracing profiler would record must hold the truth, which is counted here
 * stack by stack.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "analyze/services.h"
#include "base/arena.h"
#include "support.h"

#define MOST_FUNCTIONS 32

struct asked { /* one service, members by name */
    struct pk_profile *profile;
    struct pk_arena arena;
    struct pk_services found;
    const struct pk_service *service;
};

static void ask_profile(struct asked *asked, struct pk_profile *profile, const char *const *members,
                        const char *function, const char *entry)
{
    pk_frame_id member[MOST_FUNCTIONS], one = PK_NONE;
    uint32_t start[2] = {0, 0};
    struct pk_str name = PK_STR("it");
    struct pk_service_sets sets = {1, &name, start, member};
    struct pk_service_question question = {.sets = &sets, .function = PK_NONE};

    asked->profile = profile;
    pk_arena_init(&asked->arena);
    for (; *members; members++)
        member[start[1]++] = support_find(profile, *members);
    if (entry) {
        one = support_find(profile, entry);
        question.entries = &one;
        question.n_entries = 1;
    }
    if (function)
        question.function = support_find(profile, function);
    asked->found = pk_services_find(profile, &question, &asked->arena);
    assert_int_equal(asked->found.n, 1);
    asked->service = &asked->found.list[0];
}

static void done(struct asked *asked)
{
    pk_arena_fini(&asked->arena);
    pk_profile_free(asked->profile);
}

static void assert_part(struct pk_service_part part, int64_t value)
{
    assert_int_equal(part.value, value);
    assert_int_equal(part.range.lo, value);
    assert_int_equal(part.range.hi, value);
}

static void layers_of_a_service_count_once(void **state)
{
    static const char *const members[] = {"get", "send", NULL};
    struct asked asked;

    (void)state;
    /* send is of the service, whether get calls it, or parse, which get calls, or main */
    ask_profile(&asked,
                support_profile("main;get 1\nmain;get;send 10\nmain;get;parse;send 100\n"
                                "main;send 1000\nmain;parse 5\n"),
                members, NULL, "main");
    assert_part(asked.service->part, 1111);
    assert_int_equal(asked.service->n_in, 2);
    assert_part(asked.service->in[0].part, 1000);
    assert_part(asked.service->in[1].part, 111);
    assert_int_equal(asked.service->n_entries, 1);
    assert_part(asked.service->entries[0].part, 1111);
    /* by the last function of the service: send itself, and get itself; parse always comes back */
    assert_int_equal(asked.service->n_out, 2);
    assert_part(asked.service->out[0].part, 1110);
    assert_part(asked.service->out[1].part, 1);
    assert_false(asked.found.is_estimated);
    done(&asked);
}

static void recursion_never_passes_the_whole(void **state)
{
    static const char *const members[] = {"f", NULL};
    struct asked asked;

    (void)state;
    ask_profile(&asked, support_profile("main;f;f;g;f 3\nmain;f;g 1\n"), members, NULL, "g");
    assert_part(asked.service->part, 4);
    assert_part(asked.service->entries[0].part, 3);
    done(&asked);
}

static void a_service_may_begin_the_stacks(void **state)
{
    static const char *const members[] = {"f", NULL};
    struct asked asked;

    (void)state;
    ask_profile(&asked, support_profile("f;g 3\nmain;f 1\n"), members, NULL, NULL);
    assert_part(asked.service->part, 4);
    assert_int_equal(asked.service->in[0].from, PK_NONE);
    assert_part(asked.service->in[0].part, 3);
    done(&asked);
}

/* ---- calls, as pstats counts them */

/* main calls orders (2x) and stock (3x); both call load, 7 and 1 times; load calls execute twice
 * each; execute calls adapt, which calls execute again. */
static struct pk_profile *counted(void)
{
    struct pk_builder *builder = support_builder();

    support_function(builder, "main", 10, 1000, 1);
    support_function(builder, "orders", 20, 700, 2);
    support_function(builder, "stock", 30, 290, 3);
    support_function(builder, "load", 40, 940, 8);
    support_function(builder, "execute", 800, 900, 20);
    support_function(builder, "adapt", 100, 300, 4);
    support_edge(builder, "main", "orders", 700, 20, 2);
    support_edge(builder, "main", "stock", 290, 30, 3);
    support_edge(builder, "orders", "load", 680, 30, 7);
    support_edge(builder, "stock", "load", 260, 10, 1);
    support_edge(builder, "load", "execute", 900, 600, 16);
    support_edge(builder, "execute", "adapt", 300, 100, 4);
    support_edge(builder, "adapt", "execute", 200, 200, 4);
    return support_freeze(builder);
}

static void nested_calls_are_none_of_the_boundary(void **state)
{
    static const char *const members[] = {"execute", NULL};
    struct asked asked;

    (void)state;
    ask_profile(&asked, counted(), members, NULL, "load");
    assert_part(asked.service->part, 900);
    assert_int_equal(asked.service->part.calls, 16);
    assert_int_equal(asked.service->part.calls_range.lo, 16);
    assert_int_equal(asked.service->n_in, 1);
    assert_part(asked.service->entries[0].part, 900);
    assert_int_equal(asked.service->entries[0].part.calls_range.lo, 16);
    done(&asked);
}

static void what_two_callers_share_is_bounded(void **state)
{
    static const char *const members[] = {"execute", NULL};
    struct pk_service_part part;
    struct asked asked;

    (void)state;
    ask_profile(&asked, counted(), members, "orders", NULL);
    part = asked.service->part;
    assert_true(asked.found.is_estimated);
    assert_int_equal(asked.found.whole, 700);
    assert_int_equal(part.calls_range.lo, 0);
    assert_int_equal(part.calls_range.hi, 16);
    assert_true(part.calls >= 0 && part.calls <= 16);
    /* 650 of the 680 in load are not its own: at most 40 of its 940 is, which a caller may have */
    assert_true(part.range.lo <= 650 && part.range.hi >= 650);
    assert_true(part.range.lo >= 600 && part.range.hi <= 680);
    assert_true(part.value >= part.range.lo && part.value <= part.range.hi);
    done(&asked);
}

static void what_is_not_reached_is_nothing(void **state)
{
    static const char *const members[] = {"stock", NULL};
    struct asked asked;

    (void)state;
    ask_profile(&asked, counted(), members, "orders", "orders");
    assert_part(asked.service->part, 0);
    assert_int_equal(asked.service->part.calls, 0);
    assert_int_equal(asked.service->n_in + asked.service->n_entries, 0);
    done(&asked);
}

/* 3,000 functions share a circle with the service; the tree prunes most of the ways there. */
static void what_is_pruned_is_no_less(void **state)
{
    static const char *const members[] = {"query", NULL};
    struct pk_builder *builder = support_builder();
    struct asked asked;
    char name[16];

    (void)state;
    support_function(builder, "main", 0, 3000000, 1);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "e%d", i);
        support_function(builder, name, 10, 1000, 1);
        support_edge(builder, "main", name, 1000, 10, 1);
        support_edge(builder, name, "walk", 990, 960, 1);
    }
    support_function(builder, "walk", 2880900, 2970000, 3520);
    support_function(builder, "query", 89100, 89150, 600);
    support_edge(builder, "walk", "walk", 5000, 4000, 500);
    support_edge(builder, "walk", "query", 89150, 89100, 600);
    support_edge(builder, "query", "walk", 50, 50, 20);
    ask_profile(&asked, support_freeze(builder), members, NULL, NULL);
    assert_true(asked.found.is_estimated);
    assert_in_range(asked.service->part.range.lo, 89100, 89150);
    assert_in_range(asked.service->part.value, 89100, 89150);
    assert_in_range(asked.service->in[0].part.range.lo, 89100, 89150);
    done(&asked);
}

/* ---- entry points */

static void entries_are_below_what_only_starts(void **state)
{
    static const struct {
        const char *name;
        uint8_t way;
    } ways[] = {{"run", PK_WAY_LIBRARY}, {"main", PK_WAY_MAIN}, {"setup", PK_WAY_MAIN}};
    struct pk_profile *profile = support_profile(
        "run;main;orders;load;db 9\nrun;main;stock;load 3\nrun;setup;db 1\nrun;main;orders;stock "
        "1\n");
    pk_frame_id db = support_find(profile, "db"), *entries;
    uint32_t start[2] = {0, 1}, n, n_found;
    struct pk_str name = PK_STR("db");
    struct pk_service_sets sets = {1, &name, start, &db};
    uint8_t way[MOST_FUNCTIONS] = {0};
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        way[support_find(profile, ways[i].name)] = ways[i].way;
    entries = pk_services_entries(profile, 0, &sets, way, 2, &n, &n_found, &arena);
    assert_int_equal(n_found, 3);
    assert_int_equal(n, 2);
    assert_int_equal(entries[0], support_find(profile, "orders"));
    assert_int_equal(entries[1], support_find(profile, "stock"));
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* ---- random programs */

struct truth { /* of one service and entry, in ids of the traced profile */
    int64_t value;
    int64_t in[MOST_FUNCTIONS + 1][MOST_FUNCTIONS], out[MOST_FUNCTIONS][MOST_FUNCTIONS + 1];
};

struct trial {
    const struct pk_profile *truth, *traced;
    pk_frame_id id[MOST_FUNCTIONS]; /* of the truth's functions in the traced profile */
    bool is_in[MOST_FUNCTIONS];     /* by id of the traced one */
};

/* One stack, root first. */
static void count_stack(const struct trial *trial, const pk_frame_id *stack, uint32_t n,
                        pk_frame_id entry, int64_t self, struct truth *truth)
{
    uint32_t from = 0, first, last = n;

    while (entry != PK_NONE && from < n && stack[from] != entry)
        from++;
    for (first = from; first < n && !trial->is_in[stack[first]];)
        first++;
    if (first == n)
        return;
    while (!trial->is_in[stack[last - 1]])
        last--;
    truth->value += self;
    truth->in[first == from ? MOST_FUNCTIONS : stack[first - 1]][stack[first]] += self;
    truth->out[stack[last - 1]][last == n ? MOST_FUNCTIONS : stack[last]] += self;
}

static void find_truth(const struct trial *trial, pk_frame_id entry, struct truth *truth)
{
    const struct pk_tree *tree = pk_profile_tree(trial->truth);
    pk_frame_id stack[64];

    memset(truth, 0, sizeof *truth);
    for (pk_node_id i = 0; i < tree->n; i++) {
        uint32_t n = 0, at = 64;

        for (pk_node_id node = i; node != PK_NONE; node = tree->parent[node]) {
            stack[--at] = trial->id[tree->frame[node]];
            n++;
        }
        count_stack(trial, stack + at, n, entry, tree->self[0][i], truth);
    }
}

struct outcome {
    uint32_t outside, exact, all;
};

static void compare(struct outcome *outcome, const struct pk_service_part *part, int64_t truth,
                    int64_t tighten)
{
    bool holds = truth >= part->range.lo + tighten && truth <= part->range.hi - tighten &&
                 part->value >= part->range.lo && part->value <= part->range.hi;

    outcome->outside += !holds;
    outcome->exact += part->range.lo == part->range.hi;
    outcome->all++;
}

static void compare_flows(struct outcome *outcome, const struct pk_service *service,
                          struct truth *truth)
{
    for (uint32_t i = 0; i < service->n_in; i++) {
        const struct pk_service_flow *flow = &service->in[i];
        int64_t *of = &truth->in[flow->from == PK_NONE ? MOST_FUNCTIONS : flow->from][flow->to];

        compare(outcome, &flow->part, *of, 0);
        *of = 0;
    }
    for (uint32_t i = 0; i < service->n_out; i++) {
        const struct pk_service_flow *flow = &service->out[i];
        int64_t *of = &truth->out[flow->from][flow->to == PK_NONE ? MOST_FUNCTIONS : flow->to];

        compare(outcome, &flow->part, *of, 0);
        *of = 0;
    }
    for (uint32_t a = 0; a <= MOST_FUNCTIONS; a++)
        for (uint32_t b = 0; b < MOST_FUNCTIONS; b++)
            outcome->outside += (truth->in[a][b] != 0 ? 1u : 0) + (truth->out[b][a] != 0 ? 1u : 0);
}

/* A whole is never outside of the sum of its parts. */
static void compare_sums(struct outcome *outcome, const struct pk_service *service)
{
    const struct pk_service_flow *lists[] = {service->in, service->out};
    const uint32_t n[] = {service->n_in, service->n_out};

    for (size_t k = 0; k < 2; k++) {
        int64_t lo = 0, hi = 0;

        for (uint32_t i = 0; i < n[k]; i++) {
            lo += lists[k][i].part.range.lo;
            hi += lists[k][i].part.range.hi;
        }
        outcome->outside += service->part.range.lo < lo || service->part.range.hi > hi;
    }
}

/* Every function; those that are left out have nothing. */
static void compare_entries(struct outcome *outcome, const struct trial *trial,
                            const struct pk_service *service)
{
    static struct truth truth;

    for (pk_frame_id f = 0; f < pk_profile_frames(trial->traced); f++) {
        struct pk_service_part part = {0};

        for (uint32_t i = 0; i < service->n_entries; i++)
            if (service->entries[i].frame == f)
                part = service->entries[i].part;
        find_truth(trial, f, &truth);
        compare(outcome, &part, truth.value, 0);
    }
}

/* The run, or one function; with the flows and all entries. */
static void try_one(struct trial *trial, const struct pk_service_sets *sets, pk_frame_id function,
                    int64_t tighten, struct outcome *outcome)
{
    struct pk_service_question question = {.sets = sets, .function = function};
    static struct truth truth;
    struct pk_arena arena;
    struct pk_services found;
    pk_frame_id all[MOST_FUNCTIONS];

    for (pk_frame_id f = 0; f < pk_profile_frames(trial->traced); f++)
        all[question.n_entries++] = f;
    question.entries = all;
    pk_arena_init(&arena);
    find_truth(trial, function, &truth);
    found = pk_services_find(trial->traced, &question, &arena);
    compare(outcome, &found.list[0].part, truth.value, tighten);
    if (!tighten) {
        compare_sums(outcome, &found.list[0]);
        compare_flows(outcome, &found.list[0], &truth);
        compare_entries(outcome, trial, &found.list[0]);
    }
    pk_arena_fini(&arena);
}

static void try_program(struct support_random *random, bool has_edge_self, int64_t tighten,
                        bool as_tree, struct outcome *outcome)
{
    struct support_program program = {.functions = 3 + support_below(random, 20),
                                      .nodes = 5 + support_below(random, 150),
                                      .depth = 3 + support_below(random, 20),
                                      .is_recursive = support_below(random, 2) != 0,
                                      .largest = support_below(random, 3) ? 1000000 : 20};
    struct pk_profile *truth = support_freeze(support_program(random, &program)), *traced = truth;
    struct trial trial = {.truth = truth};
    pk_frame_id member[MOST_FUNCTIONS];
    uint32_t start[2] = {0, 0}, n;
    struct pk_str name = PK_STR("it");
    struct pk_service_sets sets = {1, &name, start, member};

    if (!as_tree)
        traced = support_freeze(support_traced(truth, has_edge_self, has_edge_self));
    trial.traced = traced;
    for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++)
        trial.id[f] = support_same(traced, truth, f);
    n = pk_profile_frames(traced);
    for (pk_frame_id f = 0; f < n; f++)
        if (support_below(random, 4) == 0) {
            trial.is_in[f] = true;
            member[start[1]++] = f;
        }
    try_one(&trial, &sets, PK_NONE, tighten, outcome);
    try_one(&trial, &sets, support_below(random, n), tighten, outcome);
    if (traced != truth)
        pk_profile_free(traced);
    pk_profile_free(truth);
}

static struct outcome try_many(uint64_t seed, uint32_t cases, bool has_edge_self, int64_t tighten,
                               bool as_tree)
{
    struct support_random random = {seed};
    struct outcome outcome = {0};

    for (uint32_t i = 0; i < cases; i++)
        try_program(&random, has_edge_self, tighten, as_tree, &outcome);
    return outcome;
}

static void bounds_on_graphs_hold_the_truth(void **state)
{
    struct outcome outcome = try_many(1, support_cases(600), true, 0, false);

    (void)state;
    assert_int_equal(outcome.outside, 0);
    assert_true(outcome.exact * 4 > outcome.all); /* and say something */
    outcome = try_many(2, support_cases(600), false, 0, false);
    assert_int_equal(outcome.outside, 0);
}

static void recorded_stacks_are_exact(void **state)
{
    struct outcome outcome = try_many(3, support_cases(600), true, 0, true);

    (void)state;
    assert_int_equal(outcome.outside, 0);
    assert_int_equal(outcome.exact, outcome.all);
}

static void a_bound_off_by_one_is_noticed(void **state)
{
    (void)state;
    assert_true(try_many(4, 50, true, 1, false).outside > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_of_a_service_count_once),
        cmocka_unit_test(recursion_never_passes_the_whole),
        cmocka_unit_test(a_service_may_begin_the_stacks),
        cmocka_unit_test(nested_calls_are_none_of_the_boundary),
        cmocka_unit_test(what_two_callers_share_is_bounded),
        cmocka_unit_test(what_is_not_reached_is_nothing),
        cmocka_unit_test(what_is_pruned_is_no_less),
        cmocka_unit_test(entries_are_below_what_only_starts),
        cmocka_unit_test(bounds_on_graphs_hold_the_truth),
        cmocka_unit_test(recorded_stacks_are_exact),
        cmocka_unit_test(a_bound_off_by_one_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
