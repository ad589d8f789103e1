/*
 * Reading below a folder: what a path of somebody else can reach, tried with real links, pipes and
 * folders. The secret lies beside the root, so a way out would show its content.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/below.h"
#include "tests/folder.h"

#define MOST ((size_t)1000)

/* root/a/b.c is what may be read; secret.c lies outside. */
static int set_up(void **state)
{
    if (folder_setup(state) != 0)
        return -1;
    if (mkdir("root", 0777) != 0 || mkdir("root/a", 0777) != 0)
        return -1;
    write_file("root/a/b.c", "int b;\n");
    write_file("secret.c", "secret\n");
    return 0;
}

static int tear_down(void **state)
{
    unlink("root/a/b.c");
    unlink("secret.c");
    rmdir("root/a");
    rmdir("root");
    return folder_teardown(state);
}

/* `why` is what is told; NULL: the file is read and is that of set_up. */
static void assert_read(struct pk_str path, const char *why, bool is_absent)
{
    struct pk_below below;
    bool done = pk_below_read("root", path, MOST, &below);

    if (!why)
        assert_string_equal(done ? below.bytes.data : below.why, "int b;\n");
    else
        assert_string_equal(done ? "it was read" : below.why, why);
    assert_int_equal(below.is_absent, is_absent);
    assert_int_equal(below.modified > 0, !why);
    pk_buf_fini(&below.bytes);
}

static void a_file_below_is_read(void **state)
{
    (void)state;
    assert_read(PK_STR("a/b.c"), NULL, false);
    assert_read(PK_STR("./a//./b.c"), NULL, false);
}

static void a_missing_file_is_told_apart(void **state)
{
    struct pk_below below;

    (void)state;
    assert_read(PK_STR("a/c.c"), "no such file", true);
    assert_read(PK_STR("b/b.c"), "no such file", true);
    assert_read(PK_STR("a/b.c/d.c"), "no such file", true);
    assert_false(pk_below_read("no-root", PK_STR("a/b.c"), MOST, &below));
    assert_true(below.is_absent);
}

static void no_path_leads_out(void **state)
{
    (void)state;
    assert_read(PK_STR("../secret.c"), "its path has \"..\" in it", false);
    assert_read(PK_STR("a/../../secret.c"), "its path has \"..\" in it", false);
    assert_read(PK_STR("a/../a/b.c"), "its path has \"..\" in it", false);
    assert_read(PK_STR("/etc/passwd"), "its path is absolute", false);
    assert_read(PK_STR("a/b.c\0x"), "its path has a NUL in it", false);
    assert_read(PK_STR(""), "its path is empty", false);
    assert_read(PK_STR("./"), "its path is empty", false);
}

/* Neither as the file nor as a folder on the way, wherever it leads. */
static void no_link_is_followed(void **state)
{
    (void)state;
    assert_int_equal(symlink("../secret.c", "root/out.c"), 0);
    assert_int_equal(symlink("a/b.c", "root/in.c"), 0);
    assert_int_equal(symlink("..", "root/up"), 0);
    assert_int_equal(symlink("a", "root/same"), 0);
    assert_read(PK_STR("out.c"), "a symbolic link, which is not followed", false);
    assert_read(PK_STR("in.c"), "a symbolic link, which is not followed", false);
    assert_read(PK_STR("up/secret.c"), "no such file", true);
    assert_read(PK_STR("same/b.c"), "no such file", true);
    unlink("root/out.c");
    unlink("root/in.c");
    unlink("root/up");
    unlink("root/same");
}

/* The root is the user's own: how it is reached is not looked at. */
static void the_root_may_be_a_link(void **state)
{
    struct pk_below below;

    (void)state;
    assert_int_equal(symlink("root", "linked"), 0);
    assert_true(pk_below_read("linked", PK_STR("a/b.c"), MOST, &below));
    assert_string_equal(below.bytes.data, "int b;\n");
    pk_buf_fini(&below.bytes);
    unlink("linked");
}

/* A pipe that nobody writes to would stop the program for ever. */
static void only_regular_files_are_read(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("root/pipe.c", 0666), 0);
    assert_read(PK_STR("pipe.c"), "not a regular file", false);
    assert_read(PK_STR("a"), "not a regular file", false);
    unlink("root/pipe.c");
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    char text[MOST + 2];
    struct pk_below below;

    (void)state;
    memset(text, 'x', sizeof text);
    text[MOST] = '\0';
    write_file("root/large.c", text);
    assert_true(pk_below_read("root", PK_STR("large.c"), MOST, &below));
    assert_int_equal(below.bytes.size, MOST);
    pk_buf_fini(&below.bytes);
    text[MOST] = 'x';
    text[MOST + 1] = '\0';
    write_file("root/large.c", text);
    assert_read(PK_STR("large.c"), "the file is too large", false);
    /* A hole of a terabyte takes no room, and must not be read to find that out. */
    assert_int_equal(truncate("root/large.c", (off_t)1 << 40), 0);
    assert_read(PK_STR("large.c"), "the file is too large", false);
    unlink("root/large.c");
}

static void long_names_are_no_files(void **state)
{
    static char path[70000];

    (void)state;
    memset(path, 'x', sizeof path);
    assert_read((struct pk_str){path, 255}, "no such file", true);
    assert_read((struct pk_str){path, 256}, "no such file", true);
    assert_read((struct pk_str){path, sizeof path}, "no such file", true);
}

static void nuls_are_content(void **state)
{
    struct pk_below below;
    FILE *file = fopen("root/nul.c", "wb");

    (void)state;
    assert_non_null(file);
    assert_int_equal(fwrite("a\0b\n", 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    assert_true(pk_below_read("root", PK_STR("nul.c"), MOST, &below));
    assert_int_equal(below.bytes.size, 4);
    assert_memory_equal(below.bytes.data, "a\0b\n", 4);
    pk_buf_fini(&below.bytes);
    unlink("root/nul.c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_below_is_read),
        cmocka_unit_test(a_missing_file_is_told_apart),
        cmocka_unit_test(no_path_leads_out),
        cmocka_unit_test(no_link_is_followed),
        cmocka_unit_test(the_root_may_be_a_link),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
        cmocka_unit_test(long_names_are_no_files),
        cmocka_unit_test(nuls_are_content),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
