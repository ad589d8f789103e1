/*
 * Pictures of a comparison: small ones box by box, random ones held to the laws of a scene, to the
 * sum of all differences, and to their mirror image.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "diff_drawn.h"
#include "flame_text.h"
#include "render/picture.h"
#include "render/view_diff_flame.h"

/* A scene of all functions without a verdict, unless `verdict` gives one for all. */
static struct pk_scene *draw(struct diff_drawn *d, struct pk_diff_flame_options options)
{
    struct pk_box_verdict *verdicts =
        PK_NEW_ARRAY(&d->arena, struct pk_box_verdict, d->tree.n_functions);
    struct pk_error error = {0};
    struct pk_scene *scene;

    for (uint32_t f = 0; options.verdict && f < d->tree.n_functions; f++)
        verdicts[f] = *options.verdict;
    options.verdict = verdicts;
    options.flame.width = options.flame.width ? options.flame.width : 1200;
    scene = pk_view_diff_flame(&d->arena, &d->diff, &d->tree, &options, &error);
    assert_non_null(scene);
    return scene;
}

/* "name start..end before:after level", new and gone. */
static char *text_of(const struct pk_scene *scene)
{
    struct pk_buf out = {0};

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i];
        const struct pk_box_change *change = &scene->change->box[i];

        for (uint32_t d = 0; d < box->depth; d++)
            pk_buf_char(&out, ' ');
        if (box->flags & PK_BOX_SMALL)
            pk_buf_printf(&out, "+%u", box->n_merged);
        else
            pk_buf_str(&out, i ? pk_scene_frame(scene, box)->name : PK_STR("all"));
        pk_buf_printf(&out, " %" PRId64 "..%" PRId64 " %" PRId64 ":%" PRId64 " %+d%s%s\n",
                      box->start, box->start + box->size, change->total[0], change->total[1],
                      change->level, box->flags & PK_BOX_NEW ? " new" : "",
                      box->flags & PK_BOX_GONE ? " gone" : "");
    }
    return out.data;
}

static void check(const char *before, const char *after, struct pk_diff_flame_options options,
                  const char *expected)
{
    struct diff_drawn d = diff_drawn(before, after);
    struct pk_scene *scene = draw(&d, options);
    char *found = text_of(scene);

    flame_check_laws(scene);
    assert_string_equal(found, expected);
    pk_free(found);
    diff_drawn_fini(&d);
}

static const char earlier[] = "main;load;parse 30\nmain;load 5\nmain;draw 15\n";
static const char later[] = "main;load;parse 12\nmain;load 5\nmain;fresh 20\n";

/* Steps of a scale that ends at 20: 1, 2, 6, 20 (a hundredth is less than a unit). */
static void after_is_as_wide_as_the_later_side(void **state)
{
    (void)state;
    check(earlier, later, (struct pk_diff_flame_options){.full = 20},
          "all 0..37 50:37 -3\n"
          " main 0..37 50:37 -3\n"
          "  fresh 0..20 0:20 +4 new\n"
          "  load 20..37 35:17 -3\n"
          "   parse 20..32 30:12 -3\n");
}

static void before_is_as_wide_as_the_earlier_side(void **state)
{
    (void)state;
    check(earlier, later, (struct pk_diff_flame_options){.shape = PK_SHAPE_BEFORE, .full = 20},
          "all 0..50 50:37 -3\n"
          " main 0..50 50:37 -3\n"
          "  draw 0..15 15:0 -3 gone\n"
          "  load 15..50 35:17 -3\n"
          "   parse 15..45 30:12 -3\n");
}

static void max_has_room_for_both(void **state)
{
    (void)state;
    check(earlier, later, (struct pk_diff_flame_options){.shape = PK_SHAPE_MAX, .full = 20},
          "all 0..70 50:37 -3\n"
          " main 0..70 50:37 -3\n"
          "  draw 0..15 15:0 -3 gone\n"
          "  fresh 15..35 0:20 +4 new\n"
          "  load 35..70 35:17 -3\n"
          "   parse 35..65 30:12 -3\n");
}

