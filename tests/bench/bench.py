#!/usr/bin/env python3
"""Measure profkit against `wc -l` on the same file and against the programs that do the same job.

Every contender of a job runs once a round, one after the other, and what is printed is the median of the rounds: what
else the machine does then hits all of them alike. Time is CPU time (user and system, children included), since it
depends least on other users of the machine; the ratio to `wc -l` tells how far a job is from only looking at the bytes.
Inputs are made by `generate`, so that nothing large is kept. See docs/performance.md for what the numbers mean.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import growth

PSTATS = 'import pstats, sys; pstats.Stats(sys.argv[1]).sort_stats("tottime").print_stats(20)'


class Job:
    """One thing to do with one input; {0} is the input, {out} a file that may be written. `beside` is another command
    of profkit, to be compared with. Inputs have the `size`, or that of the option, but at most `most`."""

    def __init__(self, name, source, profkit, peers=(), threads=False, size=None, most=None, repeat=1, beside=None):
        self.name, self.source, self.profkit, self.peers = name, source, profkit, peers
        self.most, self.beside = most, beside
        self.threads, self.size, self.repeat = threads, size, repeat


def both(name, source, *arguments, **options):
    """The same job with a repetitive input and with one of which nearly every stack is new."""
    return [Job(name + ', repetitive', source, *arguments, **options),
            Job(name + ', unique', source + ' unique', *arguments, **options)]


FOLD = [('stackcollapse-perf.pl', ['stackcollapse-perf.pl', '{0}']),
        ('inferno-collapse-perf', ['inferno-collapse-perf', '{0}'])]
DRAW = [('flamegraph.pl', ['flamegraph.pl', '{0}']), ('inferno-flamegraph', ['inferno-flamegraph', '{0}'])]
BOTH = [('flamegraph.pl', ['sh', '-c', 'stackcollapse-perf.pl "$1" | flamegraph.pl', '-', '{0}']),
        ('inferno-flamegraph', ['sh', '-c', 'inferno-collapse-perf "$1" | inferno-flamegraph', '-', '{0}'])]
JOBS = [
    *both('perf to folded', 'perf', ['convert', '--to', 'folded', '-q', '{0}'], FOLD, threads=True),
    *both('folded to SVG', 'collapsed', ['flame', '-q', '{0}', '-o', '{out}.svg'], DRAW, threads=True),
    *both('perf to SVG', 'perf', ['flame', '-q', '{0}', '-o', '{out}.svg'], BOTH, threads=True),
    *both('two folded to SVG', 'collapsed', ['diff', '-q', '{0}', '{other}', '-o', '{out}.svg'], threads=True),
    *both('.pk to hotspots', 'pk', ['hotspots', '-q', '{0}']),
    *both('callgrind to hotspots', 'callgrind', ['hotspots', '-q', '{0}'],
          [('callgrind_annotate', ['callgrind_annotate', '{0}']),
           ('gprof2dot', ['gprof2dot', '-f', 'callgrind', '{0}'])], most='116M'),
    *both('pstats to hotspots', 'pstats', ['hotspots', '-q', '--top', '20', '{0}'],
          [('python3', ['python3', '-c', PSTATS, '{0}']), ('gprof2dot', ['gprof2dot', '-f', 'pstats', '{0}'])],
          most='48M'),
    *[Job('findings in ' + source, source, ['findings', '-q', '{0}'], beside=['hotspots', '-q', '{0}'], most='48M')
      for source in ('callgrind', 'pstats', 'perf', 'collapsed')],
    Job('1 MB perf to SVG', 'perf', ['flame', '-q', '{0}', '-o', '{out}.svg'], size='1M', repeat=20),
    Job('0.4 MB pstats to hotspots', 'pstats', ['hotspots', '-q', '{0}'], size='400k', repeat=20),
]


class Usage:
    """What a run of a command took: seconds of CPU and of the clock, bytes of memory."""

    def __init__(self, cpu, wall, memory):
        self.cpu, self.wall, self.memory = cpu, wall, memory


def measure(command, options, repeat):
    """Run a command, its output thrown away; the memory is that of its largest process."""
    result = subprocess.run([options.measure, str(repeat), *command], stdout=subprocess.PIPE, check=False)
    if result.returncode:
        sys.exit('bench: status %d of: %s' % (result.returncode, ' '.join(command)))
    cpu, wall, memory = result.stdout.split()
    return Usage(float(cpu), float(wall), int(memory))


def contenders(job, options):
    """{name: command} of a job; those that are not installed are told and left out."""
    profkit = [options.profkit, *job.profkit]
    chosen = {'wc -l': ['wc', '-l', '{0}'], 'profkit': [*profkit, '--threads', '1']}
    if job.threads:
        chosen['profkit, all threads'] = profkit
    if job.beside:
        chosen['profkit ' + job.beside[0]] = [options.profkit, *job.beside, '--threads', '1']
    for name, command in job.peers:
        if options.no_peers:
            continue
        if shutil.which(name):
            chosen[name] = command
        else:
            print('skipped: %s is not installed (%s)' % (name, job.name))
    return chosen


def bytes_of(size):
    """A size as it is given to `generate`."""
    return int(size.rstrip('kMG')) * 1000 ** (' kMG'.index(size[-1]) if size[-1] in 'kMG' else 0)


def make_input(job, options, folder, number=''):
    """The path of an input, made when it is not there yet; a .pk comes from perf script of the size asked for."""
    size = job.size or min(options.size, job.most or options.size, key=bytes_of)
    path = os.path.join(folder, (job.source + ' ' + size + number).replace(' ', '-'))
    if os.path.exists(path):
        return path
    if job.source.startswith('pk'):
        text = make_input(Job('', job.source.replace('pk', 'perf'), []), options, folder)
        subprocess.run([options.profkit, 'convert', '-q', '--to', 'pk', '-o', path, text], check=True)
        return path
    words = job.source.split()
    with open(path, 'wb') as file:
        subprocess.run([options.generate, words[0], size, *words[1:]], stdout=file, check=True)
    return path


def median(runs, value):
    return statistics.median(getattr(run, value) for run in runs)


def summarise(name, runs, yardstick, profkit, size):
    """One row of the result: medians and the ratios that the targets are about."""
    cpu = median(runs, 'cpu')
    return {'name': name, 'cpu_s': cpu, 'wall_s': median(runs, 'wall'), 'memory': max(run.memory for run in runs),
            'mb_per_s': size / 1e6 / cpu if cpu else None,
            'of_wc': statistics.median(a.cpu / max(b.cpu, 1e-6) for a, b in zip(runs, yardstick)),
            'of_profkit': cpu / median(profkit, 'cpu')}


def show(job, size, rows):
    print('%s (%.1f MB)' % (job.name, size / 1e6))
    for row in rows:
        print('  %-22s %9.4f s CPU %9.4f s %7.0f MB/s %7.2f x wc -l %8.2f x profkit %6.0f MiB'
              % (row['name'], row['cpu_s'], row['wall_s'], row['mb_per_s'], row['of_wc'], row['of_profkit'],
                 row['memory'] / (1 << 20)))
    sys.stdout.flush()


def machine():
    """What the numbers were measured on."""
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        models = [line.split(':')[1].strip() for line in file if line.startswith('model name')]
    return {'cpu': models[0] if models else platform.machine(), 'cores': os.cpu_count(),
            'memory': os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'), 'system': platform.platform(),
            'load': os.getloadavg()}


def run_job(job, options, folder):
    path = make_input(job, options, folder)
    other = make_input(job, options, folder, ' again') if '{other}' in job.profkit else path
    size = os.path.getsize(path)
    chosen = contenders(job, options)
    runs = {name: [] for name in chosen}
    for _ in range(options.rounds):
        for name, command in chosen.items():
            arguments = [word.replace('{0}', path).replace('{other}', other).replace('{out}', os.path.join(folder, 'out'))
                         for word in command]
            runs[name].append(measure(arguments, options, job.repeat))
    rows = [summarise(name, runs[name], runs['wc -l'], runs['profkit'], size) for name in chosen]
    show(job, size, rows)
    for made in {path, other} if not options.keep else ():
        os.remove(made)
    return {'job': job.name, 'bytes': size, 'rows': rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--profkit', required=True, help='the program to measure')
    parser.add_argument('--generate', required=True, help='the program that writes inputs')
    parser.add_argument('--measure', required=True, help='the program that runs and measures a command')
    parser.add_argument('--size', default='200M', help='of each input: 200M by default')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--only', default='', help='jobs whose name contains this')
    parser.add_argument('--no-peers', action='store_true', help='measure profkit and wc alone')
    parser.add_argument('--folder', help='where inputs are made and kept; else a temporary one')
    parser.add_argument('--json', help='write the result here too')
    parser.add_argument('--growth', action='store_true', help='how cost grows with bytes, stacks, depth and threads')
    options = parser.parse_args()
    options.keep = bool(options.folder)
    result = {'machine': machine(), 'size': options.size, 'rounds': options.rounds, 'jobs': []}
    with tempfile.TemporaryDirectory(prefix='profkit-bench-') as temporary:
        if options.growth:
            sys.exit(1 if growth.run(options, options.folder or temporary, measure) else 0)
        for job in JOBS:
            if options.only in job.name:
                result['jobs'].append(run_job(job, options, options.folder or temporary))
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as file:
            json.dump(result, file, indent=1)
            file.write('\n')


main()
