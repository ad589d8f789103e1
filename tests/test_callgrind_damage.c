/*
 * Callgrind texts that are bad, cut or hostile: what is said of them, and where. A caret stands
 * under the byte that an error names. And every sample, cut and damaged, ends in a clean error or
 * in a profile that obeys the laws.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/validate.h"
#include "tests/callgrind_check.h"
#include "tests/corpus.h"
#include "tests/skip.h"
#include "tests/support.h"

#define HEAD "# callgrind format\nevents: Ir\n"
#define TEN "fn=f\n1 1\n1 1\n1 1\n1 1\n1 1\n1 1\n1 1\n1 1\n1 1\n"

static void errors_point_at_what_is_wrong(void **state)
{
    static const struct text_case cases[] = {
        {"# callgrind format\nfn=f\n1 2\n",
         /*                          ^ */
         "3:0: expected an 'events:' line before the first cost\n"},
        {HEAD "fn=f\n1 x3\n",
         /*            ^ */
         "4:3: expected a cost for each event at most, found 'x3'\n"},
        {HEAD "fn=f\n1 2 3\n",
         /*              ^ */
         "4:5: expected a cost for each event at most, found '3'\n"},
        {HEAD "fn=f\n1 9223372036854775808\n",
         /*            ^ */
         "4:3: cost '9223372036854775808' does not fit into 64 bits\n"},
        {HEAD "fn=f\n1 2\ncfn=g\ncalls=x3 1\n1 7\n",
         /*                            ^ */
         "6:7: expected a call count after 'calls=', found 'x3 1'\n"},
        {HEAD "fn=f\n1 2\ncalls=3 1\n1 7\n",
         /*               ^ */
         "5:1: expected a 'cfn=' line before 'calls=', found 'calls=3 1'\n"},
        {HEAD "cfn=g\ncalls=3 1\n1 7\n",
         /*           ^ */
         "4:1: expected a function before its calls, found 'calls=3 1'\n"},
        {HEAD "fn=f\n1 2\nwhat is this\n",
         /*               ^ */
         "5:1: expected a position, a name, calls or a header, found 'what is this'\n"},
        {HEAD "fn=f\n1 2\nxyz=3\n",
         /*               ^ */
         "5:1: expected a position, a name, calls or a header, found 'xyz=3'\n"},
        {HEAD "positions: line column\nfn=f\n1 2\n",
         "3:0: expected instr, bb or line after 'positions:', found 'line column'\n"},
        {HEAD "fn=f\n1 2\ncfn=g\ncalls=9223372036854775808 1\n1 7\n",
         /*                            ^ */
         "6:7: cost '9223372036854775808' does not fit into 64 bits\n"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *found = show_text(cases[i].text, (struct pk_read_options){.is_strict = true}, 0);

        assert_string_equal(found, cases[i].expected);
        pk_free(found);
    }
}

static void a_bad_line_in_ten_is_too_many(void **state)
{
    static const struct text_case cases[] = {
        {HEAD TEN "?\n", "1 line skipped, at line 13\n"}, /* 1 of 12 */
        {HEAD TEN "?\n?\n", "13:1: expected a position, a name, calls or a header, found '?'\n"},
        {HEAD "fn=f\n?\n?\n", "4:1: expected a position, a name, calls or a header, found '?'\n"},
        {HEAD, "no costs in it\n"},
        {HEAD "fn=f\n", "no costs in it\n"},
        {"", "empty file\n"},
    };
    char *found;
    (void)state;

    CHECK(cases, NOTES);
    found = show_text(cases[1].text, (struct pk_read_options){.keeps_going = true}, NOTES);
    assert_string_equal(found, "2 lines skipped, first at line 13\n");
    pk_free(found);
}

