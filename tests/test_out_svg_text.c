/*
 * What stands in and behind the boxes of an SVG: tooltips, bounds of estimates, labels that are cut
 * to fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/out_svg_private.h"
#include "svg_read.h"

static void tooltips_give_value_share_and_self(void **state)
{
    struct pk_profile *profile =
        flame_profile("main;load 3000\nmain;load;read 5000\nmain;x 2000\n");
    struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = 1200});
    (void)state;

    svg_check_tooltips(scene, &(struct pk_style){0},
                       "all\n10,000 samples, 100.0 %|main\n10,000 samples, 100.0 %|"
                       "load\n8,000 samples, 80.0 %, self 3,000|x\n2,000 samples, 20.0 %|"
                       "read\n5,000 samples, 50.0 %");
    scene->metric = (struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = 6};
    svg_check_tooltips(
        scene, &(struct pk_style){.count_name = "not for times"},
        "all\n10.0 s, 100.0 %|main\n10.0 s, 100.0 %|load\n8.00 s, 80.0 %, self 3.00 s|"
        "x\n2.00 s, 20.0 %|read\n5.00 s, 50.0 %");
    pk_profile_free(profile);
}

static void counts_are_called_as_the_user_says(void **state)
{
    struct pk_profile *profile = flame_profile("a 7\n");
    struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = 1200});
    (void)state;

    svg_check_tooltips(scene, &(struct pk_style){.count_name = "pages"},
                       "all\n7 pages, 100.0 %|a\n7 pages, 100.0 %");
    pk_profile_free(profile);
}

static void names_carry_their_place(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric metric = {.name = PK_STR("time"), .unit = PK_UNIT_NS};
    struct pk_frame frame = {
        .name = PK_STR("load_items"), .file = PK_STR("orders/models.py"), .line = 88};
    pk_frame_id id;
    int64_t value = 8033000000;
    struct pk_profile *profile;
    struct pk_buf picture;
    (void)state;

    (void)pk_builder_metric(builder, &metric);
    id = pk_builder_frame(builder, &frame);
    pk_builder_stack(builder, &id, NULL, 1, &value);
    profile = pk_builder_freeze(builder, NULL, NULL, NULL);
    assert_non_null(profile);
    picture = svg_write(svg_scene(profile, &(struct pk_flame_options){.width = 1200}),
                        &(struct pk_style){0});
    assert_non_null(
        strstr(picture.data, "<title>load_items  orders/models.py:88\n8.033 s, 100.0 %</title>"));
    assert_non_null(strstr(picture.data, "<text>load_items  orders/models.py:88</text>"));
    pk_buf_fini(&picture);
    pk_profile_free(profile);
    pk_builder_free(builder);
}

static void estimates_give_their_bounds_and_are_hatched(void **state)
{
    struct pk_profile *profile = flame_profile("f 1\ng 1\n");
    struct pk_scene *scene = svg_scene_by_hand(profile);
    struct pk_buf picture = svg_write(scene, &(struct pk_style){0});
    xmlDoc *doc = svg_parse(&picture);
    (void)state;

    svg_check_tooltips(
        scene, &(struct pk_style){0},
        "all\n2.00 s, 100.0 %|f\n800 ms to 1.20 s, drawn 1.10 s, 55.0 %, self 400 ms|"
        "g\n500 ms, 25.0 %, goes deeper|+37 small\n40.0 ms, 2.0 %|(place not proven)\n360 ms, 18.0 "
        "%");
    scene->boxes[1].range.hi = 1400;
    scene->boxes[1].range.lo = 1050;
    svg_check_tooltips(scene, &(struct pk_style){0},
                       "all\n2.00 s, 100.0 %|f\n1.05 to 1.40 s, drawn 1.10 s, 55.0 %, self 400 ms|"
                       "g\n500 ms, 25.0 %, goes deeper|+37 small\n40.0 ms, 2.0 %|(place not "
                       "proven)\n360 ms, 18.0 %");
    assert_int_equal(svg_count(doc, "pattern"), 1);
    assert_non_null(strstr(picture.data, " u w\"><title>f\n"));
    assert_non_null(strstr(picture.data, "hatched: estimated"));
    assert_non_null(strstr(picture.data, "+n small: too narrow to draw 2.0 %"));
    assert_non_null(strstr(picture.data, "1,234 boxes lie deeper than what is drawn"));
    assert_non_null(strstr(picture.data, "drawn for the meeting"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

static void an_exact_picture_speaks_of_no_hatch(void **state)
{
    struct pk_buf picture = svg_draw("a 1\n");
    (void)state;

    assert_null(strstr(picture.data, "<pattern"));
    assert_null(strstr(picture.data, "hatched:"));
    assert_null(strstr(picture.data, "+n small"));
    pk_buf_fini(&picture);
}

static void labels_are_cut_at_the_end_that_says_least(void **state)
{
#define E "\xe2\x80\xa6"
    static const struct {
        const char *name;
        size_t cells;
        const char *expected;
    } cases[] = {
        {"sqlite3.Cursor.execute [C]", 20, E "Cursor.execute [C]"},
        {"sqlite3.Cursor.execute [C]", 19, E "Cursor.execute [C]"},
        {"sqlite3.Cursor.execute [C]", 18, E "execute [C]"},
        {"sqlite3.Cursor.execute [C]", 11, "execute [C" E},
        {"sqlite3.Cursor.execute [C]", 5, "exec" E},
        {"load_items", 8, "load_it" E},
        {"ns::Parser<" E ">::next", 10, E "next"},
        {"ns::Parser<a.b>::next_token", 9, "next_tok" E},
        {"net/http.(*conn).serve", 14, E "serve"},
        {"parse.part.0", 8, "parse.p" E},
        {"<module>", 5, "<mod" E},
        {"operator<", 5, "oper" E},
        {"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 5,
         "\xe6\xbc\xa2\xe5\xad\x97" E}, /* two cells each */
        {"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 4, "\xe6\xbc\xa2" E},
        {"a.b.", 3, E "b."},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};

        pk_picture_shorten(&out, pk_str_of(cases[i].name), cases[i].cells);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tooltips_give_value_share_and_self),
        cmocka_unit_test(counts_are_called_as_the_user_says),
        cmocka_unit_test(names_carry_their_place),
        cmocka_unit_test(estimates_give_their_bounds_and_are_hatched),
        cmocka_unit_test(an_exact_picture_speaks_of_no_hatch),
        cmocka_unit_test(labels_are_cut_at_the_end_that_says_least),
    };

    return cmocka_run_group_tests(tests, flame_begin, svg_end);
}
