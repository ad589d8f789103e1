// Views of functions: the summary that one begins with, all functions as a table, and one function with its callers
// above and its callees below.
import {button, clear, make, visible} from './dom.js';
import {columnFormat, formatCount, formatPercent, formatRange, formatValue} from './units.js';
import {Picture} from './picture.js';
import {Table} from './table.js';
import {applyStep} from './steps.js';

function add(rows, term, text) {
  rows.append(make('dt', {text: term}), make('dd', {text: text}));
}

// The columns that tables of functions share; a row is a number of a function.
export function functionColumns(state) {
  const model = state.model, frames = model.frames, shown = () => state.shown();
  const value = (name) => (f) => shown().value(name, f);
  const mark = (name) => function (f) {
    const bounds = shown().bounds(name, f);
    return bounds && bounds.high - bounds.low > Math.max(1, shown().value(name, f) / 1000);
  };
  const columns = [
    {key: 'self', title: 'Self', kind: 'value', metric: model.metric, get: value('self'), mark: mark('self')},
    {key: 'self_share', title: 'Self %', kind: 'percent', get: value('self'), whole: () => shown().whole},
    {key: 'total', title: 'Total', kind: 'value', metric: model.metric, get: value('total'), mark: mark('total')},
    {key: 'total_share', title: 'Total %', kind: 'percent', get: value('total'), whole: () => shown().whole}
  ];
  if (model.column('flat.calls'))
    columns.push({key: 'calls', title: 'Calls', kind: 'count', get: value('calls')});
  columns.push({key: 'name', title: 'Function', kind: 'name', get: (f) => frames.name(f), hint: (f) => visible(frames.raw(f))});
  columns.push({key: 'place', title: 'Place', kind: 'text', get: (f) => frames.place(f)});
  return columns;
}

// Functions that have anything of what is shown.
export function presentFunctions(state) {
  const shown = state.shown(), rows = [];
  const count = state.model.frames.n + (shown.isChanged ? state.model.frames.added.length : 0);
  for (let f = 0; f < count; f++)
    if (shown.value('self', f) || shown.value('total', f) || !shown.isChanged && shown.value('calls', f) > 0)
      rows.push(f);
  return rows;
}

export class Hotspots {
  constructor(page) {
    this.page = page;
    this.table = new Table({name: 'Functions', file: page.fileName('functions'), columns: functionColumns(page.state),
      sort: [{key: 'self', isUp: false}], choose: (f) => page.state.select(f), open: () => page.open('sandwich'),
      isHit: (f) => page.isHit(f)});
    this.element = this.table.element;
  }
  show() {
    const shown = this.page.state.shown();
    if (shown !== this.shown) this.table.setRows(presentFunctions(this.page.state));
    else this.table.draw();
    this.shown = shown;
  }
  step(by) { this.table.step(by); }
}

// What is known of one function, in words.
export function factsOfFunction(state, f) {
  const model = state.model, shown = state.shown(), metric = model.metric, list = make('dl', {class: 'facts'});
  const words = function (name) {
    const value = shown.value(name, f), high = shown.isChanged || name !== 'total' ? NaN : model.exact('high', f);
    const bounds = shown.bounds(name, f);
    let text = formatValue(metric, value) + ' (' + formatPercent(value, shown.whole) + ' %)';
    if (!Number.isNaN(high)) text = '\u2265 ' + text + ', at most ' + formatValue(metric, high);
    if (bounds && bounds.high - bounds.low > Math.max(1, value / 1000))
      text = '\u2248 ' + text + ', proven: ' + formatRange(metric, bounds.low, bounds.high);
    return text;
  };
  add(list, 'Self', words('self'));
  add(list, 'Total', words('total'));
  const calls = shown.value('calls', f), primitive = model.exact('primitive', f);
  if (!Number.isNaN(calls))
    add(list, 'Calls', formatCount(calls) + (primitive < calls ? ', ' + formatCount(primitive) + ' not recursive' : ''));
  const full = visible(model.frames.raw(f));
  if (full !== model.frames.name(f)) add(list, 'Full name', full);
  if (model.frames.place(f)) add(list, 'Place', model.frames.place(f));
  if (model.frames.module(f)) add(list, 'Module', model.frames.module(f));
  return list;
}

