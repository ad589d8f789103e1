// Names chosen by an attacker, in every view and in all that leaves the page: nothing of them may do anything. That the
// tests would see it is seen by mutants.mjs, which takes away one escape at a time.
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, download, folder, json, open, press, readCsv, report, rowsOf, same, test, view, views,
  write} from './harness.mjs';
import {xmlOf} from './exports.mjs';
import {save} from './steps.mjs';
import {shown} from './values.mjs';

const EVIL = 'window.pwned=1';
export const NAMES = ['<x-evil>markup</x-evil>', '<img src=x onerror=' + EVIL + '>', '</script><script>' + EVIL +
  '</script>',
  '</noscript><x-evil>', '</title><x-evil>', '</style><x-evil>', '"><x-evil a="', '\'><x-evil>', '<!--<x-evil>',
    ']]><x-evil>',
  '&lt;x-evil&gt;', '&#60;x-evil&#62;', 'javascript:' + EVIL, '<svg/onload=' + EVIL + '>', '\x1b[31mred\x1b[0m\x07',
    'a\x08\x7fb',
  'x\x9b31m\x85', 'rtl\u202eedoc\u2066\u200f', 'line\u2028end\u2029', '\ufeff\u200bnothing', '__proto__', 'constructor',
  'toString', '=cmd|\'/c calc\'!A1', '+1+1', '@SUM(A1)', '-2+3', 'a,b"c"', 'tab\there', '`code` | cell', '${' + EVIL +
    '}',
  '\ufffe\uffff', '\u0301\u0301', '[x](javascript:' + EVIL + ')'];
const WIDE = 6; // has room for its whole label
// Only a file that is not lines of text has these.
const LINES = ['one\ntwo', 'one\r\n<x-evil>', 'semi;colon;<x-evil>', 'ends in a number 5'];

// Main calls a function of each name, which asks a database again and again: findings and services name them all.
const PSTATS = `
import json, marshal, sys
names = json.load(sys.stdin)
root, ask = ('app.py', 1, 'main'), ('~', 0, "<method 'execute' of 'sqlite3.Cursor' objects>")
stats, n = {root: (1, 1, 0.5, 0.5 + len(names), {})}, len(names)
for i, name in enumerate(names):
    stats[(name + '.py', i, name)] = (1, 1, 0.25, 1.0, {root: (1, 1, 0.25, 1.0)})
stats[ask] = (1000 * n, 1000 * n, 0.75 * n, 0.75 * n,
              {(name + '.py', i, name): (1000, 1000, 0.75, 0.75) for i, name in enumerate(names)})
open(sys.argv[1], 'wb').write(marshal.dumps(stats, 2))
`;

// The two profiles and their pages; the title is hostile, too.
export function makeHostile() {
  const stacks = write('hostile.folded', NAMES.map((name, i) => 'main;before;' + name + ';after ' + (2 * i + 1) +
    '\nmain;' +
    name + (i === WIDE ? ' 3000\n' : ' 100\n')).join(''));
  const calls = join(folder, 'hostile.prof');
  execFileSync('python3', ['-c', PSTATS, calls], {input: JSON.stringify(NAMES.concat(LINES))});
  const page = (profile, ...options) => report(profile, '--title', '</title><x-evil>\x1b\u202e' + NAMES[0],
    '--html-compat', ...options);
  return {stacks: stacks, calls: calls, stacksPage: page(stacks), callsPage: page(calls), sourcePage: sourcePage(page)};
}

// Lines of a source that are the names, and more that only the eye is deceived by; the file is called so, too.
const SIGHT = ['soft\u00adhyphen', 'tag\u{e0041}s', 'if (x\u202e\u2066// safe\u2069\u2066) {', 'a\tb'];
export const SOURCE = NAMES.concat(SIGHT, ['x'.repeat(5000) + '<x-evil>']);
function sourcePage(page) {
  const file = '<x-evil>\x1b\u202e.py', root = join(folder, 'hostile-source');
  mkdirSync(root, {recursive: true});
  writeFileSync(join(root, file), SOURCE.map((line) => line.replace(/\n/g, ' ')).join('\n') + '\n');
  return page(write('source.folded', SOURCE.map((line, at) => 'f (' + file + ':' + (at + 1) + ');<x-evil>g (' +
    file + '~missing:1) 5\n').join('')), '--embed-source', '--source-root', root);
}

