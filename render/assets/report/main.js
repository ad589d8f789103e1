// The page: reads the data, builds the controls and the views that there is data for, and tells each view when the
// state changed.
import {readReport} from './data.js';
import {Model} from './model.js';
import {State} from './state.js';
import {Picture} from './picture.js';
import {Hotspots, Sandwich, Summary, factsOfFunction} from './functions.js';
import {CallTree} from './calltree.js';
import {Findings, Services, Timeline} from './documents.js';
import {Source, hasSource} from './source.js';
import {Comparison} from './comparison.js';
import {Actions} from './actions.js';
import {saveFolded, savePng, saveSvg} from './export.js';
import {formatCount, formatPercent, formatValue} from './units.js';
import {nodeOfPath} from './steps.js';
import {button, clear, make, say} from './dom.js';

// A view of the whole tree as one picture.
class TreePicture {
  constructor(page, isHeavy) {
    this.page = page;
    this.isHeavy = isHeavy;
    this.rootBelow = !isHeavy;
    this.build();
  }
  build() {
    const page = this.page, element = this.element;
    this.picture = new Picture({state: page.state, theme: () => page.theme(), rootBelow: this.rootBelow,
      name: this.isHeavy ? 'Icicle, the heaviest first' : 'Flame graph', menu: (x, y) => page.menu(x, y),
      height: () => Math.max(160, window.innerHeight - 260)});
    this.element = make('div', {}, this.picture.element);
    if (element) element.replaceWith(this.element);
    this.zoomed = null;
  }
  show() {
    const state = this.page.state, shown = state.shown(), tree = this.isHeavy ? state.heavy() : shown.tree;
    const isNew = this.picture.tree !== tree;
    this.picture.show(shown, tree);
    if (isNew || this.zoomed !== state.now.zoom) this.picture.showZoom(nodeOfPath(tree, state.now.zoom));
    this.zoomed = state.now.zoom;
  }
  flip() {
    const hadFocus = this.element.contains(document.activeElement);
    this.rootBelow = !this.rootBelow;
    this.build();
    this.show();
    if (hadFocus) this.page.focus();
  }
  step(by) { this.picture.step(by); }
}

const VIEWS = [
  ['summary', 'Summary', (model) => true, (page) => new Summary(page)],
  ['flame', 'Flame', (model) => model.tree, (page) => new TreePicture(page, false)],
  ['icicle', 'Left-heavy', (model) => model.tree, (page) => new TreePicture(page, true)],
  ['sandwich', 'Sandwich', (model) => model.tree || model.column('edge.caller'), (page) => new Sandwich(page)],
  ['tree', 'Call tree', (model) => model.tree, (page) => new CallTree(page)],
  ['hotspots', 'Functions', (model) => true, (page) => new Hotspots(page)],
  ['findings', 'Findings', (model) => model.documents.has('findings'), (page) => new Findings(page)],
  ['source', 'Source', (model) => model.documents.has('source'), (page) => new Source(page)],
  ['timeline', 'Timeline', (model) => model.documents.has('timeline'), (page) => new Timeline(page)],
  ['diff', 'Diff', (model) => model.before, (page) => new Comparison(page)],
  ['services', 'Services', (model) => model.documents.has('services'), (page) => new Services(page)]
];

