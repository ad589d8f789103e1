/*
 * An empty scene; views fill it, writers read it.
 */
#include "render/scene.h"

struct pk_scene *pk_scene_new(struct pk_arena *arena)
{
    return PK_NEW(arena, struct pk_scene);
}
