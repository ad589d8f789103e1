// Measures a report of many nodes in Chromium: size of the page, time to the first picture, script time of frames
// while one zooms and pans, memory of the tab. usage: report_page.mjs PROFKIT MODULES [NODES]
// MODULES is the folder that playwright-core is in (see tests/browser/package.json); the input is made here, a tree of
// NODES (1,000,000) different stacks among 30,000 functions whose weights fall like those of real programs.
import {execFileSync, spawn} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';

const [profkit, modules, wanted] = process.argv.slice(2);
const NODES = Number(wanted || 1000000), FUNCTIONS = 30000, ROUNDS = 9, MOVES = 40;
const {chromium} = createRequire(join(resolve(modules), 'x.js'))('playwright-core');

// A generator of numbers that is the same everywhere.
let seed = 20240607;
function random() {
  seed = Math.imul(seed, 1664525) + 1013904223 >>> 0;
  return seed / 4294967296;
}

const PARTS = ['parse', 'load', 'request', 'encode', 'visit', 'update', 'index', 'render', 'flush', 'merge', 'walk'];
function nameOf(f) {
  const part = (k) => PARTS[Math.floor(f / k) % PARTS.length];
  return part(1) + '::' + part(11) + '_' + part(121) + f.toString(36);
}

// Goes up some frames and down some others, again and again: each step ends in a stack that was not there.
function writeStacks(path) {
  const file = openSync(path, 'w'), names = Array.from({length: FUNCTIONS}, (_, f) => nameOf(f));
  const stack = [], seen = [new Set()];
  let nodes = 0, text = '';
  while (nodes < NODES) {
    const up = Math.floor(-Math.log(1 - random()) * 3);
    stack.length = Math.max(0, Math.min(stack.length, 60) - up);
    seen.length = stack.length + 1;
    for (let down = 1 + Math.floor(-Math.log(1 - random()) * 3); down && nodes < NODES;) {
      const f = Math.floor(random() ** 2 * FUNCTIONS), siblings = seen[stack.length];
      if (siblings.has(f)) continue;
      siblings.add(f);
      stack.push(names[f]);
      seen.push(new Set());
      nodes++;
      down--;
    }
    text += stack.join(';') + ' ' + (1 + Math.floor(1 / (random() + 1e-4))) + '\n';
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

// In the page, before its script: what each frame costs in script.
function watch() {
  const marks = window.marks = {frames: [], busy: 0};
  const timed = (act) => function (...given) {
    const from = performance.now();
    try {
      return act.apply(this, given);
    } finally {
      marks.busy += performance.now() - from;
    }
  };
  const frame = window.requestAnimationFrame.bind(window), listen = EventTarget.prototype.addEventListener;
  window.requestAnimationFrame = (act) => frame((time) => {
    timed(act)(time);
    marks.frames.push(marks.busy);
    marks.busy = 0;
  });
  EventTarget.prototype.addEventListener = function (name, act, how) {
    return listen.call(this, name, typeof act === 'function' ? timed(act) : act, how);
  };
}

const median = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];
const memory = (pid, what) =>
  Number(new RegExp(what + ':\\s+(\\d+) kB').exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1]) / 1024;

// One renderer at a time: the browser is new for each page.
async function open(url, act) {
  const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']});
  const page = await browser.newPage({viewport: {width: 1280, height: 900}});
  await page.addInitScript(watch);
  await page.goto(url);
  const session = await browser.newBrowserCDPSession(), processes = await session.send('SystemInfo.getProcessInfo');
  const pids = processes.processInfo.filter((one) => one.type === 'renderer').map((one) => one.id);
  const result = await act(page, pids);
  await browser.close();
  return result;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks again and again: the policy of the page does not let a function wait in it.
async function first(page) {
  for (;;) {
    const time = await page.evaluate(() => performance.getEntriesByName('picture').map((mark) => mark.startTime)[0]);
    if (time > 0) return time;
    await pause(100);
  }
}

// Milliseconds from the start of the navigation to the first picture in a browser that nobody watches: a debugger
// keeps the text of a page and decodes it once more, which took 240 ms. A page that waits until the browser has
// started goes to it, and it is asked when all is over.
async function firstAlone(url, folder) {
  const waiting = join(folder, 'waiting.html');
  writeFileSync(waiting, '<script>setTimeout(() => { location.href = ' + JSON.stringify(url) + '; }, 4000)</script>');
  const browser = spawn('/usr/bin/chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
    '--remote-debugging-port=0', '--window-size=1280,900', '--user-data-dir=' + mkdtempSync(join(folder, 'browser-')),
    'file://' + waiting], {stdio: ['ignore', 'ignore', 'pipe']});
  try {
    const address = await new Promise((done) => {
      let said = '';
      browser.stderr.on('data', (text) => {
        said += text;
        const found = /listening on (ws:\S+)/.exec(said);
        if (found) done(found[1]);
      });
    });
    await pause(12000);
    return await first((await chromium.connectOverCDP(address)).contexts()[0].pages()[0]);
  } finally {
    const ended = new Promise((done) => browser.once('exit', done));
    browser.kill();
    await ended;
  }
}

