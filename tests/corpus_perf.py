#!/usr/bin/env python3
"""Compares `profkit convert` of every perf script file of the corpus with what other programs make of it.

- stackcollapse-perf.pl's (or inferno's) text for every option that has an expected file: --to folded must
  be the same lines. Its first event is chosen by --metric, since profkit never adds events.
- the stacks, weights, events and threads that a separate reading here finds in the file: --to json exactly.
- expected.json of the format samples (perf report): totals, numbers of samples, self by command and symbol.
- speedscope's snapshots: threads, frames and stacks (its weights are times between samples, ours periods).

Differences on purpose stand in tests/corpus-differences.txt: format "perf", the case, a rule's name and the
reason. A rule (see RULES) says exactly how the two texts differ; with it applied they must be equal, and
without it they must not.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import collections
import glob
import gzip
import json
import os
import re
import subprocess
import sys

from corpus_cases import compare, read_allowed

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
CLOCKS = ('cpu-clock', 'task-clock')


class Case:
    """One file: its differences, and how many values were compared."""

    def __init__(self, name, rules=()):
        self.name = name
        self.values = 0
        self.differences = []
        self.rules = rules
        self.used = set()

    def compare(self, what, expected, found):
        self.values += 1
        if expected != found:
            self.differences.append((what, 'expected %s, found %s' % (expected, found)))

    def compare_all(self, what, expected, found):
        for key in sorted(set(expected) | set(found), key=str):
            self.compare('%s %s' % (what, key), expected.get(key), found.get(key))


def run(arguments, path, data=None):
    done = subprocess.run([PROFKIT, 'convert', '-q', '--keep-going'] + arguments + [path], input=data,
                          stdin=subprocess.DEVNULL if data is None else None,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode('utf-8', 'surrogateescape'), done.stderr.decode()


def text_of(path):
    with open(path, 'rb') as file:
        data = file.read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    return data.decode('utf-8', 'surrogateescape')


# ---- a reading of its own, by the regular expressions of the format's note

TIMED = re.compile(r'^\s*(.*?)\s*(?:(?:^|\s)(?:(-?\d+)/)?(-?\d+))\s+(?:\[-?\d+\]\s+)?(?:[A-Za-z]+\s+)?'
                   r'\d+\.(?:\d{6}|\d{9}):(.*)$')
UNTIMED = re.compile(r'^\s*(.*)\s(?:(-?\d+)/)?(-?\d+)\s+(\S+:)\s*$')
EVENT = re.compile(r'^\s*(?:(\d+)\s+)?(\S+?):(?=\s|$)(.*)$')
INNER = re.compile(r'(?:^|\s)\s*([0-9a-f]{3,16}) (\S.*\))$')


def frame_of(text):
    """"symbol+0x1f (dso)" to symbol, dso and whether it is inlined."""
    text = text.strip()
    dso = None
    if text.endswith(')'):
        depth = 0
        for at in range(len(text) - 1, -1, -1):
            depth += {')': 1, '(': -1}.get(text[at], 0)
            if depth == 0:
                break
        else:
            at = text.rindex(' (') + 1
        if at == 0 or text[at - 1] == ' ':
            text, dso = text[:at].rstrip(), text[at + 1:-1]
    text = re.sub(r'\+0x[0-9a-f]+$', '', text)
    return text, None if dso == 'inlined' else dso, dso == 'inlined'


def is_perf_map(dso):
    name = (dso or '').rsplit('/', 1)[-1]
    return re.fullmatch(r'perf-\d+\.map|jitted-.*\.so', name) is not None


def names_of(lines):
    """Frame lines, innermost first, to the (name, module) of each frame, root first."""
    frames, module = [], None
    for i in range(len(lines) - 1, -1, -1):
        address, text, line = lines[i]
        symbol, dso, inlined = frame_of(text)
        inlined = inlined or (line or '').endswith('(inlined)')
        if i == 0 and i + 1 < len(lines) and lines[0][:2] == lines[1][:2] and not inlined:
            continue # a body inlined into a function of the same name
        if i + 1 < len(lines) and lines[i][:2] == lines[i + 1][:2] and line and \
                not inlined and line != lines[i + 1][2]:
            continue
        if not inlined:
            module = dso
        if symbol in ('', '[unknown]'):
            base = (dso or 'unknown').rsplit('/', 1)[-1]
            frames.append((base if base[0] == '[' else '[%s]' % base, dso if dso != '[unknown]' else None))
            continue
        parts = [symbol]
        if is_perf_map(module) and 'operator->' not in symbol:
            parts = symbol.split('->')
        frames += [(part, module if module != '[unknown]' else None) for part in parts]
    return tuple(frames)


class Reading:
    """All of a file: {event: {stack: [weight, samples]}} and {(comm, pid, tid): samples}."""

    def __init__(self, text):
        self.events = collections.OrderedDict()
        self.threads = collections.Counter()
        self.periods = collections.defaultdict(set)
        self.head = None
        self.lines = []
        self.is_timed = re.search(r'(?m)^[^\t#].*\s\d+\.(\d{6}|\d{9}):', text) is not None
        self.has_headers = self.is_timed or re.search(r'(?m)^\S.*\d+ \S+: *$', text) is not None
        for line in text.removesuffix('\n').split('\n'):
            self.line(line.rstrip('\r'))
        if not self.lines and re.search(r'(?m)^\t', text):
            self.head = None # cut before its first frame
        self.end()

    def end(self):
        if self.head is None and not (self.lines and not self.has_headers):
            self.lines = []
            return
        thread, event, period = self.head or ((None, None, None), 'samples', None)
        stack = names_of(self.lines) or (('(empty stack)', None),)
        sums = self.events.setdefault(event, {}).setdefault(stack, [0, 0])
        sums[0] += period or 1
        sums[1] += 1
        self.periods[event].add(period)
        self.threads[thread] += 1
        self.head, self.lines = None, []

    def line(self, line):
        if line.startswith('#'):
            return
        frame = re.match(r'^(?:\t|    )\s*([0-9a-f]+) (.*)$', line)
        if not line.strip():
            self.end()
        elif frame and re.search(r' \([^)]*$', line):
            pass # half a line
        elif frame and not (self.is_timed and TIMED.match(line)):
            self.lines.append((frame[1], re.sub(r'\+0x[0-9a-f]+(?= |$)', '', frame[2]), None))
        elif re.match(r'^  \S', line) and self.lines and not TIMED.match(line):
            self.lines[-1] = self.lines[-1][:2] + (line.strip(),)
        elif re.match(r'^\t', line):
            pass # no frame
        else:
            self.header(line)

    def header(self, line):
        match = TIMED.match(line) if self.is_timed else UNTIMED.match(line)
        if not match:
            return
        comm, pid, tid, rest = match.groups()
        if ' PERF_RECORD_' in rest:
            return
        event = EVENT.match(rest)
        period, name, rest = event.groups() if event else (None, 'samples', rest)
        self.end()
        self.head = ((comm.strip(), pid, tid), name, int(period) if period else None)
        inner = INNER.search(rest)
        if inner:
            self.lines.append((inner[1], inner[2], None))


def compare_reading(case, path):
    """All stacks of all events in the JSON, and all threads."""
    status, out, errors = run(['--to', 'json'], path)
    reading = Reading(text_of(path))
    case.compare('json status', (0, ''), (status, errors))
    if status:
        return None
    profile = json.loads(out)
    metrics = [metric['name'] for metric in profile['metrics']]
    expected, found = {}, collections.defaultdict(int)
    for event, stacks in reading.events.items():
        weights = {period or 1 for period in reading.periods[event]}
        for stack, (weight, samples) in stacks.items():
            expected[event, stack] = weight
            if len(weights) > 1:
                expected[event + '/samples', stack] = samples
        case.compare('counts samples of ' + event, len(weights) > 1, event + '/samples' in metrics)
        unit = 'ns' if event.split(':')[0] in CLOCKS and None not in reading.periods[event] else 'count'
        case.compare('unit of ' + event, unit, profile['metrics'][metrics.index(event)]['unit']
                     if event in metrics else None)
    frames = [(frame['name'], frame['module']) for frame in profile['frames']]
    paths = []
    for node in profile['nodes']:
        above = paths[node['parent']] if node['parent'] is not None else ()
        paths.append(above + (frames[node['frame']],))
        for name, value in zip(metrics, node['self']):
            if value and int(value):
                found[name, paths[-1]] += int(value)
    case.compare_all('stack', expected, dict(found))
    threads = set()
    for comm, pid, tid in reading.threads:
        threads.add(((comm + '-' + pid if pid else comm) or None if comm is not None else None,
                     (comm + '-' + tid if comm else tid) if tid else None))
    case.compare('threads', threads, {(s['process'], s['thread']) for s in profile['slices']})
    return reading, profile


# ---- the text of stackcollapse-perf.pl

def lines_of(text):
    """Stack lines to {stack: weight}."""
    stacks = collections.Counter()
    for line in text.splitlines():
        stack, weight = line.rsplit(' ', 1)
        stacks[stack] += int(weight)
    return stacks


def folded(path, option, reading, data=None):
    """Of the first event, which is the script's choice."""
    options = ['--' + option] if option else []
    metric = ['--metric', next(iter(reading.events))] if reading.events else []
    status, out, errors = run(['--to', 'folded'] + metric + options, '-' if data else path, data)
    return lines_of(out) if status == 0 else (status, errors.count('\n'))


