/*
 * Functions that got another name, and are found by their callers, callees and weight. Random
 * programs in which it is known what was renamed and what is truly new say how often that is right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/diff_private.h"
#include "analyze/diff_runs.h"
#include "support.h"

struct diffed { /* a comparison and what it lives on */
    struct pk_arena arena;
    struct pk_diff diff;
};

static struct diffed compare(const struct pk_profile *before, const struct pk_profile *after,
                             enum pk_normal normal, bool follows)
{
    const struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_measure measure = {.normal = normal};
    struct pk_error error = {0};
    struct diffed d;
    struct pk_renames *renames;

    pk_arena_init(&d.arena);
    renames = PK_NEW_ARRAY(&d.arena, struct pk_renames, 1);
    renames->follows = follows;
    assert_true(pk_measure_choose(sides, &measure, &error));
    assert_true(pk_diff_find_by(sides, &measure, renames, PK_DIFF_SELF, &d.arena, &d.diff, &error));
    return d;
}

static struct pk_str name_of(const struct pk_diff *diff, uint32_t i, unsigned s)
{
    return pk_profile_frame(diff->side[s].profile, diff->likely.list[i].frame[s])->name;
}

/* Fail unless the pairs are these, "old new old new ..." */
static void check_pairs(const char *before, const char *after, const char *want)
{
    struct pk_profile *profiles[] = {support_profile(before), support_profile(after)};
    struct diffed d = compare(profiles[0], profiles[1], PK_NORMAL_NONE, false);
    struct pk_buf found = {0};

    for (uint32_t i = 0; i < d.diff.likely.n; i++)
        for (unsigned s = 0; s < 2; s++) {
            pk_buf_text(&found, found.size ? " " : "");
            pk_buf_str(&found, name_of(&d.diff, i, s));
        }
    assert_string_equal(found.data ? found.data : "", want);
    pk_buf_fini(&found);
    pk_arena_fini(&d.arena);
    for (unsigned s = 0; s < 2; s++)
        pk_profile_free(profiles[s]);
}

/* By hand: callers main, body self 1/4 and parse 3/4 on both sides, weights 40 of 100. */
static void a_function_with_the_same_callers_and_callees_is_the_same(void **state)
{
    (void)state;
    check_pairs("main;load 10\nmain;load;parse 30\nmain;draw 60\n",
                "main;fetch 10\nmain;fetch;parse 30\nmain;draw 60\n", "load fetch");
    /* a third more of everything */
    check_pairs("main;load 10\nmain;load;parse 30\nmain;draw 60\n",
                "main;fetch 14\nmain;fetch;parse 40\nmain;draw 60\n", "load fetch");
}

static void other_callers_or_callees_are_another_function(void **state)
{
    (void)state;
    /* main calls load, draw calls fetch */
    check_pairs("main;load 10\nmain;load;parse 30\nmain;draw 60\n",
                "main;draw;fetch 10\nmain;draw;fetch;parse 30\nmain;draw 60\n", "");
    /* load calls parse, fetch calls draw */
    check_pairs("main;load 10\nmain;load;parse 30\nmain;parse 60\nmain;draw 5\n",
                "main;fetch 10\nmain;fetch;draw 30\nmain;parse 60\nmain;draw 5\n", "");
    /* a tenth of the weight */
    check_pairs("main;load 100\nmain;load;parse 300\nmain;draw 600\n",
                "main;fetch 10\nmain;fetch;parse 30\nmain;draw 960\nmain;parse 3\n", "");
}

/* Two leaves of one caller differ in nothing but their weight. */
static void what_could_be_either_is_neither(void **state)
{
    (void)state;
    check_pairs("main;a 40\nmain;b 39\nmain;c 20\n", "main;x 40\nmain;y 39\nmain;c 20\n", "");
    /* 40 of 101 and 41 of 101; 20 and 19: one is twice the other */
    check_pairs("main;a 40\nmain;b 20\nmain;c 41\n", "main;x 41\nmain;y 19\nmain;c 41\n",
                "a x b y");
}

/* Nobody calls them and they call nobody: their weight alone proves nothing. */
static void without_neighbours_nothing_is_alike(void **state)
{
    (void)state;
    check_pairs("a 40\nb 60\n", "x 40\nb 60\n", "");
}

