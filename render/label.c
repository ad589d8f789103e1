/*
 * Display names and the collapsed form, as UX.md section 1.3 and formats/collapsed.md have them.
 * What stands here is the choice by kind of frame; C++ and Rust are in label_short.c, files in
 * label_place.c.
 *
 * Trap: the names of C functions that cProfile writes are the repr() of the object, in a dozen
 * shapes, some with an address that changes from run to run.
 */
#include "render/label.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/escape.h"

/* Cut `prefix` off the front of `s` when it is there. */
static bool cut_front(struct pk_str *s, struct pk_str prefix)
{
    if (!pk_str_starts(*s, prefix))
        return false;
    *s = pk_str_slice(*s, prefix.size, s->size);
    return true;
}

/* Cut `s` before the first `mark`; `rest` gets what follows the mark. False when there is none. */
static bool cut_at(struct pk_str *s, struct pk_str mark, struct pk_str *rest)
{
    const char *found = memmem(s->data, s->size, mark.data, mark.size);

    if (!found)
        return false;
    size_t at = (size_t)(found - s->data);

    if (rest)
        *rest = pk_str_slice(*s, at + mark.size, s->size);
    *s = pk_str_slice(*s, 0, at);
    return true;
}

/* Python quotes the names of methods and types in a repr(), but only there. */
static struct pk_str without_quotes(struct pk_str s)
{
    if (s.size >= 2 && s.data[0] == '\'' && s.data[s.size - 1] == '\'')
        return pk_str_slice(s, 1, s.size - 1);
    return s;
}

/* The repr() of a Python object implemented in C, as "module.Class.method"; false when it is none.
 */
static bool add_python_object(struct pk_buf *out, struct pk_str name)
{
    static const char *const kinds[] = {
        "built-in method ", "built-in function ", "method-wrapper ", "method ",   "slot wrapper ",
        "unbound method ",  "bound method ",      "cyfunction ",     "function ", "class "};
    struct pk_str owner = PK_STR_NULL;

    if (name.size < 3 || name.data[0] != '<' || name.data[name.size - 1] != '>')
        return false;
    name = pk_str_slice(name, 1, name.size - 1);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (cut_front(&name, pk_str_of(kinds[i])))
            break;
    if (cut_at(&name, PK_STR(" of "), &owner)) {
        if (!cut_at(&owner, PK_STR(" objects"), NULL))
            (void)cut_at(&owner, PK_STR(" object at 0x"), NULL);
        pk_buf_str(out, without_quotes(owner));
        pk_buf_char(out, '.');
    } else {
        (void)cut_at(&name, PK_STR(" at 0x"), NULL);
    }
    pk_buf_str(out, without_quotes(name));
    return true;
}

/* True for "0x7f12" and for eight or more hex digits: an address that nobody can read. */
static bool is_address(struct pk_str s)
{
    bool has_prefix = cut_front(&s, PK_STR("0x"));

    for (size_t i = 0; i < s.size; i++) {
        char c = s.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return s.size >= 8 || (has_prefix && s.size > 0);
}

/* A module beats an address: the address changes with every run, and nobody can look it up. */
static void add_unresolved(struct pk_buf *out, const struct pk_frame *frame)
{
    if (!is_address(frame->name)) {
        pk_buf_str(out, frame->name);
    } else if (frame->module.size > 0) {
        pk_buf_char(out, '[');
        pk_label_module(out, frame);
        pk_buf_char(out, ']');
    } else {
        pk_buf_text(out, "[unknown]");
    }
}

/* What all names are shown in: one choice for the whole run, which every view would else hand on.
 */
static enum pk_label_style chosen;

void pk_label_choose(enum pk_label_style style)
{
    chosen = style;
}

/* Mangled names first become readable, then short. */
static void add_function(struct pk_buf *out, struct pk_str name)
{
    struct pk_buf full = {0};

    if (chosen != PK_LABEL_NONE && pk_label_demangle(&full, name))
        name = pk_buf_view(&full);
    if (chosen == PK_LABEL_SHORT)
        pk_label_short(out, name);
    else
        pk_buf_str(out, chosen == PK_LABEL_FULL ? pk_label_without_hash(name) : name);
    pk_buf_fini(&full);
}

/* What the kinds add in brackets is short on purpose: it stands in every box. JIT and interpreted
 * frames have none; the palette of kinds shows them. */
void pk_label_name(struct pk_buf *out, const struct pk_frame *frame)
{
    if (frame->name.size == 0) {
        pk_buf_text(out, "(no name)");
        return;
    }
    switch (frame->kind) {
    case PK_KIND_BUILTIN:
        if (!add_python_object(out, frame->name))
            pk_buf_str(out, frame->name);
        pk_buf_text(out, " [C]");
        break;
    case PK_KIND_UNRESOLVED:
        add_unresolved(out, frame);
        break;
    case PK_KIND_PROCESS:
    case PK_KIND_THREAD:
    case PK_KIND_SEPARATOR:
    case PK_KIND_SPECIAL:
        pk_buf_str(out, frame->name);
        break;
    case PK_KIND_KERNEL:
        add_function(out, frame->name);
        pk_buf_text(out, " [k]");
        break;
    case PK_KIND_INLINED:
        add_function(out, frame->name);
        pk_buf_text(out, " (inl)");
        break;
    default:
        add_function(out, frame->name);
    }
}

/* The letter of a kind in "_[k]", or 0. */
/* The letters of stackcollapse-perf.pl, offwaketime and async-profiler. */
static char suffix_of(enum pk_frame_kind kind)
{
    switch (kind) {
    case PK_KIND_KERNEL:
        return 'k';
    case PK_KIND_INLINED:
        return 'i';
    case PK_KIND_JIT:
        return 'j';
    case PK_KIND_INTERPRETED:
        return '0';
    case PK_KIND_COMPILED_C1:
        return '1';
    case PK_KIND_WAKER:
        return 'w';
    case PK_KIND_PARTIAL:
        return 'p';
    default:
        return 0;
    }
}

/* The raw name, not the display name: what was folded is read back as the same function. `line` is
 * the executing one, 0 for none. */
void pk_label_folded(struct pk_buf *out, const struct pk_frame *frame, uint32_t line)
{
    char suffix = suffix_of(frame->kind);

    pk_escape_folded(out, frame->name);
    if (line == 0)
        line = frame->line;
    if (frame->file.data) {
        pk_buf_text(out, " (");
        pk_escape_folded(out, frame->file);
        if (line > 0) {
            pk_buf_char(out, ':');
            pk_buf_int(out, line);
        }
        pk_buf_char(out, ')');
    }
    if (suffix) {
        pk_buf_text(out, "_[");
        pk_buf_char(out, suffix);
        pk_buf_char(out, ']');
    }
}
