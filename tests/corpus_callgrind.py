#!/usr/bin/env python3
"""Compares what profkit makes of callgrind files with what other programs make of them.

Every callgrind case of the shared corpus and of the format samples is run through `profkit convert --to json`
and tests/show_lines, and compared with
 - callgrind_annotate: self by (file of the line, function) and by function; inclusive by function outside
   recursion. It keeps the file of inlined lines apart but not the object, misses functions whose first event is
   0 or small, and takes the line after calls=0 for self;
 - gprof2dot: calls and the share of self by function name;
 - speedscope's snapshots: self and total;
 - a plain reader (callgrind_plain.py), written from the format's note and for clearness only: functions with self, calls and
   inclusive, edges with calls and inclusive (missing inside cycles), all events.

What differs must stand in tests/corpus-differences.txt with a reason (format, case, what, reason;
tab-separated), and every line there must still be true.

Environment: PROFKIT (program, default ./profkit), SHOW_LINES (default tests/show_lines), PROFKIT_SHARED, srcdir,
CI. Status 77: no corpus here.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys

from callgrind_plain import Function, Plain

from corpus_cases import compare

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
SHOW_LINES = os.environ.get('SHOW_LINES') or 'tests/show_lines'


class Case:
    """One file: its differences, and how many values were compared."""

    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []

    def compare(self, group, what, expected, found, tolerance=0):
        self.values += 1
        if tolerance and expected is not None and found is not None:
            same = abs(expected - found) <= tolerance
        else:
            same = expected == found
        if not same:
            self.differences.append((group, '%s: expected %s, found %s' % (what, expected, found)))


# ---- what profkit says

def integer(value):
    """Integers past 2^53 are strings."""
    return int(value) if isinstance(value, str) else value


def run(program, *arguments):
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL)
    text = done.stderr.decode('utf-8', 'replace')
    return (done.stdout.decode('utf-8', 'replace'), text) if done.returncode == 0 else (None, text)


class Found:
    def __init__(self, path):
        text, self.messages = run(PROFKIT, 'convert', '--to', 'json', path)
        self.profile = json.loads(text) if text else None
        if not text:
            return
        self.metrics = [m['name'] for m in self.profile['metrics']]
        self.frames = [Function(f['module'], f['file'], f['name']) for f in self.profile['frames']]
        self.functions = dict(zip(self.frames, self.profile['frames']))
        self.by_name = collections.defaultdict(lambda: collections.Counter())
        for frame, values in self.functions.items():
            for metric, value in zip(self.metrics, values['self'] or []):
                self.by_name[frame.name][metric] += integer(value) or 0
        lines, _ = run(SHOW_LINES, path)
        self.by_line_file = collections.defaultdict(lambda: collections.Counter())
        self.has_lines = False
        for line in lines.split('\n')[1:-1]:
            parts = line.split('\t')
            self.has_lines = True
            if not parts[5]:
                for metric, value in zip(self.metrics, parts[8:]):
                    self.by_line_file[parts[3], parts[0]][metric] += int(value)


def known(value):
    """Unknown places are missing in a profile."""
    return None if value in ('', '???') else value


def plain_function(function, found):
    name = function.name or '???'
    file = known(function.file)
    key = Function(known(function.object), file, name)
    if key not in found.functions and Function(key.object, None, name) in found.functions:
        key = Function(key.object, None, name) # builtins of PHP and Python have no place
    return key


# ---- comparing

def compare_plain(case, plain, found):
    """Every function and edge, and all events."""
    columns = [(m, i) for i, m in enumerate(found.metrics) if m in plain.events]
    component = plain.cycles()
    calls_in = collections.Counter()
    has_calls = not (len(plain.events) == 1 and plain.events[0].endswith(')')) # pprof counts none
    expected = {plain_function(f, found): costs for f, costs in plain.self_costs.items()}
    callees = {plain_function(callee, found) for _, callee in plain.edges}
    case.compare('functions', 'set', sorted(map(str, set(expected) | callees)), sorted(map(str, found.functions)))
    for function, costs in expected.items():
        frame = found.functions.get(function)
        for metric, column in columns:
            case.compare('self', '%s %s' % (function, metric), costs[metric],
                         frame and integer(frame['self'][column]))
    for caller, callee in plain.edges:
        calls_in[plain_function(callee, found)] += plain.calls[caller, callee]
    for function, count in calls_in.items():
        case.compare('calls', str(function), count if has_calls else None,
                     integer(found.functions[function]['calls']))
    edges = {(found.frames[e['caller']], found.frames[e['callee']]): e for e in found.profile['edges']}
    keys = {(plain_function(a, found), plain_function(b, found)) for a, b in plain.edges}
    case.compare('edges', 'set', sorted(map(str, keys)), sorted(map(str, edges)))
    for caller, callee in plain.edges:
        edge = edges.get((plain_function(caller, found), plain_function(callee, found)))
        inside = component[caller] == component[callee]
        case.compare('edges', 'calls %s -> %s' % (caller, callee),
                     plain.calls[caller, callee] if has_calls else None, edge and integer(edge['calls']))
        for metric, column in columns:
            if inside or (metric == 'hits' and 'usphit' in plain.events):
                value = None
            else:
                value = plain.edge_costs[caller, callee][metric]
            case.compare('edges', 'inclusive %s -> %s %s' % (caller, callee, metric), value,
                         edge and edge['total'] and integer(edge['total'][column]))
    compare_inclusive(case, plain, found, component, columns)
    for (function, file), costs in plain.line_costs.items():
        if found.has_lines and len(plain.line_costs) < 50000:
            case.compare('lines', '%s in %s' % (function.name, file),
                         sum(c[plain.events[0]] for (f, i), c in plain.line_costs.items()
                             if f.name == function.name and known(i) == known(file))
                         if len(plain.line_costs) < 300 else None,
                         found.by_line_file[known(file) or '', function.name or '???'][plain.events[0]]
                         if len(plain.line_costs) < 300 else None)


def compare_inclusive(case, plain, found, component, columns):
    """Outside cycles self + exits; in them a range that holds self + exits to the outside. What a file gives a
    function beyond all of its costs is a difference of its own, and then all of them are expected."""
    most = {metric: sum(costs[metric] for costs in plain.self_costs.values()) for metric, _ in columns}
    members = collections.Counter(component.values())
    out = collections.defaultdict(list)
    for caller, callee in plain.edges:
        out[caller].append(callee)
    for function, costs in plain.self_costs.items():
        frame = found.functions.get(plain_function(function, found))
        box = component.get(function)
        if frame is None or (out[function] and 'usphit' in plain.events):
            continue
        for metric, column in columns:
            if frame['total'] is None or found.profile['rung'] == 'flat':
                continue
            total, high = integer(frame['total'][column]), (frame['total_high'] or {column: None})
            whole = costs[metric] + sum(plain.edge_costs[function, c][metric] for c in out[function])
            if box is None or (members[box] == 1 and function not in out[function]):
                case.compare('inclusive above total' if whole > most[metric] else 'inclusive',
                             '%s %s' % (function, metric), whole, total)
                case.compare('inclusive', '%s %s is at most all' % (function, metric), True, total <= most[metric])
            else:
                low = costs[metric] + sum(plain.edge_costs[function, c][metric] for c in out[function]
                                          if component[c] != box)
                high = integer(high[column]) if high[column] is not None else total
                case.compare('inclusive', '%s %s holds its low' % (function, metric), True,
                             total >= low and high <= max(whole, high) and high >= total)


def same_file(expected, file):
    """callgrind_annotate shortens files below the folder it is run in."""
    if not file:
        return expected in ('', '???')
    return expected == file or file.endswith('/' + expected)


class Rows:
    """Rows of callgrind_annotate by function name."""

    def __init__(self, rows, found):
        names = {f.name for f in found.frames}
        self.by_name = collections.defaultdict(lambda: collections.Counter())
        self.by_place = collections.defaultdict(lambda: collections.Counter())
        for row, costs in rows:
            text = re.sub(r' \[[^\[\]]*\]$', '', row)
            cuts = [i for i, c in enumerate(text) if c == ':' and text[i + 1:] in names]
            cuts = cuts or [i for i, c in enumerate(row) if c == ':' and row[i + 1:] in names]
            if not cuts: # an empty file name, or a name that is cut
                self.by_name[text].update(costs)
                continue
            place, name = text[:cuts[0]], text[cuts[0] + 1:]
            self.by_name[name].update(costs)
            self.by_place[place, name].update(costs)


def read_tsv(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        lines = file.read().split('\n')
    events = lines[0].split('\t')[:-1]
    rows = []
    for line in lines[2:]:
        parts = line.split('\t', len(events))
        if len(parts) == len(events) + 1:
            rows.append((parts[-1], dict(zip(events, map(int, parts[:-1])))))
    return events, rows


def compare_self_rows(case, events, rows, found, plain):
    expected = Rows(rows, found)
    metrics = [e for e in events if e in found.metrics]
    for name, costs in expected.by_name.items():
        if name in plain.zero: # their calls are taken for self
            continue
        for metric in metrics:
            case.compare('annotate self', '%s %s' % (name, metric), costs[metric], found.by_name[name][metric])
    for name, costs in found.by_name.items():
        if name not in expected.by_name and name not in plain.zero and costs[events[0]] > 2:
            case.compare('annotate self', '%s %s' % (name, events[0]), 0, costs[events[0]])
    if not found.has_lines:
        return
    for (place, name), costs in expected.by_place.items():
        if name in plain.zero: # their calls are taken for self
            continue
        for metric in metrics:
            value = sum(c[metric] for (file, n), c in found.by_line_file.items() if n == name
                        and same_file(place, file)) if len(rows) < 1500 else \
                    found.by_line_file['' if place == '???' else place, name][metric]
            case.compare('annotate lines', '%s in %s %s' % (name, place, metric), costs[metric], value)


def compare_inclusive_rows(case, events, rows, found, plain):
    """callgrind_annotate's inclusive of a function is the sum of the calls into it, where there are any. Inside
    cycles it counts twice, and where a callee's file is not named it takes another one than valgrind means."""
    entries = collections.defaultdict(lambda: collections.Counter())
    unknown = {f.name for f in plain.loose} | plain.zero
    for edge in found.profile['edges']:
        callee = found.frames[edge['callee']]
        for metric, value in zip(found.metrics, edge['total'] or [None] * len(found.metrics)):
            if value is None:
                unknown.add(callee.name)
            else:
                entries[callee.file, callee.name][metric] += integer(value)
    for (place, name), costs in Rows(rows, found).by_place.items():
        keys = [key for key in entries if key[1] == name and same_file(place, key[0])]
        if name in unknown or not keys:
            continue
        for metric in events:
            if metric in found.metrics:
                case.compare('annotate inclusive', '%s in %s %s' % (name, place, metric), costs[metric],
                             sum(entries[key][metric] for key in keys))


