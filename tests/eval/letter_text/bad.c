/* Puts the paragraphs of a form letter together. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *add_line(char *text, int number)
{
    char *line = g_strdup_printf("Dear member %d, your fee is due.\n", number);
    char *longer = g_strconcat(text, line, NULL);
    g_free(line);
    g_free(text);
    return longer;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    char *text = g_strdup("");
    for (int k = 0; k < count; k++)
        text = add_line(text, k);
    printf("%zu %c\n", strlen(text), text[strlen(text) / 2]);
    g_free(text);
    return 0;
}
