/*
 * Frame lines that were seen lately, and lines that are read many at once: neither may ever change
 * what a line means. The second is held against the reader that takes each line by itself, which is
 * what a file is read by where lines may not be as long as a usual one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "formats/perf_cache.h"
#include "formats/perf_stack.h"
#include "perf_usual.h"
#include "support.h"

#define ROOM 90 /* bytes of a line here */

/* A usual line of this text, with a hash of the test's. */
static struct pk_perf_usual usual_line(char *room, const char *text, uint64_t hash)
{
    int size = snprintf(room, ROOM, "\t    7f5d2d34ab12 %s\n", text);
    struct pk_str line = {room, (size_t)size};

    return (struct pk_perf_usual){.hash = hash,
                                  .text = pk_str_slice(line, PK_PERF_USUAL_FRONT, line.size - 1)};
}

static struct pk_perf_usual numbered(char *room, uint64_t number)
{
    struct pk_perf_usual usual;
    char text[64];

    snprintf(text, sizeof text, "function_%llu+0x1 (/srv/program)", (unsigned long long)number);
    usual = usual_line(room, text, 0);
    usual.hash = pk_perf_cache_hash(usual.text);
    return usual;
}

static void what_was_added_is_found_until_the_cache_is_full(void **state)
{
    struct pk_perf_cache cache = {0};
    uint32_t n_lost = 0;
    char room[ROOM];

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        struct pk_perf_usual usual = numbered(room, i);
        const struct pk_perf_cached *entry;
        uint32_t place;

        assert_int_equal(pk_perf_cache_find(&cache, usual.text, usual.hash), PK_NONE);
        place = pk_perf_cache_add(&cache, &usual, i, i + 7);
        assert_int_not_equal(place, PK_NONE);
        assert_int_equal(pk_perf_cache_find(&cache, usual.text, usual.hash), place);
        entry = pk_perf_cache_at(&cache, place);
        assert_int_equal(entry->text, i);
        assert_int_equal(entry->frame, i + 7);
        assert_true(pk_str_equal(pk_perf_cache_text(entry), usual.text));
        assert_true(cache.stored <= (size_t)6 << 20);
    }
    assert_in_range(cache.forgotten, 1, 4);
    for (uint32_t i = 0; i < 200000; i++) { /* an old one is right or forgotten */
        struct pk_perf_usual usual = numbered(room, i);
        uint32_t place = pk_perf_cache_find(&cache, usual.text, usual.hash);

        n_lost += place == PK_NONE;
        assert_true(place == PK_NONE || pk_perf_cache_at(&cache, place)->text == i);
    }
    assert_in_range(n_lost, 100000, 199999);
    pk_perf_cache_fini(&cache);
}

static void equal_hashes_do_not_make_equal_texts(void **state)
{
    struct pk_perf_cache cache = {0};
    char room[ROOM];
    struct pk_perf_usual usual = usual_line(room, "a (/p)", 5);
    uint32_t a = pk_perf_cache_add(&cache, &usual, 1, 1), b;

    (void)state;
    usual = usual_line(room, "b (/p)", 5);
    b = pk_perf_cache_add(&cache, &usual, 2, 2);
    assert_int_not_equal(a, b);
    assert_int_equal(pk_perf_cache_find(&cache, PK_STR("a (/p)"), 5), a);
    assert_int_equal(pk_perf_cache_find(&cache, PK_STR("b (/p)"), 5), b);
    assert_int_equal(pk_perf_cache_find(&cache, PK_STR("c (/p)"), 5), PK_NONE);
    pk_perf_cache_fini(&cache);
}

/* Whether the bytes are taken for a line with the text "hot (/p)", and need to be all there. */
static bool is_hot(const char *text, size_t missing)
{
    struct pk_perf_cache cache = {0};
    char room[ROOM];
    struct pk_perf_usual usual = usual_line(room, "hot (/p)", 5);
    uint32_t place = pk_perf_cache_add(&cache, &usual, 1, 1);
    size_t size = strlen(text) - missing;
    char *bytes = pk_alloc(size); /* no byte more, for what looks at memory */
    bool is_line;

    memcpy(bytes, text, size);
    is_line = pk_perf_cache_is_line(&cache, place, bytes, size);
    pk_free(bytes);
    pk_perf_cache_fini(&cache);
    return is_line;
}

