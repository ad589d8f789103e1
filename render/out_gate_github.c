/*
 * Workflow commands of GitHub Actions: a line each, which is shown beside the code. Source:
 * docs.github.com, "Workflow commands for GitHub Actions", and
 * toolkit/packages/core/src/command.ts, which escapes % CR LF everywhere and : , in properties.
 * GitHub shows ten of each level and drops the rest in silence, so no more are written, and the
 * last one says how many there are.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "render/label.h"
#include "render/out_gate.h"

#define MOST 10 /* annotations of one level and step */

/* Terminal first, so that one name never makes two lines; then what the command would read. */
static void add(struct pk_buf *out, struct pk_str text, bool is_property)
{
    struct pk_buf plain = {0};

    pk_escape_terminal(&plain, text);
    for (size_t i = 0; i < plain.size; i++) {
        char c = plain.data[i];

        if (c == '%' || (is_property && (c == ':' || c == ',')))
            pk_buf_printf(out, "%%%02X", (unsigned)c);
        else
            pk_buf_char(out, c);
    }
    pk_buf_fini(&plain);
}

/* "::error file=a.py,line=3,title=calls('x') < 3::load: 12" */
static void add_annotation(struct pk_buf *out, const struct pk_gate *gate, uint32_t left)
{
    struct pk_buf text = {0};
    struct pk_str file;
    uint32_t line;

    pk_buf_text(out, gate->result == PK_GATE_FAIL ? "::error " : "::warning ");
    if (pk_out_gate_place(gate, &file, &line)) {
        pk_buf_text(out, "file=");
        add(out, file, true);
        pk_buf_printf(out, ",line=%u,", line ? line : 1);
    }
    pk_buf_text(out, "title=profkit check");
    pk_buf_text(out, "::");
    if (gate->frame != PK_NONE) {
        pk_label_name(&text, pk_profile_frame(gate->profile, gate->frame));
        pk_buf_text(&text, ": ");
    }
    pk_view_check_message(&text, gate);
    if (left)
        pk_buf_printf(&text, " (and %u more)", left);
    add(out, pk_buf_view(&text), false);
    pk_buf_char(out, '\n');
    pk_buf_fini(&text);
}

static void write(struct pk_buf *out, const struct pk_checked *checked)
{
    uint32_t n[PK_GATE_UNDECIDED + 1] = {0};

    for (uint32_t i = 0; i < checked->n; i++) {
        enum pk_gate_result result = checked->gate[i].result;
        uint32_t all = checked->count[result];

        if (result != PK_GATE_PASS && n[result]++ < MOST)
            add_annotation(out, &checked->gate[i],
                           n[result] == MOST && all > MOST ? all - MOST : 0);
    }
}

const struct pk_out_gate pk_out_gate_github = {"github", write};
