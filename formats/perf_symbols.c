/*
 * Decides what of a frame line makes a frame: symbol, dso and, where it is known, the source file;
 * never the address. See perf_symbols.h. A chain of inlined Java methods is several frames.
 */
#include "formats/perf_symbols.h"

#include <stddef.h>
#include <stdint.h>

#include "formats/perf_fold.h"

#define MOST_TEXTS ((size_t)1 << 20) /* all of ten million would take most of a gigabyte */

struct key { /* no padding */
    uint32_t text, module, file, flags;
};

void pk_perf_symbols_init(struct pk_perf_symbols *symbols, struct pk_builder *builder,
                          const struct pk_perf_folding *folding)
{
    *symbols =
        (struct pk_perf_symbols){.builder = builder, .folding = *folding, .most_texts = MOST_TEXTS};
    pk_intern_init(&symbols->texts);
    pk_map_init(&symbols->known, sizeof(struct pk_perf_text));
    pk_map_init(&symbols->keys, sizeof(struct key));
}

void pk_perf_symbols_fini(struct pk_perf_symbols *symbols)
{
    pk_intern_fini(&symbols->texts);
    pk_map_fini(&symbols->keys);
    pk_map_fini(&symbols->known);
    for (unsigned java = 0; java < 2; java++) {
        pk_array_fini(&symbols->plain[java]);
        pk_perf_cache_fini(&symbols->cache[java]);
        pk_perf_paths_fini(&symbols->paths[java]);
    }
    pk_array_fini(&symbols->key_runs);
    pk_array_fini(&symbols->runs);
    pk_array_fini(&symbols->ids);
    pk_buf_fini(&symbols->name);
}

/* What is found again gets the same frames, since those are the builder's. */
void pk_perf_symbols_forget(struct pk_perf_symbols *symbols)
{
    struct pk_perf_symbols begun;

    pk_perf_symbols_init(&begun, symbols->builder, &symbols->folding);
    begun.is_java = symbols->is_java;
    begun.most_texts = symbols->most_texts;
    pk_perf_symbols_fini(symbols);
    *symbols = begun;
}

void pk_perf_symbols_spare(struct pk_perf_symbols *symbols)
{
    if (symbols->texts.texts.size >= symbols->most_texts)
        pk_perf_symbols_forget(symbols);
}

/* Only where addresses are asked for do they tell frames apart, and only unknown ones. */
uint32_t pk_perf_symbols_text(struct pk_perf_symbols *symbols, struct pk_str address,
                              struct pk_str text)
{
    bool keeps_address =
        symbols->folding.has_addresses &&
        (!text.size || text.data[0] == ' ' || pk_str_starts(text, PK_STR("[unknown]")));
    struct pk_perf_frame frame = pk_perf_frame_parse(text);
    struct pk_perf_text known = {.symbol = pk_intern_id(&symbols->texts, frame.symbol),
                                 .module = pk_intern_id(&symbols->texts, frame.dso),
                                 .is_inlined = frame.is_inlined};

    if (keeps_address)
        known.address = pk_intern_id(&symbols->texts, address);
    return pk_map_add(&symbols->known, &known, NULL);
}

const struct pk_perf_text *pk_perf_symbols_known(const struct pk_perf_symbols *symbols,
                                                 uint32_t text)
{
    return pk_map_key(&symbols->known, text);
}

/* The frame where the text alone tells it, and there is one. */
static pk_frame_id only_frame(struct pk_perf_symbols *symbols, uint32_t text)
{
    const struct pk_perf_text *known = pk_perf_symbols_known(symbols, text);
    struct pk_perf_run run;

    if (known->is_inlined)
        return PK_NONE;
    run = pk_perf_symbols_frames(symbols, text, known->module, 0, false);
    return run.n == 1 ? symbols->ids.data[run.start] : PK_NONE;
}

struct pk_perf_line pk_perf_symbols_line(struct pk_perf_symbols *symbols,
                                         const struct pk_perf_usual *usual)
{
    struct pk_perf_cache *cache = pk_perf_symbols_cache(symbols);
    uint32_t place = pk_perf_cache_find(cache, usual->text, usual->hash), id;
    pk_frame_id frame;

    if (place != PK_NONE) {
        const struct pk_perf_cached *cached = pk_perf_cache_at(cache, place);

        return (struct pk_perf_line){cached->text, cached->frame, place};
    }
    id = pk_perf_symbols_text(symbols, PK_STR_NULL, usual->text);
    frame = only_frame(symbols, id);
    place = pk_perf_cache_add(cache, usual, id, frame);
    return (struct pk_perf_line){id, frame, place};
}

