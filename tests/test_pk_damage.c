/*
 * .pk files that are wrong: each rule of profkit-pk(5) broken once, every prefix, and thousands of
 * changed bytes, once with the checksum that finds them and once with one that was made to fit, so
 * that what stands behind it is met too. Whatever comes, it is an error of the input that points
 * into the file, or a profile that keeps all laws.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pk_file.h"

/* A file of parts in hex, "TAG: BYTES" each, with head, lengths and checksum made here. */
static struct pk_buf file_of_parts(const char *text)
{
    struct pk_buf file = {0}, part = {0};

    pk_buf_add(&file, PK_PKFILE_MAGIC, PK_PKFILE_MAGIC_SIZE);
    pk_varint_put(&file, PK_PKFILE_VERSION);
    while (*text) {
        char *end;

        pk_varint_put(&file, strtoull(text, &end, 10));
        assert_int_equal(*end, ':');
        text = end + 1;
        pk_buf_reset(&part);
        while (*text && *text != '\n') {
            pk_buf_char(&part, (char)strtoul(text, &end, 16));
            assert_true(end > text);
            text = end;
        }
        text += *text == '\n';
        pk_varint_put(&file, part.size);
        pk_buf_str(&file, pk_buf_view(&part));
    }
    pk_buf_add(&file, "\0....", 1 + PK_PKFILE_CHECKSUM);
    pk_file_seal(&file);
    pk_buf_fini(&part);
    return file;
}

/* Texts 2 a, 3 b; metric a; frames a, b. */
#define TEXTS "1: 0 1 61 0 1 62\n"
#define METRIC "2: 0 2 0 1 0\n"
#define FRAMES "3: 0 2 0 1\n"
#define NAMES TEXTS METRIC FRAMES
#define EDGE "4: 0 1\n" /* a calls b */
#define NODES "5: 0 0 0 0 1\n"
#define STACK "7: 0 0 0 3 1\n"
#define CALLS "7: 0 0 0 2 1\n"
#define TIMED NAMES NODES STACK "10: 1 1 7\n"

static char *message_of(struct pk_str bytes)
{
    struct pk_error error = {0};
    struct pk_builder *builder = pk_file_read(bytes, &error);
    char place[32] = "", *text;

    if (builder) {
        struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error);

        pk_profile_free(profile);
        pk_builder_free(builder);
        if (profile)
            return strdup("read");
    }
    assert_int_equal(error.status, PK_INPUT);
    if (error.place.kind == PK_AT_OFFSET)
        snprintf(place, sizeof place, "@%llu: ", (unsigned long long)error.place.offset);
    assert_true(asprintf(&text, "%s%s", place, error.text) > 0);
    return text;
}

