"""Counts species on photographs of a reef; the tool that measures is a command."""
import subprocess
import sys


def measure(names):
    lines = ''.join(name + '\n' for name in names)
    done = subprocess.run(['awk', '{ print length($0) }'], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return map(int, done.stdout.split())


def main():
    print(sum(measure(f'reef/photo{k}.png' for k in range(int(sys.argv[1])))))


main()
