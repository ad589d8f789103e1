#!/usr/bin/env python3
"""Decodes .pk files and writes them again, both by what profkit-pk(5) says and nothing else.

The bytes must come out the same, so the page leaves nothing open, down to the order of things and the one
spelling of each number; and every part is read to its end. Files: one of each shape of each format of
samples/, and merges of several formats, where slices are recorded in different ways. The numbers in lines,
calls, counters and moments are compared with `convert --to json` where JSON has them. (Names, functions and
stacks of the whole corpus are compared by corpus_pk.py.)

With file names it prints what they hold. Environment: PROFKIT (program, default ./profkit), srcdir.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import zlib

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
MAGIC = bytes.fromhex('8970726f666b69740d0a1a0a')
LARGEST = 200000
DAMAGED = b'p 7 1.000000: 5 c: \n\t 1 f (/p)\n\np 7 1.000001: PERF_RECORD_LOST lost 12\n' \
    b'p 7 1.000002: 6 c: \n\t 1 f (/p)\n'

Metric = collections.namedtuple('Metric', 'rank name unit scale signed')
Frame = collections.namedtuple('Frame', 'name file line module kind')
Slice = collections.namedtuple('Slice', 'process thread labels rung metrics')
Note = collections.namedtuple('Note', 'name several one damage times where')


# ---- numbers

class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def more(self):
        return self.at < len(self.data)

    def take(self, n):
        assert self.at + n <= len(self.data)
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self):
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number += (byte & 127) << shift
            shift += 7
            if byte < 128:
                assert (byte or shift == 7) and number < 2 ** 64
                return number

    def value(self):
        z = self.number() - 1
        return None if z < 0 else z // 2 if z % 2 == 0 else -(z + 1) // 2


def number(n):
    assert 0 <= n < 2 ** 64
    out = bytearray()
    while n > 127:
        out.append(n % 128 + 128)
        n //= 128
    return bytes(out) + bytes([n])


def value(v):
    return number(0 if v is None else 1 + (2 * v if v >= 0 else -2 * v - 1))


def numbers(*all_of_them):
    return b''.join(number(n) for n in all_of_them)


# ---- parts, each read and written

def read_texts(part):
    texts = []
    while part.more():
        shared, more = part.number(), part.number()
        texts.append((texts[-1] if texts else b'')[:shared] + part.take(more))
    assert texts == sorted(set(texts)) and b'' not in texts
    return texts


def write_texts(texts):
    out, last = b'', b''
    for text in texts:
        shared = len(os.path.commonprefix([last, text])[:127])
        out += numbers(shared, len(text) - shared) + text[shared:]
        last = text
    return out


def read_metrics(part):
    metrics = []
    while part.more():
        metrics.append(Metric(part.number(), part.number(), part.number(), part.value(), part.number()))
    return metrics


def write_metrics(metrics):
    return b''.join(numbers(m.rank, m.name, m.unit) + value(m.scale) + number(m.signed) for m in metrics)


def read_frames(part):
    frames, name = [], 0
    while part.more():
        head = part.take(1)[0]
        name += part.number()
        frames.append(Frame(name, part.number() if head & 32 else 0, part.number() if head & 64 else 0,
                            part.number() if head & 128 else 0, head & 31))
    assert frames == sorted(set(frames))
    return frames


def write_frames(frames):
    out, name = b'', 0
    for f in frames:
        head = f.kind + (32 if f.file else 0) + (64 if f.line else 0) + (128 if f.module else 0)
        out += bytes([head]) + number(f.name - name)
        out += numbers(*[n for n in (f.file, f.line, f.module) if n])
        name = f.name
    return out


def read_edges(part):
    edges = []
    while part.more():
        up = part.number()
        last = edges[-1] if edges else (0, -1)
        edges.append((last[0] + up, part.number() + (last[1] + 1 if up == 0 else 0)))
    return edges


def write_edges(edges):
    out, last = b'', (0, -1)
    for edge in edges:
        up = edge[0] - last[0]
        out += numbers(up, edge[1] - (last[1] + 1 if up == 0 else 0))
        last = edge
    return out


def read_nodes(part):
    """(has_lines, [(depth, frame, line)])."""
    has_lines, nodes, path = part.number(), [], []
    while part.more():
        up = part.number()
        before = path[len(path) - up] if up else None
        del path[len(path) - up:]
        frame = part.number() + (before[1] + 1 - has_lines if before else 0)
        line = 0
        if has_lines:
            line = part.number() + (before[2] + 1 if before and before[1] == frame else 0)
        path.append((len(path), frame, line))
        nodes.append(path[-1])
    return has_lines, nodes


def write_nodes(has_lines, nodes):
    out, path = number(has_lines), []
    for depth, frame, line in nodes:
        up = len(path) - depth
        before = path[depth] if up else None
        del path[depth:]
        out += numbers(up, frame - (before[1] + 1 - has_lines if before else 0))
        if has_lines:
            out += number(line - (before[2] + 1 if before and before[1] == frame else 0))
        path.append((depth, frame, line))
    return out


def read_lines(part):
    """[(frame, file, line, callee + 1)]"""
    lines = []
    while part.more():
        last = lines[-1] if lines else (0, None, 0, 0)
        frame, file = part.number() + last[0], part.number()
        line = part.number() + (last[2] if last[:2] == (frame, file) else 0)
        callee = part.number() + (last[3] + 1 if last[:3] == (frame, file, line) else 0)
        lines.append((frame, file, line, callee))
    assert lines == sorted(set(lines))
    return lines


def write_lines(lines):
    out, last = b'', (0, None, 0, 0)
    for entry in lines:
        frame, file, line, callee = entry
        out += numbers(frame - last[0], file, line - (last[2] if last[:2] == (frame, file) else 0),
                       callee - (last[3] + 1 if last[:3] == (frame, file, line) else 0))
        last = entry
    return out


def read_slices(part, n_metrics):
    slices = []
    while part.more():
        process, thread = part.number(), part.number()
        labels = tuple((part.number(), part.number()) for _ in range(part.number()))
        rung, bits = part.number(), part.take((n_metrics + 7) // 8)
        slices.append(Slice(process, thread, labels, rung, int.from_bytes(bits, 'little')))
        assert list(labels) == sorted(set(labels)) and slices[-1].metrics < 2 ** n_metrics
    groups = lambda bits: [bits >> at & 2 ** 64 - 1 for at in range(0, n_metrics, 64)]
    assert slices == sorted(slices, key=lambda s: s[:4] + (groups(s.metrics),))
    return slices


def write_slices(slices, n_metrics):
    out = b''
    for s in slices:
        out += numbers(s.process, s.thread, len(s.labels)) + b''.join(numbers(*pair) for pair in s.labels)
        out += number(s.rung) + s.metrics.to_bytes((n_metrics + 7) // 8, 'little')
    return out


ROWS = {8: ((1, 2), 2, 2), 9: ((2,), 2, 2), 10: ((3,), 1, 0), 11: ((1, 2, 3), 1, 1)}


def width(tag, piece):
    return ROWS[tag][1] * bin(piece.metrics).count('1') + ROWS[tag][2]


def read_rows(tag, part, slices):
    """By slice: [(item, values)]."""
    rows = []
    for piece in slices:
        rows.append([])
        if piece.rung not in ROWS[tag][0]:
            continue
        least = 0
        for _ in range(part.number()):
            item = part.number() + least
            least = item + 1
            rows[-1].append((item, [part.value() for _ in range(width(tag, piece))]))
    return rows


def write_rows(tag, rows, slices):
    out = b''
    for piece, own in zip(slices, rows):
        if piece.rung not in ROWS[tag][0]:
            continue
        out += number(len(own))
        least = 0
        for item, values in own:
            out += number(item - least) + b''.join(value(v) for v in values)
            least = item + 1
    return out


def read_moments(part, slices):
    """By slice: [(time, metric or 0, node, value)]."""
    moments = []
    for piece in slices:
        moments.append([])
        if piece.rung != 3:
            continue
        time, is_one = 0, bin(piece.metrics).count('1') == 1
        for _ in range(part.number()):
            time += part.number()
            moments[-1].append((time, 0 if is_one else part.number(), part.number(), part.number()))
        assert moments[-1] == sorted(moments[-1])
    return moments


def write_moments(moments, slices):
    out = b''
    for piece, own in zip(slices, moments):
        if piece.rung != 3:
            continue
        out += number(len(own))
        last, is_one = 0, bin(piece.metrics).count('1') == 1
        for time, metric, node, val in own:
            out += number(time - last) + (b'' if is_one else number(metric)) + numbers(node, val)
            last = time
    return out


def read_notes(part):
    notes = []
    while part.more():
        notes.append(Note(*[part.number() for _ in range(5)], read_where(part)))
    return notes


def read_where(part):
    kind = part.number()
    return (kind,) + tuple(part.number() for _ in range((0, 2, 1)[kind]))


def read_pairs(part, second):
    pairs = []
    while part.more():
        pairs.append((part.number(), second(part)))
    assert pairs == sorted(set(pairs))
    return pairs


# ---- files

class File:
    """All of a file; what a part would say is empty where there is no such part."""

    def __init__(self, data):
        assert data[:12] == MAGIC
        assert zlib.crc32(data[:-4]).to_bytes(4, 'little') == data[-4:]
        file = Bytes(data[12:-4])
        self.version, parts, tag = file.number(), {}, file.number()
        assert self.version == 1
        while tag:
            assert not parts or tag > max(parts)
            size = file.number()
            assert size > 0
            parts[tag] = Bytes(file.take(size))
            tag = file.number()
        assert not file.more()
        part = lambda tag: parts.pop(tag, Bytes(b''))
        used = dict(parts)
        self.texts = read_texts(part(1))
        self.metrics, self.frames, self.edges = read_metrics(part(2)), read_frames(part(3)), read_edges(part(4))
        self.has_lines, self.nodes = read_nodes(part(5)) if 5 in parts else (0, [])
        self.lines, self.slices = read_lines(part(6)), read_slices(part(7), len(self.metrics))
        self.rows = {tag: read_rows(tag, part(tag), self.slices) for tag in ROWS if tag in parts}
        self.facts = read_pairs(part(12), Bytes.number)
        self.counters, self.notes = read_pairs(part(13), Bytes.value), read_notes(part(14))
        self.moments = read_moments(part(64), self.slices) if 64 in parts else []
        assert not parts and not any(bytes_of.more() for bytes_of in used.values())

    def write(self):
        parts = {1: write_texts(self.texts), 2: write_metrics(self.metrics), 3: write_frames(self.frames),
                 4: write_edges(self.edges), 5: write_nodes(self.has_lines, self.nodes) if self.nodes else b'',
                 6: write_lines(self.lines), 7: write_slices(self.slices, len(self.metrics))}
        for tag, rows in self.rows.items():
            assert any(rows)
            parts[tag] = write_rows(tag, rows, self.slices)
        parts[12] = b''.join(numbers(*fact) for fact in self.facts)
        parts[13] = b''.join(number(key) + value(v) for key, v in self.counters)
        parts[14] = b''.join(numbers(*note[:5], *note.where) for note in self.notes)
        parts[64] = write_moments(self.moments, self.slices) if self.moments else b''
        out = MAGIC + number(self.version)
        for tag in sorted(parts):
            if parts[tag]:
                out += numbers(tag, len(parts[tag])) + parts[tag]
        out += number(0)
        return out + zlib.crc32(out).to_bytes(4, 'little')

    def text(self, n):
        return None if n == 0 else b'' if n == 1 else self.texts[n - 2]

    def metrics_of(self, piece):
        return [m for m in range(len(self.metrics)) if piece.metrics >> m & 1]

    def sums(self, tag, first=0):
        """{item: {metric: sum}} of the rows' values from the group `first` on."""
        sums = collections.defaultdict(dict)
        for piece, rows in zip(self.slices, self.rows.get(tag, [])):
            metrics = self.metrics_of(piece)
            for item, values in rows:
                for m, v in zip(metrics, values[first * len(metrics):]):
                    if v is not None:
                        sums[item][m] = sums[item].get(m, 0) + v
        return sums

    def check(self):
        """What the page promises beyond the layout."""
        keys = [self.text(key) for key, _ in self.facts] + [self.text(key) for key, _ in self.counters]
        assert None not in keys and all(v is not None for _, v in self.counters)
        assert [n[:3] for n in self.notes] == sorted(n[:3] for n in self.notes)
        assert all(any(rows[i] for rows in self.rows.values()) for i in range(len(self.slices)))
        for piece, rows, moments in zip(self.slices, self.rows.get(10, []), self.moments):
            metrics = self.metrics_of(piece)
            room = {(node, m): v for node, values in rows for m, v in zip(range(len(metrics)), values)}
            for _, m, node, val in moments:
                assert val > 0 and not self.metrics[metrics[m]].signed
                room[node, m] -= val
                assert room[node, m] >= 0


