/*
 * Searching: functions whose name the pattern matches, found anew with every letter, so that hits
 * show while one types. A pattern that is none (yet) is looked for as it stands, and what is wrong
 * with it is said. What the hits hold counts each stack once, however many of them are on it.
 */
#include <stdint.h>
#include <string.h>

#include "base/keys.h"
#include "base/match.h"
#include "render/explore_private.h"
#include "render/label.h"

#define MOST_PATTERN 1000

/* A name as the file has it, or as it is shown. */
static bool matches(struct pk_match *match, struct pk_str pattern, struct pk_str name,
                    struct pk_error *error)
{
    if (match)
        return pk_match_find(match, name, error);
    return name.size >= pattern.size &&
           memmem(name.data, name.size, pattern.data, pattern.size) != NULL;
}

/* By both names, as one types what one sees or what the file says. */
static bool is_found(const struct pk_explore *x, struct pk_match *match, pk_frame_id frame,
                     struct pk_error *error)
{
    const struct pk_frame *f = pk_profile_frame(x->setup.stacks.profile, frame);
    struct pk_str pattern = pk_buf_view(&x->search.pattern);
    struct pk_buf shown = {0};
    bool is_hit = matches(match, pattern, f->name, error);

    if (!is_hit) {
        pk_label_name(&shown, f);
        is_hit = !pk_str_equal(pk_buf_view(&shown), f->name) &&
                 matches(match, pattern, pk_buf_view(&shown), error);
    }
    pk_buf_fini(&shown);
    return is_hit;
}

/* Special frames (cycles, what was pruned) are never found: they are no functions. */
bool pk_explore_is_hit(const struct pk_explore *x, pk_frame_id frame)
{
    return x->search.pattern.size && frame < pk_profile_frames(x->setup.stacks.profile) &&
           x->search.is_hit[frame];
}

/* Below a hit nothing is counted again. */
static int64_t held_by_hits(const struct pk_explore *x)
{
    const struct pk_tree *tree = x->setup.stacks.tree;
    int64_t sum = 0;

    if (!tree)
        return PK_MISSING;
    for (pk_node_id i = 0; i < tree->n;) {
        int64_t value = tree->incl[x->setup.stacks.metric][i];

        if (!pk_explore_is_hit(x, tree->frame[i])) {
            i++;
            continue;
        }
        sum += value > 0 ? value : 0;
        i = tree->end[i];
    }
    return sum;
}

/* All functions anew. A match that is given up ends it: what was found so far stays. */
static void find(struct pk_explore *x)
{
    uint32_t n = pk_profile_frames(x->setup.stacks.profile);
    struct pk_error error = {0};
    struct pk_match *match = NULL;

    x->search.n = 0;
    x->search.held = 0;
    memset(x->search.is_hit, 0, n * sizeof *x->search.is_hit);
    pk_buf_reset(&x->search.trouble);
    if (x->search.pattern.size == 0)
        return;
    match = pk_match_new(pk_buf_view(&x->search.pattern), &error);
    if (!match)
        pk_buf_text(&x->search.trouble, "no regular expression, taken as it stands");
    error = (struct pk_error){0};
    for (pk_frame_id f = 0; f < n && error.status == PK_OK; f++) {
        x->search.is_hit[f] = is_found(x, match, f, &error);
        x->search.n += x->search.is_hit[f];
    }
    if (error.status != PK_OK)
        pk_buf_text(&x->search.trouble, "given up: it takes too many steps");
    x->search.held = held_by_hits(x);
    pk_match_free(match);
}

/* An empty pattern has no hits, so that nothing is marked. */
void pk_explore_search_clear(struct pk_explore *x)
{
    pk_buf_reset(&x->search.pattern);
    find(x);
}

/* A code point as UTF-8. */
static void add_character(struct pk_buf *out, int32_t c)
{
    if (c < 0x80) {
        pk_buf_char(out, (char)c);
    } else if (c < 0x800) {
        pk_buf_char(out, (char)(0xc0 | c >> 6));
        pk_buf_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        pk_buf_char(out, (char)(0xe0 | c >> 12));
        pk_buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        pk_buf_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        pk_buf_char(out, (char)(0xf0 | c >> 18));
        pk_buf_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        pk_buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        pk_buf_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* The bytes that follow the first one of a character begin with the bits 10. */
static void take_back(struct pk_buf *pattern)
{
    while (pattern->size && ((unsigned char)pattern->data[pattern->size - 1] & 0xc0) == 0x80)
        pattern->size--;
    if (pattern->size)
        pattern->size--;
}

/* Escape brings back the pattern of before, Enter keeps the one that was typed. Keys that are no
 * characters do nothing. */
void pk_explore_search_key(struct pk_explore *x, int32_t key)
{
    struct pk_buf *pattern = &x->search.pattern;

    if (key == PK_KEY_ENTER) {
        x->search.is_typing = false;
        return;
    }
    if (key == PK_KEY_ESCAPE) { /* as it was before */
        x->search.is_typing = false;
        pk_buf_reset(pattern);
        pk_buf_str(pattern, pk_buf_view(&x->search.before));
    } else if (key == PK_KEY_BACKSPACE) {
        if (pattern->size == 0)
            x->search.is_typing = false;
        take_back(pattern);
    } else if (key == 'U' - '@') { /* Ctrl+U */
        pk_buf_reset(pattern);
    } else if (key >= ' ' && key < PK_KEY_NONE && pattern->size < MOST_PATTERN) {
        add_character(pattern, key);
    } else {
        return;
    }
    find(x);
}
