/*
 * Reader of profkit's own format, .pk, as profkit-pk(5) describes it. The file is exact or it is
 * nothing: a file that was cut or changed is an error, since a part of it would be other numbers
 * under the same name. What the file says of its origin (the formats it was made from, what was
 * lost then) is what the profile says, so nothing is added to it here.
 *
 * Structure is checked as it is read, each number against what it refers to; the checksum comes
 * last and finds what is well-formed but changed.
 */
#include "formats/reader.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/code.h"
#include "formats/pk_part.h"
#include "formats/pk_rows.h"

#define COARSEST_SCALE 18

static const struct pk_note_kind note_unknown = {
    .id = "unknown-part",
    .one = "1 part of a newer profkit left out",
    .many = "parts of a newer profkit left out",
    .is_damage = true,
};

struct unpacking {
    struct pk_reading *reading;
    struct pk_part part;
    struct pk_rows_read rows;
    uint64_t tag; /* of the part read last */
    bool is_cut;  /* it is longer than the file */
};

static const char *const part_names[PK_PARTS] = {
    "end",           "texts",     "metrics",    "frames",    "edges", "nodes",    "lines", "slices",
    "function rows", "edge rows", "stack rows", "line rows", "facts", "counters", "notes",
};

/* --- detection --- */

/* Shorter than the magic number, it is a file that was cut. */
static int bid(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);
    size_t n = head.size < PK_PKFILE_MAGIC_SIZE ? head.size : PK_PKFILE_MAGIC_SIZE;

    return n >= 4 && memcmp(head.data, PK_PKFILE_MAGIC, n) == 0 ? PK_BID_CERTAIN : PK_BID_NONE;
}

/* --- names --- */

struct metric_key { /* the order of metrics */
    uint64_t rank, name, unit;
};

static bool metric_follows(const struct metric_key *last, const struct metric_key *key)
{
    if (last->rank != key->rank)
        return last->rank < key->rank;
    return last->name != key->name ? last->name < key->name : last->unit < key->unit;
}

/* Metrics and frames have a name, be it the empty one: whoever looks at names need not ask. */
static void expect_name(struct pk_part *part, size_t offset, uint64_t name, const char *what)
{
    if (pk_part_is_good(part) && name == 0)
        pk_part_fail(part, offset, what, name);
}

static bool read_metrics(struct unpacking *u)
{
    struct pk_part *part = &u->part;
    struct metric_key last = {0};

    while (pk_part_has_more(part)) {
        size_t offset = part->at.at, named;
        struct metric_key key;
        struct pk_metric metric = {0};
        int64_t scale;

        key.rank = pk_part_number(part, UINT32_MAX, "the rank of a metric");
        named = part->at.at;
        key.name = pk_part_reference(part);
        expect_name(part, named, key.name, "the name of a metric");
        key.unit = pk_part_number(part, PK_UNIT_BYTES + 1, "0 to 2: the unit of a metric");
        scale = pk_part_value(part);
        metric.is_signed = pk_part_number(part, 2, "0 or 1: is a metric signed") != 0;
        if (pk_part_is_good(part) && (scale < -COARSEST_SCALE || scale > COARSEST_SCALE))
            pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                         "expected the scale of a metric, found %" PRId64, scale);
        else if (pk_part_is_good(part) && u->rows.n_metrics && !metric_follows(&last, &key))
            pk_part_fail(part, offset, "a metric that follows the one before", key.rank);
        if (!pk_part_is_good(part))
            return false;
        metric.name = part->texts.data[key.name];
        metric.unit = (enum pk_unit)key.unit;
        metric.scale = (int8_t)scale;
        if (pk_builder_metric(u->reading->builder, &metric) != u->rows.n_metrics)
            return pk_builder_failed(u->reading->builder, part->error) ||
                   pk_part_fail(part, offset, "a metric of another name", key.rank);
        pk_builder_rank(u->reading->builder, u->rows.n_metrics++, (uint32_t)key.rank);
        last = key;
    }
    return pk_part_is_good(part);
}

