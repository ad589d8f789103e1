/*
 * The limits of RELIABILITY.md section 3: see limits.h. One table names them, so that defaults,
 * --limit and messages cannot drift apart.
 *
 * Whoever hits a limit should not have to compute: the hint holds a value that can be typed as it
 * stands, twice the one in force.
 */
#include "base/limits.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/code.h"
#include "base/error.h"
#include "base/str.h"
#include "base/units.h"

#define MI (UINT64_C(1) << 20)

static const struct {
    const char *name;
    size_t offset; /* of the field in struct pk_limits */
    uint64_t value;
} table[] = {
    {"line", offsetof(struct pk_limits, line), 64 * MI},
    {"stack", offsetof(struct pk_limits, stack), MI},
    {"frames", offsetof(struct pk_limits, frames), 16 * MI},
    {"metrics", offsetof(struct pk_limits, metrics), 256},
    {"depth", offsetof(struct pk_limits, depth), 100},
    {"inflate", offsetof(struct pk_limits, inflate), 4096 * MI},
    {"ratio", offsetof(struct pk_limits, ratio), 1000},
};

#define N_LIMITS (sizeof table / sizeof *table)

/* Set the field of the struct that row `i` of the table names. */
static void set_field(struct pk_limits *limits, size_t i, uint64_t value)
{
    memcpy((unsigned char *)limits + table[i].offset, &value, sizeof value);
}

struct pk_limits pk_limits_default(void)
{
    struct pk_limits limits = {0};

    for (size_t i = 0; i < N_LIMITS; i++)
        set_field(&limits, i, table[i].value);
    return limits;
}

uint64_t pk_limits_frames(const struct pk_limits *limits, uint64_t fewer)
{
    return limits->frames == pk_limits_default().frames ? fewer : limits->frames;
}

/* The factor of a suffix, or 0. */
static uint64_t factor_of(struct pk_str suffix)
{
    if (suffix.size == 0)
        return 1;
    if (suffix.size > 1)
        return 0;
    switch (suffix.data[0]) {
    case 'k':
    case 'K':
        return UINT64_C(1) << 10;
    case 'M':
        return UINT64_C(1) << 20;
    case 'G':
        return UINT64_C(1) << 30;
    default:
        return 0;
    }
}

/* Zero is refused: a limit that nothing can keep is a slip of the hand. */
bool pk_limits_amount(struct pk_str s, uint64_t *value)
{
    size_t at = 0;
    uint64_t factor;

    *value = 0;
    for (; at < s.size && s.data[at] >= '0' && s.data[at] <= '9'; at++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, (uint64_t)(s.data[at] - '0'), value))
            return false;
    factor = factor_of(pk_str_slice(s, at, s.size));
    return at > 0 && factor > 0 && !__builtin_mul_overflow(*value, factor, value) && *value > 0;
}

bool pk_limits_set(struct pk_limits *limits, const char *assignment, struct pk_error *error)
{
    struct pk_str all = pk_str_of(assignment), name;
    const char *equals = strchr(assignment, '=');
    char quoted[300];
    uint64_t value;

    name = pk_str_slice(all, 0, equals ? (size_t)(equals - assignment) : all.size);
    for (size_t i = 0; i < N_LIMITS; i++) {
        if (!pk_str_equal(name, pk_str_of(table[i].name)))
            continue;
        if (equals && pk_limits_amount(pk_str_of(equals + 1), &value)) {
            set_field(limits, i, value);
            return true;
        }
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "limit '%s' needs a number above 0, found %s", table[i].name,
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(equals ? equals + 1 : "")));
        pk_error_hint(error, "write it as --limit %s=64M; k, M and G stand for 1024 each",
                      table[i].name);
        return false;
    }
    pk_error_set(error, PK_USAGE, pk_place_none(), "unknown limit %s",
                 pk_error_quote(quoted, sizeof quoted, name));
    pk_error_hint(error, "the limits are line, stack, frames, metrics, depth, inflate and ratio");
    return false;
}

/* Write a larger limit for the hint, short where it is round: "128M". */
static void add_larger(struct pk_buf *out, uint64_t limit)
{
    static const char suffixes[] = {0, 'k', 'M', 'G'};
    size_t i = 0;

    limit = limit > UINT64_MAX / 2 ? UINT64_MAX : 2 * limit;
    for (; i + 1 < sizeof suffixes && limit && limit % 1024 == 0; i++)
        limit /= 1024;
    pk_buf_printf(out, "%" PRIu64, limit);
    if (suffixes[i])
        pk_buf_char(out, suffixes[i]);
}

bool pk_limits_error(struct pk_error *error, struct pk_place place, const char *name,
                     uint64_t limit, const char *what)
{
    struct pk_buf number = {0}, larger = {0};

    pk_units_count(&number, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    add_larger(&larger, limit);
    if (error->status == PK_OK) { /* the first error keeps its own hint */
        pk_error_set(error, PK_INPUT, place, "more than %s %s", number.data, what);
        pk_error_hint(error, "--limit %s=%s raises this limit" PK_CODE("E033"), name, larger.data);
    }
    pk_buf_fini(&number);
    pk_buf_fini(&larger);
    return false;
}