/* Each can be told only by the one that calls it. */
static void what_was_renamed_together_is_found_from_the_top(void **state)
{
    (void)state;
    check_pairs("main;a 5\nmain;a;b 10\nmain;a;b;c 50\nmain;z 35\n",
                "main;k 5\nmain;k;l 10\nmain;k;l;m 50\nmain;z 35\n", "a k b l c m");
}

/* --- random programs --- */

#define FUNCTIONS 40

struct changes { /* what is done to a program */
    bool is_renamed[FUNCTIONS + 1], is_removed[FUNCTIONS + 1];
    uint32_t noise; /* percent that a self may be off */
};

static uint32_t number_of(const struct pk_profile *profile, pk_frame_id f)
{
    return (uint32_t)strtoul(pk_profile_frame(profile, f)->name.data + 1, NULL, 10);
}

/* The same stacks with other weights and names; a function that is removed is not on them, and its
 * self and what it called goes with it. */
static struct pk_builder *changed(const struct pk_profile *truth, const struct changes *changes,
                                  struct support_random *random)
{
    struct pk_builder *b = support_builder();
    const struct pk_tree *tree = pk_profile_tree(truth);

    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_frame_id stack[64];
        uint32_t n = 0;
        bool is_kept = tree->self[0][i] > 0;
        int64_t self =
            tree->self[0][i] *
            (int64_t)(100 - changes->noise + support_below(random, 2 * changes->noise + 1)) / 100;

        for (pk_node_id at = i; at != PK_NONE; at = tree->parent[at])
            n++;
        for (pk_node_id at = i, left = n; at != PK_NONE; at = tree->parent[at]) {
            uint32_t number = number_of(truth, tree->frame[at]);
            char name[32];

            is_kept &= !changes->is_removed[number];
            (void)snprintf(name, sizeof name, "%s%u", changes->is_renamed[number] ? "new" : "f",
                           number);
            stack[--left] = support_frame(b, name);
        }
        if (is_kept)
            pk_builder_stack(b, stack, NULL, n, &self);
    }
    return b;
}

struct counts {
    uint32_t renamed, found, wrong;
};

/* As stacks, or as the edges that a tracer would have recorded of them. */
static struct pk_profile *finished(struct pk_builder *b, bool is_traced)
{
    struct pk_profile *stacks = support_freeze(b), *traced;

    if (!is_traced)
        return stacks;
    traced = support_freeze(support_traced(stacks, false, true));
    pk_profile_free(stacks);
    return traced;
}

/* How many of what was renamed, and holds a hundredth of the whole, is found. */
static void count_found(const struct pk_diff *diff, const struct changes *changes,
                        struct counts *counts)
{
    const struct pk_profile *before = diff->side[PK_BEFORE].profile;
    const int64_t *incl = pk_profile_flat(before)->incl[0];

    for (pk_frame_id f = 0; f < pk_profile_frames(before); f++)
        counts->renamed += changes->is_renamed[number_of(before, f)] &&
                           incl[f] * 100 >= pk_profile_total(before, 0);
    for (uint32_t i = 0; i < diff->likely.n; i++) {
        struct pk_str old = name_of(diff, i, PK_BEFORE), now = name_of(diff, i, PK_AFTER);
        pk_frame_id f = diff->likely.list[i].frame[PK_BEFORE];

        if (!pk_str_equal(pk_str_slice(old, 1, old.size), pk_str_slice(now, 3, now.size)))
            counts->wrong++;
        else
            counts->found += incl[f] * 100 >= pk_profile_total(before, 0);
    }
}

static struct counts renamed_programs(uint32_t seed, bool is_recursive, bool is_traced,
                                      uint32_t renamed, uint32_t removed, uint32_t noise)
{
    const struct support_program program = {.functions = FUNCTIONS,
                                            .nodes = 300,
                                            .depth = 12,
                                            .is_recursive = is_recursive,
                                            .largest = 100000};
    struct support_random random = {seed};
    struct counts counts = {0};

    for (uint32_t i = 0; i < support_cases(100); i++) {
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *sides[2];
        struct changes none = {.noise = noise}, changes = {.noise = noise};
        struct diffed d;

        for (uint32_t k = 0; k < renamed; k++)
            changes.is_renamed[1 + support_below(&random, FUNCTIONS - 1)] = true;
        for (uint32_t k = 0; k < removed; k++) {
            none.is_removed[1 + support_below(&random, FUNCTIONS - 1)] = true;
            changes.is_removed[1 + support_below(&random, FUNCTIONS - 1)] = true;
        }
        sides[0] = finished(changed(truth, &none, &random), is_traced);
        sides[1] = finished(changed(truth, &changes, &random), is_traced);
        d = compare(sides[0], sides[1], PK_NORMAL_NONE, false);
        count_found(&d.diff, &changes, &counts);
        pk_arena_fini(&d.arena);
        pk_profile_free(sides[0]);
        pk_profile_free(sides[1]);
        pk_profile_free(truth);
    }
    return counts;
}

