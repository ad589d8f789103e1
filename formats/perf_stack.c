/*
 * Decides what inlined frames belong to, and which lines stand for one frame: see perf_stack.h.
 *
 * Traps: an inlined frame has no dso; it is in the next physical frame further out. With dwarf
 * stacks perf may print a function twice in a row, once for a body inlined into it whose name it
 * could not tell ("hot", "hot"). That is no recursion, but a recursive function has the same return
 * address in every caller, so equal name and address alone do not prove it: it is taken for that
 * only at the top of the stack, where an address is no return address, or when the two lines are on
 * different source lines.
 */
#include "formats/perf_stack.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

void pk_perf_stack_init(struct pk_perf_stack *stack, struct pk_builder *builder,
                        const struct pk_perf_folding *folding)
{
    *stack = (struct pk_perf_stack){0};
    pk_perf_symbols_init(&stack->symbols, builder, folding);
}

void pk_perf_stack_fini(struct pk_perf_stack *stack)
{
    pk_perf_symbols_fini(&stack->symbols);
    pk_array_fini(&stack->slots);
    pk_array_fini(&stack->usual);
    pk_array_fini(&stack->frames);
    pk_array_fini(&stack->lines);
}

void pk_perf_stack_clear(struct pk_perf_stack *stack)
{
    pk_perf_symbols_spare(&stack->symbols);
    stack->slots.size = 0;
    stack->has_lines = false;
    stack->is_plain = true;
}

/* Longer addresses than 64 bits lose their front, which matters to nobody. */
static uint64_t address_value(struct pk_str digits)
{
    uint64_t value = 0;

    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];

        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
}

void pk_perf_stack_push(struct pk_perf_stack *stack, struct pk_str address, struct pk_str text)
{
    uint32_t id = pk_perf_symbols_text(&stack->symbols, address, text);
    struct pk_perf_slot slot = {.address = address_value(address), .text = id, .frame = PK_NONE};

    slot.is_inlined = pk_perf_symbols_known(&stack->symbols, id)->is_inlined;
    stack->is_plain = false;
    pk_array_push(&stack->slots, slot);
}

/* --- usual lines --- */

#define AHEAD 6u /* texts that are waited for at a time */

/* All hashes first: a lookup waits for memory, and so many wait together. */
static size_t take_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit)
{
    const struct pk_perf_cache *cache = pk_perf_symbols_cache(&stack->symbols);
    size_t at = 0;

    stack->usual.size = 0;
    while (at < text.size && stack->slots.size + stack->usual.size < limit) {
        const char *newline = memchr(text.data + at, '\n', text.size - at);
        struct pk_perf_usual usual;

        if (!newline || !pk_perf_usual_take(text.data + at, newline, &usual))
            break;
        usual.hash = pk_perf_cache_hash(usual.text);
        if (cache->slots)
            pk_perf_cache_expect(cache, usual.hash);
        pk_array_push(&stack->usual, usual);
        at = (size_t)(newline - text.data) + 1;
    }
    return at;
}

/* Add a usual line by its text and its only frame. */
static struct pk_perf_slot *add_line(struct pk_perf_stack *stack, uint32_t text, pk_frame_id frame,
                                     uint32_t place)
{
    struct pk_perf_slot slot = {.text = text, .frame = frame, .place = place};

    if (frame == PK_NONE) {
        slot.is_inlined = pk_perf_symbols_known(&stack->symbols, text)->is_inlined;
        stack->is_plain = false;
    }
    pk_array_push(&stack->slots, slot);
    return &stack->slots.data[stack->slots.size - 1];
}

