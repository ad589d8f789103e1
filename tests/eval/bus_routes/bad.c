/* The fare of each trip by a list of fares that is kept as XML. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char fares[4096];

static int fare_of(int line)
{
    xmlDocPtr doc = xmlReadMemory(fares, (int)strlen(fares), "fares.xml", NULL, 0);
    int fare = 0;
    for (xmlNodePtr node = xmlDocGetRootElement(doc)->children; node; node = node->next) {
        xmlChar *number = xmlGetProp(node, BAD_CAST "line");
        if (number && atoi((char *)number) == line) {
            xmlChar *text = xmlGetProp(node, BAD_CAST "cents");
            fare = atoi((char *)text);
            xmlFree(text);
        }
        xmlFree(number);
    }
    xmlFreeDoc(doc);
    return fare;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    long total = 0;
    size_t at = (size_t)snprintf(fares, sizeof fares, "<fares>");
    for (int k = 0; k < 40; k++)
        at += (size_t)snprintf(fares + at, sizeof fares - at, "<bus line='%d' cents='%d'/>", k, 200 + k);
    snprintf(fares + at, sizeof fares - at, "</fares>");
    for (int k = 0; k < count; k++)
        total += fare_of(k % 40);
    printf("%ld\n", total);
    return 0;
}
