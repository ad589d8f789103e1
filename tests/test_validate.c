/*
 * Every law of a profile can be broken, and is found by its name. A sound profile is made, one of
 * its numbers changed from the inside, and the error must be that law's and no other's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/profile_private.h"
#include "model/validate.h"
#include "support.h"

/* --- what is broken --- */

/* frames: 0 draw, 1 load, 2 main, 3 parse
 * edges:  0 load > parse, 1 main > draw, 2 main > load
 * nodes:  0 main [0, 4), 1 draw, 2 load [2, 4), 3 parse
 * self:   main 1, draw 15, load 5, parse 30; total 51 */
#define STACKS "main 1\nmain;draw 15\nmain;load 5\nmain;load;parse 30\n"

static void swap_frames(struct pk_profile *p)
{
    struct pk_frame frame = p->frames[0];

    p->frames[0] = p->frames[1];
    p->frames[1] = frame;
}

static void double_a_frame(struct pk_profile *p)
{
    p->frames[1] = p->frames[0];
}

static void lead_an_edge_nowhere(struct pk_profile *p)
{
    p->graph.callee[2] = p->n_frames;
}

static void start_an_edge_nowhere(struct pk_profile *p)
{
    p->graph.caller[0] = PK_NONE;
}

static void double_an_edge(struct pk_profile *p)
{
    p->graph.callee[2] = p->graph.callee[1];
}

static void reverse_edges(struct pk_profile *p)
{
    p->graph.caller[0] = 3;
}

static void lose_out_edges(struct pk_profile *p)
{
    p->graph.out_start[2] = 2; /* the first edge of main is at 1 */
}

static void mix_up_in_edges(struct pk_profile *p)
{
    p->graph.in_edge[0] = 2; /* the only edge into draw is 1 */
}

static void take_the_frame_of_a_node(struct pk_profile *p)
{
    p->tree.frame[3] = p->n_frames;
}

static void stretch_a_subtree(struct pk_profile *p)
{
    p->tree.end[2] = 5;
}

static void empty_a_subtree(struct pk_profile *p)
{
    p->tree.end[3] = 3;
}

static void make_a_node_its_own_parent(struct pk_profile *p)
{
    p->tree.parent[0] = 0;
}

static void swap_siblings(struct pk_profile *p)
{
    p->tree.frame[1] = 1; /* load before draw */
    p->tree.frame[2] = 0;
}

static void double_a_sibling(struct pk_profile *p)
{
    p->tree.frame[1] = 1; /* load and load */
}

static void give_a_sibling_another_parent(struct pk_profile *p)
{
    p->tree.parent[2] = 1;
}

static void forget_the_self_of_a_node(struct pk_profile *p)
{
    p->tree.self[0][3] = PK_MISSING;
}

static void forget_the_inclusive_of_a_node(struct pk_profile *p)
{
    p->tree.incl[0][3] = PK_MISSING;
}

static void add_to_the_self_of_a_node(struct pk_profile *p)
{
    p->tree.self[0][3]++;
}

static void add_to_the_inclusive_of_a_leaf(struct pk_profile *p)
{
    p->tree.incl[0][3]++;
}

static void add_to_both_of_a_root(struct pk_profile *p)
{
    p->tree.self[0][0]++;
    p->tree.incl[0][0]++;
}

static void add_to_the_self_of_an_edge(struct pk_profile *p)
{
    p->graph.self[0][0]++;
}

static void move_self_between_functions(struct pk_profile *p)
{
    p->flat.self[0][0]++;
    p->flat.self[0][1]--;
}

static void pass_the_total(struct pk_profile *p)
{
    p->flat.incl[0][2] = 52;
}

static void have_less_than_self(struct pk_profile *p)
{
    p->flat.incl[0][0] = 14;
}

static void pass_the_callee(struct pk_profile *p)
{
    p->graph.incl[0][1] = 16; /* draw has 15 */
}

static void pass_the_caller(struct pk_profile *p)
{
    p->flat.incl[0][3] = 40; /* parse; load has 35 */
    p->graph.incl[0][0] = 36;
}

static void have_less_than_self_of_an_edge(struct pk_profile *p)
{
    p->graph.incl[0][2] = 4; /* of which 5 self */
}

static void lower_an_upper_bound(struct pk_profile *p)
{
    p->flat.incl_high[0] = PK_NEW_ARRAY(&p->arena, int64_t, p->n_frames);
    for (uint32_t f = 0; f < p->n_frames; f++)
        p->flat.incl_high[0][f] = PK_MISSING;
    p->flat.incl_high[0][1] = p->flat.incl[0][1] - 1;
}

static void change_the_total(struct pk_profile *p)
{
    p->totals[0]++;
}

static void count_calls_below_zero(struct pk_profile *p)
{
    p->flat.calls = PK_NEW_ARRAY(&p->arena, int64_t, p->n_frames);
    p->flat.calls[3] = -1;
}

