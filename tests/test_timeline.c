/*
 * Moments of samples: kept on request, and the same whatever the order and grouping in which they
 * came. What is expected is written down by hand, or sorted here from the samples themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/record.h"
#include "model/timeline.h"
#include "support.h"

/* A sample of the stack "a;b" in the metric "time". */
static void add(struct pk_builder *b, const char *thread, int64_t time, const char *stack,
                int64_t value)
{
    struct pk_slice slice = {.process = PK_STR("p"), .thread = pk_str_of(thread)};
    pk_frame_id frames[8];
    size_t n = 0;

    for (const char *name = stack; *name; n++) {
        size_t size = strcspn(name, ";");

        frames[n] = pk_builder_frame(b, &(struct pk_frame){.name = {name, size}});
        name += size + (name[size] == ';');
    }
    pk_builder_slice(b, &slice);
    pk_builder_moment(b, 0, time);
    pk_builder_stack(b, frames, NULL, n, &value);
}

/* "thread@time stack value" for each moment; the metric behind it where it is not the first. */
static char *show(const struct pk_profile *p)
{
    const struct pk_timeline *timeline = pk_profile_timeline(p);
    const struct pk_tree *tree = pk_record_tree(p);
    struct pk_buf out = {0};

    pk_buf_text(&out, "");
    for (uint32_t s = 0; timeline && s < pk_record_slices(p); s++)
        for (uint64_t i = timeline->start[s]; i < timeline->start[s + 1]; i++) {
            const struct pk_moment *moment = &timeline->moments[i];
            pk_node_id path[8];
            size_t depth = 0;

            for (pk_node_id n = moment->node; n != PK_NONE; n = tree->parent[n])
                path[depth++] = n;
            pk_buf_str(&out, pk_record_slice(p, s)->slice.thread);
            pk_buf_printf(&out, "@%lld ", (long long)moment->time);
            while (depth--) {
                pk_buf_str(&out, pk_profile_frame(p, tree->frame[path[depth]])->name);
                pk_buf_char(&out, depth ? ';' : ' ');
            }
            pk_buf_int(&out, moment->value);
            if (moment->metric)
                pk_buf_printf(&out, " of %u", moment->metric);
            pk_buf_char(&out, '\n');
        }
    return out.data;
}

/* Freeze and free the builder. */
static void assert_moments(struct pk_builder *b, const char *expected)
{
    struct pk_profile *p = support_freeze(b);
    char *found = show(p);

    assert_string_equal(found, expected);
    pk_free(found);
    pk_profile_free(p);
}

static void moments_stand_by_thread_time_and_stack(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "2", 30, "a;b", 5);
    add(b, "1", 20, "a", 4);
    add(b, "2", 10, "a", 3);
    add(b, "1", 20, "a;b", 2);
    add(b, "1", 0, "c", 1);
    add(b, "1", 20, "a", 2);
    assert_moments(b, "1@0 c 1\n1@20 a 2\n1@20 a 4\n1@20 a;b 2\n2@10 a 3\n2@30 a;b 5\n");
}

static void equal_samples_are_not_one(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "1", 5, "a", 1);
    add(b, "1", 5, "a", 1);
    assert_moments(b, "1@5 a 1\n1@5 a 1\n");
}

static void without_a_wish_only_their_being_there_is_known(void **state)
{
    struct pk_builder *b = support_builder(), *none = support_timed();
    struct pk_profile *p;

    (void)state;
    assert_false(pk_builder_keeps_times(b));
    add(b, "1", 5, "a", 1);
    add(none, "1", PK_MISSING, "a", 1);
    add(none, "1", -1, "a", 1);
    p = support_freeze(b);
    assert_null(pk_profile_timeline(p));
    assert_true(pk_profile_has_times(p));
    pk_profile_free(p);
    p = support_freeze(none);
    assert_null(pk_profile_timeline(p));
    assert_false(pk_profile_has_times(p));
    pk_profile_free(p);
}

