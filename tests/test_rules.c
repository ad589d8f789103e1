/*
 * Rules that were laid flat when the program was built are those that libxml2 reads in the files
 * and that the schemas allow; and the flat form itself, written by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/assets.h"
#include "rules/rules_xml.h"
#include "support.h"

static void assert_same(struct pk_str a, struct pk_str b)
{
    if (!pk_str_equal(a, b))
        print_error("'%.*s' is not '%.*s'\n", (int)a.size, a.data, (int)b.size, b.data);
    assert_true(pk_str_equal(a, b));
}

static void assert_flat(const char *flat, const char *xml, const char *schema, uint32_t at_least)
{
    struct pk_error error = {0};
    struct pk_rules ours, read;

    pk_rules_init(&ours, flat);
    assert_true(pk_rules_read(&read, "x.xml", pk_str_of(xml), pk_str_of(schema), &error));
    assert_int_equal(ours.n, read.n);
    assert_true(ours.n >= at_least);
    for (uint32_t i = 0; i < ours.n; i++) {
        const struct pk_rules_element *a = &ours.elements[i], *b = &read.elements[i];

        assert_same(a->name, b->name);
        assert_same(a->text, b->text);
        assert_int_equal(a->parent, b->parent);
        assert_int_equal(a->n_attributes, b->n_attributes);
        for (uint32_t k = 0; k < a->n_attributes; k++) {
            assert_same(a->attributes[k].name, b->attributes[k].name);
            assert_same(a->attributes[k].value, b->attributes[k].value);
        }
    }
    pk_rules_fini(&ours);
    pk_rules_fini(&read);
}

static void families_laid_flat_are_those_of_the_file(void **state)
{
    (void)state;

    assert_flat(pk_flat_families, pk_asset_families_xml, pk_asset_families_rng, 2 * PK_FAMILIES);
}

static void detectors_laid_flat_are_those_of_the_file(void **state)
{
    (void)state;

    assert_flat(pk_flat_detectors, pk_asset_detectors_xml, pk_asset_detectors_rng, 100);
}

/* A list with two items, of which the second has attributes. */
static void elements_know_their_parent_their_attributes_and_their_text(void **state)
{
    static const char flat[] = "3\000"
                               "-\000list\000\000between\000"
                               "0\000item\000\000\000"
                               "0\000item\000id\000a b\000no\000\000\000two\000";
    struct pk_rules rules;
    (void)state;

    pk_rules_init(&rules, flat);
    assert_int_equal(rules.n, 3);
    assert_true(rules.elements[0].parent == PK_NONE);
    assert_same(rules.elements[0].text, PK_STR("between"));
    assert_int_equal(rules.elements[1].parent, 0);
    assert_same(rules.elements[1].text, PK_STR(""));
    assert_same(rules.elements[2].name, PK_STR("item"));
    assert_int_equal(rules.elements[2].n_attributes, 2);
    assert_same(pk_rules_attribute(&rules.elements[2], "id"), PK_STR("a b"));
    assert_same(pk_rules_attribute(&rules.elements[2], "no"), PK_STR(""));
    assert_null(pk_rules_attribute(&rules.elements[2], "other").data);
    assert_same(rules.elements[2].text, PK_STR("two"));
    pk_rules_fini(&rules);
    assert_int_equal(rules.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_laid_flat_are_those_of_the_file),
        cmocka_unit_test(detectors_laid_flat_are_those_of_the_file),
        cmocka_unit_test(elements_know_their_parent_their_attributes_and_their_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
