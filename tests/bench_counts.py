#!/usr/bin/env python3
"""The check of instruction counts can fail: with a number of its file lowered, and only for what the file is about.

One small job is counted, written to a file, and held to that file changed in one place each time.
"""
import json
import os
import shutil
import subprocess
import sys

from program import IS_SANITIZED, PROFKIT, SRCDIR, Skip, expect, main, test, write

JOB = 'sample: perf to folded'


def counts(*more, ci=''):
    if not shutil.which('valgrind'):
        raise Skip('no valgrind')
    if IS_SANITIZED:
        raise Skip('valgrind and sanitizers exclude each other')
    command = [sys.executable, '-B', os.path.join(SRCDIR, 'tests/bench/counts.py'), '--profkit', PROFKIT, '--srcdir',
               SRCDIR, '--generate', '/nonexistent', '--file', 'counts.json', '--only', JOB, *more]
    if '--compiler' not in more:
        command += ['--compiler', 'cc']
    return subprocess.run(command + ['--flags=-O2 -Wall'], capture_output=True, text=True, timeout=120, check=False,
                          env=dict(os.environ, CI=ci))


def changed(kept, part, factor):
    kept = json.loads(json.dumps(kept))
    kept['jobs'][JOB][part] = int(kept['jobs'][JOB][part] * factor)
    write('counts.json', json.dumps(kept))


@test
def a_count_that_rose_fails_and_one_that_fell_is_told():
    done = counts('--update')
    expect(done.returncode == 0, 'written', done.stdout + done.stderr)
    with open('counts.json', encoding='utf-8') as file:
        kept = json.load(file)
    expect(kept['flags'] == '-O2' and set(kept['jobs']) == {JOB}, 'what is written', kept)
    same = counts()
    expect(same.returncode == 0 and 'rose' not in same.stdout and 'fell' not in same.stdout, 'the same', same.stdout)
    for part in ('program', 'libraries'):
        changed(kept, part, 0.94)
        more = counts()
        expect(more.returncode == 1 and '1 counts rose' in more.stdout, part + ' rose', more.stdout + more.stderr)
    changed(kept, 'program', 1.06)
    less = counts()
    expect(less.returncode == 0 and '1 counts fell' in less.stdout, 'fell', less.stdout + less.stderr)
    changed(kept, 'program', 0.96)
    expect(counts().returncode == 0, '4 % are allowed')


@test
def another_compiler_is_not_compared_and_a_new_job_fails():
    expect(counts('--update').returncode == 0, 'written')
    with open('counts.json', encoding='utf-8') as file:
        kept = json.load(file)
    lowered = dict(kept, compiler='gcc 99', jobs={JOB: {part: 1 for part in kept['jobs'][JOB]}})
    write('counts.json', json.dumps(dict(lowered, libc='another')))
    other = counts()
    expect(other.returncode == 0 and other.stdout.count('NOT COMPARED') == 2, 'nothing compared', other.stdout)
    expect('"gcc 99"' in other.stdout, 'it says why', other.stdout)
    expect(counts(ci='true').returncode == 1, 'and fails where nothing may be left out')
    write('counts.json', json.dumps(lowered))
    expect(counts().returncode == 1, 'libraries are compared all the same')
    write('counts.json', json.dumps(dict(kept, jobs={})))
    new = counts()
    expect(new.returncode == 1 and 'not in the file' in new.stdout, 'a new job', new.stdout)


sys.exit(main())
