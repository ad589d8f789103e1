/*
 * Paths of calls that were seen lately must not change what a stack is: files in which paths come
 * again, wholly or in part, at other addresses, damaged or cut, are held against the reader that
 * takes each line by itself. That they are found at all is looked at in the numbers they keep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "formats/perf_stack.h"
#include "perf_usual.h"
#include "support.h"

/* --- positions --- */

static void a_line_is_found_behind_those_before_it(void **state)
{
    struct pk_perf_paths paths = {0};
    uint32_t *places, position;

    (void)state;
    pk_perf_paths_begin(&paths, 3);
    assert_int_equal(pk_perf_paths_next(&paths, PK_PERF_PATHS_LEAF), PK_NONE);
    assert_int_equal(pk_perf_paths_branch(&paths, PK_PERF_PATHS_LEAF, 70), PK_NONE);
    for (uint32_t i = 0; i < 5000; i++) { /* many callers of a leaf, each with two of its own */
        places = pk_perf_paths_add(&paths, PK_PERF_PATHS_LEAF, 10 * i, 3);
        for (uint32_t k = 0; k < 3; k++)
            places[k] = 10 * i + k;
    }
    for (uint32_t i = 0; i < 5000; i++) {
        position = pk_perf_paths_branch(&paths, PK_PERF_PATHS_LEAF, 10 * i);
        assert_int_not_equal(position, PK_NONE);
        assert_int_equal(pk_perf_paths_next(&paths, position), 10 * i + 1);
        assert_int_equal(pk_perf_paths_next(&paths, position + 1), 10 * i + 2);
        assert_int_equal(pk_perf_paths_next(&paths, position + 2), PK_NONE);
        assert_int_equal(pk_perf_paths_branch(&paths, position, 10 * i + 1), PK_NONE);
    }
    pk_perf_paths_begin(&paths, 3); /* the next stack */
    assert_int_not_equal(pk_perf_paths_branch(&paths, PK_PERF_PATHS_LEAF, 10), PK_NONE);
    pk_perf_paths_begin(&paths, 4); /* the cache has forgotten */
    assert_int_equal(pk_perf_paths_branch(&paths, PK_PERF_PATHS_LEAF, 10), PK_NONE);
    pk_perf_paths_fini(&paths);
}

static void memory_has_a_bound(void **state)
{
    struct pk_perf_paths paths = {0};

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t *places;

        pk_perf_paths_begin(&paths, 0);
        places = pk_perf_paths_add(&paths, PK_PERF_PATHS_LEAF, i, 50);
        for (uint32_t k = 0; k < 50; k++)
            places[k] = i;
        assert_true(paths.places.room * sizeof *paths.places.data <= (size_t)7 << 20);
        assert_true(((size_t)paths.mask + 1) * sizeof *paths.slots <= (size_t)1 << 20);
    }
    assert_null(pk_perf_paths_add(&paths, PK_PERF_PATHS_LEAF, 0, (size_t)1 << 30));
    pk_perf_paths_fini(&paths);
}

static void paths_that_do_not_come_again_rest(void **state)
{
    struct pk_perf_paths paths = {0};
    uint64_t rested = 0;

    (void)state;
    for (uint32_t i = 0; i < 10000; i++) { /* one line in three is found: worth it */
        pk_perf_paths_begin(&paths, 0);
        paths.found += 33;
        pk_perf_paths_count(&paths, 99);
        assert_int_equal(paths.resting, 0);
    }
    while (!paths.resting) { /* from now on one in five */
        pk_perf_paths_begin(&paths, 0);
        paths.found += 20;
        pk_perf_paths_count(&paths, 100);
        assert_true(++rested < 4000);
    }
    assert_null(paths.places.data);
    for (rested = 0; paths.resting; rested += 100)
        pk_perf_paths_count(&paths, 100);
    assert_in_range(rested, 1000000, 1100000);
    pk_perf_paths_begin(&paths, 0);
    assert_int_equal(pk_perf_paths_next(&paths, PK_PERF_PATHS_LEAF), PK_NONE);
    pk_perf_paths_fini(&paths);
}

/* --- what is found --- */

static uint64_t read_stack(struct pk_perf_stack *stack, const char *text)
{
    uint64_t before = stack->symbols.paths[0].found, lines = 0;

    pk_perf_stack_clear(stack);
    pk_perf_stack_usual(stack, pk_str_of(text), 100, &lines);
    return stack->symbols.paths[0].found - before;
}

