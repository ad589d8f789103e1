/*
 * Callers and callees: which edges are listed, on which side, in which order. All counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/calls.h"
#include "support.h"

/* The names of one list, with spaces between. */
static void assert_names(const struct pk_profile *profile, const struct pk_neighbour *list,
                         uint32_t n, const char *expected)
{
    struct pk_buf names = {0};

    for (uint32_t i = 0; i < n; i++) {
        if (i)
            pk_buf_char(&names, ' ');
        pk_buf_str(&names, pk_profile_frame(profile, list[i].frame)->name);
    }
    assert_string_equal(names.data ? names.data : "", expected);
    pk_buf_fini(&names);
}

static void assert_calls(const struct pk_profile *profile, const char *name, const char *callers,
                         bool calls_itself, const char *callees)
{
    struct pk_arena arena;
    struct pk_neighbours found;

    pk_arena_init(&arena);
    found = pk_calls_find(profile, 0, support_find(profile, name), &arena);
    assert_int_equal(found.frame, support_find(profile, name));
    assert_names(profile, found.callers, found.n_callers, callers);
    assert_names(profile, found.callees, found.n_callees, callees);
    assert_int_equal(found.itself != PK_NONE, calls_itself);
    pk_arena_fini(&arena);
}

static void neighbours_come_with_the_largest_total_first(void **state)
{
    struct pk_profile *p = support_profile("a;f;x 1\nb;f;y 5\nc;f;z 3\nc;f 2\n");

    (void)state;
    assert_calls(p, "f", "b c a", false, "y z x"); /* b and c give 5 each: then by name */
    assert_calls(p, "a", "", false, "f");
    assert_calls(p, "x", "f", false, "");
    pk_profile_free(p);
}

static void several_keys_order_neighbours(void **state)
{
    struct pk_profile *p = support_profile("a;f;x 1\nb;f;y 5\nc;f;z 3\nc;f 2\n");
    const struct pk_order up[] = {{PK_CALLS_TOTAL, true}, {PK_CALLS_NAME, true}};
    const struct pk_order name[] = {{PK_CALLS_CALLS, false}, {PK_CALLS_NAME, true}};
    struct pk_arena arena;
    struct pk_neighbours found;

    (void)state;
    pk_arena_init(&arena);
    found = pk_calls_find(p, 0, support_find(p, "f"), &arena);
    pk_calls_sort(&found, p, 0, up, 2);
    assert_names(p, found.callers, found.n_callers, "a c b"); /* b and c give 5 each */
    assert_names(p, found.callees, found.n_callees, "x z y");
    pk_calls_sort(&found, p, 0, name, 2); /* stacks have no calls */
    assert_names(p, found.callers, found.n_callers, "c b a");
    pk_calls_sort(&found, p, 0, NULL, 0);
    assert_names(p, found.callers, found.n_callers, "c b a");
    pk_arena_fini(&arena);
    pk_profile_free(p);
}

static void a_function_that_calls_itself_stands_in_neither_list(void **state)
{
    struct pk_profile *p = support_profile("main;f;f;f;g 3\nmain;f 1\n");

    (void)state;
    assert_calls(p, "f", "main", true, "g");
    assert_calls(p, "main", "", false, "f");
    pk_profile_free(p);
}

/* Two functions that call each other are callers and callees at once. */
static void mutual_recursion_stands_in_both_lists(void **state)
{
    struct pk_profile *p = support_profile("main;f;g;f;g 2\n");

    (void)state;
    assert_calls(p, "f", "g main", false, "g");
    assert_calls(p, "g", "f", false, "f");
    pk_profile_free(p);
}

/* Every edge knows its index in the graph: both ends must be those of the row. */
static void each_row_names_its_edge(void **state)
{
    struct pk_profile *p = support_profile("a;f;x 1\nb;f;y 5\nf;f 3\n");
    const struct pk_graph *graph = pk_profile_graph(p);
    struct pk_arena arena;
    struct pk_neighbours found;

    (void)state;
    pk_arena_init(&arena);
    found = pk_calls_find(p, 0, support_find(p, "f"), &arena);
    for (uint32_t i = 0; i < found.n_callers; i++) {
        assert_int_equal(graph->caller[found.callers[i].edge], found.callers[i].frame);
        assert_int_equal(graph->callee[found.callers[i].edge], found.frame);
    }
    for (uint32_t i = 0; i < found.n_callees; i++) {
        assert_int_equal(graph->callee[found.callees[i].edge], found.callees[i].frame);
        assert_int_equal(graph->caller[found.callees[i].edge], found.frame);
    }
    assert_int_equal(graph->caller[found.itself], found.frame);
    assert_int_equal(graph->callee[found.itself], found.frame);
    pk_arena_fini(&arena);
    pk_profile_free(p);
}

/* An edge whose time the file does not say comes last, ordered by its calls. */
static void edges_without_a_total_come_last(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f");
    static const int64_t self = 10, total = 0;
    struct pk_profile *p;

    (void)state;
    pk_builder_self(b, f, &self, NULL, PK_CALLS_MISSING);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"many", "few", "known"};
        pk_frame_id g = support_frame(b, names[i]);
        static const int64_t calls[] = {7, 2, 1};

        pk_builder_self(b, g, &total, NULL, PK_CALLS_MISSING);
        pk_builder_edge(b, f, g, i == 2 ? &total : NULL, NULL,
                        (struct pk_calls){calls[i], PK_MISSING});
    }
    p = support_freeze(b);
    assert_calls(p, "f", "", false, "known many few");
    pk_profile_free(p);
}

/* Every edge of a random program is seen once from each of its ends. */
static void all_lists_together_hold_every_edge_twice(void **state)
{
    struct support_random random = {20240607};
    const struct support_program program = {12, 120, 12, true, 1000};

    (void)state;
    for (uint32_t i = 0; i < support_cases(50); i++) {
        struct pk_profile *p = support_freeze(support_program(&random, &program));
        uint32_t in = 0, out = 0, itself = 0;
        struct pk_arena arena;

        pk_arena_init(&arena);
        for (pk_frame_id f = 0; f < pk_profile_frames(p); f++) {
            struct pk_neighbours found = pk_calls_find(p, 0, f, &arena);

            in += found.n_callers;
            out += found.n_callees;
            itself += found.itself != PK_NONE;
        }
        assert_int_equal(in, out);
        assert_int_equal(in + itself, pk_profile_graph(p)->n);
        pk_arena_fini(&arena);
        pk_profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_come_with_the_largest_total_first),
        cmocka_unit_test(several_keys_order_neighbours),
        cmocka_unit_test(a_function_that_calls_itself_stands_in_neither_list),
        cmocka_unit_test(mutual_recursion_stands_in_both_lists),
        cmocka_unit_test(each_row_names_its_edge),
        cmocka_unit_test(edges_without_a_total_come_last),
        cmocka_unit_test(all_lists_together_hold_every_edge_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
