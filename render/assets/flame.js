// What a flame graph can do in a browser; it is complete without. Names are read from text nodes and written with
// textContent, never into markup. Positions are integers: percent times 10^12. This part reads and draws,
// flame_views.js makes other boxes, flame_use.js is what people do; the writer puts all into one function.
const SVG = 'http://www.w3.org/2000/svg', XHTML = 'http://www.w3.org/1999/xhtml';
const ONE = 1e12, ALL = 100 * ONE, MARGIN = 10;
const HINT = 'Click a box to zoom in; ? lists the keys.';
const svg = (document.currentScript || {}).ownerSVGElement || document.documentElement;
const field = svg.querySelector('.frames');
const ownsPage = svg === document.documentElement;
const INNER = svg.getAttribute('width') - 2 * MARGIN; // px as drawn
const ROW = +field.dataset.height, VIEWS = field.dataset.views || '';
const on = {i: false, h: false, g: false, b: false}; // the views that are on, by their keys
const fontSize = +field.dataset.font;

function set(node, values) {
  for (const name in values) node.setAttribute(name, values[name]);
  return node;
}
function make(name, parent, text, values) {
  const space = /^(g|rect|text|title|foreignObject)$/.test(name) ? SVG : XHTML;
  const node = set(document.createElementNS(space, name), values);
  if (text) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}
function move(node, x, y) { set(node, {transform: `translate(${x} ${y})`}); }
function put(part, values) { set(part.parentNode, values); }
function hear(node, event, act, how) { node.addEventListener(event, act, how); }
const units = text => text ? Math.round(parseFloat(text) * ONE) : 0;
const percent = (n, all) => (n * 100 / (all || ALL)).toFixed(1) + ' %';
const span = box => ({x: box.atX / 1e7 + '%', width: box.atW / 1e7 + '%'});
const count = n => n + (n === 1 ? ' box' : ' boxes');

const textOf = selector => [...svg.querySelectorAll(selector)].map(t => t.textContent).join(' ');
function mark(box, name, yes) {
  if (box['.' + name] !== yes) box.rect.classList.toggle(name, box['.' + name] = yes);
}

// ---- the boxes: a parent stands before its children
let rows = [...field.querySelectorAll('.row')], boxes = [];
const indexOf = new WeakMap(), origins = textOf('metadata').split('\n');
function prepare(row) {
  row.level = [];
  row.labels = row.querySelector('g') || make('g', row);
  move(row.labels, 3, field.dataset.base);
  row.labels.textContent = '';
}
function enter(box, parent, row) {
  Object.assign(box, {row, parent, depth: rows.indexOf(row), children: [], shown: true});
  if (parent) parent.children.push(box);
  row.level.push(box);
  boxes.push(box);
  indexOf.set(box.rect, box);
}
function readBoxes() {
  rows.forEach((row, depth) => {
    const above = depth ? rows[depth - 1].level : [], of = (row.dataset.of || '').split(',');
    let at = 0;
    prepare(row);
    row.querySelectorAll('rect').forEach((rect, i) => {
      const lines = rect.firstElementChild.textContent.split('\n');
      const x = units(rect.getAttribute('x')), cut = lines[0].lastIndexOf('  ');
      while (depth && at < above.length - 1 && x >= above[at].x + above[at].w) at++;
      enter({
        x, rect, w: units(rect.getAttribute('width')), full: lines[0],
        name: cut > 0 ? lines[0].slice(0, cut) : lines[0], facts: lines.slice(1).join(', '),
        of: of[i] ? origins[of[i]] : depth ? above[at].of : ''
      }, above[at] || null, row);
    });
  });
}

