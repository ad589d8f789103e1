/*
 * Entries that are taken many at once say what they would say one by one. Each random file is
 * written twice, as files are, and with the flag that makes every entry something to refer to: that
 * is unusual, so the reader of values reads it, and means the same. Some entries have it in both:
 * what they refer to was left unmade by the usual ones in front of them. Both have the same length,
 * so places in errors and notes have to be the same, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "support.h"
#include "tests/pstats_check.h"

#define FUNCTIONS 9

struct writer {
    struct pk_buf *out;
    struct support_random random;
    bool is_unusual;         /* entries are flagged */
    bool has_references;     /* else everything is spelled out */
    uint32_t slots;          /* how many objects are flagged so far */
    uint32_t key[FUNCTIONS]; /* the slot of a key, plus one */
    uint32_t file, number;   /* the slots of a text and of an integer, plus one */
    uint32_t time;           /* of a double */
    uint32_t name[FUNCTIONS];
};

static uint32_t below(struct writer *w, uint32_t bound)
{
    return support_below(&w->random, bound);
}

/* The type byte of something that may be referred to from here on; its slot goes to `slot`. */
static void flagged(struct writer *w, char type, uint32_t *slot)
{
    pk_buf_char(w->out, (char)(type | 0x80));
    *slot = ++w->slots;
}

static void refer(struct writer *w, uint32_t slot)
{
    marshal_length(w->out, 'r', slot - 1);
}

static void put_four(struct writer *w, uint32_t value)
{
    char bytes[4];

    marshal_u32(bytes, value);
    pk_buf_add(w->out, bytes, sizeof bytes);
}

/* Mostly small and not negative, and of any type that marshal has for it: type l has one digit of
 * 15 bits, or none where the number is 0. */
static void put_int(struct writer *w)
{
    uint32_t value = below(w, 20);

    if (w->number && below(w, 4) == 0) {
        refer(w, w->number);
    } else if (below(w, 12) == 0) {
        marshal_length(w->out, 'l', value > 0);
        pk_buf_add(w->out, (char[]){(char)value, 0}, value > 0 ? 2 : 0);
    } else {
        if (w->has_references && !w->number)
            flagged(w, 'i', &w->number);
        else
            pk_buf_char(w->out, 'i');
        put_four(w, below(w, 40) ? value : (uint32_t)-1);
    }
}

static void put_time(struct writer *w)
{
    double seconds = (double)below(w, 1000) / 64;
    uint64_t bits;

    if (below(w, 8) == 0) {
        pk_buf_char(w->out, 'i');
        put_four(w, below(w, 5));
        return;
    }
    if (w->time && below(w, 4) == 0) {
        refer(w, w->time);
        return;
    }
    seconds = below(w, 30) ? seconds : -seconds;
    memcpy(&bits, &seconds, sizeof bits);
    if (w->has_references && below(w, 4) == 0)
        flagged(w, 'g', &w->time);
    else
        pk_buf_char(w->out, 'g');
    put_four(w, (uint32_t)bits);
    put_four(w, (uint32_t)(bits >> 32));
}

static void put_text(struct writer *w, const char *text)
{
    uint32_t size = (uint32_t)strlen(text);

    if (below(w, 3) == 0) {
        marshal_length(w->out, "usaA"[below(w, 4)], size);
    } else {
        pk_buf_char(w->out, below(w, 2) ? 'z' : 'Z');
        pk_buf_char(w->out, (char)size);
    }
    pk_buf_text(w->out, text);
}

static void put_file(struct writer *w, uint32_t function)
{
    const char *file = function % 4 == 3 ? "~" : "a.py";

    if (file[0] == 'a' && w->file && below(w, 2)) {
        refer(w, w->file);
    } else if (file[0] == 'a' && w->has_references && !w->file) {
        flagged(w, 'z', &w->file);
        pk_buf_add(w->out, "\4a.py", 5);
    } else {
        put_text(w, file);
    }
}

