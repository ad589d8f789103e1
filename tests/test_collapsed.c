/*
 * Reading whole collapsed texts. A profile is shown as its metrics, its stacks in collapsed form
 * (sorted), its facts and its notes; expected texts are written by hand from the format's note.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>

#include "base/arena.h"
#include "formats/readers.h"
#include "model/dump.h"
#include "model/validate.h"
#include "render/label.h"

/* --- helpers
 * ---------------------------------------------------------------------------------------------- */

static struct pk_read_options plain_options(void)
{
    return (struct pk_read_options){0};
}

/* Read with the collapsed reader and freeze; NULL fills `error`. */
static struct pk_profile *read_bytes(struct pk_str text, struct pk_read_options options,
                                     const struct pk_limits *limits, struct pk_error *error)
{
    struct pk_input *input = pk_input_memory("t", text.data, text.size, limits);
    struct pk_builder *builder = pk_builder_new(limits);
    struct pk_reading reading = {input, builder, options};
    struct pk_profile *profile = NULL;

    if (pk_reader_run(&reading, &pk_reader_collapsed, error))
        profile = pk_builder_freeze(builder, NULL, NULL, error);
    if (error->file) /* it belongs to the input */
        error->file = strcmp(error->file, "t") == 0 ? "t" : NULL;
    pk_builder_free(builder);
    pk_input_free(input);
    return profile;
}

static struct pk_profile *read_text(const char *text, struct pk_read_options options,
                                    struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();

    return read_bytes(pk_str_of(text), options, &limits, error);
}

static int order_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The collapsed form of node i and its values. */
static char *describe_stack(const struct pk_profile *profile, const struct pk_tree *tree,
                            uint32_t i)
{
    struct pk_buf out = {0};
    uint32_t path[64];
    size_t n = 0;

    for (uint32_t at = i; at != PK_NONE && n < 64; at = tree->parent[at])
        path[n++] = at;
    while (n--) {
        pk_label_folded(&out, pk_profile_frame(profile, tree->frame[path[n]]),
                        tree->line ? tree->line[path[n]] : 0);
        pk_buf_text(&out, n ? ";" : "");
    }
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        pk_buf_char(&out, ' ');
        pk_buf_int(&out, tree->self[m][i] == PK_MISSING ? -999 : tree->self[m][i]);
    }
    pk_buf_char(&out, '\n');
    return out.data;
}

static bool has_self(const struct pk_profile *profile, const struct pk_tree *tree, uint32_t i)
{
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        if (tree->self[m][i] != PK_MISSING && tree->self[m][i] != 0)
            return true;
    }
    return tree->end[i] == i + 1;
}

static void show_stacks(const struct pk_profile *profile, struct pk_buf *out)
{
    const struct pk_tree *tree = pk_profile_line_tree(profile);
    PK_ARRAY(char *) lines = {0};

    if (!tree)
        tree = pk_profile_tree(profile);
    for (uint32_t i = 0; i < tree->n; i++) {
        if (has_self(profile, tree, i))
            pk_array_push(&lines, describe_stack(profile, tree, i));
    }
    if (lines.size)
        qsort(lines.data, lines.size, sizeof *lines.data, order_text);
    for (size_t i = 0; i < lines.size; i++) {
        pk_buf_text(out, lines.data[i]);
        pk_free(lines.data[i]);
    }
    pk_array_fini(&lines);
}

static void show_origin(const struct pk_profile *profile, struct pk_buf *out)
{
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(profile, &n_facts);
    const struct pk_notes *notes = pk_profile_notes(profile);

    for (uint32_t i = 0; i < n_facts; i++) {
        if (pk_str_equal(facts[i].key, PK_STR("format")))
            continue;
        pk_buf_str(out, facts[i].key);
        pk_buf_text(out, ": ");
        pk_buf_str(out, facts[i].value);
        pk_buf_char(out, '\n');
    }
    for (size_t i = 0; i < notes->list.size; i++) {
        pk_notes_describe(&notes->list.data[i], out);
        pk_buf_char(out, '\n');
    }
}

/* Everything of a profile that these tests look at, or "FILE:LINE:COL: text" of the error. */
static char *show(struct pk_profile *profile, const struct pk_error *error)
{
    struct pk_buf out = {0};

    if (!profile) {
        if (error->place.kind == PK_AT_LINE)
            pk_buf_printf(&out, "%d:%d: ", (int)error->place.line, (int)error->place.column);
        pk_buf_printf(&out, "%s", error->text);
        return out.data;
    }
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        pk_buf_str(&out, metric->name);
        pk_buf_printf(&out, " %s e%d%s\n", pk_units_name(metric->unit), metric->scale,
                      metric->is_signed ? " signed" : "");
    }
    show_stacks(profile, &out);
    show_origin(profile, &out);
    pk_profile_free(profile);
    return out.data;
}

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

