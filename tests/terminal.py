"""What a person at a terminal sees, in a pseudo-terminal: width, colours, characters, pager, progress, signals.

The terminal is made here, so its width, its settings and what was written to it are known.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

from program import PROFKIT, SRCDIR, main, run, test

PROFILE = os.path.join(SRCDIR, 'samples/pstats/backtest/backtest.prof')
ESCAPES = re.compile(r'\x1b\[[0-9;]*[A-Za-z]')


class Terminal:
    """A run whose stdin, stdout and stderr are a terminal of its own."""

    def __init__(self, words, columns=80, env=None, streams=(0, 1, 2), setup=None):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.seen = b''
        environment = {key: value for key, value in os.environ.items()
                       if key not in ('NO_COLOR', 'CLICOLOR_FORCE', 'COLUMNS', 'PROFKIT_PAGER', 'LC_ALL', 'LC_CTYPE')}
        environment.update({'LANG': 'C.UTF-8', 'TERM': 'xterm', **(env or {})})
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for number in (signal.SIGINT, signal.SIGPIPE):
                    signal.signal(number, signal.SIG_DFL)
                nothing = os.open('/dev/null', os.O_RDWR)
                for fd in (0, 1, 2):
                    os.dup2(self.slave if fd in streams else nothing, fd)
                if setup:
                    setup()
                os.execve(words[0], words, environment)
            finally:
                os._exit(126)

    def look(self, until=None, seconds=60):
        """Take what is written until it holds `until` (or the program has ended); all that was seen so far."""
        end = time.monotonic() + seconds
        status = None
        while time.monotonic() < end and not (until and until in self.seen):
            if select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536)
            elif status is not None:
                break
            elif until is None:
                pid, left = os.waitpid(self.pid, os.WNOHANG)
                status = left if pid else None
        if status is not None:
            self.status = os.waitstatus_to_exitcode(status)
            self.pid = 0
        assert until is None or until in self.seen, 'never saw %r in %r' % (until, self.seen[-300:])
        assert until is not None or self.pid == 0, 'it did not end: %r' % self.seen[-300:]
        return self.seen

    def drain(self):
        """What is there now."""
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 65536)
        return self.seen

    def text(self):
        return self.look().decode('utf-8', 'replace').replace('\r\n', '\n')

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self.slave)


def show(*words, **options):
    """All that a run wrote to its terminal, and its exit status (negative: a signal)."""
    terminal = Terminal([PROFKIT, *words], **options)
    try:
        text = terminal.text()
        assert termios.tcgetattr(terminal.slave) == terminal.before, 'the terminal is not as it was'
        return text, terminal.status
    finally:
        terminal.close()


def cells(line):
    """Columns that a line takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1
               for c in ESCAPES.sub('', line))


@test
def no_line_is_wider_than_the_terminal():
    for columns in (200, 100, 80, 60, 45, 39, 30):
        text, status = show('hotspots', PROFILE, columns=columns)
        assert status == 0 and len(text.splitlines()) > 20, text
        wide = [line for line in text.splitlines() if cells(line) > columns]
        assert not wide, 'at %d columns: %r' % (columns, wide[:2])


@test
def columns_go_in_the_order_of_their_use():
    shown = {}
    for columns in range(110, 40, -1):
        text, _ = show('hotspots', PROFILE, columns=columns, env={'NO_COLOR': '1'})
        shown[columns] = ('█' in text or '▌' in text, 'TOTAL' in text, 'FUNCTION' in text, 'CALLS' in text)
    last = {name: min((c for c in shown if shown[c][i]), default=999) for i, name in enumerate(('bar', 'total'))}
    assert last['bar'] > last['total'], 'the bar goes before the total: %r' % last
    assert all(function for _, _, function, _ in shown.values()), 'the function never goes'


