#!/usr/bin/env python3
"""Reads what profkit wrote and writes it again: the bytes must be the same.

So a text form holds all that it can hold after one writing, and no detour takes or adds anything: every file of
the shared corpus, of the format samples and of samples/ goes to callgrind and, where it has stacks, to folded, twice.
(.pk has a test of its own, as it must give back all of a profile.) One difference is right in folded text: a name
that ends in a blank loses it in front of the count, so there the second writing is compared with the third.

Environment: PROFKIT (program, default ./profkit), PROFKIT_SHARED, srcdir, CI. Status 77: no corpus here.
"""
import os
import subprocess
import sys
import tempfile

import left_out
from sampled import EVERY, format_of, sampled

SRCDIR = os.path.abspath(os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
SHARED = os.path.abspath(os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared'))
PROFKIT = os.path.abspath(os.environ.get('PROFKIT') or './profkit')
FORMS = {'callgrind': '.callgrind', 'folded': '.folded'}


def profiles():
    folders = [os.path.join(SRCDIR, 'samples'), os.path.join(SHARED, 'formats/samples'),
               os.path.join(SHARED, 'antipatterns')]
    folders += [os.path.join(SHARED, 'corpus', name) for name in ('callgrind', 'collapsed', 'perf', 'pstats')]
    for folder in folders:
        for path, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                if not name.startswith('expected') and not name.endswith(('.md', '.py', '.c', '.svg', '.json', '.tsv')):
                    yield os.path.join(path, name)


def convert(source, form, target):
    """True when it was written; a file that is no profile, or has no stacks, is refused with one line."""
    result = subprocess.run([PROFKIT, 'convert', '-q', '--to', form, source, '-o', target], check=False,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if result.returncode not in (0, 2, 3):
        sys.exit('%s: status %d: %r' % (source, result.returncode, result.stderr[:300]))
    return result.returncode == 0


def same(left, right):
    with open(left, 'rb') as one, open(right, 'rb') as two:
        return one.read() == two.read()


def main():
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        return left_out.status('no corpus in %s: set PROFKIT_SHARED' % SHARED)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for form, extension in FORMS.items():
            count, steps = 0, [os.path.join(folder, str(i) + extension) for i in range(3)]
            for path in sampled(profiles(), format_of):
                if not convert(path, form, steps[0]):
                    continue
                count += 1
                is_read = convert(steps[0], form, steps[1])
                if is_read and form == 'folded':
                    is_read = convert(steps[1], form, steps[2])
                if not is_read or not same(*(steps[1:] if form == 'folded' else steps[:2])):
                    print('not ok %s: %s written again differs' % (path, form))
                    failed += 1
            print('%s: %d files written again, %d differ' % (form, count, failed))
            if count < 100 // EVERY:
                print('not ok too few files')
                failed += 1
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
