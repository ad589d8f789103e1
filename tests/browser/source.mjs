// The source view: what stands in it is what `profkit annotate` says, with the text of the files below the root and of
// no other; one selection with the other views. Without --embed-source there is none of it.
import {mkdirSync, readFileSync, symlinkSync, utimesSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {axe, check, dataOf, folder, json, open, press, report, rowsOf, same, saysValue, test, view, views,
  write} from './harness.mjs';
import {shown} from './values.mjs';

const current = (page) => page.locator('[role="tab"][aria-selected="true"]').getAttribute('data-view');

// The page as text: the bytes of its data are read as they are.
function bytesOf(path) {
  const page = readFileSync(path, 'utf8');
  return page + dataOf(page).toString('latin1');
}

// Rows of the lines on the screen: cells by the title of the column, which for % is that of the one before it.
async function linesOf(page) {
  return page.locator('.code table').evaluate(function (table) {
    const titles = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent);
    return Array.from(table.tBodies[0].rows, (row) => ({kind: row.className, ...Object.fromEntries(Array.from(row.cells,
      (cell, at) => [titles[at] === '%' ? titles[at - 1] + ' %' : titles[at], cell.textContent]))}));
  });
}

const text = (source) => (source || '').split('\t').map(shown).join('\t');

// What is wrong with a row on the screen, '' when nothing is.
function wrongIn(row, said, scale) {
  const values = said.role === 'near' ? [] : said.role === 'call' ? ['total'] : ['self', 'total'];
  for (const name of ['self', 'total']) {
    const title = name[0].toUpperCase() + name.slice(1), has = values.includes(name);
    const low = name === 'total' && said.total_high !== null ? '\u2265' : '';
    const cell = row[title], share = row[title + ' %'];
    if (!has && (cell || share)) return title + ' is there';
    if (!has) continue;
    if (!cell || !share) return 'no ' + title;
    if (!cell.startsWith(low) || !saysValue(cell.slice(low.length), said[name] === null ? null : Number(said[name]),
      scale)) return title + ' ' + cell + ' for ' + said[name];
    if (!share.startsWith(low) || !saysValue(share.slice(low.length), said[name + '_share'] === null ? null :
      said[name + '_share'] * 100, 0)) return title + ' % ' + share + ' for ' + said[name + '_share'];
  }
  if (said.role === 'call')
    return row.Source !== '\u25b8 ' + shown(said.display) || 'Calls' in row && !saysValue(row.Calls, said.calls, 0) ||
      row.Line ? 'call ' + JSON.stringify(row) : '';
  if (row.Line !== (said.source_line === null ? '?' : String(said.source_line))) return 'line ' + row.Line;
  const expected = said.source_line === null && !said.source ? '(line not known)' : text(said.source);
  return row.Source === expected ? '' : 'text ' + row.Source;
}

// Headings of files and gaps stand where they have to, and the rest is row by row what was said.
function saysLines(name, screen, said) {
  const wrong = [];
  let at = 0, before = null;
  for (const one of said.rows) {
    const isFile = !before || one.source_file !== before.source_file;
    const isGap = !isFile && one.source_line > before.source_line + 1;
    if (isFile || isGap) {
      const row = screen[at++], expected = isGap ? '\u2026' : one.source_file === null ? '(file not known)' :
        shown(one.source_file);
      if (!row || row.Line !== expected || row.kind !== (isGap ? 'gap' : 'file')) wrong.push('no ' + expected);
    }
    const problem = screen[at] ? wrongIn(screen[at], one, said.metric.scale) : 'no row';
    if (problem) wrong.push(at + ' ' + problem);
    at++;
    before = one;
  }
  check(name + ': lines on the screen', !wrong.length && at === screen.length, wrong.slice(0, 3).join(' | '));
}

// The dearest line is marked, is in view, and stands in words above.
async function marksMost(page, name, said) {
  const own = said.rows.filter((row) => row.role === 'line' || row.role === 'function');
  const by = own.some((row) => Number(row.self)) ? 'self' : 'total';
  const most = Math.max(...own.map((row) => Number(row[by])));
  const found = await page.locator('.code').evaluate(function (scroller) {
    const row = scroller.querySelector('.most');
    const inner = scroller.getBoundingClientRect(), box = row.getBoundingClientRect();
    return {line: row.cells[0].textContent, isSeen: box.top >= inner.top - 1 && box.bottom <= inner.bottom + 1};
  });
  const row = own.find((one) => String(one.source_line === null ? '?' : one.source_line) === found.line &&
    Number(one[by]) === most);
  check(name + ': the dearest line is marked and in view', row && found.isSeen, JSON.stringify(found));
  const words = await page.locator('.lines').textContent();
  check(name + ': it is said', row.role === 'function' ? /does not say what single lines cost/.test(words) :
    words.includes('Line ' + found.line + ' has most ' + by), words.slice(0, 80));
}

