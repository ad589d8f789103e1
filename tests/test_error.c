/*
 * Messages: the shapes of UX.md section 1.4 and the bounds of RELIABILITY.md section 1, compared as
 * whole outputs, because scripts read them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

/* What the function prints; free it. */
static char *printed_error(const struct pk_error *error)
{
    static char *text; /* static: gcc takes what open_memstream stores for the address of a local */
    static size_t size;
    FILE *to = open_memstream(&text, &size);

    pk_error_print(error, to);
    fclose(to);
    assert_int_equal(strlen(text), size);
    return text;
}

static bool is_placed = true; /* are the places of notes in the file that is named? */

static char *printed_notes(const struct pk_notes *notes, const char *file)
{
    static char *text; /* static: gcc takes what open_memstream stores for the address of a local */
    static size_t size;
    FILE *to = open_memstream(&text, &size);

    pk_notes_print(notes, file, is_placed, to);
    fclose(to);
    assert_int_equal(strlen(text), size);
    return text;
}

static void error_prints_file_place_text_and_hint(void **state)
{
    static const struct {
        struct pk_error error;
        const char *expected;
    } cases[] = {
        {{.status = PK_INPUT,
          .file = "run.folded",
          .place = {PK_AT_LINE, 1042, 58, 0},
          .text = "expected a count at line end, found 'main;parse'",
          .hint = "--keep-going skips such lines"},
         "profkit: run.folded:1042:58: expected a count at line end, found 'main;parse'\n"
         "  hint: --keep-going skips such lines\n"},
        {{.status = PK_INPUT,
          .file = "out.prof",
          .place = {PK_AT_OFFSET, 0, 0, 4},
          .text = "expected a marshal dict, found type byte 0x5b"},
         "profkit: out.prof:@4: expected a marshal dict, found type byte 0x5b\n"},
        {{.status = PK_INPUT, .file = "a", .place = {PK_AT_OFFSET, 0, 0, 0}, .text = "b"},
         "profkit: a:@0: b\n"},
        {{.status = PK_INPUT, .file = "a", .place = {PK_AT_LINE, 7, 0, 0}, .text = "line too long"},
         "profkit: a:7: line too long\n"},
        {{.status = PK_INPUT, .file = "missing", .text = "no such file"},
         "profkit: missing: no such file\n"},
        {{.status = PK_USAGE, .text = "unknown option '--topp'", .hint = "did you mean '--top'?"},
         "profkit: unknown option '--topp'\n  hint: did you mean '--top'?\n"},
        {{.status = PK_OK, .text = "not an error"}, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = printed_error(&cases[i].error);

        assert_string_equal(text, cases[i].expected);
        free(text);
    }
}

static void error_is_one_line_whatever_the_names_hold(void **state)
{
    struct pk_error error = {.status = PK_INPUT,
                             .file = "new\nline\x1b[31m\xe2\x80\xae\xff",
                             .text = "forgotten\nquote",
                             .hint = "and\rhere"};
    char *text = printed_error(&error);

    (void)state;
    assert_string_equal(text, "profkit: new\\x0aline\\x1b[31m\\u202e\\xff: forgotten\\x0aquote\n"
                              "  hint: and\\x0dhere\n");
    free(text);
}

static void error_line_stays_below_1000_bytes(void **state)
{
    static char name[5000];
    struct pk_error error = {.status = PK_INPUT, .file = name, .place = {PK_AT_LINE, 12, 3, 0}};

    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        char *text, *end;

        /* Plain letters, bytes that grow fourfold, characters of two bytes. */
        memset(name, "x\x01\xc3"[kind], sizeof name - 1);
        for (size_t i = 1; kind == 2 && i < sizeof name - 1; i += 2)
            name[i] = '\xa9';
        memcpy(name + sizeof name - 10, "/last.out", 10);
        memset(error.text, kind == 1 ? '\n' : 't', sizeof error.text - 1);
        memset(error.hint, kind == 1 ? '\n' : 'h', sizeof error.hint - 1);
        text = printed_error(&error);
        end = strchr(text, '\n');
        assert_non_null(end);
        assert_true(end + 1 - text <= 1000);
        assert_memory_equal(text, "profkit: ...", 12);
        if (kind != 1) /* the end of the name and the place are still there */
            assert_non_null(strstr(text, "/last.out:12:3: ttt"));
        assert_true(strlen(end + 1) <= 1000);
        assert_ptr_equal(strchr(end + 1, '\n') + 1, text + strlen(text));
        for (size_t at = 0, length; text[at]; at += length)
            assert_true(pk_utf8_decode(pk_str_of(text), at, &length) >= 0);
        free(text);
    }
}

