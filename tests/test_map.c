/*
 * The hash map, against a plain list as reference: dense ids in the order of arrival, whatever the
 * hash does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/map.h"

static void map_gives_dense_ids_in_order_of_arrival(void **state)
{
    enum { N = 20000 };
    struct pk_map map;

    (void)state;
    pk_map_init(&map, sizeof(uint64_t));
    for (uint64_t i = 0; i < N; i++) {
        uint64_t key = i * UINT64_C(0x9e3779b97f4a7c15);
        bool is_new = false;

        assert_int_equal(pk_map_add(&map, &key, &is_new), i);
        assert_true(is_new);
    }
    assert_int_equal(map.size, N);
    for (uint64_t i = 0; i < N; i++) {
        uint64_t key = i * UINT64_C(0x9e3779b97f4a7c15);
        bool is_new = true;

        assert_int_equal(pk_map_add(&map, &key, &is_new), i);
        assert_false(is_new);
        assert_int_equal(pk_map_find(&map, &key), i);
        assert_memory_equal(pk_map_key(&map, (uint32_t)i), &key, sizeof key);
    }
    assert_int_equal(map.size, N);
    pk_map_fini(&map);
}

static void map_finds_nothing_that_was_not_added(void **state)
{
    struct pk_map map;
    uint32_t key = 7;

    (void)state;
    pk_map_init(&map, sizeof key);
    assert_int_equal(pk_map_find(&map, &key), PK_NONE); /* also before the first key */
    pk_map_add(&map, &key, NULL);
    for (key = 8; key < 1000; key++)
        assert_int_equal(pk_map_find(&map, &key), PK_NONE);
    assert_int_equal(map.size, 1);
    pk_map_fini(&map);
}

static void map_compares_every_byte_of_a_key(void **state)
{
    struct pk_map map;
    unsigned char key[23] = {0};

    (void)state;
    pk_map_init(&map, sizeof key);
    assert_int_equal(pk_map_add(&map, key, NULL), 0);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = 1;
        assert_int_equal(pk_map_add(&map, key, NULL), i + 1);
        key[i] = 0;
    }
    assert_int_equal(pk_map_find(&map, key), 0);
    pk_map_fini(&map);
}

static void map_agrees_with_a_list_on_mixed_calls(void **state)
{
    struct pk_map map;
    uint8_t seen[512], n_seen[512] = {0};
    uint32_t size = 0, random = 12345;

    (void)state;
    pk_map_init(&map, 1);
    memset(seen, 0, sizeof seen);
    for (int round = 0; round < 20000; round++) {
        uint8_t key;
        bool is_new;

        random = random * 1103515245 + 12345;
        key = (uint8_t)(random >> 16);
        if (random & 0x8000) {
            assert_int_equal(pk_map_find(&map, &key), seen[key] ? n_seen[key] : PK_NONE);
            continue;
        }
        if (!seen[key])
            n_seen[key] = (uint8_t)size;
        assert_int_equal(pk_map_add(&map, &key, &is_new), n_seen[key]);
        assert_int_equal(is_new, !seen[key]);
        size += !seen[key];
        seen[key] = 1;
        assert_int_equal(map.size, size);
    }
    pk_map_fini(&map);
}

static void map_is_usable_again_after_fini(void **state)
{
    struct pk_map map;
    uint16_t key = 1;

    (void)state;
    pk_map_init(&map, sizeof key);
    pk_map_add(&map, &key, NULL);
    pk_map_fini(&map);
    pk_map_init(&map, sizeof key);
    assert_int_equal(map.size, 0);
    assert_int_equal(pk_map_find(&map, &key), PK_NONE);
    key = 2;
    assert_int_equal(pk_map_add(&map, &key, NULL), 0);
    pk_map_fini(&map);
}

static void map_hash_is_stable_within_a_process_and_spreads(void **state)
{
    uint64_t low_bits = 0;

    (void)state;
    assert_int_equal(pk_map_hash("name", 4), pk_map_hash("name", 4));
    assert_int_not_equal(pk_map_hash("name", 4), pk_map_hash("nama", 4));
    assert_int_not_equal(pk_map_hash("name", 4), pk_map_hash("name\0", 5));
    /* 1000 keys into 64 cells: each is hit but with probability 64 * (63/64)^1000 < 0.00001. */
    for (uint32_t key = 0; key < 1000; key++)
        low_bits |= UINT64_C(1) << (pk_map_hash(&key, sizeof key) & 63);
    assert_true(low_bits == UINT64_MAX);
}

static void map_finds_what_was_appended_once_it_is_indexed(void **state)
{
    enum { N = 1000 };
    struct pk_map map;
    bool is_new = true;
    uint32_t old = N + 1, key;

    (void)state;
    pk_map_init(&map, sizeof key);
    pk_map_add(&map, &old, NULL);
    for (key = 0; key < N; key++)
        assert_int_equal(pk_map_append(&map, &key), key + 1);
    key = 5;
    assert_int_equal(pk_map_find(&map, &key), PK_NONE);
    assert_int_equal(pk_map_add(&map, &key, &is_new), 6); /* indexes by itself */
    assert_false(is_new);
    assert_int_equal(pk_map_find(&map, &old), 0);
    key = N;
    assert_int_equal(pk_map_append(&map, &key), N + 1);
    pk_map_index(&map);
    for (key = 0; key <= N; key++)
        assert_int_equal(pk_map_find(&map, &key), key + 1);
    assert_int_equal(map.size, N + 2);
    pk_map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_gives_dense_ids_in_order_of_arrival),
        cmocka_unit_test(map_finds_nothing_that_was_not_added),
        cmocka_unit_test(map_compares_every_byte_of_a_key),
        cmocka_unit_test(map_agrees_with_a_list_on_mixed_calls),
        cmocka_unit_test(map_finds_what_was_appended_once_it_is_indexed),
        cmocka_unit_test(map_is_usable_again_after_fini),
        cmocka_unit_test(map_hash_is_stable_within_a_process_and_spreads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
