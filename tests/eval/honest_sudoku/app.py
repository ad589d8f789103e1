"""Solves one number puzzle by trying; no two positions are alike."""
import sys


def places(grid, cell):
    row, column = divmod(cell, 9)
    used = set(grid[row * 9:row * 9 + 9]) | set(grid[column::9])
    corner = row // 3 * 27 + column // 3 * 3
    for k in range(3):
        used |= set(grid[corner + 9 * k:corner + 9 * k + 3])
    return [digit for digit in '123456789' if digit not in used]


def solve(grid, limit):
    limit[0] -= 1
    if '.' not in grid or limit[0] < 0:
        return grid
    cell = grid.index('.')
    for digit in places(grid, cell):
        done = solve(grid[:cell] + digit + grid[cell + 1:], limit)
        if '.' not in done:
            return done
    return grid


def main():
    print(solve('..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9', [int(sys.argv[1])]))


main()
