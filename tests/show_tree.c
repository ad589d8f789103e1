/*
 * Prints the tree of a profile for one metric with what is proven of each node, for scripts that
 * know the true tree: recorded, when the file has stacks; otherwise climbed. Tab-separated.
 *
 * The first line: total, proven, pruned, contradictions. Then a line for each node in preorder:
 * number of the parent or "-", kind, value, its low and high; self, its low and high; the name, and
 * for a cycle the names of its members. Kinds: function; cycle (a box of several functions); member
 * (what one of them has of its box, below it); special (made by profkit, as "(pruned)").
 *
 * usage: show_tree FILE METRIC
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "formats/reader.h"
#include "model/attribute.h"
#include "model/cycles.h"

struct shown {
    const struct pk_profile *profile;
    const struct pk_tree *tree;
    struct pk_cycles cycles; /* of no functions when stacks were recorded */
};

static bool is_cycle(pk_frame_id frame)
{
    return frame >= PK_FRAME_CYCLE && !pk_profile_special(frame);
}

/* A member stands below its own box; a function of a later visit to the box never does. */
static bool is_member(const struct shown *shown, uint32_t node)
{
    pk_frame_id frame = shown->tree->frame[node];
    uint32_t parent = shown->tree->parent[node];

    return parent != PK_NONE && is_cycle(shown->tree->frame[parent]) && frame < PK_FRAME_CYCLE &&
           shown->cycles.box[frame] == shown->tree->frame[parent] - PK_FRAME_CYCLE;
}

static void print_name(const struct shown *shown, pk_frame_id frame)
{
    struct pk_str name = pk_profile_frame(shown->profile, frame)->name;

    putchar('\t');
    fwrite(name.data, 1, name.size, stdout);
}

static void print_range(int64_t value, const struct pk_range *ranges, uint32_t node)
{
    struct pk_range range = ranges ? ranges[node] : (struct pk_range){value, value};

    printf("\t%" PRId64 "\t%" PRId64 "\t%" PRId64, value, range.lo, range.hi);
}

static void print_members(const struct shown *shown, uint32_t box)
{
    const struct pk_cycles *cycles = &shown->cycles;

    for (uint32_t i = cycles->member_start[box]; i < cycles->member_start[box + 1]; i++)
        print_name(shown, cycles->member[i]);
}

static void print_node(const struct shown *shown, uint32_t i)
{
    const struct pk_tree *tree = shown->tree;
    pk_frame_id frame = tree->frame[i];

    if (tree->parent[i] == PK_NONE)
        putchar('-');
    else
        printf("%" PRIu32, tree->parent[i]);
    printf("\t%s", pk_profile_special(frame) ? "special"
                   : is_cycle(frame)         ? "cycle"
                   : is_member(shown, i)     ? "member"
                                             : "function");
    print_range(tree->incl[0][i], tree->incl_range, i);
    print_range(tree->self[0][i], tree->self_range, i);
    print_name(shown, frame);
    if (is_cycle(frame))
        print_members(shown, frame - PK_FRAME_CYCLE);
    putchar('\n');
}

/* A metric that the profile does not have is an error of the script. */
static bool print_profile(const struct pk_profile *profile, const char *metric)
{
    struct pk_arena arena;
    struct shown shown = {.profile = profile};
    struct pk_attributed *attributed;
    uint32_t m = 0;

    while (m < pk_profile_metrics(profile) &&
           !pk_str_equal(pk_profile_metric(profile, m)->name, pk_str_of(metric)))
        m++;
    if (m == pk_profile_metrics(profile))
        return false;
    pk_arena_init(&arena);
    attributed = pk_attribute_new(profile, m);
    shown.tree = &attributed->tree;
    shown.cycles = pk_cycles_find(pk_profile_graph(profile), pk_profile_frames(profile), &arena);
    printf("%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRIu64 "\n", attributed->total,
           attributed->proven, attributed->pruned, attributed->contradictions);
    for (uint32_t i = 0; i < attributed->tree.n; i++)
        print_node(&shown, i);
    pk_attribute_free(attributed);
    pk_arena_fini(&arena);
    return true;
}

int main(int argc, char **argv)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.builder = builder};
    struct pk_error error = {0};
    struct pk_profile *profile = NULL;
    bool done = false;

    if (argc == 3)
        reading.input = pk_input_open(argv[1], &limits, &error);
    if (reading.input && pk_reader_run(&reading, NULL, &error))
        profile = pk_builder_freeze(builder, NULL, NULL, &error);
    if (profile)
        done = print_profile(profile, argv[2]);
    else
        pk_error_print(&error, stderr);
    pk_input_free(reading.input);
    pk_builder_free(builder);
    pk_profile_free(profile);
    return done ? 0 : 1;
}
