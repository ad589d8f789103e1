/*
 * Names that a callgrind file can hold: see out_callgrind_private.h. A function is told apart by
 * object, file and name there, while frames also differ by line and kind: without care the two
 * __init__ of one file would become one function. KCachegrind even takes files of one name for one.
 */
#include "render/out_callgrind_private.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/escape.h"
#include "model/lines.h"

/* What a function is to readers of the format: ids of texts, or of their last parts. */
struct function_key {
    uint32_t object, file, name;
};

/* What is told of a function beside its name, when that is not enough. */
struct function_place {
    uint32_t line;        /* 0: not that */
    struct pk_str folder; /* empty: not that */
};

/* The id of an escaped text; "???" is how valgrind says that it does not know. */
static uint32_t add_text(struct pk_intern *texts, struct pk_str text)
{
    struct pk_buf escaped = {0};
    uint32_t id;

    if (text.size)
        pk_escape_callgrind(&escaped, text);
    else
        pk_buf_text(&escaped, "???");
    id = pk_intern_id(texts, pk_buf_view(&escaped));
    pk_buf_fini(&escaped);
    return id;
}

/* The name with its place, then with numbers, until no other function has it. */
static uint32_t add_unlike(struct pk_callgrind_labels *labels, struct pk_map *keys,
                           struct function_key key, struct function_place place)
{
    struct pk_str name = pk_intern_text(&labels->functions, key.name);
    struct pk_buf text = {0};

    for (uint32_t number = 1;; number++) {
        bool is_new;

        pk_buf_reset(&text);
        pk_buf_str(&text, name);
        if (place.line)
            pk_buf_printf(&text, ":%u", place.line);
        if (place.folder.size) {
            pk_buf_text(&text, " [");
            pk_buf_str(&text, place.folder);
            pk_buf_char(&text, ']');
        }
        if (number > 1 || (!place.line && !place.folder.size))
            pk_buf_printf(&text, " #%u", number);
        key.name = pk_intern_id(&labels->functions, pk_buf_view(&text));
        pk_map_add(keys, &key, &is_new);
        if (is_new)
            break;
    }
    pk_buf_fini(&text);
    return key.name;
}

/* "c.py" of "/a/b/c.py"; with `above` 1 "b". Empty when there is none. */
static struct pk_str path_part(struct pk_str path, unsigned above)
{
    size_t end = path.size, start;

    for (;; above--) {
        for (start = end; start > 0 && path.data[start - 1] != '/';)
            start--;
        if (above == 0)
            return pk_str_slice(path, start, end);
        if (start == 0)
            return PK_STR("");
        end = start - 1;
    }
}

/* Ids of the last parts of object and file. */
static struct function_key short_key(const struct pk_callgrind_labels *labels,
                                     struct pk_intern *parts, pk_frame_id f)
{
    struct pk_str object = pk_intern_text(&labels->objects.texts, labels->object[f]);
    struct pk_str file = pk_intern_text(&labels->files.texts, labels->file[f]);

    return (struct function_key){.object = pk_intern_id(parts, path_part(object, 0)),
                                 .file = pk_intern_id(parts, path_part(file, 0)),
                                 .name = labels->function[f]};
}

/* Names that only one function has come first, so that no other takes them. KCachegrind looks at
 * the last part of a path alone: there a/__init__.py and b/__init__.py are one file. */
