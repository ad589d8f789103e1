"""Reads pages of music out of one archive."""
import os
import sys
import zipfile


def page(number):
    with zipfile.ZipFile('score.zip') as archive:
        return archive.read(f'page{number}.txt')


def main():
    pages = int(sys.argv[1])
    with zipfile.ZipFile('score.zip', 'w') as archive:
        for k in range(pages):
            archive.writestr(f'page{k}.txt', f'c d e f {k}\n' * 20)
    print(sum(len(page(k)) for k in range(pages)))
    os.unlink('score.zip')


main()
