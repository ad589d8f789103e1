/*
 * Two call trees laid over each other. Small ones are counted by hand; random ones are held to the
 * laws, and to sums counted from the stacks of each side alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/diff_tree.h"
#include "diff_drawn.h"

/* One line a path: name, self of both sides, totals of both, the sides that lack it. */
static char *text_of(const struct diff_drawn *d)
{
    struct pk_buf out = {0};
    const struct pk_diff_tree *tree = &d->tree;

    for (uint32_t i = 0; i < tree->n; i++) {
        const struct pk_diff_node *node = &tree->node[i];

        for (uint32_t p = node->parent; p != PK_NONE; p = tree->node[p].parent)
            pk_buf_char(&out, ' ');
        pk_buf_str(&out, i ? tree->frame[node->function]->name : PK_STR("all"));
        pk_buf_printf(&out, " %" PRId64 ":%" PRId64 " of %" PRId64 ":%" PRId64 "%s%s\n",
                      node->self[0], node->self[1], node->total[0], node->total[1],
                      node->has[PK_BEFORE] ? "" : " new", node->has[PK_AFTER] ? "" : " gone");
    }
    return out.data;
}

static void check(const char *before, const char *after, const char *expected)
{
    struct diff_drawn d = diff_drawn(before, after);
    char *found = text_of(&d);

    assert_string_equal(found, expected);
    pk_free(found);
    diff_drawn_fini(&d);
}

static void paths_of_both_sides_stand_in_one_tree(void **state)
{
    (void)state;
    check("main;load;parse 30\nmain;load 5\nmain;draw 15\n",
          "main;load;parse 12\nmain;load 5\nmain;fresh 20\n",
          "all 0:0 of 50:37\n"
          " main 0:0 of 50:37\n"
          "  draw 15:0 of 15:0 gone\n"
          "  fresh 0:20 of 0:20 new\n"
          "  load 5:5 of 35:17\n"
          "   parse 30:12 of 30:12\n");
}

static void a_function_called_elsewhere_is_another_path(void **state)
{
    (void)state;
    check("a;f 3\nb 1\n", "a 1\nb;f 4\n",
          "all 0:0 of 4:5\n"
          " a 0:1 of 3:1\n"
          "  f 3:0 of 3:0 gone\n"
          " b 1:0 of 1:4\n"
          "  f 0:4 of 0:4 new\n");
}

static void copies_of_a_compiler_are_one_path(void **state)
{
    (void)state;
    check("m;f 4\nm;f.cold 3\n", "m;f.constprop.0 3\nm;f 2\n",
          "all 0:0 of 7:5\n"
          " m 0:0 of 7:5\n"
          "  f 7:5 of 7:5\n");
}

static void recursion_is_a_path_for_each_level(void **state)
{
    (void)state;
    check("f;f 2\n", "f;f;f 5\n",
          "all 0:0 of 2:5\n"
          " f 0:0 of 2:5\n"
          "  f 2:0 of 2:5\n"
          "   f 0:5 of 0:5 new\n");
}

/* A file of two counts has every path on both sides; where there is nothing, it is not. */
static void of_a_pair_only_what_counts_is_there(void **state)
{
    struct diff_drawn d = diff_drawn_pair("a;b 3 5\na;c 2 0\na;d;e 0 7\na;z 0 0\n");
    char *found = text_of(&d);

    (void)state;
    assert_string_equal(found, "all 0:0 of 5:12\n"
                               " a 0:0 of 5:12\n"
                               "  b 3:5 of 3:5\n"
                               "  c 2:0 of 2:0 gone\n"
                               "  d 0:0 of 0:7 new\n"
                               "   e 0:7 of 0:7 new\n");
    pk_free(found);
    diff_drawn_fini(&d);
}

static void rows_belong_to_their_functions(void **state)
{
    struct diff_drawn d = diff_drawn("m;f 4\nm;g;f 3\nm;h 2\n", "m;f 1\nm;g;f 3\nm;h 2\n");
    unsigned found = 0;

    (void)state;
    for (uint32_t i = 1; i < d.tree.n; i++) {
        uint32_t function = d.tree.node[i].function;
        struct pk_str name = d.tree.frame[function]->name;

        if (pk_str_equal(name, PK_STR("f"))) {
            assert_int_equal(d.tree.row[function]->self.delta, -3);
            found++;
        } else if (pk_str_equal(name, PK_STR("h"))) {
            assert_null(d.tree.row[function]);
            found++;
        }
    }
    assert_int_equal(found, 3); /* f on two paths, h */
    diff_drawn_fini(&d);
}

