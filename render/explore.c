/*
 * The state of a look around, and its keys: see explore.h. One function is selected in all views,
 * so turning from one to another stays with it. Every step that changes what is shown as a whole
 * (a zoom, another function in the middle, another view) can be taken back; moving the selection is
 * no step.
 */
#include "render/explore.h"

#include <stdint.h>
#include <string.h>

#include "base/escape.h"
#include "base/keys.h"
#include "render/explore_private.h"
#include "render/label.h"

#define MOST_UNDO 1000

/* --- what views share --- */

/* What a view is made of: an icicle needs stacks, recorded or estimated, and a sandwich calls. A
 * table of functions can always be had. */
bool pk_explore_has(const struct pk_explore *x, enum pk_explore_view view)
{
    switch (view) {
    case PK_EXPLORE_ICICLE:
        return x->setup.stacks.tree != NULL;
    case PK_EXPLORE_SANDWICH:
        return pk_profile_graph(x->setup.stacks.profile) &&
               pk_profile_graph(x->setup.stacks.profile)->n > 0;
    case PK_EXPLORE_TABLE:
        return true;
    }
    return false;
}

/* The oldest go: nobody goes back so far. */
void pk_explore_keep(struct pk_explore *x)
{
    if (x->undo.size == MOST_UNDO) {
        memmove(x->undo.data, x->undo.data + 1, (MOST_UNDO - 1) * sizeof *x->undo.data);
        x->undo.size--;
    }
    pk_array_push(&x->undo, x->at);
}

/* The node stays: turning back to the icicle looks for a stack that ends in the function. */
void pk_explore_choose(struct pk_explore *x, pk_frame_id function)
{
    x->at.function = function;
}

/* The function goes with its node, so that the other views have the same one. */
void pk_explore_choose_node(struct pk_explore *x, pk_node_id node)
{
    x->at.chosen = node;
    x->at.function = node == PK_NONE ? PK_NONE : x->setup.stacks.tree->frame[node];
}

/* Our own signs in names are an ellipsis at most. */
static void add_ascii(struct pk_buf *out, struct pk_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (i + 3 <= text.size && memcmp(text.data + i, "…", 3) == 0) {
            pk_buf_text(out, "..");
            i += 2;
        } else {
            pk_buf_char(out, text.data[i]);
        }
    }
}

/* Escaped here, once for all views: a name of a profile never drives the terminal. */
void pk_explore_name(struct pk_buf *out, const struct pk_explore *x, pk_frame_id frame)
{
    struct pk_buf raw = {0}, escaped = {0};

    if (frame == PK_NONE)
        pk_buf_text(&raw, "all");
    else
        pk_label_name(&raw, pk_profile_frame(x->setup.stacks.profile, frame));
    pk_escape_terminal(&escaped, pk_buf_view(&raw));
    if (x->setup.is_ascii)
        add_ascii(out, pk_buf_view(&escaped));
    else
        pk_buf_str(out, pk_buf_view(&escaped));
    pk_buf_fini(&raw);
    pk_buf_fini(&escaped);
}

struct pk_str pk_explore_copied(const struct pk_explore *explore)
{
    return pk_buf_view(&explore->copied);
}

/* --- beginning and end --- */

/* Without stacks one begins with the table, which has to be made before anything is drawn. */
struct pk_explore *pk_explore_new(const struct pk_explore_setup *setup)
{
    struct pk_explore *x = pk_calloc(1, sizeof *x);

    x->setup = *setup;
    x->at = (struct pk_explore_place){
        PK_EXPLORE_ICICLE, PK_NONE, PK_NONE, PK_NONE, PK_NONE,
    };
    x->around_of = PK_NONE;
    x->columns = 1;
    x->key = PK_HOTSPOTS_SELF;
    x->search.is_hit =
        pk_calloc(pk_profile_frames(setup->stacks.profile), sizeof *x->search.is_hit);
    pk_arena_init(&x->table);
    pk_arena_init(&x->sandwich);
    if (!pk_explore_has(x, x->at.view)) {
        x->at.view = PK_EXPLORE_TABLE;
        pk_explore_table_enter(x);
    }
    return x;
}

/* What was set up is borrowed, and stays. */
void pk_explore_free(struct pk_explore *explore)
{
    pk_arena_fini(&explore->table);
    pk_arena_fini(&explore->sandwich);
    pk_array_fini(&explore->undo);
    pk_buf_fini(&explore->search.pattern);
    pk_buf_fini(&explore->search.before);
    pk_buf_fini(&explore->search.trouble);
    pk_buf_fini(&explore->message);
    pk_buf_fini(&explore->copied);
    pk_free(explore->search.is_hit);
    pk_free(explore);
}

/* --- keys --- */

/* Stands in the last line until the next key. */
static void say(struct pk_explore *x, const char *text)
{
    pk_buf_reset(&x->message);
    pk_buf_text(&x->message, text);
}

/* A view makes its rows when it is turned to, so that what nobody looks at costs nothing. */
static void enter(struct pk_explore *x)
{
    switch (x->at.view) {
    case PK_EXPLORE_ICICLE:
        pk_explore_icicle_enter(x);
        break;
    case PK_EXPLORE_SANDWICH:
        pk_explore_sandwich_enter(x);
        break;
    case PK_EXPLORE_TABLE:
        pk_explore_table_enter(x);
        break;
    }
}

