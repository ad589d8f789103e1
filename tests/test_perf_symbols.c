/*
 * Frames of lines of perf script by themselves: how many texts are known at a time must not show in
 * the frames that are found, in whatever way a line is looked up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "formats/perf_symbols.h"
#include "support.h"

struct both { /* the same lines read by two: one knows all texts, one a few */
    struct pk_builder *builder[2];
    struct pk_perf_symbols symbols[2];
};

static void begin(struct both *b, const struct pk_perf_folding *folding, size_t most_texts)
{
    for (unsigned i = 0; i < 2; i++) {
        b->builder[i] = support_builder();
        pk_perf_symbols_init(&b->symbols[i], b->builder[i], folding);
    }
    b->symbols[1].most_texts = most_texts;
}

static void end(struct both *b)
{
    for (unsigned i = 0; i < 2; i++) {
        pk_perf_symbols_fini(&b->symbols[i]);
        pk_builder_free(b->builder[i]);
    }
}

/* The frames of a line; ids are given in order of arrival, so equal frames are equal numbers. */
static void find(struct pk_perf_symbols *symbols, const char *line, bool is_inlined,
                 struct pk_buf *out)
{
    uint32_t text = pk_perf_symbols_text(symbols, PK_STR("7f00"), pk_str_of(line));
    uint32_t file = is_inlined ? pk_intern_id(&symbols->texts, PK_STR("a.c")) : 0;
    uint32_t module = pk_perf_symbols_known(symbols, text)->module;
    struct pk_perf_run run = pk_perf_symbols_frames(symbols, text, module, file, is_inlined);

    for (uint32_t i = 0; i < run.n; i++)
        pk_buf_printf(out, "%u ", symbols->ids.data[run.start + i]);
}

/* By way of the lines seen lately, which forget with the texts. */
static void find_lately(struct pk_perf_symbols *symbols, const char *line, struct pk_buf *out)
{
    struct pk_buf whole = {0};
    struct pk_perf_usual usual;

    pk_buf_printf(&whole, "\t    7f5d2d34ab12 %s\n", line);
    usual.text = pk_str_slice(pk_buf_view(&whole), PK_PERF_USUAL_FRONT, whole.size - 1);
    usual.hash = pk_perf_cache_hash(usual.text);
    pk_buf_printf(out, "%u ", pk_perf_symbols_line(symbols, &usual).frame);
    pk_buf_fini(&whole);
}

static void assert_same(struct both *b, const char *line, unsigned how)
{
    struct pk_buf found[2] = {{0}};

    for (unsigned i = 0; i < 2; i++) {
        pk_perf_symbols_spare(&b->symbols[i]);
        b->symbols[i].is_java = how & 1;
        if (how & 2)
            find_lately(&b->symbols[i], line, &found[i]);
        else
            find(&b->symbols[i], line, how & 4, &found[i]);
    }
    assert_string_equal(found[1].data, found[0].data);
    for (unsigned i = 0; i < 2; i++)
        pk_buf_fini(&found[i]);
}

static void what_was_forgotten_is_found_as_the_same_frames(void **state)
{
    static const struct pk_perf_folding ways[] = {{0}, {.is_on = true, .has_addresses = true}};
    struct support_random random = {6};

    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        struct both b;

        begin(&b, &ways[way], 20);
        for (uint32_t i = 0; i < 3000; i++) {
            static const char *const shapes[][2] = {{"f", "+0x1 (/lib/a.so)"},
                                                    {"f", " (/lib/b.so)"},
                                                    {"Lcom/x::f", "->Lcom/y::g (perf.map)"},
                                                    {"[unknown] (/lib/c", ".so)"},
                                                    {"f", " (inlined)"}};
            uint32_t shape = support_below(&random, 5), how = support_below(&random, 8);
            char line[64];

            snprintf(line, sizeof line, "%s%u%s", shapes[shape][0], support_below(&random, 60),
                     shapes[shape][1]);
            assert_same(&b, line, way ? how & ~2U : how);
            assert_true(b.symbols[1].texts.texts.size < 30);
        }
        assert_true(b.symbols[0].texts.texts.size > 60);
        end(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_forgotten_is_found_as_the_same_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
