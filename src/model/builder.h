/*
 * The only way to make a profile. A reader names metrics and frames, then adds either whole stacks,
 * or self values and edges. What was added when, and in which builder before a merge, cannot show
 * in the frozen profile. A builder belongs to one thread. Failures (a limit, an overflow) are
 * sticky and come out of pk_builder_failed and pk_builder_freeze. Layer: model; uses base.
 */
#ifndef PK_MODEL_BUILDER_H
#define PK_MODEL_BUILDER_H

#include "base/limits.h" /* IWYU pragma: export */

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h" /* IWYU pragma: export */

struct pk_builder;

struct pk_calls {
    int64_t total, primitive; /* PK_MISSING: the file does not say */
};

#define PK_CALLS_MISSING ((struct pk_calls){PK_MISSING, PK_MISSING})

/* A new empty builder; the limits are copied. Free with pk_builder_free. */
struct pk_builder *pk_builder_new(const struct pk_limits *limits);

/* Lower the default limit of frames, for a reader that takes more memory for each. */
void pk_builder_limit_frames(struct pk_builder *builder, uint64_t fewer);
void pk_builder_free(struct pk_builder *builder);

/* The id of a metric, told apart by name and unit; a second mention with another scale rescales
 * what is there to the finer one. Ids are 0, 1, ... in order of first mention. */
uint32_t pk_builder_metric(struct pk_builder *builder, const struct pk_metric *metric);

/* Say the place of a metric in the files that name it, when that is not its id: merged files hold
 * metrics that all came first. It orders metrics at freeze. */
void pk_builder_rank(struct pk_builder *builder, uint32_t metric, uint32_t rank);

/* Make the scale of a metric finer (values already added are multiplied). Callers add later values
 * at the scale that pk_builder_scale tells. */
void pk_builder_rescale(struct pk_builder *builder, uint32_t metric, int scale);
int pk_builder_scale(const struct pk_builder *builder, uint32_t metric);

/* Whose values follow; all of it is copied. Without a call everything belongs to the empty slice.
 */
void pk_builder_slice(struct pk_builder *builder, const struct pk_slice *slice);

/* A slice as an earlier freeze recorded it: its rung and `metrics` (bit m: it says metric m) are
 * settled, also where no value of a metric is left. The caller keeps slices different in name, rung
 * or metrics, and adds no value of another metric. Returns what pk_builder_resume takes. */
uint32_t pk_builder_closed_slice(struct pk_builder *builder, const struct pk_slice *slice,
                                 enum pk_rung rung, const uint64_t metrics[4]);

/* The values that follow belong to this closed slice. */
void pk_builder_resume(struct pk_builder *builder, uint32_t closed);

/* The id of a frame, equal for equal (name, file, module, line, kind); everything is copied. A
 * frame has a name: one that is missing becomes empty. */
pk_frame_id pk_builder_frame(struct pk_builder *builder, const struct pk_frame *frame);

struct pk_frame_key { /* texts by id; equal frames are equal bytes */
    uint32_t name, file, module, line, kind;
};

/* The same in two steps, for readers who know that they have met a text before: the id of a text,
 * which is copied (0: the missing one, 1: the empty one), and a frame of texts that have ids. */
uint32_t pk_builder_text(struct pk_builder *builder, struct pk_str text);
pk_frame_id pk_builder_frame_of(struct pk_builder *builder, const struct pk_frame_key *key);

/* The text of an id, and what a frame was made of; they stand as long as the builder does. */
struct pk_str pk_builder_text_of(const struct pk_builder *builder, uint32_t text);
const struct pk_frame_key *pk_builder_frame_key(const struct pk_builder *builder,
                                                pk_frame_id frame);

/* The frame of these texts, if there is one already; else PK_NONE. */
pk_frame_id pk_builder_find_frame(const struct pk_builder *builder, const struct pk_frame_key *key);

/* Such a text or frame will be asked for: memory may begin to fetch where it would be found. Of a
 * callee first the note of its last edge and of its row, then the row. */
void pk_builder_expect_text(const struct pk_builder *builder, struct pk_str text);
void pk_builder_expect_frame_of(const struct pk_builder *builder, const struct pk_frame_key *key);
void pk_builder_expect_callee(const struct pk_builder *builder, pk_frame_id frame);
void pk_builder_expect_self(const struct pk_builder *builder, pk_frame_id frame);

/* What the self values and edges that follow are: PK_GRAPH (the default) or PK_FLAT, for files that
 * know no callers at all. Stacks are always PK_TREE. A slice recorded at two rungs is kept as two
 * slices. */
