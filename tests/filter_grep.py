"""Filters against grep: what --focus and --ignore leave of collapsed stacks is what a search over their lines leaves.

Every sample with stacks is brought to collapsed text first. Then functions are chosen from it, and lines are kept by
Python; the program must keep the same lines, and its table of functions must be the sums over those lines.
"""
import glob
import os
import random
import re
import subprocess
import sys
import tempfile

PROFKIT = os.environ['PROFKIT']
srcdir = os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
failed = 0


def run(*args):
    """What the program prints; it must end well."""
    done = subprocess.run([PROFKIT, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit('%s: status %d: %s' % (' '.join(args), done.returncode, done.stderr.decode()))
    return done.stdout.decode()


def check(name, got, expected):
    """One line of result."""
    global failed
    if got == expected:
        print('ok ' + name)
        return
    failed += 1
    print('not ok ' + name)
    for line in sorted(set(got) ^ set(expected))[:6]:
        print('    only %s: %s' % ('wanted' if line in expected else 'there', line))


def functions_of(lines):
    """[(self, total, name)] of collapsed lines: a function counts once in a stack."""
    own, total = {}, {}
    for line in lines:
        stack, value = line.rsplit(' ', 1)
        frames = stack.split(';')
        own[frames[-1]] = own.get(frames[-1], 0) + int(value)
        for frame in set(frames):
            total[frame] = total.get(frame, 0) + int(value)
    return sorted('%d\t%d\t%s' % (own.get(name, 0), total[name], name) for name in total)


def table_of(path, *filters):
    """The same from the program; kinds like "_[k]" are no part of a name there."""
    rows = run('hotspots', '-q', '--top', '0', '--no-header', '--to', 'tsv', *filters, path).splitlines()
    cells = [row.split('\t') for row in rows]
    return sorted('%s\t%s\t%s' % (cell[0], cell[2], cell[8]) for cell in cells)


def sample_texts(folder):
    """(name, path of its collapsed text) of every sample with stacks."""
    for path in sorted(glob.glob(os.path.join(srcdir, 'samples', 'perf', '*', '*.txt')) +
                       glob.glob(os.path.join(srcdir, 'samples', 'folded', '*', '*.folded'))):
        out = os.path.join(folder, os.path.basename(path) + '.folded')
        with open(out, 'w', encoding='utf-8') as file:
            file.write(run('convert', '-q', '--to', 'folded', path))
        yield os.path.basename(path), out


def compare(name, path, chosen):
    """One sample with one choice of functions."""
    with open(path, encoding='utf-8') as file:
        lines = file.read().splitlines()
    pattern = '^(' + '|'.join(re.escape(function) for function in chosen) + ')$'
    has = [any(frame in chosen for frame in line.rsplit(' ', 1)[0].split(';')) for line in lines]
    for option, wanted in (('--focus', True), ('--ignore', False)):
        kept = [line for line, found in zip(lines, has) if found == wanted]
        if not kept:
            continue
        left = run('convert', '-q', '--to', 'folded', option, pattern, path).splitlines()
        check('%s %s %s: lines' % (name, option, pattern), sorted(left), sorted(kept))
        if not any(re.search(r'_\[\w\]|\(', line) for line in kept): # else a name is more than its text
            check('%s %s %s: functions' % (name, option, pattern), table_of(path, option, pattern),
                  functions_of(kept))


def main():
    """Some functions of each sample, alone and together."""
    generator = random.Random(20261129)
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, path in sample_texts(folder):
            with open(path, encoding='utf-8') as file:
                frames = sorted({frame for line in file for frame in line.rsplit(' ', 1)[0].split(';')
                                 if re.fullmatch(r'\w+', frame)})
            for size in (1, 1, 1, 3):
                if len(frames) >= size:
                    compare(name, path, generator.sample(frames, size))
                    tried += 1
    if tried < 8:
        print('not ok only %d choices were tried' % tried)
        return 1
    return 1 if failed else 0


sys.exit(main())
