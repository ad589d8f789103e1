/*
 * The layout of flame graphs. Small trees are laid out against boxes worked out by hand; random
 * ones against the laws in flame_text.h, and against sums counted from the stacks themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "flame_text.h"

static void children_stand_in_order_of_name_over_their_caller(void **state)
{
    (void)state;

    flame_check("main;parse;lex 3\nmain;draw 5\nmain 2\nboot 1\nmain;parse 4\n",
                (struct pk_flame_options){.width = 1200},
                "all 0..15\n"
                " boot 0..1\n"
                " main 1..15 self 2\n"
                "  draw 1..6\n"
                "  parse 6..13 self 4\n"
                "   lex 6..9\n");
}

static void an_icicle_has_the_same_boxes(void **state)
{
    struct pk_flame_options options = {.is_inverted = true, .width = 1200};
    struct pk_profile *profile = flame_profile("a;b 1\n");
    struct pk_scene *scene = flame_draw(profile, &options);
    (void)state;

    assert_true(scene->is_inverted);
    pk_profile_free(profile);
    flame_check("a;b 1\n", options, "all 0..1\n a 0..1\n  b 0..1\n");
}

static void negative_values_are_drawn_as_nothing(void **state)
{
    (void)state;

    flame_check("a;b -5\na;c 10\nd -3\n", (struct pk_flame_options){.width = 1200},
                "all 0..10\n"
                " a 0..10\n"
                "  c 0..10\n");
}

static void weight_without_a_stack_is_drawn(void **state)
{
    struct pk_profile *profile = flame_profile("a 3\n 4\n");
    struct pk_flame_options options = {.width = 1200};
    char *text = flame_text(flame_draw(profile, &options));
    (void)state;

    assert_string_equal(text, "all 0..7\n (empty stack) 0..4\n a 4..7\n");
    pk_free(text);
    pk_profile_free(profile);
}

static void narrow_children_merge_into_one_box_that_keeps_the_sum(void **state)
{
    (void)state;

    /* 100 units over 100 px, 3 px at least: b, d and f go; what stands on d goes with it. */
    flame_check("m;a 40\nm;b 2\nm;c 30\nm;d;x 1\nm;d;y 1\nm;e 23\nm;f 1\nm 2\n",
                (struct pk_flame_options){.width = 100, .min_width = 3},
                "all 0..100\n"
                " m 0..100 self 2\n"
                "  a 0..40\n"
                "  c 40..70\n"
                "  e 70..93\n"
                "  +3 93..98\n");
}

static void the_least_width_itself_is_drawn(void **state)
{
    (void)state;

    flame_check("a 97\nb 3\n", (struct pk_flame_options){.width = 100, .min_width = 3},
                "all 0..100\n a 0..97\n b 97..100\n");
    flame_check("a 97\nb 3\n", (struct pk_flame_options){.width = 100, .min_width = 3.01},
                "all 0..100\n a 0..97\n +1 97..100\n");
    flame_check("a 999999\nb 1\n", (struct pk_flame_options){.width = 100, .min_width = 0},
                "all 0..1000000\n a 0..999999\n b 999999..1000000\n");
}

static void strange_least_widths_do_no_harm(void **state)
{
    static const double widths[] = {-1,         1e300, 1e-300, (double)INFINITY, -(double)INFINITY,
                                    (double)NAN};
    struct pk_profile *profile = flame_profile("a;b 3\nc 4\n");
    (void)state;

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct pk_flame_options options = {.width = 1200, .min_width = widths[i]};

        assert_int_equal(flame_draw(profile, &options)->span, 7);
    }
    pk_profile_free(profile);
}

static void deeper_boxes_are_counted_and_their_parents_marked(void **state)
{
    struct pk_flame_options options = {.width = 1200, .max_depth = 2};
    struct pk_profile *profile = flame_profile("a;b;c;d 1\na;b;e 2\nf;g 4\nf 1\n");
    struct pk_scene *scene = flame_draw(profile, &options);
    char *text = flame_text(scene);
    (void)state;

    assert_string_equal(text, "all 0..8\n"
                              " a 0..3\n"
                              "  b 0..3 deeper\n"
                              " f 3..8 self 1\n"
                              "  g 3..7\n");
    assert_int_equal(scene->n_omitted, 3);
    assert_int_equal(scene->max_depth, 2);
    pk_free(text);
    pk_profile_free(profile);
}

static void estimates_carry_their_bounds(void **state)
{
    (void)state;

    flame_check_estimated((struct pk_flame_options){.width = 1200}, "all 0..1000\n"
                                                                    " a 0..1000 self 100\n"
                                                                    "  b 0..500 ~250..700\n"
                                                                    "  c 500..900 ~200..600\n");
}

static void exact_boxes_are_as_wide_as_what_is_proven(void **state)
{
    (void)state;

    /* Of a's 1000: 100 self, b 250, c 200 (of which 150 is its self, 50 unknown), 450 somewhere in
     * it. */
    flame_check_estimated((struct pk_flame_options){.width = 1200, .is_exact_only = true},
                          "all 0..1000\n"
                          " a 0..1000 self 100\n"
                          "  b 0..250\n"
                          "  c 250..450 self 150\n"
                          "   (place not proven) 250..300\n"
                          "  (place not proven) 450..900\n");
}

