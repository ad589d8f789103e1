/*
 * Stacks that wait to become nodes, against nodes made one by one (pk_builder_node): whatever the
 * stacks, and whatever happens before or after, both give the same profile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "model/builder_private.h"
#include "support.h"

#define DEEPEST 12u
#define STACKS 60u

struct drawn { /* a stack out of few frames and lines, so that many share their front */
    pk_frame_id frames[DEEPEST];
    uint32_t lines[DEEPEST], n;
    int64_t values[2]; /* the second of a metric that only some tests have */
    bool has_lines;
};

static struct drawn draw(struct support_random *random, bool may_have_lines)
{
    struct drawn stack = {.n = 1 + support_below(random, DEEPEST)};

    stack.has_lines = may_have_lines && support_below(random, 2);
    for (uint32_t i = 0; i < stack.n; i++) {
        stack.frames[i] = support_below(random, 3);
        stack.lines[i] = support_below(random, 2) * support_below(random, 3);
    }
    stack.values[0] = support_below(random, 5);
    stack.values[1] = PK_MISSING;
    return stack;
}

static void add_waiting(struct pk_builder *builder, const struct drawn *stack)
{
    pk_builder_stack(builder, stack->frames, stack->has_lines ? stack->lines : NULL, stack->n,
                     stack->values);
}

static void add_nodes(struct pk_builder *builder, const struct drawn *stack)
{
    pk_node_id node = PK_NONE;

    for (uint32_t i = 0; i < stack->n; i++)
        node = pk_builder_node(builder, node, stack->frames[i],
                               stack->has_lines ? stack->lines[i] : 0);
    pk_builder_node_self(builder, node, stack->values);
}

/* Three functions, so that ids are known; named against the order of their ids. */
static struct pk_builder *new_builder(void)
{
    struct pk_builder *builder = support_builder();

    support_frame(builder, "c");
    support_frame(builder, "b");
    support_frame(builder, "a");
    return builder;
}

static void choose_slice(struct pk_builder *builder, uint32_t number)
{
    static const struct pk_str threads[] = {PK_STR("t1"), PK_STR("t2")};

    pk_builder_slice(builder, &(struct pk_slice){.thread = threads[number]});
}

/* The same random stacks into both, in threads and with or without lines. */
static void fill(struct support_random *random, struct pk_builder *waiting,
                 struct pk_builder *nodes, bool may_have_lines)
{
    for (uint32_t i = 0; i < STACKS; i++) {
        struct drawn stack = draw(random, may_have_lines);
        uint32_t thread = support_below(random, 2);

        stack.values[1] = thread ? 2 * stack.values[0] : PK_MISSING;
        choose_slice(waiting, thread);
        choose_slice(nodes, thread);
        add_waiting(waiting, &stack);
        add_nodes(nodes, &stack);
    }
}

/* Freeze both and compare; the builders stay. */
static void compare(struct pk_builder *waiting, struct pk_builder *nodes)
{
    struct pk_error error = {0};
    struct pk_profile *a = pk_builder_freeze(waiting, NULL, NULL, &error);
    struct pk_profile *b = pk_builder_freeze(nodes, NULL, NULL, &error);

    assert_non_null(a);
    assert_non_null(b);
    support_assert_equal(a, b);
    pk_profile_free(a);
    pk_profile_free(b);
}

static void waiting_stacks_give_what_nodes_give(void **state)
{
    struct support_random random = {7};

    (void)state;
    for (uint32_t i = 0; i < support_cases(200); i++) {
        struct pk_builder *waiting = new_builder(), *nodes = new_builder();

        fill(&random, waiting, nodes, i % 2);
        assert_int_equal(waiting->nodes.size, 0);
        compare(waiting, nodes);
        pk_builder_free(waiting);
        pk_builder_free(nodes);
    }
}

/* Shape and values of the first `n_metrics`. */
static void assert_trees_equal(const struct pk_profile *left, const struct pk_profile *right,
                               uint32_t n_metrics)
{
    const struct pk_tree *a = pk_profile_tree(left), *b = pk_profile_tree(right);

    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->frame, b->frame, a->n * sizeof *a->frame);
    assert_memory_equal(a->parent, b->parent, a->n * sizeof *a->parent);
    assert_memory_equal(a->end, b->end, a->n * sizeof *a->end);
    for (uint32_t m = 0; m < n_metrics; m++) {
        assert_int_equal(a->self[m] == NULL, b->self[m] == NULL);
        if (a->self[m]) {
            assert_memory_equal(a->self[m], b->self[m], a->n * sizeof *a->self[m]);
            assert_memory_equal(a->incl[m], b->incl[m], a->n * sizeof *a->incl[m]);
        }
    }
}

static uint32_t first_metric(const struct pk_profile *names, void *context)
{
    (void)names;
    (void)context;
    return 0;
}

/* Stacks of a builder that is taken become the tree at once where they have no lines; of the second
 * metric one thread says nothing, and where only it passed through the tree says nothing either. */
