/*
 * Names as stackcollapse-perf.pl writes them, for `convert --to folded`: its clean-up loses what
 * the model keeps (arguments, dsos, offsets), so it is done only when that text is asked for.
 * Layer: formats; uses base, perf_frame.
 */
#ifndef PK_FORMATS_PERF_FOLD_H
#define PK_FORMATS_PERF_FOLD_H

#include "formats/perf_frame.h" /* IWYU pragma: export */
#include "formats/reader.h"     /* IWYU pragma: export */

/* Take the outermost part off `chain` (which starts as the symbol), as the script splits any name
 * at
 * "->"; false at its end. */
bool pk_perf_fold_part(struct pk_str *chain, struct pk_str *part);

/* Append the name of one part of a frame and give its kind: what the options mark, else a plain
 * function. `address` is written for unknown frames when asked for; `is_first` tells the physical
 * frame from those inlined in it. */
enum pk_frame_kind pk_perf_fold_name(const struct pk_perf_frame *frame, struct pk_str part,
                                     struct pk_str address, bool is_first, bool is_java,
                                     const struct pk_perf_folding *folding, struct pk_buf *out);

/* Append the root: the command, and its ids as asked for. */
void pk_perf_fold_root(struct pk_str comm, struct pk_str pid, struct pk_str tid,
                       const struct pk_perf_folding *folding, struct pk_buf *out);

#endif
