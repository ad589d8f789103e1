/*
 * Reading a frozen profile: which tables there are, what stands for "nothing", which metric and
 * which part is meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

/* One function with one value, recorded without callers. */
static struct pk_profile *flat_profile(void)
{
    struct pk_builder *builder = support_builder();
    static const int64_t self = 3;

    pk_builder_recorded_at(builder, PK_FLAT);
    pk_builder_self(builder, support_frame(builder, "f"), &self, NULL, PK_CALLS_MISSING);
    return support_freeze(builder);
}

static struct pk_profile *graph_profile(void)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
    static const int64_t self = 3;

    pk_builder_self(builder, f, &self, NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, f, g, &self, NULL, PK_CALLS_MISSING);
    return support_freeze(builder);
}

static void each_rung_has_the_tables_up_to_it(void **state)
{
    struct pk_profile *flat = flat_profile(), *graph = graph_profile(),
                      *tree = support_profile("main;f 3\n");

    (void)state;
    assert_int_equal(pk_profile_rung(flat), PK_FLAT);
    assert_non_null(pk_profile_flat(flat));
    assert_null(pk_profile_graph(flat));
    assert_null(pk_profile_tree(flat));

    assert_int_equal(pk_profile_rung(graph), PK_GRAPH);
    assert_int_equal(pk_profile_flat(graph)->origin, PK_RECORDED);
    assert_int_equal(pk_profile_graph(graph)->origin, PK_RECORDED);
    assert_null(pk_profile_tree(graph));

    assert_int_equal(pk_profile_rung(tree), PK_TREE);
    assert_int_equal(pk_profile_flat(tree)->origin, PK_DERIVED);
    assert_int_equal(pk_profile_graph(tree)->origin, PK_DERIVED);
    assert_int_equal(pk_profile_tree(tree)->origin, PK_RECORDED);
    assert_null(pk_profile_line_tree(tree));
    pk_profile_free(flat);
    pk_profile_free(graph);
    pk_profile_free(tree);
}

static void lines_make_a_finer_tree_beside_the_tree(void **state)
{
    struct pk_builder *builder = support_stacks("");
    pk_frame_id f = support_frame(builder, "f");
    static const int64_t value = 1;
    static const uint32_t lines[] = {4, 6};
    struct pk_profile *profile;

    (void)state;
    pk_builder_stack(builder, &f, &lines[0], 1, &value);
    pk_builder_stack(builder, &f, &lines[1], 1, &value);
    profile = support_freeze(builder);
    assert_int_equal(pk_profile_tree(profile)->n, 1);
    assert_null(pk_profile_tree(profile)->line);
    assert_int_equal(pk_profile_line_tree(profile)->n, 2);
    assert_int_equal(pk_profile_line_tree(profile)->line[0], 4);
    assert_int_equal(pk_profile_line_tree(profile)->line[1], 6);
    pk_profile_free(profile);
}

static void an_unmixed_profile_is_its_only_part(void **state)
{
    struct pk_profile *graph = graph_profile();

    (void)state;
    assert_null(pk_profile_part(graph, PK_FLAT));
    assert_ptr_equal(pk_profile_part(graph, PK_GRAPH), graph);
    assert_null(pk_profile_part(graph, PK_TREE));
    pk_profile_free(graph);
}

