/*
 * Services as rows: see view_services.h. A service, then in this order and each with the largest
 * first: entry points that reach it, calls into it, and what its time goes into. Marks and words
 * tell them apart for people, the column "role" for machines, which also have the other end of an
 * edge as "other". What is no function has words in its place, and null in JSON. All shares are of
 * the same whole, the run or the function that was named, so that they can be compared down the
 * column. Times of services overlap (a cache that asks over the network is both), so they are never
 * added up.
 */
#include "render/view_services.h"

#include <stdint.h>

#include "analyze/threshold.h"
#include "model/attribute.h"
#include "render/grouping.h"
#include "render/label.h"

enum {
    SERVICE,
    ROLE,
    TOTAL,
    SHARE,
    TOTAL_LOW,
    TOTAL_HIGH,
    CALLS,
    CALLS_LOW,
    CALLS_HIGH,
    OTHER,
    FUNCTION,
    COLUMNS
};

#define MACHINE(the_key, the_kind) \
    {.key = (the_key), .title = "", .kind = (the_kind), .is_machine_only = true}

static const struct pk_column layout[COLUMNS] = {
    [SERVICE] = MACHINE("service", PK_COLUMN_TEXT),
    [ROLE] = MACHINE("role", PK_COLUMN_TEXT),
    [TOTAL] = {.key = "total", .title = "TOTAL", .kind = PK_COLUMN_VALUE, .drop = 2},
    [SHARE] = {.key = "share", .title = "%", .kind = PK_COLUMN_PERCENT, .drop = 1},
    [TOTAL_LOW] = MACHINE("total_low", PK_COLUMN_VALUE),
    [TOTAL_HIGH] = MACHINE("total_high", PK_COLUMN_VALUE),
    [CALLS] = {.key = "calls", .title = "CALLS", .kind = PK_COLUMN_COUNT, .drop = 3},
    [CALLS_LOW] = MACHINE("calls_low", PK_COLUMN_COUNT),
    [CALLS_HIGH] = MACHINE("calls_high", PK_COLUMN_COUNT),
    [OTHER] = MACHINE("other", PK_COLUMN_TEXT),
    [FUNCTION] = {.key = "function", .title = "SERVICE", .kind = PK_COLUMN_FRAME},
};

enum role { A_SERVICE, AN_ENTRY, A_CALLER, A_PART };

static const char *const roles[] = {"service", "entry", "caller", "part"};

struct rows {
    const struct pk_view_services *view;
    struct pk_table *table;
    struct pk_arena *arena;
    struct pk_str name; /* of the service at hand */
    uint32_t n;
};

/* Rows of one kind that are shown. */
static uint32_t cut(const struct pk_view_services *view, uint32_t n)
{
    if (!view->has_parts)
        return 0;
    return view->top && n > view->top ? view->top : n;
}

/* Also by calls that cost nothing, and by what may be. */
static bool is_reached(const struct pk_service_part *part)
{
    return part->range.lo != 0 || part->range.hi != 0 || (part->calls != PK_MISSING && part->calls);
}

/* Its upper bound decides: what may be large stays. */
static bool is_small(const struct pk_view_services *view, const struct pk_service *service)
{
    return pk_threshold_is_small(service->part.range.hi, view->services->whole, view->min_percent);
}

bool pk_view_services_shows(const struct pk_view_services *view, const struct pk_service *service)
{
    bool is_asked = view->function != PK_NONE;

    return (is_reached(&service->part) || is_asked) &&
           (!is_small(view, service) || view->min_percent == 0);
}

/* The numbers are the same in all rows; the caller fills in whose they are. Only what differs by
 * more than rounding is marked as an estimate, as in pictures; machines have both bounds. */
static struct pk_cell *add_row(struct rows *rows, enum role role,
                               const struct pk_service_part *part)
{
    const struct pk_metric *metric = pk_profile_metric(rows->table->profile, rows->table->metric);
    struct pk_cell *cell = pk_table_cell(rows->table, rows->n++, 0);

    cell[SERVICE].text = rows->name;
    cell[ROLE].text = pk_str_of(roles[role]);
    cell[TOTAL].value = part->value;
    cell[TOTAL].is_estimated = pk_attribute_is_uncertain(part->value, part->range);
    cell[SHARE] = pk_table_share(metric, part->value, rows->view->services->whole);
    cell[SHARE].is_estimated = cell[TOTAL].is_estimated && cell[SHARE].value != PK_MISSING;
    cell[TOTAL_LOW].value = part->range.lo;
    cell[TOTAL_HIGH].value = part->range.hi;
    cell[CALLS].value = part->calls;
    cell[CALLS].is_estimated = part->calls_range.lo != part->calls_range.hi;
    cell[CALLS_LOW].value = part->calls_range.lo;
    cell[CALLS_HIGH].value = part->calls_range.hi;
    cell[FUNCTION].frame = PK_NONE;
    return cell;
}

/* A display name behind a word; escaped where the cell is printed. */
static struct pk_str label(const struct rows *rows, const char *front, pk_frame_id frame)
{
    struct pk_buf text = {0};
    struct pk_str result;