/* A time belongs to the one stack behind it. */
/* Spans of several files add up: their times need not have one zero. */
static void spans_add_up(void **state)
{
    struct pk_builder *a = support_stacks("main 1\n"), *b = support_stacks("main 2\n");
    struct pk_profile *p;

    (void)state;
    pk_builder_span(a, 1000);
    pk_builder_span(b, 500);
    pk_builder_span(b, 20);
    pk_builder_merge(a, b);
    pk_builder_free(b);
    p = support_freeze(a);
    assert_int_equal(pk_profile_span(p), 1520);
    assert_false(pk_profile_has_times(p)); /* how long is not when */
    pk_profile_free(p);
    a = support_stacks("main 1\n");
    pk_builder_span(a, INT64_MAX);
    pk_builder_span(a, 1);
    pk_builder_span(a, 1);
    p = support_freeze(a);
    assert_int_equal(pk_profile_span(p), 0); /* it does not fit: not known */
    pk_profile_free(p);
}

static void a_sample_without_a_time_has_none(void **state)
{
    struct pk_builder *b = support_timed();
    pk_frame_id f = support_frame(b, "f");
    const int64_t one = 1, nothing = 0;

    (void)state;
    pk_builder_moment(b, 0, 7);
    pk_builder_stack(b, &f, NULL, 1, &one);
    pk_builder_stack(b, &f, NULL, 1, &one);
    pk_builder_moment(b, 0, 8);
    pk_builder_stack(b, &f, NULL, 1, &nothing);
    assert_moments(b, "@7 f 1\n");
}

static void a_finer_scale_holds_for_moments_too(void **state)
{
    struct pk_builder *b = support_timed(), *sum = support_timed();
    struct pk_metric fine = {.name = PK_STR("time"), .unit = PK_UNIT_NS, .scale = -2};

    (void)state;
    add(b, "1", 5, "a", 7);
    pk_builder_metric(sum, &fine);
    pk_builder_merge(sum, b);
    pk_builder_rescale(b, 0, -3);
    assert_moments(b, "1@5 a 7000\n");
    assert_moments(sum, "1@5 a 700\n");
}

static bool is_thread_2(const struct pk_slice *slice, void *context)
{
    (void)context;
    return pk_str_equal(slice->thread, PK_STR("2"));
}

static void only_chosen_slices_keep_theirs(void **state)
{
    struct pk_builder *b = support_timed();
    struct pk_error error = {0};
    struct pk_profile *p;
    char *found;

    (void)state;
    add(b, "1", 5, "a", 1);
    add(b, "2", 6, "b", 2);
    add(b, "3", 7, "c", 3);
    p = pk_builder_freeze(b, is_thread_2, NULL, &error);
    found = show(p);
    assert_string_equal(found, "2@6 b 2\n");
    pk_free(found);
    pk_profile_free(p);
    pk_builder_free(b);
}

static void what_was_no_time_can_be_forgotten(void **state)
{
    struct pk_builder *b = support_timed();

    (void)state;
    add(b, "1", 5, "a", 1);
    assert_int_equal(pk_builder_moments(b), 1);
    add(b, "1", 6, "b", 1);
    pk_builder_forget_moments(b, 1);
    assert_moments(b, "1@5 a 1\n");
}

/* The file with less than nothing may come first or last. */
static void values_below_zero_take_the_moments_of_their_stack(void **state)
{
    (void)state;
    for (unsigned order = 0; order < 2; order++) {
        struct pk_builder *times = support_timed(), *less = support_timed(), *sum = support_timed();

        add(times, "1", 5, "a", 3);
        add(times, "1", 6, "b", 3);
        add(less, "1", PK_MISSING, "a", -1);
        pk_builder_merge(sum, order ? times : less);
        pk_builder_merge(sum, order ? less : times);
        pk_builder_free(times);
        pk_builder_free(less);
        assert_moments(sum, "1@6 b 3\n");
    }
}

static void a_metric_of_differences_has_none(void **state)
{
    struct pk_builder *b = support_timed();
    struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS, .is_signed = true};

    (void)state;
    add(b, "1", 5, "a", 3);
    pk_builder_metric(b, &time);
    assert_moments(b, "");
}

