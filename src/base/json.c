/*
 * Writing JSON (RFC 8259): see json.h. Misuse, such as a value without a key in an object, is a
 * fault of the caller and shows in the schema tests; only the depth is asserted, because it guards
 * memory.
 */
#include "base/json.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/str.h"
#include "base/units.h"

#define MAX_DEPTH (sizeof((struct pk_json *)NULL)->needs_comma / sizeof(bool))
#define EXACT_IN_DOUBLE (INT64_C(1) << 53) /* most JSON readers keep numbers as doubles */

void pk_json_init(struct pk_json *json, struct pk_buf *out)
{
    *json = (struct pk_json){.out = out};
}

/* What goes before a value: the comma after its predecessor, unless a key has just seen to it.
 * Values on the top level stand alone. */
static void separate(struct pk_json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    if (json->needs_comma[json->depth - 1])
        pk_buf_char(json->out, ',');
    json->needs_comma[json->depth - 1] = true;
}

/* A container is a value to what surrounds it. */
static void begin(struct pk_json *json, char bracket)
{
    separate(json);
    assert(json->depth < MAX_DEPTH);
    pk_buf_char(json->out, bracket);
    json->needs_comma[json->depth++] = false;
}

static void end(struct pk_json *json, char bracket)
{
    assert(json->depth > 0);
    json->depth--;
    pk_buf_char(json->out, bracket);
}

void pk_json_object(struct pk_json *json)
{
    begin(json, '{');
}

void pk_json_object_end(struct pk_json *json)
{
    end(json, '}');
}

void pk_json_array(struct pk_json *json)
{
    begin(json, '[');
}

void pk_json_array_end(struct pk_json *json)
{
    end(json, ']');
}

static void add_string(struct pk_json *json, struct pk_str value)
{
    pk_buf_char(json->out, '"');
    pk_escape_json(json->out, value, json->in_markup);
    pk_buf_char(json->out, '"');
}

void pk_json_key(struct pk_json *json, const char *key)
{
    separate(json);
    add_string(json, pk_str_of(key));
    pk_buf_char(json->out, ':');
    json->after_key = true;
}

/* A missing string is null and an empty one is "": readers of the JSON can tell them apart, as the
 * model does. */
void pk_json_str(struct pk_json *json, struct pk_str value)
{
    if (!value.data) {
        pk_json_null(json);
        return;
    }
    separate(json);
    add_string(json, value);
}

void pk_json_text(struct pk_json *json, const char *value)
{
    pk_json_str(json, pk_str_of(value));
}

void pk_json_value(struct pk_json *json, int64_t value)
{
    /* As a string no digit is lost; the schema allows both. */
    bool is_string = value > EXACT_IN_DOUBLE || value < -EXACT_IN_DOUBLE;

    if (value == PK_MISSING) {
        pk_json_null(json);
        return;
    }
    separate(json);
    if (is_string)
        pk_buf_char(json->out, '"');
    pk_buf_int(json->out, value);
    if (is_string)
        pk_buf_char(json->out, '"');
}

void pk_json_bool(struct pk_json *json, bool value)
{
    separate(json);
    pk_buf_text(json->out, value ? "true" : "false");
}

void pk_json_null(struct pk_json *json)
{
    separate(json);
    pk_buf_text(json->out, "null");
}

/* part / whole with six decimals, halves away from zero. A whole of 0 has no parts: null, not 0.
 * "-0.000000" is never written. */
void pk_json_ratio(struct pk_json *json, int64_t part, int64_t whole)
{
    __extension__ typedef unsigned __int128 wide;
    uint64_t over = pk_units_magnitude(part), under = pk_units_magnitude(whole), digits = 100000;
    wide millionths;

    if (whole == 0 || part == PK_MISSING || whole == PK_MISSING) {
        pk_json_null(json);
        return;
    }
    separate(json);
    /* Integers again: printf of a double follows the locale, and its last digit the compiler. */
    millionths = ((wide)over * 1000000 + under / 2) / under;
    if ((part < 0) != (whole < 0) && millionths)
        pk_buf_char(json->out, '-');
    /* At most 2^63: part is no larger, and whole is at least 1. */
    pk_buf_int(json->out, (int64_t)(millionths / 1000000));
    pk_buf_char(json->out, '.');
    for (uint64_t rest = (uint64_t)(millionths % 1000000); digits; digits /= 10)
        pk_buf_char(json->out, (char)('0' + rest / digits % 10));
}
