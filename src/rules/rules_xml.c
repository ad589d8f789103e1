/*
 * Files of rules by libxml2: see rules_xml.h.
 *
 * Traps: by default libxml2 prints its complaints, loads what a document type names and carries on
 * after an allocation failed. So it is told to be silent, stopped where such a declaration begins
 * (before it reads one word of it), and given our allocator, which ends the program. A parser that
 * was stopped reports no error of its own. The list of libxml2's messages is long; the first is
 * the one next to the cause.
 */
#include "rules/rules_xml.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlversion.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "rules/assets.h"

#if LIBXML_VERSION >= 21200
typedef const xmlError *complaint; /* the library changed its mind about const */
#else
typedef xmlErrorPtr complaint;
#endif

/* What the callbacks of the library share with the reader. */
struct reading {
    const char *file;
    struct pk_error *error;
};

/* realloc and strdup as libxml2 wants them. */
static void *again(void *old, size_t size)
{
    return pk_realloc(old, size ? size : 1, 1);
}

static char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(pk_alloc(size), text, size);
}

/* The first error is kept. Messages end in a line end, and may hold what stood in the file. */
static void fail(const struct reading *reading, uint64_t line, uint64_t column, const char *text)
{
    struct pk_str message = pk_str_of(text ? text : "not valid");
    struct pk_buf shown = {0};

    while (message.size && message.data[message.size - 1] == '\n')
        message.size--;
    pk_escape_terminal(&shown, message);
    reading->error->file = reading->file;
    pk_error_set(reading->error, PK_INPUT, pk_place_line(line, column), "%.*s",
                 (int)(shown.size < 300 ? shown.size : 300), shown.size ? shown.data : "");
    pk_buf_fini(&shown);
}

/* Columns are not known by then: the tree has lines only. */
static void on_invalid(void *data, complaint said)
{
    struct reading *reading = data;

    if (said && reading->error->status == PK_OK)
        fail(reading, said->line > 0 ? (uint64_t)said->line : 1, 0, said->message);
}

/* A document type declaration begins: the end, whatever it would have said. */
static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    xmlParserCtxtPtr parser = context;
    int line = xmlSAX2GetLineNumber(parser), column = xmlSAX2GetColumnNumber(parser);

    (void)name, (void)external, (void)system;
    fail(parser->_private, (uint64_t)(line > 0 ? line : 1), (uint64_t)(column > 0 ? column : 0),
         "a document type declaration is not allowed");
    xmlStopParser(parser);
}

/* Whatever libxml2 calls an error, even if it could go on. */
static void on_malformed(void *context, complaint said)
{
    xmlParserCtxtPtr parser = context;
    struct reading *reading = parser->_private;

    if (said && said->level >= XML_ERR_ERROR && reading->error->status == PK_OK)
        fail(reading, said->line > 0 ? (uint64_t)said->line : 1,
             said->int2 > 0 ? (uint64_t)said->int2 : 0, said->message);
}

/* The parsed file, or NULL and the error. Limits of depth and size are libxml2's own; the option
 * that lifts them is not given. */
static xmlDocPtr parse(struct reading *reading, struct pk_str xml)
{
    const int how = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                    XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA;
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr document;

    parser->_private = reading;
    parser->sax->internalSubset = on_doctype;
    parser->sax->serror = on_malformed;
    document = xmlCtxtReadMemory(parser, xml.size ? xml.data : "", (int)xml.size, reading->file,
                                 NULL, how);
    if (!document && reading->error->status == PK_OK)
        fail(reading, 1, 0, "the file is empty");
    if (reading->error->status != PK_OK) { /* a parser that was stopped may still give a part */
        xmlFreeDoc(document);
        document = NULL;
    }
    xmlFreeParserCtxt(parser);
    return document;
}

/* Whether the schema takes the document. A schema that is none is refused as the file would be. */
static bool is_valid(struct reading *reading, xmlDocPtr document, struct pk_str schema)
{
    xmlRelaxNGParserCtxtPtr compiler = xmlRelaxNGNewMemParserCtxt(schema.data, (int)schema.size);
    xmlRelaxNGValidCtxtPtr judge;
    xmlRelaxNGPtr rules;

    xmlRelaxNGSetParserStructuredErrors(compiler, on_invalid, reading);
    rules = xmlRelaxNGParse(compiler);
    xmlRelaxNGFreeParserCtxt(compiler);
    if (rules) {
        judge = xmlRelaxNGNewValidCtxt(rules);
        xmlRelaxNGSetValidStructuredErrors(judge, on_invalid, reading);
        if (xmlRelaxNGValidateDoc(judge, document) != 0 && reading->error->status == PK_OK)
            fail(reading, 1, 0, "not valid");
        xmlRelaxNGFreeValidCtxt(judge);
        xmlRelaxNGFree(rules);
    } else if (reading->error->status == PK_OK) {
        fail(reading, 1, 0, "the schema cannot be read");
    }
    return reading->error->status == PK_OK;
}

