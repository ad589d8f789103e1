"""Builds the samples of a tone in memory."""
import math
import struct
import sys


def add_sample(data, value):
    return data + struct.pack('<h', value)


def tone(count):
    data = b''
    for k in range(count):
        data = add_sample(data, int(3000 * math.sin(k / 20)))
    return data


def main():
    data = tone(int(sys.argv[1]))
    print(len(data), sum(data[::97]))


main()
