#!/usr/bin/env python3
"""Count the instructions of small jobs with valgrind and hold them to those of counts.json.

A clock on a machine with other users tells little below 20 %; a count of instructions comes out the same on every
machine, to a thousandth or so: hash tables have another seed in each run. Two numbers are kept for each job. Those of
the program itself depend on its compiler and flags. Those of libraries (above all memory and strings of libc) depend on
their versions and, as libc chooses its functions by what the processor can do, on the machine: GLIBC_TUNABLES leaves
only the plainest for it to choose from. The loader, which binds names, is left out. Where the compiler, the flags or
libc are not those that the file names, that part is not compared, and this is said.

Exit status: 0, 1 when a count rose by more than MOST or has no number in the file, 2 when nothing could be counted.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 0.05
# Names of glibc's manual; what another glibc does not know it ignores. The threshold would follow the caches.
TUNABLES = ('glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-BMI1,-BMI2,-ERMS,-FSRM,-LZCNT,-MOVBE,-POPCNT,'
            '-RTM,-SSE4_1,-SSE4_2,-SSSE3:glibc.cpu.x86_non_temporal_threshold=786432')
IGNORED = re.compile(r'-W|-ffile-prefix-map=|-I|-D(?!NDEBUG)|-M') # flags that change no instruction

# (name, inputs, arguments): an input is what generate is told, or a file of samples/; {0} and {1} stand for them.
FOLD, DRAW = ['convert', '--to', 'folded'], ['flame', '--to', 'svg']
JOBS = [
    ('perf to folded, repetitive', ['perf 1M'], [*FOLD, '{0}']),
    ('perf to folded, unique', ['perf 1M unique'], [*FOLD, '{0}']),
    ('folded to SVG, repetitive', ['collapsed 1M'], [*DRAW, '{0}']),
    ('folded to SVG, unique', ['collapsed 1M unique'], [*DRAW, '{0}']),
    ('perf to SVG, repetitive', ['perf 1M'], [*DRAW, '{0}']),
    ('folded against folded to SVG', ['collapsed 500k', 'collapsed 600k'], ['diff', '--to', 'svg', '{0}', '{1}']),
    ('callgrind to hotspots', ['callgrind 1M'], ['hotspots', '{0}']),
    ('callgrind to hotspots, unique', ['callgrind 1M unique'], ['hotspots', '{0}']),
    ('pstats to hotspots', ['pstats 1M'], ['hotspots', '{0}']),
    ('pstats to findings', ['pstats 300k'], ['findings', '{0}']),
    ('.pk to hotspots', ['pk 2M unique'], ['hotspots', '{0}']),
    ('sample: perf to folded', ['samples/perf/thumbnails/thumbnails.perf.txt'], [*FOLD, '{0}']),
    ('sample: callgrind to hotspots', ['samples/callgrind/word-count/callgrind.out'], ['hotspots', '{0}']),
    ('sample: pstats to SVG', ['samples/pstats/backtest/backtest.prof'], [*DRAW, '{0}']),
    ('sample: pstats to findings', ['samples/pstats/reminders/reminders.prof'], ['findings', '{0}']),
]


def output_of(command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def built_with(options):
    """What the counts hold for: compiler and flags for the program, the version of libc for the libraries."""
    flags = [flag for flag in options.flags.split() if not IGNORED.match(flag)]
    return {'compiler': output_of([*options.compiler.split(), '--version']).splitlines()[0],
            'flags': ' '.join(flags), 'libc': 'glibc ' + output_of(['ldd', '--version']).split('\n')[0].split()[-1]}


def make_input(name, options, folder):
    if name.startswith('samples/'):
        return os.path.join(options.srcdir, name)
    path = os.path.join(folder, name.replace(' ', '-'))
    words = name.split()
    if not os.path.exists(path) and words[0] == 'pk':
        text = make_input(' '.join(['perf'] + words[1:]), options, folder)
        subprocess.run([options.profkit, 'convert', '-q', text, '-o', path, '--to', 'pk'], check=True)
    elif not os.path.exists(path):
        with open(path, 'wb') as file:
            subprocess.run([options.generate, *words], stdout=file, check=True)
    return path


def by_object(path):
    """Instructions by object file, from what callgrind wrote: costs of lines, without those below a calls= line."""
    names, sums, at, is_call = {}, collections.Counter(), None, False
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            named = re.match(r'(c?ob)=\((\d+)\)(?: (.*))?', line)
            if named:
                key = named[2]
                names[key] = named[3] or names[key]
                at = key if named[1] == 'ob' else at
            elif line.startswith('calls='):
                is_call = True
            elif line[0] in '+-*0123456789':
                sums[names[at]] += 0 if is_call else int(line.split()[1])
                is_call = False
    return sums


def count(arguments, options, folder):
    """{'program': instructions, 'libraries': instructions} of one run."""
    written = os.path.join(folder, 'callgrind.out')
    environment = dict(os.environ, GLIBC_TUNABLES=TUNABLES, PROFKIT_NO_CONFIG='1', LC_ALL='C.UTF-8')
    done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=' + written, options.profkit, '-q',
                           *arguments, *options.one_thread], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        print('bench-counts: status %d of: %s\n%s' % (done.returncode, ' '.join(arguments),
                                                       done.stderr.decode(errors='replace')[-600:]), file=sys.stderr)
        sys.exit(2)
    sums = by_object(written)
    own = os.path.realpath(options.profkit)
    program = sums.pop(own, 0)
    libraries = sum(n for name, n in sums.items() if not os.path.basename(name).startswith('ld-'))
    if program < 10000: # else a change of callgrind's form would pass for a gain
        sys.exit('bench-counts: no instructions of %s among those of %s' % (own, sorted(sums)))
    return {'program': program, 'libraries': libraries}


def show(counted, kept, parts):
    """The table; how many counts rose and how many fell by more than MOST. Parts that are not held to: None."""
    rose, fell = 0, 0
    print('%-34s %-9s %14s %14s %8s' % ('job', 'of', 'counted', 'kept', 'change'))
    for name, numbers in counted.items():
        for part, found in numbers.items():
            before = kept.get(name, {}).get(part)
            change, verdict = '', '' if parts[part] is None else 'not compared'
            if before and parts[part] is not False:
                change = '%+.1f %%' % (100 * (found / before - 1))
                if parts[part]:
                    verdict = 'ROSE' if found > before * (1 + MOST) else 'fell' if found < before * (1 - MOST) else ''
            elif parts[part]:
                verdict = 'ROSE: not in the file'
            rose += verdict.startswith('ROSE')
            fell += verdict == 'fell'
            print(('%-34s %-9s %14d %14s %8s %s' % (name, part, found, before or '', change, verdict)).rstrip())
    return rose, fell


def compare(counted, kept, built, is_whole):
    """Print what differs from the file; the exit status."""
    parts = {'program': all(kept.get(key) == built[key] for key in ('compiler', 'flags')),
             'libraries': kept.get('libc') == built['libc']}
    rose, fell = show(counted, kept.get('jobs', {}), parts)
    gone = [name for name in kept.get('jobs', {}) if name not in counted] if is_whole else []
    for key in built:
        if kept.get(key) != built[key]:
            print('the file holds for %s "%s", but here it is "%s"' % (key, kept.get(key), built[key]))
    for part in parts:
        if not parts[part]:
            print('NOT COMPARED: the counts of the %s' % part)
    for name in gone:
        print('in the file, but no job any more: ' + name)
    if fell:
        print('%d counts fell by more than %d %%: renew the file by make bench-counts UPDATE=1' % (fell, 100 * MOST))
    if rose:
        print('%d counts rose by more than %d %%: find out why, or renew the file by make bench-counts UPDATE=1 in the '
              'commit that says what it is for' % (rose, 100 * MOST))
    # where nothing may be left out silently, a file of another compiler has to be renewed there
    is_less = os.environ.get('CI') == 'true' and not all(parts.values())
    return 1 if rose or gone or is_less else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--profkit', required=True)
    parser.add_argument('--generate', required=True, help='the program that writes inputs')
    parser.add_argument('--srcdir', required=True)
    parser.add_argument('--file', required=True, help='the counts that are kept')
    parser.add_argument('--compiler', required=True, help='the command it was built with')
    parser.add_argument('--flags', required=True, help='and its flags')
    parser.add_argument('--only', default='', help='jobs whose name contains this')
    parser.add_argument('--update', action='store_true', help='write the file')
    options = parser.parse_args()
    if not shutil.which('valgrind'):
        sys.exit('bench-counts: valgrind is needed: apt-get install valgrind')
    # how many threads there are by default follows the machine
    options.one_thread = ['--threads', '1'] if '--threads ' in output_of([options.profkit, 'help', 'convert']) else []
    built, counted, kept = built_with(options), {}, {}
    with tempfile.TemporaryDirectory(prefix='profkit-counts-') as folder:
        for name, inputs, arguments in JOBS:
            if options.only in name:
                paths = [make_input(one, options, folder) for one in inputs]
                counted[name] = count([word.format(*paths) for word in arguments], options, folder)
    if not counted:
        sys.exit('bench-counts: no job has %r in its name' % options.only)
    if os.path.exists(options.file):
        with open(options.file, encoding='utf-8') as file:
            kept = json.load(file)
    if not options.update:
        return compare(counted, kept, built, not options.only)
    show(counted, kept.get('jobs', {}), {'program': None, 'libraries': None})
    with open(options.file, 'w', encoding='utf-8') as file:
        json.dump(dict(built, jobs=counted), file, indent=1)
        file.write('\n')
    print('wrote ' + options.file)
    return 0


if __name__ == '__main__':
    sys.exit(main())
