/*
 * Costs of lines added up: see annotate.h.
 *
 * LINES rows belong to a function, so a line of inlined code has rows of several. Their self adds;
 * their totals do not, since one of the functions may call the other from that very line: then the
 * largest is a lower bound and the sum an upper one. What a function has beside its lines (files of
 * another tool merged in, code without debug information) stands as a line 0, so that lines always
 * add up to self.
 */
#include <stdint.h>
#include <stdlib.h>

#include "analyze/annotate_private.h"
#include "model/lines.h"

int64_t pk_annotate_plus(int64_t a, int64_t b)
{
    int64_t sum;

    if (a == PK_MISSING || b == PK_MISSING)
        return a == PK_MISSING ? b : a;
    if (!__builtin_add_overflow(a, b, &sum))
        return sum == PK_MISSING ? -INT64_MAX : sum;
    return a > 0 ? INT64_MAX : -INT64_MAX;
}

bool pk_annotate_is_in(const struct pk_annotating *a, pk_frame_id frame, struct pk_str file)
{
    if (a->scope.frame != PK_NONE)
        return frame == a->scope.frame;
    return pk_str_equal(file, a->scope.file);
}

/* Files are few: a scope of a function has those that were inlined into it. Hostile ones may have
 * many, hence the map before the bytes are compared. */
static uint32_t file_id(struct pk_annotating *a, struct pk_str file)
{
    uint64_t key[2] = {pk_map_hash(file.data ? file.data : "", file.size), file.size};
    bool is_new;
    uint32_t id;

    if (!file.data)
        key[1] = UINT64_MAX;
    for (;; key[0]++) { /* two texts of one hash: the next key */
        id = pk_map_add(&a->file_ids, key, &is_new);
        if (is_new)
            pk_array_push(&a->files, file);
        if (pk_str_equal(a->files.data[id], file))
            return id;
    }
}

uint32_t pk_annotate_line_id(struct pk_annotating *a, struct pk_str file, uint32_t line,
                             pk_frame_id frame)
{
    struct pk_annotate_key key = {file_id(a, file), line, frame};
    bool is_new;
    uint32_t id = pk_map_add(&a->lines, &key, &is_new);

    if (is_new)
        pk_array_push(&a->sums, ((struct pk_annotate_sum){.self = PK_MISSING,
                                                          .total = PK_MISSING,
                                                          .most = PK_MISSING,
                                                          .stacked = PK_MISSING}));
    return id;
}

uint32_t pk_annotate_call_id(struct pk_annotating *a, uint32_t line, pk_frame_id callee)
{
    struct pk_annotate_call_key key = {line, callee};
    bool is_new;
    uint32_t id = pk_map_add(&a->calls, &key, &is_new);

    if (is_new) {
        pk_array_push(&a->callees, ((struct pk_annotate_call){callee, PK_MISSING, PK_MISSING}));
        a->sums.data[line].n_calls++;
    }
    return id;
}

/* --- LINES --- */

/* The rows of one function at one line: self first, then its calls. Returns the row behind. */
static uint32_t add_rows(struct pk_annotating *a, const struct pk_lines *lines, uint32_t row)
{
    const int64_t *values = lines->values[a->metric];
    uint32_t file = lines->file[row], line = lines->line[row], first = row;
    uint32_t id = pk_annotate_line_id(a, lines->files[file], line, PK_NONE);
    struct pk_annotate_sum *sum = &a->sums.data[id];
    int64_t total = PK_MISSING;

    for (; row < lines->n && lines->frame[row] == lines->frame[first] && lines->file[row] == file &&
           lines->line[row] == line;
         row++) {
        int64_t value = values ? values[row] : PK_MISSING;

        total = pk_annotate_plus(total, value);
        if (lines->callee[row] == PK_NONE) {
            sum->self = pk_annotate_plus(sum->self, value);
        } else {
            uint32_t call = pk_annotate_call_id(a, id, lines->callee[row]);

            sum->is_low |= value == PK_MISSING;
            a->callees.data[call].total = pk_annotate_plus(a->callees.data[call].total, value);
            if (lines->calls)
                a->callees.data[call].calls =
                    pk_annotate_plus(a->callees.data[call].calls, lines->calls[row]);
        }
    }
    sum->parts++;
    sum->total = pk_annotate_plus(sum->total, total);
    if (total != PK_MISSING && (sum->most == PK_MISSING || total > sum->most))
        sum->most = total;
    return row;
}

