/*
 * The short form of C++ and Rust names: parameter lists go, template arguments fold to "<…>", the
 * hash that Rust adds goes. What valgrind adds behind a quote, levels and callers, stays. One pass
 * from the left; nothing is parsed that need not be.
 *
 * Traps: "operator<", "operator()" and "operator->" hold brackets that open nothing; a demangler
 * writes a space between "operator<<" and its template arguments; "(anonymous namespace)", Go's
 * "(*conn)" and Ruby's "(2 levels)" are no parameter lists; Python's "<module>" and "f.<locals>.g"
 * are no template arguments. A bracket that is never closed ends the folding of its kind, so that a
 * hostile name costs linear time. Names cut at the first "(" by
 * other tools end inside their template arguments: "f<std::function<void ()".
 */
#include "render/label.h"

#include <stddef.h>
#include <string.h>

#define CUT_OFF "<\xe2\x80\xa6"
#define FOLDED "<\xe2\x80\xa6>"

struct shorter { /* where the pass stands */
    struct pk_str name;
    size_t at;
    char before;            /* last byte kept, 0 at the start; ')' behind the name of an operator */
    bool keeps_angles;      /* a '<' without an end was seen */
    bool keeps_parentheses; /* a '(' without an end was seen */
};

/* A byte of an identifier; all of UTF-8 counts, as compilers see it. */
static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '~' || (unsigned char)c >= 0x80;
}

/* True when `what` stands at `at`. */
static bool starts_at(struct pk_str s, size_t at, struct pk_str what)
{
    return pk_str_starts(pk_str_slice(s, at, s.size), what);
}

/* The size of "operator" with its symbol at `at`, 0 when there is none; of a conversion only the
 * word. */
static size_t operator_size(struct pk_str s, size_t at)
{
    /* Longer ones first. */
    static const char *const symbols[] = {
        "<=>", "<<=", ">>=", "->*", "()", "[]", "<<", ">>", "<=", ">=", "->", "&&", "||",
        "==",  "!=",  "++",  "--",  "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<",
        ">",   "+",   "-",   "*",   "/",  "%",  "^",  "&",  "|",  "~",  "!",  "=",  ","};
    const size_t word = 8;

    if (!starts_at(s, at, PK_STR("operator")) || (at > 0 && is_word(s.data[at - 1])))
        return 0;
    if (at + word < s.size && is_word(s.data[at + word]))
        return 0;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (starts_at(s, at + word, pk_str_of(symbols[i])))
            return word + strlen(symbols[i]);
    return word;
}

/* The position behind the bracket that closes the one at `at`; 0 when there is none. Angles inside
 * round brackets and in operator names do not count. */
static size_t closing(struct pk_str s, size_t at)
{
    bool is_angle = s.data[at] == '<';
    size_t angles = 0, rounds = 0;

    for (size_t i = at; i < s.size; i++) {
        char c = s.data[i];
        size_t skip = c == 'o' && is_angle && i > at ? operator_size(s, i) : 0;

        if (skip > 0)
            i += skip - 1;
        else if (c == '(')
            rounds++;
        else if (c == ')' && rounds > 0 && --rounds == 0 && !is_angle)
            return i + 1;
        else if (c == '<' && rounds == 0)
            angles++;
        else if (c == '>' && rounds == 0 && s.data[i - 1] != '-' && angles > 0 && --angles == 0 &&
                 is_angle)
            return i + 1;
    }
    return 0;
}

/* True at "'2", the level of recursion that valgrind writes behind a name, and at "'main", one of
 * its callers: no C++ name goes on like this behind its parameters. */
static bool is_level(struct pk_str s, size_t at)
{
    return at + 1 < s.size && s.data[at] == '\'' &&
           (is_word(s.data[at + 1]) || s.data[at + 1] == '(');
}

/* True when what stands behind a ')' shows that it ended a parameter list. */
static bool ends_parameters(struct pk_str s, size_t at)
{
    static const char *const followers[] = {"::", "#",       "@",     " const",   " volatile",
                                            " &", " [clone", "[abi:", " noexcept"};

    if (at == s.size || is_level(s, at))
        return true;
    for (size_t i = 0; i < sizeof followers / sizeof *followers; i++)
        if (starts_at(s, at, pk_str_of(followers[i])))
            return true;
    return false;
}

