/*
 * Pieces of JSON documents: see json_parts.h. Keys stand in a fixed order, so equal results are
 * equal bytes.
 */
#include "render/json_parts.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyze/quality.h"
#include "render/label.h"

#ifndef PACKAGE_VERSION
#include "config.h"
#endif

/* No date and no host: the same input gives the same bytes. */
void pk_json_parts_head(struct pk_json *json, const char *schema, const char *const *inputs)
{
    if (schema) {
        pk_json_key(json, "schema");
        pk_json_text(json, schema);
    }
    pk_json_key(json, "profkit");
    pk_json_text(json, PACKAGE_VERSION);
    pk_json_key(json, "input");
    pk_json_array(json);
    for (size_t i = 0; inputs && inputs[i]; i++)
        pk_json_text(json, inputs[i]);
    pk_json_array_end(json);
}

/* `exact` is false when some inclusive time is only a lower bound. */
void pk_json_parts_metric(struct pk_json *json, const struct pk_profile *profile, uint32_t metric)
{
    const struct pk_metric *m = pk_profile_metric(profile, metric);

    pk_json_key(json, "metric");
    pk_json_object(json);
    pk_json_key(json, "name");
    pk_json_str(json, m->name);
    pk_json_key(json, "unit");
    pk_json_text(json, pk_units_name(m->unit));
    pk_json_key(json, "scale");
    pk_json_value(json, m->scale);
    pk_json_key(json, "exact");
    pk_json_bool(json, pk_profile_flat(profile)->incl_high[metric] == NULL);
    pk_json_object_end(json);
}

void pk_json_parts_lines(struct pk_json *json, const char *key, struct pk_str rest)
{
    pk_json_key(json, key);
    pk_json_array(json);
    while (rest.size)
        pk_json_str(json, pk_str_take_line(&rest));
    pk_json_array_end(json);
}

/* The warnings of the text output, one string each. */
void pk_json_parts_quality(struct pk_json *json, const struct pk_profile *profile, uint32_t metric)
{
    struct pk_quality quality = pk_quality_of(profile, metric);
    struct pk_buf lines = {0};

    pk_quality_warnings(&quality, profile, &lines);
    pk_json_key(json, "quality");
    pk_json_object(json);
    pk_json_key(json, "total");
    pk_json_value(json, quality.total);
    pk_json_key(json, "samples");
    pk_json_value(json, quality.samples < 0 ? PK_MISSING : quality.samples);
    pk_json_key(json, "unresolved");
    pk_json_value(json, quality.unresolved);
    pk_json_parts_lines(json, "warnings", pk_buf_view(&lines));
    pk_json_object_end(json);
    pk_buf_fini(&lines);
}

/* Words of their own, so that the order of the enum may change. */
const char *pk_json_parts_kind(enum pk_frame_kind kind)
{
    static const char *const names[] = {
        [PK_KIND_FUNCTION] = "function",
        [PK_KIND_BUILTIN] = "builtin",
        [PK_KIND_KERNEL] = "kernel",
        [PK_KIND_INLINED] = "inlined",
        [PK_KIND_JIT] = "jit",
        [PK_KIND_INTERPRETED] = "interpreted",
        [PK_KIND_COMPILED_C1] = "compiled-c1",
        [PK_KIND_WAKER] = "waker",
        [PK_KIND_PARTIAL] = "partial",
        [PK_KIND_UNRESOLVED] = "unresolved",
        [PK_KIND_PROCESS] = "process",
        [PK_KIND_THREAD] = "thread",
        [PK_KIND_SEPARATOR] = "separator",
        [PK_KIND_SPECIAL] = "special",
    };

    return names[kind];
}

/* In the order of enum pk_origin; members of the schema, like the kinds above. */
const char *pk_json_parts_origin(enum pk_origin origin)
{
    static const char *const names[] = {"recorded", "derived", "estimated"};

    return names[origin];
}

/* Raw and display name both: one for programs, one for people. */
void pk_json_parts_frame(struct pk_json *json, const struct pk_frame *frame)
{
    static const char *const keys[] = {"name", "display", "file", "line", "module", "kind"};
    struct pk_buf display = {0};

    for (size_t i = 0; !frame && i < sizeof keys / sizeof *keys; i++) {
        pk_json_key(json, keys[i]);
        pk_json_null(json);
    }
    if (!frame)
        return;
    pk_json_key(json, "name");
    pk_json_str(json, frame->name);
    pk_label_name(&display, frame);
    pk_json_key(json, "display");
    pk_json_str(json, pk_buf_view(&display));
    pk_json_key(json, "file");
    pk_json_str(json, frame->file);
    pk_json_key(json, "line");
    pk_json_value(json, frame->line ? (int64_t)frame->line : PK_MISSING);
    pk_json_key(json, "module");
    pk_json_str(json, frame->module);
    pk_json_key(json, "kind");
    pk_json_text(json, pk_json_parts_kind(frame->kind));
    pk_buf_fini(&display);
}

/* Also when nothing was: a program need not ask whether the key is there. */
void pk_json_parts_left_out(struct pk_json *json, const struct pk_table *table)
{
    pk_json_key(json, "left_out");
    pk_json_object(json);
    pk_json_key(json, "rows");
    pk_json_value(json, table->n_left_out);
    pk_json_key(json, "self");
    pk_json_value(json, table->left_out);
    pk_json_object_end(json);
}

/* All facts of a key: a file that was filtered when it was written may be filtered again. */
static void write_facts(struct pk_json *json, const struct pk_profile *profile, const char *key)
{
    uint32_t n;
    const struct pk_fact *facts = pk_profile_facts(profile, &n);

    pk_json_key(json, key);
    pk_json_array(json);
    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(facts[i].key, pk_str_of(key)))
            pk_json_str(json, facts[i].value);
    pk_json_array_end(json);
}

void pk_json_parts_shown(struct pk_json *json, const struct pk_profile *profile)
{
    write_facts(json, profile, "filter");
    write_facts(json, profile, "grouped");
}
