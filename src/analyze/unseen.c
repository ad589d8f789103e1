/*
 * Lines that call what is not shown: see unseen.h. Self is added up by line first, since only of
 * those that matter is the text looked at.
 *
 * Traps: a function of Python that a line calls is on the stack, so the time of its line is not
 * self; what the line itself does (comparing, unpacking) is, and cannot be told from the call.
 */
#include "analyze/unseen.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/regroup.h"
#include "analyze/sourcetext.h"
#include "base/array.h"
#include "base/map.h"
#include "model/record.h"

#define LEAST 50 /* lines with less than one part in so many are not looked at */

/* What a profile shows of functions written in C has no place in any file. */
bool pk_unseen_is(const struct pk_frame *frame)
{
    return frame->kind == PK_KIND_BUILTIN && frame->line && !frame->file.data;
}

struct place {
    pk_frame_id frame;
    uint32_t line;
};

struct lines { /* by number: those that have self */
    const struct pk_profile *profile;
    const struct pk_tree *tree;
    struct pk_map places;    /* struct place */
    PK_ARRAY(int64_t) self;  /* of each */
    PK_ARRAY(uint32_t) leaf; /* of each: the frame below it, or PK_NONE */
    PK_ARRAY(struct pk_frame) leaves;
};

/* The number of the line that a node executes; PK_NONE where it is not known. */
static uint32_t number_of(struct lines *l, pk_node_id node, bool *is_new)
{
    struct place place = {l->tree->frame[node], l->tree->line[node]};

    *is_new = false;
    return place.line ? pk_map_add(&l->places, &place, is_new) : PK_NONE;
}

static void add_up(struct lines *l, uint32_t metric)
{
    const int64_t *self = l->tree->self[metric];

    for (pk_node_id node = 0; node < l->tree->n; node++) {
        bool is_new;
        uint32_t number = self[node] > 0 ? number_of(l, node, &is_new) : PK_NONE;

        if (number == PK_NONE)
            continue;
        if (is_new)
            pk_array_push(&l->self, INT64_C(0));
        l->self.data[number] = self[node] > INT64_MAX - l->self.data[number]
                                   ? INT64_MAX
                                   : l->self.data[number] + self[node];
    }
}

struct source { /* the file that was read last: lines of one mostly follow each other */
    const struct pk_sourcefile_options *options;
    struct pk_arena *arena;
    struct pk_str path; /* as the profile calls it */
    struct pk_sourcefile file;
    struct pk_sourcetext text;
    bool is_text;
};

static void leave(struct source *source)
{
    pk_sourcetext_fini(&source->text);
    pk_sourcefile_fini(&source->file);
}

/* What the text says of one line: `name` gets what it calls there. */
static bool read_line(struct source *source, struct pk_str path, uint32_t line, struct pk_buf *name)
{
    if (!pk_str_equal(source->path, path)) {
        leave(source);
        source->path = path;
        pk_sourcefile_open(&source->file, source->options, path, source->arena);
        source->is_text = source->file.is_found &&
                          pk_sourcetext_init(&source->text, pk_buf_view(&source->file.below.bytes),
                                             source->file.path);
    }
    return source->is_text && pk_sourcetext_builtin(&source->text, line, name);
}

/* There are at most LEAST of those that are looked at. */
static void look(struct lines *l, uint32_t metric, const struct pk_families *families,
                 const struct pk_sourcefile_options *options, struct pk_arena *arena)
{
    int64_t least = pk_profile_total(l->profile, metric) / LEAST;
    struct source source = {.options = options, .arena = arena};
    struct pk_buf name = {0};

    for (uint32_t i = 0; i < l->self.size; i++) {
        const struct place *place = pk_map_key(&l->places, i);
        struct pk_str file = pk_profile_frame(l->profile, place->frame)->file;
        struct pk_frame leaf = {.line = place->line, .kind = PK_KIND_BUILTIN};

        pk_array_push(&l->leaf, PK_NONE);
        if (l->self.data[i] <= least || !pk_str_ends(file, PK_STR(".py")) ||
            !read_line(&source, file, place->line, &name))
            continue;
        leaf.name = pk_arena_str(arena, pk_buf_view(&name));
        if (!pk_families_of(families, &leaf))
            continue;
        l->leaf.data[i] = (uint32_t)l->leaves.size;
        pk_array_push(&l->leaves, leaf);
    }
    leave(&source);
    pk_buf_fini(&name);
}

static struct pk_builder *build(struct lines *l, const struct pk_limits *limits)
{
    uint32_t *leaf = pk_calloc(l->tree->n, sizeof *leaf);
    struct pk_regrouping how = {.keeps_lines = true, .leaves = l->leaves.data, .leaf = leaf};
    struct pk_builder *builder;

    for (pk_node_id node = 0; node < l->tree->n; node++) {
        struct place place = {l->tree->frame[node], l->tree->line[node]};
        uint32_t number = pk_map_find(&l->places, &place);

        leaf[node] = number == PK_NONE ? PK_NONE : l->leaf.data[number];
    }
    builder = pk_regroup(l->profile, &how, limits);
    pk_free(leaf);
    return builder;
}

struct pk_builder *pk_unseen_calls(const struct pk_profile *profile, uint32_t metric,
                                   const struct pk_families *families,
                                   const struct pk_sourcefile_options *options,
                                   const struct pk_limits *limits, struct pk_arena *arena)
{
    struct lines l = {.profile = profile, .tree = pk_profile_line_tree(profile)};
    struct pk_builder *builder = NULL;

    if (!l.tree || !l.tree->line)
        return NULL;
    pk_map_init(&l.places, sizeof(struct place));
    add_up(&l, metric);
    look(&l, metric, families, options, arena);
    if (l.leaves.size)
        builder = build(&l, limits);
    pk_map_fini(&l.places);
    pk_array_fini(&l.self);
    pk_array_fini(&l.leaf);
    pk_array_fini(&l.leaves);
    return builder;
}
