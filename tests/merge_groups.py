"""The sum of profiles does not depend on the order of merging, nor on its grouping: the bytes are the same.

Random profiles of several formats, made here: collapsed stacks with one and with two counts, callgrind, cProfile,
perf script. Each case merges some of them at once, in a random order, and in random groups of groups, through .pk
files of every kind of packing; all must have one SHA-256. Also: merging is the same for a part more or less of one
file (identity), two operands have no order (commutative), and three have no grouping (associative), each for itself.
usage: merge_groups.py; PROFKIT is the program, PROFKIT_CASES how many cases (12).
"""
import hashlib
import marshal
import os
import random
import subprocess
import sys
import tempfile

PROFKIT = os.environ['PROFKIT']
CASES = int(os.environ.get('PROFKIT_CASES', 12))
NAMES = ['main', 'load', 'parse', 'draw', 'idle', 'µ', 'a b', 'std::map<int, x>::find', 'module.f']


def stacks(rng, most=30):
    """Random stacks, root first."""
    for _ in range(1 + rng.randrange(most)):
        yield [rng.choice(NAMES) for _ in range(1 + rng.randrange(6))]


def folded(rng):
    """Collapsed stacks; some files have decimals, so that scales differ."""
    decimal = rng.random() < 0.3
    return ''.join('%s %s\n' % (';'.join(s), rng.randrange(1, 900) / (10 if decimal else 1) if decimal
                                else rng.randrange(1, 900)) for s in stacks(rng)).encode()


def two_counts(rng):
    """Each line is both sides of a comparison."""
    return ''.join('%s %d %d\n' % (';'.join(s), rng.randrange(900), 1 + rng.randrange(900))
                   for s in stacks(rng)).encode()


def callgrind(rng):
    """Self costs and calls of a few functions; two events in some."""
    events = rng.choice(['Ir', 'Ir Dr'])
    n = len(events.split())
    costs = lambda: ' '.join(str(rng.randrange(1000)) for _ in range(n))
    lines = ['version: 1', 'pid: %d' % rng.randrange(3), 'events: ' + events]
    for caller in range(len(NAMES) - 1):
        lines += ['fn=' + NAMES[caller], '1 ' + costs()]
        for callee in range(caller + 1, len(NAMES)):
            if rng.random() < 0.3:
                lines += ['cfn=' + NAMES[callee], 'calls=%d 1' % (1 + rng.randrange(9)), '2 ' + costs()]
    return '\n'.join(lines).encode() + b'\n'


def pstats(rng):
    """What cProfile dumps: {function: (primitive, calls, self, total, callers)}."""
    functions = [('app.py', line, name) for line, name in enumerate(NAMES, 1)]
    dump = {}
    for i, function in enumerate(functions):
        calls = 1 + rng.randrange(50)
        own = rng.randrange(1000) / 1e3
        callers = {functions[i - 1]: (calls, calls, own, own + 0.5)} if i else {}
        dump[function] = (calls, calls, own, own + 0.5 * (len(functions) - i), callers)
    return marshal.dumps(dump, 2)


def perf(rng):
    """perf script: threads, times, two events."""
    out = []
    for _ in range(1 + rng.randrange(20)):
        out.append('app %d/%d [000] %d.%06d: %d %s:' % (7, 7 + rng.randrange(3), rng.randrange(9), rng.randrange(10 ** 6),
                                                       1 + rng.randrange(99), rng.choice(['cycles', 'faults'])))
        out += ['\t%16x %s+0x1 (/bin/app)' % (4096 * (1 + NAMES.index(name)), name.replace(' ', '_'))
                for name in next(stacks(rng))[::-1]]
        out.append('')
    return '\n'.join(out).encode() + b'\n'


def run(*arguments):
    """Run the program; what goes wrong ends the test."""
    done = subprocess.run([PROFKIT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit('not ok %s: status %d, %s' % (' '.join(arguments), done.returncode, done.stderr.decode()))


class Case:
    """One folder of random profiles, and sums of them."""

    def __init__(self, seed, folder):
        self.rng = random.Random(seed)
        self.folder = folder
        self.made = 0
        kinds = [folded, two_counts, callgrind, pstats, perf]
        if self.rng.random() < 0.5: # of one kind only, where more is recorded
            kinds = [self.rng.choice(kinds)]
        self.files = []
        for i in range(3 + self.rng.randrange(5)):
            self.files.append(os.path.join(folder, 'in%d' % i))
            with open(self.files[-1], 'wb') as file:
                file.write(self.rng.choice(kinds)(self.rng))

    def merge(self, paths):
        """The sum of some files as a new one."""
        self.made += 1
        path = os.path.join(self.folder, 'sum%d.pk%s' % (self.made, self.rng.choice(['', '.gz'])))
        run('merge', '-q', *paths, '-o', path)
        return path

    def digest(self, path):
        """SHA-256 of the plain .pk of a file."""
        plain = os.path.join(self.folder, 'plain.pk')
        run('merge', '-q', path, '-o', plain)
        with open(plain, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()

    def grouped(self):
        """All files in random groups of groups."""
        paths = self.files[:]
        while len(paths) > 1:
            self.rng.shuffle(paths)
            n = 2 + self.rng.randrange(2)
            paths = [self.merge(paths[:n])] + paths[n:]
        return paths[0]

    def laws(self):
        """(law, digest, digest that must equal it)"""
        a, b, c = self.files[:3]
        merge, digest = self.merge, self.digest
        whole = digest(merge(self.files))
        yield 'order', whole, digest(merge(self.rng.sample(self.files, len(self.files))))
        for _ in range(3):
            yield 'grouping', whole, digest(self.grouped())
        yield 'commutative', digest(merge([a, b])), digest(merge([b, a]))
        yield 'associative', digest(merge([merge([a, b]), c])), digest(merge([a, merge([b, c])]))
        yield 'identity', digest(a), digest(merge([a]))
        parts = [self.sharded(i, 3) for i in (1, 2, 3)]
        yield 'shards', whole, digest(merge(parts))

    def sharded(self, index, count):
        """One of the parts of a list."""
        listing = os.path.join(self.folder, 'list')
        paths = self.rng.sample(self.files, len(self.files)) # the order of the list must not matter
        with open(listing, 'w', encoding='utf-8') as file:
            file.write('\n'.join(paths) + '\n')
        path = os.path.join(self.folder, 'part%d.pk' % index)
        run('merge', '-q', '--files-from', listing, '--shard', '%d/%d' % (index, count), '-o', path)
        return path


def main():
    """Every law for every case."""
    failed = compared = 0
    for seed in range(CASES):
        with tempfile.TemporaryDirectory() as folder:
            for law, expected, found in Case(seed, folder).laws():
                compared += 1
                if expected != found:
                    failed += 1
                    print('not ok %s does not hold for seed %d: %s, %s' % (law, seed, expected, found))
    print('%s sums of random profiles are the same in any order and grouping' % ('not ok' if failed else 'ok'))
    print('merge_groups: %d cases, %d sums compared by SHA-256, %d failures' % (CASES, compared, failed))
    sys.exit(1 if failed or not compared else 0)


main()
