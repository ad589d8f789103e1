/* Wagons wait in a list; each is put at its end and later taken from its front. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static GList *arrive(GList *yard, int wagon)
{
    return g_list_append(yard, GINT_TO_POINTER(wagon));
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    long total = 0;
    GList *yard = NULL;
    for (int k = 0; k < count; k++)
        yard = arrive(yard, k * 31 % 997);
    for (int k = 0; yard; k++) {
        total += (long)(k % 5) * GPOINTER_TO_INT(yard->data);
        yard = g_list_delete_link(yard, yard);
    }
    printf("%ld\n", total);
    return 0;
}
