/*
 * Names that the user says were changed. The form is that of sed, so results were checked with it:
 * printf old_load | sed -E 's/^old_(.*)/new_\1/'.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/diff.h"
#include "analyze/renames.h"
#include "model/builder.h"

struct renaming { /* options, and what they live on */
    struct pk_rename list[4];
    struct pk_sourcefile_map maps[4];
    bool is_map_used[4];
    struct pk_renames renames;
    struct pk_arena arena;
};

/* `rules` end with NULL. */
static void renaming_init(struct renaming *r, const char *const *rules)
{
    struct pk_error error = {0};

    *r = (struct renaming){0};
    pk_arena_init(&r->arena);
    r->renames =
        (struct pk_renames){.list = r->list, .maps = r->maps, .is_map_used = r->is_map_used};
    for (; *rules; rules++)
        assert_true(
            pk_rename_parse(pk_str_of(*rules), &r->arena, &r->list[r->renames.n++], &error));
}

static void renaming_fini(struct renaming *r)
{
    pk_renames_fini(&r->renames);
    pk_arena_fini(&r->arena);
}

static void check_name(struct renaming *r, struct pk_str name, struct pk_str want)
{
    struct pk_frame frame = {.name = name};
    struct pk_buf out = {0};

    pk_renames_name(&r->renames, &frame, &out);
    assert_int_equal(r->renames.error.status, PK_OK);
    if (!pk_str_equal(pk_buf_view(&out), want))
        fail_msg("'%s' became '%s', not '%s'", name.data, out.data, want.data);
    pk_buf_fini(&out);
}

static void names_become_what_sed_makes_of_them(void **state)
{
    static const struct {
        const char *rule, *name, *want;
    } table[] = {
        {"/^old_(.*)/new_\\1/", "old_load", "new_load"},
        {"/^old_(.*)/new_$1/", "old_load", "new_load"},
        {"/^old_(?<rest>.*)/new_${rest}/", "old_load", "new_load"},
        {"/^old_(.*)/new_${1}0/", "old_load", "new_load0"},
        {"/old/new/", "fold_old", "fnew_old"}, /* the first */
        {"/old/new/g", "fold_old", "fnew_new"},
        {"/old/new/", "load", "load"},
        {"/_v2$//", "load_v2", "load"},
        {"|a/b|c/d|", "xa/bx", "xc/dx"},
        {"#a#\\##", "xa", "x#"}, /* the delimiter, escaped */
        {"/a\\/b/c\\/d/", "a/b", "c/d"},
        {"/a/$$\\\\\\$/", "xa", "x$\\$"},
        {"/a/<$0>/g", "aba", "<a>b<a>"},
        {"/(x)?b/[$1]/", "ab", "a[]"}, /* a group that took no part */
        {"/x*/-/g", "abc", "-a-b-c-"},
        {"/é/e/", "né", "ne"},
        {"/e/é/", "ne", "né"},
        {"/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)/$10$9/", "abcdefghij", "ji"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *rules[] = {table[i].rule, NULL};
        struct renaming r;

        renaming_init(&r, rules);
        check_name(&r, pk_str_of(table[i].name), pk_str_of(table[i].want));
        renaming_fini(&r);
    }
}

/* Names are any bytes, and what is no UTF-8 stays as it is. */
static void names_may_hold_any_bytes(void **state)
{
    const char *rules[] = {"/b/BB/g", NULL};
    struct renaming r;

    (void)state;
    renaming_init(&r, rules);
    check_name(&r,
               PK_STR("b\xff"
                      "b\0b"),
               PK_STR("BB\xff"
                      "BB\0BB"));
    check_name(&r, PK_STR(""), PK_STR(""));
    renaming_fini(&r);
}

/* A name can get much longer than there was room for. */
static void long_names_are_made_whole(void **state)
{
    const char *rules[] = {"/a/0123456789abcdef/g", NULL};
    struct pk_buf name = {0}, want = {0};
    struct renaming r;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        pk_buf_char(&name, 'a');
        pk_buf_text(&want, "0123456789abcdef");
    }
    renaming_init(&r, rules);
    check_name(&r, pk_buf_view(&name), pk_buf_view(&want));
    renaming_fini(&r);
    pk_buf_fini(&name);
    pk_buf_fini(&want);
}

