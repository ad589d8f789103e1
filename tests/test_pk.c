/*
 * What a .pk file holds: profiles with each thing that a profile can hold are written, read, dumped
 * and written again. The files that real profilers wrote are in test_pk_corpus.c, what is wrong
 * with a file in test_pk_damage.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/record.h"
#include "pk_file.h"

/* Write, read, and fail unless dump and bytes are the same; the size of the file. */
static size_t assert_round_trip(const struct pk_builder *builder)
{
    struct pk_error error = {0};
    struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error), *again;
    struct pk_buf first, second;
    struct pk_builder *read;
    size_t size;

    assert_non_null(profile);
    first = pk_file_of(profile);
    read = pk_file_read(pk_buf_view(&first), &error);
    if (!read)
        pk_error_print(&error, stderr);
    assert_non_null(read);
    again = support_freeze(read);
    support_assert_equal(profile, again);
    second = pk_file_of(again);
    assert_int_equal(second.size, first.size);
    assert_memory_equal(second.data, first.data, first.size);
    size = first.size;
    pk_buf_fini(&first);
    pk_buf_fini(&second);
    pk_profile_free(profile);
    pk_profile_free(again);
    return size;
}

static void stacks_are_kept(void **state)
{
    struct pk_builder *b = support_stacks("main;parse;main 3\nmain;draw 5\nmain 1\nidle 2\n");

    (void)state;
    assert_round_trip(b);
    pk_builder_free(b);
}

/* The example of profkit-pk(5) without its origin, byte by byte. */
static void the_bytes_are_those_of_the_manual(void **state)
{
    static const unsigned char expected[] = {
        0x89, 'p', 'r', 'o', 'f', 'k', 'i', 't', '\r', '\n', 0x1a, '\n', 1,   1,   15, 0,
        1,    'a', 0,   1,   'b', 0,   7,   's', 'a',  'm',  'p',  'l',  'e', 's', 2,  5,
        0,    4,   0,   1,   0,   3,   4,   0,   2,    0,    1,    5,    5,   0,   0,  0,
        0,    1,   7,   5,   0,   0,   0,   3,   1,    10,   3,    1,    1,   7,   0};
    struct pk_builder *b = support_stacks("a;b 3\n");
    struct pk_buf file = pk_file_of_builder(b);

    (void)state;
    assert_int_equal(file.size, sizeof expected + PK_PKFILE_CHECKSUM);
    assert_memory_equal(file.data, expected, sizeof expected);
    pk_buf_fini(&file);
    pk_builder_free(b);
}

static void executing_lines_are_kept(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id path[3] = {support_frame(b, "main"), support_frame(b, "f"), support_frame(b, "f")};
    static const uint32_t lines[][3] = {
        {1, 2, 3}, {1, 2, 4}, {1, 0, 4}, {0, 0, 0}, {UINT32_MAX, 2, UINT32_MAX}};

    (void)state;
    for (size_t i = 0; i < 5; i++)
        for (size_t n = 1; n <= 3; n++) {
            int64_t value = (int64_t)i * 10 + (int64_t)n;

            pk_builder_stack(b, path, lines[i], n, &value);
        }
    assert_round_trip(b);
    pk_builder_free(b);
}

/* Missing and empty are different texts, and so are all bytes. */
static void every_part_of_a_frame_is_kept(void **state)
{
    static const struct pk_str texts[] = {{NULL, 0}, {"", 0}, {"\0", 1}, {"\xff\xfe", 2}, {"x", 1}};
    struct pk_builder *b = support_builder();
    int64_t value = 1;

    (void)state;
    for (size_t i = 0; i < 125; i++) {
        struct pk_frame frame = {.name = texts[i % 5],
                                 .file = texts[i / 5 % 5],
                                 .module = texts[i / 25],
                                 .line = i % 3 ? (uint32_t)i * 34087042u : 0,
                                 .kind = (enum pk_frame_kind)(i % (PK_KIND_SPECIAL + 1))};
        pk_frame_id id = pk_builder_frame(b, &frame);

        pk_builder_stack(b, &id, NULL, 1, &value);
    }
    assert_round_trip(b);
    pk_builder_free(b);
}

