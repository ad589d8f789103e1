/*
 * Source files of `annotate`: see annotate_source.h. A file that is not there is no failure: its
 * numbers stand without text, and one line says what was looked for. A file that was changed after
 * the recording, or that is too short, may show the wrong lines, so that is said as well.
 */
#include "cmd/annotate_source.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "cmd/path_map.h"

#define MOST_FILES 1000u /* opened in one run */

bool pk_annotate_source_init(struct pk_annotate_source *source, const struct pk_args *args,
                             struct pk_loaded *loaded, struct pk_error *error)
{
    memset(source, 0, sizeof *source);
    source->args = args;
    source->loaded = loaded;
    return pk_path_sources(args, &source->options, &loaded->arena, error);
}

/* Names that are no files, as that of stdin, are told by what was opened. */
int64_t pk_annotate_recorded_at(const struct pk_loaded *loaded)
{
    int64_t oldest = INT64_MAX;

    for (size_t i = 0; i + 1 < loaded->names.size; i++) {
        struct stat status;
        bool is_input = false;

        if (stat(loaded->names.data[i], &status) != 0 || !S_ISREG(status.st_mode))
            continue;
        for (size_t k = 0; k < loaded->identities.size; k++)
            is_input |= loaded->identities.data[k].device == status.st_dev &&
                        loaded->identities.data[k].inode == status.st_ino;
        if (is_input && status.st_mtime < oldest)
            oldest = status.st_mtime;
    }
    return oldest;
}

/* "profkit: warning: src/a.c" and what is wrong with it. */
static void add_doubt(struct pk_annotate_source *source, struct pk_str file, const char *what)
{
    struct pk_buf escaped = {0};

    pk_escape_terminal(&escaped, file);
    pk_buf_printf(&source->doubts, "profkit: warning: %s %s", escaped.data, what);
    pk_buf_fini(&escaped);
}

static void doubt_missing(struct pk_annotate_source *source, struct pk_str file)
{
    struct pk_buf escaped = {0};

    if (source->missing++ || file.size == 0 || pk_str_equal(file, PK_STR("???")))
        return;
    add_doubt(source, file, "is shown without its text: ");
    pk_buf_text(&source->doubts, source->file.below.why);
    if (source->file.below.is_absent) {
        pk_escape_terminal(&escaped, source->file.path);
        pk_buf_printf(&source->doubts, " %s below ", escaped.data);
        pk_buf_reset(&escaped);
        pk_escape_terminal(&escaped, pk_str_of(source->options.root ? source->options.root
                                                                    : "the current folder"));
        pk_buf_text(&source->doubts, escaped.data);
        pk_buf_fini(&escaped);
    }
    pk_buf_text(&source->doubts,
                "\n  hint: --source-root DIR says where sources are, --path-map OLD=NEW where "
                "they moved\n");
}

/* Whether the text may be that of another version. */
static void doubt_version(struct pk_annotate_source *source, struct pk_str file)
{
    const struct pk_annotation *annotation = source->annotation;
    uint32_t last = 0;

    for (uint32_t i = 0; i < annotation->n; i++)
        if (pk_str_equal(annotation->lines[i].file, file) && annotation->lines[i].line > last)
            last = annotation->lines[i].line;
    if (last > source->file.n_lines) {
        add_doubt(source, file, "has ");
        pk_buf_printf(&source->doubts, "%u lines, but line %u has costs: this is another version\n",
                      source->file.n_lines, last);
    } else if (source->file.below.modified > source->recorded) {
        add_doubt(source, file, "was changed after the recording: lines may be wrong\n");
    }
}

const struct pk_sourcefile *pk_annotate_source_open(void *context, struct pk_str file)
{
    struct pk_annotate_source *source = context;

    pk_sourcefile_fini(&source->file);
    memset(&source->file, 0, sizeof source->file);
    if (!file.size || source->opened >= MOST_FILES) {
        source->missing += file.size > 0;
        return &source->file;
    }
    source->opened++;
    pk_sourcefile_open(&source->file, &source->options, file, &source->loaded->arena);
    if (source->file.is_found && source->opened - source->missing == 1)
        source->recorded = pk_annotate_recorded_at(source->loaded);
    if (source->file.is_found)
        doubt_version(source, file);
    else
        doubt_missing(source, file);
    return &source->file;
}

void pk_annotate_source_fini(struct pk_annotate_source *source, struct pk_target *target)
{
    if (!pk_is_quiet(source->args)) {
        pk_buf_str(&target->doubts, pk_buf_view(&source->doubts));
        if (source->missing > 1)
            pk_buf_printf(&target->doubts, "profkit: warning: %u more %s shown without text\n",
                          source->missing - 1, source->missing == 2 ? "file is" : "files are");
    }
    pk_buf_fini(&source->doubts);
    pk_sourcefile_fini(&source->file);
}
