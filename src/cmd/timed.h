/*
 * What commands say that show samples by their times: why there are none, since most formats hold
 * sums; and that only a part of the profile has some. Layer: cmd.
 */
#ifndef PK_CMD_TIMED_H
#define PK_CMD_TIMED_H

#include "cmd/common.h" /* IWYU pragma: export */

struct pk_timed_words {
    const char *refusal;  /* "no flame chart" */
    const char *for_sums; /* a hint for files of sums */
    const char *shown;    /* "drawn" */
};

/* Fail (PK_USAGE) unless samples of the chosen metric have times; says why they have not. */
bool pk_timed_check(const struct pk_loaded *loaded, const struct pk_timed_words *words,
                    struct pk_error *error);

/* Say on stderr that only a part of the weight is shown, when that is so. */
void pk_timed_say(const struct pk_args *args, const struct pk_loaded *loaded,
                  const struct pk_timed_words *words);

#endif