static const struct {
    const char *parts, *expected;
} broken[] = {
    /* what is right, as a start: the parts begin at 13 */
    {NAMES NODES STACK "10: 1 1 7\n", "read"},
    {NAMES EDGE CALLS "8: 1 0 7 0 0 0\n9: 1 0 0 7 3 3\n", "read"},
    {NAMES "6: 0 2 5 0\n" CALLS "11: 1 0 7 0\n", "read"},
    {NAMES NODES STACK "10: 1 1 7\n99: 1 2 3\n", "read"},

    /* the frame of the file */
    {"", "no sample in this profile"},
    {TEXTS TEXTS, "@21: expected the tag of a part that may follow, found 1"},
    {METRIC TEXTS, "@16: expected the number of a text, found 2"},
    {"15: 1\n", "@13: expected the tag of a part that may follow, found 15"},
    {"63: 1\n", "@13: expected the tag of a part that may follow, found 63"},
    {"1:\n", "@13: expected a part of 0 bytes, found 5 to the end of the file"},

    /* texts */
    {"1: 0 1 62 0 1 61\n", "@18: expected a text that follows the one before"},
    {"1: 0 1 61 0 1 61\n", "@18: expected a text that follows the one before"},
    {"1: 0 0\n", "@15: expected a text that follows the one before"},
    {"1: 1 1 61\n", "@15: expected how much of the text before is shared, found 1"},
    {"1: 0 1 61 2 1 61\n", "@18: expected how much of the text before is shared, found 2"},
    {"1: 0 5 61 62\n", "@16: expected the length of a text, found 5 with 2 bytes left"},
    {"1: 0\n", "@16: expected the length of a text, found the end of the texts"},
    {"1: 80 0 1 61\n", "@15: expected how much of the text before is shared, found a number "
                       "that is longer than it may be"},

    /* metrics */
    {TEXTS "2: 0 4 0 1 0\n", "@24: expected the number of a text, found 4"},
    {TEXTS "2: 0 0 0 1 0\n", "@24: expected the name of a metric, found 0"},
    {TEXTS "2: 0 2 3 1 0\n", "@25: expected 0 to 2: the unit of a metric, found 3"},
    {TEXTS "2: 0 2 0 26 0\n", "@23: expected the scale of a metric, found -19"},
    {TEXTS "2: 0 2 0 0 0\n", "@23: expected the scale of a metric, found -9223372036854775808"},
    {TEXTS "2: 0 2 0 1 2\n", "@27: expected 0 or 1: is a metric signed, found 2"},
    {TEXTS "2: 0 2 0 1 0 0 2 0 3 0\n",
     "@28: expected a metric that follows the one before, found 0"},
    {TEXTS "2: 0 2 0 1 0 1 2 0 1 0\n", "@28: expected a metric of another name, found 1"},

    /* frames */
    {TEXTS METRIC "3: 1e 2\n", "@30: expected the kind of a frame, found 30"},
    {TEXTS METRIC "3: 0 0\n", "@31: expected the name of a frame, found 0"},
    {TEXTS METRIC "3: 0 4\n", "@31: expected the name of a frame, found 4"},
    {TEXTS METRIC "3: 0 2 0 0\n", "@32: expected a frame that follows the one before"},
    {TEXTS METRIC "3: 1 2 0 0\n", "@32: expected a frame that follows the one before"},
    {TEXTS METRIC "3: 20 2 0\n", "@30: expected what the first byte of a frame says, found 0"},
    {TEXTS METRIC "3: 40 2 0\n", "@30: expected what the first byte of a frame says, found 0"},
    {TEXTS METRIC "3: 80 2 0\n", "@30: expected what the first byte of a frame says, found 0"},
    {TEXTS METRIC "3: 40 2 80 80 80 80 10\n",
     "@32: expected the line of a frame, found 4294967296"},

    /* edges, the tree, lines */
    {NAMES "4: 2 0\n", "@36: expected a caller, found 2"},
    {NAMES "4: 0 2\n", "@37: expected a callee, found 2"},
    {NAMES "4: 0 1 0 0\n", "@39: expected a callee, found 2"},
    {NAMES "4: 0\n", "@37: expected a callee, found the end of the edges"},
    {NAMES "5: 2\n", "@36: expected 0 or 1: are there executing lines, found 2"},
    {NAMES "5: 0 1 0\n", "@37: expected how many levels a node is further up, found 1"},
    {NAMES "5: 0 0 2\n", "@38: expected the frame of a node, found 2"},
    {NAMES "5: 0 0 1 1 0\n", "@40: expected the frame of a node, found 2"},
    {NAMES "5: 1 0 0 ff ff ff ff f 1 0 0\n", "@46: expected the line of a node, found 4294967296"},
    {NAMES "6: 0 0 5 3\n", "@39: expected the callee of a line, found 3"},
    {NAMES "6: 0 0 5 0 0 0 0 2\n", "@43: expected the callee of a line, found 3"},
    {NAMES "6: 0 2 5 0 0 1 0 0\n", "@40: expected a line that follows the one before, found 1"},

    /* slices */
    {NAMES NODES "7: 0 0 0 4 1\n", "@46: expected 1 to 3: how a slice was recorded, found 4"},
    {NAMES NODES "7: 0 0 0 0 1\n", "@43: expected 1 to 3: how a slice was recorded, found 0"},
    {NAMES NODES "7: 0 0 0 3 2\n", "@47: expected the metrics of a slice, found 2"},
    {NAMES NODES "7: 0 0 0 3\n",
     "@47: expected the metrics of a slice, found the end of the slices"},
    {NAMES NODES "7: 0 0 9 3 1\n", "@45: expected a number of labels, found 9 with 2 bytes left"},
    {NAMES NODES "7: 0 0 2 3 2 2 2 3 1\n",
     "@48: expected a label that follows the one before, found 2"},
    {NAMES NODES "7: 0 0 0 3 1 0 0 0 3 1\n", "@48: expected a slice that follows the one before"},
    {NAMES NODES "7: 0 0 0 3 1 0 0 0 2 1\n", "@48: expected a slice that follows the one before"},
    {NAMES NODES "7: 2 0 0 3 1 0 2 0 3 1\n", "@48: expected a slice that follows the one before"},
    {NAMES NODES STACK, "@48: expected rows of each slice, found none of number 0"},
    {NAMES NODES "7: 0 0 0 3 0 0 0 0 3 1\n10: 1 1 0\n",
     "@58: expected rows of each slice, found none of number 1"},

    /* rows */
    {NAMES NODES STACK "10: 1 2 7\n", "@51: expected the item of a row, found 2"},
    {NAMES NODES STACK "10: 2 1 7 0 7\n", "@53: expected the item of a row, found 2"},
    {NAMES NODES STACK "10: 3 1 7\n", "@50: expected a number of rows, found 3 with 2 bytes left"},
    {NAMES NODES STACK "10: 1 1\n", "@52: expected a value, found the end of the stack rows"},
    {NAMES NODES STACK "10: 1 1 7 0\n",
     "@53: expected the end of the stack rows, found 1 bytes more"},
    {NAMES STACK "10: 1 0 7\n", "@44: expected the item of a row, found 0"},
    {NAMES CALLS "9: 1 0 7 0 0 0\n", "@44: expected the item of a row, found 0"},
    {NAMES CALLS "11: 1 0 7 0\n", "@44: expected the item of a row, found 0"},
    {NAMES CALLS "8: 1 0 7 7 2 0\n", "@47: expected a count of calls, found -1"},
    {NAMES CALLS "8: 2 0 ff ff ff ff ff ff ff ff ff 1 0 0 0 0 7 0 0 0\n",
     "the sum of metric 'a' is beyond 64 bits"},

    /* origin */
    {NAMES NODES STACK "10: 1 1 7\n12: 0 2\n", "@55: expected a word of profkit, found none"},
    {NAMES NODES STACK "10: 1 1 7\n12: 2 9\n", "@56: expected the number of a text, found 9"},
    {NAMES NODES STACK "10: 1 1 7\n13: 2 0\n",
     "@55: expected a counter that follows the one before, found 2"},
    {NAMES NODES STACK "10: 1 1 7\n13: 2 5 2 5\n",
     "@57: expected a counter that follows the one before, found 2"},
    {NAMES NODES STACK "10: 1 1 7\n14: 2 2 2 2 1 0\n",
     "@58: expected 0 or 1: is it damage, found 2"},
    {NAMES NODES STACK "10: 1 1 7\n14: 2 2 2 0 1 3\n",
     "@60: expected 0 to 2: a kind of place, found 3"},
    /* moments: the stack of node 1 has 3 */
    {TIMED "64: 2 5 1 1 0 1 2\n", "read"},
    {TIMED "64: 1 5 2 3\n", "@57: expected the stack of a moment, found 2"},
    {TIMED "64: 1 5 0 3\n", "@56: expected the stack of a moment, found 0"},
    {TIMED "64: 1 5 1 0\n", "@56: expected the value of a moment, found 0"},
    {TIMED "64: 2 5 1 2 0 1 1\n", "@59: expected a moment that follows the one before"},
    {TIMED "64: 2 5 1 2 1 1 2\n",
     "@55: expected moments that are parts of their stacks, found more"},
    {TIMED "64: 1 5 1 3 9\n", "@59: expected the end of the moments, found 1 bytes more"},
    {TIMED "64: 2 ff ff ff ff ff ff ff ff 7f 1 1 1 1 1\n", "@67: expected a time, found 1"},
    {"1: 0 1 a\n" METRIC "3: 0 2\n5: 0 0 0\n7: 0 0 0 3 1\n10: 1 0 7\n12: 2 0\n",
     "@48: expected a word of profkit, found one with other characters"},
};