static void calls_and_missing_values_are_kept(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g"), h = support_frame(b, "h");

    (void)state;
    pk_builder_metric(b, &bytes);
    pk_builder_self(b, f, (int64_t[]){5, PK_MISSING}, (int64_t[]){9, 0}, (struct pk_calls){3, 2});
    pk_builder_self(b, g, (int64_t[]){PK_MISSING, -4}, NULL, PK_CALLS_MISSING);
    pk_builder_self(b, h, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_edge(b, f, g, (int64_t[]){INT64_MAX / 2, PK_MISSING}, NULL, (struct pk_calls){0, 0});
    pk_builder_edge(b, g, f, NULL, (int64_t[]){1, 1}, (struct pk_calls){7, PK_MISSING});
    pk_builder_edge(b, g, g, NULL, NULL, PK_CALLS_MISSING);
    assert_round_trip(b);
    pk_builder_free(b);
}

/* How many edges are left of a and b, which call c, for a command that looks at functions alone. */
static uint32_t edges_read(const int64_t *incl_of_b, int64_t incl_of_edge)
{
    struct pk_builder *b = support_builder(), *left;
    pk_frame_id frames[3];
    int64_t self = 2, incl = 5;
    struct pk_error error = {0};
    struct pk_profile *profile;
    struct pk_buf file;
    uint32_t n;

    for (unsigned i = 0; i < 3; i++) {
        frames[i] = support_frame(b, (const char *[]){"a", "b", "c"}[i]);
        pk_builder_self(b, frames[i], &self, i == 1 ? incl_of_b : &incl, (struct pk_calls){1, 1});
    }
    for (unsigned i = 0; i < 2; i++)
        pk_builder_edge(b, frames[i], frames[2], &incl_of_edge, NULL, (struct pk_calls){1, 1});
    file = pk_file_of_builder(b);
    left = pk_file_read_as(pk_buf_view(&file), false, true, &error);
    profile = pk_builder_freeze(left, NULL, NULL, &error);
    n = pk_profile_graph(profile)->n;
    pk_profile_free(profile);
    pk_builder_free(left);
    pk_builder_free(pk_file_read(pk_buf_view(&file), &error));
    pk_builder_free(b);
    pk_buf_fini(&file);
    return n;
}

static void edges_are_passed_over_where_they_say_nothing_new(void **state)
{
    int64_t incl = 4;

    (void)state;
    assert_int_equal(edges_read(&incl, 3), 0);
    assert_int_equal(edges_read(NULL, 3), 2);                     /* they tell what b took */
    assert_int_equal(edges_read(&incl, INT64_MAX / 1024 + 1), 2); /* near to what fits */
}

static void flat_functions_are_kept(void **state)
{
    struct pk_builder *b = support_builder();
    int64_t self = 5;

    (void)state;
    pk_builder_recorded_at(b, PK_FLAT);
    pk_builder_self(b, support_frame(b, "f"), &self, NULL, PK_CALLS_MISSING);
    assert_round_trip(b);
    pk_builder_free(b);
}

static void costs_of_lines_are_kept(void **state)
{
    struct pk_builder *b = support_builder();
    pk_frame_id f = support_frame(b, "f"), g = support_frame(b, "g");
    int64_t value = 5;

    (void)state;
    pk_builder_self(b, f, &value, NULL, PK_CALLS_MISSING);
    pk_builder_edge(b, f, g, &value, NULL, (struct pk_calls){2, PK_MISSING});
    for (uint32_t line = 0; line < 4; line++) {
        pk_builder_line(b, f, line % 2 ? PK_STR("a.c") : PK_STR_NULL, line, PK_NONE, &value,
                        PK_CALLS_MISSING);
        pk_builder_line(b, f, PK_STR("a.c"), line, g, &value, (struct pk_calls){1, PK_MISSING});
        pk_builder_line(b, f, PK_STR("a.c"), line, f, (int64_t[]){PK_MISSING}, PK_CALLS_MISSING);
        pk_builder_line(b, g, PK_STR("b.h"), 7 * line, PK_NONE, &value, PK_CALLS_MISSING);
    }
    assert_round_trip(b);
    pk_builder_free(b);
}

/* They make no table, but in a merge with a file that has lines they are rows of it. */
static void lines_that_make_no_table_are_kept_for_merges(void **state)
{
    struct pk_builder *b = support_builder(), *other = support_builder(), *read, *sum[2];
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_buf file, sums[2];
    int64_t value = 5;

    (void)state;
    pk_builder_self(b, support_frame(b, "f"), &value, NULL, PK_CALLS_MISSING);
    pk_builder_line(b, support_frame(b, "f"), PK_STR("a.c"), 0, PK_NONE, &value, PK_CALLS_MISSING);
    pk_builder_self(other, support_frame(other, "f"), &value, NULL, PK_CALLS_MISSING);
    pk_builder_line(other, support_frame(other, "f"), PK_STR("a.c"), 3, PK_NONE, &value,
                    PK_CALLS_MISSING);
    assert_round_trip(b);
    file = pk_file_of_builder(b);
    read = pk_file_read(pk_buf_view(&file), &error);
    assert_non_null(read);
    for (size_t i = 0; i < 2; i++) {
        sum[i] = pk_builder_new(&limits);
        pk_builder_merge(sum[i], i ? read : b);
        pk_builder_merge(sum[i], other);
        sums[i] = pk_file_of_builder(sum[i]);
        pk_builder_free(sum[i]);
    }
    assert_true(pk_str_equal(pk_buf_view(&sums[0]), pk_buf_view(&sums[1])));
    pk_buf_fini(&sums[0]);
    pk_buf_fini(&sums[1]);
    pk_buf_fini(&file);
    pk_builder_free(read);
    pk_builder_free(other);
    pk_builder_free(b);
}

static void metrics_keep_scale_sign_and_place(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits), *sum = support_stacks("a 1\n");
    struct pk_metric fine = {
        .name = PK_STR("t"), .unit = PK_UNIT_NS, .scale = -18, .is_signed = true};
    struct pk_metric coarse = {.name = PK_STR("t"), .unit = PK_UNIT_BYTES, .scale = 18};
    struct pk_profile *p;
    pk_frame_id f = support_frame(b, "f");

    (void)state;
    pk_builder_metric(b, &fine);
    pk_builder_metric(b, &coarse);
    pk_builder_stack(b, &f, NULL, 1, (int64_t[]){-3, 4});
    assert_round_trip(b);
    pk_builder_merge(sum, b); /* samples and fine both came first in their files */
    assert_round_trip(sum);
    p = support_freeze(sum);
    assert_int_equal(pk_record_rank(p, 0), 0);
    assert_int_equal(pk_record_rank(p, 1), 0);
    assert_int_equal(pk_record_rank(p, 2), 1);
    pk_profile_free(p);
    pk_builder_free(b);
}

