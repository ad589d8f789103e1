/*
 * Workflow commands of GitHub Actions: a line each, which is shown beside the code. Source:
 * docs.github.com, "Workflow commands for GitHub Actions", and
 * toolkit/packages/core/src/command.ts, which escapes % CR LF everywhere and : , in properties.
 * GitHub shows ten of each level and drops the rest in silence, so no more are written, and the
 * last one says how many there are.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "render/writers.h"

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

/* The words of the commands; what passes has none. */
static const char *const levels[] = {[PK_NOTICE_PASS] = NULL,
                                     [PK_NOTICE_OPEN] = "warning",
                                     [PK_NOTICE_NOTE] = "notice",
                                     [PK_NOTICE_WARNING] = "warning",
                                     [PK_NOTICE_ERROR] = "error"};

/* "::error file=a.py,line=3,title=profkit check::load: 12" */
static void add_annotation(struct pk_buf *out, const struct pk_notice *notice, uint32_t left)
{
    struct pk_buf text = {0};
    struct pk_str file;
    uint32_t line;

    pk_buf_printf(out, "::%s ", levels[notice->level]);
    if (pk_notice_place(notice, &file, &line)) {
        pk_buf_text(out, "file=");
        add(out, file, true);
        pk_buf_printf(out, ",line=%u,", line ? line : 1);
    }
    pk_buf_text(out, "title=");
    add(out, notice->heading, true);
    pk_buf_text(out, "::");
    pk_notice_sentence(&text, notice);
    if (left)
        pk_buf_printf(&text, " (and %u more)", left);
    add(out, pk_buf_view(&text), false);
    pk_buf_char(out, '\n');
    pk_buf_fini(&text);
}

/* The level under which GitHub counts: what nobody can tell is a warning there, and what is
 * suppressed is not shown. */
static enum pk_notice_level counted_as(const struct pk_notice *notice)
{
    if (notice->reason.size)
        return PK_NOTICE_PASS;
    return notice->level == PK_NOTICE_OPEN ? PK_NOTICE_WARNING : notice->level;
}

/* Ten of a level are shown; the tenth says how many there are besides, since GitHub would not. */
static bool write(const struct pk_notices *notices, const struct pk_style *style, FILE *to,
                  struct pk_error *error)
{
    uint32_t all[PK_NOTICE_ERROR + 1] = {0}, n[PK_NOTICE_ERROR + 1] = {0};
    struct pk_buf out = {0};

    (void)style;
    (void)error;
    for (uint32_t i = 0; i < notices->n; i++)
        all[counted_as(&notices->list[i])]++;
    for (uint32_t i = 0; i < notices->n; i++) {
        enum pk_notice_level level = counted_as(&notices->list[i]);

        if (levels[level] && n[level]++ < MOST)
            add_annotation(&out, &notices->list[i],
                           n[level] == MOST && all[level] > MOST ? all[level] - MOST : 0);
    }
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return true;
}

const struct pk_writer pk_writer_github = {.name = "github",
                                           .summary = "annotations of GitHub Actions",
                                           .extension = ".github",
                                           .notices = write};
