/*
 * Memory that is bounded: light stacks are folded, and what is said of them holds. The truth is the
 * same samples in a builder without a budget.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "analyze/quality.h"
#include "model/builder.h"
#include "support.h"

#define SAMPLES 6000u
#define PROGRAMS 12u
#define FUNCTIONS 400u

struct pair { /* the same samples twice */
    struct pk_builder *exact, *bounded;
    unsigned foldings;
};

/* Ids do not outlive a folding, so frames are asked for by name at every sample. */
static bool add(struct pk_builder *builder, const uint32_t *functions, uint32_t n, int64_t weight)
{
    pk_frame_id frames[40];
    int64_t values[2] = {weight, 1};

    for (uint32_t i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof name, "f%u", functions[i]);
        frames[i] = support_frame(builder, name);
    }
    pk_builder_stack(builder, frames, NULL, n, values);
    return pk_builder_spare(builder);
}

static void add_both(struct pair *pair, const uint32_t *functions, uint32_t n, int64_t weight)
{
    assert_false(add(pair->exact, functions, n, weight));
    pair->foldings += add(pair->bounded, functions, n, weight);
}

static struct pk_builder *builder_of_two(uint64_t budget)
{
    struct pk_builder *builder = support_builder();

    pk_builder_metric(builder,
                      &(struct pk_metric){.name = PK_STR("samples"), .unit = PK_UNIT_COUNT});
    pk_builder_budget(builder, budget);
    return builder;
}

/* One sample in four is of a few heavy paths, the others are anywhere; functions may recur. */
static void sample(struct support_random *random, struct pair *pair)
{
    uint32_t functions[40], n = 3 + support_below(random, 30);
    bool is_heavy = support_below(random, 4) == 0;
    char process[16];

    if (is_heavy)
        n = 8;
    for (uint32_t i = 0; i < n; i++)
        functions[i] = is_heavy ? 1 + i : support_below(random, FUNCTIONS);
    functions[0] = 0;
    if (is_heavy)
        functions[n - 1] = support_below(random, 3);
    snprintf(process, sizeof process, "p%u", support_below(random, 2));
    for (unsigned i = 0; i < 2; i++)
        pk_builder_slice(i ? pair->exact : pair->bounded,
                         &(struct pk_slice){.process = pk_str_of(process)});
    add_both(pair, functions, n, 1 + support_below(random, 100));
}

static int64_t value_of(int64_t value)
{
    return value == PK_MISSING ? 0 : value;
}

/* Every function of the truth has what is shown, or up to all that was folded more. */
static void check_bounds(const struct pk_profile *exact, const struct pk_profile *bounded,
                         uint32_t metric)
{
    const struct pk_flat *truth = pk_profile_flat(exact), *flat = pk_profile_flat(bounded);
    int64_t folded = pk_quality_of(bounded, metric).folded;
    uint32_t changed = 0;

    assert_int_equal(pk_profile_total(exact, metric), pk_profile_total(bounded, metric));
    assert_true(folded > 0 && folded < pk_profile_total(exact, metric));
    for (pk_frame_id f = 0; f < pk_profile_frames(exact); f++) {
        pk_frame_id g = support_find(bounded, pk_profile_frame(exact, f)->name.data);
        int64_t total = value_of(truth->incl[metric][f]), self = value_of(truth->self[metric][f]);
        int64_t shown = g == PK_NONE ? 0 : value_of(flat->incl[metric][g]);
        int64_t shown_self = g == PK_NONE ? 0 : value_of(flat->self[metric][g]);

        assert_true(shown <= total && total <= shown + folded);
        assert_true(shown_self <= self && self <= shown_self + folded);
        changed += shown != total;
    }
    assert_true(changed > 10);
}