static void each_broken_rule_is_told_at_its_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct pk_buf file = file_of_parts(broken[i].parts);
        char *message = message_of(pk_buf_view(&file));

        if (strcmp(message, broken[i].expected) != 0)
            print_error("%s", broken[i].parts);
        assert_string_equal(message, broken[i].expected);
        free(message);
        pk_buf_fini(&file);
    }
}

static void what_stands_around_the_parts_is_checked(void **state)
{
    struct pk_buf file = file_of_parts(NAMES NODES STACK "10: 1 1 7\n");
    char *message;

    (void)state;
    file.data[file.size - 2] ^= 1;
    message = message_of(pk_buf_view(&file));
    assert_non_null(strstr(message, ": the file was changed"));
    free(message);
    file.data[file.size - 2] ^= 1;
    pk_buf_char(&file, 0);
    message = message_of(pk_buf_view(&file));
    assert_string_equal(message, "@58: expected the end of the file, found 1 bytes more");
    free(message);
    file.size -= 2;
    message = message_of(pk_buf_view(&file));
    assert_string_equal(message, "@57: expected the checksum, found the end of the file");
    free(message);
    file.data[PK_PKFILE_MAGIC_SIZE] = 2;
    message = message_of(pk_buf_view(&file));
    assert_string_equal(message,
                        "@12: this is version 2 of the format, and this profkit reads version 1");
    free(message);
    file.data[8] = '\n'; /* a transfer that changed line ends */
    message = message_of(pk_buf_view(&file));
    assert_non_null(strstr(message, "unknown format"));
    free(message);
    pk_buf_fini(&file);
}

