/* Writes map tiles to a folder for each day. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_tile(const char *folder, int tile, FILE *out)
{
    fprintf(out, "%s/%d.tile\n", folder, tile);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    FILE *out = fopen("list.txt", "w");
    for (int day = 0; day < 5; day++) {
        char folder[32];
        snprintf(folder, sizeof folder, "maps%d", day);
        mkdir(folder, 0777);
        for (int k = 0; k < count; k++)
            put_tile(folder, k, out);
    }
    printf("%ld\n", ftell(out));
    fclose(out);
    remove("list.txt");
    for (int day = 0; day < 5; day++) {
        char folder[32];
        snprintf(folder, sizeof folder, "maps%d", day);
        rmdir(folder);
    }
    return 0;
}
