/*
 * Profiles by other names. Expected values are worked out by hand from the stacks; random programs
 * are regrouped twice, as the stacks that really were and as the calls that a tracer saw, and the
 * second may say nothing that the first does not bear out.
 */
#include "analyze/regroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "model/lines.h"
#include "model/timeline.h"
#include "support.h"

#define NO PK_MISSING

/* --- helpers --- */

static const struct pk_limits *limits(void)
{
    static struct pk_limits all;

    all = pk_limits_default();
    return &all;
}

/* Every function becomes what `name` gives for it. */
static struct pk_profile *regrouped(const struct pk_profile *profile, struct pk_regrouping how,
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
static struct pk_profile *regroup(struct pk_profile *profile, struct pk_regrouping how,
                                  void (*name)(struct pk_frame *))
{
    struct pk_profile *out = regrouped(profile, how, name);

    pk_profile_free(profile);
    return out;
}

/* "json.loads" becomes "json". */
static void before_dot(struct pk_frame *frame)
{
    const char *dot = memchr(frame->name.data, '.', frame->name.size);

    if (dot)
        frame->name.size = (size_t)(dot - frame->name.data);
}

/* "f'2" becomes "f". */
static void before_quote(struct pk_frame *frame)
{
    const char *quote = memchr(frame->name.data, '\'', frame->name.size);

    if (quote)
        frame->name.size = (size_t)(quote - frame->name.data);
}

static void assert_stacks(struct pk_profile *regrouped, const char *folded)
{
    struct pk_profile *expected = support_profile(folded);

    support_assert_equal(regrouped, expected);
    pk_profile_free(expected);
    pk_profile_free(regrouped);
}

static void add(struct pk_builder *b, const char *name, int64_t self, int64_t incl,
                struct pk_calls calls)
{
    pk_builder_self(b, support_frame(b, name), &self, incl == NO ? NULL : &incl, calls);
}

static void join(struct pk_builder *b, const char *caller, const char *callee, int64_t incl,
                 int64_t self, int64_t calls)
{
    pk_builder_edge(b, support_frame(b, caller), support_frame(b, callee),
                    incl == NO ? NULL : &incl, self == NO ? NULL : &self,
                    (struct pk_calls){calls, calls});
}

static pk_edge_id edge(const struct pk_profile *p, const char *caller, const char *callee)
{
    const struct pk_graph *graph = pk_profile_graph(p);

    for (pk_edge_id e = 0; e < graph->n; e++)
        if (graph->caller[e] == support_find(p, caller) &&
            graph->callee[e] == support_find(p, callee))
            return e;
    return PK_NONE;
}

static int64_t high(const struct pk_profile *p, pk_frame_id f)
{
    return pk_profile_flat(p)->incl_high[0] ? pk_profile_flat(p)->incl_high[0][f] : NO;
}

/* --- stacks --- */

static const struct pk_regrouping joining = {.joins = true};

static void equal_neighbours_are_one(void **state)
{
    (void)state;
    assert_stacks(
        regroup(support_profile("main;json.loads;json.scan 3\nmain;json.loads;re.match 4\n"
                                "main;re.match;re.compile;json.loads 5\n"),
                joining, before_dot),
        "main;json 3\nmain;json;re 4\nmain;re;json 5\n");
}

static void a_group_counts_once_per_stack(void **state)
{
    struct pk_profile *p = regroup(support_profile("a.x;b.y;a.z 7\na.x 1\n"), joining, before_dot);
    pk_frame_id a = support_find(p, "a");

    (void)state;
    assert_int_equal(pk_profile_flat(p)->incl[0][a], 8);
    assert_int_equal(pk_profile_flat(p)->self[0][a], 8);
    assert_int_equal(pk_profile_total(p, 0), 8);
    pk_profile_free(p);
}

static void without_names_only_recursion_goes(void **state)
{
    (void)state;
    assert_stacks(regroup(support_profile("a;f;f;f;g;f;f 2\na;f 1\nf;f 5\n"), joining, NULL),
                  "a;f;g;f 2\na;f 1\nf 5\n");
}

static void levels_of_recursion_join_their_function(void **state)
{
    (void)state;
    assert_stacks(regroup(support_profile("a;f;f'2;g 2\na;f;f'2 4\n"), joining, before_quote),
                  "a;f;g 2\na;f 4\n");
}

static void executing_lines_are_those_of_the_innermost(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    const int64_t one = 1, two = 2;
    struct pk_profile *p;
    const struct pk_tree *tree;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, f, g}, (uint32_t[]){10, 12, 3}, 3, &one);
    pk_builder_stack(b, (pk_frame_id[]){f}, (uint32_t[]){10}, 1, &two);
    p = regroup(support_freeze(b), (struct pk_regrouping){.joins = true, .keeps_lines = true},
                NULL);
    tree = pk_profile_line_tree(p);
    assert_int_equal(tree->n, 3);
    assert_int_equal(tree->line[0], 10);
    assert_int_equal(tree->self[0][0], 2);
    assert_int_equal(tree->line[1], 12);
    assert_int_equal(tree->line[2], 3);
    assert_int_equal(tree->parent[2], 1);
    assert_int_equal(pk_profile_tree(p)->n, 2);
    pk_profile_free(p);
}

