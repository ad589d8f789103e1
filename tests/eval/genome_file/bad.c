/* Counts the bases of a genome in a file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int next_base(int fd)
{
    unsigned char one;
    return read(fd, &one, 1) == 1 ? one : -1;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100, c;
    long bases[256] = {0};
    FILE *out = fopen("genome.txt", "w");
    for (int k = 0; k < count; k++)
        putc_unlocked("ACGT"[k * 7 % 11 % 4], out);
    fclose(out);
    int fd = open("genome.txt", O_RDONLY);
    while ((c = next_base(fd)) >= 0)
        bases[c]++;
    close(fd);
    printf("%ld %ld %ld %ld\n", bases['A'], bases['C'], bases['G'], bases['T']);
    remove("genome.txt");
    return 0;
}
