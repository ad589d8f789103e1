/*
 * Edges are found by notes or by a table, and rows by their item or by a key; which of them depends
 * on the order in which edges come. What they add up to must not: it is held against a plain
 * matrix.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/profile.h"
#include "tests/support.h"

#define FRAMES 12u
#define SLICES 3u

struct matrix { /* what the edges of a slice add up to; 0: no such edge */
    int64_t incl[FRAMES][FRAMES], calls[FRAMES][FRAMES];
};

struct order { /* how edges come */
    uint32_t slices;
    bool is_by_callee; /* said, and true of runs */
    uint32_t run;      /* edges with the same end, one after the other */
    bool returns;      /* a function may come again */
};

static void name(char out[16], uint32_t frame)
{
    snprintf(out, 16, "f%02u", frame);
}

static void enter(struct pk_builder *builder, uint32_t slice)
{
    char thread[16];

    name(thread, slice);
    pk_builder_slice(builder, &(struct pk_slice){.thread = pk_str_of(thread)});
}

static void add(struct pk_builder *builder, struct matrix *sums, uint32_t caller, uint32_t callee,
                int64_t value)
{
    pk_builder_edge(builder, caller, callee, &value, NULL, (struct pk_calls){1, PK_MISSING});
    sums->incl[caller][callee] += value;
    sums->calls[caller][callee]++;
}

/* Edges of one end after the other; each end at most once in each slice, or again and again. */
static struct pk_builder *draw(struct support_random *random, struct order how, struct matrix *sums)
{
    struct pk_builder *builder = support_builder();
    char text[16];

    for (uint32_t i = 0; i < FRAMES; i++) {
        name(text, i);
        support_frame(builder, text);
    }
    if (how.is_by_callee)
        pk_builder_edges_by_callee(builder);
    for (uint32_t slice = 0; slice < how.slices; slice++) {
        enter(builder, slice);
        for (uint32_t i = 0; i < FRAMES; i++) {
            uint32_t end = how.returns ? support_below(random, FRAMES) : i;

            for (uint32_t k = support_below(random, how.run + 1); k > 0; k--) {
                uint32_t other = support_below(random, FRAMES);
                int64_t value = 1 + support_below(random, 100);

                if (how.is_by_callee)
                    add(builder, &sums[slice], other, end, value);
                else
                    add(builder, &sums[slice], end, other, value);
            }
        }
    }
    return builder;
}

/* From "f07" to 7: the order of a profile's frames does not matter then. */
static uint32_t number_of(const struct pk_profile *profile, pk_frame_id frame)
{
    const char *text = pk_profile_frame(profile, frame)->name.data;

    return (uint32_t)(10 * (text[1] - '0') + text[2] - '0');
}

/* The graph holds what the slices add up to, and nothing else. */
static void assert_sums(const struct pk_profile *profile, const struct matrix *sums, uint32_t n)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t expected = 0;
    struct matrix all = {{{0}}, {{0}}};

    for (uint32_t s = 0; s < n; s++)
        for (uint32_t i = 0; i < FRAMES; i++)
            for (uint32_t j = 0; j < FRAMES; j++) {
                all.incl[i][j] += sums[s].incl[i][j];
                all.calls[i][j] += sums[s].calls[i][j];
            }
    for (uint32_t i = 0; i < FRAMES; i++)
        for (uint32_t j = 0; j < FRAMES; j++)
            expected += all.calls[i][j] > 0;
    assert_int_equal(graph->n, expected);
    for (uint32_t e = 0; e < graph->n; e++) {
        uint32_t caller = number_of(profile, graph->caller[e]);
        uint32_t callee = number_of(profile, graph->callee[e]);

        assert_int_equal(graph->incl[0][e], all.incl[caller][callee]);
        assert_int_equal(graph->calls[e], all.calls[caller][callee]);
    }
}

static void edges_add_up_however_they_come(void **state)
{
    uint32_t cases = support_cases(200);
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        struct support_random random = {i + 1};
        struct order how = {1 + (uint32_t)(i % SLICES), i / 3 % 2, 1 + (uint32_t)(i / 6 % 9),
                            i / 54 % 2};
        struct matrix sums[SLICES] = {0};
        struct pk_builder *builder = draw(&random, how, sums);
        struct pk_profile *profile;

        add(builder, &sums[how.slices - 1], 0, 0, 1); /* so that there is one */
        profile = support_freeze(builder);
        assert_sums(profile, sums, how.slices);
        pk_profile_free(profile);
    }
}

/* What is said of the order and is not so costs time alone. */
static void edges_that_come_in_another_order_than_was_said_add_up(void **state)
{
    struct support_random random = {7};
    struct matrix sums = {{{0}}, {{0}}};
    struct pk_builder *builder = draw(&random, (struct order){.slices = 1, .run = 5}, &sums);
    struct pk_profile *profile;
    (void)state;

    pk_builder_edges_by_callee(builder); /* too late as well */
    for (uint32_t i = 0; i < 500; i++)
        add(builder, &sums, support_below(&random, FRAMES), support_below(&random, FRAMES), 1);
    profile = support_freeze(builder);
    assert_sums(profile, &sums, 1);
    pk_profile_free(profile);
}

static void merged_edges_add_up(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++) {
        struct support_random random = {i + 1};
        struct matrix sums[2 * SLICES] = {0};
        struct order how = {1 + (uint32_t)(i % SLICES), i / 3 % 2, 3, false};
        struct pk_builder *a, *b;
        struct pk_profile *profile;

        a = draw(&random, how, sums);
        how.is_by_callee = i / 6 % 2;
        b = draw(&random, how, sums + SLICES);
        pk_builder_merge(a, b);
        pk_builder_free(b);
        enter(a, 0);
        add(a, sums, 1, 2, 5); /* behind a merge it goes on */
        profile = support_freeze(a);
        assert_sums(profile, sums, 2 * SLICES);
        pk_profile_free(profile);
    }
}

/* Rows are of one slice, then of several, then of the first again. */
static void functions_of_slices_that_take_turns_add_up(void **state)
{
    struct support_random random = {3};
    struct pk_builder *builder = support_builder();
    int64_t expected[FRAMES] = {0};
    struct pk_profile *profile;
    char text[16];
    (void)state;

    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t f = support_below(&random, FRAMES);
        int64_t value = support_below(&random, 9);

        enter(builder, i < 500 ? 0 : support_below(&random, SLICES));
        name(text, f);
        pk_builder_self(builder, support_frame(builder, text), &value, NULL, PK_CALLS_MISSING);
        expected[f] += value;
    }
    profile = support_freeze(builder);
    assert_int_equal(pk_profile_frames(profile), FRAMES);
    for (uint32_t f = 0; f < FRAMES; f++) {
        name(text, f);
        assert_int_equal(pk_profile_flat(profile)->self[0][support_find(profile, text)],
                         expected[f]);
    }
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_add_up_however_they_come),
        cmocka_unit_test(edges_that_come_in_another_order_than_was_said_add_up),
        cmocka_unit_test(merged_edges_add_up),
        cmocka_unit_test(functions_of_slices_that_take_turns_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
