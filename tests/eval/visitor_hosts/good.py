"""Counts visitors by network; most of them are host names, not addresses."""
import ipaddress
import sys


def network_of(visitor):
    if not visitor[-1].isdigit() or not visitor[0].isdigit():
        return visitor.rsplit('.', 1)[-1]
    address = ipaddress.ip_address(visitor)
    return str(address).rsplit('.', 1)[0]


def main():
    seen = {}
    for k in range(int(sys.argv[1])):
        visitor = f'10.0.{k % 7}.{k % 250}' if k % 20 == 0 else f'host{k % 900}.example{"abcdefghijk"[k % 11]}'
        place = network_of(visitor)
        seen[place] = seen.get(place, 0) + 1
    print(sorted(seen.items())[:4], len(seen))


main()
