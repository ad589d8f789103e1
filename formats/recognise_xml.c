/*
 * XML and HTML that is not read yet, told by its first element. Sources: the notes on flame graph
 * SVGs and on sysprof and xctrace. Trap: py-spy's collapsed stacks begin with "<module> (", and
 * Rust's with "<alloc::", so an element must have a known name, or an XML declaration before it.
 */
#include "formats/head.h"

#include <stddef.h>
#include <string.h>

#include "formats/readers.h"

/* Behind the first `end` in `s`; empty when there is none. */
static struct pk_str skip_to(struct pk_str s, const char *end)
{
    size_t size = strlen(end);

    for (size_t at = 0; at + size <= s.size; at++) {
        if (memcmp(s.data + at, end, size) == 0)
            return pk_str_slice(s, at + size, s.size);
    }
    return (struct pk_str){s.data, 0};
}

/* The text from the "<" of the first element, behind declaration, comments and document type. */
static struct pk_str first_element(struct pk_input *input)
{
    struct pk_str text = pk_head_trimmed(input);

    for (;;) {
        if (pk_str_starts(text, PK_STR("<!--")))
            text = skip_to(text, "-->");
        else if (pk_str_starts(text, PK_STR("<?")))
            text = skip_to(text, "?>");
        else if (pk_str_starts(text, PK_STR("<!")))
            text = skip_to(text, ">");
        else if (text.size && memchr(" \t\r\n", text.data[0], 4))
            text = pk_str_slice(text, 1, text.size);
        else
            return text;
    }
}

/* ASCII only: tolower depends on the locale. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True when `text` starts with `start`, which is in lower case, in any case. */
static bool starts_any_case(struct pk_str text, const char *start)
{
    size_t size = strlen(start), i = 0;

    while (i < size && i < text.size && lower(text.data[i]) == start[i])
        i++;
    return i == size;
}

/* True when `text` is the start of an element of this name. */
static bool is_element(struct pk_str text, const char *name)
{
    size_t size = strlen(name);

    return text.size > size + 1 && text.data[0] == '<' &&
           starts_any_case(pk_str_slice(text, 1, text.size), name) &&
           memchr(" \t\r\n/>", text.data[size + 1], 6) != NULL;
}

/* By marks of inferno, of flamegraph.pl, and of flamegraph.pl before it wrote a comment. */
static bool is_flame_graph(struct pk_input *input)
{
    static const char *const marks[] = {"github.com/jonhoo/inferno",
                                        "Flame graph stack visualization", "id=\"frames\"",
                                        "class=\"func_g\"", ">Flame Graph</text>"};
    struct pk_str text = pk_input_text_head(input);

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (pk_head_contains(text, pk_str_of(marks[i])))
            return true;
    }
    return false;
}

/* An SVG that can be read back. */
static int bid_svg(struct pk_input *input)
{
    bool is_svg = is_element(first_element(input), "svg") && is_flame_graph(input);

    return is_svg ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_svg = {.name = "svg",
                                        .alias = "flamegraph-svg",
                                        .summary = "a flame graph SVG",
                                        .gives = PK_TREE,
                                        .bid = bid_svg,
                                        .hint = "give the collapsed stacks that it was drawn from"};

/* Any other picture: its boxes have no names and no values. */
static int bid_other_svg(struct pk_input *input)
{
    bool is_svg = is_element(first_element(input), "svg") && !is_flame_graph(input);

    return is_svg ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_other_svg = {
    .name = "other-svg", .summary = "an SVG picture, but no flame graph", .bid = bid_other_svg};

/* A child is asked for too, since "profile" is everybody's word. */
static int bid_sysprof(struct pk_input *input)
{
    struct pk_str text = first_element(input);
    bool has_child =
        pk_head_contains(text, PK_STR("<size>")) || pk_head_contains(text, PK_STR("<objects>"));

    return is_element(text, "profile") && has_child ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_sysprof = {
    .name = "sysprof", .summary = "a sysprof 1 profile", .gives = PK_TREE, .bid = bid_sysprof};

/* A table, exported by xctrace from a .trace bundle. */
static int bid_xctrace(struct pk_input *input)
{
    return is_element(first_element(input), "trace-query-result") ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_xctrace = {
    .name = "xctrace", .summary = "an xctrace table", .gives = PK_TREE, .bid = bid_xctrace};

/* The list of tables, which people export first. */
static int bid_xctrace_toc(struct pk_input *input)
{
    return is_element(first_element(input), "trace-toc") ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_xctrace_toc = {
    .name = "xctrace-toc",
    .summary = "the table of contents of an xctrace export, without data",
    .bid = bid_xctrace_toc,
    .hint = "xctrace export --input in.trace --xpath "
            "'/trace-toc/run[@number=\"1\"]/data/table[@schema=\"time-profile\"]'"};

/* A page saved from a viewer, most often a report of pprof or of async-profiler. */
static int bid_html(struct pk_input *input)
{
    struct pk_str text = pk_head_trimmed(input), element = first_element(input);
    bool is_html = starts_any_case(text, "<!doctype html") || is_element(element, "html") ||
                   is_element(element, "head") || is_element(element, "body");

    return is_html ? PK_RECOGNISE_XML : PK_BID_NONE;
}

const struct pk_reader pk_reader_html = {.name = "html",
                                         .summary = "an HTML page, not a profile",
                                         .bid = bid_html,
                                         .hint = "save the data, not the page"};

/* Only with a declaration: "<f>;g 3" is a stack. */
static int bid_xml(struct pk_input *input)
{
    return pk_str_starts(pk_head_trimmed(input), PK_STR("<?xml")) ? PK_RECOGNISE_OTHER
                                                                  : PK_BID_NONE;
}

const struct pk_reader pk_reader_xml = {
    .name = "xml", .summary = "XML of a kind that profkit does not know", .bid = bid_xml};
