/*
 * JSON of tables and of whole profiles. Documents are short enough to be written by hand; each is
 * also checked by a reader that knows nothing of the writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "json_check.h"
#include "render/view_rows.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

#define HEAD "\",\"profkit\":\"" PACKAGE_VERSION "\",\"input\":[],"
#define HOTSPOTS "{\"schema\":\"profkit.hotspots/1" HEAD
#define PROFILE "{\"schema\":\"profkit.profile/1" HEAD
#define NO_PLACE "\"file\":null,\"line\":null,\"module\":null,\"kind\":\"function\""
#define NO_CALLS "\"calls\":null,\"primitive_calls\":null"

static char *hotspots(struct pk_builder *builder, uint32_t top)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_style style = {.is_raw = true, .width = 40, .is_ascii = true, .no_header = true};
    struct pk_arena arena;
    struct pk_hotspots found;
    char *text;

    pk_arena_init(&arena);
    found = pk_hotspots_find(profile, 0, PK_HOTSPOTS_SELF, &arena);
    text = written_table(&pk_writer_json, pk_view_rows_hotspots(&arena, profile, 0, &found, top),
                         &style);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
    assert_true(json_check(text));
    return text;
}

/* The whole document; options for text must not show. */
static char *document(struct pk_builder *builder)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_style style = {.is_raw = true, .width = 40, .is_ascii = true, .no_header = true};
    struct pk_error error = {0};
    char *text = written_profile(&pk_writer_json, profile, &style, &error);

    pk_profile_free(profile);
    assert_non_null(text);
    assert_true(json_check(text));
    return text;
}

/* What stands behind `"key":` in a document, up to `end`. */
static void check_member(const char *text, const char *key, const char *expected)
{
    struct pk_buf name = {0};
    const char *at;

    pk_buf_printf(&name, "\"%s\":", key);
    at = strstr(text, name.data);
    assert_non_null(at);
    at += name.size;
    if (strncmp(at, expected, strlen(expected)) != 0)
        fail_msg("%s is %.200s instead of %s", key, at, expected);
    pk_buf_fini(&name);
}

/* --- tables --- */

static void a_table_is_its_rows_and_what_was_left_out(void **state)
{
    char *text = hotspots(support_stacks("main;load 35\nmain;draw 15\nmain;wait 50\n"), 2);

    (void)state;
    assert_string_equal(
        text,
        HOTSPOTS "\"metric\":{\"name\":\"samples\",\"unit\":\"count\",\"scale\":0,\"exact\":true},"
                 "\"filter\":[],\"grouped\":[],"
                 "\"quality\":{\"total\":100,\"samples\":100,\"unresolved\":0,\"warnings\":[]},"
                 "\"rows\":["
                 "{\"self\":50,\"self_share\":0.500000,\"total\":50,\"total_share\":0.500000,"
                 "\"total_high\":null," NO_CALLS ",\"per_call\":null,"
                 "\"name\":\"wait\",\"display\":\"wait\"," NO_PLACE "},"
                 "{\"self\":35,\"self_share\":0.350000,\"total\":35,\"total_share\":0.350000,"
                 "\"total_high\":null," NO_CALLS ",\"per_call\":null,"
                 "\"name\":\"load\",\"display\":\"load\"," NO_PLACE "}],"
                 "\"left_out\":{\"rows\":2,\"self\":15}}\n");
    free(text);
}

static void missing_values_of_a_table_are_null(void **state)
{
    struct pk_builder *builder = support_builder();
    static const int64_t incl = 5;
    char *text;

    (void)state;
    pk_builder_self(builder, support_frame(builder, "f"), NULL, &incl,
                    (struct pk_calls){3, PK_MISSING});
    text = hotspots(builder, 0);
    check_member(text, "rows",
                 "[{\"self\":null,\"self_share\":null,\"total\":5,\"total_share\":null,"
                 "\"total_high\":null,\"calls\":3,\"primitive_calls\":null,\"per_call\":1,");
    free(text);
}

