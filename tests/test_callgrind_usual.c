/*
 * Lines that are taken many at once mean what they mean one by one: a text read with its lines
 * kept, where each is read by itself, and with its lines left gives the same profile, or the same
 * refusal in the same place. Random texts hold what makes a line unusual, and sums near 64 bits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "formats/readers.h"
#include "model/dump.h"
#include "model/lines.h"
#include "tests/support.h"

/* What a text gives, or what is said of it. */
static struct pk_buf outcome(struct pk_str text, struct pk_read_options options, uint64_t most,
                             bool leaves_lines)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input;
    struct pk_reading reading = {.options = options};
    struct pk_profile *profile = NULL;
    struct pk_buf out = {0};

    limits.line = most;
    input = pk_input_memory("t", text.data, text.size, &limits);
    reading.input = input;
    reading.builder = pk_builder_new(&limits);
    if (leaves_lines)
        pk_builder_leave_lines(reading.builder);
    if (pk_reader_run(&reading, &pk_reader_callgrind, &error))
        profile = pk_builder_freeze_take(reading.builder,
                                         (struct pk_keeping){.parts = PK_KEEP_METRICS}, &error);
    if (profile) {
        pk_dump_profile(profile, &out);
        pk_buf_text(&out, pk_profile_has_line_costs(profile) ? "with lines" : "without");
    } else {
        pk_buf_printf(&out, "%d %d:%llu:%llu %s\n%s", (int)error.status, (int)error.place.kind,
                      (unsigned long long)error.place.line, (unsigned long long)error.place.column,
                      error.text, error.hint);
    }
    pk_profile_free(profile);
    pk_builder_free(reading.builder);
    pk_input_free(input);
    return out;
}

static void assert_same(struct pk_str text, struct pk_read_options options, uint64_t most)
{
    struct pk_buf kept = outcome(text, options, most, false);
    struct pk_buf left = outcome(text, options, most, true);

    if (strcmp(kept.data, left.data) != 0)
        print_error("%.*s", (int)text.size, text.data);
    assert_string_equal(left.data, kept.data);
    pk_buf_fini(&kept);
    pk_buf_fini(&left);
}

/* One of several, all of which end a row of usual lines or belong into it. */
static void add_line(struct support_random *random, struct pk_buf *out)
{
    static const char *const odd[] = {"fn=(1) f\n",
                                      "fn=(2) g\n",
                                      "fn=(1)\n",
                                      "fn=(70000) far\n",
                                      "fn=(70000)\n",
                                      "fl=(1) a.c\n",
                                      "fi=(2) b.h\n",
                                      "fe=(1)\n",
                                      "cfn=(2)\ncalls=3 1\n5 70\n",
                                      "cfn=(1)\ncalls=1 9\n+1 7\n",
                                      "calls=1 0\n",
                                      "jump=3 +2\n* \n",
                                      "jcnd=1/2 5\n7\n",
                                      "\n",
                                      "# comment\n",
                                      "12 5 \n",
                                      " 12 5\n",
                                      "12  5\n",
                                      "12\t5\n",
                                      "12 5\r\n",
                                      "12\n",
                                      "12 \n",
                                      "0x1f 5\n",
                                      "12 0x10\n",
                                      "-9999999 3\n",
                                      "12 -5\n",
                                      "12 1.5\n",
                                      "12 5 6 7 8\n",
                                      "x\n",
                                      "12 x\n",
                                      "12 5x\n",
                                      "+\n",
                                      "*5 3\n",
                                      "* 3 4\n",
                                      "99999999999 2\n",
                                      "12345678901234567890 3\n",
                                      "+18446744073709551615 3\n",
                                      "12 9223372036854775807\n",
                                      "12 99999999999999999999\n",
                                      "12 4611686018427387904\n",
                                      "12 999999999999999999\n",
                                      "events: Ir\n",
                                      "events: Ir Dr\n",
                                      "positions: instr line\n",
                                      "positions: line\n",
                                      "part: 2\n",
                                      "thread: 1\n",
                                      "totals: 100 2\n",
                                      "summary: 5 6\n"};
    uint32_t kind = support_below(random, 100);

    if (kind < 25)
        pk_buf_printf(out, "%u %u\n", support_below(random, 300), support_below(random, 2000));
    else if (kind < 45)
        pk_buf_printf(out, "+%u %u\n", support_below(random, 4), support_below(random, 20));
    else if (kind < 55)
        pk_buf_printf(out, "-%u %u\n", support_below(random, 9), support_below(random, 20));
    else if (kind < 65)
        pk_buf_printf(out, "* %u\n", support_below(random, 20));
    else if (kind < 80)
        pk_buf_printf(out, "%u %u %u\n", support_below(random, 9), support_below(random, 99),
                      support_below(random, 99));
    else
        pk_buf_text(out, odd[support_below(random, sizeof odd / sizeof *odd)]);
}

