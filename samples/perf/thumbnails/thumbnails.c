/* Makes thumbnails of made-up photos with two threads: one decodes batches of photos, the other shrinks them and
 * checks the results. The decoder waits for the shrinker after each batch, although nothing demands it: they never
 * work at the same time. A flame chart shows photo after photo, a flame graph their sum. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 1024, SMALL = 64, BATCHES = 4, PHOTOS = 6 };

static uint32_t photos[PHOTOS][SIDE * SIDE];
static uint32_t thumbs[PHOTOS][SMALL * SMALL];
static pthread_barrier_t decoded, shrunk;

static uint32_t next_bits(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* The expensive part: every pixel depends on the one before, as in a compressed stream. */
static void decode(uint32_t *photo, uint32_t seed)
{
    for (int i = 0; i < SIDE * SIDE; i++)
        photo[i] = next_bits(&seed);
}

static void unfilter(uint32_t *photo)
{
    for (int row = 1; row < SIDE; row++)
        for (int x = 0; x < SIDE; x++)
            photo[row * SIDE + x] += photo[(row - 1) * SIDE + x] >> 1;
}

static uint32_t average(const uint32_t *photo, int x, int y)
{
    const int step = SIDE / SMALL;
    uint64_t sum = 0;

    for (int dy = 0; dy < step; dy++)
        for (int dx = 0; dx < step; dx++)
            sum += photo[(y * step + dy) * SIDE + x * step + dx];
    return (uint32_t)(sum / (uint64_t)(step * step));
}

static void shrink(const uint32_t *photo, uint32_t *thumb)
{
    for (int round = 0; round < 8; round++) /* eight sizes are asked for, all made from the full photo */
        for (int y = 0; y < SMALL; y++)
            for (int x = 0; x < SMALL; x++)
                thumb[y * SMALL + x] = average(photo, x, y) + (uint32_t)round;
}

static uint32_t checksum(const uint32_t *thumb)
{
    uint32_t sum = 1;

    for (int round = 0; round < 200; round++)
        for (int i = 0; i < SMALL * SMALL; i++)
            sum = sum * 31 + thumb[i];
    return sum;
}

static void decode_batch(int batch)
{
    for (int i = 0; i < PHOTOS; i++) {
        decode(photos[i], (uint32_t)(batch * PHOTOS + i + 1));
        unfilter(photos[i]);
    }
}

static uint32_t shrink_batch(void)
{
    uint32_t sum = 0;

    for (int i = 0; i < PHOTOS; i++) {
        shrink(photos[i], thumbs[i]);
        sum ^= checksum(thumbs[i]);
    }
    return sum;
}

static void *shrinker(void *unused)
{
    uint32_t sum = 0;

    (void)unused;
    pthread_setname_np(pthread_self(), "shrinker");
    for (int batch = 0; batch < BATCHES; batch++) {
        pthread_barrier_wait(&decoded);
        sum ^= shrink_batch();
        pthread_barrier_wait(&shrunk);
    }
    printf("checksum %08x\n", (unsigned)sum);
    return NULL;
}

int main(void)
{
    pthread_t thread;

    pthread_barrier_init(&decoded, NULL, 2);
    pthread_barrier_init(&shrunk, NULL, 2);
    pthread_create(&thread, NULL, shrinker, NULL);
    for (int batch = 0; batch < BATCHES; batch++) {
        decode_batch(batch);
        pthread_barrier_wait(&decoded);
        pthread_barrier_wait(&shrunk);
    }
    return pthread_join(thread, NULL);
}
