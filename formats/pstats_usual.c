/*
 * Usual entries: see pstats_usual.h; pstats_table.c tells their shape and what it means. A new key
 * that others may refer to, or that is unusual, is made as a value like any other; all other keys
 * are known by their bytes or are a reference to one that was made. Whatever looks wrong, comes
 * again, is negative or too large is left to the reader of values, which has the words for it.
 *
 * Callers are anywhere among all functions, and looking one up waits for memory four times. So
 * entries are read some at a time: each step is done for all keys before the next step is, and
 * memory is asked for what that will look at.
 *
 * Trap: what a try adds to the table and is left behind must not change what comes out. Functions
 * without an entry do not, a limit counts them in the order of the file here too, and each try of
 * an entry is a round of its own.
 */
#include "formats/pstats_usual.h"

#include <stddef.h>
#include <stdint.h>

#include "formats/pstats_time.h"
#include "formats/wire_marshal_plain.h"

#define ENOUGH 128 /* keys that are read together, and all that belong to the last entry */
#define SECONDS_MOST INT64_C(9000000000) /* that fit as nanoseconds */

struct item {            /* a key and its numbers: of an entry, or of a caller */
    struct pk_str bytes; /* of the key; missing: the function is known */
    uint64_t hash;
    uint32_t function;
    bool is_entry, is_full; /* else a caller; a caller with all four numbers */
    struct pk_pstats_numbers numbers;
};

struct begun { /* an entry */
    struct pk_marshal_state state;
    size_t item;
};

struct pk_pstats_usual {
    struct pk_pstats_table *table;
    struct pk_marshal *marshal;
    struct pk_marshal_plain plain;
    PK_ARRAY(struct item) items;
    PK_ARRAY(struct begun) entries;
    size_t resolved; /* so many items have their function */
};

struct pk_pstats_usual *pk_pstats_usual_new(struct pk_pstats_table *table,
                                            struct pk_marshal *marshal)
{
    struct pk_pstats_usual *usual = pk_calloc(1, sizeof *usual);

    usual->table = table;
    usual->marshal = marshal;
    return usual;
}

void pk_pstats_usual_free(struct pk_pstats_usual *usual)
{
    pk_array_fini(&usual->items);
    pk_array_fini(&usual->entries);
    pk_free(usual);
}

/* --- functions of keys --- */

/* The id of a text, known already where its value is shared. */
static uint32_t text_of(struct pk_pstats_table *table, struct pk_str text,
                        struct pk_marshal_value *shared)
{
    return shared ? pk_pstats_table_text(table, shared) : pk_builder_text(table->builder, text);
}

struct spelled {
    struct pk_str file, name;
    struct pk_marshal_value *shared_file, *shared_name;
    int64_t line;
};

/* A key that is spelled out, without anything in it that may be referred to. */
static bool spell(struct pk_marshal_plain *plain, struct spelled *key)
{
    return pk_marshal_plain_tuple(plain, 3) &&
           pk_marshal_plain_text(plain, &key->file, &key->shared_file) &&
           pk_marshal_plain_int(plain, &key->line) &&
           pk_marshal_plain_text(plain, &key->name, &key->shared_name);
}

/* The function of a spelled key, which is parsed again when it is new. */
static bool look_up(struct pk_pstats_usual *u, struct item *item)
{
    struct pk_pstats_table *table = u->table;
    uint32_t *known = pk_pstats_keys_at(&table->keys, item->bytes, item->hash);
    struct pk_marshal_plain plain = u->plain;
    struct pk_pstats_key key = {0};
    struct spelled spelled;

    if (*known == PK_NONE) {
        plain.at = (const unsigned char *)item->bytes.data;
        if (!spell(&plain, &spelled))
            return false;
        key.line = spelled.line;
        key.file = text_of(table, spelled.file, spelled.shared_file);
        key.name = text_of(table, spelled.name, spelled.shared_name);
        if (pk_pstats_table_function(table, &key, spelled.file.size + spelled.name.size, known) !=
            PK_PSTATS_TAKEN)
            return false;
    }
    item->function = *known;
    return true;
}

