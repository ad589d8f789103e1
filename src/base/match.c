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

/* MATCH_INVALID_UTF: a name in another encoding must not end the search. */
struct pk_match *pk_match_new(struct pk_str pattern, struct pk_error *error)
{
    struct pk_match *match = pk_calloc(1, sizeof *match);
    pcre2_compile_context *compiling;
    PCRE2_SIZE offset = 0;
    int code = 0;
    bool has_jit;

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
    has_jit =
        pcre2_jit_compile(match->code, PCRE2_JIT_COMPLETE) == 0; /* slower without, as right */
    match->context = pcre2_match_context_create(match->general);
    pcre2_set_match_limit(match->context, MATCH_LIMIT);
    pcre2_set_heap_limit(match->context, HEAP_LIMIT);
    match->stack = pcre2_jit_stack_create((size_t)1 << 15, STACK_LARGEST, match->general);
    if (has_jit && !match->stack) /* mapped, not from our allocator */
        pk_out_of_memory();
    pcre2_jit_stack_assign(match->context, NULL, match->stack);
    match->data = pcre2_match_data_create(1, match->general);
    return match;
}

/* Each of these takes NULL. */
void pk_match_free(struct pk_match *match)
{
    if (!match)
        return;
    pcre2_match_data_free(match->data);
    pcre2_jit_stack_free(match->stack);
    pcre2_match_context_free(match->context);
    pcre2_code_free(match->code);
    pcre2_general_context_free(match->general);
    pk_free(match);
}

/* Only NOMATCH means that the name does not fit; anything else was given up. */
bool pk_match_find(struct pk_match *match, struct pk_str subject, struct pk_error *error)
{
    int found = pcre2_match(match->code, (PCRE2_SPTR)(subject.data ? subject.data : ""),
                            subject.size, 0, 0, match->data, match->context);
    char quoted[320];

    if (found >= 0)
        return true;
    if (found != PCRE2_ERROR_NOMATCH) { /* a limit of steps, heap or stack */
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "the regular expression takes too long on the name %s",
                     pk_error_quote(quoted, sizeof quoted, subject));
        pk_error_hint(error, "a repeat within a repeat, as in (a+)+, may be the reason");
    }
    return false;
}
