/*
 * Findings of a profile with all that they borrow from. Include it behind cmocka.h.
 */
#ifndef TESTS_FOUND_H
#define TESTS_FOUND_H

#include <stdint.h>

#include "analyze/findings.h" /* IWYU pragma: export */
#include "rules/rules_xml.h"  /* IWYU pragma: export */

struct found {
    struct pk_profile *profile;
    struct pk_families *families;
    struct pk_detectors detectors;
    struct pk_arena arena;
    struct pk_findings findings;
};

/* Search a profile, which is freed with the rest. Its detectors are the program's, or of `xml`. */
static inline void found_init(struct found *f, struct pk_profile *profile, struct pk_str xml)
{
    struct pk_error error = {0};

    assert_non_null(profile);
    if (xml.data)
        assert_true(pk_detectors_read(&f->detectors, "own.xml", xml, &error));
    else
        pk_detectors_init(&f->detectors);
    f->profile = profile;
    f->families = pk_families_new();
    pk_arena_init(&f->arena);
    f->findings = pk_findings_find(profile, pk_profile_default_metric(profile), f->families,
                                   &f->detectors, &f->arena);
}

static inline void found_fini(struct found *f)
{
    pk_arena_fini(&f->arena);
    pk_detectors_fini(&f->detectors);
    pk_families_free(f->families);
    pk_profile_free(f->profile);
}

#endif
