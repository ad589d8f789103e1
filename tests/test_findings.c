/*
 * Findings in profiles of programs whose fault is known (label.json of the shared anti-patterns),
 * of the same programs repaired, and of honest ones that look alike. The expected counts were
 * worked out by Python's pstats, by another program, before there was any code here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/corpus.h"
#include "tests/found.h"
#include "tests/reading.h"

static void find_in(struct found *f, const char *name)
{
    bool is_pstats = strstr(name, ".pstats") != NULL;
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_profile *profile;
    struct pk_buf bytes = {0};
    char path[4400], block[4096];
    size_t got;
    FILE *file;

    snprintf(path, sizeof path, "%s/antipatterns/%s", corpus_shared(), name);
    file = fopen(path, "rb");
    assert_non_null(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        pk_buf_add(&bytes, block, got);
    fclose(file);
    profile = reading_profile(is_pstats ? &pk_reader_pstats : &pk_reader_callgrind,
                              pk_buf_view(&bytes), (struct pk_read_options){0}, &limits, &error);
    pk_buf_fini(&bytes);
    found_init(f, profile, PK_STR_NULL);
}

static const char *name_of(const struct found *f, pk_frame_id frame)
{
    return pk_profile_frame(f->profile, frame)->name.data;
}

static void print_all(const struct found *f, const char *file)
{
    for (uint32_t i = 0; i < f->findings.n; i++) {
        const struct pk_finding *one = &f->findings.list[i];

        print_message("%s: %s grade %d %s -> %s, %lld of %lld, sinks %lld\n", file,
                      one->detector->id.data, (int)one->grade, name_of(f, one->caller),
                      name_of(f, one->callee), (long long)one->loop.calls,
                      (long long)one->loop.caller_calls, (long long)one->sink_calls);
    }
}

struct fault {
    const char *file, *id, *caller, *callee, *at;
    int64_t calls, caller_calls;
    enum pk_grade grade;
};

static void assert_fault(const struct fault *fault)
{
    const struct pk_finding *one = NULL;
    struct found f;

    find_in(&f, fault->file);
    for (uint32_t i = 0; i < f.findings.n && !one; i++)
        if (strcmp(f.findings.list[i].detector->id.data, fault->id) == 0 &&
            strcmp(name_of(&f, f.findings.list[i].callee), fault->callee) == 0)
            one = &f.findings.list[i];
    if (!one)
        print_all(&f, fault->file);
    assert_non_null(one);
    assert_int_equal(one->grade, fault->grade);
    assert_string_equal(name_of(&f, one->caller), fault->caller);
    assert_int_equal(one->loop.calls, fault->calls);
    assert_int_equal(one->loop.caller_calls, fault->caller_calls);
    assert_true(one->saving.lo == 0 && one->saving.hi >= one->cost && one->cost > 0);
    assert_true(one->likely_saving >= one->cost && one->likely_saving <= one->saving.hi);
    assert_string_equal(name_of(&f, one->at), fault->at);
    assert_true(one->saving.hi <=
                pk_profile_total(f.profile, pk_profile_default_metric(f.profile)));
    found_fini(&f);
}

static void faults_are_found_at_their_loop_with_their_counts(void **state)
{
    static const struct fault faults[] = {
        {"backtest_exchange/bad.pstats", "repeated-stat-mkdir", "run_backtest", "step",
         "ensure_directory", 39360, 1, PK_PROVEN},
        {"backtest_exchange/step1.pstats", "repeated-stat-mkdir", "run_backtest", "step",
         "ensure_directory", 39360, 1, PK_PROVEN},
        {"backtest_exchange/bad.pstats", "eager-log-formatting", "run_backtest", "step", "retry",
         39360, 1, PK_POSSIBLE},
        {"contact_merge/bad.pstats", "linear-search-in-list", "merge",
         "<method 'index' of 'list' objects>", "merge", 18000, 1, PK_LIKELY},
        {"grid_paths/bad.pstats", "missing-memoisation", "cheapest", "cheapest", "cheapest",
         3997446, 1, PK_POSSIBLE},
        {"order_stages/bad.pstats", "serialisation-round-trip", "main", "process", "add_tax", 25000,
         1, PK_LIKELY},
        {"print_queue/bad.pstats", "quadratic-list-ops", "simulate", "print_next", "print_next",
         80000, 1, PK_LIKELY},
        {"print_queue/bad.pstats", "quadratic-list-ops", "simulate", "submit", "submit", 80000, 1,
         PK_LIKELY},
        {"record_stats/bad.callgrind", "malloc-free-churn", "main", "process_record", "record_new",
         60000, 1, PK_LIKELY},
        {"sensor_dump/bad.callgrind", "unbuffered-tiny-writes", "main", "emit_reading", "put_text",
         20000, 1, PK_LIKELY},
        {"shout_text/bad.callgrind", "strlen-in-loop", "shout_line", "__strlen_avx2", "shout_line",
         24004, 4, PK_LIKELY},
        {"vote_tally/bad.callgrind", "lock-contention", "count_votes", "add_vote", "add_vote",
         40000, 4, PK_POSSIBLE},
        {"log_window/bad.pstats", "strptime-in-hot-loop", "count_window", "parse_line",
         "parse_line", 150000, 1, PK_PROVEN},
        {"manifest_sums/bad.pstats", "subprocess-per-item", "<listcomp>", "checksum", "checksum",
         1200, 1, PK_LIKELY},
        {"poll_worker/bad.pstats", "sleep-polling", "main", "wait_for", "wait_for", 300, 1,
         PK_POSSIBLE},
        {"price_rules/bad.pstats", "reparse-same-input", "price_cart", "discount", "rules_of",
         40000, 1, PK_POSSIBLE},
        {"queens_search/bad.pstats", "deepcopy-in-hot-loop", "solutions", "deepcopy", "solutions",
         35538, 1, PK_LIKELY},
        {"route_patterns/bad.pstats", "regex-compile-in-loop", "resolve", "compile", "_compile",
         7658, 12, PK_LIKELY},
        {"send_reminders/bad.pstats", "repeated-file-read", "send_all", "read_optouts",
         "read_optouts", 5066, 1, PK_POSSIBLE},
        {"shop_invoices/bad.pstats", "n-plus-one-query", "invoice_totals", "total_of", "total_of",
         60000, 1, PK_LIKELY},
        {"shop_invoices/bad.pstats", "n-plus-one-query", "invoice_totals", "country_of",
         "country_of", 60000, 1, PK_LIKELY},
        {"station_weather/bad.pstats", "network-call-per-item", "collect", "get_json", "get_json",
         1200, 1, PK_LIKELY},
    };
    (void)state;

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        assert_fault(&faults[i]);
}

/* Each fault is named as what it is: whatever else is found there is a possible finding only. */
static void nothing_else_is_proven_or_likely_in_faulty_programs(void **state)
{
    static const char *const programs[][2] = {
        {"backtest_exchange/bad", "repeated-stat-mkdir"},
        {"backtest_exchange/step1", "repeated-stat-mkdir"},
        {"contact_merge/bad", "linear-search-in-list"},
        {"grid_paths/bad", ""},
        {"log_window/bad", "strptime-in-hot-loop"},
        {"manifest_sums/bad", "subprocess-per-item"},
        {"order_stages/bad", "serialisation-round-trip"},
        {"poll_worker/bad", ""},
        {"price_rules/bad", ""},
        {"print_queue/bad", "quadratic-list-ops"},
        {"queens_search/bad", "deepcopy-in-hot-loop"},
        {"route_patterns/bad", "regex-compile-in-loop"},
        {"send_reminders/bad", ""},
        {"shop_invoices/bad", "n-plus-one-query"},
        {"station_weather/bad", "network-call-per-item"},
    };
    static const char *const formats[] = {"pstats", "callgrind"};
    uint32_t wrong = 0;
    (void)state;

    for (size_t i = 0; i < 2 * sizeof programs / sizeof *programs; i++) {
        struct found f;
        char name[200];

        snprintf(name, sizeof name, "%s.%s", programs[i / 2][0], formats[i % 2]);
        find_in(&f, name);
        for (uint32_t k = 0; k < f.findings.n; k++)
            wrong += f.findings.list[k].grade != PK_POSSIBLE &&
                     strcmp(f.findings.list[k].detector->id.data, programs[i / 2][1]) != 0;
        print_all(&f, name);
        found_fini(&f);
    }
    assert_int_equal(wrong, 0);
}

