/*
 * Regular expressions by PCRE2 (pcre2api(3), 8-bit library): see match.h.
 *
 * Traps: the depth limit does not bind compiled patterns, only the match limit does; a compiled
 * pattern has 32 kB of stack unless it is given more, and then fails where an interpreted one would
 * go on. \C would match half a character, so it is not allowed.
 */
#include "base/match.h"

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MATCH_LIMIT 1000000u            /* steps: about 10 ms; common names need fewer than 1,000 */
#define HEAP_LIMIT 20000u               /* KiB of an interpreted match */
#define STACK_LARGEST ((size_t)1 << 20) /* of a compiled match */

struct pk_match {
    pcre2_general_context *general;
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_match_data *groups; /* with room for them; NULL until something is replaced */
    pcre2_jit_stack *stack;
};

/* Memory of the library comes from our allocator, which ends the program when there is none. */
static void *take(PCRE2_SIZE size, void *context)
{
    (void)context;
    return pk_alloc(size);
}

static void give_back(void *memory, void *context)
{
    (void)context;
    pk_free(memory);
}

/* "bad regular expression 'x(': missing closing parenthesis, at character 3" */
static void fail_pattern(struct pk_error *error, struct pk_str pattern, int code, size_t offset)
{
    PCRE2_UCHAR text[256];
    char quoted[320];

    pcre2_get_error_message(code, text, sizeof text);
    pk_error_set(error, PK_USAGE, pk_place_none(), "bad regular expression %s: %s, at byte %zu",
                 pk_error_quote(quoted, sizeof quoted, pattern), (const char *)text, offset + 1);
    pk_error_hint(error, "\\Q...\\E takes every character between as it is");
}

/* Slower where it cannot be had, and as right. */
static void compile_further(struct pk_match *match)
{
    if (pcre2_jit_compile(match->code, PCRE2_JIT_COMPLETE) != 0)
        return;
    match->stack = pcre2_jit_stack_create((size_t)1 << 15, STACK_LARGEST, match->general);
    if (!match->stack) /* mapped, not from our allocator */
        pk_out_of_memory();
    pcre2_jit_stack_assign(match->context, NULL, match->stack);
}

/* MATCH_INVALID_UTF: a name in another encoding must not end the search. */
struct pk_match *pk_match_new_for_few(struct pk_str pattern, struct pk_error *error)
{
    struct pk_match *match = pk_calloc(1, sizeof *match);
    pcre2_compile_context *compiling;
    PCRE2_SIZE offset = 0;
    int code = 0;

    match->general = pcre2_general_context_create(take, give_back, NULL);
    compiling = pcre2_compile_context_create(match->general);
    match->code = pcre2_compile((PCRE2_SPTR)(pattern.data ? pattern.data : ""), pattern.size,
                                PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
                                &code, &offset, compiling);
    pcre2_compile_context_free(compiling);
    if (!match->code) {
        fail_pattern(error, pattern, code, offset);
        pk_match_free(match);
        return NULL;
    }
    match->context = pcre2_match_context_create(match->general);
    pcre2_set_match_limit(match->context, MATCH_LIMIT);
    pcre2_set_heap_limit(match->context, HEAP_LIMIT);
    match->data = pcre2_match_data_create(1, match->general);
    return match;
}

struct pk_match *pk_match_new(struct pk_str pattern, struct pk_error *error)
{
    struct pk_match *match = pk_match_new_for_few(pattern, error);

    if (match)
        compile_further(match);
    return match;
}

/* Each of these takes NULL. */
void pk_match_free(struct pk_match *match)
{
    if (!match)
        return;
    pcre2_match_data_free(match->data);
    pcre2_match_data_free(match->groups);
    pcre2_jit_stack_free(match->stack);
    pcre2_match_context_free(match->context);
    pcre2_code_free(match->code);
    pcre2_general_context_free(match->general);
    pk_free(match);
}

/* A limit of steps, heap or stack. */
static bool give_up(struct pk_str subject, struct pk_error *error)
{
    char quoted[320];

    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "the regular expression takes too long on the name %s",
                 pk_error_quote(quoted, sizeof quoted, subject));
    pk_error_hint(error, "a repeat within a repeat, as in (a+)+, may be the reason");
    return false;
}

/* Only NOMATCH means that the name does not fit; anything else was given up. */
bool pk_match_find(struct pk_match *match, struct pk_str subject, struct pk_error *error)
{
    int found = pcre2_match(match->code, (PCRE2_SPTR)(subject.data ? subject.data : ""),
                            subject.size, 0, 0, match->data, match->context);

    if (found >= 0)
        return true;
    return found != PCRE2_ERROR_NOMATCH && give_up(subject, error);
}

/* --- replacing --- */

struct replacing { /* a text that is brought to the form of PCRE2 */
    const struct pk_match *match;
    struct pk_str text;
    size_t at;
    struct pk_buf *out;
    struct pk_error *error;
};

