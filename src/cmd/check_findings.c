/*
 * New findings: see check_findings.h. They are looked for in all runs of a side added up.
 */
#include "cmd/check_findings.h"

#include <stdint.h>

#include "cmd/baseline.h"
#include "cmd/suppress.h"
#include "render/view_findings.h"

/* What it costs, in base units; "n-plus-one-query, proven". */
static struct pk_gate gate_of(const struct pk_loaded *now, const struct pk_finding *one,
                              struct pk_arena *arena)
{
    const struct pk_metric *metric = pk_profile_metric(now->profile, now->metric);
    double cost = (double)one->cost;
    struct pk_buf why = {0};
    struct pk_gate gate = {.result = one->grade == PK_POSSIBLE ? PK_GATE_UNDECIDED : PK_GATE_FAIL,
                           .rule = PK_STR("new-finding"),
                           .is_metric = true,
                           .unit = pk_rule_unit_of(metric->unit),
                           .frame = one->at,
                           .profile = now->profile};

    for (int i = metric->scale; i < 0; i++)
        cost /= 10;
    for (int i = metric->scale; i > 0; i--)
        cost *= 10;
    gate.after = (struct pk_gate_number){true, cost, cost};
    pk_buf_str(&why, one->detector->id);
    pk_buf_text(&why, ", ");
    pk_buf_text(&why, pk_view_findings_grade(one->grade));
    gate.why = pk_arena_str(arena, pk_buf_view(&why));
    pk_buf_fini(&why);
    return gate;
}

static void add_gates(const struct pk_loaded *now, const struct pk_findings *findings,
                      struct pk_check_rules *rules)
{
    const struct pk_gate none = {.result = PK_GATE_PASS,
                                 .rule = PK_STR("new-finding"),
                                 .why = PK_STR("there is none"),
                                 .frame = PK_NONE};
    bool has_any = false;

    for (uint32_t i = 0; i < findings->n; i++) {
        const struct pk_finding *one = &findings->list[i];

        if (one->is_quality || one->state != PK_FINDING_NEW)
            continue;
        has_any = true;
        pk_array_push(&rules->gates, gate_of(now, one, &rules->arena));
    }
    if (!has_any)
        pk_array_push(&rules->gates, none);
}

bool pk_check_findings(struct pk_comparison *c, struct pk_check_rules *rules,
                       struct pk_error *error)
{
    struct pk_loaded *now = &c->loaded[PK_AFTER];
    struct pk_baseline_findings earlier;
    struct pk_found found;
    bool done;

    pk_found_init(&found, now, 1);
    pk_suppress_findings(c->args, now, &found);
    done = pk_baseline_compare(c->args, now, &found, &c->loaded[PK_BEFORE], &earlier, error);
    if (done)
        add_gates(now, &found.findings, rules);
    pk_baseline_forget(&earlier);
    pk_found_fini(&found);
    return done;
}
