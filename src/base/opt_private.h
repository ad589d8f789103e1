/*
 * What the files of opt share: opt.c takes the words apart, opt_value.c knows what may be a value.
 * Layer: base; uses opt.
 */
#ifndef PK_BASE_OPT_PRIVATE_H
#define PK_BASE_OPT_PRIVATE_H

#include "base/opt.h" /* IWYU pragma: export */

/* Append "auto, always or never". */
void pk_opts_add_choices(struct pk_buf *out, const char *choices);

/* Set the error of a `text` that does not suit `opt`, which was typed as `option` ("-n"): what was
 * wanted and, in a list, the nearest word. Always false. */
bool pk_opts_fail_value(struct pk_error *error, const char *option, const struct pk_opt *opt,
                        const char *text);

#endif