static void add_lines(struct pk_annotating *a, const struct pk_lines *lines)
{
    uint32_t n = pk_profile_frames(a->profile), row = 0;
    uint32_t end = lines->n;

    if (a->scope.frame != PK_NONE) {
        row = lines->start[a->scope.frame];
        end = a->scope.frame + 1 <= n ? lines->start[a->scope.frame + 1] : lines->n;
    }
    while (row < end) {
        a->is_covered[lines->frame[row]] = true;
        if (pk_annotate_is_in(a, lines->frame[row], lines->files[lines->file[row]]))
            row = add_rows(a, lines, row);
        else
            row++;
    }
}

/* --- what has no line --- */

/* A column that the file does not have is missing for all. */
static int64_t flat_at(const int64_t *column, pk_frame_id frame)
{
    return column ? column[frame] : PK_MISSING;
}

/* Where a function is defined is all that is known of it. */
static void add_definition(struct pk_annotating *a, pk_frame_id f)
{
    const struct pk_flat *flat = pk_profile_flat(a->profile);
    const struct pk_frame *frame = pk_profile_frame(a->profile, f);
    uint32_t id = pk_annotate_line_id(a, frame->file, frame->line, f);
    struct pk_annotate_sum *sum = &a->sums.data[id];

    sum->self = flat_at(flat->self[a->metric], f);
    sum->total = sum->most = flat_at(flat->incl[a->metric], f);
}

/* What a function, or the functions of a file that have no lines at all, have beside their lines.
 */
static void add_rest(struct pk_annotating *a)
{
    const int64_t *self = pk_profile_flat(a->profile)->self[a->metric];
    int64_t rest = 0;
    struct pk_str file = a->scope.file;

    if (!self)
        return;
    if (a->scope.frame != PK_NONE) {
        rest = self[a->scope.frame] == PK_MISSING ? 0 : self[a->scope.frame];
        for (size_t i = 0; i < a->sums.size; i++)
            if (a->sums.data[i].self != PK_MISSING)
                rest = pk_annotate_plus(rest, -a->sums.data[i].self);
        file = pk_profile_frame(a->profile, a->scope.frame)->file;
    } else {
        for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++)
            if (!a->is_covered[f] && self[f] != PK_MISSING &&
                pk_str_equal(pk_profile_frame(a->profile, f)->file, file))
                rest = pk_annotate_plus(rest, self[f]);
    }
    if (rest) {
        uint32_t id = pk_annotate_line_id(a, file, 0, PK_NONE);

        a->sums.data[id].self = pk_annotate_plus(a->sums.data[id].self, rest);
    }
}

/* Lines 0 alone say no more than the function itself. */
static bool has_lines(const struct pk_annotating *a)
{
    for (uint32_t i = 0; i < a->lines.size; i++)
        if (((const struct pk_annotate_key *)pk_map_key(&a->lines, i))->line)
            return true;
    return false;
}

/* In place of lines. */
static void add_definitions(struct pk_annotating *a)
{
    pk_map_fini(&a->lines);
    pk_map_init(&a->lines, sizeof(struct pk_annotate_key));
    pk_map_fini(&a->calls);
    pk_map_init(&a->calls, sizeof(struct pk_annotate_call_key));
    a->sums.size = a->callees.size = 0;
    for (pk_frame_id f = 0; f < pk_profile_frames(a->profile); f++)
        if (pk_annotate_is_in(a, f, pk_profile_frame(a->profile, f)->file))
            add_definition(a, f);
}

/* --- the result --- */

