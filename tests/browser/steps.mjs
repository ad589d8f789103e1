// Steps on a profile that is small enough to count by hand; read and write are of a library:
//
//   main;load;read;read 8    main;load;write 2    main;use;load;read 5    main;use 3    idle 4
import {check, download, open, press, report, rowsOf, same, test, view, write} from './harness.mjs';

const STACKS = [['main;load;read;read', 8], ['main;load;write', 2], ['main;use;load;read', 5], ['main;use', 3],
  ['idle', 4]];

function small() {
  const own = '/home/u/app', library = '/usr/lib/x86_64-linux-gnu/libio.so';
  return write('small.perf.txt', STACKS.map(([stack, n], at) => 'app 100 ' + (at + 1) + '.000000: ' + n +
    ' cycles: \n' +
    stack.split(';').reverse().map((name, k) => '\t' + (4096 + k).toString(16) + ' ' + name + '+0x1 (' +
      (name === 'read' || name === 'write' ? library : own) + ')\n').join('') + '\n').join(''));
}

export async function save(page, what) {
  await page.getByText('Export', {exact: true}).click();
  return download(page, () => page.getByRole('button', {name: what}).click());
}

export async function foldedOf(page) {
  const saved = await save(page, 'Stacks as folded text');
  return saved.bytes.toString('utf8').split('\n').slice(0, -1).sort();
}

async function chooseFunction(page, name) {
  await view(page, 'hotspots');
  await page.locator('[aria-label="Functions"] .rows').getByText(name, {exact: true}).click();
}

// Opens the rows of the call tree down to a path and leaves the last one chosen.
export async function choosePath(page, names) {
  await view(page, 'tree');
  const rows = page.locator('[aria-label="Call tree"] .rows > [role="row"]');
  let at = -1;
  for (let depth = 0; depth < names.length; depth++) {
    at = await rows.evaluateAll((list, [name, level, after]) => list.findIndex((row, i) => i > after &&
      row.getAttribute('aria-level') === String(level) &&
      row.querySelector('.name').textContent.replace(/^[\u25be\u25b8]/, '') === name), [names[depth], depth + 1, at]);
    if (at < 0) throw new Error('no row for ' + names.slice(0, depth + 1).join(';'));
    await rows.nth(at).locator('.name').click({position: {x: 300, y: 10}});
    if (depth + 1 < names.length && await rows.nth(at).getAttribute('aria-expanded') === 'false') await press(page,
      'ArrowRight');
  }
}

// Self and total of every function in the table.
async function tableOf(page) {
  await view(page, 'hotspots');
  return (await rowsOf(page, 'Functions')).map((row) => row.Function + ' ' + row.Self + ' ' + row.Total).sort();
}

const BASE = {folded: ['idle 4', 'main;load;read;read 8', 'main;load;write 2', 'main;use 3', 'main;use;load;read 5'],
  table: ['idle 4 4', 'load 0 15', 'main 0 18', 'read 13 13', 'use 3 8', 'write 2 2']};

// [what it does, key, what is chosen, stacks, functions]
const STEPS = [
  ['focus', 'f', 'load', ['load;read 5', 'load;read;read 8', 'load;write 2'], ['load 0 15', 'read 13 13', 'write 2 2']],
  ['focus path', 'F', 'main;use;load', ['load;read 5'], ['load 0 5', 'read 5 5']],
  ['merge', 'm', 'load', ['idle 4', 'main;read;read 8', 'main;use 3', 'main;use;read 5', 'main;write 2'],
    ['idle 4 4', 'main 0 18', 'read 13 13', 'use 3 8', 'write 2 2']],
  ['merge, recursive', 'm', 'read', ['idle 4', 'main;load 8', 'main;load;write 2', 'main;use 3', 'main;use;load 5'],
    ['idle 4 4', 'load 13 15', 'main 0 18', 'use 3 8', 'write 2 2']],
  ['merge path', 'M', 'main;use;load;read', ['idle 4', 'main;load;read;read 8', 'main;load;write 2', 'main;use 3',
    'main;use;load 5'], ['idle 4 4', 'load 5 15', 'main 0 18', 'read 8 8', 'use 3 8', 'write 2 2']],
  ['collapse', 'c', 'load', ['idle 4', 'main;load 10', 'main;use 3', 'main;use;load 5'],
    ['idle 4 4', 'load 15 15', 'main 0 18', 'use 3 8']],
  ['collapse module', 'C', 'read', ['idle 4', 'main;load;[libio.so] 10', 'main;use 3', 'main;use;load;[libio.so] 5'],
    ['[libio.so] 15 15', 'idle 4 4', 'load 0 15', 'main 0 18', 'use 3 8']],
  ['collapse recursion', 'r', 'read', ['idle 4', 'main;load;read 8', 'main;load;write 2', 'main;use 3',
    'main;use;load;read 5'], BASE.table],
  ['drop', 'x', 'load', ['idle 4', 'main;use 3'], ['idle 4 4', 'main 0 3', 'use 3 3']],
  ['by module', 'g', '', ['[app] 7', '[app];[libio.so] 15'], ['[app] 7 22', '[libio.so] 15 15']]
];