/* Sound programs in C: the repaired ones, and one that takes its memory from an arena. */
static void sound_programs_in_c_get_no_finding(void **state)
{
    static const char *const files[] = {
        "record_stats/good.callgrind",
        "sensor_dump/good.callgrind",
        "shout_text/good.callgrind",
        "vote_tally/good.callgrind",
        "innocent_arena_compiler/app.callgrind",
    };
    (void)state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct found f;

        find_in(&f, files[i]);
        print_all(&f, files[i]);
        assert_int_equal(f.findings.n, 0);
        found_fini(&f);
    }
}

/* What is repaired or honest gets nothing but a possible finding. */
static void honest_programs_get_no_proven_or_likely_finding(void **state)
{
    static const char *const programs[] = {
        "backtest_exchange/good",    "contact_merge/good",       "grid_paths/good",
        "innocent_audit_log/app",    "innocent_backup_walk/app", "innocent_bulk_loader/app",
        "innocent_formula_tree/app", "log_window/good",          "manifest_sums/good",
        "order_stages/good",         "poll_worker/good",         "price_rules/good",
        "print_queue/good",          "queens_search/good",       "route_patterns/good",
        "send_reminders/good",       "shop_invoices/good",       "station_weather/good",
    };
    static const char *const formats[] = {"pstats", "callgrind"};
    uint32_t bad = 0;
    (void)state;

    for (size_t i = 0; i < 2 * sizeof programs / sizeof *programs; i++) {
        struct found f;
        char name[200];

        snprintf(name, sizeof name, "%s.%s", programs[i / 2], formats[i % 2]);
        find_in(&f, name);
        assert_true(f.findings.has_counts);
        for (uint32_t k = 0; k < f.findings.n; k++)
            bad += f.findings.list[k].grade != PK_POSSIBLE;
        print_all(&f, name);
        found_fini(&f);
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_found_at_their_loop_with_their_counts),
        cmocka_unit_test(nothing_else_is_proven_or_likely_in_faulty_programs),
        cmocka_unit_test(sound_programs_in_c_get_no_finding),
        cmocka_unit_test(honest_programs_get_no_proven_or_likely_finding),
    };

    if (corpus_is_missing())
        return corpus_missing_status();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
