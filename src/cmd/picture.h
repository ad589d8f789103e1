/*
 * What commands that draw share: the options of pictures and what they mean. Layer: cmd.
 */
#ifndef PK_CMD_PICTURE_H
#define PK_CMD_PICTURE_H

#include "cmd/common.h" /* IWYU pragma: export */

#include "render/view_flame.h" /* IWYU pragma: export */

/* True for a picture in characters. */
bool pk_picture_is_text(const struct pk_target *target);

/* --scale is for PNG and has bounds; else `error` says so (PK_USAGE). */
bool pk_picture_check(const struct pk_args *args, const struct pk_target *target,
                      struct pk_error *error);

/* Fill the style by --width, --height, --scale, --countname and, where the command has them,
 * --colors and --hash. A picture does not depend on the terminal it was made from, unless it is
 * drawn there. */
void pk_picture_style(const struct pk_args *args, struct pk_target *target);

/* The layout by --max-depth, --minwidth, --inverted and, where the command has it, --reverse; the
 * width is that of the style. */
struct pk_flame_options pk_picture_layout(const struct pk_args *args,
                                          const struct pk_target *target);

/* Say on stderr how many boxes lie too deep; a picture in characters says it itself. */
void pk_picture_say(const struct pk_args *args, const struct pk_target *target,
                    const struct pk_scene *scene, uint32_t max_depth);

/* The name of a file without its folders: the same input gives the same picture wherever it lies.
 */
const char *pk_picture_base_name(const char *path);

/* The title of a picture: what the user says, else the name of the input without its folder, so
 * that the same input gives the same bytes wherever it lies. */
struct pk_str pk_picture_title_of(const struct pk_args *args, const struct pk_loaded *loaded);

#endif
