#!/usr/bin/env python3
"""Records the profiles of the evaluation programs and times them: usage: record.py [--time-only] [CASE...]

Each case is a folder with bad.* and good.*, which print the same text, or app.*, and a label.json. A label holds
what is known beforehand; "seconds" and "saving" are measured here. Runs are plain, bad and good in turn, in an empty
folder; the least of each counts, of CPU or of wall time as "clock" says. Profiles are packed and named by their form:
  Python: .pstats by cProfile, .collapsed by austin (wall clock, Python 3.8), .perf.txt by perf (Python 3.13)
  C, C++: .callgrind by valgrind (the small run; below main, unless "callgrind" in the label has other options, as
    where threads do the work), .perf.txt by perf with DWARF stacks
  JavaScript: .collapsed from node --cpu-prof
Nothing here decides what is found; that does tests/findings_eval.py, which needs the recorded files only.
Interpreters are named by PY, PY_AUSTIN and PY_PERF; a profile whose tool is absent is left as it is.
"""
import collections
import glob
import json
import lzma
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
PY = os.environ.get('PY', '/usr/bin/python3')
PY_AUSTIN = shutil.which(os.environ.get('PY_AUSTIN', 'python3.8'))
PY_PERF = shutil.which(os.environ.get('PY_PERF', 'python3.13'))
REPEAT = int(os.environ.get('REPEAT', '5'))
EXT = {'python': 'py', 'c': 'c', 'cpp': 'cpp', 'javascript': 'js'}
LIBRARIES = ['-lpcre2-8', '-lglib-2.0', '-lxml2', '-lsqlite3', '-lz', '-lpthread']


def sh(command, run):
    env = dict(os.environ, PYTHONHASHSEED='0', LC_ALL='C', PYTHONDONTWRITEBYTECODE='1', JITDUMPDIR=run)
    return subprocess.run(command, cwd=run, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def put(folder, name, data):
    with open(os.path.join(folder, name + '.xz'), 'wb') as file:
        file.write(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))


def clean(data, run):
    """The text without places of this machine."""
    text = data.decode('utf-8', 'replace').replace('file://' + run + '/', '').replace(run + '/', '').replace(run, '.')
    for python in (PY_AUSTIN, PY_PERF):
        if python:
            text = text.replace(os.path.dirname(os.path.dirname(os.path.realpath(python))), '/usr')
    return text


def program(label, variant, run):
    """The command that runs a variant; C and C++ are compiled before."""
    ext = EXT[label['language']]
    source = f'app/{variant}.{ext}'
    if ext == 'py':
        return [PY, source]
    if ext == 'js':
        return ['node', source]
    compiler = ['gcc', '-std=gnu17'] if ext == 'c' else ['g++', '-std=c++17']
    flags = sh(['pkg-config', '--cflags', 'glib-2.0', 'libxml-2.0'], run).decode().split()
    sh(compiler + ['-O2', '-g', '-fno-omit-frame-pointer', '-fno-inline', '-Wall', '-Wextra', '-D_GNU_SOURCE'] + flags
       + [source, '-o', f'app/{variant}'] + LIBRARIES, run)
    return [f'app/{variant}']


def used(command, run, clock):
    """Seconds and output of one run."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    text = sh(command, run)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    return wall if clock == 'wall' else after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, text


def timing(label, commands, run):
    best, texts = {}, set()
    for _ in range(REPEAT):
        for variant, command in commands.items():
            seconds, text = used(command + [label['record']['full']], run, label['clock'])
            best[variant] = min(best.get(variant, seconds), seconds)
            texts.add(text)
    if len(texts) != 1:
        sys.exit(f"{label['case']}: outputs differ: {texts}")
    label['seconds'] = {variant: round(seconds, 3) for variant, seconds in best.items()}
    if 'bad' in best:
        label['saving'] = round(1 - best['good'] / best['bad'], 3)


def perf(command, run, seconds, samples, is_jit):
    """perf's text of about so many samples."""
    rate = str(int(max(29, min(1999, samples / max(seconds, 0.01)))))
    sh(['perf', 'record', '-q', '-e', 'cpu-clock', '-F', rate, '-k', '1', '--call-graph',
        'dwarf,32768' if is_jit else 'dwarf', '-o', 'perf.data'] + command, run)
    data = 'perf.data'
    if is_jit:
        sh(['perf', 'inject', '--jit', '-i', data, '-o', 'perf.jit.data'], run)
        data = 'perf.jit.data'
    text = sh(['perf', 'script', '--no-inline', '-i', data], run)
    for pid in set(re.findall(rb'/tmp/jitted-(\d+)-', text)):
        for name in glob.glob('/tmp/jit-%s.dump' % pid.decode()) + glob.glob('/tmp/jitted-%s-*.so' % pid.decode()):
            os.unlink(name)
    return clean(text, run).encode()


