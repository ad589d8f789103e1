/*
 * The findings of an earlier profile: see baseline.h. It is a profile and no saved list of
 * findings, so that both sides are judged by the same detectors: a list of an older version would
 * make what only the program learned to see a fault of the code.
 */
#include "cmd/baseline.h"

#include <stddef.h>
#include <stdint.h>

#include "analyze/quality.h"
#include "cmd/suppress.h"

/* Counts and samples show different things: a finding that only counts can show would be new. */
static bool are_alike(const struct pk_found *now, const struct pk_found *before,
                      struct pk_error *error)
{
    if (now->findings.has_counts == before->findings.has_counts &&
        now->findings.has_stacks == before->findings.has_stacks)
        return true;
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "one of the profiles counts calls and the other does not: their findings "
                        "cannot be compared");
}

/* The same metric, in the same unit. */
static bool find_metric(const struct pk_loaded *now, struct pk_loaded *before,
                        struct pk_error *error)
{
    const struct pk_metric *metric = pk_profile_metric(now->profile, now->metric);
    char quoted[320];

    before->metric = pk_same_metric(before->profile, metric->name);
    if (before->metric != PK_NONE &&
        pk_profile_metric(before->profile, before->metric)->unit == metric->unit)
        return true;
    return pk_error_set(error, PK_USAGE, pk_place_none(), "the baseline has no metric %s in %s",
                        pk_error_quote(quoted, sizeof quoted, metric->name),
                        pk_units_name(metric->unit));
}

/* Instructions, bytes and hits are counted, times are measured. What weighs a sample does not say
 * how many there are, so the quality line is asked. */
static struct pk_lifecycle_side side_of(const struct pk_loaded *loaded, struct pk_found *found,
                                        const struct pk_found *wide)
{
    const struct pk_metric *metric = pk_profile_metric(loaded->profile, loaded->metric);
    struct pk_quality quality = pk_quality_of(loaded->profile, loaded->metric);

    return (struct pk_lifecycle_side){.findings = &found->findings,
                                      .wide = &wide->findings,
                                      .total = pk_profile_total(loaded->profile, loaded->metric),
                                      .scale = metric->scale,
                                      .is_exact = metric->unit != PK_UNIT_NS,
                                      .samples = quality.samples};
}

bool pk_baseline_compare(const struct pk_args *args, struct pk_loaded *now, struct pk_found *found,
                         struct pk_loaded *before, struct pk_baseline_findings *findings,
                         struct pk_error *error)
{
    *findings = (struct pk_baseline_findings){.found = {0}};
    pk_found_init(&findings->found, before, 1);
    pk_found_add_quality(&findings->found, before);
    if (!are_alike(found, &findings->found, error))
        return false;
    pk_suppress_findings(args, before, &findings->found);
    pk_found_init(&findings->wide[0], before, PK_FOUND_WIDE);
    pk_found_add_quality(&findings->wide[0], before);
    pk_found_init(&findings->wide[1], now, PK_FOUND_WIDE);
    pk_found_add_quality(&findings->wide[1], now);
    findings->lifecycle =
        pk_lifecycle_compare(side_of(now, found, &findings->wide[1]),
                             side_of(before, &findings->found, &findings->wide[0]), &now->arena);
    return true;
}

void pk_baseline_forget(struct pk_baseline_findings *findings)
{
    pk_found_fini(&findings->found);
    pk_found_fini(&findings->wide[0]);
    pk_found_fini(&findings->wide[1]);
}

bool pk_baseline_find(struct pk_args *args, struct pk_loaded *now, struct pk_found *found,
                      struct pk_baseline *baseline, struct pk_error *error)
{
    const char *path = pk_opts_text(&args->opts, "baseline", NULL);

    *baseline = (struct pk_baseline){.path = path};
    if (!path)
        return true;
    if (!pk_load_paths(args, &path, 1, now, &baseline->loaded, error) ||
        !find_metric(now, &baseline->loaded, error) ||
        !pk_baseline_compare(args, now, found, &baseline->loaded, &baseline->findings, error))
        return false;
    for (size_t i = 0; i < baseline->loaded.identities.size; i++)
        pk_array_push(&now->identities, baseline->loaded.identities.data[i]);
    return true;
}

void pk_baseline_fini(struct pk_args *args, struct pk_baseline *baseline)
{
    if (!baseline->path)
        return;
    pk_baseline_forget(&baseline->findings);
    pk_loaded_fini(args, &baseline->loaded);
}