@test
def under_forty_columns_a_row_is_two_lines():
    wide, _ = show('hotspots', '--top', '5', PROFILE, columns=40)
    narrow, _ = show('hotspots', '--top', '5', PROFILE, columns=39)
    assert len(narrow.splitlines()) >= len(wide.splitlines()) + 5, (wide, narrow)


@test
def a_terminal_that_knows_no_width_has_that_of_columns():
    text, _ = show('hotspots', PROFILE, columns=0, env={'COLUMNS': '50'})
    assert max(map(cells, text.splitlines())) <= 50, text
    text, _ = show('hotspots', PROFILE, columns=0)
    assert 50 < max(map(cells, text.splitlines())) <= 100, text


@test
def width_on_the_command_line_is_stronger():
    text, _ = show('hotspots', '--width', '45', PROFILE, columns=200)
    assert max(map(cells, text.splitlines())) <= 45, text


@test
def nothing_is_cut_and_no_pager_runs_without_a_terminal():
    result = run('hotspots', '--top', '0', '--pager', 'false', PROFILE)
    assert result.status == 0 and b'sample' not in result.err, result
    assert b'\x1b' not in result.out


@test
def colours_only_repeat_what_the_text_says():
    plain, _ = show('hotspots', PROFILE, env={'NO_COLOR': '1'})
    assert '\x1b' not in plain
    coloured, _ = show('hotspots', PROFILE)
    assert '\x1b[1m' in coloured and '\x1b[36m' in coloured, coloured[:300]
    assert ESCAPES.sub('', coloured) == plain, 'only the sequences differ'
    codes = {int(code) for codes in re.findall(r'\x1b\[([0-9;]*)m', coloured) for code in codes.split(';')}
    assert codes <= {0, 1, 2, 31, 32, 33, 34, 35, 36}, codes


@test
def colour_has_an_option_and_variables():
    for words, env, expected in (
            (['--color=never'], {'CLICOLOR_FORCE': '1'}, False),
            (['--color=always'], {'NO_COLOR': '1'}, True),
            ([], {'NO_COLOR': '1', 'CLICOLOR_FORCE': '1'}, False),
            ([], {'TERM': 'dumb'}, False),
            ([], {'TERM': 'dumb', 'CLICOLOR_FORCE': '1'}, True),
            ([], {}, True)):
        text, _ = show('hotspots', *words, PROFILE, env=env)
        assert ('\x1b' in text) == expected, (words, env)


@test
def files_and_pipes_have_colours_only_when_told():
    for words, expected in (([], False), (['--color=always'], True)):
        result = run('hotspots', '-q', *words, PROFILE)
        assert (b'\x1b' in result.out) == expected, words
        run('hotspots', '-q', *words, PROFILE, '-o', 'out.txt')
        with open('out.txt', 'rb') as file:
            assert (b'\x1b' in file.read()) == expected, words
    result = run('hotspots', '-q', '--color=always', '--json', PROFILE)
    assert b'\x1b' not in result.out, 'only text has colours'


@test
def differences_have_a_sign_and_a_colour():
    other = os.path.join(SRCDIR, 'samples/pstats/reminders-fixed/reminders.prof')
    text, _ = show('diff', os.path.join(SRCDIR, 'samples/pstats/reminders/reminders.prof'), other)
    more, less = re.findall(r'\x1b\[31m([^\x1b]*)', text), re.findall(r'\x1b\[36m([^\x1b]*)', text)
    assert more and all('+' in value for value in more), more
    assert less and all('-' in value for value in less), less


@test
def errors_and_warnings_are_painted_on_a_terminal_only():
    text, status = show('hotspots', 'missing.folded')
    assert status == 3 and text.startswith('\x1b[1;31mprofkit:\x1b[0m missing.folded: no such file'), text
    result = run('hotspots', 'missing.folded')
    assert result.err == b'profkit: missing.folded: no such file or directory\n', result
    text, _ = show('hotspots', 'missing.folded', '--color=never')
    assert '\x1b' not in text
    with open('few.folded', 'w', encoding='utf-8') as file:
        file.write('main;load 3\n' * 1000 + 'main\n')
    text, _ = show('hotspots', 'few.folded')
    assert '\x1b[1;33mwarning:\x1b[0m' in text, text