/* All items that have none yet; false when there is no room for one, which then is the first that
 * is not resolved. */
static bool resolve(struct pk_pstats_usual *u)
{
    const struct pk_pstats_keys *keys = &u->table->keys;
    const struct pk_pstats_spelling *guess;

    for (size_t i = u->resolved; i < u->items.size; i++)
        if (u->items.data[i].bytes.data &&
            (guess = pk_pstats_keys_guess(keys, u->items.data[i].hash)) != NULL)
            __builtin_prefetch(guess);
    for (size_t i = u->resolved; i < u->items.size; i++)
        if (u->items.data[i].bytes.data &&
            (guess = pk_pstats_keys_guess(keys, u->items.data[i].hash)) != NULL) {
            __builtin_prefetch(guess->bytes.data);
            __builtin_prefetch(guess->bytes.data + guess->bytes.size - 1);
        }
    for (; u->resolved < u->items.size; u->resolved++) {
        struct item *item = &u->items.data[u->resolved];

        if (item->bytes.data && !look_up(u, item))
            return false;
        __builtin_prefetch(&u->table->functions.data[item->function], 1);
    }
    return true;
}

/* --- reading --- */

/* The function of a key that is a value of its own, which the decoder makes. Keys in front of it
 * come first, since a limit on functions counts. */
static bool make_key(struct pk_pstats_usual *u, struct item *item)
{
    struct pk_error ignored = {0};
    struct pk_marshal_value *value;
    bool done;

    pk_marshal_go(u->marshal, &u->plain);
    done = resolve(u) && pk_marshal_next(u->marshal, &value, &ignored) == PK_MARSHAL_VALUE &&
           pk_pstats_table_take_key(u->table, value, &item->function, &ignored);
    u->plain = pk_marshal_plain(u->marshal);
    return done;
}

/* Any key. Most are references, or stood there before. */
static bool take_key(struct pk_pstats_usual *u, struct item *item)
{
    const unsigned char *begin = u->plain.at;
    const struct pk_marshal_value *value;
    struct spelled spelled;

    if (pk_marshal_plain_is(&u->plain, 'r', 4)) {
        value = pk_marshal_plain_reference(&u->plain);
        if (!value || value->kind != PK_MARSHAL_TUPLE || !value->mark)
            return false;
        item->function = value->mark - 1;
        return true;
    }
    if (!spell(&u->plain, &spelled)) {
        u->plain.at = begin;
        return make_key(u, item);
    }
    item->bytes = (struct pk_str){(const char *)begin, (size_t)(u->plain.at - begin)};
    item->hash = pk_map_hash(item->bytes.data, item->bytes.size);
    pk_pstats_keys_expect(&u->table->keys, item->hash);
    return true;
}

/* Seconds, of which none are negative. A plain 0 is what the profile module writes for none. */
static bool take_time(struct pk_marshal_plain *plain, int64_t *ns)
{
    const unsigned char *begin = plain->at;
    int64_t seconds;
    double real;

    if (pk_marshal_plain_real(plain, &real))
        return pk_pstats_time_of(real, ns) && *ns >= 0;
    plain->at = begin;
    if (!pk_marshal_plain_int(plain, &seconds) || seconds < 0 || seconds > SECONDS_MOST)
        return false;
    *ns = seconds * 1000000000;
    return true;
}

static bool take_calls(struct pk_marshal_plain *plain, int64_t *calls)
{
    return pk_marshal_plain_int(plain, calls) && *calls >= 0;
}

