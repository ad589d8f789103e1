/*
 * Which file is read for the path of a profile, and its lines. Every path is tried against real
 * files, in a folder of the test's own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <setjmp.h>

#include <cmocka.h>

#include <linux/limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analyze/sourcefile.h"
#include "tests/folder.h"

static struct pk_arena arena;
static char here[PATH_MAX];

/* app/src/a.c and lib/a.c, which differ. */
static int set_up(void **state)
{
    pk_arena_init(&arena);
    if (folder_setup(state) != 0 || !getcwd(here, sizeof here))
        return -1;
    if (mkdir("app", 0777) != 0 || mkdir("app/src", 0777) != 0 || mkdir("lib", 0777) != 0)
        return -1;
    write_file("app/src/a.c", "app\n");
    write_file("lib/a.c", "lib\n");
    return 0;
}

static int tear_down(void **state)
{
    unlink("app/src/a.c");
    unlink("lib/a.c");
    rmdir("app/src");
    rmdir("app");
    rmdir("lib");
    pk_arena_fini(&arena);
    return folder_teardown(state);
}

/* The path that was read and its content, or why it was not: "lib/a.c: lib". */
static void assert_found(const struct pk_sourcefile_options *options, const char *path,
                         const char *expected)
{
    struct pk_sourcefile file;
    struct pk_buf found = {0};
    bool is_cut;

    pk_sourcefile_open(&file, options, pk_str_of(path), &arena);
    pk_buf_str(&found, file.path);
    pk_buf_text(&found, ": ");
    if (file.is_found)
        pk_buf_str(&found, pk_sourcefile_line(&file, 1, &is_cut));
    else
        pk_buf_text(&found, file.below.why);
    assert_string_equal(found.data, expected);
    pk_buf_fini(&found);
    pk_sourcefile_fini(&file);
}

static const char *in_here(const char *path)
{
    static char joined[PATH_MAX + 64];

    snprintf(joined, sizeof joined, "%s/%s", here, path);
    return joined;
}

static void without_a_root_only_the_current_folder_is_read(void **state)
{
    const struct pk_sourcefile_options none = {0};

    (void)state;
    assert_found(&none, "lib/a.c", "lib/a.c: lib");
    assert_found(&none, in_here("lib/a.c"), "lib/a.c: lib");
    assert_found(&none, "a.c", "a.c: no such file");
    assert_found(&none, "/other/lib/a.c", "/other/lib/a.c: not below the current folder");
    assert_found(&none, "/etc/passwd", "/etc/passwd: not below the current folder");
    assert_found(&none, "src/lib/a.c", "src/lib/a.c: no such file");
    assert_found(&none, in_here("../x/a.c"), "../x/a.c: its path has \"..\" in it");
    assert_found(&none, "", ": its path is empty");
}

/* A folder whose name only begins like the current one is another. */
static void a_folder_is_compared_by_components(void **state)
{
    const struct pk_sourcefile_options none = {0};
    char path[PATH_MAX + 16], expected[PATH_MAX + 64];

    (void)state;
    snprintf(path, sizeof path, "%sx/a.c", here);
    snprintf(expected, sizeof expected, "%s: not below the current folder", path);
    assert_found(&none, path, expected);
}

static void below_a_root_paths_of_other_machines_are_found(void **state)
{
    const struct pk_sourcefile_options app = {.root = "app"}, lib = {.root = "lib"};
    const struct pk_sourcefile_options absolute = {.root = here};

    (void)state;
    assert_found(&app, "src/a.c", "src/a.c: app");
    assert_found(&app, "/build/x/src/a.c", "src/a.c: app");
    assert_found(&lib, "/build/x/src/a.c", "a.c: lib");
    assert_found(&absolute, in_here("app/src/a.c"), "app/src/a.c: app");
    assert_found(&app, "/build/x/b.c", "build/x/b.c: no such file");
    assert_found(&lib, "/build/../a.c", "build/../a.c: its path has \"..\" in it");
}