void pk_builder_recorded_at(struct pk_builder *builder, enum pk_rung rung);

/* Add what one function has: `self` and `incl` hold a value per metric known so far (PK_MISSING
 * where not said); NULL means no metric says. Repeated calls for one frame add up, a missing value
 * being no news. */
void pk_builder_self(struct pk_builder *builder, pk_frame_id frame, const int64_t *self,
                     const int64_t *incl, struct pk_calls calls);

/* Add what an edge has: calls of `callee` from `caller`, the callee's inclusive and self within
 * them. */
void pk_builder_edge(struct pk_builder *builder, pk_frame_id caller, pk_frame_id callee,
                     const int64_t *incl, const int64_t *self, struct pk_calls calls);

/* The edges to one callee come together, as in pstats, not those from one caller: said before the
 * first edge, it makes finding them faster. */
void pk_builder_edges_by_callee(struct pk_builder *builder);

/* Edges will not be wanted: a reader may leave out those that would change nothing about functions,
 * if it knows of each function of theirs what edges would tell. */
void pk_builder_leave_edges(struct pk_builder *builder);
bool pk_builder_leaves_edges(const struct pk_builder *builder);

/* Add what one source line of a function costs: its self values, or with a `callee` (else PK_NONE)
 * the inclusive of the calls made there. `file` is where the line is, which may not be the file of
 * the function (inlined code). This is a side table: functions and edges are added beside it. */
void pk_builder_line(struct pk_builder *builder, pk_frame_id frame, struct pk_str file,
                     uint32_t line, pk_frame_id callee, const int64_t *values,
                     struct pk_calls calls);

/* Lines will not be wanted: that there are some is noted, what they cost is only checked. */
void pk_builder_leave_lines(struct pk_builder *builder);
bool pk_builder_leaves_lines(const struct pk_builder *builder);

/* Many lines of self at once, none of which costs less than nothing: `sums` is what they add up to,
 * by metric. False, with nothing done, where lines are kept or a sum does not fit: then each has to
 * be added by itself. */
bool pk_builder_left_lines(struct pk_builder *builder, const int64_t *sums, bool has_number);

/* For formats whose edges count nested calls again (callgrind): called once, when all of a file is
 * in a builder of its own. In every slice a function on no cycle, and any function that `is_once`
 * names by frame id (below `n_once`), gets its inclusive as self + what its edges say; then edges
 * and lines inside cycles lose theirs, since it is not once per stack. A function whose calls only
 * some slices count has 0 in the others. No inclusive stays above the total of its slice; returns
 * how many functions (of a slice) had one that no rounding explains. With `is_once_per_stack` edges
 * inside cycles that cost anything are once per stack already and keep it: what our own writer
 * wrote of stacks or pstats. */
uint64_t pk_builder_settle_cycles(struct pk_builder *builder, const bool *is_once, uint32_t n_once,
                                  bool is_once_per_stack);

/* Add values to a stack, root first. `lines` holds the executing line of each frame (0: not known),
 * or is NULL. An empty stack keeps its weight in a frame "(empty stack)" of kind PK_KIND_SPECIAL.
 */
void pk_builder_stack(struct pk_builder *builder, const pk_frame_id *root_first,
                      const uint32_t *lines, size_t n, const int64_t *values);

/* Keep the times of samples from now on; without this they are only known to be there. */
void pk_builder_keep_times(struct pk_builder *builder);
bool pk_builder_keeps_times(const struct pk_builder *builder);

/* The stack added next was sampled at `time` (ns from any zero; negative or PK_MISSING: not known),
 * and what it adds to `metric` happened then. A count of the same samples has no times of its own.
 */
void pk_builder_moment(struct pk_builder *builder, uint32_t metric, int64_t time);

/* For files that hold moments beside stacks: a part of what the stack that ends in `node` has in
 * the current slice. False: it has nothing there. When all is read, pk_builder_moments_fit tells
 * whether no stack has more in its moments than it has itself. */
bool pk_builder_node_moment(struct pk_builder *builder, pk_node_id node, uint32_t metric,
                            int64_t time, int64_t value);
bool pk_builder_moments_fit(const struct pk_builder *builder);

/* How many moments there are; forget those from `from` on, which turned out to be no times. */
size_t pk_builder_moments(const struct pk_builder *builder);
void pk_builder_forget_moments(struct pk_builder *builder, size_t from);

