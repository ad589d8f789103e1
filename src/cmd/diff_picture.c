/*
 * The picture of `profkit diff`: the call trees of both sides laid over each other. Where a side
 * holds calls and no stacks its tree is climbed as `flame` does, and marked as there; what is said
 * of a function as a whole comes from the rows of the comparison, which are exact.
 */
#include "cmd/diff_picture.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "analyze/diff_tree.h"
#include "analyze/quality.h"
#include "analyze/verdict.h"
#include "base/code.h"
#include "base/escape.h"
#include "cmd/diff_measure.h"
#include "cmd/picture.h"
#include "cmd/stacks.h"
#include "render/json_parts.h"
#include "render/view_diff.h"
#include "render/view_diff_flame.h"
#include "render/writers.h"

static const struct pk_opt own_options[] = {PK_DIFF_PICTURE_OPTIONS};

struct drawing {
    const struct pk_args *args;
    const struct pk_diff *diff;
    const char *const *names;
    double factor; /* overdispersion of samples */
    struct pk_arena *arena;
    struct pk_target *target;
    struct pk_attributed *attributed[2]; /* where the tree of a side is climbed */
    struct pk_diff_tree tree;
    struct pk_diff_flame_options options;
};

/* Options of pictures mean nothing for a table, which is a mistake that is told. */
bool pk_diff_is_picture(const struct pk_args *args, const struct pk_target *target,
                        struct pk_error *error)
{
    if (target->writer->scene && !target->writer->table)
        return true;
    for (size_t i = 0; i < sizeof own_options / sizeof *own_options; i++)
        if (pk_opts_has(&args->opts, own_options[i].name)) {
            pk_error_set(error, PK_USAGE, pk_place_none(), "--%s is for a picture",
                         own_options[i].name);
            pk_error_hint(error, "-o out.svg, or --to term");
            return false;
        }
    return false;
}

/* --- what can be drawn --- */

/* Pictures show areas: neither differences nor nothing at all has one. */
static bool check_side(const struct pk_side *side, struct pk_error *error)
{
    struct pk_loaded loaded = {.profile = (struct pk_profile *)(uintptr_t)side->profile};
    char quoted[320];

    if (!pk_stacks_check(&loaded, error))
        return false;
    if (!pk_profile_metric(side->profile, side->metric)->is_signed)
        return true;
    pk_error_quote(quoted, sizeof quoted, pk_profile_metric(side->profile, side->metric)->name);
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "the metric %s holds differences, which have no area", quoted);
    pk_error_hint(error, "without -o they are shown as a table" PK_CODE("E045"));
    return false;
}

/* The tree of one side, climbed where it was not recorded. */
static struct pk_diff_stacks stacks_of(struct drawing *d, unsigned s)
{
    const struct pk_side *side = &d->diff->side[s];
    const struct pk_tree *tree = pk_profile_tree(side->profile);

    if (tree)
        return (struct pk_diff_stacks){tree, side->metric,
                                       pk_profile_total(side->profile, side->metric)};
    d->attributed[s] = pk_attribute_new(side->profile, side->metric);
    pk_stacks_say(d->args, d->attributed[s]);
    return (struct pk_diff_stacks){&d->attributed[s]->tree, 0, d->attributed[s]->total};
}

/* --- verdicts --- */

/* What verdict.c does for self, for totals: those of callers change with what they call. NaN: too
 * few samples. */
static double test_total(const struct drawing *d, uint32_t f, const struct pk_quality quality[2])
{
    const double worth[2] = {(double)d->diff->normal_total.side[0],
                             (double)d->diff->normal_total.side[1]};
    struct pk_share share[2];

    for (unsigned s = 0; s < 2; s++) {
        int64_t whole = d->tree.whole[s][f];
        double value = whole > 0 ? (double)whole : 0; /* or missing */

        share[s].whole = (double)quality[s].samples;
        share[s].part = fmin(value / worth[s], 1) * share[s].whole;
    }
    return pk_verdict_has_few(share) ? (double)NAN
                                     : pk_noise_worth_p(share[0], share[1], worth, d->factor);
}

