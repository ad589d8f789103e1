"""Reads photographs, all different, and puts each into an archive once."""
import os
import sys
import zipfile


def add_photo(archive, name):
    with open(name, 'rb') as file:
        archive.writestr(name, file.read())


def main():
    count = int(sys.argv[1])
    for k in range(count):
        with open(f'photo{k}.raw', 'wb') as file:
            file.write(bytes((k * j) % 251 for j in range(500)) * 8)
    with zipfile.ZipFile('album.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
        for k in range(count):
            add_photo(archive, f'photo{k}.raw')
            os.unlink(f'photo{k}.raw')
    print(os.path.getsize('album.zip') > 0, len(zipfile.ZipFile('album.zip').namelist()))
    os.unlink('album.zip')


main()