static void text_cells_are_escaped(void **state)
{
    static const struct pk_column columns[] = {{.key = "what", .kind = PK_COLUMN_TEXT},
                                               {.key = "bar", .kind = PK_COLUMN_BAR}};
    static const char *const inputs[] = {"a", "b", NULL};
    struct pk_style style = {.inputs = inputs};
    struct pk_arena arena;
    struct pk_table *table;
    char *text;

    (void)state;
    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 2, 2);
    table->schema = "profkit.test/1";
    pk_table_cell(table, 0, 0)->text = PK_STR("\"\\\x1f\x80");
    text = written_table(&pk_writer_json, table, &style);
    assert_true(json_check(text));
    assert_string_equal(text, "{\"schema\":\"profkit.test/1\",\"profkit\":\"" PACKAGE_VERSION
                              "\",\"input\":[\"a\",\"b\"],\"rows\":["
                              "{\"what\":\"\\\"\\\\\\u001f\xef\xbf\xbd\"},{\"what\":null}],"
                              "\"left_out\":{\"rows\":0,\"self\":0}}\n");
    free(text);
    pk_arena_fini(&arena);
}

/* --- profiles --- */

static void a_profile_of_stacks_has_frames_edges_and_nodes(void **state)
{
    char *text = document(support_stacks("main;load;parse 30\nmain;load 55\nmain;draw 15\n"));

    (void)state;
    assert_string_equal(
        text,
        PROFILE "\"rung\":\"tree\",\"facts\":[],"
                "\"quality\":{\"total\":100,\"samples\":100,\"unresolved\":0,\"warnings\":[]},"
                "\"slices\":[{\"process\":null,\"thread\":null,\"labels\":[],\"self\":[100]}],"
                "\"metrics\":[{\"name\":\"samples\",\"unit\":\"count\",\"scale\":0,\"total\":100}],"
                "\"frames\":["
                "{\"name\":\"draw\",\"display\":\"draw\"," NO_PLACE
                ",\"self\":[15],\"total\":[15],\"total_high\":[null]," NO_CALLS "},"
                "{\"name\":\"load\",\"display\":\"load\"," NO_PLACE
                ",\"self\":[55],\"total\":[85],\"total_high\":[null]," NO_CALLS "},"
                "{\"name\":\"main\",\"display\":\"main\"," NO_PLACE
                ",\"self\":[0],\"total\":[100],\"total_high\":[null]," NO_CALLS "},"
                "{\"name\":\"parse\",\"display\":\"parse\"," NO_PLACE
                ",\"self\":[30],\"total\":[30],\"total_high\":[null]," NO_CALLS "}],"
                "\"edges\":["
                "{\"caller\":1,\"callee\":3," NO_CALLS ",\"total\":[30],\"self\":[30]},"
                "{\"caller\":2,\"callee\":0," NO_CALLS ",\"total\":[15],\"self\":[15]},"
                "{\"caller\":2,\"callee\":1," NO_CALLS ",\"total\":[85],\"self\":[55]}],"
                "\"nodes\":["
                "{\"parent\":null,\"frame\":2,\"self\":[0]},"
                "{\"parent\":0,\"frame\":0,\"self\":[15]},"
                "{\"parent\":0,\"frame\":1,\"self\":[55]},"
                "{\"parent\":2,\"frame\":3,\"self\":[30]}]}\n");
    free(text);
}

static void a_profile_of_calls_has_no_nodes(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
    static const int64_t self[] = {10, 90}, incl[] = {100, 90};
    char *text;

    (void)state;
    pk_builder_self(builder, f, &self[0], &incl[0], (struct pk_calls){1, 1});
    pk_builder_self(builder, g, &self[1], &incl[1], (struct pk_calls){7, 5});
    pk_builder_edge(builder, f, g, &incl[1], &self[1], (struct pk_calls){7, 5});
    text = document(builder);
    assert_null(strstr(text, "\"nodes\""));
    check_member(text, "rung", "\"graph\",");
    check_member(text, "frames",
                 "[{\"name\":\"f\",\"display\":\"f\"," NO_PLACE
                 ",\"self\":[10],\"total\":[100],\"total_high\":[null],\"calls\":1,"
                 "\"primitive_calls\":1},");
    check_member(text, "edges",
                 "[{\"caller\":0,\"callee\":1,\"calls\":7,\"primitive_calls\":5,\"total\":[90],"
                 "\"self\":[90]}]}\n");
    free(text);
}