def compare_dot(case, path, found, plain):
    with open(path, encoding='utf-8', errors='replace') as file:
        text = file.read()
    calls = collections.Counter()
    for (_, callee), count in plain.calls.items():
        calls[callee.name] += count
    total = sum(c[plain.events[0]] for c in plain.self_costs.values()) if plain.events else 0
    for match in re.finditer(r'^\t("(?:[^"\\]|\\.)*"|\w+) \[.*?label="((?:[^"\\]|\\.)*)"', text, re.M):
        name = re.sub(r'\\(.)', r'\1', match.group(1).strip('"'))
        count = re.search(r'(\d+)\\?\u00d7$', match.group(2))
        share = re.search(r'\((\d+\.\d+)%\)', match.group(2))
        if name not in found.by_name:
            continue
        frames = [v for f, v in found.functions.items() if f.name == name]
        if count and all(f['calls'] is not None for f in frames):
            case.compare('gprof2dot calls', name, int(count.group(1)), sum(integer(f['calls']) for f in frames))
        if share and total:
            case.compare('gprof2dot self', name, float(share.group(1)),
                         100 * found.by_name[name][found.metrics[0]] / total, 0.0051)


def compare_snapshot(case, path, found):
    with open(path, encoding='utf-8') as file:
        text = file.read().split('"name": "callgrind')[0]
    for block in text.split('Frame {')[1:]:
        fields = dict(re.findall(r'"(\w+)": (.*),', block))
        key = Function(None, json.loads(fields['file']), json.loads(fields['name']))
        frame = found.functions.get(key)
        case.compare('speedscope', '%s self' % key.name, int(fields['selfWeight']), frame and frame['self'][0])
        case.compare('speedscope', '%s total' % key.name, int(fields['totalWeight']), frame and frame['total'][0])


