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

#define FIELD 16u /* columns of an address, %16lx */

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* The value of a field of 16 columns: hexadecimal digits with blanks in front, one digit at least.
 * All columns are looked at at once; false: it is something else. */
static bool field_value(const char *field, uint64_t *value)
{
    unsigned __int128 other, blanks;
    bytes16 text, digits, is_digit, is_letter, is_blank;
    uint64_t half[2];

    memcpy(&text, field, sizeof text);
    is_digit = (bytes16)(text - '0' < 10);
    is_letter = (bytes16)(text - 'a' < 6);
    is_blank = (bytes16)(text == ' ');
    other = (unsigned __int128)~(is_digit | is_letter);
    blanks = (unsigned __int128)is_blank;
    /* What is no digit stands in front (the lowest bytes), is a blank, and is not all there is. */
    if (other != blanks || (other & (other + 1)) != 0 || other == ~(unsigned __int128)0)
        return false;
    digits = (text & 15) + (is_letter & 9);
    digits &= ~is_blank;
    memcpy(half, &digits, sizeof half);
    for (unsigned i = 0; i < 2; i++) { /* eight digits, a byte each, the first lowest */
        half[i] = __builtin_bswap64(half[i]);
        half[i] = (half[i] | half[i] >> 4) & 0x00ff00ff00ff00ff;
        half[i] = (half[i] | half[i] >> 8) & 0x0000ffff0000ffff;
        half[i] = (half[i] | half[i] >> 16) & 0x00000000ffffffff;
    }
    *value = half[0] << 32 | half[1];
    return true;
}

/* "\t    7f5d2d34ab12 hot+0x21 (/srv/p)": how nearly every frame line looks. One that ends in a
 * bracket is complete, and no other field of perf can be meant. */
static bool is_usual(const char *line, const char *end, struct pk_perf_usual *usual)
{
    const char *text = line + 1 + FIELD + 1;

    if (end - line < 1 + FIELD + 6 || end - line > PK_PERF_USUAL_SIZE || line[0] != '\t' ||
        text[-1] != ' ' || end[-1] != ')' || memcmp(text, "insn:", 5) == 0 ||
        !field_value(line + 1, &usual->address))
        return false;
    usual->text = (struct pk_str){text, (size_t)(end - text)};
    usual->hash = pk_perf_cache_hash(usual->text);
    return true;
}

/* All hashes first: a lookup waits for memory, and so many wait together. */
static size_t take_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit)
{
    const struct pk_perf_cache *cache = &stack->symbols.cache[stack->symbols.is_java];
    size_t at = 0;

    stack->usual.size = 0;
    while (at < text.size && stack->slots.size + stack->usual.size < limit) {
        const char *newline = memchr(text.data + at, '\n', text.size - at);
        struct pk_perf_usual usual;

        if (!newline || !is_usual(text.data + at, newline, &usual))
            break;
        if (cache->slots)
            pk_perf_cache_expect(cache, usual.hash);
        pk_array_push(&stack->usual, usual);
        at = (size_t)(newline - text.data) + 1;
    }
    return at;
}

size_t pk_perf_stack_usual(struct pk_perf_stack *stack, struct pk_str text, uint64_t limit,
                           uint64_t *lines)
{
    size_t size;

    if (stack->symbols.folding.has_addresses)
        return 0;
    size = take_usual(stack, text, limit);
    pk_array_reserve(&stack->slots, stack->usual.size);
    for (size_t i = 0; i < stack->usual.size; i++) {
        const struct pk_perf_usual *usual = &stack->usual.data[i];
        struct pk_perf_slot slot = {.address = usual->address};

        slot.text = pk_perf_symbols_line(&stack->symbols, usual->text, usual->hash, &slot.frame);
        if (slot.frame == PK_NONE) {
            slot.is_inlined = pk_perf_symbols_known(&stack->symbols, slot.text)->is_inlined;
            stack->is_plain = false;
        }
        stack->slots.data[stack->slots.size++] = slot;
    }
    *lines += stack->usual.size;
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