static void a_profile_of_functions_has_no_edges(void **state)
{
    struct pk_builder *builder = support_builder();
    static const int64_t self = 3;
    char *text;

    (void)state;
    pk_builder_recorded_at(builder, PK_FLAT);
    pk_builder_self(builder, support_frame(builder, "f"), &self, NULL, PK_CALLS_MISSING);
    text = document(builder);
    check_member(text, "rung", "\"flat\",");
    check_member(text, "edges", "[]}\n");
    check_member(text, "total_high", "[null]");
    assert_non_null(strstr(text, "\"self\":[3],\"total\":[null]"));
    free(text);
}

/* In a circle of callers the inclusive time is only known to lie between two bounds. */
static void an_upper_bound_stands_beside_the_lower_one(void **state)
{
    struct pk_builder *builder = support_builder();
    pk_frame_id a = support_frame(builder, "a"), b = support_frame(builder, "b");
    static const int64_t self[] = {10, 20};
    char *text;

    (void)state;
    pk_builder_self(builder, a, &self[0], NULL, PK_CALLS_MISSING);
    pk_builder_self(builder, b, &self[1], NULL, PK_CALLS_MISSING);
    pk_builder_edge(builder, a, b, NULL, NULL, (struct pk_calls){2, 2});
    pk_builder_edge(builder, b, a, NULL, NULL, (struct pk_calls){2, 2});
    text = document(builder);
    assert_non_null(strstr(text, "\"self\":[10],\"total\":[10],\"total_high\":[30]"));
    assert_non_null(strstr(text, "\"self\":[20],\"total\":[20],\"total_high\":[30]"));
    assert_non_null(strstr(text, "\"calls\":2,\"primitive_calls\":2,\"total\":[null],"
                                 "\"self\":[null]"));
    free(text);
}

static void executing_lines_tell_nodes_apart(void **state)
{
    struct pk_builder *builder = support_stacks("");
    pk_frame_id stack[] = {support_frame(builder, "main"), support_frame(builder, "f")};
    static const int64_t one = 1, two = 2;
    char *text;

    (void)state;
    pk_builder_stack(builder, stack, (const uint32_t[]){0, 7}, 2, &one);
    pk_builder_stack(builder, stack, (const uint32_t[]){0, 9}, 2, &two);
    text = document(builder);
    check_member(text, "nodes",
                 "[{\"parent\":null,\"frame\":1,\"line\":null,\"self\":[0]},"
                 "{\"parent\":0,\"frame\":0,\"line\":7,\"self\":[1]},"
                 "{\"parent\":0,\"frame\":0,\"line\":9,\"self\":[2]}]}\n");
    free(text);
}

static void values_beyond_doubles_are_strings(void **state)
{
    static const struct {
        int64_t value;
        const char *expected;
    } cases[] = {
        {INT64_C(9007199254740992), "[9007199254740992],\"total\""}, /* 2^53 */
        {INT64_C(9007199254740993), "[\"9007199254740993\"],\"total\""},
        {INT64_C(-9007199254740993), "[\"-9007199254740993\"],\"total\""},
        {INT64_MAX / 2, "[\"4611686018427387903\"],\"total\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_builder *builder = support_builder();
        char *text;

        pk_builder_self(builder, support_frame(builder, "f"), &cases[i].value, NULL,
                        PK_CALLS_MISSING);
        text = document(builder);
        check_member(strstr(text, "\"frames\""), "self", cases[i].expected);
        free(text);
    }
}

static void every_metric_has_its_place_in_each_list(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES};
    pk_frame_id f = support_frame(builder, "f"), g = support_frame(builder, "g");
    char *text;

    (void)state;
    pk_builder_stack(builder, &f, NULL, 1, (const int64_t[]){5});
    pk_builder_metric(builder, &bytes);
    pk_builder_slice(builder, &(struct pk_slice){.thread = PK_STR("2")});
    pk_builder_stack(builder, &g, NULL, 1, (const int64_t[]){PK_MISSING, 64});
    text = document(builder);
    check_member(text, "slices",
                 "[{\"process\":null,\"thread\":null,\"labels\":[],\"self\":[5,null]},"
                 "{\"process\":null,\"thread\":\"2\",\"labels\":[],\"self\":[null,64]}]");
    check_member(text, "metrics",
                 "[{\"name\":\"time\",\"unit\":\"ns\",\"scale\":0,\"total\":5},"
                 "{\"name\":\"bytes\",\"unit\":\"bytes\",\"scale\":0,\"total\":64}]");
    check_member(text, "nodes",
                 "[{\"parent\":null,\"frame\":0,\"self\":[5,null]},"
                 "{\"parent\":null,\"frame\":1,\"self\":[null,64]}]}\n");
    free(text);
}

