// The page for people who see, point or read in other ways: keys alone, no script, paper, forced colours, large text,
// a narrow window.
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {axe, check, folder, json, open, press, report, same, saysValue, test, view, views, write} from './harness.mjs';

const STACKS = 'main;parse;read_line 60\nmain;parse;parse;read_line 30\nmain;write_out 80\nmain 10\nstart;other 20\n';

// Where the focus is: a name that can be told to somebody.
const focus = (page) => page.evaluate(function () {
  const at = document.activeElement;
  return at === document.body ? 'nothing' : (at.getAttribute('role') || at.localName) + ' ' +
    (at.getAttribute('aria-label') || at.textContent).slice(0, 40);
});

// From the top to the end by Tab: every stop can be seen, has a name, and none keeps the focus.
async function walk(page, id) {
  await view(page, id);
  await page.evaluate(function () { // Tab goes on from where the focus was last
    const top = document.querySelector('h1');
    top.tabIndex = -1;
    top.focus();
    top.removeAttribute('tabindex');
  });
  const stops = [];
  for (let k = 0; k < 60; k++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(function () {
      const at = document.activeElement, box = at.getBoundingClientRect();
      if (at === document.body) return null;
      const outline = getComputedStyle(at).outlineStyle;
      const name = at.getAttribute('aria-label') || at.textContent || at.getAttribute('placeholder');
      return {name: (at.getAttribute('role') || at.localName) + ' ' + name, isSeen: box.width >= 1 &&
        box.height >= 18 ||
        at.localName === 'input', isRinged: outline !== 'none', hasName: !!name};
    });
    if (!stop) break;
    stops.push(stop);
  }
  const bad = stops.find((stop) => !stop.isSeen || !stop.isRinged || !stop.hasName);
  check(id + ': all stops of Tab can be seen', stops.length > 5 && stops.length < 60 && !bad, JSON.stringify(bad));
  return stops.map((stop) => stop.name);
}

async function keyboard(page) {
  for (const id of await views(page)) {
    const stops = await walk(page, id);
    if (id === 'flame') same('one stop for the boxes of a picture',
      stops.filter((name) => name.startsWith('row ')).length, 1);
    same(id + ': one stop for the tabs', stops.filter((name) => name.startsWith('tab ')).length, 1);
  }
  await page.locator('#tab-summary').focus();
  await press(page, 'ArrowRight');
  same('arrows go through the tabs', await focus(page), 'tab Flame');
  // The picture: main is the first root; up goes to its heaviest child, parse.
  const row = page.getByRole('treegrid').getByRole('row', {selected: true});
  await row.focus();
  await press(page, 'ArrowRight');
  await press(page, 'ArrowLeft');
  check('arrows go to siblings', /^row main/.test(await focus(page)), await focus(page));
  await press(page, 'ArrowUp');
  check('up goes to the heaviest child', /^row parse 90/.test(await focus(page)), await focus(page));
  await press(page, 'ArrowUp', 'ArrowDown', 'ArrowDown');
  check('down goes to the parent', /^row main/.test(await focus(page)), await focus(page));
  check('the row says value and share', /180 \(90\.0 %\), self 10/.test(await row.textContent()));
  check('it is spoken', /main, total 180, 90\.0 %/.test(await page.locator('.spoken[role="status"]').textContent()));
  await press(page, 'Enter');
  check('Enter zooms', /&z=/.test(await page.evaluate(() => location.hash)));
  check('the focus stays at the row', /^row main/.test(await focus(page)));
}

