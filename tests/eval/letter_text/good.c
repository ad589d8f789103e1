/* Puts the paragraphs of a form letter together. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static void add_line(GString *text, int number)
{
    g_string_append_printf(text, "Dear member %d, your fee is due.\n", number);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    GString *text = g_string_new("");
    for (int k = 0; k < count; k++)
        add_line(text, k);
    printf("%zu %c\n", text->len, text->str[text->len / 2]);
    g_string_free(text, TRUE);
    return 0;
}
