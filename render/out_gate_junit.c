/*
 * JUnit XML, the form that lists of tests are shown from. Source: the schema of Jenkins' xUnit
 * plugin (junit-10.xsd), the strictest of those who read it. A rule is a test case; what is
 * undecided is skipped, with its reason. The message stands in the body too: GitLab shows only
 * that.
 */
#include <stdint.h>

#include "base/escape.h"
#include "render/label.h"
#include "render/out_gate.h"

static void add(struct pk_buf *out, struct pk_str text)
{
    struct pk_buf plain = {0};

    pk_escape_terminal(&plain, text);
    pk_escape_xml(out, pk_buf_view(&plain));
    pk_buf_fini(&plain);
}

/* "load_items  orders/models.py:88" and a line on what was measured. */
static void add_body(struct pk_buf *out, const struct pk_gate *gate, struct pk_str message)
{
    struct pk_buf place = {0};

    if (gate->frame != PK_NONE) {
        const struct pk_frame *frame = pk_profile_frame(gate->profile, gate->frame);

        pk_label_name(&place, frame);
        pk_buf_text(&place, "  ");
        pk_label_place(&place, frame);
        add(out, pk_buf_view(&place));
        pk_buf_char(out, '\n');
    }
    add(out, message);
    pk_buf_fini(&place);
}

static void add_case(struct pk_buf *out, const struct pk_gate *gate)
{
    const char *element = gate->result == PK_GATE_FAIL ? "failure" : "skipped";
    struct pk_buf text = {0};

    pk_buf_text(out, "    <testcase classname=\"profkit.check\" name=\"");
    pk_out_gate_title(&text, gate);
    add(out, pk_buf_view(&text));
    pk_buf_text(out, gate->result == PK_GATE_PASS ? "\"/>\n" : "\">\n");
    if (gate->result != PK_GATE_PASS) {
        pk_buf_reset(&text);
        pk_view_check_message(&text, gate);
        pk_buf_printf(out, "      <%s message=\"", element);
        add(out, pk_buf_view(&text));
        pk_buf_text(out, "\">");
        add_body(out, gate, pk_buf_view(&text));
        pk_buf_printf(out, "</%s>\n    </testcase>\n", element);
    }
    pk_buf_fini(&text);
}

static void write(struct pk_buf *out, const struct pk_checked *checked)
{
    pk_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    pk_buf_printf(out,
                  "  <testsuite name=\"profkit check\" tests=\"%u\" failures=\"%u\" errors=\"0\" "
                  "skipped=\"%u\">\n",
                  checked->n, checked->count[PK_GATE_FAIL], checked->count[PK_GATE_UNDECIDED]);
    for (uint32_t i = 0; i < checked->n; i++)
        add_case(out, &checked->gate[i]);
    pk_buf_text(out, "  </testsuite>\n</testsuites>\n");
}

const struct pk_out_gate pk_out_gate_junit = {"junit", write};