/* --- what a text says
 * ------------------------------------------------------------------------------------- */

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
        {"foo 1 2\nfoo 1 2\nbar 3\n", SAMPLES
         "bar 3\nfoo 1 4\n2 lines end in two numbers, but not every line does: read as one count, first at line 1\n"},
        {"bar 3\nfoo 1 2\n", SAMPLES "bar 3\nfoo 1 2\n"},
        {"foo 1  2\n", SAMPLES "foo 1 2\n"}, /* two blanks: the number is part of the name */
        {"a 1 2\na 3 4.5\n",
         "samples count e-1\na 1 20\na 3 45\n1 line ends in two numbers, but not every line does: read as one count, at line 1\n"},
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
         "process 12:\"a.py\";thread (0x7f): Main;f (a.py:3);g (a.py:9) 4\nproducer: py-spy\n"},
        {"[main tid=7];run_[0] 1\n", SAMPLES "[main tid=7];run_[0] 1\nproducer: async-profiler\n"},
        {"my_thr_(x)-?/12;start_thread 3\n", SAMPLES "my_thr_(x)-?/12;start_thread 3\n"},
        {"python-1/2;f 3\n",
         SAMPLES "python-1/2;f 3\n"}, /* perf's, though it begins like py-spy's */
        {"[unknown];f 3\n", SAMPLES "[unknown];f 3\n"},
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
        {"Thread 5616a7fa3550;f (a.py);L12;g (b.py);L3 2075\nThread 5616a7fa3550;f (a.py);L13 5\nThread 5616a7fa3550 7\n",
         "time ns e3\nThread 5616a7fa3550 7\nThread 5616a7fa3550;f (a.py:12);g (b.py:3) 2075\n"
         "Thread 5616a7fa3550;f (a.py:13) 5\nproducer: austin\n"},
        {"Thread 561607350123 7\n",
         "time ns e3\nThread 561607350123 7\nproducer: austin\n"}, /* not two counts */
        {"P403;Tx87;m.py:base:2;d.py:wrapper:4);l.py:top:42 12\n",
         "time ns e3\nP403;Tx87;base (m.py:2);wrapper (d.py:4);top (l.py:42) 12\nproducer: austin\n"},
        {"# austin: 3.7.0\n# mode: cpu\n\nP1;T0:2;a.py:f:1 5\n",
         "cpu ns e3\nP1;T0:2;f (a.py:1) 5\naustin.austin: 3.7.0\naustin.mode: cpu\nproducer: austin\n"},
        {"# mode: memory\nP1;T2;a.py:f:1 5\nP1;T2;a.py:f:1 -2\n# saturation: 39/5305\n",
         "memory bytes e0 signed\nP1;T2;f (a.py:1) 3\naustin.mode: memory\naustin.saturation: 39/5305\n"
         "producer: austin\n1 negative count, at line 3\n"},
        {"# mode: full\nP1;T2;a.py:f:1 1000,0,256\nP1;T2;a.py:f:2 500,1,-6\n",
         "time ns e3\nidle count e0\nmemory bytes e0 signed\nP1;T2;f (a.py:1) 1000 0 256\nP1;T2;f (a.py:2) 500 1 -6\n"
         "austin.mode: full\nproducer: austin\n1 negative count, at line 3\n"},
        /* L12 is a line only in austin 1, and only once behind a frame */
        {"main;L12 5\n", SAMPLES "main;L12 5\n"},
        {"Thread 5616a7fa3550;f (a.py);L1;L2 5\n",
         "time ns e3\nThread 5616a7fa3550;f (a.py:1);L2 5\nproducer: austin\n"},
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

/* --- what is wrong with a text
 * ---------------------------------------------------------------------------- */

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
                                    "--keep-going skips them and counts what was lost");
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

/* --- laws
 * --------------------------------------------------------------------------------------------------
 */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* A stack of frames that share fronts, with folded lines, roots and empty frames among them. */
