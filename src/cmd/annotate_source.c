/*
 * Source files of `annotate` and `report`: see annotate_source.h. A file that is not there is no
 * failure: its numbers stand without text, and one line says what was looked for. A file that was
 * changed after the recording, or that is too short, may show the wrong lines, so that is said as
 * well.
 *
 * A report asks for the same files again and again, so they are held, up to a bound; then all of
 * them go.
 */
#include "cmd/annotate_source.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "cmd/path_map.h"

#define MOST_FILES 1000u             /* opened in one run */
#define MOST_HELD ((size_t)64 << 20) /* bytes of open files, but for the last of them */

bool pk_annotate_source_init(struct pk_annotate_source *source, const struct pk_args *args,
                             struct pk_loaded *loaded, bool is_page, struct pk_error *error)
{
    memset(source, 0, sizeof *source);
    source->args = args;
    source->loaded = loaded;
    source->is_page = is_page;
    pk_intern_init(&source->paths);
    pk_arena_init(&source->arena);
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

/* --- doubts --- */

/* "src/a.c" and what is wrong with it. */
static void add_doubt(struct pk_annotate_source *source, struct pk_str file, const char *what)
{
    pk_escape_terminal(&source->doubts, file);
    pk_buf_char(&source->doubts, ' ');
    pk_buf_text(&source->doubts, what);
}

/* Only of the first it is said where it was looked for; the others are counted. */
static void doubt_missing(struct pk_annotate_source *source, struct pk_str path,
                          const struct pk_sourcefile *file)
{
    if (source->missing++)
        return;
    add_doubt(source, path, source->is_page ? "has no text here: " : "is shown without its text: ");
    pk_buf_text(&source->doubts, file->below.why);
    if (file->below.is_absent) {
        pk_buf_char(&source->doubts, ' ');
        pk_escape_terminal(&source->doubts, file->path);
        pk_buf_text(&source->doubts, " below ");
        pk_escape_terminal(&source->doubts, pk_str_of(source->options.root ? source->options.root
                                                                           : "the current folder"));
    }
    pk_buf_char(&source->doubts, '\n');
    source->hint = source->doubts.size;
}

/* Whether the text may be that of another version. */
static void doubt_version(struct pk_annotate_source *source, struct pk_str path,
                          struct pk_annotate_file *of)
{
    const struct pk_annotation *annotation = source->annotation;
    uint32_t last = 0;

    if (of->is_doubted)
        return;
    for (uint32_t i = 0; i < annotation->n; i++)
        if (pk_str_equal(annotation->lines[i].file, path) && annotation->lines[i].line > last)
            last = annotation->lines[i].line;
    if (last > of->file.n_lines) {
        add_doubt(source, path, "has ");
        pk_buf_printf(&source->doubts, "%u lines, but line %u has costs: this is another version\n",
                      of->file.n_lines, last);
        of->is_doubted = true;
    } else if (of->file.below.modified > source->recorded) {
        add_doubt(source, path, "was changed after the recording: lines may be wrong\n");
        of->is_doubted = true;
    }
}

void pk_annotate_source_doubts(const struct pk_annotate_source *source, struct pk_buf *out)
{
    uint32_t more = source->missing ? source->missing - 1 : 0;

    pk_buf_str(out, pk_buf_view(&source->doubts));
    if (more && source->is_page)
        pk_buf_printf(out, "%u more %s no text here\n", more,
                      more == 1 ? "file has" : "files have");
    else if (more)
        pk_buf_printf(out, "%u more %s shown without text\n", more,
                      more == 1 ? "file is" : "files are");
}

/* --- files --- */

/* Room for the next one. What was borrowed of them is not needed any more. */
static void close_all(struct pk_annotate_source *source)
{
    for (size_t i = 0; i < source->files.size; i++) {
        pk_sourcefile_fini(&source->files.data[i].file);
        memset(&source->files.data[i].file, 0, sizeof source->files.data[i].file);
        source->files.data[i].is_open = false;
    }
    pk_arena_fini(&source->arena);
    source->held = 0;
}

static void open_file(struct pk_annotate_source *source, struct pk_str path,
                      struct pk_annotate_file *of)
{
    if (source->held > MOST_HELD)
        close_all(source);
    source->opened++;
    pk_sourcefile_open(&of->file, &source->options, path, &source->arena);
    if (!of->file.is_found) {
        doubt_missing(source, path, &of->file);
        of->is_missing = true;
        return;
    }
    if (source->opened - source->missing == 1)
        source->recorded = pk_annotate_recorded_at(source->loaded);
    of->is_open = true;
    source->held += of->file.below.bytes.size + of->file.n_lines * sizeof *of->file.starts;
}

/* "???" is what callgrind writes where it knows of no file. */
const struct pk_sourcefile *pk_annotate_source_open(void *context, struct pk_str path)
{
    static const struct pk_sourcefile none;
    struct pk_annotate_source *source = context;
    struct pk_annotate_file *of;
    uint32_t id;

    if (!path.size || pk_str_equal(path, PK_STR("???")))
        return &none;
    id = pk_intern_id(&source->paths, path);
    while (source->files.size <= id)
        pk_array_push(&source->files, ((struct pk_annotate_file){.is_open = false}));
    of = &source->files.data[id];
    if (!of->is_open && !of->is_missing && source->opened >= MOST_FILES) {
        source->missing++;
        of->is_missing = true;
    }
    if (!of->is_open && !of->is_missing)
        open_file(source, path, of);
    if (of->is_open)
        doubt_version(source, path, of);
    return &of->file;
}

/* Each line with what stands in front of it, and the hint behind the one that it is for. */
static void say(const struct pk_annotate_source *source, struct pk_target *target)
{
    struct pk_buf lines = {0};
    struct pk_str rest;

    pk_annotate_source_doubts(source, &lines);
    rest = pk_buf_view(&lines);
    while (rest.size) {
        pk_buf_text(&target->doubts, "profkit: warning: ");
        pk_buf_str(&target->doubts, pk_str_take_line(&rest));
        pk_buf_char(&target->doubts, '\n');
        if (source->hint && rest.size + source->hint == lines.size)
            pk_buf_text(&target->doubts, "  hint: --source-root DIR says where sources are, "
                                         "--path-map OLD=NEW where they moved\n");
    }
    pk_buf_fini(&lines);
}

void pk_annotate_source_fini(struct pk_annotate_source *source, struct pk_target *target)
{
    if (target && !pk_is_quiet(source->args))
        say(source, target);
    close_all(source);
    pk_array_fini(&source->files);
    pk_intern_fini(&source->paths);
    pk_buf_fini(&source->doubts);
}