/* The position behind "const" and its like, which belong to the parameters that were dropped. */
static size_t skip_qualifiers(struct pk_str s, size_t at)
{
    static const char *const qualifiers[] = {" const", " volatile", " &&", " &", " noexcept"};

    for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++) {
        size_t size = strlen(qualifiers[i]);

        if (starts_at(s, at, pk_str_of(qualifiers[i])) &&
            (at + size == s.size || !is_word(s.data[at + size])))
            at += size;
    }
    return at;
}

/* Copy `size` bytes as they are. */
static void keep(struct shorter *pass, struct pk_buf *out, size_t size)
{
    pk_buf_add(out, pass->name.data + pass->at, size);
    pass->at += size;
    pass->before = pass->name.data[pass->at - 1];
}

/* At "operator": keep it with its symbol, whatever brackets that holds. */
static void keep_operator(struct shorter *pass, struct pk_buf *out, size_t size)
{
    keep(pass, out, size);
    if (size > strlen("operator"))
        pass->before = ')';
    if (starts_at(pass->name, pass->at, PK_STR(" <")))
        pass->at++;
}

/* At a '<' behind a name: fold the template arguments. */
static void fold_arguments(struct shorter *pass, struct pk_buf *out)
{
    size_t end = closing(pass->name, pass->at);

    if (end == 0 && memmem(pass->name.data + pass->at, pass->name.size - pass->at, "::", 2)) {
        pk_buf_text(out, CUT_OFF);
        pass->at = pass->name.size;
        return;
    }
    if (end == 0) {
        pass->keeps_angles = true;
        keep(pass, out, 1);
        return;
    }
    pk_buf_text(out, FOLDED);
    pass->at = end;
    pass->before = '>';
}

/* At a '(' behind a name: drop it, if it is a list of parameters; else keep all of it. */
static void drop_parameters(struct shorter *pass, struct pk_buf *out)
{
    size_t end = closing(pass->name, pass->at);

    if (end == 0) {
        pass->keeps_parentheses = true;
        keep(pass, out, 1);
    } else if (starts_at(pass->name, pass->at, PK_STR("(below main)"))) {
        keep(pass, out, end - pass->at); /* a caller behind a quote, where lambdas stand too */
    } else if (ends_parameters(pass->name, end)) {
        pass->at = skip_qualifiers(pass->name, end);
        pass->before = ' ';
    } else {
        keep(pass, out, end - pass->at);
        pass->before = ' ';
    }
}

/* The name without "::h0123456789abcdef". */
struct pk_str pk_label_without_hash(struct pk_str name)
{
    const size_t size = 3 + 16;

    if (name.size <= size || !starts_at(name, name.size - size, PK_STR("::h")))
        return name;
    for (size_t i = name.size - 16; i < name.size; i++) {
        char c = name.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return name;
    }
    return pk_str_slice(name, 0, name.size - size);
}

/* How many bytes from `at` on, one at least, mean only themselves: all up to a bracket, or an "o",
 * with which "operator" begins. */
static size_t plain_size(const struct shorter *pass)
{
    size_t end = pass->at + 1;

    while (end < pass->name.size && !memchr("<(o", pass->name.data[end], 3))
        end++;
    return end - pass->at;
}

/* A bracket is looked at only behind something that can be called or instantiated; in front of a
 * name it belongs to the name: "<module>", "(anonymous namespace)". */
void pk_label_short(struct pk_buf *out, struct pk_str name)
{
    struct shorter pass = {.name = pk_label_without_hash(name)};

    while (pass.at < pass.name.size) {
        char c = pass.name.data[pass.at];
        bool is_named = is_word(pass.before) || pass.before == ')';
        size_t operator_ = c == 'o' ? operator_size(pass.name, pass.at) : 0;

        if (operator_ > 0)
            keep_operator(&pass, out, operator_);
        else if (c == '<' && is_named && !pass.keeps_angles)
            fold_arguments(&pass, out);
        else if (c == '(' && !pass.keeps_parentheses &&
                 (is_named || pass.before == '>' || pass.before == ']' || pass.before == '\''))
            drop_parameters(&pass, out);
        else
            keep(&pass, out, plain_size(&pass));
    }
}
