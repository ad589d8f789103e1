// A picture of a tree in the page: a canvas that scrolls and zooms, and beside it rows for those who do not see it,
// which take the same keys. The rows are the focused node, its parent, its siblings and its children.
import {Painter, ROW} from './canvas.js';
import {formatCount, formatPercent, formatRange, formatValue, isUncertain} from './units.js';
import {childrenOf, pathOf} from './tree.js';
import {clear, make, say} from './dom.js';

const MOST_ROWS = 200;

let isMarked = false;

// "picture" among the marks of the page: when its first picture can be seen, for those who measure.
function markFirst() {
  if (isMarked) return;
  isMarked = true;
  requestAnimationFrame(() => setTimeout(() => performance.mark('picture')));
}

// Words on a node of a tree: what a tooltip and a row say.
export function factsOf(shown, tree, i) {
  const metric = shown.model.metric, frames = shown.model.frames, f = tree.frame[i];
  const isRough = tree.low && isUncertain(tree.total[i], tree.low[i], tree.high[i]);
  const facts = [(isRough ? '\u2248 ' : '') + formatValue(metric, tree.total[i]) + ' (' +
    formatPercent(tree.total[i], shown.whole) + ' %)'];
  if (isRough) facts.push('proven: ' + formatRange(metric, tree.low[i], tree.high[i]));
  facts.push('self ' + formatValue(metric, tree.self[i]));
  if (frames.place(f)) facts.push(frames.place(f));
  return facts;
}

export class Picture {
  // `options`: {state, theme(), name, rootBelow, height(), menu(x, y)}, and where boxes are not coloured and described
  // by what they are fill(node) and facts(node).
  constructor(options) {
    this.options = options;
    this.state = options.state;
    this.painter = new Painter(this.state.model.frames);
    this.tree = null;
    this.node = -1;
    this.hover = -1;
    this.canvas = make('canvas', {'aria-hidden': 'true'});
    this.spacer = make('div', {class: 'spacer'}, this.canvas);
    this.scroller = make('div', {class: 'scroller', tabindex: 0, role: 'group',
      'aria-label': options.name + ', scrolls'}, this.spacer);
    this.tip = make('div', {class: 'tip', 'aria-hidden': 'true'});
    this.grid = make('div', {class: 'mirror', role: 'treegrid', 'aria-label': options.name});
    this.element = make('div', {class: 'picture'}, this.grid, this.scroller, this.tip);
    this.listen();
  }
  listen() {
    const on = (name, act, how) => this.canvas.addEventListener(name, act, how);
    on('pointerdown', (event) => this.press(event));
    on('pointermove', (event) => this.move(event));
    on('pointerup', (event) => this.release(event));
    on('pointerleave', () => this.point(-1));
    on('dblclick', (event) => this.fit(this.nodeAt(event)));
    on('contextmenu', (event) => this.menu(event));
    this.scroller.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
    this.scroller.addEventListener('scroll', () => this.draw(), {passive: true});
    this.grid.addEventListener('keydown', (event) => this.key(event));
    this.scroller.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(this.scroller);
  }

