"""Scales recipes; the plan of the kitchen must not be changed by it."""
import sys


def scaled(plan, dish, guests):
    return dict(plan['dishes'][dish], guests=guests)


def main():
    plan = {'dishes': {k: {'guests': 4, 'grams': [k * 10 + j for j in range(8)]} for k in range(25)}}
    total = 0
    for k in range(int(sys.argv[1])):
        dish = scaled(plan, k % 25, k % 9)
        total += dish['guests'] * sum(dish['grams'])
    print(total, plan['dishes'][3]['guests'])


main()
