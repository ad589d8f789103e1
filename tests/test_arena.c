/*
 * Memory: what an arena promises about its pieces, and that memory which cannot be had ends the
 * program with one line and status 70. The latter runs in a child process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "tests/map_calls.h"

/* A sanitizer must refuse memory as malloc does, instead of ending the process in its own way. The
 * names are theirs. */
const char *__asan_default_options(void); /* NOLINT(bugprone-reserved-identifier) */
const char *__asan_default_options(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return "allocator_may_return_null=1:max_allocation_size_mb=4096";
}
const char *__tsan_default_options(void); /* NOLINT(bugprone-reserved-identifier) */
const char *__tsan_default_options(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return __asan_default_options();
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

static void arena_pieces_are_zero_aligned_and_apart(void **state)
{
    enum { N = 2000 };
    struct pk_arena arena;
    unsigned char *pieces[N];

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < N; i++) {
        size_t size = i * 7 % 301;

        pieces[i] = pk_arena_alloc(&arena, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        assert_true(is_zero(pieces[i], size));
        memset(pieces[i], (int)(i % 255 + 1), size);
    }
    /* Nothing written later reached an earlier piece. */
    for (size_t i = 0; i < N; i++)
        for (size_t at = 0; at < i * 7 % 301; at++)
            assert_int_equal(pieces[i][at], i % 255 + 1);
    pk_arena_fini(&arena);
}

static void arena_gives_size_zero_an_address_of_its_own(void **state)
{
    struct pk_arena arena;
    void *first, *second;

    (void)state;
    pk_arena_init(&arena);
    first = pk_arena_alloc(&arena, 0);
    second = pk_arena_alloc(&arena, 0);
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    pk_arena_fini(&arena);
}

static void arena_takes_pieces_larger_than_its_blocks(void **state)
{
    static const size_t sizes[] = {1, 5000, 1, (size_t)3 << 20, 1, ((size_t)1 << 20) + 1, 4096, 1};
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *piece = pk_arena_alloc(&arena, sizes[i]);

        assert_true(is_zero(piece, sizes[i]));
        memset(piece, 0xff, sizes[i]);
    }
    pk_arena_fini(&arena);
}

static void arena_is_empty_and_usable_after_fini(void **state)
{
    struct pk_arena arena;

    (void)state;
    pk_arena_init(&arena);
    assert_null(arena.last);
    memset(PK_NEW_ARRAY(&arena, int64_t, 3), 0xff, 3 * sizeof(int64_t));
    pk_arena_fini(&arena);
    assert_null(arena.last);
    assert_int_equal(*PK_NEW(&arena, int64_t), 0);
    pk_arena_fini(&arena);
    pk_arena_fini(&arena); /* nothing left to free: allowed */
}

static void arena_gives_zeroed_pieces_after_a_reset(void **state)
{
    struct pk_arena arena;
    (void)state;

    pk_arena_init(&arena);
    pk_arena_reset(&arena);
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < 50; i++) {
            size_t size = 1 + (round * 37 + i * i * 11) % 9000;
            unsigned char *piece = pk_arena_alloc(&arena, size);

            for (size_t k = 0; k < size; k++)
                assert_int_equal(piece[k], 0);
            memset(piece, 0xff, size);
        }
        pk_arena_reset(&arena);
    }
    pk_arena_fini(&arena);
}

static void arena_str_copies_bytes_and_adds_a_nul(void **state)
{
    char bytes[] = {'a', '\0', 'b'};
    struct pk_arena arena;
    struct pk_str copy;

    (void)state;
    pk_arena_init(&arena);
    copy = pk_arena_str(&arena, (struct pk_str){bytes, sizeof bytes});
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(copy.size, 3);
    assert_memory_equal(copy.data, "a\0b\0", 4);
    pk_arena_fini(&arena);
}

static void arena_strings_stand_side_by_side_and_structs_aligned(void **state)
{
    struct pk_arena arena;
    struct pk_str first, second;

    (void)state;
    pk_arena_init(&arena);
    first = pk_arena_str(&arena, PK_STR("abc"));
    second = pk_arena_str(&arena, PK_STR("de"));
    assert_ptr_equal(second.data, first.data + sizeof "abc");
    for (size_t i = 1; i < 3000; i++) { /* over the ends of many blocks */
        int64_t *number = PK_NEW(&arena, int64_t);
        struct pk_str text = pk_arena_str(&arena, (struct pk_str){"0123456789abcdef", i % 17});

        assert_int_equal((uintptr_t)number % alignof(max_align_t), 0);
        assert_int_equal(*number, 0);
        *number = -1;
        assert_memory_equal(text.data, "0123456789abcdef", text.size);
        assert_int_equal(text.data[text.size], 0);
    }
    assert_string_equal(first.data, "abc");
    assert_string_equal(second.data, "de");
    pk_arena_fini(&arena);
}

