// Merging of stacks: a box of the tree that is made stands for a list of items, such as nodes of another tree, and what
// is below all of them is put together by function. A number for each function says which child has it already, so
// that nothing is hashed: what this costs is one look for each item.

const SMALL = 2 ** 32; // sums below it are kept in four bytes

// A typed array that grows.
class Growing {
  constructor(kind) {
    this.kind = kind;
    this.array = new kind(1024);
    this.n = 0;
  }
  push(value) {
    if (this.n === this.array.length) {
      const wider = new this.kind(2 * this.n);
      wider.set(this.array);
      this.array = wider;
    }
    this.array[this.n++] = value;
  }
  taken() { return this.array.slice(0, this.n); }
}

export class Merge {
  // Items are numbers below `items`, functions below `frames`.
  constructor(items, frames) {
    this.next = new Int32Array(items); // of an item, in its box
    this.seenBy = new Int32Array(frames); // the box that last got a child with the function,
    this.child = new Int32Array(frames); // and that child
    this.round = 1;
    this.first = new Growing(Int32Array); // of each box: its first and its last item,
    this.last = new Growing(Int32Array);
    this.frame = new Growing(Uint32Array); // its function,
    this.level = new Growing(Uint32Array); // how deep it is
    this.deep = 0;
  }
  // Puts an item below the box that is being visited; before the first visit, at the root.
  put(item, frame) {
    this.next[item] = -1;
    if (this.seenBy[frame] === this.round) {
      const box = this.child[frame];
      this.next[this.last.array[box]] = item;
      this.last.array[box] = item;
      return;
    }
    this.seenBy[frame] = this.round;
    this.child[frame] = this.first.n;
    this.first.push(item);
    this.last.push(item);
    this.frame.push(frame);
    this.level.push(this.deep);
  }
  // Columns of the boxes in preorder, siblings by function. visit(item, sums) follows the items of a box from the
  // first, puts what is below them, and adds to sums: self, low, high, selfLow, selfHigh.
  columns(isEstimated, visit) {
    const order = new Growing(Uint32Array), sums = new Float64Array(5), stack = [];
    const values = Array.from({length: isEstimated ? 5 : 1}, () => new Growing(Float64Array));
    const open = (from) => {
      const to = this.first.n;
      if (to - from === 1) {
        stack.push(from);
        return;
      }
      const boxes = Array.from({length: to - from}, (_, k) => from + k), frames = this.frame.array;
      boxes.sort((a, b) => frames[b] - frames[a]);
      for (const box of boxes) stack.push(box);
    };
    for (open(0); stack.length;) {
      const box = stack.pop(), from = this.first.n;
      this.round++;
      this.deep = this.level.array[box] + 1;
      sums.fill(0);
      visit(this.first.array[box], sums);
      order.push(box);
      for (let k = 0; k < values.length; k++) values[k].push(sums[k]);
      if (this.first.n > from) open(from);
    }
    const boxes = order.taken(), [self, low, high, selfLow, selfHigh] = values.map(packed);
    return {n: boxes.length, frame: boxes.map((box) => this.frame.array[box]),
      depth: boxes.map((box) => this.level.array[box]), self: self, low: low || null, high: high || null,
      selfLow: selfLow || null, selfHigh: selfHigh || null};
  }
}

// An array as narrow as the sum of the values allows.
function packed(column) {
  const values = column.array.subarray(0, column.n);
  let sum = 0;
  for (const value of values) sum += value;
  return arrayFor(sum, values);
}

// An array of what adds up to `sum` at most: of `given` values, or as many zeros.
export function arrayFor(sum, given) {
  return sum < SMALL ? new Uint32Array(given) : new Float64Array(given);
}