/* 15 went, 20 came, 18 less: load itself did not change and is as wide as parse. */
static void delta_is_as_wide_as_what_changed(void **state)
{
    (void)state;
    check(earlier, later, (struct pk_diff_flame_options){.shape = PK_SHAPE_DELTA, .full = 20},
          "all 0..53 50:37 -3\n"
          " main 0..53 50:37 -3\n"
          "  draw 0..15 15:0 -3 gone\n"
          "  fresh 15..35 0:20 +4 new\n"
          "  load 35..53 35:17 -3\n"
          "   parse 35..53 30:12 -3\n");
}

static void shades_of_self_leave_callers_plain(void **state)
{
    (void)state;
    check(earlier, later, (struct pk_diff_flame_options){.is_self = true, .full = 20},
          "all 0..37 50:37 +0\n"
          " main 0..37 50:37 +0\n"
          "  fresh 0..20 0:20 +4 new\n"
          "  load 20..37 35:17 +0\n"
          "   parse 20..32 30:12 -3\n");
}

static void small_ones_keep_the_values_of_both_sides(void **state)
{
    (void)state;
    /* 100 units over 100 px, 3 px at least. */
    check("m;a 40\nm;b 7\nm;c 1\n", "m;a 97\nm;b;x 2\nm;d 1\n",
          (struct pk_diff_flame_options){.flame = {.width = 100, .min_width = 3}, .full = 10},
          "all 0..100 48:100 +4\n"
          " m 0..100 48:100 +4\n"
          "  a 0..97 40:97 +4\n"
          "  +2 97..100 7:3 +0\n");
}

static void what_has_no_width_is_listed(void **state)
{
    struct diff_drawn d = diff_drawn(earlier, later);
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){0});

    (void)state;
    assert_int_equal(scene->change->unseen[PK_BEFORE], 15);
    assert_int_equal(scene->change->unseen[PK_AFTER], 0);
    assert_int_equal(scene->change->n_notes, 2);
    assert_string_equal(scene->change->notes[0].data,
                        "Gone, so without width in this shape: draw below main -15. "
                        "--shape before draws them.");
    assert_string_equal(scene->change->notes[1].data,
                        "Self differences of 5 boxes and of what is listed add up to -13, the "
                        "difference of the totals.");
    scene = draw(&d, (struct pk_diff_flame_options){.shape = PK_SHAPE_BEFORE});
    assert_string_equal(scene->change->notes[0].data,
                        "New, so without width in this shape: fresh below main +20. "
                        "--shape after draws them.");
    diff_drawn_fini(&d);
}

/* Ten gone paths: the eight largest by name, two summed up. */
static void a_long_list_is_summed_up(void **state)
{
    struct diff_drawn d =
        diff_drawn("a 1\nb 2\nc 3\nd 4\ne 5\nf 6\ng 7\nh 8\ni 9\nj 10\nz 1\n", "z 1\n");
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){0});

    (void)state;
    assert_string_equal(scene->change->notes[0].data,
                        "Gone, so without width in this shape: j -10; i -9; h -8; g -7; f -6; "
                        "e -5; d -4; c -3; 2 more -3. --shape before draws them.");
    diff_drawn_fini(&d);
}

/* 100 px for 1000: what shrank to 1 is not drawn, but it is the news. */
static void what_shrank_to_nothing_is_named(void **state)
{
    struct diff_drawn d = diff_drawn("m;slow 900\nm;x 999\n", "m;slow 1\nm;x 999\n");
    struct pk_scene *scene =
        draw(&d, (struct pk_diff_flame_options){.flame = {.width = 100, .min_width = 1}});

    (void)state;
    assert_string_equal(scene->change->notes[0].data,
                        "Changed, but too narrow to draw in this shape: slow below m -899.");
    diff_drawn_fini(&d);
}

static void what_did_not_change_is_counted_in_the_shape_of_differences(void **state)
{
    struct diff_drawn d = diff_drawn("a;b 1\nc;d 4\nc;e 2\n", "a;b 2\nc;d 4\nc;e 2\n");
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){.shape = PK_SHAPE_DELTA});

    (void)state;
    assert_int_equal(scene->span, 1);
    assert_string_equal(scene->change->notes[0].data,
                        "Without width in this shape, since nothing changed there: 3 boxes.");
    diff_drawn_fini(&d);
}