static void arena_str_tells_missing_from_empty(void **state)
{
    struct pk_arena arena;
    struct pk_str empty;

    (void)state;
    pk_arena_init(&arena);
    assert_null(pk_arena_str(&arena, PK_STR_NULL).data);
    empty = pk_arena_str(&arena, PK_STR(""));
    assert_non_null(empty.data);
    assert_int_equal(empty.size, 0);
    assert_int_equal(empty.data[0], '\0');
    pk_arena_fini(&arena);
}

static void heap_memory_keeps_its_bytes_when_resized(void **state)
{
    char *text = pk_alloc(4);
    int64_t *numbers = pk_calloc(100, sizeof *numbers);

    (void)state;
    memcpy(text, "abc", 4);
    text = pk_realloc(text, 100000, 1);
    assert_string_equal(text, "abc");
    assert_true(is_zero((const unsigned char *)numbers, 100 * sizeof *numbers));
    pk_free(text);
    pk_free(numbers);
    pk_free(NULL);
}

/* Large pages are advice about memory that others share the ends of. */
static void heap_large_arrays_grow_without_losing_bytes_or_errno(void **state)
{
    const size_t last = (size_t)1 << 22;
    uint32_t *numbers = pk_calloc(1, sizeof *numbers);

    (void)state;
    for (size_t size = 2; size <= last; size *= 2) {
        errno = ENOTTY;
        numbers = pk_realloc(numbers, size, sizeof *numbers);
        assert_int_equal(errno, ENOTTY);
        for (size_t i = size / 2; i < size; i++)
            numbers[i] = (uint32_t)i;
    }
    for (size_t i = 1; i < last; i++)
        if (numbers[i] != i)
            fail_msg("number %zu has become %u", i, numbers[i]);
    pk_free(numbers);
}

static void heap_size_zero_is_not_null(void **state)
{
    void *memory[] = {pk_alloc(0), pk_calloc(0, 8), pk_calloc(8, 0), pk_realloc(NULL, 0, 0)};

    (void)state;
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        assert_non_null(memory[i]);
        pk_free(memory[i]);
    }
}

/* ---- large arrays, which have mappings of their own where the system has such */

/* The next so many calls of the system fail. */
static unsigned failing_maps, failing_moves;

static bool fails(unsigned *left)
{
    if (*left == 0)
        return false;
    --*left;
    errno = ENOMEM;
    return true;
}

static bool map_fails(void)
{
    return fails(&failing_maps);
}

static bool move_fails(void)
{
    return fails(&failing_moves);
}

#define MIB ((size_t)1 << 20)

/* Every byte tells its place. */
static void fill(unsigned char *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i += 509)
        bytes[i] = (unsigned char)(i % 251);
}

static void assert_filled(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 509)
        assert_int_equal(bytes[i], i % 251);
}

static void an_array_keeps_its_content_whatever_size_it_gets(void **state)
{
    static const size_t sizes[] = {10,          3 * MIB, 8 * MIB - 1, 8 * MIB,
                                   8 * MIB + 1, 9 * MIB, 64 * MIB,    10 * MIB,
                                   MIB,         100,     40 * MIB,    41 * MIB + 7};
    unsigned char *bytes = NULL, *other = NULL;
    size_t had = 0;
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bytes = pk_realloc(bytes, sizes[i], 1);
        assert_filled(bytes, had < sizes[i] ? had : sizes[i]);
        fill(bytes, had / 509 * 509, sizes[i]);
        had = sizes[i];
        other = pk_realloc(other, sizes[i], 1); /* so that they are in each other's way */
        memset(other, 255, sizes[i]);
    }
    pk_free(bytes);
    pk_free(other);
}

/* More than there are mappings for, in any order, and what comes back is clean again. */
static void many_large_arrays_are_cleared_and_apart(void **state)
{
    enum { N = 80 };
    static unsigned char *arrays[N];
    const size_t last = 8 * MIB - 1;
    (void)state;

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < N; i++) {
            arrays[i] = pk_calloc(8, MIB);
            assert_true(arrays[i][0] == 0 && arrays[i][last] == 0);
            arrays[i][0] = arrays[i][last] = (unsigned char)(i + 1);
        }
        for (size_t i = 0; i < N; i++) {
            size_t at = i * 7 % N;

            assert_int_equal(arrays[at][0], at + 1);
            assert_int_equal(arrays[at][last], at + 1);
            pk_free(arrays[at]);
        }
    }
}

