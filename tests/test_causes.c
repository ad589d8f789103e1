/*
 * Causes of differences, counted by hand: who answers for what, by calls and by stacks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/causes.h"
#include "model/builder.h"
#include "support.h"

struct call { /* ended by a NULL callee; caller NULL: a root, with the self cost of `callee` */
    const char *caller, *callee;
    int64_t calls, cost; /* cost: of the calls; of a root line: self */
};

struct found { /* a comparison and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
    struct pk_causes causes;
};

static pk_frame_id frame(struct pk_builder *b, const char *name)
{
    return pk_builder_frame(b,
                            &(struct pk_frame){.name = pk_str_of(name), .file = PK_STR("shop.py")});
}

/* Lines with a caller are edges; lines without say self and calls of a function. */
static struct pk_profile *profile_of(const struct call *call)
{
    struct pk_builder *b = support_builder();

    for (; call->callee; call++) {
        struct pk_calls calls = {call->calls, call->calls};

        if (call->caller)
            pk_builder_edge(b, frame(b, call->caller), frame(b, call->callee), &call->cost, NULL,
                            calls);
        else
            pk_builder_self(b, frame(b, call->callee), &call->cost, NULL, calls);
    }
    return support_freeze(b);
}

static struct found find(struct pk_profile *before, struct pk_profile *after)
{
    struct found f = {.profile = {before, after}};
    struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_error error = {0};

