/*
 * What reports of a gate share: see out_gate.h. Names in them are display names, escaped as for a
 * terminal first: a log, a review and a list of tests are read by people, and none of them may be
 * driven by a name. The escaping of the form itself comes on top.
 */
#include "render/out_gate.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "render/label.h"

const struct pk_out_gate *pk_out_gate_find(const char *name)
{
    static const struct pk_out_gate *const list[] = {&pk_out_gate_github, &pk_out_gate_junit,
                                                     &pk_out_gate_sarif};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    return NULL;
}

/* Thresholds may be tuned: what they found before stays the same finding. */
struct pk_str pk_out_gate_id(const struct pk_gate *gate)
{
    if (gate->is_of_all)
        return PK_STR("max-regression");
    return gate->name.size ? gate->name : gate->rule;
}

void pk_out_gate_title(struct pk_buf *out, const struct pk_gate *gate)
{
    pk_buf_str(out, pk_out_gate_id(gate));
    if (!gate->is_of_all || gate->frame == PK_NONE)
        return;
    pk_buf_text(out, ": ");
    pk_label_name(out, pk_profile_frame(gate->profile, gate->frame));
}

/* A path that leads out of the folder is none of a reviewer's. */
bool pk_out_gate_place(const struct pk_gate *gate, struct pk_str *file, uint32_t *line)
{
    const struct pk_frame *frame;

    if (gate->frame == PK_NONE)
        return false;
    frame = pk_profile_frame(gate->profile, gate->frame);
    *file = pk_label_path(frame->file);
    *line = frame->line;
    return file->size && file->data[0] != '/' && file->data[0] != '<' &&
           !pk_str_starts(*file, PK_STR("..")) && !memchr(file->data, '\\', file->size) &&
           !memchr(file->data, ':', file->size);
}
