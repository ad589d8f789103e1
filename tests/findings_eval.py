#!/usr/bin/env python3
"""How well `profkit findings` names known faults, in two sets of programs: the project's own in tests/eval, to which no
detector was fitted before it was first measured, and the shared anti-patterns, which were at hand when they were
made.

A finding on a faulty program is right when its id is that of the label (or of one in "also") and it names the caller
or the callee of the label. On an honest program any finding is a false alarm, and on a repaired one any whose id is
not in its "still"; in the shared set, which has no "still", only the labelled id counts there. A finding on a faulty
program that is none of the labelled ones is one, too.

What a repair saves is measured twice. By the totals of the profiles of both programs, of the same recorder: this is
what a finding speaks of, as a tracer makes calls dear in both of them. And by plain runs ("saving" of the label),
which is what a user gets. The bounds of the right finding hold when the first lies between them, give or take SLACK,
as clocks and samples are; where a label names several faults, which are repaired together, those of all findings
must. Profiles of the shared set were recorded at different rates and sizes, so plain runs have to do there, and its
callgrind is left out.

What comes out is compared line by line with tests/eval/own.txt and shared.txt, so that a change either way shows:
what is found and its grade, whether its bounds hold, and each false alarm and each miss with its reason. `--write`
writes the lines anew and keeps the reasons; one that is new gets none, and then this fails.
"""
import collections
import glob
import json
import lzma
import os
import re
import subprocess
import sys

import left_out

