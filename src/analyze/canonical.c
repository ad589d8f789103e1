/*
 * Canonical names: see canonical.h. Only what is surely made up is dropped, since two functions
 * that get one name are added up:
 *
 *   .constprop.0 .isra.1 .part.2 .cold .cold.3 .llvm.123 .lto_priv.4   gcc and clang: copies, parts
 *   ::h0123456789abcdef                                                Rust: hash of the crate
 *   {lambda()#2} {closure#0} <lambda_3f2a>                             the number, the hash
 *   $$Lambda$14/0x00007f12 $$Lambda/0x00007f12                         Java: hidden classes
 *   <function f at 0x7f12>                                             Python: the address
 *   parse:118 <listcomp>:6_1                                           pprofile: its first line
 */
#include "analyze/canonical.h"

#include <stddef.h>
#include <string.h>

#include "base/clone.h"

#define RUST_HASH 16 /* digits */

/* ASCII, whatever the locale says. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Both cases: Windows and Java write addresses in capitals. */
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The end of the digits that begin at `from`; `is` says what a digit is. */
static size_t skip(struct pk_str s, size_t from, bool (*is)(char))
{
    while (from < s.size && is(s.data[from]))
        from++;
    return from;
}

/* True when all of a symbol is an address: nobody gave it a name. */
static bool is_address(struct pk_str s)
{
    size_t from = pk_str_starts(s, PK_STR("0x")) ? 2 : 0;

    return s.size > from && skip(s, from, is_hex) == s.size && (from == 2 || s.size >= 8);
}

/* Cut one ".word.123" or ".word" of a compiler off the end. */
static bool cut_copy(struct pk_str *s)
{
    size_t end = s->size;

    while (end > 0 && is_digit(s->data[end - 1]))
        end--;
    if (end == s->size || end == 0 || s->data[end - 1] != '.')
        end = s->size + 1; /* no number: the word itself is the end */
    for (const char *const *word = pk_clone_words; *word; word++)
        if (pk_str_ends(pk_str_slice(*s, 0, end - 1), pk_str_of(*word))) {
            *s = pk_str_slice(*s, 0, end - 1 - strlen(*word));
            return true;
        }
    return false;
}

/* Cut ":118" or ":118_2" off the end, unless nothing is left. "::118" is part of a name. */
static void cut_line(struct pk_str *s)
{
    size_t end = s->size;

    for (unsigned part = 0; part < 2; part++) {
        size_t last = end;

        while (end > 0 && is_digit(s->data[end - 1]))
            end--;
        if (end == last || end < 2)
            return;
        end--;
        if (s->data[end] == ':' && s->data[end - 1] != ':')
            *s = pk_str_slice(*s, 0, end);
        if (s->data[end] != '_')
            return;
    }
}

/* Cut "::h" and 16 hex digits off the end. */
static void cut_rust_hash(struct pk_str *s)
{
    size_t at = s->size - RUST_HASH;

    if (s->size > RUST_HASH + 3 && skip(*s, at, is_hex) == s->size &&
        pk_str_ends(pk_str_slice(*s, 0, at), PK_STR("::h")))
        *s = pk_str_slice(*s, 0, at - 3);
}

/* The end of what is made up from `at` on, or `at` when nothing is. What stands before it stays. */
static size_t made_up(struct pk_str s, size_t at)
{
    static const struct {
        const char *before;
        bool (*is)(char);
        const char *behind; /* one of these bytes must follow; NULL: anything */
    } marks[] = {{" at 0x", is_hex, ">"},       {"#", is_digit, "}"},
                 {"<lambda_", is_hex, ">"},     {"$$Lambda$", is_digit, NULL},
                 {"$$Lambda/0x", is_hex, NULL}, {"$$Lambda$/0x", is_hex, NULL}};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct pk_str before = pk_str_of(marks[i].before);
        size_t end;

        if (!pk_str_ends(pk_str_slice(s, 0, at), before))
            continue;
        end = skip(s, at, marks[i].is);
        if (end > at && (!marks[i].behind ||
                         (end < s.size && strchr(marks[i].behind, s.data[end]) && s.data[end])))
            return end;
    }
    return at;
}

/* Ends first, since what stands within may hide behind them. */
void pk_canonical_name(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_str s = frame->name;
    size_t begin = out->size;

    if (frame->kind == PK_KIND_UNRESOLVED && is_address(s))
        return;
    /* One copy may be made of another: "f.isra.0.part.1.cold". */
    while (cut_copy(&s)) {
    }
    cut_rust_hash(&s);
    cut_line(&s);
    for (size_t i = 0; i < s.size;) {
        size_t end = made_up(s, i);

        if (end > i) {
            i = end;
            /* Java: "$$Lambda$14/0x7f12" has two of them; the second is told by what is left. */
            if (pk_str_ends(pk_buf_view(out), PK_STR("$$Lambda$")) && i + 3 < s.size &&
                pk_str_starts(pk_str_slice(s, i, s.size), PK_STR("/0x")))
                i = skip(s, i + 3, is_hex);
            continue;
        }
        pk_buf_char(out, s.data[i++]);
    }
    if (out->size == begin && s.size == 0) /* never less than it was */
        pk_buf_str(out, frame->name);
}
