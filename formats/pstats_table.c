/*
 * From marshalled values to functions, entries and callers. Source: Lib/pstats.py, Lib/cProfile.py,
 * Lib/profile.py and Modules/_lsprof.c of CPython 2.7 and 3.6 to 3.13;
 * Lib/profiling/sampling/pstats_collector.py of 3.15.
 *
 *     key = (file, line, function name or code object)    or ("__sampled__",)
 *     value = (primitive calls, calls, self, inclusive, callers)
 *     callers = {key: (calls, primitive calls, self, inclusive)}    or {key: calls}
 *
 * Traps. (1) The value begins with the primitive calls, a caller with all calls: a reader that uses
 * one order for both is right for every function without recursion. (2) Keys, names and numbers may
 * be shared values, also by hostile files that share a dict of a million callers or a name of a
 * million bytes a million times: texts and keys are looked at once each (their mark remembers the
 * result), and what unfolds is bounded by the size of the file. (3) Nothing is walked deeper than
 * the shape above.
 */
#include "formats/pstats_table.h"

#include <stddef.h>
#include <stdint.h>

#include "base/units.h"
#include "formats/pstats_time.h"

#define LABEL_BYTES_FREE (UINT64_C(64) << 20)
#define LABEL_BYTES_PER_BYTE 16
/* The file stays in memory, and so does what the decoder made of it: 700 bytes a function. */
#define MOST_FUNCTIONS (UINT64_C(1) << 20)

void pk_pstats_table_init(struct pk_pstats_table *table, struct pk_builder *builder, size_t size,
                          const struct pk_limits *limits)
{
    *table = (struct pk_pstats_table){.builder = builder,
                                      .input_size = size,
                                      .most_functions = pk_limits_frames(limits, MOST_FUNCTIONS),
                                      .empty = pk_builder_text(builder, PK_STR("")),
                                      .tilde = pk_builder_text(builder, PK_STR("~"))};
    pk_map_init(&table->odd, sizeof(struct pk_pstats_key));
}

/* Values and their texts belong to the decoder, not to the table. */
void pk_pstats_table_fini(struct pk_pstats_table *table)
{
    pk_map_fini(&table->odd);
    pk_array_fini(&table->of_frame);
    pk_array_fini(&table->of_odd);
    pk_pstats_keys_fini(&table->keys);
    pk_array_fini(&table->functions);
    pk_array_fini(&table->entries);
    pk_array_fini(&table->edges);
    pk_array_fini(&table->codes);
}

const struct pk_pstats_numbers *pk_pstats_table_numbers(const struct pk_pstats_table *table,
                                                        uint32_t function)
{
    uint32_t entry = table->functions.data[function].entry;

    return entry == PK_NONE ? NULL : &table->entries.data[entry].numbers;
}

/* The one message for a value of the wrong kind. */
static bool refuse(const struct pk_marshal_value *value, const char *expected,
                   struct pk_error *error)
{
    char found[40];

    return pk_error_set(error, PK_INPUT, pk_place_offset(value->offset), "expected %s, found %s",
                        expected, pk_marshal_describe(value, found, sizeof found));
}

/* Count an oddity; the place of the first is what a message names. */
static void count(struct pk_pstats_tally *tally, size_t offset)
{
    if (tally->count++ == 0)
        tally->first = offset;
}

/* Python 2 wrote str as what is bytes to Python 3. */
static bool is_string(const struct pk_marshal_value *value)
{
    return value->kind == PK_MARSHAL_TEXT || value->kind == PK_MARSHAL_BYTES;
}

static bool is_tuple(const struct pk_marshal_value *value, size_t size)
{
    return value->kind == PK_MARSHAL_TUPLE && value->as.items.size == size;
}

/* --- keys --- */

uint32_t pk_pstats_table_text(struct pk_pstats_table *table, struct pk_marshal_value *value)
{
    if (!value->mark)
        value->mark = pk_builder_text(table->builder, value->as.text);
    return value->mark; /* never 0, which is the missing text */
}

