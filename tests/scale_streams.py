#!/usr/bin/env python3
"""Hostile inputs at full size: a result or one line naming the limit, within 2 GiB of measured memory.

A line of a gigabyte, a stack of a million frames, ten million functions, bombs of every packing, names that flood
a hash. PROFKIT_LONG=1 (as `make check-long` sets it) takes the sizes that are promised; else a tenth or less.
"""
import bz2
import gzip
import itertools
import lzma
import os
import shutil
import struct
import subprocess
import sys
import threading

import program
from program import (IS_SANITIZED, MEASURE, PROFKIT, Result, Skip, expect, expect_failure, main, run_measured, test,
                     write)

IS_LONG = os.environ.get('PROFKIT_LONG') == '1' and not IS_SANITIZED
LINE = (1 << 30) if IS_LONG else 100 << 20
FUNCTIONS = 10_000_000 if IS_LONG else 200_000
MOST = 2 << 30


def stream(pieces, *arguments):
    """Run the program on what `pieces` yield, by a pipe; as much as it takes."""
    command = [sys.executable, '-S', '-c', MEASURE, '0', '300', PROFKIT, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        def feed():
            try:
                for piece in pieces:
                    process.stdin.write(piece)
                process.stdin.close()
            except BrokenPipeError:
                pass # it has ended, which is what is looked at
        thread = threading.Thread(target=feed)
        thread.start()
        out, err = process.stdout.read(), process.stderr.read()
        thread.join()
    *lines, numbers = err.splitlines(True)
    status, memory = numbers.split()
    result = Result(int(status), out, b''.join(lines), int(memory) * 1024)
    expect(IS_SANITIZED or result.memory <= MOST, 'memory of %d MiB' % (result.memory >> 20), result)
    return result


def endless(first, piece, size=LINE):
    """`first`, then `piece` over and over without a line end."""
    block = piece * ((1 << 20) // len(piece))
    return itertools.chain([first], itertools.repeat(block, size // len(block)))


@test
def a_line_without_an_end_is_stopped_at_its_limit():
    for forced, first, piece in (('folded', b'', b'a;'), ('folded', b'a 1\n', b'x'),
                                 ('callgrind', b'events: Ir\nfn=', b'f'), ('callgrind', b'events: Ir\nfn=a\n1 ', b'1 '),
                                 ('perf', b'p 7 1.000000: 5 c: \n\t1 ', b'g'), ('perf', b'', b'p ')):
        result = stream(endless(first, piece), 'hotspots', '-f', forced, '-')
        expect_failure(result, 3, 'hint: --limit line=')
        expect(IS_SANITIZED or result.memory < 256 << 20, 'memory of %d MiB' % (result.memory >> 20), forced)
    expect_failure(stream(endless(b'', b'a;'), 'hotspots', '-'), 3)


def numbered(pattern, count, step=20000):
    """`pattern` with each number below `count` in it, in pieces."""
    return (b''.join(pattern % k for k in range(i, min(count, i + step))) for i in range(0, count, step))


@test
def ten_million_functions_of_stacks_are_read():
    views = (['hotspots', '--top', '1', '--json'], ['summary', '--json'], ['flame', '-o', 'out.svg'],
             ['convert', '-o', 'out.folded'])
    for view in views:
        result = stream(numbered(b'main;function_%d 1\n', FUNCTIONS), *view, '-')
        expect(result.status == 0, view[0], result)
        expect(view[-2] == '-o' or b'"total":%d' % FUNCTIONS in result.out.replace(b' ', b''), 'total', result)
    with open('out.folded', 'rb') as file:
        expect(sum(1 for _ in file) == FUNCTIONS, 'a line for each function')
    expect(os.path.getsize('out.svg') > 1000, 'a picture')
    sample = b'p 7 1.0: 5 c: \n\t1 function_%d (b)\n\t2 main (b)\n\n'
    result = stream(numbered(sample, FUNCTIONS), 'hotspots', '--top', '1', '--json', '-')
    expect(b'"samples":%d' % FUNCTIONS in result.out.replace(b' ', b''), 'perf script', result)


def marshalled(count):
    """What cProfile would have written of `count` functions that were called once each."""
    one, half = b'i' + struct.pack('<i', 1), b'g' + struct.pack('<d', 0.5)
    numbers = b'(' + struct.pack('<i', 5) + one + one + half + half + b'{0'
    yield b'{'
    for i in range(0, count, 20000):
        names = [b'function_%d' % k for k in range(i, min(count, i + 20000))]
        yield b''.join(b'(' + struct.pack('<i', 3) + b's' + struct.pack('<i', 1) + b'f' + one + b's' +
                       struct.pack('<i', len(name)) + name + numbers for name in names)
    yield b'0'


@test
def functions_that_take_more_memory_have_a_limit_of_their_own():
    blocks = itertools.chain([b'events: Ir\n'], numbered(b'fn=function_%d\n1 1\n', FUNCTIONS))
    for name, pieces in (('callgrind', blocks), ('pstats', marshalled(FUNCTIONS))):
        result = stream(pieces, 'hotspots', '-f', name, '--top', '1', '-')
        if IS_LONG:
            expect_failure(result, 3, 'hint: --limit frames=')
        else:
            expect(result.status == 0 and b'function_0' in result.out, name, result)


@test
def a_stack_of_a_million_frames_is_read():
    frames = 1 << 20
    for pattern in (b'f;', b'function_%d;'):
        names = numbered(pattern, frames - 1) if b'%' in pattern else [pattern * (frames - 1)]
        result = stream(itertools.chain(names, [b'leaf 7\n']), 'hotspots', '--top', '1', '--json', '-')
        expect(result.status == 0 and b'"total":7' in result.out.replace(b' ', b''), 'total', result)
    result = stream([b'f;' * frames, b'leaf 7\n'], 'hotspots', '-')
    expect_failure(result, 3, 'hint: --limit stack=')


@test
def names_that_flood_a_hash_are_read():
    """Equal for every hash that multiplies by 31 or 33 and adds, which are the ones usually flooded. That they cost
    no more than others is counted by scale_counts.py."""
    bits = 19 if IS_LONG else 15
    for pairs in ((b'Ez', b'FY'), (b'AaAa', b'BBBB')):
        names = (b''.join(pairs[number >> bit & 1] for bit in range(bits)) for number in range(1 << bits))
        result = stream((b'main;%s 1\n' % name for name in names), 'hotspots', '--top', '1', '--json', '-')
        expect(b'"total":%d' % (1 << bits) in result.out.replace(b' ', b''), 'total', result)


def packed_by(tool):
    def pack(content):
        if not shutil.which(tool):
            raise Skip('no ' + tool)
        return subprocess.run([tool, '-q', '-c'], input=content, capture_output=True, check=True).stdout
    return pack


@test
def bombs_of_every_packing_are_stopped():
    content = b'a 1\n' * (4 << 20) # 16 MiB, as a ratio is looked at behind the first 10
    packers = {'gz': gzip.compress, 'xz': lzma.compress, 'bz2': bz2.compress, 'zst': packed_by('zstd')}
    for name, pack in packers.items():
        packed = pack(content)
        twice = gzip.compress(packed)
        path = write('bomb.' + name, packed)
        if len(content) > 1000 * len(packed):
            result = run_measured('hotspots', path)
            expect(result.status == 3 and b'--limit ratio=' in result.err, name, result)
            expect(IS_SANITIZED or result.memory < 256 << 20, 'memory', result.memory >> 20)
        for limit in ('inflate=8M', 'ratio=10'):
            result = run_measured('hotspots', '--limit', limit, path)
            expect(result.status == 3 and b'--limit ' + limit.split('=')[0].encode() in result.err, name, result)
        result = run_measured('hotspots', write('twice.gz', twice))
        expect(result.status == 3, 'a bomb in a packing: ' + name, result)


if __name__ == '__main__':
    program.CPU_SECONDS = 300 if IS_LONG else program.CPU_SECONDS
    sys.exit(main())
