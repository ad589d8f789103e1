/*
 * Profiles by other names: stacks, lines and what else a profile holds. Expected values are worked
 * out by hand from the stacks.
 */
#include "analyze/regroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/lines.h"
#include "model/timeline.h"
#include "regroup_programs.h"
#include "support.h"

/* --- stacks --- */

static void equal_neighbours_are_one(void **state)
{
    (void)state;
    assert_stacks(
        regroup(support_profile("main;json.loads;json.scan 3\nmain;json.loads;re.match 4\n"
                                "main;re.match;re.compile;json.loads 5\n"),
                joining, before_dot),
        "main;json 3\nmain;json;re 4\nmain;re;json 5\n");
}

static void a_group_counts_once_per_stack(void **state)
{
    struct pk_profile *p = regroup(support_profile("a.x;b.y;a.z 7\na.x 1\n"), joining, before_dot);
    pk_frame_id a = support_find(p, "a");

    (void)state;
    assert_int_equal(pk_profile_flat(p)->incl[0][a], 8);
    assert_int_equal(pk_profile_flat(p)->self[0][a], 8);
    assert_int_equal(pk_profile_total(p, 0), 8);
    pk_profile_free(p);
}

static void without_names_only_recursion_goes(void **state)
{
    (void)state;
    assert_stacks(regroup(support_profile("a;f;f;f;g;f;f 2\na;f 1\nf;f 5\n"), joining, NULL),
                  "a;f;g;f 2\na;f 1\nf 5\n");
}

static void levels_of_recursion_join_their_function(void **state)
{
    (void)state;
    assert_stacks(regroup(support_profile("a;f;f'2;g 2\na;f;f'2 4\n"), joining, before_quote),
                  "a;f;g 2\na;f 4\n");
}

static void executing_lines_are_those_of_the_innermost(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    const int64_t one = 1, two = 2;
    struct pk_profile *p;
    const struct pk_tree *tree;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, f, g}, (uint32_t[]){10, 12, 3}, 3, &one);
    pk_builder_stack(b, (pk_frame_id[]){f}, (uint32_t[]){10}, 1, &two);
    p = regroup(support_freeze(b), (struct pk_regrouping){.joins = true, .keeps_lines = true},
                NULL);
    tree = pk_profile_line_tree(p);
    assert_int_equal(tree->n, 3);
    assert_int_equal(tree->line[0], 10);
    assert_int_equal(tree->self[0][0], 2);
    assert_int_equal(tree->line[1], 12);
    assert_int_equal(tree->line[2], 3);
    assert_int_equal(tree->parent[2], 1);
    assert_int_equal(pk_profile_tree(p)->n, 2);
    pk_profile_free(p);
}

static void lines_go_with_the_names_that_they_belong_to(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f");
    const int64_t one = 1;
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f, (uint32_t[]){10}, 1, &one);
    p = regroup(support_freeze(b), joining, before_dot);
    assert_null(pk_profile_line_tree(p));
    pk_profile_free(p);
}

static pk_frame_id of_kind(struct pk_builder *b, const char *name, enum pk_frame_kind kind)
{
    return pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(name), .kind = kind});
}

static void inlined_frames_hand_their_cost_over(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    pk_frame_id in = of_kind(b, "in", PK_KIND_INLINED), deep = of_kind(b, "deep", PK_KIND_INLINED);
    pk_frame_id process = of_kind(b, "app", PK_KIND_PROCESS);
    const int64_t values[] = {1, 2, 4, 8};
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, in, deep}, NULL, 3, &values[0]);
    pk_builder_stack(b, (pk_frame_id[]){f, in, g}, NULL, 3, &values[1]);
    pk_builder_stack(b, (pk_frame_id[]){in}, NULL, 1, &values[2]);
    pk_builder_stack(b, (pk_frame_id[]){process, in}, NULL, 2, &values[3]);
    p = regroup(support_freeze(b), (struct pk_regrouping){.merges_inlined = true}, NULL);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "f")], 1);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "f")], 3);
    assert_int_equal(support_find(p, "deep"), PK_NONE);
    /* Nobody knows whose these are. */
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "in")], 12);
    assert_int_equal(pk_profile_tree(p)->n, 5);
    assert_int_equal(pk_profile_total(p, 0), 15);
    pk_profile_free(p);
}

/* --- lines --- */

static pk_frame_id in_file(struct pk_builder *b, const char *name, uint32_t line)
{
    return pk_builder_frame(
        b, &(struct pk_frame){.name = pk_str_of(name), .file = PK_STR("a.c"), .line = line});
}

