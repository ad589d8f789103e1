"""Compiles a few hundred different patterns, each once, and tries them on a text."""
import re
import sys


def count_matches(pattern, text):
    return len(re.compile(pattern).findall(text))


def main():
    text = ' '.join(f'w{k % 301}x{k % 17}' for k in range(12000))
    print(sum(count_matches(rf'\bw{k}x\d+\b', text) for k in range(int(sys.argv[1]))))


main()
