#!/usr/bin/env python3
"""Twice the input takes at most twice the memory, and names cannot be chosen to be slow: by counts and no clock.

Memory is the largest of the run, less that for an input of one record. Names that collide in common hash functions
must not take more instructions, which valgrind counts, than names drawn by chance.
"""
import itertools
import marshal
import random
import re
import shutil
import subprocess
import sys

from program import IS_SANITIZED, PROFKIT, Skip, expect, main, run, run_measured, test, write

COLLIDING = 1.25  # beside names by chance; seeds differ from run to run
WIDE = 300000     # records, for memory; below, tables and freed pieces weigh more than what is kept
MEMORY = 1.2


def folded(n):
    return ''.join('main;f%d;g%d;leaf %d\n' % (i % 97, i, i + 1) for i in range(n)).encode()


def callgrind(n):
    blocks = ''.join('fn=f%d\n%d 5\ncfn=f%d\ncalls=1 1\n%d 7\n' % (i, i + 1, i + 1, i + 2) for i in range(n))
    return ('# callgrind format\nevents: Ir\n\n' + blocks + 'fn=f%d\n1 1\n' % n).encode()


def perf(n):
    return ''.join('p %d %d.000000: 250000 cycles:\n\t%x g%d (/bin/p)\n\t%x main (/bin/p)\n\n'
                   % (7 + i % 3, i + 1, 4096 + i, i, 64) for i in range(n)).encode()


def pstats(n):
    stats = {('m.py', i + 1, 'f%d' % i): (1, 1, 1 / 512, (n - i) / 512,
                                          {('m.py', i, 'f%d' % (i - 1)): (1, 1, 1 / 512, (n - i) / 512)} if i else {})
             for i in range(n)}
    return marshal.dumps(stats)


FORMATS = {'folded': folded, 'callgrind': callgrind, 'perf': perf, 'pstats': pstats}
COMMANDS = (['hotspots', '--top', '5'], ['convert', '--to', 'pk', '-o', '-'])


class Less(Exception):
    """Raised where nothing can be counted in this build."""


def instructions(*arguments):
    """How many the program executed, by valgrind."""
    if not shutil.which('valgrind'):
        raise Skip('no valgrind')
    if IS_SANITIZED:
        raise Less()
    done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', PROFKIT, '-q', *arguments],
                          capture_output=True, timeout=300, check=False)
    found = re.search(rb'Collected : (\d+)', done.stderr)
    expect(done.returncode == 0 and found and len(done.stdout) > 20, 'not counted: %s' % ' '.join(arguments),
           done.stderr[-300:])
    return int(found.group(1))


def counted(function):
    """A test that is done in part only where sanitizers are."""
    def attempt():
        try:
            return function()
        except Less:
            return 'nothing, as valgrind and sanitizers exclude each other'
    attempt.__name__ = function.__name__
    return test(attempt)


@counted
def names_that_collide_elsewhere_cost_no_more():
    random.seed(1)
    count = 2048
    families = { # all of 22 bytes
        'equal for the hash of Java': [''.join(pair) for pair in itertools.product(('AaAa', 'BBBB'), repeat=11)],
        'equal for the hash that multiplies by 33': [''.join(pair) for pair in
                                                     itertools.product(('EzEz', 'FYFY'), repeat=11)],
        'equal but for one byte': ['x' * (i % 21) + chr(97 + i // 21 % 26) + 'x' * (21 - i % 21) for i in range(546)],
        'equal low bits': ['%022x' % (i << 48) for i in range(count)],
        'the same halves': [half * 2 for half in ('%011d' % i for i in range(count))],
    }
    for what, names in families.items():
        names = [(name + 'z' * 22)[:22] if len(name) < 22 else name for name in names[:count]]
        chance = [''.join(random.choices('abcdefghijklmnop', k=len(names[0]))) for _ in names]
        files = [write(path, ''.join('main;%s %d\n' % (name, i + 1) for i, name in enumerate(lines)))
                 for path, lines in (('chosen', names), ('chance', chance))]
        chosen, by_chance = (instructions('hotspots', '--top', '5', path) for path in files)
        expect(chosen <= by_chance * COLLIDING, '%s: %.2f times the instructions' % (what, chosen / by_chance))


@test
def twice_the_input_takes_twice_the_memory():
    if IS_SANITIZED:
        expect(run('hotspots', write('one', folded(1))).status == 0, 'one line')
        return 'memory, which is not the program\'s own under sanitizers'
    for name, make in FORMATS.items():
        files = [write('%s-%d' % (name, n), make(n)) for n in (1, WIDE // 2, WIDE)]
        for arguments in COMMANDS:
            # only the largest starts threads, each of which has a part of its own
            results = [run_measured(*arguments, '--threads', '1', path) for path in files]
            for result in results:
                expect(result.status == 0, ' '.join(arguments), result)
            none, small, big = (result.memory for result in results)
            ratio = (big - none) / (small - none)
            expect(ratio <= 2 * MEMORY, '%s of %s: %.2f times the memory for twice the input'
                   % (' '.join(arguments), name, ratio))
    return None


if __name__ == '__main__':
    sys.exit(main())
