/*
 * Decides what a frame text means. Sources: the collapsed note's table of producers;
 * stackcollapse-perf.pl
 * (_[k] _[i] _[j], [lib.so <addr>], name-PID/TID); async-profiler (_[0] _[1], [name tid=N]); py-spy
 * (process N:"cmd", thread (0x..): name, func (file.py:12)); austin 1 to 3.
 *
 * What is kept of each form:
 *   f_[k]                        name f, kind kernel; likewise i j w 0 1 p
 *   [unknown], 0x7f00            the text itself as name, kind unresolved
 *   [libc.so.6 <7f00>]           the same, and module libc.so.6
 *   f (x.py:12)                  name f, file x.py; 12 belongs to the place in the stack, not to f
 *   f (x.py), f (<string>)       name f, file
 *   x.py:f:12                    the same in austin's lines, elsewhere a name
 *   L12                          line of the frame before, in lines of austin 1
 *   process 1:"cmd", P1, ...     the text itself as name, kind process or thread, only at the root
 *   -, --                        the text itself, kind separator
 *
 * Every form but austin's can be written back byte by byte. Austin's frames come back as "f
 * (x.py:12)", which is read as the same frame.
 *
 * Traps: C++ and Java signatures end in ")" too, so a place needs ":digits" or the ending of a
 * source file; Windows paths hold ":" and " (x86)"; "w/2:_a[0]" is no suffix; a number with a
 * leading zero could not be written back, so it is no line.
 */
#include "formats/collapsed_frame.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Endings of files that a place may name without a line, between spaces. */
static const char source_endings[] =
    " py pyx pxd pyw pyi c cc cpp cxx c++ C h hh hpp hxx inl m mm rs go java kt kts scala clj "
    "groovy cs fs"
    " vb rb pl pm php lua js mjs cjs jsx ts tsx vue ml mli hs lhs erl ex exs jl r R f f77 f90 f95 "
    "s S asm d"
    " nim zig v swift dart cr lisp scm el sql sh bash tcl pas adb ads ";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits of an address in either case. */
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The number of leading bytes of `s` that `belongs` accepts. */
static size_t span(struct pk_str s, bool (*belongs)(char))
{
    size_t n = 0;

    while (n < s.size && belongs(s.data[n]))
        n++;
    return n;
}

/* What is left of `s` behind its first `n` bytes. */
static struct pk_str after(struct pk_str s, size_t n)
{
    return pk_str_slice(s, n, s.size);
}

/* True when `s` is not empty and holds nothing but such bytes. */
static bool is_all(struct pk_str s, bool (*belongs)(char))
{
    return s.size > 0 && span(s, belongs) == s.size;
}

/* "0x" and at least one hexadecimal digit. */
static bool is_address(struct pk_str s)
{
    return pk_str_starts(s, PK_STR("0x")) && is_all(after(s, 2), is_hex);
}

/* All of `s` as a line number without leading zero; "0" itself means that the line is not known. */
static bool parse_line(struct pk_str s, uint32_t *line)
{
    uint64_t value = 0;

    if (!is_all(s, is_digit) || s.size > 10 || (s.data[0] == '0' && s.size > 1))
        return false;
    for (size_t i = 0; i < s.size; i++)
        value = value * 10 + (uint64_t)(s.data[i] - '0');
    if (value > UINT32_MAX)
        return false;
    *line = (uint32_t)value;
    return true;
}

/* Where the last `c` of `s` stands; false when there is none. */
static bool find_last(struct pk_str s, char c, size_t *at)
{
    for (size_t i = s.size; i-- > 0;) {
        if (s.data[i] == c) {
            *at = i;
            return true;
        }
    }
    return false;
}

/* --- roots --- */

/* "P123", austin 2 and 3. */
static bool is_austin_process(struct pk_str s)
{
    return s.size > 1 && s.data[0] == 'P' && is_all(after(s, 1), is_digit);
}

/* "0x7f" and "0:123" are ids too, and "x87" is what austin writes on some systems. */
static bool belongs_to_thread_id(char c)
{
    return is_hex(c) || c == 'x' || c == ':';
}