/* A part that only a newer program knows is left out with a word, under --strict not at all. */
static void a_newer_part_is_left_out_and_told(void **state)
{
    struct pk_buf file = file_of_parts(NAMES NODES STACK "10: 1 1 7\n99: 1 2 3\n");
    const struct pk_limits limits = pk_limits_default();

    (void)state;
    for (unsigned strict = 0; strict < 2; strict++) {
        struct pk_input *input = pk_input_memory("in.pk", file.data, file.size, &limits);
        struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};
        struct pk_error error = {0};

        reading.options.is_strict = strict != 0;
        assert_int_equal(pk_reader_run(&reading, NULL, &error), !strict);
        assert_int_equal(pk_builder_notes(reading.builder)->list.size, 1);
        assert_string_equal(pk_builder_notes(reading.builder)->list.data[0].kind->id,
                            "unknown-part");
        pk_builder_free(reading.builder);
        pk_input_free(input);
    }
    pk_buf_fini(&file);
}

static void the_depth_of_stacks_is_limited(void **state)
{
    struct pk_buf file = file_of_parts(NAMES "5: 0 0 0 0 1 0 0\n" STACK "10: 1 2 7\n");
    struct pk_limits limits = pk_limits_default();

    (void)state;
    for (limits.stack = 2; limits.stack <= 3; limits.stack++) {
        struct pk_input *input = pk_input_memory("in.pk", file.data, file.size, &limits);
        struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};
        struct pk_error error = {0};

        assert_int_equal(pk_reader_run(&reading, NULL, &error), limits.stack == 3);
        if (limits.stack == 2) {
            assert_string_equal(error.text, "more than 2 frames in one stack");
            assert_int_equal(error.place.offset, 41);
        }
        pk_builder_free(reading.builder);
        pk_input_free(input);
    }
    pk_buf_fini(&file);
}

static void put_part(struct pk_buf *file, uint64_t tag, const struct pk_buf *part)
{
    pk_varint_put(file, tag);
    pk_varint_put(file, part->size);
    pk_buf_str(file, pk_buf_view(part));
}

