#!/usr/bin/env python3
"""`profkit timeline` of every perf script file at hand against a count of its sample lines by regular expressions.

Each sample has its thread, event, time and period on one line. Here they are summed by thread and bucket; the bounds of
the buckets are those that the JSON states, and are checked against the first and the last time.
Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir. CI.
"""
import collections
import glob
import gzip
import json
import os
import re
import sys

from program import SHARED, SRCDIR, Skip, expect, main, run, test
from sampled import EVERY, sampled

HEADER = re.compile(r'^(?P<comm>\S.*?)\s+(?:(?P<pid>-?\d+)/)?(?P<tid>-?\d+)\s+'
                    r'(?:\[\d+\]\s+)?(?:[-.dNnHhsp1-9]{4,5}\s+)?'
                    r'(?P<time>\d+\.(?:\d{6}|\d{9})):\s+(?:(?P<period>\d+)\s+)?(?P<event>\S+?):(?=\s|$)')


def text_of(path):
    with open(path, 'rb') as file:
        data = file.read()
    return (gzip.decompress(data) if data[:2] == b'\x1f\x8b' else data).decode('utf-8', 'surrogateescape')


def count(text):
    """{event: {(process, thread): [(ns, weight)]}}, and whether all lines of the text that head samples were read."""
    events = collections.defaultdict(lambda: collections.defaultdict(list))
    heads = 0
    for line in text.splitlines():
        match = HEADER.match(line.strip())
        if not match and (not line or line[0] in '\t #'):
            continue
        heads += 1
        if match:
            comm, pid, tid, time, period, event = match.groups()
            whole, digits = time.split('.')
            ns = int(whole) * 10**9 + int(digits.ljust(9, '0'))
            name = ('%s-%s' % (comm, pid) if pid else comm, '%s-%s' % (comm, tid))
            if period != '0':
                events[event][name].append((ns, int(period or 1)))
    return events, heads == sum(len(list_) for rows in events.values() for list_ in rows.values())


def files_of_others():
    found = []
    for pattern in ('*/input*', '*/*.txt', '*/*.perf', '*/*.gz'):
        found += glob.glob(os.path.join(SHARED, 'corpus', 'perf', pattern))
    return sorted(set(path for path in found if os.path.getsize(path) < 20_000_000))


def int_of(value):
    return int(value) # large ones are strings


def compare(path, event, rows, timeline):
    """The rows of one event."""
    time = timeline['time']
    moments = [moment for moments in rows.values() for moment in moments]
    first, last = min(moments)[0], max(moments)[0]
    expect((int_of(time['first']), int_of(time['span'])) == (first, last - first), 'first and span', (path, time))
    expect(int_of(time['timed']) == sum(weight for _, weight in moments), 'all that has times', (path, event))
    expect(time['buckets'] <= 100 and time['width'] * (time['buckets'] - 1) <= last - first <
           time['width'] * time['buckets'], 'the buckets cover the span', (path, time))
    found = {}
    for row in timeline['rows']:
        found[row['process'], row['thread']] = [int_of(value) for value in row['buckets']]
        expect(sum(map(int_of, row['buckets'])) == int_of(row['total']), 'buckets add up', (path, row['slice']))
    expected = {}
    for name, list_ in rows.items():
        buckets = [0] * time['buckets']
        for ns, weight in list_:
            buckets[(ns - first) // time['width']] += weight
        expected[name] = buckets
    differences = {name: (found.get(name), expected.get(name)) for name in set(found) | set(expected)
                   if found.get(name) != expected.get(name)}
    expect(not differences, 'rows', (path, event, differences))


def compare_all(paths):
    """How many files and events were compared, and how many for what reason were not."""
    compared = collections.Counter()
    for path in paths:
        events, is_whole = count(text_of(path))
        if not events or not is_whole:
            compared['without times, or with lines that are not read here'] += 1
            print('left out', os.path.relpath(path, SHARED))
            continue
        for event, rows in events.items():
            result = run('timeline', '-q', '--keep-going', '--json', '--top', '0', '--metric', event, path)
            if result.status == 2 and b'are not used' in result.err:
                compared['files without usable times'] += 1
                break
            expect(result.status == 0, 'status', (path, event, str(result)))
            timeline = json.loads(result.out)
            if any('skipped' in warning for warning in timeline['quality']['warnings']):
                compared['files with damage'] += 1
                break
            compare(path, event, rows, timeline)
            compared['events'] += 1
        else:
            compared['files'] += 1
    print(dict(compared))
    return compared


@test
def every_bucket_is_the_sum_of_its_samples():
    samples = glob.glob(os.path.join(SRCDIR, 'samples', 'perf', '*', '*.perf.txt'))
    expect(samples and compare_all(samples)['files'] == len(samples), 'all samples were compared', samples)


@test
def so_it_is_in_files_of_other_programs():
    paths = files_of_others()
    if not paths:
        raise Skip('no perf script of other programs in ' + SHARED)
    files = compare_all(sampled(paths))['files']
    expect(files >= (29 if EVERY == 1 else 1), 'so many were compared', files)


sys.exit(main())
