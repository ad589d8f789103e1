/*
 * Decides what of a frame is symbol, offset and dso, and what kind of frame it is. Sources: the
 * format's note; linux tools/perf/util/evsel_fprintf.c.
 *
 * Traps: symbols and dsos both hold blanks and brackets, "(anonymous namespace)::f (/tmp/x
 * (deleted))", so the dso is matched from the end of the line, counting brackets. "[vdso]" and its
 * like look like kernel modules but are not. "operator->" is no chain of inlined methods.
 */
#include "formats/perf_frame.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The blank behind the digits is what tells an address from a symbol that begins like one. */
bool pk_perf_frame_address(struct pk_str line, struct pk_str *address, struct pk_str *text)
{
    size_t start = 0, end;

    while (start < line.size && is_blank(line.data[start]))
        start++;
    for (end = start; end < line.size && is_hex(line.data[end]);)
        end++;
    if (end == start || end == line.size || line.data[end] != ' ')
        return false;
    *address = pk_str_slice(line, start, end);
    *text = pk_str_slice(line, end + 1, line.size);
    return true;
}

/* Where the bracket that ends `s` begins, or s.size. Brackets that do not match: the last one. */
static size_t bracket_start(struct pk_str s)
{
    size_t depth = 0, last = s.size;

    if (!s.size || s.data[s.size - 1] != ')')
        return s.size;
    for (size_t at = s.size; at-- > 0;) {
        if (s.data[at] == ')')
            depth++;
        if (s.data[at] != '(')
            continue;
        if (last == s.size && (at == 0 || s.data[at - 1] == ' '))
            last = at;
        if (--depth == 0)
            return at == 0 || s.data[at - 1] == ' ' ? at : s.size;
    }
    return last;
}

/* "+0x21" at the end, once. */
static struct pk_str strip_offset(struct pk_str symbol)
{
    size_t at = symbol.size;

    while (at && is_hex(symbol.data[at - 1]))
        at--;
    if (at >= 3 && at < symbol.size && memcmp(symbol.data + at - 3, "+0x", 3) == 0)
        symbol.size = at - 3;
    return symbol;
}

