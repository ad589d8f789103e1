/*
 * Findings as paragraphs and as JSON: results made by hand, so that what is printed is known
 * without any detector at work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "render/view_findings.h"
#include "support.h"
#include "tests/json_check.h"

struct shown {
    struct pk_profile *profile;
    struct pk_detector detector;
    struct pk_finding finding;
    struct pk_findings findings;
    struct pk_findings_view view;
    struct pk_buf out;
};

static pk_frame_id add(struct pk_builder *builder, const char *name, const char *file,
                       uint32_t line, int64_t self)
{
    struct pk_frame frame = {.name = pk_str_of(name), .file = pk_str_of(file), .line = line};
    pk_frame_id id = pk_builder_frame(builder, &frame);

    pk_builder_self(builder, id, &self, NULL, PK_CALLS_MISSING);
    return id;
}

/* 30 calls of load for each of 3 pages, each of which asks the database once: 3 of 4 seconds. */
static void show_init(struct shown *s, const char *page)
{
    struct pk_builder *builder = support_builder();

    *s = (struct shown){0};
    add(builder, page, "shop.py", 4, 0);
    add(builder, "load", "shop.py", 9, 1000000000);
    add(builder, "execute", "db.py", 0, 3000000000);
    s->profile = support_freeze(builder);
    s->detector = (struct pk_detector){
        .id = PK_STR("n-plus-one-query"),
        .advice = PK_STR("Ask once."),
        .settle = PK_STR("Look at the statements."),
        .summary = PK_STR("One query for each item."),
        .sink = PK_FAMILY_BIT(PK_FAMILY_QUERY),
        .min_calls = 100,
        .min_per_call = 8,
        .min_percent = 2,
        .sampled_percent = 20,
        .sampled_around = 5,
    };
    s->finding = (struct pk_finding){
        .detector = &s->detector,
        .grade = PK_PROVEN,
        .caller = support_find(s->profile, page),
        .callee = support_find(s->profile, "load"),
        .at = support_find(s->profile, "load"),
        .sink = support_find(s->profile, "execute"),
        .loop = {0, 91, 3},
        .sink_calls = 1900,
        .cost = 3000000000,
        .saving = {0, 4000000000},
        .likely_saving = 3500000000,
        .fingerprint = PK_STR("n-plus-one-query:shop:load:db:execute"),
    };
    s->findings = (struct pk_findings){&s->finding, 1, true, false};
    s->view = (struct pk_findings_view){
        .profile = s->profile, .findings = &s->findings, .shown = 1, .cure = "--top 0"};
}

static void show_fini(struct shown *s)
{
    pk_buf_fini(&s->out);
    pk_profile_free(s->profile);
}

static const char *text_of(struct shown *s, bool no_header)
{
    s->out.size = 0;
    pk_view_findings_text(&s->view, &(struct pk_style){.no_header = no_header}, &s->out);
    pk_buf_char(&s->out, '\0');
    return s->out.data;
}

static const char *json_of(struct shown *s)
{
    static const char *const inputs[] = {"shop.prof", NULL};

    s->out.size = 0;
    pk_view_findings_json(&s->view, inputs, &s->out);
    pk_buf_char(&s->out, '\0');
    assert_true(json_check(s->out.data));
    return s->out.data;
}

/* 91 calls for 3 are 30.33 each. */
static void a_proven_finding_says_where_and_how_often(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    assert_string_equal(
        text_of(&s, true),
        "1  n-plus-one-query  costs 3.00 s (75.0 %)  proven\n"
        "   load  shop.py:9  ->  execute  db.py\n"
        "   loop      page  shop.py:4\n"
        "   evidence  1,900 calls of execute; 30.3 of load for each of 3 calls of "
        "page\n"
        "   needs     at least 100 calls, 8 for each call of the loop, 2 % of the "
        "whole\n"
        "   advice    Ask once.\n"
        "   to check  Look at the statements.\n"
        "   saves     about 3.50 s (87.5 %), at most 4.00 s (100.0 %), at least 0 s\n"
        "   id        n-plus-one-query:shop:load:db:execute\n");
    show_fini(&s);
}

