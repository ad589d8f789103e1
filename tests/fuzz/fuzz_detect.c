/*
 * Detection and the command line: see fuzz_parts.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/opt.h"
#include "cmd/cmd.h"
#include "formats/reader.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"

#define MOST_WORDS 64
#define MOST_LINE 1000 /* RELIABILITY.md section 1 */

bool fuzz_is_utf8(struct pk_str text)
{
    size_t at = 0;

    while (at < text.size) {
        utf8proc_int32_t code_point;
        utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                                   (utf8proc_ssize_t)(text.size - at), &code_point);

        if (length <= 0)
            return false;
        at += (size_t)length;
    }
    return true;
}

void fuzz_error_check(const struct pk_error *error, enum pk_status status)
{
    char *text = NULL, *end;
    size_t size = 0, lines = 0, shown = error->shown[0] ? 2 : 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        fuzz_laws_fail("no memory stream", NULL);
    pk_error_print(error, stream);
    fclose(stream);
    if (error->status != status)
        fuzz_laws_fail("an error of the wrong status", error);
    if (!fuzz_is_utf8((struct pk_str){text, size}) || strncmp(text, "profkit: ", 9) != 0)
        fuzz_laws_fail("an error that is no line of ours", error);
    for (char *line = text; *line; line = end + 1, lines++) {
        end = strchr(line, '\n');
        if (!end || end - line > MOST_LINE)
            fuzz_laws_fail("a message without an end, or too long", error);
        for (const char *c = line; c < end; c++)
            if ((unsigned char)*c < ' ' || *c == 127)
                fuzz_laws_fail("a control byte in a message", error);
        if (shown && lines == 2 && end[-1] != '^')
            fuzz_laws_fail("a line is shown without a caret", error);
        if (lines == 1 + shown && strncmp(line, "  hint: ", 8) != 0)
            fuzz_laws_fail("a second line that is no hint", error);
    }
    if (lines < 1 + shown || lines > 2 + shown)
        fuzz_laws_fail("an error that is not one line", error);
    free(text);
}

void fuzz_detect(struct pk_str bytes)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_input *input = pk_input_memory("fuzz", bytes.data, bytes.size, &limits);
    struct pk_error error = {0};
    const struct pk_reader *chosen;
    int highest = 0, times = 0, chosen_bid = 0;

    for (int round = 0; round < 2; round++) {
        int best = 0;

        times = 0;
        for (const struct pk_reader *const *r = pk_reader_list; *r; r++) {
            int bid = (*r)->bid(input);

            if (bid < PK_BID_NONE || bid > PK_BID_CERTAIN)
                fuzz_laws_fail("a bid beyond the scale", NULL);
            times = bid > best ? 1 : times + (bid == best);
            best = bid > best ? bid : best;
        }
        if (round > 0 && best != highest)
            fuzz_laws_fail("a second bid differs", NULL);
        highest = best;
    }
    chosen = pk_reader_detect(input, &error);
    if (chosen)
        chosen_bid = chosen->bid(input);
    if (chosen && (chosen_bid != highest || highest == PK_BID_NONE || times != 1))
        fuzz_laws_fail("a reader was chosen that did not bid highest alone", NULL);
    if (!chosen && highest > PK_BID_NONE && times == 1)
        fuzz_laws_fail("the highest bid was not taken", &error);
    if (!chosen)
        fuzz_error_check(&error, PK_INPUT);
    pk_input_free(input);
}

/* ---- the command line */

void fuzz_option_check(const struct pk_opt_value *value, const struct pk_opt *const *tables)
{
    const struct pk_opt *opt = value->opt;
    bool is_known = false;
    const char *found;
    size_t size;

    for (; *tables; tables++)
        for (const struct pk_opt *o = *tables; o->name; o++)
            is_known = is_known || o == opt;
    if (!is_known)
        fuzz_laws_fail("an option of another command", NULL);
    if ((opt->kind == PK_OPT_FLAG) != (value->text == NULL))
        fuzz_laws_fail("a flag with a value, or an option without", NULL);
    if (value->number < 0)
        fuzz_laws_fail("a number below zero", NULL);
    if (opt->kind != PK_OPT_CHOICE)
        return;
    size = strlen(value->text);
    found = strstr(opt->choices, value->text);
    while (found && !((found == opt->choices || found[-1] == ',') &&
                      (found[size] == ',' || found[size] == '\0')))
        found = strstr(found + 1, value->text);
    if (!found || size == 0)
        fuzz_laws_fail("a choice that is none", NULL);
}

static void parse_words(const struct pk_cmd *cmd, int n, char **words)
{
    const struct pk_opt *tables[5];
    struct pk_opts opts = {0};
    struct pk_error error = {0};

    pk_cmd_tables(cmd, tables);
    if (pk_opts_parse(&opts, tables, n, words, 0, &error)) {
        for (size_t i = 0; i < opts.values.size; i++)
            fuzz_option_check(&opts.values.data[i], tables);
    } else {
        fuzz_error_check(&error, PK_USAGE);
    }
    pk_opts_fini(&opts);
}

/* Words have no NUL in them, so that one may part them; a line end may too, for dictionaries. */
void fuzz_options(struct pk_str bytes)
{
    char *text = pk_alloc(bytes.size + 1), *words[MOST_WORDS + 1];
    struct pk_error error = {0};
    size_t commands = 0;
    int n = 0;

    while (pk_cmd_list[commands])
        commands++;
    if (bytes.size > 0)
        memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    for (size_t i = 1; i < bytes.size; i++) {
        if (text[i] == '\n')
            text[i] = '\0';
        if ((i == 1 || text[i - 1] == '\0') && n < MOST_WORDS)
            words[n++] = text + i;
    }
    words[n] = NULL;
    if (n > 0 && !pk_cmd_find(words[0])) {
        pk_cmd_refuse(words[0], "", &error);
        fuzz_error_check(&error, PK_USAGE);
    }
    if (bytes.size > 0)
        parse_words(pk_cmd_list[(unsigned char)bytes.data[0] % commands], n, words);
    pk_free(text);
}
