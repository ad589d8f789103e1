/* Wagons wait in a list; each is put at its end and later taken from its front. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static void arrive(GQueue *yard, int wagon)
{
    g_queue_push_tail(yard, GINT_TO_POINTER(wagon));
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    long total = 0;
    GQueue *yard = g_queue_new();
    for (int k = 0; k < count; k++)
        arrive(yard, k * 31 % 997);
    for (int k = 0; !g_queue_is_empty(yard); k++)
        total += (long)(k % 5) * GPOINTER_TO_INT(g_queue_pop_head(yard));
    printf("%ld\n", total);
    g_queue_free(yard);
    return 0;
}