static struct pk_str trim_end(struct pk_str text)
{
    while (text.size && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Registers, branches or a physical address. */
static bool is_other_field(struct pk_str text)
{
    size_t digits = 0;

    while (text.size && is_blank(text.data[0]))
        text = pk_str_slice(text, 1, text.size);
    while (digits < text.size && is_hex(text.data[digits]))
        digits++;
    return pk_str_starts(text, PK_STR("ABI:")) || pk_str_starts(text, PK_STR("0x")) ||
           (digits && digits == text.size);
}

/* Cut what -F +insn, +iregs and their like print behind a frame. */
static struct pk_str strip_extra(struct pk_str text)
{
    const char *close;

    for (size_t at = text.size; at >= 6; at--) {
        if (text.data[at - 1] == ':' && (memcmp(text.data + at - 6, " ilen:", 6) == 0 ||
                                         memcmp(text.data + at - 6, " insn:", 6) == 0))
            text.size = at - 6;
    }
    text = trim_end(text);
    close = text.size ? memrchr(text.data, ')', text.size) : NULL;
    if (close && close + 2 < text.data + text.size && close[1] == ' ') {
        size_t end = (size_t)(close - text.data) + 1;

        if (is_other_field(pk_str_slice(text, end, text.size)))
            text.size = end;
    }
    return text;
}

/* The offset is where the caller was in the physical function: of no use without its address, and
 * it would make a function many. */
struct pk_perf_frame pk_perf_frame_parse(struct pk_str text)
{
    struct pk_perf_frame frame = {0};
    size_t start;

    text = strip_extra(text);
    start = bracket_start(text);
    frame.symbol = pk_str_slice(text, 0, start);
    if (start < text.size)
        frame.dso = pk_str_slice(text, start + 1, text.size - 1);
    frame.symbol = trim_end(frame.symbol);
    while (frame.symbol.size && is_blank(frame.symbol.data[0]))
        frame.symbol = pk_str_slice(frame.symbol, 1, frame.symbol.size);
    frame.symbol = strip_offset(frame.symbol);
    frame.is_inlined = pk_str_equal(frame.dso, PK_STR("inlined"));
    if (frame.is_inlined)
        frame.dso = PK_STR_NULL;
    return frame;
}

/* What perf could not find is "??:0" or "libc.so[27b25]": neither is a place. The name may hold
 * colons, so the number is taken from the end. */
struct pk_perf_srcline pk_perf_frame_srcline(struct pk_str line)
{
    struct pk_perf_srcline result = {0};
    uint64_t number = 0;
    size_t at;

    while (line.size && is_blank(line.data[0]))
        line = pk_str_slice(line, 1, line.size);
    if (pk_str_ends(line, PK_STR(" (inlined)"))) {
        result.is_inlined = true;
        line.size -= sizeof " (inlined)" - 1;
    }
    for (at = line.size; at && is_digit(line.data[at - 1]);)
        at--;
    if (at < 2 || at == line.size || line.data[at - 1] != ':' || line.data[0] == '?')
        return result;
    for (size_t i = at; i < line.size && number <= UINT32_MAX; i++)
        number = number * 10 + (uint64_t)(line.data[i] - '0');
    if (number > UINT32_MAX)
        return result;
    result.file = pk_str_slice(line, 0, at - 1);
    result.line = (uint32_t)number;
    return result;
}

/* perf leaves the name out, with two blanks, where it has a map but no symbol text. */
bool pk_perf_frame_is_unknown(const struct pk_perf_frame *frame)
{
    return frame->symbol.size == 0 || pk_str_equal(frame->symbol, PK_STR("[unknown]"));
}

static struct pk_str base_name(struct pk_str path)
{
    const char *slash = path.size ? memrchr(path.data, '/', path.size) : NULL;

    return slash ? pk_str_slice(path, (size_t)(slash - path.data) + 1, path.size) : path;
}

/* "perf-123.map" of "/tmp/perf-123.map", or a "jitted-123-4.so" that perf inject made. */
static bool is_jit(struct pk_str dso)
{
    struct pk_str name = base_name(dso);
    size_t at = 5;

    if (pk_str_starts(name, PK_STR("jitted-")) && pk_str_ends(name, PK_STR(".so")))
        return true;
    if (!pk_str_starts(name, PK_STR("perf-")))
        return false;
    while (at < name.size && is_digit(name.data[at]))
        at++;
    return at > 5 && pk_str_equal(pk_str_slice(name, at, name.size), PK_STR(".map"));
}

static bool is_one_of(struct pk_str s, const char *const list[])
{
    for (size_t i = 0; list[i]; i++)
        if (pk_str_starts(s, pk_str_of(list[i])))
            return true;
    return false;
}

/* Modules are printed as "[name]" and so are areas of a process that are no files; what is not
 * known to be such an area is the kernel's. Its own dso may be a file: vmlinux, or a module. */
enum pk_frame_kind pk_perf_frame_kind(struct pk_str dso)
{
    static const char *const user[] = {"[unknown]", "[vdso",  "[vsyscall", "[vvar", "[heap",
                                       "[stack",    "[anon]", "[uprobes]", NULL};
    static const char *const ends[] = {"vmlinux", ".ko",         ".ko.gz", ".ko.xz",
                                       ".ko.zst", "/proc/kcore", NULL};

    if (is_jit(dso))
        return PK_KIND_JIT;
    if (dso.size && dso.data[0] == '[')
        return is_one_of(dso, user) ? PK_KIND_FUNCTION : PK_KIND_KERNEL;
    for (size_t i = 0; ends[i]; i++)
        if (pk_str_ends(dso, pk_str_of(ends[i])))
            return PK_KIND_KERNEL;
    if (pk_str_starts(base_name(dso), PK_STR("vmlinux-")))
        return PK_KIND_KERNEL;
    return PK_KIND_FUNCTION;
}

/* Where "->" stands in `s` at or behind `from`, or s.size. */
static size_t find_arrow(struct pk_str s, size_t from)
{
    for (; from + 1 < s.size; from++)
        if (s.data[from] == '-' && s.data[from + 1] == '>')
            return from;
    return s.size;
}

/* perf-map-agent writes inlined methods so; any other "->" is part of a name. */
bool pk_perf_frame_is_chain(const struct pk_perf_frame *frame)
{
    size_t arrow = find_arrow(frame->symbol, 1);

    return pk_perf_frame_kind(frame->dso) == PK_KIND_JIT && arrow + 2 < frame->symbol.size &&
           !memmem(frame->symbol.data, frame->symbol.size, "operator->", 10);
}

/* A missing string is the end, an empty one is a part: "a->" has two. */
bool pk_perf_frame_part(struct pk_str *chain, bool is_chain, struct pk_str *part)
{
    size_t arrow = is_chain ? find_arrow(*chain, 0) : chain->size;

    if (!chain->data)
        return false;
    *part = pk_str_slice(*chain, 0, arrow);
    *chain = arrow < chain->size ? pk_str_slice(*chain, arrow + 2, chain->size) : PK_STR_NULL;
    return true;
}

/* Some dsos bring their brackets: "[vdso]". */
void pk_perf_frame_unknown(struct pk_str dso, struct pk_buf *out)
{
    struct pk_str name = base_name(dso);

    if (!name.size)
        name = PK_STR("unknown");
    if (name.data[0] != '[')
        pk_buf_char(out, '[');
    pk_buf_str(out, name);
    if (name.data[0] != '[')
        pk_buf_char(out, ']');
}
