/*
 * Rules of check: see check_rules.h. A rule is read before any profile, so that a mistake in one
 * costs no time. With several runs a side every rule is also asked of each run, while that is in
 * memory: all rules of one run, then the next run.
 */
#include "cmd/check_rules.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/diff_measure.h"

/* --- reading --- */

typedef bool parse_rule(struct pk_str text, struct pk_arena *arena, struct pk_rule *rule,
                        struct pk_error *error);

/* The rules of one option. */
static bool read_option(const struct pk_args *args, const char *name, parse_rule *parse,
                        bool has_before, struct pk_check_rules *rules, struct pk_error *error)
{
    const struct pk_opt_value *value = NULL;

    while ((value = pk_opts_next(&args->opts, name + strlen("--"), value))) {
        struct pk_check_rule rule = {.name = PK_STR_NULL};
        bool is_read = parse(pk_str_of(value->text), &rules->arena, &rule.rule, error);

        if (is_read && (has_before || !rule.rule.is_relative)) {
            pk_array_push(&rules->list, rule);
            continue;
        }
        error->file = name;
        if (is_read) {
            pk_error_set(error, PK_USAGE, pk_place_none(),
                         "the sign of the bound asks for the change since a profile from before");
            pk_error_hint(error, "profkit check BEFORE AFTER, or a bound without a sign");
        }
        return false;
    }
    return true;
}

