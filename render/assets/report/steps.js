// What can be done to stacks before they are shown, with the words of other profilers. A step is {kind, f} for a
// function, {kind, p} for a path (its functions from the root down), {kind, m} for a module, or {kind} alone. Each
// makes a new tree; sums only lose what a step is meant to leave out.
import {Grower} from './tree.js';

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

const DROPPED = -2;

// Grows a tree by a rule that says where node i goes when its parent went to `parent` (-1: it is no node, DROPPED:
// it was left out): a node of the grower, or DROPPED. What ends where there is no node stands as (empty stack).
function grow(tree, frames, rule) {
  const grower = new Grower(!!tree.low), image = new Int32Array(tree.n);
  for (let i = 0; i < tree.n; i++) {
    const p = tree.parent[i], parent = p < 0 ? -1 : image[p];
    const to = rule(i, parent, grower);
    image[i] = to;
    if (to === DROPPED) continue;
    if (to >= 0) grower.add(to, tree, i, to !== parent);
    else if (tree.self[i] > 0) grower.addOwn(grower.at(-1, frames.empty()), tree, i);
  }
  return grower.tree();
}

function follow(tree, i, parent, grower) {
  return parent === DROPPED ? DROPPED : grower.at(parent, tree.frame[i]);
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
  focus: (tree, step) => function (i, parent, grower) {
    if (parent < 0) return tree.frame[i] === step.f ? grower.at(-1, step.f) : DROPPED;
    return grower.at(parent, tree.frame[i]);
  },
  subtree: function (tree, step) {
    const root = nodeOfPath(tree, step.p);
    return function (i, parent, grower) {
      if (i === root) return grower.at(-1, tree.frame[i]);
      return parent < 0 ? DROPPED : grower.at(parent, tree.frame[i]);
    };
  },
  merge: (tree, step) => function (i, parent, grower) {
    return tree.frame[i] === step.f ? parent : follow(tree, i, parent, grower);
  },
  mergenode: function (tree, step) {
    const node = nodeOfPath(tree, step.p);
    return function (i, parent, grower) { return i === node ? parent : follow(tree, i, parent, grower); };
  },
  collapse: function (tree, step) {
    let until = 0;
    return function (i, parent, grower) {
      if (i < until) return parent;
      if (tree.frame[i] === step.f) until = tree.end[i];
      return follow(tree, i, parent, grower);
    };
  },
  module: (tree, step, frames) => function (i, parent, grower) {
    const to = frames.module(tree.frame[i]) === step.m ? frames.ofModule(step.m) : tree.frame[i];
    if (to !== tree.frame[i] && parent >= 0 && grower.frame[parent] === to) return parent;
    return grower.at(parent, to);
  },
  recursion: (tree, step) => function (i, parent, grower) {
    if (tree.frame[i] === step.f && parent >= 0 && grower.frame[parent] === step.f) return parent;
    return follow(tree, i, parent, grower);
  },
  drop: (tree, step) => function (i, parent, grower) {
    return tree.frame[i] === step.f ? DROPPED : follow(tree, i, parent, grower);
  },
  library: (tree, step, frames) => function (i, parent, grower) {
    return frames.isLibrary(tree.frame[i]) && parent >= 0 ? parent : grower.at(parent, tree.frame[i]);
  },
  modules: (tree, step, frames) => function (i, parent, grower) {
    const to = frames.ofModule(frames.module(tree.frame[i]) || frames.name(tree.frame[i]));
    return parent >= 0 && grower.frame[parent] === to ? parent : grower.at(parent, to);
  }
};

export function applyStep(tree, step, frames) {
  return grow(tree, frames, RULES[step.kind](tree, step, frames));
}

// Siblings of one function taken together, as a page may hold several parts that were pruned.
export function regrown(tree, frames) {
  return grow(tree, frames, (i, parent, grower) => grower.at(parent, tree.frame[i]));
}
