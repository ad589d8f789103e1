/*
 * What makes a comparison doubtful: see comparison.h. Each is a sentence on both sides, and only
 * what both of them tell is held against each other.
 *
 * Threads are compared by their names without numbers, which are ids or places in a pool and change
 * from run to run; how many have a name does not.
 */
#include "cmd/comparison.h"

#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"
#include "base/intern.h"
#include "cmd/diff_measure.h"
#include "model/timeline.h"

#define MOST_NAMES 3u
#define MOST_LONGER 1.2 /* what a recording may be longer than the other */

/* --- threads --- */

struct threads {
    struct pk_intern seen[2]; /* [side] names as they are: a thread with labels has many slices */
    struct pk_intern names;   /* without numbers, of both sides */
    PK_ARRAY(uint32_t) of[2]; /* [id of names] how many */
    uint32_t n[2];
};

static void add_thread(struct threads *threads, unsigned s, struct pk_str name)
{
    size_t known = threads->seen[s].texts.size;
    struct pk_buf text = {0};
    uint32_t id;

    if (!name.size || pk_intern_id(&threads->seen[s], name) < known)
        return;
    for (size_t i = 0; i < name.size; i++) {
        bool is_digit = name.data[i] >= '0' && name.data[i] <= '9';

        if (!is_digit || text.size == 0 || text.data[text.size - 1] != '#')
            pk_buf_char(&text, is_digit ? '#' : name.data[i]);
    }
    id = pk_intern_id(&threads->names, pk_buf_view(&text));
    for (unsigned side = 0; side < 2; side++)
        while (threads->of[side].size <= id)
            pk_array_push(&threads->of[side], 0);
    threads->of[s].data[id]++;
    threads->n[s]++;
    pk_buf_fini(&text);
}

/* Those of slices, and those that collapsed stacks begin with. */
static void collect_threads(struct threads *threads, unsigned s, const struct pk_profile *profile)
{
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++)
        add_thread(threads, s, pk_profile_slice(profile, i)->thread);
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_profile_frame(profile, f)->kind == PK_KIND_THREAD)
            add_thread(threads, s, pk_profile_frame(profile, f)->name);
}

/* "'worker-#' 4 before and 8 after" */
static void add_name(const struct threads *threads, uint32_t id, struct pk_buf *lines)
{
    uint32_t before = threads->of[PK_BEFORE].data[id], after = threads->of[PK_AFTER].data[id];
    char quoted[320];

    pk_buf_text(lines, pk_error_quote(quoted, sizeof quoted, pk_intern_text(&threads->names, id)));
    if (before && after)
        pk_buf_printf(lines, " %u before and %u after", before, after);
    else
        pk_buf_text(lines, before ? " only before" : " only after");
}

static void warn_threads(const struct pk_comparison *c, struct pk_buf *lines)
{
    struct threads threads = {0};
    uint32_t n = 0;

    pk_intern_init(&threads.names);
    for (unsigned s = 0; s < 2; s++) {
        pk_intern_init(&threads.seen[s]);
        collect_threads(&threads, s, c->side[s].profile);
    }
    for (uint32_t id = 0; threads.n[0] && threads.n[1] && id < threads.of[0].size; id++) {
        if (threads.of[0].data[id] == threads.of[1].data[id])
            continue;
        if (n < MOST_NAMES) {
            pk_buf_text(lines, n ? ", " : "the threads differ: ");
            add_name(&threads, id, lines);
        }
        n++;
    }
    if (n > MOST_NAMES)
        pk_buf_printf(lines, ", and %u more", n - MOST_NAMES);
    pk_buf_text(lines, n ? "\n" : "");
    for (unsigned s = 0; s < 2; s++) {
        pk_intern_fini(&threads.seen[s]);
        pk_array_fini(&threads.of[s]);
    }
    pk_intern_fini(&threads.names);
}

/* --- facts --- */

/* A fact that both sides give, each in its own words. */
static void warn_fact(const struct pk_comparison *c, const char *key, struct pk_buf *lines)
{
    struct pk_str fact[2];
    char before[320], after[320];

    for (unsigned s = 0; s < 2; s++)
        fact[s] = pk_profile_fact(c->side[s].profile, key);
    if (fact[0].data && fact[1].data && !pk_str_equal(fact[0], fact[1]))
        pk_buf_printf(lines, "the %s differs: %s before, %s after\n", key,
                      pk_error_quote(before, sizeof before, fact[0]),
                      pk_error_quote(after, sizeof after, fact[1]));
}

/* 10ms and 100 Hz are one period; where one is not known, or is no number, words are compared. */
static void warn_period(const struct pk_comparison *c, struct pk_buf *lines)
{
    struct pk_rational period[2];
    int64_t ns[2] = {0, 0};

    for (unsigned s = 0; s < 2; s++) {
        period[s] = c->diff.measure.period[s];
        if (!period[s].den)
            period[s] = pk_measure_period(c->side[s].profile);
    }
    if (!period[0].den || !period[1].den || !pk_measure_value(1, period[0], &ns[0]) ||
        !pk_measure_value(1, period[1], &ns[1])) {
        warn_fact(c, "period", lines);
        warn_fact(c, "frequency", lines);
    } else if ((__int128)period[0].num * period[1].den != (__int128)period[1].num * period[0].den) {
        pk_buf_text(lines, "the sampling period differs: ");
        pk_units_value(lines, PK_UNIT_NS, 0, ns[0]);
        pk_buf_text(lines, " before, ");
        pk_units_value(lines, PK_UNIT_NS, 0, ns[1]);
        pk_buf_text(lines, " after\n");
    }
}

/* --- how long --- */

/* From the first sample to the last, of a run of each side. False where one side does not say. */
static bool warn_spans(const struct pk_comparison *c, struct pk_buf *lines)
{
    int64_t ns[2];

    for (unsigned s = 0; s < 2; s++) {
        uint32_t runs = c->diff.measure.runs[s] ? c->diff.measure.runs[s] : 1;

        ns[s] = pk_profile_span(c->side[s].profile) / runs;
    }
    if (ns[0] <= 0 || ns[1] <= 0)
        return false;
    if ((double)ns[1] <= MOST_LONGER * (double)ns[0] &&
        (double)ns[0] <= MOST_LONGER * (double)ns[1])
        return true;
    pk_buf_text(lines, "the recordings differ in length: ");
    pk_units_value(lines, PK_UNIT_NS, 0, ns[0]);
    pk_buf_text(lines, " before, ");
    pk_units_value(lines, PK_UNIT_NS, 0, ns[1]);
    pk_buf_text(lines, " after (");
    pk_units_ratio(lines, ns[1], ns[0]);
    pk_buf_text(lines, "); --normalize total compares shares\n");
    return true;
}

void pk_comparison_warnings(const struct pk_comparison *c, struct pk_buf *lines)
{
    static const char *const facts[] = {"format", "producer", "mode"};

    for (size_t i = 0; i < sizeof facts / sizeof *facts && !c->is_pair; i++)
        warn_fact(c, facts[i], lines);
    if (!c->is_pair) {
        warn_period(c, lines);
        warn_threads(c, lines);
    }
    if (c->is_pair || !warn_spans(c, lines)) /* samples stand for time where nothing else does */
        pk_diff_measure_warn(&c->diff, lines);
}

struct pk_str pk_comparison_warnings_in(const struct pk_comparison *c, struct pk_arena *arena)
{
    struct pk_buf lines = {0};
    struct pk_str text;

    pk_comparison_warnings(c, &lines);
    text = pk_arena_str(arena, pk_buf_view(&lines));
    pk_buf_fini(&lines);
    return text;
}
