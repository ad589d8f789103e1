"""A plain reader of callgrind files, written from the format's note for clearness only: everything is kept, every
name is a string, nothing is checked. tests/corpus_callgrind.py holds profkit's reader against it."""
import collections
import re

Function = collections.namedtuple('Function', 'object file name')
SPACES = {'ob': 'object', 'cob': 'object', 'fn': 'function', 'cfn': 'function', 'jfn': 'function',
          'frfn': 'function'}
FILES = ('fl', 'fi', 'fe', 'cfl', 'cfi', 'cfe', 'jfi')


class Plain:
    def __init__(self, text):
        self.names = {}
        self.events, self.words, self.line_at = [], 1, 0
        self.self_costs = collections.defaultdict(lambda: collections.Counter())
        self.line_costs = collections.defaultdict(lambda: collections.Counter())
        self.calls = collections.Counter()
        self.edge_costs = collections.defaultdict(lambda: collections.Counter())
        self.edges = set()
        self.position = [0, 0, 0]
        self.object = self.file = self.inner = self.costed = ''
        self.callee = {}
        self.function = None
        self.waiting = None
        self.has_fl = False
        self.is_xdebug, self.homes = False, {} # the file of each name's last block
        self.zero = set()  # callers with calls=0
        self.loose = set() # callees without cfl= or cfi=, called from another file than that of the last cost
        for line in text.split('\n'):
            self.line(line.rstrip('\r'))

    def name(self, space, text):
        match = re.match(r'\((\d+)\) *(.*)$', text, re.S)
        if not match:
            return text
        key = (space, int(match.group(1)))
        if match.group(2):
            name = match.group(2)
            if space == 'function' and re.match(r'\(\d', name):
                name = re.sub(r'\((\d+)\)', lambda m: self.names.get((space, int(m.group(1))), m.group(0)), name)
            self.names[key] = name
        return self.names.get(key, '?(%d)' % key[1])

    def line(self, line):
        if re.match(r'[0-9+*-]', line.lstrip()):
            self.costs(line.split())
            return
        match = re.match(r'([a-z]+)=(.*)$', line, re.S)
        if match:
            self.item(*match.groups())
        elif line.startswith('events:'):
            self.events = line[7:].split()
        elif re.match(r'creator: xdebug|version: 0\.9\.6$', line):
            self.is_xdebug = True
        elif line.startswith('positions:'):
            words = line[10:].split()
            self.words = len(words)
            self.line_at = words.index('line') if 'line' in words else None

    def item(self, key, value):
        if key in ('calls', 'rcalls'):
            self.waiting = ('calls', int(value.split()[0]))
            return
        if key in ('jump', 'jcnd'):
            self.waiting = ('jump', 0)
            return
        if key not in SPACES and key not in FILES:
            return
        name = self.name(SPACES.get(key, 'file'), value)
        if key == 'ob':
            self.object = name
        elif key == 'fl' or (key == 'fi' and not self.has_fl):
            self.has_fl |= key == 'fl'
            self.file = self.inner = self.costed = name
        elif key in ('fi', 'fe'):
            self.inner = name
        elif key == 'fn':
            self.inner = self.costed = self.file
            self.function = Function(self.object, self.file, name)
            self.callee = {}
            if self.is_xdebug:
                self.homes[name] = self.file
        elif key in ('cob', 'cfn', 'cfl', 'cfi', 'cfe'):
            self.callee['cfl' if key[:2] == 'cf' and key != 'cfn' else key] = name

    def costs(self, words):
        for i in range(self.words):
            word = words[i]
            if word[0] in '+-':
                self.position[i] = max(0, self.position[i] + int(word, 0))
            elif word != '*':
                self.position[i] = int(word, 0)
        kind, count = self.waiting or ('self', 0)
        self.waiting = None
        if kind == 'jump':
            return
        costs = {event: int(number, 0) for event, number in zip(self.events, words[self.words:])}
        if kind == 'self':
            self.self_costs[self.function].update(costs)
            if self.line_at is not None:
                self.line_costs[self.function, self.inner].update(costs)
        else:
            file = self.homes.get(self.callee['cfn'], self.costed)
            callee = Function(self.callee.get('cob', self.object), self.callee.get('cfl', file), self.callee['cfn'])
            self.self_costs[self.function].update({})
            self.edges.add((self.function, callee))
            if count == 0:
                self.zero |= {self.function.name, callee.name}
            if 'cfl' not in self.callee and self.inner != self.costed:
                self.loose.add(callee)
            self.calls[self.function, callee] += count
            self.edge_costs[self.function, callee].update(costs)
            self.callee = {'cfn': self.callee['cfn']}
        self.costed = self.inner

    def cycles(self):
        """The component of each function: an iterative Tarjan."""
        out = collections.defaultdict(list)
        for caller, callee in sorted(self.edges):
            out[caller].append(callee)
        index, low, component, stack = {}, {}, {}, []
        for root in sorted(set(out) | {callee for _, callee in self.edges}):
            if root in index:
                continue
            index[root] = low[root] = len(index)
            stack.append(root)
            work = [(root, iter(out[root]))]
            while work:
                node, callees = work[-1]
                for callee in callees:
                    if callee not in index:
                        index[callee] = low[callee] = len(index)
                        stack.append(callee)
                        work.append((callee, iter(out[callee])))
                        break
                    if callee not in component:
                        low[node] = min(low[node], index[callee])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        while True:
                            member = stack.pop()
                            component[member] = node
                            if member == node:
                                break
        return component
