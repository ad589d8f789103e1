"""Suggests the nearest known word for each misspelt one."""
import difflib
import sys

KNOWN = [first + middle + last for first in ('ba', 'ke', 'lo', 'mi') for middle in ('ran', 'tul', 'vis')
         for last in ('do', 'ge')]


def nearest(word):
    return difflib.get_close_matches(word, KNOWN, 1, 0.1)[0]


def main():
    typed = [KNOWN[k * 5 % 24][:-1] + 'x' * (k % 3 % 2) for k in range(int(sys.argv[1]))]
    hints = [nearest(word) for word in typed]
    print(len(hints), hints[-1], len(set(hints)))


main()
