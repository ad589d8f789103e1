"""How long ferries were at sea, from a table of departures and arrivals."""
import csv
import io
import sys
import time


def minutes(row):
    begin = time.strptime(row['left'], '%Y-%m-%d %H:%M')
    end = time.strptime(row['landed'], '%Y-%m-%d %H:%M')
    return (end.tm_hour - begin.tm_hour) * 60 + end.tm_min - begin.tm_min


def main():
    table = io.StringIO('left,landed\n' + ''.join(
        f'2024-0{k % 9 + 1}-1{k % 9} {k % 12:02}:{k % 60:02},2024-0{k % 9 + 1}-1{k % 9} {k % 12 + 9:02}:{k * 7 % 60:02}\n'
        for k in range(int(sys.argv[1]))))
    print(sum(minutes(row) for row in csv.DictReader(table)))


main()
