/*
 * JUnit XML, the form that lists of tests are shown from. Source: the schema of Jenkins' xUnit
 * plugin (junit-10.xsd), the strictest of those who read it. A notice is a test case; what is
 * undecided is skipped, with its reason, and what is no failure of a gate passes, with its message
 * as output. The message stands in the body too: GitLab shows only that.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "render/label.h"
#include "render/writers.h"

/* For a terminal first, then for XML: lists of tests are read in logs as well. */
static void add(struct pk_buf *out, struct pk_str text)
{
    struct pk_buf plain = {0};

    pk_escape_terminal(&plain, text);
    pk_escape_xml(out, pk_buf_view(&plain));
    pk_buf_fini(&plain);
}

/* "load_items  orders/models.py:88" and a line on what was measured. */
static void add_body(struct pk_buf *out, const struct pk_notice *notice)
{
    struct pk_buf place = {0};

    if (notice->frame != PK_NONE) {
        const struct pk_frame *frame = pk_profile_frame(notice->profile, notice->frame);

        pk_label_name(&place, frame);
        pk_buf_text(&place, "  ");
        pk_label_place(&place, frame);
        add(out, pk_buf_view(&place));
        pk_buf_char(out, '\n');
    }
    add(out, notice->message);
    pk_buf_fini(&place);
}

/* The element that tells the outcome, or NULL for what just passes. */
static const char *element_of(const struct pk_notice *notice)
{
    static const char *const elements[] = {[PK_NOTICE_PASS] = NULL,
                                           [PK_NOTICE_OPEN] = "skipped",
                                           [PK_NOTICE_NOTE] = "system-out",
                                           [PK_NOTICE_WARNING] = "system-out",
                                           [PK_NOTICE_ERROR] = "failure"};

    return notice->reason.size ? "skipped" : elements[notice->level];
}

/* A failure is told in the attribute and in the body; what passes by itself needs neither. */
static void add_case(struct pk_buf *out, const struct pk_notices *notices, uint32_t i)
{
    const struct pk_notice *notice = &notices->list[i];
    const char *element = element_of(notice);

    pk_buf_printf(out, "    <testcase classname=\"profkit.%s\" name=\"", notices->command);
    add(out, notice->title);
    if (!element) {
        pk_buf_text(out, "\"/>\n");
        return;
    }
    pk_buf_printf(out, "\">\n      <%s", element);
    if (notice->level == PK_NOTICE_OPEN || notice->level == PK_NOTICE_ERROR ||
        notice->reason.size) {
        pk_buf_text(out, " message=\"");
        add(out, notice->reason.size ? notice->reason : notice->message);
        pk_buf_char(out, '"');
    }
    pk_buf_char(out, '>');
    add_body(out, notice);
    pk_buf_printf(out, "</%s>\n    </testcase>\n", element);
}

/* The numbers stand in front, so all are counted before the first is written. */
static bool write(const struct pk_notices *notices, const struct pk_style *style, FILE *to,
                  struct pk_error *error)
{
    uint32_t count[PK_NOTICE_ERROR + 1] = {0};
    struct pk_buf out = {0};

    (void)style;
    (void)error;
    for (uint32_t i = 0; i < notices->n; i++)
        count[notices->list[i].reason.size ? PK_NOTICE_OPEN : notices->list[i].level]++;
    pk_buf_text(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    pk_buf_printf(&out,
                  "  <testsuite name=\"profkit %s\" tests=\"%u\" failures=\"%u\" errors=\"0\" "
                  "skipped=\"%u\">\n",
                  notices->command, notices->n, count[PK_NOTICE_ERROR], count[PK_NOTICE_OPEN]);
    for (uint32_t i = 0; i < notices->n; i++)
        add_case(&out, notices, i);
    pk_buf_text(&out, "  </testsuite>\n</testsuites>\n");
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return true;
}

const struct pk_writer pk_writer_junit = {.name = "junit",
                                          .summary = "lists of tests (JUnit XML)",
                                          .extension = ".junit.xml",
                                          .notices = write};
