/*
 * Decides how much of a line is read at all: see collapsed_stack.h. Measured on real files, nine in
 * ten frames of a line stand in the line before too.
 *
 * A text is looked up in three steps, each dearer than the one before: in the same place of the
 * last line (a comparison of bytes), among all texts of the file (one hash), and by the dialects (a
 * parse and an id from the builder). Roots skip the second step: they are few, and their kind
 * depends on where they stand.
 *
 * Trap: a folded "L12" belongs to the frame before it, so when the shared part ends between the
 * two, the frame must lose its line again.
 */
#include "formats/collapsed_stack.h"

#include <stdint.h>
#include <string.h>

#define MOST_TEXTS ((size_t)1 << 20) /* all of ten million would take most of a gigabyte */

void pk_collapsed_stack_init(struct pk_collapsed_stack *stack, struct pk_builder *builder,
                             bool strips_offsets)
{
    *stack = (struct pk_collapsed_stack){
        .builder = builder, .strips_offsets = strips_offsets, .most_texts = MOST_TEXTS};
    pk_intern_init(&stack->texts);
}

void pk_collapsed_stack_fini(struct pk_collapsed_stack *stack)
{
    pk_intern_fini(&stack->texts);
    pk_array_fini(&stack->known[0]);
    pk_array_fini(&stack->known[1]);
    pk_buf_fini(&stack->text);
    pk_array_fini(&stack->tokens);
    pk_array_fini(&stack->frames);
    pk_array_fini(&stack->lines);
    pk_collapsed_cache_fini(&stack->cache);
}

const uint32_t *pk_collapsed_stack_lines(const struct pk_collapsed_stack *stack)
{
    return stack->has_lines ? stack->lines.data : NULL;
}

/* Bytes that two texts have in common at their front. */
static size_t common(struct pk_str a, struct pk_str b)
{
    size_t most = a.size < b.size ? a.size : b.size, i = 0;
    uint64_t x, y;

    for (; i + sizeof x <= most; i += sizeof x) {
        memcpy(&x, a.data + i, sizeof x);
        memcpy(&y, b.data + i, sizeof y);
        if (x != y)
            break;
    }
    while (i < most && a.data[i] == b.data[i])
        i++;
    return i;
}

/* Keep the tokens of the last stack that `text` begins with, ";" included, and forget the others.
 */
static void keep_shared(struct pk_collapsed_stack *stack, struct pk_str text)
{
    struct pk_str last = pk_buf_view(&stack->text);
    size_t same = common(last, text), n = stack->tokens.size;
    struct pk_collapsed_token top = {0};

    if (same == last.size && (same == text.size || text.data[same] == ';'))
        return;
    while (n && stack->tokens.data[n - 1].end >= same)
        n--;
    if (n)
        top = stack->tokens.data[n - 1];
    if (n < stack->tokens.size && stack->tokens.data[n].depth == top.depth)
        stack->lines.data[top.depth - 1] = 0;
    stack->tokens.size = n;
    stack->frames.size = stack->lines.size = top.depth;
}

/* Parse a text that is no root and was not seen before. */
static struct pk_collapsed_known parse(struct pk_collapsed_stack *stack, struct pk_str text)
{
    struct pk_collapsed_frame parsed =
        pk_collapsed_frame_parse(text, stack->dialect, stack->strips_offsets);
    enum pk_frame_kind kind = parsed.frame.kind;

    stack->saw_async |= kind == PK_KIND_INTERPRETED || kind == PK_KIND_COMPILED_C1;
    return (struct pk_collapsed_known){.frame = pk_builder_frame(stack->builder, &parsed.frame) + 1,
                                       .line = parsed.line,
                                       .takes_line = parsed.frame.file.data && !parsed.line};
}

/* A text that was forgotten is parsed again, which gives the same frame. */
static void forget_texts(struct pk_collapsed_stack *stack)
{
    pk_intern_fini(&stack->texts);
    pk_intern_init(&stack->texts);
    stack->known[0].size = stack->known[1].size = 0;
}

void pk_collapsed_stack_forget(struct pk_collapsed_stack *stack)
{
    forget_texts(stack);
    pk_collapsed_cache_fini(&stack->cache);
    stack->tokens.size = stack->frames.size = stack->lines.size = 0;
    pk_buf_reset(&stack->text);
}

/* The same text can mean different frames in an austin line and elsewhere ("a.py:f:3"), so there
 * are two tables over one set of texts. */
static struct pk_collapsed_known look_up(struct pk_collapsed_stack *stack, struct pk_str text)
{
    unsigned lane = stack->dialect == PK_COLLAPSED_AUSTIN;
    uint32_t id;

    if (stack->texts.texts.size >= stack->most_texts)
        forget_texts(stack);
    id = pk_intern_id(&stack->texts, text);
    while (stack->known[lane].size <= id)
        pk_array_push(&stack->known[lane], (struct pk_collapsed_known){0});
    if (!stack->known[lane].data[id].frame)
        stack->known[lane].data[id] = parse(stack, text);
    return stack->known[lane].data[id];
}

