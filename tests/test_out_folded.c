/*
 * Collapsed stacks out, and in again. What was read from collapsed text must come back as the same
 * profile; what comes from elsewhere must keep the number of its records.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "formats/readers.h"
#include "model/attribute.h"
#include "model/dump.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

/* --- helpers --- */

static struct pk_profile *read_folded(const char *text)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("t", text, strlen(text), &limits);
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.input = input, .builder = builder};
    struct pk_error error = {0};

    if (!pk_reader_run(&reading, &pk_reader_collapsed, &error))
        fail_msg("%s: %s", text, error.text);
    pk_input_free(input);
    return support_freeze(builder);
}

static char *fold(const struct pk_profile *profile)
{
    struct pk_style style = {.metric = pk_profile_default_metric(profile), .width = 40};
    struct pk_error error = {0};
    char *text = written_profile(&pk_writer_folded, profile, &style, &error);

    if (!text)
        fail_msg("%s", error.text);
    return text;
}

static void check_folded(struct pk_builder *builder, const char *expected)
{
    struct pk_profile *profile = support_freeze(builder);
    char *text = fold(profile);

    assert_string_equal(text, expected);
    free(text);
    pk_profile_free(profile);
}

static void stack(struct pk_builder *builder, const struct pk_frame *frames, size_t n,
                  const uint32_t *lines, int64_t value)
{
    pk_frame_id ids[8];

    assert_true(n <= 8);
    for (size_t i = 0; i < n; i++)
        ids[i] = pk_builder_frame(builder, &frames[i]);
    pk_builder_stack(builder, ids, lines, n, &value);
}

/* --- out and in again --- */

/* Each text is in the order of its bytes and says everything in the shortest way: it must come out
 * as it is. */
static const char *const canonical[] = {
    "main 1\n",
    "main;draw 15\nmain;load 5\nmain;load;parse 30\n",
    /* a stack and its own beginning, and a frame that begins like another */
    "a 1\na b 2\na;b 3\naa 4\n",
    /* kinds */
    "main;sys_read_[k] 3\nmain;tiny_[i] 2\n",
    "java;A.run_[j] 1\njava;B.run_[0] 2\njava;C.run_[1] 3\n",
    "init;wake_[p] 2\ninit;wake_[w] 1\n",
    "app;[libc.so.6] 3\napp;[unknown] 4\n",
    "app;--;waker_[w] 2\napp;-;swapper 3\n",
    /* files and lines: one function, several executing lines */
    "main (app.py:3) 1\nmain (app.py:9) 2\n",
    "<module> (app.py:1);load (lib/io.py:20) 5\n<module> (app.py:1);load (lib/io.py:21) 6\n",
    "main (a.c) 3\n",
    "main (C:\\x (x86)\\a.py:7) 2\n",
    "f(int, char) (a.cc:3) 2\n",
    "f (a.py:3)_[j] 2\n",
    /* processes and threads */
    "process 12:\"app\";thread (0x7f01): MainThread;run (a.py:1) 3\n",
    "thread (0x7f01): MainThread;run (a.py:1) 3\nthread (0x7f02): Worker;run (a.py:1) 4\n",
    "[main tid=7];run 1\n[worker tid=8];run 2\n",
    "app-12/13;main;read 4\n",
    /* values */
    "a;b 1.5\na;c 0.25\n",
    "a;b 0.000001\n",
    "a;b -3\na;c 1\n",
    "a;b 9007199254740993\n",
    "a;b 3 5\na;c 0 2\na;d 4 0\n",
    /* a leaf that counted nothing is a leaf all the same */
    "a;b 0\na;c 3\n",
    "a;b 0 0\na;c 3 1\n",
    /* names */
    "(empty stack) 5\nmain 1\n",
    "a;std::map<int, std::vector<int> >::find(int const&) 4\n",
    "a;operator new[](unsigned long) 4\n",
    "\xe6\xbc\xa2;\xf0\x9f\x98\x80 2\n",
    "broken \xff\xfe bytes 2\n",
    "a\tb;c  d 2\n",
    "one 12 two 3\n",
    " ; 2\na; ; 1\na;b\t;\t ; 3\n", /* blanks alone are a frame that must not end the stack */
    "f;f;f 3\nf;g;f 1\n",
};