#define STACK                                \
    "\t    7f5d2d34ab12 leaf+0x1 (/srv/p)\n" \
    "\t    7f5d2d34ab20 mid+0x2 (/srv/p)\n"  \
    "\t    7f5d2d34ab30 in (inlined)\n"      \
    "\t    7f5d2d34ab30 main+0x3 (/srv/p)\n"

static void only_what_parts_from_a_path_is_looked_up(void **state)
{
    static const struct {
        const char *text;
        uint64_t lines, found;
    } cases[] = {
        {STACK "\n", 4, 0}, /* new */
        {STACK "\n", 4, 2}, /* the caller of the leaf is looked up, and tells the rest */
        {STACK "\t    7f5d2d34ab40 _start+0x4 (/srv/p)\n\n", 5, 2},
        {STACK "\t    7f5d2d34ab40 _start+0x4 (/srv/p)\n\n", 5, 2},
        {STACK "\t    7f5d2d34ab50 other+0x5 (/srv/p)\n\n", 5, 2},
        {STACK "\t    7f5d2d34ab4", 4, 2},
        {"\t    7f5d2d34ab12 leaf+0x1 (/srv/p)\n\n", 1, 0},
    };
    struct pk_builder *builder = support_builder();
    struct pk_perf_folding folding = {0};
    struct pk_perf_stack stack;

    (void)state;
    pk_perf_stack_init(&stack, builder, &folding);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_stack(&stack, cases[i].text), cases[i].found);
        assert_int_equal(stack.slots.size, cases[i].lines);
    }
    pk_perf_stack_fini(&stack);
    pk_builder_free(builder);
}

#define LINE(name) "\t    7f5d2d34ab12 " name " (/srv/p)\n"

/* The first line of all is where a new one comes to stand when the cache has forgotten: its callers
 * are not those of the new one. */
static void no_path_is_followed_past_the_end_of_the_cache(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_perf_folding folding = {0};
    struct pk_perf_stack stack;
    struct pk_perf_cache *cache;
    char line[90];

    (void)state;
    pk_perf_stack_init(&stack, builder, &folding);
    cache = &stack.symbols.cache[0];
    read_stack(&stack, LINE("first") "\n");
    read_stack(&stack, LINE("leaf") LINE("mid") LINE("other") "\n");
    read_stack(&stack, LINE("leaf") LINE("mid") LINE("first") LINE("main") "\n");
    assert_int_equal(read_stack(&stack, LINE("leaf") LINE("mid") LINE("first") LINE("main") "\n"),
                     1);
    for (uint32_t i = 0; cache->n < 65536; i++) {
        snprintf(line, sizeof line, "\t    7f5d2d34ab12 f%u (/srv/p)\n\n", i);
        read_stack(&stack, line);
    }
    assert_int_equal(cache->forgotten, 0);
    assert_int_equal(read_stack(&stack, LINE("leaf") LINE("mid") LINE("new") LINE("main") "\n"), 0);
    assert_int_equal(cache->forgotten, 1);
    assert_int_equal(stack.slots.size, 4);
    pk_perf_stack_fini(&stack);
    pk_builder_free(builder);
}

/* --- files --- */

/* A line of a program of 40 functions, two of which have no frame of their own; `base` is where its
 * process has it, and at times it stands in the kernel. */
static void add_line(struct pk_buf *out, uint32_t function, uint64_t base)
{
    static const char *const ends[] = {"+0x21 (/srv/p)", " (/srv/lib.so)", " (inlined)",
                                       "->La/b;->c (/tmp/perf-7.map)"};
    uint32_t end = function < 30 ? 0 : function < 38 ? 1 : function - 36;

    if (function % 7 == 0)
        pk_buf_printf(out, "\tffffffff83ec%04x k%u ([kernel.kallsyms])\n", function, function);
    else if (function % 11 == 0)
        pk_buf_printf(out, "\t%16llx [unknown] (/srv/p)\n", (unsigned long long)base + function);
    else
        pk_buf_printf(out, "\t%16llx f%u%s\n", (unsigned long long)base + function, function,
                      ends[end]);
}

