#!/usr/bin/env python3
"""`profkit services` against a program that counts its own calls of SQLite, a cache and an HTTP server on this host.

The program (services_program.py) records itself, by cProfile and as collapsed stacks of its own making. Calls have to
be those that it counted. Times have to be exactly those of the recording: the sum that pstats has for the edges between
the program's own files and the service, or that of the stacks with a frame of the service, both added up here. The
clock of the program itself ran around the profiler's, so it only gives a margin: at least what the profile says, less a
hundredth, and at most three times that and 300 ms, as another process may run between both clocks.
"""
import json
import marshal
import os
import re
import subprocess
import sys

from program import SRCDIR, expect, expect_status, main, run, test

PROGRAM = os.path.join(SRCDIR, 'tests', 'services_program.py')
OWN = ('services_program.py', 'services_cache.py')
ENTRIES = {'main': ('open', 'close'), 'orders': ('orders',), 'report': ('report',)}


def is_of(service, name, file):
    """Whether a function is of a service; said again here, and not asked of the program that is tested."""
    if service == 'database':
        return re.search(r"'_?sqlite3\.|method _?sqlite3\.", name) is not None
    if service == 'cache':
        return file.endswith('services_cache.py')
    return file.endswith(('/http/client.py', '/socket.py')) or "'_socket.socket'" in name


def record(kind):
    path = 'app.' + kind
    done = subprocess.run([sys.executable, '-B', PROGRAM, kind, path], stdout=subprocess.PIPE, check=True, timeout=100)
    return path, json.loads(done.stdout)


def ask(path, *arguments):
    """{service: [rows]}"""
    result = run('services', '-q', '--json', '--top', '0', '--service', 'cache=services_cache', path, *arguments)
    expect_status(result, 0)
    services = {}
    for row in json.loads(result.out)['rows']:
        services.setdefault(row['service'], []).append(row)
    return services


def rows_of(rows, role):
    return [row for row in rows if row['role'] == role]


def expect_exact(row, calls, total, what):
    expect((row['calls_low'], row['calls'], row['calls_high']) == (calls,) * 3, '%s: calls, not %s' % (what, calls), row)
    expect((row['total_low'], row['total'], row['total_high']) == (total,) * 3, '%s: time, not %s' % (what, total), row)


def expect_margin(total, own, what):
    expect(total <= own * 1.01 and own <= total * 3 + 300_000_000, '%s: %s in the profile, %s by its own clock' % (
        what, total, own))


def counted(counts, service, entry=None):
    """[calls, ns] that the program counted."""
    pairs = [services[service] for name, services in counts['of'].items()
             if service in services and entry in (None, name)]
    return [sum(column) for column in zip(*pairs)]


def edges_into(stats, service):
    """{(caller, callee, its place): (calls, ns)} between the program's own files and a service."""
    found = {}
    for (file, line, name), (_, _, _, _, callers) in stats.items():
        for (caller_file, _, caller), (_, calls, _, total) in callers.items():
            if (is_of(service, name, file) and os.path.basename(caller_file) in OWN and
                    not is_of(service, caller, caller_file)):
                found[caller, name, file, line] = calls, round(total * 1e9)
    return found


@test
def calls_and_times_of_cprofile_are_those_of_the_program():
    path, counts = record('pstats')
    with open(path, 'rb') as file:
        stats = marshal.load(file)
    services = ask(path)
    for service in ('database', 'cache', 'network'):
        rows = services[service]
        edges = edges_into(stats, service)
        calls, own = counted(counts, service)
        total = sum(total for _, total in edges.values())
        if service == 'network':
            calls += sum(counts['asked'].values()) # the client of the cache asks its socket
        expect(sum(calls for calls, _ in edges.values()) == calls, 'cProfile counts as the program', (service, calls))
        expect_exact(rows[0], calls, total, service)
        shown = sorted((row['calls'], row['total'], row['display'].split(' ')[0]) for row in rows_of(rows, 'caller'))
        wanted = sorted((calls, total, caller) for (caller, *_), (calls, total) in edges.items())
        expect(shown == wanted, 'the calls into %s' % service, (shown, wanted))
        if service != 'network': # what calls back into it is in no part for sure
            parts = sum(row['total'] for row in rows_of(rows, 'part'))
            expect(abs(parts - total) <= len(stats), 'parts of %s add up, but for rounding' % service, (parts, total))
            expect_margin(total, own, service)


