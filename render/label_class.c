/*
 * The class in front of a function's name, for grouping by it. What a name tells depends on who
 * wrote it:
 *
 *   ns::Shape<…>::area   Foo::bar, Foo->bar       C++, Rust; PHP       all before the last one
 *   Base#find                                     Ruby                 before it
 *   java/util/HashMap.get   json.Encoder.encode   Java; Python         before the last dot, but not
 *   orders.load_items                                                  a package or a module
 *   Shape.draw.<locals>.edge                      Python, nested       the class, if there is one
 *   net/http.(*conn).serve                        Go                   the receiver
 *
 * Traps: a namespace of C++ looks like a class, and is taken for one. A dot alone does not tell a
 * class from a module, so its last part must begin with a capital letter or be a receiver; types of
 * Python written in C are known by the shape of their repr ("method 'get' of 'dict' objects").
 */
#include "render/label.h"

#include <stddef.h>
#include <string.h>

/* The position of the last `mark` outside all brackets at or before `end`, or the size of the name.
 * A bracket that is not closed ends the search: what stands before it is within. */
static size_t last_outside(struct pk_str name, const char *mark, size_t end)
{
    size_t size = strlen(mark), depth = 0;

    for (size_t at = end; at-- > 0;) {
        char c = name.data[at];

        if (c == ')' || c == ']' || c == '}' || (c == '>' && (at == 0 || name.data[at - 1] != '-')))
            depth++;
        else if ((c == '(' || c == '[' || c == '{' || c == '<') && depth-- == 0)
            return name.size;
        else if (depth == 0 && at + size <= end && memcmp(name.data + at, mark, size) == 0)
            return at;
    }
    return name.size;
}

/* Up to the symbol of an operator, whose brackets and arrows are none. */
static size_t end_of_scope(struct pk_str name)
{
    const char *found = memmem(name.data, name.size, "operator", 8);
    size_t at = found ? (size_t)(found - name.data) : 0;

    if (!found || at < 2 || memcmp(found - 2, "::", 2) != 0)
        return name.size;
    return at;
}

/* A class by the habits of all languages that put a dot behind it. */
static bool is_class(struct pk_str last)
{
    size_t at = 0;

    if (pk_str_starts(last, PK_STR("(*")))
        return true;
    while (at < last.size && last.data[at] == '_')
        at++;
    return at < last.size && last.data[at] >= 'A' && last.data[at] <= 'Z';
}

/* The last part of a dotted name that looks like a class, with all before it. */
static struct pk_str dotted_class(struct pk_str name)
{
    const struct pk_str locals = PK_STR(".<locals>");
    size_t end = last_outside(name, ".", name.size);

    while (end < name.size) {
        struct pk_str front = pk_str_slice(name, 0, end);
        size_t from = end;

        if (pk_str_ends(front, locals))
            front.size = from = end - locals.size;
        while (from > 0 && !strchr("./\\", name.data[from - 1]))
            from--;
        if (is_class(pk_str_slice(front, from, front.size)))
            return front;
        if (front.size == end) /* "f.<locals>.g": f may be a method */
            return PK_STR_NULL;
        end = last_outside(front, ".", front.size);
        if (end == front.size)
            return PK_STR_NULL;
    }
    return PK_STR_NULL;
}

/* "dict.get [C]" of "<method 'get' of 'dict' objects>". */
static struct pk_str builtin_class(const struct pk_frame *frame, struct pk_str shown)
{
    size_t end = shown.size;

    if (!memmem(frame->name.data, frame->name.size, " of ", 4))
        return PK_STR_NULL;
    while (end > 0 && shown.data[end - 1] != '.')
        end--;
    return pk_str_slice(shown, 0, end ? end - 1 : 0);
}

/* All before the last of these marks, without a type in front of it (templates say what they
 * return); Xdebug writes "php::" before what is in no class. */
static struct pk_str scope_of(struct pk_str name)
{
    static const char *const marks[] = {"::", "->", "#"};
    size_t end = end_of_scope(name), last = name.size, space;
    struct pk_str found;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = last_outside(name, marks[i], end);

        if (at < name.size && (last == name.size || at > last))
            last = at;
    }
    if (last == name.size || last == 0)
        return PK_STR_NULL;
    found = pk_str_slice(name, 0, last);
    space = last_outside(found, " ", found.size);
    if (space < found.size)
        found = pk_str_slice(found, space + 1, found.size);
    return pk_str_equal(found, PK_STR("php")) ? PK_STR_NULL : found;
}

/* Of process, thread and what has no symbol nobody asks. */
bool pk_label_class(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_buf shown = {0}, full = {0};
    struct pk_str name, found;

    if (frame->kind == PK_KIND_UNRESOLVED || frame->kind == PK_KIND_SPECIAL ||
        frame->kind == PK_KIND_PROCESS || frame->kind == PK_KIND_THREAD ||
        frame->kind == PK_KIND_SEPARATOR)
        return false;
    if (frame->kind == PK_KIND_BUILTIN)
        pk_label_name(&shown, frame);
    else
        pk_label_short(&shown,
                       pk_label_demangle(&full, frame->name) ? pk_buf_view(&full) : frame->name);
    name = pk_buf_view(&shown);
    found = scope_of(name);
    if (!found.data && frame->kind == PK_KIND_BUILTIN)
        found = builtin_class(frame, name);
    else if (!found.data)
        found = dotted_class(name);
    pk_buf_str(out, found);
    pk_buf_fini(&shown);
    pk_buf_fini(&full);
    return found.size > 0;
}
