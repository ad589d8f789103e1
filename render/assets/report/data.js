// Reads what out_html_data.c writes: columns of numbers and texts, and documents. Numbers become typed arrays, so
// that a million nodes are no objects; a value that the profile does not say is NaN. Texts are decoded when asked
// for, most never are. Numbers beyond 2^53 lose their last digits here.

const VALUES = /^(flat\.|edge\.(total|self|calls))/; // may be missing or negative
const TEXTS = /^(texts|frame\.(name|raw|place))$/;
const WIDE = /^(node|before)\.(self|low|high|selflow|selfhigh)$/;

// base64 by a table: atob makes a string of the bytes first, which takes twice the memory.
function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const table = new Uint8Array(128);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i++) table[letters.charCodeAt(i)] = i;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = new Uint8Array(text.length / 4 * 3);
  for (let i = 0, o = 0; i < text.length; i += 4) {
    const bits = table[text.charCodeAt(i)] << 18 | table[text.charCodeAt(i + 1)] << 12 |
      table[text.charCodeAt(i + 2)] << 6 | table[text.charCodeAt(i + 3)];
    out[o++] = bits >> 16;
    out[o++] = bits >> 8;
    out[o++] = bits;
  }
  return out.subarray(0, out.length - padding);
}

async function unpacked(bytes) {
  if (!('DecompressionStream' in window))
    throw new Error('this browser cannot unpack the data; profkit report --html-compat writes it unpacked');
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Seven bits a byte, least first. Up to 2^28 by shifts, beyond by multiplication.
function numbers(bytes, n, array) {
  for (let i = 0, at = 0; i < n; i++) {
    let byte = bytes[at++], value = byte & 127;
    if (byte > 127) {
      for (let factor = 128; byte > 127; factor *= 128) {
        byte = bytes[at++];
        value += (byte & 127) * factor;
      }
    }
    array[i] = value;
  }
  return array;
}

// 0 is missing, else 1 + zigzag.
function values(bytes, n) {
  const array = numbers(bytes, n, new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const coded = array[i] - 1;
    array[i] = coded < 0 ? NaN : coded % 2 ? -(coded + 1) / 2 : coded / 2;
  }
  return array;
}

// Texts by their number; the bytes are kept.
class Texts {
  constructor(bytes, n) {
    this.bytes = bytes;
    this.size = n;
    this.begin = new Uint32Array(n);
    this.known = new Array(n);
    this.end = new Uint32Array(n);
    this.decoder = new TextDecoder();
    for (let i = 0, at = 0; i < n; i++) {
      let byte = bytes[at++], size = byte & 127;
      for (let factor = 128; byte > 127; factor *= 128) {
        byte = bytes[at++];
        size += (byte & 127) * factor;
      }
      this.begin[i] = at;
      at += size;
      this.end[i] = at;
    }
  }
  get(i) {
    let text = this.known[i];
    if (text === undefined) {
      text = this.decoder.decode(this.bytes.subarray(this.begin[i], this.end[i]));
      this.known[i] = text;
    }
    return text;
  }
}

function column(name, n, bytes) {
  if (TEXTS.test(name)) return new Texts(bytes, n);
  if (VALUES.test(name)) return values(bytes, n);
  return numbers(bytes, n, WIDE.test(name) ? new Float64Array(n) : new Uint32Array(n));
}

// What the page holds: {head, columns by name, documents by name (functions that parse them once)}.
export async function readReport(node) {
  let bytes = bytesOf(node.textContent);
  if (node.dataset.form === 'gzip') bytes = await unpacked(bytes);
  const size = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24;
  const decoder = new TextDecoder();
  const head = JSON.parse(decoder.decode(bytes.subarray(4, 4 + size)));
  const columns = new Map(), documents = new Map();
  let at = 4 + size;
  for (const [name, n, length] of head.columns) {
    columns.set(name, column(name, n, bytes.subarray(at, at + length)));
    at += length;
  }
  for (const [name, , length] of head.documents) {
    documents.set(name, JSON.parse(decoder.decode(bytes.subarray(at, at + length))));
    at += length;
  }
  return {head: head, columns: columns, documents: documents};
}