// Frames of one walk: zooms in at a place, pans by pointer, zooms out.
async function move(page, round) {
  const box = await page.locator('canvas').boundingBox(), x = box.x + box.width * (0.1 + 0.8 * round / ROUNDS);
  const y = box.y + Math.min(box.height, 500) * 0.5;
  await page.evaluate(() => { window.marks.frames = []; window.marks.busy = 0; });
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let k = 0; k < MOVES; k++) await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  await page.mouse.down();
  for (let k = 0; k < MOVES; k++) await page.mouse.move(x + (k % 20 - 10) * 12, y);
  await page.mouse.up();
  await page.keyboard.down('Control');
  for (let k = 0; k < MOVES; k++) await page.mouse.wheel(0, 60);
  await page.keyboard.up('Control');
  const frames = await page.evaluate(() => window.marks.frames);
  await page.keyboard.press('0');
  return {frames: frames, worst: Math.max(...frames)};
}

const folder = mkdtempSync(join(tmpdir(), 'report-page-'));
try {
  const input = join(folder, 'many.folded'), report = join(folder, 'many.html'), say = console.log;
  writeStacks(input);
  const from = Date.now();
  execFileSync(profkit, ['report', '-q', input, '-o', report]);
  say('nodes %d, input %s MB, profkit report %s s', NODES, (statSync(input).size / 1e6).toFixed(1),
    ((Date.now() - from) / 1000).toFixed(1));
  say('page %s MB (goal 16)', (statSync(report).size / 1e6).toFixed(2));
  const url = 'file://' + report + '#v=1&v=flame', walls = [];
  const empty = await open('about:blank', async (page, pids) => Math.max(...pids.map((pid) => memory(pid, 'VmRSS'))));
  for (let k = 0; k < 5; k++) walls.push(await firstAlone(url, folder));
  say('first picture %s ms, median of %s (goal 1000)', median(walls).toFixed(0),
    walls.map((wall) => wall.toFixed(0)).join(' '));
  await open(url, async function (page, pids) {
    await first(page);
    const rounds = [];
    for (let k = 0; k < ROUNDS; k++) rounds.push(await move(page, k));
    const frames = rounds.flatMap((round) => round.frames), worst = rounds.map((round) => round.worst);
    say('script of a frame: median %s ms of %d; worst of the median walk %s ms (goal 16), of all %s ms',
      median(frames).toFixed(1), frames.length, median(worst).toFixed(1), Math.max(...worst).toFixed(1));
    for (const id of ['summary', 'icicle', 'sandwich', 'tree', 'hotspots']) {
      const since = Date.now();
      await page.locator('#tab-' + id).click();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      say('view %s after %d ms', id, Date.now() - since);
    }
    await page.keyboard.press('/');
    const since = Date.now();
    await page.keyboard.type('parse.*7');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    say('search, 8 letters typed, %d ms', Date.now() - since);
    const taken = () => pids.map((pid) => [memory(pid, 'VmRSS'), memory(pid, 'VmHWM')]).sort((a, b) => b[0] - a[0])[0];
    const [now, most] = taken();
    await pause(12000); // until the browser has collected what nobody holds any more
    say('after all views: process %s MB, at most %s MB, left alone %s MB (an empty tab has %s MB; goal 300)',
      now.toFixed(0), most.toFixed(0), taken()[0].toFixed(0), empty.toFixed(0));
  });
  await open(url, async function (page, pids) {
    await first(page);
    await page.requestGC();
    const renderer = pids.map((pid) => [memory(pid, 'VmRSS'), memory(pid, 'VmHWM')]).sort((a, b) => b[0] - a[0])[0];
    say('only opened: process %s MB, at most %s MB', renderer[0].toFixed(0), renderer[1].toFixed(0));
  });
} finally {
  rmSync(folder, {recursive: true, force: true});
}
