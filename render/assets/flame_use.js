// ---- details, focus
function say(text) { info.textContent = text || HINT; info.title = text; }
function describe(box) {
  const text = `${box.full}: ${box.facts}`, isWithin = zoomed !== boxes[0] && box.depth > zoomed.depth;
  return isWithin ? `${text}, ${percent(box.w, zoomed.w)} of the zoomed box` : text;
}
const hasFocus = () => document.activeElement === focused.rect;
function placeRing() {
  const isSeen = focused.shown && hasFocus();
  ring.classList.toggle('off', !isSeen);
  if (!isSeen) return;
  set(ring, {y: focused.row.y, ...span(focused)});
}
function focus(box, quietly) {
  if (!box) return;
  if (focused) set(focused.rect, {tabindex: -1});
  focused = box;
  set(box.rect, {tabindex: 0, role: 'treeitem', 'aria-level': box.depth + 1});
  if (quietly) return;
  box.rect.focus({preventScroll: true});
  box.rect.scrollIntoView({block: 'nearest'});
  placeRing();
  say(describe(box));
}

// ---- zoom and views
const trail = [];
const TOGGLES = [['i', 'Icicle'], ['h', 'Hide libraries'], ['g', 'By module'],
  ['b', VIEWS.includes('r') ? 'Top-down' : 'Bottom-up']];
const viewNow = () => Object.keys(on).filter(key => on[key]).join('');
function stateNow() { // as in a link
  const state = new URLSearchParams(), view = viewNow();
  if (zoomed !== boxes[0]) {
    state.set('x', zoomed.x / ONE);
    state.set('y', zoomed.depth);
  }
  if (view) state.set('v', view);
  return state;
}
function zoom(box) {
  if (box !== zoomed) trail.push(stateNow());
  zoomed = box;
  draw();
  if (hasFocus() && !focused.shown) focus(box);
  writeLink();
}
const isInverted = () => (field.dataset.inverted === '1') !== on.i;
function setView(view, zoomTo) { // without zoomTo what is seen stays
  const had = hasFocus(), was = viewNow(), wasBack = on.b;
  for (const key in pressed) set(pressed[key], {'aria-pressed': on[key] = view.includes(key)});
  let now = box => box;
  if (was.replace('i', '') !== viewNow().replace('i', '')) {
    rebuild();
    now = box => wasBack || on.b ? boxes[0] : isMade() ? (box.base || box).node : box.base || box;
  }
  zoomed = zoomTo ? zoomTo() : now(zoomed);
  focus(now(focused), true);
  hidden.textContent = on.h ? hiddenText() : '';
  find();
  layout();
  if (had) focus(focused.shown ? focused : zoomed);
}
function toggle(key) {
  const view = viewNow();
  trail.push(stateNow());
  setView(on[key] ? view.replace(key, '') : view + key);
  say(`${pressed[key].textContent}: ${on[key] ? 'on' : 'off'}. ${hidden.textContent}`);
}
function restore(state) {
  setView(state.get('v') || '', () => state.has('y') ? boxAt(units(state.get('x')), +state.get('y')) : boxes[0]);
}

// ---- search
let ignoresCase = true, hits = [];
const byPlace = (a, b) => a.x - b.x || a.depth - b.depth;
const byWidth = (a, b) => b.w - a.w;
function find() {
  const text = search.value, flags = ignoresCase ? 'i' : '';
  let sum = 0, note = '', how;
  try { how = new RegExp(text, flags); } catch (error) {
    how = new RegExp(text.replace(/[^\w\s]/g, '\\$&'), flags);
    note = ` (searched as plain text: ${error.message})`;
  }
  hits = [];
  boxes.forEach(box => {
    const hit = text !== '' && how.test(box.full);
    mark(box, 'hit', hit);
    const isCovered = box.parent && box.parent.covers;
    box.covers = isCovered || hit;
    if (hit) hits.push(box);
    if (hit && !isCovered) sum += box.w;
  });
  hits.sort(byPlace);
  svg.classList.toggle('sought', hits.length > 0);
  matched.textContent = text && `Matched: ${percent(sum, boxes[0].w)} in ${count(hits.length)}${note}`;
  previous.hidden = next.hidden = !hits.length;
  writeLink();
}
function typed() { if (search.value.length > 2 || !search.value) find(); }
function matchCase(yes) {
  ignoresCase = !yes;
  set(caseButton, {'aria-pressed': yes});
}
function toggleCase() {
  matchCase(ignoresCase);
  find();
}
function step(direction) {
  const visible = hits.filter(box => box.shown);
  const n = visible.length, at = visible.indexOf(focused);
  focus(visible[at < 0 && direction < 0 ? n - 1 : (at + direction + n) % n]);
}
function openSearch() { search.focus(); search.select(); }

// ---- links: #x=..&y=..&v=..&s=.., and the query that older pictures write
let lastLink = '';
function writeLink() {
  if (!ownsPage) return;
  const state = stateNow();
  if (search.value) state.set('s', search.value);
  if (!ignoresCase) state.set('c', '1');
  const link = state.toString();
  if (link === lastLink) return;
  lastLink = link;
  try { history.replaceState(null, '', '#' + link); } catch (error) { /* a sandbox forbids it */ }
}
function boxAt(x, depth) { // links may be off by a rounding
  return (rows[depth] || rows[0]).level.find(box => x >= box.x - 1 && x < box.x + box.w - 1) || boxes[0];
}
function oldBox(state) { // pixels of a picture 10 px in, rows of 16 px below a head of 36 px
  const at = state.get('x').endsWith('%') ? units(state.get('x')) :
    Math.round((parseFloat(state.get('x')) - MARGIN) / INNER * ALL);
  const row = Math.round((parseFloat(state.get('y')) - 37) / 16);
  return boxAt(Math.max(at, 0) + ALL / INNER / 4, isInverted() ? row : rows.length - 1 - row);
}
function readLink() {
  const link = location.hash.slice(1), state = new URLSearchParams(link || location.search);
  if (link && link === lastLink) return;
  if (link || lastLink) trail.push(stateNow());
  lastLink = link;
  matchCase(state.has('c'));
  search.value = state.get('s') || '';
  if (link || !state.has('y')) return restore(state);
  zoom(oldBox(state));
  find();
}

