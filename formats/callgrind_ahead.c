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

/* A name that is told for the first time, behind its number, will be looked for among all texts. */
static void expect_name(const struct pk_builder *builder, struct pk_str text)
{
    const char *last =
        text.size > 1 && text.data[0] == ' ' ? memchr(text.data, '\n', text.size) : NULL;

    if (last)
        pk_builder_expect_text(builder,
                               (struct pk_str){text.data + 1, (size_t)(last - text.data) - 1});
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
        struct pk_str text = {equals + 1, (size_t)(end - equals) - 1};
        uint64_t number;
        size_t size = is_function ? pk_callgrind_names_number(text, &number) : 0;

        at = equals + 1;
        if (!size)
            continue;
        if (number < names->low[PK_CALLGRIND_FUNCTIONS].size) {
            __builtin_prefetch(&names->low[PK_CALLGRIND_FUNCTIONS].data[number]);
            calls->ids[calls->n++] = (uint32_t)number;
        }
        expect_name(names->builder, pk_str_slice(text, size, text.size));
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
