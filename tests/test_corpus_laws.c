/*
 * The laws of the model on files that real profilers wrote: every pstats and collapsed file of the
 * shared corpus, of the format samples and antipatterns beside it, and of samples/. What is checked
 * needs no expected result, so it holds for each file there is. Each number is counted again here
 * from the tables; nothing is asked of the code that filled them.
 *
 * Environment: PROFKIT_SHARED (default ../shared beside the source), srcdir, CI. Status 77: no
 * corpus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"
#include "formats/readers.h"
#include "model/attribute.h"
#include "model/dump.h"
#include "model/validate.h"
#include "render/writers.h"
#include "support.h"

struct subject { /* one file that was read */
    char *path;
    struct pk_builder *builder;
    struct pk_profile *profile;
    bool is_pstats;
};

static PK_ARRAY(struct subject) subjects;
static uint64_t checks, failures, contradictory;

/* What is no profile and must be refused: its path ends so. */
static const char *const refused[] = {
    "corpus/collapsed/inferno-bad-lines/input.txt",     /* one line in three has no count */
    "corpus/perf/inferno-no-events/expected.collapsed", /* empty */
};

/* Count a check; a broken law is told with its file and place, and the run goes on. */
static void holds(bool is_true, const struct subject *s, const char *law, uint64_t where)
{
    checks++;
    if (is_true)
        return;
    if (failures++ < 40)
        print_error("%s: %s (at %llu)\n", s->path, law, (unsigned long long)where);
}

/* --- reading */

static bool must_be_refused(const char *path)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (corpus_path_ends(path, refused[i]))
            return true;
    return false;
}

/* A builder of an input; NULL when it was refused. */
static struct pk_builder *read_input(struct pk_input *input, struct pk_error *error)
{
    struct pk_reading reading = {.input = input};

    reading.builder = pk_builder_new(pk_input_limits(input));
    if (pk_reader_run(&reading, NULL, error))
        return reading.builder;
    pk_builder_free(reading.builder);
    return NULL;
}

static void read_subject(const char *path)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct subject s = {.path = strdup(path)};
    struct pk_input *input = pk_input_open(path, &limits, &error);

    s.builder = input ? read_input(input, &error) : NULL;
    if (s.builder)
        s.profile = pk_builder_freeze(s.builder, NULL, NULL, &error);
    if (!s.profile && !must_be_refused(path))
        pk_error_print(&error, stderr);
    holds((s.profile != NULL) != must_be_refused(path), &s, "is read, unless it is bad", 0);
    pk_input_free(input);
    if (!s.profile) {
        pk_builder_free(s.builder);
        free(s.path);
        return;
    }
    s.is_pstats = pk_str_equal(pk_profile_fact(s.profile, "format"), PK_STR("pstats"));
    pk_array_push(&subjects, s);
}

static int read_all(void **state)
{
    (void)state;
    corpus_each(corpus_shared(), "corpus", read_subject);
    corpus_each(corpus_shared(), "formats/samples", read_subject);
    corpus_each(corpus_shared(), "antipatterns", read_subject);
    corpus_each(corpus_source(), "samples", read_subject);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < subjects.size; i++) {
        pk_profile_free(subjects.data[i].profile);
        pk_builder_free(subjects.data[i].builder);
        free(subjects.data[i].path);
    }
    pk_array_fini(&subjects);
    return 0;
}

/* Run one law over all files. */
static void for_each(void (*law)(const struct subject *))
{
    uint64_t before = failures;

    for (size_t i = 0; i < subjects.size; i++)
        law(&subjects.data[i]);
    assert_true(failures == before);
}

/* --- sums and shares */

static int64_t sum_column(const int64_t *column, uint32_t n)
{
    int64_t sum = 0;

    for (uint32_t i = 0; column && i < n; i++)
        sum += column[i] == PK_MISSING ? 0 : column[i];
    return sum;
}

/* On the rung of edges, a function has its self as a root of stacks or within calls. */
static void check_graph_self(const struct subject *s, const struct pk_tree *tree, uint32_t m)
{
    const struct pk_graph *graph = pk_profile_graph(s->profile);
    int64_t sum = sum_column(graph->self[m], graph->n);

    for (uint32_t i = 0; i < tree->n; i = tree->end[i])
        sum += tree->self[m][i] == PK_MISSING ? 0 : tree->self[m][i];
    holds(sum == pk_profile_total(s->profile, m), s, "self of roots and edges = total", m);
}

