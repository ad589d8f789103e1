/*
 * Option tables: see opt.h. The manners are those of getopt_long (a value may look like an option,
 * options and operands mix, "-" is an operand), without its abbreviations and its global state, and
 * with messages that name a near word. Near is the edit distance of Damerau and Levenshtein in its
 * restricted form (a pair of letters is swapped at most once): "--tpo" is one step from "--top".
 */
#include "base/opt_private.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define MOST_LETTERS 64 /* longer words are not compared: nobody mistypes them by two letters */
#define HELP_COLUMN ((size_t)30)

struct parser {
    struct pk_opts *opts;
    const struct pk_opt *const *tables;
    int argc, at; /* `at`: the word to look at next */
    char **argv;
    struct pk_error *error;
    char option[80]; /* the current option as typed, "--top" or "-o", for messages */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the table of distances are enough, so it needs no memory. Both words have at most
 * MOST_LETTERS bytes. */
static size_t edit_distance(struct pk_str a, struct pk_str b)
{
    size_t rows[3][MOST_LETTERS + 1]; /* the row before the last one is needed for swaps */

    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            bool differs = a.data[i - 1] != b.data[j - 1];

            row[j] = smaller(above[j - 1] + differs, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = smaller(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a.size % 3][b.size];
}

/* Two steps are always allowed, in long words as many as a third of the letters. Of two equally
 * near words the first wins, so the order of `words` is an order of preference. */
const char *pk_opts_nearest(const char *word, const char *const *words)
{
    struct pk_str s = pk_str_of(word);
    const char *best = NULL;
    size_t best_distance = s.size / 3 > 2 ? s.size / 3 : 2;

    if (s.size > MOST_LETTERS)
        return NULL;
    for (; *words; words++) {
        struct pk_str candidate = pk_str_of(*words);
        size_t distance;

        if (candidate.size > MOST_LETTERS)
            continue;
        distance = edit_distance(s, candidate);
        /* At least half of the shorter word must be left, or every short word is near to any other.
         */
        if (2 * distance > smaller(s.size, candidate.size))
            continue;
        if (distance < best_distance || (!best && distance == best_distance)) {
            best = *words;
            best_distance = distance;
        }
    }
    return best;
}

/* The whole name: no abbreviations, which would change their meaning with the next option. Tables
 * in front hide later ones. */
static const struct pk_opt *find_name(const struct pk_opt *const *tables, struct pk_str name)
{
    for (; *tables; tables++)
        for (const struct pk_opt *opt = *tables; opt->name; opt++)
            if (pk_str_equal(pk_str_of(opt->name), name))
                return opt;
    return NULL;
}

static const struct pk_opt *find_letter(const struct pk_opt *const *tables, char letter)
{
    for (; *tables; tables++)
        for (const struct pk_opt *opt = *tables; opt->name; opt++)
            if (opt->letter && opt->letter == letter)
                return opt;
    return NULL;
}

/* Store an option with its value (NULL for a flag). The text is checked here, so that a command
 * never sees a value that its table does not allow. */
static bool store(struct parser *parser, const struct pk_opt *opt, const char *text)
{
    struct pk_opt_value value;

    if (!pk_opts_check(opt, text, &value))
        return pk_opts_fail_value(parser->error, parser->option, opt, text);
    pk_array_push(&parser->opts->values, value);
    return true;
}

/* What stands for the value in messages and help. */
static const char *argument_of(const struct pk_opt *opt)
{
    return opt->argument ? opt->argument : "WHAT";
}

/* Store an option whose value is `attached` or, when that is NULL, the next word. */
static bool store_with_value(struct parser *parser, const struct pk_opt *opt, const char *attached)
{
    if (!attached && parser->at == parser->argc)
        return pk_error_set(parser->error, PK_USAGE, pk_place_none(),
                            "option '%s' needs a value %s", parser->option, argument_of(opt));
    return store(parser, opt, attached ? attached : parser->argv[parser->at++]);
}

/* The error of an unknown long option, with the nearest known one. */
static bool fail_unknown(const struct parser *parser, struct pk_str name)
{
    PK_ARRAY(const char *) names = {0};
    struct pk_buf typed = {0};
    const char *nearest;
    char quoted[300];

    for (const struct pk_opt *const *table = parser->tables; *table; table++)
        for (const struct pk_opt *opt = *table; opt->name; opt++)
            pk_array_push(&names, opt->name);
    pk_array_push(&names, NULL);
    pk_buf_str(&typed, name);
    nearest = pk_opts_nearest(pk_buf_view(&typed).data, names.data);
    pk_buf_reset(&typed);
    pk_buf_text(&typed, "--");
    pk_buf_str(&typed, name);
    pk_error_set(parser->error, PK_USAGE, pk_place_none(), "unknown option %s",
                 pk_error_quote(quoted, sizeof quoted, pk_buf_view(&typed)));
    if (nearest)
        pk_error_hint(parser->error, "did you mean '--%s'?", nearest);
    pk_buf_fini(&typed);
    pk_array_fini(&names);
    return false;
}

/* "--name", "--name=VALUE" or "--name VALUE"; `word` is what follows the dashes. */
static bool parse_long(struct parser *parser, const char *word)
{
    size_t size = strcspn(word, "=");
    struct pk_str name = {word, size};
    const struct pk_opt *opt = find_name(parser->tables, name);
    const char *attached = word[size] ? word + size + 1 : NULL;

    if (!opt)
        return fail_unknown(parser, name);
    snprintf(parser->option, sizeof parser->option, "--%s", opt->name);
    if (opt->kind != PK_OPT_FLAG)
        return store_with_value(parser, opt, attached);
    if (attached)
        return pk_error_set(parser->error, PK_USAGE, pk_place_none(), "option '%s' takes no value",
                            parser->option);
    return store(parser, opt, NULL);
}

/* "-q", "-qv", "-o FILE", "-oFILE", "-qoFILE"; `word` is what follows the dash. */
static bool parse_letters(struct parser *parser, const char *word)
{
    char quoted[300];

    for (; *word; word++) {
        const struct pk_opt *opt = find_letter(parser->tables, *word);

        if (!opt) {
            char typed[] = {'-', *word};

            return pk_error_set(
                parser->error, PK_USAGE, pk_place_none(), "unknown option %s",
                pk_error_quote(quoted, sizeof quoted, (struct pk_str){typed, sizeof typed}));
        }
        snprintf(parser->option, sizeof parser->option, "-%c", *word);
        if (opt->kind != PK_OPT_FLAG)
            return store_with_value(parser, opt, word[1] ? word + 1 : NULL);
        if (!store(parser, opt, NULL))
            return false;
    }
    return true;
}

/* Operands and values are borrowed from argv. The first mistake ends it; what was stored till then
 * is left for pk_opts_fini. */
bool pk_opts_parse(struct pk_opts *opts, const struct pk_opt *const *tables, int argc, char **argv,
                   int first, struct pk_error *error)
{
    struct parser parser = {
        .opts = opts, .tables = tables, .argc = argc, .at = first, .argv = argv, .error = error};
    bool options_ended = false;

    while (parser.at < argc) {
        const char *word = argv[parser.at++];
        bool is_good = true;

        if (options_ended || word[0] != '-' || word[1] == '\0')
            pk_array_push(&opts->operands, word);
        else if (word[1] != '-')
            is_good = parse_letters(&parser, word + 1);
        else if (word[2])
            is_good = parse_long(&parser, word + 2);
        else
            options_ended = true;
        if (!is_good)
            return false;
    }
    return true;
}

/* "-qv": all letters are flags of the tables, or the last one takes a value. `takes_next` tells
 * whether that is the next word. */
static bool are_letters(const struct pk_opt *const *tables, const char *word, bool *takes_next)
{
    for (; *word; word++) {
        const struct pk_opt *opt = find_letter(tables, *word);

        if (!opt)
            return false;
        if (opt->kind != PK_OPT_FLAG) {
            *takes_next = word[1] == '\0';
            return true;
        }
    }
    return true;
}

int pk_opts_skip(const struct pk_opt *const *tables, int argc, char **argv, int first)
{
    while (first < argc) {
        const char *word = argv[first];
        size_t size = strcspn(word, "=");
        bool takes_next = false;

        if (word[0] != '-' || word[1] == '\0')
            break;
        if (word[1] != '-') {
            if (!are_letters(tables, word + 1, &takes_next))
                break;
        } else {
            const struct pk_opt *opt = find_name(tables, (struct pk_str){word + 2, size - 2});

            if (!opt)
                break;
            takes_next = opt->kind != PK_OPT_FLAG && word[size] == '\0';
        }
        first += takes_next ? 2 : 1;
    }
    return first < argc ? first : argc;
}

void pk_opts_fini(struct pk_opts *opts)
{
    pk_array_fini(&opts->values);
    pk_array_fini(&opts->operands);
}

/* From the end: an option given twice means its last value, so that an alias can be corrected by
 * typing more. */
const struct pk_opt_value *pk_opts_find(const struct pk_opts *opts, const char *name)
{
    for (size_t i = opts->values.size; i > 0; i--)
        if (strcmp(opts->values.data[i - 1].opt->name, name) == 0)
            return &opts->values.data[i - 1];
    return NULL;
}

bool pk_opts_has(const struct pk_opts *opts, const char *name)
{
    return pk_opts_find(opts, name) != NULL;
}

const struct pk_opt_value *pk_opts_next(const struct pk_opts *opts, const char *name,
                                        const struct pk_opt_value *value)
{
    for (size_t i = value ? (size_t)(value - opts->values.data) + 1 : 0; i < opts->values.size; i++)
        if (strcmp(opts->values.data[i].opt->name, name) == 0)
            return &opts->values.data[i];
    return NULL;
}

unsigned pk_opts_count(const struct pk_opts *opts, const char *name)
{
    const struct pk_opt_value *value = NULL;
    unsigned count = 0;

    while ((value = pk_opts_next(opts, name, value)))
        count++;
    return count;
}

const char *pk_opts_text(const struct pk_opts *opts, const char *name, const char *fallback)
{
    const struct pk_opt_value *value = pk_opts_find(opts, name);

    return value && value->text ? value->text : fallback;
}

/* The value of PK_OPT_COUNT as it was typed, of PK_OPT_DECIMAL in millionths. */
int64_t pk_opts_number(const struct pk_opts *opts, const char *name, int64_t fallback)
{
    const struct pk_opt_value *value = pk_opts_find(opts, name);

    return value ? value->number : fallback;
}

/* Append "  -o, --output FILE", without what it does. Names without a letter line up with those
 * that have one. */
static void add_usage(struct pk_buf *out, const struct pk_opt *opt)
{
    if (opt->letter)
        pk_buf_printf(out, "  -%c, --%s", opt->letter, opt->name);
    else
        pk_buf_printf(out, "      --%s", opt->name);
    if (opt->kind != PK_OPT_FLAG)
        pk_buf_printf(out, " %s", argument_of(opt));
}

/* One column for the whole table, but a single long option does not push all texts to the right: it
 * gets a line of its own. Names are ASCII, so bytes are cells. */
void pk_opts_help(const struct pk_opt *table, struct pk_buf *out)
{
    struct pk_buf usage = {0};
    size_t column = 0; /* where the texts begin: behind the longest usage that is not too long */

    for (const struct pk_opt *opt = table; opt->name; opt++) {
        pk_buf_reset(&usage);
        add_usage(&usage, opt);
        if (usage.size + 3 > column && usage.size + 3 <= HELP_COLUMN)
            column = usage.size + 3;
    }
    for (const struct pk_opt *opt = table; opt->name; opt++) {
        pk_buf_reset(&usage);
        add_usage(&usage, opt);
        if (usage.size + 3 > column) /* too long to share its line */
            pk_buf_printf(&usage, "\n%*s", (int)column, "");
        else
            pk_buf_printf(&usage, "%*s", (int)(column - usage.size), "");
        pk_buf_str(out, pk_buf_view(&usage));
        pk_buf_text(out, opt->help);
        if (opt->choices) {
            pk_buf_text(out, ": ");
            pk_opts_add_choices(out, opt->choices);
        }
        pk_buf_text(out, opt->is_repeatable ? " (may be repeated)\n" : "\n");
    }
    pk_buf_fini(&usage);
}
