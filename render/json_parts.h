/*
 * Pieces that several JSON documents share. Layer: render; uses json, model.
 */
#ifndef PK_RENDER_JSON_PARTS_H
#define PK_RENDER_JSON_PARTS_H

#include "base/json.h" /* IWYU pragma: export */

#include <stdint.h>

#include "render/writer.h" /* IWYU pragma: export */

/* "schema" (NULL: it has none), "profkit" (the version) and "input" (names of the files read, ended
 * by NULL). */
void pk_json_parts_head(struct pk_json *json, const char *schema, const char *const *inputs);

/* "metric": {name, unit, scale, exact}. */
void pk_json_parts_metric(struct pk_json *json, const struct pk_profile *profile, uint32_t metric);

/* A member with an array of strings: the lines of a text. */
void pk_json_parts_lines(struct pk_json *json, const char *key, struct pk_str lines);

/* "quality": {total, samples, unresolved, warnings: [...]}. */
void pk_json_parts_quality(struct pk_json *json, const struct pk_profile *profile, uint32_t metric);

/* "filter": [...] and "grouped": [...], what was done to a profile before it was shown; empty where
 * nothing was. */
void pk_json_parts_shown(struct pk_json *json, const struct pk_profile *profile);

/* "left_out": {rows, self}. */
void pk_json_parts_left_out(struct pk_json *json, const struct pk_table *table);

/* The members name, display, file, line, module, kind of a frame, into an open object. */
void pk_json_parts_frame(struct pk_json *json, const struct pk_frame *frame);

/* Append a table as a document of its own, as --json writes it. */
void pk_json_parts_table(const struct pk_table *table, const char *const *inputs,
                         struct pk_buf *out);

/* "function", "kernel", ...: the kind of a frame in JSON. */
const char *pk_json_parts_kind(enum pk_frame_kind kind);

/* "recorded", "derived", "estimated". */
const char *pk_json_parts_origin(enum pk_origin origin);

#endif
