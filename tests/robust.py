#!/usr/bin/env python3
"""What a run may end with, whatever the input and the output are: RELIABILITY of the command line.

Every status, message and file left behind is checked from outside. See program.py for the environment.
"""
import bz2
import glob
import gzip
import lzma
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from program import (IS_SANITIZED, PROFKIT, SHARED, SRCDIR, Skip, expect, expect_failure, expect_status, finish, main,
                     read, run, samples, start, test, write)
from sampled import sampled

SMALL = 'main;load;parse 60\nmain;load 10\nmain;draw 30\n' # enough samples for no warning
CALLS = os.path.join(SRCDIR, 'samples/pstats/formulas/formulas.prof')
READING = ['summary', 'info', 'hotspots', 'flame', 'convert']


def command(name, *rest):
    """A command line that writes text to stdout."""
    return [name] + (['--to', 'json'] if name == 'convert' else []) + list(rest)


def files():
    return sorted(os.listdir('.'))


# ---- inputs that are none

@test
def an_empty_file_is_an_error_for_every_command():
    write('empty', '')
    for name in READING:
        expect_failure(run(*command(name, 'empty')), 3, '^profkit: empty: empty file$')
        expect_failure(run(*command(name, '-'), data=b''), 3, '^profkit: stdin: empty file$')


@test
def what_is_no_file_is_an_error():
    os.mkdir('folder')
    os.symlink('nowhere', 'dangling')
    os.symlink('loop', 'loop')
    cases = [('/dev/null', 'empty file'), ('folder', 'is a directory'), ('dangling', 'no such file'),
             ('loop', 'symbolic links'), ('missing.folded', 'no such file'), ('folder/missing', 'no such file'),
             ('/dev/null/x', 'not a directory'), ('x' * 300 + '.folded', 'name too long'),
             ('./' + 'x/' * 3000, 'name too long|no such file')]
    for name in READING:
        for path, message in cases:
            expect_failure(run(*command(name, path)), 3, message)


@test
def an_unreadable_file_is_an_error():
    write('locked.folded', SMALL)
    os.chmod('locked.folded', 0)
    options = {}
    if os.geteuid() == 0: # root may read everything, so the run is another user's
        os.chmod('.', 0o777)
        # a build that counts what runs would say that it cannot write where it was made
        options = {'user': 65534, 'env': {'GCOV_PREFIX': os.getcwd()}}
    try:
        result = run('hotspots', 'locked.folded', **options)
    except PermissionError:
        raise Skip('another user may not run the program') from None
    expect_failure(result, 3, 'permission denied')


@test
def one_bad_file_of_several_is_named():
    write('a.folded', SMALL)
    expect_failure(run('hotspots', 'a.folded', 'gone.folded', 'a.folded'), 3, '^profkit: gone.folded: no such file')


# ---- streams

def open_fifo(path):
    """For writing, once somebody reads; a program that never does must not stop the test."""
    for _ in range(2000):
        try:
            fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
            continue
        os.set_blocking(fd, True)
        return open(fd, 'wb', buffering=0)
    raise AssertionError('nobody opens the FIFO')


def feed(path, pieces, pause):
    def write_pieces():
        try:
            with open_fifo(path) as file:
                for piece in pieces:
                    file.write(piece)
                    time.sleep(pause)
        except (AssertionError, BrokenPipeError):
            pass # what the program made of it is what is looked at
    thread = threading.Thread(target=write_pieces)
    thread.start()
    return thread


@test
def a_slow_fifo_gives_what_the_file_gives():
    os.mkfifo('pipe')
    write('small.folded', SMALL)
    for path, step in (('small.folded', 3), (CALLS, 701)):
        content = read(path)
        thread = feed('pipe', [content[i:i + step] for i in range(0, len(content), step)], 0.005)
        result = run('convert', 'pipe', '--to', 'json')
        thread.join()
        expect_status(result, 0)
        whole = run('convert', path, '--to', 'json')
        expect(b'"frames"' in result.out, 'no profile', result)
        expect(result.out.replace(b'"pipe"', b'X') == whole.out.replace(b'"' + path.encode() + b'"', b'X'),
               'a FIFO reads as something else', result)


@test
def a_fifo_that_ends_at_once_is_empty():
    os.mkfifo('pipe')
    thread = feed('pipe', [], 0)
    result = run('hotspots', 'pipe')
    thread.join()
    expect_failure(result, 3, 'pipe: empty file')