/* Maybe in two places at once: a flagged one is no less a part of a flagged key. */
static void put_name(struct writer *w, uint32_t function)
{
    char name[] = {'f', (char)('a' + function), '\0'};

    if (w->name[function] && below(w, 2)) {
        refer(w, w->name[function]);
    } else if (w->has_references && below(w, 2)) {
        flagged(w, 'Z', &w->name[function]);
        pk_buf_char(w->out, 2);
        pk_buf_text(w->out, name);
    } else {
        put_text(w, name);
    }
}

/* A line below 0, or 0 with a file, is of a function that its frame alone does not tell. */
static void put_key(struct writer *w)
{
    uint32_t function = below(w, FUNCTIONS);

    if (w->key[function] && below(w, 3)) {
        refer(w, w->key[function]);
        return;
    }
    if (w->has_references && below(w, 2))
        flagged(w, ')', &w->key[function]);
    else
        pk_buf_char(w->out, ')');
    pk_buf_char(w->out, 3);
    put_file(w, function);
    pk_buf_char(w->out, 'i');
    put_four(w, function % 4 == 3 ? 0 : function == 5 ? (uint32_t)-2 : function);
    put_name(w, function);
}

static void put_numbers(struct writer *w)
{
    put_int(w);
    put_int(w);
    put_time(w);
    put_time(w);
}

static void put_entry(struct writer *w)
{
    uint32_t callers = below(w, 4), ignored;
    bool is_always_unusual = below(w, 6) == 0;

    put_key(w);
    if (w->is_unusual || is_always_unusual)
        flagged(w, ')', &ignored);
    else
        pk_buf_char(w->out, ')');
    pk_buf_char(w->out, 5);
    put_numbers(w);
    pk_buf_char(w->out, '{');
    for (uint32_t i = 0; i < callers; i++) {
        put_key(w);
        if (below(w, 5) == 0) {
            put_int(w);
        } else {
            pk_buf_add(w->out, ")\4", 2);
            put_numbers(w);
        }
    }
    pk_buf_char(w->out, '0');
}

/* The same file for the same seed. */
static void write_file(struct pk_buf *out, uint64_t seed, bool is_unusual)
{
    struct writer w = {.out = out, .random = {seed}, .is_unusual = is_unusual};
    uint32_t entries = 1 + below(&w, 12);

    w.has_references = below(&w, 2);
    pk_buf_char(out, '{');
    for (uint32_t i = 0; i < entries; i++)
        put_entry(&w);
    pk_buf_text(out, "0");
}

/* Cut both at one place, or damage them alike behind the last place where they differ: what is
 * wrong in front of it may be told by bytes that do. */
static void damage(struct pk_buf *usual, struct pk_buf *other, struct support_random *random)
{
    size_t at = support_below(random, (uint32_t)usual->size), last = usual->size;
    char byte = "0{)(igzN"[support_below(random, 8)];

    while (last > 0 && usual->data[last - 1] == other->data[last - 1])
        last--;
    if (support_below(random, 2)) {
        usual->size = other->size = at;
    } else if (at >= last) {
        usual->data[at] = other->data[at] =
            (char)(support_below(random, 2) ? byte
                                            : usual->data[at] ^ (1 << support_below(random, 7)));
    }
}

static void assert_same(struct pk_str usual, struct pk_str other)
{
    struct pk_buf a = {0}, b = {0};

    read_bytes(usual, false, &a);
    read_bytes(other, false, &b);
    assert_string_equal(a.data, b.data);
    pk_buf_fini(&a);
    pk_buf_fini(&b);
}

static bool has_references(struct pk_str bytes)
{
    return bytes.size > 0 &&
           (memchr(bytes.data, 'r', bytes.size) || memchr(bytes.data, 'R', bytes.size));
}

/* The flag has to be what makes most of them differ: else nothing would be compared. */
static void usual_entries_say_what_they_say_one_by_one(void **state)
{
    struct support_random random = {77};
    uint32_t cases = support_cases(3000), differ = 0;
    (void)state;

    for (uint32_t i = 1; i <= cases; i++) {
        struct pk_buf usual = {0}, other = {0};

        write_file(&usual, i, false);
        write_file(&other, i, true);
        if (usual.size == other.size) { /* references have the same length whatever they are to */
            differ += memcmp(usual.data, other.data, usual.size) != 0;
            assert_same(pk_buf_view(&usual), pk_buf_view(&other));
            damage(&usual, &other, &random);
            if (!has_references(pk_buf_view(&usual))) /* they count what is flagged */
                assert_same(pk_buf_view(&usual), pk_buf_view(&other));
        }
        pk_buf_fini(&usual);
        pk_buf_fini(&other);
    }
    assert_true(differ > cases * 9 / 10);
}

