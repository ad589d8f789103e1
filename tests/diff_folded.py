#!/usr/bin/env python3
"""Compares `profkit diff --to folded` with inferno-diff-folded, and random pairs with a count of their lines.

inferno's three results lie in the corpus: as it is by default, with -s (addresses become 0x...), and with -n (the
first file brought to the total of the second, in whole numbers). The last is our --normalize total, whose shares are
brought to that total here. What differs stands in corpus-differences.txt.

Environment: PROFKIT (program), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import glob
import os
import random
import subprocess
import sys
import tempfile

from corpus_cases import SHARED, compare

PROFKIT = os.environ.get('PROFKIT') or './profkit'
RANDOM_PAIRS = 30


class Case:
    """One pair: its differences, and how many values were compared."""

    def __init__(self, name):
        self.name = name
        self.values = 0
        self.differences = []

    def compare_all(self, what, expected, found):
        for key in sorted(set(expected) | set(found)):
            self.values += 2
            if expected.get(key) != found.get(key):
                self.differences.append(('%s %s' % (what, key), 'expected %s, found %s'
                                         % (expected.get(key), found.get(key))))


def joined(text):
    """{stack: (before, after)}; no stack has two lines."""
    stacks = {}
    for line in text.splitlines():
        stack, before, after = line.rsplit(' ', 2)
        assert stack not in stacks, line
        stacks[stack] = (float(before), float(after))
    return stacks


def differ(before, after, *options):
    return joined(subprocess.run([PROFKIT, 'diff', '-q', '-f', 'folded', before, after, '--to', 'folded', *options],
                                 stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout)


def inferno(folder):
    case = Case(os.path.basename(folder))
    files = [os.path.join(folder, name) for name in ('input.txt', 'input2.txt')]
    for path in sorted(glob.glob(os.path.join(folder, 'expected.*.diff'))):
        how = os.path.basename(path).split('.')[1]
        with open(path, encoding='utf-8') as file:
            expected = joined(file.read())
        if how == 'normalize':
            whole = sum(after for _, after in expected.values())
            found = {stack: tuple(int(share / 100 * whole + 1e-6) for share in shares)
                     for stack, shares in differ(*files, '--normalize', 'total').items()}
        else:
            found = differ(*files)
        case.compare_all(how, expected, found)
    return case


def random_pair(seed):
    """Short names, so that both files share stacks, and stacks begin like others. The same seed, the same pair."""
    rng = random.Random(seed)
    case = Case('random pair %d' % seed)
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ('before.folded', 'after.folded')]
        for side, path in enumerate(paths):
            with open(path, 'w', encoding='utf-8') as file:
                for _ in range(rng.randrange(1, 40)):
                    stack = ';'.join(rng.choice('abcde') for _ in range(rng.randrange(1, 7)))
                    count = rng.randrange(1, 1000)
                    counts = expected.setdefault(stack, [0, 0])
                    counts[side] += count
                    file.write('%s %d\n' % (stack, count))
        case.compare_all('stack', {stack: tuple(counts) for stack, counts in expected.items()}, differ(*paths))
        case.compare_all('swapped', {stack: tuple(counts[::-1]) for stack, counts in expected.items()},
                         differ(*paths, '--swap'))
    return case


def all_cases():
    yield inferno(os.path.join(SHARED, 'corpus', 'collapsed', 'inferno-diff'))
    for seed in range(RANDOM_PAIRS):
        yield random_pair(seed)


if __name__ == '__main__':
    sys.exit(compare('diff', all_cases, folder='collapsed'))