static void lines_go_with_the_names_that_they_belong_to(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f");
    const int64_t one = 1;
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, &f, (uint32_t[]){10}, 1, &one);
    p = regroup(support_freeze(b), joining, before_dot);
    assert_null(pk_profile_line_tree(p));
    pk_profile_free(p);
}

static pk_frame_id of_kind(struct pk_builder *b, const char *name, enum pk_frame_kind kind)
{
    return pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(name), .kind = kind});
}

static void inlined_frames_hand_their_cost_over(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    pk_frame_id in = of_kind(b, "in", PK_KIND_INLINED), deep = of_kind(b, "deep", PK_KIND_INLINED);
    pk_frame_id process = of_kind(b, "app", PK_KIND_PROCESS);
    const int64_t values[] = {1, 2, 4, 8};
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, in, deep}, NULL, 3, &values[0]);
    pk_builder_stack(b, (pk_frame_id[]){f, in, g}, NULL, 3, &values[1]);
    pk_builder_stack(b, (pk_frame_id[]){in}, NULL, 1, &values[2]);
    pk_builder_stack(b, (pk_frame_id[]){process, in}, NULL, 2, &values[3]);
    p = regroup(support_freeze(b), (struct pk_regrouping){.merges_inlined = true}, NULL);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "f")], 1);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "f")], 3);
    assert_int_equal(support_find(p, "deep"), PK_NONE);
    /* Nobody knows whose these are. */
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "in")], 12);
    assert_int_equal(pk_profile_tree(p)->n, 5);
    assert_int_equal(pk_profile_total(p, 0), 15);
    pk_profile_free(p);
}

/* --- calls --- */

static const struct pk_calls no_calls = {NO, NO};

/* main calls m.a and m.b; m.a calls m.b; m.b calls out. */
static struct pk_builder *layered(void)
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

static void edges_between_groups_add_up(void **state)
{
    struct pk_profile *p = regroup(support_freeze(layered()), joining, before_dot);
    const struct pk_flat *flat = pk_profile_flat(p);
    const struct pk_graph *graph = pk_profile_graph(p);
    pk_frame_id m = support_find(p, "m");
    pk_edge_id into = edge(p, "main", "m");

    (void)state;
    assert_int_equal(flat->self[0][m], 59);
    assert_int_equal(flat->incl[0][m], 99); /* 59 and what leaves it */
    assert_int_equal(high(p, m), NO);
    assert_int_equal(flat->calls[m], 9);
    assert_int_equal(flat->primitive[m], 5); /* four of them from within */
    assert_int_equal(graph->n, 2);
    assert_int_equal(graph->incl[0][into], 99);
    assert_int_equal(graph->self[0][into], NO); /* 29 are its entries, 30 it spends by itself */
    assert_int_equal(graph->calls[into], 5);
    assert_int_equal(graph->primitive[into], 5);
    assert_int_equal(graph->self[0][edge(p, "m", "out")], 40);
    assert_int_equal(flat->incl[0][support_find(p, "main")], 100);
    pk_profile_free(p);
}

