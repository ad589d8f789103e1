"""Charges for parking by rules that live in modules."""
import importlib
import sys


def charge(zone, minutes):
    from decimal import Decimal, ROUND_HALF_UP
    rule = importlib.import_module('statistics' if zone % 2 else 'fractions')
    share = Decimal(minutes) / 60 * (2 if hasattr(rule, 'Fraction') else 3)
    return share.quantize(Decimal('0.01'), ROUND_HALF_UP)


def main():
    total = 0
    for k in range(int(sys.argv[1])):
        total += charge(k % 5, k % 240)
    print(total)


main()
