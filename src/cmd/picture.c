/*
 * Options of pictures: see picture.h.
 */
#include "cmd/picture.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "render/writers.h"

#define DEFAULT_WIDTH 1200u
#define DEFAULT_HEIGHT 16u
#define DEFAULT_DEPTH 1000u
#define DEFAULT_TEXT_WIDTH 100u
#define DEFAULT_TEXT_DEPTH 40u

const char *pk_picture_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

struct pk_str pk_picture_title_of(const struct pk_args *args, const struct pk_loaded *loaded)
{
    const char *name = loaded->names.size ? loaded->names.data[0] : "stdin";

    /* the list of names ends with NULL */
    return pk_str_of(
        pk_opts_text(&args->opts, "title",
                     loaded->names.size > 2 ? "merged profile" : pk_picture_base_name(name)));
}

bool pk_picture_is_text(const struct pk_target *target)
{
    return target->writer->scene == pk_writer_text.scene;
}

void pk_picture_style(const struct pk_args *args, struct pk_target *target)
{
    int64_t height = pk_opts_number(&args->opts, "height", DEFAULT_HEIGHT);
    const char *palette = pk_opts_has(&args->opts, "hash") ? "hash" : "module";
    bool is_text = pk_picture_is_text(target);
    struct pk_style *style = &target->style;

    if (is_text && style->width == 0)
        style->width = DEFAULT_TEXT_WIDTH;
    if (!is_text &&
        (style->width == 0 || (style->is_terminal && !pk_opts_has(&args->opts, "width"))))
        style->width = DEFAULT_WIDTH;
    style->box_height = height < 4 ? 4 : height > 200 ? 200 : (unsigned)height;
    style->scale = (double)pk_opts_number(&args->opts, "scale", 0) / 1e6;
    style->count_name = pk_opts_text(&args->opts, "countname", NULL);
    pk_theme_parse(pk_opts_text(&args->opts, "colors", palette), &style->palette);
}

/* The other pictures have no pixels of their own. */
bool pk_picture_check(const struct pk_args *args, const struct pk_target *target,
                      struct pk_error *error)
{
    int64_t scale = pk_opts_number(&args->opts, "scale", 2000000);

    if (scale < 100000 || scale > 16000000)
        return pk_error_set(error, PK_USAGE, pk_place_none(), "--scale must be from 0.1 to 16");
    return !pk_opts_has(&args->opts, "scale") || target->writer == &pk_writer_png ||
           pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--scale is for PNG; SVG and PDF are sharp at any size");
}

/* Text is read from the top, where its root stands, and has nothing narrower than a cell. */
struct pk_flame_options pk_picture_layout(const struct pk_args *args,
                                          const struct pk_target *target)
{
    bool is_text = pk_picture_is_text(target);
    int64_t depth =
        pk_opts_number(&args->opts, "max-depth", is_text ? DEFAULT_TEXT_DEPTH : DEFAULT_DEPTH);
    double least = (double)pk_opts_number(&args->opts, "minwidth", 100000) / 1e6;

    return (struct pk_flame_options){
        .is_inverted = is_text || pk_opts_has(&args->opts, "inverted"),
        .is_reversed = pk_opts_has(&args->opts, "reverse"),
        .max_depth = depth < 1 || depth > 100000 ? 100000 : (uint32_t)depth,
        .min_percent = pk_min_percent(args, 0),
        .min_width = is_text && least < 1 ? 1 : least,
        .width = target->style.width,
    };
}

void pk_picture_say(const struct pk_args *args, const struct pk_target *target,
                    const struct pk_scene *scene, uint32_t max_depth)
{
    if (scene->n_omitted && !pk_picture_is_text(target) && !pk_is_quiet(args))
        fprintf(stderr, "%u boxes deeper than %u levels are not drawn; --max-depth draws them\n",
                scene->n_omitted, max_depth);
}
