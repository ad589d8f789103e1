/*
 * profkit FILE: the page to begin with: what was read, ten hot spots, the hottest path, the
 * heaviest findings, what to do next.
 */
#include "analyze/paths.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/utf8.h"
#include "cmd/suppress.h"
#include "render/json_parts.h"
#include "render/label.h"
#include "render/view_findings.h"
#include "render/view_rows.h"
#include "render/writers.h"

#define TOP 10
#define WIDEST_PATH 60 /* cells of the hottest path where the output has no width */
#define ARROW_CELLS 3

static const struct pk_opt options[] = {
    {"top", 'n', PK_OPT_COUNT, "N", NULL, "show N functions; 0 shows all (default 10)", false},
    {"sort", 0, PK_OPT_KEYS, "KEYS", "self,total,calls,per-call,name",
     "order by KEY,KEY...; -KEY turns it round (default self)", false},
    {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL,
     "leave out functions whose total is less (default 0)", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

struct summary {
    const struct pk_loaded *loaded;
    struct pk_table *table;
    struct pk_attributed *attributed; /* when the tree is estimated */
    const struct pk_tree *tree;
    uint32_t tree_metric;
    struct pk_path path;
    struct pk_found found;
    struct pk_arena *arena; /* of what was loaded */
};

/* The display name, safe for a terminal. */
static void add_frame(struct pk_buf *out, const struct pk_profile *profile, pk_frame_id frame)
{
    struct pk_buf raw = {0};

    pk_label_name(&raw, pk_profile_frame(profile, frame));
    pk_escape_terminal(out, pk_buf_view(&raw));
    pk_buf_fini(&raw);
}

/* A frame of the path; returns its cells. */
static size_t add_step(struct pk_buf *out, const struct summary *s, uint32_t step)
{
    size_t before = out->size;

    add_frame(out, s->loaded->profile, s->tree->frame[s->path.node[step]]);
    return pk_utf8_width(pk_str_slice(pk_buf_view(out), before, out->size));
}

/* The first of the last steps that fit into `room` beside the root and a mark for what is missing;
 * `width` gets their cells. At least the last step. */
static uint32_t fitting_steps(const struct summary *s, size_t room, size_t lead, size_t *width)
{
    uint32_t first = s->path.n - 1;
    struct pk_buf name = {0};

    *width = add_step(&name, s, first);
    while (first > 0) {
        size_t more = add_step(&name, s, first - 1) + ARROW_CELLS;

        if (*width + more + (first > 1 ? lead : 0) > room)
            break;
        *width += more;
        first--;
    }
    pk_buf_fini(&name);
    return first;
}

/* "main › load › execute"; a long path keeps its root, where that leaves room for it, and as
 * many of its last frames as fit. */
static void add_path(struct pk_buf *out, const struct summary *s, const struct pk_style *style,
                     size_t room)
{
    const char *arrow = style->is_ascii ? " > " : " › ", *gap = style->is_ascii ? "..." : "…";
    size_t lead = pk_utf8_width(pk_str_of(gap)) + ARROW_CELLS, root, width;
    struct pk_buf name = {0};
    uint32_t first;
    bool has_root;

    width = add_step(&name, s, s->path.n - 1);
    pk_buf_reset(&name);
    root = add_step(&name, s, 0) + ARROW_CELLS;
    has_root = root + lead + width <= room;
    first = fitting_steps(s, room, has_root ? root + lead : lead, &width);
    if (first > 0 && has_root)
        pk_buf_printf(out, "%s%s", name.data, arrow);
    if (first > 1 || (first > 0 && !has_root))
        pk_buf_printf(out, "%s%s", gap, arrow);
    for (uint32_t i = first; i < s->path.n; i++) {
        if (i > first)
            pk_buf_text(out, arrow);
        add_step(out, s, i);
    }
    pk_buf_fini(&name);
}

/* "Hottest path  ≈ 39.4 %: main › load"; differences have none. */
static void add_hottest(struct pk_buf *out, const struct summary *s, const struct pk_style *style)
{
    const struct pk_profile *profile = s->loaded->profile;
    int64_t whole =
        s->attributed ? s->attributed->total : pk_profile_total(profile, s->loaded->metric);
    size_t from = out->size, used;

    if (s->path.n == 0 || pk_profile_metric(profile, s->loaded->metric)->is_signed)
        return;
    pk_buf_printf(out, "%-13s ", "Hottest path");
    if (s->attributed)
        pk_buf_text(out, style->is_ascii ? "~ " : "≈ ");
    pk_units_percent(out, s->path.value < whole ? s->path.value : whole, whole);
    pk_buf_text(out, " %: ");
    used = pk_utf8_width(pk_str_slice(pk_buf_view(out), from, out->size));
    add_path(out, s, style,
             style->width == 0      ? WIDEST_PATH
             : style->width <= used ? 0
                                    : style->width - used);
    pk_buf_char(out, '\n');
}

/* Of all of them, also of those that are not named below: the number is about the program and not
 * about this page. */
static int64_t most(const struct summary *s)
{
    return pk_findings_most(s->loaded->profile, s->loaded->metric, &s->found.findings,
                            s->found.findings.n, s->arena);
}

/* "Findings      2, up to 842.1 ms (57.4 %)", and below it those that cost most. */
static void add_findings(struct pk_buf *out, const struct summary *s)
{
    const struct pk_metric *metric = pk_profile_metric(s->loaded->profile, s->loaded->metric);
    int64_t total = pk_profile_total(s->loaded->profile, s->loaded->metric), high = most(s);
    const struct pk_finding *best[PK_FOUND_BEST];
    uint32_t n = pk_found_best(&s->found, best);

    if (n == 0)
        return;
    pk_buf_printf(out, "%-13s %u, up to ", "Findings", s->found.findings.n);
    pk_units_value(out, metric->unit, metric->scale, high);
    pk_buf_text(out, " (");
    pk_units_percent(out, high, total);
    pk_buf_text(out, " %)\n");
    for (uint32_t i = 0; i < n; i++) {
        pk_buf_printf(out, "%-13s %.*s ", "", (int)best[i]->detector->id.size,
                      best[i]->detector->id.data);
        pk_units_percent(out, best[i]->cost, total);
        pk_buf_printf(out, " %% (%s) in ", pk_view_findings_grade(best[i]->grade));
        add_frame(out, s->loaded->profile, best[i]->at);
        pk_buf_char(out, '\n');
    }
}

/* Commands that can be pasted: with the file as it was given. */
static void add_next(struct pk_buf *out, const struct summary *s)
{
    const char *lead = "Next";
    struct pk_buf file = {0};

    pk_escape_terminal(&file, pk_str_of(s->loaded->names.data[0]));
    /* The list ends with NULL, so more than two are several files: no one name fits. */
    if (s->loaded->names.size > 2 || pk_str_equal(pk_buf_view(&file), PK_STR("stdin"))) {
        pk_buf_reset(&file);
        pk_buf_text(&file, "FILE");
    }
    if (s->found.findings.n) {
        pk_buf_printf(out, "%-13s what to change            profkit findings %s\n", lead,
                      file.data);
        lead = "";
    }
    pk_buf_printf(out, "%-13s explore it in a browser   profkit report %s\n", lead, file.data);
    pk_buf_printf(out, "%-13s all functions by total    profkit hotspots --top 0 --sort total %s\n",
                  "", file.data);
    pk_buf_fini(&file);
}

/* Header, table, hottest path, what next; each part ends with its own line end. */
static bool write_text(const struct summary *s, const struct pk_style *style, FILE *to,
                       struct pk_error *error)
{
    struct pk_buf out = {0};
    bool done;

    pk_header(s->loaded, style, &out);
    pk_buf_char(&out, '\n');
    pk_buf_write(&out, to);
    pk_buf_reset(&out);
    done = pk_writer_text.table(s->table, style, to, error);
    pk_buf_char(&out, '\n');
    add_hottest(&out, s, style);
    add_findings(&out, s);
    add_next(&out, s);
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return done;
}

/* How many there are, what they save at most, and those that cost most. */
static void add_findings_json(struct pk_json *json, const struct summary *s)
{
    const struct pk_finding *best[PK_FOUND_BEST];
    uint32_t n = pk_found_best(&s->found, best);

    pk_json_key(json, "findings");
    pk_json_object(json);
    pk_json_key(json, "rows");
    pk_json_value(json, s->found.findings.n);
    pk_json_key(json, "saving_high");
    pk_json_value(json, most(s));
    pk_json_key(json, "suppressed");
    pk_json_value(json, s->found.suppressed.n);
    pk_json_key(json, "best");
    pk_json_array(json);
    for (uint32_t i = 0; i < n; i++) {
        pk_json_object(json);
        pk_json_key(json, "id");
        pk_json_str(json, best[i]->detector->id);
        pk_json_key(json, "fingerprint");
        pk_json_str(json, best[i]->fingerprint);
        pk_json_key(json, "grade");
        pk_json_text(json, pk_view_findings_grade(best[i]->grade));
        pk_json_key(json, "cost");
        pk_json_value(json, best[i]->cost);
        pk_json_object_end(json);
    }
    pk_json_array_end(json);
    pk_json_object_end(json);
}

/* The rows of the table and the path, with all names raw and displayed. */
static bool write_json(const struct summary *s, const struct pk_style *style, FILE *to)
{
    struct pk_buf out = {0};
    struct pk_json json;

    pk_json_init(&json, &out);
    pk_json_object(&json);
    pk_json_parts_head(&json, "profkit.summary/1", style->inputs);
    pk_json_parts_metric(&json, s->loaded->profile, s->loaded->metric);
    pk_json_parts_shown(&json, s->loaded->profile);
    pk_json_parts_quality(&json, s->loaded->profile, s->loaded->metric);
    pk_json_key(&json, "hottest_path");
    pk_json_object(&json);
    pk_json_key(&json, "origin");
    pk_json_text(&json, pk_json_parts_origin(s->attributed ? PK_ESTIMATED : PK_RECORDED));
    pk_json_key(&json, "total");
    pk_json_value(&json, s->path.n ? s->path.value : PK_MISSING);
    pk_json_key(&json, "frames");
    pk_json_array(&json);
    for (uint32_t i = 0; i < s->path.n; i++) {
        pk_json_object(&json);
        pk_json_parts_frame(&json,
                            pk_profile_frame(s->loaded->profile, s->tree->frame[s->path.node[i]]));
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    pk_json_object_end(&json);
    add_findings_json(&json, s);
    pk_json_key(&json, "rows");
    pk_json_array(&json);
    for (uint32_t r = 0; r < s->table->n_rows; r++) {
        const struct pk_cell *cell = pk_table_cell(s->table, r, s->table->n_columns - 1);
        const struct pk_flat *flat = pk_profile_flat(s->loaded->profile);
        uint32_t m = s->loaded->metric;

        pk_json_object(&json);
        pk_json_parts_frame(&json, pk_profile_frame(s->loaded->profile, cell->frame));
        pk_json_key(&json, "self");
        pk_json_value(&json, flat->self[m] ? flat->self[m][cell->frame] : PK_MISSING);
        pk_json_key(&json, "total");
        pk_json_value(&json, flat->incl[m] ? flat->incl[m][cell->frame] : PK_MISSING);
        pk_json_key(&json, "calls");
        pk_json_value(&json, flat->calls ? flat->calls[cell->frame] : PK_MISSING);
        pk_json_object_end(&json);
    }
    pk_json_array_end(&json);
    pk_json_parts_left_out(&json, s->table);
    pk_json_object_end(&json);
    pk_buf_char(&out, '\n');
    pk_buf_write(&out, to);
    pk_buf_fini(&out);
    return true;
}

/* The tree is climbed only to name the hottest path, which is then marked as an estimate. */
static void summarise(const struct pk_args *args, struct summary *s, struct pk_loaded *loaded)
{
    struct pk_order orders[PK_OPT_MOST_KEYS];
    unsigned n = pk_orders(args, orders);
    struct pk_hotspots hotspots =
        pk_hotspots_find(loaded->profile, loaded->metric, PK_HOTSPOTS_SELF, &loaded->arena);

    s->loaded = loaded;
    s->arena = &loaded->arena;
    pk_hotspots_leave_out(&hotspots, loaded->profile, loaded->metric, pk_min_percent(args, 0));
    pk_hotspots_sort(&hotspots, loaded->profile, loaded->metric, orders, n);
    s->table = pk_view_rows_hotspots(&loaded->arena, loaded->profile, loaded->metric, &hotspots,
                                     pk_top(args, TOP));
    s->tree = pk_profile_tree(loaded->profile);
    s->tree_metric = loaded->metric;
    if (!s->tree) {
        s->attributed = pk_attribute_new(loaded->profile, loaded->metric);
        s->tree = &s->attributed->tree;
        s->tree_metric = 0;
    }
    s->path = pk_paths_hottest(s->tree, s->tree_metric, &loaded->arena);
    pk_found_init(&s->found, loaded, 1);
    pk_suppress_findings(args, loaded, &s->found);
}

/* The climbed tree, where there is one, does not belong to what was loaded: it is freed here. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    struct pk_target target;
    struct summary s = {0};

    if (pk_load(args, &loaded, error) &&
        pk_target_open(args, &loaded, &pk_writer_text, PK_TARGET_TABLE, &target, error)) {
        FILE *to = pk_output_stream(target.output);
        bool done;

        summarise(args, &s, &loaded);
        if (target.writer == &pk_writer_json)
            done = write_json(&s, &target.style, to);
        else if (target.writer == &pk_writer_text)
            done = write_text(&s, &target.style, to, error);
        else /* the others have only the table */
            done = pk_target_table(args, &target, s.table, error);
        error->status = (enum pk_status)pk_target_close(args, &target, done, error);
        pk_found_fini(&s.found);
        pk_attribute_free(s.attributed);
    }
    pk_loaded_fini(args, &loaded);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_summary = {
    .name = "summary",
    .summary = "where the time goes and what to do next; `profkit FILE` is the same",
    .usage = "[OPTION...] [FILE...]",
    .group = "Ask",
    .opts = options,
    .reads = true,
    .writes = true,
    .run = run,
    .example = "profkit out.prof",
};
