/*
 * Decides names as stackcollapse-perf.pl (FlameGraph 41fee1f) does, step by step in its order:
 * split at "->", "[unknown]" to "[libfoo.so]", ";" to ":", everything from the first "(" on
 * dropped, quotes dropped, Java's leading "L" dropped.
 *
 * On purpose not copied: names that begin with "(" (the anonymous namespace of C++) are kept, where
 * the script takes them for process names and drops the frame.
 *
 * Traps: a Go method "(*T).f" keeps its brackets; "0" as thread id counts as none.
 */
#include "formats/perf_fold.h"

#include <stddef.h>
#include <string.h>

static bool contains(struct pk_str s, struct pk_str part)
{
    return s.size >= part.size && memmem(s.data, s.size, part.data, part.size) != NULL;
}

/* As Perl's split: empty parts at the end are none. */
bool pk_perf_fold_part(struct pk_str *chain, struct pk_str *part)
{
    const char *arrow;

    while (pk_str_ends(*chain, PK_STR("->")))
        chain->size -= 2;
    if (!chain->data || (chain->size == 0))
        return false;
    arrow = memmem(chain->data, chain->size, "->", 2);
    *part = arrow ? pk_str_slice(*chain, 0, (size_t)(arrow - chain->data)) : *chain;
    *chain = arrow ? pk_str_slice(*chain, part->size + 2, chain->size) : PK_STR_NULL;
    return true;
}

/* "[libfoo.so]", "[unknown]", and with the address "[libfoo.so <7f12>]". */
static void name_unknown(struct pk_str dso, struct pk_str address, bool has_address,
                         struct pk_buf *out)
{
    const char *slash = dso.size ? memrchr(dso.data, '/', dso.size) : NULL;

    if (slash)
        dso = pk_str_slice(dso, (size_t)(slash - dso.data) + 1, dso.size);
    if (!dso.size || pk_str_equal(dso, PK_STR("[unknown]")))
        dso = PK_STR("unknown");
    pk_buf_char(out, '[');
    pk_buf_str(out, dso);
    if (has_address) {
        pk_buf_text(out, " <");
        pk_buf_str(out, address);
        pk_buf_char(out, '>');
    }
    pk_buf_char(out, ']');
}

/* The script's m/\.\(.*\)\./: a method of Go. */
static bool is_go_method(struct pk_str name)
{
    const char *open = name.size ? memmem(name.data, name.size, ".(", 2) : NULL;

    return open && memmem(open + 2, (size_t)(name.data + name.size - open) - 2, ").", 2) != NULL;
}

/* Where the first "(" stands that does not begin "(anonymous namespace)", or the size. */
static size_t arguments(struct pk_str name)
{
    for (size_t at = 0; at < name.size; at++) {
        struct pk_str rest = pk_str_slice(name, at, name.size);

        if (rest.data[0] == '(' && !pk_str_starts(rest, PK_STR("(anonymous namespace)")))
            return at;
    }
    return name.size;
}

/* In the order of the script: what is cut first is not looked at later. */
static void tidy(struct pk_buf *text, bool is_java)
{
    struct pk_str name = pk_buf_view(text);
    size_t from = 0, to = 0;

    if (!is_go_method(name))
        name.size = arguments(name);
    if (is_java && name.size && name.data[0] == 'L' && memchr(name.data, '/', name.size))
        from = 1;
    for (; from < name.size; from++) {
        char c = text->data[from];

        if (c != '"' && c != '\'')
            text->data[to++] = c == ';' ? ':' : c;
    }
    text->size = to;
}

/* The script tells kernel code by a bracket in front, so the vdso is kernel code to it. */
static enum pk_frame_kind mark(struct pk_str dso, struct pk_str name, bool is_first,
                               const struct pk_perf_folding *folding)
{
    bool is_kernel = (dso.size && dso.data[0] == '[') || pk_str_ends(dso, PK_STR("vmlinux"));

    if (!is_first)
        return contains(name, PK_STR("_[i]")) ? PK_KIND_FUNCTION : PK_KIND_INLINED;
    if (folding->marks_kernel && is_kernel && !contains(dso, PK_STR("unknown")))
        return PK_KIND_KERNEL;
    if (folding->marks_jit && pk_perf_frame_kind(dso) == PK_KIND_JIT &&
        !contains(name, PK_STR("_[j]")))
        return PK_KIND_JIT;
    return PK_KIND_FUNCTION;
}

enum pk_frame_kind pk_perf_fold_name(const struct pk_perf_frame *frame, struct pk_str part,
                                     struct pk_str address, bool is_first, bool is_java,
                                     const struct pk_perf_folding *folding, struct pk_buf *out)
{
    pk_buf_reset(out);
    if (pk_str_equal(part, PK_STR("[unknown]")))
        name_unknown(frame->dso, address, folding->has_addresses, out);
    else
        pk_buf_str(out, part);
    tidy(out, is_java);
    return mark(frame->dso, pk_buf_view(out), is_first, folding);
}

/* Without a process id the thread's stands alone: "java-?/12764". */
void pk_perf_fold_root(struct pk_str comm, struct pk_str pid, struct pk_str tid,
                       const struct pk_perf_folding *folding, struct pk_buf *out)
{
    bool is_known = pid.data && !pk_str_equal(tid, PK_STR("0"));

    pk_buf_reset(out);
    pk_buf_str(out, comm);
    for (size_t i = 0; i < out->size; i++)
        if (out->data[i] == ' ')
            out->data[i] = '_';
    if (!tid.data || (!folding->has_pid && !folding->has_tid))
        return;
    pk_buf_char(out, '-');
    pk_buf_str(out, is_known ? pid : PK_STR("?"));
    if (folding->has_tid) {
        pk_buf_char(out, '/');
        pk_buf_str(out, tid);
    }
}
