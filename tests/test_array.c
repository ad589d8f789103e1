/*
 * The growing array: items keep their values and order while it grows, and growth is geometric.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"

struct pair {
    int first;
    double second;
};

static void array_keeps_items_in_order(void **state)
{
    PK_ARRAY(int) array = {0};

    (void)state;
    for (int i = 0; i < 10000; i++)
        pk_array_push(&array, i * 3);
    assert_int_equal(array.size, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(array.data[i], i * 3);
    pk_array_fini(&array);
}

static void array_takes_structs(void **state)
{
    PK_ARRAY(struct pair) array = {0};

    (void)state;
    pk_array_push(&array, ((struct pair){1, 2.5}));
    pk_array_push(&array, ((struct pair){3, 4.5}));
    assert_int_equal(array.size, 2);
    assert_int_equal(array.data[0].first, 1);
    assert_true(array.data[1].second == 4.5);
    pk_array_fini(&array);
}

static void array_grows_by_doubling(void **state)
{
    PK_ARRAY(char) array = {0};
    size_t growths = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        size_t room = array.room;

        pk_array_push(&array, 'x');
        growths += array.room != room;
        assert_true(array.size <= array.room);
    }
    assert_true(growths <= 17); /* 2^17 > 100,000 */
    pk_array_fini(&array);
}

static void array_reserve_makes_room_once(void **state)
{
    PK_ARRAY(int) array = {0};
    int *data;

    (void)state;
    pk_array_reserve(&array, 1000);
    assert_int_equal(array.size, 0);
    assert_true(array.room >= 1000);
    data = array.data;
    for (int i = 0; i < 1000; i++)
        pk_array_push(&array, i);
    assert_ptr_equal(array.data, data);
    pk_array_reserve(&array, 0); /* no room asked for: nothing moves */
    assert_ptr_equal(array.data, data);
    pk_array_fini(&array);
}

static void array_is_empty_and_usable_after_fini(void **state)
{
    PK_ARRAY(int) array = {0};

    (void)state;
    pk_array_fini(&array); /* an empty one may be ended, too */
    pk_array_push(&array, 1);
    pk_array_fini(&array);
    assert_null(array.data);
    assert_int_equal(array.size, 0);
    assert_int_equal(array.room, 0);
    pk_array_push(&array, 2);
    assert_int_equal(array.data[0], 2);
    pk_array_fini(&array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(array_keeps_items_in_order),
        cmocka_unit_test(array_takes_structs),
        cmocka_unit_test(array_grows_by_doubling),
        cmocka_unit_test(array_reserve_makes_room_once),
        cmocka_unit_test(array_is_empty_and_usable_after_fini),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
