/*
 * Limits as they are typed and numbers as they are shown: see fuzz_parts.h.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/units.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"

/* One field is changed, to more than nothing, or none and the error says so. */
void fuzz_limits(struct pk_str bytes)
{
    struct pk_limits before = pk_limits_default(), limits = before;
    struct pk_error error = {0};
    char *text = pk_alloc(bytes.size + 1);
    const uint64_t *old = &before.line, *new = &limits.line;
    size_t changed = 0;

    if (bytes.size > 0)
        memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    if (!pk_limits_set(&limits, text, &error))
        fuzz_error_check(&error, PK_USAGE);
    for (size_t i = 0; i < sizeof limits / sizeof *new; i++) {
        changed += old[i] != new[i];
        if (new[i] == 0)
            fuzz_laws_fail("a limit of nothing", NULL);
    }
    if (changed > (error.status == PK_OK))
        fuzz_laws_fail("more limits changed than one", &error);
    pk_free(text);
}

/* Digits, one sign, and the marks and letters of units: no nan, no inf, no -0. */
static void check_shown(const struct pk_buf *text)
{
    const char *number = text->data;

    if (!number || text->size == 0)
        fuzz_laws_fail("a number that is not shown", NULL);
    if (strstr(number, "nan") || strstr(number, "inf"))
        fuzz_laws_fail("a number that is none", NULL);
    if (number[0] == '-' && number[1] && !strpbrk(number, "123456789"))
        fuzz_laws_fail("a zero with a sign", NULL);
}

/* The digits of `text` without point and sign are those of `value`, zeros at the ends aside, and
 * the point stands where `scale` says. */
static void check_raw(const char *text, int64_t value, int scale)
{
    char shown[128], wanted[32];
    const char *point = strchr(text, '.');
    int exponent = point ? -(int)strlen(point + 1) : 0;
    size_t n = 0, m;

    for (const char *c = text; *c; c++)
        if (*c >= '0' && *c <= '9' && !(n == 0 && *c == '0') && n + 1 < sizeof shown)
            shown[n++] = *c;
    for (; n > 0 && shown[n - 1] == '0'; n--)
        exponent++;
    m = (size_t)snprintf(wanted, sizeof wanted, "%" PRIu64,
                         value < 0 ? -(uint64_t)value : (uint64_t)value);
    for (; m > 0 && wanted[m - 1] == '0'; m--)
        scale++;
    if (n != m || memcmp(shown, wanted, n) != 0 || (n > 0 && exponent != scale) ||
        (n > 0 && (text[0] == '-') != (value < 0)))
        fuzz_laws_fail("a raw number that is not the value", NULL);
}

/* Two numbers, a scale and a unit. */
void fuzz_units(struct pk_str bytes)
{
    int64_t value, whole;
    struct pk_units_format format;
    struct pk_buf text = {0};
    enum pk_unit unit;
    int scale;

    if (bytes.size < 18)
        return;
    memcpy(&value, bytes.data, 8);
    memcpy(&whole, bytes.data + 8, 8);
    scale = (signed char)bytes.data[16] % 32;
    unit = (enum pk_unit)((unsigned char)bytes.data[17] % 3);
    format = pk_units_choose(unit, scale, value == INT64_MIN ? INT64_MAX : llabs(value));
    pk_units_print(&text, &format, value, scale);
    check_shown(&text);
    pk_buf_reset(&text);
    pk_units_value(&text, unit, scale, value);
    check_shown(&text);
    pk_buf_reset(&text);
    pk_units_count(&text, value);
    check_shown(&text);
    pk_buf_reset(&text);
    pk_units_percent(&text, value, whole);
    check_shown(&text);
    pk_buf_reset(&text);
    pk_units_ratio(&text, value, whole);
    check_shown(&text);
    pk_buf_reset(&text);
    pk_units_raw(&text, value, scale);
    check_shown(&text);
    if (value != PK_MISSING)
        check_raw(text.data, value, scale);
    pk_buf_fini(&text);
}
