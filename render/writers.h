/*
 * The writers, each defined in its out_<name>.c. A new output adds its line here and in registry.c.
 * Layer: render; uses writer.
 */
#ifndef PK_RENDER_WRITERS_H
#define PK_RENDER_WRITERS_H

#include "render/writer.h" /* IWYU pragma: export */

extern const struct pk_writer pk_writer_callgrind;
extern const struct pk_writer pk_writer_csv;
extern const struct pk_writer pk_writer_dot;
extern const struct pk_writer pk_writer_folded;
extern const struct pk_writer pk_writer_github; /* annotations: workflow commands */
extern const struct pk_writer pk_writer_html;   /* a page to explore */
extern const struct pk_writer pk_writer_json;
extern const struct pk_writer pk_writer_junit; /* JUnit XML, as Jenkins and GitLab read it */
extern const struct pk_writer pk_writer_md;
extern const struct pk_writer pk_writer_pdf;
extern const struct pk_writer pk_writer_pk;
extern const struct pk_writer pk_writer_png;
extern const struct pk_writer pk_writer_sarif; /* SARIF 2.1.0 */
extern const struct pk_writer pk_writer_svg;
extern const struct pk_writer pk_writer_term; /* scenes as pk_writer_text; not in the list */
extern const struct pk_writer pk_writer_text;
extern const struct pk_writer pk_writer_tsv;

#endif
