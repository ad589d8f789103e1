/*
 * Option tables: command lines as words, outcomes as one line of text, so that a case reads as it
 * is typed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/opt.h"

static const struct pk_opt global[] = {
    {"quiet", 'q', PK_OPT_FLAG, NULL, NULL, "print errors only", false},
    {"verbose", 'v', PK_OPT_FLAG, NULL, NULL, "say more", true},
    {"color", 0, PK_OPT_CHOICE, "WHEN", "auto,always,never", "colour the output", false},
    {0},
};

static const struct pk_opt command[] = {
    {"output", 'o', PK_OPT_TEXT, "FILE", NULL, "write to FILE", false},
    {"top", 0, PK_OPT_COUNT, "N", NULL, "rows to show, 0 for all", false},
    {"minwidth", 0, PK_OPT_DECIMAL, "PX", NULL, "leave out what is narrower", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "self,total,per-call", "order of the rows", false},
    {"label", 'l', PK_OPT_TEXT, "K=REGEX", NULL, "keep slices whose label fits", true},
    {0},
};

static const struct pk_opt *const tables[] = {global, command, NULL};

/* Split `line` at spaces into words, of which the first is the program, and parse them. */
static bool parse(const char *line, struct pk_opts *opts, struct pk_error *error)
{
    static char copy[500], *words[40];
    int n = 0;

    *opts = (struct pk_opts){0};
    *error = (struct pk_error){0};
    assert_true(strlen(line) < sizeof copy);
    memcpy(copy, line, strlen(line) + 1);
    words[n++] = copy;
    for (char *at = copy; *at; at++) {
        if (*at == ' ') {
            *at = '\0';
            words[n++] = at + 1;
        }
    }
    words[n] = NULL;
    return pk_opts_parse(opts, tables, n, words, 1, error);
}

/* The outcome in a fixed form: "name=text:number" for each option, then "|", then the operands. */
static void describe(const struct pk_opts *opts, struct pk_buf *out)
{
    for (size_t i = 0; i < opts->values.size; i++) {
        const struct pk_opt_value *value = &opts->values.data[i];

        pk_buf_text(out, value->opt->name);
        if (value->text)
            pk_buf_printf(out, "=%s", value->text);
        if (value->opt->kind == PK_OPT_COUNT || value->opt->kind == PK_OPT_DECIMAL)
            pk_buf_printf(out, ":%" PRId64, value->number);
        pk_buf_char(out, ' ');
    }
    pk_buf_char(out, '|');
    for (size_t i = 0; i < opts->operands.size; i++)
        pk_buf_printf(out, " %s", opts->operands.data[i]);
}