/* Nine metrics need two bytes for the set of those that a slice says. */
static void slices_with_their_metrics_are_kept(void **state)
{
    static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"};
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits), *sum = pk_builder_new(&limits);
    static const struct pk_label labels[] = {{{"k", 1}, {"v", 1}}, {{"k", 1}, {"w", 1}}};
    int64_t values[9];

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        struct pk_metric metric = {.name = pk_str_of(names[i])};

        pk_builder_metric(b, &metric);
    }
    for (uint32_t i = 0; i < 9; i++) {
        pk_frame_id f = support_frame(b, names[i]);

        for (size_t k = 0; k < 9; k++)
            values[k] = k == i || k == 3 ? (int64_t)(i + k) : PK_MISSING;
        pk_builder_slice(b, &(struct pk_slice){.process = i % 2 ? PK_STR("p") : PK_STR_NULL,
                                               .thread = i % 3 ? PK_STR("t") : PK_STR(""),
                                               .labels = labels,
                                               .n_labels = i % 4 < 3 ? i % 4 : 0});
        if (i % 2)
            pk_builder_stack(b, &f, NULL, 1, values);
        else
            pk_builder_self(b, f, values, NULL, PK_CALLS_MISSING);
        pk_builder_merge(sum, b); /* slices of one name with ever more metrics */
    }
    assert_round_trip(b);
    assert_round_trip(sum);
    pk_builder_free(b);
    pk_builder_free(sum);
}

