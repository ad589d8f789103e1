// The page of a comparison, and the timeline of a recording with times. Both inputs are counted by hand:
//
//   before: main;draw 10000, main;parse 6000      after: main;draw 10000, main;new 1000, main;parse 9000
import {join} from 'node:path';
import {axe, check, folder, json, open, profkit, report, rowsOf, same, saysValue, settled, SOURCES, test, view, views,
  write} from './harness.mjs';

const BEFORE = 'main;draw 10000\nmain;parse 6000\n', AFTER = 'main;draw 10000\nmain;new 1000\nmain;parse 9000\n';
const TIMES = ['app 7/8 1.000000: 10 cycles: \n\t 1 b (/app)\n', 'app 7/7 2.000000: 30 cycles: \n\t 2 a (/app)\n',
  'app 7/8 3.000000: 20 cycles: \n\t 1 b (/app)\n'].join('\n') + '\n';

const details = (page) => page.getByRole('complementary').textContent();

// The middle of a box: `from` and `to` are parts of the width, rows are 18 px.
async function click(page, nth, from, to, row) {
  const box = await page.locator('canvas').nth(nth).boundingBox();
  await page.mouse.click(box.x + box.width * (from + to) / 2, box.y + 18 * row + 9);
  await settled(page);
}

async function comparison(page, rows) {
  same('a comparison begins with what changed', await page.locator('[aria-selected="true"][role="tab"]').textContent(), 'Diff');
  const heads = await page.locator('.sides h2').allTextContents();
  same('both totals', heads, ['Before: 16,000', 'After: 20,000']);
  const found = await rowsOf(page, 'Changed functions');
  same('a row for each function that changed', found.map((row) => row.Function).sort(), ['main', 'new (new)',
    'parse']); // of main the total
  for (const row of found) {
    const said = rows.find((one) => one.display === row.Function.replace(' (new)', ''));
    check('numbers of ' + row.Function + ' are those of --json', saysValue(row['Self \u0394'], said.self_delta) &&
      saysValue(row.After, said.self_after) && row.Verdict === said.verdict, JSON.stringify([row, said]));
  }
  await click(page, 0, 100 / 160, 1, 1);
  check('a box of before is selected', (await details(page)).startsWith('parse'));
  await click(page, 1, 100 / 200, 110 / 200, 1);
  check('a box that is new is selected', (await details(page)).startsWith('new'));
  await click(page, 0, 0, 100 / 160, 1);
  check('a box of both', (await details(page)).startsWith('draw'));
  await page.locator('canvas').nth(1).hover({position: {x: 5, y: 27}});
  await settled(page);
  const tip = await page.locator('.tip.on').textContent();
  check('a tooltip has both sides and the difference', tip.includes('before 10,000, after 10,000') && tip.includes('0 (x1.00)'), tip);
  await view(page, 'flame');
  await click(page, 0, 110 / 200, 1, 0);
  check('other views show the later side', (await details(page)).includes('9,000 (45.0 %)'), await details(page));
}

// One colour has one box: blue is less, orange more.
async function colours(page) {
  const at = (nth, part) => page.locator('canvas').nth(nth).evaluate(function (canvas, x) {
    const copy = document.createElement('canvas'), context = copy.getContext('2d', {willReadFrequently: true});
    copy.width = copy.height = 1;
    context.drawImage(canvas, -Math.round(canvas.width * x), -21 * canvas.height / canvas.clientHeight);
    const one = context.getImageData(0, 0, 1, 1).data;
    return Array.from(one.slice(0, 3));
  }, part);
  const [red, , blue] = await at(1, 0.97), [red2, , blue2] = await at(0, 0.97);
  check('what got slower is orange on both sides', red > blue && red2 > blue2, [red, blue, red2, blue2].join());
  const [same1, same2, same3] = await at(0, 0.6);
  check('what did not change has no colour', Math.max(same1, same2, same3) - Math.min(same1, same2, same3) < 20);
}

async function timeline(page, rows) {
  check('a recording with times has a timeline', (await views(page)).includes('timeline'));
  await view(page, 'timeline');
  const found = await rowsOf(page, 'Threads');
  same('a row for each thread', found.map((row) => row.Thread).sort(), ['app-7', 'app-7 thread app-8']);
  for (const row of found) {
    const said = rows.find((one) => one.slice === row.Thread);
    check('total and busiest function of ' + row.Thread, saysValue(row.Total, said.total) && row['Most self'] === said.display);
  }
  const bars = await page.locator('.strip').first().locator('i').evaluateAll((list) =>
    list.map((bar) => bar.style.height).filter((height) => height !== '0%'));
  same('bars where samples are', bars.length, 1);
}

export async function diff() {
  const before = write('before.folded', BEFORE), after = write('after.folded', AFTER), path = join(folder, 'diff.html');
  const times = write('times.txt', TIMES);
  profkit('diff', '-q', '--normalize', 'none', before, after, '-o', path);
  const rows = json('diff', '-q', '--normalize', 'none', before, after).rows;
  await test('comparison', () => open('comparison', path, (page) => comparison(page, rows)));
  for (const scheme of ['light', 'dark'])
    await test('comparison ' + scheme, () => open('comparison ' + scheme, path, async function (page) {
      await settled(page);
      if (scheme === 'light') await colours(page);
      same('axe, comparison ' + scheme, await axe(page, 'contrast'), []);
      same('axe, structure of a comparison ' + scheme, await axe(page, 'structure'), []);
    }, {scheme: scheme}));
  const sample = (name) => join(SOURCES, 'samples', 'pstats', name, 'reminders.prof');
  const calls = join(folder, 'calls.html');
  profkit('diff', '-q', sample('reminders'), sample('reminders-fixed'), '-o', calls);
  await test('comparison of calls', () => open('comparison of calls', calls, async function (page) {
    same('both trees are called what they are', await page.locator('.estimated').textContent(),
      'Call tree estimated: the file holds calls, not stacks. Hatched boxes and \u2248 are estimates.');
  }));
  await test('timeline', () => open('timeline', report(times, '--metric', 'cycles'), (page) => timeline(page,
    json('timeline', '-q', '--metric', 'cycles', times).rows)));
}
