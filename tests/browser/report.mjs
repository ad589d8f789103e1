// Tests of the page that `profkit report` writes, in Chromium: report.mjs PROFKIT SOURCES MODULES [PART...]
// PROFKIT is the program, SOURCES its sources, MODULES the folder that has playwright-core and axe-core.
import {join} from 'node:path';
import {access} from './access.mjs';
import {diff} from './diff.mjs';
import {SOURCES, start, state, stop} from './harness.mjs';
import {exports} from './exports.mjs';
import {hostile} from './hostile.mjs';
import {mutants} from './mutants.mjs';
import {source} from './source.mjs';
import {steps} from './steps.mjs';
import {use} from './use.mjs';
import {values} from './values.mjs';

const shared = process.env.PROFKIT_SHARED || join(SOURCES, '..', 'shared');
const PARTS = {
  values: () => values(join(SOURCES, 'samples'), join(shared, 'corpus')),
  steps: steps,
  use: use,
  diff: diff,
  source: () => source(join(SOURCES, 'samples')),
  exports: exports,
  access: access,
  hostile: hostile,
  mutants: mutants
};

// Parts stand beside each other, as most of the time one waits for a frame; mutants alone, as they count nothing.
const wanted = process.argv.slice(5), jobs = Object.keys(PARTS).filter((name) => !wanted.length ||
  wanted.includes(name));
async function run(name) {
  const from = Date.now();
  await PARTS[name]();
  console.log('# ' + name + ': ' + ((Date.now() - from) / 1000).toFixed(1) + ' s');
}

await start();
try {
  const beside = jobs.filter((name) => name !== 'mutants');
  const worker = async () => { for (let name = beside.shift(); name; name = beside.shift()) await run(name); };
  await Promise.all([worker(), worker()]);
  if (jobs.includes('mutants')) await run('mutants');
} finally {
  await stop();
}
console.log('# ' + state.passed + ' passed, ' + state.failed + ' failed');
process.exit(state.failed ? 1 : 0);
