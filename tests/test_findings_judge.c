/*
 * The conditions of detectors, each on a graph of a few functions that meets it and on one that
 * just does not. Counts and costs are chosen by hand; the detectors are made for the test, so that
 * no change of detectors.xml shows here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support.h"
#include "tests/found.h"

struct call { /* ended by a NULL callee; inclusive costs in the metric */
    const char *caller, *callee;
    int64_t calls, cost;
};

static pk_frame_id frame(struct pk_builder *builder, const char *name)
{
    return pk_builder_frame(builder, &(struct pk_frame){.name = pk_str_of(name)});
}

/* main is called once and costs 1,000,000; every other function is called as its callers say. */
static struct pk_profile *profile_of(const struct call *calls, const char *metric,
                                     enum pk_unit unit)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric of = {.name = pk_str_of(metric), .unit = unit};
    int64_t whole = 1000000, none = 0;

    pk_builder_metric(builder, &of);
    pk_builder_self(builder, frame(builder, "main"), &whole, &whole, (struct pk_calls){1, 1});
    for (const struct call *one = calls; one->callee; one++) {
        struct pk_calls n = {one->calls, one->calls};

        pk_builder_edge(builder, frame(builder, one->caller), frame(builder, one->callee),
                        &one->cost, NULL, n);
        pk_builder_self(builder, frame(builder, one->callee), &none, &one->cost, n);
    }
    return support_freeze(builder);
}

static void find_init(struct found *f, const char *detector, struct pk_profile *profile)
{
    struct pk_buf xml = {0};

    pk_buf_printf(&xml,
                  "<detectors><detector id='it' calls='100' per-call='8' %s"
                  "<summary>s</summary><advice>a</advice><settle>t</settle></detector></detectors>",
                  detector);
    found_init(f, profile, pk_buf_view(&xml));
    pk_buf_fini(&xml);
}

/* The grade of the one finding; -1 when there is none. */
static int grade_of(const char *detector, const struct call *calls)
{
    struct found f;
    int grade;

    find_init(&f, detector, profile_of(calls, "Ir", PK_UNIT_COUNT));
    assert_true(f.findings.n <= 1);
    grade = f.findings.n ? (int)f.findings.list[0].grade : -1;
    found_fini(&f);
    return grade;
}

/* The bound of a loop that calls the sink itself: its own cost and what it calls as often, but not
 * what it calls once. */
