/*
 * Levels of recursion by their names: see recursion.h. valgrind puts the level behind the name, and
 * callers that it keeps apart behind that: "f'2'main" is a level of "f'main". The level is the
 * first piece of digits behind a quote that ends the name or stands before another quote.
 *
 * Trap: a quote and a number may end a name of its own (Haskell). It counts only when the function
 * without it is there too, in the same file and module; and that all levels stand below the first
 * is believed of callgrind alone.
 */
#include "analyze/recursion.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

/* The name without its level; false when it has none. */
static bool without_level(struct pk_str name, struct pk_buf *out)
{
    for (size_t at = 0; at < name.size; at++) {
        size_t end = at + 1;

        if (name.data[at] != '\'')
            continue;
        while (end < name.size && name.data[end] >= '0' && name.data[end] <= '9')
            end++;
        if (end == at + 1 || (end < name.size && name.data[end] != '\''))
            continue;
        if (name.data[at + 1] == '0' || (end == at + 2 && name.data[at + 1] == '1'))
            continue;
        pk_buf_reset(out);
        pk_buf_add(out, name.data, at);
        pk_buf_add(out, name.data + end, name.size - end);
        return true;
    }
    return false;
}

/* Frames stand in this order. */
static int compare(const struct pk_frame *a, const struct pk_frame *b)
{
    int order = pk_str_compare(a->name, b->name);

    if (!order)
        order = pk_str_compare(a->file, b->file);
    if (!order)
        order = (a->line > b->line) - (a->line < b->line);
    if (!order)
        order = pk_str_compare(a->module, b->module);
    return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

/* The same function by another name, or PK_NONE. */
static pk_frame_id find(const struct pk_profile *profile, const struct pk_frame *wanted)
{
    uint32_t low = 0, high = pk_profile_frames(profile);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare(pk_profile_frame(profile, middle), wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < pk_profile_frames(profile) && compare(pk_profile_frame(profile, low), wanted) == 0
               ? low
               : PK_NONE;
}

static bool is_callgrind(const struct pk_profile *profile)
{
    uint32_t n;
    const struct pk_fact *facts = pk_profile_facts(profile, &n);

    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(facts[i].key, PK_STR("format")) &&
            !pk_str_equal(facts[i].value, PK_STR("callgrind")))
            return false;
    return pk_str_equal(pk_profile_fact(profile, "format"), PK_STR("callgrind"));
}

/* Levels of levels ("f'2" of "f'1'2") are not followed: no producer writes them. */
uint32_t pk_recursion_levels(const struct pk_profile *profile, struct pk_frame *frames,
                             bool *is_outermost)
{
    bool is_known = is_callgrind(profile);
    struct pk_buf name = {0};
    uint32_t levels = 0;

    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++) {
        struct pk_frame frame = *pk_profile_frame(profile, f);
        pk_frame_id first = PK_NONE;

        frames[f] = frame;
        if (without_level(frame.name, &name)) {
            frame.name = pk_buf_view(&name);
            first = find(profile, &frame);
        }
        if (first == PK_NONE)
            continue;
        frames[f] = *pk_profile_frame(profile, first);
        is_outermost[first] = is_known;
        levels++;
    }
    pk_buf_fini(&name);
    return levels;
}
