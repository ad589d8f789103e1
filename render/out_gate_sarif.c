/*
 * SARIF 2.1.0, the form of code scanners. Source: OASIS, Static Analysis Results Interchange Format
 * 2.1.0 (2020). What fails is an error; what is undecided has the kind "open" (3.27.9: there was
 * not enough to decide), which takes the level none; what passes is a result, too.
 *
 * A fingerprint is made of rule, function and module, and never of the line, so that an alert stays
 * the same one when code above it moves.
 */
#include <stddef.h>
#include <stdint.h>

#include "config.h"

#include "base/escape.h"
#include "base/json.h"
#include "render/label.h"
#include "render/out_gate.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static void add_text(struct pk_json *json, const char *key, struct pk_str text)
{
    struct pk_buf plain = {0};

    pk_escape_terminal(&plain, text);
    pk_json_key(json, key);
    pk_json_str(json, pk_buf_view(&plain));
    pk_buf_fini(&plain);
}

/* {"text": ...} under a key. */
static void add_message(struct pk_json *json, const char *key, struct pk_str text)
{
    pk_json_key(json, key);
    pk_json_object(json);
    add_text(json, "text", text);
    pk_json_object_end(json);
}

/* The place of a rule among those that differ: the bound on all functions is one rule. */
static uint32_t index_of(const struct pk_checked *checked, uint32_t gate, bool *is_first)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < gate; i++) {
        uint32_t k = 0;

        if (pk_str_equal(pk_out_gate_id(&checked->gate[i]), pk_out_gate_id(&checked->gate[gate]))) {
            *is_first = false;
            return n;
        }
        while (k < i &&
               !pk_str_equal(pk_out_gate_id(&checked->gate[k]), pk_out_gate_id(&checked->gate[i])))
            k++;
        n += k == i;
    }
    *is_first = true;
    return n;
}