/* [function] q of its total: functions that do not differ were tested, too. */
static double *test_totals(const struct drawing *d)
{
    double *q = PK_NEW_ARRAY(d->arena, double, d->tree.n_functions);
    struct pk_quality quality[2];

    for (unsigned s = 0; s < 2; s++)
        quality[s] = pk_quality_of(d->diff->side[s].profile, d->diff->side[s].metric);
    for (uint32_t f = 0; f < d->tree.n_functions; f++)
        q[f] = test_total(d, f, quality);
    pk_noise_discoveries(q, d->tree.n_functions);
    return q;
}

/* "itself slower", and of the total what its samples say. */
static struct pk_box_verdict verdict_on_total(const struct drawing *d, const char *itself,
                                              const double *q)
{
    struct pk_buf words = {0};
    bool is_noise = q && !(*q < PK_NOISE_LEVEL); /* NaN is noise */
    struct pk_box_verdict verdict = {.is_noise = is_noise};

    pk_buf_printf(&words, "itself %s%s", itself,
                  !is_noise   ? ""
                  : isnan(*q) ? ", total of too few samples"
                              : ", total within noise");
    verdict.words = pk_arena_str(d->arena, pk_buf_view(&words)).data;
    pk_buf_fini(&words);
    return verdict;
}

static bool is_doubtful(enum pk_verdict verdict)
{
    return verdict == PK_VERDICT_WITHIN_NOISE || verdict == PK_VERDICT_TOO_FEW ||
           verdict == PK_VERDICT_TOO_FEW_RUNS;
}

/* One for each function; what does not differ anywhere needs none. */
static const struct pk_box_verdict *verdicts(const struct drawing *d)
{
    struct pk_box_verdict *verdict =
        PK_NEW_ARRAY(d->arena, struct pk_box_verdict, d->tree.n_functions);
    bool has_samples = pk_verdicts_method(d->diff) == PK_METHOD_SHARES;
    const double *q = has_samples && !d->options.is_self ? test_totals(d) : NULL;

    for (uint32_t f = 0; f < d->tree.n_functions; f++) {
        const struct pk_diff_row *row = d->tree.row[f];
        const char *itself = row ? pk_verdict_name(row->judged.verdict) : NULL;

        if (!row)
            continue;
        if (d->options.is_self)
            verdict[f] = (struct pk_box_verdict){itself, is_doubtful(row->judged.verdict)};
        else
            verdict[f] = verdict_on_total(d, itself, q ? &q[f] : NULL);
    }
    return verdict;
}

/* --- titles --- */

/* What the colours can prove. */
static const char *noise_words(const struct drawing *d)
{
    switch (pk_verdicts_method(d->diff)) {
    case PK_METHOD_EXACT:
        return " · exact counts";
    case PK_METHOD_SHARES:
        return " · 1 run each side: grey at 5 %, noise between runs unknown";
    case PK_METHOD_RUNS:
        return " · several runs each side: grey with --delta self only";
    default:
        return " · 1 run each side: noise unknown";
    }
}

static void add_side(const struct drawing *d, unsigned s, struct pk_buf *out)
{
    const struct pk_metric *metric = &d->diff->measure.metric;

    pk_units_value(out, metric->unit, metric->scale, d->tree.total[s]);
}

/* "samples: 50 → 37, -13 (x0.74) · width: after · colour: total"; a page has more than one width.
 */
static void add_subtitle(const struct drawing *d, bool is_page, struct pk_buf *out)
{
    const int64_t *total = d->tree.total;

    pk_diff_measure_words(d->diff, d->diff->side[0].profile == d->diff->side[1].profile, out);
    pk_buf_text(out, ": ");
    add_side(d, PK_BEFORE, out);
    pk_buf_text(out, " → ");
    add_side(d, PK_AFTER, out);
    pk_buf_text(out, ", ");
    pk_view_diff_delta(out, &d->diff->measure.metric, total[PK_AFTER] - total[PK_BEFORE]);
    pk_buf_text(out, " (");
    pk_units_ratio(out, total[PK_AFTER], total[PK_BEFORE]);
    pk_buf_char(out, ')');
    if (!is_page)
        pk_buf_printf(out, " · width: %s · colour: %s",
                      pk_opts_text(&d->args->opts, "shape", "after"),
                      d->options.is_self ? "self" : "total");
    pk_buf_text(out, noise_words(d));
    for (unsigned s = 0; s < 2; s++) {
        if (!d->attributed[s])
            continue;
        pk_buf_printf(out, " · tree %s estimated from call edges, place proven for ",
                      s ? "after" : "before");
        pk_units_percent(out, d->attributed[s]->proven, d->attributed[s]->total);
        pk_buf_text(out, " %");
    }
}

