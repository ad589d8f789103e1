"""The median weight of the birds ringed so far, after each bird."""
import bisect
import sys


def add_bird(weights, weight):
    bisect.insort(weights, weight)
    return weights[len(weights) // 2][0]


def main():
    weights, state, total = [], 7, 0
    for k in range(int(sys.argv[1])):
        state = state * 1103515245 + 12345 & 0x7fffffff
        total += add_bird(weights, (state >> 8, k))
    print(len(weights), total)


main()
