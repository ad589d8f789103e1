/* Writes a large file in blocks of 64 KiB by the system call. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned char block[65536];

static long put_block(int fd, int k)
{
    for (size_t j = 0; j < sizeof block; j++)
        block[j] = (unsigned char)(j * 7 + (size_t)k);
    return (long)write(fd, block, sizeof block);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    long total = 0;
    int fd = open("blocks.bin", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    for (int k = 0; k < count; k++)
        total += put_block(fd, k);
    close(fd);
    printf("%ld\n", total);
    remove("blocks.bin");
    return 0;
}