static pk_frame_id at_line(const struct pk_profile *p, const char *name, uint32_t line)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(p); f++)
        if (pk_str_equal(pk_profile_frame(p, f)->name, pk_str_of(name)) &&
            pk_profile_frame(p, f)->line == line)
            return f;
    return PK_NONE;
}

static void lines_of_stacks_become_frames(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = in_file(b, "f", 1), g = in_file(b, "g", 5);
    const int64_t values[] = {1, 2, 4};
    struct pk_profile *p, *out;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){2, 6}, 2, &values[0]);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){3, 6}, 2, &values[1]);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){3, 0}, 2, &values[2]);
    p = support_freeze(b);
    assert_true(pk_regroup_has_lines(p));
    out = support_freeze(pk_regroup_lines(p, limits()));
    assert_int_equal(pk_profile_flat(out)->self[0][at_line(out, "g", 6)], 3);
    assert_int_equal(pk_profile_flat(out)->self[0][at_line(out, "g", 0)], 4);
    assert_int_equal(pk_profile_flat(out)->incl[0][at_line(out, "f", 3)], 6);
    assert_int_equal(pk_profile_frames(out), 4);
    assert_int_equal(pk_profile_rung(out), PK_TREE);
    pk_profile_free(p);
    pk_profile_free(out);
}

/* main:2 calls f; f:6 costs 5, f:7 calls g for 30; g calls itself at 12; h has no lines. */
static struct pk_builder *costed(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id main_ = in_file(b, "main", 1), f = in_file(b, "f", 5), g = in_file(b, "g", 10),
                h = in_file(b, "h", 20);
    static const int64_t self[] = {1, 5, 30, 9}, incl[] = {36, 35, 30};
    static const int64_t one = 1, six = 6, twenty = 20, ten = 10;

    pk_builder_self(b, main_, &self[0], NULL, PK_CALLS_MISSING);
    pk_builder_self(b, f, &self[1], NULL, PK_CALLS_MISSING);
    pk_builder_self(b, g, &self[2], &self[2], PK_CALLS_MISSING);
    pk_builder_self(b, h, &self[3], NULL, PK_CALLS_MISSING);
    pk_builder_edge(b, main_, f, &incl[1], NULL, (struct pk_calls){1, NO});
    pk_builder_edge(b, f, g, &incl[2], NULL, (struct pk_calls){2, NO});
    pk_builder_edge(b, g, g, NULL, NULL, (struct pk_calls){8, NO});
    pk_builder_line(b, main_, PK_STR("a.c"), 1, PK_NONE, &one, PK_CALLS_MISSING);
    pk_builder_line(b, main_, PK_STR("a.c"), 2, f, &incl[1], (struct pk_calls){1, NO});
    pk_builder_line(b, f, PK_STR("inl.h"), 6, PK_NONE, &self[1], PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("a.c"), 7, g, &incl[2], (struct pk_calls){2, NO});
    pk_builder_line(b, g, PK_STR("a.c"), 11, PK_NONE, &twenty, PK_CALLS_MISSING);
    pk_builder_line(b, g, PK_STR("a.c"), 12, PK_NONE, &six, PK_CALLS_MISSING);
    pk_builder_line(b, g, PK_STR("a.c"), 12, g, &ten, (struct pk_calls){8, NO});
    return b;
}

static void costs_of_lines_become_functions(void **state)
{
    struct pk_profile *p = support_freeze(costed());
    struct pk_profile *out = support_freeze(pk_regroup_lines(p, limits()));
    const struct pk_flat *flat = pk_profile_flat(out);

    (void)state;
    assert_int_equal(pk_profile_rung(out), PK_FLAT);
    assert_int_equal(pk_profile_total(out, 0), 45);
    assert_int_equal(flat->self[0][at_line(out, "main", 2)], 0);
    assert_int_equal(flat->incl[0][at_line(out, "main", 2)], 35);
    assert_int_equal(flat->self[0][at_line(out, "f", 6)], 5);
    assert_true(pk_str_equal(pk_profile_frame(out, at_line(out, "f", 6))->file, PK_STR("inl.h")));
    assert_int_equal(flat->incl[0][at_line(out, "f", 7)], 30);
    assert_int_equal(flat->incl[0][at_line(out, "g", 11)], 20);
    assert_int_equal(flat->incl[0][at_line(out, "g", 12)], NO); /* within itself */
    assert_int_equal(flat->self[0][at_line(out, "g", 0)], 4);   /* what no line has */
    assert_int_equal(flat->self[0][at_line(out, "h", 0)], 9);
    assert_null(flat->calls);
    pk_profile_free(p);
    pk_profile_free(out);
}

