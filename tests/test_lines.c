/*
 * The LINES side table: what goes in comes out in order, whatever the order of adding, of merging
 * and of slices. And settling cycles: what edges that count nested calls again may say.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/lines.h"
#include "tests/support.h"

struct row {
    const char *frame, *file;
    uint32_t line;
    const char *callee; /* NULL: self */
    int64_t value, calls;
};

static void add(struct pk_builder *builder, const struct row *row)
{
    pk_frame_id callee = row->callee ? support_frame(builder, row->callee) : PK_NONE;
    int64_t values[4] = {row->value, PK_MISSING, PK_MISSING, PK_MISSING};

    pk_builder_line(builder, support_frame(builder, row->frame), pk_str_of(row->file), row->line,
                    callee, values, (struct pk_calls){row->calls, PK_MISSING});
}

/* "f a.c:3 -> g: 5 calls 1" a line. */
static char *show(const struct pk_profile *profile)
{
    const struct pk_lines *lines = pk_profile_lines(profile);
    struct pk_buf out = {0};

    pk_buf_text(&out, "");
    pk_buf_reserve(&out, 1);
    out.data[0] = '\0';
    for (uint32_t i = 0; lines && i < lines->n; i++) {
        pk_buf_str(&out, pk_profile_frame(profile, lines->frame[i])->name);
        pk_buf_char(&out, ' ');
        pk_buf_str(&out, lines->files[lines->file[i]]);
        pk_buf_printf(&out, ":%u", lines->line[i]);
        if (lines->callee[i] != PK_NONE) {
            pk_buf_text(&out, " -> ");
            pk_buf_str(&out, pk_profile_frame(profile, lines->callee[i])->name);
        }
        pk_buf_char(&out, ':');
        for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
            int64_t value = lines->values[m] ? lines->values[m][i] : PK_MISSING;

            pk_buf_char(&out, ' ');
            if (value == PK_MISSING)
                pk_buf_char(&out, '-');
            else
                pk_buf_int(&out, value);
        }
        if (lines->calls && lines->calls[i] != PK_MISSING)
            pk_buf_printf(&out, " calls %d", (int)lines->calls[i]);
        pk_buf_char(&out, '\n');
    }
    return out.data;
}

static void assert_shown(struct pk_profile *profile, const char *expected)
{
    char *found = show(profile);

    assert_string_equal(found, expected);
    pk_free(found);
    pk_profile_free(profile);
}

static const struct row rows[] = {
    {"g", "a.c", 9, NULL, 4, PK_MISSING}, {"f", "b.h", 2, NULL, 3, PK_MISSING},
    {"f", "a.c", 7, "h", 20, 2},          {"f", "a.c", 7, "g", 10, 1},
    {"f", "a.c", 7, NULL, 1, PK_MISSING}, {"f", "a.c", 3, NULL, 5, PK_MISSING},
    {"f", "a.c", 7, NULL, 2, PK_MISSING}, {"f", "a.c", 7, "h", 5, 3},
    {"f", NULL, 1, NULL, 8, PK_MISSING},
};

#define N_ROWS (sizeof rows / sizeof *rows)

static const char ordered[] = "f :1: 8\n"
                              "f a.c:3: 5\n"
                              "f a.c:7: 3\n"
                              "f a.c:7 -> g: 10 calls 1\n"
                              "f a.c:7 -> h: 25 calls 5\n"
                              "f b.h:2: 3\n"
                              "g a.c:9: 4\n";

static void rows_stand_in_order_however_they_came(void **state)
{
    (void)state;

    for (size_t shift = 0; shift < N_ROWS; shift++) {
        struct pk_builder *builder = support_builder();

        for (size_t i = 0; i < N_ROWS; i++)
            add(builder, &rows[(i * 7 + shift) % N_ROWS]); /* 7 and 9 have no common factor */
        assert_shown(support_freeze(builder), ordered);
    }
}

static void rows_of_a_function_are_found_by_it(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    const struct pk_lines *lines;
    pk_frame_id f, g, h;
    (void)state;

    for (size_t i = 0; i < N_ROWS; i++)
        add(builder, &rows[i]);
    profile = support_freeze(builder);
    lines = pk_profile_lines(profile);
    f = support_find(profile, "f");
    g = support_find(profile, "g");
    h = support_find(profile, "h");
    assert_int_equal(lines->start[f + 1] - lines->start[f], 6);
    assert_int_equal(lines->start[g + 1] - lines->start[g], 1);
    assert_int_equal(lines->start[h + 1] - lines->start[h], 0); /* only called */
    assert_int_equal(lines->n_files, 3);
    pk_profile_free(profile);
}

