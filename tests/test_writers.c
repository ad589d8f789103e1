/*
 * Finding writers by their names and by the names of outputs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/writers.h"

static void writers_are_found_by_name(void **state)
{
    static const struct {
        const char *name;
        const struct pk_writer *expected;
    } cases[] = {
        {"text", &pk_writer_text},
        {"json", &pk_writer_json},
        {"svg", &pk_writer_svg},
        {"csv", &pk_writer_csv},
        {"tsv", &pk_writer_tsv},
        {"md", &pk_writer_md},
        {"markdown", &pk_writer_md}, /* the word that people use */
        {"folded", &pk_writer_folded},
        {"collapsed", &pk_writer_folded}, /* the other word for it */
        {"github", &pk_writer_github},
        {"junit", &pk_writer_junit},
        {"sarif", &pk_writer_sarif},
        {"SVG", NULL},
        {"", NULL},
        {"sv", NULL},
        {".svg", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_ptr_equal(pk_writer_find(cases[i].name), cases[i].expected);
}

static void the_last_extension_of_a_path_decides(void **state)
{
    static const struct {
        const char *path;
        const struct pk_writer *expected;
    } cases[] = {
        {"out.svg", &pk_writer_svg},
        {"/some/folder.svg/out.json", &pk_writer_json},
        {"a.json.folded", &pk_writer_folded},
        {"a.collapsed", &pk_writer_folded},
        {"a.txt", &pk_writer_text},
        {"a.csv", &pk_writer_csv},
        {"a.csv.tsv", &pk_writer_tsv},
        {"README.md", &pk_writer_md},
        {"a.junit.xml", &pk_writer_junit},
        {"a.sarif", &pk_writer_sarif},
        {"a.sarif.gz", &pk_writer_sarif},
        {"a.xml", NULL},
        {"a.svgz", &pk_writer_svg},
        {"a.folded.gz", &pk_writer_folded},
        {"a.csv.zst", &pk_writer_csv},
        {"a.gz", NULL},
        {"a.svg.xz", NULL},
        {"svg", NULL},
        {"a.svg/out", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_ptr_equal(pk_writer_for_path(cases[i].path), cases[i].expected);
}

static void every_writer_can_do_something_and_says_what(void **state)
{
    (void)state;
    for (size_t i = 0; pk_writer_list[i]; i++) {
        const struct pk_writer *writer = pk_writer_list[i];

        assert_true(writer->table || writer->scene || writer->net || writer->profile ||
                    writer->notices || writer->report);
        assert_int_equal(writer->extension[0], '.');
        assert_true(strlen(writer->summary) > 0);
        assert_ptr_equal(pk_writer_find(writer->name), writer);
        assert_ptr_equal(pk_writer_for_path(writer->extension), writer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_are_found_by_name),
        cmocka_unit_test(the_last_extension_of_a_path_decides),
        cmocka_unit_test(every_writer_can_do_something_and_says_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