struct frame_key { /* the order of frames; texts are numbered by their bytes */
    uint64_t name, file, line, module, kind;
};

static bool frame_follows(const struct frame_key *last, const struct frame_key *key)
{
    if (last->name != key->name)
        return last->name < key->name;
    if (last->file != key->file)
        return last->file < key->file;
    if (last->line != key->line)
        return last->line < key->line;
    if (last->module != key->module)
        return last->module < key->module;
    return last->kind < key->kind;
}

/* What the first byte says is there: a text that is, a line that is above 0. */
static struct frame_key read_frame(struct pk_part *part, uint64_t last_name)
{
    size_t offset = part->at.at;
    unsigned head = pk_bytes_u8(&part->at);
    struct frame_key key = {.kind = head & PK_PKFILE_KIND};

    if (key.kind > PK_KIND_SPECIAL)
        pk_part_fail(part, offset, "the kind of a frame", key.kind);
    key.name = pk_part_step(part, last_name, part->texts.size, "the name of a frame");
    expect_name(part, offset + 1, key.name, "the name of a frame");
    if (head & PK_PKFILE_HAS_FILE)
        key.file = pk_part_step(part, 0, part->texts.size, "the file of a frame");
    if (head & PK_PKFILE_HAS_LINE)
        key.line = pk_part_number(part, (uint64_t)UINT32_MAX + 1, "the line of a frame");
    if (head & PK_PKFILE_HAS_MODULE)
        key.module = pk_part_step(part, 0, part->texts.size, "the module of a frame");
    if ((!key.file && head & PK_PKFILE_HAS_FILE) || (!key.line && head & PK_PKFILE_HAS_LINE) ||
        (!key.module && head & PK_PKFILE_HAS_MODULE))
        pk_part_fail(part, offset, "what the first byte of a frame says", 0);
    return key;
}

/* Equal frames cannot follow each other, so the builder numbers them as the file does. */
static bool read_frames(struct unpacking *u)
{
    struct pk_part *part = &u->part;
    struct frame_key last = {0};

    while (pk_part_has_more(part) && !pk_builder_failed(u->reading->builder, part->error)) {
        size_t offset = part->at.at;
        struct frame_key key = read_frame(part, last.name);

        if (pk_part_is_good(part) && u->rows.n_frames && !frame_follows(&last, &key))
            pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                         "expected a frame that follows the one before");
        pk_part_spend(part, offset, key.name);
        pk_part_spend(part, offset, key.file);
        pk_part_spend(part, offset, key.module);
        if (!pk_part_is_good(part))
            return false;
        pk_builder_frame(u->reading->builder,
                         &(struct pk_frame){.name = part->texts.data[key.name],
                                            .file = part->texts.data[key.file],
                                            .module = part->texts.data[key.module],
                                            .line = (uint32_t)key.line,
                                            .kind = (enum pk_frame_kind)key.kind});
        u->rows.n_frames++;
        last = key;
    }
    return pk_part_is_good(part);
}

/* --- origin --- */

static bool read_facts(struct unpacking *u)
{
    while (pk_part_has_more(&u->part)) {
        const char *key = pk_part_word(&u->part, NULL);
        struct pk_str value = pk_part_text(&u->part);

        if (pk_part_is_good(&u->part))
            pk_builder_fact(u->reading->builder, key, value);
    }
    return pk_part_is_good(&u->part);
}

static bool read_counters(struct unpacking *u)
{
    uint32_t last = 0;

    while (pk_part_has_more(&u->part)) {
        size_t offset = u->part.at.at;
        uint32_t reference;
        const char *key = pk_part_word(&u->part, &reference);
        int64_t n = pk_part_value(&u->part);

        if (pk_part_is_good(&u->part) && (reference <= last || n == PK_MISSING))
            pk_part_fail(&u->part, offset, "a counter that follows the one before", reference);
        last = reference;
        if (pk_part_is_good(&u->part))
            pk_builder_tally(u->reading->builder, key, n);
    }
    return pk_part_is_good(&u->part);
}

