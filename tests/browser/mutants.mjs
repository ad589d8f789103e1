// Takes away one escape at a time, from the page that profkit wrote, and looks whether the tests of hostile names see
// it: a mutant that nobody sees is a failure. Escapes of the script are taken out of the script, whose hash in the
// policy is put right; those of profkit are undone in the text that they made.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {check, DATA, dataOf, firstFailure, test} from './harness.mjs';
import {CHECKS, makeHostile} from './hostile.mjs';

// Replaces text that must be there.
function swap(text, from, to) {
  const changed = text.replaceAll(from, () => to);
  if (changed === text) throw new Error('no such text in the page: ' + from);
  return changed;
}

const SCRIPT = /(<script type="module">)([^]*)(<\/script>\n<\/body>)/;

function inScript(from, to) {
  return function (page) {
    const hash = (text) => createHash('sha256').update(text).digest('base64'), before = SCRIPT.exec(page)[2];
    const after = swap(before, from, to);
    return swap(page.replace(SCRIPT, (all, begin, script, end) => begin + after + end), hash(before), hash(after));
  };
}

const LETTERS = {'&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': '\'', '&apos;': '\'', '&amp;': '&'};

// As if the text between two marks had not been escaped.
function unescaped(begin, end, isTerminal) {
  return (page) => {
    const at = page.indexOf('<body>');
    const inHead = begin === '<title>' && end === ' - profkit';
    const region = inHead ? page.slice(0, at) : page.slice(at, page.indexOf('id="data"'));
    const changed = region.replace(new RegExp('(' + begin + ')([^\\n]*?)(' + end + ')', 'g'), (all, one, text,
      other) => one +
      (isTerminal ? text.replace(/\\x1b/g, '\x1b').replace(/\\u202e/g, '\u202e') :
        text.replace(/&(lt|gt|quot|apos|amp|#39);/g, (letter) => LETTERS[letter])) + other);
    if (changed === region) throw new Error('nothing is escaped in ' + begin);
    return page.replace(region, () => changed);
  };
}

// Names in the data, as long as before: control characters that were made visible are themselves again.
function inData(page) {
  const text = dataOf(page).toString('latin1');
  const changed = text.replaceAll('\\x1b', '\x1b\x1b\x1b\x1b').replaceAll('\\u202e', '\xe2\x80\xae\xe2\x80\xae');
  if (changed === text) throw new Error('no name is escaped in the data');
  let all = Buffer.from(changed, 'latin1').toString('base64');
  return page.replace(DATA, function (found, begin) {
    const text = all;
    all = '';
    return begin + text;
  });
}

// [what is taken away, the check that must see it, how]
const MUTANTS = [
  ['the policy', 'policy', (page) => page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')],
  ['of the policy: styles', 'policy', (page) => page.replace(/style-src 'sha256-[^']*'/,
    'style-src \'unsafe-inline\'')],
  ['of the policy: pictures', 'policy', (page) => page.replace('img-src data: blob:', 'img-src data: blob: file:')],
  ['of the policy: base', 'policy', (page) => page.replace('base-uri \'none\';', '')],
  ['text of elements', 'views', inScript('if (name === \'text\') node.textContent = value;',
    'if (name === \'text\') node.innerHTML = value;')],
  ['text of cells', 'views', inScript('cell.append(shownText(this, column, row));',
    'cell.insertAdjacentHTML(\'beforeend\', shownText(this, column, row));')],
  ['text of sources', 'source', inScript('if (name === \'text\') node.textContent = value;',
    'if (name === \'text\') node[properties.class === \'text\' ? \'innerHTML\' : \'textContent\'] = value;')],
  ['characters of sources', 'source', inScript('.split(\'\\t\').map(visible)', '.split(\'\\t\')')],
  ['characters of names of sources', 'source', inScript('\'(file not known)\' : visible(row.source_file)',
    '\'(file not known)\' : row.source_file')],
  ['text of rows of steps', 'function', inScript('make(\'span\', {text: text})',
    'Object.assign(make(\'span\'), {innerHTML: text})')],
  ['text of the pointer', 'function', inScript('this.tip.append(make(\'b\', {text:', 'this.tip.append(Object.assign(' +
    'make(\'b\'), {innerHTML:')],
  ['characters of hints', 'views', inScript('visible(frames.raw(f))', 'frames.raw(f)')],
  ['characters of full names', 'function', inScript('visible(model.frames.raw(f))', 'model.frames.raw(f)')],
  ['characters of documents', 'views', inScript('return String(text).replace(UNSEEN, function (c) {',
    'return String(text).replace(/[]/g, function (c) {')],
  ['markup of the SVG', 'picture', inScript('text.replace(/[&<>"\']/g,', 'text.replace(/[]/g,')],
  ['formulas of the CSV', 'tables', inScript('/^[=+\\-@\\t\\r]/.test(text)', 'false')],
  ['quotes of the CSV', 'tables', inScript('\'"\' + safe.replace(/"/g, \'""\') + \'"\'', 'safe')],
  ['doubled quotes of the CSV', 'tables', inScript('safe.replace(/"/g, \'""\')', 'safe')],
  ['cells of Markdown', 'clipboard', inScript('text.replace(/[`|\\r\\n]/g, \' \')', 'text')],
  ['code of Markdown', 'clipboard', inScript('text && \'`\' +', 'text && \'\' +')],
  ['separators of stacks', 'stacks', inScript('.replace(/;/g, \':\')', '')],
  ['title', 'noscript', unescaped('<title>', ' - profkit')],
  ['characters of the title', 'noscript', unescaped('<title>', ' - profkit', true)],
  ['headline', 'noscript', unescaped('<h1>', '</h1>')],
  ['characters of the headline', 'noscript', unescaped('<h1>', '</h1>', true)],
  ['cells without a script', 'noscript', unescaped('<td>', '</td>')],
  ['characters of cells without a script', 'noscript', unescaped('<td>', '</td>', true)],
  ['titles of boxes without a script', 'noscript', unescaped('<title>', '</title>')],
  ['labels of boxes without a script', 'noscript', unescaped('<text [^>]*>', '</text>')],
  ['characters of boxes without a script', 'noscript', unescaped('<title>', '</title>', true)],
  ['characters of names in the data', 'views', inData]
];

// The pages as the mutant writes them, where there is anything to change.
function mutated(given, change) {
  const pages = {}, problems = [];
  for (const which of ['stacksPage', 'callsPage', 'sourcePage']) {
    const text = readFileSync(given[which], 'utf8');
    pages[which] = given[which].replace('.html', '-mutant.html');
    let changed = text;
    try {
      changed = change(text);
    } catch (error) {
      problems.push(error.message);
    }
    writeFileSync(pages[which], changed);
  }
  if (problems.length === 3) throw new Error(problems[0]);
  return {...given, ...pages};
}

// Where CI=true all of them, else a part that is enough to see that it works.
export async function mutants() {
  const given = makeHostile(), chosen = process.env.CI === 'true' ? MUTANTS : MUTANTS.filter((one, at) => at % 4 === 0);
  console.log('# ' + chosen.length + ' of ' + MUTANTS.length + ' escapes taken away');
  for (const [name, which, change] of chosen)
    await test('without: ' + name, async function () {
      const pages = mutated(given, change), seen = await firstFailure(() => CHECKS[which](pages));
      check('without ' + name + ' the tests fail', seen);
      console.log('# seen by: ' + seen);
    });
}
