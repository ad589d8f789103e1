/*
 * Services as a flow, and where it stands: nothing is lost from column to column, nothing sticks
 * out of a node, no two labels meet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/flow_layout.h"
#include "render/out_flow.h"
#include "render/view_flow.h"
#include "support.h"

static struct pk_profile *profile;
static struct pk_arena arena;

static void free_all(void)
{
    pk_arena_fini(&arena);
    pk_profile_free(profile);
}

/* The service "it" of these functions; `entries` are asked about, too. */
static struct pk_flow *flow_of(const char *stacks, const char *const *members,
                               const char *const *entries)
{
    static pk_frame_id member[64];
    static uint32_t start[2];
    static struct pk_str name = PK_STR("it");
    static struct pk_service_sets sets = {1, &name, start, member};
    static struct pk_services all, of[4];
    static struct pk_view_flow_entry entry[4];
    struct pk_service_question question = {.sets = &sets, .function = PK_NONE};
    struct pk_view_flow view = {.sets = &sets, .services = &all, .entries = entry};

    profile = support_profile(stacks);
    pk_arena_init(&arena);
    for (start[1] = 0; *members; members++)
        member[start[1]++] = support_find(profile, *members);
    all = pk_services_find(profile, &question, &arena);
    for (; *entries; entries++) {
        question.function = support_find(profile, *entries);
        of[view.n_entries] = pk_services_find(profile, &question, &arena);
        entry[view.n_entries] = (struct pk_view_flow_entry){question.function, &of[view.n_entries]};
        view.n_entries++;
    }
    return pk_view_flow(&arena, profile, 0, &view);
}

static uint32_t node_of(const struct pk_flow *flow, uint32_t column, const char *name)
{
    for (uint32_t i = 0; i < flow->n_nodes; i++)
        if (flow->node[i].column == column && pk_str_equal(flow->node[i].name, pk_str_of(name)))
            return i;
    fail_msg("no node %s", name);
    return 0;
}

static int64_t sum_of(const struct pk_flow *flow, uint32_t node, bool is_in)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < flow->n_links; i++)
        sum += (is_in ? flow->link[i].to : flow->link[i].from) == node ? flow->link[i].value : 0;
    return sum;
}

static const char stacks[] = "main;a;load;db 300\nmain;a;db;net 100\nmain;b;load;db 40\n"
                             "main;b;load 7\n";

static void what_comes_in_goes_out(void **state)
{
    static const char *const members[] = {"db", NULL}, *const entries[] = {"a", "b", NULL};
    struct pk_flow *flow = flow_of(stacks, members, entries);
    uint32_t service = node_of(flow, 2, "it");

    (void)state;
    assert_int_equal(flow->node[service].value, 440);
    assert_int_equal(sum_of(flow, service, true), 440);
    assert_int_equal(sum_of(flow, service, false), 440);
    assert_int_equal(flow->node[node_of(flow, 0, "a")].value, 400);
    assert_null(flow->node[node_of(flow, 0, "a")].fact.data); /* services may overlap in it */
    assert_non_null(flow->node[service].fact.data);
    assert_int_equal(sum_of(flow, node_of(flow, 1, "load"), true), 340);
    assert_int_equal(sum_of(flow, node_of(flow, 1, "a"), true), 100);
    assert_int_equal(flow->node[node_of(flow, 3, "net")].value, 100);
    free_all();
}

/* main has all that a has: more would come into load than leaves it. */
static void entries_within_each_other_are_fitted_and_marked(void **state)
{
    static const char *const members[] = {"db", NULL}, *const entries[] = {"main", "a", NULL};
    struct pk_flow *flow = flow_of(stacks, members, entries);
    uint32_t load = node_of(flow, 1, "load");

    (void)state;
    assert_true(sum_of(flow, load, true) <= flow->node[load].value);
    for (uint32_t i = 0; i < flow->n_links; i++)
        if (flow->link[i].to == load)
            assert_true(flow->link[i].is_uncertain);
    free_all();
}

static void callers_beyond_the_heaviest_are_one_node(void **state)
{
    static const char *const members[] = {"db", NULL}, *const entries[] = {NULL};
    struct pk_flow *flow = flow_of("a;db 90\nb;db 80\nc;db 70\nd;db 60\ne;db 50\nf;db 40\n"
                                   "g;db 30\nh;db 20\n",
                                   members, entries);

    (void)state;
    assert_int_equal(flow->node[node_of(flow, 1, "2 more")].value, 50);
    assert_int_equal(sum_of(flow, node_of(flow, 2, "it"), true), 440);
    free_all();
}

/* A caller with many edges takes one place, and those beyond the places are counted as functions.
 */