@test
def closed_descriptors_do_no_harm():
    write('small.folded', SMALL)
    shell = 'exec "$0" hotspots --no-header --top 1 small.folded %s'
    cases = [('<&-', 0, b'60  60.0  60  60.0  parse\n'), ('2>&-', 0, b'60  60.0  60  60.0  parse\n'),
             ('<&- 2>&-', 0, b'60  60.0  60  60.0  parse\n'), ('>&-', 4, b''), ('<&- >&- 2>&-', 4, b'')]
    for closed, status, out in cases:
        done = subprocess.run(['sh', '-c', shell % closed, PROFKIT], capture_output=True, timeout=20, check=False)
        expect(done.returncode == status and done.stdout == out, closed, done)


@test
def no_output_file_lands_on_a_closed_descriptor():
    write('small.folded', SMALL)
    expected = run('flame', 'small.folded').out
    for closed in ('<&-', '>&-', '2>&-', '<&- >&- 2>&-'):
        subprocess.run(['sh', '-c', 'exec "$0" flame small.folded -o out.svg ' + closed, PROFKIT],
                       capture_output=True, timeout=20, check=True)
        expect(read('out.svg') == expected, 'a standard stream got into the file: ' + closed)


@test
def reading_a_closed_stdin_is_an_error():
    done = subprocess.run(['sh', '-c', 'exec "$0" hotspots - <&-', PROFKIT], capture_output=True, timeout=20,
                          check=False)
    expect(done.returncode == 3 and done.stdout == b'' and done.stderr.count(b'\n') == 1, 'closed stdin', done)


# ---- outputs that fail

@test
def a_full_device_is_an_output_error():
    write('small.folded', SMALL)
    for name in READING + ['formats', 'help']:
        arguments = [name] if name in ('formats', 'help') else command(name, 'small.folded')
        with open('/dev/full', 'wb') as full:
            result = finish(start(arguments, stdout=full))
        expect_failure(result, 4, 'stdout: cannot write: no space left on device')
    expect_failure(run('flame', CALLS, '-q', '-o', '/dev/full', '--to', 'svg'), 4, '/dev/full: cannot write')


@test
def an_output_that_is_the_input_is_refused():
    write('in.svg', SMALL)
    os.link('in.svg', 'hard.svg')
    os.symlink('in.svg', 'soft.svg')
    os.mkdir('folder')
    os.symlink('../in.svg', 'folder/far.svg')
    for target in ('in.svg', './in.svg', 'hard.svg', 'soft.svg', 'folder/far.svg', 'folder/../in.svg'):
        expect_failure(run('flame', 'in.svg', '-o', target), 2, 'the output is also an input')
        expect(read('in.svg') == SMALL.encode(), 'the input was changed by way of ' + target)
    write('other.folded', SMALL)
    expect_failure(run('flame', 'other.folded', 'in.svg', '-o', 'hard.svg'), 2, 'the output is also an input')
    with open('in.svg', 'rb') as stdin:
        expect_failure(finish(start(['flame', '-', '-o', 'in.svg'], stdin=stdin)), 2, 'the output is also an input')


@test
def a_failed_run_leaves_the_earlier_output():
    write('bad.folded', 'no profile at all\n')
    write('small.folded', SMALL)
    write('cut.prof', read(CALLS)[:20])
    os.mkdir('out')
    write('out/old.svg', 'the earlier picture')
    for arguments, status in ((['bad.folded'], 3), (['missing'], 3), (['cut.prof'], 3), (['/dev/null'], 3),
                              (['small.folded', 'missing'], 3), (['--metric', 'none', 'small.folded'], 2),
                              (['--limit', 'stack=1', 'small.folded'], 3), (['--colors', 'no', 'small.folded'], 2)):
        expect_failure(run('flame', *arguments, '-o', 'out/old.svg'), status)
        expect(read('out/old.svg') == b'the earlier picture', 'the earlier output was touched')
        expect(os.listdir('out') == ['old.svg'], 'something is left beside it: %s' % os.listdir('out'))
        expect_failure(run('flame', *arguments, '-o', 'out/new.svg'), status)
        expect(os.listdir('out') == ['old.svg'], 'a failed run left an output: %s' % os.listdir('out'))


