#!/usr/bin/env python3
"""Stacks and files of a million, on a C stack of 256 kB, within 20 s and 64 MiB + 64 times the input of memory.

Every input here is the worst that its size allows in some way; every figure that is checked follows from how the
file is made.
"""
import json
import marshal
import os
import sys

from program import (IS_SANITIZED, expect, expect_failure, expect_status, main, read, run, run_measured, test, write)

STACK_KB = 256
SLOWER = 10 if IS_SANITIZED else 1 # sanitizers look for other mistakes than size
MILLION = 1000000 // SLOWER
MANY = 200000 // SLOWER


def small_stack(*arguments, **options):
    return run(*arguments, stack_kb=STACK_KB, **options)


def expect_all(path, *commands):
    """Every command succeeds on the small stack, in time, and takes no more memory than the input allows."""
    allowed = (64 << 20) + 64 * os.path.getsize(path)
    for arguments in commands:
        result = run_measured(*arguments, path, '-q', stack_kb=STACK_KB)
        expect(result.status == 0, ' '.join(arguments) + ' ' + path, result)
        expect(os.path.getsize('measured.out') > 20, 'no output of ' + ' '.join(arguments), result)
        expect(IS_SANITIZED or result.memory <= allowed, '%s: %d MiB for an input of %.1f MB'
               % (' '.join(arguments), result.memory >> 20, os.path.getsize(path) / 1e6))


def make_deep(depth, names=3):
    return write('deep.folded', ''.join('f%d;' % (i % names) for i in range(depth)) + 'leaf 7\n')


def make_wide(count):
    with open('wide.folded', 'w', encoding='ascii') as file:
        for i in range(count):
            file.write('main;function_%d 1\n' % i)
    return 'wide.folded'


def make_pstats(path, functions):
    """functions: {name: (self, inclusive, callers)}."""
    stats = {('m.py', 1, name): (1, 1, own, total, {('m.py', 1, caller): (1, 1, own, total) for caller in callers})
             for name, (own, total, callers) in functions.items()}
    with open(path, 'wb') as file:
        marshal.dump(stats, file)
    return path


def make_chain(n):
    """f0 calls f1 calls f2 ..., each with 1/512 s of its own."""
    return make_pstats('chain.prof', {'f%d' % i: (1 / 512, (n - i) / 512, ['f%d' % (i - 1)] if i else [])
                                      for i in range(n)})


def make_cycle(n):
    """The same, and the last calls the first."""
    return make_pstats('cycle.prof', {'f%d' % i: (1 / 512, n / 512, ['f%d' % ((i - 1) % n)]) for i in range(n)})


def column(path, name):
    """A column of the frames of a profile, from its JSON."""
    frames = json.loads(small_stack('convert', '--to', 'json', '-q', path).out)['frames']
    return [int(frame[name][0]) for frame in frames]


FOLDED = ['convert', '--to', 'folded', '--estimate']
JSON = ['convert', '--to', 'json']
ALL = (['summary'], ['info'], ['hotspots'], ['flame'], JSON, FOLDED)


@test
def a_stack_of_a_million_frames_is_totalled_drawn_and_written():
    path = make_deep(MILLION - 1)
    rows = json.loads(small_stack('hotspots', '--json', path).out)['rows']
    found = sorted((row['name'], row['self'], row['total']) for row in rows)
    expect(found == [('f0', 0, 7), ('f1', 0, 7), ('f2', 0, 7), ('leaf', 7, 7)], 'totals', found)
    result = small_stack('flame', path, '-o', 'out.svg')
    expect(result.status == 0 and b'deeper than 1000 levels' in result.err, 'no note of the depth', result)
    expect(b'deeper' in read('out.svg'), 'no note in the picture')
    expect(small_stack(*FOLDED, path).out == read(path), 'not the same text')
    expect(b'paths      %s\n' % f'{MILLION:,}'.encode() in small_stack('info', path).out, 'paths')
    expect_all(path, *ALL, ['flame', '--inverted'], ['flame', '--reverse'], ['flame', '--max-depth', '100000'])


@test
def one_frame_more_than_a_stack_may_have_is_an_error():
    expect_status(small_stack('info', make_deep((1 << 20) - 1)), 0)
    expect_failure(small_stack('info', make_deep(1 << 20)), 3, 'hint: --limit stack=')
    expect_status(small_stack('info', '--limit', 'stack=2M', make_deep(1 << 20)), 0)


@test
def a_million_functions_are_read_and_drawn():
    path = make_wide(MILLION)
    expect_all(path, ['flame'])
    expect(os.path.getsize('measured.out') < 100000, 'boxes that nobody can see are drawn')
    expect_all(path, FOLDED)
    with open('measured.out', 'rb') as file:
        expect(sum(1 for _ in file) == MILLION, 'lines')


@test
def a_million_functions_of_pstats():
    path = make_pstats('wide.prof', {'f%d' % i: (1 / 1024, 1 / 1024, []) for i in range(MILLION)})
    expect_all(path, ['flame'], ['info'])
    expect(b'functions  %s\n' % f'{MILLION:,}'.encode() in read('measured.out'), 'functions')