/* Files of one thread that say different metrics stay two slices, each with its moments. */
static void slices_of_other_metrics_keep_their_own(void **state)
{
    struct pk_builder *one = support_timed(), *two = support_timed(), *sum = support_timed();
    struct pk_metric cycles = {.name = PK_STR("cycles"), .unit = PK_UNIT_COUNT};
    struct pk_slice slice = {.process = PK_STR("p"), .thread = PK_STR("1")};
    pk_frame_id f = support_frame(two, "f");

    (void)state;
    add(one, "1", 9, "a", 3);
    pk_builder_metric(two, &cycles);
    pk_builder_slice(two, &slice);
    pk_builder_moment(two, 1, 4);
    pk_builder_stack(two, &f, NULL, 1, (int64_t[]){2, 6});
    pk_builder_merge(sum, one);
    pk_builder_merge(sum, two);
    pk_builder_free(one);
    pk_builder_free(two);
    assert_moments(sum, "1@9 a 3\n1@4 f 6 of 1\n");
}

static void moments_beside_stacks_must_be_parts_of_them(void **state)
{
    struct pk_builder *b = support_timed();
    const int64_t ten = 10;
    pk_node_id a = pk_builder_node(b, PK_NONE, support_frame(b, "a"), 0);
    pk_node_id bare = pk_builder_node(b, a, support_frame(b, "b"), 0);

    (void)state;
    pk_builder_node_self(b, a, &ten);
    assert_false(pk_builder_node_moment(b, bare, 0, 1, 1));
    assert_true(pk_builder_node_moment(b, a, 0, 1, 4));
    assert_true(pk_builder_node_moment(b, a, 0, 2, 6));
    assert_true(pk_builder_moments_fit(b));
    assert_true(pk_builder_node_moment(b, a, 0, 3, INT64_MAX));
    assert_false(pk_builder_moments_fit(b));
    assert_true(pk_builder_node_moment(b, a, 0, 4, INT64_MAX)); /* no sum wraps round to 10 */
    assert_true(pk_builder_node_moment(b, a, 0, 5, 2));
    assert_false(pk_builder_moments_fit(b));
    pk_builder_free(b);
}

