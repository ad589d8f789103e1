/*
 * The list of readers, and what is said when none fits: texts of UX.md section 1.4 and of the
 * detection order.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "formats/readers.h"

/* Run on bytes; `text` and `hint` get what was said. True when it was read. */
static bool run_bytes(struct pk_str bytes, const char *forced, struct pk_read_options options,
                      struct pk_error *error, struct pk_builder **kept)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("in.x", bytes.data, bytes.size, &limits);
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.input = input, .builder = builder, .options = options};
    bool is_read = pk_reader_run(&reading, forced ? pk_reader_find(forced) : NULL, error);

    if (!is_read)
        assert_string_equal(error->file, "in.x"); /* every error names its file */
    error->file = NULL;
    if (kept)
        *kept = builder;
    else
        pk_builder_free(builder);
    pk_input_free(input);
    return is_read;
}

static void names_and_aliases_find_formats(void **state)
{
    (void)state;
    assert_ptr_equal(pk_reader_find("folded"), &pk_reader_collapsed);
    assert_ptr_equal(pk_reader_find("collapsed"), &pk_reader_collapsed);
    assert_ptr_equal(pk_reader_find("pstats"), &pk_reader_pstats);
    assert_ptr_equal(pk_reader_find("perf"), &pk_reader_perf);
    assert_null(pk_reader_find("fold"));
    assert_null(pk_reader_find(""));
    assert_null(pk_reader_find("elf")); /* nobody can want a program read as one */
}

static void the_list_is_complete_and_has_no_name_twice(void **state)
{
    bool only_recognises = false;
    (void)state;

    for (size_t i = 0; pk_reader_list[i]; i++) {
        const struct pk_reader *reader = pk_reader_list[i];

        assert_non_null(reader->name);
        assert_non_null(reader->summary);
        assert_non_null(reader->bid);
        only_recognises |= reader->read == NULL;
        assert_int_equal(reader->read == NULL, only_recognises); /* those that read come first */
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(reader->name, pk_reader_list[j]->name);
            if (reader->alias)
                assert_string_not_equal(reader->alias, pk_reader_list[j]->name);
        }
    }
}

static void what_cannot_be_read_is_named_with_a_hint(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *forced, *text, *hint;
    } cases[] = {
        {"desc: a\ncmd: b\ntime_unit: i\n", 29, NULL,
         "this is massif output, which profkit does not read yet", "ms_print prints it as text"},
        {"PERFILE2", 8, NULL, "this is a perf binary recording, not text",
         "perf script -i perf.data | profkit -"},
        {"<!DOCTYPE html>\n", 16, NULL, "this is an HTML page, not a profile",
         "save the data, not the page"},
        {"a;b 1\n", 6, "massif", "profkit does not read massif output yet",
         "ms_print prints it as text"},
        {"", 0, NULL, "empty file", ""},
        {"", 0, "folded", "empty file", ""},
        {"hello\nworld\n", 12, NULL, "unknown format, it begins with 'hello\\x0aworld\\x0a'",
         "nearest is folded, but no line ends in a count; -f FORMAT forces one, -f help lists "
         "them   [profkit explain E001]"},
        {"a 1\nb 2\nc\nd\n", 12, NULL,
         "unknown format, it begins with 'a 1\\x0ab 2\\x0ac\\x0ad\\x0a'",
         "nearest is folded, but only 2 of the first 4 lines end in a count (line 3 does not); "
         "-f FORMAT forces one, -f help lists them   [profkit explain E001]"},
        {"5 90\n", 5, NULL, "unknown format, it begins with '5 90\\x0a'",
         "nearest is folded, but it holds numbers only; -f FORMAT forces one, -f help lists "
         "them   [profkit explain E001]"},
        {"events: 5\n0123456789012345678901234567890123456789\n", 51, NULL,
         "unknown format, it begins with 'events: 5\\x0a0123456789012345678901'", /* 32 bytes of it
                                                                                   */
         "nearest is folded, but a callgrind header is no part of it; -f FORMAT forces one, -f "
         "help lists them   [profkit explain E001]"},
        {"\1\2\3", 3, NULL, "unknown format, it begins with '\\x01\\x02\\x03'",
         "nearest is pstats, but that begins with a marshalled dict ('{' or 0xfb, then a tuple); "
         "-f help lists all formats   [profkit explain E001]"},
        {"\x1f\x8b\x08\0\0\0\0\0\0\3", 10, NULL, "the packed file is cut short and holds nothing",
         ""},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};

        assert_false(run_bytes((struct pk_str){cases[i].bytes, cases[i].size}, cases[i].forced,
                               (struct pk_read_options){0}, &error, NULL));
        assert_int_equal(error.status, PK_INPUT);
        assert_string_equal(error.text, cases[i].text);
        assert_string_equal(error.hint, cases[i].hint);
    }
}

