"""Running the program from a script test: processes with a time limit, and tests that print "ok NAME".

A test is a function whose name is a sentence; @test adds it. What it asserts is told with its reason; a text that it
returns says what it could not check in this build. main() runs all in a folder of their own.
Environment: PROFKIT (default ./profkit), srcdir, PROFKIT_SHARED, CI.
"""
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

import left_out

SRCDIR = os.path.abspath(os.environ.get('srcdir') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
SHARED = os.path.abspath(os.environ.get('PROFKIT_SHARED') or os.path.join(SRCDIR, '..', 'shared'))
PROFKIT = os.path.abspath(os.environ.get('PROFKIT') or './profkit')
CPU_SECONDS = 20 # what a run may take of the processor, five times that with sanitizers
TIMEOUT = 120    # a run that waits instead; long, since the machine may be busy
with open(PROFKIT, 'rb') as program:
    IS_SANITIZED = re.search(b'__[at]san_init', program.read()) is not None # slower, with memory that is not its own
CPU_SECONDS *= 5 if IS_SANITIZED else 1
TESTS = []


class Result:
    """What a run left: status (128+n for a signal), stdout, stderr, and its largest memory in bytes."""

    def __init__(self, status, out, err, memory=0):
        self.status = status if status >= 0 else 128 - status
        self.out = out
        self.err = err
        self.memory = memory

    def __str__(self):
        return 'status %d, stdout %r, stderr %r' % (self.status, self.out[:200], self.err[:400])


class Skip(Exception):
    """Raised by a test that cannot be done on this machine; with CI=true that is a failure."""


def test(function):
    TESTS.append(function)
    return function


def limits(stack_kb, memory_mb):
    """What the child sets for itself: no core files, default signals (Python ignores SIGPIPE, nohup SIGHUP), a
    small stack, little memory."""
    def set_up():
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        if stack_kb and not IS_SANITIZED:
            resource.setrlimit(resource.RLIMIT_STACK, (stack_kb * 1024, stack_kb * 1024))
        if memory_mb:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    return set_up


def start(arguments, stack_kb=None, memory_mb=None, env=None, **streams):
    streams.setdefault('stdin', subprocess.DEVNULL)
    streams.setdefault('stdout', subprocess.PIPE)
    streams.setdefault('stderr', subprocess.PIPE)
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'PROFKIT_NO_CONFIG': '1'}
    for name in os.environ:
        if name.endswith('SAN_OPTIONS'):
            environment[name] = os.environ[name]
    environment.update(env or {})
    return subprocess.Popen([PROFKIT] + list(arguments), env=environment,
                            preexec_fn=limits(stack_kb, memory_mb), **streams)


def finish(process, data=None, timeout=TIMEOUT):
    """Wait for the end; what takes too long is killed and fails the test."""
    try:
        out, err = process.communicate(data, timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError('hangs: %s' % ' '.join(process.args[1:])) from None
    return Result(process.returncode, out or b'', err or b'')


def run(*arguments, data=None, **options):
    if data is not None:
        options['stdin'] = subprocess.PIPE
    return finish(start(arguments, **options), data)


# A process inherits the largest memory of what forked it, so a small one stands between.
MEASURE = '''
import os, resource, signal, sys
kb, cpu, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
child = os.fork()
if child == 0:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    if kb:
        resource.setrlimit(resource.RLIMIT_STACK, (kb * 1024, kb * 1024))
    os.execv(program[0], program)
_, status, usage = os.wait4(child, 0)
print("%d %d" % (128 + status % 128 if status % 128 else status >> 8, usage.ru_maxrss), file=sys.stderr)
'''


def run_measured(*arguments, stack_kb=None, timeout=TIMEOUT):
    """The same with the largest memory of the run in bytes; stdout goes to the file "measured.out"."""
    command = [sys.executable, '-S', '-c', MEASURE, str(0 if IS_SANITIZED else stack_kb or 0),
               str(CPU_SECONDS), PROFKIT]
    with open('measured.out', 'wb') as out:
        try:
            done = subprocess.run(command + list(arguments), stdin=subprocess.DEVNULL, stdout=out, check=True,
                                  stderr=subprocess.PIPE, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError('hangs: %s' % ' '.join(arguments)) from None
    *lines, numbers = done.stderr.splitlines(True)
    status, memory = numbers.split()
    return Result(int(status), b'', b''.join(lines), int(memory) * 1024)


# ---- what tests say

def expect(is_true, what, result=''):
    if not is_true:
        raise AssertionError('%s: %s' % (what, result))


def expect_status(result, status):
    expect(result.status == status, 'expected status %d' % status, result)


def expect_failure(result, status, message=None):
    """A failed run prints one error line, perhaps a hint, and nothing that looks like a result."""
    expect_status(result, status)
    expect(result.out == b'', 'a failed run wrote a result', result)
    lines = result.err.decode('utf-8', 'strict').splitlines()
    expect(1 <= len(lines) <= 2 and lines[0].startswith('profkit: '), 'not one error line', result)
    expect(len(lines) < 2 or lines[1].startswith('  hint: '), 'not a hint', result)
    expect(': warning:' not in lines[0], 'a warning in place of an error', result)
    if message:
        expect(re.search(message, result.err.decode()), 'expected %r' % message, result)


def write(path, content):
    with open(path, 'wb') as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def samples(*endings):
    """The files of samples/ with these endings, sorted."""
    found = []
    for folder, _, names in os.walk(os.path.join(SRCDIR, 'samples')):
        found += [os.path.join(folder, name) for name in names if name.endswith(endings)]
    return sorted(found)


def main():
    """Run the tests, or those named as arguments; the exit status."""
    failed = 0
    wanted = set(sys.argv[1:])
    for function in TESTS:
        name = function.__name__
        if wanted and name not in wanted:
            continue
        folder = tempfile.mkdtemp(prefix='profkit-test-')
        os.chdir(folder)
        try:
            less = function()
            print('ok %s' % name)
            if less:
                print('   checks less: %s' % less)
        except Skip as reason:
            failed += left_out.tell('%s: %s' % (name, reason))
        except Exception as error: # pylint: disable=broad-except
            failed += 1
            print('not ok %s: %s' % (name, error))
            if not isinstance(error, AssertionError):
                traceback.print_exc(file=sys.stdout)
        finally:
            os.chdir('/')
            subprocess.run(['chmod', '-R', 'u+rwX', folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)
        sys.stdout.flush()
    return 1 if failed else 0
