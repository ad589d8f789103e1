/*
 * What -v and -vv say on stderr: what was read and how it was understood, what came of it, and what
 * it took. Nothing of it is a result, and its words may change.
 *
 * Trap: pk_verbose_end speaks behind the commit of the output, so it asks for no memory.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/escape.h"
#include "base/progress.h"
#include "cmd/common.h"

/* 0, 1 for -v, 2 for -vv; -q is stronger. */
static unsigned level(const struct pk_args *args)
{
    return pk_is_quiet(args) ? 0 : pk_opts_count(&args->opts, "verbose");
}

/* The names of what was read, weakest first. */
void pk_verbose_config(const struct pk_args *args)
{
    struct pk_buf text = {0};

    if (level(args) == 0)
        return;
    for (size_t i = 0; i < args->config.sources.size; i++) {
        pk_buf_text(&text, i ? ", " : "");
        pk_escape_terminal(&text, pk_str_of(args->config.sources.data[i]));
    }
    fprintf(stderr, "configuration: %s\n", text.size ? text.data : "none");
    for (size_t i = 0; level(args) > 1 && i < args->config.defaults.size; i++) {
        const struct pk_config_default *one = &args->config.defaults.data[i];

        fprintf(stderr, "  %s.%s = %s\n", one->key->section, one->key->value.name, one->text);
    }
    pk_buf_fini(&text);
}

void pk_verbose_input(const struct pk_args *args, const struct pk_input *input,
                      const struct pk_reader *reader)
{
    struct pk_buf text = {0};

    if (level(args) == 0)
        return;
    pk_escape_terminal(&text, pk_str_of(pk_input_name(input)));
    pk_buf_printf(&text, ": %s, ", reader->name);
    pk_units_count(&text, (int64_t)pk_input_position(input, NULL));
    pk_buf_text(&text, " bytes read\n");
    fputs(text.data, stderr);
    pk_buf_fini(&text);
}

/* "12 functions". */
static void add_count(struct pk_buf *out, uint64_t count, const char *what)
{
    if (out->size)
        pk_buf_text(out, ", ");
    pk_units_count(out, (int64_t)count);
    pk_buf_printf(out, " %s%s", what, count == 1 ? "" : "s");
}

void pk_verbose_profile(const struct pk_args *args, const struct pk_profile *profile)
{
    const struct pk_tree *tree = pk_profile_tree(profile);
    struct pk_buf text = {0};

    if (level(args) == 0)
        return;
    add_count(&text, pk_profile_frames(profile), "function");
    if (level(args) > 1) { /* the graph of stacks is made for it */
        const struct pk_graph *graph = pk_profile_graph(profile);

        add_count(&text, graph ? graph->n : 0, "call edge");
        add_count(&text, tree ? tree->n : 0, "tree node");
        add_count(&text, pk_profile_slices(profile), "slice");
        add_count(&text, pk_profile_metrics(profile), "metric");
    }
    fprintf(stderr, "profile: %s\n", text.data);
    pk_buf_fini(&text);
}

/* Seconds of the clock, not of the processor: what the user waited for. */
void pk_verbose_end(const struct pk_args *args)
{
    struct rusage usage;
    const char *verb;
    uint64_t ms, all = 0;

    if (level(args) == 0)
        return;
    pk_progress_phase(NULL, NULL, 1, 1);
    for (unsigned i = 0; (verb = pk_progress_time(i, &ms)); i++) {
        all += ms;
        if (level(args) > 1)
            fprintf(stderr, "%s: %" PRIu64 ".%03u s\n", verb, ms / 1000, (unsigned)(ms % 1000));
    }
    fprintf(stderr, "%" PRIu64 ".%03u s", all / 1000, (unsigned)(all % 1000));
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        fprintf(stderr, ", %ld.%ld MiB of memory at most", usage.ru_maxrss / 1024,
                usage.ru_maxrss % 1024 * 10 / 1024);
    fputc('\n', stderr);
}
