// Searching: a regular expression over names, or plain text where it is none, with file:TEXT, module:TEXT, self>1%
// and total>1% beside it.

const SHARE = /^(self|total)([<>])(\d+(?:\.\d+)?)%$/;

function matcher(pattern, matchCase) {
  try {
    const regex = new RegExp(pattern, matchCase ? 'u' : 'iu');
    return {test: (text) => regex.test(text), problem: ''};
  } catch (error) {
    const plain = matchCase ? pattern : pattern.toLowerCase();
    return {test: (text) => (matchCase ? text : text.toLowerCase()).includes(plain),
      problem: 'not a regular expression, taken as text (' + String(error.message).replace(/^.*: /, '') + ')'};
  }
}

// What a query means: {problem, test(shown, f)}; null for an empty one.
export function parseQuery(query, matchCase) {
  const tests = [], words = [];
  let problem = '';
  const need = function (pattern, text) {
    const found = matcher(pattern, matchCase);
    problem = problem || found.problem;
    tests.push((shown, f) => found.test(text(shown.model.frames, f)));
  };
  for (const word of query.trim().split(/\s+/)) {
    const share = SHARE.exec(word);
    if (word.startsWith('file:') && word.length > 5) {
      need(word.slice(5), (frames, f) => frames.file(f));
    } else if (word.startsWith('module:') && word.length > 7) {
      need(word.slice(7), (frames, f) => frames.module(f));
    } else if (share) {
      const least = Number(share[3]) / 100;
      tests.push(function (shown, f) {
        const part = shown.value(share[1], f) / shown.total;
        return share[2] === '>' ? part > least : part < least;
      });
    } else if (word) {
      words.push(word);
    }
  }
  if (words.length) need(words.join(' '), (frames, f) => frames.name(f));
  if (!tests.length) return null;
  return {problem: problem, test: (shown, f) => tests.every((test) => test(shown, f))};
}

// The hits among all functions: {is: [f], n, total, problem}; total counts a stack once.
export function findHits(shown, query, matchCase) {
  const parsed = parseQuery(query, matchCase);
  if (!parsed) return null;
  const frames = shown.model.frames, count = frames.n + frames.added.length, is = new Uint8Array(count);
  const present = shown.tree ? shown.counted() : null;
  let n = 0, total = 0;
  for (let f = 0; f < count; f++) {
    if (present && !present.total[f] && !shown.value('total', f) && !shown.value('self', f)) continue;
    if (parsed.test(shown, f)) {
      is[f] = 1;
      n++;
    }
  }
  const tree = shown.tree;
  if (tree) {
    for (let i = 0; i < tree.n;) {
      if (is[tree.frame[i]]) {
        total += tree.total[i];
        i = tree.end[i];
      } else {
        i++;
      }
    }
  } else {
    total = NaN;
  }
  return {is: is, n: n, total: total, problem: parsed.problem};
}
