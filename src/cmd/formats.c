/*
 * profkit formats: what can be read and written, and what is only recognised.
 */
#include "cmd/common.h"

#include <stddef.h>
#include <stdio.h>

#include "render/json_parts.h"
#include "render/writers.h"

/* How much of the call path a format knows, in words. */
static const char *rung_text(enum pk_rung rung)
{
    static const char *const texts[] = {"", "functions", "functions and calls", "stacks"};

    return texts[rung];
}

/* What works first, what is only recognised last. */
static void write_text(struct pk_buf *out)
{
    const char *packing;
    bool has_zstd = pk_pack_is_there(PK_PACK_ZSTD, &packing);

    pk_buf_text(out, "reads (by content; -f NAME forces)\n");
    for (size_t i = 0; pk_reader_list[i]; i++)
        if (pk_reader_list[i]->read)
            pk_buf_printf(out, "  %-14s %s (%s)\n", pk_reader_list[i]->name,
                          pk_reader_list[i]->summary, rung_text(pk_reader_list[i]->gives));
    pk_buf_text(out, "packed by gzip, zstd, xz or bzip2 too\n\nwrites\n");
    for (size_t i = 0; pk_writer_list[i]; i++)
        pk_buf_printf(out, "  %-14s %s (%s)\n", pk_writer_list[i]->name, pk_writer_list[i]->summary,
                      pk_writer_list[i]->extension);
    pk_buf_printf(out, "packed by gzip%s too where .gz%s follows the extension, or with .svgz\n",
                  has_zstd ? " or zstd" : "", has_zstd ? " or .zst" : "");
    pk_buf_text(out, "\nrecognises, does not read yet\n");
    for (size_t i = 0; pk_reader_list[i]; i++)
        if (!pk_reader_list[i]->read && pk_reader_list[i]->gives)
            pk_buf_printf(out, "  %-14s %s\n", pk_reader_list[i]->name, pk_reader_list[i]->summary);
}

/* Those of this build, as the text has them. */
static void add_writers(struct pk_json *json)
{
    pk_json_key(json, "writes");
    pk_json_array(json);
    for (size_t i = 0; pk_writer_list[i]; i++) {
        pk_json_object(json);
        pk_json_key(json, "name");
        pk_json_text(json, pk_writer_list[i]->name);
        pk_json_key(json, "summary");
        pk_json_text(json, pk_writer_list[i]->summary);
        pk_json_key(json, "extension");
        pk_json_text(json, pk_writer_list[i]->extension);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
}

/* Only what can be asked for with -f: entries without `gives` are known only to be refused with
 * advice. */
static void write_json(struct pk_buf *out)
{
    struct pk_json json;

    pk_json_init(&json, out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.formats/1", NULL);
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (size_t i = 0; pk_reader_list[i]; i++) {
        const struct pk_reader *reader = pk_reader_list[i];

        if (!reader->gives)
            continue;
        pk_json_object(&json);
        pk_json_key(&json, "name");
        pk_json_text(&json, reader->name);
        pk_json_key(&json, "summary");
        pk_json_text(&json, reader->summary);
        pk_json_key(&json, "reads");
        pk_json_bool(&json, reader->read != NULL);
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    add_writers(&json);
    pk_json_object_end(&json);
    pk_buf_char(out, '\n');
}

/* Reads nothing, so it works without any file; --json and -o are those of the tables. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_target target;
    struct pk_buf out = {0};

    if (pk_target_open(args, NULL, &pk_writer_text, PK_TARGET_PAGE, &target, error)) {
        if (target.writer == &pk_writer_json)
            write_json(&out);
        else
            write_text(&out);
        pk_buf_write(&out, pk_output_stream(target.output));
        error->status = (enum pk_status)pk_target_close(args, &target, true, error);
    }
    pk_buf_fini(&out);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_formats = {
    .name = "formats",
    .summary = "what can be read and written",
    .usage = "[OPTION...]",
    .group = "Help",
    .writes = true,
    .run = run,
};