/* With its folder where both files have one name. */
static const char *title_name(const struct drawing *d, unsigned s)
{
    const char *name = pk_picture_base_name(d->names[s]);
    const char *other = pk_picture_base_name(d->names[1 - s]);

    if (strcmp(name, other) != 0 || name == d->names[s])
        return name;
    for (name--; name > d->names[s] && name[-1] != '/';)
        name--;
    return name;
}

/* "before.prof → after.prof"; a file with two counts has one name. */
static void add_title(const struct drawing *d, struct pk_buf *out)
{
    if (d->diff->side[0].profile == d->diff->side[1].profile) {
        pk_buf_text(out, pk_picture_base_name(d->names[PK_BEFORE]));
        return;
    }
    pk_buf_text(out, title_name(d, PK_BEFORE));
    pk_buf_text(out, " → ");
    pk_buf_text(out, title_name(d, PK_AFTER));
}

/* Titles of the user win. */
static void set_titles(const struct drawing *d, struct pk_scene *scene)
{
    const struct pk_opts *opts = &d->args->opts;
    struct pk_buf title = {0}, subtitle = {0};

    add_title(d, &title);
    add_subtitle(d, false, &subtitle);
    scene->title = pk_arena_str(d->arena, pk_opts_has(opts, "title")
                                              ? pk_str_of(pk_opts_text(opts, "title", ""))
                                              : pk_buf_view(&title));
    scene->subtitle = pk_arena_str(d->arena, pk_opts_has(opts, "subtitle")
                                                 ? pk_str_of(pk_opts_text(opts, "subtitle", ""))
                                                 : pk_buf_view(&subtitle));
    scene->notes = pk_str_of(pk_opts_text(opts, "notes", NULL));
    pk_buf_fini(&title);
    pk_buf_fini(&subtitle);
}

/* --- all of it --- */

/* The names are those of the option, in the order of the enum. */
static enum pk_shape shape_of(const struct pk_args *args)
{
    static const char *const names[] = {"after", "before", "max", "delta"};
    const char *shape = pk_opts_text(&args->opts, "shape", "after");
    unsigned i = 0;

    while (i < PK_SHAPE_DELTA && strcmp(names[i], shape) != 0)
        i++;
    return (enum pk_shape)i;
}

/* The end of the scale in units, from a percentage of the larger total; 0: to be chosen. */
static int64_t full_scale(const struct drawing *d)
{
    const int64_t *total = d->tree.total;
    int64_t percent = pk_opts_number(&d->args->opts, "diff-scale", 0); /* times 1e6 */
    double larger = (double)(total[0] > total[1] ? total[0] : total[1]);
    double full = larger * ((double)percent / 1e8);

    if (!pk_opts_has(&d->args->opts, "diff-scale"))
        return 0;
    return full < 1 ? 1 : full < 9e18 ? (int64_t)full : INT64_MAX;
}

/* Nothing with a width is no picture. */
static bool draw(struct drawing *d, struct pk_error *error)
{
    struct pk_scene *scene;

    d->options.full = full_scale(d);
    d->options.verdict = verdicts(d);
    scene = pk_view_diff_flame(d->arena, d->diff, &d->tree, &d->options, error);
    if (!scene)
        return false;
    if (scene->span <= 0) {
        pk_error_set(error, PK_INPUT, pk_place_none(),
                     "nothing to draw: nothing has a width in the shape %s",
                     pk_opts_text(&d->args->opts, "shape", "after"));
        pk_error_hint(error, "--shape max draws both sides");
        return false;
    }
    set_titles(d, scene);
    pk_picture_say(d->args, d->target, scene, d->options.flame.max_depth);
    return d->target->writer->scene(scene, &d->target->style, pk_output_stream(d->target->output),
                                    error);
}

/* What was measured, and what is to be doubted, as lines. */
static struct pk_str page_header(const struct drawing *d, const struct pk_table *table)
{
    struct pk_buf raw = {0}, lines = {0};
    struct pk_str kept, rest = table->warnings;

