// The call tree as a table of which one opens the rows one wants to see. A row is a number of a node.
import {visible} from './dom.js';
import {Table} from './table.js';
import {childrenOf, pathOf} from './tree.js';
import {isUncertain} from './units.js';

const MOST_OPEN = 200000;

export class CallTree {
  constructor(page) {
    const state = page.state, frames = state.model.frames;
    this.page = page;
    this.open = new Set();
    const value = (name) => (i) => this.tree[name][i];
    const mark = (low, high, name) => (i) => this.tree.low &&
      isUncertain(this.tree[name][i], this.tree[low][i], this.tree[high][i]);
    const whole = () => this.shown.whole;
    this.table = new Table({
      name: 'Call tree', file: page.fileName('tree'), sort: [{key: 'total', isUp: false}],
      columns: [
        {key: 'total', title: 'Total', kind: 'value', metric: state.model.metric, get: value('total'),
          mark: mark('low', 'high', 'total')},
        {key: 'total_share', title: 'Total %', kind: 'percent', get: value('total'), whole: whole},
        {key: 'self', title: 'Self', kind: 'value', metric: state.model.metric, get: value('self'),
          mark: mark('selfLow', 'selfHigh', 'self')},
        {key: 'name', title: 'Function', kind: 'name', get: (i) => frames.name(this.tree.frame[i]),
          hint: (i) => visible(frames.raw(this.tree.frame[i]))},
        {key: 'place', title: 'Place', kind: 'text', get: (i) => frames.place(this.tree.frame[i])}
      ],
      level: (i) => ({depth: this.tree.depth[i], isParent: this.tree.end[i] > i + 1, isOpen: this.open.has(i)}),
      toggle: (i) => this.toggle(i), resort: () => this.rebuild(),
      choose: (i) => state.selectNode(this.tree, i), open: () => page.open('flame'),
      isHit: (i) => page.isHit(this.tree.frame[i])
    });
    this.element = this.table.element;
  }
  // The hottest path is open at first, and the way to what is selected.
  show() {
    const shown = this.page.state.shown();
    if (shown !== this.shown) {
      this.shown = shown;
      this.tree = shown.tree;
      this.open = new Set();
      this.openHottest();
    }
    const node = this.page.state.nodeIn(this.tree);
    for (let p = node < 0 ? -1 : this.tree.parent[node]; p >= 0; p = this.tree.parent[p]) this.open.add(p);
    this.rebuild();
    if (node >= 0 && this.table.rows[this.table.active] !== node) {
      this.table.active = this.table.rows.indexOf(node);
      this.table.draw();
    }
  }
  openHottest() {
    const tree = this.tree;
    for (let node = -1, k = 0; k < 100; k++) {
      let best = -1;
      for (const c of childrenOf(tree, node)) if (best < 0 || tree.total[c] > tree.total[best]) best = c;
      if (best < 0 || node >= 0 && tree.self[node] > tree.total[best]) break;
      this.open.add(best);
      node = best;
    }
  }
  toggle(i) {
    if (this.open.has(i)) this.open.delete(i);
    else this.open.add(i);
    this.rebuild();
  }
  // Rows in order, children of open ones below them.
  rebuild() {
    const rows = [], stack = this.sorted(-1).reverse();
    while (stack.length && rows.length < MOST_OPEN) {
      const i = stack.pop();
      rows.push(i);
      if (this.open.has(i)) for (const c of this.sorted(i).reverse()) stack.push(c);
    }
    this.table.setRows(rows);
  }
  sorted(node) {
    const key = this.table.sort[0], column = this.table.columns.find((c) => c.key === key.key);
    const children = childrenOf(this.tree, node);
    if (children.length < 2) return children;
    return children.map((c) => [column.get(c), c]).sort(function (a, b) {
      const by = a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
      return (key.isUp ? by : -by) || a[1] - b[1];
    }).map((pair) => pair[1]);
  }
  // Opens the way to the next hit.
  step(by) {
    const hits = this.page.state.hits(), tree = this.tree;
    let i = this.page.state.nodeIn(tree);
    for (let k = 0; hits && hits.n && k < tree.n; k++) {
      i = (i + by + tree.n) % tree.n;
      if (!hits.is[tree.frame[i]]) continue;
      this.page.state.select(tree.frame[i], pathOf(tree, i));
      return this.table.go(this.table.rows.indexOf(i));
    }
  }
}
