/*
 * Profiles whose slices were recorded at different rungs. All sums are worked out by hand from
 * what each file says alone; "-" is a value that nobody can know.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

#define NO PK_MISSING

/* --- builders, all with the metric "time" --- */

/* main 1, main;load 4, main;load;parse 20, main;draw 5 */
static struct pk_builder *stacks(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id main_ = support_frame(b, "main"), load = support_frame(b, "load"),
                parse = support_frame(b, "parse"), draw = support_frame(b, "draw");
    static const int64_t values[] = {1, 4, 20, 5};

    pk_builder_stack(b, &main_, NULL, 1, &values[0]);
    pk_builder_stack(b, (const pk_frame_id[]){main_, load}, NULL, 2, &values[1]);
    pk_builder_stack(b, (const pk_frame_id[]){main_, load, parse}, NULL, 3, &values[2]);
    pk_builder_stack(b, (const pk_frame_id[]){main_, draw}, NULL, 2, &values[3]);
    return b;
}

static void add(struct pk_builder *b, const char *name, int64_t self, int64_t incl, int64_t calls)
{
    pk_builder_self(b, support_frame(b, name), self == NO ? NULL : &self, incl == NO ? NULL : &incl,
                    (struct pk_calls){calls, calls});
}

static void join(struct pk_builder *b, const char *caller, const char *callee, int64_t incl,
                 int64_t self, int64_t calls)
{
    pk_builder_edge(b, support_frame(b, caller), support_frame(b, callee),
                    incl == NO ? NULL : &incl, self == NO ? NULL : &self,
                    (struct pk_calls){calls, calls});
}

/* main 10/100 calls load 60/90, which calls wait 30/30 */
static struct pk_builder *calls(void)
{
    struct pk_builder *b = support_builder();

    add(b, "main", 10, 100, 1);
    add(b, "load", 60, 90, 2);
    add(b, "wait", 30, 30, 7);
    join(b, "main", "load", 90, 60, 2);
    join(b, "load", "wait", 30, 30, 7);
    return b;
}

/* load 1000, gc 500: no callers at all */
static struct pk_builder *functions(void)
{
    struct pk_builder *b = support_builder();

    pk_builder_recorded_at(b, PK_FLAT);
    add(b, "load", 1000, NO, NO);
    add(b, "gc", 500, NO, NO);
    return b;
}

static struct pk_profile *combine(struct pk_builder *a, struct pk_builder *b, struct pk_builder *c)
{
    pk_builder_merge(a, b);
    pk_builder_free(b);
    if (c)
        pk_builder_merge(a, c);
    pk_builder_free(c);
    return support_freeze(a);
}

/* --- checks --- */

static void add_value(struct pk_buf *out, const int64_t *column, uint32_t i)
{
    pk_buf_char(out, ' ');
    if (!column || column[i] == PK_MISSING)
        pk_buf_char(out, '-');
    else
        pk_buf_int(out, column[i]);
}

/* "self incl calls" of every function, or its "self incl upper" when it has an upper bound. */
static void check_functions(const struct pk_profile *p, const char *expected)
{
    const struct pk_flat *flat = pk_profile_flat(p);
    struct pk_buf text = {0};

    for (pk_frame_id f = 0; f < pk_profile_frames(p); f++) {
        pk_buf_str(&text, pk_profile_frame(p, f)->name);
        add_value(&text, flat->self[0], f);
        add_value(&text, flat->incl[0], f);
        if (flat->incl_high[0] && flat->incl_high[0][f] != PK_MISSING) {
            pk_buf_text(&text, " to");
            add_value(&text, flat->incl_high[0], f);
        }
        pk_buf_text(&text, " calls");
        add_value(&text, flat->calls, f);
        pk_buf_char(&text, '\n');
    }
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
}

static void check_edges(const struct pk_profile *p, const char *expected)
{
    const struct pk_graph *graph = pk_profile_graph(p);
    struct pk_buf text = {0};

    for (uint32_t e = 0; e < graph->n; e++) {
        pk_buf_str(&text, pk_profile_frame(p, graph->caller[e])->name);
        pk_buf_text(&text, " > ");
        pk_buf_str(&text, pk_profile_frame(p, graph->callee[e])->name);
        add_value(&text, graph->self[0], e);
        add_value(&text, graph->incl[0], e);
        pk_buf_text(&text, " calls");
        add_value(&text, graph->calls, e);
        pk_buf_char(&text, '\n');
    }
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
}

