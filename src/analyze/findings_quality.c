/*
 * Findings about the profile and not the program: what its readers should not believe. They say
 * what the quality line of every output says, by the same counts: pk_quality_of and the notes of
 * the readers; nothing is judged here a second time.
 *
 * The one threshold of its own is that of tracers: cProfile of Python 3.11 adds 150 ns to a call
 * (an empty function, called 200,000 times, best of seven runs, with and without), so where a call
 * takes less than 500 ns with all of that, nearly a third of what is shown may be the tracer's.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/findings_private.h"
#include "analyze/quality.h"
#include "base/units.h"

#define TRACED_NS 500

/* The words of each; detectors.xml has none of them, since no calls are looked for. */
static const struct pk_detector unresolved = {
    .id = PK_STR("q-unresolved-symbols"),
    .grade = PK_PROVEN,
    .summary = PK_STR("Much of the cost is in functions without a name."),
    .advice =
        PK_STR("Install debug symbols, keep the symbol table, or let the runtime write a map of "
               "what it compiles (perf: --perf-basic-prof, -X perf)."),
    .settle = PK_STR("Look which modules the unnamed frames are of: profkit hotspots --by module."),
};
static const struct pk_detector folded_stacks = {
    .id = PK_STR("q-folded-stacks"),
    .grade = PK_PROVEN,
    .summary = PK_STR("Light stacks were folded to save memory."),
    .advice = PK_STR("Read it with more memory: a larger --mem, or without it."),
    .settle = PK_STR("Look what stands right above (folded by --mem) in profkit tree."),
};
static const struct pk_detector few_samples = {
    .id = PK_STR("q-few-samples"),
    .grade = PK_PROVEN,
    .summary = PK_STR("So few samples that shares are rough."),
    .advice = PK_STR("Record longer, or merge several recordings."),
    .settle = PK_STR("Record twice and compare: profkit diff says what is noise."),
};
static const struct pk_detector cut_stacks = {
    .id = PK_STR("q-cut-stacks"),
    .grade = PK_PROVEN,
    .summary = PK_STR("Stacks as deep as the kernel allows, whose callers may be missing."),
    .advice = PK_STR("Raise kernel.perf_event_max_stack and record again."),
    .settle =
        PK_STR("Look whether the first frame of these stacks is the one that the others begin "
               "with."),
};
static const struct pk_detector lost_events = {
    .id = PK_STR("q-lost-events"),
    .grade = PK_PROVEN,
    .summary = PK_STR("The recorder lost events."),
    .advice = PK_STR("Record with a larger buffer (perf record -m) or at a lower rate."),
    .settle = PK_STR("Losses come in bursts: look when they were, and what ran then."),
};
static const struct pk_detector damaged = {
    .id = PK_STR("q-damaged-input"),
    .grade = PK_PROVEN,
    .summary = PK_STR("A part of the file could not be read."),
    .advice = PK_STR("Copy or record the file again."),
    .settle = PK_STR("Compare its size with that of the original."),
};
static const struct pk_detector mixed_events = {
    .id = PK_STR("q-mixed-events"),
    .grade = PK_PROVEN,
    .summary = PK_STR("Values of several kinds of recording are added up."),
    .advice = PK_STR("Merge only what one recorder wrote."),
    .settle = PK_STR("Look at each file alone."),
};
static const struct pk_detector tracer = {
    .id = PK_STR("q-tracer-overhead"),
    .grade = PK_POSSIBLE,
    .summary = PK_STR("Calls so short that tracing them may be much of what is shown."),
    .advice =
        PK_STR("Believe the counts, and times only of what is called seldom; sample for times."),
    .settle = PK_STR("Run it without the profiler and compare the times."),
};

struct looking {
    const struct pk_profile *profile;
    struct pk_arena *arena;
    struct pk_findings *found;
};

/* All of them look alike but for their words: no function, no loop, nothing to save. */
static void add(struct looking *l, const struct pk_detector *detector, int64_t cost,
                struct pk_buf *evidence, const char *criterion)
{
    l->found->list[l->found->n++] = (struct pk_finding){
        .detector = detector,
        .grade = detector->grade,
        .caller = PK_NONE,
        .callee = PK_NONE,
        .at = PK_NONE,
        .sink = PK_NONE,
        .is_quality = true,
        .loop = {PK_NONE, PK_MISSING, PK_MISSING},
        .sink_calls = PK_MISSING,
        .cost = cost,
        .evidence = pk_arena_str(l->arena, pk_buf_view(evidence)),
        .criterion = pk_str_of(criterion),
    };
    pk_buf_reset(evidence);
}

