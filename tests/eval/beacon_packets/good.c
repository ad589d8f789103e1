/* Packs the messages of beacons; each message is deflated by the same state. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static unsigned long pack(z_stream *stream, const char *text, unsigned char *to, uLong room)
{
    deflateReset(stream);
    stream->next_in = (Bytef *)text;
    stream->avail_in = (uInt)strlen(text);
    stream->next_out = to;
    stream->avail_out = (uInt)room;
    deflate(stream, Z_FINISH);
    return stream->total_out;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    unsigned long total = 0;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    deflateInit(&stream, 6);
    for (int k = 0; k < count; k++) {
        char text[64];
        unsigned char packed[256];
        snprintf(text, sizeof text, "beacon %d says all is well at %d", k % 31, k);
        total += pack(&stream, text, packed, sizeof packed);
    }
    deflateEnd(&stream);
    printf("%lu\n", total);
    return 0;
}
