// Keys, the menu of a function, the list of keys, and the row of steps. Single letters can be switched off, and are
// never taken from text that is typed.
import {STEPS} from './steps.js';
import {button, clear, copy, isTyping, make, say} from './dom.js';

const VIEW_KEYS = {1: 'flame', 2: 'icicle', 3: 'sandwich', 4: 'tree', 5: 'hotspots', 6: 'findings', 7: 'source',
  8: 'timeline', 9: 'services', D: 'diff', o: 'summary'};

const HELP = [
  ['1 to 9, Shift+D, o', 'views: flame, left-heavy, sandwich, call tree, functions, findings, source, timeline, services, diff, summary'],
  ['arrows', 'parent, child, siblings; rows of tables'], ['Enter', 'zoom to the box; open the row'],
  ['w a s d, + \u2212, 0', 'pan, zoom, the whole again'], ['Ctrl+wheel, drag, double click', 'zoom, pan, fit'],
  ['/ or Ctrl+F', 'search: regex, file:, module:, self>1%, total>1%'], ['n p', 'next, previous hit'],
  ['i', 'flame with the root on top or below'], ['h g', 'hide library frames; modules as boxes'],
  ['f F m M c C r x', 'focus, focus path, merge, merge path, collapse, collapse module, collapse recursion, drop'],
  ['Backspace', 'undo the last step'], ['y Y', 'copy the name; the stack'], ['t', 'light or dark'],
  ['?', 'these keys'], ['Esc', 'leave the search, close this']
];

// The step that a key or an item of the menu asks for; null, with a word on why, where it cannot be.
function stepFor(page, kind) {
  const state = page.state, now = state.now, rule = STEPS[kind], step = {kind: kind};
  if (!page.state.model.tree) return null;
  if (rule.needs && now.f < 0) {
    say('select a function first');
    return null;
  }
  if (rule.needs === 'p' && !now.path.length) {
    say('select a box of a picture or a row of the call tree first');
    return null;
  }
  if (rule.needs === 'f') step.f = now.f;
  if (rule.needs === 'p') step.p = now.path;
  if (rule.needs === 'm') step.m = state.model.frames.module(now.f);
  if (rule.needs === 'm' && !step.m) {
    say('this function has no module');
    return null;
  }
  return step;
}

export class Actions {
  constructor(page) {
    this.page = page;
    this.letters = true;
    this.steps = make('nav', {class: 'steps', 'aria-label': 'Steps'});
    this.popup = make('div', {class: 'menu', role: 'menu', 'aria-label': 'What to do with the function'});
    this.popup.hidden = true;
    this.overlay = this.makeOverlay();
    document.body.append(this.popup, this.overlay);
    document.addEventListener('keydown', (event) => this.key(event));
    document.addEventListener('pointerdown', (event) => { if (!this.popup.contains(event.target)) this.close(); });
    this.popup.addEventListener('keydown', (event) => this.menuKey(event));
  }
  do(kind) {
    const state = this.page.state, same = state.now.steps.findIndex((step) => step.kind === kind && !STEPS[kind].needs);
    if (same >= 0) return state.removeStep(same); // h and g are switches
    const step = stepFor(this.page, kind);
    if (!step) return;
    state.addStep(step);
    say(STEPS[kind].word + ': ' + this.page.describe());
  }
  undo() {
    const steps = this.page.state.now.steps;
    if (!steps.length) return say('there is no step to undo');
    this.page.state.removeStep(steps.length - 1);
    say('undone: ' + this.page.describe());
  }
  copyName() { if (this.page.state.now.f >= 0) copy(this.page.state.model.frames.raw(this.page.state.now.f)); }
  copyStack() {
    const now = this.page.state.now, frames = this.page.state.model.frames;
    const path = now.path.length ? now.path : now.f >= 0 ? [now.f] : [];
    if (path.length) copy(path.map((f) => frames.name(f)).join('\n'));
  }

  // ---- the row of steps
  drawSteps() {
    const state = this.page.state, frames = state.model.frames;
    clear(this.steps);
    this.steps.hidden = !state.now.steps.length;
    state.now.steps.forEach((step, at) => {
      const f = step.p ? step.p[step.p.length - 1] : step.f;
      const text = STEPS[step.kind].word + (f !== undefined ? ' ' + frames.name(f) : step.m ? ' ' + step.m : '');
      this.steps.append(make('span', {class: 'step'}, make('span', {text: text}),
        button('\u00d7', 'Remove the step ' + text, () => {
          state.removeStep(at);
          this.page.focus();
        })));
    });
  }