static void a_line_is_told_by_all_its_bytes(void **state)
{
    (void)state;
    assert_true(is_hot("\t    7f5d2d34ab12 hot (/p)\n", 0));
    assert_true(is_hot("\t    7f5d2d34ab12 hot (/p)\nmore", 0));
    assert_true(is_hot("\tffffffff83ec32a8 hot (/p)\n", 0)); /* in another process */
    assert_false(is_hot("\t    7f5d2d34ab12 hot (/p)\n", 1));
    assert_false(is_hot("\t    7f5d2d34ab12 hot (/p)\n", 20));
    assert_false(is_hot("\t    7f5d2d34ab12 hot (/p)\r\n", 0));
    assert_false(is_hot("\t    7f5d2d34ab12 hop (/p)\n", 0));
    assert_false(is_hot("\t    7f5d2d34ab12 hot (/p) (deleted)\n", 0));
    assert_false(is_hot("     7f5d2d34ab12 hot (/p)\n", 0));
    assert_false(is_hot("\t    7f5d2d34aB12 hot (/p)\n", 0));
    assert_false(is_hot("\t                 hot (/p)\n", 0));
    assert_false(is_hot("\t    7f5d2d34ab12\thot (/p)\n", 0));
}

/* Lines of every kind that the reader knows, most of them nearly usual. */
static const char *const lines[] = {
    "p 7/8 [000] 1.000001: 5 cycles: \n",
    "p 7/8 [000] 1.000002: 9 cycles: \n",
    "java 7/9 1.000003: 5 other: \n",
    "p 7/8 1.000004: 5 cycles:     7f5d2d34ab12 alone+0x1 (/srv/p)\n",
    "\n",
    "\n",
    "\n",
    "\t    7f5d2d34ab12 hot+0x21 (/srv/p)\n",
    "\t    7f5d2d34ab12 hot+0x21 (/srv/p)\n",
    "\t    7f5d2d34ab12 hot+0x22 (/srv/p)\n",
    "\tffffffff83ec32a8 do_it+0x2a8 ([kernel.kallsyms])\n",
    "\t            1f2a cold (/srv/p)\r\n",
    "\t               0 [unknown] ([unknown])\n",
    "\t    7f5d2d34ab12 [unknown] (/srv/lib.so)\n",
    "\t    7f5d2d34ab12  (/srv/lib.so)\n",
    "\t    7f5d2d34ab12 in (inlined)\n",
    "\t    7f5d2d34ab12 La/b;->c->La/d;->e (/tmp/perf-7.map)\n",
    "\t    7f5d2d34ab12 bare\n",
    "\t    7f5d2d34ab12 half (/srv\n",
    "\t7f5d2d34ab12 short (/srv/p)\n",
    "\t    7f5D2d34ab12 big (/srv/p)\n",
    "\t    7f5 d34ab12 hole (/srv/p)\n",
    "\t                 none (/srv/p)\n",
    "\t\t   7f5d2d34ab12 tab (/srv/p)\n",
    "\t17f5d2d34ab12abcdef long (/srv/p)\n",
    "\t    7f5d2d34ab12 insn: 48 89 (/srv/p)\n",
    "\t    7f5d2d34ab12 hot+0x21 (/srv/p) ilen: 3 insn: 48 89)\n",
    "  hot.c:12\n",
    "  hot.c:13\n",
    "# comment\n",
    "noise\n",
    "\t    7f5d2d34ab12 cut (/srv/p)",
};

static void lines_together_mean_what_they_mean_alone(void **state)
{
    static const struct pk_perf_folding foldings[] = {
        {0}, {.is_on = true}, {.is_on = true, .has_addresses = true, .marks_jit = true}};
    struct support_random random = {13};

    (void)state;
    for (uint32_t i = 0; i < support_cases(1500); i++) {
        uint32_t n = 1 + support_below(&random, 40), kinds = sizeof lines / sizeof *lines;
        struct pk_buf text = {0};

        /* Some files have everything, most only what stands first in the list. */
        if (support_below(&random, 3))
            kinds = 7 + support_below(&random, 8);
        pk_buf_text(&text, lines[0]);
        for (uint32_t k = 0; k < n; k++)
            pk_buf_text(&text, lines[support_below(&random, kinds)]);
        usual_assert_the_same(pk_buf_view(&text), &foldings[i % 3]);
        pk_buf_fini(&text);
    }
}

static void a_stack_past_its_limit_is_the_same_error(void **state)
{
    struct pk_buf text = {0};

    (void)state;
    pk_buf_text(&text, lines[0]);
    for (unsigned i = 0; i < 101; i++)
        pk_buf_text(&text, "\t    7f5d2d34ab12 hot+0x21 (/srv/p)\n");
    usual_assert_too_long(pk_buf_view(&text), 100, 102);
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_until_the_cache_is_full),
        cmocka_unit_test(equal_hashes_do_not_make_equal_texts),
        cmocka_unit_test(a_line_is_told_by_all_its_bytes),
        cmocka_unit_test(lines_together_mean_what_they_mean_alone),
        cmocka_unit_test(a_stack_past_its_limit_is_the_same_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