static void one_works_on_what_the_one_before_made(void **state)
{
    const char *rules[] = {"/a/b/", "/b/c/g", "/zzz/y/", NULL};
    struct renaming r;

    (void)state;
    renaming_init(&r, rules);
    check_name(&r, PK_STR("ab"), PK_STR("cc"));
    assert_true(r.list[0].is_used);
    assert_true(r.list[1].is_used);
    assert_false(r.list[2].is_used);
    renaming_fini(&r);
}

/* The expression sees the name without what the compiler made up. */
static void copies_of_the_compiler_are_renamed_with_their_function(void **state)
{
    const char *rules[] = {"/^old$/new/", NULL};
    struct pk_frame unnamed = {.name = PK_STR("0x7f0012"), .kind = PK_KIND_UNRESOLVED};
    struct pk_buf out = {0};
    struct renaming r;

    (void)state;
    renaming_init(&r, rules);
    check_name(&r, PK_STR("old.constprop.0"), PK_STR("new"));
    pk_renames_name(&r.renames, &unnamed, &out);
    assert_int_equal(out.size, 0);
    renaming_fini(&r);
    pk_buf_fini(&out);
}

static void mistakes_have_their_place(void **state)
{
    static const struct {
        const char *rule, *text;
    } table[] = {
        {"", "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: it begins with a delimiter, at byte 1"},
        {"old=new",
         "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: it begins with a delimiter, at byte 1"},
        {"\\a\\b\\",
         "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: it begins with a delimiter, at byte 1"},
        {"/old",
         "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: the expression has no end, at byte 5"},
        {"/old\\/", "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: the expression has no end, at "
                    "byte 7"},
        {"//x/", "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: there is no expression, at byte 2"},
        {"/old/new",
         "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: the new name has no end, at byte 9"},
        {"/old/new/i", "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: only g may follow, at byte 10"},
        {"/old/new/gg",
         "--rename takes /REGEX/NEW/ or /REGEX/NEW/g: only g may follow, at byte 10"},
        {"/(/x/", "bad regular expression '(': missing closing parenthesis, at byte 2"},
        {"/a/x$1/", "bad replacement 'x$1': the expression has no such group, at byte 3"},
        {"/(a)/x\\2/", "bad replacement 'x\\2': the expression has no such group, at byte 3"},
        {"/(a)/${no}/", "bad replacement '${no}': the expression has no such group, at byte 3"},
        {"/(a)/${1/", "bad replacement '${1': '${' wants a group and '}', at byte 3"},
        {"/(a)/${}/", "bad replacement '${}': '${' wants a group and '}', at byte 3"},
        {"/(a)/$99999999999/",
         "bad replacement '$99999999999': the expression has no such group, at byte 2"},
        {"/a/x$/", "bad replacement 'x$': '$' wants a group, and '$$' is a dollar, at byte 2"},
        {"/a/\\n/", "bad replacement '\\n': a backslash wants a group, and two are one, at byte 1"},
        {"/a/x\xff/", "bad replacement 'x\\xff': this byte is no UTF-8, at byte 2"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_error error = {0};
        struct pk_rename rename;
        struct pk_arena arena;

        pk_arena_init(&arena);
        assert_false(pk_rename_parse(pk_str_of(table[i].rule), &arena, &rename, &error));
        assert_int_equal(error.status, PK_USAGE);
        assert_string_equal(error.text, table[i].text);
        pk_arena_fini(&arena);
    }
}

/* (a+)+$ needs steps exponential in the name (test_match.c). */
static void an_expression_that_takes_too_long_is_told(void **state)
{
    const char *rules[] = {"/^(a|a?)+$/b/", NULL};
    struct pk_frame frame = {.name =
                                 PK_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")};
    struct pk_buf out = {0};
    struct renaming r;

    (void)state;
    renaming_init(&r, rules);
    pk_renames_name(&r.renames, &frame, &out);
    assert_int_equal(r.renames.error.status, PK_USAGE);
    assert_true(pk_str_equal(pk_buf_view(&out), frame.name));
    pk_buf_fini(&out);
    renaming_fini(&r);
}

static void paths_are_mapped_by_components(void **state)
{
    static const struct {
        const char *path, *want;
    } table[] = {
        {"/build/app/a.c", "src/a.c"},
        {"/build/app/x/a.c", "src/x/a.c"},
        {"/build/app", "src"}, /* a module may be named by itself */
        {"/build/application/a.c", "/build/application/a.c"},
        {"/opt/a.c", "/srv/a.c"}, /* without a slash too many */
        {"lib.so.1", "lib.so"},
        {"/gone/a.c", "a.c"},
        {"", ""},
    };
    const char *none[] = {NULL};
    struct pk_buf room = {0};
    struct renaming r;

    (void)state;
    renaming_init(&r, none);
    r.maps[0] = (struct pk_sourcefile_map){PK_STR("/build/app"), "src"};
    r.maps[1] = (struct pk_sourcefile_map){PK_STR("/opt"), "/srv/"};
    r.maps[2] = (struct pk_sourcefile_map){PK_STR("lib.so.1"), "lib.so"};
    r.maps[3] = (struct pk_sourcefile_map){PK_STR("/gone"), ""};
    r.renames.n_maps = 4;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_str path = pk_renames_path(&r.renames, pk_str_of(table[i].path), &room);

        if (!pk_str_equal(path, pk_str_of(table[i].want)))
            fail_msg("'%s' became '%.*s'", table[i].path, (int)path.size, path.data);
    }
    assert_null(pk_renames_path(&r.renames, PK_STR_NULL, &room).data);
    assert_true(r.is_map_used[3]);
    pk_buf_fini(&room);
    renaming_fini(&r);
}

static struct pk_profile *profile_of(const char *name, const char *file, const char *module,
                                     int64_t self)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *b = pk_builder_new(&limits);
    struct pk_error error = {0};
    struct pk_profile *profile;

    pk_builder_metric(b, &(struct pk_metric){.name = PK_STR("time"), .unit = PK_UNIT_NS});
    pk_builder_self(b,
                    pk_builder_frame(b, &(struct pk_frame){.name = pk_str_of(name),
                                                           .file = pk_str_of(file),
                                                           .module = pk_str_of(module)}),
                    &self, &self, PK_CALLS_MISSING);
    profile = pk_builder_freeze(b, NULL, NULL, &error);
    assert_non_null(profile);
    pk_builder_free(b);
    return profile;
}

