// Zoom, search, keys and links for a flame graph. The picture is complete without this: the script reads its
// boxes, adds the controls and changes only x, width, classes and labels. Names are read from <title> nodes
// and written with textContent, never into markup. Positions are integers: percent times 10^12 of the width.
(function () {
'use strict';
const SVG = 'http://www.w3.org/2000/svg', XHTML = 'http://www.w3.org/1999/xhtml';
const ONE = 1e12, ALL = 100 * ONE, MARGIN = 10;
const KEYS = 'Arrows: parent, child, siblings. Enter: zoom. Backspace: back. Esc or 0: reset. ' +
  '/ or Ctrl+F: search. n, p: next, previous hit. i: match case. y or Ctrl+C: copy the name.';
const HINT = 'Click a box to zoom in; ? lists the keys.';
const here = document.currentScript;
const svg = here && here.ownerSVGElement || document.documentElement;
const field = svg.querySelector('.frames');
const ownsPage = svg === document.documentElement;
const nominal = +svg.getAttribute('width') || 1200;
const rows = Array.from(field.querySelectorAll('.row'));
const ROW = +field.dataset.height, inverted = field.dataset.inverted === '1';
const fontSize = +field.dataset.font;

function make(space, name, parent, className, text) {
  const node = document.createElementNS(space, name);
  if (className) node.setAttribute('class', className);
  if (text) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}
function units(text) { return text ? Math.round(parseFloat(text) * ONE) : 0; }
function percent(n) { return (n * 100 / ALL).toFixed(1) + ' %'; }

// ---- the boxes, row by row from the root: so a parent always stands before its children
const boxes = [], indexOf = new Map();
function readBoxes() {
  let above = [];
  rows.forEach(function (row, depth) {
    const level = [];
    let at = 0;
    for (const rect of row.querySelectorAll('rect')) {
      const lines = rect.firstElementChild.textContent.split('\n');
      const x = units(rect.getAttribute('x')), cut = lines[0].lastIndexOf('  ');
      while (depth && at < above.length - 1 && x >= above[at].x + above[at].w) at++;
      const box = {
        x: x, w: units(rect.getAttribute('width')), depth: depth, row: row, rect: rect,
        full: lines[0], name: cut > 0 ? lines[0].slice(0, cut) : lines[0], facts: lines.slice(1).join(', '),
        parent: depth ? above[at] : null, children: [], order: boxes.length,
        shown: true, wide: rect.classList.contains('w'), dim: false, hit: false, text: null
      };
      if (box.parent) box.parent.children.push(box);
      level.push(box);
      boxes.push(box);
      indexOf.set(rect, box);
    }
    row.querySelectorAll('text').forEach(function (text) { text.remove(); });
    row.labels = row.querySelector('g') || make(SVG, 'g', row);
    row.labels.setAttribute('transform', 'translate(3 ' + field.dataset.base + ')');
    row.level = level;
    above = level;
  });
}

// ---- labels: cut at the end that says least, by cells; the width of a cell is measured once
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
let cell = fontSize * 0.61;
function measure() {
  const probe = make(SVG, 'text', rows[0].labels, '', 'MMMMMMMMMM');
  const size = probe.getComputedTextLength() / 10;
  probe.remove();
  if (size > 1) cell = size;
}
function cells(text) {
  let n = 0;
  for (const c of text) n += c.length > 1 || WIDE.test(c) ? 2 : 1;
  return n;
}
const segmenter = window.Intl && Intl.Segmenter ? new Intl.Segmenter('en') : null;
function prefix(text, room) { // ends between two characters as they are seen, not within an emoji
  let n = 0, out = '';
  const parts = segmenter && /[^\0-\u02ff]/.test(text) ? Array.from(segmenter.segment(text), s => s.segment) : text;
  for (const c of parts) {
    n += cells(c);
    if (n > room) break;
    out += c;
  }
  return out;
}
const ESCAPE = /^\\(x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})/; // a character made visible, no path
function shorten(name, room) {
  const dots = !/\.(part|isra|constprop|cold|llvm|lto_priv)\b/.test(name);
  let depth = 0, last = name;
  for (let i = 1; i < name.length; i++) {
    const c = name[i - 1];
    if ('<([{'.includes(c)) depth++;
    else if ('>)]}'.includes(c)) depth--;
    const splits = c === '/' || c === '\\' && !ESCAPE.test(name.slice(i - 1, i + 9)) || c === '.' && dots || c === ':' && name[i - 2] === ':';
    if (depth || !splits || !/[A-Za-z_~$<{]/.test(name[i])) continue;
    last = name.slice(i);
    if (cells(last) + 1 <= room) return '\u2026' + last;
  }
  return prefix(last, room - 1) + '\u2026';
}
function labelOf(box, room) {
  if (room < 3) return '';
  if (cells(box.full) <= room) return box.full;
  return cells(box.name) <= room ? box.name : shorten(box.name, room);
}

// ---- drawing: one pass that only writes
let zoomed, focused, width = nominal - 2 * MARGIN;
function isAncestor(box, of) { return box.x <= of.x && box.x + box.w >= of.x + of.w && box.depth < of.depth; }
function place(box, px) {
  const from = (box.x - zoomed.x) / zoomed.w, to = (box.x + box.w - zoomed.x) / zoomed.w;
  const isAbove = isAncestor(box, zoomed);
  const shown = isAbove || from >= 0 && to <= 1 && box.depth >= zoomed.depth;
  if (shown !== box.shown) box.rect.classList.toggle('off', !shown);
  box.shown = shown;
  if (!shown) { box.px = 0; return; }
  const x = isAbove ? 0 : Math.round(from * 1e9), w = isAbove ? 1e9 : Math.round(to * 1e9) - x;
  if (x !== box.atX || w !== box.atW) {
    box.rect.setAttribute('x', x / 1e7 + '%');
    box.rect.setAttribute('width', w / 1e7 + '%');
    box.atX = x;
    box.atW = w;
  }
  box.px = w / 1e9 * px;
  if (box.px >= 3 !== box.wide) box.wide = box.rect.classList.toggle('w');
  if (isAbove !== box.dim) box.dim = box.rect.classList.toggle('dim');
}
function label(box) {
  const text = box.shown ? labelOf(box, Math.floor((box.px - 6) / cell)) : '';
  if (!text) {
    if (box.text) { box.text.remove(); box.text = null; }
    return;
  }
  if (!box.text) box.text = make(SVG, 'text', box.row.labels);
  if (box.text.textContent !== text) box.text.textContent = text;
  box.text.setAttribute('x', box.atX / 1e7 + '%');
}
function draw() {
  boxes.forEach(function (box) { place(box, width); });
  boxes.forEach(label);
  placeRing();
  reset.hidden = zoomed === boxes[0];
}

// ---- the page: title, controls and details as text that wraps, around the boxes
let head, bar, foot, search, info, matched, caseButton, previous, next, reset, barTop = 0;
const legend = svg.querySelector('.legend');
function frameOf(className) {
  const outer = make(SVG, 'foreignObject', svg, 'fo');
  outer.setAttribute('x', MARGIN);
  return make(XHTML, 'div', outer, className);
}
function button(text, hint, act) {
  const node = make(XHTML, 'button', bar.tools, '', text);
  node.setAttribute('type', 'button');
  node.setAttribute('title', hint);
  node.setAttribute('aria-label', hint);
  node.addEventListener('click', act);
  return node;
}
function textOf(selector) {
  return Array.from(svg.querySelectorAll(selector), function (t) { return t.textContent; }).join(' ');
}
function buildPage() {
  head = frameOf('head');
  make(XHTML, 'b', head, '', svg.querySelector('title').textContent);
  make(XHTML, 'i', head, '', textOf('.sub'));
  foot = frameOf('foot');
  foot.textContent = textOf('.note');
  svg.querySelectorAll('.title, .sub, .note').forEach(function (t) { t.classList.add('off'); });
  bar = frameOf('bar');
  bar.tools = make(XHTML, 'div', bar, 'tools');
  search = make(XHTML, 'input', bar.tools);
  search.type = 'search';
  search.placeholder = 'Search (regex)';
  search.setAttribute('aria-label', 'Search for functions by regular expression');
  caseButton = button('Aa', 'Match case (i)', toggleCase);
  previous = button('\u2039', 'Previous hit (p)', function () { step(-1); });
  next = button('\u203a', 'Next hit (n)', function () { step(1); });
  reset = button('Reset zoom', 'Reset zoom (0)', function () { zoom(boxes[0]); });
  matched = make(XHTML, 'span', bar.tools);
  info = make(XHTML, 'div', bar, 'info');
  info.setAttribute('aria-live', 'polite');
  say('');
  svg.classList.add('live');
  svg.removeAttribute('viewBox');
  svg.setAttribute('width', '100%');
  field.setAttribute('role', 'tree');
  field.setAttribute('aria-label', 'Frames');
}
function put(frame, y) {
  const outer = frame.parentNode;
  outer.setAttribute('width', width);
  const height = Math.ceil(frame.getBoundingClientRect().height);
  outer.setAttribute('height', height);
  outer.setAttribute('y', y);
  return y + height;
}
function flowLegend(top) {
  let x = 0, y = 0;
  for (const item of legend.children) {
    const size = item.lastElementChild.getComputedTextLength() + (item.childElementCount > 1 ? 34 : 16);
    if (x && x + size > width) { x = 0; y += 18; }
    item.setAttribute('transform', 'translate(' + x + ' ' + y + ')');
    x += size;
  }
  legend.setAttribute('transform', 'translate(' + MARGIN + ' ' + (top + 18) + ')');
  return top + y + 26;
}
function layout() {
  const full = svg.getBoundingClientRect().width || nominal;
  width = Math.max(full - 2 * MARGIN, 80);
  barTop = put(head, 8);
  const top = put(bar, barTop) + 6;
  field.setAttribute('y', top);
  field.setAttribute('width', width);
  let bottom = top + ROW * rows.length;
  if (legend) bottom = flowLegend(bottom);
  bottom = put(foot, bottom + 4) + 8;
  svg.setAttribute('height', bottom);
  stick();
  draw();
}
function stick() {
  const top = -svg.getBoundingClientRect().top;
  bar.parentNode.setAttribute('y', Math.max(barTop, top));
}

// ---- details, focus
function say(text) { info.textContent = text || HINT; info.title = text; }
function describe(box) {
  let text = box.full + ': ' + box.facts;
  if (zoomed !== boxes[0] && box.shown && !isAncestor(box, zoomed) && box !== zoomed)
    text += ', ' + (box.w * 100 / zoomed.w).toFixed(1) + ' % of the zoomed box';
  return text;
}
let ring;
function placeRing() {
  const on = focused && focused.shown && document.activeElement === focused.rect;
  ring.classList.toggle('off', !on);
  if (!on) return;
  ring.setAttribute('x', focused.atX / 1e7 + '%');
  ring.setAttribute('width', focused.atW / 1e7 + '%');
  ring.setAttribute('height', ROW - 1);
  ring.setAttribute('y', +focused.row.getAttribute('transform').split(/[ ()]/)[2]);
}
function focus(box, quietly) {
  if (!box) return;
  if (focused) focused.rect.setAttribute('tabindex', '-1');
  focused = box;
  box.rect.setAttribute('tabindex', '0');
  box.rect.setAttribute('role', 'treeitem');
  box.rect.setAttribute('aria-level', box.depth + 1);
  if (quietly) return;
  box.rect.focus({preventScroll: true});
  box.rect.scrollIntoView({block: 'nearest'});
  placeRing();
  say(describe(box));
}

// ---- zoom; every step can be taken back
const trail = [];
function zoom(box, isBack) {
  if (!isBack && box !== zoomed) trail.push(zoomed);
  zoomed = box;
  if (focused && document.activeElement === focused.rect && !boxInView(focused)) focus(box);
  draw();
  writeLink();
}
function boxInView(box) {
  return isAncestor(box, zoomed) || box.depth >= zoomed.depth && box.x >= zoomed.x &&
    box.x + box.w <= zoomed.x + zoomed.w;
}

// ---- search
let ignoresCase = true, hits = [];
function tester(text) {
  try {
    const re = new RegExp(text, ignoresCase ? 'i' : '');
    return {test: function (s) { return re.test(s); }, note: ''};
  } catch (error) {
    const low = ignoresCase ? text.toLowerCase() : text;
    return {
      test: function (s) { return (ignoresCase ? s.toLowerCase() : s).includes(low); },
      note: ' (searched as plain text: ' + error.message + ')'
    };
  }
}
function find() {
  const text = search.value, seen = new Map();
  const how = text ? tester(text) : null;
  let sum = 0;
  hits = [];
  boxes.forEach(function (box) {
    if (how && !seen.has(box.full)) seen.set(box.full, how.test(box.full));
    const hit = how ? seen.get(box.full) : false;
    if (hit !== box.hit) box.hit = box.rect.classList.toggle('hit');
    box.covered = box.parent !== null && (box.parent.covered || box.parent.hit);
    if (hit) hits.push(box);
    if (hit && !box.covered) sum += box.w;
  });
  hits.sort(function (a, b) { return a.x - b.x || a.depth - b.depth; });
  svg.classList.toggle('sought', hits.length > 0);
  matched.textContent = how ? 'Matched: ' + percent(sum / boxes[0].w * ALL) +
    (hits.length === 1 ? ' in 1 box' : ' in ' + hits.length + ' boxes') + how.note : '';
  previous.hidden = next.hidden = !hits.length;
  writeLink();
}
function typed() { if (search.value.length > 2 || !search.value) find(); }
function toggleCase() {
  ignoresCase = !ignoresCase;
  caseButton.setAttribute('aria-pressed', !ignoresCase);
  find();
}
function step(direction) {
  const visible = hits.filter(function (box) { return box.shown; });
  if (!visible.length) return;
  const at = visible.indexOf(focused);
  focus(visible[at < 0 ? (direction > 0 ? 0 : visible.length - 1) : (at + direction + visible.length) % visible.length]);
}
function openSearch() { search.focus(); search.select(); }

// ---- links: #x=..&y=..&s=.., and the query that older pictures write
let lastLink = '';
function writeLink() {
  if (!ownsPage) return;
  const state = new URLSearchParams();
  if (zoomed !== boxes[0]) {
    state.set('x', String(zoomed.x / ONE));
    state.set('y', String(zoomed.depth));
  }
  if (search.value) state.set('s', search.value);
  if (!ignoresCase) state.set('c', '1');
  const link = state.toString();
  if (link === lastLink) return;
  lastLink = link;
  try { history.replaceState(null, '', '#' + link); } catch (error) { /* a sandbox forbids it */ }
}
function boxAt(x, depth) {
  const level = rows[depth] ? rows[depth].level : [];
  return level.find(function (box) { return Math.abs(box.x - x) < 2; }) ||
    level.find(function (box) { return x >= box.x && x < box.x + box.w; }) || boxes[0];
}
function oldBox(state) { // pixels of a picture 10 px in, rows of 16 px below a head of 36 px
  const at = state.get('x').endsWith('%') ? units(state.get('x')) :
    Math.round((parseFloat(state.get('x')) - MARGIN) / (nominal - 2 * MARGIN) * ALL);
  const row = Math.round((parseFloat(state.get('y')) - 37) / 16);
  return boxAt(Math.max(at, 0) + ALL / nominal / 4, inverted ? row : rows.length - 1 - row);
}
function readLink() {
  const fresh = location.hash.length > 1;
  const state = new URLSearchParams(fresh ? location.hash.slice(1) : location.search);
  if (fresh && location.hash.slice(1) === lastLink) return;
  lastLink = fresh ? location.hash.slice(1) : '';
  let target = boxes[0];
  if (state.has('x') && state.has('y'))
    target = fresh ? boxAt(units(state.get('x')), +state.get('y')) : oldBox(state);
  ignoresCase = !state.has('c');
  caseButton.setAttribute('aria-pressed', !ignoresCase);
  search.value = state.get('s') || '';
  zoom(target);
  find();
}

// ---- events
function neighbour(box, direction) {
  const level = box.row.level.filter(function (b) { return b.shown; });
  return level[level.indexOf(box) + direction];
}
function largestChild(box) {
  return box.children.filter(function (b) { return b.shown; })
    .reduce(function (best, b) { return !best || b.w > best.w ? b : best; }, null);
}
function copyName() {
  if (!navigator.clipboard) say('Ctrl+C copies the name.');
  else navigator.clipboard.writeText(focused.name).then(function () { say('Copied: ' + focused.name); });
}
function onCopy(event) { // by Ctrl+C or a menu: needs no permission, and leaves a selection of text alone
  if (document.activeElement !== focused.rect || String(window.getSelection())) return;
  event.clipboardData.setData('text/plain', focused.name);
  event.preventDefault();
  say('Copied: ' + focused.name);
}
function onBoxKey(event) {
  const box = focused, up = inverted ? box.parent : largestChild(box), down = inverted ? largestChild(box) : box.parent;
  if (event.key === 'ArrowUp') focus(up);
  else if (event.key === 'ArrowDown') focus(down);
  else if (event.key === 'ArrowLeft') focus(neighbour(box, -1));
  else if (event.key === 'ArrowRight') focus(neighbour(box, 1));
  else if (event.key === 'Enter') zoom(box);
  else return false;
  return true;
}
function goBack() {
  if (trail.length) zoom(trail.pop(), true);
}
function leave() {
  if (search.value) { search.value = ''; find(); } else if (zoomed !== boxes[0]) zoom(boxes[0]);
  if (document.activeElement === search) focus(focused && focused.shown ? focused : zoomed);
}
const COMMANDS = new Map([
  ['/', openSearch], ['n', function () { step(1); }], ['p', function () { step(-1); }], ['i', toggleCase],
  ['0', function () { zoom(boxes[0]); }], ['Backspace', goBack], ['y', copyName], ['?', function () { say(KEYS); }]
]);
function onKey(event) {
  const isTyping = event.target === search;
  const control = event.ctrlKey || event.metaKey;
  if ((control && !event.altKey && event.key.toLowerCase() === 'f' || event.key === 'F3') && !isTyping) openSearch();
  else if (event.key === 'Escape') leave();
  else if (isTyping && event.key === 'Enter') { find(); step(event.shiftKey ? -1 : 1); }
  else if (control || event.altKey || isTyping) return;
  else if (indexOf.has(event.target) && onBoxKey(event)) { /* done there */ }
  else if (COMMANDS.has(event.key)) COMMANDS.get(event.key)();
  else return;
  event.preventDefault();
}
function listen() {
  field.addEventListener('click', function (event) {
    const box = indexOf.get(event.target);
    if (!box) return;
    focus(box);
    zoom(box);
  });
  field.addEventListener('mouseover', function (event) {
    const box = indexOf.get(event.target);
    if (box) say(describe(box));
  });
  field.addEventListener('mouseleave', function () { say(''); });
  field.addEventListener('focusin', placeRing);
  field.addEventListener('focusout', function () { ring.classList.add('off'); });
  search.addEventListener('input', typed);
  (ownsPage ? document : svg).addEventListener('keydown', onKey);
  document.addEventListener('copy', onCopy);
  window.addEventListener('resize', layout);
  window.addEventListener('scroll', stick, {passive: true});
  if (ownsPage) window.addEventListener('hashchange', readLink);
}

readBoxes();
zoomed = boxes[0];
buildPage();
measure();
ring = make(SVG, 'rect', field, 'ring off');
focus(boxes[0], true);
listen();
layout();
if (ownsPage) readLink();
else find();
document.fonts.ready.then(function () { measure(); layout(); });
})();
