// Views of what commands say: findings and services. Texts are those of the command line.
import {button, make, visible} from './dom.js';
import {formatPercent, formatRange, formatValue} from './units.js';
import {Table} from './table.js';

// The function of the page for one of a document; -1 when there is none.
export function functionOf(model, one) {
  if (!one || one.name === null) return -1;
  if (!model.byName) {
    model.byName = new Map();
    for (let f = 0; f < model.frames.n; f++) {
      const key = model.frames.raw(f) + '\0' + model.frames.file(f);
      if (!model.byName.has(key)) model.byName.set(key, f);
    }
  }
  const found = model.byName.get(visible(one.name) + '\0' + (one.file || ''));
  const other = model.byName.get(one.name + '\0' + (one.file || ''));
  return other === undefined ? found === undefined ? -1 : found : other;
}

function placeOf(one) {
  return one.file ? ' ' + visible(one.file) + (one.line ? ':' + one.line : '') : '';
}

export class Findings {
  constructor(page) {
    this.page = page;
    this.document = page.state.model.documents.get('findings');
    this.element = make('div', {class: 'findings'});
    const saving = this.document.saving, total = page.state.model.total;
    if (saving && saving.high > 0)
      this.element.append(make('p', {text: 'Together they may save up to ' +
        formatValue(page.state.model.metric, Number(saving.high)) + ' (' + formatPercent(Number(saving.high), total) + ' %).'}));
    for (const row of this.document.rows) this.element.append(this.card(row));
    if (!this.document.rows.length) this.element.append(make('p', {text: 'No findings.'}));
  }
  link(one) {
    const f = functionOf(this.page.state.model, one), text = visible(one.display) + placeOf(one);
    if (f < 0) return make('span', {text: text});
    const way = (word, hint, view) => button(word, hint, () => {
      this.page.state.select(f);
      this.page.open(view);
    }, {class: 'link'});
    const link = way(text, null, 'sandwich');
    if (!this.page.state.model.documents.has('annotate/' + f)) return link;
    return make('span', {}, link, document.createTextNode(' '), way('source', 'Source of ' + text, 'source'));
  }
  card(row) {
    const metric = this.page.state.model.metric, total = this.page.state.model.total;
    const list = make('dl', {class: 'facts'});
    const add = function (term, content) {
      if (content) list.append(make('dt', {text: term}), typeof content === 'string' ?
        make('dd', {text: visible(content)}) : make('dd', {}, content));
    };
    const ends = make('span');
    if (row.caller && row.caller.display) ends.append(this.link(row.caller), document.createTextNode(' \u2192 '));
    if (row.callee && row.callee.display) ends.append(this.link(row.callee));
    add('Where', ends.childNodes.length ? ends : null);
    if (row.sink && row.sink.display) add('Reaches', this.link(row.sink));
    add('Evidence', row.evidence);
    add('Criterion', row.criterion);
    if (row.saving && row.saving.high !== null)
      add('Saving', 'About ' + formatValue(metric, Number(row.likely_saving)) + ', ' +
        formatRange(metric, Number(row.saving.low), Number(row.saving.high)));
    add('Advice', row.advice);
    add('To check', row.to_check);
    const cost = row.cost === null ? '' : ': ' + formatValue(metric, Number(row.cost)) + ' (' +
      formatPercent(Number(row.cost), total) + ' %)';
    return make('article', {class: 'card ' + row.grade}, make('h2', {text: row.id + cost}),
      make('p', {class: 'grade', text: row.grade}), list);
  }
  show() {}
  step() {}
}

const ROLES = {service: 'service', entry: 'reached from', caller: 'called by', part: 'spends time in'};

