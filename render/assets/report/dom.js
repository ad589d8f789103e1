// Making elements. Text goes in as text only, so that no name of a profile can be markup.

const TEXT_INPUTS = /^(text|search|number)$/;

// An element with properties (class, text, attributes, on...: listeners) and children.
export function make(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

export function button(text, hint, act, properties) {
  return make('button', {type: 'button', text: text, title: hint, 'aria-label': hint === text ? null : hint,
    onclick: act, ...properties});
}

export function clear(node) {
  node.textContent = '';
  return node;
}

// A name as it can be shown: characters that are not seen or turn the line around are written as escapes, as on a
// terminal. Names of columns are so already, those of documents are not.
const UNSEEN =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
export function visible(text) {
  return String(text).replace(UNSEEN, function (c) {
    const code = c.codePointAt(0), [mark, digits] = code < 128 ? ['x', 2] : code < 65536 ? ['u', 4] : ['U', 8];
    return '\\' + mark + code.toString(16).padStart(digits, '0');
  });
}

// True where letters are text that is typed.
export function isTyping(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
    target instanceof HTMLInputElement && TEXT_INPUTS.test(target.type);
}

// Says something to those who listen; the page has one place for it.
const spoken = make('div', {class: 'spoken', 'aria-live': 'polite', role: 'status'});
document.body.append(spoken);
export function say(text) {
  spoken.textContent = text;
}

// Puts a text where it can be pasted; where the browser refuses, from a field that is selected.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    const field = make('textarea', {class: 'spoken', 'aria-hidden': 'true'});
    field.value = text;
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    document.execCommand('copy');
    field.remove();
    if (before) before.focus();
  }
  say('copied ' + (text.length > 80 ? text.slice(0, 80) + '\u2026' : text));
}

// Offers bytes as a file; nothing is sent anywhere.
export function download(name, parts, type) {
  const link = make('a', {download: name});
  link.href = URL.createObjectURL(new Blob(parts, {type: type}));
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
