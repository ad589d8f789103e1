/*
 * When a profile is to be doubted. The thresholds are UX.md's: above 20 % of the weight without a
 * symbol, below 100 samples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/quality.h"
#include "support.h"

/* Samples of main, of which `unresolved` end in a frame without a symbol. */
static struct pk_builder *sampled(int64_t resolved, int64_t unresolved)
{
    struct pk_builder *builder = support_stacks("");
    pk_frame_id stack[] = {
        support_frame(builder, "main"),
        pk_builder_frame(
            builder, &(struct pk_frame){.name = PK_STR("[unknown]"), .kind = PK_KIND_UNRESOLVED})};

    pk_builder_stack(builder, stack, NULL, 1, &resolved);
    pk_builder_stack(builder, stack, NULL, 2, &unresolved);
    return builder;
}

static void check_warnings(struct pk_builder *builder, const char *expected)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_quality quality = pk_quality_of(profile, 0);
    struct pk_buf text = {0};

    pk_quality_warnings(&quality, profile, &text);
    assert_string_equal(text.data ? text.data : "", expected);
    pk_buf_fini(&text);
    pk_profile_free(profile);
}

static void nothing_is_said_of_a_good_profile(void **state)
{
    (void)state;
    check_warnings(support_stacks("main;a 60\nmain;b 40\n"), "");
}

static void weight_without_a_symbol_is_warned_of_above_a_fifth(void **state)
{
    static const struct {
        int64_t resolved, unresolved;
        const char *expected;
    } cases[] = {
        {800, 200, ""},
        {799, 201, "20.1 % of weight ends in frames without a symbol"},
        {4, 101, "96.2 % of weight ends in frames without a symbol"},
        {0, 100, "100.0 % of weight ends in frames without a symbol"},
        {100, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_warnings(sampled(cases[i].resolved, cases[i].unresolved), cases[i].expected);
}

static void fewer_than_a_hundred_samples_are_rough(void **state)
{
    static const struct {
        const char *stacks, *expected;
    } cases[] = {
        {"f 100\n", ""},
        {"f 99\n", "only 99 samples: shares are rough"},
        {"f 1\n", "only 1 sample: shares are rough"},
        {"f 0\n", "only 0 samples: shares are rough"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_warnings(support_stacks(cases[i].stacks), cases[i].expected);
}

static void traced_time_is_not_taken_for_samples(void **state)
{
    struct pk_builder *builder = support_builder();
    static const int64_t self = 3;
    struct pk_profile *profile;

    (void)state;
    pk_builder_self(builder, support_frame(builder, "f"), &self, &self, (struct pk_calls){1, 1});
    profile = support_freeze(builder);
    assert_int_equal(pk_quality_of(profile, 0).samples, -1);
    assert_false(pk_quality_of(profile, 0).has_few_samples);
    pk_profile_free(profile);
}

/* Weights with decimals (seconds, often) may be called samples by who reads them: they are no
 * count. */
static void decimals_are_not_taken_for_samples(void **state)
{
    struct pk_builder *builder = support_stacks("f 15\n");
    struct pk_profile *profile;

    (void)state;
    pk_builder_rescale(builder, 0, -1);
    profile = support_freeze(builder);
    assert_int_equal(pk_quality_of(profile, 0).samples, -1);
    pk_profile_free(profile);
}

static void differences_give_no_share_of_symbols(void **state)
{
    static const struct {
        int64_t resolved, unresolved, expected;
    } cases[] = {
        {-30, 20, 0}, /* nothing is a part of -10 */
        {-15, 20, 5}, /* never more than the whole */
        {-50, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile =
            support_freeze(sampled(cases[i].resolved, cases[i].unresolved));
        struct pk_quality quality = pk_quality_of(profile, 0);

        assert_int_equal(quality.unresolved, cases[i].expected);
        assert_true(quality.has_unresolved == (cases[i].expected > 0));
        pk_profile_free(profile);
    }
}

static void losses_of_reading_are_repeated(void **state)
{
    static const struct pk_note_kind skipped = {"skipped", "1 line skipped", "lines skipped", true};
    struct pk_builder *builder = support_stacks("f 7\n");

    (void)state;
    pk_notes_add(pk_builder_notes(builder), &skipped, 12, pk_place_none());
    check_warnings(builder, "only 7 samples: shares are rough\n12 lines skipped");
}

static void the_sums_are_those_of_the_profile(void **state)
{
    struct pk_profile *profile = support_freeze(sampled(70, 50));
    struct pk_quality quality = pk_quality_of(profile, 0);

    (void)state;
    assert_int_equal(quality.total, 120);
    assert_int_equal(quality.unresolved, 50);
    assert_int_equal(quality.samples, 120);
    assert_int_equal(quality.frames, 2);
    assert_false(quality.has_sampled_calls);
    pk_profile_free(profile);
}

static void a_sampler_behind_a_tracers_format_is_known_by_its_mode(void **state)
{
    struct pk_builder *builder = support_builder();
    static const int64_t self = 3;
    struct pk_profile *profile;

    (void)state;
    pk_builder_self(builder, support_frame(builder, "f"), &self, &self, PK_CALLS_MISSING);
    pk_builder_fact(builder, "mode", PK_STR("sampled"));
    profile = support_freeze(builder);
    assert_true(pk_quality_of(profile, 0).has_sampled_calls);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_of_a_good_profile),
        cmocka_unit_test(weight_without_a_symbol_is_warned_of_above_a_fifth),
        cmocka_unit_test(fewer_than_a_hundred_samples_are_rough),
        cmocka_unit_test(traced_time_is_not_taken_for_samples),
        cmocka_unit_test(decimals_are_not_taken_for_samples),
        cmocka_unit_test(differences_give_no_share_of_symbols),
        cmocka_unit_test(losses_of_reading_are_repeated),
        cmocka_unit_test(the_sums_are_those_of_the_profile),
        cmocka_unit_test(a_sampler_behind_a_tracers_format_is_known_by_its_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
