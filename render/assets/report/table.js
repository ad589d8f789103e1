// A table of many rows of which only those in view are elements. Headers are buttons that sort, with Shift by one key
// more; columns can be hidden; rows are chosen by pointer and by keys, and spoken through aria-activedescendant.
import {button, clear, copy, download, make, say} from './dom.js';
import {columnFormat, formatCount, formatPercent} from './units.js';

const HEIGHT = 24, MARGIN = 10; // px of a row; rows made beyond the view

let nextId = 0;

// A cell as text for people, as text for programs.
function shownText(table, column, row) {
  const value = column.get(row);
  if (column.kind === 'value') return column.mark && column.mark(row) ? '\u2248 ' + table.formats[column.key](value) :
    table.formats[column.key](value);
  if (column.kind === 'count') return formatCount(value);
  if (column.kind === 'percent') return formatPercent(value, column.whole());
  return value;
}

function isNumber(column) { return column.kind !== 'text' && column.kind !== 'name'; }

function csvField(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+$/.test(text) ? '\'' + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}

export class Table {
  // `options`: {name, columns: [{key, title, kind: name|text|value|count|percent, get(row), whole(), mark(row),
  // metric}], rows, sort: [{key, isUp}], choose(row), open(row), level(row)}.
  constructor(options) {
    this.options = options;
    this.columns = options.columns;
    this.hidden = new Set();
    this.sort = options.sort || [];
    this.active = -1;
    this.id = 'table' + nextId++;
    this.head = make('div', {role: 'row', class: 'head', 'aria-rowindex': 1});
    this.body = make('div', {role: 'rowgroup', class: 'rows'});
    this.grid = make('div', {role: options.level ? 'treegrid' : 'grid', class: 'grid', tabindex: 0,
      'aria-label': options.name}, make('div', {role: 'rowgroup', class: 'headgroup'}, this.head), this.body);
    this.tools = this.makeTools();
    this.element = make('section', {class: 'table'}, this.tools, this.grid);
    this.grid.addEventListener('scroll', () => this.draw(), {passive: true});
    this.grid.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.grid);
    this.setRows(options.rows || []);
  }
  visible() { return this.columns.filter((column) => !this.hidden.has(column.key)); }
  makeTools() {
    const list = make('div', {class: 'columns'});
    for (const column of this.columns) {
      if (column.kind === 'name') continue;
      const box = make('input', {type: 'checkbox', checked: true, onchange: () => {
        if (box.checked) this.hidden.delete(column.key);
        else this.hidden.add(column.key);
        this.setRows(this.rows);
      }});
      list.append(make('label', {}, box, document.createTextNode(' ' + column.title)));
    }
    return make('div', {class: 'tools'},
      make('details', {}, make('summary', {text: 'Columns'}), list),
      button('Copy TSV', 'Copy the table, with tabs between the columns', () => copy(this.text('\t'))),
      button('Copy Markdown', 'Copy the table as Markdown', () => copy(this.markdown())),
      button('CSV', 'Save the table as CSV', () => download(this.options.file + '.csv', [this.text(',')], 'text/csv')),
      button('JSON', 'Save the table as JSON',
        () => download(this.options.file + '.json', [this.json()], 'application/json')));
  }
  setRows(rows) {
    const before = this.rows && this.rows[this.active];
    this.rows = rows;
    this.formats = {};
    for (const column of this.columns) {
      if (column.kind !== 'value') continue;
      let largest = 0;
      for (const row of rows) {
        const value = Math.abs(column.get(row));
        if (value > largest) largest = value;
      }
      this.formats[column.key] = columnFormat(column.metric, largest);
    }
    if (!this.options.level) this.order();
    this.active = before === undefined ? -1 : this.rows.indexOf(before);
    this.drawHead();
    this.draw();
  }
  order() {
    if (!this.sort.length) return;
    const keys = this.sort.map((key) => ({column: this.columns.find((c) => c.key === key.key), isUp: key.isUp}));
    const rows = this.rows.map((row, at) => ({row: row, at: at,
      values: keys.map((key) => key.column.get(row))}));
    rows.sort(function (a, b) {
      for (let k = 0; k < keys.length; k++) {
        const by = compare(a.values[k], b.values[k], keys[k].isUp);
        if (by) return by;
      }
      return a.at - b.at;
    });
    this.rows = rows.map((row) => row.row);
  }
  sortBy(column, isMore) {
    const first = !isNumber(column), found = this.sort.find((key) => key.key === column.key);
    const key = {key: column.key, isUp: found ? !found.isUp : first};
    this.sort = isMore ? this.sort.filter((other) => other !== found).concat(key) : [key];
    if (this.options.level) this.options.resort();
    else this.setRows(this.rows);
    say('sorted by ' + this.sort.map((k) => this.columns.find((c) => c.key === k.key).title.toLowerCase() +
      (k.isUp ? ' ascending' : ' descending')).join(', '));
  }

  // ---- drawing
  drawHead() {
    const hadFocus = this.head.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    clear(this.head);
    const visible = this.visible();
    this.grid.setAttribute('aria-colcount', visible.length);
    this.grid.setAttribute('aria-rowcount', this.rows.length + 1);
    visible.forEach((column, at) => {
      const found = this.sort.findIndex((key) => key.key === column.key);
      const arrow = found < 0 ? '' : (this.sort[found].isUp ? ' \u25b2' : ' \u25bc') +
        (this.sort.length > 1 ? found + 1 : '');
      const sorter = button(column.title + arrow, null, (event) => this.sortBy(column, event.shiftKey),
        {'data-key': column.key, title: 'Sort; Shift adds a key'});
      this.head.append(make('div', {role: 'columnheader', class: isNumber(column) ? 'n' : '', 'aria-colindex': at + 1,
        'aria-sort': found < 0 ? 'none' : this.sort[found].isUp ? 'ascending' : 'descending'}, sorter));
      if (hadFocus === column.key) sorter.focus();
    });
    this.grid.style.setProperty('--columns', this.widths(visible));
  }
  // One width for all rows of a column: of its widest text among the rows, as elements come and go.
  widths(visible) {
    return visible.map((column) => {
      if (column.kind === 'name') return 'minmax(16em,1fr)';
      let most = column.title.length + 3;
      const step = Math.max(1, Math.floor(this.rows.length / 500));
      for (let r = 0; r < this.rows.length; r += step)
        most = Math.max(most, String(shownText(this, column, this.rows[r])).length);
      return Math.min(most + 2, 40) + 'ch';
    }).join(' ');
  }
  draw() {
    const top = this.grid.scrollTop, height = this.grid.clientHeight || 600;
    const from = Math.max(0, Math.floor(top / HEIGHT) - MARGIN);
    const to = Math.min(this.rows.length, Math.ceil((top + height) / HEIGHT) + MARGIN);
    clear(this.body);
    this.body.style.height = this.rows.length * HEIGHT + 'px';
    const visible = this.visible();
    for (let r = from; r < to; r++) this.body.append(this.rowElement(r, visible));
    if (this.active >= from && this.active < to)
      this.grid.setAttribute('aria-activedescendant', this.id + '-' + this.active);
    else this.grid.removeAttribute('aria-activedescendant');
  }
  rowElement(r, visible) {
    const row = this.rows[r], level = this.options.level && this.options.level(row);
    const node = make('div', {role: 'row', id: this.id + '-' + r, 'aria-rowindex': r + 2,
      class: (r === this.active ? 'active ' : '') + (this.options.isHit && this.options.isHit(row) ? 'hit' : ''),
      'aria-selected': String(r === this.active), 'aria-level': level ? level.depth + 1 : null,
      'aria-expanded': level && level.isParent ? String(level.isOpen) : null,
      onclick: () => this.go(r), ondblclick: () => this.options.open && this.options.open(row)});
    node.style.top = r * HEIGHT + 'px';
    visible.forEach((column, at) => {
      const cell = make('div', {role: 'gridcell', class: isNumber(column) ? 'n' : column.kind, 'aria-colindex': at + 1});
      if (column.kind === 'name' && level) this.twist(cell, row, level);
      cell.append(shownText(this, column, row));
      if (column.kind === 'percent') cell.append(bar(column.get(row) / column.whole()));
      if (column.hint) cell.title = column.hint(row);
      node.append(cell);
    });
    return node;
  }
  twist(cell, row, level) {
    cell.style.paddingLeft = Math.min(level.depth, 40) * 14 + 4 + 'px';
    cell.append(make('span', {class: 'twist', 'aria-hidden': 'true', text: level.isParent ? level.isOpen ? '\u25be' : '\u25b8' : '',
      onclick: () => this.options.toggle(row)}));
  }

  // ---- keys
  go(r) {
    this.active = Math.max(0, Math.min(r, this.rows.length - 1));
    const y = this.active * HEIGHT, top = this.grid.scrollTop, room = this.grid.clientHeight - this.head.offsetHeight;
    if (y < top) this.grid.scrollTop = y;
    else if (y + HEIGHT > top + room) this.grid.scrollTop = y + HEIGHT - room;
    this.draw();
    if (this.rows.length && this.options.choose) this.options.choose(this.rows[this.active]);
  }
  key(event) {
    if (event.target !== this.grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / HEIGHT) - 2);
    const moves = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    const row = this.rows[this.active], level = row !== undefined && this.options.level && this.options.level(row);
    if (event.key in moves) this.go(this.active + moves[event.key]);
    else if (event.key === 'Enter' && row !== undefined && this.options.open) this.options.open(row);
    else if (level && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) this.arrow(event.key, row, level);
    else return;
    event.preventDefault();
  }
  // As trees do: right opens, then goes to the first child; left closes, then goes to the parent.
  arrow(key, row, level) {
    if (level.isParent && level.isOpen !== (key === 'ArrowRight')) return this.options.toggle(row);
    if (key === 'ArrowRight') return level.isParent && this.go(this.active + 1);
    for (let r = this.active - 1; r >= 0; r--)
      if (this.options.level(this.rows[r]).depth < level.depth) return this.go(r);
  }
  // The row that comes next of those that were searched for.
  step(by) {
    const n = this.rows.length;
    for (let k = 1; k <= n; k++) {
      const r = (((this.active < 0 && by < 0 ? 0 : this.active) + by * k) % n + n) % n;
      if (this.options.isHit(this.rows[r])) return this.go(r);
    }
  }

  // ---- for other programs: all rows, unrounded
  raw(column, row) {
    const value = column.kind === 'percent' ? column.get(row) / column.whole() * 100 : column.get(row);
    return typeof value === 'number' ? Number.isFinite(value) ? String(value) : '' : value;
  }
  text(mark) {
    const field = mark === ',' ? csvField : (text) => csvField(text.replace(/[\t\r\n]/g, ' ')).replace(/^"(.*)"$/, '$1');
    const lines = [this.columns.map((column) => field(column.key)).join(mark)];
    for (const row of this.rows) lines.push(this.columns.map((column) => field(this.raw(column, row))).join(mark));
    return lines.join('\r\n') + '\r\n';
  }
  markdown() {
    const code = (text) => text && '`' + text.replace(/[`|\r\n]/g, ' ') + '`';
    const lines = ['| ' + this.visible().map((c) => c.title).join(' | ') + ' |',
      '|' + this.visible().map((c) => isNumber(c) ? ' ---: ' : ' --- ').join('|') + '|'];
    for (const row of this.rows.slice(0, 1000))
      lines.push('| ' + this.visible().map((c) => isNumber(c) ? shownText(this, c, row) : code(shownText(this, c, row)))
        .join(' | ') + ' |');
    return lines.join('\n') + '\n';
  }
  json() {
    return JSON.stringify({table: this.options.name, rows: this.rows.map((row) => Object.fromEntries(
      this.columns.map((c) => [c.key, typeof c.get(row) === 'number' && !Number.isFinite(c.get(row)) ? null :
        c.get(row)])))}, null, 1) + '\n';
  }
}

// Missing numbers come last, whichever way rows are sorted.
function compare(a, b, isUp) {
  if (typeof a === 'string') return (a < b ? -1 : a > b ? 1 : 0) * (isUp ? 1 : -1);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
  return isUp ? a - b : b - a;
}

// What a percentage is, for the eye.
export function bar(share) {
  const fill = make('i', {class: 'bar', 'aria-hidden': 'true'});
  fill.style.width = Math.max(0, Math.min(1, share || 0)) * 100 + '%';
  return fill;
}