static void costs_of_lines_follow_their_functions(void **state)
{
    struct pk_profile *p = regroup(
        support_freeze(costed()), (struct pk_regrouping){.joins = true, .keeps_lines = true}, NULL);
    const struct pk_lines *lines = pk_profile_lines(p);

    (void)state;
    assert_int_equal(lines->n, 6); /* g:12 calls g no more */
    for (uint32_t i = 0; i < lines->n; i++)
        assert_int_not_equal(lines->callee[i], lines->frame[i]);
    pk_profile_free(p);
    p = regroup(support_freeze(costed()), joining, before_dot);
    assert_null(pk_profile_lines(p));
    pk_profile_free(p);
}

static void without_lines_there_are_none(void **state)
{
    struct pk_profile *p = support_freeze(layered());

    (void)state;
    assert_false(pk_regroup_has_lines(p));
    pk_profile_free(p);
}

/* --- what else a profile holds --- */

/* Two threads with times, one of them with a second metric. */
static struct pk_builder *rich(void)
{
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES, .scale = -1};
    struct pk_label label = {PK_STR("k"), PK_STR("v")};
    pk_frame_id f = support_frame(b, "m.f"), g = support_frame(b, "m.g");
    const int64_t first[] = {3, NO}, second[] = {5, 7};

    pk_builder_metric(b, &bytes);
    pk_builder_keep_times(b);
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("t1")});
    pk_builder_moment(b, 0, 100);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, NULL, 2, first);
    pk_builder_slice(b, &(struct pk_slice){PK_STR("p"), PK_STR("t2"), &label, 1});
    pk_builder_moment(b, 0, 200);
    pk_builder_stack(b, &g, NULL, 1, second);
    pk_builder_fact(b, "format", PK_STR("test"));
    pk_builder_tally(b, "samples", 2);
    return b;
}

static void all_else_stays_as_it_was(void **state)
{
    struct pk_profile *p = support_freeze(rich()), *same;
    struct pk_regrouping nothing = {.keeps_lines = true};

    (void)state;
    same = support_freeze(pk_regroup(p, &nothing, limits()));
    support_assert_equal(same, p);
    assert_int_equal(pk_profile_timeline(same)->n, 2);
    assert_int_equal(pk_profile_timeline(same)->moments[1].time, 200);
    pk_profile_free(p);
    pk_profile_free(same);
    p = support_freeze(costed());
    same = support_freeze(pk_regroup(p, &nothing, limits()));
    support_assert_equal(same, p);
    pk_profile_free(p);
    pk_profile_free(same);
}

static void moments_follow_their_stacks(void **state)
{
    struct pk_profile *p = regroup(support_freeze(rich()), joining, before_dot);
    const struct pk_timeline *timeline = pk_profile_timeline(p);

    (void)state;
    assert_int_equal(pk_profile_tree(p)->n, 1);
    assert_int_equal(timeline->n, 2);
    assert_int_equal(timeline->moments[0].node, 0);
    assert_int_equal(pk_profile_slices(p), 2);
    pk_profile_free(p);
}

static void slices_of_two_rungs_keep_theirs(void **state)
{
    struct pk_builder *b = layered(), *stacks = support_builder();
    pk_frame_id f = support_frame(stacks, "m.a");
    const int64_t six = 6;
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(stacks, &f, NULL, 1, &six);
    pk_builder_merge(b, stacks);
    pk_builder_free(stacks);
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_rung(p), PK_GRAPH);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "m")], 65);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "m")], 105);
    assert_non_null(pk_profile_part(p, PK_TREE));
    pk_profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_neighbours_are_one),
        cmocka_unit_test(a_group_counts_once_per_stack),
        cmocka_unit_test(without_names_only_recursion_goes),
        cmocka_unit_test(levels_of_recursion_join_their_function),
        cmocka_unit_test(executing_lines_are_those_of_the_innermost),
        cmocka_unit_test(lines_go_with_the_names_that_they_belong_to),
        cmocka_unit_test(inlined_frames_hand_their_cost_over),
        cmocka_unit_test(lines_of_stacks_become_frames),
        cmocka_unit_test(costs_of_lines_become_functions),
        cmocka_unit_test(costs_of_lines_follow_their_functions),
        cmocka_unit_test(without_lines_there_are_none),
        cmocka_unit_test(all_else_stays_as_it_was),
        cmocka_unit_test(moments_follow_their_stacks),
        cmocka_unit_test(slices_of_two_rungs_keep_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
