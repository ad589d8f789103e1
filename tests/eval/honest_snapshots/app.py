"""Keeps a snapshot of a whole world each hundred steps; all of it has changed since."""
import copy
import sys


def step(world):
    for cell in world:
        cell['x'] = (cell['x'] * 17 + cell['y']) % 101
        cell['y'] = (cell['y'] + 1) % 97


def main():
    world = [{'x': k, 'y': k * 3 % 97} for k in range(200)]
    history = []
    for k in range(int(sys.argv[1])):
        step(world)
        if k % 100 == 0:
            history.append(copy.deepcopy(world))
    print(len(history), sum(cell['x'] for cell in history[-1]))


main()
