/*
 * Findings in samples: collapsed stacks of a few functions, and the shares counted by hand. The
 * detectors are made for the test, so that no change of detectors.xml shows here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"
#include "tests/found.h"

static void find_in(struct found *f, struct pk_profile *profile)
{
    static const char xml[] =
        "<detectors><detector id='a' sink='strlen' grade='proven' calls='1' per-call='8' "
        "sampled='likely' sampled-percent='20'>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
        "<detector id='b' sink='query' grade='proven' calls='1' per-call='8'>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
        "<detector id='c' sink='decode' grade='likely' calls='1' per-call='8' sampled='possible' "
        "sampled-percent='20'><unless family='receive' percent='10'/>"
        "<pair family='encode' percent='80'/>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
        "<detector id='d' sink='query' sampled-sink='sleep' grade='likely' calls='1' per-call='8' "
        "sampled='possible' sampled-percent='20'><not-with family='lock' percent='9'/>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
        "<detector id='e' sink='open' grade='likely' calls='1' per-call='8' sampled='possible' "
        "sampled-percent='20' sampled-around='5'><not-with family='write' percent='50'/>"
        "<summary>s</summary><advice>a</advice><settle>t</settle></detector></detectors>";

    found_init(f, profile, PK_STR(xml));
}

static void find_init(struct found *f, const char *folded)
{
    find_in(f, support_profile(folded));
}

static void a_share_of_the_samples_is_found_at_its_caller(void **state)
{
    const struct pk_finding *one;
    struct found f;
    (void)state;

    find_init(&f,
              "main;line;strlen 30\nmain;line;strcat;strlen 5\nmain;line 20\nmain 15\nother 30\n");
    assert_false(f.findings.has_counts);
    assert_true(f.findings.has_stacks);
    assert_int_equal(f.findings.n, 1);
    one = f.findings.list;
    assert_true(one->is_sampled);
    assert_int_equal(one->grade, PK_LIKELY);
    assert_int_equal(one->at, support_find(f.profile, "line"));
    assert_int_equal(one->sink, support_find(f.profile, "strlen"));
    assert_int_equal(one->cost, 35); /* strlen below strcat is of the same family: counted once */
    assert_int_equal(one->saving.lo, 0);
    /* All of main, 70, and 1.645 times the square root of 100 * 0.7 * 0.3, which is 7.54. */
    assert_int_equal(one->saving.hi, 78);
    assert_int_equal(one->likely_saving, 52); /* between 35 and 70: chance is no saving */
    assert_int_equal(one->loop.calls, PK_MISSING);
    found_fini(&f);
}

static void what_several_callers_reach_is_not_added(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;a;strlen 199\nmain;b;strlen 200\nmain 601\n");
    assert_int_equal(f.findings.n, 1); /* 20.0 % of 1,000; a has 19.9 % */
    assert_int_equal(f.findings.list[0].at, support_find(f.profile, "b"));
    found_fini(&f);
}

static void fewer_than_20_samples_are_chance(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;line;strlen 19\nmain 1\n");
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
    find_init(&f, "main;line;strlen 20\nmain 1\n");
    assert_int_equal(f.findings.n, 1);
    found_fini(&f);
}

/* memcpy is of a library that the rules know: the place is who asked for it. */
static void a_known_function_is_not_the_place(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;line;memcpy;strlen 50\nmain 50\n");
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list[0].at, support_find(f.profile, "line"));
    found_fini(&f);
}

/* All that the callers of the function around the sinks cost, with or without it; whoever calls it
 * where it reaches none is no part, and one below another counts once. */
static void the_bound_is_what_the_callers_of_the_place_cost(void **state)
{
    const struct pk_finding *one;
    struct found f;
    (void)state;

    find_init(&f, "main;line 7\nmain;line;strlen 30\nmain;line;part 5\nmain;line;line;strlen 2\n"
                  "other;line 11\nlast;line;part;line;strlen 4\nlast;line;part 1\nmain 40\n");
    assert_int_equal(f.findings.n, 1);
    one = f.findings.list;
    assert_int_equal(one->cost, 36);
    /* main has 84 and last 5; 1.645 times the square root of 100 * 0.89 * 0.11 is 5.15 */
    assert_int_equal(one->saving.hi, 84 + 5 + 6);
    assert_int_equal(one->n_nodes, 2);
    found_fini(&f);
}

static pk_frame_id frame_in(struct pk_builder *builder, const char *name, const char *module,
                            enum pk_frame_kind kind)
{
    return pk_builder_frame(
        builder,
        &(struct pk_frame){.name = pk_str_of(name), .module = pk_str_of(module), .kind = kind});
}

/* In a library the place is the function that calls into it. */
static void the_bound_is_of_whoever_calls_a_library(void **state)
{
    struct pk_builder *builder = support_stacks("main 30\n");
    pk_frame_id stack[] = {
        support_frame(builder, "main"),
        frame_in(builder, "store", "/usr/bin/bad", PK_KIND_FUNCTION),
        frame_in(builder, "step", "/lib/libx.so.1", PK_KIND_FUNCTION),
        frame_in(builder, "commit", "/lib/libx.so.1", PK_KIND_FUNCTION),
        support_frame(builder, "strlen"),
    };
    struct found f;
    (void)state;

    pk_builder_stack(builder, stack, NULL, 5, (int64_t[]){60});
    pk_builder_stack(builder, stack, NULL, 2, (int64_t[]){10});
    find_in(&f, support_freeze(builder));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->at, support_find(f.profile, "commit"));
    assert_int_equal(f.findings.list->saving.hi, 70 + 8); /* store, and 7.54 as above */
    found_fini(&f);
}