// Nothing that one does from the keyboard leaves the focus nowhere.
async function focusKept(page) {
  await view(page, 'flame');
  await page.getByRole('treegrid').getByRole('row', {selected: true}).focus();
  for (const key of ['ArrowRight', 'c', 'Backspace', 'x', 'Backspace', '2', '4', 'ArrowDown', '5', 'ArrowDown', '3',
    '1', 'i',
    'h', 'g', 'g', 'h', 't', '0', 'n', 'o', '6']) {
    await press(page, key);
    check('the focus is kept after ' + key, await focus(page) !== 'nothing');
  }
  await view(page, 'hotspots');
  await page.getByText('Export', {exact: true}).focus();
  await press(page, 'Enter');
  check('Export opens by key', await page.getByRole('button', {name: 'Stacks as folded text'}).isVisible());
  const waits = page.waitForEvent('download');
  await press(page, 'Tab', 'Tab', 'Tab', 'Enter');
  await waits;
  check('the focus is kept after an export', await focus(page) !== 'nothing');
  await page.getByRole('button', {name: 'What to do with the selected function'}).focus();
  await press(page, 'Enter');
  check('the menu takes the focus', /^menuitem/.test(await focus(page)));
  await press(page, 'Escape');
  check('Escape gives it back', /^button What to do/.test(await focus(page)));
}

// ---- without a script

async function noScript(page, profile) {
  const rows = await page.locator('noscript tbody tr').evaluateAll((list) => list.map((row) =>
    Array.from(row.cells, (cell) => cell.textContent)));
  const said = json('hotspots', '-q', '--top', '0', profile).rows;
  same('without a script: functions', rows.map((row) => row[row.length - 1]).sort(),
    said.map((row) => row.display).sort());
  check('without a script: numbers', rows.every(function (row) {
    const one = said.find((other) => other.display === row[row.length - 1]);
    return saysValue(row[0], one.self, 0) && saysValue(row[1], one.self_share * 100, 0) && saysValue(row[2], one.total,
      0);
  }), JSON.stringify(rows));
  const titles = await page.locator('noscript svg title').allTextContents();
  check('without a script: the picture', await page.locator('noscript svg').isVisible() &&
    titles.includes('main 90.0 %') &&
    titles.includes('start 10.0 %'), titles.join(' | '));
  check('without a script: no control', await page.locator('button').count() === 0);
}

// ---- on paper

async function paper(page) {
  await view(page, 'hotspots');
  const pdf = await page.pdf({path: join(folder, 'paper.pdf'), format: 'A4'}), text = execFileSync('pdftotext',
    ['-layout', join(folder, 'paper.pdf'), '-'], {encoding: 'utf8'});
  check('paper has the names', pdf.length > 0 && ['read_line', 'write_out', 'main', 'access.folded'].every((word) =>
    text.includes(word)), text);
  check('paper has no controls', !/Export|Undo|Copy TSV|Theme/.test(text), text);
  check('the theme is there again afterwards',
    await page.evaluate(() => document.documentElement.dataset.theme) === 'dark');
}

// ---- large and narrow

// Text that is cut, and a page that scrolls sideways, are what WCAG 1.4.4 and 1.4.10 forbid.
async function narrow(page, name) {
  for (const id of await views(page)) {
    await view(page, id);
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    check(name + ', ' + id + ': no scrolling sideways', wide[0] <= wide[1], wide.join(' > '));
  }
}

async function forced(page) {
  for (const id of await views(page)) {
    await view(page, id);
    const found = await axe(page, 'structure');
    check('forced colours, ' + id, !found.length, found.join(' | '));
  }
  await view(page, 'hotspots');
  await page.locator('[aria-label="Functions"]').focus();
  await press(page, 'Home');
  const outline = await page.locator('.rows .active').evaluate((row) => getComputedStyle(row).outlineStyle);
  same('forced colours: what is chosen has an outline', outline, 'solid');
}

export async function access() {
  const profile = write('access.folded', STACKS), path = report(profile);
  await test('keyboard', () => open('keyboard', path, keyboard));
  await test('focus', () => open('focus', path, focusKept));
  await test('no script', () => open('no script', path, (page) => noScript(page, profile), {javaScriptEnabled: false}));
  await test('paper', () => open('paper', path, async function (page) {
    await press(page, 't');
    await paper(page);
  }));
  await test('narrow', () => open('narrow', path, (page) => narrow(page, '400 px'), {viewport: {width: 400,
    height: 800}}));
  await test('enlarged', () => open('enlarged', path, (page) => narrow(page, '200 %'),
    {viewport: {width: 640, height: 450}, deviceScaleFactor: 2}));
  await test('forced colours', () => open('forced colours', path, forced, {forcedColors: 'active'}));
}
