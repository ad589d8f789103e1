/*
 * Costs of lines: what belongs to a scope, once per stack, and the law that lines add up to self.
 * Values are counted by hand; the laws are tried on random programs, whose lines are made from the
 * functions so that the truth is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/annotate.h"
#include "support.h"

static struct pk_arena arena;

static int set_up(void **state)
{
    (void)state;
    pk_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    return 0;
}

static struct pk_annotation of_function(const struct pk_profile *profile, const char *name)
{
    return pk_annotate(profile, 0, (struct pk_annotate_scope){.frame = support_find(profile, name)},
                       &arena);
}

static struct pk_annotation of_file(const struct pk_profile *profile, const char *file)
{
    return pk_annotate(
        profile, 0, (struct pk_annotate_scope){.frame = PK_NONE, .file = pk_str_of(file)}, &arena);
}

/* "file:line self total calls; ...", with "total..high" for bounds and ">callee calls total". */
static void assert_lines(const struct pk_profile *profile, const struct pk_annotation *annotation,
                         const char *expected)
{
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < annotation->n; i++) {
        const struct pk_annotate_line *line = &annotation->lines[i];

        pk_buf_text(&text, i ? "; " : "");
        pk_buf_str(&text, line->file);
        pk_buf_printf(&text, ":%u ", line->line);
        pk_units_raw(&text, line->self, 0);
        pk_buf_char(&text, ' ');
        pk_units_raw(&text, line->total, 0);
        if (line->is_low)
            pk_buf_printf(&text, "..%lld", (long long)line->total_high);
        for (uint32_t c = 0; c < line->n_calls; c++) {
            pk_buf_text(&text, " >");
            pk_buf_str(&text, pk_profile_frame(profile, line->calls[c].callee)->name);
            pk_buf_char(&text, ' ');
            pk_units_raw(&text, line->calls[c].calls, 0);
            pk_buf_char(&text, ' ');
            pk_units_raw(&text, line->calls[c].total, 0);
        }
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
}

/* ---- stacks */

/* Frames of one file called as the letters of `path`, executing the lines of `lines`. */
static void add_stack(struct pk_builder *builder, const char *path, const uint32_t *lines,
                      int64_t value)
{
    pk_frame_id frames[16];
    size_t n = 0;

    for (; path[n]; n++) {
        struct pk_frame frame = {.name = {path + n, 1}, .file = PK_STR("a.c"), .line = 1};

        if (path[n] >= 'x')
            frame.file = PK_STR("lib.c");
        frames[n] = pk_builder_frame(builder, &frame);
    }
    pk_builder_stack(builder, frames, lines, n, &value);
}

#define LINES(...) ((const uint32_t[]){__VA_ARGS__})

static void lines_of_stacks_have_self_and_total(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    add_stack(builder, "mf", LINES(10, 20), 5);
    add_stack(builder, "mfx", LINES(10, 21, 7), 3);
    add_stack(builder, "mx", LINES(11, 7), 2);
    add_stack(builder, "m", LINES(11), 1);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_lines(p, &found, "a.c:20 5 5; a.c:21 0 3 >x - 3");
    assert_int_equal(found.self, 5);
    assert_int_equal(found.whole, 8);
    assert_true(found.has_lines);
    assert_false(found.has_calls);
    found = of_function(p, "m");
    assert_lines(p, &found, "a.c:10 0 8 >f - 8; a.c:11 1 3 >x - 2");
    found = of_file(p, "a.c");
    assert_lines(p, &found, "a.c:10 0 8 >f - 8; a.c:11 1 3 >x - 2; a.c:20 5 5; a.c:21 0 3 >x - 3");
    assert_int_equal(found.self, 6);
    assert_int_equal(found.whole, 11);
    pk_profile_free(p);
}

/* f at line 20 stands three times on one stack, and calls itself twice from there. */
static void recursion_counts_once_per_stack(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    add_stack(builder, "mffff", LINES(10, 20, 20, 20, 21), 4);
    add_stack(builder, "mff", LINES(10, 20, 20), 2);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_lines(p, &found, "a.c:20 2 6 >f - 6; a.c:21 4 4");
    assert_int_equal(found.self, 6);
    assert_int_equal(found.whole, 6);
    pk_profile_free(p);
}

/* Mutual recursion through a line: entered again after it was left. */
static void a_line_left_and_entered_again_counts_again(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    add_stack(builder, "mfgf", LINES(10, 20, 30, 20), 4);
    add_stack(builder, "mgf", LINES(11, 30, 20), 1);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_lines(p, &found, "a.c:20 5 5 >g - 4");
    found = of_function(p, "g");
    assert_lines(p, &found, "a.c:30 0 5 >f - 5");
    pk_profile_free(p);
}

static void a_stack_without_a_line_keeps_its_weight(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    add_stack(builder, "mf", LINES(10, 20), 5);
    add_stack(builder, "mf", LINES(10, 0), 2);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_lines(p, &found, "a.c:20 5 5; a.c:0 2 2");
    assert_int_equal(found.self, 7);
    pk_profile_free(p);
}

