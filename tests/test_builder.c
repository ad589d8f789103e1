/*
 * Builders: what goes in comes out once, in canonical order; sums are exact; overflow ends in an
 * error that no order of reading can avoid.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/dump.h"
#include "support.h"

static void equal_stacks_add_up(void **state)
{
    struct pk_profile *once = support_profile("main;parse 3\nmain;draw 5\n");
    struct pk_profile *split = support_profile("main;draw 2\nmain;parse 3\nmain;draw 3\n");

    (void)state;
    support_assert_equal(once, split);
    assert_int_equal(pk_profile_total(once, 0), 8);
    pk_profile_free(once);
    pk_profile_free(split);
}

static void frames_stand_in_order_of_bytes(void **state)
{
    struct pk_profile *p = support_profile("b;a 1\nB;a 1\na;ab 1\n");

    (void)state;
    assert_int_equal(pk_profile_frames(p), 4);
    assert_string_equal(pk_profile_frame(p, 0)->name.data, "B");
    assert_string_equal(pk_profile_frame(p, 1)->name.data, "a");
    assert_string_equal(pk_profile_frame(p, 2)->name.data, "ab");
    assert_string_equal(pk_profile_frame(p, 3)->name.data, "b");
    pk_profile_free(p);
}

static void frames_differ_by_every_part_of_their_identity(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_frame base = {.name = PK_STR("f"), .file = PK_STR("x.py"), .line = 1};
    struct pk_frame other;
    pk_frame_id id = pk_builder_frame(b, &base);

    (void)state;
    assert_int_equal(pk_builder_frame(b, &base), id);
    other = base;
    other.name = PK_STR("f\0g"); /* a NUL is a byte like any other */
    assert_int_not_equal(pk_builder_frame(b, &other), id);
    other = base;
    other.file = PK_STR_NULL;
    assert_int_not_equal(pk_builder_frame(b, &other), id);
    other = base;
    other.module = PK_STR("");
    assert_int_not_equal(pk_builder_frame(b, &other), id);
    other = base;
    other.line = 2;
    assert_int_not_equal(pk_builder_frame(b, &other), id);
    other = base;
    other.kind = PK_KIND_KERNEL;
    assert_int_not_equal(pk_builder_frame(b, &other), id);
    other = base;
    other.name = PK_STR("");
    id = pk_builder_frame(b, &other);
    other.name = PK_STR_NULL; /* every frame has a name */
    assert_int_equal(pk_builder_frame(b, &other), id);
    pk_builder_free(b);
}

static void an_empty_stack_keeps_its_weight(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t value = 4;
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, NULL, NULL, 0, &value);
    p = support_freeze(b);
    assert_int_equal(pk_profile_total(p, 0), 4);
    assert_int_equal(pk_profile_frame(p, 0)->kind, PK_KIND_SPECIAL);
    pk_profile_free(p);
}

static void a_sum_past_64_bits_is_an_error_in_any_order(void **state)
{
    static const int64_t orders[][3] = {
        {INT64_MAX, 1, -5}, {1, -5, INT64_MAX}, {-5, INT64_MAX, 1}, {INT64_MIN + 1, 1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct pk_builder *b = support_builder();
        struct pk_error error = {0};
        pk_frame_id f = support_frame(b, "f");

        for (size_t k = 0; k < 3; k++)
            pk_builder_stack(b, &f, NULL, 1, &orders[i][k]);
        assert_true(pk_builder_failed(b, NULL));
        assert_null(pk_builder_freeze(b, NULL, NULL, &error));
        assert_int_equal(error.status, PK_INPUT);
        assert_non_null(strstr(error.text, "beyond 64 bits"));
        pk_builder_free(b);
    }
}

static void the_largest_value_alone_fits(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t value = INT64_MAX;
    pk_frame_id f = support_frame(b, "f");
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f, NULL, 1, &value);
    p = support_freeze(b);
    assert_true(pk_profile_total(p, 0) == INT64_MAX);
    pk_profile_free(p);
}

static void rescaling_multiplies_what_is_there(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t before = 7, after = 25;
    pk_frame_id f = support_frame(b, "f");
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f, NULL, 1, &before);
    pk_builder_rescale(b, 0, -1);
    assert_int_equal(pk_builder_scale(b, 0), -1);
    pk_builder_rescale(b, 0, 0); /* coarser: no news */
    assert_int_equal(pk_builder_scale(b, 0), -1);
    pk_builder_stack(b, &f, NULL, 1, &after);
    p = support_freeze(b);
    assert_int_equal(pk_profile_total(p, 0), 95); /* 7.0 + 2.5 = 9.5 */
    pk_profile_free(p);
}

static void rescaling_past_64_bits_is_an_error(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t value = INT64_MAX / 10 + 1;
    pk_frame_id f = support_frame(b, "f");

    (void)state;
    pk_builder_stack(b, &f, NULL, 1, &value);
    pk_builder_rescale(b, 0, -1);
    assert_true(pk_builder_failed(b, NULL));
    pk_builder_free(b);
}

