// Call trees as arrays in preorder: the subtree of node i is [i, end[i]). A tree never changes; steps and views make
// new ones. Bounds are there only where the tree is estimated; like self they add up when nodes are merged.
import {Merge, arrayFor} from './merge.js';

// Adds up what is derived: depth must be known. start is where a box begins: children from the left, the self of
// their parent to their right.
export function settle(tree) {
  const n = tree.n, depth = tree.depth, self = tree.self;
  const parent = new Int32Array(n), end = new Uint32Array(n);
  let whole = 0, maxDepth = 0;
  for (let i = 0; i < n; i++) {
    whole += self[i];
    if (depth[i] > maxDepth) maxDepth = depth[i];
  }
  const open = new Int32Array(maxDepth + 1); // the nodes that the one at hand may stand in
  let deep = 0;
  for (let i = 0; i < n; i++) {
    const d = depth[i];
    while (deep > d) end[open[--deep]] = i;
    parent[i] = d ? open[d - 1] : -1;
    open[deep++] = i;
  }
  while (deep > 0) end[open[--deep]] = n;
  const total = arrayFor(whole, self), start = arrayFor(whole, n), cursor = new Float64Array(maxDepth + 2);
  for (let i = n - 1; i > 0; i--) if (parent[i] >= 0) total[parent[i]] += total[i];
  for (let i = 0; i < n; i++) {
    const d = depth[i], at = cursor[d];
    start[i] = at;
    cursor[d] = at + total[i];
    cursor[d + 1] = at;
  }
  return Object.assign(tree, {parent: parent, end: end, total: total, start: start, maxDepth: maxDepth, whole: whole});
}

// The tree of the page; null where nobody knows who called what.
// `side` names its values: "node", or "before" for the earlier side of a comparison.
export function readTree(columns, side) {
  const up = columns.get('node.up'), value = (name) => columns.get(side + '.' + name) || null;
  if (!up || !value('self')) return null;
  const n = up.length, depth = new Uint32Array(n);
  for (let i = 1; i < n; i++) depth[i] = depth[i - 1] + 1 - up[i];
  return settle({n: n, depth: depth, frame: columns.get('node.frame'), self: value('self'), low: value('low'),
    high: value('high'), selfLow: value('selflow'), selfHigh: value('selfhigh')});
}

// The same tree with the heaviest child first.
export function heavyFirst(tree) {
  const n = tree.n, order = new Uint32Array(n), stack = [];
  const push = function (from, to) {
    if (from < to && tree.end[from] === to) stack.push(from);
    if (from >= to || tree.end[from] === to) return;
    const children = [];
    for (let c = from; c < to; c = tree.end[c]) children.push(c);
    children.sort((a, b) => tree.total[a] - tree.total[b] || b - a);
    for (const c of children) stack.push(c);
  };
  push(0, n);
  for (let i = 0; i < n; i++) {
    order[i] = stack.pop();
    push(order[i] + 1, tree.end[order[i]]);
  }
  const sorted = {n: n};
  for (const name of ['depth', 'frame', 'self', 'low', 'high', 'selfLow', 'selfHigh']) {
    const from = tree[name], to = from && new from.constructor(n);
    for (let i = 0; from && i < n; i++) to[i] = from[order[i]];
    sorted[name] = to;
  }
  return settle(sorted);
}

// One more than the largest function in a tree.
function framesIn(tree) {
  let most = 0;
  for (let i = 0; i < tree.n; i++) if (tree.frame[i] > most) most = tree.frame[i];
  return most + 1;
}

// Who called a function, merged from it upwards: its nodes that are in no other one of it, so that a stack counts
// once. They are the items, and go up a step with each level.
export function callersTree(tree, frame) {
  const nodes = [], at = [];
  for (let i = 0; i < tree.n; i = tree.frame[i] === frame ? tree.end[i] : i + 1) if (tree.frame[i] === frame) nodes.push(i);
  const merge = new Merge(nodes.length, framesIn(tree));
  for (let k = 0; k < nodes.length; k++) {
    at.push(nodes[k]);
    merge.put(k, frame);
  }
  return settle(merge.columns(!!tree.low, function (item, sums) {
    for (let k = item; k >= 0;) {
      const following = merge.next[k], p = tree.parent[at[k]], i = nodes[k];
      if (tree.low) {
        sums[1] += tree.low[i];
        sums[2] += tree.high[i];
      }
      if (p >= 0) {
        at[k] = p;
        merge.put(k, tree.frame[p]);
      } else {
        sums[0] += tree.total[i];
        if (tree.low) {
          sums[3] += tree.low[i];
          sums[4] += tree.high[i];
        }
      }
      k = following;
    }
  }));
}

// The functions from a root down to a node.
export function pathOf(tree, node) {
  const path = [];
  for (let i = node; i >= 0; i = tree.parent[i]) path.push(tree.frame[i]);
  return path.reverse();
}

export function childrenOf(tree, node) {
  const children = [];
  const to = node < 0 ? tree.n : tree.end[node];
  for (let c = node + 1; c < to; c = tree.end[c]) children.push(c);
  return children;
}
