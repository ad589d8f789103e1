#!/usr/bin/env python3
"""PNG and PDF from the outside: the files that a user gets, and what is said when there is none.

The geometry of a PDF is that of the SVG: poppler's pdftotext says where each word stands. PNG is decoded here.
Fonts are pinned to DejaVu Sans where pixels or words are looked at. A build without cairo has only its refusal tested.
"""
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree
import zlib

from program import (IS_SANITIZED, PROFKIT, Skip, expect, expect_failure, expect_status, main, read, run, run_measured,
                     samples, start, test, write)

HAS_CAIRO = b'(.png)' in run('formats').out
DEJAVU = '/usr/share/fonts/truetype/dejavu'
SMALL = 'main;load;parse_the_file 30\nmain;load 5\nmain;draw 15\n'
SCRIPTS = ['解析请求', '表示する', 'معالجة الطلب', 'עיבוד בקשה', 'अनुरोध संसाधित', '🚀launch🔥', 'é̶̛̺͕͎͐',
           '\u202eevil', '<b>&amp;%s', '\uffff\U0010fffd']


def needs_cairo():
    if not HAS_CAIRO:
        raise Skip('built without cairo')


def needs_pdftotext():
    if not shutil.which('pdftotext'):
        raise Skip('pdftotext is missing (poppler-utils)')


def pinned():
    """An environment in which DejaVu is all there is."""
    if not os.path.exists(os.path.join(DEJAVU, 'DejaVuSans.ttf')):
        raise Skip('fonts-dejavu-core is missing')
    write('fonts.conf', '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
                        '<fontconfig><dir>%s</dir></fontconfig>' % DEJAVU)
    return {'FONTCONFIG_FILE': os.path.abspath('fonts.conf')}


