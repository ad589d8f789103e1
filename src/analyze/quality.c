/*
 * The quality line: see quality.h. The thresholds are UX.md's: warn above 20 % of weight without a
 * symbol and below 100 samples. Losses that the reader counted are repeated here, so that no later
 * output hides them.
 */
#include "analyze/quality.h"

#include <stddef.h>
#include <stdint.h>

#define FEW_SAMPLES 100

/* True when the metric is the one that counts the samples of `event`. */
static bool counts_event(struct pk_str name, struct pk_str event)
{
    return name.size == event.size + sizeof "/samples" - 1 && pk_str_starts(name, event) &&
           pk_str_ends(name, PK_STR("/samples"));
}

/* True when every slice that knows `shown` knows `counts`: in a merge, files whose samples weigh
 * all the same have no count beside them. */
static bool counts_all(const struct pk_profile *profile, uint32_t shown, uint32_t counts)
{
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++)
        if (pk_profile_slice_total(profile, i, shown) != PK_MISSING &&
            pk_profile_slice_total(profile, i, counts) == PK_MISSING)
            return false;
    return true;
}

/* Only a metric that is called samples counts samples, or EVENT/samples for the event shown;
 * weights are no samples. One metric alone has all the samples that a reader counted. */
static int64_t samples_of(const struct pk_profile *profile, uint32_t shown)
{
    struct pk_str event = pk_profile_metric(profile, shown)->name;

    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++) {
        const struct pk_metric *metric = pk_profile_metric(profile, m);

        if (metric->unit == PK_UNIT_COUNT && metric->scale == 0 &&
            (pk_str_equal(metric->name, PK_STR("samples")) || counts_event(metric->name, event)) &&
            counts_all(profile, shown, m))
            return pk_profile_total(profile, m);
    }
    return pk_profile_metrics(profile) == 1 ? pk_profile_tally(profile, "samples") : -1;
}

/* All samples of all events, where it is sure that the metric is one of those events: -1 if not. */
static int64_t most_samples(const struct pk_profile *profile)
{
    uint32_t count, formats = 0;
    const struct pk_fact *facts = pk_profile_facts(profile, &count);

    for (uint32_t i = 0; i < count; i++)
        formats += pk_str_equal(facts[i].key, PK_STR("format"));
    return formats <= 1 ? pk_profile_tally(profile, "samples") : -1;
}

/* Self, not inclusive: an unresolved caller hides no time. */
struct pk_quality pk_quality_of(const struct pk_profile *profile, uint32_t metric)
{
    const struct pk_flat *flat = pk_profile_flat(profile);
    struct pk_quality quality = {.total = pk_profile_total(profile, metric),
                                 .samples = samples_of(profile, metric),
                                 .most_samples = most_samples(profile),
                                 .frames = pk_profile_frames(profile)};

    for (pk_frame_id f = 0; flat->self[metric] && f < pk_profile_frames(profile); f++) {
        const struct pk_frame *frame = pk_profile_frame(profile, f);
        int64_t self = flat->self[metric][f];

        if (self == PK_MISSING || self <= 0)
            continue;
        if (frame->kind == PK_KIND_UNRESOLVED)
            quality.unresolved += self;
        if (frame->kind == PK_KIND_SPECIAL && pk_str_equal(frame->name, PK_STR(PK_FOLDED)))
            quality.folded += self;
    }
    /* Beside negative values a part can pass its whole; a total below zero has no parts. */
    if (quality.unresolved > quality.total)
        quality.unresolved = quality.total > 0 ? quality.total : 0;
    quality.has_unresolved = quality.total > 0 && quality.unresolved > quality.total / 5;
    if (quality.samples >= 0)
        quality.most_samples = quality.samples;
    quality.has_few_samples = quality.most_samples >= 0 && quality.most_samples < FEW_SAMPLES;
    quality.has_sampled_calls = pk_str_equal(pk_profile_fact(profile, "mode"), PK_STR("sampled"));
    return quality;
}

/* Lines are separated, not ended, so that an empty text is no line. */
static void next_line(struct pk_buf *out)
{
    if (out->size)
        pk_buf_char(out, '\n');
}

bool pk_quality_doubt(const struct pk_quality *quality, enum pk_quality_doubt doubt,
                      struct pk_buf *out)
{
    if (doubt == PK_DOUBT_UNRESOLVED && quality->has_unresolved) {
        pk_units_percent(out, quality->unresolved, quality->total);
        pk_buf_text(out, " % of weight ends in frames without a symbol");
        return true;
    }
    if (doubt == PK_DOUBT_FOLDED && quality->folded) {
        pk_units_percent(out, quality->folded, quality->total);
        pk_buf_text(out, " % of weight is in stacks folded to save memory: any function may have "
                         "up to that much more");
        return true;
    }
    if (doubt == PK_DOUBT_FEW_SAMPLES && quality->has_few_samples) {
        pk_buf_text(out, "only ");
        pk_units_count(out, quality->most_samples);
        pk_buf_text(out, quality->most_samples == 1 ? " sample" : " samples");
        pk_buf_text(out, quality->samples < 0 ? " of all events: shares are rough"
                                              : ": shares are rough");
        return true;
    }
    return false;
}

void pk_quality_doubts(const struct pk_quality *quality, struct pk_buf *out)
{
    struct pk_buf line = {0};

    for (enum pk_quality_doubt doubt = 0; doubt < PK_DOUBTS; doubt++) {
        pk_buf_reset(&line);
        if (!pk_quality_doubt(quality, doubt, &line))
            continue;
        next_line(out);
        pk_buf_str(out, pk_buf_view(&line));
    }
    pk_buf_fini(&line);
}

void pk_quality_warnings(const struct pk_quality *quality, const struct pk_profile *profile,
                         struct pk_buf *out)
{
    const struct pk_notes *notes = pk_profile_notes(profile);

    pk_quality_doubts(quality, out);
    for (size_t i = 0; i < notes->list.size; i++) {
        next_line(out);
        pk_notes_describe(&notes->list.data[i], out);
    }
}