/* The frame of a root, or zero when the text is none. */
static struct pk_collapsed_known try_root(struct pk_collapsed_stack *stack, struct pk_str text)
{
    struct pk_frame frame = {.name = text};

    frame.kind = pk_collapsed_frame_root(text, stack->tokens.size, stack->dialect);
    if (frame.kind == PK_KIND_FUNCTION)
        return (struct pk_collapsed_known){0};
    stack->saw_austin |= stack->dialect != PK_COLLAPSED_PLAIN;
    stack->saw_py_spy |= frame.kind == PK_KIND_PROCESS ? text.data[0] == 'p'
                                                       : pk_str_starts(text, PK_STR("thread (0"));
    stack->saw_async |= text.data[0] == '[' && text.data[text.size - 1] == ']';
    return (struct pk_collapsed_known){.frame = pk_builder_frame(stack->builder, &frame) + 1};
}

/* Read the text of one frame, which ends at `end` of the stack. */
static void add_token(struct pk_collapsed_stack *stack, struct pk_str text, size_t end)
{
    size_t n = stack->tokens.size;
    struct pk_collapsed_token token = {.is_root = true};
    struct pk_collapsed_known known = {0};
    uint32_t line;

    if (n)
        token = stack->tokens.data[n - 1];
    token.end = end;
    if (stack->dialect == PK_COLLAPSED_AUSTIN1 && token.takes_line &&
        pk_collapsed_frame_is_line(text, &line)) {
        token.takes_line = false;
        stack->lines.data[token.depth - 1] = line;
        token.lined++;
        pk_array_push(&stack->tokens, token);
        return;
    }
    if (token.is_root)
        known = try_root(stack, text);
    token.is_root = known.frame != 0;
    if (!known.frame)
        known = look_up(stack, text);
    token.depth++;
    token.lined += known.line != 0;
    token.takes_line = known.takes_line;
    pk_array_push(&stack->frames, known.frame - 1);
    pk_array_push(&stack->lines, known.line);
    pk_array_push(&stack->tokens, token);
}

/* The text without empty frames at its front and without one at its end. What profkit itself writes
 * for a sample without frames is none again. */
static struct pk_str trim(struct pk_str text)
{
    while (text.size && text.data[0] == ';')
        text = pk_str_slice(text, 1, text.size);
    if (text.size && text.data[text.size - 1] == ';')
        text.size--;
    if (pk_str_equal(text, PK_STR("(empty stack)")))
        text.size = 0;
    return text;
}

/* Take a stack that was read before. It shares nothing with the next line: what would be known of
 * its tokens is not kept. */
static void take_kept(struct pk_collapsed_stack *stack, const struct pk_collapsed_kept *kept)
{
    const uint32_t *items = stack->cache.items.data + kept->items;

    stack->tokens.size = stack->frames.size = stack->lines.size = 0;
    pk_buf_reset(&stack->text);
    pk_array_reserve(&stack->frames, kept->n);
    memcpy(stack->frames.data, items, kept->n * sizeof *items);
    stack->frames.size = kept->n;
    stack->has_lines = kept->has_lines;
    if (!kept->has_lines)
        return;
    pk_array_reserve(&stack->lines, kept->n);
    memcpy(stack->lines.data, items + kept->n, kept->n * sizeof *items);
}

/* Read what the line before does not share; false: too many frames. */
static bool read_tokens(struct pk_collapsed_stack *stack, struct pk_str text, uint64_t limit)
{
    size_t from;

    keep_shared(stack, text);
    from = stack->tokens.size ? stack->tokens.data[stack->tokens.size - 1].end + 1 : 0;
    pk_buf_reset(&stack->text);
    pk_buf_str(&stack->text, text);
    while (from <= text.size && text.size) {
        const char *semicolon =
            from < text.size ? memchr(text.data + from, ';', text.size - from) : NULL;
        size_t end = semicolon ? (size_t)(semicolon - text.data) : text.size;

        if (stack->frames.size >= limit)
            return false;
        add_token(stack, pk_str_slice(text, from, end), end);
        from = end + 1;
    }
    return true;
}

bool pk_collapsed_stack_read(struct pk_collapsed_stack *stack, struct pk_str text, uint64_t limit)
{
    const struct pk_collapsed_kept *kept = NULL;
    uint64_t hash = 0;

    text = trim(text);
    if (text.size)
        kept = pk_collapsed_cache_find(&stack->cache, text, &hash);
    if (kept) {
        take_kept(stack, kept);
        return true;
    }
    enum pk_collapsed_dialect dialect = pk_collapsed_frame_dialect(text);
    if (dialect != stack->dialect || !text.size) {
        stack->tokens.size = stack->frames.size = stack->lines.size = 0;
        stack->text.size = 0;
    }
    stack->dialect = dialect;
    if (!read_tokens(stack, text, limit))
        return false;
    stack->has_lines = text.size && stack->tokens.data[stack->tokens.size - 1].lined;
    if (text.size)
        pk_collapsed_cache_add(&stack->cache, text, hash, stack->frames.data,
                               stack->has_lines ? stack->lines.data : NULL,
                               (uint32_t)stack->frames.size);
    return true;
}