static void count_primitive_calls_below_zero(struct pk_profile *p)
{
    p->flat.primitive = PK_NEW_ARRAY(&p->arena, int64_t, p->n_frames);
    p->flat.primitive[0] = -1;
}

/* --- moments: parse at 1 and 2, load;parse at 3, each of 2 --- */

static struct pk_moment *moments_of(struct pk_profile *p)
{
    return p->timeline.n ? (struct pk_moment *)(uintptr_t)p->timeline.moments : NULL;
}

static void turn_time_back(struct pk_profile *p)
{
    moments_of(p)[1].time = 0;
}

static void begin_before_time(struct pk_profile *p)
{
    moments_of(p)[0].time = -1;
}

static void move_a_moment_where_nothing_ended(struct pk_profile *p)
{
    moments_of(p)[2].node = 0; /* of load;parse to load, which has no self */
}

static void take_the_weight_of_a_moment(struct pk_profile *p)
{
    moments_of(p)[2].value = 0;
}

static void make_a_moment_heavier(struct pk_profile *p)
{
    moments_of(p)[1].value++;
}

/* --- tests --- */

struct breach {
    void (*commit)(struct pk_profile *profile);
    const char *law;
    unsigned where; /* frame, edge, node or metric */
};

/* Break each sound profile once; the message has the law and the place. */
static void check_breaches(const struct breach *breaches, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pk_profile *profile = support_profile(STACKS);
        struct pk_error error = {0};
        struct pk_buf expected = {0};

        assert_true(pk_validate(profile, &error));
        breaches[i].commit(profile);
        if (pk_validate(profile, &error))
            fail_msg("breach %zu is not seen: %s", i, breaches[i].law);
        pk_buf_printf(&expected, "law broken: %s (at %u)", breaches[i].law, breaches[i].where);
        assert_string_equal(error.text, expected.data);
        assert_int_equal(error.status, PK_INTERNAL);
        pk_buf_fini(&expected);
        pk_profile_free(profile);
    }
}

