/*
 * Flame graphs as SVG. Every picture here is read back with libxml2, which profkit does not use for
 * writing, and checked as a tree: what elements and attributes there are, where boxes lie, what
 * tooltips say. Whole pictures are compared with tests/golden/flame (script and style sheet left
 * out; PK_REGEN_GOLDEN=1 writes them anew).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "flame_text.h"
#include "render/assets.h"
#include "render/out_svg_private.h"

extern const struct pk_writer pk_writer_svg;

static struct pk_arena arena;

static int begin(void **state)
{
    (void)state;
    pk_arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    xmlCleanupParser();
    return 0;
}

/* ---- pictures and what is read back from them */

static struct pk_buf write_scene(const struct pk_scene *scene, const struct pk_style *style)
{
    struct pk_buf out = {0};
    struct pk_error error = {0};
    char chunk[4096];
    FILE *stream = tmpfile();
    size_t n;

    assert_non_null(stream);
    assert_true(pk_writer_svg.scene(scene, style, stream, &error));
    rewind(stream);
    while ((n = fread(chunk, 1, sizeof chunk, stream)) > 0)
        pk_buf_add(&out, chunk, n);
    fclose(stream);
    return out;
}

static struct pk_scene *scene_of(const struct pk_profile *profile,
                                 const struct pk_flame_options *options)
{
    struct pk_scene *scene =
        pk_view_flame(&arena, profile, 0, pk_profile_tree(profile), NULL, options);

    scene->title = PK_STR("run.folded");
    return scene;
}

static struct pk_buf draw(const char *folded)
{
    struct pk_profile *profile = flame_profile(folded);
    struct pk_buf out = write_scene(scene_of(profile, &(struct pk_flame_options){.width = 1200}),
                                    &(struct pk_style){0});

    pk_profile_free(profile);
    return out;
}

static xmlDoc *parse(const struct pk_buf *picture)
{
    xmlDoc *doc = xmlReadMemory(picture->data, (int)picture->size, "picture.svg", NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    assert_non_null(doc);
    assert_null(doc->intSubset); /* no DOCTYPE */
    return doc;
}

/* The next element in document order, or NULL. */
static xmlNode *next_element(xmlNode *node)
{
    do {
        if (node->children && node->type == XML_ELEMENT_NODE) {
            node = node->children;
        } else {
            while (node && !node->next)
                node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
            node = node ? node->next : NULL;
        }
    } while (node && node->type != XML_ELEMENT_NODE);
    return node;
}

static bool is_named(const xmlNode *node, const char *name)
{
    return xmlStrcmp(node->name, (const xmlChar *)name) == 0;
}

static unsigned count_elements(xmlDoc *doc, const char *name)
{
    unsigned count = 0;

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = next_element(node))
        count += is_named(node, name);
    return count;
}

/* The attribute as text in the arena, "" when there is none. */
static const char *attribute(xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    struct pk_str copy = pk_arena_str(&arena, pk_str_of(value ? (const char *)value : ""));

    xmlFree(value);
    return copy.data;
}

static const char *content(xmlNode *node)
{
    xmlChar *value = xmlNodeGetContent(node);
    struct pk_str copy = pk_arena_str(&arena, pk_str_of((const char *)value));

    xmlFree(value);
    return copy.data;
}

static bool has_class(xmlNode *node, const char *class)
{
    const char *found = strstr(attribute(node, "class"), class);

    return found && (found[strlen(class)] == '\0' || found[strlen(class)] == ' ');
}

/* The tooltip of each box in document order, joined by "|". */
static char *tooltips(xmlDoc *doc)
{
    struct pk_buf out = {0};

    pk_buf_text(&out, "");
    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = next_element(node)) {
        if (!is_named(node, "title") || !is_named(node->parent, "rect"))
            continue;
        pk_buf_text(&out, out.size ? "|" : "");
        pk_buf_text(&out, content(node));
    }
    return out.data;
}

