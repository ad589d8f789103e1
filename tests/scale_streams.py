#!/usr/bin/env python3
"""Inputs without an end that come by a pipe, and bombs: a result or one line naming the limit, in little memory.

PROFKIT_LONG=1 (as `make check-long` sets it) takes a line of a gigabyte and five million functions; else a tenth.
"""
import bz2
import gzip
import itertools
import lzma
import os
import shutil
import subprocess
import sys
import threading

import program
from program import (IS_SANITIZED, MEASURE, PROFKIT, Result, Skip, expect, expect_failure, main, run_measured, test,
                     write)

IS_LONG = os.environ.get('PROFKIT_LONG') == '1' and not IS_SANITIZED
LINE = (1 << 30) if IS_LONG else 100 << 20
FUNCTIONS = 5000000 if IS_LONG else 300000
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


@test
def millions_of_functions_by_a_pipe_are_read():
    step = 50000
    pieces = (''.join('main;function_%d 1\n' % k for k in range(i, i + step)).encode()
              for i in range(0, FUNCTIONS, step))
    result = stream(pieces, 'hotspots', '--top', '1', '--json', '-')
    expect(result.status == 0 and b'"total":%d' % FUNCTIONS in result.out.replace(b' ', b''), 'total', result)


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
