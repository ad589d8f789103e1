/*
 * The hottest path, and the heaviest ones. Each tree is written as collapsed stacks; the path can
 * be followed by eye: from the heaviest root into the heaviest child, until a node keeps more for
 * itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "analyze/paths.h"
#include "model/attribute.h"
#include "render/table.h"
#include "support.h"

/* "main;work 5": the names of the path and the value of its last node; "" for no path. */
static void check_path(const struct pk_profile *profile, uint32_t metric, const char *expected)
{
    const struct pk_tree *tree = pk_profile_tree(profile);
    struct pk_arena arena;
    struct pk_path path;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    path = pk_paths_hottest(tree, metric, &arena);
    for (uint32_t i = 0; i < path.n; i++) {
        pk_buf_text(&text, i ? ";" : "");
        pk_buf_str(&text, pk_profile_frame(profile, tree->frame[path.node[i]])->name);
    }
    if (path.n) {
        pk_buf_char(&text, ' ');
        pk_buf_int(&text, path.value);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void the_path_follows_the_heaviest_child(void **state)
{
    static const struct {
        const char *stacks, *expected;
    } cases[] = {
        {"main 1\n", "main 1"},
        {"main;a 3\nmain;b 5\n", "main;b 5"},
        {"main;a;x 3\nmain;a;y 4\nmain;b 5\n", "main;a;y 4"}, /* a weighs 7 */
        {"main;a 5\nmain;b 5\n", "main;a 5"},                 /* the first of equals */
        {"one;x 4\ntwo;y 5\n", "two;y 5"},                    /* several roots */
        {"f;f;f 3\nf;g 1\n", "f;f;f 3"},
        /* a node that keeps more than any child has is where the reader should look */
        {"main 6\nmain;a 5\n", "main 11"},
        {"main;a 6\nmain;a;x 4\nmain;a;y 5\n", "main;a 15"},
        /* as much as a child: the path goes on */
        {"main 5\nmain;a 5\n", "main;a 5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = support_profile(cases[i].stacks);

        check_path(profile, 0, cases[i].expected);
        pk_profile_free(profile);
    }
}

static void there_is_no_path_through_nothing(void **state)
{
    static const char *const cases[] = {"main 0\n", "main;a 0\nb 0\n", "main -4\n"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = support_profile(cases[i]);

        check_path(profile, 0, "");
        pk_profile_free(profile);
    }
}

static void a_negative_child_is_never_followed(void **state)
{
    struct pk_profile *profile = support_profile("main;gone -9\nmain;new 2\nmain 10\n");

    (void)state;
    check_path(profile, 0, "main 3");
    pk_profile_free(profile);
}

static void each_metric_has_its_own_path(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id fast[] = {support_frame(builder, "main"), support_frame(builder, "alloc")};
    pk_frame_id slow[] = {fast[0], support_frame(builder, "sort")};
    struct pk_profile *profile;

    (void)state;
    pk_builder_metric(builder, &bytes);
    pk_builder_stack(builder, fast, NULL, 2, (const int64_t[]){1, 800});
    pk_builder_stack(builder, slow, NULL, 2, (const int64_t[]){70, 8});
    profile = support_freeze(builder);
    check_path(profile, 0, "main;sort 70");
    check_path(profile, 1, "main;alloc 800");
    pk_profile_free(profile);
}

static void a_metric_that_nobody_recorded_has_none(void **state)
{
    struct pk_builder *builder = support_stacks("main 3\n");
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    struct pk_profile *profile;

    (void)state;
    pk_builder_metric(builder, &bytes);
    profile = support_freeze(builder);
    check_path(profile, 1, "");
    pk_profile_free(profile);
}

/* A walk that recursed would overflow the stack here. */
static void a_very_deep_path_is_followed_to_its_end(void **state)
{
    enum { DEEP = 300000 };
    struct pk_builder *builder = support_builder();
    pk_frame_id *stack = pk_calloc(DEEP, sizeof *stack);
    struct pk_profile *profile;
    struct pk_arena arena;
    struct pk_path path;

    (void)state;
    for (uint32_t i = 0; i < DEEP; i++)
        stack[i] = support_frame(builder, i % 2 ? "even" : "odd");
    pk_builder_stack(builder, stack, NULL, DEEP, (const int64_t[]){1});
    pk_free(stack);
    profile = support_freeze(builder);
    pk_arena_init(&arena);
    path = pk_paths_hottest(pk_profile_tree(profile), 0, &arena);
    assert_int_equal(path.n, DEEP);
    assert_int_equal(path.node[0], 0);
    assert_int_equal(path.node[DEEP - 1], DEEP - 1);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* "main;a 5,main 2 small 0": all paths with their own values, then what was pruned. */
static void check_heaviest(const struct pk_profile *profile, const char *expected)
{
    const struct pk_tree *tree = pk_profile_tree(profile);
    struct pk_arena arena;
    struct pk_paths paths;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    paths = pk_paths_heaviest(tree, 0, &arena);
    for (uint32_t i = 0; i < paths.n; i++) {
        struct pk_table table = {.profile = profile, .tree = tree};
        struct pk_cell cell = {.node = paths.node[i]};

        pk_buf_text(&text, i ? "," : "");
        pk_table_path_text(&text, &table, &cell, ";");
        pk_buf_char(&text, ' ');
        pk_buf_int(&text, tree->self[0][paths.node[i]]);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    assert_int_equal(paths.pruned, 0);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void each_stack_is_one_path_and_the_heaviest_comes_first(void **state)
{
    static const struct {
        const char *stacks, *expected;
    } cases[] = {
        {"main 1\n", "main 1"},
        /* a function between has time of its own, which no leaf has */
        {"main;a;x 3\nmain;a 4\nmain;b 2\n", "main;a 4,main;a;x 3,main;b 2"},
        {"main;a 2\nmain;a 3\n", "main;a 5"},               /* one path, not two */
        {"z 1\nb;y 1\nb;x 1\n", "b;x 1,b;y 1,z 1"},         /* equal ones by name */
        {"f;f;f 3\nf;f 1\nf;g 2\n", "f;f;f 3,f;g 2,f;f 1"}, /* recursion is a longer path */
        {"main;gone -9\nmain;new 2\n", "main;new 2,main;gone -9"},
        {"main 0\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = support_profile(cases[i].stacks);

        check_heaviest(profile, cases[i].expected);
        pk_profile_free(profile);
    }
}

/* What ends in (pruned) is no path, and its weight is told apart: 60,000 ways of one unit are each
 * below 1/20,000 of the total. */
static void pruned_time_is_no_path(void **state)
{
    enum { WAYS = 60000 };
    struct pk_builder *builder = support_builder();
    pk_frame_id root = support_frame(builder, "main");
    int64_t one = 1, all = WAYS, none = 0;
    struct pk_profile *profile;
    struct pk_attributed *attributed;
    struct pk_paths paths;
    struct pk_arena arena;
    char name[16];

    (void)state;
    for (int i = 0; i < WAYS; i++) {
        pk_frame_id leaf;

        snprintf(name, sizeof name, "f%d", i);
        leaf = support_frame(builder, name);
        pk_builder_self(builder, leaf, &one, &one, PK_CALLS_MISSING);
        pk_builder_edge(builder, root, leaf, &one, &one, PK_CALLS_MISSING);
    }
    pk_builder_self(builder, root, &none, &all, PK_CALLS_MISSING);
    profile = support_freeze(builder);
    attributed = pk_attribute_new(profile, 0);
    pk_arena_init(&arena);
    paths = pk_paths_heaviest(&attributed->tree, 0, &arena);
    assert_int_equal(paths.n, 0);
    assert_int_equal(paths.pruned, WAYS);
    pk_arena_fini(&arena);
    pk_attribute_free(attributed);
    pk_profile_free(profile);
}

/* Of a path of 250 functions the last hundred are given, in their order. */
static void a_long_path_keeps_its_end(void **state)
{
    enum { DEEP = 250 };
    struct pk_builder *builder = support_builder();
    pk_frame_id stack[DEEP];
    struct pk_table_path path;
    struct pk_table table = {0};
    struct pk_cell cell = {.node = DEEP - 1};
    char name[16];

    (void)state;
    for (int i = 0; i < DEEP; i++) {
        snprintf(name, sizeof name, "f%03d", i); /* frames are numbered by name */
        stack[i] = support_frame(builder, name);
    }
    pk_builder_stack(builder, stack, NULL, DEEP, (const int64_t[]){1});
    table.profile = support_freeze(builder);
    table.tree = pk_profile_tree(table.profile);
    pk_table_path(&table, &cell, &path);
    assert_true(path.is_cut);
    assert_int_equal(path.n, PK_TABLE_STEPS);
    for (uint32_t i = 0; i < path.n; i++)
        assert_int_equal(path.frame[i], DEEP - PK_TABLE_STEPS + i);
    cell.node = PK_TABLE_STEPS - 1;
    pk_table_path(&table, &cell, &path);
    assert_false(path.is_cut);
    assert_int_equal(path.n, PK_TABLE_STEPS);
    pk_profile_free((struct pk_profile *)table.profile);
}

/* By hand: selves 3, 5, 3, 5 at depths 1, 2, 2, 3; siblings stand by name. */
static void paths_are_ordered_by_each_key_and_both_ways(void **state)
{
    static const struct {
        struct pk_order orders[2];
        unsigned n;
        pk_node_id expected[4];
    } cases[] = {
        {.n = 0, .expected = {1, 3, 0, 2}},
        {{{PK_PATHS_SELF, false}}, 1, {1, 3, 0, 2}},
        {{{PK_PATHS_SELF, true}}, 1, {0, 2, 1, 3}},
        {{{PK_PATHS_DEPTH, false}}, 1, {3, 1, 2, 0}},
        {{{PK_PATHS_DEPTH, true}, {PK_PATHS_SELF, true}}, 2, {0, 2, 1, 3}},
        {{{PK_PATHS_NAME, false}}, 1, {0, 1, 2, 3}},
        {{{PK_PATHS_NAME, true}}, 1, {3, 2, 1, 0}},
        {{{PK_PATHS_SELF, false}, {PK_PATHS_NAME, true}}, 2, {3, 1, 2, 0}},
    };
    struct pk_profile *profile = support_profile("a 3\na;b 5\na;c 3\na;c;d 5\n");
    const struct pk_tree *tree = pk_profile_tree(profile);
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_paths paths = pk_paths_heaviest(tree, 0, &arena);

        pk_paths_sort(&paths, tree, 0, cases[i].orders, cases[i].n);
        assert_int_equal(paths.n, 4);
        assert_memory_equal(paths.node, cases[i].expected, sizeof cases[i].expected);
    }
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_follows_the_heaviest_child),
        cmocka_unit_test(there_is_no_path_through_nothing),
        cmocka_unit_test(a_negative_child_is_never_followed),
        cmocka_unit_test(each_metric_has_its_own_path),
        cmocka_unit_test(a_metric_that_nobody_recorded_has_none),
        cmocka_unit_test(each_stack_is_one_path_and_the_heaviest_comes_first),
        cmocka_unit_test(pruned_time_is_no_path),
        cmocka_unit_test(paths_are_ordered_by_each_key_and_both_ways),
        cmocka_unit_test(a_long_path_keeps_its_end),
        cmocka_unit_test(a_very_deep_path_is_followed_to_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
