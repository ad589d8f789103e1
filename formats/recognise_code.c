/*
 * Programs that people give instead of a profile of them: each says how to record one. Beginners
 * type `profkit app.py`; the name is never looked at, as everywhere.
 *
 * Trap: a line of Python could be a bad line of collapsed text. There nearly every line ends in a
 * blank and a count, as few lines of a program do ("n = 3").
 */
#include "formats/head.h"

#include <stddef.h>

#include "formats/readers.h"

/* --- compiled programs --- */

static int bid_elf(struct pk_input *input)
{
    return pk_str_starts(pk_input_head(input), PK_STR("\177ELF")) ? PK_RECOGNISE_MAGIC
                                                                  : PK_BID_NONE;
}

const struct pk_reader pk_reader_elf = {.name = "elf",
                                        .summary = "a program or library, not a profile",
                                        .bid = bid_elf,
                                        .hint = "perf record -g PROGRAM; perf script | profkit -"};

/* --- Python and scripts --- */

static bool ends_in_count(struct pk_str line)
{
    size_t at = line.size;

    while (at && line.data[at - 1] >= '0' && line.data[at - 1] <= '9')
        at--;
    return at && at < line.size && line.data[at - 1] == ' ';
}

/* What begins a statement at the outermost level of nearly every module. */
static bool is_python(struct pk_str line)
{
    struct pk_str text = line;

    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\r'))
        text.size--;
    if (pk_str_starts(text, PK_STR("from ")))
        return pk_head_contains(text, PK_STR(" import "));
    if (pk_str_starts(text, PK_STR("def ")) || pk_str_starts(text, PK_STR("class ")))
        return text.data[text.size - 1] == ':';
    return pk_str_starts(text, PK_STR("import "));
}

static int bid_python(struct pk_input *input)
{
    struct pk_head head = pk_head_of(input);
    struct pk_str line;
    unsigned statements = 0, counts = 0, lines = 0;

    while (pk_head_line(&head, &line)) {
        lines += line.size > 0;
        statements += is_python(line);
        counts += ends_in_count(line);
    }
    return statements && counts <= lines / 2 ? PK_RECOGNISE_CODE : PK_BID_NONE;
}

const struct pk_reader pk_reader_python = {
    .name = "python",
    .summary = "a Python program, not a profile of one",
    .bid = bid_python,
    .hint = "python3 -m cProfile -o out.prof PROGRAM.py; profkit out.prof"};

static int bid_script(struct pk_input *input)
{
    return pk_str_starts(pk_input_text_head(input), PK_STR("#!")) ? PK_RECOGNISE_OTHER
                                                                  : PK_BID_NONE;
}

const struct pk_reader pk_reader_script = {
    .name = "script",
    .summary = "a script, not a profile of one",
    .bid = bid_script,
    .hint = "record it with a profiler of its language; profkit formats lists what is read"};
