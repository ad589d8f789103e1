/*
 * Memory that runs out at any call, for every sample and every output: status 70, one line, no part
 * of a result, nothing left behind and the older output as it was. RELIABILITY.md sections 1 and 6.
 * PLACES is as in test_faults.c.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "tests/faults/try.h"

static void fail_one(const struct matrix_case *one)
{
    static const struct try_row once = {FAULT_MEMORY, ENOMEM, 1, MEMORY, MEMORY};
    static const struct try_row library = {FAULT_LIBRARY, ENOMEM, 1, MEMORY, MEMORY};

    try_case(one, &library, 1);
    try_case(one, &once, 1);
}

static void fail_the_rest(const struct matrix_case *one)
{
    static const struct try_row for_good = {FAULT_MEMORY, ENOMEM, FAULT_FOR_GOOD, MEMORY, MEMORY};

    try_case(one, &for_good, 1);
}

static void memory_that_runs_out_ends_in_70(void **state)
{
    (void)state;
    try_each(0, 2, fail_one);
    try_each(1, 2, fail_the_rest);
    try_expect_none();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(memory_that_runs_out_ends_in_70, try_reset),
    };

    return cmocka_run_group_tests(tests, try_begin, try_end);
}
