#!/usr/bin/env python3
"""Reads .pk files with a reader of its own, written from profkit-pk(5) alone, and compares them with JSON.

Every file of the shared corpus, of the format samples and of samples/ that profkit reads is converted twice,
to .pk and to JSON. From the .pk the tables are added up here, and each must be what JSON says: metrics,
frames with self and calls, edges with calls and self, the tree, slices and facts. So the page tells the truth,
and what a file holds can be had without profkit.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import collections
import json
import os
import subprocess
import sys
import zlib

import left_out
from sampled import format_of, sampled

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
LARGEST = 400000  # bytes of an input: the decoder is slow
MAGIC = bytes.fromhex('89 70 72 6f 66 6b 69 74 0d 0a 1a 0a')
KINDS = ('function builtin kernel inlined jit interpreted c1 waker partial unresolved process thread '
         'separator special').split()
UNITS = 'count ns bytes'.split()


class Part:
    """A cursor over the bytes of one part."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def more(self):
        return self.at < len(self.data)

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def number(self):
        number, shift = 0, 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                assert byte or shift == 7, 'a number with a longer spelling than it needs'
                return number

    def value(self):
        number = self.number()
        if number == 0:
            return None
        zigzag = number - 1
        return -(zigzag + 1) // 2 if zigzag & 1 else zigzag // 2


def split(data):
    """The parts of a file by their tags."""
    assert data[:12] == MAGIC
    assert zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], 'little')
    file, parts, last = Part(data[12:-4]), {}, 0
    assert file.number() == 1
    while True:
        tag = file.number()
        if tag == 0:
            assert not file.more()
            return parts
        assert tag > last
        last, size = tag, file.number()
        assert size > 0
        parts[tag] = Part(file.data[file.at:file.at + size])
        file.at += size


def read_texts(part):
    texts, last = [None, b''], b''
    while part.more():
        shared, size = part.number(), part.number()
        last = last[:shared] + part.data[part.at:part.at + size]
        part.at += size
        assert last > (texts[-1] or b'') and shared <= 127
        texts.append(last)
    return texts


def read_metrics(part, texts):
    while part.more():
        rank, name, unit = part.number(), texts[part.number()], part.number()
        scale, signed = part.value(), part.number()
        yield {'rank': rank, 'name': name, 'unit': UNITS[unit], 'scale': scale, 'signed': signed}


def read_frames(part, texts):
    name = 0
    while part.more():
        head = part.byte()
        name += part.number()
        file = texts[part.number()] if head & 32 else None
        line = part.number() if head & 64 else None
        module = texts[part.number()] if head & 128 else None
        yield {'name': texts[name], 'file': file, 'line': line, 'module': module, 'kind': KINDS[head & 31]}


def read_edges(part):
    caller, least = 0, 0
    while part.more():
        up = part.number()
        callee = part.number() + (0 if up else least)
        caller, least = caller + up, callee + 1
        yield caller, callee


def read_nodes(part):
    """(parent, frame, line) in preorder."""
    nodes, path = [], []
    has_lines = part.number()
    while part.more():
        up, sibling = part.number(), None
        for _ in range(up):
            sibling = nodes[path.pop()]
        frame, line = part.number(), 0
        if sibling:
            frame += sibling[1] + (0 if has_lines else 1)
        if has_lines:
            line = part.number() + (sibling[2] + 1 if sibling and sibling[1] == frame else 0)
        nodes.append((path[-1] if path else None, frame, line))
        path.append(len(nodes) - 1)
    return nodes


