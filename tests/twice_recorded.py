#!/usr/bin/env python3
"""Climbing, on programs that are recorded twice: by callgrind, which knows callers and callees, and with full stacks.

The programs (twice_program.py) are random with fixed seeds, with and without recursion, and behave otherwise for
every caller on purpose. Each one counts its own work and calls per call path; that is the true tree for system
calls. callgrind with --separate-callers keeps whole call chains apart; that is the true tree for instructions, and
must agree with the program about system calls. Then the ordinary callgrind file of the same program is climbed, with
callgrind's recursion levels and without them, and compared:
 - every true inclusive and self cost lies in its proven range, and so does every estimate;
 - children and self add up; the lows never add up to more than the parent's low;
 - the proven share is at most what the estimate really has in the right place;
 - functions and edges have exactly the self cost and the calls that the program counted, and exactly its
   inclusive outside cycles; inside, it lies between the two that are given;
 - the program's stacks, read as collapsed text, give the true tree itself.
Cycles are found here by reachability, not by the code under test. A range one unit narrower on either side must
fail somewhere, and the estimate must be wrong somewhere: otherwise the programs would prove nothing.

Environment: PROFKIT, SHOW_TREE (default tests/show_tree), CC (default cc), CI. Status 77: no valgrind or compiler.
"""
import collections
import json
import os
import shutil
import subprocess
import sys

import left_out
import program
from callgrind_plain import Plain
from program import expect, run, test, write
from twice_program import Program

SHOW_TREE = os.path.abspath(os.environ.get('SHOW_TREE') or 'tests/show_tree')
CC = (os.environ.get('CC') or 'cc').split()
# Seeds, and how far back their functions call (twice_program.py). callgrind's chains hold one f for a run of f, so
# the true tree for instructions is known where no function calls itself.
PROGRAMS = [(1, None), (2, None), (3, None), (4, None), (5, None), (6, None), (7, (0, 0)), (8, (0, 0)), (9, (1, 1)),
            (10, (1, 2)), (11, (1, 3)), (12, (2, 6)), (13, (0, 1)), (14, (0, 8))]
METRICS = ('sysCount', 'Ir')
SUMS = collections.Counter() # over all programs, by what was compared


# ---- recording

