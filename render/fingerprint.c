/*
 * Fingerprints of findings: see fingerprint.h.
 *
 * Traps: some names hold a line (pprofile: "parse:118") or a number of this run, so the canonical
 * name is taken; and so do the modules that a runtime makes for code it compiles, in which case
 * file and name tell where it is from.
 */
#include "render/fingerprint.h"

#include <stddef.h>

#include "analyze/canonical.h"
#include "render/label.h"

/* "jitted-4711-12.so", "perf-4711.map", "[JIT] tid 4711": a file for one process. */
static bool is_made_up(struct pk_str module)
{
    size_t from = module.size;

    while (from > 0 && module.data[from - 1] != '/')
        from--;
    module = pk_str_slice(module, from, module.size);
    return (pk_str_starts(module, PK_STR("jitted-")) && pk_str_ends(module, PK_STR(".so"))) ||
           (pk_str_starts(module, PK_STR("perf-")) && pk_str_ends(module, PK_STR(".map"))) ||
           pk_str_starts(module, PK_STR("[JIT] tid "));
}

/* Module before name, as in "module:name"; a copy of the frame is asked, so that the rules of
 * labels are those of every other output. */
static void add_function(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_frame stable = *frame;
    struct pk_buf name = {0};

    pk_canonical_name(&name, frame);
    if (name.size)
        stable.name = pk_buf_view(&name);
    if (is_made_up(stable.module))
        stable.module = PK_STR_NULL;
    pk_buf_char(out, ':');
    pk_label_module(out, &stable);
    pk_buf_char(out, ':');
    pk_label_name(out, &stable);
    pk_buf_fini(&name);
}

void pk_fingerprint_add(struct pk_buf *out, const struct pk_profile *profile,
                        const struct pk_finding *finding)
{
    pk_buf_str(out, finding->detector->id);
    if (finding->at == PK_NONE)
        return;
    add_function(out, pk_profile_frame(profile, finding->at));
    add_function(out, pk_profile_frame(profile, finding->sink));
}
