/*
 * Durations: see duration.h. Digits are counted as integers, so that 0.1s is 100,000,000 ns and not
 * a little less.
 */
#include "base/duration.h"

#include <stddef.h>
#include <stdint.h>

static const struct {
    struct pk_str name;
    int64_t ns;
} units[] = {
    {{"ns", 2}, 1},         {{"us", 2}, 1000},
    {{"ms", 2}, 1000000},   {{"min", 3}, INT64_C(60000000000)},
    {{"s", 1}, 1000000000}, {{"", 0}, 1000000000},
};

/* The digits from `at` on, which stays at the first byte that is none; each is worth `unit` ns at
 * first, and with `is_fraction` a tenth more for each digit. */
static bool add_digits(struct pk_str text, size_t *at, int64_t unit, bool is_fraction, int64_t *ns)
{
    int64_t whole = 0, part;

    for (; *at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9'; (*at)++) {
        int digit = text.data[*at] - '0';

        if (is_fraction) {
            if (unit % 10 != 0 && digit)
                return false;
            unit /= 10;
            *ns += unit * digit; /* below the unit, so it fits as soon as the whole does */
        } else if (__builtin_mul_overflow(whole, 10, &whole) ||
                   __builtin_add_overflow(whole, digit, &whole)) {
            return false;
        }
    }
    return is_fraction || (!__builtin_mul_overflow(whole, unit, &part) &&
                           part <= INT64_MAX - unit && ((*ns = part), true));
}

/* The unit is what stands behind the last digit or point. */
bool pk_duration_parse(struct pk_str text, int64_t *ns)
{
    size_t end = text.size, at = 0;
    int64_t unit = 0;

    while (end > 0 && text.data[end - 1] >= 'a' && text.data[end - 1] <= 'z')
        end--;
    for (size_t i = 0; i < sizeof units / sizeof *units && !unit; i++)
        if (pk_str_equal(pk_str_slice(text, end, text.size),
                         (struct pk_str){units[i].name.data, units[i].name.size}))
            unit = units[i].ns;
    text.size = end;
    *ns = 0;
    if (!unit || end == 0 || !add_digits(text, &at, unit, false, ns))
        return false;
    if (at == end)
        return true;
    if (text.data[at++] != '.' || end == 1)
        return false;
    return add_digits(text, &at, unit, true, ns) && at == end;
}
