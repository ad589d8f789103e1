/*
 * The page of a report without a browser: what stands in its markup, and what its script will read.
 * Data is taken out by a decoder of its own, so that a column is not checked by what wrote it. What
 * the script makes of it is tested in a browser (tests/browser).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/assets.h"
#include "render/out_html_private.h"
#include "render/theme.h"
#include "render/view_flame.h"
#include "render/view_rows.h"
#include "render/writers.h"
#include "support.h"

struct page {
    char *text;
    unsigned char *data; /* what the script reads */
    size_t size;
};

/* A page that is not packed, of the stacks of a profile; the tree is climbed where there is none.
 */
static struct page page_of(struct pk_profile *profile, uint32_t max_nodes)
{
    static const char *const inputs[] = {"in.folded", NULL};
    struct pk_attributed *attributed =
        pk_profile_tree(profile) ? NULL : pk_attribute_new(profile, 0);
    const struct pk_tree *tree = attributed ? &attributed->tree : pk_profile_tree(profile);
    struct pk_flame_options flame = {.is_inverted = true, .max_depth = 60, .width = 1200};
    struct pk_style style = {.inputs = inputs};
    struct pk_error error = {0};
    struct page page = {0};
    struct pk_arena arena;
    FILE *to = open_memstream(&page.text, &page.size);

    pk_arena_init(&arena);
    assert_true(pk_writer_html.report(
        &(struct pk_report){
            .title = PK_STR("a <title>"),
            .header = PK_STR("a <header>\n"),
            .profile = profile,
            .tree = tree,
            .attributed = attributed,
            .max_nodes = max_nodes,
            .table = pk_view_rows_all(&arena, profile, 0),
            .picture = pk_view_flame(&arena, profile, 0, tree, attributed, &flame),
            .is_compat = true,
        },
        &style, to, &error));
    assert_int_equal(fclose(to), 0);
    pk_arena_fini(&arena);
    pk_attribute_free(attributed);
    return page;
}

/* The six bits of a letter, by what RFC 4648 says. */
static unsigned bits_of(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return (unsigned)(letter - 'A');
    if (letter >= 'a' && letter <= 'z')
        return (unsigned)(letter - 'a') + 26;
    if (letter >= '0' && letter <= '9')
        return (unsigned)(letter - '0') + 52;
    return letter == '+' ? 62 : 63;
}

/* The element that says what the data is has none itself; those behind it have a part each. */
static void read_data(struct page *page)
{
    static const char begin[] = "<script type=\"application/octet-stream\">";
    const char *at = strstr(page->text, "id=\"data\" data-form=\"plain\"");
    size_t size = strtoul(strstr(at, "data-size=\"") + 11, NULL, 10);
    uint32_t bits = 0;
    unsigned held = 0;

    page->data = calloc(1, size + 1);
    page->size = 0;
    while ((at = strstr(at, begin)))
        for (at += strlen(begin); *at != '<' && *at != '='; at++) {
            bits = bits << 6 | bits_of(*at);
            held += 6;
            if (held < 8)
                continue;
            held -= 8;
            assert_true(page->size < size);
            page->data[page->size++] = (unsigned char)(bits >> held & 255);
        }
    assert_int_equal(page->size, size);
}

static size_t head_size(const struct page *page)
{
    return page->data[0] | (size_t)page->data[1] << 8 | (size_t)page->data[2] << 16;
}

