/*
 * What all forms of notices share: see notice.h. Names in them are display names, escaped as for a
 * terminal first: a log, a review and a list of tests are read by people, and none of them may be
 * driven by a name. The escaping of the form itself comes on top.
 */
#include "render/notice.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "render/label.h"

/* A path that leads out of the folder is none of a reviewer's. */
bool pk_notice_place(const struct pk_notice *notice, struct pk_str *file, uint32_t *line)
{
    const struct pk_frame *frame;

    if (notice->frame == PK_NONE)
        return false;
    frame = pk_profile_frame(notice->profile, notice->frame);
    *file = pk_label_path(frame->file);
    *line = frame->line;
    return file->size && file->data[0] != '/' && file->data[0] != '<' &&
           !pk_str_starts(*file, PK_STR("..")) && !memchr(file->data, '\\', file->size) &&
           !memchr(file->data, ':', file->size);
}

void pk_notice_sentence(struct pk_buf *out, const struct pk_notice *notice)
{
    if (notice->frame != PK_NONE) {
        pk_label_name(out, pk_profile_frame(notice->profile, notice->frame));
        pk_buf_text(out, ": ");
    }
    pk_buf_str(out, notice->message);
}