/* The stacks of the union with the values of one side are the stacks of that side. */
static void assert_side(const struct diff_drawn *d, unsigned side)
{
    const struct pk_tree *tree = pk_profile_tree(d->profile[side]);
    uint32_t there = 0;
    int64_t sum = 0;

    for (uint32_t i = 1; i < d->tree.n; i++) {
        there += d->tree.node[i].has[side];
        sum += d->tree.node[i].self[side];
    }
    assert_int_equal(there, tree->n);
    assert_true(sum == pk_profile_total(d->profile[side], 0));
}

static void assert_laws(const struct diff_drawn *d)
{
    int64_t delta = 0;

    for (uint32_t i = 0; i < d->tree.n; i++) {
        const struct pk_diff_node *node = &d->tree.node[i];

        delta += node->self[PK_AFTER] - node->self[PK_BEFORE];
        assert_true(node->end > i && node->end <= d->tree.n);
        assert_true(node->has[PK_BEFORE] || node->has[PK_AFTER]);
        for (unsigned s = 0; s < 2; s++) {
            int64_t total = node->self[s];

            for (uint32_t c = i + 1; c < node->end; c = d->tree.node[c].end) {
                assert_int_equal(d->tree.node[c].parent, i);
                total += d->tree.node[c].total[s];
            }
            assert_true(total == node->total[s]);
            assert_true(node->range[s].lo == total && node->range[s].hi == total);
            assert_true(node->has[s] || total == 0);
        }
    }
    assert_true(delta == d->diff.normal_total.delta);
}

/* Whichever side is called before, nothing but the sides changes. */
static void assert_mirrored(const struct diff_drawn *d, const struct diff_drawn *m)
{
    assert_int_equal(d->tree.n, m->tree.n);
    for (uint32_t i = 0; i < d->tree.n; i++) {
        const struct pk_diff_node *x = &d->tree.node[i], *y = &m->tree.node[i];

        assert_int_equal(x->parent, y->parent);
        assert_int_equal(x->end, y->end);
        assert_true(x->self[0] == y->self[1] && x->self[1] == y->self[0]);
        assert_true(x->total[0] == y->total[1] && x->total[1] == y->total[0]);
        assert_true(x->has[0] == y->has[1] && x->has[1] == y->has[0]);
        if (i)
            assert_true(
                pk_str_equal(d->tree.frame[x->function]->name, m->tree.frame[y->function]->name));
    }
}

static void random_stacks_keep_the_laws(void **state)
{
    struct support_random random = {7};
    struct support_program program = {.functions = 12, .nodes = 60, .depth = 8, .largest = 1000};
    (void)state;

    for (uint32_t n = support_cases(300); n-- > 0;) {
        struct diff_drawn d, mirrored;
        struct pk_profile *sides[2];

        program.is_recursive = support_below(&random, 2);
        for (unsigned s = 0; s < 2; s++)
            sides[s] = support_freeze(support_program(&random, &program));
        d = diff_drawn_of(sides[0], sides[1]);
        mirrored = diff_drawn_of(sides[1], sides[0]);
        assert_laws(&d);
        assert_side(&d, PK_BEFORE);
        assert_side(&d, PK_AFTER);
        assert_mirrored(&d, &mirrored);
        diff_drawn_drop(&mirrored);
        diff_drawn_fini(&d);
    }
}

static void a_value_past_64_bits_is_an_error(void **state)
{
    struct pk_profile *fine = support_profile("a 9000000000000000000\n");
    struct pk_diff diff;
    struct pk_error error = {0};
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    assert_true(pk_diff_find((struct pk_side[]){{fine, 0}, {fine, 0}}, PK_DIFF_SELF, &arena, &diff,
                             &error));
    diff.measure.factor[PK_AFTER] = (struct pk_rational){10, 1}; /* as if it were another unit */
    {
        const struct pk_tree *tree = pk_profile_tree(fine);
        struct pk_diff_stacks stacks[2] = {{tree, 0, 1}, {tree, 0, 1}};
        struct pk_diff_tree union_tree;

        assert_false(pk_diff_tree_find(&diff, stacks, NULL, &arena, &union_tree, &error));
        assert_int_equal(error.status, PK_INPUT);
    }
    pk_arena_fini(&arena);
    pk_profile_free(fine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_of_both_sides_stand_in_one_tree),
        cmocka_unit_test(a_function_called_elsewhere_is_another_path),
        cmocka_unit_test(copies_of_a_compiler_are_one_path),
        cmocka_unit_test(recursion_is_a_path_for_each_level),
        cmocka_unit_test(of_a_pair_only_what_counts_is_there),
        cmocka_unit_test(rows_belong_to_their_functions),
        cmocka_unit_test(random_stacks_keep_the_laws),
        cmocka_unit_test(a_value_past_64_bits_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
