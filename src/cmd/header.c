/*
 * The first lines of human output: what was read, how much of it, how far to trust it. The same
 * words in summary and above every table.
 */
#include "analyze/quality.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/common.h"
#include "render/grouping.h"

/* The middle dot of the examples, or ASCII. */
static void add_separator(struct pk_buf *out, const struct pk_style *style)
{
    pk_buf_text(out, style->is_ascii ? " - " : " · ");
}

/* One file by its name, several by their number. */
static void add_names(const struct pk_loaded *loaded, struct pk_buf *out)
{
    if (loaded->names.size > 2) {
        pk_buf_printf(out, "%zu files", loaded->names.size - 1);
        return;
    }
    pk_escape_terminal(out, pk_str_of(loaded->names.size ? loaded->names.data[0] : "stdin"));
}

/* All values of a fact, separated by ", "; returns how many there are. */
static unsigned add_facts(const struct pk_profile *profile, const char *key, struct pk_buf *out)
{
    uint32_t n_facts;
    const struct pk_fact *facts = pk_profile_facts(profile, &n_facts);
    unsigned found = 0;

    for (uint32_t i = 0; i < n_facts; i++)
        if (pk_str_equal(facts[i].key, pk_str_of(key))) {
            pk_buf_text(out, found++ ? ", " : "");
            pk_escape_terminal(out, facts[i].value);
        }
    return found;
}

/* "pstats by cProfile", "callgrind-3.19.0", "perf script"; of several formats nobody can tell which
 * producer wrote which, nor whose samples were counted: then false. */
static bool add_origin(const struct pk_profile *profile, struct pk_buf *out)
{
    struct pk_str format = pk_profile_fact(profile, "format");
    struct pk_str producer = pk_profile_fact(profile, "producer");
    const struct pk_reader *reader = format.data ? pk_reader_find(format.data) : NULL;
    struct pk_buf formats = {0};
    bool is_one = add_facts(profile, "format", &formats) == 1;

    if (!format.data)
        pk_buf_text(out, "profile");
    else if (is_one && reader && reader->title)
        pk_buf_text(out, reader->title);
    else if (!is_one || !producer.data || !pk_str_starts(producer, format))
        pk_buf_str(out, pk_buf_view(&formats));
    if (is_one && producer.data && !pk_str_equal(producer, format)) {
        pk_buf_text(out, pk_str_starts(producer, format) ? "" : " by ");
        add_facts(profile, "producer", out);
    }
    pk_buf_fini(&formats);
    return is_one;
}

/* "186 samples", "2 threads"; nothing where that is not known, or one thread. */
static void add_size(const struct pk_loaded *loaded, const struct pk_style *style,
                     bool is_one_format, struct pk_buf *out)
{
    int64_t samples = pk_quality_of(loaded->profile, loaded->metric).samples;
    bool is_total = samples == pk_profile_total(loaded->profile, loaded->metric);
    uint32_t threads = 0;

    if (samples >= 0 && is_one_format && !is_total) { /* else the total has said it */
        add_separator(out, style);
        pk_units_count(out, samples);
        pk_buf_text(out, samples == 1 ? " sample" : " samples");
    }
    for (uint32_t i = 0; i < pk_profile_slices(loaded->profile); i++)
        threads += pk_profile_slice(loaded->profile, i)->thread.data != NULL;
    if (threads > 1) {
        add_separator(out, style);
        pk_units_count(out, threads);
        pk_buf_text(out, " threads");
    }
}

/* The calls of all functions added up; -1 when nobody counted any. */
static int64_t all_calls(const struct pk_profile *profile)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t calls = 0;

    if (!flat->calls)
        return -1;
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (flat->calls[f] != PK_MISSING && __builtin_add_overflow(calls, flat->calls[f], &calls))
            return -1;
    return calls;
}

/* The metric is named where the unit alone does not say what it is. */
static void add_total(const struct pk_loaded *loaded, struct pk_buf *out)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);

    pk_units_value(out, metric->unit, metric->scale,
                   pk_profile_total(loaded->profile, loaded->metric));
    if (metric->unit == PK_UNIT_COUNT || pk_profile_metrics(loaded->profile) > 1) {
        pk_buf_char(out, ' ');
        pk_escape_terminal(out, metric->name);
    }
}