/* What was asked for stands beside what was counted, in the unit that the profile has. */
static void thresholds_are_those_of_the_detector(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    s.detector.min_ns = 3000;
    s.detector.min_instructions = 700;
    s.detector.max_apart = 500;
    s.detector.max_apart_ns = 1500;
    s.detector.conditions[PK_UNLESS] =
        (struct pk_condition){.families = PK_FAMILY_BIT(PK_FAMILY_LOG_EMIT), .percent = 1};
    s.detector.conditions[PK_PAIR] =
        (struct pk_condition){.families = PK_FAMILY_BIT(PK_FAMILY_FREE), .percent = 95};
    assert_non_null(strstr(text_of(&s, true),
                           " 2 % of the whole, 3.00 us each; at most 1.50 us of the loop for each; "
                           "at most 1 % as many calls of log-emit in the whole profile; "
                           "at least 95 % as many calls of free in the same loop\n"));
    s.detector.sink = 0;
    assert_non_null(
        strstr(text_of(&s, true), "at least 100 calls by itself, 8 for each call by others, 2 %"));
    show_fini(&s);
}

/* Calls of the family that would refute it are part of the evidence. */
static void proofs_are_part_of_the_evidence(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    s.finding.grade = PK_POSSIBLE;
    s.finding.proofs[0] =
        (struct pk_proof){PK_PROOF_CALLS, PK_FAMILY_BIT(PK_FAMILY_LOG_EMIT), PK_NONE, 0, 0};
    s.finding.n_proofs = 1;
    assert_non_null(strstr(text_of(&s, true), ")  possible\n"));
    assert_non_null(strstr(text_of(&s, true), " of page; 0 calls of log-emit\n"));
    show_fini(&s);
}

/* Samples have no calls, so neither a loop nor a count is claimed. */
static void a_finding_of_samples_says_its_share_alone(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    s.finding.is_sampled = true;
    s.finding.grade = PK_LIKELY;
    s.finding.loop = (struct pk_loop){PK_NONE, PK_MISSING, PK_MISSING};
    s.finding.sink_calls = PK_MISSING;
    assert_string_equal(
        text_of(&s, true),
        "1  n-plus-one-query  costs 3.00 s (75.0 %)  likely\n"
        "   load  shop.py:9  ->  execute  db.py\n"
        "   evidence  75.0 % of the samples are below load in execute or the like; "
        "calls are not counted\n"
        "   needs     at least 20 % of the samples\n"
        "   advice    Ask once.\n"
        "   to check  Look at the statements.\n"
        "   saves     about 3.50 s (87.5 %), at most 4.00 s (100.0 %), at least 0 s\n"
        "   id        n-plus-one-query:shop:load:db:execute\n");
    s.finding.sink_cost = 200000000;
    assert_non_null(strstr(text_of(&s, true),
                           "75.0 % of the samples are below load, 5.0 % in execute or the like;"));
    assert_non_null(
        strstr(text_of(&s, true), "at least 20 % of the samples, 5 samples in such calls\n"));
    s.finding.sink_cost = 0;
    assert_non_null(
        strstr(json_of(&s), "\"calls\":null,\"caller_calls\":null,\"sink_calls\":null,"));
    show_fini(&s);
}

static void rates_have_a_decimal_only_below_100(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    s.finding.loop = (struct pk_loop){0, 1000, 4};
    assert_non_null(strstr(text_of(&s, true), "; 250 of load for each of 4 calls"));
    s.finding.loop = (struct pk_loop){0, 34, 4};
    assert_non_null(strstr(text_of(&s, true), "; 8.5 of load for each of 4 calls"));
    s.finding.loop = (struct pk_loop){0, 1039, 10};
    assert_non_null(strstr(text_of(&s, true), "; 103 of load for each of 10 calls"));
    s.finding.loop = (struct pk_loop){0, 8, 1};
    assert_non_null(strstr(text_of(&s, true), "; 8 of load for each of 1 call of"));
    show_fini(&s);
}

static void the_last_line_counts_and_names_what_is_left_out(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "page");
    assert_non_null(
        strstr(text_of(&s, false), "\n1 finding        profkit explain n-plus-one-query\n"));
    s.view.shown = 0;
    assert_string_equal(text_of(&s, false), "0 findings, 1 more with --top 0\n");
    s.view.n_small = 1;
    s.view.small = "80%";
    assert_string_equal(text_of(&s, false), "0 findings, 1 more below --min-saving 80%\n");
    s.view.n_small = 0;
    s.findings.n = 0;
    assert_string_equal(text_of(&s, false), "no findings\n");
    s.findings.has_counts = false;
    assert_string_equal(text_of(&s, false),
                        "not applicable: the profile counts no calls and has no stacks\n");
    s.findings.has_stacks = true;
    assert_string_equal(text_of(&s, false),
                        "no findings; calls are not counted, so most were not looked for\n");
    assert_string_equal(text_of(&s, true), "");
    show_fini(&s);
}