/* --- tests --- */

static void stacks_and_calls_meet_at_the_graph(void **state)
{
    struct pk_profile *p = combine(stacks(), calls(), NULL);

    (void)state;
    assert_int_equal(pk_profile_rung(p), PK_GRAPH);
    assert_int_equal(pk_profile_total(p, 0), 130);
    assert_int_equal(pk_profile_flat(p)->origin, PK_DERIVED);
    assert_int_equal(pk_profile_graph(p)->origin, PK_DERIVED);
    /* main: 1 + 10, 30 + 100. Samples count no calls, so where both know a function nobody knows
     * the sum. */
    check_functions(p, "draw 5 5 calls -\n"
                       "load 64 114 calls -\n"
                       "main 11 130 calls -\n"
                       "parse 20 20 calls -\n"
                       "wait 30 30 calls 7\n");
    check_edges(p, "load > parse 20 20 calls -\n"
                   "load > wait 30 30 calls 7\n"
                   "main > draw 5 5 calls -\n"
                   "main > load 64 114 calls -\n");
    pk_profile_free(p);
}

static void functions_alone_pull_everything_down_to_flat(void **state)
{
    struct pk_profile *p = combine(stacks(), calls(), functions());

    (void)state;
    assert_int_equal(pk_profile_rung(p), PK_FLAT);
    assert_null(pk_profile_graph(p));
    assert_int_equal(pk_profile_total(p, 0), 1630);
    /* load has an inclusive time in two files and none in the third: the sum is not known */
    check_functions(p, "draw 5 5 calls -\n"
                       "gc 500 - calls -\n"
                       "load 1064 - calls -\n"
                       "main 11 130 calls -\n"
                       "parse 20 20 calls -\n"
                       "wait 30 30 calls 7\n");
    pk_profile_free(p);
}

static void functions_and_stacks_meet_at_flat(void **state)
{
    struct pk_profile *p = combine(functions(), stacks(), NULL);

    (void)state;
    assert_int_equal(pk_profile_rung(p), PK_FLAT);
    assert_int_equal(pk_profile_total(p, 0), 1530);
    check_functions(p, "draw 5 5 calls -\n"
                       "gc 500 - calls -\n"
                       "load 1004 - calls -\n"
                       "main 1 30 calls -\n"
                       "parse 20 20 calls -\n");
    pk_profile_free(p);
}

static void the_order_of_merging_cannot_show(void **state)
{
    struct pk_profile *p = combine(stacks(), calls(), functions()),
                      *q = combine(functions(), stacks(), calls());

    (void)state;
    support_assert_equal(p, q);
    pk_profile_free(p);
    pk_profile_free(q);
}

/* parse and expr call each other: parse has 10 to 30, and in the stacks 4 exactly. */
static void bounds_add_up_with_exact_values(void **state)
{
    struct pk_builder *b = support_builder(), *s = support_builder();
    pk_frame_id parse = support_frame(s, "parse");
    static const int64_t four = 4;
    struct pk_profile *p;

    (void)state;
    add(b, "parse", 10, NO, 3);
    add(b, "expr", 20, NO, 2);
    join(b, "parse", "expr", NO, NO, 2);
    join(b, "expr", "parse", NO, NO, 2);
    pk_builder_stack(s, &parse, NULL, 1, &four);
    p = combine(b, s, NULL);
    check_functions(p, "expr 20 20 to 30 calls 2\n"
                       "parse 14 14 to 34 calls -\n");
    /* an edge's time inside a circle is not known, whatever else is */
    check_edges(p, "expr > parse - - calls 2\n"
                   "parse > expr - - calls 2\n");
    assert_non_null(pk_profile_frame(p, PK_FRAME_CYCLE));
    pk_profile_free(p);
}

/* Only a slice that says the metric counts: bytes of the stacks are not made unknown by a file of
 * times. */