static void a_group_on_a_cycle_has_a_range(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;
    const struct pk_flat *flat;
    pk_frame_id m;

    /* main;m.a;x;m.b 40 and main;m.b 10: m has 50 + 5 of m.a; x lies between. */
    (void)state;
    add(b, "main", 1, 66, no_calls);
    add(b, "m.a", 5, 55, no_calls);
    add(b, "x", 10, 50, no_calls);
    add(b, "m.b", 50, 50, no_calls);
    join(b, "main", "m.a", 55, NO, NO);
    join(b, "m.a", "x", 50, NO, NO);
    join(b, "x", "m.b", 40, NO, NO);
    join(b, "main", "m.b", 10, NO, NO);
    p = regroup(support_freeze(b), joining, before_dot);
    flat = pk_profile_flat(p);
    m = support_find(p, "m");
    assert_int_equal(flat->self[0][m], 55);
    assert_int_equal(flat->incl[0][m], 65); /* what enters: here the truth */
    assert_int_equal(high(p, m), NO);
    /* Of one function the file said it; one edge between two functions is once per stack still. */
    assert_int_equal(flat->incl[0][support_find(p, "x")], 50);
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "m", "x")], 50);
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "main", "m")], 65);
    pk_profile_free(p);
}

static void several_edges_on_a_cycle_cannot_be_added(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;
    pk_frame_id m, n;

    /* m.a;n.a;m.b;n.b 8 on one stack: from m to n are two edges of 8 each, but not 16. */
    (void)state;
    add(b, "m.a", 0, 8, no_calls);
    add(b, "n.a", 0, 8, no_calls);
    add(b, "m.b", 0, 8, no_calls);
    add(b, "n.b", 8, 8, no_calls);
    join(b, "m.a", "n.a", 8, NO, NO);
    join(b, "n.a", "m.b", 8, NO, NO);
    join(b, "m.b", "n.b", 8, NO, NO);
    p = regroup(support_freeze(b), joining, before_dot);
    m = support_find(p, "m");
    n = support_find(p, "n");
    assert_int_equal(pk_profile_graph(p)->incl[0][edge(p, "m", "n")], NO);
    assert_int_equal(pk_profile_flat(p)->incl[0][m], 0);
    assert_int_equal(high(p, m), 8);
    assert_int_equal(pk_profile_flat(p)->incl[0][n], 8);
    assert_int_equal(pk_profile_total(p, 0), 8);
    pk_profile_free(p);
}

static void the_outermost_function_has_the_inclusive_of_its_group(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p, *out;
    struct pk_frame frames[4];
    bool is_outermost[4] = {false};
    struct pk_regrouping how = {.frames = frames, .is_outermost = is_outermost, .joins = true};
    pk_frame_id f;

    /* As valgrind: main calls f, which calls f'2, which calls g, which calls f'2. */
    (void)state;
    add(b, "main", 1, 91, (struct pk_calls){1, NO});
    add(b, "f", 20, 90, (struct pk_calls){3, NO});
    add(b, "f'2", 30, NO, (struct pk_calls){40, NO});
    add(b, "g", 40, NO, (struct pk_calls){30, NO});
    join(b, "main", "f", 90, NO, 3);
    join(b, "f", "f'2", 70, NO, 10);
    join(b, "f'2", "g", NO, NO, 30);
    join(b, "g", "f'2", NO, NO, 30);
    p = support_freeze(b);
    for (pk_frame_id i = 0; i < 4; i++) {
        frames[i] = *pk_profile_frame(p, i);
        before_quote(&frames[i]);
    }
    is_outermost[support_find(p, "f")] = true;
    out = support_freeze(pk_regroup(p, &how, limits()));
    f = support_find(out, "f");
    assert_int_equal(pk_profile_frames(out), 3);
    assert_int_equal(pk_profile_flat(out)->self[0][f], 50);
    assert_int_equal(pk_profile_flat(out)->incl[0][f], 90);
    assert_int_equal(high(out, f), NO);
    assert_int_equal(pk_profile_flat(out)->calls[f], 43);
    assert_int_equal(edge(out, "f", "f"), PK_NONE);
    assert_int_equal(pk_profile_graph(out)->calls[edge(out, "g", "f")], 30);
    pk_profile_free(p);
    pk_profile_free(out);
}

