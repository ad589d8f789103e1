/*
 * The layout merged from the leaves: boxes worked out by hand, the flat table as a second witness,
 * and the limit on its work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flame_text.h"

static void reversed_boxes_are_merged_from_the_leaves(void **state)
{
    (void)state;

    /* lex is called by parse (3 from main, 5 from boot) and by main itself (2). */
    flame_check("main;parse;lex 3\nboot;parse;lex 5\nmain;lex 2\nmain 1\n",
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
    flame_check("f 1\nf;f 2\nf;f;f 4\n",
                (struct pk_flame_options){.is_reversed = true, .width = 1200},
                "all 0..7\n"
                " f 0..7 self 1\n"
                "  f 0..6 self 2\n"
                "   f 0..4\n");
}

static void reversed_boxes_merge_and_stop_like_others(void **state)
{
    (void)state;

    flame_check("a;x 40\nb;x 2\nc;x 1\nd;y 57\n",
                (struct pk_flame_options){.is_reversed = true, .width = 100, .min_width = 3},
                "all 0..100\n"
                " x 0..43\n"
                "  a 0..40\n"
                "  +2 40..43\n"
                " y 43..100\n"
                "  d 43..100\n");
    flame_check("a;b;x 4\na;c;x 3\n",
                (struct pk_flame_options){.is_reversed = true, .width = 100, .max_depth = 1},
                "all 0..7\n"
                " x 0..7 deeper\n");
}

static void reversed_estimates_sum_up_their_bounds(void **state)
{
    (void)state;

    flame_check_estimated((struct pk_flame_options){.width = 1200, .is_reversed = true},
                          "all 0..1000\n"
                          " a 0..100\n"
                          " b 100..600 ~250..700\n"
                          "  a 100..600 ~250..700\n"
                          " c 600..1000 ~150..600\n"
                          "  a 600..1000 ~150..600\n");
    flame_check_estimated(
        (struct pk_flame_options){.width = 1200, .is_reversed = true, .is_exact_only = true},
        "all 0..1000\n"
        " a 0..100\n"
        " b 100..350\n"
        "  a 100..350\n"
        " c 350..500\n"
        "  a 350..500\n"
        " (place not proven) 500..1000\n");
}

/* Merged from the leaves, level 1 is the self time of each function: the same as the flat table
 * says. */
static void the_first_reversed_level_is_the_self_time(void **state)
{
    uint64_t seed = 11;
    (void)state;

    for (int round = 0; round < 500; round++) {
        char *folded = flame_random_stacks(&seed);
        struct pk_profile *profile = flame_profile(folded);
        const struct pk_tree *tree = pk_profile_tree(profile);
        struct pk_flame_options options = {.is_reversed = true, .width = 400};
        struct pk_scene *scene = flame_draw(profile, &options);
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

static void work_on_a_reversed_chain_is_limited(void **state)
{
    enum { N = 1000000 };
    struct pk_profile *profile = flame_profile("f 1\n");
    int64_t *column;
    struct pk_tree tree = flame_chain(N, 1, &column);
    struct pk_flame_options reversed = {.width = 1200, .is_reversed = true};
    struct pk_scene *scene;
    (void)state;

    /* All levels of this would be half a million million steps: it stops, and says so. */
    scene = pk_view_flame(&flame_arena, profile, 0, &tree, NULL, &reversed);
    flame_check_laws(scene);
    assert_true(scene->max_depth > 100);
    assert_true(scene->n_omitted > 0);
    flame_free_chain(&tree);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reversed_boxes_are_merged_from_the_leaves),
        cmocka_unit_test(reversed_recursion_keeps_its_levels),
        cmocka_unit_test(reversed_boxes_merge_and_stop_like_others),
        cmocka_unit_test(reversed_estimates_sum_up_their_bounds),
        cmocka_unit_test(the_first_reversed_level_is_the_self_time),
        cmocka_unit_test(work_on_a_reversed_chain_is_limited),
    };

    return cmocka_run_group_tests(tests, flame_begin, flame_end);
}