static void exact_boxes_at_the_depth_limit_say_that_they_go_deeper(void **state)
{
    (void)state;

    flame_check_estimated(
        (struct pk_flame_options){.width = 1200, .is_exact_only = true, .max_depth = 1},
        "all 0..1000\n"
        " a 0..1000 self 100 deeper\n");
}

static void what_no_node_holds_belongs_to_the_root(void **state)
{
    struct flame_estimated *e = flame_estimate();
    struct pk_flame_options options = {.width = 1200, .max_depth = 1};
    char *text;
    (void)state;

    e->attributed.total = 1100;
    text = flame_text(
        pk_view_flame(&flame_arena, e->profile, 0, &e->attributed.tree, &e->attributed, &options));
    assert_string_equal(text, "all 0..1100 self 100\n a 0..1000 self 100 deeper\n");
    pk_free(text);
    pk_profile_free(e->profile);
    pk_free(e);
}

static void a_chain_of_a_million_frames_is_laid_out_without_recursion(void **state)
{
    enum { N = 1000000 };
    struct pk_profile *profile = flame_profile("f 1\n");
    int64_t *column;
    struct pk_tree tree = flame_chain(N, 1, &column);
    struct pk_flame_options whole = {.width = 1200}, cut = {.width = 1200, .max_depth = 500};
    struct pk_scene *scene;
    (void)state;

    scene = pk_view_flame(&flame_arena, profile, 0, &tree, NULL, &whole);
    flame_check_laws(scene);
    assert_int_equal(scene->n_boxes, N + 1);
    assert_int_equal(scene->max_depth, N);

    scene = pk_view_flame(&flame_arena, profile, 0, &tree, NULL, &cut);
    assert_int_equal(scene->n_boxes, 501);
    assert_int_equal(scene->n_omitted, N - 500);
    flame_free_chain(&tree);
    pk_profile_free(profile);
}

static void sums_above_two_to_the_53_stay_exact(void **state)
{
    (void)state;

    flame_check("a;b 4611686018427387903\na;c 4611686018427387902\na 1\n",
                (struct pk_flame_options){.width = 1200},
                "all 0..9223372036854775806\n"
                " a 0..9223372036854775806 self 1\n"
                "  b 0..4611686018427387903\n"
                "  c 4611686018427387903..9223372036854775805\n");
}

static void an_empty_tree_gives_an_empty_scene(void **state)
{
    struct pk_profile *profile = flame_profile("a 0\n");
    struct pk_flame_options options = {.width = 1200};
    struct pk_scene *scene =
        pk_view_flame(&flame_arena, profile, 0, pk_profile_tree(profile), NULL, &options);
    (void)state;

    assert_int_equal(scene->n_boxes, 0);
    assert_int_equal(scene->span, 0);
    pk_profile_free(profile);
}

/* What the stacks of `folded` that are positive sum up to. */
static int64_t positive_sum(const struct pk_profile *profile)
{
    const struct pk_tree *tree = pk_profile_tree(profile);
    int64_t sum = 0;

    for (uint32_t i = 0; i < tree->n; i++)
        sum += tree->self[0][i] > 0 ? tree->self[0][i] : 0;
    return sum;
}

static void random_scenes_obey_the_laws(void **state)
{
    uint64_t seed = 7;
    (void)state;

    for (int round = 0; round < 2000; round++) {
        char *folded = flame_random_stacks(&seed);
        struct pk_profile *profile = flame_profile(folded);
        struct pk_flame_options options = {
            .is_reversed = flame_below(&seed, 2) == 1,
            .max_depth = flame_below(&seed, 10),
            .min_width = flame_below(&seed, 3) * 7.5,
            .width = 400,
        };
        struct pk_scene *scene = flame_draw(profile, &options);

        assert_int_equal(scene->span, positive_sum(profile));
        if (options.max_depth == 0)
            assert_int_equal(scene->n_omitted, 0);
        pk_profile_free(profile);
        pk_free(folded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_stand_in_order_of_name_over_their_caller),
        cmocka_unit_test(an_icicle_has_the_same_boxes),
        cmocka_unit_test(negative_values_are_drawn_as_nothing),
        cmocka_unit_test(weight_without_a_stack_is_drawn),
        cmocka_unit_test(narrow_children_merge_into_one_box_that_keeps_the_sum),
        cmocka_unit_test(the_least_width_itself_is_drawn),
        cmocka_unit_test(strange_least_widths_do_no_harm),
        cmocka_unit_test(deeper_boxes_are_counted_and_their_parents_marked),
        cmocka_unit_test(estimates_carry_their_bounds),
        cmocka_unit_test(exact_boxes_are_as_wide_as_what_is_proven),
        cmocka_unit_test(exact_boxes_at_the_depth_limit_say_that_they_go_deeper),
        cmocka_unit_test(what_no_node_holds_belongs_to_the_root),
        cmocka_unit_test(a_chain_of_a_million_frames_is_laid_out_without_recursion),
        cmocka_unit_test(sums_above_two_to_the_53_stay_exact),
        cmocka_unit_test(an_empty_tree_gives_an_empty_scene),
        cmocka_unit_test(random_scenes_obey_the_laws),
    };

    return cmocka_run_group_tests(tests, flame_begin, flame_end);
}
