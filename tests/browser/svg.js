// What the pages that use a flame graph share: the picture in their frame, people's hands, and what they see. Each line
// of the result is "ok" or "FAIL" and a sentence; "done" stands last. tests/browser.sh reads it with dump-dom.
'use strict';
const result = document.getElementById('result'), frame = document.querySelector('iframe');
let doc, win;

function is(sentence, found, expected) {
  const good = String(found) === String(expected);
  result.textContent += (good ? 'ok ' : 'FAIL ') + sentence +
    (good ? '' : ': expected ' + expected + ', found ' + found) + '\n';
}
function box(name, parent) { // `parent` tells boxes of one name apart: a child stands over it
  return Array.from(doc.querySelectorAll('.row rect')).find(function (rect) {
    const below = parent && box(parent);
    return rect.querySelector('title').textContent.split('\n')[0] === name &&
      (!below || !rect.classList.contains('off') && number(rect, 'x') >= number(below, 'x') &&
        number(rect, 'x') < number(below, 'x') + number(below, 'width'));
  });
}
function labelsOf(rect) {
  return Array.from(rect.parentNode.querySelectorAll('text'), function (text) { return text.textContent; }).join('|');
}
function click(node) { node.dispatchEvent(new win.MouseEvent('click', {bubbles: true})); }
function key(name, options) {
  const target = doc.activeElement || doc.documentElement;
  const event = new win.KeyboardEvent('keydown', Object.assign({key: name, bubbles: true, cancelable: true}, options));
  target.dispatchEvent(event);
  return event.defaultPrevented;
}
function search(text) {
  input().value = text;
  input().dispatchEvent(new win.Event('input', {bubbles: true}));
}
function input() { return doc.querySelector('input'); }
function bar() { return doc.querySelector('.tools span').textContent; }
function info() { return doc.querySelector('.info').textContent; }
function focused() { return doc.activeElement.querySelector('title').textContent.split('\n')[0]; }
function button(text) { return Array.from(doc.querySelectorAll('button')).find(function (b) { return b.textContent === text; }); }
function reset() { return button('Reset zoom'); }
function number(rect, name) { return Math.round(parseFloat(rect.getAttribute(name)) * 1e4) / 1e4; }

// As in WCAG 2.2.
function luminance(color) {
  return color.match(/[\d.]+/g).slice(0, 3).map(function (n) {
    return n / 255 <= 0.04045 ? n / 255 / 12.92 : Math.pow((n / 255 + 0.055) / 1.055, 2.4);
  }).reduce(function (sum, n, i) { return sum + n * [0.2126, 0.7152, 0.0722][i]; }, 0);
}
function contrast(a, b) {
  const x = luminance(a), y = luminance(b);
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
function page() { return win.getComputedStyle(doc.querySelector('.page')).fill; }
function checkContrast() {
  const isDark = win.matchMedia('(prefers-color-scheme: dark)').matches;
  const labels = new Set(), fills = new Set();
  for (const text of doc.querySelectorAll('.frames text')) labels.add(win.getComputedStyle(text).fill);
  for (const rect of doc.querySelectorAll('.row rect')) fills.add(win.getComputedStyle(rect).fill);
  is('the theme is the one that was asked for', isDark, location.hash === '#dark');
  is('the page follows the theme', luminance(page()) < 0.1, isDark);
  is('there are labels and boxes', labels.size > 0 && fills.size > 1, true);
  for (const label of labels)
    for (const fill of fills)
      if (contrast(label, fill) < 4.5) is('contrast of ' + label + ' on ' + fill, contrast(label, fill), '4.5');
  for (const text of doc.querySelectorAll('.title, .sub, .note, .legend text, .pk div')) {
    const style = win.getComputedStyle(text), color = text.namespaceURI.endsWith('svg') ? style.fill : style.color;
    if (contrast(color, page()) < 4.5) is('contrast of ' + text.textContent, contrast(color, page()), '4.5');
  }
  is('nothing moves by itself', Array.from(doc.querySelectorAll('*')).every(function (node) {
    const style = win.getComputedStyle(node);
    return style.animationName === 'none' && /^(0s(, )?)*$/.test(style.transitionDuration);
  }), true);
}
function start() {
  win = frame.contentWindow;
  doc = frame.contentDocument;
}
function run(checks) {
  for (const check of checks)
    try { check(); } catch (error) { is(check.name + ' runs', error.stack, ''); }
}
