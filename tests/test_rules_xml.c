/*
 * Files of rules: what is read, and what is refused, with its line. The inputs are counted by
 * hand; that libxml2 and its RELAX NG keep their standards is not tested here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "rules/rules_xml.h"
#include "support.h"

#define SCHEMA                                                                           \
    "<element name='list' xmlns='http://relaxng.org/ns/structure/1.0'>"                  \
    "<zeroOrMore><element name='item'><attribute name='id'/><mixed>"                     \
    "<zeroOrMore><element name='part'><empty/></element></zeroOrMore></mixed></element>" \
    "</zeroOrMore></element>"

static bool read_rules(struct pk_rules *rules, struct pk_str xml, struct pk_error *error)
{
    *error = (struct pk_error){0};
    return pk_rules_read(rules, "x.xml", xml, PK_STR(SCHEMA), error);
}

/* Refused, at this line, with these words. */
static void assert_refused(struct pk_str xml, uint64_t line, const char *words)
{
    struct pk_error error;
    struct pk_rules rules;

    assert_false(read_rules(&rules, xml, &error));
    assert_int_equal(rules.n, 0);
    support_expect_error(&error, "x.xml", line, words);
    assert_null(strchr(error.text, '\n'));
    pk_rules_fini(&rules);
}

static void elements_stand_in_the_order_of_the_file_below_their_parents(void **state)
{
    struct pk_error error;
    struct pk_rules rules;
    (void)state;

    assert_true(read_rules(&rules,
                           PK_STR("<list>\n<item id='a&lt;b'>one <part/>two<![CDATA[<3]]></item>\n"
                                  "<!-- no -->\n<item id=''/></list>"),
                           &error));
    assert_int_equal(rules.n, 4);
    assert_int_equal(rules.elements[0].parent, PK_NONE);
    assert_true(pk_str_equal(rules.elements[1].text, PK_STR("one two<3")));
    assert_true(pk_str_equal(pk_rules_attribute(&rules.elements[1], "id"), PK_STR("a<b")));
    assert_null(pk_rules_attribute(&rules.elements[1], "no").data);
    assert_int_equal(rules.elements[1].line, 2);
    assert_true(pk_str_equal(rules.elements[2].name, PK_STR("part")));
    assert_int_equal(rules.elements[2].parent, 1);
    assert_int_equal(rules.elements[3].parent, 0);
    assert_int_equal(rules.elements[3].line, 4);
    assert_true(pk_str_equal(pk_rules_attribute(&rules.elements[3], "id"), PK_STR("")));
    pk_rules_fini(&rules);
}

static void what_is_no_xml_is_refused_where_it_ends_to_be_some(void **state)
{
    (void)state;

    assert_refused(PK_STR(""), 1, "empty");
    assert_refused(PK_STR("<list>\n<item id='a'>\n</list>"), 3, "mismatch");
    assert_refused(PK_STR("<list>\n<item id='\x01'/></list>"), 2, "");
    assert_refused(PK_STR("<list>\n\xff\xfe</list>"), 2, "");
    assert_refused(PK_STR("<list>\n&no;</list>"), 2, "no");
}

static void what_the_schema_does_not_know_is_refused_at_its_line(void **state)
{
    (void)state;

    assert_refused(PK_STR("<list>\n<item id='a'/>\n<other/></list>"), 3, "other");
    assert_refused(PK_STR("<list>\n\n<item/></list>"), 3, "item");
    assert_refused(PK_STR("<other/>"), 1, "list");
}

/* Neither entities of the file itself, which can grow without end, nor those of other files. */
static void a_document_type_is_refused_whatever_it_declares(void **state)
{
    static const char *const files[] = {
        "<?xml version='1.0'?>\n<!DOCTYPE list>\n<list/>",
        "<?xml version='1.0'?>\n<!DOCTYPE list SYSTEM 'http://localhost/x.dtd'>\n<list/>",
        "<?xml version='1.0'?>\n<!DOCTYPE list [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>\n"
        "<list><item id='a'>&f;</item></list>",
        "<?xml version='1.0'?>\n<!DOCTYPE list [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>\n"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>]>\n"
        "<list><item id='a'>&d;</item></list>",
    };
    (void)state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_refused(pk_str_of(files[i]), 2, "document type");
}

/* libxml2 descends by recursion, but only so far. */
static void elements_too_deep_are_refused(void **state)
{
    struct pk_buf xml = {0};
    (void)state;

    for (int i = 0; i < 100000; i++)
        pk_buf_text(&xml, "<list>");
    assert_refused(pk_buf_view(&xml), 1, "depth");
    pk_buf_fini(&xml);
}

static void a_schema_that_is_none_is_an_error_and_no_crash(void **state)
{
    struct pk_error error = {0};
    struct pk_rules rules;
    (void)state;

    assert_false(pk_rules_read(&rules, "x.xml", PK_STR("<list/>"), PK_STR("<nothing/>"), &error));
    assert_int_equal(error.status, PK_INPUT);
    pk_rules_fini(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_stand_in_the_order_of_the_file_below_their_parents),
        cmocka_unit_test(what_is_no_xml_is_refused_where_it_ends_to_be_some),
        cmocka_unit_test(what_the_schema_does_not_know_is_refused_at_its_line),
        cmocka_unit_test(a_document_type_is_refused_whatever_it_declares),
        cmocka_unit_test(elements_too_deep_are_refused),
        cmocka_unit_test(a_schema_that_is_none_is_an_error_and_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
