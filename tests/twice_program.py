"""Writes small C programs that know their own call tree: what twice_recorded.py records.

A program is a number of functions that call each other. What a function does depends on its number, its caller,
its caller's caller and a random state that is handed down, so the proportions of a function differ from caller to
caller, which is what an estimate from edges cannot know. Its work is system calls, issued in place: callgrind counts
them exactly per function (sysCount), and so does the program, per call path.

At its end the program prints a line per path: the path as collapsed stacks have it, the work, the times it was
called. The same seed gives the same program and the same run.
"""
import random

HEAD = '''\
#include <stdio.h>
#include <stdlib.h>

#define MOST_PATHS 4096
#define MOST_DEPTH 256

static struct path {
    int up, function, below, next; /* the first path below, the next one beside; 0: none */
    int depth;
    unsigned long work, calls;
} paths[MOST_PATHS];
static int n_paths = 1;
static int visits_left = %(visits)d;

/* The path of a function that was called from another path. */
int enter(int up, int function)
{
    int here = paths[up].below;

    while (here && paths[here].function != function)
        here = paths[here].next;
    if (!here) {
        here = n_paths++;
        if (here >= MOST_PATHS)
            abort();
        paths[here] = (struct path){.up = up, .function = function, .next = paths[up].below,
                                    .depth = paths[up].depth + 1};
        paths[up].below = here;
    }
    paths[here].calls++;
    visits_left--;
    return here;
}

/* getppid: nobody keeps its result. In place, so that callgrind sees it in the function itself. */
#define WORK(amount)                                                                 \\
    for (unsigned i = 0, n = (amount); i < n; i++) {                                 \\
        long result;                                                                 \\
        __asm__ volatile("syscall" : "=a"(result) : "0"(110L) : "rcx", "r11", "memory"); \\
        paths[here].work++;                                                          \\
    }
#define CALLER paths[paths[here].up].function
#define CALLERS_CALLER paths[paths[paths[here].up].up].function
#define NEXT(state) ((state) * 1103515245u + 12345u)
#define MIX(a, b, m) (((((a) + 7) * 2654435761u) ^ (((b) + 3) * 40503u)) >> 7) %% (m)

'''

# Two callers share a function that has no work of its own and calls `rare` for one of them alone: there the true
# values are the very ends of what edges allow. (Elsewhere they seldom are.)
SHARED = '''\
void leaf(int up)
{
    int here = enter(up, %(leaf)d);

    WORK(%(leaf_work)d)
}

void often(int up)
{
    int here = enter(up, %(often)d);

    WORK(CALLERS_CALLER == %(left)d ? %(left_work)d : %(right_work)d)
    leaf(here);
}

void rare(int up)
{
    int here = enter(up, %(rare)d);

    WORK(%(rare_work)d)
}

void shared(int up)
{
    int here = enter(up, %(shared)d);

    often(here);
    if (CALLER == %(left)d)
        rare(here);
}

void left(int up)
{
    shared(enter(up, %(left)d));
}

void right(int up)
{
    shared(enter(up, %(right)d));
}

'''
SHARED_NAMES = ('leaf', 'often', 'rare', 'shared', 'left', 'right')

TAIL = '''\
static const char *const names[] = {%(names)s};

static void print_path(int at)
{
    int stack[MOST_DEPTH], depth = 0;

    for (int p = at; p; p = paths[p].up)
        stack[depth++] = p;
    printf("main");
    while (depth > 0)
        printf(";%%s", names[paths[stack[--depth]].function]);
    printf(" %%lu %%lu\\n", paths[at].work, paths[at].calls);
}

int main(void)
{
    %(first)s(0, %(state)uu);
    for (int i = 1; i < n_paths; i++)
        print_path(i);
    return 0;
}
'''


class Program:
    """C text for a seed. back: which functions before its own one may call, as (nearest, farthest): (0, 0) itself,
    (1, 3) the three before it; None: no recursion."""

    def __init__(self, seed, back):
        self.random = random.Random(seed)
        self.back = back
        self.n = self.random.randint(8, 16)
        self.names = ['%s_%d' % (self.random.choice(('parse', 'draw', 'load', 'sort', 'pack')), i)
                      for i in range(self.n)]

    def text(self):
        state = self.random.randrange(1 << 31)
        functions = [self.function(i) for i in range(self.n)]
        shared = {name: self.n + i for i, name in enumerate(SHARED_NAMES)}
        shared.update({name + '_work': self.random.randint(100, 900) for name in SHARED_NAMES})
        heads = ''.join('void %s(int up, unsigned state);\n' % name for name in self.names)
        names = ', '.join('"%s"' % name for name in (*self.names, *SHARED_NAMES))
        return (HEAD % {'visits': self.random.choice((400, 800, 1200))} + SHARED % shared + heads + '\n' +
                '\n'.join(functions) + '\n' + TAIL % {'names': names, 'first': self.names[0], 'state': state})

    def condition(self):
        """When a call is made: by the random state, by the caller, or by the caller's caller, which no edge shows."""
        kind = self.random.randrange(4)
        if kind == 0:
            return '(state >> 9) %% 8 < %d' % self.random.randint(4, 8)
        if kind == 1:
            return 'CALLER %% 3 != %d' % self.random.randrange(3)
        if kind == 2:
            return 'CALLERS_CALLER %% 3 != %d' % self.random.randrange(3)
        return 'MIX(CALLER, CALLERS_CALLER, 16) < %d' % self.random.randint(9, 15)

    def call(self, caller):
        """One call further down, or back up where there is recursion, as long as the program may go on."""
        later = list(range(caller + 1, min(self.n, caller + 6))) + ([self.n - 1] if caller < self.n - 1 else [])
        back = [i for i in range(1, caller + 1) if self.back and self.back[0] <= caller - i <= self.back[1]]
        if back and self.random.randrange(4) == 0:
            later = back
        if not later:
            return ''
        callee = self.random.choice(later)
        guard = 'visits_left > 0 && '
        if callee <= caller:
            guard += 'paths[here].depth < %d && ' % self.random.randint(4, 14)
        return ('    state = NEXT(state);\n'
                '    if (%s%s)\n'
                '        %s(here, state ^ %uu);\n' % (guard, self.condition(), self.names[callee],
                                                      self.random.randrange(1 << 16)))

    def work(self, index):
        most = self.random.choice((1, 10, 60, 120))
        if self.random.randrange(6) == 0:
            return '    if (CALLER == %d) {\n        WORK(%d)\n    }\n' % (self.random.randrange(max(index, 1)), most)
        return '    WORK(1 + MIX(CALLER, CALLERS_CALLER + %d, %d))\n' % (self.random.randrange(99), most)

    def function(self, index):
        calls = self.random.randint(3, 5) if index else 7
        body = ['    int here = enter(up, %d);\n\n' % index]
        if index == 0:
            body.append('    left(here);\n    right(here);\n')
        if self.random.randrange(8):  # some only call others
            body.append(self.work(index))
        body += [self.call(index) for _ in range(calls)]
        if self.random.randrange(2):
            body.append(self.work(index))
        return 'void %s(int up, unsigned state)\n{\n%s    (void)state;\n}\n' % (self.names[index], ''.join(body))