static void what_is_known_of_the_origin_is_kept(void **state)
{
    static const struct pk_note_kind cut = {"cut", "1 stack cut", "stacks cut", true};
    static const struct pk_note_kind odd = {"odd", "1 oddity", "oddities", false};
    static const struct pk_note_kind lost = {"lost", "1 sample lost", "samples lost", false};
    struct pk_builder *b = support_stacks("a 1\n");

    (void)state;
    pk_builder_fact(b, "producer", PK_STR("x\n\xff"));
    pk_builder_fact(b, "producer", PK_STR(""));
    pk_builder_fact(b, "mode", PK_STR_NULL);
    pk_builder_tally(b, "samples", 12);
    pk_builder_tally(b, "lost", -3);
    pk_notes_add(pk_builder_notes(b), &cut, 3, pk_place_line(7, 9));
    pk_notes_add(pk_builder_notes(b), &odd, 1, pk_place_offset(UINT32_MAX));
    pk_notes_add(pk_builder_notes(b), &lost, UINT64_MAX - 1, pk_place_none());
    assert_round_trip(b);
    pk_builder_free(b);
}

/* The reader says nothing of itself, or what was read could not be what was written. */
static void the_format_is_that_of_the_files_it_was_made_from(void **state)
{
    struct pk_builder *b = support_stacks("a 1\n"), *read;
    struct pk_error error = {0};
    struct pk_buf file;
    struct pk_profile *p;

    (void)state;
    pk_builder_fact(b, "format", PK_STR("folded"));
    file = pk_file_of_builder(b);
    read = pk_file_read(pk_buf_view(&file), &error);
    p = support_freeze(read);
    assert_true(pk_str_equal(pk_profile_fact(p, "format"), PK_STR("folded")));
    pk_profile_free(p);
    pk_buf_fini(&file);
    pk_builder_free(b);
}

/* Some samples with times, of which some are equal; few, so that merges have equal ones too. */
static void add_moments(struct pk_builder *b, struct support_random *random)
{
    pk_frame_id path[2] = {support_frame(b, "f00"), support_frame(b, "f01")};

    pk_builder_keep_times(b);
    for (uint32_t n = support_below(random, 9); n > 0; n--) {
        int64_t value = 1 + support_below(random, 2);

        pk_builder_moment(b, 0, support_below(random, 4));
        pk_builder_stack(b, path, NULL, 1 + support_below(random, 2), &value);
    }
}

static void times_of_samples_are_kept(void **state)
{
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    struct support_random random = {7};
    pk_frame_id f = support_frame(b, "f");

    (void)state;
    add_moments(b, &random);
    pk_builder_metric(b, &bytes);
    for (int64_t i = 0; i < 20; i++) { /* far apart, and in several threads and metrics */
        char name = (char)('a' + i % 3);

        pk_builder_slice(b, &(struct pk_slice){.thread = {&name, 1}});
        pk_builder_moment(b, (uint32_t)i % 2, INT64_MAX - i % 5);
        pk_builder_stack(b, &f, NULL, 1, (int64_t[]){INT64_C(1) << i, i});
    }
    assert_round_trip(b);
    pk_builder_free(b);
}

/* A random program as stacks or as traced calls, in one of two threads. */
static struct pk_builder *random_builder(uint64_t seed)
{
    struct support_random random = {seed * 2654435761u + 1};
    struct support_program program = {.functions = 2 + support_below(&random, 8),
                                      .nodes = 2 + support_below(&random, 40),
                                      .depth = 7,
                                      .is_recursive = true,
                                      .largest = INT64_C(1) << support_below(&random, 30)};
    struct pk_builder *stacks = support_program(&random, &program), *traced;
    struct pk_profile *truth;

