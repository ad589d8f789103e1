/*
 * Stack filters on the tree that a command estimates: the file holds calls, and how much of it a
 * filter keeps is known within bounds only. They are said with it.
 */
#include "analyze/filter_estimate.h"

#include <stddef.h>
#include <stdint.h>

#include "cmd/common.h"
#include "cmd/transform_private.h"

/* What is possible may still be something: then the estimate is nothing, and says so. */
static bool fail(const struct pk_transformed *done, const struct pk_metric *metric,
                 struct pk_error *error)
{
    struct pk_buf most = {0};
    char quoted[320];

    pk_error_set(error, PK_USAGE, pk_place_none(), "nothing is left of this profile with %s",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(done->words)));
    pk_units_value(&most, metric->unit, metric->scale, done->range.hi);
    if (done->range.hi > 0)
        pk_error_hint(error, "stacks are estimated here; it may be up to %s", most.data);
    else
        pk_error_hint(error, "profkit hotspots --top 0 lists all functions");
    pk_buf_fini(&most);
    return false;
}

struct pk_attributed *pk_transform_estimate(const struct pk_args *args,
                                            const struct pk_profile *profile, uint32_t metric,
                                            struct pk_transformed *done, struct pk_error *error)
{
    struct pk_attributed *all = pk_attribute_new(profile, metric);
    struct pk_filter_kept kept;
    struct pk_attributed *left = pk_filter_estimate(profile, &done->filter, all, &kept);

    pk_attribute_free(all);
    done->kept = kept.kept;
    done->range = kept.range;
    done->hidden = kept.hidden;
    if (kept.kept > 0) {
        pk_transform_say(args, done, pk_profile_metric(profile, metric));
        return left;
    }
    fail(done, pk_profile_metric(profile, metric), error);
    pk_attribute_free(left);
    return NULL;
}
