/*
 * profkit check --calibrate: the noise floor of several runs, and thresholds. Layer: cmd.
 */
#ifndef PK_CMD_CHECK_CALIBRATE_H
#define PK_CMD_CHECK_CALIBRATE_H

#include "cmd/cmd.h"

/* All of it: options, runs, output. Returns the exit status. */
int pk_check_calibrate(struct pk_args *args, struct pk_error *error);

#endif
