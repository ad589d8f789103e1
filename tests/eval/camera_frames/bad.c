/* Passes the frames of a camera through three filters; each takes its frame by value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 65536 };

static void deliver(unsigned char *to, const unsigned char *from)
{
    memcpy(to, from, SIZE);
}

static void mark(unsigned char *frame, int k)
{
    for (int j = 0; j < 512; j++)
        frame[(k * 13 + j * 64) % SIZE] ^= (unsigned char)k;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    static unsigned char raw[SIZE], first[SIZE], second[SIZE], third[SIZE];
    unsigned long sum = 0;
    for (int k = 0; k < count; k++) {
        mark(raw, k);
        deliver(first, raw);
        deliver(second, first);
        deliver(third, second);
        sum = sum * 31 + third[k * 13 % SIZE];
    }
    printf("%lu\n", sum);
    return 0;
}
