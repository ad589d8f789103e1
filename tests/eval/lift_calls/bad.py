"""Serves the calls of a lift in the order in which a thread brings them."""
import sys
import threading
import time

WAITING = []


def passenger(k):
    time.sleep(0.002)
    WAITING.append(k * 7 % 12)


def next_call():
    while not WAITING:
        time.sleep(0.01)
    return WAITING.pop()


def main():
    count, at, moved = int(sys.argv[1]), 0, 0
    for k in range(count):
        thread = threading.Thread(target=passenger, args=(k,))
        thread.start()
        floor = next_call()
        moved, at = moved + abs(floor - at), floor
        thread.join()
    print(moved)


main()
