// The one state that all views share, and its form in the address. Ids there come from names, so that a link fits a
// report that was made anew. Each change of view, selection, zoom or steps is one step of the browser's history; typing
// in the search field is none.
import {applyStep, nodeOfPath, STEPS} from './steps.js';
import {heavyFirst, pathOf} from './tree.js';
import {Shown} from './model.js';
import {findHits} from './search.js';

const FIRST = {view: '', f: -1, path: [], zoom: [], query: '', matchCase: false, steps: []};

export class State {
  constructor(model) {
    this.model = model;
    this.now = {...FIRST};
    this.listeners = [];
    this.missing = '';
    this.cached = {steps: '', shown: new Shown(model, model.tree, false), heavy: null, hits: null};
    window.addEventListener('hashchange', () => {
      if (this.encode() !== location.hash) this.load();
    });
  }
  onchange(listener) { this.listeners.push(listener); }
  tell(before) { for (const listener of this.listeners) listener(this.now, before); }

  // Changes a part of the state; `isTyped` leaves no step in the history.
  set(part, isTyped) {
    const before = this.now;
    this.now = {...this.now, ...part};
    this.missing = '';
    const hash = this.encode();
    if (hash !== location.hash) {
      if (isTyped) history.replaceState(null, '', hash);
      else location.hash = hash;
    }
    this.tell(before);
  }
  select(f, path) { this.set({f: f, path: path || []}); }
  addStep(step) {
    this.set({steps: this.now.steps.concat(step), zoom: [], path: []});
  }
  removeStep(at) {
    this.set({steps: this.now.steps.filter((step, i) => i !== at), zoom: [], path: []});
  }

  // The tree and the numbers that the steps leave.
  shown() {
    const key = this.now.steps.map((step) => this.encodeStep(step)).join(' ');
    if (key !== this.cached.steps) {
      let tree = this.model.tree;
      for (const step of this.now.steps) tree = applyStep(tree, step, this.model.frames);
      this.cached = {steps: key, shown: new Shown(this.model, tree, this.now.steps.length > 0)};
    }
    return this.cached.shown;
  }
  // The same tree, heaviest first.
  heavy() {
    const shown = this.shown();
    if (!this.cached.heavy) this.cached.heavy = heavyFirst(shown.tree);
    return this.cached.heavy;
  }
  hits() {
    const shown = this.shown(), key = this.now.query + '\0' + this.now.matchCase;
    if (this.cached.hitsOf !== key) {
      this.cached.hitsOf = key;
      this.cached.hits = findHits(shown, this.now.query, this.now.matchCase);
    }
    return this.cached.hits;
  }

  // ---- the address
  encodePath(path) { return path.map((f) => this.model.frames.word(f)).join('.'); }
  encodeStep(step) {
    const parts = [step.kind];
    if (step.f !== undefined) parts.push(this.model.frames.word(step.f));
    if (step.p) parts.push(this.encodePath(step.p));
    if (step.m !== undefined) parts.push(encodeURIComponent(encodeURIComponent(step.m))); // it is decoded twice
    return parts.join(':');
  }
  encode() {
    const now = this.now, parts = ['v=1'];
    if (now.view) parts.push('v=' + now.view);
    if (now.f >= 0) parts.push('f=' + this.model.frames.word(now.f));
    if (now.path.length) parts.push('p=' + this.encodePath(now.path));
    if (now.zoom.length) parts.push('z=' + this.encodePath(now.zoom));
    if (now.query) parts.push('q=' + encodeURIComponent(now.query));
    if (now.matchCase) parts.push('i=1');
    if (now.steps.length) parts.push('x=' + now.steps.map((step) => this.encodeStep(step)).join(','));
    return '#' + parts.join('&');
  }
  decodePath(text) {
    const path = text ? text.split('.').map((word) => this.model.frames.find(word)) : [];
    return path.includes(-1) ? null : path;
  }
  decodeStep(text) {
    const [kind, of] = text.split(':'), rule = Object.hasOwn(STEPS, kind) ? STEPS[kind] : null;
    if (!rule) return null;
    const step = {kind: kind};
    if (rule.needs === 'f') step.f = this.model.frames.find(of || '');
    if (rule.needs === 'p') step.p = this.decodePath(of || '');
    if (rule.needs === 'm') step.m = decodeURIComponent(of || '');
    if (step.f === -1 || rule.needs === 'p' && !(step.p && step.p.length)) return null;
    if (rule.needs === 'm') this.model.frames.ofModule(step.m);
    return step;
  }
  // Reads the address; what is not in this profile is said, and the rest is shown.
  load() {
    const before = this.now, now = {...FIRST};
    let missing = '';
    try {
      const given = new URLSearchParams(location.hash.slice(1));
      now.view = given.getAll('v').filter((word) => word !== '1').pop() || FIRST.view;
      now.query = given.get('q') || '';
      now.matchCase = given.get('i') === '1';
      for (const text of (given.get('x') || '').split(',')) {
        const step = text && this.model.tree ? this.decodeStep(text) : null;
        if (step) now.steps = now.steps.concat(step);
        else if (text) missing = 'a step';
      }
      this.now = now;
      this.shown();
      const path = this.decodePath(given.get('p')), zoom = this.decodePath(given.get('z'));
      now.f = given.get('f') ? this.model.frames.find(given.get('f')) : -1;
      if (path && this.has(path)) now.path = path;
      else missing = 'the path';
      if (zoom && this.has(zoom)) now.zoom = zoom;
      else missing = 'the zoomed path';
      if (given.get('f') && now.f < 0) missing = 'the function';
    } catch (error) {
      missing = 'what it asks for';
    }
    this.now = missing && now.f < 0 && !now.query ? {...FIRST} : now;
    this.missing = missing ? 'This profile does not have ' + missing + ' of the link.' : '';
    this.tell(before);
  }
  has(path) { return !path.length || this.model.tree && nodeOfPath(this.shown().tree, path) >= 0; }
  // The selected node of a tree, -1 when the selection is no path.
  nodeIn(tree) { return this.now.path.length ? nodeOfPath(tree, this.now.path) : -1; }
  selectNode(tree, node) { this.select(tree.frame[node], pathOf(tree, node)); }
}