async function choose(page, what) {
  if (what.includes(';')) await choosePath(page, what.split(';'));
  else if (what) await chooseFunction(page, what);
}

async function eachStep(page) {
  for (const [name, key, what, folded, table] of STEPS) {
    await choose(page, what);
    await press(page, key);
    same('step ' + name + ': stacks', await foldedOf(page), folded);
    same('step ' + name + ': functions', await tableOf(page), table.slice().sort());
    const crumbs = await page.getByRole('navigation', {name: 'Steps'}).locator('.step').count();
    same('step ' + name + ': one step is listed', crumbs, 1);
    await press(page, 'Backspace');
    same('step ' + name + ': undone by Backspace', await foldedOf(page), BASE.folded);
  }
}

// The same by the menu: each step has an item with its word.
async function byMenu(page) {
  for (const [name, , what, folded] of STEPS) {
    await choose(page, what);
    await page.getByRole('button', {name: 'What to do with the selected function'}).click();
    await page.getByRole('menuitem', {name: new RegExp('^' + name.replace(/,.*/, '') + ' ?\\w$')}).click();
    same('menu ' + name, await foldedOf(page), folded);
    await page.getByRole('button', {name: 'Undo the last step'}).click();
  }
  same('all undone by the button', await foldedOf(page), BASE.folded);
}

// Steps one after the other, taken back in other orders.
async function inTurn(page) {
  await chooseFunction(page, 'idle');
  await press(page, 'x');
  await chooseFunction(page, 'load');
  await press(page, 'c');
  const both = ['main;load 10', 'main;use 3', 'main;use;load 5'];
  same('two steps', await foldedOf(page), both);
  await page.getByRole('button', {name: 'Remove the step drop idle'}).click();
  check('the focus stays on the page', await page.evaluate(() => document.activeElement !== document.body));
  same('the first of two steps removed', await foldedOf(page), ['idle 4'].concat(both));
  await page.goBack();
  same('Back brings the step again', await foldedOf(page), both);
  await page.goForward();
  same('Forward takes it away', await foldedOf(page), ['idle 4'].concat(both));
  await page.reload();
  await page.locator('[role="tab"][aria-selected="true"]').waitFor();
  same('the address keeps the steps', await foldedOf(page), ['idle 4'].concat(both));
  await press(page, 'Backspace', 'Backspace');
  same('more undone than there is', await foldedOf(page), BASE.folded);
  await press(page, 'g', 'g');
  same('g is a switch', await foldedOf(page), BASE.folded);
}

// What is in a folder of packages is a library; what it costs goes to who called it. Functions that differ in their
// files alone stay two.
async function libraries() {
  const path = report(write('library.folded', 'main;get (/x/site-packages/io.py);get (/x/site-packages/io.py) 3\n' +
    'get (/x/site-packages/io.py);own 2\nmain;get (own.py) 1\n'));
  await open('libraries', path, async function (page) {
    await press(page, 'h');
    same('hide library frames', await tableOf(page), ['get 1 1', 'get 0 2', 'main 3 4', 'own 2 2'].sort());
    await page.getByRole('button', {name: 'What to do with the selected function'}).click();
    await page.getByRole('menuitem', {name: /^hide library frames/}).click();
    same('h and the menu switch the same', (await page.getByRole('navigation',
      {name: 'Steps'}).locator('.step').count()), 0);
  });
}

// The numbers of the other views follow.
async function elsewhere(page) {
  await chooseFunction(page, 'load');
  await press(page, 'x');
  await view(page, 'summary');
  const rows = await page.locator('.summary tbody tr').allTextContents();
  same('the summary follows', rows, ['457.1457.1idle ', '342.9342.9use ', '00.0342.9main ']);
  await view(page, 'tree');
  same('the call tree follows', (await rowsOf(page, 'Call tree')).map((row) => row.Total + ' ' + row['Total %']).sort(),
    ['3 42.9', '4 57.1']);
  await press(page, 'Backspace');
}

export async function steps() {
  const path = report(small());
  await test('steps', () => open('steps', path, eachStep));
  await test('steps by the menu', () => open('steps by the menu', path, byMenu));
  await test('steps in turn', () => open('steps in turn', path, inTurn));
  await test('libraries', libraries);
  await test('steps elsewhere', () => open('steps elsewhere', path, elsewhere));
}
