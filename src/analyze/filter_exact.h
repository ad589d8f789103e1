/*
 * What is proven of an estimated tree. Layer: analyze; uses model.
 */
#ifndef PK_ANALYZE_FILTER_EXACT_H
#define PK_ANALYZE_FILTER_EXACT_H

#include "model/attribute.h" /* IWYU pragma: export */

/* The tree with each value at its proven low, and what is left as "(place not proven)" below the
 * path that is sure, so that the sum stays. All ranges are exact. NULL never; free it with
 * pk_attribute_free. */
struct pk_attributed *pk_filter_exact(const struct pk_attributed *from);

#endif
