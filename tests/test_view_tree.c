/*
 * Call trees as text: the lines in front of names, and library functions folded away. A function is
 * one of a library when its file lies in site-packages; what is hidden was counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "render/view_tree.h"
#include "render/writers.h"
#include "support.h"
#include "written.h"

/* A name that begins with "json." or "re." is a function of that package. */
static pk_frame_id frame_of(struct pk_builder *builder, struct pk_str name)
{
    struct pk_frame frame = {.name = name};

    if (pk_str_starts(name, PK_STR("json.")))
        frame.file = PK_STR("/v/site-packages/json/x.py");
    else if (pk_str_starts(name, PK_STR("re.")))
        frame.file = PK_STR("/v/site-packages/re/x.py");
    return pk_builder_frame(builder, &frame);
}

/* Stacks of single words, "main;json.dumps 3\n". */
static struct pk_profile *profile_of(const char *stacks)
{
    struct pk_builder *builder = support_builder();

    while (*stacks) {
        pk_frame_id stack[64];
        uint32_t n = 0;
        int64_t value;
        char *end;

        do {
            size_t size = strcspn(stacks, "; ");

            stack[n++] = frame_of(builder, (struct pk_str){stacks, size});
            stacks += size + 1;
        } while (stacks[-1] == ';');
        value = strtol(stacks, &end, 10);
        pk_builder_stack(builder, stack, NULL, n, &value);
        stacks = end + 1;
    }
    return support_freeze(builder);
}

/* The functions of the text, without numbers, and the note. */
static void check_lines(const char *stacks, bool is_folded, bool is_ascii, const char *expected)
{
    struct pk_profile *profile = profile_of(stacks);
    struct pk_view_stacks view = {.profile = profile,
                                  .tree = pk_profile_tree(profile),
                                  .total = pk_profile_total(profile, 0)};
    struct pk_view_tree_options options = {.calls = {.function = PK_NONE, .whole = view.total},
                                           .is_folded = is_folded};
    struct pk_style style = {.no_header = true, .is_raw = true, .is_ascii = is_ascii};
    struct pk_buf lines = {0};
    struct pk_arena arena;
    struct pk_calltree rows;
    char *text;

    pk_arena_init(&arena);
    rows = pk_calltree_find(view.tree, 0, &options.calls, &arena);
    text = written_table(&pk_writer_text, pk_view_tree(&arena, &view, &rows, &options), &style);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        const char *at = line + strspn(line, " "); /* three columns, two blanks before the name */

        for (int column = 0; column < 3; column++) {
            at += strcspn(at, " ");
            at += column < 2 ? strspn(at, " ") : 2;
        }
        pk_buf_add(&lines, at, (size_t)(strchr(at, '\n') + 1 - at));
    }
    for (char *place; (place = lines.data ? strstr(lines.data, "  …/") : NULL);)
        memmove(place, strchr(place, '\n'), strlen(strchr(place, '\n')) + 1);
    assert_string_equal(lines.data, expected);
    free(text);
    pk_buf_fini(&lines);
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

static void lines_lead_to_the_function(void **state)
{
    static const char *const stacks = "m;a;x 5\nm;a;y 4\nm;b;z 3\nn 1\n";

    (void)state;
    check_lines(stacks, true, false, "m\n├ a\n│ ├ x\n│ └ y\n└ b\n  └ z\nn\n");
    check_lines(stacks, true, true, "m\n| a\n| | x\n| ` y\n` b\n  ` z\nn\n");
}

/* dumps was called by main and stays; encode, iter and re.match are called by libraries. */
static void library_functions_called_by_libraries_are_hidden(void **state)
{
    static const char *const stacks = "main;json.dumps;json.encode;json.iter 5\n"
                                      "main;json.dumps;json.encode;re.match 4\n"
                                      "main;work 3\n";

    (void)state;
    check_lines(stacks, true, false,
                "main\n├ json.dumps\n│ └ [3 frames hidden: json, re]\n└ work\n");
    check_lines(stacks, false, false,
                "main\n├ json.dumps\n│ └ json.encode\n│   ├ json.iter\n│   └ re.match\n└ work\n");
}

