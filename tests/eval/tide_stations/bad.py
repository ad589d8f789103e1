"""The latest reading of each tide station, from a database."""
import sqlite3
import sys


def fill(db, stations):
    db.execute('create table station (id integer primary key, name text)')
    db.execute('create table reading (station integer, hour integer, level integer)')
    db.execute('create index by_station on reading (station, hour)')
    db.executemany('insert into station values (?, ?)', [(k, f'pier {k}') for k in range(stations)])
    db.executemany('insert into reading values (?, ?, ?)',
                   [(k, h, (k * 37 + h * 11) % 400) for k in range(stations) for h in range(6)])


def board(db):
    rows = []
    for number, name in db.execute('select id, name from station order by id').fetchall():
        found = db.execute('select hour, level from reading where station = ? order by hour desc limit 1', (number,))
        hour, level = found.fetchone()
        rows.append(f'{name} {hour} {level}')
    return rows


def main():
    db = sqlite3.connect(':memory:')
    fill(db, int(sys.argv[1]))
    for _hour in range(8):
        rows = board(db)
    print(len(rows), rows[-1], sum(map(len, rows)))


main()