/* "quality  warning: ..." once for each thing that a reader should know first. */
static void add_quality(const struct pk_loaded *loaded, struct pk_buf *out)
{
    struct pk_quality quality = pk_quality_of(loaded->profile, loaded->metric);
    struct pk_buf lines = {0};
    struct pk_str rest;

    pk_quality_warnings(&quality, loaded->profile, &lines);
    for (rest = pk_buf_view(&lines); rest.size;) {
        pk_buf_text(out, "quality  warning: ");
        pk_buf_str(out, pk_str_take_line(&rest));
        pk_buf_char(out, '\n');
    }
    pk_buf_fini(&lines);
}

void pk_say_doubts(const struct pk_args *args, const struct pk_profile *profile, uint32_t metric,
                   const char *name, struct pk_target *target)
{
    struct pk_quality quality = pk_quality_of(profile, metric);
    struct pk_buf lines = {0}, file = {0};
    struct pk_str rest;

    if (!pk_is_quiet(args))
        pk_quality_doubts(&quality, &lines);
    if (name) {
        pk_escape_terminal(&file, pk_str_of(name));
        pk_buf_text(&file, ": ");
    }
    for (rest = pk_buf_view(&lines); rest.size;) {
        pk_buf_text(&target->doubts, "profkit: ");
        pk_buf_str(&target->doubts, pk_buf_view(&file));
        pk_buf_text(&target->doubts, "warning: ");
        pk_buf_str(&target->doubts, pk_str_take_line(&rest));
        pk_buf_char(&target->doubts, '\n');
    }
    pk_buf_fini(&lines);
    pk_buf_fini(&file);
}

/* "filter   focus render: 38.2 % of 12.48 s kept"; an earlier filter is known by its words alone.
 */
static void add_filter(const struct pk_loaded *loaded, struct pk_buf *out)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    struct pk_buf words = {0};

    pk_transform_describe(&loaded->transformed, metric, &words);
    if (words.size) {
        pk_buf_text(out, "filter   ");
        pk_escape_terminal(out, pk_buf_view(&words));
        pk_buf_text(out, loaded->transformed.kept == loaded->transformed.whole
                             ? "\n"
                             : "; shares are of what is kept\n");
    } else if (pk_profile_fact(loaded->profile, "filter").size) {
        pk_buf_text(out, "filter   ");
        add_facts(loaded->profile, "filter", out);
        pk_buf_char(out, '\n');
    }
    pk_buf_fini(&words);
}

/* What functions stand for where they are none, also of an earlier run. */
static void add_grouping(const struct pk_profile *profile, struct pk_buf *out)
{
    if (pk_profile_fact(profile, "grouped").size == 0)
        return;
    pk_buf_text(out, "grouped  ");
    add_facts(profile, "grouped", out);
    pk_buf_char(out, '\n');
}

/* One line, then a line for what was filtered away and for each warning. */
void pk_header(const struct pk_loaded *loaded, const struct pk_style *style, struct pk_buf *out)
{
    int64_t calls = all_calls(loaded->profile);
    bool is_one_format;

    add_names(loaded, out);
    pk_buf_text(out, "  ");
    is_one_format = add_origin(loaded->profile, out);
    add_separator(out, style);
    add_total(loaded, out);
    add_size(loaded, style, is_one_format, out);
    add_separator(out, style);
    pk_grouping_count(out, loaded->profile, pk_profile_frames(loaded->profile), " ");
    if (calls >= 0) {
        add_separator(out, style);
        pk_units_count(out, calls);
        pk_buf_text(out, calls == 1 ? " call" : " calls");
    }
    if (!pk_profile_tree(loaded->profile)) {
        add_separator(out, style);
        pk_buf_text(out, style->is_ascii ? "~ tree inferred" : "≈ tree inferred");
    }
    pk_buf_char(out, '\n');
    add_filter(loaded, out);
    add_grouping(loaded->profile, out);
    add_quality(loaded, out);
}
