/*
 * Fingerprints: what changes from run to run and from build to build must not show in them.
 */
#include "render/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

static const struct pk_detector detector = {.id = PK_STR("sort-in-loop")};

/* The fingerprint of a finding at a function of this name, which sorts. */
static void assert_fingerprint(struct pk_frame at, const char *expected)
{
    struct pk_builder *builder = support_builder();
    struct pk_frame sort = {.name = PK_STR("qsort"), .module = PK_STR("/lib/libc.so.6")};
    struct pk_finding finding = {.detector = &detector};
    struct pk_profile *profile;
    struct pk_buf out = {0};
    int64_t self = 1;

    pk_builder_self(builder, pk_builder_frame(builder, &at), &self, NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, pk_builder_frame(builder, &sort), &self, NULL, PK_CALLS_MISSING);
    profile = support_freeze(builder);
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_str_equal(pk_profile_frame(profile, f)->name, sort.name))
            finding.sink = f;
        else
            finding.at = f;
    pk_fingerprint_add(&out, profile, &finding);
    assert_string_equal(out.data, expected);
    pk_buf_fini(&out);
    pk_profile_free(profile);
}

static void lines_do_not_show(void **state)
{
    struct pk_frame at = {.name = PK_STR("load"), .file = PK_STR("shop/orders.py"), .line = 7};
    (void)state;

    assert_fingerprint(at, "sort-in-loop:shop:load:libc.so.6:qsort");
    at.line = 70;
    assert_fingerprint(at, "sort-in-loop:shop:load:libc.so.6:qsort");
    at.name = PK_STR("load:7"); /* pprofile has the line in the name */
    assert_fingerprint(at, "sort-in-loop:shop:load:libc.so.6:qsort");
}

static void folders_of_a_machine_do_not_show(void **state)
{
    struct pk_frame at = {.name = PK_STR("load"), .file = PK_STR("/home/a/src/shop/orders.py")};
    (void)state;

    assert_fingerprint(at, "sort-in-loop:shop:load:libc.so.6:qsort");
    at.file = PK_STR("/builds/4711/shop/orders.py");
    assert_fingerprint(at, "sort-in-loop:shop:load:libc.so.6:qsort");
}

static void copies_of_a_compiler_are_the_function(void **state)
{
    (void)state;
    assert_fingerprint(
        (struct pk_frame){.name = PK_STR("load.constprop.0"), .module = PK_STR("/usr/bin/shop")},
        "sort-in-loop:shop:load:libc.so.6:qsort");
}

/* Each process has its own files for what it compiled. */
static void modules_of_one_process_do_not_show(void **state)
{
    static const char *const made_up[] = {"/tmp/jitted-4711-12.so", "/tmp/perf-4711.map",
                                          "[JIT] tid 4711"};
    (void)state;

    for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++)
        assert_fingerprint(
            (struct pk_frame){.name = PK_STR("shop.load"), .module = pk_str_of(made_up[i])},
            "sort-in-loop:shop:shop.load:libc.so.6:qsort");
    assert_fingerprint(
        (struct pk_frame){.name = PK_STR("load"), .module = PK_STR("/usr/bin/perf-tool")},
        "sort-in-loop:perf-tool:load:libc.so.6:qsort");
}

static void a_finding_of_no_function_is_its_detector(void **state)
{
    struct pk_finding finding = {.detector = &detector, .at = PK_NONE, .sink = PK_NONE};
    struct pk_buf out = {0};
    (void)state;

    pk_fingerprint_add(&out, NULL, &finding);
    assert_string_equal(out.data, "sort-in-loop");
    pk_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_do_not_show),
        cmocka_unit_test(folders_of_a_machine_do_not_show),
        cmocka_unit_test(copies_of_a_compiler_are_the_function),
        cmocka_unit_test(modules_of_one_process_do_not_show),
        cmocka_unit_test(a_finding_of_no_function_is_its_detector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
