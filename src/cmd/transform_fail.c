/*
 * What is said when a filter leaves nothing, or cannot be applied: what there would be to choose
 * from, so that the next try is right.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "base/intern.h"
#include "cmd/common.h"
#include "cmd/transform_private.h"

#define MOST_NAMES 8u

/* --- slices --- */

static const struct {
    uint32_t bit;
    const char *option, *one, *many;
    enum pk_frame_kind kind;
} kinds[] = {
    {PK_SELECT_PROCESS, "process", "process", "processes", PK_KIND_PROCESS},
    {PK_SELECT_THREAD, "thread", "thread", "threads", PK_KIND_THREAD},
    {PK_SELECT_LABEL, "label", "label", "labels", PK_KIND_FUNCTION},
};

/* Each once, in the order of slices, then of frames. */
static void collect_names(const struct pk_profile *profile, size_t kind, struct pk_intern *names)
{
    struct pk_buf label = {0};

    for (uint32_t s = 0; s < pk_record_slices(profile); s++) {
        const struct pk_slice *slice = &pk_record_slice(profile, s)->slice;

        if (kinds[kind].bit == PK_SELECT_PROCESS)
            pk_intern_id(names, slice->process);
        else if (kinds[kind].bit == PK_SELECT_THREAD)
            pk_intern_id(names, slice->thread);
        for (uint32_t i = 0; i < slice->n_labels && kinds[kind].bit == PK_SELECT_LABEL; i++) {
            pk_buf_reset(&label);
            pk_buf_str(&label, slice->labels[i].key);
            pk_buf_char(&label, '=');
            pk_buf_str(&label, slice->labels[i].value);
            pk_intern_id(names, pk_buf_view(&label));
        }
    }
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_profile_frame(profile, f)->kind == kinds[kind].kind &&
            kinds[kind].bit != PK_SELECT_LABEL)
            pk_intern_id(names, pk_profile_frame(profile, f)->name);
    pk_buf_fini(&label);
}

/* "main, worker-1 and 12 more"; returns how many there are. The first two texts of an intern are
 * the missing and the empty one. */
static size_t list_names(const struct pk_profile *profile, size_t kind, struct pk_buf *out)
{
    struct pk_intern names;
    size_t n;

    pk_intern_init(&names);
    collect_names(profile, kind, &names);
    n = names.texts.size - 2;
    for (uint32_t i = 0; i < n && i < MOST_NAMES; i++) {
        pk_buf_text(out, i ? ", " : "");
        pk_escape_terminal(out, pk_intern_text(&names, i + 2));
    }
    if (n > MOST_NAMES)
        pk_buf_printf(out, " and %zu more", n - MOST_NAMES);
    pk_intern_fini(&names);
    return n;
}

/* The kind of the only option given, or none. */
static size_t only_kind(const struct pk_transform *transform)
{
    uint32_t wanted = transform->select.wanted;

    if (wanted >= PK_SELECT_LABEL)
        wanted = wanted & (PK_SELECT_PROCESS | PK_SELECT_THREAD) ? 0 : PK_SELECT_LABEL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (wanted == kinds[i].bit)
            return i;
    return sizeof kinds / sizeof *kinds;
}

bool pk_transform_fail_slices(const struct pk_transform *transform,
                              const struct pk_profile *profile, struct pk_error *error)
{
    size_t kind = only_kind(transform);
    struct pk_buf words = {0}, names = {0};
    char quoted[320];

    pk_transform_words(transform, PK_STEP_SLICES, &words);
    pk_error_quote(quoted, sizeof quoted, pk_buf_view(&words));
    if (kind == sizeof kinds / sizeof *kinds) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "nothing in this profile fits %s", quoted);
        pk_error_hint(error, "profkit info lists threads, processes and labels");
    } else if (list_names(profile, kind, &names) == 0) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "--%s: this profile names no %s",
                     kinds[kind].option, kinds[kind].many);
    } else {
        pk_error_set(error, PK_USAGE, pk_place_none(), "nothing in this profile fits %s", quoted);
        pk_error_hint(error, "its %s: %s", kinds[kind].many, names.data);
    }
    pk_buf_fini(&words);
    pk_buf_fini(&names);
    return false;
}

/* --- time --- */

/* Which formats have times is what the reader wants to know, whatever this one is. */
bool pk_transform_fail_time(const struct pk_transform *transform, const struct pk_profile *profile,
                            struct pk_error *error)
{
    const struct pk_timeline *timeline = pk_profile_timeline(profile);
    struct pk_buf words = {0}, length = {0};
    int64_t first = INT64_MAX, last = 0;

    if (!timeline) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "no span of time can be taken: no sample here has a time");
        pk_error_hint(error, "the output of perf script has times, sums have none");
        return false;
    }
    for (uint64_t i = 0; i < timeline->n; i++) {
        int64_t time = timeline->moments[i].time;

        first = time < first ? time : first;
        last = time > last ? time : last;
    }
    pk_transform_words(transform, PK_STEP_TIME, &words);
    pk_units_value(&length, PK_UNIT_NS, 0, last - first);
    pk_error_set(error, PK_USAGE, pk_place_none(), "no sample %s", words.data);
    pk_error_hint(error, "the first sample is at 0s, the last one at %s", length.data);
    pk_buf_fini(&words);
    pk_buf_fini(&length);
    return false;
}

/* --- stacks --- */

/* Only edges that somebody recorded can be climbed. */
static bool has_calls(const struct pk_profile *profile)
{
    const struct pk_profile *graph = pk_profile_part(profile, PK_GRAPH);

    return pk_profile_part(profile, PK_TREE) || (graph && pk_profile_graph(graph)->n > 0);
}

bool pk_transform_check_stacks(const struct pk_transform *transform,
                               const struct pk_profile *profile, struct pk_error *error)
{
    struct pk_buf words = {0};
    char quoted[320];

    if (pk_profile_rung(profile) == PK_TREE ||
        (has_calls(profile) && transform->args->cmd->filters_estimates))
        return true;
    pk_transform_words(transform, PK_STEP_STACKS, &words);
    pk_error_quote(quoted, sizeof quoted, pk_buf_view(&words));
    if (!has_calls(profile)) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "%s needs stacks, and this profile does not say who called what", quoted);
    } else {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "%s needs stacks, and this profile holds only calls", quoted);
        pk_error_hint(error, "profkit tree, paths and flame filter the tree that they estimate");
    }
    pk_buf_fini(&words);
    return false;
}

/* Which word left nothing: the first that no frame matches, else all of them together. */
bool pk_transform_fail_stacks(const struct pk_transform *transform,
                              const struct pk_profile *profile, const uint8_t *marks,
                              const struct pk_transform_sums *sums, struct pk_error *error)
{
    struct pk_buf words = {0};
    unsigned met = 0;
    char quoted[320];

    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        met |= marks[f];
    pk_transform_words(transform, PK_STEP_STACKS, &words);
    pk_error_quote(quoted, sizeof quoted, pk_buf_view(&words));
    pk_error_set(error, PK_USAGE, pk_place_none(), "nothing is left of this profile with %s",
                 quoted);
    if (transform->words & ~met & (PK_FILTER_FOCUS | PK_FILTER_SHOW | PK_FILTER_SHOW_FROM))
        pk_error_hint(error, "no function, file or module matches; profkit hotspots --top 0 lists "
                             "all functions");
    else if (sums->hidden)
        pk_error_hint(error, "of no stack a frame is left to show");
    pk_buf_fini(&words);
    return false;
}
