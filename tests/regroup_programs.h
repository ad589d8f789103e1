/*
 * Profiles to regroup, and names to regroup them by. Include it behind cmocka.h.
 */
#ifndef TESTS_REGROUP_PROGRAMS_H
#define TESTS_REGROUP_PROGRAMS_H

#include "analyze/regroup.h"

#include <stdint.h>
#include <string.h>

#include "support.h"

#define NO PK_MISSING

static const struct pk_limits *limits(void)
{
    static struct pk_limits all;

    all = pk_limits_default();
    return &all;
}

/* Every function becomes what `name` gives for it. */
static inline struct pk_profile *regrouped(const struct pk_profile *profile,
                                           struct pk_regrouping how,
                                           void (*name)(struct pk_frame *))
{
    uint32_t n = pk_profile_frames(profile);
    struct pk_frame *frames = pk_calloc(n, sizeof *frames);
    struct pk_profile *out;

    for (pk_frame_id f = 0; f < n; f++) {
        frames[f] = *pk_profile_frame(profile, f);
        if (name)
            name(&frames[f]);
    }
    how.frames = name ? frames : NULL;
    out = support_freeze(pk_regroup(profile, &how, limits()));
    pk_free(frames);
    return out;
}

/* The same; the profile is freed. */
static inline struct pk_profile *regroup(struct pk_profile *profile, struct pk_regrouping how,
                                         void (*name)(struct pk_frame *))
{
    struct pk_profile *out = regrouped(profile, how, name);

    pk_profile_free(profile);
    return out;
}

/* "json.loads" becomes "json". */
static inline void before_dot(struct pk_frame *frame)
{
    const char *dot = memchr(frame->name.data, '.', frame->name.size);

    if (dot)
        frame->name.size = (size_t)(dot - frame->name.data);
}

/* "f'2" becomes "f". */
static inline void before_quote(struct pk_frame *frame)
{
    const char *quote = memchr(frame->name.data, '\'', frame->name.size);

    if (quote)
        frame->name.size = (size_t)(quote - frame->name.data);
}

static inline void assert_stacks(struct pk_profile *regrouped, const char *folded)
{
    struct pk_profile *expected = support_profile(folded);

    support_assert_equal(regrouped, expected);
    pk_profile_free(expected);
    pk_profile_free(regrouped);
}

static inline void add(struct pk_builder *b, const char *name, int64_t self, int64_t incl,
                       struct pk_calls calls)
{
    pk_builder_self(b, support_frame(b, name), &self, incl == NO ? NULL : &incl, calls);
}

static inline void join(struct pk_builder *b, const char *caller, const char *callee, int64_t incl,
                        int64_t self, int64_t calls)
{
    pk_builder_edge(b, support_frame(b, caller), support_frame(b, callee),
                    incl == NO ? NULL : &incl, self == NO ? NULL : &self,
                    (struct pk_calls){calls, calls});
}

static inline pk_edge_id edge(const struct pk_profile *p, const char *caller, const char *callee)
{
    const struct pk_graph *graph = pk_profile_graph(p);

    for (pk_edge_id e = 0; e < graph->n; e++)
        if (graph->caller[e] == support_find(p, caller) &&
            graph->callee[e] == support_find(p, callee))
            return e;
    return PK_NONE;
}

static inline int64_t high(const struct pk_profile *p, pk_frame_id f)
{
    return pk_profile_flat(p)->incl_high[0] ? pk_profile_flat(p)->incl_high[0][f] : NO;
}

static const struct pk_regrouping joining = {.joins = true};

static const struct pk_calls no_calls = {NO, NO};

/* main calls m.a and m.b; m.a calls m.b; m.b calls out. */
static inline struct pk_builder *layered(void)
{
    struct pk_builder *b = support_builder();

    add(b, "main", 1, 100, (struct pk_calls){1, 1});
    add(b, "m.a", 10, 70, (struct pk_calls){2, 2});
    add(b, "m.b", 49, 89, (struct pk_calls){7, 7});
    add(b, "out", 40, 40, (struct pk_calls){5, 5});
    join(b, "main", "m.a", 70, 10, 2);
    join(b, "main", "m.b", 29, 19, 3);
    join(b, "m.a", "m.b", 60, 30, 4);
    join(b, "m.b", "out", 40, 40, 5);
    return b;
}

#endif