def drop(stacks, pattern):
    result = collections.Counter()
    for stack, weight in stacks.items():
        root, *frames = stack.split(';')
        result[';'.join([root] + [f for f in frames if not re.match(pattern, f)])] += weight
    return result


def rule_last_record(path, option, reading, found, expected):
    """The script drops a last record without a blank line behind it: without that they are equal."""
    text = text_of(path).rstrip('\n')
    cut = text[:text.rindex('\n\n') + 2]
    return folded(path, option, reading, cut.encode('utf-8', 'surrogateescape')), expected


def rule_anonymous(path, option, reading, found, expected):
    """The script drops frames that begin with a bracket."""
    return drop(found, r'\('), expected


def rule_events_added(path, option, reading, found, expected):
    """The script adds events whose line ends in trace text or a frame: so do we here."""
    total = collections.Counter()
    for event in list(reading.events):
        one = collections.OrderedDict([(event, reading.events[event])])
        only = Reading('')
        only.events = one
        total += folded(path, option, only)
    return total, expected


def rule_no_dso(path, option, reading, found, expected):
    """The script drops frames without a dso: only the commands are left."""
    return drop(found, ''), expected


def rule_source_lines(path, option, reading, found, expected):
    """The script takes source lines for frames; the same recording without them lies beside."""
    beside = path.replace('-srcline', '')
    if beside == path:
        return found, expected
    name = os.path.basename(expected_path(path, option))
    return found, lines_of(text_of(os.path.join(os.path.dirname(beside), name)))


