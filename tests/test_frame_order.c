/*
 * The order of frames, which is that of the bytes of their names whatever these are: long ones that
 * begin alike, one that another goes on from, zeros in them; then of files, lines and kinds. The
 * expected order is that of plain comparing, one frame with the next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support.h"

#define LONGEST 48u

/* Bytes as unsigned ones; of two that are equal so far the shorter is first. */
static int compare_texts(struct pk_str a, struct pk_str b)
{
    for (size_t i = 0; i < a.size && i < b.size; i++)
        if (a.data[i] != b.data[i])
            return (unsigned char)a.data[i] < (unsigned char)b.data[i] ? -1 : 1;
    return a.size < b.size ? -1 : a.size > b.size;
}

static bool is_before(const struct pk_frame *a, const struct pk_frame *b)
{
    int order = compare_texts(a->name, b->name);

    if (order == 0)
        order = compare_texts(a->file, b->file);
    if (order == 0 && a->line != b->line)
        return a->line < b->line;
    return order < 0 || (order == 0 && a->kind < b->kind);
}

/* Of few bytes, so that many begin alike; the first ones are those of all of this profile. */
static struct pk_str random_name(struct support_random *random, char *name, uint32_t same)
{
    uint32_t size = 1 + same + support_below(random, LONGEST - same);

    for (uint32_t i = 0; i < size; i++)
        name[i] = i < same ? 'p'
                           : "\0\1\x7f\x80\xff"
                             "ab"[support_below(random, 7)];
    if (support_below(random, 2)) /* one that differs in its end alone */
        memset(name + same, 'q', size - same - 1);
    return (struct pk_str){name, size};
}

/* Frames once each, in random order. */
static uint32_t add_frames(struct pk_builder *builder, struct support_random *random)
{
    static const char *const files[] = {"", "a", "a.c", "b"};
    static const int64_t self = 1;
    char name[LONGEST + 1];
    uint32_t n = 1 + support_below(random, support_below(random, 4) ? 40 : 400), added = 0;
    uint32_t same = support_below(random, LONGEST);

    for (uint32_t i = 0; i < n; i++) {
        struct pk_frame frame = {.name = random_name(random, name, same),
                                 .file = pk_str_of(files[support_below(random, 4)]),
                                 .line = support_below(random, 3),
                                 .kind = (enum pk_frame_kind)support_below(random, 2)};
        pk_frame_id id = pk_builder_frame(builder, &frame);

        pk_builder_self(builder, id, &self, NULL, PK_CALLS_MISSING);
        added = id + 1 > added ? id + 1 : added;
    }
    return added;
}

static void frames_stand_in_the_order_of_their_bytes(void **state)
{
    struct support_random random = {4711};
    uint32_t cases = support_cases(600);
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        struct pk_builder *builder = support_builder();
        struct pk_profile *profile;
        uint32_t n;

        pk_builder_recorded_at(builder, PK_FLAT);
        n = add_frames(builder, &random);
        profile = support_freeze(builder);
        assert_int_equal(pk_profile_frames(profile), n);
        for (pk_frame_id f = 1; f < n; f++)
            assert_true(is_before(pk_profile_frame(profile, f - 1), pk_profile_frame(profile, f)));
        pk_profile_free(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_stand_in_the_order_of_their_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
