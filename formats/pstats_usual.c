/*
 * Usual entries: see pstats_usual.h; pstats_table.c tells their shape and what it means. A key is
 * new (it, or something in it, may be referred to from here on, so it is spelled once), a reference
 * to one, or known by its bytes. One that is unusual is made as a value like any other. Whatever
 * looks wrong, comes again, is negative or too large is left to the reader of values, which has the
 * words for it.
 *
 * Callers are anywhere among all functions, and looking one up waits for memory up to four times.
 * So entries are read some at a time: each step is done for all keys before the next step is, and
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

enum key {
    KEY_KNOWN,     /* its function is */
    KEY_REFERENCE, /* to that of a slot */
    KEY_SPELLED,   /* maybe for the first time: found by its bytes */
    KEY_NEW        /* spelled with slots for what may be referred to, of which this is the first */
};

struct item { /* a key and its numbers: of an entry, or of a caller */
    enum key key;
    struct pk_str bytes;         /* of the key: SPELLED, NEW */
    uint64_t hash;               /* SPELLED */
    size_t slot;                 /* REFERENCE, NEW */
    struct pk_pstats_key parsed; /* NEW, and SPELLED for the first time; its label is so long: */
    size_t label;
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

/* The id of a text, noted where it may be referred to: never 0. */
static uint32_t text_of(struct pk_builder *builder, struct pk_str text, uint32_t *mark)
{
    uint32_t id = mark && *mark ? *mark : pk_builder_text(builder, text);

    if (mark)
        *mark = id;
    return id;
}

struct spelled {
    struct pk_str file, name;
    uint32_t *file_mark, *name_mark;
    int64_t line;
};

/* A key that is spelled out; what is flagged in it, or it, takes slots. */
static bool spell(struct pk_marshal_plain *plain, struct spelled *key)
{
    if (pk_marshal_plain_is(plain, ')' | PK_MARSHAL_FLAG_REF, 1)) {
        pk_marshal_plain_slot(plain, PK_MARSHAL_SLOT_KEY);
        plain->at += 2;
        if (plain->at[-1] != 3)
            return false;
    } else if (!pk_marshal_plain_tuple(plain, 3)) {
        return false;
    }
    return pk_marshal_plain_text(plain, &key->file, &key->file_mark) &&
           pk_marshal_plain_int(plain, &key->line) &&
           pk_marshal_plain_text(plain, &key->name, &key->name_mark);
}

/* A key once more; the slots in it are those that it took. */
static bool spell_again(const struct pk_pstats_usual *u, const struct item *item,
                        struct spelled *spelled)
{
    struct pk_marshal_plain plain = u->plain;