// The functions that hold 1 % of the run, and of which a text is known or lines are.
function expectedFunctions(profile, root) {
  const hot = json('hotspots', '-q', '--top', '0', profile), least = hot.quality.total / 100, found = [];
  const many = new Set(), seen = new Set();
  for (const row of hot.rows) (seen.has(row.name) ? many : seen).add(row.name);
  for (const row of hot.rows) {
    if (many.has(row.name) || Math.max(row.self, row.total, row.total_high || 0) < least || !row.file) continue;
    const said = json('annotate', '-q', profile, row.name, '--source-root', root, '--context', '5');
    if (said.rows.some((line) => line.role === 'line' && line.source_line !== null || line.source !== null))
      found.push({name: shown(row.display), said: said, isKnown: said.rows.some((line) => line.role === 'line')});
  }
  return {found: found, many: many};
}

async function sample(path, profile) {
  const root = dirname(profile), {found, many} = expectedFunctions(profile, root);
  check(path + ': there are functions to look at', found.length > 3, String(found.length));
  await open(path + ', source', report(profile, '--embed-source', '--source-root', root), async function (page) {
    await view(page, 'source');
    const listed = (await rowsOf(page, 'Functions with source')).map((row) => row.Function);
    same(path + ': functions with source', listed.filter((name) => !many.has(name)), found.map((one) => one.name));
    const grid = page.locator('[aria-label="Functions with source"]');
    await grid.focus();
    await press(page, 'Home');
    for (let at = 0; at < listed.length; at++) {
      const one = found.find((other) => other.name === listed[at]);
      if (one) {
        saysLines(path + ' ' + one.name, await linesOf(page), one.said);
        await marksMost(page, path + ' ' + one.name, one.said);
      }
      await press(page, 'ArrowDown');
    }
    for (const [theme, what] of [['light', 'structure'], ['light', 'contrast'], ['dark', 'contrast']]) {
      if (theme === 'dark') await press(page, 't');
      const wrong = await axe(page, what);
      check(path + ': source, axe ' + what + ' ' + theme, !wrong.length, wrong.join(' | '));
    }
  });
}

// ---- what is read, and what is not

const SECRET = 'secret_line_of_another_file';