static void what_was_read_comes_out_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof canonical / sizeof *canonical; i++) {
        struct pk_profile *profile = read_folded(canonical[i]), *again;
        char *text = fold(profile);

        assert_string_equal(text, canonical[i]);
        again = read_folded(text);
        support_assert_equal(again, profile);
        free(text);
        pk_profile_free(profile);
        pk_profile_free(again);
    }
}

static void other_spellings_become_the_canonical_one(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"z 1\na 2\n", "a 2\nz 1\n"},
        {"a;b 1\na;b 2\n", "a;b 3\n"},
        {"a 5\na;b 2\na 0\n", "a 5\na;b 2\n"},
        {"a 0\na;b 2\n", "a;b 2\n"},
        {"a;b 1.50\n", "a;b 1.5\n"},
        {"a;b 2.000\n", "a;b 2\n"},
        {"a;b 1e3\n", "a;b 1000\n"},
        {"a;b 0.5\na;b 0.25\na;c 3\n", "a;b 0.75\na;c 3\n"},
        {"a;b 1\r\na;c 2", "a;b 1\na;c 2\n"},
        {";a;b; 3\n", "a;b 3\n"},
        {"main (app.py:0) 3\n", "main (app.py) 3\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = read_folded(cases[i].text);
        char *text = fold(profile), *twice;
        struct pk_profile *again = read_folded(text);

        assert_string_equal(text, cases[i].expected);
        twice = fold(again);
        assert_string_equal(twice, text); /* a second time changes nothing */
        free(twice);
        free(text);
        pk_profile_free(profile);
        pk_profile_free(again);
    }
}

/* Random programs with random weights: the profile itself is what must survive. */
static void random_stacks_survive(void **state)
{
    uint32_t cases = support_cases(300);

    (void)state;
    for (uint64_t seed = 1; seed <= cases; seed++) {
        struct support_random random = {seed * 2654435761u};
        struct support_program program = {.functions = 2 + support_below(&random, 9),
                                          .nodes = 2 + support_below(&random, 60),
                                          .depth = 9,
                                          .is_recursive = true,
                                          .largest = 1000};
        struct pk_profile *truth = support_freeze(support_program(&random, &program)), *first,
                          *second;
        char *text = fold(truth), *again;

        first = read_folded(text);
        assert_int_equal(pk_profile_total(first, 0), pk_profile_total(truth, 0));
        assert_int_equal(pk_profile_tree(first)->n, pk_profile_tree(truth)->n);
        again = fold(first);
        assert_string_equal(again, text);
        second = read_folded(again);
        support_assert_equal(first, second);
        free(again);
        free(text);
        pk_profile_free(truth);
        pk_profile_free(first);
        pk_profile_free(second);
    }
}

/* --- from elsewhere --- */

static void lines_stand_in_the_order_of_their_bytes(void **state)
{
    struct pk_builder *builder = support_stacks("b 1\na;z 2\na 10\nA 4\na!b 5\na;\xc3\xa9 6\n");

    (void)state;
    check_folded(builder, "A 4\na 10\na!b 5\na;z 2\na;\xc3\xa9 6\nb 1\n");
}

static void a_name_never_makes_two_frames_or_two_lines(void **state)
{
    struct pk_builder *builder = support_stacks("");
    static const struct pk_frame frames[] = {
        {.name = PK_STR("a;b\nc\rd")},
        {.name = {"x\0y", 3}, .file = PK_STR("p;q\n.c"), .line = 4},
    };

    (void)state;
    stack(builder, frames, 2, NULL, 3);
    check_folded(builder, "a:b c d;x y (p:q .c:4) 3\n");
}

static void executing_lines_win_over_the_line_of_the_definition(void **state)
{
    struct pk_builder *builder = support_stacks("");
    static const struct pk_frame frames[] = {
        {.name = PK_STR("f"), .file = PK_STR("a.c"), .line = 3},
        {.name = PK_STR("g"), .file = PK_STR("a.c"), .line = 8}};
    static const uint32_t lines[] = {5, 0};

    (void)state;
    stack(builder, frames, 2, lines, 1);
    check_folded(builder, "f (a.c:5);g (a.c:8) 1\n");
}

