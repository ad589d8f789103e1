#!/usr/bin/env python3
"""The recipe of docs/ci.md, word for word, on a program that is really recorded.

Two recordings of one program, and one of the same with a table that is too small: pass, pass, fail with the function
that walks the table. Needs valgrind and a C compiler.
"""
import os
import re
import shutil
import subprocess
import sys

from program import PROFKIT, SRCDIR, Skip, expect, main, test, write

CC = (os.environ.get('CC') or 'cc').split()
SOURCE = '''\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef BUCKETS
#define BUCKETS 1024
#endif

struct word { struct word *next; unsigned count; char text[16]; };
static struct word *table[BUCKETS];

unsigned hash(const char *text)
{
    unsigned h = 5381;
    while (*text)
        h = h * 33 + (unsigned char)*text++;
    return h;
}

struct word *find(const char *text)
{
    struct word *w = table[hash(text) % BUCKETS];
    for (; w; w = w->next) {
        unsigned i = 0;
        while (w->text[i] && w->text[i] == text[i])
            i++;
        if (w->text[i] == text[i])
            return w;
    }
    return NULL;
}

void add(const char *text)
{
    struct word *w = find(text);
    if (!w) {
        unsigned b = hash(text) % BUCKETS;
        w = calloc(1, sizeof *w);
        strcpy(w->text, text);
        w->next = table[b];
        table[b] = w;
    }
    w->count++;
}

int main(void)
{
    unsigned state = 1;
    char text[16];
    for (int i = 0; i < 20000; i++) {
        state = state * 1103515245u + 12345u;
        snprintf(text, sizeof text, "w%u", (state >> 16) % 700);
        add(text);
    }
    for (unsigned b = 0; b < BUCKETS; b++)
        for (struct word *w = table[b]; w; w = w->next)
            printf("%s %u\\n", w->text, w->count);
    return 0;
}
'''


def blocks():
    """The commands of the page: the first block records, the second judges."""
    with open(os.path.join(SRCDIR, 'docs', 'ci.md'), encoding='utf-8') as file:
        found = re.findall(r'^```sh\n(.*?)^```$', file.read(), re.M | re.S)
    expect(len(found) == 2, 'two blocks of commands in docs/ci.md', found)
    return found


def shell(commands):
    """Run as a pipeline would: one shell that stops at the first failure."""
    bin_folder = os.path.abspath('bin')
    if not os.path.isdir(bin_folder):
        os.mkdir(bin_folder)
        os.symlink(PROFKIT, os.path.join(bin_folder, 'profkit'))
    env = dict(os.environ, PATH=bin_folder + ':' + os.environ['PATH'], PROFKIT_NO_CONFIG='1', LC_ALL='C.UTF-8')
    return subprocess.run(['sh', '-e', '-c', commands], capture_output=True, text=True, env=env, timeout=300,
                          stdin=subprocess.DEVNULL, check=False)


def record(to, *flags):
    """Build and record by the commands of the page."""
    subprocess.run([*CC, '-O1', '-g', '-w', '-fno-inline', *flags, '-o', 'app', 'app.c'], check=True)
    done = shell(blocks()[0])
    expect(done.returncode == 0, 'recording', done.stderr[-400:])
    os.rename('new.cg', to)


def judge(base, new):
    shutil.copy(base, 'base.cg')
    shutil.copy(new, 'new.cg')
    return shell(blocks()[1])


@test
def the_recipe_passes_twice_and_fails_with_the_function():
    if not shutil.which('valgrind') or not shutil.which(CC[0]):
        raise Skip('no valgrind, or no compiler')
    write('app.c', SOURCE)
    record('first.cg')
    record('second.cg')
    record('changed.cg', '-DBUCKETS=8')
    for base, new in (('first.cg', 'second.cg'), ('second.cg', 'first.cg')):
        done = judge(base, new)
        expect(done.returncode == 0, 'two recordings of the same program', done)
        expect('0 failed, 1 passed, 0 undecided' in done.stdout, 'the counts', done.stdout)
        with open('gate.xml', encoding='utf-8') as file:
            expect('failures="0"' in file.read(), 'JUnit')
    done = judge('first.cg', 'changed.cg')
    expect(done.returncode == 1, 'a table of 8 instead of 1,024', done)
    failed = [line for line in done.stdout.splitlines() if line.startswith('FAIL')]
    expect(len(failed) == 1 and re.search(r' find +app\.c\b', failed[0]), 'find is named, and nothing else',
           done.stdout)
    for name in ('gate.xml', 'gate.sarif', 'gate.md'):
        with open(name, encoding='utf-8') as file:
            expect('find' in file.read(), 'the function in', name)
    done = judge('changed.cg', 'first.cg')
    expect(done.returncode == 0, 'the other way round it got faster', done)


sys.exit(main())
