#!/usr/bin/env python3
"""Compares `profkit convert` with an independent split-and-count of every collapsed file of the corpus.

For each file: total, self and inclusive (once per stack) of every function, the weight of every
distinct stack, all exactly; the same stacks in `--to folded`; and that converting this output again
gives the same bytes. Where another program's result lies beside a file it is compared too: expected.json
of the format samples, speedscope's snapshots, inferno's folding of recursion, austin-diff (inferno's
diffs: diff_folded.py).
What differs must stand in tests/corpus-differences.txt with a reason (format, case, what, reason;
tab-separated), and every line there must still be true.

What is called differently: in expected.json a line "L12" of austin 1 is a frame, here it is the executing
line of the frame before it. Where a file has two counts, it gives functions the second one only.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import collections
import decimal
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

from corpus_cases import compare
from sampled import format_of, sampled

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
EMPTY = '(empty stack)'
NUMBER = re.compile(r'[-+]?\d+(\.\d*)?([eE][-+]?\d+)?$')
TWO = re.compile(r'(?P<stack>\S.*?)[ \t]+(?P<before>\d+)[ \t](?P<after>\d+)$')
ENDINGS = 'py|pyx|c|cc|cpp|cxx|h|hpp|rs|go|java|kt|rb|js|ts|ml|hs|S|s|php|swift|scala|pl|m|mm|lua|ex|erl'
KINDS = {'kernel': 'k', 'inlined': 'i', 'jit': 'j', 'waker': 'w', 'interpreted': '0', 'compiled-c1': '1',
         'c1': '1', 'compiled_c1': '1', 'partial': 'p'}

Frame = collections.namedtuple('Frame', 'name file suffix line')


class Case:
    """One file: its differences, and how many values were compared."""

    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []

    def compare(self, what, expected, found):
        self.values += 1
        if expected != found:
            self.differences.append((what, 'expected %s, found %s' % (expected, found)))

    def compare_all(self, what, expected, found):
        for key in sorted(set(expected) | set(found), key=str):
            self.compare('%s %s' % (what, key), expected.get(key), found.get(key))


# ---- what the file says, by the rules of the format's note

def frame_of(text, is_austin):
    """A frame text to name, file, kind suffix and executing line (0: not said)."""
    if text in ('-', '--'):
        return Frame(text, None, '', 0)
    suffix = ''
    match = re.fullmatch(r'(?s)(.*)_\[([kijw01p])\]', text)
    if match:
        text, suffix = match.groups()
    match = re.fullmatch(r'(?s)(.*?) \(([^()]*|.*):(0|[1-9]\d*)\)', text)
    if match:
        return Frame(match[1], match[2], suffix, int(match[3]))
    match = re.fullmatch(r'(?s)(.*) \(([^()]*\.(?:%s)|<[^()]*>)\)' % ENDINGS, text)
    if match:
        return Frame(match[1], match[2], suffix, 0)
    match = re.fullmatch(r'(?s)(.*):([^:]*):(\d+)\)?', text)
    if match and is_austin:
        return Frame(match[2], match[1], suffix, int(match[3]))
    return Frame(text, None, suffix, 0)


def frames_of(stack):
    """A stack text to its frames: outer empty ones dropped, austin's lines folded."""
    texts = stack.lstrip(';').split(';')
    if len(texts) > 1 and texts[-1] == '':
        texts.pop()
    if texts == ['']:
        return (Frame(EMPTY, None, '', 0),)
    is_austin1 = re.match(r'Thread [0-9a-f]{8,}(;|$)', stack)
    is_austin = re.match(r'P\d+;T[0-9a-fx:]+(;|$)', stack)
    frames = []
    for i, text in enumerate(texts):
        if is_austin1 and frames and re.fullmatch(r'L[1-9]\d*', text) and frames[-1].file \
                and not frames[-1].line:
            frames[-1] = frames[-1]._replace(line=int(text[1:]))
        elif i == 0 and re.fullmatch(r'.+-(\d+|\?)/\d+', text):
            frames.append(Frame(text, None, '', 0))
        else:
            frames.append(frame_of(text, is_austin and i > 1))
    return tuple(frames)


