"""How long ferries were at sea, from a table of departures and arrivals."""
import csv
import io
import sys
from datetime import datetime


def minutes(row):
    begin = datetime.fromisoformat(row['left'])
    end = datetime.fromisoformat(row['landed'])
    return (end.hour - begin.hour) * 60 + end.minute - begin.minute


def main():
    table = io.StringIO('left,landed\n' + ''.join(
        f'2024-0{k % 9 + 1}-1{k % 9} {k % 12:02}:{k % 60:02},2024-0{k % 9 + 1}-1{k % 9} {k % 12 + 9:02}:{k * 7 % 60:02}\n'
        for k in range(int(sys.argv[1]))))
    print(sum(minutes(row) for row in csv.DictReader(table)))


main()
