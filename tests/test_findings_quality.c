/*
 * Findings about the profile: they say what the quality line says, by the same counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "analyze/findings.h"
#include "analyze/quality.h"
#include "support.h"

struct looked {
    struct pk_profile *profile;
    struct pk_arena arena;
    struct pk_findings found;
};

static void look(struct looked *l, struct pk_builder *builder)
{
    l->profile = support_freeze(builder);
    pk_arena_init(&l->arena);
    l->found = pk_findings_of_quality(l->profile, 0, &l->arena);
}

static void look_fini(struct looked *l)
{
    pk_arena_fini(&l->arena);
    pk_profile_free(l->profile);
}

/* The only finding, of this id and with these words; it has no function and saves nothing. */
static const struct pk_finding *only(const struct looked *l, const char *id, const char *evidence)
{
    const struct pk_finding *one = l->found.list;

    assert_int_equal(l->found.n, 1);
    assert_true(pk_str_equal(one->detector->id, pk_str_of(id)));
    assert_true(pk_str_equal(one->evidence, pk_str_of(evidence)));
    assert_true(one->is_quality && one->criterion.size);
    assert_int_equal(one->at, PK_NONE);
    assert_int_equal(one->saving.hi, 0);
    return one;
}

static void nothing_is_found_in_a_good_profile(void **state)
{
    struct looked l;
    (void)state;

    look(&l, support_stacks("main;a 60\nmain;b 40\n"));
    assert_int_equal(l.found.n, 0);
    look_fini(&l);
}

static void weight_without_symbols_is_the_cost(void **state)
{
    struct pk_builder *builder = support_stacks("main 700\n");
    struct pk_frame unknown = {.name = PK_STR("[unknown]"), .kind = PK_KIND_UNRESOLVED};
    pk_frame_id stack[1];
    int64_t weight = 300;
    struct looked l;
    (void)state;

    stack[0] = pk_builder_frame(builder, &unknown);
    pk_builder_stack(builder, stack, NULL, 1, &weight);
    look(&l, builder);
    assert_int_equal(
        only(&l, "q-unresolved-symbols", "30.0 % of weight ends in frames without a symbol")->cost,
        300);
    look_fini(&l);
}

static void few_samples_have_no_cost(void **state)
{
    struct looked l;
    (void)state;

    look(&l, support_stacks("main 60\n"));
    assert_int_equal(only(&l, "q-few-samples", "only 60 samples: shares are rough")->cost,
                     PK_MISSING);
    look_fini(&l);
}

/* Kinds as readers have them. */
static void what_readers_noted_is_found(void **state)
{
    static const struct pk_note_kind lost = {"lost-events", "perf lost 1 event",
                                             "events lost by perf", false};
    static const struct pk_note_kind deep = {"deep-stacks", "1 deep stack", "deep stacks", false};
    static const struct pk_note_kind cut = {"cut-line", "the last line is cut", "lines cut", true};
    static const struct pk_note_kind skipped = {"skipped-lines", "1 line skipped", "lines skipped",
                                                true};
    static const struct pk_note_kind harmless = {"no-clock", "no clock", "no clocks", false};
    static const struct {
        const struct pk_note_kind *kind;
        const char *id, *evidence;
    } cases[] = {{&lost, "q-lost-events", "7 events lost by perf"},
                 {&deep, "q-cut-stacks", "7 deep stacks"},
                 {&skipped, "q-damaged-input", "7 lines skipped"}};
    struct looked l;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_builder *builder = support_stacks("main 600\n");

        pk_notes_add(pk_builder_notes(builder), cases[i].kind, 7, pk_place_none());
        pk_notes_add(pk_builder_notes(builder), &harmless, 1, pk_place_none());
        look(&l, builder);
        only(&l, cases[i].id, cases[i].evidence);
        look_fini(&l);
    }

    struct pk_builder *builder = support_stacks("main 600\n");

    pk_notes_add(pk_builder_notes(builder), &cut, 1, pk_place_none());
    pk_notes_add(pk_builder_notes(builder), &skipped, 2, pk_place_none());
    look(&l, builder);
    only(&l, "q-damaged-input", "the last line is cut; 2 lines skipped");
    look_fini(&l);
}

