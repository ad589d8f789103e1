// Reads what out_html_data.c writes: columns of numbers and texts, and documents. Typed arrays are laid over the
// numbers as they stand, so that a million nodes are no objects and nothing is read twice; a value that the profile
// does not say is NaN. Texts are decoded when asked for, most never are. Numbers beyond 2^53 lose their last digits
// here. Arrays have the least byte first, as every machine has that browsers run on.

const VALUES = /^(flat\.|edge\.(total|self|calls))/; // may be missing or negative
const ARRAYS = {1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array}; // by bytes of a number

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

// What the elements of the data hold, `size` bytes. Each goes when it was read, so that no two forms of all are there
// at once.
async function bytesIn(elements, form, size) {
  const out = new Uint8Array(size);
  let at = 0;
  const take = function (part) {
    out.set(part, at);
    at += part.length;
  };
  const next = function (element) {
    const part = bytesOf(element.textContent);
    element.remove();
    return part;
  };
  if (form !== 'gzip') {
    for (const element of elements) take(next(element));
    return out;
  }
  if (!('DecompressionStream' in window))
    throw new Error('this browser cannot unpack the data; profkit report --html-compat writes it unpacked');
  const stream = new DecompressionStream('gzip'), writer = stream.writable.getWriter();
  const written = (async function () {
    for (const element of elements) await writer.write(next(element));
    await writer.close();
  })();
  const reader = stream.readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
  await written;
  return out;
}

// Coded ones: 0 is missing, else 1 + zigzag. Doubles stand as they are.
function values(coded) {
  if (coded instanceof Float64Array) return coded;
  const array = new Float64Array(coded.length);
  for (let i = 0; i < coded.length; i++) {
    const code = coded[i] - 1;
    array[i] = code < 0 ? NaN : code % 2 ? -(code + 1) / 2 : code / 2;
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

function column(name, n, width, bytes) {
  if (!width) return new Texts(bytes, n);
  const array = new ARRAYS[width](bytes.buffer, bytes.byteOffset, n);
  return VALUES.test(name) ? values(array) : array;
}

// What the page holds: {head, columns by name, documents by name}. `first` says what the elements with data are.
export async function readReport(first) {
  const elements = document.querySelectorAll('script[type="' + first.type + '"]');
  const bytes = await bytesIn(elements, first.dataset.form, Number(first.dataset.size));
  const size = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24;
  const decoder = new TextDecoder();
  const head = JSON.parse(decoder.decode(bytes.subarray(4, 4 + size)));
  const columns = new Map(), documents = new Map();
  let at = 4 + size;
  for (const [name, n, length, width] of head.columns) {
    columns.set(name, column(name, n, width, bytes.subarray(at, at + length)));
    at += length;
  }
  for (const [name, , length] of head.documents) {
    documents.set(name, JSON.parse(decoder.decode(bytes.subarray(at, at + length)).replace(/\0+$/, '')));
    at += length;
  }
  return {head: head, columns: columns, documents: documents};
}
