"""Writes each scanned ticket to a log file."""
import os
import sys


def scan(file, number):
    file.write(b'%06d;gate %d\n' % (number, number % 4))


def main():
    with open('scans.txt', 'wb', buffering=0) as file:
        for k in range(int(sys.argv[1])):
            scan(file, k)
    print(os.path.getsize('scans.txt'))
    os.unlink('scans.txt')


main()
