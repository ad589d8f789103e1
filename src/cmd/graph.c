/*
 * profkit graph: who calls whom, as boxes and arrows: DOT by ourselves, pictures by Graphviz.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "cmd/picture.h"
#include "cmd/stacks.h"
#include "render/theme.h"
#include "render/view_graph.h"
#include "render/writers.h"

#define NODE_PERCENT 500000 /* millionths: 0.5 % */
#define EDGES_PER_NODE 5    /* edges of a fifth of that are drawn: 0.1 % */
#define MOST_NODES 200      /* dot needs 0.2 s for them, and 3 s for 1,000 */

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "draw N functions; 0 draws all (default 200)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL,
     "leave out functions with less (default 0.5), calls with a fifth of it", false},
    {"title", 0, PK_OPT_TEXT, "TEXT", NULL, "title of the picture", false},
    {"colors", 0, PK_OPT_CHOICE, "PALETTE", "module,kind,hash,hot,grey",
     "what colours mean (default module)", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* Errors that would otherwise end as an empty picture with status 0. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);
    char quoted[320];

    pk_error_quote(quoted, sizeof quoted, metric->name);
    if (!pk_stacks_check_signs(loaded, "size", error))
        return false;
    if (!graph || (graph->n == 0 && pk_profile_frames(loaded->profile) > 1 &&
                   !pk_profile_tree(loaded->profile)))
        return pk_stacks_refuse_graph(loaded, error);
    if (pk_profile_total(loaded->profile, loaded->metric) <= 0)
        return pk_error_set(error, PK_INPUT, pk_place_none(),
                            "nothing to draw: every value of %s is zero", quoted);
    return true;
}

/* Said beside the picture, which says it too. */
static void say_left_out(const struct pk_args *args, const struct pk_net *net)
{
    struct pk_buf text = {0};

    if (net->left_out.size && !pk_is_quiet(args)) {
        pk_escape_terminal(&text, net->left_out);
        fprintf(stderr, "%s; --top 0 --min-percent 0 draws all\n", text.data);
    }
    pk_buf_fini(&text);
}

/* Choose, view, write; what is left out is said when the picture is there. */
static bool draw(const struct pk_args *args, struct pk_loaded *loaded, struct pk_target *target,
                 struct pk_error *error)
{
    uint32_t top = pk_top(args, MOST_NODES);
    struct pk_callgraph_options chosen = {.most_nodes = top};
    struct pk_callgraph found;
    struct pk_net *net;

    chosen.node_percent = pk_min_percent(args, NODE_PERCENT);
    chosen.edge_percent = chosen.node_percent / EDGES_PER_NODE;
    found = pk_callgraph_find(loaded->profile, loaded->metric, &chosen, &loaded->arena);
    net = pk_view_graph(&loaded->arena, loaded->profile, loaded->metric, &found,
                        pk_picture_title_of(args, loaded));
    pk_theme_parse(pk_opts_text(&args->opts, "colors", "module"), &target->style.palette);
    if (!target->writer->net(net, &target->style, pk_output_stream(target->output), error))
        return false;
    say_left_out(args, net);
    return true;
}

/* Everything that can be refused is refused before the output is opened. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;

    if (pk_load(args, &loaded, error) && check(&loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_dot, PK_TARGET_NET, &target, error)) {
        bool done = draw(args, &loaded, &target, error);

        pk_target_finish(args, &loaded, &target, done, error);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_graph = {
    .name = "graph",
    .summary = "call graph as DOT; as SVG or PNG through Graphviz",
    .usage = "[OPTION...] [FILE...] [-o OUT.svg]",
    .group = "Draw",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit graph out.prof -o out.svg",
};
