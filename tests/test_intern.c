/*
 * The interner: equal bytes are one name, different bytes stay different names, pointers never
 * move.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/str.h"

static void intern_begins_with_missing_and_empty(void **state)
{
    struct pk_intern intern;

    (void)state;
    pk_intern_init(&intern);
    assert_int_equal(pk_intern_id(&intern, PK_STR_NULL), 0);
    assert_int_equal(pk_intern_id(&intern, PK_STR("")), 1);
    assert_int_equal(pk_intern_id(&intern, (struct pk_str){"x", 0}), 1);
    assert_null(pk_intern_text(&intern, 0).data);
    assert_non_null(pk_intern_text(&intern, 1).data);
    assert_int_equal(pk_intern_text(&intern, 1).size, 0);
    assert_int_equal(pk_intern_id(&intern, PK_STR("first")), 2);
    pk_intern_fini(&intern);
}

static void intern_tells_all_these_names_apart(void **state)
{
    static const struct pk_str names[] = {
        {"a", 1},
        {"A", 1},
        {"a ", 2},
        {"a\0", 2},
        {"a\0b", 3},
        {"\0", 1},
        {"\0\0", 2},
        {"\xff", 1},
        {"\xfe", 1},
        {"\xef\xbf\xbd", 3},
        {"\xc3\xa9", 2},
        {"e\xcc\x81", 3},
        {"\xed\xa0\x80", 3},
        {"\xed\xa0\x81", 3},
        {"\n", 1},
    };
    enum { N = sizeof names / sizeof *names };
    struct pk_intern intern;

    (void)state;
    pk_intern_init(&intern);
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(pk_intern_id(&intern, names[i]), i + 2);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(pk_intern_id(&intern, names[i]), i + 2);
        assert_true(pk_str_equal(pk_intern_text(&intern, i + 2), names[i]));
    }
    pk_intern_fini(&intern);
}

static void intern_pointers_stay_while_it_grows(void **state)
{
    enum { N = 30000 };
    static const char *pointers[N];
    struct pk_intern intern;
    char name[32];

    (void)state;
    pk_intern_init(&intern);
    for (uint32_t i = 0; i < N; i++) {
        snprintf(name, sizeof name, "function_%u", i);
        assert_int_equal(pk_intern_id(&intern, pk_str_of(name)), i + 2);
        pointers[i] = pk_intern_text(&intern, i + 2).data;
    }
    for (uint32_t i = 0; i < N; i++) {
        snprintf(name, sizeof name, "function_%u", i);
        assert_int_equal(pk_intern_id(&intern, pk_str_of(name)), i + 2);
        assert_ptr_equal(pk_intern_text(&intern, i + 2).data, pointers[i]);
        assert_string_equal(pointers[i], name); /* NUL-terminated, too */
    }
    pk_intern_fini(&intern);
}

static void intern_copies_what_it_is_given(void **state)
{
    struct pk_intern intern;
    char name[] = "before";
    uint32_t id;

    (void)state;
    pk_intern_init(&intern);
    id = pk_intern_id(&intern, pk_str_of(name));
    memcpy(name, "after!", sizeof name);
    assert_string_equal(pk_intern_text(&intern, id).data, "before");
    assert_int_not_equal(pk_intern_id(&intern, pk_str_of(name)), id);
    pk_intern_fini(&intern);
}

static void intern_can_begin_again_after_fini(void **state)
{
    struct pk_intern intern;

    (void)state;
    pk_intern_init(&intern);
    pk_intern_id(&intern, PK_STR("old"));
    pk_intern_fini(&intern);
    pk_intern_init(&intern);
    assert_int_equal(pk_intern_id(&intern, PK_STR("new")), 2);
    pk_intern_fini(&intern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intern_begins_with_missing_and_empty),
        cmocka_unit_test(intern_tells_all_these_names_apart),
        cmocka_unit_test(intern_pointers_stay_while_it_grows),
        cmocka_unit_test(intern_copies_what_it_is_given),
        cmocka_unit_test(intern_can_begin_again_after_fini),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
