/*
 * The state of a look around, which the views share: see explore.h. Nobody else includes this.
 */
#ifndef PK_RENDER_EXPLORE_PRIVATE_H
#define PK_RENDER_EXPLORE_PRIVATE_H

#include "render/explore.h" /* IWYU pragma: export */

#include <stdbool.h>
#include <stdint.h>

#include "analyze/calls.h"    /* IWYU pragma: export */
#include "analyze/hotspots.h" /* IWYU pragma: export */
#include "base/array.h"       /* IWYU pragma: export */

struct pk_explore_place { /* what Backspace goes back to */
    enum pk_explore_view view;
    pk_node_id zoom, chosen; /* PK_NONE: all of it */
    pk_frame_id function;    /* what is selected in all views; PK_NONE: none */
    pk_frame_id centre;      /* of the sandwich */
};

struct pk_explore_search {
    struct pk_buf pattern; /* empty: no search */
    struct pk_buf before;  /* what it was when typing began */
    struct pk_buf trouble; /* why the pattern is none */
    bool is_typing;
    bool *is_hit; /* [frame] */
    uint32_t n;   /* functions that match */
    int64_t held; /* by stacks with one of them, each once; PK_MISSING without stacks */
};

enum pk_explore_overlay { PK_EXPLORE_NO_OVERLAY, PK_EXPLORE_HELP, PK_EXPLORE_NAME };

struct pk_explore_area { /* rows of the canvas */
    unsigned from, rows;
};

struct pk_explore {
    struct pk_explore_setup setup;
    struct pk_explore_place at;
    PK_ARRAY(struct pk_explore_place) undo;
    struct pk_explore_search search;
    enum pk_explore_overlay overlay;
    struct pk_buf message; /* shown until the next key */
    struct pk_buf copied;
    unsigned page, columns; /* of the last drawing: rows for page keys, cells for what is seen */

    uint32_t level; /* icicle: the first that is shown */

    struct pk_hotspots rows; /* table: made when it is looked at first */
    struct pk_arena table;
    bool has_rows;
    unsigned key; /* enum pk_hotspots_key */
    bool is_reversed;
    uint32_t row, first_row;

    struct pk_neighbours around; /* sandwich: of `around_of` */
    struct pk_arena sandwich;
    pk_frame_id around_of;
    uint32_t line, first_line; /* callers, the function, callees */
};

/* Whether a view has anything to show. */
bool pk_explore_has(const struct pk_explore *x, enum pk_explore_view view);

/* Keep where we are for Backspace. */
void pk_explore_keep(struct pk_explore *x);

/* Select a function, or a node and its function. */
void pk_explore_choose(struct pk_explore *x, pk_frame_id function);
void pk_explore_choose_node(struct pk_explore *x, pk_node_id node);

/* The name of a frame as it is shown: escaped, in ASCII where that is all. */
void pk_explore_name(struct pk_buf *out, const struct pk_explore *x, pk_frame_id frame);

/* True for a function that the search found. */
bool pk_explore_is_hit(const struct pk_explore *x, pk_frame_id frame);

/* Each view: a key that is its own (false: it is not), its drawing, the next hit of the search
 * (`step` is 1 or -1), and what happens when it is turned to. */
bool pk_explore_icicle_key(struct pk_explore *x, int32_t key);
void pk_explore_icicle_draw(struct pk_explore *x, struct pk_canvas *canvas,
                            struct pk_explore_area area);
bool pk_explore_icicle_hit(struct pk_explore *x, int step);
void pk_explore_icicle_enter(struct pk_explore *x);
bool pk_explore_table_key(struct pk_explore *x, int32_t key);
void pk_explore_table_draw(struct pk_explore *x, struct pk_canvas *canvas,
                           struct pk_explore_area area);
bool pk_explore_table_hit(struct pk_explore *x, int step);
void pk_explore_table_enter(struct pk_explore *x);
bool pk_explore_sandwich_key(struct pk_explore *x, int32_t key);
void pk_explore_sandwich_draw(struct pk_explore *x, struct pk_canvas *canvas,
                              struct pk_explore_area area);
bool pk_explore_sandwich_hit(struct pk_explore *x, int step);
void pk_explore_sandwich_enter(struct pk_explore *x);

/* The search: a key while its pattern is typed, and what it is to find. */
void pk_explore_search_key(struct pk_explore *x, int32_t key);
void pk_explore_search_clear(struct pk_explore *x);

struct pk_explore_row { /* of a list; PK_MISSING is a dash, of `high` nothing */
    pk_frame_id frame;
    const char *mark; /* before the name */
    int64_t self, total, high, calls;
    int64_t whole; /* what shares are of */
};

struct pk_explore_list {
    const char *title; /* of the functions */
    uint32_t n, cursor;
    uint32_t *first; /* the row that is shown first: moved so that the cursor is seen */
    bool has_self, has_calls;
    struct pk_explore_row (*row)(const struct pk_explore *x, uint32_t i);
};

/* Draw rows below their title. */
void pk_explore_list_draw(const struct pk_explore *x, struct pk_canvas *canvas,
                          struct pk_explore_area area, const struct pk_explore_list *list);

/* Move a cursor of `n` rows by a key: false where it is no key that moves. */
bool pk_explore_move(int32_t key, uint32_t n, unsigned page, uint32_t *row);

/* Put a line of words of our own, cut at its end. */
void pk_explore_line(const struct pk_explore *x, struct pk_canvas *canvas, unsigned row,
                     const struct pk_buf *text, struct pk_look look);

/* Draw what stands over a view. */
void pk_explore_draw_overlay(const struct pk_explore *x, struct pk_canvas *canvas,
                             struct pk_explore_area area);

/* Append the facts of what is selected: "self 1.2 s · total 3.4 s · 12.3 %". */
void pk_explore_facts(const struct pk_explore *x, struct pk_buf *out);

#endif