static struct pk_builder *folded_stacks(int64_t kept)
{
    struct pk_builder *builder = support_stacks("");
    struct pk_frame main = {.name = PK_STR("main")};
    struct pk_frame folded = {.name = PK_STR(PK_FOLDED), .kind = PK_KIND_SPECIAL};
    pk_frame_id stack[2];
    int64_t light = 30;

    stack[0] = pk_builder_frame(builder, &main);
    stack[1] = pk_builder_frame(builder, &folded);

    pk_builder_stack(builder, stack, NULL, 1, &kept);
    pk_builder_stack(builder, stack, NULL, 2, &light);
    return builder;
}

/* With few samples as well each is told by its own words. */
static void weight_that_was_folded_is_the_cost(void **state)
{
    struct looked l;
    (void)state;

    look(&l, folded_stacks(70));
    assert_int_equal(l.found.n, 1);
    look_fini(&l);
    look(&l, folded_stacks(30));
    assert_int_equal(l.found.n, 2);
    assert_true(pk_str_equal(l.found.list[0].detector->id, PK_STR("q-folded-stacks")));
    assert_true(pk_str_starts(l.found.list[0].evidence, PK_STR("50.0 % of weight is in stacks")));
    assert_int_equal(l.found.list[0].cost, 30);
    assert_true(pk_str_equal(l.found.list[1].detector->id, PK_STR("q-few-samples")));
    assert_true(
        pk_str_equal(l.found.list[1].evidence, PK_STR("only 60 samples: shares are rough")));
    look_fini(&l);
}

/* A file that is made by another program may have any number of kinds by one name. */
static void many_notes_of_an_id_are_one_finding(void **state)
{
    static char words[20][20];
    static struct pk_note_kind kinds[20];
    struct pk_builder *builder = support_stacks("main 600\n");
    struct looked l;
    (void)state;

    for (size_t i = 0; i < 20; i++) {
        snprintf(words[i], sizeof words[i], "%c kinds", (char)('a' + i));
        kinds[i] =
            (struct pk_note_kind){i % 2 ? "lost-events" : "deep-stacks", words[i], words[i], false};
        pk_notes_add(pk_builder_notes(builder), &kinds[i], 1, pk_place_none());
    }
    look(&l, builder);
    assert_int_equal(l.found.n, 2);
    assert_true(pk_str_equal(l.found.list[1].evidence,
                             PK_STR("b kinds; d kinds; f kinds; h kinds; j kinds; l kinds; "
                                    "n kinds; p kinds; r kinds; t kinds")));
    look_fini(&l);
}

/* One truth: each sentence stands in the quality line, too. */
static void the_words_are_those_of_the_quality_line(void **state)
{
    static const struct pk_note_kind lost = {"lost-events", "perf lost 1 event",
                                             "events lost by perf", false};
    struct pk_builder *builder = support_stacks("main 60\n");
    struct pk_quality quality;
    struct pk_buf lines = {0};
    struct looked l;
    (void)state;

    pk_notes_add(pk_builder_notes(builder), &lost, 1, pk_place_none());
    look(&l, builder);
    quality = pk_quality_of(l.profile, 0);
    pk_quality_warnings(&quality, l.profile, &lines);
    pk_buf_char(&lines, '\0');
    assert_int_equal(l.found.n, 2);
    for (uint32_t i = 0; i < l.found.n; i++) {
        char words[200] = "";

        assert_true(l.found.list[i].evidence.size < sizeof words);
        memcpy(words, l.found.list[i].evidence.data, l.found.list[i].evidence.size);
        assert_non_null(strstr(lines.data, words));
    }
    pk_buf_fini(&lines);
    look_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_in_a_good_profile),
        cmocka_unit_test(weight_without_symbols_is_the_cost),
        cmocka_unit_test(few_samples_have_no_cost),
        cmocka_unit_test(what_readers_noted_is_found),
        cmocka_unit_test(weight_that_was_folded_is_the_cost),
        cmocka_unit_test(many_notes_of_an_id_are_one_finding),
        cmocka_unit_test(the_words_are_those_of_the_quality_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