/* One text of a megabyte as the file of many frames: each of them would cost a megabyte. */
static void a_small_file_cannot_name_one_long_text_for_ever(void **state)
{
    enum { LONG = 1 << 20 };
    struct pk_buf file = {0}, part = {0};
    char *message;

    (void)state;
    pk_buf_add(&file, PK_PKFILE_MAGIC "\x01", PK_PKFILE_MAGIC_SIZE + 1);
    pk_varint_put(&part, 0);
    pk_varint_put(&part, LONG);
    for (size_t i = 0; i < LONG; i++)
        pk_buf_char(&part, 'x');
    put_part(&file, PK_PART_TEXTS, &part);
    pk_buf_reset(&part);
    for (unsigned i = 0; i < 200; i++) { /* each in another line */
        pk_buf_char(&part, PK_PKFILE_HAS_FILE | PK_PKFILE_HAS_LINE);
        pk_varint_put(&part, i == 0); /* the empty name */
        pk_varint_put(&part, 2);
        pk_varint_put(&part, i + 1);
    }
    put_part(&file, PK_PART_FRAMES, &part);
    pk_buf_add(&file, "\0....", 1 + PK_PKFILE_CHECKSUM);
    pk_file_seal(&file);
    message = message_of(pk_buf_view(&file));
    assert_non_null(strstr(message, "expected names that are at most 32 times the file in all"));
    free(message);
    pk_buf_fini(&part);
    pk_buf_fini(&file);
}

/* --- all of them at once */

/* Something of everything that a file may hold. */
static struct pk_buf rich_file(void)
{
    static const struct pk_note_kind cut = {"cut", "1 stack cut", "stacks cut", true};
    static const struct pk_label labels[] = {{{"key", 3}, {"value", 5}}};
    struct pk_builder *b = support_builder();
    struct pk_metric bytes = {.name = PK_STR("bytes"), .unit = PK_UNIT_BYTES, .scale = -2};
    pk_frame_id f = support_frame(b, "main"), g, path[3];
    struct pk_buf file;

    pk_builder_metric(b, &bytes);
    g = pk_builder_frame(b, &(struct pk_frame){.name = PK_STR("mainly"),
                                               .file = PK_STR("main.c"),
                                               .module = PK_STR("lib.so"),
                                               .line = 300,
                                               .kind = PK_KIND_INLINED});
    pk_builder_self(b, f, (int64_t[]){500, PK_MISSING}, (int64_t[]){900, 0},
                    (struct pk_calls){300, 2});
    pk_builder_edge(b, f, g, (int64_t[]){400, -3}, NULL, (struct pk_calls){4, 4});
    pk_builder_edge(b, g, f, NULL, NULL, PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("main.h"), 7, PK_NONE, (int64_t[]){3, 4}, PK_CALLS_MISSING);
    pk_builder_line(b, f, PK_STR("main.h"), 7, g, (int64_t[]){400, 1}, (struct pk_calls){4, 4});
    pk_builder_slice(b,
                     &(struct pk_slice){.process = PK_STR("p"), .labels = labels, .n_labels = 1});
    path[0] = f;
    path[1] = path[2] = g;
    pk_builder_keep_times(b);
    for (size_t n = 1; n <= 3; n++) {
        pk_builder_moment(b, n % 2, 7000 - (int64_t)n);
        pk_builder_stack(b, path, (uint32_t[]){1, 2, 3}, n, (int64_t[]){(int64_t)n * 1000, 1});
    }
    pk_builder_fact(b, "format", PK_STR("folded"));
    pk_builder_tally(b, "lines", 77);
    pk_notes_add(pk_builder_notes(b), &cut, 3, pk_place_line(7, 9));
    file = pk_file_of_builder(b);
    pk_builder_free(b);
    return file;
}

/* Read what may be anything, in memory of just that size; true when a profile came of it. */
static bool survives(const char *data, size_t size)
{
    struct pk_error error = {0};
    char *copy = pk_alloc(size ? size : 1);
    struct pk_builder *builder;
    struct pk_profile *profile = NULL;

    if (size)
        memcpy(copy, data, size);
    builder = pk_file_read((struct pk_str){copy, size}, &error);
    if (builder)
        profile = pk_builder_freeze(builder, NULL, NULL, &error); /* laws are checked in here */
    assert_true(profile || error.status == PK_INPUT);
    if (profile) { /* what was read can be written, and then read */
        struct pk_buf again = pk_file_of(profile);
        struct pk_builder *twice = pk_file_read(pk_buf_view(&again), &error);

        assert_non_null(twice);
        pk_builder_free(twice);
        pk_buf_fini(&again);
    }
    pk_profile_free(profile);
    pk_builder_free(builder);
    pk_free(copy);
    return profile != NULL;
}

