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
#include "model/dump.h"
#include "perf_check.h"
#include "support.h"

static struct pk_str numbered(char *room, uint64_t number)
{
    int size = snprintf(room, 64, "function_%llu+0x1 (/srv/program)", (unsigned long long)number);

    return (struct pk_str){room, (size_t)size};
}

static void what_was_added_is_found_until_the_cache_is_full(void **state)
{
    struct pk_perf_cache cache = {0};
    uint32_t n_lost = 0;
    char room[64];

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        struct pk_str text = numbered(room, i);
        uint64_t hash = pk_perf_cache_hash(text);
        const struct pk_perf_cached *entry;

        assert_null(pk_perf_cache_find(&cache, text, hash));
        pk_perf_cache_add(&cache, text, hash, i, i + 7);
        entry = pk_perf_cache_find(&cache, text, hash);
        assert_non_null(entry);
        assert_int_equal(entry->text, i);
        assert_int_equal(entry->frame, i + 7);
        assert_true(cache.stored <= (size_t)6 << 20);
    }
    for (uint32_t i = 0; i < 200000; i++) { /* an old one is right or forgotten */
        struct pk_str text = numbered(room, i);
        const struct pk_perf_cached *entry =
            pk_perf_cache_find(&cache, text, pk_perf_cache_hash(text));

        n_lost += !entry;
        assert_true(!entry || entry->text == i);
    }
    assert_in_range(n_lost, 100000, 199999);
    pk_perf_cache_fini(&cache);
}

static void equal_hashes_do_not_make_equal_texts(void **state)
{
    struct pk_perf_cache cache = {0};

    (void)state;
    pk_perf_cache_add(&cache, PK_STR("a (/p)"), 5, 1, 1);
    pk_perf_cache_add(&cache, PK_STR("b (/p)"), 5, 2, 2);
    assert_int_equal(pk_perf_cache_find(&cache, PK_STR("a (/p)"), 5)->text, 1);
    assert_int_equal(pk_perf_cache_find(&cache, PK_STR("b (/p)"), 5)->text, 2);
    assert_null(pk_perf_cache_find(&cache, PK_STR("c (/p)"), 5));
    pk_perf_cache_fini(&cache);
}

/* The canonical text of a file, or its error. */
static void show(struct pk_str text, const struct pk_perf_folding *folding, uint64_t line_limit,
                 struct pk_buf *out)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_read_options options = {.keeps_going = true, .perf_folding = *folding};
    struct pk_error error = {0};
    struct pk_profile *profile;

    limits.line = line_limit;
    profile = perf_bytes(text, options, &limits, &error);
    if (profile)
        pk_dump_profile(profile, out);
    else
        pk_buf_text(out, error.text);
    pk_profile_free(profile);
}

static void expect_the_same_by_itself(struct pk_str text, const struct pk_perf_folding *folding)
{
    struct pk_buf together = {0}, alone = {0};

    show(text, folding, 1 << 20, &together);
    show(text, folding, PK_PERF_USUAL_SIZE - 1, &alone);
    if (!pk_str_equal(pk_buf_view(&together), pk_buf_view(&alone)))
        print_error("%.*s\n", (int)text.size, text.data);
    assert_string_equal(together.data, alone.data);
    pk_buf_fini(&together);
    pk_buf_fini(&alone);
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
        expect_the_same_by_itself(pk_buf_view(&text), &foldings[i % 3]);
        pk_buf_fini(&text);
    }
}

static void a_stack_past_its_limit_is_the_same_error(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_read_options options = {0};
    struct pk_buf text = {0};

    (void)state;
    limits.stack = 100;
    pk_buf_text(&text, lines[0]);
    for (unsigned i = 0; i < 101; i++)
        pk_buf_text(&text, "\t    7f5d2d34ab12 hot+0x21 (/srv/p)\n");
    for (unsigned i = 0; i < 2; i++) {
        struct pk_error error = {0};

        limits.line = i ? 1 << 20 : PK_PERF_USUAL_SIZE - 1;
        assert_null(perf_bytes(pk_buf_view(&text), options, &limits, &error));
        assert_string_equal(error.text, "more than 100 frames in one stack");
        assert_int_equal(error.place.line, 102);
    }
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_until_the_cache_is_full),
        cmocka_unit_test(equal_hashes_do_not_make_equal_texts),
        cmocka_unit_test(lines_together_mean_what_they_mean_alone),
        cmocka_unit_test(a_stack_past_its_limit_is_the_same_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
