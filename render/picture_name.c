/*
 * What a box is called, and the part of a name that fits.
 *
 * A name is cut at the end that says least: leading namespaces and folders go first
 * ("…Cursor.execute [C]"), then the tail of what is left ("iterenc…"). assets/flame.js does the
 * same after a zoom: change both. Trap: the dots of "foo.part.0" part no namespaces.
 */
#include "render/picture.h"

#include <stddef.h>
#include <string.h>

#include "base/clone.h"
#include "base/escape.h"
#include "base/utf8.h"
#include "render/label.h"

#define ELLIPSIS "\xe2\x80\xa6"

void pk_picture_name(const struct pk_scene *scene, const struct pk_box *box, struct pk_buf *name,
                     struct pk_buf *place)
{
    const struct pk_frame *frame;
    struct pk_buf raw = {0};

    pk_buf_reset(name);
    pk_buf_reset(place);
    if (scene->change)
        pk_picture_change_brief(place, scene, box);
    if (box->flags & PK_BOX_SMALL) {
        pk_buf_printf(name, "+%u small", box->n_merged);
        return;
    }
    if (box->frame == PK_NONE) {
        pk_buf_text(name, "all");
        return;
    }
    frame = pk_scene_frame(scene, box);
    pk_label_name(&raw, frame);
    pk_escape_terminal(name, pk_buf_view(&raw));
    pk_buf_reset(&raw);
    pk_label_place(&raw, frame);
    if (!scene->change)
        pk_escape_terminal(place, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* True where "\\u202e" and its like begin: what our own escape made visible is no path. */
static bool is_escape(struct pk_str name, size_t backslash)
{
    static const char letters[] = "xuU";
    static const size_t digits[] = {2, 4, 8};
    char letter = backslash + 1 < name.size ? name.data[backslash + 1] : '\0';
    const char *found = letter ? strchr(letters, letter) : NULL;
    size_t n = found ? digits[found - letters] : 0;

    if (n == 0 || name.size - backslash < 2 + n)
        return false;
    for (size_t i = backslash + 2; i < backslash + 2 + n; i++)
        if (!memchr("0123456789abcdef", name.data[i], 16))
            return false;
    return true;
}

/* True for what may begin a part of a name: a number after a dot is no name. */
static bool is_head(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("_~$<{", c);
}

struct pk_picture_cut pk_picture_cut_first(struct pk_str name)
{
    size_t cells = pk_utf8_width(name);

    return (struct pk_picture_cut){
        .name = name, .cells = cells, .rest = cells, .has_dots = pk_clone_at(name) == name.size};
}

/* True when the front of the name may end before `at`. */
static bool is_cut(const struct pk_picture_cut *cut, size_t at)
{
    const char *name = cut->name.data;
    char before;

    if (at == cut->at || cut->depth != 0 || !is_head(name[at]))
        return false;
    before = name[at - 1];
    return before == '/' || (before == '\\' && !is_escape(cut->name, at - 1)) ||
           (before == '.' && cut->has_dots) || (before == ':' && at > 1 && name[at - 2] == ':');
}

bool pk_picture_cut_next(struct pk_picture_cut *cut)
{
    size_t length;

    for (; cut->read < cut->name.size; cut->read += length) {
        char c = cut->name.data[cut->read];

        if (is_cut(cut, cut->read)) {
            cut->at = cut->read;
            cut->cells = cut->rest;
            return true;
        }
        cut->depth += (strchr("<([{", c) && c) - (strchr(">)]}", c) && c);
        cut->rest -= (size_t)pk_utf8_cells(pk_utf8_decode(cut->name, cut->read, &length));
    }
    return false;
}

void pk_picture_shorten(struct pk_buf *out, struct pk_str name, size_t cells)
{
    struct pk_picture_cut cut = pk_picture_cut_first(name);

    while (pk_picture_cut_next(&cut) && cut.cells >= cells)
        ;
    name = pk_str_slice(name, cut.at, name.size);
    if (cut.at > 0 && cut.cells < cells) {
        pk_buf_text(out, ELLIPSIS);
        pk_buf_str(out, name);
    } else {
        pk_buf_add(out, name.data, pk_utf8_prefix(name, cells - 1));
        pk_buf_text(out, ELLIPSIS);
    }
}
