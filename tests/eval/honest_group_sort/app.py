"""Sorts the results of many races, each race once."""
import sys


def ranking(race):
    return sorted(race, key=lambda result: (result[1], result[0]))


def main():
    total = 0
    for k in range(int(sys.argv[1])):
        race = [(runner, (runner * 7919 + k * 104729) % 1000) for runner in range(40)]
        total += ranking(race)[0][0]
    print(total)


main()
