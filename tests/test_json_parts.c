/*
 * Pieces of JSON documents, and the check that tests of JSON lean on: it must refuse what is no
 * JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"
#include "json_check.h"
#include "render/json_parts.h"
#include "support.h"

/* Begin an object in `out`; check_object ends it and compares. */
static struct pk_json begin(struct pk_buf *out)
{
    struct pk_json json;

    *out = (struct pk_buf){0};
    pk_json_init(&json, out);
    pk_json_object(&json);
    return json;
}

static void check_object(struct pk_json *json, const char *expected)
{
    struct pk_buf *out = json->out;

    pk_json_object_end(json);
    pk_buf_char(out, '\n');
    assert_true(json_check(out->data));
    out->data[out->size - 1] = '\0';
    assert_string_equal(out->data, expected);
    pk_buf_fini(out);
}

static void the_check_tells_json_from_what_is_none(void **state)
{
    static const struct {
        const char *text;
        bool is_json;
    } cases[] = {
        {"{}\n", true},
        {"[]\n", true},
        {"{\"a\":[1,-2.5,1e9,\"\\u00e9\\n\",null,true,false,{}]}\n", true},
        {"\"\\ud83d\\ude00\"\n", true},
        {"{}", false}, /* no line end */
        {"{}\n{}\n", false},
        {"{\"a\":1,}\n", false},
        {"[1,]\n", false},
        {"[,1]\n", false},
        {"[1 2]\n", false},
        {"{\"a\"}\n", false},
        {"{a:1}\n", false},
        {"{\"a\":}\n", false},
        {"[}\n", false},
        {"[1\n", false},
        {"[01]\n", false},
        {"[1.]\n", false},
        {"[nan]\n", false},
        {"[\"\x01\"]\n", false},
        {"[\"\\x41\"]\n", false},
        {"[\"\\ud800\"]\n", false},
        {"[\"\\udc00\"]\n", false},
        {"[\"\xff\"]\n", false},
        {"[\"a]\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (json_check(cases[i].text) != cases[i].is_json)
            fail_msg("wrong about %s", cases[i].text);
}

static void a_document_begins_with_schema_version_and_inputs(void **state)
{
    static const char *const inputs[] = {"a.prof", "with \"quotes\"\n\xff", NULL};
    struct pk_buf out;
    struct pk_json json = begin(&out);

    (void)state;
    pk_json_parts_head(&json, "profkit.test/1", inputs);
    check_object(&json, "{\"schema\":\"profkit.test/1\",\"profkit\":\"" PACKAGE_VERSION
                        "\",\"input\":[\"a.prof\",\"with \\\"quotes\\\"\\n\xef\xbf\xbd\"]}");
    json = begin(&out);
    pk_json_parts_head(&json, "profkit.test/1", NULL);
    check_object(&json, "{\"schema\":\"profkit.test/1\",\"profkit\":\"" PACKAGE_VERSION
                        "\",\"input\":[]}");
}

static void a_metric_says_its_unit_and_scale_and_whether_totals_are_exact(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id a = support_frame(builder, "a"), b = support_frame(builder, "b");
    static const int64_t self[] = {1, 2};
    struct pk_profile *samples = support_profile("main 3\n"), *circle;
    struct pk_buf out;
    struct pk_json json = begin(&out);

    (void)state;
    pk_json_parts_metric(&json, samples, 0);
    check_object(
        &json, "{\"metric\":{\"name\":\"samples\",\"unit\":\"count\",\"scale\":0,\"exact\":true}}");
    pk_profile_free(samples);

    pk_builder_self(builder, a, &self[0], NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, b, &self[1], NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, a, b, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, b, a, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_rescale(builder, 0, -1);
    circle = support_freeze(builder);
    json = begin(&out);
    pk_json_parts_metric(&json, circle, 0);
    check_object(&json,
                 "{\"metric\":{\"name\":\"time\",\"unit\":\"ns\",\"scale\":-1,\"exact\":false}}");
    pk_profile_free(circle);
}

static void quality_is_a_set_of_numbers_and_warnings(void **state)
{
    struct pk_profile *profile = support_profile("main 3\n");
    struct pk_buf out;
    struct pk_json json = begin(&out);

    (void)state;
    pk_json_parts_quality(&json, profile, 0);
    check_object(&json, "{\"quality\":{\"total\":3,\"samples\":3,\"unresolved\":0,\"warnings\":["
                        "\"only 3 samples: shares are rough\"]}}");
    pk_profile_free(profile);

    profile = support_profile("main 100\n");
    json = begin(&out);
    pk_json_parts_quality(&json, profile, 0);
    check_object(&json, "{\"quality\":{\"total\":100,\"samples\":100,\"unresolved\":0,"
                        "\"warnings\":[]}}");
    pk_profile_free(profile);
}

static void each_warning_is_a_string_of_its_own(void **state)
{
    static const struct pk_note_kind skipped = {"skipped", "1 line skipped", "lines skipped", true};
    struct pk_builder *builder = support_stacks("main 3\n");
    struct pk_profile *profile;
    struct pk_buf out;
    struct pk_json json = begin(&out);

    (void)state;
    pk_notes_add(pk_builder_notes(builder), &skipped, 1, pk_place_none());
    profile = support_freeze(builder);
    pk_json_parts_quality(&json, profile, 0);
    check_object(&json, "{\"quality\":{\"total\":3,\"samples\":3,\"unresolved\":0,\"warnings\":["
                        "\"only 3 samples: shares are rough\",\"1 line skipped\"]}}");
    pk_profile_free(profile);
}

static void a_frame_has_its_raw_and_its_display_name(void **state)
{
    static const struct {
        struct pk_frame frame;
        const char *expected;
    } cases[] = {
        {{.name = PK_STR("f")},
         "{\"name\":\"f\",\"display\":\"f\",\"file\":null,\"line\":null,\"module\":null,"
         "\"kind\":\"function\"}"},
        {{.name = PK_STR("<method 'join' of 'str' objects>"), .kind = PK_KIND_BUILTIN},
         "{\"name\":\"<method 'join' of 'str' objects>\",\"display\":\"str.join [C]\","
         "\"file\":null,\"line\":null,\"module\":null,\"kind\":\"builtin\"}"},
        {{.name = PK_STR("a::f(int)"),
          .file = PK_STR("/src/a.cc"),
          .module = PK_STR("liba.so"),
          .line = 12},
         "{\"name\":\"a::f(int)\",\"display\":\"a::f\",\"file\":\"/src/a.cc\",\"line\":12,"
         "\"module\":\"liba.so\",\"kind\":\"function\"}"},
        {{.name = {"\0\x1b\"\\\n", 5}, .file = PK_STR("")},
         "{\"name\":\"\\u0000\\u001b\\\"\\\\\\n\",\"display\":\"\\u0000\\u001b\\\"\\\\\\n\","
         "\"file\":\"\",\"line\":null,\"module\":null,\"kind\":\"function\"}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out;
        struct pk_json json = begin(&out);

        pk_json_parts_frame(&json, &cases[i].frame);
        check_object(&json, cases[i].expected);
    }
}

/* The words are promised to readers of the JSON: they are written out here once more. */
static void every_kind_and_origin_has_its_word(void **state)
{
    static const char *const kinds[] = {
        "function", "builtin", "kernel",     "inlined", "jit",    "interpreted", "compiled-c1",
        "waker",    "partial", "unresolved", "process", "thread", "separator",   "special"};

    (void)state;
    assert_int_equal(sizeof kinds / sizeof *kinds, PK_KIND_SPECIAL + 1);
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_string_equal(pk_json_parts_kind((enum pk_frame_kind)i), kinds[i]);
    assert_string_equal(pk_json_parts_origin(PK_RECORDED), "recorded");
    assert_string_equal(pk_json_parts_origin(PK_DERIVED), "derived");
    assert_string_equal(pk_json_parts_origin(PK_ESTIMATED), "estimated");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_tells_json_from_what_is_none),
        cmocka_unit_test(a_document_begins_with_schema_version_and_inputs),
        cmocka_unit_test(a_metric_says_its_unit_and_scale_and_whether_totals_are_exact),
        cmocka_unit_test(quality_is_a_set_of_numbers_and_warnings),
        cmocka_unit_test(each_warning_is_a_string_of_its_own),
        cmocka_unit_test(a_frame_has_its_raw_and_its_display_name),
        cmocka_unit_test(every_kind_and_origin_has_its_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
