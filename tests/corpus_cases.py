"""What the tests of the corpus share: the listed differences, and the loop over cases that counts and reports.

A case has a name, how many `values` it compared, its `differences` as (what, how), and may name in `used` the listed
rules that it went by.
"""
import collections
import os

import left_out
from sampled import EVERY

SRCDIR = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared')
MOST_SHOWN = 3 # of one kind in one case


def read_allowed(kind):
    """{(case, what)} of corpus-differences.txt for one format."""
    allowed = set()
    with open(os.path.join(SRCDIR, 'tests', 'corpus-differences.txt'), encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                listed, case, what, _ = line.rstrip('\n').split('\t')
                if listed == kind:
                    allowed.add((case, what))
    return allowed


def compare(kind, all_cases, folder=None):
    """Go through the cases that `all_cases()` gives; the exit status. Their files lie in the `folder` of the corpus,
    which is mostly called as their kind."""
    if not os.path.isdir(os.path.join(SHARED, 'corpus', folder or kind)):
        return left_out.status('no corpus in %s: set PROFKIT_SHARED' % SHARED)
    allowed = read_allowed(kind)
    cases, values, failed, seen, names, shown = 0, 0, 0, set(), set(), collections.Counter()
    for case in all_cases():
        cases += 1
        names.add(case.name)
        values += case.values
        seen |= {(case.name, rule) for rule in getattr(case, 'used', ())}
        for what, how in case.differences:
            if (case.name, what) in allowed:
                seen.add((case.name, what))
                continue
            failed += 1
            shown[case.name, what] += 1
            if shown[case.name, what] <= MOST_SHOWN:
                print('%s %s: %s: %s' % (kind, case.name, what, how[:500]))
    if EVERY > 1: # not all cases were there to show their differences
        allowed = {(case, what) for case, what in allowed if case in names}
    for case, what in sorted(allowed - seen):
        failed += 1
        print('%s %s: %s: listed as a difference, but there is none' % (kind, case, what))
    print('%s: %d cases, %d values compared, %d listed differences, %d failures'
          % (kind, cases, values, len(seen), failed))
    return 1 if failed or cases == 0 else 0
