#!/usr/bin/env python3
"""Files of sixteen events that say as little as they can of as much as they can: 64 MiB + 64 times the input.

A function, an edge or a line of callgrind takes 3 to 18 bytes, and has a place for a value of each event in the
tables of a profile. One function with all events makes sure that no column is left out. The limit is the formula of
RELIABILITY.md, memory; every figure follows from how the file is made.
"""
import itertools
import os
import sys

from program import IS_SANITIZED, expect, main, read, run_measured, test, write

EVENTS = b'events: a b c d e f g h i j k l m n o p\n'
FULL = b' 1' * 16
FIRST = EVENTS + b'fn=z\n1' + FULL + b'\n' # all events have a value
MANY = 30000 if IS_SANITIZED else 200000

TEXT = (['info'], ['hotspots'], ['summary'])
JSON = ['convert', '--to', 'json']
CALLGRIND = ['convert', '--to', 'callgrind']
PK = ['convert', '--to', 'pk']
MERGE = ['merge', '--to', 'pk', '-o', '-']


def names(count, length=3):
    """The shortest names there are."""
    letters = [bytes([c]) for c in range(33, 127) if c != ord('(')]
    return (b''.join(word) for word in itertools.islice(itertools.product(letters, repeat=length), count))


def expect_memory(path, *commands, inputs=1):
    allowed = (64 << 20) + 64 * inputs * os.path.getsize(path)
    for arguments in commands:
        result = run_measured(*arguments, *[path] * inputs, '-q')
        expect(result.status == 0, ' '.join(arguments) + ' ' + path, result)
        expect(os.path.getsize('measured.out') > 20, 'no output of ' + ' '.join(arguments), result)
        expect(IS_SANITIZED or result.memory <= allowed, '%s of %s: %d MiB where %d are allowed'
               % (' '.join(arguments), path, result.memory >> 20, allowed >> 20))


def expect_functions(count):
    """What `info` printed last."""
    expect(b'functions  %s\n' % f'{count:,}'.encode() in read('measured.out'), 'functions', read('measured.out'))


@test
def functions_without_a_cost():
    path = write('zero.cg', FIRST + b''.join(b'fn=%b\n0\n' % name for name in names(MANY)))
    expect_memory(path, ['flame'], JSON, CALLGRIND, PK, ['info'])
    expect_functions(MANY + 1)
    expect_memory(path, MERGE, inputs=2)


@test
def functions_with_one_cost():
    path = write('one.cg', FIRST + b''.join(b'fn=%b\n0 1\n' % name for name in names(MANY)))
    expect_memory(path, ['hotspots'], JSON, PK, ['info'])
    expect_functions(MANY + 1)


@test
def functions_with_costs_that_are_not_alike():
    """Neighbours and those further away differ, so rows of one value would have to be looked for."""
    path = write('mixed.cg', FIRST + b''.join(b'fn=%b\n0 %d\n' % (name, i % 97) for i, name in enumerate(names(MANY))))
    expect_memory(path, ['hotspots', '--metric', 'p'], PK)


@test
def functions_with_all_costs():
    path = write('all.cg', EVENTS + b''.join(b'fn=%b\n0%b\n' % (name, FULL) for name in names(MANY // 2)))
    expect_memory(path, JSON, CALLGRIND, PK, ['info'])
    expect_functions(MANY // 2)


@test
def functions_beside_a_cycle():
    """The cycle makes the upper bounds a third table."""
    cycle = b'cfn=y\ncalls=1\n0\nfn=y\n1' + FULL + b'\ncfn=z\ncalls=1\n0\n'
    path = write('cycle.cg', FIRST + cycle + b''.join(b'fn=%b\n0\n' % name for name in names(MANY)))
    expect_memory(path, ['summary'], JSON, PK, ['info'])
    expect_functions(MANY + 2)


@test
def functions_that_are_only_called():
    path = write('called.cg', FIRST + b''.join(b'cfn=%b\ncalls=1\n0\n' % name for name in names(MANY)))
    expect_memory(path, ['hotspots'], CALLGRIND, PK, ['info'])
    expect_functions(MANY + 1)


@test
def edges_between_few_functions():
    few = list(names(500 if not IS_SANITIZED else 150, 2))
    for cost in (b'', FULL):
        path = write('edges%d.cg' % len(cost), EVENTS + b''.join(
            b'fn=%b\n0%b\n' % (caller, FULL) + b''.join(b'cfn=%b\ncalls=1\n0%b\n' % (callee, cost) for callee in few)
            for caller in few))
        expect_memory(path, JSON, CALLGRIND, PK, ['info'])
        expect_functions(len(few))


@test
def lines_of_one_function():
    for cost in (b'', b' 1', FULL):
        path = write('lines%d.cg' % len(cost), FIRST + b'+1%b\n' % cost * (4 * MANY // (1 + len(cost) // 3)))
        expect_memory(path, CALLGRIND, PK)


@test
def threads_with_one_function():
    path = write('threads.cg', b'version: 1\n' + EVENTS +
                 b''.join(b'thread: %d\nfn=a\n0 1\n' % i for i in range(MANY // 3)))
    expect_memory(path, *TEXT, JSON, CALLGRIND, PK)


@test
def the_exact_form_of_such_a_file_is_read_within_its_own_size():
    text = write('zero.cg', FIRST + b''.join(b'fn=%b\n0\n' % name for name in names(MANY)))
    result = run_measured(*PK, text, '-q', '-o', 'zero.pk')
    expect(result.status == 0, 'no .pk', result)
    expect_memory('zero.pk', JSON, PK, ['info'])
    expect_functions(MANY + 1)


@test
def samples_of_sixteen_events_of_perf():
    """Deep stacks of one name, and stacks of which no two are alike."""
    head = b''.join(b'a 1 1: %c:\n\t1 a (x)\n\n' % c for c in b'abcdefghijklmnop')
    deep = write('deep.txt', head + b'a 1 1: a:\n' + b'\t1 a (x)\n' * MANY + b'\n')
    other = write('other.txt', head + b''.join(b'a 1 1: a:\n\t1 %b (x)\n\n' % name for name in names(MANY)))
    many = write('many.txt', head + b''.join(b'a 1 1: a:\n\t1 %b (x)\n\t1 a (x)\n\n' % name
                                             for name in names(MANY // 2)))
    expect_memory(other, PK)
    expect_memory(other, ['diff', '--json'], inputs=2)
    for path in (deep, many):
        expect_memory(path, ['flame'], JSON, CALLGRIND, PK)


if __name__ == '__main__':
    if IS_SANITIZED:
        print('checks less: inputs of a tenth of the size, no limit of memory (sanitizers take their own)')
    sys.exit(main())
