/*
 * Rows of call trees. The trees are small enough to be added up by hand; of estimated ones the
 * bounds follow from the rule in attribute.c, which the cases repeat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/calltree.h"
#include "model/attribute.h"
#include "support.h"

/* "main 10/0\n a 7/4\n": a row a line, as deep as it stands, with total and self; the bounds of
 * total behind it where they are apart. */
static void check(const struct pk_tree *tree, const struct pk_profile *profile,
                  const struct pk_calltree_options *options, const char *expected)
{
    struct pk_arena arena;
    struct pk_calltree rows;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    rows = pk_calltree_find(tree, 0, options, &arena);
    for (uint32_t i = 0; i < rows.n; i++) {
        const struct pk_calltree_row *row = &rows.row[i];

        for (uint32_t d = 0; d < row->depth; d++)
            pk_buf_char(&text, ' ');
        pk_buf_str(&text, pk_profile_frame(profile, row->frame)->name);
        pk_buf_printf(&text, " %d/%d", (int)row->total, (int)row->self);
        if (row->total_range.lo != row->total_range.hi)
            pk_buf_printf(&text, " %d..%d", (int)row->total_range.lo, (int)row->total_range.hi);
        pk_buf_char(&text, '\n');
        assert_true(row->parent == PK_NONE ? row->depth == 0
                                           : rows.row[row->parent].depth + 1 == row->depth);
    }
    if (rows.n_small)
        pk_buf_printf(&text, "%u small: %d\n", rows.n_small, (int)rows.small);
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void check_stacks(const char *stacks, const char *function, bool is_bottom_up,
                         uint32_t percent, const char *expected)
{
    struct pk_profile *profile = support_profile(stacks);
    struct pk_calltree_options options = {.is_bottom_up = is_bottom_up,
                                          .function =
                                              function ? support_find(profile, function) : PK_NONE,
                                          .min_percent = percent * 1000000,
                                          .whole = pk_profile_total(profile, 0)};

    check(pk_profile_tree(profile), profile, &options, expected);
    pk_profile_free(profile);
}

#define SMALL "main;a;x 3\nmain;a 4\nmain;b;a;x 2\nmain;b 1\n"

static void the_heaviest_callee_comes_first(void **state)
{
    (void)state;
    check_stacks(SMALL, NULL, false, 0, "main 10/0\n a 7/4\n  x 3/3\n b 3/1\n  a 2/0\n   x 2/2\n");
    check_stacks("z 1\ny 1\n", NULL, false, 0, "y 1/1\nz 1/1\n"); /* equal ones by name */
}

static void callers_share_the_self_of_the_first_row(void **state)
{
    (void)state;
    check_stacks(SMALL, NULL, true, 0,
                 "x 5/5\n a 5/0\n  main 3/0\n  b 2/0\n   main 2/0\n"
                 "a 4/4\n main 4/0\n"
                 "b 1/1\n main 1/0\n");
}

static void a_function_is_added_up_over_its_callers(void **state)
{
    (void)state;
    check_stacks(SMALL, "a", false, 0, "a 9/4\n x 5/5\n");
    check_stacks(SMALL, "a", true, 0, "a 9/4\n main 7/0\n b 2/0\n  main 2/0\n");
    check_stacks(SMALL, "b", false, 0, "b 3/1\n a 2/0\n  x 2/2\n");
}

/* A stack counts once for a function that calls itself. */
static void recursion_counts_its_outermost_call(void **state)
{
    (void)state;
    check_stacks("f;f;g 2\nf;g 1\nf 1\n", "f", false, 0, "f 4/1\n f 2/0\n  g 2/2\n g 1/1\n");
    check_stacks("f;f;g 2\nf;g 1\nf 1\n", "f", true, 0, "f 4/1\n");
    check_stacks("f;f;g 2\nf;g 1\nf 1\n", "g", true, 0, "g 3/3\n f 3/0\n  f 2/0\n");
    check_stacks("f;f;f 3\nf;f 1\n", NULL, true, 0, "f 4/4\n f 4/0\n  f 3/0\n");
}

/* Of 10 units 25 % are 2.5, of the 3 units of b 67 % are 2.01. */
static void small_branches_are_left_out_and_added_up(void **state)
{
    (void)state;
    check_stacks(SMALL, NULL, false, 25, "main 10/0\n a 7/4\n  x 3/3\n b 3/1\n1 small: 2\n");
    check_stacks(SMALL, NULL, false, 30, "main 10/0\n a 7/4\n  x 3/3\n b 3/1\n1 small: 2\n");
    check_stacks(SMALL, NULL, false, 31, "main 10/0\n a 7/4\n2 small: 6\n");
    check_stacks(SMALL, "b", false, 66, "b 3/1\n a 2/0\n  x 2/2\n");
    check_stacks(SMALL, "b", false, 67, "b 3/1\n1 small: 2\n");
    check_stacks(SMALL, NULL, true, 45, "x 5/5\n a 5/0\n4 small: 10\n");
}

static void negative_values_are_as_large_as_positive_ones(void **state)
{
    (void)state;
    check_stacks("main;gone -6\nmain;new 10\n", NULL, false, 50,
                 "main 4/0\n new 10/10\n gone -6/-6\n");
}

static void a_function_of_no_node_has_no_rows(void **state)
{
    struct pk_profile *profile = support_profile("main 3\n");
    struct pk_calltree_options options = {.function = 7, .whole = 3};

    (void)state;
    check(pk_profile_tree(profile), profile, &options, "");
    pk_profile_free(profile);
}

/* main calls a (60) and b (40), both call c, which calls d (60) and e (40) and keeps nothing. */
static struct pk_profile *diamond(void)
{
    struct pk_builder *builder = support_builder();
    static const struct {
        const char *caller, *callee;
        int64_t incl;
    } edges[] = {{"main", "a", 60}, {"main", "b", 40}, {"a", "c", 60},
                 {"b", "c", 40},    {"c", "d", 60},    {"c", "e", 40}};
    static const struct {
        const char *name;
        int64_t self;
    } selves[] = {{"main", 0}, {"a", 0}, {"b", 0}, {"c", 0}, {"d", 60}, {"e", 40}};

    for (size_t i = 0; i < sizeof selves / sizeof *selves; i++)
        pk_builder_self(builder, support_frame(builder, selves[i].name), &selves[i].self, NULL,
                        PK_CALLS_MISSING);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        pk_builder_edge(builder, support_frame(builder, edges[i].caller),
                        support_frame(builder, edges[i].callee), &edges[i].incl, NULL,
                        PK_CALLS_MISSING);
    return support_freeze(builder);
}

/* Below a 60 of c's 100 units: of d's 60 at least 20 and at most 60, of e's 40 at most 40. What the
 * graph knows of d and e in all is exact again when c is looked at alone. */
static void estimates_carry_their_bounds(void **state)
{
    struct pk_profile *profile = diamond();
    struct pk_attributed *attributed = pk_attribute_new(profile, 0);
    struct pk_calltree_options options = {.function = PK_NONE, .whole = 100, .profile = profile};

    (void)state;
    check(&attributed->tree, profile, &options,
          "main 100/0\n"
          " a 60/0\n  c 60/0\n   d 36/36 20..60\n   e 24/24 0..40\n"
          " b 40/0\n  c 40/0\n   d 24/24 0..40\n   e 16/16 0..40\n");
    options.function = support_find(profile, "c");
    check(&attributed->tree, profile, &options, "c 100/0\n d 60/60\n e 40/40\n");
    options.profile = NULL; /* from the tree alone the sums of both bounds */
    check(&attributed->tree, profile, &options, "c 100/0\n d 60/60 20..100\n e 40/40 0..80\n");
    options.profile = profile;
    options.function = support_find(profile, "d");
    options.is_bottom_up = true;
    check(&attributed->tree, profile, &options,
          "d 60/60\n c 60/0\n  a 36/0 20..60\n   main 36/0 20..60\n"
          "  b 24/0 0..40\n   main 24/0 0..40\n");
    options.function = PK_NONE;
    options.min_percent = 50000000;
    check(&attributed->tree, profile, &options,
          "d 60/60\n c 60/0 20..60\n3 small: 100\n"); /* self by caller was not recorded */
    pk_attribute_free(attributed);
    pk_profile_free(profile);
}

/* A walk that recursed would overflow the stack here; each level halves nothing, since every call
 * is the same function with self. */
static void a_deep_recursion_ends(void **state)
{
    enum { DEEP = 100000 };
    struct pk_builder *builder = support_builder();
    pk_frame_id *stack = pk_calloc(DEEP, sizeof *stack);
    struct pk_calltree_options options = {.function = PK_NONE, .whole = DEEP};
    struct pk_profile *profile;
    struct pk_calltree rows;
    struct pk_arena arena;

    (void)state;
    for (uint32_t i = 0; i < DEEP; i++)
        stack[i] = support_frame(builder, "f");
    pk_builder_stack(builder, stack, NULL, DEEP, (const int64_t[]){DEEP});
    pk_free(stack);
    profile = support_freeze(builder);
    pk_arena_init(&arena);
    rows = pk_calltree_find(pk_profile_tree(profile), 0, &options, &arena);
    assert_int_equal(rows.n, DEEP);
    assert_int_equal(rows.row[DEEP - 1].depth, DEEP - 1);
    options.is_bottom_up = true;
    rows = pk_calltree_find(pk_profile_tree(profile), 0, &options, &arena);
    assert_int_equal(rows.n, DEEP);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* More rows than anybody reads: the others are counted with what they hold. */
static void too_many_rows_are_cut_off(void **state)
{
    enum { MORE = 3 };
    struct pk_builder *builder = support_builder();
    struct pk_calltree_options options = {.function = PK_NONE, .whole = 1};
    struct pk_profile *profile;
    struct pk_calltree rows;
    struct pk_arena arena;
    struct pk_buf name = {0};

    (void)state;
    for (uint32_t i = 0; i < PK_CALLTREE_ROWS + MORE; i++) {
        pk_frame_id root;

        pk_buf_reset(&name);
        pk_buf_int(&name, i);
        root = support_frame(builder, name.data);
        pk_builder_stack(builder, &root, NULL, 1, (const int64_t[]){2});
    }
    profile = support_freeze(builder);
    pk_arena_init(&arena);
    rows = pk_calltree_find(pk_profile_tree(profile), 0, &options, &arena);
    assert_int_equal(rows.n, PK_CALLTREE_ROWS);
    assert_int_equal(rows.n_cut, MORE);
    assert_int_equal(rows.cut, 2 * MORE);
    pk_buf_fini(&name);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* Two files of one program, of which one lacks the metric: its stacks are there, and hold none. */
static void stacks_without_the_metric_hold_nothing(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id work[] = {support_frame(builder, "main"), support_frame(builder, "work")};
    pk_frame_id idle[] = {work[0], support_frame(builder, "idle")};
    struct pk_calltree_options options = {.function = PK_NONE, .whole = 5};
    struct pk_profile *profile;

    (void)state;
    pk_builder_metric(builder, &bytes);
    pk_builder_stack(builder, work, NULL, 2, (const int64_t[]){5, PK_MISSING});
    pk_builder_stack(builder, idle, NULL, 2, (const int64_t[]){PK_MISSING, 7});
    profile = support_freeze(builder);
    check(pk_profile_tree(profile), profile, &options, "main 5/0\n work 5/5\n idle 0/0\n");
    options.is_bottom_up = true;
    check(pk_profile_tree(profile), profile, &options, "work 5/5\n main 5/0\n");
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_heaviest_callee_comes_first),
        cmocka_unit_test(callers_share_the_self_of_the_first_row),
        cmocka_unit_test(a_function_is_added_up_over_its_callers),
        cmocka_unit_test(recursion_counts_its_outermost_call),
        cmocka_unit_test(small_branches_are_left_out_and_added_up),
        cmocka_unit_test(negative_values_are_as_large_as_positive_ones),
        cmocka_unit_test(a_function_of_no_node_has_no_rows),
        cmocka_unit_test(estimates_carry_their_bounds),
        cmocka_unit_test(stacks_without_the_metric_hold_nothing),
        cmocka_unit_test(a_deep_recursion_ends),
        cmocka_unit_test(too_many_rows_are_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