static struct pk_place read_place(struct pk_part *part)
{
    const char *what = "0 to 2: a kind of place";

    switch ((enum pk_place_kind)pk_part_number(part, PK_AT_OFFSET + 1, what)) {
    case PK_AT_LINE: {
        uint64_t line = pk_part_number(part, UINT64_MAX, "a line");

        return pk_place_line(line, pk_part_number(part, UINT64_MAX, "a column"));
    }
    case PK_AT_OFFSET:
        return pk_place_offset(pk_part_number(part, UINT64_MAX, "an offset"));
    default:
        return pk_place_none();
    }
}

/* Kinds that this program does not know keep their sentences. */
static bool read_notes(struct unpacking *u)
{
    struct pk_part *part = &u->part;

    while (pk_part_has_more(part)) {
        struct pk_note_kind kind = {0};
        struct pk_place place;
        uint64_t count;

        kind.id = pk_part_word(part, NULL);
        kind.many = pk_part_word(part, NULL);
        kind.one = pk_part_word(part, NULL);
        kind.is_damage = pk_part_number(part, 2, "0 or 1: is it damage") != 0;
        count = pk_part_number(part, UINT64_MAX, "how often it was met");
        place = read_place(part);
        if (pk_part_is_good(part))
            pk_notes_add_copy(pk_builder_notes(u->reading->builder), &kind, count, place);
    }
    return pk_part_is_good(part);
}

/* --- the file --- */

static bool read_known(struct unpacking *u, enum pk_pkfile_part tag)
{
    switch (tag) {
    case PK_PART_TEXTS:
        return pk_part_read_texts(&u->part);
    case PK_PART_METRICS:
        return read_metrics(u);
    case PK_PART_FRAMES:
        return read_frames(u);
    case PK_PART_EDGES:
        return pk_rows_read_edges(&u->rows, &u->part);
    case PK_PART_NODES:
        return pk_rows_read_nodes(&u->rows, &u->part);
    case PK_PART_LINES:
        return pk_rows_read_lines(&u->rows, &u->part);
    case PK_PART_SLICES:
        return pk_rows_read_slices(&u->rows, &u->part);
    case PK_PART_FACTS:
        return read_facts(u);
    case PK_PART_COUNTERS:
        return read_counters(u);
    case PK_PART_NOTES:
        return read_notes(u);
    case PK_PART_MOMENTS:
        return pk_rows_read_moments(&u->rows, &u->part);
    default:
        return pk_rows_read_family(&u->rows, &u->part, tag);
    }
}

/* One part behind its tag, which stands at `offset`. */
static bool read_part(struct unpacking *u, uint64_t tag, size_t offset, size_t file_size)
{
    struct pk_part *part = &u->part;
    uint64_t size;

    part->name = "length of a part";
    size = pk_part_number(part, UINT64_MAX, "the length of a part");
    if (!pk_part_is_good(part))
        return false;
    if (tag <= u->tag || (tag >= PK_PARTS && tag < PK_PART_OPTIONAL))
        return pk_part_fail(part, offset, "the tag of a part that may follow", tag);
    u->is_cut = size > pk_bytes_left(&part->at);
    if (u->is_cut || size == 0)
        return pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                            "expected a part of %" PRIu64
                            " bytes, found %zu to the end of the file",
                            size, pk_bytes_left(&part->at));
    u->tag = tag;
    if (tag >= PK_PARTS && tag != PK_PART_MOMENTS) {
        pk_bytes_take(&part->at, size);
        return pk_reader_note(u->reading, &note_unknown, 1, pk_place_offset(offset), part->error);
    }
    part->name = tag == PK_PART_MOMENTS ? "moments" : part_names[tag];
    part->at.size = part->at.at + size;
    if (!read_known(u, (enum pk_pkfile_part)tag))
        return false;
    part->at.size = file_size;
    return true;
}

