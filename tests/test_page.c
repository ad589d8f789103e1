/*
 * Pages: the boxes stand where the SVG of the same scene has them, texts say what they should, and
 * the size is known before anything is drawn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "render/page.h"
#include "support.h"
#include "svg_read.h"

#define E "\xe2\x80\xa6"

static const struct pk_page *lay_out(const struct pk_scene *scene, const struct pk_style *style)
{
    return pk_page_end(pk_page_begin(&flame_arena, scene, style));
}

/* The page of collapsed text; the scene can be changed before by `change`. */
static const struct pk_page *page_of(const char *folded, struct pk_profile **profile)
{
    *profile = flame_profile(folded);
    return lay_out(svg_scene(*profile, &(struct pk_flame_options){.width = 1200}),
                   &(struct pk_style){0});
}

/* All texts whose first form begins with `start`, joined by "|". */
static const char *texts_with(const struct pk_page *page, const char *start)
{
    struct pk_buf out = {0};
    const char *found;

    pk_buf_text(&out, "");
    for (size_t i = 0; i < page->n_texts; i++)
        if (strncmp(page->texts[i].forms[0], start, strlen(start)) == 0) {
            pk_buf_text(&out, out.size ? "|" : "");
            pk_buf_text(&out, page->texts[i].forms[0]);
        }
    found = pk_arena_str(&flame_arena, pk_buf_view(&out)).data;
    pk_buf_fini(&out);
    return found;
}

/* ---- against the SVG */

/* What comes before the boxes are the scale bar and the legend, which lie below them. */
static const struct pk_page_box *box_at(const struct pk_page *page, double x, double y,
                                        double width)
{
    const struct pk_page_box *nearest = NULL;
    double least = INFINITY;

    for (size_t i = 0; i < page->n_boxes; i++) {
        const struct pk_page_box *box = &page->boxes[i];
        double distance = fabs(box->x - x) + fabs(box->width - width);

        if (fabs(box->y - y) < 0.5 && distance < least) {
            least = distance;
            nearest = box;
        }
    }
    return nearest;
}

/* Positions of the SVG are percents, rounded down to at least two decimals. */
static unsigned check_against_svg(const struct pk_scene *scene, const struct pk_style *style)
{
    struct pk_buf picture = svg_write(scene, style);
    const struct pk_page *page = lay_out(scene, style);
    xmlDoc *doc = svg_parse(&picture);
    double step = (page->width - 20) / 10000.0, top = 0;
    unsigned count = 0;

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = svg_next(node)) {
        if (svg_is(node, "svg") && svg_has_class(node, "frames"))
            top = strtod(svg_attribute(node, "y"), NULL);
        if (!svg_is(node, "rect") || !svg_has_class(node->parent, "row"))
            continue;
        double y =
            top + strtod(svg_attribute(node->parent, "transform") + strlen("translate(0 "), NULL);
        double x = (double)svg_position(svg_attribute(node, "x")) / 1e14 * (page->width - 20) + 10;
        double width =
            (double)svg_position(svg_attribute(node, "width")) / 1e14 * (page->width - 20);
        const struct pk_page_box *box = box_at(page, x, y, width);

        assert_non_null(box);
        assert_true(fabs(box->x - x) <= step && fabs(box->width - width) <= step);
        assert_true(box->height == strtod(svg_attribute(node, "height"), NULL));
        assert_int_equal(box->is_hatched, svg_has_class(node, "u"));
        count++;
    }
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    return count;
}

static void boxes_stand_where_the_svg_has_them(void **state)
{
    struct support_random random = {11};
    struct support_program program = {20, 300, 12, true, 1000};
    (void)state;

    for (unsigned i = 0; i < 12; i++) {
        struct pk_builder *builder = support_program(&random, &program);
        struct pk_profile *profile = support_freeze(builder);
        struct pk_scene *scene =
            svg_scene(profile, &(struct pk_flame_options){.width = 1200,
                                                          .min_width = 0.5,
                                                          .max_depth = i % 3 ? 100 : 4,
                                                          .is_inverted = i % 2 == 1});
        struct pk_style style = {.width = 300 + 400 * (i % 4), .box_height = 12 + i};

        scene->subtitle = i % 4 ? PK_STR("time: 2 s")
                                : PK_STR("a subtitle of two lines, since it "
                                         "is too long for three hundred px");
        assert_true(check_against_svg(scene, &style) > 10);
        pk_profile_free(profile);
    }
}

static void a_scene_by_hand_is_the_same_in_both(void **state)
{
    struct pk_profile *profile = flame_profile("a 1\nb 2\n");
    (void)state;

    assert_int_equal(check_against_svg(svg_scene_by_hand(profile), &(struct pk_style){0}), 5);
    pk_profile_free(profile);
}

