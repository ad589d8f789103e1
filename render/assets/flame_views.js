// Other views of the same stacks. What a box as drawn has besides its children is a stack that ends there. Stacks are
// walked frame by frame into a new tree, where equal children of a parent are one: so widths add up.
const drawn = boxes, drawnRows = rows, SMALL = /^\+(\d+) small$/;
const LEAST = ALL / 10 / INNER; // as for the writer
const isMade = () => on.h || on.g || on.b;
const isLibrary = box => box.of[0] === '+';
const own = box => box.children.reduce((rest, kid) => rest - kid.w, box.w);

const nodes = []; // parents before their children
function grow(parent, key, base, full, name) {
  const node = {parent, key, base, full, name, fill: base.rect.classList[0],
    w: 0, x: 0, n: 0, gone: 0, small: 0, kids: [], byKey: new Map()};
  if (parent) {
    parent.kids.push(node);
    parent.byKey.set(key, node);
  }
  nodes.push(node);
  return node;
}
function walk(node, box) { // to the node of the next frame of a stack
  if (on.h && isLibrary(box)) {
    node.gone++;
    return node;
  }
  const module = on.g && box.of.slice(1), small = !box.of && SMALL.exec(box.full);
  const key = module || (small ? '\n' : box.of + '\n' + box.full); // names have no line feed
  const next = module && node.key === key ? node :
    node.byKey.get(key) || grow(node, key, box, module || box.full, module || box.name);
  next.n++;
  if (small) next.small += +small[1];
  if (box.rect.classList.contains('u')) {
    next.fill = box.rect.classList[0] + ' u';
    next.guess = true;
  }
  return next;
}
function kidsOf(node) { // merged from the other end there may be very many
  if (!on.b) return node.kids;
  const isThin = kid => kid.w < LEAST && !kid.small, thin = node.kids.filter(isThin);
  if (thin.length) {
    const small = node.byKey.get('\n') || grow(node, '\n', thin[0].base);
    thin.forEach(kid => { small.w += kid.w; });
    small.small += thin.length;
    small.fill = 'a';
  }
  return node.kids.filter(kid => !isThin(kid)).sort(byWidth);
}
function valueOf(w) { // a share of what all is said to be: a count, or four digits
  const all = /([\d.,]+)([^,]*), 100/.exec(drawn[0].facts);
  if (!all) return '';
  const value = all[1].replace(/,/g, '') * w / ALL;
  return (all[1].includes('.') ? +value.toPrecision(3) : Math.round(value).toLocaleString('en')) + all[2] + ', ';
}
function factsOf(node) {
  const isOne = node.n === 1 && !on.b;
  let text = isOne ? node.base.facts : valueOf(node.w) + percent(node.w) + (node.guess ? ', estimated' : '');
  if (on.b) return text;
  if (node.n > 1) text += `, ${count(node.n)} in one`;
  return text + (node.gone ? `, ${count(node.gone)} of libraries hidden` : '');
}
function show(node, row) {
  if (node.small) node.full = node.name = '+' + node.small + ' small';
  node.facts = factsOf(node);
  node.rect = make('rect', row, '', {class: node.fill, height: ROW - 1});
  make('title', node.rect, node.full + '\n' + node.facts);
}
function build() {
  const root = grow(null, '', drawn[0], drawn[0].full, drawn[0].name);
  root.n = 1;
  drawn.slice().sort(byPlace).forEach(box => {
    const part = own(box);
    let node = root;
    if (!on.b) node = box.node = box.parent ? walk(box.parent.node, box) : root;
    else if (part) for (let at = box; at.parent; at = at.parent) node = walk(node, at);
    node.w += part;
  });
  for (let i = nodes.length; --i;) nodes[i].parent.w += nodes[i].w;
  for (let level = [root], next; level.length; level = next) {
    const row = make('g', null, '', {class: 'row'});
    level.forEach(node => show(node, row));
    rows.push(row);
    prepare(row);
    next = [];
    for (const node of level) {
      let x = node.x;
      enter(node, node.parent, row);
      for (const kid of kidsOf(node)) {
        kid.x = x;
        x += kid.w;
        next.push(kid);
      }
    }
  }
  nodes.length = 0;
}
function rebuild() {
  for (const row of rows) row.remove();
  rows = drawnRows;
  boxes = drawn;
  if (isMade()) {
    rows = [];
    boxes = [];
    build();
  }
  field.prepend(...rows);
}
function hiddenText() {
  const gone = drawn.filter(isLibrary);
  const share = percent(gone.reduce((sum, box) => sum + own(box), 0));
  return `${count(gone.length)} of libraries hidden, own share ${share}`;
}
