/*
 * Reader of Python's pstats files: cProfile, profile, Stats.dump_stats and the sampling profiler's
 * pstats form. The file is one marshalled dict; pstats_table.c tells its shape and the first trap,
 * the order of the calls.
 *
 * What is decided here. Times become nanoseconds once (exact for every CPython; PyPy's fractions
 * are rounded). Nodes keep the file's own self and inclusive: sums of edges overlap under recursion
 * and fall short where a caller was not seen. Functions in C ("~" or "" as file, line 0) are
 * builtins without a place. The pseudo-root ('profile', 0, 'profiler') of the profile module stays
 * with its zeros: it adds nothing to any total, and calls of it are in the file. A code object as
 * name (python -m profile) gives name and file but no line, so that it stays apart from the module
 * body it runs, which has the same name, file and line. In sampled files the two counts are
 * samples: they become a second metric, never calls; there the line is the executing one, and one
 * function has several frames as it has in pstats.
 */
#include "formats/reader.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/code.h"
#include "formats/pstats_table.h"
#include "formats/pstats_usual.h"

static const struct pk_note_kind note_cut = {
    .id = "cut-short",
    .one = "the file is cut short: what follows is missing",
    .many = "places where the file is cut short",
    .is_damage = true,
};
static const struct pk_note_kind note_trailing = {
    .id = "trailing-bytes",
    .one = "1 byte after the end of the profile ignored",
    .many = "bytes after the end of the profile ignored",
};
static const struct pk_note_kind note_repeated = {
    .id = "repeated-key",
    .one = "1 repeated key: the last one counts",
    .many = "repeated keys: the last one counts",
    .is_damage = true,
};
static const struct pk_note_kind note_negative = {
    .id = "negative-time",
    .one = "1 negative time kept (calibration of the profile module does that)",
    .many = "negative times kept (calibration of the profile module does that)",
};
static const struct pk_note_kind note_overwritten = {
    .id = "overwritten-function",
    .one = "1 call edge is larger than its function: functions of one name and line overwrote each "
           "other when the file was written",
    .many = "call edges are larger than their functions: functions of one name and line overwrote "
            "each other when the file was written",
};

/* --- detection --- */

/* JSON begins with '{' too, but none of the bytes that may follow there is a type code that may
 * follow here. The reference flag does not matter. An empty dict is all of its file: "{0}" may
 * begin any text. */
static int bid(struct pk_input *input)
{
    static const struct pk_str starts[] = {
        {"{)\3", 3},
        {"{)\1", 3},
        {"{(\3\0\0\0", 6},
        {"{(\1\0\0\0", 6},
    };
    struct pk_str head = pk_input_head(input);

    if (head.size < 2 || (head.data[0] & 0x7f) != '{')
        return PK_BID_NONE;
    if (head.size == 2 && (head.data[1] & 0x7f) == '0')
        return PK_BID_CERTAIN;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct pk_str start = starts[i];
        size_t known = head.size < start.size ? head.size : start.size;

        if ((head.data[1] & 0x7f) != start.data[1])
            continue;
        if (memcmp(head.data + 2, start.data + 2, known - 2) == 0)
            return known == start.size ? PK_BID_CERTAIN
                                       : PK_BID_LIKELY; /* cut inside the first bytes */
    }
    return PK_BID_NONE;
}

/* --- from the table to the builder --- */

struct emission {
    struct pk_builder *builder;
    const struct pk_pstats_table *table;
    uint64_t overwritten; /* edges that cannot be */
};

static pk_frame_id frame_of(const struct emission *emission, uint32_t function)
{
    return emission->table->functions.data[function].frame;
}

/* The function's own numbers, never sums of its edges. */
static void emit_entry(struct emission *emission, const struct pk_pstats_entry *entry)
{
    const struct pk_pstats_numbers *n = &entry->numbers;
    pk_frame_id frame = frame_of(emission, entry->function);

    if (emission->table->is_sampled)
        pk_builder_self(emission->builder, frame, (int64_t[]){n->self, n->primitive},
                        (int64_t[]){n->incl, n->total}, PK_CALLS_MISSING);
    else
        pk_builder_self(emission->builder, frame, &n->self, &n->incl,
                        (struct pk_calls){n->total, n->primitive});
}

