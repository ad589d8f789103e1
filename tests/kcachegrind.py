#!/usr/bin/env python3
"""Lets KCachegrind's own loader and data model read what `profkit convert --to callgrind` writes, and compares.

`make check-kcachegrind` runs it; it is no part of `make check`, since it fetches the source package of KCachegrind
through apt (Debian 13's: its libcore needs nothing but QtCore) and installs qtbase5-dev and g++ where they are
missing. Nothing of it is kept in the sources: libcore is built once in the folder that is named, with
kcachegrind_view.cpp, which prints what KCachegrind would show.

For every sample, and every file of the corpus in the formats that have functions: the loader warns of nothing;
totals, the self cost and the calls of every function, calls and cost of every edge, all events, are ours; so is
inclusive outside cycles, and nothing else is in a cycle there.

Where KCachegrind is known to be wrong, or knows less:
 - it takes the sum of the calls into a function for its inclusive, or self and calls out of it where nobody calls
   it. A function that is called and is a root too, as in cut stacks, lacks there what it has as a root; its own
   comment says so. Then this sum is what is compared, and the true number is shown;
 - it misses some cycles: a call back to the function that its search began with does not count, since that one has
   none below it on the stack of the search (TraceFunction::cycleDFS). How many functions that are is shown;
 - pstats and traced files state an inclusive of their own, which the format cannot hold: there it is only counted
   how often the two are one.
What differs otherwise must stand in corpus-differences.txt.

usage: kcachegrind.py FOLDER
Environment: PROFKIT, PROFKIT_SHARED, srcdir.
"""
import collections
import glob
import json
import os
import shutil
import subprocess
import sys

import left_out
from annotate import in_cycles
from callgrind_blocks import match