static void tell_apart(struct pk_callgrind_labels *labels, const struct pk_profile *profile)
{
    uint32_t n = pk_profile_frames(profile);
    uint32_t *count = pk_calloc((size_t)n + 1, sizeof *count), *of = pk_calloc(n, sizeof *of);
    uint32_t *same = pk_calloc((size_t)n + 1, sizeof *same), *same_of = pk_calloc(n, sizeof *of);
    struct pk_map keys, whole;
    struct pk_intern parts;

    pk_intern_init(&parts);
    pk_map_init(&keys, sizeof(struct function_key));
    pk_map_init(&whole, sizeof(struct function_key));
    for (pk_frame_id f = 0; f < n; f++) {
        struct function_key key = {labels->object[f], labels->file[f], labels->function[f]};

        same_of[f] = pk_map_add(&whole, &key, NULL);
        same[same_of[f]]++;
        key = short_key(labels, &parts, f);
        of[f] = pk_map_add(&keys, &key, NULL);
        count[of[f]]++;
    }
    for (pk_frame_id f = 0; f < n; f++) {
        struct function_place place = {0};

        if (count[of[f]] == 1)
            continue;
        if (same[same_of[f]] > 1)
            place.line = pk_profile_frame(profile, f)->line;
        if (count[of[f]] > same[same_of[f]])
            place.folder = path_part(pk_intern_text(&labels->files.texts, labels->file[f]), 1);
        labels->function[f] = add_unlike(labels, &keys, short_key(labels, &parts, f), place);
    }
    pk_map_fini(&keys);
    pk_map_fini(&whole);
    pk_intern_fini(&parts);
    pk_free(count);
    pk_free(of);
    pk_free(same);
    pk_free(same_of);
}

/* Room for the marks of a space, once all its texts are known. */
static void close_space(struct pk_callgrind_text *space)
{
    space->number = pk_calloc(space->texts.texts.size, sizeof *space->number);
}

/* Files that only lines are in: headers with inlined code. */
static void add_line_files(struct pk_callgrind_labels *labels, const struct pk_lines *lines)
{
    if (!lines)
        return;
    labels->line_file = pk_calloc(lines->n_files, sizeof *labels->line_file);
    for (uint32_t i = 0; i < lines->n_files; i++)
        labels->line_file[i] = add_text(&labels->files.texts, lines->files[i]);
}

/* By the written name, then the texts of file and object; frames that only their kind tells apart
 * have different names by now. */
static int order_labels(const void *left, const void *right, void *context)
{
    const struct pk_callgrind_labels *labels = context;
    pk_frame_id x = *(const pk_frame_id *)left, y = *(const pk_frame_id *)right;
    int by_name = pk_str_compare(pk_intern_text(&labels->functions, labels->function[x]),
                                 pk_intern_text(&labels->functions, labels->function[y]));
    int by_file = pk_str_compare(pk_intern_text(&labels->files.texts, labels->file[x]),
                                 pk_intern_text(&labels->files.texts, labels->file[y]));

    if (by_name || by_file)
        return by_name ? by_name : by_file;
    return pk_str_compare(pk_intern_text(&labels->objects.texts, labels->object[x]),
                          pk_intern_text(&labels->objects.texts, labels->object[y]));
}

/* What is read of the file stands in this order too, so writing it again keeps it. */
static void sort_labels(struct pk_callgrind_labels *labels, uint32_t n)
{
    labels->order = pk_calloc(n, sizeof *labels->order);
    labels->rank = pk_calloc(n, sizeof *labels->rank);
    for (uint32_t i = 0; i < n; i++)
        labels->order[i] = i;
    if (n > 1)
        qsort_r(labels->order, n, sizeof *labels->order, order_labels, labels);
    for (uint32_t i = 0; i < n; i++)
        labels->rank[labels->order[i]] = i;
}

/* Texts of all frames first: only then is it known which functions would become one. */
void pk_callgrind_labels_init(struct pk_callgrind_labels *labels, const struct pk_profile *profile)
{
    uint32_t n = pk_profile_frames(profile);

    pk_intern_init(&labels->objects.texts);
    pk_intern_init(&labels->files.texts);
    pk_intern_init(&labels->functions);
    labels->object = pk_calloc(n, sizeof *labels->object);
    labels->file = pk_calloc(n, sizeof *labels->file);
    labels->function = pk_calloc(n, sizeof *labels->function);
    for (pk_frame_id f = 0; f < n; f++) {
        const struct pk_frame *frame = pk_profile_frame(profile, f);

        labels->has_objects |= frame->module.size > 0;
        labels->object[f] = add_text(&labels->objects.texts, frame->module);
        labels->file[f] = add_text(&labels->files.texts, frame->file);
        labels->function[f] = add_text(&labels->functions, frame->name);
    }
    tell_apart(labels, profile);
    sort_labels(labels, n);
    add_line_files(labels, pk_profile_lines(profile));
    close_space(&labels->objects);
    close_space(&labels->files);
    labels->is_written = pk_calloc(n, sizeof *labels->is_written);
}

