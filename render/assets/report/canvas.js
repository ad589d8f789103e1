// Draws the boxes of a tree on a canvas: one path for each colour, only what is seen, labels where three cells fit.
// Subtrees narrower than half a pixel are passed over as a whole, so that the work follows what is drawn and not what
// the tree holds. Nothing here knows the page: geometry in, pixels out.
import {labelOf} from './labels.js';
import {isUncertain} from './units.js';

export const ROW = 18;
const FONT = 12, BASE = 13, LEAST = 0.5, PADDING = 3;
const MOST_LABELS = 20000; // remembered, the oldest go first

export class Painter {
  // `theme`: {fills, surfaces} of the head; `frames` names and colours functions.
  constructor(frames) {
    this.frames = frames;
    this.labels = new Map();
    this.cell = FONT * 0.6;
    this.stats = {visited: 0, drawn: 0};
  }
  // The label of a function in so many cells.
  label(f, room) {
    const key = f * 512 + Math.min(room, 511);
    let text = this.labels.get(key);
    if (text !== undefined) return text;
    if (this.labels.size >= MOST_LABELS) this.labels.delete(this.labels.keys().next().value);
    text = labelOf(this.frames.name(f), Math.min(room, 511));
    this.labels.set(key, text);
    return text;
  }
  // Every box in view, to visit(node, x, y, width) in px: `view` is {left, right} in units of the tree, {top, height}
  // in px of all rows, {width} in px, {rootBelow}.
  walk(tree, view, visit) {
    const scale = view.width / (view.right - view.left), {end, total, start, depth} = tree;
    const rows = tree.maxDepth + 1, least = LEAST / scale;
    let visited = 0;
    for (let i = 0; i < tree.n;) {
      visited++;
      const from = start[i], size = total[i];
      if (size < least || from >= view.right || from + size <= view.left) {
        i = end[i];
        continue;
      }
      const y = (view.rootBelow ? rows - 1 - depth[i] : depth[i]) * ROW - view.top;
      const isPast = view.rootBelow ? y <= -ROW : y >= view.height;
      if (y > -ROW && y < view.height) {
        const x = Math.max(-2, (from - view.left) * scale);
        visit(i, x, y, Math.min(view.width + 2, (from + size - view.left) * scale) - x);
      }
      i = isPast ? end[i] : i + 1;
    }
    this.stats.visited = visited;
  }
  // Boxes grouped by fill: [x, y, width, ...] of each, and what needs more than a fill.
  collect(tree, view, hits, fillOf) {
    const byFill = new Map(), labels = [], hatched = [];
    let drawn = 0;
    this.walk(tree, view, (i, x, y, width) => {
      const f = tree.frame[i], isHit = hits && hits.is[f];
      const fill = isHit ? -1 : fillOf ? fillOf(i) : this.frames.fill(f);
      let list = byFill.get(fill);
      if (!list) byFill.set(fill, list = []);
      list.push(x, y, width);
      drawn++;
      if (tree.low && isUncertain(tree.total[i], tree.low[i], tree.high[i])) hatched.push(x, y, width);
      const room = Math.floor((width - 2 * PADDING) / this.cell);
      if (room >= 3) labels.push(i, x, y, room);
    });
    this.stats.drawn = drawn;
    return {byFill: byFill, labels: labels, hatched: hatched};
  }
  // Draws; `marks` is {hits, selected: {node, f}, hover}.
  paint(context, tree, view, theme, marks) {
    const boxes = this.collect(tree, view, marks.hits, marks.fill);
    context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    context.fillStyle = theme.surfaces[0];
    context.fillRect(0, 0, view.width, view.height);
    for (const [fill, list] of boxes.byFill) {
      context.globalAlpha = marks.hits && fill >= 0 ? 0.4 : 1;
      context.fillStyle = fill < 0 ? theme.surfaces[4] : theme.fills[fill];
      context.beginPath();
      for (let k = 0; k < list.length; k += 3)
        context.rect(list[k], list[k + 1], gapped(list[k + 2]), ROW - 1);
      context.fill();
    }
    context.globalAlpha = 1;
    this.hatch(context, boxes.hatched, theme);
    this.write(context, tree, boxes.labels, theme);
    this.ring(context, tree, view, theme, marks);
  }
  // Estimates are hatched; narrow boxes have no room for it, and are marked where one looks at them.
  hatch(context, list, theme) {
    context.strokeStyle = theme.surfaces[0];
    context.globalAlpha = 0.45;
    context.lineWidth = 2;
    context.beginPath();
    for (let k = 0; k < list.length; k += 3) {
      const x = list[k], y = list[k + 1], width = gapped(list[k + 2]);
      if (width < 4) continue;
      for (let at = Math.ceil(x / 8) * 8 - ROW; at < x + width; at += 8) {
        const from = Math.max(at, x), to = Math.min(at + ROW - 1, x + width);
        if (to <= from) continue;
        context.moveTo(from, y + ROW - 1 - (from - at));
        context.lineTo(to, y + ROW - 1 - (to - at));
      }
    }
    context.stroke();
    context.globalAlpha = 1;
  }
  write(context, tree, list, theme) {
    context.font = FONT + 'px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
    context.textBaseline = 'alphabetic';
    const measured = context.measureText('MMMMMMMMMM').width / 10;
    if (measured > 1) this.cell = measured;
    context.fillStyle = theme.surfaces[3];
    for (let k = 0; k < list.length; k += 4) {
      const text = this.label(tree.frame[list[k]], list[k + 3]);
      if (text) context.fillText(text, Math.max(list[k + 1], 0) + PADDING, list[k + 2] + BASE);
    }
  }
  // Round the selected box, and thinner round the other boxes of its function.
  ring(context, tree, view, theme, marks) {
    if (marks.f < 0 && marks.hover < 0) return;
    context.strokeStyle = theme.surfaces[5];
    this.walk(tree, view, (i, x, y, width) => {
      const isNode = i === marks.node;
      if (!isNode && i !== marks.hover && tree.frame[i] !== marks.f) return;
      context.lineWidth = isNode ? 3 : 1;
      const inset = context.lineWidth / 2;
      context.strokeRect(x + inset, y + inset, Math.max(gapped(width) - 2 * inset, 1), ROW - 1 - 2 * inset);
    });
  }
  // The node at a point, -1 when there is none.
  at(tree, view, x, y) {
    let found = -1;
    this.walk(tree, view, function (i, left, top, width) {
      if (x >= left && x < left + width && y >= top && y < top + ROW) found = i;
    });
    return found;
  }
}

// Wide boxes leave a gap to their neighbour.
function gapped(width) {
  return width >= 3 ? width - 1 : Math.max(width, 1);
}
