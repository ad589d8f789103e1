/*
 * What libFuzzer and the replay call. PROFKIT_FUZZ_READER names a part (see fuzz_parts.h) or a
 * reader; without it the input is read as whatever it is detected to be.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_part *part_of_environment(void)
{
    static const struct fuzz_part parts[] = {
        {"config", fuzz_config},         {"detect", fuzz_detect}, {"escape", fuzz_escape},
        {"expression", fuzz_expression}, {"limits", fuzz_limits}, {"options", fuzz_options},
        {"rules", fuzz_rules},           {"source", fuzz_source}, {"units", fuzz_units},
    };
    const char *name = getenv("PROFKIT_FUZZ_READER");

    for (size_t i = 0; name && i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fuzz_part *part = part_of_environment();
    /* A copy of just that size: it may be changed, and a read past its end is seen. */
    uint8_t *own = pk_alloc(size ? size : 1);

    if (size)
        memcpy(own, data, size);
    if (part)
        part->run((struct pk_str){(const char *)own, size});
    else
        fuzz_laws_run(own, size);
    pk_free(own);
    return 0;
}
