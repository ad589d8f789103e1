/*
 * Looking around in a profile by keys: an icicle of its stacks, a sandwich of one function, a table
 * of all functions. This is the part without a terminal: keys change the state, and the state is
 * drawn into a canvas of any size. Nothing here waits, reads or writes. Layer: render; uses analyze
 * (calls, hotspots), canvas, view_paths.
 */
#ifndef PK_RENDER_EXPLORE_H
#define PK_RENDER_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "render/canvas.h"     /* IWYU pragma: export */
#include "render/view_paths.h" /* IWYU pragma: export */

enum pk_explore_view { PK_EXPLORE_ICICLE, PK_EXPLORE_SANDWICH, PK_EXPLORE_TABLE };

struct pk_explore_setup {         /* borrowed for as long as the state lives */
    struct pk_view_stacks stacks; /* without a tree there is no icicle; its profile and metric are
                                     always there */
    const struct pk_attributed *attributed; /* the tree is estimated; else NULL */
    struct pk_str name;                     /* of the file, not escaped */
    bool has_blocks;                        /* colours, and more than ASCII: else brackets */
    bool is_ascii;
};

enum pk_explore_wish { /* what a key asks of the terminal */
                       PK_EXPLORE_GO_ON,
                       PK_EXPLORE_QUIT,
                       PK_EXPLORE_COPY,  /* pk_explore_copied, to the clipboard */
                       PK_EXPLORE_REDRAW /* all of it, whatever is there */
};

struct pk_explore; /* opaque */

/* Begin with the whole profile. Free it with pk_explore_free. */
struct pk_explore *pk_explore_new(const struct pk_explore_setup *setup);
void pk_explore_free(struct pk_explore *explore);

/* What a key (keys.h) does. */
enum pk_explore_wish pk_explore_key(struct pk_explore *explore, int32_t key);

/* Draw the state; scrolls as far as it takes to show what is selected. */
void pk_explore_draw(struct pk_explore *explore, struct pk_canvas *canvas);

/* The name to copy, as it is shown, so that it holds no control character. */
struct pk_str pk_explore_copied(const struct pk_explore *explore);

#endif