/* What the profile says of functions, edges kept or not; how many of those it has goes to `edges`.
 */
static void say_functions(struct pk_str bytes, bool leaves_edges, struct pk_buf *out,
                          uint32_t *edges)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_memory("test.prof", bytes.data, bytes.size, &limits);
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.input = input, .builder = builder};
    struct pk_profile *profile = NULL;

    if (leaves_edges)
        pk_builder_leave_edges(builder);
    if (pk_reader_pstats.read(&reading, &error))
        profile = pk_builder_freeze(builder, NULL, NULL, &error);
    for (uint32_t i = 0; profile && i < pk_profile_frames(profile); i++) {
        const struct pk_flat *flat = pk_profile_flat(profile);

        say_frame(profile, i, out);
        say_value(out, " ", flat->self, 0, i);
        say_value(out, "|", flat->incl, 0, i);
        say_value(out, "|", flat->incl_high, 0, i);
        say_calls(out, flat->calls, flat->primitive, i);
    }
    *edges = profile ? pk_profile_graph(profile)->n : 0;
    pk_buf_text(out, profile ? "" : error.text);
    pk_profile_free(profile);
    pk_builder_free(builder);
    pk_input_free(input);
}

/* Also where a function is there for its calls alone. */
static void edges_that_are_left_out_change_nothing_about_functions(void **state)
{
    uint32_t cases = support_cases(1000), left = 0;
    (void)state;

    for (uint32_t i = 1; i <= cases; i++) {
        struct pk_buf bytes = {0}, with = {0}, without = {0};
        uint32_t edges, fewer;

        write_file(&bytes, i, false);
        say_functions(pk_buf_view(&bytes), false, &with, &edges);
        say_functions(pk_buf_view(&bytes), true, &without, &fewer);
        assert_string_equal(with.data, without.data);
        left += edges - fewer;
        pk_buf_fini(&bytes);
        pk_buf_fini(&with);
        pk_buf_fini(&without);
    }
    assert_true(left > cases);
}

/* More keys than are looked up together, of one entry and of many, new ones and known ones. */
static void many_callers_and_many_entries_are_all_there(void **state)
{
    struct pk_buf text = {0}, out = {0}, bytes = {0};
    (void)state;

    pk_buf_text(&text, "{");
    for (int i = 0; i < 600; i++) {
        pk_buf_printf(&text, "('a.py',%d,'f%03d'):(1,1,1,1,{", i + 1, i);
        for (int k = 0; k < (i == 300 ? 400 : 2); k++)
            pk_buf_printf(&text, "%s('a.py',%d,'f%03d'):(1,1,1,1)", k ? "," : "", (i + k) % 600 + 1,
                          (i + k) % 600);
        pk_buf_text(&text, "}),");
    }
    pk_buf_text(&text, "}");
    marshal_text(&bytes, text.data);
    read_bytes(pk_buf_view(&bytes), false, &out);
    assert_non_null(strstr(out.data, "f099@a.py:100 -> f300@a.py:301 1000000000|1000000000 1/1\n"));
    assert_non_null(strstr(out.data, "f000@a.py:1 -> f599@a.py:600 1000000000|1000000000 1/1\n"));
    assert_null(strstr(out.data, "f100@a.py:101 -> f300@a.py:301"));
    assert_non_null(strstr(out.data, "f599@a.py:600 1000000000|1000000000 1/1\n"));
    pk_buf_fini(&text);
    pk_buf_fini(&bytes);
    pk_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_entries_say_what_they_say_one_by_one),
        cmocka_unit_test(edges_that_are_left_out_change_nothing_about_functions),
        cmocka_unit_test(many_callers_and_many_entries_are_all_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