static void a_merge_is_the_same_in_any_order_and_grouping(void **state)
{
    (void)state;

    for (unsigned way = 0; way < 4; way++) {
        struct pk_builder *parts[3], *all = support_builder();

        for (size_t p = 0; p < 3; p++) {
            parts[p] = support_builder();
            for (size_t i = p; i < N_ROWS; i += 3)
                add(parts[p], &rows[i]);
        }
        if (way & 1) { /* two first, then the rest */
            pk_builder_merge(parts[2], parts[0]);
            pk_builder_merge(all, parts[way & 2 ? 1 : 2]);
            pk_builder_merge(all, parts[way & 2 ? 2 : 1]);
        } else {
            for (size_t p = 0; p < 3; p++)
                pk_builder_merge(all, parts[way & 2 ? 2 - p : p]);
        }
        for (size_t p = 0; p < 3; p++)
            pk_builder_free(parts[p]);
        assert_shown(support_freeze(all), ordered);
    }
}

static void slices_add_up_and_can_be_chosen(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_slice first = {.thread = PK_STR("1")}, second = {.thread = PK_STR("2")};
    (void)state;

    pk_builder_slice(builder, &first);
    add(builder, &rows[4]);
    add(builder, &rows[3]);
    pk_builder_slice(builder, &second);
    add(builder, &rows[4]);
    add(builder, &rows[3]);
    add(builder, &rows[0]);
    assert_shown(support_freeze(builder), "f a.c:7: 2\nf a.c:7 -> g: 20 calls 2\ng a.c:9: 4\n");
}

static bool is_thread_1(const struct pk_slice *slice, void *context)
{
    (void)context;
    return pk_str_equal(slice->thread, PK_STR("1"));
}

static void rows_of_slices_that_are_left_out_are_gone(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_slice first = {.thread = PK_STR("1")}, second = {.thread = PK_STR("2")};
    struct pk_error error = {0};
    (void)state;

    pk_builder_slice(builder, &first);
    add(builder, &rows[4]);
    pk_builder_slice(builder, &second);
    add(builder, &rows[0]);
    add(builder, &rows[1]);
    assert_shown(pk_builder_freeze(builder, is_thread_1, NULL, &error), "f a.c:7: 1\n");
    pk_builder_free(builder);
}

static void a_table_without_any_line_is_none(void **state)
{
    static const struct row nowhere[] = {{"f", "a.c", 0, NULL, 4, PK_MISSING},
                                         {"f", NULL, 0, "g", 4, 1}};
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    (void)state;

    add(builder, &nowhere[0]);
    add(builder, &nowhere[1]);
    profile = support_freeze(builder);
    assert_null(pk_profile_lines(profile));
    pk_profile_free(profile);
}

/* Zeros at the end of a row are left out when kept; they must not come back as missing, nor what
 * is missing as zero. */
static void zero_and_missing_stay_apart(void **state)
{
    static const int64_t values[][3] = {
        {1, 0, 0}, {0, 0, 5}, {1, PK_MISSING, 2}, {0, 0, 0}, {PK_MISSING, PK_MISSING, PK_MISSING}};
    struct pk_builder *builder = support_builder();
    struct pk_metric second = {.name = PK_STR("b")}, third = {.name = PK_STR("c")};
    (void)state;

    pk_builder_metric(builder, &second);
    pk_builder_metric(builder, &third);
    for (uint32_t i = 0; i < 5; i++)
        pk_builder_line(builder, support_frame(builder, "f"), PK_STR("a.c"), i + 1, PK_NONE,
                        values[i], PK_CALLS_MISSING);
    /* the second time it only adds */
    pk_builder_line(builder, support_frame(builder, "f"), PK_STR("a.c"), 1, PK_NONE, values[1],
                    PK_CALLS_MISSING);
    assert_shown(support_freeze(builder), "f a.c:1: 1 0 5\nf a.c:2: 0 0 5\nf a.c:3: 1 - 2\n"
                                          "f a.c:4: 0 0 0\nf a.c:5: - - -\n");
}

static void a_finer_scale_multiplies_what_is_there(void **state)
{
    struct pk_builder *coarse = support_builder(), *fine = support_builder();
    (void)state;

    add(coarse, &rows[0]);
    pk_builder_rescale(fine, 0, -2);
    add(fine, &rows[0]); /* 0.04 */
    pk_builder_merge(fine, coarse);
    pk_builder_free(coarse);
    assert_shown(support_freeze(fine), "g a.c:9: 404\n");
    coarse = support_builder();
    add(coarse, &rows[0]);
    pk_builder_rescale(coarse, 0, -1);
    assert_shown(support_freeze(coarse), "g a.c:9: 40\n");
}

