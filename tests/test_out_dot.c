/*
 * DOT of call graphs. Expected texts follow the language page of Graphviz: one statement a line,
 * every text in double quotes, names nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "render/out_dot.h"
#include "render/view_graph.h"
#include "support.h"

/* The DOT of a whole profile. */
static char *dot_of(struct pk_profile *profile, struct pk_arena *arena,
                    const struct pk_callgraph_options *options, struct pk_str title)
{
    struct pk_callgraph chosen = pk_callgraph_find(profile, 0, options, arena);
    struct pk_style style = {.palette = PK_PALETTE_GREY};
    struct pk_buf out = {0};

    pk_dot_text(&out, pk_view_graph(arena, profile, 0, &chosen, title), &style);
    return out.data;
}

/* The lines of a document that begin with "  n", without colours. */
static void check_lines(struct pk_builder *builder, const char *const *expected)
{
    struct pk_profile *profile = support_freeze(builder);
    struct pk_callgraph_options options = {0};
    struct pk_arena arena;
    char *text, *line;

    pk_arena_init(&arena);
    text = dot_of(profile, &arena, &options, PK_STR("t"));
    line = strstr(text, "  n0");
    for (size_t i = 0; expected[i]; i++) {
        char *end, *color;

        assert_non_null(line);
        end = strchr(line, '\n');
        *end = '\0';
        color = strstr(line, ", fillcolor=\"#");
        if (color)
            memmove(color, color + 21, strlen(color + 21) + 1);
        assert_string_equal(line, expected[i]);
        line = end + 1;
    }
    assert_string_equal(line, "}\n");
    pk_free(text);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void boxes_and_arrows_say_what_they_hold(void **state)
{
    /* main holds 100 of 100, work 64; the size of text is 10 and half the root of thousandths:
     * of 360 it is 18, of 640 25 */
    static const char *const expected[] = {
        "  n0 [label=\"main\\n100 (100.0 %)\\nself 36 (36.0 %)\", tooltip=\"main\", fontsize=19, "
        "penwidth=2];",
        "  n1 [label=\"work\\n64 (64.0 %)\", tooltip=\"work\", fontsize=22, penwidth=2];",
        "  n0 -> n1 [label=\"  64\", weight=641, penwidth=4];",
        NULL,
    };

    (void)state;
    check_lines(support_stacks("main;work 64\nmain 36\n"), expected);
}

/* main calls ping, and ping and pong call each other: of pong's 75 at least its own 50 are below
 * it, and all that ping was called with at most. An edge within the circle has no value. */
static void what_is_not_known_is_marked(void **state)
{
    static const char *const expected[] = {
        "  n0 [label=\"main\\n100 (100.0 %)\\nself 25 (25.0 %)\", tooltip=\"main\", fontsize=17, "
        "penwidth=2];",
        "  n1 [label=\"ping\\n75 (75.0 %)\\nself 25 (25.0 %)\", tooltip=\"ping\", fontsize=17, "
        "penwidth=2];",
        "  n2 [label=\"pong\\n≥50 (50.0 %)\", tooltip=\"pong\", fontsize=21, penwidth=2];",
        "  n0 -> n1 [label=\"  75\", weight=751, penwidth=4];",
        "  n1 -> n2 [label=\"  2 calls\", weight=1, penwidth=1, style=dashed];",
        "  n2 -> n1 [label=\"  1 call\", weight=1, penwidth=1, style=dashed];",
        NULL,
    };
    static const char *const names[] = {"main", "ping", "pong"};
    static const int64_t selves[] = {25, 25, 50}, entered = 75;
    struct pk_builder *builder = support_stacks(""); /* the metric is one of counts */
    pk_frame_id frame[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        frame[i] = support_frame(builder, names[i]);
        pk_builder_self(builder, frame[i], &selves[i], NULL, PK_CALLS_MISSING);
    }
    pk_builder_edge(builder, frame[0], frame[1], &entered, NULL, (struct pk_calls){1, PK_MISSING});
    pk_builder_edge(builder, frame[1], frame[2], NULL, NULL, (struct pk_calls){2, PK_MISSING});
    pk_builder_edge(builder, frame[2], frame[1], NULL, NULL, (struct pk_calls){1, PK_MISSING});
    check_lines(builder, expected);
}

static void names_are_text_and_nothing_else(void **state)
{
    static const char *const expected[] = {
        "  n0 [label=\"\\\"];n9 [URL=\\\"x\\\\N\\n1 (100.0 %)\", tooltip=\"\\\"];n9 "
        "[URL=\\\"x\\\\N\", fontsize=25, penwidth=2];",
        NULL,
    };
    static const char *const lines[] = {
        /* a line end is shown, in the label by two letters, in the tooltip as what it is */
        "  n0 [label=\"a\\\\x0ab\\n1 (100.0 %)\", tooltip=\"a\\nb\", fontsize=25, penwidth=2];",
        NULL,
    };
    struct pk_builder *builder = support_stacks("");
    pk_frame_id root = support_frame(builder, "\"];n9 [URL=\"x\\N");

    (void)state;
    pk_builder_stack(builder, &root, NULL, 1, (const int64_t[]){1});
    check_lines(builder, expected);
    builder = support_stacks("");
    root = support_frame(builder, "a\nb");
    pk_builder_stack(builder, &root, NULL, 1, (const int64_t[]){1});
    check_lines(builder, lines);
}

/* 50 cells: an ellipsis and the last 49; the tooltip keeps all. */
static void long_names_keep_their_end(void **state)
{
    struct pk_buf stacks = {0}, line = {0};
    const char *expected[] = {NULL, NULL};

    (void)state;
    for (int i = 0; i < 60; i++)
        pk_buf_char(&stacks, (char)('a' + i % 26));
    pk_buf_text(&line, "  n0 [label=\"…");
    pk_buf_str(&line, pk_str_slice(pk_buf_view(&stacks), 11, 60));
    pk_buf_text(&line, "\\n1 (100.0 %)\", tooltip=\"");
    pk_buf_str(&line, pk_buf_view(&stacks));
    pk_buf_text(&line, "\", fontsize=25, penwidth=2];");
    expected[0] = line.data;
    pk_buf_text(&stacks, " 1\n");
    check_lines(support_stacks(stacks.data), expected);
    pk_buf_fini(&stacks);
    pk_buf_fini(&line);
}

static void the_title_says_what_is_left_out(void **state)
{
    static const struct {
        struct pk_callgraph_options options;
        const char *expected;
    } cases[] = {
        {{0}, "label=\"\\\"t\\\"\\nsamples: 100\"]"},
        {{.most_nodes = 2},
         "label=\"\\\"t\\\"\\nsamples: 100\\n1 of 3 functions (4.0 % of self) is not drawn\"]"},
        {{.most_nodes = 1},
         "label=\"\\\"t\\\"\\nsamples: 100\\n2 of 3 functions (94.0 % of self) are not drawn\"]"},
        {{.edge_percent = 5000000},
         "label=\"\\\"t\\\"\\nsamples: 100\\n1 call edge is not drawn\"]"},
        {{.node_percent = 5000000, .edge_percent = 91000000},
         "label=\"\\\"t\\\"\\nsamples: 100\\n"
         "1 of 3 functions (4.0 % of self) and 1 call edge between the others are not drawn\"]"},
    };
    struct pk_profile *profile = support_profile("main;a 90\nmain;b 4\nmain 6\n");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_arena arena;
        char *text;

        pk_arena_init(&arena);
        text = dot_of(profile, &arena, &cases[i].options, PK_STR("\"t\""));
        if (!strstr(text, cases[i].expected))
            fail_msg("case %zu: %s", i, text);
        pk_free(text);
        pk_arena_fini(&arena);
    }
    pk_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_and_arrows_say_what_they_hold),
        cmocka_unit_test(what_is_not_known_is_marked),
        cmocka_unit_test(names_are_text_and_nothing_else),
        cmocka_unit_test(long_names_keep_their_end),
        cmocka_unit_test(the_title_says_what_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
