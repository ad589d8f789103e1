/*
 * What must hold of every profile that was read, whatever it was read from: see fuzz_readers.c for
 * the list. Traps: a law that is stated for what the format cannot hold would find nothing but
 * itself, so each check says what it leaves out.
 */
#include "fuzz_laws.h"

#include <libxml/parser.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/calls.h"
#include "analyze/diff.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/input.h"
#include "base/limits.h"
#include "formats/reader.h"
#include "model/attribute.h"
#include "model/builder.h"
#include "model/dump.h"
#include "render/label.h"
#include "render/scene.h"
#include "render/theme.h"
#include "render/view_calls.h"
#include "render/view_chart.h"
#include "render/view_flame.h"
#include "render/writer.h"
#include "render/writers.h"

void fuzz_laws_fail(const char *what, const struct pk_error *error)
{
    fprintf(stderr, "broken: %s\n", what);
    if (error)
        pk_error_print(error, stderr);
    abort();
}

static void check_svg(const char *svg, size_t size)
{
    xmlDoc *doc;

    if (size > INT32_MAX)
        fuzz_laws_fail("an SVG of 2 GiB", NULL);
    doc = xmlReadMemory(svg, (int)size, "out.svg", NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (!doc)
        fuzz_laws_fail("the SVG is not well-formed", NULL);
    xmlFreeDoc(doc);
}

/* The SVG of a scene, which any XML parser must accept. */
static void draw_scene(const struct pk_scene *scene)
{
    static const char *const inputs[] = {"fuzz", NULL};
    const struct pk_style style = {.width = 1200, .box_height = 16, .inputs = inputs};
    struct pk_error error = {0};
    char *svg = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&svg, &size);

    if (!stream)
        fuzz_laws_fail("no memory stream", NULL);
    if (!pk_writer_find("svg")->scene(scene, &style, stream, &error))
        fuzz_laws_fail("the SVG writer refused", &error);
    fclose(stream);
    check_svg(svg, size);
    free(svg);
}

/* One shape of the picture, since drawing is what takes the time; where no stacks were recorded,
 * the tree is the estimated one. */
static void draw(const struct pk_profile *profile, size_t which)
{
    const struct pk_flame_options shapes[] = {
        {.max_depth = 200, .min_width = 0.1, .width = 1200},
        {.is_inverted = true, .is_reversed = true, .max_depth = 20, .min_width = 1, .width = 1200},
        {.is_exact_only = true, .max_depth = 200, .min_width = 0, .width = 600},
    };
    const struct pk_flame_options *shape = &shapes[which % (sizeof shapes / sizeof *shapes)];
    uint32_t metric = pk_profile_default_metric(profile);
    const struct pk_tree *tree = pk_profile_tree(profile);
    struct pk_attributed *attributed = tree ? NULL : pk_attribute_new(profile, metric);
    struct pk_arena arena;

    pk_arena_init(&arena);
    draw_scene(
        pk_view_flame(&arena, profile, metric, tree ? tree : &attributed->tree, attributed, shape));
    if (pk_profile_timeline(profile) && pk_timeline_facts(profile, metric).weight > 0)
        draw_scene(pk_view_chart(&arena, profile, metric, shape));
    pk_arena_fini(&arena);
    pk_attribute_free(attributed);
}

char *fuzz_laws_write(const char *writer, const struct pk_profile *profile, size_t *size)
{
    const struct pk_style style = {.metric = pk_profile_default_metric(profile)};
    struct pk_error error = {0};
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);

    if (!stream || !pk_writer_find(writer)->profile(profile, &style, stream, &error))
        fuzz_laws_fail("a writer refused", &error);
    fclose(stream);
    return text;
}

struct pk_builder *fuzz_laws_read(struct pk_str bytes, const struct pk_reader *forced,
                                  struct pk_read_options options, struct pk_error *error)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("fuzz", bytes.data, bytes.size, &limits);
    struct pk_reading reading = {
        .input = input, .builder = pk_builder_new(&limits), .options = options};

    pk_builder_keep_times(reading.builder);
    if (!pk_reader_run(&reading, forced, error)) {
        pk_builder_free(reading.builder);
        reading.builder = NULL;
        error->file = NULL; /* it goes with the input */
    }
    pk_input_free(input);
    return reading.builder;
}

/* The profile of a text that we wrote ourselves. */
static struct pk_profile *read_again(const char *text, size_t size, const struct pk_reader *forced,
                                     const char *what)
{
    struct pk_error error = {0};
    struct pk_builder *builder =
        fuzz_laws_read((struct pk_str){text, size}, forced, (struct pk_read_options){0}, &error);
    struct pk_profile *same = builder ? pk_builder_freeze(builder, NULL, NULL, &error) : NULL;

    if (!same)
        fuzz_laws_fail(what, &error);
    pk_builder_free(builder);
    return same;
}

/* True when collapsed text cannot hold all names: a blank at the end of a stack belongs to the
 * count. */
