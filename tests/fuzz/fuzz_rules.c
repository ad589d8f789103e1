/*
 * A file of families: see fuzz_parts.h. What is taken answers for any name without falling over;
 * what is not is one error of an input, at a line the file has.
 */
#include <stddef.h>
#include <stdint.h>

#include "fuzz_laws.h"
#include "fuzz_parts.h"
#include "rules/rules_xml.h"

/* Line ends in the text, and one line more. */
static uint64_t lines(struct pk_str bytes)
{
    uint64_t n = 1;

    for (size_t i = 0; i < bytes.size; i++)
        n += bytes.data[i] == '\n';
    return n;
}

/* The file as a name, too: it holds whatever the fuzzer thinks is hard. */
static void ask(const struct pk_families *families, struct pk_str bytes)
{
    struct pk_frame frame = {.name = bytes, .file = bytes};

    if (pk_families_of(families, &frame) >> PK_FAMILIES)
        fuzz_laws_fail("a family that is none", NULL);
    frame.file = PK_STR("a/b.py");
    if (pk_families_of(families, &frame) >> PK_FAMILIES)
        fuzz_laws_fail("a family that is none", NULL);
}

void fuzz_rules(struct pk_str bytes)
{
    struct pk_error error = {0};
    struct pk_families *families = pk_families_read("fuzz", bytes, &error);

    if (families) {
        ask(families, bytes);
    } else {
        fuzz_error_check(&error, PK_INPUT);
        if (error.place.line < 1 || error.place.line > lines(bytes))
            fuzz_laws_fail("a mistake on a line that is not there", &error);
    }
    pk_families_free(families);
}