# ---- the test

def run(*arguments):
    done = subprocess.run([PROFKIT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.stdout if done.returncode == 0 else None


def integer(v):
    return int(v) if isinstance(v, str) else v


def compare(said, file):
    """Counts of what was compared; fails at the first difference."""
    compared = 0
    only_edges = {piece.rung for piece in file.slices} == {2}
    for tag, key, first, field in ((9, 'edges', 0, 'self'), (9, 'edges', 1, 'total'), (10, 'nodes', 0, 'self')):
        if tag == 9 and not only_edges or tag == 10 and any(p.rung != 3 for p in file.slices):
            continue
        sums = file.sums(tag, first)
        for i, row in enumerate(said[key]):
            for m, v in enumerate(row[field]):
                assert (integer(v) or 0) == sums[i].get(m, 0), (key, i, field, v, sums[i])
                compared += 1
    for metric, found in zip(said['metrics'], file.metrics):
        assert metric['name'].encode() == file.text(found.name)
        compared += 1
    return compared


def sample_files():
    for parent, _, names in sorted(os.walk(os.path.join(SRCDIR, 'samples'))):
        for name in sorted(names):
            path = os.path.join(parent, name)
            if os.path.getsize(path) <= LARGEST and run('info', '-q', path) is not None:
                yield path


def check(what, data, said, shapes):
    file = File(data)
    assert file.write() == data, 'other bytes'
    file.check()
    shapes.update({'slices': len(file.slices), 'lines': len(file.lines), 'notes': len(file.notes),
                   'moments': sum(map(len, file.moments)), 'edges': len(file.edges),
                   'nodes': len(file.nodes), 'executing lines': file.has_lines,
                   'slices of several kinds': len({piece.rung for piece in file.slices}) - 1})
    return compare(said, file) if said else 0


def show(path):
    with open(path, 'rb') as opened:
        file = File(opened.read())
    print('%s: %d texts, %d frames, %d edges, %d nodes, %d lines, %d slices' % (
        path, len(file.texts), len(file.frames), len(file.edges), len(file.nodes), len(file.lines),
        len(file.slices)))
    for m in file.metrics:
        print('metric', file.text(m.name).decode('utf-8', 'replace'), m.unit, m.scale)
    for key, v in file.counters:
        print(file.text(key).decode(), v)


def main():
    if len(sys.argv) > 1:
        for path in sys.argv[1:]:
            show(path)
        return 0
    files, compared, failed, shapes = 0, 0, 0, collections.Counter()
    paths = list(sample_files())
    with tempfile.TemporaryDirectory() as folder:
        merged = [os.path.join(folder, 'all.pk'), os.path.join(folder, 'two.pk')]
        paths.append(os.path.join(folder, 'damaged'))
        with open(paths[-1], 'wb') as file:
            file.write(DAMAGED)
        run('merge', '-q', '-o', merged[0], *paths)
        run('merge', '-q', '-o', merged[1], *(paths[:1] + paths[-1:]))
        for path in paths + merged:
            files += 1
            said = run('convert', '-q', '--to', 'json', path)
            try:
                compared += check(path, run('convert', '-q', '--to', 'pk', path), json.loads(said), shapes)
            except (AssertionError, IndexError, KeyError) as error:
                failed += 1
                print('pk %s: %s: %s' % (path, type(error).__name__, error))
    missing = [s for s in shapes if not shapes[s]]
    print('pk: %d files written again, %d values compared, %d failures; never seen: %s'
          % (files, compared, failed, ', '.join(missing) or 'nothing'))
    return 1 if failed or missing else 0


if __name__ == '__main__':
    sys.exit(main())
