/*
 * Rules out of files: XML that its RELAX NG schema has found valid. Tests read ours so, and rules
 * of their own; what the program knows is laid flat when it is built (rules.h), so nothing of this
 * gets into it. Nothing is fetched, and a document type declaration is refused as a whole, so that
 * no entity can name a file or grow without end. Layer: rules; uses detectors; the only place that
 * includes libxml2.
 */
#ifndef PK_RULES_RULES_XML_H
#define PK_RULES_RULES_XML_H

#include "base/error.h"      /* IWYU pragma: export */
#include "rules/detectors.h" /* IWYU pragma: export */

/* Read `xml`, called `file` in errors, and hold it against `schema`. False leaves `rules` empty and
 * fills `error` (PK_INPUT) with the line, and the column where it is known. */
bool pk_rules_read(struct pk_rules *rules, const char *file, struct pk_str xml,
                   struct pk_str schema, struct pk_error *error);

/* Families of another families.xml, called `file` in errors. NULL fills `error` (PK_INPUT). */
struct pk_families *pk_families_read(const char *file, struct pk_str xml, struct pk_error *error);

/* Those of another detectors.xml, called `file` in errors (PK_INPUT); false leaves none. */
bool pk_detectors_read(struct pk_detectors *detectors, const char *file, struct pk_str xml,
                       struct pk_error *error);

#endif