/* More than the function that is called, or that calls: then another function of the same label
 * overwrote its entry, while its callers were merged. Under recursion inclusive times overlap and
 * prove nothing. */
static bool is_overwritten(const struct pk_pstats_numbers *edge,
                           const struct pk_pstats_numbers *callee,
                           const struct pk_pstats_numbers *caller)
{
    if (edge->total > callee->total)
        return true;
    if (edge->incl == PK_MISSING) /* one nanosecond is what rounding may add */
        return false;
    return (callee->total == callee->primitive && edge->incl - 1 > callee->incl) ||
           (caller && caller->total == caller->primitive && edge->incl - 1 > caller->incl);
}

/* Samples in which two functions were neighbours. A pair may be there several times in one sample;
 * only without recursion it is what the edge holds once per stack. */
static void emit_sampled_edge(struct emission *emission, const struct pk_pstats_edge *edge,
                              uint32_t callee)
{
    const struct pk_pstats_numbers *from = pk_pstats_table_numbers(emission->table, edge->caller);
    const struct pk_pstats_numbers *to = pk_pstats_table_numbers(emission->table, callee);
    int64_t samples = edge->numbers.total;

    if (edge->caller == callee || samples > to->total || (from && samples > from->total))
        samples = PK_MISSING;
    pk_builder_edge(emission->builder, frame_of(emission, edge->caller), frame_of(emission, callee),
                    (int64_t[]){edge->numbers.incl, samples},
                    (int64_t[]){edge->numbers.self, PK_MISSING}, PK_CALLS_MISSING);
}

/* Edges of an entry that a later one replaced are gone with it. */
static bool is_replaced(const struct pk_pstats_table *table, const struct pk_pstats_edge *edge)
{
    uint32_t callee = table->entries.data[edge->entry].function;

    return table->functions.data[callee].entry != edge->entry;
}

static void emit_edge(struct emission *emission, const struct pk_pstats_edge *edge)
{
    const struct pk_pstats_numbers *n = &edge->numbers;
    uint32_t callee = emission->table->entries.data[edge->entry].function;

    if (emission->table->is_sampled)
        emit_sampled_edge(emission, edge, callee);
    else
        pk_builder_edge(emission->builder, frame_of(emission, edge->caller),
                        frame_of(emission, callee), n->incl == PK_MISSING ? NULL : &n->incl,
                        n->self == PK_MISSING ? NULL : &n->self,
                        (struct pk_calls){n->total, n->primitive});
}

#define AHEAD (size_t)16 /* edges whose callers memory may fetch meanwhile */

/* The callers of edges are anywhere: first the function is fetched, then its entry. */
static void expect_callers(const struct pk_pstats_table *table, size_t edge)
{
    const struct pk_pstats_edge *edges = table->edges.data;

    if (edge + 2 * AHEAD < table->edges.size)
        __builtin_prefetch(&table->functions.data[edges[edge + 2 * AHEAD].caller]);
    if (edge + AHEAD < table->edges.size)
        __builtin_prefetch(pk_pstats_table_numbers(table, edges[edge + AHEAD].caller));
}

/* Look at all edges. Those between functions with numbers of their own may be left out when no sum
 * of edges comes near to what 64 bits hold, which would be an error: how many have to stay. */