SRCDIR = os.environ.get('srcdir', '.')
OWN = os.path.join(SRCDIR, 'tests', 'eval')
SHARED = os.path.join(os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared'), 'antipatterns')
PROFKIT = os.environ['PROFKIT']
FORMATS = ('pstats', 'callgrind', 'collapsed', 'collapsed with source', 'perf.txt')
COUNTED = ('pstats', 'callgrind')
SLACK = 0.02
NEAR = 0.05


def findings(path, source):
    """The findings of the program, without what is about the profile itself, its total, and all savings together."""
    options = ['--source-root', os.path.dirname(path)] if source else []
    with lzma.open(path) if path.endswith('.xz') else open(path, 'rb') as file: # profkit may be built without xz
        done = subprocess.run([PROFKIT, 'findings', '-q', '--json', '--top', '0', *options, '-'], input=file.read(),
                              capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f'{path}: exit status {done.returncode}: {done.stderr[:300]!r}')
    made = json.loads(done.stdout)
    rows = [row for row in made['rows'] if not row['id'].startswith('q-')]
    return rows, made['quality']['total'], made['saving']


def is_right(row, label):
    where = label['where']
    names = [re.sub(r'^py::([^:]*\.)?|:\d+$|:[^:]*\.py$|:<.*>$', '', row[end]['name']).split('(')[0]
             for end in ('at', 'caller', 'callee', 'sink')]
    return row['id'] == label['antipattern'] and (where['caller'] in names or any(
        re.search(where.get('match', '^' + re.escape(where['callee']) + '$'), name) for name in names))


class Evaluation:
    """All profiles of one set: lines of what came out, and sums by format."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = {}
        self.sums = {fmt: collections.Counter() for fmt in FORMATS}
        self.ids = collections.defaultdict(collections.Counter)
        for path in sorted(glob.glob(folder + '/*/label.json')):
            with open(path, encoding='utf-8') as file:
                self.case(os.path.dirname(path), json.load(file))

    def case(self, folder, label):
        for fmt in FORMATS:
            made, (ending, *source) = {}, fmt.split(' with ')
            for variant in ('bad', 'step1', 'good', 'app'):
                if source and not os.path.exists(f'{folder}/{variant}.py'): # only Python leaves out what C does
                    continue
                for path in glob.glob(f'{folder}/{variant}.{ending}') + glob.glob(f'{folder}/{variant}.{ending}.xz'):
                    made[variant] = findings(path, source)
            for variant, (rows, total, together) in made.items():
                name = f'{os.path.basename(folder)}/{variant}.{fmt}'
                if variant in ('bad', 'step1'):
                    saved = self.saved(made, total, fmt, label) if variant == 'bad' else None
                    self.faulty(name, fmt, label, rows, saved, together)
                else:
                    self.honest(name, fmt, label, rows, variant)

    @staticmethod
    def saved(made, total, fmt, label):
        """The share of the profile's own total that the repair took away, or None."""
        if 'seconds' in label and 'saving' not in label: # of the shared set
            return None if fmt == 'callgrind' else label['expected_saving_fraction']
        return 1 - made['good'][1] / total if 'good' in made and total else None

    def alarm(self, name, fmt, row, kind):
        self.sums[fmt][kind + (' possible' if row['grade'] == 'possible' else ' wrong')] += 1
        self.lines[f"{name} {row['id']} at {row['at']['name']}"] = f"false alarm, {row['grade']}"

    def honest(self, name, fmt, label, rows, variant):
        self.sums[fmt][variant] += 1
        still = label.get('still', ())
        ids = [one['antipattern'] for one in [label] + label.get('also', [])]
        for row in rows:
            if row['id'] not in still and (variant == 'app' or self.folder == OWN or row['id'] in ids):
                self.alarm(name, fmt, row, variant)

    def faulty(self, name, fmt, label, rows, saved, together):
        labels = [label] + label.get('also', [])
        right = [row for row in rows if is_right(row, label)]
        best = max(right, key=lambda row: (row['grade'] != 'possible', row['saving']['high_share']), default=None)
        sums, outcome = self.sums[fmt], best['grade'] if best else 'missed'
        sums['bad'] += 1
        sums[outcome] += 1
        self.ids[label['antipattern']][fmt, outcome != 'missed'] += 1
        if best and saved is not None:
            is_one = len(labels) == 1
            outcome += self.bounds(sums, best['saving'] if is_one else together,
                                   best['likely_saving_share'] if is_one else None, saved, label)
        self.lines[name] = outcome
        for row in rows:
            if row['grade'] == 'proven' and fmt not in COUNTED:
                self.lines[f"{name} {row['id']} proven"] = 'by samples'
            if row['id'] not in [one['antipattern'] for one in labels] + label.get('still', []):
                self.alarm(name, fmt, row, 'bad')

    @staticmethod
    def bounds(sums, saving, likely, saved, label):
        """`likely` is the estimate; None where there are several faults, which are repaired together."""
        low, high = saving['low_share'], saving['high_share']
        plain = label.get('saving', label.get('expected_saving_fraction'))
        sums['compared'] += 1
        sums['estimated'] += likely is not None
        sums['near'] += likely is not None and abs(likely - saved) <= NEAR
        sums['points off'] += 100 * abs(likely - saved) if likely is not None else 0
        sums['upper near'] += abs(high - saved) <= NEAR
        sums['upper near plain'] += abs(high - plain) <= NEAR
        sums['low above 0'] += low > 0
        sums['hold'] += low - SLACK <= saved <= high + SLACK
        where = 'within' if low - SLACK <= saved <= high + SLACK else 'outside'
        about = '' if likely is None else f', about {likely:.0%}'
        return f', {where} {low:.0%} to {high:.0%}{about}: {saved:.0%}'

    def report(self, title):
        print(f'{title}:')
        for fmt, sums in self.sums.items():
            print(f"  {fmt}: faults {sums['bad']}, proven or likely {sums['proven'] + sums['likely']}, possible "
                  f"{sums['possible']}, missed {sums['missed']}; wrong on faulty {sums['bad wrong']} + "
                  f"{sums['bad possible']} possible, on {sums['good']} repaired {sums['good wrong']} + "
                  f"{sums['good possible']}, on {sums['app']} honest {sums['app wrong']} + {sums['app possible']}; bounds "
                  f"hold {sums['hold']} of {sums['compared']}, low above 0: {sums['low above 0']}, upper bound "
                  f"near {sums['upper near']}, near plain runs {sums['upper near plain']}; estimate near "
                  f"{sums['near']} of {sums['estimated']}, {sums['points off'] / max(1, sums['estimated']):.1f} points off")
        for rule, seen in sorted(self.ids.items()):
            print(f'  {rule}: ' + ', '.join(f'{fmt} {seen[fmt, True]} of {seen[fmt, True] + seen[fmt, False]}'
                                            for fmt in FORMATS if seen[fmt, True] + seen[fmt, False]))


def expected(path):
    """name: (outcome, reason)"""
    found = {}
    with open(path, encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                name, outcome, reason = (line.rstrip('\n').split(' | ') + ['', ''])[:3]
                found[name] = (outcome, reason)
    return found


def needs_reason(outcome):
    return outcome.startswith(('missed', 'false alarm')) or ', outside' in outcome


def write(path, lines, known):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('# What findings_eval.py gets: profile | outcome | why it is no better\n')
        for name, outcome in sorted(lines.items()):
            reason = known.get(name, ('', ''))[1] if needs_reason(outcome) else ''
            file.write(f'{name} | {outcome}' + (f' | {reason}' if reason else '') + '\n')


def compare(title, path, lines):
    """The number of differences from what is written down, each of which is printed."""
    known, failed = expected(path), 0
    for name in sorted(set(known) | set(lines)):
        before, reason = known.get(name, ('nothing', ''))
        now = lines.get(name, 'nothing')
        if now != before:
            print(f'not ok {title}: {name}: was {before}, is {now}')
        elif needs_reason(now) and not reason:
            print(f'not ok {title}: {name}: {now}, and no reason is given')
        elif now == 'by samples' or now in ('false alarm, likely', 'false alarm, proven') and title == 'shared set':
            print(f'not ok {title}: {name}: {now}')
        else:
            continue
        failed += 1
    if not failed:
        print(f'ok {title}: {len(lines)} lines are as they were')
    return failed


def main():
    failed, sets = 0, [('own set', OWN, 'own.txt')]
    if os.path.isdir(SHARED):
        sets.append(('shared set', SHARED, 'shared.txt'))
    else:
        failed = left_out.tell(f'no {SHARED}: set PROFKIT_SHARED')
    for title, folder, file in sets:
        made, path = Evaluation(folder), os.path.join(OWN, file)
        made.report(title)
        if '--write' in sys.argv:
            write(path, made.lines, expected(path) if os.path.exists(path) else {})
        failed += compare(title, path, made.lines)
    return 1 if failed else 0


sys.exit(main())
