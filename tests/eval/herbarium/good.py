"""Names of pressed plants, told by a key that is kept as XML."""
import sys
import xml.etree.ElementTree as ET

KEY = '<key>' + ''.join(f'<taxon code="{k}"><genus>Carex</genus><species>sp{k}</species></taxon>'
                        for k in range(60)) + '</key>'


def name_of(key, code):
    taxon = key.find(f"taxon[@code='{code}']")
    return taxon.findtext('genus') + ' ' + taxon.findtext('species')


def main():
    key = ET.fromstring(KEY)
    names = [name_of(key, k * 7 % 60) for k in range(int(sys.argv[1]))]
    print(len(names), names[-1], sum(map(len, names)))


main()
