/*
 * Stack filters, held against pprof's rule written down for one stack at a time: the loops of
 * FilterSamplesByName and ShowFrom (profile/filter.go), over the text of collapsed stacks. The
 * program decides for whole subtrees at once, so the two have nothing in common but the words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/filter.h"
#include "base/arena.h"
#include "base/buf.h"
#include "model/rebuild.h"
#include "support.h"

#define LETTERS 6
#define DEEPEST 8

struct chosen { /* [letter] what the frames 'a', 'b', ... match */
    unsigned words, marks[LETTERS];
};

/* --- the rule, stack by stack --- */

/* Append what is left of a stack of letters, or nothing; root first. Returns its fate. */
static enum pk_filter_fate filter_stack(const struct chosen *c, const char *stack, char *left)
{
    size_t n = 0, from = 0;
    bool is_focused = !(c->words & PK_FILTER_FOCUS), is_ignored = false;

    for (const char *frame = stack; *frame; frame++) {
        unsigned marks = c->marks[*frame - 'a'];
        bool is_hidden = (c->words & PK_FILTER_HIDE && marks & PK_FILTER_HIDE) ||
                         (c->words & PK_FILTER_SHOW && !(marks & PK_FILTER_SHOW));

        is_focused |= (marks & PK_FILTER_FOCUS) != 0;
        is_ignored |= c->words & PK_FILTER_IGNORE && marks & PK_FILTER_IGNORE;
        if (!is_hidden)
            left[n++] = *frame;
    }
    left[n] = 0;
    if (!is_focused || is_ignored)
        return PK_FILTER_LEFT_OUT;
    if (n == 0)
        return PK_FILTER_HIDDEN;
    if (!(c->words & PK_FILTER_SHOW_FROM))
        return PK_FILTER_KEPT;
    while (from < n && !(c->marks[left[from] - 'a'] & PK_FILTER_SHOW_FROM))
        from++;
    memmove(left, left + from, n - from + 1);
    return from < n ? PK_FILTER_KEPT : PK_FILTER_LEFT_OUT;
}

/* --- profiles of letters --- */

/* "abc" as "a;b;c 3\n". */
static void add_stack(struct pk_buf *out, const char *stack, int64_t value)
{
    for (size_t i = 0; stack[i]; i++) {
        pk_buf_text(out, i ? ";" : "");
        pk_buf_char(out, stack[i]);
    }
    pk_buf_char(out, ' ');
    pk_buf_int(out, value);
    pk_buf_char(out, '\n');
}

struct context {
    const struct pk_filtered *filtered;
};

static pk_node_id place(void *context, uint32_t slice, pk_node_id node)
{
    (void)slice;
    return ((struct context *)context)->filtered->end[node];
}

static uint8_t *marks_of(const struct pk_profile *profile, const struct chosen *c)
{
    uint8_t *marks = pk_calloc(pk_profile_frames(profile), 1);

    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        marks[f] = (uint8_t)c->marks[pk_profile_frame(profile, f)->name.data[0] - 'a'];
    return marks;
}

/* The profile through the filter, NULL when nothing is left of it; [fate] what came of its values.
 */
static struct pk_profile *filtered(const struct pk_profile *profile, const struct chosen *c,
                                   int64_t sums[3])
{
    const struct pk_tree *tree = pk_record_tree(profile);
    struct pk_limits limits = pk_limits_default();
    struct pk_filtered found;
    struct context context = {&found};
    struct pk_rebuild how = {.place = place, .context = &context};
    uint8_t *marks = marks_of(profile, c);
    struct pk_profile *left = NULL;
    struct pk_builder *builder;

    pk_filter_tree(&found, &(struct pk_filter){c->words, marks}, tree);
    for (pk_node_id i = 0; i < tree->n; i++)
        sums[found.fate[i]] += tree->self[0][i];
    how.parent = found.parent;
    builder = pk_rebuild(profile, &how, &limits);
    if (sums[PK_FILTER_KEPT] > 0)
        left = support_freeze(builder);
    else
        pk_builder_free(builder);
    pk_filter_fini(&found);
    pk_free(marks);
    return left;
}

