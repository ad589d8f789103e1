/*
 * Numbers in order: each still there once, none smaller than the one before it, and of equal ones
 * those first that stood first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/sort.h"
#include "support.h"

/* Of some bytes, of all, or nearly the same. */
static uint64_t random_key(struct support_random *random, uint32_t kind)
{
    uint64_t high = support_below(random, UINT32_MAX), low = support_below(random, UINT32_MAX);

    switch (kind) {
    case 0:
        return support_below(random, 3);
    case 1:
        return high << 40;
    case 2:
        return UINT64_MAX - support_below(random, 300);
    default:
        return high << 32 | low;
    }
}

static void numbers_are_in_order_and_equal_ones_stay(void **state)
{
    struct support_random random = {99};
    uint32_t cases = support_cases(400);
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        uint32_t n = support_below(&random, i % 4 ? 80 : 2000), kind = support_below(&random, 4);
        struct pk_sorted *items = pk_calloc(n + 1, sizeof *items);
        struct pk_sorted *spare = pk_calloc(n + 1, sizeof *spare);
        uint64_t *key_of = pk_calloc(n + 1, sizeof *key_of);
        bool *is_there = pk_calloc(n + 1, sizeof *is_there);

        for (uint32_t k = 0; k < n; k++) {
            key_of[k] = random_key(&random, kind);
            items[k] = (struct pk_sorted){key_of[k], k, ~k};
        }
        pk_sort(items, spare, n);
        for (uint32_t k = 0; k < n; k++) {
            assert_int_equal(items[k].other, ~items[k].id);
            assert_true(items[k].key == key_of[items[k].id]);
            assert_false(is_there[items[k].id]);
            is_there[items[k].id] = true;
            assert_true(k == 0 || items[k - 1].key < items[k].key ||
                        (items[k - 1].key == items[k].key && items[k - 1].id < items[k].id));
        }
        pk_free(items);
        pk_free(spare);
        pk_free(key_of);
        pk_free(is_there);
    }
}

static void downwards_the_largest_is_first(void **state)
{
    static const int64_t values[] = {INT64_MAX, 7, 1, 0, -1, -7, INT64_MIN};
    (void)state;

    for (size_t i = 1; i < sizeof values / sizeof *values; i++)
        assert_true(pk_sort_downwards(values[i - 1]) < pk_sort_downwards(values[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_in_order_and_equal_ones_stay),
        cmocka_unit_test(downwards_the_largest_is_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
