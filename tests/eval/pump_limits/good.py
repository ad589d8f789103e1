"""Checks pump readings against limits from a settings file."""
import configparser
import os
import sys


def read_settings():
    settings = configparser.ConfigParser()
    settings.read('pumps.ini')
    return settings


def limit_for(settings, pump):
    return settings.getint(pump, 'limit')


def main():
    with open('pumps.ini', 'w') as file:
        for k in range(12):
            file.write(f'[pump{k}]\nlimit = {k * 10}\nunit = bar\n')
    settings = read_settings()
    over = sum(k % 130 > limit_for(settings, f'pump{k % 12}') for k in range(int(sys.argv[1])))
    print(over)
    os.unlink('pumps.ini')


main()