static void a_mixed_profile_has_a_part_for_each_rung(void **state)
{
    struct pk_builder *stacks = support_builder(), *calls = support_builder();
    pk_frame_id f = support_frame(stacks, "f");
    static const int64_t one = 1, two = 2;
    struct pk_profile *profile;

    (void)state;
    pk_builder_stack(stacks, &f, NULL, 1, &one);
    pk_builder_self(calls, support_frame(calls, "g"), &two, &two, PK_CALLS_MISSING);
    pk_builder_merge(stacks, calls);
    pk_builder_free(calls);
    profile = support_freeze(stacks);
    assert_int_equal(pk_profile_rung(profile), PK_GRAPH);
    assert_null(pk_profile_part(profile, PK_FLAT));
    assert_null(pk_profile_tree(profile));
    assert_non_null(pk_profile_tree(pk_profile_part(profile, PK_TREE)));
    assert_int_equal(pk_profile_total(pk_profile_part(profile, PK_TREE), 0), 1);
    assert_int_equal(pk_profile_total(pk_profile_part(profile, PK_GRAPH), 0), 2);
    /* parts speak of the same frames */
    assert_int_equal(pk_profile_frames(pk_profile_part(profile, PK_TREE)), 2);
    pk_profile_free(profile);
}

static void time_is_shown_when_no_metric_is_named(void **state)
{
    static const struct {
        enum pk_unit units[3];
        size_t n;
        uint32_t expected;
        const char *name; /* of the second */
    } cases[] = {
        {{PK_UNIT_COUNT}, 1, 0, "second"},
        {{PK_UNIT_COUNT, PK_UNIT_NS}, 2, 1, "second"},
        {{PK_UNIT_BYTES, PK_UNIT_COUNT}, 2, 0, "second"},
        {{PK_UNIT_COUNT, PK_UNIT_NS, PK_UNIT_NS}, 3, 1, "second"},
        /* valgrind's time in system calls beside its instructions */
        {{PK_UNIT_COUNT, PK_UNIT_NS}, 2, 0, "sysTime"},
        {{PK_UNIT_COUNT, PK_UNIT_NS}, 2, 0, "sysCpuTime"},
        {{PK_UNIT_COUNT, PK_UNIT_NS, PK_UNIT_NS}, 3, 2, "sysTime"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const names[] = {"first", cases[i].name, "third"};
        struct pk_limits limits = pk_limits_default();
        struct pk_builder *builder = pk_builder_new(&limits);
        static const int64_t values[] = {1, 2, 3};
        struct pk_profile *profile;
        pk_frame_id f;

        for (size_t m = 0; m < cases[i].n; m++)
            pk_builder_metric(builder, &(struct pk_metric){.name = pk_str_of(names[m]),
                                                           .unit = cases[i].units[m]});
        f = support_frame(builder, "f");
        pk_builder_stack(builder, &f, NULL, 1, values);
        profile = support_freeze(builder);
        assert_int_equal(pk_profile_default_metric(profile), cases[i].expected);
        for (uint32_t m = 0; m < cases[i].n; m++) {
            assert_true(pk_str_equal(pk_profile_metric(profile, m)->name, pk_str_of(names[m])));
            assert_int_equal(pk_profile_total(profile, m), values[m]);
        }
        pk_profile_free(profile);
    }
}

static void facts_are_found_by_their_key(void **state)
{
    struct pk_builder *builder = support_stacks("f 1\n");
    struct pk_profile *profile;
    const struct pk_fact *facts;
    uint32_t n;

    (void)state;
    pk_builder_fact(builder, "producer", PK_STR("zzz"));
    pk_builder_fact(builder, "format", PK_STR("folded"));
    pk_builder_fact(builder, "producer", PK_STR("aaa"));
    pk_builder_fact(builder, "format", PK_STR("folded")); /* no news */
    profile = support_freeze(builder);
    facts = pk_profile_facts(profile, &n);
    assert_int_equal(n, 3);
    assert_true(pk_str_equal(facts[0].key, PK_STR("format")));
    assert_true(pk_str_equal(facts[2].value, PK_STR("zzz")));
    assert_true(pk_str_equal(pk_profile_fact(profile, "producer"), PK_STR("aaa")));
    assert_null(pk_profile_fact(profile, "prod").data);
    assert_null(pk_profile_fact(profile, "").data);
    pk_profile_free(profile);
}

static void counters_add_up_and_an_unknown_one_says_so(void **state)
{
    struct pk_builder *builder = support_stacks("f 1\n");
    struct pk_profile *profile;

    (void)state;
    pk_builder_tally(builder, "lines", 3);
    pk_builder_tally(builder, "samples", 0);
    pk_builder_tally(builder, "lines", 4);
    profile = support_freeze(builder);
    assert_int_equal(pk_profile_tally(profile, "lines"), 7);
    assert_int_equal(pk_profile_tally(profile, "samples"), 0);
    assert_int_equal(pk_profile_tally(profile, "bytes"), -1);
    pk_profile_free(profile);
}

static void slices_stand_in_order_with_their_sums(void **state)
{
    struct pk_builder *builder = support_stacks("");
    pk_frame_id f = support_frame(builder, "f");
    static const char *const threads[] = {"worker", "main", "worker"};
    static const int64_t values[] = {5, 2, 10};
    struct pk_profile *profile;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        pk_builder_slice(
            builder, &(struct pk_slice){.process = PK_STR("app"), .thread = pk_str_of(threads[i])});
        pk_builder_stack(builder, &f, NULL, 1, &values[i]);
    }
    profile = support_freeze(builder);
    assert_int_equal(pk_profile_slices(profile), 2);
    assert_true(pk_str_equal(pk_profile_slice(profile, 0)->thread, PK_STR("main")));
    assert_int_equal(pk_profile_slice_total(profile, 0, 0), 2);
    assert_true(pk_str_equal(pk_profile_slice(profile, 1)->thread, PK_STR("worker")));
    assert_int_equal(pk_profile_slice_total(profile, 1, 0), 15);
    pk_profile_free(profile);
}

