/* Turnstiles in several threads count visitors on their own and add up once. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long visitors;
static int rounds;

static void enter(volatile long *mine, int weight)
{
    *mine += weight;
}

static void *turnstile(void *unused)
{
    volatile long mine = 0;
    for (int k = 0; k < rounds; k++)
        enter(&mine, k % 3);
    pthread_mutex_lock(&lock);
    visitors += mine;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    rounds = argc > 1 ? atoi(argv[1]) : 100;
    for (int k = 0; k < 4; k++)
        pthread_create(&threads[k], NULL, turnstile, NULL);
    for (int k = 0; k < 4; k++)
        pthread_join(threads[k], NULL);
    printf("%ld\n", visitors);
    return 0;
}
