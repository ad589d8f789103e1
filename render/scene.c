/*
 * A scene; views fill it, writers read it.
 */
#include "render/scene.h"

#include <stddef.h>
#include <stdint.h>

struct pk_scene *pk_scene_new(struct pk_arena *arena)
{
    return PK_NEW(arena, struct pk_scene);
}

/* A comparison names functions that only one of its profiles has: it brings its own frames. */
const struct pk_frame *pk_scene_frame(const struct pk_scene *scene, const struct pk_box *box)
{
    return scene->frame ? scene->frame[box->frame] : pk_profile_frame(scene->profile, box->frame);
}

uint32_t pk_scene_frames(const struct pk_scene *scene)
{
    return scene->frame ? scene->n_frames : pk_profile_frames(scene->profile);
}

const struct pk_box_change *pk_scene_change(const struct pk_scene *scene, const struct pk_box *box)
{
    return scene->change ? &scene->change->box[box - scene->boxes] : NULL;
}