static void check_tooltips(const struct pk_scene *scene, const struct pk_style *style,
                           const char *expected)
{
    struct pk_buf picture = write_scene(scene, style);
    xmlDoc *doc = parse(&picture);
    char *found = tooltips(doc);

    assert_string_equal(found, expected);
    pk_free(found);
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

/* ---- the picture as a whole */

static void a_picture_is_complete_without_script(void **state)
{
    struct pk_buf picture = draw("main;parse 30\nmain;draw 70\n");
    xmlDoc *doc = parse(&picture);
    xmlNode *root = xmlDocGetRootElement(doc);
    (void)state;

    assert_string_equal(attribute(root, "width"), "1200");
    assert_string_equal(attribute(root, "viewBox"), "0 0 1200 122");
    assert_string_equal(attribute(root, "height"), "122");
    assert_int_equal(count_elements(doc, "script"), 1);
    assert_int_equal(count_elements(doc, "foreignObject"),
                     0); /* nothing dead: controls come by script */
    assert_non_null(strstr(picture.data, "class=\"title\" x=\"10\" y=\"24\">run.folded</text>"));
    assert_non_null(strstr(picture.data, "<text x=\"70%\">parse</text>"));
    assert_non_null(strstr(picture.data, ">module not known 100.0 %</text>"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void the_same_scene_gives_the_same_bytes(void **state)
{
    struct pk_buf a = draw("b;x 1\na;y 2\n"), b = draw("a;y 2\nb;x 1\n");
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
    static const char *const elements[] = {"svg",  "title", "style", "defs",   "pattern",
                                           "rect", "text",  "g",     "script", NULL};
    static const char *const attributes[] = {
        "class",       "x",         "y",         "width",         "height",
        "viewBox",     "transform", "id",        "patternUnits",  "patternTransform",
        "data-height", "data-font", "data-base", "data-inverted", NULL};

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = next_element(node)) {
        assert_true(is_one_of((const char *)node->name, elements));
        for (xmlAttr *a = node->properties; a; a = a->next) {
            const char *value = attribute(node, (const char *)a->name);

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
    struct pk_buf picture = draw(hostile);
    xmlDoc *doc = parse(&picture);
    char *found = tooltips(doc);
    (void)state;

    check_inert(doc);
    assert_int_equal(count_elements(doc, "script"), 1);
    assert_int_equal(count_elements(doc, "svg"), 2);
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
    struct pk_scene *scene = scene_of(profile, &(struct pk_flame_options){.width = 1200});
    struct pk_style style = {.count_name = "<b>\x1b"};
    struct pk_buf picture;
    xmlDoc *doc;
    (void)state;

    scene->title = PK_STR("</title><script>alert(1)</script>");
    scene->subtitle = PK_STR("</text><script>alert(2)</script>\n\xe2\x80\xae");
    scene->notes = PK_STR("]]></style><script>alert(3)</script>");
    picture = write_scene(scene, &style);
    doc = parse(&picture);
    check_inert(doc);
    assert_int_equal(count_elements(doc, "script"), 1);
    assert_non_null(strstr(picture.data, "1 &lt;b&gt;\\x1b, 100.0 %"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

static void nothing_points_outside_the_file(void **state)
{
    static const char *const allowed[] = {"http://www.w3.org/2000/svg",
                                          "http://www.w3.org/1999/xhtml"};
    struct pk_buf picture = draw("a 1\n");
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

/* ---- geometry, read back as integers of 10^-12 percent */

static int64_t position(const char *text)
{
    int64_t value = 0, unit = INT64_C(1000000000000);
    bool is_fraction = false;

    for (; *text && *text != '%'; text++) {
        if (*text == '.') {
            is_fraction = true;
            continue;
        }
        value = value * 10 + (*text - '0');
        if (is_fraction)
            unit /= 10;
    }
    return value * unit;
}

struct row_box {
    int64_t from, to;
};

/* Each row in order: boxes do not overlap and each lies in one of the row below. Returns the number
 * of boxes. */
static unsigned check_geometry(xmlDoc *doc)
{
    PK_ARRAY(struct row_box) below = {0};
    unsigned count = 0;

    for (xmlNode *row = xmlDocGetRootElement(doc); row; row = next_element(row)) {
        PK_ARRAY(struct row_box) boxes = {0};
        int64_t last = 0;
        size_t parent = 0;

        if (!is_named(row, "g") || !has_class(row, "row"))
            continue;
        for (xmlNode *rect = row->children; rect; rect = rect->next) {
            struct row_box box;

            if (rect->type != XML_ELEMENT_NODE || !is_named(rect, "rect"))
                continue;
            box.from = position(attribute(rect, "x"));
            box.to = box.from + position(attribute(rect, "width"));
            assert_true(box.from >= last && box.to > box.from);
            last = box.to;
            while (below.size > 0 && parent + 1 < below.size && below.data[parent].to <= box.from)
                parent++;
            if (below.size > 0)
                assert_true(box.from >= below.data[parent].from && box.to <= below.data[parent].to);
            pk_array_push(&boxes, box);
            count++;
        }
        pk_array_fini(&below);
        below.data = boxes.data;
        below.size = boxes.size;
        below.room = boxes.room;
    }
    pk_array_fini(&below);
    return count;
}

static uint32_t below(uint64_t *seed, uint32_t bound)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % bound);
}

static void random_boxes_touch_and_never_leave_their_parent(void **state)
{
    uint64_t seed = 3;
    (void)state;

    for (int round = 0; round < 60; round++) {
        struct pk_buf folded = {0}, picture;
        int shift = (int)below(&seed, 50);
        xmlDoc *doc;

        for (uint32_t i = 1 + below(&seed, 60); i > 0; i--) {
            for (uint32_t d = 1 + below(&seed, 8); d > 0; d--)
                pk_buf_printf(&folded, "%c%s", 'a' + (int)below(&seed, 9), d > 1 ? ";" : "");
            pk_buf_printf(&folded, " %lld\n",
                          (long long)((INT64_C(1) << shift) + below(&seed, 1000)));
        }
        picture = draw(folded.data);
        doc = parse(&picture);
        assert_true(check_geometry(doc) > 1);
        xmlFreeDoc(doc);
        pk_buf_fini(&folded);
        pk_buf_fini(&picture);
    }
}

static void positions_are_exact_for_the_largest_values(void **state)
{
    struct pk_buf picture = draw("a;b 4611686018427387903\na;c 4611686018427387903\n");
    xmlDoc *doc = parse(&picture);
    (void)state;

    assert_int_equal(check_geometry(doc), 4);
    assert_non_null(strstr(picture.data, "<rect width=\"50%\" height=\"15\""));
    assert_non_null(strstr(picture.data, "<rect x=\"50%\" width=\"50%\" height=\"15\""));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

static void narrow_boxes_get_the_decimals_they_need(void **state)
{
    struct pk_buf picture = draw("a 999999\nb 1\n");
    xmlDoc *doc = parse(&picture);
    (void)state;

    assert_int_equal(check_geometry(doc), 3);
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
        struct pk_buf picture = write_scene(scene_of(profile, &options), &style);
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

/* ---- tooltips and labels */

static void tooltips_give_value_share_and_self(void **state)
{
    struct pk_profile *profile =
        flame_profile("main;load 3000\nmain;load;read 5000\nmain;x 2000\n");
    struct pk_scene *scene = scene_of(profile, &(struct pk_flame_options){.width = 1200});
    (void)state;

    check_tooltips(scene, &(struct pk_style){0},
                   "all\n10,000 samples, 100.0 %|main\n10,000 samples, 100.0 %|"
                   "load\n8,000 samples, 80.0 %, self 3,000|x\n2,000 samples, 20.0 %|"
                   "read\n5,000 samples, 50.0 %");
    scene->metric = (struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = 6};
    check_tooltips(scene, &(struct pk_style){.count_name = "not for times"},
                   "all\n10.0 s, 100.0 %|main\n10.0 s, 100.0 %|load\n8.00 s, 80.0 %, self 3.00 s|"
                   "x\n2.00 s, 20.0 %|read\n5.00 s, 50.0 %");
    pk_profile_free(profile);
}

static void counts_are_called_as_the_user_says(void **state)
{
    struct pk_profile *profile = flame_profile("a 7\n");
    struct pk_scene *scene = scene_of(profile, &(struct pk_flame_options){.width = 1200});
    (void)state;

    check_tooltips(scene, &(struct pk_style){.count_name = "pages"},
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
    picture = write_scene(scene_of(profile, &(struct pk_flame_options){.width = 1200}),
                          &(struct pk_style){0});
    assert_non_null(
        strstr(picture.data, "<title>load_items  orders/models.py:88\n8.033 s, 100.0 %</title>"));
    assert_non_null(strstr(picture.data, "<text>load_items  orders/models.py:88</text>"));
    pk_buf_fini(&picture);
    pk_profile_free(profile);
    pk_builder_free(builder);
}

/* A scene by hand: all, an estimated box, one with a limit above it, small ones. */
static struct pk_scene *scene_by_hand(const struct pk_profile *profile)
{
    static struct pk_box boxes[] = {
        {.parent = PK_NONE, .frame = PK_NONE, .size = 2000, .range = {2000, 2000}},
        {.parent = 0,
         .depth = 1,
         .frame = 0,
         .size = 1100,
         .self = 400,
         .range = {800, 1200},
         .flags = PK_BOX_UNCERTAIN},
        {.parent = 0, .depth = 1, .frame = 1, .start = 1100, .size = 500, .flags = PK_BOX_DEEPER},
        {.parent = 0,
         .depth = 1,
         .frame = PK_NONE,
         .start = 1600,
         .size = 40,
         .self = 40,
         .n_merged = 37,
         .flags = PK_BOX_SMALL},
        {.parent = 0,
         .depth = 1,
         .frame = (pk_frame_id)PK_FRAME_NOT_PROVEN,
         .start = 1640,
         .size = 360,
         .self = 360,
         .flags = PK_BOX_SPECIAL},
    };
    struct pk_scene *scene = pk_scene_new(&arena);

    scene->title = PK_STR("run.prof");
    scene->subtitle = PK_STR("time: 2.00 s \xc2\xb7 tree estimated, place proven for 75.0 % of it");
    scene->notes = PK_STR("drawn for the meeting");
    scene->profile = profile;
    scene->metric = (struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = 6};
    scene->span = 2000;
    scene->n_boxes = sizeof boxes / sizeof *boxes;
    scene->max_depth = 1;
    scene->boxes = boxes;
    scene->is_estimated = true;
    scene->n_omitted = 1234;
    scene->proven = 1500;
    return scene;
}

static void estimates_give_their_bounds_and_are_hatched(void **state)
{
    struct pk_profile *profile = flame_profile("f 1\ng 1\n");
    struct pk_scene *scene = scene_by_hand(profile);
    struct pk_buf picture = write_scene(scene, &(struct pk_style){0});
    xmlDoc *doc = parse(&picture);
    (void)state;

    check_tooltips(
        scene, &(struct pk_style){0},
        "all\n2.00 s, 100.0 %|f\n800 ms to 1.20 s, drawn 1.10 s, 55.0 %, self 400 ms|"
        "g\n500 ms, 25.0 %, goes deeper|+37 small\n40.0 ms, 2.0 %|(place not proven)\n360 ms, 18.0 %");
    scene->boxes[1].range.hi = 1400;
    scene->boxes[1].range.lo = 1050;
    check_tooltips(
        scene, &(struct pk_style){0},
        "all\n2.00 s, 100.0 %|f\n1.05 to 1.40 s, drawn 1.10 s, 55.0 %, self 400 ms|"
        "g\n500 ms, 25.0 %, goes deeper|+37 small\n40.0 ms, 2.0 %|(place not proven)\n360 ms, 18.0 %");
    assert_int_equal(count_elements(doc, "pattern"), 1);
    assert_non_null(strstr(picture.data, " u w\"><title>f\n"));
    assert_non_null(strstr(picture.data, "hatched: estimated"));
    assert_non_null(strstr(picture.data, "+n small: too narrow to draw"));
    assert_non_null(strstr(picture.data, "1,234 boxes lie deeper than what is drawn"));
    assert_non_null(strstr(picture.data, "drawn for the meeting"));
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

static void an_exact_picture_speaks_of_no_hatch(void **state)
{
    struct pk_buf picture = draw("a 1\n");
    (void)state;

    assert_null(strstr(picture.data, "<pattern"));
    assert_null(strstr(picture.data, "hatched:"));
    assert_null(strstr(picture.data, "small:"));
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

        pk_svg_shorten(&out, pk_str_of(cases[i].name), cases[i].cells);
        assert_string_equal(out.data, cases[i].expected);
        pk_buf_fini(&out);
    }
}

/* ---- size */

/* A tree like those of real programs: 2,000 functions, wide below, thin above. */
static struct pk_buf large_tree(void)
{
    struct pk_buf folded = {0};
    uint64_t seed = 5;

    for (int i = 0; i < 1000; i++) {
        uint32_t depth = 2 + below(&seed, 12);

        pk_buf_text(&folded, "main");
        for (uint32_t d = 0; d < depth; d++)
            pk_buf_printf(&folded, ";function_%u", below(&seed, 3 + 2 * d) * 100 + d);
        pk_buf_printf(&folded, " %u\n", 1 + below(&seed, 400));
    }
    return folded;
}

static void a_box_takes_at_most_110_bytes_besides_its_name(void **state)
{
    struct pk_buf folded = large_tree(), picture = draw(folded.data);
    struct pk_buf small = draw("a 1\n");
    xmlDoc *doc = parse(&picture);
    size_t boxes = 0, names = 0;
    (void)state;

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = next_element(node)) {
        if (is_named(node, "title") && is_named(node->parent, "rect")) {
            boxes++;
            names += strcspn(content(node), "\n");
        }
    }
    assert_in_range(boxes, 2000, 4500);
    print_message("%zu boxes, %zu bytes each besides the name, script %zu bytes\n", boxes,
                  (picture.size - small.size - names) / boxes, strlen(pk_asset_flame_js));
    assert_true((picture.size - small.size - names) / boxes <= 110);
    assert_true(strlen(pk_asset_flame_js) <= 24 * 1000);
    xmlFreeDoc(doc);
    pk_buf_fini(&folded);
    pk_buf_fini(&picture);
    pk_buf_fini(&small);
}

static void any_width_and_height_gives_a_picture(void **state)
{
    static const unsigned sizes[] = {1, 4, 16, 99, 400, 5000, 100000};
    struct pk_profile *profile = flame_profile("a;some_long_name 3\nb 4\n");
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct pk_style style = {.width = sizes[i], .box_height = sizes[i] > 400 ? 16 : sizes[i]};
        struct pk_scene *scene = scene_of(profile, &(struct pk_flame_options){.width = sizes[i]});
        struct pk_buf picture = write_scene(scene, &style);
        xmlDoc *doc = parse(&picture);

        assert_int_equal(check_geometry(doc), 4);
        xmlFreeDoc(doc);
        pk_buf_fini(&picture);
    }
    pk_profile_free(profile);
}

static void an_empty_scene_gives_an_empty_picture(void **state)
{
    struct pk_profile *profile = flame_profile("a 0\n");
    struct pk_buf picture = write_scene(
        scene_of(profile, &(struct pk_flame_options){.width = 1200}), &(struct pk_style){0});
    xmlDoc *doc = parse(&picture);
    (void)state;

    assert_int_equal(check_geometry(doc), 0);
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
    pk_profile_free(profile);
}

/* ---- goldens */

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

    check_golden("shop", draw("main;load_items;execute 40\nmain;load_items;normalise;match 10\n"
                              "main;load_items;normalise 5\nmain;render;escape 20\nmain;render 15\n"
                              "std::sort<int>(int*);memcpy 10\n"));
    check_golden(
        "shop-reversed-icicle",
        write_scene(scene_of(shop, &reversed),
                    &(struct pk_style){.width = 800, .box_height = 20, .palette = PK_PALETTE_HOT}));
    check_golden("estimated", write_scene(scene_by_hand(two), &(struct pk_style){0}));
    check_golden("hostile", draw(hostile));
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
        cmocka_unit_test(random_boxes_touch_and_never_leave_their_parent),
        cmocka_unit_test(positions_are_exact_for_the_largest_values),
        cmocka_unit_test(narrow_boxes_get_the_decimals_they_need),
        cmocka_unit_test(rows_go_up_or_down_from_the_root),
        cmocka_unit_test(tooltips_give_value_share_and_self),
        cmocka_unit_test(counts_are_called_as_the_user_says),
        cmocka_unit_test(names_carry_their_place),
        cmocka_unit_test(estimates_give_their_bounds_and_are_hatched),
        cmocka_unit_test(an_exact_picture_speaks_of_no_hatch),
        cmocka_unit_test(labels_are_cut_at_the_end_that_says_least),
        cmocka_unit_test(a_box_takes_at_most_110_bytes_besides_its_name),
        cmocka_unit_test(any_width_and_height_gives_a_picture),
        cmocka_unit_test(an_empty_scene_gives_an_empty_picture),
        cmocka_unit_test(pictures_are_as_they_were_reviewed),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