/* "5%" */
static bool read_most(const char *text, double *most, struct pk_error *error)
{
    enum pk_rule_unit unit;
    char quoted[320];

    if (pk_rule_parse_amount(pk_str_of(text), most, &unit) && unit == PK_RULE_PERCENT)
        return true;
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--max-regression takes a percentage like 5%%, not %s",
                        pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

static bool read_least(const char *text, struct pk_regression *regression, struct pk_error *error)
{
    char quoted[320];

    if (pk_rule_parse_amount(pk_str_of(text), &regression->least, &regression->unit) &&
        regression->unit != PK_RULE_POINTS)
        return true;
    return pk_error_set(error, PK_USAGE, pk_place_none(),
                        "--min-change takes an amount like 20ms, 1000 or 1%%, not %s",
                        pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
}

/* --fail-on adds to what fails: told to fail on doubt, a gate still fails on what is slower. */
static void read_concerns(const struct pk_args *args, struct pk_check_rules *rules)
{
    struct pk_opt_key concern[PK_OPT_MOST_KEYS];
    unsigned n = pk_opts_keys(&args->opts, "fail-on", concern);
    bool *fails = rules->regression.fails;

    fails[PK_CONCERN_SLOWER] = fails[PK_CONCERN_NEW] = true;
    for (unsigned i = 0; i < n; i++) {
        if (concern[i].choice > PK_CONCERN_UNDECIDED) /* the last word of the option */
            rules->has_findings = true;
        else
            fails[concern[i].choice] = true;
    }
}

/* The gate over all functions: where it is asked for, or where two profiles have no rule. */
static bool read_regression(const struct pk_args *args, bool has_before,
                            struct pk_check_rules *rules, struct pk_error *error)
{
    const char *most = pk_opts_text(&args->opts, "max-regression", NULL);
    const char *least = pk_opts_text(&args->opts, "min-change", NULL);
    struct pk_buf text = {0};

    read_concerns(args, rules);
    rules->has_regression = has_before && (most || least || rules->list.size == 0);
    if (!read_most(most ? most : "5%", &rules->regression.most, error) ||
        !read_least(least ? least : "1%", &rules->regression, error))
        return false;
    pk_buf_text(&text, "max-regression ");
    pk_buf_text(&text, most ? most : "5%");
    pk_buf_text(&text, ", min-change ");
    pk_buf_text(&text, least ? least : "1%");
    rules->regression.text = pk_arena_str(&rules->arena, pk_buf_view(&text));
    pk_buf_fini(&text);
    return true;
}

bool pk_check_rules_read(const struct pk_args *args, bool has_before, struct pk_check_rules *rules,
                         struct pk_error *error)
{
    const struct pk_config *config = &args->config;

    pk_arena_init(&rules->arena);
    if (!read_option(args, "--rule", pk_rule_parse, has_before, rules, error) ||
        !read_option(args, "--max-share", pk_rule_parse_share, has_before, rules, error))
        return false;
    for (size_t i = 0; i < config->rules.size; i++)
        pk_array_push(&rules->list,
                      ((struct pk_check_rule){config->rules.data[i].rule,
                                              pk_str_of(config->rules.data[i].name)}));
    if (!read_regression(args, has_before, rules, error))
        return false;
    if (rules->has_findings && !has_before) {
        pk_error_set(error, PK_USAGE, pk_place_none(),
                     "no finding is new without a profile from before");
        pk_error_hint(error, "profkit check BEFORE AFTER --fail-on new-finding");
        return false;
    }
    if (rules->list.size || rules->has_regression)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "one profile needs a rule to be held to");
    pk_error_hint(error, "--rule 'share(\"json\") < 10%%', or profkit check BEFORE AFTER");
    return false;
}

/* --- judging --- */

struct judging {
    struct pk_comparison *c;
    struct pk_check_rules *rules;
    struct pk_rule_case *on;             /* [rule] */
    struct pk_functions (*functions)[2]; /* [rule][name] */
    struct pk_arena *arena;
};

/* Mark what the names of a rule mean in one profile. */
static bool mark(const struct judging *j, size_t rule, const struct pk_profile *profile,
                 struct pk_arena *arena, struct pk_rule_names names[2], struct pk_error *error)
{
    for (unsigned i = 0; i < j->rules->list.data[rule].rule.n_names; i++) {
        names[i].is_in = PK_NEW_ARRAY(arena, bool, (size_t)pk_profile_frames(profile) + 1);
        if (!pk_functions_mark(&j->functions[rule][i], profile, names[i].is_in, &names[i].n, error))
            return false;
    }
    return true;
}

/* The sides and their names, which mean the same on both: a name that is a function of either side
 * is that function, and any other is an expression. */
static bool begin(struct judging *j, size_t rule, struct pk_error *error)
{
    const struct pk_comparison *c = j->c;
    const struct pk_rule *asked = &j->rules->list.data[rule].rule;
    const struct pk_profile *profiles[2] = {c->side[PK_AFTER].profile, c->side[PK_BEFORE].profile};
    struct pk_rule_case *on = &j->on[rule];

    *on = (struct pk_rule_case){.has_before = !c->is_alone,
                                .diff = c->is_alone ? NULL : &c->diff,
                                .n_runs = (uint32_t)c->sides.path[PK_AFTER].size,
                                .factor = pk_diff_overdispersion(c->args)};
    for (unsigned i = 0; i < asked->n_names; i++)
        if (!pk_functions_choose(&j->functions[rule][i], asked->name[i], profiles,
                                 c->is_alone ? 1 : 2, error))
            return false;
    for (unsigned s = c->is_alone ? PK_AFTER : PK_BEFORE; s < 2; s++) {
        on->side[s] = c->side[s];
        if (!mark(j, rule, c->side[s].profile, j->arena, on->names[s], error))
            return false;
    }
    return true;
}

/* --- each run --- */

static bool see(void *context, const struct pk_loaded *run, unsigned side, uint32_t index,
                struct pk_error *error)
{
    struct judging *j = context;
    const struct pk_side seen = {run->profile, run->metric};
    bool done = true;

    for (size_t i = 0; i < j->rules->list.size && done; i++) {
        struct pk_rule_names names[2] = {{NULL, 0}, {NULL, 0}};
        struct pk_rule_value *value = (struct pk_rule_value *)j->on[i].runs[side].value;
        struct pk_arena arena;

        pk_arena_init(&arena);
        done = mark(j, i, run->profile, &arena, names, error) &&
               pk_rule_judge_run(&j->rules->list.data[i].rule, &j->on[i], side, &seen, names,
                                 &value[index], error);
        pk_arena_fini(&arena);
    }
    return done;
}

static bool see_runs(struct judging *j, struct pk_error *error)
{
    const struct pk_diff_sides *sides = &j->c->sides;
    const struct pk_diff_seer seer = {see, j};

    if (!pk_diff_sides_are_runs(sides) || j->rules->list.size == 0)
        return true;
    for (size_t i = 0; i < j->rules->list.size; i++)
        for (unsigned s = 0; s < 2; s++)
            j->on[i].runs[s] = (struct pk_rule_runs){
                PK_NEW_ARRAY(j->arena, struct pk_rule_value, sides->path[s].size + 1),
                (uint32_t)sides->path[s].size};
    return pk_diff_sides_see_runs(j->c->args, sides, &j->c->loaded[PK_AFTER], &seer, error);
}

/* --- all of it --- */

/* A name that was misspelt would pass for ever. */
static void warn_unmatched(const struct judging *j, const struct pk_gate *gate)
{
    char quoted[320];

    if (gate->is_unmatched && !pk_is_quiet(j->c->args))
        fprintf(stderr, "profkit: warning: no function matches the rule %s\n",
                pk_error_quote(quoted, sizeof quoted, gate->rule));
}

static bool judge_rules(struct judging *j, struct pk_error *error)
{
    struct pk_check_rules *rules = j->rules;

    for (size_t i = 0; i < rules->list.size; i++)
        if (!begin(j, i, error))
            return false;
    if (!see_runs(j, error))
        return false;
    for (size_t i = 0; i < rules->list.size; i++) {
        struct pk_gate gate = pk_rule_judge(&rules->list.data[i].rule, &j->on[i], j->arena);

        gate.name = rules->list.data[i].name;
        warn_unmatched(j, &gate);
        pk_array_push(&rules->gates, gate);
    }
    return true;
}

bool pk_check_rules_judge(struct pk_comparison *c, struct pk_check_rules *rules,
                          struct pk_error *error)
{
    struct judging j = {.c = c, .rules = rules, .arena = &rules->arena};
    struct pk_regressions found = {NULL, 0};
    bool done;

    j.on = PK_NEW_ARRAY(&rules->arena, struct pk_rule_case, rules->list.size);
    j.functions = pk_arena_array(&rules->arena, rules->list.size, sizeof *j.functions);
    done = judge_rules(&j, error) &&
           (!rules->has_regression ||
            pk_regression_find(&c->diff, &rules->regression, &rules->arena, &found, error));
    for (uint32_t i = 0; i < found.n && done; i++)
        pk_array_push(&rules->gates, found.gate[i]);
    for (size_t i = 0; i < rules->list.size; i++)
        for (unsigned k = 0; k < 2; k++)
            pk_functions_fini(&j.functions[i][k]);
    return done;
}

void pk_check_rules_fini(struct pk_check_rules *rules)
{
    pk_array_fini(&rules->list);
    pk_array_fini(&rules->gates);
    pk_arena_fini(&rules->arena);
}