static void opt_understands_what_people_type(void **state)
{
    static const struct {
        const char *line, *outcome;
    } cases[] = {
        {"p", "|"},
        {"p in.prof", "| in.prof"},
        {"p --top 20 in.prof", "top=20:20 | in.prof"},
        {"p in.prof --top=20", "top=20:20 | in.prof"},
        {"p a --quiet b --top 5 c", "quiet top=5:5 | a b c"},
        {"p -o out.svg x", "output=out.svg | x"},
        {"p -oout.svg x", "output=out.svg | x"},
        {"p --output=out.svg x", "output=out.svg | x"},
        {"p -qv", "quiet verbose |"},
        {"p -vvq x", "verbose verbose quiet | x"},
        {"p -qo out.svg x", "quiet output=out.svg | x"},
        {"p -qoout.svg x", "quiet output=out.svg | x"},
        {"p -", "| -"},
        {"p -o - -", "output=- | -"},
        {"p -- --top -q", "| --top -q"},
        {"p x -- -- y", "| x -- y"},
        {"p --color always", "color=always |"},
        {"p --color=never", "color=never |"},
        {"p --label a=b --label=c=d -le=f", "label=a=b label=c=d label=e=f |"},
        {"p --output=", "output= |"},         /* an empty text is a text */
        {"p -o --top 3", "output=--top | 3"}, /* a value may look like an option */
        {"p --top 0", "top=0:0 |"},
        {"p --top 9223372036854775807", "top=9223372036854775807:9223372036854775807 |"},
        {"p --minwidth 0.1", "minwidth=0.1:100000 |"},
        {"p --minwidth 2", "minwidth=2:2000000 |"},
        {"p --minwidth .5", "minwidth=.5:500000 |"},
        {"p --minwidth 3.", "minwidth=3.:3000000 |"},
        {"p --minwidth 0.000001", "minwidth=0.000001:1 |"},
        {"p --minwidth 0.0000014", "minwidth=0.0000014:1 |"},
        {"p --minwidth 0.0000015", "minwidth=0.0000015:2 |"},
        {"p --minwidth 12.3456789999", "minwidth=12.3456789999:12345679 |"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_opts opts;
        struct pk_error error;
        struct pk_buf out = {0};

        if (!parse(cases[i].line, &opts, &error))
            fail_msg("%s: %s", cases[i].line, error.text);
        describe(&opts, &out);
        assert_string_equal(out.data, cases[i].outcome);
        pk_opts_fini(&opts);
        pk_buf_fini(&out);
    }
}

static void opt_refuses_with_a_reason_and_a_hint(void **state)
{
    static const struct {
        const char *line, *text, *hint;
    } cases[] = {
        {"p --topp 5", "unknown option '--topp'", "did you mean '--top'?"},
        {"p --tpo=5", "unknown option '--tpo'", "did you mean '--top'?"},
        {"p --colour never", "unknown option '--colour'", "did you mean '--color'?"},
        {"p --otput x", "unknown option '--otput'", "did you mean '--output'?"},
        {"p --nonsense", "unknown option '--nonsense'", ""},
        {"p --t", "unknown option '--t'", ""}, /* no abbreviations, and too short to guess */
        {"p --=x", "unknown option '--'", ""},
        {"p --a\x1b[31m", "unknown option '--a\\x1b[31m'", ""},
        {"p -x", "unknown option '-x'", ""},
        {"p -qx", "unknown option '-x'", ""},
        {"p -5", "unknown option '-5'", ""},
        {"p -\xc3\xa9", "unknown option '-\\xc3'", ""},
        {"p --top", "option '--top' needs a value N", ""},
        {"p x -o", "option '-o' needs a value FILE", ""},
        {"p --quiet=yes", "option '--quiet' takes no value", ""},
        {"p --top=", "option '--top' needs a whole number, found ''", ""},
        {"p --top x", "option '--top' needs a whole number, found 'x'", ""},
        {"p --top 5x", "option '--top' needs a whole number, found '5x'", ""},
        {"p --top -5", "option '--top' needs a whole number, found '-5'", ""},
        {"p --top +5", "option '--top' needs a whole number, found '+5'", ""},
        {"p --top 9223372036854775808",
         "option '--top' needs a whole number, found '9223372036854775808'", ""},
        {"p --minwidth x", "option '--minwidth' needs a number such as 0.5, found 'x'", ""},
        {"p --minwidth .", "option '--minwidth' needs a number such as 0.5, found '.'", ""},
        {"p --minwidth=", "option '--minwidth' needs a number such as 0.5, found ''", ""},
        {"p --minwidth 0,5", "option '--minwidth' needs a number such as 0.5, found '0,5'", ""},
        {"p --minwidth 1e3", "option '--minwidth' needs a number such as 0.5, found '1e3'", ""},
        {"p --minwidth 1.2.3", "option '--minwidth' needs a number such as 0.5, found '1.2.3'", ""},
        {"p --minwidth nan", "option '--minwidth' needs a number such as 0.5, found 'nan'", ""},
        {"p --minwidth 1.2345678x",
         "option '--minwidth' needs a number such as 0.5, found '1.2345678x'", ""},
        {"p --minwidth 9223372036855",
         "option '--minwidth' needs a number such as 0.5, found '9223372036855'", ""},
        {"p --color blue", "option '--color' needs auto, always or never, found 'blue'", ""},
        {"p --color alway", "option '--color' needs auto, always or never, found 'alway'", ""},
        {"p --color=", "option '--color' needs auto, always or never, found ''", ""},
        {"p --color auto,always",
         "option '--color' needs auto, always or never, found 'auto,always'", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_opts opts;
        struct pk_error error;

        assert_false(parse(cases[i].line, &opts, &error));
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.text, cases[i].text);
        assert_string_equal(error.hint, cases[i].hint);
        pk_opts_fini(&opts);
    }
}

static void opt_begins_at_the_word_it_is_told(void **state)
{
    char program[] = "profkit", name[] = "--nonsense", operand[] = "x";
    char *words[] = {program, name, operand, NULL};
    struct pk_opts opts = {0};
    struct pk_error error = {0};

    (void)state;
    assert_true(pk_opts_parse(&opts, tables, 3, words, 2, &error));
    assert_int_equal(opts.operands.size, 1);
    assert_ptr_equal(opts.operands.data[0], operand); /* borrowed, not copied */
    pk_opts_fini(&opts);
}

static void opt_find_gives_the_last_value(void **state)
{
    struct pk_opts opts;
    struct pk_error error;

    (void)state;
    assert_true(parse("p --top 5 -q -o a --top 7 -o b", &opts, &error));
    assert_int_equal(pk_opts_find(&opts, "top")->number, 7);
    assert_int_equal(pk_opts_number(&opts, "top", 20), 7);
    assert_string_equal(pk_opts_text(&opts, "output", "-"), "b");
    assert_true(pk_opts_has(&opts, "quiet"));
    assert_string_equal(pk_opts_text(&opts, "quiet", "none"), "none"); /* a flag has no text */
    pk_opts_fini(&opts);
}

static void opt_not_given_has_its_fallback(void **state)
{
    struct pk_opts opts;
    struct pk_error error;

    (void)state;
    assert_true(parse("p", &opts, &error));
    assert_null(pk_opts_find(&opts, "top"));
    assert_int_equal(pk_opts_number(&opts, "top", 20), 20);
    assert_string_equal(pk_opts_text(&opts, "output", "-"), "-");
    assert_null(pk_opts_text(&opts, "output", NULL));
    assert_false(pk_opts_has(&opts, "quiet"));
    pk_opts_fini(&opts);
}

static void opt_help_lines_up(void **state)
{
    static const struct pk_opt long_one[] = {
        {"max", 'm', PK_OPT_COUNT, "N", NULL, "short", false},
        {"a-very-long-option-name", 0, PK_OPT_TEXT, "SOMETHING", NULL, "told below", false},
        {0},
    };
    struct pk_buf out = {0};

    (void)state;
    pk_opts_help(global, &out);
    assert_string_equal(out.data,
                        "  -q, --quiet        print errors only\n"
                        "  -v, --verbose      say more (may be repeated)\n"
                        "      --color WHEN   colour the output: auto, always or never\n");
    pk_buf_reset(&out);
    pk_opts_help(command, &out);
    assert_string_equal(out.data,
                        "  -o, --output FILE     write to FILE\n"
                        "      --top N           rows to show, 0 for all\n"
                        "      --minwidth PX     leave out what is narrower\n"
                        "      --sort KEYS       order of the rows: self, total or per-call\n"
                        "  -l, --label K=REGEX   keep slices whose label fits (may be repeated)\n");
    pk_buf_reset(&out);
    pk_opts_help(long_one, &out);
    assert_string_equal(out.data, "  -m, --max N   short\n"
                                  "      --a-very-long-option-name SOMETHING\n"
                                  "                told below\n");
    pk_buf_fini(&out);
}

static void opt_nearest_finds_slips_and_nothing_else(void **state)
{
    static const char *const words[] = {"hotspots", "flame",   "info", "convert", "formats",
                                        "help",     "summary", "to",   NULL};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"hotspots", "hotspots"}, /* itself */
        {"hotspot", "hotspots"},  /* one missing */
        {"hotpsots", "hotspots"}, /* swapped */
        {"hottspots", "hotspots"},
        {"hotsp", NULL}, /* three missing */
        {"flam", "flame"},
        {"falme", "flame"},
        {"lfmae", "flame"}, /* two swaps */
        {"infos", "info"},
        {"format", "formats"},
        {"covnret", "convert"},
        {"xelp", "help"},
        {"xxlp", "help"},
        {"xxxp", NULL},
        {"ot", "to"},
        {"x", NULL},
        {"", NULL},
        {"main.prof", NULL},
    };
    static char huge[1000];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = pk_opts_nearest(cases[i].word, words);

        if (!cases[i].nearest)
            assert_null(nearest);
        else
            assert_string_equal(nearest ? nearest : "", cases[i].nearest);
    }
    memset(huge, 'h', sizeof huge - 1);
    assert_null(pk_opts_nearest(huge, words));
}