/* Of 5 functions of 40 that get another name, by how far every weight is off (docs/diff.md has
 * these numbers). Nothing that is paired may be wrong: of the 1,479 there are by default, none. */
static void renamed_functions_are_found(void **state)
{
    static const uint32_t noise[] = {0, 20, 40};

    (void)state;
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
        struct counts all = {0};

        for (unsigned kind = 0; kind < 4; kind++) {
            struct counts c = renamed_programs(1 + kind, kind & 1, kind & 2, 5, 0, noise[i]);

            all.renamed += c.renamed;
            all.found += c.found;
            all.wrong += c.wrong;
        }
        print_message("%u %% off: %u of %u found\n", noise[i], all.found, all.renamed);
        assert_true(all.wrong <= all.renamed / 10000);
        assert_true(all.found * 100 >= all.renamed * 93);
    }
}

/* Up to three functions of each side are not in the other, with all that they called: nothing of it
 * may be taken for a function under another name. Seldom it is: docs/diff.md has how often. */
static void what_is_truly_new_is_nobodys_other_name(void **state)
{
    (void)state;
    for (uint32_t removed = 1; removed <= 3; removed++) {
        uint32_t programs = 0, wrong = 0;

        for (unsigned kind = 0; kind < 4; kind++) {
            programs += support_cases(100);
            wrong += renamed_programs(1 + kind, kind & 1, kind & 2, 0, removed, 20).wrong;
        }
        print_message("%u removed: %u wrong in %u programs\n", removed, wrong, programs);
        assert_true(wrong <= programs / 500); /* none of the 400 there are by default */
    }
}

/* --- laws --- */

static struct pk_profile *any_program(struct support_random *random, bool is_traced,
                                      uint32_t renamed)
{
    const struct support_program program = {
        .functions = FUNCTIONS, .nodes = 200, .depth = 12, .largest = 100000};
    struct support_random same = {77};
    struct pk_profile *truth = support_freeze(support_program(&same, &program)), *profile;
    struct changes changes = {.noise = 20};

    for (uint32_t k = 0; k < renamed; k++)
        changes.is_renamed[support_below(random, FUNCTIONS)] = true;
    profile = finished(changed(truth, &changes, random), is_traced);
    pk_profile_free(truth);
    return profile;
}

/* Pairs, scores and rows; self adds up though two functions became one. */
static void check_mirrored(const struct pk_diff *forth, const struct pk_diff *back, uint32_t *pairs)
{
    int64_t sum = 0;

    assert_int_equal(forth->likely.n, back->likely.n);
    assert_int_equal(forth->n, back->n);
    *pairs += forth->likely.n;
    for (uint32_t i = 0; i < forth->likely.n; i++) {
        assert_true(forth->likely.list[i].score <= back->likely.list[i].score &&
                    forth->likely.list[i].score >= back->likely.list[i].score);
        for (unsigned s = 0; s < 2; s++)
            assert_true(pk_str_equal(name_of(forth, i, s), name_of(back, i, 1 - s)));
    }
    for (uint32_t r = 0; r < forth->n; r++) {
        const struct pk_diff_row *a = &forth->row[r], *b = &back->row[r];

        assert_true(pk_str_equal(a->key, b->key));
        assert_int_equal(a->self.delta, -b->self.delta);
        assert_true(a->total.delta == PK_MISSING ? b->total.delta == PK_MISSING
                                                 : a->total.delta == -b->total.delta);
        sum += a->self.delta;
    }
    assert_int_equal(sum, forth->normal_total.delta);
    assert_int_equal(forth->self_delta, forth->normal_total.delta);
    assert_int_equal(back->self_delta, -forth->self_delta);
}