/* A view that cannot be had is refused in words: a key that does nothing looks broken. */
static void turn_to(struct pk_explore *x, enum pk_explore_view view)
{
    if (!pk_explore_has(x, view)) {
        say(x, view == PK_EXPLORE_ICICLE
                   ? "this profile does not say who called what: no icicle"
                   : "this profile does not say who called what: no sandwich");
        return;
    }
    if (view == x->at.view)
        return;
    pk_explore_keep(x);
    x->at.view = view;
    enter(x);
}

/* Views that cannot be had are passed over without a word, since nobody asked for them. */
static void cycle(struct pk_explore *x, unsigned step)
{
    unsigned view = x->at.view;

    do
        view = (view + step) % 3;
    while (!pk_explore_has(x, (enum pk_explore_view)view));
    turn_to(x, (enum pk_explore_view)view);
}

/* The view is entered anew, as its rows may be of another function by now. */
static void go_back(struct pk_explore *x)
{
    struct pk_explore_place place;

    if (x->undo.size == 0) {
        say(x, "nothing to take back");
        return;
    }
    place = x->undo.data[--x->undo.size];
    x->at = place;
    enter(x);
    if (x->at.view == PK_EXPLORE_ICICLE) /* exactly as it was */
        x->at = place;
}

/* The zoom, from any view; Esc first ends a search. */
static void reset(struct pk_explore *x, bool is_escape)
{
    if (is_escape && x->search.pattern.size) {
        pk_explore_search_clear(x);
        return;
    }
    if (x->at.zoom == PK_NONE)
        return;
    pk_explore_keep(x);
    x->at.zoom = PK_NONE;
    x->level = 0;
}

/* Where a hit is depends on the view: a box, a caller or callee, a row. */
static void next_hit(struct pk_explore *x, int step)
{
    static bool (*const find[])(struct pk_explore *, int) = {
        [PK_EXPLORE_ICICLE] = pk_explore_icicle_hit,
        [PK_EXPLORE_SANDWICH] = pk_explore_sandwich_hit,
        [PK_EXPLORE_TABLE] = pk_explore_table_hit,
    };

    if (x->search.pattern.size == 0)
        say(x, "no search: / begins one");
    else if (!find[x->at.view](x, step))
        say(x, "no hit here");
}

/* The name with its place is shown, since a terminal does not say whether it copied. */
static enum pk_explore_wish copy(struct pk_explore *x)
{
    if (x->at.function == PK_NONE) {
        say(x, "no function is selected");
        return PK_EXPLORE_GO_ON;
    }
    pk_buf_reset(&x->copied);
    pk_explore_name(&x->copied, x, x->at.function);
    x->overlay = PK_EXPLORE_NAME;
    return PK_EXPLORE_COPY;
}

/* Keys of all views. */
static enum pk_explore_wish common_key(struct pk_explore *x, int32_t key)
{
    switch (key) {
    case 'q':
        return PK_EXPLORE_QUIT;
    case 'L' - '@': /* Ctrl+L */
        return PK_EXPLORE_REDRAW;
    case 'y':
        return copy(x);
    case '1':
    case '2':
    case '3':
        turn_to(x, (enum pk_explore_view)(key - '1'));
        break;
    case PK_KEY_TAB:
        cycle(x, 1);
        break;
    case PK_KEY_BACK_TAB:
        cycle(x, 2);
        break;
    case PK_KEY_BACKSPACE:
        go_back(x);
        break;
    case PK_KEY_ESCAPE:
    case '0':
        reset(x, key == PK_KEY_ESCAPE);
        break;
    case '/':
        x->search.is_typing = true;
        pk_buf_reset(&x->search.before);
        pk_buf_str(&x->search.before, pk_buf_view(&x->search.pattern));
        break;
    case 'n':
    case 'p':
        next_hit(x, key == 'n' ? 1 : -1);
        break;
    case '?':
        x->overlay = PK_EXPLORE_HELP;
        break;
    default:
        break;
    }
    return PK_EXPLORE_GO_ON;
}

/* Typing comes before all else, since any letter is part of a pattern there; then what is shown
 * over the view; then the view, whose arrows mean something of its own; then what all have. */
enum pk_explore_wish pk_explore_key(struct pk_explore *explore, int32_t key)
{
    static bool (*const own[])(struct pk_explore *, int32_t) = {
        [PK_EXPLORE_ICICLE] = pk_explore_icicle_key,
        [PK_EXPLORE_SANDWICH] = pk_explore_sandwich_key,
        [PK_EXPLORE_TABLE] = pk_explore_table_key,
    };

    pk_buf_reset(&explore->message);
    if (explore->search.is_typing) {
        pk_explore_search_key(explore, key);
        if (key == PK_KEY_ENTER && explore->search.n &&
            !pk_explore_is_hit(explore, explore->at.function))
            next_hit(explore, 1);
        return PK_EXPLORE_GO_ON;
    }
    if (explore->overlay != PK_EXPLORE_NO_OVERLAY) { /* any key ends it, q ends all */
        explore->overlay = PK_EXPLORE_NO_OVERLAY;
        return key == 'q' ? PK_EXPLORE_QUIT : PK_EXPLORE_GO_ON;
    }
    if (own[explore->at.view](explore, key))
        return PK_EXPLORE_GO_ON;
    return common_key(explore, key);
}