def text_of(path):
    with open(path, 'rb') as file:
        data = file.read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    elif data[:4] == b'\x28\xb5\x2f\xfd': # no zstd in this Python: the plain form lies beside it
        return text_of(os.path.join(os.path.dirname(path), 'stackcollapse-perf.folded'))
    if data[:2] in (b'\xff\xfe', b'\xfe\xff'):
        return data.decode('utf-16')
    if data[:64:2].count(0) > 28:
        return data.decode('utf-16-be')
    return data.decode('utf-8-sig', 'surrogateescape')


def counted(path):
    """The stacks {frames: [values]}, lines that are none, and the number of metrics."""
    lines = [line.rstrip(' \t\r') for line in text_of(path).split('\n')]
    lines = [line for line in lines if line.strip() and not re.match(r'# [a-z_]+: ', line)]
    good = [line for line in lines if re.search(r'[ \t]', line) and NUMBER.match(line.split()[-1])]
    pairs = [TWO.match(line) for line in good]
    stacks = {}
    for line, pair in zip(good, pairs):
        if all(pairs) and not re.match(r'Thread ', line):
            stack, values = pair['stack'], [pair['before'], pair['after']]
        else:
            stack, value = re.fullmatch(r'(?s)(.*?)[ \t]+(\S+)', line).groups()
            values = [value]
        values = [decimal.Decimal(value) for value in values]
        frames = frames_of(stack)
        old = stacks.get(frames, [0] * len(values))
        stacks[frames] = [a + b for a, b in zip(old, values)]
    return stacks, len(lines) - len(good)


def canonical(frames):
    def text(frame):
        place = '' if frame.file is None else \
            ' (%s%s)' % (frame.file, ':%d' % frame.line if frame.line else '')
        return frame.name + place + ('_[%s]' % frame.suffix if frame.suffix else '')
    return ';'.join(text(frame) for frame in frames)


def add(sums, key, values):
    sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(values)), values)]


def function(frame):
    return frame._replace(line=0)


def sums_of(stacks):
    """Self and inclusive by function: executing lines do not tell functions apart."""
    own, inclusive = {}, {}
    for frames, values in stacks.items():
        add(own, function(frames[-1]), values)
        for key in {function(frame) for frame in frames}:
            add(inclusive, key, values)
    return own, inclusive


# ---- what profkit says