    pk_builder_slice(stacks, &(struct pk_slice){.thread = PK_STR("2")});
    if (support_below(&random, 2)) {
        pk_frame_id f = support_frame(stacks, "f00");

        pk_builder_stack(stacks, &f, &(uint32_t){support_below(&random, 3)}, 1, &(int64_t){1});
    }
    add_moments(stacks, &random);
    pk_builder_rescale(stacks, 0, -(int)support_below(&random, 3));
    if (support_below(&random, 2))
        return stacks;
    truth = support_freeze(stacks);
    traced = support_traced(truth, support_below(&random, 2) != 0, support_below(&random, 2) != 0);
    pk_profile_free(truth);
    return traced;
}

static struct pk_buf sum_of(struct pk_builder *const *parts, const unsigned *order, size_t n)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *sum = pk_builder_new(&limits);
    struct pk_buf file;

    pk_builder_keep_times(sum);
    for (size_t i = 0; i < n; i++)
        pk_builder_merge(sum, parts[order[i]]);
    file = pk_file_of_builder(sum);
    pk_builder_free(sum);
    return file;
}

/* All orders of three, once from the builders and once from their files. */
static void order_of_merges_cannot_show_in_the_bytes(void **state)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    uint32_t cases = support_cases(100);

    (void)state;
    for (uint64_t k = 1; k <= cases; k++) {
        struct pk_builder *parts[3], *read[3];
        struct pk_error error = {0};
        struct pk_buf expected;

        for (uint64_t i = 0; i < 3; i++) {
            struct pk_buf file;

            parts[i] = random_builder(3 * k + i);
            file = pk_file_of_builder(parts[i]);
            read[i] = pk_file_read(pk_buf_view(&file), &error);
            assert_non_null(read[i]);
            pk_buf_fini(&file);
        }
        expected = sum_of(parts, orders[0], 3);
        for (unsigned i = 0; i < 6; i++) {
            struct pk_buf one = sum_of(parts, orders[i], 3), two = sum_of(read, orders[i], 3);

            assert_true(pk_str_equal(pk_buf_view(&expected), pk_buf_view(&one)));
            assert_true(pk_str_equal(pk_buf_view(&expected), pk_buf_view(&two)));
            pk_buf_fini(&one);
            pk_buf_fini(&two);
        }
        pk_buf_fini(&expected);
        for (unsigned i = 0; i < 3; i++) {
            pk_builder_free(parts[i]);
            pk_builder_free(read[i]);
        }
    }
}

/* Depth costs bytes of the file, never of the C stack. */
static void a_stack_of_a_million_frames_is_kept(void **state)
{
    enum { DEPTH = 1000000 };
    struct pk_builder *b = support_builder();
    pk_frame_id *path = pk_calloc(DEPTH, sizeof *path);
    int64_t value = 1;
    size_t size;

    (void)state;
    for (size_t i = 0; i < DEPTH; i++)
        path[i] = support_frame(b, i % 2 ? "even" : "odd");
    pk_builder_stack(b, path, NULL, DEPTH, &value);
    size = assert_round_trip(b);
    assert_true(size < 2 * DEPTH + 100);
    pk_free(path);
    pk_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_are_kept),
        cmocka_unit_test(the_bytes_are_those_of_the_manual),
        cmocka_unit_test(executing_lines_are_kept),
        cmocka_unit_test(every_part_of_a_frame_is_kept),
        cmocka_unit_test(calls_and_missing_values_are_kept),
        cmocka_unit_test(edges_are_passed_over_where_they_say_nothing_new),
        cmocka_unit_test(flat_functions_are_kept),
        cmocka_unit_test(costs_of_lines_are_kept),
        cmocka_unit_test(lines_that_make_no_table_are_kept_for_merges),
        cmocka_unit_test(metrics_keep_scale_sign_and_place),
        cmocka_unit_test(slices_with_their_metrics_are_kept),
        cmocka_unit_test(times_of_samples_are_kept),
        cmocka_unit_test(what_is_known_of_the_origin_is_kept),
        cmocka_unit_test(the_format_is_that_of_the_files_it_was_made_from),
        cmocka_unit_test(order_of_merges_cannot_show_in_the_bytes),
        cmocka_unit_test(a_stack_of_a_million_frames_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
