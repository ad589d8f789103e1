/*
 * The columns of a comparison: one tree with the self of both sides, so that a path is the same
 * node in both, and the totals of functions. What a side has that no path holds stands at the root,
 * as (not recorded).
 *
 * A comparison knows the bounds of totals. Those of self follow: what the total has at least, less
 * what the children have at most, and the other way round.
 */
#include "render/out_html_private.h"

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Pictures have no width below nothing. */
static int64_t not_below(int64_t value)
{
    return value > 0 ? value : 0;
}

/* The whole is no node of the page: its children are roots. */
static void add_shape(struct pk_html_columns *columns, const struct pk_diff_tree *tree)
{
    uint32_t *depth = pk_calloc(tree->n, sizeof *depth);

    for (uint32_t i = 1; i < tree->n; i++) {
        depth[i] = depth[tree->node[i].parent] + 1;
        pk_html_put(columns, depth[i - 1] + 1 - depth[i]);
    }
    pk_html_put(columns, tree->n > 1 ? depth[tree->n - 1] : 0); /* the last: a root */
    pk_html_column(columns, "node.up");
    for (uint32_t i = 1; i < tree->n; i++)
        pk_html_put(columns, tree->node[i].function);
    pk_html_put(columns, tree->n_functions);
    pk_html_column(columns, "node.frame");
    pk_free(depth);
}

/* Values of all nodes but the whole, then what the whole itself has. */
static void add_column(struct pk_html_columns *columns, const char *name, const int64_t *values,
                       uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        pk_html_put(columns, (uint64_t)not_below(values[i]));
    pk_html_put(columns, (uint64_t)not_below(values[0]));
    pk_html_column(columns, name);
}

/* The later side has the names of a page without a comparison: all other views show it. */
static void add_self(struct pk_html_columns *columns, const struct pk_diff_tree *tree, unsigned s)
{
    int64_t *values = pk_calloc(tree->n, sizeof *values);

    for (uint32_t i = 0; i < tree->n; i++)
        values[i] = tree->node[i].self[s];
    add_column(columns, s == PK_AFTER ? "node.self" : "before.self", values, tree->n);
    pk_free(values);
}

/* From the leaves up: a child stands behind its parent, so each is complete when its turn comes. */
static void add_bounds(struct pk_html_columns *columns, const struct pk_diff_tree *tree, unsigned s)
{
    static const char *const names[2][4] = {
        {"before.low", "before.high", "before.selflow", "before.selfhigh"},
        {"node.low", "node.high", "node.selflow", "node.selfhigh"}};
    int64_t *bounds[4];

    for (unsigned b = 0; b < 4; b++)
        bounds[b] = pk_calloc(tree->n, sizeof *bounds[b]);
    for (uint32_t i = tree->n; i-- > 0;) {
        const struct pk_diff_node *node = &tree->node[i];

        bounds[0][i] = not_below(node->range[s].lo);
        bounds[1][i] = not_below(node->range[s].hi);
        bounds[2][i] += bounds[0][i];
        bounds[3][i] += bounds[1][i];
        if (node->parent != PK_NONE) {
            bounds[2][node->parent] -= bounds[1][i];
            bounds[3][node->parent] -= bounds[0][i];
        }
    }
    bounds[0][0] = bounds[2][0];
    bounds[1][0] = bounds[3][0];
    for (unsigned b = 0; b < 4; b++) {
        add_column(columns, names[s][b], bounds[b], tree->n);
        pk_free(bounds[b]);
    }
}

/* The self of a function is what its nodes have, which are all there are. */
static void add_functions(struct pk_html_columns *columns, const struct pk_report_diff *diff)
{
    const struct pk_diff_tree *tree = diff->tree;
    int64_t *self = pk_calloc((size_t)tree->n_functions + 1, sizeof *self);

    for (uint32_t i = 1; i < tree->n; i++)
        self[tree->node[i].function] += tree->node[i].self[PK_AFTER];
    pk_html_values(columns, "flat.self", self, tree->n_functions);
    pk_html_values(columns, "flat.total", tree->whole[PK_AFTER], tree->n_functions);
    for (uint32_t f = 0; f < tree->n_functions; f++)
        pk_html_put(columns, diff->is_noise[f]);
    pk_html_column(columns, "frame.noise");
    pk_free(self);
}

/* Shape and functions once, values for each side. */
void pk_html_diff(struct pk_html_columns *columns, const struct pk_report_diff *diff)
{
    add_functions(columns, diff);
    add_shape(columns, diff->tree);
    for (unsigned s = 0; s < 2; s++) {
        add_self(columns, diff->tree, s);
        if (diff->is_estimated[s])
            add_bounds(columns, diff->tree, s);
    }
}