/* Add the usual lines at the front of a text; returns their bytes. */
static size_t add_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit)
{
    const struct pk_perf_cache *cache = pk_perf_symbols_cache(&stack->symbols);
    size_t size = take_usual(stack, text, limit);

    for (size_t i = 0; i < stack->usual.size; i++) {
        const struct pk_perf_usual *usual = &stack->usual.data[i];
        struct pk_perf_line line;

        if (i + AHEAD < stack->usual.size && cache->slots)
            pk_perf_cache_expect_text(cache, usual[AHEAD].hash);
        line = pk_perf_symbols_line(&stack->symbols, usual);
        add_line(stack, line.text, line.frame, line.place)->address = usual->address;
    }
    return size;
}

/* --- paths seen lately --- */

/* Add lines as long as each is the one that followed at this position; `position` becomes that of
 * the last. Only its address is read: of those between nobody asks. */
static size_t add_followers(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit,
                            uint32_t *position)
{
    struct pk_perf_cache *cache = pk_perf_symbols_cache(&stack->symbols);
    struct pk_perf_paths *paths = pk_perf_symbols_paths(&stack->symbols);
    size_t before = stack->slots.size, at = 0, last = 0;
    uint32_t place;

    while (stack->slots.size < limit && (place = pk_perf_paths_next(paths, *position)) != PK_NONE) {
        const struct pk_perf_cached *cached = pk_perf_cache_at(cache, place);

        pk_perf_cache_expect_place(cache, pk_perf_paths_ahead(paths, *position, AHEAD));
        if (!pk_perf_cache_is_line(cache, place, text.data + at, text.size - at))
            break;
        add_line(stack, cached->text, cached->frame, place);
        last = at;
        at += PK_PERF_USUAL_FRONT + cached->size + 1;
        ++*position;
    }
    paths->found += stack->slots.size - before;
    if (at)
        stack->slots.data[stack->slots.size - 1].address = pk_perf_usual_address(text.data + last);
    return at;
}

/* Keep the lines from `first` on, which did not follow a position before. */
static void keep_path(struct pk_perf_stack *stack, uint32_t position, size_t first)
{
    const struct pk_perf_slot *slots = stack->slots.data + first;
    size_t n = 0;
    uint32_t *places;

    while (first + n < stack->slots.size && slots[n].place != PK_NONE)
        n++;
    places =
        n ? pk_perf_paths_add(pk_perf_symbols_paths(&stack->symbols), position, slots->place, n)
          : NULL;
    for (size_t i = 0; places && i < n; i++)
        places[i] = slots[i].place;
}

/* Add all usual lines behind the leaf. The cache may forget while one is looked up: then no place
 * holds any more, and what is kept of it is forgotten before the next stack. */
static size_t add_callers(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit)
{
    const struct pk_perf_cache *cache = pk_perf_symbols_cache(&stack->symbols);
    const struct pk_perf_paths *paths = pk_perf_symbols_paths(&stack->symbols);
    uint32_t position = PK_PERF_PATHS_LEAF, next = position;
    size_t at = 0, first;

    while (next != PK_NONE) {
        size_t taken;

        position = next;
        at += add_followers(stack, pk_str_slice(text, at, text.size), limit, &position);
        first = stack->slots.size;
        taken = add_usual(stack, pk_str_slice(text, at, text.size), first < limit ? first + 1 : 0);
        if (!taken)
            return at;
        at += taken;
        if (cache->forgotten != paths->age)
            break;
        next = pk_perf_paths_branch(paths, position, stack->slots.data[first].place);
    }
    first = stack->slots.size - 1;
    at += add_usual(stack, pk_str_slice(text, at, text.size), limit);
    keep_path(stack, position, first);
    return at;
}

size_t pk_perf_stack_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit,
                           uint64_t *lines)
{
    const struct pk_perf_cache *cache = pk_perf_symbols_cache(&stack->symbols);
    struct pk_perf_paths *paths = pk_perf_symbols_paths(&stack->symbols);
    size_t before = stack->slots.size, size;
    bool follows = !before && limit && !paths->resting;

    if (stack->symbols.folding.has_addresses)
        return 0;
    size = add_usual(stack, text, follows ? 1 : limit);
    if (follows && size) {
        pk_perf_paths_begin(paths, cache->forgotten);
        size += add_callers(stack, pk_str_slice(text, size, text.size), limit);
    }
    pk_perf_paths_count(paths, stack->slots.size - before);
    *lines += stack->slots.size - before;
    return size;
}