/* Name, file and line out of a code object. Line 0 of the key is not used: the line of the code
 * object tells two versions of one script apart. */
static void use_code(struct pk_pstats_table *table, struct pk_marshal_value *value,
                     struct pk_pstats_key *key)
{
    const struct pk_marshal_code *code = value->as.code;

    if (!value->mark) {
        struct pk_pstats_key seen = {
            .line = code->line,
            .file = pk_builder_text(table->builder, code->file),
            .name = pk_builder_text(table->builder, code->name),
            .is_code = 1,
        };

        pk_array_push(&table->codes, seen);
        value->mark = (uint32_t)table->codes.size;
    }
    *key = table->codes.data[value->mark - 1];
}

/* Whether a key is that of a function in C. */
static bool is_builtin(const struct pk_pstats_table *table, const struct pk_pstats_key *key)
{
    return !key->is_code && key->line == 0 &&
           (key->file == table->empty || key->file == table->tilde);
}

/* Lines that fit no place (negative, or past 32 bits) are left out. */
static uint32_t line_of(const struct pk_pstats_key *key)
{
    return !key->is_code && key->line > 0 && key->line <= UINT32_MAX ? (uint32_t)key->line : 0;
}

/* A function as a frame. */
static struct pk_frame_key frame_of(const struct pk_pstats_table *table,
                                    const struct pk_pstats_key *key)
{
    bool is_c = is_builtin(table, key);

    return (struct pk_frame_key){
        .name = key->name,
        .file = is_c ? 0 : key->file,
        .line = line_of(key),
        .kind = is_c ? PK_KIND_BUILTIN : PK_KIND_FUNCTION,
    };
}

void pk_pstats_table_expect(const struct pk_pstats_table *table, const struct pk_pstats_key *key)
{
    struct pk_frame_key frame = frame_of(table, key);

    pk_builder_expect_frame_of(table->builder, &frame);
}

/* Names are few bytes in the file but as many bytes as they have in what is made of it. */
static uint64_t most_label_bytes(const struct pk_pstats_table *table)
{
    return LABEL_BYTES_FREE + LABEL_BYTES_PER_BYTE * table->input_size;
}

/* Two keys can have one frame: then at most one of them is not odd. */
static bool is_odd(const struct pk_pstats_table *table, const struct pk_pstats_key *key)
{
    return key->is_code || key->line < 0 || key->line > UINT32_MAX ||
           (key->line == 0 && key->file == table->empty);
}

/* Where the function of this key is told, as its number + 1: 0 where it is new. */
static uint32_t *place_of(struct pk_pstats_table *table, const struct pk_pstats_key *key,
                          pk_frame_id frame)
{
    uint32_t at;

    if (!is_odd(table, key)) {
        while (table->of_frame.size <= frame)
            pk_array_push(&table->of_frame, 0);
        return &table->of_frame.data[frame];
    }
    at = pk_map_add(&table->odd, key, NULL);
    if (at == table->of_odd.size)
        pk_array_push(&table->of_odd, 0);
    return &table->of_odd.data[at];
}

enum pk_pstats_room pk_pstats_table_function(struct pk_pstats_table *table,
                                             const struct pk_pstats_key *key, size_t label,
                                             uint32_t *function)
{
    struct pk_frame_key frame = frame_of(table, key);
    struct pk_pstats_function fresh = {.frame = pk_builder_frame_of(table->builder, &frame),
                                       .entry = PK_NONE};
    uint32_t *place = place_of(table, key, fresh.frame);

    if (*place == 0) {
        if (table->functions.size >= table->most_functions)
            return PK_PSTATS_TOO_MANY;
        if (label > most_label_bytes(table) - table->label_bytes)
            return PK_PSTATS_TOO_LONG;
        table->label_bytes += label;
        pk_array_push(&table->functions, fresh);
        *place = (uint32_t)table->functions.size;
    }
    *function = *place - 1;
    return PK_PSTATS_TAKEN;
}