static void recursion_goes_from_edges_too(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    add(b, "main", 1, 10, (struct pk_calls){1, 1});
    add(b, "f", 9, 9, (struct pk_calls){5, 1});
    join(b, "main", "f", 9, 4, 1);
    join(b, "f", "f", 6, 5, 4);
    p = regroup(support_freeze(b), joining, NULL);
    assert_int_equal(pk_profile_graph(p)->n, 1);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "f")], 9);
    assert_int_equal(pk_profile_flat(p)->primitive[support_find(p, "f")], 1);
    assert_null(pk_profile_graph(p)->self[0]);
    pk_profile_free(p);
}

static void functions_alone_have_no_inclusive_together(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    pk_builder_recorded_at(b, PK_FLAT);
    add(b, "m.a", 1, 10, (struct pk_calls){1, 1});
    add(b, "m.b", 2, 5, (struct pk_calls){2, 2});
    add(b, "x", 3, 4, (struct pk_calls){3, 3});
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_rung(p), PK_FLAT);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "m")], 3);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->primitive[support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "m")], 3);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "x")], 4);
    pk_profile_free(p);
}

static void calls_of_which_a_part_is_unknown_are_unknown(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_profile *p;

    (void)state;
    add(b, "m.a", 1, NO, (struct pk_calls){1, NO});
    add(b, "m.b", 2, NO, no_calls);
    add(b, "x", 2, NO, (struct pk_calls){4, NO});
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "m")], NO);
    assert_int_equal(pk_profile_flat(p)->calls[support_find(p, "x")], 4);
    pk_profile_free(p);
}

/* --- lines --- */

static pk_frame_id in_file(struct pk_builder *b, const char *name, uint32_t line)
{
    return pk_builder_frame(
        b, &(struct pk_frame){.name = pk_str_of(name), .file = PK_STR("a.c"), .line = line});
}

static pk_frame_id at_line(const struct pk_profile *p, const char *name, uint32_t line)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(p); f++)
        if (pk_str_equal(pk_profile_frame(p, f)->name, pk_str_of(name)) &&
            pk_profile_frame(p, f)->line == line)
            return f;
    return PK_NONE;
}

static void lines_of_stacks_become_frames(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = in_file(b, "f", 1), g = in_file(b, "g", 5);
    const int64_t values[] = {1, 2, 4};
    struct pk_profile *p, *out;

    (void)state;
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){2, 6}, 2, &values[0]);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){3, 6}, 2, &values[1]);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, (uint32_t[]){3, 0}, 2, &values[2]);
    p = support_freeze(b);
    assert_true(pk_regroup_has_lines(p));
    out = support_freeze(pk_regroup_lines(p, limits()));
    assert_int_equal(pk_profile_flat(out)->self[0][at_line(out, "g", 6)], 3);
    assert_int_equal(pk_profile_flat(out)->self[0][at_line(out, "g", 0)], 4);
    assert_int_equal(pk_profile_flat(out)->incl[0][at_line(out, "f", 3)], 6);
    assert_int_equal(pk_profile_frames(out), 4);
    assert_int_equal(pk_profile_rung(out), PK_TREE);
    pk_profile_free(p);
    pk_profile_free(out);
}

/* main:2 calls f; f:6 costs 5, f:7 calls g for 30; g calls itself at 12; h has no lines. */
static struct pk_builder *costed(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id main_ = in_file(b, "main", 1), f = in_file(b, "f", 5), g = in_file(b, "g", 10),
                h = in_file(b, "h", 20);
    static const int64_t self[] = {1, 5, 30, 9}, incl[] = {36, 35, 30};
    static const int64_t one = 1, six = 6, twenty = 20, ten = 10;

    pk_builder_self(b, main_, &self[0], NULL, PK_CALLS_MISSING);
    pk_builder_self(b, f, &self[1], NULL, PK_CALLS_MISSING);
    pk_builder_self(b, g, &self[2], &self[2], PK_CALLS_MISSING);
    pk_builder_self(b, h, &self[3], NULL, PK_CALLS_MISSING);
    pk_builder_edge(b, main_, f, &incl[1], NULL, (struct pk_calls){1, NO});
    pk_builder_edge(b, f, g, &incl[2], NULL, (struct pk_calls){2, NO});
    pk_builder_edge(b, g, g, NULL, NULL, (struct pk_calls){8, NO});
    pk_builder_line(b, main_, PK_STR("a.c"), 1, PK_NONE, &one, PK_CALLS_MISSING);
    pk_builder_line(b, main_, PK_STR("a.c"), 2, f, &incl[1], (struct pk_calls){1, NO});
    pk_builder_line(b, f, PK_STR("inl.h"), 6, PK_NONE, &self[1], PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("a.c"), 7, g, &incl[2], (struct pk_calls){2, NO});
    pk_builder_line(b, g, PK_STR("a.c"), 11, PK_NONE, &twenty, PK_CALLS_MISSING);
    pk_builder_line(b, g, PK_STR("a.c"), 12, PK_NONE, &six, PK_CALLS_MISSING);
    pk_builder_line(b, g, PK_STR("a.c"), 12, g, &ten, (struct pk_calls){8, NO});
    return b;
}