def rule_brackets(path, option, reading, found, expected):
    """inferno keeps brackets inside template arguments; the script cuts names at the first."""
    cut = collections.Counter()
    for stack, weight in expected.items():
        frames = [re.sub(r'\((?!anonymous namespace\)).*', '', f) for f in re.split(r';', stack)]
        cut[';'.join(frames)] += weight
    return found, cut


def rule_java(path, option, reading, found, expected):
    """A stored result of a version that kept Java's "L" where ids stood behind the command."""
    if option not in ('pid', 'tid'):
        return found, expected
    cut = collections.Counter()
    for stack, weight in expected.items():
        is_java = stack.startswith('java')
        frames = [f[1:] if is_java and f[:1] == 'L' and '/' in f else f for f in stack.split(';')]
        cut[';'.join(frames)] += weight
    return found, cut


def rule_empty(path, option, reading, found, expected):
    """An empty file is an error here: status 3 and one line."""
    return found, (3, 1)


RULES = {'last record': rule_last_record, 'anonymous namespace': rule_anonymous,
         'events added': rule_events_added, 'no dso': rule_no_dso, 'source lines': rule_source_lines,
         'brackets': rule_brackets, 'java names': rule_java, 'empty': rule_empty}


def expected_path(path, option):
    return os.path.join(os.path.dirname(path),
                        'expected.%scollapsed' % (option + '.' if option else ''))


def compare_folded(case, path, reading):
    for option in ('', 'pid', 'tid', 'kernel', 'jit', 'all', 'addrs'):
        if not os.path.exists(expected_path(path, option)):
            continue
        expected = lines_of(text_of(expected_path(path, option)))
        found = folded(path, option, reading)
        is_equal = found == expected
        for rule in case.rules:
            found, expected = RULES[rule](path, option, reading, found, expected)
            case.used |= {rule} if not is_equal else set()
        if isinstance(found, tuple) or isinstance(expected, tuple):
            case.compare('folded ' + option, expected, found)
        else:
            case.compare_all('folded ' + option, dict(expected), dict(found))


# ---- speedscope