@test
def entry_points_have_the_calls_that_they_made():
    path, counts = record('pstats')
    services = ask(path)
    for service in ('database', 'cache', 'network'):
        entries = {row['name']: row for row in rows_of(services[service], 'entry')}
        for name, functions in ENTRIES.items():
            rows = [entries[function] for function in functions if function in entries]
            if service == 'network': # both entry points use the one client: who has how much of it, is not recorded
                calls = counts['asked'][name] + (counted(counts, service, name) or [0])[0]
                low, high = (sum(row[key] for row in rows) for key in ('calls_low', 'calls_high'))
                expect(low <= calls <= high, 'bounds of %s in %s' % (service, name), (low, calls, high))
                continue
            calls, own = counted(counts, service, name)
            expect(sum(row['calls'] for row in rows) == calls, '%s of %s' % (service, name), (calls, rows))
            expect(all(row['calls_low'] == row['calls_high'] and row['total_low'] == row['total_high'] for row in rows),
                   'nothing is open', rows)
            expect_margin(sum(row['total'] for row in rows), own, '%s of %s' % (service, name))


@test
def one_function_is_told_what_it_calls():
    path, counts = record('pstats')
    services = ask(path, 'report')
    for service in ('database', 'cache'):
        calls, own = counted(counts, service, 'report')
        row = services[service][0]
        expect_exact(row, calls, row['total'], service)
        expect_margin(row['total'], own, service)
    expect(ask(path, 'open')['cache'][0]['calls'] == 1, 'one client is opened')


def stacks_of(path):
    """[([(name, file)], ns)], root first."""
    stacks = []
    with open(path, encoding='utf-8') as file:
        for line in file:
            stack, _, value = line.rstrip('\n').rpartition(' ')
            frames = [re.fullmatch(r'(.*?)(?: \((.*):\d+\))?', frame).groups() for frame in stack.split(';')]
            stacks.append(([(name, place or '') for name, place in frames], int(value)))
    return stacks


@test
def times_of_stacks_are_exact():
    path, counts = record('folded')
    services = ask(path)
    stacks = stacks_of(path)
    for service in ('database', 'cache', 'network'):
        meant = [(frames, value, [is_of(service, *frame) for frame in frames]) for frames, value in stacks]
        meant = [(frames, value, marks) for frames, value, marks in meant if any(marks)]
        rows = services[service]
        expect_exact(rows[0], None, sum(value for _, value, _ in meant), service)
        edges = {}
        for frames, value, marks in meant:
            first = marks.index(True)
            key = frames[first - 1][0], frames[first][0]
            edges[key] = edges.get(key, 0) + value
        shown = sorted((row['name'], row['total']) for row in rows_of(rows, 'caller'))
        wanted = sorted((caller, value) for (caller, _), value in edges.items())
        expect(shown == wanted, 'the calls into %s' % service, (shown, wanted))
        expect(sum(row['total'] for row in rows_of(rows, 'part')) == rows[0]['total'], 'parts add up', service)
        for row in rows_of(rows, 'entry'):
            value = sum(value for frames, value, marks in meant
                        if any(frame == (row['name'], row['file']) and True in marks[at:]
                               for at, frame in enumerate(frames)))
            expect_exact(row, None, value, '%s of %s' % (service, row['name']))
        if service != 'network':
            expect_margin(rows[0]['total'], counted(counts, service)[1], service)


sys.exit(main())