export class Services {
  constructor(page) {
    const model = page.state.model, rows = model.documents.get('services').rows;
    const number = (name) => (row) => row[name] === null || row[name] === undefined ? NaN : Number(row[name]);
    this.page = page;
    this.table = new Table({
      name: 'Services', file: page.fileName('services'), rows: rows, sort: [],
      columns: [
        {key: 'service', title: 'Service', kind: 'text', get: (row) => visible(row.service)},
        {key: 'role', title: 'Row', kind: 'text', get: (row) => ROLES[row.role] || row.role},
        {key: 'total', title: 'Total', kind: 'value', metric: model.metric, get: number('total'),
          mark: (row) => row.total_high !== null && row.total_low !== row.total_high},
        {key: 'share', title: '%', kind: 'percent', get: number('total'), whole: () => model.total},
        {key: 'low', title: 'At least', kind: 'value', metric: model.metric, get: number('total_low')},
        {key: 'high', title: 'At most', kind: 'value', metric: model.metric, get: number('total_high')},
        {key: 'calls', title: 'Calls', kind: 'count', get: number('calls')},
        {key: 'name', title: 'Function', kind: 'name', get: (row) => row.display === null || row.display === undefined ? '' :
          visible(row.display) + placeOf(row)}
      ],
      open: (row) => {
        const f = functionOf(model, row);
        if (f < 0) return;
        page.state.select(f);
        page.open('sandwich');
      },
      isHit: (row) => page.isHit(functionOf(model, row))
    });
    this.element = this.table.element;
  }
  show() { this.table.draw(); }
  step(by) { this.table.step(by); }
}

// Activity over time: a strip for each thread, and the same as a table.
export class Timeline {
  constructor(page) {
    const model = page.state.model, found = model.documents.get('timeline'), rows = found.rows;
    const value = (name) => (row) => row[name] === null ? NaN : Number(row[name]);
    const time = {unit: 'ns', scale: 0}, metric = model.metric;
    let most = 1;
    this.page = page;
    this.table = new Table({
      name: 'Threads', file: page.fileName('threads'), rows: rows, sort: [{key: 'total', isUp: false}],
      columns: [
        {key: 'thread', title: 'Thread', kind: 'text', get: (row) => visible(row.slice || '')},
        {key: 'total', title: 'Total', kind: 'value', metric: metric, get: value('total')},
        {key: 'share', title: '%', kind: 'percent', get: value('total'), whole: () => model.total},
        {key: 'start', title: 'Start', kind: 'value', metric: time, get: value('start')},
        {key: 'span', title: 'Span', kind: 'value', metric: time, get: value('span')},
        {key: 'name', title: 'Most self', kind: 'name', get: (row) => visible(row.display || '')}
      ],
      choose: (row) => page.state.select(functionOf(model, row)), open: () => page.open('sandwich'),
      isHit: (row) => page.isHit(functionOf(model, row))
    });
    this.element = make('div', {class: 'timeline'}, make('p', {text: 'From the first sample on, in ' +
      found.time.buckets + ' parts of ' + formatValue(time, Number(found.time.width)) +
      '; each bar shows what was sampled in it.'}));
    for (const row of rows) for (const bucket of row.buckets) most = Math.max(most, Number(bucket));
    for (const row of rows) this.element.append(this.strip(row, most, found));
    this.element.append(this.table.element);
  }
  // What each bar is, for pointers; the table says the sums.
  strip(row, most, found) {
    const metric = this.page.state.model.metric, name = visible(row.slice || 'all');
    const strip = make('div', {class: 'strip', role: 'img', 'aria-label': 'activity of ' + name +
      ' over time, in percent of the highest bar: ' + row.buckets.map((b) => Math.round(Number(b) / most * 100)).join(' ')});
    row.buckets.forEach(function (bucket, at) {
      const bar = make('i'), busiest = found.functions[row.functions[at]];
      bar.style.height = Number(bucket) / most * 100 + '%';
      strip.append(make('span', {title: formatValue({unit: 'ns', scale: 0}, at * Number(found.time.width)) + ': ' +
        formatValue(metric, Number(bucket)) + (busiest ? ', most in ' + visible(busiest.display) : '')}, bar));
    });
    return make('section', {}, make('h2', {class: 'name', text: name}), strip);
  }
  show() { this.table.draw(); }
  step(by) { this.table.step(by); }
}
