"""Writes accounts in batches; each batch is one commit point and must be safe before the next."""
import os
import sys


def commit(file, batch):
    file.write(b''.join(b'%08d;%08d\n' % (k, k * 37 % 10007) for k in batch))
    file.flush()
    os.fsync(file.fileno())


def main():
    count = int(sys.argv[1])
    with open('vault.txt', 'wb') as file:
        for begin in range(0, count, 20000):
            commit(file, range(begin, begin + 20000))
    print(os.path.getsize('vault.txt'))
    os.unlink('vault.txt')


main()
