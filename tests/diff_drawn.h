/*
 * For tests of pictures of a comparison: two profiles, their comparison, both trees laid over each
 * other. Header only. Layer: tests.
 */
#ifndef PK_TESTS_DIFF_DRAWN_H
#define PK_TESTS_DIFF_DRAWN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/diff_tree.h" /* IWYU pragma: export */
#include "model/attribute.h"   /* IWYU pragma: export */
#include "support.h"           /* IWYU pragma: export */

struct diff_drawn {
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_attributed *attributed[2]; /* of a side whose tree is climbed */
    struct pk_diff diff;
    struct pk_diff_stacks stacks[2];
    struct pk_diff_tree tree;
};

/* Of two metrics, which may be of one profile. Takes the profiles. */
static inline struct diff_drawn diff_drawn_sides(const struct pk_side sides[2])
{
    struct diff_drawn d = {0};
    struct pk_error error = {0};

    pk_arena_init(&d.arena);
    assert_true(pk_diff_find(sides, PK_DIFF_SELF, &d.arena, &d.diff, &error));
    for (unsigned s = 0; s < 2; s++) {
        const struct pk_profile *profile = sides[s].profile;

        d.profile[s] = (struct pk_profile *)(uintptr_t)profile;
        d.stacks[s] = (struct pk_diff_stacks){pk_profile_tree(profile), sides[s].metric,
                                              pk_profile_total(profile, sides[s].metric)};
        if (d.stacks[s].tree)
            continue;
        d.attributed[s] = pk_attribute_new(profile, sides[s].metric);
        d.stacks[s] = (struct pk_diff_stacks){&d.attributed[s]->tree, 0, d.attributed[s]->total};
    }
    assert_true(pk_diff_tree_find(&d.diff, d.stacks, NULL, &d.arena, &d.tree, &error));
    return d;
}

static inline struct diff_drawn diff_drawn_of(struct pk_profile *before, struct pk_profile *after)
{
    return diff_drawn_sides((struct pk_side[]){{before, 0}, {after, 0}});
}

static inline struct diff_drawn diff_drawn(const char *before, const char *after)
{
    return diff_drawn_of(support_profile(before), support_profile(after));
}

/* Of lines "a;b 3 5": the metrics before and after of one profile. */
static inline struct diff_drawn diff_drawn_pair(const char *folded)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    static const char *const names[] = {"before", "after"};
    struct pk_profile *profile;

    for (unsigned m = 0; m < 2; m++)
        (void)pk_builder_metric(
            builder, &(struct pk_metric){.name = pk_str_of(names[m]), .unit = PK_UNIT_COUNT});
    while (*folded) {
        const char *space = strchr(folded, ' ');
        char *end;
        int64_t values[2] = {strtoll(space, &end, 10), strtoll(end, &end, 10)};
        pk_frame_id frames[16];
        size_t n = 0;

        for (const char *name = folded; name < space;) {
            const char *stop = memchr(name, ';', (size_t)(space - name));
            struct pk_frame frame = {.name = {name, (size_t)((stop ? stop : space) - name)}};

            frames[n++] = pk_builder_frame(builder, &frame);
            name = (stop ? stop : space) + 1;
        }
        pk_builder_stack(builder, frames, NULL, n, values);
        folded = end + 1;
    }
    profile = support_freeze(builder);
    return diff_drawn_sides((struct pk_side[]){{profile, 0}, {profile, 1}});
}

/* Free all but the profiles. */
static inline void diff_drawn_drop(struct diff_drawn *d)
{
    for (unsigned s = 0; s < 2; s++)
        pk_attribute_free(d->attributed[s]);
    pk_arena_fini(&d->arena);
}

static inline void diff_drawn_fini(struct diff_drawn *d)
{
    diff_drawn_drop(d);
    pk_profile_free(d->profile[0]);
    if (d->profile[1] != d->profile[0])
        pk_profile_free(d->profile[1]);
}

#endif