static void random_line(struct pk_buf *out, uint64_t *seed)
{
    static const char *const frames[] = {
        "f (a.py)", "L1",  "L22",      "g (b.py)", "g (b.py:7)",
        "ab",       "abc", "a",        "",         "Thread 5616a7fa3550",
        "P1",       "T2",  "a.py:f:3", "x_[k]",    "[l.so]"};
    static const char *const starts[] = {"", "Thread 5616a7fa3550;", "P1;T2;", "P1;T23;", "main;",
                                         ";"};
    uint64_t n = 1 + next_random(seed) % 5;
    size_t before = out->size;

    pk_buf_text(out, starts[next_random(seed) % (sizeof starts / sizeof *starts)]);
    for (uint64_t i = 0; i < n; i++) {
        pk_buf_text(out, frames[next_random(seed) % (sizeof frames / sizeof *frames)]);
        pk_buf_char(out, i + 1 < n ? ';' : ' ');
    }
    if (out->data[before] == ' ')
        out->data[before] = ';'; /* a line needs some stack */
    if (out->data[out->size - 1] != ' ')
        pk_buf_char(out, ' ');
    pk_buf_printf(out, "%d\n", (int)(next_random(seed) % 100));
}

/* Read each line with a reader of its own and merge: what the line before left behind cannot matter
 * there. */
static struct pk_profile *read_by_line(struct pk_str text, struct pk_error *error)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *all = pk_builder_new(&limits);
    struct pk_profile *profile;

    for (size_t at = 0; at < text.size;) {
        const char *end = memchr(text.data + at, '\n', text.size - at);
        size_t size = (size_t)(end - text.data) + 1 - at;
        struct pk_input *input = pk_input_memory("t", text.data + at, size, &limits);
        struct pk_builder *one = pk_builder_new(&limits);
        struct pk_reading reading = {input, one, plain_options()};

        assert_true(pk_reader_run(&reading, &pk_reader_collapsed, error));
        pk_builder_merge(all, one);
        pk_builder_free(one);
        pk_input_free(input);
        at += size;
    }
    profile = pk_builder_freeze(all, NULL, NULL, error);
    pk_builder_free(all);
    return profile;
}

/* The nodes and their lines, without the facts and metrics that differ by how the text was cut. */
static char *show_tree(struct pk_profile *profile)
{
    struct pk_buf out = {0};

    assert_non_null(profile);
    show_stacks(profile, &out);
    pk_profile_free(profile);
    return out.data;
}

static void a_line_reads_the_same_after_any_other(void **state)
{
    uint64_t seed = 20240229;
    (void)state;

    for (int round = 0; round < 2000; round++) {
        struct pk_error error = {0};
        struct pk_buf text = {0};
        char *together, *apart;

        /* The metric is austin's from the first line on; a first line of its form in both readings.
         */
        for (int i = 0; i < 6; i++)
            random_line(&text, &seed);
        pk_buf_text(&text, "main 1\n");
        together = show_tree(read_text(text.data, plain_options(), &error));
        apart = NULL;
        if (strstr(text.data, "Thread 56") == NULL && strstr(text.data, "P1;T2") == NULL)
            apart = show_tree(read_by_line(pk_buf_view(&text), &error));
        if (apart && strcmp(together, apart) != 0)
            fail_msg("reading\n%s\ngave\n%s\nbut line by line\n%s", text.data, together, apart);
        pk_free(together);
        pk_free(apart);
        pk_buf_fini(&text);
    }
}

/* With austin's lines only, all have one metric, so reading apart must agree there too. */
static void an_austin_line_reads_the_same_after_any_other(void **state)
{
    static const char *const frames[] = {"f (a.py)",   "L1", "L22", "g (b.py)",
                                         "g (b.py:7)", "L",  "",    "f"};
    uint64_t seed = 7;
    (void)state;

    for (int round = 0; round < 2000; round++) {
        struct pk_error error = {0};
        struct pk_buf text = {0};
        char *together, *apart;

        for (int i = 0; i < 6; i++) {
            uint64_t n = next_random(&seed) % 6;

            pk_buf_text(&text, "Thread 5616a7fa3550");
            while (n--) {
                pk_buf_char(&text, ';');
                pk_buf_text(&text, frames[next_random(&seed) % (sizeof frames / sizeof *frames)]);
            }
            pk_buf_text(&text, " 1\n");
        }
        together = show_tree(read_text(text.data, plain_options(), &error));
        apart = show_tree(read_by_line(pk_buf_view(&text), &error));
        if (strcmp(together, apart) != 0)
            fail_msg("reading\n%s\ngave\n%s\nbut line by line\n%s", text.data, together, apart);
        pk_free(together);
        pk_free(apart);
        pk_buf_fini(&text);
    }
}

/* --- every sample, cut and damaged
 * ------------------------------------------------------------------------- */

struct sample {
    char *path;
    struct pk_buf bytes;
};

static PK_ARRAY(struct sample) samples;

static void load_file(const char *path)
{
    struct sample sample = {0};
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t got;

    if (!file)
        return;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(&sample.bytes, block, got);
    fclose(file);
    sample.path = pk_alloc(strlen(path) + 1);
    memcpy(sample.path, path, strlen(path) + 1);
    pk_array_push(&samples, sample);
}

