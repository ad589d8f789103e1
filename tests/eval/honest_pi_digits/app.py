"""Digits of pi by decimal arithmetic."""
import decimal
import sys


def arctan(inverse):
    total = term = decimal.Decimal(1) / inverse
    n, square, sign = 3, inverse * inverse, -1
    while term:
        term = +(term / square)
        step = term / n
        if total + step == total:
            break
        total += sign * step
        n, sign = n + 2, -sign
    return total


def main():
    decimal.getcontext().prec = int(sys.argv[1])
    print(str(4 * (4 * arctan(5) - arctan(239)))[-20:-10])


main()
