#!/usr/bin/env python3
"""Compares `profkit convert --to json` with what the writing Python's own pstats says of each file.

Every pstats case of the shared corpus and of the format samples is run: per function calls, primitive
calls, self and inclusive time; the same per caller; and the sums. Integers must be equal, times within
one nanosecond (sums: one for each term). What differs must stand in tests/corpus-differences.txt with a
reason (format, case, what, reason; tab-separated), and every line there must still be true.

What the two call differently: pstats names a function in C ('~', 0, name) or ('', 0, name), profkit gives
it no file; `python -m profile` has a code object as name, profkit takes its name and file, without
a line.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import collections
import fractions
import glob
import json
import os
import re
import subprocess
import sys

from corpus_cases import compare

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
PROFKIT = os.environ.get('PROFKIT') or './profkit'
CODE = re.compile(r'<code object (?P<name>.*?)(?: at 0x[0-9a-f]+)?, file "(?P<file>.*)", line -?\d+>$', re.S)
SAMPLE_CODE = re.compile(r'CODE:(?P<file>.*):(?P<name>[^:]*):-?\d+$', re.S)

Numbers = collections.namedtuple('Numbers', 'calls primitive self total')


class Case:
    """One file: its differences, and how many values were compared."""

    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []

    def compare(self, what, expected, found, tolerance=0):
        self.values += 1
        if expected is None or found is None:
            same = expected is found
        else:
            same = abs(expected - found) <= tolerance
        if not same:
            self.differences.append((what, 'expected %s, found %s' % (expected, found)))


def label(key):
    return '%s:%d(%s)' % (key[0] if key[0] is not None else '~', key[1], key[2])


def nanoseconds(seconds):
    """Exact, so that the check does not round where the program must."""
    return None if seconds is None else round(fractions.Fraction(seconds) * 10 ** 9)


def plain_key(file, line, name):
    """The key of a function as profkit shows it."""
    code = CODE.match(name) or SAMPLE_CODE.match(name)
    if file == 'profile' and line == 0 and code:
        return (code.group('file'), 0, code.group('name'))
    if file in ('~', '') and line == 0:
        return (None, 0, name)
    return (file, line, name)


# ---- what pstats says: {key: Numbers} for functions, {(caller, callee): Numbers} for edges

def expected_caller(caller):
    """Both spellings of the expected files: a list, or an object."""
    if isinstance(caller, dict):
        key = caller['caller']
        numbers = [caller.get(n) for n in ('nc', 'cc', 'tt', 'ct')]
    else:
        key = caller[:3]
        numbers = caller[3] if isinstance(caller[3], list) else [caller[3], None, None, None]
    return tuple(key), Numbers(numbers[0], numbers[1], nanoseconds(numbers[2]), nanoseconds(numbers[3]))


def expected_profile(functions):
    nodes, edges = {}, {}
    for function in functions:
        if 'marker' in function:
            continue
        raw = tuple(function.get('func') or (function['file'], function['line'], function['name']))
        key = plain_key(*raw)
        if key in nodes:
            sys.exit('%s stands twice in the expected file' % label(key))
        nodes[key] = Numbers(function['nc'], function['cc'], nanoseconds(function['tt']),
                             nanoseconds(function['ct']))
        for caller in function['callers']:
            caller_key, numbers = expected_caller(caller)
            edges[plain_key(*caller_key), key] = numbers
    return nodes, edges


# ---- what profkit says

def integer(value):
    """Integers past 2^53 are strings."""
    return int(value) if isinstance(value, str) else value


def at(column, metric):
    return integer(column[metric]) if column is not None else None


def run(path):
    done = subprocess.run([PROFKIT, 'convert', '--to', 'json', path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    text = done.stderr.decode('utf-8', 'replace')
    if done.returncode != 0:
        return None, text
    return json.loads(done.stdout.decode('utf-8')), text


def found_profile(profile, metric):
    keys, nodes, edges = [], {}, {}
    for frame in profile['frames']:
        key = (frame['file'], frame['line'] or 0, frame['name'])
        keys.append(key)
        nodes[key] = Numbers(integer(frame['calls']), integer(frame['primitive_calls']),
                             at(frame['self'], metric), at(frame['total'], metric))
    for edge in profile['edges']:
        edges[keys[edge['caller']], keys[edge['callee']]] = Numbers(
            integer(edge['calls']), integer(edge['primitive_calls']), at(edge['self'], metric),
            at(edge['total'], metric))
    return nodes, edges


# ---- comparing

def compare_numbers(case, what, expected, found):
    case.compare(what + ' calls', expected.calls, found.calls)
    case.compare(what + ' primitive calls', expected.primitive, found.primitive)
    case.compare(what + ' self', expected.self, found.self, 1)
    case.compare(what + ' inclusive', expected.total, found.total, 1)


def compare_sets(case, what, expected, found):
    for key in sorted(set(expected) - set(found), key=str):
        case.differences.append(('%s %s' % (what, key), 'missing'))
    for key in sorted(set(found) - set(expected), key=str):
        case.differences.append(('%s %s' % (what, key), 'not in the file'))


def compare_profile(case, functions, profile, metric=0):
    nodes, edges = expected_profile(functions)
    found_nodes, found_edges = found_profile(profile, metric)
    callers_only = {caller for caller, _ in edges} - set(nodes)
    compare_sets(case, 'function', [label(k) for k in set(nodes) | callers_only],
                 [label(k) for k in found_nodes])
    compare_sets(case, 'edge', ['%s -> %s' % (label(a), label(b)) for a, b in edges],
                 ['%s -> %s' % (label(a), label(b)) for a, b in found_edges])
    for key, numbers in nodes.items():
        if key in found_nodes:
            compare_numbers(case, label(key), numbers, found_nodes[key])
    for key in callers_only & set(found_nodes): # a caller that has no entry: nothing is known of it
        compare_numbers(case, label(key), Numbers(None, None, None, None), found_nodes[key])
    for (caller, callee), numbers in edges.items():
        if (caller, callee) in found_edges:
            compare_numbers(case, '%s -> %s' % (label(caller), label(callee)), numbers,
                            found_edges[caller, callee])
    return found_nodes


def compare_sums(case, found_nodes, total_calls, prim_calls, total_tt):
    known = [n for n in found_nodes.values() if n.calls is not None]
    case.compare('sum of calls', total_calls, sum(n.calls for n in known))
    case.compare('sum of primitive calls', prim_calls, sum(n.primitive for n in known))
    case.compare('sum of self', nanoseconds(total_tt), sum(n.self for n in known), len(known))


def compare_sampled(case, functions, profile):
    """Sampled files: the two counts are a second metric and never calls; a caller has samples only."""
    nodes, edges = expected_profile(functions)
    case.compare('metrics', 2, len(profile['metrics']))
    times, time_edges = found_profile(profile, 0)
    samples, sample_edges = found_profile(profile, 1)
    compare_sets(case, 'function', [label(k) for k in nodes], [label(k) for k in times])
    for key, numbers in nodes.items():
        compare_numbers(case, label(key) + ' time', numbers._replace(calls=None, primitive=None), times[key])
        compare_numbers(case, label(key) + ' samples',
                        Numbers(None, None, numbers.primitive, numbers.calls), samples[key])
    for (caller, callee), numbers in edges.items():
        what = '%s -> %s' % (label(caller), label(callee))
        compare_numbers(case, what + ' time', Numbers(None, None, None, None), time_edges[caller, callee])
        compare_numbers(case, what + ' samples', Numbers(None, None, None, numbers.calls),
                        sample_edges[caller, callee])


def compare_cut(case, functions, profile, messages):
    """A cut file: a warning, and every complete entry as in the whole file."""
    nodes, edges = expected_profile(functions)
    found_nodes, found_edges = found_profile(profile, 0)
    case.compare('warnings of a cut', 1, messages.count('cut short'))
    known = {key: numbers for key, numbers in found_nodes.items() if numbers.calls is not None}
    if not 0 < len(known) < len(nodes):
        case.differences.append(('functions before the cut', 'found %d of %d' % (len(known), len(nodes))))
    for key, numbers in known.items():
        compare_numbers(case, label(key), nodes[key], numbers)
    for pair, numbers in found_edges.items():
        compare_numbers(case, '%s -> %s' % (label(pair[0]), label(pair[1])), edges[pair], numbers)


# ---- cases

def corpus_case(folder):
    case = Case(os.path.basename(folder))
    with open(os.path.join(folder, 'expected.json'), encoding='utf-8') as file:
        expected = json.load(file)
    profile, messages = run(glob.glob(os.path.join(folder, 'input.*'))[0])
    if profile is None:
        case.differences.append(('reading', messages.strip()))
        return case
    nodes = compare_profile(case, expected['functions'], profile)
    compare_sums(case, nodes, expected['total_calls'], expected['prim_calls'], expected['total_tt'])
    return case


def sample_case(name, folder, expected):
    case = Case(name)
    profile, messages = run(os.path.join(folder, name))
    if profile is None:
        case.differences.append(('reading', messages.strip()))
    elif 'error' in expected[name]: # Python refuses a cut file; what it was cut from is beside it
        compare_cut(case, expected[name.replace('truncated', 'cprofile')]['functions'], profile, messages)
    elif any('marker' in function for function in expected[name]['functions']):
        compare_sampled(case, expected[name]['functions'], profile)
    else:
        nodes = compare_profile(case, expected[name]['functions'], profile)
        compare_sums(case, nodes, *(expected[name][k] for k in ('sum_nc', 'sum_cc', 'sum_tt')))
    return case


def all_cases():
    for folder in sorted(glob.glob(os.path.join(SHARED, 'corpus', 'pstats', '*'))):
        yield corpus_case(folder)
    folder = os.path.join(SHARED, 'formats', 'samples', 'pstats')
    with open(os.path.join(folder, 'expected.json'), encoding='utf-8') as file:
        expected = json.load(file)
    for name in sorted(expected):
        yield sample_case(name, folder, expected)


if __name__ == '__main__':
    sys.exit(compare('pstats', all_cases))
