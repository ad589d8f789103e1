// Labels cut at the end that says least, by cells of a font of one width, as render/picture_name.c does it.

const WIDE_LETTER = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const PLAIN = /^[\x20-\x7e]*$/;
const CLONE = /\.(part|isra|constprop|cold|llvm|lto_priv)\b/;
const VISIBLE_ESCAPE = /^\\(x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})/; // a character made visible, no path

function cells(text) {
  if (PLAIN.test(text)) return text.length;
  let n = 0;
  for (const c of text) n += c.length > 1 || WIDE_LETTER.test(c) ? 2 : 1;
  return n;
}

function prefix(text, room) {
  let n = 0, out = '';
  for (const c of text) {
    n += cells(c);
    if (n > room) break;
    out += c;
  }
  return out;
}

// Parts of paths and namespaces go in front, one after the other; then what is left is cut at its end.
function shorten(name, room) {
  const dots = !CLONE.test(name), most = Math.min(name.length, 4000);
  let depth = 0, last = name;
  for (let i = 1; i < most; i++) {
    const c = name[i - 1];
    if ('<([{'.includes(c)) depth++;
    else if ('>)]}'.includes(c)) depth--;
    const splits = c === '/' || c === '\\' && !VISIBLE_ESCAPE.test(name.slice(i - 1, i + 9)) ||
      c === '.' && dots || c === ':' && name[i - 2] === ':';
    if (depth || !splits || !/[A-Za-z_~$<{]/.test(name[i])) continue;
    last = name.slice(i);
    if (last.length < 2 * room && cells(last) + 1 <= room) return '\u2026' + last;
  }
  return prefix(last, room - 1) + '\u2026';
}

// The label of a name in `room` cells; nothing where it would say nothing.
export function labelOf(name, room) {
  if (room < 3) return '';
  if (name.length <= room && cells(name) <= room) return name;
  return shorten(name, room);
}
