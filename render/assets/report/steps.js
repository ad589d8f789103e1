// What can be done to stacks before they are shown, with the words of other profilers. A step is {kind, f} for a
// function, {kind, p} for a path (its functions from the root down), {kind, m} for a module, or {kind} alone. Each
// makes a new tree; sums only lose what a step is meant to leave out.
import {Merge, arrayFor} from './merge.js';
import {settle} from './tree.js';

export const STEPS = {
  focus: {word: 'focus', needs: 'f', key: 'f', help: 'only what this function does'},
  subtree: {word: 'focus path', needs: 'p', key: 'F', help: 'only what it does on this path'},
  merge: {word: 'merge', needs: 'f', key: 'm', help: 'give its own cost to its callers'},
  mergenode: {word: 'merge path', needs: 'p', key: 'M', help: 'the same on this path only'},
  collapse: {word: 'collapse', needs: 'f', key: 'c', help: 'take what it calls as its own'},
  module: {word: 'collapse module', needs: 'm', key: 'C', help: 'show its module as one box'},
  recursion: {word: 'collapse recursion', needs: 'f', key: 'r', help: 'calls of itself are one'},
  drop: {word: 'drop', needs: 'f', key: 'x', help: 'leave out all stacks with it'},
  library: {word: 'hide library frames', needs: '', key: 'h', help: 'own code only; their cost goes to it'},
  modules: {word: 'by module', needs: '', key: 'g', help: 'every module as one box'}
};

const SAME = -1, DROPPED = -2;

// What becomes of each node by a rule, which says the function of its box, SAME when it is of the box that its parent
// is in, or DROPPED. It is told the node, the node whose box its parent is in (-1: there is none, DROPPED: it was left
// out), and the functions of boxes so far. `box` is the node whose box each is in, `own` what the boxes add up from
// (self, low, high, selfLow, selfHigh). What has no box stands at the end, as number n.
class Boxes {
  constructor(tree, frames, rule) {
    const n = tree.n;
    this.tree = tree;
    this.box = new Int32Array(n);
    this.frame = new Int32Array(n + 1);
    this.own = [arrayFor(tree.whole, n + 1)];
    if (tree.low) for (let k = 1; k < 5; k++) this.own.push(new Float64Array(n + 1));
    this.most = 0;
    this.hasEmpty = false;
    for (let i = 0; i < n; i++) {
      const p = tree.parent[i], parent = p < 0 ? -1 : this.box[p], to = rule(i, parent, this.frame);
      this.box[i] = to >= 0 ? i : to === SAME ? parent : DROPPED;
      if (to >= 0) this.frame[i] = to;
      if (to > this.most) this.most = to;
      if (this.box[i] >= 0) this.add(i, this.box[i]);
      else if (this.box[i] === -1 && tree.self[i] > 0) this.addEmpty(i, frames.empty());
    }
  }
  // The bounds of a total only where a box begins: what is of the same box is in them.
  add(i, box) {
    const own = this.own, tree = this.tree;
    own[0][box] += tree.self[i];
    if (!tree.low) return;
    own[3][box] += tree.selfLow[i];
    own[4][box] += tree.selfHigh[i];
    if (box !== i) return;
    own[1][box] += tree.low[i];
    own[2][box] += tree.high[i];
  }
  addEmpty(i, frame) {
    const own = this.own, tree = this.tree, n = tree.n;
    this.frame[n] = frame;
    this.most = Math.max(this.most, frame);
    this.hasEmpty = true;
    own[0][n] += tree.self[i];
    for (let k = 1; k < own.length; k++) own[k][n] += (k % 2 ? tree.selfLow : tree.selfHigh)[i];
  }
  // The node whose box is above that of a node; -1 for a root.
  above(i) {
    const p = this.tree.parent[i];
    return p < 0 ? -1 : Math.max(-1, this.box[p]);
  }
}

// A tree by a rule, boxes of one function below the same box taken together.
function grow(tree, frames, rule) {
  const n = tree.n, boxes = new Boxes(tree, frames, rule), merge = new Merge(n + 1, boxes.most + 1);
  const child = new Int32Array(n + 1).fill(-1), sibling = new Int32Array(n); // of boxes; roots are below the last
  for (let i = n - 1; i >= 0; i--) {
    if (boxes.box[i] !== i) continue;
    const above = boxes.above(i), at = above < 0 ? n : above;
    sibling[i] = child[at];
    child[at] = i;
  }
  for (let c = child[n]; c >= 0; c = sibling[c]) merge.put(c, boxes.frame[c]);
  child[n] = -1;
  if (boxes.hasEmpty) merge.put(n, boxes.frame[n]);
  const {own, frame} = boxes, next = merge.next;
  return settle(merge.columns(!!tree.low, function (item, sums) {
    for (let i = item; i >= 0; i = next[i]) {
      for (let k = 0; k < own.length; k++) sums[k] += own[k][i];
      for (let c = child[i]; c >= 0; c = sibling[c]) merge.put(c, frame[c]);
    }
  }));
}

// The node of a path; -1 where there is none.
export function nodeOfPath(tree, path) {
  let node = -1;
  for (const frame of path) {
    const to = node < 0 ? tree.n : tree.end[node];
    let c = node + 1;
    while (c < to && tree.frame[c] !== frame) c = tree.end[c];
    if (c >= to) return -1;
    node = c;
  }
  return node;
}

const RULES = {
  focus: (tree, step) => (i, parent) => parent >= 0 || tree.frame[i] === step.f ? tree.frame[i] : DROPPED,
  subtree: function (tree, step) {
    const root = nodeOfPath(tree, step.p);
    return (i, parent) => parent >= 0 || i === root ? tree.frame[i] : DROPPED;
  },
  merge: (tree, step) => (i) => tree.frame[i] === step.f ? SAME : tree.frame[i],
  mergenode: function (tree, step) {
    const node = nodeOfPath(tree, step.p);
    return (i) => i === node ? SAME : tree.frame[i];
  },
  collapse: function (tree, step) {
    let until = 0;
    return function (i) {
      if (i < until) return SAME;
      if (tree.frame[i] === step.f) until = tree.end[i];
      return tree.frame[i];
    };
  },
  module: (tree, step, frames) => function (i, parent, boxes) {
    if (frames.module(tree.frame[i]) !== step.m) return tree.frame[i];
    const to = frames.ofModule(step.m);
    return to !== tree.frame[i] && parent >= 0 && boxes[parent] === to ? SAME : to;
  },
  recursion: (tree, step) => (i, parent, boxes) =>
    tree.frame[i] === step.f && parent >= 0 && boxes[parent] === step.f ? SAME : tree.frame[i],
  drop: (tree, step) => (i, parent) => parent === DROPPED || tree.frame[i] === step.f ? DROPPED : tree.frame[i],
  library: (tree, step, frames) => (i, parent) =>
    frames.isLibrary(tree.frame[i]) && parent >= 0 ? SAME : tree.frame[i],
  modules: (tree, step, frames) => function (i, parent, boxes) {
    const to = frames.ofModule(frames.module(tree.frame[i]) || frames.name(tree.frame[i]));
    return parent >= 0 && boxes[parent] === to ? SAME : to;
  }
};

export function applyStep(tree, step, frames) {
  return grow(tree, frames, RULES[step.kind](tree, step, frames));
}

// Siblings of one function taken together, as a page may hold several parts that were pruned.
export function regrown(tree, frames) {
  return grow(tree, frames, (i) => tree.frame[i]);
}