@test
def a_file_size_limit_is_an_output_error():
    os.mkdir('out')
    write('out/old.json', 'old')
    done = subprocess.run(['sh', '-c', 'ulimit -f 4; exec "$0" convert "$1" -o out/old.json', PROFKIT, CALLS],
                          capture_output=True, timeout=20, check=False)
    expect(done.returncode == 4 and done.stdout == b'' and b'file too large' in done.stderr, 'ulimit -f', done)
    expect(read('out/old.json') == b'old' and os.listdir('out') == ['old.json'], 'the old output is gone')


@test
def success_says_what_was_written():
    write('small.folded', SMALL)
    for name, target in (('flame', 'a.svg'), ('convert', 'a.json'), ('convert', 'a.folded'), ('hotspots', 'a.txt'),
                         ('hotspots', 'b.json'), ('summary', 'c.json'), ('info', 'd.json')):
        result = run(name, 'small.folded', '-o', target)
        expect_status(result, 0)
        expect(result.err.startswith(b'wrote ' + target.encode()) and result.err.count(b'\n') == 1, target, result)
        expect(result.out == b'' and os.path.getsize(target) > 0, target, result)
    expect(run('flame', '-q', 'small.folded', '-o', 'a.svg').err == b'', 'wrote although quiet')


# ---- signals

def wait_for_temporary(process, folder, known):
    for _ in range(6000): # a build with sanitizers on a busy machine reads for half a minute
        if set(os.listdir(folder)) != known or process.poll() is not None:
            return
        time.sleep(0.01)


@test
def a_signal_while_reading_leaves_nothing():
    os.mkfifo('pipe')
    os.mkdir('out')
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        write('out/old.svg', 'old')
        process = start(['flame', 'pipe', '-o', 'out/old.svg'])
        with open_fifo('pipe') as pipe:
            pipe.write(SMALL.encode())
            time.sleep(0.1)
            process.send_signal(number)
            result = finish(process)
        expect(result.status == 128 + number, 'signal %d' % number, result)
        expect(result.out == b'' and os.listdir('out') == ['old.svg'] and read('out/old.svg') == b'old',
               'signal %d left something: %s' % (number, os.listdir('out')), result)


@test
def a_signal_while_writing_removes_the_temporary():
    os.mkdir('out')
    write('out/old.json', 'old')
    with open('wide.folded', 'w', encoding='ascii') as file:
        for i in range(200000):
            file.write('main;function_%d;leaf 1\n' % i)
    process = start(['convert', 'wide.folded', '-o', 'out/old.json'])
    wait_for_temporary(process, 'out', {'old.json'})
    seen = len(os.listdir('out'))
    process.send_signal(signal.SIGTERM)
    result = finish(process)
    expect(seen == 2 and result.status == 143, 'ended before it was told to (%d files)' % seen, result)
    expect(os.listdir('out') == ['old.json'] and read('out/old.json') == b'old', 'a temporary is left')


@test
def a_closed_pipe_ends_the_run_without_a_word():
    with open('wide.folded', 'w', encoding='ascii') as file:
        for i in range(50000):
            file.write('main;function_%d 1\n' % i)
    for arguments in (['convert', 'wide.folded', '--to', 'json'], ['convert', 'wide.folded', '--to', 'folded'],
                      ['hotspots', '--top', '0', 'wide.folded'], ['flame', '--minwidth', '0', 'wide.folded'],
                      ['help'], ['summary', CALLS]):
        reader, writer = os.pipe()
        process = start(arguments, stdout=writer)
        os.close(writer)
        if arguments[0] in ('help', 'summary'):
            os.close(reader)
        else:
            os.read(reader, 10)
            os.close(reader)
        result = finish(process)
        expect(result.err == b'' or result.err.startswith(b'tree estimated'), 'not silent', result)
        # A short text may have been written before the pipe was closed.
        expect(result.status == 141 or (arguments[0] in ('help', 'summary') and result.status == 0),
               ' '.join(arguments), result)


# ---- packed and damaged inputs

def pack_zstd(content):
    return subprocess.run(['zstd', '-q', '-c'], input=content, capture_output=True, check=True).stdout