static void sums_of_lines_past_64_bits_fail(void **state)
{
    static const struct row large = {"f", "a.c", 1, NULL, INT64_MAX, PK_MISSING};
    static const struct row one = {"f", "a.c", 2, NULL, 1, PK_MISSING};
    struct pk_builder *builder = support_builder();
    (void)state;

    add(builder, &large);
    assert_false(pk_builder_failed(builder, NULL));
    add(builder, &one);
    assert_true(pk_builder_failed(builder, NULL));
    pk_builder_free(builder);
}

/* Kept or left: a file that cannot be read by one command cannot be read by another. */
static void lines_that_are_left_are_known_of_and_checked(void **state)
{
    static const struct row nowhere = {"f", "a.c", 0, NULL, 4, PK_MISSING};
    static const struct row large = {"f", "a.c", 1, NULL, INT64_MAX - 4, PK_MISSING};
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    (void)state;

    pk_builder_leave_lines(builder);
    pk_builder_self(builder, support_frame(builder, "f"), &nowhere.value, NULL, PK_CALLS_MISSING);
    add(builder, &nowhere);
    profile = pk_builder_freeze(builder, NULL, NULL, &(struct pk_error){0});
    assert_false(pk_profile_has_line_costs(profile));
    pk_profile_free(profile);
    add(builder, &large);
    assert_false(pk_builder_failed(builder, NULL));
    profile = pk_builder_freeze(builder, NULL, NULL, &(struct pk_error){0});
    assert_true(pk_profile_has_line_costs(profile));
    assert_null(pk_profile_lines(profile));
    assert_int_equal(pk_profile_total(profile, 0), 4);
    pk_profile_free(profile);
    add(builder, &large);
    assert_true(pk_builder_failed(builder, NULL));
    pk_builder_free(builder);
}

static void lines_that_are_left_are_known_of_after_a_merge(void **state)
{
    struct pk_builder *parts[2] = {support_builder(), support_builder()};
    struct pk_profile *profile;
    (void)state;

    for (int i = 0; i < 2; i++) {
        pk_builder_leave_lines(parts[i]);
        pk_builder_self(parts[i], support_frame(parts[i], "f"), &rows[0].value, NULL,
                        PK_CALLS_MISSING);
    }
    add(parts[1], &rows[0]);
    pk_builder_merge(parts[0], parts[1]);
    pk_builder_free(parts[1]);
    profile = support_freeze(parts[0]);
    assert_true(pk_profile_has_line_costs(profile));
    pk_profile_free(profile);
}

/* --- settling --- */

static void self(struct pk_builder *builder, const char *name, int64_t value)
{
    pk_builder_self(builder, support_frame(builder, name), &value, NULL, PK_CALLS_MISSING);
}

static void edge(struct pk_builder *builder, const char *caller, const char *callee, int64_t incl)
{
    pk_builder_edge(builder, support_frame(builder, caller), support_frame(builder, callee), &incl,
                    NULL, (struct pk_calls){1, PK_MISSING});
}

static void assert_inclusive(const struct pk_profile *profile, const char *name, int64_t low,
                             int64_t high)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    pk_frame_id f = support_find(profile, name);

    assert_int_equal(flat->incl[0][f], low);
    assert_int_equal(flat->incl_high[0] ? flat->incl_high[0][f] : PK_MISSING, high);
}

/* Inclusive of the edge, by names. */
static int64_t edge_inclusive(const struct pk_profile *profile, const char *caller,
                              const char *callee)
{
    const struct pk_graph *graph = pk_profile_graph(profile);

    for (uint32_t e = 0; e < graph->n; e++)
        if (graph->caller[e] == support_find(profile, caller) &&
            graph->callee[e] == support_find(profile, callee))
            return graph->incl[0][e];
    fail();
    return 0;
}

static void edges_inside_cycles_lose_their_inclusive(void **state)
{
    struct pk_builder *builder = support_builder();
    const struct row nested = {"a", "x.c", 4, "b", 24, 2}, entry = {"m", "x.c", 1, "a", 30, 1};
    struct pk_profile *profile;
    (void)state;

    self(builder, "m", 1);
    self(builder, "a", 10);
    self(builder, "b", 20);
    edge(builder, "m", "a", 30);
    edge(builder, "a", "b", 24);
    edge(builder, "b", "a", 6);
    add(builder, &nested);
    add(builder, &entry);
    pk_builder_settle_cycles(builder, NULL, 0, false);
    profile = support_freeze(builder);
    assert_int_equal(edge_inclusive(profile, "m", "a"), 30);
    assert_int_equal(edge_inclusive(profile, "a", "b"), PK_MISSING);
    assert_int_equal(edge_inclusive(profile, "b", "a"), PK_MISSING);
    assert_inclusive(profile, "m", 31, PK_MISSING);
    assert_inclusive(profile, "a", 30, PK_MISSING); /* all of it enters there */
    assert_inclusive(profile, "b", 20, 30);
    assert_shown(profile, "a x.c:4 -> b: - calls 2\nm x.c:1 -> a: 30 calls 1\n");
}

