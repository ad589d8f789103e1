// What leaves the page: pictures, stacks, tables. Each is read back by somebody else: XML and PNG by a reader, stacks
// by profkit, tables as CSV and JSON.
import {check, download, json, open, profkit, readCsv, report, same, test, view, write} from './harness.mjs';
import {save} from './steps.mjs';

const STACKS = 'main;parse;read_line 60\nmain;parse;parse;read_line 30\nmain;write_out "quoted", really 80\nmain 10\n' +
  '-[App start];=A1+B2 20\n';

// Parses in the page of another document, as XML: names of elements, and texts of the titles.
export async function xmlOf(page, text) {
  return page.evaluate(function (source) {
    const read = new DOMParser().parseFromString(source, 'application/xml');
    const all = Array.from(read.querySelectorAll('*'));
    return {elements: Array.from(new Set(all.map((node) => node.localName))).sort(),
      attributes: Array.from(new Set(all.flatMap((node) => Array.from(node.attributes, (a) => a.name)))).sort(),
      titles: Array.from(read.querySelectorAll('g > title'), (node) => node.textContent),
      labels: Array.from(read.querySelectorAll('text'), (node) => node.textContent),
      boxes: Array.from(read.querySelectorAll('g > rect'), (node) => [Number(node.getAttribute('x')),
        Number(node.getAttribute('width'))])};
  }, text);
}

// main is 180 of 200: 1080 of 1200 px wide, from wherever it is.
async function svg(page) {
  for (const id of ['flame', 'icicle', 'sandwich']) {
    await view(page, id);
    const saved = await save(page, 'Picture as SVG'), read = await xmlOf(page, saved.bytes.toString('utf8'));
    same(id + ': name of the SVG', saved.name, 'exports.folded-' + id + '.svg');
    same(id + ': elements of the SVG', read.elements, ['g', 'rect', 'svg', 'text', 'title']);
    if (id === 'sandwich') continue;
    const main = read.titles.findIndex((title) => title.startsWith('main\n180 (90.0 %)'));
    check(id + ': main in the SVG', main >= 0 && Math.abs(read.boxes[main][1] - 1079.5) < 0.02, read.titles[0]);
    same(id + ': all boxes in the SVG', read.boxes.length, 8);
  }
}

async function png(page) {
  await view(page, 'flame');
  const saved = await save(page, 'Picture as PNG'), size = await page.locator('canvas').evaluate((c) => [c.width,
    c.height]);
  same('the PNG is one', saved.bytes.subarray(1, 4).toString(), 'PNG');
  same('size of the PNG', [saved.bytes.readUInt32BE(16), saved.bytes.readUInt32BE(20)], size);
}

// Read back it is the same profile.
async function folded(page, profile) {
  const saved = await save(page, 'Stacks as folded text'), path = write('saved.folded', saved.bytes);
  const sum = saved.bytes.toString('utf8').split('\n').slice(0, -1).reduce((all, line) => all +
    Number(/\d+$/.exec(line)[0]), 0);
  same('stacks add up to the total', sum, 200);
  const rows = (file) => json('hotspots', '-q', '--top', '0', file).rows.map((row) => [row.display, row.self, row.total]
    .join(' ')).sort();
  same('profkit reads them back', rows(path), rows(profile));
  check('and finds the same stacks', profkit('convert', '-q', path, '--to', 'folded', '-o', '-') ===
    profkit('convert', '-q', profile, '--to', 'folded', '-o', '-'));
}

async function tables(page, profile) {
  await view(page, 'hotspots');
  const said = json('hotspots', '-q', '--top', '0', profile).rows;
  const csv = await download(page, () => page.getByRole('button', {name: 'Save the table as CSV'}).click());
  const rows = readCsv(csv.bytes.toString('utf8'));
  same('name of the CSV', csv.name, 'exports.folded-functions.csv');
  const expected = said.map((row) => [row.self, row.total, /^[=-]/.test(row.display) ? '\'' + row.display : row.display]
    .join(' ')).sort();
  same('rows of the CSV; no name is a formula', rows.map((row) => [row.self, row.total, row.name].join(' ')).sort(),
    expected);
  const saved = await download(page, () => page.getByRole('button', {name: 'Save the table as JSON'}).click());
  const read = JSON.parse(saved.bytes.toString('utf8'));
  same('rows of the JSON', read.rows.map((row) => [row.self, row.total, row.name].join(' ')).sort(),
    said.map((row) => [row.self, row.total, row.display].join(' ')).sort());
}

export async function exports() {
  const profile = write('exports.folded', STACKS), path = report(profile);
  await test('exports', () => open('exports', path, async function (page) {
    await svg(page);
    await png(page);
    await folded(page, profile);
    await tables(page, profile);
  }));
}
