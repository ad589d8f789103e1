/*
 * What is drawn of a call graph. The graphs are stacks whose totals can be added up by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/callgraph.h"
#include "support.h"

/* "main a;main-a" of a profile: functions in order, then edges, then what is left out. */
static void check(const struct pk_profile *profile, const struct pk_callgraph_options *options,
                  const char *expected)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    struct pk_callgraph found;
    struct pk_arena arena;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    found = pk_callgraph_find(profile, 0, options, &arena);
    for (uint32_t i = 0; i < found.n_nodes; i++) {
        pk_buf_text(&text, i ? " " : "");
        pk_buf_str(&text, pk_profile_frame(profile, found.node[i])->name);
    }
    pk_buf_char(&text, ';');
    for (uint32_t i = 0; i < found.n_edges; i++) {
        pk_buf_text(&text, i ? " " : "");
        pk_buf_str(&text, pk_profile_frame(profile, graph->caller[found.edge[i]])->name);
        pk_buf_char(&text, '-');
        pk_buf_str(&text, pk_profile_frame(profile, graph->callee[found.edge[i]])->name);
    }
    pk_buf_printf(&text, ";%u functions %u calls %d", found.n_functions, found.n_calls,
                  (int)found.left_out);
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void check_stacks(const char *stacks, uint32_t nodes, uint32_t edges, uint32_t most,
                         const char *expected)
{
    struct pk_profile *profile = support_profile(stacks);
    struct pk_callgraph_options options = {
        .node_percent = nodes * 1000000, .edge_percent = edges * 1000000, .most_nodes = most};

    check(profile, &options, expected);
    pk_profile_free(profile);
}

#define SMALL "main;a;x 60\nmain;b;x 30\nmain;b;y 4\nmain;a;b 5\nmain 1\n"

static void the_largest_total_comes_first(void **state)
{
    (void)state;
    /* x 90, a 65, b 39, y 4 of 100 */
    check_stacks(SMALL, 0, 0, 0,
                 "main x a b y;a-b a-x b-x b-y main-a main-b;5 functions 6 calls 0");
}

static void small_functions_and_calls_are_left_out(void **state)
{
    (void)state;
    check_stacks(SMALL, 4, 0, 0,
                 "main x a b y;a-b a-x b-x b-y main-a main-b;5 functions 6 calls 0");
    check_stacks(SMALL, 5, 0, 0, "main x a b;a-b a-x b-x main-a main-b;5 functions 5 calls 4");
    check_stacks(SMALL, 5, 6, 0, "main x a b;a-x b-x main-a main-b;5 functions 5 calls 4");
    check_stacks(SMALL, 40, 0, 0, "main x a;a-x main-a;5 functions 2 calls 9"); /* y 4, b 5 */
}

static void no_more_functions_are_drawn_than_asked_for(void **state)
{
    (void)state;
    check_stacks(SMALL, 0, 0, 2, "main x;;5 functions 0 calls 9");
    check_stacks(SMALL, 0, 0, 5,
                 "main x a b y;a-b a-x b-x b-y main-a main-b;5 functions 6 calls 0");
}

/* An edge of no known value is part of the shape: it stays between functions that do. */
static void calls_without_a_value_stay(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_callgraph_options options = {.node_percent = 1000000, .edge_percent = 50000000};
    pk_frame_id main = support_frame(builder, "main"), work = support_frame(builder, "work");
    struct pk_profile *profile;
    int64_t ten = 10, all = 20;

    (void)state;
    pk_builder_self(builder, main, &ten, &all, PK_CALLS_MISSING);
    pk_builder_self(builder, work, &ten, &ten, PK_CALLS_MISSING);
    pk_builder_edge(builder, main, work, NULL, NULL, (struct pk_calls){3, 3});
    profile = support_freeze(builder);
    check(profile, &options, "main work;main-work;2 functions 1 calls 0");
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_total_comes_first),
        cmocka_unit_test(small_functions_and_calls_are_left_out),
        cmocka_unit_test(no_more_functions_are_drawn_than_asked_for),
        cmocka_unit_test(calls_without_a_value_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