/* "T0x7f", "Tx87", "T0:123": austin 2 and 3. */
static bool is_austin_thread(struct pk_str s)
{
    if (s.size < 2 || s.data[0] != 'T' || !is_all(after(s, 1), belongs_to_thread_id))
        return false;
    for (size_t i = 1; i < s.size; i++) {
        if (is_digit(s.data[i]))
            return true;
    }
    return false;
}

/* "Thread 5616a7fa3550", austin 1. */
static bool is_austin1_thread(struct pk_str s)
{
    struct pk_str id = after(s, pk_str_starts(s, PK_STR("Thread ")) ? 7 : s.size);

    return is_all(id, is_hex) || is_address(id);
}

/* "Process 123" (austin 1 with -C), "process 123", "process 123:\"cmd\"" (py-spy --subprocesses).
 */
static bool is_spelled_process(struct pk_str s)
{
    size_t digits;

    if (!pk_str_starts(s, PK_STR("process ")) && !pk_str_starts(s, PK_STR("Process ")))
        return false;
    s = after(s, 8);
    digits = span(s, is_digit);
    return digits > 0 && (digits == s.size || pk_str_starts(after(s, digits), PK_STR(":\"")));
}

/* "thread (0x7f51): MainThread", py-spy --threads. */
static bool is_spelled_thread(struct pk_str s)
{
    size_t digits;

    if (!pk_str_starts(s, PK_STR("thread (")))
        return false;
    s = after(s, 8);
    if (pk_str_starts(s, PK_STR("0x")) || pk_str_starts(s, PK_STR("0X")))
        s = after(s, 2);
    digits = span(s, is_hex);
    s = after(s, digits);
    return digits > 0 && (pk_str_equal(s, PK_STR(")")) || pk_str_starts(s, PK_STR("): ")));
}

/* "[name tid=123]", "[tid=123]", "tid=123": async-profiler -t. */
static bool is_async_thread(struct pk_str s)
{
    size_t at;
    bool is_bracketed = s.size > 2 && s.data[0] == '[' && s.data[s.size - 1] == ']';

    if (is_bracketed)
        s = pk_str_slice(s, 1, s.size - 1);
    if (!find_last(s, '=', &at) || at < 3 || memcmp(s.data + at - 3, "tid", 3) != 0)
        return false;
    return is_all(after(s, at + 1), is_digit) &&
           (at == 3 || (is_bracketed && s.data[at - 4] == ' '));
}

/* "name-PID/TID", where "?" is a pid that perf did not know: stackcollapse-perf --tid. */
static bool is_perf_thread(struct pk_str s)
{
    size_t slash, dash;
    struct pk_str pid;

    if (!find_last(s, '/', &slash) || !is_all(after(s, slash + 1), is_digit))
        return false;
    s = pk_str_slice(s, 0, slash);
    if (!find_last(s, '-', &dash) || dash == 0)
        return false;
    pid = after(s, dash + 1);
    return is_all(pid, is_digit) || pk_str_equal(pid, PK_STR("?"));
}

enum pk_frame_kind pk_collapsed_frame_root(struct pk_str text, size_t position,
                                           enum pk_collapsed_dialect dialect)
{
    if (dialect == PK_COLLAPSED_AUSTIN && position == 0)
        return PK_KIND_PROCESS;
    if (dialect == PK_COLLAPSED_AUSTIN && position == 1)
        return PK_KIND_THREAD;
    if (is_spelled_process(text))
        return PK_KIND_PROCESS;
    if (is_spelled_thread(text) || is_austin1_thread(text) || is_async_thread(text) ||
        (position == 0 && is_perf_thread(text)))
        return PK_KIND_THREAD;
    return PK_KIND_FUNCTION;
}

/* --- dialects --- */

/* Up to the first ";". */
static struct pk_str first_frame(struct pk_str stack)
{
    const char *end = stack.size ? memchr(stack.data, ';', stack.size) : NULL;

    return end ? pk_str_slice(stack, 0, (size_t)(end - stack.data)) : stack;
}

/* What follows the first frame, without its ";". */
static struct pk_str other_frames(struct pk_str stack)
{
    size_t first = first_frame(stack).size;

    return after(stack, first < stack.size ? first + 1 : first);
}