/* A callback is own code below library code: it must not vanish. */
static void own_functions_called_by_libraries_stay(void **state)
{
    (void)state;
    check_lines("main;json.dumps;json.encode;json.iter;default;format 5\n"
                "main;json.dumps;own 2\n",
                true, false,
                "main\n└ json.dumps\n  ├ [2 frames hidden: json]\n  │ └ default\n  │   └ format\n"
                "  └ own\n");
    /* and what it calls in turn is another visit */
    check_lines("main;json.a;json.b;json.c;hook;re.x;re.y;re.z 5\n", true, false,
                "main\n└ json.a\n  └ [2 frames hidden: json]\n    └ hook\n      └ re.x\n"
                "        └ [2 frames hidden: re]\n");
}

static void a_single_frame_is_not_worth_folding(void **state)
{
    (void)state;
    check_lines("main;json.a;json.b;own 5\n", true, false,
                "main\n└ json.a\n  └ json.b\n    └ own\n");
}

static void a_tree_of_libraries_alone_is_not_folded(void **state)
{
    (void)state;
    check_lines("json.a;json.b;re.c 5\n", true, false, "json.a\n└ json.b\n  └ re.c\n");
}

/* 2 + 2 hidden below a, heavier than own: the fold gathers both branches and stands first. */
static void a_fold_stands_where_its_weight_belongs(void **state)
{
    (void)state;
    check_lines("main;json.a;json.b 2\nmain;json.a;own 3\nmain;json.a;re.c 2\n", true, false,
                "main\n└ json.a\n  ├ [2 frames hidden: json, re]\n  └ own\n");
}

/* Past 40 levels a line says its depth instead of growing. */
static void deep_levels_are_numbered(void **state)
{
    struct pk_buf stacks = {0}, expected = {0};

    (void)state;
    for (int i = 0; i < 43; i++) {
        pk_buf_printf(&stacks, "%sf%d", i ? ";" : "", i);
        for (int level = 1; level < i && level <= 40; level++)
            pk_buf_text(&expected, "  ");
        if (i > 40)
            pk_buf_printf(&expected, "(level %d) ", i);
        else
            pk_buf_text(&expected, i ? "└ " : "");
        pk_buf_printf(&expected, "f%d\n", i);
    }
    pk_buf_text(&stacks, " 1\n");
    check_lines(stacks.data, true, false, expected.data);
    pk_buf_fini(&stacks);
    pk_buf_fini(&expected);
}

static void shared_objects_and_the_kernel_are_libraries(void **state)
{
    static const struct {
        struct pk_frame frame;
        bool expected;
    } cases[] = {
        {{.name = PK_STR("main")}, false},
        {{.name = PK_STR("main"), .module = PK_STR("/usr/bin/app")}, false},
        {{.name = PK_STR("malloc"), .module = PK_STR("/usr/lib/libc.so.6")}, true},
        {{.name = PK_STR("own"), .module = PK_STR("/a/own.so"), .file = PK_STR("own.c")}, false},
        {{.name = PK_STR("schedule"), .kind = PK_KIND_KERNEL}, true},
        {{.name = PK_STR("x"), .file = PK_STR("/v/site-packages/x/y.py")}, true},
        {{.name = PK_STR("len"), .kind = PK_KIND_BUILTIN}, true},
        {{.name = PK_STR("(cycle)"), .kind = PK_KIND_SPECIAL}, false},
        {{.name = PK_STR("worker"), .kind = PK_KIND_THREAD}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(pk_view_tree_is_library(&cases[i].frame), cases[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_lead_to_the_function),
        cmocka_unit_test(library_functions_called_by_libraries_are_hidden),
        cmocka_unit_test(own_functions_called_by_libraries_stay),
        cmocka_unit_test(a_single_frame_is_not_worth_folding),
        cmocka_unit_test(a_tree_of_libraries_alone_is_not_folded),
        cmocka_unit_test(a_fold_stands_where_its_weight_belongs),
        cmocka_unit_test(deep_levels_are_numbered),
        cmocka_unit_test(shared_objects_and_the_kernel_are_libraries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