static void nodes_of_lines_find_their_functions(void **state)
{
    struct pk_builder *b = support_timed();
    pk_frame_id path[2] = {support_frame(b, "m"), support_frame(b, "f")};
    const int64_t one = 1;
    struct pk_profile *p;
    uint32_t *function;

    (void)state;
    pk_builder_stack(b, path, (uint32_t[]){1, 2}, 2, &one); /* m:1;f:2 m:1;f:3 m:4;f:2 */
    pk_builder_stack(b, path, (uint32_t[]){1, 3}, 2, &one);
    pk_builder_stack(b, path, (uint32_t[]){4, 2}, 2, &one);
    p = support_freeze(b);
    function = pk_timeline_functions(p);
    assert_int_equal(pk_record_tree(p)->n, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(function[i], i == 0 || i == 3 ? 0 : 1);
    pk_free(function);
    pk_profile_free(p);
    p = support_profile("a;b 1\n");
    assert_null(pk_timeline_functions(p));
    pk_profile_free(p);
}

static void threads_are_named_once(void **state)
{
    static const struct pk_label host = {{"host", 4}, {"x", 1}};
    static const struct {
        struct pk_slice slice;
        const char *name;
    } cases[] = {
        {{.process = {"app", 3}, .thread = {"app-7", 5}}, "app-7"},
        {{.process = {"app-7", 5}, .thread = {"app-7", 5}}, "app-7"},
        {{.process = {"app-7", 5}, .thread = {"io-8", 4}}, "app-7 thread io-8"},
        {{.process = {"app-7", 5}}, "app-7"},
        {{.thread = {"io-8", 4}}, "io-8"},
        {{.n_labels = 1, .labels = &host}, "host=x"},
        {{.process = {NULL, 0}}, "(thread not known)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_builder *b = support_timed();
        pk_frame_id f = support_frame(b, "f");
        const int64_t one = 1;
        struct pk_profile *p;

        pk_builder_slice(b, &cases[i].slice);
        pk_builder_moment(b, 0, 1);
        pk_builder_stack(b, &f, NULL, 1, &one);
        p = support_freeze(b);
        assert_true(
            pk_str_equal(pk_profile_frame(p, PK_FRAME_SLICE)->name, pk_str_of(cases[i].name)));
        assert_null(pk_profile_frame(p, PK_FRAME_SLICE + 1));
        pk_profile_free(p);
    }
}

/* --- order --- */

enum { SAMPLES = 60, PARTS = 4 };

struct sample {
    int thread, time, stack, value;
};

static const char *const stacks[] = {"a", "a;b", "a;b;c", "d", "a;c"}; /* in the order of nodes */

static int order_samples(const void *left, const void *right)
{
    static const int rank[] = {0, 1, 2, 4, 3}; /* preorder: a a;b a;b;c a;c d */
    const struct sample *x = left, *y = right;

    if (x->thread != y->thread)
        return x->thread - y->thread;
    if (x->time != y->time)
        return x->time - y->time;
    return x->stack != y->stack ? rank[x->stack] - rank[y->stack] : x->value - y->value;
}

static void draw(struct support_random *random, struct sample *samples)
{
    for (int i = 0; i < SAMPLES; i++)
        samples[i] =
            (struct sample){(int)support_below(random, 3), (int)support_below(random, 20),
                            (int)support_below(random, 5), (int)support_below(random, 3) + 1};
}

static void shuffle(struct support_random *random, struct sample *samples)
{
    for (uint32_t i = SAMPLES; i > 1; i--) {
        uint32_t j = support_below(random, i);
        struct sample swap = samples[i - 1];

        samples[i - 1] = samples[j];
        samples[j] = swap;
    }
}

/* Each sample into one of some builders, which are then joined in any order. */
static struct pk_builder *scatter(struct support_random *random, const struct sample *samples)
{
    struct pk_builder *parts[PARTS];

    for (unsigned i = 0; i < PARTS; i++)
        parts[i] = support_timed();
    for (unsigned i = 0; i < SAMPLES; i++) {
        const char thread[2] = {(char)('0' + samples[i].thread), 0};

        add(parts[support_below(random, PARTS)], thread, samples[i].time, stacks[samples[i].stack],
            samples[i].value);
    }
    for (uint32_t left = PARTS; left > 1; left--) {
        uint32_t into = support_below(random, left), from = support_below(random, left - 1);

        from += from >= into;
        pk_builder_merge(parts[into], parts[from]);
        pk_builder_free(parts[from]);
        parts[from] = parts[left - 1];
    }
    return parts[0];
}

static void neither_order_nor_grouping_shows(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < support_cases(60); i++) {
        struct support_random random = {i * UINT64_C(2654435761) + 7};
        struct sample samples[SAMPLES], sorted[SAMPLES];
        struct pk_buf expected = {0};
        struct pk_profile *p;
        char *found;

        draw(&random, samples);
        memcpy(sorted, samples, sizeof sorted);
        qsort(sorted, SAMPLES, sizeof *sorted, order_samples);
        for (unsigned k = 0; k < SAMPLES; k++)
            pk_buf_printf(&expected, "%d@%d %s %d\n", sorted[k].thread, sorted[k].time,
                          stacks[sorted[k].stack], sorted[k].value);
        shuffle(&random, samples);
        p = support_freeze(scatter(&random, samples));
        found = show(p);
        assert_string_equal(found, expected.data);
        pk_free(found);
        pk_buf_fini(&expected);
        pk_profile_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_stand_by_thread_time_and_stack),
        cmocka_unit_test(equal_samples_are_not_one),
        cmocka_unit_test(without_a_wish_only_their_being_there_is_known),
        cmocka_unit_test(spans_add_up),
        cmocka_unit_test(a_sample_without_a_time_has_none),
        cmocka_unit_test(a_finer_scale_holds_for_moments_too),
        cmocka_unit_test(only_chosen_slices_keep_theirs),
        cmocka_unit_test(what_was_no_time_can_be_forgotten),
        cmocka_unit_test(values_below_zero_take_the_moments_of_their_stack),
        cmocka_unit_test(a_metric_of_differences_has_none),
        cmocka_unit_test(slices_of_other_metrics_keep_their_own),
        cmocka_unit_test(moments_beside_stacks_must_be_parts_of_them),
        cmocka_unit_test(nodes_of_lines_find_their_functions),
        cmocka_unit_test(threads_are_named_once),
        cmocka_unit_test(neither_order_nor_grouping_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