static void opt_keys_are_places_among_the_choices(void **state)
{
    struct pk_opt_key keys[PK_OPT_MOST_KEYS];
    struct pk_opts opts;
    struct pk_error error;

    (void)state;
    assert_true(parse("p --sort total,-per-call,self", &opts, &error));
    assert_int_equal(pk_opts_keys(&opts, "sort", keys), 3);
    assert_int_equal(keys[0].choice, 1);
    assert_false(keys[0].is_reversed);
    assert_int_equal(keys[1].choice, 2);
    assert_true(keys[1].is_reversed);
    assert_int_equal(keys[2].choice, 0);
    pk_opts_fini(&opts);
    assert_true(parse("p --sort -self", &opts, &error)); /* a value may begin with a dash */
    assert_int_equal(pk_opts_keys(&opts, "sort", keys), 1);
    assert_true(keys[0].is_reversed);
    pk_opts_fini(&opts);
    assert_true(parse("p", &opts, &error));
    assert_int_equal(pk_opts_keys(&opts, "sort", keys), 0);
    pk_opts_fini(&opts);
}

static void opt_keys_that_there_are_none_of_are_refused(void **state)
{
    static const struct {
        const char *line, *found, *hint;
    } cases[] = {
        {"p --sort slef", "'slef'", "did you mean 'self'?"},
        {"p --sort self,-totl", "'totl'", "did you mean 'total'?"},
        {"p --sort=", "''", NULL},
        {"p --sort self,", "''", NULL},
        {"p --sort ,self", "''", NULL},
        {"p --sort --self", "'-self'", "did you mean 'self'?"},
        {"p --sort frequency", "'frequency'", NULL},
        {"p --sort self,self,self,self,self,self,self,self,total", "'total'", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_opts opts;
        struct pk_error error;
        char expected[200];

        assert_false(parse(cases[i].line, &opts, &error));
        assert_int_equal(error.status, PK_USAGE);
        snprintf(expected, sizeof expected,
                 "option '--sort' needs keys out of self, total or per-call, found %s",
                 cases[i].found);
        assert_string_equal(error.text, expected);
        assert_string_equal(error.hint, cases[i].hint ? cases[i].hint : "");
        pk_opts_fini(&opts);
    }
}

static void opt_nearest_allows_a_third_of_a_long_word(void **state)
{
    static const char *const words[] = {"collapse-recursion", NULL};

    (void)state;
    assert_string_equal(pk_opts_nearest("collapserecursions", words), words[0]);
    assert_string_equal(pk_opts_nearest("colapsing-recursion", words), words[0]); /* distance 4 */
    assert_null(pk_opts_nearest("expand-recursion", words));                      /* 7 of 16 */
}

/* What stands in front of a command: the options of the table with their values, and nothing else.
 */
static void skip_ends_at_the_first_word_that_is_no_option_of_the_tables(void **state)
{
    static const struct pk_opt general[] = {
        {"quiet", 'q', PK_OPT_FLAG, NULL, NULL, "", false},
        {"verbose", 'v', PK_OPT_FLAG, NULL, NULL, "", true},
        {"width", 'w', PK_OPT_COUNT, "N", NULL, "", false},
        {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
    };
    const struct pk_opt *const all[] = {general, NULL};
    static const struct {
        const char *words[8];
        int expected; /* the index of the word */
    } cases[] = {
        {{"profkit", "flame"}, 1},
        {{"profkit", "-q", "flame"}, 2},
        {{"profkit", "-qv", "--width", "80", "flame"}, 4},
        {{"profkit", "--width=80", "-q", "flame"}, 3},
        {{"profkit", "-w", "80", "flame"}, 3},
        {{"profkit", "-qw80", "flame"}, 2},
        {{"profkit", "-qw", "80", "flame"}, 3},
        {{"profkit", "--top", "3", "flame"}, 1},
        {{"profkit", "-q", "--top", "3", "flame"}, 2},
        {{"profkit", "-qx", "flame"}, 1},
        {{"profkit", "--", "flame"}, 1},
        {{"profkit", "-", "flame"}, 1},
        {{"profkit", "-q"}, 2},
        {{"profkit", "--width"}, 2},
        {{"profkit"}, 1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *words[8] = {0};
        int n = 0;

        for (; n < 8 && cases[i].words[n]; n++)
            words[n] = (char *)cases[i].words[n];
        if (pk_opts_skip(all, n, words, 1) != cases[i].expected)
            fail_msg("case %zu: %d", i, pk_opts_skip(all, n, words, 1));
    }
}

static void count_tells_how_often_an_option_was_given(void **state)
{
    static const struct pk_opt general[] = {
        {"verbose", 'v', PK_OPT_FLAG, NULL, NULL, "", true},
        {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
    };
    const struct pk_opt *const all[] = {general, NULL};
    const char *words[] = {"profkit", "-vv", "x", "--verbose"};
    struct pk_opts opts = {0};
    struct pk_error error = {0};
    (void)state;

    assert_true(pk_opts_parse(&opts, all, 4, (char **)words, 1, &error));
    assert_int_equal(pk_opts_count(&opts, "verbose"), 3);
    assert_int_equal(pk_opts_count(&opts, "quiet"), 0);
    pk_opts_fini(&opts);
}

static void next_gives_every_value_in_the_order_of_typing(void **state)
{
    struct pk_opts opts;
    struct pk_error error = {0};
    const struct pk_opt_value *value;
    (void)state;

    assert_true(parse("p -o a --top 5 -o b --output c", &opts, &error));
    value = pk_opts_next(&opts, "output", NULL);
    assert_string_equal(value->text, "a");
    value = pk_opts_next(&opts, "output", value);
    assert_string_equal(value->text, "b");
    value = pk_opts_next(&opts, "output", value);
    assert_string_equal(value->text, "c");
    assert_null(pk_opts_next(&opts, "output", value));
    assert_null(pk_opts_next(&opts, "quiet", NULL));
    pk_opts_fini(&opts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opt_understands_what_people_type),
        cmocka_unit_test(opt_refuses_with_a_reason_and_a_hint),
        cmocka_unit_test(opt_begins_at_the_word_it_is_told),
        cmocka_unit_test(opt_find_gives_the_last_value),
        cmocka_unit_test(opt_not_given_has_its_fallback),
        cmocka_unit_test(opt_help_lines_up),
        cmocka_unit_test(opt_nearest_finds_slips_and_nothing_else),
        cmocka_unit_test(opt_keys_are_places_among_the_choices),
        cmocka_unit_test(opt_keys_that_there_are_none_of_are_refused),
        cmocka_unit_test(opt_nearest_allows_a_third_of_a_long_word),
        cmocka_unit_test(skip_ends_at_the_first_word_that_is_no_option_of_the_tables),
        cmocka_unit_test(count_tells_how_often_an_option_was_given),
        cmocka_unit_test(next_gives_every_value_in_the_order_of_typing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
