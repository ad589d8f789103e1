"""Follows chains of descent in a database: each question depends on the answer before."""
import sqlite3
import sys


def parent_of(db, person):
    return db.execute('select parent, born from person where id = ?', (person,)).fetchone()


def main():
    db, count, years = sqlite3.connect(':memory:'), int(sys.argv[1]), 0
    db.execute('create table person (id integer primary key, parent integer, born integer)')
    db.executemany('insert into person values (?, ?, ?)', ((k, k * 48271 % 65537, 1500 + k % 500) for k in range(65537)))
    person = 1
    for _ in range(count):
        person, born = parent_of(db, person)
        years += born
    print(person, years)


main()
