/*
 * The list of writers, and finding one by name or by the extension of an output.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "base/pack.h"
#include "render/writers.h"

const struct pk_writer *const pk_writer_list[] = {
    &pk_writer_text,
    &pk_writer_json,
    &pk_writer_csv,
    &pk_writer_tsv,
    &pk_writer_md,
    &pk_writer_sarif,
    &pk_writer_junit,
    &pk_writer_github,
    &pk_writer_folded,
    &pk_writer_pk,
    &pk_writer_callgrind,
    &pk_writer_dot,
    &pk_writer_svg,
    &pk_writer_html,
#ifdef HAVE_CAIRO
    &pk_writer_png,
    &pk_writer_pdf,
#endif
    NULL,
};

/* `collapsed` is what other tools call it, `markdown` what people do. `term` is the
 * picture of `text`, for commands whose text is a table. */
const struct pk_writer *pk_writer_find(const char *name)
{
    if (strcmp(name, "collapsed") == 0)
        return &pk_writer_folded;
    if (strcmp(name, "markdown") == 0)
        return &pk_writer_md;
    if (strcmp(name, "term") == 0)
        return &pk_writer_term;
    for (size_t i = 0; pk_writer_list[i]; i++)
        if (strcmp(pk_writer_list[i]->name, name) == 0)
            return pk_writer_list[i];
    return NULL;
}

/* What packs the output is the output's to know. Extensions of two parts would have to stand before
 * their last part in the list. */
const struct pk_writer *pk_writer_for_path(const char *path)
{
    struct pk_str name = pk_str_of(path);

    pk_pack_for_path(&name);
    for (size_t i = 0; pk_writer_list[i]; i++)
        if (pk_str_ends(name, pk_str_of(pk_writer_list[i]->extension)))
            return pk_writer_list[i];
    return pk_str_ends(name, PK_STR(".collapsed")) ? &pk_writer_folded : NULL;
}

const char *pk_writer_missing(const char *name)
{
#ifdef HAVE_CAIRO
    (void)name;
#else
    struct pk_str all = pk_str_of(name);

    pk_pack_for_path(&all);
    if (strcmp(name, "png") == 0 || strcmp(name, "pdf") == 0 || pk_str_ends(all, PK_STR(".png")) ||
        pk_str_ends(all, PK_STR(".pdf")))
        return "this build has no PNG and PDF";
#endif
    return NULL;
}
