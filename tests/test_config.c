/*
 * Configuration: what files may say, which of several sources wins, and that profkit-config(5) has
 * every key and no other.
 */
#include "cmd/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/folder.h"

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "", false},
    {"color", 0, PK_OPT_CHOICE, "WHEN", "auto,always,never", "", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

static const struct pk_opt *const tables[] = {options, NULL};

/* ---- texts */

static void mistakes_are_told_at_their_place(void **state)
{
    static const struct {
        const char *text, *expected, *hint;
        uint64_t line, column;
    } cases[] = {
        {"top = 3\n", "expected a [section] before the first key, found 'top'", "", 1, 1},
        /*^ */
        {"[thresholds]\n  tpo = 3\n", "unknown key of [thresholds] 'tpo'", "did you mean 'top'?", 2,
         3},
        /*               ^ */
        {"[treshold]\n", "unknown section 'treshold'", "did you mean 'thresholds'?", 1, 2},
        /* ^ */
        {"[thresholds\n", "expected ']' at the end of a section, found '[thresholds'", "", 1, 1},
        {"[thresholds]\ntop = many\n", "expected a whole number, found 'many'", "", 2, 7},
        /*                    ^ */
        {"[thresholds]\nmin-percent=x\n", "expected a number such as 0.5, found 'x'", "", 2, 13},
        /*                          ^ */
        {"[output]\ncolor = red\n", "expected auto, always or never, found 'red'", "", 2, 9},
        /*                  ^ */
        {"[thresholds]\ntop =\n", "expected a value behind '=', found ''", "", 2, 6},
        {"[thresholds]\n= 3\n", "expected a key before '=', found '= 3'", "", 2, 1},
        {"[thresholds]\ntop 3\n", "expected 'key = value', found 'top 3'", "", 2, 1},
        {"[suppress]\nsort-in-loop = known until soon\n",
         "expected a date such as 2027-03-01 behind 'until', found 'soon'", "", 2, 28},
        /*                            ^ */
        {"[suppress]\nsort-in-loop = until 2027-03-01\n",
         "expected a reason before 'until', found 'until 2027-03-01'", "", 2, 16},
        /*                ^ */
        {"[suppress]\nN+1 = because\n", "expected a rule such as n-plus-one-query, found 'N+1'", "",
         2, 1},
        {"[own]\nprefix = a\x1b"
         "b\n",
         "expected text, found '\\x1b'", "", 2, 11},
        /*                   ^ */
        {"[output]\npager = less\n", "unknown key of [output] 'pager'", "", 2, 1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_config config = {0};
        struct pk_error error = {0};

        assert_false(pk_config_parse(&config, "file", pk_str_of(cases[i].text), &error));
        assert_string_equal(error.text, cases[i].expected);
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.file, "file");
        assert_int_equal(error.place.line, cases[i].line);
        assert_int_equal(error.place.column, cases[i].column);
        if (cases[i].hint[0])
            assert_string_equal(error.hint, cases[i].hint);
        pk_config_fini(&config);
    }
}

static void every_prefix_of_a_file_is_read_or_refused_in_peace(void **state)
{
    static const char text[] =
        "\xef\xbb\xbf# ours\r\n[own]\r\nprefix = src/\nprefix=\tlib/ours/ \n"
        "; more\n[modules]\nsrc/net = net = work\n[services]\nqueue = enqueue|pop\n[suppress]\n"
        "n-plus-one-query load = known, see #12\n[thresholds]\ntop = 7";
    struct pk_config config = {0};
    struct pk_error error = {0};
    (void)state;

    for (size_t size = 0; size < sizeof text; size++) {
        struct pk_config part = {0};
        struct pk_error ignored = {0};
        bool done = pk_config_parse(&part, "file", (struct pk_str){text, size}, &ignored);

        assert_int_equal(done, ignored.status == PK_OK);
        pk_config_fini(&part);
    }
    assert_true(pk_config_parse(&config, "file", PK_STR(text), &error));
    assert_int_equal(config.own.size, 2);
    assert_string_equal(config.own.data[0], "src/");
    assert_string_equal(config.own.data[1], "lib/ours/");
    assert_int_equal(config.modules.size, 1);
    assert_string_equal(config.modules.data[0].key, "src/net");
    assert_string_equal(config.modules.data[0].value, "net = work");
    assert_int_equal(config.services.size, 1);
    assert_string_equal(config.services.data[0].key, "queue");
    assert_string_equal(config.services.data[0].value, "enqueue|pop");
    assert_int_equal(config.suppressed.size, 1);
    assert_true(pk_str_equal(config.suppressed.data[0].function, PK_STR("load")));
    assert_true(pk_str_equal(config.suppressed.data[0].reason, PK_STR("known, see #12")));
    assert_int_equal(config.suppressed.data[0].line, 11);
    assert_int_equal(config.defaults.size, 1);
    pk_config_fini(&config);
}

/* ---- sources */

/* The value of --top behind all there is and `words`, or -1. */
static int64_t top_of(const char *word)
{
    const char *words[] = {"profkit", word, NULL};
    struct pk_config config = {0};
    struct pk_error error = {0};
    struct pk_opts opts = {0};
    int64_t top;

    assert_true(pk_opts_parse(&opts, tables, word ? 2 : 1, (char **)words, 1, &error));
    if (!pk_config_load(&config, &error))
        fail_msg("%s: %s", error.file, error.text);
    pk_config_apply(&config, "hotspots", tables, &opts);
    top = pk_opts_number(&opts, "top", -1);
    pk_opts_fini(&opts);
    pk_config_fini(&config);
    return top;
}

static void make_folders(void)
{
    mkdir("user", 0777);
    mkdir("user/profkit", 0777);
    mkdir("repo", 0777);
    mkdir("repo/.git", 0777);
    mkdir("repo/a", 0777);
    mkdir("repo/a/b", 0777);
}

static void the_nearer_source_wins_and_the_command_line_above_all(void **state)
{
    char here[4096], user[4200];
    (void)state;

    assert_non_null(getcwd(here, sizeof here));
    snprintf(user, sizeof user, "%s/user", here);
    make_folders();
    setenv("XDG_CONFIG_HOME", user, 1);
    unsetenv("PROFKIT_TOP");
    write_file(".profkit", "[thresholds]\ntop = 999\n"); /* above the root of the repository */
    assert_int_equal(chdir("repo/a/b"), 0);
    assert_int_equal(top_of(NULL), -1);
    write_file("../../../user/profkit/config", "[thresholds]\ntop = 1\n");
    assert_int_equal(top_of(NULL), 1);
    write_file("../../.profkit", "[thresholds]\ntop = 2\n");
    assert_int_equal(top_of(NULL), 2);
    write_file("../.profkit", "[thresholds]\ntop = 3\n"); /* the nearest, and only that */
    assert_int_equal(top_of(NULL), 3);
    write_file(".profkit", "[own]\nprefix = src/\n");
    assert_int_equal(top_of(NULL), 1);
    setenv("PROFKIT_TOP", "4", 1);
    assert_int_equal(top_of(NULL), 4);
    assert_int_equal(top_of("--top=5"), 5);
    unsetenv("PROFKIT_TOP");
    unlink(".profkit");
    assert_int_equal(chdir(here), 0);
}

/* In a folder of the system, since the sources may well lie in a repository. */
static void outside_of_a_repository_only_this_folder_counts(void **state)
{
    char here[4096], folder[] = "/tmp/profkit-test-XXXXXX";
    (void)state;

    assert_non_null(getcwd(here, sizeof here));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    mkdir("plain", 0777);
    write_file(".profkit", "[thresholds]\ntop = 8\n");
    assert_int_equal(top_of(NULL), 8);
    assert_int_equal(chdir("plain"), 0);
    assert_int_equal(top_of(NULL), -1);
    assert_int_equal(chdir(".."), 0);
    remove(".profkit");
    remove("plain");
    assert_int_equal(chdir(here), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_project_cannot_lead_elsewhere_or_hang(void **state)
{
    struct pk_config config = {0};
    struct pk_error error = {0};
    (void)state;

    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    unlink(".profkit");
    write_file("secret", "do not show me\n");
    assert_int_equal(symlink("secret", ".profkit"), 0);
    assert_false(pk_config_load(&config, &error));
    assert_string_equal(error.text, "this configuration is a symbolic link");
    assert_string_equal(error.file, ".profkit");
    pk_config_fini(&config);

    unlink(".profkit");
    assert_int_equal(mkfifo(".profkit", 0666), 0);
    config = (struct pk_config){0};
    error = (struct pk_error){0};
    assert_false(pk_config_load(&config, &error));
    assert_int_equal(error.status, PK_INPUT);
    pk_config_fini(&config);
    unlink(".profkit");
}

static void no_key_is_an_option_that_names_a_program_or_a_file(void **state)
{
    static const char *const refused[] = {"pager", "output", "format", "limit", "source-root"};
    (void)state;

    for (const struct pk_config_key *key = pk_config_keys; key->section; key++)
        for (size_t i = 0; key->option && i < sizeof refused / sizeof *refused; i++)
            assert_string_not_equal(key->option, refused[i]);
}

static void a_variable_that_makes_no_sense_is_named(void **state)
{
    struct pk_config config = {0};
    struct pk_error error = {0};
    (void)state;

    setenv("PROFKIT_TOP", "all", 1);
    assert_false(pk_config_load(&config, &error));
    assert_string_equal(error.text, "PROFKIT_TOP needs a whole number, found 'all'");
    assert_int_equal(error.status, PK_USAGE);
    pk_config_fini(&config);
    unsetenv("PROFKIT_TOP");
}

/* ---- the manual */

static struct pk_buf page(void)
{
    const char *srcdir = getenv("srcdir");
    struct pk_buf path = {0}, text = {0};
    char block[4096];
    size_t got;
    FILE *file;

    /* The test has gone into a folder of its own. */
    pk_buf_printf(&path, "%s%s/man/profkit-config.5", srcdir && *srcdir == '/' ? "" : "../",
                  srcdir ? srcdir : ".");
    file = fopen(path.data, "rb");
    assert_non_null(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        for (size_t i = 0; i < got; i++)
            if (block[i] != '\\' && block[i] != '"')
                pk_buf_char(&text, block[i]);
    fclose(file);
    pk_buf_fini(&path);
    return text;
}

/* Sections are ".SS [NAME]", keys ".BI NAME = VALUE" behind a ".TP". */
static void the_manual_has_every_key_and_no_other(void **state)
{
    struct pk_buf text = page();
    const char *at = text.data;
    size_t named = 0, known = 0;
    char wanted[200];
    (void)state;

    for (const struct pk_config_key *key = pk_config_keys; key->section; key++) {
        const char *section, *end, *entry;

        snprintf(wanted, sizeof wanted, "\n.SS [%s]\n", key->section);
        section = strstr(text.data, wanted);
        if (!section)
            fail_msg("profkit-config(5) lacks [%s]", key->section);
        end = strstr(section + 1, "\n.S");
        known++;
        snprintf(wanted, sizeof wanted, "\n.TP\n.BI %s", key->value.name ? key->value.name : "");
        entry = strstr(section, wanted);
        if (!entry || (end && entry > end))
            fail_msg("profkit-config(5) lacks %s", wanted);
        if (key->variable && !strstr(text.data, key->variable))
            fail_msg("profkit-config(5) lacks %s", key->variable);
        for (const char *choice = key->value.choices; choice && *choice;) {
            size_t size = strcspn(choice, ",");

            snprintf(wanted, sizeof wanted, "%.*s", (int)size, choice);
            assert_non_null(strstr(entry, wanted));
            choice += size + (choice[size] == ',');
        }
    }
    while ((at = strstr(at, "\n.TP\n.BI "))) {
        named++;
        at++;
    }
    assert_int_equal(named, known);
    pk_buf_fini(&text);
}

/* The folder is left as empty as it was. */
static int end(void **state)
{
    static const char *const made[] = {
        "repo/.profkit",       "repo/a/.profkit", "repo/a/b", "repo/a", "repo/.git", "repo",
        "user/profkit/config", "user/profkit",    "user",     "secret", ".profkit"};

    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        remove(made[i]);
    return folder_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_told_at_their_place),
        cmocka_unit_test(every_prefix_of_a_file_is_read_or_refused_in_peace),
        cmocka_unit_test(the_nearer_source_wins_and_the_command_line_above_all),
        cmocka_unit_test(outside_of_a_repository_only_this_folder_counts),
        cmocka_unit_test(a_project_cannot_lead_elsewhere_or_hang),
        cmocka_unit_test(no_key_is_an_option_that_names_a_program_or_a_file),
        cmocka_unit_test(a_variable_that_makes_no_sense_is_named),
        cmocka_unit_test(the_manual_has_every_key_and_no_other),
    };

    return cmocka_run_group_tests(tests, folder_setup, end);
}
