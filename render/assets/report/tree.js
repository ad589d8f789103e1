// Call trees as arrays in preorder: the subtree of node i is [i, end[i]). A tree never changes; steps and views make
// new ones. Bounds are there only where the tree is estimated; like self they add up when nodes are merged.

// Adds up what is derived: depth must be known. start is where a box begins: children from the left, the self of
// their parent to their right.
function settle(tree) {
  const n = tree.n, depth = tree.depth;
  tree.parent = new Int32Array(n);
  tree.end = new Uint32Array(n);
  tree.total = tree.self.slice();
  tree.start = new Float64Array(n);
  tree.maxDepth = 0;
  for (let i = 0; i < n; i++) if (depth[i] > tree.maxDepth) tree.maxDepth = depth[i];
  const open = new Int32Array(tree.maxDepth + 1); // the nodes that the one at hand may stand in
  for (let i = 0, deep = 0; i < n; i++) {
    const d = depth[i];
    while (deep > d) tree.end[open[--deep]] = i;
    tree.parent[i] = d ? open[d - 1] : -1;
    open[deep++] = i;
    if (i === n - 1) while (deep > 0) tree.end[open[--deep]] = n;
  }
  for (let i = n - 1; i > 0; i--) if (tree.parent[i] >= 0) tree.total[tree.parent[i]] += tree.total[i];
  const cursor = new Float64Array(tree.maxDepth + 2);
  for (let i = 0; i < n; i++) {
    const d = depth[i];
    tree.start[i] = cursor[d];
    cursor[d] += tree.total[i];
    cursor[d + 1] = tree.start[i];
  }
  tree.whole = n ? cursor[0] : 0;
  return tree;
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

// Collects stacks into a tree where siblings have different functions.
export class Grower {
  constructor(isEstimated) {
    this.frame = [];
    this.parent = [];
    this.self = [];
    this.bounds = isEstimated ? [] : null; // low, high, selfLow, selfHigh of each
    this.child = new Map();
  }
  // The child of a node (-1: a root) for a function.
  at(parent, frame) {
    const key = (parent + 1) * 4294967296 + frame;
    let node = this.child.get(key);
    if (node === undefined) {
      node = this.frame.length;
      this.child.set(key, node);
      this.frame.push(frame);
      this.parent.push(parent);
      this.self.push(0);
      if (this.bounds) this.bounds.push(0, 0, 0, 0);
    }
    return node;
  }
  // Adds what node i of a tree has: its own to `node`, the bounds of its total only where it is not inside of
  // another node with the same place.
  add(node, tree, i, isOuter) {
    this.self[node] += tree.self[i];
    if (!this.bounds) return;
    const b = 4 * node;
    this.bounds[b + 2] += tree.selfLow[i];
    this.bounds[b + 3] += tree.selfHigh[i];
    if (!isOuter) return;
    this.bounds[b] += tree.low[i];
    this.bounds[b + 1] += tree.high[i];
  }
  // Adds what node i has of its own to a node of no other kin.
  addOwn(node, tree, i) {
    this.self[node] += tree.self[i];
    if (!this.bounds) return;
    for (let b = 0; b < 4; b++) this.bounds[4 * node + b] += (b % 2 ? tree.selfHigh : tree.selfLow)[i];
  }
  // Nodes in preorder, siblings by function.
  tree() {
    const n = this.frame.length, first = new Int32Array(n + 1).fill(-1), next = new Int32Array(n).fill(-1);
    for (let i = n - 1; i >= 0; i--) {
      next[i] = first[this.parent[i] + 1];
      first[this.parent[i] + 1] = i;
    }
    const order = new Uint32Array(n), depth = new Uint32Array(n), stack = [];
    const level = new Uint32Array(n);
    const push = (parent, d) => {
      const children = [];
      for (let c = first[parent + 1]; c >= 0; c = next[c]) children.push(c);
      if (children.length > 1) children.sort((a, b) => this.frame[b] - this.frame[a]);
      for (const c of children) {
        level[c] = d;
        stack.push(c);
      }
    };
    push(-1, 0);
    for (let i = 0; i < n; i++) {
      const node = stack.pop();
      order[i] = node;
      depth[i] = level[node];
      push(node, level[node] + 1);
    }
    return settle(pick(this, order, depth));
  }
}

// Columns of a grower in another order.
function pick(grower, order, depth) {
  const n = order.length, bounds = grower.bounds;
  const tree = {n: n, depth: depth, frame: new Uint32Array(n), self: new Float64Array(n),
    low: null, high: null, selfLow: null, selfHigh: null};
  const names = ['low', 'high', 'selfLow', 'selfHigh'];
  if (bounds) for (const name of names) tree[name] = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    tree.frame[i] = grower.frame[order[i]];
    tree.self[i] = grower.self[order[i]];
    if (bounds) for (let b = 0; b < 4; b++) tree[names[b]][i] = bounds[4 * order[i] + b];
  }
  return tree;
}

// The same tree with the heaviest child first.
export function heavyFirst(tree) {
  const n = tree.n, order = new Uint32Array(n), stack = [];
  const push = function (from, to) {
    const children = [];
    for (let c = from; c < to; c = tree.end[c]) children.push(c);
    if (children.length > 1) children.sort((a, b) => tree.total[a] - tree.total[b] || b - a);
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

// Who called a function, merged from it upwards: its nodes that are in no other one of it, so that a stack counts
// once.
export function callersTree(tree, frame) {
  const grower = new Grower(!!tree.low);
  let until = 0;
  for (let i = 0; i < tree.n; i++) {
    if (i < until || tree.frame[i] !== frame) continue;
    until = tree.end[i];
    let node = grower.at(-1, frame);
    for (let p = i; p >= 0; p = tree.parent[p]) {
      if (p !== i) node = grower.at(node, tree.frame[p]);
      if (grower.bounds) {
        grower.bounds[4 * node] += tree.low[i];
        grower.bounds[4 * node + 1] += tree.high[i];
      }
    }
    grower.self[node] += tree.total[i];
    if (grower.bounds) {
      grower.bounds[4 * node + 2] += tree.low[i];
      grower.bounds[4 * node + 3] += tree.high[i];
    }
  }
  return grower.tree();
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
