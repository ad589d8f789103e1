/* Counts the bases of a genome in a file. */
#include <stdio.h>
#include <stdlib.h>

static int next_base(FILE *in)
{
    return getc_unlocked(in);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100, c;
    long bases[256] = {0};
    FILE *out = fopen("genome.txt", "w");
    for (int k = 0; k < count; k++)
        putc_unlocked("ACGT"[k * 7 % 11 % 4], out);
    fclose(out);
    FILE *in = fopen("genome.txt", "r");
    while ((c = next_base(in)) >= 0)
        bases[c]++;
    fclose(in);
    printf("%ld %ld %ld %ld\n", bases['A'], bases['C'], bases['G'], bases['T']);
    remove("genome.txt");
    return 0;
}
