#!/usr/bin/env python3
"""Lets callgrind_annotate read what `profkit convert --to callgrind` writes, and compares the two.

For every sample that can be read: the total; the self cost of every function; and its
inclusive cost, where the function is on no cycle and the two mean the same. callgrind_annotate --inclusive
gives a function with callers the sum of the calls into it, so a function that is also a root, or whose
callers lie about it by rounding, is compared with that sum.

Where callgrind_annotate is known to be wrong: in a cycle it adds nested calls again. There its most wrong number is
shown beside the true one, and profkit's own must not pass the total. annotate_wrong.py has the rest.

Environment: PROFKIT (program, default ./profkit), srcdir, CI. Status 77: no callgrind_annotate here.
"""
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import left_out
from callgrind_blocks import match

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
PROFKIT = os.path.abspath(os.environ.get('PROFKIT') or './profkit')
ROW = re.compile(r'^ *([0-9,]+|\.) +(?:\( *[0-9.]+%\) +)?(.*)$')


def annotated(path, events, objects, inclusive):
    """{file:function: cost of the first event} and the total, as callgrind_annotate prints them."""
    out = subprocess.run(['callgrind_annotate', '--threshold=100', '--auto=no',
                          '--inclusive=' + ('yes' if inclusive else 'no'), path],
                         check=True, capture_output=True, text=True).stdout
    costs, total = collections.Counter(), None
    for line in out.splitlines():
        columns, what = [], line
        while len(columns) < events and ROW.match(what):
            columns.append(ROW.match(what).group(1))
            what = ROW.match(what).group(2)
        if len(columns) < events:
            continue
        cost = 0 if columns[0] == '.' else int(columns[0].replace(',', ''))
        if what == 'PROGRAM TOTALS':
            total = cost
            continue
        for name in objects:  # the object stands behind the function and may hold brackets itself
            if what.endswith(' [%s]' % name):
                what = what[:-len(name) - 3]
                break
        costs[what] += cost
    return costs, total


