// What the tests of the page share: one browser for all of them, profkit, and a count of what holds. Each page has a
// context of its own that has no network, and whatever it says in the console, asks for or throws is a failure.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {isDeepStrictEqual} from 'node:util';

export const [PROFKIT, SOURCES, MODULES] = process.argv.slice(2, 5).map((path) => resolve(path));
const need = createRequire(join(MODULES, 'x.js'));
const {chromium} = need('playwright-core');
const AXE = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');

export const folder = mkdtempSync(join(tmpdir(), 'report-browser-'));
export const state = {passed: 0, failed: 0};
let isTrial = false; // the first failure is what is wanted
let browser = null;

// ---- results

// Names may hold anything; a result is one line.
function line(text) {
  const one = String(text).replace(/[^\x20-\x7e]/g, '?');
  return one.length > 300 ? one.slice(0, 300) + '...' : one;
}

class Seen extends Error {}

function result(isGood, name, why) {
  if (isTrial && !isGood) throw new Seen(name);
  if (isTrial) return;
  if (isGood) state.passed++;
  else state.failed++;
  if (!isGood && why) console.log('# ' + line(why));
  console.log((isGood ? 'ok ' : 'not ok ') + line(name));
}

// The name of the first test that fails, '' when none does; none is counted. What throws has failed, too.
export async function firstFailure(act) {
  isTrial = true;
  try {
    await act();
    return '';
  } catch (error) {
    return line(error instanceof Seen ? error.message : String(error).split('\n')[0]);
  } finally {
    isTrial = false;
  }
}

export function check(name, isGood, why) { result(!!isGood, name, why); }

export function same(name, found, expected) {
  const isGood = isDeepStrictEqual(found, expected);
  result(isGood, name, isGood ? '' : 'found ' + JSON.stringify(found) + ', expected ' + JSON.stringify(expected));
}

// Runs one test; what it throws is its failure, and the others go on.
export async function test(name, act) {
  try {
    await act();
  } catch (error) {
    result(false, name + ' runs to its end', error && error.stack || error);
  }
}

// ---- profkit

