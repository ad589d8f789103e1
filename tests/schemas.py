#!/usr/bin/env python3
"""Every JSON that the program writes is what its schema says, and the schemas are not so wide that all would be.

What ships is open (a reader ignores keys that it does not know); here it is closed, so that a new key without a place
in schemas/ fails. Needs python3-jsonschema.
"""
import base64
import copy
import glob
import json
import os
import re
import sys

from program import SHARED, SRCDIR, Skip, expect, expect_status, main, run, samples, test, write
from sampled import EVERY, format_of, sampled

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

FOLDER = os.path.join(SRCDIR, 'schemas')
EXACT = 2**53            # beyond it integers are strings
MOST_BYTES = 300_000     # larger files take the validator too long
CORPUS = ('callgrind', 'collapsed', 'perf', 'pstats')
OF_A_FORMAT = 12         # files of the corpus
VIEWS = [['info'], ['summary'], ['hotspots', '--top', '0'], ['paths'], ['findings'], ['services'], ['tree'],
         ['tree', '--bottom-up'], ['convert', '--to', 'json']]


def file_of(schema):
    return os.path.join(FOLDER, schema.replace('/', '-') + '.schema.json')


def load(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def closed(schema):
    """The same where every object is closed."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get('properties'), dict):
        copied['additionalProperties'] = False
    return copied


def validator(schema, is_open=False):
    if not Draft202012Validator:
        raise Skip('python3-jsonschema is not installed')
    loaded = load(file_of(schema))
    return Draft202012Validator(loaded if is_open else closed(loaded))


def parse(text):
    """Strict: no NaN, no key twice."""
    def refuse(word):
        raise AssertionError('not JSON: %s' % word)

    def pairs(members):
        keys = [key for key, _ in members]
        expect(len(set(keys)) == len(keys), 'a key stands twice', keys)
        return dict(members)
    return json.loads(text.decode('utf-8'), parse_constant=refuse, object_pairs_hook=pairs)


def resolve(value, schema, root):
    """Behind references; of several forms of an object the one with its keys, of others the schema of all."""
    while '$ref' in schema:
        schema = root['$defs'][schema['$ref'].rsplit('/', 1)[1]]
    for form in schema.get('anyOf', ()):
        form = resolve(value, form, root)
        if isinstance(value, dict) and set(form.get('properties', ())) == set(value):
            return form
    return schema


def walk(value, schema, root, visit, path=()):
    """visit(value, schema, path) for each value that the schema describes."""
    inner = resolve(value, schema, root)
    visit(value, inner, path, schema)
    if isinstance(value, dict):
        for key, member in value.items():
            walk(member, inner['properties'][key], root, visit, path + (key,))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            walk(member, inner['items'], root, visit, path + (i,))


def check(document, validators):
    """Against its schema; keys in the order of the schema; integers beyond 2^53 as strings, only these."""
    name = document['schema']
    if name not in validators:
        expect(os.path.exists(file_of(name)), 'no schema', name)
        validators[name] = validator(name)
    error = next(validators[name].iter_errors(document), None)
    expect(error is None, 'not as %s says' % name, error and '%s: %.300s' % (list(error.absolute_path), error.message))
    root = load(file_of(name))

    def visit(value, schema, *_):
        if isinstance(value, dict):
            order = [key for key in schema['properties'] if key in value]
            expect(list(value) == order, 'keys in another order than in %s' % name, list(value))
        if isinstance(value, str) and schema.get('pattern'):
            expect(abs(int(value)) > EXACT, 'a string though a double would do', value)
    walk(document, root, root, visit)


def outputs(path):
    """Each document that the views give for a file; nothing for a file that cannot be read."""
    function = None
    for view in VIEWS:
        result = run(*view[:1], '-q', *view[1:], *(['--json'] if view[0] != 'convert' else []), path)
        if result.status == 3:
            return
        expect_status(result, 0)
        document = parse(result.out)
        if view[0] == 'hotspots' and document['rows']:
            function = document['rows'][0]['name']
        yield document
    for command in ('calls', 'annotate') if function else ():
        result = run(command, '-q', '--json', path, function)
        if result.status == 0: # else several functions have this name
            yield parse(result.out)
        if command == 'annotate' and result.status == 0: # with its source, where that stands beside it
            yield parse(run(command, '-q', '--json', '--context', '2', '--source-root', os.path.dirname(path) or '.',
                            path, function).out)
    for options in (['--memo', function], ['--speedup', function + '=2x', '--drop', function]) if function else ():
        result = run('whatif', '-q', '--json', path, *options)
        if result.status == 0: # else likewise, or differences, or no calls
            yield parse(result.out)
    result = run('timeline', '-q', '--json', '--buckets', '7', path)
    if result.status == 0: # else it has no times
        yield parse(result.out)
    result = run('diff', '-q', '--json', path, path)
    expect_status(result, 0)
    yield parse(result.out)
    yield parse(run('check', '-q', '--json', path, path, '--rule', 'share("a") < 10%', '--rule', 'calls("a") < +3%').out)
    yield parse(run('check', '-q', '--json', '--calibrate', path, path).out)
    yield parse(run('check', '-q', '--json', path, '--rule', 'edge("a", "a").fan < 2', '--rule', 'self("e") < 2').out)


def check_files(paths, least):
    validators = {}
    count = 0
    for path in paths:
        for document in outputs(path):
            try:
                check(document, validators)
            except AssertionError as error:
                raise AssertionError('%s: %s' % (path, error)) from None
            count += 1
    expect(count >= least, 'too few documents were looked at', count)
    return validators


@test
def the_schemas_are_schemas():
    """Of the declared draft; named as the documents; every name in the sources has one and no other is there."""
    names = set()
    for folder in ('src', 'render'):
        for path in glob.glob(os.path.join(SRCDIR, folder, '**', '*.[ch]'), recursive=True):
            with open(path, encoding='utf-8') as file:
                names |= set(re.findall(r'"(profkit\.[a-z]+/\d+)"', file.read()))
    expect(len(names) > 5, 'names of schemas in the sources', names)
    there = sorted(glob.glob(os.path.join(FOLDER, '*')))
    expect(there == sorted(map(file_of, names)), 'schemas and names in the sources', [there, sorted(names)])
    shared = {}
    for name in names:
        schema = load(file_of(name))
        expect(schema['$schema'] == 'https://json-schema.org/draft/2020-12/schema', name)
        expect(schema['$id'] == os.path.basename(file_of(name)) and schema['title'], name)
        expect(schema['properties']['schema']['const'] == name, 'the name in', name)
        for key, definition in schema['$defs'].items():
            expect(shared.setdefault(key, definition) == definition, 'two meanings of $defs/%s' % key, name)
    if not Draft202012Validator:
        raise Skip('python3-jsonschema is not installed')
    for name in names:
        Draft202012Validator.check_schema(load(file_of(name)))


@test
def every_view_of_every_sample_is_as_its_schema_says():
    paths = samples('.prof', '.folded', '.perf.txt', 'callgrind.out')
    expect(len(paths) >= 9, 'samples', paths)
    paths = sampled(paths, format_of)
    validators = check_files(paths, 10 * len(paths) - 4)
    for command in ('formats', 'explain'):
        result = run(command, '--json')
        expect_status(result, 0)
        check(parse(result.out), validators)
    missing = {os.path.basename(path) for path in glob.glob(os.path.join(FOLDER, '*'))} - {
        os.path.basename(file_of(name)) for name in validators}
    expect(not missing, 'no document was held to', missing)


@test
def profiles_of_other_projects_are_as_the_schemas_say():
    if not os.path.isdir(os.path.join(SHARED, 'corpus')):
        raise Skip('no corpus: set PROFKIT_SHARED')
    paths = []
    for kind in CORPUS:
        found = sorted(path for path in glob.glob(os.path.join(SHARED, 'corpus', kind, '**'), recursive=True)
                       if os.path.isfile(path) and os.path.getsize(path) < MOST_BYTES // 6)
        paths += found[::max(1, len(found) // OF_A_FORMAT)][:OF_A_FORMAT]
    check_files(sampled(paths, format_of), 100 // EVERY)


@test
def documents_in_a_page_are_those_of_the_commands():
    """What a report holds beside its columns: each is what its schema says, those of sources among them."""
    validators, names = {}, set()
    for path in samples('callgrind.out', 'reminders.prof', 'log-report.folded', 'thumbnails.perf.txt'):
        result = run('report', '-q', '--html-compat', '-o', '-', '--embed-source', '--source-root',
                     os.path.dirname(path), path)
        expect_status(result, 0)
        data = b''.join(map(base64.b64decode,
                            re.findall(rb'<script type="application/octet-stream">([^<]*)', result.out)))
        size = int.from_bytes(data[:4], 'little')
        head = json.loads(data[4:4 + size])
        at = 4 + size + sum(column[2] for column in head['columns'])
        for name, _, length, _ in head['documents']:
            document = parse(data[at:at + length].rstrip(b'\0'))
            at += length
            names.add(name.split('/')[0])
            if name == 'source':
                expect(set(document) == {'functions', 'doubts', 'left_out'} and document['functions'], path, document)
            else:
                check(document, validators)
        expect(at == len(data), 'documents end where the data does', path)
    expect(names == {'annotate', 'findings', 'services', 'source', 'timeline'}, 'documents', names)


@test
def odd_values_are_as_the_schemas_say():
    """Beyond 2^53, decimal, negative, names that are no UTF-8, one function alone, recursion."""
    check_files([
        write('large', 'a;b 9007199254740993\na;c 9007199254740992\n'),
        write('decimal', 'a;b 0.25\na 1.5\n'),
        write('negative', 'a;b 5\na;c -3\n'),
        write('bytes', b'a\xff;\xc0\xaf 3\n'),
        write('alone', 'a 1\n'),
        write('recursive', 'a;b;a;b;a 7\n'),
        write('cachegrind', 'desc: x\ncmd: y\nevents: Ir Dr\nfl=a.c\nfn=f\n1 2 3\n4 5 6\nsummary: 7 9\n'),
    ], 40)
    large = parse(run('hotspots', '-q', '--json', 'large').out)
    expect([row['self'] for row in large['rows']] == ['9007199254740993', EXACT, 0], 'where integers end', large)


@test
def a_differing_profile_is_as_the_schema_says():
    before, after = samples('reminders.prof')[:1] + samples('backtest.prof')
    check(parse(run('diff', '-q', '--json', '--top', '0', before, after).out), {})


def objects(document, root):
    """(path, keys that are required) of the first object of each kind in a document."""
    found = {}

    def visit(value, schema, path, outer):
        if isinstance(value, dict):
            forms = [set(form['required']) for form in outer.get('anyOf', [schema]) if 'required' in form]
            found.setdefault(id(schema), (path, set.intersection(*forms)))
    walk(document, root, root, visit)
    return found.values()


def at(document, path):
    for step in path:
        document = document[step]
    return document


@test
def a_document_that_lacks_or_misnames_a_key_is_refused():
    """By the schemas as they ship."""
    documents = {}
    for path in samples('reminders.prof', 'thumbnails.perf.txt'):
        for document in outputs(path):
            documents[document['schema']] = document
    for command in ('formats', 'explain'):
        documents['profkit.%s/1' % command] = parse(run(command, '--json').out)
    count = 0
    for name, document in documents.items():
        root = load(file_of(name))
        check_open = validator(name, is_open=True)
        for key in document: # short lists are enough, and quick
            if isinstance(document[key], list):
                document[key] = document[key][:3]
        expect(check_open.is_valid(document), 'the document itself is refused', name)
        added = dict(document, something_new=1)
        expect(check_open.is_valid(added), 'a new key is refused by a schema that should be open', name)
        for path, required in objects(document, root):
            for key in sorted(required):
                for what in ('drop', 'rename', 'retype'):
                    changed = copy.deepcopy(document)
                    place = at(changed, path)
                    value = place.pop(key)
                    if what == 'rename':
                        place[key + '_'] = value
                    if what == 'retype':
                        place[key] = {} if not isinstance(value, dict) else []
                    expect(not check_open.is_valid(changed), 'valid all the same: %s %s of' % (what, key), [name, path])
                    count += 1
    expect(count > 400, 'too few changes were tried', count)


@test
def equal_runs_give_equal_bytes():
    """No date, no host, no order of a hash table."""
    for path in samples('reminders.prof', 'thumbnails.perf.txt'):
        for view in sampled(VIEWS):
            arguments = view[:1] + ['-q', *view[1:], path] + (['--json'] if view[0] != 'convert' else [])
            first, second = run(*arguments), run(*arguments, env={'TZ': 'Asia/Tokyo', 'LC_ALL': 'C', 'COLUMNS': '40'})
            expect(first.out == second.out and first.out, 'two runs differ', arguments)


sys.exit(main())