/* The next element in the order of the file, without recursion; NULL behind the last. */
static xmlNodePtr next_element(xmlNodePtr node)
{
    xmlNodePtr next = xmlFirstElementChild(node);

    while (node && !next) {
        next = xmlNextElementSibling(node);
        node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
    }
    return next;
}

static struct pk_str keep(struct pk_arena *arena, const xmlChar *text)
{
    return pk_arena_str(arena, pk_str_of(text ? (const char *)text : ""));
}

/* Their values have no entities in them but the five of XML, which are replaced by then. */
static void take_attributes(struct pk_rules *rules, struct pk_rules_element *to, xmlNodePtr node)
{
    struct pk_rules_attribute *list;
    uint32_t n = 0;

    for (xmlAttrPtr one = node->properties; one; one = one->next)
        n++;
    list = PK_NEW_ARRAY(&rules->arena, struct pk_rules_attribute, n);
    to->attributes = list;
    for (xmlAttrPtr one = node->properties; one; one = one->next) {
        list->name = keep(&rules->arena, one->name);
        list->value = keep(&rules->arena, one->children ? one->children->content : NULL);
        list++;
    }
    to->n_attributes = n;
}

/* CDATA sections and entities are text by then, and comments none. */
static void take_text(struct pk_rules *rules, struct pk_rules_element *to, xmlNodePtr node)
{
    struct pk_buf text = {0};

    for (xmlNodePtr part = node->children; part; part = part->next)
        if (part->type == XML_TEXT_NODE && part->content)
            pk_buf_text(&text, (const char *)part->content);
    to->text = pk_arena_str(&rules->arena, (struct pk_str){text.data ? text.data : "", text.size});
    pk_buf_fini(&text);
}

/* Each node remembers its own index, for its children to find: libxml2 leaves that field to us. */
static void flatten(struct pk_rules *rules, xmlNodePtr root)
{
    uint32_t n = 0;

    for (xmlNodePtr node = root; node; node = next_element(node))
        n++;
    rules->elements = PK_NEW_ARRAY(&rules->arena, struct pk_rules_element, n);
    for (xmlNodePtr node = root; node; node = next_element(node)) {
        struct pk_rules_element *to = &rules->elements[rules->n];
        long line = xmlGetLineNo(node);

        to->parent = PK_NONE;
        if (node != root) {
            struct pk_rules_element *above = node->parent->_private;

            to->parent = (uint32_t)(above - rules->elements);
        }
        to->name = keep(&rules->arena, node->name);
        to->line = line > 0 ? (uint32_t)line : 1;
        take_attributes(rules, to, node);
        take_text(rules, to, node);
        node->_private = to;
        rules->n++;
    }
}

/* The allocator is set each time: it must be before the first call of the library, and setting it
 * again changes nothing. */
bool pk_rules_read(struct pk_rules *rules, const char *file, struct pk_str xml,
                   struct pk_str schema, struct pk_error *error)
{
    struct reading reading = {file, error};
    xmlDocPtr document;

    *rules = (struct pk_rules){0};
    if (xml.size > INT_MAX) {
        fail(&reading, 1, 0, "more than 2 GB of rules");
        return false;
    }
    xmlMemSetup(pk_free, pk_alloc, again, copy_of);
    document = parse(&reading, xml);
    if (document && is_valid(&reading, document, schema))
        flatten(rules, xmlDocGetRootElement(document));
    xmlFreeDoc(document);
    return error->status == PK_OK;
}

struct pk_families *pk_families_read(const char *file, struct pk_str xml, struct pk_error *error)
{
    struct pk_families *families = NULL;
    struct pk_rules rules;

    if (pk_rules_read(&rules, file, xml, pk_str_of(pk_asset_families_rng), error))
        families = pk_families_of_rules(&rules, error);
    if (families && !pk_families_compile(families, error)) {
        pk_families_free(families);
        families = NULL;
    }
    error->file = file;
    return families;
}

bool pk_detectors_read(struct pk_detectors *detectors, const char *file, struct pk_str xml,
                       struct pk_error *error)
{
    struct pk_rules rules;

    *detectors = (struct pk_detectors){0};
    if (pk_rules_read(&rules, file, xml, pk_str_of(pk_asset_detectors_rng), error) &&
        pk_detectors_of_rules(detectors, &rules, error))
        return true;
    error->file = file;
    return false;
}