    pk_buf_text(&text, front);
    pk_label_name(&text, pk_profile_frame(rows->table->profile, frame));
    result = pk_arena_str(rows->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return result;
}

/* "◂ load_items  orders/models.py:88  calls execute" */
static void add_caller(struct rows *rows, const struct pk_service_flow *flow)
{
    struct pk_cell *cell = add_row(rows, A_CALLER, &flow->part);

    cell[FUNCTION].mark = PK_MARK_CALLER;
    cell[FUNCTION].frame = flow->from == PK_NONE ? flow->to : flow->from;
    if (flow->from == PK_NONE) {
        cell[FUNCTION].text = PK_STR("begins here");
        return;
    }
    cell[OTHER].text = label(rows, "", flow->to);
    cell[FUNCTION].text = label(rows, "calls ", flow->to);
}

/* What a function of the service spends itself, or what it calls outside of the service. */
static void add_part(struct rows *rows, const struct pk_service_flow *flow)
{
    struct pk_cell *cell = add_row(rows, A_PART, &flow->part);

    cell[FUNCTION].mark = PK_MARK_CALLEE;
    cell[FUNCTION].frame = flow->to == PK_NONE ? flow->from : flow->to;
    if (flow->to == PK_NONE) {
        cell[FUNCTION].text = PK_STR("itself");
        return;
    }
    cell[OTHER].text = label(rows, "", flow->from);
    cell[FUNCTION].text = label(rows, "called by ", flow->from);
}

/* Its own row, then those below it: who, how, into what. */
static void add_service(struct rows *rows, const struct pk_service *service)
{
    const struct pk_view_services *view = rows->view;
    struct pk_cell *cell;

    rows->name = view->sets->name[service->set];
    cell = add_row(rows, A_SERVICE, &service->part);
    cell[FUNCTION].text = rows->name;
    for (uint32_t i = 0; i < cut(view, service->n_entries); i++) {
        cell = add_row(rows, AN_ENTRY, &service->entries[i].part);
        cell[FUNCTION].frame = service->entries[i].frame;
        cell[FUNCTION].lead = PK_STR("  from ");
    }
    for (uint32_t i = 0; i < cut(view, service->n_in); i++)
        add_caller(rows, &service->in[i]);
    for (uint32_t i = 0; i < cut(view, service->n_out); i++)
        add_part(rows, &service->out[i]);
}

/* As many as add_service adds. */
static uint32_t rows_of(const struct pk_view_services *view, const struct pk_service *service)
{
    return 1 + cut(view, service->n_entries) + cut(view, service->n_in) + cut(view, service->n_out);
}

/* "2 services with less, and 12 rows of the others (--top 0 --min-percent 0 shows all)" */
static void fill_footer(struct rows *rows, uint32_t n_services, uint32_t n_rows)
{
    uint32_t n_entries = rows->view->n_entries_left_out;
    struct pk_buf text = {0};

    rows->table->n_left_out = n_services + n_rows + n_entries;
    rows->table->left_out = rows->table->n_left_out ? PK_MISSING : 0;
    if (n_services) {
        pk_units_count(&text, n_services);
        pk_buf_text(&text, n_services == 1 ? " smaller service" : " smaller services");
    }
    if (n_rows) {
        pk_buf_text(&text, text.size ? ", " : "");
        pk_units_count(&text, n_rows);
        pk_buf_text(&text, n_rows == 1 ? " more row" : " more rows");
    }
    if (text.size)
        pk_table_cure(&text, n_rows > 0, n_services > 0);
    if (n_entries) {
        pk_buf_text(&text, text.size ? "; " : "");
        pk_units_count(&text, n_entries);
        pk_buf_text(&text, " smaller entry points were not looked at");
    }
    rows->table->footer = pk_arena_str(rows->arena, pk_buf_view(&text));
    if (!text.size)
        rows->table->footer = PK_STR_NULL;
    pk_buf_fini(&text);
}

/* What the marks mean; and where there is nothing at all, what can be done. */
static void fill_note(struct rows *rows)
{
    struct pk_buf text = {0};

    if (rows->n == 0)
        pk_buf_text(&text, "no service is called; --service NAME=REGEX names one of your own");
    else if (rows->view->has_parts)
        pk_buf_text(&text, "from: entry points; ◂ calls into the service; ▸ what its time goes "
                           "into; times of services overlap");
    if (rows->n && rows->view->function != PK_NONE) {
        pk_buf_text(&text, "; % of ");
        pk_label_name(&text, pk_profile_frame(rows->table->profile, rows->view->function));
    }
    if (text.size)
        rows->table->note = pk_arena_str(rows->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
}

/* Counted first, since a table has a fixed number of rows. */
struct pk_table *pk_view_services_table(struct pk_arena *arena, const struct pk_profile *profile,
                                        uint32_t metric, const struct pk_view_services *view)
{
    const struct pk_metric *m = pk_profile_metric(profile, metric);
    struct rows rows = {.view = view, .arena = arena};
    uint32_t n = 0, small = 0, left_out = 0;
    bool has_calls = false;

    for (uint32_t i = 0; i < view->services->n; i++) {
        const struct pk_service *service = &view->services->list[i];

        if (!pk_view_services_shows(view, service)) {
            small += is_reached(&service->part);
            continue;
        }
        n += rows_of(view, service);
        has_calls |= service->part.calls != PK_MISSING;
        if (view->has_parts)
            left_out +=
                1 + service->n_entries + service->n_in + service->n_out - rows_of(view, service);
    }
    rows.table = pk_table_new(arena, layout, COLUMNS, n);
    rows.table->schema = "profkit.services/1";
    rows.table->profile = profile;
    rows.table->metric = metric;
    for (uint32_t c = 0; c < COLUMNS; c++)
        if (layout[c].kind == PK_COLUMN_VALUE) {
            rows.table->columns[c].unit = m->unit;
            rows.table->columns[c].scale = m->scale;
        }
    /* Samples have no calls: the column would only hold dashes. */
    rows.table->columns[CALLS].is_machine_only = !has_calls;
    for (uint32_t i = 0; i < view->services->n; i++)
        if (pk_view_services_shows(view, &view->services->list[i]))
            add_service(&rows, &view->services->list[i]);
    fill_footer(&rows, small + view->n_services_left_out, left_out);
    fill_note(&rows);
    return rows.table;
}
