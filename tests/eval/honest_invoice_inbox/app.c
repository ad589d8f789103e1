/* Reads many different documents, each once. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int sum_of(const char *text)
{
    xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), "invoice.xml", NULL, 0);
    int sum = 0;
    for (xmlNodePtr node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
        xmlChar *cents = xmlNodeGetContent(node);
        sum += atoi((char *)cents);
        xmlFree(cents);
    }
    xmlFreeDoc(doc);
    return sum;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    long total = 0;
    for (int k = 0; k < count; k++) {
        char text[256];
        snprintf(text, sizeof text, "<invoice number='%d'><item>%d</item><item>%d</item><tax>%d</tax></invoice>",
                 k, k * 31 % 5000, k * 17 % 300, k % 19);
        total += sum_of(text);
    }
    printf("%ld\n", total);
    return 0;
}