/* A thread named like austin's is not enough: its id is long, or a frame "L12" follows. */
static bool is_austin1(struct pk_str stack)
{
    struct pk_str root = first_frame(stack);

    if (pk_str_starts(root, PK_STR("Process ")) && is_spelled_process(root)) {
        stack = other_frames(stack);
        root = first_frame(stack);
    }
    if (!is_austin1_thread(root))
        return false;
    if (root.size >= sizeof "Thread 12345678" - 1)
        return true;
    while (stack.size) {
        uint32_t line;

        stack = other_frames(stack);
        if (pk_collapsed_frame_is_line(first_frame(stack), &line))
            return true;
    }
    return false;
}

enum pk_collapsed_dialect pk_collapsed_frame_dialect(struct pk_str stack)
{
    char first = stack.size ? stack.data[0] : '\0';

    if (first != 'P' && first != 'T') /* nearly every line ends here */
        return PK_COLLAPSED_PLAIN;
    if (is_austin_process(first_frame(stack)) && is_austin_thread(first_frame(other_frames(stack))))
        return PK_COLLAPSED_AUSTIN;
    return is_austin1(stack) ? PK_COLLAPSED_AUSTIN1 : PK_COLLAPSED_PLAIN;
}

bool pk_collapsed_frame_is_line(struct pk_str text, uint32_t *line)
{
    return text.size > 1 && text.data[0] == 'L' && parse_line(after(text, 1), line) && *line > 0;
}

/* --- functions --- */

/* Cut one of the known suffixes off; kinds that have none stay PK_KIND_FUNCTION. */
static enum pk_frame_kind take_suffix(struct pk_str *text)
{
    static const struct {
        char letter;
        enum pk_frame_kind kind;
    } suffixes[] = {
        {'k', PK_KIND_KERNEL},  {'i', PK_KIND_INLINED},     {'j', PK_KIND_JIT},
        {'w', PK_KIND_WAKER},   {'0', PK_KIND_INTERPRETED}, {'1', PK_KIND_COMPILED_C1},
        {'p', PK_KIND_PARTIAL},
    };
    const char *end = text->data + text->size;

    if (text->size < 4 || end[-1] != ']' || end[-3] != '[' || end[-4] != '_')
        return PK_KIND_FUNCTION;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (suffixes[i].letter == end[-2]) {
            text->size -= 4;
            return suffixes[i].kind;
        }
    }
    return PK_KIND_FUNCTION;
}

/* Where " (" stands that the ")" at the end of `text` closes; when the brackets of a name do not
 * pair up, the last " (" of all. */
static bool find_place(struct pk_str text, size_t *at)
{
    size_t depth = 0;

    if (text.size < 4 || text.data[text.size - 1] != ')')
        return false;
    for (size_t i = text.size; i-- > 1;) {
        if (text.data[i] == ')')
            depth++;
        else if (text.data[i] == '(' && --depth == 0) {
            *at = i - 1;
            return text.data[i - 1] == ' ';
        }
    }
    for (size_t i = text.size - 1; i-- > 0;) {
        if (text.data[i] == ' ' && text.data[i + 1] == '(') {
            *at = i;
            return true;
        }
    }
    return false;
}

/* "main.py", "<string>", "<frozen os>": text that names a source without naming a line. */
static bool is_source(struct pk_str file)
{
    size_t dot;

    if (file.size > 2 && file.data[0] == '<' && file.data[file.size - 1] == '>')
        return true;
    if (!find_last(file, '.', &dot) || dot == 0 || file.size - dot > 8)
        return false;
    struct pk_str ending = after(file, dot + 1);

    if (!ending.size || memchr(ending.data, ' ', ending.size))
        return false;
    for (const char *p = source_endings; (p = strchr(p, ' ')) && p[1]; p++) {
        if (strncmp(p + 1, ending.data, ending.size) == 0 && p[1 + ending.size] == ' ')
            return true;
    }
    return false;
}