static void a_function_known_to_stand_once_is_exact_in_a_cycle(void **state)
{
    struct pk_builder *builder = support_builder();
    bool is_once[8] = {false};
    struct pk_profile *profile;
    (void)state;

    self(builder, "m", 1);
    self(builder, "a", 15);
    self(builder, "b", 6);
    edge(builder, "m", "a", 19);
    edge(builder, "m", "b", 7);
    edge(builder, "a", "b", 4); /* one stack m;a;b, another m;b;a */
    edge(builder, "b", "a", 5);
    is_once[support_frame(builder, "a")] = true;
    pk_builder_settle_cycles(builder, is_once, 8, false);
    profile = support_freeze(builder);
    assert_inclusive(profile, "a", 19, PK_MISSING);
    assert_inclusive(profile, "b", 7, 21);
    pk_profile_free(profile);
}

/* Each file is settled for itself: their union has a cycle, but neither counted anything twice. */
static void a_cycle_of_the_union_only_takes_nothing_away(void **state)
{
    struct pk_builder *one = support_builder(), *two = support_builder();
    struct pk_slice second = {.process = PK_STR("2")};
    struct pk_profile *profile;
    (void)state;

    self(one, "a", 1);
    self(one, "b", 2);
    edge(one, "a", "b", 2);
    pk_builder_settle_cycles(one, NULL, 0, false);
    pk_builder_slice(two, &second);
    self(two, "a", 4);
    self(two, "b", 8);
    edge(two, "b", "a", 4);
    pk_builder_settle_cycles(two, NULL, 0, false);
    pk_builder_merge(one, two);
    pk_builder_free(two);
    profile = support_freeze(one);
    assert_inclusive(profile, "a", 3 + 4, PK_MISSING);
    assert_inclusive(profile, "b", 2 + 12, PK_MISSING);
    assert_int_equal(edge_inclusive(profile, "a", "b"), 2);
    pk_profile_free(profile);
}

/* A traced program's edges, settled, never contradict its true stacks. */
static void settled_edges_agree_with_the_true_tree(void **state)
{
    struct support_random random = {20240301};
    (void)state;

    for (uint32_t round = support_cases(200); round-- > 0;) {
        struct support_program program = {.functions = 2 + support_below(&random, 12),
                                          .nodes = 2 + support_below(&random, 60),
                                          .depth = 10,
                                          .is_recursive = round % 2 == 0,
                                          .largest = 1000};
        struct pk_profile *truth = support_freeze(support_program(&random, &program)), *found;
        struct pk_builder *traced = support_traced(truth, false, false);
        const struct pk_flat *flat;

        pk_builder_settle_cycles(traced, NULL, 0, false);
        found = support_freeze(traced);
        flat = pk_profile_flat(found);
        for (pk_frame_id f = 0; f < pk_profile_frames(found); f++) {
            int64_t exact = pk_profile_flat(truth)->incl[0][f];
            int64_t high = flat->incl_high[0] ? flat->incl_high[0][f] : PK_MISSING;

            assert_true(flat->incl[0][f] <= exact);
            assert_true(exact <= (high == PK_MISSING ? flat->incl[0][f] : high));
        }
        pk_profile_free(found);
        pk_profile_free(truth);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_in_order_however_they_came),
        cmocka_unit_test(rows_of_a_function_are_found_by_it),
        cmocka_unit_test(a_merge_is_the_same_in_any_order_and_grouping),
        cmocka_unit_test(slices_add_up_and_can_be_chosen),
        cmocka_unit_test(rows_of_slices_that_are_left_out_are_gone),
        cmocka_unit_test(a_table_without_any_line_is_none),
        cmocka_unit_test(zero_and_missing_stay_apart),
        cmocka_unit_test(a_finer_scale_multiplies_what_is_there),
        cmocka_unit_test(sums_of_lines_past_64_bits_fail),
        cmocka_unit_test(lines_that_are_left_are_known_of_and_checked),
        cmocka_unit_test(lines_that_are_left_are_known_of_after_a_merge),
        cmocka_unit_test(edges_inside_cycles_lose_their_inclusive),
        cmocka_unit_test(a_function_known_to_stand_once_is_exact_in_a_cycle),
        cmocka_unit_test(a_cycle_of_the_union_only_takes_nothing_away),
        cmocka_unit_test(settled_edges_agree_with_the_true_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
