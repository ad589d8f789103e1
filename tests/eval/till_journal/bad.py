"""Writes the sales of a day to a journal that must survive a power cut."""
import os
import struct
import sys


def write_day(file, sales):
    for number, cents in sales:
        file.write(struct.pack('<IQ', number, cents))
        file.flush()
        os.fsync(file.fileno())


def main():
    sales = [(k, k * 119 % 5000) for k in range(int(sys.argv[1]))]
    with open('journal.bin', 'wb') as file:
        write_day(file, sales)
    print(os.path.getsize('journal.bin'))
    os.unlink('journal.bin')


main()