/* ---- recorded lines */

/* f calls g from line 3, and has code of h.h inlined; g has the same code. */
static struct pk_builder *recorded(void)
{
    struct pk_builder *builder = support_builder();
    const struct pk_frame f = {.name = PK_STR("f"), .file = PK_STR("f.c")};
    const struct pk_frame g = {.name = PK_STR("g"), .file = PK_STR("g.c")};
    pk_frame_id ids[] = {pk_builder_frame(builder, &f), pk_builder_frame(builder, &g)};
    const struct pk_calls none = {PK_MISSING, PK_MISSING}, two = {2, 2}, one = {1, 1};

    pk_builder_self(builder, ids[0], (int64_t[]){10}, (int64_t[]){40}, one);
    pk_builder_self(builder, ids[1], (int64_t[]){30}, (int64_t[]){30}, two);
    pk_builder_edge(builder, ids[0], ids[1], (int64_t[]){30}, NULL, two);
    pk_builder_line(builder, ids[0], PK_STR("f.c"), 3, PK_NONE, (int64_t[]){4}, none);
    pk_builder_line(builder, ids[0], PK_STR("f.c"), 3, ids[1], (int64_t[]){20}, one);
    pk_builder_line(builder, ids[0], PK_STR("h.h"), 9, PK_NONE, (int64_t[]){6}, none);
    pk_builder_line(builder, ids[0], PK_STR("h.h"), 9, ids[1], (int64_t[]){10}, one);
    pk_builder_line(builder, ids[1], PK_STR("g.c"), 5, PK_NONE, (int64_t[]){25}, none);
    pk_builder_line(builder, ids[1], PK_STR("h.h"), 9, PK_NONE, (int64_t[]){5}, none);
    return builder;
}

static void recorded_lines_have_calls_below(void **state)
{
    struct pk_profile *p = support_freeze(recorded());
    struct pk_annotation found = of_function(p, "f");

    (void)state;
    assert_lines(p, &found, "f.c:3 4 24 >g 1 20; h.h:9 6 16 >g 1 10");
    assert_true(found.has_calls);
    assert_int_equal(found.self, 10);
    assert_int_equal(found.whole, 40);
    found = of_function(p, "g");
    assert_lines(p, &found, "g.c:5 25 25; h.h:9 5 5");
    pk_profile_free(p);
}

/* f calls g from line 9 of h.h, and g is at that line for 5 of these 10: the truth is between the
 * larger part, 16, and both, 21. */
static void a_line_of_several_functions_has_bounds(void **state)
{
    struct pk_profile *p = support_freeze(recorded());
    struct pk_annotation found = of_file(p, "h.h");

    (void)state;
    assert_lines(p, &found, "h.h:9 11 16..21 >g 1 10");
    assert_int_equal(found.self, 11);
    assert_int_equal(found.whole, 40);
    pk_profile_free(p);
}

/* Two functions that share code without calls in it: their self is never the same time. */
static void shared_code_without_calls_is_exact(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
    const struct pk_calls none = {PK_MISSING, PK_MISSING}, one = {1, 1};
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    pk_builder_self(builder, f, (int64_t[]){10}, (int64_t[]){10}, one);
    pk_builder_self(builder, g, (int64_t[]){3}, (int64_t[]){3}, one);
    pk_builder_line(builder, f, PK_STR("h.h"), 9, PK_NONE, (int64_t[]){10}, none);
    pk_builder_line(builder, g, PK_STR("h.h"), 9, PK_NONE, (int64_t[]){3}, none);
    p = support_freeze(builder);
    found = of_file(p, "h.h");
    assert_lines(p, &found, "h.h:9 13 13");
    pk_profile_free(p);
}

/* Within a cycle the inclusive of a call is not once per stack, so it is not recorded. */
static void a_call_without_inclusive_leaves_a_lower_bound(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id f = support_frame(builder, "f");
    const struct pk_calls none = {PK_MISSING, PK_MISSING}, three = {3, 3};
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    pk_builder_self(builder, f, (int64_t[]){10}, (int64_t[]){10}, three);
    pk_builder_edge(builder, f, f, (int64_t[]){PK_MISSING}, NULL, three);
    pk_builder_line(builder, f, PK_STR("f.c"), 3, PK_NONE, (int64_t[]){4}, none);
    pk_builder_line(builder, f, PK_STR("f.c"), 3, f, (int64_t[]){PK_MISSING}, three);
    pk_builder_line(builder, f, PK_STR("f.c"), 4, PK_NONE, (int64_t[]){6}, none);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_lines(p, &found, "f.c:3 4 4..10 >f 3 -; f.c:4 6 6");
    pk_profile_free(p);
}

/* ---- nothing invented */