/* A path depends on its number alone, and numbers that end alike share callers. */
static void add_path(struct pk_buf *out, uint32_t path, uint64_t base, uint32_t leaf)
{
    uint32_t n = path % 13;

    add_line(out, leaf, base);
    for (uint32_t i = 0; i < n; i++)
        add_line(out, (path >> i % 4) * (i + 3) % 40, base);
}

/* What may stand where it is not expected. */
static void add_oddity(struct support_random *random, struct pk_buf *out)
{
    static const char *const oddities[] = {"  hot.c:12\n",
                                           "noise\n",
                                           "# comment\n",
                                           "\n",
                                           "\t    7f5d2d3",
                                           "\r\n",
                                           "\t7f5d2d34ab12 short (/srv/p)\n"};

    pk_buf_text(out, oddities[support_below(random, 7)]);
}

static void add_records(struct support_random *random, struct pk_buf *out)
{
    static const char *const heads[] = {"p 7/8 [000] ", "java 9/9 [001] ", "p 8/8 [000] "};
    uint32_t n = 2 + support_below(random, 40), odd = support_below(random, 3) ? 0 : 12;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t process = support_below(random, 3), path = support_below(random, 30);

        pk_buf_printf(out, "%s1.%06u: 5 cycles: \n", heads[process], i);
        add_path(out, path, process == 2 ? 0x7f5d2d340000 : 0x401000,
                 support_below(random, 3) ? path % 40 : support_below(random, 40));
        if (odd && support_below(random, odd) == 0)
            add_oddity(random, out);
        if (!odd || support_below(random, odd))
            pk_buf_char(out, '\n');
    }
}

static void random_files_say_the_same(void **state)
{
    static const struct pk_perf_folding foldings[] = {
        {0}, {.is_on = true}, {.is_on = true, .has_addresses = true, .marks_jit = true}};
    struct support_random random = {1511};

    (void)state;
    for (uint32_t i = 0; i < support_cases(1500); i++) {
        struct pk_buf text = {0};

        add_records(&random, &text);
        for (uint32_t damage = support_below(&random, 4); i % 2 && damage > 0; damage--)
            text.data[support_below(&random, (uint32_t)text.size)] ^=
                (char)(1 << support_below(&random, 8));
        if (i % 5 == 0)
            text.size -= support_below(&random, (uint32_t)text.size / 2);
        usual_assert_the_same(pk_buf_view(&text), &foldings[i % 3]);
        pk_buf_fini(&text);
    }
}

/* More texts than the cache holds, while some paths come again: places of before are void. */
static void what_the_cache_forgets_is_found_anew(void **state)
{
    const struct pk_perf_folding folding = {.is_on = true};
    struct pk_buf text = {0};

    (void)state;
    for (uint32_t i = 0; i < 6000; i++) {
        pk_buf_printf(&text, "p 7/8 [000] 1.%06u: 5 cycles: \n", i);
        for (uint32_t k = 0; k < 24; k++)
            pk_buf_printf(&text, "\t%16x f%u+0x%x (/p)\n", 4096 + i % 3, k,
                          i % 2 ? i * 24 + k : k + i % 5);
        pk_buf_char(&text, '\n');
    }
    usual_assert_the_same(pk_buf_view(&text), &folding);
    pk_buf_fini(&text);
}

static void a_stack_past_its_limit_is_the_same_error(void **state)
{
    struct pk_buf text = {0};

    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* the first two are kept, the third goes on */
        pk_buf_printf(&text, "p 7/8 1.00000%u: 5 cycles: \n", i);
        for (uint32_t k = 0; k < (i == 2 ? 21 : 20); k++)
            add_line(&text, k, 0x401000);
        pk_buf_char(&text, '\n');
    }
    usual_assert_too_long(pk_buf_view(&text), 20, 2 * 22 + 22);
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_found_behind_those_before_it),
        cmocka_unit_test(memory_has_a_bound),
        cmocka_unit_test(paths_that_do_not_come_again_rest),
        cmocka_unit_test(only_what_parts_from_a_path_is_looked_up),
        cmocka_unit_test(no_path_is_followed_past_the_end_of_the_cache),
        cmocka_unit_test(random_files_say_the_same),
        cmocka_unit_test(what_the_cache_forgets_is_found_anew),
        cmocka_unit_test(a_stack_past_its_limit_is_the_same_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