static bool fail_text(struct replacing *r, size_t at, const char *what)
{
    char quoted[320];

    return pk_error_set(r->error, PK_USAGE, pk_place_none(), "bad replacement %s: %s, at byte %zu",
                        pk_error_quote(quoted, sizeof quoted, r->text), what, at + 1);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A group by its number, which the pattern must have: PCRE2 would say so only when it matches. */
static bool add_group(struct replacing *r, struct pk_str digits)
{
    size_t at = (size_t)(digits.data - r->text.data);
    uint32_t n = 0, most = 0;

    pcre2_pattern_info(r->match->code, PCRE2_INFO_CAPTURECOUNT, &most);
    for (size_t i = 0; i < digits.size && n <= most; i++)
        n = n * 10 + (uint32_t)(digits.data[i] - '0');
    if (n > most)
        return fail_text(r, at, "the expression has no such group");
    pk_buf_printf(r->out, "${%u}", n);
    return true;
}

/* "${1}" or "${name}", from behind the brace on. */
static bool add_braced(struct replacing *r)
{
    size_t begin = r->at, digits = 0;
    struct pk_str name;
    struct pk_buf text = {0};
    bool done;

    while (r->at < r->text.size && r->text.data[r->at] != '}')
        digits += is_digit(r->text.data[r->at++]);
    name = pk_str_slice(r->text, begin, r->at);
    if (r->at++ == r->text.size || name.size == 0)
        return fail_text(r, begin, "'${' wants a group and '}'");
    if (digits == name.size)
        return add_group(r, name);
    pk_buf_str(&text, name);
    done = pcre2_substring_number_from_name(r->match->code, (PCRE2_SPTR)text.data) > 0;
    if (done)
        pk_buf_printf(r->out, "${%s}", text.data);
    pk_buf_fini(&text);
    return done || fail_text(r, begin, "the expression has no such group");
}

/* All digits behind a '$', as PCRE2 has it. */
static bool add_dollar(struct replacing *r)
{
    size_t begin = ++r->at;

    if (r->at < r->text.size && r->text.data[r->at] == '$') {
        r->at++;
        pk_buf_text(r->out, "$$");
        return true;
    }
    if (r->at < r->text.size && r->text.data[r->at] == '{') {
        r->at++;
        return add_braced(r);
    }
    while (r->at < r->text.size && is_digit(r->text.data[r->at]))
        r->at++;
    if (r->at == begin)
        return fail_text(r, begin - 1, "'$' wants a group, and '$$' is a dollar");
    return add_group(r, pk_str_slice(r->text, begin, r->at));
}

/* One digit behind a backslash, as sed has it; what is no letter stands for itself. */
static bool add_escaped(struct replacing *r)
{
    size_t at = ++r->at;
    char c = at < r->text.size ? r->text.data[r->at++] : 'x';

    if (is_digit(c))
        return add_group(r, pk_str_slice(r->text, at, at + 1));
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return fail_text(r, at - 1, "a backslash wants a group, and two are one");
    if (c & '\x80') { /* no ASCII: taken as any other character */
        r->at = at;
        return true;
    }
    pk_buf_text(r->out, c == '$' ? "$" : "");
    pk_buf_char(r->out, c);
    return true;
}

bool pk_match_replacement(const struct pk_match *match, struct pk_str text, struct pk_buf *out,
                          struct pk_error *error)
{
    struct replacing r = {.match = match, .text = text, .out = out, .error = error};

    while (r.at < text.size) {
        if (text.data[r.at] == '$') {
            if (!add_dollar(&r))
                return false;
        } else if (text.data[r.at] == '\\') {
            if (!add_escaped(&r))
                return false;
        } else {
            size_t length;

            if (pk_utf8_decode(text, r.at, &length) < 0)
                return fail_text(&r, r.at, "this byte is no UTF-8");
            pk_buf_str(out, pk_str_slice(text, r.at, r.at + length));
            r.at += length;
        }
    }
    return true;
}

/* The first try has a room that nearly always does; the library says how much it lacks. A group
 * that took no part is empty. */
bool pk_match_replace(struct pk_match *match, struct pk_str subject, struct pk_str replacement,
                      bool all, struct pk_buf *out, struct pk_error *error)
{
    const uint32_t options = PCRE2_SUBSTITUTE_OVERFLOW_LENGTH | PCRE2_SUBSTITUTE_UNSET_EMPTY |
                             (all ? PCRE2_SUBSTITUTE_GLOBAL : 0);
    PCRE2_SIZE size = subject.size + replacement.size + 32;
    PCRE2_UCHAR *room = pk_alloc(size);
    int found = 0;

    if (!match->groups)
        match->groups = pcre2_match_data_create_from_pattern(match->code, match->general);
    for (unsigned attempt = 0; attempt < 2; attempt++) {
        PCRE2_SIZE length = size;

        found = pcre2_substitute(match->code, (PCRE2_SPTR)(subject.data ? subject.data : ""),
                                 subject.size, 0, options, match->groups, match->context,
                                 (PCRE2_SPTR)(replacement.data ? replacement.data : ""),
                                 replacement.size, room, &length);
        if (found != PCRE2_ERROR_NOMEMORY) {
            size = length;
            break;
        }
        pk_free(room);
        size = length;
        room = pk_alloc(size);
    }
    if (found > 0)
        pk_buf_str(out, (struct pk_str){(const char *)room, size});
    pk_free(room);
    return found > 0 || (found < 0 && give_up(subject, error));
}
