/*
 * The files of rules, and the schemas they must obey: src/rules/, made into C by embed.sh at build
 * time, so that the program needs no file beside it. Each ends in a NUL. Layer: rules.
 */
#ifndef PK_RULES_ASSETS_H
#define PK_RULES_ASSETS_H

extern const char pk_asset_detectors_rng[];
extern const char pk_asset_detectors_xml[];
extern const char pk_asset_families_rng[];
extern const char pk_asset_families_xml[];

#endif