@test
def long_chains_and_cycles_of_functions():
    own = 10 ** 9 // 512 # without a rest
    path = make_chain(MANY)
    expect(column(path, 'self') == [own] * MANY, 'self in a chain')
    expect(max(column(path, 'total')) == MANY * own, 'inclusive in a chain')
    expect_all(path, *ALL)
    path = make_cycle(MANY)
    expect(column(path, 'self') == [own] * MANY, 'self in a cycle')
    expect_all(path, *ALL)


@test
def graphs_with_more_paths_than_stars_end():
    functions, time = {}, 2.0 ** 20
    for level in range(60): # two functions a level that both call both of the next: 2^60 paths
        for side in 'ab':
            functions['%s%d' % (side, level)] = (time / 64, time, [s + str(level - 1) for s in 'ab'] if level else [])
    expect_all(make_pstats('paths.prof', functions), *ALL)
    names = ['f%d' % i for i in range(300)] # each calls each: a cycle of 90,000 edges
    expect_all(make_pstats('all.prof', {name: (1.0, 300.0, names) for name in names}), *ALL)


def stacks_of_two_bytes():
    """The most frames for a byte, in stacks of which no two are alike."""
    return ''.join('a;' * 500000 + '%d %d\n' % (i, i + 1) for i in range(3))


def names_seen_once():
    return ''.join(';'.join('%x' % k for k in range(i, i + 9)) + ' 1\n' for i in range(0, 270000, 9))


def stacks_that_share_their_root_alone():
    return ''.join('r;' + ('%c;' % (97 + i % 26)) * (1000 + i) + '%d 1\n' % i for i in range(400))


def names_of_megabytes():
    return ''.join('%s 1\n' % (text * 1000000) for text in ('x', '/', '::', '<', '(', '"', 'a.', '\u00e9', '0x'))


@test
def hostile_text_stays_within_memory():
    for make in (stacks_of_two_bytes, names_seen_once, stacks_that_share_their_root_alone, names_of_megabytes):
        path = write(make.__name__, make())
        expect_all(path, *([*arguments, '-f', 'folded'] for arguments in ALL))


@test
def claims_of_size_are_not_believed():
    claims = [b'{(\xff\xff\xff\x7f', b'{s\xff\xff\xff\x7f', b'{(\x03\x00\x00\x00s\xff\xff\xff\x7f',
              b'{l\xff\xff\xff\x7f', b'{(\xff\xff\xff\xff', b'{[\xff\xff\xff\x7f', b'{)\xff',
              b'{u\xff\xff\xff\x7fabc', b'{t\xff\xff\xff\x7fabc', b'{' + b'(\x01\x00\x00\x00' * 100000,
              b'{' + b'{' * 1000000, b'{' + b'[\x01\x00\x00\x00' * 200000, b'{' + b'r\x00\x00\x00\x00' * 1000,
              b'{r\xff\xff\xff\x7f', b'{' + b')\x01' * 1000000]
    for claim in claims:
        write('claim', claim)
        expect_failure(small_stack('hotspots', '-f', 'pstats', 'claim'), 3)
        result = run_measured('hotspots', '-f', 'pstats', 'claim', stack_kb=STACK_KB)
        expect(IS_SANITIZED or result.memory <= (64 << 20) + 64 * len(claim), 'memory', result.memory)


@test
def twenty_megabytes_of_anything_end_in_time():
    patterns = [b'a;b 1\n', b'a\n', b'\n', b';', b' ', b'1 1\n', b'a;b;c;d;e;f 1.5\n', b'\x00', b'\xff\xfe', b'{',
                b'(\x02\x00\x00\x00', b'[', b'<a>', b'{"a":', b'# x: y\n', b'a 1e1\n', b'a;\r\n', b'x' * 999 + b' 1\n']
    for pattern in patterns:
        write('big', pattern * (20000000 // SLOWER // len(pattern)))
        for options in ([], ['-f', 'folded', '--keep-going'], ['-f', 'pstats']):
            result = small_stack('hotspots', 'big', *options)
            expect(result.status == 3 or (result.status == 0 and b'FUNCTION' in result.out),
                   'pattern %r %s' % (pattern[:20], options), result)
            if result.status == 3:
                expect_failure(result, 3)


@test
def long_lines_of_perf_end_in_time():
    sample = b'p 7 1.000000: 5 c: \n\t 1 f (/p)\n\n'
    blanks, size = b' ' * (MILLION * 2), MILLION * 4
    lines = [blanks + b' 1.000000:' * (size // 20), blanks + b' a:' * (size // 6), b'1 a: ' * (size // 5),
             b'1 x 1.000000: ' * (size // 14), b'x ' + b' ' * 17 * (size // 17) + b'f (/p)',
             b'\t1 ' + b'(' * (size // 2) + b')' * (size // 2), b'PERF_RECORD_ ' * (size // 13),
             b'\t1 ' + b'a->' * (size // 3) + b'b (/tmp/perf-1.map)', b'[1] ' * (size // 4) + b' 1.000000:']
    for line in lines:
        write('long', sample + line + b'\n' + sample)
        result = small_stack('hotspots', '-f', 'perf', '--keep-going', '--top', '0', 'long')
        expect(result.status == 0 and b'f' in result.out, 'line of %r' % line[-20:], result)


if __name__ == '__main__':
    if IS_SANITIZED:
        print('checks less: inputs of a tenth of the size, no limit of memory or stack (sanitizers take their own)')
    sys.exit(main())
