/*
 * The layout of flame charts. Small ones are compared with boxes worked out by hand; random ones
 * with the samples themselves: at every place of the picture stand the frames of the sample that
 * was taken there, and neighbours with the same path are one box.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "flame_text.h"
#include "render/view_chart.h"
#include "support.h"

/* A sample of one second's number, "thread:stack", of one letter a frame. */
static void add(struct pk_builder *b, const char *thread, int64_t time, const char *letters,
                int64_t value)
{
    struct pk_slice slice = {.process = pk_str_of(thread)};

    support_sample(b, &slice, time, letters, value);
}

/* Children in order in their parent, each box as large as its self and children. */
static void check_laws(const struct pk_scene *scene)
{
    int64_t *end = pk_calloc(scene->n_boxes, sizeof *end);
    int64_t *sum = pk_calloc(scene->n_boxes, sizeof *sum);
    uint32_t deepest = 0;

    for (uint32_t i = 0; i < scene->n_boxes; i++) {
        const struct pk_box *box = &scene->boxes[i], *parent;

        end[i] = box->start;
        deepest = box->depth > deepest ? box->depth : deepest;
        assert_true(box->size > 0);
        assert_int_equal(box->range.lo, box->size);
        assert_int_equal(box->range.hi, box->size);
        if (i == 0)
            continue;
        parent = &scene->boxes[box->parent];
        assert_true(box->parent < i);
        assert_int_equal(box->depth, parent->depth + 1);
        assert_true(box->start >= end[box->parent]);
        end[box->parent] = box->start + box->size;
        sum[box->parent] += box->size;
        assert_true(end[box->parent] <= parent->start + parent->size);
    }
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        assert_int_equal(scene->boxes[i].self + sum[i], scene->boxes[i].size);
    assert_int_equal(scene->boxes[0].size, scene->span);
    assert_int_equal(scene->max_depth, deepest);
    pk_free(end);
    pk_free(sum);
}

/* Freezes and frees the builder. */
static void check(struct pk_builder *b, struct pk_flame_options options, const char *expected)
{
    struct pk_profile *profile = support_freeze(b);
    struct pk_scene *scene = pk_view_chart(&flame_arena, profile, 0, &options);
    char *found = flame_text(scene);

    check_laws(scene);
    assert_string_equal(found, expected);
    pk_free(found);
    pk_profile_free(profile);
}

#define WIDE ((struct pk_flame_options){.width = 1200})

static void equal_stacks_apart_stay_apart(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 3, "ma", 4);
    add(b, "p", 1, "ma", 1);
    add(b, "p", 2, "mb", 2);
    check(b, WIDE, "all 0..7\n m 0..7\n  a 0..1\n  b 1..3\n  a 3..7\n");
}

static void equal_neighbours_are_one_box(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "mab", 1);
    add(b, "p", 5000, "mab", 2); /* however long nothing was sampled between */
    add(b, "p", 5001, "mac", 3);
    check(b, WIDE, "all 0..6\n m 0..6\n  a 0..6\n   b 0..3\n   c 3..6\n");
}

static void self_stands_where_it_was_sampled(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "ma", 1);
    add(b, "p", 2, "m", 2);
    add(b, "p", 3, "ma", 3);
    check(b, WIDE, "all 0..6\n m 0..6 self 2\n  a 0..1\n  a 3..6\n");
}

static void recursion_is_a_box_for_each_level(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "fff", 1);
    add(b, "p", 2, "ff", 1);
    add(b, "p", 3, "fff", 1);
    check(b, WIDE, "all 0..3\n f 0..3\n  f 0..3 self 1\n   f 0..1\n   f 2..3\n");
}

static void threads_stand_side_by_side_below_their_names(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "two", 1, "a", 1);
    add(b, "one", 2, "b", 2);
    add(b, "two", 3, "a", 3);
    add(b, "one", 4, "a", 4);
    check(b, WIDE, "all 0..10\n one 0..6\n  b 0..2\n  a 2..6\n two 6..10\n  a 6..10\n");
}

/* Its samples are of another metric. */
static void a_thread_without_moments_is_not_there(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "one", 1, "a", 1);
    add(b, "two", PK_MISSING, "b", 5);
    check(b, WIDE, "all 0..1\n a 0..1\n");
}

/* Two files of one thread, of which one says a metric more, are in order of time all the same. */
static void slices_of_one_thread_are_one_line_of_time(void **state)
{
    struct pk_builder *one = support_timed(), *two = support_timed();
    struct pk_metric cycles = {.name = PK_STR("cycles"), .unit = PK_UNIT_COUNT};
    struct pk_slice slice = {.process = PK_STR("p")};
    pk_frame_id x = support_frame(two, "x");

    (void)state;
    add(one, "p", 10, "a", 1);
    add(one, "p", 30, "a", 3);
    pk_builder_metric(two, &cycles);
    pk_builder_slice(two, &slice);
    pk_builder_moment(two, 0, 20);
    pk_builder_stack(two, &x, NULL, 1, (int64_t[]){2, 1});
    pk_builder_merge(one, two);
    pk_builder_free(two);
    check(one, WIDE, "all 0..6\n a 0..1\n x 1..3\n a 3..6\n");
}