    add_subtitle(d, true, &raw);
    pk_escape_terminal(&lines, pk_buf_view(&raw));
    pk_buf_char(&lines, '\n');
    while (rest.size) {
        pk_buf_text(&lines, "warning: ");
        pk_escape_terminal(&lines, pk_str_take_line(&rest));
        pk_buf_char(&lines, '\n');
    }
    kept = pk_arena_str(d->arena, pk_buf_view(&lines));
    pk_buf_fini(&raw);
    pk_buf_fini(&lines);
    return kept;
}

/* The page draws both shapes itself; for those without a script it is the one of both. */
static bool write_page(struct drawing *d, const struct pk_table *table, struct pk_error *error)
{
    const struct pk_side *after = &d->diff->side[PK_AFTER];
    bool *is_noise = PK_NEW_ARRAY(d->arena, bool, d->tree.n_functions + 1);
    struct pk_buf title = {0}, json = {0};
    struct pk_report_diff page = {
        .tree = &d->tree, .metric = d->diff->measure.metric, .is_noise = is_noise};
    struct pk_report report = {.header = page_header(d, table),
                               .profile = after->profile,
                               .metric = after->metric,
                               .table = table,
                               .diff = &page,
                               .n_documents = 1};
    struct pk_report_document document = {.name = "diff"};
    struct pk_scene *scene;
    bool done;

    d->options = (struct pk_diff_flame_options){
        .flame = {.is_inverted = true, .max_depth = 60, .min_width = 1, .width = 1200},
        .shape = PK_SHAPE_MAX};
    d->options.verdict = verdicts(d);
    for (uint32_t f = 0; f < d->tree.n_functions; f++)
        is_noise[f] = d->options.verdict[f].is_noise;
    for (unsigned s = 0; s < 2; s++)
        page.is_estimated[s] = d->attributed[s] != NULL;
    scene = pk_view_diff_flame(d->arena, d->diff, &d->tree, &d->options, error);
    if (!scene)
        return false;
    memcpy(page.step, scene->change->step, sizeof page.step);
    report.picture = scene;
    if (pk_opts_has(&d->args->opts, "title"))
        pk_buf_text(&title, pk_opts_text(&d->args->opts, "title", ""));
    else
        add_title(d, &title);
    report.title = pk_arena_str(d->arena, pk_buf_view(&title));
    pk_json_parts_table(table, d->target->style.inputs, &json);
    document.json = pk_buf_view(&json);
    report.documents = &document;
    done = d->target->writer->report(&report, &d->target->style,
                                     pk_output_stream(d->target->output), error);
    pk_buf_fini(&title);
    pk_buf_fini(&json);
    return done;
}

/* How it will look, which says what is needed for it. */
static void set_options(struct drawing *d)
{
    d->options.shape = shape_of(d->args);
    d->options.is_self = strcmp(pk_opts_text(&d->args->opts, "delta", "total"), "self") == 0;
    pk_picture_style(d->args, d->target);
    d->options.flame = pk_picture_layout(d->args, d->target);
}

/* Both trees laid over each other, and then drawn or, with a table, written as a page, which needs
 * all of them. */
static bool lay(struct drawing *d, const struct pk_table *table, struct pk_error *error)
{
    struct pk_diff_stacks stacks[2];
    struct pk_diff_cutting cutting;
    bool done = true;

    if (!table) {
        set_options(d);
        cutting = pk_view_diff_flame_needs(&d->options);
    }
    for (unsigned s = 0; done && s < 2; s++) {
        done = check_side(&d->diff->side[s], error);
        if (done)
            stacks[s] = stacks_of(d, s);
    }
    done = done &&
           pk_diff_tree_find(d->diff, stacks, table ? NULL : &cutting, d->arena, &d->tree, error) &&
           (table ? write_page(d, table, error) : draw(d, error));
    for (unsigned s = 0; s < 2; s++)
        pk_attribute_free(d->attributed[s]);
    return done;
}

/* Options of pictures are looked at before anything is computed; they do not concern a page. */
bool pk_diff_picture(const struct pk_args *args, const struct pk_diff *diff,
                     const char *const names[2], struct pk_arena *arena,
                     const struct pk_table *table, struct pk_target *target, struct pk_error *error)
{
    struct drawing d = {.args = args,
                        .diff = diff,
                        .names = names,
                        .factor = pk_diff_overdispersion(args),
                        .arena = arena,
                        .target = target};

    return (table || pk_picture_check(args, target, error)) && lay(&d, table, error);
}