/* What an edge says: four numbers, or one. */
static bool take_caller_numbers(struct pk_marshal_plain *plain, struct item *item)
{
    const unsigned char *begin = plain->at;
    struct pk_pstats_numbers *n = &item->numbers;

    item->is_full = pk_marshal_plain_tuple(plain, 4);
    if (item->is_full)
        return take_calls(plain, &n->total) && take_calls(plain, &n->primitive) &&
               take_time(plain, &n->self) && take_time(plain, &n->incl);
    plain->at = begin;
    *n = (struct pk_pstats_numbers){0, PK_MISSING, PK_MISSING, PK_MISSING};
    return take_calls(plain, &n->total);
}

/* A key with its value, up to the end mark of the dict of callers. Items are added as they come. */
static bool read_entry(struct pk_pstats_usual *u)
{
    struct pk_marshal_plain *plain = &u->plain;
    struct item item = {.is_entry = true};

    if (!take_key(u, &item) || !pk_marshal_plain_tuple(plain, 5) ||
        !take_calls(plain, &item.numbers.primitive) || !take_calls(plain, &item.numbers.total) ||
        !take_time(plain, &item.numbers.self) || !take_time(plain, &item.numbers.incl) ||
        !pk_marshal_plain_dict(plain))
        return false;
    pk_array_push(&u->items, item);
    while (!pk_marshal_plain_end(plain)) {
        item = (struct item){0};
        if (!take_key(u, &item) || !take_caller_numbers(plain, &item))
            return false;
        pk_array_push(&u->items, item);
    }
    return true;
}

/* --- into the table --- */

/* The items from `from` up to the next entry, which are one; false leaves it as it was. */
static bool add_entry(struct pk_pstats_table *table, const struct item *from, const struct item *to)
{
    const size_t edges = table->edges.size;
    struct pk_pstats_function *function = &table->functions.data[from->function];
    uint32_t id = (uint32_t)table->entries.size;
    bool has_full = false, has_count = false, is_new = function->entry == PK_NONE;

    table->round++;
    for (const struct item *item = from + 1; item < to && is_new; item++) {
        pk_pstats_table_edge(table, id, item->function, &is_new)->numbers = item->numbers;
        is_new = is_new && table->edges.size <= table->input_size;
        has_full = has_full || item->is_full;
        has_count = has_count || !item->is_full;
    }
    if (!is_new) { /* an entry or a caller for a second time */
        table->edges.size = edges;
        return false;
    }
    table->has_full_callers = table->has_full_callers || has_full;
    table->has_count_callers = table->has_count_callers || has_count;
    function->entry = id;
    pk_array_push(&table->entries, ((struct pk_pstats_entry){from->function, from->numbers}));
    return true;
}

/* All entries that were read; false when one is left, where the decoder then stands. */
static bool add_entries(struct pk_pstats_usual *u)
{
    resolve(u);
    for (size_t i = 0; i < u->entries.size; i++) {
        size_t to = i + 1 < u->entries.size ? u->entries.data[i + 1].item : u->items.size;

        if (to > u->resolved ||
            !add_entry(u->table, &u->items.data[u->entries.data[i].item], &u->items.data[to])) {
            pk_marshal_back(u->marshal, &u->entries.data[i].state);
            return false;
        }
    }
    return true;
}

void pk_pstats_usual_take(struct pk_pstats_usual *u)
{
    bool goes_on = true;

    while (goes_on) {
        u->items.size = u->entries.size = u->resolved = 0;
        u->plain = pk_marshal_plain(u->marshal);
        while (goes_on && u->items.size < ENOUGH) {
            struct begun begun = {pk_marshal_state(u->marshal), u->items.size};

            goes_on = !pk_marshal_plain_is(&u->plain, '0', 0) && read_entry(u);
            if (goes_on) {
                pk_array_push(&u->entries, begun);
                pk_marshal_go(u->marshal, &u->plain);
            } else {
                pk_marshal_back(u->marshal, &begun.state);
                u->items.size = begun.item;
                u->resolved = u->resolved < begun.item ? u->resolved : begun.item;
            }
        }
        goes_on = add_entries(u) && goes_on;
        pk_marshal_done(u->marshal);
    }
}
