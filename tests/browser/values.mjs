// Reports of every sample and of files of eight other producers: each view is opened, what stands in it is what the
// command line says, each table sorts by each column, and axe has nothing to say.
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {axe, check, download, json, open, press, readCsv, report, rowsOf, same, saysValue, test, view,
  views} from './harness.mjs';

// Writes of one table the rows as the command line has them: exact numbers and names.
function plain(rows, names) {
  return rows.map((row) => names.map((name) => row[name] === null || row[name] === undefined ? '' : String(row[name]))
    .join('\t')).sort();
}

async function csvOf(page, label) {
  const tools = page.locator('section.table', {has: page.locator('[aria-label="' + label + '"]')});
  const saved = await download(page, () => tools.getByRole('button', {name: 'Save the table as CSV'}).click());
  return readCsv(saved.bytes.toString('utf8'));
}

// Names as the page has them: what the eye cannot see is written out. Slow and plain.
export function shown(text) {
  return Array.from(text || '', function (c) {
    const code = c.codePointAt(0), hex = code.toString(16);
    if (code < 32 || code === 127) return '\\x' + hex.padStart(2, '0');
    return /[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(c) ? '\\u' + hex.padStart(4, '0') : c;
  }).join('');
}

// What stands on the screen against exact numbers: [title, key] of each column.
function saysRows(name, screen, exact, columns, scale) {
  same(name + ': as many rows on the screen', screen.length, exact.length);
  const wrong = [];
  screen.forEach(function (row, at) {
    for (const [title, key] of columns)
      if (!saysValue(row[title], exact[at][key] === '' ? null : Number(exact[at][key]), /%|Calls/.test(title) ?
        0 : scale))
        wrong.push(at + ' ' + title + ' ' + row[title] + ' for ' + exact[at][key]);
    if (row.Function !== exact[at].name) wrong.push(at + ' ' + row.Function);
  });
  check(name + ': numbers on the screen', !wrong.length, wrong.slice(0, 3).join(' | '));
}

async function functions(page, name, profile) {
  const said = json('hotspots', '-q', '--top', '0', profile), scale = said.metric.scale;
  await view(page, 'hotspots');
  const exact = await csvOf(page, 'Functions');
  const keys = ['self', 'total'].concat(said.rows.some((row) => row.calls !== null) ? ['calls'] : []);
  same(name + ': functions', plain(exact, keys.concat('name')),
    plain(said.rows.map((row) => ({...row, name: shown(row.display)})), keys.concat('name')));
  saysRows(name + ': functions', await rowsOf(page, 'Functions'), exact, [['Self', 'self'], ['Self %', 'self_share'],
    ['Total', 'total'], ['Total %', 'total_share']].concat(keys.includes('calls') ? [['Calls', 'calls']] : []), scale);
  const wrong = exact.filter((row) => row.self &&
    Math.abs(Number(row.self_share) - row.self / said.quality.total * 100) > 1e-9);
  check(name + ': shares of functions are of the whole', !wrong.length, JSON.stringify(wrong[0]));
  return said;
}

// Values of a column in the order of the table are in order; missing numbers stand last.
function isOrdered(values, isUp) {
  const isNumeric = values.every((value) => !Number.isNaN(Number(value))), order = function (a, b) {
    if (!isNumeric) return a < b ? -1 : a > b ? 1 : 0;
    return a === '' || b === '' ? (isUp ? 1 : -1) * ((a === '') - (b === '')) : Number(a) - Number(b);
  };
  return values.every((value, at) => at === 0 || (isUp ? 1 : -1) * order(values[at - 1], value) <= 0);
}

// Every column of a table, both ways, by pointer; what it says to those who listen is the same.
async function sorts(page, name, label) {
  const grid = page.locator('[aria-label="' + label + '"]'), heads = grid.locator('[role="columnheader"]');
  const titles = (await heads.allTextContents()).map((text) => text.replace(/ [\u25b2\u25bc]\d*$/, ''));
  for (let c = 0; c < titles.length; c++) {
    for (let k = 0; k < 2; k++) {
      await heads.nth(c).locator('button').click();
      const said = await heads.nth(c).getAttribute('aria-sort'), rows = await csvOf(page, label);
      const key = Object.keys(rows[0] || {})[c];
      check(name + ': ' + label + ' by ' + titles[c] + ' ' + said, ['ascending', 'descending'].includes(said) &&
        isOrdered(rows.map((row) => row[key]), said === 'ascending'));
    }
  }
}

// Callers and callees of the heaviest functions, where the name means one.
async function calls(page, name, profile, said) {
  const count = new Map(), {scale} = said.metric;
  for (const row of said.rows) count.set(row.name, (count.get(row.name) || 0) + 1);
  const chosen = said.rows.filter((row) => count.get(row.name) === 1 && row.display === row.name &&
    /^[\w.:]+$/.test(row.name)).slice(0, 2);
  for (const one of chosen) {
    const rows = json('calls', '-q', '--top', '0', profile, one.name).rows;
    await view(page, 'hotspots');
    await page.getByRole('searchbox').fill('^' + one.name.replace(/\./g, '\\.') + '$');
    await page.getByRole('button', {name: 'Next hit'}).click();
    await page.getByRole('searchbox').fill('');
    await view(page, 'sandwich');
    for (const [role, label] of [['caller', 'Callers'], ['callee', 'Callees']]) {
      const expected = rows.filter((row) => row.role === role || row.role === 'itself').map((row) => ({...row,
        name: shown(row.display)}));
      const exact = await csvOf(page, label), keys = ['total', 'name'].concat('calls' in (exact[0] || {}) ?
        ['calls'] : []);
      same(name + ': ' + label + ' of ' + one.name, plain(exact, keys), plain(expected, keys));
      saysRows(name + ': ' + label + ' of ' + one.name, await rowsOf(page, label), exact, [['Total', 'total']], scale);
    }
  }
}

// One card for each finding, with its words and numbers.
async function findings(page, name, profile) {
  const said = json('findings', '-q', '--top', '0', profile);
  await view(page, 'findings');
  const cards = await page.locator('article').evaluateAll((list) => list.map((card) => ({
    title: card.querySelector('h2').textContent, grade: card.querySelector('.grade').textContent,
    text: card.textContent})));
  same(name + ': findings', cards.map((card) => card.title.replace(/:.*/, '') + ' ' + card.grade),
    said.rows.map((row) => row.id + ' ' + row.grade));
  const wrong = said.rows.filter((row, at) => !cards[at] || ![row.evidence, row.criterion, row.advice]
    .every((text) => !text || cards[at].text.includes(shown(text))) || row.cost !== null &&
    !saysValue(/: (.*) \(/.exec(cards[at].title)[1], row.cost, said.metric.scale));
  check(name + ': words and costs of findings', !wrong.length, JSON.stringify(wrong[0]));
}

async function services(page, name, profile) {
  const said = json('services', '-q', profile);
  await view(page, 'services');
  const rows = await csvOf(page, 'Services');
  const expected = said.rows.map((row) => [shown(row.service), row.total, row.total_low, row.total_high, row.calls]
    .map((value) => value === null ? '' : String(value)).join('\t'));
  same(name + ': services', rows.map((row) => [row.service, row.total, row.low, row.high, row.calls].join('\t')),
    expected);
  const screen = await rowsOf(page, 'Services');
  check(name + ': services on the screen', screen.length === rows.length && screen.every((row, at) =>
    saysValue(row.Total, said.rows[at].total, said.metric.scale) && saysValue(row.Calls, said.rows[at].calls, 0)));
}

// The roots of the call tree hold the whole.
async function callTree(page, name, said) {
  await view(page, 'tree');
  const rows = await csvOf(page, 'Call tree');
  check(name + ': the call tree has rows', rows.length > 0);
  const heaviest = await page.locator('[aria-label="Call tree"] .rows [aria-level="1"]').allTextContents();
  check(name + ': the call tree has roots on the screen', heaviest.length > 0);
  const self = said.rows.reduce((sum, row) => sum + Number(row.self || 0), 0);
  check(name + ': self of functions adds up to the whole', Math.abs(self - said.quality.total) <= Math.max(1,
    said.quality.total * 1e-6));
}

// Every view: all that axe knows but contrast, which is what takes long. Colours come from no profile: contrast is
// looked at in both themes for some of the reports.
async function looks(page, name, hasContrast) {
  for (const theme of ['light', 'dark']) {
    for (const id of theme === 'light' || hasContrast ? await views(page) : []) {
      await view(page, id);
      const found = await axe(page, theme === 'light' ? 'structure' : 'contrast');
      if (hasContrast && theme === 'light') found.push(...await axe(page, 'contrast'));
      check(name + ': axe, ' + id + ' ' + theme, !found.length, found.join(' | '));
    }
    await press(page, 't');
  }
}

async function one(name, profile, isSorted) {
  await open(name, report(profile), async function (page) {
    const all = await views(page);
    const said = await functions(page, name, profile);
    if (all.includes('sandwich')) await calls(page, name, profile, said);
    if (all.includes('findings')) await findings(page, name, profile);
    if (all.includes('services')) await services(page, name, profile);
    if (all.includes('tree')) await callTree(page, name, said);
    if (isSorted) {
      await view(page, 'hotspots');
      await sorts(page, name, 'Functions');
      for (const [id, labels] of [['sandwich', ['Callers', 'Callees']], ['services', ['Services']]])
        for (const label of labels) {
          if (!all.includes(id)) continue;
          await view(page, id);
          await sorts(page, name, label);
        }
    }
    await looks(page, name, isSorted);
  });
}

const SAMPLES = ['callgrind/word-count/callgrind.out', 'folded/log-report/log-report.folded',
  'folded/word-count/word-count.folded', 'perf/thumbnails/thumbnails.perf.txt', 'perf/word-count/word-count.perf.txt',
  'pstats/backtest/backtest.prof', 'pstats/formulas/formulas.prof', 'pstats/reminders/reminders.prof',
  'pstats/reminders-fixed/reminders.prof', 'pstats/reminders-pypy/reminders.prof'];
const SORTED = ['callgrind/word-count/callgrind.out', 'pstats/reminders/reminders.prof'];
const OTHERS = ['callgrind/cachegrind-crier/input.out', 'callgrind/cargo-profiler/input.out',
  'callgrind/ruby-prof/input.out', 'callgrind/xdebug-desjob-example1/input.out',
    'collapsed/async-sample1/input.collapsed',
  'collapsed/flameshow-pyspy/input.txt', 'perf/fg-perf-java-stacks-01/input.txt', 'pstats/hisim/input.pstats'];

// Two at a time: most of the time one waits for the other process.
async function pairwise(jobs) {
  const worker = async () => { for (let job = jobs.shift(); job; job = jobs.shift()) await job(); };
  await Promise.all([worker(), worker()]);
}

export async function values(samples, corpus) {
  const jobs = SAMPLES.map((path) => [path, join(samples, path)]);
  if (existsSync(corpus)) jobs.push(...OTHERS.map((path) => [path, join(corpus, path)]));
  else if (process.env.CI === 'true') check('files of other producers are there', false, corpus);
  else console.log('skipped: no files of other producers in ' + corpus);
  await pairwise(jobs.map(([name, path], at) => () => test(name, () => one(name, path, SORTED.includes(name)))));
}
