/*
 * Writing JSON: commas, keys and nesting compared as text, numbers by the rules of profkit-json(7).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "base/units.h"

static void json_places_commas_between_values(void **state)
{
    struct pk_buf out = {0};
    struct pk_json json;

    (void)state;
    pk_json_init(&json, &out);
    pk_json_object(&json);
    pk_json_key(&json, "schema");
    pk_json_text(&json, "profkit.hotspots/1");
    pk_json_key(&json, "empty");
    pk_json_object(&json);
    pk_json_object_end(&json);
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (int64_t i = 1; i <= 3; i++)
        pk_json_value(&json, i);
    pk_json_array(&json);
    pk_json_array_end(&json);
    pk_json_object(&json);
    pk_json_key(&json, "a");
    pk_json_bool(&json, true);
    pk_json_key(&json, "b");
    pk_json_bool(&json, false);
    pk_json_object_end(&json);
    pk_json_null(&json);
    pk_json_array_end(&json);
    pk_json_key(&json, "last");
    pk_json_str(&json, PK_STR(""));
    pk_json_object_end(&json);
    assert_string_equal(out.data, "{\"schema\":\"profkit.hotspots/1\",\"empty\":{},"
                                  "\"rows\":[1,2,3,[],{\"a\":true,\"b\":false},null],"
                                  "\"last\":\"\"}");
    assert_int_equal(json.depth, 0);
    pk_buf_fini(&out);
}

static void json_top_level_values_stand_alone(void **state)
{
    struct pk_buf out = {0};
    struct pk_json json;

    (void)state;
    pk_json_init(&json, &out);
    pk_json_value(&json, 1);
    pk_buf_char(&out, '\n');
    pk_json_object(&json);
    pk_json_object_end(&json);
    assert_string_equal(out.data, "1\n{}"); /* one a line: NDJSON */
    pk_buf_fini(&out);
}

static void json_nests_16_deep(void **state)
{
    struct pk_buf out = {0};
    struct pk_json json;

    (void)state;
    pk_json_init(&json, &out);
    for (int i = 0; i < 16; i++)
        pk_json_array(&json);
    pk_json_value(&json, 1);
    pk_json_value(&json, 2);
    for (int i = 0; i < 16; i++)
        pk_json_array_end(&json);
    assert_string_equal(out.data, "[[[[[[[[[[[[[[[[1,2]]]]]]]]]]]]]]]]");
    pk_buf_fini(&out);
}

static void json_integers_past_2_to_the_53_are_strings(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-1, "-1"},
        {INT64_C(9007199254740992), "9007199254740992"},
        {INT64_C(9007199254740993), "\"9007199254740993\""},
        {INT64_C(-9007199254740992), "-9007199254740992"},
        {INT64_C(-9007199254740993), "\"-9007199254740993\""},
        {INT64_MAX, "\"9223372036854775807\""},
        {INT64_MIN + 1, "\"-9223372036854775807\""},
        {PK_MISSING, "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};
        struct pk_json json;

        pk_json_init(&json, &out);
        pk_json_value(&json, cases[i].value);
        assert_string_equal(out.data, cases[i].text);
        pk_buf_fini(&out);
    }
}

static void json_missing_is_null_and_empty_is_not(void **state)
{
    struct pk_buf out = {0};
    struct pk_json json;

    (void)state;
    pk_json_init(&json, &out);
    pk_json_array(&json);
    pk_json_str(&json, PK_STR_NULL);
    pk_json_str(&json, PK_STR(""));
    pk_json_text(&json, NULL);
    pk_json_text(&json, "");
    pk_json_array_end(&json);
    assert_string_equal(out.data, "[null,\"\",null,\"\"]");
    pk_buf_fini(&out);
}

static void json_escapes_for_where_it_stands(void **state)
{
    static const struct {
        bool in_markup;
        const char *text;
    } cases[] = {{false, "{\"a\":\"</script>\\n\\u0000\"}"},
                 {true, "{\"a\":\"\\u003c/script\\u003e\\n\\u0000\"}"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pk_buf out = {0};
        struct pk_json json;

        pk_json_init(&json, &out);
        json.in_markup = cases[i].in_markup;
        pk_json_object(&json);
        pk_json_key(&json, "a");
        pk_json_str(&json, PK_STR("</script>\n\0"));
        pk_json_object_end(&json);
        assert_string_equal(out.data, cases[i].text);
        pk_buf_fini(&out);
    }
}

static void json_ratio_has_six_digits_and_no_nan(void **state)
{
    static const struct {
        int64_t part, whole;
        const char *text;
    } cases[] = {
        {1, 3, "0.333333"},
        {2, 3, "0.666667"},
        {1, 1, "1.000000"},
        {5, 2, "2.500000"},
        {0, 9, "0.000000"},
        {-1, 4, "-0.250000"},
        {1, -4, "-0.250000"},
        {-1, -4, "0.250000"},
        {-1, INT64_MAX, "0.000000"}, /* never -0 */
        {999999999, 1000000000, "1.000000"},
        {INT64_MAX, 1, "9223372036854775807.000000"},
        {1, 2000000, "0.000001"}, /* a half rounds up */
        {1, 2000001, "0.000000"},
        {1, 0, "null"},
        {0, 0, "null"},
        {PK_MISSING, 5, "null"},
        {5, PK_MISSING, "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_buf out = {0};
        struct pk_json json;

        pk_json_init(&json, &out);
        pk_json_ratio(&json, cases[i].part, cases[i].whole);
        assert_string_equal(out.data, cases[i].text);
        pk_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_places_commas_between_values),
        cmocka_unit_test(json_top_level_values_stand_alone),
        cmocka_unit_test(json_nests_16_deep),
        cmocka_unit_test(json_integers_past_2_to_the_53_are_strings),
        cmocka_unit_test(json_missing_is_null_and_empty_is_not),
        cmocka_unit_test(json_escapes_for_where_it_stands),
        cmocka_unit_test(json_ratio_has_six_digits_and_no_nan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