// ---- keys
const KEYS = [['Arrows', 'parent, child, siblings'], ['Enter, click', 'zoom'], ['Backspace', 'take a step back'],
  ['0, Esc', 'the whole picture'], ['/, Ctrl+F, F3', 'search'], ['n, p', 'next, previous hit'], ['Alt+C', 'match case'],
  ['y, Ctrl+C', 'copy the name']];
let help, opener, letters;
function storeWord(word) {
  try {
    if (word) localStorage.profkitKeys = word;
    return localStorage.profkitKeys;
  } catch (error) { /* a sandbox forbids it */ }
}
function buildKeys() {
  help = frameOf('keys');
  set(help, {role: 'dialog', 'aria-label': 'Keys'});
  help.parentNode.classList.add('off');
  const list = make('dl', help);
  for (const [key, what] of KEYS.concat(TOGGLES.filter(t => pressed[t[0]]))) {
    make('dt', list, key);
    make('dd', list, what);
  }
  const label = make('label', help);
  letters = make('input', label, '', {type: 'checkbox'});
  label.append('Keys of one character');
  letters.checked = storeWord() !== 'off';
  hear(letters, 'change', () => storeWord(letters.checked ? 'on' : 'off'));
}
const isOpen = () => !help.parentNode.classList.contains('off');
function toggleKeys() {
  if (help.parentNode.classList.toggle('off')) return opener && opener.focus({preventScroll: true});
  opener = document.activeElement;
  layout();
  letters.focus({preventScroll: true});
}
function neighbour(box, direction) {
  const level = box.row.level.filter(b => b.shown);
  return level[level.indexOf(box) + direction];
}
const largestChild = box => box.children.filter(b => b.shown).sort(byWidth)[0];
function copyName() {
  if (!navigator.clipboard) say('Ctrl+C copies the name.');
  else navigator.clipboard.writeText(focused.name).then(() => say('Copied: ' + focused.name));
}
function onCopy(event) { // needs no permission, and leaves a selection of text alone
  if (!hasFocus() || String(window.getSelection())) return;
  event.clipboardData.setData('text/plain', focused.name);
  event.preventDefault();
  say('Copied: ' + focused.name);
}
function onBoxKey(key) {
  const box = focused, inner = isInverted() ? 'ArrowDown' : 'ArrowUp';
  if (key === inner) focus(largestChild(box));
  else if (/Up|Down/.test(key)) focus(box.parent);
  else if (/Left|Right/.test(key)) focus(neighbour(box, key === 'ArrowLeft' ? -1 : 1));
  else zoom(box);
}
function leave() {
  if (isOpen()) return toggleKeys();
  if (search.value) { search.value = ''; find(); } else if (zoomed !== boxes[0]) zoom(boxes[0]);
  if (document.activeElement === search) focus(focused.shown ? focused : zoomed);
}
const COMMANDS = {
  '/': openSearch, '?': toggleKeys, y: copyName, n: () => step(1), p: () => step(-1),
  0: () => zoom(boxes[0]), Backspace: () => { if (trail.length) restore(trail.pop()); }
};
function onKey(event) {
  const isTyping = event.target === search, key = event.key;
  const control = event.ctrlKey || event.metaKey;
  if ((control && !event.altKey && key.toLowerCase() === 'f' || key === 'F3') && !isTyping) openSearch();
  else if (event.altKey && !control && event.code === 'KeyC') toggleCase();
  else if (key === 'Escape') leave();
  else if (isTyping && key === 'Enter') { find(); step(event.shiftKey ? -1 : 1); }
  else if (control || event.altKey || isTyping || key.length === 1 && !letters.checked) return;
  else if (indexOf.has(event.target) && /^(Arrow|Enter)/.test(key)) onBoxKey(key);
  else if (COMMANDS[key]) COMMANDS[key]();
  else return;
  event.preventDefault();
}
function listen() {
  const boxOf = act => event => { if (indexOf.has(event.target)) act(indexOf.get(event.target)); };
  hear(field, 'click', boxOf(box => { focus(box); zoom(box); }));
  hear(field, 'mouseover', boxOf(box => say(describe(box))));
  hear(field, 'mouseleave', () => say(''));
  hear(field, 'focusin', placeRing);
  hear(field, 'focusout', () => ring.classList.add('off'));
  hear(search, 'input', typed);
  hear(ownsPage ? document : svg, 'keydown', onKey);
  hear(document, 'copy', onCopy);
  hear(window, 'resize', layout);
  hear(window, 'scroll', () => stick(scrollNow()), {passive: true});
  if (ownsPage) hear(window, 'hashchange', readLink);
}

readBoxes();
zoomed = boxes[0];
buildPage();
measure();
focus(boxes[0], true);
listen();
layout();
if (ownsPage) readLink();
else find();
document.fonts.ready.then(() => { measure(); layout(); });