/* A profile cannot drive the terminal, nor break the JSON. */
static void names_of_a_hostile_profile_are_escaped(void **state)
{
    struct shown s;
    (void)state;

    show_init(&s, "pa\033[2Jge\"");
    assert_null(strchr(text_of(&s, false), '\033'));
    assert_non_null(strstr(text_of(&s, false), "pa\\x1b[2Jge\""));
    assert_null(strchr(json_of(&s), '\033'));
    assert_non_null(strstr(json_of(&s), "pa\\u001b[2Jge\\\""));
    show_fini(&s);
}

static void json_says_the_same_in_base_units(void **state)
{
    struct shown s;
    const char *json;
    (void)state;

    show_init(&s, "page");
    json = json_of(&s);
    assert_non_null(strstr(json, "\"schema\":\"profkit.findings/1\""));
    assert_non_null(strstr(json, "\"id\":\"n-plus-one-query\""));
    assert_non_null(strstr(json, "\"fingerprint\":\"n-plus-one-query:shop:load:db:execute\""));
    assert_non_null(strstr(json, "\"cost\":3000000000,\"share\":0.75"));
    assert_non_null(strstr(json, "\"calls\":91,\"caller_calls\":3,\"sink_calls\":1900,"));
    assert_non_null(strstr(json, "\"saving\":{\"low\":0,\"high\":4000000000,\"low_share\":0.000000,"
                                 "\"high_share\":1.000000},\"likely_saving\":3500000000,"
                                 "\"likely_saving_share\":0.875000"));
    assert_non_null(strstr(json, "\"left_out\":{\"rows\":0}"));
    s.view.shown = 0;
    assert_non_null(strstr(json_of(&s), "\"rows\":[],\"left_out\":{\"rows\":1}"));
    show_fini(&s);
}

/* What a profile calls a function must stay in its code span, and our own texts are no markup. */
static void markdown_has_names_in_code_spans(void **state)
{
    struct shown s;
    const char *text;
    (void)state;

    show_init(&s, "`](http://a) @you `` \n# b");
    s.detector.advice = PK_STR("Use a_b*c <i> `d`.");
    s.out.size = 0;
    pk_view_findings_md(&s.view, &s.out);
    pk_buf_char(&s.out, '\0');
    text = s.out.data;
    assert_non_null(strstr(text, "### profkit findings: 1 finding\n\n#### 1. n-plus-one-query: "
                                 "3.00 s (75.0 %), proven\n\n`load  shop.py:9` calls `execute  "
                                 "db.py`\n\n- loop: ``` `](http://a) @you `` \\x0a# b  shop.py:4"));
    assert_non_null(strstr(text, "\n- advice: Use a\\_b\\*c \\<i\\> \\`d\\`.\n- to check: Look"));
    assert_non_null(strstr(text, "\n- id: `n-plus-one-query:shop:load:db:execute`\n"));
    assert_null(strstr(text, "\n# b"));
    show_fini(&s);
}

/* An error is only what a gate was told to fail by. */
static void levels_of_notices_follow_grade_saving_and_gate(void **state)
{
    static const struct {
        enum pk_grade grade;
        int64_t high;
        bool has_gate;
        enum pk_grade fails;
        enum pk_notice_level expected;
    } cases[] = {
        {PK_PROVEN, 4000000000, false, PK_PROVEN, PK_NOTICE_WARNING},
        {PK_LIKELY, 4000000000, false, PK_POSSIBLE, PK_NOTICE_WARNING},
        {PK_POSSIBLE, 4000000000, false, PK_PROVEN, PK_NOTICE_NOTE},
        {PK_PROVEN, 200000001, false, PK_PROVEN, PK_NOTICE_WARNING},
        {PK_PROVEN, 200000000, false, PK_PROVEN, PK_NOTICE_NOTE}, /* a twentieth of 4 s */
        {PK_PROVEN, 200000000, true, PK_PROVEN, PK_NOTICE_ERROR},
        {PK_LIKELY, 4000000000, true, PK_PROVEN, PK_NOTICE_WARNING},
        {PK_POSSIBLE, 4000000000, true, PK_POSSIBLE, PK_NOTICE_ERROR},
    };
    struct pk_arena arena;
    struct shown s;
    (void)state;

    pk_arena_init(&arena);
    show_init(&s, "page");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_notices notices;

        s.finding.grade = cases[i].grade;
        s.finding.saving.hi = cases[i].high;
        s.view.gate =
            (struct pk_gate_of_findings){.is_asked = cases[i].has_gate, .grade = cases[i].fails};
        notices = pk_view_findings_notices(&s.view, &arena);
        assert_int_equal(notices.n, 1);
        assert_int_equal(notices.list[0].level, cases[i].expected);
        assert_true(pk_str_equal(notices.list[0].rule, s.detector.id));
        assert_true(pk_str_equal(notices.list[0].about, s.detector.summary));
    }
    show_fini(&s);
    pk_arena_fini(&arena);
}