static void several_flows_of_a_function_are_one(void **state)
{
    static const char *const members[] = {"db", "net", "disk", NULL}, *const entries[] = {NULL};
    struct pk_flow *flow =
        flow_of("a;db 90\na;net 89\na;disk 88\nb;db 80\nb;net 79\nc;db 70\nd;db 60\ne;db 50\n"
                "f;db 40\ng;db 30\ng;net 29\ng;disk 28\nh;db 20\nh;net 19\n",
                members, entries);

    (void)state;
    assert_int_equal(flow->node[node_of(flow, 1, "f")].value, 40);
    assert_int_equal(flow->node[node_of(flow, 1, "a")].value, 267);
    assert_int_equal(flow->node[node_of(flow, 1, "2 more")].value, 126);
    free_all();
}

static void nodes_hold_their_links_and_keep_their_distance(void **state)
{
    static const char *const members[] = {"db", NULL}, *const entries[] = {"a", "b", NULL};
    struct pk_flow *flow = flow_of(stacks, members, entries);
    struct pk_flow_layout layout = pk_flow_lay_out(flow, 1200, 80, &arena);

    (void)state;
    for (uint32_t i = 0; i < flow->n_nodes; i++) {
        const struct pk_flow_place *place = &layout.node[i];

        assert_true(place->y >= layout.top && place->y + place->height <= layout.bottom);
        assert_true(place->x + PK_FLOW_NODE_WIDTH + place->room <= 1200);
        if (i > 0 && flow->node[i - 1].column == flow->node[i].column)
            assert_true(place->y - layout.node[i - 1].y - layout.node[i - 1].height > 16);
    }
    for (uint32_t i = 0; i < flow->n_links; i++) {
        const struct pk_flow_ribbon *ribbon = &layout.link[i];
        const struct pk_flow_place *from = &layout.node[flow->link[i].from];
        const struct pk_flow_place *to = &layout.node[flow->link[i].to];

        assert_true(ribbon->y0 >= from->y - 0.01 && ribbon->y1 >= to->y - 0.01);
        assert_true(ribbon->y0 + ribbon->height <= from->y + from->height + 0.6);
        assert_true(ribbon->y1 + ribbon->height <= to->y + to->height + 0.6);
        assert_true(ribbon->x0 < ribbon->x1);
    }
    free_all();
}

static void a_page_has_a_ribbon_for_each_link(void **state)
{
    static const char *const members[] = {"db", NULL}, *const entries[] = {"a", "b", NULL};
    struct pk_flow *flow = flow_of(stacks, members, entries);
    struct pk_style style = {.width = 900};
    const struct pk_page *page;

    (void)state;
    flow->title = PK_STR("title");
    page = pk_flow_page(flow, &style, &arena);
    assert_int_equal(page->width, 900);
    assert_int_equal(page->n_ribbons, flow->n_links);
    assert_int_equal(page->n_boxes, flow->n_nodes);
    assert_int_equal(page->n_texts, flow->n_nodes + 4 + 3);
    free_all();
}

static void labels_keep_the_value_where_both_fit(void **state)
{
    struct pk_flow_node node = {.name = PK_STR("a::rather::long::name::of::a::function"),
                                .fact = PK_STR("1.5 s (40 %)")};
    struct pk_buf out = {0};

    (void)state;
    pk_flow_label(&out, &node, 600);
    assert_non_null(strstr(out.data, "function  1.5 s (40 %)"));
    pk_buf_reset(&out);
    pk_flow_label(&out, &node, 60);
    assert_null(strstr(out.data, "1.5 s"));
    pk_buf_fini(&out);
}

static void an_svg_escapes_names_and_has_all_facts(void **state)
{
    static const char *const members[] = {"<db>&", NULL}, *const entries[] = {NULL};
    struct pk_flow *flow = flow_of("main;<db>& 300\n", members, entries);
    struct pk_style style = {.width = 900};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct pk_error error = {0};

    (void)state;
    flow->title = PK_STR("a <title>");
    assert_true(pk_svg_flow(flow, &style, stream, &error));
    assert_int_equal(fclose(stream), 0);
    assert_non_null(strstr(text, "a &lt;title&gt;"));
    assert_non_null(strstr(text, "<title>main → it: 300 (100.0 %)</title>"));
    assert_non_null(strstr(text, "&lt;db&gt;&amp;"));
    assert_null(strstr(text, "<db>"));
    assert_null(strstr(text, "<script"));
    free(text);
    free_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_in_goes_out),
        cmocka_unit_test(entries_within_each_other_are_fitted_and_marked),
        cmocka_unit_test(callers_beyond_the_heaviest_are_one_node),
        cmocka_unit_test(several_flows_of_a_function_are_one),
        cmocka_unit_test(nodes_hold_their_links_and_keep_their_distance),
        cmocka_unit_test(a_page_has_a_ribbon_for_each_link),
        cmocka_unit_test(labels_keep_the_value_where_both_fit),
        cmocka_unit_test(an_svg_escapes_names_and_has_all_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