// What the page is made of: elements that a name could have made, and characters that deceive the eye.
async function isInert(page, name) {
  const found = await page.evaluate(function () {
    const texts = [document.body.innerText];
    let wrong = window.pwned ? 'a script ran' : '';
    for (const node of document.querySelectorAll('*')) {
      if (/^(x-evil|img|iframe|object|embed|a|base|link|form)$/.test(node.localName) && !(node.localName === 'form' &&
        node.method === 'dialog')) wrong = node.outerHTML.slice(0, 80);
      if (node.localName === 'script' && node.type !== 'module') wrong = 'a script';
      for (const attribute of node.attributes) {
        if (/^on/.test(attribute.name)) wrong = attribute.name;
        texts.push(attribute.value);
      }
    }
    const unseen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
    const bad = texts.find((text) => unseen.test(text));
    if (bad) wrong = 'unseen: ' + JSON.stringify(bad.slice(Math.max(0, bad.search(unseen) - 20)).slice(0, 60));
    return wrong;
  });
  check(name, !found, found);
}

// ---- the checks; each takes the page of stacks and the page of calls, and the profiles

export const CHECKS = {
  async views(given) {
    for (const [what, path] of [['stacks', given.stacksPage], ['calls', given.callsPage]])
      await open('hostile views of ' + what, path, async function (page) {
        for (const id of await views(page)) {
          await view(page, id);
          const grid = page.locator('.panel .grid, .panel [role="treegrid"]').first();
          if (await grid.count() && ['hotspots', 'tree', 'flame', 'icicle'].includes(id)) {
            await grid.focus();
            for (let k = 0; k < (id === 'hotspots' ? 12 : 4); k++) await press(page, id === 'flame' ?
              'ArrowUp' : 'ArrowDown');
          }
          await isInert(page, 'inert in ' + id + ' of ' + what);
        }
        await view(page, 'hotspots');
        const names = (await rowsOf(page, 'Functions')).map((row) => row.Function);
        const said = json('hotspots', '-q', '--top', '0', given[what]).rows.map((row) => shown(row.display));
        same('hostile names on the screen of ' + what, names.slice().sort(), said.sort());
      });
  },
  // What is said of one function: its row of steps, the menu, what is written of it, a box under the pointer.
  async function(given) {
    await open('hostile functions', given.stacksPage, async function (page) {
      await view(page, 'hotspots');
      const grid = page.locator('[aria-label="Functions"]');
      for (const [query, key] of [['^"><x-evil', 'c'], ['red', 'm'], ['rtl', 'c'], ['noscript', 'x']]) {
        await page.getByRole('searchbox').fill(query);
        await grid.focus();
        await press(page, 'n', key);
        await isInert(page, 'inert after ' + key + ' of ' + query);
      }
      await page.getByRole('button', {name: 'What to do with the selected function'}).click();
      await isInert(page, 'inert with the menu');
      await press(page, 'Escape', 'Backspace', 'Backspace', 'Backspace', 'Backspace', '1');
      const box = await page.locator('canvas').boundingBox();
      for (let x = 10; x < box.width; x += box.width / 40) {
        await page.mouse.move(box.x + x, box.y + box.height - 30);
        await page.mouse.move(box.x + x, box.y + box.height - 50);
      }
      await isInert(page, 'inert under the pointer');
    });
  },
  async source(given) {
    await open('hostile source', given.sourcePage, async function (page) {
      await view(page, 'source');
      const listed = (await rowsOf(page, 'Functions with source')).length;
      await page.locator('[aria-label="Functions with source"]').focus();
      await press(page, 'Home');
      for (let k = 0; k < listed; k++) {
        await isInert(page, 'inert in the source');
        await press(page, 'ArrowDown');
      }
      await page.getByRole('searchbox').fill('^f$');
      await page.locator('[aria-label="Functions with source"]').focus();
      await press(page, 'n');
      await isInert(page, 'inert in the source of f');
      const lines = await page.locator('.code tbody th + td + td + td + td + td').allTextContents();
      const cut = (line) => line.length > 1000 ? line.slice(0, 1000) + '\u2026' : line;
      same('hostile source: lines are text', lines, SOURCE.map((line) => cut(line.split('\t').map(shown).join('\t')
        .replace(/\u00ad/g, '\\u00ad').replace(/\u{e0041}/gu, '\\U000e0041'))));
    });
  },
  async address(given) {
    for (const hash of ['#v=<x-evil>&q=<x-evil>(', '#v=flame&f=<x-evil>&x=<x-evil>:a',
      '#v=__proto__&x=constructor,toString:a'])
      await open('hostile address', given.stacksPage, (page) => isInert(page, 'inert address ' + hash), {hash: hash});
  },
  async noscript(given) {
    for (const path of [given.stacksPage, given.callsPage])
      await open('hostile without a script', path, async function (page) {
        const evil = await page.locator('x-evil, img, a, [onload], [onerror]').count();
        same('no element is a name', evil, 0);
        const text = (await page.locator('body').textContent()) + await page.title();
        check('no unseen character',
          !/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(text));
        check('markup is text', text.includes('<x-evil>markup</x-evil>'));
        check('title', (await page.title()).includes('<x-evil>'));
        check('headline', (await page.locator('h1').textContent()).includes('<x-evil>'));
      }, {javaScriptEnabled: false});
  },
  async picture(given) {
    await open('hostile pictures', given.stacksPage, async function (page) {
      await view(page, 'flame');
      const saved = await save(page, 'Picture as SVG'), read = await xmlOf(page, saved.bytes.toString('utf8'));
      same('hostile SVG: elements', read.elements, ['g', 'rect', 'svg', 'text', 'title']);
      check('hostile SVG: attributes', !read.attributes.some((name) => /^on|href/.test(name)),
        read.attributes.join(' '));
      const names = new Set(json('hotspots', '-q', '--top', '0', given.stacks).rows.map((row) => shown(row.display)
        .replace(/[\ufffe\uffff]/g, '\ufffd'))); // XML has no place for them
      const titles = read.titles.map((title) => title.replace(/\n[^]*/, ''));
      check('hostile SVG: names', titles.every((title) => names.has(title)) &&
        titles.some((title) => title.includes('<x-evil>')));
      same('hostile name of a file', /^[\w.-]+$/.test(saved.name), true);
    });
  },
  async tables(given) {
    const names = json('hotspots', '-q', '--top', '0', given.calls).rows.map((row) => shown(row.display));
    await open('hostile tables', given.callsPage, async function (page) {
      await view(page, 'hotspots');
      const csv = await download(page, () => page.getByRole('button', {name: 'Save the table as CSV'}).click());
      const rows = readCsv(csv.bytes.toString('utf8'));
      same('hostile CSV: names', rows.map((row) => row.name).sort(),
        names.map((name) => /^[=+\-@]/.test(name) ? '\'' + name : name).sort());
      check('hostile CSV: no formula',
        rows.every((row) => Object.values(row).every((text) => !/^[=+@\t\r]/.test(text) &&
        !/^-\D/.test(text))));
      const saved = await download(page, () => page.getByRole('button', {name: 'Save the table as JSON'}).click());
      same('hostile JSON: names', JSON.parse(saved.bytes.toString('utf8')).rows.map((row) => row.name).sort(),
        names.slice().sort());
    });
  },
  async clipboard(given) {
    await open('hostile clipboard', given.stacksPage, async function (page) {
      await view(page, 'hotspots');
      const pasted = () => page.evaluate(() => navigator.clipboard.readText()), n = (await rowsOf(page,
        'Functions')).length;
      await page.getByRole('button', {name: 'Copy the table, with tabs'}).click();
      const lines = (await pasted()).split('\r\n').slice(0, -1);
      same('hostile TSV: lines', lines.length, n + 1);
      check('hostile TSV: columns', lines.every((text) => text.split('\t').length === lines[0].split('\t').length));
      check('hostile TSV: no formula', lines.every((text) => text.split('\t').every((cell) => !/^[=+@]/.test(cell))));
      await page.getByRole('button', {name: 'Copy the table as Markdown'}).click();
      const table = (await pasted()).split('\n').slice(0, -1);
      same('hostile Markdown: lines', table.length, n + 2);
      check('hostile Markdown: cells', table.every((text) => text.split('|').length === table[0].split('|').length));
      check('hostile Markdown: names are code', table.slice(2).every((text) => (text.match(/`/g) ||
        []).length % 2 === 0 &&
        !/[<[]/.test(text.replace(/`[^`]*`/g, ''))));
    }, {permissions: ['clipboard-read', 'clipboard-write']});
  },
  async stacks(given) {
    for (const [what, path] of [['stacks', given.stacksPage], ['calls', given.callsPage]])
      await open('hostile stacks of ' + what, path, async function (page) {
        const saved = await save(page, 'Stacks as folded text'), file = write('hostile-saved.folded', saved.bytes);
        const lines = saved.bytes.toString('utf8').split('\n').slice(0, -1), sum = (one, line) => one +
          Number(/\d+$/.exec(line)[0]);
        check('hostile stacks of ' + what + ': a line is a stack', lines.every((line) => /^[^\r\0]+ \d+$/.test(line)));
        same('hostile stacks of ' + what + ': sum', lines.reduce(sum, 0), json('hotspots', '-q',
          given[what]).quality.total);
        const depth = Math.max(...lines.map((line) => line.split(';').length));
        if (what === 'calls') same('hostile stacks of calls: no name is two', depth, 3);
        check('hostile stacks of ' + what + ': read back', json('hotspots', '-q', file).quality.total > 0);
      });
  },
  // Were there markup in the page, its policy would not let it do anything.
  async policy(given) {
    await open('the policy', given.stacksPage, async function (page, wrongs) {
      const blocked = await page.evaluate(function () {
        const seen = [];
        document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
        document.body.insertAdjacentHTML('beforeend',
          '<img src="data:x" onerror="window.pwned=1"><p style="color:red"></p>' +
          '<img src="file:///tmp/x.png"><iframe src="data:text/html,x"></iframe><base href="file:///">');
        const script = document.createElement('script');
        script.textContent = 'window.pwned=2';
        document.body.append(script);
        return new Promise((done) => setTimeout(() => done(seen.sort().join(' ') + (window.pwned || '')), 300));
      });
      same('the policy blocks', blocked, 'base-uri frame-src img-src script-src-attr script-src-elem style-src-attr');
      wrongs.length = 0;
    });
  }
};

// A name of a million characters, and one of a million marks that are made visible.
async function huge() {
  const long = 'a'.repeat(1000000), marks = '\u202e'.repeat(100000);
  const path = report(write('huge.folded', 'main;short 1\nmain;' + long + ';x 3\nmain;' + marks + ';<x-evil>' +
    long.slice(0, 50000) + ' 5\n'));
  await open('huge names', path, async function (page) {
    for (const id of await views(page)) {
      const from = Date.now();
      await view(page, id);
      await press(page, 'n');
      check('huge names: ' + id + ' within time', Date.now() - from < 20000);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      check('huge names: ' + id + ' is not wider than the window', wide <= 0, String(wide));
      await isInert(page, 'huge names: inert in ' + id);
    }
    await view(page, 'hotspots');
    await page.locator('[aria-label="Functions"]').focus();
    await press(page, 'End', 'c');
    await isInert(page, 'huge names: inert when chosen');
    await view(page, 'flame');
    const read = await xmlOf(page, (await save(page, 'Picture as SVG')).bytes.toString('utf8'));
    check('huge names: whole in the SVG', read.titles.some((title) => title.startsWith(long)));
    check('huge names: cut in labels', read.labels.every((label) => label.length < 200));
  });
}

export async function hostile() {
  const given = makeHostile();
  for (const [name, act] of Object.entries(CHECKS)) await test('hostile ' + name, () => act(given));
  await test('huge names', huge);
}