class Page {
  constructor(report) {
    this.model = new Model(report);
    this.state = new State(this.model);
    this.built = new Map();
    this.dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', () => this.draw());
    this.actions = new Actions(this);
    this.build(document.getElementById('app'));
    this.state.onchange((now, before) => this.changed(now, before));
    window.addEventListener('beforeprint', () => this.print());
    this.state.load();
  }
  fileName(what) { return this.model.head.title.replace(/[^\w.-]/g, '_') + '-' + what; }
  views() { return VIEWS.filter(([, , has]) => has(this.model)); }
  build(app) {
    this.tabs = make('div', {role: 'tablist', 'aria-label': 'Views', class: 'tabs'});
    for (const [id, title] of this.views())
      this.tabs.append(make('button', {type: 'button', role: 'tab', id: 'tab-' + id, text: title, 'data-view': id,
        'aria-controls': 'panel', onclick: () => this.open(id)}));
    this.tabs.addEventListener('keydown', (event) => this.tabKey(event));
    this.search = make('input', {type: 'search', placeholder: 'Search (regex)', 'aria-label':
      'Search functions by regular expression, file:, module:, self>1%', oninput: () => this.find(this.search.value)});
    this.matchCase = make('button', {type: 'button', text: 'Aa', title: 'Match case', 'aria-label': 'Match case',
      'aria-pressed': 'false', onclick: () => this.state.set({matchCase: !this.state.now.matchCase}, true)});
    this.matched = make('span', {class: 'matched', role: 'status'});
    this.toolbar = make('div', {class: 'toolbar', role: 'search'}, this.search, this.matchCase,
      button('\u2039', 'Previous hit', () => this.step(-1)), button('\u203a', 'Next hit', () => this.step(1)), this.matched);
    this.controls = make('div', {class: 'toolbar'},
      button('Undo', 'Undo the last step', () => this.actions.undo()), button('Whole', 'Show the whole again', () => this.resetZoom()),
      button('Steps\u2026', 'What to do with the selected function', (event) => this.menu(event.clientX, event.clientY)),
      this.exports(), button('Theme', 'Light or dark', () => this.toggleTheme()),
      button('?', 'List of keys', () => this.actions.overlay.showModal()));
    this.message = make('p', {class: 'message', role: 'alert'});
    this.panel = make('div', {role: 'tabpanel', id: 'panel', class: 'panel', tabindex: -1});
    this.details = make('aside', {class: 'details', 'aria-label': 'The selected function'});
    app.append(make('div', {class: 'bars'}, this.tabs, this.toolbar, this.controls), this.message, this.actions.steps,
      this.panel, this.details);
    if (this.model.isEstimated) this.estimated();
    if (this.model.head.pruned.nodes) this.pruned();
  }
  // What is no fact is said above all views.
  estimated() {
    const proven = this.model.head.proven, marks = ' boxes and \u2248 are estimates.';
    document.getElementById('top').append(make('p', {class: 'estimated', text: 'Call tree estimated: the file holds ' +
      'calls, not stacks. ' + (proven === null ? 'Hatched' + marks : 'Place proven for ' +
      formatPercent(Number(proven), this.model.total) + ' % of the total; hatched' + marks)}));
  }
  pruned() {
    const pruned = this.model.head.pruned;
    document.getElementById('top').append(make('p', {text: formatCount(pruned.nodes) + ' nodes of the call tree below ' +
      formatValue(this.model.metric, Number(pruned.least)) + ' are in (pruned) boxes, ' +
      formatPercent(Number(pruned.value), this.model.total) + ' % of the total; profkit report --full keeps them.'}));
  }
  exports() {
    const items = [['Picture as SVG', () => this.picture() && saveSvg(this.picture(), this.theme(), this.fileName(this.view))],
      ['Picture as PNG', () => this.picture() && savePng(this.picture(), this.fileName(this.view))],
      ['Stacks as folded text', () => this.model.tree && saveFolded(this.model, this.state.shown().tree, this.fileName('stacks'))]];
    const list = make('div', {class: 'columns'});
    const details = make('details', {}, make('summary', {text: 'Export'}), list);
    for (const [text, act] of items)
      list.append(button(text, null, () => {
        details.open = false;
        details.firstChild.focus();
        act();
      }));
    return details;
  }

