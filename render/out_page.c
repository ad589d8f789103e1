/*
 * The writers of PNG and PDF: lay the scene out as a page, check its size, load the module that
 * paints (page_module.h), hand it over.
 *
 * The module is looked for in two places and nowhere else, so that nothing in the environment can
 * name what is run: beside the program, where the build leaves it, then where `make install` puts
 * it. Trap: /proc/self/exe ends in " (deleted)" after the program was replaced; then only the
 * second place is left.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/oserror.h"
#include "render/out_dot.h"
#include "render/out_flow.h"
#include "render/page_module.h"
#include "render/writers.h"

/* cairo stops at 32,767; half of it is 1 GiB of pixels, which is as much as one picture may take.
 */
enum { MOST_PX = 16384, DEFAULT_SCALE = 2, PATH_ROOM = 4096 };

/* ---- the module */

/* The reason of the system loader begins with the path of the file. */
static void say_loader(const char *path, struct pk_error *error)
{
    const char *reason = dlerror();
    struct pk_buf visible = {0};

    pk_escape_terminal(&visible, pk_str_of(reason ? reason : path));
    pk_error_set(error, PK_OUTPUT, pk_place_none(), "cannot load the part that draws PNG and PDF");
    pk_error_hint(error, "%s", visible.data);
    pk_buf_fini(&visible);
}

struct pk_page_module *pk_page_module_load(const char *path, struct pk_error *error)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    struct pk_page_module *module = library ? dlsym(library, PK_PAGE_MODULE_SYMBOL) : NULL;

    if (!module) {
        say_loader(path, error);
        return NULL;
    }
    if (module->version != PK_PAGE_MODULE_VERSION || module->sizes != PK_PAGE_MODULE_SIZES) {
        char quoted[320];

        pk_error_set(error, PK_OUTPUT, pk_place_none(), "%s is of another version of profkit",
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(path)));
        return NULL;
    }
    return module;
}

/* The path of the module beside the program; false when there is none, or with the number of an
 * error in `failed` when nobody can tell. */
static bool beside_program(char path[PATH_ROOM], int *failed)
{
    ssize_t size = readlink("/proc/self/exe", path, PATH_ROOM - sizeof PK_PAGE_MODULE_FILE);

    *failed = size < 0 ? errno : 0;
    while (size > 0 && path[size - 1] != '/')
        size--;
    if (size <= 0)
        return false;
    memcpy(path + size, PK_PAGE_MODULE_FILE, sizeof PK_PAGE_MODULE_FILE);
    return access(path, R_OK) == 0;
}

/* Once loaded it stays: cairo and pango cannot be unloaded. */
static struct pk_page_module *find_module(struct pk_error *error)
{
    static const char installed[] = PK_MODULE_FOLDER "/" PK_PAGE_MODULE_FILE;
    char path[PATH_ROOM], reason[PK_OSERROR_ROOM];
    int failed;

    if (beside_program(path, &failed))
        return pk_page_module_load(path, error);
    if (failed && access(installed, R_OK) != 0) {
        pk_error_set(error, PK_OUTPUT, pk_place_none(),
                     "cannot look for the part that draws PNG and PDF: %s",
                     pk_oserror_text(reason, failed));
        return NULL;
    }
    return pk_page_module_load(installed, error);
}

/* ---- the page */

/* Before anything large is made. What is too wide was asked for; what is too high is in the data.
 */
static bool check_size(const struct pk_page_work *work, double scale, struct pk_error *error)
{
    const struct pk_page *page = pk_page_size(work);
    unsigned rows = pk_page_rows(work, (double)MOST_PX / scale);

    if (page->width * scale > (double)MOST_PX) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "the picture would be more than %d px wide",
                     MOST_PX);
        pk_error_hint(error, "a smaller --width%s", scale > 1 ? " or --scale" : "");
        return false;
    }
    if (page->height * scale <= (double)MOST_PX)
        return true;
    pk_error_set(error, PK_INPUT, pk_place_none(), "the picture would be more than %d px high",
                 MOST_PX);
    if (rows > 1)
        pk_error_hint(error, "--max-depth %u fits; a larger --minwidth%s may do, too", rows - 1,
                      scale > 1 ? " or a smaller --scale" : "");
    else
        pk_error_hint(error, "a smaller --height%s", scale > 1 ? " or --scale" : "");
    return false;
}

