/*
 * Activity over time as a table, and what the writers of text, CSV and JSON make of it. The numbers
 * are worked out by hand: five buckets of 20 ns, the highest bar is 8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/view_timeline.h"
#include "render/writers.h"
#include "support.h"
#include "table_check.h"

static struct pk_profile *profile;
static struct pk_arena arena;

static void add(struct pk_builder *b, const char *thread, int64_t time, const char *function,
                int64_t value)
{
    struct pk_slice slice = {.process = PK_STR("app"), .thread = pk_str_of(thread)};
    pk_frame_id frame = support_frame(b, function);

    pk_builder_slice(b, &slice);
    pk_builder_moment(b, 0, time);
    pk_builder_stack(b, &frame, NULL, 1, &value);
}

static int set_up(void **state)
{
    struct pk_builder *b = support_builder();

    (void)state;
    pk_builder_keep_times(b);
    add(b, "first", 1000, "read", 1);
    add(b, "first", 1020, "read", 8);
    add(b, "first", 1040, "parse", 2);
    add(b, "second", 1099, "wri\x1bte", 4);
    add(b, "third", 1000, "read", 1);
    add(b, "third", PK_MISSING, "read", 4);
    profile = support_freeze(b);
    pk_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_arena_fini(&arena);
    pk_profile_free(profile);
    return 0;
}

static struct pk_table *view(uint32_t most_rows, uint32_t most_name)
{
    const struct pk_activity_options options = {.most_buckets = 5, .most_rows = most_rows};
    struct pk_activity activity = pk_activity_find(profile, 0, &options, &arena);

    return pk_view_timeline(&arena, profile, 0, &activity, most_name);
}

/* What a writer makes of it; free it with free. */
static char *written(const struct pk_writer *writer, struct pk_style style, uint32_t most_rows)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    struct pk_error error = {0};

    assert_non_null(to);
    assert_true(writer->table(view(most_rows, 0), &style, to, &error));
    assert_int_equal(fclose(to), 0);
    return text;
}

static void a_row_has_its_share_of_the_whole_and_its_times(void **state)
{
    struct pk_table *table = view(0, 0);

    (void)state;
    assert_int_equal(table->n_rows, 3);
    assert_text(cell_of(table, 0, "slice")->text, "app thread first");
    assert_text(cell_of(table, 1, "process")->text, "app");
    assert_text(cell_of(table, 1, "thread")->text, "second");
    assert_int_equal(cell_of(table, 0, "total")->value, 11);
    assert_int_equal(cell_of(table, 0, "share")->value, 11);
    assert_int_equal(cell_of(table, 0, "share")->whole, 20); /* also what has no time */
    assert_int_equal(cell_of(table, 1, "start")->value, 99);
    assert_int_equal(cell_of(table, 0, "span")->value, 40);
    assert_int_equal(cell_of(table, 0, "self")->value, 9);
    assert_text(pk_profile_frame(profile, cell_of(table, 0, "function")->frame)->name, "read");
    assert_int_equal(table->time->first, 1000);
    assert_int_equal(table->time->span, 99);
    assert_int_equal(table->time->width, 20);
    assert_int_equal(table->time->timed, 16);
    assert_int_equal(table->time->untimed, 4);
}

static void names_are_cut_at_the_front_for_people_alone(void **state)
{
    struct pk_table *table = view(0, 7);

    (void)state;
    assert_text(pk_table_cell(table, 1, 0)->text, "…second");
    assert_text(cell_of(table, 1, "slice")->text, "app thread second");
}

/* 8 fills its cell; 1 is an eighth, 2 two of them, 4 half. */
static void bars_have_one_scale_and_nothing_vanishes(void **state)
{
    char *text = written(&pk_writer_text, (struct pk_style){.no_header = true}, 0);
    char *ascii =
        written(&pk_writer_text, (struct pk_style){.no_header = true, .is_ascii = true}, 0);

    (void)state;
    assert_non_null(strstr(text, "app thread first   ▁█▂··  "));
    assert_non_null(strstr(text, "app thread second  ····▄  "));
    assert_non_null(strstr(text, "app thread third   ▁····  "));
    assert_non_null(strstr(text, "wri\\x1bte"));
    assert_non_null(strstr(ascii, "app thread first   182..  "));
    assert_non_null(strstr(ascii, "app thread second  ....4  "));
    free(text);
    free(ascii);
}

static void what_is_left_out_is_said(void **state)
{
    char *text = written(&pk_writer_text, (struct pk_style){0}, 1);

    (void)state;
    assert_non_null(strstr(text, "… 2 more threads hold 25.0 % (--top 0 shows all)\n"));
    assert_non_null(strstr(text, "5 columns of 20 ns from the first sample on; "
                                 "the highest bar is 8 ns\n"));
    free(text);
}

/* The second function of a bucket is an index into the list: the first that is named stands first.
 */
static void json_has_the_numbers_and_names_each_function_once(void **state)
{
    char *text = written(&pk_writer_json, (struct pk_style){0}, 0);
    const char *list = strstr(text, "\"functions\":[{\"name\":\"read\"");

    (void)state;
    assert_non_null(strstr(text, "\"time\":{\"first\":1000,\"span\":99,\"width\":20,\"buckets\":5,"
                                 "\"timed\":16,\"untimed\":4},"));
    assert_non_null(list);
    assert_non_null(strstr(list + 1, "{\"name\":\"parse\""));
    assert_non_null(strstr(text, "\"buckets\":[1,8,2,0,0]"));
    assert_non_null(strstr(text, "\"functions\":[0,0,1,null,null]"));
    assert_non_null(strstr(text, "\"functions\":[null,null,null,null,2]"));
    free(text);
}

static void csv_has_the_numbers_in_one_field(void **state)
{
    char *text = written(&pk_writer_csv, (struct pk_style){0}, 0);

    (void)state;
    assert_memory_equal(text, "slice,process,thread,buckets_ns,total_ns,share,start_ns,span_ns,",
                        64);
    assert_non_null(strstr(text, "app thread first,app,first,1 8 2 0 0,11,0.550000,0,40,9,read,"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_its_share_of_the_whole_and_its_times),
        cmocka_unit_test(names_are_cut_at_the_front_for_people_alone),
        cmocka_unit_test(bars_have_one_scale_and_nothing_vanishes),
        cmocka_unit_test(what_is_left_out_is_said),
        cmocka_unit_test(json_has_the_numbers_and_names_each_function_once),
        cmocka_unit_test(csv_has_the_numbers_in_one_field),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