static bool loses_blanks(const struct pk_profile *profile)
{
    bool loses = false;
    struct pk_buf label = {0};

    for (uint32_t i = 0; !loses && i < pk_profile_frames(profile); i++) {
        label.size = 0;
        pk_label_folded(&label, pk_profile_frame(profile, i), 0);
        loses =
            label.size && (label.data[label.size - 1] == ' ' || label.data[label.size - 1] == '\t');
    }
    pk_buf_fini(&label);
    return loses;
}

/* Collapsed text reads back as itself: at once for a profile that came from such text and has only
 * names that it can hold (without its offset a name may look like a line), from the second writing
 * on for every other. A profile without stacks is
 * refused, which the command line tests cover. */
static void check_folded(const struct pk_profile *profile, const struct pk_reading *reading)
{
    const struct pk_reader *reader = pk_reader_find("folded");
    const bool is_exact =
        reading->reader == reader && !reading->options.strips_offsets && !loses_blanks(profile);
    size_t size[3];
    char *text[3];

    text[0] = fuzz_laws_write("folded", profile, &size[0]);
    if (size[0] == 0) { /* nothing but zeros */
        free(text[0]);
        return;
    }
    for (int i = 1; i < 3; i++) {
        struct pk_profile *same =
            read_again(text[i - 1], size[i - 1], reader, "collapsed text is not read back");

        text[i] = fuzz_laws_write("folded", same, &size[i]);
        if ((i == 2 || is_exact) &&
            (size[i] != size[i - 1] || memcmp(text[i], text[i - 1], size[i]) != 0))
            fuzz_laws_fail("collapsed text does not read back as itself", NULL);
        pk_profile_free(same);
    }
    for (int i = 0; i < 3; i++)
        free(text[i]);
}

/* All of a profile: what it dumps and what it is written as. */
static void check_pk(const struct pk_profile *profile)
{
    size_t size, size_again = 0;
    char *bytes = fuzz_laws_write("pk", profile, &size), *again;
    struct pk_profile *same = read_again(bytes, size, NULL, "a .pk file is not read back");
    struct pk_buf dump = {0}, dump_again = {0};

    again = fuzz_laws_write("pk", same, &size_again);
    if (size != size_again || memcmp(bytes, again, size) != 0)
        fuzz_laws_fail("a .pk file does not read back as itself", NULL);
    pk_dump_profile(profile, &dump);
    pk_dump_profile(same, &dump_again);
    if (!pk_str_equal(pk_buf_view(&dump), pk_buf_view(&dump_again)))
        fuzz_laws_fail("a .pk file does not hold all of a profile", NULL);
    pk_buf_fini(&dump);
    pk_buf_fini(&dump_again);
    pk_profile_free(same);
    free(bytes);
    free(again);
}

/* Read back, a callgrind file has as many functions and edges as went in, and the same total. It
 * refuses a profile whose every value may be negative; and where the sum of all edges is beyond 64
 * bits, which stacks do not mind, reading it back is refused. */
static void check_callgrind(const struct pk_profile *profile)
{
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t metric = 0;
    int64_t edges;
    size_t size;
    char *text;
    struct pk_profile *same;

    while (metric < pk_profile_metrics(profile) && !pk_writer_callgrind.takes(profile, metric))
        metric++;
    if (metric == pk_profile_metrics(profile) ||
        (graph &&
         __builtin_mul_overflow(pk_profile_total(profile, metric), (int64_t)graph->n + 1, &edges)))
        return;
    text = fuzz_laws_write("callgrind", profile, &size);
    same = read_again(text, size, NULL, "a callgrind file is not read back");
    if (pk_profile_frames(same) != pk_profile_frames(profile) ||
        (graph && pk_profile_graph(same)->n != graph->n) ||
        pk_profile_total(same, 0) != pk_profile_total(profile, metric))
        fuzz_laws_fail("a callgrind file does not read back as the same graph", NULL);
    pk_profile_free(same);
    free(text);
}

/* A profile against itself is empty; the neighbours of one function are printed. */
static void check_analyses(const struct pk_profile *profile, size_t which)
{
    uint32_t metric = pk_profile_default_metric(profile);
    struct pk_arena arena;
    struct pk_diff diff;
    struct pk_error error = {0};

    pk_arena_init(&arena);
    if (!pk_diff_find((struct pk_side[]){{profile, metric}, {profile, metric}}, PK_DIFF_SELF,
                      &arena, &diff, &error) ||
        diff.n != 0 || diff.self_delta != 0)
        fuzz_laws_fail("a profile differs from itself", &error);
    if (pk_profile_graph(profile)) {
        struct pk_neighbours found = pk_calls_find(
            profile, metric, (pk_frame_id)(which % pk_profile_frames(profile)), &arena);

        fuzz_outputs_table(pk_view_calls(&arena, profile, metric, &found, 20), which);
    }
    pk_arena_fini(&arena);
}

void fuzz_laws_check(const struct pk_profile *profile, size_t which,
                     const struct pk_reading *reading)
{
    const bool is_native = reading->reader->is_native;

    if (which % 3 == 0) /* drawing takes most of the time */
        draw(profile, which / 3);
    fuzz_outputs_check(profile, which);
    check_analyses(profile, which);
    if (!is_native)
        check_callgrind(profile);
    check_pk(profile);
    if (pk_profile_tree(profile) && !is_native)
        check_folded(profile, reading);
}
