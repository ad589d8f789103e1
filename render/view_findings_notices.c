/*
 * Findings as notices: see view_findings.h. UX.md 1.5 takes the level from the saving; its lower
 * bound is nothing for any of them, so what is only possible, or small at best, is a note, and
 * nothing is an error but what a gate was told to fail by.
 */
#include <stddef.h>
#include <stdint.h>

#include "render/view_findings_private.h"

#define SMALL 20 /* of the whole, a saving of one part in so many */

/* A gate decides alone what an error is: a scanner may block a merge by one. */
static enum pk_notice_level level_of(const struct pk_findings_view *view,
                                     const struct pk_finding *one)
{
    int64_t total = pk_profile_total(view->profile, view->metric);

    if (pk_lifecycle_fails(&view->gate, one))
        return PK_NOTICE_ERROR;
    return one->grade == PK_POSSIBLE || one->saving.hi <= total / SMALL ? PK_NOTICE_NOTE
                                                                        : PK_NOTICE_WARNING;
}

/* Take a text into the arena and leave the buffer empty for the next one. */
static struct pk_str keep(struct pk_arena *arena, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(arena, pk_buf_view(text));

    pk_buf_reset(text);
    return kept;
}

/* "costs 3.00 s (75.0 %), proven: 1,900 calls of execute; ... Ask once. To check: ... Saves at
 * most ..." */
static void add_message(struct pk_buf *out, const struct pk_findings_view *view,
                        const struct pk_finding *one)
{
    const struct pk_detector *detector = one->detector;

    pk_findings_costs(out, view, one, one->is_quality ? "concerns " : "costs ");
    pk_buf_printf(out, "%s%s: ", one->cost == PK_MISSING ? "" : ", ",
                  pk_view_findings_grade(one->grade));
    pk_findings_evidence(out, view, one);
    pk_buf_printf(out, ". %.*s To check: %.*s", (int)detector->advice.size, detector->advice.data,
                  (int)detector->settle.size, detector->settle.data);
    if (!one->is_quality) {
        pk_buf_text(out, " Saves ");
        pk_findings_saving(out, view, one);
        pk_buf_char(out, '.');
    }
    if (pk_findings_has_before(one)) {
        pk_buf_text(out, " Before: ");
        pk_findings_before(out, view, one);
        pk_buf_char(out, '.');
    }
}

/* The place is where to change something: the function that calls the sink, not the one with the
 * loop. */
static struct pk_notice notice_of(const struct pk_findings_view *view, const struct pk_finding *one,
                                  struct pk_arena *arena)
{
    static const char *const states[] = {[PK_FINDING_UNCOMPARED] = NULL,
                                         [PK_FINDING_NEW] = "new",
                                         [PK_FINDING_WORSE] = "updated",
                                         [PK_FINDING_SAME] = "unchanged"};
    struct pk_notice notice = {.level = level_of(view, one),
                               .rule = one->detector->id,
                               .about = one->detector->summary,
                               .help = one->detector->advice,
                               .baseline = pk_str_of(states[one->state]),
                               .profile = view->profile,
                               .frame = one->at};
    struct pk_buf text = {0};

    pk_buf_text(&text, "profkit ");
    pk_buf_str(&text, one->detector->id);
    if (one->state != PK_FINDING_UNCOMPARED)
        pk_buf_printf(&text, " (%s)", pk_lifecycle_word(one->state));
    notice.heading = keep(arena, &text);
    notice.title = notice.fingerprint = one->fingerprint;
    add_message(&text, view, one);
    notice.message = keep(arena, &text);
    pk_buf_fini(&text);
    return notice;
}

/* Suppressed ones, too, with the reason: a scanner that does not hear of them would close them. */
struct pk_notices pk_view_findings_notices(const struct pk_findings_view *view,
                                           struct pk_arena *arena)
{
    uint32_t n = view->shown + (view->suppressed ? view->suppressed->n : 0);
    struct pk_notice *list = PK_NEW_ARRAY(arena, struct pk_notice, n);

    for (uint32_t i = 0; i < view->shown; i++)
        list[i] = notice_of(view, &view->findings->list[i], arena);
    for (uint32_t i = view->shown; i < n; i++) {
        const struct pk_finding *one = &view->suppressed->list[i - view->shown];

        list[i] = notice_of(view, one, arena);
        list[i].reason = one->suppression->reason;
        list[i].level = PK_NOTICE_NOTE;
    }
    return (struct pk_notices){list, n, "findings", "profkitFinding/v1"};
}
