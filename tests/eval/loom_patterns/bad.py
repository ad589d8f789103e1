"""Moves weaving patterns through three steps of one program."""
import pickle
import sys


def dye(packed):
    pattern = pickle.loads(packed)
    pattern['colours'] = [c % 16 for c in pattern['threads']]
    return pickle.dumps(pattern)


def trim(packed):
    pattern = pickle.loads(packed)
    pattern['threads'] = pattern['threads'][1:-1]
    return pickle.dumps(pattern)


def main():
    total = 0
    for k in range(int(sys.argv[1])):
        pattern = {'name': f'p{k}', 'threads': [k + j for j in range(300)]}
        done = pickle.loads(trim(dye(pickle.dumps(pattern))))
        total += sum(done['colours']) + len(done['threads'])
    print(total)


main()