/* The longest rest that is there: a last name alone is the weakest sign. */
static void the_longest_rest_wins(void **state)
{
    const struct pk_sourcefile_options root = {.root = "."};

    (void)state;
    assert_found(&root, "/build/lib/a.c", "lib/a.c: lib");
    assert_found(&root, "/lib/app/src/a.c", "app/src/a.c: app");
}

static void maps_say_where_a_folder_went(void **state)
{
    const struct pk_sourcefile_map maps[] = {{PK_STR("/build/app"), "lib"},
                                             {PK_STR("/build"), "app"},
                                             {PK_STR("old/"), "lib"},
                                             {PK_STR("/far"), in_here("app")}};
    const struct pk_sourcefile_options mapped = {.maps = maps, .n_maps = 4};
    const struct pk_sourcefile_options rooted = {.root = "app", .maps = &maps[2], .n_maps = 1};

    (void)state;
    assert_found(&mapped, "/build/app/a.c", "lib/a.c: lib");
    assert_found(&mapped, "/build/src/a.c", "app/src/a.c: app");
    assert_found(&mapped, "old/a.c", "lib/a.c: lib");
    assert_found(&mapped, "/far/src/a.c", "src/a.c: app");
    assert_found(&mapped, "/build/appx/a.c", "app/appx/a.c: no such file");
    assert_found(&mapped, "/far/../lib/a.c", "../lib/a.c: its path has \"..\" in it");
    assert_found(&rooted, "old/a.c", "lib/a.c: no such file");
}

/* ---- lines */

static void assert_line(const struct pk_sourcefile *file, uint32_t line, const char *expected)
{
    bool is_cut;
    struct pk_str text = pk_sourcefile_line(file, line, &is_cut);

    assert_false(is_cut);
    if (expected)
        assert_true(pk_str_equal(text, pk_str_of(expected)));
    else
        assert_null(text.data);
}

static void open_text(struct pk_sourcefile *file, const char *text)
{
    write_file("lines.c", text);
    pk_sourcefile_open(file, &(struct pk_sourcefile_options){0}, PK_STR("lines.c"), &arena);
    assert_true(file->is_found);
    unlink("lines.c");
}

static void lines_count_from_1_and_have_no_end(void **state)
{
    struct pk_sourcefile file;

    (void)state;
    open_text(&file, "one\r\n\n\tthree\nlast");
    assert_int_equal(file.n_lines, 4);
    assert_line(&file, 0, NULL);
    assert_line(&file, 1, "one");
    assert_line(&file, 2, "");
    assert_line(&file, 3, "\tthree");
    assert_line(&file, 4, "last");
    assert_line(&file, 5, NULL);
    assert_line(&file, UINT32_MAX, NULL);
    pk_sourcefile_fini(&file);
    open_text(&file, "");
    assert_int_equal(file.n_lines, 0);
    assert_line(&file, 1, NULL);
    pk_sourcefile_fini(&file);
}

/* 333 characters of three bytes make 999; the next would pass 1000. */
static void a_long_line_is_cut_between_characters(void **state)
{
    struct pk_sourcefile file;
    struct pk_buf text = {0};
    struct pk_str line;
    bool is_cut;

    (void)state;
    for (int i = 0; i < 400; i++)
        pk_buf_text(&text, "€");
    open_text(&file, text.data);
    line = pk_sourcefile_line(&file, 1, &is_cut);
    assert_true(is_cut);
    assert_int_equal(line.size, 999);
    pk_sourcefile_fini(&file);
    pk_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_root_only_the_current_folder_is_read),
        cmocka_unit_test(a_folder_is_compared_by_components),
        cmocka_unit_test(below_a_root_paths_of_other_machines_are_found),
        cmocka_unit_test(the_longest_rest_wins),
        cmocka_unit_test(maps_say_where_a_folder_went),
        cmocka_unit_test(lines_count_from_1_and_have_no_end),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