/* The other profile has frames of its own: what is fixed is shown by those. */
static void a_baseline_says_what_is_new_and_what_is_fixed(void **state)
{
    struct shown s, then;
    struct pk_lifecycle lifecycle = {.count = {[PK_FINDING_WORSE] = 1}, .n_fixed = 1};
    const struct pk_finding *fixed[1] = {&then.finding};
    (void)state;

    show_init(&s, "page");
    show_init(&then, "leaf");
    then.finding.at = then.finding.caller;
    then.finding.fingerprint = PK_STR("n-plus-one-query:shop:leaf:db:execute");
    lifecycle.fixed = fixed;
    s.view.lifecycle = &lifecycle;
    s.view.baseline = "old.prof";
    s.view.before = then.profile;
    s.finding.state = PK_FINDING_WORSE;
    s.finding.cost_before = 1500000000;
    s.finding.calls_before = 1;
    assert_non_null(strstr(text_of(&s, false), ")  proven  worse\n   load"));
    assert_non_null(strstr(text_of(&s, false), "\n   before    1.50 s, 1 call\n   id "));
    assert_non_null(strstr(text_of(&s, false),
                           "\n-  n-plus-one-query  cost 3.00 s (75.0 %)  proven  fixed\n"
                           "   leaf  shop.py:4  ->  execute  db.py\n"
                           "   id        n-plus-one-query:shop:leaf:db:execute\n"
                           "1 finding; 0 new, 1 worse, 0 same, 1 fixed since old.prof   "));
    assert_non_null(strstr(json_of(&s), "\"baseline\":{\"input\":\"old.prof\",\"new\":0,"
                                        "\"worse\":1,\"same\":0,\"fixed\":[{\"id\":"));
    assert_non_null(strstr(json_of(&s), "\"state\":\"worse\",\"before\":{\"cost\":1500000000,"
                                        "\"sink_calls\":1}"));
    s.finding.state = PK_FINDING_NEW;
    assert_non_null(strstr(json_of(&s), "\"state\":\"new\",\"before\":null"));
    assert_null(strstr(text_of(&s, false), "before  "));
    show_fini(&then);
    show_fini(&s);
}

/* Each saves up to 4 s of 4 s: together they do not save 8. */
static void several_findings_say_what_they_save_together(void **state)
{
    struct pk_finding list[2];
    struct shown s;
    (void)state;

    show_init(&s, "page");
    list[0] = list[1] = s.finding;
    s.findings.list = list;
    s.findings.n = s.view.shown = 2;
    s.view.most = 4000000000;
    assert_non_null(strstr(text_of(&s, false), "\n2 findings, together up to 4.00 s (100.0 %)   "));
    assert_non_null(strstr(json_of(&s), "\"saving\":{\"low\":0,\"high\":4000000000,\"low_share\":"
                                        "0.000000,\"high_share\":1.000000},\"baseline\""));
    show_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_finding_says_where_and_how_often),
        cmocka_unit_test(thresholds_are_those_of_the_detector),
        cmocka_unit_test(proofs_are_part_of_the_evidence),
        cmocka_unit_test(a_finding_of_samples_says_its_share_alone),
        cmocka_unit_test(rates_have_a_decimal_only_below_100),
        cmocka_unit_test(the_last_line_counts_and_names_what_is_left_out),
        cmocka_unit_test(names_of_a_hostile_profile_are_escaped),
        cmocka_unit_test(json_says_the_same_in_base_units),
        cmocka_unit_test(a_baseline_says_what_is_new_and_what_is_fixed),
        cmocka_unit_test(several_findings_say_what_they_save_together),
        cmocka_unit_test(markdown_has_names_in_code_spans),
        cmocka_unit_test(levels_of_notices_follow_grade_saving_and_gate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