/* By file, then line with 0 behind all others, then function. */
static int order_lines(const void *left, const void *right)
{
    const struct pk_annotate_line *a = left, *b = right;
    int order = pk_str_compare(a->file, b->file);

    if (order)
        return order;
    if (a->line != b->line) /* 0 wraps to the largest */
        return a->line - 1 < b->line - 1 ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Dearest first; equal ones by id, so that no order depends on qsort. */
static int order_calls(const void *left, const void *right)
{
    const struct pk_annotate_call *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return (a->callee > b->callee) - (a->callee < b->callee);
}

/* The total of a line, or the bounds of it. */
static void fill_total(struct pk_annotate_line *line, const struct pk_annotate_sum *sum,
                       int64_t whole)
{
    int64_t high = pk_annotate_plus(sum->total, sum->stacked);

    line->total = pk_annotate_plus(sum->most, sum->stacked);
    if (line->total != PK_MISSING && sum->parts > 1 && line->total < sum->self)
        line->total = sum->self; /* self of several functions is never the same time */
    if (sum->is_low || high > whole)
        high = whole;
    line->is_low = (sum->is_low || sum->parts > 1) && line->total != PK_MISSING &&
                   (high == PK_MISSING || high > line->total);
    line->total_high = line->is_low ? high : PK_MISSING;
}

static void fill_lines(const struct pk_annotating *a, struct pk_annotation *annotation,
                       struct pk_arena *arena)
{
    annotation->n = a->lines.size;
    annotation->lines = PK_NEW_ARRAY(arena, struct pk_annotate_line, annotation->n);
    for (uint32_t i = 0; i < annotation->n; i++) {
        const struct pk_annotate_key *key = pk_map_key(&a->lines, i);
        const struct pk_annotate_sum *sum = &a->sums.data[i];
        struct pk_annotate_line *line = &annotation->lines[i];

        line->file = a->files.data[key->file];
        line->line = key->line;
        line->frame = key->frame;
        line->self = sum->self;
        fill_total(line, sum, annotation->whole);
        line->calls = PK_NEW_ARRAY(arena, struct pk_annotate_call, sum->n_calls);
        annotation->self = pk_annotate_plus(annotation->self, sum->self);
    }
    for (uint32_t i = 0; i < a->calls.size; i++) {
        const struct pk_annotate_call_key *key = pk_map_key(&a->calls, i);
        struct pk_annotate_line *line = &annotation->lines[key->line];

        line->calls[line->n_calls++] = a->callees.data[i];
        annotation->has_calls |= a->callees.data[i].calls != PK_MISSING;
    }
    for (uint32_t i = 0; i < annotation->n; i++)
        qsort(annotation->lines[i].calls, annotation->lines[i].n_calls,
              sizeof *annotation->lines[i].calls, order_calls);
    qsort(annotation->lines, annotation->n, sizeof *annotation->lines, order_lines);
}

/* What shares are of. */
static int64_t whole_of(const struct pk_annotating *a)
{
    const struct pk_flat *flat = pk_profile_flat(a->profile);
    int64_t whole, high;

    if (a->scope.frame == PK_NONE)
        return pk_profile_total(a->profile, a->metric);
    whole = flat_at(flat->incl[a->metric], a->scope.frame);
    high = flat_at(flat->incl_high[a->metric], a->scope.frame);
    return high == PK_MISSING || high < whole ? whole : high;
}

struct pk_annotation pk_annotate(const struct pk_profile *profile, uint32_t metric,
                                 struct pk_annotate_scope scope, struct pk_arena *arena)
{
    struct pk_annotating a = {.profile = profile, .metric = metric, .scope = scope};
    struct pk_annotation annotation = {.scope = scope, .self = PK_MISSING};
    const struct pk_profile *stacks = pk_profile_part(profile, PK_TREE);

    pk_map_init(&a.lines, sizeof(struct pk_annotate_key));
    pk_map_init(&a.calls, sizeof(struct pk_annotate_call_key));
    pk_map_init(&a.file_ids, sizeof(uint64_t[2]));
    a.is_covered = PK_NEW_ARRAY(arena, bool, (size_t)pk_profile_frames(profile) + 1);
    if (pk_profile_lines(profile))
        add_lines(&a, pk_profile_lines(profile));
    if (stacks && pk_profile_line_tree(stacks))
        pk_annotate_stacks(&a, pk_profile_line_tree(stacks));
    annotation.has_lines = has_lines(&a);
    if (annotation.has_lines)
        add_rest(&a);
    else
        add_definitions(&a);
    annotation.whole = whole_of(&a);
    fill_lines(&a, &annotation, arena);
    pk_map_fini(&a.lines);
    pk_map_fini(&a.calls);
    pk_map_fini(&a.file_ids);
    pk_array_fini(&a.sums);
    pk_array_fini(&a.callees);
    pk_array_fini(&a.files);
    return annotation;
}
