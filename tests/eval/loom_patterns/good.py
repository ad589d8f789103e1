"""Moves weaving patterns through three steps of one program."""
import sys


def dye(pattern):
    pattern['colours'] = [c % 16 for c in pattern['threads']]
    return pattern


def trim(pattern):
    pattern['threads'] = pattern['threads'][1:-1]
    return pattern


def main():
    total = 0
    for k in range(int(sys.argv[1])):
        pattern = {'name': f'p{k}', 'threads': [k + j for j in range(300)]}
        done = trim(dye(pattern))
        total += sum(done['colours']) + len(done['threads'])
    print(total)


main()
