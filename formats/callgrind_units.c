/*
 * Units of events: see callgrind_units.h. Sources: the format's note for Xdebug and pprofile;
 * pprof's callgrind report (name and unit as "cpu(ms)", kB of 1024 bytes), ruby-prof's call tree
 * printer (times in microseconds) and lsprofcalltree (int(seconds * 1000) as "Ticks").
 */
#include "formats/callgrind_units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *word;
    struct pk_callgrind_unit unit;
} words[] = {
    {"ns", {PK_UNIT_NS, 0, 1}},
    {"nsec", {PK_UNIT_NS, 0, 1}},
    {"nanoseconds", {PK_UNIT_NS, 0, 1}},
    {"10ns", {PK_UNIT_NS, 1, 1}},
    {"100ns", {PK_UNIT_NS, 2, 1}},
    {"us", {PK_UNIT_NS, 3, 1}},
    {"usec", {PK_UNIT_NS, 3, 1}},
    {"microseconds", {PK_UNIT_NS, 3, 1}},
    {"ms", {PK_UNIT_NS, 6, 1}},
    {"msec", {PK_UNIT_NS, 6, 1}},
    {"milliseconds", {PK_UNIT_NS, 6, 1}},
    {"s", {PK_UNIT_NS, 9, 1}},
    {"sec", {PK_UNIT_NS, 9, 1}},
    {"seconds", {PK_UNIT_NS, 9, 1}},
    {"mins", {PK_UNIT_NS, 10, 6}},
    {"hrs", {PK_UNIT_NS, 11, 36}},
    {"B", {PK_UNIT_BYTES, 0, 1}},
    {"bytes", {PK_UNIT_BYTES, 0, 1}},
    {"kB", {PK_UNIT_BYTES, 0, 1024}},
    {"MB", {PK_UNIT_BYTES, 0, INT64_C(1) << 20}},
    {"GB", {PK_UNIT_BYTES, 0, INT64_C(1) << 30}},
};

/* Producers whose plain names mean a unit by their documentation. */
static const struct {
    enum pk_callgrind_dialect dialect;
    const char *name;
    struct pk_callgrind_unit unit;
} known[] = {
    {PK_CALLGRIND_XDEBUG, "Time", {PK_UNIT_NS, 3, 1}},
    {PK_CALLGRIND_XDEBUG, "Memory", {PK_UNIT_BYTES, 0, 1}},
    {PK_CALLGRIND_XDEBUG, "Peakmemory", {PK_UNIT_BYTES, 0, 1}},
    {PK_CALLGRIND_RUBY_PROF, "wall_time", {PK_UNIT_NS, 3, 1}},
    {PK_CALLGRIND_RUBY_PROF, "process_time", {PK_UNIT_NS, 3, 1}},
    {PK_CALLGRIND_CALLTREE, "Ticks", {PK_UNIT_NS, 6, 1}},
};

/* ASCII only: "Nanoseconds" is the label that pyprof2calltree writes. */
static bool is_word(struct pk_str text, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i < n && i < text.size; i++) {
        char c = text.data[i];

        if (c != word[i] && (i > 0 || c < 'A' || c > 'Z' || c - 'A' + 'a' != word[i]))
            return false;
    }
    return text.size == n;
}

/* A handful of words for each event of a file: no need to hash them. */
static bool find_word(struct pk_str text, struct pk_callgrind_unit *unit)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(text, words[i].word)) {
            *unit = words[i].unit;
            return true;
        }
    return false;
}

/* The last word of what stands in round brackets at the end: "Time_(10ns)", "sysTime (elapsed
 * ns)". */
static struct pk_str bracketed(struct pk_str text)
{
    size_t end = text.size, start;

    if (end == 0 || text.data[end - 1] != ')')
        return PK_STR_NULL;
    start = --end;
    while (start > 0 && text.data[start - 1] != '(' && text.data[start - 1] != ' ')
        start--;
    return start > 0 ? pk_str_slice(text, start, end) : PK_STR_NULL;
}

/* Where " (" or " [" begins the unit at the end of a label; its size when there is none. */
static size_t unit_at(struct pk_str label)
{
    struct pk_callgrind_unit unit;
    char open = pk_str_ends(label, PK_STR("]")) ? '[' : '(';

    if (open == '(' && !find_word(bracketed(label), &unit))
        return label.size;
    for (size_t at = label.size; at > 1; at--)
        if (label.data[at - 1] == open && label.data[at - 2] == ' ')
            return at - 2;
    return label.size;
}

/* "event: cycles_u : cycles:u" and "event: time : time (us)": a column may hold letters and digits
 * only, the label has the name as it was. */
struct pk_str pk_callgrind_units_name(const struct pk_callgrind_header *header, struct pk_str name,
                                      struct pk_str label)
{
    size_t size = unit_at(label);

    return header->dialect == PK_CALLGRIND_PROFKIT && size ? pk_str_slice(label, 0, size) : name;
}

/* "samples [1 / 1e3]", "mem [bytes * 1e2]": how our own writer says a power of ten. */
static bool find_power(struct pk_str label, struct pk_callgrind_unit *unit)
{
    static const struct {
        struct pk_str text;
        enum pk_unit unit;
        int sign;
    } starts[] = {
        {PK_STR("[1 / 1e"), PK_UNIT_COUNT, -1},     {PK_STR("[1 * 1e"), PK_UNIT_COUNT, 1},
        {PK_STR("[ns / 1e"), PK_UNIT_NS, -1},       {PK_STR("[ns * 1e"), PK_UNIT_NS, 1},
        {PK_STR("[bytes / 1e"), PK_UNIT_BYTES, -1}, {PK_STR("[bytes * 1e"), PK_UNIT_BYTES, 1}};
    size_t from = unit_at(label) + 1;

    for (size_t i = 0; i < sizeof starts / sizeof *starts && from < label.size; i++) {
        struct pk_str rest = pk_str_slice(label, from, label.size - 1);
        int power = 0;

        if (!pk_str_starts(rest, starts[i].text))
            continue;
        for (size_t at = starts[i].text.size; at < rest.size; at++) {
            if (rest.data[at] < '0' || rest.data[at] > '9' || power > 9)
                return false;
            power = power * 10 + rest.data[at] - '0';
        }
        *unit = (struct pk_callgrind_unit){starts[i].unit, starts[i].sign * power, 1};
        return power > 0 && power <= 18; /* what a scale can be */
    }
    return false;
}

/* What is written in the file comes before what is known of its producer. */
struct pk_callgrind_unit pk_callgrind_units_of(const struct pk_callgrind_header *header,
                                               struct pk_str name, struct pk_str label)
{
    struct pk_callgrind_unit unit = {PK_UNIT_COUNT, 0, 1}, power;

    if (header->dialect == PK_CALLGRIND_PROFKIT && find_power(label, &power))
        return power;
    /* An event may well be called "B" or "s": one letter is a unit in brackets only. */
    if (find_word(bracketed(name), &unit) || find_word(bracketed(label), &unit) ||
        (name.size > 1 && find_word(name, &unit)) || find_word(label, &unit))
        return unit;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].dialect == header->dialect && pk_str_equal(name, pk_str_of(known[i].name)))
            return known[i].unit;
    return unit;
}