static void limits_hold_on_both_sides(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b;
    struct pk_error error = {0};

    (void)state;
    limits.frames = 2;
    limits.metrics = 1;
    b = pk_builder_new(&limits);
    support_frame(b, "a");
    support_frame(b, "b");
    support_frame(b, "a");
    assert_false(pk_builder_failed(b, NULL));
    support_frame(b, "c");
    assert_true(pk_builder_failed(b, &error));
    assert_non_null(strstr(error.hint, "--limit frames="));
    pk_builder_free(b);
    b = pk_builder_new(&limits);
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("a")});
    assert_false(pk_builder_failed(b, NULL));
    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("b")});
    assert_true(pk_builder_failed(b, NULL));
    pk_builder_free(b);
}

static void metrics_found_late_are_zero_before_in_stacks(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_metric more = {.name = PK_STR("misses"), .unit = PK_UNIT_COUNT};
    static const int64_t first[] = {5}, second[] = {PK_MISSING, 9};
    pk_frame_id f[2] = {support_frame(b, "a"), support_frame(b, "b")};
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f[0], NULL, 1, first);
    assert_int_equal(pk_builder_metric(b, &more), 1);
    pk_builder_stack(b, &f[1], NULL, 1, second);
    p = support_freeze(b);
    /* Both events were recorded by this slice: a function without a sample of one has 0 of it. */
    assert_int_equal(pk_profile_flat(p)->self[0][1], 0);
    assert_int_equal(pk_profile_flat(p)->self[1][0], 0);
    assert_int_equal(pk_profile_total(p, 1), 9);
    pk_profile_free(p);
}

static void what_no_row_says_has_no_column(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t self = 3;
    struct pk_profile *p;

    (void)state;
    pk_builder_self(b, support_frame(b, "f"), &self, NULL, PK_CALLS_MISSING);
    p = support_freeze(b);
    assert_null(pk_profile_flat(p)->calls);
    assert_int_equal(pk_profile_flat(p)->incl[0][0], 3); /* no edges leave: its self is all */
    pk_profile_free(p);
    p = support_profile("a 1\n");
    assert_null(pk_profile_flat(p)->calls);
    assert_null(pk_profile_graph(p)->calls);
    pk_profile_free(p);
}

static bool only_thread_two(const struct pk_slice *slice, void *context)
{
    (void)context;
    return pk_str_equal(slice->thread, PK_STR("2"));
}

static void a_chosen_slice_freezes_to_a_smaller_profile(void **state)
{
    struct pk_builder *b = support_builder();
    static const int64_t values[] = {3, 4};
    struct pk_label labels[] = {{PK_STR("b"), PK_STR("2")}, {PK_STR("a"), PK_STR("1")}};
    struct pk_error error = {0};
    pk_frame_id f[2] = {support_frame(b, "one"), support_frame(b, "two")};
    struct pk_profile *p;

    (void)state;
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("1")});
    pk_builder_stack(b, &f[0], NULL, 1, &values[0]);
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("2"), .labels = labels, .n_labels = 2});
    pk_builder_stack(b, &f[1], NULL, 1, &values[1]);
    p = pk_builder_freeze(b, NULL, NULL, &error);
    assert_int_equal(pk_profile_slices(p), 2);
    assert_int_equal(pk_profile_slice_total(p, 0, 0), 3);
    assert_int_equal(pk_profile_slice_total(p, 1, 0), 4);
    assert_string_equal(pk_profile_slice(p, 1)->labels[0].key.data, "a"); /* labels are a set */
    pk_profile_free(p);
    p = pk_builder_freeze(b, only_thread_two, NULL, &error);
    assert_int_equal(pk_profile_frames(p), 1);
    assert_int_equal(pk_profile_total(p, 0), 4);
    pk_profile_free(p);
    pk_builder_free(b);
}

static void nothing_in_it_is_an_error(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_error error = {0};

    (void)state;
    assert_null(pk_builder_freeze(b, NULL, NULL, &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text, "no sample in this profile");
    pk_builder_free(b);
}

static void the_dump_is_the_whole_profile(void **state)
{
    struct pk_profile *p = support_profile("main;parse 3\nmain 2\n");
    struct pk_buf out = {0};

    (void)state;
    pk_dump_profile(p, &out);
    assert_string_equal(out.data, "rung tree\n"
                                  "metric 'samples' count scale 0 total 5\n"
                                  "slice process -'' thread -'' self 5\n"
                                  "frame 0 'main' self 2 incl 5\n"
                                  "frame 1 'parse' self 3 incl 3\n"
                                  "edge 0 -> 1 incl 3 self 3\n"
                                  "node 0 frame 0 self 2 incl 5\n"
                                  "node 1 below 0 frame 1 self 3 incl 3\n");
    pk_buf_fini(&out);
    pk_profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stacks_add_up),
        cmocka_unit_test(frames_stand_in_order_of_bytes),
        cmocka_unit_test(frames_differ_by_every_part_of_their_identity),
        cmocka_unit_test(an_empty_stack_keeps_its_weight),
        cmocka_unit_test(a_sum_past_64_bits_is_an_error_in_any_order),
        cmocka_unit_test(the_largest_value_alone_fits),
        cmocka_unit_test(rescaling_multiplies_what_is_there),
        cmocka_unit_test(rescaling_past_64_bits_is_an_error),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(metrics_found_late_are_zero_before_in_stacks),
        cmocka_unit_test(what_no_row_says_has_no_column),
        cmocka_unit_test(a_chosen_slice_freezes_to_a_smaller_profile),
        cmocka_unit_test(nothing_in_it_is_an_error),
        cmocka_unit_test(the_dump_is_the_whole_profile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