/* The heavy path was never light: no part of it may be folded. */
static void check_heavy_path(const struct pk_profile *exact, const struct pk_profile *bounded)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct pk_profile *p = i ? bounded : exact;
        const struct pk_tree *tree = pk_profile_tree(p);
        const int64_t *incl = tree->incl[0];
        static int64_t first;
        int64_t found = -1;

        for (pk_node_id node = 0; node < tree->n; node++) {
            pk_node_id up = node;
            char name[16];
            int depth = 6;

            for (; depth >= 0 && up != PK_NONE; depth--, up = tree->parent[up]) {
                snprintf(name, sizeof name, "f%d", depth ? depth + 1 : 0);
                if (!pk_str_equal(pk_profile_frame(p, tree->frame[up])->name, pk_str_of(name)))
                    break;
            }
            if (depth < 0 && up == PK_NONE)
                found = incl[node];
        }
        assert_true(found > 0);
        if (i)
            assert_int_equal(found, first);
        first = found;
    }
}

static void what_is_folded_bounds_every_error(void **state)
{
    struct support_random random = {4711};

    (void)state;
    for (uint32_t program = 0; program < support_cases(PROGRAMS); program++) {
        struct pair pair = {builder_of_two(0), builder_of_two(900000), 0};
        struct pk_profile *exact, *bounded;

        for (unsigned i = 0; i < SAMPLES; i++)
            sample(&random, &pair);
        assert_true(pair.foldings > 2 && pair.foldings < SAMPLES / 20);
        exact = support_freeze(pair.exact);
        bounded = support_freeze(pair.bounded);
        for (uint32_t metric = 0; metric < 2; metric++)
            check_bounds(exact, bounded, metric);
        check_heavy_path(exact, bounded);
        assert_int_equal(pk_profile_slices(exact), pk_profile_slices(bounded));
        for (uint32_t i = 0; i < pk_profile_slices(exact); i++)
            assert_int_equal(pk_profile_slice_total(exact, i, 0),
                             pk_profile_slice_total(bounded, i, 0));
        pk_profile_free(exact);
        pk_profile_free(bounded);
    }
}

/* Names that nothing uses any more are given up: a million functions fit where a few do. */
static void functions_that_are_gone_take_no_room(void **state)
{
    struct pk_builder *builder = builder_of_two(200000);
    struct pk_profile *profile;
    uint32_t functions[2] = {0};

    (void)state;
    for (uint32_t i = 1; i < 40000; i++) {
        functions[1] = i;
        add(builder, functions, 2, 1);
    }
    profile = support_freeze(builder);
    assert_in_range(pk_profile_frames(profile), 3, 700);
    assert_int_equal(pk_profile_total(profile, 0), 39999);
    pk_profile_free(profile);
}

static void notes_facts_and_counters_stay(void **state)
{
    static const struct pk_note_kind kind = {"odd", "1 odd thing", "odd things", false};
    struct pk_builder *builder = builder_of_two(20000);
    struct support_random random = {5};
    struct pair pair = {builder_of_two(0), builder, 0};
    struct pk_profile *profile;

    (void)state;
    pk_builder_fact(builder, "producer", PK_STR("test"));
    pk_builder_tally(builder, "samples", 7);
    pk_notes_add(pk_builder_notes(builder), &kind, 3, pk_place_line(5, 0));
    for (unsigned i = 0; i < 500; i++)
        sample(&random, &pair);
    assert_true(pair.foldings > 0);
    profile = support_freeze(builder);
    assert_true(pk_str_equal(pk_profile_fact(profile, "producer"), PK_STR("test")));
    assert_int_equal(pk_profile_tally(profile, "samples"), 7);
    assert_int_equal(pk_profile_notes(profile)->list.size, 2);
    assert_string_equal(pk_profile_notes(profile)->list.data[0].kind->id, "folded-stacks");
    assert_string_equal(pk_profile_notes(profile)->list.data[1].kind->id, "odd");
    assert_int_equal(pk_profile_notes(profile)->list.data[1].first.line, 5);
    pk_profile_free(profile);
    pk_builder_free(pair.exact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_folded_bounds_every_error),
        cmocka_unit_test(functions_that_are_gone_take_no_room),
        cmocka_unit_test(notes_facts_and_counters_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