SRCDIR = os.path.abspath(os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
SHARED = os.path.abspath(os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared'))
PROFKIT = os.path.abspath(os.environ.get('PROFKIT') or './profkit')
SOURCES = ('deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
           'http://deb.debian.org/debian trixie main\n')
TOTALS = collections.Counter()


# ---- KCachegrind

def call(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit('%s: status %d\n%s' % (' '.join(command), done.returncode, done.stdout[-2000:]))
    return done.stdout


def install():
    """Compiler and QtCore, as root or through sudo."""
    found = all(map(shutil.which, ('g++', 'pkg-config', 'xz')))
    if not found or subprocess.run(['pkg-config', '--exists', 'Qt5Core'], check=False).returncode:
        as_root = [] if os.getuid() == 0 else ['sudo']
        call(*as_root, 'apt-get', 'update', '-qq')
        call(*as_root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-qq', '-y',
             '--no-install-recommends', 'g++', 'pkg-config', 'qtbase5-dev', 'xz-utils')


def fetch():
    """The source package, by apt with lists of its own: the lists of the system stay as they are."""
    for folder in ('lists/partial', 'cache/archives/partial'):
        os.makedirs(folder, exist_ok=True)
    with open('sources.list', 'w', encoding='utf-8') as file:
        file.write(SOURCES)
    here = os.getcwd()
    apt = ['apt-get', '-qq', '-o', 'Acquire::Retries=3', '-o', 'APT::Sandbox::User=root',
           '-o', 'Dir::Etc::sourcelist=%s/sources.list' % here, '-o', 'Dir::Etc::sourceparts=%s/none' % here,
           '-o', 'Dir::State::lists=%s/lists' % here, '-o', 'Dir::Cache=%s/cache' % here]
    call(*apt, 'update')
    call(*apt, 'source', '--download-only', '--tar-only', 'kcachegrind')
    archive, = glob.glob('kcachegrind_*.orig.tar.xz')
    call('tar', '-xf', archive)


def build():
    """The program that prints what KCachegrind shows; its path."""
    source = os.path.join(SRCDIR, 'tests', 'kcachegrind_view.cpp')
    view = os.path.abspath('kcachegrind_view')
    if os.path.exists(view) and os.path.getmtime(view) > os.path.getmtime(source):
        return view
    install()
    if not glob.glob('kcachegrind-*/libcore'):
        fetch()
    core, = glob.glob('kcachegrind-*/libcore')
    flags = call('pkg-config', '--cflags', 'Qt5Core').split() + ['-fPIC', '-O0', '-w', '-std=c++17', '-I' + core]
    running = []
    for path in sorted(glob.glob(core + '/*.cpp')) + [source]:
        running.append(subprocess.Popen(['g++', *flags, '-c', path, '-o',
                                         os.path.basename(path)[:-4] + '.o']))
        if len(running) == (os.cpu_count() or 1):
            running.pop(0).wait()
    for process in running:
        process.wait()
    call('g++', *sorted(glob.glob('*.o')), '-lQt5Core', '-o', view)
    return view


class Shown:
    """What KCachegrind shows of a file."""

    def __init__(self, view, path):
        self.warnings, self.events, self.functions, self.edges, keys = [], {}, {}, {}, []
        for line in call(view, path).split('\n')[:-1]:
            kind, *fields = line.split('\t')
            if kind == 'warning':
                self.warnings.append(': '.join(fields))
            elif kind == 'event':
                self.events[fields[0]] = int(fields[1])
            elif kind == 'function':
                keys.append(tuple(fields[:3]))
                self.functions[keys[-1]] = list(map(int, fields[3:]))
            elif kind == 'call':
                self.edges[keys[int(fields[0])], keys[int(fields[1])]] = list(map(int, fields[2:]))


# ---- profkit

class Written:
    """A profile and the callgrind file of it, with the names of its functions there."""

    def __init__(self, path):
        self.path = 'out.callgrind'
        self.is_done = subprocess.run([PROFKIT, 'convert', '-q', path, '-o', self.path], stdin=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, check=False).returncode == 0
        if not self.is_done:
            return
        self.profile = json.loads(call(PROFKIT, 'convert', '-q', '--to', 'json', path))
        self.keys = self.read_keys()
        self.columns = [i for i, m in enumerate(self.profile['metrics']) if self.has(i)]

    def has(self, metric):
        """The format holds metrics with self and without values below zero."""
        rows = self.profile['frames'] + (self.profile['edges'] or [])
        return any(f['self'][metric] is not None for f in self.profile['frames']) and \
            all(int(row[key][metric] or 0) >= 0 for row in rows for key in ('self', 'total')
                if row is not None and (key == 'total' or 'caller' not in row))

    def read_keys(self):
        """Object, file and name by frame."""
        keys, tables, at = [], {'o': {}, 'f': {}, 'n': {}}, {'o': '', 'f': '', 'n': ''}
        with open(self.path, encoding='utf-8', errors='surrogateescape') as file:
            for line in file.read().split('\n'):
                key, _, text = line.partition('=')
                space = {'ob': 'o', 'cob': 'o', 'fl': 'f', 'fi': 'f', 'fe': 'f', 'cfi': 'f', 'fn': 'n',
                         'cfn': 'n'}.get(key)
                if not space:
                    continue
                number, _, name = text.partition(') ')
                if name:
                    tables[space][number] = '' if name == '???' else name
                if key in ('ob', 'fl', 'fn'):
                    at[space] = tables[space][number.rstrip(')')]
                if key == 'fn':
                    keys.append((at['o'], at['f'], at['n']))
        order = match(self.profile['frames'], keys)
        return [keys[i] for i in order] if order else []


def values(row, key, columns):
    return [int(row[key][m] or 0) for m in columns]


def add(left, right):
    return [a + b for a, b in zip(left, right)]


class Comparison:
    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []
        self.wrong = []  # where KCachegrind is

    def compare(self, group, what, expected, found):
        self.values += len(expected) if isinstance(expected, list) else 1
        if expected != found:
            self.differences.append((group, '%s: expected %s, found %s' % (what, expected, found)))


def compare_edges(case, written, shown):
    """By function: calls, and cost of calls into it and out of it. None: somebody did not count, so calls are
    written as one for each line."""
    columns, keys = written.columns, written.keys
    nothing = [0] * len(columns)
    called, incoming, outgoing = (collections.defaultdict(lambda start=start: start)
                                  for start in (0, nothing, nothing))
    for edge in written.profile['edges'] or []:
        caller, callee = edge['caller'], edge['callee']
        costs, count = values(edge, 'total', columns), int(edge['calls'] or 0)
        found, *found_costs = shown.edges.get((keys[caller], keys[callee]), [None, None])
        case.compare('edges', '%s -> %s' % (keys[caller], keys[callee]), costs, found_costs)
        if count or not any(costs):
            case.compare('calls', '%s -> %s' % (keys[caller], keys[callee]), count or found, found)
        called[callee] = None if called[callee] is None or not count else called[callee] + count
        incoming[callee] = add(incoming[callee], costs)
        outgoing[caller] = add(outgoing[caller], costs)
    return called, incoming, outgoing


def compare_inclusive(case, written, i, costs, sums):
    """A tree cannot contradict itself: what differs there is a root as well, and KCachegrind is wrong."""
    expected = values(written.profile['frames'][i], 'total', written.columns)
    key, kind = written.keys[i], written.profile['rung']
    case.compare('inclusive', str(key), sums, costs)
    if kind == 'flat':
        return
    TOTALS['%s functions outside cycles' % kind] += 1
    TOTALS['%s functions with our inclusive' % kind] += expected == costs
    if kind == 'tree' and expected != costs:
        case.wrong.append('%s has %s, KCachegrind shows %s: it is a root too' % (key[2], expected, costs))
        case.compare('roots', str(key), True, all(a >= b for a, b in zip(expected, sums)))


def compare(case, written, shown):
    profile, columns, keys = written.profile, written.columns, written.keys
    frames, edges = profile['frames'], profile['edges'] or []
    n = len(columns)
    ends = [(e['caller'], e['callee']) for e in edges]
    cyclic, several = (in_cycles(pairs, len(frames)) for pairs in (ends, [(a, b) for a, b in ends if a != b]))
    case.compare('warnings', 'loader', [], shown.warnings)
    case.compare('totals', 'events', [int(profile['metrics'][m]['total']) for m in columns],
                 list(shown.events.values()))
    case.compare('functions', 'number', len(frames), len(shown.functions))
    case.compare('edges', 'number', len(edges), len(shown.edges))
    called, incoming, outgoing = compare_edges(case, written, shown)
    for i, (frame, key) in enumerate(zip(frames, keys)):
        cycle, calls, *costs = shown.functions.get(key, [None] * (2 + 2 * n))
        own = values(frame, 'self', columns)
        case.compare('self', str(key), own, costs[:n])
        if called[i] is not None:
            case.compare('calls', str(key), called[i], calls)
        if i not in several:  # f calling f is none there
            case.compare('cycles', str(key), 0, cycle)
        TOTALS['functions in cycles'] += i in several
        TOTALS['of them not seen by KCachegrind'] += i in several and cycle == 0
        if i not in cyclic:
            compare_inclusive(case, written, i, costs[n:], incoming[i] if calls else add(own, outgoing[i]))


# ---- cases

def inputs():
    """Name and path: own samples, then the corpus."""
    for kind in ('callgrind', 'folded', 'perf', 'pstats'):
        for path in sorted(glob.glob(os.path.join(SRCDIR, 'samples', kind, '*', '*'))):
            if path.rsplit('.', 1)[-1] in ('out', 'folded', 'perf', 'prof'):
                yield os.path.relpath(path, SRCDIR), path
    for kind in ('callgrind', 'pstats', 'perf', 'collapsed'):
        for path in sorted(glob.glob(os.path.join(SHARED, 'corpus', kind, '*', 'input*'))):
            yield os.path.relpath(path, os.path.join(SHARED, 'corpus')), path


def read_allowed():
    with open(os.path.join(SRCDIR, 'tests', 'corpus-differences.txt'), encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file if line.startswith('kcachegrind\t')]
    return {(case, what) for _, case, what, _ in rows}


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    view, allowed, seen = build(), read_allowed(), set()
    failed = 0
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        failed += left_out.tell('no corpus in %s: set PROFKIT_SHARED' % SHARED)
    for name, path in inputs():
        written = Written(path)
        if not written.is_done:
            TOTALS['not readable'] += 1
            continue
        case = Comparison(name)
        compare(case, written, Shown(view, written.path))
        TOTALS['files'] += 1
        TOTALS['values'] += case.values
        TOTALS['roots that KCachegrind forgets'] += len(case.wrong)
        if case.wrong:
            print('%s: %s%s' % (name, case.wrong[0],
                                ' (and %d more)' % (len(case.wrong) - 1) if len(case.wrong) > 1 else ''))
        shown = collections.Counter()
        for group, how in case.differences:
            if (name, group) in allowed:
                seen.add((name, group))
                continue
            failed += 1
            shown[group] += 1
            if shown[group] <= 2:
                print('kcachegrind %s: %s: %s' % (name, group, how))
    for name, group in sorted(allowed - seen):
        failed += 1
        print('kcachegrind %s: %s: listed as a difference, but there is none' % (name, group))
    print('kcachegrind: %s; %d listed differences, %d failures' %
          (', '.join('%d %s' % (n, what) for what, n in TOTALS.items()), len(seen), failed))
    return 1 if failed or TOTALS['files'] < 5 else 0


if __name__ == '__main__':
    sys.exit(main())