def call(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    expect(done.returncode == 0, 'runs: %s' % ' '.join(command), done.stderr.decode('utf-8', 'replace')[-400:])
    return done.stdout.decode()


def build(seed, back):
    write('p.c', Program(seed, back).text())
    call(*CC, '-O1', '-g0', '-fno-inline', '-fno-optimize-sibling-calls', '-o', 'p', 'p.c')


def callgrind(path, *options):
    call('valgrind', '--tool=callgrind', '--callgrind-out-file=' + path, '--collect-systime=yes',
         *options, './p')
    return path


# ---- the truth

def with_levels(path, levels):
    """Names as callgrind has them with --separate-recs=levels: the second f of a stack is f'2."""
    named = []
    for at, name in enumerate(path):
        level = min(path[:at + 1].count(name), levels)
        named.append(name if level == 1 else "%s'%d" % (name, level))
    return tuple(named)


def own_paths():
    """{path: work} and {path: calls} as the program counted them, and collapsed text of the work."""
    work, calls, folded = {}, {}, ''
    for line in call('./p').splitlines():
        stack, units, times = line.rsplit(' ', 2)
        path = tuple(stack.split(';'))
        work[path], calls[path] = int(units), int(times)
        folded += '%s %s\n' % (stack, units)
    return work, calls, folded


def context_paths(path):
    """{metric: {path: cost}} out of function'caller'caller names, from main on; main calls more than the program's
    own functions, so only what its first function does is taken."""
    with open(path, encoding='utf-8') as file:
        plain = Plain(file.read())
    paths = {metric: collections.Counter() for metric in METRICS}
    for function, costs in plain.self_costs.items():
        chain = function.name.split("'")[::-1]
        if 'main' in chain[:-1]:
            for metric in METRICS:
                paths[metric][tuple(chain[chain.index('main'):])] += costs[metric]
    return paths


class Truth:
    """One metric of a program: cost by path, and what follows for functions, edges and boxes."""

    def __init__(self, costs, levels):
        self.costs = collections.Counter()
        for path, cost in costs.items():
            self.costs[with_levels(path, levels)] += cost
        self.edges = {pair for path in self.costs for pair in zip(path, path[1:])}
        self.box = self.find_boxes()
        self.incl, self.self, self.member = (collections.Counter() for _ in range(3))
        for path, cost in self.costs.items():
            key = ()
            for name in path[1:]:  # below main
                if not key or key[-1] != self.box[name]:
                    key += (self.box[name],)
            for end in range(1, len(key) + 1):
                self.incl[key[:end]] += cost
            self.self[key] += cost
            self.member[key, path[-1]] += cost

    def find_boxes(self):
        """{function: the functions that it reaches and that reach it}"""
        names = {name for path in self.costs for name in path}
        reached = {name: {b for a, b in self.edges if a == name} for name in names}
        for middle in names:
            for name in names:
                if middle in reached[name]:
                    reached[name] |= reached[middle]
        return {name: frozenset([name] + [other for other in reached[name] if name in reached[other]])
                for name in names}

    def is_inside(self, caller, callee):
        return self.box[caller] == self.box[callee]

    def in_cycle(self, name):
        return len(self.box[name]) > 1 or (name, name) in self.edges

    def of_stacks(self, is_there):
        """What all stacks cost where is_there(path): once per stack."""
        return sum(cost for path, cost in self.costs.items() if is_there(path))


def without_runs(costs):
    """As callgrind's chains have it: f calling f is one f."""
    joined = collections.Counter()
    for path, cost in costs.items():
        joined[tuple(name for at, name in enumerate(path) if at == 0 or path[at - 1] != name)] += cost
    return {path: cost for path, cost in joined.items() if cost}


# ---- the climbed tree

class Node:
    def __init__(self, line, nodes):
        parent, self.kind, *numbers = line.split('\t')[:8]
        self.value, self.low, self.high, self.self, self.self_low, self.self_high = map(int, numbers)
        self.name, *self.members = line.split('\t')[8:]
        self.parent = None if parent == '-' else nodes[int(parent)]
        self.below = []
        self.key = None  # boxes from the program's first function on
        if self.parent:
            self.parent.below.append(self)


def climbed(path, metric):
    head, *lines = call(SHOW_TREE, path, metric).splitlines()
    nodes = []
    for line in lines:
        nodes.append(Node(line, nodes))
    return list(map(int, head.split('\t'))), nodes


def give_keys(nodes, truth, first):
    """Only what the program's own functions do is known; the part of the tree under the first of them."""
    for node in nodes:
        above = node.parent.key if node.parent else None
        if node.kind == 'function' and node.name == first:
            expect(node.parent and node.parent.name == 'main', 'the first function is called by main', node.name)
            node.key = (truth.box[first],)
        elif above is not None and node.kind == 'function':
            node.key = above + (truth.box[node.name],)
            expect(len(node.key[-1]) == 1, 'a function of a cycle stands in its box', node.name)
        elif above is not None and node.kind == 'cycle':
            node.key = above + (frozenset(node.members),)
            expect(truth.box[node.members[0]] == node.key[-1], 'cycles are those of the program', node.name)
    expect(sum(node.name == first and node.kind == 'function' for node in nodes) == 1, 'one first function', first)


def true_values(node, truth):
    """Inclusive and self, or None for what is not of the program."""
    above = node.parent.key if node.parent else None
    if node.key:
        return truth.incl[node.key], 0 if node.kind == 'cycle' else truth.self[node.key]
    if above and node.kind == 'member':
        return (truth.member[above, node.name],) * 2
    if above and node.name == '(pruned)':
        drawn = {below.key for below in above_nodes(node) if below.key}
        return (sum(value for key, value in truth.incl.items()
                    if key[:-1] == above and key not in drawn),) * 2
    expect(above is None, 'everything below the first function is known', node.name)
    return None


def above_nodes(node):
    return node.parent.below


def compare_node(node, true, self_true, what):
    where = '%s: %s' % (what, node.name)
    SUMS['nodes'] += 1
    SUMS['values'] += 4
    expect(node.low <= true <= node.high, where, 'inclusive %d not in %d..%d' % (true, node.low, node.high))
    expect(node.self_low <= self_true <= node.self_high, where,
           'self %d not in %d..%d' % (self_true, node.self_low, node.self_high))
    if node.low < node.high:
        SUMS['ranges'] += 1
        SUMS['true value at the low end, above 0'] += 0 < node.low == true
        SUMS['true value at the high end'] += node.high == true
        SUMS['estimates off by more than a tenth'] += abs(node.value - true) * 10 > true


def compare_tree(path, metric, truth, first):
    (total, proven, _, contradictions), nodes = climbed(path, metric)
    give_keys(nodes, truth, first)
    right, low = 0, 0
    expect(contradictions == 0, path, 'contradictions')
    expect(0 <= proven <= total, path, 'proven %d of %d' % (proven, total))
    for node in nodes:
        expect(node.low <= node.value <= node.high, path, 'estimate of %s' % node.name)
        expect(node.self_low <= node.self <= node.self_high, path, 'estimated self of %s' % node.name)
        expect(node.self + sum(b.value for b in node.below) == node.value, path, 'sum of %s' % node.name)
        expect(node.self_low + sum(b.low for b in node.below) <= node.low, path, 'lows of %s' % node.name)
        values = true_values(node, truth)
        if values:
            compare_node(node, *values, '%s %s' % (path, metric))
            right += min(node.self, values[1])
            low += node.self_low
    expect(low <= right, path, 'proven %d, but only %d is in the right place' % (low, right))
    drawn = {node.key for node in nodes}
    SUMS['true paths'] += len(truth.incl)
    SUMS['true paths drawn'] += sum(key in drawn for key in truth.incl)


# ---- functions and edges

def compare_functions(path, truths, calls):
    profile = json.loads(run('convert', '-q', '--to', 'json', path).out)
    metrics = [m['name'] for m in profile['metrics']]
    frames = {frame['name']: frame for frame in profile['frames']}
    names = [frame['name'] for frame in profile['frames']]
    edges = {(names[e['caller']], names[e['callee']]): e for e in profile['edges']}
    for metric, truth in truths.items():
        m = metrics.index(metric)
        for name in {p[-1] for p in truth.costs}:
            SUMS['functions'] += 1
            frame = frames[name]
            true = truth.of_stacks(lambda p, name=name: name in p)
            low, high = frame['total'][m], frame['total_high'][m]
            expect(frame['self'][m] == sum(truth.member[key] for key in truth.member if key[1] == name), path,
                   'self of ' + name)
            expect(low <= true <= (low if high is None else high), path, 'inclusive of %s: %d' % (name, true))
            expect(high is None or truth.in_cycle(name), path, 'not exact: ' + name)
        for pair in truth.edges:
            SUMS['edges'] += 1
            true = truth.of_stacks(lambda p, pair=pair: pair in zip(p, p[1:]))
            expect(edges[pair]['total'][m] == (None if truth.is_inside(*pair) else true), path,
                   '%s of %s: %s, not %d' % (metric, pair, edges[pair]['total'][m], true))
    counted = collections.Counter()
    for p, count in calls.items():
        counted[p[-2:]] += count
    for pair, count in counted.items():
        expect(edges[pair]['calls'] == count, path, 'calls of %s' % (pair,))
    for name in {callee for _, callee in counted}:
        expect(frames[name]['calls'] == sum(n for pair, n in counted.items() if pair[1] == name), path,
               'calls of ' + name)
    SUMS['calls'] += len(counted)
    mine = {p for p in edges if p[0] in frames and p[0] != 'main' and p[0] in {c for _, c in counted}}
    expect(all(p in counted or p[1] == 'enter' for p in mine), path, 'an edge that never happened')


def compare_stacks(folded, work):
    """The same run as collapsed text: the tree itself, every range a point."""
    write('p.folded', folded)
    _, nodes = climbed('p.folded', 'samples')
    found = {}
    for node in nodes:
        node.key = (node.parent.key if node.parent else ()) + (node.name,)
        found[node.key] = node.self
        expect(node.low == node.value == node.high and node.self_low == node.self == node.self_high, 'p.folded',
               'not exact: %s' % node.name)
        true = sum(cost for path, cost in work.items() if path[:len(node.key)] == node.key)
        expect(node.value == true, 'p.folded', 'inclusive of %s' % (node.key,))
    expect({p: n for p, n in found.items() if n} == {p: n for p, n in work.items() if n}, 'p.folded', 'self')


# ---- tests

def try_program(seed, back):
    build(seed, back)
    work, calls, folded = own_paths()
    contexts = context_paths(callgrind('contexts.out', '--separate-callers=100', '--separate-recs=1'))
    first = next(iter(work))[1]
    own = {p: n for p, n in contexts['sysCount'].items() if n and p[1] == first}
    expect(own == without_runs(work), 'program %d' % seed, 'callgrind and the program count differently')
    instructions = {p: n for p, n in contexts['Ir'].items() if p[1:2] == (first,)}
    has_runs = any(pair[0] == pair[1] for p in work for pair in zip(p, p[1:]))
    compare_stacks(folded, work)
    for levels in (1, 2) if back else (2,):
        path = callgrind('levels-%d.out' % levels, '--separate-recs=%d' % levels)
        truths = {'sysCount': Truth(work, levels)}
        if not has_runs:
            truths['Ir'] = Truth(instructions, levels)
        levelled = collections.Counter()
        for p, count in calls.items():
            levelled[with_levels(p, levels)] += count
        compare_functions(path, truths, levelled)
        for metric, truth in truths.items():
            compare_tree(path, metric, truth, first)
            SUMS['trees'] += 1
            SUMS['cycles'] += len({truth.box[name] for name in truth.box if truth.in_cycle(name)})


@test
def the_bounds_of_climbing_hold_on_programs_recorded_by_callgrind_and_with_full_stacks():
    for seed, back in PROGRAMS:
        try_program(seed, back)
    print('%d programs: ' % len(PROGRAMS) + ', '.join('%d %s' % (n, what) for what, n in SUMS.items()))
    for what in ('ranges', 'true value at the low end, above 0', 'true value at the high end',
                 'estimates off by more than a tenth', 'cycles'):
        expect(SUMS[what] > 10, 'the programs are no test of climbing', '%d %s' % (SUMS[what], what))
    expect(SUMS['true paths drawn'] * 2 > SUMS['true paths'], 'most paths are drawn', SUMS['true paths drawn'])


if __name__ == '__main__':
    for tool in ('valgrind', CC[0]):
        if not shutil.which(tool):
            sys.exit(left_out.status('no %s here' % tool))
    sys.exit(program.main())