static void error_set_keeps_the_first(void **state)
{
    struct pk_error error = {0};

    (void)state;
    assert_false(pk_error_set(&error, PK_INPUT, pk_place_line(3, 4), "first %d", 1));
    pk_error_hint(&error, "hint %s", "one");
    assert_false(pk_error_set(&error, PK_OUTPUT, pk_place_offset(9), "second"));
    pk_error_hint(&error, "hint two");
    assert_int_equal(error.status, PK_INPUT);
    assert_int_equal(error.place.kind, PK_AT_LINE);
    assert_int_equal(error.place.line, 3);
    assert_int_equal(error.place.column, 4);
    assert_string_equal(error.text, "first 1");
    assert_string_equal(error.hint, "hint one");
}

static void error_set_cuts_long_text_between_characters(void **state)
{
    static const char *const units[] = {"t", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        struct pk_error error = {0};
        struct pk_buf text = {0};
        size_t unit = strlen(units[i / 4]), prefix = i % 4;

        while (text.size < 600)
            pk_buf_text(&text, units[i / 4]);
        pk_error_set(&error, PK_INPUT, pk_place_none(), "%.*s%s", (int)prefix, "abc", text.data);
        /* 511 bytes fit; of them the prefix and as many whole characters as possible stay. */
        assert_int_equal(strlen(error.text), prefix + (511 - prefix) / unit * unit);
        assert_memory_equal(error.text + prefix, text.data, strlen(error.text) - prefix);
        pk_buf_fini(&text);
    }
}

static void error_quote_escapes_and_cuts_at_60_cells(void **state)
{
#define TEN "1234567890"
#define FIFTY TEN TEN TEN TEN TEN
    static const struct {
        struct pk_str found;
        const char *expected;
    } cases[] = {
        {PK_STR("x3"), "'x3'"},
        {PK_STR(""), "''"},
        {{NULL, 0}, "''"},
        {PK_STR("a\nb\x1b\xff"), "'a\\x0ab\\x1b\\xff'"},
        {PK_STR(FIFTY TEN), "'" FIFTY TEN "'"},           /* 60: all of it */
        {PK_STR(FIFTY TEN "1"), "'" FIFTY "1234567...'"}, /* 61: 57 and the mark */
        {PK_STR(FIFTY "123456\x01"
                      "abc"),
         "'" FIFTY "123456...'"}, /* no half escape */
        {PK_STR(FIFTY "123456\xe4\xb8\xad"
                      "abc"),
         "'" FIFTY "123456...'"}, /* no half character */
        {PK_STR(FIFTY "12345\xe4\xb8\xad"
                      "abcd"),
         "'" FIFTY "12345\xe4\xb8\xad...'"},
    };
    char out[300];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(pk_error_quote(out, sizeof out, cases[i].found), cases[i].expected);
}

static void error_quote_fits_any_bytes_into_300(void **state)
{
    static const char *const units[] = {"\xf0\x9f\x98\x80", "\xcc\x81", "\xff", "\xe2\x80\xae",
                                        "'"};

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct pk_buf found = {0};
        char out[300];
        size_t size;

        while (found.size < 10000)
            pk_buf_text(&found, units[i]);
        pk_error_quote(out, sizeof out, pk_buf_view(&found));
        size = strlen(out);
        assert_true(size < sizeof out);
        assert_true(pk_utf8_width(pk_str_of(out)) <= 62);
        assert_string_equal(out + size - 4, "...'");
        for (size_t at = 0, length; out[at]; at += length)
            assert_true(pk_utf8_decode(pk_str_of(out), at, &length) >= 0);
        pk_buf_fini(&found);
    }
}