# ---- cases

def read_plain(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return Plain(file.read())


def begin_case(name, path):
    """A case, and what both readers make of it; the plain reader knows when there are no costs."""
    case, found, plain = Case(name), Found(path), read_plain(path)
    has_costs = bool(plain.self_costs)
    case.compare('reading', 'profile', has_costs, found.profile is not None)
    if not has_costs:
        case.compare('reading', 'one error', 1, found.messages.count('profkit: '))
    if not has_costs or found.profile is None:
        return case, None, None
    compare_plain(case, plain, found)
    return case, found, plain


def corpus_cases(folder):
    for path in sorted(glob.glob(os.path.join(folder, 'input*'))):
        name = os.path.basename(folder)
        part = re.search(r'input(-\d+)', path)
        suffix = part.group(1) if part else ''
        case, found, plain = begin_case(name + suffix, path)
        if found:
            for kind, compare in (('self', compare_self_rows), ('incl', compare_inclusive_rows)):
                expected = os.path.join(folder, 'expected%s.%s.tsv' % (suffix, kind))
                if os.path.exists(expected):
                    compare(case, *read_tsv(expected), found, plain)
            if os.path.exists(os.path.join(folder, 'expected.gprof2dot.dot')):
                compare_dot(case, os.path.join(folder, 'expected.gprof2dot.dot'), found, plain)
            if os.path.exists(os.path.join(folder, 'expected.snap')):
                compare_snapshot(case, os.path.join(folder, 'expected.snap'), found)
        yield case


def compare_edges(case, events, rows, found):
    """By the names of both ends; edges inside cycles have no inclusive here."""
    names = {f.name for f in found.frames}
    expected, mine = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    inside = set()
    for row in rows:
        key = tuple(next((text[at + 1:] for at, c in enumerate(text) if c == ':' and text[at + 1:] in names), text)
                    for text in (re.sub(r' \[[^\[\]]*\]$', '', row[end]) for end in ('caller', 'callee')))
        expected[key].update(dict(zip(events, row['inclusive'])), calls=row['calls'])
    for edge in found.profile['edges']:
        key = found.frames[edge['caller']].name, found.frames[edge['callee']].name
        mine[key]['calls'] += integer(edge['calls'])
        for metric, value in zip(found.metrics, edge['total'] or [None] * len(found.metrics)):
            if value is None:
                inside.add((key, metric))
            else:
                mine[key][metric] += integer(value)
    for key, costs in expected.items():
        for what in ['calls'] + [m for m in events if m in found.metrics]:
            if (key, what) not in inside:
                case.compare('annotate edges', '%s %s' % (key, what), costs[what], mine[key][what])


def sample_case(name, path, expected):
    case, found, plain = begin_case(name, path)
    if not found:
        return case
    events = expected.get('events') or plain.events
    if expected.get('self'):
        rows = [(key, dict(zip(events, costs))) for key, costs in expected['self'].items()]
        compare_self_rows(case, events, rows, found, plain)
    sums = expected['sum_of_self_cost_lines']
    for metric, value in zip(events, sums):
        if metric in found.metrics:
            case.compare('sums', metric, value,
                         integer(found.profile['metrics'][found.metrics.index(metric)]['total']))
    compare_edges(case, events, expected.get('edges', []), found)
    case.compare('calls total', 'calls', expected['calls_total'],
                 sum(integer(e['calls']) for e in found.profile['edges']))
    case.compare('call pairs', 'edges', expected['call_pairs'], len(found.profile['edges']))
    return case


def all_cases():
    for folder in sorted(glob.glob(os.path.join(SHARED, 'corpus', 'callgrind', '*'))):
        yield from corpus_cases(folder)
    folder = os.path.join(SHARED, 'formats', 'samples', 'callgrind')
    with open(os.path.join(folder, 'expected.json'), encoding='utf-8') as file:
        expected = json.load(file)
    for name in sorted(expected):
        yield sample_case(name, os.path.join(folder, name), expected[name])
    for path in sorted(glob.glob(os.path.join(SHARED, 'antipatterns', '*', '*.callgrind'))):
        yield begin_case('/'.join(path.split('/')[-2:]), path)[0]


if __name__ == '__main__':
    sys.exit(compare('callgrind', all_cases))
