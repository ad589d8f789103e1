/*
 * JSON formats that are not read yet, told by the keys that stand in the first 4 KiB. Source: the
 * JSON table of the format notes. The tokenizer is tolerant: it only follows brackets and strings,
 * either may be cut by the window, and nothing is decoded.
 *
 * Objects are counted as levels and arrays are not: in {"profiles": [{"unit": 1}]} "profiles" is on
 * level 0 and "unit" on level 1; in [{"ph": "X"}] "ph" is on level 0. Three levels decide every
 * format.
 *
 * Traps: the key that decides can be the last one of the file ("$schema", "traceEvents" behind a
 * large "metadata"), so what a value holds is looked at too; a collapsed stack can begin with
 * "[unknown]" and marshalled data with "{", so the character behind the first bracket must fit.
 */
#include "formats/head.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/readers.h"

enum key { /* a bit each, so that three words hold what was seen on three levels */
           KEY_SCHEMA,
           KEY_PROFILES,
           KEY_SHARED,
           KEY_NODES,
           KEY_HEAD,
           KEY_START_TIME,
           KEY_SAMPLES,
           KEY_TIME_DELTAS,
           KEY_CALL_FRAME,
           KEY_FUNCTION_NAME,
           KEY_TRACE_EVENTS,
           KEY_PH,
           KEY_DATA_ORIGIN,
           KEY_META,
           KEY_THREADS,
           KEY_LIBS,
           KEY_INTERVAL,
           KEY_STACKWALK,
           KEY_TICKS,
           KEY_MARKERS,
           KEY_RESOURCE_SPANS,
           KEY_RESOURCE_SPANS_OLD,
           KEY_DATA,
           KEY_TRACE_ID_UPPER,
           KEY_SPANS,
           KEY_TRACE_ID,
           KEY_ID,
           KEY_PROFILE,
           KEY_SAMPLE_COUNT,
           KEY_ROOT_FRAME,
           KEY_UNIT,
           KEY_START_VALUE,
           KEYS
};

static const char *const key_names[KEYS] = {
    "$schema",       "profiles",       "shared",      "nodes",
    "head",          "startTime",      "samples",     "timeDeltas",
    "callFrame",     "functionName",   "traceEvents", "ph",
    "dataOrigin",    "meta",           "threads",     "libs",
    "interval",      "stackwalk",      "ticks",       "markers",
    "resourceSpans", "resource_spans", "data",        "traceID",
    "spans",         "traceId",        "id",          "profile",
    "sample_count",  "root_frame",     "unit",        "startValue"};

#define LEVELS 3

struct outline { /* keys by the depth of their object */
    uint64_t seen[LEVELS];
    bool is_json, is_array;
    bool has_speedscope; /* a string value at the top that names its schema */
    bool has_bpftrace;   /* "type": "map" or "attached_probes" */
};

enum json_kind {
    JSON_NONE,
    JSON_SPEEDSCOPE,
    JSON_CPUPROFILE,
    JSON_CHROME,
    JSON_FIREFOX,
    JSON_OTLP,
    JSON_JAEGER,
    JSON_ZIPKIN,
    JSON_BPFTRACE,
    JSON_PYINSTRUMENT,
    JSON_UNKNOWN
};

/* White space as JSON has it. */
static size_t skip_blank(struct pk_str text, size_t at)
{
    while (at < text.size && memchr(" \t\r\n", text.data[at], 4))
        at++;
    return at;
}

/* "{" then a key or "}"; or "[" (perhaps twice) then "{", or nothing more. */
static bool begins_json(struct pk_str text, bool *is_array)
{
    size_t at = 0;

    *is_array = text.size && text.data[0] == '[';
    for (unsigned brackets = 0; brackets < 2 && at < text.size && text.data[at] == '['; brackets++)
        at = skip_blank(text, at + 1);
    if (at >= text.size)
        return *is_array;
    if (text.data[at] != '{')
        return *is_array && text.data[at] == ']' && skip_blank(text, at + 1) == text.size;
    at = skip_blank(text, at + 1);
    return at >= text.size || text.data[at] == '"' || text.data[at] == '}';
}

