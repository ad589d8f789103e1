/*
 * The detectors' own file: what it says of one detector, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "rules/assets.h"
#include "rules/rules_xml.h"
#include "support.h"

#define TEXTS "<summary>s</summary><advice>a</advice><settle>t</settle></detector>"
#define HEAD(id, sink) \
    "<detector id='" id "' sink='" sink "' grade='likely' calls='20' per-call='8' percent='5'>"

static void a_detector_is_read_as_it_is_written(void **state)
{
    static const char xml[] =
        "<detectors>" HEAD("a-b", "sleep") "<unless family='poll' percent='200'/>" TEXTS
                                           "</detectors>";
    struct pk_detectors detectors;
    struct pk_error error = {0};
    (void)state;

    assert_true(pk_detectors_read(&detectors, "own.xml", PK_STR(xml), &error));
    assert_int_equal(detectors.n, 1);
    assert_true(pk_str_equal(detectors.list->id, PK_STR("a-b")));
    assert_true(detectors.list->sink == PK_FAMILY_BIT(PK_FAMILY_SLEEP));
    assert_int_equal(detectors.list->grade, PK_LIKELY);
    assert_int_equal(detectors.list->min_calls, 20);
    assert_int_equal(detectors.list->min_per_call, 8);
    assert_int_equal(detectors.list->min_percent, 5);
    assert_true(detectors.list->conditions[PK_UNLESS].families == PK_FAMILY_BIT(PK_FAMILY_POLL));
    assert_int_equal(detectors.list->conditions[PK_UNLESS].percent, 200);
    for (int i = PK_UNLESS + 1; i < PK_CONDITIONS; i++)
        assert_true(detectors.list->conditions[i].families == 0);
    assert_true(detectors.list->sampled_sink == detectors.list->sink);
    assert_true(!detectors.list->is_pace_possible);
    assert_true(!detectors.list->is_around && detectors.list->steady == PK_POSSIBLE);
    assert_int_equal(detectors.list->min_ns + detectors.list->max_apart, 0);
    assert_int_equal(detectors.list->max_apart_ns, 0);
    assert_true(pk_str_equal(detectors.list->summary, PK_STR("s")));
    assert_true(pk_str_equal(detectors.list->advice, PK_STR("a")));
    assert_true(pk_str_equal(detectors.list->settle, PK_STR("t")));
    pk_detectors_fini(&detectors);
}

/* What few detectors ask for, and lists of families. */
static void conditions_name_one_family_or_several(void **state)
{
    static const char xml[] =
        "<detectors><detector id='a' grade='possible' calls='1' per-call='2' ns='30' "
        "instructions='40' apart='50' apart-ns='55' sampled='likely' sampled-percent='60' "
        "sampled-sink='read gc' around='yes' once='possible' steady='likely' yields-to='b-c'>"
        "<pair beside='possible' family='free' percent='6'/>"
        "<seldom family=' read  write ' percent='7'/>"
        "<not-with family='gc' percent='8'/><doubt without='gc' family='keep' percent='10'/>"
        "<companion family='copy' percent='9'/>" TEXTS "</detectors>";
    struct pk_detectors detectors;
    const struct pk_detector *one;
    struct pk_error error = {0};
    (void)state;

    assert_true(pk_detectors_read(&detectors, "own.xml", PK_STR(xml), &error));
    one = detectors.list;
    assert_true(one->sink == 0 && one->min_percent == 0 && one->is_around);
    assert_int_equal(one->min_ns, 30);
    assert_int_equal(one->min_instructions, 40);
    assert_int_equal(one->max_apart, 50);
    assert_int_equal(one->max_apart_ns, 55);
    assert_true(one->is_pace_possible);
    assert_true(one->sampled_sink == (PK_FAMILY_BIT(PK_FAMILY_READ) | PK_FAMILY_BIT(PK_FAMILY_GC)));
    assert_true(one->conditions[PK_DOUBT].families == PK_FAMILY_BIT(PK_FAMILY_KEEP));
    assert_int_equal(one->conditions[PK_DOUBT].percent, 10);
    assert_true(one->conditions[PK_DOUBT].without == PK_FAMILY_BIT(PK_FAMILY_GC));
    assert_true(one->conditions[PK_PAIR].is_beside_possible);
    assert_true(!one->conditions[PK_DOUBT].is_beside_possible);
    assert_int_equal(one->steady, PK_LIKELY);
    assert_int_equal(one->sampled, PK_LIKELY);
    assert_int_equal(one->sampled_percent, 60);
    assert_true(pk_str_equal(one->yields_to, PK_STR("b-c")));
    assert_true(one->conditions[PK_PAIR].families == PK_FAMILY_BIT(PK_FAMILY_FREE));
    assert_true(one->conditions[PK_SELDOM].families ==
                (PK_FAMILY_BIT(PK_FAMILY_READ) | PK_FAMILY_BIT(PK_FAMILY_WRITE)));
    assert_int_equal(one->conditions[PK_SELDOM].percent, 7);
    assert_true(one->conditions[PK_NOT_WITH].families == PK_FAMILY_BIT(PK_FAMILY_GC));
    assert_true(one->conditions[PK_COMPANION].families == PK_FAMILY_BIT(PK_FAMILY_COPY));
    pk_detectors_fini(&detectors);
}

