/*
 * Writing JSON, compact, in the order of the calls, with commas placed by the writer. Nesting is at
 * most 16 deep (never by data). Integers beyond 2^53 are written as strings, as profkit-json(7)
 * says. Layer: base; uses buf, escape.
 */
#ifndef PK_BASE_JSON_H
#define PK_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h" /* IWYU pragma: export */
#include "base/str.h" /* IWYU pragma: export */

struct pk_json {
    struct pk_buf *out;
    unsigned depth;
    bool in_markup;       /* the text will stand inside HTML or SVG: escape < > & too */
    bool needs_comma[16]; /* by depth */
    bool after_key;
};

/* Begin writing to `out`, which stays the caller's. */
void pk_json_init(struct pk_json *json, struct pk_buf *out);

/* Open and close. */
void pk_json_object(struct pk_json *json);
void pk_json_object_end(struct pk_json *json);
void pk_json_array(struct pk_json *json);
void pk_json_array_end(struct pk_json *json);

/* The key of the next value; a plain C string from the program, never from a profile. */
void pk_json_key(struct pk_json *json, const char *key);

/* Values; a missing string is null. pk_json_value writes null for PK_MISSING (INT64_MIN). */
void pk_json_str(struct pk_json *json, struct pk_str value);
void pk_json_text(struct pk_json *json, const char *value);
void pk_json_value(struct pk_json *json, int64_t value);
void pk_json_bool(struct pk_json *json, bool value);
void pk_json_null(struct pk_json *json);

/* A ratio part/whole as a decimal number with 6 digits; null when whole is 0. Free of locale. */
void pk_json_ratio(struct pk_json *json, int64_t part, int64_t whole);

#endif
