/*
 * The laws that every profile obeys, in one place: freeze calls it, tests and fuzzers call it.
 * Layer: model; uses profile.
 */
#ifndef PK_MODEL_VALIDATE_H
#define PK_MODEL_VALIDATE_H

#include "model/profile.h" /* IWYU pragma: export */

/* Check every law; the first breach fills `error` (PK_INTERNAL) with its name and the frame, edge
 * or node. */
bool pk_validate(const struct pk_profile *profile, struct pk_error *error);

#endif
