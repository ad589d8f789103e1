/*
 * The hot loop of collapsed stacks by itself: how many texts it knows at a time must not show in
 * the frames that it finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "formats/collapsed_stack.h"
#include "support.h"

#define ROOM 64 /* frames of a stack, at most */

struct stacks { /* the same texts read by two: one knows all of them, one a few */
    struct pk_builder *builder[2];
    struct pk_collapsed_stack stack[2];
};

static void begin(struct stacks *s, size_t most_texts)
{
    for (unsigned i = 0; i < 2; i++) {
        s->builder[i] = support_builder();
        pk_collapsed_stack_init(&s->stack[i], s->builder[i], false);
    }
    s->stack[1].most_texts = most_texts;
}

static void end(struct stacks *s)
{
    for (unsigned i = 0; i < 2; i++) {
        pk_collapsed_stack_fini(&s->stack[i]);
        pk_builder_free(s->builder[i]);
    }
}

/* Read a text by both: ids are given in order of arrival, so they must be the same. */
static void assert_same(struct stacks *s, const char *text)
{
    const uint32_t *lines[2];
    size_t n;

    for (unsigned i = 0; i < 2; i++) {
        assert_true(pk_collapsed_stack_read(&s->stack[i], pk_str_of(text), ROOM));
        lines[i] = pk_collapsed_stack_lines(&s->stack[i]);
    }
    n = s->stack[0].frames.size;
    assert_int_equal(s->stack[1].frames.size, n);
    assert_memory_equal(s->stack[1].frames.data, s->stack[0].frames.data, n * sizeof(uint32_t));
    assert_int_equal(lines[0] == NULL, lines[1] == NULL);
    if (lines[0])
        assert_memory_equal(lines[1], lines[0], n * sizeof(uint32_t));
}

static void a_text_that_was_forgotten_is_the_same_frame_again(void **state)
{
    static const char *const texts[] = {
        "main;a;b;c;d;e;f",      "main;f;e;d;c;b;a",  "main (x.py:3);a (x.py:7);b (x.py:9)",
        "main (x.py:4);a;b;c",   "a;a;a;b;b",         "P1;T2;x.py:f:3;x.py:g:4",
        "x.py:f:3;x.py:g:4;a;b", "main;a_[k];b_[i];", "",
        "main;a;b;c;d;e;f",
    };
    struct stacks s;

    (void)state;
    for (size_t most = 1; most < 12; most++) {
        begin(&s, most);
        for (unsigned round = 0; round < 3; round++)
            for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                assert_same(&s, texts[i]);
        assert_true(s.stack[1].texts.texts.size <= most + 3); /* two are there from the start */
        end(&s);
    }
}

static void random_stacks_do_not_show_what_was_forgotten(void **state)
{
    struct support_random random = {4};
    struct stacks s;

    (void)state;
    begin(&s, 40);
    for (uint32_t i = 0; i < 2000; i++) {
        char text[ROOM * 8] = "";
        uint32_t n = 1 + support_below(&random, 8);

        for (uint32_t k = 0; k < n; k++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%sf%u", k ? ";" : "",
                     support_below(&random, 100));
        assert_same(&s, text);
    }
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_was_forgotten_is_the_same_frame_again),
        cmocka_unit_test(random_stacks_do_not_show_what_was_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