static void noise_is_grey_and_nothing_else(void **state)
{
    static const struct pk_box_verdict noise = {"within noise", true};
    struct diff_drawn d = diff_drawn(earlier, later);
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){.verdict = &noise});

    (void)state;
    assert_int_equal(pk_picture_fill(scene, PK_PALETTE_MODULE, &scene->boxes[2]),
                     pk_theme_change(PK_THEME_NOISE));
    assert_string_equal(scene->change->box[2].verdict, "within noise");
    /* The whole is no function. */
    assert_true(pk_picture_fill(scene, PK_PALETTE_MODULE, &scene->boxes[0]) < pk_theme_change(0));
    diff_drawn_fini(&d);
}

/* A tenth of the larger total, here 100, or the largest difference, here 5; then a hundredth, a
 * tenth, a third of it. */
static void the_scale_is_a_tenth_of_the_larger_total_or_the_largest_change(void **state)
{
    static const int64_t tenth[] = {1, 10, 33, 100}, least[] = {1, 2, 3, 5};
    struct diff_drawn d = diff_drawn("a 1000\nb 0\n", "a 200\nb 300\n");
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){0});

    (void)state;
    assert_memory_equal(scene->change->step, tenth, sizeof tenth);
    diff_drawn_fini(&d);
    d = diff_drawn("a 1000\n", "a 1005\n");
    scene = draw(&d, (struct pk_diff_flame_options){0});
    assert_memory_equal(scene->change->step, least, sizeof least);
    diff_drawn_fini(&d);
}

static void tooltips_say_before_after_difference_ratio_and_verdict(void **state)
{
    static const struct pk_box_verdict verdict = {"noise unknown", false};
    static const char *const expected[] = {
        "50 → 37, -13 (x0.74), self 0",        "50 → 37, -13 (x0.74), self 0, noise unknown",
        "0 → 20, +20, new, noise unknown",     "35 → 17, -18 (x0.49), self 0, noise unknown",
        "30 → 12, -18 (x0.40), noise unknown",
    };
    struct diff_drawn d = diff_drawn(earlier, later);
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){.verdict = &verdict});

    (void)state;
    assert_int_equal(scene->n_boxes, 5);
    for (uint32_t i = 0; i < 5; i++) {
        struct pk_buf facts = {0};

        pk_picture_change_facts(&facts, scene, &scene->boxes[i]);
        assert_string_equal(facts.data, expected[i]);
        pk_buf_fini(&facts);
    }
    diff_drawn_fini(&d);
}

/* f went from one caller to another and does as much as before. */
static void a_path_says_what_its_function_did_everywhere(void **state)
{
    struct diff_drawn d = diff_drawn("a;f 10\nb;f 1\n", "a;f 2\nb;f 12\n");
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){0});
    struct pk_buf facts = {0};

    (void)state;
    pk_picture_change_facts(&facts, scene, &scene->boxes[2]);
    assert_string_equal(facts.data, "10 → 2, -8 (x0.20), everywhere +3");
    pk_buf_fini(&facts);
    diff_drawn_fini(&d);
}

/* --- random profiles --- */

/* All that is drawn and all that is not: the difference of the totals. */
static void assert_conserved(const struct diff_drawn *d, const struct pk_scene *scene)
{
    int64_t sum[2] = {scene->change->unseen[0], scene->change->unseen[1]};

    for (uint32_t i = 0; i < scene->n_boxes; i++)
        for (unsigned s = 0; s < 2; s++)
            sum[s] += scene->change->box[i].self[s];
    if (scene->n_boxes == 0)
        return;
    for (unsigned s = 0; s < 2; s++)
        assert_true(sum[s] == d->tree.total[s]);
    assert_non_null(strstr(scene->change->notes[scene->change->n_notes - 1].data,
                           ", the difference of the totals."));
}

/* The same boxes in the same places, every sign turned. */
static void assert_mirrored(const struct pk_scene *a, const struct pk_scene *b)
{
    assert_int_equal(a->n_boxes, b->n_boxes);
    assert_memory_equal(a->change->step, b->change->step, sizeof a->change->step);
    for (uint32_t i = 0; i < a->n_boxes; i++) {
        const struct pk_box *x = &a->boxes[i], *y = &b->boxes[i];
        unsigned middle = pk_theme_change(0), fill = pk_picture_fill(a, PK_PALETTE_MODULE, x);

        assert_true(x->start == y->start && x->size == y->size && x->depth == y->depth);
        assert_int_equal(a->change->box[i].level, -b->change->box[i].level);
        assert_true(!(x->flags & PK_BOX_NEW) == !(y->flags & PK_BOX_GONE));
        assert_true(!(x->flags & PK_BOX_GONE) == !(y->flags & PK_BOX_NEW));
        if (!(x->flags & PK_BOX_SMALL))
            assert_int_equal(fill + pk_picture_fill(b, PK_PALETTE_MODULE, y), 2 * middle);
    }
}

