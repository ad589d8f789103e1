/*
 * Findings of a loaded profile: see found.h. The rules are read only for a profile that counts
 * calls or has stacks: else there is nothing to look at, and reading takes longer than a small
 * profile.
 */
#include "cmd/found.h"

#include <stddef.h>
#include <stdint.h>

void pk_found_init(struct pk_found *found, struct pk_loaded *loaded)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);

    *found = (struct pk_found){0};
    if ((!graph || !graph->calls) && !pk_profile_tree(loaded->profile))
        return;
    found->families = pk_families_new();
    pk_detectors_init(&found->detectors);
    found->findings = pk_findings_find(loaded->profile, loaded->metric, found->families,
                                       &found->detectors, &loaded->arena);
}

void pk_found_fini(struct pk_found *found)
{
    if (!found->families)
        return;
    pk_detectors_fini(&found->detectors);
    pk_families_free(found->families);
    *found = (struct pk_found){0};
}

const struct pk_finding *pk_found_heaviest(const struct pk_found *found)
{
    const struct pk_finding *heaviest = NULL;

    for (uint32_t i = 0; i < found->findings.n; i++)
        if (!heaviest || found->findings.list[i].cost > heaviest->cost)
            heaviest = &found->findings.list[i];
    return heaviest;
}