def decode_png(data):
    """Width, height and rows of (r, g, b) bytes of an RGB PNG of 8 bits."""
    expect(data.startswith(b'\x89PNG\r\n\x1a\n'), 'a PNG', data[:20])
    at, packed, width, height = 8, b'', 0, 0
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        if kind == b'IHDR':
            width, height, depth, color = struct.unpack('>IIBB', data[at + 8:at + 18])
            expect((depth, color) == (8, 2), 'RGB', (depth, color))
        elif kind == b'IDAT':
            packed += data[at + 8:at + 8 + size]
        else:
            expect(kind in (b'IEND', b'bKGD'), 'nothing but the picture', kind)
        at += size + 12
    raw, rows, above = zlib.decompress(packed), [], bytes(3 * width)
    for y in range(height):
        how = raw[y * (3 * width + 1)]
        row = bytearray(raw[y * (3 * width + 1) + 1:(y + 1) * (3 * width + 1)])
        for x in range(3 * width):
            left, up, corner = (row[x - 3], above[x], above[x - 3]) if x >= 3 else (0, above[x], 0)
            near = min((abs(up - corner), 0, left), (abs(left - corner), 1, up),
                       (abs(left + up - 2 * corner), 2, corner))[2]
            row[x] = (row[x] + (0, left, up, (left + up) // 2, near)[how]) & 255
        rows.append(row)
        above = row
    return width, height, rows


def svg_boxes(svg):
    """(name, x, y, width, height, fill) of each box in px, from the markup alone."""
    svg = svg.decode()
    root = xml.etree.ElementTree.fromstring(svg)
    fills = dict(re.findall(r'^\.pk \.([a-zA-Z])\{fill:#([0-9a-f]{6})\}', svg.split('@media screen')[0], re.M))
    space = '{http://www.w3.org/2000/svg}'
    frames = next(e for e in root.iter(space + 'svg') if e.get('class') == 'frames')
    left, top, whole = (float(frames.get(key)) for key in ('x', 'y', 'width'))
    for row in frames.iter(space + 'g'):
        if row.get('class') != 'row':
            continue
        y = top + float(re.findall(r'translate\(0 (\d+)\)', row.get('transform'))[0])
        for rect in row.findall(space + 'rect'):
            x, width = (float((rect.get(key) or '0%')[:-1]) / 100 * whole for key in ('x', 'width'))
            yield (rect.find(space + 'title').text.split('\n')[0], left + x, y, width, float(rect.get('height')),
                   fills[rect.get('class').split()[0]], 'u' in rect.get('class').split())


def check_pixels(source, scale, env):
    """The PNG has the colour of each box of the SVG in three of its corners."""
    svg = run('flame', '-q', '--to', 'svg', source).out
    width, height, rows = decode_png(run('flame', '-q', '--to', 'png', '--scale', str(scale), source, env=env).out)
    expect(width == 1200 * scale and height > 150 * scale, 'the size', (width, height))
    probed = 0
    for name, x, y, box_width, box_height, fill, is_hatched in svg_boxes(svg):
        if box_width < 4 or is_hatched:
            continue
        # one px inside of each corner but the right ones: the gap of the neighbour is taken from there
        for px, py in ((x + 1, y + 1), (x + 1, y + box_height - 1), (x + box_width - 2, y + 1)):
            at = 3 * int(px * scale)
            found = rows[int(py * scale)][at:at + 3].hex()
            near = all(abs(int(found[i:i + 2], 16) - int(fill[i:i + 2], 16)) <= 2 for i in (0, 2, 4))
            expect(near, 'the colour of %s at %g, %g of %s is %s' % (name, px, py, source, fill), found)
            probed += 1
    expect(probed >= 9, 'enough was probed', (source, probed))
    expect(rows[2][:3] == b'\xff\xff\xff', 'the page is white')


@test
def a_build_without_cairo_says_so():
    if HAS_CAIRO:
        return 'this build has cairo'
    write('small.folded', SMALL)
    for option in ('-oout.png', '-oout.pdf', '--to=png', '--to=pdf'):
        expect_failure(run('flame', '-q', option, 'small.folded'), 2, '^profkit: this build has no PNG and PDF\n')
    expect(not os.path.exists('out.png'), 'no file')
    return None


@test
def the_same_input_gives_the_same_bytes_whatever_is_around():
    needs_cairo()
    env = pinned()
    source = samples('backtest.prof')[0]
    for kind in ('png', 'pdf'):
        first = run('flame', '-q', '--to', kind, source, env=env)
        expect_status(first, 0)
        expect(len(first.out) > 5000 and first.err == b'', 'a picture and no word', first)
        for other in ({}, {'LC_ALL': 'ja_JP.UTF-8', 'LANGUAGE': 'ja:zh'}, {'TZ': 'Asia/Tokyo'}, {'COLUMNS': '20'},
                      {'SOURCE_DATE_EPOCH': '86400'}, {'PANGO_LANGUAGE': 'ja', 'LANG': 'de_DE.UTF-8'}):
            again = run('flame', '-q', source, '-o', 'there.' + kind, env=dict(env, **other))
            expect_status(again, 0)
            expect(read('there.' + kind) == first.out, 'the same bytes with %s' % other)


@test
def every_sample_is_drawn_with_little_stack():
    needs_cairo()
    for source in samples('callgrind.out', '.folded', '.perf.txt', '.prof'):
        for kind, begin in (('png', b'\x89PNG'), ('pdf', b'%PDF')):
            result = run('flame', '-q', '--to', kind, source, stack_kb=256)
            expect_status(result, 0)
            expect(result.out.startswith(begin) and result.err == b'', 'a picture of ' + source, result)


@test
def pixels_are_those_of_the_boxes_of_the_svg():
    needs_cairo()
    env = pinned()
    for source in samples('callgrind.out', '.folded', '.perf.txt', '.prof'):
        check_pixels(source, 1, env)
    check_pixels(samples('log-report.folded')[0], 2, env)


@test
def words_of_a_pdf_stand_where_the_svg_has_their_boxes():
    needs_cairo()
    needs_pdftotext()
    env = pinned()
    write('small.folded', SMALL)
    expect_status(run('flame', '-q', 'small.folded', '-o', 'small.pdf', env=env), 0)
    html = subprocess.run(['pdftotext', '-bbox', 'small.pdf', '-'], stdout=subprocess.PIPE, check=True).stdout.decode()
    words = {name: [float(value) / 0.75 for value in box] for *box, name in
             re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', html)}
    boxes = list(svg_boxes(run('flame', '-q', '--to', 'svg', 'small.folded').out))
    expect(len(boxes) == 5, 'boxes', boxes)
    for name, x, y, width, height, _, _ in boxes:
        left, above, right, below = words[name]
        expect(abs(left - (x + 3)) < 1, 'the left end of ' + name, (left, x))
        expect(right < x + width and y - 2 < above and below < y + height + 4, 'inside of ' + name, words[name])
    for word in ('small.folded', 'samples:', '10', 'omitted'):
        expect((word in words) == (word != 'omitted'), 'has the word ' + word, sorted(words))


@test
def a_pdf_has_one_page_bookmarks_and_no_date():
    needs_cairo()
    source = samples('backtest.prof')[0]
    pdf = run('flame', '-q', '--to', 'pdf', source).out
    expect(pdf.count(b'/Type /Page\n') == 1 or pdf.count(b'/Type /Page ') == 1, 'one page')
    expect(b'Date' not in pdf, 'no date')
    outline = re.findall(rb'/Title \((.*?)\)\n\s*/Parent', pdf)
    rows = run('hotspots', '-q', '--no-header', '--top', '1', source).out.split()
    expect(len(outline) == 20, 'twenty bookmarks', outline)
    expect(rows[5] in outline[0] and outline[0].endswith(rows[2] + b' %'), 'the hottest first', (rows, outline[0]))


@test
def a_comparison_is_drawn_in_both():
    needs_cairo()
    for name, begin in (('pdf', b'%PDF-'), ('png', b'\x89PNG')):
        path = 'change.' + name
        run('diff', '-q', samples('backtest.prof')[0], samples('formulas.prof')[0], '-o', path)
        with open(path, 'rb') as file:
            expect(file.read().startswith(begin), path)


@test
def names_of_every_script_are_drawn_and_stay_in_the_text():
    needs_cairo()
    for name in SCRIPTS:
        write('names.folded', 'main;%s;x%s 1\n' % (name, name))
        for kind in ('png', 'pdf'):
            result = run('flame', '-q', 'names.folded', '-o', 'names.' + kind, stack_kb=256)
            expect_status(result, 0)
            expect(result.err == b'', 'no word', result)
    needs_pdftotext()
    write('names.folded', 'main;Ωμέγα 1\nmain;עיבוד 1\nmain;x&amp_y 1\n')
    run('flame', '-q', 'names.folded', '-o', 'names.pdf', env=pinned()) # which has these letters
    text = subprocess.run(['pdftotext', 'names.pdf', '-'], stdout=subprocess.PIPE, check=True).stdout.decode()
    for name in ('Ωμέγα', 'עיבוד', 'x&amp_y'):
        expect(name in text, 'can be selected: ' + name, text)


@test
def damaged_and_endless_names_are_drawn():
    needs_cairo()
    for name in (b'\xff\xfe\xed\xa0\x80', b'\x01\x1b[31m\x7f', b'a' * 1000000, b'\xcc\x81' * 300000, b'a::' * 200000,
                 '\U0001f600'.encode() * 50000, '\u0627'.encode() * 100000, b'%s%n', b'\xc2\xad' * 1000):
        write('names.folded', b'main;%s;b 1\nmain;c 20\n' % name)
        for kind in ('png', 'pdf'):
            expect_status(run('flame', '-q', '-f', 'folded', 'names.folded', '-o', 'names.' + kind), 0)


@test
def a_picture_that_is_too_large_is_refused_with_what_would_fit():
    needs_cairo()
    write('deep.folded', ';'.join('f%d' % i for i in range(3000)) + ' 1\n')
    for kind in ('png', 'pdf'):
        result = run('flame', '-q', '--max-depth', '2500', '--to', kind, 'deep.folded')
        expect_failure(result, 3, r'more than 16384 px high\n  hint: --max-depth \d+ fits.*--minwidth')
        depth = int(re.findall(rb'--max-depth (\d+)', result.err)[0])
        fits = run('flame', '-q', '--max-depth', str(depth), '--to', kind, 'deep.folded')
        expect_status(fits, 0)
        if kind == 'png':
            size = struct.unpack('>II', fits.out[16:24])
            expect(size[0] == 2400 and 16384 - 64 <= size[1] <= 16384, 'the largest that fits', size)
        result = run('flame', '-q', '--width', '17000', '--to', kind, 'deep.folded')
        expect_failure(result, 2, 'more than 16384 px wide')
    less = None if IS_SANITIZED else 500 # MiB: the picture itself would take more
    expect_failure(run('flame', '-q', '--width', '99999', '-o', 'x.png', 'deep.folded', memory_mb=less), 2, 'wide')
    expect(not os.path.exists('x.png'), 'nothing is left')


@test
def a_large_picture_takes_a_part_of_its_pixels_in_memory():
    needs_cairo()
    if IS_SANITIZED:
        return 'memory is not the program\'s own with sanitizers'
    write('deep.folded', ''.join(';'.join('f%d_%d' % (i, k) for k in range(470)) + ' 1\n' for i in range(20)))
    done = run_measured('flame', '-q', '--width', '8190', '--max-depth', '470', '--to', 'png', 'deep.folded')
    expect_status(done, 0)
    expect(os.path.getsize('measured.out') > 10000, 'a picture')
    # 16,380 by more than 15,000 pixels of 4 bytes are a GB
    expect(done.memory < 150 << 20, 'less than 150 MiB', done.memory)
    return None


@test
def twenty_thousand_boxes_take_less_than_a_second():
    needs_cairo()
    if IS_SANITIZED:
        return 'time is not the program\'s own with sanitizers'
    write('wide.folded', ''.join('main;f%d;g%d;h%d %d\n' % (i % 70, i, i % 9, 10 + i % 7) for i in range(10000)))
    svg = run('flame', '-q', '--minwidth', '0.05', 'wide.folded').out
    expect(svg.count(b'<rect') > 20000, 'so many boxes', svg.count(b'<rect'))
    for kind in ('png', 'pdf'):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        expect_status(run('flame', '-q', '--minwidth', '0.05', 'wide.folded', '-o', 'wide.' + kind), 0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        expect(used < 1, 'less than a second of the processor for ' + kind, used)
    return None


@test
def a_terminal_gets_no_picture():
    needs_cairo()
    write('small.folded', SMALL)
    for kind in ('png', 'pdf'):
        ours, theirs = os.openpty()
        process = start(['flame', '-q', '--to', kind, 'small.folded'], stdout=theirs)
        _, err = process.communicate()
        os.close(theirs)
        os.close(ours)
        expect(process.returncode == 2 and b'hint: -o out.%s\n' % kind.encode() in err, 'refused', err)


@test
def without_a_font_there_is_an_error():
    needs_cairo()
    write('small.folded', SMALL)
    write('none.conf', '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    write('old.png', 'old')
    result = run('flame', '-q', 'small.folded', '-o', 'old.png',
                 env={'FONTCONFIG_FILE': os.path.abspath('none.conf')})
    expect_failure(result, 4, 'no font .*\n  hint: install one')
    expect(read('old.png') == b'old', 'the old picture stays')


@test
def the_module_is_taken_from_the_two_places_only():
    needs_cairo()
    write('small.folded', SMALL)
    os.mkdir('bin')
    os.mkdir('lib')
    shutil.copy(PROFKIT, 'bin/profkit')
    module = os.path.join(os.path.dirname(PROFKIT), 'profkit-cairo.so')
    shutil.copy(module, 'lib/profkit-cairo.so')
    shutil.copy(module, 'profkit-cairo.so')
    installed = re.findall(rb'\0(/[^\0]*/profkit-cairo\.so)\0', read(PROFKIT))
    if installed and os.path.exists(installed[0]):
        raise Skip('one is installed')
    env = {'PATH': os.environ['PATH'], 'LD_LIBRARY_PATH': os.path.abspath('lib'), 'PROFKIT_MODULE': 'lib'}
    env.update({name: os.environ[name] for name in os.environ if name.endswith('SAN_OPTIONS')})
    draw = ['bin/profkit', 'flame', '-q', 'small.folded', '-o', 'out.png']
    done = subprocess.run(draw, env=env, stderr=subprocess.PIPE, check=False)
    expect(done.returncode == 4 and b'cannot load the part that draws' in done.stderr, 'not found', done)
    write('bin/profkit-cairo.so', 'no library')
    done = subprocess.run(draw, env=env, stderr=subprocess.PIPE, check=False)
    expect(done.returncode == 4 and b'cannot load the part that draws' in done.stderr, 'not a library', done)
    expect(not os.path.exists('out.png'), 'nothing is left')
    shutil.copy(module, 'bin/profkit-cairo.so')
    done = subprocess.run(draw, env=env, stderr=subprocess.PIPE, check=False)
    expect(done.returncode == 0 and os.path.exists('out.png'), 'found beside the program', done)


if __name__ == '__main__':
    sys.exit(main())
