#!/usr/bin/env python3
"""Compares every line of `profkit annotate` with callgrind_annotate, for the samples and the corpus.

callgrind_annotate prints lines only of sources that it can open, so each profile is rewritten: its files get names of
one kind (f1.c, f2.c, ...) and such files are made, with as many lines as are asked for. Costs are not touched. Then
the self of every line of every file must be the same number in both, and no line may be missing in either.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED (folder with the corpus), srcdir, CI.
Status 77: no callgrind_annotate here.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import left_out

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
PROFKIT = os.path.abspath(os.environ.get('PROFKIT') or './profkit')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
NAME = re.compile(rb'^(fl|fi|fe|cfi|cfl)=(?:\((\d+)\))?(?: *)(.*)$')
LAST_LINE = 5000  # of the sources that are made
MOST_FILES = 25    # of one profile


class Renamed:
    """A profile whose files are f1.c, f2.c, ... in the folder."""

    def __init__(self, path, folder):
        self.names, self.numbers = {}, {}
        self.path = os.path.join(folder, 'callgrind.out')
        with open(path, 'rb') as old, open(self.path, 'wb') as new:
            for line in old:
                new.write(self.rename(line.rstrip(b'\r\n')) + b'\n')
        self.files = sorted(set(self.names.values()), key=lambda name: int(name[1:-2]))
        for name in self.files:
            with open(os.path.join(folder, name), 'w') as source:
                source.write(''.join('line %d\n' % (n + 1) for n in range(LAST_LINE)))

    def rename(self, line):
        found = NAME.match(line)
        if not found:
            return line
        key, number, name = found.groups()
        if (number and not name) or name == b'???':  # a file that is not known has no lines to show
            return line
        new = self.names.setdefault(name, 'f%d.c' % (len(self.names) + 1))
        return key + b'=' + (b'(' + number + b') ' if number else b'') + new.encode()


def annotated(renamed, folder):
    """{file: {line: self}} as callgrind_annotate prints it, of the first event."""
    out = subprocess.run(['callgrind_annotate', '--threshold=100', '--auto=yes', '--context=0', '--show-percs=no',
                          renamed.path], capture_output=True, text=True, cwd=folder)
    if out.returncode:
        return None
    files, current, events = {}, None, 0
    for line in out.stdout.splitlines():
        if line.startswith('Events shown:'):
            events = len(line.split()) - 2
        elif line.startswith('-- Auto-annotated source: '):
            current = files.setdefault(os.path.basename(line.split(': ', 1)[1]), {})
        elif line.startswith('The following files chosen for auto-annotation'):
            current = None
        elif current is not None:
            found = re.match(r'^ *((?:(?:[\d,]+|\.) +){%d})line (\d+)$' % events, line)
            if found:
                cost = found.group(1).split()[0]
                if cost != '.':
                    current[int(found.group(2))] = int(cost.replace(',', ''))
    return files


def ours(renamed, name, folder, metric):
    """{line: self} of one file, and the self of what has no line."""
    run = subprocess.run([PROFKIT, 'annotate', '-q', '--json', '--all', '-m', metric, 'callgrind.out', name],
                         capture_output=True, text=True, cwd=folder)
    if run.returncode:
        return None
    rows = [row for row in json.loads(run.stdout)['rows'] if row['role'] == 'line']
    return {row['source_line']: int(row['self'] or 0) for row in rows
            if row['source_line'] and row['source_file'] == name}


def first_event(path):
    """None with several parts: callgrind_annotate takes the header of the second for malformed lines, as
    annotate_wrong.py shows. None either with calls=0, as pprof writes: it takes their costs for self."""
    with open(path, 'rb') as file:
        lines = file.readlines()
    events = [line.split()[1].decode() for line in lines if line.startswith(b'events:')]
    has_uncounted = any(re.match(rb'calls=0\b', line) for line in lines)
    return events[0] if len(events) == 1 and not has_uncounted else None


def compare(path):
    """How many lines were equal; None where the profile has no lines that can be compared."""
    with tempfile.TemporaryDirectory() as folder:
        renamed = Renamed(path, folder)
        metric = first_event(path)
        theirs = annotated(renamed, folder) if metric else None
        if not theirs:
            return None
        equal = 0
        for name in renamed.files[:MOST_FILES]:
            mine = ours(renamed, name, folder, metric)
            expected = theirs.get(name, {})
            if mine is None:
                if any(expected.values()):
                    sys.exit('%s: %s is unknown to profkit' % (path, name))
                continue
            mine = {line: cost for line, cost in mine.items() if line <= LAST_LINE}
            for line in set(mine) | set(expected):
                if mine.get(line, 0) != expected.get(line, 0):
                    sys.exit('%s: %s line %d: callgrind_annotate says %s, profkit %s' %
                             (path, name, line, expected.get(line), mine.get(line)))
                equal += 1
        return equal


def main():
    if not shutil.which('callgrind_annotate'):
        return left_out.status('no callgrind_annotate here: it is part of the package valgrind')
    paths = sorted(glob.glob(os.path.join(SRCDIR, 'samples/callgrind/*/*.out')) +
                   glob.glob(os.path.join(SHARED, 'corpus/callgrind/*/input.*')))
    compared = lines = failed = 0
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        failed += left_out.tell('no corpus in %s: set PROFKIT_SHARED' % SHARED)
    for path in paths:
        equal = compare(path)
        if equal:
            compared += 1
            lines += equal
            print('ok %s: %d lines' % (os.path.relpath(path, SRCDIR), equal))
    print('annotate_lines: %d files, %d lines equal' % (compared, lines))
    return 0 if compared >= 1 and lines >= 500 and not failed else 1


if __name__ == '__main__':
    sys.exit(main())
