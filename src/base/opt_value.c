/*
 * What may stand as the value of an option, see opt.h: numbers, one of several words, lists of
 * them. It is checked where it is typed, so that a command never sees a value that its table does
 * not allow, and the message can tell what was wanted.
 */
#include "base/opt_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

#define MILLIONTHS 6

/* The digits of `s` from *at on, added to *value; false when it does not fit. */
static bool parse_digits(struct pk_str s, size_t *at, int64_t *value)
{
    for (; *at < s.size && s.data[*at] >= '0' && s.data[*at] <= '9'; ++*at)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, s.data[*at] - '0', value))
            return false;
    return true;
}

/* Digits only: no sign, since no count is below zero, and no suffix. */
static bool parse_count(struct pk_str s, int64_t *value)
{
    size_t at = 0;

    *value = 0;
    return parse_digits(s, &at, value) && at > 0 && at == s.size;
}

/* "0.1" as 100000: millionths, the seventh decimal rounds. Own code, because strtod follows the
 * locale, takes "0x1p3" and "nan", and loses the last digit of a decimal. */
static bool parse_decimal(struct pk_str s, int64_t *value)
{
    size_t at = 0, whole, digits, kept;
    bool rounds_up;

    *value = 0;
    if (!parse_digits(s, &at, value))
        return false;
    whole = at;
    if (at < s.size && s.data[at] == '.')
        at++;
    kept = digits = at;
    while (kept < s.size && kept - digits < MILLIONTHS)
        kept++;
    if (!parse_digits(pk_str_slice(s, 0, kept), &at, value) || at != kept)
        return false;
    for (size_t n = kept - digits; n < MILLIONTHS; n++)
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    rounds_up = kept < s.size && s.data[kept] >= '5';
    while (at < s.size && s.data[at] >= '0' && s.data[at] <= '9')
        at++;
    return at == s.size && whole + (kept - digits) > 0 &&
           !__builtin_add_overflow(*value, rounds_up, value);
}

/* The place of `word` among the words between the commas; -1 when it is none of them. */
static int choice_at(const char *choices, struct pk_str word)
{
    for (int at = 0; *choices; at++) {
        size_t size = strcspn(choices, ",");

        if (pk_str_equal((struct pk_str){choices, size}, word))
            return at;
        choices += size + (choices[size] == ',');
    }
    return -1;
}

/* Parse "calls,-name"; where that fails `wrong` is the word that is no key, or one too many. */
static bool parse_keys(const char *choices, const char *text, struct pk_opt_key *keys, unsigned *n,
                       struct pk_str *wrong)
{
    for (*n = 0;; text++) {
        bool is_reversed = *text == '-';
        struct pk_str word = {text + is_reversed, strcspn(text + is_reversed, ",")};
        int choice = choice_at(choices, word);

        *wrong = word;
        if (choice < 0 || *n == PK_OPT_MOST_KEYS)
            return false;
        keys[(*n)++] = (struct pk_opt_key){(unsigned)choice, is_reversed};
        text = word.data + word.size;
        if (!*text)
            return true;
    }
}

/* Append "auto, always or never". */
void pk_opts_add_choices(struct pk_buf *out, const char *choices)
{
    for (bool is_first = true; *choices; is_first = false) {
        size_t size = strcspn(choices, ",");

        if (!is_first)
            pk_buf_text(out, choices[size] ? ", " : " or ");
        pk_buf_add(out, choices, size);
        choices += size + (choices[size] == ',');
    }
}

/* The error of a list with a word that is no key, with the nearest that is one. */
static bool fail_keys(struct pk_error *error, const char *option, const struct pk_opt *opt,
                      struct pk_str wrong)
{
    PK_ARRAY(const char *) words = {0};
    struct pk_buf wanted = {0}, copy = {0}, typed = {0};
    const char *nearest;
    char quoted[300];

    pk_opts_add_choices(&wanted, opt->choices);
    pk_error_set(error, PK_USAGE, pk_place_none(), "option '%s' needs keys out of %s, found %s",
                 option, wanted.data, pk_error_quote(quoted, sizeof quoted, wrong));
    pk_buf_text(&copy, opt->choices);
    for (size_t i = copy.size; i-- > 0;) {
        if (copy.data[i] == ',')
            copy.data[i] = '\0';
        if (i == 0 || copy.data[i - 1] == ',')
            pk_array_push(&words, copy.data + i);
    }
    pk_array_push(&words, NULL);
    pk_buf_str(&typed, wrong);
    nearest = wrong.size && choice_at(opt->choices, wrong) < 0
                  ? pk_opts_nearest(typed.data, words.data)
                  : NULL;
    if (nearest)
        pk_error_hint(error, "did you mean '%s'?", nearest);
    pk_buf_fini(&wanted);
    pk_buf_fini(&copy);
    pk_buf_fini(&typed);
    pk_array_fini(&words);
    return false;
}

void pk_opts_wants(const struct pk_opt *opt, struct pk_buf *out)
{
    if (opt->kind == PK_OPT_CHOICE)
        pk_opts_add_choices(out, opt->choices);
    else if (opt->kind == PK_OPT_KEYS) {
        pk_buf_text(out, "keys out of ");
        pk_opts_add_choices(out, opt->choices);
    } else if (opt->kind == PK_OPT_COUNT)
        pk_buf_text(out, "a whole number");
    else
        pk_buf_text(out, "a number such as 0.5");
}

bool pk_opts_fail_value(struct pk_error *error, const char *option, const struct pk_opt *opt,
                        const char *text)
{
    struct pk_opt_key keys[PK_OPT_MOST_KEYS];
    struct pk_buf wanted = {0};
    struct pk_str wrong;
    char quoted[300];
    unsigned n_keys;

    /* Of a list the one wrong word is quoted, not all of it. */
    if (opt->kind == PK_OPT_KEYS && !parse_keys(opt->choices, text, keys, &n_keys, &wrong))
        return fail_keys(error, option, opt, wrong);
    pk_opts_wants(opt, &wanted);
    pk_error_set(error, PK_USAGE, pk_place_none(), "option '%s' needs %s, found %s", option,
                 wanted.data, pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
    pk_buf_fini(&wanted);
    return false;
}

bool pk_opts_check(const struct pk_opt *opt, const char *text, struct pk_opt_value *value)
{
    struct pk_opt_key keys[PK_OPT_MOST_KEYS];
    struct pk_str wrong;
    unsigned n_keys;

    *value = (struct pk_opt_value){.opt = opt, .text = text};
    switch (opt->kind) {
    case PK_OPT_COUNT:
        return parse_count(pk_str_of(text), &value->number);
    case PK_OPT_DECIMAL:
        return parse_decimal(pk_str_of(text), &value->number);
    case PK_OPT_CHOICE:
        return choice_at(opt->choices, pk_str_of(text)) >= 0;
    case PK_OPT_KEYS:
        return parse_keys(opt->choices, text, keys, &n_keys, &wrong);
    case PK_OPT_FLAG:
    case PK_OPT_TEXT:
        break;
    }
    return true;
}
/* Parsed once more: what is stored is what was typed. */
unsigned pk_opts_keys(const struct pk_opts *opts, const char *name,
                      struct pk_opt_key keys[PK_OPT_MOST_KEYS])
{
    const struct pk_opt_value *value = pk_opts_find(opts, name);
    struct pk_str wrong;
    unsigned n = 0;

    if (value)
        (void)parse_keys(value->opt->choices, value->text, keys, &n, &wrong);
    return n;
}