  // ---- views
  open(id) {
    if (this.views().some(([view]) => view === id)) this.state.set({view: id});
    else say('this profile has no data for that view');
  }
  first() { return this.model.before ? 'diff' : 'summary'; }
  get(id) {
    if (!this.built.has(id)) this.built.set(id, VIEWS.find(([view]) => view === id)[3](this));
    return this.built.get(id);
  }
  current() { return this.get(this.view); }
  picture() { return this.current().picture || this.current().below || null; }
  changed(now, before) {
    const known = this.views().some(([view]) => view === now.view), id = known ? now.view : this.first();
    const takesFocus = this.view !== id && this.panel.contains(document.activeElement);
    if (this.view !== id) {
      this.view = id;
      clear(this.panel).append(this.current().element);
      this.panel.setAttribute('aria-labelledby', 'tab-' + id);
    }
    for (const tab of this.tabs.children) {
      tab.setAttribute('aria-selected', String(tab.dataset.view === id));
      tab.tabIndex = tab.dataset.view === id ? 0 : -1;
    }
    this.message.textContent = this.state.missing || (known || !now.view ? '' : 'This profile has no data for the view of the link.');
    if (this.search.value !== now.query) this.search.value = now.query;
    this.matchCase.setAttribute('aria-pressed', String(now.matchCase));
    if (now.steps !== before.steps) this.actions.drawSteps();
    this.draw();
    if (takesFocus) this.focus();
    this.showHits();
    this.showDetails();
  }
  draw() { this.current().show(); }
  showHits() {
    const hits = this.state.hits();
    this.matched.textContent = !hits ? '' : formatCount(hits.n) + (hits.n === 1 ? ' function' : ' functions') +
      (Number.isNaN(hits.total) ? '' : ', ' + formatPercent(hits.total, this.state.shown().whole) + ' %') +
      (hits.problem ? '; ' + hits.problem : '');
  }
  showDetails() {
    const f = this.state.now.f;
    clear(this.details);
    this.details.hidden = f < 0 || this.view === 'sandwich';
    if (f < 0) return;
    this.details.append(make('h2', {class: 'name', text: this.model.frames.name(f)}), factsOfFunction(this.state, f));
    if (this.view !== 'source' && hasSource(this.model, f)) this.details.append(button('Show its source', null,
      () => this.open('source')));
    say(this.model.frames.name(f) + ', ' + this.words(f));
  }
  words(f) {
    const shown = this.state.shown(), total = shown.value('total', f);
    return 'total ' + formatValue(this.model.metric, total) + ', ' + formatPercent(total, shown.whole) + ' %';
  }
  describe() {
    return formatValue(this.model.metric, this.state.shown().total) + ' of ' + formatValue(this.model.metric, this.model.total);
  }
  heaviest() {
    let best = 0;
    for (let f = 1; f < this.model.frames.n; f++)
      if (this.state.shown().value('self', f) > this.state.shown().value('self', best)) best = f;
    return best;
  }

  // ---- what keys and buttons do
  find(query) { this.state.set({query: query}, true); }
  isHit(f) {
    const hits = this.state.hits();
    return !!hits && f >= 0 && hits.is[f] === 1;
  }
  step(by) { this.current().step(by); }
  resetZoom() {
    const picture = this.picture();
    this.state.set({zoom: []});
    if (picture) picture.look(0, picture.tree.whole);
  }
  flip() { if (this.current().flip) this.current().flip(); }
  menu(x, y) { this.actions.open(x, y); }
  focus() {
    const target = this.panel.querySelector('[tabindex="0"], button') || this.panel;
    target.focus({preventScroll: true});
  }
  tabKey(event) {
    const tabs = Array.from(this.tabs.children), at = tabs.indexOf(document.activeElement);
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!by || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const to = tabs[(at + by + tabs.length) % tabs.length];
    to.focus();
    this.open(to.dataset.view);
  }

  // ---- light and dark
  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : this.dark.matches;
  }
  theme() { return this.isDark() ? this.model.head.dark : this.model.head.light; }
  toggleTheme() {
    document.documentElement.dataset.theme = this.isDark() ? 'light' : 'dark';
    this.draw();
  }
  // Paper is light; the summary and the table of functions stand below the view.
  print() {
    const chosen = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = 'light';
    this.draw();
    window.addEventListener('afterprint', () => {
      if (chosen) document.documentElement.dataset.theme = chosen;
      else delete document.documentElement.dataset.theme;
      this.draw();
    }, {once: true});
  }
}

async function start() {
  const node = document.getElementById('data');
  try {
    const report = await readReport(node);
    window.profkit = new Page(report); // for tests and the curious; nothing on the page needs it
  } catch (error) {
    document.getElementById('app').append(make('p', {class: 'message', role: 'alert', text: String(error.message || error)}));
    throw error;
  }
}
start();