/* What the module said, as an error; true when all went well. */
static bool explain(enum pk_page_outcome outcome, const struct pk_page_module *module,
                    struct pk_error *error)
{
    switch (outcome) {
    case PK_PAGE_DONE:
        return true;
    case PK_PAGE_NO_MEMORY:
        return pk_error_set(error, PK_INTERNAL, pk_place_none(), "out of memory");
    case PK_PAGE_NO_FONT:
        pk_error_set(error, PK_OUTPUT, pk_place_none(), "there is no font to write labels with");
        pk_error_hint(error, "install one, such as the package fonts-dejavu-core");
        return false;
    default:
        return pk_error_set(error, PK_OUTPUT, pk_place_none(), "cannot draw: %s", module->failed);
    }
}

static bool write_page(const struct pk_scene *scene, const struct pk_style *style, bool is_pdf,
                       FILE *stream, struct pk_error *error)
{
    double scale = is_pdf ? 1 : style->scale > 0 ? style->scale : (double)DEFAULT_SCALE;
    struct pk_page_module *module = find_module(error);
    struct pk_arena arena = {0};
    struct pk_page_work *work;
    bool done = false;

    if (!module)
        return false;
    work = pk_page_begin(&arena, scene, style);
    if (check_size(work, scale, error)) {
        const struct pk_page *page = pk_page_end(work);

        done = explain(is_pdf ? module->pdf(page, stream) : module->png(page, scale, stream),
                       module, error);
    } else {
        pk_page_drop(work);
    }
    pk_arena_fini(&arena);
    return done;
}

/* Its size follows from how many nodes there are at most, so only what was asked for can be wrong.
 */
static bool write_flow(const struct pk_flow *flow, const struct pk_style *style, bool is_pdf,
                       FILE *stream, struct pk_error *error)
{
    double scale = is_pdf ? 1 : style->scale > 0 ? style->scale : (double)DEFAULT_SCALE;
    struct pk_page_module *module = find_module(error);
    struct pk_arena arena = {0};
    const struct pk_page *page;
    bool done = false;

    if (!module)
        return false;
    page = pk_flow_page(flow, style, &arena);
    if (page->width * scale > (double)MOST_PX || page->height * scale > (double)MOST_PX) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "the picture would be more than %d px wide or high", MOST_PX);
        pk_error_hint(error, "a smaller --width%s", scale > 1 ? " or --scale" : "");
    } else {
        done = explain(is_pdf ? module->pdf(page, stream) : module->png(page, scale, stream),
                       module, error);
    }
    pk_arena_fini(&arena);
    return done;
}

static bool write_flow_png(const struct pk_flow *flow, const struct pk_style *style, FILE *stream,
                           struct pk_error *error)
{
    return write_flow(flow, style, false, stream, error);
}

static bool write_flow_pdf(const struct pk_flow *flow, const struct pk_style *style, FILE *stream,
                           struct pk_error *error)
{
    return write_flow(flow, style, true, stream, error);
}

static bool write_png(const struct pk_scene *scene, const struct pk_style *style, FILE *stream,
                      struct pk_error *error)
{
    return write_page(scene, style, false, stream, error);
}

static bool write_pdf(const struct pk_scene *scene, const struct pk_style *style, FILE *stream,
                      struct pk_error *error)
{
    return write_page(scene, style, true, stream, error);
}

const struct pk_writer pk_writer_png = {
    .name = "png",
    .summary = "flame graph for documents and chats, in pixels",
    .extension = ".png",
    .is_binary = true,
    .scene = write_png,
    .net = pk_dot_png,
    .flow = write_flow_png,
};

const struct pk_writer pk_writer_pdf = {
    .name = "pdf",
    .summary = "flame graph for paper, with text to select and bookmarks",
    .extension = ".pdf",
    .is_binary = true,
    .scene = write_pdf,
    .flow = write_flow_pdf,
};
