/*
 * SARIF 2.1.0, the form of code scanners. Source: OASIS, Static Analysis Results Interchange Format
 * 2.1.0 (2020). What fails a gate is an error; what is undecided has the kind "open" (3.27.9: there
 * was not enough to decide), which takes the level none; what passes is a result, too.
 *
 * A fingerprint is made of rule, function and module, and never of the line, so that an alert stays
 * the same one when code above it moves.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config.h"

#include "base/arena.h"
#include "base/escape.h"
#include "base/json.h"
#include "render/label.h"
#include "render/writers.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* Every text passes here: what drives a terminal must not reach a log through a scanner. */
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

/* For each notice the place of its rule among those that differ; `first` gets the first notice of
 * each. Returns how many rules there are. */
static uint32_t number_rules(const struct pk_notices *notices, uint32_t *rule, uint32_t *first)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < notices->n; i++) {
        uint32_t at = 0;

        while (at < n && !pk_str_equal(notices->list[first[at]].rule, notices->list[i].rule))
            at++;
        if (at == n)
            first[n++] = i;
        rule[i] = at;
    }
    return n;
}

/* Results name their rule by its place in this list. The first notice of a rule speaks for all:
 * what it is about does not differ. */
static void add_rules(struct pk_json *json, const struct pk_notices *notices, const uint32_t *first,
                      uint32_t n)
{
    pk_json_key(json, "rules");
    pk_json_array(json);
    for (uint32_t i = 0; i < n; i++) {
        const struct pk_notice *notice = &notices->list[first[i]];

        pk_json_object(json);
        add_text(json, "id", notice->rule);
        add_message(json, "shortDescription", notice->about);
        if (notice->help.size)
            add_message(json, "help", notice->help);
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

/* The file, and the line where it is known: a region needs one, and a made-up line would be an
 * alert at the wrong place. */
static void add_physical(struct pk_json *json, const struct pk_notice *notice)
{
    struct pk_str file;
    uint32_t line;

    if (!pk_notice_place(notice, &file, &line))
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
static void add_location(struct pk_json *json, const struct pk_notice *notice)
{
    struct pk_buf name = {0};

    if (notice->frame == PK_NONE)
        return;
    pk_label_name(&name, pk_profile_frame(notice->profile, notice->frame));
    pk_json_key(json, "locations");
    pk_json_array(json);
    pk_json_object(json);
    add_physical(json, notice);
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

/* Kind and level go together: only what fails a rule may have a level. */
static void add_outcome(struct pk_json *json, enum pk_notice_level level)
{
    static const char *const kinds[] = {[PK_NOTICE_PASS] = "pass",
                                        [PK_NOTICE_OPEN] = "open",
                                        [PK_NOTICE_NOTE] = "fail",
                                        [PK_NOTICE_WARNING] = "fail",
                                        [PK_NOTICE_ERROR] = "fail"};
    static const char *const levels[] = {[PK_NOTICE_PASS] = "none",
                                         [PK_NOTICE_OPEN] = "none",
                                         [PK_NOTICE_NOTE] = "note",
                                         [PK_NOTICE_WARNING] = "warning",
                                         [PK_NOTICE_ERROR] = "error"};

    pk_json_key(json, "kind");
    pk_json_text(json, kinds[level]);
    pk_json_key(json, "level");
    pk_json_text(json, levels[level]);
}

/* Of the kind "external": it stands in no comment of the code (3.35.2). */
static void add_suppression(struct pk_json *json, struct pk_str reason)
{
    pk_json_key(json, "suppressions");
    pk_json_array(json);
    pk_json_object(json);
    pk_json_key(json, "kind");
    pk_json_text(json, "external");
    add_text(json, "justification", reason);
    pk_json_object_end(json);
    pk_json_array_end(json);
}

/* The message repeats the function, since some viewers show nothing of logical locations. */
static void add_result(struct pk_json *json, const struct pk_notices *notices, uint32_t i,
                       uint32_t rule)
{
    const struct pk_notice *notice = &notices->list[i];
    struct pk_buf text = {0};

    pk_notice_sentence(&text, notice);
    pk_json_object(json);
    add_text(json, "ruleId", notice->rule);
    pk_json_key(json, "ruleIndex");
    pk_json_value(json, rule);
    add_outcome(json, notice->level);
    if (notice->baseline.size)
        add_text(json, "baselineState", notice->baseline);
    if (notice->reason.size)
        add_suppression(json, notice->reason);
    add_message(json, "message", pk_buf_view(&text));
    add_location(json, notice);
    pk_json_key(json, "partialFingerprints");
    pk_json_object(json);
    add_text(json, notices->fingerprints, notice->fingerprint);
    pk_json_object_end(json);
    pk_json_object_end(json);
    pk_buf_fini(&text);
}

/* One run of one tool. */
static void add_run(struct pk_json *json, const struct pk_notices *notices, struct pk_arena *arena)
{
    uint32_t *rule = PK_NEW_ARRAY(arena, uint32_t, notices->n);
    uint32_t *first = PK_NEW_ARRAY(arena, uint32_t, notices->n);
    uint32_t n = number_rules(notices, rule, first);

    pk_json_object(json);
    pk_json_key(json, "tool");
    pk_json_object(json);
    pk_json_key(json, "driver");
    pk_json_object(json);
    pk_json_key(json, "name");
    pk_json_text(json, "profkit");
    pk_json_key(json, "version");
    pk_json_text(json, PACKAGE_VERSION);
    add_rules(json, notices, first, n);
    pk_json_object_end(json);
    pk_json_object_end(json);
    pk_json_key(json, "results");
    pk_json_array(json);
    for (uint32_t i = 0; i < notices->n; i++)
        add_result(json, notices, i, rule[i]);
    pk_json_array_end(json);
    pk_json_object_end(json);
}

/* One document, one run: several inputs were merged before they were judged. */
static bool write(const struct pk_notices *notices, const struct pk_style *style, FILE *to,
                  struct pk_error *error)
{
    struct pk_buf out = {0};
    struct pk_arena arena;
    struct pk_json json;

    (void)style;
    (void)error;
    pk_arena_init(&arena);
    pk_json_init(&json, &out);
    pk_json_object(&json);
    pk_json_key(&json, "$schema");
    pk_json_text(&json, SCHEMA);
    pk_json_key(&json, "version");
    pk_json_text(&json, "2.1.0");
    pk_json_key(&json, "runs");
    pk_json_array(&json);
    add_run(&json, notices, &arena);
    pk_json_array_end(&json);
    pk_json_object_end(&json);
    pk_buf_char(&out, '\n');
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    pk_arena_fini(&arena);
    return true;
}

const struct pk_writer pk_writer_sarif = {.name = "sarif",
                                          .summary = "results for code scanners (SARIF 2.1.0)",
                                          .extension = ".sarif",
                                          .notices = write};