static void costs_of_lines_become_functions(void **state)
{
    struct pk_profile *p = support_freeze(costed());
    struct pk_profile *out = support_freeze(pk_regroup_lines(p, limits()));
    const struct pk_flat *flat = pk_profile_flat(out);

    (void)state;
    assert_int_equal(pk_profile_rung(out), PK_FLAT);
    assert_int_equal(pk_profile_total(out, 0), 45);
    assert_int_equal(flat->self[0][at_line(out, "main", 2)], 0);
    assert_int_equal(flat->incl[0][at_line(out, "main", 2)], 35);
    assert_int_equal(flat->self[0][at_line(out, "f", 6)], 5);
    assert_true(pk_str_equal(pk_profile_frame(out, at_line(out, "f", 6))->file, PK_STR("inl.h")));
    assert_int_equal(flat->incl[0][at_line(out, "f", 7)], 30);
    assert_int_equal(flat->incl[0][at_line(out, "g", 11)], 20);
    assert_int_equal(flat->incl[0][at_line(out, "g", 12)], NO); /* within itself */
    assert_int_equal(flat->self[0][at_line(out, "g", 0)], 4);   /* what no line has */
    assert_int_equal(flat->self[0][at_line(out, "h", 0)], 9);
    assert_null(flat->calls);
    pk_profile_free(p);
    pk_profile_free(out);
}

static void costs_of_lines_follow_their_functions(void **state)
{
    struct pk_profile *p = regroup(
        support_freeze(costed()), (struct pk_regrouping){.joins = true, .keeps_lines = true}, NULL);
    const struct pk_lines *lines = pk_profile_lines(p);

    (void)state;
    assert_int_equal(lines->n, 6); /* g:12 calls g no more */
    for (uint32_t i = 0; i < lines->n; i++)
        assert_int_not_equal(lines->callee[i], lines->frame[i]);
    pk_profile_free(p);
    p = regroup(support_freeze(costed()), joining, before_dot);
    assert_null(pk_profile_lines(p));
    pk_profile_free(p);
}

static void without_lines_there_are_none(void **state)
{
    struct pk_profile *p = support_freeze(layered());

    (void)state;
    assert_false(pk_regroup_has_lines(p));
    pk_profile_free(p);
}

/* --- what else a profile holds --- */

/* Two threads with times, one of them with a second metric. */
static struct pk_builder *rich(void)
{
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES, .scale = -1};
    struct pk_label label = {PK_STR("k"), PK_STR("v")};
    pk_frame_id f = support_frame(b, "m.f"), g = support_frame(b, "m.g");
    const int64_t first[] = {3, NO}, second[] = {5, 7};

    pk_builder_metric(b, &bytes);
    pk_builder_keep_times(b);
    pk_builder_slice(b, &(struct pk_slice){.thread = PK_STR("t1")});
    pk_builder_moment(b, 0, 100);
    pk_builder_stack(b, (pk_frame_id[]){f, g}, NULL, 2, first);
    pk_builder_slice(b, &(struct pk_slice){PK_STR("p"), PK_STR("t2"), &label, 1});
    pk_builder_moment(b, 0, 200);
    pk_builder_stack(b, &g, NULL, 1, second);
    pk_builder_fact(b, "format", PK_STR("test"));
    pk_builder_tally(b, "samples", 2);
    return b;
}

