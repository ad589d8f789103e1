// The page in use: keys, search, links, Back, the theme, tables, the selection. The input is counted by hand:
//
//   main;parse;read_line 6    main;parse;parse;read_line 3    main;write_out 8    main 1    start;Parse 2
import {check, open, press, report, rowsOf, same, settled, test, view, views, write} from './harness.mjs';

const STACKS = 'main;parse;read_line 6\nmain;parse;parse;read_line 3\nmain;write_out 8\nmain 1\nstart;Parse 2\n';

const current = (page) => page.locator('[role="tab"][aria-selected="true"]').getAttribute('data-view');
const hash = (page) => page.evaluate(() => location.hash);
const matched = (page) => page.locator('.matched').textContent();
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('role') ||
  document.activeElement.tagName.toLowerCase());
const details = (page) => page.getByRole('complementary').textContent();

async function search(page, text) {
  await page.getByRole('searchbox').fill(text);
  await settled(page);
  return matched(page);
}

// ---- keys of views, and of the page

async function keys(page) {
  for (const [key, id] of [['1', 'flame'], ['2', 'icicle'], ['3', 'sandwich'], ['4', 'tree'], ['5', 'hotspots'],
    ['6', 'findings'], ['o', 'summary']]) {
    await press(page, key);
    const has = (await views(page)).includes(id);
    same('key ' + key, await current(page), has ? id : 'summary');
  }
  await press(page, 'Shift+D', '7', '8', '9');
  same('keys of views that are not there', await current(page), 'summary');
  await press(page, '?');
  check('? shows the keys', await page.getByRole('dialog').isVisible());
  await press(page, '1');
  same('no key of the page while they are shown', await current(page), 'summary');
  await page.getByRole('checkbox', {name: 'keys that are single letters'}).uncheck();
  await press(page, 'Escape');
  check('Escape closes them', !await page.getByRole('dialog').isVisible());
  await press(page, '5', 'x', 'g', 't', '/', 'o');
  same('letters can be switched off', [await current(page), await hash(page), await page.locator('.step').count(),
    await focused(page) === 'input'], ['summary', '#v=1&v=summary', 0, false]);
  await press(page, 'Control+f');
  same('Ctrl+F searches all the same', await focused(page), 'input');
  await press(page, 'Escape');
  await page.getByRole('button', {name: 'List of keys'}).click();
  await page.getByRole('checkbox', {name: 'keys that are single letters'}).check();
  await page.getByRole('button', {name: 'Close'}).click();
  await press(page, '/');
  await page.keyboard.type('1xgt?o5h');
  same('letters typed are text', [await page.getByRole('searchbox').inputValue(), await current(page),
    await page.locator('.step').count()], ['1xgt?o5h', 'summary', 0]);
  await press(page, 'Escape', 'Escape');
  check('Escape clears the search and leaves it', await page.getByRole('searchbox').inputValue() === '' &&
    await focused(page) !== 'input');
}

// What is drawn.
const pixels = (page) => page.evaluate(() => document.querySelector('canvas').toDataURL());

async function pictures(page) {
  for (const id of ['flame', 'icicle']) {
    await view(page, id);
    const before = await pixels(page);
    for (const key of ['+', '=']) {
      await press(page, key);
      check(id + ': ' + key + ' zooms in', await pixels(page) !== before);
    }
    const zoomed = await pixels(page);
    await press(page, 'd');
    check(id + ': d pans', await pixels(page) !== zoomed);
    await press(page, 'a');
    check(id + ': a pans back', await pixels(page) === zoomed);
    await press(page, '-', '0');
    check(id + ': 0 shows the whole', await pixels(page) === before);
    await press(page, 'i');
    check(id + ': i turns it over', await pixels(page) !== before);
    await press(page, 'i');
    check(id + ': i again turns it back', await pixels(page) === before);
    const box = await page.locator('canvas').boundingBox();
    await page.mouse.move(box.x + 500, box.y + 9);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await settled(page);
    check(id + ': Ctrl and the wheel zoom', await pixels(page) !== before);
    await press(page, '0');
    await page.mouse.move(box.x + 5, box.y + box.height + 60);
    await settled(page);
    check(id + ': the whole again', await pixels(page) === before);
  }
}

// Every key that is promised stands in the list of keys, and w and s move a picture that is higher than its place.
async function promised(page) {
  const inList = (await page.locator('dialog dt').allTextContents()).join(' ').split(/[ ,]+/);
  const keys = ['arrows', 'w', 'a', 's', 'd', '+', '\u2212', '0', '/', 'Ctrl+F', 'n', 'p', 'i', 'h', 't', '?', 'f', 'F',
    'm', 'M', 'c', 'C', 'r', 'x', 'Backspace', 'y', 'Y', 'Shift+D', '1', '9'];
  same('keys that are not in the list of keys', keys.filter((key) => !inList.includes(key)), []);
  for (const id of ['flame', 'icicle']) {
    await view(page, id);
    const top = () => page.locator('.scroller').evaluate((node) => node.scrollTop);
    const [there, back] = id === 'flame' ? ['w', 's'] : ['s', 'w'], from = await top();
    await press(page, there);
    const moved = await top();
    check(id + ': ' + there + ' pans', (moved - from) * (id === 'flame' ? -1 : 1) > 0, from + ' ' + moved);
    await press(page, back);
    same(id + ': ' + back + ' pans back', await top(), from);
  }
}