static void lines_of_one_function_are_one_box(void **state)
{
    struct pk_builder *b = support_timed();
    pk_frame_id path[2] = {support_frame(b, "m"), support_frame(b, "f")};
    const int64_t one = 1;

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        pk_builder_moment(b, 0, i);
        pk_builder_stack(b, path, (uint32_t[]){i % 2, i}, i == 3 ? 1 : 2, &one);
    }
    check(b, WIDE, "all 0..4\n m 0..4 self 1\n  f 0..3\n");
}

/* 100 px for 1000: what is below 10 is narrower than 1 px. */
static void narrow_boxes_are_grey_where_they_stand(void **state)
{
    struct pk_flame_options options = {.width = 100, .min_width = 1};
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "ma", 4);
    add(b, "p", 2, "mb", 5);
    add(b, "p", 3, "mc", 500);
    add(b, "p", 4, "mb", 6);
    add(b, "p", 5, "m", 476); /* what it spends itself parts the two */
    add(b, "p", 6, "ma", 9);
    check(b, options,
          "all 0..1000\n m 0..1000 self 476\n  +2 0..9\n  c 9..509\n  +1 509..515\n"
          "  +1 991..1000\n");
}

static void rows_of_narrow_boxes_alone_are_not_drawn(void **state)
{
    struct pk_flame_options options = {.width = 100, .min_width = 1};
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "m", 1000);
    add(b, "p", 2, "mabcdef", 1);
    check(b, options, "all 0..1001\n m 0..1001 self 1000\n  +1 1000..1001\n");
}

/* The box of x holds a grey one when it closes, and becomes grey itself. */
static void grey_boxes_hold_no_grey_ones(void **state)
{
    struct pk_flame_options options = {.width = 100, .min_width = 1};
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "p", 1, "mxa", 1);
    add(b, "p", 2, "mxb", 2);
    add(b, "p", 3, "mya", 3);
    add(b, "p", 4, "m", 1000);
    check(b, options, "all 0..1006\n m 0..1006 self 1000\n  +2 0..6\n");
}

static void deeper_levels_are_left_out_and_counted(void **state)
{
    struct pk_flame_options options = {.width = 1200, .max_depth = 2};
    struct pk_builder *b = support_timed();
    struct pk_profile *profile;
    struct pk_scene *scene;
    char *found;

    (void)state;
    add(b, "p", 1, "abc", 1);
    add(b, "p", 2, "abd", 2);
    add(b, "p", 3, "ab", 3);
    add(b, "p", 4, "ae", 4);
    profile = support_freeze(b);
    scene = pk_view_chart(&flame_arena, profile, 0, &options);
    found = flame_text(scene);
    check_laws(scene);
    assert_string_equal(found, "all 0..10\n a 0..10\n  b 0..6 deeper\n  e 6..10\n");
    assert_int_equal(scene->n_omitted, 2);
    pk_free(found);
    pk_profile_free(profile);
}

/* Every other of 2,000 samples is 1,000 frames deep: a million boxes, of which 2^18 are drawn. The
 * first level is one box, each other 1,000. */
static void a_few_deep_stacks_cannot_make_a_huge_picture(void **state)
{
    enum { DEPTH = 1000 };
    struct pk_builder *b = support_timed();
    pk_frame_id path[DEPTH];
    struct pk_profile *profile;
    struct pk_scene *scene;
    const int64_t one = 1;

    (void)state;
    for (size_t i = 0; i < DEPTH; i++)
        path[i] = support_frame(b, i % 2 ? "even" : "odd");
    for (int64_t i = 0; i < 2000; i++) {
        pk_builder_moment(b, 0, i);
        pk_builder_stack(b, path, NULL, i % 2 ? DEPTH : 1, &one);
    }
    profile = support_freeze(b);
    scene = pk_view_chart(&flame_arena, profile, 0, &WIDE);
    check_laws(scene);
    assert_int_equal(scene->max_depth, 1 + ((1 << 18) - 1) / 1000);
    assert_int_equal(scene->n_omitted, 1000);
    pk_profile_free(profile);
}