/* For files that hold a tree: the node of `frame` below `parent` (PK_NONE: a root), made when new.
 * An id is above its parent's. Executing line as above. */
pk_node_id pk_builder_node(struct pk_builder *builder, pk_node_id parent, pk_frame_id frame,
                           uint32_t line);

/* The same of a node that is known to be new, as in a file that holds each once: found by nobody
 * until a node is looked for. Ids follow each other. */
pk_node_id pk_builder_new_node(struct pk_builder *builder, pk_node_id parent, pk_frame_id frame,
                               uint32_t line);

/* Add values to the stack that ends in this node. */
void pk_builder_node_self(struct pk_builder *builder, pk_node_id node, const int64_t *values);

/* Every value that stacks have in `metric` so far is a sum of samples of `weight` each: add their
 * numbers to the metric `counts`. */
void pk_builder_counts(struct pk_builder *builder, uint32_t metric, int64_t weight,
                       uint32_t counts);

/* State a fact about the origin; the same pair again is no news. */
void pk_builder_fact(struct pk_builder *builder, const char *key, struct pk_str value);

/* Add to a counter ("samples", "lines"); the key is copied. */
void pk_builder_tally(struct pk_builder *builder, const char *key, int64_t n);

/* Keep what is read of stacks, and what will be made of it, within about this many bytes (0: as
 * much as it takes). For builders that hold only stacks without times. */
void pk_builder_budget(struct pk_builder *builder, uint64_t bytes);
uint64_t pk_builder_budget_of(const struct pk_builder *builder);

/* Fold light stacks where the budget is passed: beyond the frames that weigh enough they end in
 * PK_FOLDED, which holds their weight; no total changes. Heavy ones stay as they are. True: ids of
 * frames are others now, and none from before may be used. Cheap when there is nothing to do. */
bool pk_builder_spare(struct pk_builder *builder);

/* Say how long a file was recorded, in ns from its first sample to its last; those of several files
 * add up. What does not fit is not known. */
void pk_builder_span(struct pk_builder *builder, int64_t ns);

/* The counted losses of what was read; readers add to it, positions refer to the one file being
 * read. */
struct pk_notes *pk_builder_notes(struct pk_builder *builder);

/* Add everything of `from` to `into`: commutative and associative as far as a frozen profile can
 * show. Where both know a function or an edge but only one says a value (calls, an edge's time),
 * the sum is missing. */
void pk_builder_merge(struct pk_builder *into, const struct pk_builder *from);

/* A new empty builder for a part of the file that `whole` is of: limits and what is kept are the
 * same. */
struct pk_builder *pk_builder_part(const struct pk_builder *whole);

/* Add a part, which holds only stacks, as if they had been added to `whole` itself: its slices are
 * those of `whole`, whatever metrics either has said so far. Its notes and tallies are added, notes
 * by the place that comes first. */
void pk_builder_join(struct pk_builder *whole, const struct pk_builder *part);

/* The unit of a metric was told wrong: another part of the file settles it. */
void pk_builder_restate(struct pk_builder *builder, uint32_t metric, enum pk_unit unit);

/* True once something failed; `error` (may be NULL) gets it, without a file and place. */
bool pk_builder_failed(const struct pk_builder *builder, struct pk_error *error);

/* True when the slice should be part of the profile. */
typedef bool pk_builder_choice(const struct pk_slice *slice, void *context);

/* Freeze into an immutable, validated profile: canonical order, lower rungs derived. The builder
 * stays as it was. `choice` NULL takes all slices. NULL fills `error`: a failed builder, nothing in
 * it, or a law broken (then PK_INTERNAL). */
struct pk_profile *pk_builder_freeze(const struct pk_builder *builder, pk_builder_choice *choice,
                                     void *context, struct pk_error *error);

/* Which metric will be shown, asked as soon as `names` has its frames and metrics, but no values.
 */
typedef uint32_t pk_metric_choice(const struct pk_profile *names, void *context);

struct pk_keeping {          /* what is wanted of a profile: the rest takes no memory */
    unsigned parts;          /* flags of pk_profile_keep */
    pk_metric_choice *shown; /* without PK_KEEP_METRICS: the tables hold values of this metric, and
                                maybe of others. NULL: of none, when only the record is read */
    void *context;
};

/* The same of all slices, but the builder is emptied on the way and can only be freed afterwards:
 * large inputs take half the memory. */
struct pk_profile *pk_builder_freeze_take(struct pk_builder *builder, struct pk_keeping keeping,
                                          struct pk_error *error);

#endif