static size_t count_edges(struct emission *emission)
{
    const struct pk_pstats_table *table = emission->table;
    unsigned __int128 sum = 0;
    size_t n_loose = 0;

    for (size_t i = 0; i < table->edges.size && !table->is_sampled; i++) {
        const struct pk_pstats_edge *edge = &table->edges.data[i];
        const struct pk_pstats_numbers *n = &edge->numbers, *caller;

        expect_callers(table, i);
        caller = pk_pstats_table_numbers(table, edge->caller);
        n_loose += !caller;
        if (is_replaced(table, edge))
            continue;
        emission->overwritten +=
            is_overwritten(n, &table->entries.data[edge->entry].numbers, caller);
        sum += (unsigned __int128)pk_units_known_magnitude(n->total) +
               pk_units_known_magnitude(n->primitive) + pk_units_known_magnitude(n->self) +
               pk_units_known_magnitude(n->incl);
    }
    return !table->is_sampled && sum < INT64_MAX / 1024 ? n_loose : table->edges.size;
}

/* A function that only callers name is there for an edge alone, so that one is never left out. */
static void emit_edges(struct emission *emission)
{
    const struct pk_pstats_table *table = emission->table;
    size_t n_kept = count_edges(emission), n = table->edges.size;
    bool may_leave = n_kept < n && pk_builder_leaves_edges(emission->builder);

    if (may_leave && n_kept == 0)
        return;
    for (size_t i = 0; i < n && !pk_builder_failed(emission->builder, NULL); i++) {
        const struct pk_pstats_edge *edge = &table->edges.data[i];

        if (!(may_leave && pk_pstats_table_numbers(table, edge->caller)) &&
            !is_replaced(table, edge))
            emit_edge(emission, edge);
    }
}

/* Hand everything to the builder; false when nothing was there or the builder failed. */
static bool emit(struct pk_reading *reading, const struct pk_pstats_table *table,
                 struct emission *emission, struct pk_error *error)
{
    struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS};
    struct pk_metric samples = {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT};
    bool has_any = false;

    pk_builder_metric(reading->builder, &time);
    pk_builder_edges_by_callee(reading->builder);
    if (table->is_sampled)
        pk_builder_metric(reading->builder, &samples);
    for (size_t i = 0; i < table->entries.size && !pk_builder_failed(reading->builder, NULL); i++) {
        const struct pk_pstats_entry *entry = &table->entries.data[i];

        if (table->functions.data[entry->function].entry != i)
            continue;
        emit_entry(emission, entry);
        has_any = true;
    }
    if (!has_any)
        return pk_error_set(error, PK_INPUT, pk_place_none(), "no function in this profile");
    emit_edges(emission);
    return !pk_builder_failed(reading->builder, error);
}

/* Who wrote the file, as far as its shape tells. */
static void state_facts(struct pk_builder *builder, const struct pk_pstats_table *table)
{
    pk_builder_fact(builder, "format", PK_STR("pstats"));
    if (table->is_sampled) {
        pk_builder_fact(builder, "producer", PK_STR("profiling.sampling"));
        pk_builder_fact(builder, "mode", PK_STR("sampled"));
    } else if (table->has_full_callers) {
        pk_builder_fact(builder, "producer", PK_STR("cProfile"));
    } else if (table->has_count_callers) {
        pk_builder_fact(builder, "producer", PK_STR("profile"));
    }
}

/* Say an oddity, if there was one; false when --strict makes it an error. */
static bool note_tally(struct pk_reading *reading, const struct pk_note_kind *kind,
                       struct pk_pstats_tally tally, struct pk_error *error)
{
    return tally.count == 0 ||
           pk_reader_note(reading, kind, tally.count, pk_place_offset(tally.first), error);
}

/* Notes, frames, values, facts: all that the reading gives. */
static bool deliver(struct pk_reading *reading, const struct pk_pstats_table *table,
                    struct pk_error *error)
{
    struct emission emission = {.builder = reading->builder, .table = table};
    bool is_good = note_tally(reading, &note_repeated, table->repeated, error) &&
                   note_tally(reading, &note_negative, table->negative, error);

    is_good = is_good && emit(reading, table, &emission, error);
    if (is_good && emission.overwritten)
        is_good = pk_reader_note(reading, &note_overwritten, emission.overwritten, pk_place_none(),
                                 error);
    if (is_good)
        state_facts(reading->builder, table);
    return is_good;
}