  // ---- what is shown
  show(shown, tree) {
    const isNew = tree !== this.tree;
    this.shown = shown;
    this.tree = tree;
    this.node = this.state.nodeIn(tree);
    if (isNew) {
      this.left = 0;
      this.right = tree.whole;
      this.resize();
      if (this.options.rootBelow) this.scroller.scrollTop = this.scroller.scrollHeight;
    }
    this.draw();
    this.mirror(false);
  }
  resize() {
    if (!this.tree) return;
    const width = this.scroller.clientWidth, all = (this.tree.maxDepth + 1) * ROW;
    const height = Math.max(ROW, Math.min(all, this.options.height()));
    this.ratio = window.devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.max(1, Math.round(width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(height * this.ratio));
    this.canvas.style.height = height + 'px';
    this.spacer.style.height = all + 'px';
    this.scroller.style.height = height + 'px';
    this.draw();
  }
  view() {
    return {left: this.left, right: this.right, top: this.scroller.scrollTop, width: this.width,
      height: this.height, ratio: this.ratio, rootBelow: this.options.rootBelow};
  }
  draw() {
    if (this.waits || !this.tree) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      if (!this.width || !this.tree.n) return;
      this.painter.paint(this.canvas.getContext('2d'), this.tree, this.view(), this.options.theme(), {
        hits: this.state.hits(), node: this.node, f: this.state.now.f, hover: this.hover, fill: this.options.fill
      });
      markFirst();
    });
  }

  // ---- zoom and pan, always inside of the whole
  look(left, right) {
    const whole = this.tree.whole, size = Math.min(whole, Math.max(right - left, whole / 1e9));
    this.left = Math.min(Math.max(0, left), whole - size);
    this.right = this.left + size;
    this.draw();
  }
  fit(node) {
    if (node < 0) return this.reset();
    this.state.set({f: this.tree.frame[node], path: pathOf(this.tree, node), zoom: pathOf(this.tree, node)});
  }
  reset() { this.state.set({zoom: []}); }
  // Looks at the node that the state says, and lets its row be seen.
  showZoom(node) {
    if (node < 0) return this.look(0, this.tree.whole);
    this.look(this.tree.start[node], this.tree.start[node] + this.tree.total[node]);
    this.reveal(node);
  }
  reveal(node) {
    const depth = this.tree.depth[node];
    const y = (this.options.rootBelow ? this.tree.maxDepth - depth : depth) * ROW;
    const top = this.scroller.scrollTop;
    if (y < top) this.scroller.scrollTop = y;
    else if (y + ROW > top + this.height) this.scroller.scrollTop = y + ROW - this.height;
    const from = this.tree.start[node], to = from + this.tree.total[node];
    if (to <= this.left || from >= this.right) this.look(from, to);
  }
  zoomBy(factor, at) {
    const size = (this.right - this.left) * factor, point = this.left + (this.right - this.left) * at;
    this.look(point - size * at, point - size * at + size);
  }
  pan(x, y) {
    const by = (this.right - this.left) * x;
    this.look(this.left + by, this.right + by);
    this.scroller.scrollTop += y;
  }
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    this.zoomBy(Math.exp(event.deltaY / 300), (event.clientX - box.left) / box.width);
  }

  // ---- pointers
  nodeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.painter.at(this.tree, this.view(), event.clientX - box.left, event.clientY - box.top);
  }
  press(event) {
    if (event.button) return;
    this.from = {x: event.clientX, y: event.clientY, left: this.left, right: this.right, moved: false,
      top: this.scroller.scrollTop};
    this.canvas.setPointerCapture(event.pointerId);
  }
  move(event) {
    const from = this.from;
    if (!from) return this.point(this.nodeAt(event), event);
    const x = event.clientX - from.x, y = event.clientY - from.y;
    if (!from.moved && Math.abs(x) + Math.abs(y) < 5) return;
    from.moved = true;
    this.point(-1);
    const by = x / this.width * (from.right - from.left);
    this.scroller.scrollTop = from.top - y;
    this.look(from.left - by, from.right - by);
  }
  release(event) {
    const from = this.from;
    this.from = null;
    if (!from || from.moved) return;
    const node = this.nodeAt(event);
    if (node >= 0) this.state.selectNode(this.tree, node);
  }
  point(node, event) {
    if (node !== this.hover) {
      this.hover = node;
      this.draw();
      clear(this.tip);
      if (node >= 0) {
        this.tip.append(make('b', {text: this.shown.model.frames.name(this.tree.frame[node])}));
        for (const fact of this.facts(node)) this.tip.append(make('div', {text: fact}));
      }
    }
    this.tip.classList.toggle('on', node >= 0);
    if (node < 0) return;
    const box = this.element.getBoundingClientRect(), width = this.tip.offsetWidth;
    this.tip.style.left = Math.max(0, Math.min(event.clientX - box.left + 12, box.width - width)) + 'px';
    this.tip.style.top = event.clientY - box.top + 18 + 'px';
  }
  menu(event) {
    const node = this.nodeAt(event);
    if (node < 0) return;
    event.preventDefault();
    this.state.selectNode(this.tree, node);
    this.options.menu(event.clientX, event.clientY);
  }

  // ---- rows and keys
  key(event) {
    const tree = this.tree, node = this.node;
    if (event.ctrlKey || event.metaKey || event.altKey || !tree.n) return;
    const up = this.options.rootBelow ? 'ArrowDown' : 'ArrowUp', down = this.options.rootBelow ? 'ArrowUp' : 'ArrowDown';
    let to = -1;
    if (node < 0) to = event.key.startsWith('Arrow') ? 0 : -1;
    else if (event.key === up) to = tree.parent[node];
    else if (event.key === down) to = this.heaviestChild(node);
    else if (event.key === 'ArrowRight') to = this.sibling(node, 1);
    else if (event.key === 'ArrowLeft') to = this.sibling(node, -1);
    else if (event.key === 'Home') to = 0;
    else if (event.key === 'Enter') {
      event.preventDefault();
      return this.fit(node);
    }
    if (!event.key.startsWith('Arrow') && event.key !== 'Home') return;
    event.preventDefault();
    if (to >= 0) this.go(to);
  }
  heaviestChild(node) {
    let best = -1;
    for (const c of childrenOf(this.tree, node))
      if (best < 0 || this.tree.total[c] > this.tree.total[best]) best = c;
    return best;
  }
  sibling(node, by) {
    const siblings = childrenOf(this.tree, this.tree.parent[node]);
    const at = siblings.indexOf(node) + by;
    return at >= 0 && at < siblings.length ? siblings[at] : -1;
  }
  // Selects a node and lets it be seen and heard.
  go(node) {
    if (this.isGoing) return; // its row got the focus
    this.isGoing = true;
    this.state.selectNode(this.tree, node);
    this.node = node; // also where the path stands in another tree alone
    this.reveal(node);
    this.mirror(true);
    this.isGoing = false;
  }
  mirror(takesFocus) {
    const tree = this.tree, at = this.node >= 0 ? this.node : tree.n ? 0 : -1;
    const hadFocus = takesFocus || this.grid.contains(document.activeElement);
    clear(this.grid);
    if (at < 0) return;
    const parent = tree.parent[at], siblings = childrenOf(tree, parent), here = siblings.indexOf(at);
    const from = Math.max(0, here - MOST_ROWS / 4), children = childrenOf(tree, at).slice(0, MOST_ROWS / 3);
    const rows = (parent >= 0 ? [parent] : []).concat(siblings.slice(from, from + MOST_ROWS / 2));
    rows.splice(rows.indexOf(at) + 1, 0, ...children);
    for (const i of rows) this.grid.append(this.row(i, i === at));
    if (hadFocus) this.grid.querySelector('[tabindex="0"]').focus({preventScroll: true});
  }
  row(i, isFocused) {
    const tree = this.tree, frames = this.shown.model.frames, facts = this.facts(i);
    const row = make('div', {role: 'row', 'aria-level': tree.depth[i] + 1, tabindex: isFocused ? 0 : -1,
      'aria-selected': String(isFocused), 'aria-expanded': tree.end[i] > i + 1 ? String(isFocused) : null},
    make('span', {role: 'gridcell', text: frames.name(tree.frame[i])}),
    make('span', {role: 'gridcell', text: ' ' + facts.join(', ')}));
    row.addEventListener('click', () => this.go(i));
    row.addEventListener('focus', () => { if (i !== this.node) this.go(i); });
    return row;
  }
  // The next box of a function that was searched for.
  step(by) {
    const hits = this.state.hits(), tree = this.tree;
    if (!hits || !hits.n || !tree.n) return;
    let i = this.node;
    for (let k = 0; k < tree.n; k++) {
      i = (i + by + tree.n) % tree.n;
      if (hits.is[tree.frame[i]] && tree.total[i] > 0) {
        this.state.selectNode(tree, i);
        this.reveal(i);
        say(this.shown.model.frames.name(tree.frame[i]) + ', ' + this.facts(i).join(', '));
        return;
      }
    }
  }
  facts(i) { return this.options.facts ? this.options.facts(i) : factsOf(this.shown, this.tree, i); }
  describe() { return formatCount(this.tree.n) + ' boxes'; }
}
