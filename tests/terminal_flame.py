#!/usr/bin/env python3
"""Flame graphs on a terminal: the program runs with a pseudo-terminal as its stdout, whose width we choose."""
import fcntl
import os
import re
import struct
import sys
import termios
import unicodedata

from program import expect, expect_failure, expect_status, main, run, samples, start, test, write

SMALL = 'main;load;parse_the_file 30\nmain;load 5\nmain;draw 15\n'


def on_terminal(*arguments, columns=60, env=None):
    """What the program writes to a terminal, as lines; its status and stderr."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    process = start(arguments, stdout=theirs, env=dict({'TERM': 'xterm-256color'}, **(env or {})))
    os.close(theirs)
    out = b''
    try:
        while True: # at the end of the last writer Linux gives EIO
            block = os.read(ours, 65536)
            if not block:
                break
            out += block
    except OSError:
        pass
    os.close(ours)
    _, err = process.communicate(timeout=60)
    return process.returncode, out.decode().replace('\r\n', '\n'), err


def cells(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line)


def without_colors(text):
    return re.sub(r'\x1b\[[0-9;]*m', '', text)


@test
def a_terminal_gets_a_picture_as_wide_as_it_is():
    write('small.folded', SMALL)
    for columns in (20, 60, 200):
        status, out, err = on_terminal('flame', '-q', 'small.folded', columns=columns)
        expect(status == 0 and err == b'', 'done', (status, err))
        rows = without_colors(out).split('\n')
        expect(rows[0] == 'small.folded' and rows[2].startswith('all'), 'title and root', rows)
        expect(cells(rows[2]) == columns, 'the root fills the width', rows[2])
        expect(all(cells(row) <= columns for row in rows[2:6]), 'and nothing is wider', rows)
        expect(rows[4].startswith('draw') and 'load' in rows[4] or columns < 60, 'names stand in the boxes', rows)


@test
def what_is_no_terminal_gets_svg():
    write('small.folded', SMALL)
    expect(run('flame', '-q', 'small.folded').out.startswith(b'<?xml'), 'to a pipe')
    expect(on_terminal('flame', '-q', '-o', '-', 'small.folded')[1].startswith('<?xml'), 'with -o -')
    expect_status(run('flame', '-q', 'small.folded', '-o', 'out.svg'), 0)
    status, out, err = on_terminal('flame', '-q', '--to', 'svg', 'small.folded')
    expect(status == 2 and out == '' and b'hint: -o out.svg' in err, 'an SVG asked for by name', err)


@test
def text_is_written_anywhere_when_asked_for():
    write('small.folded', SMALL)
    piped = run('flame', '-q', '--to', 'text', 'small.folded')
    expect_status(piped, 0)
    expect(b'\x1b' not in piped.out and len(piped.out.split(b'\n')[2]) == 100, '100 cells, no colour', piped.out)
    for env in ({'COLORTERM': 'truecolor', 'TERM': 'xterm'}, {'COLUMNS': '40'}, {'LC_ALL': 'C'}):
        expect(run('flame', '-q', 'small.folded', '--to', 'text', env=env).out == piped.out, 'the same bytes', env)
    expect_status(run('flame', '-q', 'small.folded', '-o', 'out.txt', '--width', '30'), 0)
    with open('out.txt', encoding='utf-8') as file:
        expect(file.read().split('\n')[2] == '[all  100.0 %                ]', '30 cells')


@test
def colours_are_those_that_the_terminal_says():
    write('small.folded', SMALL)
    sixteen = on_terminal('flame', '-q', 'small.folded')[1]
    expect('\x1b[0;7;' in sixteen and '8;2;' not in sixteen, '16 colours', sixteen)
    for value in ('truecolor', '24bit'):
        out = on_terminal('flame', '-q', 'small.folded', env={'COLORTERM': value})[1]
        expect('\x1b[0;48;2;' in out and '\x1b[0;7;' not in out, '24 bits', out)
        expect(without_colors(out) == without_colors(sixteen), 'the same picture')
    expect(on_terminal('flame', '-q', 'small.folded', env={'COLORTERM': 'yes'})[1] == sixteen, 'an unknown word')
    for env in ({'NO_COLOR': '1'}, {'TERM': 'dumb'}, {'LC_ALL': 'C'}):
        out = on_terminal('flame', '-q', 'small.folded', env=dict({'COLORTERM': 'truecolor'}, **env))[1]
        body = out.split('\n')[2:6]
        expect(body[0].startswith('[all') and all(row.isascii() for row in body), 'brackets with %s' % env, out)
        expect('\x1b[' not in ''.join(body), 'no colour with %s' % env, out)
    out = on_terminal('flame', '-q', '--ascii', 'small.folded')[1]
    expect(out.isascii() and '\x1b' not in out, 'ASCII alone', out)


@test
def every_sample_fits_a_terminal():
    for source in samples('callgrind.out', '.folded', '.perf.txt', '.prof'):
        for columns in (40, 80):
            for env in ({}, {'NO_COLOR': '1'}):
                status, out, _ = on_terminal('flame', '-q', source, columns=columns, env=env)
                expect(status == 0, 'done', source)
                rows = without_colors(out).split('\n')
                expect(max(cells(row) for row in rows) <= columns, 'no line is wider: ' + source, rows)
                expect(len(rows) < 60, 'and the picture is not endless', len(rows))


@test
def the_other_options_of_pictures_work():
    write('small.folded', SMALL)
    out = on_terminal('flame', '-q', '--title', 'T\x1b[2J', '--notes', 'N', '--max-depth', '1', 'small.folded')[1]
    expect('\x1b[2J' not in out and 'T\\x1b[2J' in out and '\nN\n' in out, 'title and notes', out)
    expect('deeper than this hold' in out and 'parse_the' not in out, 'what is left out is told', out)
    rows = without_colors(on_terminal('flame', '-q', '--reverse', 'small.folded')[1]).split('\n')
    expect(rows[3].startswith('draw') or 'parse_the_file' in rows[3], 'merged from the leaves', rows)
    expect_failure(run('flame', '--scale', '2', '--to', 'text', 'small.folded'), 2, '--scale is for PNG')


if __name__ == '__main__':
    sys.exit(main())
