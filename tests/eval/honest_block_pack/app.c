/* Packs a long stream in blocks: the window has to be copied in, once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { BLOCK = 65536 };

static void fill(unsigned char *block, unsigned k)
{
    for (unsigned j = 0; j < BLOCK; j++)
        block[j] = (unsigned char)((j * j + k) >> 7);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    static unsigned char block[BLOCK], packed[BLOCK];
    unsigned long total = 0;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    deflateInit(&stream, 6);
    for (int k = 0; k < count; k++) {
        fill(block, (unsigned)k);
        stream.next_in = block;
        stream.avail_in = BLOCK;
        do {
            stream.next_out = packed;
            stream.avail_out = BLOCK;
            deflate(&stream, k + 1 == count ? Z_FINISH : Z_NO_FLUSH);
            total += BLOCK - stream.avail_out;
        } while (stream.avail_out == 0);
    }
    deflateEnd(&stream);
    printf("%lu\n", total);
    return 0;
}
