/*
 * Where notices are shown: only beside files that a reviewer has.
 */
#include "render/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"

/* A notice on the one function of a profile made for it. */
static struct pk_notice notice_in(const char *file)
{
    struct pk_builder *builder = support_builder();
    struct pk_frame frame = {.name = PK_STR("load"), .file = pk_str_of(file), .line = 7};
    int64_t self = 1;

    pk_builder_self(builder, pk_builder_frame(builder, &frame), &self, NULL, PK_CALLS_MISSING);
    return (struct pk_notice){.message = PK_STR("costs 3 s"), .profile = support_freeze(builder)};
}

static void notice_fini(const struct pk_notice *notice)
{
    pk_profile_free((struct pk_profile *)notice->profile);
}

static void files_below_this_folder_have_a_place(void **state)
{
    static const char *const below[] = {"shop.py", "src/shop.py", "a b/c.py"};
    (void)state;

    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        struct pk_notice notice = notice_in(below[i]);
        struct pk_str file;
        uint32_t line;

        assert_true(pk_notice_place(&notice, &file, &line));
        assert_true(pk_str_equal(file, pk_str_of(below[i])));
        assert_int_equal(line, 7);
        notice_fini(&notice);
    }
}

static void files_elsewhere_have_none(void **state)
{
    static const char *const elsewhere[] = {"/usr/lib/a.py", "../a.py", "<string>", "C:\\a.py",
                                            "http://a/b",    "a\\b.py", ""};
    struct pk_notice none = {.frame = PK_NONE};
    struct pk_str file;
    uint32_t line;
    (void)state;

    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        struct pk_notice notice = notice_in(elsewhere[i]);

        assert_false(pk_notice_place(&notice, &file, &line));
        notice_fini(&notice);
    }
    assert_false(pk_notice_place(&none, &file, &line));
}

static void sentences_name_the_function(void **state)
{
    struct pk_notice notice = notice_in("shop.py");
    struct pk_buf out = {0};
    (void)state;

    pk_notice_sentence(&out, &notice);
    assert_string_equal(out.data, "load: costs 3 s");
    pk_buf_reset(&out);
    notice.frame = PK_NONE;
    pk_notice_sentence(&out, &notice);
    assert_string_equal(out.data, "costs 3 s");
    pk_buf_fini(&out);
    notice_fini(&notice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_below_this_folder_have_a_place),
        cmocka_unit_test(files_elsewhere_have_none),
        cmocka_unit_test(sentences_name_the_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
