/*
 * Suppressions: see suppression.h.
 *
 * Traps: a date that is misspelt must not make one hold for good, so whatever follows the word
 * "until" at the end has to be a date of the calendar. Dates of this form are ordered as their
 * bytes are, so no calendar is needed to compare them.
 */
#include "analyze/suppression.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DATE_SIZE 10 /* "2027-03-01" */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Without any of these characters at its end. */
static struct pk_str trim_end(struct pk_str s, const char *what)
{
    while (s.size && strchr(what, s.data[s.size - 1]))
        s.size--;
    return s;
}

/* `size` digits of a date, as a number; -1 when they are none. */
static int digits(struct pk_str s, size_t from, size_t size)
{
    int value = 0;

    for (size_t i = from; i < from + size; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return -1;
        value = value * 10 + (s.data[i] - '0');
    }
    return value;
}

/* Of the Gregorian calendar, also before it was made. */
static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && is_leap ? 29 : days[month - 1];
}

/* In the one form that is ordered by its bytes: no sign, no blank, no missing zero. */
static bool is_date(struct pk_str s)
{
    int year, month, day;

    if (s.size != DATE_SIZE || s.data[4] != '-' || s.data[7] != '-')
        return false;
    year = digits(s, 0, 4);
    month = digits(s, 5, 2);
    day = digits(s, 8, 2);
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

/* Cut the last word off. */
static struct pk_str take_last(struct pk_str *s)
{
    size_t from = s->size;
    struct pk_str word;

    while (from > 0 && !is_space(s->data[from - 1]))
        from--;
    word = pk_str_slice(*s, from, s->size);
    *s = trim_end(pk_str_slice(*s, 0, from), " \t");
    return word;
}

/* The word, in any case, on its own. */
static bool is_until(struct pk_str s, size_t at)
{
    return strncasecmp(s.data + at, "until", 5) == 0 && !(at > 0 && is_letter(s.data[at - 1])) &&
           !(at + 5 < s.size && is_letter(s.data[at + 5]));
}

/* A year behind the word in another form ("Until: 1.3.2027"): somebody means that it ends. */
static bool means_end(struct pk_str value, struct pk_str *found)
{
    size_t from = 0, n_digits = 0;

    while (from + 5 <= value.size && !is_until(value, from))
        from++;
    for (size_t i = from + 5; i < value.size; i++) {
        n_digits = value.data[i] >= '0' && value.data[i] <= '9' ? n_digits + 1 : 0;
        if (n_digits == 4) {
            *found = pk_str_slice(value, from + 5, value.size);
            while (found->size && is_space(found->data[0]))
                *found = pk_str_slice(*found, 1, found->size);
            return true;
        }
    }
    return false;
}

enum pk_suppression_fault pk_suppression_read(struct pk_suppression *suppression,
                                              struct pk_str value, struct pk_str *found)
{
    struct pk_str rest = trim_end(value, " \t");
    struct pk_str last = take_last(&rest), before = rest;

    *found = PK_STR_NULL;
    suppression->reason = value;
    suppression->until = PK_STR_NULL;
    if (pk_str_equal(last, PK_STR("until"))) /* until when? */
        return PK_SUPPRESSION_NO_DATE;
    if (pk_str_equal(take_last(&before), PK_STR("until"))) {
        *found = last;
        if (!is_date(last))
            return PK_SUPPRESSION_NO_DATE;
        suppression->until = last;
        suppression->reason = trim_end(before, " \t,;");
    } else if (means_end(value, found)) {
        return PK_SUPPRESSION_NO_DATE;
    }
    return suppression->reason.size ? PK_SUPPRESSION_FINE : PK_SUPPRESSION_NO_REASON;
}

bool pk_suppression_read_key(struct pk_suppression *suppression, struct pk_str key)
{
    size_t size = 0, from;

    while (size < key.size &&
           ((key.data[size] >= 'a' && key.data[size] <= 'z') ||
            (key.data[size] >= '0' && key.data[size] <= '9') || key.data[size] == '-'))
        size++;
    suppression->key = key;
    suppression->function = PK_STR_NULL;
    if (size > 0 && size < key.size && key.data[size] == ':') {
        suppression->rule = key;
        return true;
    }
    for (from = size; from < key.size && is_space(key.data[from]);)
        from++;
    suppression->rule = pk_str_slice(key, 0, size);
    if (from < key.size)
        suppression->function = pk_str_slice(key, from, key.size);
    return size > 0 && (size == key.size || from > size);
}

bool pk_suppression_is_over(const struct pk_suppression *suppression, struct pk_str today)
{
    return suppression->until.size && pk_str_compare(suppression->until, today) < 0;
}