/* Every file that `accept` names, in `folder` and one folder below. */
static void load_folder(const char *folder, const char *prefix, bool is_deep)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir))) {
        char path[4096];

        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        if (is_deep)
            load_folder(path, prefix, false);
        else if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
                 !strstr(entry->d_name, ".json") && !strstr(entry->d_name, ".svg"))
            load_file(path);
    }
    closedir(dir);
}

static int load_samples(void **state)
{
    const char *shared = getenv("PROFKIT_SHARED"), *srcdir = getenv("srcdir"), *ci = getenv("CI");
    char base[2048], path[4096];
    (void)state;

    if (shared)
        snprintf(base, sizeof base, "%s", shared);
    else
        snprintf(base, sizeof base, "%s/../shared", srcdir ? srcdir : ".");
    snprintf(path, sizeof path, "%s/formats/samples/collapsed", base);
    load_folder(path, "", false);
    snprintf(path, sizeof path, "%s/corpus/collapsed", base);
    load_folder(path, "input", true);
    if (samples.size == 0)
        print_message("no samples in %s: skipped\n", base);
    return samples.size == 0 && ci && strcmp(ci, "true") == 0 ? -1 : 0;
}

static int free_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < samples.size; i++) {
        pk_free(samples.data[i].path);
        pk_buf_fini(&samples.data[i].bytes);
    }
    pk_array_fini(&samples);
    return 0;
}

/* A clean error, or a profile that obeys the laws. */
static void check_ending(const char *path, struct pk_str bytes, struct pk_read_options options)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;

    limits.inflate = 16 << 20;
    profile = read_bytes(bytes, options, &limits, &error);
    if (profile ? !pk_validate(profile, &error)
                : error.status != PK_INPUT || !error.text[0] || !error.file)
        fail_msg("%s, %zu bytes: status %d, %s", path, bytes.size, (int)error.status, error.text);
    pk_profile_free(profile);
}

static void every_prefix_of_every_sample_ends_cleanly(void **state)
{
    (void)state;
    if (samples.size == 0)
        skip();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        size_t places = bytes.size > 65536 ? 100 : 2000, step = bytes.size / places + 1;

        for (size_t size = 0; size <= bytes.size; size += step)
            check_ending(samples.data[i].path, pk_str_slice(bytes, 0, size), plain_options());
    }
}

static void damaged_samples_end_cleanly(void **state)
{
    static const char spice[] = ";;  \n\t0919.eE-+#:LPT_[k]()\xff\0\r";
    uint64_t seed = 42;
    (void)state;

    if (samples.size == 0)
        skip();
    for (size_t i = 0; i < samples.size; i++) {
        struct pk_str bytes = pk_buf_view(&samples.data[i].bytes);
        int rounds = bytes.size > 65536 ? 10 : 500;

        for (int round = 0; round < rounds && bytes.size; round++) {
            struct pk_buf copy = {0};
            uint64_t hits = 1 + next_random(&seed) % 8;
            struct pk_read_options options = {.is_strict = round % 7 == 0,
                                              .keeps_going = round % 2 == 0,
                                              .strips_offsets = round % 3 == 0};

            pk_buf_str(&copy, bytes);
            while (hits--) {
                size_t at = (size_t)(next_random(&seed) % bytes.size);

                copy.data[at] = hits % 2 ? (char)next_random(&seed)
                                         : spice[next_random(&seed) % (sizeof spice - 1)];
            }
            check_ending(samples.data[i].path, pk_buf_view(&copy), options);
            pk_buf_fini(&copy);
        }
    }
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
        cmocka_unit_test(up_to_one_line_in_ten_may_be_bad),
        cmocka_unit_test(the_hint_counts_and_keep_going_reads_on),
        cmocka_unit_test(strict_fails_on_the_first_bad_line),
        cmocka_unit_test(a_large_file_without_last_newline_is_told),
        cmocka_unit_test(more_frames_than_the_limit_are_an_error),
        cmocka_unit_test(metadata_lines_are_bounded),
        cmocka_unit_test(a_stack_of_a_million_frames_is_read_and_totalled),
        cmocka_unit_test(a_line_reads_the_same_after_any_other),
        cmocka_unit_test(an_austin_line_reads_the_same_after_any_other),
        cmocka_unit_test(every_prefix_of_every_sample_ends_cleanly),
        cmocka_unit_test(damaged_samples_end_cleanly),
    };

    return cmocka_run_group_tests(tests, load_samples, free_samples);
}