@test
def a_locale_without_utf8_gets_ascii():
    for env in ({'LANG': 'C'}, {'LC_ALL': 'de_DE.ISO-8859-1'}, {'LC_CTYPE': 'POSIX'}):
        for command in ('hotspots', 'summary', 'info', 'tree', 'paths'):
            text, status = show(command, PROFILE, env=env)
            assert status == 0 and text.isascii(), (env, command, [c for c in text if not c.isascii()][:5])
    text, _ = show('hotspots', PROFILE)
    assert not text.isascii()
    text, _ = show('hotspots', '--ascii', PROFILE)
    assert text.isascii()


@test
def a_pager_is_given_what_a_terminal_would_show():
    plain, _ = show('hotspots', PROFILE, env={'NO_COLOR': '1'})
    paged, status = show('hotspots', '--pager', 'sed s/^/>/', PROFILE)
    table = [line for line in paged.splitlines() if line.startswith('>')]
    assert status == 0 and [line[1:] for line in table] == plain.splitlines(), paged
    paged, status = show('hotspots', PROFILE, env={'PROFKIT_PAGER': 'sed s/^/>/'})
    assert status == 0 and '>' in paged
    unpaged, _ = show('hotspots', '--pager', '', PROFILE, env={'PROFKIT_PAGER': 'sed s/^/>/', 'NO_COLOR': '1'})
    assert unpaged == plain, 'an empty --pager is none'


@test
def a_pager_gets_words_and_no_shell():
    paged, status = show('hotspots', '--pager', 'printf %s\\n  $HOME;echo   *', PROFILE)
    assert status == 0 and '$HOME;echo\n*' in paged, paged


@test
def a_pager_that_ends_early_is_a_quiet_end():
    big = 'big.folded'
    with open(big, 'w', encoding='utf-8') as file:
        file.writelines('main;function_%d %d\n' % (i, i + 1) for i in range(20000))
    paged, status = show('hotspots', '--no-progress', '--top', '0', '--pager', 'head -n 2', big)
    assert status == 0 and len(paged.splitlines()) == 2 and 'profkit' not in paged, (status, paged[:300])


@test
def a_pager_that_fails_is_an_error():
    for command, words in (('no-such-pager', "there is no pager 'no-such-pager' in PATH"),
                           ('false', "the pager 'false' ended with status 1")):
        text, status = show('hotspots', '--pager', command, PROFILE, env={'NO_COLOR': '1'})
        assert status == 4 and 'profkit: %s\n' % words in text, (status, text)