/* A function that there is no room for. */
static bool refuse_function(const struct pk_pstats_table *table, enum pk_pstats_room room,
                            const struct pk_marshal_value *value, struct pk_error *error)
{
    if (room == PK_PSTATS_TOO_MANY)
        return pk_limits_error(error, pk_place_offset(value->offset), "frames",
                               table->most_functions, "distinct frames");
    return pk_error_set(error, PK_INPUT, pk_place_offset(value->offset),
                        "expected names of at most %llu bytes in all, found more",
                        (unsigned long long)most_label_bytes(table));
}

bool pk_pstats_table_take_key(struct pk_pstats_table *table, struct pk_marshal_value *value,
                              uint32_t *function, struct pk_error *error)
{
    struct pk_marshal_value **items;
    struct pk_pstats_key key = {0};
    size_t label;
    enum pk_pstats_room room;

    if (!is_tuple(value, 3))
        return refuse(value, "a key of file, line and function", error);
    if (value->mark) {
        *function = value->mark - 1;
        return true;
    }
    items = value->as.items.data;
    if (!is_string(items[0]))
        return refuse(items[0], "a file name", error);
    if (items[1]->kind != PK_MARSHAL_INT)
        return refuse(items[1], "a line number", error);
    if (items[2]->kind == PK_MARSHAL_CODE) {
        use_code(table, items[2], &key);
        label = items[2]->as.code->file.size + items[2]->as.code->name.size;
    } else if (is_string(items[2])) {
        key = (struct pk_pstats_key){.line = items[1]->as.number,
                                     .file = pk_pstats_table_text(table, items[0]),
                                     .name = pk_pstats_table_text(table, items[2])};
        label = items[0]->as.text.size + items[2]->as.text.size;
    } else {
        return refuse(items[2], "a function name", error);
    }
    room = pk_pstats_table_function(table, &key, label, function);
    if (room != PK_PSTATS_TAKEN)
        return refuse_function(table, room, value, error);
    value->mark = *function + 1;
    return true;
}

/* The extra key of the sampling profiler; its value says nothing more. */
static bool is_marker(const struct pk_marshal_value *key)
{
    return is_tuple(key, 1) && is_string(key->as.items.data[0]) &&
           pk_str_equal(key->as.items.data[0]->as.text, PK_STR("__sampled__"));
}

/* --- numbers --- */

/* A count of calls or samples: bools and floats are damage, and negative counts are. */
static bool take_calls(const struct pk_marshal_value *value, int64_t *out, struct pk_error *error)
{
    if (value->kind != PK_MARSHAL_INT || value->as.number < 0)
        return refuse(value, "a call count", error);
    *out = value->as.number;
    return true;
}

/* Negative times are real: the profile module subtracts a bias that calibration found. */
static bool take_time(struct pk_pstats_table *table, const struct pk_marshal_value *value,
                      int64_t *out, struct pk_error *error)
{
    if (!pk_pstats_time_read(value, out, error))
        return false;
    if (*out < 0)
        count(&table->negative, value->offset);
    return true;
}

/* Self and inclusive stand third and fourth in both tuples; the calls do not: see the trap above.
 */
static bool take_times(struct pk_pstats_table *table, struct pk_marshal_value *const *items,
                       struct pk_pstats_numbers *out, struct pk_error *error)
{
    return take_time(table, items[2], &out->self, error) &&
           take_time(table, items[3], &out->incl, error);
}

/* --- callers --- */

/* The profile module and the sampling profiler keep only a count for each caller. */
static bool take_caller_numbers(struct pk_pstats_table *table, const struct pk_marshal_value *value,
                                struct pk_pstats_numbers *out, struct pk_error *error)
{
    struct pk_marshal_value *const *items = value->as.items.data;

