/*
 * Stacks remembered by their bytes: what is found is what was kept, also after all was forgotten,
 * and a file of which no line comes again stops asking. A reader that remembers gives the frames
 * and lines of one that begins anew for each line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "formats/collapsed_stack.h"
#include "support.h"

#define MANY 30000u /* more than are kept at a time */

static void make_stack(char *text, size_t room, uint32_t *frames, uint32_t number)
{
    snprintf(text, room, "main;f%u;leaf", number);
    for (uint32_t i = 0; i < 3; i++)
        frames[i] = number * 3 + i;
}

static bool is_kept(struct pk_collapsed_cache *cache, uint32_t number, uint64_t *hash)
{
    char text[64];
    uint32_t frames[3];
    const struct pk_collapsed_kept *kept;

    make_stack(text, sizeof text, frames, number);
    kept = pk_collapsed_cache_find(cache, pk_str_of(text), hash);
    if (!kept)
        return false;
    assert_int_equal(kept->n, 3);
    assert_memory_equal(cache->items.data + kept->items, frames, sizeof frames);
    assert_int_equal(kept->has_lines, number % 2);
    if (kept->has_lines)
        assert_int_equal(cache->items.data[kept->items + 5], number * 3 + 2);
    return true;
}

static void keep(struct pk_collapsed_cache *cache, uint32_t number, uint64_t hash)
{
    char text[64];
    uint32_t frames[3];

    make_stack(text, sizeof text, frames, number);
    pk_collapsed_cache_add(cache, pk_str_of(text), hash, frames, number % 2 ? frames : NULL, 3);
}

static void what_comes_again_is_found_as_it_was_kept(void **state)
{
    struct pk_collapsed_cache cache = {0};
    uint32_t found = 0;
    uint64_t hash;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t number = i % 3 ? i / 3 % 100 : i; /* two in three are of a hundred stacks */

        if (is_kept(&cache, number, &hash))
            found++;
        else
            keep(&cache, number, hash);
        assert_true(is_kept(&cache, number, &hash));
    }
    assert_false(cache.is_off);
    assert_true(found > MANY / 2);
    assert_true(cache.n < MANY / 3); /* all were forgotten at least once */
    pk_collapsed_cache_fini(&cache);
}

static void a_file_of_new_stacks_stops_asking(void **state)
{
    struct pk_collapsed_cache cache = {0};
    uint64_t hash = 0;
    uint32_t asked = 0;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        assert_false(is_kept(&cache, i, &hash));
        asked += !cache.is_off;
        keep(&cache, i, hash);
    }
    assert_true(cache.is_off);
    assert_true(asked < MANY / 2);
    assert_null(cache.slots);
    pk_collapsed_cache_fini(&cache);
}

/* As the reader shows it: names and lines, root first. */
static void show(struct pk_collapsed_stack *stack, struct pk_str line, struct pk_buf *out)
{
    const uint32_t *lines;

    assert_true(pk_collapsed_stack_read(stack, line, 100));
    lines = pk_collapsed_stack_lines(stack);
    for (size_t i = 0; i < stack->frames.size; i++)
        pk_buf_printf(out, "%u:%u;", stack->frames.data[i], lines ? lines[i] : 0);
    pk_buf_char(out, '\n');
}

static void a_stack_found_is_the_stack_read(void **state)
{
    static const char *const lines[] = {"main;a;b",           "main;a",
                                        "main;a;b;c",         "Thread 1f;f (x.py);L12;g (x.py);L3",
                                        "Thread 1f;f (x.py)", "main;a (y.c)",
                                        ";main;a;b;",         "P1;T0:2;x.py:f:3;x.py:g:4",
                                        "P1;T0:2;x.py:f:3",   "b"};
    struct support_random random = {77};
    struct pk_builder *builder = support_builder();
    struct pk_collapsed_stack stack;

    (void)state;
    pk_collapsed_stack_init(&stack, builder, false);
    for (uint32_t i = 0; i < 3000; i++) {
        struct pk_str line = pk_str_of(lines[support_below(&random, 10)]);
        struct pk_buf remembered = {0}, anew = {0};
        struct pk_collapsed_stack fresh;

        pk_collapsed_stack_init(&fresh, builder, false);
        show(&stack, line, &remembered);
        show(&fresh, line, &anew);
        assert_string_equal(remembered.data, anew.data);
        pk_collapsed_stack_fini(&fresh);
        pk_buf_fini(&remembered);
        pk_buf_fini(&anew);
    }
    assert_true(stack.cache.hits > 2900);
    pk_collapsed_stack_fini(&stack);
    pk_builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_again_is_found_as_it_was_kept),
        cmocka_unit_test(a_file_of_new_stacks_stops_asking),
        cmocka_unit_test(a_stack_found_is_the_stack_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