/* A number of so many bytes, least first; those of eight are doubles. */
static uint64_t number_at(const unsigned char *bytes, size_t width)
{
    uint64_t number = 0;
    double wide;

    for (size_t i = 0; i < width; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    if (width < 8)
        return number;
    memcpy(&wide, &number, sizeof wide);
    return (uint64_t)wide;
}

/* The numbers of a column; `n` gets how many. The head lists columns in order:
 * ["name",n,bytes,width]. */
static uint64_t *column(const struct page *page, const char *name, size_t *n)
{
    char *head = calloc(1, head_size(page) + 1), *item;
    size_t at = 4 + head_size(page);
    uint64_t *numbers = NULL;

    memcpy(head, page->data + 4, head_size(page));
    item = strstr(head, "\"columns\":[") + 11;
    for (; *item == '[' || *item == ','; item = strchr(item, ']') + 1) {
        char *text = item + (*item == ',') + 2, *end = strchr(text, '"');
        bool is_it = (size_t)(end - text) == strlen(name) && !memcmp(text, name, strlen(name));
        size_t rows = strtoul(end + 2, &end, 10), bytes = strtoul(end + 1, &end, 10);
        size_t width = strtoul(end + 1, NULL, 10);

        assert_int_equal(at % 8, 0);
        if (is_it) {
            *n = rows;
            numbers = calloc(rows + 1, sizeof *numbers);
            for (size_t i = 0; i < rows; i++)
                numbers[i] = number_at(page->data + at + i * width, width);
        }
        at += bytes;
    }
    free(head);
    assert_non_null(numbers);
    return numbers;
}

static void check_column(const struct page *page, const char *name, const uint64_t *expected,
                         size_t n)
{
    size_t found;
    uint64_t *numbers = column(page, name, &found);

    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(numbers[i], expected[i]);
    free(numbers);
}

static void free_page(struct page *page)
{
    free(page->text);
    free(page->data);
}

/* main 8 (draw 5, parse 3): frames are ordered by name, and so are siblings. */
static void a_tree_is_three_columns(void **state)
{
    static const uint64_t up[] = {0, 0, 1}, frame[] = {1, 0, 2}, self[] = {0, 5, 3};
    static const uint64_t flat[] = {11, 1, 7}; /* 1 + zigzag of 5, 0 and 3 */
    struct pk_profile *profile = support_profile("main;parse 3\nmain;draw 5\n");
    struct page page = page_of(profile, 0);

    (void)state;
    read_data(&page);
    check_column(&page, "node.up", up, 3);
    check_column(&page, "node.frame", frame, 3);
    check_column(&page, "node.self", self, 3);
    check_column(&page, "flat.self", flat, 3);
    free_page(&page);
    pk_profile_free(profile);
}

/* Numbers are as wide as the largest one needs; what is beyond four bytes is a double. Edges of the
 * widths, and what may be missing. */
static void columns_are_as_wide_as_their_largest_number(void **state)
{
    static const struct {
        const char *folded;
        uint64_t self, flat;
        size_t width, flat_width;
    } cases[] = {
        {"a 255\n", 255, 511, 1, 2},
        {"a 256\n", 256, 513, 2, 2},
        {"a 65536\n", 65536, 131073, 4, 4},
        {"a 4294967295\n", 4294967295, 4294967295, 4, 8},
        {"a 4294967296\n", 4294967296, 4294967296, 8, 8},
        {"a 9007199254740991\n", 9007199254740991, 9007199254740991, 8, 8},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_profile *profile = support_profile(cases[i].folded);
        struct page page = page_of(profile, 0);
        char entry[60];

        read_data(&page);
        check_column(&page, "node.self", &cases[i].self, 1);
        check_column(&page, "flat.self", &cases[i].flat, 1);
        snprintf(entry, sizeof entry, "[\"node.self\",1,8,%zu]", cases[i].width);
        assert_non_null(memmem(page.data, page.size, entry, strlen(entry)));
        snprintf(entry, sizeof entry, "[\"flat.self\",1,8,%zu]", cases[i].flat_width);
        assert_non_null(memmem(page.data, page.size, entry, strlen(entry)));
        free_page(&page);
        pk_profile_free(profile);
    }
}

/* Among doubles a value that the file does not say is NaN: calls of a are beyond four bytes. */
static void what_is_missing_among_wide_numbers_is_no_number(void **state)
{
    static const unsigned char expected[] = {0, 0, 0, 0x20, 0x5f, 0xa0, 0xf2, 0x41, /* 5e9 */
                                             0, 0, 0, 0,    0,    0,    0xf8, 0x7f};
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    struct page page;

    (void)state;
    support_function(builder, "a", 10, 60, 5000000000);
    support_function(builder, "b", 50, 50, PK_MISSING);
    profile = support_freeze(builder);
    page = page_of(profile, 0);
    read_data(&page);
    assert_non_null(memmem(page.data, page.size, "[\"flat.calls\",2,16,8]", 21));
    assert_non_null(memmem(page.data, page.size, expected, sizeof expected));
    free_page(&page);
    pk_profile_free(profile);
}

/* Of six nodes the heaviest three are kept: a (100), a;b (90), a;b;c (80). Others are below them:
 * a;d and a;e (4 + 6), and f (3) beside a. */
static void a_tree_that_is_cut_keeps_its_sums(void **state)
{
    struct pk_profile *profile = support_profile("a;b;c 80\na;b 10\na;d 4\na;e 6\nf 3\n");
    struct page page = page_of(profile, 3);
    uint64_t *self, sum = 0;
    size_t n;

    (void)state;
    read_data(&page);
    self = column(&page, "node.self", &n);
    for (size_t i = 0; i < n; i++)
        sum += self[i];
    assert_int_equal(sum, 103);
    assert_int_equal(n, 5); /* three, and a (pruned) below a and at the root */
    assert_int_equal(self[3], 10);
    assert_int_equal(self[4], 3);
    assert_non_null(memmem(page.data, page.size, "\"pruned\":{\"nodes\":3,\"value\":13,", 30));
    free(self);
    free_page(&page);
    pk_profile_free(profile);
}

/* Equal weights are cut together: none is better than the other. */
static void ties_are_left_out_together(void **state)
{
    struct pk_profile *profile = support_profile("a 5\nb 5\nc 5\nd 9\n");
    struct page page = page_of(profile, 2);
    static const uint64_t self[] = {15, 9};
    size_t n;
    uint64_t *found;

    (void)state;
    read_data(&page);
    found = column(&page, "node.self", &n);
    assert_int_equal(n, 2);
    assert_memory_equal(found, self, sizeof self);
    free(found);
    free_page(&page);
    pk_profile_free(profile);
}

/* Random trees, every limit: what is kept and what is pruned are all there is. */
static void random_trees_lose_nothing(void **state)
{
    struct support_random random = {.state = 7};

    (void)state;
    for (uint32_t i = 0; i < support_cases(60); i++) {
        struct pk_buf folded = {0};
        struct pk_profile *profile;
        struct page page;
        uint64_t *self, sum = 0, total = 0;
        size_t n;

        for (uint32_t line = 0; line < 12; line++) {
            uint32_t value = support_below(&random, 50) + 1;

            for (uint32_t depth = support_below(&random, 4) + 1; depth > 0; depth--)
                pk_buf_printf(&folded, "%c%s", 'a' + (int)support_below(&random, 4),
                              depth > 1 ? ";" : "");
            pk_buf_printf(&folded, " %u\n", value);
            total += value;
        }
        profile = support_profile(folded.data);
        page = page_of(profile, support_below(&random, 12));
        read_data(&page);
        self = column(&page, "node.self", &n);
        for (size_t k = 0; k < n; k++)
            sum += self[k];
        assert_int_equal(sum, total);
        free(self);
        free_page(&page);
        pk_profile_free(profile);
        pk_buf_fini(&folded);
    }
}

/* Calls of which the tree is an estimate: bounds of each node, low below high. */
static void an_estimate_carries_its_bounds(void **state)
{
    struct pk_builder *builder = support_builder();
    struct pk_profile *profile;
    struct page page;
    uint64_t *low, *high, *edge;
    size_t n;
    bool has_range = false;

    (void)state;
    support_function(builder, "a", 10, 60, 1);
    support_function(builder, "b", 10, 60, 1);
    support_function(builder, "c", 40, 100, 2);
    support_function(builder, "d", 60, 60, 4);
    support_edge(builder, "a", "c", 50, PK_MISSING, 1);
    support_edge(builder, "b", "c", 50, PK_MISSING, 1);
    support_edge(builder, "c", "d", 60, 60, 4);
    profile = support_freeze(builder);
    page = page_of(profile, 0);
    read_data(&page);
    low = column(&page, "node.low", &n);
    high = column(&page, "node.high", &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(low[i] <= high[i]);
        has_range = has_range || low[i] < high[i];
    }
    free(low);
    edge = column(&page, "edge.callee", &n);
    assert_int_equal(n, 3);
    assert_true(has_range); /* nobody knows how much of the 60 in d was for a */
    free(edge);
    free(high);
    free_page(&page);
    pk_profile_free(profile);
}

/* main 8 -> 9: parse 3 -> 0, draw 5 -> 5, and what no path holds 0 -> 4. The nodes of both sides
 * are one tree of main (draw, parse), and at its end the one that is not recorded. */
static void a_comparison_is_one_tree_with_both_sides(void **state)
{
    static const struct pk_frame names[] = {
        {.name = PK_STR("draw")}, {.name = PK_STR("main")}, {.name = PK_STR("parse")}};
    static const struct pk_frame *frames[] = {&names[0], &names[1], &names[2]};
    static struct pk_diff_node nodes[] = {
        {PK_NONE, 4, PK_NONE, {true, true}, {0, 4}, {8, 9}, {{8, 8}, {9, 9}}},
        {0, 4, 1, {true, true}, {0, 0}, {8, 5}, {{8, 8}, {5, 5}}},
        {1, 3, 0, {true, true}, {5, 5}, {5, 5}, {{5, 5}, {4, 5}}},
        {1, 4, 2, {true, false}, {3, 0}, {3, 0}, {{3, 3}, {0, 1}}}};
    static int64_t whole[2][3] = {{5, 8, 3}, {5, 5, PK_MISSING}};
    static const bool is_noise[] = {true, false, false};
    static const uint64_t up[] = {0, 0, 1, 2}, frame[] = {1, 0, 2, 3}, before[] = {0, 5, 3, 0},
                          after[] = {0, 5, 0, 4}, noise[] = {1, 0, 0};
    static const uint64_t low[] = {5, 4, 0, 4},
                          self_low[] = {0, 4, 0, 4}; /* 5 - 5 - 1 is below 0 */
    struct pk_diff_tree tree = {.n = 4,
                                .node = nodes,
                                .n_functions = 3,
                                .frame = frames,
                                .whole = {whole[0], whole[1]},
                                .total = {8, 9}};
    struct pk_report_diff diff = {.tree = &tree,
                                  .metric = {.name = PK_STR("time"), .unit = PK_UNIT_NS},
                                  .is_noise = is_noise,
                                  .is_estimated = {false, true}};
    struct pk_profile *profile = support_profile("main 1\n");
    struct pk_style style = {.inputs = (const char *[]){"a", NULL}};
    struct pk_report report = {.profile = profile, .diff = &diff};
    struct pk_buf data = {0};
    struct page page = {0};

    (void)state;
    pk_html_data(&report, &style, &data);
    page.data = (unsigned char *)data.data;
    page.size = data.size;
    check_column(&page, "node.up", up, 4);
    check_column(&page, "node.frame", frame, 4);
    check_column(&page, "before.self", before, 4);
    check_column(&page, "node.self", after, 4);
    check_column(&page, "frame.noise", noise, 3);
    check_column(&page, "node.low", low, 4);
    check_column(&page, "node.selflow", self_low, 4);
    pk_buf_fini(&data);
    pk_profile_free(profile);
}

static void names_are_no_markup(void **state)
{
    struct pk_profile *profile =
        support_profile("</noscript><script>alert(1)</script>;\"'<img src=x onerror=alert(1)> 3\n");
    struct page page = page_of(profile, 0);
    const char *body = strstr(page.text, "<body>"), *end = strstr(body, "id=\"data\"");

    (void)state;
    *(char *)(uintptr_t)end = '\0';
    assert_null(strstr(body, "<script>"));
    assert_null(strstr(body, "<img"));
    assert_non_null(strstr(body, "&lt;/noscript&gt;&lt;script&gt;alert(1)"));
    assert_non_null(strstr(body, "<h1>a &lt;title&gt;</h1>"));
    assert_non_null(strstr(body, "<p>a &lt;header&gt;</p>"));
    free_page(&page);
    pk_profile_free(profile);
}

/* A control character would drive a terminal that shows the source, and deceive the eye here. */
static void control_characters_are_seen(void **state)
{
    struct pk_profile *profile = support_profile("a\x1b[31m\xe2\x80\xae"
                                                 "b 3\n");
    struct page page = page_of(profile, 0);

    (void)state;
    read_data(&page);
    assert_null(strstr(page.text, "\x1b"));
    assert_non_null(strstr(page.text, "a\\x1b[31m\\u202eb"));
    assert_non_null(memmem(page.data, page.size, "a\\x1b[31m\\u202eb", 15));
    free_page(&page);
    pk_profile_free(profile);
}

/* The style sheet is a file of its own; what it says of colours is what the theme says. */
static void the_style_has_the_colours_of_the_theme(void **state)
{
    static const struct {
        const char *name;
        enum pk_surface surface;
    } surfaces[] = {{"page", PK_SURFACE_PAGE},
                    {"text", PK_SURFACE_TEXT},
                    {"muted", PK_SURFACE_MUTED},
                    {"ring", PK_SURFACE_RING}};

    (void)state;
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
        for (int dark = 0; dark < 2; dark++) {
            struct pk_shades shades = pk_theme_surface(surfaces[i].surface);
            struct pk_color c = dark ? shades.dark : shades.light;
            char rule[40];

            snprintf(rule, sizeof rule, "--%s: #%02x%02x%02x;", surfaces[i].name, c.r, c.g, c.b);
            assert_non_null(strstr(pk_asset_report_css, rule));
        }
}

/* Whatever the policy names must not be cut short by its own end tag. */
static void code_stays_within_its_budget(void **state)
{
    (void)state;
    assert_true(strlen(pk_asset_report_js) + strlen(pk_asset_report_css) <= 120000);
    assert_null(strstr(pk_asset_report_js, "</script"));
    assert_null(strstr(pk_asset_report_css, "</style"));
    assert_null(strstr(pk_asset_report_js, "innerHTML"));
    assert_int_equal(strlen(pk_asset_report_js_sha256), 44); /* 32 bytes in base64 */
    assert_int_equal(strlen(pk_asset_report_css_sha256), 44);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_three_columns),
        cmocka_unit_test(columns_are_as_wide_as_their_largest_number),
        cmocka_unit_test(what_is_missing_among_wide_numbers_is_no_number),
        cmocka_unit_test(a_tree_that_is_cut_keeps_its_sums),
        cmocka_unit_test(ties_are_left_out_together),
        cmocka_unit_test(random_trees_lose_nothing),
        cmocka_unit_test(an_estimate_carries_its_bounds),
        cmocka_unit_test(a_comparison_is_one_tree_with_both_sides),
        cmocka_unit_test(names_are_no_markup),
        cmocka_unit_test(control_characters_are_seen),
        cmocka_unit_test(the_style_has_the_colours_of_the_theme),
        cmocka_unit_test(code_stays_within_its_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
