/*
 * What commands that show stacks share: the recorded tree of a profile, or an estimated one where
 * the file holds only calls. Layer: cmd.
 */
#ifndef PK_CMD_STACKS_H
#define PK_CMD_STACKS_H

#include "cmd/common.h" /* IWYU pragma: export */

#include "render/view_paths.h" /* IWYU pragma: export */

struct pk_stacks { /* free with pk_stacks_fini */
    struct pk_view_stacks view;
    struct pk_attributed *attributed; /* holds the tree when it is estimated, else NULL */
    bool is_borrowed;                 /* it is the filtered one of what was loaded */
    bool is_whole; /* it is estimated and all of it: the tables of the profile know it too */
};

/* False fills `error` where the metric shown holds differences: those have no `what` ("size"). */
bool pk_stacks_check_signs(const struct pk_loaded *loaded, const char *what,
                           struct pk_error *error);

/* True when a profile says anything about who called what; else `error` tells what is possible. */
bool pk_stacks_check(const struct pk_loaded *loaded, struct pk_error *error);

/* Always false: `error` says that the profile, or a part of it, does not tell who called what. */
bool pk_stacks_refuse_graph(const struct pk_loaded *loaded, struct pk_error *error);

/* The stacks of the chosen metric: filtered, and with --exact-only what is proven of them. That
 * they are estimated is said on stderr. The profile must have passed the check and outlive them. */
void pk_stacks_init(struct pk_stacks *stacks, const struct pk_args *args,
                    const struct pk_loaded *loaded);
void pk_stacks_fini(struct pk_stacks *stacks);

/* Say on stderr that a tree is estimated, and how much of it is proven; nothing with -q. */
void pk_stacks_say(const struct pk_args *args, const struct pk_attributed *attributed);

#endif
