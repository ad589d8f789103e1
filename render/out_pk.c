/*
 * Writer of profkit's own format, .pk: all of a profile, in the order of the profile, so that equal
 * profiles are equal bytes. profkit-pk(5) describes it; formats/pk.c reads it.
 *
 * A file is a row of parts, each with a tag and its length, then a checksum. Texts stand once, in
 * order, and each leaves out what it shares with the one before; everything else names them by
 * number. What is in order is written as differences, so most numbers take one byte.
 */
#include "render/out_pk_private.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/writers.h"

/* --- the file
 * ---------------------------------------------------------------------------------------------- */

static void put(struct pk_packing *p, struct pk_str bytes)
{
    p->checksum = pk_pkfile_checksum(p->checksum, bytes.data, bytes.size);
    fwrite(bytes.data, 1, bytes.size, p->to);
}

void pk_packing_emit(struct pk_packing *packing, enum pk_pkfile_part tag)
{
    struct pk_buf head = {0};

    if (packing->part.size == 0)
        return;
    pk_varint_put(&head, (uint64_t)tag);
    pk_varint_put(&head, packing->part.size);
    put(packing, pk_buf_view(&head));
    put(packing, pk_buf_view(&packing->part));
    pk_buf_fini(&head);
    pk_buf_reset(&packing->part);
}

static void write_head(struct pk_packing *p)
{
    struct pk_buf head = {0};

    pk_buf_add(&head, PK_PKFILE_MAGIC, PK_PKFILE_MAGIC_SIZE);
    pk_varint_put(&head, PK_PKFILE_VERSION);
    put(p, pk_buf_view(&head));
    pk_buf_fini(&head);
}

/* The checksum covers the tag of the end too. */
static void write_end(struct pk_packing *p)
{
    char bytes[PK_PKFILE_CHECKSUM];

    put(p, PK_STR("\0"));
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(p->checksum >> (8 * i));
    fwrite(bytes, 1, sizeof bytes, p->to);
}

/* --- texts
 * --------------------------------------------------------------------------------------------- */

static void collect(struct pk_packing *p, struct pk_str text)
{
    pk_intern_id(&p->texts, text);
}

static void collect_texts(struct pk_packing *p)
{
    uint32_t n_facts, n_lines;
    const struct pk_fact *facts = pk_profile_facts(p->profile, &n_facts);
    const struct pk_record_line *lines = pk_record_lines(p->profile, &n_lines);
    const struct pk_notes *notes = pk_profile_notes(p->profile);

    for (uint32_t m = 0; m < pk_profile_metrics(p->profile); m++)
        collect(p, pk_profile_metric(p->profile, m)->name);
    for (uint32_t f = 0; f < pk_profile_frames(p->profile); f++) {
        const struct pk_frame *frame = pk_profile_frame(p->profile, f);

        collect(p, frame->name);
        collect(p, frame->file);
        collect(p, frame->module);
    }
    for (uint32_t i = 0; i < n_lines; i++)
        collect(p, lines[i].file);
    for (uint32_t s = 0; s < pk_profile_slices(p->profile); s++) {
        const struct pk_slice *slice = pk_profile_slice(p->profile, s);

        collect(p, slice->process);
        collect(p, slice->thread);
        for (uint32_t i = 0; i < slice->n_labels; i++) {
            collect(p, slice->labels[i].key);
            collect(p, slice->labels[i].value);
        }
    }
    for (uint32_t i = 0; i < n_facts; i++) {
        collect(p, facts[i].key);
        collect(p, facts[i].value);
    }
    for (uint32_t i = 0; i < pk_record_tallies(p->profile); i++)
        collect(p, pk_record_tally(p->profile, i).key);
    for (size_t i = 0; i < notes->list.size; i++) {
        collect(p, pk_str_of(notes->list.data[i].kind->id));
        collect(p, pk_str_of(notes->list.data[i].kind->one));
        collect(p, pk_str_of(notes->list.data[i].kind->many));
    }
}

struct ordered_text {
    struct pk_str text;
    uint32_t id;
};

static int order_texts(const void *left, const void *right)
{
    return pk_str_compare(((const struct ordered_text *)left)->text,
                          ((const struct ordered_text *)right)->text);
}

/* Bytes that two texts begin with alike, as far as the format lets them be left out. */
static size_t shared(struct pk_str a, struct pk_str b)
{
    size_t n = 0;

    while (n < a.size && n < b.size && n < PK_PKFILE_SHARED && a.data[n] == b.data[n])
        n++;
    return n;
}

/* The empty text is always in an interner, so it always has a number. */
static void write_texts(struct pk_packing *p)
{
    size_t n = p->texts.texts.size;
    struct ordered_text *order = pk_calloc(n, sizeof *order);
    struct pk_str last = PK_STR("");

    p->reference = pk_calloc(n, sizeof *p->reference);
    for (uint32_t id = 0; id < n; id++)
        order[id] = (struct ordered_text){pk_intern_text(&p->texts, id), id};
    qsort(order, n, sizeof *order, order_texts);
    for (uint32_t i = 0; i < n; i++) { /* 0 and 1 are the missing and the empty text */
        size_t same = shared(last, order[i].text);

        p->reference[order[i].id] = i;
        if (i < 2)
            continue;
        last = order[i].text;
        pk_varint_put(&p->part, same);
        pk_varint_put(&p->part, last.size - same);
        pk_buf_add(&p->part, last.data + same, last.size - same);
    }
    pk_free(order);
    pk_packing_emit(p, PK_PART_TEXTS);
}

