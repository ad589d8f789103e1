/*
 * Whether a text looks like collapsed stacks, and the sentence that says why not. There is no magic
 * number, so this is weighed last of all text formats. Layer: formats; uses base.
 */
#ifndef PK_FORMATS_COLLAPSED_BID_H
#define PK_FORMATS_COLLAPSED_BID_H

#include "base/input.h" /* IWYU pragma: export */

/* The bid of the reader "folded", from the first 4 KiB. */
int pk_collapsed_bid(struct pk_input *input);

/* Append why the input is not taken for collapsed stacks: "only 3 of the first 9 lines end in a
 * count". */
void pk_collapsed_bid_reason(struct pk_input *input, struct pk_buf *out);

/* Cut "# key: value", which austin writes before and behind its samples; false for any other line.
 */
bool pk_collapsed_bid_metadata(struct pk_str line, struct pk_str *key, struct pk_str *value);

#endif