static void all_else_stays_as_it_was(void **state)
{
    struct pk_profile *p = support_freeze(rich()), *same;
    struct pk_regrouping nothing = {.keeps_lines = true};

    (void)state;
    same = support_freeze(pk_regroup(p, &nothing, limits()));
    support_assert_equal(same, p);
    assert_int_equal(pk_profile_timeline(same)->n, 2);
    assert_int_equal(pk_profile_timeline(same)->moments[1].time, 200);
    pk_profile_free(p);
    pk_profile_free(same);
    p = support_freeze(costed());
    same = support_freeze(pk_regroup(p, &nothing, limits()));
    support_assert_equal(same, p);
    pk_profile_free(p);
    pk_profile_free(same);
}

static void moments_follow_their_stacks(void **state)
{
    struct pk_profile *p = regroup(support_freeze(rich()), joining, before_dot);
    const struct pk_timeline *timeline = pk_profile_timeline(p);

    (void)state;
    assert_int_equal(pk_profile_tree(p)->n, 1);
    assert_int_equal(timeline->n, 2);
    assert_int_equal(timeline->moments[0].node, 0);
    assert_int_equal(pk_profile_slices(p), 2);
    pk_profile_free(p);
}

static void slices_of_two_rungs_keep_theirs(void **state)
{
    struct pk_builder *b = layered(), *stacks = support_builder();
    pk_frame_id f = support_frame(stacks, "m.a");
    const int64_t six = 6;
    struct pk_profile *p;

    (void)state;
    pk_builder_stack(stacks, &f, NULL, 1, &six);
    pk_builder_merge(b, stacks);
    pk_builder_free(stacks);
    p = regroup(support_freeze(b), joining, before_dot);
    assert_int_equal(pk_profile_rung(p), PK_GRAPH);
    assert_int_equal(pk_profile_flat(p)->self[0][support_find(p, "m")], 65);
    assert_int_equal(pk_profile_flat(p)->incl[0][support_find(p, "m")], 105);
    assert_non_null(pk_profile_part(p, PK_TREE));
    pk_profile_free(p);
}

/* --- laws --- */

static char group_of[64];

/* f07 becomes the letter that was drawn for it. */
static void drawn(struct pk_frame *frame)
{
    unsigned number =
        (unsigned)(frame->name.data[1] - '0') * 10 + (unsigned)(frame->name.data[2] - '0');

    frame->name = (struct pk_str){&group_of[number], 1};
}

/* What calls tell of group f may be less than stacks do, never other; and outside cycles of groups
 * it is all. `reaches` is by transitive closure (Warshall), not by the code under test. */
static void compare(const struct pk_profile *truth, const struct pk_profile *traced,
                    bool has_edge_self)
{
    const struct pk_graph *graph = pk_profile_graph(truth), *other = pk_profile_graph(traced);
    uint32_t n = pk_profile_frames(truth);
    bool reaches[64][64] = {{false}};

    assert_int_equal(pk_profile_frames(traced), n);
    assert_int_equal(pk_profile_total(traced, 0), pk_profile_total(truth, 0));
    assert_int_equal(other->n, graph->n);
    for (uint32_t e = 0; e < graph->n; e++)
        reaches[graph->caller[e]][graph->callee[e]] = true;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                reaches[i][j] |= reaches[i][k] && reaches[k][j];
    for (pk_frame_id f = 0; f < n; f++) {
        int64_t incl = pk_profile_flat(truth)->incl[0][f];
        int64_t low = pk_profile_flat(traced)->incl[0][f];

        assert_int_equal(pk_profile_flat(traced)->self[0][f], pk_profile_flat(truth)->self[0][f]);
        assert_int_not_equal(low, NO);
        assert_true(low <= incl);
        assert_true(incl <= (high(traced, f) == NO ? low : high(traced, f)));
        if (!reaches[f][f])
            assert_int_equal(high(traced, f), NO);
    }
    for (uint32_t e = 0; e < graph->n; e++) {
        int64_t incl = other->incl[0] ? other->incl[0][e] : NO;
        int64_t self = other->self[0] ? other->self[0][e] : NO;

        if (incl != NO || !reaches[graph->callee[e]][graph->caller[e]])
            assert_int_equal(incl, graph->incl[0][e]);
        if (self != NO)
            assert_int_equal(self, graph->self[0][e]);
        assert_true(has_edge_self || self == NO);
    }
}