/* Those of the quality line, in its words. */
static void add_doubts(struct looking *l, const struct pk_quality *quality, struct pk_buf *text)
{
    if (pk_quality_doubt(quality, PK_DOUBT_UNRESOLVED, text))
        add(l, &unresolved, quality->unresolved, text, "more than 20 % of the weight");
    if (pk_quality_doubt(quality, PK_DOUBT_FOLDED, text))
        add(l, &folded_stacks, quality->folded, text, "any weight");
    if (pk_quality_doubt(quality, PK_DOUBT_FEW_SAMPLES, text))
        add(l, &few_samples, PK_MISSING, text, "fewer than 100 samples");
}

/* Kinds are told by their ids: a note that came with a .pk has a copy of its kind. */
static bool is_note(const struct pk_note *note, const char *id)
{
    return pk_str_equal(pk_str_of(note->kind->id), pk_str_of(id));
}

static void add_note(const struct pk_note *note, struct pk_buf *text)
{
    pk_buf_text(text, text->size ? "; " : "");
    pk_notes_describe(note, text);
}

/* Notes of one id are one finding, also where a file has several of other words; all that is damage
 * is one more. */
static void add_notes(struct looking *l)
{
    const struct pk_notes *notes = pk_profile_notes(l->profile);
    struct pk_buf cut = {0}, lost = {0}, damage = {0};

    for (size_t i = 0; i < notes->list.size; i++) {
        const struct pk_note *note = &notes->list.data[i];

        if (is_note(note, "deep-stacks"))
            add_note(note, &cut);
        else if (is_note(note, "lost-events"))
            add_note(note, &lost);
        else if (note->kind->is_damage)
            add_note(note, &damage);
    }
    if (cut.size)
        add(l, &cut_stacks, PK_MISSING, &cut, "one or more");
    if (lost.size)
        add(l, &lost_events, PK_MISSING, &lost, "one or more");
    if (damage.size)
        add(l, &damaged, PK_MISSING, &damage, "one or more");
    pk_buf_fini(&cut);
    pk_buf_fini(&lost);
    pk_buf_fini(&damage);
}

/* A merge of formats adds what a tracer measured to what a sampler estimated. */
static void add_mixed(struct looking *l, struct pk_buf *text)
{
    uint32_t n, formats = 0;
    const struct pk_fact *facts = pk_profile_facts(l->profile, &n);

    for (uint32_t i = 0; i < n; i++)
        if (pk_str_equal(facts[i].key, PK_STR("format"))) {
            pk_buf_text(text, formats++ ? ", " : "files of ");
            pk_buf_str(text, facts[i].value);
        }
    pk_buf_text(text, " are added up");
    if (formats > 1)
        add(l, &mixed_events, PK_MISSING, text, "two formats or more");
    pk_buf_reset(text);
}

/* Calls of all functions, -1 where nobody counted them. */
static int64_t all_calls(const struct pk_profile *profile)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    int64_t sum = flat->calls ? 0 : -1;

    for (pk_frame_id f = 0; flat->calls && f < pk_profile_frames(profile); f++)
        sum = pk_search_sum(sum, pk_search_counted(flat->calls[f]));
    return sum;
}

/* Only where time was measured at each call: samples of Python's own sampler have calls that are
 * none, and counts of instructions know of no tracer. */
static void add_tracer(struct looking *l, uint32_t metric, const struct pk_quality *quality,
                       struct pk_buf *text)
{
    const struct pk_metric *what = pk_profile_metric(l->profile, metric);
    int64_t calls = all_calls(l->profile), each;

    if (what->unit != PK_UNIT_NS || what->scale != 0 || quality->has_sampled_calls || calls <= 0)
        return;
    each = quality->total / calls;
    if (quality->total <= 0 || each >= TRACED_NS)
        return;
    pk_units_count(text, calls);
    pk_buf_text(text, calls == 1 ? " call, " : " calls, ");
    pk_units_value(text, PK_UNIT_NS, 0, each);
    pk_buf_text(text, " for each, with what the tracer took");
    add(l, &tracer, PK_MISSING, text, "less than 500 ns a call");
}

/* In the order of the quality line, so that a reader finds them again: what hides most first. */
struct pk_findings pk_findings_of_quality(const struct pk_profile *profile, uint32_t metric,
                                          struct pk_arena *arena)
{
    struct pk_findings found = {.list = PK_NEW_ARRAY(arena, struct pk_finding, PK_QUALITY_MOST)};
    struct pk_quality quality = pk_quality_of(profile, metric);
    struct looking l = {profile, arena, &found};
    struct pk_buf text = {0};

    add_doubts(&l, &quality, &text);
    add_notes(&l);
    add_mixed(&l, &text);
    add_tracer(&l, metric, &quality, &text);
    pk_buf_fini(&text);
    return found;
}