/* --- the file --- */

/* The input ends inside the entry that began at `offset`: keep what came before, if anything did.
 */
static bool accept_cut(struct pk_reading *reading, const struct pk_pstats_table *table,
                       size_t offset, size_t size, struct pk_error *error)
{
    if (table->entries.size > 0)
        return pk_reader_note(reading, &note_cut, 1, pk_place_offset(offset), error);
    if (size == 0)
        return pk_error_set(error, PK_INPUT, pk_place_none(), "the file is empty");
    pk_error_set(error, PK_INPUT, pk_place_offset(size),
                 "the file ends before its first entry does");
    pk_error_hint(error, "was the file cut short? it has %zu bytes" PK_CODE("E031"), size);
    return false;
}

/* What stands behind the end mark of the dict. */
static bool accept_end(struct pk_reading *reading, size_t offset, size_t size,
                       struct pk_error *error)
{
    if (offset < size &&
        !pk_reader_note(reading, &note_trailing, size - offset, pk_place_offset(offset), error))
        return false;
    if (pk_input_is_truncated(reading->input))
        return pk_reader_note(reading, &note_cut, 1, pk_place_offset(size), error);
    return true;
}

/* All complete entries into the table; stops at the end mark, at a cut, or at damage. */
static bool read_entries(struct pk_reading *reading, struct pk_marshal *marshal,
                         struct pk_pstats_usual *usual, struct pk_pstats_table *table, size_t size,
                         struct pk_error *error)
{
    enum pk_marshal_status status = pk_marshal_open_dict(marshal, error);
    size_t start = 0;

    while (status == PK_MARSHAL_VALUE) {
        struct pk_marshal_value *key, *value;

        pk_pstats_usual_take(usual);
        start = pk_marshal_offset(marshal);
        status = pk_marshal_next(marshal, &key, error);
        if (status == PK_MARSHAL_END)
            return accept_end(reading, pk_marshal_offset(marshal), size, error);
        if (status == PK_MARSHAL_VALUE)
            status = pk_marshal_next(marshal, &value, error);
        if (status == PK_MARSHAL_END)
            return pk_error_set(error, PK_INPUT, pk_place_offset(pk_marshal_offset(marshal) - 1),
                                "expected the value of a key, found the end mark of a dict");
        if (status == PK_MARSHAL_VALUE && !pk_pstats_table_add(table, key, value, error))
            return false;
        pk_marshal_done(marshal);
    }
    return status == PK_MARSHAL_CUT && accept_cut(reading, table, start, size, error);
}

/* The whole file at once: marshal refers back to any earlier object, so nothing of it could be let
 * go. Values point into the bytes, the table does not: what the profile is made of takes the place
 * of both. */
static bool read_all(struct pk_reading *reading, struct pk_error *error)
{
    struct pk_buf bytes = {0};
    struct pk_marshal *marshal;
    struct pk_pstats_table table;
    struct pk_pstats_usual *usual;
    bool is_good;

    if (!pk_input_read_all(reading->input, &bytes, error)) {
        pk_buf_fini(&bytes);
        return false;
    }
    marshal = pk_marshal_new(bytes.data, bytes.size, pk_input_limits(reading->input));
    pk_pstats_table_init(&table, reading->builder, bytes.size, pk_input_limits(reading->input));
    usual = pk_pstats_usual_new(&table, marshal);
    is_good = read_entries(reading, marshal, usual, &table, bytes.size, error);
    pk_pstats_usual_free(usual);
    pk_marshal_free(marshal);
    pk_buf_fini(&bytes);
    is_good = is_good && deliver(reading, &table, error);
    pk_pstats_table_fini(&table);
    return is_good;
}

const struct pk_reader pk_reader_pstats = {
    .name = "pstats",
    .summary = "Python: cProfile, profile, Stats.dump_stats",
    .gives = PK_GRAPH,
    .bid = bid,
    .read = read_all,
};