// The pointer: main is the lower row of the flame graph, from the left edge, 18 of 20 wide.
async function pointer(page) {
  await view(page, 'flame');
  const box = await page.locator('canvas').boundingBox(), y = box.y + box.height - 9;
  await page.mouse.move(box.x + 300, y);
  check('what the pointer is on is said',
    (await page.locator('.tip').textContent()).startsWith('main18 (90.0 %)self 1'));
  await page.mouse.click(box.x + 300, y);
  check('a click selects', /^mainSelf1 \(5\.0 %\)Total18 \(90\.0 %\)/.test(await details(page)));
  await page.mouse.dblclick(box.x + box.width * 0.95, y);
  await settled(page);
  check('a double click zooms', /&z=/.test(await hash(page)));
  await page.mouse.move(box.x + 100, y);
  check('what is zoomed is as wide as the picture', (await page.locator('.tip').textContent()).startsWith('start2'));
  await page.goBack();
  check('Back leaves the zoom', !/&z=/.test(await hash(page)));
  await page.mouse.click(box.x + 300, y, {button: 'right'});
  check('the other button opens the menu', await page.getByRole('menu').isVisible());
  await press(page, 'ArrowDown', 'Enter');
  same('the menu is used by keys', await page.locator('.step').count(), 1);
  await press(page, 'Backspace');
}

// ---- search: a stack counts once. Not case: parse and Parse, in 6 + 3 + 2 of 20.
async function searching(page) {
  same('search', await search(page, 'parse'), '2 functions, 55.0 %');
  same('search by expression', await search(page, '^(read|write)_'), '2 functions, 85.0 %');
  same('search by share', await search(page, 'self>30%'), '2 functions, 85.0 %');
  same('search by two conditions', await search(page, 'total>50% n'), '1 function, 90.0 %');
  same('search for nothing that is there', await search(page, 'absent'), '0 functions, 0.0 %');
  check('an expression that is none is text', /^0 functions, 0\.0 %; not a regular expression, taken as text/.test(
    await search(page, 'read(')));
  await search(page, 'parse');
  await page.getByRole('button', {name: 'Match case'}).click();
  same('search in the case as written', await matched(page), '1 function, 45.0 %');
  await page.getByRole('button', {name: 'Match case'}).click();
  check('the address keeps the search', /&q=parse/.test(await hash(page)));
  await view(page, 'hotspots');
  same('hits are marked', await page.locator('.rows .hit .name').allTextContents(), ['Parse', 'parse']);
  await page.locator('[aria-label="Functions"]').focus();
  await press(page, 'n');
  check('n goes to a hit', /^Parse/.test(await details(page)));
  await press(page, 'n');
  check('n goes on', /^parse/.test(await details(page)));
  await press(page, 'p');
  check('p goes back', /^Parse/.test(await details(page)));
  for (const id of ['flame', 'tree']) {
    await view(page, id);
    const names = [];
    await page.getByRole('tab', {selected: true}).focus();
    for (let k = 0; k < 3; k++) {
      await press(page, 'n');
      names.push((await details(page)).slice(0, 5));
    }
    check('n in ' + id + ' finds each box', names.every((name) => /^parse$/i.test(name)) && names.includes('Parse'),
      names);
  }
  await press(page, 'Escape');
  same('Escape leaves the search', await matched(page), '');
}

// ---- the address

async function links(path) {
  let link = '';
  await open('links', path, async function (page) {
    await view(page, 'hotspots');
    await page.locator('[aria-label="Functions"] .rows').getByText('parse', {exact: true}).click();
    await press(page, 'r');
    await search(page, 'read');
    await view(page, 'sandwich');
    link = await hash(page);
    await page.goBack();
    same('Back goes to the view before', await current(page), 'hotspots');
    await page.goForward();
    same('Forward goes on', await current(page), 'sandwich');
  });
  // The same profile, recorded again: functions come in another order, with other costs.
  const again = report(write('again.folded', STACKS.split('\n').slice(0, -1).reverse().map((line) => line +
    '0').join('\n') +
    '\nother;new 7\n'));
  await open('links, another report', again, async function (page) {
    same('a link fits another report', [await current(page), await page.getByRole('searchbox').inputValue(),
      await page.locator('.step').allTextContents(), await page.getByRole('alert').textContent(), await hash(page)],
    ['sandwich', 'read', ['collapse recursion parse\u00d7'], '', link]);
    check('the function of the link is shown', (await page.locator('.sandwich h2').first().textContent()) === 'parse');
  }, {hash: link});
  for (const [name, bad, says] of [['function', '#v=1&v=sandwich&f=unknown', /does not have the function/],
    ['view', '#v=1&v=nonsense', /no data for the view/], ['path', '#v=1&v=flame&p=a.b', /does not have the path/],
    ['step', '#v=1&v=flame&x=drop:zzz', /does not have a step/], ['escape', '#v=1&q=%&x=module:%25',
      /does not have|^$/],
    ['step of no kind', '#v=1&v=tree&x=__proto__:a', /does not have a step/]])
    await open('a link with an unknown ' + name, path, async function (page) {
      check('unknown ' + name + ' is said', says.test(await page.getByRole('alert').textContent()),
        await page.getByRole('alert').textContent());
      same('unknown ' + name + ' shows the overview', await current(page), 'summary');
    }, {hash: bad});
}