static void stacks_that_are_taken_give_what_nodes_give(void **state)
{
    static const unsigned parts[] = {PK_KEEP_ALL, PK_KEEP_METRICS, PK_KEEP_RECORD, 0};
    struct support_random random = {12};
    struct pk_error error = {0};

    (void)state;
    for (uint32_t i = 0; i < support_cases(200); i++) {
        struct pk_builder *builders[] = {new_builder(), new_builder()};
        struct pk_keeping keeping = {parts[i % 4], first_metric, NULL};
        struct pk_profile *profiles[2];

        for (unsigned b = 0; b < 2; b++)
            pk_builder_metric(builders[b],
                              &(struct pk_metric){PK_STR("bytes"), PK_UNIT_BYTES, 0, false});
        fill(&random, builders[0], builders[1], i % 8 > 3);
        for (unsigned b = 0; b < 2; b++) {
            profiles[b] = pk_builder_freeze_take(builders[b], keeping, &error);
            assert_non_null(profiles[b]);
        }
        if (keeping.parts == PK_KEEP_ALL)
            support_assert_equal(profiles[0], profiles[1]);
        assert_trees_equal(profiles[0], profiles[1], keeping.parts & PK_KEEP_METRICS ? 2 : 1);
        for (unsigned b = 0; b < 2; b++) {
            pk_profile_free(profiles[b]);
            pk_builder_free(builders[b]);
        }
    }
}

static void a_builder_goes_on_after_a_freeze(void **state)
{
    struct support_random random = {8};
    struct pk_builder *waiting = new_builder(), *nodes = new_builder();

    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        fill(&random, waiting, nodes, round > 1);
        compare(waiting, nodes);
        /* What was frozen is found again, not made a second time. */
        assert_int_equal(waiting->nodes.size, nodes->nodes.size);
        assert_int_equal(waiting->stack_rows.keys.size, nodes->stack_rows.keys.size);
    }
    pk_builder_free(waiting);
    pk_builder_free(nodes);
}

static void stacks_and_nodes_in_one_builder_add_up(void **state)
{
    struct support_random random = {9};
    struct pk_builder *mixed = new_builder(), *nodes = new_builder();

    (void)state;
    fill(&random, mixed, nodes, true);
    for (uint32_t i = 0; i < STACKS; i++) {
        struct drawn stack = draw(&random, true);

        add_nodes(mixed, &stack);
        add_nodes(nodes, &stack);
    }
    compare(mixed, nodes);
    pk_builder_free(mixed);
    pk_builder_free(nodes);
}

static void merging_keeps_stacks_waiting(void **state)
{
    struct support_random random = {10};
    struct pk_builder *waiting[2] = {new_builder(), new_builder()};
    struct pk_builder *nodes[2] = {new_builder(), new_builder()};
    struct pk_builder *sum = pk_builder_new(&waiting[0]->limits);

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        fill(&random, waiting[i], nodes[i], true);
    pk_builder_merge(sum, waiting[0]);
    pk_builder_merge(sum, waiting[1]);
    assert_int_equal(sum->nodes.size, 0);
    pk_builder_merge(nodes[0], nodes[1]);
    compare(sum, nodes[0]);
    for (unsigned i = 0; i < 2; i++) {
        pk_builder_free(waiting[i]);
        pk_builder_free(nodes[i]);
    }
    pk_builder_free(sum);
}

static bool is_first_thread(const struct pk_slice *slice, void *context)
{
    (void)context;
    return pk_str_equal(slice->thread, PK_STR("t1"));
}

static void a_chosen_slice_has_its_stacks_alone(void **state)
{
    struct support_random random = {11};
    struct pk_builder *waiting = new_builder(), *nodes = new_builder();
    struct pk_error error = {0};
    struct pk_profile *a, *b;

    (void)state;
    fill(&random, waiting, nodes, true);
    a = pk_builder_freeze(waiting, is_first_thread, NULL, &error);
    b = pk_builder_freeze(nodes, is_first_thread, NULL, &error);
    support_assert_equal(a, b);
    pk_profile_free(a);
    pk_profile_free(b);
    compare(waiting, nodes);
    pk_builder_free(waiting);
    pk_builder_free(nodes);
}

static void values_are_rescaled_and_counted_while_they_wait(void **state)
{
    struct support_random random = {12};
    struct pk_builder *waiting = new_builder(), *nodes = new_builder();
    struct pk_metric counts = {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT};

    (void)state;
    fill(&random, waiting, nodes, true);
    pk_builder_rescale(waiting, 0, -2);
    pk_builder_rescale(nodes, 0, -2);
    pk_builder_counts(waiting, 0, 100, pk_builder_metric(waiting, &counts));
    pk_builder_counts(nodes, 0, 100, pk_builder_metric(nodes, &counts));
    compare(waiting, nodes);
    pk_builder_free(waiting);
    pk_builder_free(nodes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_stacks_give_what_nodes_give),
        cmocka_unit_test(stacks_that_are_taken_give_what_nodes_give),
        cmocka_unit_test(a_builder_goes_on_after_a_freeze),
        cmocka_unit_test(stacks_and_nodes_in_one_builder_add_up),
        cmocka_unit_test(merging_keeps_stacks_waiting),
        cmocka_unit_test(a_chosen_slice_has_its_stacks_alone),
        cmocka_unit_test(values_are_rescaled_and_counted_while_they_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