/* "name (file:12)" or "name (file.py)". */
static bool take_place(struct pk_str text, struct pk_collapsed_frame *out)
{
    size_t at, colon;

    if (!find_place(text, &at))
        return false;
    struct pk_str place = pk_str_slice(text, at + 2, text.size - 1);

    if (find_last(place, ':', &colon) && colon > 0 &&
        parse_line(after(place, colon + 1), &out->line) &&
        (out->line > 0 || is_source(pk_str_slice(place, 0, colon))))
        place.size = colon;
    else if (!is_source(place))
        return false;
    out->frame.name = pk_str_slice(text, 0, at);
    out->frame.file = place;
    return true;
}

/* True when the brackets of `file` pair up, so that "name (file:12)" is cut where it was joined. */
static bool is_paired(struct pk_str file)
{
    size_t depth = 0;

    for (size_t i = file.size; i-- > 0;) {
        depth += file.data[i] == ')';
        if (file.data[i] == '(' && depth-- == 0)
            return false;
    }
    return depth == 0;
}

/* "file.py:name:12", with the ")" behind it that austin-diff's own test data have. */
static bool take_austin_place(struct pk_str text, struct pk_collapsed_frame *out)
{
    size_t line_at, name_at;

    if (text.size && text.data[text.size - 1] == ')')
        text.size--;
    if (!find_last(text, ':', &line_at) || !parse_line(after(text, line_at + 1), &out->line))
        return false;
    text.size = line_at;
    if (!find_last(text, ':', &name_at) || name_at == 0)
        return false;
    struct pk_str file = pk_str_slice(text, 0, name_at);

    if (!is_paired(file) || (out->line == 0 && !is_source(file)))
        return false;
    out->frame.file = file;
    out->frame.name = after(text, name_at + 1);
    return true;
}

/* "[unknown]", "[libc.so.6]", "[libc.so.6 <7f00>]", "0x7f00": where a symbol was not found. The
 * module is claimed only where the text can be nothing else: "[deopt]" and "[dd]" are no libraries
 * to us. */
static bool take_unresolved(struct pk_frame *frame)
{
    struct pk_str name = frame->name, inner;
    const char *space;

    if (is_address(name)) {
        frame->kind = PK_KIND_UNRESOLVED;
        return true;
    }
    if (name.size < 3 || name.data[0] != '[' || name.data[name.size - 1] != ']')
        return false;
    inner = pk_str_slice(name, 1, name.size - 1);
    space = memchr(inner.data, ' ', inner.size);
    if (space) { /* only "[module <address>]" may hold a space */
        size_t at = (size_t)(space - inner.data);

        if (at + 2 >= inner.size || inner.data[at + 1] != '<' || inner.data[inner.size - 1] != '>')
            return false;
        if (!is_all(pk_str_slice(inner, at + 2, inner.size - 1), is_hex))
            return false;
        inner.size = at;
    }
    frame->kind = PK_KIND_UNRESOLVED;
    if (memchr(inner.data, '.', inner.size))
        frame->module = inner;
    return true;
}

/* Drop "+0x1f" or "+31" from the end of a name, but never all of it. */
static void strip_offset(struct pk_str *name)
{
    size_t plus;

    if (!find_last(*name, '+', &plus) || plus == 0)
        return;
    struct pk_str offset = after(*name, plus + 1);

    if (is_address(offset) || is_all(offset, is_digit))
        name->size = plus;
}

/* Written by off-CPU tools between kernel and user frames. */
static bool is_separator(struct pk_str s)
{
    return pk_str_equal(s, PK_STR("-")) || pk_str_equal(s, PK_STR("--"));
}

struct pk_collapsed_frame
pk_collapsed_frame_parse(struct pk_str text, enum pk_collapsed_dialect dialect, bool strips_offsets)
{
    struct pk_collapsed_frame out = {.frame = {.name = text, .kind = PK_KIND_FUNCTION}};

    if (is_separator(text)) {
        out.frame.kind = PK_KIND_SEPARATOR;
        return out;
    }
    out.frame.kind = take_suffix(&text);
    out.frame.name = text;
    if (!take_place(text, &out) && dialect == PK_COLLAPSED_AUSTIN && !take_austin_place(text, &out))
        out.line = 0;
    if (strips_offsets)
        strip_offset(&out.frame.name);
    if (out.frame.kind == PK_KIND_FUNCTION)
        take_unresolved(&out.frame);
    return out;
}