/* 1200 px less two margins of 10 are 1180; rows of 16 px have a gap of one. */
static void boxes_are_shares_of_the_width(void **state)
{
    struct pk_profile *profile;
    const struct pk_page *page = page_of("main;a 30\nmain;b 70\n", &profile);
    const struct pk_page_box *a = &page->boxes[page->n_boxes - 2], *b = a + 1;
    (void)state;

    assert_true(fabs(a->x - 10) < 1e-9 && fabs(a->width - 354) < 1e-9);
    assert_true(fabs(b->width - 826) < 1e-9 && b->height == 15);
    assert_true(a->x + a->width == b->x); /* exactly: no gap and no overlap by rounding */
    assert_true(a->y == b->y && page->boxes[page->n_boxes - 3].y == a->y + 16);
    pk_profile_free(profile);
}

/* ---- labels */

/* The forms of the label of the only function, joined by "|". */
static const char *forms_of(const char *name, const char *px)
{
    struct pk_buf folded = {0}, out = {0};
    struct pk_profile *profile;
    const struct pk_page *page;
    const struct pk_page_text *text;
    const char *forms;

    pk_buf_printf(&folded, "%s %s\n", name, px);
    pk_buf_printf(&folded, "~ %ld\n", 1180 - strtol(px, NULL, 10));
    page = page_of(folded.data, &profile);
    text = &page->texts[page->n_texts - 2];
    for (uint32_t i = 0; i < text->n_forms; i++) {
        pk_buf_text(&out, i ? "|" : "");
        pk_buf_text(&out, text->forms[i]);
    }
    forms = pk_arena_str(&flame_arena, pk_buf_view(&out)).data;
    pk_buf_fini(&folded);
    pk_buf_fini(&out);
    pk_profile_free(profile);
    return forms;
}

static void a_name_loses_its_front_before_its_end(void **state)
{
    (void)state;
    assert_string_equal(forms_of("load_items", "600"), "load_items");
    assert_string_equal(forms_of("net::http::Server::run", "600"),
                        "net::http::Server::run|" E "http::Server::run|" E "Server::run|" E
                        "run|run");
    assert_string_equal(forms_of("/usr/lib/python3/json/decode", "600"),
                        "/usr/lib/python3/json/decode|" E "usr/lib/python3/json/decode|" E
                        "lib/python3/json/decode|" E "python3/json/decode|" E "json/decode|" E
                        "decode|decode");
}

/* 40 px less 6 are 34: no font has letters that put 22 of them there. */
static void forms_that_surely_do_not_fit_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(forms_of("net::http::Server::run", "40"), E "Server::run|" E "run|run");
}

static void narrow_boxes_have_no_label(void **state)
{
    struct pk_profile *profile;
    const struct pk_page *page = page_of("tiny 10\nhuge 1170\n", &profile);
    (void)state;

    assert_string_equal(texts_with(page, "tiny"), "");
    assert_string_equal(texts_with(page, "huge"), "huge");
    pk_profile_free(profile);
}

static void texts_are_clean_utf8_of_limited_size(void **state)
{
    struct pk_buf folded = {0};
    struct pk_profile *profile;
    const struct pk_page *page;
    (void)state;

    pk_buf_text(&folded, "bad\xff\xfe;esc\x1b[31m;\xe2\x80\xaeover;a\tb;"
                         "\xef\xbf\xbf;\xef\xb7\x90;\xf0\x9f\xbf\xbe;");
    for (unsigned i = 0; i < 100000; i++)
        pk_buf_text(&folded, "\xcc\x81::x"); /* marks that take no room */
    pk_buf_text(&folded, " 100\n");
    page = page_of(folded.data, &profile);
    for (size_t i = 0; i < page->n_texts; i++)
        for (uint32_t f = 0; f < page->texts[i].n_forms; f++) {
            struct pk_str form = pk_str_of(page->texts[i].forms[f]);
            size_t length;

            assert_true(form.size > 0 && form.size < 10000);
            for (size_t at = 0; at < form.size; at += length) {
                int32_t c = pk_utf8_decode(form, at, &length);

                assert_true(c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f));
                assert_true(c < 0x202a || c > 0x202e);
                assert_true((c & 0xfffe) != 0xfffe && (c < 0xfdd0 || c > 0xfdef));
            }
        }
    pk_buf_fini(&folded);
    pk_profile_free(profile);
}

/* ---- around the boxes */

static void the_scale_bar_is_a_round_value_of_at_most_a_quarter(void **state)
{
    static const struct {
        int64_t span;
        struct pk_metric metric;
        const char *text;
        double px;
    } cases[] = {
        {4000, {.unit = PK_UNIT_NS, .scale = 6}, "1 s", 295},
        {1900, {.unit = PK_UNIT_NS, .scale = 6}, "200 ms", 1180 * 200 / 1900.0},
        {3900, {.unit = PK_UNIT_NS, .scale = 6}, "500 ms", 1180 * 500 / 3900.0},
        {81, {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT}, "20 samples", 1180 * 20 / 81.0},
        {1, {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT}, "1 samples", 1180},
        {8193, {.unit = PK_UNIT_BYTES}, "2 KiB", 1180 * 2048 / 8193.0},
        {INT64_MAX, {.unit = PK_UNIT_COUNT}, NULL, 1180 * 0.21684},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = flame_profile("a 1\n");
        struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = 1200});
        const struct pk_page *page;

        scene->metric = cases[i].metric;
        scene->span = cases[i].span;
        page = lay_out(scene, &(struct pk_style){0});
        if (cases[i].text && cases[i].px < 1100) /* else there is no room for the text */
            assert_string_equal(texts_with(page, cases[i].text), cases[i].text);
        assert_true(fabs(page->boxes[0].width - cases[i].px) < 0.01);
        pk_profile_free(profile);
    }
}