/* One of the four shapes, with any width and depth. */
static struct pk_diff_flame_options any_options(struct support_random *random)
{
    return (struct pk_diff_flame_options){
        .flame = {.width = 100,
                  .min_width = (double)support_below(random, 20),
                  .max_depth = support_below(random, 6)},
        .shape = (enum pk_shape)support_below(random, 4),
        .is_self = support_below(random, 2),
    };
}

static enum pk_shape mirrored_shape(enum pk_shape shape)
{
    return shape == PK_SHAPE_AFTER    ? PK_SHAPE_BEFORE
           : shape == PK_SHAPE_BEFORE ? PK_SHAPE_AFTER
                                      : shape;
}

/* The same picture, of a tree that has only what is drawn. */
static uint32_t assert_same_when_cut(struct diff_drawn *d, struct pk_diff_flame_options options,
                                     const struct pk_scene *scene)
{
    struct pk_diff_cutting cutting = pk_view_diff_flame_needs(&options);
    struct pk_diff_tree whole = d->tree;
    struct pk_error error = {0};
    struct pk_scene *cut;
    uint32_t n;

    assert_true(pk_diff_tree_find(&d->diff, d->stacks, &cutting, &d->arena, &d->tree, &error));
    cut = draw(d, options);
    n = d->tree.n;
    d->tree = whole;
    flame_check_same(cut, scene);
    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box_change *a = &cut->change->box[i], *b = &scene->change->box[i];

        assert_memory_equal(a->total, b->total, sizeof a->total);
        assert_memory_equal(a->self, b->self, sizeof a->self);
        assert_true(a->level == b->level && a->function_delta == b->function_delta);
    }
    assert_memory_equal(cut->change->step, scene->change->step, sizeof cut->change->step);
    assert_int_equal(cut->change->n_notes, scene->change->n_notes);
    for (size_t i = 0; i < scene->change->n_notes; i++)
        assert_string_equal(cut->change->notes[i].data, scene->change->notes[i].data);
    return n;
}

/* Returns how many nodes were left out of trees that were cut. */
static uint32_t check_random(struct pk_profile *before, struct pk_profile *after,
                             struct support_random *random)
{
    struct diff_drawn d = diff_drawn_of(before, after), m = diff_drawn_of(after, before);
    uint32_t whole = 0, left = 0;

    for (unsigned n = 0; n < 6; n++) {
        struct pk_diff_flame_options options = any_options(random), turned = options;
        struct pk_scene *scene = draw(&d, options), *mirrored;

        turned.shape = mirrored_shape(options.shape);
        mirrored = draw(&m, turned);
        flame_check_laws(scene);
        assert_conserved(&d, scene);
        assert_mirrored(scene, mirrored);
        left += assert_same_when_cut(&d, options, scene);
        whole += d.tree.n;
    }
    diff_drawn_drop(&m);
    diff_drawn_fini(&d);
    return whole - left;
}

static struct support_program any_program(struct support_random *random)
{
    return (struct support_program){.functions = 2 + support_below(random, 10),
                                    .nodes = 1 + support_below(random, 60),
                                    .depth = 8,
                                    .is_recursive = support_below(random, 2),
                                    .largest = 1000};
}

static void random_stacks_lose_nothing_and_mirror(void **state)
{
    struct support_random random = {11};
    uint32_t cut = 0;
    (void)state;

    for (uint32_t n = support_cases(150); n-- > 0;) {
        struct support_program program = any_program(&random);
        struct pk_profile *sides[2];

        for (unsigned s = 0; s < 2; s++)
            sides[s] = support_freeze(support_program(&random, &program));
        cut += check_random(sides[0], sides[1], &random);
    }
    assert_true(cut > 0);
}

