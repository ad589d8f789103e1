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
    pk_array_fini(&stack->frames);
    pk_array_fini(&stack->lines);
}

void pk_perf_stack_clear(struct pk_perf_stack *stack)
{
    stack->slots.size = 0;
    stack->has_lines = false;
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
    struct pk_perf_slot slot = {.address = address_value(address), .text = id};

    slot.is_inlined = pk_perf_symbols_known(&stack->symbols, id)->is_inlined;
    pk_array_push(&stack->slots, slot);
}

/* Folded text has no lines; there only the physical stack counts. */
void pk_perf_stack_srcline(struct pk_perf_stack *stack, struct pk_str line)
{
    struct pk_perf_slot *slot = &stack->slots.data[stack->slots.size - 1];
    struct pk_perf_srcline place = pk_perf_frame_srcline(line);

    if (stack->symbols.folding.is_on)
        return;
    slot->is_inlined |= place.is_inlined;
    if (!place.file.data)
        return;
    slot->file = pk_intern_id(&stack->symbols.texts, place.file);
    slot->line = place.line;
    stack->has_lines = true;
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

/* From the outermost in: an inlined frame comes behind the physical one that it is in. */
void pk_perf_stack_finish(struct pk_perf_stack *stack, pk_frame_id root)
{
    uint32_t module = 0;

    stack->frames.size = stack->lines.size = 0;
    if (root != PK_NONE) {
        pk_array_push(&stack->frames, root);
        pk_array_push(&stack->lines, 0);
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