/* The texts and their marks. */
static void fini_space(struct pk_callgrind_text *space)
{
    pk_intern_fini(&space->texts);
    pk_free(space->number);
}

void pk_callgrind_labels_fini(struct pk_callgrind_labels *labels)
{
    fini_space(&labels->objects);
    fini_space(&labels->files);
    pk_intern_fini(&labels->functions);
    pk_free(labels->object);
    pk_free(labels->file);
    pk_free(labels->function);
    pk_free(labels->order);
    pk_free(labels->rank);
    pk_free(labels->is_written);
    pk_free(labels->line_file);
}

/* Numbers follow the text, so that they do not depend on what the profile was read from. */
void pk_callgrind_labels_write(struct pk_buf *out, const char *key, struct pk_callgrind_text *space,
                               uint32_t id)
{
    bool is_first = space->number[id] == 0;

    if (is_first)
        space->number[id] = ++space->numbers;
    pk_buf_printf(out, "%s(%" PRIu32 ")", key, space->number[id]);
    if (is_first) {
        pk_buf_char(out, ' ');
        pk_buf_str(out, pk_intern_text(&space->texts, id));
    }
    pk_buf_char(out, '\n');
}

/* Numbers follow the order of blocks. */
void pk_callgrind_labels_function(struct pk_buf *out, const char *key,
                                  struct pk_callgrind_labels *labels, pk_frame_id frame)
{
    pk_buf_printf(out, "%s(%" PRIu32 ")", key, labels->rank[frame] + 1);
    if (!labels->is_written[frame]) {
        pk_buf_char(out, ' ');
        pk_buf_str(out, pk_intern_text(&labels->functions, labels->function[frame]));
        labels->is_written[frame] = true;
    }
    pk_buf_char(out, '\n');
}

/* --- events --- */

/* ASCII, whatever the locale says. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A profile has few metrics. */
static bool is_taken(struct pk_str name, const struct pk_str *others, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(name, others[i]))
            return true;
    return false;
}

/* "cycles:u" is cycles_u; two metrics that become one name get a number. */
void pk_callgrind_labels_event(struct pk_buf *out, struct pk_str metric,
                               const struct pk_str *others, uint32_t n)
{
    size_t size;

    if (metric.size == 0 || !is_letter(metric.data[0]))
        pk_buf_text(out, "event_");
    for (size_t i = 0; i < metric.size; i++) {
        char c = metric.data[i];

        pk_buf_char(out, is_letter(c) || (c >= '0' && c <= '9') ? c : '_');
    }
    size = out->size;
    for (unsigned number = 2; is_taken(pk_buf_view(out), others, n); number++) {
        out->size = size;
        pk_buf_printf(out, "_%u", number);
    }
}

/* The words are those that our own reader takes, and with it those of other producers. */
void pk_callgrind_labels_unit(struct pk_buf *out, const struct pk_metric *metric, bool *is_fraction)
{
    static const char *const times[] = {
        [0] = "ns", [1] = "10ns", [2] = "100ns", [3] = "us", [6] = "ms", [9] = "s"};
    const char *unit = metric->unit == PK_UNIT_NS      ? "ns"
                       : metric->unit == PK_UNIT_BYTES ? "bytes"
                                                       : "1";

    *is_fraction = metric->scale != 0;
    if (metric->unit == PK_UNIT_NS && metric->scale >= 0 &&
        metric->scale < (int)(sizeof times / sizeof *times) && times[metric->scale]) {
        pk_buf_text(out, times[metric->scale]);
        *is_fraction = false;
        return;
    }
    if (metric->scale == 0 && metric->unit == PK_UNIT_COUNT)
        return;
    pk_buf_text(out, unit);
    if (metric->scale)
        pk_buf_printf(out, " %c 1e%d", metric->scale < 0 ? '/' : '*',
                      metric->scale < 0 ? -metric->scale : metric->scale);
}