/* The frames as the model wants them: raw names, the dso as module. */
static void add_frames(struct pk_perf_symbols *symbols, const struct pk_perf_frame *frame,
                       struct pk_str file, bool is_inlined)
{
    struct pk_frame made = {.module = frame->dso, .file = file};
    struct pk_str chain = frame->symbol;
    bool is_chain = pk_perf_frame_is_chain(frame), is_first = true;

    if (pk_str_equal(made.module, PK_STR("[unknown]")))
        made.module = PK_STR_NULL;
    if (pk_perf_frame_is_unknown(frame)) {
        pk_buf_reset(&symbols->name);
        pk_perf_frame_unknown(frame->dso, &symbols->name);
        made.name = pk_buf_view(&symbols->name);
        made.kind = PK_KIND_UNRESOLVED;
        pk_array_push(&symbols->ids, pk_builder_frame(symbols->builder, &made));
        return;
    }
    while (pk_perf_frame_part(&chain, is_chain, &made.name)) {
        made.kind = pk_perf_frame_kind(frame->dso);
        if (is_inlined || !is_first)
            made.kind = PK_KIND_INLINED;
        is_first = false;
        pk_array_push(&symbols->ids, pk_builder_frame(symbols->builder, &made));
    }
}

/* The frames as stackcollapse-perf.pl names them. */
static void add_folded(struct pk_perf_symbols *symbols, const struct pk_perf_frame *frame,
                       struct pk_str address)
{
    struct pk_frame made = {0};
    struct pk_str chain = frame->symbol.size ? frame->symbol : PK_STR("[unknown]"), part;

    for (bool is_first = true; pk_perf_fold_part(&chain, &part); is_first = false) {
        made.kind = pk_perf_fold_name(frame, part, address, is_first, symbols->is_java,
                                      &symbols->folding, &symbols->name);
        made.name = pk_buf_view(&symbols->name);
        pk_array_push(&symbols->ids, pk_builder_frame(symbols->builder, &made));
    }
}

/* In folded text an inlined frame is in no dso, as the script sees it. */
static uint32_t make_run(struct pk_perf_symbols *symbols, uint32_t text, uint32_t module,
                         uint32_t file, bool is_inlined)
{
    const struct pk_perf_text *known = pk_perf_symbols_known(symbols, text);
    struct pk_perf_frame frame = {.symbol = pk_intern_text(&symbols->texts, known->symbol),
                                  .dso = pk_intern_text(&symbols->texts, known->module),
                                  .is_inlined = known->is_inlined};
    struct pk_perf_run run = {.start = (uint32_t)symbols->ids.size};

    if (symbols->folding.is_on) {
        add_folded(symbols, &frame, pk_intern_text(&symbols->texts, known->address));
    } else {
        frame.dso = pk_intern_text(&symbols->texts, module);
        add_frames(symbols, &frame, pk_intern_text(&symbols->texts, file), is_inlined);
    }
    run.n = (uint32_t)symbols->ids.size - run.start;
    pk_array_push(&symbols->runs, run);
    return (uint32_t)symbols->runs.size - 1;
}

/* Ids are handed out one by one, so this grows by few at a time. */
static uint32_t *plain_of(struct pk_perf_symbols *symbols, uint32_t text)
{
    while (symbols->plain[symbols->is_java].size <= text)
        pk_array_push(&symbols->plain[symbols->is_java], 0);
    return &symbols->plain[symbols->is_java].data[text];
}

/* Nearly all frames have neither a file nor an inlined mark: those need no look into the map. */
struct pk_perf_run pk_perf_symbols_frames(struct pk_perf_symbols *symbols, uint32_t text,
                                          uint32_t module, uint32_t file, bool is_inlined)
{
    struct key key = {text, module, file, (uint32_t)is_inlined * 2 + symbols->is_java};
    uint32_t id;
    bool is_new;

    if (!is_inlined && !file) {
        uint32_t *plain = plain_of(symbols, text);

        if (!*plain)
            *plain = make_run(symbols, text, module, file, is_inlined) + 1;
        return symbols->runs.data[*plain - 1];
    }
    id = pk_map_add(&symbols->keys, &key, &is_new);
    if (is_new)
        pk_array_push(&symbols->key_runs, make_run(symbols, text, module, file, is_inlined));
    return symbols->runs.data[symbols->key_runs.data[id]];
}
