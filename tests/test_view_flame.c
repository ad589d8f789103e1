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

static struct pk_arena arena;

static int begin(void **state)
{
    (void)state;
    pk_arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    return 0;
}

static struct pk_scene *draw(const struct pk_profile *profile,
                             const struct pk_flame_options *options)
{
    struct pk_scene *scene =
        pk_view_flame(&arena, profile, 0, pk_profile_tree(profile), NULL, options);

    flame_check_laws(scene);
    return scene;
}

static void check(const char *folded, struct pk_flame_options options, const char *expected)
{
    struct pk_profile *profile = flame_profile(folded);
    char *found = flame_text(draw(profile, &options));

    assert_string_equal(found, expected);
    pk_free(found);
    pk_profile_free(profile);
}

static void children_stand_in_order_of_name_over_their_caller(void **state)
{
    (void)state;

    check("main;parse;lex 3\nmain;draw 5\nmain 2\nboot 1\nmain;parse 4\n",
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
    struct pk_scene *scene = draw(profile, &options);
    (void)state;

    assert_true(scene->is_inverted);
    pk_profile_free(profile);
    check("a;b 1\n", options, "all 0..1\n a 0..1\n  b 0..1\n");
}

static void negative_values_are_drawn_as_nothing(void **state)
{
    (void)state;

    check("a;b -5\na;c 10\nd -3\n", (struct pk_flame_options){.width = 1200},
          "all 0..10\n"
          " a 0..10\n"
          "  c 0..10\n");
}

static void weight_without_a_stack_is_drawn(void **state)
{
    struct pk_profile *profile = flame_profile("a 3\n 4\n");
    struct pk_flame_options options = {.width = 1200};
    char *text = flame_text(draw(profile, &options));
    (void)state;

    assert_string_equal(text, "all 0..7\n (empty stack) 0..4\n a 4..7\n");
    pk_free(text);
    pk_profile_free(profile);
}

static void narrow_children_merge_into_one_box_that_keeps_the_sum(void **state)
{
    (void)state;

    /* 100 units over 100 px, 3 px at least: b, d and f go; what stands on d goes with it. */
    check("m;a 40\nm;b 2\nm;c 30\nm;d;x 1\nm;d;y 1\nm;e 23\nm;f 1\nm 2\n",
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

    check("a 97\nb 3\n", (struct pk_flame_options){.width = 100, .min_width = 3},
          "all 0..100\n a 0..97\n b 97..100\n");
    check("a 97\nb 3\n", (struct pk_flame_options){.width = 100, .min_width = 3.01},
          "all 0..100\n a 0..97\n +1 97..100\n");
    check("a 999999\nb 1\n", (struct pk_flame_options){.width = 100, .min_width = 0},
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

        assert_int_equal(draw(profile, &options)->span, 7);
    }
    pk_profile_free(profile);
}

static void deeper_boxes_are_counted_and_their_parents_marked(void **state)
{
    struct pk_flame_options options = {.width = 1200, .max_depth = 2};
    struct pk_profile *profile = flame_profile("a;b;c;d 1\na;b;e 2\nf;g 4\nf 1\n");
    struct pk_scene *scene = draw(profile, &options);
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

static void reversed_boxes_are_merged_from_the_leaves(void **state)
{
    (void)state;

    /* lex is called by parse (3 from main, 5 from boot) and by main itself (2). */
    check("main;parse;lex 3\nboot;parse;lex 5\nmain;lex 2\nmain 1\n",
          (struct pk_flame_options){.is_reversed = true, .width = 1200},
          "all 0..11\n"
          " lex 0..10\n"
          "  main 0..2\n"
          "  parse 2..10\n"
          "   boot 2..7\n"
          "   main 7..10\n"
          " main 10..11\n");
}

static void reversed_recursion_keeps_its_levels(void **state)
{
    (void)state;

    /* Three stacks end in f: f, f;f and f;f;f. */
    check("f 1\nf;f 2\nf;f;f 4\n", (struct pk_flame_options){.is_reversed = true, .width = 1200},
          "all 0..7\n"
          " f 0..7 self 1\n"
          "  f 0..6 self 2\n"
          "   f 0..4\n");
}

static void reversed_boxes_merge_and_stop_like_others(void **state)
{
    (void)state;

    check("a;x 40\nb;x 2\nc;x 1\nd;y 57\n",
          (struct pk_flame_options){.is_reversed = true, .width = 100, .min_width = 3},
          "all 0..100\n"
          " x 0..43\n"
          "  a 0..40\n"
          "  +2 40..43\n"
          " y 43..100\n"
          "  d 43..100\n");
    check("a;b;x 4\na;c;x 3\n",
          (struct pk_flame_options){.is_reversed = true, .width = 100, .max_depth = 1},
          "all 0..7\n"
          " x 0..7 deeper\n");
}

/* An estimated tree of one metric: a calls b and c; half of b is not proven to be there. */
struct estimated {
    struct pk_profile *profile;
    struct pk_attributed attributed;
    pk_frame_id frame[3];
    pk_node_id parent[3], end[3];
    int64_t self[3], incl[3], *selves[1], *incls[1];
    struct pk_range self_range[3], incl_range[3];
};

static struct estimated *estimate(void)
{
    struct estimated *e = pk_calloc(1, sizeof *e);
    static const struct estimated values = {
        .frame = {0, 1, 2},
        .parent = {PK_NONE, 0, 0},
        .end = {3, 2, 3},
        .self = {100, 500, 400},
        .incl = {1000, 500, 400},
        .self_range = {{100, 100}, {250, 700}, {150, 600}},
        .incl_range = {{1000, 1000}, {250, 700}, {200, 600}},
    };

    *e = values;
    e->profile = flame_profile("a 1\nb 1\nc 1\n");
    e->selves[0] = e->self;
    e->incls[0] = e->incl;
    e->attributed = (struct pk_attributed){
        .tree = {.origin = PK_ESTIMATED,
                 .n = 3,
                 .frame = e->frame,
                 .parent = e->parent,
                 .end = e->end,
                 .self = e->selves,
                 .incl = e->incls,
                 .incl_range = e->incl_range,
                 .self_range = e->self_range},
        .total = 1000,
        .proven = 500,
    };
    return e;
}

static void check_estimated(struct pk_flame_options options, const char *expected)
{
    struct estimated *e = estimate();
    struct pk_scene *scene =
        pk_view_flame(&arena, e->profile, 0, &e->attributed.tree, &e->attributed, &options);
    char *text = flame_text(scene);

    flame_check_laws(scene);
    assert_string_equal(text, expected);
    assert_true(scene->is_estimated);
    assert_int_equal(scene->proven, 500);
    pk_free(text);
    pk_profile_free(e->profile);
    pk_free(e);
}

static void estimates_carry_their_bounds(void **state)
{
    (void)state;

    check_estimated((struct pk_flame_options){.width = 1200}, "all 0..1000\n"
                                                              " a 0..1000 self 100\n"
                                                              "  b 0..500 ~250..700\n"
                                                              "  c 500..900 ~200..600\n");
}

static void exact_boxes_are_as_wide_as_what_is_proven(void **state)
{
    (void)state;

    /* Of a's 1000: 100 self, b 250, c 200 (of which 150 is its self, 50 unknown), 450 somewhere in
     * it. */
    check_estimated((struct pk_flame_options){.width = 1200, .is_exact_only = true},
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

    check_estimated((struct pk_flame_options){.width = 1200, .is_exact_only = true, .max_depth = 1},
                    "all 0..1000\n"
                    " a 0..1000 self 100 deeper\n");
}

static void what_no_node_holds_belongs_to_the_root(void **state)
{
    struct estimated *e = estimate();
    struct pk_flame_options options = {.width = 1200, .max_depth = 1};
    char *text;
    (void)state;

    e->attributed.total = 1100;
    text = flame_text(
        pk_view_flame(&arena, e->profile, 0, &e->attributed.tree, &e->attributed, &options));
    assert_string_equal(text, "all 0..1100 self 100\n a 0..1000 self 100 deeper\n");
    pk_free(text);
    pk_profile_free(e->profile);
    pk_free(e);
}

static void reversed_estimates_sum_up_their_bounds(void **state)
{
    (void)state;

    check_estimated((struct pk_flame_options){.width = 1200, .is_reversed = true},
                    "all 0..1000\n"
                    " a 0..100\n"
                    " b 100..600 ~250..700\n"
                    "  a 100..600 ~250..700\n"
                    " c 600..1000 ~150..600\n"
                    "  a 600..1000 ~150..600\n");
    check_estimated(
        (struct pk_flame_options){.width = 1200, .is_reversed = true, .is_exact_only = true},
        "all 0..1000\n"
        " a 0..100\n"
        " b 100..350\n"
        "  a 100..350\n"
        " c 350..500\n"
        "  a 350..500\n"
        " (place not proven) 500..1000\n");
}

/* A chain of `n` nodes of frame 0, each with `self`. */
static struct pk_tree chain(uint32_t n, int64_t self, int64_t **column)
{
    struct pk_tree tree = {.n = n};

    tree.frame = pk_calloc(n, sizeof *tree.frame);
    tree.parent = pk_calloc(n, sizeof *tree.parent);
    tree.end = pk_calloc(n, sizeof *tree.end);
    *column = pk_calloc(n, sizeof **column);
    for (uint32_t i = 0; i < n; i++) {
        tree.parent[i] = i > 0 ? i - 1 : PK_NONE;
        tree.end[i] = n;
        (*column)[i] = self;
    }
    tree.self = column;
    return tree;
}

static void free_chain(struct pk_tree *tree)
{
    pk_free(tree->frame);
    pk_free(tree->parent);
    pk_free(tree->end);
    pk_free(tree->self[0]);
}

static void a_chain_of_a_million_frames_is_laid_out_without_recursion(void **state)
{
    enum { N = 1000000 };
    struct pk_profile *profile = flame_profile("f 1\n");
    int64_t *column;
    struct pk_tree tree = chain(N, 1, &column);
    struct pk_flame_options whole = {.width = 1200}, cut = {.width = 1200, .max_depth = 500};
    struct pk_flame_options reversed = {.width = 1200, .is_reversed = true};
    struct pk_scene *scene;
    (void)state;

    scene = pk_view_flame(&arena, profile, 0, &tree, NULL, &whole);
    flame_check_laws(scene);
    assert_int_equal(scene->n_boxes, N + 1);
    assert_int_equal(scene->max_depth, N);

    scene = pk_view_flame(&arena, profile, 0, &tree, NULL, &cut);
    assert_int_equal(scene->n_boxes, 501);
    assert_int_equal(scene->n_omitted, N - 500);

    /* All levels of this would be half a million million steps: it stops, and says so. */
    scene = pk_view_flame(&arena, profile, 0, &tree, NULL, &reversed);
    flame_check_laws(scene);
    assert_true(scene->max_depth > 100);
    assert_true(scene->n_omitted > 0);
    free_chain(&tree);
    pk_profile_free(profile);
}

static void sums_above_two_to_the_53_stay_exact(void **state)
{
    (void)state;

    check("a;b 4611686018427387903\na;c 4611686018427387902\na 1\n",
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
        pk_view_flame(&arena, profile, 0, pk_profile_tree(profile), NULL, &options);
    (void)state;

    assert_int_equal(scene->n_boxes, 0);
    assert_int_equal(scene->span, 0);
    pk_profile_free(profile);
}

static uint32_t below(uint64_t *seed, uint32_t bound)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % bound);
}

/* Random stacks over six names, as collapsed text. */
static char *random_stacks(uint64_t *seed)
{
    struct pk_buf out = {0};
    uint32_t lines = 1 + below(seed, 40);

    for (uint32_t i = 0; i < lines; i++) {
        uint32_t depth = 1 + below(seed, 8);

        for (uint32_t d = 0; d < depth; d++)
            pk_buf_printf(&out, "%s%c", d ? ";" : "", 'a' + (int)below(seed, 6));
        pk_buf_printf(&out, " %d\n", (int)below(seed, 200) - 10);
    }
    return out.data;
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
        char *folded = random_stacks(&seed);
        struct pk_profile *profile = flame_profile(folded);
        struct pk_flame_options options = {
            .is_reversed = below(&seed, 2) == 1,
            .max_depth = below(&seed, 10),
            .min_width = below(&seed, 3) * 7.5,
            .width = 400,
        };
        struct pk_scene *scene = draw(profile, &options);

        assert_int_equal(scene->span, positive_sum(profile));
        if (options.max_depth == 0)
            assert_int_equal(scene->n_omitted, 0);
        pk_profile_free(profile);
        pk_free(folded);
    }
}

/* Merged from the leaves, level 1 is the self time of each function: the same as the flat table
 * says. */
static void the_first_reversed_level_is_the_self_time(void **state)
{
    uint64_t seed = 11;
    (void)state;

    for (int round = 0; round < 500; round++) {
        char *folded = random_stacks(&seed);
        struct pk_profile *profile = flame_profile(folded);
        const struct pk_tree *tree = pk_profile_tree(profile);
        struct pk_flame_options options = {.is_reversed = true, .width = 400};
        struct pk_scene *scene = draw(profile, &options);
        int64_t self[8] = {0};

        for (uint32_t i = 0; i < tree->n; i++)
            self[tree->frame[i]] += tree->self[0][i] > 0 ? tree->self[0][i] : 0;
        for (uint32_t i = 0; i < scene->n_boxes; i++)
            if (scene->boxes[i].depth == 1)
                assert_int_equal(scene->boxes[i].size, self[scene->boxes[i].frame]);
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
        cmocka_unit_test(reversed_boxes_are_merged_from_the_leaves),
        cmocka_unit_test(reversed_recursion_keeps_its_levels),
        cmocka_unit_test(reversed_boxes_merge_and_stop_like_others),
        cmocka_unit_test(estimates_carry_their_bounds),
        cmocka_unit_test(exact_boxes_are_as_wide_as_what_is_proven),
        cmocka_unit_test(exact_boxes_at_the_depth_limit_say_that_they_go_deeper),
        cmocka_unit_test(what_no_node_holds_belongs_to_the_root),
        cmocka_unit_test(reversed_estimates_sum_up_their_bounds),
        cmocka_unit_test(a_chain_of_a_million_frames_is_laid_out_without_recursion),
        cmocka_unit_test(sums_above_two_to_the_53_stay_exact),
        cmocka_unit_test(an_empty_tree_gives_an_empty_scene),
        cmocka_unit_test(random_scenes_obey_the_laws),
        cmocka_unit_test(the_first_reversed_level_is_the_self_time),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
