"""Writes different records as lines of JSON, as another program wants them."""
import json
import os
import sys


def export(file, number):
    file.write(json.dumps({'id': number, 'tags': [number % 7, number % 11], 'name': f'sample {number}'}) + '\n')


def main():
    with open('export.json', 'w') as file:
        for k in range(int(sys.argv[1])):
            export(file, k)
    print(os.path.getsize('export.json'))
    os.unlink('export.json')


main()