static void special_frames_need_no_profile(void **state)
{
    static const struct {
        pk_frame_id id;
        const char *name; /* NULL: there is no such frame */
    } cases[] = {
        {PK_FRAME_NOT_RECORDED, "(not recorded)"},
        {PK_FRAME_PRUNED, "(pruned)"},
        {PK_FRAME_NOT_PROVEN, "(place not proven)"},
        {PK_FRAME_NO_CALLERS, "(callers not recorded)"},
        {PK_FRAME_NO_CALLERS + 1, NULL},
        {PK_FRAME_NOT_RECORDED - 1, NULL},
        {PK_FRAME_CYCLE, NULL},
        {0, NULL},
        {PK_NONE, NULL},
    };
    struct pk_profile *profile = support_profile("main 1\n");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct pk_frame *frame = pk_profile_special(cases[i].id);

        if (!cases[i].name) {
            assert_null(frame);
            continue;
        }
        assert_true(pk_str_equal(frame->name, pk_str_of(cases[i].name)));
        assert_int_equal(frame->kind, PK_KIND_SPECIAL);
        assert_ptr_equal(pk_profile_frame(profile, cases[i].id), frame);
    }
    assert_true(pk_str_equal(pk_profile_frame(profile, 0)->name, PK_STR("main")));
    assert_null(pk_profile_frame(profile, 1));
    assert_null(pk_profile_frame(profile, PK_FRAME_CYCLE)); /* it has no cycles */
    pk_profile_free(profile);
}

static void freeing_nothing_is_allowed(void **state)
{
    (void)state;
    pk_profile_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rung_has_the_tables_up_to_it),
        cmocka_unit_test(lines_make_a_finer_tree_beside_the_tree),
        cmocka_unit_test(an_unmixed_profile_is_its_only_part),
        cmocka_unit_test(a_mixed_profile_has_a_part_for_each_rung),
        cmocka_unit_test(time_is_shown_when_no_metric_is_named),
        cmocka_unit_test(facts_are_found_by_their_key),
        cmocka_unit_test(counters_add_up_and_an_unknown_one_says_so),
        cmocka_unit_test(slices_stand_in_order_with_their_sums),
        cmocka_unit_test(special_frames_need_no_profile),
        cmocka_unit_test(freeing_nothing_is_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
