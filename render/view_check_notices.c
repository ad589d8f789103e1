/*
 * Outcomes of a gate as notices: see view_check.h. A fingerprint is made of rule, function and
 * module, so that it stays the same when lines move or a threshold is tuned.
 */
#include <stdint.h>

#include "render/label.h"
#include "render/view_check.h"

/* Thresholds may be tuned: what they found before stays the same finding. */
static struct pk_str rule_id(const struct pk_gate *gate)
{
    if (gate->is_of_all)
        return PK_STR("max-regression");
    return gate->name.size ? gate->name : gate->rule;
}

/* Take a text into the arena and leave the buffer empty for the next one. */
static struct pk_str keep(struct pk_arena *arena, struct pk_buf *text)
{
    struct pk_str kept = pk_arena_str(arena, pk_buf_view(text));

    pk_buf_reset(text);
    return kept;
}

/* Its rule, and of a bound on all functions the function. */
static void add_title(struct pk_buf *out, const struct pk_gate *gate)
{
    pk_buf_str(out, rule_id(gate));
    if (!gate->is_of_all || gate->frame == PK_NONE)
        return;
    pk_buf_text(out, ": ");
    pk_label_name(out, pk_profile_frame(gate->profile, gate->frame));
}

/* The raw name, as what is displayed of it may change with an option. */
static void add_fingerprint(struct pk_buf *out, const struct pk_gate *gate)
{
    pk_buf_str(out, rule_id(gate));
    if (gate->frame == PK_NONE)
        return;
    pk_buf_text(out, " | ");
    pk_buf_str(out, pk_profile_frame(gate->profile, gate->frame)->name);
    pk_buf_text(out, " | ");
    pk_label_module(out, pk_profile_frame(gate->profile, gate->frame));
}

/* A rule that no function matches, or of the whole, has none: frame is then PK_NONE. */
static struct pk_notice notice_of(const struct pk_gate *gate, struct pk_arena *arena)
{
    static const enum pk_notice_level levels[] = {[PK_GATE_PASS] = PK_NOTICE_PASS,
                                                  [PK_GATE_FAIL] = PK_NOTICE_ERROR,
                                                  [PK_GATE_UNDECIDED] = PK_NOTICE_OPEN};
    struct pk_notice notice = {.level = levels[gate->result],
                               .rule = rule_id(gate),
                               .about = gate->rule,
                               .heading = PK_STR("profkit check"),
                               .profile = gate->profile,
                               .frame = gate->frame};
    struct pk_buf text = {0};

    add_title(&text, gate);
    notice.title = keep(arena, &text);
    pk_view_check_message(&text, gate);
    notice.message = keep(arena, &text);
    add_fingerprint(&text, gate);
    notice.fingerprint = keep(arena, &text);
    pk_buf_fini(&text);
    return notice;
}

struct pk_notices pk_view_check_notices(struct pk_arena *arena, const struct pk_checked *checked)
{
    struct pk_notice *list = PK_NEW_ARRAY(arena, struct pk_notice, checked->n);

    for (uint32_t i = 0; i < checked->n; i++)
        list[i] = notice_of(&checked->gate[i], arena);
    return (struct pk_notices){list, checked->n, "check", "profkitCheck/v1"};
}