// Callers above, callees below: pictures where there are stacks, and tables of the calls.
export class Sandwich {
  constructor(page) {
    this.page = page;
    this.element = make('div', {class: 'sandwich'});
    this.head = make('div', {class: 'of'});
    const options = (name, rootBelow) => ({state: page.state, theme: () => page.theme(), name: name,
      rootBelow: rootBelow, height: () => Math.max(120, window.innerHeight / 4), menu: (x, y) => page.menu(x, y)});
    if (page.state.model.tree) {
      this.above = new Picture(options('Callers, from the function upwards', true));
      this.below = new Picture(options('Callees, from the function downwards', false));
    }
    this.callers = this.calls('Callers', 'callers');
    this.callees = this.calls('Callees', 'callees');
    this.element.append(this.head);
    if (this.above) this.element.append(this.above.element, this.below.element);
    this.element.append(make('h2', {text: 'Callers'}), this.callers.element, make('h2', {text: 'Callees'}),
      this.callees.element);
  }
  calls(name, file) {
    const model = this.page.state.model, columns = [
      {key: 'total', title: 'Total', kind: 'value', metric: model.metric, get: (row) => row.total},
      {key: 'share', title: '% of it', kind: 'percent', get: (row) => row.total, whole: () => this.whole}
    ];
    if (model.column('edge.calls')) columns.push({key: 'calls', title: 'Calls', kind: 'count', get: (row) => row.calls});
    columns.push({key: 'name', title: 'Function', kind: 'name', get: (row) => model.frames.name(row.f)});
    columns.push({key: 'place', title: 'Place', kind: 'text', get: (row) => model.frames.place(row.f)});
    return new Table({name: name, file: this.page.fileName(file), columns: columns,
      sort: [{key: 'total', isUp: false}], open: (row) => this.page.state.select(row.f), isHit: (row) => this.page.isHit(row.f)});
  }
  show() {
    const state = this.page.state, shown = state.shown();
    let f = state.now.f;
    if (f < 0) f = this.page.heaviest();
    if (f === this.f && shown === this.shown) return this.redraw();
    this.f = f;
    this.shown = shown;
    this.whole = shown.value('total', f);
    clear(this.head).append(make('h2', {class: 'name', text: state.model.frames.name(f)}), factsOfFunction(state, f));
    this.callers.setRows(shown.callers(f));
    this.callees.setRows(shown.callees(f));
    if (!this.above) return;
    const whole = {model: state.model, whole: shown.whole};
    this.above.show(whole, shown.callersTree(f));
    this.below.show(whole, applyStep(shown.tree, {kind: 'focus', f: f}, state.model.frames));
  }
  redraw() {
    if (!this.above) return;
    this.above.draw();
    this.below.draw();
  }
  step(by) { this.callees.step(by); }
}

// The page one begins with: what `profkit FILE` says.
export class Summary {
  constructor(page) {
    this.page = page;
    this.element = make('div', {class: 'summary'});
  }
  show() {
    const state = this.page.state, shown = state.shown();
    if (shown === this.shown) return;
    this.shown = shown;
    clear(this.element).append(make('h2', {text: 'Where the time goes'}));
    const rows = presentFunctions(state).sort((a, b) => shown.value('self', b) - shown.value('self', a)).slice(0, 10);
    this.element.append(this.hottest(rows));
    if (shown.tree) this.path();
    this.findings();
  }
  hottest(rows) {
    const state = this.page.state, shown = this.shown, table = make('table', {class: 'plain'});
    const heads = ['Self', '%', 'Total', '%', 'Function'];
    table.append(make('caption', {class: 'spoken', text: 'The ten functions that have most for themselves'}));
    table.append(make('thead', {}, make('tr', {}, ...heads.map((text, i) => make('th', {scope: 'col', text: text,
      class: i < 4 ? 'n' : ''})))));
    const body = make('tbody'), formats = {};
    for (const name of ['self', 'total'])
      formats[name] = columnFormat(state.model.metric, Math.max(0, ...rows.map((f) => shown.value(name, f) || 0)));
    for (const f of rows) {
      const cells = ['self', 'total'].flatMap((name) => [formats[name](shown.value(name, f)),
        formatPercent(shown.value(name, f), shown.whole)]);
      const open = button(state.model.frames.name(f), null, () => {
        state.select(f);
        this.page.open('sandwich');
      }, {class: 'link'});
      body.append(make('tr', {}, ...cells.map((text) => make('td', {class: 'n', text: text})),
        make('td', {}, open, make('small', {text: ' ' + state.model.frames.place(f)}))));
    }
    table.append(body);
    return table;
  }
  // The heaviest child from the heaviest root, until a node keeps more for itself than any child has.
  path() {
    const tree = this.shown.tree, steps = [];
    let node = -1;
    for (;;) {
      let best = -1, to = node < 0 ? tree.n : tree.end[node];
      for (let c = node + 1; c < to; c = tree.end[c]) if (best < 0 || tree.total[c] > tree.total[best]) best = c;
      if (best < 0 || node >= 0 && tree.self[node] > tree.total[best]) break;
      node = best;
      steps.push(node);
    }
    if (node < 0) return;
    const list = make('ol', {class: 'path'}), last = node;
    for (const i of steps)
      list.append(make('li', {}, button(this.page.state.model.frames.name(tree.frame[i]), null, () => {
        this.page.state.selectNode(tree, i);
        this.page.open('flame');
      }, {class: 'link'})));
    const rough = this.page.state.model.isEstimated ? '\u2248 ' : '';
    this.element.append(make('h2', {text: 'Hottest path: ' + rough + formatPercent(tree.total[last], this.shown.whole) +
      ' %'}), list);
  }
  findings() {
    const found = this.page.state.model.documents.get('findings');
    if (!found || !found.rows.length) return;
    const list = make('ul');
    for (const row of found.rows.slice(0, 3))
      list.append(make('li', {text: row.id + ' (' + row.grade + ')'}));
    this.element.append(make('h2', {text: 'Findings: ' + found.rows.length}), list,
      button('Show the findings', null, () => this.page.open('findings')));
  }
  step() {}
}