static void a_name_with_a_nul_is_damage(void **state)
{
    static const char text[] = HEAD TEN "fn=a\0b\n1 2\n";
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile = read_bytes((struct pk_str){text, sizeof text - 1},
                                            (struct pk_read_options){0}, &limits, &error);
    (void)state;

    assert_non_null(profile);
    assert_int_equal(pk_profile_total(profile, 0), 11);
    assert_int_equal(pk_profile_notes(profile)->list.size, 1);
    pk_profile_free(profile);
}

static void hopeless_files_end_early(void **state)
{
    struct pk_buf text = {0};
    char *found;
    (void)state;

    pk_buf_text(&text, "events: Ir\n");
    for (int i = 0; i < 100000; i++)
        pk_buf_text(&text, "?\n");
    found = show_text(text.data, (struct pk_read_options){.keeps_going = true}, NOTES);
    assert_string_equal(found, "2:1: expected a position, a name, calls or a header, found '?'\n");
    pk_free(found);
    pk_buf_fini(&text);
}

static void the_cost_of_a_bad_call_is_no_self(void **state)
{
    static const struct text_case cases[] = {
        {HEAD TEN "cfn=g\ncalls=x 1\n1 500\n1 1\n", "f: 10 of 10\n1 line skipped, at line 14\n"},
        {HEAD TEN "calls=1 1\n1 500\n1 1\n", "f: 10 of 10\n1 line skipped, at line 13\n"},
        {HEAD TEN "cfn=g\ncalls=1 1\nfn=g\n1 7\n",
         "f: 9 of 9\ng: 7 of 7\n1 calls= line without the cost of the calls dropped\n"},
        {HEAD TEN "cfn=g\ncalls=1 1\n",
         "f: 9 of 9\n1 calls= line without the cost of the calls dropped\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void header_keys_that_nobody_knows_are_no_damage(void **state)
{
    static const struct text_case cases[] = {
        {"# callgrind format\narch: x86\ntimeframe (BB): 1-2\nfoo: bar\nevents: Ir\nfn=f\n1 1\n",
         "f: 1 of 1\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* A producer that always ends with totals lets a cut show; its last number may be half of one. */
static void cut_files_keep_whole_records(void **state)
{
#define VALGRIND "# callgrind format\ncreator: callgrind-3.19\nevents: Ir\n"
#define CUT "the file is cut short: no totals at its end, at line "
    static const struct text_case cases[] = {
        {VALGRIND "fn=f\n1 2\n2 12345\n", "f: 12347 of 12347\n" CUT "6\n"},
        {VALGRIND "fn=f\n1 2\n2 12345", "f: 2 of 2\n" CUT "6\n"},
        {VALGRIND "fn=f\n1 2\ncfn=g\ncalls=1 1\n1 7\nfn=g\n1 7\ntotals: 9",
         "f: 2 of 9\ng: 7 of 7 calls 1\n"},
        {VALGRIND "fn=f\n1 2\ncfn=g\ncalls=1 1\n1 7",
         "f: 2 of 2\n1 calls= line without the cost of the calls dropped\n" CUT "8\n"},
        {HEAD "fn=f\n1 2\n2 12345", "f: 12347 of 12347\n"}, /* others need no newline */
        {"version: 1\ncreator: xdebug 3\nevents: Time\nfn=f\n1 2\n", "f: 2 of 2\n" CUT "5\n"},
    };
    struct text_case last = {VALGRIND "fn=f\n1 2", "no costs in it\n"};
    char *found;
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
    check_texts(&last, 1, FUNCTIONS | NOTES);
    found = show_text(cases[0].text, (struct pk_read_options){.is_strict = true}, NOTES);
    assert_string_equal(found, "6:0: the file is cut short: no totals at its end\n");
    pk_free(found);
}

static void sums_past_64_bits_are_errors(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fn=f\n1 9223372036854775807\n2 1\n", "5:0: the sum of costs is beyond 64 bits\n"},
        {HEAD "fn=f\n1 9223372036854775807\nfn=g\n2 1\n",
         "6:0: the sum of costs is beyond 64 bits\n"},
        {HEAD "event: X = 9223372036854775807 Ir\nfn=f\n1 2\n",
         "5:0: the sum of costs is beyond 64 bits\n"},
        {HEAD "fn=f\n1 1\ncfn=g\ncalls=1 1\n1 9223372036854775807\ncalls=1 1\n1 1\n",
         "9:0: the sum of metric 'Ir' is beyond 64 bits\n"},
        {HEAD "fn=f\n1 1\ncfn=g\ncalls=4611686018427387903 1\n1 1\ncalls=1 1\n1 1\n",
         "9:0: the sum of the counter 'calls' is beyond 64 bits\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

static void undefined_names_are_told_once(void **state)
{
    static const struct text_case cases[] = {
        {HEAD "fn=(3)\n1 1\nfl=(4)\nfn=(3)\n1 2\n",
         "?(3): 1 of 1\n?(4):?(3): 2 of 2\n3 references to names that the file does not define\n"},
    };
    (void)state;

    CHECK(cases, FUNCTIONS | NOTES);
}

/* Few bytes that stand for many: a long name in ever new places. */
static void names_cannot_outgrow_the_file(void **state)
{
    struct pk_buf text = {0};
    char *found;
    (void)state;

    pk_buf_text(&text, "events: Ir\nfn=(1) ");
    for (int i = 0; i < 100000; i++)
        pk_buf_char(&text, 'x');
    pk_buf_text(&text, "\n1 1\n");
    for (int i = 0; i < 3000; i++)
        pk_buf_printf(&text, "fl=%d\nfn=(1)\n1 1\n", i);
    found = show_text(text.data, (struct pk_read_options){0}, NOTES);
    assert_non_null(strstr(found, "the names of all functions take more than 16 times the file"));
    pk_free(found);
    pk_buf_fini(&text);
}

static void limits_hold_on_both_sides(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_buf text = {0};
    (void)state;

    limits.frames = 2;
    for (int i = 0; i < 2; i++) {
        struct pk_error error = {0};
        struct pk_str two = PK_STR(HEAD "fn=f\n1 1\nfn=g\n1 1\n");
        struct pk_str three = PK_STR(HEAD "fn=f\n1 1\nfn=g\n1 1\nfn=h\n1 1\n");
        struct pk_profile *profile =
            read_bytes(i ? three : two, (struct pk_read_options){0}, &limits, &error);

        assert_int_equal(profile == NULL, i);
        if (i)
            assert_non_null(strstr(error.hint, "frames"));
        pk_profile_free(profile);
    }
    for (int n = 256; n <= 257; n++) {
        char *found;

        pk_buf_reset(&text);
        pk_buf_text(&text, "events:");
        for (int i = 0; i < n; i++)
            pk_buf_printf(&text, " e%d", i);
        pk_buf_text(&text, "\nfn=f\n1 1\n");
        found = show_text(text.data, (struct pk_read_options){0}, NOTES);
        assert_string_equal(found, n == 256 ? "" : "1:0: more than 256 metrics\n");
        pk_free(found);
    }
    pk_buf_fini(&text);
}

/* Alternating columns cost time for each change, so there are only so many. */
static void changes_of_columns_are_counted(void **state)
{
    struct pk_buf text = {0};
    char *found;
    (void)state;

    for (int i = 0; i < 1001; i++)
        pk_buf_printf(&text, "events: %s\nfn=f\n1 1\n", i % 2 ? "A" : "B");
    found = show_text(text.data, (struct pk_read_options){0}, NOTES);
    assert_string_equal(found, "3003:0: more than 1000 changes of 'events:' lines\n");
    pk_free(found);
    pk_buf_fini(&text);
}

/* --- every sample, cut and damaged --- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* A clean error, or a profile that obeys the laws. */
static void check_ending(const char *path, struct pk_str bytes, struct pk_read_options options)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile = read_bytes(bytes, options, &limits, &error);

    if (profile ? !pk_validate(profile, &error)
                : error.status != PK_INPUT || !error.text[0] || !error.file)
        fail_msg("%s, %zu bytes: status %d, %s", path, bytes.size, (int)error.status, error.text);
    pk_profile_free(profile);
}

static bool load(const char *path, struct pk_buf *bytes)
{
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t got;

    if (!file)
        return false;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(bytes, block, got);
    fclose(file);
    return bytes->size > 0;
}

static void cut_everywhere(const char *path)
{
    struct pk_buf bytes = {0};

    if (load(path, &bytes)) {
        size_t n = support_count("PLACES", 200) / (bytes.size > 65536 ? 10 : 1);
        size_t step = bytes.size / (n + 1) + 1;

        for (size_t size = 0; size <= bytes.size; size += step)
            check_ending(path, pk_str_slice(pk_buf_view(&bytes), 0, size),
                         (struct pk_read_options){0});
    }
    pk_buf_fini(&bytes);
}

static void damage_at_random(const char *path)
{
    static const char spice[] = "()*+-=:' \n\t09x.eEfcjbnlors#\xff\0\r";
    struct pk_buf bytes = {0};
    uint64_t seed = 4711;
    bool is_loaded = load(path, &bytes);
    int rounds = (int)support_count("MUTATIONS", 200) / (bytes.size > 65536 ? 20 : 1);

    for (int round = 0; is_loaded && round < rounds; round++) {
        struct pk_buf copy = {0};
        uint64_t hits = 1 + next_random(&seed) % 8;
        struct pk_read_options options = {.is_strict = round % 7 == 0,
                                          .keeps_going = round % 2 == 0};

        pk_buf_str(&copy, pk_buf_view(&bytes));
        while (hits--) {
            size_t at = (size_t)(next_random(&seed) % bytes.size);

            copy.data[at] = hits % 2 ? (char)next_random(&seed)
                                     : spice[next_random(&seed) % (sizeof spice - 1)];
        }
        check_ending(path, pk_buf_view(&copy), options);
        pk_buf_fini(&copy);
    }
    pk_buf_fini(&bytes);
}

static void each_sample(void (*use)(const char *path))
{
    char folder[4200];
    char *roots[] = {folder, NULL};
    const char *const parents[] = {"formats/samples/callgrind", "corpus/callgrind"};
    unsigned used = 0;

    if (corpus_is_missing())
        skip_because("no corpus");
    for (size_t i = 0; i < 2; i++) {
        FTS *tree;

        snprintf(folder, sizeof folder, "%s/%s", corpus_shared(), parents[i]);
        tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, corpus_order);
        assert_non_null(tree);
        for (FTSENT *entry; (entry = fts_read(tree));)
            if (entry->fts_info == FTS_F &&
                (strstr(entry->fts_path, "/input") || corpus_path_ends(entry->fts_path, ".out"))) {
                use(entry->fts_path);
                used++;
            }
        fts_close(tree);
    }
    assert_true(used > 40);
}

static void every_prefix_of_every_sample_ends_cleanly(void **state)
{
    (void)state;
    each_sample(cut_everywhere);
}

static void damaged_samples_end_cleanly(void **state)
{
    (void)state;
    each_sample(damage_at_random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_point_at_what_is_wrong),
        cmocka_unit_test(a_bad_line_in_ten_is_too_many),
        cmocka_unit_test(a_name_with_a_nul_is_damage),
        cmocka_unit_test(hopeless_files_end_early),
        cmocka_unit_test(the_cost_of_a_bad_call_is_no_self),
        cmocka_unit_test(header_keys_that_nobody_knows_are_no_damage),
        cmocka_unit_test(cut_files_keep_whole_records),
        cmocka_unit_test(sums_past_64_bits_are_errors),
        cmocka_unit_test(undefined_names_are_told_once),
        cmocka_unit_test(names_cannot_outgrow_the_file),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(changes_of_columns_are_counted),
        cmocka_unit_test(every_prefix_of_every_sample_ends_cleanly),
        cmocka_unit_test(damaged_samples_end_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