static void what_is_left_out_is_counted(void **state)
{
    struct pk_profile *profile = flame_profile("a;b;c;d 60\na;x 20\na 20\n");
    struct pk_scene *scene =
        svg_scene(profile, &(struct pk_flame_options){.width = 1200, .max_depth = 2});
    const struct pk_page *page = lay_out(scene, &(struct pk_style){0});
    (void)state;

    assert_int_equal(scene->n_omitted, 2); /* c and d, which hold all of b */
    assert_string_equal(texts_with(page, "omitted"),
                        "omitted 2 frames, 60.0 %: deeper than what is drawn");
    pk_profile_free(profile);
    profile = flame_profile("a 1\nb 2\n");
    page = lay_out(svg_scene_by_hand(profile), &(struct pk_style){0});
    assert_string_equal(texts_with(page, "omitted 37"),
                        "omitted 37 frames, 2.0 %: too narrow, drawn together in grey");
    assert_string_equal(texts_with(page, "+n"), "+n small: too narrow to draw");
    assert_string_equal(texts_with(page, "hatched"), "hatched: estimated, size not proven");
    assert_string_equal(texts_with(page, "drawn for"), "drawn for the meeting");
    pk_profile_free(profile);
}

static void a_share_that_was_asked_for_is_named(void **state)
{
    struct pk_profile *profile = flame_profile("a 90\nb 6\nc 4\n");
    struct pk_flame_options options = {.width = 1200, .min_percent = 7250000};
    const struct pk_page *page = lay_out(svg_scene(profile, &options), &(struct pk_style){0});
    (void)state;

    assert_string_equal(texts_with(page, "omitted"),
                        "omitted 2 frames, 10.0 %: less than 7.25 %, drawn together in grey");
    assert_string_equal(texts_with(page, "+n"), "+n small: less than 7.25 % each");
    pk_profile_free(profile);
}

static void bookmarks_are_the_functions_that_cost_most(void **state)
{
    struct pk_buf folded = {0};
    struct pk_profile *profile;
    const struct pk_page *page;
    (void)state;

    pk_buf_text(&folded, "main;hot 300\nmain;other;hot 200\nmain;warm 400\n");
    for (unsigned i = 0; i < 25; i++)
        pk_buf_printf(&folded, "main;f%u 4\n", i);
    page = page_of(folded.data, &profile);
    assert_int_equal(page->n_marks, 20);
    assert_string_equal(page->marks[0].text, "hot  50.0 %");
    assert_string_equal(page->marks[1].text, "warm  40.0 %");
    /* The wider box of hot: above main, right of the f's and left of other and warm. */
    assert_true(fabs(page->marks[0].x - (10 + 1180 * 0.1)) < 1e-9);
    pk_buf_fini(&folded);
    pk_profile_free(profile);
}

static void the_rows_that_fit_are_known(void **state)
{
    struct pk_profile *profile = flame_profile("a;b;c;d;e;f 60\n");
    struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = 1200});
    struct pk_page_work *work = pk_page_begin(&flame_arena, scene, &(struct pk_style){0});
    double height = pk_page_size(work)->height;
    (void)state;

    assert_int_equal(pk_page_rows(work, height), 7);
    assert_int_equal(pk_page_rows(work, height - 1), 6);
    assert_int_equal(pk_page_rows(work, height + 16), 8);
    assert_int_equal(pk_page_rows(work, 10), 0);
    pk_page_drop(work);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_stand_where_the_svg_has_them),
        cmocka_unit_test(a_scene_by_hand_is_the_same_in_both),
        cmocka_unit_test(boxes_are_shares_of_the_width),
        cmocka_unit_test(a_name_loses_its_front_before_its_end),
        cmocka_unit_test(forms_that_surely_do_not_fit_are_left_out),
        cmocka_unit_test(narrow_boxes_have_no_label),
        cmocka_unit_test(texts_are_clean_utf8_of_limited_size),
        cmocka_unit_test(the_scale_bar_is_a_round_value_of_at_most_a_quarter),
        cmocka_unit_test(what_is_left_out_is_counted),
        cmocka_unit_test(a_share_that_was_asked_for_is_named),
        cmocka_unit_test(bookmarks_are_the_functions_that_cost_most),
        cmocka_unit_test(the_rows_that_fit_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, svg_end);
}
