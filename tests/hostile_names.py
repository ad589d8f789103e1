#!/usr/bin/env python3
"""Names chosen by an attacker, from the file to every output: nothing of them may do anything.

Each name goes through a collapsed file and a pstats file. Terminal text must hold no control byte and no more lines
than rows; JSON must parse and give the name back; an SVG must parse and hold no element or attribute that the picture
of a harmless profile lacks.
"""
import json
import marshal
import re
import sys
import xml.etree.ElementTree

from program import expect, expect_failure, expect_status, main, read, run, test, write

NAMES = [
    b'</script><script>alert(1)</script>', b'"><svg/onload=alert(1)>', b"'><img src=x onerror=alert(1)>",
    b'&<>"\'', b'&amp;lt;', b'&#x3c;script&#x3e;', b'<!--', b'-->', b']]>', b'<![CDATA[', b'<?xml version="1.0"?>',
    b'<!DOCTYPE a [<!ENTITY b "c">]>&b;', b'javascript:alert(1)', b'</title><a href="x">', b'</style>', b'\\u003c',
    b'\x1b[31mred\x1b[0m', b'\x1b]0;title\x07', b'\x9b31m', b'\xc2\x9b31m', b'\x01\x02\x7f\x08\x0c', b'a\rb', b'a\tb',
    'a\u202eb'.encode(), '\u2066x\u2069'.encode(), 'a\u2028b\u2029c'.encode(), '\ufeffbom'.encode(),
    '\ufffe\uffff'.encode(), '\U0010ffff'.encode(), b'\xff\xfe', b'\xc0\xaf', b'\xed\xa0\x80', b'\xf4\x90\x80\x80',
    b'\xe2\x82', b'%s%n%s%n', b'%1$s', b'${x}', b'$(reboot)', b'`reboot`', b'../../etc/passwd', b'=1+1', b'constructor',
    b'__proto__', b' ', b'  two  blanks  ', b'.', b'a' * 100000, b'<' * 5000, '\u0301'.encode() * 5000,
    '\U0001f600'.encode() * 300, b'\xff' * 3000, b'(pruned)', b'[unknown]', b'#', b'# x: y',
]
LINE_ENDS = [b'a\nb', b'a\r\nb', b'nul\x00in it', b'\x00', b'x;y', b'x 5', b''] # only binary files can have these

# No C0 but the line end, no DEL, no C1, no control of the writing direction, no line or paragraph separator.
CONTROL = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]')


def folded(names):
    return b''.join(b'main;before;%s;after %d\nmain;%s %d\n' % (name, i + 1, name, 3 * i + 1)
                    for i, name in enumerate(names))


def dump(value):
    """marshal of version 2, with byte strings where Python 2 had its strings."""
    if isinstance(value, dict):
        return b'{' + b''.join(dump(k) + dump(v) for k, v in value.items()) + b'0'
    if isinstance(value, tuple):
        return b'(' + len(value).to_bytes(4, 'little') + b''.join(dump(v) for v in value)
    if isinstance(value, bytes):
        return b's' + len(value).to_bytes(4, 'little') + value
    return marshal.dumps(value, 2)


def pstats(names):
    """A program whose main calls a function of each name, in a file of that name."""
    root = (b'app.py', 1, b'main')
    stats = {root: (1, 1, 0.5, 0.5 + len(names), {})}
    for i, name in enumerate(names):
        stats[(name + b'.py', i, name)] = (1, 1, 1.0, 1.0, {root: (1, 1, 1.0, 1.0)})
        stats[(b'~', 0, b'<built-in method %s>' % name)] = (1, 1, 0.0, 0.0, {root: (1, 1, 0.0, 0.0)})
    return dump(stats)


def both(names):
    return [write('names.folded', folded(names)), write('names.prof', pstats(names + LINE_ENDS))]


def harmless(path):
    """A file of the same form whose names are plain words; one of them has no symbol here too."""
    names = [b'part_%d::name_%d' % (i, i) for i in range(len(NAMES) - 1)] + [b'[unknown]']
    if path.endswith('.folded'):
        return write('plain.folded', folded(names))
    return write('plain.prof', pstats(names + [b'name_%d' % i for i in range(len(LINE_ENDS))]))


def check_text(result, what):
    expect_status(result, 0)
    for stream in (result.out, result.err):
        found = CONTROL.search(stream.decode('utf-8', 'strict'))
        expect(not found, '%s: a control character' % what, found)