/* --- random cases --- */

static struct chosen any_words(struct support_random *random, unsigned words)
{
    struct chosen c = {.words = words};

    for (unsigned i = 0; i < LETTERS; i++)
        c.marks[i] = support_below(random, 32) & support_below(random, 32) & c.words;
    return c;
}

/* Stacks of 1 to DEEPEST letters, in which letters repeat. */
static void any_stack(struct support_random *random, char *stack)
{
    uint32_t n = 1 + support_below(random, DEEPEST);

    for (uint32_t i = 0; i < n; i++)
        stack[i] = (char)('a' + support_below(random, LETTERS));
    stack[n] = 0;
}

static void stacks_are_filtered_as_pprof_does(void **state)
{
    struct support_random random = {20261129};
    unsigned tried = 0;

    (void)state;
    for (uint32_t i = 0; i < support_cases(2000); i++) {
        struct chosen c = any_words(&random, support_below(&random, 32));
        struct pk_buf all = {0}, expected = {0};
        int64_t sums[3] = {0}, expected_sums[3] = {0};
        struct pk_profile *profile, *left, *right;

        for (uint32_t n = 1 + support_below(&random, 20); n > 0; n--) {
            char stack[DEEPEST + 1], kept[DEEPEST + 1];
            int64_t value = 1 + support_below(&random, 100);
            enum pk_filter_fate fate;

            any_stack(&random, stack);
            add_stack(&all, stack, value);
            fate = filter_stack(&c, stack, kept);
            expected_sums[fate] += value;
            if (fate == PK_FILTER_KEPT)
                add_stack(&expected, kept, value);
        }
        profile = support_profile(all.data);
        left = filtered(profile, &c, sums);
        assert_memory_equal(sums, expected_sums, sizeof sums);
        assert_int_equal(left != NULL, expected.size > 0);
        if (left) {
            right = support_profile(expected.data);
            support_assert_equal(left, right);
            pk_profile_free(left);
            pk_profile_free(right);
            tried++;
        }
        pk_profile_free(profile);
        pk_buf_fini(&all);
        pk_buf_fini(&expected);
    }
    assert_true(tried > support_cases(2000) / 3);
}

static void focus_and_ignore_of_one_pattern_are_the_whole(void **state)
{
    struct support_random random = {7};

    (void)state;
    for (uint32_t i = 0; i < support_cases(300); i++) {
        struct support_program program = {
            .functions = LETTERS, .nodes = 60, .depth = 9, .is_recursive = true, .largest = 50};
        struct pk_profile *profile = support_freeze(support_program(&random, &program));
        const struct pk_tree *tree = pk_profile_tree(profile);
        uint8_t *marks = pk_calloc(pk_profile_frames(profile), 1);
        int64_t sums[2] = {0};

        for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
            if (support_below(&random, 3) == 0)
                marks[f] = PK_FILTER_FOCUS | PK_FILTER_IGNORE;
        for (unsigned k = 0; k < 2; k++) {
            struct pk_filter filter = {k ? PK_FILTER_IGNORE : PK_FILTER_FOCUS, marks};
            struct pk_filtered found;

            pk_filter_tree(&found, &filter, tree);
            for (pk_node_id n = 0; n < tree->n; n++)
                if (found.fate[n] == PK_FILTER_KEPT)
                    sums[k] += tree->self[0][n];
            pk_filter_fini(&found);
        }
        assert_int_equal(sums[0] + sums[1], pk_profile_total(profile, 0));
        pk_free(marks);
        pk_profile_free(profile);
    }
}

