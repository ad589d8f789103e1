"""Checks pump readings against limits from a settings file."""
import configparser
import os
import sys


def limit_for(pump):
    settings = configparser.ConfigParser()
    settings.read('pumps.ini')
    return settings.getint(pump, 'limit')


def main():
    with open('pumps.ini', 'w') as file:
        for k in range(12):
            file.write(f'[pump{k}]\nlimit = {k * 10}\nunit = bar\n')
    over = sum(k % 130 > limit_for(f'pump{k % 12}') for k in range(int(sys.argv[1])))
    print(over)
    os.unlink('pumps.ini')


main()