static void without_lines_only_the_definition_is_known(void **state)
{
    struct pk_builder *builder = support_builder();
    const struct pk_frame f = {.name = PK_STR("f"), .file = PK_STR("a.py"), .line = 7};
    const struct pk_frame g = {.name = PK_STR("g"), .file = PK_STR("a.py"), .line = 3};
    const struct pk_calls one = {1, 1};
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    pk_builder_self(builder, pk_builder_frame(builder, &f), (int64_t[]){5}, (int64_t[]){9}, one);
    pk_builder_self(builder, pk_builder_frame(builder, &g), (int64_t[]){4}, (int64_t[]){4}, one);
    p = support_freeze(builder);
    found = of_function(p, "f");
    assert_false(found.has_lines);
    assert_lines(p, &found, "a.py:7 5 9");
    found = of_file(p, "a.py");
    assert_lines(p, &found, "a.py:3 4 4; a.py:7 5 9");
    assert_true(found.lines[0].frame == support_find(p, "g"));
    pk_profile_free(p);
}

/* Half of the profile knows lines: the other half stands as a line that is not known. */
static void what_has_no_line_is_not_lost(void **state)
{
    struct pk_builder *builder = recorded();
    const struct pk_frame g = {.name = PK_STR("g"), .file = PK_STR("g.c")};
    const struct pk_frame k = {.name = PK_STR("k"), .file = PK_STR("g.c")};
    const struct pk_calls one = {1, 1};
    struct pk_profile *p;
    struct pk_annotation found;

    (void)state;
    pk_builder_self(builder, pk_builder_frame(builder, &g), (int64_t[]){8}, (int64_t[]){8}, one);
    pk_builder_self(builder, pk_builder_frame(builder, &k), (int64_t[]){2}, (int64_t[]){2}, one);
    p = support_freeze(builder);
    found = of_function(p, "g");
    assert_lines(p, &found, "g.c:5 25 25; g.c:0 8 -; h.h:9 5 5");
    assert_int_equal(found.self, 38);
    found = of_file(p, "g.c");
    assert_lines(p, &found, "g.c:5 25 25; g.c:0 2 -");
    pk_profile_free(p);
}

/* ---- laws */

/* Lines of a random program: each node executes a line that depends on its place. */
static struct pk_builder *with_lines(const struct pk_profile *truth, struct support_random *random)
{
    struct pk_builder *builder = support_builder();
    const struct pk_tree *tree = pk_profile_tree(truth);

    for (pk_node_id i = 0; i < tree->n; i++) {
        pk_frame_id frames[64];
        uint32_t lines[64];
        size_t n = 0, at;

        for (pk_node_id k = i; k != PK_NONE; k = tree->parent[k])
            n++;
        at = n;
        assert_true(n <= 64);
        for (pk_node_id k = i; k != PK_NONE; k = tree->parent[k]) {
            frames[--at] = pk_builder_frame(builder, pk_profile_frame(truth, tree->frame[k]));
            lines[at] = support_below(random, 4);
        }
        pk_builder_stack(builder, frames, lines, n, &tree->self[0][i]);
    }
    return builder;
}

static void lines_add_up_to_self_and_no_total_passes_the_whole(void **state)
{
    const struct support_program program = {8, 60, 12, true, 100};
    struct support_random random = {7};
    uint32_t checked = 0;

    (void)state;
    for (uint32_t n = support_cases(60); n > 0; n--) {
        struct pk_profile *truth = support_freeze(support_program(&random, &program));
        struct pk_profile *p = support_freeze(with_lines(truth, &random));
        const struct pk_flat *flat = pk_profile_flat(p);

        for (pk_frame_id f = 0; f < pk_profile_frames(p); f++) {
            struct pk_annotation found =
                pk_annotate(p, 0, (struct pk_annotate_scope){.frame = f}, &arena);

            assert_int_equal(found.self, flat->self[0][f]);
            assert_int_equal(found.whole, flat->incl[0][f]);
            for (uint32_t i = 0; found.has_lines && i < found.n; i++) {
                const struct pk_annotate_line *line = &found.lines[i];

                assert_true(line->self <= line->total && line->total <= found.whole);
                for (uint32_t c = 0; c < line->n_calls; c++)
                    assert_true(line->calls[c].total <= line->total);
                checked++;
            }
        }
        pk_profile_free(p);
        pk_profile_free(truth);
    }
    assert_true(checked > 2 * support_cases(60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_stacks_have_self_and_total),
        cmocka_unit_test(recursion_counts_once_per_stack),
        cmocka_unit_test(a_line_left_and_entered_again_counts_again),
        cmocka_unit_test(a_stack_without_a_line_keeps_its_weight),
        cmocka_unit_test(recorded_lines_have_calls_below),
        cmocka_unit_test(a_line_of_several_functions_has_bounds),
        cmocka_unit_test(shared_code_without_calls_is_exact),
        cmocka_unit_test(a_call_without_inclusive_leaves_a_lower_bound),
        cmocka_unit_test(without_lines_only_the_definition_is_known),
        cmocka_unit_test(what_has_no_line_is_not_lost),
        cmocka_unit_test(lines_add_up_to_self_and_no_total_passes_the_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