/* One metric fits on a line; a stack that only the other one knows is not written as zero. */
static void only_stacks_of_the_metric_are_written(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
    struct pk_style style = {.metric = 1};
    struct pk_error error = {0};
    struct pk_profile *profile;
    char *text;

    (void)state;
    pk_builder_stack(builder, &f, NULL, 1, (const int64_t[]){5});
    pk_builder_metric(builder, &bytes);
    pk_builder_slice(builder, &(struct pk_slice){.thread = PK_STR("2")});
    pk_builder_stack(builder, &g, NULL, 1, (const int64_t[]){PK_MISSING, 64});
    profile = support_freeze(builder);
    text = written_profile(&pk_writer_folded, profile, &style, &error);
    assert_string_equal(text, "g 64\n");
    free(text);
    style.metric = 0;
    text = written_profile(&pk_writer_folded, profile, &style, &error);
    assert_string_equal(text, "f 5\n");
    free(text);
    pk_profile_free(profile);
}

/* austin counts microseconds: its own numbers come out, not nanoseconds. */
static void a_coarser_unit_keeps_the_numbers_of_its_file(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = 3};
    pk_frame_id f;
    static const int64_t value = 250;

    (void)state;
    pk_builder_metric(builder, &time);
    f = support_frame(builder, "f");
    pk_builder_stack(builder, &f, NULL, 1, &value);
    check_folded(builder, "f 250\n");
}

/* --- estimates --- */

static struct pk_builder *traced(void)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id m = support_frame(builder, "main"), f = support_frame(builder, "f");
    static const int64_t self[] = {10, 90}, incl[] = {100, 90};

    pk_builder_self(builder, m, &self[0], &incl[0], (struct pk_calls){1, 1});
    pk_builder_self(builder, f, &self[1], &incl[1], (struct pk_calls){3, 3});
    pk_builder_edge(builder, m, f, &incl[1], &self[1], (struct pk_calls){3, 3});
    return builder;
}

static void a_profile_without_stacks_is_refused(void **state)
{
    struct pk_profile *profile = support_freeze(traced());
    struct pk_style style = {0};
    struct pk_error error = {0};

    (void)state;
    assert_null(written_profile(&pk_writer_folded, profile, &style, &error));
    assert_int_equal(error.status, PK_USAGE);
    assert_string_equal(error.text,
                        "this profile holds no stacks, and collapsed text cannot mark an estimate");
    assert_string_equal(error.hint,
                        "--to pk keeps all of it; --estimate writes the estimated stacks");
    pk_profile_free(profile);
}

static void a_profile_of_which_a_part_has_no_stacks_is_refused_too(void **state)
{
    struct pk_builder *stacks = support_builder(), *calls = traced();
    pk_frame_id f = support_frame(stacks, "f");
    static const int64_t three = 3;
    struct pk_profile *profile;
    struct pk_style style = {0};
    struct pk_error error = {0};

    (void)state;
    pk_builder_stack(stacks, &f, NULL, 1, &three);
    pk_builder_merge(stacks, calls);
    pk_builder_free(calls);
    profile = support_freeze(stacks);
    assert_null(written_profile(&pk_writer_folded, profile, &style, &error));
    assert_string_equal(
        error.text,
        "part of this profile holds no stacks, and collapsed text cannot mark an estimate");
    pk_profile_free(profile);
}

static void estimated_stacks_are_written_when_they_were_asked_for(void **state)
{
    struct pk_profile *profile = support_freeze(traced());
    struct pk_attributed *attributed = pk_attribute_new(profile, 0);
    struct pk_style style = {.estimated = &attributed->tree};
    struct pk_error error = {0};
    char *text = written_profile(&pk_writer_folded, profile, &style, &error);

    (void)state;
    assert_string_equal(text, "main 10\nmain;f 90\n");
    free(text);
    pk_attribute_free(attributed);
    pk_profile_free(profile);
}