/* What a tracing profiler records of both: the trees are estimates, the sums are not. */
static void estimated_trees_lose_nothing_and_mirror(void **state)
{
    struct support_random random = {13};
    uint32_t cut = 0;
    (void)state;

    for (uint32_t n = support_cases(100); n-- > 0;) {
        struct support_program program = any_program(&random);
        bool has_edge_self = support_below(&random, 2);
        struct pk_profile *sides[2];

        for (unsigned s = 0; s < 2; s++) {
            struct pk_profile *truth = support_freeze(support_program(&random, &program));

            sides[s] = support_freeze(support_traced(truth, has_edge_self, true));
            pk_profile_free(truth);
        }
        cut += check_random(sides[0], sides[1], &random);
    }
    assert_true(cut > 0);
}

/* A pair of functions that call each other is one box, whichever of them costs more. */
static struct pk_profile *circle(int64_t first, int64_t second)
{
    struct pk_builder *b = support_builder();
    pk_frame_id m = support_frame(b, "m"), f = support_frame(b, "f"), g = support_frame(b, "g");
    int64_t whole = first + second, none = 0;

    pk_builder_self(b, m, &none, &whole, (struct pk_calls){1, 1});
    pk_builder_self(b, f, &first, &whole, (struct pk_calls){2, 1});
    pk_builder_self(b, g, &second, &whole, (struct pk_calls){2, 1});
    pk_builder_edge(b, m, f, &whole, NULL, (struct pk_calls){1, 1});
    pk_builder_edge(b, f, g, &whole, NULL, (struct pk_calls){2, 1});
    pk_builder_edge(b, g, f, &first, NULL, (struct pk_calls){1, 0});
    return support_freeze(b);
}

static void a_circle_of_calls_is_one_on_both_sides(void **state)
{
    struct diff_drawn d = diff_drawn_of(circle(70, 30), circle(20, 40));
    struct pk_scene *scene = draw(&d, (struct pk_diff_flame_options){.shape = PK_SHAPE_MAX});

    (void)state;
    assert_int_equal(scene->boxes[2].depth, 2);
    assert_string_equal(pk_scene_frame(scene, &scene->boxes[2])->name.data, "(cycle: g, f)");
    assert_int_equal(scene->change->box[2].total[PK_BEFORE], 100);
    assert_int_equal(scene->change->box[2].total[PK_AFTER], 60);
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        assert_int_equal(scene->boxes[i].flags & (PK_BOX_NEW | PK_BOX_GONE), 0);
    diff_drawn_fini(&d);
}

static void a_width_past_64_bits_is_an_error(void **state)
{
    struct diff_drawn d = diff_drawn("a 6000000000000000000\n", "b 6000000000000000000\n");
    struct pk_diff_flame_options options = {.shape = PK_SHAPE_MAX};
    struct pk_error error = {0};

    (void)state;
    assert_null(pk_view_diff_flame(&d.arena, &d.diff, &d.tree, &options, &error));
    assert_int_equal(error.status, PK_INPUT);
    diff_drawn_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_is_as_wide_as_the_later_side),
        cmocka_unit_test(before_is_as_wide_as_the_earlier_side),
        cmocka_unit_test(max_has_room_for_both),
        cmocka_unit_test(delta_is_as_wide_as_what_changed),
        cmocka_unit_test(shades_of_self_leave_callers_plain),
        cmocka_unit_test(small_ones_keep_the_values_of_both_sides),
        cmocka_unit_test(what_has_no_width_is_listed),
        cmocka_unit_test(a_long_list_is_summed_up),
        cmocka_unit_test(what_shrank_to_nothing_is_named),
        cmocka_unit_test(what_did_not_change_is_counted_in_the_shape_of_differences),
        cmocka_unit_test(noise_is_grey_and_nothing_else),
        cmocka_unit_test(the_scale_is_a_tenth_of_the_larger_total_or_the_largest_change),
        cmocka_unit_test(tooltips_say_before_after_difference_ratio_and_verdict),
        cmocka_unit_test(a_path_says_what_its_function_did_everywhere),
        cmocka_unit_test(random_stacks_lose_nothing_and_mirror),
        cmocka_unit_test(estimated_trees_lose_nothing_and_mirror),
        cmocka_unit_test(a_circle_of_calls_is_one_on_both_sides),
        cmocka_unit_test(a_width_past_64_bits_is_an_error),
    };

    return cmocka_run_group_tests(tests, flame_begin, flame_end);
}
