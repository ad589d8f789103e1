/*
 * profkit explain [ID]: the long text on the code of an error or on a finding; without one the list
 * of all.
 */
#include "cmd/explain_texts.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "cmd/common.h"
#include "render/json_parts.h"
#include "render/writers.h"

#define WIDTH 78u /* of a paragraph, where the output says none */

/* Words on lines of at most `width` cells; the texts are ASCII. */
static void add_paragraph(struct pk_buf *out, const char *text, size_t width)
{
    size_t used = 0;

    while (*text) {
        size_t size = strcspn(text, " ");

        if (used && used + 1 + size > width) {
            pk_buf_char(out, '\n');
            used = 0;
        }
        if (used)
            pk_buf_char(out, ' ');
        pk_buf_add(out, text, size);
        used += (used > 0) + size;
        text += size + (text[size] == ' ');
    }
    pk_buf_text(out, "\n");
}

/* Lines of a program, which are never wrapped. */
static void add_lines(struct pk_buf *out, const char *title, const char *text)
{
    pk_buf_text(out, title);
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        pk_buf_text(out, "  ");
        pk_buf_add(out, line, strcspn(line, "\n"));
        pk_buf_char(out, '\n');
    }
}

/* An example may be several commands, one on each line: each gets a prompt of its own. */
static void write_one(const struct pk_explanation *e, size_t width, struct pk_buf *out)
{
    pk_buf_printf(out, "%s  %s\n\n", e->id, e->title);
    add_paragraph(out, e->means, width);
    pk_buf_text(out, e->before ? "\nHow it is told\n" : "\nWhy\n");
    add_paragraph(out, e->why, width);
    pk_buf_text(out, "\nWhat to do\n");
    add_paragraph(out, e->what, width);
    if (e->before) {
        add_lines(out, "\nBefore\n", e->before);
        add_lines(out, "\nAfter\n", e->after);
    }
    for (const char *line = e->example; line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        pk_buf_text(out, line == e->example ? "\n  $ " : "  $ ");
        pk_buf_add(out, line, strcspn(line, "\n"));
        pk_buf_char(out, '\n');
    }
}

/* In the order of the table, which is that of the codes. */
static void write_list(struct pk_buf *out)
{
    const struct pk_explanation *e;

    for (size_t i = 0; (e = pk_explain_at(i)); i++)
        pk_buf_printf(out, "%s  %s\n", e->id, e->title);
    pk_buf_text(out, "\nprofkit explain CODE tells more\n");
}

/* A text may lack, but its key never does: see the schema. */
static void add_member(struct pk_json *json, const char *key, const char *text)
{
    pk_json_key(json, key);
    if (text)
        pk_json_text(json, text);
    else
        pk_json_null(json);
}

/* All members of one, or of all. */
static void write_json(const struct pk_explanation *chosen, struct pk_buf *out)
{
    const struct pk_explanation *e;
    struct pk_json json;

    pk_json_init(&json, out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.explain/1", NULL);
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (size_t i = 0; (e = pk_explain_at(i)); i++) {
        if (chosen && e != chosen)
            continue;
        pk_json_object(&json);
        add_member(&json, "id", e->id);
        add_member(&json, "title", e->title);
        add_member(&json, "means", e->means);
        add_member(&json, "why", e->why);
        add_member(&json, "what_to_do", e->what);
        add_member(&json, "example", e->example);
        add_member(&json, "before", e->before);
        add_member(&json, "after", e->after);
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    pk_json_object_end(&json);
    pk_buf_char(out, '\n');
}

/* Codes may be typed in lower case. */
static const struct pk_explanation *find(const char *id, struct pk_error *error)
{
    const struct pk_explanation *e;
    char quoted[320];

    for (size_t i = 0; (e = pk_explain_at(i)); i++)
        if (strcasecmp(e->id, id) == 0)
            return e;
    pk_error_set(error, PK_USAGE, pk_place_none(), "nothing to explain is called %s",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(id)));
    pk_error_hint(error, "profkit explain lists all that it knows");
    return NULL;
}

/* A wrong code is told before the output is opened, so that it leaves no trace. */
static int run(struct pk_args *args, struct pk_error *error)
{
    const char *id = args->opts.operands.size ? args->opts.operands.data[0] : NULL;
    const struct pk_explanation *e = id ? find(id, error) : NULL;
    struct pk_target target;
    struct pk_buf out = {0};

    if (id && !e)
        return PK_USAGE;
    if (pk_target_open(args, NULL, &pk_writer_text, PK_TARGET_PAGE, &target, error)) {
        size_t width =
            target.style.width && target.style.width < WIDTH ? target.style.width : WIDTH;

        if (target.writer == &pk_writer_json)
            write_json(e, &out);
        else if (e)
            write_one(e, width, &out);
        else
            write_list(&out);
        pk_buf_write(&out, pk_output_stream(target.output));
        error->status = (enum pk_status)pk_target_close(args, &target, true, error);
    }
    pk_buf_fini(&out);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_explain = {
    .name = "explain",
    .summary = "what the code of an error or a finding means, and what to do",
    .usage = "[OPTION...] [CODE]",
    .group = "Help",
    .writes = true,
    .run = run,
    .example = "profkit explain E031",
};