static void the_bound_of_a_direct_loop_is_all_that_turns_in_it(void **state)
{
    static const struct call direct[] = {{"main", "page", 1, 900000},
                                         {"page", "sleep", 200, 300000},
                                         {"page", "after", 200, 50000},
                                         {"page", "seldom", 7, 9000},
                                         {NULL, NULL, 0, 0}};
    static const struct call within[] = {{"main", "turn", 200, 400000},
                                         {"turn", "sleep", 200, 300000},
                                         {"main", "after", 200, 50000},
                                         {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    find_init(&f, "sink='sleep' grade='likely'>", profile_of(direct, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->cost, 300000);
    assert_int_equal(f.findings.list->saving.hi, 350000);
    assert_int_equal(f.findings.list->likely_saving, 325000);
    found_fini(&f);
    find_init(&f, "sink='sleep' grade='likely'>", profile_of(within, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.list->saving.hi, 400000);
    found_fini(&f);
}

/* What gets each copy keeps it, so it may be a history. */
static void what_is_kept_is_in_doubt(void **state)
{
    static const char detector[] =
        "sink='deepcopy' grade='likely'><doubt family='keep' percent='100'/>";
    static const struct call lost[] = {{"main", "turn", 200, 900000},
                                       {"turn", "std::_Rb_tree<int>::_M_copy<false>", 200, 300000},
                                       {"turn", "kept", 200, 1000},
                                       {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    assert_int_equal(grade_of(detector, lost), PK_LIKELY);
    find_init(&f, "sink='free' grade='likely'><doubt family='allocate' percent='100'/>",
              profile_of((const struct call[]){{"main", "turn", 200, 900000},
                                               {"turn", "free", 200, 300000},
                                               {"turn", "malloc", 200, 1000},
                                               {NULL, NULL, 0, 0}},
                         "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list->grade, PK_POSSIBLE);
    assert_int_equal(f.findings.list->proofs[0].calls, 200);
    found_fini(&f);
    assert_int_equal(grade_of("sink='free' grade='likely'><doubt family='allocate' percent='100'/>",
                              (const struct call[]){{"main", "turn", 200, 900000},
                                                    {"turn", "free", 200, 300000},
                                                    {"turn", "malloc", 199, 1000},
                                                    {NULL, NULL, 0, 0}}),
                     PK_LIKELY);
}

/* A query whose answer is taken row by row may be what the next one needs, but not where there are
 * many rows to ask for, and not where no row is taken: then something is changed. */
static void one_row_for_each_query_is_in_doubt_without_many_rows(void **state)
{
    static const char detector[] = "sink='query' grade='likely'>"
                                   "<doubt family='fetch-row' percent='100' without='fetch-rows'/>";
#define SQLITE(method, type) "<method '" method "' of 'sqlite3." type "' objects>"
    static const struct call chain[] = {{"main", "ask", 200, 900000},
                                        {"ask", SQLITE("execute", "Connection"), 200, 300000},
                                        {"ask", SQLITE("fetchone", "Cursor"), 200, 1000},
                                        {NULL, NULL, 0, 0}};
    static const struct call rows[] = {{"main", "ask", 200, 900000},
                                       {"ask", SQLITE("execute", "Connection"), 200, 300000},
                                       {"ask", SQLITE("fetchone", "Cursor"), 200, 1000},
                                       {"main", SQLITE("fetchall", "Cursor"), 1, 1000},
                                       {NULL, NULL, 0, 0}};
    static const struct call changes[] = {{"main", "ask", 200, 900000},
                                          {"ask", SQLITE("execute", "Connection"), 200, 300000},
                                          {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, chain), PK_POSSIBLE);
    assert_int_equal(grade_of(detector, rows), PK_LIKELY);
    assert_int_equal(grade_of(detector, changes), PK_LIKELY);
}

/* Just one sleep for each call is a pace; one more is a wait. */
static void one_call_of_the_sink_for_each_may_be_a_pace(void **state)
{
    static const char detector[] = "sink='sleep' grade='likely' once='possible'>";
    static const struct call pace[] = {
        {"main", "turn", 200, 900000}, {"turn", "usleep", 200, 300000}, {NULL, NULL, 0, 0}};
    static const struct call wait[] = {
        {"main", "turn", 200, 900000}, {"turn", "usleep", 201, 300000}, {NULL, NULL, 0, 0}};
    static const struct call direct[] = {{"main", "usleep", 200, 300000}, {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, pace), PK_POSSIBLE);
    assert_int_equal(grade_of(detector, wait), PK_LIKELY);
    assert_int_equal(grade_of(detector, direct), PK_LIKELY);
}

static void a_pair_is_called_as_often_in_the_same_loop(void **state)
{
    static const char detector[] =
        "sink='allocate' grade='likely'><pair family='free' percent='95'/>";
    static const struct call churn[] = {{"main", "turn", 200, 900000},
                                        {"turn", "malloc", 200, 300000},
                                        {"turn", "free", 200, 200000},
                                        {NULL, NULL, 0, 0}};
    static const struct call direct[] = {
        {"main", "malloc", 200, 300000}, {"main", "free", 200, 200000}, {NULL, NULL, 0, 0}};
    static const struct call kept[] = {{"main", "turn", 200, 900000},
                                       {"turn", "malloc", 200, 300000},
                                       {"turn", "free", 180, 200000},
                                       {NULL, NULL, 0, 0}};
    static const struct call at_the_end[] = {{"main", "turn", 200, 500000},
                                             {"turn", "malloc", 200, 300000},
                                             {"main", "close", 1, 300000},
                                             {"close", "free", 200, 200000},
                                             {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, churn), PK_LIKELY);
    assert_int_equal(grade_of(detector, direct), PK_LIKELY);
    assert_int_equal(grade_of(detector, kept), -1);
    assert_int_equal(grade_of(detector, at_the_end), -1);
}

/* What the pair costs counts, too: 300,000 and 200,000. */
/* Who receives in the loop may be another than who sent in a function that it calls. */
static void a_pair_beside_the_call_is_a_possible_one(void **state)
{
    static const char detector[] =
        "sink='send' grade='likely'><pair family='receive' percent='50' beside='possible'/>";
    static const struct call within[] = {{"main", "turn", 200, 900000},
                                         {"turn", "sendto", 200, 300000},
                                         {"turn", "recv", 200, 200000},
                                         {NULL, NULL, 0, 0}};
    static const struct call direct[] = {
        {"main", "sendto", 200, 300000}, {"main", "recv", 200, 200000}, {NULL, NULL, 0, 0}};
    static const struct call beside[] = {{"main", "turn", 200, 500000},
                                         {"turn", "sendto", 200, 300000},
                                         {"main", "recv", 200, 200000},
                                         {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, within), PK_LIKELY);
    assert_int_equal(grade_of(detector, direct), PK_LIKELY);
    assert_int_equal(grade_of(detector, beside), PK_POSSIBLE);
}

static void the_cost_is_that_of_both_of_a_pair(void **state)
{
    static const struct call churn[] = {{"main", "turn", 200, 900000},
                                        {"turn", "malloc", 200, 300000},
                                        {"turn", "free", 200, 200000},
                                        {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    find_init(&f, "sink='allocate' grade='likely'><pair family='free' percent='95'/>",
              profile_of(churn, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list[0].cost, 500000);
    assert_int_equal(f.findings.list[0].saving.hi, 900000);
    assert_int_equal(f.findings.list[0].all_calls, 200);
    assert_int_equal(f.findings.list[0].pair_calls, 200);
    found_fini(&f);
}

/* 20,000 instructions in 200 calls are 100 each. */
static void the_cost_of_one_call_is_compared_in_the_unit_of_the_profile(void **state)
{
    static const struct call calls[] = {
        {"main", "line", 1, 900000}, {"line", "strlen", 200, 20000}, {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    assert_int_equal(grade_of("sink='strlen' grade='likely' instructions='100'>", calls),
                     PK_LIKELY);
    assert_int_equal(grade_of("sink='strlen' grade='likely' instructions='101'>", calls), -1);
    assert_int_equal(grade_of("sink='strlen' grade='likely' ns='1'>", calls), -1);
    find_init(&f, "sink='strlen' grade='likely' ns='100' instructions='5000'>",
              profile_of(calls, "time", PK_UNIT_NS));
    assert_int_equal(f.findings.n, 1);
    found_fini(&f);
}

/* Counts of another kind than instructions say nothing of how small a call is. */
static void calls_are_close_by_the_instructions_of_the_loop(void **state)
{
    static const struct call calls[] = {
        {"main", "line", 1, 900000}, {"line", "write", 300, 2000}, {NULL, NULL, 0, 0}};
    static const char detector[] = "sink='raw-write' grade='likely' apart='3000'>";
    struct found f;
    (void)state;

    assert_int_equal(grade_of(detector, calls), PK_LIKELY); /* 900,000 / 300 */
    assert_int_equal(grade_of("sink='raw-write' grade='likely' apart='2999'>", calls), -1);
    find_init(&f, detector, profile_of(calls, "Bytes", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 0);
    found_fini(&f);
}

/* Each unit has its own bound, and where there is none nothing is said. */
static void calls_are_close_by_the_time_of_the_loop(void **state)
{
    static const struct call calls[] = {
        {"main", "line", 1, 900000}, {"line", "write", 300, 2000}, {NULL, NULL, 0, 0}};
    static const struct {
        const char *detector;
        uint32_t found;
    } table[] = {{"sink='raw-write' grade='likely' apart='1' apart-ns='3000'>", 1},
                 {"sink='raw-write' grade='likely' apart='9000' apart-ns='2999'>", 0},
                 {"sink='raw-write' grade='likely' apart='9000'>", 0}};
    (void)state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct found f;

        find_init(&f, table[i].detector, profile_of(calls, "time", PK_UNIT_NS));
        assert_int_equal(f.findings.n, table[i].found);
        found_fini(&f);
    }
}

static void what_is_called_seldom_must_be_called_at_all(void **state)
{
    static const char detector[] = "sink='open' grade='likely'><seldom family='sync' percent='5'/>";
    static const struct call never[] = {
        {"main", "line", 200, 900000}, {"line", "open", 200, 9000}, {NULL, NULL, 0, 0}};
    static const struct call seldom[] = {{"main", "line", 200, 900000},
                                         {"line", "open", 200, 9000},
                                         {"line", "fsync", 10, 9000},
                                         {NULL, NULL, 0, 0}};
    static const struct call often[] = {{"main", "line", 200, 900000},
                                        {"line", "open", 200, 9000},
                                        {"line", "fsync", 11, 9000},
                                        {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, never), -1);
    assert_int_equal(grade_of(detector, seldom), PK_LIKELY);
    assert_int_equal(grade_of(detector, often), -1);
}

static void files_that_are_written_are_not_read_again(void **state)
{
    static const char detector[] =
        "sink='open' grade='likely'><not-with family='write' percent='50'/>";
    static const struct call few[] = {{"main", "line", 200, 900000},
                                      {"line", "open", 200, 9000},
                                      {"line", "fwrite", 99, 9000},
                                      {NULL, NULL, 0, 0}};
    static const struct call many[] = {{"main", "line", 200, 900000},
                                       {"line", "open", 200, 9000},
                                       {"line", "fwrite", 100, 9000},
                                       {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, few), PK_LIKELY);
    assert_int_equal(grade_of(detector, many), -1);
}

/* 40 lines of each of 200 files are one file; 8,001 lines of them are not. */
static void equal_work_of_each_call_raises_the_grade(void **state)
{
    static const char detector[] = "sink='open' grade='possible' steady='likely'>";
    static const struct call same[] = {{"main", "load", 200, 900000},
                                       {"load", "open", 200, 9000},
                                       {"load", "split", 8000, 9000},
                                       {NULL, NULL, 0, 0}};
    static const struct call differs[] = {{"main", "load", 200, 900000},
                                          {"load", "open", 200, 9000},
                                          {"load", "split", 8001, 9000},
                                          {NULL, NULL, 0, 0}};
    static const struct call little[] = {{"main", "load", 200, 900000},
                                         {"load", "open", 200, 9000},
                                         {"load", "split", 1400, 9000},
                                         {NULL, NULL, 0, 0}};
    (void)state;

    assert_int_equal(grade_of(detector, same), PK_LIKELY);
    assert_int_equal(grade_of(detector, differs), PK_POSSIBLE);
    assert_int_equal(grade_of(detector, little), PK_POSSIBLE); /* 7 each */
}

static void the_cost_around_is_that_of_the_function_that_calls(void **state)
{
    static const struct call calls[] = {
        {"main", "load", 200, 700000}, {"load", "open", 200, 9000}, {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    find_init(&f, "sink='open' grade='likely' around='yes'>",
              profile_of(calls, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list[0].cost, 700000);
    found_fini(&f);
}

/* Text that is made in lock-step with calls that log nothing: the dearest function that formats. */
static void a_companion_adds_what_it_costs(void **state)
{
    static const struct call calls[] = {
        {"main", "retry", 200, 900000},     {"retry", "syslog", 200, 2000},
        {"retry", "describe", 200, 500000}, {"describe", "snprintf", 400, 400000},
        {"retry", "send", 200, 300000},     {"retry", "other", 199, 600000},
        {"other", "snprintf", 400, 400000}, {NULL, NULL, 0, 0}};
    const struct pk_finding *one;
    struct found f;
    (void)state;

    find_init(&f, "sink='log-front' grade='possible'><companion family='format' percent='100'/>",
              profile_of(calls, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    one = &f.findings.list[0];
    assert_int_equal(one->cost, 502000);
    assert_int_equal(one->n_proofs, 1);
    assert_int_equal(one->proofs[0].kind, PK_PROOF_TEXT);
    assert_int_equal(one->proofs[0].frame, support_find(f.profile, "describe"));
    found_fini(&f);
}

static void a_function_that_calls_itself_is_found_without_a_sink(void **state)
{
    static const struct call deep[] = {
        {"main", "walk", 2, 900000}, {"walk", "walk", 400, PK_MISSING}, {NULL, NULL, 0, 0}};
    static const struct call shallow[] = {
        {"main", "walk", 60, 900000}, {"walk", "walk", 400, PK_MISSING}, {NULL, NULL, 0, 0}};
    struct found f;
    (void)state;

    assert_int_equal(grade_of("grade='possible'>", shallow), -1);
    find_init(&f, "grade='possible'>", profile_of(deep, "Ir", PK_UNIT_COUNT));
    assert_int_equal(f.findings.n, 1);
    assert_int_equal(f.findings.list[0].loop.calls, 400);
    assert_int_equal(f.findings.list[0].loop.caller_calls, 2);
    assert_int_equal(f.findings.list[0].cost, 900000);
    found_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_of_a_direct_loop_is_all_that_turns_in_it),
        cmocka_unit_test(what_is_kept_is_in_doubt),
        cmocka_unit_test(one_row_for_each_query_is_in_doubt_without_many_rows),
        cmocka_unit_test(one_call_of_the_sink_for_each_may_be_a_pace),
        cmocka_unit_test(a_pair_is_called_as_often_in_the_same_loop),
        cmocka_unit_test(a_pair_beside_the_call_is_a_possible_one),
        cmocka_unit_test(the_cost_is_that_of_both_of_a_pair),
        cmocka_unit_test(the_cost_of_one_call_is_compared_in_the_unit_of_the_profile),
        cmocka_unit_test(calls_are_close_by_the_time_of_the_loop),
        cmocka_unit_test(calls_are_close_by_the_instructions_of_the_loop),
        cmocka_unit_test(what_is_called_seldom_must_be_called_at_all),
        cmocka_unit_test(files_that_are_written_are_not_read_again),
        cmocka_unit_test(equal_work_of_each_call_raises_the_grade),
        cmocka_unit_test(the_cost_around_is_that_of_the_function_that_calls),
        cmocka_unit_test(a_companion_adds_what_it_costs),
        cmocka_unit_test(a_function_that_calls_itself_is_found_without_a_sink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
