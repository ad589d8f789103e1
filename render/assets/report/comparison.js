// What changed between two profiles: the rows of `profkit diff`, and the stacks of both sides as wide as each side had
// them. Both pictures have one selection. Colours say by how much the total of a box changed; what is within noise is
// grey. The other views of such a page show the later side.
import {make, visible} from './dom.js';
import {Picture} from './picture.js';
import {Table} from './table.js';
import {formatPercent, formatValue} from './units.js';
import {functionOf} from './documents.js';

function signed(metric, value) {
  return (value > 0 ? '+' : '') + formatValue(metric, value);
}

export class Comparison {
  constructor(page) {
    const model = page.state.model, metric = model.metric;
    const number = (name) => (row) => row[name] === null ? NaN : Number(row[name]);
    this.page = page;
    this.model = model;
    this.table = new Table({
      name: 'Changed functions', file: page.fileName('diff'), rows: model.documents.get('diff').rows,
      sort: [{key: 'self_change', isUp: false}],
      columns: [
        {key: 'self_delta', title: 'Self \u0394', kind: 'value', metric: metric, get: number('self_delta')},
        {key: 'self_before', title: 'Before', kind: 'value', metric: metric, get: number('self_before')},
        {key: 'self_after', title: 'After', kind: 'value', metric: metric, get: number('self_after')},
        {key: 'self_ratio', title: 'Ratio', kind: 'text', get: (row) => row.self_ratio === null ? '' : 'x' +
          Number(row.self_ratio).toFixed(2)},
        {key: 'total_delta', title: 'Total \u0394', kind: 'value', metric: metric, get: number('total_delta')},
        {key: 'calls_delta', title: 'Calls \u0394', kind: 'count', get: number('calls_delta')},
        {key: 'verdict', title: 'Verdict', kind: 'text', get: (row) => visible(row.verdict || '')},
        {key: 'self_change', title: 'Change', kind: 'percent', get: (row) => Math.abs(number('self_delta')(row)),
          whole: () => Math.max(1, ...model.head.totals.map(Number))},
        {key: 'name', title: 'Function', kind: 'name', get: (row) => visible(row.display || '') +
          (row.what ? ' (' + visible(row.what) + ')' : '')},
        {key: 'place', title: 'Place', kind: 'text', get: (row) => row.file ? visible(row.file) : ''}
      ],
      choose: (row) => page.state.select(functionOf(model, row)), open: () => page.open('sandwich'),
      isHit: (row) => page.isHit(functionOf(model, row))
    });
    this.before = this.side('Before');
    this.picture = this.side('After');
    this.element = make('div', {}, make('p', {class: 'scale', text: this.scale()}),
      make('div', {class: 'sides'}, make('section', {}, make('h2', {text: 'Before: ' + formatValue(metric,
        Number(model.head.totals[0]))}), this.before.element), make('section', {}, make('h2', {text: 'After: ' +
        formatValue(metric, Number(model.head.totals[1]))}), this.picture.element)), this.table.element);
  }
  scale() {
    const steps = this.model.head.steps.map((step) => formatValue(this.model.metric, Number(step)));
    return 'Blue is less, orange is more, from ' + steps[0] + ' over ' + steps.slice(1, 3).join(', ') + ' to ' + steps[3] +
      ' and beyond; grey is within noise.';
  }
  side(name) {
    const page = this.page;
    return new Picture({state: page.state, theme: () => page.theme(), name: name + ', stacks of that side',
      rootBelow: false, height: () => Math.max(160, window.innerHeight / 2.5), menu: (x, y) => page.menu(x, y),
      fill: (i) => this.fill(i), facts: (i) => this.facts(i)});
  }
  delta(i) { return this.model.tree.total[i] - this.model.before.total[i]; }
  fill(i) {
    const head = this.model.head, delta = this.delta(i), f = this.model.tree.frame[i];
    let level = 0;
    if (f < this.model.column('frame.noise').length && this.model.column('frame.noise')[f]) return head.shades[9];
    while (level < 4 && Math.abs(delta) >= head.steps[level]) level++;
    return head.shades[4 + (delta < 0 ? -level : level)];
  }
  facts(i) {
    const metric = this.model.metric, before = this.model.before.total[i], after = this.model.tree.total[i];
    const facts = ['before ' + formatValue(metric, before) + ', after ' + formatValue(metric, after)];
    facts.push(signed(metric, after - before) + (before && after ? ' (x' + (after / before).toFixed(2) + ')' : before ? ', gone' :
      ', new'));
    facts.push(formatPercent(after, Number(this.model.head.totals[1])) + ' % of after');
    return facts;
  }
  show() {
    const shown = {model: this.model, whole: Number(this.model.head.totals[1])};
    this.before.show(shown, this.model.before);
    this.picture.show(shown, this.model.tree);
    this.table.draw();
  }
  step(by) { this.table.step(by); }
}