/* One function under other names of itself, its file and its module, and nothing else: only what
 * the user says can match it. Both directions, since names of both sides are changed. */
static void functions_are_matched_by_the_names_they_get(void **state)
{
    const char *rules[] = {"/^old_//", "/_v2$//", NULL};
    struct pk_profile *profiles[] = {profile_of("old_load", "/b1/load.py", "/opt/1/m.so", 5),
                                     profile_of("load_v2", "/b2/load.py", "/opt/2/m.so", 7)};

    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        struct pk_side sides[2] = {{profiles[first], 0}, {profiles[1 - first], 0}};
        struct pk_measure measure = {.normal = PK_NORMAL_NONE};
        struct pk_error error = {0};
        struct pk_diff diff;
        struct renaming r;

        renaming_init(&r, rules);
        r.maps[0] = (struct pk_sourcefile_map){PK_STR("/b1"), "/b"};
        r.maps[1] = (struct pk_sourcefile_map){PK_STR("/b2"), "/b"};
        r.maps[2] = (struct pk_sourcefile_map){PK_STR("/opt/1"), "/opt/2"};
        r.renames.n_maps = 3;
        assert_true(pk_measure_choose(sides, &measure, &error));
        assert_true(
            pk_diff_find_by(sides, &measure, &r.renames, PK_DIFF_SELF, &r.arena, &diff, &error));
        assert_int_equal(diff.n, 1);
        assert_int_equal(diff.n_functions, 1);
        assert_int_equal(diff.row[0].self.delta, first ? -2 : 2);
        assert_int_equal(diff.self_delta, diff.normal_total.delta);
        renaming_fini(&r);
        pk_arena_init(&r.arena);
        assert_true(pk_diff_find(sides, PK_DIFF_SELF, &r.arena, &diff, &error));
        assert_int_equal(diff.n, 2); /* gone, new */
        pk_arena_fini(&r.arena);
    }
    pk_profile_free(profiles[0]);
    pk_profile_free(profiles[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_what_sed_makes_of_them),
        cmocka_unit_test(names_may_hold_any_bytes),
        cmocka_unit_test(long_names_are_made_whole),
        cmocka_unit_test(one_works_on_what_the_one_before_made),
        cmocka_unit_test(copies_of_the_compiler_are_renamed_with_their_function),
        cmocka_unit_test(mistakes_have_their_place),
        cmocka_unit_test(an_expression_that_takes_too_long_is_told),
        cmocka_unit_test(paths_are_mapped_by_components),
        cmocka_unit_test(functions_are_matched_by_the_names_they_get),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