/* Behind the string whose first quote stands at `at`; `content` gets what is between the quotes. */
static size_t skip_string(struct pk_str text, size_t at, struct pk_str *content)
{
    size_t from = ++at;

    while (at < text.size && text.data[at] != '"')
        at += text.data[at] == '\\' ? 2 : 1;
    *content = pk_str_slice(text, from, at < text.size ? at : text.size);
    return at < text.size ? at + 1 : text.size;
}

/* Remember a key of the table; others say nothing. Deeper than the third object nothing is decided.
 */
static void note_key(struct outline *outline, unsigned level, struct pk_str key)
{
    for (unsigned i = 0; i < KEYS && level < LEVELS; i++) {
        if (pk_str_equal(key, pk_str_of(key_names[i])))
            outline->seen[level] |= UINT64_C(1) << i;
    }
}

/* Two formats are told by a string value at the top. */
static void note_value(struct outline *outline, unsigned level, struct pk_str value)
{
    if (level != 0)
        return;
    outline->has_speedscope |= pk_head_contains(value, PK_STR("speedscope.app/file-format-schema"));
    outline->has_bpftrace |=
        pk_str_equal(value, PK_STR("map")) || pk_str_equal(value, PK_STR("attached_probes"));
}

/* Levels are objects only, so that an array of objects has its keys on the level below its owner.
 */
static struct outline outline_of(struct pk_input *input)
{
    struct outline outline = {0};
    struct pk_str text = pk_head_trimmed(input), content;
    size_t at = 0;
    unsigned objects = 0;

    outline.is_json = begins_json(text, &outline.is_array);
    while (outline.is_json && at < text.size) {
        if (text.data[at] == '"') {
            at = skip_blank(text, skip_string(text, at, &content));
            if (objects && at < text.size && text.data[at] == ':')
                note_key(&outline, objects - 1, content);
            else if (objects)
                note_value(&outline, objects - 1, content);
            continue;
        }
        if (text.data[at] == '{')
            objects++;
        else if (text.data[at] == '}' && objects)
            objects--;
        at++;
    }
    return outline;
}

/* True when the key was seen in an object of this level, 0 being the outermost. */
static bool has(const struct outline *outline, unsigned level, enum key key)
{
    return outline->seen[level] >> key & 1;
}

/* An array of events or of spans: level 0 is then the object inside it. */
static enum json_kind kind_of_array(const struct outline *o)
{
    if (has(o, 0, KEY_PH))
        return JSON_CHROME;
    if (has(o, 0, KEY_TRACE_ID) && has(o, 0, KEY_ID))
        return JSON_ZIPKIN;
    return JSON_UNKNOWN;
}

/* Both ages of the format; `level` is 1 inside the answer of the debugging protocol. */
static bool is_cpuprofile(const struct outline *o, unsigned level)
{
    bool has_times = has(o, level, KEY_START_TIME) || has(o, level, KEY_SAMPLES) ||
                     has(o, level, KEY_TIME_DELTAS);

    if (has(o, level, KEY_NODES))
        return has_times || (level + 1 < LEVELS && has(o, level + 1, KEY_CALL_FRAME));
    return has(o, level, KEY_HEAD) && level + 1 < LEVELS &&
           (has(o, level + 1, KEY_FUNCTION_NAME) || has(o, level + 1, KEY_CALL_FRAME));
}

/* Gecko and processed form alike: which of them it is matters only to a reader. */
static bool is_firefox(const struct outline *o)
{
    if (has(o, 0, KEY_META) && (has(o, 0, KEY_THREADS) || has(o, 0, KEY_LIBS)))
        return true;
    if (has(o, 0, KEY_META) && has(o, 1, KEY_INTERVAL) && has(o, 1, KEY_STACKWALK))
        return true;
    /* What the developer tools wrote before: a profile inside a recording. */
    return (has(o, 0, KEY_TICKS) && has(o, 0, KEY_MARKERS)) ||
           (has(o, 0, KEY_PROFILE) && has(o, 1, KEY_META));
}

/* "$schema" may be the last key of a large file, so its neighbours must do. */
static bool is_speedscope(const struct outline *o)
{
    return o->has_speedscope || (has(o, 0, KEY_PROFILES) && has(o, 0, KEY_SHARED)) ||
           (has(o, 0, KEY_PROFILES) && has(o, 1, KEY_UNIT) && has(o, 1, KEY_START_VALUE));
}