/* Incl of a tracer that counts nested calls again in cycles is missing there, as callgrind's is. */
static struct pk_builder *nested(const struct pk_profile *truth)
{
    struct pk_builder *b = support_traced(truth, false, false);

    pk_builder_settle_cycles(b, NULL, 0, false);
    return b;
}

static void try_program(struct support_random *random)
{
    struct support_program program = {.functions = 4 + support_below(random, 20),
                                      .nodes = 5 + support_below(random, 120),
                                      .depth = 3 + support_below(random, 14),
                                      .is_recursive = support_below(random, 2),
                                      .largest = 1000};
    struct pk_profile *truth = support_freeze(support_program(random, &program));
    uint32_t letters = 2 + support_below(random, program.functions);
    struct pk_profile *stacks;

    for (unsigned i = 0; i < sizeof group_of; i++)
        group_of[i] = (char)('A' + support_below(random, letters));
    stacks = regrouped(truth, joining, drawn);
    for (unsigned tracer = 0; tracer < 4; tracer++) {
        struct pk_builder *builder =
            tracer < 3 ? support_traced(truth, tracer & 1, tracer & 2) : nested(truth);
        struct pk_profile *traced = regroup(support_freeze(builder), joining, drawn);

        compare(stacks, traced, tracer == 1);
        pk_profile_free(traced);
    }
    pk_profile_free(stacks);
    pk_profile_free(truth);
}

static void calls_say_no_more_than_stacks_bear_out(void **state)
{
    struct support_random random = {.state = 20250611};

    (void)state;
    for (uint32_t i = support_cases(1500); i-- > 0;)
        try_program(&random);
}

/* A second time nothing is left to do. */
static void regrouping_twice_is_regrouping_once(void **state)
{
    struct support_random random = {.state = 7};
    struct support_program program = {
        .functions = 12, .nodes = 90, .depth = 12, .is_recursive = true, .largest = 50};

    (void)state;
    memset(group_of, 'A', sizeof group_of);
    for (unsigned i = 0; i < 12; i += 2)
        group_of[i] = (char)('A' + i % 3);
    for (uint32_t i = support_cases(100); i-- > 0;) {
        struct pk_profile *once =
            regroup(support_freeze(support_program(&random, &program)), joining, drawn);
        struct pk_profile *twice = regrouped(once, joining, NULL);

        support_assert_equal(twice, once);
        pk_profile_free(once);
        pk_profile_free(twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_neighbours_are_one),
        cmocka_unit_test(a_group_counts_once_per_stack),
        cmocka_unit_test(without_names_only_recursion_goes),
        cmocka_unit_test(levels_of_recursion_join_their_function),
        cmocka_unit_test(executing_lines_are_those_of_the_innermost),
        cmocka_unit_test(lines_go_with_the_names_that_they_belong_to),
        cmocka_unit_test(inlined_frames_hand_their_cost_over),
        cmocka_unit_test(edges_between_groups_add_up),
        cmocka_unit_test(a_group_on_a_cycle_has_a_range),
        cmocka_unit_test(several_edges_on_a_cycle_cannot_be_added),
        cmocka_unit_test(the_outermost_function_has_the_inclusive_of_its_group),
        cmocka_unit_test(recursion_goes_from_edges_too),
        cmocka_unit_test(functions_alone_have_no_inclusive_together),
        cmocka_unit_test(calls_of_which_a_part_is_unknown_are_unknown),
        cmocka_unit_test(lines_of_stacks_become_frames),
        cmocka_unit_test(costs_of_lines_become_functions),
        cmocka_unit_test(costs_of_lines_follow_their_functions),
        cmocka_unit_test(without_lines_there_are_none),
        cmocka_unit_test(all_else_stays_as_it_was),
        cmocka_unit_test(moments_follow_their_stacks),
        cmocka_unit_test(slices_of_two_rungs_keep_theirs),
        cmocka_unit_test(calls_say_no_more_than_stacks_bear_out),
        cmocka_unit_test(regrouping_twice_is_regrouping_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
