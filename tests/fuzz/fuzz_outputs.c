/*
 * Every output of tables and call graphs, each checked by the rules of its own format: JSON by RFC
 * 8259, CSV by RFC 4180 (as many fields in each line), TSV and Markdown (as many cells), text and
 * DOT (nothing that drives a terminal, every quote closed).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/callgraph.h"
#include "analyze/hotspots.h"
#include "base/arena.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"
#include "render/view_graph.h"
#include "render/view_rows.h"
#include "render/writer.h"
#include "tests/json_check.h"

static const char *const inputs[] = {"fuzz", NULL};

/* Nothing but line ends below the blank, no DEL, no C1, all of it UTF-8. */
static void check_plain(struct pk_str text, const char *allowed)
{
    if (!fuzz_is_utf8(text))
        fuzz_laws_fail("an output that is no UTF-8", NULL);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if ((c < ' ' && (c == 0 || !strchr(allowed, c))) || c == 127 ||
            (c == 0xc2 && (unsigned char)text.data[i + 1] < 0xa0))
            fuzz_laws_fail("a control character in an output", NULL);
    }
}

static void check_text(struct pk_str text)
{
    check_plain(text, "\n");
}

static void check_json(struct pk_str text)
{
    if (strlen(text.data) != text.size || !json_check(text.data))
        fuzz_laws_fail("an output that is no JSON", NULL);
}

/* Each line has as many fields as the first; a quoted one may hold anything. */
static void check_csv(struct pk_str text)
{
    size_t fields = 1, wanted = 0;
    bool is_quoted = false;

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (c == '"')
            is_quoted = !is_quoted;
        else if (c == ',' && !is_quoted)
            fields++;
        if (c != '\n' || is_quoted)
            continue;
        if (text.data[i - 1] != '\r' || (wanted && fields != wanted))
            fuzz_laws_fail("a line of CSV with other fields", NULL);
        wanted = fields;
        fields = 1;
    }
    if (is_quoted || fields != 1 || !fuzz_is_utf8(text))
        fuzz_laws_fail("CSV without an end", NULL);
}

/* Lines with as many `bar`s; in Markdown an escaped one is none, and what follows an empty line is
 * no table. */
static void check_bars(struct pk_str text, char bar)
{
    size_t bars = 0, wanted = SIZE_MAX, start = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\' && bar == '|')
            i++;
        else if (text.data[i] == bar)
            bars++;
        if (i >= text.size || text.data[i] != '\n')
            continue;
        if (bar == '|' && text.data[start] != '|')
            bars = wanted; /* a sentence */
        if (wanted != SIZE_MAX && bars != wanted)
            fuzz_laws_fail("a line with other cells", NULL);
        wanted = bar == '|' && text.data[start] != '|' ? SIZE_MAX : bars;
        start = i + 1;
        bars = 0;
    }
}

/* Programs read it, so that other control characters stay as they are. */
static void check_tsv(struct pk_str text)
{
    if (!fuzz_is_utf8(text) || memchr(text.data, '\r', text.size) ||
        memchr(text.data, '\0', text.size))
        fuzz_laws_fail("TSV with what parts lines", NULL);
    check_bars(text, '\t');
}

static void check_md(struct pk_str text)
{
    check_plain(text, "\n");
    check_bars(text, '|');
}

static const struct {
    const char *name;
    void (*check)(struct pk_str text);
} outputs[] = {
    {"text", check_text}, {"json", check_json}, {"csv", check_csv},
    {"tsv", check_tsv},   {"md", check_md},
};

#define OUTPUTS (sizeof outputs / sizeof *outputs)

void fuzz_outputs_table(const struct pk_table *table, size_t which)
{
    const struct pk_style styles[] = {
        {.inputs = inputs},
        {.inputs = inputs, .width = 40, .is_ascii = true},
        {.inputs = inputs, .width = 100, .is_raw = true},
    };

    for (size_t i = 0; i < OUTPUTS; i++) {
        struct pk_error error = {0};
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);

        if (!stream ||
            !pk_writer_find(outputs[i].name)->table(table, &styles[which % 3], stream, &error))
            fuzz_laws_fail("a table was refused", &error);
        fclose(stream);
        outputs[i].check((struct pk_str){text, size});
        free(text);
    }
}

/* Outside of quoted strings there are only our own words, and each string is closed. */
static void check_dot(struct pk_str text)
{
    bool is_quoted = false;
    size_t depth = 0;

    check_plain(text, "\n\t");
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (is_quoted && c == '\\')
            i++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (is_quoted && c == '\n')
            fuzz_laws_fail("a string of DOT over two lines", NULL);
        else if (!is_quoted && c == '{')
            depth++;
        else if (!is_quoted && c == '}' && depth-- == 0)
            fuzz_laws_fail("DOT closes what is not open", NULL);
    }
    if (is_quoted || depth > 0)
        fuzz_laws_fail("DOT without an end", NULL);
}

static void check_graph(const struct pk_profile *profile, uint32_t metric, struct pk_arena *arena)
{
    const struct pk_callgraph_options options = {.most_nodes = 200};
    const struct pk_style style = {.inputs = inputs};
    struct pk_callgraph chosen = pk_callgraph_find(profile, metric, &options, arena);
    struct pk_net *net = pk_view_graph(arena, profile, metric, &chosen, PK_STR("fuzz"));
    struct pk_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream || !pk_writer_find("dot")->net(net, &style, stream, &error))
        fuzz_laws_fail("a graph was refused", &error);
    fclose(stream);
    check_dot((struct pk_str){text, size});
    free(text);
}

void fuzz_outputs_check(const struct pk_profile *profile, size_t which)
{
    uint32_t metric = pk_profile_default_metric(profile);
    struct pk_hotspots hotspots;
    struct pk_arena arena;
    size_t size;
    char *text;

    pk_arena_init(&arena);
    hotspots = pk_hotspots_find(profile, metric, PK_HOTSPOTS_SELF, &arena);
    fuzz_outputs_table(pk_view_rows_hotspots(&arena, profile, metric, &hotspots, 20), which);
    if (pk_profile_graph(profile))
        check_graph(profile, metric, &arena);
    text = fuzz_laws_write("json", profile, &size);
    check_json((struct pk_str){text, size});
    free(text);
    pk_arena_fini(&arena);
}