/* Without a mapping malloc has to do, and what cannot grow in its place is moved. */
static void an_array_grows_where_mappings_fail(void **state)
{
    unsigned char *bytes;
    (void)state;

    failing_maps = 2;
    bytes = pk_realloc(pk_alloc(1), 9 * MIB, 1); /* of malloc */
    fill(bytes, 0, 9 * MIB);
    bytes = pk_realloc(bytes, 20 * MIB, 1); /* the same again */
    assert_filled(bytes, 9 * MIB);
    failing_maps = 0;
    bytes = pk_realloc(bytes, 30 * MIB, 1);
    assert_filled(bytes, 9 * MIB);
    failing_moves = 1;
    bytes = pk_realloc(bytes, 60 * MIB, 1);
    failing_moves = 0;
    assert_filled(bytes, 9 * MIB);
    pk_free(bytes);
}

static void ask_for_more_than_can_be_moved(void)
{
    unsigned char *bytes = pk_alloc(9 * MIB);

    failing_maps = failing_moves = 100;
    bytes = pk_realloc(bytes, SIZE_MAX / 8, 1);
    pk_free(bytes);
}

static void an_arena_has_room_for_a_large_piece(void **state)
{
    struct pk_arena arena;
    unsigned char *small, *large;
    (void)state;

    pk_arena_init(&arena);
    small = pk_arena_alloc(&arena, 10);
    large = pk_arena_alloc(&arena, 9 * MIB);
    assert_true(is_zero(large, 9 * MIB));
    memset(large, 1, 9 * MIB);
    assert_true(is_zero(small, 10));
    assert_true(is_zero(pk_arena_alloc(&arena, 10), 10));
    pk_arena_fini(&arena);
}

/* Each asks for what cannot be had: a product past the end of size_t, or more than any machine has.
 */
static void ask_calloc(void)
{
    pk_free(pk_calloc(SIZE_MAX / 2, 4));
}

static void ask_realloc(void)
{
    pk_free(pk_realloc(NULL, SIZE_MAX / 8 + 1, 8));
}

static void ask_alloc(void)
{
    pk_free(pk_alloc((size_t)PTRDIFF_MAX));
}

static void ask_arena(void)
{
    struct pk_arena arena;

    pk_arena_init(&arena);
    pk_arena_alloc(&arena, SIZE_MAX - 1);
}

static void ask_arena_array(void)
{
    struct pk_arena arena;

    pk_arena_init(&arena);
    pk_arena_array(&arena, SIZE_MAX / 4, 8);
}

/* Run `ask` in a child; its exit status, and what it wrote to stderr. */
static int run(void (*ask)(void), char *message, size_t room)
{
    int pipes[2], status;
    size_t size = 0;
    ssize_t got;
    pid_t child;

    assert_int_equal(pipe(pipes), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(pipes[1], 2);
        ask();
        _exit(0);
    }
    close(pipes[1]);
    while ((got = read(pipes[0], message + size, room - 1 - size)) > 0)
        size += (size_t)got;
    message[size] = '\0';
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void memory_that_cannot_be_had_ends_with_one_line_and_70(void **state)
{
    void (*const asks[])(void) = {ask_calloc, ask_realloc,     ask_alloc,
                                  ask_arena,  ask_arena_array, ask_for_more_than_can_be_moved};
    static const char expected[] = "profkit: out of memory\n";

    (void)state;
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        char message[8000];
        size_t size;

        assert_int_equal(run(asks[i], message, sizeof message), 70);
        /* A sanitizer may have added a warning of its own before. */
        size = strlen(message);
        assert_true(size >= sizeof expected - 1);
        assert_string_equal(message + size - (sizeof expected - 1), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_keeps_its_content_whatever_size_it_gets),
        cmocka_unit_test(many_large_arrays_are_cleared_and_apart),
        cmocka_unit_test(an_array_grows_where_mappings_fail),
        cmocka_unit_test(an_arena_has_room_for_a_large_piece),
        cmocka_unit_test(arena_pieces_are_zero_aligned_and_apart),
        cmocka_unit_test(arena_gives_size_zero_an_address_of_its_own),
        cmocka_unit_test(arena_takes_pieces_larger_than_its_blocks),
        cmocka_unit_test(arena_is_empty_and_usable_after_fini),
        cmocka_unit_test(arena_gives_zeroed_pieces_after_a_reset),
        cmocka_unit_test(arena_str_copies_bytes_and_adds_a_nul),
        cmocka_unit_test(arena_strings_stand_side_by_side_and_structs_aligned),
        cmocka_unit_test(arena_str_tells_missing_from_empty),
        cmocka_unit_test(heap_memory_keeps_its_bytes_when_resized),
        cmocka_unit_test(heap_large_arrays_grow_without_losing_bytes_or_errno),
        cmocka_unit_test(heap_size_zero_is_not_null),
        cmocka_unit_test(memory_that_cannot_be_had_ends_with_one_line_and_70),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