static void every_prefix_is_an_error(void **state)
{
    struct pk_buf file = rich_file();

    (void)state;
    for (size_t size = 0; size < file.size; size++) {
        assert_false(survives(file.data, size));
        if (size > PK_PKFILE_MAGIC_SIZE + 1 + PK_PKFILE_CHECKSUM) { /* also when it is sealed */
            struct pk_buf cut = {0};

            pk_buf_add(&cut, file.data, size);
            pk_file_seal(&cut);
            assert_false(survives(cut.data, cut.size));
            pk_buf_fini(&cut);
        }
    }
    assert_true(survives(file.data, file.size));
    pk_buf_fini(&file);
}

static void every_changed_bit_is_found_by_the_checksum(void **state)
{
    struct pk_buf file = rich_file();

    (void)state;
    for (size_t bit = 0; bit < 8 * file.size; bit += support_every()) {
        file.data[bit / 8] ^= (char)(1 << bit % 8);
        assert_false(survives(file.data, file.size));
        file.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    pk_buf_fini(&file);
}

/* Change, drop, double or move a few bytes behind the head. */
static void mutate(struct pk_buf *file, struct support_random *random)
{
    static const unsigned char telling[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    uint32_t head = PK_PKFILE_MAGIC_SIZE + 1;
    uint32_t body = (uint32_t)file->size - head - PK_PKFILE_CHECKSUM;
    uint32_t at = head + support_below(random, body), n = 1 + support_below(random, 6);

    switch (support_below(random, 5)) {
    case 0:
        file->data[at] ^= (char)(1 << support_below(random, 8));
        break;
    case 1:
        file->data[at] = (char)telling[support_below(random, sizeof telling)];
        break;
    case 2: /* drop */
        n = n < body / 2 ? n : 1;
        at = at + n < file->size ? at : head;
        memmove(file->data + at, file->data + at + n, file->size - at - n);
        file->size -= n;
        break;
    case 3: /* double */
        n = at + n < file->size ? n : 1;
        pk_buf_reserve(file, n);
        memmove(file->data + at + n, file->data + at, file->size - at);
        file->size += n;
        break;
    default:
        file->data[at] = (char)(file->data[at] + (support_below(random, 2) ? 1 : -1));
    }
}

static void thousands_of_sealed_changes_are_errors_or_profiles(void **state)
{
    struct pk_buf file = rich_file();
    uint32_t cases = support_cases(200) * 100, read = 0;

    (void)state;
    for (uint32_t i = 0; i < cases; i++) {
        struct support_random random = {i * UINT64_C(2654435761) + 1};
        struct pk_buf changed = {0};

        pk_buf_str(&changed, pk_buf_view(&file));
        for (uint32_t k = 1 + support_below(&random, 3); k > 0; k--)
            mutate(&changed, &random);
        pk_file_seal(&changed);
        read += survives(changed.data, changed.size);
        pk_buf_fini(&changed);
    }
    print_message("%u changed files, %u of them profiles\n", cases, read);
    assert_true(read > cases / 100 && read < cases); /* both ends are met */
    pk_buf_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_broken_rule_is_told_at_its_byte),
        cmocka_unit_test(what_stands_around_the_parts_is_checked),
        cmocka_unit_test(a_newer_part_is_left_out_and_told),
        cmocka_unit_test(the_depth_of_stacks_is_limited),
        cmocka_unit_test(a_small_file_cannot_name_one_long_text_for_ever),
        cmocka_unit_test(every_prefix_is_an_error),
        cmocka_unit_test(every_changed_bit_is_found_by_the_checksum),
        cmocka_unit_test(thousands_of_sealed_changes_are_errors_or_profiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