static void check_sums(const struct subject *s)
{
    const struct pk_profile *p = s->profile;
    const struct pk_tree *tree = pk_profile_tree(p), *lines = pk_profile_line_tree(p);
    struct pk_error error = {0};

    holds(pk_validate(p, &error), s, error.text, 0);
    for (uint32_t m = 0; m < pk_profile_metrics(p); m++) {
        int64_t total = pk_profile_total(p, m), slices = 0;

        holds(sum_column(pk_profile_flat(p)->self[m], pk_profile_frames(p)) == total, s,
              "self of functions = total", m);
        for (uint32_t i = 0; i < pk_profile_slices(p); i++) {
            int64_t part = pk_profile_slice_total(p, i, m);

            slices += part == PK_MISSING ? 0 : part;
        }
        holds(slices == total, s, "slices add up to the total", m);
        if (tree)
            holds(sum_column(tree->self[m], tree->n) == total, s, "self of nodes = total", m);
        if (tree)
            check_graph_self(s, tree, m);
        if (lines)
            holds(sum_column(lines->self[m], lines->n) == total, s, "self of lines = total", m);
    }
}

static void self_adds_up_to_the_total_on_every_rung(void **state)
{
    (void)state;
    for_each(check_sums);
}

static bool has_negative(const struct pk_tree *tree, uint32_t m)
{
    for (uint32_t i = 0; i < tree->n; i++)
        if (tree->self[m][i] != PK_MISSING && tree->self[m][i] < 0)
            return true;
    return false;
}

/* A stack counts once per function and per edge, so that recursion shows no 200 %. */
static void check_shares(const struct subject *s)
{
    const struct pk_tree *tree = pk_profile_tree(s->profile);
    const struct pk_flat *flat = pk_profile_flat(s->profile);
    const struct pk_graph *graph = pk_profile_graph(s->profile);

    for (uint32_t m = 0; tree && m < pk_profile_metrics(s->profile); m++) {
        int64_t total = pk_profile_total(s->profile, m);

        if (has_negative(tree, m))
            continue;
        for (uint32_t f = 0; f < pk_profile_frames(s->profile); f++)
            holds(flat->incl[m][f] <= total && flat->self[m][f] <= total, s,
                  "a function has at most 100 %", f);
        for (uint32_t e = 0; e < graph->n; e++)
            holds(graph->incl[m][e] <= total && graph->self[m][e] <= total, s,
                  "an edge has at most 100 %", e);
    }
}

static void no_share_of_recorded_stacks_is_above_100_percent(void **state)
{
    (void)state;
    for_each(check_shares);
}

/* --- merging */

/* The dump of some builders merged one by one, in the order given. */
static struct pk_buf merge_dump(const struct pk_builder *const *parts, size_t n)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *sum = pk_builder_new(&limits);
    struct pk_profile *profile;
    struct pk_buf out = {0};

    for (size_t i = 0; i < n; i++)
        pk_builder_merge(sum, parts[i]);
    profile = support_freeze(sum);
    pk_dump_profile(profile, &out);
    pk_profile_free(profile);
    return out;
}

static void hold_same(const struct subject *s, struct pk_buf *expected, struct pk_buf *found,
                      const char *law, uint64_t where)
{
    holds(pk_str_equal(pk_buf_view(expected), pk_buf_view(found)), s, law, where);
    pk_buf_fini(found);
}

/* With its two neighbours in the list, which are often of the other format. */
static void check_merge(const struct subject *s)
{
    size_t at = (size_t)(s - subjects.data);
    const struct pk_builder *a = s->builder, *b = subjects.data[(at + 1) % subjects.size].builder,
                            *c = subjects.data[(at + subjects.size / 2) % subjects.size].builder;
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *pair = pk_builder_new(&limits);
    struct pk_buf two = merge_dump((const struct pk_builder *[]){a, b}, 2), found;
    struct pk_buf three = merge_dump((const struct pk_builder *[]){a, b, c}, 3);

    found = merge_dump((const struct pk_builder *[]){b, a}, 2);
    hold_same(s, &two, &found, "a + b = b + a", at);
    found = merge_dump((const struct pk_builder *[]){c, b, a}, 3);
    hold_same(s, &three, &found, "a + b + c = c + b + a", at);
    pk_builder_merge(pair, b);
    pk_builder_merge(pair, c);
    found = merge_dump((const struct pk_builder *[]){a, pair}, 2);
    hold_same(s, &three, &found, "(a + b) + c = a + (b + c)", at);
    pk_buf_fini(&two);
    pk_buf_fini(&three);
    pk_builder_free(pair);
}

