/* Joins the names of fields to one long heading. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *add_name(char *end, const char *name)
{
    end = stpcpy(end, name);
    return stpcpy(end, ",");
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    char *heading = malloc((size_t)count * 16 + 1), *end = heading;
    heading[0] = 0;
    for (int k = 0; k < count; k++) {
        char name[16];
        snprintf(name, sizeof name, "plot_%d", k);
        end = add_name(end, name);
    }
    printf("%zu\n", strlen(heading));
    free(heading);
    return 0;
}