static void slices_and_facts_keep_their_words(void **state)
{
    static const struct pk_label labels[] = {{PK_STR("env"), PK_STR("test\n")},
                                             {PK_STR("env"), PK_STR("\xc3\xa9")}};
    struct pk_builder *builder = support_stacks("");
    pk_frame_id f = support_frame(builder, "f");
    static const int64_t one = 1;
    char *text;

    (void)state;
    pk_builder_slice(builder, &(struct pk_slice){.process = PK_STR("app-1"),
                                                 .thread = PK_STR("main"),
                                                 .labels = labels,
                                                 .n_labels = 2});
    pk_builder_stack(builder, &f, NULL, 1, &one);
    pk_builder_fact(builder, "producer", PK_STR("\"x\""));
    pk_builder_fact(builder, "format", PK_STR("folded"));
    text = document(builder);
    check_member(text, "facts",
                 "[{\"key\":\"format\",\"value\":\"folded\"},"
                 "{\"key\":\"producer\",\"value\":\"\\\"x\\\"\"}]");
    check_member(text, "slices",
                 "[{\"process\":\"app-1\",\"thread\":\"main\",\"labels\":["
                 "{\"key\":\"env\",\"value\":\"test\\n\"},"
                 "{\"key\":\"env\",\"value\":\"\xc3\xa9\"}],\"self\":[1]}]");
    free(text);
}

/* Where only some files hold stacks, those stacks are not lost. */
static void stacks_of_a_mixed_profile_are_kept(void **state)
{
    struct pk_builder *stacks = support_builder(), *calls = support_builder();
    pk_frame_id path[] = {support_frame(stacks, "main"), support_frame(stacks, "f")};
    static const int64_t three = 3, four = 4;
    char *text;

    (void)state;
    pk_builder_stack(stacks, path, NULL, 2, &three);
    pk_builder_self(calls, support_frame(calls, "g"), &four, &four, PK_CALLS_MISSING);
    pk_builder_merge(stacks, calls);
    pk_builder_free(calls);
    text = document(stacks);
    check_member(text, "rung", "\"graph\",");
    check_member(text, "metrics", "[{\"name\":\"time\",\"unit\":\"ns\",\"scale\":0,\"total\":7}]");
    check_member(text, "nodes",
                 "[{\"parent\":null,\"frame\":2,\"self\":[0]},"
                 "{\"parent\":0,\"frame\":0,\"self\":[3]}]}\n");
    free(text);
}

/* More than one piece of output: nothing is lost or doubled between them. */
static void a_large_profile_is_one_document(void **state)
{
    struct pk_builder *builder = support_builder();
    size_t rows = 0;
    char *text;

    (void)state;
    for (int64_t i = 0; i < 5000; i++) {
        char name[32];

        snprintf(name, sizeof name, "function-%lld", (long long)i);
        pk_builder_self(builder, support_frame(builder, name), &i, &i, PK_CALLS_MISSING);
    }
    text = document(builder);
    for (const char *at = text; (at = strstr(at, "\"display\"")); at++)
        rows++;
    assert_int_equal(rows, 5000);
    assert_true(strlen(text) > 500000);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_its_rows_and_what_was_left_out),
        cmocka_unit_test(missing_values_of_a_table_are_null),
        cmocka_unit_test(text_cells_are_escaped),
        cmocka_unit_test(a_profile_of_stacks_has_frames_edges_and_nodes),
        cmocka_unit_test(a_profile_of_calls_has_no_nodes),
        cmocka_unit_test(a_profile_of_functions_has_no_edges),
        cmocka_unit_test(an_upper_bound_stands_beside_the_lower_one),
        cmocka_unit_test(executing_lines_tell_nodes_apart),
        cmocka_unit_test(values_beyond_doubles_are_strings),
        cmocka_unit_test(every_metric_has_its_place_in_each_list),
        cmocka_unit_test(slices_and_facts_keep_their_words),
        cmocka_unit_test(stacks_of_a_mixed_profile_are_kept),
        cmocka_unit_test(a_large_profile_is_one_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
