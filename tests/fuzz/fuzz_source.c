/*
 * A profile names a source file, and the file holds any bytes: see fuzz_parts.h. In a folder of the
 * process's own there is the root that a user would name, with a.c, sub/b.c and links that lead out
 * of it to a file which nothing may show. Whatever the path, what is read is one of the two; a path
 * whose last name is a.c finds it; its lines are those that memchr tells; and annotated it goes
 * through every output of tables, each with the rules of its format. Its bytes are read as a
 * program as well, of each language.
 *
 * Traps: a '$' at the front stands for the root, or no input would name its absolute path. The
 * folder is left behind when a check fails, as a crash would leave it.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/sourcefile.h"
#include "analyze/sourcetext.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"
#include "model/builder.h"
#include "render/view_annotate.h"

#define OUTSIDE "what nobody may see of this machine"
#define INSIDE "int inner;\n"
#define MOST_LINES 40u /* that have costs */

static char folder[] = "/tmp/fuzz_source.XXXXXX";
static char root[sizeof folder + 5];

static void expect(bool is_true, const char *what)
{
    if (!is_true)
        fuzz_laws_fail(what, NULL);
}

static const char *in(const char *name)
{
    static char path[sizeof folder + 20];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, struct pk_str bytes)
{
    int fd = open(in(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    expect(fd >= 0 && write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size && close(fd) == 0,
           "no file to read");
}

static void tear_down(void)
{
    static const char *const names[] = {"root/a.c", "root/sub/b.c", "root/link.c", "root/out",
                                        "secret/a.h"};
    static const char *const folders[] = {"root/sub", "root", "secret", "."};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in(names[i]));
    for (size_t i = 0; i + 1 < sizeof folders / sizeof *folders; i++)
        rmdir(in(folders[i]));
    rmdir(folder);
}

static void set_up(void)
{
    if (root[0])
        return;
    expect(mkdtemp(folder) != NULL, "no folder to read in");
    snprintf(root, sizeof root, "%s/root", folder);
    expect(mkdir(root, 0700) == 0 && mkdir(in("root/sub"), 0700) == 0 &&
               mkdir(in("secret"), 0700) == 0,
           "no folder to read in");
    put("secret/a.h", PK_STR(OUTSIDE));
    put("root/sub/b.c", PK_STR(INSIDE));
    expect(symlink("../secret/a.h", in("root/link.c")) == 0 &&
               symlink("../secret", in("root/out")) == 0,
           "no link");
    atexit(tear_down);
}

/* True for a path that has to find a.c from one of its folders on: at the end of it stands that
 * name, nothing in it leads up or ends a string, and it is not deeper than is tried. */
static bool must_find(struct pk_str path)
{
    size_t slashes = 0;

    for (size_t i = 0; i < path.size; i++) {
        slashes += path.data[i] == '/';
        if (!path.data[i] || (path.data[i] == '.' && i + 1 < path.size && path.data[i + 1] == '.'))
            return false;
    }
    return slashes < 60 && (pk_str_equal(path, PK_STR("a.c")) || pk_str_ends(path, PK_STR("/a.c")));
}

/* What was read is what is inside, and a refusal says why in words of our own. */
static void check_content(const struct pk_sourcefile *file, struct pk_str path,
                          struct pk_str content)
{
    struct pk_str bytes = pk_buf_view(&file->below.bytes);

    if (file->is_found) {
        expect(pk_str_equal(bytes, content) || pk_str_equal(bytes, PK_STR(INSIDE)),
               "a source file was read that lies outside");
        return;
    }
    expect(!must_find(path), "a source file was not found");
    expect(file->below.why[0] >= ' ' && fuzz_is_utf8(pk_str_of(file->below.why)),
           "a source file was refused without a reason");
    expect(file->n_lines == 0, "lines of a file that was not read");
}

/* The lines are those between line ends, a last one without its end too. */
static void check_lines(const struct pk_sourcefile *file)
{
    struct pk_str left = pk_buf_view(&file->below.bytes);
    uint32_t n = 0;
    bool is_cut;

    while (left.size) {
        const char *end = memchr(left.data, '\n', left.size);
        size_t size = end ? (size_t)(end - left.data) : left.size, next = size + (end != NULL);
        struct pk_str line = pk_sourcefile_line(file, ++n, &is_cut);

        size -= size > 0 && left.data[size - 1] == '\r';
        expect(line.data && line.size <= PK_SOURCEFILE_LINE, "a line that is missing or too long");
        expect(is_cut == (size > PK_SOURCEFILE_LINE), "a cut line that is not, or not said");
        expect(is_cut ? line.size + 4 > PK_SOURCEFILE_LINE : line.size == size, "a short line");
        expect(!line.size || memcmp(line.data, left.data, line.size) == 0, "another line");
        expect(!fuzz_is_utf8(pk_str_slice(left, 0, size)) || fuzz_is_utf8(line),
               "a line cut within a character");
        left = pk_str_slice(left, next, left.size);
    }
    expect(n == file->n_lines, "a file with other lines");
    expect(!pk_sourcefile_line(file, 0, &is_cut).data && !is_cut, "a line 0");
    expect(!pk_sourcefile_line(file, n + 1, &is_cut).data && !is_cut, "a line behind the last");
}

/* Read as a program of either language: calls stand on lines of the file. */
static void check_calls(struct pk_str bytes, struct pk_arena *arena)
{
    static const char *const names[] = {"a.c", "a.py"};
    uint32_t n_lines = 1, n;

    for (size_t i = 0; i < bytes.size; i++)
        n_lines += bytes.data[i] == '\n';
    for (size_t k = 0; k < 4; k++) {
        struct pk_sourcetext text;
        struct pk_sourcecall *calls;

        expect(pk_sourcetext_init(&text, bytes, pk_str_of(names[k % 2])), "a language unknown");
        calls = pk_sourcetext_calls(&text, k < 2 ? PK_STR("f") : PK_STR("<module>"),
                                    k < 2 ? (uint32_t)(bytes.size % 3) : 0, PK_STR("g"), arena, &n);
        expect(calls || n == 0, "calls of a function that is not there");
        for (uint32_t i = 0; i < n; i++) {
            expect(calls[i].line > 0 && calls[i].line <= n_lines, "a call on no line");
            expect(calls[i].loop_line <= calls[i].line, "a loop that begins behind its call");
            expect(!calls[i].makes_text || !calls[i].is_plain, "plain arguments that make text");
        }
        pk_sourcetext_fini(&text);
    }
}

static const struct pk_sourcefile *give(void *context, struct pk_str path)
{
    (void)path;
    return context;
}

/* A function of this file, whose lines cost more the later they are, as a table in all outputs. */
static void show(const struct pk_sourcefile *file, struct pk_str path, size_t which,
                 struct pk_arena *arena)
{
    const struct pk_limits limits = pk_limits_default();
    const struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS};
    const struct pk_frame frame = {.name = PK_STR("f"), .file = path, .line = 1};
    const struct pk_view_annotate_options options = {.context = (uint32_t)(which % 4),
                                                     .min_percent = 1000000,
                                                     .is_all = which % 3 == 0,
                                                     .for_people = which % 2 == 0,
                                                     .source = give,
                                                     .source_context = (void *)file};
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_error error = {0};
    struct pk_profile *profile;
    struct pk_annotation found;
    pk_frame_id id;

    pk_builder_metric(builder, &time);
    id = pk_builder_frame(builder, &frame);
    for (uint32_t line = 1; line <= file->n_lines + 2 && line <= MOST_LINES; line++)
        pk_builder_stack(builder, &id, &line, 1, &(int64_t){line});
    profile = pk_builder_freeze(builder, NULL, NULL, &error);
    if (!profile)
        fuzz_laws_fail("a profile with lines is refused", &error);
    found = pk_annotate(profile, 0, (struct pk_annotate_scope){.frame = 0}, arena);
    fuzz_outputs_table(pk_view_annotate(arena, profile, 0, &found, &options), which);
    pk_profile_free(profile);
    pk_builder_free(builder);
}

void fuzz_source(struct pk_str bytes)
{
    const char *end = bytes.size ? memchr(bytes.data, '\n', bytes.size) : NULL;
    size_t size = end ? (size_t)(end - bytes.data) : bytes.size;
    struct pk_str content = pk_str_slice(bytes, size + (end != NULL), bytes.size);
    struct pk_sourcefile_options options = {.root = root};
    struct pk_sourcefile file;
    struct pk_arena arena;
    struct pk_buf path = {0};

    set_up();
    put("root/a.c", content);
    if (size && bytes.data[0] == '$')
        pk_buf_text(&path, root);
    pk_buf_str(&path, pk_str_slice(bytes, size && bytes.data[0] == '$', size));
    pk_arena_init(&arena);
    pk_sourcefile_open(&file, &options, pk_buf_view(&path), &arena);
    check_content(&file, pk_buf_view(&path), content);
    if (file.is_found)
        check_lines(&file);
    check_calls(content, &arena);
    show(&file, pk_buf_view(&path), bytes.size, &arena);
    pk_sourcefile_fini(&file);
    pk_arena_fini(&arena);
    pk_buf_fini(&path);
}