@test
def the_terminal_is_restored_behind_a_pager_that_was_killed():
    with open('wild', 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\nstty raw -echo </dev/tty\nkill -9 $$\n')
    os.chmod('wild', 0o755)
    text, status = show('hotspots', '--pager', './wild', PROFILE, env={'NO_COLOR': '1'})  # show compares the settings
    assert status == 4 and 'signal 9' in text, (status, text)


@test
def a_key_that_interrupts_ends_both():
    with open('slow-pager', 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\necho shown\nexec sleep 60\n')
    os.chmod('slow-pager', 0o755)
    terminal = Terminal([PROFKIT, 'hotspots', '--pager', './slow-pager', PROFILE])
    try:
        terminal.look(b'shown')
        os.write(terminal.master, b'\x03')
        terminal.look()
        assert terminal.status == -signal.SIGINT, terminal.status
    finally:
        terminal.close()


def slow_run(*words, streams=(0, 1, 2), **options):
    """A run that reads from a FIFO, and the FIFO."""
    if not os.path.exists('fifo'):
        os.mkfifo('fifo')
    terminal = Terminal([PROFKIT, 'hotspots', *words, 'fifo'], streams=streams, **options)
    fifo = os.open('fifo', os.O_WRONLY)
    return terminal, fifo


def feed(fifo, seconds, block=b'main;load;parse 30\n' * 500):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.write(fifo, block)
        time.sleep(0.02)


@test
def progress_is_drawn_after_a_second_and_cleared():
    terminal, fifo = slow_run(env={'NO_COLOR': '1'})
    try:
        started = time.monotonic()
        feed(fifo, 0.5)
        seen = terminal.drain()
        if time.monotonic() - started < 0.95: # a busy machine may have taken the second already
            assert b'reading' not in seen, seen
        feed(fifo, 2.5)
        os.close(fifo)
        fifo = -1
        seen = terminal.text()
        assert terminal.status == 0
        drawn = re.findall(r'\x1b\[Kreading fifo  (\d+\.\d) MB  (\d+\.\d) MB/s', seen)
        assert len(drawn) > 3, seen[:500]
        assert len(drawn) <= 40, '%d redraws in 3 s' % len(drawn)
        sizes = [float(size) for size, _ in drawn]
        assert sizes == sorted(sizes) and sizes[-1] > 0, sizes
        shown = seen[seen.rindex('\x1b[K') + 3:]
        assert 'SELF' in shown and 'reading' not in shown, 'the bar is gone before the table: %r' % shown[:100]
    finally:
        if fifo >= 0:
            os.close(fifo)
        terminal.close()


@test
def no_progress_when_told_or_without_a_terminal():
    for words, streams in ((['-q'], (0, 1, 2)), (['--no-progress'], (0, 1, 2)), ([], (0, 1))):
        terminal, fifo = slow_run(*words, streams=streams, env={'NO_COLOR': '1'})
        try:
            feed(fifo, 1.6)
            os.close(fifo)
            seen = terminal.text()
            assert terminal.status == 0 and 'reading' not in seen and '\x1b' not in seen, (words, seen[:300])
        finally:
            terminal.close()


@test
def plain_progress_is_a_line_each_ten_seconds():
    terminal, fifo = slow_run('--progress=plain', streams=(0, 2), env={'NO_COLOR': '1'})
    try:
        feed(fifo, 11)
        os.close(fifo)
        seen = terminal.text()
        assert terminal.status == 0
        assert re.fullmatch(r'profkit: reading fifo  \d+\.\d MB  \d+\.\d MB/s\n', seen), seen[:300]
    finally:
        terminal.close()


@test
def usr1_prints_one_line():
    terminal, fifo = slow_run('--no-progress', env={'NO_COLOR': '1'})
    try:
        feed(fifo, 0.3)
        os.kill(terminal.pid, signal.SIGUSR1)
        terminal.look(b'MB/s')
        feed(fifo, 0.2)
        os.close(fifo)
        seen = terminal.text()
        assert terminal.status == 0, seen
        assert len(re.findall(r'^profkit: reading fifo  \d+\.\d MB  \d+\.\d MB/s$', seen, re.M)) == 1, seen[:300]
    finally:
        terminal.close()


@test
def a_signal_while_the_bar_is_drawn_clears_it_and_ends_in_128_and_its_number():
    for number in (signal.SIGINT, signal.SIGTERM):
        with open('old.txt', 'w', encoding='utf-8') as file:
            file.write('old\n')
        terminal, fifo = slow_run('-o', 'old.txt', env={'NO_COLOR': '1'})
        try:
            feed(fifo, 1.6)
            terminal.look(b'reading fifo')
            os.kill(terminal.pid, number)
            seen = terminal.text()
            assert terminal.status == -number, terminal.status
            assert seen.endswith('\r\x1b[K'), seen[-100:]
            with open('old.txt', encoding='utf-8') as file:
                assert file.read() == 'old\n'
            assert not [name for name in os.listdir('.') if name.startswith('.profkit-')]
        finally:
            os.close(fifo)
            terminal.close()


sys.exit(main())