    plain.at = (const unsigned char *)item->bytes.data;
    plain.again = item->slot;
    return spell(&plain, spelled);
}

/* What a key says, with the numbers of its texts. */
static bool parse(struct pk_pstats_usual *u, struct item *item)
{
    struct pk_builder *builder = u->table->builder;
    struct spelled spelled;

    if (!spell_again(u, item, &spelled))
        return false;
    item->parsed = (struct pk_pstats_key){
        .line = spelled.line,
        .file = text_of(builder, spelled.file, spelled.file_mark),
        .name = text_of(builder, spelled.name, spelled.name_mark),
    };
    item->label = spelled.file.size + spelled.name.size;
    return true;
}

static bool look_up_reference(struct pk_pstats_usual *u, struct item *item)
{
    uint32_t mark = pk_marshal_plain_key_mark(&u->plain.slots[item->slot]);

    item->function = mark - 1;
    return mark;
}

static bool look_up_spelled(struct pk_pstats_usual *u, struct item *item)
{
    uint32_t *known = pk_pstats_keys_at(&u->table->keys, item->bytes, item->hash);

    if (*known == PK_NONE &&
        ((!item->parsed.name && !parse(u, item)) ||
         pk_pstats_table_function(u->table, &item->parsed, item->label, known) != PK_PSTATS_TAKEN))
        return false;
    item->function = *known;
    return true;
}

static bool look_up_new(struct pk_pstats_usual *u, struct item *item)
{
    struct pk_marshal_slot *slot = &u->plain.slots[item->slot];

    if (!item->parsed.name || pk_pstats_table_function(u->table, &item->parsed, item->label,
                                                       &item->function) != PK_PSTATS_TAKEN)
        return false;
    if (slot->state == PK_MARSHAL_SLOT_KEY)
        slot->mark = item->function + 1;
    return true;
}

static bool look_up(struct pk_pstats_usual *u, struct item *item)
{
    switch (item->key) {
    case KEY_REFERENCE:
        return look_up_reference(u, item);
    case KEY_SPELLED:
        return look_up_spelled(u, item);
    case KEY_NEW:
        return look_up_new(u, item);
    default:
        return true;
    }
}

/* The name of a spelled key will be looked for among all texts. */
static void expect_name(struct pk_pstats_usual *u, const struct item *item)
{
    struct spelled spelled;

    if (spell_again(u, item, &spelled))
        pk_builder_expect_text(u->table->builder, spelled.name);
}

/* What looking up will look at; texts of new keys get their numbers. */
static void expect(struct pk_pstats_usual *u, struct item *item)
{
    const struct pk_pstats_spelling *guess;

    if (item->key == KEY_SPELLED) {
        guess = pk_pstats_keys_guess(&u->table->keys, item->hash);
        if (guess)
            __builtin_prefetch(guess);
        else
            expect_name(u, item);
    } else if (item->key == KEY_NEW && parse(u, item)) {
        pk_pstats_table_expect(u->table, &item->parsed);
    }
}

/* The same of spelled keys once more, one step on: those that nobody guesses are new. */
static void expect_bytes(struct pk_pstats_usual *u, struct item *item)
{
    const struct pk_pstats_spelling *guess;

    if (item->key != KEY_SPELLED)
        return;
    guess = pk_pstats_keys_guess(&u->table->keys, item->hash);
    if (guess) {
        __builtin_prefetch(guess->bytes.data);
        __builtin_prefetch(guess->bytes.data + guess->bytes.size - 1);
    } else if (parse(u, item)) {
        pk_pstats_table_expect(u->table, &item->parsed);
    }
}

/* All items that have none yet; false when there is no room for one, which then is the first that
 * is not resolved. */
static bool resolve(struct pk_pstats_usual *u)
{
    for (size_t i = u->resolved; i < u->items.size; i++)
        expect(u, &u->items.data[i]);
    for (size_t i = u->resolved; i < u->items.size; i++)
        expect_bytes(u, &u->items.data[i]);
    for (; u->resolved < u->items.size; u->resolved++) {
        struct item *item = &u->items.data[u->resolved];

        if (!look_up(u, item))
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
    struct spelled spelled;

    item->slot = u->plain.n_slots;
    if (pk_marshal_plain_is(&u->plain, 'r', 4)) {
        struct pk_marshal_slot *slot = pk_marshal_plain_reference(&u->plain);

        __builtin_prefetch(slot);
        item->key = KEY_REFERENCE;
        item->slot = (size_t)(slot - u->plain.slots);
        return slot;
    }
    if (!spell(&u->plain, &spelled)) {
        u->plain.at = begin;
        pk_marshal_plain_drop(&u->plain, item->slot);
        item->key = KEY_KNOWN;
        return make_key(u, item);
    }
    item->bytes = (struct pk_str){(const char *)begin, (size_t)(u->plain.at - begin)};
    item->key = u->plain.n_slots > item->slot ? KEY_NEW : KEY_SPELLED;
    if (item->key == KEY_SPELLED) {
        item->hash = pk_map_hash(item->bytes.data, item->bytes.size);
        pk_pstats_keys_expect(&u->table->keys, item->hash);
    } else {
        pk_builder_expect_text(u->table->builder, spelled.name);
    }
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