export function profkit(...given) {
  return execFileSync(PROFKIT, given, {encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe']});
}

export function json(...given) {
  return JSON.parse(profkit(...given, '--json'));
}

// What it says when it fails, or null.
export function complaint(...given) {
  const ended = spawnSync(PROFKIT, given, {encoding: 'utf8'});
  return ended.status ? ended.stderr : null;
}

export function write(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

let made = 0;

// The page of a profile; its path.
export function report(profile, ...options) {
  const path = join(folder, 'report' + made++ + '.html');
  profkit('report', '-q', profile, '-o', path, ...options);
  return path;
}

// ---- the browser

export async function start() {
  browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
}

export async function stop() {
  if (browser) await browser.close();
  rmSync(folder, {recursive: true, force: true});
}

// Everything a page does that a report must not.
function listen(page, wrongs) {
  page.on('console', (message) => wrongs.push('console: ' + message.text()));
  page.on('pageerror', (error) => wrongs.push('error: ' + error.message));
  page.on('dialog', (dialog) => {
    wrongs.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  page.on('request', function (request) {
    if (!/^(file:\/\/.*\.html|blob:)/.test(request.url())) wrongs.push('request: ' + request.url());
  });
}

// Waits until what the page draws in frames is drawn.
export async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

// Opens a page at an address, hands it to `act`, and fails `name` when it did anything wrong.
export async function open(name, path, act, options) {
  const wrongs = [], {hash, scheme, ...others} = options || {};
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, colorScheme: scheme || 'light',
    acceptDownloads: true, ...others});
  context.setDefaultTimeout(20000);
  await context.setOffline(true);
  const page = await context.newPage();
  listen(page, wrongs);
  try {
    await page.goto('file://' + path + (hash || ''));
    if (others.javaScriptEnabled !== false) await page.locator('[role="tab"][aria-selected="true"]').waitFor();
    await act(page, wrongs);
  } finally {
    await context.close();
  }
  check(name + ': no console message, no error, no request', !wrongs.length, wrongs.slice(0, 3).join(' | '));
}

// ---- what people do

// Opens a view by its tab.
export async function view(page, id) {
  await page.locator('#tab-' + id).click();
  await settled(page);
}

export async function views(page) {
  return page.locator('[role="tab"]').evaluateAll((tabs) => tabs.map((tab) => tab.dataset.view));
}

export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
  await settled(page);
}

// Saves what a button saves: {name, bytes}.
export async function download(page, act) {
  const waits = page.waitForEvent('download');
  await act();
  const got = await waits;
  return {name: got.suggestedFilename(), bytes: readFileSync(await got.path())};
}

// All rows of the table with a label, as texts by the title of the column, read as one scrolls down.
export async function rowsOf(page, label) {
  return page.locator('[aria-label="' + label + '"]').evaluate(function (grid) {
    const titles = Array.from(grid.querySelectorAll('[role="columnheader"]'), (cell) =>
      cell.textContent.replace(/ [\u25b2\u25bc]\d*$/, ''));
    const rows = new Map(), n = Number(grid.getAttribute('aria-rowcount')) - 1;
    const before = grid.scrollTop;
    for (let at = 0; rows.size < n; at += Math.max(48, grid.clientHeight - 48)) {
      grid.scrollTop = at;
      grid.dispatchEvent(new Event('scroll'));
      for (const row of grid.querySelectorAll('.rows > [role="row"]')) {
        const cells = Array.from(row.querySelectorAll('[role="gridcell"]'), (cell) => cell.textContent);
        rows.set(Number(row.getAttribute('aria-rowindex')), Object.fromEntries(cells.map((text, c) => [titles[c],
          text])));
      }
      if (at > n * 24 + 1000) break;
    }
    grid.scrollTop = before;
    grid.dispatchEvent(new Event('scroll'));
    return Array.from(rows.keys()).sort((a, b) => a - b).map((at) => rows.get(at));
  });
}

// The violations that axe finds, one text each, in 'contrast' or in 'structure', which is all the rest.
export async function axe(page, what) {
  if (await page.evaluate(() => !window.axe)) await page.evaluate(AXE);
  const found = await page.evaluate((isContrast) => window.axe.run(document, isContrast ?
    {runOnly: {type: 'rule', values: ['color-contrast']}} : {rules: {'color-contrast': {enabled: false}}})
    .then((result) => result.violations), what === 'contrast');
  return found.map((one) => one.id + ': ' + one.nodes.slice(0, 2).map((node) => node.html.slice(0, 80) + ' ' +
    (node.any[0] ? node.any[0].message : '')).join(' / '));
}

// ---- numbers

const UNITS = {'': 1, ' ns': 1, ' us': 1e3, ' ms': 1e6, ' s': 1e9, ' B': 1, ' KiB': 1024, ' MiB': 1024 ** 2,
  ' GiB': 1024 ** 3, ' TiB': 1024 ** 4, ' G': 1e9, ' T': 1e12, ' P': 1e15, ' E': 1e18, ' %': 1};

// Whether a text on the screen is the value, rounded at its last digit.
export function saysValue(text, value, scale) {
  const parts = /^(?:\u2248 )?(-?[\d,]+(?:\.(\d+))?)( [A-Za-z%]+)?$/.exec(text);
  if (value === null) return text === '-';
  if (!parts) return false;
  const unit = UNITS[parts[3] || ''], step = 10 ** -(parts[2] || '').length * unit;
  const exact = value * 10 ** (scale || 0);
  return Math.abs(Number(parts[1].replace(/,/g, '')) * unit - exact) <= step / 2 * 1.0000001 + Math.abs(exact) * 1e-12;
}

// Rows of a CSV file (RFC 4180) by the names of its first.
export function readCsv(text) {
  const rows = [[]];
  let field = '', isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isQuoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[i++];
      else isQuoted = false;
    } else if (c === '"' && field === '') {
      isQuoted = true;
    } else if (c === ',' || c === '\r' && text[i + 1] === '\n') {
      rows[rows.length - 1].push(field);
      field = '';
      if (c === '\r') {
        rows.push([]);
        i++;
      }
    } else {
      field += c;
    }
  }
  if (field || isQuoted || rows.pop().length) throw new Error('the file does not end with a line');
  const names = rows.shift();
  return rows.map((row) => Object.fromEntries(row.map((text, c) => [names[c], text])));
}

// The elements of a page that hold its data, and with --html-compat the bytes in them.
export const DATA = /(<script type="application\/octet-stream">)([^<]*)/g;
export function dataOf(page) {
  return Buffer.concat(Array.from(page.matchAll(DATA), (part) => Buffer.from(part[2], 'base64')));
}
