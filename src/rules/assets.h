/*
 * The files of rules, and the schemas they must obey: src/rules/, made into C at build time, so
 * that the program needs no file beside it. Each ends in a NUL. Layer: rules.
 */
#ifndef PK_RULES_ASSETS_H
#define PK_RULES_ASSETS_H

/* As they are, by embed.sh: for rules_xml.c and tests. */
extern const char pk_asset_detectors_rng[];
extern const char pk_asset_detectors_xml[];
extern const char pk_asset_families_rng[];
extern const char pk_asset_families_xml[];

/* Laid flat by flatten.sh: see rules.c. */
extern const char pk_flat_detectors[];
extern const char pk_flat_families[];

#endif
