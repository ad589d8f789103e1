/*
 * Findings of a loaded profile: see found.h. The rules are read only for a profile that counts
 * calls or has stacks: else there is nothing to look at, and reading takes longer than a small
 * profile.
 */
#include "cmd/found.h"

#include <stddef.h>
#include <stdint.h>

#include "render/fingerprint.h"

/* Here and not where it is shown: whoever compares or suppresses asks for it before. */
static void name(struct pk_finding *one, struct pk_loaded *loaded)
{
    struct pk_buf text = {0};

    pk_fingerprint_add(&text, loaded->profile, one);
    one->fingerprint = pk_arena_str(&loaded->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* What makes a finding large enough to be one; conditions on other calls stay, as they say what it
 * is. */
static void widen(const struct pk_detectors *detectors, int64_t part)
{
    for (uint32_t i = 0; part > 1 && i < detectors->n; i++) {
        struct pk_detector *one = &detectors->list[i];

        one->min_calls /= part;
        one->min_percent /= part;
        one->min_ns /= part;
        one->min_instructions /= part;
        one->sampled_percent /= part;
        one->max_apart *= part;
        one->max_apart_ns *= part;
    }
}

void pk_found_init(struct pk_found *found, struct pk_loaded *loaded, int64_t part)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);

    *found = (struct pk_found){0};
    if ((!graph || !graph->calls) && !pk_profile_tree(loaded->profile))
        return;
    found->families = pk_families_new();
    pk_detectors_init(&found->detectors);
    widen(&found->detectors, part);
    found->findings = pk_findings_find(loaded->profile, loaded->metric, found->families,
                                       &found->detectors, &loaded->arena);
    for (uint32_t i = 0; i < found->findings.n; i++)
        name(&found->findings.list[i], loaded);
}

void pk_found_fini(struct pk_found *found)
{
    if (!found->families)
        return;
    pk_detectors_fini(&found->detectors);
    pk_families_free(found->families);
    *found = (struct pk_found){0};
}

/* Those of the program come first, whatever their grade: they are what was asked for. */
void pk_found_add_quality(struct pk_found *found, struct pk_loaded *loaded)
{
    struct pk_findings quality =
        pk_findings_of_quality(loaded->profile, loaded->metric, &loaded->arena);
    struct pk_findings *all = &found->findings;
    struct pk_finding *list = PK_NEW_ARRAY(&loaded->arena, struct pk_finding, all->n + quality.n);

    for (uint32_t i = 0; i < all->n; i++)
        list[i] = all->list[i];
    for (uint32_t i = 0; i < quality.n; i++) {
        list[all->n + i] = quality.list[i];
        name(&list[all->n + i], loaded);
    }
    all->list = list;
    all->n += quality.n;
}

uint32_t pk_found_best(const struct pk_found *found, const struct pk_finding *best[PK_FOUND_BEST])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < found->findings.n; i++) {
        const struct pk_finding *one = &found->findings.list[i];
        uint32_t at = n;

        while (at > 0 && one->cost > best[at - 1]->cost)
            at--;
        if (at == PK_FOUND_BEST)
            continue;
        n = n < PK_FOUND_BEST ? n + 1 : n;
        for (uint32_t k = n - 1; k > at; k--)
            best[k] = best[k - 1];
        best[at] = one;
    }
    return n;
}
