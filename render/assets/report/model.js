// What the page knows: functions by number, their exact numbers, and numbers counted from a tree once steps changed
// it. A stack counts once for a function, however often the function stands on it.
import {callersTree, readTree} from './tree.js';
import {regrown} from './steps.js';

// A short word for a text, the same in every run: two 32-bit hashes (FNV-1a with two bases), in letters.
function wordOf(text) {
  let a = 0x811c9dc5, b = 0x7ee3623b;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x01000193) ^ a >>> 15;
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

const OWN = 0;

// Functions: those of the profile and the special ones of its tree, then what steps add.
export class Frames {
  constructor(columns) {
    this.columns = columns;
    this.n = columns.get('frame.name').size;
    this.added = [];
    this.byModule = new Map();
    this.ofWord = null;
  }
  text(column, i, added) {
    if (i >= this.n) return this.added[i - this.n][added] || '';
    return this.columns.get(column).get(i);
  }
  shared(column, i) {
    return i >= this.n ? '' : this.columns.get('texts').get(this.columns.get(column)[i]);
  }
  number(column, i) {
    return i >= this.n ? this.added[i - this.n].fill : this.columns.get(column)[i];
  }
  name(i) { return this.text('frame.name', i, 'name'); }
  raw(i) { return this.text('frame.raw', i, '') || this.name(i); }
  place(i) { return this.text('frame.place', i, ''); }
  file(i) { return this.shared('frame.file', i); }
  module(i) { return i >= this.n ? this.added[i - this.n].module : this.shared('frame.module', i); }
  fill(i) { return this.number('frame.fill', i); }
  isLibrary(i) { return i < this.n && this.columns.get('frame.owner')[i] !== OWN; }
  add(name, module, fill) {
    this.added.push({name: name, module: module, fill: fill});
    return this.n + this.added.length - 1;
  }
  // The box that a whole module is.
  ofModule(module) {
    let frame = this.byModule.get(module);
    if (frame === undefined) {
      let of = 0;
      while (of < this.n - 1 && this.module(of) !== module) of++;
      frame = this.add('[' + module + ']', module, this.fill(of));
      this.byModule.set(module, frame);
    }
    return frame;
  }
  // What ends where nothing is left.
  empty() {
    if (this.emptyFrame === undefined) this.emptyFrame = this.add('(empty stack)', '', 0);
    return this.emptyFrame;
  }
  // A word for links, made of names and never of lines or numbers of this file. Functions that differ in neither are
  // told apart by their order; they stand side by side, since the profile is ordered by name and file.
  word(i) {
    if (i >= this.n) return '*' + wordOf(this.name(i));
    const raw = this.raw(i), file = this.file(i), module = this.module(i);
    let same = 1;
    for (let f = i - 1; f >= 0 && this.raw(f) === raw && this.file(f) === file; f--) same += this.module(f) === module;
    return wordOf(raw + '\0' + file + '\0' + module) + (same > 1 ? '~' + same : '');
  }
  // The function of a word, -1 when there is none. All words are made at once: who follows a link asks for several.
  find(word) {
    if (!this.ofWord) {
      const seen = new Map();
      this.ofWord = new Map();
      for (let f = 0; f < this.n; f++) {
        const base = wordOf(this.raw(f) + '\0' + this.file(f) + '\0' + this.module(f)), same = (seen.get(base) || 0) + 1;
        seen.set(base, same);
        this.ofWord.set(same > 1 ? base + '~' + same : base, f);
      }
    }
    const found = this.ofWord.get(word);
    if (found !== undefined) return found;
    for (let i = 0; i < this.added.length; i++) if (this.word(this.n + i) === word) return this.n + i;
    return -1;
  }
}

// Self and total of every function of a tree, with bounds where it is estimated.
export function flatOf(tree, count) {
  const flat = {self: new Float64Array(count), total: new Float64Array(count)};
  const isEstimated = !!tree.low, until = new Uint32Array(count);
  if (isEstimated)
    for (const name of ['low', 'high', 'selfLow', 'selfHigh']) flat[name] = new Float64Array(count);
  for (let i = 0; i < tree.n; i++) {
    const f = tree.frame[i];
    flat.self[f] += tree.self[i];
    if (isEstimated) {
      flat.selfLow[f] += tree.selfLow[i];
      flat.selfHigh[f] += tree.selfHigh[i];
    }
    if (i < until[f]) continue;
    until[f] = tree.end[i];
    flat.total[f] += tree.total[i];
    if (isEstimated) {
      flat.low[f] += tree.low[i];
      flat.high[f] += tree.high[i];
    }
  }
  return flat;
}