static void a_part_without_the_metric_is_left_out(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *memory = pk_builder_new(&limits);
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    static const int64_t size = 64;
    pk_frame_id load;
    struct pk_profile *p;
    uint32_t m;

    (void)state;
    pk_builder_metric(memory, &bytes);
    load = support_frame(memory, "load");
    pk_builder_stack(memory, &load, NULL, 1, &size);
    p = combine(memory, calls(), NULL);
    m = pk_profile_metric(p, 0)->unit == PK_UNIT_BYTES ? 0 : 1;
    load = support_find(p, "load");
    assert_int_equal(pk_profile_total(p, m), 64);
    assert_int_equal(pk_profile_total(p, 1 - m), 100);
    assert_int_equal(pk_profile_flat(p)->self[m][load], 64);
    assert_int_equal(pk_profile_flat(p)->incl[m][load], 64);
    assert_int_equal(pk_profile_flat(p)->incl[1 - m][load], 90);
    assert_true(pk_profile_flat(p)->self[m][support_find(p, "wait")] == PK_MISSING);
    pk_profile_free(p);
}

static void edges_are_found_from_both_ends(void **state)
{
    struct pk_profile *p = combine(stacks(), calls(), NULL);
    const struct pk_graph *graph = pk_profile_graph(p);
    pk_frame_id load = support_find(p, "load"), main_ = support_find(p, "main");

    (void)state;
    assert_int_equal(graph->out_start[load + 1] - graph->out_start[load], 2);
    assert_int_equal(graph->in_start[load + 1] - graph->in_start[load], 1);
    assert_int_equal(graph->caller[graph->in_edge[graph->in_start[load]]], main_);
    assert_int_equal(graph->in_start[main_ + 1] - graph->in_start[main_], 0);
    pk_profile_free(p);
}

/* The stacks and the traced calls of the same random program: every known sum is twice the truth.
 */
static void a_program_and_its_trace_add_up(void **state)
{
    uint32_t cases = support_cases(200);

    (void)state;
    for (uint64_t seed = 1; seed <= cases; seed++) {
        struct support_random random = {seed * 2654435761u};
        struct support_program program = {.functions = 2 + support_below(&random, 9),
                                          .nodes = 2 + support_below(&random, 60),
                                          .depth = 9,
                                          .is_recursive = seed % 2 != 0,
                                          .largest = 1000};
        struct pk_builder *sampled = support_program(&random, &program);
        struct pk_error error = {0};
        struct pk_profile *truth = pk_builder_freeze(sampled, NULL, NULL, &error), *p;
        const struct pk_flat *one, *two;

        assert_non_null(truth);
        p = combine(sampled, support_traced(truth, true, true), NULL);
        one = pk_profile_flat(truth);
        two = pk_profile_flat(p);
        assert_int_equal(pk_profile_total(p, 0), 2 * pk_profile_total(truth, 0));
        for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++) {
            assert_int_equal(two->self[0][f], 2 * one->self[0][f]);
            assert_int_equal(two->incl[0][f], 2 * one->incl[0][f]);
        }
        assert_int_equal(pk_profile_graph(p)->n, pk_profile_graph(truth)->n);
        for (uint32_t e = 0; e < pk_profile_graph(p)->n; e++) {
            assert_int_equal(pk_profile_graph(p)->incl[0][e],
                             2 * pk_profile_graph(truth)->incl[0][e]);
            assert_int_equal(pk_profile_graph(p)->self[0][e],
                             2 * pk_profile_graph(truth)->self[0][e]);
        }
        pk_profile_free(truth);
        pk_profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_and_calls_meet_at_the_graph),
        cmocka_unit_test(functions_alone_pull_everything_down_to_flat),
        cmocka_unit_test(functions_and_stacks_meet_at_flat),
        cmocka_unit_test(the_order_of_merging_cannot_show),
        cmocka_unit_test(bounds_add_up_with_exact_values),
        cmocka_unit_test(a_part_without_the_metric_is_left_out),
        cmocka_unit_test(edges_are_found_from_both_ends),
        cmocka_unit_test(a_program_and_its_trace_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
