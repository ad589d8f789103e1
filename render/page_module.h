/*
 * The door between the program and the module that draws PNG and PDF, render/out_cairo.c and its
 * neighbours. They are built apart, since linking cairo and pango costs every start 5 ms: the
 * module is loaded when it is asked for. It calls nothing of the program; what it needs is in the
 * page. Layer: render; uses page.
 */
#ifndef PK_RENDER_PAGE_MODULE_H
#define PK_RENDER_PAGE_MODULE_H

#include <stdio.h>

#include "render/page.h" /* IWYU pragma: export */

#define PK_PAGE_MODULE_FILE "profkit-cairo.so"
#define PK_PAGE_MODULE_SYMBOL "pk_page_module"

enum { PK_PAGE_MODULE_VERSION = 3 }; /* to be raised when anything here or in page.h changes */

enum pk_page_outcome { PK_PAGE_DONE, PK_PAGE_NO_MEMORY, PK_PAGE_NO_FONT, PK_PAGE_FAILED };

struct pk_page_module {
    unsigned version;   /* PK_PAGE_MODULE_VERSION */
    size_t sizes;       /* PK_PAGE_MODULE_SIZES */
    const char *failed; /* after PK_PAGE_FAILED: what the library said */
    /* Paint the page to the stream. Errors of the stream are left to the output. */
    enum pk_page_outcome (*png)(const struct pk_page *page, double scale, FILE *stream);
    enum pk_page_outcome (*pdf)(const struct pk_page *page, FILE *stream);
};

/* Differs when the two were compiled with different headers. */
#define PK_PAGE_MODULE_SIZES                                                     \
    (sizeof(struct pk_page) + (sizeof(struct pk_page_box) << 10) +               \
     (sizeof(struct pk_page_text) << 20) + (sizeof(struct pk_page_mark) << 30) + \
     (sizeof(struct pk_page_ribbon) << 40))

/* Load the module at `path`, absolute; it stays loaded. NULL fills `error`. */
struct pk_page_module *pk_page_module_load(const char *path, struct pk_error *error);

#endif