/* A stack that begins in code without a name says nothing of who called that. */
static void without_a_caller_the_bound_is_the_whole(void **state)
{
    struct pk_builder *builder = support_stacks("main 40\n");
    pk_frame_id stack[] = {frame_in(builder, "[unknown]", NULL, PK_KIND_UNRESOLVED),
                           support_frame(builder, "strlen")};
    struct found f;
    (void)state;

    pk_builder_stack(builder, stack, NULL, 2, (int64_t[]){60});
    find_in(&f, support_freeze(builder));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->saving.hi, 100);
    found_fini(&f);
}

/* A pair adds to the cost, also where its own callers were lost; without it there is nothing. */
static void a_pair_must_be_there(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;step;json_loads 40\nmain;step;json_dumps 30\nmain 30\n");
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->cost, 70);
    assert_int_equal(f.findings.list->sink, support_find(f.profile, "json_loads"));
    found_fini(&f);
    find_init(&f, "main;step;json_loads 40\njson_dumps 5\nmain 55\n");
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->cost, 40);
    found_fini(&f);
    find_init(&f, "main;step;json_loads 40\njson_dumps 4\nmain 56\n"); /* less than an eighth */
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
    find_init(&f, "main;step;json_dumps 80\nmain 20\n");
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
}

/* What is decoded came from elsewhere where the same function asks for it: 5 of 50 are enough. */
static void a_pair_is_refuted_by_what_the_same_function_reaches(void **state)
{
    static const struct {
        const char *folded;
        uint32_t n;
    } cases[] = {
        {"main;stage;json_loads 50\nmain;stage;json_dumps 40\nmain;stage;recv 4\n", 1},
        {"main;stage;json_loads 50\nmain;stage;json_dumps 40\nmain;stage;recv 5\n", 0},
        {"main;stage;json_loads 50\nmain;stage;json_dumps 40\nmain;other;recv 9\n", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct found f;

        find_init(&f, cases[i].folded);
        assert_int_equal(f.findings.n, cases[i].n);
        found_fini(&f);
    }
}

/* Opening is quick: five samples of it are many calls, and the function around it is what costs. */
static void what_is_opened_often_costs_what_is_done_with_it(void **state)
{
    static const struct {
        const char *folded;
        uint32_t n;
    } cases[] = {
        {"main;load;open 5\nmain;load 15\nmain 80\n", 1},
        {"main;load;open 4\nmain;load 16\nmain 80\n", 0}, /* may be one call */
        {"main;load;open 5\nmain;load 14\nmain 81\n", 0}, /* 19 % */
        {"main;load;open 6\nmain;load;write 2\nmain;load 12\nmain 80\n", 1},
        {"main;load;open 6\nmain;load;write 3\nmain;load 11\nmain 80\n", 0}, /* is written */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct found f;

        find_init(&f, cases[i].folded);
        assert_int_equal(f.findings.n, cases[i].n);
        if (f.findings.n) {
            assert_int_equal(f.findings.list->at, support_find(f.profile, "load"));
            assert_int_equal(f.findings.list->cost, 20);
            assert_in_range(f.findings.list->sink_cost, 5, 6);
        }
        found_fini(&f);
    }
}

/* Another family may stand for the sink in samples; what a function of `not-with` calls is a part
 * of that function. */
static void samples_have_their_own_sink_and_leave_out_parts(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;again;usleep 30\nmain;own;pthread_mutex_lock;usleep 40\nmain 30\n");
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->at, support_find(f.profile, "again"));
    assert_int_equal(f.findings.list->cost, 30);
    found_fini(&f);
}

/* A query for each row is a count: half the samples in queries do not show it. */
static void what_only_counts_can_show_is_not_claimed(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "main;load;sqlite3_exec 500\nmain 500\n");
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
}

static void a_sink_at_the_root_has_no_place(void **state)
{
    struct found f;
    (void)state;

    find_init(&f, "strlen 500\nmain 500\n");
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_the_samples_is_found_at_its_caller),
        cmocka_unit_test(what_several_callers_reach_is_not_added),
        cmocka_unit_test(fewer_than_20_samples_are_chance),
        cmocka_unit_test(a_known_function_is_not_the_place),
        cmocka_unit_test(the_bound_is_what_the_callers_of_the_place_cost),
        cmocka_unit_test(the_bound_is_of_whoever_calls_a_library),
        cmocka_unit_test(without_a_caller_the_bound_is_the_whole),
        cmocka_unit_test(a_pair_must_be_there),
        cmocka_unit_test(a_pair_is_refuted_by_what_the_same_function_reaches),
        cmocka_unit_test(what_is_opened_often_costs_what_is_done_with_it),
        cmocka_unit_test(samples_have_their_own_sink_and_leave_out_parts),
        cmocka_unit_test(what_only_counts_can_show_is_not_claimed),
        cmocka_unit_test(a_sink_at_the_root_has_no_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