def run(arguments, path):
    done = subprocess.run([PROFKIT, 'convert'] + arguments + [path], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')


def number(value):
    return int(value) if isinstance(value, str) else value


def scaled(values, metrics):
    """Exact values; a scale above 0 is a unit coarser than the base unit: the file's own numbers count."""
    return [None if value is None else decimal.Decimal(number(value)).scaleb(min(metric['scale'], 0))
            for value, metric in zip(values, metrics)]


def found_profile(profile):
    """Stacks, self and inclusive as the JSON has them."""
    metrics = profile['metrics']
    frames = [Frame(f['name'], f['file'], KINDS.get(f.get('kind'), ''), 0) for f in profile['frames']]
    own = {frame: scaled(f['self'], metrics) for frame, f in zip(frames, profile['frames'])}
    inclusive = {frame: scaled(f['total'], metrics) for frame, f in zip(frames, profile['frames'])}
    paths, stacks = [], {}
    for node in profile['nodes']:
        frame = frames[node['frame']]._replace(line=node.get('line') or 0)
        paths.append((paths[node['parent']] if node['parent'] is not None else ()) + (frame,))
        stacks[paths[-1]] = [value or 0 for value in scaled(node['self'], metrics)]
    return stacks, own, inclusive


def found_folded(data, count):
    stacks = {}
    for line in data.decode('utf-8', 'surrogateescape').splitlines():
        parts = line.rsplit(' ', count)
        stacks[parts[0].rstrip(' ')] = [decimal.Decimal(value) for value in parts[1:]]
    return stacks


# ---- comparing with our own count

def without_zeros(sums):
    return {key: values for key, values in sums.items() if any(values)}


def compare_counted(case, path, options=()):
    """Everything that our own count knows; gives the stacks of profkit, or None."""
    stacks, skipped = counted(path)
    options = list(options)
    status, data, messages = run(options + ['--to', 'json'], path)
    if status != 0:
        case.differences.append(('reading', 'status %d, %s' % (status, messages.strip())))
        return None
    own, inclusive = sums_of(stacks)
    found, found_own, found_inclusive = found_profile(json.loads(data.decode('utf-8')))
    width = len(next(iter(stacks.values())))
    case.compare('total', [sum(v[m] for v in stacks.values()) for m in range(width)],
                 [sum(v[m] for v in found_own.values()) for m in range(width)])
    case.compare_all('self of', without_zeros(own), without_zeros(found_own))
    case.compare_all('inclusive of', inclusive, found_inclusive)
    case.compare_all('stack', without_zeros(stacks), without_zeros(found))
    case.compare('skipped lines', skipped, skipped_lines(messages))
    compare_folded(case, path, options, stacks, width)
    return found


def skipped_lines(messages):
    match = re.search(r'warning: (\d+) lines? without a count skipped', messages)
    return int(match[1]) if match else 0


def compare_folded(case, path, options, stacks, width):
    status, first, messages = run(options + ['--to', 'folded'], path)
    if status != 0:
        case.differences.append(('folded', messages.strip()))
        return
    expected = {}
    for frames, values in stacks.items():
        add(expected, canonical(frames), values)
    case.compare_all('line', without_zeros(expected), without_zeros(found_folded(first, width)))
    with tempfile.NamedTemporaryFile(suffix='.folded') as file:
        file.write(first)
        file.flush()
        status, second, messages = run(['--to', 'folded'], file.name)
    case.compare('written, read and written again', first, second)


# ---- comparing with other programs

def by_raw_text(stacks):
    """Self and inclusive as expected.json has them: by text, with austin's lines as frames."""
    own, inclusive = {}, {}
    for frames, values in stacks.items():
        texts = []
        for frame in frames:
            is_austin1 = frames[0].name.startswith('Thread ')
            texts.append(canonical([function(frame) if is_austin1 else frame]))
            if is_austin1 and frame.line:
                texts.append('L%d' % frame.line)
        add(own, texts[-1], values)
        for text in set(texts):
            add(inclusive, text, values)
    return own, inclusive


def values_of(expected):
    return [decimal.Decimal(value) for value in (expected if isinstance(expected, list) else [expected])]


def compare_expected(case, expected, stacks):
    own, inclusive = by_raw_text(stacks)
    for text, value in expected['self'].items():
        case.compare("expected self of '%s'" % text, value, own.get(text, [None])[-1])
    for text, value in expected['inclusive_once_per_stack'].items():
        case.compare("expected inclusive of '%s'" % text, value, inclusive.get(text, [None])[-1])
    depth = max(len(frames) + sum(1 for f in frames if f.line and frames[0].name.startswith('Thread '))
                for frames in stacks)
    case.compare('expected depth', expected['max_depth'], depth)
    case.compare('expected total', values_of(expected['total']),
                 [sum(values) for values in zip(*stacks.values())])


def compare_snapshot(case, path, stacks):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    own, inclusive = by_raw_text(stacks)
    for name, self_weight, total_weight in re.findall(
            r'"name": "(.*)",\s*"selfWeight": (\d+),\s*"totalWeight": (\d+)', text):
        case.compare('speedscope self of ' + name, int(self_weight), own.get(name, [0])[0])
        case.compare('speedscope total of ' + name, int(total_weight), inclusive[name][0])
    weights = collections.Counter()
    listed = re.search(r'"stacks": \[(.*?)\]', text, re.S)[1]
    for stack, weight in re.findall(r'"(.*) (\d+)"', listed):
        weights[stack] += int(weight)
    case.compare_all('speedscope stack', dict(weights),
                     {canonical(k): int(v[0]) for k, v in stacks.items() if v[0]})


def lines_of(path):
    with open(path, encoding='utf-8') as file:
        return file.read().splitlines()


def compare_recursion(case, path, stacks):
    """inferno folds direct recursion; folding what we read must give the same."""
    folded = collections.Counter()
    for frames, values in without_zeros(stacks).items():
        texts = [f.name for i, f in enumerate(frames) if i == 0 or frames[i - 1] != f]
        folded[';'.join(texts)] += int(values[0])
    case.compare_all('inferno recursion', dict((k, int(v)) for k, v in
                                               (line.rsplit(' ', 1) for line in lines_of(path))),
                     dict(folded))


def compare_austin_diff(case, path, before):
    """austin-diff writes frames as we do, without process and thread; its numbers are differences."""
    known = {canonical(frames[2:]) for frames in before}
    for line in lines_of(path):
        case.compare('austin-diff names ' + line.rsplit(' ', 1)[0], True, line.rsplit(' ', 1)[0] in known)


# ---- cases

def corpus_case(folder):
    case = Case(os.path.basename(folder))
    stacks = [compare_counted(case, path) for path in sorted(glob.glob(os.path.join(folder, 'input*')))]
    if stacks[0] is None: # more than one line in ten is bad: read on, and compare what is left
        stacks[0] = compare_counted(case, glob.glob(os.path.join(folder, 'input*'))[0], ['--keep-going'])
    for path in sorted(glob.glob(os.path.join(folder, 'expected*'))):
        name = os.path.basename(path)
        if name == 'expected.snap':
            compare_snapshot(case, path, stacks[0])
        elif name == 'expected.collapsed':
            compare_recursion(case, path, stacks[0])
        elif case.name == 'austin-diff':
            compare_austin_diff(case, path, stacks[0])
        if name.endswith('.diff'): # is itself a collapsed file, in two cases with two counts
            compare_counted(case, path)
    return case


def other_case(path):
    """A collapsed result of another program, found beside the input of another format."""
    case = Case(os.path.relpath(path, os.path.join(SHARED, 'corpus')))
    if os.path.getsize(path) > 0:
        compare_counted(case, path)
    return case


def sample_cases():
    folder = os.path.join(SHARED, 'formats', 'samples', 'collapsed')
    with open(os.path.join(folder, 'expected.json'), encoding='utf-8') as file:
        expected = json.load(file)
    same = set()
    for name in sampled(sorted(expected)):
        case = Case(name)
        path = os.path.join(folder, name)
        stacks = compare_counted(case, path)
        if stacks is not None:
            stacks = without_zeros_but_leaves(stacks)
            compare_expected(case, expected[name], stacks)
            case.compare('expected stacks', expected[name]['distinct_stacks'], len(stacks))
        if re.match(r'stackcollapse|crlf|utf|gzip|zstd', name): # one text in seven encodings
            same.add(run(['--to', 'folded'], path)[1])
            case.compare('equal to the other encodings', 1, len(same))
        yield case


def without_zeros_but_leaves(stacks):
    """What stands in the file: stacks with a weight, and leaves that were counted with 0."""
    inner = {frames[:n] for frames in stacks for n in range(1, len(frames))}
    return {frames: values for frames, values in stacks.items() if any(values) or frames not in inner}


def all_cases():
    for folder in sampled(sorted(glob.glob(os.path.join(SHARED, 'corpus', 'collapsed', '*')))):
        yield corpus_case(folder)
    yield from sample_cases()
    others = sorted(glob.glob(os.path.join(SHARED, 'corpus', '*', '*', '*.collapsed')))
    for path in sampled((path for path in others if '/corpus/collapsed/' not in path), format_of):
        yield other_case(path)


if __name__ == '__main__':
    sys.exit(compare('collapsed', all_cases))