    pk_arena_init(&f.arena);
    assert_true(pk_diff_find(sides, PK_DIFF_SELF, &f.arena, &f.diff, &error));
    f.causes = pk_causes_find(&f.diff, 10, &f.arena);
    return f;
}

static void found_fini(struct found *f)
{
    pk_arena_fini(&f->arena);
    pk_profile_free(f->profile[0]);
    pk_profile_free(f->profile[1]);
}

static void assert_cause(const struct found *f, uint32_t at, const char *name, int64_t calls_part,
                         int64_t cost_part)
{
    const struct pk_cause *cause = &f->causes.cause[at];
    unsigned side = cause->frame[PK_AFTER] != PK_NONE ? PK_AFTER : PK_BEFORE;
    struct pk_str found = pk_profile_frame(f->profile[side], cause->frame[side])->name;

    assert_true(at < f->causes.n);
    assert_string_equal(found.data, name);
    assert_int_equal(cause->calls_part, calls_part);
    assert_int_equal(cause->cost_part, cost_part);
    assert_int_equal(cause->delta, calls_part + cost_part);
}

/* main 10 + 100 loads of 5 each; then one load. A load costs what it cost: main changed. */
static void who_calls_less_often_is_the_cause(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10},
                                         {NULL, "load", 100, 500},
                                         {"main", "load", 100, 500},
                                         {NULL, NULL, 0, 0}};
    static const struct call after[] = {
        {NULL, "main", 1, 10}, {NULL, "load", 1, 5}, {"main", "load", 1, 5}, {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_int_equal(f.causes.n, 2);
    assert_cause(&f, 0, "main", -495, 0);
    assert_int_equal(f.causes.cause[0].within, PK_NONE);
    assert_int_equal(f.causes.cause[0].calls[PK_BEFORE], 100);
    assert_int_equal(f.causes.cause[0].calls[PK_AFTER], 1);
    assert_cause(&f, 1, "load", -495, 0); /* in the same file: what main's calls were */
    assert_int_equal(f.causes.cause[1].within, 0);
    assert_int_equal(f.causes.explained, -495);
    assert_int_equal(f.causes.delta, -495);
    found_fini(&f);
}

/* As many calls, each dearer: the callee changed, whoever is above it. */
static void who_costs_more_per_call_is_the_cause(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10},    {NULL, "step", 4, 8},
                                         {NULL, "load", 20, 40},   {"main", "step", 4, 48},
                                         {"step", "load", 20, 40}, {NULL, NULL, 0, 0}};
    static const struct call after[] = {{NULL, "main", 1, 10},     {NULL, "step", 4, 8},
                                        {NULL, "load", 20, 100},   {"main", "step", 4, 108},
                                        {"step", "load", 20, 100}, {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_int_equal(f.causes.n, 1);
    assert_cause(&f, 0, "load", 0, 60);
    found_fini(&f);
}

/* Twice the steps, each with its five loads: only main does anything else. The loads, and what the
 * steps cost themselves, are main's. */
static void more_of_the_same_is_the_callers(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10},    {NULL, "step", 4, 8},
                                         {NULL, "load", 20, 40},   {"main", "step", 4, 48},
                                         {"step", "load", 20, 40}, {NULL, NULL, 0, 0}};
    static const struct call after[] = {{NULL, "main", 1, 10},    {NULL, "step", 8, 16},
                                        {NULL, "load", 40, 80},   {"main", "step", 8, 96},
                                        {"step", "load", 40, 80}, {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_cause(&f, 0, "main", 48, 0);
    assert_int_equal(f.causes.explained, 48);
    found_fini(&f);
}

/* A function that is new, and all that it calls, is what its caller does now. */
static void who_calls_something_new_is_the_cause(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10}, {NULL, NULL, 0, 0}};
    static const struct call after[] = {{NULL, "main", 1, 10},   {NULL, "cache", 2, 6},
                                        {NULL, "hash", 2, 4},    {"main", "cache", 2, 10},
                                        {"cache", "hash", 2, 4}, {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_cause(&f, 0, "main", 10, 0);
    assert_int_equal(f.causes.explained, 10);
    found_fini(&f);
}

/* Exploding recursion: entered once, so the box costs less for its one entry. */
static void recursion_is_entered_once(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10},
                                         {NULL, "walk", 1000, 2000},
                                         {"main", "walk", 1, 2000},
                                         {"walk", "walk", 999, 1998},
                                         {NULL, NULL, 0, 0}};
    static const struct call after[] = {{NULL, "main", 1, 10},
                                        {NULL, "walk", 20, 40},
                                        {"main", "walk", 1, 40},
                                        {"walk", "walk", 19, 38},
                                        {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_int_equal(f.causes.n, 1);
    assert_cause(&f, 0, "walk", 0, -1960);
    found_fini(&f);
}

/* Causes against the difference are listed when they are large, and are no part of it. */
static void what_pulls_the_other_way_is_listed(void **state)
{
    static const struct call before[] = {{NULL, "main", 1, 10},    {NULL, "load", 1, 100},
                                         {NULL, "draw", 1, 100},   {"main", "load", 1, 100},
                                         {"main", "draw", 1, 100}, {NULL, NULL, 0, 0}};
    static const struct call after[] = {{NULL, "main", 1, 10},    {NULL, "load", 1, 20},
                                        {NULL, "draw", 1, 130},   {"main", "load", 1, 20},
                                        {"main", "draw", 1, 130}, {NULL, NULL, 0, 0}};
    struct found f = find(profile_of(before), profile_of(after));

    (void)state;
    assert_int_equal(f.causes.n, 2);
    assert_cause(&f, 0, "load", 0, -80);
    assert_cause(&f, 1, "draw", 0, 30);
    assert_int_equal(f.causes.explained, f.causes.delta);
    found_fini(&f);
}

/* Samples have no counts: the top of what shrank alike, not its leaves. */
static void stacks_name_the_subtree_that_changed(void **state)
{
    struct found f = find(support_profile("main;send;read;open 30\nmain;send;read;parse 50\n"
                                          "main;send;read 20\nmain;send 15\nmain;draw 50\n"),
                          support_profile("main;send;read;open 3\nmain;send;read;parse 5\n"
                                          "main;send;read 2\nmain;send 15\nmain;draw 50\n"));

    (void)state;
    assert_int_equal(f.causes.n, 1);
    assert_cause(&f, 0, "read", 0, -90);
    assert_true(f.causes.cause[0].is_subtree);
    found_fini(&f);
}

static void nothing_has_no_cause(void **state)
{
    struct found f = find(support_profile("main;a 5\n"), support_profile("main;a 5\n"));

    (void)state;
    assert_int_equal(f.causes.n, 0);
    assert_int_equal(f.causes.explained, 0);
    found_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_calls_less_often_is_the_cause),
        cmocka_unit_test(who_costs_more_per_call_is_the_cause),
        cmocka_unit_test(more_of_the_same_is_the_callers),
        cmocka_unit_test(who_calls_something_new_is_the_cause),
        cmocka_unit_test(recursion_is_entered_once),
        cmocka_unit_test(what_pulls_the_other_way_is_listed),
        cmocka_unit_test(stacks_name_the_subtree_that_changed),
        cmocka_unit_test(nothing_has_no_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