// The other ends of calls of function f in a tree: [{f, total, self}] of its callers or its callees.
export function callsInTree(tree, f, wantsCallers) {
  const found = new Map(), until = new Map();
  for (let i = 0; i < tree.n; i++) {
    const p = tree.parent[i];
    if (p < 0) continue;
    const caller = tree.frame[p], callee = tree.frame[i];
    if ((wantsCallers ? callee : caller) !== f) continue;
    const other = wantsCallers ? caller : callee;
    let row = found.get(other);
    if (!row) found.set(other, row = {f: other, total: 0, self: 0, calls: NaN});
    row.self += tree.self[i];
    if (i < (until.get(other) || 0)) continue;
    until.set(other, tree.end[i]);
    row.total += tree.total[i];
  }
  return Array.from(found.values());
}

// The profile of the page.
export class Model {
  constructor(report) {
    this.head = report.head;
    this.metric = report.head.metric;
    this.documents = report.documents;
    this.columns = report.columns;
    this.frames = new Frames(report.columns);
    this.tree = readTree(report.columns, 'node');
    this.before = readTree(report.columns, 'before');
    if (this.tree && report.head.pruned.nodes) this.tree = regrown(this.tree, this.frames);
    const self = report.columns.get('flat.self');
    this.isSigned = !!self && self.some((value) => value < 0); // differences: a share of them means nothing
    this.isEstimated = report.head.origin === 'estimated';
    this.total = Number(report.head.totals ? report.head.totals[1] : report.head.quality.total);
  }
  column(name) { return this.columns.get(name) || null; }
  // The exact numbers of a function; NaN where the profile does not say.
  exact(name, f) {
    const column = this.columns.get('flat.' + name);
    return column && f < column.length ? column[f] : NaN;
  }
  // Calls that the file recorded: [{f, total, self, calls}], or null where it holds stacks.
  edges(f, wantsCallers) {
    const caller = this.columns.get('edge.caller'), callee = this.columns.get('edge.callee');
    if (!caller) return null;
    const value = (name, e) => this.columns.has(name) ? this.columns.get(name)[e] : NaN;
    const rows = [];
    for (let e = 0, from = 0; e < caller.length; e++) {
      from += caller[e];
      if ((wantsCallers ? callee[e] : from) !== f) continue;
      rows.push({f: wantsCallers ? from : callee[e], total: value('edge.total', e),
        self: value('edge.self', e), calls: value('edge.calls', e)});
    }
    return rows;
  }
}

// What is shown: the tree behind the steps, and its functions.
export class Shown {
  constructor(model, tree, isChanged) {
    this.model = model;
    this.tree = tree;
    this.isChanged = isChanged;
    this.total = isChanged ? tree.whole : model.total;
    this.whole = model.isSigned ? NaN : this.total; // what shares are of
    this.flat = null;
  }
  counted() {
    const frames = this.model.frames;
    if (!this.flat) this.flat = flatOf(this.tree, frames.n + frames.added.length);
    return this.flat;
  }
  // The exact value while nothing was changed, else what the tree adds up to.
  value(name, f) {
    if (!this.isChanged) {
      const exact = this.model.exact(name, f);
      if (!Number.isNaN(exact) || !this.tree || f < this.model.frames.n) return exact;
    }
    if (name !== 'self' && name !== 'total') return NaN;
    return f < this.counted()[name].length ? this.counted()[name][f] : 0;
  }
  bounds(name, f) {
    if (!this.isChanged || !this.tree.low) return null;
    const flat = this.counted(), isSelf = name === 'self';
    return {low: (isSelf ? flat.selfLow : flat.low)[f], high: (isSelf ? flat.selfHigh : flat.high)[f]};
  }
  callers(f) { return !this.isChanged && this.model.edges(f, true) || this.tree && callsInTree(this.tree, f, true) || []; }
  callees(f) {
    return !this.isChanged && this.model.edges(f, false) || this.tree && callsInTree(this.tree, f, false) || [];
  }
  callersTree(f) { return callersTree(this.tree, f); }
}
