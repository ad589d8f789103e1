/*
 * Fetching ahead: see callgrind_ahead.h. Only lines that look as usual ones do are seen,
 * "cfn=(12)" and "fn=(12) name"; what is wrong with any other is not told here.
 */
#include "formats/callgrind_ahead.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PIECE 4096u    /* bytes of text that are looked over together */
#define MOST_CALLS 96u /* in them; more are left alone */
#define MANY 8192u     /* names: of fewer all that is known stays in the caches */

struct calls { /* what is known of each: first its number, then its text, then its frame */
    uint32_t ids[MOST_CALLS];
    size_t n;
};

/* The number behind "cfn=(", and where its bracket is; 0 for anything else. */
static uint32_t read_number(const char **at, const char *end)
{
    uint32_t number = 0;
    const char *c = *at;

    if (c == end || *c++ != '(')
        return 0;
    for (; c < end && *c >= '0' && *c <= '9' && number < UINT32_MAX / 16; c++)
        number = 10 * number + (uint32_t)(*c - '0');
    *at = c;
    return c < end && *c == ')' ? number : 0;
}

/* A name that is told for the first time will be looked for among all texts. */
static void expect_name(const struct pk_builder *builder, const char *at, const char *end)
{
    const char *last = memchr(at, '\n', (size_t)(end - at));

    if (last && last - at > 2 && at[1] == ' ')
        pk_builder_expect_text(builder, (struct pk_str){at + 2, (size_t)(last - at) - 2});
}

/* All functions that the text names, and all calls: those of which there is a text already. */
static void find_calls(const struct pk_callgrind_run *run, const char *at, const char *end,
                       struct calls *calls)
{
    const struct pk_callgrind_names *names = &run->calls.names;
    const char *equals;

    calls->n = 0;
    while ((equals = memchr(at, '=', (size_t)(end - at))) && calls->n < MOST_CALLS) {
        bool is_function = equals - at >= 2 && equals[-1] == 'n' && equals[-2] == 'f';
        uint32_t number;

        at = equals + 1;
        if (!is_function)
            continue;
        number = read_number(&at, end);
        if (number < names->low[PK_CALLGRIND_FUNCTIONS].size && number > 0) {
            __builtin_prefetch(&names->low[PK_CALLGRIND_FUNCTIONS].data[number]);
            calls->ids[calls->n++] = number;
        }
        if (number > 0)
            expect_name(names->builder, at, end);
    }
}

/* From numbers to texts. */
static void find_texts(const struct pk_callgrind_run *run, struct calls *calls)
{
    size_t n = 0;

    for (size_t i = 0; i < calls->n; i++) {
        uint32_t text = run->calls.names.low[PK_CALLGRIND_FUNCTIONS].data[calls->ids[i]];

        if (text == 0 || text >= run->calls.found.size)
            continue;
        __builtin_prefetch(&run->calls.found.data[text]);
        calls->ids[n++] = text;
    }
    calls->n = n;
}

/* From texts to frames, which edges and calls are noted at. */
static void find_frames(const struct pk_callgrind_run *run, struct calls *calls)
{
    size_t n = 0;

    for (size_t i = 0; i < calls->n; i++) {
        pk_frame_id frame = run->calls.found.data[calls->ids[i]].frame;

        if (frame == PK_NONE)
            continue;
        pk_builder_expect_callee(run->reading->builder, frame);
        calls->ids[n++] = frame;
    }
    calls->n = n;
}

void pk_callgrind_ahead(struct pk_callgrind_run *run)
{
    struct pk_str text;
    struct calls calls;
    size_t size;

    if (run->scan.bytes < run->ahead || run->calls.names.low[PK_CALLGRIND_FUNCTIONS].size < MANY)
        return;
    text = pk_scan_buffered(&run->scan);
    size = text.size < PIECE ? text.size : PIECE;
    run->ahead = run->scan.bytes + size;
    find_calls(run, text.data, text.data + size, &calls);
    find_texts(run, &calls);
    find_frames(run, &calls);
    for (size_t i = 0; i < calls.n; i++)
        pk_builder_expect_self(run->reading->builder, calls.ids[i]);
}