async function back(page) {
  const way = ['flame', 'tree', 'hotspots', 'summary'];
  for (const id of way) await view(page, id);
  await search(page, 'x');
  for (const id of ['hotspots', 'tree', 'flame', 'summary']) {
    await page.goBack();
    await settled(page);
    same('Back to ' + id, await current(page), id);
  }
}

// ---- tables

async function tables(page) {
  await view(page, 'hotspots');
  const grid = page.locator('[aria-label="Functions"]'), names = async () =>
    (await rowsOf(page, 'Functions')).map((row) => row.Function);
  same('heaviest first', await names(), ['read_line', 'write_out', 'Parse', 'main', 'parse', 'start']);
  const head = (title) => grid.getByRole('columnheader', {name: title}).getByRole('button');
  await head('Total').first().focus();
  await press(page, 'Enter');
  same('Enter on a header sorts', (await rowsOf(page, 'Functions')).map((row) => row.Total), ['18', '9', '9', '8', '2',
    '2']);
  check('the header keeps the focus', await focused(page) === 'button');
  await head('Function').click({modifiers: ['Shift']});
  same('Shift adds a key', await names(), ['main', 'parse', 'read_line', 'write_out', 'Parse', 'start']);
  await head('Function').click({modifiers: ['Shift']});
  same('the added key is turned', await names(), ['main', 'read_line', 'parse', 'write_out', 'start', 'Parse']);
  await grid.focus();
  await press(page, 'Home', 'ArrowDown');
  check('arrows choose rows', /^read_line/.test(await details(page)));
  await press(page, 'End');
  check('End chooses the last', /^Parse/.test(await details(page)));
  await press(page, 'Enter');
  same('Enter opens', await current(page), 'sandwich');
  await view(page, 'hotspots');
  await page.getByText('Columns', {exact: true}).click();
  await page.getByRole('checkbox', {name: 'Self %'}).uncheck();
  check('columns can be left out', !('Self %' in (await rowsOf(page, 'Functions'))[0]));
  await view(page, 'tree');
  const tree = page.locator('[aria-label="Call tree"]');
  await tree.focus();
  await press(page, 'Home', 'ArrowLeft');
  same('left closes a row', await tree.locator('.rows [aria-level="2"]').count(), 0);
  await press(page, 'ArrowRight', 'ArrowRight');
  check('right opens it and goes in', (await details(page)).startsWith('parse'), await details(page));
  await press(page, 'ArrowLeft', 'ArrowLeft');
  check('left goes to the parent', (await details(page)).startsWith('main'), await details(page));
}

async function theme(page) {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const first = await background();
  await press(page, 't');
  const second = await background();
  await page.getByRole('button', {name: 'Light or dark'}).click();
  same('the theme goes there and back', [first, second, await background()],
    ['rgb(21, 23, 28)', 'rgb(255, 255, 255)', 'rgb(21, 23, 28)']);
}

async function copies(page) {
  await view(page, 'tree');
  await page.locator('[aria-label="Call tree"]').focus();
  await press(page, 'Home', 'ArrowRight', 'y');
  const pasted = () => page.evaluate(() => navigator.clipboard.readText());
  same('y copies the name', await pasted(), 'parse');
  await press(page, 'Y');
  same('Y copies the stack', await pasted(), 'main\nparse');
  await view(page, 'hotspots');
  await page.getByRole('button', {name: 'Copy the table, with tabs'}).click();
  same('the table as TSV', (await pasted()).split('\r\n')[1], '9\t45\t9\t45\tread_line\t');
  await page.getByRole('button', {name: 'Copy the table as Markdown'}).click();
  same('the table as Markdown', (await pasted()).split('\n')[2], '| 9 | 45.0 | 9 | 45.0 | `read_line` |  |');
}

export async function use() {
  const path = report(write('use.folded', STACKS));
  for (const [name, act, options] of [['keys', keys], ['pictures', pictures], ['pointer', pointer], ['search',
    searching],
    ['back', back], ['tables', tables], ['theme', theme, {scheme: 'dark'}],
    ['copies', copies, {permissions: ['clipboard-read', 'clipboard-write']}]])
    await test(name, () => open(name, path, act, options));
  const high = write('high.folded', Array.from({length: 200}, (none, at) => 'level' + at).join(';') + ' 9\n');
  await test('promised keys', () => open('promised keys', report(high), promised));
  await test('links', () => links(path));
}