static void assert_refused(const char *inside, uint64_t line, const char *words)
{
    struct pk_detectors detectors;
    struct pk_error error = {0};
    struct pk_buf xml = {0};

    pk_buf_printf(&xml, "<detectors>\n%s\n</detectors>", inside);
    assert_false(pk_detectors_read(&detectors, "own.xml", pk_buf_view(&xml), &error));
    assert_int_equal(detectors.n, 0);
    support_expect_error(&error, "own.xml", line, words);
    pk_buf_fini(&xml);
}

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;

    assert_refused(HEAD("a", "no-such") TEXTS, 2, "no family 'no-such'");
    assert_refused(HEAD("a", "sleep") "\n<only-if family='no' percent='1'/>" TEXTS, 3, "'no'");
    assert_refused(HEAD("a", "sleep") TEXTS "\n" HEAD("a", "sleep") TEXTS, 3, "second time");
    assert_refused(HEAD("a", "sleep no-such poll") TEXTS, 2, "no family 'no-such'");
    assert_refused("\n<detector id='a'/>", 3, "detector");
    assert_refused(HEAD("a", "sleep") "\n<unless family='poll' percent='0'/>" TEXTS, 3, "");
}

/* The identifiers of the program are those that users know from the manual of suppressions. */
static void the_detectors_of_the_program_are_all_read(void **state)
{
    static const char *const ids[] = {
        "deepcopy-in-hot-loop",   "eager-log-formatting",     "exceptions-as-control-flow",
        "fsync-per-record",       "import-inside-function",   "linear-search-in-list",
        "lock-contention",        "malloc-free-churn",        "missing-memoisation",
        "n-plus-one-query",       "network-call-per-item",    "network-call-per-item",
        "quadratic-list-ops",     "quadratic-list-ops",       "redundant-memcpy",
        "regex-compile-in-loop",  "regex-compile-in-loop",    "repeated-dns-lookup",
        "repeated-file-read",     "repeated-stat-mkdir",      "repeated-stat-mkdir",
        "reparse-same-input",     "serialisation-round-trip", "sleep-polling",
        "sort-in-loop",           "string-concat-growth",     "strlen-in-loop",
        "strptime-in-hot-loop",   "subprocess-per-item",      "unbuffered-tiny-reads",
        "unbuffered-tiny-writes",
    };
    struct pk_detectors detectors;
    (void)state;

    pk_detectors_init(&detectors);
    assert_int_equal(detectors.n, sizeof ids / sizeof *ids);
    for (uint32_t i = 0; i < detectors.n; i++) {
        assert_true(pk_str_equal(detectors.list[i].id, pk_str_of(ids[i])));
        assert_true(detectors.list[i].summary.size && detectors.list[i].advice.size);
        assert_true(detectors.list[i].settle.size);
    }
    pk_detectors_fini(&detectors);
}

/* The program itself does not ask. */
static void the_detectors_of_the_program_are_as_the_schema_has_it(void **state)
{
    struct pk_detectors detectors;
    struct pk_error error = {0};
    (void)state;

    assert_true(
        pk_detectors_read(&detectors, "detectors.xml", pk_str_of(pk_asset_detectors_xml), &error));
    pk_detectors_fini(&detectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_detector_is_read_as_it_is_written),
        cmocka_unit_test(conditions_name_one_family_or_several),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(the_detectors_of_the_program_are_all_read),
        cmocka_unit_test(the_detectors_of_the_program_are_as_the_schema_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