def compare_snapshot(case, path, profile):
    text = text_of(path)
    frames = {(f['name'], f['module']) for f in profile['frames']}
    frames = {('??? (%s)' % (m or '[unknown]') if n[0] == '[' else n, m or '[unknown]') for n, m in frames}
    listed = set(re.findall(r'"file": "(.*)",\s*"key": .*\s*"line": undefined,\s*"name": "(.*)"', text))
    case.compare_all('speedscope frame', {(name, file): True for file, name in listed},
                     {key: True for key in frames})
    paths, own = [], set()
    for node in profile['nodes']:
        frame = profile['frames'][node['frame']]
        name = frame['name']
        name = '??? (%s)' % (frame['module'] or '[unknown]') if name[0] == '[' else name
        paths.append((paths[node['parent']] + ';' if node['parent'] is not None else '') + name)
        if node['self'][0]:
            own.add(paths[-1])
    stacks = set()
    for block in re.findall(r'"stacks": \[(.*?)\n  \]', text, re.S):
        stacks |= {line.rsplit(' ', 1)[0] for line in re.findall(r'"(.*)"', block)}
    stacks -= {''} # no sample in that time
    case.compare_all('speedscope stack', {s: True for s in stacks}, {s: True for s in own})
    threads = {name.replace(' tid: ', '-') if ' tid: ' in name else name + '-0'
               for name in re.findall(r'"name": "(.*)",\n  "stacks"', text)}
    case.compare('speedscope threads', threads, {s['thread'] for s in profile['slices']})


# ---- the format's samples

def family_of(name, expected):
    if name.startswith('dw'):
        return expected['dw (dw-*.txt)']
    return expected['fp (all fp-*.txt)'] if name.startswith('fp') else expected[name]


def compare_report(case, path, profile, events):
    """perf report's totals, and self by command and symbol, where the layout prints what it needs."""
    name = os.path.basename(path)
    totals = {metric['name']: int(metric['total']) for metric in profile['metrics']}
    for event, report in events.items():
        event = event if event in totals else 'samples'
        is_counted = name in ('fp-nohdr.txt', 'fp-notime-noperiod.txt')
        case.compare('total of ' + event,
                     report['total_samples'] if is_counted else report['event_count'], totals.get(event))
        weight = report['event_count'] // report['total_samples']
        counts = totals.get(event + '/samples', totals[event] // (1 if is_counted else weight))
        case.compare('samples of ' + event, report['total_samples'], counts)
        # These print names that the report had not: mangled ones, or inlined ones at the top.
        if name in ('fp-mangled.txt', 'fp-nohdr.txt', 'dw-two-events.txt', 'dw-srcline.txt'):
            continue
        own = collections.Counter()
        for stack, value in lines_of(run(['--to', 'folded', '--metric', event], path)[1]).items():
            if value:
                own[stack.split(';')[0], stack.split(';')[-1]] += value
        want = collections.Counter()
        for row in report['rows']:
            symbol = re.sub(r'^\[.\] ', '', row['symbol'])
            symbol = re.sub(r'\((?!anonymous namespace\)).*', '', symbol)
            if re.match(r'0x|\[unknown\]$', symbol):
                symbol = row['dso'] if row['dso'][0] == '[' else '[%s]' % row['dso']
            want[row['comm'].replace(' ', '_'), symbol] += row['samples' if is_counted else 'period']
        case.compare_all('self in ' + event, dict(want), dict(own))


# ---- cases

def corpus_case(folder, rules):
    case = Case(os.path.basename(folder), rules)
    path = glob.glob(os.path.join(folder, 'input*'))[0]
    reading, profile = Reading(''), None
    if os.path.getsize(path) > 0:
        reading, profile = compare_reading(case, path) or (reading, None)
    compare_folded(case, path, reading)
    if profile and os.path.exists(os.path.join(folder, 'expected.snap')):
        compare_snapshot(case, os.path.join(folder, 'expected.snap'), profile)
    return case


def sample_case(path, expected):
    case = Case(os.path.basename(path))
    both = compare_reading(case, path)
    if both:
        compare_report(case, path, both[1], family_of(case.name, expected))
    return case


def all_cases():
    allowed = collections.defaultdict(list)
    for case, rule in sorted(read_allowed('perf')):
        allowed[case].append(rule)
    for folder in sorted(glob.glob(os.path.join(SHARED, 'corpus', 'perf', '*'))):
        yield corpus_case(folder, allowed.get(os.path.basename(folder), []))
    folder = os.path.join(SHARED, 'formats', 'samples', 'perf')
    with open(os.path.join(folder, 'expected.json'), encoding='utf-8') as file:
        expected = json.load(file)
    for path in sorted(glob.glob(os.path.join(folder, '*.txt'))):
        if not path.endswith('.cpp.txt'):
            yield sample_case(path, expected)


if __name__ == '__main__':
    sys.exit(compare('perf', all_cases))
