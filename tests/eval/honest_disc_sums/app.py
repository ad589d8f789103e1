"""Checks many different files against their sums."""
import hashlib
import os
import sys


def sum_of(name):
    digest = hashlib.sha256()
    with open(name, 'rb') as file:
        for block in iter(lambda: file.read(8192), b''):
            digest.update(block)
    return digest.hexdigest()


def main():
    os.mkdir('disc')
    names = [f'disc/track{k}' for k in range(int(sys.argv[1]))]
    for k, name in enumerate(names):
        with open(name, 'wb') as file:
            file.write(b'%d' % k * 9000)
    print(len({sum_of(name) for name in names}))
    for name in names:
        os.unlink(name)
    os.rmdir('disc')


main()
