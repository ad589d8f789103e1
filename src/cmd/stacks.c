/*
 * Stacks for commands that show them: see stacks.h.
 */
#include "cmd/stacks.h"
#include "base/code.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "analyze/filter_exact.h"

/* Some part of it names a caller. A single function needs none. */
static bool has_calls(const struct pk_profile *profile)
{
    const struct pk_profile *graph = pk_profile_part(profile, PK_GRAPH);

    return pk_profile_part(profile, PK_TREE) ||
           (graph && (pk_profile_graph(graph)->n > 0 || pk_profile_frames(graph) == 1));
}

/* Files of functions alone know no paths (cachegrind has the form of callgrind, but no calls). A
 * profile of which a part does is shown with that part. */
bool pk_stacks_check(const struct pk_loaded *loaded, struct pk_error *error)
{
    if (has_calls(loaded->profile))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "this profile does not say who called what");
    pk_error_hint(error, "profkit hotspots shows its functions" PK_CODE("E041"));
    return false;
}

bool pk_stacks_refuse_graph(const struct pk_loaded *loaded, struct pk_error *error)
{
    pk_error_set(error, PK_USAGE, pk_place_none(), "%s",
                 pk_profile_slices(loaded->profile) > 1
                     ? "part of this profile does not say who called what"
                     : "this profile does not say who called what");
    pk_error_hint(error, "profkit hotspots shows its functions" PK_CODE("E041"));
    return false;
}

bool pk_stacks_check_signs(const struct pk_loaded *loaded, const char *what, struct pk_error *error)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    char quoted[320];

    if (!metric->is_signed)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "the metric %s holds differences, which have no %s",
                 pk_error_quote(quoted, sizeof quoted, metric->name), what);
    pk_error_hint(error, "profkit hotspots shows them as a table" PK_CODE("E045"));
    return false;
}

static bool has_cycle(const struct pk_tree *tree)
{
    for (uint32_t i = 0; i < tree->n; i++)
        if (tree->frame[i] >= PK_FRAME_CYCLE && tree->frame[i] < PK_FRAME_NOT_RECORDED)
            return true;
    return false;
}

/* Once, on stderr: the output itself marks everything that is not certain. */
void pk_stacks_say(const struct pk_args *args, const struct pk_attributed *attributed)
{
    struct pk_buf text = {0};

    if (pk_is_quiet(args))
        return;
    pk_units_percent(&text, attributed->proven, attributed->total);
    fprintf(stderr,
            "tree estimated: the file holds calls, not stacks; place proven for %s %% of the "
            "total\n",
            text.data);
    if (has_cycle(&attributed->tree))
        fputs("(cycle: ...): functions that call each other; calls do not tell in which order\n",
              stderr);
    if (attributed->contradictions)
        fprintf(stderr, "profkit: warning: the calls of %llu function%s do not fit %s\n",
                (unsigned long long)attributed->contradictions,
                attributed->contradictions == 1 ? "" : "s",
                attributed->contradictions == 1 ? "its own total" : "their own totals");
    pk_buf_fini(&text);
}

/* The estimate gives way to its lows. */
static void keep_proven(struct pk_stacks *stacks)
{
    struct pk_attributed *proven = pk_filter_exact(stacks->attributed);

    if (!stacks->is_borrowed)
        pk_attribute_free(stacks->attributed);
    stacks->attributed = proven;
    stacks->is_borrowed = false;
}

/* An estimated tree has one metric, which is its first. */
void pk_stacks_init(struct pk_stacks *stacks, const struct pk_args *args,
                    const struct pk_loaded *loaded)
{
    memset(stacks, 0, sizeof *stacks);
    stacks->view.profile = loaded->profile;
    stacks->view.profile_metric = stacks->view.metric = loaded->metric;
    stacks->view.tree = pk_profile_tree(loaded->profile);
    stacks->view.total = pk_profile_total(loaded->profile, loaded->metric);
    if (stacks->view.tree)
        return;
    stacks->is_borrowed = loaded->filtered != NULL;
    stacks->attributed = loaded->filtered;
    if (!stacks->attributed)
        stacks->attributed = pk_attribute_new(loaded->profile, loaded->metric);
    pk_stacks_say(args, stacks->attributed);
    stacks->is_whole = !loaded->filtered && !pk_opts_has(&args->opts, "exact-only");
    if (pk_opts_has(&args->opts, "exact-only"))
        keep_proven(stacks);
    stacks->view.tree = &stacks->attributed->tree;
    stacks->view.metric = 0;
    stacks->view.total = stacks->attributed->total;
}

/* A recorded tree belongs to its profile, a filtered one to what was loaded. */
void pk_stacks_fini(struct pk_stacks *stacks)
{
    if (!stacks->is_borrowed)
        pk_attribute_free(stacks->attributed);
}