/* 40 of main's 100 are in no edge: they stand in a frame that the profile does not list. */
static void frames_of_an_estimate_alone_are_written_too(void **state)
{
    const int64_t whole = 100, own = 10, part = 50, none = 0;
    struct pk_builder *builder = support_builder();
    pk_frame_id main = support_frame(builder, "main"), f = support_frame(builder, "f");
    struct pk_profile *profile;
    struct pk_attributed *attributed;
    struct pk_style style = {0};
    struct pk_error error = {0};
    char *text;

    (void)state;
    pk_builder_self(builder, main, &own, &whole, PK_CALLS_MISSING);
    pk_builder_self(builder, f, &part, &part, PK_CALLS_MISSING);
    pk_builder_self(builder, support_frame(builder, "unused"), &none, &none, PK_CALLS_MISSING);
    pk_builder_edge(builder, main, f, &part, &part, PK_CALLS_MISSING);
    profile = support_freeze(builder);
    attributed = pk_attribute_new(profile, 0);
    style.estimated = &attributed->tree;
    text = written_profile(&pk_writer_folded, profile, &style, &error);
    assert_non_null(strstr(text, "main 10\n"));
    assert_non_null(strstr(text, "main;(not recorded) 40\n"));
    assert_non_null(strstr(text, "main;f 50\n"));
    free(text);
    pk_attribute_free(attributed);
    pk_profile_free(profile);
}

/* The part of a line that is ordered: all before the digits of its count. */
static struct pk_str ordered_part(const char *line, const char *end)
{
    while (end > line && end[-1] >= '0' && end[-1] <= '9')
        end--;
    return (struct pk_str){line, (size_t)(end - line)};
}

/* Names that are a part of each other, with bytes on both sides of ";" and of the blank. */
static void any_names_give_lines_in_the_order_of_their_bytes(void **state)
{
    static const char *const names[] = {"a",     "a b", "a 1",  "a!", "ab",    "a-b", "a<b", "\x01",
                                        "a\x01", "1",   "f 12", "f",  "f (x)", "_",   "a:b", "#"};
    struct support_random random = {5};

    (void)state;
    for (uint32_t i = 0; i < support_cases(300); i++) {
        struct pk_buf in = {0};
        struct pk_profile *profile, *again;
        struct pk_str last = PK_STR_NULL;
        char *text, *same;

        for (uint32_t line = 0; line < 30; line++) {
            for (uint32_t depth = 1 + support_below(&random, 5); depth > 0; depth--) {
                pk_buf_text(&in, names[support_below(&random, sizeof names / sizeof *names)]);
                pk_buf_text(&in, depth > 1 ? ";" : " ");
            }
            pk_buf_text(&in, " 3\n"); /* two blanks: one number is no pair */
        }
        profile = read_folded(in.data);
        text = fold(profile);
        for (const char *line = text, *end; *line; line = end + 1) {
            struct pk_str part;

            end = strchr(line, '\n');
            part = ordered_part(line, end);
            assert_true(pk_str_compare(last, part) < 0);
            last = part;
        }
        again = read_folded(text);
        same = fold(again);
        assert_string_equal(same, text);
        assert_int_equal(pk_profile_total(again, 0), 90);
        pk_profile_free(profile);
        pk_profile_free(again);
        pk_buf_fini(&in);
        free(text);
        free(same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_comes_out_as_it_was),
        cmocka_unit_test(other_spellings_become_the_canonical_one),
        cmocka_unit_test(random_stacks_survive),
        cmocka_unit_test(lines_stand_in_the_order_of_their_bytes),
        cmocka_unit_test(any_names_give_lines_in_the_order_of_their_bytes),
        cmocka_unit_test(a_name_never_makes_two_frames_or_two_lines),
        cmocka_unit_test(executing_lines_win_over_the_line_of_the_definition),
        cmocka_unit_test(only_stacks_of_the_metric_are_written),
        cmocka_unit_test(a_coarser_unit_keeps_the_numbers_of_its_file),
        cmocka_unit_test(a_profile_without_stacks_is_refused),
        cmocka_unit_test(a_profile_of_which_a_part_has_no_stacks_is_refused_too),
        cmocka_unit_test(estimated_stacks_are_written_when_they_were_asked_for),
        cmocka_unit_test(frames_of_an_estimate_alone_are_written_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
