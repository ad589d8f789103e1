/*
 * Compressed names: numbers to texts, in three spaces, and lists of numbers. The lists are real
 * lines of a file written with --compress-mangled=yes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "formats/callgrind_names.h"
#include "support.h"

struct reference {
    enum pk_callgrind_space space;
    const char *text, *expected;
};

#define SEEN 1000

static void check(const struct reference *references, size_t n, uint64_t undefined)
{
    struct pk_builder *builder = support_builder();
    struct pk_callgrind_names names;

    pk_callgrind_names_init(&names, builder);
    for (size_t i = 0; i < n; i++) {
        uint32_t id = pk_callgrind_names_read(&names, references[i].space,
                                              pk_str_of(references[i].text), SEEN);
        struct pk_str found = pk_callgrind_names_text(&names, id);

        if (!pk_str_equal(found, pk_str_of(references[i].expected)))
            fail_msg("'%s' is '%.*s' instead of '%s'", references[i].text, (int)found.size,
                     found.data, references[i].expected);
    }
    assert_int_equal(names.undefined, undefined);
    pk_callgrind_names_fini(&names);
    pk_builder_free(builder);
}

#define CHECK(references, undefined) \
    check(references, sizeof(references) / sizeof *(references), undefined)

#define OBJECT PK_CALLGRIND_OBJECTS
#define SOURCE PK_CALLGRIND_FILES
#define FUNCTION PK_CALLGRIND_FUNCTIONS

static void a_number_means_what_its_space_says(void **state)
{
    static const struct reference references[] = {
        {OBJECT, "(5) /lib/libc.so", "/lib/libc.so"},
        {SOURCE, "(5) main.c", "main.c"},
        {FUNCTION, "(5) main", "main"},
        {OBJECT, "(5)", "/lib/libc.so"},
        {SOURCE, "(5)", "main.c"},
        {FUNCTION, "(5)", "main"},
        {FUNCTION, "(5) start", "start"}, /* the last definition wins */
        {FUNCTION, "(5)", "start"},
        {FUNCTION, "(18446744073709551615) x", "x"},
        {FUNCTION, "(18446744073709551615)", "x"},
        {FUNCTION, "(5)  two  spaces (const) ", "two  spaces (const) "},
    };
    (void)state;

    CHECK(references, 0);
}

static void names_without_a_number_are_literal(void **state)
{
    static const struct reference references[] = {
        {FUNCTION, "(below main)", "(below main)"},
        {FUNCTION, "main", "main"},
        {FUNCTION, "()", "()"},
        {FUNCTION, "(", "("},
        {FUNCTION, "(12", "(12"},
        {FUNCTION, "(12x) y", "(12x) y"},
        {FUNCTION, "(18446744073709551616) y", "(18446744073709551616) y"}, /* no 64 bits hold it */
        {FUNCTION, "operator()", "operator()"},
        {FUNCTION, "(7) (anonymous namespace)::f", "(anonymous namespace)::f"},
        {FUNCTION, "(7)", "(anonymous namespace)::f"},
    };
    (void)state;

    CHECK(references, 0);
}

static void a_reference_to_nothing_has_a_name_of_its_own(void **state)
{
    static const struct reference references[] = {
        {FUNCTION, "(3)", "?(3)"}, {FUNCTION, "(3) f", "f"},   {FUNCTION, "(3)", "f"},
        {SOURCE, "(3)", "?(3)"},   {FUNCTION, "(4) ", "?(4)"},
    };
    (void)state;

    CHECK(references, 3);
}

static void lists_of_numbers_are_expanded(void **state)
{
    static const struct reference references[] = {
        {FUNCTION, "(0) 0x000000000001ab70", "0x000000000001ab70"},
        {FUNCTION, "(1050) (below main)", "(below main)"},
        {FUNCTION, "(1052) (1050)'(0)", "(below main)'0x000000000001ab70"},
        {FUNCTION, "(1054) start", "start"},
        {FUNCTION, "(1056) (1054)'(1050)'(0)", "start'(below main)'0x000000000001ab70"},
        {FUNCTION, "(1060) (1054)'2'(0)", "start'2'0x000000000001ab70"},
        {FUNCTION, "(1061) (1054)'(9)", "start'(9)"}, /* what nothing defined stays */
        {FUNCTION, "(1062) (9)'(1054)", "(9)'(1054)"},
        {FUNCTION, "(1052)", "(below main)'0x000000000001ab70"},
        {SOURCE, "(1) (1054)'(0)", "(1054)'(0)"}, /* files are never such lists */
    };
    (void)state;

    CHECK(references, 0);
}

/* Each of these names is twice as long as the one before. */
static void a_chain_of_lists_does_not_explode(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_callgrind_names names;
    size_t longest = 0;
    (void)state;

    pk_callgrind_names_init(&names, builder);
    pk_callgrind_names_read(&names, FUNCTION, PK_STR("(0) 0123456789abcdef"), SEEN);
    for (int i = 1; i < 200; i++) {
        struct pk_buf text = {0};
        struct pk_str found;

        pk_buf_printf(&text, "(%d) (%d)'(%d)", i, i - 1, i - 1);
        found = pk_callgrind_names_text(
            &names, pk_callgrind_names_read(&names, FUNCTION, pk_buf_view(&text), SEEN));
        longest = found.size > longest ? found.size : longest;
        pk_buf_fini(&text);
    }
    assert_in_range(longest, 30000, 65536);
    assert_in_range(names.expanded, 65536, (1 << 20) + 4 * SEEN);
    pk_callgrind_names_fini(&names);
    pk_builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_means_what_its_space_says),
        cmocka_unit_test(names_without_a_number_are_literal),
        cmocka_unit_test(a_reference_to_nothing_has_a_name_of_its_own),
        cmocka_unit_test(lists_of_numbers_are_expanded),
        cmocka_unit_test(a_chain_of_lists_does_not_explode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