/* What stands behind the last part: the checksum, and nothing more. */
static bool read_end(struct unpacking *u)
{
    struct pk_bytes *at = &u->part.at;
    size_t offset = at->at;
    uint32_t expected = pk_pkfile_checksum(0, at->data, offset), found = pk_bytes_u32(at);

    if (at->failed)
        return pk_error_set(u->part.error, PK_INPUT, pk_place_offset(at->size),
                            "expected the checksum, found the end of the file");
    if (found != expected)
        return pk_error_set(u->part.error, PK_INPUT, pk_place_offset(offset),
                            "expected the checksum %08" PRIx32 ", found %08" PRIx32
                            ": the file was changed",
                            expected, found);
    if (pk_bytes_left(at))
        return pk_error_set(u->part.error, PK_INPUT, pk_place_offset(at->at),
                            "expected the end of the file, found %zu bytes more",
                            pk_bytes_left(at));
    return true;
}

static bool read_version(struct unpacking *u)
{
    struct pk_part *part = &u->part;
    size_t offset;
    uint64_t version;

    if (!pk_str_equal(pk_bytes_take(&part->at, PK_PKFILE_MAGIC_SIZE), PK_STR(PK_PKFILE_MAGIC)))
        return pk_error_set(part->error, PK_INPUT, pk_place_offset(0),
                            "expected the twelve bytes that begin a .pk file");
    offset = part->at.at;
    part->name = "file";
    version = pk_part_number(part, UINT64_MAX, "a version");
    if (!pk_part_is_good(part) || version == PK_PKFILE_VERSION)
        return pk_part_is_good(part);
    pk_error_set(part->error, PK_INPUT, pk_place_offset(offset),
                 "this is version %" PRIu64 " of the format, and this profkit reads version %d",
                 version, PK_PKFILE_VERSION);
    pk_error_hint(part->error, "a newer profkit reads it");
    return false;
}

static bool read_parts(struct unpacking *u)
{
    struct pk_part *part = &u->part;
    size_t file_size = part->at.size;

    if (!read_version(u))
        return false;
    for (;;) {
        size_t offset = part->at.at;
        uint64_t tag;

        part->name = "file";
        tag = pk_part_number(part, UINT64_MAX, "the tag of a part");
        if (!pk_part_is_good(part))
            return false;
        if (tag == PK_PART_END)
            return pk_rows_read_end(&u->rows, part, offset) && read_end(u);
        if (!read_part(u, tag, offset, file_size) ||
            pk_builder_failed(u->reading->builder, part->error))
            return false;
    }
}

/* Cut files fail like any other: the error says where, the hint that it is short. */
static bool read_all(struct pk_reading *reading, struct pk_error *error)
{
    struct unpacking u = {.reading = reading};
    struct pk_buf bytes = {0};
    bool is_good;

    u.part.error = error;
    u.rows.builder = reading->builder;
    u.rows.deepest = pk_input_limits(reading->input)->stack;
    pk_array_push(&u.part.texts, PK_STR_NULL);
    pk_array_push(&u.part.texts, PK_STR(""));
    is_good = pk_input_read_all(reading->input, &bytes, error);
    if (is_good) {
        pk_bytes_init(&u.part.at, bytes.data, bytes.size);
        u.part.most = PK_PKFILE_SLACK + (uint64_t)PK_PKFILE_GROWTH * bytes.size;
        is_good = read_parts(&u);
        if (error->place.offset == bytes.size || u.is_cut)
            pk_error_hint(error, "was the file cut short? it has %zu bytes" PK_CODE("E031"),
                          bytes.size);
    }
    pk_array_fini(&u.part.texts);
    pk_arena_fini(&u.part.arena);
    pk_rows_read_fini(&u.rows);
    pk_buf_fini(&bytes);
    return is_good;
}

const struct pk_reader pk_reader_pk = {
    .name = "pk",
    .summary = "profkit's own: all of a profile",
    .gives = PK_TREE,
    .bid = bid,
    .read = read_all,
    .is_native = true,
};
