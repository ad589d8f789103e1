/*
 * What each slice recorded, after freezing: rows in the order of the profile, whatever the order of
 * arrival, with the values that sums over slices hide. And the other way: a builder that is given
 * such slices again is the builder they came from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/record.h"
#include "pk_file.h"

static const struct pk_slice thread_1 = {.thread = {"1", 1}}, thread_2 = {.thread = {"2", 1}};

/* "item: values; item: values", a missing value as "-". */
static void assert_rows(const struct pk_record_rows *rows, const char *expected)
{
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < rows->n; i++) {
        pk_buf_printf(&text, "%s%u:", i ? "; " : "", rows->item[i]);
        for (uint32_t k = 0; k < rows->width; k++) {
            int64_t value = pk_record_row(rows, i)[k];

            pk_buf_char(&text, ' ');
            if (value == PK_MISSING)
                pk_buf_char(&text, '-');
            else
                pk_buf_int(&text, value);
        }
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
}

/* Two threads with one function in common; b is met before a. */
static struct pk_builder *two_threads(void)
{
    struct pk_builder *b = support_builder();
    pk_frame_id beta = support_frame(b, "b"), alpha = support_frame(b, "a");
    int64_t value = 5, incl = 9;

    pk_builder_slice(b, &thread_2);
    pk_builder_self(b, beta, &value, &incl, (struct pk_calls){2, 1});
    pk_builder_self(b, alpha, NULL, &incl, PK_CALLS_MISSING);
    pk_builder_edge(b, beta, alpha, &incl, NULL, (struct pk_calls){4, PK_MISSING});
    pk_builder_edge(b, alpha, beta, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_slice(b, &thread_1);
    value = 7;
    pk_builder_stack(b, (pk_frame_id[]){beta, alpha}, NULL, 2, &value);
    pk_builder_stack(b, &alpha, NULL, 1, &value);
    return b;
}

static void each_slice_has_its_own_rows_in_order(void **state)
{
    struct pk_profile *p = support_freeze(two_threads());
    const struct pk_record_slice *one = pk_record_slice(p, 0), *two = pk_record_slice(p, 1);

    (void)state;
    assert_int_equal(pk_record_slices(p), 2);
    assert_true(pk_str_equal(one->slice.thread, PK_STR("1")));
    assert_int_equal(one->rung, PK_TREE);
    assert_rows(&one->stacks, "0: 7; 2: 7"); /* a; b; b;a */
    assert_rows(&one->functions, "");
    assert_int_equal(two->rung, PK_GRAPH);
    assert_rows(&two->functions, "0: - 9 - -; 1: 5 9 2 1");
    assert_rows(&two->edges, "0: - - - -; 1: - 9 4 -");
    assert_rows(&two->stacks, "");
    assert_int_equal(pk_record_graph(p)->n, 2);
    assert_int_equal(pk_record_tree(p)->n, 3);
    pk_profile_free(p);
}

static bool is_thread_2(const struct pk_slice *slice, void *context)
{
    (void)context;
    return pk_str_equal(slice->thread, PK_STR("2"));
}

static void slices_that_were_not_chosen_leave_nothing(void **state)
{
    struct pk_builder *b = two_threads(), *alone = support_builder();
    pk_frame_id alpha = support_frame(alone, "a"), beta = support_frame(alone, "b");
    struct pk_error error = {0};
    struct pk_profile *chosen = pk_builder_freeze(b, is_thread_2, NULL, &error);
    struct pk_buf expected, found = pk_file_of(chosen);
    int64_t value = 5, incl = 9;

    (void)state;
    pk_builder_slice(alone, &thread_2);
    pk_builder_self(alone, alpha, NULL, &incl, PK_CALLS_MISSING);
    pk_builder_self(alone, beta, &value, &incl, (struct pk_calls){2, 1});
    pk_builder_edge(alone, alpha, beta, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_edge(alone, beta, alpha, &incl, NULL, (struct pk_calls){4, PK_MISSING});
    expected = pk_file_of_builder(alone);
    assert_true(pk_str_equal(pk_buf_view(&expected), pk_buf_view(&found)));
    pk_buf_fini(&expected);
    pk_buf_fini(&found);
    pk_profile_free(chosen);
    pk_builder_free(b);
    pk_builder_free(alone);
}

/* Two metrics; the first file says only the second one. */
static void values_stand_by_the_metrics_of_the_slice(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id f = support_frame(b, "f");
    struct pk_profile *p;

    (void)state;
    pk_builder_metric(b, &bytes);
    pk_builder_stack(b, &f, NULL, 1, (int64_t[]){PK_MISSING, 3});
    p = support_freeze(b);
    assert_int_equal(pk_record_slice(p, 0)->metrics[0], 2);
    assert_int_equal(pk_record_slice(p, 0)->n_metrics, 1);
    assert_rows(&pk_record_slice(p, 0)->stacks, "0: 3");
    pk_profile_free(p);
}

static void lines_stand_by_frame_file_line_and_callee(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id g = support_frame(b, "g"), f = support_frame(b, "f");
    static const int64_t value = 5;
    const struct pk_record_line *lines;
    struct pk_profile *p;
    uint32_t n;

    (void)state;
    pk_builder_line(b, g, PK_STR("b"), 2, PK_NONE, &value, PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("b"), 1, g, &value, (struct pk_calls){6, 6});
    pk_builder_line(b, f, PK_STR("b"), 1, PK_NONE, &value, PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("a"), 9, PK_NONE, &value, PK_CALLS_MISSING);
    p = support_freeze(b);
    lines = pk_record_lines(p, &n);
    assert_int_equal(n, 4);
    assert_int_equal(lines[0].line, 9);
    assert_true(pk_str_equal(lines[1].file, PK_STR("b")));
    assert_true(lines[1].callee == PK_NONE);
    assert_int_equal(lines[2].callee, 1);
    assert_int_equal(lines[3].frame, 1);
    assert_rows(&pk_record_slice(p, 0)->lines, "0: 5 -; 1: 5 -; 2: 5 6; 3: 5 -");
    pk_profile_free(p);
}

/* Of one name and rung, told apart by what they say; a third file with the same joins its equal. */
static void closed_slices_of_one_name_stay_apart(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = support_builder(), *sum = pk_builder_new(&limits);
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id f = support_frame(b, "f");
    uint32_t first, second;
    struct pk_profile *p;

    (void)state;
    pk_builder_metric(b, &bytes);
    first = pk_builder_closed_slice(b, &thread_1, PK_GRAPH, (uint64_t[4]){1});
    second = pk_builder_closed_slice(b, &thread_1, PK_GRAPH, (uint64_t[4]){3});
    pk_builder_resume(b, second);
    pk_builder_self(b, f, (int64_t[]){1, PK_MISSING}, NULL, PK_CALLS_MISSING);
    pk_builder_resume(b, first);
    pk_builder_self(b, f, (int64_t[]){10, PK_MISSING}, NULL, PK_CALLS_MISSING);
    pk_builder_merge(sum, b);
    pk_builder_merge(sum, b);
    pk_builder_free(b);
    p = support_freeze(sum);
    assert_int_equal(pk_record_slices(p), 2);
    assert_rows(&pk_record_slice(p, 0)->functions, "0: 20 - - -");
    assert_rows(&pk_record_slice(p, 1)->functions, "0: 2 - - - - -");
    pk_profile_free(p);
}

static void nodes_are_stacks_by_their_parents(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id main = support_frame(b, "main"), leaf = support_frame(b, "leaf");
    static const int64_t one = 1, two = 2;
    pk_node_id root = pk_builder_node(b, PK_NONE, main, 0);
    struct pk_profile *p, *q;

    (void)state;
    pk_builder_node_self(b, pk_builder_node(b, root, leaf, 0), &two);
    pk_builder_node_self(b, root, &one);
    p = support_freeze(b);
    b = support_builder();
    main = support_frame(b, "main");
    leaf = support_frame(b, "leaf");
    pk_builder_stack(b, &main, NULL, 1, &one);
    pk_builder_stack(b, (pk_frame_id[]){main, leaf}, NULL, 2, &two);
    q = support_freeze(b);
    support_assert_equal(p, q);
    pk_profile_free(p);
    pk_profile_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slice_has_its_own_rows_in_order),
        cmocka_unit_test(slices_that_were_not_chosen_leave_nothing),
        cmocka_unit_test(values_stand_by_the_metrics_of_the_slice),
        cmocka_unit_test(lines_stand_by_frame_file_line_and_callee),
        cmocka_unit_test(closed_slices_of_one_name_stay_apart),
        cmocka_unit_test(nodes_are_stacks_by_their_parents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
