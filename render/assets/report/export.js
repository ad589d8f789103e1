// What leaves the page, as files made here: a picture as SVG or PNG, the stacks that are shown as collapsed text.
import {Painter, ROW} from './canvas.js';
import {pathOf} from './tree.js';
import {download} from './dom.js';

const MOST_BOXES = 100000;

// For text and attributes of XML; what XML 1.0 forbids becomes U+FFFD.
export function escapeXml(text) {
  return text.replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';')
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff]/g, (c) => c.length > 1 ? c : '\ufffd');
}

// The boxes in view as an SVG without a script; all rows, whatever is scrolled.
export function svgOf(picture, theme) {
  const tree = picture.tree, painter = new Painter(picture.state.model.frames), frames = painter.frames;
  const view = {...picture.view(), top: 0, height: (tree.maxDepth + 1) * ROW, width: 1200};
  const out = [], hits = picture.state.hits(), fillOf = picture.options.fill;
  painter.walk(tree, view, function (i, x, y, width) {
    const f = tree.frame[i], isHit = hits && hits.is[f];
    if (out.length >= MOST_BOXES) return;
    const left = Math.max(0, x), right = Math.min(view.width, x + width);
    const label = painter.label(f, Math.floor((right - left - 6) / 7.3));
    out.push('<g><title>' + escapeXml(frames.name(f) + '\n' + picture.facts(i).join('\n')) + '</title><rect x="' +
      left.toFixed(2) + '" y="' + y + '" width="' + Math.max(right - left - 0.5, 0.3).toFixed(2) + '" height="' +
      (ROW - 1) + '" fill="' + (isHit ? theme.surfaces[4] : theme.fills[fillOf ? fillOf(i) : frames.fill(f)]) + '"/>' +
      (label ? '<text x="' + (left + 3).toFixed(2) + '" y="' + (y + 13) + '">' + escapeXml(label) + '</text>' : '') +
      '</g>\n');
  });
  return '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="' + view.width +
    '" height="' + view.height + '" viewBox="0 0 ' + view.width + ' ' + view.height +
    '" font-family="monospace" font-size="12" fill="' + theme.surfaces[3] + '">\n<title>' +
    escapeXml(picture.state.model.head.title) + '</title>\n<rect width="100%" height="100%" fill="' +
    theme.surfaces[0] + '"/>\n' + out.join('') + '</svg>\n';
}

export function saveSvg(picture, theme, name) {
  download(name + '.svg', [svgOf(picture, theme)], 'image/svg+xml');
}

export function savePng(picture, name) {
  picture.canvas.toBlob((blob) => download(name + '.png', [blob], 'image/png'));
}

// "main;load;execute 4914" a line. A name keeps its place, so that equal names stay two functions.
export function foldedOf(model, tree) {
  const lines = [], frames = model.frames, known = new Map();
  const name = function (f) {
    let text = known.get(f);
    if (text === undefined) {
      const place = frames.place(f);
      text = (frames.name(f) + (place ? ' (' + place + ')' : '')).replace(/;/g, ':').replace(/[\r\n\0]/g, ' ');
      known.set(f, text);
    }
    return text;
  };
  for (let i = 0; i < tree.n; i++)
    if (tree.self[i] > 0) lines.push(pathOf(tree, i).map(name).join(';') + ' ' + tree.self[i]);
  return lines.join('\n') + '\n';
}

export function saveFolded(model, tree, name) {
  download(name + '.folded', [foldedOf(model, tree)], 'text/plain');
}
