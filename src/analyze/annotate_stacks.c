/*
 * Lines of stacks: see annotate.h. A line has the self of every stack that ends in it, and the
 * total of every stack that stands in it, once however often it does: so no line passes the whole,
 * and recursion counts once. The same holds for what a line calls.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/annotate_private.h"

struct open_node { /* on the way from the root to the node being looked at; what touches nothing of
                      the scope is not there */
    pk_node_id id, end;
    uint32_t line, call; /* ids, PK_NONE: none of the scope */
};

struct stacks {
    struct pk_annotating *a;
    const struct pk_tree *tree;
    PK_ARRAY(struct open_node) open;
    PK_ARRAY(uint32_t) lines_open, calls_open; /* [id] how often it is on the stack */
};

/* The arrays grow with the ids: a new one is nowhere on the stack. */
#define GROW(array, id)                          \
    do {                                         \
        while ((array)->size <= (id))            \
            pk_array_push((array), UINT32_C(0)); \
    } while (0)

/* Leave the nodes whose subtree is done. */
static void close_until(struct stacks *s, pk_node_id node)
{
    while (s->open.size && s->open.data[s->open.size - 1].end <= node) {
        struct open_node last = s->open.data[--s->open.size];

        if (last.line != PK_NONE)
            s->lines_open.data[last.line]--;
        if (last.call != PK_NONE)
            s->calls_open.data[last.call]--;
    }
}

/* The line of the scope that the parent of the node executes, or PK_NONE. */
static uint32_t parent_line(const struct stacks *s, pk_node_id node)
{
    const struct open_node *last = s->open.size ? &s->open.data[s->open.size - 1] : NULL;

    return last && last->id == s->tree->parent[node] ? last->line : PK_NONE;
}

/* The node as the callee of that line. */
static uint32_t enter_call(struct stacks *s, pk_node_id node, int64_t incl)
{
    uint32_t line = parent_line(s, node), id;
    struct pk_annotate_call *call;

    if (line == PK_NONE)
        return PK_NONE;
    id = pk_annotate_call_id(s->a, line, s->tree->frame[node]);
    GROW(&s->calls_open, id);
    call = &s->a->callees.data[id];
    if (s->calls_open.data[id]++ == 0)
        call->total = pk_annotate_plus(call->total, incl);
    return id;
}

/* The line that the node executes, where it belongs to the scope. */
static uint32_t enter_line(struct stacks *s, pk_node_id node, int64_t self, int64_t incl)
{
    pk_frame_id frame = s->tree->frame[node];
    struct pk_str file = pk_profile_frame(s->a->profile, frame)->file;
    struct pk_annotate_sum *sum;
    uint32_t id;

    if (!pk_annotate_is_in(s->a, frame, file))
        return PK_NONE;
    s->a->is_covered[frame] = true;
    id = pk_annotate_line_id(s->a, file, s->tree->line ? s->tree->line[node] : 0, PK_NONE);
    GROW(&s->lines_open, id);
    sum = &s->a->sums.data[id];
    sum->self = pk_annotate_plus(sum->self, self);
    if (s->lines_open.data[id]++ == 0)
        sum->stacked = pk_annotate_plus(sum->stacked, incl);
    return id;
}

/* Whether a node is neither of the function that is asked for nor called by it, as most are. */
static bool is_elsewhere(const struct stacks *s, pk_node_id node)
{
    pk_frame_id wanted = s->a->scope.frame;

    return wanted != PK_NONE && s->tree->frame[node] != wanted && parent_line(s, node) == PK_NONE;
}

void pk_annotate_stacks(struct pk_annotating *a, const struct pk_tree *tree)
{
    struct stacks s = {.a = a, .tree = tree};
    const int64_t *self = tree->self[a->metric], *incl = tree->incl[a->metric];

    for (pk_node_id i = 0; i < tree->n && self && incl; i++) {
        struct open_node node = {.id = i, .end = tree->end[i]};

        close_until(&s, i);
        if (is_elsewhere(&s, i))
            continue;
        node.call = enter_call(&s, i, incl[i]);
        node.line = enter_line(&s, i, self[i], incl[i]);
        pk_array_push(&s.open, node);
    }
    pk_array_fini(&s.open);
    pk_array_fini(&s.lines_open);
    pk_array_fini(&s.calls_open);
}
