#!/usr/bin/env python3
"""Reports of profkit check and profkit findings, held to the schemas of others: JUnit XML by xmllint, SARIF by
jsonschema, annotations by a reader written from GitHub's rules. Names are hostile: what a profile calls a function must
not become markup, a second line or a second command.
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


def found(*arguments, status=1):
    """The same of findings, one run for each."""
    reports = {}
    for kind in ('github', 'junit', 'sarif', 'md'):
        result = run('findings', '-q', '--to', kind, *arguments)
        expect_status(result, status)
        reports[kind] = result.out.decode('utf-8')
    return reports


def queries():
    """A callgrind file in which a function of each hostile name asks a database in a loop."""
    text = 'events: Ir\nfl=start.c\nfn=start\n1 0\n'
    for at, function in enumerate(HOSTILE):
        place = 'dir %d/a,b.c\nXfn=%s' % (at, function.replace('\n', ' '))
        text += 'cfi=%s\ncalls=1 1\n1 200000\n' % place.replace('X', 'c')
    for at, function in enumerate(HOSTILE):
        text += 'fl=dir %d/a,b.c\nfn=%s\n7 1000\ncfi=sqlite3.c\ncfn=sqlite3_exec\ncalls=200 1\n8 %d\n' % (
            at, function.replace('\n', ' '), 199000 - at)
    text += 'fl=sqlite3.c\nfn=sqlite3_exec\n1 199000\n'
    write('queries.cg', text.encode('utf-8', 'surrogatepass'))
    return ['queries.cg', '--fail-on', 'likely']


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
    few = ['--rule', 'calls("read") < 0']
    for report in (gate(*hostile())['junit'], gate(*samples('reminders.prof')[:1], *few)['junit'],
                   found(*queries())['junit']):
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
    expect(len(suite.findall('testcase/failure')) == len(HOSTILE), 'a case for each finding', suite.attrib)
    passed = ElementTree.fromstring(found(*samples('backtest.prof')[:1], status=0)['junit']).findall('testsuite/testcase')
    expect(passed and all('costs' in case.find('system-out').text for case in passed), 'without a gate all pass', passed)
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
    few = ['--rule', 'calls("read") < 0']
    for report in (gate(*hostile()), gate(*samples('reminders.prof')[:1], *few), found(*queries()),
                   found(*samples('backtest.prof')[:1], '--fail-on', 'likely')):
        log = json.loads(report['sarif'])
        error = next(validator.iter_errors(log), None)
        expect(error is None, 'not as the schema says', error and error.message[:300])
        sarif_run = log['runs'][0]
        rules = sarif_run['tool']['driver']['rules']
        expect(len({rule['id'] for rule in rules}) == len(rules), 'a rule stands twice', rules)
        for result in sarif_run['results']:
            expect(rules[result['ruleIndex']]['id'] == result['ruleId'], 'the index of a rule', result)
            expect((result['level'] != 'none') == (result['kind'] == 'fail'), 'kind and level', result)
            expect('line' not in json.dumps(result['partialFingerprints']), 'a line in a fingerprint', result)
            for location in result.get('locations', ()):
                uri = location.get('physicalLocation', {}).get('artifactLocation', {}).get('uri', 'a')
                expect(re.fullmatch(r"(?:[A-Za-z0-9._~+/-]|%[0-9A-F]{2})+", uri), 'no relative reference', uri)
        kinds = {result['kind'] for result in sarif_run['results']}
        expect('fail' in kinds, 'nothing failed', kinds)
        expect('error' in {result['level'] for result in sarif_run['results']}, 'no error', report)
    levels = [result['level'] for result in sarif_run['results']]
    expect(levels == ['error', 'note'], 'what is likely fails, what is possible does not', levels)
    expect(not validator.is_valid({'version': '2.1.0', 'runs': [{}]}), 'the schema takes anything')


@test
def sarif_of_findings_names_rule_place_and_fingerprint():
    results = json.loads(found(*queries())['sarif'])['runs'][0]['results']
    expect(len(results) == len(HOSTILE), 'a result for each', len(results))
    expect({result['ruleId'] for result in results} == {'n-plus-one-query'}, 'the detector is the rule', results)
    place = results[0]['locations'][0]['physicalLocation']
    expect(re.fullmatch(r'dir%20[0-9]+/a%2Cb\.c', place['artifactLocation']['uri']), 'the place of the call', place)
    prints = [result['partialFingerprints']['profkitFinding/v1'] for result in results]
    expect(len(set(prints)) == len(HOSTILE), 'fingerprints tell them apart', prints)
    rows = json.loads(run('findings', '--json', '--top', '0', 'queries.cg').out)['rows']
    expect([row['fingerprint'] for row in rows if '\x1b' not in row['fingerprint'] and
            row['fingerprint'].isascii() and '\t' not in row['fingerprint']] ==
           [one for one in prints if one.isascii() and '\\' not in one], 'JSON has other ones', rows)


@test
def annotations_are_one_line_each():
    lines = gate(*hostile())['github'].split('\n')
    expect(lines.pop() == '', 'a line end at the end')
    errors = [line for line in lines if line.startswith('::error ')]
    expect(len(errors) == 10 and len(lines) == 11, 'ten of a level, and the undecided one', lines)
    findings = found(*queries())['github'].split('\n')
    expect(findings.pop() == '' and len(findings) == 10, 'ten of them', findings)
    for line in lines + findings:
        match = re.fullmatch(r'::(error|warning) ((?:[a-z]+=[^,:]*,?)+)::(.+)', line)
        expect(match, 'no workflow command', line)
        for field in match[2].split(','):
            key, value = field.split('=', 1)
            expect(key in ('file', 'line', 'title'), 'a property of ours', line)
            expect(key != 'line' or value.isdigit(), 'a line number', line)
        for text in (match[2], match[3]):
            expect(not re.search(r'%(?!25|3A|2C)', text), 'a % that is no escape of ours', line)
            expect(not re.search('[\x00-\x1f\x7f\u202e]', text), 'what drives a terminal', line)
    for last in (errors[-1], findings[-1]):
        expect(' more)' in last, 'how many there are besides', last)


@test
def markdown_has_a_row_for_each():
    report = gate(*hostile())['md']
    expect(report.startswith('### profkit check: failed\n\n| RESULT |'), 'the heading', report[:80])
    rows = [line for line in report.split('\n') if line.startswith('| FAIL')]
    expect(len(rows) == len(HOSTILE) + 1, 'rows', rows)
    expect(gate('before.cg', 'before.cg', status=0)['md'].startswith('### profkit check: passed\n'), 'and of a pass')


@test
def markdown_of_findings_is_theirs_alone():
    report = found(*queries())['md']
    heading = '### profkit findings: %d findings, together up to ' % len(HOSTILE)
    expect(report.startswith(heading), 'the heading', report[:80])
    expect(len(re.findall('^#', report, re.M)) == 1 + len(HOSTILE), 'a heading for each', report)
    outside = re.sub(r'(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)', '', report) # what is in no code span
    expect(not re.search(r'[<@\x1b\u202e]|error|http', outside), 'a name outside of its span', outside)


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