def in_cycles(edges, n):
    """Functions that lead back to themselves: Kosaraju, without recursion."""
    out, back = [[] for _ in range(n)], [[] for _ in range(n)]
    cyclic = set()
    for caller, callee in edges:
        out[caller].append(callee)
        back[callee].append(caller)
        if caller == callee:
            cyclic.add(caller)
    order, seen = [], set()
    for root in range(n):
        stack = [(root, iter(out[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            for callee in stack[-1][1]:
                if callee not in seen:
                    seen.add(callee)
                    stack.append((callee, iter(out[callee])))
                    break
            else:
                order.append(stack.pop()[0])
    box = {}
    for root in reversed(order):
        todo, members = [root], []
        while todo:
            f = todo.pop()
            if f not in box:
                box[f] = root
                members.append(f)
                todo += back[f]
        if len(members) > 1:
            cyclic.update(members)
    return cyclic


class Sample:
    """One profile, what profkit says of it, and the names it gave to the functions."""

    def __init__(self, path, folder):
        self.path = path
        self.written = os.path.join(folder, 'out.callgrind')
        subprocess.run([PROFKIT, 'convert', '-q', path, '-o', self.written], check=True)
        self.profile = json.loads(subprocess.run([PROFKIT, 'convert', '-q', '--json', path], check=True,
                                                 capture_output=True, text=True).stdout)
        self.names = self.read_names()
        self.values = 0
        self.wrong, self.worst = 0, (0, '')

    def read_names(self):
        """file:function of each frame. Beside it what each frame has in which file (the first event), since
        callgrind_annotate takes code of another file for a function of its own."""
        names, blocks, tables, files, object_, objects = [], [], ({}, {}), {}, '', {}
        self.objects, self.events = set(), 0
        self.pieces = []  # by frame: {file:function: self}
        self.called = []  # by frame: [(file:function, callee, inclusive)]
        function = callee = piece = None
        for line in open(self.written, encoding='utf-8', errors='surrogateescape'):
            key, _, text = line.rstrip('\n').partition('=')
            if line.startswith('events:'):
                self.events = len(line.split()) - 1
            elif key in ('ob', 'cob'):
                number, _, name = text.partition(') ')
                if name:
                    objects[number] = name
                self.objects.add(name)
                if key == 'ob':
                    object_ = objects[number.rstrip(')')]
            elif key in ('fl', 'fi', 'fe', 'fn', 'cfi', 'cfn'):
                number, _, name = text.partition(') ')
                table = tables[key in ('fn', 'cfn')]
                if name:
                    table[number] = name
                files[key] = table[number.rstrip(')')]
                if key == 'fn':
                    function = files['fn']
                    names.append(files['fl'] + ':' + function)
                    blocks.append(['' if part == '???' else part for part in (object_, files['fl'])] + [function])
                    self.pieces.append(collections.Counter())
                    self.called.append([])
                if key in ('fn', 'fi', 'fe'):
                    piece = files['fl' if key == 'fn' else key] + ':' + function
            elif key == 'calls':
                callee = files['cfi'] + ':' + files['cfn']
            elif line[0].isdigit():
                cost = int(line.split()[1])
                if callee:
                    self.called[-1].append((piece, callee, cost))
                else:
                    self.pieces[-1][piece] += cost
                callee = None
        order = match(self.profile['frames'], blocks)
        if order is None:
            sys.exit('%s: %d functions, %d blocks' % (self.path, len(self.profile['frames']), len(blocks)))
        self.pieces, self.called = [self.pieces[i] for i in order], [self.called[i] for i in order]
        return [names[i] for i in order]

    def expect(self, what, expected, found):
        self.values += 1
        if expected != found:
            sys.exit('%s: %s: expected %s, found %s' % (self.path, what, expected, found))

    def compare_cycles(self, cyclic, number, costs, total):
        """Remember what callgrind_annotate gets most wrong. cProfile states a total itself, which may be more than
        the sum of self: under PyPy it is."""
        for frame, name in zip(self.profile['frames'], self.names):
            low = frame['total'][0] or 0
            high = low if frame['total_high'][0] is None else frame['total_high'][0]
            if number[name] not in cyclic:
                continue
            if not self.path.endswith('.prof'):
                self.expect('no more than everything in ' + name, True, low <= high <= total)
            if not low <= costs[name] <= high:
                self.wrong += 1
                self.worst = max(self.worst, (abs(costs[name] - high), '%s: callgrind_annotate says %d, it is %s' % (
                    name, costs[name], low if low == high else '%d to %d' % (low, high))))

    def compare(self):
        frames, edges = self.profile['frames'], self.profile['edges']
        self.expect('functions', len(frames), len(self.names))
        own, incoming, outgoing = collections.Counter(), collections.Counter(), collections.Counter()
        edges_of = collections.Counter()
        for edge in edges:
            edges_of[edge['caller']] += edge['total'][0] or 0
        for i, frame in enumerate(frames):
            self.expect('self in lines of ' + self.names[i], frame['self'][0] or 0, sum(self.pieces[i].values()))
            self.expect('calls in lines of ' + self.names[i], edges_of[i], sum(call[2] for call in self.called[i]))
            own.update({name: 0 for name in self.pieces[i]})
            own.update(self.pieces[i])  # it takes file:function for one, whatever the object
        ends = [call for calls in self.called for call in calls]
        for caller, callee, cost in ends:
            own[caller] += 0
            own[callee] += 0
            outgoing[caller] += cost
            incoming[callee] += cost
        costs, total = annotated(self.written, self.events, self.objects, False)
        self.expect('total', self.profile['metrics'][0]['total'], total)
        for name, cost in own.items():
            self.expect('self of ' + name, cost, costs[name])
        costs, _ = annotated(self.written, self.events, self.objects, True)
        callees = {callee for _, callee, _ in ends}
        number = {name: i for i, name in enumerate(own)}
        cyclic = in_cycles([(number[a], number[b]) for a, b, _ in ends], len(number))
        for frame, name in zip(frames, self.names):
            if self.profile['rung'] == 'tree':  # a traced file may contradict itself; stacks cannot
                self.expect('share of ' + name, True, (frame['total'][0] or 0) <= total)
        for name in own:
            if number[name] not in cyclic:
                inclusive = incoming[name] if name in callees else own[name] + outgoing[name]
                self.expect('inclusive of ' + name, inclusive, costs[name])
        self.compare_cycles(cyclic, number, costs, total)
        if self.path.endswith('callgrind.out'):  # every file and function as from the recording itself
            original, _ = annotated(self.path, self.events, self.objects, False)
            for name in set(original) | set(own):
                self.expect('the recording has ' + name, original[name], own[name])
        return len(cyclic)


def main():
    if not shutil.which('callgrind_annotate'):
        return left_out.status('no callgrind_annotate here: it is part of the package valgrind')
    samples = sorted(glob.glob(os.path.join(SRCDIR, 'samples/pstats/*/*.prof')) +
                     glob.glob(os.path.join(SRCDIR, 'samples/folded/*/*.folded')) +
                     glob.glob(os.path.join(SRCDIR, 'samples/callgrind/*/*.out')))
    values, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in samples:
            sample = Sample(path, folder)
            cyclic = sample.compare()
            values += sample.values
            print('ok %s: %d values, %d functions in cycles' % (os.path.basename(path), sample.values, cyclic))
            if sample.wrong:
                print('  %d of them wrong, %s' % (sample.wrong, sample.worst[1]))
                wrong += sample.wrong
    print('annotate: %d files, %d values equal, %d functions in cycles wrong there' % (len(samples), values, wrong))
    return 0 if len(samples) >= 5 and wrong else 1


if __name__ == '__main__':
    sys.exit(main())
