"""A moving sum over a deque, and a stack that grows and shrinks at its end."""
import collections
import sys


def push(window, stack, value):
    window.append(value)
    if len(window) > 50:
        window.popleft()
    stack.append(value)
    if value % 3 == 0:
        stack.pop()
    return window[0]


def main():
    window, stack = collections.deque(), []
    print(sum(push(window, stack, k * 31 % 1009) for k in range(int(sys.argv[1]))), len(stack))


main()