/* The JSON table of the notes, top to bottom. */
static enum json_kind kind_of(struct pk_input *input)
{
    struct outline o = outline_of(input);

    if (!o.is_json)
        return JSON_NONE;
    if (o.is_array)
        return kind_of_array(&o);
    if (is_speedscope(&o))
        return JSON_SPEEDSCOPE;
    if (has(&o, 0, KEY_TRACE_EVENTS) || has(&o, 1, KEY_DATA_ORIGIN))
        return JSON_CHROME;
    if (is_cpuprofile(&o, 0) || (has(&o, 0, KEY_PROFILE) && is_cpuprofile(&o, 1)))
        return JSON_CPUPROFILE;
    if (is_firefox(&o))
        return JSON_FIREFOX;
    if (has(&o, 0, KEY_RESOURCE_SPANS) || has(&o, 0, KEY_RESOURCE_SPANS_OLD))
        return JSON_OTLP;
    if (has(&o, 0, KEY_DATA) && (has(&o, 1, KEY_TRACE_ID_UPPER) || has(&o, 1, KEY_SPANS)))
        return JSON_JAEGER;
    if (o.has_bpftrace && has(&o, 0, KEY_DATA))
        return JSON_BPFTRACE;
    if (has(&o, 0, KEY_SAMPLE_COUNT) || has(&o, 0, KEY_ROOT_FRAME))
        return JSON_PYINSTRUMENT;
    return JSON_UNKNOWN;
}

/* One entry of the table of JSON formats. */
#define JSON_FORMAT(word, text, other, kind, what, rung, remedy)           \
    static int bid_##word(struct pk_input *input)                          \
    {                                                                      \
        return kind_of(input) == (kind) ? PK_RECOGNISE_JSON : PK_BID_NONE; \
    }                                                                      \
    const struct pk_reader pk_reader_##word = {.name = (text),             \
                                               .alias = (other),           \
                                               .summary = (what),          \
                                               .gives = (rung),            \
                                               .bid = bid_##word,          \
                                               .hint = (remedy)};

JSON_FORMAT(speedscope, "speedscope", NULL, JSON_SPEEDSCOPE, "a speedscope profile", PK_TREE, NULL)
JSON_FORMAT(cpuprofile, "cpuprofile", NULL, JSON_CPUPROFILE, "a V8 CPU profile", PK_TREE, NULL)
JSON_FORMAT(chrome, "chrome-trace", "trace-event", JSON_CHROME, "a Chrome trace", PK_TREE, NULL)
JSON_FORMAT(firefox, "firefox", NULL, JSON_FIREFOX, "a Firefox profile", PK_TREE, NULL)
JSON_FORMAT(otlp, "otlp", NULL, JSON_OTLP, "OTLP spans", PK_TREE, NULL)
JSON_FORMAT(jaeger, "jaeger", NULL, JSON_JAEGER, "Jaeger spans", PK_TREE, NULL)
JSON_FORMAT(zipkin, "zipkin", NULL, JSON_ZIPKIN, "Zipkin spans", PK_TREE, NULL)
JSON_FORMAT(bpftrace_json, "bpftrace-json", NULL, JSON_BPFTRACE, "bpftrace output in JSON", PK_TREE,
            "bpftrace -f text, then stackcollapse-bpftrace.pl")

#undef JSON_FORMAT

/* Its own session file; "sample_count" is in no other format. */
static int bid_pyinstrument(struct pk_input *input)
{
    return kind_of(input) == JSON_PYINSTRUMENT ? PK_RECOGNISE_JSON : PK_BID_NONE;
}

const struct pk_reader pk_reader_pyinstrument = {
    .name = "pyinstrument",
    .summary = "a pyinstrument session, which profkit does not read",
    .bid = bid_pyinstrument,
    .hint = "pyinstrument -r speedscope -o out.speedscope.json"};

/* Also when what decides lies behind 4 KiB of metadata: better than "unknown format". */
static int bid_json(struct pk_input *input)
{
    return kind_of(input) == JSON_UNKNOWN ? PK_RECOGNISE_OTHER : PK_BID_NONE;
}

const struct pk_reader pk_reader_json = {
    .name = "json",
    .summary = "JSON of a kind that cannot be told from its first 4 KiB",
    .bid = bid_json};