  // ---- the menu of a function
  open(x, y) {
    clear(this.popup);
    const items = Object.entries(STEPS).map(([kind, rule]) => [rule.word, rule.key, rule.help, () => this.do(kind)]);
    if (this.page.state.model.documents.has('source'))
      items.unshift(['source', '7', '', () => this.page.open('source')]);
    items.unshift(['callers and callees', '3', '', () => this.page.open('sandwich')]);
    items.push(['copy name', 'y', '', () => this.copyName()], ['copy stack', 'Y', '', () => this.copyStack()]);
    for (const [word, key, help, act] of items)
      this.popup.append(make('button', {type: 'button', role: 'menuitem', title: help, tabindex: -1, onclick: () => {
        this.close();
        act();
      }}, make('span', {text: word}), make('kbd', {text: key})));
    this.popup.hidden = false;
    this.before = document.activeElement;
    this.popup.style.left = Math.max(0, Math.min(x, window.innerWidth - this.popup.offsetWidth - 8)) + 'px';
    this.popup.style.top = Math.max(0, Math.min(y, window.innerHeight - this.popup.offsetHeight - 8)) + 'px';
    this.popup.firstChild.focus();
  }
  close() {
    if (this.popup.hidden) return;
    const hadFocus = this.popup.contains(document.activeElement);
    this.popup.hidden = true;
    if (hadFocus && this.before && this.before.isConnected) this.before.focus();
  }
  menuKey(event) {
    const items = Array.from(this.popup.children), at = items.indexOf(document.activeElement);
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown') items[(at + 1) % items.length].focus();
    else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length].focus();
    else if (event.key !== 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- the list of keys
  makeOverlay() {
    const box = make('input', {type: 'checkbox', checked: true, onchange: () => { this.letters = box.checked; }});
    const list = make('dl');
    for (const [keys, text] of HELP) list.append(make('dt', {text: keys}), make('dd', {text: text}));
    return make('dialog', {'aria-label': 'Keys'}, make('h2', {text: 'Keys'}), list,
      make('label', {}, box, document.createTextNode(' keys that are single letters')),
      make('form', {method: 'dialog'}, make('button', {text: 'Close'})));
  }
  key(event) {
    const page = this.page, key = event.key, state = page.state;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === 'f') {
      event.preventDefault();
      return page.search.focus();
    }
    if ((event.ctrlKey || event.metaKey) && key === 'c' && !String(getSelection())) return this.copyName();
    if (event.ctrlKey || event.metaKey || event.altKey || this.overlay.open || !this.popup.hidden) return;
    if (key === 'Escape' && event.target === page.search) {
      if (page.search.value) page.find('');
      else page.focus();
      return;
    }
    if (isTyping(event.target)) return;
    if (this.letter(key)) return event.preventDefault();
    const steps = Object.entries(STEPS).find(([, rule]) => rule.key === key);
    if (this.letters && steps) {
      event.preventDefault();
      this.do(steps[0]);
    } else if (key === 'Backspace') {
      event.preventDefault();
      this.undo();
    } else if (key === 'Escape' && state.now.query) {
      page.find('');
    }
  }
  // True when the key was one of a view or of the page.
  letter(key) {
    const page = this.page, picture = page.picture();
    const pans = {w: [0, -60], s: [0, 60], a: [-0.1, 0], d: [0.1, 0]};
    if (!this.letters && key.length === 1) return false;
    if (Object.hasOwn(VIEW_KEYS, key)) page.open(VIEW_KEYS[key]);
    else if (key === '/') page.search.focus();
    else if (key === 'n') page.step(1);
    else if (key === 'p') page.step(-1);
    else if (key === 't') page.toggleTheme();
    else if (key === 'i') page.flip();
    else if (key === 'y') this.copyName();
    else if (key === 'Y') this.copyStack();
    else if (key === '?') this.overlay.showModal();
    else if (picture && Object.hasOwn(pans, key)) picture.pan(...pans[key]);
    else if (picture && (key === '+' || key === '=')) picture.zoomBy(0.7, 0.5);
    else if (picture && key === '-') picture.zoomBy(1 / 0.7, 0.5);
    else if (key === '0') page.resetZoom();
    else return false;
    return true;
  }
}