@test
def text_cannot_drive_a_terminal():
    for path in both(NAMES):
        for arguments in (['hotspots', '--top', '0', '--no-header'], ['summary'], ['info'], ['hotspots', '--ascii'],
                          ['hotspots', '--width', '60', '--top', '0'], ['hotspots', '--width', '30', '--raw'],
                          ['services', '--top', '0', '--service', 'all=(?s).', '--service', 'x\x1b[2J\n=nothing'],
                          ['services', '--by', 'module', '--top', '0']):
            check_text(run(*arguments, path), '%s of %s' % (arguments, path))
        rows = run('hotspots', '--top', '0', '--no-header', path).out.count(b'\n')
        functions = len(json.loads(run('hotspots', '--top', '0', '--json', path).out)['rows'])
        expect(rows == functions, 'a name makes two lines: %d rows of %d functions' % (rows, functions))


@test
def messages_cannot_drive_a_terminal():
    for name in NAMES[:-4] + [b'a\nb', b'x\x1b[2Jy.folded']:
        if len(name) > 200 or b'/' in name or name == b'.':
            continue
        result = run('hotspots', b'./' + name)
        expect_failure(result, 3, 'no such file')
        expect(not CONTROL.search(result.err.decode()), 'a control character', result)
        write(b'./' + name, b'main;a 1\n')
        check_text(run('summary', b'./' + name), 'a file name')
        check_text(run('flame', b'./' + name, '-o', 'out.svg'), 'a file name')
        xml.etree.ElementTree.fromstring(read('out.svg'))
    for name in NAMES:
        expect(not CONTROL.search(run('hotspots', data=name + b'\n').err.decode()), 'a control character', name)


@test
def unknown_words_are_quoted():
    for word in ('\x1b[31m', 'a\nb', '\u202e', 'x' * 5000):
        for arguments in (['hotspots', '--metric', word], ['hotspots', '-f', word], ['hotspots', '--' + word], [word],
                          ['hotspots', '--top', word], ['convert', '--to', word], ['hotspots', '--limit', word],
                          ['flame', '--colors', word], ['help', word], ['services', '--by', word],
                          ['services', '--service', word], ['services', '--service', 'x=(' + word], ['whatif', '--drop', word],
                          ['whatif', '--hoist', 'a:' + word], ['whatif', '--speedup', 'a=' + word]):
            result = run(*arguments, data=b'a;b 1\n')
            expect_failure(result, 2)
            expect(not CONTROL.search(result.err.decode()) and len(result.err) < 3000, 'a control character', result)


@test
def json_parses_and_keeps_every_name():
    for path in both(NAMES):
        for arguments in (['convert', '--to', 'json'], ['hotspots', '--json', '--top', '0'], ['summary', '--json'],
                          ['services', '--json', '--top', '0', '--service', 'all=(?s).'],
                          ['info', '--json']):
            result = run(*arguments, path)
            expect_status(result, 0)
            json.loads(result.out.decode('utf-8', 'strict'))
        frames = json.loads(run('convert', '--to', 'json', path).out)['frames']
        found = [frame['name'] for frame in frames]
        for name in NAMES:
            try:
                text = name.decode('utf-8')
            except UnicodeDecodeError:
                continue
            if path.endswith('.folded') and (text.strip(' \t') != text or ';' in text):
                continue
            if not re.search('[(\\[\ufffe\uffff]', text): # places and kinds are taken off
                expect(text in found, 'lost in %s' % path, ascii(text[:80]))
        expect(path.endswith('.folded') or len(frames) == 1 + 2 * len(NAMES + LINE_ENDS), 'names joined', len(frames))


def queries(names):
    """A program in which a function of each name asks a database 200 times: a finding for each."""
    root, execute = (b'app.py', 1, b'main'), (b'~', 0, b"<method 'execute' of 'sqlite3.Cursor' objects>")
    stats = {root: (1, 1, 0.5, 0.5 + 4.0 * len(names), {})}
    callers = {}
    for i, name in enumerate(names):
        caller = (b'%d/' % i + name + b'.py', i + 1, name)
        stats[caller] = (1, 1, 0.0, 4.0, {root: (1, 1, 0.0, 4.0)})
        callers[caller] = (200, 200, 4.0, 4.0)
    stats[execute] = (200 * len(names), 200 * len(names), 4.0 * len(names), 4.0 * len(names), callers)
    return write('queries.prof', dump(stats))


