"""How cost grows: the same job with inputs of which one thing becomes larger, as tables in Markdown.

What the inputs of a series take is measured in turns, a round of all of them after the other, so that what else the
machine does hits all alike. One thread reads, but in the table of threads; medians of the rounds are printed, with the
ratio to the input before it in brackets. A ratio above ALLOWED times that of the sizes is in bold and makes the exit
status 1. Inputs are made for one series and removed behind it.
"""
import os
import statistics
import subprocess

ALLOWED = 1.1            # 10 times the input may take 11 times the time
ONE = ['-q', '{0}', '--threads', '1']
HOTSPOTS, FOLD, SVG = ['hotspots', *ONE], ['convert', '--to', 'folded', *ONE], ['flame', '-o', '{out}.svg', *ONE]
MANY = [*HOTSPOTS, '--limit', 'frames=4M'] # pstats holds functions and nothing else: 200 MB are more than the limit is
SIZES = ['200k', '2M', '20M', '200M']
LARGE = SIZES + ['1G']
BYTES = [ # (job, source of the input, sizes, arguments)
    ('perf script to hotspots', 'perf', LARGE, HOTSPOTS),
    ('the same, unique stacks', 'perf unique', LARGE, HOTSPOTS),
    ('perf script to folded, unique', 'perf unique', SIZES, FOLD),
    ('folded to hotspots', 'collapsed', SIZES, HOTSPOTS),
    ('the same, unique stacks', 'collapsed unique', SIZES, HOTSPOTS),
    ('folded to SVG', 'collapsed', SIZES, SVG),
    ('the same, unique stacks', 'collapsed unique', SIZES, SVG),
    ('callgrind to hotspots', 'callgrind', SIZES, HOTSPOTS),
    ('the same, unique calls', 'callgrind unique', SIZES, HOTSPOTS),
    ('pstats to hotspots', 'pstats', SIZES, MANY),
    ('the same, spelled out', 'pstats unique', SIZES, MANY),
    ('.pk to hotspots (size: of its perf script)', 'pk', SIZES, HOTSPOTS),
    ('the same, unique stacks', 'pk unique', SIZES, HOTSPOTS),
]
STACKS, DEPTHS, THREADS = (10, 100, 1000, 10000), (10, 40, 160, 640), (1, 2, 4, 8)
SHAPED = [('perf script to hotspots', 'perf', HOTSPOTS), ('folded to hotspots', 'collapsed', HOTSPOTS),
          ('folded to SVG', 'collapsed', SVG)]


class Point:
    """One input of a series: its file, what is run on it, and what that took."""

    def __init__(self, path, arguments):
        self.path, self.arguments, self.runs = path, arguments, []
        self.size = os.path.getsize(path)
        self.repeat = 20 if self.size < 5e6 else 5 if self.size < 50e6 else 1

    def median(self, value):
        return statistics.median(getattr(run, value) for run in self.runs)


class Growth:
    def __init__(self, options, folder, measure):
        self.options, self.folder, self.measure = options, folder, measure
        self.missed = 0

    def input(self, source, size):
        """The path of an input as `generate` makes it; a .pk comes from perf script of that size."""
        words = source.split()
        path = os.path.join(self.folder, '-'.join([*words, size]))
        if os.path.exists(path):
            return path
        if words[0] == 'pk':
            text = self.input(' '.join(['perf', *words[1:]]), size)
            subprocess.run([self.options.profkit, 'convert', '-q', '--to', 'pk', '-o', path, text], check=True)
            os.remove(text)
            return path
        with open(path, 'wb') as file:
            subprocess.run([self.options.generate, words[0], size, *words[1:]], stdout=file, check=True)
        return path

    def take(self, points):
        for _ in range(self.options.rounds):
            for point in points:
                words = [word.format(point.path, out=os.path.join(self.folder, 'out')) for word in point.arguments]
                point.runs.append(self.measure([self.options.profkit, *words], self.options, point.repeat))
        for path in {point.path for point in points}:
            os.remove(path)

    def row(self, name, points, value, columns, ratio_of_sizes=None):
        """A line of a table; `ratio_of_sizes` tells by how much two points differ in what should matter."""
        cells, before = [], None
        for point in points:
            found = point.median(value)
            cell = '%.3g' % found
            if before:
                ratio = found / before.median(value)
                is_missed = ratio_of_sizes and ratio > ALLOWED * ratio_of_sizes(before, point)
                self.missed += bool(is_missed)
                cell += (' **(%.2g)**' if is_missed else ' (%.2g)') % ratio
            cells.append(cell)
            before = point
        cells += [''] * (columns - len(cells))
        print('| %s | %s |' % (name, ' | '.join(cells)), flush=True)

    @staticmethod
    def head(what, labels):
        print('\n| %s | %s |\n|%s' % (what, ' | '.join(labels), '---|' * (len(labels) + 1)), flush=True)

    def bytes(self):
        self.head('CPU seconds by bytes', LARGE)
        for name, source, sizes, arguments in BYTES:
            if self.options.only in name + ' ' + source:
                points = [Point(self.input(source, size), arguments) for size in sizes]
                self.take(points)
                self.row(name, points, 'cpu', len(LARGE), lambda before, point: max(point.size / before.size, 1))

    def shaped(self, what, key, values):
        """The bytes stay as they are: what comes out is told, not held to anything."""
        self.head(what, ['{:,}'.format(value) for value in values])
        for name, source, arguments in SHAPED:
            points = [Point(self.input('%s %s=%d' % (source, key, value), self.options.size), arguments)
                      for value in values]
            self.take(points)
            self.row(name, points, 'cpu', len(values))

    def threads(self):
        done = subprocess.run([self.options.profkit, 'help', 'convert'], stdout=subprocess.PIPE, check=True)
        if b'--threads ' not in done.stdout:
            print('\nno threads: this program has no --threads')
            return
        self.head('seconds of the clock by threads, on %d cores' % os.cpu_count(), [str(n) for n in THREADS])
        for name, source, arguments in SHAPED:
            path = self.input(source, self.options.size)
            points = [Point(path, [*arguments[:-1], str(n)]) for n in THREADS]
            self.take(points)
            self.row(name, points, 'wall', len(THREADS))


def run(options, folder, measure):
    """Print all tables; how many ratios were missed."""
    growth = Growth(options, folder, measure)
    growth.bytes()
    if not options.only:
        growth.shaped('CPU seconds by distinct stacks, %s' % options.size, 'stacks', STACKS)
        growth.shaped('CPU seconds by depth, %s' % options.size, 'depth', DEPTHS)
        growth.threads()
    print('\n%d ratios are above %g times that of the sizes' % (growth.missed, ALLOWED))
    return growth.missed
