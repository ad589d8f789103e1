/* Turnstiles in several threads count visitors under one lock. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long visitors;
static int rounds;

static void enter(int weight)
{
    pthread_mutex_lock(&lock);
    visitors += weight;
    pthread_mutex_unlock(&lock);
}

static void *turnstile(void *unused)
{
    for (int k = 0; k < rounds; k++)
        enter(k % 3);
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
