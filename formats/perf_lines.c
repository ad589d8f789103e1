/*
 * Decides which lines of perf script are neither header nor frame: see perf_lines.h. Sources: the
 * format's note; linux tools/perf/builtin-script.c (6.1), which ends a record by some of them in
 * place of a blank line.
 *
 * Trap: "\tadd (/p)" is a symbol, "\t            7f12" an address: only the width tells.
 */
#include "formats/perf_lines.h"

#include <stddef.h>
#include <string.h>

#include "formats/perf_frame.h"

#define ADDRESS_WIDTH 16 /* of the field, %16lx */

static bool is_gap(char c)
{
    return c == ' ' || c == '\t';
}

static struct pk_str skip_gaps(struct pk_str line)
{
    while (line.size && is_gap(line.data[0]))
        line = pk_str_slice(line, 1, line.size);
    return line;
}

static struct pk_str skip_hex(struct pk_str line)
{
    while (line.size && memchr("0123456789abcdef", line.data[0], 16))
        line = pk_str_slice(line, 1, line.size);
    return line;
}

bool pk_perf_line_is_blank(struct pk_str line)
{
    return !skip_gaps(line).size;
}

/* A lone number is a physical address. */
bool pk_perf_line_is_extra(struct pk_str line)
{
    static const char *const starts[] = {"insn:", "ABI:", "0x", "BPF ", "ilen:", "...", "|"};
    struct pk_str address, rest;
    bool is_indented = line.size && is_gap(line.data[0]);

    line = skip_gaps(line);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (pk_str_starts(line, pk_str_of(starts[i])))
            return true;
    rest = skip_hex(line);
    if (rest.size < line.size && rest.size && (rest.data[0] == ':' || rest.data[0] == '\t'))
        return true;
    return (line.size && line.data[line.size - 1] == ':') || (is_indented && !rest.size) ||
           (pk_perf_frame_address(line, &address, &rest) && pk_str_starts(rest, PK_STR("insn:")));
}

bool pk_perf_line_is_half(struct pk_str text)
{
    const char *open = text.size ? memrchr(text.data, '(', text.size) : NULL;

    return open && open > text.data && open[-1] == ' ' &&
           !memchr(open, ')', (size_t)(text.data + text.size - open));
}

/* Where a dso begins: a path, or the kernel's and other areas in brackets. */
static bool has_dso(struct pk_str text)
{
    return text.size && text.data[text.size - 1] == ')' &&
           (memmem(text.data, text.size, " (/", 3) || memmem(text.data, text.size, " ([", 3));
}

bool pk_perf_line_split(struct pk_str line, struct pk_str *address, struct pk_str *text)
{
    struct pk_str all = skip_gaps(line);

    if (!line.size || line.data[0] != '\t')
        return false;
    if (all.size && !skip_hex(all).size && line.size > ADDRESS_WIDTH) {
        *address = all;
        *text = pk_str_slice(all, all.size, all.size);
        return true;
    }
    *address = pk_str_slice(all, 0, 0);
    *text = all;
    return has_dso(all) && !pk_perf_line_is_extra(line);
}