static const struct pk_note_kind no_count = {"no-count", "1 line without a count skipped",
                                             "lines without a count skipped", true};
static const struct pk_note_kind cut = {"cut", "1 stack cut", "stacks cut", false};

static void notes_describe_tells_number_and_first_place(void **state)
{
    static const struct {
        struct pk_note note;
        const char *expected;
    } cases[] = {
        {{&no_count, 812, {PK_AT_LINE, 7, 3, 0}},
         "812 lines without a count skipped, first at line 7"},
        {{&no_count, 1, {PK_AT_LINE, 7, 0, 0}}, "1 line without a count skipped, at line 7"},
        {{&cut, 1234567, {PK_AT_OFFSET, 0, 0, 412}}, "1,234,567 stacks cut, first at byte 412"},
        {{&cut, 2, {PK_NOWHERE, 0, 0, 0}}, "2 stacks cut"},
        {{&cut, 1, {PK_NOWHERE, 0, 0, 0}}, "1 stack cut"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_notes_describe(&cases[i].note, &out);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

static void notes_add_counts_and_keeps_the_first_place(void **state)
{
    struct pk_notes notes = {0};

    (void)state;
    pk_notes_add(&notes, &cut, 0, pk_place_line(1, 0)); /* nothing happened: no note */
    assert_int_equal(notes.list.size, 0);
    pk_notes_add(&notes, &no_count, 2, pk_place_line(5, 0));
    pk_notes_add(&notes, &cut, 1, pk_place_offset(9));
    pk_notes_add(&notes, &no_count, 3, pk_place_line(2, 0));
    assert_int_equal(notes.list.size, 2);
    assert_int_equal(notes.list.data[0].count, 5);
    assert_int_equal(notes.list.data[0].first.line, 5);
    assert_int_equal(notes.list.data[1].count, 1);
    pk_notes_add(&notes, &cut, UINT64_MAX, pk_place_none());
    assert_true(notes.list.data[1].count == UINT64_MAX); /* no wrap to a small number */
    pk_notes_fini(&notes);
    assert_int_equal(notes.list.size, 0);
}

static void notes_merge_keeps_only_places_that_are_sure(void **state)
{
    struct pk_notes a = {0}, b = {0};

    (void)state;
    pk_notes_add(&a, &cut, 1, pk_place_line(5, 0));
    pk_notes_add(&b, &no_count, 1, pk_place_line(6, 0));
    pk_notes_add(&b, &cut, 2, pk_place_line(1, 0));
    pk_notes_merge(&a, &b);
    pk_notes_sort(&a);
    assert_int_equal(a.list.size, 2);
    assert_ptr_equal(a.list.data[0].kind, &cut);
    assert_int_equal(a.list.data[0].count, 3);
    assert_int_equal(a.list.data[0].first.kind, PK_NOWHERE);
    assert_string_equal(a.list.data[1].kind->many, no_count.many);
    assert_int_equal(a.list.data[1].first.line, 6);
    assert_int_equal(b.list.size, 2); /* what is merged stays as it was */
    pk_notes_fini(&a);
    pk_notes_fini(&b);
}

static void notes_know_a_kind_by_its_texts(void **state)
{
    char id[] = "cut", one[] = "1 stack cut", many[] = "stacks cut";
    const struct pk_note_kind same = {id, one, many, false}, worse = {id, one, many, true};
    struct pk_notes notes = {0};

    (void)state;
    pk_notes_add(&notes, &cut, 1, pk_place_none());
    pk_notes_add_copy(&notes, &same, 2, pk_place_none());
    pk_notes_add_copy(&notes, &worse, 4, pk_place_none());
    pk_notes_add_copy(&notes, &worse, 0, pk_place_none());
    id[0] = one[0] = many[0] = '?'; /* copies do not see it */
    assert_int_equal(notes.list.size, 2);
    assert_int_equal(notes.list.data[0].count, 3);
    assert_int_equal(notes.list.data[1].count, 4);
    assert_string_equal(notes.list.data[1].kind->id, "cut");
    assert_string_equal(notes.list.data[1].kind->one, "1 stack cut");
    assert_string_equal(notes.list.data[1].kind->many, "stacks cut");
    pk_notes_fini(&notes);
}

static void notes_sort_forgets_the_order_of_reading(void **state)
{
    static const struct pk_note_kind kinds[] = {{"a", "1 a", "a", true},
                                                {"b", "1 b", "b", true},
                                                {"ba", "1 c", "c", true},
                                                {"c", "1 d", "d", true}};
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pk_notes notes = {0};

        pk_notes_sort(&notes); /* none: allowed */
        for (size_t j = 0; j < 4; j++)
            pk_notes_add(&notes, &kinds[orders[i][j]], 1, pk_place_none());
        pk_notes_sort(&notes);
        for (size_t j = 0; j < 4; j++)
            assert_ptr_equal(notes.list.data[j].kind, &kinds[j]);
        pk_notes_fini(&notes);
    }
}

static void notes_print_says_warning_after_the_place(void **state)
{
    struct pk_notes notes = {0};
    char *text;

    (void)state;
    pk_notes_add(&notes, &no_count, 812, pk_place_line(7, 0));
    pk_notes_add(&notes, &cut, 1, pk_place_line(9, 2));
    text = printed_notes(&notes, "run\n.folded");
    assert_string_equal(text, "profkit: run\\x0a.folded:7: warning: 812 lines without a count "
                              "skipped, first at line 7\n"
                              "profkit: run\\x0a.folded:9:2: warning: 1 stack cut\n");
    free(text);
    text = printed_notes(&notes, NULL);
    assert_string_equal(text, "profkit: warning: 812 lines without a count skipped, first at line "
                              "7\nprofkit: warning: 1 stack cut, at line 9\n");
    free(text);
    is_placed = false;
    text = printed_notes(&notes, "days.pk");
    is_placed = true;
    assert_string_equal(text, "profkit: days.pk: warning: 812 lines without a count skipped, first "
                              "at line 7\n"
                              "profkit: days.pk: warning: 1 stack cut, at line 9\n");
    free(text);
    pk_notes_fini(&notes);
}

static void notes_print_stops_at_20_lines(void **state)
{
    static const struct {
        size_t kinds, lines;
        const char *end;
    } cases[] = {
        {20, 20, "profkit: f: warning: 1 stack cut\n"},
        {21, 20, "profkit: f: warning: 2 more kinds of warnings\n"},
        {100, 20, "profkit: f: warning: 81 more kinds of warnings\n"},
        {0, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_note_kind kinds[100];
        char ids[100][8];
        struct pk_notes notes = {0};
        size_t lines = 0;
        char *text;

        for (size_t j = 0; j < cases[i].kinds; j++) {
            snprintf(ids[j], sizeof ids[j], "cut-%u", (unsigned)j % 100);
            kinds[j] = cut;
            kinds[j].id = ids[j];
            pk_notes_add(&notes, &kinds[j], 1, pk_place_none());
        }
        text = printed_notes(&notes, "f");
        for (const char *at = text; (at = strchr(at, '\n')); at++)
            lines++;
        assert_int_equal(lines, cases[i].lines);
        assert_true(pk_str_ends(pk_str_of(text), pk_str_of(cases[i].end)));
        free(text);
        pk_notes_fini(&notes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_prints_file_place_text_and_hint),
        cmocka_unit_test(error_is_one_line_whatever_the_names_hold),
        cmocka_unit_test(error_line_stays_below_1000_bytes),
        cmocka_unit_test(error_set_keeps_the_first),
        cmocka_unit_test(error_set_cuts_long_text_between_characters),
        cmocka_unit_test(error_quote_escapes_and_cuts_at_60_cells),
        cmocka_unit_test(error_quote_fits_any_bytes_into_300),
        cmocka_unit_test(notes_describe_tells_number_and_first_place),
        cmocka_unit_test(notes_add_counts_and_keeps_the_first_place),
        cmocka_unit_test(notes_merge_keeps_only_places_that_are_sure),
        cmocka_unit_test(notes_know_a_kind_by_its_texts),
        cmocka_unit_test(notes_sort_forgets_the_order_of_reading),
        cmocka_unit_test(notes_print_says_warning_after_the_place),
        cmocka_unit_test(notes_print_stops_at_20_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