/* --- source lines and the result --- */

/* Folded text has no lines; there only the physical stack counts. */
void pk_perf_stack_srcline(struct pk_perf_stack *stack, struct pk_str line)
{
    struct pk_perf_slot *slot = &stack->slots.data[stack->slots.size - 1];
    struct pk_perf_srcline place = pk_perf_frame_srcline(line);

    if (stack->symbols.folding.is_on)
        return;
    stack->is_plain = false;
    slot->is_inlined |= place.is_inlined;
    if (!place.file.data)
        return;
    slot->file = pk_intern_id(&stack->symbols.texts, place.file);
    slot->line = place.line;
    stack->has_lines = true;
}

bool pk_perf_stack_ends_unknown(const struct pk_perf_stack *stack)
{
    const struct pk_perf_slot *last = &stack->slots.data[stack->slots.size - 1];
    uint32_t symbol = pk_perf_symbols_known(&stack->symbols, last->text)->symbol;

    return pk_str_starts(pk_intern_text(&stack->symbols.texts, symbol), PK_STR("[unknown]"));
}

/* True when slot i is the inlined body of the next one, printed under its name. */
static bool is_repeated(const struct pk_perf_stack *stack, size_t i)
{
    const struct pk_perf_slot *a = &stack->slots.data[i], *b = a + 1;

    if (i + 1 >= stack->slots.size || a->text != b->text || a->address != b->address ||
        a->is_inlined || b->is_inlined || stack->symbols.folding.is_on)
        return false;
    return i == 0 || (a->line && b->line && a->line != b->line);
}

/* A chain is several frames, all at the line of its outermost. */
static void add_slot(struct pk_perf_stack *stack, const struct pk_perf_slot *slot, uint32_t module)
{
    struct pk_perf_run run =
        pk_perf_symbols_frames(&stack->symbols, slot->text, module, slot->file, slot->is_inlined);

    for (uint32_t i = 0; i < run.n; i++) {
        pk_array_push(&stack->frames, stack->symbols.ids.data[run.start + i]);
        pk_array_push(&stack->lines, slot->line);
    }
}

/* Where each text tells its frame. */
static void finish_plain(struct pk_perf_stack *stack)
{
    size_t from = stack->slots.size && is_repeated(stack, 0) ? 1 : 0;
    size_t n = stack->slots.size - from, at = stack->frames.size;

    pk_array_reserve(&stack->frames, n);
    stack->frames.size += n;
    for (size_t i = stack->slots.size; i-- > from;)
        stack->frames.data[at++] = stack->slots.data[i].frame;
}

/* From the outermost in: an inlined frame comes behind the physical one that it is in. */
void pk_perf_stack_finish(struct pk_perf_stack *stack, pk_frame_id root)
{
    uint32_t module = 0;

    stack->frames.size = stack->lines.size = 0;
    if (root != PK_NONE) {
        pk_array_push(&stack->frames, root);
        pk_array_push(&stack->lines, 0);
    }
    if (stack->is_plain) {
        finish_plain(stack);
        return;
    }
    for (size_t i = stack->slots.size; i-- > 0;) {
        const struct pk_perf_slot *slot = &stack->slots.data[i];
        const struct pk_perf_text *known = pk_perf_symbols_known(&stack->symbols, slot->text);

        if (!slot->is_inlined)
            module = known->module;
        if (!is_repeated(stack, i))
            add_slot(stack, slot, module);
    }
}

const uint32_t *pk_perf_stack_lines(const struct pk_perf_stack *stack)
{
    return stack->has_lines ? stack->lines.data : NULL;
}