static uint32_t reference(struct pk_packing *p, struct pk_str text)
{
    return p->reference[pk_intern_id(&p->texts, text)];
}

void pk_packing_text(struct pk_packing *packing, struct pk_str text)
{
    pk_varint_put(&packing->part, reference(packing, text));
}

/* --- names
 * --------------------------------------------------------------------------------------------- */

static void write_metrics(struct pk_packing *p)
{
    for (uint32_t m = 0; m < pk_profile_metrics(p->profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(p->profile, m);

        pk_varint_put(&p->part, pk_record_rank(p->profile, m));
        pk_packing_text(p, metric->name);
        pk_varint_put(&p->part, (uint64_t)metric->unit);
        pk_varint_put_value(&p->part, metric->scale);
        pk_varint_put(&p->part, metric->is_signed);
    }
    pk_packing_emit(p, PK_PART_METRICS);
}

/* In the order of the profile, by name first: names differ by little from one to the next. */
static void write_frames(struct pk_packing *p)
{
    uint32_t last = 0;

    for (uint32_t f = 0; f < pk_profile_frames(p->profile); f++) {
        const struct pk_frame *frame = pk_profile_frame(p->profile, f);
        uint32_t name = reference(p, frame->name);
        unsigned head = (unsigned)frame->kind | (frame->file.data ? PK_PKFILE_HAS_FILE : 0) |
                        (frame->line ? PK_PKFILE_HAS_LINE : 0) |
                        (frame->module.data ? PK_PKFILE_HAS_MODULE : 0);

        pk_buf_char(&p->part, (char)head);
        pk_varint_put(&p->part, name - last);
        if (frame->file.data)
            pk_packing_text(p, frame->file);
        if (frame->line)
            pk_varint_put(&p->part, frame->line);
        if (frame->module.data)
            pk_packing_text(p, frame->module);
        last = name;
    }
    pk_packing_emit(p, PK_PART_FRAMES);
}

/* --- origin
 * -------------------------------------------------------------------------------------------- */

static void write_origin(struct pk_packing *p)
{
    uint32_t n;
    const struct pk_fact *facts = pk_profile_facts(p->profile, &n);

    for (uint32_t i = 0; i < n; i++) {
        pk_packing_text(p, facts[i].key);
        pk_packing_text(p, facts[i].value);
    }
    pk_packing_emit(p, PK_PART_FACTS);
    for (uint32_t i = 0; i < pk_record_tallies(p->profile); i++) {
        struct pk_record_tally counter = pk_record_tally(p->profile, i);

        pk_packing_text(p, counter.key);
        pk_varint_put_value(&p->part, counter.n);
    }
    pk_packing_emit(p, PK_PART_COUNTERS);
}

static void write_notes(struct pk_packing *p)
{
    const struct pk_notes *notes = pk_profile_notes(p->profile);

    for (size_t i = 0; i < notes->list.size; i++) {
        const struct pk_note *note = &notes->list.data[i];

        pk_packing_text(p, pk_str_of(note->kind->id));
        pk_packing_text(p, pk_str_of(note->kind->many));
        pk_packing_text(p, pk_str_of(note->kind->one));
        pk_varint_put(&p->part, note->kind->is_damage);
        pk_varint_put(&p->part, note->count);
        pk_varint_put(&p->part, note->first.kind);
        if (note->first.kind == PK_AT_LINE) {
            pk_varint_put(&p->part, note->first.line);
            pk_varint_put(&p->part, note->first.column);
        } else if (note->first.kind == PK_AT_OFFSET) {
            pk_varint_put(&p->part, note->first.offset);
        }
    }
    pk_packing_emit(p, PK_PART_NOTES);
}

static bool write_profile(const struct pk_profile *profile, const struct pk_style *style, FILE *to,
                          struct pk_error *error)
{
    struct pk_packing packing = {.profile = profile, .to = to};

    (void)style; /* nothing of how a profile is shown belongs into it */
    (void)error;
    pk_intern_init(&packing.texts);
    collect_texts(&packing);
    write_head(&packing);
    write_texts(&packing);
    write_metrics(&packing);
    write_frames(&packing);
    pk_packing_edges(&packing);
    pk_packing_nodes(&packing);
    pk_packing_lines(&packing);
    pk_packing_slices(&packing);
    pk_packing_rows(&packing);
    write_origin(&packing);
    write_notes(&packing);
    pk_packing_moments(&packing);
    write_end(&packing);
    pk_intern_fini(&packing.texts);
    pk_free(packing.reference);
    pk_buf_fini(&packing.part);
    return true;
}

const struct pk_writer pk_writer_pk = {.name = "pk",
                                       .summary = "everything a profile holds, to read again",
                                       .extension = ".pk",
                                       .is_binary = true,
                                       .needs = PK_KEEP_RECORD,
                                       .profile = write_profile};
