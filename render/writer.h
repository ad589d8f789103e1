/*
 * What an output writer is, and how to add one: one render/out_<name>.c, one line in registry.c,
 * goldens. Layer: render; uses table, scene.
 */
#ifndef PK_RENDER_WRITER_H
#define PK_RENDER_WRITER_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"    /* IWYU pragma: export */
#include "render/flow.h"   /* IWYU pragma: export */
#include "render/net.h"    /* IWYU pragma: export */
#include "render/notice.h" /* IWYU pragma: export */
#include "render/report.h" /* IWYU pragma: export */
#include "render/scene.h"  /* IWYU pragma: export */
#include "render/table.h"  /* IWYU pragma: export */
#include "render/theme.h"  /* IWYU pragma: export */

struct pk_style {       /* how to print, decided once by the command */
    unsigned width;     /* cells in text (0: no limit), px in pictures */
    bool is_terminal;   /* of the stream written to */
    bool has_color;     /* of a terminal's theme */
    bool has_truecolor; /* with has_color: 24 bits of it, too */
    bool is_ascii;      /* bars, ellipsis and marks from ASCII only */
    bool is_raw;        /* base units */
    bool no_header;
    unsigned box_height; /* px of one frame in pictures */
    double scale;        /* pixels of a px in PNG; 0: the default */
    enum pk_palette palette;
    const char *count_name; /* what a unit is called in pictures, or NULL */
    uint32_t metric;        /* of the profile, where an output holds only one */
    const struct pk_tree
        *estimated; /* the climbed tree (metric 0), when stacks were asked for by --estimate */
    const char *const *inputs; /* names of the files read, ended by NULL: for headers and JSON */
};

enum pk_loss { /* what a form of a whole profile cannot hold, where the profile has it */
               PK_LOSES_STACKS = 1,     /* paths: only edges are left */
               PK_NEEDS_STACKS = 2,     /* nothing can be written without stacks */
               PK_LOSES_CALLS = 4,      /* call counts */
               PK_LOSES_UNCOUNTED = 8,  /* that calls were not counted */
               PK_LOSES_PRIMITIVE = 16, /* recursive calls apart from the others */
               PK_LOSES_EDGE_SELF = 32, /* self of a function by caller */
               PK_LOSES_METRICS = 64,   /* all but one metric */
               PK_LOSES_UNIT = 128,     /* what a value means */
               PK_LOSES_DECIMALS = 256, /* the decimal point */
               PK_LOSES_MODULES = 512,  /* modules of functions */
               PK_LOSES_LINES = 1024,   /* costs of source lines */
               PK_LOSES_SLICES = 2048,  /* values of each thread, process or label */
               PK_LOSES_TIMES = 4096,   /* when each sample was taken */
               PK_LOSES_EDGES = 8192,   /* who called what: only functions are left */
               PK_LOSES_DIGITS = 16384, /* exact values: numbers are rounded */
};

struct pk_writer {
    const char *name; /* "svg" */
    const char *summary;
    const char *extension;    /* ".svg" */
    bool is_binary;           /* not for a terminal */
    bool leaves_out_silently; /* has no place for the footer of a table: the command says it */
    unsigned needs;           /* `profile` reads these: flags of pk_profile_keep */
    unsigned loses;           /* of `profile`: flags of pk_loss; 0: it holds everything */
    /* Whether `profile` can hold a metric; NULL: any. */
    bool (*takes)(const struct pk_profile *, uint32_t metric);
    /* Each returns false and fills `error` when it cannot; NULL: this kind is not possible. They
     * write to the stream and leave its errors to the output. */
    bool (*table)(const struct pk_table *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*scene)(const struct pk_scene *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*flow)(const struct pk_flow *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*net)(const struct pk_net *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*profile)(const struct pk_profile *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*notices)(const struct pk_notices *, const struct pk_style *, FILE *, struct pk_error *);
    bool (*report)(const struct pk_report *, const struct pk_style *, FILE *, struct pk_error *);
};

extern const struct pk_writer *const pk_writer_list[]; /* ended by NULL */

/* By name ("svg", "folded", "collapsed"), or by the last known extension of a path, where one of a
 * packing (".gz") may follow; NULL when there is none. */
const struct pk_writer *pk_writer_find(const char *name);
const struct pk_writer *pk_writer_for_path(const char *path);

/* Why this build has no writer of that name or for that path where others have one; else NULL. */
const char *pk_writer_missing(const char *name);

#endif