/* What is filtered once stays: a second time changes nothing. */
static void filtering_again_changes_nothing(void **state)
{
    static const unsigned words[] = {PK_FILTER_FOCUS, PK_FILTER_IGNORE, PK_FILTER_HIDE,
                                     PK_FILTER_SHOW, PK_FILTER_SHOW_FROM};
    struct support_random random = {99};

    (void)state;
    for (uint32_t i = 0; i < support_cases(500); i++) {
        struct chosen c = any_words(&random, words[i % 5]);
        struct pk_buf all = {0};
        int64_t sums[3] = {0};
        struct pk_profile *profile, *once, *twice;

        for (uint32_t n = 1 + support_below(&random, 20); n > 0; n--) {
            char stack[DEEPEST + 1];

            any_stack(&random, stack);
            add_stack(&all, stack, 1 + support_below(&random, 100));
        }
        profile = support_profile(all.data);
        once = filtered(profile, &c, sums);
        twice = once ? filtered(once, &c, sums) : NULL;
        if (once)
            support_assert_equal(once, twice);
        pk_profile_free(profile);
        pk_profile_free(once);
        pk_profile_free(twice);
        pk_buf_fini(&all);
    }
}

/* --- by hand: pprof's own examples --- */

/* "a" of the letters of `text` are marked with `word`. */
static void mark(struct chosen *c, enum pk_filter_word word, const char *letters)
{
    c->words |= word;
    for (; *letters; letters++)
        c->marks[*letters - 'a'] |= word;
}

static void assert_left(const struct chosen *c, const char *before, const char *after)
{
    struct pk_profile *profile = support_profile(before), *expected = support_profile(after);
    int64_t sums[3] = {0};
    struct pk_profile *left = filtered(profile, c, sums);

    assert_non_null(left);
    support_assert_equal(left, expected);
    pk_profile_free(profile);
    pk_profile_free(expected);
    pk_profile_free(left);
}

/* The comment of ShowFrom in profile/filter.go: a sample with the frames [A, B, C, B]. */
static void show_from_begins_at_the_first_match(void **state)
{
    struct chosen a = {0}, b = {0}, c = {0};

    (void)state;
    mark(&a, PK_FILTER_SHOW_FROM, "a");
    mark(&b, PK_FILTER_SHOW_FROM, "b");
    mark(&c, PK_FILTER_SHOW_FROM, "c");
    assert_left(&a, "a;b;c;b 1\n", "a;b;c;b 1\n");
    assert_left(&b, "a;b;c;b 1\n", "b;c;b 1\n");
    assert_left(&c, "a;b;c;b 1\n", "c;b 1\n");
}

static void hidden_frames_are_found_by_focus_but_not_by_show_from(void **state)
{
    struct chosen focus = {0}, from = {0};
    struct pk_profile *profile = support_profile("a;b 2\n");
    int64_t sums[3] = {0};

    (void)state;
    mark(&focus, PK_FILTER_FOCUS, "b");
    mark(&focus, PK_FILTER_HIDE, "b");
    assert_left(&focus, "a;b 2\na;c 3\n", "a 2\n");
    mark(&from, PK_FILTER_SHOW_FROM, "b");
    mark(&from, PK_FILTER_HIDE, "b");
    assert_null(filtered(profile, &from, sums));
    assert_int_equal(sums[PK_FILTER_LEFT_OUT], 2);
    pk_profile_free(profile);
}

static void what_loses_all_its_frames_is_counted_apart(void **state)
{
    struct chosen c = {0};
    struct pk_profile *profile = support_profile("a 2\na;b 3\n");
    int64_t sums[3] = {0};
    struct pk_profile *left;

    (void)state;
    mark(&c, PK_FILTER_HIDE, "a");
    left = filtered(profile, &c, sums);
    assert_int_equal(sums[PK_FILTER_HIDDEN], 2);
    assert_int_equal(sums[PK_FILTER_LEFT_OUT], 0);
    assert_int_equal(pk_profile_total(left, 0), 3);
    pk_profile_free(left);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_are_filtered_as_pprof_does),
        cmocka_unit_test(focus_and_ignore_of_one_pattern_are_the_whole),
        cmocka_unit_test(filtering_again_changes_nothing),
        cmocka_unit_test(show_from_begins_at_the_first_match),
        cmocka_unit_test(hidden_frames_are_found_by_focus_but_not_by_show_from),
        cmocka_unit_test(what_loses_all_its_frames_is_counted_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
