/*
 * The gate over all functions: thresholds, verdicts that fail, and what is new.
 */
#include "analyze/regression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support.h"

struct checked {
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_regressions found;
};

/* A profile of counted events, so that every difference is one. */
static struct pk_profile *counted(const char *names, const int64_t *self)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);

    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("Ir")});
    pk_builder_fact(b, "format", PK_STR("callgrind"));
    for (size_t i = 0; names[i]; i++) {
        char name[2] = {names[i], '\0'};

        pk_builder_self(b, support_frame(b, name), &self[i], NULL,
                        (struct pk_calls){PK_MISSING, PK_MISSING});
    }
    return support_freeze(b);
}

static struct checked check(struct pk_profile *before, struct pk_profile *after,
                            struct pk_regression regression)
{
    struct checked c = {.profile = {before, after}};
    struct pk_error error = {0};
    struct pk_diff diff;

    pk_arena_init(&c.arena);
    assert_true(pk_diff_find((struct pk_side[]){{before, 0}, {after, 0}}, PK_DIFF_SELF, &c.arena,
                             &diff, &error));
    pk_verdicts_judge(&diff, 2);
    assert_true(pk_regression_find(&diff, &regression, &c.arena, &c.found, &error));
    return c;
}

/* "a FAIL, b pass": outcomes in their order. */
static void assert_found(struct checked *c, const char *expected)
{
    struct pk_buf text = {0};

    for (uint32_t i = 0; i < c->found.n; i++) {
        const struct pk_gate *gate = &c->found.gate[i];

        pk_buf_text(&text, i ? ", " : "");
        if (gate->frame != PK_NONE)
            pk_buf_str(&text, pk_profile_frame(gate->profile, gate->frame)->name);
        pk_buf_char(&text, ' ');
        pk_buf_text(&text, pk_gate_name(gate->result));
    }
    assert_string_equal(text.data, expected);
    pk_buf_fini(&text);
    pk_arena_fini(&c->arena);
    for (unsigned s = 0; s < 2; s++)
        pk_profile_free(c->profile[s]);
}

static const struct pk_regression usual = {
    .most = 5,
    .least = 10,
    .unit = PK_RULE_PLAIN,
    .fails = {[PK_CONCERN_SLOWER] = true, [PK_CONCERN_NEW] = true}};

/* a: much; b: a tenth more, but under 10; c: 10, but under 5 %; d: less; e: as before. */
static void both_thresholds_have_to_be_passed(void **state)
{
    struct checked c = check(counted("abcde", (int64_t[]){100, 50, 1000, 90, 7}),
                             counted("abcde", (int64_t[]){130, 55, 1010, 50, 7}), usual);
    (void)state;

    assert_found(&c, "a fail");
}

static void nothing_beyond_them_passes_as_one(void **state)
{
    struct checked c =
        check(counted("ab", (int64_t[]){100, 50}), counted("ab", (int64_t[]){104, 50}), usual);
    (void)state;

    assert_found(&c, " pass");
}

/* What is new took the place of something unless the whole grew. */
static void what_is_new_fails_when_the_whole_grew(void **state)
{
    struct checked same =
        check(counted("ab", (int64_t[]){100, 50}), counted("abn", (int64_t[]){60, 50, 40}), usual);
    struct checked more =
        check(counted("ab", (int64_t[]){100, 50}), counted("abn", (int64_t[]){100, 50, 40}), usual);
    (void)state;

    assert_found(&same, "n pass");
    assert_found(&more, "n fail");
}

/* The largest failure first, whatever the order of names. */
static void failures_come_first_and_the_largest_of_them(void **state)
{
    struct pk_regression less = usual;
    struct checked c;
    (void)state;

    less.fails[PK_CONCERN_FASTER] = true;
    c = check(counted("abcd", (int64_t[]){100, 100, 500, 100}),
              counted("abcd", (int64_t[]){120, 170, 300, 100}), less);
    assert_found(&c, "c fail, b fail, a fail");
}

/* 40 of 100 samples to 60 of 120 may be chance with twice the scatter; 5 to 25 are too few. */
static void noise_passes_and_doubt_is_undecided(void **state)
{
    struct checked c = check(support_profile("a 40\nb 5\nc 5500\n"),
                             support_profile("a 60\nb 25\nc 5480\n"), usual);
    (void)state;

    assert_found(&c, "b undecided, a pass");
}

static void percent_of_the_whole_suits_every_metric(void **state)
{
    struct pk_regression share = usual;
    struct checked c;
    (void)state;

    share.unit = PK_RULE_PERCENT; /* 10 % of 150 */
    c = check(counted("ab", (int64_t[]){100, 50}), counted("ab", (int64_t[]){114, 66}), share);
    assert_found(&c, "b fail");
}

static void a_threshold_in_another_unit_is_refused(void **state)
{
    struct pk_profile *p = counted("ab", (int64_t[]){100, 50});
    struct pk_regression late = usual;
    struct pk_regressions found;
    struct pk_error error = {0};
    struct pk_arena arena;
    struct pk_diff diff;
    (void)state;

    late.unit = PK_RULE_NS;
    pk_arena_init(&arena);
    assert_true(
        pk_diff_find((struct pk_side[]){{p, 0}, {p, 0}}, PK_DIFF_SELF, &arena, &diff, &error));
    assert_false(pk_regression_find(&diff, &late, &arena, &found, &error));
    assert_int_equal(error.status, PK_USAGE);
    assert_non_null(strstr(error.hint, "values are in count"));
    pk_arena_fini(&arena);
    pk_profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_thresholds_have_to_be_passed),
        cmocka_unit_test(nothing_beyond_them_passes_as_one),
        cmocka_unit_test(what_is_new_fails_when_the_whole_grew),
        cmocka_unit_test(failures_come_first_and_the_largest_of_them),
        cmocka_unit_test(noise_passes_and_doubt_is_undecided),
        cmocka_unit_test(percent_of_the_whole_suits_every_metric),
        cmocka_unit_test(a_threshold_in_another_unit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