static void laws_of_moments_are_enforced(void **state)
{
    static const struct breach breaches[] = {
        {turn_time_back, "moments of a slice stand in order", 1},
        {begin_before_time, "a moment is of a stack of its slice", 0},
        {move_a_moment_where_nothing_ended, "a moment is of a stack of its slice", 2},
        {take_the_weight_of_a_moment, "a moment is of a stack of its slice", 2},
        {make_a_moment_heavier, "the moments of a stack are parts of it", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        struct pk_builder *b = support_builder();
        pk_frame_id path[2] = {support_frame(b, "load"), support_frame(b, "parse")};
        const int64_t two = 2;
        struct pk_error error = {0};
        struct pk_buf expected = {0};
        struct pk_profile *profile;

        pk_builder_keep_times(b);
        for (unsigned n = 1; n <= 3; n++) {
            pk_builder_moment(b, 0, n);
            pk_builder_stack(b, n < 3 ? path + 1 : path, NULL, n < 3 ? 1 : 2, &two);
        }
        profile = support_freeze(b);
        breaches[i].commit(profile);
        assert_false(pk_validate(profile, &error));
        pk_buf_printf(&expected, "law broken: %s (at %u)", breaches[i].law, breaches[i].where);
        assert_string_equal(error.text, expected.data);
        pk_buf_fini(&expected);
        pk_profile_free(profile);
    }
}

static void laws_of_order_and_shape_are_enforced(void **state)
{
    static const struct breach breaches[] = {
        {swap_frames, "frames stand in order, each once", 1},
        {double_a_frame, "frames stand in order, each once", 1},
        {lead_an_edge_nowhere, "an edge joins two frames", 2},
        {start_an_edge_nowhere, "an edge joins two frames", 0},
        {double_an_edge, "edges stand in order, each once", 2},
        {reverse_edges, "out edges are found by their caller", 0},
        {lose_out_edges, "out edges are found by their caller", 1},
        {mix_up_in_edges, "in edges are found by their callee", 0},
        {take_the_frame_of_a_node, "a node is a frame", 3},
        {stretch_a_subtree, "a subtree is a range inside its parent's", 2},
        {empty_a_subtree, "a subtree is a range inside its parent's", 3},
        {make_a_node_its_own_parent, "a subtree is a range inside its parent's", 0},
        {swap_siblings, "siblings stand in order, each once", 1},
        {double_a_sibling, "siblings stand in order, each once", 1},
        {give_a_sibling_another_parent, "siblings stand in order, each once", 1},
    };

    (void)state;
    check_breaches(breaches, sizeof breaches / sizeof *breaches);
}

static void laws_of_sums_are_enforced(void **state)
{
    static const struct breach breaches[] = {
        {change_the_total, "the self of all functions adds up to the total", 0},
        {forget_the_self_of_a_node, "self and inclusive of a node are known together", 3},
        {forget_the_inclusive_of_a_node, "self and inclusive of a node are known together", 3},
        {add_to_the_self_of_a_node, "inclusive of a node = its self + its children", 3},
        {add_to_the_inclusive_of_a_leaf, "inclusive of a node = its self + its children", 3},
        {add_to_both_of_a_root, "the roots of the tree add up to the total", 0},
        {add_to_the_self_of_an_edge, "self of a function = self as a root + self of its edges", 3},
        {move_self_between_functions, "self of a function = self as a root + self of its edges", 0},
    };

    (void)state;
    check_breaches(breaches, sizeof breaches / sizeof *breaches);
}

static void laws_of_bounds_are_enforced(void **state)
{
    static const struct breach breaches[] = {
        {pass_the_total, "self <= inclusive <= total", 2},
        {have_less_than_self, "self <= inclusive <= total", 0},
        {pass_the_callee, "self <= inclusive of an edge <= that of both its ends", 1},
        {pass_the_caller, "self <= inclusive of an edge <= that of both its ends", 0},
        {have_less_than_self_of_an_edge, "self <= inclusive of an edge <= that of both its ends",
         2},
        {lower_an_upper_bound, "an upper bound is not below the lower one", 1},
        {count_calls_below_zero, "calls are not negative", 3},
        {count_primitive_calls_below_zero, "calls are not negative", 0},
    };

    (void)state;
    check_breaches(breaches, sizeof breaches / sizeof *breaches);
}

/* Two executing lines of one function, so that there is a finer tree beside the tree. */
static struct pk_profile *with_lines(void)
{
    struct pk_builder *builder = support_stacks("");
    pk_frame_id f = support_frame(builder, "f");
    static const int64_t one = 1, two = 2;
    static const uint32_t lines[] = {7, 9};

    pk_builder_stack(builder, &f, &lines[0], 1, &one);
    pk_builder_stack(builder, &f, &lines[1], 1, &two);
    return support_freeze(builder);
}

static void the_tree_of_lines_obeys_the_same_laws(void **state)
{
    struct pk_profile *shape = with_lines(), *sums = with_lines();
    struct pk_error error = {0};

    (void)state;
    assert_true(pk_validate(shape, &error));
    shape->line_tree.line[1] = 7;
    assert_false(pk_validate(shape, &error));
    assert_string_equal(error.text, "law broken: siblings stand in order, each once (at 0)");
    pk_profile_free(shape);

    error = (struct pk_error){0};
    sums->line_tree.self[0][1]++;
    assert_false(pk_validate(sums, &error));
    assert_string_equal(error.text,
                        "law broken: inclusive of a node = its self + its children (at 1)");
    pk_profile_free(sums);
}

static void a_part_of_a_mixed_profile_is_checked_too(void **state)
{
    struct pk_builder *stacks = support_builder(), *calls = support_builder();
    pk_frame_id f = support_frame(stacks, "f");
    static const int64_t one = 1, two = 2;
    struct pk_error error = {0};
    struct pk_profile *profile;

    (void)state;
    pk_builder_stack(stacks, &f, NULL, 1, &one);
    pk_builder_self(calls, support_frame(calls, "g"), &two, NULL, PK_CALLS_MISSING);
    pk_builder_merge(stacks, calls);
    pk_builder_free(calls);
    profile = support_freeze(stacks);
    assert_true(pk_validate(profile, &error));
    profile->parts[PK_TREE]->tree.self[0][0]++;
    assert_false(pk_validate(profile, &error));
    assert_string_equal(error.text,
                        "law broken: inclusive of a node = its self + its children (at 0)");
    pk_profile_free(profile);
}

/* What a producer of differences writes passes 100 % and zero: order and sums hold all the same. */
static void negative_values_only_lift_the_laws_of_bounds(void **state)
{
    struct pk_profile *profile = support_profile("main;gone -9\nmain;new 2\nmain 10\n");
    struct pk_error error = {0};

    (void)state;
    assert_true(pk_validate(profile, &error));
    profile->tree.self[0][0]++;
    assert_false(pk_validate(profile, &error));
    assert_string_equal(error.text,
                        "law broken: inclusive of a node = its self + its children (at 0)");
    pk_profile_free(profile);
}

static void a_metric_without_values_breaks_no_law(void **state)
{
    struct pk_builder *builder = support_stacks(STACKS);
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    struct pk_error error = {0};
    struct pk_profile *profile;

    (void)state;
    pk_builder_metric(builder, &bytes);
    profile = support_freeze(builder);
    assert_null(pk_profile_flat(profile)->self[1]);
    assert_true(pk_validate(profile, &error));
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_of_moments_are_enforced),
        cmocka_unit_test(laws_of_order_and_shape_are_enforced),
        cmocka_unit_test(laws_of_sums_are_enforced),
        cmocka_unit_test(laws_of_bounds_are_enforced),
        cmocka_unit_test(the_tree_of_lines_obeys_the_same_laws),
        cmocka_unit_test(a_part_of_a_mixed_profile_is_checked_too),
        cmocka_unit_test(negative_values_only_lift_the_laws_of_bounds),
        cmocka_unit_test(a_metric_without_values_breaks_no_law),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
