#!/usr/bin/env python3
"""Where callgrind_annotate is known to be wrong about a callgrind file: each case shows its number and the true one.

The files are recordings of one small program (the format samples beside the sources), and one written by hand. The
true numbers come from the plain reader (callgrind_plain.py) or from the file's own text, never from profkit; profkit
must have them, and so must callgrind_annotate itself on what `profkit convert --to callgrind` makes of the file,
since the constructs that it gets wrong are not written. What remains is its own: cycles, and functions of one name in
one file of several objects.

Environment: PROFKIT, PROFKIT_SHARED, srcdir, CI. Status 77: no callgrind_annotate, or no samples.
"""
import json
import os
import re
import shutil
import subprocess
import sys

import left_out
import program
from annotate import annotated
from callgrind_plain import Plain
from program import expect, expect_status, read, run, test, write

SAMPLES = os.path.join(program.SHARED, 'formats', 'samples', 'callgrind')
OBJECTS = '''\
# callgrind format
events: Ir
ob=app
fl=a.c
fn=main
1 1
cob=lib
cfn=f
calls=1 1
2 5
fn=f
1 7
ob=lib
fn=f
1 5
totals: 13
'''
PENDING = '''\
# callgrind format
events: Ir
fl=a.c
fn=main
1 1
fi=h.h
cfn=f
calls=1 1
5 7
9 2
fn=f
1 7
totals: 10
'''


class File:
    """A callgrind file: what is plainly in it, what profkit makes of it, and its conversion."""

    def __init__(self, path):
        self.path = path
        self.plain = Plain(read(path).decode())
        result = run('convert', '-q', '--to', 'json', path)
        expect_status(result, 0)
        self.profile = json.loads(result.out)
        self.objects = {frame['module'] for frame in self.profile['frames'] if frame['module']}
        self.written = 'out.callgrind'
        expect_status(run('convert', '-q', path, '-o', self.written), 0)

    def total(self, name):
        frame, = [f for f in self.profile['frames'] if f['name'] == name]
        expect(frame['total_high'][0] is None, 'an exact inclusive', name)
        return frame['total'][0]

    def annotate(self, path, inclusive=False):
        """{file:function: cost} and the total."""
        return annotated(path, 1, self.objects, inclusive)


def sample(name):
    return File(os.path.join(SAMPLES, name))


def of_name(costs, name):
    """The row of a function, whatever its file."""
    found = [cost for what, cost in costs.items() if what.endswith(':' + name)]
    expect(len(found) == 1, 'one row', '%s: %s' % (name, found))
    return found[0]


def complaints(path):
    """How many lines callgrind_annotate cannot read."""
    done = subprocess.run(['callgrind_annotate', '--auto=no', path], capture_output=True, text=True, check=False)
    return len(re.findall(r'line \d+ malformed', done.stdout + done.stderr))


def tell(what, annotate, true):
    print('  %s: callgrind_annotate says %s, it is %s' % (what, annotate, true))
    expect(annotate != true, 'callgrind_annotate is no longer wrong', what)


@test
def nested_calls_are_added_again_in_cycles():
    """The entry of a cycle is on the stack once per call from outside, so these calls are its inclusive."""
    file = sample('default.out')
    costs, total = file.annotate(file.path, True)
    entries = {"msort_with_tmp.part.0'2": 'msort_with_tmp.part.0', "fact'2": 'fact', "ping'2": 'pong'}
    for name, caller in entries.items():
        true = sum(cost['Ir'] for (a, b), cost in file.plain.edge_costs.items()
                   if a.name == caller and b.name == name)
        tell('inclusive of %s of %d' % (name, total), of_name(costs, name), true)
        expect(file.total(name) == true, name, 'profkit has %d' % file.total(name))
    expect(max(costs.values()) > total, 'a share above 100 %', max(costs.values()))


@test
def only_the_last_part_is_its_total():
    file = sample('two-parts.out')
    true = sum(map(int, re.findall(r'^totals: (\d+)', read(file.path).decode(), re.M)))
    tell('total of two-parts.out', file.annotate(file.path)[1], true)
    expect(file.profile['metrics'][0]['total'] == true, 'profkit has the sum', true)
    expect(file.annotate(file.written)[1] == true, 'in callgrind_annotate too, converted', true)


@test
def cost_behind_no_calls_is_taken_for_self():
    """calls=0: the call began in an earlier part. Its cost is the callee's."""
    file = sample('two-parts.out')
    name = '__libc_start_main@@GLIBC_2.34'
    true = sum(cost['Ir'] for function, cost in file.plain.self_costs.items() if function.name == name)
    tell('self of ' + name, of_name(file.annotate(file.path)[0], name), true)
    expect(of_name(file.annotate(file.written)[0], name) == true, 'converted', true)
    expect([f['self'][0] for f in file.profile['frames'] if f['name'] == name] == [true], 'profkit', true)


@test
def contexts_are_not_understood():
    """frfn= and rec=, as written with --mangle-names=no; names that are defined there are lost."""
    file = sample('frfn.out')
    tell('lines it cannot read of frfn.out', complaints(file.path), 0)
    expect(complaints(file.written) == 0, 'none in what is written', complaints(file.written))
    true = sum(cost['Ir'] for cost in file.plain.self_costs.values())
    expect(sum(file.annotate(file.written)[0].values()) == true, 'all cost has a name', true)


@test
def names_stay_numbers_when_they_are_made_of_names():
    """--compress-mangled=yes."""
    file = sample('compress-mangled.out')
    costs, _ = file.annotate(file.path)
    numbers = [what for what in costs if re.search(r':\(\d+\)', what)]
    tell('functions without a name', len(numbers), 0)
    converted, _ = file.annotate(file.written)
    expect(not [what for what in converted if re.search(r'\(\d+\)', what)], 'all have names', converted)
    true = {function.name for function in file.plain.self_costs}
    expect({f['name'] for f in file.profile['frames']} >= true, 'profkit has the names', true)


@test
def functions_of_two_objects_are_one():
    """Its functions are file and name: here the program has an f and the library another."""
    file = File(write('objects.out', OBJECTS))
    tell('self of f', [cost for what, cost in file.annotate(file.path)[0].items() if what.endswith(':f')], [7, 5])
    found = sorted((f['module'], f['self'][0]) for f in file.profile['frames'] if f['name'] == 'f')
    expect(found == [('app', 7), ('lib', 5)], 'two functions', found)


@test
def the_file_of_inlined_code_stays_for_the_next_function():
    """After fn= the file is that of fl= again, and a callee without a file is in that of the last cost line."""
    file = File(write('pending.out', PENDING))
    costs, _ = file.annotate(file.path)
    tell('files of f', [what for what in costs if what.endswith(':f')], ['a.c:f'])
    found = [(f['file'], f['self'][0], f['calls'], f['total'][0]) for f in file.profile['frames'] if f['name'] == 'f']
    expect(found == [('a.c', 7, 1, 7)], 'one f', found)
    converted, _ = file.annotate(file.written)
    expect(converted['a.c:f'] == 7 and converted['h.h:main'] == 2, 'converted', converted)


if __name__ == '__main__':
    MISSING = [what for what, is_here in (('callgrind_annotate', shutil.which('callgrind_annotate')),
                                          (SAMPLES, os.path.isdir(SAMPLES))) if not is_here]
    if MISSING:
        sys.exit(left_out.status('no %s here' % MISSING[0]))
    sys.exit(program.main())
