/*
 * Names of copies that compilers made, as gcc 12 and clang 19 write them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clone.h"

static void copies_end_where_the_compiler_begins(void **state)
{
    static const struct {
        const char *name;
        size_t at;
    } cases[] = {
        {"find", 4},
        {"find.part.0", 4},
        {"find.cold", 4},
        {"find.cold.3", 4},
        {"find.constprop.0.isra.0", 4},
        {"find.llvm.1234567890", 4},
        {"find.lto_priv.0", 4},
        {"find(int) [clone .part.0]", 17},
        {"find(int) [clone .cold]", 17},
        {"", 0},
        {".cold", 0},
        {"str.partition", 13}, /* methods and files of people */
        {"a.coldstart", 11},
        {"parts.c", 7},
        {"a.part_of", 9},
        {"module.find.part.0", 11},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pk_clone_at(pk_str_of(cases[i].name)) != cases[i].at)
            fail_msg("%s: %zu instead of %zu", cases[i].name, pk_clone_at(pk_str_of(cases[i].name)),
                     cases[i].at);
    assert_int_equal(pk_clone_at(PK_STR_NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_end_where_the_compiler_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