@test
def a_truncated_packed_file_gives_what_it_held_or_an_error():
    content = (SMALL * 40 + ''.join('main;f%d;g%d 7\n' % (i % 97, i * i % 1009) for i in range(4000))).encode()
    packers = {'gz': gzip.compress, 'xz': lzma.compress, 'bz2': bz2.compress}
    if not shutil.which('zstd'):
        raise Skip('no zstd')
    packers['zst'] = pack_zstd
    for name, pack in packers.items():
        packed = pack(content)
        expect_status(run('convert', '--to', 'folded', write('whole', packed)), 0)
        cuts = list(range(0, 24)) + [len(packed) * k // 13 for k in range(1, 13)] + [len(packed) - 1]
        for i in sampled(cuts):
            result = run('hotspots', write('cut', packed[:i]))
            expect(result.status in (0, 3), 'cut %s at %d' % (name, i), result)
            if result.status == 3:
                expect_failure(result, 3)
            else:
                expect(b'warning:' in result.err, 'no warning of a cut in ' + name, result)
                expect_failure(run('hotspots', '--strict', 'cut'), 3)


@test
def damage_in_a_packed_file_is_told():
    packed = bytearray(gzip.compress(SMALL.encode() * 100))
    packed[-6] ^= 0x55 # in the check sum
    result = run('hotspots', write('bad.gz', bytes(packed)))
    expect_failure(result, 3, '^profkit: bad.gz')


WRONG = [ # well-known files that are no profile, and a word that the message must hold
    (b'PERFILE2' + bytes(200), 'perf'),
    (b'\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94.', 'pickle'),
    (b'\xa7\r\r\n' + bytes(12) + b'\xe3' + bytes(40), 'Python'),
    (b'<!DOCTYPE html>\n<html><body>404</body></html>\n', 'HTML'),
    (b'\x7fELF\x02\x01\x01' + bytes(60), 'ELF|program'),
    (b'PK\x03\x04' + bytes(60), 'zip'),
    (b'SQLite format 3\x00' + bytes(90), 'SQLite|database'),
    (b'\x89PNG\r\n\x1a\n' + bytes(60), 'picture'),
    (b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'picture|PDF|unknown'),
    (b'gmon\x01\x00\x00\x00' + bytes(40), 'gprof|gmon'),
    (b'FLR\x00\x00\x02\x00\x00' + bytes(60), 'Java|JFR|Flight'),
    (b'JAVA PROFILE 1.0.2\x00' + bytes(40), 'hprof|heap'),
    (b'{"a": 1}\n', 'JSON'),
    (b'<?xml version="1.0"?>\n<note/>\n', 'XML'),
    (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>\n', 'SVG'),
    (b'import cProfile\n\ncProfile.run("main()")\n', 'a Python program'),
    (b'Dear reader,\nthis is a letter.\n', 'unknown format'),
    (b'root:x:0:0:root:/root:/bin/bash\n', 'unknown format'),
    (bytes(range(256)) * 8, 'unknown format'),
    (b'\xff' * 4096, 'unknown format'),
    (bytes(4096), 'unknown format'),
    (b'desc: a\ncmd: b\ntime_unit: i\n', 'massif'),
]


@test
def well_known_wrong_files_are_named():
    for content, word in WRONG:
        result = run('hotspots', write('wrong', content))
        expect_failure(result, 3, '^profkit: wrong')
        expect(any(part.lower() in result.err.decode().lower() for part in word.split('|')),
               'expected %s' % word, result)
        for name in sampled(READING):
            expect_failure(run(*command(name, 'wrong')), 3)


@test
def every_other_format_of_the_corpus_is_refused_in_one_line():
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        raise Skip('no corpus in %s' % SHARED)
    count = 0
    for path in sorted(glob.glob(os.path.join(SHARED, 'corpus', '*', '*', 'input*'))):
        kind = path.split(os.sep)[-3]
        if kind in ('pstats', 'collapsed', 'callgrind', 'perf') or os.path.isdir(path):
            continue
        expect_failure(run('hotspots', path), 3)
        count += 1
    expect(count > 50, 'few files: %d' % count)
    return None


@test
def a_format_forced_on_the_wrong_file_is_an_error():
    write('small.folded', SMALL)
    expect_failure(run('-f', 'pstats', 'small.folded'), 3, '^profkit: small.folded:@0: ')
    expect_failure(run('-f', 'folded', CALLS), 3, '^profkit: .*formulas.prof')
    for content, _ in WRONG:
        write('wrong', content)
        expect_failure(run('hotspots', '-f', 'pstats', 'wrong'), 3)
        result = run('hotspots', '-f', 'folded', 'wrong')
        expect(result.status in (0, 3), 'forced', result)
    expect_failure(run('hotspots', '-f', 'massif', 'small.folded'), 3, 'massif')
    expect_failure(run('hotspots', '-f', 'nonsense', 'small.folded'), 2, "unknown format 'nonsense'")
    expect_status(run('hotspots', '-f', 'collapsed', 'small.folded'), 0)


@test
def strict_and_keep_going_change_how_damage_is_taken():
    good = ''.join('main;f%d 4\n' % i for i in range(30))
    write('few', good + 'no count\n')
    write('many', good + 'no count\n' * 10)
    few, many = run('hotspots', 'few'), run('hotspots', '--keep-going', 'many')
    expect(few.status == 0 and few.err.count(b'\n') == 1 and b'warning: 1 line without' in few.err, 'few', few)
    expect(many.status == 0 and b'warning: 10 lines without' in many.err, 'many', many)
    expect_failure(run('hotspots', '--strict', 'few'), 3, '^profkit: few:31:')
    expect_failure(run('hotspots', 'many'), 3, '^profkit: many:31:')
    write('cut.prof', read(CALLS)[:-40])
    expect_status(run('hotspots', 'cut.prof'), 0)
    expect_failure(run('hotspots', '--strict', 'cut.prof'), 3, '^profkit: cut.prof:@')
    write('none', 'no count\n' * 10)
    expect_failure(run('hotspots', '--keep-going', '-f', 'folded', 'none'), 3)


@test
def warnings_are_summed_up():
    write('bad', 'main;a 1\n' * 100 + ''.join('x%d no\n' % i for i in range(5000)))
    result = run('hotspots', '--keep-going', 'bad')
    expect(result.status == 0 and len(result.err.splitlines()) <= 20, 'many warnings', result)
    expect(max(len(line) for line in result.err.splitlines()) <= 1000, 'a long warning', result)


@test
def limits_hold_on_both_sides_and_can_be_raised():
    write('small.folded', SMALL)
    for name, below, at in (('stack', 2, 3), ('frames', 3, 4), ('line', 16, 18)):
        expect_status(run('hotspots', '--limit', '%s=%d' % (name, at), 'small.folded'), 0)
        expect_failure(run('hotspots', '--limit', '%s=%d' % (name, below), 'small.folded'), 3,
                       'hint: --limit %s=' % name)
    write('small.gz', gzip.compress(SMALL.encode()))
    expect_failure(run('hotspots', '--limit', 'inflate=10', 'small.gz'), 3, 'hint: --limit inflate=')
    for wrong in ('stack', 'stack=', 'stack=x', 'stack=-1', 'none=3', 'stack=99999999999999999999', '=3', ''):
        expect_failure(run('hotspots', '--limit', wrong, 'small.folded'), 2)


@test
def a_packing_bomb_is_stopped():
    with open('bomb.gz', 'wb') as file:
        packer = gzip.GzipFile(fileobj=file, mode='wb', mtime=0)
        for _ in range(64):
            packer.write(b'a;b 1\n' * 170000)
        packer.close()
    result = run('hotspots', '--limit', 'inflate=8M', 'bomb.gz')
    expect_failure(result, 3, 'inflate')


@test
def usage_errors_end_with_2():
    write('small.folded', SMALL)
    for arguments in (['hotspot', 'small.folded'], ['nonsense'], ['hotspots', '--nonsense', 'small.folded'],
                      ['hotspots', '--top'], ['hotspots', '--top', 'x', 'small.folded'],
                      ['hotspots', '--top', '-1', 'small.folded'], ['hotspots', '--top', '1e9', 'small.folded'],
                      ['hotspots', '--sort', 'size', 'small.folded'], ['flame', '--colors', 'x', 'small.folded'],
                      ['convert', 'small.folded'], ['convert', 'small.folded', '-o', 'x.unknown'],
                      ['convert', 'small.folded', '--to', 'png'], ['hotspots', '--metric', 'x', 'small.folded'],
                      ['flame', 'small.folded', '-o', 'x.json'], ['help', 'nonsense'], ['hotspots', '-Z'],
                      ['hotspots', '--width', '99999999999999999999', 'small.folded'], ['--nonsense'],
                      ['convert', CALLS, '--to', 'folded'], ['hotspots', '-o']):
        expect_failure(run(*arguments), 2)
    expect(files() == ['small.folded'], 'a usage error wrote something: %s' % files())


@test
def an_overflow_is_an_error_and_never_a_wrap():
    largest = 2 ** 63 - 1
    for lines in (['a %d' % largest, 'b 1'], ['a %d' % largest, 'a 1'], ['a %d' % (largest + 1)],
                  ['a 1' + '0' * 60], ['a %d.5' % largest], ['a -%d' % (largest + 2)], ['a nan', 'b 1'],
                  ['a inf', 'b 1'], ['a 1e400', 'b 1'], ['a %d' % largest, 'b -%d' % largest]):
        for order in (lines, lines[::-1]):
            result = run('convert', '-f', 'folded', '--to', 'json', '-', data=('\n'.join(order) + '\n').encode())
            if result.status != 0:
                expect_failure(result, 3)
            else:
                expect(b'nan' not in result.out and b'inf' not in result.out, 'a number that is none', result)
    write('half.folded', 'a %d\n' % (largest // 2 + 1))
    expect_failure(run('hotspots', 'half.folded', 'half.folded'), 3, 'beyond 64 bits')


@test
def memory_that_cannot_be_had_is_told_in_one_line():
    content = ''.join('main;function_%d;leaf 1\n' % i for i in range(20000)).encode()
    paths = [write('wide.folded', content), write('wide.gz', gzip.compress(content)),
             write('wide.xz', lzma.compress(content)), write('wide.bz2', bz2.compress(content)), CALLS]
    ends = set()
    for path in paths:
        for arguments in (['flame'], ['convert', '--to', 'json']):
            if IS_SANITIZED:
                expect_status(run(*arguments, path, '-q'), 0)
                continue
            for megabytes in range(10, 60, 5):
                result = run(*arguments, path, '-q', memory_mb=megabytes)
                if result.status == 127: # not even its libraries could be loaded
                    continue
                ends.add(result.status)
                if result.status != 0:
                    expect_failure(result, 70, '^profkit: out of memory$')
    expect(IS_SANITIZED or ends == {0, 70}, 'no run was short of memory: %s' % ends)
    return 'memory is not limited, as sanitizers need terabytes of addresses' if IS_SANITIZED else None


# ---- the same bytes

def outputs(path):
    """Every output of every command that takes this file."""
    for name in READING:
        kinds = {'flame': ['svg'], 'convert': ['json', 'folded']}.get(name, ['text', 'json'])
        for kind in kinds:
            extra = ['--estimate'] if kind == 'folded' else []
            yield [name, '--to', kind] + extra + [path]
    for extra in (['--inverted'], ['--reverse'], ['--exact-only', '--colors', 'hot']):
        yield ['flame'] + extra + [path]


@test
def the_same_input_gives_the_same_bytes_anywhere():
    worlds = [{'LC_ALL': 'C.UTF-8', 'TZ': 'UTC'},
              {'LC_ALL': 'de_DE.UTF-8', 'LANG': 'de_DE.UTF-8', 'LC_NUMERIC': 'de_DE.UTF-8',
               'TZ': 'Pacific/Auckland', 'COLUMNS': '40', 'TERM': 'xterm-256color', 'HOME': '/nonexistent'},
              {'LC_ALL': 'tr_TR.UTF-8', 'TZ': 'America/Caracas', 'COLUMNS': '300', 'LINES': '10', 'USER': 'x'}]
    os.mkdir('far')
    for path in samples('.prof', '.folded'):
        name = os.path.basename(path)
        shutil.copy(path, name)
        shutil.copy(path, os.path.join('far', name))
        for arguments in sampled(outputs(name)):
            expected = None
            for world, folder in zip(worlds, ('.', 'far', '.')):
                result = run(*arguments, env=world, cwd=folder)
                expect_status(result, 0)
                expect(len(result.out) > 20, 'no output of %s' % arguments, result)
                found = (result.out, result.err)
                expect(found == (expected or found), 'not the same: %s in %s' % (arguments, world), result)
                expected = found


@test
def the_order_of_lines_and_of_files_cannot_show():
    lines = ''.join('main;f%d;g%d %d\n' % (i % 7, i % 11, i + 1) for i in range(300)).splitlines(True)
    write('a', ''.join(lines))
    write('b', ''.join(reversed(lines)))
    write('c', SMALL)
    for arguments in (['convert', '--to', 'folded'], ['hotspots', '--no-header'], ['hotspots', '--sort', 'name']):
        expect(b'f1' in run(*arguments, 'a').out, 'no output')
        expect(run(*arguments, 'a').out == run(*arguments, 'b').out, 'the order of lines shows')
        expect(run(*arguments, 'a', 'c', CALLS).out == run(*arguments, CALLS, 'c', 'a').out,
               'the order of files shows')


if __name__ == '__main__':
    sys.exit(main())