def from_austin(text):
    """'Thread 1;f (file);L3;g (file);L9 1003' becomes 'f (file:3);g (file:9) 1': samples of a millisecond."""
    seen = collections.Counter()
    for line in text.splitlines():
        if not line.startswith(('Thread', 'Process')):
            continue
        parts = [part for part in line.rsplit(' ', 1)[0].split(';') if not part.startswith('Process')]
        frames = []
        for part in parts[1:]:
            if re.match(r'L\d+$', part) and frames:
                frames[-1] = frames[-1][:-1] + ':' + part[1:] + ')'
            else:
                frames.append(part)
        if frames:
            seen[parts[0], ';'.join(frames)] += 1
    threads = sorted({thread for thread, _stack in seen})
    merged = collections.Counter()
    for (thread, stack), count in seen.items():
        merged[(f'Thread {threads.index(thread) + 1};' if len(threads) > 1 else '') + stack] += count
    return ''.join(f'{stack} {count}\n' for stack, count in sorted(merged.items())).encode()


def from_cpuprofile(text):
    """One sample of node for each line of its profile; idle ones are left out."""
    profile = json.loads(text)
    nodes = {node['id']: node for node in profile['nodes']}
    parents = {child: node['id'] for node in profile['nodes'] for child in node.get('children', ())}
    seen = collections.Counter()
    for number in profile['samples']:
        frames = []
        while number in parents: # the root has no parent and is not shown
            frame = nodes[number]['callFrame']
            place = f" ({frame['url']}:{frame['lineNumber'] + 1})" if frame['url'] else ''
            frames.append((frame['functionName'] or '(anonymous)') + place)
            number = parents[number]
        if frames and frames != ['(idle)']:
            seen[';'.join(frames[::-1])] += 1
    return ''.join(f'{stack} {count}\n' for stack, count in sorted(seen.items())).encode()


def record(label, folder, variant, command, run):
    full, small = [label['record']['full']], [label['record']['small']]
    seconds = label['seconds'][variant]
    if label['language'] == 'python':
        sh([PY, '-m', 'cProfile', '-o', 'out.pstats'] + command[1:] + full, run)
        with open(os.path.join(run, 'out.pstats'), 'rb') as file:
            put(folder, variant + '.pstats', file.read())
        if PY_AUSTIN and shutil.which('austin'):
            sh(['austin', '-i', '1000', '-t', '5000', '-o', 'out.austin', PY_AUSTIN] + command[1:] + full, run)
            with open(os.path.join(run, 'out.austin'), 'rb') as file:
                put(folder, variant + '.collapsed', from_austin(clean(file.read(), run)))
        if PY_PERF and label['clock'] == 'cpu':
            jit = [PY_PERF, '-X', 'perf_jit'] + command[1:] + full
            put(folder, variant + '.perf.txt', perf(jit, run, seconds, 80, True))
    elif label['language'] == 'javascript':
        sh(['node', '--cpu-prof', '--cpu-prof-name=out.cpuprofile'] + command[1:] + full, run)
        with open(os.path.join(run, 'out.cpuprofile'), 'rb') as file:
            put(folder, variant + '.collapsed', from_cpuprofile(clean(file.read(), run)))
    else:
        options = label.get('callgrind', ['--toggle-collect=main'])
        sh(['valgrind', '--tool=callgrind', '--callgrind-out-file=out.callgrind'] + options + command + small, run)
        with open(os.path.join(run, 'out.callgrind'), 'rb') as file:
            put(folder, variant + '.callgrind', clean(file.read(), run).encode())
        put(folder, variant + '.perf.txt', perf(command + full, run, seconds, 150, False))


def one_case(folder, is_time_only):
    with open(os.path.join(folder, 'label.json'), encoding='utf-8') as file:
        label = json.load(file)
    run = tempfile.mkdtemp(prefix='rec')
    try:
        shutil.copytree(folder, os.path.join(run, 'app'))
        ext = EXT[label['language']]
        variants = [v for v in ('bad', 'good', 'app') if os.path.exists(os.path.join(folder, f'{v}.{ext}'))]
        commands = {variant: program(label, variant, run) for variant in variants}
        timing(label, commands, run)
        for variant, command in commands.items():
            if not is_time_only:
                record(label, folder, variant, command, run)
    finally:
        shutil.rmtree(run)
    with open(os.path.join(folder, 'label.json'), 'w', encoding='utf-8') as file:
        json.dump(label, file, indent=1)
        file.write('\n')
    print(label['case'], label['seconds'], label.get('saving'), flush=True)


def main():
    only = [one for one in sys.argv[1:] if not one.startswith('--')]
    for path in sorted(glob.glob(os.path.join(ROOT, '*', 'label.json'))):
        if not only or os.path.basename(os.path.dirname(path)) in only:
            try:
                one_case(os.path.dirname(path), '--time-only' in sys.argv)
            except subprocess.CalledProcessError as error:
                print(f'{path}: {error.cmd}: {error.stderr[-600:]!r}', flush=True)


main()