@test
def findings_do_nothing_in_any_form():
    names = [name for name in NAMES if len(name) < 1000][:24] + LINE_ENDS # each costs 2 % at least
    path = queries(names)
    for form in ('text', 'md', 'github', 'sarif', 'junit', 'json'):
        result = run('findings', '-q', '--top', '0', '--to', form, path)
        if form == 'json': # escaped for strings alone
            expect_status(result, 0)
        else:
            check_text(result, 'findings as ' + form)
        lines = result.out.decode('utf-8').splitlines()
        if form == 'json':
            rows = json.loads(result.out)['rows']
            expect(len(rows) == len(names), 'a finding for each', len(rows))
        elif form == 'sarif':
            results = json.loads(result.out)['runs'][0]['results']
            expect(len(results) == len(names), 'a result for each', len(results))
            for one in results:
                for place in one['locations']:
                    uri = place.get('physicalLocation', {}).get('artifactLocation', {}).get('uri', '')
                    expect(not re.search(r'^[a-z]+:|[^\w.~/+%-]', uri, re.A), 'no relative reference', uri)
        elif form == 'junit':
            kinds = {element.tag for element in xml.etree.ElementTree.fromstring(result.out).iter()}
            expect(kinds == {'testsuites', 'testsuite', 'testcase', 'system-out'}, 'new elements', kinds)
        elif form == 'github':
            expect(all(re.match('::(warning|notice) (file=|title=profkit )', line) for line in lines), 'a command', lines)
            expect(len(lines) == 10, 'a name makes two lines', lines)
        elif form == 'md':
            outside = re.sub(r'(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)', '', '\n'.join(lines))
            expect(not re.search(r'[<@$]|alert|reboot|\]\(', outside), 'markup', outside)
        else:
            expect(sum(line.startswith('   id ') for line in lines) == len(names), 'a paragraph for each', lines)


def shape(path):
    """What elements with which attributes an SVG holds, and what no name may get into."""
    kinds, fixed = set(), set()
    for element in xml.etree.ElementTree.fromstring(read(path)).iter():
        tag = element.tag.split('}')[-1]
        kinds |= {(tag, None)} | {(tag, key) for key in element.attrib}
        if tag in ('script', 'style'): # one rule for each colour that is used
            fixed.add(re.sub(r'\.pk \.[a-zA-Z]{fill:#[0-9a-f]{6}}\n', '', element.text))
        for key, value in element.attrib.items():
            if key == 'class':
                expect(re.fullmatch('[A-Za-z]{1,8}( [A-Za-z]{1,8})*', value), 'a class', value)
            elif key.split('}')[-1] in ('href', 'style', 'id', 'src') or key.startswith('on'):
                fixed.add((tag, key, re.sub('[0-9]+', '0', value)))
    return kinds, fixed


@test
def an_svg_holds_no_element_that_a_harmless_one_lacks():
    for path in both(NAMES):
        for shape_options in ([], ['--inverted'], ['--reverse'], ['--exact-only'], ['--minwidth', '0'],
                              ['--colors', 'hash']):
            extra = ['--title', '</title><script>x</script>', '--subtitle', '"><a href="javascript:x">', '--notes',
                     '--><script>&', '--countname', '<b>']
            expect_status(run('flame', *shape_options, *extra, path, '-o', 'evil.svg'), 0)
            expect_status(run('flame', *shape_options, '--notes', 'x', harmless(path), '-o', 'plain.svg'), 0)
            (evil, evil_fixed), (plain, plain_fixed) = shape('evil.svg'), shape('plain.svg')
            expect(not evil - plain, 'new elements or attributes', evil - plain)
            expect(not evil_fixed - plain_fixed, 'a script, style, link or id', evil_fixed - plain_fixed)
            text = read('evil.svg').decode('utf-8', 'strict')
            expect(not re.search('[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', text), 'what XML forbids', path)
            expect('<!DOCTYPE' not in text and '<!ENTITY' not in text, 'a document type', path)


@test
def collapsed_text_keeps_the_number_of_records():
    for path in both(NAMES):
        first = run('convert', '--estimate', '--to', 'folded', '-q', path)
        expect_status(first, 0)
        again = run('convert', '-f', 'folded', '--to', 'folded', '-q', data=first.out)
        expect_status(again, 0)
        expect(first.out.count(b'\n') >= len(NAMES), 'few records', path)
        expect(first.out.count(b'\n') == again.out.count(b'\n'), 'records', path)
        expect(path.endswith('.prof') or first.out == again.out, 'not the same text', path)


@test
def different_bytes_stay_different_names():
    names = [b'\xff', b'\xfe', b'\xef\xbf\xbd', b'\\xff', b'a\x00', b'a', b'a\x00b', b'A', b'a ']
    write('names.prof', pstats(names))
    rows = json.loads(run('hotspots', '--json', '--top', '0', 'names.prof').out)['rows']
    expect(len(rows) == 1 + 2 * len(names), 'functions joined', len(rows))


if __name__ == '__main__':
    sys.exit(main())
