#!/usr/bin/env python3
"""How well `profkit findings` names the known faults: all profiles of the shared anti-patterns that profkit reads.

A finding on a faulty program is right when its id is that of its label (or of one in "also") and it names the caller or
the callee of the label. Any finding on an honest program, or of the labelled id on the repaired one, is a false alarm.
Of these there must be none that is proven or likely; the faults that are found, and the reasons why others are not,
stand below, so that a change either way shows.
"""
import glob
import json
import os
import re
import subprocess
import sys

SHARED = os.environ.get('PROFKIT_SHARED') or os.path.join(os.environ.get('srcdir', '.'), '..', 'shared')
FOLDER = os.path.join(SHARED, 'antipatterns')
PROFKIT = os.environ['PROFKIT']

# Proven or likely, and possible only, by case and format.
FOUND = {
    'backtest_exchange/bad.pstats', 'backtest_exchange/bad.callgrind', 'backtest_exchange/step1.pstats',
    'backtest_exchange/step1.callgrind', 'contact_merge/bad.pstats', 'log_window/bad.pstats',
    'log_window/bad.callgrind', 'manifest_sums/bad.pstats', 'manifest_sums/bad.callgrind', 'order_stages/bad.pstats',
    'poll_worker/bad.pstats', 'print_queue/bad.pstats', 'queens_search/bad.pstats', 'record_stats/bad.callgrind',
    'route_patterns/bad.pstats', 'sensor_dump/bad.callgrind', 'shop_invoices/bad.pstats', 'shout_text/bad.callgrind',
    'station_weather/bad.pstats', 'station_weather/bad.callgrind',
}
SAMPLED = { # the same in samples, whatever the grade: no calls are counted there
    'backtest_exchange/bad.collapsed', 'backtest_exchange/bad.perf.txt', 'backtest_exchange/step1.collapsed',
    'backtest_exchange/step1.perf.txt', 'contact_merge/bad.perf.txt', 'log_window/bad.collapsed',
    'log_window/bad.perf.txt', 'manifest_sums/bad.collapsed', 'price_rules/bad.collapsed', 'price_rules/bad.perf.txt',
    'print_queue/bad.perf.txt', 'queens_search/bad.collapsed', 'queens_search/bad.perf.txt',
    'record_stats/bad.collapsed', 'record_stats/bad.perf.txt', 'route_patterns/bad.collapsed',
    'route_patterns/bad.perf.txt', 'sensor_dump/bad.collapsed', 'sensor_dump/bad.perf.txt',
    'shout_text/bad.collapsed', 'shout_text/bad.perf.txt', 'station_weather/bad.collapsed',
    'station_weather/bad.perf.txt', 'vote_tally/bad.collapsed', 'vote_tally/bad.perf.txt',
}
POSSIBLE = {
    'grid_paths/bad.pstats', 'grid_paths/bad.callgrind', 'order_stages/bad.callgrind', 'price_rules/bad.pstats',
    'price_rules/bad.callgrind', 'route_patterns/bad.callgrind', 'send_reminders/bad.pstats', 'vote_tally/bad.callgrind',
}
MISSED = {
    'linear-search-in-list': 'pprofile does not show built-ins', 'quadratic-list-ops': 'pprofile does not show built-ins',
    'sleep-polling': 'pprofile does not show built-ins', 'n-plus-one-query': 'pprofile does not show built-ins',
    'repeated-file-read': 'pprofile does not show built-ins',
    'deepcopy-in-hot-loop': 'callgrind counts recursive calls of the caller too, so 152 / 153 is no loop',
}


def findings(path):
    done = subprocess.run([PROFKIT, 'findings', '-q', '--json', '--top', '0', path], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f'{path}: exit status {done.returncode}: {done.stderr[:300]!r}')
    # what is about the profile itself is no finding of the program
    return [row for row in json.loads(done.stdout)['rows'] if not row['id'].startswith('q-')]