    if (value->kind == PK_MARSHAL_INT) {
        table->has_count_callers = true;
        *out = (struct pk_pstats_numbers){0, PK_MISSING, PK_MISSING, PK_MISSING};
        return take_calls(value, &out->total, error);
    }
    if (!is_tuple(value, 4))
        return refuse(value, "a call count or a tuple of 4 for a caller", error);
    table->has_full_callers = true;
    return take_calls(items[0], &out->total, error) &&
           take_calls(items[1], &out->primitive, error) && take_times(table, items, out, error);
}

/* Callers of one entry come together, so a note at the caller says whether it was one before. */
struct pk_pstats_edge *pk_pstats_table_edge(struct pk_pstats_table *table, uint32_t entry,
                                            uint32_t caller, bool *is_new)
{
    struct pk_pstats_function *function = &table->functions.data[caller];

    *is_new = function->round != table->round;
    if (*is_new) {
        function->round = table->round;
        function->edge = (uint32_t)table->edges.size;
        pk_array_push(&table->edges, ((struct pk_pstats_edge){.entry = entry, .caller = caller}));
    }
    return &table->edges.data[function->edge];
}

/* One caller of an entry; of two with one key the last counts, as in Python. */
static bool take_caller(struct pk_pstats_table *table, uint32_t entry, struct pk_marshal_value *key,
                        const struct pk_marshal_value *value, struct pk_error *error)
{
    struct pk_pstats_numbers numbers;
    uint32_t caller;
    bool is_new;

    if (!pk_pstats_table_take_key(table, key, &caller, error) ||
        !take_caller_numbers(table, value, &numbers, error))
        return false;
    pk_pstats_table_edge(table, entry, caller, &is_new)->numbers = numbers;
    if (!is_new)
        count(&table->repeated, key->offset);
    return true;
}

/* A dict has its keys and values in turn in one array. */
static bool take_callers(struct pk_pstats_table *table, uint32_t entry,
                         const struct pk_marshal_value *callers, struct pk_error *error)
{
    if (callers->kind != PK_MARSHAL_DICT)
        return refuse(callers, "a dict of callers", error);
    /* A caller takes ten bytes and more, unless entries share one dict: no Python does that. */
    if (table->edges.size + callers->as.items.size / 2 > table->input_size)
        return pk_error_set(error, PK_INPUT, pk_place_offset(callers->offset),
                            "expected at most as many callers as the file has bytes, found more");
    for (size_t i = 0; i < callers->as.items.size; i += 2)
        if (!take_caller(table, entry, callers->as.items.data[i], callers->as.items.data[i + 1],
                         error))
            return false;
    return true;
}

/* --- entries --- */

/* A key that comes again replaces its entry, as assigning to a dict does in Python; the older one
 * stays in the array but nothing points to it any more. */
bool pk_pstats_table_add(struct pk_pstats_table *table, struct pk_marshal_value *key,
                         struct pk_marshal_value *value, struct pk_error *error)
{
    struct pk_pstats_entry entry;
    struct pk_marshal_value *const *items = value->as.items.data;
    uint32_t id = (uint32_t)table->entries.size;

    if (is_marker(key)) {
        table->is_sampled = true;
        return true;
    }
    table->round++;
    if (!pk_pstats_table_take_key(table, key, &entry.function, error))
        return false;
    if (!is_tuple(value, 5))
        return refuse(value, "an entry of 5 values", error);
    if (!take_calls(items[0], &entry.numbers.primitive, error) ||
        !take_calls(items[1], &entry.numbers.total, error) ||
        !take_times(table, items, &entry.numbers, error))
        return false;
    if (table->functions.data[entry.function].entry != PK_NONE)
        count(&table->repeated, key->offset);
    table->functions.data[entry.function].entry = id;
    pk_array_push(&table->entries, entry);
    return take_callers(table, id, items[4], error);
}
