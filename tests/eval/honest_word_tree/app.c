/* Builds a tree of words; each node is allocated once and stays. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right, void *unused)
{
    (void)unused;
    return strcmp(left, right);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    GTree *tree = g_tree_new_full(compare, NULL, g_free, NULL);
    for (int k = 0; k < count; k++)
        g_tree_insert(tree, g_strdup_printf("word%d", (k * 7919) % 65536), GINT_TO_POINTER(k));
    printf("%d %d\n", g_tree_nnodes(tree), g_tree_height(tree));
    g_tree_destroy(tree);
    return 0;
}
