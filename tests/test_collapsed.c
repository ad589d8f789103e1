/*
 * Reading whole collapsed texts: what they say, and where an error points. Expected texts are
 * written by hand from the format's note; a caret stands under the byte that an error names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "tests/collapsed_check.h"

struct read_case {
    const char *text, *expected;
};
static void check_cases(const struct read_case *cases, size_t n, struct pk_read_options options)
{
    for (size_t i = 0; i < n; i++) {
        struct pk_error error = {0};
        char *found = show(read_text(cases[i].text, options, &error), &error);

        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("reading\n%s\ngave\n%s\ninstead of\n%s", cases[i].text, found,
                     cases[i].expected);
        pk_free(found);
    }
}

#define CHECK(cases, options) check_cases(cases, sizeof(cases) / sizeof *(cases), options)
#define SAMPLES "samples count e0\n"

static void stacks_add_up_whatever_their_order_and_line_ends(void **state)
{
    static const struct read_case cases[] = {
        {"main;parse 3\nmain;draw 5\n", SAMPLES "main;draw 5\nmain;parse 3\n"},
        {"a;b 1\nc 2\na;b 4", SAMPLES "a;b 5\nc 2\n"},
        {"a;b 1\r\na 2\r\n", SAMPLES "a 2\na;b 1\n"},
        {"\xef\xbb\xbf"
         "a 1\n",
         SAMPLES "a 1\n"},
        {"\n  \n\t\na 1\n\n", SAMPLES "a 1\n"},
        {"a;b\t7  \n", SAMPLES "a;b 7\n"},
        {"a;a;a 1\n", SAMPLES "a;a;a 1\n"},
        {"a 0\n", SAMPLES "a 0\n"},
        {"L Foo 3;bar 7\nrustc;<T as U<V, W>>::f;memcpy@GLIBC_2.2.5 3\n",
         SAMPLES "L Foo 3;bar 7\nrustc;<T as U<V, W>>::f;memcpy@GLIBC_2.2.5 3\n"},
        {"w/2:_a[0];f_[k] 1\nw/2:_a[0];f 2\n", SAMPLES "w/2:_a[0];f 2\nw/2:_a[0];f_[k] 1\n"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void empty_frames_stay_inside_and_go_outside(void **state)
{
    static const struct read_case cases[] = {
        {"a;;b 1\n", SAMPLES "a;;b 1\n"},
        {";a;b 1\n", SAMPLES "a;b 1\n"},
        {";;a 1\n", SAMPLES "a 1\n"},
        {"main (ms.c);mk (ms.c); 20\n", SAMPLES "main (ms.c);mk (ms.c) 20\n"}, /* heaptrack_print */
        {"a;b 1\na;b; 2\n", SAMPLES "a;b 3\n"},
        {"; 5\na 1\n", SAMPLES "(empty stack) 5\na 1\n"},    /* a weight without a frame is kept */
        {" 4\na;b 1\n", SAMPLES "(empty stack) 4\na;b 1\n"}, /* py-spy */
        {"(empty stack) 4\na;b 1\n  2\n", SAMPLES "(empty stack) 6\na;b 1\n"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void decimals_become_a_finer_scale(void **state)
{
    static const struct read_case cases[] = {
        {"a 1\nb 2.5\na 3.25\n", "samples count e-2\na 425\nb 250\n"},
        {"a 19.0\n", SAMPLES "a 19\n"},
        {"a 1.\nb 2e3\nc 5e-1\n", "samples count e-1\na 10\nb 20000\nc 5\n"},
        {"a 0.0000014\nb 1\n",
         "samples count e-6\na 1\nb 1000000\n1 count rounded to 6 decimals, at line 1\n"},
        {"a 1.00000051\na 1.00000051\n",
         "samples count e-6\na 2000002\n2 counts rounded to 6 decimals, first at line 1\n"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void negative_counts_are_kept_and_told(void **state)
{
    static const struct read_case cases[] = {
        {"a;b 5\na;c -3\n",
         "samples count e0 signed\na;b 5\na;c -3\n1 negative count, at line 2\n"},
        {"a -1\na +2\na -4\n",
         "samples count e0 signed\na -3\n2 negative counts, first at line 1\n"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void two_counts_need_every_line(void **state)
{
    static const struct read_case cases[] = {
        {"a;b 1 2\na;c 0 4\na;b 10 20\n", "before count e0\nafter count e0\na;b 11 22\na;c 0 4\n"},
        {"foo 1 2\n", "before count e0\nafter count e0\nfoo 1 2\n"},
        {"foo 1 2\n\nbar 3 4\n# mode x\n", /* the last line is none, and no line at all decides
                                              nothing */
         "1:0: "},
        {"foo 1 2\nfoo 1 2\nbar 3\n",
         SAMPLES "bar 3\nfoo 1 4\n2 lines end in two numbers, but not every line does: read as one "
                 "count, first at line 1\n"},
        {"bar 3\nfoo 1 2\n", SAMPLES "bar 3\nfoo 1 2\n"},
        {"foo 1  2\n", SAMPLES "foo 1 2\n"}, /* two blanks: the number is part of the name */
        {"a 1 2\na 3 4.5\n", "samples count e-1\na 1 20\na 3 45\n1 line ends in two numbers, but "
                             "not every line does: read as one count, at line 1\n"},
        {"rustc;from_iter;memcpy@GLIBC_2.2.5 3\n",
         SAMPLES "rustc;from_iter;memcpy@GLIBC_2.2.5 3\n"},
    };
    struct pk_error error = {0};
    char *found;
    (void)state;

    check_cases(cases, 2, plain_options());
    check_cases(cases + 3, sizeof cases / sizeof *cases - 3, plain_options());
    /* Lines without any count say nothing about how many counts a line has. */
    found = show(read_text(cases[2].text, (struct pk_read_options){.keeps_going = true}, &error),
                 &error);
    assert_string_equal(found, "before count e0\nafter count e0\nbar 3 4\nfoo 1 2\n"
                               "1 line without a count skipped, at line 4\n");
    pk_free(found);
}

static void producers_are_told_by_their_roots(void **state)
{
    static const struct read_case cases[] = {
        {"process 12:\"a.py\";thread (0x7f): Main;f (a.py:3);g (a.py:9) 4\n", SAMPLES
         "process 12:\"a.py\"^;thread (0x7f): Main^;f (a.py:3);g (a.py:9) 4\nproducer: py-spy\n"},
        {"[main tid=7];run_[0] 1\n", SAMPLES "[main tid=7]^;run_[0] 1\nproducer: async-profiler\n"},
        {"my_thr_(x)-?/12;start_thread 3\n", SAMPLES "my_thr_(x)-?/12^;start_thread 3\n"},
        {"python-1/2;f 3\n",
         SAMPLES "python-1/2^;f 3\n"}, /* perf's, though it begins like py-spy's */
        {"[unknown];f 3\n", SAMPLES "[unknown];f 3\n"},
        {"main;thread (0x7f) 3\n", SAMPLES "main;thread (0x7f) 3\n"}, /* not first: a function */
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void executing_lines_do_not_tell_frames_apart(void **state)
{
    struct pk_error error = {0};
    struct pk_profile *profile =
        read_text("f (a.py:3) 1\nf (a.py:4) 2\nf (a.py) 4\n", plain_options(), &error);
    (void)state;

    assert_non_null(profile);
    assert_int_equal(pk_profile_frames(profile), 1);
    assert_int_equal(pk_profile_flat(profile)->self[0][0], 7);
    assert_int_equal(pk_profile_tree(profile)->n, 1);
    assert_int_equal(pk_profile_line_tree(profile)->n, 3);
    pk_profile_free(profile);
}

static void austin_counts_microseconds_or_bytes(void **state)
{
    static const struct read_case cases[] = {
        {"Thread 5616a7fa3550;f (a.py);L12;g (b.py);L3 2075\nThread 5616a7fa3550;f (a.py);L13 "
         "5\nThread 5616a7fa3550 7\n",
         "time ns e3\nThread 5616a7fa3550^ 7\nThread 5616a7fa3550^;f (a.py:12);g (b.py:3) 2075\n"
         "Thread 5616a7fa3550^;f (a.py:13) 5\nproducer: austin\n"},
        {"Thread 561607350123 7\n",
         "time ns e3\nThread 561607350123^ 7\nproducer: austin\n"}, /* not two counts */
        {"P403;Tx87;m.py:base:2;d.py:wrapper:4);l.py:top:42 12\n",
         "time ns e3\nP403^;Tx87^;base (m.py:2);wrapper (d.py:4);top (l.py:42) 12\nproducer: "
         "austin\n"},
        {"# austin: 3.7.0\n# mode: cpu\n\nP1;T0:2;a.py:f:1 5\n",
         "cpu ns e3\nP1^;T0:2^;f (a.py:1) 5\naustin.austin: 3.7.0\naustin.mode: cpu\nproducer: "
         "austin\n"},
        {"# mode: memory\nP1;T2;a.py:f:1 5\nP1;T2;a.py:f:1 -2\n# saturation: 39/5305\n",
         "memory bytes e0 signed\nP1^;T2^;f (a.py:1) 3\naustin.mode: memory\naustin.saturation: "
         "39/5305\n"
         "producer: austin\n1 negative count, at line 3\n"},
        {"# mode: full\nP1;T2;a.py:f:1 1000,0,256\nP1;T2;a.py:f:2 500,1,-6\n",
         "time ns e3\nidle count e0\nmemory bytes e0 signed\nP1^;T2^;f (a.py:1) 1000 0 "
         "256\nP1^;T2^;f (a.py:2) 500 1 -6\n"
         "austin.mode: full\nproducer: austin\n1 negative count, at line 3\n"},
        /* L12 is a line only in austin 1, and only once behind a frame */
        {"main;L12 5\n", SAMPLES "main;L12 5\n"},
        {"Thread 5616a7fa3550;f;L1;f;L2 5\n",
         "time ns e3\nThread 5616a7fa3550^;f;L1;f;L2 5\nproducer: austin\n"},
        {"Thread 5616a7fa3550;f (a.py);L1;L2 5\n",
         "time ns e3\nThread 5616a7fa3550^;f (a.py:1);L2 5\nproducer: austin\n"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void a_comment_that_is_no_metadata_is_a_stack(void **state)
{
    static const struct read_case cases[] = {
        {"# Foo: x 1\na;b 2\n", SAMPLES "# Foo: x 1\na;b 2\n"},
        {"#x 3\na 1\n", SAMPLES "#x 3\na 1\n"},
        {"# interval: 100\na 1\n",
         SAMPLES "a 1\naustin.interval: 100\n"}, /* a number at its end, but no sample */
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void offsets_are_stripped_on_request(void **state)
{
    static const struct read_case cases[] = {
        {"a+0x10;b+3 1\na+0x20;b+9 2\n", SAMPLES "a;b 3\n"},
    };
    (void)state;

    CHECK(cases, ((struct pk_read_options){.strips_offsets = true}));
}

/* --- what is wrong with a text --- */

static void errors_point_at_the_byte(void **state)
{
    static const struct read_case cases[] = {
        {"", "empty file"},
        {"\n \n", "no samples in it"},
        {"# mode: wall\n", "no samples in it"},
        {"main;parse\n", "1:1: expected a count at line end, found 'main;parse'"},
        /*^*/
        {"a;b 1\nTHIS IS A BAD LINE\na 2\n", "2:15: expected a count at line end, found 'LINE'"},
        /*                     ^ */
        {"a;b 12V.43\na 1\n", "1:5: expected a count at line end, found '12V.43'"},
        /*    ^ */
        {"a nan\n", "1:3: expected a count at line end, found 'nan'"},
        {"12\na;b 2\n", "1:1: expected a stack before the count, found '12'"},
        {"a;b 1\n\x1b[31m;x\n", "2:1: expected a count at line end, found '\\x1b[31m;x'"},
        {"a;b 1\na 9223372036854775808\n",
         "2:3: count '9223372036854775808' does not fit into 64 bits"},
        /*        ^ */
        {"a 9223372036854775807\nb 0.5\n", "2:0: the sum of metric 'samples' is beyond 64 bits"},
        {"a 9223372036854775807\nb 1\n", "2:0: the sum of metric 'samples' is beyond 64 bits"},
        {"b 0.5\na 9223372036854775807\n",
         "2:3: count '9223372036854775807' does not fit into 64 bits"},
        {"P1;T2;a.py:f:1 1,0,2\nP1;T2;a.py:f:1 7\n",
         "2:16: expected a count at line end, found '7'"},
        /*                                   ^ */
        {"a;b 1,0,2\n", "1:5: expected a count at line end, found '1,0,2'"}, /* only austin's */
        /*    ^ */
        {"P1;T2;a.py:f:1 7\nP1;T2;a.py:f:1 1,0,2\n",
         "2:16: expected a count at line end, found '1,0,2'"},
    };
    (void)state;

    CHECK(cases, plain_options());
}

static void a_nul_byte_is_not_this_format(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    char *found =
        show(read_bytes(PK_STR("a;b 1\na;\0c 2\n"), plain_options(), &limits, &error), &error);
    (void)state;

    assert_string_equal(found, "2:3: this is not collapsed stacks: the line holds a NUL byte");
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.file, "t");
    pk_free(found);
}

/* A gzip file of one stored block, "a;b 1\na;c 25\n", cut at any of its last bytes. */
static void a_cut_packed_file_keeps_its_complete_lines(void **state)
{
    static const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\3\1\x0d\0\xf2\xff"
                                 "a;b 1\na;c 25\n";
    static const char whole[] = SAMPLES "a;b 1\na;c 25\n";
    static const struct {
        size_t lost; /* bytes of the text */
        const char *expected;
    } cases[] = {
        {0, "a;c 25\nthe packed file is cut short, what came last is lost, at line 2\n"},
        {1, "\nthe packed file is cut short, what came last is lost, at line 2\n"}, /* "a;c 25": or
                                                                                       250? */
        {2, "\nthe packed file is cut short, what came last is lost, at line 2\n"},
        {7, "\nthe packed file is cut short, what came last is lost, at line 1\n"},
    };
    struct pk_limits limits = pk_limits_default();
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        struct pk_str bytes = {packed, sizeof packed - 1 - cases[i].lost};
        char *found = show(read_bytes(bytes, plain_options(), &limits, &error), &error);

        assert_non_null(strstr(found, cases[i].expected));
        assert_non_null(strstr(found, "a;b 1\n"));
        assert_int_equal(strncmp(found, whole, strlen(whole)) == 0, i == 0);
        pk_free(found);
        /* A cut is damage: --strict does not take it. */
        assert_null(
            read_bytes(bytes, (struct pk_read_options){.is_strict = true}, &limits, &error));
        assert_string_equal(error.text, "the packed file is cut short, what came last is lost");
    }
    struct pk_error error = {0};
    assert_null(read_bytes((struct pk_str){packed, sizeof packed - 1 - 8}, plain_options(), &limits,
                           &error));
    assert_string_equal(error.text, "no samples in it");
}

/* `good` lines with a count, then `bad` without. */
static char *mixed_lines(int good, int bad)
{
    struct pk_buf out = {0};

    while (good--)
        pk_buf_text(&out, "a;b 1\n");
    while (bad--)
        pk_buf_text(&out, "no count\n");
    return out.data;
}

static void up_to_one_line_in_ten_may_be_bad(void **state)
{
    static const struct {
        int good, bad;
        bool is_error;
    } cases[] = {{9, 1, false},    {8, 1, true},    {18, 2, false}, {17, 2, true},
                 {180, 20, false}, {179, 20, true}, {1, 0, false}};
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};
        char *text = mixed_lines(cases[i].good, cases[i].bad);
        struct pk_profile *profile = read_text(text, plain_options(), &error);

        assert_int_equal(profile == NULL, cases[i].is_error);
        if (profile) {
            assert_int_equal(pk_profile_total(profile, 0), cases[i].good);
            assert_int_equal(pk_profile_tally(profile, "lines"), cases[i].good);
        }
        pk_profile_free(profile);
        pk_free(text);
    }
}

static void the_hint_counts_and_keep_going_reads_on(void **state)
{
    struct pk_error error = {0};
    char *text = mixed_lines(17, 3), *found;
    (void)state;

    assert_null(read_text(text, plain_options(), &error));
    assert_string_equal(error.hint, "3 of the first 20 lines are like this; "
                                    "--keep-going skips them and counts what was lost   "
                                    "[profkit explain E032]");
    assert_int_equal(error.status, PK_INPUT);
    error = (struct pk_error){0};
    found = show(read_text(text, (struct pk_read_options){.keeps_going = true}, &error), &error);
    assert_string_equal(found,
                        SAMPLES "a;b 17\n3 lines without a count skipped, first at line 18\n");
    pk_free(found);
    pk_free(text);
    /* Reading on does not make a profile of nothing. */
    error = (struct pk_error){0};
    assert_null(read_text("x\ny\n", (struct pk_read_options){.keeps_going = true}, &error));
    assert_string_equal(error.hint, "none of the 2 lines is a stack with a count");
}

static void strict_fails_on_the_first_bad_line(void **state)
{
    struct pk_error error = {0};
    char *text = mixed_lines(99, 1);
    (void)state;

    assert_null(read_text(text, (struct pk_read_options){.is_strict = true}, &error));
    assert_int_equal(error.place.line, 100);
    assert_string_equal(error.text, "expected a count at line end, found 'count'");
    pk_free(text);
    /* What producers are known to do is no damage. */
    error = (struct pk_error){0};
    struct pk_profile *profile =
        read_text("a -1\n", (struct pk_read_options){.is_strict = true}, &error);
    assert_non_null(profile);
    pk_profile_free(profile);
}

static void a_large_file_without_last_newline_is_told(void **state)
{
    struct pk_buf text = {0};
    struct pk_error error = {0};
    char *found;
    (void)state;

    while (text.size < 65536)
        pk_buf_text(&text, "a;b 10\n");
    pk_buf_text(&text, "a;b 1");
    found = show(read_text(text.data, plain_options(), &error), &error);
    assert_string_equal(
        found,
        SAMPLES "a;b 93631\nthe last line has no line end, its count may be cut, at line 9364\n");
    pk_free(found);
    pk_buf_fini(&text);
}

static void more_frames_than_the_limit_are_an_error(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    (void)state;

    limits.stack = 3;
    struct pk_profile *profile = read_bytes(PK_STR("a;b;c 1\n"), plain_options(), &limits, &error);
    assert_non_null(profile);
    pk_profile_free(profile);
    assert_null(read_bytes(PK_STR("a 1\na;b;c;d 1\n"), plain_options(), &limits, &error));
    assert_int_equal(error.place.line, 2);
    assert_non_null(strstr(error.text, "3"));
    assert_non_null(strstr(error.hint, "--limit stack="));
    error = (struct pk_error){0};
    limits.frames = 2;
    assert_null(read_bytes(PK_STR("a 1\nb 1\nc 1\n"), plain_options(), &limits, &error));
    assert_int_equal(error.place.line, 3);
    assert_non_null(strstr(error.hint, "--limit frames="));
    error = (struct pk_error){0};
    limits = pk_limits_default();
    limits.line = 8;
    assert_null(read_bytes(PK_STR("a;b 1\nabcdefgh 1\n"), plain_options(), &limits, &error));
    assert_non_null(strstr(error.hint, "--limit line="));
}

static void metadata_lines_are_bounded(void **state)
{
    struct pk_buf text = {0};
    struct pk_error error = {0};
    uint32_t n_facts;
    (void)state;

    for (int i = 0; i < 100; i++)
        pk_buf_printf(&text, "# k_%c%c: v\n", 'a' + i % 26, 'a' + i / 26);
    pk_buf_text(&text, "a 1\n");
    struct pk_profile *profile = read_text(text.data, plain_options(), &error);
    assert_non_null(profile);
    pk_profile_facts(profile, &n_facts);
    assert_int_equal(n_facts, 64 + 1); /* and the format */
    assert_int_equal(pk_profile_notes(profile)->list.data[0].count, 36);
    pk_profile_free(profile);
    pk_buf_fini(&text);
}

static void a_stack_of_a_million_frames_is_read_and_totalled(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_buf text = {0};
    (void)state;

    for (int i = 0; i < 1000000; i++)
        pk_buf_text(&text, i % 2 ? "b;" : "a;");
    pk_buf_text(&text, "leaf 7\nleaf 1\n");
    limits.stack = 1000001;
    struct pk_profile *profile = read_bytes(pk_buf_view(&text), plain_options(), &limits, &error);
    assert_non_null(profile);
    assert_int_equal(pk_profile_total(profile, 0), 8);
    assert_int_equal(pk_profile_tree(profile)->n, 1000002);
    pk_profile_free(profile);
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_add_up_whatever_their_order_and_line_ends),
        cmocka_unit_test(empty_frames_stay_inside_and_go_outside),
        cmocka_unit_test(decimals_become_a_finer_scale),
        cmocka_unit_test(negative_counts_are_kept_and_told),
        cmocka_unit_test(two_counts_need_every_line),
        cmocka_unit_test(producers_are_told_by_their_roots),
        cmocka_unit_test(executing_lines_do_not_tell_frames_apart),
        cmocka_unit_test(austin_counts_microseconds_or_bytes),
        cmocka_unit_test(a_comment_that_is_no_metadata_is_a_stack),
        cmocka_unit_test(offsets_are_stripped_on_request),
        cmocka_unit_test(errors_point_at_the_byte),
        cmocka_unit_test(a_nul_byte_is_not_this_format),
        cmocka_unit_test(a_cut_packed_file_keeps_its_complete_lines),
        cmocka_unit_test(up_to_one_line_in_ten_may_be_bad),
        cmocka_unit_test(the_hint_counts_and_keep_going_reads_on),
        cmocka_unit_test(strict_fails_on_the_first_bad_line),
        cmocka_unit_test(a_large_file_without_last_newline_is_told),
        cmocka_unit_test(more_frames_than_the_limit_are_an_error),
        cmocka_unit_test(metadata_lines_are_bounded),
        cmocka_unit_test(a_stack_of_a_million_frames_is_read_and_totalled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
