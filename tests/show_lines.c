/*
 * Prints what single lines of a profile cost, for scripts that compare it: a line for each row of
 * the LINES table, tab-separated: name, module and file of the function, file and line of the row,
 * name and file of the callee (empty: self), calls, then a value per metric. "-" is missing. The
 * first line names the metrics.
 *
 * usage: show_lines FILE
 */
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "formats/reader.h"
#include "model/lines.h"

static void print_text(struct pk_str text)
{
    if (text.data)
        fwrite(text.data, 1, text.size, stdout);
    putchar('\t');
}

static void print_value(int64_t value)
{
    if (value == PK_MISSING)
        fputs("\t-", stdout);
    else
        printf("\t%lld", (long long)value);
}

static void print_row(const struct pk_profile *profile, const struct pk_lines *lines, uint32_t row)
{
    const struct pk_frame *frame = pk_profile_frame(profile, lines->frame[row]);
    struct pk_str callee = PK_STR_NULL, callee_file = PK_STR_NULL;

    if (lines->callee[row] != PK_NONE) {
        callee = pk_profile_frame(profile, lines->callee[row])->name;
        callee_file = pk_profile_frame(profile, lines->callee[row])->file;
    }
    print_text(frame->name);
    print_text(frame->module);
    print_text(frame->file);
    print_text(lines->files[lines->file[row]]);
    printf("%u\t", lines->line[row]);
    print_text(callee);
    if (callee_file.data)
        fwrite(callee_file.data, 1, callee_file.size, stdout);
    print_value(lines->calls ? lines->calls[row] : PK_MISSING);
    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
        print_value(lines->values[m] ? lines->values[m][row] : PK_MISSING);
    putchar('\n');
}

static void print_profile(const struct pk_profile *profile)
{
    const struct pk_lines *lines = pk_profile_lines(profile);

    for (uint32_t m = 0; m < pk_profile_metrics(profile); m++)
        print_text(pk_profile_metric(profile, m)->name);
    putchar('\n');
    for (uint32_t row = 0; lines && row < lines->n; row++)
        print_row(profile, lines, row);
}

int main(int argc, char **argv)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_reading reading = {.builder = builder};
    struct pk_error error = {0};
    struct pk_profile *profile = NULL;

    if (argc == 2)
        reading.input = pk_input_open(argv[1], &limits, &error);
    if (reading.input && pk_reader_run(&reading, NULL, &error))
        profile = pk_builder_freeze(builder, NULL, NULL, &error);
    if (profile)
        print_profile(profile);
    else
        pk_error_print(&error, stderr);
    pk_input_free(reading.input);
    pk_builder_free(builder);
    pk_profile_free(profile);
    return profile ? 0 : 1;
}
