/*
 * For tests of pictures: write a scene, read it back with libxml2 (which profkit does not use for
 * writing), and look at the tree of elements. Header only. Layer: tests.
 */
#ifndef PK_TESTS_SVG_READ_H
#define PK_TESTS_SVG_READ_H

#include <libxml/parser.h> /* IWYU pragma: export */
#include <libxml/tree.h>   /* IWYU pragma: export */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flame_text.h"    /* IWYU pragma: export */
#include "render/writer.h" /* IWYU pragma: export */

extern const struct pk_writer pk_writer_svg;

static inline int svg_end(void **state)
{
    xmlCleanupParser();
    return flame_end(state);
}

static inline struct pk_buf svg_write(const struct pk_scene *scene, const struct pk_style *style)
{
    struct pk_buf out = {0};
    struct pk_error error = {0};
    char chunk[4096];
    FILE *stream = tmpfile();
    size_t n;

    assert_non_null(stream);
    assert_true(pk_writer_svg.scene(scene, style, stream, &error));
    assert_int_equal(fseek(stream, 0, SEEK_SET), 0);
    while ((n = fread(chunk, 1, sizeof chunk, stream)) > 0)
        pk_buf_add(&out, chunk, n);
    fclose(stream);
    return out;
}

static inline struct pk_scene *svg_scene(const struct pk_profile *profile,
                                         const struct pk_flame_options *options)
{
    struct pk_scene *scene =
        pk_view_flame(&flame_arena, profile, 0, pk_profile_tree(profile), NULL, options);

    scene->title = PK_STR("run.folded");
    return scene;
}

static inline struct pk_buf svg_draw(const char *folded)
{
    struct pk_profile *profile = flame_profile(folded);
    struct pk_buf out = svg_write(svg_scene(profile, &(struct pk_flame_options){.width = 1200}),
                                  &(struct pk_style){0});

    pk_profile_free(profile);
    return out;
}

static inline xmlDoc *svg_parse(const struct pk_buf *picture)
{
    xmlDoc *doc = xmlReadMemory(picture->data, (int)picture->size, "picture.svg", NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    assert_non_null(doc);
    assert_null(doc->intSubset); /* no DOCTYPE */
    return doc;
}

/* The next element in document order, or NULL. */
static inline xmlNode *svg_next(xmlNode *node)
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

static inline bool svg_is(const xmlNode *node, const char *name)
{
    return xmlStrcmp(node->name, (const xmlChar *)name) == 0;
}

static inline unsigned svg_count(xmlDoc *doc, const char *name)
{
    unsigned count = 0;

    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = svg_next(node))
        count += svg_is(node, name);
    return count;
}

/* The attribute as text in the arena, "" when there is none. */
static const char *svg_attribute(xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    struct pk_str copy = pk_arena_str(&flame_arena, pk_str_of(value ? (const char *)value : ""));

    xmlFree(value);
    return copy.data;
}

static const char *svg_content(xmlNode *node)
{
    xmlChar *value = xmlNodeGetContent(node);
    struct pk_str copy = pk_arena_str(&flame_arena, pk_str_of((const char *)value));

    xmlFree(value);
    return copy.data;
}

static inline bool svg_has_class(xmlNode *node, const char *class)
{
    const char *found = strstr(svg_attribute(node, "class"), class);

    return found && (found[strlen(class)] == '\0' || found[strlen(class)] == ' ');
}

/* The tooltip of each box in document order, joined by "|". */
static inline char *svg_tooltips(xmlDoc *doc)
{
    struct pk_buf out = {0};

    pk_buf_text(&out, "");
    for (xmlNode *node = xmlDocGetRootElement(doc); node; node = svg_next(node)) {
        if (!svg_is(node, "title") || !svg_is(node->parent, "rect"))
            continue;
        pk_buf_text(&out, out.size ? "|" : "");
        pk_buf_text(&out, svg_content(node));
    }
    return out.data;
}

static inline void svg_check_tooltips(const struct pk_scene *scene, const struct pk_style *style,
                                      const char *expected)
{
    struct pk_buf picture = svg_write(scene, style);
    xmlDoc *doc = svg_parse(&picture);
    char *found = svg_tooltips(doc);

    assert_string_equal(found, expected);
    pk_free(found);
    xmlFreeDoc(doc);
    pk_buf_fini(&picture);
}

/* A position in integers of 10^-12 percent. */
static inline int64_t svg_position(const char *text)
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
static inline unsigned svg_check_geometry(xmlDoc *doc)
{
    PK_ARRAY(struct row_box) below = {0};
    unsigned count = 0;

    for (xmlNode *row = xmlDocGetRootElement(doc); row; row = svg_next(row)) {
        PK_ARRAY(struct row_box) boxes = {0};
        int64_t last = 0;
        size_t parent = 0;

        if (!svg_is(row, "g") || !svg_has_class(row, "row"))
            continue;
        for (xmlNode *rect = row->children; rect; rect = rect->next) {
            struct row_box box;

            if (rect->type != XML_ELEMENT_NODE || !svg_is(rect, "rect"))
                continue;
            box.from = svg_position(svg_attribute(rect, "x"));
            box.to = box.from + svg_position(svg_attribute(rect, "width"));
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

/* A scene by hand: all, an estimated box, one with a limit above it, small ones. */
static inline struct pk_scene *svg_scene_by_hand(const struct pk_profile *profile)
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
    struct pk_scene *scene = pk_scene_new(&flame_arena);

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

#endif