// ---- labels: cut at the end that says least, as by picture_name.c
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
let cell = fontSize * 0.61;
function measure() {
  const probe = make('text', rows[0].labels, 'MMMMMMMMMM');
  const size = probe.getComputedTextLength() / 10;
  probe.remove();
  if (size > 1) cell = size;
}
function cells(text) {
  let n = 0;
  for (const c of text) n += c.length > 1 || WIDE.test(c) ? 2 : 1;
  return n;
}
const segmenter = Intl.Segmenter && new Intl.Segmenter('en');
function prefix(text, room) { // ends between characters as they are seen, not within an emoji
  let n = 0, out = '';
  const parts = segmenter && /[^\0-\u02ff]/.test(text) ? [...segmenter.segment(text)].map(s => s.segment) : text;
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
    const splits = c === '/' || c === '\\' && !ESCAPE.test(name.slice(i - 1, i + 9)) || c === '.' && dots ||
      c === ':' && name[i - 2] === ':';
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
let zoomed, focused, width = INNER;
const isAbout = (box, of) => box.x <= of.x && box.x + box.w >= of.x + of.w && box.depth <= of.depth;
const isInside = box => isAbout(zoomed, box);
const isAncestor = box => box.depth < zoomed.depth && isAbout(box, zoomed);
function place(box) {
  const from = (box.x - zoomed.x) / zoomed.w, to = (box.x + box.w - zoomed.x) / zoomed.w;
  const isAbove = isAncestor(box);
  const shown = isAbove || isInside(box);
  mark(box, 'off', !shown);
  box.shown = shown;
  if (!shown) return;
  const x = isAbove ? 0 : Math.round(from * 1e9), w = isAbove ? 1e9 : Math.round(to * 1e9) - x;
  if (x !== box.atX || w !== box.atW) {
    box.atX = x;
    box.atW = w;
    set(box.rect, span(box));
  }
  box.px = w / 1e9 * width;
  mark(box, 'w', box.px >= 3);
  mark(box, 'dim', isAbove);
}
function label(box) {
  const text = box.shown ? labelOf(box, Math.floor((box.px - 6) / cell)) : '';
  if (!text && box.text) box.text = box.text.remove();
  if (!text) return;
  if (!box.text) box.text = make('text', box.row.labels);
  if (box.text.textContent !== text) box.text.textContent = text;
  set(box.text, {x: span(box).x});
}
function draw() {
  boxes.forEach(place);
  boxes.forEach(label);
  placeRing();
  reset.hidden = zoomed === boxes[0];
}

// ---- the page: what stands around the boxes, as text that wraps
let head, bar, foot, search, info, matched, hidden, caseButton, previous, next, reset, ring, barTop = 0;
const legend = svg.querySelector('.legend'), pressed = {};
function frameOf(className) {
  return make('div', make('foreignObject', svg, '', {x: MARGIN}), '', {class: className});
}
function button(text, hint, act) {
  const node = make('button', bar.tools, text, {type: 'button', title: hint});
  if (text.length < 3) set(node, {'aria-label': hint});
  hear(node, 'click', act);
  return node;
}
function buildPage() {
  head = frameOf('head');
  make('b', head, svg.querySelector('title').textContent);
  make('i', head, textOf('.sub'));
  foot = frameOf('foot');
  foot.textContent = textOf('.note');
  bar = frameOf('bar');
  bar.tools = make('div', bar, '', {class: 'tools'});
  search = make('input', bar.tools, '', {type: 'search', placeholder: 'Search (regex)', title: 'Search (/)'});
  caseButton = button('Aa', 'Match case (Alt+C)', toggleCase);
  previous = button('\u2039', 'Previous hit (p)', () => step(-1));
  next = button('\u203a', 'Next hit (n)', () => step(1));
  matched = make('span', bar.tools);
  reset = button('Reset zoom', '0', () => zoom(boxes[0]));
  for (const [key, name] of TOGGLES) {
    if (key !== 'i' && !VIEWS.includes(key)) continue;
    COMMANDS[key] = () => toggle(key);
    pressed[key] = button(name, key, COMMANDS[key]);
  }
  button('Keys', '?', toggleKeys);
  hidden = make('span', bar.tools);
  info = make('div', bar, '', {class: 'info', 'aria-live': 'polite'});
  say('');
  buildKeys();
  svg.classList.add('live');
  svg.removeAttribute('viewBox');
  set(svg, {width: '100%'});
  set(field, {role: 'tree', 'aria-label': 'Frames'});
  ring = make('rect', field, '', {class: 'ring off', height: ROW - 1});
}
let sizes;
function flowLegend(top) { // the sizes of its items never change
  let x = 0, y = 0;
  sizes = sizes || [...legend.children].map(item =>
    item.lastElementChild.getComputedTextLength() + (item.childElementCount > 1 ? 34 : 16));
  sizes.forEach((size, i) => {
    if (x && x + size > width) { x = 0; y += 18; }
    move(legend.children[i], x, y);
    x += size;
  });
  move(legend, MARGIN, top + 18);
  return top + y + 26;
}
function layout() { // reads the width, sets it, reads the heights, writes all else
  width = Math.max(svg.getBoundingClientRect().width - 2 * MARGIN, 80);
  const parts = [head, bar, foot, help], height = ROW * rows.length;
  parts.forEach(part => put(part, {width}));
  const heights = parts.map(part => Math.ceil(part.getBoundingClientRect().height)), scrolled = scrollNow();
  parts.forEach((part, i) => put(part, {height: heights[i]}));
  put(head, {y: 8});
  barTop = 8 + heights[0];
  bar.height = heights[1];
  const top = barTop + bar.height + 6;
  set(field, {y: top, width, height});
  rows.forEach((row, depth) => {
    row.y = ROW * (isInverted() ? depth : rows.length - 1 - depth);
    move(row, 0, row.y);
  });
  const bottom = legend ? flowLegend(top + height) : top + height;
  put(foot, {y: bottom + 4});
  set(svg, {height: Math.max(bottom + heights[2] + 12, top + heights[3])});
  stick(scrolled);
  draw();
}
const scrollNow = () => -svg.getBoundingClientRect().top;
function stick(scrolled) {
  const y = Math.max(barTop, scrolled);
  put(bar, {y});
  put(help, {y: y + bar.height});
}

