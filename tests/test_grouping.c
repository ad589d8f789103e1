/*
 * What rows are called: by what a profile says of itself. The words are those of the options.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "render/grouping.h"
#include "support.h"

/* A profile that was grouped in these ways; the list ends with NULL. */
static struct pk_profile *grouped(const char *const *ways)
{
    struct pk_builder *builder = support_stacks("a.py;b.py 3\na.py 5\n");

    for (; *ways; ways++)
        pk_builder_fact(builder, "grouped", pk_str_of(*ways));
    return support_freeze(builder);
}

static void rows_are_called_what_was_taken_together(void **state)
{
    static const struct {
        const char *ways[4], *title, *one, *many;
    } cases[] = {
        {{NULL}, "FUNCTION", "1 more function", "2 more functions"},
        {{"by file"}, "FILE", "1 more file", "2 more files"},
        {{"by module"}, "MODULE", "1 more module", "2 more modules"},
        {{"by class"}, "CLASS", "1 more class", "2 more classes"},
        {{"by line"}, "LINE", "1 more line", "2 more lines"},
        /* These leave functions what they are. */
        {{"recursion collapsed"}, "FUNCTION", "1 more function", "2 more functions"},
        {{"inlined functions merged"}, "FUNCTION", "1 more function", "2 more functions"},
        {{"recursion collapsed", "by file"}, "FILE", "1 more file", "2 more files"},
        /* Of files that were grouped when they were written: the coarsest. */
        {{"by file", "by module"}, "MODULE", "1 more module", "2 more modules"},
        {{"by line", "by file"}, "FILE", "1 more file", "2 more files"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = grouped(cases[i].ways);
        struct pk_buf text = {0};

        assert_string_equal(pk_grouping_of(profile)->title, cases[i].title);
        pk_grouping_count(&text, profile, 1, " more ");
        assert_string_equal(text.data, cases[i].one);
        pk_buf_reset(&text);
        pk_grouping_count(&text, profile, 2, " more ");
        assert_string_equal(text.data, cases[i].many);
        pk_buf_fini(&text);
        pk_profile_free(profile);
    }
}

/* Another fact of the same words is none of this one. */
static void only_the_fact_of_grouping_counts(void **state)
{
    struct pk_builder *builder = support_stacks("a 1\n");
    struct pk_profile *profile;
    (void)state;

    pk_builder_fact(builder, "filter", PK_STR("by file"));
    profile = support_freeze(builder);
    assert_string_equal(pk_grouping_of(profile)->title, "FUNCTION");
    pk_profile_free(profile);
}

static void only_columns_of_functions_are_renamed(void **state)
{
    static const struct pk_column columns[] = {
        {.key = "self", .title = "SELF", .kind = PK_COLUMN_VALUE},
        {.key = "function", .title = "FUNCTION", .kind = PK_COLUMN_FRAME},
        {.key = "source", .title = "SOURCE", .kind = PK_COLUMN_FRAME, .is_source = true},
    };
    static const char *const ways[] = {"by module", NULL};
    struct pk_profile *profile = grouped(ways);
    struct pk_table *table;
    struct pk_arena arena;
    (void)state;

    pk_arena_init(&arena);
    table = pk_table_new(&arena, columns, 3, 0);
    table->profile = profile;
    pk_grouping_title(table);
    assert_string_equal(table->columns[0].title, "SELF");
    assert_string_equal(table->columns[1].title, "MODULE");
    assert_string_equal(table->columns[2].title, "SOURCE");
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_called_what_was_taken_together),
        cmocka_unit_test(only_the_fact_of_grouping_counts),
        cmocka_unit_test(only_columns_of_functions_are_renamed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