static void the_order_and_grouping_of_merges_cannot_show(void **state)
{
    (void)state;
    for_each(check_merge);
}

static void hold_doubled(const struct subject *s, const int64_t *one, const int64_t *two,
                         uint32_t n, const char *law)
{
    holds((one == NULL) == (two == NULL), s, law, UINT32_MAX);
    for (uint32_t i = 0; one && two && i < n; i++)
        holds(two[i] == (one[i] == PK_MISSING ? PK_MISSING : 2 * one[i]), s, law, i);
}

static void check_doubled_metric(const struct subject *s, const struct pk_profile *twice,
                                 uint32_t m)
{
    const struct pk_flat *a = pk_profile_flat(s->profile), *b = pk_profile_flat(twice);
    const struct pk_graph *g = pk_profile_graph(s->profile), *h = pk_profile_graph(twice);
    const struct pk_tree *t = pk_profile_tree(s->profile), *u = pk_profile_tree(twice);
    uint32_t n = pk_profile_frames(s->profile);

    holds(pk_profile_total(twice, m) == 2 * pk_profile_total(s->profile, m), s, "2 x total", m);
    hold_doubled(s, a->self[m], b->self[m], n, "2 x self");
    hold_doubled(s, a->incl[m], b->incl[m], n, "2 x inclusive");
    hold_doubled(s, a->incl_high[m], b->incl_high[m], n, "2 x upper bound");
    hold_doubled(s, g->self[m], h->self[m], g->n, "2 x self of an edge");
    hold_doubled(s, g->incl[m], h->incl[m], g->n, "2 x inclusive of an edge");
    if (t)
        hold_doubled(s, t->self[m], u->self[m], t->n, "2 x self of a node");
    if (t)
        hold_doubled(s, t->incl[m], u->incl[m], t->n, "2 x inclusive of a node");
}

static void check_twice(const struct subject *s)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *sum = pk_builder_new(&limits);
    const struct pk_graph *g = pk_profile_graph(s->profile), *h;
    struct pk_profile *twice;

    pk_builder_merge(sum, s->builder);
    pk_builder_merge(sum, s->builder);
    twice = support_freeze(sum);
    h = pk_profile_graph(twice);
    holds(pk_profile_frames(twice) == pk_profile_frames(s->profile), s, "the same functions", 0);
    holds(g->n == h->n, s, "the same edges", 0);
    hold_doubled(s, pk_profile_flat(s->profile)->calls, pk_profile_flat(twice)->calls,
                 pk_profile_frames(twice), "2 x calls");
    hold_doubled(s, g->calls, h->calls, g->n, "2 x calls of an edge");
    hold_doubled(s, g->primitive, h->primitive, g->n, "2 x primitive calls of an edge");
    for (uint32_t m = 0; m < pk_profile_metrics(s->profile); m++)
        check_doubled_metric(s, twice, m);
    pk_profile_free(twice);
}

static void a_file_merged_with_itself_doubles_every_value(void **state)
{
    (void)state;
    for_each(check_twice);
}

/* --- collapsed out and in again */

static void write_folded(const struct pk_profile *profile, char **text, size_t *size)
{
    struct pk_style style = {.metric = pk_profile_default_metric(profile)};
    struct pk_error error = {0};
    FILE *stream = open_memstream(text, size);

    assert_non_null(stream);
    assert_true(pk_writer_folded.profile(profile, &style, stream, &error));
    fclose(stream);
}

/* Text keeps the frames and the numbers; the name of the metric and its unit it cannot keep. */
static void compare_flat(const struct subject *s, const struct pk_profile *again)
{
    uint32_t n = pk_profile_frames(s->profile), m = pk_profile_default_metric(s->profile);
    const struct pk_flat *a = pk_profile_flat(s->profile), *b = pk_profile_flat(again);
    bool is_pair = pk_profile_metrics(again) == 2;

    holds(pk_profile_frames(again) == n, s, "read again: as many functions", n);
    for (uint32_t f = 0; f < n && pk_profile_frames(again) == n; f++) {
        const struct pk_frame *x = pk_profile_frame(s->profile, f), *y = pk_profile_frame(again, f);

        holds(pk_str_equal(x->name, y->name) && pk_str_equal(x->file, y->file) &&
                  pk_str_equal(x->module, y->module) && x->line == y->line && x->kind == y->kind,
              s, "read again: the same function", f);
        holds(a->self[m][f] == b->self[is_pair ? m : 0][f] &&
                  a->incl[m][f] == b->incl[is_pair ? m : 0][f],
              s, "read again: the same values", f);
    }
}

