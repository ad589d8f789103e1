/*
 * Files that have another name in the second profile. What is the same was decided by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/diff.h"
#include "model/builder.h"

struct diffed { /* a comparison and what it lives on */
    struct pk_arena arena;
    struct pk_profile *profile[2];
    struct pk_diff diff;
};

static struct pk_profile *in_files(const char *const (*functions)[2], size_t n, int64_t self)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    struct pk_error error = {0};
    struct pk_profile *profile;

    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS});
    for (size_t i = 0; i < n; i++)
        pk_builder_self(b,
                        pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(functions[i][0]),
                                                               .file = pk_str_of(functions[i][1])}),
                        &self, &self, PK_CALLS_MISSING);
    profile = pk_builder_freeze(b, NULL, NULL, &error);
    assert_non_null(profile);
    pk_builder_free(b);
    return profile;
}

static struct diffed diffed_of(struct pk_profile *before, struct pk_profile *after)
{
    struct diffed d = {.profile = {before, after}};
    struct pk_side sides[2] = {{before, 0}, {after, 0}};
    struct pk_error error = {0};

    pk_arena_init(&d.arena);
    assert_true(pk_diff_find(sides, PK_DIFF_SELF, &d.arena, &d.diff, &error));
    return d;
}

static void diffed_fini(struct diffed *d)
{
    pk_arena_fini(&d->arena);
    pk_profile_free(d->profile[0]);
    pk_profile_free(d->profile[1]);
}

static void a_file_that_was_renamed_is_the_same(void **state)
{
    static const char *const before[][2] = {{"load", "app/bad.py"},
                                            {"draw", "app/bad.py"},
                                            {"<module>", "app/bad.py"},
                                            {"save", "lib.py"}};
    static const char *const after[][2] = {{"load", "app/good.py"},
                                           {"draw", "app/good.py"},
                                           {"<module>", "app/good.py"},
                                           {"cache", "app/good.py"},
                                           {"save", "lib.py"}};

    (void)state;
    for (unsigned swap = 0; swap < 2; swap++) {
        struct pk_profile *old = in_files(before, 4, 10), *fresh = in_files(after, 5, 10);
        struct diffed d = diffed_of(swap ? fresh : old, swap ? old : fresh);

        assert_int_equal(d.diff.files.n, 1);
        assert_int_equal(d.diff.files.renamed[0].shared, 2);
        assert_int_equal(d.diff.n, 1); /* only `cache` is new, or gone */
        assert_true(pk_str_equal(
            pk_profile_frame(d.profile[!swap], d.diff.row[0].frame[!swap])->name, PK_STR("cache")));
        diffed_fini(&d);
    }
}

/* Two candidates as good as each other; names that every file has; one name in common; a file that
 * is still there. */
static void files_without_proof_stay_different(void **state)
{
    static const struct {
        const char *before[4][2], *after[4][2];
    } cases[] = {
        {{{"load", "a.py"}, {"draw", "a.py"}, {"keep", "k.py"}, {"keep", "k.py"}},
         {{"load", "b.py"}, {"draw", "b.py"}, {"load", "c.py"}, {"draw", "c.py"}}},
        {{{"<module>", "a.py"}, {"__init__", "a.py"}, {"keep", "k.py"}, {"keep", "k.py"}},
         {{"<module>", "b.py"}, {"__init__", "b.py"}, {"keep", "k.py"}, {"keep", "k.py"}}},
        {{{"load", "a.py"}, {"draw", "a.py"}, {"keep", "k.py"}, {"keep", "k.py"}},
         {{"load", "b.py"}, {"sing", "b.py"}, {"keep", "k.py"}, {"keep", "k.py"}}},
        {{{"load", "a.py"}, {"draw", "a.py"}, {"other", "b.py"}, {"keep", "k.py"}},
         {{"load", "b.py"}, {"draw", "b.py"}, {"keep", "k.py"}, {"keep", "k.py"}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diffed d =
            diffed_of(in_files(cases[i].before, 4, 10), in_files(cases[i].after, 4, 10));

        assert_int_equal(d.diff.files.n, 0);
        diffed_fini(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_was_renamed_is_the_same),
        cmocka_unit_test(files_without_proof_stay_different),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
