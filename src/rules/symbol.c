/*
 * Names as their language has them: see symbol.h. The spellings are those of cProfile (the repr of
 * a built-in), pprofile ("name:line"), CPython's perf trampoline ("py::qualified name:file"), glibc
 * (nptl/, sysdeps/) and GCC's clones (.part, .constprop, ...).
 *
 * Traps: a user's own C function can be called __open as well; that is why whoever asks must take
 * the name as it is first. Every frame of a .py file is Python, whatever its kind.
 */
#include "rules/symbol.h"

#include <string.h>

#include "base/clone.h"

/* Names may hold any byte, NUL too, so this is no strstr. */
static bool find(struct pk_str in, const char *what, size_t *at)
{
    const char *found = in.size ? memmem(in.data, in.size, what, strlen(what)) : NULL;

    if (found)
        *at = (size_t)(found - in.data);
    return found != NULL;
}

/* Cut at the first `what` that has something in front of it. */
static bool cut(struct pk_str *name, const char *what)
{
    size_t at;

    if (!find(*name, what, &at) || at == 0)
        return false;
    name->size = at;
    return true;
}

/* Take `front` off; a name that is nothing else keeps it. */
static bool drop_front(struct pk_str *name, struct pk_str front)
{
    if (!pk_str_starts(*name, front) || name->size == front.size)
        return false;
    *name = pk_str_slice(*name, front.size, name->size);
    return true;
}

/* "name:299" without the line; the name of a lambda or a module keeps its brackets. */
static void drop_line(struct pk_str *name)
{
    size_t end = name->size;

    while (end && name->data[end - 1] >= '0' && name->data[end - 1] <= '9')
        end--;
    if (end > 1 && end < name->size && name->data[end - 1] == ':')
        name->size = end - 1;
}

/* Behind the last dot: Logger.debug is told apart from other debugs by its file. */
static void last_part(struct pk_str *name)
{
    for (size_t i = name->size; i-- > 1;)
        if (name->data[i - 1] == '.' && name->data[name->size - 1] != '>') {
            *name = pk_str_slice(*name, i, name->size);
            return;
        }
}

/* "<method 'x' of 'y' objects>", "<slot wrapper 'x' of 'y' objects>": y.x in `room`. */
static bool is_member(struct pk_str text, struct pk_buf *room, struct pk_str *out)
{
    size_t of, end;
    struct pk_str type;

    if (!drop_front(&text, PK_STR("method '")) && !drop_front(&text, PK_STR("slot wrapper '")) &&
        !drop_front(&text, PK_STR("method-wrapper '")))
        return false;
    if (!find(text, "' of '", &of))
        return false;
    type = pk_str_slice(text, of + 6, text.size);
    if (!find(type, "' object", &end))
        return false;
    pk_buf_reset(room);
    pk_buf_str(room, pk_str_slice(type, 0, end));
    pk_buf_char(room, '.');
    pk_buf_str(room, pk_str_slice(text, 0, of));
    *out = pk_buf_view(room);
    return true;
}

/* The repr of something built in, in the brackets of the file (<>) or of pstats' own output ({}).
 */
static bool is_builtin(struct pk_str name, struct pk_buf *room, struct pk_str *out)
{
    struct pk_str inside;

    if (name.size < 3 || (name.data[0] != '<' && name.data[0] != '{') ||
        (name.data[name.size - 1] != '>' && name.data[name.size - 1] != '}'))
        return false;
    inside = pk_str_slice(name, 1, name.size - 1);
    if (is_member(inside, room, out))
        return true;
    if (!drop_front(&inside, PK_STR("built-in method ")) &&
        !drop_front(&inside, PK_STR("built-in function ")) &&
        !drop_front(&inside, PK_STR("function ")))
        return false;
    cut(&inside, " of type object at ");
    cut(&inside, " at 0x");
    *out = inside;
    return true;
}

/* "py::Logger.debug:/usr/lib/python3/logging/__init__.py" */
static bool is_trampoline(struct pk_str name, struct pk_symbol *out)
{
    if (!drop_front(&name, PK_STR("py::")))
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] == ':') {
            *out = (struct pk_symbol){PK_SYMBOL_PYTHON, pk_str_slice(name, 0, i),
                                      pk_str_slice(name, i + 1, name.size)};
            last_part(&out->name);
            return true;
        }
    return false;
}

static bool is_operator(struct pk_str name, size_t space)
{
    return pk_str_ends(pk_str_slice(name, 0, space), PK_STR("operator"));
}

/* Demangled, an instance of a template has its return type in front: "void std::sort<int*>(int*,
 * int*)" is std::sort. The name begins behind the last space that is outside of all brackets, and
 * ends where its parameters begin; "operator new" is a name with a space, and in "operator<" the
 * bracket opens nothing, so an operator is the end as well. */
static struct pk_str without_return_type(struct pk_str name)
{
    size_t begin = 0, depth = 0;

    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];

        if (c == '(' && depth == 0 && i > begin && name.data[i - 1] != ':')
            break;
        if (c == '<' || c == '(' || c == '[' || c == '{')
            depth++;
        else if ((c == '>' || c == ')' || c == ']' || c == '}') && depth > 0)
            depth--;
        else if (c == ' ' && depth == 0)
            begin = i + 1;
        if (depth == 0 && is_operator(name, i + 1))
            break;
    }
    return begin < name.size ? pk_str_slice(name, begin, name.size) : name;
}

/* Versions and clones of a C function are that function. "'2" is callgrind's mark of the second
 * level of a recursion, and '@' begins the version of a symbol or says that it is a jump to one. */
static struct pk_str plain_c(struct pk_str name)
{
    size_t at;

    cut(&name, "@");
    cut(&name, "'");
    at = pk_clone_at(name);
    return without_return_type(pk_str_slice(name, 0, at > 0 ? at : name.size));
}

struct pk_symbol pk_symbol_of(const struct pk_frame *frame, struct pk_buf *room)
{
    struct pk_symbol symbol = {PK_SYMBOL_C, frame->name, frame->file};

    if (is_builtin(frame->name, room, &symbol.name)) {
        symbol.language = PK_SYMBOL_BUILTIN;
    } else if (is_trampoline(frame->name, &symbol)) {
        symbol.language = PK_SYMBOL_PYTHON;
    } else if (pk_str_ends(frame->file, PK_STR(".py")) ||
               pk_str_starts(frame->file, PK_STR("<frozen "))) {
        symbol.language = PK_SYMBOL_PYTHON;
        drop_line(&symbol.name);
        last_part(&symbol.name);
    } else {
        symbol.name = plain_c(symbol.name);
        if (frame->kind == PK_KIND_KERNEL)
            symbol.language = PK_SYMBOL_KERNEL;
    }
    return symbol;
}

/* One layer at a time, so that __GI___libc_write is tried as __libc_write, too. The instruction set
 * comes off first: what stands behind it (_unaligned_erms) is of it. */
bool pk_symbol_unwrap(struct pk_str *name)
{
    static const char *const sets[] = {"_avx", "_evex", "_sse", "_erms", "_nocancel"};

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (cut(name, sets[i]))
            return true;
    if (drop_front(name, PK_STR("__GI_")) || drop_front(name, PK_STR("__libc_")) ||
        drop_front(name, PK_STR("_")))
        return true;
    if (name->size > 2 && pk_str_ends(*name, PK_STR("64"))) {
        name->size -= 2;
        return true;
    }
    return false;
}
