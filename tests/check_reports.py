#!/usr/bin/env python3
"""Reports of profkit check, held to the schemas of others: JUnit XML by xmllint, SARIF by jsonschema, annotations by a
reader written from GitHub's rules. Names are hostile: what a profile calls a function must not become markup, a second
line or a second command.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from program import SHARED, Skip, expect, expect_status, main, run, samples, test, write

HOSTILE = ['::error file=x::y', 'a%0Ab', '</testcase><x>', '"quoted" & \'single\'', 'tab\there', 'esc\x1b[31m',
           '\u202egnp.exe', 'comma,colon:percent%', 'very' + 'long' * 300, ']]>', '\ufffe', '\u00e9t\u00e9']


def gate(*arguments, status=1):
    """Reports of one run, by name."""
    kinds = ('github', 'junit', 'sarif', 'md')
    options = [word for kind in kinds for word in ('--report', '%s:out.%s' % (kind, kind))]
    result = run('check', '-q', *arguments, *options)
    expect_status(result, status)
    reports = {}
    for kind in kinds:
        with open('out.' + kind, encoding='utf-8', newline='') as file:
            reports[kind] = file.read()
    return reports


def hostile():
    """Two callgrind files in which every function got slower, and a rule on each."""
    for name, cost in (('before.cg', 100), ('after.cg', 200)):
        text = 'events: Ir\n'
        for at, function in enumerate(HOSTILE):
            text += 'fl=dir %d/a,b.c\nfn=%s\n%d %d\n' % (at, function.replace('\n', ' '), at + 1, cost + at)
        write(name, text.encode('utf-8', 'surrogatepass'))
    return ['before.cg', 'after.cg', '--min-change', '0', '--max-regression', '5%', '--rule', 'calls("x") < 3',
            '--rule', 'self("tab") < 3', '--rule', 'self("nothing of this name") < 3']


def shared(name):
    path = os.path.join(SHARED, 'schemas', name)
    if not os.path.exists(path):
        raise Skip('no %s: set PROFKIT_SHARED' % name)
    return path


@test
def junit_is_as_its_schema_says():
    if not shutil.which('xmllint'):
        raise Skip('xmllint is not installed')
    schema = shared('junit-10.xsd')
    for arguments in (hostile(), samples('reminders.prof')[:1] + ['--rule', 'calls("read") < 0']):
        report = gate(*arguments)['junit']
        write('gate.xml', report)
        done = subprocess.run(['xmllint', '--noout', '--nonet', '--schema', schema, 'gate.xml'], capture_output=True,
                              check=False)
        expect(done.returncode == 0, 'not as the schema says', done.stderr.decode()[-500:])
        suite = ElementTree.fromstring(report).find('testsuite')
        cases = suite.findall('testcase')
        expect(int(suite.get('tests')) == len(cases), 'tests', suite.attrib)
        expect(int(suite.get('failures')) == len(suite.findall('testcase/failure')) > 0, 'failures', suite.attrib)
        expect(int(suite.get('skipped')) == len(suite.findall('testcase/skipped')), 'skipped', suite.attrib)
        for case in suite.findall('testcase/failure'):
            expect(case.get('message') in case.text, 'the message stands in the body too', case.text)
    write('broken.xml', report.replace('tests=', 'test='))
    expect(subprocess.run(['xmllint', '--noout', '--nonet', '--schema', schema, 'broken.xml'], capture_output=True,
                          check=False).returncode != 0, 'the schema takes anything')


@test
def sarif_is_as_its_schema_says():
    try:
        from jsonschema import Draft4Validator
    except ImportError:
        raise Skip('python3-jsonschema is not installed') from None
    with open(shared('sarif-2.1.0.json'), encoding='utf-8') as file:
        validator = Draft4Validator(json.load(file))
    for arguments in (hostile(), samples('reminders.prof')[:1] + ['--rule', 'calls("read") < 0']):
        log = json.loads(gate(*arguments)['sarif'])
        error = next(validator.iter_errors(log), None)
        expect(error is None, 'not as the schema says', error and error.message[:300])
        sarif_run = log['runs'][0]
        rules = sarif_run['tool']['driver']['rules']
        expect(len({rule['id'] for rule in rules}) == len(rules), 'a rule stands twice', rules)
        for result in sarif_run['results']:
            expect(rules[result['ruleIndex']]['id'] == result['ruleId'], 'the index of a rule', result)
            expect((result['level'] == 'error') == (result['kind'] == 'fail'), 'kind and level', result)
            expect('line' not in json.dumps(result['partialFingerprints']), 'a line in a fingerprint', result)
            for location in result.get('locations', ()):
                uri = location.get('physicalLocation', {}).get('artifactLocation', {}).get('uri', 'a')
                expect(re.fullmatch(r"(?:[A-Za-z0-9._~+/-]|%[0-9A-F]{2})+", uri), 'no relative reference', uri)
        kinds = {result['kind'] for result in sarif_run['results']}
        expect('fail' in kinds, 'nothing failed', kinds)
    expect(not validator.is_valid({'version': '2.1.0', 'runs': [{}]}), 'the schema takes anything')


@test
def annotations_are_one_line_each():
    lines = gate(*hostile())['github'].split('\n')
    expect(lines.pop() == '', 'a line end at the end')
    errors = [line for line in lines if line.startswith('::error ')]
    expect(len(errors) == 10 and len(lines) == 11, 'ten of a level, and the undecided one', lines)
    for line in lines:
        match = re.fullmatch(r'::(error|warning) ((?:[a-z]+=[^,:]*,?)+)::(.+)', line)
        expect(match, 'no workflow command', line)
        for field in match[2].split(','):
            key, value = field.split('=', 1)
            expect(key in ('file', 'line', 'title'), 'a property of ours', line)
            expect(key != 'line' or value.isdigit(), 'a line number', line)
        for text in (match[2], match[3]):
            expect(not re.search(r'%(?!25|3A|2C)', text), 'a % that is no escape of ours', line)
            expect(not re.search('[\x00-\x1f\x7f\u202e]', text), 'what drives a terminal', line)
    expect(' more)' in errors[-1], 'how many there are besides', errors[-1])


@test
def markdown_has_a_row_for_each():
    report = gate(*hostile())['md']
    expect(report.startswith('### profkit check: failed\n\n| RESULT |'), 'the heading', report[:80])
    rows = [line for line in report.split('\n') if line.startswith('| FAIL')]
    expect(len(rows) == len(HOSTILE) + 1, 'rows', rows)
    expect(gate('before.cg', 'before.cg', status=0)['md'].startswith('### profkit check: passed\n'), 'and of a pass')


@test
def a_report_that_cannot_be_written_leaves_the_others_as_they_were():
    write('old.xml', 'old')
    result = run('check', '-q', *hostile(), '--report', 'junit:old.xml', '--report', 'sarif:missing/gate.sarif')
    expect_status(result, 4)
    with open('old.xml', encoding='utf-8') as file:
        expect(file.read() == 'old', 'a failed run wrote a report')
    for wrong, status in (('junti', 2), ('junit:', 2), ('md:before.cg', 2)):
        result = run('check', '-q', *hostile(), '--report', wrong)
        expect_status(result, status)


@test
def without_a_file_reports_follow_the_result():
    result = run('check', '-q', '--no-header', *hostile(), '--report', 'github')
    expect_status(result, 1)
    lines = result.out.decode().splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith('::'))
    expect(first > 0 and all(line.startswith('::') for line in lines[first:]), 'rows, then annotations', lines)


sys.exit(main())