static void a_random_text_is_the_same_with_lines_left(void **state)
{
    static const char *const heads[] = {
        "events: Ir\n",
        "events: Ir Dr\n",
        "creator: callgrind-3.19\npositions: instr line\nevents: Ir Dr\n",
        "events: a b\nevent: c = a - b\n",
        "events: a b\nevent: c = 2 a + b\n",
        "events: a a\n",
        "version: 1\ncreator: xdebug 2.9\nevents: Time\n"};
    uint32_t cases = support_cases(3000);
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        struct support_random random = {i + 1};
        struct pk_buf text = {0};
        struct pk_read_options options = {.is_strict = i % 16 == 0, .keeps_going = i % 4 != 0};
        uint32_t lines = 1 + support_below(&random, 60);

        pk_buf_text(&text, heads[support_below(&random, sizeof heads / sizeof *heads)]);
        for (uint32_t k = 0; k < lines; k++)
            add_line(&random, &text);
        if (i % 8 == 0) /* cut */
            text.size -= support_below(&random, 12);
        assert_same(pk_buf_view(&text), options, i % 5 ? 1u << 20 : 16);
        pk_buf_fini(&text);
    }
}

/* What fails, and where, does not depend on it either: values of a function, of a part, of lines.
 */
static void sums_past_64_bits_fail_in_the_same_line(void **state)
{
    struct pk_read_options options = {0};
    struct pk_buf text = {0};
    (void)state;

    pk_buf_text(&text, "events: Ir\nfn=f\n1 1\n");
    for (uint32_t i = 0; i < 20; i++)
        pk_buf_text(&text, "+1 999999999999999999\n");
    assert_same(pk_buf_view(&text), options, 1u << 20);
    pk_buf_fini(&text);
    pk_buf_text(&text, "events: Ir\nfn=f\n1 -1\n");
    for (uint32_t i = 0; i < 20; i++)
        pk_buf_text(&text, i % 2 ? "+1 -999999999999999999\n" : "+1 999999999999999999\n1 2\n");
    assert_same(pk_buf_view(&text), options, 1u << 20);
    pk_buf_fini(&text);
}

/* More lines than a block of the scanner holds. */
static void lines_that_stand_across_blocks_are_read(void **state)
{
    struct pk_read_options options = {0};
    struct pk_buf text = {0};
    struct pk_buf found;
    (void)state;

    pk_buf_text(&text, "events: Ir\nfn=f\n");
    for (uint32_t i = 0; i < 100000; i++)
        pk_buf_printf(&text, "%u 7\n", i + 1);
    assert_same(pk_buf_view(&text), options, 1u << 20);
    found = outcome(pk_buf_view(&text), options, 1u << 20, true);
    assert_non_null(strstr(found.data, "700000"));
    pk_buf_fini(&found);
    pk_buf_fini(&text);
}

/* A name by its number, which may define it, or as it is: both texts mean the same. */
static void add_name(struct pk_buf *numbered, struct pk_buf *spelled, const char *key,
                     uint32_t name, bool is_new)
{
    pk_buf_printf(numbered, is_new ? "%s=(%u) f%u\n" : "%s=(%u)\n", key, name, name);
    pk_buf_printf(spelled, "%s=f%u\n", key, name);
}

static void add_both(struct pk_buf *numbered, struct pk_buf *spelled, const char *text)
{
    pk_buf_text(numbered, text);
    pk_buf_text(spelled, text);
}

/* So many names that text is looked over before it is read (callgrind_ahead.c): with numbers that
 * are known, that get their name there, and that are none, up to the end of what is buffered. */
static void a_text_that_is_looked_over_first_says_the_same(void **state)
{
    static const char *const odd[] = {"# cfn=(5\n",      "# cfn=(99999999999999999999)\n",
                                      "# fn=()\n",       "# fn=\n",
                                      "# cfn=(8999) \n", "# =\n",
                                      "# fn=(\n",        "# cfn=(4294967295) x\n",
                                      "cfi=(1) a.c\n"};
    uint32_t cases = support_cases(30), most = 9000;
    struct pk_read_options options = {0};
    (void)state;

    for (uint32_t i = 0; i < cases; i++) {
        struct support_random random = {i + 1};
        struct pk_buf numbered = {0}, spelled = {0}, one, other;
        uint32_t names = most;

        add_both(&numbered, &spelled, "events: Ir\nfl=a.c\n");
        for (uint32_t name = 1; name <= most; name++) {
            add_name(&numbered, &spelled, "fn", name, true);
            add_both(&numbered, &spelled, "1 1\n");
        }
        for (uint32_t k = 0; k < 3000; k++) {
            bool is_new = support_below(&random, 9) == 0;

            if (support_below(&random, 5) == 0)
                add_name(&numbered, &spelled, "fn", 1 + support_below(&random, names), false);
            if (support_below(&random, 9) == 0)
                add_both(&numbered, &spelled, odd[support_below(&random, 9)]);
            names += is_new;
            add_name(&numbered, &spelled, "cfn", is_new ? names : 1 + support_below(&random, names),
                     is_new);
            add_both(&numbered, &spelled, "calls=2 1\n1 5\n+3 7\n");
        }
        add_both(&numbered, &spelled, i % 2 ? "" : "# cfn=(12");
        one = outcome(pk_buf_view(&numbered), options, 1u << 20, true);
        other = outcome(pk_buf_view(&spelled), options, 1u << 20, true);
        assert_string_equal(one.data, other.data);
        assert_non_null(strstr(one.data, "'f9000'"));
        assert_null(strstr(one.data, "skipped"));
        pk_buf_fini(&one);
        pk_buf_fini(&other);
        pk_buf_fini(&numbered);
        pk_buf_fini(&spelled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_text_is_the_same_with_lines_left),
        cmocka_unit_test(sums_past_64_bits_fail_in_the_same_line),
        cmocka_unit_test(lines_that_stand_across_blocks_are_read),
        cmocka_unit_test(a_text_that_is_looked_over_first_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