// Sources beside the root, reached by '..', by a link, by an absolute path; none of them is to be in the page.
async function bounds() {
  const root = join(folder, 'bounds'), inside = join(root, 'in');
  mkdirSync(join(inside, 'deep'), {recursive: true});
  const outside = write('bounds/out.py', 'def out():\n    return "' + SECRET + '"\n');
  write('bounds/in/own.py', 'def own():\n    return "own_line"\n' + '\n'.repeat(20) + '# far_line\n');
  for (const [target, link] of [[outside, 'link.py'], [root, 'up'], [outside, 'deep/link.py']])
    symlinkSync(target, join(inside, link));
  for (const file of ['out.py', 'in/own.py']) utimesSync(join(root, file), 1, 1);
  const names = ['own.py', '../out.py', 'deep/../../out.py', 'link.py', 'deep/link.py', 'up/out.py', outside,
    '/etc/passwd'];
  const profile = write('bounds.folded', names.map((name, at) => 'f' + at + ' (' + name + ':2) 10\n').join(''));
  const page = report(profile, '--embed-source', '--source-root', inside, '--html-compat'), bytes = bytesOf(page);
  check('a source below the root is in the page', bytes.includes('own_line'));
  check('no text of a file outside of the root', !bytes.includes(SECRET) && !bytes.includes('root:x:'));
  check('no line that the view does not show', !bytes.includes('far_line'));
  await open('bounds', page, async function (page) {
    await press(page, '7');
    same('7 opens the source', await current(page), 'source');
    const notes = await page.locator('.doubt').allTextContents();
    same('what has no text is said once', notes.length, 2);
    check('the first by its name, the others by number',
      /^\.\.\/out\.py has no text here: its path has "\.\." in it$/.test(notes[0]) &&
      notes[1] === '6 more files have no text here', notes.join(' | '));
    const listed = await rowsOf(page, 'Functions with source');
    same('functions of lines are shown without text', listed.length, names.length);
  });
  const mapped = bytesOf(report(profile, '--embed-source', '--path-map', outside.replace(/\/[^/]*$/, '') + '=' + root,
    '--html-compat'));
  check('a map that the user gives is followed', mapped.includes(SECRET));
  const without = report(profile, '--html-compat'), plain = bytesOf(without);
  check('without --embed-source there is no text', !plain.includes('own_line') && !/"annotate\/\d/.test(plain) &&
    /"annotate\/\d/.test(bytes));
  await open('bounds, without', without, async function (page) {
    check('without --embed-source there is no view', !(await views(page)).includes('source'));
    await press(page, '7');
    same('and no key', await current(page), 'summary');
    check('nor a way there', await page.getByRole('button', {name: 'Show its source'}).count() === 0);
  });
}

// ---- one selection

async function selection(profile) {
  const path = report(profile, '--embed-source', '--source-root', dirname(profile));
  const head = (page) => page.locator('.lines h2').textContent();
  await open('source, selection', path, async function (page) {
    await view(page, 'source');
    same('the function with most self is first', await head(page), 'sort\'2');
    await view(page, 'hotspots');
    await page.locator('[aria-label="Functions"] .rows').getByText('make_word', {exact: true}).click();
    await page.getByRole('button', {name: 'Show its source'}).click();
    same('what was selected elsewhere is shown', [await current(page), await head(page)], ['source', 'make_word']);
    await page.locator('.code').getByRole('button', {name: 'next_random'}).first().click();
    same('a callee is shown', await head(page), 'next_random');
    await page.goBack();
    same('Back shows the caller', await head(page), 'make_word');
    await view(page, 'sandwich');
    same('the selection is that of the other views', await page.locator('.sandwich h2').first().textContent(),
      'make_word');
    await view(page, 'hotspots');
    await page.getByRole('searchbox').fill('^_dl_catch_exception$');
    await page.locator('[aria-label="Functions"]').focus();
    await press(page, 'n');
    const has = await page.getByRole('button', {name: 'Show its source'}).count();
    await press(page, '7');
    check('a function without source says so', !has &&
      (await page.locator('.lines').textContent()).includes('The source of this function is not here'));
    await page.locator('.code, .lines').first().waitFor();
    await view(page, 'source');
    await page.getByRole('searchbox').fill('^add$');
    await page.locator('[aria-label="Functions with source"]').focus();
    await press(page, 'n');
    same('n goes to a hit', await head(page), 'add');
    await page.locator('.code').focus();
    const outline = await page.locator('.code').evaluate((node) => getComputedStyle(node).outlineStyle);
    same('the lines can be scrolled by keys and are ringed', outline, 'solid');
  });
  const found = join(dirname(profile), '../../pstats/reminders/reminders.prof');
  const other = report(found, '--embed-source', '--source-root', dirname(found));
  await open('source, findings', other, async function (page) {
    await view(page, 'findings');
    const way = page.locator('article').getByRole('button', {name: /^Source of /}).first();
    const name = (await way.getAttribute('aria-label')).replace(/^Source of (\S+).*/, '$1');
    await way.click();
    same('a finding has a way to the source', [await current(page), await head(page)], ['source', name]);
    await view(page, 'findings');
    await page.getByRole('button', {name: 'What to do with the selected function'}).click();
    await page.getByRole('menuitem', {name: 'source'}).click();
    same('so has the menu', [await current(page), await head(page)], ['source', name]);
  });
  await open('source, paper', path, async function (page) {
    await view(page, 'source');
    await page.emulateMedia({media: 'print'});
    const cut = await page.locator('.code').evaluate((node) => node.scrollHeight - node.clientHeight);
    same('paper has all lines', cut, 0);
  });
  await open('source, narrow', path, async function (page) {
    await view(page, 'source');
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    check('narrow, source: no scrolling sideways', wide[0] <= wide[1], wide.join(' > '));
    const box = await page.locator('.lines h2').boundingBox();
    check('narrow, source: the lines are not far below the list', box.y < 800, String(box.y));
  }, {viewport: {width: 400, height: 800}});
  await open('source, forced colours', path, async function (page) {
    await view(page, 'source');
    const found = await axe(page, 'structure');
    check('forced colours, source', !found.length, found.join(' | '));
  }, {forcedColors: 'active'});
  const link = '#v=1&v=source';
  await open('source, link', path, async (page) => same('a link opens the source', await current(page), 'source'),
    {hash: link});
}

// Where no source is found the view says what to do about it, and has no empty table.
async function nowhere(profile) {
  const path = report(profile, '--embed-source', '--source-root', folder);
  await open('source, nowhere', path + '#v=1&v=source', async function (page) {
    check('the option is told', (await page.locator('.source').textContent()).includes('--source-root DIR'));
    same('no table', await page.locator('.source table').count(), 0);
  });
}

const SAMPLES = ['callgrind/word-count/callgrind.out', 'folded/log-report/log-report.folded',
  'pstats/backtest/backtest.prof', 'pstats/reminders/reminders.prof'];

export async function source(samples) {
  for (const path of SAMPLES) await test(path + ', source', () => sample(path, join(samples, path)));
  await test('source, bounds', bounds);
  await test('source, nowhere', () => nowhere(join(samples, 'pstats/reminders/reminders.prof')));
  await test('source, selection', () => selection(join(samples, SAMPLES[0])));
}
