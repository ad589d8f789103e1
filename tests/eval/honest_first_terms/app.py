"""Counts coins by a table of results that are kept."""
import functools
import sys


@functools.lru_cache(maxsize=None)
def ways(cents, largest):
    coins = (1, 2, 5, 10, 20, 50, 100, 200)
    if cents == 0 or largest == 0:
        return 1
    total = 0
    for k in range(cents // coins[largest] + 1):
        total += ways(cents - k * coins[largest], largest - 1)
    return total


def main():
    print(sum(ways(cents, 7) for cents in range(int(sys.argv[1]))))


main()
