/*
 * A scene by itself: only that it begins empty, so that views need to set what they know and no
 * more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/scene.h"

static void a_new_scene_is_empty(void **state)
{
    static const struct pk_scene nothing;
    struct pk_arena arena;
    struct pk_scene *scene;
    (void)state;

    pk_arena_init(&arena);
    scene = pk_scene_new(&arena);
    assert_memory_equal(scene, &nothing, sizeof nothing);
    pk_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_new_scene_is_empty)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