static void swapped_sides_are_the_exact_negative(void **state)
{
    struct support_random random = {31};
    uint32_t pairs = 0;

    (void)state;
    for (uint32_t i = 0; i < support_cases(80); i++) {
        struct pk_profile *p = any_program(&random, i % 2, i % 5);
        struct pk_profile *q = any_program(&random, i % 2, 5);
        enum pk_normal normal = i % 4 < 2 ? PK_NORMAL_NONE : PK_NORMAL_TOTAL;

        for (unsigned follows = 0; follows < 2; follows++) {
            struct diffed forth = compare(p, q, normal, follows);
            struct diffed back = compare(q, p, normal, follows);

            check_mirrored(&forth.diff, &back.diff, &pairs);
            pk_arena_fini(&forth.arena);
            pk_arena_fini(&back.arena);
        }
        pk_profile_free(p);
        pk_profile_free(q);
    }
    assert_true(pairs > support_cases(80));
}

/* As if it had had its new name all along: the same rows, but for what it is called. */
static void following_is_what_the_old_name_would_have_been(void **state)
{
    struct pk_profile *before = support_profile("main;load 10\nmain;load;parse 30\nmain;draw 60\n");
    struct pk_profile *now = support_profile("main;fetch 14\nmain;fetch;parse 40\nmain;draw 60\n");
    struct pk_profile *same = support_profile("main;load 14\nmain;load;parse 40\nmain;draw 60\n");
    struct diffed d = compare(before, now, PK_NORMAL_NONE, true);
    struct diffed want = compare(before, same, PK_NORMAL_NONE, false);

    (void)state;
    assert_int_equal(d.diff.n, want.diff.n);
    assert_int_equal(d.diff.n_functions, want.diff.n_functions);
    for (uint32_t r = 0; r < d.diff.n; r++) {
        assert_int_equal(d.diff.row[r].self.delta, want.diff.row[r].self.delta);
        assert_int_equal(d.diff.row[r].total.delta, want.diff.row[r].total.delta);
        assert_false(pk_diff_is_one_sided(&d.diff.row[r]));
    }
    pk_arena_fini(&d.arena);
    pk_arena_fini(&want.arena);
    pk_profile_free(before);
    pk_profile_free(now);
    pk_profile_free(same);
}

/* Runs are matched again, by the keys of both names: the value of each goes to the function. */
static void runs_follow_as_their_sides_do(void **state)
{
    struct pk_profile *runs[] = {
        support_profile("main;load 10\nmain;load;parse 30\nmain;draw 60\n"),
        support_profile("main;fetch 14\nmain;fetch;parse 40\nmain;draw 60\n")};
    struct diffed d = compare(runs[0], runs[1], PK_NORMAL_NONE, true);
    struct pk_error error = {0};
    int64_t total[2] = {0, 0};
    uint32_t n = d.diff.groups[0].n, load = d.diff.likely.list[0].group[0];

    (void)state;
    pk_diff_runs_begin(&d.diff, (uint32_t[]){1, 1}, &d.arena);
    for (unsigned s = 0; s < 2; s++)
        assert_true(pk_diff_runs_add(&d.diff, s, 0, &(struct pk_side){runs[s], 0}, &error));
    for (unsigned s = 0; s < 2; s++)
        for (uint32_t g = 0; g < n; g++)
            total[s] += d.diff.runs->value[s * n + g];
    assert_int_equal(total[0], 100);
    assert_int_equal(total[1], 114);
    load = d.diff.likely.merged[load];
    assert_int_equal(d.diff.runs->value[load], 10);
    assert_int_equal(d.diff.runs->value[n + load], 14);
    pk_arena_fini(&d.arena);
    pk_profile_free(runs[0]);
    pk_profile_free(runs[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_with_the_same_callers_and_callees_is_the_same),
        cmocka_unit_test(other_callers_or_callees_are_another_function),
        cmocka_unit_test(what_could_be_either_is_neither),
        cmocka_unit_test(without_neighbours_nothing_is_alike),
        cmocka_unit_test(what_was_renamed_together_is_found_from_the_top),
        cmocka_unit_test(renamed_functions_are_found),
        cmocka_unit_test(what_is_truly_new_is_nobodys_other_name),
        cmocka_unit_test(swapped_sides_are_the_exact_negative),
        cmocka_unit_test(following_is_what_the_old_name_would_have_been),
        cmocka_unit_test(runs_follow_as_their_sides_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
