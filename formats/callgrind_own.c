/*
 * What our own writer says about the file it converted (render/out_callgrind.c): its format and
 * producer, and that calls were not counted, or that nobody knows of calls. So samples do not
 * become calls, nor self costs inclusive ones, by being written and read. Only a creator: profkit
 * is believed.
 *
 * Calls within a cycle: what they cost is once per stack there, or 0 where nobody knows it, as in
 * files of valgrind. Trap: such a file has levels of recursion, but what is known of levels does
 * not hold without the costs within the cycle.
 */
#include "formats/callgrind_header.h"

/* Cachegrind never writes calls=, and neither does our own writer for such a profile. */
bool pk_callgrind_header_is_flat(const struct pk_callgrind_header *header)
{
    return header->dialect == PK_CALLGRIND_CACHEGRIND || header->is_flat;
}

/* From: the format it was; Producer: who wrote that. */
void pk_callgrind_header_own(struct pk_callgrind_header *header, struct pk_builder *builder,
                             struct pk_str value)
{
    const struct pk_str from = PK_STR("From: "), producer = PK_STR("Producer: ");

    if (pk_str_starts(value, from))
        pk_builder_fact(builder, "origin", pk_str_slice(value, from.size, value.size));
    if (pk_str_starts(value, producer))
        pk_builder_fact(builder, "producer", pk_str_slice(value, producer.size, value.size));
    header->is_uncounted |= pk_str_starts(value, PK_STR("Calls: not counted"));
    header->is_flat |= pk_str_starts(value, PK_STR("Calls: not recorded"));
}
