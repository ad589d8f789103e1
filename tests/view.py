#!/usr/bin/env python3
"""`profkit view` as a person has it: in a pseudo-terminal, by keys, with what the screen shows read back.

Screen takes the bytes that the program writes and does what a terminal does with them: only what the program is known
to send, so that anything else fails. What is checked at each end: the settings of the terminal, the cursor, and that
the screen of before is back.
Environment: PROFKIT (program, default ./profkit), srcdir.
"""
import base64
import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

from program import IS_SANITIZED, PROFKIT, SRCDIR, expect, expect_failure, main, run, test, write

FOLDED = os.path.join(SRCDIR, 'samples/folded/log-report/log-report.folded')
CALLS = os.path.join(SRCDIR, 'samples/pstats/backtest/backtest.prof')
UP, DOWN, RIGHT, LEFT = b'\x1b[A', b'\x1b[B', b'\x1b[C', b'\x1b[D'
TOKEN = re.compile(rb'\x1b\[(\?)?([0-9;]*)([A-Za-z])|\x1b\]52;c;([A-Za-z0-9+/=]*)\x07|\x18')


class Screen:
    """A terminal's cells; anything that is neither text nor known fails."""

    def __init__(self, columns, rows):
        self.bytes = b''
        self.modes = {'1049': False, '25': True, '7': True}
        self.copied = None
        self.said = '' # before and after
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[' '] * columns for _ in range(rows)]
        self.looks = [[''] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.look = ''

    def feed(self, data):
        self.bytes += data
        while self.bytes:
            if self.bytes[:1] in (b'\x1b', b'\x18'):
                token = TOKEN.match(self.bytes)
                if not token:
                    is_begun = len(self.bytes) < 100000 and not re.match(rb'\x1b[^\[\]]', self.bytes)
                    expect(is_begun, 'a sequence', self.bytes)
                    return # the rest is to come
                self.control(token)
                self.bytes = self.bytes[token.end():]
                continue
            text = re.match(rb'[^\x1b\x18]*', self.bytes).group()
            if len(text) == len(self.bytes): # a character may be cut
                while text and text[-1] & 0xc0 == 0x80:
                    text = text[:-1]
                text = text[:-1] if text and text[-1] & 0x80 else text
                if not text:
                    return
            self.bytes = self.bytes[len(text):]
            for c in text.decode('utf-8'):
                self.put(c)

    def control(self, token):
        private, numbers, letter, copied = token.groups()
        if token.group() == b'\x18':
            return
        if copied is not None:
            self.copied = base64.b64decode(copied)
        elif private:
            expect(numbers.decode() in self.modes and letter in b'hl', 'a mode', token.group())
            self.modes[numbers.decode()] = letter == b'h'
        elif letter == b'm':
            self.look = numbers.decode()
        elif letter == b'H':
            self.row, self.column = (int(n) - 1 for n in numbers.split(b';'))
        else:
            expect(token.group() == b'\x1b[2J', 'a sequence', token.group())
            self.cells = [[' '] * self.columns for _ in range(self.rows)]

    def put(self, c):
        if not self.modes['1049']:
            self.said += c
            return
        expect(c >= ' ' and not '\x7f' <= c < '\xa0', 'a control character', repr(c))
        expect(unicodedata.bidirectional(c) not in ('RLO', 'LRO', 'RLE', 'LRE', 'RLI', 'LRI', 'PDF'), 'bidi', repr(c))
        width = 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1
        if width == 0:
            return
        if self.row < self.rows and self.column + width <= self.columns:
            self.cells[self.row][self.column] = c
            self.looks[self.row][self.column] = self.look
            if width == 2:
                self.cells[self.row][self.column + 1] = ''
        self.column += width

    def text(self):
        return '\n'.join(''.join(row).rstrip() for row in self.cells)


class View:
    """A run on a terminal of its own."""

    def __init__(self, *words, columns=80, rows=24, env=None, stdin=None, memory=None):
        self.master, self.slave = pty.openpty()
        self.screen = Screen(columns, rows)
        self.set_size(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        environment = {'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8', 'TERM': 'xterm', 'PROFKIT_NO_CONFIG': '1',
                       **{name: os.environ[name] for name in os.environ if name.endswith('SAN_OPTIONS')}, **(env or {})}
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
                    signal.signal(number, signal.SIG_DFL)
                for fd in (0, 1, 2):
                    os.dup2(stdin if fd == 0 and stdin is not None else self.slave, fd)
                if memory:
                    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
                os.execve(PROFKIT, [PROFKIT, 'view', *words], environment)
            finally:
                os._exit(126)

    def set_size(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.look()
        self.set_size(columns, rows)
        self.screen.resize(columns, rows)
        os.kill(self.pid, signal.SIGWINCH)

    def look(self, quiet=0.15, seconds=60):
        """What the screen shows when nothing more comes for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and select.select([self.master], [], [], quiet)[0]:
            try:
                self.screen.feed(os.read(self.master, 65536))
            except OSError:
                break
        return self.screen.text()

    def until(self, words, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in self.look(0.03):
                return self.look()
        raise AssertionError('never saw %r in:\n%s' % (words, self.screen.text()))

    def keys(self, *keys):
        for key in keys:
            os.write(self.master, key if isinstance(key, bytes) else key.encode())
        return self.look()

    def wait(self, seconds=60):
        """Its end: an exit status, or a signal below zero."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError('it did not end:\n' + self.screen.text())

    def ends(self, status):
        """It ended so, and the terminal is as it was."""
        found = self.wait()
        self.look(0.05)
        expect(found == status, 'status %d' % status, found)
        expect(termios.tcgetattr(self.slave) == self.before, 'the settings of the terminal are as before')
        expect(self.screen.modes == {'1049': False, '25': True, '7': True}, 'screen, cursor, wrapping',
               self.screen.modes)

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self.slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def small(columns=60, rows=10, **options):
    """The view of a profile whose numbers are easy: 100 in all, 60 of them below parse."""
    write('small.folded', b'main;draw 30\nmain;parse 20\nmain;parse;lex 40\nidle 10\n')
    view = View('-q', 'small.folded', columns=columns, rows=rows, **options)
    view.until('all')
    return view


@test
def keys_lead_through_all_views():
    with small() as view:
        text = view.look()
        expect('main  90.0 %' in text and 'parse' in text and '1 icicle' in text, 'the icicle', text)
        text = view.keys(DOWN, DOWN)
        expect('parse' in text.splitlines()[-2] and 'self 20 · total 60 · 60.0 %' in text, 'the widest child',
               text)
        text = view.keys('\r')
        expect('lex  40.0 %' in text and 'main' not in text, 'zoomed', text)
        text = view.keys('2')
        expect('◂ main' in text and '▸ lex' in text and 'CALLERS ABOVE' in text, 'the sandwich', text)
        text = view.keys(b'\t')
        expect(re.search(r'(?m)^ +40 +40.0 +40 +40.0 +lex', text), 'the table', text)
        text = view.keys('/', 'DR', b'\x7f', b'\x7f', 'dr')
        expect('/dr_  1 function on stacks with 30.0 %' in text, 'hits while one types', text)
        text = view.keys('\r', '1')
        expect('draw' in text.splitlines()[-2], 'the hit is selected in the icicle', text)
        text = view.keys(b'\x1b', '0')
        expect('all  100.0 %' in text, 'all of it again', text)
        view.keys('q')
        view.ends(0)


@test
def colours_are_those_of_the_terminal():
    for env, wanted, unwanted in (({}, '0;7;3', '48;2'), ({'COLORTERM': 'truecolor'}, '48;2', '0;7;3'),
                                  ({'NO_COLOR': '1'}, '0', '3')):
        with small(env=env) as view:
            looks = {look for row in view.screen.looks for look in row}
            expect(any(wanted in look for look in looks), 'looks', (env, looks))
            expect(not any(unwanted in look for look in looks), 'no others', (env, looks))
            view.keys('q')
            view.ends(0)
    with small(env={'LANG': 'C'}) as view:
        text = view.look()
        expect(text.isascii() and '[main' in text, 'ASCII where no more can be shown', text)
        view.keys('q')
        view.ends(0)


@test
def the_view_follows_the_size():
    with small() as view:
        for columns, rows in ((120, 40), (20, 5), (1, 1), (2, 2), (200, 3), (3, 60), (60, 10)):
            view.resize(columns, rows)
            view.keys(DOWN, '3', '1')
        text = view.until('all  100.0 %')
        expect('main' in text, 'as before', text)
        view.keys('q')
        view.ends(0)


@test
def tiny_terminals_take_every_key():
    for columns, rows in ((1, 1), (2, 1), (1, 2), (20, 5), (5, 3)):
        with small(columns=80, rows=24) as view:
            view.resize(columns, rows)
            for key in (UP, DOWN, LEFT, RIGHT, b'\x1b[5~', b'\x1b[6~', b'\x1b[H', b'\x1b[F', b'\x7f', b'\xff',
                        b'\x1b[200~',
                        *'231\toO? y /a(\rnp+-0'):
                view.keys(key)
            view.keys('q')
            view.ends(0)


@test
def every_signal_leaves_the_terminal_as_it_was():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT):
        with small() as view:
            os.kill(view.pid, number)
            view.ends(-number)
    with small() as view:
        os.write(view.master, b'\x03') # Ctrl+C
        view.ends(-signal.SIGINT)


@test
def memory_that_cannot_be_had_is_told_on_the_screen_of_before():
    """A screen of two million cells after the limit was drawn close; from the start there is none for a heap."""
    if IS_SANITIZED:
        return 'sanitizers have memory of their own'
    with small(memory=64 << 20) as view:
        with open('/proc/%d/statm' % view.pid, encoding='ascii') as file:
            size = int(file.read().split()[0]) * os.sysconf('SC_PAGE_SIZE')
        resource.prlimit(view.pid, resource.RLIMIT_AS, (size + (8 << 20), size + (8 << 20)))
        view.set_size(2000, 1000)
        os.kill(view.pid, signal.SIGWINCH)
        view.ends(70)
        expect('profkit: out of memory' in view.screen.said, 'the line', view.screen.said)
    return None


@test
def a_terminal_that_hangs_up_ends_it():
    view = small()
    os.close(view.slave)
    os.close(view.master)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pid, status = os.waitpid(view.pid, os.WNOHANG)
        if pid:
            expect(os.waitstatus_to_exitcode(status) == -signal.SIGHUP, 'the signal of a hang-up', status)
            return
        time.sleep(0.02)
    os.kill(view.pid, signal.SIGKILL)
    raise AssertionError('it did not end')


@test
def stopping_gives_the_terminal_back_and_takes_it_again():
    with small() as view:
        os.write(view.master, b'\x1a') # Ctrl+Z; of an orphaned group nobody is stopped, so it goes on at once
        view.look()
        text = view.until('all  100.0 %')
        expect(view.screen.modes['1049'] and 'main' in text, 'it is back', text)
        view.keys('q')
        view.ends(0)


@test
def a_terminal_that_takes_nothing_does_not_hold_it():
    """Nobody reads what it writes; the keys still work, and it ends."""
    with small(columns=200, rows=60, env={'COLORTERM': 'truecolor'}) as view:
        begin = time.monotonic()
        for _ in range(300):
            os.write(view.master, b'\x0c') # draw all of it again
        time.sleep(0.5)
        os.write(view.master, b'q')
        pid = 0
        while not pid and time.monotonic() < begin + 30:
            pid, status = os.waitpid(view.pid, os.WNOHANG)
            time.sleep(0.02)
        view.pid = 0 if pid else view.pid
        expect(pid and os.waitstatus_to_exitcode(status) == 0, 'it ended', pid)
        expect(termios.tcgetattr(view.slave) == view.before, 'the settings are as before')


@test
def names_cannot_drive_the_terminal():
    """What a terminal would obey fails in Screen; wide characters and marks keep the lines in place."""
    names = ('\x1b[2J\x1b]0;owned\x07', 'evil\x1b[?1049lname', '\u202egpj.exe', '日本語の関数', 'e\u0301' * 30, 'a' * 500,
             '\x9b31m', '👩‍👩‍👧', 'tab\there', '\u200b\u2066x')
    lines = ''.join('main;%s %d\n' % (name, 10 + i) for i, name in enumerate(names))
    write('hostile.folded', lines.encode())
    with View('-q', 'hostile.folded', columns=70, rows=20) as view:
        view.until('all')
        view.keys(DOWN)
        for _ in names:
            view.keys(LEFT, DOWN, 'y', ' ', '2', '3', '1')
            copied = view.screen.copied
            expect(copied is None or re.fullmatch(rb'[^\x00-\x1f\x7f]*', copied), 'what is copied', copied)
        text = view.keys('3')
        for shown in ('\\x1b[2J\\x1b]0', 'owned\\x07', '日本語の関数', '\\u202e'):
            expect(shown in text, 'names as text', text)
        view.keys('q')
        view.ends(0)


@test
def y_copies_the_name():
    with small() as view:
        view.keys(DOWN, 'y')
        expect(view.screen.copied == b'main', 'OSC 52', view.screen.copied)
        view.keys('q')
        view.ends(0)


@test
def a_profile_may_come_by_a_pipe():
    reader, writer = os.pipe()
    os.write(writer, b'main;work 7\n')
    os.close(writer)
    with View('-q', '-', stdin=reader) as view:
        os.close(reader)
        text = view.until('work')
        expect('stdin' in text, 'its name', text)
        view.keys('q')
        view.ends(0)


@test
def estimates_are_marked():
    with View(CALLS, columns=110, rows=30) as view:
        text = view.until('proven')
        expect('≈ estimated, 97.9 % proven' in text and '≈score  ' in text, 'marks', text)
        text = view.keys('/', '^score$', '\r', b'\x1b')
        expect(re.search(r'total ≈[0-9.]+ ms \([0-9.]+ to [0-9.]+ ms\)', text), 'bounds', text)
        view.keys('q')
        view.ends(0)


@test
def without_a_terminal_it_says_so():
    result = run('view', FOLDED)
    expect_failure(result, 2, 'view needs a terminal')
    for term in ('dumb', ''):
        with View(FOLDED, env={'TERM': term}) as view:
            expect(view.wait() == 2, 'status', term)
            expect(termios.tcgetattr(view.slave) == view.before, 'nothing was set')


@test
def a_million_stacks_are_drawn_at_once():
    """From a key to a picture, as the terminal sees it: half a second is far more than it takes."""
    with open('wide.folded', 'w', encoding='utf-8') as file:
        for i in range(1000):
            for j in range(1000):
                file.write('main;a%03d;b%03d 1\n' % (i, j))
    with View('-q', 'wide.folded', columns=200, rows=50) as view:
        view.until('main')
        times = []
        for key in (DOWN, b'\x0c', UP, b'\x0c') * 5:
            begin = time.monotonic()
            os.write(view.master, key)
            expect(select.select([view.master], [], [], 60)[0], 'a picture', key)
            times.append(time.monotonic() - begin)
            view.look(0.05)
        print('ms from key to picture:', ' '.join('%.0f' % (t * 1000) for t in times))
        expect(sorted(times)[len(times) // 2] < 0.5, 'pictures come at once', times)
        view.keys('q')
        view.ends(0)


sys.exit(main())