static void check_folded(const struct subject *s)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    char *first = NULL, *second = NULL;
    size_t first_size = 0, second_size = 0;
    struct pk_input *input;
    struct pk_builder *builder;
    struct pk_profile *again;

    if (s->is_pstats)
        return;
    write_folded(s->profile, &first, &first_size);
    input = pk_input_memory(s->path, first, first_size, &limits);
    builder = read_input(input, &error);
    holds(builder != NULL, s, "what was written is read", 0);
    if (builder) {
        again = support_freeze(builder);
        write_folded(again, &second, &second_size);
        holds(
            pk_str_equal((struct pk_str){first, first_size}, (struct pk_str){second, second_size}),
            s, "written again: the same text", 0);
        compare_flat(s, again);
        pk_profile_free(again);
    }
    pk_input_free(input);
    free(first);
    free(second);
}

static void collapsed_out_and_in_again_is_identity(void **state)
{
    (void)state;
    for_each(check_folded);
}

/* --- climbing */

static bool is_inside(int64_t value, struct pk_range range)
{
    return range.lo <= value && value <= range.hi;
}

static void check_node(const struct subject *s, const struct pk_tree *tree, uint32_t i)
{
    int64_t sum = tree->self[0][i], lows = tree->self_range[i].lo;

    for (uint32_t c = i + 1; c < tree->end[i]; c = tree->end[c]) {
        sum += tree->incl[0][c];
        lows += tree->incl_range[c].lo;
    }
    holds(sum == tree->incl[0][i], s, "children and self add up to the node", i);
    holds(lows <= tree->incl_range[i].lo, s, "lows never exceed the parent's", i);
    holds(is_inside(tree->incl[0][i], tree->incl_range[i]), s, "inclusive inside its range", i);
    holds(is_inside(tree->self[0][i], tree->self_range[i]), s, "self inside its range", i);
    holds(tree->incl_range[i].lo >= 0 && tree->self_range[i].lo >= 0, s, "no low below zero", i);
}

static void check_climb(const struct subject *s)
{
    for (uint32_t m = 0; s->is_pstats && m < pk_profile_metrics(s->profile); m++) {
        struct pk_attributed *out = pk_attribute_new(s->profile, m);
        int64_t self = 0, roots = 0, proven = 0;

        for (uint32_t i = 0; i < out->tree.n; i++) {
            check_node(s, &out->tree, i);
            self += out->tree.self[0][i];
            proven += out->tree.self_range[i].lo;
            if (out->tree.parent[i] == PK_NONE)
                roots += out->tree.incl[0][i];
        }
        contradictory += out->contradictions > 0;
        holds(roots == out->total && self == out->total, s, "roots = self = total", m);
        holds(proven == out->proven && proven <= out->total, s, "proven <= total", m);
        holds(out->total >= pk_profile_total(s->profile, m), s, "nothing is lost", m);
        /* Each function may be a rounded unit off without being called a contradiction. */
        holds(out->contradictions ||
                  out->total - pk_profile_total(s->profile, m) <= pk_profile_frames(s->profile),
              s, "without contradictions nothing is added", m);
        pk_attribute_free(out);
    }
}

static void climbing_keeps_sums_and_ranges(void **state)
{
    (void)state;
    for_each(check_climb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(self_adds_up_to_the_total_on_every_rung),
        cmocka_unit_test(no_share_of_recorded_stacks_is_above_100_percent),
        cmocka_unit_test(the_order_and_grouping_of_merges_cannot_show),
        cmocka_unit_test(a_file_merged_with_itself_doubles_every_value),
        cmocka_unit_test(collapsed_out_and_in_again_is_identity),
        cmocka_unit_test(climbing_keeps_sums_and_ranges),
    };
    size_t pstats = 0, files;
    int failed;

    if (corpus_is_missing())
        return corpus_missing_status();
    failed = cmocka_run_group_tests(tests, read_all, NULL);
    files = subjects.size;
    for (size_t i = 0; i < files; i++)
        pstats += subjects.data[i].is_pstats;
    printf("laws: %zu cases, %zu pstats and %zu collapsed files, %llu checks, %llu climbs met "
           "contradictions, %llu failures\n",
           files, pstats, files - pstats, (unsigned long long)checks,
           (unsigned long long)contradictory, (unsigned long long)failures);
    free_all(NULL);
    return failed || failures || pstats == 0 || pstats == files;
}