static void a_forced_reader_skips_detection(void **state)
{
    struct pk_error error = {0};
    (void)state;

    assert_true(run_bytes(PK_STR("5 90\n"), "folded", (struct pk_read_options){0}, &error, NULL));
    assert_true(
        run_bytes(PK_STR("events: 5\n"), "collapsed", (struct pk_read_options){0}, &error, NULL));
}

static void a_profile_knows_its_format(void **state)
{
    struct pk_error error = {0};
    struct pk_builder *builder;
    struct pk_profile *profile;
    (void)state;

    assert_true(run_bytes(PK_STR("a;b 1\n"), NULL, (struct pk_read_options){0}, &error, &builder));
    profile = pk_builder_freeze(builder, NULL, NULL, &error);
    assert_non_null(profile);
    assert_true(pk_str_equal(pk_profile_fact(profile, "format"), PK_STR("folded")));
    pk_profile_free(profile);
    pk_builder_free(builder);
}

static void damage_is_an_error_only_under_strict(void **state)
{
    static const struct pk_note_kind damage = {"x-damage", "1 thing lost", "things lost", true};
    static const struct pk_note_kind oddity = {"x-odd", "1 odd thing", "odd things", false};
    struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("t", "", 0, &limits);
    struct pk_reading reading = {
        .input = input, .builder = pk_builder_new(&limits), .options = {0}};
    struct pk_error error = {0};
    (void)state;

    assert_true(pk_reader_note(&reading, &damage, 2, pk_place_line(7, 3), &error));
    assert_true(pk_reader_note(&reading, &damage, 3, pk_place_line(9, 1), &error));
    assert_int_equal(error.status, PK_OK);
    assert_int_equal(pk_builder_notes(reading.builder)->list.data[0].count, 5);
    assert_int_equal(pk_builder_notes(reading.builder)->list.data[0].first.line, 7);
    reading.options.is_strict = true;
    assert_true(pk_reader_note(&reading, &oddity, 1, pk_place_line(1, 0), &error));
    assert_true(pk_reader_note(&reading, &damage, 0, pk_place_line(1, 0), &error));
    assert_false(pk_reader_note(&reading, &damage, 2, pk_place_line(11, 4), &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text, "2 things lost");
    assert_int_equal(error.place.line, 11);
    assert_int_equal(error.place.column, 4);
    pk_builder_free(reading.builder);
    pk_input_free(input);
}

/* The order of the documentation: where two could claim a text, the earlier one wins. */
static void the_documented_order_decides_between_likely_formats(void **state)
{
    static const struct {
        const char *text, *name;
    } cases[] = {
        {"desc: x\ncmd: y\ntime_unit: i\nevents: Ir\n", "callgrind"},   /* 7 before 8 */
        {"Flat profile:\n\n\tffff81 f (k)\n\tffff82 g (k)\n", "gprof"}, /* 10 before 11 */
        {"sh 1 2.123456: x:\n\tffff81 f (k)\n@[\n f\n]: 1\n", "perf"},  /* 11 before 12 */
        {"@[\n    f+1\n]: 1\ngoroutine 1 [running]:\n", "bpftrace"},    /* 12 before 13 */
        {"goroutine 1 [running]:\na;b 1\na;b 1\na;b 1\na;b 1\na;b 1\na;b 1\na;b 1\na;b 1\na;b 1\n",
         "stack-dump"},
    };
    struct pk_limits limits = pk_limits_default();
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct pk_input *input =
            pk_input_memory("t", cases[i].text, strlen(cases[i].text), &limits);
        const struct pk_reader *reader = pk_reader_detect(input, &error);

        assert_non_null(reader);
        assert_string_equal(reader->name, cases[i].name);
        pk_input_free(input);
    }
}

/* Two magic numbers cannot stand at one place, but tar's stands late: an archive whose first file
 * is called MOJ... could be both, and a guess is not made. */
static void two_equal_bids_name_both(void **state)
{
    char bytes[300] = "MOJO.txt";
    struct pk_error error = {0};
    (void)state;

    memcpy(bytes + 257, "ustar", 5);
    assert_false(run_bytes((struct pk_str){bytes, sizeof bytes}, NULL, (struct pk_read_options){0},
                           &error, NULL));
    assert_string_equal(error.text, "this could be mojo or packed");
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.hint, ""); /* -f takes neither */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_aliases_find_formats),
        cmocka_unit_test(the_list_is_complete_and_has_no_name_twice),
        cmocka_unit_test(what_cannot_be_read_is_named_with_a_hint),
        cmocka_unit_test(a_forced_reader_skips_detection),
        cmocka_unit_test(a_profile_knows_its_format),
        cmocka_unit_test(damage_is_an_error_only_under_strict),
        cmocka_unit_test(the_documented_order_decides_between_likely_formats),
        cmocka_unit_test(two_equal_bids_name_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
