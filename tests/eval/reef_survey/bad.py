"""Counts species on photographs of a reef; the tool that measures is a command."""
import subprocess
import sys


def measure(name):
    return int(subprocess.run(['expr', 'length', name], stdout=subprocess.PIPE, check=True).stdout)


def main():
    print(sum(measure(f'reef/photo{k}.png') for k in range(int(sys.argv[1]))))


main()