def is_right(row, label):
    where = label['where']
    names = [re.sub(r'^py::([^:]*\.)?|:\d+$|:[^:]*\.py$|:<.*>$', '', row[end]['name']) for end in ('at', 'caller', 'callee', 'sink')]
    return row['id'] == label['antipattern'] and (where['caller'] in names or any(
        re.search(where.get('match', '^' + re.escape(where['callee']) + '$'), name) for name in names))


def sampled():
    """Counts, the set of what is found, and the false alarms that are no possible ones."""
    found, missed, alarms, doubts = set(), [], [], []
    for path in sorted(glob.glob(FOLDER + '/*/*.collapsed') + glob.glob(FOLDER + '/*/*.perf.txt')):
        name = os.path.relpath(path, FOLDER)
        with open(os.path.join(os.path.dirname(path), 'label.json'), encoding='utf-8') as file:
            label = json.load(file)
        ids = [one['antipattern'] for one in [label] + label.get('also', [])]
        rows = findings(path)
        wrong = [row for row in rows if '/app.' in name or row['id'] in ids]
        if '/bad.' in name or '/step1.' in name:
            (found.add if any(is_right(row, label) for row in rows) else missed.append)(name)
            wrong = [row for row in rows if row['id'] not in ids]
        for row in wrong:
            (doubts if row['grade'] == 'possible' else alarms).append(f"{name}: {row['id']} ({row['grade']})")
        alarms += [f'{name}: proven by samples' for row in rows if row['grade'] == 'proven']
    print(f'samples: found {len(found)}, missed {len(missed)}, false alarms {len(alarms)}, of possible ones {len(doubts)}')
    for line in missed:
        print('missed:', line)
    for line in alarms + doubts:
        print('false alarm:', line)
    return found, alarms


def main():
    if not os.path.isdir(FOLDER):
        print(f'skipped: no {FOLDER}: set PROFKIT_SHARED')
        return 1 if os.environ.get('CI') == 'true' else 77
    found, possible, missed, alarms, doubts = set(), set(), {}, [], []
    for path in sorted(glob.glob(FOLDER + '/*/*.pstats') + glob.glob(FOLDER + '/*/*.callgrind')):
        name = os.path.relpath(path, FOLDER)
        with open(os.path.join(os.path.dirname(path), 'label.json'), encoding='utf-8') as file:
            label = json.load(file)
        labels = [label] + label.get('also', [])
        rows = findings(path)
        if '/bad.' in name or '/step1.' in name:
            right = [row for row in rows if is_right(row, label)]
            if any(row['grade'] != 'possible' for row in right):
                found.add(name)
            elif right:
                possible.add(name)
            else:
                missed[name] = label['antipattern']
            wrong = [row for row in rows if not any(row['id'] == one['antipattern'] for one in labels)]
        else:
            wrong = [row for row in rows if '/app.' in name or any(row['id'] == one['antipattern'] for one in labels)]
        for row in wrong:
            (doubts if row['grade'] == 'possible' else alarms).append(f"{name}: {row['id']} ({row['grade']})")
    print(f'found {len(found)}, possible {len(possible)}, missed {len(missed)}, false alarms {len(alarms)}, '
          f'of possible ones {len(doubts)}')
    for name, rule in sorted(missed.items()):
        print(f'missed: {name}: {rule}: {MISSED.get(rule, "no reason known")}')
    for line in alarms + doubts:
        print('false alarm:', line)
    in_samples, wrong_in_samples = sampled()
    failed = 0
    for is_met, what in ((found == FOUND, f'what is found is what was found before: {sorted(found ^ FOUND)}'),
                         (possible == POSSIBLE, f'so it is with possible ones: {sorted(possible ^ POSSIBLE)}'),
                         (in_samples == SAMPLED, f'and with samples: {sorted(in_samples ^ SAMPLED)}'),
                         (not alarms and not wrong_in_samples, 'no proven or likely finding is a false alarm'),
                         (all(rule in MISSED for rule in missed.values()), 'what is missed has a known reason')):
        print('ok' if is_met else 'not ok', what)
        failed += not is_met
    return 1 if failed else 0


sys.exit(main())
