/*
 * Where calls multiply, counted by hand on graphs of a few functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/loop.h"
#include "model/builder.h"
#include "support.h"

struct call { /* ended by a NULL callee; caller NULL: how often `callee` was called in all */
    const char *caller, *callee;
    int64_t calls;
};

static pk_frame_id frame(struct pk_builder *b, const char *name)
{
    return pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(name)});
}

static struct pk_profile *profile_of(const struct call *call)
{
    struct pk_builder *b = support_builder();
    int64_t cost = 1;

    for (; call->callee; call++) {
        struct pk_calls calls = {call->calls, call->calls};

        if (call->caller)
            pk_builder_edge(b, frame(b, call->caller), frame(b, call->callee), &cost, NULL, calls);
        else
            pk_builder_self(b, frame(b, call->callee), &cost, NULL, calls);
    }
    return support_freeze(b);
}

static pk_edge_id edge_to(const struct pk_profile *profile, const char *callee)
{
    const struct pk_graph *graph = pk_profile_graph(profile);

    for (pk_edge_id i = 0; i < graph->n; i++)
        if (pk_str_equal(pk_profile_frame(profile, graph->callee[i])->name, pk_str_of(callee)))
            return i;
    fail_msg("no call of %s", callee);
    return PK_NONE;
}

/* The loop above calls of `sink` is in `caller`, which calls `callee`; NULL: there is none. */
static void assert_loop(const struct call *calls, const char *sink, const char *caller,
                        const char *callee, int64_t n, int64_t of)
{
    struct pk_profile *profile = profile_of(calls);
    const struct pk_graph *graph = pk_profile_graph(profile);
    struct pk_arena arena;
    struct pk_loops loops;
    struct pk_loop loop;
    bool is_found;

    pk_arena_init(&arena);
    loops = pk_loops_of(profile, &arena);
    is_found = pk_loop_find(&loops, edge_to(profile, sink), 8, &loop);

    assert_int_equal(is_found, caller != NULL);
    if (caller) {
        assert_string_equal(pk_profile_frame(profile, graph->caller[loop.edge])->name.data, caller);
        assert_string_equal(pk_profile_frame(profile, graph->callee[loop.edge])->name.data, callee);
        assert_int_equal(loop.calls, n);
        assert_int_equal(loop.caller_calls, of);
    }
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void the_loop_is_where_one_call_makes_many(void **state)
{
    static const struct call calls[] = {
        {NULL, "main", 1},    {NULL, "page", 30},     {NULL, "total", 900},    {NULL, "query", 900},
        {"main", "page", 30}, {"page", "total", 900}, {"total", "query", 900}, {NULL, NULL, 0},
    };
    (void)state;

    assert_loop(calls, "query", "page", "total", 900, 30);
    assert_loop(calls, "page", "main", "page", 30, 1);
}

/* 7 for each call are no loop worth the name where 8 are asked for. */
static void a_few_calls_for_each_are_no_loop(void **state)
{
    static const struct call calls[] = {
        {NULL, "main", 1},   {NULL, "page", 7},     {NULL, "query", 49},
        {"main", "page", 7}, {"page", "query", 49}, {NULL, NULL, 0},
    };
    (void)state;

    assert_loop(calls, "query", NULL, NULL, 0, 0);
}

static void two_callers_that_share_the_calls_are_not_followed(void **state)
{
    static const struct call half[] = {
        {NULL, "main", 1},    {NULL, "a", 1},        {NULL, "b", 1},   {NULL, "get", 200},
        {NULL, "query", 200}, {"main", "a", 1},      {"main", "b", 1}, {"a", "get", 100},
        {"b", "get", 100},    {"get", "query", 200}, {NULL, NULL, 0},
    };
    static const struct call nearly[] = {
        {NULL, "main", 1},    {NULL, "a", 1},        {NULL, "b", 1},   {NULL, "get", 200},
        {NULL, "query", 200}, {"main", "a", 1},      {"main", "b", 1}, {"a", "get", 190},
        {"b", "get", 10},     {"get", "query", 200}, {NULL, NULL, 0},
    };
    static const struct call few[] = {
        /* 52 of 99 are not nearly all */
        {NULL, "main", 1},   {NULL, "a", 1},       {NULL, "b", 1},   {NULL, "get", 99},
        {NULL, "query", 99}, {"main", "a", 1},     {"main", "b", 1}, {"a", "get", 52},
        {"b", "get", 47},    {"get", "query", 99}, {NULL, NULL, 0},
    };
    (void)state;

    assert_loop(half, "query", NULL, NULL, 0, 0);
    assert_loop(nearly, "query", "a", "get", 190, 1);
    assert_loop(few, "query", NULL, NULL, 0, 0);
}

static void recursion_is_no_loop_and_no_way_without_end(void **state)
{
    static const struct call itself[] = {{NULL, "f", 100}, {"f", "f", 99}, {NULL, NULL, 0}};
    static const struct call circle[] = {
        {NULL, "f", 100}, {NULL, "g", 100}, {NULL, "s", 100}, {"f", "g", 100},
        {"g", "f", 100},  {"g", "s", 100},  {NULL, NULL, 0},
    };
    (void)state;

    assert_loop(itself, "f", NULL, NULL, 0, 0);
    assert_loop(circle, "s", NULL, NULL, 0, 0);
}

static void calls_that_nobody_counted_show_no_loop(void **state)
{
    static const struct call calls[] = {
        {NULL, "main", PK_MISSING}, {NULL, "query", 900}, {"main", "query", 900}, {NULL, NULL, 0}};
    (void)state;

    assert_loop(calls, "query", NULL, NULL, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loop_is_where_one_call_makes_many),
        cmocka_unit_test(a_few_calls_for_each_are_no_loop),
        cmocka_unit_test(two_callers_that_share_the_calls_are_not_followed),
        cmocka_unit_test(recursion_is_no_loop_and_no_way_without_end),
        cmocka_unit_test(calls_that_nobody_counted_show_no_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
