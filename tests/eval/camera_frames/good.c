/* Passes the frames of a camera through three filters; they share one frame. */
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 65536 };

static void mark(unsigned char *frame, int k)
{
    for (int j = 0; j < 512; j++)
        frame[(k * 13 + j * 64) % SIZE] ^= (unsigned char)k;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    static unsigned char raw[SIZE];
    unsigned long sum = 0;
    for (int k = 0; k < count; k++) {
        mark(raw, k);
        sum = sum * 31 + raw[k * 13 % SIZE];
    }
    printf("%lu\n", sum);
    return 0;
}
