/*
 * Grades by the source: see findings_source.h. A function that is not in the text where the profile
 * says, or whose call is not found there (it may have another name), says nothing. A loop around a
 * call is told, as samples do not know it, but raises no grade: honest work stands in loops, too.
 */
#include "analyze/findings_source.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/sourcetext.h"

#define MOST_FILES 200u /* opened for findings */

struct reading {
    struct pk_findings_sources sources;
    const struct pk_profile *profile;
    const struct pk_sourcefile_options *options;
    struct pk_arena *arena;
    uint32_t opened;
};

/* The calls of `to` in the text of `from`; none where it is not read. */
static struct pk_sourcecall *calls_of(struct reading *r, pk_frame_id from, pk_frame_id to,
                                      uint32_t *n)
{
    const struct pk_frame *at = pk_profile_frame(r->profile, from);
    const struct pk_frame *sink = pk_profile_frame(r->profile, to);
    struct pk_sourcefile file = {.path = PK_STR_NULL};
    struct pk_sourcetext text = {.code = NULL};
    struct pk_sourcecall *calls = NULL;

    *n = 0;
    if (!at->file.size || r->opened++ >= MOST_FILES)
        return NULL;
    pk_sourcefile_open(&file, r->options, at->file, r->arena);
    if (file.is_found && pk_sourcetext_init(&text, pk_buf_view(&file.below.bytes), file.path)) {
        struct pk_str name = at->name;

        if (!pk_str_starts(name, PK_STR("<")))
            name = pk_sourcetext_name(name);
        calls =
            pk_sourcetext_calls(&text, name, at->line, pk_sourcetext_name(sink->name), r->arena, n);
        r->sources.n_read++;
        if (calls && file.below.modified > r->sources.newest) {
            r->sources.newest = file.below.modified;
            r->sources.newest_file = at->file;
        }
    }
    pk_sourcetext_fini(&text);
    pk_sourcefile_fini(&file);
    return calls;
}

static void look_for_loop(struct reading *r, struct pk_finding *finding)
{
    uint32_t n;
    const struct pk_sourcecall *calls = calls_of(r, finding->caller, finding->callee, &n);

    for (uint32_t i = n; i-- > 0;)
        if (calls[i].loop_line) {
            finding->source.loop_call = calls[i].line;
            finding->source.loop_line = calls[i].loop_line;
        }
}

/* Arguments that are worked out before the call are what such a finding is about: without any it is
 * about nothing. False: refuted. */
static bool judge_text(struct pk_finding *finding, const struct pk_sourcecall *calls, uint32_t n)
{
    bool is_plain = true;

    for (uint32_t i = 0; i < n; i++) {
        is_plain &= calls[i].is_plain;
        if (!calls[i].makes_text)
            continue;
        finding->grade = finding->grade > PK_LIKELY ? PK_LIKELY : finding->grade;
        finding->source.line = calls[i].line;
        finding->source.is_eager = true;
        return true;
    }
    for (uint32_t i = 0; i < finding->n_proofs; i++)
        is_plain &= finding->proofs[i].kind != PK_PROOF_TEXT;
    return !is_plain;
}

/* The same argument each time leaves nothing open that counts do not show; samples have none. */
static void judge_constant(struct pk_finding *finding, const struct pk_sourcecall *calls,
                           uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!calls[i].is_constant)
            return;
    if (finding->grade > (finding->is_sampled ? PK_LIKELY : PK_PROVEN))
        finding->grade--;
    finding->source.is_constant = true;
}

/* False: refuted. */
static bool judge(struct reading *r, struct pk_finding *finding)
{
    const struct pk_sourcecall *calls;
    uint32_t n;

    look_for_loop(r, finding);
    if (finding->detector->source == PK_SOURCE_NONE || finding->source.is_unseen)
        return true;
    calls = calls_of(r, finding->at, finding->sink, &n);
    if (n == 0)
        return true;
    finding->source.line = calls[0].line;
    if (finding->detector->source == PK_SOURCE_TEXT)
        return judge_text(finding, calls, n);
    judge_constant(finding, calls, n);
    return true;
}

struct pk_findings_sources pk_findings_source(struct pk_findings *findings,
                                              const struct pk_profile *profile,
                                              const struct pk_sourcefile_options *options,
                                              struct pk_arena *arena)
{
    struct reading r = {.profile = profile, .options = options, .arena = arena};
    uint32_t kept = 0;

    for (uint32_t i = 0; i < findings->n; i++) {
        struct pk_finding *one = &findings->list[i];

        if (one->is_quality || judge(&r, one))
            findings->list[kept++] = *one;
        else
            r.sources.refuted[one->state]++;
    }
    r.sources.n_refuted = findings->n - kept;
    findings->n = kept;
    pk_findings_sort(findings);
    return r.sources;
}
