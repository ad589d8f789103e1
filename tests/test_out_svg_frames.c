/*
 * Boxes of an SVG: where they lie, read back as integers of 10^-12 percent, and how many bytes they
 * take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "render/assets.h"
#include "svg_read.h"

static void random_boxes_touch_and_never_leave_their_parent(void **state)
{
    uint64_t seed = 3;
    (void)state;

    for (int round = 0; round < 60; round++) {
        struct pk_buf folded = {0}, picture;
        int shift = (int)flame_below(&seed, 50);
        xmlDoc *doc;

        for (uint32_t i = 1 + flame_below(&seed, 60); i > 0; i--) {
            for (uint32_t d = 1 + flame_below(&seed, 8); d > 0; d--)
                pk_buf_printf(&folded, "%c%s", 'a' + (int)flame_below(&seed, 9), d > 1 ? ";" : "");
            pk_buf_printf(&folded, " %" PRId64 "\n",
                          (INT64_C(1) << shift) + flame_below(&seed, 1000));
        }
        picture = svg_draw(folded.data);
        doc = svg_parse(&picture);
        assert_true(svg_check_geometry(doc) > 1);
        xmlFreeDoc(doc);
        pk_buf_fini(&folded);
        pk_buf_fini(&picture);
    }
}

static void positions_are_exact_for_the_largest_values(void **state)
{
    struct pk_buf picture = svg_draw("a;b 4611686018427387903\na;c 4611686018427387903\n");
    xmlDoc *doc = svg_parse(&picture);
    (void)state;

    assert_int_equal(svg_check_geometry(doc), 4);
    assert_non_null(strstr(picture.data, "<rect width=\"50%\" height=\"15\""));
    assert_non_null(strstr(picture.data, "<rect x=\"50%\" width=\"50%\" height=\"15\""));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void narrow_boxes_get_the_decimals_they_need(void **state)
{
    struct pk_buf picture = svg_draw("a 999999\nb 1\n");
    xmlDoc *doc = svg_parse(&picture);
    (void)state;

    assert_int_equal(svg_check_geometry(doc), 3);
    assert_non_null(strstr(picture.data, "<rect x=\"99.9999%\" width=\"0.0001%\" height=\"15\""));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void rows_go_up_or_down_from_the_root(void **state)
{
    struct pk_profile *profile = flame_profile("a;b 1\n");
    struct pk_style style = {.box_height = 20};
    (void)state;

    for (int inverted = 0; inverted < 2; inverted++) {
        struct pk_flame_options options = {.width = 1200, .is_inverted = inverted == 1};
        struct pk_buf picture = svg_write(svg_scene(profile, &options), &style);
        const char *first = strstr(picture.data, "class=\"row\"");

        assert_non_null(first);
        assert_int_equal(strncmp(first,
                                 inverted ? "class=\"row\" transform=\"translate(0 0)\""
                                          : "class=\"row\" transform=\"translate(0 40)\"",
                                 37),
                         0);
        assert_non_null(strstr(picture.data, "height=\"19\""));
        pk_buf_fini(&picture);
    }
    pk_profile_free(profile);
}

static void any_width_and_height_gives_a_picture(void **state)
{
    static const unsigned sizes[] = {1, 4, 16, 99, 400, 5000, 100000};
    struct pk_profile *profile = flame_profile("a;some_long_name 3\nb 4\n");
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct pk_style style = {.width = sizes[i], .box_height = sizes[i] > 400 ? 16 : sizes[i]};
        struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = sizes[i]});
        struct pk_buf picture = svg_write(scene, &style);
        xmlDoc *doc = svg_parse(&picture);

        assert_int_equal(svg_check_geometry(doc), 4);
        xmlFreeDoc(doc);
        pk_buf_fini(&picture);
    }
    pk_profile_free(profile);
}

/* A tree like those of real programs: 2,000 functions, wide below, thin above. */
static struct pk_buf large_tree(void)
{
    struct pk_buf folded = {0};
    uint64_t seed = 5;

    for (int i = 0; i < 1000; i++) {
        uint32_t depth = 2 + flame_below(&seed, 12);

        pk_buf_text(&folded, "main");
        for (uint32_t d = 0; d < depth; d++)
            pk_buf_printf(&folded, ";function_%u", flame_below(&seed, 3 + 2 * d) * 100 + d);
        pk_buf_printf(&folded, " %u\n", 1 + flame_below(&seed, 400));
    }
    return folded;
}

static void a_box_takes_at_most_110_bytes_besides_its_name(void **state)
{
    struct pk_buf folded = large_tree(), picture = svg_draw(folded.data);
    struct pk_buf small = svg_draw("a 1\n");
    xmlDoc *doc = svg_parse(&picture);
    size_t boxes = 0, names = 0;
    size_t script =
        strlen(pk_asset_flame_js) + strlen(pk_asset_flame_use_js) + strlen(pk_asset_flame_views_js);
    (void)state;

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = svg_next(node)) {
        if (svg_is(node, "title") && svg_is(node->parent, "rect")) {
            boxes++;
            names += strcspn(svg_content(node), "\n");
        }
    }
    assert_in_range(boxes, 2000, 4500);
    print_message("%zu boxes, %zu bytes each besides the name, script %zu bytes\n", boxes,
                  (picture.size - small.size - names) / boxes, script);
    assert_true((picture.size - small.size - names) / boxes <= 110);
    assert_true(script <= 24000);
    xmlFreeDoc(doc);
    pk_buf_fini(&folded);
    pk_buf_fini(&picture);
    pk_buf_fini(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_boxes_touch_and_never_leave_their_parent),
        cmocka_unit_test(positions_are_exact_for_the_largest_values),
        cmocka_unit_test(narrow_boxes_get_the_decimals_they_need),
        cmocka_unit_test(rows_go_up_or_down_from_the_root),
        cmocka_unit_test(any_width_and_height_gives_a_picture),
        cmocka_unit_test(a_box_takes_at_most_110_bytes_besides_its_name),
    };

    return cmocka_run_group_tests(tests, flame_begin, svg_end);
}