static void add_rules(struct pk_json *json, const struct pk_checked *checked)
{
    pk_json_key(json, "rules");
    pk_json_array(json);
    for (uint32_t i = 0; i < checked->n; i++) {
        bool is_first;

        index_of(checked, i, &is_first);
        if (!is_first)
            continue;
        pk_json_object(json);
        add_text(json, "id", pk_out_gate_id(&checked->gate[i]));
        add_message(json, "shortDescription", checked->gate[i].rule);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* A URI reference: what is not plain in one is written as %XX. */
static void add_uri(struct pk_json *json, struct pk_str file)
{
    static const char plain[] = "-._~/+";
    struct pk_buf uri = {0};

    for (size_t i = 0; i < file.size; i++) {
        unsigned char c = (unsigned char)file.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        for (const char *p = plain; *p && !is_plain; p++)
            is_plain = (unsigned char)*p == c;
        if (is_plain)
            pk_buf_char(&uri, (char)c);
        else
            pk_buf_printf(&uri, "%%%02X", c);
    }
    pk_json_key(json, "uri");
    pk_json_str(json, pk_buf_view(&uri));
    pk_buf_fini(&uri);
}

static void add_physical(struct pk_json *json, const struct pk_gate *gate)
{
    struct pk_str file;
    uint32_t line;

    if (!pk_out_gate_place(gate, &file, &line))
        return;
    pk_json_key(json, "physicalLocation");
    pk_json_object(json);
    pk_json_key(json, "artifactLocation");
    pk_json_object(json);
    add_uri(json, file);
    pk_json_object_end(json);
    if (line) {
        pk_json_key(json, "region");
        pk_json_object(json);
        pk_json_key(json, "startLine");
        pk_json_value(json, line);
        pk_json_object_end(json);
    }
    pk_json_object_end(json);
}

/* The function always, and its place where a reviewer has the file. */
static void add_location(struct pk_json *json, const struct pk_gate *gate)
{
    struct pk_buf name = {0};

    if (gate->frame == PK_NONE)
        return;
    pk_label_name(&name, pk_profile_frame(gate->profile, gate->frame));
    pk_json_key(json, "locations");
    pk_json_array(json);
    pk_json_object(json);
    add_physical(json, gate);
    pk_json_key(json, "logicalLocations");
    pk_json_array(json);
    pk_json_object(json);
    add_text(json, "fullyQualifiedName", pk_buf_view(&name));
    pk_json_key(json, "kind");
    pk_json_text(json, "function");
    pk_json_object_end(json);
    pk_json_array_end(json);
    pk_json_object_end(json);
    pk_json_array_end(json);
    pk_buf_fini(&name);
}

static void add_fingerprint(struct pk_json *json, const struct pk_gate *gate)
{
    struct pk_buf text = {0};

    pk_buf_str(&text, pk_out_gate_id(gate));
    if (gate->frame != PK_NONE) {
        const struct pk_frame *frame = pk_profile_frame(gate->profile, gate->frame);

        pk_buf_text(&text, " | ");
        pk_buf_str(&text, frame->name);
        pk_buf_text(&text, " | ");
        pk_label_module(&text, frame);
    }
    pk_json_key(json, "partialFingerprints");
    pk_json_object(json);
    add_text(json, "profkitCheck/v1", pk_buf_view(&text));
    pk_json_object_end(json);
    pk_buf_fini(&text);
}

static void add_result(struct pk_json *json, const struct pk_checked *checked, uint32_t i)
{
    static const char *const kinds[] = {
        [PK_GATE_PASS] = "pass", [PK_GATE_FAIL] = "fail", [PK_GATE_UNDECIDED] = "open"};
    const struct pk_gate *gate = &checked->gate[i];
    struct pk_buf text = {0};
    bool is_first;

    if (gate->frame != PK_NONE) {
        pk_label_name(&text, pk_profile_frame(gate->profile, gate->frame));
        pk_buf_text(&text, ": ");
    }
    pk_view_check_message(&text, gate);
    pk_json_object(json);
    add_text(json, "ruleId", pk_out_gate_id(gate));
    pk_json_key(json, "ruleIndex");
    pk_json_value(json, index_of(checked, i, &is_first));
    pk_json_key(json, "kind");
    pk_json_text(json, kinds[gate->result]);
    pk_json_key(json, "level");
    pk_json_text(json, gate->result == PK_GATE_FAIL ? "error" : "none");
    add_message(json, "message", pk_buf_view(&text));
    add_location(json, gate);
    add_fingerprint(json, gate);
    pk_json_object_end(json);
    pk_buf_fini(&text);
}

static void write(struct pk_buf *out, const struct pk_checked *checked)
{
    struct pk_json json;

    pk_json_init(&json, out);
    pk_json_object(&json);
    pk_json_key(&json, "$schema");
    pk_json_text(&json, SCHEMA);
    pk_json_key(&json, "version");
    pk_json_text(&json, "2.1.0");
    pk_json_key(&json, "runs");
    pk_json_array(&json);
    pk_json_object(&json);
    pk_json_key(&json, "tool");
    pk_json_object(&json);
    pk_json_key(&json, "driver");
    pk_json_object(&json);
    pk_json_key(&json, "name");
    pk_json_text(&json, "profkit");
    pk_json_key(&json, "version");
    pk_json_text(&json, PACKAGE_VERSION);
    add_rules(&json, checked);
    pk_json_object_end(&json);
    pk_json_object_end(&json);
    pk_json_key(&json, "results");
    pk_json_array(&json);
    for (uint32_t i = 0; i < checked->n; i++)
        add_result(&json, checked, i);
    pk_json_array_end(&json);
    pk_json_object_end(&json);
    pk_json_array_end(&json);
    pk_json_object_end(&json);
    pk_buf_char(out, '\n');
}

const struct pk_out_gate pk_out_gate_sarif = {"sarif", write};
