/*
 * The files of the shared corpus, for tests that want every one of them. PROFKIT_SHARED names the
 * folder (default: ../shared beside the source); without it such a test is skipped, but fails where
 * CI=true. Include it behind cmocka.h.
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h" /* IWYU pragma: export */
#include "tests/skip.h"

static inline const char *corpus_source(void)
{
    const char *srcdir = getenv("srcdir");

    return srcdir && *srcdir ? srcdir : ".";
}

static inline const char *corpus_shared(void)
{
    static char beside[4096];
    const char *named = getenv("PROFKIT_SHARED");

    snprintf(beside, sizeof beside, "%s/../shared", corpus_source());
    return named && *named ? named : beside;
}

static inline bool corpus_is_missing(void)
{
    char path[4200];

    snprintf(path, sizeof path, "%s/corpus", corpus_shared());
    return access(path, R_OK) != 0;
}

/* Say that it is missing; the exit status of the test. */
static inline int corpus_missing_status(void)
{
    char reason[4200];

    snprintf(reason, sizeof reason, "no corpus in %s: set PROFKIT_SHARED", corpus_shared());
    return is_left_out_failure(reason) ? 1 : 77;
}

static inline bool corpus_path_ends(const char *path, const char *end)
{
    return pk_str_ends(pk_str_of(path), pk_str_of(end));
}

/* Which files of a folder are meant: their name says so, or they are the input of a case. */
static inline bool corpus_is_profile(const char *path)
{
    static const char *const ends[] = {".pstats", ".collapsed", ".folded", ".folded.gz",
                                       ".folded.zst"};
    bool is_case = strstr(path, "/collapsed/") || strstr(path, "/pstats/");

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (corpus_path_ends(path, ends[i]))
            return true;
    return is_case && (strstr(path, "/input") || corpus_path_ends(path, ".prof"));
}

static inline int corpus_order(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Call `use` with the path of each file below `parent`/`name` that is meant, in order of names. */
static inline void corpus_each_of(const char *parent, const char *name,
                                  bool (*is_meant)(const char *path), void (*use)(const char *path))
{
    char path[4096];
    char *roots[] = {path, NULL};
    FTS *tree;

    snprintf(path, sizeof path, "%s/%s", parent, name);
    tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, corpus_order);
    assert_non_null(tree);
    for (FTSENT *entry; (entry = fts_read(tree));)
        if (entry->fts_info == FTS_F && is_meant(entry->fts_path))
            use(entry->fts_path);
    fts_close(tree);
}

/* Each profile. */
static inline void corpus_each(const char *parent, const char *name, void (*use)(const char *path))
{
    corpus_each_of(parent, name, corpus_is_profile, use);
}

#endif