/* The same without depth: the narrowest are joined instead, and nothing is left out. */
static void many_narrow_boxes_are_joined_though_none_was_to_be(void **state)
{
    struct pk_flame_options options = {.width = 1200, .min_width = 0};
    struct pk_builder *b = support_timed();
    struct pk_profile *profile;
    struct pk_scene *scene;

    (void)state;
    for (int64_t i = 0; i < 300000; i++)
        add(b, "p", i, i % 2 ? "a" : "b", i % 1000 ? 1 : 100000);
    profile = support_freeze(b);
    scene = pk_view_chart(&flame_arena, profile, 0, &options);
    check_laws(scene);
    assert_int_equal(scene->n_boxes, 1 + 2 * 300); /* the wide ones, and grey between */
    assert_int_equal(scene->n_omitted, 0);
    pk_profile_free(profile);
}

static void what_the_moments_are_is_known(void **state)
{
    struct pk_builder *b = support_timed();
    struct pk_profile *profile;
    struct pk_timeline_facts facts;

    (void)state;
    add(b, "one", 70, "a", 1);
    add(b, "two", 20, "a", 2);
    add(b, "two", PK_MISSING, "a", 4);
    profile = support_freeze(b);
    facts = pk_timeline_facts(profile, 0);
    assert_int_equal(facts.weight, 3);
    assert_int_equal(facts.first, 20);
    assert_int_equal(facts.last, 70);
    assert_int_equal(facts.n_threads, 2);
    pk_profile_free(profile);
}

/* --- against the samples --- */

enum { SAMPLES = 50 };

/* The box of level `depth` at a place, or PK_NONE. */
static uint32_t box_at(const struct pk_scene *scene, uint32_t depth, int64_t place)
{
    for (uint32_t i = 0; i < scene->n_boxes; i++)
        if (scene->boxes[i].depth == depth && scene->boxes[i].start <= place &&
            place < scene->boxes[i].start + scene->boxes[i].size)
            return i;
    return PK_NONE;
}

/* All samples weigh 1, so place i is sample i. */
static void check_places(const struct pk_scene *scene, char stack[SAMPLES][8])
{
    for (uint32_t i = 0; i < SAMPLES; i++) {
        size_t depth = strlen(stack[i]), same = 0;

        for (uint32_t d = 1; d <= depth; d++) {
            uint32_t box = box_at(scene, d, i);

            assert_int_not_equal(box, PK_NONE);
            assert_int_equal(
                pk_profile_frame(scene->profile, scene->boxes[box].frame)->name.data[0],
                stack[i][d - 1]);
        }
        assert_int_equal(box_at(scene, (uint32_t)depth + 1, i), PK_NONE);
        while (i && stack[i][same] && stack[i][same] == stack[i - 1][same])
            same++;
        for (uint32_t d = 1; i && d <= depth; d++)
            assert_int_equal(box_at(scene, d, i) == box_at(scene, d, i - 1), d <= same);
    }
}

static void every_place_has_the_frames_of_its_sample(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < support_cases(100); n++) {
        struct support_random random = {n + 1};
        struct pk_builder *b = support_timed();
        char stack[SAMPLES][8] = {{0}};
        struct pk_profile *profile;
        struct pk_scene *scene;

        for (uint32_t i = 0; i < SAMPLES; i++) {
            uint32_t depth = 1 + support_below(&random, 5);

            for (uint32_t d = 0; d < depth; d++)
                stack[i][d] = (char)('a' + (int)support_below(&random, 2));
        }
        for (uint32_t i = SAMPLES; i-- > 0;)
            add(b, "p", i, stack[i], 1);
        profile = support_freeze(b);
        scene = pk_view_chart(&flame_arena, profile, 0, &WIDE);
        check_laws(scene);
        check_places(scene, stack);
        pk_profile_free(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stacks_apart_stay_apart),
        cmocka_unit_test(equal_neighbours_are_one_box),
        cmocka_unit_test(self_stands_where_it_was_sampled),
        cmocka_unit_test(recursion_is_a_box_for_each_level),
        cmocka_unit_test(threads_stand_side_by_side_below_their_names),
        cmocka_unit_test(a_thread_without_moments_is_not_there),
        cmocka_unit_test(slices_of_one_thread_are_one_line_of_time),
        cmocka_unit_test(lines_of_one_function_are_one_box),
        cmocka_unit_test(narrow_boxes_are_grey_where_they_stand),
        cmocka_unit_test(rows_of_narrow_boxes_alone_are_not_drawn),
        cmocka_unit_test(grey_boxes_hold_no_grey_ones),
        cmocka_unit_test(deeper_levels_are_left_out_and_counted),
        cmocka_unit_test(a_few_deep_stacks_cannot_make_a_huge_picture),
        cmocka_unit_test(many_narrow_boxes_are_joined_though_none_was_to_be),
        cmocka_unit_test(what_the_moments_are_is_known),
        cmocka_unit_test(every_place_has_the_frames_of_its_sample),
    };

    return cmocka_run_group_tests(tests, flame_begin, flame_end);
}
