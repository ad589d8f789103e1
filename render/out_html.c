/*
 * A page to explore a profile: one file that asks for nothing and runs from file://. In front
 * stands a policy that lets only this script and this style in, by their hashes, so that no name
 * of a profile could do anything even if it became markup. Data is a text that no browser reads by
 * itself: base64 of gzip. What the page shows without a script is complete in itself.
 *
 * The parts of the file, in order: the policy, the style, what was read and how far to trust it
 * (which is seen before the data is unpacked), the table and the picture for those without a
 * script, the data, the script. Names stand in the parts that browsers parse only through
 * pk_escape_xml; those in the data become text nodes, and never markup.
 *
 * Source of the policy: Content Security Policy Level 3, sections 2.3.1 and 8.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/pack.h"
#include "render/assets.h"
#include "render/out_html_private.h"
#include "render/writers.h"

#define DATA_BEGIN "<script type=\"application/octet-stream\""
#define DATA_END "</script>\n"

enum { PART = 49152 }; /* bytes of data in an element: 64 kB of text */

/* Text that is markup in no place: first for the eye, which control characters deceive, then for
 * the parser. */
void pk_html_text(struct pk_buf *out, struct pk_str text)
{
    struct pk_buf shown = {0};

    pk_escape_terminal(&shown, text);
    pk_escape_xml(out, pk_buf_view(&shown));
    pk_buf_fini(&shown);
}

/* The policy is the first element but for the encoding, since it holds for what stands behind
 * it. */
static void add_head(struct pk_buf *out, const struct pk_report *report)
{
    pk_buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "script-src 'sha256-");
    pk_buf_text(out, pk_asset_report_js_sha256);
    pk_buf_text(out, "'; style-src 'sha256-");
    pk_buf_text(out, pk_asset_report_css_sha256);
    pk_buf_text(out, "'; img-src data: blob:; base-uri 'none'; form-action 'none'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<title>");
    pk_html_text(out, report->title);
    pk_buf_text(out, " - profkit</title>\n<style>");
    pk_buf_text(out, pk_asset_report_css);
    pk_buf_text(out, "</style>\n</head>\n<body>\n");
}

/* The lines stand in the page before the script has read anything. */
static void add_header(struct pk_buf *out, const struct pk_report *report)
{
    struct pk_str rest = report->header;

    pk_buf_text(out, "<header id=\"top\">\n<h1>");
    pk_html_text(out, report->title);
    pk_buf_text(out, "</h1>\n");
    while (rest.size) {
        pk_buf_text(out, "<p>");
        pk_escape_xml(out, pk_str_take_line(&rest));
        pk_buf_text(out, "</p>\n");
    }
    pk_buf_text(out, "</header>\n<main id=\"app\" tabindex=\"-1\"></main>\n");
}

/* A browser that runs scripts takes the inside of noscript for text and makes no elements of it. */
static void add_static(struct pk_buf *out, const struct pk_report *report,
                       const struct pk_style *style)
{
    pk_buf_text(out, "<noscript>\n<p>With scripts allowed this page has zoom, search and more "
                     "views.</p>\n");
    if (report->picture)
        pk_html_picture(report->picture, out);
    pk_html_table(report->table, style, out);
    pk_buf_text(out, "</noscript>\n");
}

/* Keeps memory from following the size of the page. */
static void flush(struct pk_buf *out, FILE *stream)
{
    pk_buf_write(out, stream);
    pk_buf_reset(out);
}

/* One part of the data as base64 of its own. Browsers take long for one text of many megabytes,
 * and hold it several times while they read it. */
static void write_part(const void *bytes, size_t size, FILE *stream)
{
    struct pk_base64 base64 = {.n_held = 0};
    struct pk_buf text = {0};

    pk_buf_text(&text, DATA_BEGIN ">");
    pk_base64_add(&base64, bytes, size, &text);
    pk_base64_end(&base64, &text);
    pk_buf_text(&text, DATA_END);
    flush(&text, stream);
    pk_buf_fini(&text);
}

/* Elements in a row: the first says what the bytes of all of them are, and how many when they are
 * unpacked. */
static void write_data(const struct pk_report *report, const struct pk_buf *data, FILE *stream)
{
    struct pk_pack_io io = {.in = (const unsigned char *)data->data, .in_size = data->size};
    struct pk_pack *pack = report->is_compat ? NULL : pk_pack_new(PK_PACK_GZIP);
    bool has_more = pack != NULL;

    fprintf(stream, DATA_BEGIN " id=\"data\" data-form=\"%s\" data-size=\"%zu\">" DATA_END,
            report->is_compat ? "plain" : "gzip", data->size);
    for (size_t at = 0; !pack && at < data->size; at += PART)
        write_part(data->data + at, data->size - at < PART ? data->size - at : PART, stream);
    while (has_more) {
        unsigned char packed[PART];

        io.out = packed;
        io.out_room = sizeof packed;
        has_more = pk_pack_step(pack, &io, true);
        write_part(packed, sizeof packed - io.out_room, stream);
    }
    pk_pack_free(pack);
}

/* Data stands before the script: once that runs, all of the page is there. */
static bool write_report(const struct pk_report *report, const struct pk_style *style, FILE *stream,
                         struct pk_error *error)
{
    struct pk_buf out = {0}, data = {0};

    (void)error;
    add_head(&out, report);
    add_header(&out, report);
    add_static(&out, report, style);
    flush(&out, stream);
    pk_html_data(report, style, &data);
    write_data(report, &data, stream);
    pk_buf_text(&out, "<script type=\"module\">");
    pk_buf_text(&out, pk_asset_report_js);
    pk_buf_text(&out, "</script>\n</body>\n</html>\n");
    flush(&out, stream);
    pk_buf_fini(&out);
    pk_buf_fini(&data);
    return true;
}

const struct pk_writer pk_writer_html = {
    .name = "html",
    .summary = "a page to explore, in one file",
    .extension = ".html",
    .report = write_report,
};
