/*
 * Which functions come first. Profiles are small enough to rank by eye.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/hotspots.h"
#include "support.h"

/* The names of the functions in the order of a key, separated by blanks. */
static void check_order(const struct pk_profile *profile, enum pk_hotspots_key key,
                        const char *expected)
{
    struct pk_arena arena;
    struct pk_hotspots hotspots;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    hotspots = pk_hotspots_find(profile, 0, key, &arena);
    assert_int_equal(hotspots.key, key);
    for (uint32_t i = 0; i < hotspots.n; i++) {
        pk_buf_text(&text, i ? " " : "");
        pk_buf_str(&text, pk_profile_frame(profile, hotspots.frame[i])->name);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void add(struct pk_builder *builder, const char *name, int64_t self, int64_t incl,
                int64_t calls, int64_t primitive)
{
    pk_builder_self(builder, support_frame(builder, name), &self, &incl,
                    (struct pk_calls){calls, primitive});
}

/*      self  incl  calls  incl per primitive call
 * a      10    90      3   30
 * b      40    40      8    5
 * c      20    30      1   30
 * d      20    25     25    5 (5 primitive ones) */
static struct pk_profile *traced(void)
{
    struct pk_builder *builder = support_builder();

    add(builder, "c", 20, 30, 1, 1);
    add(builder, "b", 40, 40, 8, 8);
    add(builder, "d", 20, 25, 25, 5);
    add(builder, "a", 10, 90, 3, 3);
    return support_freeze(builder);
}

static void the_largest_comes_first_by_every_key(void **state)
{
    static const struct {
        enum pk_hotspots_key key;
        const char *expected;
    } cases[] = {
        {PK_HOTSPOTS_SELF, "b c d a"},  {PK_HOTSPOTS_TOTAL, "a b c d"},
        {PK_HOTSPOTS_CALLS, "d b a c"}, {PK_HOTSPOTS_PER_CALL, "a c b d"},
        {PK_HOTSPOTS_NAME, "a b c d"},
    };
    struct pk_profile *profile = traced();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_order(profile, cases[i].key, cases[i].expected);
    pk_profile_free(profile);
}

static void equal_values_stand_by_name_whatever_the_order_of_reading(void **state)
{
    static const char *const texts[] = {"z 1\nm 1\na 1\n", "a 1\nz 1\nm 1\n", "m 1\na 1\nz 1\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct pk_profile *profile = support_profile(texts[i]);

        check_order(profile, PK_HOTSPOTS_SELF, "a m z");
        check_order(profile, PK_HOTSPOTS_TOTAL, "a m z");
        pk_profile_free(profile);
    }
}

static void a_missing_value_comes_after_zero_and_negative_ones(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    static const int64_t incl = 5;

    (void)state;
    add(builder, "zero", 0, 0, 0, 0);
    add(builder, "negative", -7, -7, 2, 2);
    add(builder, "plenty", 9, 9, 1, 1);
    pk_builder_self(builder, support_frame(builder, "a missing"), NULL, &incl, PK_CALLS_MISSING);
    profile = support_freeze(builder);
    check_order(profile, PK_HOTSPOTS_SELF, "plenty zero negative a missing");
    check_order(profile, PK_HOTSPOTS_CALLS, "negative plenty zero a missing");
    pk_profile_free(profile);
}

static void a_function_with_nothing_of_the_metric_is_left_out(void **state)
{
    struct pk_builder *builder = support_stacks("main;work 3\n");
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    static const int64_t values[] = {PK_MISSING, 4096};
    struct pk_profile *profile;
    pk_frame_id f;

    (void)state;
    pk_builder_metric(builder, &bytes);
    f = support_frame(builder, "malloc");
    pk_builder_slice(builder, &(struct pk_slice){.thread = PK_STR("2")});
    pk_builder_stack(builder, &f, NULL, 1, values);
    profile = support_freeze(builder);
    check_order(profile, PK_HOTSPOTS_SELF, "work main");
    pk_profile_free(profile);
}

static void time_per_call_is_divided_by_primitive_calls(void **state)
{
    static const struct {
        int64_t incl, calls, primitive, expected;
    } cases[] = {
        {90, 3, 3, 30},
        {90, 9, 3, 30},          /* recursive: nine calls share the total of three */
        {90, 9, PK_MISSING, 10}, /* a file that does not tell them apart */
        {90, PK_MISSING, PK_MISSING, PK_MISSING},
        {90, 0, 0, PK_MISSING},
        {PK_MISSING, 3, 3, PK_MISSING},
        {0, 3, 3, 0},
        {-9, 3, 3, -3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_builder *builder = support_builder();
        pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
        struct pk_profile *profile;
        static const int64_t self = 1;
        bool is_missing = cases[i].incl == PK_MISSING;

        pk_builder_self(builder, f, &self, is_missing ? NULL : &cases[i].incl,
                        (struct pk_calls){cases[i].calls, cases[i].primitive});
        /* An edge without a time keeps the inclusive time of f from being derived. */
        if (is_missing)
            pk_builder_edge(builder, f, g, NULL, NULL, PK_CALLS_MISSING);
        profile = support_freeze(builder);
        assert_true(pk_hotspots_per_call(profile, 0, support_find(profile, "f")) ==
                    cases[i].expected);
        pk_profile_free(profile);
    }
}

static void check_sort(const struct pk_profile *profile, const struct pk_order *orders, unsigned n,
                       const char *expected)
{
    struct pk_arena arena;
    struct pk_hotspots hotspots;
    struct pk_buf text = {0};

    pk_arena_init(&arena);
    hotspots = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
    pk_hotspots_sort(&hotspots, profile, 0, orders, n);
    for (uint32_t i = 0; i < hotspots.n; i++) {
        pk_buf_text(&text, i ? " " : "");
        pk_buf_str(&text, pk_profile_frame(profile, hotspots.frame[i])->name);
    }
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
    pk_arena_fini(&arena);
}

static void the_next_key_decides_between_equals(void **state)
{
    struct pk_profile *profile = traced();
    const struct pk_order self_calls[] = {{PK_HOTSPOTS_SELF, false}, {PK_HOTSPOTS_CALLS, false}};
    const struct pk_order self_name[] = {{PK_HOTSPOTS_SELF, true}, {PK_HOTSPOTS_NAME, true}};
    const struct pk_order per_call[] = {{PK_HOTSPOTS_PER_CALL, false}, {PK_HOTSPOTS_TOTAL, true}};
    const struct pk_order name[] = {{PK_HOTSPOTS_NAME, true}};

    (void)state;
    check_sort(profile, self_calls, 2, "b d c a"); /* d and c have 20 each; d has more calls */
    check_sort(profile, self_name, 2, "a d c b");
    check_sort(profile, per_call, 2, "c a d b");
    check_sort(profile, name, 1, "d c b a");
    check_sort(profile, NULL, 0, "b c d a");
    pk_profile_free(profile);
}

static void what_is_missing_stays_last(void **state)
{
    struct pk_builder *builder = support_builder();
    const struct pk_order calls[] = {{PK_HOTSPOTS_CALLS, true}};
    struct pk_profile *profile;

    (void)state;
    add(builder, "none", 1, 1, PK_MISSING, PK_MISSING);
    add(builder, "two", 1, 1, 2, 2);
    add(builder, "one", 1, 1, 1, 1);
    profile = support_freeze(builder);
    check_sort(profile, calls, 1, "one two none");
    pk_profile_free(profile);
}

static void samples_have_no_time_per_call(void **state)
{
    struct pk_profile *profile = support_profile("main;work 3\n");

    (void)state;
    assert_true(pk_hotspots_per_call(profile, 0, 0) == PK_MISSING);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_comes_first_by_every_key),
        cmocka_unit_test(equal_values_stand_by_name_whatever_the_order_of_reading),
        cmocka_unit_test(a_missing_value_comes_after_zero_and_negative_ones),
        cmocka_unit_test(a_function_with_nothing_of_the_metric_is_left_out),
        cmocka_unit_test(time_per_call_is_divided_by_primitive_calls),
        cmocka_unit_test(the_next_key_decides_between_equals),
        cmocka_unit_test(what_is_missing_stays_last),
        cmocka_unit_test(samples_have_no_time_per_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
