/*
 * Flame graphs as SVG, as a whole: complete without script, inert whatever the names are, the same
 * bytes every time. Pictures that were looked at stand in tests/golden/flame (script and style
 * sheet left out); PK_REGEN_GOLDEN=1 writes them anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/assets.h"
#include "svg_read.h"

static void a_picture_is_complete_without_script(void **state)
{
    struct pk_buf picture = svg_draw("main;parse 30\nmain;draw 70\n");
    xmlDoc *doc = svg_parse(&picture);
    xmlNode *root = xmlDocGetRootElement(doc);
    (void)state;

    assert_string_equal(svg_attribute(root, "width"), "1200");
    assert_string_equal(svg_attribute(root, "viewBox"), "0 0 1200 122");
    assert_string_equal(svg_attribute(root, "height"), "122");
    assert_int_equal(svg_count(doc, "script"), 1);
    assert_int_equal(svg_count(doc, "foreignObject"),
                     0); /* nothing dead: controls come by script */
    assert_non_null(strstr(picture.data, "class=\"title\" x=\"10\" y=\"24\">run.folded</text>"));
    assert_non_null(strstr(picture.data, "<text x=\"70%\">parse</text>"));
    assert_non_null(strstr(picture.data, ">module not known 100.0 %</text>"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void the_same_scene_gives_the_same_bytes(void **state)
{
    struct pk_buf a = svg_draw("b;x 1\na;y 2\n"), b = svg_draw("a;y 2\nb;x 1\n");
    (void)state;

    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    pk_buf_fini(&a);
    pk_buf_fini(&b);
}

static bool is_one_of(const char *name, const char *const *list)
{
    while (*list && strcmp(name, *list) != 0)
        list++;
    return *list != NULL;
}

/* Only these elements and attributes: none that loads, runs or points outside, no style attribute.
 */
static void check_inert(xmlDoc *doc)
{
    static const char *const elements[] = {"svg",  "title", "style",  "defs",     "pattern", "rect",
                                           "text", "g",     "script", "metadata", NULL};
    static const char *const attributes[] = {
        "class",       "x",         "y",         "width",         "height",
        "viewBox",     "transform", "id",        "patternUnits",  "patternTransform",
        "data-height", "data-font", "data-base", "data-inverted", "data-views",
        "data-of",     NULL};

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = svg_next(node)) {
        assert_true(is_one_of((const char *)node->name, elements));
        for (xmlAttr *a = node->properties; a; a = a->next) {
            const char *value = svg_attribute(node, (const char *)a->name);

            assert_true(is_one_of((const char *)a->name, attributes));
            assert_null(strstr(value, "alert"));
            assert_null(strstr(value, ":"));
        }
    }
}

static const char hostile[] = "</script><script>alert(1)</script>;x 1\n"
                              "\"><svg onload=alert(2)>;x 1\n"
                              "]]><script>alert(3)</script>;x 1\n"
                              "<!DOCTYPE a [<!ENTITY b \"c\">]>&b;amp x 1\n"
                              "javascript:alert(4);x 1\n"
                              "a\tb\rc\x01\x7f\x1b[31m;x 1\n"
                              "\xff\xfe\xc0\x80\xed\xa0\x80;x 1\n"
                              "\xe2\x80\xae txt.exe \xe2\x81\xa6;x 1\n"
                              "' onclick='alert(5);x 1\n"
                              "%n%s%d;x 1\n";

static void hostile_names_are_only_text(void **state)
{
    struct pk_buf picture = svg_draw(hostile);
    xmlDoc *doc = svg_parse(&picture);
    char *found = svg_tooltips(doc);
    (void)state;

    check_inert(doc);
    assert_int_equal(svg_count(doc, "script"), 1);
    assert_int_equal(svg_count(doc, "svg"), 2);
    assert_non_null(strstr(found, "|</script><script>alert(1)</script>\n1 samples, 10.0 %|"));
    assert_non_null(strstr(found, "|\"><svg onload=alert(2)>\n1 samples"));
    assert_non_null(strstr(found, "|a\\x09b\\x0dc\\x01\\x7f\\x1b[31m\n1 samples"));
    assert_non_null(strstr(found, "|\\xff\\xfe\\xc0\\x80\\xed\\xa0\\x80\n1 samples"));
    assert_non_null(strstr(found, "|\\u202e txt.exe \\u2066\n1 samples"));
    assert_non_null(strstr(found, "|%n%s%d\n1 samples"));
    pk_free(found);
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void hostile_titles_are_only_text(void **state)
{
    struct pk_profile *profile = flame_profile("a 1\n");
    struct pk_scene *scene = svg_scene(profile, &(struct pk_flame_options){.width = 1200});
    struct pk_style style = {.count_name = "<b>\x1b"};
    struct pk_buf picture;
    xmlDoc *doc;
    (void)state;

    scene->title = PK_STR("</title><script>alert(1)</script>");
    scene->subtitle = PK_STR("</text><script>alert(2)</script>\n\xe2\x80\xae");
    scene->notes = PK_STR("]]></style><script>alert(3)</script>");
    picture = svg_write(scene, &style);
    doc = svg_parse(&picture);
    check_inert(doc);
    assert_int_equal(svg_count(doc, "script"), 1);
    assert_non_null(strstr(picture.data, "1 &lt;b&gt;\\x1b, 100.0 %"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

static void nothing_points_outside_the_file(void **state)
{
    static const char *const allowed[] = {"http://www.w3.org/2000/svg",
                                          "http://www.w3.org/1999/xhtml"};
    struct pk_buf picture = svg_draw("a 1\n");
    (void)state;

    for (const char *at = picture.data; (at = strstr(at, "://")) != NULL; at += 3) {
        const char *from = at - strlen("http");

        assert_true(strncmp(from, allowed[0], strlen(allowed[0])) == 0 ||
                    strncmp(from, allowed[1], strlen(allowed[1])) == 0);
    }
    assert_null(strstr(picture.data, "@import"));
    assert_null(strstr(picture.data, "<!DOCTYPE"));
    assert_null(strstr(picture.data, "innerHTML"));
    assert_null(strstr(picture.data, "eval("));
    pk_buf_fini(&picture);
}

static void long_texts_wrap_also_without_spaces(void **state)
{
    struct pk_profile *profile = flame_profile("a 1\n");
    struct pk_flame_options options = {.width = 400};
    struct pk_scene *scene = svg_scene(profile, &options);
    struct pk_buf picture;
    (void)state;

    /* 380 px: 37 cells of the title, 55 of the second line. */
    scene->title = PK_STR("0123456789012345678901234567890123456789abcdef");
    scene->subtitle =
        PK_STR("the quick brown fox jumps over the lazy dog, and then it does so again");
    picture = svg_write(scene, &(struct pk_style){.width = 400});
    assert_non_null(strstr(picture.data, "y=\"24\">0123456789012345678901234567890123456</text>"));
    assert_non_null(strstr(picture.data, "y=\"44\">789abcdef</text>"));
    assert_non_null(strstr(
        picture.data, "y=\"62\">the quick brown fox jumps over the lazy dog, and then</text>"));
    assert_non_null(strstr(picture.data, "y=\"78\">it does so again</text>"));
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

static void an_empty_scene_gives_an_empty_picture(void **state)
{
    struct pk_profile *profile = flame_profile("a 0\n");
    struct pk_buf picture = svg_write(svg_scene(profile, &(struct pk_flame_options){.width = 1200}),
                                      &(struct pk_style){0});
    xmlDoc *doc = svg_parse(&picture);
    (void)state;

    assert_int_equal(svg_check_geometry(doc), 0);
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

/* Replace the part from `from` to its end by `word`. */
static void leave_out(struct pk_buf *picture, const char *from, const char *word)
{
    char *found = strstr(picture->data, from);
    struct pk_buf out = {0};

    assert_non_null(found);
    pk_buf_add(&out, picture->data, (size_t)(found - picture->data));
    pk_buf_text(&out, word);
    pk_buf_text(&out, found + strlen(from));
    pk_buf_fini(picture);
    *picture = out;
}

static void check_golden(const char *name, struct pk_buf picture)
{
    const char *folder = getenv("srcdir");
    struct pk_buf path = {0}, golden = {0};
    char chunk[4096];
    FILE *file;
    size_t n;

    leave_out(&picture, pk_asset_flame_css, "/* flame.css */\n");
    leave_out(&picture, pk_asset_flame_js, "/* flame.js */\n");
    leave_out(&picture, pk_asset_flame_use_js, "/* flame_use.js */\n");
    leave_out(&picture, pk_asset_flame_views_js, "/* flame_views.js */\n");
    pk_buf_printf(&path, "%s/tests/golden/flame/%s.svg", folder ? folder : ".", name);
    if (getenv("PK_REGEN_GOLDEN")) {
        file = fopen(path.data, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(picture.data, 1, picture.size, file), picture.size);
        fclose(file);
    }
    file = fopen(path.data, "rb");
    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        pk_buf_add(&golden, chunk, n);
    fclose(file);
    assert_string_equal(picture.data, golden.data);
    pk_buf_fini(&path);
    pk_buf_fini(&golden);
    pk_buf_fini(&picture);
}

static void pictures_are_as_they_were_reviewed(void **state)
{
    struct pk_profile *two = flame_profile("f 1\ng 1\n");
    struct pk_profile *shop =
        flame_profile("main;load_items;execute 40\nmain;load_items;normalise;match 10\n"
                      "main;load_items;normalise 5\nmain;render;escape 20\nmain;render 15\n"
                      "std::sort<int>(int*);memcpy 10\n");
    struct pk_flame_options reversed = {.width = 800, .is_reversed = true, .is_inverted = true};
    (void)state;

    check_golden("shop",
                 svg_draw("main;load_items;execute 40\nmain;load_items;normalise;match 10\n"
                          "main;load_items;normalise 5\nmain;render;escape 20\nmain;render 15\n"
                          "std::sort<int>(int*);memcpy 10\n"));
    check_golden(
        "shop-reversed-icicle",
        svg_write(svg_scene(shop, &reversed),
                  &(struct pk_style){.width = 800, .box_height = 20, .palette = PK_PALETTE_HOT}));
    check_golden("estimated", svg_write(svg_scene_by_hand(two), &(struct pk_style){0}));
    check_golden("hostile", svg_draw(hostile));
    pk_profile_free(two);
    pk_profile_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_complete_without_script),
        cmocka_unit_test(the_same_scene_gives_the_same_bytes),
        cmocka_unit_test(hostile_names_are_only_text),
        cmocka_unit_test(hostile_titles_are_only_text),
        cmocka_unit_test(nothing_points_outside_the_file),
        cmocka_unit_test(long_texts_wrap_also_without_spaces),
        cmocka_unit_test(an_empty_scene_gives_an_empty_picture),
        cmocka_unit_test(pictures_are_as_they_were_reviewed),
    };

    return cmocka_run_group_tests(tests, flame_begin, svg_end);
}