def read_slices(part, texts, n_metrics):
    while part.more():
        names = texts[part.number()], texts[part.number()]
        labels = tuple((texts[part.number()], texts[part.number()]) for _ in range(part.number()))
        rung = part.number()
        mask = [part.byte() for _ in range((n_metrics + 7) // 8)]
        yield {'names': names + (labels,), 'rung': rung,
               'metrics': [m for m in range(n_metrics) if mask[m // 8] >> m % 8 & 1]}


def read_rows(part, slices, rungs, groups, counters):
    """(slice, item, groups of {metric: value}, counters)."""
    if not part:
        return
    for piece in slices:
        if piece['rung'] not in rungs:
            continue
        least = 0
        for _ in range(part.number()):
            item = part.number() + least
            least = item + 1
            values = [{m: part.value() for m in piece['metrics']} for _ in range(groups)]
            yield piece, item, values, [part.value() for _ in range(counters)]
    assert not part.more()


class Sums:
    """Sums of rows by item: self adds what is known, calls are missing where one row lacks them."""

    def __init__(self):
        self.own = collections.defaultdict(dict)
        self.calls = {}

    def add(self, item, own, calls=None):
        for metric, value in own.items():
            if value is not None:
                self.own[item][metric] = self.own[item].get(metric, 0) + value
        if item in self.calls and None in (calls, self.calls[item]):
            calls = None
        elif item in self.calls:
            calls += self.calls[item]
        self.calls[item] = calls


class Profile:
    def __init__(self, data):
        parts = split(data)
        texts = read_texts(parts.get(1, Part(b'')))
        self.metrics = list(read_metrics(parts[2], texts))
        self.frames = list(read_frames(parts[3], texts))
        self.edges = list(read_edges(parts[4])) if 4 in parts else []
        self.nodes = read_nodes(parts[5]) if 5 in parts else []
        self.slices = list(read_slices(parts[7], texts, len(self.metrics)))
        self.facts = []
        while 12 in parts and parts[12].more():
            self.facts.append((texts[parts[12].number()], texts[parts[12].number()]))
        self.functions, self.calls, self.stacks, self.by_slice = Sums(), Sums(), Sums(), Sums()
        for piece, item, values, counters in read_rows(parts.get(8), self.slices, (1, 2), 2, 2):
            self.functions.add(item, values[0], counters[0])
            self.by_slice.add(piece['names'], values[0])
        for piece, item, values, counters in read_rows(parts.get(9), self.slices, (2,), 2, 2):
            self.calls.add(item, values[0], counters[0])
        for piece, item, values, _ in read_rows(parts.get(10), self.slices, (3,), 1, 0):
            self.stacks.add(item, values[0])
            self.by_slice.add(piece['names'], values[0])
        for item, own in self.stacks.own.items():
            self.functions.add(self.nodes[item][1], own)
        self.rungs = {piece['rung'] for piece in self.slices}


class Case:
    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []

    def same(self, what, expected, found):
        self.values += 1
        if expected != found:
            self.differences.append('%s: JSON says %r, .pk %r' % (what, expected, found))

    def text(self, what, expected, found):
        """Bytes that are no UTF-8 are not in JSON."""
        try:
            found = None if found is None else found.decode()
        except UnicodeDecodeError:
            return
        self.same(what, expected, found)


def integer(value):
    return int(value) if isinstance(value, str) else value


def compare_names(case, said, found):
    case.same('metrics', len(said['metrics']), len(found.metrics))
    for a, b in zip(said['metrics'], found.metrics):
        case.text('name of a metric', a['name'], b['name'])
        case.same('unit and scale', (a['unit'], a['scale']), (b['unit'], b['scale']))
    case.same('frames', len(said['frames']), len(found.frames))
    for i, (a, b) in enumerate(zip(said['frames'], found.frames)):
        case.same('place of frame %d' % i, (a['line'], a['kind']), (b['line'], b['kind']))
        for key in ('name', 'file', 'module'):
            case.text('%s of frame %d' % (key, i), a[key], b[key])
    case.same('facts', len(said['facts']), len(found.facts))
    for a, b in zip(said['facts'], found.facts):
        case.text('fact', a['value'], b[1])


def compare_values(case, said, found):
    for m, metric in enumerate(said['metrics']):
        own = [own.get(m, 0) for own in found.functions.own.values()]
        case.same('total', integer(metric['total']), sum(own))
        for i, frame in enumerate(said['frames']):
            case.same('self of frame %d' % i, integer(frame['self'][m]) or 0,
                      found.functions.own.get(i, {}).get(m, 0))
        for piece in said['slices']:
            names = (piece['process'], piece['thread'],
                     tuple((label['key'], label['value']) for label in piece['labels']))
            for key, own in found.by_slice.own.items():
                if repr(key).replace("b'", "'").replace('b"', '"') == repr(names):
                    case.same('self of a slice', integer(piece['self'][m]), own.get(m))
    if found.rungs == {2}:
        case.same('edges', [(e['caller'], e['callee']) for e in said['edges']], found.edges)
        for i, edge in enumerate(said['edges']):
            case.same('calls of edge %d' % i, integer(edge['calls']), found.calls.calls.get(i))
    if 3 not in found.rungs and len(found.rungs) == 1:
        for i, frame in enumerate(said['frames']):
            case.same('calls of frame %d' % i, integer(frame['calls']), found.functions.calls.get(i))


def compare_tree(case, said, found):
    if found.rungs != {3}:
        return
    case.same('nodes', len(said['nodes']), len(found.nodes))
    for i, (node, (parent, frame, line)) in enumerate(zip(said['nodes'], found.nodes)):
        case.same('node %d' % i, (node['parent'], node['frame'], node.get('line') or 0), (parent, frame, line))
        for m, value in enumerate(node['self']):
            case.same('self of node %d' % i, integer(value) or 0, found.stacks.own.get(i, {}).get(m, 0))


def convert(path, form):
    run = subprocess.run([PROFKIT, 'convert', '-q', path, '--to', form], capture_output=True, check=False)
    return run.stdout if run.returncode == 0 else None


def check(path):
    data = convert(path, 'pk')
    if data is None:
        return None
    case = Case(path)
    said, found = json.loads(convert(path, 'json')), Profile(data)
    compare_names(case, said, found)
    compare_values(case, said, found)
    compare_tree(case, said, found)
    return case


def all_files():
    for folder in (os.path.join(SHARED, 'corpus'), os.path.join(SHARED, 'formats', 'samples'),
                   os.path.join(SRCDIR, 'samples')):
        for parent, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(parent, name)
                if os.path.isfile(path) and os.path.getsize(path) <= LARGEST:
                    yield path


def main():
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        return left_out.status('no corpus in %s: set PROFKIT_SHARED' % SHARED)
    cases, values, failed = 0, 0, 0
    for path in sampled(all_files(), format_of):
        case = check(path)
        if case is None:
            continue
        cases += 1
        values += case.values
        failed += len(case.differences)
        for difference in case.differences[:5]:
            print('pk %s: %s' % (path, difference))
    print('pk: %d cases, %d values compared, %d failures' % (cases, values, failed))
    return 1 if failed or cases == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
