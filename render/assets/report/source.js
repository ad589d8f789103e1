// Source lines with what they cost: what `profkit annotate --json --context 5` says of the functions that hold enough.
// Numbers are those of the profile, whatever steps changed the stacks. A text of a source is text of somebody else, as
// names are: it goes in as text only.
import {button, clear, make, visible} from './dom.js';
import {columnFormat, formatCount, formatPercent, formatValue} from './units.js';
import {bar, Table} from './table.js';
import {functionColumns} from './functions.js';
import {functionOf} from './documents.js';

const LISTED = /^(self_share|total_share|name)$/;
const CUT = 997; // the command line gives at most 1,000 bytes of a line

// As it is shown: tabs stay, for they put the text in its place.
function textOf(row) {
  const text = (row.source || '').split('\t').map(visible).join('\t');
  return new TextEncoder().encode(row.source || '').length < CUT ? text : text + '\u2026';
}

const numberIn = (row, name) => row[name] === null ? NaN : Number(row[name]);

export function hasSource(model, f) { return model.documents.has('annotate/' + f); }

export class Source {
  constructor(page) {
    const model = page.state.model;
    this.page = page;
    this.document = model.documents.get('source');
    this.table = new Table({name: 'Functions with source', file: page.fileName('sources'), sort: [],
      columns: functionColumns(page.state).filter((column) => LISTED.test(column.key)), choose: (f) => page.state.select(f),
      open: () => page.open('sandwich'), isHit: (f) => page.isHit(f)});
    this.lines = make('section', {class: 'lines'});
    this.element = make('div', {class: 'source'}, ...this.notes(), this.document.functions.length ?
      make('div', {class: 'beside'}, this.table.element, this.lines) :
      make('p', {text: 'profkit report --embed-source --source-root DIR says where the sources are.'}));
  }
  // What is not here, once for all functions.
  notes() {
    const out = this.document.left_out, texts = this.document.doubts.map(visible);
    if (out.functions)
      texts.push('No room for the source of ' + formatCount(out.functions) + ' more functions, with ' +
        formatValue(this.page.state.model.metric, Number(out.self)) + ' of self.');
    return [make('p', {text: 'Functions that hold 1 % or more; of each the lines that hold 1 % of it, and what is ' +
      'around them. Steps do not change the numbers of lines.'}), ...texts.map((text) => make('p', {class: 'doubt', text: text}))];
  }
  show() {
    const state = this.page.state, shown = state.shown();
    let f = state.now.f;
    if (shown !== this.shown) this.table.setRows(this.document.functions);
    else this.table.draw();
    this.shown = shown;
    if (f < 0) f = this.document.functions.length ? this.document.functions[0] : -1;
    if (f === this.f) return;
    this.f = f;
    clear(this.lines);
    if (f < 0) return;
    this.lines.append(make('h2', {class: 'name', text: state.model.frames.name(f)}));
    if (hasSource(state.model, f)) this.annotate(state.model.documents.get('annotate/' + f));
    else this.lines.append(make('p', {text: 'The source of this function is not here.'}));
  }
  step(by) { this.table.step(by); }

  // ---- the lines of one function
  annotate(found) {
    const rows = found.rows, own = rows.filter((row) => row.role === 'line' || row.role === 'function');
    const by = own.some((row) => Number(row.self)) ? 'self' : 'total';
    const most = own.reduce((a, b) => numberIn(b, by) > numberIn(a, by) ? b : a), known = most.role === 'line';
    const share = (row, name) => row[name] === null ? '-' : formatPercent(row[name] * 1e6, 1e6);
    const format = {};
    for (const name of ['self', 'total'])
      format[name] = columnFormat(found.metric, Math.max(0, ...rows.map((row) => numberIn(row, name) || 0)));
    this.lines.append(make('p', {text: known ? 'Line ' + (most.source_line || '?') + ' has most ' + by + ': ' +
      formatValue(found.metric, Number(most[by])) + ', ' + share(most, by + '_share') + ' % of the function.' :
      'The profile does not say what single lines cost. The line is where the function begins, with the numbers of ' +
      'the function.'}));
    if (found.left_out.rows)
      this.lines.append(make('p', {text: formatCount(found.left_out.rows) + ' more lines hold ' +
        formatValue(found.metric, Number(found.left_out.self)) + ' of self.'}));
    this.lines.append(this.code({rows: rows, hasCalls: rows.some((row) => row.calls !== null), most: most, format: format,
      share: share}));
    this.lookAt();
  }
  code(given) {
    const heads = [['Line', 'n'], ['Self', 'n'], ['%', 'n'], ['Total', 'n'], ['%', 'n']], body = make('tbody');
    if (given.hasCalls) heads.push(['Calls', 'n']);
    heads.push(['Source', '']);
    let before = null;
    for (const row of given.rows) {
      if (!before || row.source_file !== before.source_file)
        body.append(this.across(given, row.source_file === null ? '(file not known)' : visible(row.source_file), 'file'));
      else if (row.source_line > before.source_line + 1)
        body.append(this.across(given, '\u2026', 'gap'));
      body.append(this.line(given, row));
      before = row;
    }
    const name = this.page.state.model.frames.name(this.f);
    this.scroller = make('div', {class: 'code', role: 'region', tabindex: 0, 'aria-label': 'Source of ' + name},
      make('table', {}, make('caption', {class: 'spoken', text: 'Lines of ' + name + ' with what they cost'}),
        make('thead', {}, make('tr', {}, ...heads.map(([text, kind]) => make('th', {scope: 'col', text: text,
          class: kind})))), body));
    return this.scroller;
  }
  across(given, text, kind) {
    return make('tr', {class: kind}, make('td', {colspan: given.hasCalls ? 7 : 6, text: text}));
  }
  line(given, row) {
    const isCall = row.role === 'call', isNear = row.role === 'near';
    const values = ['self', 'total'].flatMap(function (name) {
      if (isNear || isCall && name === 'self') return [make('td'), make('td')];
      const low = name === 'total' && row.total_high !== null ? '\u2265' : '';
      const cell = make('td', {class: 'n', text: low + given.share(row, name + '_share')});
      cell.append(bar(row[name + '_share']));
      return [make('td', {class: 'n', text: low + given.format[name](numberIn(row, name))}), cell];
    });
    if (given.hasCalls)
      values.push(make('td', {class: 'n', text: isCall ? formatCount(numberIn(row, 'calls')) : ''}));
    return make('tr', {class: row === given.most ? 'most' : isCall ? 'call' : null},
      isCall ? make('td') : make('th', {scope: 'row', class: 'n', text: row.source_line === null ? '?' : row.source_line}),
      ...values, isCall ? this.callee(row) : make('td', {class: 'text', text: row.source_line === null &&
        !row.source ? '(line not known)' : textOf(row)}));
  }
  // What a line calls, below it: a way to the source of that.
  callee(row) {
    const f = functionOf(this.page.state.model, row), text = visible(row.display || '');
    return make('td', {class: 'text'}, document.createTextNode('\u25b8 '), f < 0 ? document.createTextNode(text) :
      button(text, null, () => this.page.state.select(f), {class: 'link'}));
  }
  // The dearest line comes into view, with what is around it.
  lookAt() {
    const most = this.scroller.querySelector('.most');
    if (most) this.scroller.scrollTop = most.offsetTop - this.scroller.clientHeight / 3;
  }
}
