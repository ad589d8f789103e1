"""Builds the samples of a tone in memory."""
import math
import struct
import sys


def sample(value):
    return struct.pack('<h', value)


def tone(count):
    return b''.join(sample(int(3000 * math.sin(k / 20))) for k in range(count))


def main():
    data = tone(int(sys.argv[1]))
    print(len(data), sum(data[::97]))


main()
